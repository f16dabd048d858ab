package payment

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"pavilion"
	"pavilion/money"
)

const (
	bodyMost  = 64 << 10
	textMost  = 200 // characters of a subject and a reason
	idMost    = 64
	freshness = 5 * time.Minute
)

// failure is what an error looks like on the wire.
type failure struct {
	Error   string `json:"error"`
	Message string `json:"message"`
}

// reply is an answer to be sent.
type reply struct {
	status int
	body   any
}

func fail(status int, word, message string) reply { return reply{status, failure{word, message}} }

func malformed(message string) reply { return fail(http.StatusBadRequest, "malformed", message) }

// answer sends JSON.
func answer(w http.ResponseWriter, status int, body any) {
	b, err := json.Marshal(body)
	if err != nil {
		http.Error(w, "the answer cannot be written", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	w.Write(b) // whoever does not listen any more asks again
}

// api routes a signed call, with the bad habit that is due.
func (s *Simulator) api(pattern string, call func(r *http.Request, body []byte, f Fault) reply) {
	s.mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, bodyMost))
		if err != nil {
			if _, large := errors.AsType[*http.MaxBytesError](err); large {
				answer(w, http.StatusRequestEntityTooLarge, failure{"too_large", "a body has at most 64 KiB"})
			}
			return
		}
		if !s.signed(r, body) {
			answer(w, http.StatusUnauthorized, failure{"signature", "merchant, timestamp or signature is wrong"})
			return
		}
		f := s.faults.take(pattern)
		if f.instead(w, r) {
			return
		}
		out := call(r, body, f)
		f.afterwards(w, r)
		answer(w, out.status, out.body)
	})
}

// signed checks merchant, timestamp and signature of a call.
func (s *Simulator) signed(r *http.Request, body []byte) bool {
	sent := r.Header.Get("Simpay-Timestamp")
	seconds, err := strconv.ParseInt(sent, 10, 64)
	if err != nil || s.o.Clock().Sub(time.Unix(seconds, 0)).Abs() > freshness {
		return false
	}
	want := s.sign(r.Method, r.URL.EscapedPath(), sent, string(body))
	return hmac.Equal([]byte(want), []byte(r.Header.Get("Simpay-Signature"))) &&
		r.Header.Get("Simpay-Merchant") == s.o.Merchant
}

// sign is the signature over the parts, one on each line.
func (s *Simulator) sign(parts ...string) string {
	mac := hmac.New(sha256.New, s.o.Key)
	io.WriteString(mac, strings.Join(parts, "\n")) // a hash never fails
	return hex.EncodeToString(mac.Sum(nil))
}

// intentAsked and intentTold are the two forms of an intent on the wire.
type intentAsked struct {
	ID        string        `json:"id"`
	Amount    string        `json:"amount"`
	Currency  string        `json:"currency"`
	Subject   string        `json:"subject"`
	ReturnURL string        `json:"return_url"`
	NotifyURL string        `json:"notify_url"`
	Lang      pavilion.Lang `json:"lang"`
	ExpiresAt time.Time     `json:"expires_at"`
}

type intentTold struct {
	ID        string     `json:"id"`
	Ref       string     `json:"ref"`
	State     string     `json:"state"`
	Amount    string     `json:"amount"`
	Currency  string     `json:"currency"`
	PayURL    string     `json:"pay_url"`
	ExpiresAt time.Time  `json:"expires_at"`
	PaidAt    *time.Time `json:"paid_at,omitempty"`
}

func (s *Simulator) tell(i *intent) intentTold {
	amount := i.Asked
	t := intentTold{ID: i.ID, Ref: i.Ref, State: i.stateAt(s.o.Clock()), PayURL: s.o.BaseURL + "/pay/" + i.Ref, ExpiresAt: i.ExpiresAt}
	if i.State == paid {
		amount, t.PaidAt = i.Paying, &i.PaidAt
	}
	t.Amount, t.Currency = amount.Decimal(), string(amount.Currency())
	return t
}

func (s *Simulator) startIntent(_ *http.Request, body []byte, _ Fault) reply {
	var a intentAsked
	if err := strictJSON(body, &a); err != nil {
		return malformed(err.Error())
	}
	amount, err := money.Parse(a.Amount, money.Currency(a.Currency))
	switch {
	case !validID(a.ID):
		return malformed("id")
	case err != nil || amount.Sign() <= 0:
		return malformed("amount or currency")
	case a.Subject == "" || utf8.RuneCountInString(a.Subject) > textMost:
		return malformed("subject")
	case !absolute(a.ReturnURL):
		return malformed("return_url")
	case !absolute(a.NotifyURL):
		return malformed("notify_url")
	case !slices.Contains(pavilion.Langs, a.Lang):
		return malformed("lang")
	}
	s.memory.mu.Lock()
	defer s.memory.mu.Unlock()
	if known := s.memory.intents[a.ID]; known != nil {
		if known.Asked != amount {
			return fail(http.StatusConflict, "intent_differs", "the id is known with another amount")
		}
		return reply{http.StatusOK, s.tell(known)}
	}
	if !a.ExpiresAt.After(s.o.Clock()) {
		return malformed("expires_at")
	}
	i := &intent{
		ID: a.ID, Ref: newRef("sp"), State: open, Asked: amount, Subject: a.Subject,
		ReturnURL: a.ReturnURL, NotifyURL: a.NotifyURL, Lang: a.Lang, ExpiresAt: a.ExpiresAt.UTC(),
	}
	if err := s.memory.keep(record{Intent: i}); err != nil {
		return s.broken(err)
	}
	return reply{http.StatusCreated, s.tell(i)}
}

