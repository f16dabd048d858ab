package ui

import (
	"fmt"
	"math"
	"strings"
)

// landscape draws the country as the home page greets with it: a field of flax in bloom
// before a lake and a forest at first light, a stork over it. It is 1600 by 800, its
// middle half is enough for a narrow screen.
func landscape() []byte {
	p := newPen("landscape")
	p.sky()
	p.forest(372, 46, 26, mix("#B9CBD2", "#F4E4CB", .25))
	p.forest(392, 40, 38, "#8FAEAC")
	p.village()
	p.forest(404, 26, 30, "#6B948A")
	p.lake()
	p.meadow()
	p.flaxField()
	p.spruces()
	p.birches()
	p.stork(880, 262, .6)
	p.standingStork(960, 478, .62)
	return p.svg(1600, 800, "亚麻花田 · Flax in bloom", "绘图 · Drawing · Рисунок · Малюнак")
}

func (p *pen) sky() {
	p.rect(0, 0, 1600, 440, 0, p.linear(0, 0, 0, 1, stop{0, "#BFD6EA", 1}, stop{.5, "#DCE7EE", 1}, stop{.82, "#F6E8D0", 1}, stop{1, "#F5DDBB", 1}))
	p.ellipse(1090, 300, 330, 230, p.radial(.5, .5, .5, stop{0, "#FFF3D6", .95}, stop{.4, "#FFEBC2", .5}, stop{1, "#FFEBC2", 0}))
	p.ellipse(1090, 318, 62, 62, "#FFF6E0")
	for _, c := range [][4]float64{{240, 110, 190, 16}, {330, 130, 130, 11}, {700, 74, 150, 12}, {1330, 120, 210, 15}, {1240, 142, 120, 10}, {520, 214, 170, 9}} {
		p.rect(c[0], c[1], c[2], c[3], c[3]/2, "#FFFFFF", opacity(.55))
	}
}

// forest draws a line of spruces far away, standing on y, as high as height with a random
// part of spread.
func (p *pen) forest(y, height, spread float64, colour string) {
	var b strings.Builder
	fmt.Fprintf(&b, "M-20 %s", short(y+60))
	wave := func(x float64) float64 {
		return 10*math.Sin(x/190+height) + 6*math.Sin(x/67+spread)
	}
	for x := -20.0; x < 1640; {
		w := 15 + p.rand.Float64()*16
		h := height + p.rand.Float64()*spread + wave(x)
		foot := y - height*.35
		fmt.Fprintf(&b, "L%s %sL%s %sL%s %s", short(x), short(foot), short(x+w/2), short(y-h), short(x+w), short(foot))
		x += w * .78
	}
	fmt.Fprintf(&b, "L1640 %sz", short(y+60))
	p.path(b.String(), colour)
}

// village draws a few wooden houses on the far shore.
func (p *pen) village() {
	for _, h := range [][3]float64{{690, 384, 1}, {742, 388, .8}, {640, 390, .7}} {
		x, y, s := h[0], h[1], h[2]
		p.path(rectangle(x, y-20*s, 40*s, 24*s), "#8B6A4C")
		p.path(polygon(x-5*s, y-19*s, x+20*s, y-44*s, x+45*s, y-19*s), "#6E3B33")
		p.path(rectangle(x+9*s, y-12*s, 7*s, 8*s)+rectangle(x+24*s, y-12*s, 7*s, 8*s), "#FBE3A8")
	}
}

func (p *pen) lake() {
	p.rect(0, 404, 1600, 116, 0, p.linear(0, 0, 0, 1, stop{0, "#EAD9BE", 1}, stop{.18, "#C9D9E4", 1}, stop{1, "#6E9CCB", 1}))
	p.inside(rectangle(0, 404, 1600, 116), func() {
		p.group(`transform="translate(0 812) scale(1 -1)" `+opacity(.28), func() { p.forest(404, 30, 26, "#4C7A72") })
	})
	p.ellipse(1090, 440, 120, 40, p.radial(.5, .5, .5, stop{0, "#FFF6E0", .9}, stop{1, "#FFF6E0", 0}))
	var glitter, calm strings.Builder
	for range 60 {
		y := 416 + p.rand.Float64()*96
		w := 14 + p.rand.Float64()*46
		fmt.Fprintf(&calm, "M%s %sh%s", short(p.rand.Float64()*1600), short(y), short(w))
		x := 1090 + (p.rand.Float64()-.5)*(60+(y-404)*1.1)
		fmt.Fprintf(&glitter, "M%s %sh%s", short(x-w/3), short(y), short(w*.66))
	}
	p.line(calm.String(), "#FFFFFF", 1.6, opacity(.45), `stroke-linecap="round"`)
	p.line(glitter.String(), "#FFF6DC", 2.4, opacity(.9), `stroke-linecap="round"`)
}

