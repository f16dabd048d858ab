package console_test

import (
	"context"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"pavilion"
	"pavilion/catalog"
	"pavilion/db"
	"pavilion/staff"
	"pavilion/stock"
)

// shelves are a database with a product, 12 in a case and 180 days of shelf life, a selling
// warehouse and one for returns, and a visitor who works there.
type shelves struct {
	t           *testing.T
	d           *db.DB
	v           *visitor
	sku         pavilion.SKUID
	shanghai    pavilion.WarehouseID
	returns     pavilion.WarehouseID
	gtin, today string
}

func newShelves(t *testing.T, role staff.Role) *shelves {
	t.Helper()
	d, v := open(t)
	s := &shelves{t: t, d: d, v: v, gtin: "4810000000018", today: string(pavilion.DateOf(d.Now(), time.UTC))}
	s.write(func(ctx context.Context, tx *db.Tx) error {
		producer, err := catalog.SaveProducer(ctx, tx, catalog.Producer{Country: "BY", TaxNumber: "100000007", LegalName: pavilion.Text{"en": "Linen mill"}})
		if err != nil {
			return err
		}
		product, err := catalog.SaveProduct(ctx, tx, catalog.Product{Producer: producer, Name: pavilion.Text{"en": "Oat biscuits"}})
		if err != nil {
			return err
		}
		if s.sku, err = catalog.SaveSKU(ctx, tx, catalog.SKU{Product: product, GTIN: catalog.GTIN(s.gtin), Net: catalog.Measure{Milli: 200_000, Unit: catalog.Gram}, CasePack: 12, ShelfLifeDays: 180}); err != nil {
			return err
		}
		if s.shanghai, err = stock.AddWarehouse(ctx, tx, stock.Warehouse{Code: "SHA", Country: "CN", TimeZone: "Asia/Shanghai", Sells: true}); err != nil {
			return err
		}
		s.returns, err = stock.AddWarehouse(ctx, tx, stock.Warehouse{Code: "RET", Country: "CN", TimeZone: "Asia/Shanghai"})
		return err
	})
	signIn(t, d, v, role)
	return s
}

func (s *shelves) write(fn func(ctx context.Context, tx *db.Tx) error) {
	s.t.Helper()
	if err := s.d.Write(s.t.Context(), pavilion.System("test"), func(tx *db.Tx) error { return fn(s.t.Context(), tx) }); err != nil {
		s.t.Fatal(err)
	}
}

// receive takes in a lot made today and returns it.
func (s *shelves) receive(code string, units int64) (lot pavilion.LotID) {
	s.t.Helper()
	s.write(func(ctx context.Context, tx *db.Tx) (err error) {
		today := pavilion.Date(s.today)
		lot, err = stock.Receive(ctx, tx, stock.Receipt{SKU: s.sku, LotCode: code, ProducedOn: today, BestBefore: today.AddDays(180), Warehouse: s.shanghai, Quantity: units, Cause: "DN-1"})
		return err
	})
	return lot
}

// at is what lies of a lot in a warehouse.
func (s *shelves) at(lot pavilion.LotID, w pavilion.WarehouseID) (b stock.LotBalance) {
	s.t.Helper()
	s.write(func(ctx context.Context, tx *db.Tx) error {
		all, err := stock.Places(ctx, tx, lot)
		for _, one := range all {
			if one.Warehouse == w {
				b = one
			}
		}
		return err
	})
	return b
}

var hiddenField = regexp.MustCompile(`<input type="hidden" name="([^"]+)" value="([^"]*)"`)

// goOn sends what a page that shows what will be has hidden.
func (s *shelves) goOn(path, page string) (int, string, string) {
	s.t.Helper()
	form := url.Values{}
	for _, m := range hiddenField.FindAllStringSubmatch(page, -1) {
		form.Add(m[1], html.UnescapeString(m[2]))
	}
	if form.Get("go") != "1" {
		s.t.Fatalf("%s does not show what will be: %s", path, page)
	}
	return s.v.post(path, form)
}

