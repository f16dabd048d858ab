package staff

import (
	"context"

	"pavilion/db"
)

const sqlCountOwners = `select count(*) from staff where ' ' || roles || ' ' like '% owner %' and ended_at is null`

// HasOwner tells whether anybody owns the installation.
func HasOwner(ctx context.Context, r db.Reader) (bool, error) {
	var n int64
	err := r.QueryRow(ctx, sqlCountOwners).Scan(&n)
	return n > 0, err
}
