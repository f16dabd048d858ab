package shop

import (
	"net/http"
	"slices"
	"time"

	"github.com/shopspring/decimal"

	"pavilion"
	"pavilion/catalog"
	"pavilion/db"
	"pavilion/tailoring"
	"pavilion/tailoring/label"
	"pavilion/tailoring/nutrition"
	"pavilion/web/ui"
)

// labelView is the label of a unit in words: what a code on the package opens.
type labelView struct {
	Crumbs   []ui.Link
	Name     string
	Lang     pavilion.Lang // of the label
	Reader   pavilion.Lang
	Said     ui.Notice // what a reader should know about this label
	Lot      ui.Notice // that nobody knows the lot that was asked for
	Picture  ui.Picture
	Items    []labelItem
	Table    ui.Table
	Advice   string     // below the table
	Exempt   string     // why there is no table, "" if there is one
	Law      toldBefore // what the market has shoppers told
	Edition  string
	Approved string
	Wording  string // whose words these are, "" if nobody said
	GTIN     string
	Back     ui.Link
}

// labelItem is one statement of the label.
type labelItem struct {
	Heading string
	Runs    []label.Run
	Lines   bool // each run is a line: name, address and contact of a company
}

// labelHref is the address of a label in the reader's language; codes on packages lead to
// [tailoring.LabelPath], which leads on to it.
func labelHref(p *ui.Printer, sku pavilion.SKUID) string {
	return href(p, tailoring.LabelPath(sku))
}

// toLabel leads who scanned a package to the label in the language of the market.
func (s *Shop) toLabel(w http.ResponseWriter, r *http.Request) {
	lang := pavilion.Langs[0]
	if s.labels != nil {
		lang = s.labels.Language
	}
	sku := pavilion.SKUID(r.PathValue("sku"))
	path := tailoring.LabelPath(sku)
	if lot := r.URL.Query().Get("lot"); lot != "" {
		path = tailoring.LotLabelPath(sku, lot)
	}
	http.Redirect(w, r, "/"+string(lang)+path, http.StatusFound)
}

// label shows the label of a unit in words.
func (s *Shop) label(w http.ResponseWriter, r *http.Request) error {
	p, sku := ui.PrinterOf(r), pavilion.SKUID(r.PathValue("sku"))
	product, err := s.productOf(r, sku)
	if err != nil {
		return err
	}
	g, err := s.readGoods(r, product)
	if err != nil {
		return err
	}
	i := chosen(g, sku)
	lot, unknown, err := s.lotAsked(r, sku)
	if err != nil {
		return err
	}
	if err := s.layLabel(r, &g, i, lot); err != nil {
		return err
	}
	if g.self == nil || len(g.self.label.Items) == 0 || g.page.SKUs[i].ID != sku {
		return pavilion.E(pavilion.NotFound, "page.not_found", nil)
	}
	view := labelPage(p, g, i)
	if unknown {
		view.Lot = ui.Notice{Tone: ui.Careful, Text: p.T("elabel.lot_unknown")}
	}
	head := ui.Head{Title: p.T("elabel.of", "name", view.Name), Description: p.T("elabel.about", "name", view.Name), Picture: s.previewPicture(g), Active: "categories"}
	return s.pages.label.Write(w, r, head, view)
}

// labelPage is the view of a label.
func labelPage(p *ui.Printer, g goods, i int) labelView {
	sku, l := g.page.SKUs[i], g.self.label
	name := p.Text(g.page.Product.Name)
	back := productHref(p, g.page.Product.ID) + "?sku=" + string(sku.ID)
	v := labelView{
		Crumbs: crumbs(p, ui.Link{URL: back, Label: name}, ui.Link{Label: p.T("elabel.title")}),
		Name:   name, Lang: l.Language, Reader: p.Lang, Law: toldFrom(p, g.notice), GTIN: l.GTIN,
		Edition:  p.T("elabel.edition", "name", p.Text(l.Edition.Name)),
		Approved: p.T("elabel.approved", "number", g.self.Number, "at", g.self.ApprovedAt),
		Wording:  wordingOf(p, g.self.Content), Back: ui.Link{URL: back, Label: p.T("elabel.to_product")},
	}
	switch {
	case !l.Ready():
		v.Said = ui.Notice{Tone: ui.Careful, Text: p.T("elabel.unfinished")}
	case g.self.Again:
		v.Said = ui.Notice{Tone: ui.Careful, Text: p.T("elabel.changed")}
	}
	for _, it := range l.Items {
		v.Items = append(v.Items, labelItem{it.Heading, it.Runs, slices.Contains([]string{"maker", "agent", "seller"}, it.Key)})
	}
	v.Picture = labelDrawing(p, g, sku.ID)
	if len(l.Table.Rows) > 0 {
		v.Table, v.Advice = labelTable(l), l.Table.Standard.Advice
	}
	for _, f := range l.Findings {
		if f.Severity == pavilion.Informs && f.Field == "nutrition" {
			v.Exempt = p.Finding(f)
		}
	}
	return v
}

