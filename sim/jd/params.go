package jd

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"pavilion/money"
)

// params are the business parameters of a call. Reading is as lenient as the platform:
// numbers may be texts and the other way round, a list may be an array, a text with commas
// or a text in brackets, an object may be the text of one. The first thing that is wrong is
// kept in bad, for the method to look at before it does anything.
type params struct {
	values map[string]any
	path   string
	bad    **failure
}

// readParams reads the business JSON. Numbers keep their text.
func readParams(text string) (*params, *failure) {
	value, err := decode(text)
	if err != nil {
		return nil, fail("63")
	}
	object, ok := value.(map[string]any)
	if !ok {
		return nil, fail("62")
	}
	return &params{values: object, bad: new(*failure)}, nil
}

func decode(text string) (value any, err error) {
	if !utf8.ValidString(text) {
		return nil, errors.New("not UTF-8")
	}
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	if err := d.Decode(&value); err != nil {
		return nil, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("more than one value")
	}
	return value, nil
}

// wrong is the first thing that was wrong.
func (p *params) wrong() *failure { return *p.bad }

func (p *params) refuse(code, name string) {
	if *p.bad == nil {
		*p.bad = failAt(code, p.path+name)
	}
}

// require tells that names must be there and not blank.
func (p *params) require(names ...string) {
	for _, name := range names {
		if !p.has(name) {
			p.refuse("60", name)
		}
	}
}

func (p *params) has(name string) bool {
	v, ok := p.values[name]
	if s, text := v.(string); text {
		return strings.TrimSpace(s) != ""
	}
	return ok && v != nil
}

// text is a value that is no list and no object, as text; "" if there is none.
func (p *params) text(name string) string {
	switch v := p.values[name].(type) {
	case nil:
		return ""
	case string:
		return v
	case json.Number:
		return v.String()
	case bool:
		return strconv.FormatBool(v)
	}
	p.refuse("61", name)
	return ""
}

// shortText is a text of at most so many characters.
func (p *params) shortText(name string, most int) string {
	s := p.text(name)
	if utf8.RuneCountInString(s) > most {
		p.refuse("61", name)
	}
	return s
}

func (p *params) number(name string, otherwise int64) int64 {
	s := strings.TrimSpace(p.text(name))
	if s == "" {
		return otherwise
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		p.refuse("61", name)
	}
	return n
}

// within is a number between two others.
func (p *params) within(name string, otherwise, least, most int64) int64 {
	n := p.number(name, otherwise)
	if n < least || n > most {
		p.refuse("61", name)
	}
	return n
}

func (p *params) id(name string) ID { return ID(p.number(name, 0)) }

// price is an amount in yuan, not below zero, in fen.
func (p *params) price(name string) int64 {
	s := strings.TrimSpace(p.text(name))
	if s == "" {
		return 0
	}
	m, err := money.Parse(s, money.CNY)
	if err != nil || m.Sign() < 0 || m.Minor() > priceMost {
		p.refuse("61", name)
		return 0
	}
	return m.Minor()
}

// priceMost is what a price can be: 999 999 999 yuan.
const priceMost = 999_999_999 * 100

// list is a list of texts, without blank ones.
func (p *params) list(name string) []string {
	var out []string
	switch v := p.values[name].(type) {
	case []any:
		for _, one := range v {
			switch one := one.(type) {
			case string:
				out = append(out, one)
			case json.Number:
				out = append(out, one.String())
			default:
				p.refuse("61", name)
			}
		}
	default:
		text := strings.TrimSpace(p.text(name))
		if inner, ok := strings.CutPrefix(text, "["); ok {
			text, _ = strings.CutSuffix(inner, "]")
		}
		for one := range strings.SplitSeq(text, ",") {
			out = append(out, strings.Trim(strings.TrimSpace(one), `"`))
		}
	}
	return slices.DeleteFunc(out, func(s string) bool { return strings.TrimSpace(s) == "" })
}

func (p *params) ids(name string) []ID {
	var out []ID
	for _, s := range p.list(name) {
		n, err := strconv.ParseInt(strings.TrimSpace(s), 10, 64)
		if err != nil {
			p.refuse("61", name)
		}
		out = append(out, ID(n))
	}
	return out
}

// moment is a time as text in Beijing or as milliseconds; the zero time if there is none.
func (p *params) moment(name string) time.Time {
	s := strings.TrimSpace(p.text(name))
	if s == "" {
		return time.Time{}
	}
	if t, err := time.ParseInLocation(time.DateTime, s, beijing); err == nil {
		return t
	}
	if n, err := strconv.ParseInt(s, 10, 64); err == nil && len(s) == 13 {
		return time.UnixMilli(n)
	}
	p.refuse("61", name)
	return time.Time{}
}

// under are the parameters in an object. Without it they are those beside it: the gateway
// takes the flat form too.
func (p *params) under(name string) *params {
	v := p.values[name]
	if s, ok := v.(string); ok {
		v, _ = decode(s)
	}
	switch v := v.(type) {
	case map[string]any:
		return &params{v, p.path + name + ".", p.bad}
	case nil:
		if !p.has(name) {
			return p
		}
	}
	p.refuse("61", name)
	return &params{map[string]any{}, p.path + name + ".", p.bad}
}

// rows are the objects of a list.
func (p *params) rows(name string) []*params {
	v := p.values[name]
	if s, ok := v.(string); ok && p.has(name) {
		var err error
		if v, err = decode(s); err != nil {
			p.refuse("61", name)
		}
	}
	list, ok := v.([]any)
	if !ok && p.has(name) {
		p.refuse("61", name)
	}
	var out []*params
	for i, one := range list {
		object, ok := one.(map[string]any)
		if !ok {
			p.refuse("61", name)
		}
		out = append(out, &params{object, p.path + name + "[" + strconv.Itoa(i) + "].", p.bad})
	}
	return out
}

// raw is a value as it was sent, without the class names that some clients add, in the form
// in which it is kept.
func (p *params) raw(name string) json.RawMessage {
	b := &bytes.Buffer{}
	e := json.NewEncoder(b)
	e.SetEscapeHTML(false)
	if err := e.Encode(untyped(p.values[name])); err != nil {
		p.refuse("61", name)
		return nil
	}
	return bytes.TrimSpace(b.Bytes())
}

// untyped leaves out the names of Java classes.
func untyped(v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for k, one := range v {
			if k != "@type" {
				out[k] = untyped(one)
			}
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, one := range v {
			out[i] = untyped(one)
		}
		return out
	}
	return v
}
