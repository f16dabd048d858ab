package catalog

import (
	"context"
	"strconv"
	"strings"

	"pavilion"
	"pavilion/db"
	"pavilion/money"
)

// Query says which cards to list. Zero fields do not restrict.
type Query struct {
	Channel  string
	Words    string // what a shopper typed: each word must be found
	Category string // with the categories below it
	Producer pavilion.ProducerID
	Brand    pavilion.BrandID
	Sort     string // SortRelevance, SortPrice, SortPriceDesc or SortNew
	PriceMin int64  // minor units
	PriceMax int64  // minor units, 0 is without limit
	After    string // what the page before returned as next
	Limit    int    // DefaultLimit if 0
}

// The orders a list can have.
const (
	SortRelevance = "" // best match first; without words, oldest first
	SortPrice     = "price"
	SortPriceDesc = "price_desc"
	SortNew       = "new"
)

// How many cards a page has.
const (
	DefaultLimit = 24
	mostCards    = 100
)

// Card is a product as a list shows it, with its cheapest SKU on sale.
type Card struct {
	Product  pavilion.ProductID
	SKU      pavilion.SKUID
	GTIN     GTIN
	Name     pavilion.Text
	Brand    pavilion.Text // empty if none
	Producer pavilion.ProducerID
	Category string
	Net      Measure
	Price    money.Money
	Picture  pavilion.PictureID // the first; "" if there is none
}

// The parts of the query behind Cards; each ? becomes the next placeholder, % the name of a
// word. A card's key and product id are its place in the list: the next page begins there.
const (
	countCards  = `select count(*)`
	selectCards = `select p.id, s.id, s.gtin, p.name_text, coalesce(b.name_text, ''), p.producer_id, p.category, s.net_milli, s.net_unit, c.currency, c.minor,
		coalesce((select i.id from picture i where i.product_id = p.id order by i.position limit 1), ''), `
	fromShelf = ` from price c join sku s on s.id = c.sku_id join product p on p.id = s.product_id left join brand b on b.id = p.brand_id`
	joinWord  = ` join (select product_id, max(weight) as weight from search_word where word >= ? and word < ? group by product_id) % on %.product_id = p.id`
	whereSold = ` where c.channel = ? and s.on_sale
		and not exists (select 1 from sku s2 join price c2 on c2.sku_id = s2.id and c2.channel = c.channel
			where s2.product_id = s.product_id and s2.on_sale and (c2.minor < c.minor or (c2.minor = c.minor and s2.id < s.id)))`
	andCategory = ` and p.category in (with recursive below (key) as (select g.key from category g where g.key = ?
		union select g.key from category g join below on g.parent = below.key) select key from below)`
	andProducer = ` and p.producer_id = ?`
	andBrand    = ` and p.brand_id = ?`
	andPriceMin = ` and c.minor >= ?`
	andPriceMax = ` and c.minor <= ?`
	andAfter    = `, p.id) > (?, ?)`
	limitCards  = `, p.id limit ?`
)

// sortKeys are what the lists are sorted by, smallest first.
var sortKeys = map[string]string{
	SortRelevance: `cast(0 as bigint)`,
	SortPrice:     `c.minor`,
	SortPriceDesc: `-c.minor`,
	SortNew:       `-p.created_at`,
}

