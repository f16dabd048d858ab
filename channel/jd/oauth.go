package jd

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"time"

	"pavilion"
)

// Grant is what a shop's owner let us have. Its texts are secrets.
type Grant struct {
	AccessToken  string
	RefreshToken string
	OpenID       string // of the account that authorised us
	UID          string
	Scope        string
	IssuedAt     time.Time
	ExpiresAt    time.Time // after it only a new authorisation helps; refresh before
}

// String keeps the tokens out of whatever prints a grant.
func (g Grant) String() string { return "jd.Grant until " + g.ExpiresAt.Format(time.RFC3339) }

// GoString does the same for %#v.
func (g Grant) GoString() string { return g.String() }

// AuthoriseURL is the page of JD on which the shop's owner lets us in. JD sends the owner
// back to the address redirect with a code and with state, which must be hard to guess and
// belong to the person who was sent there.
func (c *Client) AuthoriseURL(redirect, state string) string {
	return c.o.OAuthURL + "/oauth2/to_login?" + url.Values{
		"app_key":       {c.o.AppKey},
		"response_type": {"code"},
		"redirect_uri":  {redirect},
		"state":         {state},
		"scope":         {"snsapi_base"},
	}.Encode()
}

// Exchange turns the code that came back into a grant. A code is good once and not for long.
// Errors: Unauthenticated jd.grant; Unavailable channel.outcome_unknown, after which the code may
// be spent and the owner is asked again.
func (c *Client) Exchange(ctx context.Context, code string) (Grant, error) {
	return c.grant(ctx, "/oauth2/access_token", url.Values{"grant_type": {"authorization_code"}, "code": {code}}, code)
}

// Refresh extends a grant. The access token may keep its value, so that tokens are kept by
// shop and never told apart by value. Errors are those of Exchange; after channel.outcome_unknown
// the old tokens may be spent, and JD does not say whether they still work: try again.
func (c *Client) Refresh(ctx context.Context, refreshToken string) (Grant, error) {
	return c.grant(ctx, "/oauth2/refresh_token", url.Values{"grant_type": {"refresh_token"}, "refresh_token": {refreshToken}}, refreshToken)
}

// grant asks for tokens. JD wants the secret in the address: it stands in no error, and
// nothing on the way may log it.
func (c *Client) grant(ctx context.Context, path string, query url.Values, given string) (Grant, error) {
	a := answer{call: call{method: path, writes: true}, secret: []string{c.o.AppSecret, given}}
	if given == "" {
		return Grant{}, ungranted(pavilion.Args{"code": "?", "words": ""})
	}
	query.Set("app_key", c.o.AppKey)
	query.Set("app_secret", c.o.AppSecret)
	ctx, cancel := context.WithTimeout(ctx, c.o.Timeout)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, c.o.OAuthURL+path+"?"+query.Encode(), http.NoBody)
	if err != nil {
		return Grant{}, pavilion.E(pavilion.Internal, "jd.request_malformed", pavilion.Args{"method": path}).Because(a.cause(err))
	}
	raw, err := c.send(r)
	if err != nil {
		return Grant{}, a.lost(a.cause(err))
	}
	t, err := parse(raw)
	if err != nil {
		return Grant{}, a.lost(err)
	}
	return a.readGrant(t, c.o.Clock())
}

// readGrant reads an answer with tokens. They run from the time that JD says.
func (a answer) readGrant(t tree, now time.Time) (Grant, error) {
	a.tree = t
	if !t.isObject() {
		return Grant{}, a.lost(errors.New("the answer is no object"))
	}
	if code := t.at("code").text(); code != "" && code != "0" {
		return Grant{}, ungranted(pavilion.Args{"code": redact(code, a.secret...), "words": redact(t.first("msg", "error_description").text(), a.secret...)})
	}
	g := Grant{
		AccessToken: t.at("access_token").text(), RefreshToken: t.at("refresh_token").text(),
		OpenID: t.at("open_id").text(), UID: t.at("uid").text(), Scope: t.at("scope").text(),
		IssuedAt: t.at("time").moment(),
	}
	seconds := t.at("expires_in").number()
	if err := a.whole(); err != nil {
		return Grant{}, err
	}
	const most = 100 * 365 * 24 * 60 * 60
	if g.AccessToken == "" || seconds <= 0 || seconds > most {
		return Grant{}, a.lost(errors.New("the answer holds no token"))
	}
	if g.IssuedAt.IsZero() {
		g.IssuedAt = now.UTC()
	}
	g.ExpiresAt = g.IssuedAt.Add(time.Duration(seconds) * time.Second)
	return g, nil
}

func ungranted(args pavilion.Args) error {
	return &pavilion.Error{Kind: pavilion.Unauthenticated, Reason: "jd.grant", Args: args}
}
