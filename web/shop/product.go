package shop

import (
	"fmt"
	"net/http"
	"slices"

	"pavilion"
	"pavilion/catalog"
	"pavilion/channel/own"
	"pavilion/db"
	"pavilion/money"
	"pavilion/stock"
	"pavilion/tailoring"
	"pavilion/web/ui"
)

// productView is the page of one product.
type productView struct {
	Crumbs      []ui.Link
	Gallery     ui.Gallery
	Drawn       bool // the picture is a drawing, not a photograph
	Name        pavilion.Text
	Brand       pavilion.Text
	BrandURL    string
	Price       ui.Price
	TaxNote     string
	Delivery    string
	Badges      []ui.Badge
	Variants    []variant
	Left        string // how many are left, when few
	Notice      ui.Notice
	Promise     string // until when what a shopper receives keeps
	Description pavilion.Text
	Facts       []ui.Fact
	Inside      inside
	Producer    producerTile
	Trust       []trustLine
	Buy         buyForm
	Product     pavilion.ProductID
	Related     []ui.Card
	Told        told    // what only the approved self says
	Label       ui.Link // to the label in words, zero if there is none

	LabelPicture ui.Picture // the label as it is printed
	Changed      string     // that the product changed since its words were approved, "" if not
	Law          toldBefore // what the market has shoppers told
}

// variant is one size of the product.
type variant struct {
	URL     string
	Label   string
	Price   money.Money
	Current bool
	Gone    bool
}

// trustLine is one reason to trust the product.
type trustLine struct {
	Icon  string
	Title string
	Text  string
	More  ui.Link
}

// buyForm is the bar that stays at the bottom of a phone: how many, into the basket, or
// straight to the checkout.
type buyForm struct {
	SKU      pavilion.SKUID
	Price    ui.Price
	Max      int64
	Back     string // the page it stands on
	Disabled string // why it cannot be bought now, "" if it can
}

const relatedGoods = 4

func (s *Shop) product(w http.ResponseWriter, r *http.Request) error {
	p := ui.PrinterOf(r)
	id := r.PathValue("product")
	if !pavilion.CheckID(pavilion.PrefixProduct, id) {
		return pavilion.E(pavilion.NotFound, "product.unknown", nil)
	}
	g, err := s.readGoods(r, pavilion.ProductID(id))
	if err != nil {
		return err
	}
	i := chosen(g, pavilion.SKUID(r.URL.Query().Get("sku")))
	if err := s.layLabel(r, &g, i, tailoring.LabelLot{}); err != nil {
		return err
	}
	view := productPage(p, g, i)
	data, err := ui.JSONLD(graph(breadcrumbData(s.base, view.Crumbs), productData(s.base, p, g, i)))
	if err != nil {
		return err
	}
	head := ui.Head{
		Title: p.Text(g.page.Product.Name), Description: productSummary(p, g), Data: data,
		Picture: s.previewPicture(g), Active: "categories",
	}
	return s.pages.product.Write(w, r, head, view)
}

// goods is a product with everything the page says about it.
type goods struct {
	page     catalog.Page
	category catalog.Category
	above    catalog.Category
	lines    []own.QuoteLine // one of each SKU, in the order of page.SKUs
	delivery own.Quote       // what one of the first SKU would cost to deliver
	left     map[pavilion.SKUID]stock.Availability
	related  []ui.Card
	lang     pavilion.Lang // of the market
	self     *self         // nil: nobody approved it for the market
	notice   own.Notice    // that shoppers accept to order it
}

