package payment

import (
	"crypto/subtle"
	"io"
	"net/http"
	"strings"
	"time"

	"pavilion"
	"pavilion/money"
)

// control routes a call of the control API; without a control key there is none.
func (s *Simulator) control(pattern string, call func(r *http.Request, body []byte) reply) {
	s.mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		key, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		if s.o.ControlKey == "" || subtle.ConstantTimeCompare([]byte(key), []byte(s.o.ControlKey)) == 0 {
			answer(w, http.StatusUnauthorized, failure{"control_key", "the control key is missing or wrong"})
			return
		}
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, bodyMost))
		if err != nil {
			return
		}
		out := call(r, body)
		if out.body == nil {
			w.WriteHeader(out.status)
			return
		}
		answer(w, out.status, out.body)
	})
}

func (s *Simulator) controlIntent(r *http.Request, body []byte) reply {
	var c struct {
		Choice   Way    `json:"choice"`
		AfterMS  int64  `json:"after_ms"`
		Amount   string `json:"amount"`
		Currency string `json:"currency"`
	}
	if err := strictJSON(body, &c); err != nil {
		return malformed(err.Error())
	}
	choice := Choice{Way: c.Choice, After: time.Duration(c.AfterMS) * time.Millisecond}
	if c.Amount != "" || c.Currency != "" {
		var err error
		if choice.Amount, err = money.Parse(c.Amount, money.Currency(c.Currency)); err != nil {
			return malformed("amount or currency")
		}
	}
	return chosen(s.Choose(r.Context(), r.PathValue("id"), choice))
}

// chosen is the answer to a choice that was made or refused.
func chosen(err error) reply {
	switch pavilion.KindOf(err) {
	case pavilion.Invalid:
		return malformed("choice, after_ms or amount")
	case pavilion.NotFound:
		return fail(http.StatusNotFound, "intent_unknown", "no intent has this id")
	case pavilion.Conflict:
		return fail(http.StatusConflict, "decided", "the intent is not open any more")
	}
	if err != nil {
		return fail(http.StatusServiceUnavailable, "unavailable", "the state cannot be written")
	}
	return reply{status: http.StatusNoContent}
}

// AddFault makes the next times calls at a place go wrong, see protocol.md for places and
// faults. The error is Invalid, sim.fault.
func (s *Simulator) AddFault(at string, f Fault, times int) error {
	if !s.faults.add(at, f, times) {
		return pavilion.E(pavilion.Invalid, "sim.fault", pavilion.Args{"at": at, "fault": string(f)})
	}
	return nil
}

func (s *Simulator) controlFault(_ *http.Request, body []byte) reply {
	c := struct {
		At    string `json:"at"`
		Fault Fault  `json:"fault"`
		Times int    `json:"times"`
	}{Times: 1}
	if err := strictJSON(body, &c); err != nil {
		return malformed(err.Error())
	}
	if err := s.AddFault(c.At, c.Fault, c.Times); err != nil {
		return malformed("at, fault or times")
	}
	return reply{status: http.StatusNoContent}
}

func (s *Simulator) controlNotices(r *http.Request, _ []byte) reply {
	return reply{http.StatusOK, s.Notices(r.PathValue("id"))}
}
