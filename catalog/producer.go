package catalog

import (
	"context"
	"slices"
	"strings"

	"pavilion"
	"pavilion/db"
	"pavilion/job"
	"pavilion/staff"
)

// Topic is signalled after every commit that changed the catalogue.
const Topic = "catalog"

// mostProducers bounds the list of producers; a country's pavilion has hundreds.
const mostProducers = 1000

// taxNumbers read the tax number of a country into its one form. A country that is not here
// takes any number.
var taxNumbers = map[string]func(string) (string, error){"BY": ParseUNP}

const (
	insertProducer = `insert into producer (id, country, tax_number, legal_name_text, address_text, about_text, created_at, updated_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (country, tax_number) do nothing`
	updateProducer = `update producer set country = $1, tax_number = $2, legal_name_text = $3, address_text = $4, about_text = $5, updated_at = $6, version = version + 1
		where id = $7 and version = $8 and not exists (select 1 from producer other where other.country = $1 and other.tax_number = $2 and other.id <> $7)`
	selectProducer = `select id, country, tax_number, legal_name_text, address_text, about_text, created_at, updated_at, version from producer `

	deletePrefixes = `delete from producer_prefix where producer_id = $1`
	insertPrefix   = `insert into producer_prefix (prefix, producer_id) values ($1, $2) on conflict (prefix) do nothing`
	selectPrefixes = `select prefix, producer_id from producer_prefix `

	upsertRegistration = `insert into producer_registration (producer_id, authority, number, category, valid_from, valid_until)
		select p.id, $1, $2, $3, $4, $5 from producer p where p.id = $6
		on conflict (producer_id, authority, number) do update set category = excluded.category, valid_from = excluded.valid_from, valid_until = excluded.valid_until`
	selectRegistration = `select authority, number, category, valid_from, valid_until from producer_registration
		where producer_id = $1 and authority = $2 and number = $3`
	deleteRegistration  = `delete from producer_registration where producer_id = $1 and authority = $2 and number = $3`
	selectRegistrations = `select authority, number, category, valid_from, valid_until from producer_registration
		where producer_id = $1 order by authority, number limit 100`
)

// SaveProducer creates a producer, or changes the one with its ID if that still has its
// Version, with its company prefixes. What changed is noted. Errors: Invalid
// country.malformed, tax_number.missing, unp.*, name.missing and prefix.malformed {prefix};
// Conflict producer.tax_number_taken {number}, prefix.taken {prefix, producer} and
// catalog.changed_meanwhile; NotFound producer.unknown.
func SaveProducer(ctx context.Context, tx *db.Tx, p Producer) (pavilion.ProducerID, error) {
	if err := p.check(); err != nil {
		return "", err
	}
	var before Producer
	var err error
	act := "producer.changed"
	if p.ID == "" {
		act = "producer.created"
		err = createProducer(ctx, tx, &p)
	} else if before, err = GetProducer(ctx, tx, p.ID); err == nil {
		err = changeProducer(ctx, tx, p)
	}
	if err != nil {
		return "", err
	}
	if err := savePrefixes(ctx, tx, p); err != nil {
		return "", err
	}
	tx.Signal(Topic)
	if before.ID != "" {
		if err := job.Record(ctx, tx, ProducerChanged{p.ID}); err != nil {
			return "", err
		}
	}
	return p.ID, staff.NoteChanges(ctx, tx, act, string(p.ID), producerChanges(before, p))
}

func createProducer(ctx context.Context, tx *db.Tx, p *Producer) error {
	p.ID = pavilion.NewID[pavilion.ProducerID](pavilion.PrefixProducer, tx.Now())
	now := db.Micros(tx.Now())
	n, err := tx.Exec(ctx, insertProducer, string(p.ID), p.Country, p.TaxNumber, p.LegalName.JSON(), p.Address.JSON(), p.About.JSON(), now, now)
	if err == nil && n == 0 {
		err = p.taxNumberTaken()
	}
	return err
}

func changeProducer(ctx context.Context, tx *db.Tx, p Producer) error {
	n, err := tx.Exec(ctx, updateProducer, p.Country, p.TaxNumber, p.LegalName.JSON(), p.Address.JSON(), p.About.JSON(), db.Micros(tx.Now()), string(p.ID), p.Version)
	if err != nil || n == 1 {
		return err
	}
	now, err := GetProducer(ctx, tx, p.ID)
	if err == nil && now.Version != p.Version {
		return changedMeanwhile()
	}
	if err != nil {
		return err
	}
	return p.taxNumberTaken()
}

func (p Producer) taxNumberTaken() error {
	return pavilion.E(pavilion.Conflict, "producer.tax_number_taken", pavilion.Args{"number": p.TaxNumber}).At("tax_number")
}

