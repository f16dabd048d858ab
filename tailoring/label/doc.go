// Package label lays out the label of a food from facts: which items a market's standard asks
// for, in which order and words, with the nutrition table of the standard that goes with it,
// for the way the goods come in and the day they were made.
//
// What a market asks for is data, in the files label-*.toml, ingredients.toml and
// allergens.toml of its pack. Start with [Load] and [Pack.Lay], which say what the label says
// and what is wrong with it; then [Draw] sets it in letters at true size, for print as
// [Art.PDF] or [Sheet] and for pages as [Art.SVG]. A page that shows the label in words draws
// the [Label] itself.
//
// Nothing here knows a table, a clock or a person. What cannot be worked out from facts, such
// as the name of an ingredient that is not in the glossary, is a finding that asks for it.
package label
