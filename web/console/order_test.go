package console_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"pavilion"
	"pavilion/catalog"
	"pavilion/channel"
	"pavilion/channel/own"
	"pavilion/cmd/pavilion/demo"
	"pavilion/db"
	"pavilion/db/dbtest"
	"pavilion/money"
	"pavilion/order"
	"pavilion/shipment"
	"pavilion/staff"
	"pavilion/stock"
)

// paidOrder places an order of two units that a channel was paid for.
func paidOrder(t *testing.T, d *db.DB) order.Order {
	t.Helper()
	ctx := t.Context()
	if _, err := demo.Load(ctx, d, pavilion.DateOf(d.Now(), time.UTC)); err != nil {
		t.Fatal(err)
	}
	var sku pavilion.SKUID
	if err := d.Read(ctx, func(v *db.View) error {
		found, err := catalog.FindGTINs(ctx, v, "4810067000341")
		sku = found["4810067000341"].ID
		return err
	}); err != nil {
		t.Fatal(err)
	}
	intake := channel.NewIntake(d, dbtest.Sealer(t), channel.Options{})
	if err := intake.Start(ctx); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(intake.Stop)
	out, err := intake.Place(ctx, order.Request{
		ID: pavilion.NewID[pavilion.OrderID](pavilion.PrefixOrder, d.Now()), Channel: own.Name, External: "console-test", PhoneKey: "phone", AddressKey: "address",
		Lang: pavilion.English, ShipTo: order.ShipTo{Name: "买家", Phone: "+8613800138000", Country: "CN", Street: "天府大道1号"},
		Lines:    []order.RequestLine{{SKU: sku, Name: "Chocolate", Quantity: 2, Unit: money.New(1990, "CNY"), Tax: money.New(0, "CNY")}},
		Delivery: money.New(1200, "CNY"),
	})
	if err != nil || out.Err != nil {
		t.Fatal(err, out.Err)
	}
	return out.Order
}

func TestStaffShipAndRefund(t *testing.T) {
	t.Parallel()
	d, owner := open(t)
	o := paidOrder(t, d)
	path := "/console/orders/" + string(o.ID)
	signIn(t, d, owner, staff.Owner)
	observer := newVisitor(t, owner.url)
	signIn(t, d, observer, staff.Observer)

	if status, _, _ := observer.get(path); status != http.StatusForbidden {
		t.Errorf("observer: got %d, want 403", status)
	}
	if status, _, _ := observer.post(path, url.Values{"step": {"ship"}}); status != http.StatusForbidden {
		t.Errorf("observer ships: got %d, want 403", status)
	}
	if status, _, page := owner.post(path, url.Values{"step": {"deliver"}}); status != http.StatusConflict || !strings.Contains(page, o.Number) {
		t.Errorf("deliver before shipping: got %d, want 409 on the order's page", status)
	}
	if status, _, page := owner.post(path, url.Values{"step": {"ship"}}); status != http.StatusConflict || !strings.Contains(page, o.Number) {
		t.Errorf("ship before packing: got %d, want 409 on the order's page", status)
	}
	pack(t, d, o.ID, "78912345678901")
	if status, _, page := owner.post(path, url.Values{"step": {"ship"}}); status != http.StatusOK || !strings.Contains(page, ">shipped<") {
		t.Fatalf("ship: got %d: %s", status, page)
	}
	if status, _, _ := owner.post(path, url.Values{"step": {"refund"}, "back_1": {"3"}, "reason": {"broken"}}); status != http.StatusConflict && status != http.StatusUnprocessableEntity {
		t.Errorf("refund of more than was sold: got %d, want a refusal", status)
	}
	if got := refunded(t, d, o.ID); got != 0 {
		t.Errorf("refunded: got %d, want 0", got)
	}
	if err := d.Read(t.Context(), func(v *db.View) error {
		return stock.Verify(t.Context(), v, func(x stock.Difference) error { return fmt.Errorf("stock: %v", x) })
	}); err != nil {
		t.Error(err)
	}
}

// pack puts everything of an order into one parcel.
func pack(t *testing.T, d *db.DB, id pavilion.OrderID, waybill string) {
	t.Helper()
	ctx := t.Context()
	if err := d.Write(ctx, pavilion.System("test"), func(tx *db.Tx) error {
		o, err := order.Get(ctx, tx, nil, id)
		if err != nil {
			return err
		}
		draft := shipment.Draft{Carrier: "zto", Waybill: waybill}
		for _, l := range o.Lines {
			draft.Lines = append(draft.Lines, shipment.Line{Line: l.Number, Quantity: l.Quantity})
		}
		_, err = shipment.Pack(ctx, tx, id, draft)
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

func refunded(t *testing.T, d *db.DB, id pavilion.OrderID) (n int64) {
	t.Helper()
	if err := d.Read(t.Context(), func(v *db.View) error {
		o, err := order.Get(t.Context(), v, nil, id)
		for _, l := range o.Lines {
			n += l.Refunded
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return n
}
