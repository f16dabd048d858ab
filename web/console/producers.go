package console

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"pavilion"
	"pavilion/catalog"
	"pavilion/db"
	"pavilion/staff"
	"pavilion/web/ui"
)

const producersPath = "/console/producers"

// producers is the pages of producers.
type producers struct {
	*desk
	list *lister[producerRow]
	page *ui.Page[producerView]
}

// producerRow is a producer in the list.
type producerRow struct {
	catalog.Producer
	products int64
	open     int64         // required items nobody has verified
	ends     pavilion.Date // of the paper that ends first
}

func newProducers(d *desk) *producers {
	g := &producers{desk: d, page: ui.NewPage(d.area, "producer", map[string]producerView{})}
	g.list = newList(d, list[producerRow]{
		path: producersPath, title: "goods.producers", right: staff.SeeProducers,
		columns: producerColumns(),
		filters: []filter{{key: "q", label: "goods.filter.name", kind: filterText}},
		add:     &listAdd{"goods.producer.add", producersPath + "/new", staff.EditProducers},
		empty: func(p *ui.Printer) ui.Empty {
			return ui.Empty{Title: p.T("goods.producers.none"), Text: p.T("goods.producers.none.text"), Action: ui.Link{URL: producersPath + "/new", Label: p.T("goods.producer.add")}}
		},
		rows: producerRows,
		count: func(ctx context.Context, v *db.View, q query, most int64) (int64, error) {
			all, err := matchingProducers(ctx, v, q)
			return min(int64(len(all)), most), err
		},
		id:  func(row producerRow) string { return string(row.ID) },
		key: func(row producerRow) string { return string(row.ID) },
		url: func(row producerRow) string { return producerURL(row.ID) },
	})
	return g
}

func producerURL(id pavilion.ProducerID) string { return producersPath + "/" + string(id) }

// matchingProducers are those whose name or tax number has all the words; a country's
// pavilion has hundreds, so they are all read. The first created comes first.
func matchingProducers(ctx context.Context, v *db.View, q query) ([]catalog.Producer, error) {
	all, err := catalog.Producers(ctx, v)
	words := pavilion.WordsSought(q.text("q"))
	return slices.DeleteFunc(all, func(p catalog.Producer) bool {
		has := []string{p.TaxNumber}
		for _, name := range p.LegalName {
			has = append(has, pavilion.Words(name)...)
		}
		for _, w := range words {
			if !slices.ContainsFunc(has, func(h string) bool { return strings.HasPrefix(h, w) }) {
				return true
			}
		}
		return false
	}), err
}

func producerRows(ctx context.Context, v *db.View, q query) ([]producerRow, error) {
	all, err := matchingProducers(ctx, v, q)
	if err != nil {
		return nil, err
	}
	papers, err := catalog.PapersEnding(ctx, v, pavilion.DateOf(v.Now(), time.UTC).AddDays(papersAhead), 1000)
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(p catalog.Producer) bool { return string(p.ID) <= q.after })
	all = all[:min(len(all), q.limit)]
	ids := make([]pavilion.ProducerID, len(all))
	for i, p := range all {
		ids[i] = p.ID
	}
	products, err := catalog.CountByProducer(ctx, v, ids, countMost)
	if err != nil {
		return nil, err
	}
	open, err := catalog.OpenItems(ctx, v, ids)
	if err != nil {
		return nil, err
	}
	var rows []producerRow
	for _, p := range all {
		row := producerRow{Producer: p, products: products[p.ID], open: open[p.ID]}
		if at := slices.IndexFunc(papers, func(paper catalog.Paper) bool { return paper.Producer == p.ID }); at >= 0 {
			row.ends = papers[at].ValidUntil
		}
		rows = append(rows, row)
	}
	return rows, nil
}

