// Package order holds orders and their life, whatever channel they came from. An order
// begins in [Accept], which takes a set of requests and answers each with an order whose
// goods are reserved, or with the reason why not, in one transaction. What may happen to it
// afterwards stands in one table, [Moves]; docs/order-states.md draws it.
//
// Money comes in through [Hear], the door for everything a payment provider says: early,
// late or twice. Names, phones and addresses are sealed with the order's id and appear in
// no log and no fact.
package order

//go:generate go test -run TestStatesPage -update .
