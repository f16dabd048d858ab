package console

import (
	"slices"
	"strconv"
	"strings"

	"pavilion"
	"pavilion/tailoring"
	"pavilion/web/ui"
)

// contentField is a field of a variant's form with the facts that rules know it by.
type contentField struct {
	editField[tailoring.Content]
	facts []string // as findings name them
	texts func(tailoring.Source) pavilion.Text
}

// form is the fields of a content, in the order in which people work.
func (d *variantPage) form(p *ui.Printer) []contentField {
	m, s := d.market, d.source
	var out []contentField
	text := func(f tailoring.Field, kind string, most int, at func(*tailoring.Content) *string, texts func(tailoring.Source) pavilion.Text, facts ...string) {
		key := string(f)
		in := editInput{Field: ui.Field{Label: p.T("tailoring.field." + key), Type: kind, MaxLength: most, Lang: m.Language}}
		out = append(out, contentField{editField[tailoring.Content]{key, func(c tailoring.Content) string { return *at(&c) },
			func(c *tailoring.Content, s string) error { *at(c) = s; return nil }, in}, append(facts, key), texts})
	}
	group := func(key string) { out[len(out)-1].draw.Group = p.T(key) }

	text(tailoring.FieldName, "", 300, func(c *tailoring.Content) *string { return &c.Name }, func(s tailoring.Source) pavilion.Text { return s.Name })
	group("tailoring.group.shelf")
	text(tailoring.FieldShortName, "", 100, func(c *tailoring.Content) *string { return &c.ShortName }, nil)
	out = append(out, linesField(p, m, tailoring.FieldSellingPoints, []string{"points"}, nil,
		func(c tailoring.Content) string { return strings.Join(c.SellingPoints, "\n") },
		func(c *tailoring.Content, s string) { c.SellingPoints = lines(s) }))
	out = append(out, linesField(p, m, tailoring.FieldDescription, []string{"notice"}, func(s tailoring.Source) pavilion.Text { return s.Description },
		func(c tailoring.Content) string { return tailoring.WriteBlocks(c.Description) },
		func(c *tailoring.Content, s string) { c.Description = tailoring.ReadBlocks(s) }))
	out = append(out, picturesField(p, d.page.Pictures))
	text(tailoring.FieldDenomination, "", 200, func(c *tailoring.Content) *string { return &c.Denomination }, nil)
	group("tailoring.group.label")
	text(tailoring.FieldIngredients, "textarea", 4000, func(c *tailoring.Content) *string { return &c.Ingredients }, func(s tailoring.Source) pavilion.Text { return s.Ingredients })
	text(tailoring.FieldAllergens, "", 500, func(c *tailoring.Content) *string { return &c.Allergens }, nil)
	text(tailoring.FieldStorage, "textarea", 1000, func(c *tailoring.Content) *string { return &c.Storage }, func(s tailoring.Source) pavilion.Text { return s.Storage })
	text(tailoring.FieldDirections, "textarea", 1000, func(c *tailoring.Content) *string { return &c.Directions }, nil)
	text(tailoring.FieldWarnings, "textarea", 1000, func(c *tailoring.Content) *string { return &c.Warnings }, nil)
	text(tailoring.FieldMaker, "", 300, func(c *tailoring.Content) *string { return &c.Maker }, func(s tailoring.Source) pavilion.Text { return s.Producer }, "producer")
	text(tailoring.FieldMakerAddress, "", 300, func(c *tailoring.Content) *string { return &c.MakerAddress }, func(s tailoring.Source) pavilion.Text { return s.Address }, "producer_address")
	out = append(out, wayFields(p, m)...)
	for _, u := range s.SKUs {
		out = append(out, unitFields(p, m, u)...)
	}
	return out
}

// lines are the lines of a text that say something.
func lines(s string) (out []string) {
	for line := range strings.Lines(s) {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, line)
		}
	}
	return out
}

func linesField(p *ui.Printer, m *tailoring.Market, f tailoring.Field, facts []string, texts func(tailoring.Source) pavilion.Text, get func(tailoring.Content) string, set func(*tailoring.Content, string)) contentField {
	key := string(f)
	in := editInput{Field: ui.Field{Label: p.T("tailoring.field." + key), Hint: p.T("tailoring.hint." + key), Type: "textarea", MaxLength: 20_000, Lang: m.Language}}
	return contentField{editField[tailoring.Content]{key, get, func(c *tailoring.Content, s string) error { set(c, s); return nil }, in}, append(facts, key), texts}
}

