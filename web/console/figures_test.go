package console_test

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"pavilion"
	"pavilion/catalog"
	"pavilion/db"
	"pavilion/db/dbtest"
	"pavilion/money"
	"pavilion/order"
	"pavilion/report"
	"pavilion/shipment"
	"pavilion/staff"
	"pavilion/stock"
)

// shelf is a pavilion with two producers, one product of each, and what was bought of them.
type shelf struct {
	t         *testing.T
	d         *db.DB
	sealer    *db.Sealer
	warehouse pavilion.WarehouseID
	producers [2]pavilion.ProducerID
	products  [2]pavilion.ProductID
	skus      [2]pavilion.SKUID
	made      int
	clock     *dbtest.Clock
}

func fill(t *testing.T, d *db.DB) *shelf {
	t.Helper()
	s := &shelf{t: t, d: d, sealer: dbtest.Sealer(t)}
	s.must(func(ctx context.Context, tx *db.Tx) (err error) {
		s.warehouse, err = stock.AddWarehouse(ctx, tx, stock.Warehouse{Code: "SHA", Country: "CN", TimeZone: "Asia/Shanghai", Sells: true})
		if err != nil {
			return err
		}
		for _, c := range []string{"chocolate", "dairy"} {
			if err := catalog.SetCategory(ctx, tx, catalog.Category{Key: c, Name: pavilion.Text{"en": "Shelf of " + c}}); err != nil {
				return err
			}
		}
		for i, word := range []string{"Amber", "Birch"} {
			if err := s.add(ctx, tx, i, word); err != nil {
				return err
			}
		}
		return nil
	})
	return s
}

// add makes the ith producer with its product and a lot of a hundred units of it.
func (s *shelf) add(ctx context.Context, tx *db.Tx, i int, word string) (err error) {
	if s.producers[i], err = catalog.SaveProducer(ctx, tx, catalog.Producer{Country: "KZ", TaxNumber: fmt.Sprint(77000 + i), LegalName: pavilion.Text{"en": word + " Works"}}); err != nil {
		return err
	}
	product := catalog.Product{Producer: s.producers[i], Category: []string{"chocolate", "dairy"}[i], Origin: "KZ", Name: pavilion.Text{"en": word + " bar"}}
	if s.products[i], err = catalog.SaveProduct(ctx, tx, product); err != nil {
		return err
	}
	digits := fmt.Sprintf("487%09d", i)
	s.skus[i], err = catalog.SaveSKU(ctx, tx, catalog.SKU{
		Product: s.products[i], GTIN: catalog.GTIN(digits + string(catalog.CheckDigit(digits))), ProducerCode: word + "-1", Net: catalog.Measure{Milli: 100_000, Unit: "g"},
	})
	if err != nil {
		return err
	}
	_, err = stock.Receive(ctx, tx, stock.Receipt{
		SKU: s.skus[i], LotCode: word + "-LOT", BestBefore: pavilion.DateOf(tx.Now(), time.UTC).AddDays(10), Warehouse: s.warehouse, Quantity: 100, Cause: "delivery",
	})
	return err
}

func (s *shelf) must(fn func(ctx context.Context, tx *db.Tx) error) {
	s.t.Helper()
	ctx := s.t.Context()
	if err := s.d.Write(ctx, pavilion.System("test"), func(tx *db.Tx) error { return fn(ctx, tx) }); err != nil {
		s.t.Fatal(err)
	}
}

// buy has a channel sell units of the ith product, and counts them.
func (s *shelf) buy(i int, units int64) (o order.Order) {
	s.t.Helper()
	s.made++
	to := order.ShipTo{Name: "收件人", Phone: "+8613800138000", Country: "CN", Province: "上海市", City: "上海市", District: "浦东新区", Street: "世纪大道 1 号"}
	draft, err := order.Prepare(s.sealer, order.Request{
		ID: pavilion.NewID[pavilion.OrderID](pavilion.PrefixOrder, s.d.Now()), Channel: "market", External: fmt.Sprintf("M-%d", s.made),
		Lang: pavilion.Chinese, ShipTo: to, PhoneKey: order.PhoneKey(s.sealer, to.Phone), Delivery: money.New(0, money.CNY),
		Lines: []order.RequestLine{{SKU: s.skus[i], Name: "商品", Quantity: units, Unit: money.New(1234, money.CNY), Tax: money.New(0, money.CNY)}},
	})
	if err != nil {
		s.t.Fatal(err)
	}
	s.must(func(ctx context.Context, tx *db.Tx) error {
		got, err := order.Accept(ctx, tx, s.sealer, []order.Draft{draft})
		if err != nil {
			return err
		}
		o = got[0].Order
		return report.Count(ctx, tx, time.UTC, o.ID)
	})
	return o
}

