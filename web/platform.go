package web

import (
	"io"
	"log/slog"
	"net/http"

	"pavilion"
	"pavilion/channel"
)

// pushMost is how long a push may be.
const pushMost = 1 << 20

// pushed takes in what platforms send to us. They prove themselves by their signatures, and all
// they can do is to make us look.
type pushed struct {
	engine *channel.Engine
	log    *slog.Logger
}

// statuses are what a platform is told of a push we do not take; it sends it again on any other.
var statuses = map[pavilion.Kind]int{
	pavilion.Invalid: http.StatusBadRequest, pavilion.Forbidden: http.StatusForbidden, pavilion.Unauthenticated: http.StatusForbidden,
	pavilion.NotFound: http.StatusNotFound, pavilion.Unavailable: http.StatusServiceUnavailable,
}

func (p pushed) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, pushMost))
	if err != nil {
		http.Error(w, http.StatusText(http.StatusRequestEntityTooLarge), http.StatusRequestEntityTooLarge)
		return
	}
	answer, err := p.engine.Push(r.Context(), r.PathValue("channel"), r.Header, body)
	if err != nil {
		p.log.WarnContext(r.Context(), "push not taken", "channel", r.PathValue("channel"), "reason", pavilion.ReasonOf(err))
		status, known := statuses[pavilion.KindOf(err)]
		switch {
		case pavilion.ReasonOf(err) == "channel.not_served":
			status = http.StatusNotFound
		case !known:
			status = http.StatusInternalServerError
		}
		http.Error(w, http.StatusText(status), status)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(answer) // who does not hear it sends the push again
}
