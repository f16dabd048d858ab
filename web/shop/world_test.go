package shop

import (
	"context"
	"encoding/csv"
	"flag"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"pavilion"
	"pavilion/catalog"
	"pavilion/channel"
	"pavilion/channel/own"
	"pavilion/db"
	"pavilion/db/dbtest"
	"pavilion/money"
	"pavilion/order"
	"pavilion/payment"
	"pavilion/payment/simpay"
	simulated "pavilion/sim/payment"
	"pavilion/stock"
	"pavilion/tailoring/label"
	"pavilion/tailoring/rules"
	"pavilion/web/ui"
)

var (
	serveAt   = flag.String("serve", "", "address on which TestServe serves the seeded shop until it is stopped")
	goodsFile = flag.String("goods", "testdata/goods.tsv", "goods of the seeded shop")
)

// world is a shop with goods, stock and a payment provider, reached over HTTP.
type world struct {
	t      *testing.T
	url    string
	db     *db.DB
	own    *own.Shop
	codes  *Codes
	pay    *till
	sealer *db.Sealer
}

// till is a payment provider in memory: a test says how each charge goes.
type till struct {
	states map[pavilion.IntentID]payment.Word
	down   bool
	last   payment.Charge
}

func (till) Name() string { return "simpay" }

func (c *till) Start(_ context.Context, ch payment.Charge) (payment.Started, error) {
	if c.down {
		return payment.Started{}, pavilion.E(pavilion.Unavailable, "till.down", nil)
	}
	c.last = ch
	c.states[ch.Intent] = payment.Word{NoticeID: "ask", Intent: ch.Intent, State: payment.StateStarted, Amount: ch.Amount, ProviderRef: "ref"}
	return payment.Started{ProviderRef: "ref", PayURL: "https://pay.example/" + string(ch.Intent)}, nil
}

func (c *till) Ask(_ context.Context, id pavilion.IntentID) (payment.Word, error) {
	w, ok := c.states[id]
	if !ok {
		return payment.Word{}, pavilion.E(pavilion.NotFound, "till.unknown", nil)
	}
	return w, nil
}

func (c *till) Refund(_ context.Context, r payment.Repayment) (payment.RefundWord, error) {
	return payment.RefundWord{Refund: r.Refund, State: payment.StateDone, Amount: r.Amount, ProviderRef: "back"}, nil
}

func (c *till) ReadNotice(http.Header, []byte) (payment.Word, error) {
	return payment.Word{}, pavilion.E(pavilion.Forbidden, "till.unsigned", nil)
}

// goes says how the last charge went.
func (c *till) goes(s payment.State) {
	w := c.states[c.last.Intent]
	w.State, w.NoticeID = s, "ask-"+string(s)
	c.states[c.last.Intent] = w
}

func newWorld(t *testing.T) *world {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	pay := &till{states: map[pavilion.IntentID]payment.Word{}}
	w := openWorld(t, listener, dbtest.SQLite(t), pay, "https://pay.example")
	w.pay = pay
	return w
}

