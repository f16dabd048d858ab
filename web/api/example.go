package api

import (
	"maps"
	"slices"

	"github.com/danielgtaylor/huma/v2"
)

// example puts together an example of a schema from the examples of its parts. What has
// none is left out; a test wants one of every field.
func example(doc *huma.OpenAPI, s *huma.Schema) any {
	s = resolve(doc, s)
	switch {
	case len(s.Examples) > 0:
		return s.Examples[0]
	case s.Default != nil:
		return s.Default
	case len(s.Enum) > 0:
		return s.Enum[0]
	case s.Type == huma.TypeBoolean:
		return false
	case s.Type == huma.TypeArray:
		return []any{example(doc, s.Items)}
	case s.Type == huma.TypeObject:
		out := map[string]any{}
		for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
			if v := example(doc, s.Properties[name]); v != nil {
				out[name] = v
			}
		}
		return out
	}
	return nil
}
