package own

import (
	"context"
	"time"

	"pavilion"
	"pavilion/db"
	"pavilion/order"
	"pavilion/setting"
)

// sessionFor is how long a shopper stays signed in.
const sessionFor = 90 * 24 * time.Hour

// Buyer is a shopper with an account.
type Buyer struct {
	ID        pavilion.BuyerID
	Phone     string // E.164
	CreatedAt time.Time
}

const (
	newBuyerSQL     = `insert into buyer (id, phone_key, phone, created_at) values ($1, $2, $3, $4) on conflict do nothing`
	buyerByPhoneSQL = `select id, phone, created_at from buyer where phone_key = $1`
	keepBuyerSQL    = `update buyer set created_at = created_at where id = $1 and ended_at is null`
	newSessionSQL   = `insert into buyer_session (secret_hash, buyer_id, created_at, expires_at) values ($1, $2, $3, $4)`
	sessionSQL      = `select b.id, b.phone, b.created_at
		from buyer_session s join buyer b on b.id = s.buyer_id
		where s.secret_hash = $1 and s.expires_at > $2 and b.ended_at is null`
	endSessionSQL = `delete from buyer_session where secret_hash = $1`
)

func (s *Shop) scanBuyer(row db.Scanner) (b Buyer, err error) {
	var phone []byte
	var createdAt int64
	if err = row.Scan(&b.ID, &phone, &createdAt); err != nil {
		return b, err
	}
	b.CreatedAt = db.Time(createdAt)
	plain, err := s.sealer.Open(phone, phonePurpose(b.ID))
	b.Phone = string(plain)
	return b, err
}

func phonePurpose(id pavilion.BuyerID) string { return "buyer.phone:" + string(id) }

// buyerOf is the buyer with the phone, a new one if there is none.
func (s *Shop) buyerOf(ctx context.Context, tx *db.Tx, phone string) (Buyer, error) {
	key := s.phoneKey(phone)
	id := pavilion.NewID[pavilion.BuyerID](pavilion.PrefixBuyer, tx.Now())
	sealed := s.sealer.Seal([]byte(phone), phonePurpose(id))
	if _, err := tx.Exec(ctx, newBuyerSQL, id, key, sealed, db.Micros(tx.Now())); err != nil {
		return Buyer{}, err
	}
	b, _, err := db.One(ctx, tx, s.scanBuyer, buyerByPhoneSQL, key)
	return b, err
}

// keepBuyer keeps a buyer's account for this transaction. Error: Unauthenticated
// own.signed_out when it is closed or unknown.
func keepBuyer(ctx context.Context, tx *db.Tx, id pavilion.BuyerID) error {
	n, err := tx.Exec(ctx, keepBuyerSQL, id)
	if err == nil && n == 0 {
		return errSignedOut()
	}
	return err
}

func errSignedOut() error { return pavilion.E(pavilion.Unauthenticated, "own.signed_out", nil) }

func openSession(ctx context.Context, tx *db.Tx, id pavilion.BuyerID, secret string) error {
	_, err := tx.Exec(ctx, newSessionSQL, secretHash(secret), id, db.Micros(tx.Now()), db.Micros(tx.Now().Add(sessionFor)))
	return err
}

// Session finds the buyer of a session. Error: Unauthenticated own.signed_out.
func (s *Shop) Session(ctx context.Context, secret string) (b Buyer, err error) {
	if secret == "" {
		return Buyer{}, errSignedOut()
	}
	found := false
	err = s.d.Read(ctx, func(v *db.View) (err error) {
		b, found, err = db.One(ctx, v, s.scanBuyer, sessionSQL, secretHash(secret), db.Micros(v.Now()))
		return err
	})
	if err == nil && !found {
		return Buyer{}, errSignedOut()
	}
	return b, err
}

// SignOut ends a session.
func (s *Shop) SignOut(ctx context.Context, secret string) error {
	return s.d.Write(ctx, system, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, endSessionSQL, secretHash(secret))
		return err
	})
}

const (
	closeBuyerSQL     = `update buyer set phone_key = $1, phone = $2, ended_at = $3 where id = $4`
	closeSessionsSQL  = `delete from buyer_session where buyer_id = $1`
	closeAddressesSQL = `delete from buyer_address where buyer_id = $1`
	closeLikesSQL     = `delete from favourite where buyer_id = $1`
	closeBasketsSQL   = `delete from basket where buyer_id = $1 and buyer_id <> ''`
	closeCodeSQL      = `delete from buyer_code where phone_key = (select phone_key from buyer where id = $1)`
)

// CloseAccount deletes what is personal about a buyer: phone, sessions, addresses,
// favourites, basket, and who the recipients of the orders were. Errors: Unauthenticated
// own.signed_out; Conflict order.under_way {number} while an order is not over.
func (s *Shop) CloseAccount(ctx context.Context, buyer pavilion.BuyerID) error {
	return s.d.Write(ctx, actor(buyer), func(tx *db.Tx) error {
		if err := keepBuyer(ctx, tx, buyer); err != nil {
			return err
		}
		if err := order.Forget(ctx, tx, string(buyer)); err != nil {
			return err
		}
		for _, query := range []string{closeSessionsSQL, closeAddressesSQL, closeLikesSQL, closeBasketsSQL, closeCodeSQL} {
			if _, err := tx.Exec(ctx, query, buyer); err != nil {
				return err
			}
		}
		_, err := tx.Exec(ctx, closeBuyerSQL, "closed:"+string(buyer), []byte{}, db.Micros(tx.Now()), buyer)
		return err
	})
}

const (
	sweepSessionsSQL = `delete from buyer_session where secret_hash in
		(select secret_hash from buyer_session where expires_at < $1 order by secret_hash limit $2)`
	sweepCodesSQL = `delete from buyer_code where phone_key in
		(select phone_key from buyer_code where sent_at < $1 order by phone_key limit $2)`
	sweepBasketsSQL = `delete from basket where id in
		(select id from basket where updated_at < $1 order by updated_at, id limit $2)`
)

// Sweep deletes sessions and codes that are over and baskets nobody has touched for as long as
// the operator decided, some thousand at a time. A schedule calls it.
func (s *Shop) Sweep(ctx context.Context) error {
	const most = 1000
	return s.d.Write(ctx, system, func(tx *db.Tx) error {
		now := tx.Now()
		v, err := s.book.Read(ctx, tx)
		if err != nil {
			return err
		}
		for query, before := range map[string]time.Time{
			sweepSessionsSQL: now,
			sweepCodesSQL:    now.Add(-v.Duration(setting.KeepCodes)),
			sweepBasketsSQL:  now.Add(-v.Duration(setting.KeepBaskets)),
		} {
			if _, err := tx.Exec(ctx, query, db.Micros(before), most); err != nil {
				return err
			}
		}
		return nil
	})
}