// openWorld serves a shop whose orders are paid with the provider, on pages of payOrigin.
func openWorld(t *testing.T, listener net.Listener, d *db.DB, provider payment.Provider, payOrigin string) *world {
	t.Helper()
	w := &world{t: t, db: d, sealer: dbtest.Sealer(t), codes: NewCodes()}
	w.url = "http://" + listener.Addr().String()
	w.seed(*goodsFile)
	log := slog.New(slog.NewTextHandler(t.Output(), nil))
	intake := channel.NewIntake(d, w.sealer, channel.Options{})
	if err := intake.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(intake.Stop)
	var err error
	w.own, err = own.New(d, intake, w.sealer, w.codes, map[string]payment.Provider{provider.Name(): provider}, own.Settings{
		FreeDeliveryFrom: money.New(19900, "CNY"), DeliveryFee: money.New(1200, "CNY"), BaseURL: w.url,
	})
	if err != nil {
		t.Fatal(err)
	}
	zone := time.FixedZone("CST", 8*60*60)
	site, err := ui.New(ui.Options{BaseURL: w.url, Name: inFour("白俄罗斯国家馆", "Belarus National Pavilion", "Национальный павильон Беларуси", "Нацыянальны павільён Беларусі"), Demo: true, Zone: zone, Clock: d.Now, Log: log})
	if err != nil {
		t.Fatal(err)
	}
	labels, err := label.Load(rules.Files, "cn")
	if err != nil {
		t.Fatal(err)
	}
	s, err := New(Options{DB: d, Own: w.own, Site: site, BaseURL: w.url, Demo: true, Codes: w.codes, Labels: labels, Log: log})
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	s.Mount(mux)
	if err := site.Mount(mux); err != nil {
		t.Fatal(err)
	}
	guard := ui.Guard{FormTargets: []string{payOrigin}, Clock: d.Now, Log: log}
	server := &httptest.Server{Listener: listener, Config: &http.Server{Handler: guard.Wrap(mux), ReadHeaderTimeout: time.Minute}}
	server.Start()
	t.Cleanup(server.Close)
	return w
}

