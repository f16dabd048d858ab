package jd

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"time"

	"pavilion/money"
)

// tree is one value of an answer. JD writes the same thing as a number here and as a text
// there, so a tree is asked for what is wanted, not for what it is; a field that is not
// there is the zero value. What can not be read is remembered once for the whole answer and
// told by err. It names the place and never the value, which may be somebody's address.
type tree struct {
	value any // nil, bool, string, json.Number, []any or map[string]any
	path  string
	wrong *error
}

// parse reads an answer.
func parse(raw []byte) (tree, error) {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	t := tree{wrong: new(error)}
	if err := d.Decode(&t.value); err != nil {
		return tree{}, errors.New("no JSON") // the decoder's words may quote the answer
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return tree{}, errors.New("more than one JSON value")
	}
	return t, nil
}

func (t tree) fail(wanted string) {
	if *t.wrong == nil {
		*t.wrong = fmt.Errorf("%s is no %s", t.path, wanted)
	}
}

// err is the first thing of the answer that could not be read.
func (t tree) err() error { return *t.wrong }

// apart is the same value with a memory of its own for what can not be read, so that one bad
// entry does not spoil a page.
func (t tree) apart() tree { t.wrong = new(error); return t }

// at is the field of that name.
func (t tree) at(name string) tree {
	path := name
	if t.path != "" {
		path = t.path + "." + name
	}
	out := tree{path: path, wrong: t.wrong}
	switch v := t.value.(type) {
	case map[string]any:
		out.value = v[name]
	case nil:
	default:
		t.fail("object")
	}
	return out
}

// first is the first of the fields that is there.
func (t tree) first(names ...string) tree {
	for _, name := range names {
		if f := t.at(name); f.there() {
			return f
		}
	}
	return t.at(names[0])
}

// there tells whether the value is there and not null.
func (t tree) there() bool { return t.value != nil }

// isObject tells whether the value is an object.
func (t tree) isObject() bool { _, ok := t.value.(map[string]any); return ok }

// items are the entries of a list.
func (t tree) items() []tree {
	switch v := t.value.(type) {
	case []any:
		out := make([]tree, len(v))
		for i := range v {
			out[i] = tree{v[i], t.path + "." + strconv.Itoa(i), t.wrong}
		}
		return out
	case nil:
	case string:
		if v != "" {
			t.fail("list")
		}
	default:
		t.fail("list")
	}
	return nil
}

// text is a text; numbers and truths are given as they were written.
func (t tree) text() string {
	switch v := t.value.(type) {
	case string:
		return strings.TrimSpace(v)
	case json.Number:
		return v.String()
	case bool:
		return strconv.FormatBool(v)
	case nil:
	default:
		t.fail("text")
	}
	return ""
}

// texts are the texts of a list.
func (t tree) texts() []string { return each(t, tree.text) }

// each reads every entry of a list.
func each[T any](t tree, read func(tree) T) []T {
	var out []T
	for _, item := range t.items() {
		out = append(out, read(item))
	}
	return out
}

// number is a whole number, exact to 63 bits.
func (t tree) number() int64 {
	s := t.text()
	if s == "" {
		return 0
	}
	n, ok := decimal(s, 0)
	if !ok {
		t.fail("whole number")
	}
	return n
}

// small is a whole number that fits an int of any machine.
func (t tree) small() int {
	n := t.number()
	if n > math.MaxInt32 || n < math.MinInt32 {
		t.fail("small number")
		return 0
	}
	return int(n)
}

// code is a small number of no consequence: what is no number is 0, and words may follow it.
func (t tree) code() int {
	s := t.text()
	end := 0
	for end < len(s) && end < 9 && s[end] >= '0' && s[end] <= '9' {
		end++
	}
	n, err := strconv.Atoi(s[:end])
	if err != nil {
		return 0
	}
	return n
}

// truth is a yes or no, also as the texts "true" and "1" and the number 1.
func (t tree) truth() bool {
	switch strings.ToLower(t.text()) {
	case "true", "1":
		return true
	case "", "false", "0":
		return false
	}
	t.fail("truth")
	return false
}

// money is an amount in the unit; not stated is the zero Money.
func (t tree) money(u Unit) money.Money {
	s := t.text()
	if s == "" {
		return money.Money{}
	}
	places := 0
	if u == Yuan {
		places = money.CNY.Digits()
	}
	n, ok := decimal(s, places)
	if !ok {
		t.fail("amount")
		return money.Money{}
	}
	return money.New(n, money.CNY)
}

// moment is a time: text in Beijing time, or milliseconds as a number or text. JD writes "no
// time" as nothing, 0, or a day in the years 1 or 1970; they are the zero Time.
func (t tree) moment() time.Time {
	s := t.text()
	if s == "" {
		return time.Time{}
	}
	at, err := time.ParseInLocation(wireLayout, s, beijing)
	if err != nil {
		at, err = time.ParseInLocation(time.DateOnly, s, beijing)
	}
	if err != nil {
		ms, ok := decimal(s, 0)
		if !ok || ms > latest.UnixMilli() {
			t.fail("time")
			return time.Time{}
		}
		at = time.UnixMilli(ms)
	}
	if at.Before(earliest) {
		return time.Time{}
	}
	return at.UTC()
}

var (
	earliest = time.Date(1970, 1, 3, 0, 0, 0, 0, time.UTC) // JD's no times lie before it, in every zone
	latest   = time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)
)

// decimal reads a decimal number and gives it times ten to the power of places, exactly: it
// refuses what has more digits than that. Java writes large numbers as 1.285E7.
func decimal(s string, places int) (int64, bool) {
	s, power, exponent := cutExponent(s)
	if !exponent {
		return 0, false
	}
	rest, negative := strings.CutPrefix(s, "-")
	whole, fraction, point := strings.Cut(rest, ".")
	digits := whole + fraction
	if whole == "" || point && fraction == "" || strings.Trim(digits, "0123456789") != "" {
		return 0, false
	}
	digits = strings.TrimLeft(digits, "0")
	if digits == "" {
		return 0, true
	}
	switch shift := places - len(fraction) + power; {
	case shift >= 0:
		if len(digits)+shift > 19 {
			return 0, false
		}
		digits += strings.Repeat("0", shift)
	case -shift > len(digits):
		return 0, false
	default:
		cut := len(digits) + shift
		if strings.Trim(digits[cut:], "0") != "" {
			return 0, false
		}
		digits = digits[:cut]
	}
	if negative {
		digits = "-" + digits
	}
	n, err := strconv.ParseInt(digits, 10, 64)
	return n, err == nil
}

// cutExponent splits a number into what stands before and after its E.
func cutExponent(s string) (mantissa string, power int, ok bool) {
	i := strings.IndexAny(s, "eE")
	if i < 0 {
		return s, 0, true
	}
	power, err := strconv.Atoi(s[i+1:])
	return s[:i], power, err == nil && power >= -40 && power <= 40
}
