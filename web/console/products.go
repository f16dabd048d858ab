package console

import (
	"context"
	"slices"
	"strings"

	"pavilion"
	"pavilion/catalog"
	"pavilion/channel/own"
	"pavilion/db"
	"pavilion/money"
	"pavilion/staff"
	"pavilion/stock"
	"pavilion/web/ui"
)

const productsPath = "/console/products"

// products is the pages of products: the list, a product with all that is known of it, and
// the forms.
type products struct {
	*desk
	list     *lister[productRow]
	page     *ui.Page[productView]
	currency money.Currency
}

// productRow is a product in the list with what can be sold of it.
type productRow struct {
	catalog.Listing
	category pavilion.Text
	left     int64
	price    any // money.Money, or "" if there is none
}

func newProducts(d *desk, currency money.Currency) *products {
	g := &products{desk: d, currency: currency, page: ui.NewPage(d.area, "product", map[string]productView{})}
	g.list = newList(d, list[productRow]{
		path: productsPath, title: "goods.products", right: staff.SeeProducts,
		columns: productColumns(), filters: productFilters(), acts: productActs(currency),
		add: &listAdd{"goods.product.add", productsPath + "/new", staff.EditProducts},
		empty: func(p *ui.Printer) ui.Empty {
			return ui.Empty{Title: p.T("goods.products.none"), Text: p.T("goods.products.none.text"), Action: ui.Link{URL: "/console/imports", Label: p.T("goods.products.import")}}
		},
		rows: productRows,
		count: func(ctx context.Context, v *db.View, q query, most int64) (int64, error) {
			return catalog.CountProducts(ctx, v, productFilter(q), most)
		},
		id:  func(row productRow) string { return string(row.Product.ID) },
		key: func(row productRow) string { return string(row.Product.ID) },
		url: func(row productRow) string { return productURL(row.Product.ID) },
	})
	return g
}

func productURL(id pavilion.ProductID) string { return productsPath + "/" + string(id) }

// ProductFilter reads the query of the products list's address, for acts that are done to
// all it matches.
func ProductFilter(stored string) catalog.ProductFilter { return productFilter(queryOf(stored)) }

func productFilter(q query) catalog.ProductFilter {
	f := catalog.ProductFilter{
		Words: q.text("q"), Producer: pavilion.ProducerID(q.text("producer")), Missing: catalog.Field(q.text("missing")),
	}
	if f.Category = q.text("category"); f.Category == noCategory {
		f.Category, f.Unsorted = "", true
	}
	if sale := q.text("sale"); sale != "" {
		on := sale == "on"
		f.OnSale = &on
	}
	if since := q.date("since"); since != "" {
		f.UpdatedSince = since.Time()
	}
	return f
}

// noCategory is the choice of products that are not sorted yet; no key looks like it.
const noCategory = "-"

func productRows(ctx context.Context, v *db.View, q query) ([]productRow, error) {
	found, err := catalog.ListProducts(ctx, v, productFilter(q), own.Name, pavilion.ProductID(q.after), q.limit)
	if err != nil {
		return nil, err
	}
	categories, err := catalog.Categories(ctx, v)
	if err != nil {
		return nil, err
	}
	var skus []pavilion.SKUID
	for _, l := range found {
		for _, s := range l.SKUs {
			skus = append(skus, s.ID)
		}
	}
	left, err := stock.Available(ctx, v, own.Name, skus)
	if err != nil {
		return nil, err
	}
	rows := make([]productRow, len(found))
	for i, l := range found {
		rows[i] = productRow{Listing: l, category: categoryName(categories, l.Product.Category), price: ""}
		for _, s := range l.SKUs {
			rows[i].left += left[s.ID].Quantity
		}
		if price, has := l.Prices[l.First().ID]; has {
			rows[i].price = price
		}
	}
	return rows, nil
}

func categoryName(all []catalog.Category, key string) pavilion.Text {
	if at := slices.IndexFunc(all, func(c catalog.Category) bool { return c.Key == key }); at >= 0 {
		return all[at].Name
	}
	return nil
}

