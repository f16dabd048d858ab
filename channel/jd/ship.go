package jd

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"pavilion"
)

// OwnDelivery is the carrier of goods the merchant brings: it has no waybill.
const OwnDelivery int64 = 1274

const (
	waybillsMost     = 10  // of one order
	waybillBytesMost = 200 // of all of them as JD stores them
)

// Parcel is what one carrier takes of an order.
type Parcel struct {
	Carrier  int64 // of the shop's own list ([Shop.Carriers])
	Waybills []string
}

// Shipment ships a whole order: JD knows no shipment of a part, and one successful call only.
type Shipment struct {
	Order   int64
	Key     string // our id of this act, the same when it is repeated
	Parcels []Parcel
}

// Shipper is how a shop tells JD that an order has left. Which one a shop needs depends on
// what kind of shop it is, and of JD Worldwide the public documents do not say which one is
// good today: it is chosen for each shop.
type Shipper interface {
	Ship(ctx context.Context, s *Shop, shipment Shipment) error
}

// The ways to ship. Each reads the order first, so that it may be repeated after an unknown
// outcome, and ships only what may be shipped. Errors: Conflict jd.not_shippable {state},
// jd.shipped_otherwise, jd.overseas_shop; Invalid jd.shipment, jd.carrier.
type (
	// SOP is the way of an ordinary shop: one call.
	SOP struct{}
	// Worldwide is the way of a JD Worldwide shop in two steps: out of the overseas or
	// bonded warehouse, and on to the buyer.
	Worldwide struct{}
	// ByJD is the way of a shop whose goods JD Logistics sends: there is nothing to tell.
	ByJD struct{}
)

// Ship tells JD in one call.
func (SOP) Ship(ctx context.Context, s *Shop, h Shipment) error {
	carriers, waybills, err := h.wire()
	if err != nil {
		return err
	}
	o, err := s.Order(ctx, h.Order)
	if err != nil {
		return err
	}
	if o.State != WaitStockOut {
		return h.standing(o)
	}
	a, err := s.tell(ctx, "jingdong.pop.order.shipment", fields{"orderId": h.Order, "logiCoprId": carriers}.text("logiNo", waybills))
	if err == nil {
		_, err = a.result("sopjosshipment_result")
	}
	return s.settled(ctx, h, err)
}

// Ship tells JD in two calls, the first only if the goods are still in the warehouse.
func (Worldwide) Ship(ctx context.Context, s *Shop, h Shipment) error {
	carrier, waybill, err := h.wire()
	if err == nil && len(h.Parcels) != 1 {
		err = wrongShipment()
	}
	if err != nil {
		return err
	}
	o, err := s.Order(ctx, h.Order)
	if err != nil {
		return err
	}
	id := strconv.FormatInt(h.Order, 10)
	switch o.State {
	case WaitStockOut:
		_, err := s.tell(ctx, "360buy.overseas.order.sop.outstorage", fields{"order_id": id, "trade_no": h.Key + "-1"})
		if err != nil && !isDone(err) {
			return err
		}
	case WaitDelivery:
	default:
		return h.standing(o)
	}
	_, err = s.tell(ctx, "360buy.overseas.order.sop.delivery", fields{"order_id": id, "logistics_id": carrier, "trade_no": h.Key + "-2"}.text("waybill", waybill))
	return s.settled(ctx, h, err)
}

// Ship tells JD nothing.
func (ByJD) Ship(context.Context, *Shop, Shipment) error { return nil }

// isDone tells whether JD says that it was done before.
func isDone(err error) bool {
	return errors.Is(err, pavilion.E(pavilion.Conflict, "jd.already_done", nil))
}

// settled is what came of the last call: that it was done before is believed after a look.
func (s *Shop) settled(ctx context.Context, h Shipment, err error) error {
	if !isDone(err) {
		return err
	}
	o, lookErr := s.Order(ctx, h.Order)
	if lookErr != nil {
		return lookErr
	}
	return h.standing(o)
}

