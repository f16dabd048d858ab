package staff

import (
	"context"
	"database/sql"
	"slices"
	"strings"
	"time"

	"pavilion"
	"pavilion/db"
)

// Token lets a machine in.
type Token struct {
	ID        pavilion.TokenID
	Name      string
	Scopes    []Scope
	CreatedBy string // the actor
	CreatedAt time.Time
	ExpiresAt time.Time // when it ends by itself, zero if it does not
	UsedAt    time.Time // the last use that [MarkUsed] was told of, zero if none
	UsedFrom  string    // the masked network of that use
	EndedAt   time.Time // zero as long as nobody ended it
}

// Holds tells whether the token lets in at the moment.
func (t Token) Holds(now time.Time) bool {
	return t.EndedAt.IsZero() && (t.ExpiresAt.IsZero() || now.Before(t.ExpiresAt))
}

// May tells whether the token has the scope.
func (t Token) May(s Scope) bool { return slices.Contains(t.Scopes, s) }

const (
	tokenPrefix = "pavilion_" // so that scanners for leaked secrets know one
	tokensMost  = 1000
)

const tokenColumns = `id, name, scopes, created_by, created_at, expires_at, used_at, used_from, ended_at`

const sqlInsertToken = `insert into token (id, secret_hash, name, scopes, created_by, created_at, expires_at)
values ($1, $2, $3, $4, $5, $6, $7)`

// MakeToken makes a token that ends by itself at a moment, or does not if that is zero. Its
// secret is told once and kept nowhere. Errors are Invalid: staff.name_malformed,
// staff.scopes_missing, staff.scope_unknown, staff.token_expiry for a moment that has passed.
func MakeToken(ctx context.Context, tx *db.Tx, name string, scopes []Scope, expires time.Time) (secret string, t Token, err error) {
	if name, err = cleanName(name); err != nil {
		return "", Token{}, err
	}
	if len(scopes) == 0 {
		return "", Token{}, pavilion.E(pavilion.Invalid, "staff.scopes_missing", nil).At("scopes")
	}
	words := make([]string, len(scopes))
	for i, s := range scopes {
		if !s.known() {
			return "", Token{}, pavilion.E(pavilion.Invalid, "staff.scope_unknown", pavilion.Args{"scope": string(s)}).At("scopes")
		}
		words[i] = string(s)
	}
	t = Token{
		ID:   pavilion.NewID[pavilion.TokenID](pavilion.PrefixToken, tx.Now()),
		Name: name, Scopes: scopes, CreatedBy: tx.Actor().String(), CreatedAt: tx.Now(), ExpiresAt: expires,
	}
	if !t.Holds(tx.Now()) {
		return "", Token{}, pavilion.E(pavilion.Invalid, "staff.token_expiry", nil).At("expires")
	}
	secret, hash := newSecret(tokenPrefix)
	joined := strings.Join(words, " ")
	if _, err := tx.Exec(ctx, sqlInsertToken, t.ID, hash, name, joined, t.CreatedBy, db.Micros(t.CreatedAt), db.Micros(expires)); err != nil {
		return "", Token{}, err
	}
	return secret, t, Note(ctx, tx, "staff.token_made", string(t.ID), map[string]any{"name": name, "scopes": joined})
}

const sqlToken = `select ` + tokenColumns + ` from token
where secret_hash = $1 and ended_at is null`

// CheckToken finds the token of a secret. The error is Unauthenticated,
// staff.token_unknown, when there is none, or it has ended or expired.
func CheckToken(ctx context.Context, r db.Reader, secret string) (Token, error) {
	t, found, err := db.One(ctx, r, scanToken, sqlToken, hashSecret(secret))
	if err != nil {
		return Token{}, err
	}
	if !found || !t.Holds(r.Now()) {
		return Token{}, pavilion.E(pavilion.Unauthenticated, "staff.token_unknown", nil)
	}
	return t, nil
}

const sqlTokens = `select ` + tokenColumns + ` from token
order by id desc limit $1`

// ListTokens lists tokens, ended ones too, the newest first; 1000 at most.
func ListTokens(ctx context.Context, r db.Reader) ([]Token, error) {
	return db.All(ctx, r, scanToken, sqlTokens, tokensMost)
}

func scanToken(s db.Scanner) (Token, error) {
	var t Token
	var scopes string
	var created, expires int64
	var used, ended sql.NullInt64
	err := s.Scan(&t.ID, &t.Name, &scopes, &t.CreatedBy, &created, &expires, &used, &t.UsedFrom, &ended)
	for word := range strings.FieldsSeq(scopes) {
		t.Scopes = append(t.Scopes, Scope(word))
	}
	t.CreatedAt, t.ExpiresAt = db.Time(created), db.Time(expires)
	t.UsedAt, t.EndedAt = db.Time(used.Int64), db.Time(ended.Int64)
	return t, err
}

// UsedEvery is how often the last use of a token is written down.
const UsedEvery = time.Minute

const sqlTokenUsed = `update token set used_at = $1, used_from = $2 where id = $3 and (used_at is null or used_at <= $4)`

// MarkUsed notes that the token was used now, from a network, which is masked. It notes
// nothing if a use of the last UsedEvery is noted.
func MarkUsed(ctx context.Context, tx *db.Tx, id pavilion.TokenID, network string) error {
	_, err := tx.Exec(ctx, sqlTokenUsed, db.Micros(tx.Now()), network, id, db.Micros(tx.Now().Add(-UsedEvery)))
	return err
}

const sqlEndToken = `update token set ended_at = $1 where id = $2 and ended_at is null`

// EndToken ends a token at once. The error is NotFound, staff.token_unknown, when there is
// none or it has ended.
func EndToken(ctx context.Context, tx *db.Tx, id pavilion.TokenID) error {
	n, err := tx.Exec(ctx, sqlEndToken, db.Micros(tx.Now()), id)
	if err != nil {
		return err
	}
	if n == 0 {
		return pavilion.E(pavilion.NotFound, "staff.token_unknown", nil)
	}
	return Note(ctx, tx, "staff.token_ended", string(id), nil)
}