// eachShelf runs a test on both engines with a filled shelf and the console before it.
func eachShelf(t *testing.T, test func(t *testing.T, s *shelf, as func(login string, o staff.Offer) *visitor)) {
	t.Helper()
	clock := dbtest.NewClock()
	dbtest.EachAt(t, clock, func(t *testing.T, d *db.DB) {
		s := fill(t, d)
		s.clock = clock
		first := openWith(t, d, s.sealer)
		test(t, s, func(login string, o staff.Offer) *visitor {
			v := newVisitor(t, first.url)
			signInAs(t, d, v, login, o)
			return v
		})
	})
}

func role(r ...staff.Role) staff.Offer { return staff.Offer{Roles: r} }

// has checks that a page has all of the words and none of those after "not".
func (v *visitor) has(path string, words ...string) {
	v.t.Helper()
	status, at, page := v.get(path)
	if status != http.StatusOK {
		v.t.Errorf("%s: got %d at %s, want 200", path, status, at)
	}
	want := true
	for _, w := range words {
		if w == "not" {
			want = false
			continue
		}
		if strings.Contains(page, w) != want {
			v.t.Errorf("%s: got %q on the page: %v, want %v", path, w, !want, want)
		}
	}
}

func TestFiguresPage(t *testing.T) {
	t.Parallel()
	eachShelf(t, func(t *testing.T, s *shelf, as func(string, staff.Offer) *visitor) {
		for range 6 {
			s.buy(0, 2)
		}
		s.buy(1, 1)
		as("early", role(staff.Observer)).has("/console/figures", "¥160.42", "Whole weeks from", "not", "Others together", "Shelf of")
		s.clock.Advance(7 * 24 * time.Hour) // breakdowns are told by weeks that are over
		observer, owner := as("observer", role(staff.Observer)), as("owner", role(staff.Owner))
		// What one person bought is not told apart for who may not see orders: the one order
		// of dairy joins the others.
		observer.has("/console/figures", "¥160.42", ">7<", "Others together", "not", "Birch Works", "Shelf of dairy", "/console/producers/")
		owner.has("/console/figures", "¥160.42", "Amber Works", "Birch Works", "Shelf of dairy", "/console/producers/"+string(s.producers[1]), "not", "Others together")
		observer.has("/console/figures?rehearsal=1", "simulated", "Nothing was sold", "not", "¥160.42")
		observer.has("/console/figures?from=2022-07-01&until=2022-07-05", "Nothing was sold", "not", "¥160.42")
		observer.has("/console/figures/days", "6\u00a0July 2022", "¥160.42")
		observer.has("/console/figures/producers", "Others together", "not", "Birch Works")
		owner.has("/console/figures/producers", "Amber Works", "Birch Works")
		observer.has("/console/figures/categories/export?as=csv", "Others together,7,13,160.42,0,0.00", "not", "dairy")
		owner.has("/console/figures/categories/export?as=csv", "Shelf of dairy,1,1,12.34,0,0.00")
		if status, _, _ := as("warehouse", role(staff.Warehouse)).get("/console/figures"); status != http.StatusForbidden {
			t.Errorf("figures without the right: got %d, want 403", status)
		}
	})
}

func TestStartPage(t *testing.T) {
	t.Parallel()
	eachShelf(t, func(t *testing.T, s *shelf, as func(string, staff.Offer) *visitor) {
		owner := as("owner", role(staff.Owner))
		owner.has("/console/", "Lots near their date", "Amber-LOT", "10 days left", "Orders today", "not", "Orders to pack and ship", "Nothing waits")
		late, low := s.buy(0, 60), s.buy(1, 1)
		s.must(func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, "update sale_order set ship_by = $1 where id = $2", db.Micros(tx.Now().Add(-time.Hour)), late.ID)
			return err
		})
		s.must(func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, "update sale_order set ship_by = $1 where id = $2", db.Micros(tx.Now().Add(48*time.Hour)), low.ID)
			return err
		})
		owner.has("/console/", "Orders to pack and ship", late.Number, "1 late", low.Number, "/console/packing", "Sells well, runs out", "sold 60 in two days, 40 left", "¥752.74", "yesterday ¥0.00", "not", "within a day")
		as("content", role(staff.Content)).has("/console/", "Nothing waits", "not", late.Number, "Amber-LOT", "Orders today")
		as("observer", role(staff.Observer)).has("/console/", "Nothing waits", "¥752.74", "not", late.Number)
		as("warehouse", role(staff.Warehouse)).has("/console/", late.Number, "Amber-LOT", "not", "Orders today", "¥752.74")
		as("support", role(staff.Support)).has("/console/", late.Number, "/console/orders?state=paid", "not", `href="/console/packing"`)
		if _, at, _ := as("producer", staff.Offer{Roles: []staff.Role{staff.Producer}, Producer: s.producers[0]}).get("/console/"); at != "/console/own" {
			t.Errorf("a producer's start: got %s, want /console/own", at)
		}
	})
}

