package ui

// flavour is what a package tastes or smells of: a colour, and small things to draw.
type flavour struct {
	colour string
	// thing draws one piece of it around the origin, about 100 across.
	thing func(p *pen)
	words []string
	known bool // named by the product
	pale  bool // the thing is drawn in light colours
}

// flavours in the order they are looked for: the particular before the general.
var flavours = []flavour{
	{"#D6456B", strawberry, []string{"клубник", "strawberry"}, true, false},
	{"#9E1B32", cherry, []string{"вишн", "cherry"}, true, false},
	{"#B3202E", berries, []string{"клюкв", "брусник", "cranberry", "lingonberry"}, true, false},
	{"#EE8A1D", orangeSlice, []string{"апельсин", "orange"}, true, false},
	{"#E0A11B", honey, []string{"мёд", "мед", "honey", "липа"}, true, false},
	{"#B9824A", almond, []string{"миндал", "almond", "арахис", "peanut", "грильяж", "nut"}, true, false},
	{"#6B8E3A", herb, []string{"сметана", "sour cream", "лук", "onion"}, true, false},
	{"#C6331F", pepper, []string{"паприк", "paprika", "тайск", "thai", "стейк"}, true, false},
	{"#A63C2B", bacon, []string{"бекон", "bacon"}, true, false},
	{"#D98A1F", drumstick, []string{"куриц", "chicken"}, true, false},
	{"#E8B62A", cheeseBit, []string{"сыр", "cheese"}, true, false},
	{"#E0A92E", corn, []string{"кукуруз", "corn"}, true, false},
	{"#4F8FBF", saltCrystals, []string{"морской солью", "sea salt"}, true, true},
	{"#C98A3C", cookie, []string{"карамель", "caramel", "печеньем"}, true, false},
	{"#7A4A6B", truffle, []string{"трюфел", "truffle"}, true, false},
	{"#5A3A28", bean, []string{"горьк", "bitter", "dark", "тёмный", "какао", "cocoa"}, true, false},
	{"#4E8DC4", drop, []string{"молоч", "milk", "молок"}, true, true},
	{"#C99A3A", ear, []string{"овс", "oat", "злак", "ржан", "rye", "хлопья", "flakes", "wheat"}, true, false},
	{"#8FAE7A", leaf, []string{"берёз", "birch"}, true, false},
}

// flavourOf finds the flavour in the words of a pack; cocoa for chocolate without a word.
func flavourOf(pack Pack) flavour {
	s := lower(pack)
	for _, f := range flavours {
		if holds(s, f.words...) {
			return f
		}
	}
	switch pack.Category {
	case "chocolate", "chocolate-gift", "cocoa", "sweets":
		return flavour{colour: "#7B4A2C", thing: bean}
	case "biscuits", "wafers", "cereal", "cereal-bar", "crispbread":
		return flavour{colour: "#C99A3A", thing: ear}
	}
	return flavour{colour: "#3E6FB0", thing: flax}
}

func bean(p *pen) {
	g := p.linear(0, 0, 1, 1, stop{0, "#A8673C", 1}, stop{1, "#4A2412", 1})
	p.group(`transform="rotate(-32)"`, func() {
		p.ellipse(0, 0, 46, 27, g)
		p.line("M-44 2C-20-10 20 14 44-2", "#2E140A", 4, opacity(.7))
		p.line("M-30-12C-10-22 14-20 30-12", "#E3B48A", 3, opacity(.6))
	})
}

func strawberry(p *pen) {
	g := p.linear(0, 0, 1, 1, stop{0, "#F26A78", 1}, stop{1, "#B3152F", 1})
	p.path("M0 46C-30 30-46-2-36-20-24-36-8-30 0-24 8-30 24-36 36-20 46-2 30 30 0 46z", g)
	for _, at := range [][2]float64{{-18, -8}, {0, -4}, {18, -8}, {-10, 12}, {10, 12}, {0, 28}, {-26, 4}, {26, 4}} {
		p.ellipse(at[0], at[1], 2.2, 3.4, "#FBE3A4")
	}
	p.path("M0-24C-12-22-22-28-26-38-14-40-6-36 0-30 6-36 14-40 26-38 22-28 12-22 0-24zM-2-30C-4-40 0-48 6-50 4-44 4-38 2-30z", "#5C8F3A")
}

func cherry(p *pen) {
	p.line("M-20 12C-16-14-2-34 24-44M22 16C24-8 24-26 24-44", "#6E8B3D", 4)
	p.path("M24-44C36-54 50-50 54-42 44-34 32-36 24-44z", "#6E9440")
	for _, x := range []float64{-22, 22} {
		p.ellipse(x, 24, 22, 22, p.radial(.35, .3, .8, stop{0, "#E8485A", 1}, stop{1, "#7A0F22", 1}))
		p.ellipse(x-8, 15, 5, 4, "#FFFFFF", opacity(.6))
	}
}

