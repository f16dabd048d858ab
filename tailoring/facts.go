package tailoring

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"pavilion"
	"pavilion/catalog"
	"pavilion/db"
	"pavilion/tailoring/label"
	"pavilion/tailoring/nutrition"
	"pavilion/tailoring/rule"
	"pavilion/tailoring/rules"
)

// facts are what rules may look at in one unit of a product.
type facts struct {
	rule.Facts
	sku pavilion.SKUID
}

// facts returns the facts of every unit for every channel the product is meant for, as if it
// were made on the day. A product without units has those of the product alone.
func (s *subject) facts(m *Market, on pavilion.Date) []facts {
	channels := s.version.Content.Channels
	if len(channels) == 0 {
		channels = []string{OwnChannel}
	}
	var out []facts
	for _, channel := range channels {
		about := s.common(m)
		about.Channel = channel
		about.NoticeShown = noticeShown(m, about)
		if len(s.page.SKUs) == 0 {
			out = append(out, facts{Facts: about})
		}
		for _, u := range s.page.SKUs {
			out = append(out, facts{s.unit(m, about, u, on), u.ID})
		}
	}
	return out
}

// common are the facts that all units share.
func (s *subject) common(m *Market) rule.Facts {
	c, p, agent := s.version.Content, s.page.Product, s.labels.Parties[DutyAgent]
	f := rule.Facts{
		Goods: string(s.goods), Category: p.Category, Route: c.Route, Origin: p.Origin,
		Name: c.Name, ShortName: c.ShortName, Points: c.SellingPoints, Description: c.DescriptionText(), Claims: c.Claims,
		Storage: c.Storage, Producer: first(c.Maker, s.source.Producer[m.Language]), ProducerAddress: first(c.MakerAddress, s.source.Address[m.Language]),
		Importer: agent.Name, ImporterAddress: agent.Address, ImporterContact: agent.Contact,
	}
	if f.Route == "" {
		f.Route = m.Route[0].Key
	}
	for _, g := range s.page.Registrations {
		f.Registrations = append(f.Registrations, rule.Registration{Authority: g.Authority, Number: g.Number, Category: g.Category, From: g.ValidFrom, Until: g.ValidUntil})
	}
	for _, d := range s.documents {
		f.Documents = append(f.Documents, rule.Document{Kind: d.Kind, Until: d.ValidUntil})
	}
	for _, pic := range c.Chosen(s.page.Pictures) {
		f.Pictures = append(f.Pictures, rule.Picture{Width: pic.Width, Height: pic.Height, Type: pictureType})
	}
	return f
}

// pictureType is what package catalog makes of every picture it takes in.
const pictureType = "jpeg"

// unit adds the facts of one unit.
func (s *subject) unit(m *Market, f rule.Facts, u catalog.SKU, on pavilion.Date) rule.Facts {
	is := s.version.Content.SKUs[u.ID]
	f.Ingredients = s.ingredients(u.Facts.Ingredients)
	f.Contains, f.MayContain, f.NoAllergens = u.Facts.Allergens, u.Facts.MayContain, u.Facts.NoAllergens
	f.NetMilli, f.NetUnit = u.Net.Milli, string(u.Net.Unit)
	f.ShelfLifeDays, f.StorageMinC, f.StorageMaxC = u.ShelfLifeDays, u.StorageMinC, u.StorageMaxC
	if left, came := s.arrived[u.ID]; came {
		days := int64(left)
		f.DaysLeft = &days
	}
	f.HS = is.HSCode
	f.HSConfirmed = Confirmed(s.confirmed, u.ID, HSCode, is.HSCode)
	f.ListConfirmed = Confirmed(s.confirmed, u.ID, PositiveList, is.HSCode)
	measured := Confirmed(s.confirmed, u.ID, Laboratory, NutritionMark(u.Facts.Nutrition))
	m.nourish(&f, u.Facts.Nutrition, measured)
	analyse(&f, s.labels.Designs[u.ID])
	f.LabelReady = s.labelReady(m, u, on)
	return f
}

// noticeShown tells whether shoppers read the notice that the route asks for: the own shop
// draws it, elsewhere it must stand in the description.
func noticeShown(m *Market, f rule.Facts) bool {
	notice := m.Notice(f.Route)
	if notice == "" || f.Channel == OwnChannel {
		return notice != ""
	}
	said := strings.Join(strings.Fields(f.Description), "")
	for line := range strings.Lines(notice) {
		if !strings.Contains(said, strings.Join(strings.Fields(line), "")) {
			return false
		}
	}
	return true
}

// wording is a label by the words of a version, made on a day.
type wording struct {
	sku     pavilion.SKUID
	version int64
	on      pavilion.Date
}

// labelReady lays out the label of a unit, and tells whether nothing is in the way of printing
// it: once for all channels, for that is most of the work of judging. A market that asks for no
// label has none.
func (s *subject) labelReady(m *Market, u catalog.SKU, on pavilion.Date) bool {
	if len(m.Labels.Editions) == 0 {
		return false
	}
	of := wording{u.ID, s.version.Number, on}
	if ready, known := s.ready[of]; known {
		return ready
	}
	facts, err := s.labelFacts(m, s.source, u.ID)
	if err == nil {
		var l label.Label
		l, err = m.Labels.Lay(facts.Of(LabelLot{ProducedOn: on, BestBefore: on.AddDays(int(u.ShelfLifeDays))}))
		s.ready[of] = err == nil && l.Ready()
	}
	return s.ready[of]
}

