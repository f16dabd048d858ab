package api

import (
	"context"
	"crypto/sha256"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"pavilion"
	"pavilion/db"
	"pavilion/staff"
)

// tokenFor is how long a token that was found good is believed without asking again.
const tokenFor = 2 * time.Second

// usedEvery is how often the last use of a token is written down.
const usedEvery = time.Minute

type tokenKey struct{}

func tokenOf(ctx context.Context) staff.Token {
	t, _ := ctx.Value(tokenKey{}).(staff.Token)
	return t
}

var (
	errNoToken = pavilion.E(pavilion.Unauthenticated, "token.missing", nil)
	errTooFast = &pavilion.Error{Kind: pavilion.Limited, Reason: "token.too_fast", RetryAfter: time.Second}
)

func errScope(scope string) error {
	return pavilion.E(pavilion.Forbidden, "token.scope", pavilion.Args{"scope": scope})
}

// tokens remembers good tokens for a moment and counts their requests.
type tokens struct {
	db        *db.DB
	perSecond float64
	mu        sync.Mutex
	good      map[[sha256.Size]byte]*goodToken // under mu
}

type goodToken struct {
	token   staff.Token
	checked time.Time
	noted   time.Time
	limiter *rate.Limiter
}

func newTokens(d *db.DB, perSecond float64) *tokens {
	return &tokens{db: d, perSecond: perSecond, good: map[[sha256.Size]byte]*goodToken{}}
}

// check finds the token of a secret. Errors: those of staff.CheckToken, and Limited
// token.too_fast.
func (t *tokens) check(ctx context.Context, secret string) (staff.Token, error) {
	key := sha256.Sum256([]byte(secret))
	now := t.db.Now()
	t.mu.Lock()
	g := t.good[key]
	fresh := g != nil && now.Sub(g.checked) < tokenFor
	t.mu.Unlock()
	if !fresh {
		var err error
		if g, err = t.ask(ctx, key, secret, now); err != nil {
			return staff.Token{}, err
		}
	}
	if g.limiter != nil && !g.limiter.AllowN(now, 1) {
		return staff.Token{}, errTooFast
	}
	return g.token, nil
}

// ask reads the token again and notes its use now and then.
func (t *tokens) ask(ctx context.Context, key [sha256.Size]byte, secret string, now time.Time) (*goodToken, error) {
	var token staff.Token
	err := t.db.Read(ctx, func(v *db.View) error {
		var err error
		token, err = staff.CheckToken(ctx, v, secret)
		return err
	})
	t.mu.Lock()
	old := t.good[key]
	if err != nil {
		delete(t.good, key)
		t.mu.Unlock()
		return nil, err
	}
	g := &goodToken{token: token, checked: now}
	if old != nil {
		g.noted, g.limiter = old.noted, old.limiter
	} else if t.perSecond > 0 {
		g.limiter = rate.NewLimiter(rate.Limit(t.perSecond), int(t.perSecond)+1)
	}
	note := now.Sub(g.noted) > usedEvery
	if note {
		g.noted = now
	}
	t.good[key] = g
	t.mu.Unlock()
	if !note {
		return g, nil
	}
	return g, t.db.Write(ctx, pavilion.Actor{Kind: pavilion.ByToken, ID: string(token.ID)}, func(tx *db.Tx) error {
		return staff.MarkUsed(ctx, tx, token.ID)
	})
}
