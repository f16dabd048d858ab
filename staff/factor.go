package staff

import (
	"context"
	"time"

	"pavilion"
	"pavilion/db"
)

// Factors are what a member can show to come in.
type Factors struct {
	Password bool
	TOTPAt   time.Time // since when there is an authenticator app, zero if there is none
	Passkeys int64
	Recovery int64 // codes that are left
}

// Second tells whether there is a second factor.
func (f Factors) Second() bool { return f.TOTP() || f.Passkeys > 0 }

// TOTP tells whether there is an authenticator app.
func (f Factors) TOTP() bool { return !f.TOTPAt.IsZero() }

const sqlFactors = `select case when s.password_hash = '' then 0 else 1 end, coalesce(t.created_at, 0),
  (select count(*) from staff_passkey p where p.staff_id = s.id),
  (select count(*) from staff_recovery_code c where c.staff_id = s.id and c.used_at is null)
from staff s left join staff_totp t on t.staff_id = s.id
where s.id = $1`

// FactorsOf tells what a member can show. The error is NotFound, staff.member_unknown.
func FactorsOf(ctx context.Context, r db.Reader, m pavilion.StaffID) (Factors, error) {
	scan := func(s db.Scanner) (f Factors, err error) {
		var password, at int64
		err = s.Scan(&password, &at, &f.Passkeys, &f.Recovery)
		f.Password, f.TOTPAt = password == 1, db.Time(at)
		return f, err
	}
	f, found, err := db.One(ctx, r, scan, sqlFactors, m)
	if err == nil && !found {
		err = errMemberUnknown
	}
	return f, err
}

// enrolling finds the session of a member that may set up a factor: one that waits for it
// as long as the member has none, or one whose factors were shown just now. Errors:
// Unauthenticated staff.session_over; Forbidden staff.factor_stale.
func enrolling(ctx context.Context, tx *db.Tx, secret string) (SignedIn, error) {
	s, err := AnySession(ctx, tx, secret)
	if err != nil {
		return SignedIn{}, err
	}
	_, f, err := arrive(ctx, tx, s.Member.ID)
	switch {
	case err != nil:
		return SignedIn{}, err
	case s.State == AwaitsFactor, s.State == AwaitsEnrolment && f.Second():
		return SignedIn{}, errSessionOver
	case s.State == Open && !s.Fresh(tx.Now()):
		return SignedIn{}, ErrStale
	}
	return s, nil
}

// ErrStale says that a member must show its factors again before a dangerous act.
var ErrStale = pavilion.E(pavilion.Forbidden, "staff.factor_stale", nil)

// enrolled exchanges the session of a member that has a new factor, and gives recovery
// codes to one that has none.
func (g *Gate) enrolled(ctx context.Context, tx *db.Tx, s SignedIn, secret string, from Place) (p Pass, codes []string, err error) {
	left, err := countRows(ctx, tx, sqlCodesLeft, s.Member.ID)
	if err != nil {
		return Pass{}, nil, err
	}
	if left == 0 {
		if codes, err = g.IssueRecoveryCodes(ctx, tx, s.Member.ID); err != nil {
			return Pass{}, nil, err
		}
	}
	p, err = exchange(ctx, tx, s, secret, Open, from)
	return p, codes, err
}

const (
	sqlForgetTOTP     = `delete from staff_totp where staff_id = $1`
	sqlForgetPasskey  = `delete from staff_passkey where staff_id = $1 and id = $2`
	sqlForgetPasskeys = `delete from staff_passkey where staff_id = $1`
)

// RemoveTOTP takes the authenticator app from a member. Errors: NotFound
// staff.factor_unknown; Conflict staff.last_factor: see [stillComesIn].
func RemoveTOTP(ctx context.Context, tx *db.Tx, m Member) error {
	n, err := tx.Exec(ctx, sqlForgetTOTP, m.ID)
	return removed(ctx, tx, m, n, err, "staff.totp_removed", nil)
}

// RemovePasskey takes a passkey from a member. Errors: NotFound staff.factor_unknown;
// Conflict staff.last_factor: see [stillComesIn].
func RemovePasskey(ctx context.Context, tx *db.Tx, m Member, id pavilion.PasskeyID) error {
	n, err := tx.Exec(ctx, sqlForgetPasskey, m.ID, id)
	return removed(ctx, tx, m, n, err, "staff.passkey_removed", map[string]any{"passkey": id})
}

func removed(ctx context.Context, tx *db.Tx, m Member, n int64, err error, act string, detail map[string]any) error {
	if err != nil {
		return err
	}
	if n == 0 {
		return pavilion.E(pavilion.NotFound, "staff.factor_unknown", nil)
	}
	if err := stillComesIn(ctx, tx, m); err != nil {
		return err
	}
	return Note(ctx, tx, act, string(m.ID), detail)
}

// stillComesIn refuses, with Conflict staff.last_factor, to leave a member without a way
// in, or without the second factor its roles ask for.
func stillComesIn(ctx context.Context, tx *db.Tx, m Member) error {
	_, f, err := arrive(ctx, tx, m.ID) // two removals at once wait for each other
	if err != nil {
		return err
	}
	if !f.Password && f.Passkeys == 0 || m.NeedsSecondFactor() && !f.Second() {
		return pavilion.E(pavilion.Conflict, "staff.last_factor", nil)
	}
	return nil
}

// RemoveFactors takes all second factors from a colleague who lost them, and ends its
// sessions; a colleague whose roles ask for one sets it up at the next sign-in. One who
// comes in by passkeys only needs a link to a password first: see [StartReset]. Errors:
// Forbidden staff.own_factors; NotFound staff.member_unknown; Conflict staff.last_factor.
func RemoveFactors(ctx context.Context, tx *db.Tx, id pavilion.StaffID) error {
	if isSelf(tx, id) {
		return pavilion.E(pavilion.Forbidden, "staff.own_factors", nil)
	}
	f, err := FactorsOf(ctx, tx, id)
	if err != nil {
		return err
	}
	links, err := countRows(ctx, tx, sqlOpenLinks, id, linkReset, db.Micros(tx.Now()))
	if err != nil {
		return err
	}
	if !f.Password && links == 0 {
		return pavilion.E(pavilion.Conflict, "staff.last_factor", nil)
	}
	for _, sql := range []string{sqlForgetTOTP, sqlForgetPasskeys, sqlForgetCodes} {
		if _, err := tx.Exec(ctx, sql, id); err != nil {
			return err
		}
	}
	if err := EndSessionsOf(ctx, tx, id); err != nil {
		return err
	}
	return Note(ctx, tx, "staff.factors_removed", string(id), map[string]any{"totp": f.TOTP(), "passkeys": f.Passkeys})
}

// isSelf tells whether the transaction's actor is the member.
func isSelf(tx *db.Tx, id pavilion.StaffID) bool {
	return tx.Actor().Kind == pavilion.ByStaff && tx.Actor().ID == string(id)
}
