package staff

import (
	"context"
	"crypto/subtle"
	"net/http"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"pavilion"
	"pavilion/db"
)

// ProviderOptions name another service at which members may sign in, by OpenID Connect.
// The zero value is none.
type ProviderOptions struct {
	Issuer       string // URL, such as https://id.example
	ClientID     string
	ClientSecret string
	Name         string       // what people call the service
	Client       *http.Client // with a timeout
}

// ProviderPath is where the service sends people back to.
const ProviderPath = "/console/sign-in/provider/back"

// provider is the service. What it says about itself is asked for at first use, so that a
// pavilion starts while the service is away.
type provider struct {
	options ProviderOptions
	back    string
	clock   func() time.Time

	mu    sync.Mutex
	found *oidc.Provider // under mu
}

func newProvider(o ProviderOptions, base string, clock func() time.Time) *provider {
	if o.Issuer == "" {
		return nil
	}
	return &provider{options: o, back: base + ProviderPath, clock: clock}
}

// Provider is what people call the other service, "" if there is none.
func (g *Gate) Provider() string {
	if g.provider == nil {
		return ""
	}
	return g.provider.options.Name
}

// discover asks the service for its keys and addresses, once. The error is Unavailable,
// staff.provider_unavailable.
func (p *provider) discover(ctx context.Context) (*oidc.Provider, oauth2.Config, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.found == nil {
		// The provider keeps the context to fetch new keys with, long after this request.
		found, err := oidc.NewProvider(oidc.ClientContext(context.WithoutCancel(ctx), p.options.Client), p.options.Issuer)
		if err != nil {
			return nil, oauth2.Config{}, providerAway(err)
		}
		p.found = found
	}
	return p.found, oauth2.Config{
		ClientID: p.options.ClientID, ClientSecret: p.options.ClientSecret, RedirectURL: p.back,
		Endpoint: p.found.Endpoint(), Scopes: []string{oidc.ScopeOpenID, "email"},
	}, nil
}

func providerAway(err error) error {
	return pavilion.E(pavilion.Unavailable, "staff.provider_unavailable", nil).Because(err)
}

// providerAsked is what is remembered while somebody is at the other service.
type providerAsked struct{ State, Nonce, Verifier string }

// AskProvider begins a sign-in at the other service: the browser keeps the secret and goes
// to the address. Errors: NotFound staff.provider_unknown; Unavailable
// staff.provider_unavailable.
func (g *Gate) AskProvider(ctx context.Context) (secret, address string, err error) {
	if g.provider == nil {
		return "", "", errNoProvider
	}
	_, config, err := g.provider.discover(ctx)
	if err != nil {
		return "", "", err
	}
	var asked providerAsked
	asked.State, _ = newSecret("")
	asked.Nonce, _ = newSecret("")
	asked.Verifier = oauth2.GenerateVerifier()
	err = g.db.Write(ctx, pavilion.System("sign-in"), func(tx *db.Tx) error {
		secret, err = g.remember(ctx, tx, ceremonyProvider, asked)
		return err
	})
	return secret, config.AuthCodeURL(asked.State, oidc.Nonce(asked.Nonce), oauth2.S256ChallengeOption(asked.Verifier)), err
}

var errNoProvider = pavilion.E(pavilion.NotFound, "staff.provider_unknown", nil)

// SignInByProvider lets in the member whose login is the e-mail address that the other
// service vouches for. It stands in place of the password: a second factor is asked for all
// the same. Nobody becomes a member by it. Errors: NotFound staff.provider_unknown;
// Conflict staff.ceremony_over; Unavailable staff.provider_unavailable; Unauthenticated
// staff.provider_refused.
func (g *Gate) SignInByProvider(ctx context.Context, secret, state, code string, from Place) (p Pass, err error) {
	if g.provider == nil {
		return Pass{}, errNoProvider
	}
	var asked providerAsked
	err = g.db.Write(ctx, pavilion.System("sign-in"), func(tx *db.Tx) error {
		asked = providerAsked{}
		return g.take(ctx, tx, ceremonyProvider, secret, &asked)
	})
	if err != nil {
		return Pass{}, err
	}
	if subtle.ConstantTimeCompare([]byte(asked.State), []byte(state)) != 1 {
		return Pass{}, providerRefused(nil)
	}
	login, err := g.provider.vouched(ctx, asked, code)
	if err != nil {
		return Pass{}, err
	}
	var m Member
	var hash string
	err = g.db.Read(ctx, func(v *db.View) error {
		scan := func(s db.Scanner) (Member, error) { return scanMemberAnd(s, &hash) }
		var found bool
		m, found, err = db.One(ctx, v, scan, sqlMemberToSignIn, login)
		if err == nil && !found {
			err = providerRefused(nil)
		}
		return err
	})
	if err != nil {
		return Pass{}, err
	}
	err = g.db.Write(ctx, actor(m.ID, from), func(tx *db.Tx) error {
		p, err = admit(ctx, tx, m.ID, "provider", from)
		return err
	})
	return p, err
}

func providerRefused(err error) error {
	return pavilion.E(pavilion.Unauthenticated, "staff.provider_refused", nil).Because(err)
}

// vouched exchanges the code for who signed in, and checks every word of it: signature,
// issuer, audience, time and nonce.
func (p *provider) vouched(ctx context.Context, asked providerAsked, code string) (login string, err error) {
	found, config, err := p.discover(ctx)
	if err != nil {
		return "", err
	}
	ctx = oidc.ClientContext(ctx, p.options.Client)
	token, err := config.Exchange(ctx, code, oauth2.VerifierOption(asked.Verifier))
	if err != nil {
		return "", providerRefused(err)
	}
	raw, ok := token.Extra("id_token").(string)
	if !ok {
		return "", providerRefused(nil)
	}
	id, err := found.VerifierContext(ctx, &oidc.Config{ClientID: p.options.ClientID, Now: p.clock}).Verify(ctx, raw)
	if err != nil {
		return "", providerRefused(err)
	}
	var claims struct {
		Email    string `json:"email"`
		Verified bool   `json:"email_verified"`
	}
	if err := id.Claims(&claims); err != nil {
		return "", providerRefused(err)
	}
	if subtle.ConstantTimeCompare([]byte(id.Nonce), []byte(asked.Nonce)) != 1 || !claims.Verified {
		return "", providerRefused(nil)
	}
	if login, err = cleanLogin(claims.Email); err != nil {
		return "", providerRefused(err)
	}
	return login, nil
}
