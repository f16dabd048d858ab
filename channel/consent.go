package channel

import (
	"cmp"
	"context"
	"encoding/json"
	"time"

	"pavilion"
	"pavilion/db"
)

const (
	selectConsent = `select consent from channel_shop where id = $1`
	claimRenewal  = `update channel_shop set renewing_until = $1 where id = $2 and renewing_until < $3`
	updateRenewed = `update channel_shop set consent = $1, scope = $2, access_until = $3, refresh_until = $4, renewing_until = 0, trouble = '' where id = $5 and consented_at = $6`
	noteTrouble   = `update channel_shop set trouble = $1 where id = $2 and renewing_until = $3`
)

// purpose is what consents are sealed for.
func purpose(id pavilion.ShopID) string { return "channel_shop.consent:" + string(id) }

func seal(sealer *db.Sealer, id pavilion.ShopID, t Token) ([]byte, error) {
	plain, err := json.Marshal(t)
	if err != nil {
		return nil, err
	}
	return sealer.Seal(plain, purpose(id)), nil
}

func open(sealer *db.Sealer, id pavilion.ShopID, sealed []byte) (t Token, err error) {
	plain, err := sealer.Open(sealed, purpose(id))
	if err != nil {
		return Token{}, err
	}
	return t, json.Unmarshal(plain, &t)
}

// orNull is the stored form of a moment that may not be known.
func orNull(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return db.Micros(t)
}

// renewalTakes is how long somebody who renews a consent is waited for.
const renewalTakes = time.Minute

// access returns a shop and what a call to it is made with. A consent that ends soon, or whose
// token the platform did not take, is renewed before, by one of all who ask, in however many
// processes; the others go on with the old one as long as it holds. Errors: NotFound
// channel.shop_unknown; Unauthenticated channel.consent_over when the owner must allow us in
// again; Unavailable channel.renewing, and what the connector says when it cannot renew.
func (e *Engine) access(ctx context.Context, id pavilion.ShopID, notTaken string) (Shop, Connector, Access, error) {
	shop, t, err := e.consent(ctx, id)
	if err != nil {
		return Shop{}, nil, Access{}, err
	}
	c, err := e.connector(shop.Channel)
	if err != nil {
		return Shop{}, nil, Access{}, err
	}
	now := e.d.Now()
	holds := now.Before(t.AccessUntil) && t.Access != notTaken
	if holds && now.Before(t.AccessUntil.Add(-c.Traits().TokenEarly)) {
		return shop, c, Access{Shop: t.Shop, Token: t.Access}, nil
	}
	if t.Refresh == "" || !t.RefreshUntil.IsZero() && !now.Before(t.RefreshUntil) {
		err = pavilion.E(pavilion.Unauthenticated, "channel.consent_over", pavilion.Args{"shop": shop.Name})
	} else {
		var renewed Token
		if renewed, err = e.renew(ctx, c, shop, t); err == nil {
			return shop, c, Access{Shop: renewed.Shop, Token: renewed.Access}, nil
		}
	}
	if holds { // the reason stands with the shop
		return shop, c, Access{Shop: t.Shop, Token: t.Access}, nil
	}
	return Shop{}, nil, Access{}, err
}

// consent reads a shop and its token.
func (e *Engine) consent(ctx context.Context, id pavilion.ShopID) (shop Shop, t Token, err error) {
	var sealed []byte
	if err = e.d.Read(ctx, func(v *db.View) (err error) {
		if shop, err = ShopOf(ctx, v, id); err != nil {
			return err
		}
		return v.QueryRow(ctx, selectConsent, string(id)).Scan(&sealed)
	}); err != nil {
		return shop, t, err
	}
	t, err = open(e.o.Sealer, id, sealed)
	return shop, t, err
}

// renew prolongs a consent, unless somebody else does.
func (e *Engine) renew(ctx context.Context, c Connector, shop Shop, t Token) (Token, error) {
	actor, until := system, int64(0)
	var there Token // now, when it is our turn
	err := e.d.Write(ctx, actor, func(tx *db.Tx) error {
		until = db.Micros(tx.Now().Add(renewalTakes))
		n, err := tx.Exec(ctx, claimRenewal, until, string(shop.ID), db.Micros(tx.Now()))
		if err == nil && n == 0 {
			busy := pavilion.E(pavilion.Unavailable, "channel.renewing", nil)
			busy.RetryAfter = time.Second
			err = busy
		}
		if err != nil {
			return err
		}
		var sealed []byte
		if err := tx.QueryRow(ctx, selectConsent, string(shop.ID)).Scan(&sealed); err != nil {
			return err
		}
		if there, err = open(e.o.Sealer, shop.ID, sealed); err != nil || there.Access == t.Access {
			return err
		}
		_, err = tx.Exec(ctx, claimRenewal, 0, string(shop.ID), until+1) // somebody renewed it since we looked
		return err
	})
	if err != nil || there.Access != t.Access {
		return there, err
	}
	next, err := converse(ctx, e, shop, Act{Kind: "consent.renew", About: shop.External, Writes: true}, func(ctx context.Context) (Token, error) { return c.Renew(ctx, t) })
	if err != nil {
		return Token{}, cmp.Or(e.d.Write(ctx, actor, func(tx *db.Tx) error { // whoever comes next waits a moment
			_, err := tx.Exec(ctx, noteTrouble, pavilion.ReasonOf(err), string(shop.ID), until)
			return err
		}), err)
	}
	if next.Shop == "" {
		next.Shop, next.ShopName = t.Shop, t.ShopName
	}
	consent, err := seal(e.o.Sealer, shop.ID, next)
	if err != nil {
		return Token{}, err
	}
	return next, e.d.Write(ctx, actor, func(tx *db.Tx) error {
		// A consent the owner gave meanwhile is newer than this one.
		_, err := tx.Exec(ctx, updateRenewed, consent, next.Scope, db.Micros(next.AccessUntil), orNull(next.RefreshUntil), string(shop.ID), db.Micros(shop.ConsentedAt))
		return err
	})
}

// ConsentURL is where the owner of a shop on a platform lets us in; the browser comes back with
// state and a code.
func (e *Engine) ConsentURL(channel, state, back string) (string, error) {
	c, err := e.connector(channel)
	if err != nil {
		return "", err
	}
	return c.ConsentURL(state, back), nil
}

// Admit turns the code that a platform sent the browser back with into the consent of a shop,
// in the name of who asked for it. Errors are those of the connector and of [Join].
func (e *Engine) Admit(ctx context.Context, actor pavilion.Actor, channel, code string) (id pavilion.ShopID, err error) {
	c, err := e.connector(channel)
	if err != nil {
		return "", err
	}
	t, err := c.Exchange(ctx, code)
	if err != nil {
		return "", err
	}
	return id, e.d.Write(ctx, actor, func(tx *db.Tx) error {
		id, err = Join(ctx, tx, e.o.Sealer, channel, t)
		return err
	})
}