// undoLink is where the toast of a page offers to take something back.
func (s *shelves) undoLink(page string) string {
	s.t.Helper()
	m := regexp.MustCompile(`class="toast[^>]*>.*?<a href="([^"]+)"`).FindStringSubmatch(strings.ReplaceAll(page, "\n", ""))
	if m == nil {
		s.t.Fatalf("no way back in the toast of %s", page)
	}
	return html.UnescapeString(m[1])
}

func TestReceiveByScanner(t *testing.T) {
	t.Parallel()
	s := newShelves(t, staff.Warehouse)
	if _, _, page := s.v.get("/console/stock/receive"); !strings.Contains(page, `name="find"`) || !strings.Contains(page, " autofocus") {
		t.Fatalf("no field to scan into: %s", page)
	}
	if _, _, page := s.v.get("/console/stock/receive?find=nothing"); !strings.Contains(page, "There is no such product") || !strings.Contains(page, `value="nothing"`) {
		t.Errorf("an unknown product: got %s", page)
	}
	_, _, page := s.v.get("/console/stock/receive?find=" + s.gtin) // as a scanner sends it
	if !strings.Contains(page, "Oat biscuits") || !strings.Contains(page, `name="lot_code"`) {
		t.Fatalf("after the scan: got %s", page)
	}
	form := url.Values{"sku": {string(s.sku)}, "lot_code": {"L-1"}, "quantity": {"many"}, "in": {"cases"}, "warehouse": {string(s.shanghai)}, "cause": {"DN-7"}, "produced_on": {s.today}}
	if status, _, page := s.v.post("/console/stock/receive", form); status != http.StatusUnprocessableEntity || !strings.Contains(page, "Enter a whole number") || !strings.Contains(page, `value="L-1"`) {
		t.Errorf("no number: got %d, want 422 with the lot number kept: %s", status, page)
	}
	form.Set("quantity", "3")
	_, _, page = s.v.post("/console/stock/receive", form)
	if !strings.Contains(page, "3 × 12 = 36 units") || !strings.Contains(page, "180 days") {
		t.Fatalf("what will be: got %s, want 36 units with 180 days left", page)
	}
	asked := page
	status, path, page := s.goOn("/console/stock/receive", asked)
	if status != http.StatusOK || path != "/console/stock/receive" || !strings.Contains(page, "36 units of lot L-1") {
		t.Fatalf("received: got %d at %s: %s", status, path, page)
	}
	var lot pavilion.LotID
	s.write(func(ctx context.Context, tx *db.Tx) error {
		lots, err := stock.FindLots(ctx, tx, "l1", 10)
		if len(lots) == 1 {
			lot = lots[0].ID
		}
		return err
	})
	if _, path, page := s.goOn("/console/stock/receive", asked); path != "/console/stock/receive" || !strings.Contains(page, "done already") {
		t.Errorf("sent twice: got %s: %s", path, page)
	}
	if got := s.at(lot, s.shanghai); got.OnHand != 36 || got.BestBefore != pavilion.Date(s.today).AddDays(180) {
		t.Errorf("got %+v, want 36 until 180 days from today", got)
	}
	undo := s.undoLink(page)
	if _, _, page := s.v.get(undo); !strings.Contains(page, "Take this back") {
		t.Fatalf("the receipt: got %s", page)
	}
	s.v.post(undo, url.Values{})
	if got := s.at(lot, s.shanghai); got.OnHand != 0 {
		t.Errorf("taken back: got %+v, want nothing", got)
	}
	if status, _, page := s.v.post(undo, url.Values{}); status != http.StatusConflict {
		t.Errorf("taken back again: got %d: %s", status, page)
	}
}

