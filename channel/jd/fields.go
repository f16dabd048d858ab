package jd

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"pavilion/money"
)

// fields are the business parameters of a call. What is blank is never sent, so that nobody
// has to know whether the gateway signs it; fields that may be 0 are put in by hand.
type fields map[string]any

// text puts a text that is not blank.
func (f fields) text(name, value string) fields {
	if strings.TrimSpace(value) != "" {
		f[name] = value
	}
	return f
}

// number puts a number that is not 0.
func (f fields) number(name string, value int64) fields {
	if value != 0 {
		f[name] = value
	}
	return f
}

// digits puts a number that is not 0 where JD wants its digits as text.
func (f fields) digits(name string, value int64) fields {
	if value != 0 {
		f[name] = strconv.FormatInt(value, 10)
	}
	return f
}

// moment puts a time that is stated, as JD writes it.
func (f fields) moment(name string, at time.Time) fields {
	if !at.IsZero() {
		f[name] = wireTime(at)
	}
	return f
}

// price puts an amount that is stated: yuan as a bare number whose text is kept.
func (f fields) price(name string, m money.Money) fields {
	if m != (money.Money{}) {
		f[name] = json.Number(m.Decimal())
	}
	return f
}

// list puts a list that has something in it.
func list[T any](f fields, name string, items []T) {
	if len(items) > 0 {
		f[name] = items
	}
}

// csv puts a list of a flat call, which wants it joined by commas.
func (f fields) csv(name string, items []string) fields {
	return f.text(name, strings.Join(items, ","))
}

// ids puts a list of numbers of a flat call.
func (f fields) ids(name string, ids []int64) fields {
	texts := make([]string, len(ids))
	for i, id := range ids {
		texts[i] = strconv.FormatInt(id, 10)
	}
	return f.csv(name, texts)
}

// encode writes the parameters as they are signed and sent.
func (f fields) encode() (string, error) {
	if len(f) == 0 {
		return "{}", nil
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(map[string]any(f)); err != nil {
		return "", err
	}
	return strings.TrimSuffix(b.String(), "\n"), nil
}

const wireLayout = "2006-01-02 15:04:05"

// wireTime writes a time as JD does.
func wireTime(at time.Time) string { return at.In(beijing).Format(wireLayout) }
