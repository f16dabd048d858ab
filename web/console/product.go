package console

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"

	"pavilion"
	"pavilion/catalog"
	"pavilion/channel/own"
	"pavilion/db"
	"pavilion/money"
	"pavilion/staff"
	"pavilion/stock"
	"pavilion/web/ui"
)

// productView is a product with all that is known of it.
type productView struct {
	URL      string
	Crumbs   []ui.Link
	Name     pavilion.Text
	Badges   []ui.Badge
	Failed   ui.Notice
	Facts    []ui.Fact
	Texts    []textRow
	Complete []ui.Progress
	Missing  []string
	Units    []unitView
	Pictures []pictureView
	// PicturesSeen is the mark of the pictures as they are shown: see catalog.PicturesUnchanged.
	PicturesSeen string

	Files   filesView
	History historyView
	Edits   bool // the reader may edit
	Sells   bool // and set prices
	Tailors bool // the reader sees how markets see it
	Langs   []string
}

// textRow is one field in all languages.
type textRow struct {
	Label string
	Words []textCell
}

type textCell struct {
	Lang pavilion.Lang
	Name string
	Text string
}

// unitView is one SKU.
type unitView struct {
	ID       pavilion.SKUID
	URL      string
	GTIN     string
	Net      string
	Facts    []ui.Fact
	Price    money.Money
	NoPrice  bool
	Seen     string   // the price the form is drawn with
	Field    ui.Field // of a new price
	OnSale   bool
	Left     int64
	StockURL string
}

// pictureView is a picture with what can be done to it.
type pictureView struct {
	ID     pavilion.PictureID
	URL    string
	Src    string
	Width  int64
	Height int64
	Alts   []ui.Field
	First  bool
	Last   bool
}

func (g *products) show(w http.ResponseWriter, r *http.Request) error { return g.draw(w, r, nil) }

func (g *products) draw(w http.ResponseWriter, r *http.Request, failure error) error {
	p, id := ui.PrinterOf(r), pavilion.ProductID(r.PathValue("product"))
	v := productView{URL: productURL(id), Edits: member(r).May(staff.EditProducts), Sells: member(r).May(staff.SellProducts), Tailors: member(r).May(staff.SeeTailoring)}
	err := g.read(r, func(view *db.View) error {
		page, err := catalog.Lookup(r.Context(), view, id, own.Name)
		if err != nil {
			return err
		}
		categories, err := catalog.Categories(r.Context(), view)
		if err != nil {
			return err
		}
		v.about(p, page, categories)
		if v.Units, err = g.units(r, view, p, page); err != nil {
			return err
		}
		if v.Files, err = g.readFiles(r, view, p, string(id), v.URL, v.Edits); err != nil {
			return err
		}
		v.History, err = readHistory(r, view, p, string(id), v.URL+"/restore", v.Edits)
		return err
	})
	if err != nil {
		return err
	}
	head := g.head(p.Text(v.Name), productsPath)
	if failure != nil {
		head.Status, v.Failed = ui.Status(failure), ui.Notice{Tone: ui.Bad, Text: p.Error(failure)}
		for i := range v.Pictures {
			if string(v.Pictures[i].ID) == r.PathValue("picture") {
				v.Pictures[i].keep(p, r.PostForm)
			}
		}
	}
	return g.page.Write(w, r, head, v)
}

// about fills in what is said of the product itself.
func (v *productView) about(p *ui.Printer, page catalog.Page, categories []catalog.Category) {
	product := page.Product
	v.Name = product.Name
	v.Crumbs = []ui.Link{{URL: productsPath, Label: p.T("goods.products")}, {Label: p.Text(product.Name), Current: true}}
	goods := catalog.GoodsFood
	if at := slices.IndexFunc(categories, func(c catalog.Category) bool { return c.Key == product.Category }); at >= 0 {
		goods = categories[at].Goods
	}
	v.Facts = []ui.Fact{
		{Label: p.T("goods.producer"), Text: p.Text(page.Producer.LegalName), URL: producerURL(product.Producer)},
		{Label: p.T("goods.field.brand"), Text: orDash(p.Text(page.Brand.Name))},
		{Label: p.T("goods.field.category"), Text: orDash(p.Text(categoryName(categories, product.Category)))},
		{Label: p.T("goods.field.origin"), Text: orDash(p.Country(product.Origin))},
		{Label: p.T("goods.created"), Text: p.Moment(product.CreatedAt)},
		{Label: p.T("goods.updated"), Text: p.Moment(product.UpdatedAt)},
	}
	for _, lang := range pavilion.Langs {
		v.Langs = append(v.Langs, p.T("goods.lang."+string(lang)))
	}
	for _, f := range []struct {
		name catalog.Field
		text pavilion.Text
	}{{catalog.FieldName, product.Name}, {catalog.FieldDescription, product.Description}, {catalog.FieldIngredients, product.IngredientsText}, {catalog.FieldStorage, product.Storage}} {
		row := textRow{Label: p.T("goods.field." + string(f.name))}
		for i, lang := range pavilion.Langs {
			row.Words = append(row.Words, textCell{lang, v.Langs[i], f.text[lang]})
		}
		v.Texts = append(v.Texts, row)
	}
	complete := catalog.Complete(product, page.SKUs, page.Pictures, goods)
	v.Complete = append(v.Complete, percentOf(p, p.T("goods.complete.all"), complete.Percent()))
	for i, lang := range pavilion.Langs {
		v.Complete = append(v.Complete, percentOf(p, v.Langs[i], complete.PercentIn(lang)))
	}
	for _, f := range complete.Missing() {
		v.Missing = append(v.Missing, fieldLabel(p, f))
	}
	v.Pictures, v.PicturesSeen = picturesOf(p, page, v.URL), catalog.PicturesMark(page.Pictures)
	onSale := slices.ContainsFunc(page.SKUs, func(s catalog.SKU) bool { return s.OnSale })
	v.Badges = []ui.Badge{saleBadge(p, onSale)}
}

