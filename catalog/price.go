package catalog

import (
	"context"
	"math"
	"math/bits"
	"slices"

	"pavilion"
	"pavilion/db"
	"pavilion/money"
	"pavilion/staff"
)

const (
	upsertPrice = `insert into price (sku_id, channel, currency, minor, set_at, set_by) values ($1, $2, $3, $4, $5, $6)
		on conflict (sku_id, channel) do update set currency = excluded.currency, minor = excluded.minor, set_at = excluded.set_at, set_by = excluded.set_by`
	selectGTINOf  = `select product_id, gtin, on_sale from sku where id = $1`
	selectPriceOf = `select sku_id, currency, minor from price where sku_id = $1 and channel = $2`
	deletePrice   = `delete from price where sku_id = $1 and channel = $2`
)

var (
	selectOffers = &db.Keyed{Args: 1, Text: `select s.id, s.product_id, p.category, p.name_text, s.net_milli, s.net_unit, c.currency, c.minor, s.on_sale
		from sku s join product p on p.id = s.product_id join price c on c.sku_id = s.id and c.channel = $1 where s.id in (%s)`}
	selectGTINsOf = &db.Keyed{Text: `select product_id, gtin, on_sale from sku where id in (%s)`}
	updateOnSale  = &db.Keyed{Args: 2, Text: `update sku set on_sale = $1, updated_at = $2 where id in (%s) returning product_id`}
)

// Offer is what a checkout freezes about a SKU.
type Offer struct {
	SKU      pavilion.SKUID
	Product  pavilion.ProductID
	Category string
	Name     pavilion.Text
	Net      Measure
	Price    money.Money
	OnSale   bool
}

// Prices returns what a checkout freezes, for those of the SKUs that have a price on the
// channel.
func Prices(ctx context.Context, r db.Reader, channel string, skus []pavilion.SKUID) (map[pavilion.SKUID]Offer, error) {
	offers, err := db.AllKeyed(ctx, r, scanOffer, selectOffers, skus, channel)
	if err != nil {
		return nil, err
	}
	of := make(map[pavilion.SKUID]Offer, len(offers))
	for _, o := range offers {
		of[o.SKU] = o
	}
	return of, nil
}

// SetPrice sets the price of a SKU on a channel. All prices of a channel are in its one
// currency, which the channel says. Errors: Invalid price.not_positive and
// currency.unknown {currency}; NotFound sku.unknown.
func SetPrice(ctx context.Context, tx *db.Tx, sku pavilion.SKUID, channel string, price money.Money) error {
	if price.Sign() <= 0 {
		return pavilion.E(pavilion.Invalid, "price.not_positive", nil).At("price")
	}
	if !price.Currency().Known() {
		return pavilion.E(pavilion.Invalid, "currency.unknown", pavilion.Args{"currency": string(price.Currency())}).At("price")
	}
	return setPrice(ctx, tx, sku, channel, price)
}

// EndPrice takes the price of a SKU on a channel away, and with it its place there. Without
// a price it does nothing. Error: NotFound sku.unknown.
func EndPrice(ctx context.Context, tx *db.Tx, sku pavilion.SKUID, channel string) error {
	return setPrice(ctx, tx, sku, channel, money.Money{})
}

// setPrice sets a price; the zero price takes it away.
func setPrice(ctx context.Context, tx *db.Tx, id pavilion.SKUID, channel string, price money.Money) error {
	sku, found, err := db.One(ctx, tx, scanSold, selectGTINOf, string(id))
	if err != nil {
		return err
	}
	if !found {
		return pavilion.E(pavilion.NotFound, "sku.unknown", nil).At("sku")
	}
	products := []pavilion.ProductID{sku.product}
	if err := lockProducts(ctx, tx, products); err != nil {
		return err
	}
	before, _, err := db.One(ctx, tx, scanPrice, selectPriceOf, string(id), channel)
	if err != nil || before.price == price {
		return err
	}
	after := ""
	if price.IsZero() {
		_, err = tx.Exec(ctx, deletePrice, string(id), channel)
	} else {
		after = price.String()
		_, err = tx.Exec(ctx, upsertPrice, string(id), channel, string(price.Currency()), price.Minor(), db.Micros(tx.Now()), tx.Actor().String())
	}
	if err != nil {
		return err
	}
	change := staff.FieldChange{Field: string(sku.gtin) + "." + string(FieldPrice) + "." + channel, After: after}
	if !before.price.IsZero() {
		change.Before = before.price.String()
	}
	if err := staff.NoteChanges(ctx, tx, "product.priced", string(sku.product), []staff.FieldChange{change}); err != nil {
		return err
	}
	tx.Signal(Topic)
	return fillShelf(ctx, tx, products)
}

