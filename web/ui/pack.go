package ui

import (
	"hash/fnv"
	"io"
	"regexp"
	"strings"

	"pavilion"
	"pavilion/catalog"
)

// Pack is what a drawing of a product needs to know. The drawing stands in for a photograph
// and says so; it shows the kind of package, the brand in its colours, the words on the
// front, what is inside and how much.
type Pack struct {
	Brand    pavilion.Text
	Name     pavilion.Text
	Category string // key of a catalog.Category
	Net      catalog.Measure
	Seed     string // tells apart what is otherwise alike: the GTIN
}

// Illustrate draws a package as an SVG file. The same Pack always gives the same bytes.
func Illustrate(w io.Writer, pack Pack) error {
	f := front{
		pen:     newPen(pack.Seed),
		livery:  liveryOf(pack),
		flavour: flavourOf(pack),
		brand:   printed(pack.Brand),
		name:    productName(pack),
		net:     netPrinted(pack.Net),
		share:   shareOf(pack),
		small:   pack.Name[pavilion.Chinese],
	}
	f.ground()
	f.draw(shapeOf(pack))
	title := strings.TrimSpace(pack.Brand.Best(pavilion.Chinese) + " " + pack.Name.Best(pavilion.Chinese))
	_, err := w.Write(f.svg(800, 800, title, "示意图，非实物照片 · Illustration, not a photograph · Рисунок, а не фотография · Малюнак, а не фотаздымак"))
	return err
}

// front is a package being drawn.
type front struct {
	*pen
	livery  livery
	flavour flavour
	brand   string // as printed
	name    string
	small   string // the name for Chinese readers
	net     string
	share   string // "72%" and the like
}

// livery is how a brand dresses its packages.
type livery struct {
	base   string // the ground of the package
	deep   string // shadows and the second colour
	light  string // label grounds
	accent string // gold, silver or a bright line
	word   face   // the brand's name
	figure Motif  // its figure of the ornament
}

var (
	stately = face{family: serifFamily, weight: 700, upper: true, space: .06}
	warm    = face{family: serifFamily, weight: 700, italic: true}
	plain   = face{family: sansFamily, weight: 800}
	wide    = face{family: sansFamily, weight: 700, upper: true, space: .12}
	body    = face{family: sansFamily, weight: 600}
	quiet   = face{family: sansFamily, weight: 400}
	book    = face{family: serifFamily, weight: 600}
)

// liveries are the drawings' own colours for brands, by the brand's name. They are no
// likeness of real trade dress.
var liveries = map[string]livery{
	"spartak":           {"#8E1B22", "#4F0D14", "#FBF1DE", "#E0B455", stately, star},
	"kommunarka":        {"#0F4A46", "#07292A", "#F6EFDF", "#D8B36A", stately, field},
	"slodych":           {"#F2A31B", "#B8650C", "#FFF6E0", "#2C4F9E", warm, seed},
	"krasny pishchevik": {"#D9436B", "#8F1F45", "#FFF1F1", "#F7D9A0", warm, star},
	"ivkon":             {"#E2932A", "#8E4A10", "#FFF4DA", "#6E8B3D", warm, seed},
	"onega":             {"#F4C21F", "#C6331F", "#FFF8DC", "#C6331F", plain, seed},
	"долина злаков":     {"#6F9440", "#3B5A22", "#F7F2DF", "#D9A441", warm, tree},
	"cornex":            {"#F6F1E4", "#C9B98F", "#FFFFFF", "#E4572E", plain, seed},
	"lidkon":            {"#2F6DA8", "#163C66", "#FBF3DD", "#F0C24B", warm, tree},
	"акулина":           {"#A8437A", "#5E1D47", "#FFF0F3", "#F3D28B", warm, star},
	"rogachev":          {"#1F57A4", "#0F2F66", "#FFFFFF", "#9CC6EE", stately, field},
	"savushkin":         {"#2F8F4E", "#14532D", "#FFFFFF", "#F2C744", plain, seed},
	"bellakt":           {"#3B8FCF", "#1B4F86", "#FFFFFF", "#F3C64B", plain, star},
	"lidskoe":           {"#5A2A12", "#2A1006", "#F9EBCB", "#DDA64A", stately, field},
	"bielita":           {"#F4EFF5", "#BFA5C9", "#FFFFFF", "#8C4F9E", wide, star},
	"vitex":             {"#EEF2F2", "#7FA0A5", "#FFFFFF", "#1E6C74", wide, seed},
	"barkhim":           {"#35A7C4", "#14637F", "#FFFFFF", "#F29AB0", plain, seed},
}

// unbranded are the colours of goods whose brand we do not know: linen and flax.
var unbranded = []livery{
	{"#EADFC8", "#A98F62", "#FFFBF1", "#3E6FB0", book, tree},
	{"#DDE6EE", "#6F8FB3", "#FFFFFF", "#3E6FB0", book, field},
	{"#E9E3CF", "#7F8F58", "#FFFEF6", "#6B7F3A", book, star},
}

// liveryOf returns the colours of a pack's brand. A brand we do not know always gets the same
// one of a few, and goods without a brand one by what they are.
func liveryOf(pack Pack) livery {
	brand := pack.Brand
	for _, lang := range []pavilion.Lang{pavilion.Russian, pavilion.English} {
		if l, ok := liveries[strings.ToLower(brand[lang])]; ok {
			return l
		}
	}
	h := fnv.New32a()
	if printed(brand) == "" {
		h.Write([]byte(pack.Seed))
	} else {
		h.Write([]byte(brand.JSON()))
	}
	return unbranded[int(h.Sum32()%uint32(len(unbranded)))]
}

