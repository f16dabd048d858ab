package catalog

import (
	"context"
	"crypto/sha256"
	"encoding/hex"

	"pavilion"
	"pavilion/db"
)

// What has no version of its own is told apart by a mark of all it says, which a form carries
// to be refused when it was drawn from something else.

func markOf(words []string) string {
	h := sha256.New()
	for _, w := range words {
		h.Write([]byte(w))
		h.Write([]byte{0})
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}

// PicturesMark is the mark of the pictures of a product: which, in which order, and what is
// said of them.
func PicturesMark(pictures []Picture) string {
	var words []string
	for _, p := range pictures {
		words = append(words, string(p.ID), p.Alt.JSON())
	}
	return markOf(words)
}

// PicturesUnchanged refuses a change of the pictures of a product that no longer have the
// mark, and keeps others from changing them until the transaction ends. Error: Conflict
// picture.changed_meanwhile.
func PicturesUnchanged(ctx context.Context, tx *db.Tx, product pavilion.ProductID, mark string) error {
	if err := lockProducts(ctx, tx, []pavilion.ProductID{product}); err != nil {
		return err
	}
	now, err := Pictures(ctx, tx, product)
	if err == nil && PicturesMark(now) != mark {
		err = pavilion.E(pavilion.Conflict, "picture.changed_meanwhile", nil)
	}
	return err
}

// RegistrationsMark is the mark of the registrations of a producer.
func RegistrationsMark(registrations []Registration) string {
	var words []string
	for _, g := range registrations {
		words = append(words, g.Authority, g.Number, g.Category, string(g.ValidFrom), string(g.ValidUntil))
	}
	return markOf(words)
}

const lockProducer = `update producer set updated_at = updated_at where id = $1`

// RegistrationsUnchanged is PicturesUnchanged for the registrations of a producer. Error:
// Conflict registration.changed_meanwhile.
func RegistrationsUnchanged(ctx context.Context, tx *db.Tx, producer pavilion.ProducerID, mark string) error {
	if _, err := tx.Exec(ctx, lockProducer, string(producer)); err != nil {
		return err
	}
	now, err := Registrations(ctx, tx, producer)
	if err == nil && RegistrationsMark(now) != mark {
		err = pavilion.E(pavilion.Conflict, "registration.changed_meanwhile", nil)
	}
	return err
}
