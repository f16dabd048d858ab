package channel

import (
	"context"
	"time"

	"pavilion"
	"pavilion/db"
	"pavilion/stock"
)

// What was sold lately is counted over soldWithin, and over the last soldMost lines of orders.
const (
	soldWithin = 7 * 24 * time.Hour
	soldMost   = 500
)

const selectSold = `select o.channel, o.shop, sum(o.units) from (
		select s.channel as channel, s.shop as shop, l.quantity - l.refunded_quantity as units
		from order_line l join sale_order s on s.id = l.order_id
		where l.sku_id = $1 and l.order_id >= $2 and s.state not in ('cancelled', 'expired') order by l.order_id desc limit $3) o
	group by o.channel, o.shop order by o.channel, o.shop`

const (
	selectListed = `select state from channel_listing where shop_id = $1 and listing_id = $2`
	selectOnSale = `select on_sale from sku where id = $1`
)

// shut tells why nothing of a unit can be sold, "" if it can: its listing is not on the shelf of
// the platform, as far as it is ours, or somebody took one of its SKUs off sale.
func shut(ctx context.Context, r db.Reader, u Unit) (why string, err error) {
	state, found, err := db.One(ctx, r, scanText, selectListed, string(u.Shop), u.Listing)
	if err != nil || found && state != "" && ListingState(state) != ListingOn {
		return whyUnlisted, err
	}
	for _, p := range u.Parts {
		on, found, err := db.One(ctx, r, func(row db.Scanner) (on bool, err error) { return on, row.Scan(&on) }, selectOnSale, string(p.SKU))
		if err != nil || found && !on {
			return whyOffSale, err
		}
	}
	return "", nil
}

// seller is who sold some.
type seller struct{ channel, shop string }

// wants is how many of a unit its shop shall be granted, and why, if it is live.
func (e *Engine) wants(ctx context.Context, r db.Reader, u Unit) (want int64, why string, err error) {
	if why, err = shut(ctx, r, u); why != "" || err != nil {
		return 0, why, err
	}
	want = -1
	for _, p := range u.Parts {
		n, reason, err := e.wantsOf(ctx, r, p.SKU, u)
		if err != nil {
			return 0, "", err
		}
		if n /= p.Quantity; want < 0 || n < want {
			want, why = n, reason
		}
	}
	return max(0, want), why, nil
}

// wantsOf is how many units of a SKU shall be granted for one of the units that hold it.
func (e *Engine) wantsOf(ctx context.Context, r db.Reader, sku pavilion.SKUID, of Unit) (int64, string, error) {
	units, err := UnitsOf(ctx, r, []pavilion.SKUID{sku})
	if err != nil {
		return 0, "", err
	}
	askers := []asker{{own: true, each: 1}}
	sellers := []stock.Share{{Channel: e.o.Own}}
	sold, err := e.sold(ctx, r, sku)
	if err != nil {
		return 0, "", err
	}
	askers[0].sold = sold[seller{channel: e.o.Own}]
	asks, shops := -1, map[pavilion.ShopID]Shop{}
	for _, u := range units {
		shop, known := shops[u.Shop]
		if !known {
			if shop, err = ShopOf(ctx, r, u.Shop); err != nil {
				return 0, "", err
			}
			shops[u.Shop] = shop
		}
		s, err := shareOf(ctx, r, shop, u)
		if err != nil {
			return 0, "", err
		}
		a := asker{sold: sold[seller{shop.Channel, string(shop.ID)}]}
		for _, p := range u.Parts {
			if p.SKU == sku {
				a.each, a.granted = p.Quantity, s.Granted*p.Quantity
			}
		}
		if a.Policy, err = PolicyOf(ctx, r, u.Shop, u.Ref); err != nil {
			return 0, "", err
		}
		a.Policy = a.holds(e.d.Now())
		if shop.Mode != Live && shop.ID != of.Shop { // it keeps what it has
			a.Policy = Policy{Kind: Fixed, Quantity: s.Granted}
		}
		if u.Shop == of.Shop && u.Ref == of.Ref {
			asks = len(askers)
		}
		askers = append(askers, a)
		sellers = append(sellers, stock.Share{Channel: shop.Channel, Shop: string(shop.ID)})
	}
	if asks < 0 {
		return 0, whyNone, nil
	}
	spread, err := stock.SpreadOf(ctx, r, sku, sellers)
	if err != nil {
		return 0, "", err
	}
	for i := range askers {
		askers[i].most = spread.Most[i]
	}
	wants := share(spread.Units, askers)
	return wants[asks], askers[asks].why, nil
}

// sold is what was sold of a SKU lately.
func (e *Engine) sold(ctx context.Context, r db.Reader, sku pavilion.SKUID) (map[seller]int64, error) {
	first := pavilion.NewID[pavilion.OrderID](pavilion.PrefixOrder, e.d.Now().Add(-soldWithin))
	out := map[seller]int64{}
	err := db.Each(ctx, r, func(row db.Scanner) error {
		var s seller
		var n int64
		err := row.Scan(&s.channel, &s.shop, &n)
		out[s] = n
		return err
	}, selectSold, string(sku), string(first), soldMost)
	return out, err
}

// ShareRow is the share of a shop in a unit, as people read it.
type ShareRow struct {
	Share
	Of     Shop
	Policy Policy
}

// ShareRows lists the shares that hold a SKU, in all shops.
func ShareRows(ctx context.Context, r db.Reader, sku pavilion.SKUID) (rows []ShareRow, err error) {
	units, err := UnitsOf(ctx, r, []pavilion.SKUID{sku})
	if err != nil {
		return nil, err
	}
	for _, u := range units {
		row := ShareRow{}
		if row.Of, err = ShopOf(ctx, r, u.Shop); err != nil {
			return nil, err
		}
		if row.Share, err = shareOf(ctx, r, row.Of, u); err != nil {
			return nil, err
		}
		if row.Policy, err = PolicyOf(ctx, r, u.Shop, u.Ref); err != nil {
			return nil, err
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// PlannedShare is what would become of a unit if its shop were live.
type PlannedShare struct {
	Unit
	Offered int64 // there now; -1 if the platform did not say
	Wanted  int64 // would be granted, and offered
	Why     string
}

// PlanShares says what would become of units of a shop, by ref after one; it asks the platform
// what it offers now, and changes nothing.
func (e *Engine) PlanShares(ctx context.Context, id pavilion.ShopID, after string, limit int) (plan []PlannedShare, err error) {
	var ids []UnitID
	if err := e.d.Read(ctx, func(v *db.View) error {
		units, err := Units(ctx, v, id, after, limit)
		if err != nil {
			return err
		}
		for _, u := range units {
			p := PlannedShare{Unit: u, Offered: -1}
			if p.Wanted, p.Why, err = e.wants(ctx, v, u); err != nil {
				return err
			}
			plan, ids = append(plan, p), append(ids, u.UnitID)
		}
		return nil
	}); err != nil || len(plan) == 0 {
		return plan, err
	}
	var readings []StockReading
	if err := e.call(ctx, id, Act{Kind: "stock.read"}, func(ctx context.Context, c Connector, a Access) (err error) {
		readings, err = c.ReadStock(ctx, a, ids)
		return err
	}); err != nil {
		return nil, err
	}
	for i := range plan {
		for _, r := range readings {
			if r.UnitID == plan[i].UnitID {
				plan[i].Offered = r.Sellable
			}
		}
	}
	return plan, nil
}
