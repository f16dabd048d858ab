package console

import (
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"pavilion"
	"pavilion/catalog"
	"pavilion/db"
	"pavilion/staff"
	"pavilion/stock"
	"pavilion/tailoring"
	"pavilion/tailoring/label"
	"pavilion/tailoring/rules"
	"pavilion/web/ui"
)

// labels is the pages of labels: the label of a variant with its design, its print and its
// sheets per lot, and what all labels of a market share.
type labels struct {
	*desk
	markets []*tailoring.Market
	page    *ui.Page[labelView]
	shared  *ui.Page[labelSharedView]
}

func newLabels(d *desk, markets []*tailoring.Market) *labels {
	return &labels{
		desk: d, markets: markets, page: ui.NewPage(d.area, "label", map[string]labelView{}).Samples(sampleLabels),
		shared: ui.NewPage(d.area, "labels", map[string]labelSharedView{}).Samples(sampleShared),
	}
}

const labelsPath = "/console/labels"

func (g *labels) routes() []route {
	one := variantsPath + "/{variant}"
	return []route{
		{"GET " + one + "/label", staff.SeeTailoring, g.show},
		{"POST " + one + "/label", staff.Tailor, g.save},
		{"GET " + one + "/label.svg", staff.SeeTailoring, g.svg},
		{"GET " + one + "/label.pdf", staff.SeeTailoring, g.pdf},
		{"GET " + one + "/labels.pdf", staff.SeeTailoring, g.sheet},
		{"GET " + labelsPath, staff.SeeTailoring, g.showShared},
		{"POST " + labelsPath + "/parties", staff.Tailor, g.saveParty},
		{"POST " + labelsPath + "/terms", staff.Tailor, g.decide},
		{"POST " + labelsPath + "/terms/forget", staff.Tailor, g.forget},
	}
}

// labelView is the label of one unit of a variant.
type labelView struct {
	URL     string
	SVG     string // addresses of the label that is shown: its picture, its print, its form
	PDF     string
	Post    string
	Crumbs  []ui.Link
	Name    pavilion.Text
	Lang    pavilion.Lang // of the label
	Units   []ui.Link
	Edition []ui.Link
	Says    []ui.Notice
	Ready   ui.Badge
	Changes []changeView // from the label that was approved to the one that would be made now
	Found   []labelFinding
	Unknown []ui.Link // ingredients nobody decided about, with the place to do so
	Size    string
	Alt     string
	Items   []labelRow
	Table   ui.Table
	Advice  string
	Notices []labelRow
	Basics  []ui.Fact
	Form    []ui.Field // of the design
	Lab     []ui.Field // what a laboratory found
	Version int64
	Sheet   []ui.Field
	Hidden  []ui.Field // of the form for sheets: which label
	PerA4   int
	Prints  bool // the label may be printed: approved, nothing blocks
	Edits   bool
	Failed  ui.Notice
}

// labelFinding is one finding of the label, with the item it is about.
type labelFinding struct {
	Badge ui.Badge
	About string
	Text  string
}

// labelRow is one statement, with a mark where its demand was not read in the source.
type labelRow struct {
	Heading string
	Runs    []label.Run
	Mark    string
}

// labelPage is all that is read for the label of one unit.
type labelPage struct {
	market   *tailoring.Market
	variant  tailoring.Variant
	page     catalog.Page
	source   tailoring.Source
	content  tailoring.Content
	number   int64 // of the version shown, 0 if nothing was written
	approved bool  // it is the one that counts
	goods    catalog.Goods
	unit     tailoring.SourceSKU
	book     tailoring.LabelBook
	facts    tailoring.LabelFacts // of the label that is shown
	changes  []staff.FieldChange  // what an approved label would say differently now
	lots     []stock.LotBalance
	lot      stock.LotBalance
	label    label.Label
	art      label.Art
}

// defaultLabel is the size of a label nobody chose one for.
var defaultLabel = label.Size{Width: 80, Height: 140}

