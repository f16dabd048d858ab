// Package simpay is the client of the simulated payment provider: a [payment.Provider]
// written from sim/payment/protocol.md and sharing no code with it. Start with [New].
package simpay

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"pavilion"
	"pavilion/money"
	"pavilion/payment"
)

// Name is the provider's name in the tables and in addresses.
const Name = "simpay"

// Options say where the provider is and who we are there.
type Options struct {
	BaseURL   string // without a slash at the end
	Merchant  string
	Key       []byte            // shared with the provider, at least 16 bytes
	Clock     func() time.Time  // for signing, and for the freshness of notices
	Transport http.RoundTripper // nil takes http.DefaultTransport
}

const keyLeast = 16 // bytes

// Client is a [payment.Provider]. It is safe for use by many goroutines.
type Client struct {
	o    Options
	http *http.Client
}

// New makes a client. The error is Invalid, simpay.options, with the option it is about.
func New(o Options) (*Client, error) {
	wrong := ""
	switch {
	case !webAddress(o.BaseURL) || strings.HasSuffix(o.BaseURL, "/"):
		wrong = "BaseURL"
	case o.Merchant == "":
		wrong = "Merchant"
	case len(o.Key) < keyLeast:
		wrong = "Key"
	case o.Clock == nil:
		wrong = "Clock"
	}
	if wrong != "" {
		return nil, pavilion.E(pavilion.Invalid, "simpay.options", pavilion.Args{"option": wrong}).At(wrong)
	}
	return &Client{o: o, http: &http.Client{
		Transport:     o.Transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}, nil
}

// Name is the provider's name.
func (c *Client) Name() string { return Name }

// intentAsked and intentTold are the two forms of an intent on the wire.
type intentAsked struct {
	ID        string `json:"id"`
	Amount    string `json:"amount"`
	Currency  string `json:"currency"`
	Subject   string `json:"subject"`
	ReturnURL string `json:"return_url"`
	NotifyURL string `json:"notify_url"`
	Lang      string `json:"lang"`
	ExpiresAt string `json:"expires_at"`
}

type intentTold struct {
	ID       string `json:"id"`
	Ref      string `json:"ref"`
	State    string `json:"state"`
	Amount   string `json:"amount"`
	Currency string `json:"currency"`
	PayURL   string `json:"pay_url"`
}

// Start makes the charge known to the provider. When the outcome of the call is unknown it
// asks: a charge whose reply was lost is started all the same.
func (c *Client) Start(ctx context.Context, ch payment.Charge) (payment.Started, error) {
	var told intentTold
	err := c.call(ctx, http.MethodPost, "/v1/intents", intentAsked{
		ID: string(ch.Intent), Amount: ch.Amount.Decimal(), Currency: string(ch.Amount.Currency()), Subject: clip(ch.Subject),
		ReturnURL: ch.ReturnURL, NotifyURL: ch.NotifyURL, Lang: string(ch.Lang), ExpiresAt: ch.ExpiresAt.UTC().Format(time.RFC3339),
	}, &told)
	if outcomeUnknown(err) && c.askIntent(ctx, ch.Intent, &told) == nil {
		err = nil
	}
	if err != nil {
		return payment.Started{}, err
	}
	if told.ID != string(ch.Intent) || told.Ref == "" || !webAddress(told.PayURL) {
		return payment.Started{}, unclear(nil)
	}
	return payment.Started{ProviderRef: told.Ref, PayURL: told.PayURL}, nil
}

// Ask tells how the intent stands.
func (c *Client) Ask(ctx context.Context, id pavilion.IntentID) (payment.Word, error) {
	var told intentTold
	if err := c.askIntent(ctx, id, &told); err != nil {
		return payment.Word{}, err
	}
	state, known := intentStates[told.State]
	amount, err := money.Parse(told.Amount, money.Currency(told.Currency))
	if !known || err != nil || told.ID != string(id) {
		return payment.Word{}, unclear(err)
	}
	return payment.Word{
		NoticeID: strings.Join([]string{"asked", told.ID, told.State, told.Amount, told.Currency}, ":"),
		Intent:   id, State: state, Amount: amount, ProviderRef: told.Ref,
	}, nil
}

func (c *Client) askIntent(ctx context.Context, id pavilion.IntentID, told *intentTold) error {
	return c.call(ctx, http.MethodGet, "/v1/intents/"+url.PathEscape(string(id)), nil, told)
}

// intentStates gives our word for the provider's.
var intentStates = map[string]payment.State{
	"open":     payment.StateStarted,
	"pending":  payment.StateStarted,
	"paid":     payment.StatePaid,
	"declined": payment.StateDeclined,
	"expired":  payment.StateCancelled,
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

// Refund asks the provider to pay back. When the outcome of the call is unknown it asks
// how the refund stands before anybody repeats it.
func (c *Client) Refund(ctx context.Context, r payment.Repayment) (payment.RefundWord, error) {
	var told refundTold
	err := c.call(ctx, http.MethodPost, "/v1/refunds", refundAsked{
		ID: string(r.Refund), Intent: string(r.Intent), Amount: r.Amount.Decimal(), Currency: string(r.Amount.Currency()), Reason: clip(r.Reason),
	}, &told)
	if outcomeUnknown(err) && c.call(ctx, http.MethodGet, "/v1/refunds/"+url.PathEscape(string(r.Refund)), nil, &told) == nil {
		err = nil
	}
	if err != nil {
		return payment.RefundWord{}, err
	}
	state, known := refundStates[told.State]
	amount, err := money.Parse(told.Amount, money.Currency(told.Currency))
	if !known || err != nil || told.ID != string(r.Refund) || told.Intent != string(r.Intent) {
		return payment.RefundWord{}, unclear(err)
	}
	return payment.RefundWord{Refund: r.Refund, State: state, Amount: amount, ProviderRef: told.Ref}, nil
}

var refundStates = map[string]payment.RefundState{
	"pending": payment.StateSent,
	"done":    payment.StateDone,
	"refused": payment.StateRefused,
}

// clip keeps a text for people within the 200 characters that the provider takes.
func clip(s string) string {
	const most = 200
	if r := []rune(s); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return s
}

// webAddress tells whether s is an http or https address with a host.
func webAddress(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != ""
}
