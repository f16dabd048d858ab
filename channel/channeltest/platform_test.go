package channeltest

import (
	"errors"
	"slices"
	"testing"
	"time"

	"pavilion"
	"pavilion/channel"
)

var _ channel.Connector = (*Platform)(nil)

type fixture struct {
	*Platform
	now  time.Time
	tea  channel.UnitID
	with channel.Access
}

func newFixture(o Options) *fixture {
	f := &fixture{now: time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)}
	o.Clock = func() time.Time { return f.now }
	f.Platform = NewPlatform(o)
	f.tea = f.Sell("TEA", Yuan(1990))
	t := f.Token()
	f.with = channel.Access{Shop: t.Shop, Token: t.Access}
	return f
}

func TestFaultsOfThePlatform(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		fault   Fault
		kind    pavilion.Kind // 0 where all is well
		unknown bool
		offered int64
	}{
		{Fine, 0, false, 5}, {Twice, 0, false, 5}, {LostRequest, pavilion.Unavailable, true, 0}, {LostAnswer, pavilion.Unavailable, true, 5},
		{Late, pavilion.Unavailable, true, 0}, {TooOften, pavilion.Limited, false, 0}, {TokenOver, pavilion.Unauthenticated, false, 0}, {Down, pavilion.Unavailable, false, 0},
	} {
		f := newFixture(Options{Increments: true})
		change := channel.StockChange{UnitID: f.tea, By: 5, Key: "k"}
		f.Fail("ChangeStock", c.fault)
		err := f.ChangeStock(t.Context(), f.with, change)
		if (err != nil) != (c.kind != 0) || err != nil && pavilion.KindOf(err) != c.kind || channel.Unknown(err) != c.unknown || f.Offered(f.tea) != c.offered {
			t.Errorf("fault %d: got %v and %d offered, want %v and %d", c.fault, err, f.Offered(f.tea), c.kind, c.offered)
		}
		if e, ok := errors.AsType[*pavilion.Error](err); c.kind == pavilion.Limited && (!ok || e.RetryAfter != RetryAfter) {
			t.Errorf("got %v, want it to say when", err)
		}
		if c.fault == TokenOver {
			f.with.Token = f.Token().Access
		}
		f.Arrive()
		if err := f.ChangeStock(t.Context(), f.with, change); err != nil || f.Offered(f.tea) != 5 {
			t.Errorf("fault %d, again by its key: got %v and %d offered, want 5", c.fault, err, f.Offered(f.tea))
		}
	}
}

func TestTheLifeOfAnOrder(t *testing.T) {
	t.Parallel()
	f := newFixture(Options{Pushes: true, PageSize: 1})
	ctx := t.Context()
	if err := f.ChangeStock(ctx, f.with, channel.StockChange{UnitID: f.tea, To: 5, Key: "k"}); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Buy("TEA", 6); pavilion.ReasonOf(err) != "channel.stock_short" {
		t.Errorf("got %v, want channel.stock_short", err)
	}
	one, err := f.Buy("TEA", 2)
	if err != nil {
		t.Fatal(err)
	}
	two, err := f.Order(Purchase{Lines: []PurchaseLine{{Ref: "TEA", Quantity: 1}}, Unpaid: true})
	if err != nil {
		t.Fatal(err)
	}
	if r, err := f.ReadStock(ctx, f.with, []channel.UnitID{f.tea}); err != nil || r[0].Sellable != 2 || r[0].Held != 3 {
		t.Errorf("got %+v %v, want 2 and 3 held", r, err)
	}
	var seen []string
	q := channel.Asked{From: f.now.Add(-time.Hour), To: f.now.Add(time.Second)}
	for {
		p, err := f.ListOrders(ctx, f.with, q)
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range p.Orders {
			seen = append(seen, o.Number)
		}
		if q.Page = p.Next; q.Page == "" {
			break
		}
	}
	if !slices.Equal(seen, []string{one, two}) {
		t.Errorf("listed %v, want %s and %s", seen, one, two)
	}
	if err := f.GiveUp(two); err != nil || f.Offered(f.tea) != 3 {
		t.Errorf("got %v and %d offered, want 3", err, f.Offered(f.tea))
	}
	parcel := []channel.Dispatch{{Order: one, Key: "p", Carrier: "SF", Waybill: "SF1", Last: true}}
	for range 2 {
		if err := f.Ship(ctx, f.with, parcel); err != nil {
			t.Error(err)
		}
	}
	id, err := f.AskBack(one, "", true)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []channel.ReturnState{channel.ReturnSending, channel.ReturnPaid} {
		r, err := f.GetReturn(ctx, f.with, id)
		if err != nil {
			t.Fatal(err)
		}
		answer := channel.ReturnAnswer{ID: id, Agree: true, Version: r.Version, State: r.State}
		if err := f.AnswerReturn(ctx, f.with, answer); err != nil {
			t.Fatal(err)
		}
		if err := f.AnswerReturn(ctx, f.with, answer); pavilion.KindOf(err) != pavilion.Conflict {
			t.Errorf("an answer to what was read before: got %v, want a conflict", err)
		}
		if r, _ := f.Return(id); r.State != want {
			t.Errorf("got %s, want %s", r.State, want)
		}
		if want == channel.ReturnSending {
			if err := errors.Join(f.SendBack(id, "SF2"), f.ArriveBack(id)); err != nil {
				t.Fatal(err)
			}
		}
	}
	if b, err := f.ListBills(ctx, f.with, q); err != nil || len(b.Bills) != 1 {
		t.Errorf("got %+v %v, want the bill of the money that went back", b, err)
	}
	for _, p := range f.Pushes() {
		if h, _, err := f.ReadPush(p.Header, p.Body); err != nil || len(h) != 1 || h[0].Shop != "10001" {
			t.Errorf("got %+v %v, want one hint", h, err)
		}
		if _, _, err := f.ReadPush(p.Header, append(p.Body, ' ')); pavilion.KindOf(err) != pavilion.Forbidden {
			t.Errorf("a forged push: got %v, want it refused", err)
		}
	}
}
