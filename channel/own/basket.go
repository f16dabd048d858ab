package own

import (
	"context"

	"pavilion"
	"pavilion/db"
)

// Basket is what a shopper means to buy. Its id is the key to it: whoever has the id has
// the basket, and it holds nothing personal.
type Basket struct {
	ID    pavilion.BasketID // "" until the first line is set
	Lines []Line            // in the order they were added
}

// Count is the number of units.
func (b Basket) Count() int64 {
	var n int64
	for _, l := range b.Lines {
		n += l.Quantity
	}
	return n
}

// holds is the quantity of a SKU, and whether there is a line for it.
func (b Basket) holds(sku pavilion.SKUID) (int64, bool) {
	for _, l := range b.Lines {
		if l.SKU == sku {
			return l.Quantity, true
		}
	}
	return 0, false
}

const (
	basketLinesSQL = `select sku_id, quantity from basket_line where basket_id = $1 order by added_at, sku_id limit 50`
	newBasketSQL   = `insert into basket (id, buyer_id, updated_at) values ($1, $2, $3) on conflict do nothing`
	keepBasketSQL  = `update basket set updated_at = $1 where id = $2`
	setLineSQL     = `insert into basket_line (basket_id, sku_id, quantity, added_at) values ($1, $2, $3, $4)
		on conflict (basket_id, sku_id) do update set quantity = excluded.quantity`
	lessLineSQL    = `update basket_line set quantity = quantity - $1 where basket_id = $2 and sku_id = $3 and quantity > $4`
	dropLineSQL    = `delete from basket_line where basket_id = $1 and sku_id = $2`
	buyerBasketSQL = `select id from basket where buyer_id = $1 and buyer_id <> ''`
	claimBasketSQL = `update basket set buyer_id = $1, updated_at = $2 where id = $3 and buyer_id = ''`
	dropNobodysSQL = `delete from basket where id = $1 and buyer_id = ''`
)

// Basket reads a basket. An unknown or empty id is an empty basket.
func (s *Shop) Basket(ctx context.Context, id pavilion.BasketID) (Basket, error) {
	var b Basket
	err := s.d.Read(ctx, func(v *db.View) (err error) {
		b, err = readBasket(ctx, v, id)
		return err
	})
	return b, err
}

func readBasket(ctx context.Context, r db.Reader, id pavilion.BasketID) (Basket, error) {
	lines, err := db.All(ctx, r, func(s db.Scanner) (l Line, err error) {
		return l, s.Scan(&l.SKU, &l.Quantity)
	}, basketLinesSQL, id)
	return Basket{ID: id, Lines: lines}, err
}

// SetBasketLine sets how many of a SKU the basket holds; 0 takes it out. With an empty or
// unknown id it makes a new basket, so the caller keeps the id of the answer. Errors:
// Invalid quote.quantity {most}, quote.too_many_lines {most}; NotFound quote.not_on_sale.
func (s *Shop) SetBasketLine(ctx context.Context, id pavilion.BasketID, sku pavilion.SKUID, quantity int64) (Basket, error) {
	return s.changeBasket(ctx, id, sku, func(int64) int64 { return quantity })
}

// AddToBasket adds to what the basket holds of a SKU, up to MaxQuantity. Otherwise it is
// like [Shop.SetBasketLine].
func (s *Shop) AddToBasket(ctx context.Context, id pavilion.BasketID, sku pavilion.SKUID, quantity int64) (Basket, error) {
	if quantity < 1 {
		return Basket{}, errQuantity()
	}
	return s.changeBasket(ctx, id, sku, func(has int64) int64 { return min(has+min(quantity, MaxQuantity), MaxQuantity) })
}

// changeBasket sets a line to what change makes of the quantity it has.
func (s *Shop) changeBasket(ctx context.Context, id pavilion.BasketID, sku pavilion.SKUID, change func(has int64) int64) (Basket, error) {
	offers, err := s.offers.of(ctx, []Line{{SKU: sku}})
	if err != nil {
		return Basket{}, err
	}
	var b Basket
	err = s.d.Write(ctx, system, func(tx *db.Tx) (err error) {
		if b, err = keepBasket(ctx, tx, id); err != nil {
			return err
		}
		has, held := b.holds(sku)
		quantity := change(has)
		switch {
		case quantity < 0 || quantity > MaxQuantity:
			return errQuantity()
		case quantity > 0 && !offers[sku].OnSale:
			return pavilion.E(pavilion.NotFound, "quote.not_on_sale", pavilion.Args{"sku": sku}).At("sku")
		case quantity > 0 && !held && len(b.Lines) >= MaxLines:
			return errTooManyLines()
		}
		if err := setBasketLine(ctx, tx, b.ID, Line{sku, quantity}); err != nil {
			return err
		}
		b, err = readBasket(ctx, tx, b.ID)
		return err
	})
	return b, err
}

