package tailoring

import (
	"context"
	"slices"

	"github.com/shopspring/decimal"

	"pavilion"
	"pavilion/catalog"
	"pavilion/db"
	"pavilion/tailoring/label"
	"pavilion/tailoring/nutrition"
)

// LabelBook is all that labels of a market are made from beside the products themselves: it
// is read once and makes the labels of many.
type LabelBook struct {
	Pack    *label.Pack
	Terms   []LabelTerm
	Parties map[Duty]LabelParty
	Designs map[pavilion.SKUID]LabelDesign

	glossary *label.Glossary // of the pack, with the terms
}

// LabelLot is what a lot adds to a label. The zero value is a label without dates: they are
// printed when the lot is known.
type LabelLot struct {
	ProducedOn, BestBefore pavilion.Date
}

// ReadLabels reads what the labels of those SKUs are made from.
func ReadLabels(ctx context.Context, r db.Reader, pack *label.Pack, skus []pavilion.SKUID) (LabelBook, error) {
	b := LabelBook{Pack: pack}
	var err error
	if b.Terms, err = Terms(ctx, r, pack.Market); err != nil {
		return b, err
	}
	b.glossary = pack.Glossary.With(b.LabelTerms())
	if b.Parties, err = Parties(ctx, r, pack.Market); err != nil {
		return b, err
	}
	b.Designs, err = Designs(ctx, r, pack.Market, skus)
	return b, err
}

// Facts puts together what the label of a SKU is made from: the words of a content and the
// facts of the source it was written for. registrations are the maker's; confirmed says that a
// laboratory measured the nutrients the source states. A SKU the source does not have is
// NotFound, sku.unknown.
func (b LabelBook) Facts(s Source, id pavilion.SKUID, c Content, registrations []catalog.Registration, confirmed bool) (LabelFacts, error) {
	i := slices.IndexFunc(s.SKUs, func(u SourceSKU) bool { return u.ID == id })
	if i < 0 {
		return LabelFacts{}, pavilion.E(pavilion.NotFound, "sku.unknown", nil)
	}
	u, d, lang := s.SKUs[i], b.Designs[id], b.Pack.Language
	in := label.Input{
		Edition: d.Edition, Route: c.Route, Name: first(c.Denomination, c.Name), Brand: s.Brand.Best(lang), Category: s.Category,
		Ingredients: IngredientsOf(u.Facts.Ingredients), IngredientsText: c.Ingredients,
		Contains: u.Facts.Allergens, MayContain: u.Facts.MayContain, NoAllergens: u.Facts.NoAllergens, AllergensText: c.Allergens,
		NetAmount: decimal.New(u.Net.Milli, -3), NetUnit: string(u.Net.Unit), FaceMM2: c.SKUs[id].SurfaceMM,
		Origin: s.Origin, Maker: label.Party{Name: first(c.Maker, s.Producer.Best(lang)), Address: first(c.MakerAddress, s.Address.Best(lang))},
		Agent: b.Parties[DutyAgent].Party, Seller: b.Parties[DutySeller].Party, ShelfLifeDays: u.ShelfLifeDays,
		Storage: c.Storage, StorageMinC: u.StorageMinC, StorageMaxC: u.StorageMaxC,
		Content: d.measured(), Table: d.Table, Confirmed: confirmed, GTIN: string(u.GTIN),
	}
	in.Terms = b.glossary.Known(in.Ingredients)
	if n := u.Facts.Nutrition; n != nil {
		in.Stated = stated(*n)
		if in.Table.Basis == "" && n.Basis == catalog.Millilitre {
			in.Table.Basis = nutrition.Millilitres
		}
	}
	f := LabelFacts{Input: in, WidthMM: d.WidthMM, HeightMM: d.HeightMM}
	for _, g := range registrations {
		if slices.Contains(b.Pack.Words.Registers, g.Authority) {
			f.Registrations = append(f.Registrations, g)
		}
	}
	return f, nil
}

func first(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}

// LabelTerms are what people decided about ingredients, as the label asks for it.
func (b LabelBook) LabelTerms() []label.Term {
	out := make([]label.Term, len(b.Terms))
	for i, t := range b.Terms {
		out[i] = t.Term
	}
	return out
}

// IngredientsOf are a catalogue's ingredients as the label reads them.
func IngredientsOf(list []catalog.Ingredient) []label.Ingredient {
	out := make([]label.Ingredient, len(list))
	for i, in := range list {
		out[i] = label.Ingredient{Name: in.Name, Percent: in.Percent, Parts: IngredientsOf(in.Parts)}
	}
	return out
}

// stated is what the maker's own label says, in grams.
func stated(n catalog.Nutrition) map[nutrition.Code]decimal.Decimal {
	out := map[nutrition.Code]decimal.Decimal{}
	for code, mg := range map[nutrition.Code]*int64{
		nutrition.Protein: n.Protein, nutrition.Fat: n.Fat, nutrition.SatFat: n.Saturated, nutrition.Carbohydrate: n.Carbohydrate,
		nutrition.Sugar: n.Sugars, nutrition.Fibre: n.Fibre, nutrition.Salt: n.Salt,
	} {
		if mg != nil {
			out[code] = decimal.New(*mg, -3)
		}
	}
	return out
}
