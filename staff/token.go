package staff

import (
	"context"
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

// Token lets a machine in.
type Token struct {
	ID        pavilion.TokenID
	Name      string
	Scopes    []Scope
	CreatedBy string // the actor
	CreatedAt time.Time
	UsedAt    time.Time // zero if never
	EndedAt   time.Time // zero while it holds
}

// May tells whether the token has the scope.
func (t Token) May(s Scope) bool { return false }

// MakeToken makes a token; the secret is told once and kept nowhere.
func MakeToken(ctx context.Context, tx *db.Tx, name string, scopes []Scope) (secret string, t Token, err error) {
	return "", Token{}, errNotBuilt
}

// CheckToken finds the token of a secret.
func CheckToken(ctx context.Context, r db.Reader, secret string) (Token, error) {
	return Token{}, errNotBuilt
}

// MarkUsed notes that the token was used now.
func MarkUsed(ctx context.Context, tx *db.Tx, id pavilion.TokenID) error { return errNotBuilt }

// ListTokens lists tokens, the newest first.
func ListTokens(ctx context.Context, r db.Reader) ([]Token, error) { return nil, errNotBuilt }

// EndToken ends a token at once.
func EndToken(ctx context.Context, tx *db.Tx, id pavilion.TokenID) error { return errNotBuilt }
