package api

import (
	"context"
	"net/http"

	"pavilion"
	"pavilion/channel/own"
	"pavilion/db"
	"pavilion/money"
	"pavilion/order"
	"pavilion/staff"
	"pavilion/tailoring/tax"
)

type quoteInput struct {
	Speaks
	Body struct {
		Lines []newLine `json:"lines" minItems:"1" maxItems:"50" doc:"What somebody wants to order."`
	}
}

// quoted is what an order would cost now, and what its shopper must be told before.
type quoted struct {
	Lines    []quotedLine `json:"lines" doc:"One for each SKU, in the order they were asked for."`
	Goods    amount       `json:"goods" doc:"The lines without tax."`
	Delivery amount       `json:"delivery" doc:"What delivery costs."`
	Tax      amount       `json:"tax" doc:"On top of goods and delivery; zero where prices include it."`
	Included amount       `json:"tax_included" doc:"Import tax that the prices hold; zero where it is on top."`
	Total    amount       `json:"total" doc:"What would be to pay."`
	Verdict  string       `json:"verdict,omitempty" enum:"reduced,full,general,reject-single,reject-annual" example:"reduced" doc:"How the order may come into the market. With “reject-single” it is above the limit of one order and must be split. Missing where nobody taxes it."`
	Dutiable *amount      `json:"dutiable,omitempty" doc:"What the limits of the market are about: goods and delivery without tax."`
	Notice   *notice      `json:"notice,omitempty" doc:"Show it to the shopper; an order of these lines must name it as accepted. Missing where there is nothing to tell."`
}

// quotedLine is a line of a quote.
type quotedLine struct {
	SKU       pavilion.SKUID `json:"sku"`
	Quantity  int64          `json:"quantity" example:"2" doc:"Units."`
	Available int64          `json:"available" example:"120" doc:"Units that could be sold now."`
	OnSale    bool           `json:"on_sale" doc:"False: not sold here, and not in the sums."`
	Unit      amount         `json:"unit" doc:"Price of one unit."`
	Total     amount         `json:"total" doc:"Of the line, with tax that is on top."`
	Border    *Border        `json:"border,omitempty" doc:"What the state takes at the market’s border. Missing where it takes nothing."`
}

// Border is what the state takes of a line when it comes into the market.
type Border struct {
	Dutiable    amount `json:"dutiable" doc:"Goods and their share of delivery, without tax."`
	Delivery    amount `json:"delivery_share" doc:"Of “dutiable”."`
	Duty        amount `json:"duty" doc:"Import duty."`
	Consumption amount `json:"consumption_tax" doc:"Zero unless the goods are dear of their kind."`
	VAT         amount `json:"vat" doc:"Value-added tax."`
	Tax         amount `json:"tax" doc:"The three together, whether they are on top of the price or in it."`
}

// borderOf is the breakdown, nil for what nobody asked about.
func borderOf(t tax.LineTax) *Border {
	if !t.Asked() {
		return nil
	}
	return &Border{amountOf(t.Dutiable), amountOf(t.FreightShare), amountOf(t.Duty), amountOf(t.Consumption), amountOf(t.VAT), amountOf(t.Tax)}
}

// borderSum adds the lines of an order up, nil where nobody knows of any.
func borderSum(o order.Order) *Border {
	var lines []tax.LineTax
	for _, l := range o.Lines {
		if l.Border.Asked() {
			lines = append(lines, l.Border)
		}
	}
	if len(lines) == 0 {
		return nil
	}
	sum := func(of func(tax.LineTax) money.Money) amount {
		minor := int64(0) // each is a part of an order, whose sum was checked when it was placed
		for _, l := range lines {
			minor += of(l).Minor()
		}
		return amountOf(money.New(minor, o.Total.Currency()))
	}
	return &Border{
		Dutiable: sum(func(t tax.LineTax) money.Money { return t.Dutiable }), Delivery: sum(func(t tax.LineTax) money.Money { return t.FreightShare }),
		Duty: sum(func(t tax.LineTax) money.Money { return t.Duty }), Consumption: sum(func(t tax.LineTax) money.Money { return t.Consumption }),
		VAT: sum(func(t tax.LineTax) money.Money { return t.VAT }), Tax: sum(func(t tax.LineTax) money.Money { return t.Tax }),
	}
}

// notice is what a shopper must be told before an order.
type notice struct {
	ID    string        `json:"id" example:"NEPDYTGYGE4PY46M" doc:"Other words have another."`
	Lang  pavilion.Lang `json:"lang"`
	Texts []string      `json:"texts" example:"[\"消费者购买的商品仅限个人自用，不得再次销售。\"]" doc:"Word by word."`
}

func noticeOf(n order.Notice) *notice {
	if len(n.Texts) == 0 {
		return nil
	}
	return &notice{n.ID(), n.Lang, n.Texts}
}

// quotes registers the operations that say what an order means before it is placed.
func (a *API) quotes() {
	run(a, operation{
		method: http.MethodPost, path: "/quotes", id: "quote-order", tag: shopOrders, scope: staff.PlaceOrders,
		summary: "What an order would cost, its import tax, and what the shopper must accept",
		about:   "Nothing is kept and nothing promised; it needs no key.",
		refuses: []refusal{refuses(pavilion.Invalid, "quote.quantity")},
	}, a.quote)
	run(a, operation{
		method: http.MethodGet, path: "/orders/{order}/notice", id: "get-order-notice", tag: shopOrders, scope: staff.ReadOrders,
		summary: "What the shopper of an order accepted", about: "In the words that were shown then. Only of an order that the same token placed.",
		refuses: []refusal{refuses(pavilion.NotFound, "order.unknown"), refuses(pavilion.NotFound, "order.notice_unknown")},
	}, a.getNotice)
}

func (a *API) quote(ctx context.Context, in *quoteInput) (quoted, error) {
	q, err := a.shop.Quote(ctx, each(in.Body.Lines, func(l newLine) own.Line { return own.Line(l) }))
	if err != nil {
		return quoted{}, err
	}
	out := quoted{
		Lines: each(q.Lines, quotedLineOf), Goods: amountOf(q.Goods), Delivery: amountOf(q.Delivery), Tax: amountOf(q.Tax), Included: amountOf(q.Included),
		Total: amountOf(q.Total), Verdict: string(q.Border.Verdict), Notice: noticeOf(q.Notice.Notice),
	}
	if q.Border.Verdict != "" {
		out.Dutiable = new(amountOf(q.Border.Dutiable))
	}
	return out, nil
}

func quotedLineOf(l own.QuoteLine) quotedLine {
	return quotedLine{l.SKU, l.Quantity, l.Available, l.OnSale, amountOf(l.Unit), amountOf(l.Total), borderOf(l.Border)}
}

func (a *API) getNotice(ctx context.Context, in *orderID) (notice, error) {
	o, err := a.mine(ctx, in.Order)
	if err != nil {
		return notice{}, err
	}
	var n order.Notice
	err = a.db.Read(ctx, func(v *db.View) error {
		n, err = order.ReadNotice(ctx, v, o.Notice)
		return err
	})
	if err == nil && len(n.Texts) == 0 {
		err = pavilion.E(pavilion.NotFound, "order.notice_unknown", nil)
	}
	if err != nil {
		return notice{}, err
	}
	return *noticeOf(n), nil
}
