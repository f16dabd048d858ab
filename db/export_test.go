package db

import "runtime"

// WaitQueued waits until n writers queue behind the one that has its turn.
func WaitQueued(d *DB, n int) {
	for len(d.writer.queue) < n {
		runtime.Gosched()
	}
}
