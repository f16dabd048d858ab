package staff

import (
	"context"

	"pavilion"
	"pavilion/db"
)

const (
	sqlFormSent = `insert into form_sent (member_id, key, made_at) values ($1, $2, $3) on conflict (member_id, key) do nothing`
)

// FormSent notes that a member sent the form with this key, and tells whether it is the first
// time. It stands in the transaction of what the form does, so that of two at the same time
// one waits for the other, and one that failed may be sent again.
func FormSent(ctx context.Context, tx *db.Tx, member pavilion.StaffID, key string) (first bool, err error) {
	n, err := tx.Exec(ctx, sqlFormSent, member, key, db.Micros(tx.Now()))
	return n == 1, err
}
