package catalog

import (
	"context"
	"slices"
	"strings"
	"time"

	"pavilion"
	"pavilion/db"
	"pavilion/money"
)

// ProductFilter says which products those who keep the catalogue want to see. Zero fields do
// not restrict.
type ProductFilter struct {
	Words        string // of the name, in any language and each of them; or a GTIN or a producer's code, whole
	Producer     pavilion.ProducerID
	Brand        pavilion.BrandID
	Category     string // with the categories below it
	Unsorted     bool   // only those without a category
	OnSale       *bool  // whether one of its SKUs may be sold
	Channel      string // only what has its place on the shelf of the channel
	Missing      Field  // only goods that should say this fact and do not: one of Wanted
	UpdatedSince time.Time
}

// Listing is a product as the list of those who keep the catalogue shows it.
type Listing struct {
	Product      Product
	SKUs         []SKU // the oldest first; an import makes one
	Brand        Brand
	Producer     pavilion.Text
	Goods        Goods
	Picture      pavilion.PictureID // the first, "" if there is none
	Prices       map[pavilion.SKUID]money.Money
	OnSale       bool // one of its SKUs at least
	Completeness Completeness
}

// mostListings is how many products a page of the list has at most.
const mostListings = 200

// The list is read through indexes that hold all it is filtered by; see 0011_catalog.sql.
const (
	selectListed = `select p.id from product p`
	orderListed  = `order by p.id desc limit $1`
	countListed  = `select count(*) from (`
	endCount     = `limit $1) listed`

	withGTIN = `p.id in (select s.product_id from sku s where s.gtin = $1)`
	withCode = `p.id in (select s.product_id from sku s where s.producer_code = $1 and s.producer_code <> '')`
	withWord = `p.id in (select n.product_id from name_word n where n.word >= $1 and n.word < $2)`
	hasWord  = `exists (select 1 from name_word n where n.product_id = p.id and n.word >= $1 and n.word < $2)`
	belowKey = `p.category in (with recursive below (key) as (select g.key from category g where g.key = $1
		union select g.key from category g join below on g.parent = below.key) select key from below)`
	onShelf  = `p.id in (select h.product_id from shelf h where h.channel = $1)`
	lacks    = `p.missing >= 0 and (p.missing & $1) <> 0`
	notGoods = `p.category not in (select g.key from category g where g.goods = $1)`
)

// fewProducts is how many products a word has at most to be looked for before others.
const fewProducts = 2000

const countWord = `select count(*) from (select 1 from name_word n where n.word >= $1 and n.word < $2 limit $3) few`

const selectIsCode = `select s.product_id from sku s where s.producer_code = $1 and s.producer_code <> '' limit 1`

var (
	selectListings = &db.Keyed{Text: `select p.id, p.on_sale, r.legal_name_text, coalesce(b.name_text, ''), coalesce(b.key, ''), coalesce(g.goods, 'food'),
		coalesce((select i.id from picture i where i.product_id = p.id order by i.position, i.id limit 1), '')
		from product p join producer r on r.id = p.producer_id left join brand b on b.id = p.brand_id left join category g on g.key = p.category where p.id in (%s)`}
	selectPricesOf = &db.Keyed{Args: 1, Text: `select c.sku_id, c.currency, c.minor from price c where c.channel = $1 and c.sku_id in (%s)`}
)

// ListProducts lists products, on sale or not, the newest first: those after the one with
// the id, "" for the beginning, with their prices on the channel. Error: Invalid
// product.fact_unknown {value} for a Missing that nobody wants.
func ListProducts(ctx context.Context, r db.Reader, f ProductFilter, channel string, after pavilion.ProductID, limit int) ([]Listing, error) {
	ids, err := listedIDs(ctx, r, f, after, min(limit, mostListings))
	if err != nil {
		return nil, err
	}
	return listings(ctx, r, ids, channel)
}

func listedIDs(ctx context.Context, r db.Reader, f ProductFilter, after pavilion.ProductID, limit int) ([]pavilion.ProductID, error) {
	where, err := f.where(ctx, r)
	if err != nil {
		return nil, err
	}
	if after != "" {
		where.And(`p.id < $1`, string(after))
	}
	query, args := where.SQL(selectListed, orderListed, limit)
	return db.All(ctx, r, scanProductID, query, args...)
}

var countByProducer = &db.Keyed{Args: 1, Text: `select r.id, (select count(*) from (select 1 as one from product p where p.producer_id = r.id limit $1) as found)
	from producer r where r.id in (%s)`}

// CountByProducer counts the products of producers, and stops at most for each. No id may
// stand in the list twice.
func CountByProducer(ctx context.Context, r db.Reader, producers []pavilion.ProducerID, most int64) (map[pavilion.ProducerID]int64, error) {
	return keyedBy(ctx, r, func(row db.Scanner) (id pavilion.ProducerID, n int64, err error) {
		return id, n, row.Scan(&id, &n)
	}, countByProducer, producers, most)
}

// CountProducts counts the products of the list, up to most. Error: that of ListProducts.
func CountProducts(ctx context.Context, r db.Reader, f ProductFilter, most int64) (n int64, err error) {
	where, err := f.where(ctx, r)
	if err != nil {
		return 0, err
	}
	query, args := where.SQL(countListed+selectListed, endCount, most)
	return n, r.QueryRow(ctx, query, args...).Scan(&n)
}

