package douyin

import (
	"context"
	"slices"
	"strconv"
	"time"

	"pavilion"
	"pavilion/channel"
	"pavilion/money"
)

// ListOrders asks for a page of the orders that changed.
func (n *Connector) ListOrders(ctx context.Context, a channel.Access, q channel.Asked) (channel.OrderPage, error) {
	orders, next, err := n.shop(a).Orders(ctx, Window{q.From, q.To}, q.Page)
	if err != nil {
		return channel.OrderPage{}, err
	}
	page := channel.OrderPage{Next: next}
	for _, o := range orders {
		page.Orders = append(page.Orders, neutral(o))
	}
	return page, nil
}

// GetOrder reads an order as it is now.
func (n *Connector) GetOrder(ctx context.Context, a channel.Access, number string) (channel.PlatformOrder, error) {
	o, err := n.shop(a).Order(ctx, number)
	if err != nil {
		return channel.PlatformOrder{}, err
	}
	return neutral(o), nil
}

// stateOfOrder is ours for the platform's; "" is one that nobody has told us.
func stateOfOrder(o Order) channel.OrderState {
	switch o.MainStatus {
	case MainDepositPaid:
		return channel.OrderWaiting
	case MainRefundedUnshipped:
		return channel.OrderCancelled
	case MainRefundedShipped:
		return channel.OrderShipped
	case MainRefundedReceived:
		return channel.OrderCompleted
	}
	switch o.Status {
	case OrderPlaced:
		return channel.OrderUnpaid
	case OrderPaid:
		return channel.OrderWaiting
	case OrderToShip:
		if slices.ContainsFunc(o.Lines, func(l Line) bool { return Int(l.AfterSale.Status) == Applied }) {
			return channel.OrderLocked // shipping would be refused, or refuse the buyer
		}
		return channel.OrderToShip
	case OrderPartShipped:
		return channel.OrderPart
	case OrderShipped:
		return channel.OrderShipped
	case OrderFinished:
		return channel.OrderCompleted
	case OrderCancelled:
		return channel.OrderCancelled
	}
	return ""
}

func neutral(o Order) channel.PlatformOrder {
	out := channel.PlatformOrder{
		Number: string(o.ID), State: stateOfOrder(o), Word: firstOf(o.StatusWords, strconv.FormatInt(int64(o.Status), 10)),
		Placed: o.PlacedAt.Time, Paid: o.PaidAt.Time, Modified: o.UpdatedAt.Time, ShipBy: o.ShipBy.Time,
		Goods: money.New(0, money.CNY), Freight: o.Postage.Money(), Tax: o.Tax.Money(), Paying: o.Paid.Money(), Funded: o.ByPlatform.Money(),
		Buyer: string(o.Buyer), Remark: o.BuyerWords,
		ShipTo: channel.MaskedTo{
			Name: o.MaskedName, Phone: o.MaskedPhone, Province: o.Address.Province.Name, City: o.Address.City.Name, County: o.Address.Town.Name,
			Town: o.Address.Street.Name, Detail: o.Masked.Detail,
		},
	}
	for _, c := range []struct {
		field string
		text  Secret
	}{{"name", o.NameCipher}, {"phone", o.PhoneCipher}, {"address", o.Address.Cipher}, {"id_number", o.Identity.NumberCipher}, {"id_name", o.Identity.NameCipher}} {
		if c.text != "" {
			out.Ciphers = append(out.Ciphers, channel.Cipher{Field: c.field, Text: string(c.text)})
		}
	}
	var goods Fen
	for _, l := range o.Lines {
		out.Lines = append(out.Lines, neutralLine(l, o))
		goods += l.Paid
		out.Presale = out.Presale || l.Trade == TradeDeposit
		if by := l.ShipBy.Time; !by.IsZero() && (out.ShipBy.IsZero() || by.Before(out.ShipBy)) {
			out.ShipBy = by
		}
	}
	out.Goods = goods.Money()
	for _, p := range o.Parcels {
		out.Parcels = append(out.Parcels, channel.PlatformParcel{Carrier: string(p.Company), Waybill: string(p.Waybill)})
	}
	return out
}

func neutralLine(l Line, o Order) channel.PlatformLine {
	unit := Fen(0)
	if l.Quantity > 0 {
		unit = max(0, (l.Sum-l.ByShop)/Fen(l.Quantity))
	}
	product := ID(firstOf(string(l.ProductText), string(l.Product)))
	return channel.PlatformLine{
		ID: string(l.ID), Unit: channel.UnitID{Listing: string(product), Unit: string(l.SKU)}, Ref: string(l.Code), Name: l.Name,
		Quantity: int64(l.Quantity), Price: unit.Money(), Paid: l.Paid.Money(), Gift: l.Given == GiftLine,
		Refunded: l.MainStatus == MainRefundedUnshipped || l.Status == OrderCancelled && o.Status != OrderCancelled,
	}
}

// Decrypt reads encrypted fields of an order; one that the platform keeps closed is "".
func (n *Connector) Decrypt(ctx context.Context, a channel.Access, number string, fields []channel.Cipher) ([]string, error) {
	ciphers := make([]Secret, len(fields))
	for i, f := range fields {
		ciphers[i] = Secret(f.Text)
	}
	opened, err := n.shop(a).Decrypt(ctx, number, "", ciphers)
	if err != nil {
		return nil, err
	}
	out := make([]string, len(opened))
	for i, o := range opened {
		out[i] = string(o.Text)
	}
	return out, nil
}

