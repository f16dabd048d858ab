package api

import (
	"errors"
	"net/http"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"pavilion"
	"pavilion/web/ui"
)

// problem is an error as RFC 9457 (problem+json) has it.
type problem struct {
	Type   string         `json:"type" doc:"Always about:blank; “reason” tells errors apart."`
	Title  string         `json:"title" doc:"The status in words."`
	Status int            `json:"status" doc:"The HTTP status."`
	Detail string         `json:"detail" doc:"What went wrong and how to mend it, in the language of Accept-Language."`
	Reason string         `json:"reason,omitempty" doc:"The machine word, such as stock.short."`
	Field  string         `json:"field,omitempty" doc:"The input it is about."`
	Args   map[string]any `json:"args,omitempty" doc:"The values the sentence is made of."`
	Errors []faultyInput  `json:"errors,omitempty" doc:"Where the input does not fit the schema."`

	retryAfter int
}

type faultyInput struct {
	Field   string `json:"field" example:"body.lines[0].quantity" doc:"Where it stands."`
	Message string `json:"message" example:"expected integer" doc:"What was expected there, in English."`
}

func (p *problem) Error() string             { return p.Reason + ": " + p.Detail }
func (p *problem) GetStatus() int            { return p.Status }
func (p *problem) ContentType(string) string { return "application/problem+json" }

// GetHeaders says when to come again.
func (p *problem) GetHeaders() http.Header {
	if p.retryAfter == 0 {
		return nil
	}
	return http.Header{"Retry-After": {strconv.Itoa(p.retryAfter)}}
}

// newProblem is what the library makes of input that does not fit the schema.
func newProblem(lang pavilion.Lang, status int, errs ...error) *problem {
	p := problemOf(lang, pavilion.E(pavilion.Invalid, "request.malformed", nil))
	p.Title, p.Status = http.StatusText(status), status
	for _, err := range errs {
		if d, ok := errors.AsType[*huma.ErrorDetail](err); ok {
			p.Errors = append(p.Errors, faultyInput{Field: d.Location, Message: d.Message})
		}
	}
	return p
}

// problemOf turns an error of ours into a problem. The text of an internal error stays
// inside.
func problemOf(lang pavilion.Lang, err error) *problem {
	status := ui.Status(err)
	p := &problem{Type: "about:blank", Title: http.StatusText(status), Status: status, Detail: ui.Say(lang, err), Reason: pavilion.ReasonOf(err)}
	if e, ok := errors.AsType[*pavilion.Error](err); ok {
		p.Field = e.Field
		if e.Kind != pavilion.Internal {
			p.Args = e.Args
		}
		if e.RetryAfter > 0 {
			p.retryAfter = int(e.RetryAfter.Seconds()) + 1
		}
	}
	return p
}

// language is the language of error texts: what the caller prefers, or English.
func language(header string) pavilion.Lang { return pavilion.Preferred(header, pavilion.English) }
