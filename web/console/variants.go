package console

import (
	"context"
	"slices"

	"pavilion"
	"pavilion/catalog"
	"pavilion/db"
	"pavilion/staff"
	"pavilion/tailoring"
	"pavilion/web/ui"
)

const variantsPath = "/console/tailoring"

// variants is the pages of goods as a market sees them: the status board, and a variant with
// its source beside it.
type variants struct {
	*desk
	markets []*tailoring.Market
	list    *lister[variantRow]
	page    *ui.Page[variantView]
}

// variantRow is a variant in the list with its product.
type variantRow struct {
	tailoring.Variant
	page     catalog.Page
	category pavilion.Text
}

func newVariants(d *desk, markets []*tailoring.Market) *variants {
	g := &variants{desk: d, markets: markets, page: ui.NewPage(d.area, "variant", map[string]variantView{}).Samples(sampleVariants)}
	g.list = newList(d, list[variantRow]{
		path: variantsPath, title: "tailoring.board", right: staff.SeeTailoring,
		columns: variantColumns(), filters: variantFilters(markets),
		acts: []bulkAct{
			{name: tailoring.ActHandIn, label: "tailoring.act.hand_in", right: staff.Tailor},
			{name: tailoring.ActApprove, label: "tailoring.act.approve", right: staff.Approve},
			{name: tailoring.ActJudge, label: "tailoring.act.judge", right: staff.SeeTailoring},
		},
		empty: func(p *ui.Printer) ui.Empty {
			return ui.Empty{Title: p.T("tailoring.none"), Text: p.T("tailoring.none.text"), Action: ui.Link{URL: productsPath, Label: p.T("goods.products")}}
		},
		chips: g.chips,
		rows:  g.rows,
		count: func(ctx context.Context, v *db.View, q query, most int64) (int64, error) {
			return tailoring.Count(ctx, v, variantFilter(markets, q), most)
		},
		id:  func(row variantRow) string { return string(row.ID) },
		key: func(row variantRow) string { return string(row.ID) },
		url: func(row variantRow) string { return variantURL(row.ID) },
	})
	return g
}

func variantURL(id pavilion.VariantID) string { return variantsPath + "/" + string(id) }

// VariantFilter reads the query of the status board's address, for acts that are done to all
// it matches.
func VariantFilter(markets []*tailoring.Market) func(stored string) tailoring.Filter {
	return func(stored string) tailoring.Filter { return variantFilter(markets, queryOf(stored)) }
}

func variantFilter(markets []*tailoring.Market, q query) tailoring.Filter {
	f := tailoring.Filter{
		Market: q.text("market"), State: tailoring.State(q.text("state")), Findings: pavilion.Severity(q.text("findings")),
		Producer: pavilion.ProducerID(q.text("producer")), Category: q.text("category"), Words: q.text("q"), Rule: q.text("rule"),
	}
	if f.Market == "" && len(markets) > 0 {
		f.Market = markets[0].Key
	}
	return f
}

func (g *variants) rows(ctx context.Context, v *db.View, q query) ([]variantRow, error) {
	found, err := tailoring.List(ctx, v, variantFilter(g.markets, q), pavilion.VariantID(q.after), q.limit)
	if err != nil {
		return nil, err
	}
	ids := make([]pavilion.ProductID, len(found))
	for i, one := range found {
		ids[i] = one.Product
	}
	pages, err := catalog.Pages(ctx, v, ids)
	if err != nil {
		return nil, err
	}
	categories, err := catalog.Categories(ctx, v)
	rows := make([]variantRow, len(found))
	for i, one := range found {
		page := pages[one.Product]
		rows[i] = variantRow{one, page, categoryName(categories, page.Product.Category)}
	}
	return rows, err
}

// chips are the states with how many stand in each.
func (g *variants) chips(ctx context.Context, v *db.View, p *ui.Printer, q query) ([]chip, error) {
	counts, err := tailoring.CountStates(ctx, v, variantFilter(g.markets, q).Market)
	var out []chip
	for _, s := range tailoring.States {
		out = append(out, chip{ui.Link{URL: g.list.address("", query{values: map[string][]string{"state": {string(s)}}}, nil), Label: p.T("tailoring.state." + string(s)), Current: q.text("state") == string(s)}, counts[s]})
	}
	return out, err
}

