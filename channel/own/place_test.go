package own_test

import (
	"context"
	"strings"
	"testing"

	"pavilion"
	"pavilion/catalog"
	"pavilion/channel/own"
	"pavilion/db"
	"pavilion/order"
)

func TestQuote(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *world) {
		a, b, gone, none := w.goods(1990, 10), w.goods(3000, 2), w.goods(500, 5), w.goods(700, 0)
		w.must(func(ctx context.Context, tx *db.Tx) error { return catalog.SetOnSale(ctx, tx, false, gone) })
		q, err := w.Quote(t.Context(), []own.Line{{SKU: a, Quantity: 1}, {SKU: b, Quantity: 2}, {SKU: a, Quantity: 1}})
		if err != nil {
			t.Fatal(err)
		}
		if len(q.Lines) != 2 || q.Lines[0].Quantity != 2 || q.Lines[0].Total != cny(3980) || q.Lines[0].Available != 10 {
			t.Errorf("lines: got %+v, want two of the first for 39.80", q.Lines)
		}
		if q.Goods != cny(9980) || q.Delivery != cny(0) || q.Tax != cny(0) || q.Total != cny(9980) || q.ToFree != cny(0) || !q.Orderable {
			t.Errorf("got %+v, want 99.80 delivered free", q)
		}
		q, err = w.Quote(t.Context(), []own.Line{{SKU: b, Quantity: 3}, {SKU: gone, Quantity: 1}, {SKU: none, Quantity: 1}, {SKU: "sku_x", Quantity: 1}})
		if err != nil {
			t.Fatal(err)
		}
		if q.Goods != cny(9700) || q.Delivery != cny(800) || q.ToFree != cny(200) || q.Orderable {
			t.Errorf("got %+v, want 97.00 and 8.00 for delivery", q)
		}
		for i, want := range []string{"quote.short", "quote.not_on_sale", "quote.sold_out", "quote.not_on_sale"} {
			if f := q.Lines[i].Findings; len(f) != 1 || f[0].Reason != want || f[0].Severity != pavilion.Blocks {
				t.Errorf("line %d: got %v, want %s", i, f, want)
			}
		}
		for _, wrong := range [][]own.Line{{{SKU: a, Quantity: 0}}, {{SKU: a, Quantity: -1}}, {{SKU: a, Quantity: 100}}, {{SKU: a, Quantity: 50}, {SKU: a, Quantity: 50}}} {
			_, err := w.Quote(t.Context(), wrong)
			refuses(t, err, "quote.quantity")
		}
		_, err = w.Quote(t.Context(), make([]own.Line, own.MaxLines+1))
		refuses(t, err, "quote.too_many_lines")
		if q, err := w.Quote(t.Context(), nil); err != nil || !q.Total.IsZero() || q.Orderable {
			t.Errorf("nothing: got %+v, %v, want nothing to pay", q, err)
		}
	})
}

func TestPlace(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *world) {
		a, b := w.goods(1990, 10), w.goods(3000, 2)
		c := w.checkout(own.Line{SKU: a, Quantity: 2}, own.Line{SKU: b, Quantity: 1})
		c.Lang, c.Seen = pavilion.Russian, cny(2*1990+3000+800)
		got, err := w.Place(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		o := got.Order
		if o.Total != c.Seen || o.Lines[0].Name != "Шоколад" || o.ShipTo.Phone != "+8613800138000" || o.ShipTo.Country != "CN" || !o.PayBy.Equal(w.clock.Now().Add(30*60e9)) {
			t.Errorf("got %+v, want the order as quoted", o)
		}
		again, err := w.Place(t.Context(), c)
		if err != nil || !again.Repeat || again.Order.ID != o.ID {
			t.Errorf("again: got %v, %v, want the same order", again.Order.ID, err)
		}
		// The prices of an order are frozen, and its repeat is not refused for the new ones.
		w.setPrice(a, 9999)
		if again, err = w.Place(t.Context(), c); err != nil || again.Order.ID != o.ID || again.Order.Total != o.Total {
			t.Errorf("again after the price changed: got %v, %v, want the same order", again.Order.ID, err)
		}
		for name, spoil := range map[string]func(c *own.Checkout){
			"another's phone": func(c *own.Checkout) { c.ShipTo.Phone = "13900139000" },
			"another street":  func(c *own.Checkout) { c.ShipTo.Street += "5" },
			"another buyer":   func(c *own.Checkout) { c.Buyer = "byr_x" },
			"other goods":     func(c *own.Checkout) { c.Lines = c.Lines[1:] },
		} {
			spoilt := c
			spoil(&spoilt)
			spoilt.Seen = cny(1_000_000)
			got, err := w.Place(t.Context(), spoilt)
			if refuses(t, err, "checkout.key_used"); got.Order.ID != "" {
				t.Errorf("%s: got an order with the refusal", name)
			}
		}
		w.mustBeClean()
	})
}

