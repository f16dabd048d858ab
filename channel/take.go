package channel

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"pavilion"
	"pavilion/db"
	"pavilion/money"
	"pavilion/order"
)

// taking is an order that was told, on its way in.
type taking struct {
	o     PlatformOrder
	was   KeptOrder // zero if nobody told of it before
	kept  KeptOrder
	units map[sold]Unit // of what its lines say was sold, those we know
	refs  []OrderLine   // our lines, once it is taken in
	lost  bool          // somebody else wrote of it meanwhile
	full  bool          // it was taken in just now, as it was told: there is nothing to follow
}

// sold is what a line of a platform's order says was sold.
type sold struct {
	unit UnitID
	ref  string
}

// placedAtOnce is how many orders of a page are handed to the intake together.
const placedAtOnce = 128

// take takes in what a shop told of orders: those that are new, and what changed of others. News
// older than what we know, and what we know already, change nothing, unless again asks for
// another try. Each order stands or waits for itself.
func (e *Engine) take(ctx context.Context, shop Shop, country string, told []PlatformOrder, again bool) error {
	all, err := e.news(ctx, shop, told, again)
	if err != nil || len(all) == 0 {
		return err
	}
	if err := e.units(ctx, shop.ID, all); err != nil {
		return err
	}
	group, placing := errgroup.WithContext(ctx)
	group.SetLimit(placedAtOnce)
	for i := range all {
		group.Go(func() error { return e.place(placing, shop, country, &all[i]) })
	}
	if err := group.Wait(); err != nil {
		return err
	}
	if err := e.write(ctx, func(tx *db.Tx) error { return keepAll(ctx, tx, shop.ID, all) }); err != nil {
		return err
	}
	for i := range all {
		if all[i].kept.Order != "" && !all[i].lost && !all[i].full {
			if err := e.follow(ctx, shop, &all[i]); err != nil {
				return err
			}
		}
	}
	return nil
}

// units looks up what was sold by orders that are not taken in yet.
func (e *Engine) units(ctx context.Context, shop pavilion.ShopID, all []taking) error {
	known, asked := map[sold]Unit{}, map[sold]bool{}
	return e.d.Read(ctx, func(v *db.View) error {
		for i := range all {
			all[i].units = known
			if all[i].kept.Order != "" {
				continue
			}
			for _, l := range all[i].o.Lines {
				what := sold{l.Unit, l.Ref}
				if asked[what] {
					continue
				}
				unit, found, err := UnitBy(ctx, v, shop, l.Unit, l.Ref)
				if err != nil {
					return err
				}
				if asked[what] = true; found {
					known[what] = unit
				}
			}
		}
		return nil
	})
}

// keepAll writes down what was told and what became of it. Orders that somebody else wrote of
// meanwhile are lost, and asked for again.
func keepAll(ctx context.Context, tx *db.Tx, shop pavilion.ShopID, all []taking) error {
	var rows []any
	took := map[string]int64{}
	for i := range all {
		t := &all[i]
		kept, err := t.kept.keep(ctx, tx, t.was)
		if err != nil {
			return err
		}
		if t.lost = !kept; t.lost {
			if err := Reread(ctx, tx, shop, t.kept.Number); err != nil {
				return err
			}
			continue
		}
		for _, l := range t.refs {
			rows = append(rows, string(shop), t.kept.Number, l.Line, l.Ref, l.Quantity, l.First, l.Lines)
			if t.was.Order == "" && t.kept.Order != "" {
				took[l.Ref] += l.Quantity
			}
		}
	}
	if _, err := insertOrderLine.Rows(ctx, tx, rows); err != nil {
		return err
	}
	for _, ref := range slices.Sorted(maps.Keys(took)) {
		if err := Took(ctx, tx, shop, ref, took[ref]); err != nil {
			return err
		}
	}
	return nil
}

