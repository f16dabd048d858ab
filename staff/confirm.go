package staff

import (
	"context"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"pavilion"
	"pavilion/db"
)

const sqlHashOf = `select password_hash from staff where id = $1 and ended_at is null`

// Reconfirm shows the factors of the member of a session once more, before a dangerous act:
// the password, and a code if the member has a second factor. It exchanges the session for
// a fresh one. Errors: Unauthenticated staff.session_over, staff.sign_in_refused,
// staff.code_refused at code; Limited throttle.blocked.
func (g *Gate) Reconfirm(ctx context.Context, secret, password, code string, from Place) (p Pass, err error) {
	m, err := g.whose(ctx, secret)
	if err != nil {
		return Pass{}, err
	}
	guessing := guesses("staff.confirm:"+string(m), from)
	hash, err := g.guessPassword(ctx, m, guessing, password, from)
	if err != nil {
		return Pass{}, err
	}
	var refused error
	err = g.db.Write(ctx, actor(m, from), func(tx *db.Tx) error {
		p, refused = Pass{}, nil
		s, err := Session(ctx, tx, secret)
		if err != nil {
			return err
		}
		n, err := tx.Exec(ctx, sqlRenewHash, hash, m, hash) // still the same, and from here on unchanged
		if err != nil {
			return err
		}
		if n == 0 {
			return errRefused
		}
		f, err := FactorsOf(ctx, tx, m)
		if err != nil {
			return err
		}
		if f.Second() {
			if _, err := g.useCode(ctx, tx, m, code); pavilion.KindOf(err) == pavilion.Unauthenticated {
				refused = err
				return nil
			} else if err != nil {
				return err
			}
		}
		if err := guessing.right(ctx, tx); err != nil {
			return err
		}
		p, err = exchange(ctx, tx, s, secret, Open, from)
		return err
	})
	if err == nil {
		err = refused
	}
	return p, err
}

// guessPassword counts a try and tells the hash of the member's password if it is right.
// Errors: Unauthenticated staff.sign_in_refused; Limited throttle.blocked.
func (g *Gate) guessPassword(ctx context.Context, m pavilion.StaffID, guessing guessing, password string, from Place) (hash string, err error) {
	if len(password) > 4*passwordMost {
		return "", errRefused
	}
	err = g.db.Write(ctx, actor(m, from), func(tx *db.Tx) error {
		hash = ""
		if err := guessing.try(ctx, tx); err != nil {
			return err
		}
		scan := func(s db.Scanner) (h string, err error) { return h, s.Scan(&h) }
		hash, _, err = db.One(ctx, tx, scan, sqlHashOf, m)
		return err
	})
	if err != nil {
		return "", err
	}
	_, err = checkHash(ctx, hash, password)
	return hash, err
}

// AskConfirm asks for a passkey of the member of a session. Errors: Unauthenticated
// staff.session_over; NotFound staff.factor_unknown; Unavailable staff.passkeys_unavailable.
func (g *Gate) AskConfirm(ctx context.Context, secret string) (c Challenge, err error) {
	if g.passkeys == nil {
		return Challenge{}, errNoPasskeys
	}
	m, err := g.whose(ctx, secret)
	if err != nil {
		return Challenge{}, err
	}
	err = g.db.Write(ctx, actor(m, Place{}), func(tx *db.Tx) error {
		s, err := Session(ctx, tx, secret)
		if err != nil {
			return err
		}
		h, err := holderOf(ctx, tx, s.Member)
		if err != nil {
			return err
		}
		if len(h.keys) == 0 {
			return pavilion.E(pavilion.NotFound, "staff.factor_unknown", nil)
		}
		options, data, err := g.passkeys.BeginLogin(h, webauthn.WithUserVerification(protocol.VerificationRequired))
		if err != nil {
			return pavilion.E(pavilion.Internal, "staff.passkey_failed", nil).Because(err)
		}
		c, err = g.challenge(ctx, tx, ceremonyConfirm, passkeyAsked{Data: *data, Member: m}, options.Response)
		return err
	})
	return c, err
}

// ReconfirmByPasskey is Reconfirm by the passkey that answers AskConfirm. Errors: those of
// [Gate.SignInByPasskey]; Unauthenticated staff.session_over.
func (g *Gate) ReconfirmByPasskey(ctx context.Context, secret, ceremony string, answer []byte, from Place) (p Pass, err error) {
	m, err := g.whose(ctx, secret)
	if err != nil {
		return Pass{}, err
	}
	asked, err := g.answered(ctx, ceremonyConfirm, ceremony)
	if err != nil {
		return Pass{}, err
	}
	if asked.Member != m {
		return Pass{}, errCeremonyOver
	}
	_, use, err := g.proved(ctx, asked, answer, from)
	if err != nil {
		return Pass{}, err
	}
	err = g.db.Write(ctx, actor(m, from), func(tx *db.Tx) error {
		s, err := Session(ctx, tx, secret)
		if err != nil {
			return err
		}
		if err := use.keep(ctx, tx); err != nil {
			return err
		}
		p, err = exchange(ctx, tx, s, secret, Open, from)
		return err
	})
	return p, err
}
