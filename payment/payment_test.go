package payment_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pavilion"
	"pavilion/db"
	"pavilion/db/dbtest"
	"pavilion/money"
	. "pavilion/payment"
)

const provider = "simpay"

var hundred = money.New(100_00, money.CNY)

func yuan(minor int64) money.Money { return money.New(minor, money.CNY) }

type failer interface {
	Helper()
	Fatal(...any)
}

// write runs fn in a transaction that must succeed.
func write(t *testing.T, f failer, d *db.DB, fn func(tx *db.Tx) error) {
	f.Helper()
	if err := tryWrite(t, d, fn); err != nil {
		f.Fatal(err)
	}
}

func tryWrite(t *testing.T, d *db.DB, fn func(tx *db.Tx) error) error {
	return d.Write(t.Context(), pavilion.System("test"), fn)
}

func create(t *testing.T, f failer, d *db.DB, purpose string, amount money.Money) (i Intent) {
	f.Helper()
	write(t, f, d, func(tx *db.Tx) (err error) {
		i, err = Create(t.Context(), tx, purpose, amount, provider, tx.Now().Add(time.Hour))
		return err
	})
	return i
}

func get(t *testing.T, f failer, d *db.DB, id pavilion.IntentID) (i Intent) {
	f.Helper()
	err := d.Read(t.Context(), func(v *db.View) (err error) {
		i, err = Get(t.Context(), v, id)
		return err
	})
	if err != nil {
		f.Fatal(err)
	}
	return i
}

func hear(t *testing.T, d *db.DB, w Word) (i Intent, news bool, err error) {
	err = tryWrite(t, d, func(tx *db.Tx) (err error) {
		i, news, err = Hear(t.Context(), tx, provider, w)
		return err
	})
	return i, news, err
}

// pay makes a paid intent.
func pay(t *testing.T, f failer, d *db.DB, amount money.Money) Intent {
	f.Helper()
	i := create(t, f, d, "ord_1", amount)
	i, news, err := hear(t, d, Word{NoticeID: "paid:" + string(i.ID), Intent: i.ID, State: StatePaid, Amount: amount})
	if err != nil || !news {
		f.Fatal("pay: ", news, err)
	}
	return i
}

// facts counts the facts of a kind about a thing.
func facts(t *testing.T, f failer, d *db.DB, kind, about string) (n int) {
	f.Helper()
	err := d.Read(t.Context(), func(v *db.View) error {
		return v.QueryRow(t.Context(), "select count(*) from fact where kind = $1 and about = $2", kind, about).Scan(&n)
	})
	if err != nil {
		f.Fatal(err)
	}
	return n
}

func wantReason(t *testing.T, what string, err error, kind pavilion.Kind, reason string) {
	t.Helper()
	if !errors.Is(err, pavilion.E(kind, reason, nil)) {
		t.Errorf("%s: got %v, want %v %s", what, err, kind, reason)
	}
}

func TestCreateSet(t *testing.T) {
	t.Parallel()
	clock := dbtest.NewClock()
	dbtest.EachAt(t, clock, func(t *testing.T, d *db.DB) {
		set := make([]NewIntent, 300)
		for i := range set {
			set[i] = NewIntent{fmt.Sprint("ord_", i), yuan(int64(i + 1)), provider, clock.Now().Add(time.Hour)}
		}
		var made []Intent
		write(t, t, d, func(tx *db.Tx) (err error) {
			made, err = CreateSet(t.Context(), tx, set)
			return err
		})
		for i, n := range set {
			want := Intent{
				ID: made[i].ID, Purpose: n.Purpose, Provider: provider, Amount: n.Amount, Refunded: yuan(0),
				State: StateCreated, CreatedAt: clock.Now(), ExpiresAt: n.ExpiresAt,
			}
			if diff := cmp.Diff(want, made[i], cmp.AllowUnexported(money.Money{})); diff != "" {
				t.Fatalf("intent %d (-want +got):\n%s", i, diff)
			}
			if !pavilion.CheckID(pavilion.PrefixIntent, string(made[i].ID)) {
				t.Fatalf("intent %d: got id %q", i, made[i].ID)
			}
		}
		for _, i := range []int{0, 150, 299} {
			if diff := cmp.Diff(made[i], get(t, t, d, made[i].ID), cmp.AllowUnexported(money.Money{})); diff != "" {
				t.Errorf("intent %d as stored (-want +got):\n%s", i, diff)
			}
		}
		for _, bad := range []money.Money{yuan(0), yuan(-1), {}} {
			err := tryWrite(t, d, func(tx *db.Tx) error {
				_, err := CreateSet(t.Context(), tx, []NewIntent{{"ord_1", hundred, provider, clock.Now()}, {"ord_2", bad, provider, clock.Now()}})
				return err
			})
			wantReason(t, bad.String(), err, pavilion.Invalid, "payment.amount_not_positive")
		}
		write(t, t, d, func(tx *db.Tx) error {
			none, err := CreateSet(t.Context(), tx, nil)
			if len(none) != 0 {
				t.Errorf("of an empty set: got %d intents, want none", len(none))
			}
			return err
		})
	})
}

