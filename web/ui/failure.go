package ui

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strconv"

	"pavilion"
)

// statuses is the one table from the kind of an error to the status of an answer.
var statuses = [...]int{
	pavilion.Internal:        http.StatusInternalServerError,
	pavilion.Invalid:         http.StatusUnprocessableEntity,
	pavilion.NotFound:        http.StatusNotFound,
	pavilion.Conflict:        http.StatusConflict,
	pavilion.Forbidden:       http.StatusForbidden,
	pavilion.Unauthenticated: http.StatusUnauthorized,
	pavilion.Limited:         http.StatusTooManyRequests,
	pavilion.Unavailable:     http.StatusServiceUnavailable,
}

// kindKeys are the words for kinds in message keys.
var kindKeys = [...]string{
	pavilion.Internal:        "internal",
	pavilion.Invalid:         "invalid",
	pavilion.NotFound:        "not_found",
	pavilion.Conflict:        "conflict",
	pavilion.Forbidden:       "forbidden",
	pavilion.Unauthenticated: "unauthenticated",
	pavilion.Limited:         "limited",
	pavilion.Unavailable:     "unavailable",
}

// Status returns the HTTP status for an error.
func Status(err error) int { return statuses[pavilion.KindOf(err)] }

// RetryAfter tells the client when to come again, if the error knows. It comes before the
// page that shows the error.
func RetryAfter(w http.ResponseWriter, err error) {
	if e, ok := errors.AsType[*pavilion.Error](err); ok && e.RetryAfter > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int(e.RetryAfter.Seconds())+1))
	}
}

// ErrorView is the page that says what went wrong and where to go on.
type ErrorView struct {
	Status int
	Title  string // what happened, by kind
	Text   string // the sentence for the reason
	Retry  string // the address to try again, "" if that does not help
	Home   string
}

// errorView puts an error into words: those that the area has for its reason, else the
// common ones.
func (a *Area) errorView(p *Printer, err error) ErrorView {
	kind := pavilion.KindOf(err)
	v := ErrorView{Status: statuses[kind], Title: p.T("ui.error." + kindKeys[kind] + ".title"), Text: p.Error(err), Home: a.Home}
	if v.Home == "" {
		v.Home = "/" + string(p.Lang) + "/"
	}
	if e, ok := errors.AsType[*pavilion.Error](err); ok {
		own := "failed." + a.Name + "." + e.Reason
		if s, ok := p.say(own+".title", e.Args); ok {
			v.Title = s
		}
		if s, ok := p.say(own+".text", e.Args); ok {
			v.Text = s
		}
	}
	return v
}

// sampleErrors is an error of each kind, by its word.
func (a *Area) sampleErrors(p *Printer) map[string]ErrorView {
	samples := map[string]ErrorView{}
	for kind, word := range kindKeys {
		samples[word] = a.errorView(p, &pavilion.Error{Kind: pavilion.Kind(kind)})
	}
	return samples
}

// LogFailure logs an error of a request where its cause is ours to mend: a fault of the
// program, or a disk or a database that does not do its part. What the caller can mend is not
// logged.
func (s *Site) LogFailure(ctx context.Context, route string, err error) {
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		return // who asked has gone
	}
	level := slog.LevelError
	switch pavilion.KindOf(err) {
	case pavilion.Internal:
	case pavilion.Unavailable:
		level = slog.LevelWarn // the outside may mend itself
	default:
		return
	}
	s.options.Log.LogAttrs(ctx, level, "request failed", slog.String("route", route), slog.Any("err", err))
}

// Fail answers a request with the page for an error. What is ours to mend is logged.
func (a *Area) Fail(w http.ResponseWriter, r *http.Request, err error) {
	kind := pavilion.KindOf(err)
	p := PrinterOf(r)
	a.site.LogFailure(r.Context(), r.Pattern, err)
	RetryAfter(w, err)
	view := a.errorView(p, err)
	if r.Method == http.MethodGet && (kind == pavilion.Unavailable || kind == pavilion.Limited || kind == pavilion.Internal) {
		view.Retry = r.URL.RequestURI()
	}
	w.Header().Set("Cache-Control", "no-store")
	head := Head{Title: view.Title, NoIndex: true, Status: view.Status}
	if err := a.failed.Write(w, r, head, view); err != nil {
		a.site.options.Log.LogAttrs(r.Context(), slog.LevelError, "error page failed", slog.Any("err", err))
		http.Error(w, http.StatusText(view.Status), view.Status)
	}
}
