package own_test

import (
	"context"
	"testing"

	"pavilion"
	"pavilion/catalog"
	"pavilion/channel/own"
	"pavilion/db"
	"pavilion/order"
)

// TestNotice: goods the shopper imports are ordered by who accepted what the market has shoppers
// told, and the order keeps what that was.
func TestNotice(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *world) {
		lines := []own.Line{{SKU: w.goods(1990, 50), Quantity: 1}}
		asked := w.quoteFor(own.Person{}, lines...).Notice
		if len(asked.Texts) == 0 || asked.Lang != pavilion.Chinese || !asked.Recalled || asked.Meanings[0][pavilion.Russian] == "" {
			t.Fatalf("got %+v, want the notice of the first way in", asked)
		}
		w.must(func(ctx context.Context, tx *db.Tx) error { return catalog.SetOnSale(ctx, tx, false, lines[0].SKU) })
		if off := w.quoteFor(own.Person{}, lines...).Notice; off.ID() != asked.ID() {
			t.Errorf("off sale: got %+v, want the same notice: their page is still read", off)
		}
		w.must(func(ctx context.Context, tx *db.Tx) error { return catalog.SetOnSale(ctx, tx, true, lines[0].SKU) })
		c := w.checkout(lines...)
		for id, want := range map[string]string{"": "checkout.notice", "ANOTHER": "checkout.notice_changed"} {
			c.Notice = id
			_, err := w.Place(t.Context(), c)
			if e := refuses(t, err, want); e.Field != "notice" {
				t.Errorf("%s: got the field %q, want notice", want, e.Field)
			}
		}
		c.Notice = asked.ID()
		o, err := w.Place(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		id := w.order(o.Order.ID).Notice
		var kept order.Notice
		err = w.d.Read(t.Context(), func(v *db.View) (err error) {
			kept, err = order.ReadNotice(t.Context(), v, id)
			return err
		})
		if err != nil || kept.ID() != asked.ID() || kept.Texts[0] != asked.Texts[0] {
			t.Errorf("kept: got %+v, %v, want %+v", kept, err, asked.Notice)
		}
		c.Notice = "" // placed again with its key it is the same order, whatever is accepted now
		if again, err := w.Place(t.Context(), c); err != nil || again.Order.ID != o.Order.ID {
			t.Errorf("again: got %s, %v, want %s", again.Order.ID, err, o.Order.ID)
		}
	})
}
