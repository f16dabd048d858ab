package staff

import (
	"context"
	"time"

	"pavilion"
	"pavilion/db"
)

// The throttle lets a handful of tries pass, so that people may mistype, and then blocks
// for twice as long after each further one. At worst a subject is guessed at about a
// hundred times a day, and its owner waits a quarter of an hour.
const (
	freeTries  = 5
	wideTries  = 50  // at one thing from anywhere
	massTries  = 100 // at anything from one network
	firstBlock = 30 * time.Second
	longest    = 15 * time.Minute
	forgotten  = 24 * time.Hour // after the last try
)

// attempt is a row of the throttle.
type attempt struct {
	failures     int64
	blockedUntil time.Time
	updatedAt    time.Time
}

const (
	sqlFirstTry = `insert into attempt (subject, failures, blocked_until, updated_at)
values ($1, 1, 0, $2) on conflict do nothing`
	sqlAttempt = `select failures, blocked_until, updated_at from attempt where subject = $1`
	sqlNextTry = `update attempt set failures = $1, blocked_until = $2, updated_at = $3
where subject = $4 and failures = $5 and updated_at = $6`
	sqlForgetSubject = `delete from attempt where subject = $1`
)

// Try counts a try at guessing and refuses it while the subject is blocked: the error is
// Limited, throttle.blocked, with RetryAfter. The subject is what is guessed at, such as
// "staff.sign_in:" and a login; nothing personal in clear. Call Try before looking whether
// the guess is right, and have it committed whatever comes out: a thousand guesses made at
// the same moment are then counted one by one, and none is free because its transaction
// was undone. Once the guess turns out right call [Succeeded].
func Try(ctx context.Context, tx *db.Tx, subject string) error {
	return tryUpTo(ctx, tx, subject, freeTries)
}

func tryUpTo(ctx context.Context, tx *db.Tx, subject string, free int64) error {
	now := tx.Now()
	// Each round either counts the try or finds that another one was counted meanwhile; the
	// subject is blocked after a few of them.
	for range 10 * freeTries {
		n, err := tx.Exec(ctx, sqlFirstTry, subject, db.Micros(now))
		if err != nil || n == 1 {
			return err
		}
		a, found, err := db.One(ctx, tx, scanAttempt, sqlAttempt, subject)
		if err != nil {
			return err
		}
		if !found {
			continue
		}
		if wait := a.blockedUntil.Sub(now); wait > 0 {
			return blocked(wait)
		}
		next := a.next(now, free)
		n, err = tx.Exec(ctx, sqlNextTry, next.failures, db.Micros(next.blockedUntil), db.Micros(next.updatedAt),
			subject, a.failures, db.Micros(a.updatedAt))
		if err != nil || n == 1 {
			return err
		}
	}
	return blocked(firstBlock)
}

func blocked(wait time.Duration) error {
	seconds := int64((wait + time.Second - 1) / time.Second)
	e := pavilion.E(pavilion.Limited, "throttle.blocked", pavilion.Args{"seconds": seconds})
	e.RetryAfter = wait
	return e
}

// next is the row after one more try at now, of which so many are free.
func (a attempt) next(now time.Time, free int64) attempt {
	if now.Sub(a.updatedAt) >= forgotten {
		return attempt{failures: 1, updatedAt: now}
	}
	n := attempt{failures: a.failures + 1, updatedAt: now}
	if over := n.failures - free; over >= 0 {
		block := longest
		if over < 10 { // beyond that the shift has long passed the longest
			block = min(firstBlock<<over, longest)
		}
		n.blockedUntil = now.Add(block)
	}
	return n
}

func scanAttempt(s db.Scanner) (attempt, error) {
	var a attempt
	var until, updated int64
	err := s.Scan(&a.failures, &until, &updated)
	a.blockedUntil, a.updatedAt = db.Time(until), db.Time(updated)
	return a, err
}

// Succeeded forgets the tries at the subject.
func Succeeded(ctx context.Context, tx *db.Tx, subject string) error {
	_, err := tx.Exec(ctx, sqlForgetSubject, subject)
	return err
}

// guessing counts tries at one thing three times over. From one network a few are free, so
// that a guesser is stopped soon. From all networks together many are, so that nobody locks
// a colleague out from elsewhere. And one network has many tries at whatever things, so
// that nobody tries one password at every login.
type guessing struct{ here, anywhere, network string }

// guesses returns the subjects of tries at what from a place. Passkeys need none of it: a
// signature cannot be guessed, and so a passkey opens while passwords are blocked.
func guesses(what string, from Place) guessing {
	g := guessing{here: what + " " + from.Network, anywhere: what}
	if from.Network != "" {
		g.network = "staff.network:" + from.Network
	}
	return g
}

// try counts a try everywhere. The error is that of [Try].
func (g guessing) try(ctx context.Context, tx *db.Tx) error {
	if err := tryUpTo(ctx, tx, g.here, freeTries); err != nil {
		return err
	}
	if err := tryUpTo(ctx, tx, g.anywhere, wideTries); err != nil || g.network == "" {
		return err
	}
	return tryUpTo(ctx, tx, g.network, massTries)
}

const sqlForgive = `update attempt set failures = case when failures > 2 then failures - 2 else 0 end where subject = $1`

// right forgets the tries at the thing. Of those from the network it forgives this one and
// one more: an office stays open however often its people mistype, and who has a login of
// his own cannot wash away his guesses at others' faster than he makes them.
func (g guessing) right(ctx context.Context, tx *db.Tx) error {
	if err := Succeeded(ctx, tx, g.here); err != nil {
		return err
	}
	if err := Succeeded(ctx, tx, g.anywhere); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, sqlForgive, g.network)
	return err
}

const (
	sqlSweepAttempts = `delete from attempt where subject in
(select subject from attempt where updated_at < $1 order by subject limit $2)`
	sqlSweepSessions = `delete from staff_session where secret_hash in
(select secret_hash from staff_session where expires_at < $1 order by secret_hash limit $2)`
	sqlSweepCeremonies = `delete from staff_ceremony where secret_hash in
(select secret_hash from staff_ceremony where expires_at < $1 order by secret_hash limit $2)`
	sqlSweepLinks = `delete from staff_link where secret_hash in
(select secret_hash from staff_link where expires_at < $1 order by secret_hash limit $2)`
)

// Sweep deletes tries that no longer count, ceremonies and links that have expired, and
// sessions a day after, for a form that was sent too late is its member's: see
// [SessionMember]. It deletes at most limit of each and returns how many rows went. The trail
// keeps who signed in when.
func Sweep(ctx context.Context, tx *db.Tx, limit int) (n int64, err error) {
	now := tx.Now()
	for _, s := range []struct {
		sql    string
		before time.Time
	}{{sqlSweepAttempts, now.Add(-forgotten)}, {sqlSweepSessions, now.Add(-forgotten)}, {sqlSweepCeremonies, now}, {sqlSweepLinks, now}} {
		gone, err := tx.Exec(ctx, s.sql, db.Micros(s.before), limit)
		if err != nil {
			return n, err
		}
		n += gone
	}
	return n, nil
}
