package staff

import (
	"context"

	"pavilion"
	"pavilion/db"
)

const sqlMemberToSignIn = `select id, name, login, roles, producer_id, created_at, password_hash from staff
where login = $1 and ended_at is null`

const sqlRenewHash = `update staff set password_hash = $1 where id = $2 and password_hash = $3 and ended_at is null`

var errRefused = pavilion.E(pavilion.Unauthenticated, "staff.sign_in_refused", nil)

// SignIn checks login and password. A member who has a passkey and no password, and has lost
// the passkey, shows a recovery code in its place, and another one as the second factor. A
// login that does not exist is answered after the same work as a wrong password. Guessing is throttled by login, by network, and by both
// together: see [guesses]. Errors: Unauthenticated staff.sign_in_refused, Limited
// throttle.blocked.
func (g *Gate) SignIn(ctx context.Context, login, password string, from Place) (Pass, error) {
	login, err := cleanLogin(login)
	if err != nil || len(password) > 4*passwordMost {
		return Pass{}, errRefused
	}
	guessing := guesses("staff.sign_in:"+login, from)
	var m Member
	var hash string // stays empty if nobody has the login
	err = g.db.Write(ctx, pavilion.System("sign-in"), func(tx *db.Tx) error {
		hash = ""
		if err := guessing.try(ctx, tx); err != nil {
			return err
		}
		scan := func(s db.Scanner) (Member, error) { return scanMemberAnd(s, &hash) }
		m, _, err = db.One(ctx, tx, scan, sqlMemberToSignIn, login)
		return err
	})
	if err != nil {
		return Pass{}, err
	}
	renewed, err := checkHash(ctx, hash, password)
	byCode := hash == "" && m.ID != ""
	if err != nil && !byCode {
		return Pass{}, err
	}
	var p Pass
	err = g.db.Write(ctx, actor(m.ID, from), func(tx *db.Tx) error {
		if err := guessing.right(ctx, tx); err != nil {
			return err
		}
		if byCode {
			if err := g.useRecovery(ctx, tx, m.ID, password); pavilion.KindOf(err) == pavilion.Unauthenticated && err != nil {
				return errRefused
			} else if err != nil {
				return err
			}
			p, err = admit(ctx, tx, m.ID, "recovery", from)
			return err
		}
		// What was right a moment ago may have been changed since, or its member ended.
		n, err := tx.Exec(ctx, sqlRenewHash, renewed, m.ID, hash)
		if err != nil {
			return err
		}
		if n == 0 {
			return errRefused
		}
		p, err = admit(ctx, tx, m.ID, "password", from)
		return err
	})
	return p, err
}

// checkHash returns the hash to keep of a password that is right: the one there is, or one
// of the current cost. The error is Unauthenticated, staff.sign_in_refused, if it is wrong.
func checkHash(ctx context.Context, hash, password string) (renewed string, err error) {
	right, old, err := verify(ctx, hash, password)
	if err != nil {
		return "", err
	}
	if !right {
		return "", errRefused
	}
	if !old {
		return hash, nil
	}
	return hashPassword(ctx, password)
}

// ShowFactor shows the second factor that a session waits for: a code of the authenticator
// app, or a recovery code. It opens a new session in place of the one that waited. Errors:
// Unauthenticated staff.session_over, staff.code_refused at code; Limited throttle.blocked.
func (g *Gate) ShowFactor(ctx context.Context, secret, code string, from Place) (Pass, error) {
	m, err := g.whose(ctx, secret)
	if err != nil {
		return Pass{}, err
	}
	guessing := guesses("staff.second:"+string(m), from)
	var p Pass
	var refused error
	err = g.db.Write(ctx, actor(m, from), func(tx *db.Tx) error {
		p, refused = Pass{}, nil
		s, err := AnySession(ctx, tx, secret)
		if err != nil {
			return err
		}
		if s.State != AwaitsFactor {
			return errSessionOver
		}
		if err := guessing.try(ctx, tx); err != nil {
			return err
		}
		by, err := g.useCode(ctx, tx, m, code)
		if pavilion.KindOf(err) == pavilion.Unauthenticated {
			refused = err // the try stays counted
			return nil
		}
		if err != nil {
			return err
		}
		if err := guessing.right(ctx, tx); err != nil {
			return err
		}
		if p, err = exchange(ctx, tx, s, secret, Open, from); err != nil {
			return err
		}
		return Note(ctx, tx, "staff.signed_in", string(m), map[string]any{"by": "password+" + by})
	})
	if err == nil {
		err = refused
	}
	return p, err
}

// whose tells whose session it is, so that what follows is done in that member's name.
func (g *Gate) whose(ctx context.Context, secret string) (m pavilion.StaffID, err error) {
	err = g.db.Read(ctx, func(v *db.View) error {
		s, err := AnySession(ctx, v, secret)
		m = s.Member.ID
		return err
	})
	return m, err
}
