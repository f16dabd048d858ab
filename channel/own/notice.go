package own

import (
	"context"
	"slices"

	"pavilion"
	"pavilion/order"
	"pavilion/tailoring/rules"
)

// Notice is what shoppers must be told, and accept, before they order goods that come in by a
// way the market has words for.
type Notice struct {
	order.Notice
	Meanings []pavilion.Text // of each of its texts, in our words, for readers of other languages
	Recalled bool            // its words were not compared with the law's own
}

// Accepted checks that what a shopper accepted, by its id, is this notice. Errors: Invalid
// checkout.notice when nothing was, Conflict checkout.notice_changed when it was another.
func (n Notice) Accepted(id string) error {
	switch id {
	case n.ID():
		return nil
	case "":
		return pavilion.E(pavilion.Invalid, "checkout.notice", nil).At("notice").Because(errStale)
	}
	return stale("checkout.notice_changed", nil).At("notice")
}

// NoticeOf is the notice of an order of the lines, without texts where none is asked for. The
// errors are those of [Shop.Quote].
func (s *Shop) NoticeOf(ctx context.Context, lines []Line) (Notice, error) {
	q, err := s.price(ctx, lines, Person{})
	return q.Notice, err
}

// notice is the notice of the ways in which the lines of a quote come in, also of those that are
// not on sale now: their pages are read as well.
func (s *Shop) notice(q Quote, offers map[pavilion.SKUID]offer) (n Notice) {
	if s.labels == nil {
		return n
	}
	for _, one := range s.labels.Words.Notice {
		if !slices.ContainsFunc(q.Lines, func(l QuoteLine) bool { return offers[l.SKU].route == one.Route }) {
			continue
		}
		n.Lang = s.labels.Language
		n.Texts, n.Meanings = append(n.Texts, one.Text), append(n.Meanings, one.Meaning)
		n.Recalled = n.Recalled || one.Verified != rules.Seen
	}
	return n
}
