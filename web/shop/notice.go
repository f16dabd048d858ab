package shop

import (
	"pavilion"
	"pavilion/channel/own"
	"pavilion/order"
	"pavilion/web/ui"
)

// toldBefore is what shoppers are told before they order, and accept.
type toldBefore struct {
	ID       string
	Texts    []string
	Lang     pavilion.Lang // of the texts: that of the market
	Meanings []string      // the same for a reader of another language, in our words
	Note     string        // that the words were not compared with the law's own, "" if they were
	Accepted string        // when they were, "" before
}

func toldFrom(p *ui.Printer, n own.Notice) toldBefore {
	out := toldBefore{ID: n.ID(), Texts: n.Texts, Lang: n.Lang}
	if p.Lang != n.Lang {
		for _, m := range n.Meanings {
			out.Meanings = append(out.Meanings, m.Best(p.Lang))
		}
	}
	if n.Recalled {
		out.Note = p.T("elabel.notice_recalled")
	}
	return out
}

// acceptedBy is what the shopper of an order accepted by placing it.
func acceptedBy(p *ui.Printer, o order.Order, n order.Notice) toldBefore {
	return toldBefore{ID: o.Notice, Texts: n.Texts, Lang: n.Lang, Accepted: p.T("shop.order.notice_accepted", "at", o.PlacedAt, "id", o.Notice)}
}
