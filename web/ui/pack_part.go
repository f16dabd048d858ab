package ui

import (
	"fmt"
	"strings"
)

// ground draws what the package stands on: light from the left above, a tint of what is inside.
func (f *front) ground() {
	tint := mix(f.livery.base, f.flavour.colour, .5)
	f.rect(0, 0, 800, 800, 0, f.linear(0, 0, 0, 1, stop{0, mix("#F6F1E8", tint, .1), 1}, stop{.76, mix("#F8F4EC", tint, .06), 1}, stop{.77, mix("#F1EADD", tint, .1), 1}, stop{1, mix("#EDE5D6", tint, .14), 1}))
	f.rect(0, 0, 800, 800, 0, f.radial(.42, .42, .6, stop{0, "#FFFFFF", .9}, stop{.5, "#FFFFFF", .5}, stop{1, "#FFFFFF", 0}))
}

// shadow draws what a thing standing at y keeps from the light, wide and soft, with a dark
// line where it touches the ground.
func (f *front) shadow(cx, y, rx float64) {
	soft := f.radial(.5, .5, .5, stop{0, "#3A2510", .42}, stop{.55, "#3A2510", .18}, stop{1, "#3A2510", 0})
	f.ellipse(cx+rx*.1, y+4, rx*1.25, rx*.17, soft)
	f.ellipse(cx, y, rx*.98, 10, f.radial(.5, .5, .5, stop{0, "#1C1006", .5}, stop{1, "#1C1006", 0}))
}

// round returns a fill of light over something round from left to right.
func (f *front) round(strength float64) string {
	return f.linear(0, 0, 1, 0,
		stop{0, "#140A04", .5 * strength}, stop{.1, "#140A04", .14 * strength}, stop{.2, "#FFFFFF", .42 * strength}, stop{.3, "#FFFFFF", .1 * strength},
		stop{.58, "#140A04", 0}, stop{.86, "#140A04", .26 * strength}, stop{.95, "#140A04", .42 * strength}, stop{1, "#FFFFFF", .12 * strength})
}

// pillow returns a fill of light over something that bulges, from the top down.
func (f *front) pillow(strength float64) string {
	return f.linear(0, 0, 0, 1,
		stop{0, "#140A04", .25 * strength}, stop{.14, "#FFFFFF", .38 * strength}, stop{.34, "#FFFFFF", .06 * strength},
		stop{.62, "#140A04", .02}, stop{.9, "#140A04", .34 * strength}, stop{1, "#140A04", .5 * strength})
}

// sheen returns a fill of a slanting gleam on something flat.
func (f *front) sheen(strength float64) string {
	return f.linear(0, 0, 1, .9,
		stop{0, "#FFFFFF", .3 * strength}, stop{.36, "#FFFFFF", .08 * strength}, stop{.37, "#FFFFFF", 0}, stop{.72, "#140A04", .03 * strength}, stop{1, "#140A04", .24 * strength})
}

// metal returns a fill of bent metal in a colour, from left to right.
func (f *front) metal(c string) string {
	return f.linear(0, 0, 1, 0, stop{0, darker(c, .4), 1}, stop{.12, lighter(c, .5), 1}, stop{.28, c, 1}, stop{.5, lighter(c, .65), 1}, stop{.72, darker(c, .12), 1}, stop{.9, lighter(c, .3), 1}, stop{1, darker(c, .45), 1})
}

// weave returns a fill of an ornament repeated without end from x, y in stitches of a size.
func (f *front) weave(m Motif, x, y, stitch float64, colour string) string {
	id := f.pen.name()
	w, h := m.Size()
	fmt.Fprintf(&f.defs, `<pattern id="%s" patternUnits="userSpaceOnUse" x="%s" y="%s" width="%s" height="%s"><path d="%s" fill="%s"/></pattern>`,
		id, short(x), short(y), short(float64(w)*stitch), short(float64(h)*stitch), m.Path(0, 0, stitch), colour)
	return "url(#" + id + ")"
}

// band draws a woven band between x and x+w, its upper edge at y, and returns its height.
// Whole figures fit, so that it is the same on both sides.
func (f *front) band(x, y, w, stitch float64, colour string) float64 {
	m := tile()
	tw, th := m.Size()
	period := float64(tw) * stitch
	start := x + w/2 - period/2 // a figure in the middle
	f.rect(x, y, w, float64(th)*stitch, 0, f.weave(m, start, y, stitch, colour))
	return float64(th) * stitch
}

// figureAt draws a figure of the ornament with its middle at x, y, as wide as size.
func (f *front) figureAt(m Motif, x, y, size float64, colour string, attrs ...string) {
	w, h := m.Size()
	stitch := size / float64(max(w, h))
	f.path(m.Path(x-float64(w)*stitch/2, y-float64(h)*stitch/2, stitch), colour, attrs...)
}

// piece draws the thing the product tastes of, turned, as large as size.
func (f *front) piece(x, y, size, degrees float64) {
	f.group(fmt.Sprintf(`transform="translate(%s %s) rotate(%s) scale(%s)"`, short(x), short(y), short(degrees), short(size/100)), func() { f.flavour.thing(f.pen) })
}

// seal draws a round badge with a share: cocoa, fat.
func (f *front) seal(x, y, r float64, ground, ink string) {
	if f.share == "" {
		return
	}
	f.ellipse(x, y, r, r, ground)
	f.ellipse(x, y, r*.88, r*.88, "none", `stroke="`+ink+`" stroke-width="`+short(r*.035)+`"`, opacity(.7))
	f.write(plain, f.share, x, y+r*.2, r*.62, r*1.5, ink, "middle")
	f.figureAt(seed, x, y-r*.52, r*.26, ink)
	f.figureAt(seed, x, y+r*.56, r*.26, ink)
}

