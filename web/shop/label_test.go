package shop

import (
	"context"
	"io/fs"
	"net/http"
	"strings"
	"testing"
	"testing/fstest"

	"pavilion"
	"pavilion/db"
	"pavilion/stock"
	"pavilion/tailoring"
	"pavilion/tailoring/rules"
)

// lenient is the market of the shop with one rule that every product satisfies, so that a test
// approves what it likes.
func lenient(t *testing.T) *tailoring.Market {
	t.Helper()
	market, err := fs.ReadFile(rules.Files, "cn/market.toml")
	if err != nil {
		t.Fatal(err)
	}
	words := `{ zh = "x", en = "x", ru = "x", be = "x" }`
	all, err := tailoring.Load(fstest.MapFS{
		"cn/market.toml": {Data: market},
		"cn/rules-a.toml": {Data: []byte(strings.NewReplacer("WORDS", words).Replace(`[text]
cannot = { zh = "{reason}", en = "{reason}", ru = "{reason}", be = "{reason}" }
too_large = { zh = "{fact}", en = "{fact}", ru = "{fact}", be = "{fact}" }
[facts.bar]
goods = "food"
route = "cbec"
name = "bar"
[[source]]
key = "act"
kind = "law"
ref = "Act 1"
title = WORDS
verified = "seen"
[[rule]]
id = "name.fine"
severity = "blocks"
field = "name"
source = "act"
article = "2"
verified = "recalled"
title = WORDS
message = WORDS
fix = WORDS
example = "bar"
passes = [{}]
fails = [{ name = "!" }]
must = 'name != "!"'
`))},
	})
	if err != nil {
		t.Fatal(err)
	}
	return all[0]
}

// write saves a version of a product's words, and has it approved if a second person shall.
func (w *world) write(m *tailoring.Market, product pavilion.ProductID, c tailoring.Content, approve bool) {
	w.t.Helper()
	as := func(who pavilion.Actor, do func(ctx context.Context, tx *db.Tx, v tailoring.Variant) error) {
		w.t.Helper()
		err := w.db.Write(w.t.Context(), who, func(tx *db.Tx) error {
			v, err := tailoring.Get(w.t.Context(), tx, product, m.Key)
			if err != nil {
				return err
			}
			return do(w.t.Context(), tx, v)
		})
		if err != nil {
			w.t.Fatal(err)
		}
	}
	author, second := pavilion.Actor{Kind: pavilion.ByStaff, ID: "stf_author"}, pavilion.Actor{Kind: pavilion.ByStaff, ID: "stf_second"}
	as(author, func(ctx context.Context, tx *db.Tx, v tailoring.Variant) error {
		if _, err := tailoring.Save(ctx, tx, v.ID, v.Version, c); err != nil {
			return err
		}
		return tailoring.Judge(ctx, tx, m, v.ID)
	})
	if !approve {
		return
	}
	as(author, func(ctx context.Context, tx *db.Tx, v tailoring.Variant) error {
		return tailoring.HandIn(ctx, tx, m, v.ID, v.Version)
	})
	as(second, func(ctx context.Context, tx *db.Tx, v tailoring.Variant) error {
		return tailoring.Approve(ctx, tx, m, v.ID, v.Version)
	})
}

