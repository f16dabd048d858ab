package console

import (
	"context"
	"net/http"

	exact "github.com/shopspring/decimal"

	"pavilion"
	"pavilion/db"
	"pavilion/staff"
	"pavilion/tailoring/price"
	"pavilion/web/ui"
)

// heldView is a rate that was fetched and waits for a person.
type heldView struct {
	rateView
	URL string // where to decide, "" for those who may not
	Why string
}

const heldAtOnce = 20

// heldRates are the rates that wait, each beside what counts now.
func heldRates(ctx context.Context, v db.Reader, p *ui.Printer, may bool) (out []heldView, err error) {
	held, err := price.HeldRates(ctx, v, heldAtOnce)
	if err != nil {
		return nil, err
	}
	for _, h := range held {
		rates, err := price.RatesOn(ctx, v, h.On)
		if err != nil {
			return nil, err
		}
		one := heldView{rateView: rateOf(p, h.Quoted)}
		if last, known := rates.Between(h.From, h.To); known {
			was := last.Rate(h.From).Value
			off := h.Value.Sub(was).DivRound(was, 4).Mul(exact.NewFromInt(100)).Round(1).Abs()
			one.Why = p.T("price.held."+string(h.Why), "last", was.Round(8).String(), "date", last.On, "percent", p.Percent(off.String()))
		}
		if may {
			one.URL = pricesPath + "/rates/" + string(h.ID)
		}
		out = append(out, one)
	}
	return out, nil
}

// rateOf is an exchange rate in a list.
func rateOf(p *ui.Printer, q price.Quoted) rateView {
	return rateView{Pair: string(q.From) + " → " + string(q.To), Value: q.Value.Round(8).String(), Source: q.Source, Way: p.T("price.way." + string(q.Way)), On: q.On}
}

// settleRate takes a held rate or leaves it.
func (g *prices) settleRate(w http.ResponseWriter, r *http.Request) error {
	if err := g.parse(w, r); err != nil {
		return err
	}
	wanted, said := r.PostFormValue("wanted") != "", "price.held.left"
	if wanted {
		said = "price.held.taken"
	}
	err := g.write(r, func(tx *db.Tx) error {
		return price.SettleRate(r.Context(), tx, pavilion.RateID(r.PathValue("rate")), wanted)
	})
	if refused(err) {
		return g.drawList(w, r, err)
	}
	if err != nil {
		return err
	}
	g.said(w, ui.PrinterOf(r).T(said), ui.Link{})
	redirect(w, r, pricesPath+"#rates")
	return nil
}

// ratesHeld are the fetched rates that nobody decided about.
func ratesHeld(ctx context.Context, v *db.View, p *ui.Printer, who staff.Member) (task, error) {
	held, err := heldRates(ctx, v, p, who.May(staff.EditCosts))
	t := task{Title: p.T("price.held"), Count: int64(len(held)), All: ui.Link{URL: pricesPath + "#rates", Label: p.T("price.title")}}
	for _, h := range held[:min(len(held), taskRows)] {
		t.Rows = append(t.Rows, taskRow{Name: h.Pair + " " + h.Value, Note: h.Why, URL: pricesPath + "#rates"})
	}
	return t, err
}
