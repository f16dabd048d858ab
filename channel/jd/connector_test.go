package jd_test

import (
	"bytes"
	"image"
	"image/jpeg"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pavilion"
	"pavilion/channel"
	"pavilion/channel/jd"
	"pavilion/money"
	sim "pavilion/sim/jd"
)

// world is a simulated platform and our connector to a shop of it.
type world struct {
	t      *testing.T
	sim    *sim.Simulator
	c      *jd.Connector
	access channel.Access
	token  channel.Token
	mu     sync.Mutex
	now    time.Time // under mu
}

func (w *world) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *world) pass(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}

func newWorld(t *testing.T, how sim.Shipping, s jd.Settings) *world {
	t.Helper()
	w := &world{t: t, now: time.Date(2026, 11, 23, 4, 0, 0, 0, time.UTC)}
	const key, secret = "TESTAPPKEY", "test-secret-of-the-app"
	platform, err := sim.New(sim.Options{AppKey: key, AppSecret: secret, Clock: w.clock, Seed: 7, Shipping: how, Booked: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.must(platform.Close()) })
	w.sim = platform
	s.ReturnTo = jd.ReturnTo{Contact: "库管", Telephone: "051262571234", Zip: "215000", Province: 12, City: 988, County: 40034, Address: "园区1号", AddressType: 1}
	s.RefuseReason, s.AgreeReason = "13", "13"
	s.Receipt = jd.Received{Packing: 1, Quality: 1, Appearance: 1, Invoice: 1, Judgment: 1, AccessoryGift: 1}
	w.c, err = jd.NewConnector(jd.Options{
		AppKey: key, AppSecret: secret, BaseURL: "http://jd.test/routerjson", OAuthURL: "http://jd.test",
		Doer: &http.Client{Transport: platform}, Clock: w.clock,
	}, s)
	w.must(err)
	granted, err := platform.Authorize()
	w.must(err)
	w.token, err = w.c.Renew(t.Context(), channel.Token{Shop: "10001", Refresh: granted.Refresh})
	w.must(err)
	w.access = channel.Access{Shop: w.token.Shop, Token: w.token.Access}
	return w
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// fails is a fault in the next call of a method.
func (w *world) fails(kind sim.FaultKind, method string) {
	w.t.Helper()
	w.must(w.sim.Fail(sim.Fault{Kind: kind, Method: method}))
}

func cny(fen int64) money.Money { return money.New(fen, money.CNY) }

// chocolate is a listing with everything JD asks for, in a category of the fourth level.
func (w *world) chocolate() channel.Listing {
	w.t.Helper()
	var picture bytes.Buffer
	w.must(jpeg.Encode(&picture, image.NewGray(image.Rect(0, 0, 800, 800)), nil))
	name, err := w.c.AddPicture(w.t.Context(), w.access, "main", picture.Bytes())
	w.must(err)
	again, err := w.c.AddPicture(w.t.Context(), w.access, "other", picture.Bytes())
	w.must(err)
	if again != name {
		w.t.Fatalf("the same picture is %s and %s", name, again)
	}
	list, err := w.c.Attributes(w.t.Context(), w.access, "39001")
	w.must(err)
	var values []channel.AttributeValue
	for _, at := range list {
		if at.Required && len(at.Options) > 0 {
			values = append(values, channel.AttributeValue{Attribute: at.ID, Option: at.Options[0].ID})
		}
	}
	return channel.Listing{
		Ref: "vrt_chocolate", Category: "39001", Attributes: values, Title: "白俄罗斯黑巧克力 72%", Description: "可可 <72%>\nв Минске\n\n第二段",
		Points: []string{"进口"}, Pictures: []string{name},
		Units: []channel.ListingUnit{{Ref: "sku_chocolate", Name: "100克", Price: cny(19_90), WeightG: 120}},
	}
}

// sell publishes the chocolate, puts it up and stocks it.
func (w *world) sell(stock int64) channel.UnitID {
	w.t.Helper()
	shown, err := w.c.Publish(w.t.Context(), w.access, w.chocolate())
	w.must(err)
	unit := channel.UnitID{Listing: shown.ID, Unit: shown.Units[0].ID}
	w.must(w.c.SetShelf(w.t.Context(), w.access, shown.ID, true))
	w.must(w.c.ChangeStock(w.t.Context(), w.access, channel.StockChange{UnitID: unit, By: stock, To: stock, Key: "stock-1"}))
	return unit
}

func (w *world) buy(unit channel.UnitID, quantity int64) string {
	w.t.Helper()
	var id sim.ID
	for _, k := range w.sim.SKUs() {
		if k.ID.String() == unit.Unit {
			id = k.ID
		}
	}
	order, err := w.sim.PlaceOrder(sim.Purchase{Lines: []sim.Line{{SKU: id, Quantity: quantity}}, Discount: cny(1_01), Freight: cny(6_00), Remark: "快"})
	w.must(err)
	return order.String()
}

func (w *world) order(number string) channel.PlatformOrder {
	w.t.Helper()
	o, err := w.c.GetOrder(w.t.Context(), w.access, number)
	w.must(err)
	return o
}

func TestConsent(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sim.Domestic, jd.Settings{})
	if !w.token.AccessUntil.After(w.clock()) || w.token.Refresh == "" || w.token.Shop != "10001" {
		t.Errorf("got a token of %s until %v", w.token.Shop, w.token.AccessUntil)
	}
	w.must(w.sim.ExpireTokens())
	if _, err := w.c.Carriers(t.Context(), w.access); pavilion.KindOf(err) != pavilion.Unauthenticated {
		t.Errorf("got %v, want unauthenticated", err)
	}
}

