package ui

import (
	"fmt"
	"strings"
)

// flow draws a long pack of biscuits or wafers welded at both ends, some lying before it.
func (f *front) flow() {
	l := f.livery
	ground := f.mixed(.3)
	ink := readable(ground, l.light, "#3A1D08")
	f.shadow(400, 612, 330)
	const x, y, w, h = 70, 230, 660, 360
	outline := "M70 250" + zigzagDown(70, 250, 570, -12, 16) + "L130 588C300 600 500 600 670 588L730 570" + zigzagDown(730, 570, 250, 12, 16) + "L670 232C500 220 300 220 130 232z"
	f.path(outline, f.linear(0, 0, 1, 0, stop{0, ground, 1}, stop{.5, lighter(ground, .12), 1}, stop{1, ground, 1}))
	f.inside(outline, func() {
		f.path("M420 200C360 320 380 480 470 620H800V200z", l.light, opacity(.94))
		f.path("M420 200C360 320 380 480 470 620H484C394 480 374 320 434 200z", l.accent)
		f.rect(x+60, y+h-48, 330, 27, 0, f.weave(tile(), x+60, y+h-48, 3, ink), opacity(.8))
		f.write(l.word, f.brand, 262, 330, 62, 236, ink, "middle")
		f.write(quiet, f.small, 262, 366, 17, 230, ink, "middle")
		f.words(262, 416, 25, 250, ink)
		f.write(body, f.net, 640, 570, 21, 110, "#3A1D08", "end")
		f.baked(556, 350, 84)
		f.baked(640, 430, 70)
		f.baked(530, 480, 74)
		if f.flavour.known {
			f.piece(640, 320, 88, 12)
			f.piece(600, 512, 74, -16)
		}
	})
	f.path(outline, f.pillow(.8))
	f.ribs(62, 250, 66, 320, false)
	f.ribs(672, 250, 66, 320, false)
	f.line("M132 240C126 330 126 490 132 580M668 240C674 330 674 490 668 580", "#120A06", 3, opacity(.22))
	f.path("M150 262C320 244 480 244 650 262 480 254 320 256 150 276z", "#FFFFFF", opacity(.5))
	f.bakedFlat(230, 668, 82)
	f.bakedFlat(330, 690, 82)
	if f.flavour.known {
		f.piece(452, 690, 78, 20)
	}
}

func (f *front) mixed(share float64) string {
	if f.flavour.known {
		return mix(f.livery.base, f.flavour.colour, share+.2)
	}
	return f.livery.base
}

// isWafer tells wafers from biscuits and crackers.
func (f *front) isWafer() bool   { return holds(strings.ToLower(f.name), "вафл") }
func (f *front) isCracker() bool { return holds(strings.ToLower(f.name), "крекер") }

// baked draws a biscuit, cracker or wafer seen from the front, about 2r wide.
func (f *front) baked(x, y, r float64) {
	f.group(turn(f.rand.Float64()*30-15, x, y), func() {
		switch {
		case f.isWafer():
			f.wafer(x, y, r)
		case f.isCracker():
			f.cracker(x, y, r)
		default:
			f.biscuit(x, y, r)
		}
	})
}

func (f *front) wafer(x, y, r float64) {
	w, side, back := r*2, r*.42, r*.5
	x, y = x-r, y-side/2
	f.path(rectangle(x+5, y+8, w, side), "#3A2008", opacity(.28))
	cream := lighter(f.flavour.colour, .45)
	for i := range 5 {
		c := "#E0AE66"
		if i%2 == 1 {
			c = cream
		}
		f.rect(x, y+float64(i)*side/5, w, side/5+.5, 1, c)
	}
	top := polygon(x, y, x+back*.5, y-back, x+w+back*.5, y-back, x+w, y)
	f.path(top, f.linear(0, 0, 1, 1, stop{0, "#F6D79B", 1}, stop{1, "#D79E50", 1}))
	f.path(polygon(x+w, y, x+w+back*.5, y-back, x+w+back*.5, y-back+side, x+w, y+side), "#B97F38")
	var b strings.Builder
	for i := 1; i < 12; i++ {
		at := x + float64(i)*w/12
		fmt.Fprintf(&b, "M%s %sl%s %s", short(at), short(y), short(back*.5), short(-back))
	}
	for i := 1; i < 4; i++ {
		t := float64(i) / 4
		fmt.Fprintf(&b, "M%s %sh%s", short(x+back*.5*t), short(y-back*t), short(w))
	}
	f.line(b.String(), "#A36D28", 1.6, opacity(.55))
}

