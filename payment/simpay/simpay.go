// Package simpay is the client of the simulated payment provider; its wire format is in
// sim/payment/protocol.md. Start with [New].
package simpay

import (
	"context"
	"errors"
	"net/http"
	"time"

	"pavilion"
	"pavilion/payment"
)

// Name is the provider's name in the tables and in addresses.
const Name = "simpay"

// Options say where the provider is and who we are there.
type Options struct {
	BaseURL  string // without a slash at the end
	Merchant string
	Key      []byte           // shared with the provider, at least 16 bytes
	Clock    func() time.Time // for signing and for the freshness of notices
}

// Client is a [payment.Provider].
type Client struct{ o Options }

var errNotBuilt = errors.New("simpay: not built")

// New makes a client.
func New(o Options) (*Client, error) { return &Client{o: o}, nil }

func (c *Client) Name() string { return Name }

func (c *Client) Start(ctx context.Context, ch payment.Charge) (payment.Started, error) {
	return payment.Started{}, errNotBuilt
}

func (c *Client) Ask(ctx context.Context, id pavilion.IntentID) (payment.Word, error) {
	return payment.Word{}, errNotBuilt
}

func (c *Client) Refund(ctx context.Context, r payment.Repayment) (payment.RefundWord, error) {
	return payment.RefundWord{}, errNotBuilt
}

func (c *Client) ReadNotice(header http.Header, body []byte) (payment.Word, error) {
	return payment.Word{}, errNotBuilt
}