// load reads the label that the address asks for: of the version that counts, or of the
// latest where none does or a draft is asked for.
func (g *labels) load(r *http.Request) (*labelPage, error) {
	d, ctx, q := &labelPage{goods: catalog.GoodsFood}, r.Context(), r.URL.Query()
	err := g.read(r, func(v *db.View) (err error) {
		if d.variant, err = tailoring.Lookup(ctx, v, pavilion.VariantID(r.PathValue("variant"))); err != nil {
			return err
		}
		if d.market, err = tailoring.MarketOf(g.markets, d.variant.Market); err != nil {
			return err
		}
		if d.page, err = catalog.Lookup(ctx, v, d.variant.Product, ""); err != nil {
			return err
		}
		if err = d.read(r, v); err != nil {
			return err
		}
		categories, err := catalog.Categories(ctx, v)
		if err != nil {
			return err
		}
		if i := slices.IndexFunc(categories, func(c catalog.Category) bool { return c.Key == d.page.Product.Category }); i >= 0 && categories[i].Goods != "" {
			d.goods = categories[i].Goods
		}
		if i := slices.IndexFunc(d.source.SKUs, func(u tailoring.SourceSKU) bool { return string(u.ID) == q.Get("sku") }); i >= 0 {
			d.unit = d.source.SKUs[i]
		} else if len(d.source.SKUs) > 0 {
			d.unit = d.source.SKUs[0]
		}
		if d.book, err = tailoring.ReadLabels(ctx, v, d.market.Labels, []pavilion.SKUID{d.unit.ID}); err != nil {
			return err
		}
		if d.lots, err = stock.Lots(ctx, v, d.unit.ID); err != nil {
			return err
		}
		if !d.printable() {
			return nil
		}
		return d.readFacts(r, v)
	})
	if err != nil || !d.printable() {
		return d, err
	}
	if i := slices.IndexFunc(d.lots, func(l stock.LotBalance) bool { return string(l.Lot) == q.Get("lot") }); i >= 0 {
		d.lot = d.lots[i]
	}
	return d, d.lay(q, g.base)
}

// readFacts reads what the label is made from: as it was approved, or as all stands now.
func (d *labelPage) readFacts(r *http.Request, v *db.View) error {
	confirmed, err := tailoring.Confirmations(r.Context(), v, d.variant.ID)
	if err != nil {
		return err
	}
	content := d.content
	if content.Route == "" {
		content.Route = d.market.Route[0].Key
	}
	measured := tailoring.Confirmed(confirmed, d.unit.ID, tailoring.Laboratory, tailoring.NutritionMark(d.unit.Facts.Nutrition))
	if d.facts, err = d.book.Facts(d.source, d.unit.ID, content, d.page.Registrations, measured); err != nil || d.number != d.variant.Approved || d.number == 0 {
		return err
	}
	kept, err := tailoring.ApprovedLabel(r.Context(), v, d.market.Labels, tailoring.Approval{Variant: d.variant.ID, Number: d.number, Content: content, Source: d.source}, d.unit.ID, d.page.Registrations)
	if err != nil {
		return err
	}
	if d.changes, err = tailoring.LabelChanges(d.market.Labels, kept, d.facts); err != nil {
		return err
	}
	if d.approved {
		d.facts = kept
	}
	return nil
}

// read reads the version whose label is shown.
func (d *labelPage) read(r *http.Request, v *db.View) (err error) {
	draft := r.URL.Query().Get("draft") == "1"
	d.number = d.variant.Approved
	if d.number == 0 || draft {
		d.number = d.variant.Version
	}
	d.approved = d.number > 0 && d.number == d.variant.Approved && !draft
	if d.number == 0 {
		d.content.Route = d.market.Route[0].Key
		d.source, err = tailoring.SourceOf(r.Context(), v, d.variant.Product)
		return err
	}
	version, err := tailoring.GetVersion(r.Context(), v, d.variant.ID, d.number)
	d.content, d.source = version.Content, version.Source
	return err
}

// printable tells whether the market asks for a label of such goods and there is a unit.
func (d *labelPage) printable() bool {
	return d.goods == catalog.GoodsFood && len(d.market.Labels.Editions) > 0 && d.unit.ID != ""
}

// lay lays the label out and sets it in letters.
func (d *labelPage) lay(q url.Values, base string) (err error) {
	in := d.facts.Of(tailoring.LabelLot{ProducedOn: d.lot.ProducedOn, BestBefore: d.lot.BestBefore})
	if _, known := d.market.Labels.Edition(q.Get("edition")); known {
		in.Edition = q.Get("edition")
	}
	in.PageURL = base + tailoring.LabelPath(d.unit.ID)
	if d.lot.Lot != "" {
		in.PageURL = base + tailoring.LotLabelPath(d.unit.ID, d.lot.Code)
	}
	if d.label, err = d.market.Labels.Lay(in); err != nil {
		return err
	}
	d.art, err = label.Draw(d.label, d.size())
	return err
}

