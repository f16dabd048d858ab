package jd

import (
	"slices"
	"strings"
	"time"

	"pavilion"
)

// FaultKind is a way in which a call goes wrong.
type FaultKind string

const (
	Slow       FaultKind = "slow"        // the answer waits for Delay
	LostCall   FaultKind = "lost_call"   // nothing is done and the connection breaks
	LostReply  FaultKind = "lost_reply"  // it is done and the connection breaks
	Late       FaultKind = "late"        // the connection breaks; it is done after the next call
	Repeat     FaultKind = "repeat"      // it is done twice
	Coded      FaultKind = "code"        // nothing is done, error_response with Code
	InnerCode  FaultKind = "inner_code"  // it is done, and the answer holds Code all the same
	HTML       FaultKind = "html"        // nothing is done, a web page comes
	HTMLReply  FaultKind = "html_reply"  // it is done, a web page comes
	Dirty      FaultKind = "dirty"       // it is done, the JSON ends with ",}"
	Doubled    FaultKind = "doubled"     // lists hold each entry twice
	Shuffled   FaultKind = "shuffled"    // lists are in another order
	NoOAID     FaultKind = "no_oaid"     // buyers come without an OAID
	Sparse     FaultKind = "sparse"      // lines come without outerSkuId and wareId
	Moving     FaultKind = "moving"      // an order that was listed changes right afterwards
	TokenStays FaultKind = "token_stays" // the next refresh keeps the value
)

var faultKinds = []FaultKind{
	Slow, LostCall, LostReply, Late, Repeat, Coded, InnerCode, HTML, HTMLReply, Dirty, Doubled, Shuffled,
	NoOAID, Sparse, Moving, TokenStays,
}

// Fault is something that goes wrong.
type Fault struct {
	Kind   FaultKind
	Method string        // or "oauth2/access_token", "oauth2/refresh_token"; "" for any method
	Skip   int           // calls that still go well
	Times  int           // calls that go wrong after them, 1 if 0
	Code   string        // of Coded and InnerCode
	Delay  time.Duration // before the answer
}

// callsMost bounds Skip and Times.
const callsMost = 100_000

// valid tells whether it can happen.
func (f Fault) valid() bool {
	return slices.Contains(faultKinds, f.Kind) && f.Skip >= 0 && f.Skip <= callsMost && f.Times >= 0 && f.Times <= callsMost &&
		f.Delay >= 0 && f.Delay <= time.Hour && (f.Code != "") == (f.Kind == Coded || f.Kind == InnerCode) &&
		(f.Kind != Slow || f.Delay > 0)
}

// faults are what will go wrong.
type faults struct {
	next   []Fault
	until  time.Time // an outage lasts until then
	outage Fault
	late   []map[string]string // calls that are held back
	moves  bool                // the first order of the list that is under way changes
}

// take is what goes wrong with the next call of a method.
func (f *faults) take(method string, now time.Time) Fault {
	if now.Before(f.until) {
		return f.outage
	}
	for i := range f.next {
		one := &f.next[i]
		if one.Method != method && (one.Method != "" || strings.HasPrefix(method, "oauth2/")) || one.Kind == TokenStays {
			continue
		}
		if one.Skip > 0 {
			one.Skip--
			continue
		}
		happens := *one
		if one.Times--; one.Times == 0 {
			f.next = slices.Delete(f.next, i, i+1)
		}
		return happens
	}
	return Fault{}
}

// takeStay tells whether the next refresh keeps the value.
func (f *faults) takeStay() bool {
	i := slices.IndexFunc(f.next, func(f Fault) bool { return f.Kind == TokenStays })
	if i < 0 {
		return false
	}
	if f.next[i].Times--; f.next[i].Times == 0 {
		f.next = slices.Delete(f.next, i, i+1)
	}
	return true
}

// Fail makes calls go wrong. The error is Invalid, sim.fault.
func (s *Simulator) Fail(f Fault) error {
	if f.Times == 0 {
		f.Times = 1
	}
	if !f.valid() {
		return pavilion.E(pavilion.Invalid, "sim.fault", pavilion.Args{"fault": string(f.Kind)})
	}
	s.memory.mu.Lock()
	defer s.memory.mu.Unlock()
	s.faults.next = append(s.faults.next, f)
	return nil
}

// Break makes every call go wrong the same way for so long. The error is Invalid, sim.fault.
func (s *Simulator) Break(f Fault, how time.Duration) error {
	if !f.valid() || how <= 0 {
		return pavilion.E(pavilion.Invalid, "sim.fault", pavilion.Args{"fault": string(f.Kind)})
	}
	s.memory.mu.Lock()
	defer s.memory.mu.Unlock()
	s.faults.until, s.faults.outage = s.o.Clock().Add(how), f
	return nil
}

// Mend ends everything that goes wrong. Calls that are held back arrive with the next one.
func (s *Simulator) Mend() {
	s.memory.mu.Lock()
	defer s.memory.mu.Unlock()
	s.faults = faults{late: s.faults.late}
}

// spoil changes an answer that tells the truth otherwise.
func (f Fault) spoil(v any) {
	switch v := v.(type) {
	case obj:
		for k, one := range v {
			if list, ok := one.([]any); ok {
				v[k] = f.spoilList(k, list)
			}
			f.spoil(v[k])
		}
		switch f.Kind {
		case NoOAID:
			delete(v, "oaid")
		case Sparse:
			if _, line := v["skuName"]; line {
				delete(v, "outerSkuId")
				delete(v, "wareId")
			}
		}
	case []any:
		for _, one := range v {
			f.spoil(one)
		}
	}
}

// listed are the lists that are doubled and shuffled.
var listed = []string{"orderInfoList", "pageList", "data", "result", "remarkList"}

func (f Fault) spoilList(name string, list []any) []any {
	if !slices.Contains(listed, name) {
		return list
	}
	switch f.Kind {
	case Doubled:
		list = slices.Concat(list, list)
	case Shuffled:
		list = slices.Clone(list)
		slices.Reverse(list)
	}
	return list
}
