package douyin

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pavilion"
	"pavilion/channel"
	"pavilion/money"
	sim "pavilion/sim/douyin"
)

// TestConnectorPublishesOnce has the answer to a new listing lost: it is found by our name.
func TestConnectorPublishesOnce(t *testing.T) {
	t.Parallel()
	p := newPlatform(t)
	p.n.c.o.PictureAt = nil // by the bytes
	ctx := t.Context()
	picture, err := "", error(nil)
	for range 2 {
		picture, err = p.n.AddPicture(ctx, p.a, "pic_1", []byte("jpeg"))
		p.pass(5 * time.Second)
	}
	if err != nil || picture == "" {
		t.Fatalf("picture: got %q, %v", picture, err)
	}
	if _, err := p.n.AddPicture(ctx, p.a, "pic_1", nil); pavilion.KindOf(err) != pavilion.Invalid {
		t.Errorf("no bytes: got %v, want it refused", err)
	}
	if err := p.sim.Fault(sim.Fault{At: sim.AtMaterialAudit, Kind: sim.Reject, Reason: "模糊"}); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		_, err = p.n.AddPicture(ctx, p.a, "pic_2", []byte("another jpeg"))
		p.pass(5 * time.Second)
		if pavilion.KindOf(err) != pavilion.Conflict { // a refused one is handed in anew
			t.Errorf("refused picture: got %v, want it in audit", err)
		}
	}
	for n, kind := range []sim.Kind{sim.LoseRequest, sim.LoseReply} {
		if err := p.sim.Fault(sim.Fault{At: "product.addV2", Kind: kind}); err != nil {
			t.Fatal(err)
		}
		if _, err := p.n.Publish(ctx, p.a, p.listing(picture)); !channel.Unknown(err) {
			t.Errorf("%s: got %v, want an unknown outcome", kind, err)
		}
		found, err := p.n.Find(ctx, p.a, nil, []string{"vrt_1"})
		if err != nil || len(found) != n {
			t.Errorf("%s: found %+v, %v, want %d", kind, found, err, n)
		}
	}
	found, err := p.n.Find(ctx, p.a, nil, []string{"vrt_1"})
	if err != nil || len(found) != 1 || found[0].State != channel.ListingAudit || found[0].ID == "" || len(found[0].Units) != 2 {
		t.Errorf("got %+v, %v", found, err)
	}
}

func TestConnectorPublishes(t *testing.T) {
	t.Parallel()
	p := newPlatform(t)
	ctx := t.Context()
	var leaf bool
	for _, parent := range []string{"", "20001", "20002"} {
		got, err := p.n.Categories(ctx, p.a, parent)
		if err != nil || len(got) == 0 {
			t.Fatalf("%s: got %v, %v", parent, got, err)
		}
		for _, c := range got {
			leaf = leaf || c.ID == "20000" && c.Leaf
			if c.ID == "20004" {
				t.Errorf("got %+v, which may not be used", c)
			}
		}
	}
	if !leaf {
		t.Error("there is no leaf 20000")
	}
	l := p.publish()
	found, err := p.n.Find(ctx, p.a, nil, []string{"vrt_1", "vrt_none"})
	if d := cmp.Diff([]channel.Shown{l}, found, cmp.AllowUnexported(money.Money{})); d != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, d)
	}
	if l.Ref != "vrt_1" || l.Category != "20000" || l.PictureCount != 1 || l.Units[1].Price != money.New(3590, money.CNY) || !l.Units[1].On || len(l.Attributes) == 0 {
		t.Errorf("got %+v", l)
	}
	if got, err := p.n.Find(ctx, p.a, []string{"1"}, nil); err != nil || len(got) != 0 {
		t.Errorf("none: got %+v, %v", got, err)
	}
	// A newer form is refused with the platform's words at our field, while the old one sells.
	want := p.listing("")
	picture, err := p.n.AddPicture(ctx, p.a, "pic_1", nil)
	if err != nil {
		t.Fatal(err)
	}
	want.ID, want.Pictures, want.Title = l.ID, []string{picture}, "白俄罗斯 违禁 巧克力 100g"
	next, err := p.n.Publish(ctx, p.a, want)
	if err != nil || !next.NextInAudit || next.State != channel.ListingOn || next.Units[0].ID != l.Units[0].ID {
		t.Errorf("edit: got %+v, %v", next, err)
	}
	if _, err := p.n.Publish(ctx, p.a, want); pavilion.KindOf(err) != pavilion.Conflict {
		t.Errorf("under audit: got %v, want a conflict", err)
	}
	p.pass(11 * time.Second)
	found, err = p.n.Find(ctx, p.a, []string{l.ID}, nil)
	if err != nil || len(found) != 1 || found[0].State != channel.ListingOn || found[0].NextInAudit || len(found[0].Refusals) != 1 || found[0].Refusals[0].Field != "name" {
		t.Errorf("refused: got %+v, %v", found, err)
	}
	want.Units = want.Units[:1]
	if _, err := p.n.Publish(ctx, p.a, want); pavilion.ReasonOf(err) != "douyin.units" {
		t.Errorf("other units: got %v, want douyin.units", err)
	}
	// Price and shelf.
	unit := channel.UnitID{Listing: l.ID, Unit: l.Units[0].ID}
	if err := p.n.SetPrice(ctx, p.a, unit, money.New(1790, money.CNY)); err != nil {
		t.Errorf("price: got %v", err)
	}
	if err := p.n.SetPrice(ctx, p.a, unit, money.New(1790, money.BYN)); pavilion.KindOf(err) != pavilion.Invalid {
		t.Errorf("price: got %v, want it refused", err)
	}
	for _, on := range []bool{false, false, true} {
		if err := p.n.SetShelf(ctx, p.a, l.ID, on); err != nil {
			t.Errorf("shelf %v: got %v", on, err)
		}
		found, err = p.n.Find(ctx, p.a, []string{l.ID}, nil)
		if err != nil || (found[0].State == channel.ListingOn) != on || found[0].Units[0].Price != money.New(1790, money.CNY) {
			t.Errorf("shelf %v: got %+v, %v", on, found, err)
		}
	}
}

