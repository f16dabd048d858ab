package channel

import (
	"time"
)

// A platform sells from the number it was last told, and tells us of its orders later. What it
// may sell is granted to it out of our stock. The rule that nothing is ever promised twice is
//
//	what the platform offers + what it sold and we have not taken in ≤ what it was granted
//
// at every moment, whatever calls are delayed, repeated or lost and whenever we crash.
// [Standing.Next] and what answers call on it keep the rule; docs/adr/0014 tells why they do.

// Standing is what we know of the share of a shop in a SKU. It is kept in the same transaction
// as what was granted.
type Standing struct {
	Granted int64      // what the stock says the shop was granted
	Call    Correction // that was asked for and may be carried out; none if it has no key
	Offered int64      // what the platform offered when its numbers were read last
	Read    time.Time  // when that was

	// Where increments are known: what it offers beyond what it was granted, since somebody else
	// gave it units, and since when that is seen.
	Beyond      int64
	BeyondSince time.Time

	// Where only absolute numbers can be set:
	Draining time.Time // since when the platform offers nothing, as far as it was told; zero if it may offer
	Set      time.Time // when it was last told to offer something
	Anew     bool      // it offers something else than it was granted
}

// Correction is a change of what a platform offers, written down before it is sent.
type Correction struct {
	Key  string
	By   int64     // signed, where the platform knows increments
	To   int64     // the absolute number otherwise
	Over int64     // so much of what the platform offered beyond its grant is covered, or taken off, by it
	Sent time.Time // when it was last sent
}

// Sharing says how a platform's numbers are changed; see [Traits].
type Sharing struct {
	Increments  bool
	RequestLife time.Duration
	Patience    time.Duration // how long news of what happened there may be under way to us
	Key         func() string // a key that was never used
}

// Step is what is to be done next about a share. What it grants, takes back and writes down is
// one transaction; only then the correction is sent.
type Step struct {
	Raise int64      // grant up to so many units more, before anything is sent
	Send  Correction // to be sent, if it has a key
	Look  bool       // read what the platform offers, and tell it to [Standing.Saw]
}

// Idle tells whether there is nothing to do.
func (s Step) Idle() bool { return s == Step{} }

// Next says how the share comes nearer to the units wanted: as many as the stock could grant at
// most. After a step that raises, [Standing.Raised] says what is sent for what was granted.
func (s Standing) Next(want int64, how Sharing, now time.Time) Step {
	if how.Increments {
		return s.nextIncrement(want, how, now)
	}
	return s.nextAbsolute(want, how, now)
}

// nextIncrement: units are granted before the platform hears of them, and free again only when
// it said that it took them off. What it offers beyond its grant, for longer than a cancelled
// order explains, is covered by what is granted next, or taken off. A correction whose answer
// was lost is sent again by its key, as often as it takes.
func (s Standing) nextIncrement(want int64, how Sharing, now time.Time) Step {
	switch {
	case s.Call.Key != "":
		again := s.Call
		again.Sent = now
		return Step{Send: again}
	case s.Read.IsZero():
		return Step{Look: true}
	case s.Beyond > 0 && want <= s.Granted && s.persists(how, now):
		if off := min(s.Beyond, s.Offered); off > 0 {
			return Step{Send: Correction{Key: how.Key(), By: -off, Over: off, Sent: now}}
		}
		return Step{Look: true}
	case want > s.Granted:
		return Step{Raise: want - s.Granted}
	case want == s.Granted:
		return Step{}
	case s.Offered == 0: // not known, or all sold by now
		return Step{Look: true}
	}
	return Step{Send: Correction{Key: how.Key(), By: -min(s.Granted-want, s.Offered), Sent: now}}
}

// persists tells whether units beyond the grant were seen for so long that somebody must have
// put them there.
func (s Standing) persists(how Sharing, now time.Time) bool {
	return !now.Before(s.BeyondSince.Add(how.Patience))
}

