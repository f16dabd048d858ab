package db

import (
	"context"
	"runtime"
)

// WaitQueued waits until n writers queue behind the one that has its turn.
func WaitQueued(d *DB, n int) {
	for len(d.writer.queue) < n {
		runtime.Gosched()
	}
}

// MigrateTo migrates as a program would whose last migration is the one of the number.
func MigrateTo(ctx context.Context, d *DB, version int64) error { return d.migrateTo(ctx, version) }
