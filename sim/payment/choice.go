package payment

import (
	"context"
	"time"

	"pavilion"
	"pavilion/money"
)

// Way is how a payer, or a test, lets a payment go. Their meanings are in protocol.md.
type Way string

const (
	Pay     Way = "pay"
	Decline Way = "decline"
	Later   Way = "later"
	Twice   Way = "twice"
	Before  Way = "before"
	Never   Way = "never"
)

// Choice is what becomes of an intent.
type Choice struct {
	Way    Way
	After  time.Duration // until Later is confirmed
	Amount money.Money   // what is paid; the zero Money is what was asked for
}

// laterMost bounds how late a payment can be.
const laterMost = 24 * time.Hour

// Choose decides an open intent by its id. After [Before] it returns once the notice was
// sent. Errors: Invalid sim.choice; NotFound sim.intent_unknown; Conflict sim.decided when
// the intent is not open any more; Unavailable sim.state_unwritable.
func (s *Simulator) Choose(ctx context.Context, id string, c Choice) error {
	n, err := s.decide(id, c)
	if err != nil {
		return err
	}
	if c.Way == Before {
		s.deliver(ctx, n)
	}
	s.poke()
	return nil
}

// decide moves the intent and returns the notice of it, nil if none is due yet.
func (s *Simulator) decide(id string, c Choice) (*notice, error) {
	m := s.memory
	m.mu.Lock()
	defer m.mu.Unlock()
	was := m.intents[id]
	if was == nil {
		return nil, pavilion.E(pavilion.NotFound, "sim.intent_unknown", nil)
	}
	now := s.o.Clock()
	if was.stateAt(now) != open {
		return nil, pavilion.E(pavilion.Conflict, "sim.decided", pavilion.Args{"state": was.stateAt(now)})
	}
	i := *was
	i.Paying = c.Amount
	if c.Amount == (money.Money{}) {
		i.Paying = i.Asked
	}
	if c.After < 0 || c.After > laterMost || i.Paying.Sign() <= 0 {
		return nil, pavilion.E(pavilion.Invalid, "sim.choice", nil)
	}
	var n *notice
	switch c.Way {
	case Pay, Twice, Before, Never:
		i.State, i.PaidAt = paid, now
	case Decline:
		i.State = declined
	case Later:
		i.State, i.ConfirmAt = pending, now.Add(c.After)
	default:
		return nil, pavilion.E(pavilion.Invalid, "sim.choice", nil)
	}
	records := []record{{Intent: &i}}
	if c.Way != Later && c.Way != Never {
		n = newNotice(&i, now)
		n.underWay = c.Way == Before
		if c.Way == Twice {
			n.Owed = 2
		}
		records = append(records, record{Notice: n})
	}
	if err := m.keep(records...); err != nil {
		return nil, pavilion.E(pavilion.Unavailable, "sim.state_unwritable", nil).Because(err)
	}
	return n, nil
}

// confirm turns a pending intent into a paid one. It wants the memory's lock.
func (s *Simulator) confirm(was *intent, now time.Time) error {
	i := *was
	i.State, i.PaidAt = paid, now
	return s.memory.keep(record{Intent: &i}, record{Notice: newNotice(&i, now)})
}

// newNotice is the notice of a decided intent, to be sent at once.
func newNotice(i *intent, now time.Time) *notice {
	amount := i.Asked
	if i.State == paid {
		amount = i.Paying
	}
	return &notice{ID: newRef("sn"), Intent: i.ID, State: i.State, Amount: amount, HappenedAt: now, Owed: 1, NextAt: now}
}
