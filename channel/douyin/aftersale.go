package douyin

import (
	"context"

	"pavilion"
)

// What a buyer asks for: AfterSale.Type.
const (
	ReturnAndRefund Int = 0
	RefundShipped   Int = 1 // without sending the goods back
	RefundUnshipped Int = 2
	Exchange        Int = 3
	SystemCancel    Int = 4
	BuyerCancel     Int = 5
	PriceProtection Int = 6
	Resend          Int = 7
	Repair          Int = 8
)

// Where it stands: AfterSale.Status.
const (
	Applied         Int = 6
	AgreedToReturn  Int = 7
	MerchantSends   Int = 8
	Returned        Int = 11 // by the buyer; the merchant decides a second time
	Succeeded       Int = 12
	RefusedAtOnce   Int = 27
	ClosedAfterSale Int = 28
	RefusedReturn   Int = 29
)

// Where its money stands: AfterSale.Refund.
const (
	RefundWaits    Int = 1
	RefundUnderWay Int = 2
	RefundDone     Int = 3
	RefundFailed   Int = 4
)

// AfterSale is a buyer's request about a line of an order, or the order.
type AfterSale struct {
	ID         Text
	Order      Text
	Type       Int
	Status     Int
	Refund     Int
	Amount     Fen // with the postage
	Postage    Fen
	Reason     string // the platform's words
	ReasonCode Int
	AppliedAt  Moment
	UpdatedAt  Moment
	DecideBy   Moment // after it the platform decides
	GotGoods   bool   // the buyer has them
	Company    string // of what the buyer sends back
	Waybill    string
	Lines      []AfterSaleLine
}

// AfterSaleLine is a line it is about.
type AfterSaleLine struct {
	Line     Text
	Product  ID
	SKU      ID
	Code     Text
	Quantity Int // of the request
	Paid     Fen
}

// afterSaleRow is one in a list, which spells aftersale in one word.
type afterSaleRow struct {
	Info struct {
		ID        Text   `json:"aftersale_id"`
		Type      Int    `json:"aftersale_type"`
		Status    Int    `json:"aftersale_status"`
		Refund    Int    `json:"refund_status"`
		Amount    Fen    `json:"refund_amount"`
		Postage   Fen    `json:"refund_post_amount"`
		AppliedAt Moment `json:"apply_time"`
		UpdatedAt Moment `json:"update_time"`
		DecideBy  Moment `json:"status_deadline"`
		GotGoods  Flag   `json:"got_pkg"`
		Waybill   Text   `json:"return_logistics_code"`
		Company   string `json:"return_logistics_company_name"`
		Quantity  Int    `json:"aftersale_num"`
	} `json:"aftersale_info"`
	Order struct {
		ID    Text `json:"shop_order_id"`
		Lines []struct {
			Line     Text `json:"sku_order_id"`
			Product  ID   `json:"product_id"`
			Code     Text `json:"shop_sku_code"`
			Quantity Int  `json:"aftersale_item_num"`
			Paid     Fen  `json:"pay_amount"`
		} `json:"related_order_info"`
	} `json:"order_info"`
}

func (r afterSaleRow) plain() AfterSale {
	i := r.Info
	a := AfterSale{
		ID: i.ID, Order: r.Order.ID, Type: i.Type, Status: i.Status, Refund: i.Refund, Amount: i.Amount, Postage: i.Postage,
		AppliedAt: i.AppliedAt, UpdatedAt: i.UpdatedAt, DecideBy: i.DecideBy, GotGoods: bool(i.GotGoods), Company: i.Company, Waybill: string(i.Waybill),
	}
	for _, l := range r.Order.Lines {
		a.Lines = append(a.Lines, AfterSaleLine{Line: l.Line, Product: l.Product, Code: l.Code, Quantity: l.Quantity, Paid: l.Paid})
	}
	return a
}

