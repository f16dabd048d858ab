package catalog

import (
	"context"
	"errors"
	"slices"

	"pavilion"
	"pavilion/db"
)

// errOvertaken says that a row was written by somebody else between being compared and
// being written.
var errOvertaken = errors.New("overtaken")

// mostTries is how often a batch that was overtaken is compared again.
const mostTries = 5

// importer is one run of Import. One goroutine uses it at a time.
type importer struct {
	d     *db.DB
	actor pavilion.Actor
	o     ImportOptions

	producer   Producer
	names      map[pavilion.ProducerID]pavilion.Text // of all producers
	prefixes   prefixes
	categories map[string]string // key by key and by every name
	brands     map[string]Brand  // of the producer, by key and by every name

	step   Step
	seen   map[GTIN]int // the row that had the GTIN first
	report Report
}

// newImporter reads what rows are checked against.
func newImporter(ctx context.Context, d *db.DB, actor pavilion.Actor, o ImportOptions) (*importer, error) {
	m := &importer{d: d, actor: actor, o: o, names: map[pavilion.ProducerID]pavilion.Text{}, categories: map[string]string{}}
	return m, d.Read(ctx, func(v *db.View) (err error) {
		if m.producer, err = GetProducer(ctx, v, o.Producer); err != nil {
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
			for _, name := range c.Name {
				m.categories[nameKey(name)] = c.Key
			}
		}
		for _, c := range categories {
			m.categories[nameKey(c.Key)] = c.Key // a key wins over a name
		}
		m.brands, err = brandsOf(ctx, v, o.Producer)
		return err
	})
}

// mustBeFor refuses a sheet that states another tax number than the producer's.
func (m *importer) mustBeFor(stated string) error {
	number := stated
	if parse := taxNumbers[m.producer.Country]; parse != nil {
		if parsed, err := parse(stated); err == nil {
			number = parsed
		}
	}
	if stated == "" || number == m.producer.TaxNumber {
		return nil
	}
	return pavilion.E(pavilion.Conflict, "import.other_producer", pavilion.Args{"stated": stated, "number": m.producer.TaxNumber}).At("tax_number")
}

func (m *importer) begin(step Step) {
	m.step, m.seen, m.report = step, map[GTIN]int{}, Report{}
}

// finish completes the report with what is known only at the end of the sheet.
func (m *importer) finish(info SheetInfo) Report {
	m.report.Info = info
	for i := range m.report.Findings {
		f := &m.report.Findings[i]
		f.Place.Sheet = info.Sheet
		if f.Place.Column == 0 {
			f.Place.Column = info.Header[Field(f.Field)]
		}
	}
	return m.report
}

// take checks a batch of rows, compares it with the catalogue and, in the second pass,
// writes it.
func (m *importer) take(ctx context.Context, rows []ProductRow) error {
	m.report.Rows += len(rows)
	good := m.check(rows)
	for range mostTries {
		plan, err := m.plan(ctx, good)
		if err != nil {
			return err
		}
		if m.step == Writing {
			if len(plan.bad) > 0 && !m.o.OnlyGood {
				return pavilion.E(pavilion.Conflict, "import.changed_meanwhile", pavilion.Args{"row": plan.bad[0].Place.Row})
			}
			switch err := m.write(ctx, plan); {
			case errors.Is(err, errOvertaken):
				continue
			case err != nil:
				return err
			}
		}
		m.count(plan)
		if m.o.Progress != nil {
			m.o.Progress(m.step, m.report.Rows)
		}
		return nil
	}
	return pavilion.E(pavilion.Unavailable, "import.overtaken", nil)
}

// check returns the rows that are good as far as can be said without the catalogue's
// products, their categories as keys, and notes what is wrong with the others.
func (m *importer) check(rows []ProductRow) []ProductRow {
	good := make([]ProductRow, 0, len(rows))
	for _, row := range rows {
		findings := slices.Clip(row.Findings)
		find := func(s pavilion.Severity, reason string, f Field, args pavilion.Args) {
			findings = append(findings, finding(row, s, reason, f, args))
		}
		if first, repeated := m.seen[row.GTIN]; repeated {
			find(pavilion.Blocks, "gtin.repeated", FieldGTIN, pavilion.Args{"row": first})
		} else if row.GTIN != "" {
			m.seen[row.GTIN] = row.Number
		}
		if prefix, owner := m.prefixes.owner(row.GTIN); owner != "" && owner != m.producer.ID {
			find(pavilion.Blocks, "gtin.foreign_prefix", FieldGTIN, pavilion.Args{"prefix": prefix, "producer": m.names[owner]})
		}
		if key, known := m.categories[nameKey(row.Category)]; known || row.Category == "" {
			row.Category = key
		} else {
			find(pavilion.Warns, "category.unknown", FieldCategory, pavilion.Args{"category": row.Category})
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
