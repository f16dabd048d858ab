package console

import (
	"context"
	"slices"

	"pavilion"
	"pavilion/catalog"
	"pavilion/channel/own"
	"pavilion/db"
	"pavilion/report"
	"pavilion/staff"
	"pavilion/stock"
	"pavilion/web/ui"
)

// newOwnProducts is the list of a producer's products.
func newOwnProducts(d *desk) *lister[catalog.Listing] {
	filtered := func(q query) catalog.ProductFilter {
		f := catalog.ProductFilter{Producer: ownOf(q.who), Words: q.text("q")}
		if sold := q.text("sale"); sold != "" {
			on := sold == "on"
			f.OnSale = &on
		}
		return f
	}
	id := func(l catalog.Listing) string { return string(l.Product.ID) }
	return newList(d, list[catalog.Listing]{
		path: ownPath + "/products", title: "own.products", right: staff.SeeOwn,
		filters: []filter{
			{key: "q", label: "console.list.words", kind: filterText},
			{key: "sale", label: "own.state", kind: filterChoice, options: func(p *ui.Printer) []ui.Option {
				return []ui.Option{{Value: "on", Label: p.T("own.on_sale")}, {Value: "off", Label: p.T("own.not_on_sale")}}
			}},
		},
		columns: []column[catalog.Listing]{
			{key: "name", label: "own.name", value: func(l catalog.Listing) any { return l.Product.Name }},
			{key: "gtin", label: "own.gtin", value: func(l catalog.Listing) any { return string(l.First().GTIN) }},
			{key: "code", label: "own.code", value: func(l catalog.Listing) any { return l.First().ProducerCode }},
			{key: "state", label: "own.state", value: func(l catalog.Listing) any { return saleWord(l.OnSale) }},
			{key: "price", label: "own.price", value: func(l catalog.Listing) any { return l.Prices[l.First().ID] }},
			{key: "missing", label: "own.missing", value: func(l catalog.Listing) any { return len(l.Completeness.Missing()) }},
		},
		empty: func(p *ui.Printer) ui.Empty {
			return ui.Empty{Title: p.T("own.begin"), Text: p.T("own.begin_text"), Action: ui.Link{URL: ownPath + "/imports", Label: p.T("own.hand_in")}}
		},
		rows: func(ctx context.Context, v *db.View, q query) ([]catalog.Listing, error) {
			return catalog.ListProducts(ctx, v, filtered(q), own.Name, pavilion.ProductID(q.after), q.limit)
		},
		count: func(ctx context.Context, v *db.View, q query, most int64) (int64, error) {
			return catalog.CountProducts(ctx, v, filtered(q), most)
		},
		id: id, key: id,
		url: func(l catalog.Listing) string { return ownProduct(l.Product.ID) },
	})
}

// The words for whether a product is sold.
const (
	onSale    word = "own.on_sale"
	notOnSale word = "own.not_on_sale"
)

func saleWord(on bool) word {
	if on {
		return onSale
	}
	return notOnSale
}

// ownLot is what lies of a lot in a warehouse, with the names people know them by.
type ownLot struct {
	stock.LotBalance
	Name  catalog.SKUName
	Place stock.Warehouse
}

// ownLots reads balances with the names of what lies there and of where it lies.
func ownLots(ctx context.Context, v *db.View, f stock.Filter, after string, limit int) ([]ownLot, error) {
	found, err := stock.List(ctx, v, f, after, limit)
	if err != nil {
		return nil, err
	}
	names, err := skuNames(ctx, v, found, func(b stock.LotBalance) pavilion.SKUID { return b.SKU })
	if err != nil {
		return nil, err
	}
	places, err := stock.Warehouses(ctx, v)
	lots := make([]ownLot, len(found))
	for i, b := range found {
		lots[i] = ownLot{LotBalance: b, Name: names[b.SKU]}
		if at := slices.IndexFunc(places, func(w stock.Warehouse) bool { return w.ID == b.Warehouse }); at >= 0 {
			lots[i].Place = places[at]
		}
	}
	return lots, err
}

// newOwnLots is the list of a producer's lots by place.
func newOwnLots(d *desk) *lister[ownLot] {
	filtered := func(q query) stock.Filter {
		return stock.Filter{Producer: ownOf(q.who), Code: q.text("code"), State: stock.State(q.text("state"))}
	}
	return newList(d, list[ownLot]{
		path: ownPath + "/stock", title: "own.stock", right: staff.SeeOwn,
		filters: []filter{
			{key: "code", label: "own.lot", kind: filterText},
			{key: "state", label: "own.state", kind: filterChoice, options: func(p *ui.Printer) (all []ui.Option) {
				for _, s := range stock.States {
					all = append(all, ui.Option{Value: string(s), Label: p.T("own.lots." + string(s))})
				}
				return all
			}},
		},
		columns: []column[ownLot]{
			{key: "name", label: "own.name", value: func(l ownLot) any { return l.Name.Name }},
			{key: "lot", label: "own.lot", value: func(l ownLot) any { return l.Code }},
			{key: "place", label: "own.place", value: func(l ownLot) any { return l.Place.Code }},
			{key: "on_hand", label: "own.on_hand", value: func(l ownLot) any { return l.OnHand }},
			{key: "reserved", label: "own.reserved", value: func(l ownLot) any { return l.Reserved }},
			{key: "until", label: "own.best_before", value: func(l ownLot) any { return l.BestBefore },
				show: func(p *ui.Printer, l ownLot, c *cell) { c.Badge = daysLeft(p, l.LotBalance) }},
		},
		empty: func(p *ui.Printer) ui.Empty {
			return ui.Empty{Title: p.T("own.no_lots"), Text: p.T("own.no_lots_text")}
		},
		rows: func(ctx context.Context, v *db.View, q query) ([]ownLot, error) {
			return ownLots(ctx, v, filtered(q), q.after, q.limit)
		},
		count: func(ctx context.Context, v *db.View, q query, most int64) (int64, error) {
			return stock.Count(ctx, v, filtered(q), most)
		},
		id: func(l ownLot) string { return string(l.Lot) }, key: func(l ownLot) string { return l.LotBalance.Key() },
		url: func(l ownLot) string { return ownProduct(l.Name.Product) },
	})
}

// newOwnSales is what was sold of a producer's goods by day.
func newOwnSales(d *desk) *lister[report.Row] {
	read := func(ctx context.Context, v *db.View, q query) ([]report.Row, error) {
		all, err := report.Days(ctx, v, report.OfProducer(ownOf(q.who)), period(q))
		slices.Reverse(all)
		return all, err
	}
	return newList(d, list[report.Row]{
		path: ownPath + "/sales", title: "figures.days", right: staff.SeeOwn, filters: figureFilters(),
		columns: figureColumns(dayColumn, func(r report.Row) report.Figures { return r.Figures }),
		empty: func(p *ui.Printer) ui.Empty {
			return ui.Empty{Title: p.T("own.no_sales"), Text: p.T("own.sum_note")}
		},
		rows: func(ctx context.Context, v *db.View, q query) ([]report.Row, error) {
			all, err := read(ctx, v, q)
			return page(all, q, dayKey), err
		},
		count: func(ctx context.Context, v *db.View, q query, most int64) (int64, error) {
			all, err := read(ctx, v, q)
			return min(int64(len(all)), most), err
		},
		id: dayKey, key: dayKey,
	})
}
