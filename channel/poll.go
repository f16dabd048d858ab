package channel

import (
	"context"
	"net/http"
	"slices"
	"time"

	"pavilion"
	"pavilion/db"
	"pavilion/job"
	"pavilion/order"
	"pavilion/staff"
)

// The kinds of jobs that take in what platforms tell.
const (
	PollJob  = "channel.poll"  // what changed in a shop since it was asked last
	OrderJob = "channel.order" // one order, of which we were told that it changed
	GapsJob  = "channel.gaps"  // all of the last days once more, for what was missed
)

// OrderNumber says which order of which shop.
type OrderNumber struct {
	Shop   pavilion.ShopID `json:"shop"`
	Number string          `json:"number"`
}

const (
	selectCursor = `select until from channel_cursor where shop_id = $1 and what = $2`
	upsertCursor = `insert into channel_cursor (shop_id, what, until) values ($1, $2, $3)
		on conflict (shop_id, what) do update set until = excluded.until where excluded.until > channel_cursor.until`
)

const (
	firstLook = 15 * 24 * time.Hour // how far a new shop is looked back in
	gapsBack  = 3 * 24 * time.Hour  // how far gaps are looked for
)

// cursor is up to when we have read what a shop told of something; found is false if never.
func cursor(ctx context.Context, r db.Reader, shop pavilion.ShopID, what string) (time.Time, bool, error) {
	us, found, err := db.One(ctx, r, func(row db.Scanner) (us int64, err error) { return us, row.Scan(&us) }, selectCursor, string(shop), what)
	return db.Time(us), found, err
}

// read asks a shop for what changed, window by window, and moves the cursor behind what was
// taken in: not past what the platform may not show yet. What is asked for overlaps, so that
// nothing falls between two questions.
func (e *Engine) read(ctx context.Context, shop Shop, what string, ask func(ctx context.Context, q Asked) (next string, err error)) error {
	c, err := e.connector(shop.Channel)
	if err != nil {
		return err
	}
	t, now := c.Traits(), e.d.Now()
	var from time.Time
	if err := e.d.Read(ctx, func(v *db.View) error {
		until, found, err := cursor(ctx, v, shop.ID, what)
		if from = until.Add(-t.Overlap); !found {
			from = now.Add(-min(firstLook, t.Depth))
		}
		return err
	}); err != nil {
		return err
	}
	if t.Depth > 0 && from.Before(now.Add(-t.Depth)) {
		from = now.Add(-t.Depth)
	}
	return windows(from, now, t.Window, func(from, to time.Time) error {
		if err := pages(ctx, from, to, ask); err != nil {
			return err
		}
		until := to
		if limit := now.Add(-t.Lag); until.After(limit) {
			until = limit
		}
		return e.write(ctx, func(tx *db.Tx) error {
			_, err := tx.Exec(ctx, upsertCursor, string(shop.ID), what, db.Micros(until))
			return err
		})
	})
}

// windows cuts a span into ones that a platform answers.
func windows(from, to time.Time, most time.Duration, fn func(from, to time.Time) error) error {
	if most <= 0 {
		most = 24 * time.Hour
	}
	for from.Before(to) {
		end := from.Add(most)
		if end.After(to) {
			end = to
		}
		if err := fn(from, end); err != nil {
			return err
		}
		from = end
	}
	return nil
}

// pagesMost is how many pages a window has at most: a platform that never comes to an end is
// not followed for ever.
const pagesMost = 10_000

func pages(ctx context.Context, from, to time.Time, ask func(context.Context, Asked) (string, error)) error {
	page := ""
	for range pagesMost {
		next, err := ask(ctx, Asked{From: from, To: to, Page: page})
		if err != nil || next == "" {
			return err
		}
		page = next
	}
	return pavilion.E(pavilion.Unavailable, "channel.endless", nil)
}

// PollAll has what changed in every shop read.
func (e *Engine) PollAll(ctx context.Context, run *job.Run) error {
	return e.forShops(ctx, run, PollJob)
}

// GapsAll has every shop looked through for what was missed.
func (e *Engine) GapsAll(ctx context.Context, run *job.Run) error {
	return e.forShops(ctx, run, GapsJob)
}