func (f *front) cracker(x, y, r float64) {
	s := r * 1.6
	x, y = x-s/2, y-s/2
	f.rect(x+4, y+6, s, s, r*.24, "#3A2008", opacity(.25))
	f.rect(x, y, s, s, r*.24, f.radial(.42, .4, .75, stop{0, "#F7D796", 1}, stop{.7, "#E3A94E", 1}, stop{1, "#B9772A", 1}))
	for row := range 4 {
		for col := range 4 {
			f.ellipse(x+s*(.2+.2*float64(col)), y+s*(.2+.2*float64(row)), 2.6, 2.2, "#8A5318", opacity(.7))
		}
	}
	for range 10 {
		f.rect(x+s*(.1+.8*f.rand.Float64()), y+s*(.1+.8*f.rand.Float64()), 4, 4, 1, f.flavour.colour, opacity(.8))
	}
}

func (f *front) biscuit(x, y, r float64) {
	var b strings.Builder
	w, h := r*2, r*1.35
	x, y = x-r, y-h/2
	const n = 14
	fmt.Fprintf(&b, "M%s %s", short(x), short(y))
	for range n {
		fmt.Fprintf(&b, "q%s %s %s 0", short(w/n/2), short(-h*.07), short(w/n))
	}
	for range 9 {
		fmt.Fprintf(&b, "q%s %s 0 %s", short(w*.04), short(h/18), short(h/9))
	}
	for range n {
		fmt.Fprintf(&b, "q%s %s %s 0", short(-w/n/2), short(h*.07), short(-w/n))
	}
	for range 9 {
		fmt.Fprintf(&b, "q%s %s 0 %s", short(-w*.04), short(-h/18), short(-h/9))
	}
	b.WriteString("z")
	f.group(move(4, 6), func() { f.path(b.String(), "#3A2008", opacity(.25)) })
	f.path(b.String(), f.radial(.42, .38, .8, stop{0, "#F4CF8E", 1}, stop{.7, "#DCA45A", 1}, stop{1, "#A86F2E", 1}))
	f.rect(x+w*.1, y+h*.14, w*.8, h*.72, 4, "none", `stroke="#A86F2E" stroke-width="2"`, opacity(.7))
	f.figureAt(star, x+w/2, y+h/2, h*.5, "#B87F3C", opacity(.8))
}

// bakedFlat draws one lying on the ground.
func (f *front) bakedFlat(x, y, r float64) {
	f.ellipse(x+6, y+10, r*1.1, r*.34, f.radial(.5, .5, .5, stop{0, "#1C1006", .5}, stop{1, "#1C1006", 0}))
	f.group(fmt.Sprintf(`transform="translate(%s %s) scale(1 .62) rotate(%s)"`, short(x), short(y), short(f.rand.Float64()*40-20)), func() {
		switch {
		case f.isWafer():
			f.wafer(0, 0, r)
		case f.isCracker():
			f.cracker(0, 0, r)
		default:
			f.biscuit(0, 0, r)
		}
	})
}

