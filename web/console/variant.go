package console

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"pavilion"
	"pavilion/catalog"
	"pavilion/db"
	"pavilion/staff"
	"pavilion/tailoring"
	"pavilion/web/ui"
)

// variantView is a product as a market sees it, beside the product itself.
type variantView struct {
	URL      string
	Crumbs   []ui.Link
	Name     pavilion.Text
	Market   string
	Product  string // address of the product
	State    ui.Badge
	Says     []ui.Notice
	Failed   ui.Notice
	Theirs   []difference
	Version  int64 // the form was drawn from
	Facts    []ui.Fact
	Rows     []variantField
	Judged   string
	Coming   bool // there is something to judge
	Blocks   int64
	Warns    int64
	Others   []findingView // about nothing on the form
	Standing standingView
	Terms    []termView
	Units    []confirmUnit
	Compare  compareView
	Versions []versionView
	History  historyView
	Edits    bool      // the reader may write
	HandsIn  bool      // and there is something to hand in
	Blocking []ui.Link // what is in the way of that, each where it stands on the page
	Decides  bool      // the reader may approve or send back what was handed in
	Own      bool      // but wrote it
}

// variantField is one field of the form with the product's own words and what is said of it.
type variantField struct {
	editInput
	Source    []textCell
	Findings  []findingView
	Proposals []proposalView
	Proposed  bool // its value was taken over and is not saved yet
	Reads     string
	Pictures  []pictureChoice // in place of an input
	More      ui.Link         // where what is chosen from is added
}

// standingView is what the rules say of what shoppers see while something newer is written.
type standingView struct {
	Title    string
	Blocks   int64
	Warns    int64
	Says     ui.Notice // why it does not stand any more
	Findings []findingView
}

// proposalView is what an approved text said for the same or a like source.
type proposalView struct {
	Take   string // value of the button that takes it over
	Target string
	Source string
	Alike  int
	From   ui.Link
}

type termView struct {
	Source string
	Target string
	Lang   pavilion.Lang
}

// versionView is one version in the list of all.
type versionView struct {
	Number   int64
	Who      string
	At       time.Time
	Approved string // by whom and when, "" if it was not
	Counts   bool   // it is what shoppers see
	Compare  string // address that shows what it changed
	Current  bool   // that is shown
}

// compareView is what differs from one version to another.
type compareView struct {
	Title   string
	Changes []changeView
	Source  []changeView // of the product itself
}

type changeView struct {
	Label  string
	Before string
	After  string
}

// variantPage is all that is read for the page.
type variantPage struct {
	market    *tailoring.Market
	variant   tailoring.Variant
	page      catalog.Page
	source    tailoring.Source
	versions  []tailoring.Version // the newest first
	verdict   tailoring.Verdict
	standing  tailoring.Verdict   // of what counts, where that is not the latest
	needed    []tailoring.Finding // what would block it were nothing written
	confirmed []tailoring.Confirmation
	documents []catalog.Document
	proposals map[tailoring.Field][]tailoring.Proposal
	terms     []tailoring.Proposal
	history   historyView
	names     others
	me        staff.Member
	missing   []string        // what its labels lack
	unnamed   []pavilion.Text // ingredients somebody must find a name for
	recalled  []pavilion.Text // ingredients whose name somebody must read in its source
}

// content is what was written last; of a variant nobody wrote for, what the house begins with.
func (d *variantPage) content() tailoring.Content {
	if len(d.versions) > 0 {
		return d.versions[0].Content
	}
	return tailoring.Content{Route: d.market.Route[0].Key, Channels: []string{tailoring.OwnChannel}, Wording: tailoring.Ours}
}

