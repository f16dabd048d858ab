package console

import (
	"pavilion"
	"pavilion/order"
	"pavilion/web/ui"
)

// borderView is what an order bears at the market's border, line by line, and what its shopper
// accepted.
type borderView struct {
	Table    ui.Table // no rows where nobody knows
	Notice   []string
	Lang     pavilion.Lang // of the notice
	Accepted string
}

func borderOf(p *ui.Printer, o order.Order, n order.Notice) borderView {
	v := borderView{Notice: n.Texts, Lang: n.Lang, Accepted: p.T("orders.notice_accepted", "at", o.PlacedAt, "id", o.Notice)}
	v.Table.Caption = p.T("orders.border")
	v.Table.Columns = []ui.Column{{Label: p.T("orders.goods")}}
	for _, key := range []string{"dutiable", "freight", "duty", "consumption", "vat", "sum"} {
		v.Table.Columns = append(v.Table.Columns, ui.Column{Label: p.T("orders.border." + key), Numeric: true})
	}
	for _, l := range o.Lines {
		b := l.Border
		if !b.Asked() {
			continue
		}
		v.Table.Rows = append(v.Table.Rows, []ui.Cell{
			{Text: l.Name}, {Text: p.Money(b.Dutiable)}, {Text: p.Money(b.FreightShare)}, {Text: p.Money(b.Duty)}, {Text: p.Money(b.Consumption)}, {Text: p.Money(b.VAT)}, {Text: p.Money(b.Tax)},
		})
	}
	return v
}
