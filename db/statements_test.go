package db_test

import (
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pavilion/db/dbtest"
)

// TestEveryStatement has both engines prepare the SQL of the whole program.
func TestEveryStatement(t *testing.T) {
	t.Parallel()
	var folders []string
	err := filepath.WalkDir("..", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.IsDir() {
			return err
		}
		if name := entry.Name(); path != ".." && (strings.HasPrefix(name, ".") || slices.Contains([]string{"testdata", "dbtest", "db", "bench"}, name)) {
			return fs.SkipDir
		}
		folders = append(folders, path)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	dbtest.Prepare(t, folders...)
}