// TestApprovedSelf shows what a second person approved, on the page of the product and as a
// label in words, and nothing that nobody approved.
func TestApprovedSelf(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	m, sku, other := lenient(t), w.sku(dark90), w.sku(kvass)
	err := w.db.Write(t.Context(), pavilion.System("test"), func(tx *db.Tx) error {
		return tailoring.Review(t.Context(), tx, []*tailoring.Market{m}, []pavilion.ProductID{sku.Product, other.Product})
	})
	if err != nil {
		t.Fatal(err)
	}
	words := tailoring.Content{
		Route: "cbec", Name: "先苦后香黑巧克力", Denomination: "黑巧克力", SellingPoints: []string{"可可含量高"},
		Description: []tailoring.Block{{Heading: "风味", Text: "入口微苦。"}, {Text: "回味悠长。"}},
		Ingredients: "可可液块、可可粉、白砂糖、大豆磷脂", Allergens: "含有大豆。", Storage: "置于阴凉干燥处。", Directions: "开封后尽快食用。",
		Maker: "示例糖果厂", Wording: tailoring.Ours,
	}
	draft := words
	draft.Name = "没有人审核的名称"
	w.write(m, sku.Product, words, true)
	w.write(m, sku.Product, draft, false)
	w.write(m, other.Product, draft, false)

	v, path := w.visitor(), "/zh"+tailoring.LabelPath(sku.ID)
	page := v.get(v.productPath(pavilion.Chinese, dark90)).is(http.StatusOK)
	page.says(words.Name, "可可含量高", "风味", "回味悠长。", "可可液块、可可粉、白砂糖、 大豆 磷脂", "含有大豆。", "置于阴凉干燥处。", "开封后尽快食用。", "示例糖果厂", "消费者自行承担相关风险")
	page.keepsQuietAbout(draft.Name)
	page.link(path)
	v.get(v.productPath(pavilion.Russian, dark90)).is(http.StatusOK).says("Связанный с этим риск несёт покупатель").keepsQuietAbout("风味", draft.Name)
	v.get(v.productPath(pavilion.Chinese, kvass)).is(http.StatusOK).says("消费者自行承担相关风险").keepsQuietAbout(draft.Name, "/zh/label/")

	code := v.get(tailoring.LabelPath(sku.ID)).is(http.StatusOK) // what a code on the package opens
	code.says("黑巧克力", "可可液块、可可粉、白砂糖、 大豆 磷脂", "示例糖果厂", "第 1 版", "中文由本馆翻译", string(sku.GTIN), "消费者自行承担相关风险", "尚未与法规原文逐字核对")
	code.keepsQuietAbout(draft.Name)
	if !strings.Contains(code.body, "示例糖果厂<br>") || !strings.Contains(code.body, "<h1>先苦后香黑巧克力 · 中文电子标签</h1>") {
		t.Error("the label's page does not give the maker's name a line of its own, or its heading does not name the goods")
	}
	if !strings.HasSuffix(code.at, path) {
		t.Errorf("a code on the package leads to %s, want %s", code.at, path)
	}
	page.says("标签图样")
	picture := v.get(tailoring.LabelPath(sku.ID) + labelPicture).is(http.StatusOK)
	if !strings.Contains(picture.body, "<svg") || !strings.Contains(picture.body, "示例糖果厂") {
		t.Errorf("the label as printed: got %.200q", picture.body)
	}
	v.get(tailoring.LabelPath(other.ID) + labelPicture).is(http.StatusNotFound)

	mine, foreign := w.lotOf(sku.ID), w.lotOf(w.sku(milk).ID)
	day := func(d pavilion.Date) string { return string(d[:4]) }
	dated := v.get(tailoring.LotLabelPath(sku.ID, strings.ToLower(mine.Code))).is(http.StatusOK)
	dated.says("保质期至", day(mine.BestBefore))
	dated.keepsQuietAbout("没有找到这个批次", mine.Code)
	for _, lot := range []string{foreign.Code, string(mine.ID), string(foreign.ID), "L\x00", "\xff", "' or 1=1 --"} {
		bare := v.get("/zh"+tailoring.LotLabelPath(sku.ID, lot)).is(http.StatusOK).says("没有找到这个批次", "黑巧克力")
		bare.keepsQuietAbout(string(foreign.BestBefore))
	}
	v.get("/ru"+tailoring.LabelPath(sku.ID)).is(http.StatusOK).says("Китайская этикетка", "黑巧克力")
	for _, none := range []string{tailoring.LabelPath(other.ID), "/zh/label/sku_00000000000000000000000000", "/zh/label/x"} {
		v.get(none).is(http.StatusNotFound)
	}
}

// lotOf is a lot of a SKU.
func (w *world) lotOf(sku pavilion.SKUID) (l stock.Lot) {
	w.t.Helper()
	err := w.db.Read(w.t.Context(), func(v *db.View) error {
		lots, err := stock.Lots(w.t.Context(), v, sku)
		if err != nil {
			return err
		}
		l, err = stock.GetLot(w.t.Context(), v, lots[0].Lot)
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return l
}