func productColumns() []column[productRow] {
	return []column[productRow]{
		{key: "name", label: "goods.field.name", value: func(row productRow) any { return nameFor(row.Product.Name) }, show: func(p *ui.Printer, row productRow, c *cell) {
			c.Picture = smallPicture(row)
			if other := p.Text(row.Product.Name); other != c.Text {
				c.Note = other
			}
		}},
		{key: "gtin", label: "goods.field.gtin", value: func(row productRow) any { return string(row.First().GTIN) }, show: func(p *ui.Printer, row productRow, c *cell) {
			if n := len(row.SKUs); n > 1 {
				c.Note = p.T("goods.more_units", "more", n-1)
			}
		}},
		{key: "producer", label: "goods.producer", value: func(row productRow) any { return row.Listing.Producer }, show: func(_ *ui.Printer, row productRow, c *cell) {
			c.URL = producerURL(row.Product.Producer)
		}},
		{key: "brand", label: "goods.field.brand", off: true, value: func(row productRow) any { return row.Brand.Name }},
		{key: "category", label: "goods.field.category", value: func(row productRow) any { return row.category }},
		{key: "complete", label: "goods.complete", value: func(row productRow) any { return int64(row.Completeness.Percent()) }, show: func(p *ui.Printer, row productRow, c *cell) {
			c.Text = p.T("goods.percent", "percent", row.Completeness.Percent())
			if missing := row.Completeness.Missing(); len(missing) > 0 {
				c.Note = fieldLabel(p, missing[0])
				if len(missing) > 1 {
					c.Note = p.T("goods.missing_more", "first", c.Note, "more", len(missing)-1)
				}
			}
		}},
		{key: "price", label: "goods.price", value: func(row productRow) any { return row.price }},
		{key: "sale", label: "goods.field.on_sale", value: func(row productRow) any { return row.OnSale }},
		{key: "stock", label: "goods.stock", value: func(row productRow) any { return row.left }, show: func(_ *ui.Printer, row productRow, c *cell) {
			if s := row.First(); s.ID != "" {
				c.URL = "/console/stock/" + string(s.ID)
			}
		}},
		{key: "updated", label: "goods.updated", value: func(row productRow) any { return row.UpdatedAt() }},
		{key: "created", label: "goods.created", off: true, value: func(row productRow) any { return row.Product.CreatedAt }},
		{key: "code", label: "goods.field.producer_code", off: true, value: func(row productRow) any { return row.First().ProducerCode }},
		{key: "net", label: "goods.field.net", off: true, value: func(row productRow) any { return row.First().Net.String() }},
	}
}

// nameFor is the name as the market reads it; the reader's own language stands below.
func nameFor(name pavilion.Text) string { return name.Best(pavilion.Chinese) }

// smallPicture is the address of a product's picture, or of the drawing of it.
func smallPicture(row productRow) string {
	if row.Picture != "" {
		return pictureURL(row.Picture, 320)
	}
	if s := row.First(); s.ID != "" {
		return "/drawing/" + string(row.Product.ID) + "/" + string(s.ID)
	}
	return ""
}

func productFilters() []filter {
	return []filter{
		{key: "q", label: "goods.filter.words", kind: filterText},
		{key: "producer", label: "goods.producer", kind: filterChoice, choices: producerChoices},
		{key: "category", label: "goods.field.category", kind: filterChoice, choices: func(ctx context.Context, v *db.View, p *ui.Printer) ([]ui.Option, error) {
			all, err := categoryChoices(ctx, v, p)
			return append([]ui.Option{{Value: noCategory, Label: p.T("goods.category.none")}}, all...), err
		}},
		{key: "sale", label: "goods.field.on_sale", kind: filterChoice, options: func(p *ui.Printer) []ui.Option {
			return []ui.Option{{Value: "on", Label: p.T("goods.sale.on")}, {Value: "off", Label: p.T("goods.sale.off")}}
		}},
		{key: "missing", label: "goods.filter.missing", kind: filterChoice, options: func(p *ui.Printer) []ui.Option {
			var out []ui.Option
			for _, f := range catalog.Wanted() {
				out = append(out, ui.Option{Value: string(f), Label: fieldLabel(p, f)})
			}
			return out
		}},
		{key: "since", label: "goods.filter.since", kind: filterDate},
	}
}

