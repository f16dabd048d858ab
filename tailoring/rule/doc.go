// Package rule judges products by the rules of a market. The rules are data in package
// rules: expressions in CEL over [Facts], each with its dates, its severity, its message and
// the source it stands in. It is pure: no clock, no database; the day comes as an argument.
//
// [Load] reads a pack and checks it, [Pack.Judge] applies it. How a rule is written is told
// in docs/markets.md.
package rule