func TestStart(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		i := create(t, t, d, "ord_1", hundred)
		start := func(id pavilion.IntentID, ref string) error {
			return tryWrite(t, d, func(tx *db.Tx) error {
				return MarkStarted(t.Context(), tx, id, Started{ProviderRef: ref, PayURL: "https://pay.example/" + ref})
			})
		}
		for _, ref := range []string{"ref_1", "ref_1"} { // twice changes nothing
			if err := start(i.ID, ref); err != nil {
				t.Fatal(err)
			}
			if got := get(t, t, d, i.ID); got.State != StateStarted || got.ProviderRef != ref || got.PayURL != "https://pay.example/"+ref {
				t.Errorf("started: got %+v", got)
			}
		}
		paid := pay(t, t, d, hundred)
		if err := start(paid.ID, "ref_2"); err != nil {
			t.Fatal(err)
		}
		if got := get(t, t, d, paid.ID); got.State != StatePaid || got.PayURL != "" {
			t.Errorf("the answer to the charge came after the notice: got %+v, want it paid", got)
		}
		wantReason(t, "unknown", start("pay_none", "ref_3"), pavilion.NotFound, "payment.intent_unknown")
	})
}

func TestHear(t *testing.T) {
	t.Parallel()
	clock := dbtest.NewClock()
	dbtest.EachAt(t, clock, func(t *testing.T, d *db.DB) {
		for _, c := range []struct {
			name  string
			said  []State
			state State
			news  []bool
		}{
			{"paid", []State{StatePaid}, StatePaid, []bool{true}},
			{"nothing new", []State{StateStarted, StateCreated}, StateCreated, []bool{false, false}},
			{"declined, then paid after all", []State{StateDeclined, StatePaid}, StatePaid, []bool{true, true}},
			{"cancelled, then paid after all", []State{StateCancelled, StatePaid}, StatePaid, []bool{true, true}},
			{"paid stays paid", []State{StatePaid, StateDeclined, StateCancelled, StateStarted, StatePaid}, StatePaid, []bool{true, false, false, false, false}},
			{"declined stays declined", []State{StateDeclined, StateCancelled, StateDeclined}, StateDeclined, []bool{true, false, false}},
		} {
			i := create(t, t, d, "ord_1", hundred)
			for n, said := range c.said {
				w := Word{NoticeID: fmt.Sprint(c.name, n), Intent: i.ID, State: said, Amount: hundred, ProviderRef: "ref"}
				got, news, err := hear(t, d, w)
				if err != nil || news != c.news[n] {
					t.Fatalf("%s, word %d: got news %v, %v, want %v", c.name, n, news, err, c.news[n])
				}
				again, news, err := hear(t, d, w)
				if err != nil || news {
					t.Fatalf("%s, word %d again: got news %v, %v, want none", c.name, n, news, err)
				}
				if diff := cmp.Diff(got, again, cmp.AllowUnexported(money.Money{})); diff != "" {
					t.Fatalf("%s, word %d again (-want +got):\n%s", c.name, n, diff)
				}
			}
			got := get(t, t, d, i.ID)
			if got.State != c.state {
				t.Errorf("%s: got %s, want %s", c.name, got.State, c.state)
			}
			if paid := got.State == StatePaid; paid != got.PaidAt.Equal(clock.Now()) || paid != (got.ProviderRef == "ref") {
				t.Errorf("%s: got paid at %v, ref %q", c.name, got.PaidAt, got.ProviderRef)
			}
		}
	})
}

