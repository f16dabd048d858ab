package ui

import (
	"fmt"
	"strings"
)

// box draws an upright carton with its right side and its top to be seen, and calls print
// to draw the front inside its outline. Depth is how far the side reaches back.
func (f *front) box(x, y, w, h, depth float64, ground string, print func()) {
	rise := depth * .42
	f.path(polygon(x+w, y, x+w+depth, y-rise, x+w+depth, y+h-rise*1.1, x+w, y+h), f.linear(0, 0, 1, 0, stop{0, darker(ground, .42), 1}, stop{1, darker(ground, .22), 1}))
	f.path(polygon(x, y, x+depth, y-rise, x+w+depth, y-rise, x+w, y), f.linear(0, 1, 0, 0, stop{0, lighter(ground, .34), 1}, stop{1, lighter(ground, .18), 1}))
	f.line(fmt.Sprintf("M%s %sL%s %s", short(x+depth/2), short(y-rise/2), short(x+w+depth/2), short(y-rise/2)), darker(ground, .3), 1.5, opacity(.35))
	face := rectangle(x, y, w, h)
	f.path(face, f.linear(0, 0, 1, 1, stop{0, lighter(ground, .1), 1}, stop{1, darker(ground, .1), 1}))
	f.inside(face, print)
	f.path(face, f.sheen(.75))
	f.line(fmt.Sprintf("M%s %sv%s", short(x+w), short(y), short(h)), "#FFFFFF", 1.5, opacity(.4))
}

// zefirBox draws a wide box with a window, zefir behind it and before it.
func (f *front) zefirBox() {
	l := f.livery
	ground := l.base
	if holds(strings.ToLower(f.name), "бел") && !holds(strings.ToLower(f.name), "беларус") {
		ground = lighter(l.base, .62)
	}
	if holds(strings.ToLower(f.name), "беларус") {
		ground = "#3E6FB0"
	}
	ink := readable(ground, l.light, "#5A1230")
	f.shadow(410, 640, 320)
	f.box(90, 220, 570, 390, 54, ground, func() {
		f.band(90, 234, 570, 3.4, l.accent)
		f.band(90, 566, 570, 3.4, l.accent)
		window := "M390 300H610C626 300 634 308 634 324V520C634 536 626 544 610 544H390C374 544 366 536 366 520V324C366 308 374 300 390 300z"
		f.path(window, "#FFF7F2")
		f.inside(window, func() {
			f.rect(366, 300, 268, 244, 0, f.linear(0, 0, 0, 1, stop{0, "#E9C9C4", 1}, stop{1, "#FFF3EC", 1}))
			for row := range 2 {
				for col := range 3 {
					f.zefir(412+float64(col)*88, 372+float64(row)*112, 50, (row+col)%3)
				}
			}
			f.path("M366 300H520L420 544H366z", "#FFFFFF", opacity(.22))
		})
		f.line(window, l.accent, 3)
		f.write(l.word, f.brand, 228, 332, 34, 236, ink, "middle")
		f.figureAt(star, 228, 384, 70, l.accent)
		below := f.words(228, 452, 22, 240, ink)
		f.write(quiet, f.small, 228, below, 16, 240, ink, "middle")
		f.write(body, f.net, 640, 292, 20, 90, ink, "end")
	})
	for i, at := range [][2]float64{{196, 676}, {310, 700}, {520, 690}} {
		f.zefir(at[0], at[1], 56, i)
	}
}

