//go:build unix

package db

import (
	"fmt"
	"os"
	"strings"
	"syscall"

	"pavilion"
)

// lockFile makes this process the one writer of a SQLite file. The lock goes with the
// process, however it ends.
func lockFile(path string) (unlock func() error, err error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, unavailable("db.folder_unwritable", pavilion.Args{"path": path}, err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		holder := make([]byte, 32)
		n, _ := f.Read(holder)
		_ = f.Close()
		return nil, unavailable("db.second_writer", pavilion.Args{"path": strings.TrimSuffix(path, ".lock"), "pid": strings.TrimSpace(string(holder[:n]))}, err)
	}
	if err := f.Truncate(0); err == nil {
		_, _ = fmt.Fprintf(f, "%d\n", os.Getpid())
	}
	return f.Close, nil
}