func TestListing(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sim.Domestic, jd.Settings{})
	l := w.chocolate()
	w.fails(sim.LostReply, "jingdong.ware.write.add")
	if _, err := w.c.Publish(t.Context(), w.access, l); !channel.Unknown(err) {
		t.Fatalf("got %v, want an unknown outcome", err)
	}
	shown, err := w.c.Publish(t.Context(), w.access, l)
	w.must(err)
	if got := len(w.sim.SKUs()); got != 1 {
		t.Fatalf("published again after a lost reply there are %d SKUs, want 1", got)
	}
	want := channel.Shown{
		ID: shown.ID, Ref: "vrt_chocolate", State: channel.ListingOff, Category: "39001", Attributes: l.Attributes, Title: l.Title,
		Description: l.Description, PictureCount: 1, Modified: shown.Modified,
		Units: []channel.ShownUnit{{ID: shown.Units[0].ID, Ref: "sku_chocolate", Price: cny(19_90)}},
	}
	if d := cmp.Diff(want, shown, cmp.AllowUnexported(money.Money{})); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
	w.must(w.c.SetShelf(t.Context(), w.access, shown.ID, true))
	w.must(w.c.SetPrice(t.Context(), w.access, channel.UnitID{Listing: shown.ID, Unit: shown.Units[0].ID}, cny(21_00)))
	found, err := w.c.Find(t.Context(), w.access, []string{shown.ID}, []string{"vrt_nothing"})
	w.must(err)
	if len(found) != 1 || found[0].State != channel.ListingOn || found[0].Units[0].Price != cny(21_00) || !found[0].Units[0].On {
		t.Errorf("got %+v, want it on the shelf for 21.00", found)
	}
	byName, err := w.c.Find(t.Context(), w.access, nil, []string{"vrt_chocolate"})
	if err != nil || len(byName) != 1 || byName[0].ID != shown.ID {
		t.Errorf("by our name: got %+v %v", byName, err)
	}
	w.must(w.sim.RefuseNext("标题含有禁用词", 1))
	l.Title = "最好的巧克力"
	shown, err = w.c.Publish(t.Context(), w.access, l)
	w.must(err)
	if d := cmp.Diff([]channel.Refusal{{Field: "Title", Text: "标题含有禁用词"}}, shown.Refusals); d != "" || shown.State != channel.ListingRefused {
		t.Errorf("%s -want +got:\n%s", shown.State, d)
	}
}

