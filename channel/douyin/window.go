package douyin

import (
	"context"
	"time"

	"pavilion"
)

// deepest is how many rows of a window the platform shows, whatever the page.
const deepest = 50_000

// seconds is a time on the wire; the zero time is none.
func seconds(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.Unix()
}

// sweep reads all rows of a window, the oldest change first in each page, the last page first:
// what changes meanwhile leaves the window at its end, the rows behind it move to pages not yet
// read, and none is skipped. A row may come twice. A window with more rows than the platform
// shows is read in halves.
func sweep(ctx context.Context, from, to time.Time, page func(ctx context.Context, from, to time.Time, number int) (total int, err error)) error {
	total, err := page(ctx, from, to, 0)
	if err != nil {
		return err
	}
	if total > deepest {
		half := from.Add(to.Sub(from) / 2).Truncate(time.Second)
		if !half.After(from) {
			return pavilion.E(pavilion.Conflict, "douyin.window", pavilion.Args{"rows": total})
		}
		if err := sweep(ctx, from, half, page); err != nil {
			return err
		}
		return sweep(ctx, half, to, page)
	}
	for n := (total - 1) / pageMost; n > 0; n-- {
		if _, err := page(ctx, from, to, n); err != nil {
			return err
		}
	}
	if total > pageMost { // what moved down from the second page meanwhile
		_, err = page(ctx, from, to, 0)
	}
	return err
}
