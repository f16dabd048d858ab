package catalog

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"

	"pavilion"
)

const maxDrawingBytes = 16 << 20 // of the shapes a sheet has; we hold them in memory

// writeNotes writes the notes of a sheet and their shapes. It returns the relationship of
// the shapes if the sheet does not point to them yet.
func (m *marking) writeNotes(part string, marks *sheetMarks, added *additions, done map[string]bool) (string, error) {
	related, err := m.book.relations(part)
	if err != nil {
		return "", err
	}
	tail, err := m.book.checkSheet(part)
	if err != nil {
		return "", err
	}
	notes := &noteMarker{marks: marks, mended: m.word("mark.mended", nil), has: map[string]bool{}, ours: -1}
	for _, r := range related {
		if r.kind == "comments" && m.book.parts[r.target] != nil {
			if err := m.rewrite(r.target, notes.edit, done); err != nil {
				return "", err
			}
		}
	}
	if marks.notes == 0 {
		return "", nil
	}
	if !notes.written {
		if err := m.createNotes(part, notes, added, done); err != nil {
			return "", err
		}
	}
	return m.writeShapes(part, related[tail.drawing].target, notes.fresh, added, done)
}

// noteMarker adds notes to those of a sheet while they are copied, and renews our own.
type noteMarker struct {
	marks  *sheetMarks
	mended string // what a note of ours says when its cell is right now

	authors []string
	ours    int // our number among the authors, -1 as long as we are none
	author  []byte
	has     map[string]bool // cells with a note that was there before
	dropped int             // depth of the note that is being left out
	written bool
	fresh   []position // cells whose note is new, and needs a shape
}

func (n *noteMarker) edit(x *xmlReader, token xmlToken) ([]byte, error) {
	if n.dropped > 0 {
		if token == xmlEnd && len(x.opened) < n.dropped {
			n.dropped = 0
		}
		return nil, nil
	}
	switch name := string(x.name); {
	case token == xmlText:
		n.author = append(n.author, x.text...)
	case name == "author" && token == xmlStart:
		n.author = n.author[:0]
	case name == "author" && token == xmlEnd:
		if string(n.author) == markAuthor {
			n.ours = len(n.authors)
		}
		n.authors = append(n.authors, string(n.author))
	case name == "authors" && n.ours < 0:
		return appendChildren(x, token, "authors", n.addAuthor), nil
	case name == "comment" && token == xmlStart:
		return n.old(x), nil
	case name == "commentList":
		return appendChildren(x, token, "commentList", n.addNotes), nil
	}
	return x.raw, nil
}

func (n *noteMarker) addAuthor(p string) string {
	n.ours = len(n.authors)
	return fmt.Sprintf(`<%[1]sauthor>%[2]s</%[1]sauthor>`, p, markAuthor)
}

// old keeps the note of somebody else, and renews ours.
func (n *noteMarker) old(x *xmlReader) []byte {
	reference := string(x.attr("ref"))
	n.has[reference] = true
	if attrInt(x, "authorId") != n.ours || n.ours < 0 {
		return x.raw
	}
	text := n.mended
	at := position{referenceRow(reference), referenceColumn([]byte(reference))}
	if mark := n.marks.cells[at]; mark != nil && len(mark.sentences) > 0 {
		text = strings.Join(mark.sentences, "\n\n")
	}
	n.dropped = len(x.opened)
	return []byte(n.note(x.prefix(), reference, text))
}

func (n *noteMarker) note(p, reference, text string) string {
	return fmt.Sprintf(`<%[1]scomment ref="%[2]s" authorId="%[3]d"><%[1]stext><%[1]st xml:space="preserve">%[4]s</%[1]st></%[1]stext></%[1]scomment>`,
		p, reference, n.ours, escapeXML(text))
}

// addNotes are the notes of marked cells that have none yet.
func (n *noteMarker) addNotes(p string) string {
	n.written = true
	for at, mark := range n.marks.cells {
		if len(mark.sentences) > 0 && !n.has[at.String()] {
			n.fresh = append(n.fresh, at)
		}
	}
	slices.SortFunc(n.fresh, func(a, b position) int { return (a.row-b.row)<<15 + a.column - b.column })
	var lines strings.Builder
	for _, at := range n.fresh {
		lines.WriteString(n.note(p, at.String(), strings.Join(n.marks.cells[at].sentences, "\n\n")))
	}
	return lines.String()
}

