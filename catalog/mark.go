package catalog

import (
	"archive/zip"
	"cmp"
	"context"
	"fmt"
	"io"
	"iter"
	"maps"
	"slices"
	"strings"

	"pavilion"
)

// What a marked workbook holds at most. Spreadsheet programs become slow with more notes
// than this, and nobody reads more lines. The summary says how many findings it leaves out.
const (
	maxMarkedCells = 20_000
	maxNotes       = 2_000
	maxSummary     = 5_000 // lines
	maxSentences   = 5     // in the note of one cell
)

// markAuthor signs the notes. summaryName names the sheet that sums up; a sheet of that name
// is taken for one of ours.
const (
	markAuthor  = "Pavilion"
	summaryName = "Pavilion findings"
)

// MarkSheet writes the producer's own workbook with each cell that has a finding coloured
// and explained in a note, and a last sheet that sums up, with links to the cells. What the
// workbook had stays as it is, byte for byte in the parts that need no mark; marks of an
// earlier MarkSheet are taken away or, where the cell is still wrong, renewed.
//
// All words come from say, which is also asked for those of the summary itself, as findings
// with a reason "mark.…". Memory grows with the number of findings up to the limits above,
// not with the workbook. Errors are those of ReadSheet about the file, and w's own.
func MarkSheet(ctx context.Context, src io.ReaderAt, size int64, findings iter.Seq[pavilion.Finding], say func(pavilion.Finding) string, w io.Writer) error {
	b, err := openBook(src, size)
	if err != nil {
		return err
	}
	styles, err := b.loadMarkStyles()
	if err != nil {
		return err
	}
	m := &marking{ctx: ctx, book: b, styles: styles, say: say, out: zip.NewWriter(w), sheets: map[string]*sheetMarks{}}
	m.collect(findings)
	if err := m.write(); err != nil {
		return err
	}
	return m.out.Close()
}

// marking is one run of MarkSheet.
type marking struct {
	ctx    context.Context //nolint:containedctx // of the one call that marking lives for
	book   *book
	styles *markStyles
	say    func(pavilion.Finding) string
	out    *zip.Writer

	sheets map[string]*sheetMarks // by the name people see
	cells  int                    // marked in all sheets
	counts map[pavilion.Severity]int
	lines  []summaryLine
	more   int // findings that got no line
}

// sheetMarks are the marks of one sheet.
type sheetMarks struct {
	cells map[position]*cellMark
	rows  map[int][]int // the marked columns of each row, rising
	notes int
}

type position struct{ row, column int }

func (p position) String() string { return fmt.Sprintf("%s%d", columnName(p.column), p.row) }

// cellMark is what is wrong with a cell.
type cellMark struct {
	severity  pavilion.Severity // the worst
	sentences []string          // of the note; none if there are too many notes
}

// collect sorts the findings into marks and lines.
func (m *marking) collect(findings iter.Seq[pavilion.Finding]) {
	m.counts = map[pavilion.Severity]int{}
	for f := range findings {
		m.counts[f.Severity]++
		sentence := ""
		if len(m.lines) < maxSummary {
			sentence = m.say(f)
			m.lines = append(m.lines, summaryLine{f.Severity, f.Place, sentence})
		} else {
			m.more++
		}
		if f.Place.Row > 0 {
			m.mark(f, sentence)
		}
	}
	for _, s := range m.sheets {
		for p := range s.cells {
			s.rows[p.row] = append(s.rows[p.row], p.column)
		}
		for _, columns := range s.rows {
			slices.Sort(columns)
		}
	}
}

// mark adds a finding to its cell; one about a whole row stands at its first cell.
func (m *marking) mark(f pavilion.Finding, sentence string) {
	s := m.sheets[f.Place.Sheet]
	if s == nil {
		s = &sheetMarks{cells: map[position]*cellMark{}, rows: map[int][]int{}}
		m.sheets[f.Place.Sheet] = s
	}
	at := position{f.Place.Row, max(1, f.Place.Column)}
	c := s.cells[at]
	if c == nil {
		if m.cells == maxMarkedCells {
			return
		}
		m.cells++
		c = &cellMark{severity: f.Severity}
		s.cells[at] = c
	}
	if worse(f.Severity, c.severity) {
		c.severity = f.Severity
	}
	switch {
	case sentence == "" || len(c.sentences) == maxSentences:
	case len(c.sentences) > 0:
		c.sentences = append(c.sentences, sentence)
	case s.notes < maxNotes:
		s.notes++
		c.sentences = append(c.sentences, sentence)
	}
}

func worse(a, b pavilion.Severity) bool {
	rank := map[pavilion.Severity]int{pavilion.Informs: 1, pavilion.Warns: 2, pavilion.Blocks: 3}
	return rank[a] > rank[b]
}

