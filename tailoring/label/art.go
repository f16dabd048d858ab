package label

import (
	"math"
	"strings"

	"pavilion"
	"pavilion/pdf"
)

// Size is the size of a label in millimetres, as it is cut.
type Size struct{ Width, Height float64 }

// Sizes of labels. Beyond these nobody prints a label of food.
const (
	LeastMM = 25
	MostMM  = 280
)

// Check refuses a size that no label has. Error: Invalid label.size {least, most}.
func (s Size) Check() error {
	for _, mm := range []float64{s.Width, s.Height} {
		if math.IsNaN(mm) || mm < LeastMM || mm > MostMM {
			return pavilion.E(pavilion.Invalid, "label.size", pavilion.Args{"least": LeastMM, "most": MostMM}).At("size")
		}
	}
	return nil
}

// Art is a label set in letters: what goes where, in millimetres from the upper left corner
// of the cut label.
type Art struct {
	Size
	Points   float64 // size of the letters of most of the text
	LetterMM float64 // how tall its figures and capitals are
	NetMM    float64 // how tall the figures of the net content are
	Texts    []Text
	Rules    []Rule
	Bars     []pdf.Rect
	Findings []pavilion.Finding // what does not fit
}

// Text is words on a line; Y is their baseline and Width how wide they run.
type Text struct {
	X, Y, Points, Width float64
	Strong              bool
	Words               string
}

// Rule is a line.
type Rule struct{ X1, Y1, X2, Y2, Thickness float64 }

// Measures of the art, in millimetres and points.
const (
	margin      = 2.5
	gap         = 2.0  // between columns and blocks
	mostPoints  = 10.0 // letters grow up to this if there is room
	step        = 0.1
	noLimit     = 5.0 // points, where the edition sets no height
	titleFactor = 1.35
	lineFactor  = 1.28 // from baseline to baseline, of the size of the letters

	eanWidth, eanLeast = 37.29, 0.8 // nominal width of an EAN-13 with its quiet zones, and how much it may shrink
	eanHeight          = 15.0
	qrSize             = 17.0
)

// Draw sets a label at true size in the largest letters that fit, never below the height
// that the edition asks for. What cannot be fitted or printed is a finding of the art. Errors:
// that of Size.Check, and faults of the fonts.
func Draw(l Label, size Size) (Art, error) {
	if err := size.Check(); err != nil {
		return Art{}, err
	}
	least, err := leastPoints(l)
	if err != nil {
		return Art{}, err
	}
	art, used, err := set(l, size, least)
	if err != nil {
		return Art{}, err
	}
	if over := used - size.Height; over > 0 {
		art.Findings = append(art.Findings, pavilion.Finding{Severity: pavilion.Blocks, Reason: "label.too_small", Field: "size",
			Args: pavilion.Args{"height": int(math.Ceil(used))}})
		return art, nil
	}
	most := len(art.Findings)
	low, high := 0, int((max(mostPoints, least)-least)/step) // letters grow by steps while they fit
	for low < high {
		middle := (low + high + 1) / 2
		try, used, err := set(l, size, least+float64(middle)*step)
		switch {
		case err != nil:
			return Art{}, err
		case used > size.Height || len(try.Findings) > most:
			high = middle - 1
		default:
			low, art = middle, try
		}
	}
	return art, nil
}

// leastPoints is the smallest size of letters whose figures and capitals are as tall as the
// edition asks for.
func leastPoints(l Label) (float64, error) {
	least, _ := l.Edition.letterHeight(l.input.FaceMM2).Float64()
	if least == 0 {
		return noLimit, nil
	}
	return pointsFor(least)
}

// pointsFor is the size at which figures and capitals are so tall.
func pointsFor(mm float64) (float64, error) {
	points := 0.0
	for _, letter := range "HE0358国" {
		one, err := pdf.Height(100, pdf.Regular, letter)
		if err != nil {
			return 0, err
		}
		points = max(points, mm/one*100)
	}
	return math.Ceil(points*20) / 20, nil
}

// setter is art under way: a cursor in a column.
type setter struct {
	l      Label
	art    *Art
	points float64
	x, y   float64 // left edge of the column, bottom of what stands in it
	width  float64
	err    error
}

// set lays everything out in one size of letters and says how high that is.
func set(l Label, size Size, points float64) (Art, float64, error) {
	art := Art{Size: size, Points: points}
	s := &setter{l: l, art: &art, points: points, x: margin, y: margin, width: size.Width - 2*margin}
	if art.LetterMM, s.err = pdf.Height(points, pdf.Regular, '0'); s.err != nil {
		return art, 0, s.err
	}
	wide := size.Width > 1.2*size.Height
	if wide {
		s.width = (s.width - gap) * 0.54
	}
	for _, it := range l.Items {
		s.item(it)
	}
	used := s.y
	if wide {
		s.x, s.y, s.width = margin+s.width+gap, margin, size.Width-2*margin-s.width-gap
	}
	s.table()
	s.codes()
	return art, max(used, s.y) + margin, s.err
}

// Line is the distance of baselines at a size, in millimetres.
func line(points float64) float64 { return points * pdf.MM * lineFactor }

