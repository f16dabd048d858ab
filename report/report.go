// Package report keeps the figures a state asks for: what was sold, by day, category,
// producer, channel and SKU. It counts what shoppers paid for goods, tax included and
// delivery not, on the day on which the order was paid, in the market's time zone. What was
// given back stands beside the day on which it was sold, whenever that happened, so that a
// day's refunds are always a share of that day's sales.
//
// The sums are kept up to date by [Count], a reaction to the facts of an order, and read by
// [Days], [Subjects], [Channels] and [Totals], which look at no order at all. They hold no
// personal data. [Verify] counts everything anew from the orders, and [Rebuild] does so too
// and keeps the result.
package report

import (
	"cmp"

	"pavilion"
	"pavilion/money"
)

// Kind is what a sum is about.
type Kind string

const (
	All        Kind = "all"
	Categories Kind = "category"
	Producers  Kind = "producer"
	SKUs       Kind = "sku"
)

// kinds are all kinds, in the order in which they are stored.
var kinds = []Kind{All, Categories, Producers, SKUs}

// Subject is one thing of a kind. Its key is an id or the key of a category, "" for
// everything and for goods without a category.
type Subject struct {
	Kind Kind
	Key  string
}

// Everything is the subject of the sums over all goods.
var Everything = Subject{Kind: All}

// OfProducer is the subject of a producer's goods.
func OfProducer(id pavilion.ProducerID) Subject { return Subject{Producers, string(id)} }

// Figures are sums over orders that were paid.
type Figures struct {
	Orders        int64 // that held something of the subject
	Units         int64
	Sum           money.Money // paid for the units, with tax
	RefundedUnits int64       // of Units
	Refunded      money.Money // of Sum
}

// plus adds other to f; both are in one currency.
func (f Figures) plus(other Figures, times int64) Figures {
	return Figures{
		Orders: f.Orders + times*other.Orders, Units: f.Units + times*other.Units,
		Sum:           money.New(f.Sum.Minor()+times*other.Sum.Minor(), other.Sum.Currency()),
		RefundedUnits: f.RefundedUnits + times*other.RefundedUnits,
		Refunded:      money.New(f.Refunded.Minor()+times*other.Refunded.Minor(), other.Sum.Currency()),
	}
}

// IsZero tells whether there is nothing to say.
func (f Figures) IsZero() bool {
	return f.Orders == 0 && f.Units == 0 && f.Sum.IsZero() && f.RefundedUnits == 0 && f.Refunded.IsZero()
}

// cell is the key of a stored sum.
type cell struct {
	Subject
	day       pavilion.Date
	channel   string
	currency  money.Currency
	simulated bool
}

// compare orders cells as they are stored, so that transactions meet them in one order.
func (c cell) compare(other cell) int {
	return cmp.Or(
		cmp.Compare(c.Kind, other.Kind), cmp.Compare(c.Key, other.Key), cmp.Compare(c.day, other.day),
		cmp.Compare(c.channel, other.channel), cmp.Compare(c.currency, other.currency), compareBool(c.simulated, other.simulated),
	)
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

// sums are figures by cell.
type sums map[cell]Figures

func (s sums) add(c cell, f Figures, times int64) {
	if f = s[c].plus(f, times); f.IsZero() {
		delete(s, c)
		return
	}
	s[c] = f
}