func producerColumns() []column[producerRow] {
	return []column[producerRow]{
		{key: "name", label: "goods.field.legal_name", value: func(row producerRow) any { return row.LegalName }},
		{key: "number", label: "goods.field.tax_number", value: func(row producerRow) any { return row.TaxNumber }},
		{key: "country", label: "goods.field.country", value: func(row producerRow) any { return row.Country }, show: func(p *ui.Printer, row producerRow, c *cell) { c.Text = p.Country(row.Country) }},
		{key: "products", label: "goods.products", value: func(row producerRow) any { return row.products }, show: func(_ *ui.Printer, row producerRow, c *cell) {
			c.URL = productsPath + "?producer=" + string(row.ID)
		}},
		{key: "open", label: "goods.onboarding.open", value: func(row producerRow) any { return row.open }, show: func(p *ui.Printer, row producerRow, c *cell) {
			c.Badge = ui.Badge{Tone: ui.Good, Text: p.T("goods.onboarding.done")}
			if row.open > 0 {
				c.Badge = ui.Badge{Tone: ui.Careful, Text: p.T("goods.onboarding.left", "left", row.open)}
			}
			c.Text = ""
		}},
		{key: "ends", label: "goods.papers.ends", value: func(row producerRow) any { return row.ends }, show: func(p *ui.Printer, row producerRow, c *cell) { c.Badge = endsBadge(p, row.ends) }},
		{key: "prefixes", label: "goods.field.prefix", off: true, value: func(row producerRow) any { return strings.Join(row.Prefixes, " ") }},
	}
}

func (g *producers) routes() []route {
	return slices.Concat(g.list.routes(), []route{
		{"GET " + producersPath + "/new", staff.EditProducers, g.showNew},
		{"POST " + producersPath + "/new", staff.EditProducers, g.doNew},
		{"GET " + producersPath + "/{producer}", staff.SeeProducers, g.show},
		{"GET " + producersPath + "/{producer}/edit", staff.EditProducers, g.showEdit},
		{"POST " + producersPath + "/{producer}/edit", staff.EditProducers, g.doEdit},
		{"POST " + producersPath + "/{producer}/steps/{market}/{item}", staff.EditProducers, g.step},
		{"POST " + producersPath + "/{producer}/registrations", staff.EditProducers, g.register},
		{"POST " + producersPath + "/{producer}/registrations/remove", staff.EditProducers, g.unregister},
		{"POST " + producersPath + "/{producer}/brands", staff.EditProducts, g.addBrand},
		{"GET " + producersPath + "/{producer}/brands/{brand}/edit", staff.EditProducts, g.showBrand},
		{"POST " + producersPath + "/{producer}/brands/{brand}/edit", staff.EditProducts, g.doBrand},
	})
}

