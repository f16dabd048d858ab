package staff

import (
	"context"
	"encoding/json"
	"time"

	"pavilion"
	"pavilion/db"
)

// Entry is one row of the trail: who did what to what. Rows are only ever added.
type Entry struct {
	ID         string
	HappenedAt time.Time
	Actor      pavilion.Actor
	Act        string // in the past tense, such as "staff.invited"
	About      string // the id of the thing
	Detail     string // JSON, without personal data
}

const trailPrefix = "trl"

const sqlInsertEntry = `insert into trail (id, happened_at, actor, act, about, detail)
values ($1, $2, $3, $4, $5, $6)`

// Note adds to the trail that the transaction's actor did act to about. It is written in
// the transaction of the act itself, so that neither stands without the other. detail
// holds no personal data.
func Note(ctx context.Context, tx *db.Tx, act, about string, detail map[string]any) error {
	text := []byte("{}")
	if len(detail) > 0 {
		var err error
		if text, err = json.Marshal(detail); err != nil {
			return pavilion.E(pavilion.Internal, "staff.detail_malformed", nil).Because(err)
		}
	}
	id := pavilion.NewID[string](trailPrefix, tx.Now())
	_, err := tx.Exec(ctx, sqlInsertEntry, id, db.Micros(tx.Now()), tx.Actor().String(), act, about, string(text))
	return err
}

// FieldChange is what one field said before and says now, in words people read or machine
// words such as a state. Personal data stands in it masked or not at all.
type FieldChange struct {
	Field  string `json:"field"` // a machine word, such as "price"
	Before string `json:"before,omitempty"`
	After  string `json:"after,omitempty"`
}

// NoteChanges adds to the trail that the transaction's actor changed fields of a thing.
// Without changes it notes nothing.
func NoteChanges(ctx context.Context, tx *db.Tx, act, about string, changes []FieldChange) error {
	if len(changes) == 0 {
		return nil
	}
	return Note(ctx, tx, act, about, map[string]any{"changes": changes})
}

// Changes are the fields that the act changed, in the order in which they were noted.
func (e Entry) Changes() []FieldChange {
	var d struct{ Changes []FieldChange }
	if json.Unmarshal([]byte(e.Detail), &d) != nil { // the detail of an act that changed no fields may be anything
		return nil
	}
	return d.Changes
}

const sqlTrail = `select id, happened_at, actor, act, about, detail from trail
where about = $1 and id > $2 order by id limit $3`

// Trail lists what happened to a thing, the oldest first, after the entry with the id, ""
// for the beginning.
func Trail(ctx context.Context, r db.Reader, about, after string, limit int) ([]Entry, error) {
	scan := func(s db.Scanner) (e Entry, err error) {
		var at int64
		var who string
		err = s.Scan(&e.ID, &at, &who, &e.Act, &e.About, &e.Detail)
		e.HappenedAt = db.Time(at)
		e.Actor, _ = pavilion.ParseActor(who)
		return e, err
	}
	return db.All(ctx, r, scan, sqlTrail, about, after, limit)
}
