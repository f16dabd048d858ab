package label

import (
	"strings"

	"github.com/shopspring/decimal"

	"pavilion"
	"pavilion/pdf"
)

// Shares of the table's width: the name, the amount, the per cents.
const nameShare, amountShare = 0.42, 0.28

// table prints the nutrition table in its frame, or as text where the package is that small.
func (s *setter) table() {
	t := s.l.Table
	if len(t.Rows) == 0 {
		return
	}
	if s.l.TableAsText {
		s.tableText()
		return
	}
	s.y += gap / 2
	top, high := s.y, line(s.points)*1.08
	second, third := s.x+s.width*nameShare, s.x+s.width*(nameShare+amountShare)
	s.centred(s.x, s.width, high, true, t.Standard.Title)
	s.rule(s.y)
	grid := s.y
	reference := t.Standard.Reference
	if s.widthOf(s.points, false, reference) > s.x+s.width-third-1 {
		reference = t.Standard.Short
	}
	s.cells(high, second, third, false, t.Standard.Column, s.l.Amount(), reference)
	s.rule(s.y)
	extra := len(t.Rows) > s.core()
	for _, r := range t.Rows {
		s.cells(high, second, third, extra && r.Nutrient.Core, s.l.RowName(r), r.Value+" "+s.l.Unit(r), s.l.Percent(r))
	}
	bottom := s.y
	for _, x := range []float64{s.x, s.x + s.width} {
		s.art.Rules = append(s.art.Rules, Rule{x, top, x, bottom, 0.2})
	}
	for _, x := range []float64{second, third} {
		s.art.Rules = append(s.art.Rules, Rule{x, grid, x, bottom, 0.1})
	}
	s.rule(top)
	s.rule(bottom)
	if t.Standard.Advice != "" {
		s.paragraph(s.points, []Run{{t.Standard.Advice, false}}, false)
	}
}

// core is how many rows the table must have. Where it has more, those stand out.
func (s *setter) core() (n int) {
	for _, r := range s.l.Table.Rows {
		if r.Nutrient.Core {
			n++
		}
	}
	return n
}

func (s *setter) rule(y float64) {
	s.art.Rules = append(s.art.Rules, Rule{s.x, y, s.x + s.width, y, 0.2})
}

// centred prints words in the middle of a line.
func (s *setter) centred(x, width, high float64, strong bool, words string) {
	points := s.squeeze(width, strong, words)
	s.y += high
	s.put(x+(width-s.widthOf(points, strong, words))/2, s.y-0.26*high, points, strong, words)
}

// squeeze is the size in which words fit a cell: that of the rest, or smaller where it must.
func (s *setter) squeeze(width float64, strong bool, words string) float64 {
	if w := s.widthOf(s.points, strong, words); w > width-1 {
		s.findOnce("label.table_narrow")
		return s.points * (width - 1) / w
	}
	return s.points
}

// cells prints one line of the table.
func (s *setter) cells(high, second, third float64, strong bool, name, amount, percent string) {
	s.y += high
	y := s.y - 0.26*high
	s.put(s.x+1, y, s.squeeze(second-s.x-1, strong, name), strong, name)
	points := s.squeeze(third-second, strong, amount)
	s.put(third-1-s.widthOf(points, strong, amount), y, points, strong, amount)
	right := s.x + s.width
	points = s.squeeze(right-third, strong, percent)
	s.put(right-1-s.widthOf(points, strong, percent), y, points, strong, percent)
}

// tableText prints the table as one paragraph.
func (s *setter) tableText() {
	t := s.l.Table
	var b strings.Builder
	b.WriteString(t.Standard.Title + s.l.Colon() + s.l.Amount() + " ")
	for i, r := range t.Rows {
		if i > 0 {
			b.WriteString(s.l.pack.Words.List)
		}
		b.WriteString(strings.TrimPrefix(s.l.RowName(r), t.Standard.Under) + " " + r.Value + " " + s.l.Unit(r))
		if r.HasNRV {
			b.WriteString(" (" + s.l.Percent(r) + ")")
		}
	}
	s.paragraph(s.points, []Run{{b.String(), false}}, false)
	if t.Standard.Advice != "" {
		s.paragraph(s.points, []Run{{t.Standard.Advice, false}}, false)
	}
}

// codes prints the barcode and the code that leads to the label as a page, side by side.
func (s *setter) codes() {
	if s.l.GTIN == "" && s.l.PageURL == "" {
		return
	}
	s.y += gap
	x, top, bottom := s.x, s.y, s.y
	if s.l.PageURL != "" {
		bars, err := pdf.Bars(pdf.QR, pdf.Rect{X: x, Y: top, Width: qrSize, Height: qrSize}, s.l.PageURL)
		if err != nil {
			s.err = err
			return
		}
		s.art.Bars = append(s.art.Bars, bars...)
		words := s.l.Digital()
		s.put(x+(qrSize-s.widthOf(s.points, false, words))/2, top+qrSize+0.6*line(s.points), s.points, false, words)
		bottom = top + qrSize + line(s.points)
		x += qrSize + gap
	}
	if s.l.GTIN != "" {
		if s.x+s.width-x < eanWidth*eanLeast { // under the other code
			x, top = s.x, bottom
		}
		bottom = max(bottom, s.barcode(x, top))
	}
	s.y = bottom
}

// barcode prints the product's number and returns its lower edge.
func (s *setter) barcode(x, top float64) float64 {
	width := min(s.x+s.width-x, eanWidth)
	if width < eanWidth*eanLeast {
		s.findOnce("label.too_narrow")
	}
	bars, err := pdf.Bars(pdf.EAN13, pdf.Rect{X: x, Y: top, Width: width, Height: eanHeight}, s.l.GTIN)
	if err != nil {
		s.art.Findings = append(s.art.Findings, pavilion.Finding{Severity: pavilion.Blocks, Reason: "label.barcode", Field: "gtin",
			Args: pavilion.Args{"gtin": s.l.GTIN}})
		return top
	}
	s.art.Bars = append(s.art.Bars, bars...)
	points := s.points
	s.put(x+(width-s.widthOf(points, false, s.l.GTIN))/2, top+eanHeight+0.8*line(points), points, false, s.l.GTIN)
	return top + eanHeight + line(points)
}

// netAmount is the net content in grams or millilitres, whichever it is told in.
func (l Label) netAmount() decimal.Decimal {
	switch l.input.NetUnit {
	case "kg", "l":
		return l.input.NetAmount.Shift(3)
	case "cl":
		return l.input.NetAmount.Shift(1)
	case "mg":
		return l.input.NetAmount.Shift(-3)
	}
	return l.input.NetAmount
}
