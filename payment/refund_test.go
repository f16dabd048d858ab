package payment_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"pavilion"
	"pavilion/db"
	"pavilion/db/dbtest"
	"pavilion/money"
	. "pavilion/payment"
)

func requestRefund(t *testing.T, d *db.DB, id pavilion.IntentID, amount money.Money) (rf Refund, err error) {
	err = tryWrite(t, d, func(tx *db.Tx) (err error) {
		rf, err = RequestRefund(t.Context(), tx, id, amount, "returned")
		return err
	})
	return rf, err
}

func told(t *testing.T, d *db.DB, w RefundWord) (rf Refund, err error) {
	err = tryWrite(t, d, func(tx *db.Tx) (err error) {
		rf, err = RefundTold(t.Context(), tx, w)
		return err
	})
	return rf, err
}

func TestRefund(t *testing.T) {
	t.Parallel()
	clock := dbtest.NewClock()
	dbtest.EachAt(t, clock, func(t *testing.T, d *db.DB) {
		i := pay(t, t, d, hundred)
		rf, err := requestRefund(t, d, i.ID, yuan(60_00))
		if err != nil {
			t.Fatal(err)
		}
		if n := facts(t, t, d, "payment.refund_requested", string(rf.ID)); n != 1 {
			t.Errorf("facts of the request: got %d, want 1", n)
		}
		_, err = requestRefund(t, d, i.ID, yuan(40_01))
		wantReason(t, "more than is left", err, pavilion.Conflict, "payment.refund_exceeds")
		_, err = requestRefund(t, d, i.ID, yuan(0))
		wantReason(t, "nothing", err, pavilion.Invalid, "payment.amount_not_positive")
		_, err = requestRefund(t, d, i.ID, yuan(-1))
		wantReason(t, "less than nothing", err, pavilion.Invalid, "payment.amount_not_positive")
		_, err = requestRefund(t, d, i.ID, money.New(1, money.BYN))
		wantReason(t, "another currency", err, pavilion.Invalid, "money.currencies_differ")
		_, err = requestRefund(t, d, "pay_none", yuan(1))
		wantReason(t, "unknown", err, pavilion.NotFound, "payment.intent_unknown")
		_, err = requestRefund(t, d, create(t, t, d, "ord_1", hundred).ID, yuan(1))
		wantReason(t, "not paid", err, pavilion.Conflict, "payment.not_paid")

		for _, step := range []struct {
			said, state RefundState
			done        int
		}{
			{StateRequested, StateRequested, 0}, {StateSent, StateSent, 0}, {StateSent, StateSent, 0},
			{StateDone, StateDone, 1}, {StateDone, StateDone, 1}, {StateSent, StateDone, 1},
		} {
			got, err := told(t, d, RefundWord{Refund: rf.ID, State: step.said, Amount: yuan(60_00), ProviderRef: "back_1"})
			if err != nil || got.State != step.state {
				t.Fatalf("said %s: got %s, %v, want %s", step.said, got.State, err, step.state)
			}
			if n := facts(t, t, d, "payment.refund_done", string(rf.ID)); n != step.done {
				t.Errorf("said %s: got %d facts that it is done, want %d", step.said, n, step.done)
			}
		}
		_, err = told(t, d, RefundWord{Refund: rf.ID, State: StateRefused})
		wantReason(t, "refused after done", err, pavilion.Conflict, "payment.refund_contradicted")

		clock.Advance(time.Second)
		rest, err := requestRefund(t, d, i.ID, yuan(40_00))
		if err != nil {
			t.Fatal(err)
		}
		_, err = told(t, d, RefundWord{Refund: rest.ID, State: StateDone, Amount: yuan(39_99)})
		wantReason(t, "another amount", err, pavilion.Conflict, "payment.amount_differs")
		_, err = told(t, d, RefundWord{Refund: rest.ID, State: StateDone})
		wantReason(t, "no amount", err, pavilion.Conflict, "payment.amount_differs")
		_, err = told(t, d, RefundWord{Refund: rest.ID, State: "half done", Amount: yuan(40_00)})
		wantReason(t, "unknown state", err, pavilion.Internal, "payment.state_unknown")
		_, err = told(t, d, RefundWord{Refund: "rfd_none", State: StateDone, Amount: yuan(1)})
		wantReason(t, "unknown refund", err, pavilion.NotFound, "payment.refund_unknown")
		for range 2 {
			if got, err := told(t, d, RefundWord{Refund: rest.ID, State: StateRefused}); err != nil || got.State != StateRefused {
				t.Fatalf("refused: got %s, %v", got.State, err)
			}
		}
		if n := facts(t, t, d, "payment.refund_refused", string(rest.ID)); n != 1 {
			t.Errorf("facts that it is refused: got %d, want 1", n)
		}
		if got := get(t, t, d, i.ID).Refunded; got != yuan(60_00) {
			t.Errorf("refunded: got %v, want 60.00 CNY", got)
		}
		err = d.Read(t.Context(), func(v *db.View) error {
			list, err := Refunds(t.Context(), v, i.ID)
			if len(list) != 2 || list[0].ID != rf.ID || list[1].Reason != "returned" {
				t.Errorf("refunds: got %+v", list)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// TestRefundsNeverExceed asks for many refunds at the same moment: those that are granted
// add up to what was paid and not a fen more.
func TestRefundsNeverExceed(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		i := pay(t, t, d, hundred)
		var mu sync.Mutex
		granted := 0
		var wg sync.WaitGroup
		for range 64 {
			wg.Go(func() {
				_, err := requestRefund(t, d, i.ID, yuan(7_00))
				mu.Lock()
				defer mu.Unlock()
				if err == nil {
					granted++
				} else {
					wantReason(t, "refund", err, pavilion.Conflict, "payment.refund_exceeds")
				}
			})
		}
		wg.Wait()
		if granted != 14 {
			t.Errorf("granted: got %d, want 14", granted)
		}
		if got := get(t, t, d, i.ID).Refunded; got != yuan(98_00) {
			t.Errorf("refunded: got %v, want 98.00 CNY", got)
		}
	})
}

// life is the model of one intent and its refunds, in the simplest words there are.
type life struct {
	t       *testing.T
	d       *db.DB
	intent  Intent
	state   State
	refunds map[pavilion.RefundID]*Refund
	order   []pavilion.RefundID
}

func (l *life) taken() (minor int64) {
	for _, rf := range l.refunds {
		if rf.State != StateRefused {
			minor += rf.Amount.Minor()
		}
	}
	return minor
}

func (l *life) start(t *rapid.T) {
	write(l.t, t, l.d, func(tx *db.Tx) error {
		return MarkStarted(l.t.Context(), tx, l.intent.ID, Started{"ref", "https://pay.example/ref"})
	})
	if l.state == StateCreated {
		l.state = StateStarted
	}
}

func (l *life) hear(t *rapid.T) {
	said := rapid.SampledFrom([]State{StateStarted, StatePaid, StateDeclined, StateCancelled}).Draw(t, "said")
	notice := fmt.Sprint(said, rapid.IntRange(1, 3).Draw(t, "notice"))
	wrong := rapid.Bool().Draw(t, "wrong amount")
	amount := l.intent.Amount
	if wrong {
		amount = yuan(amount.Minor() + 1)
	}
	_, news, err := hear(l.t, l.d, Word{NoticeID: string(l.intent.ID) + notice, Intent: l.intent.ID, State: said, Amount: amount})
	if wrong {
		if pavilion.ReasonOf(err) != "payment.amount_differs" {
			t.Fatalf("wrong amount: got %v, want payment.amount_differs", err)
		}
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	open := l.state == StateCreated || l.state == StateStarted
	moves := said == StatePaid && l.state != StatePaid || open && (said == StateDeclined || said == StateCancelled)
	if moves {
		l.state = said
	}
	if news != moves {
		t.Fatalf("said %s: got news %v, want %v", said, news, moves)
	}
}

func (l *life) cancel(t *rapid.T) {
	write(l.t, t, l.d, func(tx *db.Tx) error {
		_, _, err := Cancel(l.t.Context(), tx, l.intent.ID)
		return err
	})
	if l.state == StateCreated || l.state == StateStarted {
		l.state = StateCancelled
	}
}

func (l *life) refund(t *rapid.T) {
	amount := yuan(rapid.Int64Range(1, l.intent.Amount.Minor()+1).Draw(t, "amount"))
	rf, err := requestRefund(l.t, l.d, l.intent.ID, amount)
	switch want := l.state == StatePaid && l.taken()+amount.Minor() <= l.intent.Amount.Minor(); {
	case want && err == nil:
		l.refunds[rf.ID] = &rf
		l.order = append(l.order, rf.ID)
	case want || err == nil:
		t.Fatalf("refund of %v with %d taken, intent %s: got %v", amount, l.taken(), l.state, err)
	}
}

func (l *life) tell(t *rapid.T) {
	if len(l.order) == 0 {
		return
	}
	rf := l.refunds[rapid.SampledFrom(l.order).Draw(t, "refund")]
	said := rapid.SampledFrom([]RefundState{StateRequested, StateSent, StateDone, StateRefused}).Draw(t, "said")
	_, err := told(l.t, l.d, RefundWord{Refund: rf.ID, State: said, Amount: rf.Amount})
	ended := rf.State == StateDone || rf.State == StateRefused
	if ended && (said == StateDone || said == StateRefused) && said != rf.State {
		if pavilion.ReasonOf(err) != "payment.refund_contradicted" {
			t.Fatalf("%s after %s: got %v, want payment.refund_contradicted", said, rf.State, err)
		}
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	if !ended && said != StateRequested {
		rf.State = said
	}
}

// check compares the tables with the model.
func (l *life) check(t *rapid.T) {
	got := get(l.t, t, l.d, l.intent.ID)
	if got.State != l.state || got.Refunded.Minor() != l.taken() || got.PaidAt.IsZero() == (l.state == StatePaid) {
		t.Fatalf("intent: got %+v, want %s with %d refunded", got, l.state, l.taken())
	}
	err := l.d.Read(l.t.Context(), func(v *db.View) error {
		list, err := Refunds(l.t.Context(), v, l.intent.ID)
		if len(list) != len(l.refunds) {
			t.Fatalf("refunds: got %d, want %d", len(list), len(l.refunds))
		}
		for _, rf := range list {
			if want := l.refunds[rf.ID]; rf.State != want.State || rf.Amount != want.Amount {
				t.Fatalf("refund: got %+v, want %+v", rf, want)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, rf := range l.refunds {
		for kind, state := range map[string]RefundState{"payment.refund_done": StateDone, "payment.refund_refused": StateRefused} {
			want := 0
			if rf.State == state {
				want = 1
			}
			if n := facts(l.t, t, l.d, kind, string(rf.ID)); n != want {
				t.Fatalf("%s of a refund that is %s: got %d facts, want %d", kind, rf.State, n, want)
			}
		}
	}
}

func TestLifeOfAnIntent(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		rapid.Check(t, func(r *rapid.T) {
			l := &life{t: t, d: d, state: StateCreated, refunds: map[pavilion.RefundID]*Refund{}}
			l.intent = create(t, r, d, "ord_1", yuan(rapid.Int64Range(1, 20).Draw(r, "amount")))
			r.Repeat(map[string]func(*rapid.T){
				"start": l.start, "hear": l.hear, "cancel": l.cancel, "refund": l.refund, "tell": l.tell, "": l.check,
			})
		})
	})
}