func producerChanges(before, after Producer) []staff.FieldChange {
	var c changes
	c.texts("legal_name", before.LegalName, after.LegalName)
	c.words("country", before.Country, after.Country)
	c.words("tax_number", before.TaxNumber, after.TaxNumber)
	c.texts("address", before.Address, after.Address)
	c.texts("about", before.About, after.About)
	c.words("prefix", strings.Join(before.Prefixes, " "), strings.Join(after.Prefixes, " "))
	return c.noted()
}

// check brings the fields into their stored form and refuses what is wrong.
func (p *Producer) check() error {
	if !isCountry(p.Country) {
		return pavilion.E(pavilion.Invalid, "country.malformed", pavilion.Args{"value": p.Country}).At("country")
	}
	if p.TaxNumber == "" {
		return pavilion.E(pavilion.Invalid, "tax_number.missing", nil).At("tax_number")
	}
	if parse := taxNumbers[p.Country]; parse != nil {
		number, err := parse(p.TaxNumber)
		if err != nil {
			return err
		}
		p.TaxNumber = number
	}
	if p.LegalName.Best(pavilion.English) == "" {
		return pavilion.E(pavilion.Invalid, "name.missing", nil).At("legal_name")
	}
	for _, prefix := range p.Prefixes {
		if len(prefix) < 4 || len(prefix) > 12 || !digitsOnly(prefix) { // GS1 General Specifications, section 1.4.4
			return pavilion.E(pavilion.Invalid, "prefix.malformed", pavilion.Args{"prefix": prefix}).At("prefix")
		}
	}
	return nil
}

// isCountry tells whether s has the form of an ISO 3166-1 alpha-2 code.
func isCountry(s string) bool {
	return len(s) == 2 && s[0] >= 'A' && s[0] <= 'Z' && s[1] >= 'A' && s[1] <= 'Z'
}

func savePrefixes(ctx context.Context, tx *db.Tx, p Producer) error {
	if _, err := tx.Exec(ctx, deletePrefixes, string(p.ID)); err != nil {
		return err
	}
	for _, prefix := range slices.Compact(slices.Sorted(slices.Values(p.Prefixes))) {
		n, err := tx.Exec(ctx, insertPrefix, prefix, string(p.ID))
		if err != nil {
			return err
		}
		if n == 0 {
			owner, _, err := db.One(ctx, tx, scanPrefix, selectPrefixes+`where prefix = $1`, prefix)
			if err != nil {
				return err
			}
			other, err := GetProducer(ctx, tx, owner.producer)
			if err != nil {
				return err
			}
			return pavilion.E(pavilion.Conflict, "prefix.taken", pavilion.Args{"prefix": prefix, "producer": other.LegalName}).At("prefix")
		}
	}
	return nil
}

// GetProducer returns a producer. Error: NotFound producer.unknown.
func GetProducer(ctx context.Context, r db.Reader, id pavilion.ProducerID) (Producer, error) {
	p, found, err := db.One(ctx, r, scanProducer, selectProducer+`where id = $1`, string(id))
	if err != nil {
		return Producer{}, err
	}
	if !found {
		return Producer{}, pavilion.E(pavilion.NotFound, "producer.unknown", nil)
	}
	prefixes, err := db.All(ctx, r, scanPrefix, selectPrefixes+`where producer_id = $1 order by prefix limit 1000`, string(id))
	for _, prefix := range prefixes {
		p.Prefixes = append(p.Prefixes, prefix.digits)
	}
	return p, err
}

// Producers returns all producers, the first created first.
func Producers(ctx context.Context, r db.Reader) ([]Producer, error) {
	producers, err := db.All(ctx, r, scanProducer, selectProducer+`order by id limit $1`, mostProducers)
	if err != nil {
		return nil, err
	}
	prefixes, err := allPrefixes(ctx, r)
	if err != nil {
		return nil, err
	}
	of := map[pavilion.ProducerID][]string{}
	for digits, producer := range prefixes {
		of[producer] = append(of[producer], digits)
	}
	for i, p := range producers {
		producers[i].Prefixes = slices.Sorted(slices.Values(of[p.ID]))
	}
	return producers, nil
}

