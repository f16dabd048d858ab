package console_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"pavilion"
	"pavilion/catalog"
	"pavilion/channel/own"
	"pavilion/db"
	"pavilion/money"
	"pavilion/staff"
)

// shelved puts one bar of chocolate on the shelf of the own shop.
func shelved(t *testing.T, d *db.DB) (sku pavilion.SKUID) {
	t.Helper()
	err := d.Write(t.Context(), pavilion.System("test"), func(tx *db.Tx) error {
		producer, err := catalog.SaveProducer(t.Context(), tx, catalog.Producer{Country: "KZ", TaxNumber: "1", LegalName: pavilion.Text{"en": "A factory"}})
		if err != nil {
			return err
		}
		product, err := catalog.SaveProduct(t.Context(), tx, catalog.Product{Producer: producer, Name: pavilion.Text{"en": "A bar", "zh": "巧克力"}})
		if err != nil {
			return err
		}
		sku, err = catalog.SaveSKU(t.Context(), tx, catalog.SKU{Product: product, GTIN: "4810067000341", Net: catalog.Measure{Milli: 100_000, Unit: catalog.Gram}, GrossWeightG: 110})
		if err != nil {
			return err
		}
		if err := catalog.SetOnSale(t.Context(), tx, true, sku); err != nil {
			return err
		}
		return catalog.SetPrice(t.Context(), tx, sku, own.Name, money.New(2390, money.CNY))
	})
	if err != nil {
		t.Fatal(err)
	}
	return sku
}

func contains(t *testing.T, what, page string, wants ...string) {
	t.Helper()
	for _, want := range wants {
		if !strings.Contains(page, want) {
			t.Errorf("%s: the page does not say %q", what, want)
		}
	}
}

// TestPriceIsExplained enters what goods cost, reads where the money goes, tries something
// out, and sets a price: below cost only when it is meant.
func TestPriceIsExplained(t *testing.T) {
	t.Parallel()
	d, v := open(t)
	signIn(t, d, v, staff.Owner)
	sku := shelved(t, d)
	at := "/console/prices/" + string(sku)

	if status, _, page := v.get("/console/prices"); status != http.StatusOK {
		t.Fatalf("the list: got %d", status)
	} else {
		contains(t, "the list", page, "A bar", "cost incomplete")
	}
	_, _, page := v.get(at)
	contains(t, "before anything is entered", page, "The ex-works price is missing", "nobody said")

	enter := func(form url.Values) string {
		t.Helper()
		form.Set("source", "invoice 7")
		form.Set("from", "2022-01-01")
		_, _, page := v.post("/console/prices/terms", form)
		return page
	}
	page = enter(url.Values{"sku": {string(sku)}, "kind": {"ex_works"}, "per": {"unit"}, "currency": {"byn"}, "amount": {"4,00"}})
	contains(t, "with the price at the gate", page, "invoice 7", "no exchange rate from BYN to CNY")
	_, _, page = v.post("/console/prices/rates", url.Values{"one": {"BYN"}, "in": {"CNY"}, "costs": {"2.2"}, "rate_source": {"a bank"}, "on": {"2022-07-01"}})
	contains(t, "the rates", page, "BYN → CNY", "2.2", "a bank")
	enter(url.Values{"kind": {"margin"}, "per": {"share"}, "amount": {"20"}})
	page = enter(url.Values{"kind": {"commission"}, "per": {"unit"}, "amount": {"20"}})
	contains(t, "a commission by the piece", page, "cannot be said like that")

	_, _, page = v.get(at)
	contains(t, "complete", page, "price-part-ex_works", "Where", "¥8.80", "财关税〔2018〕49号", "our own choice")
	_, _, page = v.get(at + "?ex_works=8&margin=20")
	contains(t, "tried out", page, "Tried out", "¥17.60")
	if strings.Contains(page, `id="set"`) {
		t.Error("what is only tried out can be set as a price")
	}

	set := url.Values{"market": {"cn"}, "route": {"cbec"}, "channel": {"own"}, "seen": {"23.90"}, "price": {"5.00"}}
	status, _, page := v.post(at, set)
	if status != http.StatusConflict {
		t.Errorf("below cost: got %d, want 409", status)
	}
	contains(t, "below cost", page, "below cost", `name="knowing"`)
	set.Set("knowing", "1")
	if status, _, page = v.post(at, set); status != http.StatusOK {
		t.Errorf("knowing: got %d", status)
	}
	contains(t, "set", page, "Prices set before", "¥5.00")
	set.Set("price", "1,234")
	status, _, page = v.post(at, set)
	if status != http.StatusUnprocessableEntity {
		t.Errorf("a number of two readings: got %d, want 422", status)
	}
	contains(t, "a number of two readings", page, "can be read as 1.234 or as 1234")
	if status, _, _ = v.post("/console/prices/terms", url.Values{"kind": {"margin"}, "per": {"share"}, "amount": {"1e1"}, "from": {"2026-01-01"}, "source": {"x"}}); status != http.StatusUnprocessableEntity {
		t.Errorf("a share as a power of ten: got %d, want 422", status)
	}
	if status, _, page = v.post("/console/prices/terms", url.Values{"kind": {"margin"}, "per": {"share"}, "amount": {"10"}, "from": {"2026-01-01"}, "source": {"x"}, "for_channel": {"nowhere"}}); status != http.StatusUnprocessableEntity {
		t.Errorf("a cost on a channel there is not: got %d, want 422", status)
	}
	contains(t, "a cost on a channel there is not", page, "no channel “nowhere”")
	set.Set("price", "19,90")
	set.Set("route", "nowhere")
	if status, _, page = v.post(at, set); status != http.StatusUnprocessableEntity {
		t.Errorf("a price by a way there is not: got %d, want 422", status)
	}
	contains(t, "a price by a way there is not", page, "no way of import “nowhere”")
	set.Set("route", "cbec")
	if status, _, _ = v.post(at, set); status != http.StatusConflict {
		t.Errorf("seen an older price: got %d, want 409", status)
	}
}