func (g *variants) load(r *http.Request) (*variantPage, error) {
	out, p, ctx := &variantPage{me: member(r)}, ui.PrinterOf(r), r.Context()
	err := g.read(r, func(v *db.View) (err error) {
		if out.variant, err = tailoring.Lookup(ctx, v, pavilion.VariantID(r.PathValue("variant"))); err != nil {
			return err
		}
		if out.market, err = tailoring.MarketOf(g.markets, out.variant.Market); err != nil {
			return err
		}
		id := out.variant.ID
		pages, err := catalog.Pages(ctx, v, []pavilion.ProductID{out.variant.Product})
		if err != nil {
			return err
		}
		out.page = pages[out.variant.Product]
		if out.source, err = tailoring.SourceOf(ctx, v, out.variant.Product); err != nil {
			return err
		}
		if out.versions, err = tailoring.Versions(ctx, v, id); err != nil {
			return err
		}
		if out.verdict, _, err = tailoring.LatestVerdict(ctx, v, id); err != nil {
			return err
		}
		if out.standing, _, err = tailoring.StandingVerdict(ctx, v, id); err != nil {
			return err
		}
		if out.confirmed, err = tailoring.Confirmations(ctx, v, id); err != nil {
			return err
		}
		about := []string{string(out.variant.Product), string(out.page.Producer.ID)}
		documents, err := catalog.DocumentsOf(ctx, v, about)
		if err != nil {
			return err
		}
		out.documents = slices.Concat(documents[about[0]], documents[about[1]])
		if out.proposals, out.terms, err = tailoring.Propose(ctx, v, out.market, out.source, id); err != nil {
			return err
		}
		if out.needed, err = tailoring.Needed(ctx, v, out.market, out.variant, out.market.Today(g.db.Now())); err != nil {
			return err
		}
		if out.names, err = nameOthers(r, v, p); err != nil {
			return err
		}
		if out.history, err = readHistory(r, v, p, string(id), "", false); err != nil || len(out.market.Labels.Editions) == 0 {
			return err
		}
		var skus []pavilion.SKUID
		for _, u := range out.source.SKUs {
			skus = append(skus, u.ID)
		}
		book, err := tailoring.ReadLabels(ctx, v, out.market.Labels, skus)
		if err == nil && slices.ContainsFunc(out.verdict.Findings, func(f tailoring.Finding) bool { return f.Field == "label" || f.Field == "ingredients" }) {
			out.layLabels(p, book)
		}
		return err
	})
	return out, err
}

func (g *variants) show(w http.ResponseWriter, r *http.Request) error {
	d, err := g.load(r)
	if err != nil {
		return err
	}
	v := d.view(r)
	fields := d.form(ui.PrinterOf(r))
	v.Rows = d.rows(ui.PrinterOf(r), fields, drawFields(d.content(), plain(fields)))
	v.Others = d.others(ui.PrinterOf(r), fields)
	return g.page.Write(w, r, g.head(ui.PrinterOf(r).Text(v.Name), variantsPath), v)
}

