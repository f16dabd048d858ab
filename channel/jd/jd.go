// Package jd speaks to the JD merchant platform (京东宙斯, JOS) on behalf of one shop: it
// knows JD's wire format, signature and words for failure, and nothing else. It touches no
// table, keeps no token, waits for nothing and tries nothing twice. Start with [New] and
// [Client.Shop]; [Shop.call] is the one way to the gateway, and meanings in refusal.go says
// what each of its error codes is to us.
//
// A call fails in one of the ways of [pavilion.Kind]. Invalid waits for a person. Limited and
// Unavailable are tried again, with one exception: after channel.outcome_unknown a write may have
// been carried out, and whoever repeats it looks first ([channel.Unknown]).
//
// [Connector] is what the engine sees of it; begin there with [NewConnector].
//
// What the public documents leave open, or contradict each other about, is a setting with a
// default: units, families of calls and the fields of a decryption in [Facts], rates, windows,
// the way of shipping and the codes of after-sale in [Settings]. The documents have no call,
// or none with its fields, for: a merchant's cancelling of an order, shipping a part of one,
// the draft flow of new goods, the merchant's own start of a refund, the split of an order's
// discounts among its lines (it is divided here by list price), and pushes. JD has no feed of
// changed refunds before shipping either: those that wait are asked for one by one.
package jd

import (
	"net/url"
	"strings"
	"time"

	"pavilion"
	"pavilion/channel"
)

// Name is the platform's name in the tables and in addresses.
const Name = "jd"

// The platform's own addresses.
const (
	liveBaseURL  = "https://api.jd.com/routerjson"
	liveOAuthURL = "https://open-oauth.jd.com"
)

const callTimeout = 20 * time.Second // a picture of a megabyte goes up in it

// beijing is the zone of every time on JD's wire, wherever this host stands. It has had no
// summer time since 1991.
var beijing = time.FixedZone("UTC+8", 8*60*60)

// Options say who we are at JD and how it is reached.
type Options struct {
	AppKey    string
	AppSecret string
	BaseURL   string       // of the gateway; "" takes JD's own
	OAuthURL  string       // of the authorisation, without a path; "" takes JD's own
	Doer      channel.Doer // must not follow redirects: the form holds the shop's token
	Clock     func() time.Time
	Timeout   time.Duration // for one call; 20 seconds if 0
	Facts     Facts
}

// Client is an app at JD. It is safe for use by many goroutines.
type Client struct {
	o     Options
	facts Facts
}

// New makes a client. The error is Invalid, jd.options, with the option it is about.
func New(o Options) (*Client, error) {
	if o.BaseURL == "" {
		o.BaseURL = liveBaseURL
	}
	if o.OAuthURL == "" {
		o.OAuthURL = liveOAuthURL
	}
	if o.Timeout == 0 {
		o.Timeout = callTimeout
	}
	facts, badFact := o.Facts.withDefaults()
	wrong := ""
	switch {
	case strings.TrimSpace(o.AppKey) == "":
		wrong = "AppKey"
	case strings.TrimSpace(o.AppSecret) == "":
		wrong = "AppSecret"
	case !webAddress(o.BaseURL):
		wrong = "BaseURL"
	case !webAddress(o.OAuthURL) || strings.HasSuffix(o.OAuthURL, "/"):
		wrong = "OAuthURL"
	case o.Doer == nil:
		wrong = "Doer"
	case o.Clock == nil:
		wrong = "Clock"
	case o.Timeout < 0:
		wrong = "Timeout"
	case badFact != "":
		wrong = "Facts." + badFact
	}
	if wrong != "" {
		return nil, pavilion.E(pavilion.Invalid, "jd.options", pavilion.Args{"option": wrong}).At(wrong)
	}
	return &Client{o: o, facts: facts}, nil
}

// String keeps the secret out of whatever prints a client.
func (c *Client) String() string { return "jd.Client" }

// Shop is one shop that let us in: the client with the shop's token. Whoever holds the token
// makes a Shop for each call or keeps it until the token changes.
type Shop struct {
	*Client
	token string
}

// Shop returns the shop with the access token.
func (c *Client) Shop(token string) *Shop { return &Shop{c, strings.TrimSpace(token)} }

// String keeps the token out of whatever prints a shop.
func (s *Shop) String() string { return "jd.Shop" }

// webAddress tells whether s is an http or https address with a host.
func webAddress(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != ""
}