// snackBar draws a slim bar in a welded wrapper, and another one bitten into.
func (f *front) snackBar() {
	l := f.livery
	ground := f.mixed(.35)
	ink := readable(ground, "#FFFFFF", "#3A1D08")
	f.shadow(396, 600, 320)
	f.group(`transform="rotate(-7 400 400) translate(-28 52) scale(1.07)"`, func() {
		outline := "M66 300" + zigzagDown(66, 300, 490, -11, 10) + "L120 500C300 508 500 508 680 500L734 490" + zigzagDown(734, 490, 300, 11, 10) + "L680 290C500 282 300 282 120 290z"
		f.path(outline, f.linear(0, 0, 1, 0, stop{0, darker(ground, .06), 1}, stop{.5, lighter(ground, .1), 1}, stop{1, darker(ground, .06), 1}))
		f.inside(outline, func() {
			f.path("M66 270H300C260 350 270 440 330 530H66z", l.base)
			f.path("M300 270C260 350 270 440 330 530h12C282 440 272 350 312 270z", l.accent)
			f.write(l.word, f.brand, 212, 400, 46, 150, readable(l.base, l.light, "#3A1D08"), "middle")
			f.figureAt(l.figure, 212, 452, 52, readable(l.base, l.accent, l.deep))
			f.words(440, 368, 25, 220, ink)
			f.write(quiet, f.small, 440, 468, 17, 220, ink, "middle")
			f.write(body, f.net, 640, 480, 20, 90, ink, "middle")
			f.piece(610, 372, 104, -10)
			f.piece(668, 422, 76, 24)
		})
		f.path(outline, f.pillow(.9))
		f.ribs(58, 298, 60, 194, false)
		f.ribs(682, 298, 60, 194, false)
	})
	f.muesli(170, 664, 220, 76)
	f.piece(560, 700, 88, 12)
	f.piece(650, 676, 70, -20)
}

// muesli draws an unwrapped bar of grains.
func (f *front) muesli(x, y, w, h float64) {
	f.ellipse(x+w/2, y+h, w*.6, 18, f.radial(.5, .5, .5, stop{0, "#1C1006", .45}, stop{1, "#1C1006", 0}))
	f.rect(x, y, w, h, 18, "#B57B36")
	f.inside(fmt.Sprintf("M%s %sh%sv%sh-%sz", short(x), short(y), short(w), short(h), short(w)), func() {
		tones := []string{"#E9C482", "#D6A455", "#C08A3C", "#F2DBA8", f.flavour.colour}
		for i := range 70 {
			a, b := x+f.rand.Float64()*w, y+f.rand.Float64()*h
			f.group(turn(f.rand.Float64()*180, a, b), func() { f.ellipse(a, b, 13, 7, tones[i%len(tones)]) })
		}
	})
	f.rect(x, y, w, h, 18, f.pillow(.5))
}

// pouchOutline is the outline of a pillow bag, cut in teeth above and below.
func pouchOutline(x, y, w, h float64) string {
	r, b := x+w, y+h
	return "M" + short(x) + " " + short(y) + zigzag(x, r, y, 10, 18) +
		fmt.Sprintf("C%s %s %s %s %s %s", short(r-14), short(y+h*.2), short(r+20), short(y+h*.6), short(r), short(b)) +
		zigzag(r, x, b, -10, 18) +
		fmt.Sprintf("C%s %s %s %s %s %sz", short(x-20), short(y+h*.6), short(x+14), short(y+h*.2), short(x), short(y))
}

// film draws the light on a bag: seams, bulge, creases.
func (f *front) film(x, y, w, h, gloss float64) {
	outline := pouchOutline(x, y, w, h)
	f.path(outline, f.round(.8*gloss))
	f.path(outline, f.pillow(.4))
	f.inside(outline, func() {
		f.rect(x-10, y-12, w+20, 40, 0, "#FFFFFF", opacity(.22))
		f.ribs(x, y-6, w, 34, true)
		f.ribs(x, y+h-30, w, 34, true)
		var lit, dark string
		for i := range 8 {
			at := x + w*(.08+.12*float64(i)) + f.rand.Float64()*14
			lean, down, up := f.rand.Float64()*24-12, 30+f.rand.Float64()*46, 24+f.rand.Float64()*34
			lit += polygon(at, y+28, at+9, y+28, at+lean, y+28+down) + polygon(at, y+h-28, at+9, y+h-28, at-lean, y+h-28-up)
			dark += polygon(at+9, y+28, at+20, y+28, at+lean, y+28+down) + polygon(at+9, y+h-28, at+20, y+h-28, at-lean, y+h-28-up)
		}
		f.path(lit, "#FFFFFF", opacity(.2))
		f.path(dark, "#120A06", opacity(.1))
		f.path(fmt.Sprintf("M%s %sC%s %s %s %s %s %sC%s %s %s %s %s %sz",
			short(x+w*.13), short(y+h*.16), short(x+w*.06), short(y+h*.4), short(x+w*.06), short(y+h*.6), short(x+w*.12), short(y+h*.84),
			short(x+w*.15), short(y+h*.6), short(x+w*.16), short(y+h*.4), short(x+w*.13), short(y+h*.16)), "#FFFFFF", opacity(.5*gloss))
	})
}