// news drops what is known of what was told.
func (e *Engine) news(ctx context.Context, shop Shop, told []PlatformOrder, again bool) (all []taking, err error) {
	numbers := make([]string, 0, len(told))
	told = slices.DeleteFunc(slices.Clone(told), func(o PlatformOrder) bool { // nobody could name it
		return o.Number == "" || len(o.Number) > numberMost || o.Number != shorten(o.Number)
	})
	for i, o := range told {
		told[i] = o.plain()
		if !slices.Contains(numbers, o.Number) {
			numbers = append(numbers, o.Number)
		}
	}
	var known []KeptOrder
	if err := e.d.Read(ctx, func(v *db.View) (err error) {
		known, err = db.AllKeyed(ctx, v, scanKept, selectKeptOf, numbers, string(shop.ID))
		return err
	}); err != nil {
		return nil, err
	}
	of := map[string]KeptOrder{}
	for _, k := range known {
		of[k.Number] = k
	}
	latest := map[string]int{}
	for _, o := range told {
		was, found := of[o.Number]
		if found && !newer(o, was) && !(again && !older(o, was)) {
			continue
		}
		plain, err := json.Marshal(o)
		if err != nil {
			return nil, err
		}
		t := taking{o: o, was: was, kept: KeptOrder{
			Shop: shop.ID, Number: o.Number, Order: was.Order, State: o.State, Word: o.Word, Placed: o.Placed, Modified: o.Modified,
			Counted: o.Version, ShipBy: o.ShipBy, came: e.o.Sealer.Seal(plain, orderPurpose(shop.ID, o.Number)),
		}}
		if i, twice := latest[o.Number]; twice { // two pages told of it, or it changed between them
			if !older(o, all[i].kept) {
				all[i] = t
			}
			continue
		}
		latest[o.Number] = len(all)
		all = append(all, t)
	}
	return all, nil
}

// plain is an order whose words both engines take as they are.
func (o PlatformOrder) plain() PlatformOrder {
	o.State, o.Word, o.Lines = OrderState(shorten(string(o.State))), shorten(o.Word), slices.Clone(o.Lines)
	for i := range o.Lines {
		l := &o.Lines[i]
		l.ID, l.Ref, l.Unit = shorten(l.ID), shorten(l.Ref), UnitID{shorten(l.Unit.Listing), shorten(l.Unit.Unit)}
	}
	return o
}

// numberMost is how long the number of an order may be.
const numberMost = 100

func newer(o PlatformOrder, was KeptOrder) bool {
	if o.Version != was.Counted {
		return o.Version > was.Counted
	}
	return o.Modified.After(was.Modified) || !o.Modified.Before(was.Modified) && o.State != was.State
}

func older(o PlatformOrder, was KeptOrder) bool {
	return o.Version < was.Counted || o.Version == was.Counted && o.Modified.Before(was.Modified)
}

// park says why an order waits.
func (t *taking) park(reason string, args pavilion.Args) { t.kept.Reason, t.kept.Args = reason, args }

// place hands an order to the intake if it is to be sent and was not taken in before.
func (e *Engine) place(ctx context.Context, shop Shop, country string, t *taking) error {
	if t.kept.Order == "" && t.o.State != OrderToShip && t.o.State != OrderUnpaid {
		if err := e.find(ctx, shop, country, t); err != nil {
			return err
		}
	}
	switch t.o.State {
	case OrderUnpaid, OrderWaiting, OrderCancelled:
		return nil // nothing is to be sent yet, or any more; until then its units stay granted
	case OrderToShip, OrderPart, OrderLocked:
	case OrderShipped, OrderCompleted:
		if t.kept.Order == "" && !t.o.Placed.Before(shop.ConsentedAt) {
			t.park("channel.shipped_there", nil) // by somebody who did not ask us for the goods
		}
		return nil
	default:
		t.park("channel.state_unknown", pavilion.Args{"word": t.kept.Word})
		return nil
	}
	if t.kept.Order != "" || t.o.State == OrderLocked {
		return nil
	}
	if shop.Mode != Live {
		t.park("channel.watched", pavilion.Args{"shop": shop.Name})
		return nil
	}
	r, err := e.request(shop, country, t, false)
	if err != nil {
		return t.waits(err)
	}
	if len(r.Lines) == 0 {
		return nil // all of it was paid back
	}
	out, err := e.o.Intake.Place(ctx, r)
	if err == nil && out.Err != nil {
		err = out.Err
	}
	if err != nil {
		return t.waits(err)
	}
	if out.Repeat {
		return e.adopt(shop, country, t, out.Order)
	}
	t.kept.Order, t.full = out.Order.ID, true
	return nil
}

// find looks for an order that was taken in by somebody who did not live to write it down.
func (e *Engine) find(ctx context.Context, shop Shop, country string, t *taking) error {
	var out order.Outcome
	err := e.d.Read(ctx, func(v *db.View) (err error) {
		out, err = order.Placed(ctx, v, e.o.Sealer, shop.Channel, string(shop.ID), t.o.Number)
		return err
	})
	if err != nil || !out.Repeat {
		return err
	}
	return e.adopt(shop, country, t, out.Order)
}

