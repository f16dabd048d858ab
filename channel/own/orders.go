package own

import (
	"context"
	"crypto/subtle"

	"pavilion"
	"pavilion/db"
	"pavilion/order"
	"pavilion/staff"
)

// Viewer is who asks for an order: a signed-in buyer, the holder of a pass, or both.
type Viewer struct {
	Buyer pavilion.BuyerID
	Pass  string
}

// Pass is the secret that opens an order to its shopper without an account. The page that
// placed the order, or found it by number and phone, keeps it in a cookie.
func (s *Shop) Pass(id pavilion.OrderID) string { return s.sealer.Key(string(id), "order.pass") }

// may tells whether the viewer is the order's shopper.
func (s *Shop) may(v Viewer, o order.Order) bool {
	if o.Channel != Name {
		return false
	}
	return v.Buyer != "" && o.Buyer == string(v.Buyer) ||
		subtle.ConstantTimeCompare([]byte(v.Pass), []byte(s.Pass(o.ID))) == 1
}

// Order reads an order for its shopper. Error: NotFound order.unknown, also when the order
// is somebody else's.
func (s *Shop) Order(ctx context.Context, id pavilion.OrderID, v Viewer) (order.Order, error) {
	var o order.Order
	err := s.d.Read(ctx, func(view *db.View) (err error) {
		o, err = order.Get(ctx, view, s.sealer, id)
		return err
	})
	if err != nil {
		return order.Order{}, err
	}
	if !s.may(v, o) {
		return order.Order{}, errNoOrder()
	}
	return o, nil
}

func errNoOrder() error { return pavilion.E(pavilion.NotFound, "order.unknown", nil) }

// Events is the history of an order for its shopper. Errors are those of [Shop.Order].
func (s *Shop) Events(ctx context.Context, id pavilion.OrderID, v Viewer) ([]order.Event, error) {
	if _, err := s.Order(ctx, id, v); err != nil {
		return nil, err
	}
	var events []order.Event
	err := s.d.Read(ctx, func(view *db.View) (err error) {
		events, err = order.Events(ctx, view, id)
		return err
	})
	return events, err
}

// Cancel calls a shopper's order off before it is shipped; what was paid goes back. Errors
// are those of [Shop.Order], and Conflict order.wrong_state.
func (s *Shop) Cancel(ctx context.Context, id pavilion.OrderID, v Viewer) error {
	if _, err := s.Order(ctx, id, v); err != nil {
		return err
	}
	return s.d.Write(ctx, actor(v.Buyer), func(tx *db.Tx) error {
		return order.Cancel(ctx, tx, id, "order.by_buyer")
	})
}

// Orders lists a buyer's orders, the newest first, those before the given id ("" for the
// start). They come without their recipients.
func (s *Shop) Orders(ctx context.Context, buyer pavilion.BuyerID, before pavilion.OrderID, limit int) ([]order.Order, error) {
	var orders []order.Order
	err := s.d.Read(ctx, func(v *db.View) (err error) {
		orders, err = order.OfBuyer(ctx, v, string(buyer), before, limit)
		return err
	})
	return orders, err
}

// FindOrder finds an order by its number and the recipient's phone. Caller is the network
// address it is asked from; tries are counted for it and for the number. Errors: Invalid
// order.number_malformed and phone.malformed, which say nothing about any order; NotFound
// order.unknown, the same whether the number or the phone is wrong; Limited
// throttle.blocked with RetryAfter.
func (s *Shop) FindOrder(ctx context.Context, number, phone, caller string) (order.Order, error) {
	number, err := order.ParseNumber(narrow(number))
	if err != nil {
		return order.Order{}, err
	}
	if phone, err = ParsePhone(s.market.Country, phone); err != nil {
		return order.Order{}, err
	}
	var found order.Order
	err = s.guess(ctx, []string{"own.find:" + number, s.callerSubject(caller)}, func(tx *db.Tx) (err error) {
		found, err = order.ByNumber(ctx, tx, s.sealer, number, s.phoneKey(phone))
		return err
	})
	if err != nil {
		return order.Order{}, err
	}
	return found, nil
}

// guess counts a try for the subjects, whatever comes of it, and then makes it; a right
// guess forgets the tries. Errors: Limited throttle.blocked, and what try returns.
func (s *Shop) guess(ctx context.Context, subjects []string, try func(tx *db.Tx) error) error {
	var outcome error
	err := s.d.Write(ctx, system, func(tx *db.Tx) error {
		for _, subject := range subjects {
			if outcome = staff.Try(ctx, tx, subject); outcome != nil {
				return onlyInternal(outcome)
			}
		}
		if outcome = try(tx); outcome != nil {
			return onlyInternal(outcome)
		}
		for _, subject := range subjects {
			if err := staff.Succeeded(ctx, tx, subject); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return outcome
}

// onlyInternal lets a refusal through to the commit, so that the try stays counted, and
// stops at a fault.
func onlyInternal(err error) error {
	if pavilion.KindOf(err) == pavilion.Internal {
		return err
	}
	return nil
}

// callerSubject is whom the throttle knows a network address as.
func (s *Shop) callerSubject(caller string) string {
	return "own.caller:" + s.sealer.Key(caller, "caller")
}