func (p *pen) meadow() {
	p.path("M0 470C180 452 330 492 520 486 760 478 900 500 1100 490 1300 480 1450 466 1600 478V560H0z", p.linear(0, 0, 0, 1, stop{0, "#A9BF78", 1}, stop{1, "#7FA05A", 1}))
	var reeds strings.Builder
	for range 150 {
		x := p.rand.Float64() * 1600
		fmt.Fprintf(&reeds, "M%s 492q%s -14 %s %s", short(x), short(p.rand.Float64()*6-3), short(p.rand.Float64()*10-5), short(-12-p.rand.Float64()*16))
	}
	p.line(reeds.String(), "#6B8E4B", 1.8, opacity(.8))
}

// flaxField draws rows that run to a point on the horizon, and flowers, few and large in
// front, many and small behind.
func (p *pen) flaxField() {
	const top, vx, vy = 512.0, 830.0, 396.0
	field := "M0 520C260 500 520 528 800 518 1080 508 1340 522 1600 508V800H0z"
	p.path(field, p.linear(0, 0, 0, 1, stop{0, "#86A9DB", 1}, stop{.35, "#5F8BCB", 1}, stop{1, "#3E6FB0", 1}))
	p.inside(field, func() {
		var rows strings.Builder
		for i := -26; i <= 26; i++ {
			at := vx + float64(i)*96
			near := func(x float64) float64 { return vx + (x-vx)*(top-vy)/(800-vy) }
			rows.WriteString(polygon(near(at-13), top, near(at+13), top, at+13, 800, at-13, 800))
		}
		p.path(rows.String(), "#4F7F5A", opacity(.5))
		p.rect(0, 500, 1600, 110, 0, p.linear(0, 0, 0, 1, stop{0, "#F4E4CB", .35}, stop{1, "#F4E4CB", 0}))
		p.blossoms(top)
	})
}

// blossoms scatters flowers over the field.
func (p *pen) blossoms(top float64) {
	fmt.Fprintf(&p.defs, `<g id="far"><circle r="3"/></g><g id="near">`)
	for i := range 5 {
		fmt.Fprintf(&p.defs, `<path transform="rotate(%d)" d="M0 0C-7-4-8-12-3-16-1-17 1-17 3-16 8-12 7-4 0 0z"/>`, i*72)
	}
	p.defs.WriteString(`<circle r="2.6" fill="#F6EBB4"/></g>`)
	tones := [...]string{"#A9C6EE", "#8FB3E6", "#C3D8F4", "#7BA2DC"}
	use := func(id string, x, y, scale, flat, turned float64) {
		fmt.Fprintf(&p.body, `<use href="#%s" transform="translate(%s %s) scale(%s %s) rotate(%s)" fill="%s"/>`,
			id, short(x), short(y), short(scale), short(scale*flat), short(turned), tones[p.rand.IntN(len(tones))])
	}
	for range 260 {
		t := p.rand.Float64()
		use("far", p.rand.Float64()*1600, top+8+t*120, .5+t*.8, .7, 0)
	}
	for i := range 150 {
		t := math.Sqrt(float64(i)/150) * .96
		y := top + 110 + t*190
		x := p.rand.Float64() * 1640
		s := .5 + t*1.25
		p.line(fmt.Sprintf("M%s %sq%s %s %s %s", short(x), short(y), short(3*s), short(14*s), short(-2*s), short(30*s)), "#3F6E50", 1.4*s, opacity(.75))
		use("near", x, y, s, .82, p.rand.Float64()*72)
	}
}

// spruces draws the trees of the near shore on the right.
func (p *pen) spruces() {
	for _, t := range [][4]float64{{1438, 500, 150, 0}, {1580, 512, 230, 1}, {1508, 508, 190, 0}, {1372, 496, 104, 1}, {1330, 494, 76, 0}, {6, 500, 120, 1}} {
		x, y, h := t[0], t[1], t[2]
		c := [...]string{"#2F5D50", "#274F45"}[int(t[3])]
		p.path(rectangle(x-h*.025, y-h*.08, h*.05, h*.1), "#4A3626")
		const tiers = 6
		for i := range tiers {
			k := float64(i) / tiers
			w := h * (.3 - .25*k)
			foot := y - h*.06 - k*h*.8
			tip := foot - h*.3*(1-k*.35)
			p.path(fmt.Sprintf("M%s %sQ%s %s %s %sQ%s %s %s %sQ%s %s %s %sz",
				short(x-w), short(foot), short(x-w*.25), short(foot-h*.07), short(x), short(tip),
				short(x+w*.25), short(foot-h*.07), short(x+w), short(foot),
				short(x), short(foot+h*.035), short(x-w), short(foot)), mix(c, "#5E8C6A", k*.35))
		}
	}
}

