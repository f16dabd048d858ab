package staff

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"

	"pavilion"
	"pavilion/db"
)

// link is a row of the trail as it is stored.
type link struct {
	number  int64
	at      int64 // microseconds
	actor   string
	origin  string
	act     string
	about   string
	detail  string
	changes string
	hash    string
	words   []string // to be found by; of rows to be written only
}

// chainForm names what is hashed and how, so that another form can follow one day.
const chainForm = "pavilion trail 1"

// sum is the hash of a row that follows the row with the hash previous: SHA-256 over
// chainForm, previous, and every column in the order of the table, numbers as eight bytes
// big-endian, and each text after its length in the same form. No two rows have the same
// bytes.
func (l link) sum(previous string) string {
	b := make([]byte, 0, 512)
	text := func(s string) {
		b = binary.BigEndian.AppendUint64(b, uint64(len(s)))
		b = append(b, s...)
	}
	text(chainForm)
	text(previous)
	b = binary.BigEndian.AppendUint64(b, uint64(l.number))
	b = binary.BigEndian.AppendUint64(b, uint64(l.at))
	for _, s := range []string{l.actor, l.origin, l.act, l.about, l.detail, l.changes} {
		text(s)
	}
	hash := sha256.Sum256(b)
	return hex.EncodeToString(hash[:])
}

// chain holds what a transaction notes until its end, where the head of the trail is taken:
// others who write the trail wait from there to the commit.
type chain struct{ links []link }

var (
	insertLinks = db.Insert{Table: "trail", Columns: []string{
		"number", "happened_at", "actor", "origin", "act", "about", "detail", "changes", "hash",
	}}
	insertLinkWords = db.Insert{Table: "trail_word", Columns: []string{"word", "number"}}
)

const (
	sqlFirstHead = `insert into trail_head (name, number, happened_at, hash) values ('trail', 0, 0, '') on conflict do nothing`

	sqlTakeHead = `update trail_head set number = number + $1 where name = 'trail'`

	sqlHead = `select number, happened_at, hash from trail_head where name = 'trail'`

	sqlSetHead = `update trail_head set happened_at = $1, hash = $2 where name = 'trail' and number = $3`
)

// End writes the links behind the last row of the chain. Taking the head is one update, for
// which PostgreSQL lets writers wait in line; SQLite has one writer anyway.
func (c *chain) End(ctx context.Context, tx *db.Tx) error {
	head, at, err := takeHead(ctx, tx, len(c.links))
	if err != nil {
		return err
	}
	at = max(at, db.Micros(tx.Now()))
	rows := make([]any, 0, len(c.links)*len(insertLinks.Columns))
	var words []any
	for _, l := range c.links {
		head.Number++
		l.number, l.at = head.Number, at
		head.Hash = l.sum(head.Hash)
		rows = append(rows, l.number, l.at, l.actor, l.origin, l.act, l.about, l.detail, l.changes, head.Hash)
		for _, w := range l.words {
			words = append(words, w, l.number)
		}
	}
	if _, err := insertLinks.Rows(ctx, tx, rows); err != nil {
		return err
	}
	if _, err := insertLinkWords.Rows(ctx, tx, words); err != nil {
		return err
	}
	n, err := tx.Exec(ctx, sqlSetHead, at, head.Hash, head.Number)
	if err == nil && n != 1 {
		err = pavilion.E(pavilion.Internal, "staff.trail_head_lost", nil)
	}
	return err
}

// takeHead makes room for so many rows and returns the head as it was before, with the
// moment of its row.
func takeHead(ctx context.Context, tx *db.Tx, rows int) (head TrailHead, at int64, err error) {
	n, err := tx.Exec(ctx, sqlTakeHead, rows)
	if err != nil {
		return head, 0, err
	}
	if n == 0 { // the first rows of a new trail
		if _, err := tx.Exec(ctx, sqlFirstHead); err != nil {
			return head, 0, err
		}
		if _, err := tx.Exec(ctx, sqlTakeHead, rows); err != nil {
			return head, 0, err
		}
	}
	err = tx.QueryRow(ctx, sqlHead).Scan(&head.Number, &at, &head.Hash)
	head.Number -= int64(rows)
	return head, at, err
}