// candyBag draws a bag of sweets with some of them before it.
func (f *front) candyBag() {
	l := f.livery
	ground := f.mixed(.25)
	ink := readable(ground, l.light, "#3A1D08")
	f.shadow(400, 700, 250)
	const x, y, w, h = 190, 90, 420, 600
	outline := pouchOutline(x, y, w, h)
	f.path(outline, f.linear(0, 0, .4, 1, stop{0, lighter(ground, .14), 1}, stop{1, darker(ground, .14), 1}))
	f.inside(outline, func() {
		f.path(fmt.Sprintf("M%d %dC300 414 500 414 %d %dV720H%dz", x-20, 474, x+w+20, 474, x-20), l.light)
		f.path(fmt.Sprintf("M%d %dC300 414 500 414 %d %dV486C500 426 300 426 %d 486z", x-20, 474, x+w+20, 474, x-20), l.accent)
		f.band(x-10, y+48, w+20, 3.4, l.accent)
		f.write(l.word, f.brand, 400, 218, 62, 320, ink, "middle")
		f.write(quiet, f.small, 400, 256, 19, 300, ink, "middle")
		f.words(400, 312, 26, 330, ink)
		for i, at := range [][2]float64{{288, 528}, {400, 506}, {512, 528}, {340, 606}, {460, 608}} {
			f.sweet(at[0], at[1], 74, float64(i*23-40), i)
		}
		f.write(body, f.net, 560, 650, 22, 120, "#3A1D08", "end")
	})
	f.film(x, y, w, h, 1)
	f.sweet(232, 706, 78, -12, 1)
	f.sweet(586, 712, 78, 18, 2)
}

// sweet draws a sweet: a chocolate in a twisted wrapper, or a clear drop of caramel.
func (f *front) sweet(x, y, size, degrees float64, kind int) {
	s := strings.ToLower(f.name)
	f.group(fmt.Sprintf(`transform="translate(%s %s) rotate(%s) scale(%s)"`, short(x), short(y), short(degrees), short(size/100)), func() {
		f.ellipse(4, 34, 58, 12, f.radial(.5, .5, .5, stop{0, "#1C1006", .4}, stop{1, "#1C1006", 0}))
		switch {
		case holds(s, "драже", "арахис"):
			for i, at := range [][2]float64{{-26, 6}, {10, -12}, {28, 16}} {
				c := []string{"#FFFFFF", lighter(f.livery.base, .55), "#F8E3C0"}[(i+kind)%3]
				f.ellipse(at[0], at[1], 27, 22, f.radial(.35, .3, .8, stop{0, "#FFFFFF", 1}, stop{.5, c, 1}, stop{1, darker(c, .3), 1}))
			}
		case holds(s, "леденц"):
			c := f.flavour.colour
			f.rect(-38, -28, 76, 56, 24, f.radial(.35, .3, .9, stop{0, lighter(c, .7), 1}, stop{.6, c, 1}, stop{1, darker(c, .3), 1}), opacity(.92))
			f.path("M-24-18C-10-26 12-26 22-18 10-14-10-14-24-18z", "#FFFFFF", opacity(.8))
		default:
			c := []string{f.livery.base, f.livery.accent, f.flavour.colour, f.livery.deep}[kind%4]
			d := darker(c, .35)
			f.path("M-40-6-74-26-66-4-76 20-40 8z", mix(c, "#FFFFFF", .2))
			f.path("M40-6 74-26 66-4 76 20 40 8z", d)
			f.line("M-42-2-68-14M-42 2-70 4M42-2 68-14M42 2 70 4", "#FFFFFF", 2, opacity(.4))
			f.rect(-44, -28, 88, 56, 18, f.pillowOf(c))
			f.figureAt(star, 0, 0, 40, readable(c, f.livery.light, "#3A1D08"), opacity(.85))
		}
	})
}

