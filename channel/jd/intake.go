package jd

import (
	"context"
	"strconv"
	"strings"
	"time"

	"pavilion"
	"pavilion/channel"
	"pavilion/money"
)

// ListOrders reads orders by the time of their last change. JD shifts pages when an order
// changes, so that turning them would pass orders over: each question begins at the last
// second that was seen, and pages are turned only within one second. Orders of the seam come
// twice. An order that could not be read has a number, and no state.
func (c *Connector) ListOrders(ctx context.Context, a channel.Access, q channel.Asked) (channel.OrderPage, error) {
	from, page, err := orderCursor(q)
	if err != nil {
		return channel.OrderPage{}, err
	}
	to := q.To
	if to.Before(from) { // JD answers to the end of the second in which To lies
		to = from
	}
	got, err := c.shop(a).Orders(ctx, OrderQuery{From: from, To: to, Page: page})
	if err != nil {
		return channel.OrderPage{}, err
	}
	out, last := channel.OrderPage{}, from
	for _, o := range got.Items {
		out.Orders = append(out.Orders, o.neutral())
		if o.Modified.After(last) {
			last = o.Modified
		}
	}
	for _, u := range got.Unread {
		if u.ID == "" {
			return channel.OrderPage{}, answerOf("jingdong.pop.order.search").lost(u.Err)
		}
		out.Orders = append(out.Orders, channel.PlatformOrder{Number: u.ID, Word: u.Err.Error()})
	}
	switch {
	case len(got.Items)+len(got.Unread) < orderPageMost:
	case last.Unix() > from.Unix():
		out.Next = cursorText(last, 1)
	default:
		out.Next = cursorText(from, page+1)
	}
	return out, nil
}

// cursorText names where to go on: the second and the page within it.
func cursorText(from time.Time, page int) string {
	return strconv.FormatInt(from.Unix(), 10) + "." + strconv.Itoa(page)
}

func orderCursor(q channel.Asked) (time.Time, int, error) {
	if q.Page == "" {
		return q.From, 1, nil
	}
	second, turn, _ := strings.Cut(q.Page, ".")
	unix, err := strconv.ParseInt(second, 10, 64)
	page, pageErr := strconv.Atoi(turn)
	if err != nil || pageErr != nil || page < 1 {
		return time.Time{}, 0, wrongPage()
	}
	return time.Unix(unix, 0), page, nil
}

func wrongPage() error {
	return pavilion.E(pavilion.Invalid, "jd.page", pavilion.Args{"most": refundLastPage}).At("Page")
}

// GetOrder reads one order.
func (c *Connector) GetOrder(ctx context.Context, a channel.Access, number string) (channel.PlatformOrder, error) {
	id, err := wireNumber("Number", number)
	if err != nil {
		return channel.PlatformOrder{}, err
	}
	o, err := c.shop(a).Order(ctx, id)
	if err != nil {
		return channel.PlatformOrder{}, err
	}
	return o.neutral(), nil
}

// orderStates gives our word for JD's. An order between the two steps of JD Worldwide is
// still to be shipped: shipping goes on where it stopped.
var orderStates = map[OrderState]channel.OrderState{
	"NOT_PAY":    channel.OrderUnpaid,
	WaitStockOut: channel.OrderToShip,
	WaitDelivery: channel.OrderToShip,
	Shipped:      channel.OrderShipped,
	Finished:     channel.OrderCompleted,
	Cancelled:    channel.OrderCancelled,
	Locked:       channel.OrderLocked,
	Paused:       channel.OrderWaiting,
	PausedPOP:    channel.OrderWaiting,
	WaitCode:     channel.OrderWaiting,
}

// neutral is the order in the engine's words. A state that JD has made up since is none.
func (o Order) neutral() channel.PlatformOrder {
	out := channel.PlatformOrder{
		Number: decimalText(o.ID), State: orderStates[o.State], Word: string(o.State),
		Placed: o.Ordered, Paid: o.Paid, Modified: o.Modified,
		Freight: stated(o.Freight), Tax: stated(o.Tax), Paying: stated(o.Payment), Remark: o.BuyerNote,
		ShipTo: channel.MaskedTo{
			Province: o.Consignee.Province, City: o.Consignee.City, County: o.Consignee.County, Town: o.Consignee.Town,
		},
	}
	if parent := o.DirectParent; parent != 0 {
		out.Parent = decimalText(parent)
	} else if o.Parent != 0 {
		out.Parent = decimalText(o.Parent)
	}
	phone := o.Consignee.Mobile
	if phone == "" {
		phone = o.Consignee.Telephone
	}
	person := []channel.Cipher{{Field: "name", Text: o.Consignee.Name}, {Field: "phone", Text: phone}, {Field: "address", Text: o.Consignee.Address}}
	switch {
	case o.Consignee.OAID != "":
		for i := range person {
			person[i].Text = oaidMark + o.Consignee.OAID
		}
		out.Ciphers = person
	case o.Consignee.Sealed:
		out.Ciphers = person
	}
	if !o.Consignee.Sealed {
		out.ShipTo.Name, out.ShipTo.Phone, out.ShipTo.Detail = o.Consignee.Name, phone, o.Consignee.Address
	}
	for _, waybill := range strings.FieldsFunc(o.Waybill, func(r rune) bool { return r == '|' || r == ',' }) {
		out.Parcels = append(out.Parcels, channel.PlatformParcel{Carrier: decimalText(o.Carrier), Waybill: waybill})
	}
	o.amounts(&out)
	return out
}

// amounts puts the lines with what was paid for them. JD says what an order cost and not what
// its lines did: the whole is divided among them by their list prices, to the fen. What the
// shopper did not pay and the shop did not give is what JD gave.
func (o Order) amounts(out *channel.PlatformOrder) {
	weights := make([]int64, len(o.Items))
	var list int64
	for i, item := range o.Items {
		if worth, err := item.Price.Times(item.Quantity); err == nil && worth.Sign() > 0 {
			weights[i] = worth.Minor()
			list += weights[i]
		}
	}
	rest := o.Freight.Minor() + o.Tax.Minor() + o.ServiceFee.Minor()
	goods := max(0, o.Payment.Minor()+o.Balance.Minor()-rest)
	seller := o.SellerTotal.Minor()
	if seller <= 0 {
		seller = max(goods, list-o.Discount.Minor())
	}
	out.Goods = fen(goods)
	out.Funded = fen(max(0, seller-goods))
	paid, paidErr := fen(goods).Allocate(weights)
	due, dueErr := fen(seller).Allocate(weights)
	seen := map[int64]int{}
	for i, item := range o.Items {
		seen[item.SKU]++
		line := channel.PlatformLine{
			ID: decimalText(item.SKU), Unit: channel.UnitID{Unit: decimalText(item.SKU)}, Ref: item.OuterID, Name: item.Name,
			Quantity: item.Quantity, Price: fen(0), Paid: fen(0), Gift: weights[i] == 0,
		}
		if n := seen[item.SKU]; n > 1 { // JD gives lines no number: a gift of what was bought
			line.ID += "-" + strconv.Itoa(n)
		}
		if item.Ware != 0 {
			line.Unit.Listing = decimalText(item.Ware)
		}
		if list > 0 && paidErr == nil && dueErr == nil {
			line.Paid, line.Price = paid[i], fen(due[i].Minor()/item.Quantity)
		}
		out.Lines = append(out.Lines, line)
	}
}

func fen(n int64) money.Money { return money.New(n, money.CNY) }

// stated is an amount, nothing if JD said nothing.
func stated(m money.Money) money.Money { return fen(m.Minor()) }
