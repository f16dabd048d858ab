package channel

import (
	"context"
	"strings"
	"time"

	"pavilion"
	"pavilion/db"
	"pavilion/job"
	"pavilion/staff"
)

const (
	callColumns = `id, shop_id, kind, about, writes, at, took, request, status, answer, outcome`
	answerCall  = `update channel_call set took = $1, status = $2, answer = $3, outcome = $4 where id = $5`
	selectCall  = `select ` + callColumns + ` from channel_call where id = $1`
	sweepCalls  = `delete from channel_call where id in (select id from channel_call where writes = $1 and at < $2 order by at limit $3)`

	insertBrake  = `insert into channel_brake (shop, since, who, why) values ($1, $2, $3, $4) on conflict do nothing`
	deleteBrake  = `delete from channel_brake where shop = $1`
	selectBrakes = `select shop, since, who, why from channel_brake order by shop limit $1`
)

var insertCall = &db.Insert{Table: "channel_call", Columns: strings.Split(callColumns, ", ")}

func scanCall(row db.Scanner) (c Call, err error) {
	var at, took int64
	err = row.Scan(&c.ID, &c.Shop, &c.Act.Kind, &c.Act.About, &c.Act.Writes, &at, &took, &c.Request, &c.Status, &c.Answer, &c.Outcome)
	c.At, c.Took = db.Time(at), time.Duration(took)*time.Microsecond
	return c, err
}

func insertCalls(ctx context.Context, tx *db.Tx, calls []Call) error {
	rows := make([]any, 0, len(calls)*len(insertCall.Columns))
	for _, c := range calls {
		rows = append(rows, string(c.ID), string(c.Shop), c.Act.Kind, c.Act.About, c.Act.Writes,
			db.Micros(c.At), c.Took.Microseconds(), c.Request, c.Status, c.Answer, c.Outcome)
	}
	_, err := insertCall.Rows(ctx, tx, rows)
	return err
}

func answerCalls(ctx context.Context, tx *db.Tx, calls []Call) error {
	for _, c := range calls {
		if _, err := tx.Exec(ctx, answerCall, c.Took.Microseconds(), c.Status, c.Answer, c.Outcome, string(c.ID)); err != nil {
			return err
		}
	}
	return nil
}

// CallFilter chooses calls; the zero value chooses all.
type CallFilter struct {
	Shop   pavilion.ShopID
	Kind   string
	About  string
	Writes bool // only those that change something
	Failed bool // only those that did not do what they should
}

func (f CallFilter) where() (w db.Where) {
	if f.Shop != "" {
		w.And("shop_id = $1", string(f.Shop))
	}
	if f.About != "" {
		w.And("about = $1", f.About)
	}
	if f.Kind != "" {
		w.And("kind = $1", f.Kind)
	}
	if f.Writes {
		w.And("writes = $1", true)
	}
	if f.Failed {
		w.And("outcome <> $1", OutcomeOK)
	}
	return w
}

// CountCalls counts calls, and stops at most.
func CountCalls(ctx context.Context, r db.Reader, f CallFilter, most int64) (n int64, err error) {
	query, args := f.where().SQL(`select count(*) from (select 1 from channel_call`, `limit $1) some`, most)
	return n, r.QueryRow(ctx, query, args...).Scan(&n)
}

// Calls lists calls, the latest first, before one; "" begins with the last.
func Calls(ctx context.Context, r db.Reader, f CallFilter, before pavilion.CallID, limit int) ([]Call, error) {
	w := f.where()
	if before != "" {
		w.And("id < $1", string(before))
	}
	query, args := w.SQL(`select `+callColumns+` from channel_call`, `order by id desc limit $1`, limit)
	return db.All(ctx, r, scanCall, query, args...)
}

// CallOf returns a call. Error: NotFound channel.call_unknown.
func CallOf(ctx context.Context, r db.Reader, id pavilion.CallID) (Call, error) {
	c, found, err := db.One(ctx, r, scanCall, selectCall, string(id))
	if err == nil && !found {
		err = pavilion.E(pavilion.NotFound, "channel.call_unknown", nil)
	}
	return c, err
}

// How long calls are kept: what only asked, and what changed something.
const (
	askedKept   = 24 * time.Hour
	changedKept = 90 * 24 * time.Hour
)

// SweepCalls forgets old calls, at most limit of a sort, and returns how many.
func SweepCalls(ctx context.Context, tx *db.Tx, limit int) (n int64, err error) {
	for _, old := range []struct {
		writes bool
		kept   time.Duration
	}{{false, askedKept}, {true, changedKept}} {
		swept, err := tx.Exec(ctx, sweepCalls, old.writes, db.Micros(tx.Now().Add(-old.kept)), limit)
		if err != nil {
			return n, err
		}
		n += swept
	}
	return n, nil
}

// Brake holds back everything that would change something on a platform.
type Brake struct {
	Shop  pavilion.ShopID // "" for all shops
	Since time.Time
	Who   string // the actor who pulled it
	Why   string
}

func scanBrake(row db.Scanner) (b Brake, err error) {
	var since int64
	err = row.Scan(&b.Shop, &since, &b.Who, &b.Why)
	b.Since = db.Time(since)
	return b, err
}

// Brakes lists the brakes that are on.
func Brakes(ctx context.Context, r db.Reader) ([]Brake, error) {
	return db.All(ctx, r, scanBrake, selectBrakes, shopsMost+1)
}

// whyMost is how many bytes a reason may have.
const whyMost = 500

// PullBrake holds back, from now on, everything that would change something in a shop, or in
// all of them for "". What is under way is not called back. Error: Invalid channel.why_long.
func PullBrake(ctx context.Context, tx *db.Tx, shop pavilion.ShopID, why string) error {
	if len(why) > whyMost {
		return pavilion.E(pavilion.Invalid, "channel.why_long", pavilion.Args{"most": whyMost}).At("why")
	}
	n, err := tx.Exec(ctx, insertBrake, string(shop), db.Micros(tx.Now()), tx.Actor().String(), why)
	if err != nil || n == 0 {
		return err
	}
	return staff.Note(ctx, tx, "channel.brake", string(shop), map[string]any{"why": why})
}

// ReleaseBrake lets everything go on, and has it begin.
func ReleaseBrake(ctx context.Context, tx *db.Tx, shop pavilion.ShopID) error {
	n, err := tx.Exec(ctx, deleteBrake, string(shop))
	if err != nil || n == 0 {
		return err
	}
	shops, err := Shops(ctx, tx)
	if err != nil {
		return err
	}
	for _, s := range shops {
		if shop != "" && s.ID != shop {
			continue
		}
		if err := enqueueAll(ctx, tx, s.ID); err != nil {
			return err
		}
	}
	if err := wake(ctx, tx); err != nil {
		return err
	}
	return staff.Note(ctx, tx, "channel.brake_off", string(shop), nil)
}

// wake has what was held back tried again; what still is parks again.
func wake(ctx context.Context, tx *db.Tx) error {
	for _, reason := range []string{"channel.braked", "channel.watched", "channel.stopped"} {
		if err := job.RetryParked(ctx, tx, reason); err != nil {
			return err
		}
	}
	return nil
}
