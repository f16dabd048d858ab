package channel

import (
	"cmp"
	"context"
	"time"

	"pavilion"
	"pavilion/db"
	"pavilion/job"
	"pavilion/stock"
)

// ShareJob is the kind of the jobs that bring the share of a shop in a unit to what it shall be.
const ShareJob = "channel.share"

// ShareOrder says of which unit.
type ShareOrder struct {
	Shop pavilion.ShopID `json:"shop"`
	Ref  string          `json:"ref"`
}

func enqueueShare(ctx context.Context, tx *db.Tx, shop pavilion.ShopID, ref string, after time.Duration) error {
	return job.Enqueue(ctx, tx, ShareJob, string(shop)+"/"+ref, ShareOrder{shop, ref}, after)
}

// SharesJob is the kind of the jobs that look at all units of a shop.
const SharesJob = "channel.shares"

// sharesPage is how many units a transaction has looked at.
const sharesPage = 500

func enqueueAll(ctx context.Context, tx *db.Tx, shop pavilion.ShopID) error {
	return job.Enqueue(ctx, tx, SharesJob, string(shop), ShareOrder{Shop: shop}, 0)
}

// WorkShares has all units of a shop looked at.
func (e *Engine) WorkShares(ctx context.Context, run *job.Run, o ShareOrder) error {
	for after, more := "", true; more; {
		if err := run.DB.Write(ctx, system, func(tx *db.Tx) error {
			units, err := Units(ctx, tx, o.Shop, after, sharesPage)
			if err != nil {
				return err
			}
			for _, u := range units {
				if err := enqueueShare(ctx, tx, u.Shop, u.Ref, 0); err != nil {
					return err
				}
				after = u.Ref
			}
			more = len(units) == sharesPage
			return nil
		}); err != nil {
			return err
		}
	}
	return nil
}

// SweepShares has all units of all shops looked at, so that none is forgotten.
func (e *Engine) SweepShares(ctx context.Context, run *job.Run) error {
	return run.DB.Write(ctx, system, func(tx *db.Tx) error {
		shops, err := Shops(ctx, tx)
		if err != nil {
			return err
		}
		for _, s := range shops {
			if s.Mode != Live {
				continue
			}
			if err := enqueueAll(ctx, tx, s.ID); err != nil {
				return err
			}
		}
		return nil
	})
}

// ServeShop follows a shop that is served in another way from now on.
func (e *Engine) ServeShop(ctx context.Context, run *job.Run, f ShopMode) error {
	if f.Mode == Live {
		if err := e.rereadWatched(ctx, f.Shop); err != nil {
			return err
		}
	}
	return run.DB.Write(ctx, system, func(tx *db.Tx) error {
		if err := enqueueAll(ctx, tx, f.Shop); err != nil {
			return err
		}
		if err := enqueueListings(ctx, tx, f.Shop); err != nil {
			return err
		}
		if err := wake(ctx, tx); err != nil {
			return err
		}
		return run.Done(ctx, tx)
	})
}

// system is who acts where nobody asked for it.
var system = pavilion.System("channel")

// shareSteps is how many steps of a share follow one another at most before others have a turn.
const shareSteps = 12

// WorkShare brings a share to what it shall be, step by step: what is to be sent is written down
// first, and what is granted is granted before the platform hears of it.
func (e *Engine) WorkShare(ctx context.Context, _ *job.Run, o ShareOrder) error {
	for range shareSteps {
		w, err := e.readShare(ctx, o)
		if err != nil || w == nil {
			return err
		}
		if more, err := e.stepShare(ctx, w); err != nil || !more {
			return err
		}
	}
	return e.write(ctx, func(tx *db.Tx) error { return enqueueShare(ctx, tx, o.Shop, o.Ref, time.Second) })
}

func (e *Engine) write(ctx context.Context, fn func(tx *db.Tx) error) error {
	return e.d.Write(ctx, system, fn)
}

// work is a share that is worked on.
type work struct {
	shop Shop
	Share
	how Sharing
}