func saleBadge(p *ui.Printer, on bool) ui.Badge {
	if on {
		return ui.Badge{Tone: ui.Good, Text: p.T("goods.sale.on")}
	}
	return ui.Badge{Text: p.T("goods.sale.off")}
}

func percentOf(p *ui.Printer, label string, percent int) ui.Progress {
	return ui.Progress{Label: label, Text: p.T("goods.percent", "percent", percent), Value: int64(percent), Max: 100}
}

func orDash(s string) string {
	if s == "" {
		return "—"
	}
	return s
}

func (g *products) units(r *http.Request, v *db.View, p *ui.Printer, page catalog.Page) ([]unitView, error) {
	ctx := r.Context()
	ids := make([]pavilion.SKUID, len(page.SKUs))
	for i, s := range page.SKUs {
		ids[i] = s.ID
	}
	left, err := stock.Available(ctx, v, own.Name, ids)
	if err != nil {
		return nil, err
	}
	sources, err := catalog.Sources(ctx, v, ids)
	if err != nil {
		return nil, err
	}
	var books []string
	for _, s := range sources {
		books = append(books, s.From)
	}
	names, err := callThings(ctx, v, books)
	if err != nil {
		return nil, err
	}
	out := make([]unitView, len(page.SKUs))
	for i, s := range page.SKUs {
		price, has := page.Prices[s.ID]
		u := unitView{
			ID: s.ID, URL: productURL(s.Product) + "/units/" + string(s.ID), GTIN: string(s.GTIN), Net: p.Measure(s.Net), Price: price, NoPrice: !has, Seen: seenPrice(price),
			OnSale: s.OnSale, Left: left[s.ID].Quantity, StockURL: "/console/stock/" + string(s.ID),
			Field: ui.Field{Name: "price", Label: p.T("goods.price.in", "currency", string(g.currency)), InputMode: "decimal", Required: true, MaxLength: 20},
		}
		if has {
			u.Field.Value = price.Decimal()
		}
		for _, f := range catalog.SKUFields {
			if value := f.Get(s); value != "" {
				u.Facts = append(u.Facts, ui.Fact{Label: fieldLabel(p, f.Name), Text: fieldValue(p, f.Name, value)})
			}
		}
		if from := sourceLink(p, member(r), names, sources[s.ID]); from.Label != "" {
			u.Facts = append(u.Facts, ui.Fact{Label: p.T("goods.source"), Text: from.Label, URL: from.URL})
		}
		out[i] = u
	}
	return out, nil
}

// fieldValue is a value of a field as people read it.
func fieldValue(p *ui.Printer, f catalog.Field, value string) string {
	if value == "" {
		return ""
	}
	switch f {
	case catalog.FieldAllergens, catalog.FieldMayContain:
		return allergenNames(p, value)
	case catalog.FieldNoAllergens, catalog.FieldOnSale:
		return p.T("goods.yes")
	case catalog.FieldOrigin:
		return p.Country(value)
	case catalog.FieldBasis:
		return p.T("goods.basis." + value)
	case catalog.FieldNet:
		if net, err := catalog.ParseMeasure(value); err == nil {
			return p.Measure(net)
		}
	}
	if unit := fieldUnits[f]; unit != "" {
		return p.T(unit, "value", value)
	}
	return value
}

