package console

import (
	"net/http"
	"strconv"

	"pavilion"
	"pavilion/db"
	"pavilion/stock"
	"pavilion/web/ui"
)

func (g *lotActs) showCorrect(w http.ResponseWriter, r *http.Request) error {
	return g.drawCorrect(w, r, nil)
}

func (g *lotActs) drawCorrect(w http.ResponseWriter, r *http.Request, failure error) error {
	ctx, p := r.Context(), ui.PrinterOf(r)
	var l stock.Lot
	if err := g.read(r, func(v *db.View) (err error) {
		l, err = stock.GetLot(ctx, v, pavilion.LotID(r.PathValue("lot")))
		return err
	}); err != nil {
		return err
	}
	f := g.correctForm(p, r, l)
	f.Fields[0].Value, f.Fields[1].Value = string(l.ProducedOn), string(l.BestBefore)
	f.keep(p, r, failure)
	f.Hidden = []keptValue{{"version", strconv.FormatInt(l.Version, 10)}} // what is shown beside what was typed is the newest
	head := g.head(f.Title, lotsPath)
	if failure != nil {
		head.Status = ui.Status(failure)
	}
	return g.page.Write(w, r, head, f)
}

func (g *lotActs) correctForm(p *ui.Printer, r *http.Request, l stock.Lot) stockForm {
	return stockForm{
		Title: p.T("stock.correct"), Action: r.URL.Path, Go: p.T("stock.check"),
		Back: ui.Link{URL: lotsPath + "/" + string(l.ID), Label: p.T("stock.lot_title", "code", l.Code)},
		About: []ui.Fact{
			{Label: p.T("stock.lot"), Text: l.Code, URL: lotsPath + "/" + string(l.ID)},
			{Label: p.T("stock.produced_on"), Text: dateOrNone(p, l.ProducedOn)},
			{Label: p.T("stock.best_before"), Text: dateOrNone(p, l.BestBefore)},
		},
		Fields: []ui.Field{
			{Name: "produced_on", Label: p.T("stock.produced_on"), Type: "date", Autofocus: true},
			{Name: "best_before", Label: p.T("stock.best_before"), Type: "date", Hint: p.T("stock.best_before_none")},
		},
	}
}

func dateOrNone(p *ui.Printer, d pavilion.Date) string {
	if d == "" {
		return "—"
	}
	return p.Date(d)
}

// correct shows which promises would no longer be made, and when told to go on gives the lot
// its right dates.
func (g *lotActs) correct(w http.ResponseWriter, r *http.Request) error {
	if err := g.parse(w, r); err != nil {
		return err
	}
	ctx, p := r.Context(), ui.PrinterOf(r)
	version, _ := number(r.PostFormValue("version"))
	c := stock.Correction{
		Lot: pavilion.LotID(r.PathValue("lot")), ProducedOn: pavilion.Date(typed(r, "produced_on")), BestBefore: pavilion.Date(typed(r, "best_before")), Version: version,
	}
	correct := func(tx *db.Tx) error { return stock.Correct(ctx, tx, c) }
	if r.PostFormValue("go") == "1" {
		if err := g.write(r, correct); refused(err) {
			return g.drawCorrect(w, r, err)
		} else if err != nil {
			return err
		}
		g.said(w, p.T("stock.done.correct"), ui.Link{})
		redirect(w, r, lotsPath+"/"+string(c.Lot))
		return nil
	}
	if err := g.try(r, correct); refused(err) {
		return g.drawCorrect(w, r, err)
	} else if err != nil {
		return err
	}
	var f stockForm
	var unfitCount int
	err := g.read(r, func(v *db.View) error {
		l, err := stock.GetLot(ctx, v, c.Lot)
		if err != nil {
			return err
		}
		f = g.correctForm(p, r, l)
		f.Will = []ui.Fact{
			{Label: p.T("stock.produced_on"), Text: dateOrNone(p, l.ProducedOn) + " → " + dateOrNone(p, c.ProducedOn)},
			{Label: p.T("stock.best_before"), Text: dateOrNone(p, l.BestBefore) + " → " + dateOrNone(p, c.BestBefore)},
		}
		unfit, err := stock.Misfits(ctx, v, c.Lot, c.BestBefore)
		if err != nil {
			return err
		}
		rows, err := lotRows(ctx, v, func() ([]stock.LotBalance, error) { return stock.Lots(ctx, v, l.SKU) })
		if err != nil {
			return err
		}
		unfitCount = len(unfit)
		for _, m := range unfit[:min(promisedShown, len(unfit))] {
			for _, at := range rows {
				if at.Lot == m.Lot && at.LotBalance.Warehouse == m.Warehouse {
					row, err := promisedTo(ctx, v, m.Reservation, at)
					if err != nil {
						return err
					}
					row.Why = p.T("stock.misfit."+m.Why, "days", m.DaysLeft, "least", m.MinDays)
					f.Misfits = append(f.Misfits, row)
				}
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	f.Back, f.Go = ui.Link{URL: r.URL.Path, Label: p.T("stock.back")}, p.T("stock.correct")
	if len(f.Misfits) > 0 {
		f.Warning = ui.Notice{Tone: ui.Careful, Text: p.T("stock.misfits", "count", unfitCount)}
	}
	f.hide(r)
	f.Hidden = append(f.Hidden, keptValue{"version", r.PostFormValue("version")})
	return g.page.Write(w, r, g.head(f.Title, lotsPath), f)
}