// zefir draws one half of the swirled sweet.
func (f *front) zefir(x, y, r float64, kind int) {
	c := [...]string{"#FFFFFF", "#F9D3D8", "#FDF0DC"}[kind%3]
	shade := mix(c, "#B98A86", .5)
	f.ellipse(x+3, y+r*.72, r*1.08, r*.2, f.radial(.5, .5, .5, stop{0, "#3A1A10", .4}, stop{1, "#3A1A10", 0}))
	f.group(fmt.Sprintf(`transform="translate(%s %s) scale(%s)"`, short(x), short(y), short(r/50)), func() {
		f.path("M-50 22C-58-2-40-34-6-40 4-44 10-42 8-36 36-32 56-6 50 20 48 30 38 34 32 30 26 38 14 38 9 32 2 39-10 38-14 31-20 38-31 36-34 29-42 33-49 30-50 22z",
			f.radial(.36, .2, .95, stop{0, lighter(c, .9), 1}, stop{.55, c, 1}, stop{1, shade, 1}))
		f.line("M2-36C-22-26-36 0-34 28M3-36C-6-20-16 4-14 30M5-36C6-18 10 8 9 31M7-35C22-24 34 2 32 29", shade, 3.4, opacity(.5), `stroke-linecap="round"`)
		f.line("M-8-34C-28-24-42-4-43 18M-4-32C-16-14-24 6-24 24", "#FFFFFF", 3, opacity(.85), `stroke-linecap="round"`)
	})
}

// cerealBox draws a carton of flakes with a bowl on it.
func (f *front) cerealBox() {
	l := f.livery
	ground := l.base
	ink := readable(ground, l.light, "#3A2A10")
	f.shadow(430, 706, 230)
	f.box(210, 110, 340, 590, 84, ground, func() {
		f.path("M210 110H550V400C470 440 290 360 210 410z", l.light)
		f.path("M210 410C290 360 470 440 550 400v10C470 450 290 370 210 420z", l.accent)
		if f.brand != "" {
			f.write(l.word, f.brand, 380, 196, 58, 270, readable(l.light, l.base, l.deep), "middle")
		} else {
			f.figureAt(l.figure, 380, 176, 84, l.accent)
		}
		f.words(380, 256, 25, 296, "#2A2016")
		f.write(quiet, f.small, 380, 346, 18, 290, "#4A3C28", "middle")
		f.bowl(380, 560, 132)
		f.write(body, f.net, 530, 684, 21, 110, ink, "end")
	})
	f.band(210, 656, 210, 2.6, ink)
	for range 22 {
		x, y := 560+f.rand.Float64()*130, 690+f.rand.Float64()*36
		f.flake(x, y, 15)
	}
}

// bowl draws a bowl of flakes and milk.
func (f *front) bowl(x, y, r float64) {
	f.ellipse(x, y+r*.62, r*.9, r*.12, "#120A06", opacity(.25))
	f.path(fmt.Sprintf("M%s %sC%s %s %s %s %s %sz", short(x-r), short(y), short(x-r*.8), short(y+r*.85), short(x+r*.8), short(y+r*.85), short(x+r), short(y)),
		f.linear(0, 0, 1, 0, stop{0, "#D6E1EE", 1}, stop{.35, "#FFFFFF", 1}, stop{1, "#A9BCD3", 1}))
	f.inside(fmt.Sprintf("M%s %sC%s %s %s %s %s %sz", short(x-r), short(y), short(x-r*.8), short(y+r*.85), short(x+r*.8), short(y+r*.85), short(x+r), short(y)), func() {
		f.band(x-r, y+r*.26, r*2, 2.6, "#C8313E")
	})
	f.ellipse(x, y, r, r*.3, "#EDF2F8")
	f.ellipse(x, y+2, r*.92, r*.25, "#FFFDF6")
	for range 46 {
		a, b := f.rand.Float64()*2-1, f.rand.Float64()*2-1
		if a*a+b*b > .9 {
			continue
		}
		f.flake(x+a*r*.84, y+b*r*.2-4, 15)
	}
	f.piece(x+r*.35, y-r*.06, r*.5, 24)
}

func (f *front) flake(x, y, size float64) {
	tones := [...]string{"#E9C482", "#D6A455", "#F2DBA8", "#C9954A"}
	c := tones[f.rand.IntN(len(tones))]
	f.group(turn(f.rand.Float64()*180, x, y), func() {
		f.ellipse(x, y+1.5, size, size*.55, darker(c, .3), opacity(.5))
		f.ellipse(x, y, size, size*.55, c)
		f.line("M"+short(x-size*.7)+" "+short(y)+"h"+short(size*1.4), darker(c, .25), 1.2, opacity(.5))
	})
}

