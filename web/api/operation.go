package api

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"pavilion"
	"pavilion/catalog"
	"pavilion/db"
	"pavilion/staff"
	"pavilion/web/ui"
)

const (
	bodyLimit   = 64 << 10
	bodyTimeout = 10 * time.Second

	// UploadBytes is the largest body of any operation.
	UploadBytes = catalog.MostHandedIn + 2
	fileTimeout = 2 * time.Minute
)

// operation is one thing machines can ask for, as the document tells it.
type operation struct {
	method, path, id string
	tag              string
	scope            staff.Scope // what its token must hold
	summary          string      // a few words
	about            string      // what callers must know, in full sentences
	refuses          []refusal   // besides what every operation may refuse
	status           int         // of a success; 200 if 0
	file             string      // what the body is, if it is a file; "" if it is JSON
	most             int64       // bytes of the body; bodyLimit if 0
}

// refusal is an error of ours as the document lists it.
type refusal struct {
	kind   pavilion.Kind
	reason string
}

func refuses(kind pavilion.Kind, reason string) refusal { return refusal{kind, reason} }

var (
	// always is what every operation may refuse.
	always = []refusal{
		refuses(pavilion.Unauthenticated, "token.missing"),
		refuses(pavilion.Unauthenticated, "staff.token_unknown"),
		refuses(pavilion.Forbidden, "token.scope"),
		refuses(pavilion.Limited, "token.too_fast"),
		refuses(pavilion.Invalid, "request.malformed"),
		refuses(pavilion.Unavailable, "db.unreachable"),
		refuses(pavilion.Unavailable, "db.commit"),
		refuses(pavilion.Internal, "internal"),
	}
	// onWriting is what every operation may refuse that takes an Idempotency-Key.
	onWriting = []refusal{refuses(pavilion.Conflict, "token.key_used"), refuses(pavilion.Invalid, "text.bad_characters")}
)

// Speaks is the input of an operation whose errors are said in the caller's language.
type Speaks struct {
	AcceptLanguage string `header:"Accept-Language" json:"-" doc:"Language of error texts: zh, en, ru or be." example:"en"`
}

func (s Speaks) lang() pavilion.Lang { return language(s.AcceptLanguage) }

// Keyed is the input of an operation that writes.
type Keyed struct {
	Speaks
	Key string `header:"Idempotency-Key" json:"-" required:"true" minLength:"8" maxLength:"60" pattern:"^[!-~]+$" doc:"Made by the caller, once for each thing to be done. The same key again does nothing again and gets the first answer, for a week." example:"delivery-2026-118-line-4"`
}

func (k Keyed) key() string { return k.Key }

type (
	said    interface{ lang() pavilion.Lang }
	request interface {
		said
		key() string
	}
)

type answer[B any] struct{ Body B }

// upload is a body that is a file.
type upload []byte

// MarshalJSON stands for the file where requests are told apart.
func (u upload) MarshalJSON() ([]byte, error) { return json.Marshal(sha256.Sum256(u)) }

// run registers an operation whose handler returns a body or an error of ours.
func run[I said, B any](a *API, o operation, do func(ctx context.Context, in *I) (B, error)) {
	huma.Register(a.huma, o.huma(), func(ctx context.Context, in *I) (*answer[B], error) {
		body, err := do(ctx, in)
		if err != nil {
			a.site.LogFailure(ctx, o.id, err)
			return nil, problemOf((*in).lang(), err)
		}
		return &answer[B]{body}, nil
	})
	o.complete(a.huma.OpenAPI())
}

// read registers an operation that reads in one view of the database.
func read[I said, B any](a *API, o operation, do func(ctx context.Context, v *db.View, in *I) (B, error)) {
	run(a, o, func(ctx context.Context, in *I) (out B, err error) {
		return out, a.db.Read(ctx, func(v *db.View) error {
			out, err = do(ctx, v, in)
			return err
		})
	})
}

// write registers an operation that writes in one transaction, once for each key.
func write[I request, B any](a *API, o operation, do func(ctx context.Context, tx *db.Tx, in *I) (B, error)) {
	o.refuses = append(o.refuses, onWriting...)
	run(a, o, func(ctx context.Context, in *I) (B, error) {
		return once(ctx, a, o.id, *in, func(tx *db.Tx) (B, error) { return do(ctx, tx, in) })
	})
}