func TestNeverChargedMore(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *world) {
		a := w.goods(1990, 10)
		c := w.checkout(own.Line{SKU: a, Quantity: 1})
		c.Seen = cny(1990 + 800)
		w.setPrice(a, 2000)
		_, err := w.Place(t.Context(), c)
		e := refuses(t, err, "checkout.price_changed")
		if e.Kind != pavilion.Conflict || e.Args["seen"] != c.Seen || e.Args["now"] != cny(2800) {
			t.Errorf("got %v, want a Conflict with both totals", e)
		}
		w.setPrice(a, 1000)
		o, err := w.Place(t.Context(), c)
		if err != nil || o.Order.Total != cny(1800) {
			t.Errorf("cheaper now: got %v, %v, want 18.00", o.Order.Total, err)
		}
		c = w.checkout(own.Line{SKU: a, Quantity: 1})
		w.must(func(ctx context.Context, tx *db.Tx) error { return catalog.SetOnSale(ctx, tx, false, a) })
		_, err = w.Place(t.Context(), c)
		refuses(t, err, "checkout.not_on_sale")
	})
}

func TestPlaceRefuses(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *world) {
		a := w.goods(1990, 1)
		for name, c := range map[string]struct {
			spoil  func(c *own.Checkout)
			reason string
			field  string
		}{
			"no key":         {func(c *own.Checkout) { c.Key = "" }, "checkout.key", "key"},
			"no lines":       {func(c *own.Checkout) { c.Lines = nil }, "quote.empty", "lines"},
			"no provider":    {func(c *own.Checkout) { c.Provider = "x" }, "checkout.provider", "provider"},
			"no name":        {func(c *own.Checkout) { c.ShipTo.Name = " \t" }, "address.missing", "name"},
			"phone":          {func(c *own.Checkout) { c.ShipTo.Phone = "123" }, "phone.malformed", "phone"},
			"province":       {func(c *own.Checkout) { c.ShipTo.Province = "加利福尼亚" }, "address.not_listed", "province"},
			"city elsewhere": {func(c *own.Checkout) { c.ShipTo.City = "广州市" }, "address.not_listed", "city"},
			"no district":    {func(c *own.Checkout) { c.ShipTo.District = "" }, "address.missing", "district"},
			"long street":    {func(c *own.Checkout) { c.ShipTo.Street = strings.Repeat("路", 121) }, "address.too_long", "street"},
			"postcode":       {func(c *own.Checkout) { c.ShipTo.Postcode = "1" }, "address.postcode", "postcode"},
			"country":        {func(c *own.Checkout) { c.ShipTo.Country = "BY" }, "address.country", "country"},
			"too many":       {func(c *own.Checkout) { c.Lines[0].Quantity = 2 }, "stock.short", ""},
		} {
			checkout := w.checkout(own.Line{SKU: a, Quantity: 1})
			c.spoil(&checkout)
			_, err := w.Place(t.Context(), checkout)
			if e := refuses(t, err, c.reason); e.Field != c.field {
				t.Errorf("%s: got field %q, want %q", name, e.Field, c.field)
			}
		}
	})
}