// readLabelsOf reads what the labels of products are made from.
func readLabelsOf(ctx context.Context, r db.Reader, m *Market, pages map[pavilion.ProductID]catalog.Page) (LabelBook, error) {
	return ReadLabels(ctx, r, m.Labels, skusOf(pages))
}

// skusOf are the SKUs of products.
func skusOf(pages map[pavilion.ProductID]catalog.Page) (skus []pavilion.SKUID) {
	for _, page := range pages {
		for _, u := range page.SKUs {
			skus = append(skus, u.ID)
		}
	}
	return skus
}

// nourish adds what 100 g or 100 ml contain.
func (m *Market) nourish(f *rule.Facts, n *catalog.Nutrition, measured bool) {
	if n == nil {
		return
	}
	f.NutritionBasis, f.Nutrients = string(n.Basis), map[string]rule.Nutrient{}
	set := func(code string, value *int64, exp int32) {
		if value != nil {
			f.Nutrients[code] = rule.Nutrient{Amount: decimal.New(*value, exp), Measured: measured}
		}
	}
	set("energy", n.KJ, 0)
	set("fat", n.Fat, -3)
	set("satFat", n.Saturated, -3)
	set("carbohydrate", n.Carbohydrate, -3)
	set("sugar", n.Sugars, -3)
	set("fibre", n.Fibre, -3)
	set("protein", n.Protein, -3)
	if n.Kcal != nil {
		kcal := decimal.New(*n.Kcal, 0)
		f.Kcal = &kcal
	}
	if n.Salt != nil {
		salt := decimal.New(*n.Salt, -3)
		f.Salt = &salt
	}
	m.convert(f, measured)
}

// energyGiving are the nutrients that energy is worked out from.
var energyGiving = []nutrition.Code{nutrition.Protein, nutrition.Fat, nutrition.Carbohydrate}

// analyse puts what a laboratory found in the place of what the maker states. Where it measured
// all that gives energy, the maker's energy belongs to other figures and is left out: the table
// works it out again.
func analyse(f *rule.Facts, d LabelDesign) {
	if len(d.Content) == 0 {
		return
	}
	if d.Table.Basis != "" || f.NutritionBasis == "" {
		f.NutritionBasis = string(d.Table.Basis)
	}
	if f.Nutrients == nil {
		f.Nutrients = map[string]rule.Nutrient{}
	}
	for code, amount := range d.Content {
		f.Nutrients[string(code)] = rule.Nutrient{Amount: amount, Measured: true}
	}
	if !slices.ContainsFunc(energyGiving, func(c nutrition.Code) bool { _, measured := d.Content[c]; return !measured }) {
		delete(f.Nutrients, "energy")
		f.Kcal = nil
	}
}

// convert adds what the standard allows to be counted from another country's label, such as
// sodium from salt; it is measured where the salt was.
func (m *Market) convert(f *rule.Facts, measured bool) {
	if len(m.Labels.Standards) == 0 || f.Salt == nil {
		return
	}
	for _, c := range m.Labels.Standards[len(m.Labels.Standards)-1].Conversions {
		if _, has := f.Nutrients[string(c.To)]; c.From == nutrition.Salt && !has {
			f.Nutrients[string(c.To)] = rule.Nutrient{Amount: f.Salt.Mul(c.Factor), Measured: measured}
		}
	}
}

// NutritionMark tells the nutrients a laboratory confirmed from others: a change of them ends
// the confirmation. It is "" if nothing is stated.
func NutritionMark(n *catalog.Nutrition) string {
	if n == nil {
		return ""
	}
	b, err := json.Marshal(n)
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:8])
}

// ingredients are those of a unit with their names of the market: those the pack's glossary
// knows, and those a person wrote for this label, where the list has as many entries as the
// source. What neither knows has no name, and is a task for a person.
func (s *subject) ingredients(all []catalog.Ingredient) (out []rule.Ingredient) {
	written, known := terms(s.version.Content.Ingredients), s.labels.glossary
	for i, in := range all {
		one := ingredient(known, in, false)
		if one.Name == "" && len(written) == len(all) {
			one.Name, one.Verified = written[i], string(rules.Ours)
		}
		out = append(out, one)
		out = append(out, parts(known, in.Parts)...)
	}
	return out
}

// parts are what a compound ingredient is made of; they follow it.
func parts(known *label.Glossary, all []catalog.Ingredient) (out []rule.Ingredient) {
	for _, in := range all {
		out = append(out, ingredient(known, in, true))
		out = append(out, parts(known, in.Parts)...)
	}
	return out
}

func ingredient(known *label.Glossary, in catalog.Ingredient, part bool) rule.Ingredient {
	one := rule.Ingredient{Source: in.Name.Best(pavilion.Russian), Percent: in.Percent, Part: part}
	if t, found := known.Find(in.Name); found {
		one.Name, one.Additive, one.Verified = t.Name, t.Additive(), string(t.Verified)
	}
	return one
}

// DescriptionText is the description as one text, a block a paragraph.
func (c Content) DescriptionText() string {
	var blocks []string
	for _, b := range c.Description {
		blocks = append(blocks, strings.TrimSpace(b.Heading+"\n"+b.Text))
	}
	return strings.Join(blocks, "\n\n")
}

// Chosen are those of a product's pictures that the market shows, in its order: the first is
// the main one. Those that are gone since are left out.
func (c Content) Chosen(all []catalog.Picture) (chosen []catalog.Picture) {
	if c.Pictures == nil {
		return all
	}
	for _, id := range c.Pictures {
		if i := slices.IndexFunc(all, func(p catalog.Picture) bool { return p.ID == id }); i >= 0 {
			chosen = append(chosen, all[i])
		}
	}
	return chosen
}
