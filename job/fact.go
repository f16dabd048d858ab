// Package job makes sure that what must follow does follow: facts that were written in the
// transaction in which they happened, durable jobs, and schedules. Start with [Record] and
// [On]; [Runner] does the work.
package job

import (
	"context"
	"errors"

	"pavilion/db"
)

// Fact is something that happened, in the past tense: order.Accepted. It is stored as JSON,
// so its fields are exported and hold no personal data.
type Fact interface {
	// FactKind is the name of the kind, such as "order.accepted", the same for the zero value.
	FactKind() string
	// About is the id of the thing it happened to, such as an OrderID.
	About() string
}

var errNotBuilt = errors.New("job: not built")

// Record writes facts in the transaction in which they happened. Every reaction to them
// follows as a job of its own.
func Record(ctx context.Context, tx *db.Tx, facts ...Fact) error { return errNotBuilt }
