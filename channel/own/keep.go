package own

import (
	"context"
	"encoding/json"
	"fmt"

	"pavilion"
	"pavilion/db"
	"pavilion/order"
)

// Address is one that a buyer keeps for the next order.
type Address struct {
	ID     string
	ShipTo order.ShipTo
}

const (
	maxAddresses  = 10
	maxFavourites = 200
)

const (
	addressesSQL     = `select id, sealed from buyer_address where buyer_id = $1 order by id desc limit 100`
	keepAddressSQL   = `insert into buyer_address (id, buyer_id, sealed, created_at) values ($1, $2, $3, $4)`
	forgetAddressSQL = `delete from buyer_address where id = $1 and buyer_id = $2`
	favouritesSQL    = `select product_id from favourite where buyer_id = $1 order by created_at desc, product_id limit 200`
	likeSQL          = `insert into favourite (buyer_id, product_id, created_at) values ($1, $2, $3) on conflict do nothing`
	unlikeSQL        = `delete from favourite where buyer_id = $1 and product_id = $2`
	likesSQL         = `select count(*) from favourite where buyer_id = $1`
)

func addressPurpose(id string) string { return "buyer_address.sealed:" + id }

func (s *Shop) scanAddress(row db.Scanner) (a Address, err error) {
	var sealed []byte
	if err = row.Scan(&a.ID, &sealed); err != nil {
		return a, err
	}
	plain, err := s.sealer.Open(sealed, addressPurpose(a.ID))
	if err != nil {
		return a, err
	}
	if err := json.Unmarshal(plain, &a.ShipTo); err != nil {
		return a, fmt.Errorf("read address %s: %w", a.ID, err)
	}
	return a, nil
}

// Addresses lists the addresses a buyer keeps, the last kept first.
func (s *Shop) Addresses(ctx context.Context, buyer pavilion.BuyerID) (all []Address, err error) {
	err = s.d.Read(ctx, func(v *db.View) (err error) {
		all, err = db.All(ctx, v, s.scanAddress, addressesSQL, buyer)
		return err
	})
	return all, err
}

// KeepAddress keeps an address for the buyer, as the first of the list. Of more than ten the
// oldest is forgotten. Errors: Invalid as in CheckShipTo; Unauthenticated own.signed_out.
func (s *Shop) KeepAddress(ctx context.Context, buyer pavilion.BuyerID, t order.ShipTo) error {
	t, findings := s.CheckShipTo(t)
	if len(findings) > 0 {
		return pavilion.E(pavilion.Invalid, findings[0].Reason, findings[0].Args).At(findings[0].Field)
	}
	plain, err := json.Marshal(t)
	if err != nil {
		return fmt.Errorf("write an address: %w", err)
	}
	return s.d.Write(ctx, actor(buyer), func(tx *db.Tx) error {
		if err := keepBuyer(ctx, tx, buyer); err != nil {
			return err
		}
		kept, err := db.All(ctx, tx, s.scanAddress, addressesSQL, buyer)
		if err != nil {
			return err
		}
		for i, a := range kept {
			if a.ShipTo != t && i < maxAddresses-1 {
				continue
			}
			if _, err := tx.Exec(ctx, forgetAddressSQL, a.ID, buyer); err != nil {
				return err
			}
		}
		id := pavilion.NewID[string]("adr", tx.Now())
		_, err = tx.Exec(ctx, keepAddressSQL, id, buyer, s.sealer.Seal(plain, addressPurpose(id)), db.Micros(tx.Now()))
		return err
	})
}

// ForgetAddress forgets one of the buyer's addresses.
func (s *Shop) ForgetAddress(ctx context.Context, buyer pavilion.BuyerID, id string) error {
	return s.d.Write(ctx, actor(buyer), func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, forgetAddressSQL, id, buyer)
		return err
	})
}

// Favourites lists the products the buyer likes, the newest first.
func (s *Shop) Favourites(ctx context.Context, buyer pavilion.BuyerID) (products []pavilion.ProductID, err error) {
	err = s.d.Read(ctx, func(v *db.View) (err error) {
		products, err = db.All(ctx, v, func(s db.Scanner) (id pavilion.ProductID, err error) {
			return id, s.Scan(&id)
		}, favouritesSQL, buyer)
		return err
	})
	return products, err
}

// SetFavourite adds a product to the buyer's favourites or takes it out. Errors: Conflict
// own.too_many_favourites {most}; Unauthenticated own.signed_out.
func (s *Shop) SetFavourite(ctx context.Context, buyer pavilion.BuyerID, product pavilion.ProductID, liked bool) error {
	return s.d.Write(ctx, actor(buyer), func(tx *db.Tx) error {
		if err := keepBuyer(ctx, tx, buyer); err != nil {
			return err
		}
		if !liked {
			_, err := tx.Exec(ctx, unlikeSQL, buyer, product)
			return err
		}
		var likes int
		if err := tx.QueryRow(ctx, likesSQL, buyer).Scan(&likes); err != nil {
			return err
		}
		if likes >= maxFavourites {
			return pavilion.E(pavilion.Conflict, "own.too_many_favourites", pavilion.Args{"most": maxFavourites})
		}
		_, err := tx.Exec(ctx, likeSQL, buyer, product, db.Micros(tx.Now()))
		return err
	})
}