func (s *setter) widthOf(points float64, strong bool, words string) float64 {
	w, err := pdf.Width(points, weight(strong), words)
	if err != nil {
		s.err = err
	}
	return w
}

func weight(strong bool) pdf.Weight {
	if strong {
		return pdf.Strong
	}
	return pdf.Regular
}

// put prints words with their baseline at y.
func (s *setter) put(x, y, points float64, strong bool, words string) float64 {
	w := s.widthOf(points, strong, words)
	s.art.Texts = append(s.art.Texts, Text{X: x, Y: y, Points: points, Width: w, Strong: strong, Words: words})
	return w
}

// item prints one statement: its heading, then its words.
func (s *setter) item(it Item) {
	switch it.Key {
	case "name":
		s.paragraph(s.points*titleFactor, []Run{{it.Text(), true}}, false)
	case "net":
		s.net(it)
	default:
		runs := it.Runs
		if it.Heading != "" {
			runs = append([]Run{{it.Heading + s.l.Colon(), false}}, runs...)
		}
		s.paragraph(s.points, runs, true)
	}
}

// net prints the net content on one line or, where that is too long, below its heading; its
// figures as tall as the edition asks for.
func (s *setter) net(it Item) {
	least, _ := s.l.Edition.netHeight(s.l.netAmount()).Float64()
	points, err := pointsFor(least)
	if err != nil {
		s.err = err
	}
	points = max(points, s.points)
	if s.art.NetMM, err = pdf.Height(points, pdf.Regular, '0'); err != nil {
		s.err = err
	}
	heading, text := it.Heading+s.l.Colon(), it.Text()
	wide := s.widthOf(s.points, false, heading)
	if wide+s.widthOf(points, false, text) > s.width { // the figures stand below their heading
		s.y += line(s.points)
		s.put(s.x, s.y-0.22*line(s.points), s.points, false, heading)
		heading, wide = "", 0
	}
	if s.widthOf(points, false, text) > s.width {
		s.findOnce("label.net_wide")
	}
	s.y += line(points)
	at := s.y - 0.22*line(points)
	if heading != "" {
		s.put(s.x, at, s.points, false, heading)
	}
	s.put(s.x+wide, at, points, false, text)
}

// findOnce says of the label's size, once, that something does not fit it.
func (s *setter) findOnce(reason string) {
	for _, f := range s.art.Findings {
		if f.Reason == reason {
			return
		}
	}
	s.art.Findings = append(s.art.Findings, pavilion.Finding{Severity: pavilion.Blocks, Reason: reason, Field: "size"})
}

// piece is words of one weight.
type piece struct {
	words  string
	strong bool
}

// paragraph prints runs on as many lines as they need. Strong words are underlined too where
// underline says so.
func (s *setter) paragraph(points float64, runs []Run, underline bool) {
	var row []piece
	used := 0.0
	flush := func() {
		if len(row) > 0 {
			s.row(points, row, underline)
		}
		row, used = nil, 0
	}
	for _, word := range words(runs) {
		w := 0.0
		for _, p := range word {
			w += s.widthOf(points, p.strong, p.words)
		}
		if used+w > s.width && used > 0 {
			flush()
		}
		for _, p := range word {
			for used+s.widthOf(points, p.strong, p.words) > s.width { // wider than the column: cut
				head := s.fit(points, s.width-used, p)
				row = append(row, piece{head, p.strong})
				flush()
				p.words = p.words[len(head):]
			}
			row, used = append(row, p), used+s.widthOf(points, p.strong, p.words)
		}
	}
	flush()
}

// fit is as much of a word as a width takes, at least one character.
func (s *setter) fit(points, width float64, p piece) string {
	end := 0
	for i, r := range p.words {
		next := i + len(string(r))
		if end > 0 && s.widthOf(points, p.strong, p.words[:next]) > width {
			break
		}
		end = next
	}
	return p.words[:end]
}

// row prints one line; neighbours of one weight are one text.
func (s *setter) row(points float64, row []piece, underline bool) {
	s.y += line(points)
	y, x := s.y-0.22*line(points), s.x
	for i := 0; i < len(row); {
		words, strong := "", row[i].strong
		for ; i < len(row) && row[i].strong == strong; i++ {
			words += row[i].words
		}
		w := s.put(x, y, points, strong, words)
		if strong && underline {
			s.art.Rules = append(s.art.Rules, Rule{x, y + 0.12*points*pdf.MM, x + w, y + 0.12*points*pdf.MM, 0.15})
		}
		x += w
	}
}

// words are the parts of runs between which a line may break. A part may change its weight
// within, as where a closing sign follows a strong word.
func words(runs []Run) (out [][]piece) {
	whole, ends := "", make([]int, len(runs)) // where each run ends in the whole
	for i, r := range runs {
		whole += strings.Join(pdf.Pieces(r.Text), "")
		ends[i] = len(whole)
	}
	at, run := 0, 0
	for _, text := range pdf.Pieces(whole) {
		var word []piece
		for text != "" {
			for ends[run] <= at {
				run++
			}
			n := min(len(text), ends[run]-at)
			word = append(word, piece{text[:n], runs[run].Strong})
			text, at = text[n:], at+n
		}
		out = append(out, word)
	}
	return out
}
