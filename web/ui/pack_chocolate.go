package ui

import (
	"fmt"
	"strings"
)

// bar draws a bar of chocolate in its paper sleeve over foil, with a piece broken off.
func (f *front) bar() {
	l := f.livery
	ground, ink := f.barColours()
	f.shadow(410, 706, 220)
	f.group(turn(-5, 400, 400), func() {
		foil := f.metal(mix("#D9D4CA", l.accent, .35))
		f.rect(246, 66, 308, 640, 5, foil)
		f.ribs(246, 66, 308, 22, false)
		f.ribs(246, 684, 308, 22, false)
		const x, y, w, h = 240, 88, 320, 596
		f.path(rectangle(x, y, w, h), f.linear(0, 0, 1, 1, stop{0, lighter(ground, .1), 1}, stop{1, darker(ground, .22), 1}))
		f.inside(rectangle(x, y, w, h), func() { f.barFront(x, y, w, h, ground, ink) })
		f.path(rectangle(x, y, w, h), f.round(.55))
		f.path(rectangle(x, y, w, h), f.sheen(.5))
		f.line("M240 88h320M240 684h320", "#000000", 1.5, opacity(.25))
	})
	f.squares(532, 580, 68, 2, 2, 11)
	f.shard(516, 722, 15, 20)
	f.shard(690, 630, 10, -50)
}

// barColours returns the ground and the ink of a bar: the brand's colours, led by what is
// in it, so that the bars of one brand stand apart on a shelf.
func (f *front) barColours() (ground, ink string) {
	l := f.livery
	ground = l.base
	switch {
	case f.share != "":
		ground = mix("#1B1210", l.base, .28)
	case f.flavour.known && f.flavour.colour != "#5A3A28":
		ground = mix(l.base, f.flavour.colour, .62)
		if holds(strings.ToLower(f.name), "горьк", "тёмн") {
			ground = darker(ground, .38)
		}
	}
	return ground, readable(ground, l.light, "#2A1608")
}

// barFront prints the front of a bar in one of three ways, chosen by what the product is.
func (f *front) barFront(x, y, w, h float64, ground, ink string) {
	l := f.livery
	cx := x + w/2
	f.band(x, y+16, w, 4, l.accent)
	f.write(l.word, f.brand, cx, y+126, 52, w-56, l.accent, "middle")
	f.rect(cx-60, y+144, 120, 2, 0, l.accent)
	switch {
	case f.share != "":
		f.figureAt(star, cx, y+274, 262, l.accent)
		f.ellipse(cx, y+274, 84, 84, ground)
		f.seal(cx, y+274, 82, ground, l.light)
	default:
		plate := l.light
		if f.flavour.pale {
			plate = mix(l.deep, f.flavour.colour, .25)
		}
		f.ellipse(cx, y+276, 112, 112, plate)
		f.ellipse(cx, y+276, 104, 104, "none", `stroke="`+l.accent+`" stroke-width="3"`)
		f.piece(cx-30, y+262, 96, -14)
		f.piece(cx+34, y+296, 84, 18)
	}
	f.words(cx, y+430, 25, w-44, ink)
	f.rect(x, y+h-66, w, 66, 0, mix(ground, l.deep, .55))
	f.band(x, y+h-66, w, 2.2, l.accent)
	f.write(quiet, f.small, cx-30, y+h-16, 17, w-140, l.light, "middle")
	f.write(body, f.net, x+w-22, y+h-16, 19, 90, l.light, "end")
}

