// Package bank reads the exchange rates that a bank publishes every day: a translator that
// knows the wire format of sim/rates/protocol.md and no table. Start with [New].
package bank

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"pavilion"
	"pavilion/money"
)

const (
	callTimeout = 10 * time.Second
	answerMost  = 256 << 10 // bytes
	ratesMost   = 300
	unitsMost   = 1_000_000
)

// Options say where the bank is.
type Options struct {
	URL       string            // of its API, without a slash at the end
	Name      string            // what people call it, the source of its rates; "" takes the host of URL
	Base      money.Currency    // its own, which its answers do not name
	Transport http.RoundTripper // nil takes http.DefaultTransport
}

// Bank is a client. It is safe for use by many goroutines.
type Bank struct {
	o    Options
	http *http.Client
}

// New makes a client. The error is Invalid, rates.options, with the option it is about.
func New(o Options) (*Bank, error) {
	u, err := url.Parse(o.URL)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || u.RawQuery != "":
		return nil, pavilion.E(pavilion.Invalid, "rates.options", pavilion.Args{"option": "rates-url"}).At("rates-url")
	case !o.Base.Known():
		return nil, pavilion.E(pavilion.Invalid, "rates.options", pavilion.Args{"option": "rates-currency"}).At("rates-currency")
	case o.Name == "":
		o.Name = u.Hostname()
	}
	o.URL = strings.TrimRight(o.URL, "/")
	return &Bank{o: o, http: &http.Client{
		Transport:     o.Transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}, nil
}

// Rates asks what currencies cost on a day. Each rate says which day it holds on, which may
// be an earlier one. Errors: Unavailable rates.unreachable and rates.unclear, neither of which
// tells the address: it may hold a key.
func (b *Bank) Rates(ctx context.Context, on pavilion.Date) ([]money.Rate, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, b.o.URL+"/exrates/rates?periodicity=0&ondate="+string(on), http.NoBody)
	if err != nil {
		return nil, b.fault("rates.unreachable", nil)
	}
	r.Header.Set("Accept", "application/json")
	answer, err := b.http.Do(r)
	if err != nil {
		if about, ok := errors.AsType[*url.Error](err); ok {
			err = about.Err // without the address
		}
		return nil, b.fault("rates.unreachable", err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(io.LimitReader(answer.Body, answerMost+1))
	kind, _, _ := mime.ParseMediaType(answer.Header.Get("Content-Type"))
	switch {
	case err != nil:
		return nil, b.fault("rates.unreachable", err)
	case answer.StatusCode != http.StatusOK || kind != "application/json" || len(text) > answerMost:
		return nil, b.fault("rates.unclear", nil)
	}
	return b.read(text)
}

func (b *Bank) fault(reason string, cause error) error {
	return pavilion.E(pavilion.Unavailable, reason, pavilion.Args{"source": b.o.Name}).Because(cause)
}

// row is a rate on the wire.
type row struct {
	Date  string      `json:"Date"`
	Code  string      `json:"Cur_Abbreviation"`
	Units int64       `json:"Cur_Scale"`
	Costs json.Number `json:"Cur_OfficialRate"`
}

// digits are those of a rate that was divided by its units: enough that an amount of a hundred
// million converted there and back is the same to the minor unit.
const digits = 16

// read reads an answer. An answer with one wrong line is not believed in the others either.
// Currencies that are not known, such as the unit of account of a fund, are passed over.
func (b *Bank) read(text []byte) ([]money.Rate, error) {
	var rows []row
	if err := json.Unmarshal(text, &rows); err != nil || len(rows) > ratesMost {
		return nil, b.fault("rates.unclear", err)
	}
	var out []money.Rate
	for _, in := range rows {
		code := money.Currency(in.Code)
		if !code.Known() {
			continue
		}
		day, _, _ := strings.Cut(in.Date, "T")
		on, err := pavilion.ParseDate(day)
		if err != nil || in.Units < 1 || in.Units > unitsMost || code == b.o.Base {
			return nil, b.fault("rates.unclear", err)
		}
		rate, err := money.ParseRate(code, b.o.Base, in.Costs.String(), b.o.Name, on.Time())
		if err != nil {
			return nil, b.fault("rates.unclear", err)
		}
		if in.Units > 1 {
			rate.Value = rate.Value.DivRound(decimal.NewFromInt(in.Units), digits)
		}
		if !rate.Value.IsPositive() { // so small that nothing is left of it
			return nil, b.fault("rates.unclear", nil)
		}
		out = append(out, rate)
	}
	return out, nil
}
