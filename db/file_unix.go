//go:build unix

package db

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"pavilion"
)

// lockFile makes this process the one writer of the SQLite file at path, by a lock on a
// file beside it that holds the process number. The lock goes with the process, however it
// ends.
func lockFile(path string) (unlock func() error, err error) {
	f, err := os.OpenFile(path+".lock", os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, unavailable("db.folder_unwritable", pavilion.Args{"path": filepath.Dir(path)}, err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		holder, _ := io.ReadAll(io.LimitReader(f, 32)) // "" if it has not written its number yet
		refusal := unavailable("db.second_writer", pavilion.Args{"path": path, "pid": strings.TrimSpace(string(holder))}, err)
		return nil, errors.Join(refusal, f.Close())
	}
	err = f.Truncate(0)
	if err == nil {
		_, err = fmt.Fprintf(f, "%d\n", os.Getpid())
	}
	if err != nil {
		return nil, errors.Join(unavailable("db.folder_unwritable", pavilion.Args{"path": filepath.Dir(path)}, err), f.Close())
	}
	return func() error {
		// Closing alone would leave the lock to a process that was forked a moment ago and
		// has not yet let go of what it inherited.
		return errors.Join(syscall.Flock(int(f.Fd()), syscall.LOCK_UN), f.Close())
	}, nil
}

// syncFolder makes a new name in the folder survive a power cut.
func syncFolder(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
