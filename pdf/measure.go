package pdf

import (
	"sync"

	"golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

// MM is how many millimetres a point is.
const MM = 25.4 / 72

// advances are the widths of letters in ems, by weight and letter: looked up in a font once.
var advances sync.Map

type letter struct {
	weight Weight
	r      rune
}

// Width is how wide words are on one line, in millimetres, for whoever lays out a page
// before there is a document. The size is in points.
func Width(size float64, w Weight, text string) (mm float64, err error) {
	f, err := openFaces()
	if err != nil {
		return 0, err
	}
	for _, run := range f.runs(w, text) {
		for _, r := range run.text {
			em, known := advances.Load(letter{w, r})
			if !known {
				if em, err = f.named(run.face).advance(r); err != nil {
					return 0, err
				}
				advances.Store(letter{w, r}, em)
			}
			mm += em.(float64) * size * MM //nolint:forcetypeassert // only this function stores
		}
	}
	return mm, nil
}

// advance is the width of a letter in ems.
func (f face) advance(r rune) (float64, error) {
	var b sfnt.Buffer
	i, err := f.font.GlyphIndex(&b, r)
	if err != nil {
		return 0, err
	}
	units := f.font.UnitsPerEm()
	advance, err := f.font.GlyphAdvance(&b, i, fixed.I(int(units)), font.HintingNone)
	return float64(advance) / 64 / float64(units), err
}

// Height is how tall a letter is drawn, in millimetres: its own height, not that of a line.
func Height(size float64, w Weight, letter rune) (mm float64, err error) {
	f, err := openFaces()
	if err != nil {
		return 0, err
	}
	i := f.find(w, letter)
	if i < 0 {
		return 0, nil
	}
	var b sfnt.Buffer
	glyph, err := f.all[i].font.GlyphIndex(&b, letter)
	if err != nil {
		return 0, err
	}
	units := f.all[i].font.UnitsPerEm()
	bounds, _, err := f.all[i].font.GlyphBounds(&b, glyph, fixed.I(int(units)), font.HintingNone)
	if err != nil {
		return 0, err
	}
	return float64(bounds.Max.Y-bounds.Min.Y) / 64 / float64(units) * size * MM, nil
}

// Pieces are the parts of a text between which a line may break, each with its spaces.
func Pieces(text string) []string { return pieces(printable(text)) }

func (f *faces) named(name string) face {
	for _, face := range f.all {
		if face.name == name {
			return face
		}
	}
	return f.all[0]
}
