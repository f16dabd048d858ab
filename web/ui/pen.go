package ui

import (
	"fmt"
	"hash/fnv"
	"html"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
)

// pen writes an SVG drawing: definitions and strokes apart, numbers short, text escaped.
// It draws on a ground of 800 by 800 unless said otherwise.
type pen struct {
	defs, body strings.Builder
	next       int
	rand       *rand.Rand
}

func newPen(seed string) *pen {
	h := fnv.New64a()
	h.Write([]byte(seed))
	return &pen{rand: rand.New(rand.NewPCG(h.Sum64(), 7))}
}

// svg returns the finished file.
func (p *pen) svg(width, height int, title, description string) []byte {
	return fmt.Appendf(nil, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" role="img"><title>%s</title><desc>%s</desc><defs>%s</defs>%s</svg>`,
		width, height, width, height, html.EscapeString(title), html.EscapeString(description), p.defs.String(), p.body.String())
}

func (p *pen) name() string {
	p.next++
	return "d" + strconv.FormatInt(int64(p.next), 36)
}

// stop is one colour of a gradient: where it stands, from 0 to 1, and how opaque it is.
type stop struct {
	at      float64
	colour  string
	opacity float64
}

func (p *pen) stops(stops []stop) {
	for _, s := range stops {
		fmt.Fprintf(&p.defs, `<stop offset="%s" stop-color="%s"`, short(s.at), s.colour)
		if s.opacity < 1 {
			fmt.Fprintf(&p.defs, ` stop-opacity="%s"`, short(s.opacity))
		}
		p.defs.WriteString("/>")
	}
}

// linear defines a gradient across the box of what it fills, from one corner to the other
// in parts of the box, and returns the fill.
func (p *pen) linear(x1, y1, x2, y2 float64, stops ...stop) string {
	id := p.name()
	fmt.Fprintf(&p.defs, `<linearGradient id="%s" x1="%s" y1="%s" x2="%s" y2="%s">`, id, short(x1), short(y1), short(x2), short(y2))
	p.stops(stops)
	p.defs.WriteString("</linearGradient>")
	return "url(#" + id + ")"
}

// radial defines a gradient from a point of the box outwards and returns the fill.
func (p *pen) radial(cx, cy, r float64, stops ...stop) string {
	id := p.name()
	fmt.Fprintf(&p.defs, `<radialGradient id="%s" cx="%s" cy="%s" r="%s">`, id, short(cx), short(cy), short(r))
	p.stops(stops)
	p.defs.WriteString("</radialGradient>")
	return "url(#" + id + ")"
}

// path fills a path. attrs are further attributes as they stand in SVG.
func (p *pen) path(d, fill string, attrs ...string) {
	fmt.Fprintf(&p.body, `<path d="%s" fill="%s"%s/>`, d, fill, joined(attrs))
}

// line strokes a path.
func (p *pen) line(d, stroke string, width float64, attrs ...string) {
	fmt.Fprintf(&p.body, `<path d="%s" fill="none" stroke="%s" stroke-width="%s"%s/>`, d, stroke, short(width), joined(attrs))
}

func (p *pen) rect(x, y, w, h, r float64, fill string, attrs ...string) {
	fmt.Fprintf(&p.body, `<rect x="%s" y="%s" width="%s" height="%s"`, short(x), short(y), short(w), short(h))
	if r > 0 {
		fmt.Fprintf(&p.body, ` rx="%s"`, short(r))
	}
	fmt.Fprintf(&p.body, ` fill="%s"%s/>`, fill, joined(attrs))
}

func (p *pen) ellipse(cx, cy, rx, ry float64, fill string, attrs ...string) {
	fmt.Fprintf(&p.body, `<ellipse cx="%s" cy="%s" rx="%s" ry="%s" fill="%s"%s/>`, short(cx), short(cy), short(rx), short(ry), fill, joined(attrs))
}

func joined(attrs []string) string {
	if len(attrs) == 0 {
		return ""
	}
	return " " + strings.Join(attrs, " ")
}

func opacity(v float64) string { return `opacity="` + short(v) + `"` }

// group draws inside a group with attributes, such as a transform.
func (p *pen) group(attrs string, draw func()) {
	p.body.WriteString("<g " + attrs + ">")
	draw()
	p.body.WriteString("</g>")
}

func move(x, y float64) string {
	return `transform="translate(` + short(x) + " " + short(y) + `)"`
}

func turn(degrees, x, y float64) string {
	return `transform="rotate(` + short(degrees) + " " + short(x) + " " + short(y) + `)"`
}

// inside draws only within a path.
func (p *pen) inside(d string, draw func()) {
	id := p.name()
	fmt.Fprintf(&p.defs, `<clipPath id="%s"><path d="%s"/></clipPath>`, id, d)
	p.group(`clip-path="url(#`+id+`)"`, draw)
}

// face is a way of setting words.
type face struct {
	family string
	weight int
	italic bool
	upper  bool
	space  float64 // between letters, in parts of the size
}

