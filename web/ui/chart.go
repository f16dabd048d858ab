package ui

import (
	"fmt"
	"html/template"
	"strings"
)

// bars draws a chart as SVG, one bar a line, so that long labels fit and every value can
// be read without seeing its bar.
func bars(c Chart) template.HTML {
	const line, label, width = 26, 150, 560
	var most int64 = 1
	for _, b := range c.Bars {
		most = max(most, b.Value)
	}
	var s strings.Builder
	fmt.Fprintf(&s, `<svg viewBox="0 0 %d %d" role="list">`, width, line*len(c.Bars))
	for i, b := range c.Bars {
		y := i * line
		length := max(b.Value, 0) * (width - label - 90) / most
		text := template.HTMLEscapeString(b.Text)
		fmt.Fprintf(&s, `<g role="listitem"><text class="chart-label" x="%d" y="%d" text-anchor="end">%s</text>`+
			`<rect class="chart-bar" x="%d" y="%d" width="%d" height="%d" rx="2"/><text class="chart-value" x="%d" y="%d">%s</text></g>`,
			label-8, y+17, template.HTMLEscapeString(b.Label), label, y+5, max(length, 2), line-10, label+int(length)+8, y+17, text)
	}
	s.WriteString(`</svg>`)
	return template.HTML(s.String())
}

// dayBars draws the bars of a day chart as SVG that is stretched to its place; the words
// stand around it. Each bar says its day and value to those who point at it or listen.
func dayBars(c DayChart) template.HTML {
	const step, height = 10, 100
	var most int64 = 1
	for _, b := range c.Bars {
		most = max(most, b.Value)
	}
	var s strings.Builder
	fmt.Fprintf(&s, `<svg viewBox="0 0 %d %d" preserveAspectRatio="none" role="list">`, step*len(c.Bars), height)
	for i, b := range c.Bars {
		tall := max(b.Value, 0) * height / most
		if b.Value > 0 {
			tall = max(tall, 1)
		}
		title := template.HTMLEscapeString(b.Label + ": " + b.Text)
		fmt.Fprintf(&s, `<g role="listitem" aria-label="%s"><title>%s</title><rect class="chart-day" x="%d" y="0" width="%d" height="%d"/><rect class="chart-bar" x="%d" y="%d" width="%d" height="%d"/></g>`,
			title, title, i*step, step, height, i*step+1, height-tall, step-2, tall)
	}
	s.WriteString(`</svg>`)
	return template.HTML(s.String())
}