// AfterSales reads a page of the requests that changed in a window, as [Shop.Orders] does.
func (s Shop) AfterSales(ctx context.Context, w Window, at string) (requests []AfterSale, next string, err error) {
	way, err := begin(w, at)
	if err != nil {
		return nil, "", err
	}
	params := struct {
		From int64    `json:"update_start_time"`
		To   int64    `json:"update_end_time"`
		Page int      `json:"page"`
		Size int      `json:"size"`
		By   []string `json:"order_by"`
	}{way.from - 1, way.to + 1, way.number(), pageMost, []string{"update_time asc"}}
	var told struct {
		Total Int            `json:"total"`
		Rows  []afterSaleRow `json:"items"`
	}
	if err := s.ask(ctx, "afterSale.List", params, &told); err != nil {
		return nil, "", err
	}
	then, counts, done, err := way.next(int(told.Total), seconds(w.To))
	if err != nil || !counts {
		return nil, then.String(), err
	}
	for _, r := range told.Rows {
		requests = append(requests, r.plain())
	}
	if !done {
		next = then.String()
	}
	return requests, next, nil
}

// AfterSale reads one, with the goods it is about. How the buyer sent them back stands in the
// list alone.
func (s Shop) AfterSale(ctx context.Context, id string) (AfterSale, error) {
	var told struct {
		Process struct {
			Info struct {
				ID         Text   `json:"after_sale_id"`
				Type       Int    `json:"after_sale_type"`
				Status     Int    `json:"after_sale_status"`
				Refund     Int    `json:"refund_status"`
				Amount     Fen    `json:"refund_total_amount"`
				Postage    Fen    `json:"refund_post_amount"`
				Reason     string `json:"reason"`
				ReasonCode Int    `json:"reason_code"`
				AppliedAt  Moment `json:"apply_time"`
				UpdatedAt  Moment `json:"update_time"`
				DecideBy   Moment `json:"status_deadline"`
				GotGoods   Flag   `json:"got_pkg"`
			} `json:"after_sale_info"`
		} `json:"process_info"`
		Order struct {
			ID    Text `json:"shop_order_id"`
			Lines []struct {
				Line     Text `json:"sku_order_id"`
				Product  ID   `json:"product_id"`
				SKU      ID   `json:"sku_id"`
				Code     Text `json:"shop_sku_code"`
				Quantity Int  `json:"after_sale_item_count"`
				Paid     Fen  `json:"pay_amount"`
			} `json:"sku_order_infos"`
		} `json:"order_info"`
	}
	if err := s.ask(ctx, "afterSale.Detail", struct {
		ID string `json:"after_sale_id"`
	}{id}, &told); err != nil {
		return AfterSale{}, err
	}
	i := told.Process.Info
	if i.ID == "" {
		return AfterSale{}, call{s, "afterSale.Detail", false}.lost(errNoID)
	}
	a := AfterSale{
		ID: i.ID, Order: told.Order.ID, Type: i.Type, Status: i.Status, Refund: i.Refund, Amount: i.Amount, Postage: i.Postage,
		Reason: i.Reason, ReasonCode: i.ReasonCode, AppliedAt: i.AppliedAt, UpdatedAt: i.UpdatedAt, DecideBy: i.DecideBy, GotGoods: bool(i.GotGoods),
	}
	for _, l := range told.Order.Lines {
		a.Lines = append(a.Lines, AfterSaleLine{Line: l.Line, Product: l.Product, SKU: l.SKU, Code: l.Code, Quantity: l.Quantity, Paid: l.Paid})
	}
	return a, nil
}

// Operations are the numbers of afterSale.operate. The platform's own table is not public;
// nought is one that nobody has told us.
type Operations struct {
	AgreeReturn    int // the first step: the buyer may send the goods
	AcceptReturn   int // the second: they came, the money goes back
	RefuseReturn   int
	RefuseReturned int
	AgreeRefund    int // of goods that were sent; the documents name no number of its own for
	RefuseRefund   int // goods that were not, and these are taken for both
	AgreeExchange  int
	ShipExchange   int
	RefuseExchange int
}

