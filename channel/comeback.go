package channel

import (
	"context"
	"encoding/json"
	"errors"
	"slices"

	"pavilion"
	"pavilion/db"
	"pavilion/job"
	"pavilion/money"
	"pavilion/order"
	"pavilion/staff"
	"pavilion/stock"
)

// KeptReturn is a shopper's wish for money back, as we keep it.
type KeptReturn struct {
	Shop     pavilion.ShopID
	Return                    // as the platform told it last
	Ours     pavilion.OrderID // "" if we have no such order
	Answer   string           // what we say to it and the platform has not heard: one of the answers, "" for nothing
	Why      string           // what we say to the shopper with it
	Settled  bool             // what was paid back there is paid back here
	Received int64            // units that came back to us
	Reason   string           // why a person must look, "" if nobody must
	Args     pavilion.Args
	came     []byte
}

// The answers to a return.
const (
	ReturnAgree  = "agree"
	ReturnRefuse = "refuse"
)

// Kinds of jobs about returns.
const (
	ReturnsJob = "channel.returns" // what changed of a shop's returns
	ReturnJob  = "channel.return"  // one return: tells our answer, and reads it again
)

// ReturnOrder says which return of which shop.
type ReturnOrder struct {
	Shop pavilion.ShopID `json:"shop"`
	ID   string          `json:"id"`
}

const (
	returnColumns = `shop_id, id, order_id, came, answer, settled, received, reason, args`
	insertReturn  = `insert into channel_return (shop_id, id, number, order_id, state, modified, due, came, answer, settled, received, reason, args)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) on conflict (shop_id, id) do update set order_id = excluded.order_id, state = excluded.state,
		modified = excluded.modified, due = excluded.due, came = excluded.came, answer = excluded.answer, settled = excluded.settled, received = excluded.received,
		reason = excluded.reason, args = excluded.args`
	selectReturn  = `select ` + returnColumns + ` from channel_return where shop_id = $1 and id = $2`
	selectReturns = `select ` + returnColumns + ` from channel_return where state in ('asked', 'arrived', 'sending', 'other') or reason <> ''
		order by case when due is null then 1 else 0 end, due, id limit $1`
	selectReturnsOf  = `select ` + returnColumns + ` from channel_return where order_id = $1 and order_id <> '' order by id limit $2`
	selectOpenReturn = `select id from channel_return where shop_id = $1 and state in ('asked', 'arrived', 'sending', 'other') and id > $2 order by id limit $3`
)

func returnPurpose(shop pavilion.ShopID, id string) string {
	return "channel_return.came:" + string(shop) + "/" + id
}

// asReturn opens what scanReturn read.
func asReturn(sealer *db.Sealer, r KeptReturn) (KeptReturn, error) {
	plain, err := sealer.Open(r.came, returnPurpose(r.Shop, r.ID))
	if err != nil {
		return r, err
	}
	return r, json.Unmarshal(plain, &r.Return)
}

func scanReturn(row db.Scanner) (r KeptReturn, err error) {
	var answer, args string
	if err = row.Scan(&r.Shop, &r.ID, &r.Ours, &r.came, &answer, &r.Settled, &r.Received, &r.Reason, &args); err != nil {
		return r, err
	}
	if answer != "" {
		said := returnSaid{}
		err = json.Unmarshal([]byte(answer), &said)
		r.Answer, r.Why = said.Answer, said.Why
	}
	if args != "" && err == nil {
		err = json.Unmarshal([]byte(args), &r.Args)
	}
	return r, err
}

// returnSaid is how an answer is kept.
type returnSaid struct {
	Answer string `json:"answer"`
	Why    string `json:"why,omitempty"`
}

// keep writes a return down.
func (r *KeptReturn) keep(ctx context.Context, tx *db.Tx, sealer *db.Sealer) error {
	plain, err := json.Marshal(r.Return)
	if err != nil {
		return err
	}
	answer, args := "", ""
	if r.Answer != "" {
		raw, err := json.Marshal(returnSaid{r.Answer, r.Why})
		if err != nil {
			return err
		}
		answer = string(raw)
	}
	if len(r.Args) > 0 {
		raw, err := json.Marshal(r.Args)
		if err != nil {
			return err
		}
		args = string(raw)
	}
	_, err = tx.Exec(ctx, insertReturn, string(r.Shop), r.ID, r.Order, string(r.Ours), string(r.State), db.Micros(r.Modified), orNull(r.Due),
		sealer.Seal(plain, returnPurpose(r.Shop, r.ID)), answer, r.Settled, r.Received, r.Reason, args)
	return err
}

