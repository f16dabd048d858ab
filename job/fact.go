// Package job makes sure that what must follow does follow: facts that were written in the
// transaction in which they happened, durable jobs, and schedules. Start with [Record] and
// [On]; a [Runner] does the work.
//
// A handler runs at least once: after a crash, or when a reply is lost, it runs again. It
// either may run twice, or it completes its job in the transaction of its effect with
// [Run.Done], and then the effect happens once.
package job

import (
	"context"
	"encoding/json"
	"fmt"

	"pavilion"
	"pavilion/db"
)

// Topic is what db.DB.Listen hears when there is work.
const Topic = "job"

// Fact is something that happened, in the past tense: order.Accepted. It is stored as JSON,
// so its fields are exported, and it holds no personal data.
type Fact interface {
	// FactKind is the name of the kind, such as "order.accepted", the same for every value.
	FactKind() string
	// About is the id of the thing it happened to, such as an OrderID.
	About() string
}

var factRows = db.Insert{
	Table:   "fact",
	Columns: []string{"id", "kind", "about", "body", "actor", "happened_at", "fanned"},
}

// Record writes facts in the transaction in which they happened. Every reaction to them
// follows as a job of its own; to write them costs one statement for a whole set.
func Record(ctx context.Context, tx *db.Tx, facts ...Fact) error {
	if len(facts) == 0 {
		return nil
	}
	actor, now := tx.Actor().String(), tx.Now()
	args := make([]any, 0, len(facts)*len(factRows.Columns))
	for _, f := range facts {
		body, err := json.Marshal(f)
		if err != nil {
			return fmt.Errorf("record %s about %s: %w", f.FactKind(), f.About(), err)
		}
		id := pavilion.NewID[string](pavilion.PrefixFact, now)
		args = append(args, id, f.FactKind(), f.About(), string(body), actor, db.Micros(now), false)
	}
	if _, err := factRows.Rows(ctx, tx, args); err != nil {
		return err
	}
	tx.Signal(Topic)
	return nil
}