func setBasketLine(ctx context.Context, tx *db.Tx, id pavilion.BasketID, l Line) error {
	if l.Quantity == 0 {
		_, err := tx.Exec(ctx, dropLineSQL, id, l.SKU)
		return err
	}
	_, err := tx.Exec(ctx, setLineSQL, id, l.SKU, l.Quantity, db.Micros(tx.Now()))
	return err
}

// keepBasket reads a basket and keeps it for this transaction. For an id it does not know
// it makes a basket with an id of our own: ids from outside could be guessed or shared.
func keepBasket(ctx context.Context, tx *db.Tx, id pavilion.BasketID) (Basket, error) {
	n, err := tx.Exec(ctx, keepBasketSQL, db.Micros(tx.Now()), id)
	if err != nil {
		return Basket{}, err
	}
	if n == 1 {
		return readBasket(ctx, tx, id)
	}
	id = pavilion.NewID[pavilion.BasketID](pavilion.PrefixBasket, tx.Now())
	_, err = tx.Exec(ctx, newBasketSQL, id, "", db.Micros(tx.Now()))
	return Basket{ID: id}, err
}

// EmptyBasket takes what was ordered out of the basket; of a line without a quantity all.
func (s *Shop) EmptyBasket(ctx context.Context, id pavilion.BasketID, ordered []Line) error {
	return s.d.Write(ctx, system, func(tx *db.Tx) error {
		for _, l := range ordered {
			if l.Quantity > 0 { // part of a line may stay for another order
				if n, err := tx.Exec(ctx, lessLineSQL, l.Quantity, id, l.SKU, l.Quantity); err != nil || n > 0 {
					if err != nil {
						return err
					}
					continue
				}
			}
			if _, err := tx.Exec(ctx, dropLineSQL, id, l.SKU); err != nil {
				return err
			}
		}
		return nil
	})
}

// ClaimBasket gives a signed-in buyer the basket with the id, poured together with the one
// the buyer left behind, and returns it. A basket that is another buyer's stays so. Error:
// Unauthenticated own.signed_out when there is no such buyer.
func (s *Shop) ClaimBasket(ctx context.Context, id pavilion.BasketID, buyer pavilion.BuyerID) (Basket, error) {
	var b Basket
	err := s.d.Write(ctx, actor(buyer), func(tx *db.Tx) error {
		if err := keepBuyer(ctx, tx, buyer); err != nil {
			return err
		}
		left, found, err := db.One(ctx, tx, func(s db.Scanner) (id pavilion.BasketID, err error) {
			return id, s.Scan(&id)
		}, buyerBasketSQL, buyer)
		if err != nil {
			return err
		}
		if found {
			b, err = pour(ctx, tx, id, left)
			return err
		}
		n, err := tx.Exec(ctx, claimBasketSQL, buyer, db.Micros(tx.Now()), id)
		if err != nil || n == 0 {
			return err
		}
		b, err = readBasket(ctx, tx, id)
		return err
	})
	return b, err
}

// pour empties one basket into another, as far as the limits allow, if it is nobody's.
func pour(ctx context.Context, tx *db.Tx, from, into pavilion.BasketID) (Basket, error) {
	b, err := readBasket(ctx, tx, into)
	if err != nil || from == into {
		return b, err
	}
	// The lines first: a basket that is dropped takes its lines along.
	poured, err := readBasket(ctx, tx, from)
	if err != nil {
		return b, err
	}
	n, err := tx.Exec(ctx, dropNobodysSQL, from)
	if err != nil || n == 0 {
		return b, err
	}
	for _, l := range poured.Lines {
		has, held := b.holds(l.SKU)
		if !held && len(b.Lines) >= MaxLines {
			break
		}
		l.Quantity = min(l.Quantity+has, MaxQuantity)
		if err := setBasketLine(ctx, tx, into, l); err != nil {
			return b, err
		}
		if b, err = readBasket(ctx, tx, into); err != nil {
			return b, err
		}
	}
	return b, nil
}