// TestConnectorStock has a change of stock fail in both ways, and repeats it.
func TestConnectorStock(t *testing.T) {
	t.Parallel()
	p := newPlatform(t)
	ctx := t.Context()
	l := p.publish()
	units := []channel.UnitID{{Listing: l.ID, Unit: l.Units[0].ID}, {Listing: l.ID, Unit: l.Units[1].ID}, {Listing: "1", Unit: "2"}}
	want := int64(0)
	for n, kind := range []sim.Kind{"", sim.LoseRequest, sim.LoseReply, sim.HTML, sim.HTMLAfter} {
		if kind != "" {
			if err := p.sim.Fault(sim.Fault{At: "sku.syncStock", Kind: kind}); err != nil {
				t.Fatal(err)
			}
		}
		c := channel.StockChange{UnitID: units[0], By: 3, Key: "key" + strconv.Itoa(n)}
		if err := p.n.ChangeStock(ctx, p.a, c); (kind != "") != channel.Unknown(err) || kind == "" && err != nil {
			t.Errorf("%s: got %v, want an unknown outcome", kind, err)
		}
		for range 2 {
			if err := p.n.ChangeStock(ctx, p.a, c); err != nil {
				t.Errorf("%s again: got %v, want none", kind, err)
			}
		}
		want += 3
		got, err := p.n.ReadStock(ctx, p.a, units)
		if err != nil || len(got) != 2 || got[0].Sellable != want || got[1].Sellable != 0 {
			t.Errorf("%s: got %+v, %v, want %d", kind, got, err, want)
		}
	}
	err := p.n.ChangeStock(ctx, p.a, channel.StockChange{UnitID: units[0], By: -want - 1, Key: "too many"})
	if pavilion.KindOf(err) != pavilion.Conflict || pavilion.ReasonOf(err) != "channel.stock_short" {
		t.Errorf("too many: got %v, want channel.stock_short", err)
	}
}