// createNotes writes the notes of a sheet that has none.
func (m *marking) createNotes(part string, notes *noteMarker, added *additions, done map[string]bool) error {
	name, _, err := added.part(part, "comments", "xl/", "xml", "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml")
	if err != nil {
		return err
	}
	w, err := m.create(name, done)
	if err != nil {
		return err
	}
	_, err = io.WriteString(w, `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>`+"\n"+
		`<comments xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><authors>`+notes.addAuthor("")+
		`</authors><commentList>`+notes.addNotes("")+`</commentList></comments>`)
	return err
}

const shapesHead = `<xml ` + shapeNamespaces + `><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="1"/></o:shapelayout>`

// shapeNamespaces stand on each element of ours: a sheet's shapes may use other prefixes.
const shapeNamespaces = `xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:x="urn:schemas-microsoft-com:office:excel"`

const shapeType = `<v:shapetype ` + shapeNamespaces + ` id="pavilion_note" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">` +
	`<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>`

// writeShapes adds the shapes of new notes to those of the sheet, or creates them. Without
// a shape a program shows no note.
func (m *marking) writeShapes(part, drawing string, notes []position, added *additions, done map[string]bool) (id string, err error) {
	before, after := []byte(shapesHead), []byte("</xml>")
	if m.book.parts[drawing] != nil {
		shapes, err := m.book.whole(drawing, maxDrawingBytes)
		if err != nil {
			return "", err
		}
		end := bytes.LastIndex(shapes, after)
		if end < 0 {
			return "", refuse("sheet.damaged", pavilion.Args{"part": drawing})
		}
		before, after = shapes[:end], shapes[end:]
	} else if drawing, id, err = added.part(part, "vmlDrawing", "xl/drawings/", "vml", "application/vnd.openxmlformats-officedocument.vmlDrawing"); err != nil {
		return "", err
	}
	w, err := m.create(drawing, done)
	if err != nil {
		return "", err
	}
	if !bytes.Contains(before, []byte(`id="pavilion_note"`)) {
		before = append(bytes.Clone(before), shapeType...)
	}
	for _, piece := range [][]byte{before, shapesOf(notes), after} {
		if _, err := w.Write(piece); err != nil {
			return "", err
		}
	}
	return id, nil
}

// shapesOf returns a hidden yellow box for each note, beside its cell.
func shapesOf(notes []position) []byte {
	var out bytes.Buffer
	for _, at := range notes {
		fmt.Fprintf(&out, `<v:shape %s id="pavilion_%s" type="#pavilion_note" style="position:absolute;width:280pt;height:90pt;z-index:1;visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto">`+
			`<v:fill color2="#ffffe1"/><v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/><v:textbox style="mso-direction-alt:auto"/>`+
			`<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>%d, 15, %d, 2, %d, 15, %d, 4</x:Anchor><x:AutoFill>False</x:AutoFill><x:Row>%d</x:Row><x:Column>%d</x:Column></x:ClientData></v:shape>`,
			shapeNamespaces, at, at.column, max(0, at.row-2), at.column+5, at.row+4, at.row-1, at.column-1)
	}
	return out.Bytes()
}

// whole reads a part that is not larger than most.
func (b *book) whole(name string, most int64) ([]byte, error) {
	part, err := b.open(name)
	if err != nil {
		return nil, err
	}
	defer part.Close() //nolint:errcheck // closing a reader of memory and files we only read
	content, err := io.ReadAll(io.LimitReader(part, most+1))
	if err == nil && int64(len(content)) > most {
		err = errXMLLong
	}
	return content, readable(err, name)
}

// word is a word of the workbook itself.
func (m *marking) word(reason string, args pavilion.Args) string {
	return m.say(pavilion.Finding{Severity: pavilion.Informs, Reason: reason, Args: args})
}
