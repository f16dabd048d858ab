package pdf

import (
	"embed"
	"fmt"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/image/font/sfnt"
)

//go:embed fonts/*.ttf
var files embed.FS

// Weight is how strong words are printed. The Chinese font has one weight: its strong
// characters are drawn with an outline.
type Weight string

const (
	Regular Weight = "regular"
	Strong  Weight = "strong"
)

// chinese is the font of Chinese characters.
const chinese = "NotoSansSC-Regular"

// face is one font of the program.
type face struct {
	name string // in the document
	raw  []byte
	font *sfnt.Font
}

// faces are all fonts, and for each weight those to look for a character in, the first that
// has it first. The Chinese font has Latin digits of another width and no Belarusian
// letters, so it comes last.
type faces struct {
	all   []face
	order map[Weight][]int
}

var openFaces = sync.OnceValues(func() (*faces, error) {
	f := &faces{order: map[Weight][]int{Regular: {0, 2}, Strong: {1, 2}}}
	for _, name := range []string{"NotoSans-Regular", "NotoSans-SemiBold", chinese} {
		raw, err := files.ReadFile("fonts/" + name + ".ttf")
		if err != nil {
			return nil, err
		}
		font, err := sfnt.Parse(raw)
		if err != nil {
			return nil, fmt.Errorf("read font %s: %w", name, err)
		}
		f.all = append(f.all, face{name, raw, font})
	}
	return f, nil
})

// has tells whether the font can draw the character. A PDF of this kind knows no character
// beyond the first plane of Unicode.
func (f face) has(r rune) bool {
	if r > 0xFFFF {
		return false
	}
	var b sfnt.Buffer
	i, err := f.font.GlyphIndex(&b, r)
	return err == nil && i != 0
}

// run is words that one font prints.
type run struct {
	face string
	text string
}

// runs divides words among the fonts. A character that no font has is printed as its number
// in brackets, such as [U+2A6A5]: a reader sees that something is missing, and what.
func (f *faces) runs(w Weight, text string) (out []run) {
	put := func(face, s string) {
		if n := len(out); n > 0 && out[n-1].face == face {
			out[n-1].text += s
			return
		}
		out = append(out, run{face, s})
	}
	for _, r := range printable(text) {
		if i := f.find(w, r); i >= 0 {
			put(f.all[i].name, string(r))
		} else {
			put(f.all[f.order[w][0]].name, fmt.Sprintf("[U+%04X]", r))
		}
	}
	return out
}

// find returns the number of the font that has the character, -1 if none does.
func (f *faces) find(w Weight, r rune) int {
	for _, i := range f.order[w] {
		if f.all[i].has(r) {
			return i
		}
	}
	return -1
}

// printable turns every kind of space into one that takes room and leaves out what steers
// terminals and the direction of text.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\u00A0' || r == '\u202F':
			return r
		case unicode.IsSpace(r):
			return ' '
		case unicode.Is(unicode.C, r):
			return -1
		}
		return r
	}, text)
}

// Missing returns the characters of a text that would be printed as numbers.
func Missing(text string) ([]rune, error) {
	f, err := openFaces()
	if err != nil {
		return nil, err
	}
	var missing []rune
	for _, r := range printable(text) {
		if f.find(Regular, r) < 0 {
			missing = append(missing, r)
		}
	}
	return missing, nil
}