func (d *labelPage) design() tailoring.LabelDesign {
	if design, stored := d.book.Designs[d.unit.ID]; stored {
		return design
	}
	return tailoring.LabelDesign{SKU: d.unit.ID, Market: d.market.Key}
}

func (d *labelPage) size() label.Size {
	if d.facts.WidthMM > 0 {
		return label.Size{Width: float64(d.facts.WidthMM), Height: float64(d.facts.HeightMM)}
	}
	return defaultLabel
}

func (g *labels) show(w http.ResponseWriter, r *http.Request) error {
	d, err := g.load(r)
	if err != nil {
		return err
	}
	p := ui.PrinterOf(r)
	return g.page.Write(w, r, g.head(p.T("label.of", "name", d.page.Product.Name), variantsPath), d.view(r))
}

// view draws the page.
func (d *labelPage) view(r *http.Request) labelView {
	p, q := ui.PrinterOf(r), r.URL.Query()
	v := labelView{
		URL: variantURL(d.variant.ID), Name: d.page.Product.Name, Lang: d.market.Language, Edits: member(r).May(staff.Tailor),
		Crumbs: []ui.Link{{URL: variantsPath, Label: p.T("tailoring.board")}, {URL: variantURL(d.variant.ID), Label: p.Text(d.page.Product.Name)}, {Label: p.T("label.title"), Current: true}},
	}
	if !d.printable() {
		v.Says = []ui.Notice{{Tone: ui.Neutral, Title: p.T("label.none"), Text: p.T("label.none.text")}}
		v.Edits = false
		return v
	}
	with := func(key, value string) string {
		next := url.Values{"sku": {string(d.unit.ID)}}
		for _, k := range []string{"edition", "lot", "draft"} {
			if q.Get(k) != "" {
				next.Set(k, q.Get(k))
			}
		}
		if next.Set(key, value); value == "" {
			next.Del(key)
		}
		return v.URL + "/label?" + next.Encode()
	}
	query := "?" + (url.Values{"sku": {string(d.unit.ID)}, "edition": {d.label.Edition.Key}, "lot": {string(d.lot.Lot)}, "draft": {q.Get("draft")}}).Encode()
	v.SVG, v.PDF, v.Post = v.URL+"/label.svg"+query, v.URL+"/label.pdf"+query, v.URL+"/label"+query
	for _, u := range d.source.SKUs {
		v.Units = append(v.Units, ui.Link{URL: v.URL + "/label?sku=" + string(u.ID), Label: string(u.GTIN) + " · " + p.Measure(u.Net), Current: u.ID == d.unit.ID})
	}
	for _, e := range slices.Backward(d.market.Labels.Editions) {
		v.Edition = append(v.Edition, ui.Link{URL: with("edition", e.Key), Label: e.Key, Current: e == d.label.Edition})
	}
	d.say(p, &v, with)
	d.draw(p, &v)
	d.fields(p, &v)
	return v
}

