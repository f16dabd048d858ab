package staff

import (
	"context"
	"slices"
	"time"

	"pavilion"
	"pavilion/db"
)

const sqlInsertInvitation = `insert into staff_invitation (secret_hash, roles, producer_id, created_at, expires_at)
values ($1, $2, $3, $4, $5)`

// Offer is what an invitation gives: roles, and for a producer's own people the producer.
type Offer struct {
	Roles    []Role
	Producer pavilion.ProducerID // set for the role Producer, and for no other
}

// check tells what is wrong with the offer: Invalid staff.role_unknown, staff.roles_missing,
// staff.producer_alone.
func (o Offer) check() error {
	if len(o.Roles) == 0 {
		return pavilion.E(pavilion.Invalid, "staff.roles_missing", nil).At("role")
	}
	for _, r := range o.Roles {
		if !r.known() {
			return pavilion.E(pavilion.Invalid, "staff.role_unknown", pavilion.Args{"role": string(r)}).At("role")
		}
	}
	outsider := slices.Contains(o.Roles, Producer)
	if outsider != (o.Producer != "") || outsider && len(o.Roles) > 1 {
		return pavilion.E(pavilion.Invalid, "staff.producer_alone", nil).At("producer")
	}
	return nil
}

// Invite makes a one-time link's secret: whoever holds it first can become a member with
// what it offers, until ttl has passed. Errors are Invalid: staff.role_unknown,
// staff.roles_missing, staff.producer_alone.
func Invite(ctx context.Context, tx *db.Tx, o Offer, ttl time.Duration) (secret string, err error) {
	if err := o.check(); err != nil {
		return "", err
	}
	secret, hash := newSecret("")
	now := tx.Now()
	if _, err := tx.Exec(ctx, sqlInsertInvitation, hash, joinRoles(o.Roles), o.Producer, db.Micros(now), db.Micros(now.Add(ttl))); err != nil {
		return "", err
	}
	return secret, Note(ctx, tx, "staff.invited", string(o.Producer), map[string]any{"roles": o.Roles})
}

const sqlInvitation = `select roles, producer_id from staff_invitation
where secret_hash = $1 and used_at is null and expires_at > $2`

// Invited tells what the secret of an invitation gives. The error is NotFound,
// staff.invitation_unknown, when it never was one, was used, or has expired.
func Invited(ctx context.Context, r db.Reader, secret string) (Offer, error) {
	scan := func(s db.Scanner) (o Offer, err error) {
		var roles string
		err = s.Scan(&roles, &o.Producer)
		o.Roles = splitRoles(roles)
		return o, err
	}
	o, found, err := db.One(ctx, r, scan, sqlInvitation, hashSecret(secret), db.Micros(r.Now()))
	if err != nil {
		return Offer{}, err
	}
	if !found {
		return Offer{}, invitationUnknown()
	}
	return o, nil
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
		o, err := Invited(ctx, tx, secret)
		if err != nil {
			return err
		}
		m = Member{ID: id, Name: name, Login: login, Roles: o.Roles, Producer: o.Producer, CreatedAt: tx.Now()}
		now := db.Micros(tx.Now())
		n, err := tx.Exec(ctx, sqlInsertMember, id, name, login, hash, joinRoles(o.Roles), o.Producer, now)
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
		return Note(ctx, tx, "staff.joined", string(id), map[string]any{"roles": o.Roles})
	})
	if err != nil {
		return Member{}, err
	}
	return m, nil
}

func actor(id pavilion.StaffID) pavilion.Actor {
	return pavilion.Actor{Kind: pavilion.ByStaff, ID: string(id)}
}
