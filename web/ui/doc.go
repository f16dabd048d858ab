// Package ui is how everything the program shows is drawn: the language it speaks, the
// formats of numbers and dates, the style sheet, the components and the engine that puts
// them into pages. The areas (shop, console, api documents) bring their own templates and
// views and know nothing of HTTP caching, languages or colours.
//
// Start with [New], which makes the [Site]; then [Site.Area], which an area calls once with
// its files; then [NewPage], which ties a view struct to its template and refuses to start
// when they do not fit; and [Area.Route], which mounts a handler that may return an error.
// [Say] turns a reason into a sentence for people anywhere else, such as the command line.
package ui
