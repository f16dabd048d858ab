package shop

import (
	"net/http"
	"testing"

	"pavilion"
	"pavilion/db"
	"pavilion/setting"
)

// TestDecidedPages shows what the operator says about contact and returns, linked from the
// foot, in the reader's or the nearest language, escaped; and no page where nothing is said.
func TestDecidedPages(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.decide(setting.Contact, `{"zh":"客服电话 400\n每天\n\n<b>微信</b>"}`)
	v := w.visitor()
	v.get("/zh/contact").is(http.StatusOK).says("联系客服", "客服电话 400", "<b>微信</b>")
	v.get("/ru/contact").is(http.StatusOK).says("Связаться с нами", "客服电话 400")
	v.get("/zh/").link("/zh/contact")
	v.get("/zh/returns").is(http.StatusNotFound)
	v.get("/en/").keepsQuietAbout("Returns")
}

// TestClosedShop says before the last step that no orders are taken, and takes none.
func TestClosedShop(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	v := w.visitor()
	v.putIn(dark90, "1")
	form := v.get("/zh/checkout")
	w.decide(setting.Open, "no")
	v.get("/zh/checkout").is(http.StatusOK).says("暂停接单", "购物车会为您保留")
	form.send("/zh/checkout", address...).is(http.StatusUnprocessableEntity)
	if n := len(w.orders()); n != 0 {
		t.Errorf("got %d orders, want none", n)
	}
}

func (w *world) decide(k setting.Key, value string) {
	w.t.Helper()
	err := w.db.Write(w.t.Context(), pavilion.System("test"), func(tx *db.Tx) error {
		return w.own.Book().Change(w.t.Context(), tx, []setting.Decision{{Key: k, Value: value}})
	})
	if err != nil {
		w.t.Fatal(err)
	}
}
