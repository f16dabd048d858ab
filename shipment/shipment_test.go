package shipment_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pavilion"
	"pavilion/db"
	"pavilion/order"
	"pavilion/shipment"
	"pavilion/staff"
)

func TestPackAndShipInTwoParcels(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *world) {
		o := w.paid(3, 2)
		mustFail(t, "ship unpacked", w.ship(o.ID), "shipment.left_over")
		_, err := w.pack(o.ID, w.draft(4))
		mustFail(t, "pack too many", err, "shipment.too_many")
		_, err = w.pack(o.ID, w.draft(2), w.draft(2))
		mustFail(t, "pack too many in two", err, "shipment.too_many")
		_, err = w.pack(o.ID, w.draft(0, 0))
		mustFail(t, "pack nothing", err, "shipment.nothing")
		_, err = w.pack(o.ID, shipment.Draft{Lines: []shipment.Line{{Line: 3, Quantity: 1}}})
		mustFail(t, "pack a line that is not there", err, "shipment.too_many")
		if _, there := w.order(o.ID); len(there) != 0 {
			t.Fatalf("refused parcels: got %v, want none", there)
		}

		first := w.mustPack(o.ID, w.draft(3, 1))[0]
		mustFail(t, "ship half packed", w.ship(o.ID), "shipment.left_over")
		second := w.mustPack(o.ID, shipment.Draft{Lines: []shipment.Line{{Line: 2, Quantity: 1}}})[0]
		if first.Number != 1 || second.Number != 2 {
			t.Errorf("numbers: got %d and %d, want 1 and 2", first.Number, second.Number)
		}
		mustFail(t, "ship without a waybill", w.ship(o.ID), "shipment.no_waybill")
		w.must(func(ctx context.Context, tx *db.Tx) error {
			return shipment.SetWaybill(ctx, tx, second.ID, "jd", " jdva 01234567890 ")
		})
		if err := w.ship(o.ID); err != nil {
			t.Fatal(err)
		}
		mustFail(t, "ship twice", w.ship(o.ID), "order.wrong_state")
		mustFail(t, "unpack a shipped parcel", w.do(func(ctx context.Context, tx *db.Tx) error { return shipment.Unpack(ctx, tx, first.ID) }), "shipment.gone")
		got, there := w.order(o.ID)
		if got.State != order.StateShipped || len(there) != 2 || there[1].Waybill != "JDVA01234567890" {
			t.Errorf("shipped: got %s %+v", got.State, there)
		}
		w.must(func(ctx context.Context, tx *db.Tx) error { return shipment.Deliver(ctx, tx, o.ID) })
		if _, there := w.order(o.ID); there[0].State != shipment.StateDelivered || there[0].DeliveredAt.IsZero() {
			t.Errorf("delivered: got %+v", there[0])
		}
		w.mustBeClean()
	})
}

func TestWaybillsAreUnique(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *world) {
		one, two := w.paid(1), w.paid(1)
		d := w.draft(1)
		p := w.mustPack(one.ID, d)[0]
		_, err := w.pack(two.ID, d)
		mustFail(t, "the same waybill", err, "shipment.waybill_taken")
		if err == nil || !strings.Contains(err.Error(), one.Number) {
			t.Errorf("the refusal %v does not name order %s", err, one.Number)
		}
		q := w.mustPack(two.ID, w.draft(1))[0]
		mustFail(t, "set the same waybill", w.do(func(ctx context.Context, tx *db.Tx) error {
			return shipment.SetWaybill(ctx, tx, q.ID, d.Carrier, d.Waybill)
		}), "shipment.waybill_taken")
		w.must(func(ctx context.Context, tx *db.Tx) error {
			return shipment.SetWaybill(ctx, tx, p.ID, d.Carrier, d.Waybill)
		}) // its own again
		w.must(func(ctx context.Context, tx *db.Tx) error { return shipment.Unpack(ctx, tx, p.ID) })
		w.must(func(ctx context.Context, tx *db.Tx) error {
			return shipment.SetWaybill(ctx, tx, q.ID, d.Carrier, d.Waybill)
		})
		w.read(func(ctx context.Context, v *db.View) error {
			found, err := shipment.ByWaybill(ctx, v, strings.ToLower(d.Waybill))
			if len(found) != 1 || found[0].ID != q.ID {
				t.Errorf("by waybill: got %v, want %s", found, q.ID)
			}
			return err
		})
	})
}

