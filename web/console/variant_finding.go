package console

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"pavilion"
	"pavilion/catalog"
	"pavilion/staff"
	"pavilion/tailoring"
	"pavilion/tailoring/label"
	"pavilion/tailoring/rule"
	"pavilion/tailoring/rules"
	"pavilion/web/ui"
)

// findingView is what a rule says: what it asks, where that is written, and the ways to
// satisfy it.
type findingView struct {
	ID       string // links lead to it, "" where it stands a second time
	Badge    ui.Badge
	Text     string
	Fix      string
	Where    string   // the unit and channel it is about, "" for all
	Missing  []string // what a label still lacks
	Ways     []ui.Link
	Notice   bool // the notice to shoppers can be put into the description
	Rule     ui.Link
	Source   string
	Since    string // when it came into force, "" if not known
	Verified ui.Badge
}

// findingOf is what a rule says to anybody.
func findingOf(p *ui.Printer, m *tailoring.Market, f tailoring.Finding) findingView {
	v := findingView{Badge: severityBadge(p, f.Severity), Text: p.Text(f.Text), Fix: p.Text(f.Fix), Source: p.Text(f.Source), Rule: ui.Link{Label: f.Rule}}
	if f.Verified != "" {
		v.Verified = verifiedBadge(p, f.Verified)
	}
	if r := m.Rules.Rule(f.Rule); r != nil {
		v.Rule = ui.Link{URL: ruleURL(m, r.ID), Label: p.Text(r.Title)}
		if since := cmp.Or(r.From, r.Source.From); since != "" {
			v.Since = p.T("tailoring.since", "on", p.Date(since))
		}
	}
	return v
}

// finding adds to it the ways a member of staff can go.
func (d *variantPage) finding(p *ui.Printer, f tailoring.Finding) findingView {
	v := findingOf(p, d.market, f)
	if r := d.market.Rules.Rule(f.Rule); r != nil {
		v.Ways = d.ways(p, f, r)
	}
	if f.Field == "label" {
		v.Missing = d.missing
	}
	v.Notice = f.Field == "notice" && d.market.Notice(d.content().Route) != ""
	v.Where = d.where(p, f)
	return v
}

// blocking are the findings that block, each a link to where it stands.
func (d *variantPage) blocking(p *ui.Printer) (out []ui.Link) {
	for n, f := range d.verdict.Findings {
		if f.Severity != pavilion.Blocks {
			continue
		}
		one := ui.Link{URL: "#" + findingID(n), Label: p.Text(f.Text)}
		if where := d.where(p, f); where != "" {
			one.Label = where + p.T("tailoring.colon") + one.Label
		}
		out = append(out, one)
	}
	return out
}

func findingID(n int) string { return "finding-" + strconv.Itoa(n+1) }

// where is the unit and the channel a finding is about, "" for all.
func (d *variantPage) where(p *ui.Printer, f tailoring.Finding) string {
	var where []string
	if at := slices.IndexFunc(d.source.SKUs, func(u tailoring.SourceSKU) bool { return u.ID == f.SKU }); at >= 0 {
		where = append(where, string(d.source.SKUs[at].GTIN))
	}
	if f.Channel != "" {
		where = append(where, wordsOr(p, "tailoring.channel."+f.Channel, f.Channel))
	}
	return strings.Join(where, ", ")
}

// ways lead to the very fields and forms by which a finding is satisfied. Those beside which
// it stands need none.
func (d *variantPage) ways(p *ui.Printer, f tailoring.Finding, r *rule.Rule) (out []ui.Link) {
	way := func(key, url string) { out = append(out, ui.Link{URL: url, Label: p.T("tailoring.way." + key)}) }
	looks := func(fact string) bool { return slices.Contains(r.Facts, fact) }
	product, producer := productURL(d.variant.Product), producerURL(d.page.Product.Producer)
	for _, kind := range r.Documents {
		out = append(out, ui.Link{URL: product + "?kind=" + url.QueryEscape(kind) + "#documents", Label: p.T("tailoring.way.document", "kind", kindName(p, kind))})
	}
	switch f.Field {
	case "category":
		way("category", d.editing(product+"/edit#category", product))
	case "ingredients":
		if names, asks := d.asksFor(r); asks {
			for _, name := range names {
				source := name.Best(p.Lang)
				out = append(out, ui.Link{URL: labelsPath + "?market=" + d.market.Key + "&source=" + url.QueryEscape(source) + "#decide", Label: p.T("tailoring.way.ingredient", "name", source)})
			}
			way("glossary", labelsPath+"?market="+d.market.Key+"#glossary")
		}
		way("ingredients", d.composition())
	case "allergens":
		way("allergens", d.unit(f.SKU, "allergens"))
		way("ingredients", d.composition())
	case "net":
		way("net", d.unit(f.SKU, "net"))
		if looks("origin") {
			way("origin", d.editing(product+"/edit#origin", product))
		}
	case "shelf_life":
		way("shelf_life", d.unit(f.SKU, "shelf_life_days"))
	case "storage":
		if looks("storage_min_c") || looks("storage_max_c") {
			way("temperature", d.unit(f.SKU, "storage_min_c"))
		}
	case "dates":
		way("lots", lotsPath)
	case "origin":
		way("origin", d.editing(product+"/edit#origin", product))
	case "producer":
		way("producer", producer)
	case "importer":
		way("parties", labelsPath+"?market="+d.market.Key+"#parties")
	case "registration":
		way("registrations", producer+"#registrations")
	case "list":
		way("confirm", "#confirm")
	case "hs":
		if looks("hs_confirmed") {
			way("confirm", "#confirm")
		}
	case "pictures":
		way("pictures", product+"#pictures")
	case "label":
		way("label", d.label(f.SKU, "#findings"))
	}
	if f.Field == "nutrition" || looks("nutrients") {
		way("nutrition", d.unit(f.SKU, "basis"))
		way("laboratory", d.label(f.SKU, "#design"))
	}
	if looks("rounded") {
		way("measured", "#confirm")
	}
	return out
}

