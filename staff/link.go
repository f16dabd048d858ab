package staff

import (
	"context"
	"time"

	"pavilion"
	"pavilion/db"
)

// linkKind says what a one-time link for a member is good for.
type linkKind string

const (
	linkReset linkKind = "reset" // a new password
	linkEnter linkKind = "enter" // coming in without any factor
)

// ResetFor is how long a link to a new password holds.
const ResetFor = 24 * time.Hour

const (
	sqlDropLinks  = `delete from staff_link where staff_id = $1 and kind = $2 and used_at is null`
	sqlInsertLink = `insert into staff_link (secret_hash, kind, staff_id, created_by, created_at, expires_at) values ($1, $2, $3, $4, $5, $6)`
	sqlLink       = `select l.staff_id from staff_link l join staff s on s.id = l.staff_id
where l.secret_hash = $1 and l.kind = $2 and l.used_at is null and l.expires_at > $3 and s.ended_at is null`
	sqlOpenLinks = `select count(*) from staff_link where staff_id = $1 and kind = $2 and used_at is null and expires_at > $3`
	sqlUseLink   = `update staff_link set used_at = $1 where secret_hash = $2 and used_at is null`
)

// makeLink makes a link in place of one of the kind that the member has not used.
func makeLink(ctx context.Context, tx *db.Tx, kind linkKind, m pavilion.StaffID, ttl time.Duration) (secret string, err error) {
	if _, err := Find(ctx, tx, m); err != nil {
		return "", err
	}
	if _, err := tx.Exec(ctx, sqlDropLinks, m, kind); err != nil {
		return "", err
	}
	secret, hash := newSecret("")
	now := tx.Now()
	_, err = tx.Exec(ctx, sqlInsertLink, hash, kind, m, tx.Actor().String(), db.Micros(now), db.Micros(now.Add(ttl)))
	return secret, err
}

// findLink tells whose link it is. The error is NotFound, staff.link_unknown, when it never
// was one, was used or replaced, or has expired.
func findLink(ctx context.Context, r db.Reader, kind linkKind, secret string) (m pavilion.StaffID, err error) {
	scan := func(s db.Scanner) (id pavilion.StaffID, err error) { return id, s.Scan(&id) }
	m, found, err := db.One(ctx, r, scan, sqlLink, hashSecret(secret), kind, db.Micros(r.Now()))
	if err == nil && !found {
		err = errLinkUnknown
	}
	return m, err
}

var errLinkUnknown = pavilion.E(pavilion.NotFound, "staff.link_unknown", nil)

// useLink uses a link up. Error: NotFound staff.link_unknown.
func useLink(ctx context.Context, tx *db.Tx, secret string) error {
	n, err := tx.Exec(ctx, sqlUseLink, db.Micros(tx.Now()), hashSecret(secret))
	if err == nil && n == 0 {
		err = errLinkUnknown
	}
	return err
}

// StartReset makes a one-time link by which a colleague sets a new password. Whoever makes
// it never learns the password, and the second factor stays. Error: NotFound
// staff.member_unknown.
func StartReset(ctx context.Context, tx *db.Tx, m pavilion.StaffID) (secret string, err error) {
	if secret, err = makeLink(ctx, tx, linkReset, m, ResetFor); err != nil {
		return "", err
	}
	return secret, Note(ctx, tx, "staff.reset_started", string(m), nil)
}

// Resetting tells whose password a link sets. The error is NotFound, staff.link_unknown.
func Resetting(ctx context.Context, r db.Reader, secret string) (Member, error) {
	id, err := findLink(ctx, r, linkReset, secret)
	if err != nil {
		return Member{}, err
	}
	return Find(ctx, r, id)
}

const sqlSetPassword = `update staff set password_hash = $1 where id = $2 and ended_at is null`