// Cards lists the products on sale that have a price on the channel: one page of them, what
// to ask the next page After ("" on the last), and how many there are on all pages. Several
// SKUs of a product are one card, that of the cheapest. Errors: Invalid sort.unknown
// {value} and cursor.malformed.
func Cards(ctx context.Context, r db.Reader, q Query) (cards []Card, next string, total int, err error) {
	key, ok := sortKeys[q.Sort]
	if !ok {
		return nil, "", 0, pavilion.E(pavilion.Invalid, "sort.unknown", pavilion.Args{"value": q.Sort}).At("sort")
	}
	words := sought(q.Words)
	if len(words) == 0 && strings.TrimSpace(q.Words) != "" {
		return nil, "", 0, nil // signs only, which nothing is found by
	}
	if q.Sort == SortRelevance && len(words) > 0 {
		key = relevance(len(words))
	}
	shelf := shelfOf(q, words)
	if err := r.QueryRow(ctx, countCards+shelf.text, shelf.args...).Scan(&total); err != nil || total == 0 {
		return nil, "", 0, err
	}
	if q.After != "" {
		place, err := parseCursor(q.After)
		if err != nil {
			return nil, "", 0, err
		}
		shelf.add(` and (`+key+andAfter, place.key, string(place.product))
	}
	limit := DefaultLimit
	if q.Limit > 0 {
		limit = min(q.Limit, mostCards)
	}
	shelf.add(` order by `+key+limitCards, limit+1)
	placed, err := db.All(ctx, r, scanCard, selectCards+key+shelf.text, shelf.args...)
	if err != nil {
		return nil, "", 0, err
	}
	if len(placed) > limit {
		placed = placed[:limit]
		next = placed[limit-1].cursor()
	}
	for _, p := range placed {
		cards = append(cards, p.Card)
	}
	return cards, next, total, nil
}

// shelfOf builds the part of the query that says which cards there are.
func shelfOf(q Query, words []string) *sqlText {
	shelf := &sqlText{text: fromShelf}
	for i, w := range words {
		shelf.add(strings.ReplaceAll(joinWord, "%", wordAlias(i)), w, w+afterAll)
	}
	shelf.add(whereSold, q.Channel)
	if q.Category != "" {
		shelf.add(andCategory, q.Category)
	}
	if q.Producer != "" {
		shelf.add(andProducer, string(q.Producer))
	}
	if q.Brand != "" {
		shelf.add(andBrand, string(q.Brand))
	}
	if q.PriceMin > 0 {
		shelf.add(andPriceMin, q.PriceMin)
	}
	if q.PriceMax > 0 {
		shelf.add(andPriceMax, q.PriceMax)
	}
	return shelf
}

func wordAlias(i int) string { return "w" + strconv.Itoa(i) }

// relevance is the key by which the product with the weightiest words comes first.
func relevance(words int) string {
	sum := make([]string, words)
	for i := range sum {
		sum[i] = wordAlias(i) + ".weight"
	}
	return "-(" + strings.Join(sum, " + ") + ")"
}

// sqlText is a query that is put together from parts, with its arguments.
type sqlText struct {
	text string
	args []any
}

// add adds a part; each ? in it becomes the placeholder of the next argument.
func (s *sqlText) add(part string, args ...any) {
	for _, a := range args {
		s.args = append(s.args, a)
		part = strings.Replace(part, "?", "$"+strconv.Itoa(len(s.args)), 1)
	}
	s.text += part
}

// placedCard is a card with its place in a list.
type placedCard struct {
	Card
	key int64
}

// cursor is the place in a form that fits into an address.
func (p placedCard) cursor() string { return strconv.FormatInt(p.key, 10) + "." + string(p.Product) }

type place struct {
	key     int64
	product pavilion.ProductID
}

func parseCursor(s string) (place, error) {
	number, product, _ := strings.Cut(s, ".")
	key, err := strconv.ParseInt(number, 10, 64)
	if err != nil || !pavilion.CheckID(pavilion.PrefixProduct, product) {
		return place{}, pavilion.E(pavilion.Invalid, "cursor.malformed", nil).At("after")
	}
	return place{key, pavilion.ProductID(product)}, nil
}

func scanCard(row db.Scanner) (c placedCard, err error) {
	var currency string
	var minor int64
	err = row.Scan(&c.Product, &c.SKU, &c.GTIN, text{&c.Name}, text{&c.Brand}, &c.Producer, &c.Category, &c.Net.Milli, &c.Net.Unit, &currency, &minor, &c.Picture, &c.key)
	c.Price = money.New(minor, money.Currency(currency))
	return c, err
}
