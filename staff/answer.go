package staff

import (
	"context"
	"time"

	"pavilion"
	"pavilion/db"
)

// answersKept is how long the answer to a request of a token is given again: longer than a
// machine that was cut off stays away over a weekend.
const answersKept = 7 * 24 * time.Hour

const (
	sqlClaimAnswer = `insert into token_answer (token_id, key, request, answer, made_at)
values ($1, $2, $3, '', $4) on conflict (token_id, key) do nothing`
	sqlKeepAnswer = `update token_answer set answer = $1 where token_id = $2 and key = $3`
	sqlAnswer     = `select request, answer from token_answer where token_id = $1 and key = $2`
)

// Once does what a token asks for, once: the first call with a key runs do and keeps its
// answer, a later one returns that answer. Both stand in the caller's transaction, so that
// the answer is kept if and only if the thing was done, and of two calls at the same time
// one waits for the other. request tells requests apart; an answer holds no personal data.
// Error: Conflict token.key_used when the key belongs to another request; and those of do.
func Once(ctx context.Context, tx *db.Tx, token pavilion.TokenID, key, request string, do func() (answer []byte, err error)) ([]byte, error) {
	n, err := tx.Exec(ctx, sqlClaimAnswer, token, key, request, db.Micros(tx.Now()))
	if err != nil {
		return nil, err
	}
	if n == 0 {
		return answerOf(ctx, tx, token, key, request)
	}
	answer, err := do()
	if err != nil {
		return nil, err
	}
	_, err = tx.Exec(ctx, sqlKeepAnswer, string(answer), token, key)
	return answer, err
}

func answerOf(ctx context.Context, r db.Reader, token pavilion.TokenID, key, request string) ([]byte, error) {
	var asked, answer string
	if err := r.QueryRow(ctx, sqlAnswer, token, key).Scan(&asked, &answer); err != nil {
		return nil, err
	}
	if asked != request {
		return nil, pavilion.E(pavilion.Conflict, "token.key_used", nil).At("Idempotency-Key")
	}
	return []byte(answer), nil
}

const (
	sqlSweepAnswers = `delete from token_answer where (token_id, key) in
(select token_id, key from token_answer where made_at <= $1 limit $2)`
	sqlSweepForms = `delete from form_sent where (member_id, key) in
(select member_id, key from form_sent where made_at <= $1 limit $2)`
)

// SweepAnswers forgets answers and sent forms that are older than a week, at most limit of
// each, and returns how many.
func SweepAnswers(ctx context.Context, tx *db.Tx, limit int) (swept int64, err error) {
	old := db.Micros(tx.Now().Add(-answersKept))
	for _, query := range []string{sqlSweepAnswers, sqlSweepForms} {
		n, err := tx.Exec(ctx, query, old, limit)
		if err != nil {
			return swept, err
		}
		swept += n
	}
	return swept, nil
}