// standing tells whether an order that is not waiting stands as this shipment would leave it.
func (h Shipment) standing(o Order) error {
	if o.State != Shipped && o.State != Finished {
		return pavilion.E(pavilion.Conflict, "jd.not_shippable", pavilion.Args{"state": string(o.State)})
	}
	var ours []string
	for _, p := range h.Parcels {
		if p.Carrier != OwnDelivery {
			ours = append(ours, p.Waybills...)
		}
	}
	theirs := strings.FieldsFunc(o.Waybill, func(r rune) bool { return r == '|' || r == ',' })
	slices.Sort(ours)
	slices.Sort(theirs)
	if !slices.Equal(ours, theirs) {
		return pavilion.E(pavilion.Conflict, "jd.shipped_otherwise", nil)
	}
	return nil
}

// wire writes carriers and waybills as JD wants them: carriers joined by a bar, their waybills
// in the same order, those of one carrier joined by commas.
func (h Shipment) wire() (carriers, waybills string, err error) {
	var ids, numbers []string
	count := 0
	for _, p := range h.Parcels {
		ids = append(ids, strconv.FormatInt(p.Carrier, 10))
		if p.Carrier == OwnDelivery {
			numbers = append(numbers, "")
			continue
		}
		for _, n := range p.Waybills {
			if strings.TrimSpace(n) == "" || strings.ContainsAny(n, "|, ") {
				return "", "", wrongShipment()
			}
		}
		if p.Carrier <= 0 || len(p.Waybills) == 0 {
			return "", "", wrongShipment()
		}
		count += len(p.Waybills)
		numbers = append(numbers, strings.Join(p.Waybills, ","))
	}
	waybills = strings.Join(numbers, "|")
	if len(ids) == 0 || h.Order <= 0 || h.Key == "" || count > waybillsMost || len(waybills) > waybillBytesMost {
		return "", "", wrongShipment()
	}
	if count == 0 {
		waybills = ""
	}
	return strings.Join(ids, "|"), waybills, nil
}

func wrongShipment() error {
	return pavilion.E(pavilion.Invalid, "jd.shipment", pavilion.Args{"most": waybillsMost}).At("parcels")
}

// Rewrite corrects the waybill of an order that is on its way.
func (s *Shop) Rewrite(ctx context.Context, h Shipment) error {
	carrier, waybill, err := h.wire()
	if err == nil && len(h.Parcels) != 1 {
		err = wrongShipment()
	}
	if err != nil {
		return err
	}
	_, err = s.tell(ctx, "360buy.order.sop.waybill.update", fields{
		"order_id": strconv.FormatInt(h.Order, 10), "logistics_id": carrier, "trade_no": h.Key,
	}.text("waybill", waybill))
	if isDone(err) { // under this very key
		return nil
	}
	return err
}

// Carrier is one of the shop's carriers.
type Carrier struct {
	ID   int64
	Name string
}

// Carriers lists the carriers the shop may ship with. The list is the shop's own and changes;
// of JD's two calls for it the older is asked where the app has no right to the other.
func (s *Shop) Carriers(ctx context.Context) ([]Carrier, error) {
	a, err := s.ask(ctx, "360buy.get.vender.all.delivery.company", fields{"fields": "id,name,description"})
	if err == nil {
		return each(a.at("delivery_companies"), func(t tree) Carrier {
			return Carrier{ID: t.at("id").number(), Name: t.at("name").text()}
		}), a.whole()
	}
	if reason := pavilion.ReasonOf(err); reason != "jd.permission" && reason != "jd.stopped" && reason != "jd.call_wrong" {
		return nil, err
	}
	a, err = s.ask(ctx, "360buy.delivery.logistics.get", fields{"optional_fields": "logistics_id,logistics_name"})
	if err != nil {
		return nil, err
	}
	return each(a.at("logistics_companies").at("logistics_list"), func(t tree) Carrier {
		return Carrier{ID: t.at("logistics_id").number(), Name: t.at("logistics_name").text()}
	}), a.whole()
}
