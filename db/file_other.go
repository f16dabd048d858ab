//go:build !unix

package db

// lockFile has no lock to offer here; SQLite's own locks still keep the file whole.
func lockFile(string) (unlock func() error, err error) {
	return func() error { return nil }, nil
}

// syncFolder has nothing to do here: a folder cannot be opened.
func syncFolder(string) error { return nil }
