package bank

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pavilion"
	"pavilion/money"
	"pavilion/sim/rates"
)

const day pavilion.Date = "2026-11-23"

// open opens a simulated bank with a client.
func open(t testing.TB) (*rates.Simulator, *Bank) {
	t.Helper()
	sim := rates.New()
	server := httptest.NewServer(sim)
	t.Cleanup(server.Close)
	b, err := New(Options{URL: server.URL + "/", Name: "a bank", Base: rates.Base})
	if err != nil {
		t.Fatal(err)
	}
	return sim, b
}

func TestRates(t *testing.T) {
	t.Parallel()
	sim, b := open(t)
	got, err := b.Rates(t.Context(), day)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range got {
		want, known := rates.Of(r.From, day)
		if !known || !r.Value.Equal(want.Value) || r.To != rates.Base || r.Source != "a bank" || !r.At.Equal(day.Time()) {
			t.Errorf("got %v, want %v", r, want)
		}
	}
	if len(got) != 4 {
		t.Errorf("got %d rates, want 4", len(got))
	}
	sim.Fail(rates.Late, 1)
	if got, err := b.Rates(t.Context(), day); err != nil || !got[0].At.Equal(day.AddDays(-1).Time()) {
		t.Errorf("nothing newer was published: got %v %v, want those of the day before", got, err)
	}
	sim.Fail(rates.TenTimes, 1) // looks like any other answer: who takes it looks at the last one
	if got, err := b.Rates(t.Context(), day); err != nil || len(got) != 4 {
		t.Errorf("ten times off: got %v %v", got, err)
	}
}

// TestFaults: whatever goes wrong is said in our words, without the address.
func TestFaults(t *testing.T) {
	t.Parallel()
	sim, b := open(t)
	for fault, reason := range map[rates.Fault]string{
		rates.Truncated: "rates.unclear", rates.HTML: "rates.unclear", rates.Huge: "rates.unclear",
		rates.Redirect: "rates.unclear", rates.Unavailable: "rates.unclear",
	} {
		sim.Fail(fault, 1)
		_, err := b.Rates(t.Context(), day)
		if pavilion.ReasonOf(err) != reason || pavilion.KindOf(err) != pavilion.Unavailable {
			t.Errorf("%s: got %v, want %s", fault, err, reason)
		}
	}
	gone := httptest.NewServer(sim)
	b.o.URL = gone.URL + "/key-12345"
	gone.Close()
	if _, err := b.Rates(t.Context(), day); pavilion.ReasonOf(err) != "rates.unreachable" || strings.Contains(err.Error(), "12345") {
		t.Errorf("gone: got %v, want rates.unreachable without the address", err)
	}
}

// silent never answers.
type silent struct{}

func (silent) RoundTrip(r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	return nil, r.Context().Err()
}

func TestSilence(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b, err := New(Options{URL: "https://bank.example", Base: rates.Base, Transport: silent{}})
		if err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		if _, err := b.Rates(t.Context(), day); pavilion.ReasonOf(err) != "rates.unreachable" || time.Since(began) != callTimeout {
			t.Errorf("got %v after %s, want rates.unreachable after %s", err, time.Since(began), callTimeout)
		}
	})
}

func TestOptions(t *testing.T) {
	t.Parallel()
	for field, o := range map[string]Options{
		"rates-url":      {URL: "ftp://bank.example", Base: money.BYN},
		"rates-currency": {URL: "https://bank.example", Base: "XYZ"},
	} {
		_, err := New(o)
		if e, is := errors.AsType[*pavilion.Error](err); !is || e.Reason != "rates.options" || e.Field != field {
			t.Errorf("%s: got %v, want rates.options", field, err)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add(rates.Answer(day, false))
	f.Add(`[{"Date":"2026-11-23","Cur_Abbreviation":"CNY","Cur_Scale":1000000,"Cur_OfficialRate":0.000000000000000001}]`)
	f.Add(`[{"Date":"2026-11-23","Cur_Abbreviation":"CNY","Cur_Scale":10,"Cur_OfficialRate":1e999999999}]`)
	f.Add(`[{"Cur_Abbreviation":"XAU"},null]`)
	b := &Bank{o: Options{Name: "a bank", Base: money.BYN}}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := b.read([]byte(text))
		if err != nil && pavilion.KindOf(err) != pavilion.Unavailable {
			t.Fatalf("got %v, want an error of the bank", err)
		}
		for _, r := range got {
			if !r.Value.IsPositive() || !r.From.Known() || r.From == r.To || r.At.IsZero() {
				t.Fatalf("read %+v", r)
			}
		}
	})
}