// wordingOf says whose words the approved ones are.
func wordingOf(p *ui.Printer, c tailoring.Content) string {
	if c.Wording == "" {
		return ""
	}
	return p.T("elabel.wording." + string(c.Wording))
}

// labelTable is the nutrition table as the market's standard prints it.
func labelTable(l label.Label) ui.Table {
	std := l.Table.Standard
	t := ui.Table{
		Caption: std.Title,
		Columns: []ui.Column{{Label: std.Column}, {Label: l.Amount(), Numeric: true}, {Label: std.Short, Numeric: true}},
	}
	for _, row := range l.Table.Rows {
		t.Rows = append(t.Rows, []ui.Cell{{Text: l.RowName(row)}, {Text: row.Value + " " + l.Unit(row)}, {Text: l.Percent(row)}})
	}
	return t
}

// productOf is the product a unit belongs to. Error: NotFound page.not_found.
func (s *Shop) productOf(r *http.Request, sku pavilion.SKUID) (pavilion.ProductID, error) {
	if !pavilion.CheckID(pavilion.PrefixSKU, string(sku)) {
		return "", pavilion.E(pavilion.NotFound, "page.not_found", nil)
	}
	var names map[pavilion.SKUID]catalog.SKUName
	var err error
	if err = s.db.Read(r.Context(), func(v *db.View) error {
		names, err = catalog.SKUNames(r.Context(), v, []pavilion.SKUID{sku})
		return err
	}); err != nil {
		return "", err
	}
	if names[sku].Product == "" {
		return "", pavilion.E(pavilion.NotFound, "page.not_found", nil)
	}
	return names[sku].Product, nil
}

// sampleLabels are the states of the page for the gallery; none where the market asks for no
// label.
func (s *Shop) sampleLabels(p *ui.Printer) map[string]labelView {
	views := map[string]labelView{}
	if full, made := s.sampleApproved(p); made {
		views["full"] = labelPage(p, full, 0)
		if bare, err := s.labels.Lay(label.Input{Name: longName(p)}); err == nil {
			full.self.label = bare
			views["bare"] = labelPage(p, full, 0)
		}
	}
	for key, v := range views { // no such goods are there to be drawn
		v.Picture.Src = ""
		views[key] = v
	}
	return views
}

// sampleApproved are goods with all that is approved for a market, false where there is no
// market with labels.
func (s *Shop) sampleApproved(p *ui.Printer) (goods, bool) {
	if s.labels == nil {
		return goods{}, false
	}
	g, lang := sampleGoods(p), s.labels.Language
	sku, name := g.page.SKUs[0], g.page.Product.Name[lang]
	in := label.Input{
		Name: name, Ingredients: tailoring.IngredientsOf(sku.Facts.Ingredients), Contains: sku.Facts.Allergens, MayContain: sku.Facts.MayContain,
		NetAmount: decimal.New(sku.Net.Milli, -3), NetUnit: string(sku.Net.Unit), Origin: g.page.Product.Origin,
		Maker: label.Party{Name: sampleMaker.LegalName[lang], Address: sampleMaker.Address[lang]}, ShelfLifeDays: sku.ShelfLifeDays,
		StorageMinC: sku.StorageMinC, StorageMaxC: sku.StorageMaxC, Content: sampleContent, GTIN: string(sku.GTIN),
	}
	text := g.page.Product.Description[lang]
	g.tailor(lang, tailoring.Approval{Number: 3, ApprovedAt: time.Date(2026, 11, 23, 9, 30, 0, 0, time.UTC), Content: tailoring.Content{
		SellingPoints: []string{text, name}, Description: []tailoring.Block{{Heading: name, Text: text}, {Text: text}}, Directions: text, Warnings: text,
	}})
	var err error
	g.self.label, err = s.labels.Lay(in)
	return g, err == nil
}

// sampleContent is what a laboratory found in the sample, in 100 g.
var sampleContent = nutrition.Content{
	nutrition.Protein: {Value: decimal.New(100, -1)}, nutrition.Fat: {Value: decimal.New(490, -1)}, nutrition.SatFat: {Value: decimal.New(300, -1)},
	nutrition.Carbohydrate: {Value: decimal.New(145, -1)}, nutrition.Sugar: {Value: decimal.New(102, -1)}, nutrition.Sodium: {Value: decimal.New(8, 0)},
}
