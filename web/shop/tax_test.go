package shop

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"pavilion"
	"pavilion/catalog"
	"pavilion/channel/own"
	"pavilion/db"
	"pavilion/money"
	"pavilion/setting"
)

// TestTaxBeforeTheLastStep has a basket of dear goods: the tax is told line by line, an order
// above the limit cannot be placed but in the parts that are proposed, and what is ordered of
// a line leaves the rest in the basket.
func TestTaxBeforeTheLastStep(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	sku := w.sku(dark90)
	err := w.db.Write(t.Context(), pavilion.System("test"), func(tx *db.Tx) error {
		if err := w.own.Book().Change(t.Context(), tx, []setting.Decision{{Key: setting.TaxAdded, Value: "yes"}}); err != nil {
			return err
		}
		return dear(t.Context(), tx, sku)
	})
	if err != nil {
		t.Fatal(err)
	}
	v := w.visitor()
	v.putIn(dark90, "2")
	v.get("/zh/basket").is(http.StatusOK).says("商品金额（未含下列进口税）", "¥4000", "2 件另收进口税 ¥364.00", "合计（含进口税）", "进口税是怎么算的", "财关税〔2018〕49号", "去结算")
	v.putIn(dark90, "1")
	over := v.get("/zh/basket").is(http.StatusOK).says("超过单次限额", "可以这样拆单", "× 2", "拆单后计算", "合计（未含进口税）", "查看拆单建议")
	over.keepsQuietAbout("合计（含进口税）")
	if strings.Contains(over.body, "去结算</a>") || !strings.Contains(over.body, `href="#parts"`) {
		t.Error("an order above the limit can be placed whole, or nothing leads to its parts")
	}
	part := v.get(over.link("/zh/checkout?")).is(http.StatusOK).says("¥4364", "¥4000.00", "2 件另收进口税 ¥364.00")
	part.send("/zh/checkout", address...).is(http.StatusSeeOther)
	v.get("/zh/basket").is(http.StatusOK).says("共 1 件", "¥2000.00")
	orders := w.orders()
	if len(orders) != 1 || orders[0].Tax != money.New(36400, "CNY") {
		t.Fatalf("got %v, want one order with 364.00 tax", orders)
	}
	v.get("/zh/order/"+string(orders[0].ID)).says("¥4000", "2 件另收进口税 ¥364.00", "合计（含进口税）")
}

// dear has a SKU cost 2,000 yuan.
func dear(ctx context.Context, tx *db.Tx, sku catalog.SKU) error {
	return catalog.SetPrice(ctx, tx, sku.ID, own.Name, money.New(200_000, "CNY"))
}
