package channel

import (
	"context"
	"time"

	"pavilion"
	"pavilion/db"
	"pavilion/stock"
)

// Share is the share of a shop in a unit, with what people read about it.
type Share struct {
	Unit
	Standing
	Wanted  int64
	Why     string    // the reason for what is wanted
	Trouble string    // the reason why the platform refused the last correction, "" if it did not
	Refused time.Time // when it did; zero if it did not
	version int64     // 0 if nothing is kept of it yet
}

const (
	standingColumns = `granted, call_key, call_by, call_to, call_over, call_sent, offered, read_at, draining_since, set_at, anew,
		beyond, beyond_since, wanted, why, trouble, refused_at, version`
	selectStanding = `select ` + standingColumns + ` from channel_standing where shop_id = $1 and ref = $2`
	insertStanding = `insert into channel_standing (` + standingColumns + `, looked_at, shop_id, ref)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, 1, $18, $19, $20) on conflict do nothing`
	updateStanding = `update channel_standing set granted = $1, call_key = $2, call_by = $3, call_to = $4, call_over = $5, call_sent = $6,
		offered = $7, read_at = $8, draining_since = $9, set_at = $10, anew = $11, beyond = $12, beyond_since = $13, wanted = $14, why = $15, trouble = $16,
		refused_at = $17, looked_at = $18, version = version + 1 where shop_id = $19 and ref = $20 and version = $21`
	forgiveStanding = `update channel_standing set refused_at = null, version = version + 1 where shop_id = $1 and ref = $2 and refused_at is not null`

	selectNeighbours = `select count(*) from channel_unit_part p where p.shop_id = $1 and p.sku_id = $2 and p.ref <> $3`
	sumNeighbours    = `select coalesce(sum(s.granted * p.quantity), 0) from channel_unit_part p
		join channel_standing s on s.shop_id = p.shop_id and s.ref = p.ref where p.shop_id = $1 and p.sku_id = $2 and p.ref <> $3`
	selectReserved = `select coalesce(sum(r.quantity), 0) from reservation r
		join channel_order o on o.order_id = r.order_id and o.order_id <> ''
		join channel_order_line l on l.shop_id = o.shop_id and l.number = o.number and r.line >= l.first and r.line < l.first + l.lines
		where r.sku_id = $1 and r.channel = $2 and r.state = 'active' and o.shop_id = $3 and l.ref = $4`
)

func scanStanding(row db.Scanner) (s Share, err error) {
	var sent, read, draining, set, since, refused *int64
	err = row.Scan(&s.Granted, &s.Call.Key, &s.Call.By, &s.Call.To, &s.Call.Over, &sent, &s.Offered, &read, &draining, &set, &s.Anew,
		&s.Beyond, &since, &s.Wanted, &s.Why, &s.Trouble, &refused, &s.version)
	for from, to := range map[*int64]*time.Time{sent: &s.Call.Sent, read: &s.Read, draining: &s.Draining, set: &s.Set, since: &s.BeyondSince, refused: &s.Refused} {
		if from != nil {
			*to = db.Time(*from)
		}
	}
	return s, err
}

// shareOf reads the share of a shop in a unit. What a plain unit was granted is what the stock
// says; of one that shares a SKU with other units of the shop, what stands here.
func shareOf(ctx context.Context, r db.Reader, shop Shop, u Unit) (Share, error) {
	s, _, err := db.One(ctx, r, scanStanding, selectStanding, string(shop.ID), u.Ref)
	if err != nil {
		return Share{}, err
	}
	s.Unit = u
	alone, err := alone(ctx, r, u)
	if err != nil || !alone {
		return s, err
	}
	shares, err := stock.Shares(ctx, r, []pavilion.SKUID{u.Parts[0].SKU})
	if err != nil {
		return Share{}, err
	}
	s.Granted = 0
	for _, of := range shares[u.Parts[0].SKU] {
		if of.Channel == shop.Channel && of.Shop == string(shop.ID) {
			s.Granted = of.Granted / u.Parts[0].Quantity
		}
	}
	return s, nil
}

// alone tells whether a unit is of one SKU that no other unit of its shop holds.
func alone(ctx context.Context, r db.Reader, u Unit) (bool, error) {
	if len(u.Parts) != 1 {
		return false, nil
	}
	var others int64
	err := r.QueryRow(ctx, selectNeighbours, string(u.Shop), string(u.Parts[0].SKU), u.Ref).Scan(&others)
	return others == 0, err
}