// readShare reads a share and what it shall be; nil if there is nothing to be done for it.
func (e *Engine) readShare(ctx context.Context, o ShareOrder) (w *work, err error) {
	err = e.d.Read(ctx, func(v *db.View) error {
		shop, err := ShopOf(ctx, v, o.Shop)
		if err != nil || shop.Mode != Live {
			return err
		}
		unit, found, err := UnitOf(ctx, v, o.Shop, o.Ref)
		if err != nil || !found {
			return err
		}
		c, err := e.connector(shop.Channel)
		if err != nil {
			return err
		}
		t := c.Traits()
		w = &work{shop: shop, how: Sharing{
			Increments: t.Increments, RequestLife: t.RequestLife, Patience: t.Lag + newsTake,
			Key: func() string { return string(pavilion.NewID[pavilion.CallID](pavilion.PrefixCall, e.d.Now())) },
		}}
		if w.Share, err = shareOf(ctx, v, shop, unit); err != nil {
			return err
		}
		if w.Wanted, w.Why, err = e.wants(ctx, v, unit); !w.Refused.IsZero() && e.d.Now().Before(w.Refused.Add(refusedPause)) {
			w.Wanted = min(w.Wanted, w.Granted) // it is not asked again at once
		}
		return err
	})
	return w, err
}

// refusedPause is how long a platform that refused a correction is not given more of the unit.
const refusedPause = 2 * time.Minute

// newsTake is how long we may take to hear of an order beyond what the platform takes to tell it.
const newsTake = 2 * time.Minute

// stepShare takes one step and tells whether there may be another.
func (e *Engine) stepShare(ctx context.Context, w *work) (more bool, err error) {
	now := e.d.Now()
	step := w.Next(w.Wanted, w.how, now)
	switch {
	case step.Look:
		return true, e.look(ctx, w.shop, []Unit{w.Unit})
	case step.Raise > 0:
		return e.ask(ctx, w, func(tx *db.Tx, s *Share) (Correction, error) {
			n, err := raise(ctx, tx, w.shop, w.Unit, step.Raise)
			s.Granted += n
			return s.Raised(n, w.how, now), err
		})
	case step.Send.Key != "":
		return e.ask(ctx, w, func(*db.Tx, *Share) (Correction, error) { return step.Send, nil })
	}
	return false, e.write(ctx, func(tx *db.Tx) error {
		if w.Call.Key != "" || w.Beyond > 0 || !w.Draining.IsZero() && w.Wanted > 0 || w.Refused.Add(refusedPause).After(now) { // it waits for its time
			if err := enqueueShare(ctx, tx, w.shop.ID, w.Ref, cmp.Or(min(w.how.Patience, time.Minute), time.Minute)); err != nil {
				return err
			}
		}
		return keepShare(ctx, tx, w.Share)
	})
}

// ask writes down what is sent, sends it, and writes down what became of it.
func (e *Engine) ask(ctx context.Context, w *work, decide func(*db.Tx, *Share) (Correction, error)) (more bool, err error) {
	var c Correction
	if err := e.write(ctx, func(tx *db.Tx) error {
		s, err := again(ctx, tx, w)
		if err != nil {
			return err
		}
		if c, err = decide(tx, &s); err != nil {
			return err
		}
		s.Standing = s.Asked(c)
		return keepShare(ctx, tx, s)
	}); err != nil {
		return retold(err)
	}
	if c.Key == "" {
		return false, nil
	}
	sent := e.call(ctx, w.shop.ID, Act{Kind: "stock.change", About: w.Ref, Writes: true}, func(ctx context.Context, p Connector, a Access) error {
		return p.ChangeStock(ctx, a, StockChange{UnitID: w.UnitID, By: c.By, To: c.To, Key: c.Key})
	})
	answer, trouble, known := answered(sent)
	if err := e.write(ctx, func(tx *db.Tx) error {
		s, err := shareOf(ctx, tx, w.shop, w.Unit)
		if err != nil {
			return err
		}
		s.Trouble, s.Wanted, s.Why, s.Refused = trouble, w.Wanted, w.Why, time.Time{}
		if known && answer == Refused {
			s.Refused = tx.Now()
		}
		if known {
			var back int64
			s.Standing, back = s.Answered(c, answer, w.how, tx.Now())
			if err := e.free(ctx, tx, s, w.shop, back); err != nil {
				return err
			}
		}
		return keepShare(ctx, tx, s)
	}); err != nil {
		return retold(err)
	}
	switch {
	case !known && pavilion.KindOf(sent) == pavilion.Forbidden: // it goes on when somebody lets it
		return false, nil
	case !known || answer == Lost:
		return false, sent
	}
	return answer != Refused, nil
}

