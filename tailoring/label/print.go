package label

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"math"
	"strconv"
	"time"

	"pavilion/pdf"
)

// Bleed is how far a printing house may print over the cut, and around is the room for the
// marks outside it, in millimetres.
const (
	Bleed  = 3.0
	around = Bleed + 7
)

// PDF is the label as a printing house takes it: one page, at true size, with its bleed and
// the marks to cut it by. The moment is written into it as that of its making.
func (a Art) PDF(title string, at time.Time) ([]byte, error) {
	d, err := pdf.New(pdf.Size{Width: a.Width + 2*around, Height: a.Height + 2*around}, title, at)
	if err != nil {
		return nil, err
	}
	d.Page()
	d.Trim(pdf.Rect{X: around, Y: around, Width: a.Width, Height: a.Height}, Bleed)
	a.print(d, around, around)
	return d.Bytes()
}

// print draws the art with its upper left corner at a place.
func (a Art) print(d *pdf.Document, x, y float64) {
	for _, t := range a.Texts {
		d.Text(x+t.X, y+t.Y, t.Points, weight(t.Strong), t.Words)
	}
	for _, r := range a.Rules {
		d.Rule(x+r.X1, y+r.Y1, x+r.X2, y+r.Y2, r.Thickness)
	}
	for _, b := range a.Bars {
		d.Bar(pdf.Rect{X: x + b.X, Y: y + b.Y, Width: b.Width, Height: b.Height})
	}
}

// sheetMargin is what office printers cannot print on, and sheetGap the room between labels.
const sheetMargin, sheetGap = 8.0, 6.0

// MostOnSheets bounds the labels printed at once.
const MostOnSheets = 2000

// PerSheet is how many labels of a size fit a sheet of A4.
func (s Size) PerSheet() int {
	columns, rows := s.grid()
	return columns * rows
}

func (s Size) grid() (columns, rows int) {
	fit := func(paper, one float64) int {
		return int(math.Floor((paper - 2*sheetMargin + sheetGap) / (one + sheetGap)))
	}
	return fit(pdf.A4.Width, s.Width), fit(pdf.A4.Height, s.Height)
}

// Sheet prints labels on sheets of A4 with marks to cut them by, as many as are asked for. The
// error is a fault of the fonts, or a size or number that does not fit.
func (a Art) Sheet(title string, at time.Time, count int) ([]byte, error) {
	columns, rows := a.grid()
	if columns*rows == 0 || count < 1 || count > MostOnSheets {
		return nil, fmt.Errorf("print %d labels of %g × %g mm on A4: they do not fit", count, a.Width, a.Height)
	}
	d, err := pdf.New(pdf.A4, title, at)
	if err != nil {
		return nil, err
	}
	for i := range count {
		place := i % (columns * rows)
		if place == 0 {
			d.Page()
		}
		x := sheetMargin + float64(place%columns)*(a.Width+sheetGap)
		y := sheetMargin + float64(place/columns)*(a.Height+sheetGap)
		d.CutMarks(pdf.Rect{X: x, Y: y, Width: a.Width, Height: a.Height}, 0.5)
		a.print(d, x, y)
	}
	return d.Bytes()
}

// SVG is the label as a picture for pages, with a title for those who do not see it. Its
// letters are those of the reader's machine, each line as wide as in print.
func (a Art) SVG(title string) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %s %s" role="img"><title>`, mm(a.Width), mm(a.Height))
	escape(&b, title)
	fmt.Fprintf(&b, `</title><rect width="%s" height="%s" fill="#fff"/>`, mm(a.Width), mm(a.Height))
	b.WriteString(`<g fill="#000" font-family="'Noto Sans','Noto Sans SC','PingFang SC','Microsoft YaHei',sans-serif">`)
	for _, t := range a.Texts {
		bold := ""
		if t.Strong {
			bold = ` font-weight="700"`
		}
		fmt.Fprintf(&b, `<text x="%s" y="%s" font-size="%s" textLength="%s" lengthAdjust="spacingAndGlyphs"%s xml:space="preserve">`,
			mm(t.X), mm(t.Y), mm(t.Points*pdf.MM), mm(t.Width), bold)
		escape(&b, t.Words)
		b.WriteString("</text>")
	}
	b.WriteString(`</g><g stroke="#000">`)
	for _, r := range a.Rules {
		fmt.Fprintf(&b, `<path d="M%s %sL%s %s" stroke-width="%s"/>`, mm(r.X1), mm(r.Y1), mm(r.X2), mm(r.Y2), mm(r.Thickness))
	}
	b.WriteString(`</g><path fill="#000" d="`)
	for _, r := range a.Bars {
		fmt.Fprintf(&b, "M%s %sh%sv%sh-%sz", mm(r.X), mm(r.Y), mm(r.Width), mm(r.Height), mm(r.Width))
	}
	b.WriteString(`"/></svg>`)
	return b.Bytes()
}

// mm writes a measure with two decimals at most.
func mm(v float64) string { return strconv.FormatFloat(math.Round(v*100)/100, 'f', -1, 64) }

func escape(b *bytes.Buffer, s string) {
	_ = xml.EscapeText(b, []byte(s)) // a buffer takes everything
}
