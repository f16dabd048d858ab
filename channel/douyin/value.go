package douyin

import (
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"time"

	"pavilion/money"
)

// The platform writes the same number now as a number and now as text, also in answers of the
// same method. The types here read both and lose no digit; each says what it writes.

// ID is a number that names something, of up to nineteen digits. It is written as a number;
// "" and "0" name nothing.
type ID string

// Text is a text, or a number that is sent as text.
type Text string

// Int is a whole number: a count, a state, a code.
type Int int64

// Flag is yes or no.
type Flag bool

// Fen is an amount in hundredths of a yuan.
type Fen int64

var (
	errNoText  = errors.New("neither a text nor a number")
	errNoInt   = errors.New("not a whole number")
	errNoFlag  = errors.New("neither yes nor no")
	errNoID    = errors.New("not the digits of a number")
	errNoValue = errors.New("no JSON in the text")
)

// scalar reads a JSON text, number, true or false as text, and null as "".
func scalar(raw []byte) (string, error) {
	s := string(raw)
	switch {
	case s == "null":
		return "", nil
	case s == "" || s[0] == '{' || s[0] == '[':
		return "", errNoText
	case s[0] == '"':
		var text string
		err := json.Unmarshal(raw, &text)
		return text, err
	}
	return s, nil
}

// UnmarshalJSON reads a number or a text.
func (t *Text) UnmarshalJSON(raw []byte) error {
	s, err := scalar(raw)
	*t = Text(s)
	return err
}

// UnmarshalJSON reads a number or a text.
func (id *ID) UnmarshalJSON(raw []byte) error {
	s, err := scalar(raw)
	*id = ID(s)
	return err
}

// MarshalJSON writes the digits as a number.
func (id ID) MarshalJSON() ([]byte, error) {
	s := string(id)
	if s == "" || len(s) > 20 || len(s) > 1 && s[0] == '0' || strings.Trim(s, "0123456789") != "" {
		return nil, errNoID
	}
	return []byte(s), nil
}

// None tells whether the number names nothing.
func (id ID) None() bool { return id == "" || id == "0" }

// whole reads a whole number; a fraction of zeros is none.
func whole(raw []byte) (int64, error) {
	s, err := scalar(raw)
	if err != nil {
		return 0, err
	}
	s = strings.TrimSpace(s)
	if s == "" {
		return 0, nil
	}
	if before, after, point := strings.Cut(s, "."); point && strings.Trim(after, "0") == "" {
		s = before
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return 0, errNoInt
	}
	return n, nil
}

// UnmarshalJSON reads a number or a text; what is empty is nought.
func (n *Int) UnmarshalJSON(raw []byte) error {
	v, err := whole(raw)
	*n = Int(v)
	return err
}

// UnmarshalJSON reads a number or a text; what is empty is nought.
func (f *Fen) UnmarshalJSON(raw []byte) error {
	v, err := whole(raw)
	*f = Fen(v)
	return err
}

// Money is the amount in yuan.
func (f Fen) Money() money.Money { return money.New(int64(f), money.CNY) }

// UnmarshalJSON reads true, 1, "true", "1" and their contraries; what is empty is no.
func (f *Flag) UnmarshalJSON(raw []byte) error {
	s, err := scalar(raw)
	if err != nil {
		return err
	}
	switch strings.ToLower(s) {
	case "true", "1":
		*f = true
	case "false", "0", "":
		*f = false
	default:
		return errNoFlag
	}
	return nil
}

// Moment is a time. It is written in seconds since 1970, and read from that, from
// milliseconds, from 2006-01-02 15:04:05 in Beijing and from RFC 3339. What is nought, or a
// number of other length as one sample of the documents has it, is the zero time: not stated.
type Moment struct{ time.Time }

// Beijing is the zone of the times that the platform writes by the clock.
var Beijing = time.FixedZone("CST", 8*60*60)

const clockLayout = "2006-01-02 15:04:05"

// At is the moment of a time.
func At(t time.Time) Moment { return Moment{t} }

// UnmarshalJSON reads every form that the platform writes.
func (m *Moment) UnmarshalJSON(raw []byte) error {
	s, err := scalar(raw)
	if err != nil {
		return err
	}
	*m = Moment{readTime(strings.TrimSpace(s))}
	return nil
}

func readTime(s string) time.Time {
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		switch {
		case n >= 1e8 && n < 1e10:
			return time.Unix(n, 0).UTC()
		case n >= 1e12 && n < 1e13:
			return time.UnixMilli(n).UTC()
		}
		return time.Time{}
	}
	if t, err := time.ParseInLocation(clockLayout, s, Beijing); err == nil && t.Year() > 1970 {
		return t.UTC()
	}
	if t, err := time.Parse(time.RFC3339, s); err == nil && t.Year() > 1970 {
		return t.UTC()
	}
	return time.Time{}
}

// MarshalJSON writes seconds since 1970, nought for the zero time.
func (m Moment) MarshalJSON() ([]byte, error) {
	if m.IsZero() {
		return []byte("0"), nil
	}
	return strconv.AppendInt(nil, m.Unix(), 10), nil
}

// clockTime writes a time by the clock of Beijing, "" for the zero time.
func clockTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(Beijing).Format(clockLayout)
}

// Inner is a value that comes as JSON or as a text that holds JSON.
type Inner[T any] struct{ V T }

// UnmarshalJSON reads both forms; an empty text or null leaves the zero value.
func (in *Inner[T]) UnmarshalJSON(raw []byte) error {
	var zero T
	in.V = zero
	if len(raw) > 0 && raw[0] == '"' {
		var text string
		if err := json.Unmarshal(raw, &text); err != nil {
			return err
		}
		if text = strings.TrimSpace(text); text == "" {
			return nil
		}
		if text[0] != '{' && text[0] != '[' {
			return errNoValue
		}
		raw = []byte(text)
	}
	return json.Unmarshal(raw, &in.V)
}