// view draws all but the form.
func (d *variantPage) view(r *http.Request) variantView {
	p, me, one := ui.PrinterOf(r), member(r), d.variant
	v := variantView{
		URL: variantURL(one.ID), Name: d.page.Product.Name, Market: p.Text(d.market.Name), Product: productURL(one.Product), State: stateOf(p, one),
		Crumbs:  []ui.Link{{URL: variantsPath, Label: p.T("tailoring.board")}, {Label: p.Text(d.page.Product.Name), Current: true}},
		Version: one.Version, Blocks: one.Blocks, Warns: one.Warns, History: d.readable(p, d.history), Edits: me.May(staff.Tailor),
	}
	v.Facts = []ui.Fact{
		{Label: p.T("tailoring.market"), Text: v.Market},
		{Label: p.T("goods.producer"), Text: p.Text(d.page.Producer.LegalName), URL: producerURL(d.page.Product.Producer)},
		{Label: p.T("tailoring.version"), Text: versionNumber(p, one.Version)},
		{Label: p.T("tailoring.approved_version"), Text: versionNumber(p, one.Approved)},
	}
	if one.Reason != "" {
		says := ui.Notice{Tone: ui.Careful, Title: p.T("tailoring.reason." + string(one.Reason)), Text: p.T("tailoring.reason." + string(one.Reason) + ".text")}
		if one.Reason == tailoring.SentBack {
			says.Text = one.Note
		}
		if one.Reason == tailoring.LabelChanged {
			says.Action = ui.Link{URL: variantURL(one.ID) + "/label", Label: p.T("label.changed.what")}
		}
		v.Says = append(v.Says, says)
	}
	if one.Approved > 0 && one.Approved != one.Version {
		v.Standing = standingView{Title: p.T("tailoring.standing", "number", one.Approved), Blocks: d.standing.Count(pavilion.Blocks), Warns: d.standing.Count(pavilion.Warns)}
		if one.ApprovedReason != "" {
			v.Standing.Says = ui.Notice{Tone: ui.Careful, Title: p.T("tailoring.standing." + string(one.ApprovedReason)), Text: p.T("tailoring.standing.text")}
		}
		for _, f := range d.standing.Findings {
			v.Standing.Findings = append(v.Standing.Findings, d.finding(p, f))
		}
	}
	v.Judged = p.T("tailoring.not_judged")
	if !one.JudgedAt.IsZero() {
		v.Judged = p.T("tailoring.judged_at", "at", p.Moment(one.JudgedAt), "on", p.Date(d.verdict.On))
	}
	open := one.State == tailoring.StateTranslated || one.State == tailoring.StateAgain
	if v.HandsIn = v.Edits && open; v.HandsIn {
		v.Blocking = d.blocking(p)
	}
	if v.Decides = me.May(staff.Approve) && one.State == tailoring.StateChecked; v.Decides {
		v.Own = d.wrote(me)
	}
	for _, t := range d.terms {
		v.Terms = append(v.Terms, termView{t.Source, t.Target, t.Lang})
	}
	v.Units = d.units(p)
	v.Versions = d.list(p, r)
	v.Compare = d.compare(p, r)
	return v
}

func versionNumber(p *ui.Printer, n int64) string {
	if n == 0 {
		return p.T("tailoring.version.none")
	}
	return p.T("tailoring.version.number", "number", n)
}

// wrote tells whether a member wrote any of what was not approved before.
func (d *variantPage) wrote(m staff.Member) bool {
	return slices.ContainsFunc(d.versions, func(v tailoring.Version) bool {
		return v.Number > d.variant.Approved && v.Author.Kind == pavilion.ByStaff && v.Author.ID == string(m.ID)
	})
}

// rows puts the product's words, findings and proposals to the fields of the form.
func (d *variantPage) rows(p *ui.Printer, fields []contentField, inputs []editInput) []variantField {
	out := make([]variantField, len(fields))
	for i, f := range fields {
		row := variantField{editInput: inputs[i], Reads: f.reads(inputs[i])}
		if slices.ContainsFunc(d.needed, f.about) {
			row.Need = p.T("tailoring.needed")
		}
		if f.texts != nil {
			text := f.texts(d.source)
			for _, lang := range sourceLangs(p) {
				if text[lang] != "" {
					row.Source = append(row.Source, textCell{lang, p.T("goods.lang." + string(lang)), text[lang]})
				}
			}
		}
		for n, found := range d.verdict.Findings {
			if !f.about(found) {
				continue
			}
			one := d.finding(p, found)
			if slices.IndexFunc(fields, func(f contentField) bool { return f.about(found) }) == i {
				one.ID = findingID(n)
			}
			row.Findings = append(row.Findings, one)
		}
		for n, proposal := range d.proposals[tailoring.Field(f.name)] {
			row.Proposals = append(row.Proposals, proposalView{
				Take: f.name + "." + strconv.Itoa(n), Target: proposal.Target, Source: proposal.Source, Alike: proposal.Alike,
				From: ui.Link{URL: variantURL(proposal.Variant), Label: p.T("tailoring.proposal.from", "number", proposal.Number)},
			})
		}
		if f.name == string(tailoring.FieldPictures) {
			row.Pictures, row.More = d.pictures(p, inputs[i].Value), ui.Link{URL: productURL(d.variant.Product) + "#pictures", Label: p.T("tailoring.way.pictures")}
			row.Reads = d.shown(p, inputs[i].Value)
		}
		out[i] = row
	}
	return out
}

