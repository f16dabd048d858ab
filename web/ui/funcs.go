package ui

import (
	"fmt"
	"html/template"
	"strings"

	"pavilion"
	"pavilion/money"
)

// funcs are what templates can call, bound to the language of their set.
func (s *Site) funcs(p *Printer) template.FuncMap {
	return template.FuncMap{
		"t":          p.T,
		"text":       func(t pavilion.Text) template.HTML { return words(p.Lang, t) },
		"plain":      p.Text,
		"lang":       func() string { return string(p.Lang) },
		"url":        func(path string) string { return "/" + string(p.Lang) + path },
		"asset":      s.assets.url,
		"money":      p.Money,
		"number":     p.Number,
		"count":      p.Count,
		"date":       p.Date,
		"moment":     p.Moment,
		"clock":      p.Clock,
		"ago":        p.Ago,
		"duration":   p.Duration,
		"measure":    p.Measure,
		"perunit":    p.PerUnit,
		"percent":    p.Percent,
		"phone":      p.Phone,
		"maskphone":  p.MaskedPhone,
		"address":    p.Address,
		"icon":       icon,
		"mark":       mark,
		"tally":      func() template.HTML { return basketMark }, // the reader's basket count
		"bars":       bars,
		"daybars":    dayBars,
		"optgroups":  optionGroups,
		"priceparts": func(m money.Money) template.HTML { return priceParts(p, m) },
		"ornament":   ornament,
	}
}

// words returns a text in the language, marked with the language it is really in if that
// is another one.
func words(lang pavilion.Lang, t pavilion.Text) template.HTML {
	s, in := t.In(lang)
	safe := template.HTMLEscapeString(s)
	if in == lang || s == "" {
		return template.HTML(safe)
	}
	return template.HTML(`<span lang="` + string(in) + `">` + safe + `</span>`)
}

// optionGroup is options that stand together in a list.
type optionGroup struct {
	Label   string
	Options []Option
}

// optionGroups puts neighbours of the same group together.
func optionGroups(options []Option) []optionGroup {
	var groups []optionGroup
	for _, o := range options {
		if n := len(groups); n == 0 || groups[n-1].Label != o.Group {
			groups = append(groups, optionGroup{Label: o.Group})
		}
		g := &groups[len(groups)-1]
		g.Options = append(g.Options, o)
	}
	return groups
}

// priceParts sets an amount the way shops do: a small sign, a large whole, small cents. It
// reads as one amount.
func priceParts(p *Printer, m money.Money) template.HTML {
	var b strings.Builder
	b.WriteString(`<span class="price-amount">`)
	for _, part := range p.moneyParts(m) {
		if part.class == "cents" && strings.Trim(part.text, ".,0") == "" {
			continue // a whole amount is said whole
		}
		fmt.Fprintf(&b, `<span class="price-%s">%s</span>`, part.class, template.HTMLEscapeString(part.text))
	}
	b.WriteString(`</span>`)
	return template.HTML(b.String())
}
