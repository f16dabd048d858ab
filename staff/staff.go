// Package staff knows the people and machines that work with the pavilion: members with
// roles, their invitations, factors and sessions, tokens for machines, the throttle against
// guessing, and the trail of who did what. Start with [Invite], [Gate] and [CheckToken];
// who may do what is the table in right.go.
//
// Secrets (of invitations, sessions, links and tokens) have 130 random bits, are told once,
// and stand in the tables only as their SHA-256: whoever reads the database cannot use
// them. Passwords are kept as argon2id, recovery codes as keyed hashes, and the secrets of
// authenticator apps sealed; of a passkey we hold the public half.
package staff

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"pavilion"
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
	nameLimit  = 100 // characters
	loginLeast = 3
	loginLimit = 100
)

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