func TestHandleALot(t *testing.T) {
	t.Parallel()
	s := newShelves(t, staff.Warehouse)
	lot, other := s.receive("A", 10), s.receive("B", 10)
	s.write(func(ctx context.Context, tx *db.Tx) error {
		_, err := stock.Reserve(ctx, tx, []stock.Claim{{Order: "ord_held", Channel: "own", Lines: []stock.Want{{Line: 1, SKU: s.sku, Quantity: 8}}}})
		return err
	})
	promised := lot
	if s.at(other, s.shanghai).Reserved > 0 { // both have the same dates
		promised = other
	}
	path := "/console/lots/" + string(promised) + "/" + string(s.shanghai)

	form := url.Values{"quantity": {"5"}, "cause": {stock.ReasonDamage}, "note": {"torn in the rain"}}
	status, _, page := s.v.post(path+"/write_off", form)
	if status != http.StatusConflict || !strings.Contains(page, "Only 2 of 10") || !strings.Contains(page, "torn in the rain") || !strings.Contains(page, "ord_held") {
		t.Fatalf("below what is promised: got %d, want 409 with the order and what was typed: %s", status, page)
	}
	s.v.post(path+"/rebook", url.Values{"order": {"ord_held"}})
	if got := s.at(promised, s.shanghai); got.Reserved != 0 {
		t.Fatalf("other goods: got %+v, want none reserved", got)
	}
	if _, _, page = s.v.post(path+"/write_off", form); !strings.Contains(page, "10 → 5") {
		t.Fatalf("what will be: got %s", page)
	}
	if got := s.at(promised, s.shanghai); got.OnHand != 10 {
		t.Fatalf("shown only: got %+v, want 10", got)
	}
	_, _, page = s.goOn(path+"/write_off", page)
	if got := s.at(promised, s.shanghai); got.OnHand != 5 {
		t.Fatalf("written off: got %+v, want 5", got)
	}
	s.v.post(s.undoLink(page), url.Values{})
	if got := s.at(promised, s.shanghai); got.OnHand != 10 {
		t.Errorf("found again: got %+v, want 10", got)
	}

	_, _, page = s.v.post(path+"/transfer", url.Values{"quantity": {"4"}, "to": {string(s.returns)}, "cause": {"truck"}})
	s.goOn(path+"/transfer", page)
	if here, there := s.at(promised, s.shanghai), s.at(promised, s.returns); here.OnHand != 6 || there.OnHand != 4 {
		t.Errorf("transferred: got %d and %d, want 6 and 4", here.OnHand, there.OnHand)
	}
	_, _, page = s.v.post(path+"/hold", url.Values{"cause": {"smell"}})
	s.goOn(path+"/hold", page)
	if !s.at(promised, s.shanghai).Held {
		t.Error("not held")
	}
	if _, _, page := s.v.get("/console/lots?state=held"); !strings.Contains(page, ">A<") && !strings.Contains(page, ">B<") {
		t.Errorf("held lots: got %s", page)
	}
	for _, look := range []string{"/console/stock", "/console/stock/" + string(s.sku), "/console/lots/" + string(promised), "/console/movements", "/console/movements?sku=" + string(s.sku), "/console/lots?sku=" + s.gtin} {
		if status, _, page := s.v.get(look); status != http.StatusOK || !strings.Contains(page, "Oat biscuits") {
			t.Errorf("%s: got %d: %s", look, status, page)
		}
	}
}