func (s *Shop) readGoods(r *http.Request, id pavilion.ProductID) (goods, error) {
	ctx, p := r.Context(), ui.PrinterOf(r)
	var g goods
	err := s.db.Read(ctx, func(v *db.View) error {
		var err error
		if g.page, err = catalog.Lookup(ctx, v, id, own.Name); err != nil {
			return err
		}
		if s.labels != nil {
			approved, err := tailoring.Approved(ctx, v, []pavilion.ProductID{id}, s.labels.Market)
			if err != nil {
				return err
			}
			if a, found := approved[id]; found {
				g.tailor(s.labels.Language, a)
			}
		}
		// A SKU without a price on this channel is not sold here.
		g.page.SKUs = slices.DeleteFunc(g.page.SKUs, func(k catalog.SKU) bool {
			_, priced := g.page.Prices[k.ID]
			return !priced
		})
		if len(g.page.SKUs) == 0 {
			return pavilion.E(pavilion.NotFound, "product.unknown", nil)
		}
		all, err := catalog.Categories(ctx, v)
		if err != nil {
			return err
		}
		g.category, _ = findCategory(all, g.page.Product.Category)
		g.above, _ = findCategory(all, g.category.Parent)
		var skus []pavilion.SKUID
		for _, k := range g.page.SKUs {
			skus = append(skus, k.ID)
		}
		if g.left, err = stock.Available(ctx, v, own.Name, skus); err != nil {
			return err
		}
		shelf, err := s.readShelf(ctx, v, p, catalog.Query{Category: g.page.Product.Category, Limit: relatedGoods + 1})
		g.related = slices.DeleteFunc(shelf.Cards, func(c ui.Card) bool { return c.URL == productHref(p, id) })
		g.related = g.related[:min(len(g.related), relatedGoods)]
		return err
	})
	if err != nil {
		return goods{}, fmt.Errorf("read goods %s: %w", id, err)
	}
	for _, k := range g.page.SKUs {
		q, err := s.own.Quote(ctx, []own.Line{{SKU: k.ID, Quantity: 1}})
		if err != nil {
			return goods{}, fmt.Errorf("quote %s: %w", k.ID, err)
		}
		g.lines = append(g.lines, q.Lines[0])
		g.delivery, g.notice = q, q.Notice // the way in is the product's
	}
	return g, nil
}

// chosen is the place of the SKU the address names, or of the first that can be bought.
func chosen(g goods, sku pavilion.SKUID) int {
	if i := slices.IndexFunc(g.page.SKUs, func(k catalog.SKU) bool { return k.ID == sku }); i >= 0 {
		return i
	}
	return max(0, slices.IndexFunc(g.lines, func(l own.QuoteLine) bool { return l.OnSale && l.Available > 0 }))
}

// productPage is the view of a product with one of its SKUs chosen.
func productPage(p *ui.Printer, g goods, i int) productView {
	sku, line, left := g.page.SKUs[i], g.lines[i], g.left[g.page.SKUs[i].ID]
	product := g.page.Product
	price := ui.Price{Amount: g.page.Prices[sku.ID], PerOf: sku.Net, Large: true}
	view := productView{
		Crumbs:  productCrumbs(p, g),
		Gallery: ui.Gallery{Label: p.T("shop.product.gallery"), Pictures: pictures(p, g.page.Pictures)},
		Name:    product.Name, Brand: g.page.Brand.Name, Price: price,
		TaxNote: taxNote(p, line), Delivery: deliveryNote(p, g.delivery),
		Variants: variants(p, g, i), Description: product.Description,
		Facts: productFacts(p, g, sku), Inside: insideOf(p, product, sku.Facts),
		Producer: tileOf(p, g.page.Producer), Trust: trustLines(p, g, left),
		Buy:     buyForm{SKU: sku.ID, Price: price, Max: most(left), Back: productHref(p, product.ID) + "?sku=" + string(sku.ID)},
		Product: product.ID, Related: g.related,
	}
	if g.page.Brand.ID != "" {
		view.BrandURL = href(p, "/search?brand="+string(g.page.Brand.ID))
	}
	view.tellFrom(p, g, sku.ID)
	if len(view.Gallery.Pictures) == 0 {
		view.Drawn = true
		d := drawing(product.ID, sku.ID)
		d.Eager, d.Alt = true, p.T("shop.product.drawing", "name", p.Text(product.Name))
		view.Gallery.Pictures = []ui.Picture{d}
	}
	switch {
	case !line.OnSale:
		view.Buy.Disabled = p.T("shop.product.not_on_sale")
	case left.Quantity == 0:
		view.Buy.Disabled = p.T("shop.product.sold_out")
		view.Notice = ui.Notice{Tone: ui.Careful, Title: p.T("shop.product.stock_out"), Text: p.T("shop.product.stock_out_text")}
	default:
		view.sayWhatIsLeft(p, sku, left)
	}
	return view
}

// most is how many of a SKU a shopper can put into the basket at once.
func most(left stock.Availability) int64 {
	n := min(left.Quantity, own.MaxQuantity)
	if left.BuyerLimit > 0 {
		n = min(n, left.BuyerLimit)
	}
	return n
}