func TestRefundsAndCancellationUnpack(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *world) {
		o := w.paid(3, 1)
		w.mustPack(o.ID, w.draft(2), w.draft(1, 1))
		w.must(func(ctx context.Context, tx *db.Tx) error {
			return order.Refund(ctx, tx, o.ID, []order.RefundLine{{Line: 2, Quantity: 1}}, "broken", false)
		})
		mustFail(t, "ship what was refunded", w.ship(o.ID), "shipment.over_packed")
		w.must(func(ctx context.Context, tx *db.Tx) error { return shipment.Fit(ctx, tx, o.ID) })
		if _, there := w.order(o.ID); len(there) != 1 || there[0].Units() != 2 {
			t.Errorf("after a refund in part: got %+v, want the first parcel", there)
		}
		w.mustPack(o.ID, w.draft(1))
		w.must(func(ctx context.Context, tx *db.Tx) error { return order.Cancel(ctx, tx, o.ID, "changed mind") })
		w.must(func(ctx context.Context, tx *db.Tx) error { return shipment.Fit(ctx, tx, o.ID) })
		if _, there := w.order(o.ID); len(there) != 0 {
			t.Errorf("after cancelling: got %+v, want no parcel", there)
		}
		_, err := w.pack(o.ID, w.draft(1))
		mustFail(t, "pack a cancelled order", err, "order.wrong_state")
		w.mustBeClean()
	})
}

// TestTwoPackersDoNotPackTwice has two people pack the same units at once.
func TestTwoPackersDoNotPackTwice(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *world) {
		o := w.paid(5)
		const people = 6
		drafts := make([]shipment.Draft, people)
		for i := range drafts {
			drafts[i] = w.draft(2)
		}
		errs := make([]error, people)
		var all sync.WaitGroup
		for i := range people {
			all.Go(func() {
				errs[i] = w.d.Write(t.Context(), pavilion.System("test"), func(tx *db.Tx) error {
					_, err := shipment.Pack(t.Context(), tx, o.ID, drafts[i])
					return err
				})
			})
		}
		all.Wait()
		packed := 0
		for _, err := range errs {
			if err == nil {
				packed++
			} else {
				mustFail(t, "pack", err, "shipment.too_many")
			}
		}
		if packed != 2 {
			t.Errorf("got %d parcels of 2 units out of 5, want 2", packed)
		}
		w.mustBeClean()
	})
}

func TestRedirectBeforePacking(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *world) {
		o := w.paid(1)
		to := order.ShipTo{Name: "王小明", Phone: "+8613900139000", Country: "CN", Province: "四川省", City: "成都市", Street: "天府大道 99 号"}
		redirect := func(seen time.Time) error {
			return w.do(func(ctx context.Context, tx *db.Tx) error {
				return shipment.Redirect(ctx, tx, w.sealer, o.ID, seen, to)
			})
		}
		mustFail(t, "redirect from an old page", redirect(o.UpdatedAt.Add(-time.Hour)), "order.changed_meanwhile")
		if err := redirect(o.UpdatedAt); err != nil {
			t.Fatal(err)
		}
		got, _ := w.order(o.ID)
		if got.ShipTo != to {
			t.Errorf("recipient: got %#v", got.ShipTo)
		}
		w.read(func(ctx context.Context, v *db.View) error {
			entries, err := staff.Trail(ctx, v, string(o.ID), "", 10)
			if err != nil || len(entries) != 1 {
				t.Fatalf("trail: got %v %v, want one entry", entries, err)
			}
			for _, secret := range []string{"王小明", "收件人", "13900139000", "天府大道"} {
				if strings.Contains(fmt.Sprint(entries[0]), secret) {
					t.Errorf("the trail says %s", secret)
				}
			}
			if fields := len(entries[0].Changes); fields != 5 {
				t.Errorf("changes: got %d, want name, phone, province, city, street", fields)
			}
			return nil
		})
		w.mustPack(o.ID, w.draft(1))
		got, _ = w.order(o.ID)
		mustFail(t, "redirect what is packed", redirect(got.UpdatedAt), "shipment.packed")
		if err := w.ship(o.ID); err != nil {
			t.Fatal(err)
		}
		got, _ = w.order(o.ID)
		mustFail(t, "redirect what is shipped", redirect(got.UpdatedAt), "order.wrong_state")
	})
}

