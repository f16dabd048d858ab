package own

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"fmt"
	"math/big"
	"time"

	"pavilion"
	"pavilion/db"
	"pavilion/staff"
)

// Notifier brings a one-time code to a phone.
type Notifier interface {
	SendCode(ctx context.Context, phone, code string, lang pavilion.Lang) error
}

// What a one-time code is worth: one in a million per try, five tries per code, ten codes
// a day, so that a phone is guessed at most fifty times a day whatever the throttle lets
// through.
const (
	codeFor     = 10 * time.Minute
	codeTries   = 5
	codePause   = time.Minute // between two codes for one phone
	codesPerDay = 10
)

const (
	firstCodeSQL = `insert into buyer_code (phone_key, code_hash, tries, sent_at, sent_today, expires_at)
		values ($1, $2, 0, $3, 1, $4) on conflict do nothing`
	codeSQL     = `select code_hash, sent_at, sent_today from buyer_code where phone_key = $1`
	nextCodeSQL = `update buyer_code set code_hash = $1, tries = 0, sent_at = $2, sent_today = $3, expires_at = $4
		where phone_key = $5 and sent_at = $6`
	tryCodeSQL = `update buyer_code set tries = tries + 1
		where phone_key = $1 and code_hash <> '' and tries < $2 and expires_at > $3`
	useCodeSQL = `update buyer_code set code_hash = '' where phone_key = $1`
)

// sentCode is a row of buyer_code.
type sentCode struct {
	hash   string // "" once it was used
	sentAt time.Time
	today  int64 // how many were sent on the day of sentAt
}

func scanCode(s db.Scanner) (c sentCode, err error) {
	var sentAt int64
	err = s.Scan(&c.hash, &sentAt, &c.today)
	c.sentAt = db.Time(sentAt)
	return c, err
}

// SendCode sends a one-time code to a phone. Caller is the network address it is asked
// from; codes asked for from there are counted until somebody there signs in. The answer is
// the same whether the phone has an account or not. Errors: Invalid phone.malformed;
// Limited own.code_too_soon, own.code_too_many and throttle.blocked with RetryAfter;
// Unavailable own.code_not_sent when the notifier fails.
func (s *Shop) SendCode(ctx context.Context, phone, caller string, lang pavilion.Lang) error {
	phone, err := ParsePhone(s.market.Country, phone)
	if err != nil {
		return err
	}
	code, err := newCode()
	if err != nil {
		return err
	}
	key := s.phoneKey(phone)
	err = s.d.Write(ctx, system, func(tx *db.Tx) error {
		if err := staff.Try(ctx, tx, s.callerSubject(caller)); err != nil {
			return err
		}
		return storeCode(ctx, tx, key, s.codeHash(key, code))
	})
	if err != nil {
		return err
	}
	if err := s.notifier.SendCode(ctx, phone, code, lang); err != nil {
		return pavilion.E(pavilion.Unavailable, "own.code_not_sent", nil).Because(err)
	}
	return nil
}

// storeCode puts a new code in the place of the last, if another may be sent by now.
func storeCode(ctx context.Context, tx *db.Tx, phoneKey, hash string) error {
	now := tx.Now()
	expires := db.Micros(now.Add(codeFor))
	n, err := tx.Exec(ctx, firstCodeSQL, phoneKey, hash, db.Micros(now), expires)
	if err != nil || n == 1 {
		return err
	}
	last, _, err := db.One(ctx, tx, scanCode, codeSQL, phoneKey)
	if err != nil {
		return err
	}
	if wait := last.sentAt.Add(codePause).Sub(now); wait > 0 {
		return limited("own.code_too_soon", wait)
	}
	today := int64(1)
	if day := 24 * time.Hour; now.Truncate(day).Equal(last.sentAt.Truncate(day)) {
		if last.today >= codesPerDay {
			return limited("own.code_too_many", now.Truncate(day).Add(day).Sub(now))
		}
		today = last.today + 1
	}
	n, err = tx.Exec(ctx, nextCodeSQL, hash, db.Micros(now), today, expires, phoneKey, db.Micros(last.sentAt))
	if err == nil && n == 0 {
		return limited("own.code_too_soon", codePause) // another was stored in this moment
	}
	return err
}

func limited(reason string, wait time.Duration) error {
	seconds := int64((wait + time.Second - 1) / time.Second)
	e := pavilion.E(pavilion.Limited, reason, pavilion.Args{"seconds": seconds})
	e.RetryAfter = wait
	return e
}

// newCode draws six digits.
func newCode() (string, error) {
	n, err := rand.Int(rand.Reader, big.NewInt(1_000_000))
	if err != nil {
		return "", fmt.Errorf("draw a code: %w", err)
	}
	return fmt.Sprintf("%06d", n.Int64()), nil
}

// codeHash is what is stored of a code. It is keyed: a million codes are soon tried.
func (s *Shop) codeHash(phoneKey, code string) string {
	return s.sealer.Key(phoneKey+":"+code, "buyer.code")
}

// SignIn checks the code and opens a session, for a new buyer too. The secret is for a
// cookie; only its hash is stored. Errors: Invalid phone.malformed; Unauthenticated
// own.wrong_code, the same for a wrong, used or expired code and for a phone no code was
// sent to; Limited throttle.blocked with RetryAfter.
func (s *Shop) SignIn(ctx context.Context, phone, code, caller string) (secret string, b Buyer, err error) {
	phone, err = ParsePhone(s.market.Country, phone)
	if err != nil {
		return "", Buyer{}, err
	}
	key := s.phoneKey(phone)
	given := s.codeHash(key, narrow(code))
	secret = rand.Text()
	err = s.guess(ctx, []string{"own.sign_in:" + key, s.callerSubject(caller)}, func(tx *db.Tx) error {
		if err := checkCode(ctx, tx, key, given); err != nil {
			return err
		}
		if b, err = s.buyerOf(ctx, tx, phone); err != nil {
			return err
		}
		return openSession(ctx, tx, b.ID, secret)
	})
	if err != nil {
		return "", Buyer{}, err
	}
	return secret, b, nil
}

// checkCode counts a try at the phone's code and uses the code up if it is right.
func checkCode(ctx context.Context, tx *db.Tx, phoneKey, given string) error {
	n, err := tx.Exec(ctx, tryCodeSQL, phoneKey, codeTries, db.Micros(tx.Now()))
	if err != nil {
		return err
	}
	last, _, err := db.One(ctx, tx, scanCode, codeSQL, phoneKey)
	if err != nil {
		return err
	}
	right := subtle.ConstantTimeCompare([]byte(last.hash), []byte(given)) == 1
	if n == 0 || !right {
		return pavilion.E(pavilion.Unauthenticated, "own.wrong_code", nil).At("code")
	}
	_, err = tx.Exec(ctx, useCodeSQL, phoneKey)
	return err
}

// secretHash is what is stored of a session's secret. It needs no key: the secret has 130
// random bits.
func secretHash(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}
