package console

import (
	"net/http"
	"strings"
	"time"

	"pavilion"
	"pavilion/catalog"
	"pavilion/db"
	"pavilion/staff"
	"pavilion/web/ui"
)

// historyView is what was done to a thing, the newest first.
type historyView struct {
	Entries []historyEntry
	Restore string // where a change is taken back, "" if the reader may not
	More    ui.Link
}

type historyEntry struct {
	Number  int64
	At      time.Time
	Who     string
	What    string
	From    ui.Link // the row of the workbook it came from
	Changes []historyChange
}

type historyChange struct {
	Field      string
	Label      string
	Before     string
	After      string
	Restorable bool
}

// historyRows is how many entries a page shows.
const historyRows = 30

func readHistory(r *http.Request, v *db.View, p *ui.Printer, about, restore string, edits bool) (historyView, error) {
	var out historyView
	if edits && strings.HasSuffix(restore, "/restore") {
		out.Restore = restore
	}
	entries, err := staff.SearchTrail(r.Context(), v, staff.TrailFilter{About: about}, r.URL.Query().Get("before"), historyRows+1)
	if err != nil {
		return historyView{}, err
	}
	if len(entries) > historyRows {
		entries = entries[:historyRows]
		out.More = ui.Link{URL: "?before=" + entries[historyRows-1].Key() + "#history", Label: p.T("goods.history.older")}
	}
	names, err := nameOthers(r, v, p)
	if err != nil {
		return historyView{}, err
	}
	things, err := callThings(r.Context(), v, entryIDs(entries))
	if err != nil {
		return historyView{}, err
	}
	for id, name := range things { // of brands those too that were merged
		if pavilion.CheckID(pavilion.PrefixBrand, id) {
			names.brands[id] = p.Text(name)
		}
	}
	for _, e := range entries {
		h := historyEntry{Number: e.Number, At: e.HappenedAt, Who: names.who(p, e.Actor), What: actWords(p, e.Act), From: sourceLink(p, member(r), things, catalog.SourceOf(e))}
		for _, c := range e.Changes {
			h.Changes = append(h.Changes, historyChange{
				Field: c.Field, Label: changeLabel(p, c.Field), Before: names.value(p, c.Field, c.Before), After: names.value(p, c.Field, c.After),
				Restorable: out.Restore != "" && catalog.Restorable(c),
			})
		}
		out.Entries = append(out.Entries, h)
	}
	return out, nil
}

// sourceLink says the row of the workbook that something came from, "" if it came from none,
// and leads to the workbook those who may see it.
func sourceLink(p *ui.Printer, who staff.Member, names called, s catalog.Source) ui.Link {
	if s.Row == 0 {
		return ui.Link{}
	}
	file, handedIn := s.From, pavilion.CheckID(pavilion.PrefixImport, s.From)
	if handedIn {
		file = p.Text(names[s.From])
	}
	if file == "" {
		return ui.Link{Label: p.T("goods.source.row", "row", s.Row)}
	}
	link := ui.Link{Label: p.T("goods.source.of", "file", file, "row", s.Row)}
	if handedIn && who.May(staff.ImportProducts) {
		link.URL = pageOf(s.From)
	}
	return link
}

// changeLabel is what people call the field of a change.
func changeLabel(p *ui.Printer, noted string) string {
	head, rest, _ := strings.Cut(noted, ".")
	switch head {
	case "content":
		return wordsOr(p, "tailoring.field."+rest, rest)
	case "confirm":
		return wordsOr(p, "tailoring.confirm."+rest, rest)
	case "document":
		return kindName(p, rest)
	case "registration", "legal_name", "address", "about", "country", "tax_number", "prefix", "parent", "position", "goods", "onboarding":
		if head == "onboarding" {
			_, item, _ := strings.Cut(rest, ".")
			return item
		}
		return fieldLabel(p, catalog.Field(noted))
	}
	gtin, f := catalog.SplitField(noted)
	if gtin == "" {
		return fieldLabel(p, f)
	}
	return fieldLabel(p, f) + " · " + string(gtin)
}

// others are the names of things a history speaks of by their identifiers.
type others struct {
	members    map[string]string
	brands     map[string]string
	categories map[string]string
}

func nameOthers(r *http.Request, v *db.View, p *ui.Printer) (others, error) {
	o := others{map[string]string{}, map[string]string{}, map[string]string{}}
	members, err := staff.Members(r.Context(), v)
	if err != nil {
		return o, err
	}
	for _, m := range members {
		o.members[string(m.ID)] = m.Name
	}
	brands, err := catalog.Brands(r.Context(), v)
	if err != nil {
		return o, err
	}
	for _, b := range brands {
		o.brands[string(b.ID)] = p.Text(b.Name)
	}
	categories, err := catalog.Categories(r.Context(), v)
	for _, c := range categories {
		o.categories[c.Key] = p.Text(c.Name)
	}
	return o, err
}

// who is the name of somebody who acted; one who left, or a machine, has the identifier.
func (o others) who(p *ui.Printer, a pavilion.Actor) string {
	if name := o.members[a.ID]; a.Kind == pavilion.ByStaff && name != "" {
		return name
	}
	if a.Kind == pavilion.BySystem {
		return p.T("goods.by_program")
	}
	return a.ID
}

// value is a noted value as people read it.
func (o others) value(p *ui.Printer, noted, value string) string {
	_, f := catalog.SplitField(noted)
	switch {
	case value == "":
		return ""
	case f == catalog.FieldBrand && o.brands[value] != "":
		return o.brands[value]
	case f == catalog.FieldCategory && o.categories[value] != "":
		return o.categories[value]
	case noted == "content.state", noted == "content.wording":
		return wordsOr(p, "tailoring."+strings.TrimPrefix(noted, "content.")+"."+value, value)
	case strings.HasPrefix(noted, "content."), strings.HasPrefix(noted, "confirm."):
		return value
	case strings.HasPrefix(noted, "onboarding."):
		return p.T("goods.step." + value)
	}
	if name, _ := f.Lang(); name == catalog.FieldPrice {
		return sumWords(p, value)
	}
	return fieldValue(p, f, value)
}
