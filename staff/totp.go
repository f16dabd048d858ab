package staff

import (
	"context"
	"crypto/subtle"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
	"github.com/pquerna/otp/totp"

	"pavilion"
	"pavilion/db"
)

// The codes of authenticator apps: RFC 6238 with the numbers every app knows.
const (
	totpDigits = 6
	totpStep   = 30 * time.Second
	totpDrift  = 1 // steps by which a phone's clock may be off
	sealTOTP   = "staff.totp"
)

// TOTPOffer is a secret for an authenticator app that counts once a code of it is shown.
type TOTPOffer struct {
	Ceremony string // names the offer until then
	Secret   string // base 32, to be typed in
	URI      string // otpauth, to be scanned
}

// totpOffered is what is remembered of an offer.
type totpOffered struct {
	Member pavilion.StaffID
	Secret string
	URI    string
}

// OfferTOTP makes a secret for a member, to be confirmed within a quarter of an hour.
func (g *Gate) OfferTOTP(ctx context.Context, tx *db.Tx, m Member) (TOTPOffer, error) {
	key, err := totp.Generate(totp.GenerateOpts{Issuer: g.name, AccountName: m.Login})
	if err != nil {
		return TOTPOffer{}, pavilion.E(pavilion.Internal, "staff.totp_failed", nil).Because(err)
	}
	o := TOTPOffer{Secret: key.Secret(), URI: key.URL()}
	o.Ceremony, err = g.remember(ctx, tx, ceremonyTOTP, totpOffered{m.ID, o.Secret, o.URI})
	return o, err
}

// OfferedTOTP finds an offer again, to show it once more after a mistyped code. The error is
// Conflict, staff.ceremony_over.
func (g *Gate) OfferedTOTP(ctx context.Context, r db.Reader, m Member, ceremony string) (TOTPOffer, error) {
	var o totpOffered
	if err := g.recall(ctx, r, ceremonyTOTP, ceremony, &o); err != nil {
		return TOTPOffer{}, err
	}
	if o.Member != m.ID {
		return TOTPOffer{}, errCeremonyOver
	}
	return TOTPOffer{ceremony, o.Secret, o.URI}, nil
}

const sqlSetTOTP = `insert into staff_totp (staff_id, secret, last_step, created_at) values ($1, $2, $3, $4)
on conflict (staff_id) do update set secret = excluded.secret, last_step = excluded.last_step, created_at = excluded.created_at`

// ConfirmTOTP makes an offer the member's second factor, in place of an authenticator app
// there was, once a code shows that the app has it. The session is exchanged for one that
// opens everything. A member without recovery codes gets some. Errors: Conflict
// staff.ceremony_over; Unauthenticated staff.session_over; Invalid staff.code_wrong at code.
func (g *Gate) ConfirmTOTP(ctx context.Context, secret, ceremony, code string, from Place) (p Pass, codes []string, err error) {
	m, err := g.whose(ctx, secret)
	if err != nil {
		return Pass{}, nil, err
	}
	err = g.db.Write(ctx, actor(m, from), func(tx *db.Tx) error {
		s, err := enrolling(ctx, tx, secret)
		if err != nil {
			return err
		}
		o, err := g.OfferedTOTP(ctx, tx, s.Member, ceremony)
		if err != nil {
			return err
		}
		step, ok := totpStepOf(o.Secret, cleanCode(code), tx.Now())
		if !ok { // the offer stays: people mistype
			return pavilion.E(pavilion.Invalid, "staff.code_wrong", nil).At("code")
		}
		if err := g.take(ctx, tx, ceremonyTOTP, ceremony, &totpOffered{}); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, sqlSetTOTP, m, g.sealer.Seal([]byte(o.Secret), sealTOTP), step, db.Micros(tx.Now())); err != nil {
			return err
		}
		if err := Note(ctx, tx, "staff.totp_set_up", string(m), nil); err != nil {
			return err
		}
		p, codes, err = g.enrolled(ctx, tx, s, secret, from)
		return err
	})
	return p, codes, err
}

const sqlTOTP = `select secret from staff_totp where staff_id = $1`

// sqlUseStep is what makes a code good for one use: of several who show it only one finds
// the row still before its step.
const sqlUseStep = `update staff_totp set last_step = $1 where staff_id = $2 and last_step < $1`

// useTOTP takes a code of the authenticator app, once. The error is Unauthenticated,
// staff.code_refused.
func (g *Gate) useTOTP(ctx context.Context, tx *db.Tx, m pavilion.StaffID, code string) error {
	scan := func(s db.Scanner) (sealed []byte, err error) { return sealed, s.Scan(&sealed) }
	sealed, found, err := db.One(ctx, tx, scan, sqlTOTP, m)
	if err != nil {
		return err
	}
	if !found {
		return errCode
	}
	secret, err := g.sealer.Open(sealed, sealTOTP)
	if err != nil {
		return err
	}
	step, ok := totpStepOf(string(secret), code, tx.Now())
	if !ok {
		return errCode
	}
	n, err := tx.Exec(ctx, sqlUseStep, step, m)
	if err == nil && n == 0 {
		err = errCode
	}
	return err
}

// totpStepOf tells which step near now the code belongs to; ok is false if none.
func totpStepOf(secret, code string, now time.Time) (step int64, ok bool) {
	at := now.Unix() / int64(totpStep/time.Second)
	for step := at - totpDrift; step <= at+totpDrift; step++ {
		want, err := hotp.GenerateCodeCustom(secret, uint64(step), hotp.ValidateOpts{Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
		if err == nil && subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 {
			return step, true
		}
	}
	return 0, false
}