// ReturnOf returns a return of a shop. Error: NotFound channel.return_unknown.
func (e *Engine) ReturnOf(ctx context.Context, r db.Reader, shop pavilion.ShopID, id string) (KeptReturn, error) {
	k, found, err := db.One(ctx, r, scanReturn, selectReturn, string(shop), id)
	if err == nil && !found {
		err = pavilion.E(pavilion.NotFound, "channel.return_unknown", nil)
	}
	if err != nil {
		return k, err
	}
	return asReturn(e.o.Sealer, k)
}

// Returns lists those that are not over, and those a person must look at: what is due first.
func (e *Engine) Returns(ctx context.Context, r db.Reader, limit int) ([]KeptReturn, error) {
	return e.opened(db.All(ctx, r, scanReturn, selectReturns, limit))
}

// ReturnsOf lists the returns of an order of ours.
func (e *Engine) ReturnsOf(ctx context.Context, r db.Reader, id pavilion.OrderID) ([]KeptReturn, error) {
	return e.opened(db.All(ctx, r, scanReturn, selectReturnsOf, string(id), returnsMost))
}

const returnsMost = 100

func (e *Engine) opened(list []KeptReturn, err error) ([]KeptReturn, error) {
	for i := range list {
		if err == nil {
			list[i], err = asReturn(e.o.Sealer, list[i])
		}
	}
	return list, err
}

// ReturnsAll has what changed of the returns of every shop read.
func (e *Engine) ReturnsAll(ctx context.Context, run *job.Run) error {
	return e.forShops(ctx, run, ReturnsJob)
}

// WorkReturns reads what changed of a shop's returns, and those that are open once more: not
// every platform tells of every change.
func (e *Engine) WorkReturns(ctx context.Context, _ *job.Run, n OrderNumber) error {
	shop, _, err := e.shopOf(ctx, n.Shop)
	if err != nil || shop.Mode == Stopped {
		return err
	}
	if err := e.read(ctx, shop, "return", func(ctx context.Context, q Asked) (next string, err error) {
		var told []Return
		if err := e.call(ctx, shop.ID, Act{Kind: "return.list"}, func(ctx context.Context, c Connector, a Access) error {
			page, err := c.ListReturns(ctx, a, q)
			told, next = page.Returns, page.Next
			return err
		}); err != nil {
			return "", err
		}
		for _, r := range told {
			if err := e.takeReturn(ctx, shop, r); err != nil {
				return "", err
			}
		}
		return next, nil
	}); err != nil {
		return err
	}
	for after := ""; ; {
		var open []string
		if err := e.d.Read(ctx, func(v *db.View) (err error) {
			open, err = db.All(ctx, v, scanText, selectOpenReturn, string(shop.ID), after, returnsMost)
			return err
		}); err != nil {
			return err
		}
		for _, id := range open {
			if err := e.rereadReturn(ctx, shop, id); err != nil {
				return err
			}
			after = id
		}
		if len(open) < returnsMost {
			return nil
		}
	}
}

func (e *Engine) rereadReturn(ctx context.Context, shop Shop, id string) error {
	var told Return
	if err := e.call(ctx, shop.ID, Act{Kind: "return.get", About: id}, func(ctx context.Context, c Connector, a Access) (err error) {
		told, err = c.GetReturn(ctx, a, id)
		return err
	}); err != nil {
		return err
	}
	return e.takeReturn(ctx, shop, told)
}

// takeReturn keeps what a platform told of a return, unless it is older than what we know, and
// pays back here what was paid back there: once.
func (e *Engine) takeReturn(ctx context.Context, shop Shop, told Return) error {
	var k KeptReturn
	err := e.write(ctx, func(tx *db.Tx) (err error) {
		k, err = e.ReturnOf(ctx, tx, shop.ID, told.ID)
		switch {
		case pavilion.KindOf(err) == pavilion.NotFound && err != nil:
			k = KeptReturn{Shop: shop.ID}
		case err != nil:
			return err
		case told.Modified.Before(k.Modified) || told.Version < k.Version:
			return nil
		}
		if k.State != told.State {
			k.Answer, k.Why = "", "" // it was given to what it is no longer
		}
		k.Return = told
		if kept, err := OrderOf(ctx, tx, shop.ID, told.Order); err == nil {
			k.Ours = kept.Order
		} else if pavilion.KindOf(err) != pavilion.NotFound {
			return err
		}
		return k.keep(ctx, tx, e.o.Sealer)
	})
	if err != nil || k.Settled || k.State != ReturnPaid {
		return err
	}
	return e.settle(ctx, k)
}