// again reads a share in the transaction that changes it. Error: Conflict channel.share_changed
// when it is not what was worked on.
func again(ctx context.Context, tx *db.Tx, w *work) (Share, error) {
	s, err := shareOf(ctx, tx, w.shop, w.Unit)
	if err == nil && (s.version != w.version || s.Granted != w.Granted) {
		err = pavilion.E(pavilion.Conflict, "channel.share_changed", nil)
	}
	s.Wanted, s.Why = w.Wanted, w.Why
	return s, err
}

// retold says that a share is read again where somebody else changed it.
func retold(err error) (more bool, _ error) {
	if pavilion.ReasonOf(err) == "channel.share_changed" || pavilion.ReasonOf(err) == "stock.not_granted" {
		return true, nil
	}
	return false, err
}

// answered is what a platform's answer says about a correction, and the reason it gave if it did
// not like it; known is false where it was not even asked, or is to be asked again.
func answered(err error) (a Answer, trouble string, known bool) {
	reason := pavilion.ReasonOf(err)
	switch {
	case err == nil:
		return Done, "", true
	case Unknown(err):
		return Lost, "", true
	case reason == "channel.stock_short":
		return Short, "", true
	}
	switch pavilion.KindOf(err) {
	case pavilion.Invalid, pavilion.NotFound, pavilion.Conflict:
		return Refused, reason, true
	}
	return Lost, reason, false
}

// free gives units of a share, of which they are taken already, back to all who sell, and has
// them look.
func (e *Engine) free(ctx context.Context, tx *db.Tx, s Share, shop Shop, units int64) error {
	if units == 0 {
		return nil
	}
	if err := lower(ctx, tx, shop, s.Unit, units, s.Granted); err != nil {
		return err
	}
	return enqueueSellers(ctx, tx, skusOf(s.Unit))
}

// enqueueSellers has everybody who sells some SKUs look at their shares.
func enqueueSellers(ctx context.Context, tx *db.Tx, skus []pavilion.SKUID) error {
	units, err := UnitsOf(ctx, tx, skus)
	if err != nil {
		return err
	}
	for _, u := range units {
		if err := enqueueShare(ctx, tx, u.Shop, u.Ref, 0); err != nil {
			return err
		}
	}
	return nil
}

func skusOf(u Unit) (skus []pavilion.SKUID) {
	for _, p := range u.Parts {
		skus = append(skus, p.SKU)
	}
	return skus
}

// look reads what a platform offers of units and notes it where nothing is under way.
func (e *Engine) look(ctx context.Context, shop Shop, units []Unit) error {
	before := make([]Share, len(units))
	ids := make([]UnitID, len(units))
	if err := e.d.Read(ctx, func(v *db.View) (err error) {
		for i, u := range units {
			if before[i], err = shareOf(ctx, v, shop, u); err != nil {
				return err
			}
			ids[i] = u.UnitID
		}
		return nil
	}); err != nil {
		return err
	}
	var readings []StockReading
	var how Sharing
	about := ""
	if len(units) == 1 {
		about = units[0].Ref
	}
	if err := e.call(ctx, shop.ID, Act{Kind: "stock.read", About: about}, func(ctx context.Context, p Connector, a Access) (err error) {
		t := p.Traits()
		how = Sharing{Increments: t.Increments, RequestLife: t.RequestLife, Patience: t.Lag + newsTake}
		readings, err = p.ReadStock(ctx, a, ids)
		return err
	}); err != nil {
		return err
	}
	for _, r := range readings {
		for i, u := range units {
			if u.UnitID != r.UnitID {
				continue
			}
			if err := e.saw(ctx, shop, before[i], r, how); err != nil {
				return err
			}
		}
	}
	return nil
}