// pending is how many units are in a platform's orders that we have not taken in, if so many
// are held there in orders not shipped: less what we keep reserved for them. It must be read
// before the share.
func pending(ctx context.Context, r db.Reader, shop Shop, u Unit, held int64) (int64, error) {
	if held < 0 {
		return held, nil
	}
	var reserved int64
	err := r.QueryRow(ctx, selectReserved, string(u.Parts[0].SKU), shop.Channel, string(shop.ID), u.Ref).Scan(&reserved)
	return held - reserved/u.Parts[0].Quantity, err
}

// keepShare writes a share down, as it was read. Error: Conflict channel.share_changed when
// somebody else did meanwhile.
func keepShare(ctx context.Context, tx *db.Tx, s Share) error {
	args := []any{s.Granted, s.Call.Key, s.Call.By, s.Call.To, s.Call.Over, orNull(s.Call.Sent), s.Offered, orNull(s.Read), orNull(s.Draining),
		orNull(s.Set), s.Anew, s.Beyond, orNull(s.BeyondSince), s.Wanted, s.Why, s.Trouble, orNull(s.Refused), db.Micros(tx.Now()), string(s.Shop), s.Ref}
	query := insertStanding
	if s.version > 0 {
		query, args = updateStanding, append(args, s.version)
	}
	n, err := tx.Exec(ctx, query, args...)
	if err == nil && n == 0 {
		err = pavilion.E(pavilion.Conflict, "channel.share_changed", nil)
	}
	return err
}

// raise grants a shop up to so many more of a unit, and returns how many: of each part as many
// as there are of the scarcest.
func raise(ctx context.Context, tx *db.Tx, shop Shop, u Unit, by int64) (int64, error) {
	least, got := by, make([]int64, len(u.Parts))
	for i, p := range u.Parts {
		if least == 0 {
			break
		}
		n, err := stock.Raise(ctx, tx, shop.Channel, string(shop.ID), p.SKU, min(least*p.Quantity, stock.MaxQuantity))
		if err != nil {
			return 0, err
		}
		got[i], least = n, n/p.Quantity
	}
	for i, p := range u.Parts {
		if over := got[i] - least*p.Quantity; over > 0 {
			if err := stock.Lower(ctx, tx, shop.Channel, string(shop.ID), p.SKU, over); err != nil {
				return 0, err
			}
		}
	}
	return least, nil
}

// lower takes back so many of a unit that were granted, of which so many are left. Where other
// units of the shop share a SKU, never what they were granted: which of them an order was covered
// by is known only when all that was called off before it was heard of.
func lower(ctx context.Context, tx *db.Tx, shop Shop, u Unit, by, left int64) error {
	alone, err := alone(ctx, tx, u)
	if err != nil {
		return err
	}
	for _, p := range u.Parts {
		units := by * p.Quantity
		if !alone {
			spare, err := spare(ctx, tx, shop, u, p, left)
			if err != nil {
				return err
			}
			units = max(0, min(units, spare))
		}
		if units == 0 {
			continue
		}
		if err := stock.Lower(ctx, tx, shop.Channel, string(shop.ID), p.SKU, units); err != nil {
			return err
		}
	}
	return nil
}

// spare is how many units of a SKU a shop was granted that none of its units stands for, if so
// many of one are left.
func spare(ctx context.Context, r db.Reader, shop Shop, u Unit, p Part, left int64) (units int64, err error) {
	if err := r.QueryRow(ctx, sumNeighbours, string(u.Shop), string(p.SKU), u.Ref).Scan(&units); err != nil {
		return 0, err
	}
	units = -units - left*p.Quantity
	shares, err := stock.Shares(ctx, r, []pavilion.SKUID{p.SKU})
	for _, s := range shares[p.SKU] {
		if s.Channel == shop.Channel && s.Shop == string(shop.ID) {
			units += s.Granted
		}
	}
	return units, err
}

const tookUnits = `update channel_standing set granted = case when granted > $1 then granted - $1 else 0 end, version = version + 1 where shop_id = $2 and ref = $3`

// Took notes that so many of a unit were taken in with an order, and covered by what the shop
// was granted; of a plain unit the stock knows. A negative number went back into the grant.
func Took(ctx context.Context, tx *db.Tx, shop pavilion.ShopID, ref string, units int64) error {
	_, err := tx.Exec(ctx, tookUnits, units, string(shop), ref)
	return err
}