func TestHearRefuses(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		i := create(t, t, d, "ord_1", hundred)
		for what, w := range map[string]Word{
			"less":               {State: StatePaid, Amount: yuan(99_99)},
			"more":               {State: StatePaid, Amount: yuan(100_01)},
			"another currency":   {State: StatePaid, Amount: money.New(100_00, money.BYN)},
			"no amount":          {State: StatePaid},
			"declined, but less": {State: StateDeclined, Amount: yuan(1)},
		} {
			w.NoticeID, w.Intent = what, i.ID
			for range 2 { // the second time is no quieter
				_, _, err := hear(t, d, w)
				wantReason(t, what, err, pavilion.Conflict, "payment.amount_differs")
			}
		}
		_, _, err := hear(t, d, Word{NoticeID: "1", Intent: "pay_none", State: StatePaid, Amount: hundred})
		wantReason(t, "unknown intent", err, pavilion.NotFound, "payment.intent_unknown")
		_, _, err = hear(t, d, Word{NoticeID: "2", Intent: i.ID, State: "paid?", Amount: hundred})
		wantReason(t, "unknown state", err, pavilion.Internal, "payment.state_unknown")
		err = tryWrite(t, d, func(tx *db.Tx) error {
			_, _, err := Hear(t.Context(), tx, "another", Word{NoticeID: "3", Intent: i.ID, State: StatePaid, Amount: hundred})
			return err
		})
		wantReason(t, "another provider's word", err, pavilion.NotFound, "payment.intent_unknown")
		if got := get(t, t, d, i.ID); got.State != StateCreated {
			t.Errorf("after all that: got %s, want %s", got.State, StateCreated)
		}
	})
}

// TestHearAtOnce has many notices of one payment arrive at the same moment: one is news.
func TestHearAtOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		i := create(t, t, d, "ord_1", hundred)
		var mu sync.Mutex
		news := 0
		var wg sync.WaitGroup
		for n := range 32 {
			wg.Go(func() {
				got, fresh, err := hear(t, d, Word{NoticeID: fmt.Sprint(n % 4), Intent: i.ID, State: StatePaid, Amount: hundred})
				if err != nil || got.State != StatePaid {
					t.Errorf("got %s, %v, want %s", got.State, err, StatePaid)
				}
				if fresh {
					mu.Lock()
					news++
					mu.Unlock()
				}
			})
		}
		wg.Wait()
		if news != 1 {
			t.Errorf("news: got %d times, want 1", news)
		}
	})
}

func TestOpen(t *testing.T) {
	t.Parallel()
	clock := dbtest.NewClock()
	dbtest.EachAt(t, clock, func(t *testing.T, d *db.DB) {
		first := create(t, t, d, "ord_1", hundred)
		clock.Advance(time.Minute)
		second := create(t, t, d, "ord_1", hundred)
		pay(t, t, d, hundred)
		cancelled := create(t, t, d, "ord_2", hundred)
		write(t, t, d, func(tx *db.Tx) error {
			i, news, err := Cancel(t.Context(), tx, cancelled.ID)
			if i.State != StateCancelled || !news {
				t.Errorf("cancelled: got %s, news %v", i.State, news)
			}
			return err
		})
		open := func(before time.Time, limit int) (ids []pavilion.IntentID) {
			t.Helper()
			err := d.Read(t.Context(), func(v *db.View) error {
				list, err := Open(t.Context(), v, before, limit)
				for _, i := range list {
					ids = append(ids, i.ID)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return ids
		}
		want := func(what string, got []pavilion.IntentID, ids ...pavilion.IntentID) {
			t.Helper()
			if diff := cmp.Diff(ids, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", what, diff)
			}
		}
		want("nobody has waited", open(dbtest.Start, 10))
		want("the first has", open(clock.Now(), 10), first.ID)
		clock.Advance(time.Minute)
		want("both have", open(clock.Now(), 10), first.ID, second.ID)
		want("one at a time", open(clock.Now(), 1), first.ID)
		write(t, t, d, func(tx *db.Tx) error { return MarkAsked(t.Context(), tx, first.ID) })
		want("the first was asked about", open(clock.Now(), 10), second.ID)

		err := d.Read(t.Context(), func(v *db.View) error {
			list, err := ForPurpose(t.Context(), v, "ord_1")
			if len(list) != 3 || list[0].ID != first.ID {
				t.Errorf("for the purpose: got %v, want three, the first first", list)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		err = tryWrite(t, d, func(tx *db.Tx) error {
			_, _, err := Cancel(t.Context(), tx, "pay_none")
			return err
		})
		wantReason(t, "cancel of nothing", err, pavilion.NotFound, "payment.intent_unknown")
	})
}

func BenchmarkCreateSet(b *testing.B) {
	d := dbtest.SQLite(b)
	set := make([]NewIntent, 512)
	for i := range set {
		set[i] = NewIntent{"ord_00000000000000000000000000", hundred, provider, dbtest.Start}
	}
	for b.Loop() {
		err := d.Write(b.Context(), pavilion.System("bench"), func(tx *db.Tx) error {
			_, err := CreateSet(b.Context(), tx, set)
			return err
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N*len(set))/b.Elapsed().Seconds(), "intents/s")
}
