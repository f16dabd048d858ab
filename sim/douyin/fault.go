package douyin

import (
	"io"
	"net/http"
	"slices"
	"sync"
	"time"

	"pavilion"
)

// Kind is a way in which something goes wrong.
type Kind string

const (
	// Of calls.
	LoseRequest Kind = "lose_request" // the connection breaks, nothing was done
	LoseReply   Kind = "lose_reply"   // it was done, then the connection breaks
	HTML        Kind = "html"         // a page instead of an answer, nothing was done
	HTMLAfter   Kind = "html_after"   // it was done, then a page instead of the answer
	Refuse      Kind = "refuse"       // the answer of Code and Sub, nothing was done
	Late        Kind = "late"         // the connection breaks; it is done after the next call that comes Wait later

	// Of pushes, when they are made.
	Lose   Kind = "lose"
	Repeat Kind = "repeat"
	Delay  Kind = "delay" // by Wait

	// Of the requests that carry pushes.
	Reorder   Kind = "reorder" // the last message first
	WrongSign Kind = "wrong_sign"

	// Of audits: the goods or the picture are refused for Reason, about Field.
	Reject Kind = "reject"
)

// Where something goes wrong, besides the methods by their names.
const (
	AnyCall         = "*"
	AtPush          = "push"
	AtBatch         = "batch"
	AtProductAudit  = "audit.product"
	AtMaterialAudit = "audit.material"
)

// Fault makes things go wrong. Faults do not survive a restart.
type Fault struct {
	At     string // a method, or one of the places above
	Kind   Kind
	Skip   int // so many pass unharmed before
	Times  int // 0 is once
	Code   int
	Sub    string // "" is the usual one of the code
	Wait   time.Duration
	Field  string
	Reason string
}

// possible tells whether a fault can happen where it says.
func (all *faults) possible(f Fault) bool {
	of := map[string][]Kind{
		AtPush: {Lose, Repeat, Delay}, AtBatch: {Reorder, WrongSign}, AtProductAudit: {Reject}, AtMaterialAudit: {Reject},
	}
	kinds, place := of[f.At]
	if !place && (all.isCall(f.At) || f.At == AnyCall) {
		kinds = []Kind{LoseRequest, LoseReply, HTML, HTMLAfter, Refuse, Late}
	}
	return slices.Contains(kinds, f.Kind) && f.Skip >= 0 && f.Times >= 0 && f.Times <= 1_000_000 && f.Wait >= 0 && (f.Kind != Refuse || f.Code > 0)
}

// faults are those that are due, the first ones first.
type faults struct {
	calls []string // the methods there are

	mu     sync.Mutex // of what follows
	due    []Fault
	broken time.Time // until then nothing gets through
	lag    time.Duration
	late   []lateCall // oldest first
}

// lateCall is a call that will be done although its caller saw the connection break.
type lateCall struct {
	r  *http.Request
	q  request
	at time.Time
}

func (all *faults) isCall(at string) bool { return slices.Contains(all.calls, at) }

// Fault makes things go wrong from now on. The error is Invalid, sim.fault.
func (s *Simulator) Fault(f Fault) error {
	if !s.faults.possible(f) {
		return pavilion.E(pavilion.Invalid, "sim.fault", pavilion.Args{"at": f.At, "fault": string(f.Kind)})
	}
	// What was due before is not touched.
	if err := s.do(func(*tx) error { return nil }); err != nil {
		return err
	}
	f.Times = max(f.Times, 1)
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	s.faults.due = append(s.faults.due, f)
	return nil
}

// Break lets no call and no push through for a while; 0 mends it.
func (s *Simulator) Break(d time.Duration) {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	s.faults.broken = s.o.Clock().Add(d)
}

// ClearFaults mends everything.
func (s *Simulator) ClearFaults() {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	s.faults.due, s.faults.broken, s.faults.lag = nil, time.Time{}, 0
}

// SetLag lets order.searchList see what changed only so much later; 0 mends it.
func (s *Simulator) SetLag(d time.Duration) {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	s.faults.lag = max(d, 0)
}

// seen tells whether order.searchList sees a change of then by now.
func (all *faults) seen(then, now time.Time) bool {
	all.mu.Lock()
	defer all.mu.Unlock()
	return all.lag == 0 || !then.Add(all.lag).After(now)
}

// keepLate keeps a call until its time.
func (all *faults) keepLate(c lateCall) {
	all.mu.Lock()
	defer all.mu.Unlock()
	all.late = append(all.late, c)
}

// takeLate returns the kept calls whose time has come.
func (all *faults) takeLate(now time.Time) (due []lateCall) {
	all.mu.Lock()
	defer all.mu.Unlock()
	all.late = slices.DeleteFunc(all.late, func(c lateCall) bool {
		if c.at.After(now) {
			return false
		}
		due = append(due, c)
		return true
	})
	return due
}

// Faults are those that are due, and until when nothing gets through.
func (s *Simulator) Faults() (due []Fault, broken time.Time) {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	return slices.Clone(s.faults.due), s.faults.broken
}

// take returns the fault that is due at a place, nil if there is none. The time is that of
// the clock handed in, not the platform's.
func (f *faults) take(at string, now time.Time) *Fault {
	f.mu.Lock()
	defer f.mu.Unlock()
	isCall := f.isCall(at)
	if now.Before(f.broken) && (isCall || at == AtBatch) {
		return &Fault{At: at, Kind: LoseRequest}
	}
	for i := range f.due {
		due := &f.due[i]
		if due.At != at && !(due.At == AnyCall && isCall) {
			continue
		}
		if due.Skip > 0 {
			due.Skip--
			continue
		}
		taken := *due
		if due.Times--; due.Times == 0 {
			f.due = slices.Delete(f.due, i, i+1)
		}
		return &taken
	}
	return nil
}

const htmlPage = "<!doctype html><title>502 Bad Gateway</title><h1>502 Bad Gateway</h1>"

func sendHTML(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(http.StatusBadGateway)
	io.WriteString(w, htmlPage) // whoever does not listen any more asks again
}

// instead answers in place of a call, which is then not done.
func (f *Fault) instead(w http.ResponseWriter) bool {
	switch {
	case f == nil:
		return false
	case f.Kind == LoseRequest:
		panic(http.ErrAbortHandler)
	case f.Kind == HTML:
		sendHTML(w)
		return true
	}
	return false
}

// afterwards spoils the answer of a call that was done.
func (f *Fault) afterwards(w http.ResponseWriter) bool {
	switch {
	case f == nil:
		return false
	case f.Kind == LoseReply:
		panic(http.ErrAbortHandler)
	case f.Kind == HTMLAfter:
		sendHTML(w)
		return true
	}
	return false
}

func (f *Fault) reason(otherwise string) string {
	if f.Reason == "" {
		return otherwise
	}
	return f.Reason
}

func (f *Fault) field(otherwise string) string {
	if f.Field == "" {
		return otherwise
	}
	return f.Field
}
