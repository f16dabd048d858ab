package api_test

import (
	"encoding/json"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// document is the OpenAPI document as it is served.
type document struct{ root map[string]any }

func (d document) at(path ...string) any {
	var v any = d.root
	for _, key := range path {
		m, _ := v.(map[string]any)
		v = m[key]
	}
	return v
}

// resolve follows references inside the document.
func (d document) resolve(schema map[string]any) map[string]any {
	for {
		ref, ok := schema["$ref"].(string)
		if !ok {
			return schema
		}
		schema, _ = d.at(strings.Split(strings.TrimPrefix(ref, "#/"), "/")...).(map[string]any)
	}
}

// keywords of JSON Schema that faults knows; another one is a fault of the document, for
// nobody would look at it.
var keywords = []string{
	"$ref", "type", "properties", "required", "additionalProperties", "items", "enum", "pattern", "patternDescription", "format", "minimum", "maximum",
	"minLength", "maxLength", "minItems", "maxItems", "description", "examples", "default",
}

// faults tells where a value does not fit a schema of the document. It knows nothing of the
// library that wrote the document.
func (d document) faults(schema map[string]any, v any, at string) (out []string) {
	schema = d.resolve(schema)
	say := func(format string, args ...any) { out = append(out, at+": "+fmt.Sprintf(format, args...)) }
	for key := range schema {
		if !slices.Contains(keywords, key) {
			say("the schema says %q, which is not checked", key)
		}
	}
	if enum, ok := schema["enum"].([]any); ok && !slices.Contains(enum, v) {
		say("got %v, want one of %v", v, enum)
	}
	switch schema["type"] {
	case "object":
		m, ok := v.(map[string]any)
		if !ok {
			say("got %T, want an object", v)
			return out
		}
		return append(out, d.objectFaults(schema, m, at)...)
	case "array":
		list, ok := v.([]any)
		if !ok {
			say("got %T, want a list", v)
			return out
		}
		if !between(schema, "minItems", "maxItems", float64(len(list))) {
			say("got %d items", len(list))
		}
		items, _ := schema["items"].(map[string]any)
		for i, item := range list {
			out = append(out, d.faults(items, item, fmt.Sprintf("%s[%d]", at, i))...)
		}
	case "string":
		s, ok := v.(string)
		if !ok {
			say("got %T, want a string", v)
			return out
		}
		if why := stringFault(schema, s); why != "" {
			say("got %q, want %s", s, why)
		}
	case "integer", "number":
		n, ok := v.(float64)
		if !ok || schema["type"] == "integer" && n != math.Trunc(n) || !between(schema, "minimum", "maximum", n) {
			say("got %v, want a fitting %s", v, schema["type"])
		}
	case "boolean":
		if _, ok := v.(bool); !ok {
			say("got %T, want a boolean", v)
		}
	case nil: // any value
	default:
		say("the schema has the type %v, which is not checked", schema["type"])
	}
	return out
}

func (d document) objectFaults(schema, m map[string]any, at string) (out []string) {
	properties, _ := schema["properties"].(map[string]any)
	for _, name := range list(schema["required"]) {
		if _, ok := m[name]; !ok {
			out = append(out, at+": "+name+" is missing")
		}
	}
	for name, v := range m {
		property, ok := properties[name].(map[string]any)
		if !ok {
			if property, ok = schema["additionalProperties"].(map[string]any); !ok {
				out = append(out, at+": "+name+" is not in the document")
				continue
			}
		}
		out = append(out, d.faults(property, v, at+"."+name)...)
	}
	return out
}

func stringFault(schema map[string]any, s string) string {
	if !between(schema, "minLength", "maxLength", float64(utf8.RuneCountInString(s))) {
		return "another length"
	}
	if pattern, ok := schema["pattern"].(string); ok && !regexp.MustCompile(pattern).MatchString(s) {
		return pattern
	}
	layout := map[any]string{"date": time.DateOnly, "date-time": time.RFC3339}[schema["format"]]
	if layout == "" {
		return ""
	}
	at, err := time.Parse(layout, s)
	if err != nil || at.Location() != time.UTC {
		return fmt.Sprintf("the format %v in UTC", schema["format"])
	}
	return ""
}

func between(schema map[string]any, least, most string, n float64) bool {
	low, hasLow := schema[least].(float64)
	high, hasHigh := schema[most].(float64)
	return (!hasLow || n >= low) && (!hasHigh || n <= high)
}

// list is a list of strings out of JSON.
func list(v any) (out []string) {
	all, _ := v.([]any)
	for _, s := range all {
		out = append(out, fmt.Sprint(s))
	}
	return out
}

// clone copies a value out of JSON.
func clone[T any](v T) (out T) {
	raw, err := json.Marshal(v)
	if err == nil {
		err = json.Unmarshal(raw, &out)
	}
	if err != nil {
		panic(err) // it came out of JSON
	}
	return out
}
