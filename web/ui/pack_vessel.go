package ui

import (
	"fmt"
	"strings"
)

// drum draws an upright cylinder between y and y+h around cx and calls print to draw its
// label inside the outline; bend is how round its rims look.
func (f *front) drum(cx, y, r, h, bend float64, ground string, print func()) {
	outline := fmt.Sprintf("M%s %sA%s %s 0 0 0 %s %sV%sA%s %s 0 0 1 %s %sz",
		short(cx-r), short(y), short(r), short(bend), short(cx+r), short(y), short(y+h), short(r), short(bend), short(cx-r), short(y+h))
	f.path(outline, ground)
	f.inside(outline, print)
	f.path(outline, f.round(1))
}

// hoop draws a band around a cylinder, its upper edge bending down in the middle.
func (f *front) hoop(cx, y, r, h, bend float64, fill string) {
	f.path(fmt.Sprintf("M%s %sA%s %s 0 0 0 %s %sv%sA%s %s 0 0 1 %s %sz",
		short(cx-r), short(y), short(r), short(bend), short(cx+r), short(y), short(h), short(r), short(bend), short(cx-r), short(y+h)), fill)
}

// tin draws a round tin of cocoa with a lid.
func (f *front) tin() {
	l := f.livery
	f.shadow(400, 700, 210)
	f.drum(400, 214, 180, 466, 34, l.base, func() {
		f.hoop(400, 350, 180, 190, 34, l.light)
		f.hoop(400, 342, 180, 8, 34, l.accent)
		f.hoop(400, 540, 180, 8, 34, l.accent)
		f.rect(220, 590, 360, 40, 0, f.weave(tile(), 400-32, 596, 4, l.accent))
		f.write(l.word, f.brand, 400, 326, 46, 270, l.accent, "middle")
		below := f.words(400, 466, 34, 270, "#3A1D0C")
		f.write(quiet, f.small, 400, below, 20, 270, "#5A3A28", "middle")
		f.write(body, f.net, 400, 672, 21, 110, l.light, "middle")
	})
	f.hoop(400, 672, 182, 12, 34, f.metal("#D8C9A8"))
	f.hoop(400, 178, 186, 44, 34, f.metal(l.accent))
	f.ellipse(400, 178, 186, 34, f.linear(0, 0, 1, 1, stop{0, lighter(l.accent, .6), 1}, stop{1, darker(l.accent, .15), 1}))
	f.ellipse(400, 177, 166, 27, "none", `stroke="`+darker(l.accent, .35)+`" stroke-width="2"`, opacity(.6))
	f.heap(210, 712, "#7A4A2C")
	f.piece(590, 700, 74, -20)
	f.piece(654, 712, 58, 30)
}

// can draws a can of condensed milk.
func (f *front) can() {
	l := f.livery
	f.shadow(400, 690, 230)
	f.drum(400, 250, 200, 420, 38, f.linear(0, 0, 0, 1, stop{0, l.light, 1}, stop{1, l.light, 1}), func() {
		second := l.base
		if f.share != "" {
			second = "#1E7A86"
		}
		f.hoop(400, 250, 200, 96, 38, second)
		f.hoop(400, 346, 200, 7, 38, l.accent)
		f.hoop(400, 586, 200, 90, 38, second)
		f.hoop(400, 579, 200, 7, 38, l.accent)
		f.rect(200, 628, 400, 40, 0, f.weave(tile(), 400-32, 630, 4, "#FFFFFF"))
		f.write(l.word, f.brand, 400, 350, 50, 300, "#FFFFFF", "middle")
		start := 458.0
		if _, rest := f.hero(); len(wrap(rest, 17)) > 1 {
			start = 430
		}
		below := f.words(400, start, 28, 300, l.deep)
		f.write(quiet, f.small, 400, below+2, 19, 300, l.deep, "middle")
		f.write(body, f.net, 400, 594, 22, 120, l.deep, "middle")
		f.seal(528, 574, 42, second, "#FFFFFF")
	})
	f.hoop(400, 660, 204, 14, 38, f.metal("#C9CED6"))
	f.hoop(400, 238, 204, 14, 38, f.metal("#C9CED6"))
	f.ellipse(400, 238, 204, 38, f.metal("#D5DAE1"))
	f.ellipse(400, 239, 186, 32, f.linear(0, 0, 1, 1, stop{0, "#B9C0CA", 1}, stop{.5, "#EEF1F5", 1}, stop{1, "#A9B1BC", 1}))
	f.ellipse(400, 240, 150, 24, "none", `stroke="#98A1AD" stroke-width="2"`)
	f.group(move(620, 690), func() {
		f.ellipse(20, 22, 90, 14, f.radial(.5, .5, .5, stop{0, "#1C1006", .4}, stop{1, "#1C1006", 0}))
		f.line("M-6 4C40-14 90-60 116-112", "#B9C0CA", 12, `stroke-linecap="round"`)
		f.line("M-6 2C40-16 88-60 114-112", "#F4F6F9", 4, `stroke-linecap="round"`)
		f.ellipse(-24, 10, 44, 20, f.linear(0, 0, 0, 1, stop{0, "#9AA3AF", 1}, stop{1, "#E6EAEF", 1}))
		f.ellipse(-24, 6, 38, 14, "#FFF6E2")
		f.path("M-50 8C-56 24-46 40-40 22-36 14-30 16-28 24-22 30-16 20-18 12z", "#FFF6E2")
	})
}

