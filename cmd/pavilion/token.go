package main

import (
	"context"
	"time"

	"pavilion"
	"pavilion/db"
	"pavilion/staff"
)

const (
	progressInterval = 100 * time.Millisecond
	ownerLinkFor     = 48 * time.Hour
)

type tokenCommand struct {
	Make tokenMakeCommand `cmd:"" help:"Make a token and print it once."`
	List tokenListCommand `cmd:"" help:"List tokens, their scopes and when they were last used."`
	End  tokenEndCommand  `cmd:"" help:"End a token at once."`
}

type tokenMakeCommand struct {
	store `embed:""`

	Name   string   `arg:"" help:"What the token is for."`
	Scopes []string `help:"What it may do, such as catalog:read,stock:read; the page /api/ tells which scope each operation needs." default:"catalog:read" sep:","`
	Days   int      `help:"End by itself after so many days; 0 for never." default:"0"`
}

func (t tokenMakeCommand) Run(ctx context.Context, c *terminal) error {
	return t.write(ctx, func(tx *db.Tx) error {
		scopes := make([]staff.Scope, len(t.Scopes))
		for i, s := range t.Scopes {
			scopes[i] = staff.Scope(s)
		}
		var expires time.Time
		if t.Days > 0 {
			expires = tx.Now().AddDate(0, 0, t.Days)
		}
		secret, token, err := staff.MakeToken(ctx, tx, t.Name, scopes, expires)
		if err == nil {
			c.printf("%s\n%s\n", token.ID, secret)
		}
		return err
	})
}

type tokenListCommand struct {
	store `embed:""`
}

func (t tokenListCommand) Run(ctx context.Context, c *terminal) error {
	d, err := t.read(ctx)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Read(ctx, func(v *db.View) error {
		tokens, err := staff.ListTokens(ctx, v)
		for _, k := range tokens {
			c.printf("%s  %-24s %v  used %s  expires %s  ended %s\n", k.ID, k.Name, k.Scopes, moment(k.UsedAt), moment(k.ExpiresAt), moment(k.EndedAt))
		}
		return err
	})
}

type tokenEndCommand struct {
	store `embed:""`

	ID pavilion.TokenID `arg:"" help:"The token, as listed."`
}

func (t tokenEndCommand) Run(ctx context.Context, _ *terminal) error {
	return t.write(ctx, func(tx *db.Tx) error { return staff.EndToken(ctx, tx, t.ID) })
}

// write runs one change from the command line.
func (s store) write(ctx context.Context, fn func(tx *db.Tx) error) error {
	in, err := s.open(ctx, nil)
	if err != nil {
		return err
	}
	defer in.db.Close()
	return in.db.Write(ctx, pavilion.System("cli"), fn)
}

func moment(t time.Time) string {
	if t.IsZero() {
		return "never"
	}
	return t.Format(time.DateTime)
}