func TestListAndCount(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *world) {
		var ids []pavilion.ParcelID // the newest first
		var last order.Order
		for i := range 5 {
			last = w.paid(1)
			d := w.draft(1)
			if i%2 == 0 {
				d.Carrier, d.Waybill = "zto", strings.TrimPrefix(d.Waybill, "SF")
			}
			ids = slices.Insert(ids, 0, w.mustPack(last.ID, d)[0].ID)
		}
		if err := w.ship(last.ID); err != nil {
			t.Fatal(err)
		}
		w.read(func(ctx context.Context, v *db.View) error {
			for _, test := range []struct {
				name  string
				f     shipment.Filter
				after pavilion.ParcelID
				want  []pavilion.ParcelID
			}{
				{"all", shipment.Filter{}, "", ids},
				{"after", shipment.Filter{}, ids[1], ids[2:]},
				{"packed", shipment.Filter{State: shipment.StatePacked}, "", ids[1:]},
				{"carrier", shipment.Filter{Carrier: "zto"}, "", []pavilion.ParcelID{ids[0], ids[2], ids[4]}},
				{"packed of a carrier", shipment.Filter{State: shipment.StatePacked, Carrier: "zto"}, "", []pavilion.ParcelID{ids[2], ids[4]}},
				{"delivered of a carrier", shipment.Filter{State: shipment.StateDelivered, Carrier: "zto"}, "", nil},
				{"order", shipment.Filter{Words: last.Number}, "", ids[:1]},
				{"order of another carrier", shipment.Filter{Words: last.Number, Carrier: "sf"}, "", nil},
				{"nothing", shipment.Filter{Words: "'; drop table parcel"}, "", nil},
			} {
				found, err := shipment.List(ctx, v, test.f, test.after, 50)
				if err != nil {
					return err
				}
				var got []pavilion.ParcelID
				for _, p := range found {
					got = append(got, p.ID)
				}
				if !slices.Equal(got, test.want) {
					t.Errorf("%s: got %v, want %v", test.name, got, test.want)
				}
				if test.after != "" {
					continue
				}
				if n, err := shipment.Count(ctx, v, test.f, 2); err != nil || n != int64(min(len(test.want), 2)) {
					t.Errorf("%s: counted %d %v, want %d at most 2", test.name, n, err, len(test.want))
				}
			}
			return nil
		})
	})
}

func TestVerifyFindsWhatIsWrong(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *world) {
		o, sent := w.paid(2), w.paid(2)
		w.mustPack(o.ID, w.draft(2))
		w.mustPack(sent.ID, w.draft(2))
		if err := w.ship(sent.ID); err != nil {
			t.Fatal(err)
		}
		for reason, harm := range map[string]string{
			"shipment.verify_over":  `update parcel_line set quantity = 3 where parcel_id = (select id from parcel where state = 'packed')`,
			"shipment.verify_taken": `update parcel_line set quantity = 1 where parcel_id = (select id from parcel where state = 'shipped')`,
			"shipment.verify_empty": `delete from parcel_line where parcel_id = (select id from parcel where state = 'packed')`,
			"shipment.verify_state": `update parcel set state = 'shipped', shipped_at = 1 where state = 'packed'`,
		} {
			errUndo := pavilion.E(pavilion.Internal, "undo", nil)
			var found []string
			err := w.do(func(ctx context.Context, tx *db.Tx) error {
				if _, err := tx.Exec(ctx, harm); err != nil {
					return err
				}
				if err := shipment.Verify(ctx, tx, func(d shipment.Difference) error { found = append(found, d.Reason); return nil }); err != nil {
					return err
				}
				return errUndo
			})
			if pavilion.ReasonOf(err) != "undo" || !slices.Contains(found, reason) {
				t.Errorf("%s: found %v %v", reason, found, err)
			}
		}
		w.mustBeClean()
	})
}

func TestCarriers(t *testing.T) {
	t.Parallel()
	for _, c := range shipment.Carriers() {
		for _, lang := range pavilion.Langs {
			if c.Name[lang] == "" {
				t.Errorf("%s has no name in %s", c.Code, lang)
			}
		}
		if found, ok := shipment.CarrierOf(c.Code); !ok || found.Code != c.Code {
			t.Errorf("%s: got %v, want itself", c.Code, found)
		}
	}
	for _, test := range []struct{ carrier, waybill, want, guess string }{
		{"sf", "sf 1234 5678 90123", "SF1234567890123", "sf"},
		{"sf", "123456789012", "123456789012", ""},
		{"jd", "JDVA01234567890-1-2-", "JDVA01234567890-1-2-", "jd"},
		{"yto", "YT1234567890123", "YT1234567890123", "yto"},
		{"ems", "EA123456789CN", "EA123456789CN", ""},
		{"zto", "SF1234567890123", "", "sf"},
		{"jd", "4810067000341", "", ""},
		{"yunda", "<script>", "", ""},
		{"other", "A", "", ""},
	} {
		c, _ := shipment.CarrierOf(test.carrier)
		got, err := c.Clean(test.waybill)
		if got != test.want || (err == nil) != (test.want != "") {
			t.Errorf("%s %q: got %q %v, want %q", test.carrier, test.waybill, got, err, test.want)
		}
		if g, _ := shipment.Guess(test.waybill); g.Code != test.guess {
			t.Errorf("guess of %q: got %q, want %q", test.waybill, g.Code, test.guess)
		}
	}
}
