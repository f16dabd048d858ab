package staff

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"

	"pavilion"
)

// cost says how hard a password is to guess from its hash. It is written into the hash, so
// that raising [current] leaves the old hashes valid; they are renewed at the next sign-in.
type cost struct {
	memory  uint32 // KiB
	time    uint32 // passes
	threads uint8
}

// current is the first choice of the OWASP Password Storage Cheat Sheet that keeps the
// memory of a small server in bounds: 19 MiB, two passes, one thread.
var current = cost{memory: 19 * 1024, time: 2, threads: 1}

const (
	saltLength = 16 // bytes
	keyLength  = 32 // bytes

	passwordLeast    = 12 // characters
	passwordMost     = 256
	passwordDistinct = 5 // different characters, at least
)

// hashers bounds how many passwords are hashed at once, and so the memory that a crowd at
// the sign-in page can make the program use.
var hashers = make(chan struct{}, 2)

// checkPassword refuses passwords that are too easy to guess. It asks for length and not
// for kinds of characters, as NIST SP 800-63B advises.
func checkPassword(password, login string) error {
	n := utf8.RuneCountInString(password)
	if n < passwordLeast || n > passwordMost {
		return pavilion.E(pavilion.Invalid, "staff.password_length",
			pavilion.Args{"least": passwordLeast, "most": passwordMost}).At("password")
	}
	distinct := map[rune]struct{}{}
	for _, c := range password {
		distinct[c] = struct{}{}
	}
	if len(distinct) < passwordDistinct || strings.Contains(strings.ToLower(password), login) {
		return pavilion.E(pavilion.Invalid, "staff.password_weak", nil).At("password")
	}
	return nil
}

// hashPassword returns the PHC string of the password, with a fresh salt.
func hashPassword(ctx context.Context, password string) (string, error) {
	salt := make([]byte, saltLength)
	rand.Read(salt) // never fails
	key, err := current.derive(ctx, password, salt)
	if err != nil {
		return "", err
	}
	return current.phc(salt, key), nil
}

// verify tells whether the password is the one of the PHC string, and whether its cost is
// no longer the current one. An empty PHC string takes the same time and is never right:
// it stands for a login that does not exist.
func verify(ctx context.Context, phc, password string) (right, old bool, err error) {
	c, salt, want := current, make([]byte, saltLength), []byte(nil)
	if phc != "" {
		if c, salt, want, err = parsePHC(phc); err != nil {
			return false, false, err
		}
	}
	key, err := c.derive(ctx, password, salt)
	if err != nil {
		return false, false, err
	}
	return subtle.ConstantTimeCompare(key, want) == 1, c != current, nil
}

func (c cost) derive(ctx context.Context, password string, salt []byte) ([]byte, error) {
	select {
	case hashers <- struct{}{}:
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	defer func() { <-hashers }()
	return argon2.IDKey([]byte(password), salt, c.time, c.memory, c.threads, keyLength), nil
}

// The PHC string format: $argon2id$v=19$m=19456,t=2,p=1$salt$key, base 64 without padding.
const phcParameters = "m=%d,t=%d,p=%d"

func (c cost) phc(salt, key []byte) string {
	b64 := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=%d$"+phcParameters+"$%s$%s",
		argon2.Version, c.memory, c.time, c.threads, b64(salt), b64(key))
}

// parsePHC reads what phc wrote. It fails only when somebody changed the table by hand.
func parsePHC(s string) (c cost, salt, key []byte, err error) {
	malformed := func(err error) (cost, []byte, []byte, error) {
		return cost{}, nil, nil, pavilion.E(pavilion.Internal, "staff.hash_malformed", nil).Because(err)
	}
	parts := strings.Split(s, "$")
	if len(parts) != 6 || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return malformed(nil)
	}
	if _, err := fmt.Sscanf(parts[3], phcParameters, &c.memory, &c.time, &c.threads); err != nil {
		return malformed(err)
	}
	if c.time == 0 || c.threads == 0 {
		return malformed(nil)
	}
	if salt, err = base64.RawStdEncoding.DecodeString(parts[4]); err != nil {
		return malformed(err)
	}
	if key, err = base64.RawStdEncoding.DecodeString(parts[5]); err != nil || len(key) != keyLength {
		return malformed(err)
	}
	return c, salt, key, nil
}
