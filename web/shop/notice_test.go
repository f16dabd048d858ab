package shop

import (
	"net/http"
	"strings"
	"testing"
)

// TestNoticeIsAccepted: the form is not taken without the tick, says so beside it and keeps what
// was filled in; the order shows what was accepted.
func TestNoticeIsAccepted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	v := w.visitor()
	v.putIn(dark90, "1")
	v.get("/ru/checkout").is(http.StatusOK).says("消费者购买的商品仅限个人自用", "перепродавать его нельзя")
	form := v.get("/zh/checkout").is(http.StatusOK).says("消费者购买的商品仅限个人自用", "我已阅读并同意风险告知书")
	form.keepsQuietAbout("перепродавать")
	unticked := form.send("/zh/checkout", address[:len(address)-2]...).is(http.StatusUnprocessableEntity)
	unticked.says("请先阅读风险告知书，并勾选同意。")
	for _, want := range []string{`href="#accept"`, `id="accept-error"`, `aria-describedby="accept-error"`, `value="陈晓"`} {
		if !strings.Contains(unticked.body, want) {
			t.Errorf("got no %s in the form, want it", want)
		}
	}
	form.send("/zh/checkout", append([]string{"notice", "ANOTHER"}, address...)...).is(http.StatusUnprocessableEntity).says("风险告知书已更新")
	if len(w.orders()) != 0 {
		t.Fatal("got an order without the tick")
	}
	unticked.send("/zh/checkout", "accept", "1").is(http.StatusSeeOther)
	o := w.orders()[0]
	v.get("/zh/order/"+string(o.ID)).is(http.StatusOK).says("消费者购买的商品仅限个人自用", "下单时已阅读并同意", o.Notice)
}
