package catalog

import (
	"context"
	"errors"
	"slices"

	"pavilion"
	"pavilion/db"
)

// mostTries is how often a batch that was overtaken is compared again.
const mostTries = 5

// importer is one run of Import. In the second pass one goroutine prepares batches while
// another writes them; the first only reads the fields down to brands.
type importer struct {
	d     *db.DB
	actor pavilion.Actor
	o     ImportOptions

	producer   Producer
	names      map[pavilion.ProducerID]pavilion.Text // of all producers
	prefixes   prefixes
	categories map[string]bool  // by key
	brands     map[string]Brand // of the producer, by key and by every name

	spool  *spool            // rows for the second pass
	toMake map[string]string // brands that are missing: names by key
	report Report
	done   map[Step]int // rows
}

// newImporter reads what rows are checked against. Its spool must be closed.
func newImporter(ctx context.Context, d *db.DB, actor pavilion.Actor, o ImportOptions) (*importer, error) {
	m := &importer{d: d, actor: actor, o: o, names: map[pavilion.ProducerID]pavilion.Text{}, categories: map[string]bool{}, done: map[Step]int{}, toMake: map[string]string{}}
	if err := m.load(ctx); err != nil {
		return nil, err
	}
	var err error
	m.spool, err = newSpool()
	return m, err
}

func (m *importer) load(ctx context.Context) error {
	return m.d.Read(ctx, func(v *db.View) (err error) {
		if m.producer, err = GetProducer(ctx, v, m.o.Producer); err != nil {
			return err
		}
		producers, err := Producers(ctx, v)
		if err != nil {
			return err
		}
		for _, p := range producers {
			m.names[p.ID] = p.LegalName
		}
		if m.prefixes, err = allPrefixes(ctx, v); err != nil {
			return err
		}
		categories, err := Categories(ctx, v)
		if err != nil {
			return err
		}
		for _, c := range categories {
			m.categories[c.Key] = true
		}
		m.brands, err = brandsOf(ctx, v, m.o.Producer)
		return err
	})
}

// mustOwn refuses a sheet that states another tax number than the producer's.
func (p Producer) mustOwn(stated string) error {
	if stated == "" || stated == p.TaxNumber {
		return nil
	}
	return pavilion.E(pavilion.Conflict, "import.other_producer", pavilion.Args{"stated": stated, "number": p.TaxNumber}).At("tax_number")
}

// check is the first pass: it checks rows, compares them with the catalogue and keeps those
// that would change it.
func (m *importer) check(ctx context.Context, rows []ProductRow) error {
	plan, err := m.plan(ctx, m.good(rows))
	if err != nil {
		return err
	}
	if !m.o.DryRun {
		for _, p := range plan.rows {
			if err := m.spool.add(p.row); err != nil {
				return err
			}
			if _, has := m.toMake[p.brand]; p.brand != "" && !has {
				m.toMake[p.brand] = p.row.Brand
			}
		}
	}
	m.report.Rows += len(rows)
	m.count(plan)
	m.progress(Checking, len(rows))
	return nil
}

// write is the second pass: it writes rows that were compared again, for others write too.
func (m *importer) write(ctx context.Context, b *batch) error {
	for range mostTries {
		if len(b.bad) > 0 && !m.o.OnlyGood {
			return pavilion.E(pavilion.Conflict, "import.changed_meanwhile", pavilion.Args{"row": b.bad[0].Place.Row})
		}
		err := b.write(ctx, m.d, m.actor)
		if err == nil {
			m.count(b.plan)
			m.progress(Writing, len(b.from))
			return nil
		}
		if !errors.Is(err, errOvertaken) {
			return err
		}
		if b, err = m.prepare(ctx, b.from); err != nil {
			return err
		}
	}
	return pavilion.E(pavilion.Unavailable, "import.overtaken", nil)
}

func (m *importer) progress(step Step, rows int) {
	m.done[step] += rows
	if m.o.Progress != nil {
		m.o.Progress(step, m.done[step])
	}
}

// good returns the rows that are good as far as can be said without looking at the products
// there are, and notes what is wrong with the others.
func (m *importer) good(rows []ProductRow) []ProductRow {
	good := make([]ProductRow, 0, len(rows))
	for _, row := range rows {
		findings := slices.Clip(row.Findings)
		if prefix, owner := m.prefixes.owner(row.GTIN); owner != "" && owner != m.producer.ID {
			findings = append(findings, finding(row, pavilion.Blocks, "gtin.foreign_prefix", FieldGTIN, pavilion.Args{"prefix": prefix, "producer": m.names[owner]}))
		}
		if row.Category != "" && !m.categories[row.Category] {
			findings = append(findings, finding(row, pavilion.Warns, "category.unknown", FieldCategory, pavilion.Args{"value": categoryName(row.Category)}))
			row.Category = ""
		}
		if !m.note(findings) {
			good = append(good, row)
		}
	}
	return good
}

func finding(row ProductRow, s pavilion.Severity, reason string, f Field, args pavilion.Args) pavilion.Finding {
	return pavilion.Finding{Severity: s, Reason: reason, Field: string(f), Place: pavilion.Place{Row: row.Number}, Args: args}
}

// note adds findings to the report and tells whether they make their row a bad one.
func (m *importer) note(findings []pavilion.Finding) (bad bool) {
	for _, f := range findings {
		bad = bad || f.Severity == pavilion.Blocks
		if len(m.report.Findings) < mostFindings {
			m.report.Findings = append(m.report.Findings, f)
		} else {
			m.report.More++
		}
	}
	if bad {
		m.report.Bad++
	}
	return bad
}

// count adds a batch to the report.
func (m *importer) count(p plan) {
	m.report.Same += p.same
	for _, f := range p.bad {
		m.note([]pavilion.Finding{f})
	}
	for _, row := range p.rows {
		if row.isNew() {
			m.report.New++
		} else {
			m.report.Changed++
		}
		if len(m.report.Changes) < mostChanges {
			m.report.Changes = append(m.report.Changes, Change{Row: row.row.Number, GTIN: row.sku.GTIN, Name: row.product.Name, New: row.isNew(), Fields: row.fields})
		}
	}
}

// place completes the findings with what is known only at the end of the sheet.
func (m *importer) place(info SheetInfo) {
	m.report.Info = info
	for i := range m.report.Findings {
		f := &m.report.Findings[i]
		f.Place.Sheet = info.Sheet
		if f.Place.Column == 0 {
			f.Place.Column = info.Header[Field(f.Field)]
		}
	}
}