// say tells what kind of label this is and what is wrong with it.
func (d *labelPage) say(p *ui.Printer, v *labelView, with func(key, value string) string) {
	switch {
	case d.number == 0:
		v.Says = append(v.Says, ui.Notice{Tone: ui.Careful, Title: p.T("label.unwritten"), Text: p.T("label.unwritten.text")})
	case !d.approved && d.number == d.variant.Approved:
		v.Says = append(v.Says, ui.Notice{Tone: ui.Careful, Title: p.T("label.coming"), Text: p.T("label.coming.text"), Action: ui.Link{URL: with("draft", ""), Label: p.T("label.coming.approved")}})
	case len(d.changes) > 0:
		v.Says = append(v.Says, ui.Notice{Tone: ui.Careful, Title: p.T("label.changed"), Text: p.T("label.changed.text"), Action: ui.Link{URL: with("draft", "1"), Label: p.T("label.changed.show")}})
	case !d.approved:
		v.Says = append(v.Says, ui.Notice{Tone: ui.Careful, Title: p.T("label.draft"), Text: p.T("label.draft.text", "number", d.number)})
	case d.variant.Version > d.variant.Approved:
		v.Says = append(v.Says, ui.Notice{Text: p.T("label.newer", "number", d.number), Action: ui.Link{URL: with("draft", "1"), Label: p.T("label.newer.show")}})
	}
	for _, c := range d.changes {
		v.Changes = append(v.Changes, changeView{fieldWords(p, c.Field), c.Before, c.After})
	}
	found := slices.Concat(d.label.Findings, d.art.Findings)
	blocks := 0
	for _, f := range found {
		if f.Severity == pavilion.Blocks {
			blocks++
		}
		v.Found = append(v.Found, labelFinding{severityBadge(p, f.Severity), wordsOr(p, "label.item."+f.Field, f.Field), p.Finding(f)})
	}
	slices.SortStableFunc(v.Found, func(a, b labelFinding) int { return toneOrder(a.Badge.Tone) - toneOrder(b.Badge.Tone) })
	v.Ready = ui.Badge{Tone: ui.Good, Text: p.T("label.ready")}
	if blocks > 0 {
		v.Ready = ui.Badge{Tone: ui.Bad, Text: p.T("label.not_ready", "count", blocks)}
	}
	v.Prints = d.approved && blocks == 0
	if d.content.Ingredients == "" {
		for _, name := range d.market.Labels.Unknown(tailoring.IngredientsOf(d.unit.Facts.Ingredients), d.book.LabelTerms()) {
			source := name.Best(p.Lang)
			v.Unknown = append(v.Unknown, ui.Link{URL: labelsPath + "?market=" + d.market.Key + "&source=" + url.QueryEscape(source) + "#decide", Label: source})
		}
	}
}

func toneOrder(t ui.Tone) int {
	switch t {
	case ui.Bad:
		return 0
	case ui.Careful:
		return 1
	}
	return 2
}

// draw puts the label itself on the page: as a picture, and in words.
func (d *labelPage) draw(p *ui.Printer, v *labelView) {
	l, s := d.label, d.size()
	v.Alt = p.T("label.alt", "name", d.page.Product.Name)
	v.Size = mmOf(s.Width) + " × " + mmOf(s.Height) + " mm"
	v.Basics = []ui.Fact{
		{Label: p.T("label.edition"), Text: p.Text(l.Edition.Name)},
		{Label: p.T("label.table"), Text: p.Text(l.Edition.Nutrition.Name)},
		{Label: p.T("label.route"), Text: routeName(p, d.market, l.Route)},
		{Label: p.T("label.size"), Text: v.Size},
		{Label: p.T("label.letters"), Text: mmOf(d.art.LetterMM) + " mm"},
		{Label: p.T("label.net_letters"), Text: mmOf(d.art.NetMM) + " mm"},
	}
	for _, it := range l.Items {
		v.Items = append(v.Items, labelRow{Heading: it.Heading, Runs: it.Runs, Mark: verifiedMark(p, rules.Verified(it.Verified))})
	}
	for _, n := range l.Notices {
		v.Notices = append(v.Notices, labelRow{Runs: []label.Run{{Text: n.Text}}, Mark: verifiedMark(p, n.Verified)})
	}
	std := l.Table.Standard
	v.Table = ui.Table{Caption: std.Title, Columns: []ui.Column{{Label: std.Column}, {Label: l.Amount(), Numeric: true}, {Label: std.Short, Numeric: true}}}
	for _, row := range l.Table.Rows {
		v.Table.Rows = append(v.Table.Rows, []ui.Cell{{Text: l.RowName(row)}, {Text: row.Value + " " + l.Unit(row)}, {Text: l.Percent(row)}})
	}
	v.Advice = std.Advice
}

// verifiedMark says how sure a demand of the pack is, "" where it was read in its source.
func verifiedMark(p *ui.Printer, v rules.Verified) string {
	if v == rules.Seen {
		return ""
	}
	return p.T("tailoring.verified." + string(v))
}

func routeName(p *ui.Printer, m *tailoring.Market, key string) string {
	for _, r := range m.Route {
		if r.Key == key {
			return p.Text(r.Name)
		}
	}
	return key
}

// mmOf is a measure with two decimals at most.
func mmOf(v float64) string { return strconv.FormatFloat(math.Round(v*100)/100, 'f', -1, 64) }