// birches draws the trees on the left.
func (p *pen) birches() {
	for _, t := range [][4]float64{{150, 560, 430, 1.5}, {236, 540, 350, -4}, {80, 548, 380, -2}} {
		x, y, h := t[0], t[1], t[2]
		p.group(turn(t[3], x, y), func() {
			w := h * .018
			p.path(polygon(x-w, y, x-w*.35, y-h, x+w*.35, y-h, x+w, y), p.linear(0, 0, 1, 0, stop{0, "#FFFFFF", 1}, stop{.6, "#F3EFE8", 1}, stop{1, "#C9C6C0", 1}))
			var marks strings.Builder
			for i := range 14 {
				at := y - h*(.03+float64(i)*.06)
				half := w * (1 - .65*(y-at)/h)
				fmt.Fprintf(&marks, "M%s %sh%s", short(x-half+p.rand.Float64()*half), short(at), short(half*.9))
			}
			p.line(marks.String(), "#3A3A3A", 2.4, opacity(.75))
			for i := range 58 {
				k := float64(i) / 58
				side := 1.0
				if i%2 == 0 {
					side = -1
				}
				reach := h * (.05 + .17*math.Sin(math.Pi*(.12+k*.85)))
				cx, cy := x+side*reach*(.25+.75*p.rand.Float64()), y-h*(.42+.62*k)
				c := mix("#7FA64E", "#C3D67A", p.rand.Float64())
				p.ellipse(cx, cy+h*.03, h*.02, h*.05, c, opacity(.88))
				p.ellipse(cx+side*h*.015, cy+h*.075, h*.011, h*.044, mix(c, "#5E8C46", .3), opacity(.8))
			}
		})
	}
}

// stork draws a white stork in flight with its head to the right; x, y is its breast.
func (p *pen) stork(x, y, scale float64) {
	p.group(fmt.Sprintf(`transform="translate(%s %s) rotate(-7) scale(%s)"`, short(x), short(y), short(scale)), func() {
		// the wing beyond
		p.path("M-8-6C10-44 44-84 104-112 92-84 66-40 30-6z", "#CDD2D9")
		p.path("M104-112C134-126 160-130 178-128 160-120 150-114 140-108 152-108 160-107 166-104 150-100 138-96 126-90 134-88 140-86 144-82 120-78 100-70 82-58 92-82 98-98 104-112z", "#23262B")
		p.line("M-60 8-150 24M-58 12-148 30", "#C8402F", 3.4, `stroke-linecap="round"`)
		p.path("M-72 4C-52-12-6-20 36-12 60-8 92-14 122-12 128-11 130-5 124-3 96 2 66 12 36 16 0 22-50 20-72 4z", "#FFFFFF")
		p.path("M-72 4C-50 16 0 22 36 16 60 12 84 4 106 0 70 16 30 24-6 22-36 20-60 14-72 4z", "#D5D9DF")
		p.path("M-72 4C-86 2-98 6-106 12-92 14-78 12-64 12z", "#23262B")
		p.path("M122-11 176-6C178-5 178-3 176-3L122-3z", "#C8402F")
		p.ellipse(119, -8, 1.8, 1.8, "#23262B")
		// the near wing
		p.path("M-34-4C-58-52-66-96-56-148-34-112 6-60 26-8 8 2-18 4-34-4z", "#FFFFFF")
		p.path("M-34-4C-46-30-54-56-57-80-40-52-14-20 14 0-4 4-22 2-34-4z", "#E3E5E8")
		p.path("M-56-148C-58-176-54-198-46-214-44-196-41-184-37-174-32-188-27-196-21-202-22-186-21-174-18-164-12-174-6-180 0-184-3-168-4-156-3-146 2-154 7-158 12-160 6-140 2-120 0-98-18-124-40-132-56-148z", "#23262B")
	})
}

// standingStork draws a stork in the meadow; x, y is where it stands.
func (p *pen) standingStork(x, y, scale float64) {
	p.group(fmt.Sprintf(`transform="translate(%s %s) scale(%s)"`, short(x), short(y), short(scale)), func() {
		p.line("M-6-56-4 12M8-56 14-22 10 12", "#C8402F", 3, `stroke-linejoin="round"`)
		p.path("M-58-66C-40-96 0-104 26-94 34-108 30-126 36-140 40-150 54-150 56-140 58-128 46-112 44-92 42-70 16-52-14-54-34-54-50-58-58-66z", "#FFFFFF")
		p.path("M-74-58C-54-78-22-84 2-76-14-60-48-52-74-58z", "#23262B")
		p.path("M54-145 96-134C98-133 97-131 95-131L55-136z", "#C8402F")
		p.ellipse(48, -141, 2, 2, "#23262B")
	})
}