// forShops makes a job for every shop that is not stopped and whose platform we know.
func (e *Engine) forShops(ctx context.Context, run *job.Run, kind string) error {
	return run.DB.Write(ctx, system, func(tx *db.Tx) error {
		shops, err := Shops(ctx, tx)
		if err != nil {
			return err
		}
		for _, s := range shops {
			if s.Mode == Stopped || !slices.Contains(e.Channels(), s.Channel) {
				continue
			}
			if err := job.Enqueue(ctx, tx, kind, string(s.ID), OrderNumber{Shop: s.ID}, 0); err != nil {
				return err
			}
		}
		return nil
	})
}

// shopOf reads a shop, and where its platform delivers.
func (e *Engine) shopOf(ctx context.Context, id pavilion.ShopID) (shop Shop, country string, err error) {
	if err = e.d.Read(ctx, func(v *db.View) (err error) {
		shop, err = ShopOf(ctx, v, id)
		return err
	}); err != nil {
		return shop, "", err
	}
	c, err := e.connector(shop.Channel)
	if err != nil {
		return shop, "", err
	}
	return shop, c.Traits().Country, nil
}

// WorkPoll reads what changed in a shop.
func (e *Engine) WorkPoll(ctx context.Context, _ *job.Run, n OrderNumber) error {
	shop, country, err := e.shopOf(ctx, n.Shop)
	if err != nil || shop.Mode == Stopped {
		return err
	}
	return e.read(ctx, shop, "order", func(ctx context.Context, q Asked) (string, error) {
		told, next, err := e.list(ctx, shop, q)
		if err != nil {
			return "", err
		}
		return next, e.take(ctx, shop, country, told, false)
	})
}

func (e *Engine) list(ctx context.Context, shop Shop, q Asked) (told []PlatformOrder, next string, err error) {
	err = e.call(ctx, shop.ID, Act{Kind: "order.list"}, func(ctx context.Context, c Connector, a Access) error {
		page, err := c.ListOrders(ctx, a, q)
		told, next = page.Orders, page.Next
		return err
	})
	return told, next, err
}

// WorkGaps asks once more for all of the last days, and takes in what was missed.
func (e *Engine) WorkGaps(ctx context.Context, _ *job.Run, n OrderNumber) error {
	shop, country, err := e.shopOf(ctx, n.Shop)
	if err != nil || shop.Mode == Stopped {
		return err
	}
	c, err := e.connector(shop.Channel)
	if err != nil {
		return err
	}
	t, now, missed := c.Traits(), e.d.Now(), 0
	if err := windows(now.Add(-gapsBack), now.Add(-t.Lag-newsTake), t.Window, func(from, to time.Time) error {
		return pages(ctx, from, to, func(ctx context.Context, q Asked) (string, error) {
			told, next, err := e.list(ctx, shop, q)
			if err != nil {
				return "", err
			}
			all, err := e.news(ctx, shop, told, false)
			if err != nil {
				return "", err
			}
			missed += len(all)
			return next, e.take(ctx, shop, country, told, false)
		})
	}); err != nil {
		return err
	}
	if missed == 0 {
		return nil
	}
	return e.write(ctx, func(tx *db.Tx) error {
		return staff.Note(ctx, tx, "channel.gap", string(shop.ID), map[string]any{"orders": missed})
	})
}

// WorkOrder reads one order and takes in what became of it.
func (e *Engine) WorkOrder(ctx context.Context, _ *job.Run, n OrderNumber) error {
	shop, country, err := e.shopOf(ctx, n.Shop)
	if err != nil || shop.Mode == Stopped {
		return err
	}
	var o PlatformOrder
	if err := e.call(ctx, shop.ID, Act{Kind: "order.get", About: n.Number}, func(ctx context.Context, c Connector, a Access) (err error) {
		o, err = c.GetOrder(ctx, a, n.Number)
		return err
	}); err != nil {
		return err
	}
	return e.take(ctx, shop, country, []PlatformOrder{o}, true)
}

// Reread has an order read again, and tried again if it waits.
func Reread(ctx context.Context, tx *db.Tx, shop pavilion.ShopID, number string) error {
	return job.Enqueue(ctx, tx, OrderJob, string(shop)+"/"+number, OrderNumber{shop, number}, 0)
}

