package staff

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"pavilion"
	"pavilion/db"
	"pavilion/db/dbtest"
)

func TestTokenEndsByItself(t *testing.T) {
	t.Parallel()
	clock := dbtest.NewClock()
	dbtest.EachAt(t, clock, func(t *testing.T, d *db.DB) {
		ends := clock.Now().Add(time.Hour)
		var secret string
		write(t, d, func(tx *db.Tx) (err error) {
			secret, _, err = MakeToken(t.Context(), tx, "till", []Scope{ReadCatalog}, ends)
			return err
		})
		check := func() error {
			_, err := read(t, d, func(v *db.View) (Token, error) { return CheckToken(t.Context(), v, secret) })
			return err
		}
		clock.Advance(time.Hour - time.Second)
		if err := check(); err != nil {
			t.Errorf("a second before its end: got %v, want none", err)
		}
		clock.Advance(time.Second)
		wantReason(t, "at its end", check(), pavilion.Unauthenticated, "staff.token_unknown")
		err := d.Write(t.Context(), pavilion.System("test"), func(tx *db.Tx) error {
			_, _, err := MakeToken(t.Context(), tx, "late", []Scope{ReadCatalog}, ends)
			return err
		})
		wantReason(t, "an end that has passed", err, pavilion.Invalid, "staff.token_expiry")
	})
}

func TestLastUseIsNotedOnceAMinute(t *testing.T) {
	t.Parallel()
	clock := dbtest.NewClock()
	dbtest.EachAt(t, clock, func(t *testing.T, d *db.DB) {
		var token Token
		write(t, d, func(tx *db.Tx) (err error) {
			_, token, err = MakeToken(t.Context(), tx, "till", []Scope{ReadCatalog}, time.Time{})
			return err
		})
		first := clock.Now()
		for _, c := range []struct {
			after time.Duration
			from  string
			want  string
		}{
			{0, "203.0.113.x", "203.0.113.x"},
			{UsedEvery - time.Second, "198.51.100.x", "203.0.113.x"},
			{time.Second, "198.51.100.x", "198.51.100.x"},
		} {
			clock.Advance(c.after)
			write(t, d, func(tx *db.Tx) error { return MarkUsed(t.Context(), tx, token.ID, c.from) })
			list, err := read(t, d, func(v *db.View) ([]Token, error) { return ListTokens(t.Context(), v) })
			if err != nil || len(list) != 1 || list[0].UsedFrom != c.want {
				t.Errorf("%s after the first use: got %+v, %v, want a use from %s", clock.Now().Sub(first), list, err, c.want)
			}
		}
	})
}

// TestOnce has many ask for the same at the same time: it is done once, and all get the one
// answer.
func TestOnce(t *testing.T) {
	t.Parallel()
	clock := dbtest.NewClock()
	dbtest.EachAt(t, clock, func(t *testing.T, d *db.DB) {
		var token Token
		write(t, d, func(tx *db.Tx) (err error) {
			_, token, err = MakeToken(t.Context(), tx, "till", []Scope{WriteStock}, time.Time{})
			return err
		})
		failed := errors.New("refused")
		ask := func(key, request string, do func(tx *db.Tx) ([]byte, error)) (answer string, err error) {
			err = d.Write(t.Context(), pavilion.Actor{Kind: pavilion.ByToken, ID: string(token.ID)}, func(tx *db.Tx) error {
				raw, err := Once(t.Context(), tx, token.ID, key, request, func() ([]byte, error) { return do(tx) })
				answer = string(raw)
				return err
			})
			return answer, err
		}
		if _, err := ask("k", "one", func(*db.Tx) ([]byte, error) { return nil, failed }); !errors.Is(err, failed) {
			t.Fatalf("a refusal: got %v, want %v", err, failed)
		}
		const callers = 20
		answers := make([]string, callers)
		var at sync.WaitGroup
		for i := range callers {
			at.Go(func() {
				var err error
				answers[i], err = ask("k", "one", func(tx *db.Tx) ([]byte, error) {
					return fmt.Appendf(nil, "done by %d", i), Note(t.Context(), tx, "test.done", "thing", nil)
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		at.Wait()
		for i, a := range answers {
			if a != answers[0] || !strings.HasPrefix(a, "done by ") {
				t.Errorf("answer %d: got %q, want %q", i, a, answers[0])
			}
		}
		done, err := read(t, d, func(v *db.View) ([]Entry, error) { return Trail(t.Context(), v, "thing", "", 100) })
		if err != nil || len(done) != 1 {
			t.Errorf("done: got %d times, %v, want once", len(done), err)
		}

		never := func(*db.Tx) ([]byte, error) { t.Error("done again"); return nil, nil }
		_, err = ask("k", "two", never)
		wantReason(t, "another request", err, pavilion.Conflict, "token.key_used")
		sweep := func() {
			write(t, d, func(tx *db.Tx) error {
				_, err := SweepAnswers(t.Context(), tx, 10)
				return err
			})
		}
		clock.Advance(answersKept - time.Second)
		sweep()
		if got, err := ask("k", "one", never); err != nil || got != answers[0] {
			t.Errorf("before it is forgotten: got %q, %v, want %q", got, err, answers[0])
		}
		clock.Advance(time.Second)
		sweep()
		got, err := ask("k", "two", func(*db.Tx) ([]byte, error) { return []byte("new"), nil })
		if err != nil || got != "new" {
			t.Errorf("after it was forgotten: got %q, %v, want new", got, err)
		}
	})
}