// pillowOf returns a fill of a colour that bulges.
func (f *front) pillowOf(c string) string {
	return f.linear(0, 0, 0, 1, stop{0, lighter(c, .3), 1}, stop{.35, c, 1}, stop{1, darker(c, .35), 1})
}

// chipsBag draws a full bag of crisps.
func (f *front) chipsBag() {
	l := f.livery
	c := f.flavour.colour
	if !f.flavour.known {
		c = l.deep
	}
	brutal := holds(strings.ToLower(f.name), "brutal")
	ground := mix(l.base, c, .55)
	if brutal {
		ground = "#26211F"
	}
	ink := readable(ground, "#FFFFFF", "#2A1608")
	f.shadow(400, 716, 270)
	const x, y, w, h = 170, 70, 460, 640
	outline := pouchOutline(x, y, w, h)
	f.path(outline, f.linear(0, 0, .3, 1, stop{0, lighter(ground, .16), 1}, stop{1, darker(ground, .16), 1}))
	f.inside(outline, func() {
		for i := range 12 {
			f.group(turn(float64(i)*30+8, 400, 500), func() { f.path("M400 500 372 60h56z", lighter(ground, .3), opacity(.35)) })
		}
		f.path("M120 170 680 110V236L120 296z", l.base)
		f.path("M120 296 680 236v12L120 308z", l.deep)
		f.group(turn(-6, 400, 220), func() {
			f.write(l.word, f.brand, 400, 246, 96, 370, readable(l.base, l.deep, "#2A1608"), "middle")
		})
		f.words(400, 362, 30, 360, ink)
		f.write(quiet, f.small, 400, 446, 20, 320, ink, "middle")
		for _, at := range [][3]float64{{286, 536, -20}, {424, 516, 10}, {530, 566, 34}, {352, 618, 6}, {250, 628, 24}, {468, 650, -12}} {
			f.crisp(at[0], at[1], 108, at[2])
		}
		f.piece(560, 470, 108, 10)
		f.piece(250, 458, 90, -16)
		f.write(body, f.net, 590, 668, 22, 120, ink, "end")
	})
	f.film(x, y, w, h, 1.1)
	f.crisp(176, 722, 100, -12)
	f.crisp(630, 726, 92, 20)
}

// crisp draws a potato crisp, or a tortilla chip where the product is of maize: a thin
// slice, its rim baked darker, blisters and spice on it, one side bent up to the light.
func (f *front) crisp(x, y, size, degrees float64) {
	f.group(fmt.Sprintf(`transform="translate(%s %s) rotate(%s) scale(%s)"`, short(x), short(y), short(degrees), short(size/100)), func() {
		shape, bent := "M-62 4C-66-14-46-36-20-38-2-42 14-34 32-34 54-32 68-14 64 6 62 26 42 34 22 34 4 40-14 34-30 34-50 32-60 20-62 4z", "M-62 4C-66-14-46-36-20-38-2-42 14-34 32-34 54-32 68-14 64 6 40-10 8-16-20-12-40-10-54-4-62 4z"
		if holds(strings.ToLower(f.name), "кукуруз", "tortilla") {
			shape, bent = "M0-50C8-50 54 32 50 40 44 48-44 48-50 40-54 32-8-50 0-50z", "M0-50C8-50 54 32 50 40 34 20 14-10 0-50z"
		}
		f.group(move(5, 8), func() { f.path(shape, "#3A2008", opacity(.3)) })
		f.path(shape, f.linear(0, 0, 1, 1, stop{0, "#EDB23E", 1}, stop{1, "#B9761C", 1}))
		f.group(`transform="scale(.92)"`, func() {
			f.path(shape, f.radial(.4, .4, .75, stop{0, "#FFE9A6", 1}, stop{.6, "#F8D069", 1}, stop{1, "#E5A93A", 1}))
			f.path(bent, "#FFF1BF", opacity(.55))
		})
		for range 7 {
			a, b := f.rand.Float64()*84-42, f.rand.Float64()*40-20
			f.ellipse(a, b, 4.5, 3, "#C98A24", opacity(.28))
			f.ellipse(a-1, b-1, 2.6, 1.6, "#FFF6CF", opacity(.8))
			f.ellipse(f.rand.Float64()*84-42, f.rand.Float64()*44-22, 1.8, 1.4, f.flavour.colour, opacity(.85))
		}
	})
}