// nextAbsolute: a number that is set makes units appear that were sold meanwhile, so nothing is
// set but none, until all that was sold before is taken in and nothing unpaid can come back.
// Another number is sent once; if its answer is lost, it may be carried out as long as a
// request lives, and nothing that was granted is free before.
func (s Standing) nextAbsolute(want int64, how Sharing, now time.Time) Step {
	none := Step{Send: Correction{Key: s.Call.Key, Sent: now}}
	switch {
	case s.Call.Key != "" && s.Call.To == 0:
		return none
	case s.Call.Key != "" && !now.After(s.Call.Sent.Add(how.RequestLife)):
		return Step{}
	}
	none.Send.Key = how.Key()
	dead := s.Set.Add(how.RequestLife) // no request to offer something is carried out any more
	switch {
	case s.Call.Key != "": // by now it was carried out or never will be
		return none
	case s.Draining.IsZero() && want == s.Granted && !s.Anew:
		return Step{}
	case s.Draining.IsZero():
		return none
	case !now.After(dead):
		return Step{}
	case !s.Read.After(s.Draining), !s.Read.After(dead):
		return Step{Look: true}
	case s.Offered > 0: // what was not paid, or cancelled, came back
		return none
	case s.Granted > 0: // some of it is sold, and not taken in
		return Step{Look: true}
	case want > 0:
		return Step{Raise: want}
	}
	return Step{}
}

// Raised is the correction for units that were just granted. One that changes nothing has no
// key, and is not sent: the platform offers the units already.
func (s Standing) Raised(by int64, how Sharing, now time.Time) Correction {
	if by == 0 {
		return Correction{}
	}
	if how.Increments {
		c := Correction{By: by, Sent: now}
		if s.Beyond > 0 && s.persists(how, now) {
			c.By, c.Over = by-s.Beyond, s.Beyond
		}
		if c.By != 0 {
			c.Key = how.Key()
		}
		return c
	}
	return Correction{Key: how.Key(), To: by, Sent: now}
}

// Asked is the standing with a correction that is about to be sent.
func (s Standing) Asked(c Correction) Standing {
	if c.Key == "" {
		s.Beyond -= c.Over
		return s
	}
	s.Call = c
	if c.To > 0 {
		s.Set = c.Sent
	}
	return s
}

// Answer is what became of a correction.
type Answer int

// The answers.
const (
	Done    Answer = iota // it was carried out, now or when it was sent before
	Short                 // the platform offers fewer units than it was to take off
	Refused               // it was not carried out, and never will be
	Lost                  // nobody knows
)

// Answered is the standing after an answer to a correction, and how many granted units are to
// be taken back in the same transaction.
func (s Standing) Answered(c Correction, a Answer, how Sharing, now time.Time) (next Standing, lower int64) {
	if s.Call.Key != c.Key || a == Lost { // an answer to what was settled long ago says nothing
		return s, 0
	}
	s.Call, s.Offered = Correction{}, 0
	switch {
	case how.Increments && a == Done:
		lower = max(0, -c.By-c.Over)
		s.Beyond = max(0, s.Beyond-c.Over)
	case how.Increments && a == Refused:
		lower = max(0, c.By+c.Over)
	case !how.Increments && c.To > 0 && a == Done:
		s.Draining, s.Anew = time.Time{}, false
	case !how.Increments && c.To > 0: // it offers none, and was granted nothing else
		lower = c.To
	case !how.Increments && a == Done:
		s.Draining = now
	}
	lower = min(lower, s.Granted) // it sold what somebody else gave it, and was covered by it
	s.Granted -= lower
	return s, lower
}

// Saw is the standing after the platform's numbers were read: what it offers, and how many
// units are in its orders that we have not taken in, paid or not; -1 if it does not say. What it
// was granted beyond both can be neither sold nor come back, and is to be taken back in the
// same transaction. Where it offers more than it was granted, somebody else gave it units, as
// before it was ever granted some, or a cancelled order came back that we have not heard of. A
// platform that takes absolute numbers alone and does not say what is in its orders is never
// known to have sold all it will, and gets no units a second time.
func (s Standing) Saw(offered, pending int64, how Sharing, now time.Time) (next Standing, lower int64) {
	first := s.Read.IsZero()
	s.Offered, s.Read = offered, now
	drained := !s.Draining.IsZero() && now.After(s.Set.Add(how.RequestLife)) && offered == 0
	switch {
	case s.Call.Key != "":
	case how.Increments && offered > s.Granted:
		if s.Beyond == 0 && !first {
			s.BeyondSince = now
		}
		s.Beyond = offered - s.Granted
	case pending < 0:
		s.Beyond = 0
	case how.Increments:
		s.Beyond = 0
		lower = max(0, s.Granted-offered-pending)
	case drained && pending == 0:
		lower = s.Granted
	case s.Draining.IsZero():
		s.Anew = offered+pending != s.Granted
	}
	s.Granted -= lower
	return s, lower
}
