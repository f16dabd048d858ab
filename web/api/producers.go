package api

import (
	"context"
	"time"

	"pavilion"
	"pavilion/catalog"
	"pavilion/db"
)

type producer struct {
	ID        pavilion.ProducerID `json:"id"`
	Country   string              `json:"country" example:"BY" doc:"ISO 3166-1 alpha-2."`
	TaxNumber string              `json:"tax_number" example:"100018101" doc:"As its country writes it; in Belarus the UNP."`
	LegalName pavilion.Text       `json:"legal_name"`
	Address   pavilion.Text       `json:"address,omitempty" doc:"Its legal address."`
	About     pavilion.Text       `json:"about,omitempty" doc:"Its story for shoppers."`
	Prefixes  []string            `json:"prefixes" example:"[\"4810067\"]" doc:"GS1 company prefixes: the digits that begin its GTINs."`
	UpdatedAt time.Time           `json:"updated_at"`
}

type producers struct {
	Producers []producer `json:"producers" doc:"One page of them."`
	Next      string     `json:"next,omitempty" example:"pdr_06bfx2m0vt9c8k4rjq3h7wyz5n" doc:"Value of “after” for the next page; missing on the last one."`
}

type brand struct {
	ID       pavilion.BrandID    `json:"id"`
	Producer pavilion.ProducerID `json:"producer"`
	Name     pavilion.Text       `json:"name"`
}

type brands struct {
	Brands []brand `json:"brands" doc:"One page of them."`
	Next   string  `json:"next,omitempty" example:"brn_06bfx2m0vt9c8k4rjq3h7wyz5n" doc:"Value of “after” for the next page; missing on the last one."`
}

// after leaves out what stands up to an identifier in a list that is short enough to be
// read at once, and all that is more than a page.
func after[T any](p Paged, all []T, key func(T) string) []T {
	if p.After == "" {
		return all
	}
	for i, v := range all {
		if key(v) == p.After {
			return all[i+1:]
		}
	}
	return nil
}

func (a *API) listProducers(ctx context.Context, v *db.View, in *Paged) (producers, error) {
	all, err := catalog.Producers(ctx, v)
	key := func(p catalog.Producer) string { return string(p.ID) }
	few, next := cut(*in, after(*in, all, key), key)
	return producers{each(few, func(p catalog.Producer) producer {
		return producer{p.ID, p.Country, p.TaxNumber, p.LegalName, p.Address, p.About, each(p.Prefixes, func(s string) string { return s }), p.UpdatedAt}
	}), next}, err
}

func (a *API) listBrands(ctx context.Context, v *db.View, in *Paged) (brands, error) {
	all, err := catalog.Brands(ctx, v)
	key := func(b catalog.Brand) string { return string(b.ID) }
	few, next := cut(*in, after(*in, all, key), key)
	return brands{each(few, func(b catalog.Brand) brand { return brand{b.ID, b.Producer, b.Name} }), next}, err
}
