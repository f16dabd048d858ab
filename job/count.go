package job

import (
	"context"

	"pavilion/db"
)

const sqlCount = `select state, count(*) from job where state in ('queued', 'running', 'parked') group by state`

// Count tells how many jobs are open, by state.
func Count(ctx context.Context, r db.Reader) (map[string]int64, error) {
	rows, err := r.Query(ctx, sqlCount)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	counts := map[string]int64{Queued: 0, Running: 0, Parked: 0}
	for rows.Next() {
		var state string
		var n int64
		if err := rows.Scan(&state, &n); err != nil {
			return nil, err
		}
		counts[state] = n
	}
	return counts, rows.Err()
}