// composition is where the ingredients are edited as the maker writes them.
func (d *variantPage) composition() string {
	product := productURL(d.variant.Product)
	return d.editing(product+"/edit#"+string(catalog.FieldIngredients.In(pavilion.Russian)), product+"#texts")
}

// asksFor are the ingredients whose names of the market a rule asks for, and whether it asks
// for any: those that have none, or those whose name nobody read in its source.
func (d *variantPage) asksFor(r *rule.Rule) (names []pavilion.Text, asks bool) {
	switch {
	case strings.Contains(r.Must, `name == ""`):
		return d.unnamed, true
	case strings.Contains(r.Must, "verified"):
		return d.recalled, true
	}
	return nil, false
}

// editing is the address of a form for who may edit products, and of what it changes for others.
func (d *variantPage) editing(form, page string) string {
	if d.me.May(staff.EditProducts) {
		return form
	}
	return page
}

// unit is where a field of a unit is edited: of the product's only one where a finding names
// none.
func (d *variantPage) unit(sku pavilion.SKUID, field string) string {
	if sku == "" && len(d.source.SKUs) == 1 {
		sku = d.source.SKUs[0].ID
	}
	page := productURL(d.variant.Product)
	if sku == "" {
		return page + "#units"
	}
	return d.editing(page+"/units/"+string(sku)+"/edit#"+field, page+"#units")
}

// label is where the label of a unit is made from what was written last.
func (d *variantPage) label(sku pavilion.SKUID, part string) string {
	q := url.Values{"draft": {"1"}}
	if sku != "" {
		q.Set("sku", string(sku))
	}
	return variantURL(d.variant.ID) + "/label?" + q.Encode() + part
}

// mostUnnamed is how many ingredients a finding leads to one by one.
const mostUnnamed = 8

// findNames finds the ingredients nobody has a name for, and those whose name nobody read in
// its source.
func (d *variantPage) findNames(p *ui.Printer, book tailoring.LabelBook) {
	known, seen := d.market.Labels.Glossary.With(book.LabelTerms()), map[string]bool{}
	for _, u := range d.source.SKUs {
		for _, in := range u.Facts.Ingredients {
			for _, one := range append([]catalog.Ingredient{in}, in.Parts...) {
				t, found := known.Find(one.Name)
				name := one.Name.Best(p.Lang)
				switch {
				case seen[name]:
				case !found && len(d.unnamed) < mostUnnamed:
					d.unnamed = append(d.unnamed, one.Name)
				case found && t.Verified == rules.Recalled && len(d.recalled) < mostUnnamed:
					d.recalled = append(d.recalled, one.Name)
				}
				seen[name] = true
			}
		}
	}
}

// layLabels works out what the labels of the units still lack.
func (d *variantPage) layLabels(p *ui.Printer, book tailoring.LabelBook) {
	c := d.content()
	d.findNames(p, book)
	for _, u := range d.source.SKUs {
		measured := tailoring.Confirmed(d.confirmed, u.ID, tailoring.Laboratory, tailoring.NutritionMark(u.Facts.Nutrition))
		lot := tailoring.LabelLot{ProducedOn: d.verdict.On, BestBefore: d.verdict.On.AddDays(int(u.ShelfLifeDays))}
		facts, err := book.Facts(d.source, u.ID, c, d.page.Registrations, measured)
		var laid label.Label
		if err == nil {
			laid, err = d.market.Labels.Lay(facts.Of(lot))
		}
		if err != nil {
			d.missing = append(d.missing, p.Error(err))
		}
		for _, f := range laid.Findings {
			said := wordsOr(p, "label.item."+f.Field, f.Field) + p.T("tailoring.colon") + p.Finding(f)
			if f.Severity == pavilion.Blocks && !slices.Contains(d.missing, said) {
				d.missing = append(d.missing, said)
			}
		}
	}
}
