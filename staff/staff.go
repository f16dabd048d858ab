// Package staff knows the people and machines that work with the pavilion: members with a
// role, their invitations and sessions, tokens for machines, the throttle against guessing,
// and the trail of who did what. Start with [Invite], [SignIn] and [CheckToken].
//
// Secrets (of invitations, sessions and tokens) have 130 random bits, are told once, and
// stand in the tables only as their SHA-256: whoever reads the database cannot use them.
// Passwords are kept as argon2id.
package staff

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"pavilion"
	"pavilion/db"
)

// Member is a person who may sign in.
type Member struct {
	ID        pavilion.StaffID
	Name      string
	Login     string
	Roles     []Role
	Producer  pavilion.ProducerID // whose goods the member sees; "" for the operator's staff
	CreatedAt time.Time
}

const (
	nameLimit   = 100 // characters
	loginLeast  = 3
	loginLimit  = 100
	membersMost = 1000
)

const sqlInsertMember = `insert into staff (id, name, login, password_hash, roles, producer_id, created_at)
values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing`

const sqlMembers = `select id, name, login, roles, producer_id, created_at from staff
where ended_at is null order by id limit $1`

// Members lists those who may sign in, in the order in which they came; 1000 at most.
func Members(ctx context.Context, r db.Reader) ([]Member, error) {
	return db.All(ctx, r, scanMember, sqlMembers, membersMost)
}

func scanMember(s db.Scanner) (Member, error) { return scanMemberAnd(s) }

// scanMemberAnd scans a member and what stands in the row after it.
func scanMemberAnd(s db.Scanner, more ...any) (m Member, err error) {
	var roles string
	var created int64
	err = s.Scan(append([]any{&m.ID, &m.Name, &m.Login, &roles, &m.Producer, &created}, more...)...)
	m.Roles, m.CreatedAt = splitRoles(roles), db.Time(created)
	return m, err
}

const (
	sqlEndMember   = `update staff set ended_at = $1 where id = $2 and ended_at is null`
	sqlEndSessions = `update staff_session set ended_at = $1 where staff_id = $2 and ended_at is null`
)

// EndMember ends a membership and all its sessions at once. The error is NotFound,
// staff.member_unknown, when there is no such member or it has ended.
func EndMember(ctx context.Context, tx *db.Tx, id pavilion.StaffID) error {
	now := db.Micros(tx.Now())
	n, err := tx.Exec(ctx, sqlEndMember, now, id)
	if err != nil {
		return err
	}
	if n == 0 {
		return pavilion.E(pavilion.NotFound, "staff.member_unknown", nil)
	}
	if _, err := tx.Exec(ctx, sqlEndSessions, now, id); err != nil {
		return err
	}
	return Note(ctx, tx, "staff.member_ended", string(id), nil)
}

// cleanName checks the name that colleagues and the trail show.
func cleanName(name string) (string, error) {
	name = strings.Join(strings.Fields(name), " ")
	if name == "" || utf8.RuneCountInString(name) > nameLimit || strings.ContainsFunc(name, unicode.IsControl) {
		return "", pavilion.E(pavilion.Invalid, "staff.name_malformed", pavilion.Args{"most": nameLimit}).At("name")
	}
	return name, nil
}

// cleanLogin checks a login and brings it into the one form that is compared: lower case.
func cleanLogin(login string) (string, error) {
	login = strings.ToLower(strings.TrimSpace(login))
	stranger := func(c rune) bool {
		return !('a' <= c && c <= 'z' || '0' <= c && c <= '9' || strings.ContainsRune("._@+-", c))
	}
	if len(login) < loginLeast || len(login) > loginLimit || strings.ContainsFunc(login, stranger) {
		return "", pavilion.E(pavilion.Invalid, "staff.login_malformed",
			pavilion.Args{"least": loginLeast, "most": loginLimit}).At("login")
	}
	return login, nil
}

// newSecret makes a secret and the hash that the tables keep of it.
func newSecret(prefix string) (secret, hash string) {
	secret = prefix + rand.Text()
	return secret, hashSecret(secret)
}

func hashSecret(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}
