package stock

import (
	"context"
	"slices"

	"pavilion"
	"pavilion/db"
)

// Share is how many units of a SKU a shop on a platform may sell without asking: its orders
// are told to us later, and are covered by it. Those units are not reserved, and belong to no
// lot; they are only not free for anybody else.
type Share struct {
	Channel string
	Shop    string // of the channel
	SKU     pavilion.SKUID
	Granted int64
	MinDays int // what the channel asks for now
}

// grantee is who was granted a share.
type grantee struct{ channel, shop string }

func (s Share) of() grantee { return grantee{s.Channel, s.Shop} }

const (
	insertPool = `insert into stock_pool (sku_id, turns) values ($1, 0) on conflict do nothing`

	raiseShare = `insert into channel_share (channel, shop, sku_id, granted) values ($1, $2, $3, $4)
		on conflict (channel, shop, sku_id) do update set granted = channel_share.granted + excluded.granted`
	lowerShare = `update channel_share set granted = granted - $1 where channel = $2 and shop = $3 and sku_id = $4 and granted >= $1`
)

var (
	// takeTurns makes transactions that promise units of a SKU, or grant them, follow one
	// another: what is free for all of them is a sum over its lots, and no guard on a lot
	// could keep it.
	takeTurns    = &db.Keyed{Text: `update stock_pool set turns = turns + 1 where sku_id in (%s) returning sku_id`}
	selectShares = &db.Keyed{Text: `select channel, shop, sku_id, granted from channel_share where granted > 0 and sku_id in (%s) order by channel, shop, sku_id`}
)

func scanShare(row db.Scanner) (s Share, err error) {
	return s, row.Scan(&s.Channel, &s.Shop, &s.SKU, &s.Granted)
}

// Shares lists what is granted of SKUs, by SKU; those of which nothing is are not in the map.
func Shares(ctx context.Context, r db.Reader, skus []pavilion.SKUID) (map[pavilion.SKUID][]Share, error) {
	found, err := db.AllKeyed(ctx, r, scanShare, selectShares, inOrder(skus))
	if err != nil || len(found) == 0 {
		return nil, err
	}
	var channels []string
	for _, s := range found {
		if !slices.Contains(channels, s.Channel) {
			channels = append(channels, s.Channel)
		}
	}
	rs, err := readRules(ctx, r, channels, inOrder(skus))
	if err != nil {
		return nil, err
	}
	out := map[pavilion.SKUID][]Share{}
	for _, s := range found {
		s.MinDays = rs.of(s.Channel, s.SKU).minDays
		out[s.SKU] = append(out[s.SKU], s)
	}
	return out, nil
}

// Raise grants a shop up to so many more units of a SKU, and returns how many it was: only
// units that are free for the shop's channel, and that nobody else was granted.
func Raise(ctx context.Context, tx *db.Tx, channel, shop string, sku pavilion.SKUID, by int64) (int64, error) {
	if by < 1 || by > MaxQuantity {
		return 0, pavilion.E(pavilion.Invalid, "stock.quantity", pavilion.Args{"quantity": by, "max": MaxQuantity}).At("quantity")
	}
	if err := takeTurn(ctx, tx, []pavilion.SKUID{sku}); err != nil {
		return 0, err
	}
	p, err := readPool(ctx, tx, []string{channel}, []pavilion.SKUID{sku})
	if err != nil {
		return 0, err
	}
	who := grantee{channel, shop}
	by = min(by, p.uncommitted(who, sku, p.rules.of(channel, sku).minDays)-p.own(who, sku))
	if by <= 0 {
		return 0, nil
	}
	_, err = tx.Exec(ctx, raiseShare, channel, shop, string(sku), by)
	tx.Signal("stock")
	return by, err
}

// Lower takes granted units back, so that they are free for all. The caller knows that the
// shop does not sell them any more. Error: Conflict stock.not_granted{quantity} when fewer are
// granted.
func Lower(ctx context.Context, tx *db.Tx, channel, shop string, sku pavilion.SKUID, by int64) error {
	done, err := lower(ctx, tx, Share{Channel: channel, Shop: shop, SKU: sku, Granted: by})
	if err == nil && !done {
		err = pavilion.E(pavilion.Conflict, "stock.not_granted", pavilion.Args{"quantity": by})
	}
	return err
}

// lower takes away what a share says was granted, if as much is.
func lower(ctx context.Context, tx *db.Tx, s Share) (bool, error) {
	n, err := tx.Exec(ctx, lowerShare, s.Granted, s.Channel, s.Shop, string(s.SKU))
	tx.Signal("stock")
	return n > 0, err
}

// Regrant is [Release] of an order of a shop whose platform offers the units again by itself:
// they go back into its share, and not to those that are free for all.
func Regrant(ctx context.Context, tx *db.Tx, channel, shop string, order pavilion.OrderID) error {
	held, err := Reservations(ctx, tx, order)
	if err != nil {
		return err
	}
	if err := Release(ctx, tx, order); err != nil {
		return err
	}
	for _, r := range held {
		if r.State != Active {
			continue
		}
		if _, err := tx.Exec(ctx, raiseShare, channel, shop, string(r.SKU), r.Quantity); err != nil {
			return err
		}
	}
	return nil
}