func (f ProductFilter) where(ctx context.Context, r db.Reader) (db.Where, error) {
	var w db.Where
	if err := f.words(ctx, r, &w); err != nil {
		return db.Where{}, err
	}
	if f.Producer != "" {
		w.And(`p.producer_id = $1`, string(f.Producer))
	}
	if f.Brand != "" {
		w.And(`p.brand_id = $1`, string(f.Brand))
	}
	if f.Category != "" {
		w.And(belowKey, f.Category)
	}
	if f.Unsorted {
		w.And(`p.category = ''`)
	}
	if f.OnSale != nil {
		w.And(`p.on_sale = $1`, *f.OnSale)
	}
	if f.Channel != "" {
		w.And(onShelf, f.Channel)
	}
	if !f.UpdatedSince.IsZero() {
		w.And(`p.updated_at >= $1`, db.Micros(f.UpdatedSince))
	}
	if f.Missing != "" {
		bit, only, ok := gapOf(f.Missing)
		if !ok {
			return db.Where{}, pavilion.E(pavilion.Invalid, "product.fact_unknown", pavilion.Args{"value": string(f.Missing)}).At("missing")
		}
		w.And(lacks, int64(bit))
		for _, goods := range AllGoods {
			if only != nil && !slices.Contains(only, goods) {
				w.And(notGoods, string(goods))
			}
		}
	}
	return w, nil
}

// words finds a GTIN or a producer's code as they are, or else the beginnings of words.
func (f ProductFilter) words(ctx context.Context, r db.Reader, w *db.Where) error {
	typed := strings.TrimSpace(f.Words)
	if typed == "" {
		return nil
	}
	if gtin, err := ParseGTIN(typed); err == nil {
		w.And(withGTIN, string(gtin))
		return nil
	}
	words := sought(typed)
	_, isCode, err := db.One(ctx, r, scanProductID, selectIsCode, typed)
	if isCode || len(words) == 0 {
		w.And(withCode, typed)
		return err
	}
	if err != nil {
		return err
	}
	// What few products have is read first; the others are then asked for what many have.
	for _, word := range words {
		few, err := f.few(ctx, r, word)
		if err != nil {
			return err
		}
		has := hasWord
		if few {
			has = withWord
		}
		w.And(has, word, word+afterAll)
	}
	return nil
}

// few tells whether at most fewProducts have a word that begins like this one.
func (ProductFilter) few(ctx context.Context, r db.Reader, word string) (bool, error) {
	var n int64
	err := r.QueryRow(ctx, countWord, word, word+afterAll, fewProducts+1).Scan(&n)
	return n <= fewProducts, err
}

// listings reads what the list shows of products, in the order of ids.
func listings(ctx context.Context, r db.Reader, ids []pavilion.ProductID, channel string) ([]Listing, error) {
	products, err := db.AllKeyed(ctx, r, scanProduct, selectProducts, ids)
	if err != nil {
		return nil, err
	}
	about, err := db.AllKeyed(ctx, r, scanListing, selectListings, ids)
	if err != nil {
		return nil, err
	}
	skus, err := skusOf(ctx, r, ids)
	if err != nil {
		return nil, err
	}
	pictures, err := altsOf(ctx, r, ids)
	if err != nil {
		return nil, err
	}
	var keys []pavilion.SKUID
	for _, of := range skus {
		for _, s := range of {
			keys = append(keys, s.ID)
		}
	}
	prices, err := db.AllKeyed(ctx, r, scanPrice, selectPricesOf, keys, channel)
	if err != nil {
		return nil, err
	}
	at := make(map[pavilion.ProductID]int, len(ids))
	for i, id := range ids {
		at[id] = i
	}
	out := make([]Listing, len(ids))
	for _, l := range about {
		out[at[l.Product.ID]] = l
	}
	of := map[pavilion.SKUID]money.Money{}
	for _, p := range prices {
		of[p.sku] = p.price
	}
	for _, p := range products {
		l := &out[at[p.ID]]
		l.Product, l.SKUs, l.Prices = p, skus[p.ID], of
		l.Brand.ID, l.Brand.Producer = p.Brand, p.Producer
		l.Completeness = Complete(p, l.SKUs, pictures[p.ID], l.Goods)
	}
	return out, nil
}

func scanListing(row db.Scanner) (l Listing, err error) {
	err = row.Scan(&l.Product.ID, &l.OnSale, text{&l.Producer}, text{&l.Brand.Name}, &l.Brand.Key, &l.Goods, &l.Picture)
	return l, err
}

// First is the SKU a list shows: the oldest.
func (l Listing) First() SKU {
	if len(l.SKUs) == 0 {
		return SKU{}
	}
	return l.SKUs[0]
}

// UpdatedAt is when the product or one of its SKUs last changed.
func (l Listing) UpdatedAt() time.Time {
	at := l.Product.UpdatedAt
	for _, s := range l.SKUs {
		if s.UpdatedAt.After(at) {
			at = s.UpdatedAt
		}
	}
	return at
}