// powderBox draws a carton of milk powder with a glass of milk.
func (f *front) powderBox() {
	l := f.livery
	f.shadow(430, 706, 230)
	f.box(220, 120, 330, 580, 84, l.light, func() {
		f.path("M220 120H550V350C440 410 320 330 220 380z", l.base)
		f.path("M220 380C320 330 440 410 550 350v12C440 422 320 342 220 392z", l.accent)
		f.write(l.word, f.brand, 385, 208, 56, 270, l.light, "middle")
		f.band(220, 236, 330, 3, l.accent)
		f.write(quiet, f.small, 385, 304, 18, 270, l.light, "middle")
		f.words(385, 442, 26, 290, readable(l.light, l.deep, "#1E2430"))
		f.glass(318, 590, 92)
		f.seal(466, 566, 62, l.base, l.light)
		f.write(body, f.net, 530, 682, 21, 110, readable(l.light, l.deep), "end")
	})
	f.heap(610, 706, "#F3EBDA")
}

func (f *front) glass(x, y, h float64) {
	f.path(fmt.Sprintf("M%s %sL%s %sH%sL%s %sz", short(x-h*.42), short(y-h), short(x-h*.34), short(y+h*.7), short(x+h*.34), short(x+h*.42), short(y-h)),
		f.linear(0, 0, 1, 0, stop{0, "#C5D6E6", 1}, stop{.3, "#FFFFFF", 1}, stop{1, "#B4C8DC", 1}))
	f.ellipse(x, y-h*.8, h*.405, h*.1, "#FFFFFF")
	f.ellipse(x, y-h, h*.42, h*.1, "none", `stroke="#9FB6CC" stroke-width="3"`)
	f.line(fmt.Sprintf("M%s %sL%s %s", short(x-h*.26), short(y-h*.66), short(x-h*.22), short(y+h*.5)), "#FFFFFF", 7, opacity(.8), `stroke-linecap="round"`)
}

// heap draws a heap of powder.
func (f *front) heap(x, y float64, c string) {
	f.ellipse(x+6, y+12, 104, 13, f.radial(.5, .5, .5, stop{0, "#1C1006", .4}, stop{1, "#1C1006", 0}))
	f.path(fmt.Sprintf("M%s %sC%s %s %s %s %s %sC%s %s %s %s %s %sz", short(x-84), short(y+10), short(x-50), short(y), short(x-30), short(y-52), short(x), short(y-54), short(x+34), short(y-52), short(x+54), short(y), short(x+88), short(y+10)),
		f.radial(.38, .2, .9, stop{0, lighter(c, .35), 1}, stop{.6, c, 1}, stop{1, darker(c, .25), 1}))
	for range 24 {
		f.ellipse(x-90+f.rand.Float64()*180, y+4+f.rand.Float64()*12, 3, 2, c)
	}
}

// washBox draws a carton of washing powder: soft waves and bubbles.
func (f *front) washBox() {
	l := f.livery
	f.shadow(440, 700, 260)
	f.box(190, 170, 400, 524, 92, l.base, func() {
		f.path("M190 470C280 420 360 520 450 470 510 440 560 450 590 470V700H190z", l.light)
		f.path("M190 470C280 420 360 520 450 470 510 440 560 450 590 470v16C560 466 510 456 450 486 360 536 280 436 190 486z", l.accent)
		for i := range 16 {
			r := 6 + f.rand.Float64()*20
			a, b := 200+f.rand.Float64()*380, 408+f.rand.Float64()*90
			f.ellipse(a, b, r, r, "#FFFFFF", opacity(.2+.02*float64(i)))
			f.ellipse(a-r*.3, b-r*.3, r*.25, r*.2, "#FFFFFF", opacity(.9))
		}
		f.write(l.word, f.brand, 390, 246, 40, 240, l.light, "middle")
		f.words(390, 316, 24, 350, "#FFFFFF")
		f.figureAt(star, 300, 590, 118, l.accent)
		f.write(quiet, f.small, 460, 580, 18, 220, l.deep, "middle")
		f.write(body, f.net, 566, 672, 24, 120, l.deep, "end")
	})
}

