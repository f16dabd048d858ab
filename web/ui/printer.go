package ui

import (
	"errors"
	"fmt"
	"maps"
	"strings"
	"time"

	"pavilion"
	"pavilion/catalog"
	"pavilion/money"
)

// Printer says things in one language: messages, errors, and every kind of value in the
// form its readers expect. It is safe for concurrent use.
type Printer struct {
	Lang  pavilion.Lang
	books *books
	zone  *time.Location
	now   func() time.Time
}

// T returns the message of a key. The rest are names and values in turn: T("shop.basket.title",
// "count", 3). A value of a type the printer knows (amount, date, measure …) is put in its
// form for the language first. A missing message shows as its key, so that it is noticed;
// a test makes sure that there is none.
func (p *Printer) T(key string, namesAndValues ...any) string {
	var args pavilion.Args
	if len(namesAndValues) > 0 {
		args = make(pavilion.Args, len(namesAndValues)/2)
		for i := 0; i+1 < len(namesAndValues); i += 2 {
			args[fmt.Sprint(namesAndValues[i])] = namesAndValues[i+1]
		}
	}
	s, ok := p.say(key, args)
	if !ok {
		return key
	}
	return s
}

// Text returns the words in the printer's language or the nearest one.
func (p *Printer) Text(t pavilion.Text) string { return t.Best(p.Lang) }

// Error returns the sentence for an error. An error that is not ours, or has no sentence,
// is one general sentence: its text is for the log only.
func (p *Printer) Error(err error) string {
	if e, ok := errors.AsType[*pavilion.Error](err); ok {
		if s, ok := p.say("reason."+e.Reason, e.Args); ok {
			return s
		}
		if s, ok := p.say("ui.error."+kindKeys[e.Kind]+".text", nil); ok {
			return s
		}
	}
	return p.T("ui.error.internal.text")
}

// Finding returns the sentence for a finding, without its place.
func (p *Printer) Finding(f pavilion.Finding) string {
	if s, ok := p.say("reason."+f.Reason, f.Args); ok {
		return s
	}
	return f.Reason
}

func (p *Printer) say(key string, args pavilion.Args) (string, bool) {
	var values map[string]any
	if len(args) > 0 {
		values = maps.Clone(args)
		for k, v := range values {
			if k != "count" {
				values[k] = p.value(k, v)
			}
		}
		if n, ok := values["count"]; ok {
			values["n"] = p.value("n", n)
		}
	}
	return p.books.message(p.Lang, key, values)
}

// value puts a value into words. A word of the program, such as a state, and each of a list
// of them is the message value.<name>.<word> if there is one.
func (p *Printer) value(name string, v any) string {
	switch v := v.(type) {
	case string:
		words := strings.Split(v, ", ")
		for i, w := range words {
			if said, ok := p.books.message(p.Lang, "value."+name+"."+w, nil); ok {
				words[i] = said
			}
		}
		return strings.Join(words, ", ")
	case money.Money:
		return p.Money(v)
	case catalog.Measure:
		return p.Measure(v)
	case pavilion.Date:
		return p.Date(v)
	case time.Time:
		return p.Moment(v)
	case time.Duration:
		return p.Duration(v)
	case pavilion.Text:
		return p.Text(v)
	case int:
		return p.Number(int64(v))
	case int64:
		return p.Number(v)
	}
	if s := fmt.Sprint(v); s != "" {
		return p.value(name, s) // typed words: identifiers, states
	}
	return ""
}

// Say returns the sentence for an error in a language, for readers outside the pages: the
// command line, marked workbooks.
func Say(lang pavilion.Lang, err error) string { return PrinterFor(lang).Error(err) }

// SayFinding returns the sentence for a finding in a language, without its place.
func SayFinding(lang pavilion.Lang, f pavilion.Finding) string {
	return PrinterFor(lang).Finding(f)
}

// PrinterFor returns a printer outside of any site, in UTC: for the command line and tests.
func PrinterFor(lang pavilion.Lang) *Printer {
	b, err := openBooks()
	if err != nil {
		panic(err) // the messages are built in; a test reads them
	}
	return &Printer{Lang: b.nearest(lang), books: b, zone: time.UTC, now: func() time.Time { return time.Time{} }}
}
