package staff

import (
	"context"

	"github.com/go-webauthn/webauthn/webauthn"

	"pavilion"
	"pavilion/db"
)

const sqlUseInvitation = `update staff_invitation set used_at = $1, staff_id = $2
where secret_hash = $3 and used_at is null and revoked_at is null and expires_at > $1`

// claimed is who somebody with an invitation wants to be.
type claimed struct {
	Invitation  string // hash of its secret
	Name, Login string
}

// claimAs checks what somebody with an invitation types. Errors: Invalid
// staff.name_malformed, staff.login_malformed, each with its field.
func claimAs(secret, name, login string) (c claimed, err error) {
	c.Invitation = hashSecret(secret)
	if c.Name, err = cleanName(name); err != nil {
		return c, err
	}
	c.Login, err = cleanLogin(login)
	return c, err
}

// Claim turns an invitation into a member, once. It takes the database and not a
// transaction because it hashes the password in between, which the one writer of SQLite
// must not wait for. Errors: NotFound staff.invitation_unknown; Invalid
// staff.name_malformed, staff.login_malformed, staff.password_length, staff.password_weak,
// each with its field; Conflict staff.login_taken.
func Claim(ctx context.Context, d *db.DB, secret, name, login, password string) (Member, error) {
	c, err := claimAs(secret, name, login)
	if err != nil {
		return Member{}, err
	}
	if err := checkPassword(password, c.Login); err != nil {
		return Member{}, err
	}
	// Strangers without an invitation are turned away before they cost a hash.
	err = d.Read(ctx, func(v *db.View) error { _, err := Invited(ctx, v, secret); return err })
	if err != nil {
		return Member{}, err
	}
	hash, err := hashPassword(ctx, password)
	if err != nil {
		return Member{}, err
	}
	id := pavilion.NewID[pavilion.StaffID](pavilion.PrefixStaff, d.Now())
	var m Member
	err = d.Write(ctx, actor(id, Place{}), func(tx *db.Tx) error {
		m, err = join(ctx, tx, id, c, hash)
		return err
	})
	if err != nil {
		return Member{}, err
	}
	return m, nil
}

// join makes the member that an invitation was claimed for. An empty hash is no password.
// Errors: NotFound staff.invitation_unknown; Conflict staff.login_taken at login.
func join(ctx context.Context, tx *db.Tx, id pavilion.StaffID, c claimed, hash string) (Member, error) {
	o, found, err := db.One(ctx, tx, scanOffer, sqlInvitation, c.Invitation, db.Micros(tx.Now()))
	if err != nil {
		return Member{}, err
	}
	if !found {
		return Member{}, invitationUnknown()
	}
	m := Member{ID: id, Name: c.Name, Login: c.Login, Roles: o.Roles, Producer: o.Producer, CreatedAt: tx.Now()}
	now := db.Micros(tx.Now())
	n, err := tx.Exec(ctx, sqlInsertMember, id, c.Name, c.Login, hash, joinRoles(o.Roles), o.Producer, now)
	if err != nil {
		return Member{}, err
	}
	if n == 0 {
		return Member{}, errLoginTaken
	}
	if n, err = tx.Exec(ctx, sqlUseInvitation, now, id, c.Invitation); err != nil {
		return Member{}, err
	}
	if n == 0 { // somebody else used it since it was looked up
		return Member{}, invitationUnknown()
	}
	return m, Note(ctx, tx, "staff.joined", string(id), map[string]any{"roles": o.Roles})
}

var errLoginTaken = pavilion.E(pavilion.Conflict, "staff.login_taken", nil).At("login")

const sqlLoginTaken = `select count(*) from staff where login = $1`

// AskClaim begins to turn an invitation into a member that comes in by a passkey and has no
// password. Errors: those of [Claim] but for the password's; Unavailable
// staff.passkeys_unavailable.
func (g *Gate) AskClaim(ctx context.Context, secret, name, login string) (c Challenge, err error) {
	claim, err := claimAs(secret, name, login)
	if err != nil {
		return Challenge{}, err
	}
	id := pavilion.NewID[pavilion.StaffID](pavilion.PrefixStaff, g.db.Now())
	err = g.db.Write(ctx, actor(id, Place{}), func(tx *db.Tx) error {
		if _, err := Invited(ctx, tx, secret); err != nil {
			return err
		}
		if n, err := countRows(ctx, tx, sqlLoginTaken, claim.Login); err != nil {
			return err
		} else if n > 0 {
			return errLoginTaken
		}
		c, err = g.register(ctx, tx, ceremonyClaim, holder{id: id, login: claim.Login, name: claim.Name}, claim)
		return err
	})
	return c, err
}

// ClaimByPasskey makes the member whose passkey answers AskClaim, and opens a session for
// it. Ten recovery codes are the way in when the passkey is lost: see [Gate.SignIn]. Errors:
// Conflict staff.ceremony_over, staff.login_taken; NotFound staff.invitation_unknown; Invalid
// staff.passkey_refused, staff.name_malformed at name, for the passkey's.
func (g *Gate) ClaimByPasskey(ctx context.Context, ceremony, name string, answer []byte, from Place) (p Pass, codes []string, err error) {
	asked, err := g.answered(ctx, ceremonyClaim, ceremony)
	if err != nil {
		return Pass{}, nil, err
	}
	var key *webauthn.Credential
	if key, err = g.registered(asked, answer); err != nil {
		return Pass{}, nil, err
	}
	err = g.db.Write(ctx, actor(asked.Member, from), func(tx *db.Tx) error {
		if _, err := join(ctx, tx, asked.Member, asked.Claim, ""); err != nil {
			return err
		}
		if err := keepPasskey(ctx, tx, asked.Member, key, name); err != nil {
			return err
		}
		if codes, err = g.IssueRecoveryCodes(ctx, tx, asked.Member); err != nil {
			return err
		}
		p, err = welcome(ctx, tx, asked.Member, "passkey", from)
		return err
	})
	return p, codes, err
}