// SaveRegistration adds a registration to a producer, or changes the one with the same
// authority and number. What changed is noted. Errors: Invalid registration.incomplete and
// registration.dates; NotFound producer.unknown.
func SaveRegistration(ctx context.Context, tx *db.Tx, producer pavilion.ProducerID, g Registration) error {
	g.Authority, g.Number, g.Category = strings.TrimSpace(g.Authority), strings.TrimSpace(g.Number), strings.TrimSpace(g.Category)
	if g.Authority == "" || g.Number == "" {
		return pavilion.E(pavilion.Invalid, "registration.incomplete", nil).At("number")
	}
	if g.ValidUntil != "" && g.ValidFrom > g.ValidUntil {
		return pavilion.E(pavilion.Invalid, "registration.dates", pavilion.Args{"from": g.ValidFrom, "until": g.ValidUntil}).At("valid_until")
	}
	before, err := registration(ctx, tx, producer, g)
	if err != nil {
		return err
	}
	n, err := tx.Exec(ctx, upsertRegistration, g.Authority, g.Number, g.Category, string(g.ValidFrom), string(g.ValidUntil), string(producer))
	if err != nil {
		return err
	}
	if n == 0 {
		return pavilion.E(pavilion.NotFound, "producer.unknown", nil)
	}
	tx.Signal(Topic)
	return noteRegistration(ctx, tx, producer, before, g)
}

// RemoveRegistration takes an entry away that never was one, such as a mistyped number; one
// that ended is given its end instead. Error: NotFound registration.unknown.
func RemoveRegistration(ctx context.Context, tx *db.Tx, producer pavilion.ProducerID, authority, number string) error {
	g, err := registration(ctx, tx, producer, Registration{Authority: authority, Number: number})
	if err != nil {
		return err
	}
	n, err := tx.Exec(ctx, deleteRegistration, string(producer), authority, number)
	if err != nil {
		return err
	}
	if n == 0 {
		return pavilion.E(pavilion.NotFound, "registration.unknown", nil)
	}
	tx.Signal(Topic)
	return noteRegistration(ctx, tx, producer, g, Registration{})
}

// registration returns what is known under the authority and number of g, zero if nothing.
func registration(ctx context.Context, tx *db.Tx, producer pavilion.ProducerID, g Registration) (Registration, error) {
	has, _, err := db.One(ctx, tx, scanRegistration, selectRegistration, string(producer), g.Authority, g.Number)
	return has, err
}

func noteRegistration(ctx context.Context, tx *db.Tx, producer pavilion.ProducerID, before, after Registration) error {
	var c changes
	c.words("registration", before.said(), after.said())
	if err := job.Record(ctx, tx, ProducerChanged{producer}); err != nil {
		return err
	}
	return staff.NoteChanges(ctx, tx, "producer.registered", string(producer), c.noted())
}

// said is a registration as the trail names it.
func (g Registration) said() string {
	if g == (Registration{}) {
		return ""
	}
	words := g.Authority + " " + g.Number
	if g.Category != "" {
		words += ", " + g.Category
	}
	if g.ValidFrom != "" || g.ValidUntil != "" {
		words += ", " + string(g.ValidFrom) + " – " + string(g.ValidUntil)
	}
	return words
}

// Registrations returns the registrations of a producer.
func Registrations(ctx context.Context, r db.Reader, producer pavilion.ProducerID) ([]Registration, error) {
	return db.All(ctx, r, scanRegistration, selectRegistrations, string(producer))
}

// prefixes are all company prefixes with the producers they belong to.
type prefixes map[string]pavilion.ProducerID

// mostPrefixes bounds the table of prefixes; a large producer has three or four.
const mostPrefixes = 10 * mostProducers

func allPrefixes(ctx context.Context, r db.Reader) (prefixes, error) {
	rows, err := db.All(ctx, r, scanPrefix, selectPrefixes+`order by prefix limit $1`, mostPrefixes)
	if err != nil {
		return nil, err
	}
	all := make(prefixes, len(rows))
	for _, row := range rows {
		all[row.digits] = row.producer
	}
	return all, nil
}

// owner returns the longest prefix of a GTIN that is known and whose it is; "" and "" if
// none is.
func (all prefixes) owner(g GTIN) (prefix string, producer pavilion.ProducerID) {
	digits := g.companyPart()
	for n := min(len(digits), 12); n >= 4; n-- {
		if producer, ok := all[digits[:n]]; ok {
			return digits[:n], producer
		}
	}
	return "", ""
}

type prefix struct {
	digits   string
	producer pavilion.ProducerID
}

func scanPrefix(row db.Scanner) (p prefix, err error) {
	err = row.Scan(&p.digits, &p.producer)
	return p, err
}

func scanProducer(row db.Scanner) (p Producer, err error) {
	err = row.Scan(&p.ID, &p.Country, &p.TaxNumber, text{&p.LegalName}, text{&p.Address}, text{&p.About}, moment{&p.CreatedAt}, moment{&p.UpdatedAt}, &p.Version)
	return p, err
}

func scanRegistration(row db.Scanner) (g Registration, err error) {
	err = row.Scan(&g.Authority, &g.Number, &g.Category, &g.ValidFrom, &g.ValidUntil)
	return g, err
}