// TestConnectorSells has an order go all its way, out and back.
func TestConnectorSells(t *testing.T) {
	t.Parallel()
	p := newPlatform(t)
	ctx := t.Context()
	l := p.publish()
	unit := channel.UnitID{Listing: l.ID, Unit: l.Units[0].ID}
	if err := p.n.ChangeStock(ctx, p.a, channel.StockChange{UnitID: unit, By: 10, Key: "k"}); err != nil {
		t.Fatal(err)
	}
	sku, _ := strconv.ParseInt(unit.Unit, 10, 64)
	number, err := p.sim.PlaceOrder(sim.Placement{Buyer: 7, Lines: []sim.PlacementLine{{SKU: sku, Num: 2}}, Postage: 500, ShopOff: 80, PlatformOff: 100, Words: "请快"})
	if err != nil {
		t.Fatal(err)
	}
	p.pass(time.Minute)
	if got, err := p.n.ReadStock(ctx, p.a, []channel.UnitID{unit}); err != nil || got[0].Sellable != 8 || got[0].Held != 2 {
		t.Errorf("stock: got %+v, %v, want 8 and 2 held", got, err)
	}
	orders := p.orders()
	if len(orders) != 1 || orders[0].Number != number {
		t.Fatalf("got %+v, want one order", orders)
	}
	o := orders[0]
	if o.State != channel.OrderToShip || len(o.Lines) != 1 || o.Lines[0].Unit != unit || o.Lines[0].Ref != "sku_1" || o.Lines[0].Quantity != 2 || o.Lines[0].Price != money.New(1950, money.CNY) ||
		o.Goods != money.New(3800, money.CNY) || o.Funded != money.New(100, money.CNY) || o.Freight != money.New(500, money.CNY) || o.Paying != money.New(4300, money.CNY) ||
		o.Buyer == "" || o.Paid.IsZero() || o.ShipBy.IsZero() || o.ShipTo.Province == "" || !strings.Contains(o.ShipTo.Phone, "*") || len(o.Ciphers) < 3 || o.Remark != "请快" {
		t.Errorf("got %+v", o)
	}
	open, err := p.n.Decrypt(ctx, p.a, number, o.Ciphers[:3])
	if err != nil || slices.Contains(open, "") {
		t.Errorf("decrypt: got %d fields, %v", len(open), err)
	}
	if _, err := p.n.GetOrder(ctx, p.a, "1"); pavilion.KindOf(err) != pavilion.NotFound {
		t.Errorf("another: got %v, want not found", err)
	}
	if err := p.n.Cancel(ctx, p.a, number, "x"); pavilion.KindOf(err) != pavilion.Conflict {
		t.Errorf("cancel: got %v, want a conflict", err)
	}

	// Two parcels, the second with its answer lost.
	carriers, err := p.n.Carriers(ctx, p.a)
	if err != nil || len(carriers) == 0 {
		t.Fatalf("carriers: got %v, %v", carriers, err)
	}
	line := o.Lines[0].ID
	first := channel.Dispatch{Order: number, Key: "par_1", Carrier: carriers[0].Code, Waybill: "SF1000000000001", Lines: []channel.DispatchLine{{Line: line, Quantity: 1}}}
	second := channel.Dispatch{Order: number, Key: "par_2", Carrier: carriers[0].Code, Waybill: "SF1000000000002", Lines: []channel.DispatchLine{{Line: line, Quantity: 1}}, Last: true}
	if err := p.n.Ship(ctx, p.a, []channel.Dispatch{first}); err != nil {
		t.Fatalf("ship: %v", err)
	}
	if got, err := p.n.GetOrder(ctx, p.a, number); err != nil || got.State != channel.OrderPart || len(got.Parcels) != 1 || got.Parcels[0].Waybill != first.Waybill {
		t.Errorf("part: got %+v, %v", got, err)
	}
	if err := p.sim.Fault(sim.Fault{At: "order.logisticsAddMultiPack", Kind: sim.LoseReply}); err != nil {
		t.Fatal(err)
	}
	if err := p.n.Ship(ctx, p.a, []channel.Dispatch{second}); !channel.Unknown(err) {
		t.Errorf("reply lost: got %v, want an unknown outcome", err)
	}
	for _, again := range [][]channel.Dispatch{{second}, {first}} {
		if err := p.n.Ship(ctx, p.a, again); err != nil {
			t.Errorf("again: got %v, want none", err)
		}
	}
	second.Key = "par_other" // told before under another key: seen by the waybill
	if err := p.n.Ship(ctx, p.a, []channel.Dispatch{second}); err != nil {
		t.Errorf("another key: got %v, want none", err)
	}
	got, err := p.n.GetOrder(ctx, p.a, number)
	if err != nil || got.State != channel.OrderShipped || len(got.Parcels) != 2 {
		t.Errorf("shipped: got %+v, %v", got, err)
	}
	p.comesBack(number)

	if n, err := p.sim.Deliver(ctx); err != nil || n == 0 || len(p.pushes) == 0 {
		t.Errorf("pushes: got %d, %v", n, err)
	}
	if n, err := p.sim.Pushes(); err != nil || n != 0 {
		t.Errorf("pushes: %d were not taken, %v", n, err)
	}
}