// butter draws a brick of butter in foil, a slice cut off before it.
func (f *front) butter() {
	l := f.livery
	f.shadow(400, 640, 310)
	const x, y, w, h, d = 120, 360, 490, 240, 84
	foil := "#F3D36B"
	f.path(polygon(x, y, x+d, y-70, x+w+d, y-70, x+w, y), f.linear(0, 0, 1, 0, stop{0, lighter(foil, .5), 1}, stop{.5, lighter(foil, .75), 1}, stop{1, lighter(foil, .3), 1}))
	f.path(polygon(x+w, y, x+w+d, y-70, x+w+d, y+h-78, x+w, y+h), f.linear(0, 0, 1, 0, stop{0, darker(foil, .32), 1}, stop{1, darker(foil, .16), 1}))
	f.path(polygon(x+w, y, x+w+d, y-70, x+w+d/2, y+h/2-30), lighter(foil, .2), opacity(.7))
	f.path(polygon(x+w, y+h, x+w+d, y+h-78, x+w+d/2, y+h/2-30), darker(foil, .35), opacity(.6))
	f.path(rectangle(x, y, w, h), f.linear(0, 0, 1, 1, stop{0, lighter(foil, .45), 1}, stop{.5, foil, 1}, stop{1, darker(foil, .12), 1}))
	f.inside(rectangle(x, y, w, h), func() {
		f.rect(x, y+40, w, 160, 0, l.base)
		f.band(x, y+10, w, 2.6, l.base)
		f.band(x, y+h-34, w, 2.6, l.base)
		f.write(l.word, f.brand, x+164, y+112, 46, 270, l.light, "middle")
		f.words(x+164, y+150, 22, 280, l.light)
		f.seal(x+396, y+120, 72, l.accent, l.deep)
		f.write(body, f.net, x+308, y+186, 20, 90, l.light, "end")
	})
	f.path(rectangle(x, y, w, h), f.sheen(1))
	f.path(polygon(230, 676, 268, 640, 408, 640, 380, 676), "#FFF3B8")
	f.path(polygon(230, 676, 380, 676, 380, 716, 230, 716), f.linear(0, 0, 0, 1, stop{0, "#FCE38A", 1}, stop{1, "#EFC95A", 1}))
	f.path(polygon(380, 676, 408, 640, 408, 680, 380, 716), "#D9AE3F")
}

// carton draws a carton of milk with a gable and a screw cap.
func (f *front) carton() {
	l := f.livery
	f.shadow(420, 716, 190)
	const x, y, w, h, d = 250, 250, 260, 460, 76
	f.path(polygon(x+w, y, x+w+d, y-32, x+w+d, y+h-36, x+w, y+h), f.linear(0, 0, 1, 0, stop{0, mix(l.light, l.base, .55), 1}, stop{1, mix(l.light, l.base, .35), 1}))
	f.path(polygon(x, y, x+44, y-112, x+w+28, y-112, x+w, y), f.linear(0, 0, 0, 1, stop{0, lighter(l.base, .15), 1}, stop{1, l.base, 1}))
	f.path(polygon(x+w, y, x+w+28, y-112, x+w+d, y-32), darker(l.base, .35))
	f.path(polygon(x+40, y-146, x+w+30, y-146, x+w+28, y-110, x+42, y-110), lighter(l.base, .3))
	f.ribs(x+44, y-144, w-18, 30, true)
	f.ellipse(x+150, y-52, 40, 20, darker(l.base, .35), opacity(.6))
	f.path(fmt.Sprintf("M%d %dh72v-34c0-10-72-10-72 0z", x+114, y-54), f.metal(l.accent))
	f.ellipse(x+150, y-90, 36, 11, lighter(l.accent, .4))
	face := rectangle(x, y, w, h)
	f.path(face, f.linear(0, 0, 1, 0, stop{0, "#FFFFFF", 1}, stop{1, mix(l.light, l.base, .12), 1}))
	f.inside(face, func() {
		f.rect(x, y, w, 190, 0, f.linear(0, 0, 0, 1, stop{0, "#7FB4E4", 1}, stop{1, "#E6F1FA", 1}))
		f.path("M250 420C310 376 380 400 420 386 460 372 490 384 510 380V470H250z", l.base)
		f.path("M250 440C320 410 400 440 510 412V480H250z", lighter(l.base, .3))
		f.figureAt(tree, 300, 370, 74, darker(l.base, .35))
		f.path("M250 470C320 446 380 500 440 474 476 458 496 466 510 474V720H250z", "#FFFFFF")
		f.write(l.word, f.brand, x+w/2, y+70, 40, 220, l.deep, "middle")
		below := f.words(x+w/2, y+276, 23, 230, l.deep)
		f.write(quiet, f.small, x+w/2, below+2, 16, 230, l.deep, "middle")
		f.seal(x+70, y+392, 44, l.base, l.light)
		f.write(body, f.net, x+w-22, y+h-24, 24, 100, l.deep, "end")
		f.band(x, y+h-22, w, 2.2, l.base)
	})
	f.path(face, f.sheen(.7))
	f.line("M510 250v460", "#FFFFFF", 2, opacity(.7))
}

