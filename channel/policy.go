package channel

import (
	"context"
	"time"

	"pavilion"
	"pavilion/db"
	"pavilion/staff"
)

// PolicyKind is a way to say how much of a unit a shop gets.
type PolicyKind string

// The kinds of policies.
const (
	Pool    PolicyKind = "pool"    // its part of what all sell together, more where it sells more
	Fixed   PolicyKind = "fixed"   // so many units, as long as there are
	Percent PolicyKind = "percent" // so much of all there is
	Ring    PolicyKind = "ring"    // so many units, before all others, until a moment; then as a pool
	None    PolicyKind = "none"    // nothing
)

// Policy says how much of a unit a shop gets.
type Policy struct {
	Shop     pavilion.ShopID
	Ref      string // "" for all units of the shop that have no policy of their own
	Kind     PolicyKind
	Quantity int64     // units; of Percent, percent
	Reserve  int64     // of Pool: so many units are kept back from all shops on platforms
	Until    time.Time // of Ring
	Version  int64     // 0 where nobody said anything
}

// holds returns the policy as it is at a moment.
func (p Policy) holds(now time.Time) Policy {
	if p.Kind == "" || p.Kind == Ring && !now.Before(p.Until) {
		p.Kind = Pool
	}
	return p
}

const (
	policyColumns  = `shop_id, ref, kind, quantity, reserve, until, version`
	selectPolicy   = `select ` + policyColumns + ` from channel_policy where shop_id = $1 and ref in ('', $2) order by ref desc limit 1`
	selectPolicies = `select ` + policyColumns + ` from channel_policy where shop_id = $1 and ref > $2 order by ref limit $3`
	insertPolicy   = `insert into channel_policy (` + policyColumns + `) values ($1, $2, $3, $4, $5, $6, 1) on conflict do nothing`
	updatePolicy   = `update channel_policy set kind = $1, quantity = $2, reserve = $3, until = $4, version = version + 1 where shop_id = $5 and ref = $6 and version = $7`
	deletePolicy   = `delete from channel_policy where shop_id = $1 and ref = $2 and version = $3`
)

func scanPolicy(row db.Scanner) (p Policy, err error) {
	var until *int64
	err = row.Scan(&p.Shop, &p.Ref, &p.Kind, &p.Quantity, &p.Reserve, &until, &p.Version)
	if until != nil {
		p.Until = db.Time(*until)
	}
	return p, err
}

// PolicyOf returns the policy for a unit of a shop: its own, that of the shop, or a pool.
func PolicyOf(ctx context.Context, r db.Reader, shop pavilion.ShopID, ref string) (Policy, error) {
	p, found, err := db.One(ctx, r, scanPolicy, selectPolicy, string(shop), ref)
	if err == nil && !found {
		p = Policy{Shop: shop, Kind: Pool}
	}
	return p, err
}

// Policies lists what was said of the units of a shop, its own policy aside, by ref.
func Policies(ctx context.Context, r db.Reader, shop pavilion.ShopID, after string, limit int) ([]Policy, error) {
	return db.All(ctx, r, scanPolicy, selectPolicies, string(shop), after, limit)
}

// unitsMost bounds the numbers of a policy.
const unitsMost = 1_000_000_000

// SetPolicy says how much of a unit a shop gets from now on; p.Version is that of the policy
// that was seen. Errors: Invalid channel.policy_malformed with the field; Conflict
// channel.policy_changed.
func SetPolicy(ctx context.Context, tx *db.Tx, p Policy) error {
	wrong, most := "", int64(unitsMost)
	if p.Kind == Percent {
		most = 100
	}
	switch {
	case p.Kind != Pool && p.Kind != Fixed && p.Kind != Percent && p.Kind != Ring && p.Kind != None:
		wrong = "kind"
	case p.Quantity < 0 || p.Quantity > most:
		wrong = "quantity"
	case p.Reserve < 0 || p.Reserve > unitsMost:
		wrong = "reserve"
	case p.Kind == Ring && !p.Until.After(tx.Now()):
		wrong = "until"
	}
	if wrong != "" {
		return pavilion.E(pavilion.Invalid, "channel.policy_malformed", pavilion.Args{"most": most}).At(wrong)
	}
	if _, err := ShopOf(ctx, tx, p.Shop); err != nil {
		return err
	}
	var n int64
	var err error
	if p.Version == 0 {
		n, err = tx.Exec(ctx, insertPolicy, string(p.Shop), p.Ref, string(p.Kind), p.Quantity, p.Reserve, orNull(p.Until))
	} else {
		n, err = tx.Exec(ctx, updatePolicy, string(p.Kind), p.Quantity, p.Reserve, orNull(p.Until), string(p.Shop), p.Ref, p.Version)
	}
	return policyDone(ctx, tx, p, n, err)
}

// DropPolicy takes back what was said of a unit, so that the policy of the shop holds for it.
// Error: Conflict channel.policy_changed.
func DropPolicy(ctx context.Context, tx *db.Tx, p Policy) error {
	n, err := tx.Exec(ctx, deletePolicy, string(p.Shop), p.Ref, p.Version)
	p.Kind = ""
	return policyDone(ctx, tx, p, n, err)
}

func policyDone(ctx context.Context, tx *db.Tx, p Policy, n int64, err error) error {
	if err == nil && n == 0 {
		err = pavilion.E(pavilion.Conflict, "channel.policy_changed", nil)
	}
	if err != nil {
		return err
	}
	if p.Ref == "" {
		err = enqueueAll(ctx, tx, p.Shop)
	} else {
		err = enqueueShare(ctx, tx, p.Shop, p.Ref, 0)
	}
	if err != nil {
		return err
	}
	return staff.Note(ctx, tx, "channel.policy", string(p.Shop), map[string]any{"ref": p.Ref, "kind": string(p.Kind), "quantity": p.Quantity, "reserve": p.Reserve})
}
