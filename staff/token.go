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

// Scope is one thing a token may do.
type Scope string

const (
	ReadCatalog Scope = "catalog:read"
	ReadOrders  Scope = "orders:read"
	PlaceOrders Scope = "orders:place"
)

// Scopes are all there are.
var Scopes = []Scope{ReadCatalog, ReadOrders, PlaceOrders}

// Token lets a machine in.
type Token struct {
	ID        pavilion.TokenID
	Name      string
	Scopes    []Scope
	CreatedBy string // the actor
	CreatedAt time.Time
	UsedAt    time.Time // the last use that [MarkUsed] was told of, zero if none
	EndedAt   time.Time // zero while it holds
}

// May tells whether the token has the scope.
func (t Token) May(s Scope) bool { return slices.Contains(t.Scopes, s) }

const (
	tokenPrefix = "pavilion_" // so that scanners for leaked secrets know one
	tokensMost  = 1000
)

const sqlInsertToken = `insert into token (id, secret_hash, name, scopes, created_by, created_at)
values ($1, $2, $3, $4, $5, $6)`

// MakeToken makes a token; its secret is told once and kept nowhere. Errors are Invalid:
// staff.name_malformed, staff.scopes_missing, staff.scope_unknown.
func MakeToken(ctx context.Context, tx *db.Tx, name string, scopes []Scope) (secret string, t Token, err error) {
	if name, err = cleanName(name); err != nil {
		return "", Token{}, err
	}
	if len(scopes) == 0 {
		return "", Token{}, pavilion.E(pavilion.Invalid, "staff.scopes_missing", nil).At("scopes")
	}
	words := make([]string, len(scopes))
	for i, s := range scopes {
		if !slices.Contains(Scopes, s) {
			return "", Token{}, pavilion.E(pavilion.Invalid, "staff.scope_unknown", pavilion.Args{"scope": string(s)}).At("scopes")
		}
		words[i] = string(s)
	}
	t = Token{
		ID:   pavilion.NewID[pavilion.TokenID](pavilion.PrefixToken, tx.Now()),
		Name: name, Scopes: scopes, CreatedBy: tx.Actor().String(), CreatedAt: tx.Now(),
	}
	secret, hash := newSecret(tokenPrefix)
	joined := strings.Join(words, " ")
	if _, err := tx.Exec(ctx, sqlInsertToken, t.ID, hash, name, joined, t.CreatedBy, db.Micros(t.CreatedAt)); err != nil {
		return "", Token{}, err
	}
	return secret, t, Note(ctx, tx, "staff.token_made", string(t.ID), map[string]any{"name": name, "scopes": joined})
}

const sqlToken = `select id, name, scopes, created_by, created_at, used_at, ended_at from token
where secret_hash = $1 and ended_at is null`

// CheckToken finds the token of a secret. The error is Unauthenticated,
// staff.token_unknown, when there is none or it has ended.
func CheckToken(ctx context.Context, r db.Reader, secret string) (Token, error) {
	t, found, err := db.One(ctx, r, scanToken, sqlToken, hashSecret(secret))
	if err != nil {
		return Token{}, err
	}
	if !found {
		return Token{}, pavilion.E(pavilion.Unauthenticated, "staff.token_unknown", nil)
	}
	return t, nil
}

const sqlTokens = `select id, name, scopes, created_by, created_at, used_at, ended_at from token
order by id desc limit $1`

// ListTokens lists tokens, ended ones too, the newest first; 1000 at most.
func ListTokens(ctx context.Context, r db.Reader) ([]Token, error) {
	return db.All(ctx, r, scanToken, sqlTokens, tokensMost)
}

func scanToken(s db.Scanner) (Token, error) {
	var t Token
	var scopes string
	var created int64
	var used, ended sql.NullInt64
	err := s.Scan(&t.ID, &t.Name, &scopes, &t.CreatedBy, &created, &used, &ended)
	for word := range strings.FieldsSeq(scopes) {
		t.Scopes = append(t.Scopes, Scope(word))
	}
	t.CreatedAt, t.UsedAt, t.EndedAt = db.Time(created), db.Time(used.Int64), db.Time(ended.Int64)
	return t, err
}

const sqlTokenUsed = `update token set used_at = $1 where id = $2`

// MarkUsed notes that the token was used now.
func MarkUsed(ctx context.Context, tx *db.Tx, id pavilion.TokenID) error {
	_, err := tx.Exec(ctx, sqlTokenUsed, db.Micros(tx.Now()), id)
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