func variantColumns() []column[variantRow] {
	return []column[variantRow]{
		{key: "name", label: "goods.field.name", value: func(row variantRow) any { return row.page.Product.Name }, show: func(_ *ui.Printer, row variantRow, c *cell) {
			c.Picture = variantPicture(row.page)
		}},
		{key: "state", label: "tailoring.state", value: func(row variantRow) any { return word("tailoring.state." + string(row.State)) }, show: func(p *ui.Printer, row variantRow, c *cell) {
			c.Text, c.Badge = "", stateOf(p, row.Variant)
			switch {
			case row.ApprovedReason != "" && row.State != tailoring.StateAgain:
				c.Note = p.T("tailoring.standing." + string(row.ApprovedReason))
			case row.Reason != "":
				c.Note = p.T("tailoring.reason." + string(row.Reason))
			}
		}},
		{key: "blocks", label: "tailoring.blocks", value: func(row variantRow) any { return row.Blocks }, show: func(p *ui.Printer, row variantRow, c *cell) {
			if row.JudgedAt.IsZero() {
				c.Text, c.Note = "", p.T("tailoring.not_judged")
			}
		}},
		{key: "warns", label: "tailoring.warns", value: func(row variantRow) any { return row.Warns }},
		{key: "producer", label: "goods.producer", value: func(row variantRow) any { return row.page.Producer.LegalName }, show: func(_ *ui.Printer, row variantRow, c *cell) {
			c.URL = producerURL(row.page.Product.Producer)
		}},
		{key: "category", label: "goods.field.category", value: func(row variantRow) any { return row.category }},
		{key: "approved", label: "tailoring.approved_version", off: true, value: func(row variantRow) any { return row.Approved }},
		{key: "version", label: "tailoring.version", off: true, value: func(row variantRow) any { return row.Version }},
		{key: "judged", label: "tailoring.judged", off: true, value: func(row variantRow) any { return row.JudgedAt }},
		{key: "updated", label: "goods.updated", value: func(row variantRow) any { return row.UpdatedAt }},
	}
}

// variantPicture is the address of the first picture of a product, or of the drawing of it.
func variantPicture(page catalog.Page) string {
	switch {
	case len(page.Pictures) > 0:
		return pictureURL(page.Pictures[0].ID, 320)
	case len(page.SKUs) > 0:
		return "/drawing/" + string(page.Product.ID) + "/" + string(page.SKUs[0].ID)
	}
	return ""
}

// stateOf says how far a variant has come.
func stateOf(p *ui.Printer, v tailoring.Variant) ui.Badge {
	tone := map[tailoring.State]ui.Tone{
		tailoring.StateChecked: ui.Careful, tailoring.StateApproved: ui.Good, tailoring.StateOnSale: ui.Good, tailoring.StateAgain: ui.Bad,
	}[v.State]
	return ui.Badge{Tone: tone, Text: p.T("tailoring.state." + string(v.State))}
}

func variantFilters(markets []*tailoring.Market) []filter {
	all := []filter{
		{key: "q", label: "tailoring.filter.words", kind: filterText},
		{key: "state", label: "tailoring.state", kind: filterChoice, options: func(p *ui.Printer) (out []ui.Option) {
			for _, s := range tailoring.States {
				out = append(out, ui.Option{Value: string(s), Label: p.T("tailoring.state." + string(s))})
			}
			return out
		}},
		{key: "findings", label: "tailoring.filter.findings", kind: filterChoice, options: func(p *ui.Printer) (out []ui.Option) {
			for _, s := range severities {
				out = append(out, ui.Option{Value: string(s), Label: p.T("tailoring.filter.findings." + string(s))})
			}
			return out
		}},
		{key: "rule", label: "rules.rule", kind: filterChoice, choices: ruleChoices(markets)},
		{key: "producer", label: "goods.producer", kind: filterChoice, choices: producerChoices},
		{key: "category", label: "goods.field.category", kind: filterChoice, choices: categoryChoices},
		{key: "market", label: "tailoring.market", kind: filterChoice, options: func(p *ui.Printer) (out []ui.Option) {
			for _, m := range markets {
				out = append(out, ui.Option{Value: m.Key, Label: p.Text(m.Name)})
			}
			return out
		}},
	}
	if len(markets) < 2 {
		all = slices.DeleteFunc(all, func(f filter) bool { return f.key == "market" })
	}
	return all
}

// ruleChoices are the rules that find something today, in the order of their packs.
func ruleChoices(markets []*tailoring.Market) func(ctx context.Context, v *db.View, p *ui.Printer) ([]ui.Option, error) {
	return func(ctx context.Context, v *db.View, p *ui.Printer) (out []ui.Option, err error) {
		for _, m := range markets {
			found, err := tailoring.Tally(ctx, v, m.Key, "")
			if err != nil {
				return nil, err
			}
			for _, r := range m.Rules.Rules {
				if found[r.ID] > 0 {
					out = append(out, ui.Option{Value: r.ID, Label: p.Text(r.Title)})
				}
			}
		}
		return out, nil
	}
}

// severities are those of findings, the worst first.
var severities = []pavilion.Severity{pavilion.Blocks, pavilion.Warns, pavilion.Informs}
