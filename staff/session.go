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
	// FreshFor is how long a factor counts as just shown.
	FreshFor = 10 * time.Minute
)

// SessionState says what a session opens.
type SessionState string

const (
	Open            SessionState = "open"   // all that the member's rights open
	AwaitsFactor    SessionState = "second" // nothing but showing the second factor
	AwaitsEnrolment SessionState = "enrol"  // nothing but setting one up
)

// SignedIn is a session that holds.
type SignedIn struct {
	ID        pavilion.SessionID
	Member    Member
	State     SessionState
	From      Place
	CreatedAt time.Time
	FactorAt  time.Time // when the member last showed all factors it has, zero if not yet
	SeenAt    time.Time // the last use that [MarkSeen] was told of
	ExpiresAt time.Time
}

// Fresh tells whether the member showed its factors lately enough for a dangerous act.
func (s SignedIn) Fresh(now time.Time) bool {
	return s.State == Open && !s.FactorAt.IsZero() && now.Sub(s.FactorAt) < FreshFor
}

const sqlInsertSession = `insert into staff_session (secret_hash, staff_id, created_at, seen_at, expires_at, id, state, factor_at, device, network)
values ($1, $2, $3, $3, $4, $5, $6, $7, $8, $9)`

// insertSession writes a session; all factors count as shown just now when it is open.
func insertSession(ctx context.Context, tx *db.Tx, m pavilion.StaffID, state SessionState, from Place) (secret string, err error) {
	now := tx.Now()
	length, factor := awaitFor, int64(0)
	if state == Open {
		length, factor = openFor, db.Micros(now)
	}
	secret, hash := newSecret("")
	id := pavilion.NewID[pavilion.SessionID](pavilion.PrefixSession, now)
	_, err = tx.Exec(ctx, sqlInsertSession, hash, m, db.Micros(now), db.Micros(now.Add(length)), id, state, factor, from.Device, from.Network)
	return secret, err
}

const sqlSession = `select s.id, s.name, s.login, s.roles, s.producer_id, s.created_at, n.id, n.state, n.device, n.network, n.created_at, n.factor_at, n.seen_at, n.expires_at
from staff_session n join staff s on s.id = n.staff_id
where n.secret_hash = $1 and n.ended_at is null and n.expires_at > $2 and n.seen_at > $3 and s.ended_at is null`

var errSessionOver = pavilion.E(pavilion.Unauthenticated, "staff.session_over", nil)

// Session finds the session of a secret, if it opens something. The error is
// Unauthenticated, staff.session_over, when there is none, it has ended, expired or idled
// out, its member has left, or it still waits for a factor.
func Session(ctx context.Context, r db.Reader, secret string) (SignedIn, error) {
	s, err := AnySession(ctx, r, secret)
	if err == nil && s.State != Open {
		return SignedIn{}, errSessionOver
	}
	return s, err
}

// AnySession is Session for the pages on the way in: it finds sessions that wait for a
// factor too.
func AnySession(ctx context.Context, r db.Reader, secret string) (SignedIn, error) {
	now := r.Now()
	s, found, err := db.One(ctx, r, scanSession, sqlSession, hashSecret(secret), db.Micros(now), db.Micros(now.Add(-SessionIdle)))
	if err != nil {
		return SignedIn{}, err
	}
	if !found {
		return SignedIn{}, errSessionOver
	}
	return s, nil
}

func scanSession(row db.Scanner) (s SignedIn, err error) {
	var created, factor, seen, expires int64
	s.Member, err = scanMemberAnd(row, &s.ID, &s.State, &s.From.Device, &s.From.Network, &created, &factor, &seen, &expires)
	s.CreatedAt, s.FactorAt, s.SeenAt, s.ExpiresAt = db.Time(created), db.Time(factor), db.Time(seen), db.Time(expires)
	return s, err
}

const sqlSessionMember = `select staff_id from staff_session where secret_hash = $1`

