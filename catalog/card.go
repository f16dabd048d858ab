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
	Market   string // whose name of a product goes before its maker's, in the market's language; "" for none
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

// The parts of the queries behind Cards; each ? becomes the next placeholder. selectPage
// finds a page of the shelf, selectCards what its cards show. A card's place and product id
// say where in the list it is: the next page begins there.
const (
	countShelf  = `select count(*) from shelf c`
	selectPage  = `select c.product_id, c.sku_id, c.currency, c.minor, `
	fromShelf   = ` as place from shelf c`
	joinWords   = ` join (select product_id, cast(sum(best) as bigint) as relevance from (`
	oneWord     = `select product_id, max(weight) as best from search_word where word >= ? and word < ? group by product_id`
	orWord      = ` union all `
	allWords    = `) found group by product_id having count(*) = ?) w on w.product_id = c.product_id`
	joinProduct = ` join product p on p.id = c.product_id`

	onChannel   = ` where c.channel = ?`
	andCategory = ` and p.category in (with recursive below (key) as (select g.key from category g where g.key = ?
		union select g.key from category g join below on g.parent = below.key) select key from below)`
	andProducer = ` and p.producer_id = ?`
	andBrand    = ` and p.brand_id = ?`
	andPriceMin = ` and c.minor >= ?`
	andPriceMax = ` and c.minor <= ?`
	andAfter    = `, c.product_id) > (?, ?)`
	limitPage   = `, c.product_id limit ?`

	selectCards = `select c.product_id, c.sku_id, s.gtin, p.name_text, coalesce(n.lang, ''), coalesce(n.name, ''), coalesce(b.name_text, ''), p.producer_id, p.category, s.net_milli, s.net_unit, c.currency, c.minor,
		coalesce((select i.id from picture i where i.product_id = c.product_id order by i.position, i.id limit 1), ''), c.place from (`
	joinCards = `) c join sku s on s.id = c.sku_id join product p on p.id = c.product_id left join brand b on b.id = p.brand_id
		left join market_name n on n.product_id = c.product_id and n.market = ? order by c.place, c.product_id`
)

// places are what the lists are sorted by, smallest first.
var places = map[string]string{
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
	place, ok := places[q.Sort]
	if !ok {
		return nil, "", 0, pavilion.E(pavilion.Invalid, "sort.unknown", pavilion.Args{"value": q.Sort}).At("sort")
	}
	words := sought(q.Words)
	if len(words) == 0 && strings.TrimSpace(q.Words) != "" || q.Category != "" && !categoryKey.MatchString(q.Category) {
		return nil, "", 0, nil // what no word and no category can be
	}
	if q.Sort == SortRelevance && len(words) > 0 {
		place = `-w.relevance`
	}
	shelf := shelfOf(q, words)
	if err := r.QueryRow(ctx, countShelf+shelf.text, shelf.args...).Scan(&total); err != nil || total == 0 {
		return nil, "", 0, err
	}
	if q.After != "" {
		after, err := parseCursor(q.After)
		if err != nil {
			return nil, "", 0, err
		}
		shelf.add(` and (`+place+andAfter, after.place, string(after.product))
	}
	limit := DefaultLimit
	if q.Limit > 0 {
		limit = min(q.Limit, mostCards)
	}
	shelf.add(` order by `+place+limitPage, limit+1)
	shelf.add(joinCards, q.Market)
	placed, err := db.All(ctx, r, scanCard, selectCards+selectPage+place+fromShelf+shelf.text, shelf.args...)
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

// shelfOf builds the part of the queries that says which cards there are.
func shelfOf(q Query, words []string) *sqlText {
	shelf := &sqlText{}
	for i, w := range words {
		if i == 0 {
			shelf.add(joinWords)
		} else {
			shelf.add(orWord)
		}
		shelf.add(oneWord, w, w+afterAll)
	}
	if len(words) > 0 {
		shelf.add(allWords, len(words))
	}
	if q.Category != "" || q.Producer != "" || q.Brand != "" || q.Sort == SortNew {
		shelf.add(joinProduct)
	}
	shelf.add(onChannel, q.Channel)
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
	place int64
}

// cursor is the place in a form that fits into an address.
func (p placedCard) cursor() string { return strconv.FormatInt(p.place, 10) + "." + string(p.Product) }

type cursor struct {
	place   int64
	product pavilion.ProductID
}

func parseCursor(s string) (cursor, error) {
	number, product, _ := strings.Cut(s, ".")
	place, err := strconv.ParseInt(number, 10, 64)
	if err != nil || !pavilion.CheckID(pavilion.PrefixProduct, product) {
		return cursor{}, pavilion.E(pavilion.Invalid, "cursor.malformed", nil).At("after")
	}
	return cursor{place, pavilion.ProductID(product)}, nil
}

func scanCard(row db.Scanner) (c placedCard, err error) {
	var currency, name string
	var lang pavilion.Lang
	var minor int64
	err = row.Scan(&c.Product, &c.SKU, &c.GTIN, text{&c.Name}, &lang, &name, text{&c.Brand}, &c.Producer, &c.Category, &c.Net.Milli, &c.Net.Unit, &currency, &minor, &c.Picture, &c.place)
	c.Price = money.New(minor, money.Currency(currency))
	c.Name = c.Name.With(lang, name)
	return c, err
}
