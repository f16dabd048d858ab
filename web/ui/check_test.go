package ui

import (
	"strings"
	"testing"
	"testing/fstest"

	"pavilion"
	"pavilion/money"
)

type checkedView struct {
	Name   string
	Many   []checkedItem
	Price  money.Money
	Text   pavilion.Text
	Number int
	hidden string
}

type checkedItem struct{ Label string }

func (checkedItem) Twice(n int) string { return strings.Repeat("x", n) }

func TestViewAndTemplateMustFit(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for name, c := range map[string]struct{ template, want string }{
		"a field":                   {`{{.Name}}`, ""},
		"a missing field":           {`{{.Nmae}}`, "has no field or method Nmae"},
		"a hidden field":            {`{{.hidden}}`, "has no field or method hidden"},
		"in a branch not taken":     {`{{if .Name}}a{{else}}{{.Other}}{{end}}`, "no field or method Other"},
		"in a loop":                 {`{{range .Many}}{{.Label}}{{$.Name}}{{end}}`, ""},
		"a missing one in a loop":   {`{{range .Many}}{{.Name}}{{end}}`, "no field or method Name"},
		"an index and an element":   {`{{range $i, $m := .Many}}{{$i}}{{$m.Label}}{{$m.Nope}}{{end}}`, "no field or method Nope"},
		"a range over one thing":    {`{{range .Name}}{{end}}`, "cannot range"},
		"a method":                  {`{{range .Many}}{{.Twice 2}}{{end}}`, ""},
		"a method short of a value": {`{{range .Many}}{{.Twice}}{{end}}`, "takes 1 arguments"},
		"a variable":                {`{{$n := .Name}}{{$n.Nope}}`, "no field or method Nope"},
		"with":                      {`{{with .Price}}{{.Decimal}}{{end}}`, ""},
		"with nothing of the kind":  {`{{with .Price}}{{.Cents}}{{end}}`, "no field or method Cents"},
		"a function":                {`{{money .Price}}{{text .Text}}`, ""},
		"another type of argument":  {`{{money .Name}}`, "argument 1 of money is string"},
		"int where int64 is asked":  {`{{number .Number}}`, "argument 1 of number is int, not int64"},
		"a constant":                {`{{number 7}}`, ""},
		"an unknown template":       {`{{template "nope" .}}`, `there is no template "nope"`},
		"a component's type":        {`{{template "price" .Price}}`, "no field or method"},
		"a message":                 {`{{t "ui.nav.home"}}`, ""},
		"a missing message":         {`{{t "ui.nav.nowhere"}}`, `no message "ui.nav.nowhere" in zh`},
		"a message without a value": {`{{t "ui.pager.shown" "count" 3}}`, "needs shown"},
		"a message with all values": {`{{t "ui.pager.shown" "shown" 2 "count" 3}}`, ""},
		"a plural without a count":  {`{{t "ui.ago.hours"}}`, "needs count"},
		"values without names":      {`{{t "ui.pager.shown" "shown"}}`, "names and values in turn"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := s.newArea("checked", fstest.MapFS{"templates/page.html": {Data: []byte(`{{define "page"}}` + c.template + `{{end}}`)}})
			NewPage[checkedView](a, "page", nil)
			err := a.Err()
			if c.want == "" {
				if err != nil {
					t.Errorf("got %v, want no error", err)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want an error with %q", err, c.want)
			}
		})
	}
	_ = checkedView{}.hidden
}