func TestSearch(t *testing.T) {
	t.Parallel()
	eachShelf(t, func(t *testing.T, s *shelf, as func(string, staff.Offer) *visitor) {
		one, two := s.buy(0, 1), s.buy(1, 1)
		pack(t, s.d, two.ID, "78912345678901")
		s.must(func(ctx context.Context, tx *db.Tx) error {
			_, err := catalog.AddDocument(ctx, tx, catalog.Document{About: string(s.producers[0]), Kind: "certificate", Name: "halal 2022.pdf"}, []byte("%PDF-1.4"))
			return err
		})
		parcels, err := parcelsOf(s, two.ID)
		if err != nil || len(parcels) != 1 {
			t.Fatalf("parcels: got %v %v, want one", parcels, err)
		}
		owner := as("owner", role(staff.Owner))
		for asked, want := range map[string]string{
			one.Number:       "/console/orders/" + string(one.ID),
			"M-2":            "/console/orders/" + string(two.ID),
			"78912345678901": "/console/orders/" + string(two.ID),
			"Amber-LOT":      "/console/lots/",
			"Amber-1":        "/console/products/" + string(s.products[0]),
			"77001":          "/console/producers/" + string(s.producers[1]),
			"halal+2022.pdf": "/console/producers/" + string(s.producers[0]),
			"owner":          "/console/staff/",
		} {
			_, at, _ := owner.get("/console/search?q=" + asked)
			if !strings.HasPrefix(at, want) {
				t.Errorf("search %q: got to %s, want %s", asked, at, want)
			}
		}
		owner.has("/console/search?q=138+0013+8000", one.Number, two.Number)
		owner.has("/console/search?q=Amb", "Amber bar", "Amber Works", "Amber-LOT", "not", "Birch")
		owner.has("/console/search?q=%3Cb%3Enothing", "Nothing is found for", "&lt;b&gt;nothing", "not", "<b>nothing")
		owner.has("/console/search", "Type the number of an order")
		for login, v := range map[string]*visitor{
			"observer": as("observer", role(staff.Observer)), "content": as("content", role(staff.Content)), "approver": as("approver", role(staff.Approver)),
		} {
			v.has("/console/search?q="+one.Number, "Nothing is found")
			v.has("/console/search?q=13800138000", "Nothing is found")
			v.has("/console/search?q=78912345678901", "Nothing is found")
			v.has("/console/search?q=Amber-LOT", "Nothing is found")
			v.has("/console/search?q=owner", "Nothing is found")
			if t.Failed() {
				t.Fatalf("as %s", login)
			}
		}
		as("finance", role(staff.Finance)).has("/console/search?q=13800138000", "Nothing is found")
	})
}

func parcelsOf(s *shelf, id pavilion.OrderID) (found []shipment.Parcel, err error) {
	ctx := s.t.Context()
	err = s.d.Read(ctx, func(v *db.View) error {
		found, err = shipment.Of(ctx, v, id)
		return err
	})
	return found, err
}

// TestProducersSeeTheirOwn walks every page of a producer's own as each of two producers and
// looks for what is the other's, also where the address asks for it.
func TestProducersSeeTheirOwn(t *testing.T) {
	t.Parallel()
	eachShelf(t, func(t *testing.T, s *shelf, as func(string, staff.Offer) *visitor) {
		for range 7 {
			s.buy(0, 3)
		}
		s.buy(1, 1)
		words := [2]string{"Amber", "Birch"}
		sums := [2]string{"¥259.14", "¥12.34"}
		for i, word := range words {
			other := 1 - i
			v := as(strings.ToLower(word), staff.Offer{Roles: []staff.Role{staff.Producer}, Producer: s.producers[i]})
			for _, path := range []string{
				"/console/own", "/console/own?producer=" + string(s.producers[other]),
				"/console/own/products", "/console/own/products?producer=" + string(s.producers[other]), "/console/own/products/export?as=csv",
				"/console/own/stock", "/console/own/stock?producer=" + string(s.producers[other]), "/console/own/stock/export?as=csv",
				"/console/own/products/" + string(s.products[i]),
				"/console/search?q=bar", "/console/search?q=" + word,
			} {
				v.has(path, word, "not", words[other], string(s.products[other]))
			}
			for _, path := range []string{"/console/own", "/console/own/sales", "/console/own/sales?producer=" + string(s.producers[other]), "/console/own/products/" + string(s.products[i])} {
				v.has(path, sums[i], "not", sums[other], "¥271.48")
			}
			for path, want := range map[string]int{
				"/console/own/products/" + string(s.products[other]): http.StatusNotFound,
				"/console/own/products/nothing":                      http.StatusNotFound,
				"/console/products":                                  http.StatusForbidden,
				"/console/figures":                                   http.StatusForbidden,
				"/console/figures/producers/export":                  http.StatusForbidden,
			} {
				if status, _, _ := v.get(path); status != want && status != http.StatusNotFound {
					t.Errorf("%s at %s: got %d, want %d", word, path, status, want)
				}
			}
			v.has("/console/search?q="+words[other], "Nothing is found")
			v.has("/console/search?q="+words[other]+"-LOT", "Nothing is found")
		}
	})
}

