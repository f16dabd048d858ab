package console_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"pavilion"
	"pavilion/catalog"
	"pavilion/db"
	"pavilion/staff"
	"pavilion/tailoring"
)

// TestLabelPages looks at the label of a food nobody wrote for, decides about its unknown
// ingredient and enters a laboratory's values; goods that are no food have no label.
func TestLabelPages(t *testing.T) {
	t.Parallel()
	d, v := open(t)
	linen, _, _ := addLinen(t, d, 0)
	var food tailoring.Variant
	var sku pavilion.SKUID
	err := d.Write(t.Context(), pavilion.System("test"), func(tx *db.Tx) error {
		maker, err := catalog.SaveProducer(t.Context(), tx, catalog.Producer{Country: "PL", TaxNumber: "7", LegalName: pavilion.Text{"zh": "示例工厂"}})
		if err != nil {
			return err
		}
		ingredients := pavilion.Text{"ru": "сахар, чудо-порошок"}
		product, err := catalog.SaveProduct(t.Context(), tx, catalog.Product{Producer: maker, Origin: "BY", Name: pavilion.Text{"en": "Sweets"}, IngredientsText: ingredients})
		if err != nil {
			return err
		}
		if sku, err = catalog.SaveSKU(t.Context(), tx, catalog.SKU{Product: product, GTIN: "4810067000341", Net: catalog.Measure{Milli: 90_000, Unit: catalog.Gram}, Facts: catalog.Facts{Ingredients: catalog.Composition(ingredients)}}); err != nil {
			return err
		}
		if err := tailoring.Review(t.Context(), tx, testMarkets(t), []pavilion.ProductID{product}); err != nil {
			return err
		}
		food, err = tailoring.Get(t.Context(), tx, product, "cn")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	signInAs(t, d, v, "writer", staff.Offer{Roles: []staff.Role{staff.Owner}})
	_, _, page := v.get("/console/tailoring/" + string(linen.ID) + "/label")
	contains(t, "linen", page, "There is no food label")
	at := "/console/tailoring/" + string(food.ID)
	_, _, page = v.get(at + "?lang=en")
	for rule, own := range map[string]string{"elabel.ingredient_names": "чудо-порошок", "label.ingredient_unverified": "сахар"} {
		before, _, found := strings.Cut(page, "/console/rules/cn/"+rule)
		finding := before[max(strings.LastIndex(before, `<li class="stack"`), 0):]
		if other := map[string]string{"чудо-порошок": "сахар", "сахар": "чудо-порошок"}[own]; !found || !strings.Contains(finding, own) || strings.Contains(finding, other) {
			t.Errorf("%s leads elsewhere than to %s: %s", rule, own, finding)
		}
	}
	contains(t, "what an approval needs", page, `<label for="name">Name <small class="field-need">needed for approval</small>`)
	for field, says := range map[string]string{"storage": `<small class="field-need">`, "directions": "<small>optional"} {
		if !regexp.MustCompile(`<label for="` + field + `">[^<]*` + says).MatchString(page) {
			t.Errorf("%s: its field does not say %s", field, says)
		}
	}
	_, _, page = v.get(at + "/label")
	contains(t, "the label", page, "Nothing was written yet", "чудо-порошок", "白砂糖", "GB 7718-2025", "The nutrition table lacks")
	_, _, page = v.get(at + "/label?edition=GB+7718-2011")
	contains(t, "the older edition", page, "GB 28050-2011", "/label.svg?draft=&amp;edition=GB&#43;7718-2011&amp;")
	if status, _, svg := v.get(at + "/label.svg"); status != http.StatusOK || !strings.Contains(svg, "白砂糖") {
		t.Errorf("picture: got %d %.80q", status, svg)
	}
	if status, _, raw := v.get(at + "/label.pdf"); status != http.StatusOK || !strings.HasPrefix(raw, "%PDF") {
		t.Errorf("print: got %d %.20q", status, raw)
	}
	if status, _, _ := v.get(at + "/labels.pdf?count=3"); status != http.StatusConflict {
		t.Errorf("sheets of what nobody approved: got %d, want 409", status)
	}
	_, _, page = v.post("/console/labels/terms", url.Values{"market": {"cn"}, "source": {"чудо-порошок"}, "name": {"香草粉"}, "version": {"0"}})
	contains(t, "decided", page, "香草粉")
	form := url.Values{"version": {"0"}, "basis": {"g"}, "rounding": {"half-up"}, "width": {"70"}, "height": {"120"}, "n.protein": {"7.31"}, "n.fat": {"31.62"}, "n.carbohydrate": {"56.74"}, "n.satFat": {"much"}}
	status, _, page := v.post(at+"/label?sku="+string(sku), form)
	if status != http.StatusUnprocessableEntity {
		t.Errorf("a value in words: got %d, want 422", status)
	}
	contains(t, "refused", page, "is not an amount", "31.62")
	form.Set("n.satFat", "19.44")
	_, _, page = v.post(at+"/label?sku="+string(sku), form)
	contains(t, "saved", page, "2257 kJ", "香草粉", "70 × 120 mm")
	if status, _, _ := v.post(at+"/label?sku="+string(sku), form); status != http.StatusConflict {
		t.Errorf("a stale form: got %d, want 409", status)
	}
	_, _, page = v.post("/console/labels/parties", url.Values{"market": {"cn"}, "duty": {"seller"}, "version": {"0"}, "seller.role": {"seller"}, "seller.name": {"示例馆"}, "seller.address": {"上海"}, "seller.contact": {"1"}})
	contains(t, "the seller", page, "示例馆")
}
