package own_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
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
	"pavilion/stock"
)

// world is a shop with its goods, its bank and its shoppers' phones.
type world struct {
	*own.Shop
	t         *testing.T
	d         *db.DB
	clock     *dbtest.Clock
	bank      *bank
	phones    *phones
	warehouse pavilion.WarehouseID
	product   pavilion.ProductID
	made      int // numbers what the test makes
}

func eachWorld(t *testing.T, test func(t *testing.T, w *world)) {
	t.Helper()
	clock := dbtest.NewClock()
	dbtest.EachAt(t, clock, func(t *testing.T, d *db.DB) { test(t, newWorld(t, d, clock)) })
}

func newWorld(t *testing.T, d *db.DB, clock *dbtest.Clock) *world {
	t.Helper()
	sealer := dbtest.Sealer(t)
	intake := channel.NewIntake(d, sealer, channel.Options{})
	if err := intake.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(intake.Stop)
	w := &world{t: t, d: d, clock: clock, bank: newBank(), phones: &phones{codes: map[string]string{}}}
	var err error
	w.Shop, err = own.New(d, intake, sealer, w.phones, map[string]payment.Provider{"bank": w.bank}, own.Settings{
		DeliveryFee: cny(800), FreeDeliveryFrom: cny(9900), PayWithin: 30 * time.Minute, BaseURL: "https://shop.example",
	})
	if err != nil {
		t.Fatal(err)
	}
	w.must(func(ctx context.Context, tx *db.Tx) (err error) {
		w.warehouse, err = stock.AddWarehouse(ctx, tx, stock.Warehouse{Code: "SHA", Country: "CN", TimeZone: "Asia/Shanghai", Sells: true})
		if err != nil {
			return err
		}
		producer, err := catalog.SaveProducer(ctx, tx, catalog.Producer{Country: "KZ", TaxNumber: "1", LegalName: pavilion.Text{"en": "A factory"}})
		if err != nil {
			return err
		}
		w.product, err = catalog.SaveProduct(ctx, tx, catalog.Product{
			Producer: producer, Category: "chocolate", Origin: "KZ", Name: pavilion.Text{pavilion.Chinese: "巧克力", pavilion.Russian: "Шоколад"},
		})
		return err
	})
	return w
}

func cny(minor int64) money.Money { return money.New(minor, money.CNY) }

func (w *world) must(fn func(ctx context.Context, tx *db.Tx) error) {
	w.t.Helper()
	ctx := w.t.Context()
	if err := w.d.Write(ctx, pavilion.System("test"), func(tx *db.Tx) error { return fn(ctx, tx) }); err != nil {
		w.t.Fatal(err)
	}
}

// goods puts a new SKU on sale, with that many units.
func (w *world) goods(price, units int64) (sku pavilion.SKUID) {
	w.t.Helper()
	w.made++
	digits := fmt.Sprintf("487%09d", w.made)
	w.must(func(ctx context.Context, tx *db.Tx) (err error) {
		sku, err = catalog.SaveSKU(ctx, tx, catalog.SKU{
			Product: w.product, GTIN: catalog.GTIN(digits + string(catalog.CheckDigit(digits))), Net: catalog.Measure{Milli: 100_000, Unit: "g"},
		})
		if err != nil {
			return err
		}
		if err := catalog.SetOnSale(ctx, tx, true, sku); err != nil {
			return err
		}
		if err := catalog.SetPrice(ctx, tx, sku, own.Name, cny(price)); err != nil || units == 0 {
			return err
		}
		_, err = stock.Receive(ctx, tx, stock.Receipt{SKU: sku, LotCode: "L1", Warehouse: w.warehouse, Quantity: units, Cause: "delivery"})
		return err
	})
	return sku
}

func (w *world) setPrice(sku pavilion.SKUID, price int64) {
	w.t.Helper()
	w.must(func(ctx context.Context, tx *db.Tx) error {
		return catalog.SetPrice(ctx, tx, sku, own.Name, cny(price))
	})
}

func recipient() order.ShipTo {
	return order.ShipTo{Name: "收件人", Phone: "138 0013 8000", Province: "上海市", City: "上海市", District: "浦东新区", Street: "世纪大道 1 号"}
}

// checkout is a guest's, with a key of its own.
func (w *world) checkout(lines ...own.Line) own.Checkout {
	w.made++
	return own.Checkout{Key: fmt.Sprintf("checkout-%d", w.made), Lines: lines, ShipTo: recipient(), Lang: pavilion.Chinese, Provider: "bank", Notice: w.told(lines)}
}

// told is the id of what a shopper must accept to order the lines.
func (w *world) told(lines []own.Line) string {
	w.t.Helper()
	n, err := w.NoticeOf(w.t.Context(), lines)
	if err != nil {
		return "" // such lines are refused before
	}
	return n.ID()
}

func (w *world) place(lines ...own.Line) order.Outcome {
	w.t.Helper()
	o, err := w.Place(w.t.Context(), w.checkout(lines...))
	if err != nil {
		w.t.Fatal(err)
	}
	return o
}