// write writes all parts. The sheets come before the styles, because they decide which
// styles are needed.
func (m *marking) write() error {
	done := map[string]bool{}
	added := newAdditions(m.book)
	for _, sheet := range m.book.sheets {
		if sheet.name == summaryName {
			added.summary = sheet.part
			continue
		}
		marks := m.sheets[sheet.name]
		if marks == nil {
			marks = &sheetMarks{}
		}
		if err := m.writeSheet(sheet.part, marks, added, done); err != nil {
			return err
		}
	}
	if err := m.writeSummary(added, done); err != nil {
		return err
	}
	if err := m.writeStyles(added, done); err != nil {
		return err
	}
	if err := added.write(m, done); err != nil {
		return err
	}
	for _, name := range slices.SortedFunc(maps.Keys(m.book.parts), cmp.Compare) {
		if done[name] {
			continue
		}
		if err := m.ctx.Err(); err != nil {
			return err
		}
		if err := m.out.Copy(m.book.parts[name]); err != nil {
			return err
		}
	}
	return nil
}

// create begins a part of the new workbook; one that the book had keeps its spelling.
func (m *marking) create(name string, done map[string]bool) (io.Writer, error) {
	key := strings.ToLower(name)
	done[key] = true
	if file := m.book.parts[key]; file != nil {
		name = file.Name
	}
	return m.out.Create(name)
}

// additions are the parts and relationships that marking adds, to be written into the
// directories of the workbook when everything else is known.
type additions struct {
	book      *book
	summary   string // part of the sheet that sums up, new or of an earlier marking
	types     []contentType
	relations map[string][]addedRelation // by the part they belong to
	sheets    []addedSheet
}

type contentType struct{ part, extension, media string }

type addedRelation struct{ id, kind, target string }

type addedSheet struct{ name, id string }

func newAdditions(b *book) *additions {
	return &additions{book: b, relations: map[string][]addedRelation{}}
}

// part notes a new part that the owner uses, and returns its name and the relationship's id.
func (a *additions) part(owner, kind, folder, extension, media string) (name, id string, err error) {
	for i := 1; ; i++ {
		name = fmt.Sprintf("%spavilion%d.%s", folder, i, extension)
		if a.book.parts[name] == nil && !slices.ContainsFunc(a.types, func(t contentType) bool { return t.part == name }) {
			break
		}
	}
	existing, err := a.book.relations(owner)
	if err != nil {
		return "", "", err
	}
	for i := 1; ; i++ {
		id = fmt.Sprintf("rIdPavilion%d", i)
		if _, taken := existing[id]; !taken && !slices.ContainsFunc(a.relations[owner], func(r addedRelation) bool { return r.id == id }) {
			break
		}
	}
	a.types = append(a.types, contentType{name, extension, media})
	a.relations[owner] = append(a.relations[owner], addedRelation{id, kind, "/" + name})
	return name, id, nil
}

// write writes the content types, the relationships and the workbook.
func (a *additions) write(m *marking, done map[string]bool) error {
	for owner, added := range a.relations {
		var lines strings.Builder
		for _, r := range added {
			fmt.Fprintf(&lines, `<Relationship Id="%s" Type="%s/%s" Target="%s"/>`, r.id, escapeXML(a.book.relationBase), r.kind, r.target)
		}
		if err := m.writeRelations(owner, lines.String(), done); err != nil {
			return err
		}
	}
	if len(a.sheets) > 0 {
		if err := m.append(a.book.workbook, "sheets", a.sheetLines, done); err != nil {
			return err
		}
	}
	return m.append("[content_types].xml", "Types", a.typeLines, done)
}

const relationsHead = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n" +
	`<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">`

// writeRelations adds relationships to those of the owner.
func (m *marking) writeRelations(owner, lines string, done map[string]bool) error {
	if name := relationsOf(owner); m.book.parts[name] != nil {
		return m.append(name, "Relationships", func(string) string { return lines }, done)
	}
	w, err := m.create(relationsOf(m.book.parts[owner].Name), done)
	if err != nil {
		return err
	}
	_, err = io.WriteString(w, relationsHead+lines+`</Relationships>`)
	return err
}

// sheetLines are the added sheets as the workbook lists them.
func (a *additions) sheetLines(prefix string) string {
	var lines strings.Builder
	for i, s := range a.sheets {
		fmt.Fprintf(&lines, `<%ssheet xmlns:r="%s" name="%s" sheetId="%d" r:id="%s"/>`,
			prefix, escapeXML(a.book.relationBase), s.name, a.book.lastSheetID+1+i, s.id)
	}
	return lines.String()
}

func (a *additions) typeLines(prefix string) string {
	var lines strings.Builder
	for _, t := range a.types {
		fmt.Fprintf(&lines, `<%sOverride PartName="/%s" ContentType="%s"/>`, prefix, t.part, t.media)
	}
	return lines.String()
}
