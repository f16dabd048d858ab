package console

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strconv"

	"pavilion"
	"pavilion/catalog"
	"pavilion/db"
	"pavilion/staff"
	"pavilion/web/ui"
)

const categoriesPath = "/console/categories"

// categories is the pages of the tree of categories.
type categories struct {
	*desk
	page *ui.Page[categoriesView]
}

type categoriesView struct {
	Rows  []categoryRow
	Langs []string
	Edits bool
	Empty ui.Empty
}

type categoryRow struct {
	Key      string
	URL      string
	Products string // address of those in it
	Indent   string
	Names    []textCell
	Goods    string
	Count    int64
}

func newCategories(d *desk) *categories {
	return &categories{d, ui.NewPage(d.area, "categories", map[string]categoriesView{})}
}

func (g *categories) routes() []route {
	return []route{
		{"GET " + categoriesPath, staff.SeeProducts, g.show},
		{"GET " + categoriesPath + "/new", staff.EditProducts, g.showEdit},
		{"POST " + categoriesPath + "/new", staff.EditProducts, g.doEdit},
		{"GET " + categoriesPath + "/{category}", staff.EditProducts, g.showEdit},
		{"POST " + categoriesPath + "/{category}", staff.EditProducts, g.doEdit},
	}
}

// branch is a category with how far below the top it stands.
type branch struct {
	catalog.Category
	depth int
}

// tree puts every category after its parent, in the order of its siblings.
func tree(all []catalog.Category) []branch {
	below := map[string][]catalog.Category{}
	for _, c := range all {
		below[c.Parent] = append(below[c.Parent], c)
	}
	var out []branch
	var grow func(parent string, depth int)
	grow = func(parent string, depth int) {
		for _, c := range slices.SortedStableFunc(slices.Values(below[parent]), func(a, b catalog.Category) int { return cmp.Compare(a.Position, b.Position) }) {
			out = append(out, branch{c, depth})
			grow(c.Key, depth+1)
		}
	}
	grow("", 0)
	return out
}

