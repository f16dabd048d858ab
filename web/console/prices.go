package console

import (
	"cmp"
	"context"
	"net/http"
	"slices"

	"pavilion"
	"pavilion/catalog"
	"pavilion/channel/own"
	"pavilion/db"
	"pavilion/setting"
	"pavilion/staff"
	"pavilion/tailoring"
	"pavilion/tailoring/price"
	"pavilion/tailoring/rules"
	"pavilion/tailoring/tax"
	"pavilion/web/ui"
)

const pricesPath = "/console/prices"

// prices are the pages that explain what goods cost on the shelf of a market.
type prices struct {
	*desk
	book    *setting.Book
	markets []*tailoring.Market
	packs   map[string]*tax.Pack // by market, of those that have rules of tax
	list    *ui.Page[pricesView]
	sheet   *ui.Page[priceSheetView]
}

// newPrices makes the pages; an error means that a pack of the program is wrong.
func newPrices(d *desk, book *setting.Book, markets []*tailoring.Market) (*prices, error) {
	g := &prices{desk: d, book: book, packs: map[string]*tax.Pack{}}
	for _, m := range markets {
		if !tax.Has(rules.Files, m.Key) {
			continue
		}
		pack, err := tax.Load(rules.Files, m.Key)
		if err != nil {
			return nil, err
		}
		g.markets, g.packs[m.Key] = append(g.markets, m), pack
	}
	g.list = ui.NewPage(d.area, "prices", map[string]pricesView{"empty": {}}).Samples(samplePrices)
	g.sheet = ui.NewPage(d.area, "price-sheet", map[string]priceSheetView{}).Samples(sampleSheet)
	return g, nil
}

func (g *prices) routes() []route {
	return []route{
		{"GET " + pricesPath, staff.SeeCosts, g.show},
		{"POST " + pricesPath + "/rates", staff.EditCosts, g.setRate},
		{"POST " + pricesPath + "/rates/{rate}", staff.EditCosts, g.settleRate},
		{"POST " + pricesPath + "/terms", staff.EditCosts, g.setTerm},
		{"POST " + pricesPath + "/terms/{term}/end", staff.EditCosts, g.endTerm},
		{"GET " + pricesPath + "/{sku}", staff.SeeCosts, g.explain},
		{"POST " + pricesPath + "/{sku}", staff.SellProducts, g.set},
	}
}

// market is the one a request asks for, the first if it names none.
func (g *prices) market(r *http.Request) (*tailoring.Market, error) {
	key := r.FormValue("market")
	for _, m := range g.markets {
		if key == "" || m.Key == key {
			return m, nil
		}
	}
	return nil, pavilion.E(pavilion.NotFound, "market.unknown", pavilion.Args{"market": key})
}

// sellable refuses a way and a channel that a market does not have; "" is any. Errors: Invalid
// price.route_unknown and price.channel_unknown.
func sellable(m *tailoring.Market, route, channel string) error {
	switch {
	case route != "" && !slices.ContainsFunc(m.Route, func(one rules.Route) bool { return one.Key == route }):
		return pavilion.E(pavilion.Invalid, "price.route_unknown", pavilion.Args{"route": route})
	case channel != "" && !slices.Contains(m.Channels(), channel):
		return pavilion.E(pavilion.Invalid, "price.channel_unknown", pavilion.Args{"channel": channel})
	}
	return nil
}

// asked is what a sheet is about.
type asked struct {
	market  *tailoring.Market
	route   string
	channel string
	sku     catalog.SKU
	page    catalog.Page
	terms   []price.Term // all that were entered for the SKU or in general
	in      price.Input
}

// ask gathers what the price of a SKU follows from.
func (g *prices) ask(ctx context.Context, v db.Reader, m *tailoring.Market, id pavilion.SKUID, route, channel string) (asked, error) {
	a := asked{market: m, route: route, channel: cmp.Or(channel, own.Name)}
	var err error
	if a.sku, err = catalog.GetSKU(ctx, v, id); err != nil {
		return a, err
	}
	if a.page, err = catalog.Lookup(ctx, v, a.sku.Product, a.channel); err != nil {
		return a, err
	}
	categories, err := catalog.Categories(ctx, v)
	if err != nil {
		return a, err
	}
	about, goods := chain(categories, a.page.Product.Category)
	a.in.Goods = price.Goods{SKU: id, Kind: string(goods), GrossWeight: a.sku.GrossWeightG, Content: own.ContentOf(a.sku.Net)}
	if err := g.variant(ctx, v, &a); err != nil {
		return a, err
	}
	if a.route == "" || !slices.Contains(g.packs[m.Key].Routes, a.route) {
		a.route = g.packs[m.Key].Routes[0]
	}
	if a.terms, err = price.Terms(ctx, v, m.Key, id); err != nil {
		return a, err
	}
	a.in.Pack, a.in.Route, a.in.Channel, a.in.On = g.packs[m.Key], a.route, a.channel, m.Today(g.db.Now())
	a.in.Terms = price.Choose(a.terms, append([]string{string(id)}, about...), a.route, a.channel, a.in.On)
	a.in.Rates, err = price.RatesOn(ctx, v, a.in.On)
	if err != nil {
		return a, err
	}
	values, err := g.book.Read(ctx, v)
	a.in.Included = a.channel != own.Name || !values.Flag(setting.TaxAdded)
	return a, err
}

// variant reads from what was written for the market by which way goods come in and by which
// code they are taxed.
func (g *prices) variant(ctx context.Context, v db.Reader, a *asked) error {
	variant, err := tailoring.Get(ctx, v, a.sku.Product, a.market.Key)
	if pavilion.KindOf(err) == pavilion.NotFound && err != nil {
		return nil
	}
	if err != nil || variant.Version == 0 {
		return err
	}
	version, err := tailoring.GetVersion(ctx, v, variant.ID, variant.Version)
	if err != nil {
		return err
	}
	a.route = cmp.Or(a.route, version.Content.Route)
	a.in.Goods.Code = version.Content.SKUs[a.sku.ID].HSCode
	confirmed, err := tailoring.Confirmations(ctx, v, variant.ID)
	a.in.Goods.Confirmed = tailoring.Confirmed(confirmed, a.sku.ID, tailoring.HSCode, a.in.Goods.Code)
	return err
}

// chain is a category with those above it, the nearest first, and the kind of its goods.
func chain(all []catalog.Category, key string) (keys []string, goods catalog.Goods) {
	goods = catalog.GoodsFood
	for range all { // a chain is no longer than there are categories
		i := slices.IndexFunc(all, func(c catalog.Category) bool { return c.Key == key })
		if i < 0 {
			break
		}
		if len(keys) == 0 && all[i].Goods != "" {
			goods = all[i].Goods
		}
		keys, key = append(keys, key), all[i].Parent
	}
	return keys, goods
}