// kraftBar draws a bar in unbleached paper with a printed band.
func (f *front) kraftBar() {
	l := f.livery
	f.shadow(410, 706, 220)
	f.group(turn(-5, 400, 400), func() {
		const x, y, w, h = 240, 74, 320, 616
		kraft := "#C69C6D"
		f.path(rectangle(x, y, w, h), f.linear(0, 0, 1, 1, stop{0, "#D3AC7F", 1}, stop{1, "#A97C4C", 1}))
		f.inside(rectangle(x, y, w, h), func() {
			var fibres strings.Builder
			for range 90 {
				fmt.Fprintf(&fibres, "M%s %sl%s %s", short(x+f.rand.Float64()*w), short(y+f.rand.Float64()*h), short(f.rand.Float64()*12-6), short(f.rand.Float64()*5))
			}
			f.line(fibres.String(), "#8A5F33", 1, opacity(.35))
		})
		f.path(polygon(x, y, x+w, y, x+w-26, y+34, x+26, y+34), darker(kraft, .1))
		f.line(polygon(x, y, x+w, y, x+w-26, y+34, x+26, y+34), "#6B4524", 1.2, opacity(.5))
		ground := mix("#1B1210", l.base, .2)
		f.path(rectangle(x, y+150, w, 300), f.linear(0, 0, 1, 1, stop{0, lighter(ground, .08), 1}, stop{1, darker(ground, .3), 1}))
		f.inside(rectangle(x, y+150, w, 300), func() {
			f.band(x, y+158, w, 3, l.accent)
			f.band(x, y+415, w, 3, l.accent)
			if f.share != "" {
				f.write(face{family: serifFamily, weight: 700}, f.share, x+w/2, y+334, 118, w-60, l.light, "middle")
			} else {
				f.piece(x+w/2, y+290, 120, 0)
			}
			f.write(quiet, f.small, x+w/2, y+384, 17, w-60, l.accent, "middle")
		})
		f.write(l.word, f.brand, x+w/2, y+106, 50, w-60, "#3B1D0C", "middle")
		f.words(x+w/2, y+500, 25, w-50, "#3B1D0C")
		f.write(body, f.net, x+w/2, y+h-22, 21, 120, "#3B1D0C", "middle")
		f.path(rectangle(x, y, w, h), f.round(.5))
	})
	f.squares(532, 580, 68, 2, 2, 11)
	f.shard(516, 722, 15, 20)
	f.shard(690, 630, 10, -50)
}

// sleeve draws a bar in a stiff carton with a side to be seen.
func (f *front) sleeve() {
	l := f.livery
	ground, ink := f.barColours()
	f.shadow(420, 706, 230)
	const x, y, w, h = 236, 96, 296, 604
	f.path(polygon(x+w, y, x+w+46, y-26, x+w+46, y+h-34, x+w, y+h), f.linear(0, 0, 1, 0, stop{0, darker(ground, .5), 1}, stop{1, darker(ground, .3), 1}))
	f.path(polygon(x, y, x+46, y-26, x+w+46, y-26, x+w, y), lighter(ground, .3))
	f.path(rectangle(x, y, w, h), f.linear(0, 0, 1, 1, stop{0, lighter(ground, .12), 1}, stop{1, darker(ground, .15), 1}))
	f.inside(rectangle(x, y, w, h), func() {
		f.rect(x+12, y+12, w-24, h-24, 0, "none", `stroke="`+l.accent+`" stroke-width="2.5"`)
		f.rect(x, y+206, w, 190, 0, l.accent)
		f.rect(x, y+206, w, 190, 0, f.metal(l.accent), opacity(.55))
		f.rect(x, y+216, w, 170, 0, f.weave(l.figure, x+w/2-float64(len(l.figure[0]))*5.8/2, y+216+85-float64(len(l.figure))*5.8/2, 5.8, ground), opacity(.28))
		f.write(l.word, f.brand, x+w/2, y+112, 48, w-60, l.accent, "middle")
		f.write(quiet, f.small, x+w/2, y+156, 17, w-60, l.light, "middle")
		if f.share != "" {
			f.write(face{family: serifFamily, weight: 700}, f.share, x+w/2, y+340, 112, w-50, darker(ground, .2), "middle")
		} else {
			f.piece(x+w/2, y+300, 130, -10)
		}
		f.words(x+w/2, y+452, 25, w-50, ink)
		f.write(body, f.net, x+w/2, y+h-34, 21, 120, l.accent, "middle")
	})
	f.path(rectangle(x, y, w, h), f.sheen(.9))
	f.line("M532 96v604", "#FFFFFF", 1.5, opacity(.3))
	f.squares(462, 590, 74, 3, 1, 6)
	f.shard(690, 690, 14, 10)
}

