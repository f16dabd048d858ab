package price_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pavilion"
	"pavilion/catalog"
	"pavilion/db"
	"pavilion/db/dbtest"
	"pavilion/money"
	"pavilion/tailoring/price"
)

func write(t *testing.T, d *db.DB, do func(tx *db.Tx) error) error {
	t.Helper()
	return d.Write(t.Context(), pavilion.System("test"), do)
}

func read[T any](t *testing.T, d *db.DB, do func(v *db.View) (T, error)) T {
	t.Helper()
	var out T
	err := d.Read(t.Context(), func(v *db.View) (err error) {
		out, err = do(v)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestRates keeps rates of several days: on each day the latest that was said counts, and
// what is said again is not kept twice.
func TestRates(t *testing.T) {
	t.Parallel()
	clock := dbtest.NewClock()
	dbtest.EachAt(t, clock, func(t *testing.T, d *db.DB) {
		today := pavilion.DateOf(d.Now(), d.Now().Location())
		set := func(rates ...price.Quoted) (n int, err error) {
			clock.Advance(time.Second) // of what is said on one day the later counts
			err = write(t, d, func(tx *db.Tx) error {
				n, err = price.SetRates(t.Context(), tx, rates...)
				return err
			})
			return n, err
		}
		for i, c := range []struct {
			rate price.Quoted
			want int
		}{
			{rate("BYN", "CNY", "2.1", today.AddDays(-9)), 1},
			{rate("BYN", "CNY", "2.1", today.AddDays(-9)), 0},
			{rate("BYN", "CNY", "2.3", today.AddDays(-1)), 1},
			{rate("BYN", "CNY", "2.4", today.AddDays(-1)), 1}, // corrected
			{rate("USD", "CNY", "7.1", today.AddDays(-3)), 1},
		} {
			if n, err := set(c.rate); n != c.want || err != nil {
				t.Errorf("%d: got %d, %v, want %d", i, n, err, c.want)
			}
		}
		for ago, want := range map[int]string{0: "2.4", 1: "2.4", 2: "2.1", 10: ""} {
			rates := read(t, d, func(v *db.View) (price.Rates, error) { return price.RatesOn(t.Context(), v, today.AddDays(-ago)) })
			got := ""
			if q, ok := rates.Between("BYN", "CNY"); ok {
				got = q.Value.String()
			}
			if got != want {
				t.Errorf("%d days ago: got %q, want %q", ago, got, want)
			}
		}
		for _, c := range []struct {
			reason string
			rate   price.Quoted
		}{
			{"price.rate_ahead", rate("BYN", "CNY", "2", today.AddDays(2))},
			{"price.same_currency", rate("CNY", "CNY", "1", today)},
			{"money.unknown_currency", rate("BYN", "XYZ", "1", today)},
			{"money.rate_malformed", rate("BYN", "CNY", "0", today)},
			{"date.malformed", rate("BYN", "CNY", "2", "yesterday")},
		} {
			if _, err := set(c.rate); pavilion.ReasonOf(err) != c.reason {
				t.Errorf("got %v, want %s", err, c.reason)
			}
		}
	})
}

func TestReadRates(t *testing.T) {
	t.Parallel()
	rates, err := price.ReadRates("\ufeffon,from,to,value,units,source\n# a comment\n\n2026-11-20, CNY, BYN, 4.4865, 10, National Bank, Minsk\r\n2026-11-20,USD,BYN,3.2000,1,National Bank\n")
	if err != nil || len(rates) != 2 {
		t.Fatalf("got %v, %v, want two rates", rates, err)
	}
	if q := rates[0]; !q.Value.Equal(dec("0.44865")) || q.Source != "National Bank, Minsk" || q.From != "CNY" || q.Way != price.ByFile {
		t.Errorf("got %+v", q)
	}
	for _, bad := range []string{"2026-11-20,CNY,BYN,4.4", "2026-11-20,CNY,BYN,x,1,s", "2026-13-20,CNY,BYN,1,1,s", "2026-11-20,CNY,CNY,1,1,s", "2026-11-20,CNY,BYN,1,0,s", "2026-11-20,CNY,BYN,1,1,", "\xff"} {
		if _, err := price.ReadRates(bad); pavilion.ReasonOf(err) != "price.rates_malformed" {
			t.Errorf("%q: got %v, want price.rates_malformed", bad, err)
		}
	}
}

func FuzzReadRates(f *testing.F) {
	f.Add("2026-11-20,CNY,BYN,4.4865,10,National Bank\n")
	f.Add("on,from,to,value,units,source\n")
	f.Fuzz(func(t *testing.T, text string) {
		rates, err := price.ReadRates(text)
		if err != nil {
			return
		}
		for _, q := range rates {
			if !q.Value.IsPositive() || q.Source == "" || !q.From.Known() || !q.To.Known() {
				t.Fatalf("read %+v", q)
			}
		}
	})
}

// TestTerms: what is said anew ends what was said from the same day on, and stands in the
// trail; what is ended is not read.
func TestTerms(t *testing.T) {
	t.Parallel()
	clock := dbtest.NewClock()
	dbtest.EachAt(t, clock, func(t *testing.T, d *db.DB) {
		var last price.TermID
		set := func(term price.Term) error {
			clock.Advance(time.Second)
			return write(t, d, func(tx *db.Tx) (err error) {
				last, err = price.SetTerm(t.Context(), tx, term)
				return err
			})
		}
		good := price.Term{Market: "cn", Kind: price.ExWorks, About: "sku_1", Per: price.Unit, Amount: byn(400), Source: " invoice 7 ", From: "2026-01-01"}
		dearer := good
		dearer.Amount, dearer.From = byn(450), "2026-06-01"
		corrected := dearer
		corrected.Amount = byn(440)
		margin := price.Term{Market: "cn", Kind: price.Margin, Per: price.Share, Share: dec("0.2"), Source: "a decision", From: "2026-01-01"}
		for _, term := range []price.Term{good, dearer, corrected, margin} {
			if err := set(term); err != nil {
				t.Fatal(err)
			}
		}
		terms := func() (out []string) {
			for _, term := range read(t, d, func(v *db.View) ([]price.Term, error) { return price.Terms(t.Context(), v, "cn", "sku_1") }) {
				out = append(out, term.Said())
			}
			return out
		}
		want := []string{"0.2 from 2026-01-01 (a decision)", "4.00 BYN/unit from 2026-01-01 (invoice 7)", "4.40 BYN/unit from 2026-06-01 (invoice 7)"}
		if diff := cmp.Diff(want, terms()); diff != "" {
			t.Errorf("terms (-want +got):\n%s", diff)
		}
		if err := write(t, d, func(tx *db.Tx) error { return price.EndTerm(t.Context(), tx, last) }); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want[1:], terms()); diff != "" {
			t.Errorf("after an end (-want +got):\n%s", diff)
		}
		if err := write(t, d, func(tx *db.Tx) error { return price.EndTerm(t.Context(), tx, last) }); pavilion.ReasonOf(err) != "price.term_unknown" {
			t.Errorf("ended twice: got %v, want price.term_unknown", err)
		}
		for reason, spoil := range map[string]func(*price.Term){
			"price.kind_unknown":   func(t *price.Term) { t.Kind = price.VAT },
			"price.per_unknown":    func(t *price.Term) { t.Per = price.Share },
			"price.amount":         func(t *price.Term) { t.Amount = byn(-1) },
			"currency.unknown":     func(t *price.Term) { t.Amount = money.New(1, "XYZ") },
			"price.source_missing": func(t *price.Term) { t.Source = "  " },
			"date.malformed":       func(t *price.Term) { t.From = "soon" },
			"price.share":          func(t *price.Term) { t.Kind, t.Per, t.Share = price.Margin, price.Share, dec("1") },
		} {
			term := good
			spoil(&term)
			if err := set(term); pavilion.ReasonOf(err) != reason {
				t.Errorf("got %v, want %s", err, reason)
			}
		}
	})
}

// TestSetPrice keeps the sheet with the price, and asks before selling below cost.
func TestSetPrice(t *testing.T) {
	t.Parallel()
	clock := dbtest.NewClock()
	dbtest.EachAt(t, clock, func(t *testing.T, d *db.DB) {
		var sku pavilion.SKUID
		err := write(t, d, func(tx *db.Tx) error {
			producer, err := catalog.SaveProducer(t.Context(), tx, catalog.Producer{LegalName: pavilion.Text{"en": "Testing Works"}, Country: "KZ", TaxNumber: "1"})
			if err != nil {
				return err
			}
			product, err := catalog.SaveProduct(t.Context(), tx, catalog.Product{Producer: producer, Name: pavilion.Text{"en": "Bar"}})
			if err != nil {
				return err
			}
			sku, err = catalog.SaveSKU(t.Context(), tx, catalog.SKU{Product: product, GTIN: "4810067000341", Net: catalog.Measure{Milli: 100_000, Unit: catalog.Gram}})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		in := example(t, "cbec")
		in.Goods.SKU = sku
		set := func(fen int64, knowing bool) error {
			clock.Advance(time.Second)
			in.Price, in.Included = cny(fen), true
			s := work(t, in)
			return write(t, d, func(tx *db.Tx) error { return price.SetPrice(t.Context(), tx, s, in.Price, knowing) })
		}
		if err := set(1200, false); pavilion.ReasonOf(err) != "price.below_cost" || !strings.Contains(err.Error(), "15.62") {
			t.Errorf("below cost: got %v, want price.below_cost with 15.62", err)
		}
		for _, c := range []struct {
			fen     int64
			knowing bool
		}{{1990, false}, {1200, true}} {
			if err := set(c.fen, c.knowing); err != nil {
				t.Fatal(err)
			}
			kept := read(t, d, func(v *db.View) ([]price.KeptSheet, error) { return price.Kept(t.Context(), v, sku, "own", 5) })
			offers := read(t, d, func(v *db.View) (map[pavilion.SKUID]catalog.Offer, error) {
				return catalog.Prices(t.Context(), v, "own", []pavilion.SKUID{sku})
			})
			if kept[0].Sheet.Shelf != cny(c.fen) || offers[sku].Price != cny(c.fen) {
				t.Errorf("kept %s, priced %s, want %d fen", kept[0].Sheet.Shelf, offers[sku].Price, c.fen)
			}
			if diff := cmp.Diff(amounts(work(t, in)), amounts(kept[0].Sheet)); diff != "" {
				t.Errorf("the sheet that was kept (-want +got):\n%s", diff)
			}
		}
	})
}