func TestListingsThatCannotBe(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sim.Domestic, jd.Settings{})
	for field, spoil := range map[string]func(*channel.Listing){
		"Title":       func(l *channel.Listing) { l.Title = strings.Repeat("长", 46) },
		"Pictures":    func(l *channel.Listing) { l.Pictures = nil },
		"Category":    func(l *channel.Listing) { l.Category = "" },
		"Brand":       func(l *channel.Listing) { l.Brand = "Kommunarka" },
		"Units":       func(l *channel.Listing) { l.Units[0].Price = money.New(1, money.EUR) },
		"Extra":       func(l *channel.Listing) { l.Units = append(l.Units, l.Units[0]) },
		"Description": func(l *channel.Listing) { l.Description = "" },
		"Attributes":  func(l *channel.Listing) { l.Attributes = []channel.AttributeValue{{Attribute: "taste", Text: "x"}} },
	} {
		l := w.chocolate()
		spoil(&l)
		var e *pavilion.Error
		_, err := w.c.Publish(t.Context(), w.access, l)
		if e, _ = err.(*pavilion.Error); e == nil || e.Kind != pavilion.Invalid || e.Field != field {
			t.Errorf("%s: got %v, want Invalid at it", field, err)
		}
	}
}

func TestStockOfAShop(t *testing.T) {
	t.Parallel()
	for _, absolute := range []bool{false, true} {
		w := newWorld(t, sim.Domestic, jd.Settings{Absolute: absolute})
		unit := w.sell(10)
		w.fails(sim.LostReply, "jingdong.ware.stock.sku.set")
		change := channel.StockChange{UnitID: unit, By: -3, To: 7, Key: "stock-2"}
		if err := w.c.ChangeStock(t.Context(), w.access, change); !channel.Unknown(err) {
			t.Fatalf("got %v, want an unknown outcome", err)
		}
		w.must(w.c.ChangeStock(t.Context(), w.access, change))
		w.buy(unit, 2)
		got, err := w.c.ReadStock(t.Context(), w.access, []channel.UnitID{unit})
		w.must(err)
		if d := cmp.Diff([]channel.StockReading{{UnitID: unit, Sellable: 5, Held: 2}}, got); d != "" {
			t.Errorf("absolute %v: -want +got:\n%s", absolute, d)
		}
		if absolute != !w.c.Traits().Increments {
			t.Errorf("absolute %v, increments %v", absolute, w.c.Traits().Increments)
		}
		if err := w.c.ChangeStock(t.Context(), w.access, channel.StockChange{UnitID: unit, By: -6, Key: "stock-3"}); !absolute && pavilion.ReasonOf(err) != "channel.stock_short" {
			t.Errorf("got %v, want channel.stock_short", err)
		}
	}
}

// TestStockIsChangedOnce: whatever goes wrong on the way, a change that is asked for until it
// is known to be done is done once.
func TestStockIsChangedOnce(t *testing.T) {
	t.Parallel()
	for _, f := range []sim.Fault{
		{Kind: sim.LostCall}, {Kind: sim.LostReply}, {Kind: sim.Late}, {Kind: sim.Repeat}, {Kind: sim.HTML}, {Kind: sim.HTMLReply}, {Kind: sim.Dirty},
		{Kind: sim.Coded, Code: "1"}, {Kind: sim.Coded, Code: "2"}, {Kind: sim.Coded, Code: "67"}, {Kind: sim.InnerCode, Code: "500"},
	} {
		w := newWorld(t, sim.Domestic, jd.Settings{})
		unit := w.sell(10)
		f.Method, f.Times = "jingdong.ware.stock.sku.set", 2
		w.must(w.sim.Fail(f))
		calls := 0
		for {
			err := w.c.ChangeStock(t.Context(), w.access, channel.StockChange{UnitID: unit, By: -3, Key: "stock-2"})
			if err == nil {
				break
			}
			if kind := pavilion.KindOf(err); kind != pavilion.Unavailable && kind != pavilion.Limited {
				t.Fatalf("%s %s: got %v, want what may be tried again", f.Kind, f.Code, err)
			}
			if calls++; calls > 5 {
				t.Fatalf("%s %s: %v for ever", f.Kind, f.Code, err)
			}
		}
		got, err := w.c.ReadStock(t.Context(), w.access, []channel.UnitID{unit})
		if err != nil || got[0].Sellable != 7 {
			t.Errorf("%s %s: got %+v %v, want 7", f.Kind, f.Code, got, err)
		}
	}
}

