package demo

import (
	"testing"

	"pavilion/db"
	"pavilion/db/dbtest"
)

func TestLoad(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		for _, want := range []bool{true, false} {
			loaded, err := Load(t.Context(), d)
			if err != nil {
				t.Fatal(err)
			}
			if loaded != want {
				t.Errorf("loaded: got %v, want %v", loaded, want)
			}
		}
	})
}