// sayWhatIsLeft says how many there are when they are few or limited, and how long they keep.
func (v *productView) sayWhatIsLeft(p *ui.Printer, sku catalog.SKU, left stock.Availability) {
	if left.BuyerLimit > 0 {
		v.Badges = append(v.Badges, ui.Badge{Text: p.T("shop.product.limit", "count", left.BuyerLimit)})
	}
	if left.Quantity <= fewLeft {
		v.Left = p.T("shop.product.stock_low", "count", left.Quantity)
	}
	if left.BestBefore == "" {
		return
	}
	v.Promise = p.T("shop.product.best_before_promise", "date", left.BestBefore)
	if nearExpiry(sku.ShelfLifeDays, left) {
		v.Badges = append(v.Badges, ui.Badge{Tone: ui.Careful, Text: p.T("shop.product.expiring_badge")})
		v.Notice = ui.Notice{
			Tone: ui.Careful, Title: p.T("shop.product.expiring_title"),
			Text: p.T("shop.product.expiring_text", "date", left.BestBefore),
		}
	}
}

func productCrumbs(p *ui.Printer, g goods) []ui.Link {
	var trail []ui.Link
	for _, c := range []catalog.Category{g.above, g.category} {
		if c.Key != "" {
			trail = append(trail, ui.Link{URL: categoryHref(p, c.Key), Label: p.Text(c.Name)})
		}
	}
	return crumbs(p, append(trail, ui.Link{Label: p.Text(g.page.Product.Name)})...)
}

func variants(p *ui.Printer, g goods, current int) []variant {
	if len(g.page.SKUs) < 2 {
		return nil
	}
	var all []variant
	for i, k := range g.page.SKUs {
		all = append(all, variant{
			URL:   productHref(p, g.page.Product.ID) + "?sku=" + string(k.ID),
			Label: p.Measure(k.Net), Price: g.page.Prices[k.ID],
			Current: i == current, Gone: g.left[k.ID].Quantity == 0,
		})
	}
	return all
}

// taxNote says what tax there is on one unit, or in its price. What is on top is for the goods
// and, where it is charged, for delivery: nobody knows yet how many things will share that.
func taxNote(p *ui.Printer, line own.QuoteLine) string {
	goods, err := line.Border.WithoutFreight()
	switch {
	case !line.Border.Asked() || err != nil:
		return p.T("shop.product.tax_included")
	case line.Tax.IsZero():
		return p.T("shop.product.tax_held", "amount", goods.Tax)
	case goods.Tax == line.Tax:
		return p.T("shop.product.tax_extra", "amount", line.Tax)
	}
	return p.T("shop.product.tax_range", "least", goods.Tax, "most", line.Tax)
}

func deliveryNote(p *ui.Printer, q own.Quote) string {
	switch {
	case q.Delivery.IsZero():
		return p.T("shop.product.delivery_free")
	case q.FreeFrom.IsZero():
		return p.T("shop.product.delivery_fee", "amount", q.Delivery)
	}
	return p.T("shop.product.delivery_from", "amount", q.Delivery, "from", q.FreeFrom)
}

// trustLines are who authorised, who made it, and which lot.
func trustLines(p *ui.Printer, g goods, left stock.Availability) []trustLine {
	lot := p.T("shop.product.trust_lot_none")
	if left.BestBefore != "" {
		lot = p.T("shop.product.trust_lot_text", "date", left.BestBefore)
	}
	producer := g.page.Producer
	return []trustLine{
		{
			Icon: "shield", Title: p.T("shop.product.trust_authorised"), Text: p.T("shop.product.trust_authorised_text"),
			More: ui.Link{URL: href(p, "/about"), Label: p.T("shop.product.trust_more")},
		},
		{
			Icon: "factory", Title: p.T("shop.product.trust_made"), More: ui.Link{URL: producerHref(p, producer.ID), Label: p.T("shop.product.producer_more")},
			Text: p.T("shop.product.trust_made_text", "producer", p.Text(producer.LegalName), "country", p.Country(producer.Country)),
		},
		{Icon: "box", Title: p.T("shop.product.trust_lot"), Text: lot},
	}
}

// productSummary is the product in one sentence, for search engines and link previews.
func productSummary(p *ui.Printer, g goods) string {
	if s := p.Text(g.page.Product.Description); s != "" {
		return clip(s, 160)
	}
	return p.T("shop.product.summary", "name", p.Text(g.page.Product.Name),
		"net", g.page.SKUs[0].Net, "producer", p.Text(g.page.Producer.LegalName))
}

// previewPicture is the address of a picture for link previews: a photograph, or the drawing.
func (s *Shop) previewPicture(g goods) string {
	if len(g.page.Pictures) > 0 {
		return s.base + pictureURL(g.page.Pictures[0].ID, g.page.Pictures[0].Width)
	}
	return s.base + drawing(g.page.Product.ID, g.page.SKUs[0].ID).Src
}
