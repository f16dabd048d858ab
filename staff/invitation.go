package staff

import (
	"context"
	"time"

	"pavilion"
	"pavilion/db"
)

const sqlInsertInvitation = `insert into staff_invitation (secret_hash, role, created_at, expires_at)
values ($1, $2, $3, $4)`

// Invite makes a one-time link's secret: whoever holds it first can become a member with
// the role, until ttl has passed. The error is Invalid, staff.role_unknown.
func Invite(ctx context.Context, tx *db.Tx, role Role, ttl time.Duration) (secret string, err error) {
	if !role.known() {
		return "", pavilion.E(pavilion.Invalid, "staff.role_unknown", pavilion.Args{"role": string(role)}).At("role")
	}
	secret, hash := newSecret("")
	now := tx.Now()
	if _, err := tx.Exec(ctx, sqlInsertInvitation, hash, role, db.Micros(now), db.Micros(now.Add(ttl))); err != nil {
		return "", err
	}
	return secret, Note(ctx, tx, "staff.invited", string(role), nil)
}

const sqlInvitation = `select role from staff_invitation
where secret_hash = $1 and used_at is null and expires_at > $2`

// Invited tells the role that the secret of an invitation gives. The error is NotFound,
// staff.invitation_unknown, when it never was one, was used, or has expired.
func Invited(ctx context.Context, r db.Reader, secret string) (Role, error) {
	scan := func(s db.Scanner) (role Role, err error) { return role, s.Scan(&role) }
	role, found, err := db.One(ctx, r, scan, sqlInvitation, hashSecret(secret), db.Micros(r.Now()))
	if err != nil {
		return "", err
	}
	if !found {
		return "", invitationUnknown()
	}
	return role, nil
}

func invitationUnknown() error { return pavilion.E(pavilion.NotFound, "staff.invitation_unknown", nil) }

const sqlUseInvitation = `update staff_invitation set used_at = $1, staff_id = $2
where secret_hash = $3 and used_at is null and expires_at > $1`

// Claim turns an invitation into a member, once. It takes the database and not a
// transaction because it hashes the password in between, which the one writer of SQLite
// must not wait for. Errors: NotFound staff.invitation_unknown; Invalid
// staff.name_malformed, staff.login_malformed, staff.password_length, staff.password_weak,
// each with its field; Conflict staff.login_taken.
func Claim(ctx context.Context, d *db.DB, secret, name, login, password string) (Member, error) {
	name, err := cleanName(name)
	if err != nil {
		return Member{}, err
	}
	if login, err = cleanLogin(login); err != nil {
		return Member{}, err
	}
	if err := checkPassword(password, login); err != nil {
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
	err = d.Write(ctx, actor(id), func(tx *db.Tx) error {
		role, err := Invited(ctx, tx, secret)
		if err != nil {
			return err
		}
		m = Member{ID: id, Name: name, Login: login, Role: role, CreatedAt: tx.Now()}
		now := db.Micros(tx.Now())
		n, err := tx.Exec(ctx, sqlInsertMember, id, name, login, hash, role, now)
		if err != nil {
			return err
		}
		if n == 0 {
			return pavilion.E(pavilion.Conflict, "staff.login_taken", nil).At("login")
		}
		if n, err = tx.Exec(ctx, sqlUseInvitation, now, id, hashSecret(secret)); err != nil {
			return err
		}
		if n == 0 { // somebody else used it since it was looked up
			return invitationUnknown()
		}
		return Note(ctx, tx, "staff.joined", string(id), map[string]any{"role": role})
	})
	if err != nil {
		return Member{}, err
	}
	return m, nil
}

func actor(id pavilion.StaffID) pavilion.Actor {
	return pavilion.Actor{Kind: pavilion.ByStaff, ID: string(id)}
}