// TestOwnNextSteps says what a producer must do.
func TestOwnNextSteps(t *testing.T) {
	t.Parallel()
	eachShelf(t, func(t *testing.T, s *shelf, as func(string, staff.Offer) *visitor) {
		v := as("amber", staff.Offer{Roles: []staff.Role{staff.Producer}, Producer: s.producers[0]})
		v.has("/console/own", "Products that lack facts", "missing: name (", "Lots near their date", "10 days left", "not", "Papers that end", "Nothing in stock")
		s.must(func(ctx context.Context, tx *db.Tx) error {
			if err := catalog.SaveRegistration(ctx, tx, s.producers[0], catalog.Registration{Authority: "GACC", Number: "CKAZ1", ValidUntil: "2022-07-20"}); err != nil {
				return err
			}
			_, err := catalog.AddDocument(ctx, tx, catalog.Document{About: string(s.products[0]), Kind: "certificate", Name: "old.pdf", ValidUntil: "2022-07-01"}, []byte("%PDF-1.4"))
			return err
		})
		v.has("/console/own", "Papers that end soon", "GACC CKAZ1", "14 days left", "old.pdf", "expired")
		as("owner", role(staff.Owner)).has("/console/", "Papers that end soon", "GACC CKAZ1")
	})
}

// TestWorkbooksOnStartPages shows a workbook first to its producer and then to those who
// import, and never to another producer.
func TestWorkbooksOnStartPages(t *testing.T) {
	t.Parallel()
	eachShelf(t, func(t *testing.T, s *shelf, as func(string, staff.Offer) *visitor) {
		set := func(state catalog.WorkbookState) {
			s.must(func(ctx context.Context, tx *db.Tx) error {
				_, err := tx.Exec(ctx, "update sheet_import set state = $1", string(state))
				return err
			})
		}
		amber := as("amber", staff.Offer{Roles: []staff.Role{staff.Producer}, Producer: s.producers[0]})
		birch := as("birch", staff.Offer{Roles: []staff.Role{staff.Producer}, Producer: s.producers[1]})
		owner := as("owner", role(staff.Owner))
		var sheet bytes.Buffer
		if err := catalog.Template(&sheet, pavilion.Russian); err != nil {
			t.Fatal(err)
		}
		if _, err := catalog.HandIn(t.Context(), s.d, pavilion.System("test"), s.producers[0], "spring.xlsx", bytes.NewReader(sheet.Bytes()), int64(sheet.Len())); err != nil {
			t.Fatal(err)
		}
		set(catalog.WorkbookRefused)
		amber.has("/console/own", "refused: mend it", "spring.xlsx", "/console/own/imports/imp_")
		set(catalog.WorkbookChecked)
		amber.has("/console/own", "is checked: look at it", "spring.xlsx")
		set(catalog.WorkbookHandedIn)
		amber.has("/console/own", "not", "spring.xlsx")
		owner.has("/console/", "Workbooks handed in", "spring.xlsx", "Amber Works")
		birch.has("/console/own", "not", "spring.xlsx")
	})
}

// TestStartOfAnEmptyPavilion says where to begin to who may begin, and to nobody else.
func TestStartOfAnEmptyPavilion(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t)
	first := openWith(t, d, dbtest.Sealer(t))
	for login, want := range map[string]string{"owner": "Begin here", "warehouse": "Nothing waits"} {
		v := newVisitor(t, first.url)
		signInAs(t, d, v, login, role(staff.Role(login)))
		v.has("/console/", want)
	}
}
