package console

import (
	"fmt"
	"html/template"
	"strings"

	"pavilion/money"
	"pavilion/tailoring/price"
	"pavilion/web/ui"
)

// hundredView is where a hundred units of money go, as a picture and in words.
type hundredView struct {
	Title string
	SVG   template.HTML
	Loss  string // what is missing of the cost, "" if nothing is
}

// hundredOf draws a strip as long as the price, cut where each part ends. The words of the
// parts stand in the table below it; a part is named in the strip where there is room.
func hundredOf(p *ui.Printer, s price.Sheet, parts []money.Money) hundredView {
	const width, height, room = 600, 84, 44
	v := hundredView{Title: p.T("price.hundred", "amount", money.New(sumMinor(parts), s.Shelf.Currency()))}
	if margin := s.Step(price.Margin).Amount; margin.Sign() < 0 {
		lost, _ := money.New(0, margin.Currency()).Sub(margin)
		v.Loss = p.T("price.loss", "amount", lost)
	}
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="price-hundred" viewBox="0 0 %d %d" role="list" aria-label="%s">`, width, height, template.HTMLEscapeString(v.Title))
	at, whole := int64(0), sumMinor(parts)
	for i, part := range parts {
		if part.IsZero() || whole == 0 {
			continue
		}
		from, to := at*width/whole, (at+part.Minor())*width/whole
		at += part.Minor()
		kind := string(s.Steps[i].Kind)
		words := template.HTMLEscapeString(p.T("price.kind."+kind) + ": " + p.Money(part))
		fmt.Fprintf(&b, `<g role="listitem" aria-label="%s"><title>%s</title><rect class="price-part price-part-%s" x="%d" y="24" width="%d" height="36" rx="2"/>`,
			words, words, kind, from, max(to-from-1, 1))
		if to-from >= room {
			fmt.Fprintf(&b, `<text class="price-part-amount" x="%d" y="47" text-anchor="middle">%s</text>`, (from+to)/2, template.HTMLEscapeString(whole100(part)))
			y := 16
			if i%2 == 1 {
				y = 76
			}
			fmt.Fprintf(&b, `<text class="price-part-name" x="%d" y="%d" text-anchor="middle">%s</text>`, (from+to)/2, y, template.HTMLEscapeString(p.T("price.short."+kind)))
		}
		b.WriteString(`</g>`)
	}
	b.WriteString(`</svg>`)
	v.SVG = template.HTML(b.String())
	return v
}

// whole100 is an amount short enough for its place in the strip.
func whole100(m money.Money) string {
	text := m.Decimal()
	if whole, _, point := strings.Cut(text, "."); point && m.Minor() >= 1000 {
		return whole
	}
	return text
}

func sumMinor(parts []money.Money) (sum int64) {
	for _, m := range parts {
		sum += m.Minor()
	}
	return sum
}
