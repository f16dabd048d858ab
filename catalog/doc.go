// Package catalog holds what is sold and who makes it: producers with their GS1 company
// prefixes and registrations, brands, categories, products, their sellable units (SKUs),
// prices on the shelf of each channel, pictures and documents.
//
// Goods come in as workbooks: [ReadSheet] turns one into rows and findings
// without a database, [Import] turns rows into products. They go out through [Cards]
// (a list), [Lookup] (one product with everything about it) and [Prices] (what a checkout
// freezes). facts.go has the words they all share.
//
// Every change of the catalogue signals the topic "catalog" after its commit.
package catalog
