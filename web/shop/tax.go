package shop

import (
	"fmt"
	"net/url"
	"strings"

	"pavilion"
	"pavilion/channel/own"
	"pavilion/money"
	"pavilion/tailoring/tax"
	"pavilion/web/ui"
)

// taxView is what an order means at the border, before it is placed: what each line bears,
// how near its limits are, and how to split an order that is above them.
type taxView struct {
	Notice ui.Notice
	Parts  []taxPart
	Lines  []taxLine
	Meters []ui.Progress
	Rule   string // what the limits say
	Source string // where it is written, as the market cites it
	Seen   bool   // that was read in its source
}

// taxLine is what one line bears.
type taxLine struct {
	Name     pavilion.Text
	Dutiable money.Money
	Tax      money.Money
	Parts    string // consumption tax and value-added tax, where there are several
}

// taxPart is one of the orders that an order above a limit could become.
type taxPart struct {
	Title string
	Items []string
	Why   string // what is particular about it, "" if nothing is
	URL   string // where to order it, "" if it cannot be ordered
}

// taxOf is the view of a quote's border; basket says that its lines are those of the basket.
func taxOf(p *ui.Printer, q own.Quote, basket bool) taxView {
	b := q.Border
	if b.Verdict == "" {
		return taxView{}
	}
	v := taxView{Notice: borderNotice(p, b), Seen: b.Source.Verified == "seen"}
	v.Rule = p.T("tax.rule", "single", b.Limits.Single, "yearly", b.Limits.Yearly)
	v.Source = b.Source.Number
	v.Meters = []ui.Progress{{
		Label: p.T("tax.order_value"), Text: p.T("tax.of", "value", b.Dutiable, "limit", b.Limits.Single),
		Value: min(b.Dutiable.Minor(), b.Limits.Single.Minor()), Max: b.Limits.Single.Minor(),
	}}
	if b.Known {
		v.Meters = append(v.Meters, ui.Progress{
			Label: p.T("tax.year_used"), Text: p.T("tax.of", "value", b.YearUsed, "limit", b.Limits.Yearly),
			Value: min(b.YearUsed.Minor(), b.Limits.Yearly.Minor()), Max: b.Limits.Yearly.Minor(),
		})
	}
	names := map[pavilion.SKUID]string{}
	for _, l := range q.Lines {
		names[l.SKU] = p.Text(l.Name)
		if l.Border == (tax.LineTax{}) {
			continue
		}
		line := taxLine{Name: l.Name, Dutiable: l.Border.Dutiable, Tax: l.Border.Tax}
		if l.Border.HasConsumption || !l.Border.Duty.IsZero() {
			line.Parts = p.T("tax.parts", "duty", l.Border.Duty, "consumption", l.Border.Consumption, "vat", l.Border.VAT)
		}
		v.Lines = append(v.Lines, line)
	}
	for i, part := range b.Parts {
		v.Parts = append(v.Parts, taxPartOf(p, i+1, part, names, basket))
	}
	return v
}

// borderNotice says what stands in the way of an order, or makes it dear.
func borderNotice(p *ui.Printer, b own.Border) ui.Notice {
	switch b.Verdict {
	case tax.OverSingle:
		return ui.Notice{Tone: ui.Careful, Title: p.T("tax.over_single"), Text: p.T("tax.over_single_text", "value", b.Dutiable, "limit", b.Limits.Single)}
	case tax.OverYear:
		return ui.Notice{Tone: ui.Careful, Title: p.T("tax.over_year"), Text: p.T("tax.over_year_text", "left", b.YearLeft(), "limit", b.Limits.Yearly)}
	case tax.Full:
		return ui.Notice{Tone: ui.Careful, Title: p.T("tax.full"), Text: p.T("tax.full_text", "limit", b.Limits.Single)}
	}
	return ui.Notice{}
}

func taxPartOf(p *ui.Printer, number int, part own.Proposal, names map[pavilion.SKUID]string, basket bool) taxPart {
	out := taxPart{Title: p.T("tax.part", "number", number, "value", part.Dutiable)}
	q := url.Values{}
	for _, l := range part.Lines {
		out.Items = append(out.Items, fmt.Sprintf("%s × %s", names[l.SKU], p.Number(l.Quantity)))
		q.Add("line", fmt.Sprintf("%s:%d", l.SKU, l.Quantity))
	}
	if basket {
		q.Set("basket", "1")
	}
	switch part.Verdict {
	case tax.OverYear:
		out.Why = p.T("tax.part_next_year")
	case tax.OverSingle:
		out.Why = p.T("tax.part_never")
	case tax.Full:
		out.Why = p.T("tax.part_full")
		fallthrough
	default:
		out.URL = href(p, "/checkout?"+q.Encode())
	}
	return out
}

// linesAsked reads the lines that an address asks to be ordered: a part of a larger order.
func linesAsked(codes []string) []own.Line {
	var lines []own.Line
	for _, code := range codes {
		sku, n, _ := strings.Cut(code, ":")
		if pavilion.CheckID(pavilion.PrefixSKU, sku) && len(lines) < own.MaxLines {
			lines = append(lines, own.Line{SKU: pavilion.SKUID(sku), Quantity: min(max(quantity(n, 1), 1), own.MaxQuantity)})
		}
	}
	return lines
}