func (g *categories) show(w http.ResponseWriter, r *http.Request) error {
	p := ui.PrinterOf(r)
	v := categoriesView{Edits: member(r).May(staff.EditProducts)}
	for _, lang := range pavilion.Langs {
		v.Langs = append(v.Langs, p.T("goods.lang."+string(lang)))
	}
	err := g.read(r, func(view *db.View) error {
		all, err := catalog.Categories(r.Context(), view)
		if err != nil {
			return err
		}
		for _, b := range tree(all) {
			row, err := drawCategory(r.Context(), view, p, b, v.Langs)
			if err != nil {
				return err
			}
			v.Rows = append(v.Rows, row)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if len(v.Rows) == 0 {
		v.Empty = ui.Empty{Title: p.T("goods.categories.none"), Text: p.T("goods.categories.none.text"), Action: ui.Link{URL: categoriesPath + "/new", Label: p.T("goods.category.add")}}
	}
	return g.page.Write(w, r, g.head(p.T("goods.categories"), productsPath), v)
}

func drawCategory(ctx context.Context, v *db.View, p *ui.Printer, b branch, langs []string) (categoryRow, error) {
	row := categoryRow{
		Key: b.Key, URL: categoriesPath + "/" + b.Key, Products: productsPath + "?category=" + b.Key, Goods: p.T("goods.kind." + string(b.Goods)),
	}
	for range b.depth {
		row.Indent += "— "
	}
	for i, lang := range pavilion.Langs {
		row.Names = append(row.Names, textCell{lang, langs[i], b.Name[lang]})
	}
	var err error
	row.Count, err = catalog.CountProducts(ctx, v, catalog.ProductFilter{Category: b.Key}, countMost)
	return row, err
}

func categoryForm(p *ui.Printer, parents []ui.Option, isNew bool) []editField[catalog.Category] {
	var out []editField[catalog.Category]
	if isNew {
		out = append(out, editField[catalog.Category]{"key", func(c catalog.Category) string { return c.Key }, func(c *catalog.Category, s string) error { c.Key = s; return nil },
			editInput{Field: ui.Field{Label: p.T("goods.category.key"), Hint: p.T("goods.category.key.rule"), Required: true, MaxLength: 64}}})
	}
	for i, lang := range pavilion.Langs {
		in := editInput{Field: ui.Field{Label: fieldLabel(p, catalog.FieldName.In(lang)), Lang: lang, MaxLength: 100}}
		if i == 0 {
			in.Group = p.T("goods.field.name")
		}
		out = append(out, editField[catalog.Category]{"name." + string(lang), func(c catalog.Category) string { return c.Name[lang] }, func(c *catalog.Category, s string) error {
			name := pavilion.Text{}
			for l, w := range c.Name {
				name[l] = w
			}
			name[lang] = s
			c.Name = name
			return nil
		}, in})
	}
	var kinds []ui.Option
	for _, kind := range catalog.AllGoods {
		kinds = append(kinds, ui.Option{Value: string(kind), Label: p.T("goods.kind." + string(kind))})
	}
	return append(out,
		editField[catalog.Category]{"parent", func(c catalog.Category) string { return c.Parent }, func(c *catalog.Category, s string) error { c.Parent = s; return nil },
			editInput{Group: p.T("goods.group.place"), Field: ui.Field{Label: p.T("goods.field.parent"), Type: "select", Options: append([]ui.Option{{Label: p.T("goods.category.top")}}, parents...)}}},
		editField[catalog.Category]{"position", func(c catalog.Category) string { return strconv.FormatInt(c.Position, 10) }, func(c *catalog.Category, s string) (err error) {
			if c.Position, err = strconv.ParseInt(s, 10, 32); err != nil {
				return pavilion.E(pavilion.Invalid, "field.malformed", pavilion.Args{"value": s})
			}
			return nil
		}, editInput{Field: ui.Field{Label: p.T("goods.field.position"), Hint: p.T("goods.position.hint"), InputMode: "numeric", Required: true, MaxLength: 9}}},
		editField[catalog.Category]{"goods", func(c catalog.Category) string { return string(c.Goods) }, func(c *catalog.Category, s string) error { c.Goods = catalog.Goods(s); return nil },
			editInput{Field: ui.Field{Label: p.T("goods.field.goods"), Hint: p.T("goods.kind.hint"), Type: "select", Options: kinds, Required: true}}},
	)
}

func (g *categories) editing(r *http.Request) (editing[catalog.Category], error) {
	p, key := ui.PrinterOf(r), r.PathValue("category")
	var parents []ui.Option
	read := func(r *http.Request) (c catalog.Category, err error) {
		err = g.read(r, func(v *db.View) error {
			all, err := catalog.Categories(r.Context(), v)
			if err != nil {
				return err
			}
			if parents, err = categoryChoices(r.Context(), v, p); err != nil || key == "" {
				c = catalog.Category{Position: int64(len(all)), Goods: catalog.GoodsFood}
				return err
			}
			at := slices.IndexFunc(all, func(c catalog.Category) bool { return c.Key == key })
			if at < 0 {
				return pavilion.E(pavilion.NotFound, "category.missing", nil)
			}
			c = all[at]
			return nil
		})
		return c, err
	}
	c, err := read(r)
	title := p.T("goods.category.add")
	if key != "" {
		title = p.Text(c.Name)
	}
	return editing[catalog.Category]{
		view:   editView{Title: title, Crumbs: []ui.Link{{URL: productsPath, Label: p.T("goods.products")}, {URL: categoriesPath, Label: p.T("goods.categories")}, {Label: title, Current: true}}, Action: r.URL.Path, Back: categoriesPath, Save: p.T("goods.save")},
		active: productsPath, fields: categoryForm(p, parents, key == ""), now: read,
		version: func(c catalog.Category) int64 { return c.Version },
		save: func(r *http.Request, c catalog.Category, version int64) (string, error) {
			if c.Version = version; key == "" {
				c.Version = catalog.NewCategory
			}
			return categoriesPath, g.write(r, func(tx *db.Tx) error { return catalog.SetCategory(r.Context(), tx, c) })
		},
	}, err
}

func (g *categories) showEdit(w http.ResponseWriter, r *http.Request) error {
	e, err := g.editing(r)
	if err != nil {
		return err
	}
	return drawEdit(g.desk, w, r, e)
}

func (g *categories) doEdit(w http.ResponseWriter, r *http.Request) error {
	e, err := g.editing(r)
	if err != nil {
		return err
	}
	return doEdit(g.desk, w, r, e)
}
