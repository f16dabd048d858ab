package setting_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pavilion"
	"pavilion/db"
	"pavilion/db/dbtest"
	"pavilion/money"
	"pavilion/setting"
	"pavilion/staff"
)

func newBook(d *db.DB) *setting.Book {
	return setting.NewBook(d, setting.Configured{
		Currency: money.CNY, DeliveryFee: money.New(1200, money.CNY), FreeDeliveryFrom: money.New(9900, money.CNY), PayWithin: 15 * time.Minute,
	})
}

func change(t *testing.T, d *db.DB, b *setting.Book, all ...setting.Decision) error {
	t.Helper()
	return d.Write(t.Context(), pavilion.System("test"), func(tx *db.Tx) error { return b.Change(t.Context(), tx, all) })
}

func now(t *testing.T, b *setting.Book) setting.Values {
	t.Helper()
	v, err := b.Now(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// TestChange decides settings: they hold at once in this process, in a second in another one,
// and stand in the trail as they were and are.
func TestChange(t *testing.T) {
	t.Parallel()
	clock := dbtest.NewClock()
	dbtest.EachAt(t, clock, func(t *testing.T, d *db.DB) {
		b, elsewhere := newBook(d), newBook(d)
		v := now(t, b)
		if got := v.Amount(setting.DeliveryFee); got != money.New(1200, money.CNY) || !v.Flag(setting.Open) || v.Duration(setting.PayWithin) != 15*time.Minute {
			t.Errorf("before: got %v, %v, %v", got, v.Flag(setting.Open), v.Duration(setting.PayWithin))
		}
		err := change(t, d, b,
			setting.Decision{Key: setting.DeliveryFee, Value: " 8"},
			setting.Decision{Key: setting.Open, Value: "yes"}, // as it is
			setting.Decision{Key: setting.Returns, Value: `{"zh":" 七天内可退\r\n食品除外 ","en":""}`},
		)
		if err == nil {
			t.Error("an amount with a space was taken")
		}
		err = change(t, d, b,
			setting.Decision{Key: setting.DeliveryFee, Value: "8"},
			setting.Decision{Key: setting.Open, Value: "yes"},
			setting.Decision{Key: setting.Returns, Value: `{"zh":" 七天内可退\r\n食品除外 ","en":""}`},
		)
		if err != nil {
			t.Fatal(err)
		}
		for name, book := range map[string]*setting.Book{"here": b, "elsewhere": elsewhere} {
			v := now(t, book)
			if got := v.Amount(setting.DeliveryFee); got != money.New(800, money.CNY) {
				t.Errorf("%s: delivery fee: got %v, want 8.00", name, got)
			}
			if diff := cmp.Diff(pavilion.Text{"zh": "七天内可退\n食品除外"}, v.Words(setting.Returns)); diff != "" {
				t.Errorf("%s: returns (-want +got):\n%s", name, diff)
			}
			if _, decided := v.Stored(setting.Open); decided {
				t.Errorf("%s: what did not change was stored", name)
			}
		}
		err = d.Read(t.Context(), func(r *db.View) error {
			trail, err := staff.Trail(t.Context(), r, "settings", "", 10)
			want := []staff.FieldChange{{Field: "delivery_fee", Before: "12.00", After: "8.00"}, {Field: "returns.zh", After: "七天内可退\n食品除外"}}
			if diff := cmp.Diff(want, trail[0].Changes); diff != "" {
				t.Errorf("trail (-want +got):\n%s", diff)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// TestAnotherProcess has a value changed where no signal comes from.
func TestAnotherProcess(t *testing.T) {
	t.Parallel()
	clock := dbtest.NewClock()
	dbtest.EachAt(t, clock, func(t *testing.T, d *db.DB) {
		b := newBook(d)
		now(t, b)
		err := d.Write(t.Context(), pavilion.System("test"), func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), "insert into setting (key, value, version, changed_at, changed_by) values ('open', 'no', 1, 0, 'system:test')")
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		clock.Advance(2 * time.Second)
		if now(t, b).Flag(setting.Open) {
			t.Error("after two seconds the shop is still open")
		}
	})
}

func TestChangeMeanwhile(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBook(d)
		meanwhile := pavilion.E(pavilion.Conflict, "setting.changed_meanwhile", nil)
		for _, c := range []struct {
			name, fee string
			version   int64
			want      error
		}{
			{"first", "8.00", 0, nil},
			{"as if nobody had", "9.00", 0, meanwhile},
			{"who saw it", "9.00", 1, nil},
			{"who saw the first", "10.00", 1, meanwhile},
			{"the same as it is, whatever was seen", "9.00", 1, nil},
		} {
			err := change(t, d, b, setting.Decision{Key: setting.PayWithin, Value: "20m", Version: 9}, setting.Decision{Key: setting.DeliveryFee, Value: c.fee, Version: c.version})
			if !errors.Is(err, meanwhile) {
				t.Errorf("%s: got %v with a version that never was, want %v", c.name, err, meanwhile)
			}
			if err := change(t, d, b, setting.Decision{Key: setting.DeliveryFee, Value: c.fee, Version: c.version}); !errors.Is(err, c.want) {
				t.Errorf("%s: got %v, want %v", c.name, err, c.want)
			}
		}
		if v := now(t, b); v.Text(setting.DeliveryFee) != "9.00" || v.Duration(setting.PayWithin) != 15*time.Minute {
			t.Errorf("got %s and %s, want 9.00 and 15m0s", v.Text(setting.DeliveryFee), v.Text(setting.PayWithin))
		}
	})
}

func TestRefusedValues(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBook(d)
		long := make([]byte, 61)
		for i := range long {
			long[i] = 'a'
		}
		for _, c := range []struct {
			key           setting.Key
			value, reason string
		}{
			{"nonsense", "1", "setting.unknown"},
			{setting.Open, "maybe", "setting.malformed"},
			{setting.DeliveryFee, "-1", "setting.malformed"},
			{setting.DeliveryFee, "1.234", "setting.malformed"},
			{setting.DeliveryFee, "", "setting.malformed"},
			{setting.PayWithin, "1s", "setting.out_of_range"},
			{setting.PayWithin, "9999h", "setting.out_of_range"},
			{setting.PayWithin, "soon", "setting.malformed"},
			{setting.Name, "x", "setting.malformed"},
			{setting.Name, `{"en":"` + string(long) + `"}`, "setting.too_long"},
		} {
			err := change(t, d, b, setting.Decision{Key: c.key, Value: c.value})
			if pavilion.ReasonOf(err) != c.reason {
				t.Errorf("%s = %q: got %v, want %s", c.key, c.value, err, c.reason)
			}
		}
	})
}
