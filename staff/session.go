package staff

import (
	"context"
	"time"

	"pavilion"
	"pavilion/db"
)

// A session ends at the latest after a working day, and when nobody uses it for a while:
// OWASP ASVS 7.3.1 and 7.3.2.
const (
	SessionLength = 8 * time.Hour
	SessionIdle   = 15 * time.Minute
)

const sqlMemberToSignIn = `select id, name, login, roles, producer_id, created_at, password_hash from staff
where login = $1 and ended_at is null`

const sqlInsertSession = `insert into staff_session (secret_hash, staff_id, created_at, seen_at, expires_at)
values ($1, $2, $3, $3, $4)`

const sqlRenewHash = `update staff set password_hash = $1 where id = $2 and password_hash = $3`

// SignIn checks login and password and opens a session. A login that does not exist is
// answered after the same work as a wrong password. Guessing is throttled by login: see
// [Try]. Errors: Unauthenticated staff.sign_in_refused, Limited throttle.blocked.
func SignIn(ctx context.Context, d *db.DB, login, password string) (secret string, m Member, err error) {
	refused := pavilion.E(pavilion.Unauthenticated, "staff.sign_in_refused", nil)
	if login, err = cleanLogin(login); err != nil || len(password) > 4*passwordMost {
		return "", Member{}, refused
	}
	subject := "staff.sign_in:" + login
	var hash string // stays empty if nobody has the login
	err = d.Write(ctx, pavilion.System("sign-in"), func(tx *db.Tx) error {
		if err := Try(ctx, tx, subject); err != nil {
			return err
		}
		scan := func(s db.Scanner) (Member, error) { return scanMemberAnd(s, &hash) }
		m, _, err = db.One(ctx, tx, scan, sqlMemberToSignIn, login)
		return err
	})
	if err != nil {
		return "", Member{}, err
	}
	right, old, err := verify(ctx, hash, password)
	if err != nil {
		return "", Member{}, err
	}
	if !right {
		return "", Member{}, refused
	}
	renewed := hash
	if old {
		if renewed, err = hashPassword(ctx, password); err != nil {
			return "", Member{}, err
		}
	}
	secret, secretHash := newSecret("")
	err = d.Write(ctx, actor(m.ID), func(tx *db.Tx) error {
		if err := Succeeded(ctx, tx, subject); err != nil {
			return err
		}
		if renewed != hash {
			if _, err := tx.Exec(ctx, sqlRenewHash, renewed, m.ID, hash); err != nil {
				return err
			}
		}
		now := tx.Now()
		if _, err := tx.Exec(ctx, sqlInsertSession, secretHash, m.ID, db.Micros(now), db.Micros(now.Add(SessionLength))); err != nil {
			return err
		}
		return Note(ctx, tx, "staff.signed_in", string(m.ID), nil)
	})
	if err != nil {
		return "", Member{}, err
	}
	return secret, m, nil
}

// SignedIn is a session that holds.
type SignedIn struct {
	Member    Member
	SeenAt    time.Time // the last use that [MarkSeen] was told of
	ExpiresAt time.Time
}

const sqlSession = `select s.id, s.name, s.login, s.roles, s.producer_id, s.created_at, n.seen_at, n.expires_at
from staff_session n join staff s on s.id = n.staff_id
where n.secret_hash = $1 and n.ended_at is null and n.expires_at > $2 and n.seen_at > $3 and s.ended_at is null`

// Session finds the session of a secret. The error is Unauthenticated,
// staff.session_over, when there is none, it has ended, expired or idled out, or its
// member has left.
func Session(ctx context.Context, r db.Reader, secret string) (SignedIn, error) {
	scan := func(s db.Scanner) (n SignedIn, err error) {
		var seen, expires int64
		n.Member, err = scanMemberAnd(s, &seen, &expires)
		n.SeenAt, n.ExpiresAt = db.Time(seen), db.Time(expires)
		return n, err
	}
	now := r.Now()
	n, found, err := db.One(ctx, r, scan, sqlSession, hashSecret(secret), db.Micros(now), db.Micros(now.Add(-SessionIdle)))
	if err != nil {
		return SignedIn{}, err
	}
	if !found {
		return SignedIn{}, pavilion.E(pavilion.Unauthenticated, "staff.session_over", nil)
	}
	return n, nil
}

const sqlSeen = `update staff_session set seen_at = $1
where secret_hash = $2 and ended_at is null and seen_at > $3 and seen_at < $1`

// MarkSeen notes the use of a session, so that it does not idle out. A session that is
// over stays over.
func MarkSeen(ctx context.Context, tx *db.Tx, secret string) error {
	now := tx.Now()
	_, err := tx.Exec(ctx, sqlSeen, db.Micros(now), hashSecret(secret), db.Micros(now.Add(-SessionIdle)))
	return err
}

const sqlEndSession = `update staff_session set ended_at = $1 where secret_hash = $2 and ended_at is null`

// EndSession signs out. Ending a session that is over does nothing.
func EndSession(ctx context.Context, tx *db.Tx, secret string) error {
	_, err := tx.Exec(ctx, sqlEndSession, db.Micros(tx.Now()), hashSecret(secret))
	return err
}