// SessionMember tells whose session a secret opened, also when it is over; "" if nobody's
// is remembered.
func SessionMember(ctx context.Context, r db.Reader, secret string) (pavilion.StaffID, error) {
	m, _, err := db.One(ctx, r, func(row db.Scanner) (id pavilion.StaffID, err error) { return id, row.Scan(&id) }, sqlSessionMember, hashSecret(secret))
	return m, err
}

const sessionsMost = 100

const sqlSessions = `select s.id, s.name, s.login, s.roles, s.producer_id, s.created_at, n.id, n.state, n.device, n.network, n.created_at, n.factor_at, n.seen_at, n.expires_at
from staff_session n join staff s on s.id = n.staff_id
where n.staff_id = $1 and n.ended_at is null and n.expires_at > $2 and n.seen_at > $3 and s.ended_at is null
order by n.id desc limit $4`

// Sessions lists the sessions of a member that hold, the newest first; 100 at most.
func Sessions(ctx context.Context, r db.Reader, m pavilion.StaffID) ([]SignedIn, error) {
	now := r.Now()
	return db.All(ctx, r, scanSession, sqlSessions, m, db.Micros(now), db.Micros(now.Add(-SessionIdle)), sessionsMost)
}

const (
	sqlSeen = `update staff_session set seen_at = $1
where secret_hash = $2 and ended_at is null and seen_at > $3 and seen_at < $1`
	sqlMemberSeen = `update staff set seen_at = $1
where id = (select staff_id from staff_session where secret_hash = $2) and seen_at < $1`
)

// MarkSeen notes the use of a session, so that it does not idle out. A session that is
// over stays over.
func MarkSeen(ctx context.Context, tx *db.Tx, secret string) error {
	now, hash := tx.Now(), hashSecret(secret)
	n, err := tx.Exec(ctx, sqlSeen, db.Micros(now), hash, db.Micros(now.Add(-SessionIdle)))
	if err != nil || n == 0 {
		return err
	}
	_, err = tx.Exec(ctx, sqlMemberSeen, db.Micros(now), hash)
	return err
}

const (
	sqlEndSession = `update staff_session set ended_at = $1 where secret_hash = $2 and ended_at is null`
	sqlEndOne     = `update staff_session set ended_at = $1 where staff_id = $2 and id = $3 and ended_at is null`
	sqlEndOthers  = `update staff_session set ended_at = $1 where staff_id = $2 and secret_hash <> $3 and ended_at is null`
	sqlEndAll     = `update staff_session set ended_at = $1 where staff_id = $2 and ended_at is null`
)

// EndSession signs out. Ending a session that is over does nothing.
func EndSession(ctx context.Context, tx *db.Tx, secret string) error {
	_, err := tx.Exec(ctx, sqlEndSession, db.Micros(tx.Now()), hashSecret(secret))
	return err
}

// EndSessionOf ends one session of a member by its id: one's own on a lost device, or a
// colleague's. The error is NotFound, staff.session_unknown, when it is not the member's or
// is over.
func EndSessionOf(ctx context.Context, tx *db.Tx, m pavilion.StaffID, id pavilion.SessionID) error {
	n, err := tx.Exec(ctx, sqlEndOne, db.Micros(tx.Now()), m, id)
	if err != nil {
		return err
	}
	if n == 0 {
		return pavilion.E(pavilion.NotFound, "staff.session_unknown", nil)
	}
	return Note(ctx, tx, "staff.session_ended", string(m), map[string]any{"session": id})
}

// EndSessionsOf ends all sessions of a member at once.
func EndSessionsOf(ctx context.Context, tx *db.Tx, m pavilion.StaffID) error {
	n, err := tx.Exec(ctx, sqlEndAll, db.Micros(tx.Now()), m)
	if err != nil || n == 0 {
		return err
	}
	return Note(ctx, tx, "staff.sessions_ended", string(m), map[string]any{"sessions": n})
}