// bottle draws a bottle: dark kvass, white kvass or birch water.
func (f *front) bottle() {
	l := f.livery
	s := strings.ToLower(f.name)
	liquid, tip := "#4A1F0A", l.base
	switch {
	case holds(s, "берёз", "берез"):
		liquid, tip = "#E4EEDF", "#6E9A58"
	case holds(s, "бел"):
		liquid, tip = "#E3B565", l.accent
	}
	clear := luminance(liquid) > .5
	f.shadow(400, 726, 140)
	outline := "M352 96H448V150C448 196 520 226 520 310V690C520 712 508 724 486 724H314C292 724 280 712 280 690V310C280 226 352 196 352 150z"
	f.path(outline, f.linear(0, 0, 1, 0, stop{0, darker(liquid, .35), 1}, stop{.2, lighter(liquid, .2), 1}, stop{.5, liquid, 1}, stop{1, darker(liquid, .4), 1}))
	f.inside(outline, func() {
		if !clear {
			f.path("M280 90H520V216C470 228 330 228 280 216z", "#E9C98F", opacity(.55))
			for range 26 {
				f.ellipse(300+f.rand.Float64()*200, 222+f.rand.Float64()*60, 2+f.rand.Float64()*4, 2+f.rand.Float64()*3, "#F6DDB0", opacity(.5))
			}
		}
		ground := l.light
		f.rect(280, 372, 240, 246, 0, ground)
		f.rect(280, 372, 240, 52, 0, tip)
		f.rect(280, 566, 240, 52, 0, tip)
		f.band(280, 384, 240, 3, readable(tip, l.light, l.deep))
		f.band(280, 578, 240, 3, readable(tip, l.light, l.deep))
		if f.brand != "" {
			f.write(l.word, f.brand, 400, 470, 40, 200, readable(ground, l.base, l.deep), "middle")
			f.write(quiet, f.small, 400, f.words(400, 510, 24, 200, "#2A1608")+2, 17, 200, "#2A1608", "middle")
		} else {
			f.piece(400, 456, 54, 0)
			f.write(quiet, f.small, 400, f.words(400, 508, 21, 200, "#2A3A1E"), 16, 200, "#2A3A1E", "middle")
		}
	})
	if f.net != "" {
		f.write(body, f.net, 400, 654, 22, 120, readable(liquid, "#FFFFFF", "#2A3A1E"), "middle")
	}
	f.path(outline, f.round(.85))
	f.path("M304 320C300 430 300 560 306 690 316 560 316 430 318 330 322 268 340 240 356 218 326 240 306 266 304 320z", "#FFFFFF", opacity(.4))
	f.path("M342 60H458C462 60 464 62 464 66V112H336V66C336 62 338 60 342 60z", f.metal(tip))
	f.ribs(336, 62, 128, 46, false)
	f.rect(346, 112, 108, 10, 3, darker(tip, .3))
}

// jar draws a jar of cream with a wide lid.
func (f *front) jar() {
	l := f.livery
	second := f.careColour()
	f.shadow(400, 660, 250)
	f.drum(400, 430, 230, 190, 46, l.light, func() {
		f.rect(170, 430, 460, 260, 0, f.linear(0, 0, 1, 0, stop{0, mix(second, "#FFFFFF", .55), 1}, stop{.4, "#FFFFFF", 1}, stop{1, mix(second, "#FFFFFF", .4), 1}))
		f.hoop(400, 470, 230, 4, 46, second)
		f.write(l.word, f.brand, 400, 552, 46, 330, readable("#FFFFFF", l.accent, "#3A3A44"), "middle")
		f.careWords(400, 596, 340)
		f.write(quiet, f.net, 400, 652, 18, 100, "#5A5F68", "middle")
	})
	f.hoop(400, 620, 232, 16, 46, mix(second, "#FFFFFF", .3))
	f.hoop(400, 320, 238, 128, 48, f.metal(mix(second, l.deep, .25)))
	f.ellipse(400, 320, 238, 48, f.linear(0, 0, 1, 1, stop{0, lighter(second, .65), 1}, stop{1, darker(second, .1), 1}))
	f.figureAt(star, 400, 320, 66, darker(second, .25), `transform="matrix(1.9 0 0 .6 -360 128)"`, opacity(.6))
	f.creamSwirl(604, 700)
	f.bloom(190, 690, 96, -12)
	f.bloom(256, 716, 66, 24)
}

