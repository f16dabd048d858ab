package channel

import (
	"context"
	"time"

	"pavilion"
	"pavilion/db"
	"pavilion/job"
	"pavilion/staff"
)

// Mode says how far we may go in a shop.
type Mode string

// The modes.
const (
	Watching Mode = "watch"   // read, and show what would be done
	Live     Mode = "live"    // do it
	Stopped  Mode = "stopped" // neither
)

// Shop is a shop on a platform that its owner allowed us into.
type Shop struct {
	ID           pavilion.ShopID
	Channel      string // name of the connector
	External     string // the shop's id on the platform
	Name         string
	Mode         Mode
	Scope        string    // what the owner allowed, in the platform's words
	AccessUntil  time.Time // when the consent ends unless it is renewed
	RefreshUntil time.Time // until when it can be; zero if the platform does not say
	ConsentedAt  time.Time
	Trouble      string // the reason why it could not be renewed, "" if it could
	Version      int64
}

const shopColumns = `id, channel, external, name, mode, scope, access_until, refresh_until, consented_at, trouble, version`

const (
	insertShop = `insert into channel_shop (id, channel, external, name, mode, consent, scope, access_until, refresh_until, consented_at, renewing_until, trouble, version)
		values ($1, $2, $3, $4, 'watch', $5, $6, $7, $8, $9, 0, '', 1) on conflict do nothing`
	updateConsent = `update channel_shop set consent = $1, scope = $2, access_until = $3, refresh_until = $4, consented_at = $5, trouble = '', version = version + 1 where id = $6`
	updateMode    = `update channel_shop set mode = $1, version = version + 1 where id = $2 and version = $3`

	selectShop   = `select ` + shopColumns + ` from channel_shop where id = $1`
	selectShopOf = `select ` + shopColumns + ` from channel_shop where channel = $1 and external = $2`
	selectShops  = `select ` + shopColumns + ` from channel_shop order by channel, name, id limit $1`
)

// shopsMost is how many shops there are room for.
const shopsMost = 1000

func scanShop(row db.Scanner) (s Shop, err error) {
	var until, consented int64
	var refresh *int64
	if err = row.Scan(&s.ID, &s.Channel, &s.External, &s.Name, &s.Mode, &s.Scope, &until, &refresh, &consented, &s.Trouble, &s.Version); err != nil {
		return s, err
	}
	s.AccessUntil, s.ConsentedAt = db.Time(until), db.Time(consented)
	if refresh != nil {
		s.RefreshUntil = db.Time(*refresh)
	}
	return s, nil
}

// Shops lists all shops.
func Shops(ctx context.Context, r db.Reader) ([]Shop, error) {
	return db.All(ctx, r, scanShop, selectShops, shopsMost)
}

// ShopOf returns a shop. Error: NotFound channel.shop_unknown.
func ShopOf(ctx context.Context, r db.Reader, id pavilion.ShopID) (Shop, error) {
	s, found, err := db.One(ctx, r, scanShop, selectShop, string(id))
	if err == nil && !found {
		err = pavilion.E(pavilion.NotFound, "channel.shop_unknown", nil)
	}
	return s, err
}

// Join keeps the consent of a shop's owner. A shop that is new begins as one that is watched;
// one that we know goes on as it was.
func Join(ctx context.Context, tx *db.Tx, sealer *db.Sealer, channel string, t Token) (pavilion.ShopID, error) {
	if t.Shop == "" || t.Access == "" {
		return "", pavilion.E(pavilion.Invalid, "channel.consent_empty", nil)
	}
	id, now := pavilion.NewID[pavilion.ShopID](pavilion.PrefixShop, tx.Now()), db.Micros(tx.Now())
	consent, err := seal(sealer, id, t)
	if err != nil {
		return "", err
	}
	n, err := tx.Exec(ctx, insertShop, string(id), channel, t.Shop, t.ShopName, consent, t.Scope, db.Micros(t.AccessUntil), orNull(t.RefreshUntil), now)
	if err != nil {
		return "", err
	}
	if n > 0 {
		return id, staff.Note(ctx, tx, "channel.join", string(id), map[string]any{"channel": channel, "shop": t.Shop})
	}
	was, _, err := db.One(ctx, tx, scanShop, selectShopOf, channel, t.Shop)
	if err != nil {
		return "", err
	}
	if consent, err = seal(sealer, was.ID, t); err != nil {
		return "", err
	}
	if _, err := tx.Exec(ctx, updateConsent, consent, t.Scope, db.Micros(t.AccessUntil), orNull(t.RefreshUntil), now, string(was.ID)); err != nil {
		return "", err
	}
	return was.ID, staff.Note(ctx, tx, "channel.join_again", string(was.ID), map[string]any{"channel": channel, "shop": t.Shop})
}

// SetMode says how far we may go in a shop from now on. Errors: NotFound channel.shop_unknown;
// Conflict channel.shop_changed when somebody else changed it since it was read.
func SetMode(ctx context.Context, tx *db.Tx, seen Shop, mode Mode) error {
	n, err := tx.Exec(ctx, updateMode, string(mode), string(seen.ID), seen.Version)
	if err != nil {
		return err
	}
	if n == 0 {
		if _, err := ShopOf(ctx, tx, seen.ID); err != nil {
			return err
		}
		return pavilion.E(pavilion.Conflict, "channel.shop_changed", nil)
	}
	if err := job.Record(ctx, tx, ShopMode{seen.ID, mode}); err != nil {
		return err
	}
	return staff.NoteChanges(ctx, tx, "channel.mode", string(seen.ID), []staff.FieldChange{{Field: "channel.mode", Before: string(seen.Mode), After: string(mode)}})
}

// ShopMode: a shop is served in another way from now on.
type ShopMode struct {
	Shop pavilion.ShopID `json:"shop"`
	Mode Mode            `json:"mode"`
}

// FactKind names the fact.
func (ShopMode) FactKind() string { return "channel.shop_mode" }

// About is the shop.
func (f ShopMode) About() string { return string(f.Shop) }