// seed puts the goods of a file on the shelves. All are of one maker; the brands are theirs.
func (w *world) seed(file string) {
	w.t.Helper()
	f, err := os.Open(file)
	if err != nil {
		w.t.Fatal(err)
	}
	defer f.Close()
	lines := csv.NewReader(f)
	lines.Comma, lines.LazyQuotes = '\t', true
	rows, err := lines.ReadAll()
	if err != nil {
		w.t.Fatal(err)
	}
	err = w.db.Write(w.t.Context(), pavilion.System("test"), func(tx *db.Tx) error {
		maker := sampleMaker
		maker.ID, maker.Prefixes, maker.TaxNumber = "", nil, anyUNP()
		id, err := catalog.SaveProducer(w.t.Context(), tx, maker)
		if err != nil {
			return err
		}
		house, err := stock.AddWarehouse(w.t.Context(), tx, stock.Warehouse{Code: "CTU", Name: inFour("成都保税仓", "Chengdu", "Чэнду", "Чэнду"), Country: "CN", TimeZone: "Asia/Shanghai", Sells: true})
		if err != nil {
			return err
		}
		brands := map[string]pavilion.BrandID{}
		for i, row := range rows[1:] {
			if err := w.seedRow(tx, row, i, id, house, brands); err != nil {
				return fmt.Errorf("row %d: %w", i+1, err)
			}
		}
		return nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) seedRow(tx *db.Tx, row []string, i int, maker pavilion.ProducerID, house pavilion.WarehouseID, brands map[string]pavilion.BrandID) error {
	ctx := w.t.Context()
	gtin, brandName, category := row[0], pavilion.Text{"en": row[1], "ru": row[2], "zh": row[3]}, row[8]
	number := func(s string) int64 {
		n, err := strconv.ParseInt(s, 10, 64)
		if err != nil {
			w.t.Fatal(err)
		}
		return n
	}
	if err := catalog.SetCategory(ctx, tx, catalog.Category{Key: category, Position: int64(i), Name: pavilion.Text{"en": category, "zh": category, "ru": category}}); err != nil {
		return err
	}
	brand, known := brands[row[1]]
	if !known && row[1] != "" {
		var err error
		if brand, err = catalog.SaveBrand(ctx, tx, catalog.Brand{Producer: maker, Name: brandName}); err != nil {
			return err
		}
		brands[row[1]] = brand
	}
	product, err := catalog.SaveProduct(ctx, tx, catalog.Product{
		Producer: maker, Brand: brand, Category: category, Origin: "BY",
		Name: pavilion.Text{"ru": row[4], "en": row[5], "zh": row[6]},
	})
	if err != nil {
		return err
	}
	net, err := catalog.ParseMeasure(row[7])
	if err != nil {
		return err
	}
	facts := sampleGoods(ui.PrinterOf(httptest.NewRequest("GET", "/", nil))).page.SKUs[0].Facts
	sku, err := catalog.SaveSKU(ctx, tx, catalog.SKU{Product: product, GTIN: catalog.GTIN(gtin), Net: net, ShelfLifeDays: 365, Facts: facts})
	if err != nil {
		return err
	}
	if err := catalog.SetPrice(ctx, tx, sku, own.Name, money.New(number(row[9]), "CNY")); err != nil {
		return err
	}
	if err := catalog.SetOnSale(ctx, tx, true, sku); err != nil {
		return err
	}
	if n := number(row[10]); n > 0 {
		today := pavilion.DateOf(tx.Now(), time.UTC)
		_, err = stock.Receive(ctx, tx, stock.Receipt{
			SKU: sku, LotCode: "L" + gtin[8:], ProducedOn: today.AddDays(-20), BestBefore: today.AddDays(int(number(row[11]))),
			Warehouse: house, Quantity: n, Cause: "test",
		})
	}
	return err
}

// anyUNP is some payer's number with a right check digit.
func anyUNP() string {
	for n := 400000000; ; n++ {
		if s := strconv.Itoa(n); catalog.CheckUNP(s) == nil {
			return s
		}
	}
}

// sku is a seeded SKU by its GTIN.
func (w *world) sku(gtin catalog.GTIN) catalog.SKU {
	w.t.Helper()
	var found map[catalog.GTIN]catalog.SKU
	err := w.db.Read(w.t.Context(), func(v *db.View) (err error) {
		found, err = catalog.FindGTINs(w.t.Context(), v, gtin)
		return err
	})
	if err != nil || len(found) != 1 {
		w.t.Fatalf("find %s: got %d, %v", gtin, len(found), err)
	}
	return found[gtin]
}

// orders are all orders there are.
func (w *world) orders() []order.Order {
	w.t.Helper()
	var all []order.Order
	err := w.db.Read(w.t.Context(), func(v *db.View) (err error) {
		all, err = order.List(w.t.Context(), v, order.Filter{}, "", 100)
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return all
}

// visitor is a browser without scripts: it keeps cookies and follows redirects only on the
// shop's own host.
type visitor struct {
	*world
	client *http.Client
}

func (w *world) visitor() *visitor {
	jar, err := cookiejar.New(nil)
	if err != nil {
		w.t.Fatal(err)
	}
	v := &visitor{world: w, client: &http.Client{Jar: jar}}
	v.client.CheckRedirect = func(r *http.Request, _ []*http.Request) error {
		if !strings.HasPrefix(r.URL.String(), w.url) {
			return http.ErrUseLastResponse
		}
		return nil
	}
	return v
}

// TestServe serves the seeded shop to look at: go test ./web/shop -run TestServe -serve :8090 -timeout 0.
func TestServe(t *testing.T) {
	if *serveAt == "" {
		return
	}
	listener, err := net.Listen("tcp", *serveAt)
	if err != nil {
		t.Fatal(err)
	}
	d := dbtest.SQLite(t)
	provider, origin := simulatedProvider(t, d)
	w := openWorld(t, listener, d, provider, origin)
	fmt.Println("serving", w.url)
	<-t.Context().Done()
}

// simulatedProvider starts the simulated payment provider and returns its client and the
// origin of its pages.
func simulatedProvider(t *testing.T, d *db.DB) (provider payment.Provider, origin string) {
	t.Helper()
	key := []byte("a key of the tests alone")
	server := httptest.NewUnstartedServer(nil)
	origin = "http://" + server.Listener.Addr().String()
	sim, err := simulated.New(simulated.Options{BaseURL: origin, Merchant: "test", Key: key, Clock: d.Now})
	if err != nil {
		t.Fatal(err)
	}
	if err := sim.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := sim.Stop(); err != nil {
			t.Error(err)
		}
	})
	server.Config.Handler = sim
	server.Start()
	t.Cleanup(server.Close)
	client, err := simpay.New(simpay.Options{BaseURL: origin, Merchant: "test", Key: key, Clock: d.Now})
	if err != nil {
		t.Fatal(err)
	}
	return client, origin
}
