// Package rates simulates a bank that publishes exchange rates once a day: a real HTTP
// server, the same rates for the same day however often it is asked, and the bad habits of
// such servers. Its wire format is in protocol.md. Start with [New].
package rates

import (
	"fmt"
	"hash/fnv"
	"net/http"
	"strings"
	"sync"

	"github.com/shopspring/decimal"

	"pavilion"
	"pavilion/money"
)

// Name is what people call this bank, so that nobody takes its rates for real ones.
const Name = "模拟银行 · simulated bank"

// Base is the currency the rates are quoted in.
const Base = money.BYN

// Fault is one way in which an answer goes wrong. Their meanings are in protocol.md.
type Fault string

const (
	none        Fault = ""
	Late        Fault = "late"
	Slow        Fault = "slow"
	Truncated   Fault = "truncated"
	HTML        Fault = "html"
	Huge        Fault = "huge"
	TenTimes    Fault = "ten_times"
	Redirect    Fault = "redirect"
	Unavailable Fault = "unavailable"
)

// quote is what so many units of a currency cost on an average day.
type quote struct {
	id    int
	code  money.Currency
	scale int64
	name  string
	usual decimal.Decimal
}

// quotes are invented; they are near what such currencies cost, so that prices look right.
var quotes = []quote{
	{431, money.USD, 1, "Доллар США", decimal.RequireFromString("3.2600")},
	{451, money.EUR, 1, "Евро", decimal.RequireFromString("3.4800")},
	{456, money.RUB, 100, "Российских рублей", decimal.RequireFromString("3.6200")},
	{462, money.CNY, 10, "Китайских юаней", decimal.RequireFromString("4.5500")},
}

// Simulator is the bank. It is an http.Handler and safe for use by many goroutines.
type Simulator struct {
	mu    sync.Mutex
	due   []Fault
	asked int
}

// New makes a bank without faults.
func New() *Simulator { return &Simulator{} }

// Fail makes the next times answers go wrong.
func (s *Simulator) Fail(f Fault, times int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for range times {
		s.due = append(s.due, f)
	}
}

// Asked is how often the bank was asked.
func (s *Simulator) Asked() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asked
}

func (s *Simulator) take() Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked++
	if len(s.due) == 0 {
		return none
	}
	f := s.due[0]
	s.due = s.due[1:]
	return f
}

func (s *Simulator) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet || r.URL.Path != "/exrates/rates" || r.URL.Query().Get("periodicity") != "0" {
		http.NotFound(w, r)
		return
	}
	on, err := pavilion.ParseDate(r.URL.Query().Get("ondate"))
	if err != nil {
		http.Error(w, "ondate", http.StatusBadRequest)
		return
	}
	f := s.take()
	switch f {
	case Slow:
		<-r.Context().Done()
		panic(http.ErrAbortHandler)
	case HTML:
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, "<!doctype html><title>Bank</title><h1>We are updating our systems</h1>")
		return
	case Redirect:
		http.Redirect(w, r, "https://elsewhere.example/", http.StatusFound)
		return
	case Unavailable:
		http.Error(w, "come back later", http.StatusServiceUnavailable)
		return
	case Late:
		on = on.AddDays(-1)
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	text := Answer(on, f == TenTimes)
	switch f {
	case Truncated:
		fmt.Fprint(w, text[:len(text)/2])
	case Huge:
		fmt.Fprint(w, "[")
		for filler := strings.Repeat(" ", 32<<10); r.Context().Err() == nil; {
			if _, err := fmt.Fprint(w, filler); err != nil {
				return
			}
		}
	default:
		fmt.Fprint(w, text)
	}
}

// Answer is what the bank says of a day; with the renminbi ten times off, as if somebody had
// forgotten how many units were meant.
func Answer(on pavilion.Date, tenTimes bool) string {
	rows := make([]string, len(quotes))
	for i, q := range quotes {
		rate := q.on(on)
		if tenTimes && q.code == money.CNY {
			rate = rate.Shift(1)
		}
		rows[i] = fmt.Sprintf(`{"Cur_ID":%d,"Date":"%sT00:00:00","Cur_Abbreviation":"%s","Cur_Scale":%d,"Cur_Name":"%s","Cur_OfficialRate":%s}`,
			q.id, on, q.code, q.scale, q.name, rate)
	}
	return "[" + strings.Join(rows, ",") + "]"
}

// Of is what one unit of a currency costs on a day in [Base].
func Of(c money.Currency, on pavilion.Date) (money.Rate, bool) {
	for _, q := range quotes {
		if q.code == c {
			value := q.on(on).Div(decimal.NewFromInt(q.scale))
			return money.Rate{From: c, To: Base, Value: value, Source: Name, At: on.Time()}, true
		}
	}
	return money.Rate{}, false
}

// on is the rate of a day: up to four thousandths from the usual one, by the day alone.
func (q quote) on(day pavilion.Date) decimal.Decimal {
	h := fnv.New32a()
	fmt.Fprint(h, q.code, day) // a hash never fails
	off := decimal.New(int64(h.Sum32()%81)-40, -4)
	return q.usual.Mul(decimal.NewFromInt(1).Add(off)).Round(4)
}
