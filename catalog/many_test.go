package catalog

import (
	"context"
	"slices"
	"testing"
	"time"

	"pavilion"
	"pavilion/db"
	"pavilion/db/dbtest"
)

// What lists say of many producers at once is what is said of each.
func TestManyProducersAtOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		one, other := addProducer(t, d, spartak), addProducer(t, d, krasny)
		addCategory(t, d, "chocolate")
		importInto(t, d, ImportOptions{Producer: one.ID}, fullRows(3))
		yesterday := pavilion.DateOf(d.Now(), time.UTC).AddDays(-1)
		write(t, d, func(ctx context.Context, tx *db.Tx) error {
			markets, err := Markets()
			if err != nil {
				return err
			}
			steps, err := Onboarding(ctx, tx, one.ID, markets[0])
			if err != nil {
				return err
			}
			for _, s := range steps {
				kind := s.Document
				if kind == "" {
					kind = "contract"
				}
				proof, err := AddDocument(ctx, tx, Document{About: string(one.ID), Kind: kind, Name: s.Key + ".pdf"}, []byte("%PDF-1.4 "+s.Key))
				if err != nil {
					return err
				}
				if err := VerifyStep(ctx, tx, one.ID, markets[0], s.Key, proof, ""); err != nil {
					return err
				}
			}
			lapsed := steps[slices.IndexFunc(steps, func(s OnboardingStep) bool { return s.Required })]
			_, err = tx.Exec(ctx, `update document set valid_until = $1 where name = $2`, string(yesterday), lapsed.Key+".pdf")
			return err
		})
		read(t, d, func(ctx context.Context, v *db.View) error {
			ids := []pavilion.ProducerID{one.ID, other.ID}
			open, err := OpenItems(ctx, v, ids)
			if err != nil {
				return err
			}
			products, err := CountByProducer(ctx, v, ids, 2)
			if err != nil {
				return err
			}
			for i, id := range ids {
				var want int64
				markets, err := Markets()
				if err != nil {
					return err
				}
				for _, market := range markets {
					steps, err := Onboarding(ctx, v, id, market)
					if err != nil {
						return err
					}
					for _, s := range steps {
						if s.Required && s.State != StepVerified {
							want++
						}
					}
				}
				if open[id] != want {
					t.Errorf("open items of %s: got %d, want %d", id, open[id], want)
				}
				if got, want := products[id], []int64{2, 0}[i]; got != want {
					t.Errorf("products of %s: got %d, want %d", id, got, want)
				}
			}
			if open[one.ID] == 0 || open[one.ID] >= open[other.ID] {
				t.Errorf("open items: got %v, want some verified and one lapsed", open)
			}
			return nil
		})
	})
}