// adopt knows which lines of an order that was taken in before are which of the platform's:
// meanwhile some of those may have been paid back. Where they are no longer the same, as when
// the units changed, only the order as a whole is followed.
func (e *Engine) adopt(shop Shop, country string, t *taking, ours order.Order) error {
	t.kept.Order = ours.ID
	if ours.State == order.StateCancelled { // its units went back already
		return nil
	}
	for _, all := range []bool{false, true} {
		t.refs = nil
		r, err := e.request(shop, country, t, all)
		if err != nil && !mendable(err) {
			return err
		}
		if err == nil && slices.EqualFunc(r.Lines, ours.Lines, func(l order.RequestLine, o order.Line) bool { return l.SKU == o.SKU && l.Quantity == o.Quantity }) {
			return nil
		}
	}
	t.refs = nil
	return nil
}

// waits parks an order for what a person must mend; other errors are the caller's.
func (t *taking) waits(err error) error {
	if !mendable(err) {
		return err
	}
	ours, _ := errors.AsType[*pavilion.Error](err)
	t.park(ours.Reason, ours.Args)
	return nil
}

// mendable tells whether an error is for a person.
func mendable(err error) bool {
	switch pavilion.KindOf(err) {
	case pavilion.Invalid, pavilion.Conflict, pavilion.NotFound:
		return true
	}
	return false
}

// request is a platform's order as one of ours: of what is to be sent, or of all its lines.
func (e *Engine) request(shop Shop, country string, t *taking, all bool) (order.Request, error) {
	o := t.o
	r := order.Request{
		ID:      pavilion.NewID[pavilion.OrderID](pavilion.PrefixOrder, e.d.Now()),
		Channel: shop.Channel, Shop: string(shop.ID), External: o.Number, Buyer: o.Buyer, Simulated: o.Test, Delivery: o.Freight, ShipBy: o.ShipBy,
		ShipTo: order.ShipTo{
			Name: shorten(o.ShipTo.Name), Phone: shorten(o.ShipTo.Phone), Country: country, Province: shorten(o.ShipTo.Province), City: shorten(o.ShipTo.City),
			District: shorten(o.ShipTo.County), Street: shorten(joined(o.ShipTo.Town, o.ShipTo.Detail)), Postcode: shorten(o.ShipTo.PostalCode),
		},
	}
	if c, err := e.connector(shop.Channel); err != nil {
		return r, err
	} else if o.ShipBy.IsZero() && !o.Paid.IsZero() {
		r.ShipBy = o.Paid.Add(c.Traits().ShipIn)
	}
	for _, l := range o.Lines {
		if l.Refunded && !all {
			continue
		}
		unit, found := t.units[sold{l.Unit, l.Ref}]
		if !found {
			return r, pavilion.E(pavilion.Conflict, "channel.unit_unknown", pavilion.Args{"listing": l.Unit.Listing, "unit": l.Unit.Unit, "name": shorten(l.Name)})
		}
		lines, err := unit.lines(l)
		if err != nil {
			return r, err
		}
		t.refs = append(t.refs, OrderLine{Line: l.ID, Ref: unit.Ref, Quantity: l.Quantity, First: len(r.Lines) + 1, Lines: len(lines)})
		r.Lines = append(r.Lines, lines...)
	}
	return r, nil
}

// lines are what a line of a platform's order becomes: what was paid is spread over the units
// of its parts to the last minor unit, and units that cost one more stand in a line of their own.
func (u Unit) lines(l PlatformLine) (out []order.RequestLine, err error) {
	weights := make([]int64, len(u.Parts))
	for i, p := range u.Parts {
		weights[i] = p.Quantity
	}
	paid, err := l.Paid.Allocate(weights)
	if err != nil {
		return nil, err
	}
	for i, p := range u.Parts {
		units := p.Quantity * l.Quantity
		if units < 1 {
			return nil, pavilion.E(pavilion.Invalid, "order.malformed", nil).At("lines")
		}
		each, more := paid[i].Minor()/units, paid[i].Minor()%units
		for _, part := range []struct{ units, price int64 }{{units - more, each}, {more, each + 1}} {
			if part.units > 0 {
				out = append(out, order.RequestLine{SKU: p.SKU, Name: shorten(l.Name), Quantity: part.units, Unit: money.New(part.price, l.Paid.Currency())})
			}
		}
	}
	return out, nil
}