func TestCorrectALot(t *testing.T) {
	t.Parallel()
	s := newShelves(t, staff.Warehouse)
	lot := s.receive("A", 10)
	s.write(func(ctx context.Context, tx *db.Tx) error {
		_, err := stock.Reserve(ctx, tx, []stock.Claim{{Order: "ord_kept", Channel: "own", Lines: []stock.Want{{Line: 1, SKU: s.sku, Quantity: 8}}}})
		return err
	})
	path := "/console/lots/" + string(lot) + "/correct"
	end := string(pavilion.Date(s.today).AddDays(-1))
	form := url.Values{"version": {"1"}, "produced_on": {""}, "best_before": {end}}
	_, _, page := s.v.post(path, form)
	if !strings.Contains(page, "ord_kept") || !strings.Contains(page, "The lot would be expired") {
		t.Fatalf("what will be: got %s, want the order whose goods expire", page)
	}
	s.goOn(path, page)
	if got := s.at(lot, s.shanghai); !got.Expired() {
		t.Errorf("got %+v, want an expired lot", got)
	}
	if status, _, page := s.v.post(path, form); status != http.StatusConflict || !strings.Contains(page, "Somebody else corrected") || !strings.Contains(page, `name="version" value="2"`) {
		t.Errorf("from an old version: got %d: %s", status, page)
	}
	if _, _, page := s.v.get("/console/lots/" + string(lot)); !strings.Contains(page, "Corrections") {
		t.Errorf("the lot: got %s, want its corrections", page)
	}
}

func TestCount(t *testing.T) {
	t.Parallel()
	s := newShelves(t, staff.Warehouse)
	if _, _, page := s.v.post("/console/counts/new", url.Values{"warehouse": {string(s.shanghai)}}); !strings.Contains(page, "nothing there to count") {
		t.Errorf("an empty warehouse: got %s", page)
	}
	lot := s.receive("A", 10)
	_, path, page := s.v.post("/console/counts/new", url.Values{"warehouse": {string(s.shanghai)}, "note": {"July"}})
	if !strings.HasPrefix(path, "/console/counts/cnt_") || !strings.Contains(page, "July") {
		t.Fatalf("begun: got %s: %s", path, page)
	}
	if status, _, page := s.v.post(path, url.Values{"found_1": {"nine"}}); status != http.StatusUnprocessableEntity || !strings.Contains(page, `value="nine"`) {
		t.Errorf("no number: got %d, want 422 with what was typed: %s", status, page)
	}
	if _, _, page = s.v.post(path, url.Values{"found_1": {"9"}}); !strings.Contains(page, "<strong>-1</strong>") {
		t.Fatalf("counted: got %s", page)
	}
	s.write(func(ctx context.Context, tx *db.Tx) error { // sold while others count
		_, err := stock.Reserve(ctx, tx, []stock.Claim{{Order: "ord_meanwhile", Channel: "own", Lines: []stock.Want{{Line: 1, SKU: s.sku, Quantity: 10}}}})
		return err
	})
	status, _, page := s.v.post(path+"/post", url.Values{})
	if status != http.StatusConflict || !strings.Contains(page, "ord_meanwhile") || !strings.Contains(page, "Give it other goods") {
		t.Fatalf("below what is promised: got %d, want 409 with the order: %s", status, page)
	}
	s.write(func(ctx context.Context, tx *db.Tx) error { return stock.ReleaseLine(ctx, tx, "ord_meanwhile", 1, 4) })
	s.write(func(ctx context.Context, tx *db.Tx) error { return stock.Take(ctx, tx, "ord_meanwhile") })
	if status, _, page := s.v.post(path+"/post", url.Values{}); status != http.StatusOK || !strings.Contains(page, "The differences are in the books") {
		t.Fatalf("posted: got %d: %s", status, page)
	}
	if got := s.at(lot, s.shanghai).OnHand; got != 3 {
		t.Errorf("got %d on hand, want 10 less 6 sold less 1 not found", got)
	}
	if status, _, _ := s.v.post(path, url.Values{"found_1": {"5"}}); status != http.StatusConflict {
		t.Errorf("after posting: got %d, want 409", status)
	}
}

func TestSupportOnlyLooksAtStock(t *testing.T) {
	t.Parallel()
	s := newShelves(t, staff.Support)
	lot := s.receive("A", 10)
	_, _, page := s.v.get("/console/lots/" + string(lot))
	if !strings.Contains(page, "Oat biscuits") || strings.Contains(page, "/adjust") || strings.Contains(page, "/transfer") {
		t.Errorf("got %s, want the lot without anything to do", page)
	}
}