// fieldUnits are the messages that put a value and its unit together.
var fieldUnits = map[catalog.Field]string{
	catalog.FieldGrossWeight: "goods.unit.g", catalog.FieldLength: "goods.unit.mm", catalog.FieldWidth: "goods.unit.mm", catalog.FieldHeight: "goods.unit.mm",
	catalog.FieldShelfLife: "goods.unit.days", catalog.FieldStorageMin: "goods.unit.celsius", catalog.FieldStorageMax: "goods.unit.celsius",
	catalog.FieldKJ: "goods.unit.kj", catalog.FieldKcal: "goods.unit.kcal", catalog.FieldFat: "goods.unit.g", catalog.FieldSaturated: "goods.unit.g",
	catalog.FieldCarbohydrate: "goods.unit.g", catalog.FieldSugars: "goods.unit.g", catalog.FieldFibre: "goods.unit.g", catalog.FieldProtein: "goods.unit.g", catalog.FieldSalt: "goods.unit.g",
}

// price sets the price of a SKU in the shop, or takes it away.
func (g *products) price(w http.ResponseWriter, r *http.Request) error {
	return g.change(w, r, func(tx *db.Tx, sku catalog.SKU) error {
		text := posted(r.PostForm, "price")
		if err := g.priceAsSeen(r, tx, sku.ID); err != nil {
			return err
		}
		if r.PostFormValue("end") == "1" {
			return catalog.EndPrice(r.Context(), tx, sku.ID, own.Name)
		}
		typed, err := money.Typed(text)
		if err != nil {
			return at(err, "price")
		}
		price, err := money.Parse(typed, g.currency)
		if err != nil {
			return err
		}
		return catalog.SetPrice(r.Context(), tx, sku.ID, own.Name, price)
	})
}

// priceAsSeen refuses a new price when the one the form was drawn with is no longer the price.
func (g *products) priceAsSeen(r *http.Request, tx *db.Tx, sku pavilion.SKUID) error {
	now, err := catalog.Prices(r.Context(), tx, own.Name, []pavilion.SKUID{sku})
	if err != nil {
		return err
	}
	price := cmp.Or(now[sku].Price, money.New(0, g.currency))
	if seen, told := r.PostForm["seen"]; told && seen[0] != seenPrice(price) {
		return pavilion.E(pavilion.Conflict, "price.changed_meanwhile", pavilion.Args{"price": price}).At("price")
	}
	return nil
}

// seenPrice is a price as a form carries it, to tell whether it is still the same.
func seenPrice(price money.Money) string {
	if price.IsZero() {
		return ""
	}
	return price.String()
}

// sale puts a SKU on sale or takes it off.
func (g *products) sale(w http.ResponseWriter, r *http.Request) error {
	return g.change(w, r, func(tx *db.Tx, sku catalog.SKU) error {
		return catalog.SetOnSale(r.Context(), tx, r.PostFormValue("on") == "1", sku.ID)
	})
}

// change does something to the SKU of the address and shows the product again.
func (g *products) change(w http.ResponseWriter, r *http.Request, do func(*db.Tx, catalog.SKU) error) error {
	if err := g.parse(w, r); err != nil {
		return err
	}
	return g.done(w, r, g.write(r, func(tx *db.Tx) error {
		sku, err := findUnit(r, tx)
		if err != nil {
			return err
		}
		return do(tx, sku)
	}))
}

// done leads back to the product, or shows it with what was in the way.
func (g *products) done(w http.ResponseWriter, r *http.Request, err error) error {
	if mendable(err) {
		return g.draw(w, r, err)
	}
	if err != nil {
		return err
	}
	g.said(w, ui.PrinterOf(r).T("goods.saved"), ui.Link{})
	redirect(w, r, productURL(pavilion.ProductID(r.PathValue("product"))))
	return nil
}

// findUnit is the SKU of the address, which names its product too. Error: NotFound
// sku.unknown.
func findUnit(r *http.Request, v db.Reader) (catalog.SKU, error) {
	s, err := catalog.GetSKU(r.Context(), v, pavilion.SKUID(r.PathValue("sku")))
	if err == nil && string(s.Product) != r.PathValue("product") {
		err = pavilion.E(pavilion.NotFound, "sku.unknown", nil)
	}
	return s, err
}

// restore takes a change of the history back.
func (g *products) restore(w http.ResponseWriter, r *http.Request) error {
	if err := g.parse(w, r); err != nil {
		return err
	}
	entry, err := strconv.ParseInt(r.PostFormValue("entry"), 10, 64)
	if err != nil {
		return pavilion.E(pavilion.Invalid, "form.malformed", nil).Because(err)
	}
	changed := r.PostFormValue("field")
	_, f := catalog.SplitField(changed)
	name, _ := f.Lang()
	if (name == catalog.FieldPrice || name == catalog.FieldOnSale) && !member(r).May(staff.SellProducts) {
		return pavilion.E(pavilion.Forbidden, "console.right_missing", pavilion.Args{"right": string(staff.SellProducts)})
	}
	return g.done(w, r, g.write(r, func(tx *db.Tx) error {
		return catalog.Restore(r.Context(), tx, pavilion.ProductID(r.PathValue("product")), entry, changed)
	}))
}