func joined(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + " " + b
}

// shorten cuts what a platform tells to what we keep of a text.
func shorten(text string) string {
	const most = 300
	text = strings.ToValidUTF8(strings.ReplaceAll(text, "\x00", ""), "")
	return cut(text, most)
}

// follow does to our order what became of the platform's.
func (e *Engine) follow(ctx context.Context, shop Shop, t *taking) error {
	reason, args := "", pavilion.Args(nil)
	err := e.write(ctx, func(tx *db.Tx) error {
		ours, err := order.Keep(ctx, tx, t.kept.Order)
		if err != nil {
			return err
		}
		switch {
		case t.o.State == OrderCancelled && ours.State == order.StatePaid:
			return order.Cancel(ctx, tx, ours.ID, "channel.cancelled_there")
		case t.o.State == OrderCancelled && ours.State != order.StateCancelled:
			reason = "channel.cancelled_late" // the goods left: somebody must fetch them back
			return nil
		case (t.o.State == OrderShipped || t.o.State == OrderCompleted) && ours.State == order.StatePaid:
			reason = "channel.sent_there" // by somebody who did not tell us
			return nil
		case ours.State == order.StatePaid:
			if by := t.o.ShipBy; !by.IsZero() {
				if err := order.SetShipBy(ctx, tx, ours.ID, by); err != nil {
					return err
				}
			}
			return e.followLines(ctx, tx, t, ours)
		}
		return nil
	})
	if ours, ok := errors.AsType[*pavilion.Error](err); ok && mendable(err) {
		reason, args, err = ours.Reason, ours.Args, nil
	}
	if err != nil || reason == "" {
		return err
	}
	was := t.kept
	t.park(reason, args)
	return e.write(ctx, func(tx *db.Tx) error { // whoever wrote meanwhile follows what is newer
		_, err := t.kept.keep(ctx, tx, was)
		return err
	})
}

// followLines gives back the lines that will not be sent any more.
func (e *Engine) followLines(ctx context.Context, tx *db.Tx, t *taking, ours order.Order) error {
	lines, err := OrderLines(ctx, tx, t.kept)
	if err != nil {
		return err
	}
	var back []order.RefundLine
	for _, l := range t.o.Lines {
		i := slices.IndexFunc(lines, func(o OrderLine) bool { return o.Line == l.ID })
		if i < 0 || !l.Refunded {
			continue
		}
		if !gone(ours, lines[i]) {
			if err := Took(ctx, tx, t.kept.Shop, lines[i].Ref, -lines[i].Quantity); err != nil {
				return err
			}
		}
		for n := lines[i].First; n < lines[i].First+lines[i].Lines; n++ {
			at := slices.IndexFunc(ours.Lines, func(o order.Line) bool { return o.Number == n })
			if at >= 0 && ours.Lines[at].Quantity > ours.Lines[at].Refunded {
				back = append(back, order.RefundLine{Line: n, Quantity: ours.Lines[at].Quantity - ours.Lines[at].Refunded})
			}
		}
	}
	if len(back) == 0 {
		return nil
	}
	return order.Refund(ctx, tx, ours.ID, back, "channel.refunded_there", false)
}

// gone tells whether all of a line was given back.
func gone(ours order.Order, l OrderLine) bool {
	return !slices.ContainsFunc(ours.Lines, func(o order.Line) bool {
		return o.Number >= l.First && o.Number < l.First+l.Lines && o.Refunded < o.Quantity
	})
}

// redraw gives the units of a platform's order that was called off back to the shares they came
// from, where those are not plain.
func (e *Engine) redraw(ctx context.Context, tx *db.Tx, id pavilion.OrderID) error {
	k, found, err := db.One(ctx, tx, scanKept, selectOurs, string(id))
	if err != nil || !found {
		return err
	}
	ours, err := order.Keep(ctx, tx, id)
	if err != nil {
		return err
	}
	lines, err := OrderLines(ctx, tx, k)
	if err != nil {
		return err
	}
	for _, l := range lines {
		if gone(ours, l) { // before, with its line
			continue
		}
		if err := Took(ctx, tx, k.Shop, l.Ref, -l.Quantity); err != nil {
			return err
		}
	}
	return nil
}