func TestNobodyElseReadsAnOrder(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		a := w.goods(1990, 10)
		_, buyer := w.signIn("13800138001")
		_, other := w.signIn("13800138002")
		mine := w.checkout(own.Line{SKU: a, Quantity: 1})
		mine.Buyer = buyer.ID
		o, err := w.Place(ctx, mine)
		if err != nil {
			t.Fatal(err)
		}
		guest := w.place(own.Line{SKU: a, Quantity: 1})
		for name, v := range map[string]own.Viewer{
			"nobody":            {},
			"another buyer":     {Buyer: other.ID},
			"an empty pass":     {Pass: ""},
			"another's pass":    {Pass: w.Pass(guest.Order.ID)},
			"both of another's": {Buyer: other.ID, Pass: w.Pass(guest.Order.ID)},
		} {
			_, err := w.Order(ctx, o.Order.ID, v)
			if e := refuses(t, err, "order.unknown"); e.Kind != pavilion.NotFound {
				t.Errorf("%s: got %v, want NotFound", name, err)
			}
			_, err = w.Events(ctx, o.Order.ID, v)
			refuses(t, err, "order.unknown")
			refuses(t, w.Cancel(ctx, o.Order.ID, v), "order.unknown")
		}
		_, err = w.Order(ctx, guest.Order.ID, own.Viewer{Buyer: ""})
		refuses(t, err, "order.unknown")
		for _, v := range []own.Viewer{{Buyer: buyer.ID}, {Pass: w.Pass(o.Order.ID)}} {
			if got, err := w.Order(ctx, o.Order.ID, v); err != nil || got.ShipTo.Street == "" {
				t.Errorf("its shopper: got %v, want the order", err)
			}
		}
		if list, err := w.Orders(ctx, buyer.ID, "", 10); err != nil || len(list) != 1 || list[0].ID != o.Order.ID {
			t.Errorf("orders: got %v, %v, want the one", list, err)
		}
		if list, err := w.Orders(ctx, "", "", 10); err != nil || len(list) != 0 {
			t.Errorf("orders of nobody: got %v, %v, want none", list, err)
		}
		if err := w.Cancel(ctx, o.Order.ID, own.Viewer{Buyer: buyer.ID}); err != nil {
			t.Fatal(err)
		}
		w.mustBe(o.Order.ID, order.StateCancelled)
	})
}

func TestFindOrder(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		o := w.place(own.Line{SKU: w.goods(1990, 10), Quantity: 1}).Order
		spaced := o.Number[:4] + " " + o.Number[4:8] + " " + o.Number[8:]
		if got, err := w.FindOrder(ctx, spaced, "+86 138-0013-8000", "192.0.2.1"); err != nil || got.ID != o.ID {
			t.Errorf("got %v, %v, want the order", got.ID, err)
		}
		_, err := w.FindOrder(ctx, o.Number[:11], "13800138000", "192.0.2.1")
		refuses(t, err, "order.number_malformed")
		_, wrongPhone := w.FindOrder(ctx, o.Number, "13900139000", "192.0.2.1")
		_, wrongNumber := w.FindOrder(ctx, "123456789014", "13800138000", "192.0.2.1")
		if refuses(t, wrongPhone, "order.unknown"); wrongPhone.Error() != wrongNumber.Error() {
			t.Errorf("got %v for a wrong phone and %v for a wrong number, want the same", wrongPhone, wrongNumber)
		}
		blocked := false
		for n := range 20 {
			_, err := w.FindOrder(ctx, o.Number, "13900139000", "192.0.2."+string(rune('a'+n)))
			blocked = blocked || pavilion.KindOf(err) == pavilion.Limited
		}
		if !blocked {
			t.Error("twenty guesses at one number from twenty addresses: got none blocked")
		}
	})
}