// printed returns words as the package says them: in the language of the country they come from.
func printed(t pavilion.Text) string {
	for _, lang := range []pavilion.Lang{pavilion.Russian, pavilion.Belarusian, pavilion.English, pavilion.Chinese} {
		if s := t[lang]; s != "" {
			return s
		}
	}
	return ""
}

var (
	aside     = regexp.MustCompile(`\s*[(（][^)）]*[)）]|,\s*(коробка|не требующие варки).*`)
	percent   = regexp.MustCompile(`(\d+(?:[.,]\d+)?)\s?%`)
	quoted    = regexp.MustCompile(`«([^»]+)»`)
	manySpace = regexp.MustCompile(`\s+`)
)

// productName returns what stands on the front besides the brand: without remarks in
// brackets, shares and the brand itself.
func productName(pack Pack) string {
	s := printed(pack.Name)
	s = aside.ReplaceAllString(s, "")
	if shareOf(pack) != "" {
		s = percent.ReplaceAllString(s, "")
	}
	if b := printed(pack.Brand); b != "" {
		s = strings.ReplaceAll(s, "«"+b+"»", "")
	}
	return strings.TrimSpace(manySpace.ReplaceAllString(s, " "))
}

// shareOf returns the share the product is known by: cocoa, fat. A name such as "100%"
// flax counts too.
func shareOf(pack Pack) string {
	if m := percent.FindStringSubmatch(printed(pack.Name)); m != nil {
		return strings.Replace(m[1], ".", ",", 1) + "%"
	}
	return ""
}

func netPrinted(m catalog.Measure) string {
	p := Printer{Lang: pavilion.Russian}
	return strings.ReplaceAll(p.Measure(m), nbsp, " ")
}

// lower joins the words of a pack in all languages, for looking for key words.
func lower(pack Pack) string {
	var b strings.Builder
	for _, lang := range pavilion.Langs {
		b.WriteString(strings.ToLower(pack.Name[lang]))
		b.WriteByte(' ')
	}
	return b.String()
}

func holds(s string, words ...string) bool {
	for _, w := range words {
		if strings.Contains(s, w) {
			return true
		}
	}
	return false
}

// shape is a kind of package.
type shape uint8

const (
	bagShape shape = iota // what we draw if nothing else fits: a pouch
	barShape
	kraftBarShape
	sleeveShape
	giftShape
	flowShape
	snackBarShape
	candyShape
	zefirShape
	chipsShape
	cerealShape
	tinShape
	crispShape
	cartonShape
	canShape
	powderShape
	cheeseShape
	butterShape
	bottleShape
	jarShape
	tubeShape
	linenShape
	washShape
)

// shapeOf guesses the package from the shelf and the words.
func shapeOf(pack Pack) shape {
	s := lower(pack)
	switch pack.Category {
	case "chocolate":
		switch {
		case holds(s, "крафт", "kraft"):
			return kraftBarShape
		case holds(s, "пенал", "sleeve"):
			return sleeveShape
		}
		return barShape
	case "chocolate-gift":
		return giftShape
	case "sweets":
		return candyShape
	case "wafers", "biscuits":
		return flowShape
	case "cereal-bar":
		return snackBarShape
	case "cocoa":
		return tinShape
	case "zefir":
		return zefirShape
	case "chips":
		return chipsShape
	case "crispbread":
		return crispShape
	case "cereal":
		return cerealShape
	case "dairy-ambient":
		switch {
		case holds(s, "сгущ", "концентр", "condensed", "evaporated"):
			return canShape
		case holds(s, "сухое", "powder"):
			return powderShape
		}
		return cartonShape
	case "dairy-chilled":
		if holds(s, "масло", "butter") {
			return butterShape
		}
		return cheeseShape
	case "drinks":
		return bottleShape
	case "skin-care":
		if holds(s, "маска", "mask", "туба", "tube", "гель", "gel") {
			return tubeShape
		}
		return jarShape
	case "household":
		if holds(s, "порошок", "powder") {
			return washShape
		}
		return linenShape
	}
	return bagShape
}

// draw draws the package.
func (f *front) draw(s shape) {
	switch s {
	case barShape:
		f.bar()
	case kraftBarShape:
		f.kraftBar()
	case sleeveShape:
		f.sleeve()
	case giftShape:
		f.gift()
	case flowShape:
		f.flow()
	case snackBarShape:
		f.snackBar()
	case candyShape:
		f.candyBag()
	case zefirShape:
		f.zefirBox()
	case chipsShape:
		f.chipsBag()
	case cerealShape:
		f.cerealBox()
	case tinShape:
		f.tin()
	case crispShape:
		f.crispbread()
	case cartonShape:
		f.carton()
	case canShape:
		f.can()
	case powderShape:
		f.powderBox()
	case cheeseShape:
		f.cheese()
	case butterShape:
		f.butter()
	case bottleShape:
		f.bottle()
	case jarShape:
		f.jar()
	case tubeShape:
		f.tube()
	case linenShape:
		f.linen()
	case washShape:
		f.washBox()
	case bagShape:
		f.pouch()
	}
}