func berries(p *pen) {
	p.path("M-6-20C-30-44-48-34-52-26-40-12-20-10-6-20z", "#5E8C46")
	p.path("M6-22C20-48 40-46 48-36 38-20 20-16 6-22z", "#4C7A3A")
	for _, at := range [][3]float64{{-20, 14, 21}, {20, 10, 19}, {2, 32, 18}, {0, -8, 17}} {
		p.ellipse(at[0], at[1], at[2], at[2], p.radial(.35, .3, .8, stop{0, "#EE5B62", 1}, stop{1, "#96101F", 1}))
		p.ellipse(at[0]-at[2]/3, at[1]-at[2]/3, 4, 3, "#FFFFFF", opacity(.6))
	}
}

func orangeSlice(p *pen) {
	p.ellipse(0, 0, 46, 46, "#F08A1A")
	p.ellipse(0, 0, 40, 40, "#FFF1D6")
	for i := range 8 {
		p.group(turn(float64(i)*45, 0, 0), func() {
			p.path("M0-5C-12-18-14-30-9-36-3-39 3-39 9-36 14-30 12-18 0-5z", "#F8A63A")
		})
	}
}

func honey(p *pen) {
	p.path("M0-46C22-16 34 2 34 18 34 36 18 46 0 46-18 46-34 36-34 18-34 2-22-16 0-46z", p.linear(0, 0, 0, 1, stop{0, "#F9D36B", 1}, stop{1, "#C9781B", 1}))
	p.path("M-16 6C-20 18-16 30-6 34-12 26-14 16-10 4z", "#FFFFFF", opacity(.55))
}

func almond(p *pen) {
	p.group(`transform="rotate(28)"`, func() {
		p.path("M0-48C26-24 30 18 0 44-30 18-26-24 0-48z", p.linear(0, 0, 1, 0, stop{0, "#D9A066", 1}, stop{1, "#8A5226", 1}))
		for _, x := range []float64{-12, -4, 4, 12} {
			p.line("M"+short(x/3)+"-38C"+short(x*1.3)+"-10 "+short(x*1.3)+" 14 "+short(x/3)+" 36", "#6E3E1A", 1.6, opacity(.55))
		}
	})
}

func herb(p *pen) {
	for i := range 5 {
		p.group(turn(float64(i-2)*24, 0, 44), func() {
			p.path("M0 44C-7 10-4-24 0-46 4-24 7 10 0 44z", mix("#7FAE4B", "#3F6E2C", float64(i)/4))
		})
	}
	p.ellipse(0, 22, 15, 19, p.linear(0, 0, 1, 0, stop{0, "#FFFFFF", 1}, stop{1, "#D9E2C6", 1}))
	p.line("M-6 8C-9 20-8 32-3 40M6 8C9 20 8 32 3 40", "#B8C79A", 1.5)
}

func pepper(p *pen) {
	p.path("M-30-28C-6-34 20-20 30 6 36 22 44 32 52 36 36 44 14 38-6 22-26 6-40-14-30-28z", p.linear(0, 0, 1, 1, stop{0, "#F0563A", 1}, stop{1, "#9E1414", 1}))
	p.line("M-18-18C0-14 16 2 26 20", "#FFFFFF", 4, opacity(.45), `stroke-linecap="round"`)
	p.path("M-36-26C-38-40-32-48-24-52-24-44-26-36-24-28z", "#4E8036")
}

func bacon(p *pen) {
	for i, c := range []string{"#A8382C", "#F1C9B0", "#C25343", "#F6DDCB", "#8F2A20"} {
		y := float64(i*13 - 28)
		p.line("M-48 "+short(y)+"C-28 "+short(y-16)+"-14 "+short(y+16)+" 4 "+short(y)+"S36 "+short(y-14)+" 48 "+short(y+2), c, 13.5)
	}
}

func drumstick(p *pen) {
	p.group(`transform="rotate(-38)"`, func() {
		p.rect(-6, 10, 12, 40, 5, "#FBF3E2")
		p.ellipse(-5, 50, 8, 7, "#FBF3E2")
		p.ellipse(6, 50, 8, 7, "#FBF3E2")
		p.path("M0 26C-26 22-34-4-26-28-18-50 18-50 26-28 34-4 26 22 0 26z", p.radial(.38, .3, .85, stop{0, "#F2B45C", 1}, stop{.6, "#C9772A", 1}, stop{1, "#8A4514", 1}))
		p.line("M-14-30C-20-20-20-6-15 4", "#FFE3B0", 5, opacity(.7), `stroke-linecap="round"`)
	})
}

