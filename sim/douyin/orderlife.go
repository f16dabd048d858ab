package douyin

import (
	"strconv"
	"unicode/utf8"

	"pavilion"
)

// changeOrder does something to an order. The errors are those of f and NotFound
// sim.order_unknown.
func (s *Simulator) changeOrder(id string, f func(t *tx, o *order) error) error {
	err := s.do(func(t *tx) error {
		o := t.orders.edit(id)
		if o == nil {
			return pavilion.E(pavilion.NotFound, "sim.order_unknown", nil)
		}
		return f(t, o)
	})
	s.poke()
	return err
}

var errState = pavilion.E(pavilion.Conflict, "sim.order_state", nil)

// Pay lets the shopper pay what is open: the order, or the balance after a deposit.
func (s *Simulator) Pay(id string) error {
	return s.changeOrder(id, func(t *tx, o *order) error {
		if o.Status != unpaid {
			return errState
		}
		t.pay(o)
		return nil
	})
}

// Cancel lets the shopper give up an order that is not paid. For one that is, see Ask.
func (s *Simulator) Cancel(id, reason string) error {
	return s.changeOrder(id, func(t *tx, o *order) error {
		if o.Status != unpaid {
			return errState
		}
		t.endOrder(o, reason)
		return nil
	})
}

// Receive lets the shopper confirm that the goods arrived.
func (s *Simulator) Receive(id string) error {
	return s.changeOrder(id, func(t *tx, o *order) error {
		if o.Status != shipped {
			return errState
		}
		t.finishOrder(o)
		return nil
	})
}

func (t *tx) finish(a *alarm) {
	if o := t.orders.get(a.Of); o != nil && o.Status == shipped && !t.now.Before(o.Shipped.Add(t.s.rules.FinishAfter)) {
		t.finishOrder(t.orders.edit(a.Of))
	}
}

func (t *tx) finishOrder(o *order) {
	o.Finished = t.now
	main := int64(finished)
	if o.Main == afterShip {
		main = afterTaken
	}
	t.setState(o, finished, main)
	t.pushOrder(o, "103", obj{"complete_time": t.now.Unix()})
	t.later(t.s.rules.SettleAfter, settleDue, o.ID, nil)
}

// AskAddress lets the shopper ask that the order goes to the address of another person.
// The documents name no method to agree with: AnswerAddress is the merchant's back office.
func (s *Simulator) AskAddress(id string, to int64) error {
	return s.changeOrder(id, func(t *tx, o *order) error {
		if o.Status != paid && o.Status != preparing {
			return errState
		}
		r := shopper(to)
		o.Wanted, o.Updated = &r, t.now
		t.pushOrder(o, "111", obj{"apply_time": t.now.Unix(), "receiver_msg": t.tellWhere(o.ID, o.Receiver), "post_receiver_msg": t.tellWhere(o.ID, r)})
		return nil
	})
}

// AnswerAddress agrees to what AskAddress asked, or refuses it.
func (s *Simulator) AnswerAddress(id string, agree bool) error {
	return s.changeOrder(id, func(t *tx, o *order) error {
		if o.Wanted == nil || o.Status != paid && o.Status != preparing {
			return errState
		}
		if agree {
			o.Receiver, o.Updated = *o.Wanted, t.now
			t.pushOrder(o, "105", obj{"receiver_msg": t.tellWhere(o.ID, o.Receiver), "update_time": t.now.Unix()})
		}
		o.Wanted = nil
		return nil
	})
}

// tellWhere is a receiver as pushes tell it.
func (t *tx) tellWhere(auth string, r receiver) obj {
	where := obj{
		"province": obj{"name": r.Province.Name, "id": r.Province.ID}, "city": obj{"name": r.City.Name, "id": r.City.ID},
		"town": obj{"name": r.Town.Name, "id": r.Town.ID}, "street": obj{"name": r.Street.Name, "id": r.Street.ID},
		"detail": "", "encrypt_detail": t.s.seal(auth, dataAddress, r.Detail),
	}
	return obj{
		"addr": canonical(where, false), "name": masked(dataName, r.Name), "tel": masked(dataPhone, r.Phone),
		"encrypt_name": t.s.seal(auth, dataName, r.Name), "encrypt_tel": t.s.seal(auth, dataPhone, r.Phone),
	}
}

// ChangePostage lets the shop ask another postage for an order that is not paid.
func (s *Simulator) ChangePostage(id string, fen int64) error {
	return s.changeOrder(id, func(t *tx, o *order) error {
		if o.Status != unpaid || fen < 0 {
			return errState
		}
		o.Postage, o.Updated = fen, t.now
		t.pushOrder(o, "109", obj{"modify_time": t.now.Unix(), "total_amount": o.pays(), "post_amount": o.Postage})
		return nil
	})
}

const remarkMost = 60

// addRemark is order.addOrderRemark.
func addRemark(t *tx, c *call) (any, error) {
	id, words, star := c.str("order_id"), c.str("remark"), c.or("star", 0)
	switch {
	case id == "" || !c.has("remark"):
		return nil, missing(0, "order_id、remark 不能为空")
	case utf8.RuneCountInString(words) > remarkMost || star < 0 || star > 5:
		return nil, invalid(0, "备注最多 60 字，星级为 0 到 5")
	}
	if o := t.orders.get(id); o == nil || o.Shop != c.shop {
		return nil, failed(60033, "订单不存在")
	}
	o := t.orders.edit(id)
	o.SellerWords, o.Updated = words, t.now
	if c.yes("is_add_star") {
		o.Stars = star
	}
	t.pushOrder(o, "113", obj{"remark": words, "star": strconv.FormatInt(o.Stars, 10), "update_time": t.now.Unix()})
	return obj{}, nil
}
