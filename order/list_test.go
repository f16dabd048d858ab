package order_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"pavilion"
	"pavilion/db"
	"pavilion/db/dbtest"
	"pavilion/order"
)

// listed is the ids that a filter finds, page by page.
func (w *world) listed(f order.Filter, page int) (ids []pavilion.OrderID) {
	w.t.Helper()
	ctx := context.Background()
	err := w.d.Read(ctx, func(v *db.View) error {
		for after := pavilion.OrderID(""); ; {
			found, err := order.List(ctx, v, f, after, page)
			if err != nil {
				return err
			}
			for _, o := range found {
				ids = append(ids, o.ID)
			}
			if len(found) < page {
				return nil
			}
			after = ids[len(ids)-1]
		}
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return ids
}

// TestListAndCount compares lists, read page by page, with the same choice made by hand.
func TestListAndCount(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *world) {
		skus := []pavilion.SKUID{w.goods(100), w.goods(100)}
		var all []order.Order // the newest first
		for i := range 9 {
			w.clock.Advance(20 * time.Minute)
			r := w.request(line(skus[i%2], 1), line(skus[i%2], 1))
			r.Simulated = i%3 == 0
			if i%2 == 0 {
				r.Channel, r.PayBy, r.Provider = "jd", time.Time{}, ""
			}
			all = slices.Insert(all, 0, w.accept(r)[0].Order)
		}
		last := all[0]
		for name, test := range map[string]struct {
			f    order.Filter
			want func(o order.Order) bool
		}{
			"all":             {order.Filter{}, func(order.Order) bool { return true }},
			"state":           {order.Filter{State: order.StateUnpaid}, func(o order.Order) bool { return o.State == order.StateUnpaid }},
			"channel":         {order.Filter{Channel: "jd"}, func(o order.Order) bool { return o.Channel == "jd" }},
			"state, channel":  {order.Filter{Channel: "own", State: order.StatePaid}, func(o order.Order) bool { return false }},
			"SKU":             {order.Filter{SKU: skus[0]}, func(o order.Order) bool { return o.Lines[0].SKU == skus[0] }},
			"SKU, paid":       {order.Filter{SKU: skus[0], State: order.StatePaid}, func(o order.Order) bool { return o.Lines[0].SKU == skus[0] && o.State == order.StatePaid }},
			"SKU, cancelled":  {order.Filter{SKU: skus[0], State: order.StateCancelled}, func(order.Order) bool { return false }},
			"number":          {order.Filter{Words: last.Number}, func(o order.Order) bool { return o.ID == last.ID }},
			"grouped number":  {order.Filter{Words: last.Number[:4] + " " + last.Number[4:]}, func(o order.Order) bool { return o.ID == last.ID }},
			"begins so":       {order.Filter{Words: last.Number[:8]}, func(o order.Order) bool { return strings.HasPrefix(o.Number, last.Number[:8]) }},
			"external":        {order.Filter{Words: last.External}, func(o order.Order) bool { return o.ID == last.ID }},
			"words, channel":  {order.Filter{Words: last.Number, Channel: "own"}, func(order.Order) bool { return false }},
			"from":            {order.Filter{From: all[4].PlacedAt}, func(o order.Order) bool { return !o.PlacedAt.Before(all[4].PlacedAt) }},
			"until":           {order.Filter{Until: all[4].PlacedAt}, func(o order.Order) bool { return o.PlacedAt.Before(all[4].PlacedAt) }},
			"simulated":       {order.Filter{Simulated: order.SimulatedOnly}, func(o order.Order) bool { return o.Simulated }},
			"not simulated":   {order.Filter{Simulated: order.SimulatedNot}, func(o order.Order) bool { return !o.Simulated }},
			"words of an SQL": {order.Filter{Words: "' or 1=1 --"}, func(order.Order) bool { return false }},
		} {
			var want []pavilion.OrderID
			for _, o := range all {
				if test.want(o) {
					want = append(want, o.ID)
				}
			}
			if got := w.listed(test.f, 2); !slices.Equal(got, want) {
				t.Errorf("%s: got %v, want %v", name, got, want)
			}
			for _, most := range []int64{3, 100} {
				if got := w.counted(test.f, most); got != min(most, int64(len(want))) {
					t.Errorf("%s: counted %d at most %d, want %d", name, got, most, len(want))
				}
			}
		}
	})
}