func TestOrdersOfAShop(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sim.Domestic, jd.Settings{})
	unit := w.sell(1000)
	began := w.clock()
	var placed []string
	for range 250 { // several in a second, and more of them than a page holds
		placed = append(placed, w.buy(unit, 1))
		if len(placed) > 120 {
			w.pass(time.Second)
		}
	}
	seen := map[string]bool{}
	ask := channel.Asked{From: began, To: w.clock().Add(-time.Millisecond)} // within the second of the last order
	for pages := 0; ; pages++ {
		page, err := w.c.ListOrders(t.Context(), w.access, ask)
		w.must(err)
		for _, o := range page.Orders {
			seen[o.Number] = true
		}
		if page.Next == "" {
			break
		}
		if ask.Page = page.Next; pages > 20 {
			t.Fatal("the pages do not end")
		}
	}
	end := channel.Asked{From: began, To: ask.To, Page: strconv.FormatInt(w.clock().Unix(), 10) + ".1"}
	if _, err := w.c.ListOrders(t.Context(), w.access, end); err != nil {
		t.Errorf("a question that goes on in the last second: %v", err)
	}
	if len(seen) != 250 || !seen[placed[0]] || !seen[placed[249]] {
		t.Errorf("got %d orders, want 250", len(seen))
	}
	if _, err := w.c.ListOrders(t.Context(), w.access, channel.Asked{From: began, To: began, Page: "x"}); pavilion.ReasonOf(err) != "jd.page" {
		t.Errorf("got %v, want jd.page", err)
	}
	number := w.buy(unit, 3)
	o := w.order(number)
	if o.State != channel.OrderToShip || o.Remark != "快" || o.Paid.IsZero() || o.Freight != cny(6_00) || len(o.Lines) != 1 || len(o.Ciphers) != 3 {
		t.Fatalf("got %+v", o)
	}
	// Three at 19.90 less 1.01: 58.69, of which 19.56 each.
	line := o.Lines[0]
	if line.Unit != unit || line.Ref != "sku_chocolate" || line.Quantity != 3 || line.Price != cny(19_56) || line.Paid != cny(58_69) || o.Goods != cny(58_69) || o.Paying.Minor() < 64_69 {
		t.Errorf("got %+v, goods %v, paying %v", line, o.Goods, o.Paying)
	}
	plain, err := w.c.Decrypt(t.Context(), w.access, number, o.Ciphers)
	w.must(err)
	if len(plain) != 3 || slices.Contains(plain, "") || strings.Contains(plain[0], "*") {
		t.Errorf("got %d fields, want three in the clear", len(plain))
	}
	if _, err := w.c.GetOrder(t.Context(), w.access, "4242"); pavilion.KindOf(err) != pavilion.NotFound {
		t.Errorf("got %v, want not found", err)
	}
}