func productActs(currency money.Currency) []bulkAct {
	sound := func(act string) func(map[string]string) error {
		return func(told map[string]string) error { return catalog.CheckAct(act, currency, told) }
	}
	return []bulkAct{
		{name: catalog.ActPutOnSale, label: "goods.act.put_on_sale", right: staff.SellProducts, undo: true},
		{name: catalog.ActTakeOffSale, label: "goods.act.take_off_sale", right: staff.SellProducts, undo: true},
		{
			name: catalog.ActMovePrice, label: "goods.act.move_price", right: staff.SellProducts, undo: true, check: sound(catalog.ActMovePrice),
			ask: asking(func(p *ui.Printer) []ui.Field {
				return []ui.Field{{Name: "percent", Label: p.T("goods.percent_label"), Hint: p.T("goods.percent_hint"), Required: true, MaxLength: 10}}
			}),
		},
		{
			name: catalog.ActSetPrice, label: "goods.act.set_price", right: staff.SellProducts, undo: true, check: sound(catalog.ActSetPrice),
			ask: asking(func(p *ui.Printer) []ui.Field {
				return []ui.Field{{Name: "price", Label: p.T("goods.price"), InputMode: "decimal", Required: true, MaxLength: 20}}
			}),
		},
		{
			name: catalog.ActSetCategory, label: "goods.act.set_category", right: staff.EditProducts, undo: true,
			ask: func(ctx context.Context, v *db.View, p *ui.Printer) ([]ui.Field, error) {
				all, err := categoryChoices(ctx, v, p)
				return []ui.Field{{Name: "category", Label: p.T("goods.field.category"), Type: "select", Required: true, Options: append([]ui.Option{{Label: p.T("stock.choose")}}, all...)}}, err
			},
		},
	}
}

// fieldLabel is what people call a field, with its language if it has one.
func fieldLabel(p *ui.Printer, f catalog.Field) string {
	name, rest := f.Lang()
	label := p.T("goods.field." + string(name))
	switch {
	case rest == "":
		return label
	case slices.Contains(pavilion.Langs, rest):
		return p.T("goods.in_language", "field", label, "language", p.T("goods.lang."+string(rest)))
	}
	if name == catalog.FieldPrice && rest == own.Name {
		return p.T("goods.price.own")
	}
	return label + ", " + string(rest) // a price on another channel
}

func producerChoices(ctx context.Context, v *db.View, p *ui.Printer) ([]ui.Option, error) {
	all, err := catalog.Producers(ctx, v)
	if err != nil {
		return nil, err
	}
	out := make([]ui.Option, len(all))
	for i, one := range all {
		out[i] = ui.Option{Value: string(one.ID), Label: p.Text(one.LegalName)}
	}
	slices.SortFunc(out, func(a, b ui.Option) int { return strings.Compare(a.Label, b.Label) })
	return out, nil
}

// categoryChoices are all categories, each below its parent.
func categoryChoices(ctx context.Context, v *db.View, p *ui.Printer) ([]ui.Option, error) {
	all, err := catalog.Categories(ctx, v)
	if err != nil {
		return nil, err
	}
	var out []ui.Option
	for _, c := range tree(all) {
		out = append(out, ui.Option{Value: c.Key, Label: strings.Repeat("— ", c.depth) + p.Text(c.Name)})
	}
	return out, nil
}

func (g *products) routes() []route {
	return slices.Concat(g.list.routes(), []route{
		{"GET " + productsPath + "/new", staff.EditProducts, g.showNew},
		{"POST " + productsPath + "/new", staff.EditProducts, g.doNew},
		{"GET " + productsPath + "/{product}", staff.SeeProducts, g.show},
		{"GET " + productsPath + "/{product}/edit", staff.EditProducts, g.showEdit},
		{"POST " + productsPath + "/{product}/edit", staff.EditProducts, g.doEdit},
		{"GET " + productsPath + "/{product}/units/new", staff.EditProducts, g.showNewUnit},
		{"POST " + productsPath + "/{product}/units/new", staff.EditProducts, g.doNewUnit},
		{"GET " + productsPath + "/{product}/units/{sku}/edit", staff.EditProducts, g.showUnit},
		{"POST " + productsPath + "/{product}/units/{sku}/edit", staff.EditProducts, g.doUnit},
		{"POST " + productsPath + "/{product}/units/{sku}/price", staff.SellProducts, g.price},
		{"POST " + productsPath + "/{product}/units/{sku}/sale", staff.SellProducts, g.sale},
		{"POST " + productsPath + "/{product}/pictures", staff.EditProducts, g.addPicture},
		{"POST " + productsPath + "/{product}/pictures/{picture}/change", staff.EditProducts, g.changePicture},
		{"POST " + productsPath + "/{product}/restore", staff.EditProducts, g.restore},
	})
}