// RegrantLine is [ReleaseLine] of an order of a shop whose platform offers the units again by
// itself, as [Regrant] is [Release].
func RegrantLine(ctx context.Context, tx *db.Tx, channel, shop string, order pavilion.OrderID, line int, quantity int64) error {
	held, err := Reservations(ctx, tx, order)
	if err != nil {
		return err
	}
	if err := ReleaseLine(ctx, tx, order, line, quantity); err != nil {
		return err
	}
	i := slices.IndexFunc(held, func(r Reservation) bool { return r.Line == line && r.State == Active })
	_, err = tx.Exec(ctx, raiseShare, channel, shop, string(held[i].SKU), quantity)
	return err
}

// pool is what is free of some SKUs and who was granted some of it.
type pool struct {
	stacks map[pavilion.SKUID][]*stack
	shares map[pavilion.SKUID][]Share
	rules  rules
}

// takeTurn waits until nobody else promises or grants units of the SKUs.
func takeTurn(ctx context.Context, tx *db.Tx, skus []pavilion.SKUID) error {
	_, err := db.AllKeyed(ctx, tx, scanOne[pavilion.SKUID], takeTurns, inOrder(skus))
	return err
}

// readPool reads what is there of SKUs. Who means to take some takes a turn before.
func readPool(ctx context.Context, r db.Reader, channels []string, skus []pavilion.SKUID) (p pool, err error) {
	if p.stacks, err = readStacks(ctx, r, skus); err != nil {
		return p, err
	}
	if p.shares, err = Shares(ctx, r, skus); err != nil {
		return p, err
	}
	p.rules, err = readRules(ctx, r, channels, skus)
	return p, err
}

// lying is how many free units have at least so many days left.
func (p pool) lying(sku pavilion.SKUID, days int) (units int64) {
	for _, st := range p.stacks[sku] {
		if st.daysLeft >= days {
			units += st.free
		}
	}
	return units
}

// granted is how many units, that must have at least so many days left or more, all but one
// were granted.
func (p pool) granted(sku pavilion.SKUID, days int, but grantee) (units int64) {
	for _, s := range p.shares[sku] {
		if s.MinDays >= days && s.of() != but {
			units += s.Granted
		}
	}
	return units
}

// own is what one was granted of a SKU.
func (p pool) own(who grantee, sku pavilion.SKUID) int64 {
	for _, s := range p.shares[sku] {
		if s.of() == who {
			return s.Granted
		}
	}
	return 0
}

// uncommitted is how many units one could have of a SKU that were not granted to others: of
// what has as many days left as the one asks for, and of what others would take with fewer.
// Those that ask for more days lose nothing, because what ends first is sold first. It is
// below zero when others were granted more than lies there.
func (p pool) uncommitted(who grantee, sku pavilion.SKUID, days int) int64 {
	units := p.lying(sku, days) - p.granted(sku, days, who)
	for _, s := range p.shares[sku] {
		if s.MinDays < days && s.of() != who {
			units = min(units, p.lying(sku, s.MinDays)-p.granted(sku, s.MinDays, who))
		}
	}
	return units
}

// available is how many units of a SKU one may sell now. Who was granted some may sell them
// as long as they lie there, even if by now less does than was granted to all together.
func (p pool) available(who grantee, sku pavilion.SKUID) int64 {
	days := p.rules.of(who.channel, sku).minDays
	return max(0, p.uncommitted(who, sku, days), min(p.own(who, sku), p.lying(sku, days)))
}

// spend takes what was sold out of the share of who sold it, as far as it goes, and returns
// how much that was.
func (p pool) spend(who grantee, sku pavilion.SKUID, units int64) int64 {
	for i, s := range p.shares[sku] {
		if s.of() == who {
			units = min(units, s.Granted)
			p.shares[sku][i].Granted -= units
			return units
		}
	}
	return 0
}

// Uncovered is how many units of a SKU were granted that are not there: after goods were found
// missing or broken, held, or came to their end while platforms still offered them.
func Uncovered(ctx context.Context, r db.Reader, skus []pavilion.SKUID) (map[pavilion.SKUID]int64, error) {
	p := pool{}
	var err error
	if p.shares, err = Shares(ctx, r, skus); err != nil || len(p.shares) == 0 {
		return nil, err
	}
	if p.stacks, err = readStacks(ctx, r, skus); err != nil {
		return nil, err
	}
	out := map[pavilion.SKUID]int64{}
	for sku, shares := range p.shares {
		for _, s := range shares {
			if missing := p.granted(sku, s.MinDays, grantee{}) - p.lying(sku, s.MinDays); missing > 0 {
				out[sku] = max(out[sku], missing)
			}
		}
	}
	return out, nil
}

const selectGranted = `select distinct sku_id from channel_share where granted > 0 and sku_id > $1 order by sku_id limit $2`

// shares compares what shops were granted with what lies there.
func (v *verifier) shares(ctx context.Context) error {
	var last pavilion.SKUID
	for {
		page, err := db.All(ctx, v.r, scanOne[pavilion.SKUID], selectGranted, last, verifyPage)
		if err != nil || len(page) == 0 {
			return err
		}
		last = page[len(page)-1]
		missing, err := Uncovered(ctx, v.r, page)
		if err != nil {
			return err
		}
		all, err := Shares(ctx, v.r, page)
		if err != nil {
			return err
		}
		for _, sku := range page {
			if missing[sku] == 0 {
				continue
			}
			d := Difference{Reason: "stock.verify_granted", SKU: sku}
			for _, s := range all[sku] {
				d.Stored += s.Granted
				d.Rows = append(d.Rows, row("channel_share", s.Channel, s.Shop, s.SKU))
			}
			d.Counted = d.Stored - missing[sku]
			if err := v.report(d); err != nil {
				return err
			}
		}
	}
}