func TestShippingOfAShop(t *testing.T) {
	t.Parallel()
	for name, how := range map[string]struct {
		platform sim.Shipping
		shipper  jd.Shipper
		method   string
	}{
		"sop":       {sim.Domestic, jd.SOP{}, "jingdong.pop.order.shipment"},
		"worldwide": {sim.Overseas, jd.Worldwide{}, "360buy.overseas.order.sop.delivery"},
	} {
		w := newWorld(t, how.platform, jd.Settings{Shipper: how.shipper})
		number := w.buy(w.sell(5), 1)
		carriers, err := w.c.Carriers(t.Context(), w.access)
		w.must(err)
		at := slices.IndexFunc(carriers, func(c channel.Carrier) bool { return c.Code == "467" })
		if at < 0 {
			t.Fatalf("%s: no 467 among %v", name, carriers)
		}
		parcel := channel.Dispatch{Order: number, Key: "par_1", Carrier: carriers[at].Code, Waybill: "SF1234567890", Last: true}
		w.fails(sim.LostReply, how.method)
		if err := w.c.Ship(t.Context(), w.access, []channel.Dispatch{parcel}); !channel.Unknown(err) {
			t.Fatalf("%s: got %v, want an unknown outcome", name, err)
		}
		w.must(w.c.Ship(t.Context(), w.access, []channel.Dispatch{parcel}))
		o := w.order(number)
		if d := cmp.Diff([]channel.PlatformParcel{{Carrier: "467", Waybill: "SF1234567890"}}, o.Parcels); d != "" || o.State != channel.OrderShipped {
			t.Errorf("%s: %s -want +got:\n%s", name, o.State, d)
		}
		parcel.Last = false
		if err := w.c.Ship(t.Context(), w.access, []channel.Dispatch{parcel}); pavilion.ReasonOf(err) != "jd.part_shipment" {
			t.Errorf("%s: a part: got %v, want jd.part_shipment", name, err)
		}
	}
	w := newWorld(t, sim.Overseas, jd.Settings{})
	number := w.buy(w.sell(5), 1)
	if err := w.c.Ship(t.Context(), w.access, []channel.Dispatch{{Order: number, Key: "k", Carrier: "467", Waybill: "SF1234567890", Last: true}}); pavilion.ReasonOf(err) != "jd.overseas_shop" {
		t.Errorf("got %v, want jd.overseas_shop", err)
	}
	if err := w.c.Cancel(t.Context(), w.access, number, "no"); pavilion.KindOf(err) != pavilion.Conflict {
		t.Errorf("got %v, want a conflict", err)
	}
}

// returns reads all returns of the last day.
func (w *world) returns() []channel.Return {
	w.t.Helper()
	var out []channel.Return
	ask := channel.Asked{From: w.clock().Add(-24 * time.Hour), To: w.clock().Add(time.Second)}
	for {
		page, err := w.c.ListReturns(w.t.Context(), w.access, ask)
		w.must(err)
		out = append(out, page.Returns...)
		if ask.Page = page.Next; ask.Page == "" {
			return out
		}
	}
}

func (w *world) answer(r channel.Return, agree bool) error {
	return w.c.AnswerReturn(w.t.Context(), w.access, channel.ReturnAnswer{ID: r.ID, Agree: agree, Version: r.Version, State: r.State})
}

func (w *world) standing(id string) channel.Return {
	w.t.Helper()
	r, err := w.c.GetReturn(w.t.Context(), w.access, id)
	w.must(err)
	return r
}

func TestRefundBeforeShipping(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sim.Domestic, jd.Settings{})
	unit := w.sell(5)
	for _, agree := range []bool{true, false} {
		number := w.buy(unit, 1)
		order := w.order(number)
		for _, o := range w.sim.Orders() {
			if o.ID.String() == number {
				_, err := w.sim.ApplyRefund(o.ID, "不想要了")
				w.must(err)
			}
		}
		if got := w.order(number).State; got != channel.OrderLocked {
			t.Errorf("got %s, want a locked order", got)
		}
		list := w.returns()
		r := list[slices.IndexFunc(list, func(r channel.Return) bool { return r.Order == number })]
		if r.State != channel.ReturnAsked || r.Amount != order.Paying || r.Goods || r.Reason != "不想要了" {
			t.Errorf("got %+v", r)
		}
		w.must(w.answer(r, agree))
		w.pass(time.Hour)
		got := w.standing(r.ID).State
		if agree && got != channel.ReturnPaid && got != channel.ReturnSending || !agree && got != channel.ReturnRefused {
			t.Errorf("agreed %v: got %s", agree, got)
		}
		if err := w.answer(r, agree); err == nil {
			t.Error("an answer was taken twice")
		}
	}
}

