// Package tailoring takes a product as its country makes it and turns it into one that the
// law of a market lets in and its shoppers want: its texts in the market's language, its
// label, its price, and the verdict of the market's rules with their sources.
//
// What a market asks for is data, in the packs of package rules. The packages below are the
// pure core: rule judges a product by a pack, nutrition makes the nutrition table of a
// standard, label lays a label out, tax and price work out what a shopper pays. This package
// keeps what people wrote and approved, and hands products to them.
package tailoring
