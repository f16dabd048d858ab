package staff

import (
	"errors"
	"testing"
	"time"

	"pgregory.net/rapid"

	"pavilion"
	"pavilion/db"
	"pavilion/db/dbtest"
)

func try(t *testing.T, d *db.DB, subject string) error {
	return d.Write(t.Context(), pavilion.System("test"), func(tx *db.Tx) error { return Try(t.Context(), tx, subject) })
}

func TestThrottle(t *testing.T) {
	t.Parallel()
	clock := dbtest.NewClock()
	dbtest.EachAt(t, clock, func(t *testing.T, d *db.DB) {
		for i := range freeTries {
			if err := try(t, d, "door"); err != nil {
				t.Fatalf("free try %d: got %v, want none", i+1, err)
			}
		}
		for _, want := range []time.Duration{30 * time.Second, time.Minute, 2 * time.Minute, 4 * time.Minute, 8 * time.Minute, 15 * time.Minute, 15 * time.Minute} {
			err := try(t, d, "door")
			wantReason(t, "blocked", err, pavilion.Limited, "throttle.blocked")
			e, ok := errors.AsType[*pavilion.Error](err)
			if !ok || e.RetryAfter != want || e.Args["seconds"] != int64(want/time.Second) {
				t.Fatalf("block: got %v, want RetryAfter %v", err, want)
			}
			if err := try(t, d, "window"); err != nil {
				t.Fatalf("another subject: got %v, want none", err)
			}
			write(t, d, func(tx *db.Tx) error { return Succeeded(t.Context(), tx, "window") })
			clock.Advance(want - time.Microsecond)
			wantReason(t, "just before the end of the block", try(t, d, "door"), pavilion.Limited, "throttle.blocked")
			clock.Advance(time.Microsecond)
			if err := try(t, d, "door"); err != nil {
				t.Fatalf("after the block: got %v, want none", err)
			}
		}
		clock.Advance(forgotten)
		for i := range freeTries {
			if err := try(t, d, "door"); err != nil {
				t.Fatalf("free try %d after a day: got %v, want none", i+1, err)
			}
		}
		write(t, d, func(tx *db.Tx) error { return Succeeded(t.Context(), tx, "door") })
		if err := try(t, d, "door"); err != nil {
			t.Fatalf("after a success: got %v, want none", err)
		}
	})
}

// TestThrottleUnderAttack guesses many times at the same moment: no more than the free
// tries get through, on whatever engine.
func TestThrottleUnderAttack(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		good, errs := together(64, func(int) error { return try(t, d, "door") })
		if good != freeTries {
			t.Errorf("tries that got through: got %d, want %d", good, freeTries)
		}
		for _, err := range errs {
			wantReason(t, "the others", err, pavilion.Limited, "throttle.blocked")
		}
	})
}

// TestBlockGrows: whatever the pauses, a try never shortens the next block, none is longer
// than the longest, and nobody gets through more than about a hundred tries a day.
func TestBlockGrows(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a := attempt{failures: 1, updatedAt: dbtest.Start}
		now := dbtest.Start
		var last time.Duration
		tries := 1
		for day := now.Add(24 * time.Hour); ; tries++ {
			pause := time.Duration(rapid.Int64Range(0, int64(20*time.Minute)).Draw(t, "pause"))
			now = now.Add(pause)
			if a.blockedUntil.After(now) {
				now = a.blockedUntil
			}
			if now.After(day) {
				break
			}
			a = a.next(now, freeTries)
			block := max(0, a.blockedUntil.Sub(now))
			if block < last || block > longest {
				t.Fatalf("block after try %d: got %v, want from %v to %v", tries, block, last, longest)
			}
			last = block
		}
		if tries > 110 {
			t.Fatalf("tries in a day: got %d, want at most 110", tries)
		}
	})
}

func TestSignInIsThrottled(t *testing.T) {
	t.Parallel()
	clock := dbtest.NewClock()
	dbtest.EachAt(t, clock, func(t *testing.T, d *db.DB) {
		member(t, d, "desk")
		g := gate(t, d)
		for _, login := range []string{"desk", "nobody"} {
			good, errs := together(2*freeTries, func(int) error {
				_, err := g.SignIn(t.Context(), login, "not the password", home)
				return err
			})
			refused := 0
			for _, err := range errs {
				if pavilion.ReasonOf(err) == "staff.sign_in_refused" {
					refused++
				} else {
					wantReason(t, login, err, pavilion.Limited, "throttle.blocked")
				}
			}
			if good != 0 || refused != freeTries {
				t.Errorf("%s: got %d signed in and %d refused, want 0 and %d", login, good, refused, freeTries)
			}
		}
		_, err := g.SignIn(t.Context(), "desk", password, home)
		wantReason(t, "the right password while blocked", err, pavilion.Limited, "throttle.blocked")
		clock.Advance(firstBlock)
		if _, err := g.SignIn(t.Context(), "desk", password, home); err != nil {
			t.Errorf("after the block: got %v, want none", err)
		}
		for range freeTries {
			if _, err := g.SignIn(t.Context(), "desk", password, home); err != nil {
				t.Errorf("right again and again: got %v, want none", err)
			}
		}
	})
}

func TestSweep(t *testing.T) {
	t.Parallel()
	clock := dbtest.NewClock()
	dbtest.EachAt(t, clock, func(t *testing.T, d *db.DB) {
		member(t, d, "desk")
		if _, err := gate(t, d).SignIn(t.Context(), "desk", password, home); err != nil {
			t.Fatal(err)
		}
		sweep := func(limit int, want int64) {
			t.Helper()
			write(t, d, func(tx *db.Tx) error {
				n, err := Sweep(t.Context(), tx, limit)
				if n != want {
					t.Errorf("swept: got %d, want %d", n, want)
				}
				return err
			})
		}
		for _, subject := range []string{"a", "b", "c"} {
			if err := try(t, d, subject); err != nil {
				t.Fatal(err)
			}
		}
		sweep(10, 0)
		clock.Advance(forgotten + time.Second)
		if err := try(t, d, "fresh"); err != nil {
			t.Fatal(err)
		}
		sweep(2, 2) // two tries
		sweep(2, 2) // the third, and that from the network
		sweep(2, 0)
		clock.Advance(SessionLength)
		sweep(2, 1) // the session, a day after its end
	})
}
