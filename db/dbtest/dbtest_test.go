package dbtest_test

import (
	"testing"
	"time"

	"pavilion"
	"pavilion/db"
	"pavilion/db/dbtest"
)

func TestEachIsFreshAndMigrated(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		var rows int
		err := d.Write(t.Context(), pavilion.System("test"), func(tx *db.Tx) error {
			if err := tx.QueryRow(t.Context(), "select count(*) from attempt").Scan(&rows); err != nil {
				return err
			}
			_, err := tx.Exec(t.Context(), "insert into attempt (subject, failures, blocked_until, updated_at) values ('a', 0, 0, $1)", db.Micros(tx.Now()))
			return err
		})
		if err != nil || rows != 0 {
			t.Errorf("got %d rows and error %v, want 0 and none", rows, err)
		}
	})
}

func TestEachAtRestartsTheClock(t *testing.T) {
	t.Parallel()
	clock := dbtest.NewClock()
	dbtest.EachAt(t, clock, func(t *testing.T, d *db.DB) {
		if got := d.Now(); !got.Equal(dbtest.Start) {
			t.Errorf("got %v, want %v", got, dbtest.Start)
		}
		clock.Advance(time.Hour)
		if got, want := d.Now(), dbtest.Start.Add(time.Hour); !got.Equal(want) {
			t.Errorf("got %v, want %v", got, want)
		}
	})
}