// pouch draws a plain bag: drink powders and whatever has no shape of its own.
func (f *front) pouch() {
	l := f.livery
	ground := f.mixed(.2)
	ink := readable(ground, l.light, "#3A1D08")
	f.shadow(400, 700, 230)
	const x, y, w, h = 210, 110, 380, 580
	outline := pouchOutline(x, y, w, h)
	f.path(outline, f.linear(0, 0, .4, 1, stop{0, lighter(ground, .16), 1}, stop{1, darker(ground, .12), 1}))
	f.inside(outline, func() {
		f.ellipse(400, 540, 230, 150, l.light)
		f.ellipse(400, 540, 214, 136, "none", `stroke="`+l.accent+`" stroke-width="3"`)
		f.band(x-10, y+44, w+20, 3, l.accent)
		f.write(l.word, f.brand, 400, 232, 60, 300, ink, "middle")
		f.write(quiet, f.small, 400, 268, 18, 280, ink, "middle")
		f.words(400, 324, 25, 310, ink)
		f.piece(340, 520, 130, -10)
		f.piece(460, 530, 120, 16)
		f.piece(400, 590, 96, 4)
		f.write(body, f.net, 400, 666, 21, 120, "#3A1D08", "middle")
	})
	f.film(x, y, w, h, .9)
}

// crispbread draws a clear pack of thin slices.
func (f *front) crispbread() {
	l := f.livery
	f.shadow(400, 690, 240)
	for i := range 7 {
		x := 196 + float64(i)*13
		f.slice(x, 150-float64(i)*4, 360, 520)
	}
	const x, y, w, h = 262, 128, 376, 556
	f.path(rectangle(x, y, w, h), "#FFFFFF", opacity(.3))
	f.path(rectangle(x, y+150, w, 300), f.linear(0, 0, 1, 1, stop{0, lighter(l.base, .12), 1}, stop{1, darker(l.base, .12), 1}))
	ink := readable(l.base, l.light, "#2A1608")
	f.band(x, y+160, w, 3, l.accent)
	f.band(x, y+412, w, 3, l.accent)
	f.write(l.word, f.brand, x+w/2, y+248, 50, w-60, ink, "middle")
	f.words(x+w/2, y+302, 26, w-60, ink)
	f.write(quiet, f.small, x+w/2, y+376, 18, w-60, ink, "middle")
	f.write(body, f.net, x+w-18, y+400, 19, 90, ink, "end")
	f.piece(x+w-60, y+520, 92, 16)
	f.path(rectangle(x, y, w, h), f.sheen(1.3))
	f.line(rectangle(x, y, w, h), "#FFFFFF", 2, opacity(.7))
	f.path(polygon(x, y, x+w, y, x+w-30, y-26, x+30, y-26), "#FFFFFF", opacity(.45))
}

func (f *front) slice(x, y, w, h float64) {
	f.rect(x, y, w, h, 14, f.linear(0, 0, 1, 1, stop{0, "#D9B27A", 1}, stop{1, "#9E7038", 1}))
	f.rect(x, y, w, h, 14, "none", `stroke="#7D5526" stroke-width="2"`, opacity(.6))
	for range 26 {
		f.ellipse(x+10+f.rand.Float64()*(w-20), y+10+f.rand.Float64()*(h-20), 4, 3, "#7D5526", opacity(.5))
	}
}
