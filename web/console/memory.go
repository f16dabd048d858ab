package console

import (
	"cmp"
	"context"
	"strconv"

	"pavilion"
	"pavilion/catalog"
	"pavilion/db"
	"pavilion/staff"
	"pavilion/tailoring"
	"pavilion/web/ui"
)

const memoryPath = "/console/memory"

// pairRow is a pair of the translation memory with the product it came from and who approved it.
type pairRow struct {
	tailoring.Pair
	product pavilion.Text
	who     string
}

// memory is the translation memory and glossary: what approved texts said for which source.
type memory struct {
	*desk
	list *lister[pairRow]
}

func newMemory(d *desk, markets []*tailoring.Market) *memory {
	g := &memory{desk: d}
	g.list = newList(d, list[pairRow]{
		path: memoryPath, title: "memory.title", right: staff.SeeTailoring,
		columns: pairColumns(), filters: pairFilters(markets),
		acts: []bulkAct{{name: tailoring.ActForget, label: "memory.forget", right: staff.Tailor}},
		empty: func(p *ui.Printer) ui.Empty {
			return ui.Empty{Title: p.T("memory.none"), Text: p.T("memory.none.text"), Action: ui.Link{URL: variantsPath, Label: p.T("tailoring.board")}}
		},
		rows: func(ctx context.Context, v *db.View, q query) ([]pairRow, error) {
			return pairRows(ctx, v, pairFilter(markets, q), q)
		},
		count: func(ctx context.Context, v *db.View, q query, most int64) (int64, error) {
			return tailoring.CountPairs(ctx, v, pairFilter(markets, q), most)
		},
		id:  func(row pairRow) string { return string(row.ID) },
		key: func(row pairRow) string { return string(row.ID) },
		url: func(row pairRow) string { return pairURL(row.Pair) },
	})
	return g
}

func (g *memory) routes() []route { return g.list.routes() }

// pairURL is the version a pair came from.
func pairURL(p tailoring.Pair) string {
	return variantURL(p.Variant) + "?version=" + strconv.FormatInt(p.Number, 10) + "#compare"
}

// PairFilter reads the query of the memory's address, for acts that are done to all it matches.
func PairFilter(markets []*tailoring.Market) func(stored string) tailoring.PairFilter {
	return func(stored string) tailoring.PairFilter { return pairFilter(markets, queryOf(stored)) }
}

func pairFilter(markets []*tailoring.Market, q query) tailoring.PairFilter {
	f := tailoring.PairFilter{Market: q.text("market"), Field: tailoring.Field(q.text("field")), Lang: pavilion.Lang(q.text("lang")), Words: q.text("q")}
	if f.Market == "" && len(markets) > 0 {
		f.Market = markets[0].Key
	}
	return f
}

func pairRows(ctx context.Context, v *db.View, f tailoring.PairFilter, q query) ([]pairRow, error) {
	pairs, err := tailoring.Pairs(ctx, v, f, pavilion.MemoryID(q.after), q.limit)
	if err != nil {
		return nil, err
	}
	ids := make([]pavilion.ProductID, len(pairs))
	for i, p := range pairs {
		ids[i] = p.Product
	}
	pages, err := catalog.Pages(ctx, v, ids)
	if err != nil {
		return nil, err
	}
	members, err := staff.Members(ctx, v)
	if err != nil {
		return nil, err
	}
	names := map[string]string{}
	for _, m := range members {
		names[string(m.ID)] = m.Name
	}
	rows := make([]pairRow, len(pairs))
	for i, p := range pairs {
		rows[i] = pairRow{p, pages[p.Product].Product.Name, cmp.Or(names[p.ApprovedBy.ID], p.ApprovedBy.ID)}
	}
	return rows, nil
}

func pairColumns() []column[pairRow] {
	return []column[pairRow]{
		{key: "source", label: "memory.source", value: func(row pairRow) any { return row.Source }},
		{key: "target", label: "memory.target", value: func(row pairRow) any { return row.Target }},
		{key: "field", label: "memory.field", value: func(row pairRow) any { return word("tailoring.field." + string(row.Field)) }},
		{key: "lang", label: "memory.lang", value: func(row pairRow) any { return word("goods.lang." + string(row.Lang)) }},
		{key: "product", label: "rules.coming.product", value: func(row pairRow) any { return row.product }, show: func(p *ui.Printer, row pairRow, c *cell) {
			c.URL, c.Note = variantURL(row.Variant), p.T("tailoring.version.number", "number", row.Number)
		}},
		{key: "who", label: "memory.approved_by", value: func(row pairRow) any { return row.who }},
		{key: "at", label: "memory.approved_at", value: func(row pairRow) any { return row.ApprovedAt }},
	}
}

func pairFilters(markets []*tailoring.Market) []filter {
	all := []filter{
		{key: "q", label: "memory.words", kind: filterText},
		{key: "field", label: "memory.field", kind: filterChoice, options: func(p *ui.Printer) (out []ui.Option) {
			for _, f := range tailoring.Remembered {
				out = append(out, ui.Option{Value: string(f), Label: p.T("tailoring.field." + string(f))})
			}
			return out
		}},
		{key: "lang", label: "memory.lang", kind: filterChoice, options: func(p *ui.Printer) (out []ui.Option) {
			for _, l := range pavilion.Langs {
				out = append(out, ui.Option{Value: string(l), Label: p.T("goods.lang." + string(l))})
			}
			return out
		}},
	}
	if len(markets) > 1 {
		all = append(all, filter{key: "market", label: "tailoring.market", kind: filterChoice, options: func(p *ui.Printer) (out []ui.Option) {
			for _, m := range markets {
				out = append(out, ui.Option{Value: m.Key, Label: p.Text(m.Name)})
			}
			return out
		}})
	}
	return all
}