// gift draws a box of assorted chocolates, its lid set before it.
func (f *front) gift() {
	l := f.livery
	f.shadow(400, 668, 320)
	const x, y, w, h = 110, 210, 560, 420
	f.path(polygon(x, y, x+44, y-46, x+w+44, y-46, x+w, y), lighter(l.base, .22))
	f.path(polygon(x+w, y, x+w+44, y-46, x+w+44, y+h-52, x+w, y+h), f.linear(0, 0, 1, 0, stop{0, darker(l.base, .5), 1}, stop{1, darker(l.base, .3), 1}))
	f.path(rectangle(x, y, w, h), f.linear(0, 0, 1, 1, stop{0, lighter(l.base, .12), 1}, stop{.5, l.base, 1}, stop{1, l.deep, 1}))
	f.inside(rectangle(x, y, w, h), func() {
		f.rect(x, y, w, h, 0, f.weave(seed, x, y, 5, lighter(l.base, .25)), opacity(.16))
		f.band(x, y+18, w, 4, l.accent)
		f.band(x, y+h-54, w, 4, l.accent)
		f.path(polygon(x+w/2, y+58, x+w/2+214, y+h/2, x+w/2, y+h-58, x+w/2-214, y+h/2), l.light)
		f.line(polygon(x+w/2, y+68, x+w/2+198, y+h/2, x+w/2, y+h-68, x+w/2-198, y+h/2), l.accent, 3)
		f.figureAt(tree, x+72, y+h/2+70, 150, l.accent)
		f.figureAt(tree, x+w-72, y+h/2+70, 150, l.accent)
		f.figureAt(star, x+72, y+108, 76, l.accent)
		f.figureAt(star, x+w-72, y+108, 76, l.accent)
		f.write(l.word, f.brand, x+w/2, y+164, 36, 190, l.base, "middle")
		f.words(x+w/2, y+218, 22, 250, "#2A1608")
		f.write(body, f.net, x+w/2, y+318, 20, 90, l.base, "middle")
	})
	f.path(rectangle(x, y, w, h), f.sheen(.9))
	for i, at := range [][2]float64{{250, 676}, {352, 700}, {462, 690}, {566, 704}} {
		f.praline(at[0], at[1], 46, i)
	}
}

// praline draws a filled chocolate standing on the ground.
func (f *front) praline(x, y, r float64, kind int) {
	tones := [...]string{"#4A2614", "#7A4626", "#2E160C", "#F0DFBD"}
	c := tones[kind%len(tones)]
	f.ellipse(x+6, y+r*.62, r*1.15, r*.22, f.radial(.5, .5, .5, stop{0, "#1C1006", .5}, stop{1, "#1C1006", 0}))
	fill := f.radial(.35, .25, .9, stop{0, lighter(c, .38), 1}, stop{.5, c, 1}, stop{1, darker(c, .55), 1})
	if kind%2 == 0 {
		f.path("M"+short(x-r)+" "+short(y+r*.6)+"C"+short(x-r)+" "+short(y-r*.9)+" "+short(x+r)+" "+short(y-r*.9)+" "+short(x+r)+" "+short(y+r*.6)+"z", fill)
		f.line("M"+short(x-r*.7)+" "+short(y-r*.05)+"C"+short(x-r*.2)+" "+short(y-r*.5)+" "+short(x+r*.3)+" "+short(y+r*.1)+" "+short(x+r*.75)+" "+short(y-r*.15), lighter(c, .45), 4, opacity(.9))
		return
	}
	f.path(polygon(x-r, y+r*.6, x-r*.8, y-r*.4, x+r*.8, y-r*.4, x+r, y+r*.6), darker(c, .25))
	f.path(polygon(x-r*.8, y-r*.4, x-r*.3, y-r*.62, x+r*1.1, y-r*.62, x+r*.8, y-r*.4), fill)
	f.path(polygon(x+r*.8, y-r*.4, x+r*1.1, y-r*.62, x+r*1.25, y+r*.36, x+r, y+r*.6), darker(c, .5))
	f.figureAt(seed, x, y+r*.12, r*.6, lighter(c, .35))
}
