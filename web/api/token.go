package api

import (
	"context"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"pavilion"
	"pavilion/db"
	"pavilion/staff"
)

// caller is whose request it is and where it comes from.
type caller struct {
	token   staff.Token
	network string // masked
}

type callerKey struct{}

func callerOf(ctx context.Context) caller {
	c, _ := ctx.Value(callerKey{}).(caller)
	return c
}

func tokenOf(ctx context.Context) staff.Token { return callerOf(ctx).token }

// actor is the caller as the author of a write.
func (c caller) actor() pavilion.Actor {
	return pavilion.Actor{Kind: pavilion.ByToken, ID: string(c.token.ID), From: c.network}
}

var (
	errNoToken = pavilion.E(pavilion.Unauthenticated, "token.missing", nil)
	errTooFast = &pavilion.Error{Kind: pavilion.Limited, Reason: "token.too_fast", RetryAfter: time.Second}
)

func errScope(scope string) error {
	return pavilion.E(pavilion.Forbidden, "token.scope", pavilion.Args{"scope": scope})
}

// tokens checks tokens and counts their requests.
type tokens struct {
	db        *db.DB
	perSecond float64
	mu        sync.Mutex
	limiters  map[pavilion.TokenID]*rate.Limiter // under mu
}

func newTokens(d *db.DB, perSecond float64) *tokens {
	return &tokens{db: d, perSecond: perSecond, limiters: map[pavilion.TokenID]*rate.Limiter{}}
}

// check finds the token of a secret and notes now and then that it was used, from a masked
// network. It asks the database every time, so that a token that was ended does nothing
// more. Errors: those of staff.CheckToken, and Limited token.too_fast.
func (t *tokens) check(ctx context.Context, secret, network string) (token staff.Token, err error) {
	err = t.db.Read(ctx, func(v *db.View) error {
		token, err = staff.CheckToken(ctx, v, secret)
		return err
	})
	if err != nil {
		return staff.Token{}, err
	}
	now := t.db.Now()
	if t.perSecond > 0 && !t.limiter(token.ID).AllowN(now, 1) {
		return staff.Token{}, errTooFast
	}
	if now.Sub(token.UsedAt) < staff.UsedEvery {
		return token, nil
	}
	return token, t.db.Write(ctx, caller{token, network}.actor(), func(tx *db.Tx) error {
		return staff.MarkUsed(ctx, tx, token.ID, network)
	})
}

// limiter is the limiter of a token. There are at most as many as tokens were made.
func (t *tokens) limiter(id pavilion.TokenID) *rate.Limiter {
	t.mu.Lock()
	defer t.mu.Unlock()
	l := t.limiters[id]
	if l == nil {
		l = rate.NewLimiter(rate.Limit(t.perSecond), int(t.perSecond)+1)
		t.limiters[id] = l
	}
	return l
}