// tube draws a tube standing on its cap.
func (f *front) tube() {
	l := f.livery
	second := f.careColour()
	f.shadow(400, 724, 130)
	outline := "M262 84H538L508 610C508 622 502 628 490 628H310C298 628 292 622 292 610z"
	f.path(outline, f.linear(0, 0, 1, 0, stop{0, mix(second, "#FFFFFF", .45), 1}, stop{.4, "#FFFFFF", 1}, stop{1, mix(second, "#FFFFFF", .3), 1}))
	f.inside(outline, func() {
		f.path("M250 420C340 380 440 470 560 410V640H250z", mix(second, "#FFFFFF", .25))
		f.path("M250 420C340 380 440 470 560 410v9C440 479 340 389 250 429z", second)
		f.band(250, 146, 300, 3, mix(second, "#FFFFFF", .3))
		f.write(l.word, f.brand, 400, 250, 46, 210, readable("#FFFFFF", l.accent, "#3A3A44"), "middle")
		f.careWords(400, 300, 216)
		f.piece(400, 512, 110, 0)
		f.write(quiet, f.net, 400, 606, 18, 100, "#3A3F48", "middle")
	})
	f.path(outline, f.round(.75))
	f.rect(258, 66, 284, 34, 3, mix(second, "#FFFFFF", .4))
	f.ribs(258, 66, 284, 34, false)
	f.path("M304 628H496V706C496 716 490 722 480 722H320C310 722 304 716 304 706z", f.metal(mix(second, l.deep, .3)))
	f.bloom(590, 700, 92, 14)
	f.bloom(216, 712, 70, -18)
}

// careColour tells the kinds of one brand's cosmetics apart: day from night, cream from mask.
func (f *front) careColour() string {
	s := strings.ToLower(f.name)
	switch {
	case holds(s, "ночн", "night"):
		return mix("#2B3A6B", f.livery.accent, .25)
	case holds(s, "маска", "mask"):
		return mix("#6FAF9A", f.livery.accent, .2)
	}
	return mix(f.livery.accent, "#FFFFFF", .25)
}

// careWords sets the name of a cosmetic: the line in letters of its own, then what it is.
func (f *front) careWords(x, y, most float64) {
	var line, rest []string
	for word := range strings.FieldsSeq(f.name) {
		if word[0] < 0x80 {
			line = append(line, word)
		} else {
			rest = append(rest, word)
		}
	}
	if len(line) > 0 {
		y += 1.2 * f.write(face{family: serifFamily, weight: 600, italic: true}, strings.Join(line, " "), x, y, 30, most, "#2E3038", "middle")
	}
	for _, s := range wrap(strings.Join(rest, " "), 24) {
		f.write(quiet, s, x, y, 19, most, "#4A4F58", "middle")
		y += 24
	}
}

// bloom draws a flax flower lying beside a thing.
func (f *front) bloom(x, y, size, degrees float64) {
	f.ellipse(x+4, y+size*.2, size*.5, size*.12, f.radial(.5, .5, .5, stop{0, "#1C1006", .4}, stop{1, "#1C1006", 0}))
	f.group(fmt.Sprintf(`transform="translate(%s %s) scale(%s %s) rotate(%s)"`, short(x), short(y), short(size/100), short(size/125), short(degrees)), func() { flax(f.pen) })
}

func (f *front) creamSwirl(x, y float64) {
	f.ellipse(x+8, y+16, 92, 16, f.radial(.5, .5, .5, stop{0, "#1C1006", .4}, stop{1, "#1C1006", 0}))
	f.group(move(x, y), func() {
		f.path("M-84 10C-90-16-50-28-34-26-40-48-6-60 8-46 20-56 48-40 36-22 66-24 92-6 80 12 60 28-70 28-84 10z", f.radial(.4, .2, .9, stop{0, "#FFFFFF", 1}, stop{.6, "#FBF7F4", 1}, stop{1, "#D6CCC6", 1}))
		f.line("M-70 2C-30 16 30 14 66 0M-32-24C-12-12 20-14 34-22", "#CFC3BC", 3, opacity(.7), `stroke-linecap="round"`)
	})
}

