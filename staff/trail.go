package staff

import (
	"context"

	"pavilion/db"
)

// Note adds a row to the trail: the transaction's actor did act to about.
func Note(ctx context.Context, tx *db.Tx, act, about string, detail map[string]any) error {
	return errNotBuilt
}
