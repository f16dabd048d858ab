// Package stock keeps what lies in the warehouses and promises it to orders, never more
// than there is. Movements are the truth and are only ever added; balances are their sums,
// kept in the same transaction by updates that change a row only if it still allows it.
//
// Start with [Receive], which brings a lot in; [Reserve], which promises units of the lots
// that expire first to a set of orders; [Take], which sends them away; and [Verify], which
// recomputes every balance, reservation and limit from the rows and reports what differs.
//
// Every function that takes a transaction leaves it unfit to commit when it returns an
// error: the caller returns the error and the transaction is rolled back. Refusals of
// single claims are not errors but answers, see [Grant].
package stock