// withDefaults fills in the numbers that stand in documents.
func (o Operations) withDefaults() Operations {
	for _, d := range []struct {
		to *int
		n  int
	}{{&o.AgreeReturn, 101}, {&o.AcceptReturn, 111}, {&o.AgreeRefund, 201}, {&o.RefuseRefund, 202}, {&o.AgreeExchange, 301}, {&o.ShipExchange, 311}} {
		if *d.to == 0 {
			*d.to = d.n
		}
	}
	return o
}

// Decision is what the merchant says about a request. Operation is one of Facts.Operations.
type Decision struct {
	Operation     int
	ID            string
	UpdatedAt     Moment // of the request as it was read: when it has changed since, the platform refuses
	Reason        string
	ReasonCode    Int // of a refusal, from [Shop.RefusalReasons]
	Remark        string
	ReturnAddress ID     // where the buyer sends the goods
	Company       string // of what we send in exchange
	Waybill       string
	Evidence      []string // addresses of pictures
}

// Operations are the numbers in force.
func (c *Client) Operations() Operations { return c.o.Facts.Operations }

// Decide tells the platform the merchant's decision about one request. A request that has gone
// on meanwhile is a Conflict: read it again, which also tells what became of a decision whose
// outcome is unknown. The error is Invalid douyin.operation_unset when nobody has told us the
// number of the operation.
func (s Shop) Decide(ctx context.Context, d Decision) error {
	if d.Operation == 0 {
		return pavilion.E(pavilion.Invalid, "douyin.operation_unset", nil)
	}
	type logistics struct {
		Company string `json:"company_code,omitempty"`
		Waybill string `json:"logistics_code,omitempty"`
		Address ID     `json:"receiver_address_id,omitempty"`
	}
	type evidence struct {
		Type int    `json:"type"`
		URL  string `json:"url"`
	}
	type item struct {
		ID         string     `json:"aftersale_id"`
		Reason     string     `json:"reason,omitempty"`
		Remark     string     `json:"remark,omitempty"`
		ReasonCode Int        `json:"reject_reason_code,omitempty"`
		Evidence   []evidence `json:"evidence,omitempty"`
		Logistics  *logistics `json:"logistics,omitempty"`
		UpdatedAt  Moment     `json:"update_time,omitzero"`
	}
	i := item{ID: d.ID, Reason: d.Reason, Remark: d.Remark, ReasonCode: d.ReasonCode, UpdatedAt: d.UpdatedAt}
	if l := (logistics{d.Company, d.Waybill, d.ReturnAddress}); l != (logistics{}) {
		i.Logistics = &l
	}
	for _, at := range d.Evidence {
		i.Evidence = append(i.Evidence, evidence{Type: 1, URL: at})
	}
	const method = "afterSale.operate"
	var told struct {
		Items []struct {
			Code    Int  `json:"status_code"`
			Message Text `json:"status_msg"`
		} `json:"items"`
	}
	err := s.act(ctx, method, struct {
		Type  int    `json:"type"`
		Items []item `json:"items"`
	}{d.Operation, []item{i}}, &told)
	if err != nil {
		return err
	}
	for _, i := range told.Items {
		if i.Code != 0 {
			r := refusal{Code: int64(i.Code), Message: s.redacted(string(i.Message))}
			return pavilion.E(pavilion.Conflict, "douyin.refused", pavilion.Args{"method": method, "word": r.word(), "message": r.Message}).Because(r)
		}
	}
	return nil
}

// RefusalReason is one the platform takes for refusing a request.
type RefusalReason struct {
	Code     Int    `json:"reject_reason_code"`
	Words    string `json:"reason"`
	Evidence string `json:"evidence_description"`
	Needed   string `json:"evidence_need"` // Y when evidence must come with it
}

// RefusalReasons returns those of a request.
func (s Shop) RefusalReasons(ctx context.Context, id string) ([]RefusalReason, error) {
	var told struct {
		Items []RefusalReason `json:"items"`
	}
	err := s.ask(ctx, "afterSale.rejectReasonCodeList", struct {
		ID string `json:"aftersale_id"`
	}{id}, &told)
	return told.Items, err
}
