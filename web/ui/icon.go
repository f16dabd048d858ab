package ui

import (
	"html/template"
	"maps"
	"slices"
)

// icons are drawn on a ground of 24 by 24, as lines.
var icons = map[string]string{
	"search":       `<circle cx="11" cy="11" r="6.5"/><path d="m16 16 4.5 4.5"/>`,
	"home":         `<path d="M4 11 12 4l8 7v8.5H14.5v-5h-5v5H4z"/>`,
	"grid":         `<path d="M4 4h6.5v6.5H4zM13.5 4H20v6.5h-6.5zM4 13.5h6.5V20H4zM16.75 13l3.5 3.75-3.5 3.75-3.5-3.75z"/>`,
	"heart":        `<path d="M12 20s-7.5-4.6-7.5-10A4.2 4.2 0 0 1 12 7.4 4.2 4.2 0 0 1 19.5 10c0 5.4-7.5 10-7.5 10z"/>`,
	"basket":       `<path d="M3.5 9.5h17l-1.6 9.2a1.5 1.5 0 0 1-1.5 1.3H6.6a1.5 1.5 0 0 1-1.5-1.3zM8 9.5 11 4M16 9.5 13 4M9.5 13v3.5M14.5 13v3.5"/>`,
	"person":       `<circle cx="12" cy="8" r="4"/><path d="M4.5 20.5c.7-4.3 3.7-6.3 7.5-6.3s6.8 2 7.5 6.3"/>`,
	"globe":        `<circle cx="12" cy="12" r="8.5"/><path d="M3.5 12h17M12 3.5c-5 5.5-5 11.5 0 17M12 3.5c5 5.5 5 11.5 0 17"/>`,
	"next":         `<path d="m9.5 5.5 6.5 6.5-6.5 6.5"/>`,
	"back":         `<path d="M14.5 5.5 8 12l6.5 6.5"/>`,
	"less":         `<path d="M5 12h14"/>`,
	"more":         `<path d="M5 12h14M12 5v14"/>`,
	"close":        `<path d="m6 6 12 12M18 6 6 18"/>`,
	"check":        `<path d="m5 12.5 4.5 4.5L19 7.5"/>`,
	"warn":         `<path d="M12 4 21 19.5H3zM12 10v4.5M12 17v.1"/>`,
	"tone-":        `<circle cx="12" cy="12" r="8.5"/><path d="M12 11v5.5M12 7.8v.1"/>`,
	"tone-good":    `<circle cx="12" cy="12" r="8.5"/><path d="m8 12.3 2.8 2.8 5.2-5.7"/>`,
	"tone-careful": `<path d="M12 4 21 19.5H3zM12 10v4.5M12 17v.1"/>`,
	"tone-bad":     `<path d="M8.5 3.5h7l5 5v7l-5 5h-7l-5-5v-7zM9 9l6 6M15 9l-6 6"/>`,
	"truck":        `<path d="M2.5 6.5h11v10h-11zM13.5 10h4l3.5 3.5v3h-7.5"/><circle cx="7" cy="17.5" r="2"/><circle cx="17" cy="17.5" r="2"/>`,
	"shield":       `<path d="M12 3.5 19.5 6v6c0 4.5-3 7.2-7.5 8.8-4.5-1.6-7.5-4.3-7.5-8.8V6z"/><path d="m8.8 12 2.3 2.3 4.2-4.6"/>`,
	"factory":      `<path d="M3.5 20.5v-9l5.5 3.5v-3.5l5.5 3.5V4.5h4l2 16z"/><path d="M8 17.5h.1M12 17.5h.1M16 17.5h.1"/>`,
	"leaf":         `<path d="M5 19.5C4 11 9 4.5 20 4.5 20.5 14 15 20 7.5 17.5M5 19.5c2-5 5-8 9-10"/>`,
	"calendar":     `<path d="M4 6h16v14H4zM4 10.5h16M8.5 3.5v4M15.5 3.5v4"/>`,
	"clock":        `<circle cx="12" cy="12" r="8.5"/><path d="M12 7v5.5l3.5 2"/>`,
	"box":          `<path d="m12 3.5 8 4v9l-8 4-8-4v-9zM4 7.5l8 4 8-4M12 11.5v9"/>`,
	"phone":        `<path d="M7 2.5h10v19H7zM10.5 18.5h3"/>`,
	"bin":          `<path d="M5 6.5h14M9.5 6.5v-3h5v3M7 6.5l.8 14h8.4l.8-14M10.5 10.5v6M13.5 10.5v6"/>`,
	"pen":          `<path d="m4 20 1-4.5L16 4.5l3.5 3.5L8.5 19z"/>`,
	"filter":       `<path d="M4 6h16M7 12h10M10 18h4"/>`,
	"star":         `<path d="M12 4.5v15M4.5 12h15M6.7 6.7l10.6 10.6M17.3 6.7 6.7 17.3"/>`,
	"snow":         `<path d="M12 3v18M4.2 7.5l15.6 9M19.8 7.5l-15.6 9M9.5 4.5 12 7l2.5-2.5M9.5 19.5 12 17l2.5 2.5"/>`,
}

// iconNames returns the names of all icons, sorted.
func iconNames() []string { return slices.Sorted(maps.Keys(icons)) }

// icon returns a line drawing in the colour of the text. It says nothing by itself: the
// words stand beside it, visible or hidden.
func icon(name string) template.HTML {
	return template.HTML(`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">` + icons[name] + `</svg>`)
}

// ornament returns a figure of the ornament as decoration; the style sheet colours it.
func ornament(name string) template.HTML {
	return template.HTML(`<span class="ornament ornament-` + name + `" aria-hidden="true"></span>`)
}

// mark returns the sign of the pavilion: the eight-pointed star.
func mark() template.HTML {
	return template.HTML(`<svg viewBox="-1 -1 23 23" aria-hidden="true"><path fill="currentColor" d="` + star.Path(0, 0, 1) + `"/></svg>`)
}