// Reset sets a new password by a link, once, and ends all sessions of the member: it signs
// in anew, with its second factor if it has one. Wrong links are throttled by network.
// Errors: NotFound staff.link_unknown; Limited throttle.blocked; Invalid
// staff.password_length, staff.password_weak at password.
func (g *Gate) Reset(ctx context.Context, secret, password string, from Place) error {
	guessing := guesses("staff.link", from)
	var m Member
	var unknown error
	err := g.db.Write(ctx, pavilion.System("sign-in"), func(tx *db.Tx) (err error) {
		if err := tryUpTo(ctx, tx, guessing.here, freeTries); err != nil {
			return err
		}
		m, unknown = Resetting(ctx, tx, secret)
		if pavilion.KindOf(unknown) != pavilion.NotFound {
			return unknown
		}
		return nil // the try stays counted
	})
	if err == nil {
		err = unknown
	}
	if err != nil {
		return err
	}
	if err := checkPassword(password, m.Login); err != nil {
		return err
	}
	hash, err := hashPassword(ctx, password)
	if err != nil {
		return err
	}
	return g.db.Write(ctx, actor(m.ID, from), func(tx *db.Tx) error {
		if err := Succeeded(ctx, tx, guessing.here); err != nil {
			return err
		}
		if err := useLink(ctx, tx, secret); err != nil {
			return err
		}
		if n, err := tx.Exec(ctx, sqlSetPassword, hash, m.ID); err != nil {
			return err
		} else if n == 0 {
			return errLinkUnknown
		}
		if err := EndSessionsOf(ctx, tx, m.ID); err != nil {
			return err
		}
		return Note(ctx, tx, "staff.password_reset", string(m.ID), nil)
	})
}

// ChangePassword sets a new password for the member of a session, who knows the old one,
// and ends the member's other sessions. A member without a password shows a passkey
// instead, just before: see [SignedIn.Fresh]. Errors: Unauthenticated staff.session_over;
// Forbidden staff.factor_stale; Invalid staff.password_old_wrong at old,
// staff.password_length, staff.password_weak at password; Limited throttle.blocked.
func (g *Gate) ChangePassword(ctx context.Context, secret, old, password string, from Place) error {
	var s SignedIn
	var f Factors
	err := g.db.Read(ctx, func(v *db.View) (err error) {
		if s, err = Session(ctx, v, secret); err != nil {
			return err
		}
		f, err = FactorsOf(ctx, v, s.Member.ID)
		return err
	})
	if err != nil {
		return err
	}
	if err := checkPassword(password, s.Member.Login); err != nil {
		return err
	}
	guessing := guesses("staff.confirm:"+string(s.Member.ID), from)
	was := ""
	switch {
	case f.Password:
		was, err = g.guessPassword(ctx, s.Member.ID, guessing, old, from)
		if pavilion.KindOf(err) == pavilion.Unauthenticated {
			err = pavilion.E(pavilion.Invalid, "staff.password_old_wrong", nil).At("old")
		}
	case !s.Fresh(g.db.Now()):
		err = ErrStale
	}
	if err != nil {
		return err
	}
	hash, err := hashPassword(ctx, password)
	if err != nil {
		return err
	}
	return g.db.Write(ctx, actor(s.Member.ID, from), func(tx *db.Tx) error {
		if _, err := Session(ctx, tx, secret); err != nil {
			return err
		}
		n, err := tx.Exec(ctx, sqlRenewHash, hash, s.Member.ID, was)
		if err != nil {
			return err
		}
		if n == 0 {
			return pavilion.E(pavilion.Conflict, "staff.changed_meanwhile", nil)
		}
		if err := guessing.right(ctx, tx); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, sqlEndOthers, db.Micros(tx.Now()), s.Member.ID, hashSecret(secret)); err != nil {
			return err
		}
		return Note(ctx, tx, "staff.password_changed", string(s.Member.ID), nil)
	})
}

// OfferEntry makes a link that lets a member in without any factor, as often as it is opened
// until ttl has passed or another one is made. It is for a world to try things in, and
// only there a page takes it; whoever may write to the database needs no link.
func OfferEntry(ctx context.Context, tx *db.Tx, m pavilion.StaffID, ttl time.Duration) (secret string, err error) {
	return makeLink(ctx, tx, linkEnter, m, ttl)
}

// Enter opens a session by a link that OfferEntry made. The error is NotFound,
// staff.link_unknown.
func (g *Gate) Enter(ctx context.Context, secret string, from Place) (p Pass, err error) {
	err = g.db.Write(ctx, pavilion.System("sign-in"), func(tx *db.Tx) error {
		m, err := findLink(ctx, tx, linkEnter, secret)
		if err != nil {
			return err
		}
		p, err = welcome(ctx, tx, m, "link", from)
		return err
	})
	return p, err
}
