package douyin

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"math/big"
	"strings"
)

// canonical writes a JSON value in the form that is signed: keys of objects in the order of
// their bytes at every level, no white space, numbers as they were written, everything but
// ASCII raw. One family of the platform's clients also escapes & < >.
func canonical(raw []byte, escape bool) ([]byte, error) {
	v, err := decode(raw)
	if err != nil {
		return nil, err
	}
	return encode(v, escape)
}

// decode reads one JSON value, its numbers as text.
func decode(raw []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, err
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, errors.New("more than one value")
	}
	return v, nil
}

// encode writes a value without the line feed that encoding/json ends it with. Maps come out
// sorted.
func encode(v any, escape bool) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(escape)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// outgoing writes the parameters of a call: canonical, and without anything that clients of
// the platform are known to write in different ways, which are control characters, the
// separators U+2028 and U+2029, and numbers with an exponent or a zero at the end. Parameters
// are an object or nil.
func outgoing(params any) ([]byte, error) {
	if params == nil {
		return []byte("{}"), nil
	}
	raw, err := encode(params, false)
	if err != nil {
		return nil, err
	}
	v, err := decode(raw)
	if err != nil {
		return nil, err
	}
	if v, err = plain(v); err != nil {
		return nil, err
	}
	return encode(v, false)
}

// nested writes a value that stands as text inside another.
func nested(v any) (string, error) {
	raw, err := outgoing(v)
	return string(raw), err
}

// plain is outgoing for one value and those in it.
func plain(v any) (_ any, err error) {
	switch v := v.(type) {
	case map[string]any:
		for key, in := range v {
			if v[key], err = plain(in); err != nil {
				return nil, err
			}
		}
	case []any:
		for n, in := range v {
			if v[n], err = plain(in); err != nil {
				return nil, err
			}
		}
	case string:
		return clean(v), nil
	case json.Number:
		return plainNumber(v)
	}
	return v, nil
}

// clean drops the characters that outgoing speaks of.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\r' || r == '\t':
			return r
		case r < ' ' || r == 0x7f || r == 0x2028 || r == 0x2029:
			return -1
		}
		return r
	}, s)
}

// numberMost is the longest number with a point or an exponent that is sent.
const numberMost = 40

var errNumber = errors.New("a number out of all measure")

// plainNumber writes a number by digits and, if it must, a point. It loses none of them.
func plainNumber(n json.Number) (json.Number, error) {
	s := string(n)
	if !strings.ContainsAny(s, ".eE") {
		return n, nil
	}
	if mantissa, exponent, _ := strings.Cut(strings.ToLower(s), "e"); len(mantissa) > numberMost || len(strings.TrimLeft(exponent, "+-0")) > 2 {
		return "", errNumber
	}
	r, ok := new(big.Rat).SetString(s)
	if !ok {
		return "", errNumber
	}
	digits, _ := r.FloatPrec() // exact: the denominator is a power of ten
	return json.Number(r.FloatString(digits)), nil
}