func TestReturnAfterShipping(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sim.Domestic, jd.Settings{})
	unit := w.sell(5)
	number := w.buy(unit, 2)
	w.must(w.c.Ship(t.Context(), w.access, []channel.Dispatch{{Order: number, Key: "k", Carrier: "467", Waybill: "SF1234567890", Last: true}}))
	var order, sku sim.ID
	for _, o := range w.sim.Orders() {
		order, sku = o.ID, w.sim.SKUs()[0].ID
	}
	w.must(w.sim.Receive(order))
	service, err := w.sim.ApplyService(order, sku, 1, sim.WantReturn, "破损")
	w.must(err)
	list := w.returns()
	if len(list) != 1 || list[0].State != channel.ReturnAsked || !list[0].Goods || list[0].Version == 0 || cmp.Diff([]channel.DispatchLine{{Line: unit.Unit, Quantity: 1}}, list[0].Lines) != "" {
		t.Fatalf("got %+v", list)
	}
	stale := list[0]
	w.must(w.answer(list[0], true))
	if err := w.answer(stale, false); pavilion.ReasonOf(err) != "jd.return_changed" {
		t.Errorf("got %v, want jd.return_changed", err)
	}
	r := w.standing(stale.ID)
	if r.State != channel.ReturnSending {
		t.Fatalf("got %+v, want the goods on their way", r)
	}
	w.must(w.sim.ShopperSends(service, "SF999"))
	w.must(w.answer(w.standing(stale.ID), true))
	w.pass(time.Hour)
	if r = w.standing(stale.ID); r.State != channel.ReturnPaid {
		t.Errorf("got %+v, want it paid", r)
	}
	bills, err := w.c.ListBills(t.Context(), w.access, channel.Asked{From: w.clock().Add(-24 * time.Hour), To: w.clock().Add(time.Second)})
	if err != nil || len(bills.Bills) == 0 || bills.Bills[0].Order != number || len(bills.Bills[0].Raw) == 0 {
		t.Errorf("got %+v %v, want the charges of the order", bills, err)
	}
}

func TestRedact(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sim.Domestic, jd.Settings{})
	for _, text := range []string{
		"access_token=abc&method=m", "x?app_secret=test-secret-of-the-app&code=c0de", `{"error_response":{"code":"19","zh_desc":"token … AbCdEfGhIjKlMnOpQrSt1"}}`,
		`{"fullname":"张三","mobile":"13800138000","fullAddress":"北京市\"1\"号"}`, `{"mobile": 13800138000}`, `{"text":"{\"fullname\":\"张三\"}"}`,
		"360buy_param_json=%7B%22returnContactName%22%3A%22%E5%BC%A0%E4%B8%89%22%7D&sign=0", "call 13800138000, 110101199003078515 or zhang@example.com",
	} {
		got := w.c.Redact(text)
		for _, secret := range []string{"abc", "test-secret", "c0de", "AbCd", "张三", "1380013", "北京", "号", "%E5%BC%A0", "110101", "zhang"} {
			if strings.Contains(got, secret) {
				t.Errorf("%q is left as %q", text, got)
			}
		}
	}
	const plain = `method=jingdong.category.read.findAttrsByCategoryIdUnlimitCate {"code":"10400001","orderId":"250000000001","stockRfId":"fct_01jd8e0m3v5x7z9b1d3f5h7k9m","jdPrice":19.90}`
	if got := w.c.Redact(plain); got != plain {
		t.Errorf("got %s, want it as it was", got)
	}
}