// settle pays back here what a platform paid back. What was not shipped comes back with what
// the platform tells of the order, which is read again: its stock goes with it.
func (e *Engine) settle(ctx context.Context, k KeptReturn) error {
	err := e.write(ctx, func(tx *db.Tx) error {
		k, err := e.ReturnOf(ctx, tx, k.Shop, k.ID)
		if err != nil || k.Settled {
			return err
		}
		if k.Ours == "" {
			return pavilion.E(pavilion.Conflict, "channel.return_no_order", pavilion.Args{"number": k.Order})
		}
		ours, err := order.Keep(ctx, tx, k.Ours)
		if err != nil {
			return err
		}
		switch ours.State {
		case order.StatePaid, order.StateCancelled:
			if err := Reread(ctx, tx, k.Shop, k.Order); err != nil {
				return err
			}
		default:
			lines, worth, err := e.returned(ctx, tx, k, ours)
			if err != nil {
				return err
			}
			if !k.Goods && k.Amount.Sign() > 0 && k.Amount != worth { // money for something else than goods
				return pavilion.E(pavilion.Conflict, "channel.return_amount", pavilion.Args{"amount": k.Amount.String(), "worth": worth.String()})
			}
			if len(lines) > 0 {
				if err := order.Refund(ctx, tx, ours.ID, lines, "channel.refunded_there", false); err != nil {
					return err
				}
			}
		}
		k.Settled, k.Reason, k.Args = true, "", nil
		return k.keep(ctx, tx, e.o.Sealer)
	})
	ours, ok := errors.AsType[*pavilion.Error](err)
	if !ok || !mendable(err) {
		return err
	}
	return e.write(ctx, func(tx *db.Tx) error {
		k, err := e.ReturnOf(ctx, tx, k.Shop, k.ID)
		if err != nil {
			return err
		}
		k.Reason, k.Args = ours.Reason, ours.Args
		return k.keep(ctx, tx, e.o.Sealer)
	})
}

// returned are our lines a return is about, as far as their money was not given back yet, and
// what they are worth.
func (e *Engine) returned(ctx context.Context, r db.Reader, k KeptReturn, ours order.Order) (back []order.RefundLine, worth money.Money, err error) {
	kept, err := OrderOf(ctx, r, k.Shop, k.Order)
	if err != nil {
		return nil, worth, err
	}
	lines, err := OrderLines(ctx, r, kept)
	if err != nil {
		return nil, worth, err
	}
	worth = money.New(0, ours.Total.Currency())
	for _, l := range lines {
		units := l.Quantity
		if at := slices.IndexFunc(k.Lines, func(d DispatchLine) bool { return d.Line == l.Line }); at >= 0 {
			units = min(units, k.Lines[at].Quantity)
		} else if len(k.Lines) > 0 {
			continue
		}
		for i := range ours.Lines {
			o := &ours.Lines[i]
			if o.Number < l.First || o.Number >= l.First+l.Lines {
				continue
			}
			n := min(o.Quantity*units/max(1, l.Quantity), o.Quantity-o.Refunded)
			if n <= 0 {
				continue
			}
			part, err := o.Worth(n)
			if err != nil {
				return nil, worth, err
			}
			if worth, err = worth.Add(part); err != nil {
				return nil, worth, err
			}
			back = append(back, order.RefundLine{Line: o.Number, Quantity: n})
		}
	}
	return back, worth, nil
}

// AnswerReturn says yes or no to a return, as it was seen; the platform hears it by a job.
// Errors: NotFound channel.return_unknown; Conflict channel.return_moved when it is not in the
// state any more; Invalid channel.return_why at why for a no without a reason, channel.why_long.
func (e *Engine) AnswerReturn(ctx context.Context, tx *db.Tx, shop pavilion.ShopID, id string, seen ReturnState, answer, why string) error {
	k, err := e.ReturnOf(ctx, tx, shop, id)
	switch {
	case err != nil:
		return err
	case k.State != seen || k.State != ReturnAsked && k.State != ReturnArrived || answer != ReturnAgree && answer != ReturnRefuse:
		return pavilion.E(pavilion.Conflict, "channel.return_moved", nil)
	case answer == ReturnRefuse && why == "":
		return pavilion.E(pavilion.Invalid, "channel.return_why", nil).At("why")
	case len(why) > whyMost:
		return pavilion.E(pavilion.Invalid, "channel.why_long", pavilion.Args{"most": whyMost}).At("why")
	}
	k.Answer, k.Why, k.Reason, k.Args = answer, why, "", nil
	if err := k.keep(ctx, tx, e.o.Sealer); err != nil {
		return err
	}
	if err := job.Enqueue(ctx, tx, ReturnJob, string(shop)+"/"+id, ReturnOrder{shop, id}, 0); err != nil {
		return err
	}
	return staff.Note(ctx, tx, "channel.return_answer", about(k), map[string]any{"shop": string(shop), "return": id, "answer": answer})
}

