package console

import (
	"time"

	"pavilion"
	"pavilion/money"
	"pavilion/order"
	"pavilion/shipment"
	"pavilion/staff"
	"pavilion/web/ui"
)

// sampleFacts is an order of two lines, one of whose parcels is packed.
func sampleFacts() orderFacts {
	at := time.Date(2022, 7, 6, 2, 0, 0, 0, time.UTC)
	cny := func(minor int64) money.Money { return money.New(minor, money.CNY) }
	id := pavilion.OrderID(pavilion.PrefixOrder + "_00000000000000000000000000")
	o := order.Order{
		ID: id, Number: "482913057726", Channel: "own", Lang: pavilion.Chinese, State: order.StatePaid, Simulated: true,
		ShipTo: order.ShipTo{Name: "收件人", Phone: "+8613800138000", Country: "CN", Province: "四川省", City: "成都市", District: "武侯区", Street: "天府大道北段 1700 号环球中心 5 单元 17 楼 1702 室"},
		Lines: []order.Line{
			{Number: 1, SKU: "sku_1", Name: "黑巧克力 72% 100 克", Quantity: 3, Unit: cny(1990), Total: cny(5970)},
			{Number: 2, SKU: "sku_2", Name: "Зефир «Бело-розовый» в шоколадной глазури, подарочная коробка, 480 г", Quantity: 1, Refunded: 1, Unit: cny(8900), Total: cny(8900)},
		},
		Goods: cny(14870), Delivery: cny(800), Tax: cny(0), Total: cny(15670), Refunded: cny(8900),
		PlacedAt: at, ShipBy: at.Add(order.DefaultShipWithin), UpdatedAt: at,
	}
	clerk := pavilion.Actor{Kind: pavilion.ByStaff, ID: "stf_1"}
	return orderFacts{order: o, parcels: []shipment.Parcel{{
		ID: "par_1", Order: id, Number: 1, State: shipment.StatePacked, Carrier: "sf", Waybill: "SF1234567890123", WeightG: 640,
		Lines: []shipment.Line{{Line: 1, Quantity: 2}}, PackedBy: clerk, PackedAt: at.Add(time.Hour),
	}}, story: story{
		events: []order.Event{{Order: id, Number: 1, Step: order.StepPlacePaid, To: order.StatePaid, Actor: pavilion.Actor{Kind: pavilion.ByChannel, ID: "own"}, At: at}},
		notes:  []order.Note{{ID: "1", Text: "Позвонить перед доставкой / 送货前请先打电话", Actor: clerk, WrittenAt: at.Add(30 * time.Minute)}},
	}}
}

// sampleOrders are the states of an order's page for the gallery.
func sampleOrders(p *ui.Printer) map[string]orderView {
	f := sampleFacts()
	all := orderPage(p, staff.Member{Roles: []staff.Role{staff.Owner}}, f, true)
	late := orderPage(p, staff.Member{Roles: []staff.Role{staff.Owner}}, f, false)
	late.Failed = ui.Notice{Tone: ui.Bad, Text: p.Error(pavilion.E(pavilion.Conflict, "order.changed_meanwhile", nil))}
	late.Since = f.story.tell(p)
	f.order.State, f.order.Reason, f.parcels = order.StateParked, "payment.amount_differs", nil
	return map[string]orderView{
		"packed": all, "changed meanwhile": late,
		"parked": orderPage(p, staff.Member{Roles: []staff.Role{staff.Support}}, f, false),
	}
}

// samplePacks are the states of the packing page for the gallery.
func samplePacks(p *ui.Printer) map[string]packView {
	f := sampleFacts()
	half := packPage(p, f, map[int][]pick{1: {{1, "L240612", "2023-06-12"}}})
	half.Parcels = []parcelView{parcelOf(p, staff.Member{Roles: []staff.Role{staff.Warehouse}}, f.order, f.parcels[0])}
	f.parcels = nil
	return map[string]packView{"first": packPage(p, f, nil), "half packed": half}
}
