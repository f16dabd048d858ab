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
