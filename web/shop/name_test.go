package shop

import (
	"net/http"
	"net/url"
	"testing"

	"pavilion"
	"pavilion/db"
	"pavilion/tailoring"
)

// TestApprovedName: goods stand under the name a second person approved in lists, in what is
// found, in the basket and on the order, in the market's language; other languages keep the
// maker's name, and a draft's is shown and found nowhere. An order keeps the name it was
// placed with.
func TestApprovedName(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	m, sku := lenient(t), w.sku(dark90)
	err := w.db.Write(t.Context(), pavilion.System("test"), func(tx *db.Tx) error {
		return tailoring.Review(t.Context(), tx, []*tailoring.Market{m}, []pavilion.ProductID{sku.Product})
	})
	if err != nil {
		t.Fatal(err)
	}
	const approved, draft, made = "先苦后香黑巧克力", "没有人审核的名称", "斯巴达克精选90%黑巧克力"
	w.write(m, sku.Product, tailoring.Content{Route: "cbec", Name: approved}, true)
	w.write(m, sku.Product, tailoring.Content{Route: "cbec", Name: draft}, false)

	search := func(lang, words string) string { return "/" + lang + "/search?q=" + url.QueryEscape(words) }
	v := w.visitor()
	for _, q := range []string{approved, "先苦后香", made, string(dark90)} { // its maker's name finds it too
		found := v.get(search("zh", q)).is(http.StatusOK).says(approved)
		found.keepsQuietAbout(draft)
		found.link(w.productPath(pavilion.Chinese, dark90))
	}
	v.get(search("zh", draft)).is(http.StatusOK).keepsQuietAbout(w.productPath(pavilion.Chinese, dark90))
	v.get(search("ru", string(dark90))).is(http.StatusOK).keepsQuietAbout(approved)
	v.get(search("ru", approved)).is(http.StatusOK).link(w.productPath(pavilion.Russian, dark90))

	v.putIn(dark90, "1")
	v.get("/zh/basket").is(http.StatusOK).says(approved).keepsQuietAbout(made)
	v.get("/ru/basket").is(http.StatusOK).keepsQuietAbout(approved)
	id := v.order()
	if got := w.orders()[0].Lines[0].Name; got != approved {
		t.Errorf("the order has %q, want %q", got, approved)
	}
	w.write(m, sku.Product, tailoring.Content{Route: "cbec", Name: "后来的名称"}, true)
	v.get("/zh/order/" + string(id)).is(http.StatusOK).says(approved).keepsQuietAbout("后来的名称")
	v.get(search("zh", "苦后香")).is(http.StatusOK).keepsQuietAbout(w.productPath(pavilion.Chinese, dark90))
}