// hero returns the name in quotation marks, if the product has one, and the rest of its name.
func (f *front) hero() (hero, rest string) {
	if m := quoted.FindStringSubmatchIndex(f.name); m != nil {
		return f.name[m[2]:m[3]], strings.TrimSpace(manySpace.ReplaceAllString(f.name[:m[0]]+" "+f.name[m[1]:], " "))
	}
	return "", f.name
}

// words sets the product's name in lines around x from the baseline y down, and returns the
// baseline below. The name in quotation marks is set larger.
func (f *front) words(x, y, size, most float64, ink string) float64 {
	hero, rest := f.hero()
	if hero != "" {
		for _, line := range wrap(hero, 14) {
			got := f.write(warm, line, x, y, size*1.6, most, ink, "middle")
			y += got * 1.12
		}
		y -= size * .25
	}
	limit := int(most / (size * .6))
	lines := wrap(rest, limit)
	if hero != "" && len(lines) > 2 {
		lines = lines[:2]
	}
	for _, line := range lines {
		f.write(body, line, x, y, size, most, ink, "middle")
		y += size * 1.28
	}
	return y
}

// zigzag returns the points of a cut edge from x1 to x2 at y, teeth high by height, as line
// segments that continue a path.
func zigzag(x1, x2, y, height float64, teeth int) string {
	var b strings.Builder
	step := (x2 - x1) / float64(teeth)
	for i := range teeth {
		x := x1 + float64(i)*step
		fmt.Fprintf(&b, "L%s %sL%s %s", short(x+step/2), short(y-height), short(x+step), short(y))
	}
	return b.String()
}

// zigzagDown is zigzag along a vertical edge.
func zigzagDown(x, y1, y2, depth float64, teeth int) string {
	var b strings.Builder
	step := (y2 - y1) / float64(teeth)
	for i := range teeth {
		y := y1 + float64(i)*step
		fmt.Fprintf(&b, "L%s %sL%s %s", short(x+depth), short(y+step/2), short(x), short(y+step))
	}
	return b.String()
}

// ribs draws the fine lines of a welded seam.
func (f *front) ribs(x, y, w, h float64, across bool) {
	var b strings.Builder
	if across {
		for at := y + 4; at < y+h; at += 6 {
			fmt.Fprintf(&b, "M%s %sh%s", short(x), short(at), short(w))
		}
	} else {
		for at := x + 4; at < x+w; at += 6 {
			fmt.Fprintf(&b, "M%s %sv%s", short(at), short(y), short(h))
		}
	}
	f.line(b.String(), "#FFFFFF", 1.6, opacity(.35))
	f.group(`transform="translate(1.6 1.6)"`, func() { f.line(b.String(), "#120A06", 1.2, opacity(.25)) })
}

// chocolate returns the colours of the chocolate inside: face, light edge, dark edge.
func (f *front) chocolate() (face, light, dark string) {
	s := strings.ToLower(f.name)
	switch {
	case holds(s, "молоч", "алёнка"):
		return "#7A4626", "#A86B41", "#4A2612"
	case holds(s, "бел"):
		return "#F0DFBD", "#FFF6E0", "#CDB488"
	case f.share != "":
		return "#3A1E12", "#6A3F28", "#1C0C06"
	}
	return "#54301C", "#855536", "#2C150A"
}

// squares draws a broken-off piece of chocolate, cols by rows, its corner at x, y.
func (f *front) squares(x, y, size float64, cols, rows int, degrees float64) {
	face, light, dark := f.chocolate()
	w, h := float64(cols)*size, float64(rows)*size
	f.group(turn(degrees, x+w/2, y+h/2), func() {
		f.path(polygon(x+6, y+9, x+w+7, y+9, x+w+7, y+h+11, x+6, y+h+11), "#2A1708", opacity(.28))
		f.path(polygon(x, y+6, x+w, y+6, x+w, y+h+7, x, y+h+7), dark)
		for row := range rows {
			for col := range cols {
				a, b := x+float64(col)*size, y+float64(row)*size
				in := size * .17
				f.path(rectangle(a, b, size, size), face)
				f.path(polygon(a, b, a+size, b, a+size-in, b+in, a+in, b+in), light)
				f.path(polygon(a, b, a+in, b+in, a+in, b+size-in, a, b+size), mix(light, face, .45))
				f.path(polygon(a, b+size, a+in, b+size-in, a+size-in, b+size-in, a+size, b+size), dark)
				f.path(polygon(a+size, b, a+size, b+size, a+size-in, b+size-in, a+size-in, b+in), mix(dark, face, .4))
				f.figureAt(seed, a+size/2, b+size/2, size*.3, mix(light, face, .5))
			}
		}
	})
}

// shard draws a splinter of chocolate.
func (f *front) shard(x, y, size, degrees float64) {
	face, light, dark := f.chocolate()
	f.group(turn(degrees, x, y), func() {
		f.path(polygon(x-size, y+size*.5, x-size*.2, y-size*.6, x+size, y-size*.1, x+size*.5, y+size*.6), dark)
		f.path(polygon(x-size, y+size*.35, x-size*.2, y-size*.75, x+size, y-size*.25, x+size*.5, y+size*.45), face)
		f.path(polygon(x-size, y+size*.35, x-size*.2, y-size*.75, x+size, y-size*.25, x-size*.1, y-size*.3), light)
	})
}
