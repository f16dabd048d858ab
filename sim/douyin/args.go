package douyin

import (
	"encoding/json"
	"strconv"
	"strings"
)

// args are the parameters of a call. Numbers may come as text and texts as numbers, as the
// platform lets them. The first one of a wrong sort is kept in wrong; whoever calls looks at
// it before anything counts.
type args struct {
	m     map[string]any
	wrong *string // its name; shared with the parts
}

func newArgs(m map[string]any) args { return args{m, new(string)} }

// has tells whether the parameter is there and not null.
func (a args) has(name string) bool { return a.m[name] != nil }

func (a args) is(name string) string {
	if *a.wrong == "" {
		*a.wrong = name
	}
	return ""
}

// str is a text, "" if there is none.
func (a args) str(name string) string {
	switch v := a.m[name].(type) {
	case nil:
		return ""
	case string:
		return v
	case json.Number:
		return v.String()
	case bool:
		return strconv.FormatBool(v)
	}
	return a.is(name)
}

// num is a whole number, 0 if there is none.
func (a args) num(name string) int64 {
	s := strings.TrimSpace(a.str(name))
	if s == "" {
		return 0
	}
	n, err := strconv.ParseInt(strings.TrimSuffix(s, ".0"), 10, 64)
	if err != nil {
		a.is(name)
	}
	return n
}

// or is a whole number, otherwise if there is none.
func (a args) or(name string, otherwise int64) int64 {
	if a.str(name) == "" {
		return otherwise
	}
	return a.num(name)
}

// yes tells whether a truth value is there and true.
func (a args) yes(name string) bool {
	switch strings.ToLower(a.str(name)) {
	case "", "false", "0":
		return false
	case "true", "1", "on":
		return true
	}
	a.is(name)
	return false
}

// list is a list of objects.
func (a args) list(name string) []args {
	v, ok := a.m[name].([]any)
	if !ok && a.has(name) {
		a.is(name)
	}
	out := make([]args, 0, len(v))
	for _, e := range v {
		m, ok := e.(map[string]any)
		if !ok {
			a.is(name)
			continue
		}
		out = append(out, args{m, a.wrong})
	}
	return out
}

// strs is a list of texts.
func (a args) strs(name string) []string {
	v, ok := a.m[name].([]any)
	if !ok && a.has(name) {
		a.is(name)
	}
	out := make([]string, 0, len(v))
	for _, e := range v {
		out = append(out, args{map[string]any{name: e}, a.wrong}.str(name))
	}
	return out
}

// nums is a list of whole numbers.
func (a args) nums(name string) []int64 {
	var out []int64
	for _, s := range a.strs(name) {
		out = append(out, args{map[string]any{name: s}, a.wrong}.num(name))
	}
	return out
}

// part is an object, empty if there is none.
func (a args) part(name string) args {
	m, ok := a.m[name].(map[string]any)
	if !ok && a.has(name) {
		a.is(name)
	}
	return args{m, a.wrong}
}

// nested is a list of objects given as the text of its JSON, or as a list.
func (a args) nested(name string) []args {
	s, ok := a.m[name].(string)
	if !ok {
		return a.list(name)
	}
	v, err := readJSON(s)
	if err != nil {
		a.is(name)
		return nil
	}
	return args{map[string]any{name: v}, a.wrong}.list(name)
}
