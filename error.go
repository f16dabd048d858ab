package pavilion

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// Kind sorts every error into what the other side can do about it. HTTP status, job retry
// and exit code each come from one table over Kind.
type Kind uint8

const (
	Internal        Kind = iota // a fault of ours; the text stays in the log
	Invalid                     // the input is wrong; Field says where
	NotFound                    // there is no such thing, or not for this actor
	Conflict                    // the thing is in a state that does not allow it
	Forbidden                   // known, but not allowed
	Unauthenticated             // not known
	Limited                     // too often or too much; RetryAfter says when
	Unavailable                 // an outside service or the database cannot answer now
)

var kindNames = [...]string{"internal", "invalid", "not found", "conflict", "forbidden", "unauthenticated", "limited", "unavailable"}

func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return "internal"
}

// Args are the values a sentence about an error or finding needs, by name. They can be
// stored as JSON: whole numbers and texts in several languages come back as they were.
type Args map[string]any

// UnmarshalJSON reads what was stored.
func (a *Args) UnmarshalJSON(raw []byte) error {
	var values map[string]json.RawMessage
	if err := json.Unmarshal(raw, &values); err != nil {
		return err
	}
	*a = make(Args, len(values))
	for name, raw := range values {
		var whole int64
		var words Text
		var other any
		switch {
		case json.Unmarshal(raw, &whole) == nil && string(raw) != "null":
			(*a)[name] = whole
		case json.Unmarshal(raw, &words) == nil && words != nil:
			(*a)[name] = words
		default:
			if err := json.Unmarshal(raw, &other); err != nil {
				return err
			}
			(*a)[name] = other
		}
	}
	return nil
}

// Error is the one error type of the program. Reason is the machine word and at the same
// time the key of the sentence people read ("stock.short"); the sentence is made at the
// edge, in the reader's language, from Reason and Args.
type Error struct {
	Kind       Kind
	Reason     string
	Field      string // the input it is about, "" if none
	Args       Args
	RetryAfter time.Duration // for Limited and Unavailable, 0 if unknown
	Err        error         // the cause, for the log
}

// E makes an Error.
func E(kind Kind, reason string, args Args) *Error {
	return &Error{Kind: kind, Reason: reason, Args: args}
}

// At names the field the error is about.
func (e *Error) At(field string) *Error { e.Field = field; return e }

// Because adds the cause.
func (e *Error) Because(err error) *Error { e.Err = err; return e }

func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Reason)
	if e.Field != "" {
		b.WriteString(" at " + e.Field)
	}
	for _, k := range slices.Sorted(maps.Keys(e.Args)) {
		fmt.Fprintf(&b, " %s=%v", k, e.Args[k])
	}
	if e.Err != nil {
		b.WriteString(": " + e.Err.Error())
	}
	return b.String()
}

func (e *Error) Unwrap() error { return e.Err }

// Is makes errors.Is(err, E(kind, reason, nil)) compare kind and reason; an empty reason
// compares the kind alone.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Kind == e.Kind && (t.Reason == "" || t.Reason == e.Reason)
}

// KindOf returns the kind of err; an error that is not ours is Internal.
func KindOf(err error) Kind {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return Internal
}

// ReasonOf returns the machine word of err, or "internal".
func ReasonOf(err error) string {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Reason
	}
	return "internal"
}