// once does in a transaction of the caller what it asks for, or finds the answer of when it
// asked with the same key before. Error: Conflict token.key_used; and those of do.
func once[I request, B any](ctx context.Context, a *API, id string, in I, do func(tx *db.Tx) (B, error)) (out B, err error) {
	c := callerOf(ctx)
	asked := sha256.New()
	if err := json.NewEncoder(asked).Encode([]any{id, in}); err != nil {
		return out, err
	}
	err = a.db.Write(ctx, c.actor(), func(tx *db.Tx) error {
		raw, err := staff.Once(ctx, tx, c.token.ID, in.key(), hex.EncodeToString(asked.Sum(nil)), func() ([]byte, error) {
			body, err := do(tx)
			if err != nil {
				return nil, err
			}
			return json.Marshal(body)
		})
		if err != nil {
			return err
		}
		var zero B // of a second try
		out = zero
		return json.Unmarshal(raw, &out)
	})
	return out, err
}

// huma is the operation as the library registers it.
func (o operation) huma() huma.Operation {
	h := huma.Operation{
		OperationID: o.id, Method: o.method, Path: o.path, Summary: o.summary, Description: o.about, Tags: []string{o.tag},
		Security:      []map[string][]string{{"token": {string(o.scope)}}},
		DefaultStatus: cmp.Or(o.status, http.StatusOK),
		MaxBodyBytes:  cmp.Or(o.most, bodyLimit), BodyReadTimeout: bodyTimeout,
	}
	if o.file != "" {
		h.BodyReadTimeout = fileTimeout
	}
	for _, r := range o.all() {
		if s := r.status(); !slices.Contains(h.Errors, s) {
			h.Errors = append(h.Errors, s)
		}
	}
	if o.writes() {
		h.Errors = append(h.Errors, http.StatusBadRequest, http.StatusRequestEntityTooLarge)
	}
	return h
}

func (o operation) writes() bool { return o.method != http.MethodGet }

func (o operation) all() []refusal { return slices.Concat(o.refuses, always) }

func (r refusal) status() int { return ui.Status(pavilion.E(r.kind, r.reason, nil)) }

// complete adds to the document what the library does not know: why the operation may be
// refused, and examples made of the examples of all fields.
func (o operation) complete(doc *huma.OpenAPI) {
	h := operationAt(doc.Paths[o.path], o.method)
	for status, response := range h.Responses {
		if status[0] == '2' {
			response.Description = "Done."
			for _, media := range response.Content {
				media.Example = example(doc, media.Schema)
			}
			continue
		}
		o.explain(status, response)
	}
	for _, p := range h.Parameters {
		p.Example = example(doc, p.Schema)
	}
	if h.RequestBody == nil {
		return
	}
	for _, media := range h.RequestBody.Content {
		if o.file != "" {
			h.RequestBody.Required, media.Schema.Description = true, o.file
			continue
		}
		media.Example = example(doc, media.Schema)
	}
}

// explain lists the reasons behind a status, with a problem as an example.
func (o operation) explain(status string, response *huma.Response) {
	code, _ := strconv.Atoi(status)
	var reasons []string
	for _, r := range o.all() {
		if r.status() == code && !slices.Contains(reasons, r.reason) {
			reasons = append(reasons, r.reason)
		}
	}
	if len(reasons) == 0 { // the library refuses a body by itself
		reasons = []string{"request.malformed"}
	}
	response.Description = http.StatusText(code) + ": " + strings.Join(reasons, ", ") + "."
	response.Extensions = map[string]any{reasonsWord: reasons}
	if code == http.StatusTooManyRequests || code == http.StatusServiceUnavailable {
		response.Headers = map[string]*huma.Param{"Retry-After": {
			Description: "Seconds until it is worth trying again, if known.", Schema: &huma.Schema{Type: huma.TypeInteger}, Example: 1,
		}}
	}
	for _, media := range response.Content {
		media.Example = problem{Type: "about:blank", Title: http.StatusText(code), Status: code, Detail: "A sentence for people.", Reason: reasons[0]}
	}
}

// reasonsWord is where the document lists the reasons behind a status for machines.
const reasonsWord = "x-reasons"

func operationAt(item *huma.PathItem, method string) *huma.Operation {
	return map[string]*huma.Operation{
		http.MethodGet: item.Get, http.MethodPost: item.Post, http.MethodPut: item.Put, http.MethodPatch: item.Patch, http.MethodDelete: item.Delete,
	}[method]
}

// Operation is an operation with the scope that opens it.
type Operation struct {
	ID, Method string
	Path       string // with Prefix and with parameters in braces
	Scope      staff.Scope
}

// Operations are all operations, by path and method.
func (a *API) Operations() []Operation {
	var all []Operation
	for path, item := range a.huma.OpenAPI().Paths {
		for _, method := range methods {
			if h := operationAt(item, method); h != nil {
				all = append(all, Operation{h.OperationID, method, Prefix + path, staff.Scope(h.Security[0]["token"][0])})
			}
		}
	}
	slices.SortFunc(all, func(a, b Operation) int {
		return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(slices.Index(methods, a.Method), slices.Index(methods, b.Method)))
	})
	return all
}

// methods in the order in which pages list them.
var methods = []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete}
