package console

import (
	"strings"

	"pavilion/tailoring"
	"pavilion/web/ui"
)

// codes are the words for what a content says in codes: the way in, channels, claims and whose
// words they are as the form offers them, and units by their numbers.
func (d *variantPage) codes(p *ui.Printer) map[string]string {
	of := map[string]string{}
	for _, f := range plain(d.form(p)) {
		for _, options := range [][]ui.Option{f.draw.Options, f.draw.Checks} {
			for _, o := range options {
				of[o.Value] = o.Label
			}
		}
	}
	for _, u := range d.source.SKUs {
		of[string(u.ID)] = string(u.GTIN)
	}
	return of
}

// coded are the fields that speak in codes.
var coded = map[tailoring.Field]string{tailoring.FieldRoute: ", ", tailoring.FieldChannels: ", ", tailoring.FieldClaims: ", ", tailoring.FieldWording: ", ", tailoring.FieldSKUs: " · "}

// inWords says the codes of a field as people read them.
func inWords(codes map[string]string, f tailoring.Field, text string) string {
	between, is := coded[f]
	if !is {
		return text
	}
	var lines []string
	for line := range strings.Lines(text) {
		said := strings.Fields(line)
		for i, code := range said {
			if word := codes[code]; word != "" {
				said[i] = word
			}
		}
		lines = append(lines, strings.Join(said, between))
	}
	return strings.Join(lines, "\n")
}

// readable says the changes of a history in words.
func (d *variantPage) readable(p *ui.Printer, h historyView) historyView {
	codes := d.codes(p)
	for _, e := range h.Entries {
		for i, c := range e.Changes {
			if name, is := strings.CutPrefix(c.Field, "content."); is {
				e.Changes[i].Before, e.Changes[i].After = inWords(codes, tailoring.Field(name), c.Before), inWords(codes, tailoring.Field(name), c.After)
			}
		}
	}
	return h
}
