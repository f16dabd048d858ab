package tailoring

import (
	"context"
	"time"

	"pavilion"
	"pavilion/db"
	"pavilion/job"
	"pavilion/staff"
)

// Pair is what the translation memory remembers, and where from.
type Pair struct {
	ID         pavilion.MemoryID
	Market     string
	Field      Field         // of which text it is, or FieldTerm
	Lang       pavilion.Lang // of the source
	Source     string
	Target     string
	Variant    pavilion.VariantID
	Product    pavilion.ProductID
	Number     int64 // of the version that was approved
	ApprovedBy pavilion.Actor
	ApprovedAt time.Time
}

// PairFilter says which pairs somebody wants to see. Zero fields do not restrict, but for
// Market, which must be given.
type PairFilter struct {
	Market string
	Field  Field
	Lang   pavilion.Lang
	Words  string // of either side
}

const (
	selectPairs = `select m.id, m.market, m.field, m.lang, m.source, m.target, m.variant_id, v.product_id, m.number, a.approved_by, a.approved_at
		from variant_memory m join variant v on v.id = m.variant_id join variant_approval a on a.variant_id = m.variant_id and a.number = m.number`
	selectPairIDs = `select m.id from variant_memory m`
	withPairWord  = `m.id in (select w.memory_id from variant_memory_word w where w.word >= $1 and w.word < $2
		union select s.memory_id from variant_memory_said s where s.word >= $3 and s.word < $4)`

	deletePairWords = `delete from variant_memory_word where memory_id = $1`
	deletePairSaid  = `delete from variant_memory_said where memory_id = $1`
	deletePair      = `delete from variant_memory where id = $1`
)

func (f PairFilter) where() (w db.Where) {
	w.And(`m.market = $1`, f.Market)
	if f.Field != "" {
		w.And(`m.field = $1`, string(f.Field))
	}
	if f.Lang != "" {
		w.And(`m.lang = $1`, string(f.Lang))
	}
	for _, word := range pavilion.WordsSought(f.Words) {
		w.And(withPairWord, word, word+afterAll, word, word+afterAll)
	}
	return w
}

// Pairs lists what the memory remembers, the newest first: those after the one with the id, ""
// for the beginning.
func Pairs(ctx context.Context, r db.Reader, f PairFilter, after pavilion.MemoryID, limit int) ([]Pair, error) {
	w := f.where()
	if after != "" {
		w.And(`m.id < $1`, string(after))
	}
	query, args := w.SQL(selectPairs, `order by m.id desc limit $1`, min(limit, mostListed))
	return db.All(ctx, r, scanPair, query, args...)
}

// CountPairs counts the pairs of the list, up to most.
func CountPairs(ctx context.Context, r db.Reader, f PairFilter, most int64) (n int64, err error) {
	query, args := f.where().SQL(`select count(*) from (`+selectPairIDs, endCount, most)
	return n, r.QueryRow(ctx, query, args...).Scan(&n)
}

// ForgetPair takes a pair out of the memory, such as one that turned out wrong. The text it
// came from stays as it was approved. Error: NotFound memory.unknown.
func ForgetPair(ctx context.Context, tx *db.Tx, id pavilion.MemoryID) error {
	p, found, err := db.One(ctx, tx, scanPair, selectPairs+` where m.id = $1`, string(id))
	if err == nil && !found {
		err = pavilion.E(pavilion.NotFound, "memory.unknown", nil)
	}
	if err != nil {
		return err
	}
	for _, forget := range []string{deletePairWords, deletePairSaid, deletePair} {
		if _, err := tx.Exec(ctx, forget, string(id)); err != nil {
			return err
		}
	}
	return staff.NoteChanges(ctx, tx, "memory.forgotten", string(p.Variant), []staff.FieldChange{{Field: "memory", Before: p.Source + " → " + p.Target}})
}

// ActForget takes pairs out of the memory; see MemoryActs.
const ActForget = "memory.forget"

// MemoryActs are what can be done to many pairs at once. read makes a filter of the query of
// the list's address. What is forgotten is learnt again from the next approved text that says it.
func MemoryActs(read func(query string) PairFilter) []job.Act {
	return []job.Act{{
		Name: ActForget,
		Pick: func(ctx context.Context, r db.Reader, filter, after string, limit int) (ids []string, next string, err error) {
			w := read(filter).where()
			w.And(`m.id > $1`, after)
			query, args := w.SQL(selectPairIDs, `order by m.id limit $1`, limit)
			ids, err = db.All(ctx, r, scanText, query, args...)
			if len(ids) == limit {
				next = ids[len(ids)-1]
			}
			return ids, next, err
		},
		Do: func(ctx context.Context, tx *db.Tx, id string, _ map[string]string) (string, error) {
			return "", ForgetPair(ctx, tx, pavilion.MemoryID(id))
		},
	}}
}

func scanPair(row db.Scanner) (p Pair, err error) {
	var by string
	var at int64
	err = row.Scan(&p.ID, &p.Market, &p.Field, &p.Lang, &p.Source, &p.Target, &p.Variant, &p.Product, &p.Number, &by, &at)
	p.ApprovedBy, _ = pavilion.ParseActor(by)
	p.ApprovedAt = db.Time(at)
	return p, err
}