// about is what the trail says a return is about: our order if there is one.
func about(k KeptReturn) string {
	if k.Ours != "" {
		return string(k.Ours)
	}
	return string(k.Shop)
}

// WorkReturn tells the platform our answer. It is read first and afterwards: an answer that was
// lost is given once, and one to what it is no longer is dropped.
func (e *Engine) WorkReturn(ctx context.Context, run *job.Run, o ReturnOrder) error {
	shop, _, err := e.shopOf(ctx, o.Shop)
	if err != nil {
		return err
	}
	if err := e.rereadReturn(ctx, shop, o.ID); err != nil {
		return err
	}
	var k KeptReturn
	if err := run.DB.Read(ctx, func(v *db.View) (err error) {
		k, err = e.ReturnOf(ctx, v, o.Shop, o.ID)
		return err
	}); err != nil || k.Answer == "" {
		return err
	}
	err = e.call(ctx, shop.ID, Act{Kind: "return.answer", About: k.ID, Writes: true}, func(ctx context.Context, c Connector, a Access) error {
		return c.AnswerReturn(ctx, a, ReturnAnswer{ID: k.ID, Agree: k.Answer == ReturnAgree, Reason: k.Why, Version: k.Version, State: k.State})
	})
	if ours, ok := errors.AsType[*pavilion.Error](err); ok && mendable(err) { // a person decides anew
		return e.write(ctx, func(tx *db.Tx) error {
			k, err := e.ReturnOf(ctx, tx, o.Shop, o.ID)
			if err != nil {
				return err
			}
			k.Answer, k.Why, k.Reason, k.Args = "", "", ours.Reason, ours.Args
			return k.keep(ctx, tx, e.o.Sealer)
		})
	}
	if err != nil {
		return err
	}
	if err := e.write(ctx, func(tx *db.Tx) error {
		k, err := e.ReturnOf(ctx, tx, o.Shop, o.ID)
		if err != nil {
			return err
		}
		k.Answer, k.Why = "", ""
		return k.keep(ctx, tx, e.o.Sealer)
	}); err != nil {
		return err
	}
	return e.rereadReturn(ctx, shop, o.ID)
}

// ReceiveReturn takes goods of a return in: they lie held in a warehouse, and nobody sells them
// until somebody has looked at them. A platform that wants to hear of it does. Errors: NotFound channel.return_unknown; Conflict
// channel.return_no_order {number}, channel.return_received when they came already, and those
// of [stock.Return].
func (e *Engine) ReceiveReturn(ctx context.Context, tx *db.Tx, shop pavilion.ShopID, id string, warehouse pavilion.WarehouseID) error {
	k, err := e.ReturnOf(ctx, tx, shop, id)
	switch {
	case err != nil:
		return err
	case k.Ours == "":
		return pavilion.E(pavilion.Conflict, "channel.return_no_order", pavilion.Args{"number": k.Order})
	case k.Received > 0:
		return pavilion.E(pavilion.Conflict, "channel.return_received", nil)
	}
	ours, err := order.Keep(ctx, tx, k.Ours)
	if err != nil {
		return err
	}
	for i := range ours.Lines { // whatever was paid back of them already
		ours.Lines[i].Refunded = 0
	}
	lines, _, err := e.returned(ctx, tx, k, ours)
	if err != nil {
		return err
	}
	for _, l := range lines {
		if err := stock.Return(ctx, tx, stock.Comeback{Order: ours.ID, Line: l.Line, Warehouse: warehouse, Quantity: l.Quantity, Held: true, Note: k.ID}); err != nil {
			return err
		}
		k.Received += l.Quantity
	}
	at, err := ShopOf(ctx, tx, shop)
	if err != nil {
		return err
	}
	if c, err := e.connector(at.Channel); err == nil && c.Traits().Receipts && k.State == ReturnSending {
		k.Answer = ReturnAgree
		if err := job.Enqueue(ctx, tx, ReturnJob, string(shop)+"/"+id, ReturnOrder{shop, id}, 0); err != nil {
			return err
		}
	}
	if err := k.keep(ctx, tx, e.o.Sealer); err != nil {
		return err
	}
	return staff.Note(ctx, tx, "channel.return_receive", about(k), map[string]any{"shop": string(shop), "return": id, "units": k.Received})
}
