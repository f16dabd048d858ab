package console

import (
	"net/http"
	"slices"
	"strings"

	"pavilion"
	"pavilion/catalog"
	"pavilion/channel/own"
	"pavilion/db"
	"pavilion/web/ui"
)

// productForm is the fields of a product. Its producer is chosen once, when it is made.
func productForm(p *ui.Printer, brands, categories []ui.Option) []editField[catalog.Product] {
	none := ui.Option{Label: p.T("goods.choose_none")}
	var out []editField[catalog.Product]
	for _, f := range catalog.ProductFields {
		name, lang := f.Name.Lang()
		in := editInput{Field: ui.Field{Label: fieldLabel(p, f.Name), Lang: lang, MaxLength: 300}}
		switch name {
		case catalog.FieldBrand:
			in.Type, in.Options, in.MaxLength = "select", append([]ui.Option{none}, brands...), 0
		case catalog.FieldCategory:
			in.Type, in.Options, in.MaxLength = "select", append([]ui.Option{none}, categories...), 0
		case catalog.FieldOrigin:
			in.Hint, in.MaxLength = p.T("goods.origin.hint"), 2
		case catalog.FieldDescription, catalog.FieldIngredients, catalog.FieldStorage:
			in.Type, in.MaxLength = "textarea", 10_000
		}
		if lang == pavilion.Langs[0] {
			in.Group = p.T("goods.field." + string(name))
		} else if name == catalog.FieldBrand {
			in.Group = p.T("goods.group.sorting")
		}
		out = append(out, editField[catalog.Product]{string(f.Name), f.Get, f.Set, in})
	}
	return out
}

// unitForm is the fields of a SKU.
func unitForm(p *ui.Printer) []editField[catalog.SKU] {
	groups := map[catalog.Field]string{
		catalog.FieldProducerCode: "goods.group.unit", catalog.FieldShelfLife: "goods.group.keeping", catalog.FieldAllergens: "goods.group.allergens", catalog.FieldBasis: "goods.group.nutrition",
	}
	var out []editField[catalog.SKU]
	for _, f := range catalog.SKUFields {
		in := editInput{Field: ui.Field{Label: fieldLabel(p, f.Name), MaxLength: 100}}
		if key := groups[f.Name]; key != "" {
			in.Group = p.T(key)
		}
		if unit := fieldUnits[f.Name]; unit != "" {
			in.InputMode, in.Hint = "decimal", strings.TrimSpace(p.T(unit, "value", ""))
		}
		switch f.Name {
		case catalog.FieldAllergens, catalog.FieldMayContain:
			for _, code := range catalog.Allergens {
				in.Checks = append(in.Checks, ui.Option{Value: code, Label: allergenNames(p, code)})
			}
		case catalog.FieldNoAllergens:
			in.Type = "checkbox"
		case catalog.FieldBasis:
			in.Type, in.Options, in.MaxLength = "select", []ui.Option{{Label: p.T("goods.choose_none")}, {Value: "g", Label: p.T("goods.basis.g")}, {Value: "ml", Label: p.T("goods.basis.ml")}}, 0
		case catalog.FieldNet:
			in.Hint = p.T("goods.net.hint")
		}
		out = append(out, editField[catalog.SKU]{string(f.Name), f.Get, f.Set, in})
	}
	return out
}

// allergenNames writes codes of allergens as words.
func allergenNames(p *ui.Printer, codes string) string {
	var names []string
	for code := range strings.FieldsSeq(codes) {
		names = append(names, p.T("value.allergens."+code))
	}
	return strings.Join(names, ", ")
}

// options are what the forms of a product of the producer offer.
func (g *products) options(r *http.Request, producer pavilion.ProducerID) (brands, categories []ui.Option, err error) {
	p := ui.PrinterOf(r)
	err = g.read(r, func(v *db.View) error {
		all, err := catalog.Brands(r.Context(), v)
		if err != nil {
			return err
		}
		for _, b := range all {
			if b.Producer == producer {
				brands = append(brands, ui.Option{Value: string(b.ID), Label: p.Text(b.Name)})
			}
		}
		categories, err = categoryChoices(r.Context(), v, p)
		return err
	})
	return brands, categories, err
}