// producerForm is the fields of a producer.
func producerForm(p *ui.Printer) []editField[catalog.Producer] {
	var out []editField[catalog.Producer]
	words := func(name string, kind string, most int, of func(*catalog.Producer) *pavilion.Text) {
		for i, lang := range pavilion.Langs {
			in := editInput{Field: ui.Field{Label: fieldLabel(p, catalog.Field(name).In(lang)), Type: kind, Lang: lang, MaxLength: most}}
			if i == 0 {
				in.Group = p.T("goods.field." + name)
			}
			out = append(out, editField[catalog.Producer]{name + "." + string(lang), func(m catalog.Producer) string { return (*of(&m))[lang] }, func(m *catalog.Producer, s string) error {
				if n := len([]rune(s)); n > most {
					return pavilion.E(pavilion.Invalid, "text.too_long", pavilion.Args{"length": n, "limit": most})
				}
				t := pavilion.Text{}
				for l, w := range *of(m) {
					t[l] = w
				}
				t[lang] = s
				*of(m) = t
				return nil
			}, in})
		}
	}
	words("legal_name", "", 300, func(m *catalog.Producer) *pavilion.Text { return &m.LegalName })
	out = append(out,
		editField[catalog.Producer]{"country", func(m catalog.Producer) string { return m.Country }, func(m *catalog.Producer, s string) error { m.Country = strings.ToUpper(s); return nil },
			editInput{Group: p.T("goods.group.register"), Field: ui.Field{Label: p.T("goods.field.country"), Hint: p.T("goods.origin.hint"), Required: true, MaxLength: 2}}},
		editField[catalog.Producer]{"tax_number", func(m catalog.Producer) string { return m.TaxNumber }, func(m *catalog.Producer, s string) error { m.TaxNumber = s; return nil },
			editInput{Field: ui.Field{Label: p.T("goods.field.tax_number"), Required: true, MaxLength: 30}}},
		editField[catalog.Producer]{"prefix", func(m catalog.Producer) string { return strings.Join(m.Prefixes, " ") }, func(m *catalog.Producer, s string) error { m.Prefixes = strings.Fields(s); return nil },
			editInput{Field: ui.Field{Label: p.T("goods.field.prefix"), Hint: p.T("goods.prefix.hint"), InputMode: "numeric", MaxLength: 400}}})
	words("address", "", 500, func(m *catalog.Producer) *pavilion.Text { return &m.Address })
	words("about", "textarea", 5000, func(m *catalog.Producer) *pavilion.Text { return &m.About })
	return out
}

func (g *producers) editing(r *http.Request, isNew bool) (editing[catalog.Producer], error) {
	p, id := ui.PrinterOf(r), pavilion.ProducerID(r.PathValue("producer"))
	e := editing[catalog.Producer]{
		view:   editView{Title: p.T("goods.producer.add"), Action: r.URL.Path, Back: producersPath, Save: p.T("goods.save")},
		active: producersPath, fields: producerForm(p), version: func(m catalog.Producer) int64 { return m.Version },
		now: func(*http.Request) (catalog.Producer, error) { return catalog.Producer{}, nil },
		save: func(r *http.Request, m catalog.Producer, version int64) (string, error) {
			m.Version = version
			err := g.write(r, func(tx *db.Tx) (err error) {
				m.ID, err = catalog.SaveProducer(r.Context(), tx, m)
				return err
			})
			return producerURL(m.ID), err
		},
	}
	here := e.view.Title
	e.view.Crumbs = []ui.Link{{URL: producersPath, Label: p.T("goods.producers")}}
	if !isNew {
		e.now = func(r *http.Request) (m catalog.Producer, err error) {
			err = g.read(r, func(v *db.View) error {
				m, err = catalog.GetProducer(r.Context(), v, id)
				return err
			})
			return m, err
		}
		m, err := e.now(r)
		if err != nil {
			return e, err
		}
		e.view.Title, e.view.Back, here = p.Text(m.LegalName), producerURL(id), p.T("goods.edit")
		e.view.Crumbs = append(e.view.Crumbs, ui.Link{URL: producerURL(id), Label: p.Text(m.LegalName)})
	}
	e.view.Crumbs = append(e.view.Crumbs, ui.Link{Label: here, Current: true})
	return e, nil
}

func (g *producers) showEdit(w http.ResponseWriter, r *http.Request) error {
	e, err := g.editing(r, false)
	if err != nil {
		return err
	}
	return drawEdit(g.desk, w, r, e)
}

func (g *producers) doEdit(w http.ResponseWriter, r *http.Request) error {
	e, err := g.editing(r, false)
	if err != nil {
		return err
	}
	return doEdit(g.desk, w, r, e)
}

func (g *producers) showNew(w http.ResponseWriter, r *http.Request) error {
	e, err := g.editing(r, true)
	if err != nil {
		return err
	}
	return drawEdit(g.desk, w, r, e)
}

func (g *producers) doNew(w http.ResponseWriter, r *http.Request) error {
	e, err := g.editing(r, true)
	if err != nil {
		return err
	}
	return doEdit(g.desk, w, r, e)
}
