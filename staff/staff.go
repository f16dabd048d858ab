// Package staff knows the people and machines that work with the pavilion: members with a
// role, their invitations and sessions, tokens for machines, the throttle against guessing,
// and the trail of who did what. Start with [Invite] and [SignIn].
package staff

import (
	"context"
	"errors"
	"time"

	"pavilion"
	"pavilion/db"
)

var errNotBuilt = errors.New("staff: not built")

// Role says what a member may do.
type Role string

const (
	Owner    Role = "owner"    // everything, and who else may come in
	Operator Role = "operator" // the daily work: goods, stock, orders
	Observer Role = "observer" // figures, nothing personal, no changes
)

// Member is a person who may sign in.
type Member struct {
	ID        pavilion.StaffID
	Name      string
	Login     string
	Role      Role
	CreatedAt time.Time
}

// Invite makes a one-time link's secret; whoever holds it can become a member.
func Invite(ctx context.Context, tx *db.Tx, role Role, ttl time.Duration) (secret string, err error) {
	return "", errNotBuilt
}

// Claim turns an invitation into a member. It hashes the password, so it opens its own
// transaction only afterwards.
func Claim(ctx context.Context, d *db.DB, secret, name, login, password string) (Member, error) {
	return Member{}, errNotBuilt
}

// EndMember ends a membership and its sessions at once.
func EndMember(ctx context.Context, tx *db.Tx, id pavilion.StaffID) error { return errNotBuilt }

// SignIn checks login and password and opens a session.
func SignIn(ctx context.Context, d *db.DB, login, password string) (secret string, m Member, err error) {
	return "", Member{}, errNotBuilt
}

// SignedIn is a session that holds.
type SignedIn struct {
	Member    Member
	SeenAt    time.Time
	ExpiresAt time.Time
}

// Session finds the session of a secret.
func Session(ctx context.Context, r db.Reader, secret string) (SignedIn, error) {
	return SignedIn{}, errNotBuilt
}

// MarkSeen keeps a session from idling out.
func MarkSeen(ctx context.Context, tx *db.Tx, secret string) error { return errNotBuilt }

// EndSession signs out.
func EndSession(ctx context.Context, tx *db.Tx, secret string) error { return errNotBuilt }
