package order

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"pavilion"
	"pavilion/db"
	"pavilion/staff"
)

// Note is what a member of staff wrote about an order. Notes are only ever added.
type Note struct {
	ID        string
	Text      string // "" once the buyer's data was erased
	Actor     pavilion.Actor
	WrittenAt time.Time
}

const (
	notePrefix = "not"
	maxNote    = 2000 // characters
	maxNotes   = 200  // of one order
)

const (
	insertNoteSQL = `insert into order_note (id, order_id, body, actor, written_at) values ($1, $2, $3, $4, $5)`
	notesSQL      = `select id, body, actor, written_at from order_note where order_id = $1 order by id limit $2`
	forgetNoteSQL = `update order_note set body = $1 where order_id in (select id from sale_order where buyer = $2 and buyer <> '')`
)

// WriteNote adds a note of the transaction's actor to an order. Notes are sealed, because
// people write down what shoppers tell them. Errors: NotFound order.unknown; Invalid
// order.note_malformed.
func WriteNote(ctx context.Context, tx *db.Tx, sealer *db.Sealer, id pavilion.OrderID, text string) error {
	text = strings.TrimSpace(text)
	if text == "" || utf8.RuneCountInString(text) > maxNote || strings.ContainsRune(text, 0) {
		return pavilion.E(pavilion.Invalid, "order.note_malformed", pavilion.Args{"max": maxNote}).At("note")
	}
	if _, err := Keep(ctx, tx, id); err != nil {
		return err
	}
	note := pavilion.NewID[string](notePrefix, tx.Now())
	_, err := tx.Exec(ctx, insertNoteSQL, note, id, sealer.Seal([]byte(text), notePurpose(note)), tx.Actor().String(), db.Micros(tx.Now()))
	if err != nil {
		return err
	}
	return staff.Note(ctx, tx, "order.noted", string(id), nil) // without the words, which may be the shopper's
}

// Notes are what staff wrote about an order, the first note first.
func Notes(ctx context.Context, r db.Reader, sealer *db.Sealer, id pavilion.OrderID) ([]Note, error) {
	return db.All(ctx, r, func(s db.Scanner) (n Note, err error) {
		var body []byte
		var actor string
		var at int64
		if err := s.Scan(&n.ID, &body, &actor, &at); err != nil {
			return n, err
		}
		n.Actor, _ = pavilion.ParseActor(actor)
		n.WrittenAt = db.Time(at)
		if len(body) == 0 {
			return n, nil
		}
		text, err := sealer.Open(body, notePurpose(n.ID))
		if err != nil {
			return n, fmt.Errorf("open note %s: %w", n.ID, err)
		}
		n.Text = string(text)
		return n, nil
	}, notesSQL, id, maxNotes)
}

func notePurpose(note string) string { return "order_note.body:" + note }