// SetOnSale lets SKUs be sold, and found by shoppers where they have a price, or ends that.
// Error: NotFound sku.unknown, when one of them is not known.
func SetOnSale(ctx context.Context, tx *db.Tx, on bool, skus ...pavilion.SKUID) error {
	skus = slices.Compact(slices.Sorted(slices.Values(skus)))
	of, err := db.AllKeyed(ctx, tx, scanSold, selectGTINsOf, skus)
	if err != nil {
		return err
	}
	if len(of) != len(skus) {
		return pavilion.E(pavilion.NotFound, "sku.unknown", nil).At("sku")
	}
	var products []pavilion.ProductID
	var deeds []staff.Deed
	for _, s := range of {
		products = append(products, s.product)
		if s.onSale != on {
			deeds = append(deeds, staff.Deed{Act: "product.sold", About: string(s.product), Changes: []staff.FieldChange{
				{Field: string(s.gtin) + "." + string(FieldOnSale), Before: yes(s.onSale), After: yes(on)}}})
		}
	}
	slices.Sort(products)
	products = slices.Compact(products)
	if err := lockProducts(ctx, tx, products); err != nil {
		return err
	}
	if _, err := db.AllKeyed(ctx, tx, scanProductID, updateOnSale, skus, on, db.Micros(tx.Now())); err != nil {
		return err
	}
	tx.Signal(Topic)
	if err := fillShelf(ctx, tx, products); err != nil {
		return err
	}
	if err := listAgain(ctx, tx, products); err != nil {
		return err
	}
	if err := staff.NoteSet(ctx, tx, deeds); err != nil {
		return err
	}
	return indexWords(ctx, tx, products)
}

// Fields of a SKU that are set by themselves; a price stands with its channel, "price.own".
const (
	FieldPrice  Field = "price"
	FieldOnSale Field = "on_sale"
)

// sold is a SKU as far as selling it asks.
type sold struct {
	product pavilion.ProductID
	gtin    GTIN
	onSale  bool
}

func scanSold(row db.Scanner) (s sold, err error) {
	err = row.Scan(&s.product, &s.gtin, &s.onSale)
	return s, err
}

// What goods are compared by.
var (
	per100g  = Measure{100_000, Gram}
	per100ml = Measure{100_000, Millilitre}
	onePiece = Measure{1000, Piece}
)

// comparisons say for each unit by what goods are compared, and how much that is in
// thousandths of the unit.
var comparisons = map[Unit]struct {
	by    Measure
	milli uint64
}{
	Milligram:  {per100g, 100_000_000},
	Gram:       {per100g, 100_000},
	Kilogram:   {per100g, 100},
	Millilitre: {per100ml, 100_000},
	Centilitre: {per100ml, 10_000},
	Litre:      {per100ml, 100},
	Piece:      {onePiece, 1000},
}

// UnitPrice returns what 100 g, 100 ml or one piece of several in a package cost, rounded
// half up to the minor unit, and which of them it is. ok is false for goods sold by length
// or as one piece, where the net content is not stated, and where the price would be more
// than an amount can hold.
func UnitPrice(price money.Money, net Measure) (per money.Money, of Measure, ok bool) {
	c, known := comparisons[net.Unit]
	if !known || net.Milli <= 0 || net == onePiece || price.Sign() < 0 {
		return money.Money{}, Measure{}, false
	}
	content := uint64(net.Milli)
	hi, lo := bits.Mul64(uint64(price.Minor()), c.milli)
	lo, carry := bits.Add64(lo, content/2, 0)
	if hi += carry; hi >= content {
		return money.Money{}, Measure{}, false
	}
	minor, _ := bits.Div64(hi, lo, content)
	if minor > math.MaxInt64 {
		return money.Money{}, Measure{}, false
	}
	return money.New(int64(minor), price.Currency()), c.by, true
}

func scanOffer(row db.Scanner) (o Offer, err error) {
	var currency string
	var minor int64
	err = row.Scan(&o.SKU, &o.Product, &o.Category, text{&o.Name}, &o.Net.Milli, &o.Net.Unit, &currency, &minor, &o.OnSale)
	o.Price = money.New(minor, money.Currency(currency))
	return o, err
}

type skuPrice struct {
	sku   pavilion.SKUID
	price money.Money
}

func scanPrice(row db.Scanner) (p skuPrice, err error) {
	var currency string
	var minor int64
	err = row.Scan(&p.sku, &currency, &minor)
	p.price = money.New(minor, money.Currency(currency))
	return p, err
}
