package shop

import (
	"cmp"
	"net/http"
	"slices"

	"pavilion"
	"pavilion/db"
	"pavilion/tailoring"
	"pavilion/tailoring/label"
	"pavilion/web/ui"
)

// self is a product as a second person approved it for the market: its words, and the label
// that is made from them. What nobody approved is never shown.
type self struct {
	tailoring.Approval
	label label.Label // without items if none could be made
	size  label.Size  // that it is printed in, zero if nobody chose one
}

// tailor puts the approved words in the place of the producer's, in the market's language;
// readers of other languages read what the producer says in theirs.
func (g *goods) tailor(lang pavilion.Lang, a tailoring.Approval) {
	g.lang, g.self = lang, &self{Approval: a}
	c := a.Content
	say := func(t *pavilion.Text, words string) { *t = t.With(lang, words) }
	say(&g.page.Product.Name, c.Name)
	say(&g.page.Product.Storage, c.Storage)
	say(&g.page.Product.IngredientsText, c.Ingredients)
	say(&g.page.Producer.LegalName, c.Maker)
	say(&g.page.Producer.Address, c.MakerAddress)
	if len(c.Description) > 0 {
		say(&g.page.Product.Description, cmp.Or(c.Description[0].Text, c.Description[0].Heading))
	}
	g.page.Pictures = c.Chosen(g.page.Pictures)
}

// told is what the market's own words say beside the facts, for readers of its language.
type told struct {
	Points     []string
	Blocks     []tailoring.Block
	Directions string
	Warnings   string
	Wording    string // whose words these are
}

// tellFrom fills in what the market has shoppers told, and what only the approved self says.
func (v *productView) tellFrom(p *ui.Printer, g goods, sku pavilion.SKUID) {
	v.Law = toldFrom(p, g.notice)
	if g.self == nil {
		return
	}
	if len(g.self.label.Items) > 0 {
		v.Label = ui.Link{URL: labelHref(p, sku), Label: p.T("elabel.title")}
		v.LabelPicture = labelDrawing(p, g, sku)
	}
	if g.self.Again {
		v.Changed = p.T("elabel.changed")
	}
	if p.Lang != g.lang {
		return
	}
	c := g.self.Content
	v.Told = told{Points: c.SellingPoints, Blocks: c.Description, Directions: c.Directions, Warnings: c.Warnings, Wording: wordingOf(p, c)}
	if c.Ingredients != "" {
		v.Inside.Ingredients, v.Inside.Original = nil, ""
	}
	if it, said := g.self.label.Item("ingredients"); said { // the page and the label say the same
		v.Inside.Ingredients, v.Inside.Original, v.Inside.Labelled = nil, "", it.Runs
	}
	if c.Allergens != "" {
		v.Inside.Contains, v.Inside.MayContain, v.Inside.Statement = nil, nil, c.Allergens
	}
	if t := g.self.label.Table; len(t.Rows) > 0 && len(t.Missing) == 0 {
		v.Inside.Nutrition = labelTable(g.self.label)
	}
}

// layLabel puts the label of a unit beside the approved words, with the dates of a lot if there
// is one. Goods of a market that asks for none, or of which it cannot be made, stand without.
func (s *Shop) layLabel(r *http.Request, g *goods, i int, lot tailoring.LabelLot) error {
	facts, made, err := s.labelFacts(r, *g, i)
	if err != nil || !made {
		return err
	}
	laid, err := s.labels.Lay(facts.Of(lot))
	if pavilion.KindOf(err) == pavilion.Invalid { // facts that make no label
		return nil
	}
	g.self.label, g.self.size = laid, sizeOf(facts)
	return err
}

// labelFacts are what the label of a unit is made from, false if it has none.
func (s *Shop) labelFacts(r *http.Request, g goods, i int) (facts tailoring.LabelFacts, made bool, err error) {
	if g.self == nil || slices.Contains(notFood, g.page.Product.Category) {
		return facts, false, nil
	}
	ctx := r.Context()
	err = s.db.Read(ctx, func(v *db.View) (err error) {
		facts, err = tailoring.ApprovedLabel(ctx, v, s.labels, g.self.Approval, g.page.SKUs[i].ID, g.page.Registrations)
		return err
	})
	switch pavilion.KindOf(err) {
	case pavilion.NotFound, pavilion.Invalid: // a unit newer than the words, or facts that make no label
		return facts, false, nil
	}
	return facts, err == nil, err
}

// sizeOf is the size that was chosen for a label, zero for none.
func sizeOf(f tailoring.LabelFacts) label.Size {
	return label.Size{Width: float64(f.WidthMM), Height: float64(f.HeightMM)}
}