// saw notes a reading, unless the share changed while it was under way: then it may be of
// before or after, and is dropped.
func (e *Engine) saw(ctx context.Context, shop Shop, before Share, r StockReading, how Sharing) error {
	return e.write(ctx, func(tx *db.Tx) error {
		not, err := pending(ctx, tx, shop, before.Unit, r.Held) // before the share, see there
		if err != nil {
			return err
		}
		s, err := shareOf(ctx, tx, shop, before.Unit)
		if err != nil || s.version != before.version || s.Granted != before.Granted {
			return err
		}
		var back int64
		s.Standing, back = s.Saw(r.Sellable, not, how, tx.Now())
		if err := e.free(ctx, tx, s, shop, back); err != nil {
			return err
		}
		if back > 0 || s.Beyond > 0 || s.Anew {
			if err := enqueueShare(ctx, tx, shop.ID, s.Ref, 0); err != nil {
				return err
			}
		}
		return keepShare(ctx, tx, s)
	})
}

const selectLeastLooked = `select ref from channel_standing where shop_id = $1 and call_key = '' order by looked_at, ref limit $2`

// lookedAtOnce is how many units one question is about.
const lookedAtOnce = 50

// LookOver reads what platforms offer of the units they were asked about the longest ago, so
// that what somebody changed there by hand is found.
func (e *Engine) LookOver(ctx context.Context, run *job.Run) error {
	var shops []Shop
	if err := run.DB.Read(ctx, func(v *db.View) (err error) {
		shops, err = Shops(ctx, v)
		return err
	}); err != nil {
		return err
	}
	for _, s := range shops {
		if s.Mode != Live {
			continue
		}
		var units []Unit
		if err := run.DB.Read(ctx, func(v *db.View) error {
			refs, err := db.All(ctx, v, scanText, selectLeastLooked, string(s.ID), lookedAtOnce)
			for _, ref := range refs {
				u, found, e := UnitOf(ctx, v, s.ID, ref)
				if e != nil {
					return e
				}
				if found {
					units = append(units, u)
				}
			}
			return err
		}); err != nil {
			return err
		}
		if len(units) == 0 {
			continue
		}
		if err := e.look(ctx, s, units); err != nil && pavilion.KindOf(err) == pavilion.Internal {
			return err // what the platform says stands with its calls
		}
	}
	return nil
}

// changedMost is how many SKUs are looked at in one go.
const changedMost = 2000

// slack is how long a transaction that changes stock may take.
const slack = 10 * time.Second

// Watch has shares looked at when stock changed, until ctx ends.
func (e *Engine) Watch(ctx context.Context) {
	woken, deaf := e.d.Listen("stock")
	defer deaf()
	tick := time.NewTicker(time.Second) // another process may have changed it
	defer tick.Stop()
	since, seen := e.d.Now(), map[pavilion.SKUID]time.Time{}
	for {
		from := since.Add(-slack)
		found, err := e.changed(ctx, from, seen)
		if err == nil {
			for _, c := range found {
				seen[c.SKU] = c.At
				if c.At.After(since) {
					since = c.At
				}
			}
			for sku, at := range seen {
				if at.Before(from) {
					delete(seen, sku)
				}
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-woken:
		case <-tick.C:
		}
	}
}

// changed enqueues the shares of SKUs that changed since they were seen.
func (e *Engine) changed(ctx context.Context, from time.Time, seen map[pavilion.SKUID]time.Time) (found []stock.Changed, err error) {
	var skus []pavilion.SKUID
	if err := e.d.Read(ctx, func(v *db.View) error {
		all, err := stock.ChangedSince(ctx, v, from, changedMost)
		for _, c := range all {
			if c.At.After(seen[c.SKU]) {
				found, skus = append(found, c), append(skus, c.SKU)
			}
		}
		if err != nil || len(skus) == 0 {
			return err
		}
		units, err := UnitsOf(ctx, v, skus)
		if len(units) == 0 {
			skus = nil
		}
		return err
	}); err != nil || len(skus) == 0 {
		return found, err
	}
	return found, e.write(ctx, func(tx *db.Tx) error { return enqueueSellers(ctx, tx, skus) })
}