func (w *world) counted(f order.Filter, most int64) (n int64) {
	w.t.Helper()
	err := w.d.Read(context.Background(), func(v *db.View) (err error) {
		n, err = order.Count(context.Background(), v, f, most)
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return n
}

// TestShipByClock sees that the clock starts with the payment, by the channel's own time,
// and that the queue begins with what is most pressing.
func TestShipByClock(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *world) {
		sku := w.goods(10)
		w.must(func(ctx context.Context, tx *db.Tx) error { return order.SetShipWithin(ctx, tx, "jd", 24*time.Hour) })
		own := w.place(line(sku, 1))
		if got := w.get(own.Order.ID).ShipBy; !got.IsZero() {
			t.Errorf("unpaid: got %v, want no time", got)
		}
		w.pay(own.Intent)
		r := w.request(line(sku, 1))
		r.Channel, r.PayBy, r.Provider = "jd", time.Time{}, ""
		w.clock.Advance(time.Hour)
		jd := w.accept(r)[0]
		if got, want := w.get(own.Order.ID).ShipBy, dbtest.Start.Add(order.DefaultShipWithin); !got.Equal(want) {
			t.Errorf("own: got %v, want %v", got, want)
		}
		if got, want := w.get(jd.Order.ID).ShipBy, dbtest.Start.Add(25*time.Hour); !got.Equal(want) {
			t.Errorf("jd: got %v, want %v", got, want)
		}
		want := []pavilion.OrderID{jd.Order.ID, own.Order.ID}
		if got := w.listed(order.Filter{ToPack: true}, 1); !slices.Equal(got, want) {
			t.Errorf("to pack: got %v, want %v", got, want)
		}
		if got := w.listed(order.Filter{ToPack: true, ShipUntil: dbtest.Start.Add(30 * time.Hour)}, 1); !slices.Equal(got, want[:1]) {
			t.Errorf("to pack within 30 hours: got %v, want %v", got, want[:1])
		}
		err := w.do(func(ctx context.Context, tx *db.Tx) error { return order.SetShipWithin(ctx, tx, "jd", 0) })
		if pavilion.ReasonOf(err) != "order.ship_within" {
			t.Errorf("no time at all: got %v", err)
		}
	})
}

// TestNotesAreSealedAndForgotten looks at the row of a note, and at it once the buyer is gone.
func TestNotesAreSealedAndForgotten(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *world) {
		r := w.request(line(w.goods(1), 1))
		r.Buyer = "byr_1"
		id := w.accept(r)[0].Order.ID
		const text = "called from 13800138000"
		w.must(func(ctx context.Context, tx *db.Tx) error { return order.WriteNote(ctx, tx, w.sealer, id, text) })
		if n := w.count(`select count(*) from order_note where order_id = $1`, id); n != 1 {
			t.Fatalf("got %d notes, want 1", n)
		}
		notes := func() []order.Note {
			var found []order.Note
			if err := w.d.Read(context.Background(), func(v *db.View) (err error) {
				var body []byte
				if err := v.QueryRow(context.Background(), `select body from order_note`).Scan(&body); err != nil {
					return err
				}
				if strings.Contains(string(body), "13800138000") {
					t.Error("the note is stored as it is")
				}
				found, err = order.Notes(context.Background(), v, w.sealer, id)
				return err
			}); err != nil {
				t.Fatal(err)
			}
			return found
		}
		if got := notes(); got[0].Text != text {
			t.Errorf("note: got %q, want %q", got[0].Text, text)
		}
		w.must(func(ctx context.Context, tx *db.Tx) error { return order.Cancel(ctx, tx, id, "test") })
		w.must(func(ctx context.Context, tx *db.Tx) error { return order.Forget(ctx, tx, "byr_1") })
		if got := notes(); got[0].Text != "" {
			t.Errorf("forgotten note: got %q, want nothing", got[0].Text)
		}
		err := w.do(func(ctx context.Context, tx *db.Tx) error { return order.WriteNote(ctx, tx, w.sealer, id, "  ") })
		if pavilion.ReasonOf(err) != "order.note_malformed" {
			t.Errorf("an empty note: got %v", err)
		}
	})
}
