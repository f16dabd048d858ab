package payment

import (
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
)

// Fault is one way in which a call or a notice goes wrong. Their meanings are in
// protocol.md.
type Fault string

const (
	none        Fault = ""
	NotDone     Fault = "not_done"
	LostReply   Fault = "lost_reply"
	Slow        Fault = "slow"
	HTML        Fault = "html"
	Truncated   Fault = "truncated"
	Huge        Fault = "huge"
	Redirect    Fault = "redirect"
	Limited     Fault = "limited"
	Unavailable Fault = "unavailable"

	Refused Fault = "refused" // of refunds
	Pending Fault = "pending"

	WrongSignature Fault = "wrong_signature" // of notices
	WrongAmount    Fault = "wrong_amount"
	Stale          Fault = "stale"
)

// AtNotice is where the faults of notices are due.
const AtNotice = "notice"

var (
	ofCalls   = []Fault{NotDone, LostReply, Slow, HTML, Truncated, Huge, Redirect, Limited, Unavailable}
	ofRefunds = []Fault{Refused, Pending}
	ofNotices = []Fault{WrongSignature, WrongAmount, Stale}
)

// possible tells where which faults can happen.
var possible = map[string][]Fault{
	"POST /v1/intents":     ofCalls,
	"GET /v1/intents/{id}": ofCalls,
	"POST /v1/refunds":     slices.Concat(ofCalls, ofRefunds),
	"GET /v1/refunds/{id}": ofCalls,
	AtNotice:               ofNotices,
}

// faults are those that are due, by place, the next one first.
type faults struct {
	mu  sync.Mutex
	due map[string][]Fault
}

// add makes the next times calls at a place go wrong; it reports whether they can.
func (f *faults) add(at string, what Fault, times int) bool {
	if !slices.Contains(possible[at], what) || times < 1 || times > 1000 {
		return false
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.due == nil {
		f.due = map[string][]Fault{}
	}
	f.due[at] = append(f.due[at], slices.Repeat([]Fault{what}, times)...)
	return true
}

func (f *faults) take(at string) Fault {
	f.mu.Lock()
	defer f.mu.Unlock()
	due := f.due[at]
	if len(due) == 0 {
		return none
	}
	f.due[at] = due[1:]
	return due[0]
}

// instead answers in place of the call, which is then not done.
func (f Fault) instead(w http.ResponseWriter, r *http.Request) bool {
	switch f {
	case NotDone:
		panic(http.ErrAbortHandler)
	case HTML:
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		io.WriteString(w, "<!doctype html><title>Gateway</title><h1>We are updating our systems</h1>")
	case Redirect:
		http.Redirect(w, r, "https://elsewhere.example/", http.StatusTemporaryRedirect)
	case Limited:
		w.Header().Set("Retry-After", "7")
		answer(w, http.StatusTooManyRequests, failure{"limited", "too many calls"})
	case Unavailable:
		answer(w, http.StatusServiceUnavailable, failure{"unavailable", "come back later"})
	default:
		return false
	}
	return true
}

// afterwards spoils the answer of a call that was done. It returns only for the other
// faults.
func (f Fault) afterwards(w http.ResponseWriter, r *http.Request) {
	switch f {
	case LostReply:
		panic(http.ErrAbortHandler)
	case Slow:
		<-r.Context().Done()
		panic(http.ErrAbortHandler)
	case Truncated:
		w.Header().Set("Content-Type", "application/json")
		io.WriteString(w, `{"id":"pay_`)
		_ = http.NewResponseController(w).Flush() // the connection breaks next anyway
		panic(http.ErrAbortHandler)
	case Huge:
		w.Header().Set("Content-Type", "application/json")
		io.WriteString(w, `{"id":"`)
		for endless := strings.Repeat("x", 32<<10); r.Context().Err() == nil; {
			if _, err := io.WriteString(w, endless); err != nil {
				break
			}
		}
		panic(http.ErrAbortHandler)
	}
}
