package tailoring

import (
	"context"
	"slices"
	"strings"

	"pavilion"
	"pavilion/catalog"
	"pavilion/db"
	"pavilion/staff"
)

const (
	confirmationColumns = `id, variant_id, sku_id, kind, value, document_id, confirmed_by, confirmed_at`
	insertConfirmation  = `insert into variant_confirmation (id, variant_id, sku_id, kind, value, document_id, confirmed_by, confirmed_at, ended_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, 0)`
	endConfirmation = `update variant_confirmation set ended_at = $1 where variant_id = $2 and sku_id = $3 and kind = $4 and ended_at = 0`
)

var selectConfirmations = &db.Keyed{Text: `select ` + confirmationColumns + ` from variant_confirmation where ended_at = 0 and variant_id in (%s) order by variant_id, id`}

// Confirm notes that a person confirmed something of a SKU, with the document that says so:
// one about the product or its producer. A confirmation of the same kind before it ends.
// Errors: Invalid confirmation.value_missing, confirmation.document_missing and
// confirmation.unknown; NotFound variant.unknown and sku.unknown; Forbidden
// variant.not_a_person.
func Confirm(ctx context.Context, tx *db.Tx, c Confirmation) error {
	if tx.Actor().Kind != pavilion.ByStaff {
		return pavilion.E(pavilion.Forbidden, "variant.not_a_person", nil)
	}
	c.Value = strings.TrimSpace(c.Value)
	switch {
	case !slices.Contains(ConfirmationKinds, c.Kind):
		return pavilion.E(pavilion.Invalid, "confirmation.unknown", nil).At("kind")
	case c.Value == "":
		return pavilion.E(pavilion.Invalid, "confirmation.value_missing", nil).At(string(c.Kind))
	}
	v, err := Lookup(ctx, tx, c.Variant)
	if err != nil {
		return err
	}
	pages, err := catalog.Pages(ctx, tx, []pavilion.ProductID{v.Product})
	if err != nil {
		return err
	}
	page := pages[v.Product]
	if !slices.ContainsFunc(page.SKUs, func(s catalog.SKU) bool { return s.ID == c.SKU }) {
		return pavilion.E(pavilion.NotFound, "sku.unknown", nil).At("sku")
	}
	documents, err := catalog.DocumentsOf(ctx, tx, []string{string(v.Product), string(page.Producer.ID)})
	if err != nil {
		return err
	}
	var document catalog.Document
	for _, of := range documents {
		for _, d := range of {
			if d.ID == c.Document {
				document = d
			}
		}
	}
	if document.ID == "" {
		return pavilion.E(pavilion.Invalid, "confirmation.document_missing", nil).At("document")
	}
	if _, err := tx.Exec(ctx, endConfirmation, db.Micros(tx.Now()), string(c.Variant), string(c.SKU), string(c.Kind)); err != nil {
		return err
	}
	c.ID = pavilion.NewID[pavilion.ConfirmationID](pavilion.PrefixConfirmation, tx.Now())
	if _, err := tx.Exec(ctx, insertConfirmation, string(c.ID), string(c.Variant), string(c.SKU), string(c.Kind), c.Value, string(c.Document),
		tx.Actor().String(), db.Micros(tx.Now())); err != nil {
		return err
	}
	tx.Signal(Topic)
	return staff.NoteSet(ctx, tx, []staff.Deed{{Act: "variant.confirmed", About: string(c.Variant), Detail: map[string]any{"sku": string(c.SKU), "value": c.Value},
		Changes: []staff.FieldChange{{Field: "confirm." + string(c.Kind), After: document.Name}}}})
}

// Unconfirm ends a confirmation that was a mistake. Error: NotFound confirmation.unknown.
func Unconfirm(ctx context.Context, tx *db.Tx, id pavilion.VariantID, sku pavilion.SKUID, kind ConfirmationKind) error {
	n, err := tx.Exec(ctx, endConfirmation, db.Micros(tx.Now()), string(id), string(sku), string(kind))
	if err == nil && n == 0 {
		err = pavilion.E(pavilion.NotFound, "confirmation.unknown", nil)
	}
	if err != nil {
		return err
	}
	tx.Signal(Topic)
	return staff.NoteSet(ctx, tx, []staff.Deed{{Act: "variant.unconfirmed", About: string(id), Detail: map[string]any{"sku": string(sku)},
		Changes: []staff.FieldChange{{Field: "confirm." + string(kind), Before: "✓"}}}})
}

// Confirmations returns what counts as confirmed of a variant.
func Confirmations(ctx context.Context, r db.Reader, id pavilion.VariantID) ([]Confirmation, error) {
	return db.AllKeyed(ctx, r, scanConfirmation, selectConfirmations, []pavilion.VariantID{id})
}

func confirmationsOf(ctx context.Context, r db.Reader, ids []pavilion.VariantID) (map[pavilion.VariantID][]Confirmation, error) {
	all, err := db.AllKeyed(ctx, r, scanConfirmation, selectConfirmations, ids)
	of := map[pavilion.VariantID][]Confirmation{}
	for _, c := range all {
		of[c.Variant] = append(of[c.Variant], c)
	}
	return of, err
}

// Confirmed tells whether a value of a SKU is confirmed.
func Confirmed(all []Confirmation, sku pavilion.SKUID, kind ConfirmationKind, value string) bool {
	return value != "" && slices.ContainsFunc(all, func(c Confirmation) bool { return c.SKU == sku && c.Kind == kind && c.Value == value })
}

func scanConfirmation(row db.Scanner) (c Confirmation, err error) {
	var by string
	var at int64
	err = row.Scan(&c.ID, &c.Variant, &c.SKU, &c.Kind, &c.Value, &c.Document, &by, &at)
	c.ConfirmedBy, _ = pavilion.ParseActor(by)
	c.ConfirmedAt = db.Time(at)
	return c, err
}