// reads is the value as people read it who may not write: a choice by its label.
func (f contentField) reads(in editInput) string {
	var said []string
	for _, o := range slices.Concat(in.Options, in.Checks) {
		if o.Selected {
			said = append(said, o.Label)
		}
	}
	if len(in.Options)+len(in.Checks) > 0 {
		return strings.Join(said, ", ")
	}
	return in.Value
}

// sourceLangs are the languages of a source, the reader's first.
func sourceLangs(p *ui.Printer) []pavilion.Lang {
	return slices.Compact(append([]pavilion.Lang{p.Lang}, slices.DeleteFunc(slices.Clone(pavilion.Langs), func(l pavilion.Lang) bool { return l == p.Lang })...))
}

// others are the findings that are about nothing on the form: a paper, a nutrient, a picture.
func (d *variantPage) others(p *ui.Printer, fields []contentField) (out []findingView) {
	for n, found := range d.verdict.Findings {
		if !slices.ContainsFunc(fields, func(f contentField) bool { return f.about(found) }) {
			one := d.finding(p, found)
			one.ID = findingID(n)
			out = append(out, one)
		}
	}
	return out
}

// list lists the versions.
func (d *variantPage) list(p *ui.Printer, r *http.Request) (out []versionView) {
	for _, v := range d.versions {
		one := versionView{Number: v.Number, Who: d.names.who(p, v.Author), At: v.WrittenAt, Counts: v.Number == d.variant.Approved, Compare: variantURL(d.variant.ID) + "?version=" + strconv.FormatInt(v.Number, 10) + "#compare"}
		one.Current = r.URL.Query().Get("version") == strconv.FormatInt(v.Number, 10)
		if !v.ApprovedAt.IsZero() {
			one.Approved = p.T("tailoring.approved_by", "who", d.names.who(p, v.ApprovedBy), "at", p.Moment(v.ApprovedAt))
		}
		out = append(out, one)
	}
	return out
}

// compare shows what a version changed: the one of the address against the one before it,
// else what is new since the last approval.
func (d *variantPage) compare(p *ui.Printer, r *http.Request) compareView {
	find := func(number int64) (tailoring.Version, bool) {
		at := slices.IndexFunc(d.versions, func(v tailoring.Version) bool { return v.Number == number })
		if at < 0 {
			return tailoring.Version{}, false
		}
		return d.versions[at], true
	}
	asked, _ := strconv.ParseInt(r.URL.Query().Get("version"), 10, 64)
	if after, found := find(asked); found {
		before, _ := find(asked - 1)
		return compareView{Title: p.T("tailoring.compare.version", "number", asked), Changes: d.changes(p, before.Content, after.Content), Source: d.sourceChanges(p, before.Source, after.Source, before.Number > 0)}
	}
	before, found := find(d.variant.Approved)
	if len(d.versions) == 0 || !found {
		return compareView{}
	}
	v := compareView{Title: p.T("tailoring.compare.approved", "number", before.Number), Changes: d.changes(p, before.Content, d.content()), Source: d.sourceChanges(p, before.Source, d.source, true)}
	if len(v.Changes)+len(v.Source) == 0 {
		return compareView{}
	}
	return v
}

func (d *variantPage) changes(p *ui.Printer, before, after tailoring.Content) (out []changeView) {
	codes := d.codes(p)
	for _, f := range plain(d.form(p)) {
		if a, b := f.get(before), f.get(after); a != b {
			label := f.draw.Label
			if _, sku, ofUnit := strings.Cut(f.name, "."); ofUnit {
				if at := slices.IndexFunc(d.source.SKUs, func(u tailoring.SourceSKU) bool { return string(u.ID) == sku }); at >= 0 {
					label += " " + string(d.source.SKUs[at].GTIN)
				}
			}
			if f.name == string(tailoring.FieldPictures) {
				a, b = d.shown(p, a), d.shown(p, b)
			}
			out = append(out, changeView{label, inWords(codes, tailoring.Field(f.name), a), inWords(codes, tailoring.Field(f.name), b)})
		}
	}
	return out
}

func (d *variantPage) sourceChanges(p *ui.Printer, before, after tailoring.Source, had bool) (out []changeView) {
	if !had {
		return nil
	}
	for _, c := range tailoring.SourceChanges(before, after) {
		out = append(out, changeView{changeLabel(p, c.Field), c.Before, c.After})
	}
	return out
}