const (
	serifFamily = "'Iowan Old Style','Noto Serif','PT Serif','Noto Serif CJK SC','Songti SC',Georgia,serif"
	sansFamily  = "'Helvetica Neue',Arial,'Noto Sans','PingFang SC','Noto Sans CJK SC',sans-serif"
)

// width estimates how wide words are at size 1. Fonts differ, so words are then set to
// exactly this width.
func (f face) width(s string) float64 {
	var w float64
	for _, r := range s {
		switch {
		case r >= 0x2E80:
			w++
		case strings.ContainsRune("ijlI.,:;'|!fтг1 ", r):
			w += .38
		case strings.ContainsRune("mwMWшщжюфыШЩЖЮФЫ%@", r):
			w += .9
		case r >= 'A' && r <= 'Z' || r >= 'А' && r <= 'Я':
			w += .71
		default:
			w += .56
		}
		w += f.space
	}
	if f.family == sansFamily {
		w *= 1.03
	}
	return w
}

// write sets one line with its middle (or start, by anchor "start") at x and its baseline
// at y, no wider than most. It returns the size it took.
func (p *pen) write(f face, s string, x, y, size, most float64, fill, anchor string) float64 {
	if f.upper {
		s = strings.ToUpper(s)
	}
	w := f.width(s)
	if w == 0 {
		return size
	}
	if most > 0 && w*size > most {
		size = most / w
	}
	style := ""
	if f.italic {
		style = ` font-style="italic"`
	}
	if f.space > 0 {
		style += ` letter-spacing="` + short(f.space*size) + `"`
	}
	fmt.Fprintf(&p.body, `<text x="%s" y="%s" font-family="%s" font-weight="%d" font-size="%s" fill="%s" text-anchor="%s" textLength="%s" lengthAdjust="spacingAndGlyphs"%s>%s</text>`,
		short(x), short(y), f.family, f.weight, short(size), fill, anchor, short(w*size), style, html.EscapeString(s))
	return size
}

// wrap breaks words into at most three lines of about the given length; what is over is cut.
func wrap(s string, length int) []string {
	var out []string
	line := ""
	for word := range strings.FieldsSeq(s) {
		switch n := len([]rune(line)) + 1 + len([]rune(word)); {
		case line == "":
			line = word
		case n <= length:
			line += " " + word
		default:
			out = append(out, line)
			line = word
		}
	}
	if line != "" {
		out = append(out, line)
	}
	if len(out) > 3 {
		out = out[:3]
	}
	return out
}

// polygon returns the path through points given as x, y, x, y …
func polygon(at ...float64) string {
	var b strings.Builder
	for i := 0; i+1 < len(at); i += 2 {
		if i == 0 {
			b.WriteByte('M')
		} else {
			b.WriteByte('L')
		}
		b.WriteString(short(at[i]) + " " + short(at[i+1]))
	}
	return b.String() + "z"
}

func rectangle(x, y, w, h float64) string {
	return polygon(x, y, x+w, y, x+w, y+h, x, y+h)
}

// mix returns the colour between a and b: a at 0, b at 1. Colours are #RRGGBB.
func mix(a, b string, t float64) string {
	ra, ga, ba := channels(a)
	rb, gb, bb := channels(b)
	m := func(x, y uint64) uint64 { return uint64(math.Round(float64(x)*(1-t) + float64(y)*t)) }
	return fmt.Sprintf("#%02X%02X%02X", m(ra, rb), m(ga, gb), m(ba, bb))
}

func lighter(c string, t float64) string { return mix(c, "#FFFFFF", t) }
func darker(c string, t float64) string  { return mix(c, "#120A06", t) }

func channels(c string) (r, g, b uint64) {
	v, err := strconv.ParseUint(strings.TrimPrefix(c, "#"), 16, 32)
	if err != nil {
		return 0, 0, 0 // colours are constants of this package
	}
	return v >> 16 & 255, v >> 8 & 255, v & 255
}

// luminance is the relative luminance of a colour as WCAG 2 defines it.
func luminance(c string) float64 {
	r, g, b := channels(c)
	lin := func(v uint64) float64 {
		x := float64(v) / 255
		if x <= .04045 {
			return x / 12.92
		}
		return math.Pow((x+.055)/1.055, 2.4)
	}
	return .2126*lin(r) + .7152*lin(g) + .0722*lin(b)
}

// contrast is the contrast ratio of two colours as WCAG 2 defines it, from 1 to 21.
func contrast(a, b string) float64 {
	x, y := luminance(a), luminance(b)
	if x < y {
		x, y = y, x
	}
	return (x + .05) / (y + .05)
}

// readable returns the first of the colours that can be read on a ground in large letters,
// or else the one that can be read best.
func readable(ground string, colours ...string) string {
	best := colours[0]
	for _, c := range colours {
		if contrast(ground, c) >= 3 {
			return c
		}
		if contrast(ground, c) > contrast(ground, best) {
			best = c
		}
	}
	return best
}
