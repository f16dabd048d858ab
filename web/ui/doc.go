// Package ui is how everything the program shows is drawn: the language it speaks, the
// formats of numbers and dates, the style sheet, the components and the engine that puts
// them into pages. The areas (shop, console, api documents) bring their own templates and
// views and know nothing of HTTP caching, languages or colours.
//
// Start with [New], which makes the [Site]; then [Site.Area], which an area calls once with
// its files; then [NewPage], which ties a view struct to its template and refuses to start
// when they do not fit; and [Area.Route], which mounts a handler that may return an error.
// [Say] turns a reason into a sentence for people anywhere else, such as the command line.
// [Illustrate] draws a package where there is no photograph. [Guard] stands before all
// handlers, and [Cache] keeps public pages in memory.
//
// The words stand in locales/<group>.<language>.toml; messages_test.go fails on a key that is
// missing, unused or short of a value, and on a reason without a sentence. A page may hold no
// style or script of its own: colours, distances and components are in css/, and pages are
// made of them. The gallery (/{lang}/gallery in a demonstration) shows all of it.
package ui