// Dismiss ends the waiting of an order that a person dealt with otherwise: it is not taken in,
// unless the platform tells something new of it. Errors: NotFound channel.order_unknown;
// Conflict channel.order_changed when the platform did so in this moment.
func Dismiss(ctx context.Context, tx *db.Tx, shop pavilion.ShopID, number, why string) error {
	if len(why) > whyMost {
		return pavilion.E(pavilion.Invalid, "channel.why_long", pavilion.Args{"most": whyMost}).At("why")
	}
	k, err := OrderOf(ctx, tx, shop, number)
	if err != nil || k.Reason == "" {
		return err
	}
	was := k
	k.Reason, k.Args = "", nil
	kept, err := k.keep(ctx, tx, was)
	if err != nil {
		return err
	}
	if !kept {
		return pavilion.E(pavilion.Conflict, "channel.order_changed", nil)
	}
	return staff.Note(ctx, tx, "channel.dismiss", string(shop), map[string]any{"number": number, "reason": was.Reason, "why": why})
}

// How many parked orders are tried again in one go, out of how many.
const (
	rereadAtOnce = 100
	rereadOf     = 5000
)

// How long a parked order is left alone: a part of its age, within bounds.
const (
	rereadEvery = 2 * time.Minute
	rereadPart  = 4
	rereadMost  = 15 * time.Minute
)

// RereadParked tries orders again that wait: what they waited for may have come.
func (e *Engine) RereadParked(ctx context.Context, run *job.Run) error {
	var due []KeptOrder
	if err := run.DB.Read(ctx, func(v *db.View) error {
		parked, err := Parked(ctx, v, KeptOrder{}, rereadOf)
		for _, k := range parked {
			pause := min(max(rereadEvery, k.Tried.Sub(k.Placed)/rereadPart), rereadMost)
			if !k.Tried.Add(pause).After(e.d.Now()) && len(due) < rereadAtOnce {
				due = append(due, k)
			}
		}
		return err
	}); err != nil || len(due) == 0 {
		return err
	}
	return run.DB.Write(ctx, system, func(tx *db.Tx) error {
		for _, k := range due {
			if err := Reread(ctx, tx, k.Shop, k.Number); err != nil {
				return err
			}
		}
		return nil
	})
}

// rereadWatched tries the orders again that waited for their shop to be live.
func (e *Engine) rereadWatched(ctx context.Context, shop pavilion.ShopID) error {
	for after, more := "", true; more; {
		if err := e.write(ctx, func(tx *db.Tx) error {
			numbers, err := db.All(ctx, tx, scanText, selectWatched, string(shop), after, sharesPage)
			if err != nil {
				return err
			}
			for _, number := range numbers {
				if err := Reread(ctx, tx, shop, number); err != nil {
					return err
				}
				after = number
			}
			more = len(numbers) == sharesPage
			return nil
		}); err != nil {
			return err
		}
	}
	return nil
}

// Push takes in what a platform sent to us, and returns what to answer. It is a hint to look,
// and nothing else is done with it: of a thousand orders that come at once, pages are read and
// not each for itself.
func (e *Engine) Push(ctx context.Context, channel string, header http.Header, body []byte) ([]byte, error) {
	c, err := e.connector(channel)
	if err != nil {
		return nil, err
	}
	hints, answer, err := c.ReadPush(header, body)
	if err != nil || len(hints) == 0 {
		return answer, err
	}
	return answer, e.write(ctx, func(tx *db.Tx) error {
		for _, h := range hints {
			shop, found, err := db.One(ctx, tx, scanShop, selectShopOf, channel, h.Shop)
			switch {
			case err != nil:
				return err
			case found && shop.Mode != Stopped:
				err = job.Enqueue(ctx, tx, PollJob, string(shop.ID), OrderNumber{Shop: shop.ID}, 0)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// CalledOff follows an order that was called off.
func (e *Engine) CalledOff(ctx context.Context, run *job.Run, f order.Cancelled) error {
	return run.DB.Write(ctx, system, func(tx *db.Tx) error {
		if err := e.redraw(ctx, tx, f.Order); err != nil {
			return err
		}
		return run.Done(ctx, tx)
	})
}
