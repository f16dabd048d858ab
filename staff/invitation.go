package staff

import (
	"context"
	"slices"
	"time"

	"pavilion"
	"pavilion/db"
)

const sqlInsertInvitation = `insert into staff_invitation (secret_hash, roles, producer_id, created_at, expires_at, id, created_by)
values ($1, $2, $3, $4, $5, $6, $7)`

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
	id := pavilion.NewID[pavilion.InviteID](pavilion.PrefixInvite, now)
	if _, err := tx.Exec(ctx, sqlInsertInvitation, hash, joinRoles(o.Roles), o.Producer, db.Micros(now), db.Micros(now.Add(ttl)), id, tx.Actor().String()); err != nil {
		return "", err
	}
	return secret, Note(ctx, tx, "staff.invited", string(id), map[string]any{"roles": o.Roles, "producer": o.Producer})
}

// Invitation is a link that nobody has used yet.
type Invitation struct {
	ID        pavilion.InviteID
	Offer     Offer
	CreatedBy pavilion.Actor
	CreatedAt time.Time
	ExpiresAt time.Time
}

const invitationsMost = 200

const sqlInvitations = `select id, roles, producer_id, created_by, created_at, expires_at from staff_invitation
where used_at is null and revoked_at is null and expires_at > $1 order by id desc limit $2`

// Invitations lists the invitations that can still be used, the newest first; 200 at most.
func Invitations(ctx context.Context, r db.Reader) ([]Invitation, error) {
	scan := func(s db.Scanner) (i Invitation, err error) {
		var roles, by string
		var created, expires int64
		err = s.Scan(&i.ID, &roles, &i.Offer.Producer, &by, &created, &expires)
		i.Offer.Roles, i.CreatedAt, i.ExpiresAt = splitRoles(roles), db.Time(created), db.Time(expires)
		i.CreatedBy, _ = pavilion.ParseActor(by)
		return i, err
	}
	return db.All(ctx, r, scan, sqlInvitations, db.Micros(r.Now()), invitationsMost)
}

const sqlRevokeInvitation = `update staff_invitation set revoked_at = $1
where id = $2 and used_at is null and revoked_at is null and expires_at > $1`

// Revoke takes an invitation back. The error is NotFound, staff.invitation_unknown, when
// there is none that could still be used.
func Revoke(ctx context.Context, tx *db.Tx, id pavilion.InviteID) error {
	n, err := tx.Exec(ctx, sqlRevokeInvitation, db.Micros(tx.Now()), id)
	if err != nil {
		return err
	}
	if n == 0 {
		return invitationUnknown()
	}
	return Note(ctx, tx, "staff.invitation_revoked", string(id), nil)
}

const sqlInvitation = `select roles, producer_id from staff_invitation
where secret_hash = $1 and used_at is null and revoked_at is null and expires_at > $2`

// Invited tells what the secret of an invitation gives. The error is NotFound,
// staff.invitation_unknown, when it never was one, was used or revoked, or has expired.
func Invited(ctx context.Context, r db.Reader, secret string) (Offer, error) {
	o, found, err := db.One(ctx, r, scanOffer, sqlInvitation, hashSecret(secret), db.Micros(r.Now()))
	if err != nil {
		return Offer{}, err
	}
	if !found {
		return Offer{}, invitationUnknown()
	}
	return o, nil
}

func scanOffer(s db.Scanner) (o Offer, err error) {
	var roles string
	err = s.Scan(&roles, &o.Producer)
	o.Roles = splitRoles(roles)
	return o, err
}

func invitationUnknown() error { return pavilion.E(pavilion.NotFound, "staff.invitation_unknown", nil) }

func actor(id pavilion.StaffID, from Place) pavilion.Actor {
	return pavilion.Actor{Kind: pavilion.ByStaff, ID: string(id), From: from.String()}
}