func (g *products) editing(r *http.Request) (editing[catalog.Product], error) {
	p, id := ui.PrinterOf(r), pavilion.ProductID(r.PathValue("product"))
	read := func(r *http.Request) (product catalog.Product, err error) {
		err = g.read(r, func(v *db.View) error {
			page, err := catalog.Lookup(r.Context(), v, id, own.Name)
			product = page.Product
			return err
		})
		return product, err
	}
	product, err := read(r)
	if err != nil {
		return editing[catalog.Product]{}, err
	}
	brands, categories, err := g.options(r, product.Producer)
	return editing[catalog.Product]{
		view:   editView{Title: p.Text(product.Name), Crumbs: g.crumbs(p, product, p.T("goods.edit")), Action: productURL(id) + "/edit", Back: productURL(id), Save: p.T("goods.save")},
		active: productsPath, fields: productForm(p, brands, categories), now: read,
		version: func(product catalog.Product) int64 { return product.Version },
		save: func(r *http.Request, product catalog.Product, version int64) (string, error) {
			product.Version = version
			return productURL(id), g.write(r, func(tx *db.Tx) error {
				_, err := catalog.SaveProduct(r.Context(), tx, product)
				return err
			})
		},
	}, err
}

func (g *products) crumbs(p *ui.Printer, product catalog.Product, here string) []ui.Link {
	return []ui.Link{{URL: productsPath, Label: p.T("goods.products")}, {URL: productURL(product.ID), Label: p.Text(product.Name)}, {Label: here, Current: true}}
}

func (g *products) showEdit(w http.ResponseWriter, r *http.Request) error {
	e, err := g.editing(r)
	if err != nil {
		return err
	}
	return drawEdit(g.desk, w, r, e)
}

func (g *products) doEdit(w http.ResponseWriter, r *http.Request) error {
	e, err := g.editing(r)
	if err != nil {
		return err
	}
	return doEdit(g.desk, w, r, e)
}

// making is the form of a new product: what it needs to be one. The rest is edited later.
func (g *products) making(r *http.Request) (editing[catalog.Product], error) {
	p := ui.PrinterOf(r)
	var producers, categories []ui.Option
	err := g.read(r, func(v *db.View) (err error) {
		if producers, err = producerChoices(r.Context(), v, p); err != nil {
			return err
		}
		categories, err = categoryChoices(r.Context(), v, p)
		return err
	})
	pick := append([]ui.Option{{Label: p.T("goods.choose")}}, producers...)
	fields := []editField[catalog.Product]{{"producer", func(product catalog.Product) string { return string(product.Producer) }, func(product *catalog.Product, s string) error {
		product.Producer = pavilion.ProducerID(s)
		if s == "" {
			return pavilion.E(pavilion.Invalid, "producer.missing", nil).At("producer")
		}
		return nil
	}, editInput{Field: ui.Field{Label: p.T("goods.producer"), Type: "select", Options: pick, Required: true}}}}
	for _, f := range productForm(p, nil, categories) {
		if f.name != string(catalog.FieldBrand) {
			fields = append(fields, f)
		}
	}
	return editing[catalog.Product]{
		view:   editView{Title: p.T("goods.product.add"), Crumbs: []ui.Link{{URL: productsPath, Label: p.T("goods.products")}, {Label: p.T("goods.product.add"), Current: true}}, Action: productsPath + "/new", Back: productsPath, Save: p.T("goods.product.make")},
		active: productsPath, fields: fields, version: func(catalog.Product) int64 { return 0 },
		now: func(r *http.Request) (catalog.Product, error) {
			return catalog.Product{Producer: pavilion.ProducerID(r.URL.Query().Get("producer"))}, nil
		},
		save: func(r *http.Request, product catalog.Product, _ int64) (string, error) {
			var id pavilion.ProductID
			err := g.write(r, func(tx *db.Tx) (err error) {
				id, err = catalog.SaveProduct(r.Context(), tx, product)
				return err
			})
			return productURL(id) + "/units/new", err
		},
	}, err
}

