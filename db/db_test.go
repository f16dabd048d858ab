package db

import (
	"path/filepath"
	"testing"

	"pavilion"
)

func TestOpenAndWrite(t *testing.T) {
	d, err := Open(t.Context(), Options{URL: filepath.Join(t.TempDir(), "p.db")})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if err := d.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	err = d.Write(t.Context(), pavilion.System("test"), func(tx *Tx) error {
		_, err := tx.Exec(t.Context(), "insert into schedule (name, next_at) values ($1, $2)", "a", 1)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	err = d.Write(t.Context(), pavilion.System("test"), func(tx *Tx) error {
		return d.Read(t.Context(), func(*View) error { return nil })
	})
	if err == nil {
		t.Fatal("nested: got nil, want an error")
	}
}
