package catalog

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pavilion"
	"pavilion/db"
	"pavilion/db/dbtest"
)

func TestProducerIsKeptAndChanged(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := addProducer(t, d, spartak)
		other := addProducer(t, d, krasny)
		p.TaxNumber, p.Prefixes, p.About = "200988541", []string{"4810067", "481999"}, pavilion.Text{"zh": "始于一九二四年"}
		p.Version = 1
		write(t, d, func(ctx context.Context, tx *db.Tx) error {
			_, err := SaveProducer(ctx, tx, p)
			return err
		})
		read(t, d, func(ctx context.Context, v *db.View) error {
			got, err := GetProducer(ctx, v, p.ID)
			if err != nil {
				return err
			}
			p.Address, p.CreatedAt, p.UpdatedAt, p.Version = pavilion.Text{}, dbtest.Start, dbtest.Start, 2
			if diff := cmp.Diff(p, got); diff != "" {
				t.Errorf("GetProducer: %s", diff)
			}
			all, err := Producers(ctx, v)
			if err != nil {
				return err
			}
			prefixes := map[pavilion.ProducerID][]string{}
			for _, one := range all {
				prefixes[one.ID] = one.Prefixes
			}
			if diff := cmp.Diff(map[pavilion.ProducerID][]string{p.ID: p.Prefixes, other.ID: other.Prefixes}, prefixes); diff != "" {
				t.Errorf("prefixes of Producers: %s", diff)
			}
			return nil
		})
	})
}

func TestProducerRefusals(t *testing.T) {
	t.Parallel()
	change := func(by func(p *Producer)) Producer {
		p := krasny
		by(&p)
		return p
	}
	tests := []struct {
		name   string
		p      Producer
		reason string
	}{
		{"no country", change(func(p *Producer) { p.Country = "by" }), "country.malformed"},
		{"no tax number", change(func(p *Producer) { p.TaxNumber = "" }), "tax_number.missing"},
		{"a wrong tax number", change(func(p *Producer) { p.TaxNumber = "100325913" }), "unp.check_digit"},
		{"no name", change(func(p *Producer) { p.LegalName = pavilion.Text{"ru": ""} }), "name.missing"},
		{"a short prefix", change(func(p *Producer) { p.Prefixes = []string{"481"} }), "prefix.malformed"},
		{"a prefix with letters", change(func(p *Producer) { p.Prefixes = []string{"481O067"} }), "prefix.malformed"},
		{"the tax number of another", change(func(p *Producer) { p.TaxNumber = spartak.TaxNumber }), "producer.tax_number_taken"},
		{"the prefix of another", change(func(p *Producer) { p.Prefixes = spartak.Prefixes }), "prefix.taken"},
		{"an unknown one", change(func(p *Producer) { p.ID = "pdr_0" }), "producer.unknown"},
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		addProducer(t, d, spartak)
		own := addProducer(t, d, Producer{Country: "CN", TaxNumber: "91310000MA1FL0LX0R", LegalName: pavilion.Text{"zh": "公司"}})
		for _, test := range tests {
			got := refused(t, d, func(ctx context.Context, tx *db.Tx) error {
				_, err := SaveProducer(ctx, tx, test.p)
				return err
			})
			if got != test.reason {
				t.Errorf("%s: got %q, want %q", test.name, got, test.reason)
			}
		}
		own.Country, own.TaxNumber, own.Version = spartak.Country, spartak.TaxNumber, 1
		if got := refused(t, d, func(ctx context.Context, tx *db.Tx) error {
			_, err := SaveProducer(ctx, tx, own)
			return err
		}); got != "producer.tax_number_taken" {
			t.Errorf("change to a taken tax number: got %q", got)
		}
	})
}

func TestRegistrations(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := addProducer(t, d, spartak)
		save := func(g Registration) func(ctx context.Context, tx *db.Tx) error {
			return func(ctx context.Context, tx *db.Tx) error { return SaveRegistration(ctx, tx, p.ID, g) }
		}
		g := Registration{Authority: "GACC", Number: "CBLR02012201010001", Category: "糖果和巧克力", ValidFrom: "2022-01-01", ValidUntil: "2027-01-01"}
		write(t, d, save(g))
		g.ValidUntil = "2028-01-01"
		write(t, d, save(g))
		read(t, d, func(ctx context.Context, v *db.View) error {
			got, err := Registrations(ctx, v, p.ID)
			if diff := cmp.Diff([]Registration{g}, got); diff != "" {
				t.Error(diff)
			}
			return err
		})
		if got := refused(t, d, save(Registration{Authority: "GACC"})); got != "registration.incomplete" {
			t.Errorf("without a number: got %q", got)
		}
		if got := refused(t, d, save(Registration{Authority: "GACC", Number: "1", ValidFrom: "2022-01-02", ValidUntil: "2022-01-01"})); got != "registration.dates" {
			t.Errorf("ends before it begins: got %q", got)
		}
		if got := refused(t, d, func(ctx context.Context, tx *db.Tx) error { return SaveRegistration(ctx, tx, "pdr_0", g) }); got != "producer.unknown" {
			t.Errorf("of nobody: got %q", got)
		}
	})
}

func TestLongestPrefixOwns(t *testing.T) {
	t.Parallel()
	all := prefixes{"4810": "a", "48100": "b", "4810067": "c", "0614141": "d"}
	tests := []struct {
		gtin   GTIN
		prefix string
		owner  pavilion.ProducerID
	}{
		{"4810067073123", "4810067", "c"},
		{"14810067073120", "4810067", "c"}, // a case of them
		{"4810012345678", "48100", "b"},
		{"4810912345678", "4810", "a"},
		{"0614141007349", "0614141", "d"},
		{"4820000000000", "", ""},
		{"48100673", "", ""}, // a GTIN-8 begins with no company's prefix
		{"", "", ""},
	}
	for _, test := range tests {
		if prefix, owner := all.owner(test.gtin); prefix != test.prefix || owner != test.owner {
			t.Errorf("owner(%q): got %q, %q, want %q, %q", test.gtin, prefix, owner, test.prefix, test.owner)
		}
	}
}