// save saves what the form says, takes a proposal over into it, or draws it again with what
// is in the way.
func (g *variants) save(w http.ResponseWriter, r *http.Request) error {
	if err := g.parse(w, r); err != nil {
		return err
	}
	d, err := g.load(r)
	if err != nil {
		return err
	}
	p := ui.PrinterOf(r)
	fields := d.form(p)
	if take := r.PostFormValue("take"); take != "" {
		return g.take(w, r, d, fields, take)
	}
	content := d.content()
	wrong := fill(r.PostForm, &content, plain(fields))
	if len(wrong) == 0 {
		err = g.write(r, func(tx *db.Tx) error {
			if _, err := tailoring.Save(r.Context(), tx, d.variant.ID, version(r.PostForm), content); err != nil {
				return err
			}
			return tailoring.Judge(r.Context(), tx, d.market, d.variant.ID)
		})
		if err == nil {
			g.said(w, p.T("tailoring.saved"), ui.Link{})
			redirect(w, r, variantURL(d.variant.ID))
			return nil
		}
	}
	v := d.view(r)
	v.Version = version(r.PostForm)
	head := g.head(p.Text(v.Name), variantsPath)
	var inputs []editInput
	switch {
	case pavilion.ReasonOf(err) == "variant.changed_meanwhile":
		inputs, v.Theirs = merge(r.PostForm, d.content(), plain(fields))
		v.Version = d.variant.Version
		head.Status, v.Failed = http.StatusConflict, ui.Notice{Tone: ui.Careful, Text: p.Error(err)}
	case err == nil || mendable(err):
		head.Status, v.Failed = http.StatusUnprocessableEntity, ui.Notice{Tone: ui.Bad, Text: p.T("goods.mend")}
		if err != nil && !place(err, plain(fields), wrong) {
			head.Status, v.Failed.Text = ui.Status(err), p.Error(err)
		}
		inputs = drawPosted(p, r.PostForm, plain(fields), wrong)
	default:
		return err
	}
	v.Rows, v.Others = d.rows(p, fields, inputs), d.others(p, fields)
	return g.page.Write(w, r, head, v)
}

// take draws the form as it was sent, with a proposal in one field; nothing is saved.
func (g *variants) take(w http.ResponseWriter, r *http.Request, d *variantPage, fields []contentField, take string) error {
	p := ui.PrinterOf(r)
	name, number, _ := strings.Cut(take, ".")
	n, err := strconv.Atoi(number)
	proposals := d.proposals[tailoring.Field(name)]
	switch {
	case take == "notice":
		name = string(tailoring.FieldDescription)
		r.PostForm.Set(name, tailoring.WriteBlocks(append(tailoring.ReadBlocks(r.PostFormValue(name)), tailoring.Block{Text: d.market.Notice(r.PostFormValue("route"))})))
	case err != nil || n < 0 || n >= len(proposals):
		return pavilion.E(pavilion.Invalid, "form.malformed", nil)
	default:
		r.PostForm.Set(name, proposals[n].Target)
	}
	v := d.view(r)
	v.Version = version(r.PostForm)
	v.Failed = ui.Notice{Tone: ui.Careful, Text: p.T("tailoring.proposal.taken")}
	v.Rows, v.Others = d.rows(p, fields, drawPosted(p, r.PostForm, plain(fields), nil)), d.others(p, fields)
	for i := range v.Rows {
		v.Rows[i].Proposed = v.Rows[i].Name == name
	}
	return g.page.Write(w, r, g.head(p.Text(v.Name), variantsPath), v)
}

