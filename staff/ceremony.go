package staff

import (
	"context"
	"encoding/json"
	"time"

	"pavilion"
	"pavilion/db"
)

// ceremonyFor is how long a challenge holds: OWASP ASVS asks for minutes, people who look
// for their key need some. Who sets up an authenticator app may have to install it first.
const (
	ceremonyFor = 5 * time.Minute
	offerFor    = 15 * time.Minute
)

const sealCeremony = "staff.ceremony"

// ceremony names what a remembered step is a step of, so that the answer to one question is
// never taken for the answer to another.
type ceremony string

const (
	ceremonyClaim    ceremony = "claim"    // of an invitation, with a passkey
	ceremonyPasskey  ceremony = "passkey"  // setting one up
	ceremonySignIn   ceremony = "sign-in"  // with a passkey
	ceremonyConfirm  ceremony = "confirm"  // it is still the same person, by a passkey
	ceremonyTOTP     ceremony = "totp"     // setting up codes
	ceremonyProvider ceremony = "provider" // signing in at another service
)

const sqlInsertCeremony = `insert into staff_ceremony (secret_hash, kind, state, expires_at) values ($1, $2, $3, $4)`

// remember keeps the state of a ceremony until its next step, for whoever holds the secret.
func (g *Gate) remember(ctx context.Context, tx *db.Tx, kind ceremony, state any) (secret string, err error) {
	plain, err := json.Marshal(state)
	if err != nil {
		return "", pavilion.E(pavilion.Internal, "staff.detail_malformed", nil).Because(err)
	}
	secret, hash := newSecret("")
	term := ceremonyFor
	if kind == ceremonyTOTP {
		term = offerFor
	}
	_, err = tx.Exec(ctx, sqlInsertCeremony, hash, kind, g.sealer.Seal(plain, sealCeremony), db.Micros(tx.Now().Add(term)))
	return secret, err
}

const (
	sqlCeremony       = `select state from staff_ceremony where secret_hash = $1 and kind = $2 and expires_at > $3`
	sqlForgetCeremony = `delete from staff_ceremony where secret_hash = $1`
)

var errCeremonyOver = pavilion.E(pavilion.Conflict, "staff.ceremony_over", nil)

// recall reads what was remembered. The error is Conflict staff.ceremony_over when it was
// used, has expired, or belongs to another ceremony.
func (g *Gate) recall(ctx context.Context, r db.Reader, kind ceremony, secret string, state any) error {
	scan := func(s db.Scanner) (sealed []byte, err error) { return sealed, s.Scan(&sealed) }
	sealed, found, err := db.One(ctx, r, scan, sqlCeremony, hashSecret(secret), kind, db.Micros(r.Now()))
	if err != nil {
		return err
	}
	if !found {
		return errCeremonyOver
	}
	plain, err := g.sealer.Open(sealed, sealCeremony)
	if err != nil {
		return err
	}
	return json.Unmarshal(plain, state)
}

// take recalls and forgets: of several who try only one gets it. Have it committed before
// looking whether the answer is right, so that one challenge is good for one answer.
func (g *Gate) take(ctx context.Context, tx *db.Tx, kind ceremony, secret string, state any) error {
	if err := g.recall(ctx, tx, kind, secret, state); err != nil {
		return err
	}
	n, err := tx.Exec(ctx, sqlForgetCeremony, hashSecret(secret))
	if err == nil && n == 0 {
		err = errCeremonyOver
	}
	return err
}