func cheeseBit(p *pen) {
	p.path("M-46 10 34-34C44-28 48-14 48-2L48 6z", "#FBE08A")
	p.path("M-46 10H48V36H-46z", p.linear(0, 0, 0, 1, stop{0, "#F6C63F", 1}, stop{1, "#E0A11B", 1}))
	for _, h := range [][3]float64{{-22, 24, 8}, {10, 20, 5}, {30, 28, 7}, {22, -8, 6}} {
		p.ellipse(h[0], h[1], h[2], h[2]*.8, "#C9851A", opacity(.75))
	}
}

func corn(p *pen) {
	p.path("M0-48C20-34 22 14 0 44-22 14-20-34 0-48z", "#F6C63F")
	for row := range 8 {
		for col := range 3 {
			p.ellipse(float64(col*11-11), float64(row*10-32), 5, 4.4, lighter("#F6C63F", .35))
		}
	}
	p.path("M-2 46C-34 36-40 2-28-16-20 6-10 28-2 46zM2 46C34 36 40 2 28-16 20 6 10 28 2 46z", "#6E9A44")
}

func saltCrystals(p *pen) {
	for _, c := range [][4]float64{{-24, 12, 34, -14}, {16, -8, 40, 18}, {26, 30, 22, 40}, {-18, -28, 20, 30}} {
		p.group(move(c[0], c[1])+"", func() {
			p.group(`transform="rotate(`+short(c[3])+`)"`, func() {
				h := c[2] / 2
				p.path(rectangle(-h, -h, c[2], c[2]), "#EAF3FA")
				p.path(polygon(-h, -h, h, -h, 0, 0), "#FFFFFF")
				p.path(polygon(h, -h, h, h, 0, 0), "#BCD5E8")
			})
		})
	}
}

func cookie(p *pen) {
	p.ellipse(0, 0, 44, 44, p.radial(.4, .35, .8, stop{0, "#F0C583", 1}, stop{1, "#B8783A", 1}))
	for _, at := range [][2]float64{{-16, -14}, {14, -20}, {22, 10}, {-6, 16}, {-26, 12}, {4, -2}} {
		p.ellipse(at[0], at[1], 5.5, 4.5, "#6E3E1A")
	}
}

func truffle(p *pen) {
	p.ellipse(0, 4, 42, 40, p.radial(.38, .3, .85, stop{0, "#8A5A3C", 1}, stop{1, "#2E160C", 1}))
	for range 26 {
		p.ellipse(p.rand.Float64()*66-33, p.rand.Float64()*62-26, 1.8, 1.5, "#C08A5E", opacity(.6))
	}
}

func drop(p *pen) {
	p.path("M0-46C22-16 34 2 34 18 34 36 18 46 0 46-18 46-34 36-34 18-34 2-22-16 0-46z", p.linear(0, 0, 1, 1, stop{0, "#FFFFFF", 1}, stop{1, "#D5E2EE", 1}))
	p.path("M14 10C20 22 14 34 2 36 12 30 14 20 14 10z", "#A9C3DB", opacity(.8))
}

func ear(p *pen) {
	p.line("M0 48V-20", "#B07F2A", 3)
	for i := range 5 {
		y := float64(i*13 - 22)
		for _, s := range []float64{-1, 1} {
			p.group(`transform="translate(0 `+short(y)+`) rotate(`+short(s*34)+`)"`, func() {
				p.ellipse(s*2, -10, 6, 13, p.linear(0, 0, 1, 0, stop{0, "#F2CF7C", 1}, stop{1, "#C6912F", 1}))
			})
		}
	}
	p.ellipse(0, -36, 6, 13, "#E8BE60")
	p.line("M0-44V-60M-8-38-16-56M8-38 16-56", "#C6912F", 1.6)
}

func leaf(p *pen) {
	p.path("M0-46C30-30 36 6 0 40-36 6-30-30 0-46z", p.linear(0, 0, 1, 1, stop{0, "#B7D48A", 1}, stop{1, "#5E8C46", 1}))
	p.line("M0-40V50M0-16 18-26M0-16-18-26M0 4 20-8M0 4-20-8M0 22 14 12M0 22-14 12", "#4C7A3A", 2)
}

// flax is the blue flower of the flax field.
func flax(p *pen) {
	p.line("M2 8C-2 26 0 40-4 52", "#6E8B4A", 3)
	p.path("M-2 34C-16 30-22 22-24 14-12 16-6 24-2 34z", "#7FA05A")
	for i := range 5 {
		p.group(turn(float64(i)*72, 0, 0), func() {
			p.path("M0 0C-16-10-20-30-8-40-2-43 2-43 8-40 20-30 16-10 0 0z", p.linear(0, 0, 0, 1, stop{0, "#7FA8DE", 1}, stop{1, "#3E6FB0", 1}))
			p.line("M0-4V-32", "#2C578F", 1, opacity(.5))
		})
	}
	p.ellipse(0, 0, 6, 6, "#F3E3A0")
}
