package tailoring

import (
	"context"
	"net/url"
	"strings"

	"pavilion"
	"pavilion/catalog"
	"pavilion/db"
	"pavilion/job"
)

// Filter says which variants somebody wants to see. Zero fields do not restrict, but for
// Market, which must be given.
type Filter struct {
	Market   string
	State    State
	Findings pavilion.Severity // Blocks: a rule blocks it, or what of it counts; Warns: one warns and none blocks; Informs: neither
	Producer pavilion.ProducerID
	Category string // with the categories below it
	Words    string // of the product's name, in any language, or the GTIN of a unit
	Rule     string // that finds something in it today
}

const (
	selectListed = `select ` + variantColumns + ` from variant v`
	selectIDs    = `select v.id from variant v`
	orderListed  = `order by v.id desc limit $1`
	endCount     = `limit $1) listed`

	ofProducer = `v.product_id in (select p.id from product p where p.producer_id = $1)`
	inCategory = `v.product_id in (select p.id from product p where p.category in (with recursive below (key) as (select g.key from category g where g.key = $1
		union select g.key from category g join below on g.parent = below.key) select key from below))`
	foundBy  = `v.id in (select f.variant_id from rule_finding f where f.market = $1 and f.on_date = '' and f.rule = $2)`
	withGTIN = `v.product_id in (select s.product_id from sku s where s.gtin = $1)`
	withWord = `v.product_id in (select n.product_id from name_word n where n.word >= $1 and n.word < $2)`
)

// afterAll sorts after every word that begins as another.
const afterAll = "\U0010FFFF"

// mostListed is how many variants a page of the list has at most.
const mostListed = 200

func (f Filter) where() (w db.Where) {
	w.And(`v.market = $1`, f.Market)
	if f.State != "" {
		w.And(`v.state = $1`, string(f.State))
	}
	switch f.Findings {
	case pavilion.Blocks:
		w.And(`(v.blocks > 0 or v.approved_blocks > 0)`)
	case pavilion.Warns:
		w.And(`v.blocks = 0 and v.warns > 0`)
	case pavilion.Informs:
		w.And(`v.blocks = 0 and v.warns = 0`)
	}
	if f.Rule != "" {
		w.And(foundBy, f.Market, f.Rule)
	}
	if f.Producer != "" {
		w.And(ofProducer, string(f.Producer))
	}
	if f.Category != "" {
		w.And(inCategory, f.Category)
	}
	if gtin, err := catalog.ParseGTIN(strings.TrimSpace(f.Words)); err == nil {
		w.And(withGTIN, string(gtin))
		return w
	}
	for _, word := range pavilion.WordsSought(f.Words) {
		w.And(withWord, word, word+afterAll)
	}
	return w
}

// query is the filter in the form of the list's address; see Acts.
func (f Filter) query() string {
	values := url.Values{"market": {f.Market}}
	if f.Producer != "" {
		values.Set("producer", string(f.Producer))
	}
	return values.Encode()
}

// List lists variants, the newest first: those after the one with the id, "" for the
// beginning.
func List(ctx context.Context, r db.Reader, f Filter, after pavilion.VariantID, limit int) ([]Variant, error) {
	w := f.where()
	if after != "" {
		w.And(`v.id < $1`, string(after))
	}
	query, args := w.SQL(selectListed, orderListed, min(limit, mostListed))
	return db.All(ctx, r, scanVariant, query, args...)
}

// Count counts the variants of the list, up to most.
func Count(ctx context.Context, r db.Reader, f Filter, most int64) (n int64, err error) {
	query, args := f.where().SQL(`select count(*) from (`+selectIDs, endCount, most)
	return n, r.QueryRow(ctx, query, args...).Scan(&n)
}

// CountStates counts the variants of a market by state.
func CountStates(ctx context.Context, r db.Reader, market string) (map[State]int64, error) {
	type count struct {
		state State
		n     int64
	}
	rows, err := db.All(ctx, r, func(row db.Scanner) (c count, err error) {
		err = row.Scan(&c.state, &c.n)
		return c, err
	}, selectStates, market)
	of := map[State]int64{}
	for _, c := range rows {
		of[c.state] = c.n
	}
	return of, err
}

const selectStates = `select v.state, count(*) from variant v where v.market = $1 group by v.state limit 20`

// The acts that are done to many variants at once.
const (
	ActHandIn  = "variant.hand_in"
	ActApprove = "variant.approve"
)

// Acts are what can be done to many variants at once. read makes a filter of the query of the
// list's address. None of them is taken back: a judgement is made again, and what was handed
// in is sent back with a word.
func Acts(markets []*Market, read func(query string) Filter) []job.Act {
	pick := func(ctx context.Context, r db.Reader, filter, after string, limit int) (ids []string, next string, err error) {
		w := read(filter).where()
		w.And(`v.id > $1`, after)
		query, args := w.SQL(selectIDs, `order by v.id limit $1`, limit)
		ids, err = db.All(ctx, r, scanText, query, args...)
		if len(ids) == limit {
			next = ids[len(ids)-1]
		}
		return ids, next, err
	}
	do := func(act func(context.Context, *db.Tx, *Market, Variant) error) func(context.Context, *db.Tx, string, map[string]string) (string, error) {
		return func(ctx context.Context, tx *db.Tx, id string, _ map[string]string) (string, error) {
			v, err := Lookup(ctx, tx, pavilion.VariantID(id))
			if err != nil {
				return "", err
			}
			m, err := MarketOf(markets, v.Market)
			if err != nil {
				return "", err
			}
			return "", act(ctx, tx, m, v)
		}
	}
	return []job.Act{
		{Name: ActJudge, Pick: pick, Do: do(func(ctx context.Context, tx *db.Tx, m *Market, v Variant) error {
			return review(ctx, tx, m, []Variant{v})
		})},
		{Name: ActHandIn, Pick: pick, Do: do(func(ctx context.Context, tx *db.Tx, m *Market, v Variant) error {
			return HandIn(ctx, tx, m, v.ID, v.Version)
		})},
		{Name: ActApprove, Pick: pick, Do: do(func(ctx context.Context, tx *db.Tx, m *Market, v Variant) error {
			return Approve(ctx, tx, m, v.ID, v.Version)
		})},
	}
}