// comesBack has the buyer send the goods back.
func (p *platform) comesBack(number string) {
	p.t.Helper()
	ctx := p.t.Context()
	id, err := p.sim.Ask(sim.Ask{Order: number, Type: 0, Num: 1, Reason: "不想要了", Got: true})
	if err != nil {
		p.t.Fatal(err)
	}
	p.pass(time.Minute)
	read := func(want channel.ReturnState) channel.Return {
		p.t.Helper()
		page, err := p.n.ListReturns(ctx, p.a, channel.Asked{From: noon, To: p.now()})
		if err != nil || len(page.Returns) != 1 || page.Next != "" {
			p.t.Fatalf("returns: got %+v, %v", page, err)
		}
		r := page.Returns[0]
		one, err := p.n.GetReturn(ctx, p.a, r.ID)
		if err != nil || r.State != want || one.State != want || one.Version != r.Version || r.ID != strconv.FormatInt(id, 10) || r.Order != number || !r.Goods || len(r.Lines) != 1 || r.Lines[0].Quantity != 1 || r.Amount.Minor() <= 0 {
			p.t.Fatalf("got %+v and %+v, %v, want %s", r, one, err, want)
		}
		return r
	}
	answer := func(r channel.Return, agree bool) error {
		return p.n.AnswerReturn(ctx, p.a, channel.ReturnAnswer{ID: r.ID, Agree: agree, Reason: "不同意", Version: r.Version, State: r.State})
	}
	asked := read(channel.ReturnAsked)
	if err := p.sim.Fault(sim.Fault{At: "afterSale.operate", Kind: sim.LoseReply}); err != nil {
		p.t.Fatal(err)
	}
	if err := answer(asked, true); !channel.Unknown(err) {
		p.t.Errorf("agree: got %v, want an unknown outcome", err)
	}
	if err := answer(asked, true); pavilion.KindOf(err) != pavilion.Conflict {
		p.t.Errorf("agree again: got %v, want a conflict", err)
	}
	read(channel.ReturnSending)
	if err := p.sim.SendBack(id, "yuantong", "YT9000000000001"); err != nil {
		p.t.Fatal(err)
	}
	p.pass(time.Minute)
	arrived := read(channel.ReturnArrived)
	if arrived.Waybill != "YT9000000000001" {
		p.t.Errorf("got waybill %q", arrived.Waybill)
	}
	if err := answer(arrived, true); err != nil {
		p.t.Errorf("accept: got %v, want none", err)
	}
	p.pass(time.Minute)
	read(channel.ReturnPaid)
}