// order reads an order whoever's it is.
func (w *world) order(id pavilion.OrderID) order.Order {
	w.t.Helper()
	o, err := w.Order(w.t.Context(), id, own.Viewer{Pass: w.Pass(id)})
	if err != nil {
		w.t.Fatal(err)
	}
	return o
}

func (w *world) mustBe(id pavilion.OrderID, want order.State) {
	w.t.Helper()
	if got := w.order(id); got.State != want {
		w.t.Errorf("order: got %s (%s), want %s", got.State, got.Reason, want)
	}
}

// start opens the payment page and returns the intent that is paid there.
func (w *world) start(id pavilion.OrderID) pavilion.IntentID {
	w.t.Helper()
	url, err := w.StartPayment(w.t.Context(), id, pavilion.Chinese)
	if err != nil {
		w.t.Fatal(err)
	}
	return pavilion.IntentID(url[len("https://bank.example/"):])
}

// signIn signs a phone in with a code and returns the session's secret.
func (w *world) signIn(phone string) (string, own.Buyer) {
	w.t.Helper()
	ctx := w.t.Context()
	if err := w.SendCode(ctx, phone, "192.0.2.1", pavilion.Chinese); err != nil {
		w.t.Fatal(err)
	}
	secret, b, err := w.SignIn(ctx, phone, w.phones.last(b164(phone)), "192.0.2.1")
	if err != nil {
		w.t.Fatal(err)
	}
	w.clock.Advance(time.Minute)
	return secret, b
}

func b164(phone string) string { return "+86" + phone }

func (w *world) mustBeClean() {
	w.t.Helper()
	ctx := w.t.Context()
	err := w.d.Read(ctx, func(v *db.View) error {
		err := order.Verify(ctx, v, func(d order.Difference) error { w.t.Errorf("verify: %+v", d); return nil })
		return errors.Join(err, stock.Verify(ctx, v, func(d stock.Difference) error { w.t.Errorf("verify: %+v", d); return nil }))
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

// refuses checks the reason of an error and returns it.
func refuses(t *testing.T, err error, want string) *pavilion.Error {
	t.Helper()
	e, ok := errors.AsType[*pavilion.Error](err)
	if !ok || e.Reason != want {
		t.Errorf("got %v, want %s", err, want)
		return &pavilion.Error{}
	}
	return e
}

// phones remembers the last code that was sent to each phone.
type phones struct {
	mu    sync.Mutex
	codes map[string]string
	fail  error
}

func (p *phones) SendCode(_ context.Context, phone, code string, _ pavilion.Lang) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.codes[phone] = code
	return p.fail
}

func (p *phones) last(phone string) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.codes[phone]
}

// bank is a payment provider in memory. What it says of an intent is what the test sets.
type bank struct {
	mu      sync.Mutex
	charges map[pavilion.IntentID]payment.Charge
	states  map[pavilion.IntentID]payment.State
	repaid  map[pavilion.RefundID]money.Money
	slow    bool // a refund is under way when it is asked for the first time
	fail    error
}

func newBank() *bank {
	return &bank{
		charges: map[pavilion.IntentID]payment.Charge{}, states: map[pavilion.IntentID]payment.State{}, repaid: map[pavilion.RefundID]money.Money{},
	}
}

func (b *bank) Name() string { return "bank" }

func (b *bank) Start(_ context.Context, c payment.Charge) (payment.Started, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.charges[c.Intent] = c
	if b.states[c.Intent] == "" {
		b.states[c.Intent] = payment.StateStarted
	}
	return payment.Started{ProviderRef: "ref", PayURL: "https://bank.example/" + string(c.Intent)}, b.fail
}

// set decides what becomes of an intent.
func (b *bank) set(id pavilion.IntentID, s payment.State) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.states[id] = s
}

func (b *bank) Ask(_ context.Context, id pavilion.IntentID) (payment.Word, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	c, ok := b.charges[id]
	if !ok {
		return payment.Word{}, pavilion.E(pavilion.NotFound, "bank.unknown", nil)
	}
	s := b.states[id]
	return payment.Word{NoticeID: string(id) + string(s), Intent: id, State: s, Amount: c.Amount}, b.fail
}

func (b *bank) Refund(_ context.Context, r payment.Repayment) (payment.RefundWord, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	_, again := b.repaid[r.Refund]
	b.repaid[r.Refund] = r.Amount
	w := payment.RefundWord{Refund: r.Refund, State: payment.StateDone, Amount: r.Amount}
	if b.slow && !again {
		w.State = payment.StateSent
	}
	return w, b.fail
}

// ReadNotice takes the name of an intent for a notice about it.
func (b *bank) ReadNotice(header http.Header, body []byte) (payment.Word, error) {
	if header.Get("Signature") != "bank" {
		return payment.Word{}, pavilion.E(pavilion.Forbidden, "bank.signature", nil)
	}
	return b.Ask(context.Background(), pavilion.IntentID(body))
}