func (g *products) showNew(w http.ResponseWriter, r *http.Request) error {
	e, err := g.making(r)
	if err != nil {
		return err
	}
	return drawEdit(g.desk, w, r, e)
}

func (g *products) doNew(w http.ResponseWriter, r *http.Request) error {
	e, err := g.making(r)
	if err != nil {
		return err
	}
	return doEdit(g.desk, w, r, e)
}

// editingUnit is the form of a SKU, or of a new one.
func (g *products) editingUnit(r *http.Request, isNew bool) (editing[catalog.SKU], error) {
	p, id := ui.PrinterOf(r), pavilion.ProductID(r.PathValue("product"))
	var page catalog.Page
	err := g.read(r, func(v *db.View) (err error) {
		page, err = catalog.Lookup(r.Context(), v, id, own.Name)
		return err
	})
	if err != nil {
		return editing[catalog.SKU]{}, err
	}
	e := editing[catalog.SKU]{
		view:   editView{Back: productURL(id), Action: r.URL.Path, Save: p.T("goods.save")},
		active: productsPath, fields: unitForm(p), version: func(s catalog.SKU) int64 { return s.Version },
		now: func(r *http.Request) (s catalog.SKU, err error) {
			err = g.read(r, func(v *db.View) error {
				s, err = findUnit(r, v)
				return err
			})
			return s, err
		},
		save: func(r *http.Request, s catalog.SKU, version int64) (string, error) {
			s.Version, s.Product = version, id
			return productURL(id), g.write(r, func(tx *db.Tx) error {
				_, err := catalog.SaveSKU(r.Context(), tx, s)
				return err
			})
		},
	}
	if !isNew {
		at := slices.IndexFunc(page.SKUs, func(s catalog.SKU) bool { return string(s.ID) == r.PathValue("sku") })
		if at < 0 {
			return e, pavilion.E(pavilion.NotFound, "sku.unknown", nil)
		}
		e.view.Title = p.T("goods.unit.title", "gtin", string(page.SKUs[at].GTIN))
		e.view.Crumbs = g.crumbs(p, page.Product, string(page.SKUs[at].GTIN))
		return e, nil
	}
	e.view.Title = p.T("goods.unit.add")
	e.view.Crumbs = g.crumbs(p, page.Product, e.view.Title)
	e.now = func(*http.Request) (catalog.SKU, error) { return catalog.SKU{}, nil }
	e.fields = append([]editField[catalog.SKU]{{string(catalog.FieldGTIN), func(s catalog.SKU) string { return string(s.GTIN) }, func(s *catalog.SKU, v string) (err error) {
		s.GTIN, err = catalog.ParseGTIN(v)
		return err
	}, editInput{Field: ui.Field{Label: p.T("goods.field.gtin"), InputMode: "numeric", Hint: p.T("goods.gtin.hint"), Required: true, MaxLength: 20}}}}, e.fields...)
	return e, nil
}

func (g *products) showUnit(w http.ResponseWriter, r *http.Request) error {
	return g.drawUnit(w, r, false)
}
func (g *products) showNewUnit(w http.ResponseWriter, r *http.Request) error {
	return g.drawUnit(w, r, true)
}
func (g *products) doUnit(w http.ResponseWriter, r *http.Request) error {
	return g.saveUnit(w, r, false)
}
func (g *products) doNewUnit(w http.ResponseWriter, r *http.Request) error {
	return g.saveUnit(w, r, true)
}

func (g *products) drawUnit(w http.ResponseWriter, r *http.Request, isNew bool) error {
	e, err := g.editingUnit(r, isNew)
	if err != nil {
		return err
	}
	return drawEdit(g.desk, w, r, e)
}

func (g *products) saveUnit(w http.ResponseWriter, r *http.Request, isNew bool) error {
	e, err := g.editingUnit(r, isNew)
	if err != nil {
		return err
	}
	return doEdit(g.desk, w, r, e)
}
