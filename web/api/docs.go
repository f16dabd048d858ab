package api

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"pavilion"
	"pavilion/web/ui"
)

// docsView is the OpenAPI document as people read it. It is in English, like the names in
// it.
type docsView struct {
	Title, About string
	Document     string // address of the document itself
	Groups       []docsGroup
}

type docsGroup struct {
	Name, About string
	Operations  []docsOperation
}

type docsOperation struct {
	ID, Method, Path, Summary, About, Scope string
	Input                                   []docsField
	Sample                                  string // a body to send, as JSON
	Output                                  []docsField
	Statuses                                []docsStatus
}

type docsStatus struct{ Status, Meaning string }

// docsField is one value; fields inside others are indented by Depth.
type docsField struct {
	Name, Where, Type, About string
	Required                 bool
	Depth                    int
}

func (a *API) showDocs(w http.ResponseWriter, r *http.Request) error {
	return a.docs.Write(w, r, ui.Head{Title: "API"}, describe(a.huma.OpenAPI()))
}

// describe turns the document into what the page shows.
func describe(o *huma.OpenAPI) docsView {
	v := docsView{Title: o.Info.Title, About: o.Info.Description, Document: Prefix + "/openapi.json"}
	for _, tag := range o.Tags {
		g := docsGroup{Name: tag.Name, About: tag.Description}
		for _, path := range slices.Sorted(maps.Keys(o.Paths)) {
			for _, method := range methods {
				if op := operationAt(o.Paths[path], method); op != nil && op.Tags[0] == tag.Name {
					g.Operations = append(g.Operations, describeOperation(o, path, op))
				}
			}
		}
		v.Groups = append(v.Groups, g)
	}
	return v
}

func describeOperation(o *huma.OpenAPI, path string, op *huma.Operation) docsOperation {
	d := docsOperation{ID: op.OperationID, Method: op.Method, Path: Prefix + path, Summary: op.Summary, About: op.Description}
	for _, s := range op.Security {
		d.Scope = strings.Join(s["token"], " ")
	}
	for _, p := range op.Parameters {
		d.Input = append(d.Input, docsField{Name: p.Name, Where: p.In, Type: typeName(o, p.Schema), About: or(p.Description, p.Schema), Required: p.Required})
	}
	if op.RequestBody != nil {
		for kind, body := range op.RequestBody.Content {
			if kind != "application/json" {
				d.Input = append(d.Input, docsField{Name: "body", Where: "body", Type: "file", About: body.Schema.Description, Required: true})
				continue
			}
			d.Input = fields(o, d.Input, body.Schema, "body", 0)
			sample, _ := json.MarshalIndent(body.Example, "", "  ") // it was made of JSON
			d.Sample = string(sample)
		}
	}
	for _, status := range slices.Sorted(maps.Keys(op.Responses)) {
		r := op.Responses[status]
		d.Statuses = append(d.Statuses, docsStatus{status, r.Description})
		if body := r.Content["application/json"]; body != nil && strings.HasPrefix(status, "2") {
			d.Output = fields(o, nil, body.Schema, "", 0)
		}
	}
	return d
}

// deepest is how far fields inside fields are shown.
const deepest = 4

func fields(o *huma.OpenAPI, out []docsField, s *huma.Schema, where string, depth int) []docsField {
	s = resolve(o, s)
	if s.Type == huma.TypeArray {
		s = resolve(o, s.Items)
	}
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		p := s.Properties[name]
		out = append(out, docsField{Name: name, Where: where, Type: typeName(o, p), About: or(p.Description, resolve(o, p)), Required: slices.Contains(s.Required, name), Depth: depth})
		if depth < deepest && !isText(resolve(o, p)) {
			out = fields(o, out, p, "", depth+1)
		}
	}
	return out
}

// isText tells whether a schema is words in several languages, which need not be listed each
// time.
func isText(s *huma.Schema) bool {
	return len(s.Properties) == len(pavilion.Langs) && s.Properties[string(pavilion.Langs[0])] != nil
}

func resolve(o *huma.OpenAPI, s *huma.Schema) *huma.Schema {
	for s != nil && s.Ref != "" {
		s = o.Components.Schemas.SchemaFromRef(s.Ref)
	}
	if s == nil {
		return &huma.Schema{}
	}
	return s
}

func or(text string, s *huma.Schema) string {
	if text == "" && s != nil {
		return s.Description
	}
	return text
}

func typeName(o *huma.OpenAPI, s *huma.Schema) string {
	s = resolve(o, s)
	switch {
	case isText(s):
		return "text by language"
	case s.Type == huma.TypeArray:
		return "list of " + typeName(o, s.Items)
	case len(s.Enum) > 0:
		var words []string
		for _, e := range s.Enum {
			if w, ok := e.(string); ok && w != "" {
				words = append(words, w)
			}
		}
		return strings.Join(words, " | ")
	case s.Format != "":
		return s.Type + " (" + s.Format + ")"
	}
	return s.Type
}