// linen draws folded table linen tied with a cord, an ornament woven into its edge.
func (f *front) linen() {
	f.shadow(400, 650, 320)
	tones := []string{"#D9CBB0", "#EFE6D3", "#E4D8BF", "#F7F1E3"}
	y := 640.0
	for i, c := range tones {
		h := 66.0
		y -= h
		left, right := 100+float64(i%2)*10, 690-float64(i%3)*8
		edge := fmt.Sprintf("M%s %sH%sC%s %s %s %s %s %sH%sz", short(left), short(y), short(right-26), short(right+10), short(y), short(right+10), short(y+h), short(right-26), short(y+h), short(left))
		f.path(edge, f.linear(0, 0, 0, 1, stop{0, lighter(c, .25), 1}, stop{.35, c, 1}, stop{1, darker(c, .28), 1}))
		f.inside(edge, func() {
			f.threads(left, y, right-left+20, h, c)
			f.line(fmt.Sprintf("M%s %sH%s", short(left), short(y+h*.5), short(right)), darker(c, .3), 2.5, opacity(.45))
		})
	}
	top := "M100 376 160 250H706C724 250 724 262 716 280L672 376z"
	f.path(top, f.linear(0, 0, 1, 1, stop{0, "#FFFBF1", 1}, stop{1, "#E2D6BD", 1}))
	f.inside(top, func() { f.threads(90, 250, 640, 130, "#EADFC8") })
	drape := "M210 376H600V566C560 574 520 560 480 568 430 578 380 560 330 570 290 577 250 564 210 568z"
	f.group(move(6, 8), func() { f.path(drape, "#3A2510", opacity(.22)) })
	f.path(drape, f.linear(0, 0, 1, 0, stop{0, "#F3EAD8", 1}, stop{.2, "#FFFBF1", 1}, stop{.5, "#EFE5D0", 1}, stop{.75, "#FFFBF1", 1}, stop{1, "#E6DAC2", 1}))
	f.inside(drape, func() {
		f.threads(210, 376, 390, 200, "#EADFC8")
		f.figureAt(star, 405, 462, 84, "#C8313E")
		f.figureAt(field, 290, 462, 92, "#C8313E")
		f.figureAt(field, 520, 462, 92, "#C8313E")
		f.band(210, 522, 390, 3, "#C8313E")
		f.rect(210, 400, 390, 4, 0, "#C8313E")
		f.rect(210, 552, 390, 3, 0, "#C8313E")
	})
	fringe := ""
	for x := 214.0; x < 600; x += 6 {
		fringe += fmt.Sprintf("M%s 562v%s", short(x), short(20+f.rand.Float64()*5))
	}
	f.line(fringe, "#E6DAC2", 2)
	f.label(668, 290)
	f.bloom(180, 682, 104, -16)
	f.bloom(260, 708, 70, 26)
	f.bloom(640, 700, 84, 12)
}

// threads draws the weave of linen.
func (f *front) threads(x, y, w, h float64, c string) {
	id := f.pen.name()
	fmt.Fprintf(&f.defs, `<pattern id="%s" patternUnits="userSpaceOnUse" width="6" height="6"><path d="M0 1.5h6M0 4.5h6" stroke="%s" stroke-width="1" opacity=".25"/><path d="M1.5 0v6M4.5 0v6" stroke="%s" stroke-width=".8" opacity=".2"/></pattern>`, id, darker(c, .5), darker(c, .5))
	f.rect(x, y, w, h, 0, "url(#"+id+")")
}

// label draws a hanging paper label with the words of the product.
func (f *front) label(x, y float64) {
	f.group(turn(7, x, y), func() {
		f.line(fmt.Sprintf("M%s %sC%s %s %s %s %s %s", short(x), short(y+14), short(x-10), short(y-20), short(x-40), short(y-30), short(x-60), short(y-24)), "#A98F62", 3)
		f.group(move(4, 6), func() { f.rect(x-80, y, 160, 230, 6, "#3A2510", opacity(.25)) })
		f.rect(x-80, y, 160, 230, 6, "#D3AC7F")
		f.ellipse(x, y+18, 7, 7, "#F3ECDF")
		f.figureAt(star, x, y+66, 54, "#5A3416")
		f.write(book, "ЛЁН", x, y+126, 34, 130, "#3B1D0C", "middle")
		if f.share != "" {
			f.write(body, f.share, x, y+154, 22, 130, "#3B1D0C", "middle")
		}
		f.write(quiet, f.small, x, y+190, 15, 140, "#3B1D0C", "middle")
	})
}