// cheese draws a block of cheese in film with its label, a wedge beside it.
func (f *front) cheese() {
	l := f.livery
	f.shadow(400, 650, 320)
	const x, y, w, h, d = 110, 330, 470, 290, 96
	c := "#F6CB52"
	f.path(polygon(x, y, x+d, y-80, x+w+d, y-80, x+w, y), lighter(c, .4))
	f.path(polygon(x+w, y, x+w+d, y-80, x+w+d, y+h-88, x+w, y+h), f.linear(0, 0, 1, 0, stop{0, darker(c, .25), 1}, stop{1, darker(c, .12), 1}))
	f.path(rectangle(x, y, w, h), f.linear(0, 0, 1, 1, stop{0, lighter(c, .2), 1}, stop{1, darker(c, .08), 1}))
	for _, hole := range [][3]float64{{160, 380, 20}, {150, 560, 26}, {560, 370, 16}, {540, 585, 18}, {620, 420, 14}, {640, 510, 18}} {
		f.ellipse(hole[0], hole[1], hole[2], hole[2]*.8, darker(c, .3), opacity(.55))
		f.ellipse(hole[0]+3, hole[1]+4, hole[2]*.8, hole[2]*.6, lighter(c, .15), opacity(.7))
	}
	f.path(rectangle(x+90, y, 300, h), f.linear(0, 0, 1, 1, stop{0, lighter(l.base, .1), 1}, stop{1, darker(l.base, .1), 1}))
	f.path(polygon(x+90, y, x+90+d, y-80, x+390+d, y-80, x+390, y), lighter(l.base, .3))
	f.inside(rectangle(x+90, y, 300, h), func() {
		f.band(x+90, y+14, 300, 3, l.accent)
		f.write(l.word, f.brand, x+240, y+92, 38, 250, l.light, "middle")
		f.words(x+240, y+150, 24, 260, l.light)
		f.write(quiet, f.small, x+240, y+h-56, 17, 250, l.accent, "middle")
		f.write(body, f.net, x+240, y+h-22, 21, 120, l.light, "middle")
	})
	f.path(rectangle(x, y, w, h), f.sheen(1.1))
	f.path(polygon(560, 700, 700, 640, 736, 676, 736, 706), lighter(c, .35))
	f.path(polygon(560, 700, 736, 706, 736, 734, 560, 730), f.linear(0, 0, 0, 1, stop{0, c, 1}, stop{1, darker(c, .15), 1}))
	f.ellipse(640, 716, 11, 7, darker(c, .3), opacity(.6))
	f.ellipse(690, 720, 7, 5, darker(c, .3), opacity(.6))
}