func TestConnectorRefusesAndSettles(t *testing.T) {
	t.Parallel()
	p := newPlatform(t)
	ctx := t.Context()
	good, err := p.sim.AddGood(sim.NewGood{Name: "白俄罗斯 亚麻 桌布 1 条", Code: "sku_9", Price: 9900, Stock: 5})
	if err != nil {
		t.Fatal(err)
	}
	number, err := p.sim.PlaceOrder(sim.Placement{Lines: []sim.PlacementLine{{SKU: good.SKU, Num: 1}}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.sim.Ask(sim.Ask{Order: number, Type: 2, Reason: "不想要了"}); err != nil {
		t.Fatal(err)
	}
	p.pass(time.Minute)
	o, err := p.n.GetOrder(ctx, p.a, number)
	if err != nil || o.State != channel.OrderLocked {
		t.Errorf("got %+v, %v, want it locked", o.State, err)
	}
	page, err := p.n.ListReturns(ctx, p.a, channel.Asked{From: noon, To: p.now()})
	if err != nil || len(page.Returns) != 1 || page.Returns[0].Goods {
		t.Fatalf("got %+v, %v", page, err)
	}
	r := page.Returns[0]
	if err := p.n.AnswerReturn(ctx, p.a, channel.ReturnAnswer{ID: r.ID, Reason: "已发货", Version: r.Version, State: r.State}); err != nil {
		t.Errorf("refuse: got %v", err)
	}
	carriers, err := p.n.Carriers(ctx, p.a)
	if err != nil {
		t.Fatal(err)
	}
	d := channel.Dispatch{Order: number, Key: "par_1", Carrier: carriers[0].Code, Waybill: "SF1000000000009", Last: true}
	if err := p.sim.Fault(sim.Fault{At: "order.logisticsAdd", Kind: sim.HTMLAfter}); err != nil {
		t.Fatal(err)
	}
	if err := p.n.Ship(ctx, p.a, []channel.Dispatch{d}); !channel.Unknown(err) {
		t.Errorf("ship: got %v, want an unknown outcome", err)
	}
	if err := p.n.Ship(ctx, p.a, []channel.Dispatch{d}); err != nil {
		t.Errorf("ship again: got %v, want none", err)
	}
	d.Waybill = "SF1000000000010"
	if err := p.n.Ship(ctx, p.a, []channel.Dispatch{d}); pavilion.KindOf(err) != pavilion.Conflict {
		t.Errorf("another parcel: got %v, want a conflict", err)
	}
	if err := p.sim.Receive(number); err != nil {
		t.Fatal(err)
	}
	p.pass(3 * 24 * time.Hour)
	bills, err := p.n.ListBills(ctx, p.a, channel.Asked{From: noon, To: p.now()})
	if err != nil || len(bills.Bills) != 1 || bills.Bills[0].Order != number || bills.Bills[0].ID == ":" || !bytes.Contains(bills.Bills[0].Raw, []byte("settle_amount")) || bills.Next != "" {
		t.Errorf("bills: got %+v, %v", bills, err)
	}
	if _, err := p.n.ListBills(ctx, p.a, channel.Asked{From: noon, To: noon.Add(8 * 24 * time.Hour)}); pavilion.ReasonOf(err) != "douyin.bill_span" {
		t.Errorf("got %v, want douyin.bill_span", err)
	}
}

// TestConnectorReadsOffers has a sale with a deposit, and one with a gift and a bundle.
func TestConnectorReadsOffers(t *testing.T) {
	t.Parallel()
	p := newPlatform(t)
	ctx := t.Context()
	var skus []sim.Good
	for _, code := range []string{"sku_1", "sku_2", "sku_3"} {
		good, err := p.sim.AddGood(sim.NewGood{Name: "白俄罗斯 亚麻 桌布 " + code, Code: code, Price: 9900, Stock: 5})
		if err != nil {
			t.Fatal(err)
		}
		skus = append(skus, good)
	}
	offer, err := p.sim.PlaceOrder(sim.Placement{Lines: []sim.PlacementLine{
		{SKU: skus[0].SKU, Num: 1, Parts: []sim.Part{{Product: skus[2].Product, SKU: skus[2].SKU, Num: 2}}}, {SKU: skus[1].SKU, Num: 1, Gift: true},
	}})
	if err != nil {
		t.Fatal(err)
	}
	o, err := p.n.GetOrder(ctx, p.a, offer)
	if err != nil || len(o.Lines) != 2 || o.Lines[0].Gift || !o.Lines[1].Gift || o.Lines[1].Ref != "sku_2" || !o.Lines[1].Paid.IsZero() || o.Goods != money.New(9900, money.CNY) || o.Presale {
		t.Errorf("gift: got %+v, %v", o.Lines, err)
	}
	deposit, err := p.sim.PlaceOrder(sim.Placement{Lines: []sim.PlacementLine{{SKU: skus[0].SKU, Num: 1}}, Deposit: 1000})
	if err != nil {
		t.Fatal(err)
	}
	o, err = p.n.GetOrder(ctx, p.a, deposit)
	if err != nil || !o.Presale || o.State != channel.OrderWaiting && o.State != channel.OrderUnpaid {
		t.Errorf("deposit: got %s, presale %v, %v", o.State, o.Presale, err)
	}
	if err := p.sim.Pay(deposit); err != nil {
		t.Fatal(err)
	}
	if o, err = p.n.GetOrder(ctx, p.a, deposit); err != nil || o.State != channel.OrderToShip {
		t.Errorf("balance: got %s, %v, want it to ship", o.State, err)
	}
	unpaid, err := p.sim.PlaceOrder(sim.Placement{Lines: []sim.PlacementLine{{SKU: skus[0].SKU, Num: 1}}, Unpaid: true})
	if err != nil {
		t.Fatal(err)
	}
	if o, err = p.n.GetOrder(ctx, p.a, unpaid); err != nil || o.State != channel.OrderUnpaid || !o.Paid.IsZero() {
		t.Errorf("unpaid: got %s, %v", o.State, err)
	}
	if err := p.sim.Cancel(unpaid, "不想要了"); err != nil {
		t.Fatal(err)
	}
	if o, err = p.n.GetOrder(ctx, p.a, unpaid); err != nil || o.State != channel.OrderCancelled {
		t.Errorf("cancelled: got %s %s, %v", o.State, o.Word, err)
	}
}

func TestConnectorTokens(t *testing.T) {
	t.Parallel()
	p := newPlatform(t)
	ctx := t.Context()
	if err := p.sim.ExpireTokens(testShop, false); err != nil {
		t.Fatal(err)
	}
	if _, err := p.n.Carriers(ctx, p.a); pavilion.KindOf(err) != pavilion.Unauthenticated || pavilion.ReasonOf(err) != "douyin.token" {
		t.Errorf("expired: got %v, want douyin.token", err)
	}
	next, err := p.n.Renew(ctx, p.token)
	if err != nil || next.Access == p.token.Access || !next.AccessUntil.After(p.now()) || !next.RefreshUntil.After(next.AccessUntil) {
		t.Fatalf("renew: got until %v, %v", next.AccessUntil, err)
	}
	if _, err := p.n.Carriers(ctx, channel.Access{Shop: next.Shop, Token: next.Access}); err != nil {
		t.Errorf("renewed: got %v, want none", err)
	}
	if err := p.sim.ShiftClock(11 * time.Minute); err != nil {
		t.Fatal(err)
	}
	if _, err := p.n.Carriers(ctx, channel.Access{Token: next.Access}); pavilion.ReasonOf(err) != "douyin.clock" {
		t.Errorf("skewed: got %v, want douyin.clock", err)
	}
	if tr := p.n.Traits(); !tr.Increments || !tr.Pushes || tr.TokenEarly >= time.Hour || tr.Zone != Beijing || p.n.Name() != "douyin" {
		t.Errorf("got %+v", tr)
	}
	for back, want := range map[string]string{"https://p.example/back": "https://p.example/back?code=own&state=s", "https://p.example/back?x=1": "https://p.example/back?x=1&code=own&state=s"} {
		if at := p.n.ConsentURL("s", back); at != want {
			t.Errorf("got %s, want %s", at, want)
		}
	}
}

// TestManyOrders has more orders than a page while they change: none is missed.
func TestManyOrders(t *testing.T) {
	t.Parallel()
	p := newPlatform(t)
	good, err := p.sim.AddGood(sim.NewGood{Name: "白俄罗斯 亚麻 桌布 1 条", Code: "sku_9", Price: 9900, Stock: 500})
	if err != nil {
		t.Fatal(err)
	}
	ids, err := p.sim.Burst(sim.Placement{Lines: []sim.PlacementLine{{SKU: good.SKU, Num: 1}}}, 230)
	if err != nil {
		t.Fatal(err)
	}
	p.pass(time.Minute)
	seen := map[string]bool{}
	for _, o := range p.orders() {
		seen[o.Number] = true
	}
	for _, id := range ids {
		if !seen[id] {
			t.Errorf("order %s was missed", id)
		}
	}
}

func TestStatesOfOrders(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		status, main Int
		want         channel.OrderState
	}{
		{1, 1, channel.OrderUnpaid}, {1, 103, channel.OrderWaiting}, {105, 105, channel.OrderWaiting}, {2, 2, channel.OrderToShip}, {101, 101, channel.OrderPart},
		{3, 3, channel.OrderShipped}, {5, 5, channel.OrderCompleted}, {4, 4, channel.OrderCancelled}, {4, 21, channel.OrderCancelled}, {3, 22, channel.OrderShipped}, {5, 39, channel.OrderCompleted}, {77, 77, ""},
	} {
		if got := stateOfOrder(Order{Status: c.status, MainStatus: c.main}); got != c.want {
			t.Errorf("%d/%d: got %q, want %q", c.status, c.main, got, c.want)
		}
	}
}
