// Package nutrition makes the nutrition table of a standard from the content of a food: which
// rows there must be and in which order, how each value is rounded, from when on a value is
// none, how much energy that makes and what share of a day's reference it is.
//
// A standard is data, in the files nutrition-*.toml of a market's pack. Start with [Load] and
// [Standard.Table]. Everything is worked out in exact decimals.
package nutrition