// act does something to the variant of the address and shows it again.
func (g *variants) act(said string, do func(ctx context.Context, tx *db.Tx, m *tailoring.Market, v tailoring.Variant, r *http.Request) error) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		if err := g.parse(w, r); err != nil {
			return err
		}
		id := pavilion.VariantID(r.PathValue("variant"))
		err := g.write(r, func(tx *db.Tx) error {
			v, err := tailoring.Lookup(r.Context(), tx, id)
			if err != nil {
				return err
			}
			m, err := tailoring.MarketOf(g.markets, v.Market)
			if err != nil {
				return err
			}
			return do(r.Context(), tx, m, v, r)
		})
		p := ui.PrinterOf(r)
		if mendable(err) || pavilion.KindOf(err) == pavilion.Forbidden && err != nil {
			return g.showFailed(w, r, err)
		}
		if err != nil {
			return err
		}
		g.said(w, p.T(said), ui.Link{})
		redirect(w, r, variantURL(id))
		return nil
	}
}

// showFailed shows the variant with what was in the way.
func (g *variants) showFailed(w http.ResponseWriter, r *http.Request, failure error) error {
	d, err := g.load(r)
	if err != nil {
		return err
	}
	p := ui.PrinterOf(r)
	v := d.view(r)
	v.Failed = ui.Notice{Tone: ui.Bad, Text: p.Error(failure)}
	fields := d.form(p)
	v.Rows, v.Others = d.rows(p, fields, drawFields(d.content(), plain(fields))), d.others(p, fields)
	head := g.head(p.Text(v.Name), variantsPath)
	head.Status = ui.Status(failure)
	return g.page.Write(w, r, head, v)
}

func (g *variants) routes() []route {
	one := variantsPath + "/{variant}"
	return slices.Concat(g.list.routes(), []route{
		{"GET " + one, staff.SeeTailoring, g.show},
		{"POST " + one, staff.Tailor, g.save},
		{"POST " + one + "/hand-in", staff.Tailor, g.act("tailoring.handed_in", func(ctx context.Context, tx *db.Tx, m *tailoring.Market, v tailoring.Variant, r *http.Request) error {
			return tailoring.HandIn(ctx, tx, m, v.ID, version(r.PostForm))
		})},
		{"POST " + one + "/approve", staff.Approve, g.act("tailoring.approved", func(ctx context.Context, tx *db.Tx, m *tailoring.Market, v tailoring.Variant, r *http.Request) error {
			return tailoring.Approve(ctx, tx, m, v.ID, version(r.PostForm))
		})},
		{"POST " + one + "/send-back", staff.Approve, g.act("tailoring.sent_back", func(ctx context.Context, tx *db.Tx, _ *tailoring.Market, v tailoring.Variant, r *http.Request) error {
			return tailoring.SendBack(ctx, tx, v.ID, version(r.PostForm), posted(r.PostForm, "note"))
		})},
		{"POST " + one + "/judge", staff.SeeTailoring, g.act("tailoring.judged_again", func(ctx context.Context, tx *db.Tx, m *tailoring.Market, v tailoring.Variant, _ *http.Request) error {
			return tailoring.Judge(ctx, tx, m, v.ID)
		})},
		{"POST " + one + "/confirm", staff.Tailor, g.act("tailoring.confirmed", confirmUnitOf)},
		{"GET " + productsPath + "/{product}/tailoring", staff.SeeTailoring, g.ofProduct},
	})
}

// ofProduct leads to the variant of a product in the first market.
func (g *variants) ofProduct(w http.ResponseWriter, r *http.Request) error {
	if len(g.markets) == 0 {
		return pavilion.E(pavilion.NotFound, "variant.unknown", nil)
	}
	product := pavilion.ProductID(r.PathValue("product"))
	get := func(from db.Reader) (one tailoring.Variant, err error) {
		return tailoring.Get(r.Context(), from, product, g.markets[0].Key)
	}
	var one tailoring.Variant
	err := g.read(r, func(v *db.View) (err error) {
		one, err = get(v)
		return err
	})
	if pavilion.KindOf(err) == pavilion.NotFound { // new, and nothing has looked at it yet
		err = g.write(r, func(tx *db.Tx) error {
			if err := tailoring.Review(r.Context(), tx, g.markets, []pavilion.ProductID{product}); err != nil {
				return err
			}
			one, err = get(tx)
			return err
		})
	}
	if err == nil {
		redirect(w, r, variantURL(one.ID))
	}
	return err
}
