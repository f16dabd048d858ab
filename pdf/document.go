// Package pdf prints pages: words in Latin, Cyrillic and Chinese letters, lines and
// barcodes, placed in millimetres from the upper left corner. Start with [New].
//
// Every character is looked up in the fonts before it is printed, because a font without it
// prints a box while the text of the page still reads right; what no font has is printed as
// its number.
package pdf

import (
	"bytes"
	"fmt"
	"strings"
	"time"
	"unicode"

	"codeberg.org/go-pdf/fpdf"
)

// Size is the size of a page in millimetres.
type Size struct{ Width, Height float64 }

var (
	A4 = Size{210, 297}
	// Label is the paper of the label printers of Chinese carriers, 100 × 150 mm.
	Label = Size{100, 150}
)

// Document is a document under way. A fault of the library underneath is kept and comes
// out of [Document.Bytes].
type Document struct {
	f     *fpdf.Fpdf
	faces *faces
}

// New begins a document without pages. The moment is written into it as that of its making.
func New(size Size, title string, at time.Time) (*Document, error) {
	faces, err := openFaces()
	if err != nil {
		return nil, err
	}
	f := fpdf.NewCustom(&fpdf.InitType{OrientationStr: "P", UnitStr: "mm", Size: fpdf.SizeType{Wd: size.Width, Ht: size.Height}})
	f.SetAutoPageBreak(false, 0)
	f.SetCatalogSort(true)
	f.SetTitle(title, true)
	f.SetProducer("Pavilion", true)
	f.SetCreationDate(at)
	f.SetModificationDate(at)
	for _, face := range faces.all {
		f.AddUTF8FontFromBytes(face.name, "", face.raw)
	}
	return &Document{f, faces}, nil
}

// Page begins a new page.
func (d *Document) Page() { d.f.AddPage() }

// Pages is how many pages there are.
func (d *Document) Pages() int { return d.f.PageCount() }

// Text prints words on one line, their baseline at y. The size is in points.
func (d *Document) Text(x, y, size float64, w Weight, text string) {
	for _, r := range d.faces.runs(w, text) {
		d.f.SetFont(r.face, "", size)
		if outlined := w == Strong && r.face == chinese; outlined {
			d.f.SetLineWidth(size * MM / 30)
			d.f.SetTextRenderingMode(fillAndStroke)
			d.f.Text(x, y, r.text)
			d.f.SetTextRenderingMode(fillOnly)
		} else {
			d.f.Text(x, y, r.text)
		}
		x += d.f.GetStringWidth(r.text)
	}
}

// How letters are drawn (PDF 32000-1, table 106).
const fillOnly, fillAndStroke = 0, 2

// Right prints words that end at x.
func (d *Document) Right(x, y, size float64, w Weight, text string) {
	d.Text(x-d.Width(size, w, text), y, size, w, text)
}

// Width is how wide words are on one line.
func (d *Document) Width(size float64, w Weight, text string) (mm float64) {
	for _, r := range d.faces.runs(w, text) {
		d.f.SetFont(r.face, "", size)
		mm += d.f.GetStringWidth(r.text)
	}
	return mm
}

// Leading is the distance of lines of a size in points, in millimetres.
func Leading(size float64) float64 { return size * MM * 1.35 }

// Paragraph prints words on as many lines as they need within a width, the baseline of the
// first at y, and returns the baseline after the last.
func (d *Document) Paragraph(x, y, width, size float64, w Weight, text string) float64 {
	for _, line := range d.Lines(width, size, w, text) {
		d.Text(x, y, size, w, line)
		y += Leading(size)
	}
	return y
}

// Lines breaks words into lines within a width: at spaces, and between Chinese characters
// but not before their closing signs. A word that is too long for a line is cut.
func (d *Document) Lines(width, size float64, w Weight, text string) (lines []string) {
	line := ""
	for _, piece := range pieces(printable(text)) {
		if line != "" && d.Width(size, w, line+strings.TrimRight(piece, " ")) > width {
			lines, line = append(lines, strings.TrimSpace(line)), ""
		}
		line += piece
		for d.Width(size, w, strings.TrimRight(line, " ")) > width {
			head := d.head(width, size, w, line)
			lines, line = append(lines, head), line[len(head):]
		}
	}
	if line = strings.TrimSpace(line); line != "" || len(lines) == 0 {
		lines = append(lines, line)
	}
	return lines
}

// head is as much of a word as fits, at least one character.
func (d *Document) head(width, size float64, w Weight, word string) string {
	end := 0
	for i, r := range word {
		next := i + len(string(r))
		if end > 0 && d.Width(size, w, word[:next]) > width {
			break
		}
		end = next
	}
	return word[:end]
}

// pieces are the parts of a text between which a line may break, each with its spaces.
func pieces(text string) (out []string) {
	var last rune
	for _, r := range text {
		breaks := last == ' ' && r != ' ' || (wide(last) || wide(r)) && r != ' ' && !strings.ContainsRune("，。、；：！？）》」』】”’～℃,.;:!?)%", r) && !strings.ContainsRune("（《「『【“‘(", last)
		if breaks || len(out) == 0 {
			out = append(out, "")
		}
		out[len(out)-1] += string(r)
		last = r
	}
	return out
}

// wide tells whether a character is one that Chinese text breaks after.
func wide(r rune) bool {
	return unicode.Is(unicode.Han, r) || r >= 0x3000 && r <= 0x303F || r >= 0xFF00 && r <= 0xFFEF
}

// Line draws a thin line.
func (d *Document) Line(x1, y1, x2, y2 float64) {
	d.f.SetLineWidth(0.2)
	d.f.Line(x1, y1, x2, y2)
}

// Box draws an empty rectangle.
func (d *Document) Box(x, y, width, height float64) {
	d.f.SetLineWidth(0.3)
	d.f.Rect(x, y, width, height, "D")
}

// Bytes is the finished document.
func (d *Document) Bytes() ([]byte, error) {
	var b bytes.Buffer
	if err := d.f.Output(&b); err != nil {
		return nil, fmt.Errorf("write the document: %w", err)
	}
	return b.Bytes(), nil
}