// ListReturns asks for a page of the requests that changed.
func (n *Connector) ListReturns(ctx context.Context, a channel.Access, q channel.Asked) (channel.ReturnPage, error) {
	told, next, err := n.shop(a).AfterSales(ctx, Window{q.From, q.To}, q.Page)
	if err != nil {
		return channel.ReturnPage{}, err
	}
	page := channel.ReturnPage{Next: next}
	for _, r := range told {
		page.Returns = append(page.Returns, neutralReturn(r))
	}
	return page, nil
}

// GetReturn reads a request as it is now.
func (n *Connector) GetReturn(ctx context.Context, a channel.Access, id string) (channel.Return, error) {
	r, err := n.shop(a).AfterSale(ctx, id)
	if err != nil {
		return channel.Return{}, err
	}
	return neutralReturn(r), nil
}

// stateOfReturn is ours for the platform's. What ends with other goods instead of money is for
// a person.
func stateOfReturn(r AfterSale) channel.ReturnState {
	const cancelled, finished = 51, 53
	switch r.Status {
	case Succeeded:
		if r.Refund == RefundFailed {
			return channel.ReturnOther
		}
		return channel.ReturnPaid
	case RefusedAtOnce, RefusedReturn:
		return channel.ReturnRefused
	case ClosedAfterSale, cancelled:
		return channel.ReturnClosed
	case finished:
		return channel.ReturnOther
	}
	if r.Type != ReturnAndRefund && r.Type != RefundShipped && r.Type != RefundUnshipped {
		return channel.ReturnOther
	}
	switch r.Status {
	case Applied:
		return channel.ReturnAsked
	case AgreedToReturn:
		return channel.ReturnSending
	case Returned:
		return channel.ReturnArrived
	}
	return channel.ReturnOther
}

func neutralReturn(r AfterSale) channel.Return {
	out := channel.Return{
		ID: string(r.ID), Order: string(r.Order), State: stateOfReturn(r), Word: strconv.FormatInt(int64(r.Type), 10) + "/" + strconv.FormatInt(int64(r.Status), 10),
		Goods: r.Type == ReturnAndRefund, Amount: r.Amount.Money(), Reason: r.Reason, Waybill: r.Waybill,
		Asked: r.AppliedAt.Time, Modified: r.UpdatedAt.Time, Due: r.DecideBy.Time, Version: seconds(r.UpdatedAt.Time),
	}
	for _, l := range r.Lines {
		out.Lines = append(out.Lines, channel.DispatchLine{Line: string(l.Line), Quantity: int64(l.Quantity)})
	}
	return out
}

// AnswerReturn tells what we say to a request, as it was read: it is a Conflict when the
// request has changed since. A reason that is one of the platform's own goes with its code.
func (n *Connector) AnswerReturn(ctx context.Context, a channel.Access, answer channel.ReturnAnswer) error {
	s := n.shop(a)
	r, err := s.AfterSale(ctx, answer.ID)
	if err != nil {
		return err
	}
	if state := stateOfReturn(r); state != answer.State || answer.Version != 0 && seconds(r.UpdatedAt.Time) != answer.Version {
		return pavilion.E(pavilion.Conflict, "douyin.return_moved", nil)
	}
	d := Decision{Operation: n.operation(r, answer), ID: answer.ID, UpdatedAt: r.UpdatedAt}
	if answer.Agree && r.Type == ReturnAndRefund && answer.State == channel.ReturnAsked {
		d.ReturnAddress = n.c.o.ReturnTo[a.Shop]
		if d.ReturnAddress.None() {
			return pavilion.E(pavilion.Invalid, "douyin.options", pavilion.Args{"option": "ReturnTo"}).At("return_address")
		}
	}
	if !answer.Agree && d.Operation != 0 {
		d.Reason, d.Remark = answer.Reason, answer.Reason
		reasons, err := s.RefusalReasons(ctx, answer.ID)
		if err != nil {
			return err
		}
		for _, reason := range reasons {
			if reason.Words == answer.Reason {
				d.ReasonCode = reason.Code
			}
		}
	}
	return s.Decide(ctx, d)
}

// operation is the platform's number of an answer, nought if nobody has told us.
func (n *Connector) operation(r AfterSale, answer channel.ReturnAnswer) int {
	o := n.c.o.Facts.Operations
	switch {
	case answer.State == channel.ReturnArrived && answer.Agree:
		return o.AcceptReturn
	case answer.State == channel.ReturnArrived:
		return o.RefuseReturned
	case answer.State != channel.ReturnAsked:
		return 0
	case r.Type == ReturnAndRefund && answer.Agree:
		return o.AgreeReturn
	case r.Type == ReturnAndRefund:
		return o.RefuseReturn
	case answer.Agree:
		return o.AgreeRefund
	}
	return o.RefuseRefund
}

// billSpan is the longest window of bills that the platform advises.
const billSpan = 7 * 24 * time.Hour

// ListBills asks for a page of what the platform settled. A span of more than a week is cut;
// ask for the rest by itself.
func (n *Connector) ListBills(ctx context.Context, a channel.Access, q channel.Asked) (channel.BillPage, error) {
	if q.To.Sub(q.From) > billSpan {
		return channel.BillPage{}, pavilion.E(pavilion.Invalid, "douyin.bill_span", nil).At("to")
	}
	bills, next, err := n.shop(a).Bills(ctx, Window{q.From, q.To}, q.Page)
	if err != nil {
		return channel.BillPage{}, err
	}
	page := channel.BillPage{Next: next}
	for _, b := range bills {
		page.Bills = append(page.Bills, channel.Bill{ID: string(b.Request) + ":" + string(b.Line), Order: string(b.Order), At: b.SettledAt.Time, Raw: b.Raw})
	}
	return page, nil
}
