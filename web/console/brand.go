package console

import (
	"maps"
	"net/http"

	"pavilion"
	"pavilion/catalog"
	"pavilion/db"
	"pavilion/web/ui"
)

func brandURL(b catalog.Brand) string {
	return producerURL(b.Producer) + "/brands/" + string(b.ID) + "/edit"
}

// brandForm is the names of a brand, and the one it may be merged into.
func brandForm(p *ui.Printer, others []ui.Option) []editField[catalog.Brand] {
	var out []editField[catalog.Brand]
	for i, lang := range pavilion.Langs {
		in := editInput{Field: ui.Field{Label: fieldLabel(p, catalog.FieldName.In(lang)), Lang: lang, MaxLength: 100}}
		if i == 0 {
			in.Group = p.T("goods.brand.name")
		}
		out = append(out, editField[catalog.Brand]{"name." + string(lang), func(b catalog.Brand) string { return b.Name[lang] }, func(b *catalog.Brand, s string) error {
			b.Name = maps.Clone(b.Name)
			b.Name[lang] = s
			return nil
		}, in})
	}
	if len(others) == 0 {
		return out
	}
	return append(out, editField[catalog.Brand]{"merge", func(b catalog.Brand) string { return string(b.MergedInto) }, func(b *catalog.Brand, s string) error {
		b.MergedInto = pavilion.BrandID(s)
		return nil
	}, editInput{Group: p.T("goods.brand.merge"), Field: ui.Field{Label: p.T("goods.brand.merge_into"), Hint: p.T("goods.brand.merge_hint"), Type: "select",
		Options: append([]ui.Option{{Label: p.T("goods.brand.keep")}}, others...)}}})
}

// editingBrand is the form of the brand of the address, which names its producer too. Error:
// NotFound brand.unknown.
func (g *producers) editingBrand(r *http.Request) (editing[catalog.Brand], error) {
	p, producer := ui.PrinterOf(r), pavilion.ProducerID(r.PathValue("producer"))
	var maker catalog.Producer
	var others []ui.Option
	read := func(r *http.Request) (b catalog.Brand, err error) {
		others = nil
		err = g.read(r, func(v *db.View) error {
			if maker, err = catalog.GetProducer(r.Context(), v, producer); err != nil {
				return err
			}
			all, err := catalog.Brands(r.Context(), v)
			for _, one := range all {
				switch {
				case one.Producer != producer:
				case string(one.ID) == r.PathValue("brand"):
					b = one
				default:
					others = append(others, ui.Option{Value: string(one.ID), Label: p.Text(one.Name)})
				}
			}
			if err == nil && b.ID == "" {
				err = pavilion.E(pavilion.NotFound, "brand.unknown", nil)
			}
			return err
		})
		return b, err
	}
	b, err := read(r)
	title := p.Text(b.Name)
	return editing[catalog.Brand]{
		view: editView{Title: title, Action: r.URL.Path, Back: producerURL(producer) + "#brands", Save: p.T("goods.save"), Crumbs: []ui.Link{
			{URL: producersPath, Label: p.T("goods.producers")}, {URL: producerURL(producer), Label: p.Text(maker.LegalName)}, {Label: title, Current: true}}},
		active: producersPath, fields: brandForm(p, others), now: read,
		version: func(b catalog.Brand) int64 { return b.Version },
		save: func(r *http.Request, b catalog.Brand, version int64) (string, error) {
			b.Version = version
			return producerURL(producer) + "#brands", g.write(r, func(tx *db.Tx) error {
				_, err := catalog.SaveBrand(r.Context(), tx, b)
				return err
			})
		},
	}, err
}

func (g *producers) showBrand(w http.ResponseWriter, r *http.Request) error {
	e, err := g.editingBrand(r)
	if err != nil {
		return err
	}
	return drawEdit(g.desk, w, r, e)
}

func (g *producers) doBrand(w http.ResponseWriter, r *http.Request) error {
	e, err := g.editingBrand(r)
	if err != nil {
		return err
	}
	return doEdit(g.desk, w, r, e)
}