func (s *Simulator) askIntent(r *http.Request, _ []byte, _ Fault) reply {
	s.memory.mu.Lock()
	defer s.memory.mu.Unlock()
	i := s.memory.intents[r.PathValue("id")]
	if i == nil {
		return fail(http.StatusNotFound, "intent_unknown", "no intent has this id")
	}
	return reply{http.StatusOK, s.tell(i)}
}

// refundAsked and refundTold are the two forms of a refund on the wire.
type refundAsked struct {
	ID       string `json:"id"`
	Intent   string `json:"intent"`
	Amount   string `json:"amount"`
	Currency string `json:"currency"`
	Reason   string `json:"reason"`
}

type refundTold struct {
	ID       string `json:"id"`
	Ref      string `json:"ref"`
	Intent   string `json:"intent"`
	State    string `json:"state"`
	Amount   string `json:"amount"`
	Currency string `json:"currency"`
}

func tellRefund(r *refund) refundTold {
	return refundTold{ID: r.ID, Ref: r.Ref, Intent: r.Intent, State: r.State, Amount: r.Amount.Decimal(), Currency: string(r.Amount.Currency())}
}

func (s *Simulator) makeRefund(_ *http.Request, body []byte, f Fault) reply {
	var a refundAsked
	if err := strictJSON(body, &a); err != nil {
		return malformed(err.Error())
	}
	amount, err := money.Parse(a.Amount, money.Currency(a.Currency))
	switch {
	case !validID(a.ID):
		return malformed("id")
	case err != nil || amount.Sign() <= 0:
		return malformed("amount or currency")
	case utf8.RuneCountInString(a.Reason) > textMost:
		return malformed("reason")
	}
	s.memory.mu.Lock()
	defer s.memory.mu.Unlock()
	if known := s.memory.refunds[a.ID]; known != nil {
		if known.Intent != a.Intent || known.Amount != amount {
			return fail(http.StatusConflict, "refund_differs", "the id is known with another intent or amount")
		}
		return s.refundNow(known)
	}
	i := s.memory.intents[a.Intent]
	if i == nil {
		return fail(http.StatusNotFound, "intent_unknown", "no intent has this id")
	}
	if i.State != paid {
		return fail(http.StatusConflict, "not_paid", "the intent is not paid")
	}
	if !s.covers(i, amount) {
		return fail(http.StatusConflict, "exceeds_paid", "more than was paid and not yet refunded")
	}
	rf := &refund{ID: a.ID, Ref: newRef("sr"), Intent: i.ID, State: done, Amount: amount, Reason: a.Reason}
	if f == Refused || f == Pending {
		rf.State = string(f)
	}
	if err := s.memory.keep(record{Refund: rf}); err != nil {
		return s.broken(err)
	}
	return reply{http.StatusCreated, tellRefund(rf)}
}

// covers tells whether what was paid, less its refunds, is at least the amount.
func (s *Simulator) covers(i *intent, amount money.Money) bool {
	left := i.Paying
	for _, r := range s.memory.refunds {
		if r.Intent == i.ID && r.State != refused {
			var err error
			if left, err = left.Sub(r.Amount); err != nil {
				return false
			}
		}
	}
	order, err := left.Cmp(amount)
	return err == nil && order >= 0
}

// refundNow tells how a refund stands. One that was said to be pending is done when it is
// asked about.
func (s *Simulator) refundNow(r *refund) reply {
	if r.State == pending {
		finished := *r
		finished.State = done
		if err := s.memory.keep(record{Refund: &finished}); err != nil {
			return s.broken(err)
		}
		r = &finished
	}
	return reply{http.StatusOK, tellRefund(r)}
}

func (s *Simulator) askRefund(r *http.Request, _ []byte, _ Fault) reply {
	s.memory.mu.Lock()
	defer s.memory.mu.Unlock()
	rf := s.memory.refunds[r.PathValue("id")]
	if rf == nil {
		return fail(http.StatusNotFound, "refund_unknown", "no refund has this id")
	}
	return s.refundNow(rf)
}

// broken answers when the state file cannot be written: nothing was done.
func (s *Simulator) broken(err error) reply {
	s.o.Log.Error("state not written", "err", err)
	return fail(http.StatusServiceUnavailable, "unavailable", "the state cannot be written")
}

// strictJSON reads exactly one JSON value without unknown fields.
func strictJSON(b []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return err
	}
	if d.More() {
		return errors.New("more than one JSON value")
	}
	return nil
}

// validID tells whether s is 1 to 64 characters of a-z, 0-9 and _.
func validID(s string) bool {
	if s == "" || len(s) > idMost {
		return false
	}
	for _, c := range s {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '_' {
			return false
		}
	}
	return true
}
