package price_test

import (
	"net/http/httptest"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pavilion"
	"pavilion/db"
	"pavilion/db/dbtest"
	"pavilion/money"
	"pavilion/sim/rates"
	"pavilion/staff"
	"pavilion/tailoring/bank"
	"pavilion/tailoring/price"
)

// askSimulated asks a simulated bank over HTTP.
func askSimulated(t *testing.T) (*rates.Simulator, price.Ask) {
	t.Helper()
	sim := rates.New()
	server := httptest.NewServer(sim)
	t.Cleanup(server.Close)
	b, err := bank.New(bank.Options{URL: server.URL, Name: rates.Name, Base: rates.Base})
	if err != nil {
		t.Fatal(err)
	}
	return sim, b.Rates
}

// TestFetch takes a bank's rates day by day: each once, those of currencies that are used,
// none of an answer that is no list of rates, and none that a person must look at first.
func TestFetch(t *testing.T) {
	t.Parallel()
	clock := dbtest.NewClock()
	dbtest.EachAt(t, clock, func(t *testing.T, d *db.DB) {
		sim, ask := askSimulated(t)
		today := func() pavilion.Date { return pavilion.DateOf(d.Now(), time.UTC) }
		fetch := func() error { return price.Fetch(t.Context(), d, ask, money.CNY) }
		known := func() price.Rates {
			t.Helper()
			return read(t, d, func(v *db.View) (price.Rates, error) { return price.LatestRates(t.Context(), v, 50) })
		}
		held := func() []price.HeldRate {
			t.Helper()
			return read(t, d, func(v *db.View) ([]price.HeldRate, error) { return price.HeldRates(t.Context(), v, 50) })
		}
		counts := func() price.Quoted {
			t.Helper()
			q, _ := read(t, d, func(v *db.View) (price.Rates, error) { return price.RatesOn(t.Context(), v, today()) }).Between(money.CNY, money.BYN)
			return q
		}
		nextDay := func() { clock.Advance(24 * time.Hour) }

		if err := fetch(); err != nil || len(known()) != 0 {
			t.Fatalf("nothing costs roubles: got %v, %v, want nothing taken", known(), err)
		}
		err := write(t, d, func(tx *db.Tx) error {
			_, err := price.SetTerm(t.Context(), tx, price.Term{Market: "cn", Kind: price.ExWorks, About: "sku_1", Per: price.Unit, Amount: byn(400), Source: "an invoice", From: "2022-01-01"})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if err := fetch(); err != nil {
				t.Fatal(err)
			}
		}
		want, _ := rates.Of(money.CNY, today())
		got := known()
		if len(got) != 1 || !got[0].Value.Equal(want.Value) || got[0].On != today() || got[0].Way != price.Fetched || got[0].Source != rates.Name || got[0].SetBy != pavilion.System(price.Topic) {
			t.Fatalf("got %+v, want the bank's %s of %s, once", got, want.Value, today())
		}

		nextDay()
		for _, f := range []rates.Fault{rates.HTML, rates.Truncated, rates.Unavailable} {
			sim.Fail(f, 1)
			if err := fetch(); pavilion.KindOf(err) != pavilion.Unavailable {
				t.Errorf("%s: got %v, want Unavailable", f, err)
			}
		}
		sim.Fail(rates.Late, 1)
		if err := fetch(); err != nil || len(known()) != 1 {
			t.Errorf("nothing was published yet: got %v %v, want what there was", known(), err)
		}

		sim.Fail(rates.TenTimes, 2)
		for range 2 {
			if err := fetch(); err != nil {
				t.Fatal(err)
			}
		}
		if h := held(); len(h) != 1 || h[0].Why != price.Far || len(known()) != 1 {
			t.Fatalf("ten times off: held %+v and known %v, want it held once", h, known())
		}
		settle := func(id pavilion.RateID, wanted bool) string {
			t.Helper()
			err := write(t, d, func(tx *db.Tx) error { return price.SettleRate(t.Context(), tx, id, wanted) })
			if err == nil {
				return ""
			}
			return pavilion.ReasonOf(err)
		}
		first := held()[0].ID
		if reason := settle(first, false); reason != "" || len(held()) != 0 || len(known()) != 1 {
			t.Errorf("left: got %q, held %v, known %v", reason, held(), known())
		}
		if reason := settle(first, true); reason != "price.rate_settled" {
			t.Errorf("decided twice: got %q, want price.rate_settled", reason)
		}
		if err := fetch(); err != nil || counts().On != today() {
			t.Errorf("the bank mended it: got %v, %v", counts(), err)
		}

		nextDay()
		byHand := price.Quoted{From: money.BYN, To: money.CNY, Value: dec("2.2"), Source: "a contract", Way: price.ByHand, On: today()}
		if err := write(t, d, func(tx *db.Tx) error { _, err := price.SetRates(t.Context(), tx, byHand); return err }); err != nil {
			t.Fatal(err)
		}
		if err := fetch(); err != nil || counts().Source != "a contract" {
			t.Errorf("somebody said a rate for the day: %v counts (%v), want theirs", counts(), err)
		}
		h := held()
		if len(h) != 1 || h[0].Why != price.Another {
			t.Fatalf("held %+v, want the bank's beside it", h)
		}
		clock.Advance(time.Second)
		if reason := settle(h[0].ID, true); reason != "" || counts().Way != price.Fetched {
			t.Errorf("taken: got %q, %v counts", reason, counts())
		}
		var trail []string
		for _, e := range read(t, d, func(v *db.View) ([]staff.Entry, error) { return staff.Trail(t.Context(), v, "rates", "", 50) }) {
			trail = append(trail, e.Act)
		}
		if diff := cmp.Diff([]string{"price.rate_set", "price.rate_held", "price.rate_left", "price.rate_set", "price.rate_set", "price.rate_held", "price.rate_set"}, trail); diff != "" {
			t.Errorf("trail (-want +got):\n%s", diff)
		}
	})
}