// wayFields say how the goods come in, where they are offered, and whose words the texts are.
func wayFields(p *ui.Printer, m *tailoring.Market) []contentField {
	routes := []ui.Option{}
	for _, r := range m.Route {
		routes = append(routes, ui.Option{Value: r.Key, Label: p.Text(r.Name)})
	}
	var channels, wordings []ui.Option
	for _, key := range m.Channels() {
		channels = append(channels, ui.Option{Value: key, Label: wordsOr(p, "tailoring.channel."+key, key)})
	}
	for _, w := range tailoring.Wordings {
		wordings = append(wordings, ui.Option{Value: string(w), Label: p.T("tailoring.wording." + string(w))})
	}
	choice := func(f tailoring.Field, in editInput, get func(tailoring.Content) string, set func(*tailoring.Content, string)) contentField {
		in.Label = p.T("tailoring.field." + string(f))
		return contentField{editField[tailoring.Content]{string(f), get, func(c *tailoring.Content, s string) error { set(c, s); return in.offers(s) }, in}, []string{string(f)}, nil}
	}
	fields := []contentField{
		choice(tailoring.FieldRoute, editInput{Field: ui.Field{Type: "select", Options: routes, Required: true}, Group: p.T("tailoring.group.way")},
			func(c tailoring.Content) string {
				if c.Route == "" {
					return m.Route[0].Key
				}
				return c.Route
			}, func(c *tailoring.Content, s string) { c.Route = s }),
		choice(tailoring.FieldChannels, editInput{Checks: channels},
			func(c tailoring.Content) string { return strings.Join(c.Channels, " ") }, func(c *tailoring.Content, s string) { c.Channels = strings.Fields(s) }),
		choice(tailoring.FieldWording, editInput{Field: ui.Field{Type: "select", Options: wordings, Required: true, Hint: p.T("tailoring.hint.wording")}},
			func(c tailoring.Content) string { return string(c.Wording) }, func(c *tailoring.Content, s string) { c.Wording = tailoring.Wording(s) }),
	}
	if claims := claimOptions(p, m); len(claims) > 0 {
		fields = slices.Insert(fields, 2, choice(tailoring.FieldClaims, editInput{Field: ui.Field{Hint: p.T("tailoring.hint.claims")}, Checks: claims},
			func(c tailoring.Content) string { return strings.Join(c.Claims, " ") }, func(c *tailoring.Content, s string) { c.Claims = strings.Fields(s) }))
	}
	return fields
}

// claimOptions are what texts may claim beside their words, with what each needs.
func claimOptions(p *ui.Printer, m *tailoring.Market) (out []ui.Option) {
	for _, c := range m.Rules.Claims {
		out = append(out, ui.Option{Value: c.Key, Label: p.Text(c.Title), Hint: p.Text(c.Needs)})
	}
	return out
}

// unitFields are what a market wants to know of one SKU.
func unitFields(p *ui.Printer, m *tailoring.Market, u tailoring.SourceSKU) []contentField {
	one := func(name string, in editInput, get func(tailoring.Unit) string, set func(*tailoring.Unit, string) error, facts ...string) contentField {
		in.Label = p.T("tailoring.unit." + name)
		return contentField{editField[tailoring.Content]{name + "." + string(u.ID), func(c tailoring.Content) string { return get(c.SKUs[u.ID]) },
			func(c *tailoring.Content, s string) error {
				unit := c.SKUs[u.ID]
				err := set(&unit, s)
				if c.SKUs == nil {
					c.SKUs = map[pavilion.SKUID]tailoring.Unit{}
				}
				if c.SKUs[u.ID] = unit; unit == (tailoring.Unit{}) {
					delete(c.SKUs, u.ID)
				}
				return err
			}, in}, facts, nil}
	}
	return []contentField{
		one("hs", editInput{Field: ui.Field{InputMode: "numeric", MaxLength: 12, Hint: p.T("tailoring.hint.hs")}, Group: p.T("tailoring.group.unit", "gtin", string(u.GTIN), "net", p.Measure(u.Net))},
			func(u tailoring.Unit) string { return u.HSCode }, func(u *tailoring.Unit, s string) error { u.HSCode = s; return nil }, "hs", "list"),
		one("pack", editInput{Field: ui.Field{MaxLength: 50, Lang: m.Language, Hint: p.T("tailoring.hint.pack")}},
			func(u tailoring.Unit) string { return u.Pack }, func(u *tailoring.Unit, s string) error { u.Pack = s; return nil }),
		one("surface", editInput{Field: ui.Field{InputMode: "numeric", MaxLength: 9, Hint: p.T("tailoring.hint.surface")}},
			func(u tailoring.Unit) string {
				if u.SurfaceMM == 0 {
					return ""
				}
				return strconv.FormatInt(u.SurfaceMM, 10)
			},
			func(u *tailoring.Unit, s string) error {
				n, err := strconv.ParseInt(s, 10, 64)
				if s != "" && (err != nil || n < 0) {
					return pavilion.E(pavilion.Invalid, "stock.not_a_number", nil)
				}
				u.SurfaceMM = n
				return nil
			}),
	}
}

// plain are the fields as the form's machinery knows them.
func plain(fields []contentField) []editField[tailoring.Content] {
	out := make([]editField[tailoring.Content], len(fields))
	for i, f := range fields {
		out[i] = f.editField
	}
	return out
}

// about tells whether a finding is about the field.
func (f contentField) about(found tailoring.Finding) bool {
	if !slices.Contains(f.facts, found.Field) {
		return false
	}
	_, sku, ofUnit := strings.Cut(f.name, ".")
	return !ofUnit || found.SKU == "" || string(found.SKU) == sku
}
