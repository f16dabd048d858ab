// Package rules holds the rule packs of markets as data: a folder for each market, read and
// checked by the packages that use them. Nothing else in the program knows a market by name.
package rules

import "embed"

// Files are the packs. A folder is a market: its key is the ISO 3166-1 alpha-2 code of the
// country, or another short lower-case word where a market is not one country.
//
//go:embed all:cn all:eu
var Files embed.FS
