package console

import (
	"net/http"
	"net/url"
	"strings"

	exact "github.com/shopspring/decimal"

	"pavilion"
	"pavilion/db"
	"pavilion/money"
	"pavilion/staff"
	"pavilion/tailoring/price"
	"pavilion/tailoring/tax"
	"pavilion/web/ui"
)

// priceSheetView is a price explained, with what can be tried out and entered.
type priceSheetView struct {
	Crumbs  []ui.Link
	URL     string
	SKU     pavilion.SKUID
	Name    pavilion.Text
	Facts   []ui.Fact
	Choices []ui.Field // market, way and channel
	Sliders []slider
	WhatIf  bool // something is tried out that nobody entered
	Sums    []ui.Fact
	Notices []ui.Notice
	Picture hundredView
	Steps   []priceStep
	Set     []ui.Field // to set the price, none for those who may not
	Hidden  []ui.Field
	Failed  ui.Notice
	Terms   []costView
	Entry   []ui.Field // of a new term, none for those who may not
	Kept    []keptPrice
}

// slider is one figure to try out.
type slider struct {
	Name, Label           string
	Value, Min, Max, Step string
	Unit                  string
	Entered               string // what holds, "" if nothing was entered
}

// priceStep is one step of a price.
type priceStep struct {
	Kind    string
	Label   string
	Amount  money.Money
	Of      string // of a hundred
	How     string // the rate, and the amount as it was stated
	Source  string
	Since   pavilion.Date
	Mark    ui.Badge // how sure we are of what the law says
	Missing bool
}

// keptPrice is a price that was set by a sheet before.
type keptPrice struct {
	Price, Floor money.Money
	At           string
	Who          string
}

func sheetURL(sku pavilion.SKUID) string { return pricesPath + "/" + string(sku) }

func (g *prices) explain(w http.ResponseWriter, r *http.Request) error { return g.draw(w, r, nil) }

// draw draws the sheet; after a failure with what is wrong.
func (g *prices) draw(w http.ResponseWriter, r *http.Request, failure error) error {
	ctx, p := r.Context(), ui.PrinterOf(r)
	m, err := g.market(r)
	if err != nil {
		return err
	}
	var a asked
	var kept []price.KeptSheet
	var names map[string]string
	err = g.read(r, func(v *db.View) error {
		if a, err = g.ask(ctx, v, m, pavilion.SKUID(r.PathValue("sku")), r.FormValue("route"), r.FormValue("channel")); err != nil {
			return err
		}
		if kept, err = price.Kept(ctx, v, a.sku.ID, a.channel, 10); err != nil {
			return err
		}
		var ids []string
		for _, k := range kept {
			ids = append(ids, k.MadeBy.ID)
		}
		names, err = staff.Names(ctx, v, ids)
		return err
	})
	if err != nil {
		return err
	}
	sliders, tried := a.tryOut(p, r.Form)
	if asks := r.FormValue("price"); !tried && asks == "" {
		a.in.Price = a.page.Prices[a.sku.ID] // the price that holds is explained
	} else if typed, err := priceOf(asks, a.in.Pack.Currency); err == nil && !tried {
		a.in.Price = typed
	}
	sheet, err := price.Work(a.in)
	if err != nil {
		return err
	}
	view := g.sheetOf(p, a, sheet)
	view.Sliders, view.WhatIf = sliders, tried
	may := member(r)
	if may.May(staff.SellProducts) && sheet.Complete && !tried {
		view.Set, view.Hidden = setFields(p, a, sheet, failure)
	}
	if may.May(staff.EditCosts) {
		view.Entry = costFields(p, m, r.Form)
	}
	view.Terms = g.costViews(p, a.terms, string(a.sku.ID), may.May(staff.EditCosts))
	for _, k := range kept {
		view.Kept = append(view.Kept, keptPrice{Price: k.Sheet.Shelf, Floor: k.Sheet.Floor, At: p.Moment(k.MadeAt), Who: who(p, k.MadeBy, names[k.MadeBy.ID])})
	}
	head := g.head(p.T("price.of", "name", p.Text(view.Name)), pricesPath)
	if failure != nil {
		head.Status = ui.Status(failure)
		view.Failed = ui.Notice{Tone: ui.Bad, Title: p.T("price.not_saved"), Text: p.Error(failure)}
	}
	return g.sheet.Write(w, r, head, view)
}

// tryOut puts what a reader tries out in the place of what was entered, and returns the
// sliders for both. Nothing of it is kept.
func (a *asked) tryOut(p *ui.Printer, form url.Values) (sliders []slider, tried bool) {
	read := func(name string) (exact.Decimal, bool) {
		typed, err := money.Typed(form.Get(name))
		if err != nil || !writtenOut(typed) {
			return exact.Decimal{}, false
		}
		d, err := exact.NewFromString(typed)
		return d, err == nil && d.LessThan(exact.NewFromInt(1_000_000)) && d.Exponent() >= -8
	}
	hundred := exact.NewFromInt(100)
	for _, k := range []price.Kind{price.ExWorks, price.Freight, price.Commission, price.Margin} {
		t, entered := a.in.Terms[k]
		if !entered {
			continue
		}
		s := slider{Name: string(k), Label: p.T("price.kind." + string(k)), Min: "0", Step: "0.01"}
		was := exact.New(t.Amount.Minor(), -int32(t.Amount.Currency().Digits()))
		if t.Per == price.Share {
			was = t.Share.Mul(hundred)
			s.Unit, s.Max, s.Step = "%", "60", "0.5"
		} else {
			s.Unit = string(t.Amount.Currency()) + " / " + p.T("price.per."+string(t.Per))
			s.Max = was.Mul(exact.NewFromInt(3)).Ceil().String()
		}
		s.Entered, s.Value = was.String(), was.String()
		if typed, ok := read(string(k)); ok && !typed.Equal(was) {
			tried, s.Value = true, typed.String()
			t.Source, t.From = p.T("price.what_if"), a.in.On
			if t.Per == price.Share {
				t.Share = exact.Min(typed, exact.NewFromInt(90)).Div(hundred)
			} else if m, err := money.New(1, t.Amount.Currency()).Scale(typed.Shift(int32(t.Amount.Currency().Digits())), money.HalfUp); err == nil {
				t.Amount = m
			}
			a.in.Terms[k] = t
		}
		sliders = append(sliders, s)
	}
	t := a.in.Terms[price.ExWorks]
	if quoted, ok := a.in.Rates.Between(t.Amount.Currency(), a.in.Pack.Currency); ok {
		was := quoted.Rate(t.Amount.Currency()).Value.Round(4)
		s := slider{
			Name: "rate", Label: p.T("price.exchange"), Unit: string(a.in.Pack.Currency) + " / " + string(t.Amount.Currency()),
			Min: was.Div(exact.NewFromInt(2)).Round(2).String(), Max: was.Mul(exact.NewFromInt(2)).Round(2).String(), Step: "0.0001", Value: was.String(), Entered: was.String(),
		}
		if typed, ok := read("rate"); ok && typed.IsPositive() && !typed.Equal(was) {
			tried, s.Value = true, typed.String()
			a.in.Rates = price.Rates{{ID: "rat_", From: t.Amount.Currency(), To: a.in.Pack.Currency, Value: typed, Source: p.T("price.what_if"), On: a.in.On}}
		}
		sliders = append(sliders, s)
	}
	return sliders, tried
}

// sheetOf is the view of a sheet.
func (g *prices) sheetOf(p *ui.Printer, a asked, s price.Sheet) priceSheetView {
	v := priceSheetView{
		Crumbs: []ui.Link{{URL: pricesPath, Label: p.T("price.title")}, {Label: p.Text(a.page.Product.Name), Current: true}},
		URL:    sheetURL(a.sku.ID), SKU: a.sku.ID, Name: a.page.Product.Name, Choices: choices(p, g.markets, a),
		Facts: []ui.Fact{
			{Label: p.T("price.gtin"), Text: string(a.sku.GTIN)}, {Label: p.T("price.net"), Text: p.Measure(a.sku.Net)},
			{Label: p.T("price.code"), Text: codeText(p, a, s)},
		},
	}
	for _, f := range s.Findings {
		tone := ui.Careful
		if f.Severity == pavilion.Blocks {
			tone = ui.Bad
		}
		v.Notices = append(v.Notices, ui.Notice{Tone: tone, Text: p.Finding(f)})
	}
	var parts []money.Money
	if s.Complete {
		v.Sums = []ui.Fact{
			{Label: p.T("price.shelf"), Text: p.Money(s.Shelf)}, {Label: p.T("price.net_price"), Text: p.Money(s.Net)},
			{Label: p.T("price.floor"), Text: p.Money(s.Floor)}, {Label: p.T("price.kind.margin"), Text: p.Money(s.Step(price.Margin).Amount) + " (" + percent(p, s.Step(price.Margin).Share) + ")"},
		}
		if all, err := s.Hundred(); err == nil { // a price of nothing has no parts
			parts = all
			v.Picture = hundredOf(p, s, parts)
		}
	}
	for i, step := range s.Steps {
		view := priceStep{
			Kind: string(step.Kind), Label: p.T("price.kind." + string(step.Kind)), Amount: step.Amount, How: how(p, step),
			Source: step.Source, Since: step.Since, Missing: step.Missing, Mark: markOf(p, step),
		}
		if parts != nil {
			view.Of = p.Money(parts[i])
		}
		if source, ok := a.in.Pack.Source(step.Law); ok {
			view.Source = p.Text(source.Title) + " (" + source.Number + ")"
		}
		v.Steps = append(v.Steps, view)
	}
	return v
}

// codeText is the tariff code with how far it is to be believed.
func codeText(p *ui.Printer, a asked, s price.Sheet) string {
	switch {
	case a.in.Goods.Code == "":
		return p.T("price.code_none")
	case !a.in.Goods.Confirmed:
		return a.in.Goods.Code + " " + p.Text(s.Tariff.Name) + " — " + p.T("price.code_unticked")
	}
	return a.in.Goods.Code + " " + p.Text(s.Tariff.Name)
}

// markOf says of what the law takes how sure we are.
func markOf(p *ui.Printer, s price.Step) ui.Badge {
	if s.Mark == "" || s.Mark == "seen" {
		return ui.Badge{}
	}
	return ui.Badge{Text: p.T("price.mark." + string(s.Mark))}
}

// how says how an amount comes about.
func how(p *ui.Printer, s price.Step) string {
	var words []string
	if s.Stated != (money.Money{}) {
		words = append(words, p.Money(s.Stated)+" × "+s.Rate.Value.Round(6).String()+" ("+p.T("price.rate_by", "source", s.Quoted.Source, "date", s.Quoted.On)+")")
	}
	switch s.Kind {
	case price.Duty, price.Consumption, price.VAT, price.Insurance, price.Commission, price.Other, price.Margin:
		words = append(words, percent(p, s.Share))
	case price.Freight, price.Warehouse:
		if s.Per == price.Kilogram {
			words = append(words, p.T("price.by_weight"))
		}
	}
	return strings.Join(words, ", ")
}

// percent writes a share as people read it.
func percent(p *ui.Printer, share exact.Decimal) string {
	return p.Percent(share.Mul(exact.NewFromInt(100)).Round(3).String())
}

// setFields are the form that sets the price.
func setFields(p *ui.Printer, a asked, s price.Sheet, failure error) (fields, hidden []ui.Field) {
	worth := s.Net
	if a.in.Included || s.Payer == tax.PayerImporter {
		worth = s.Shelf
	}
	if a.in.Price != (money.Money{}) {
		worth = a.in.Price
	}
	label := p.T("price.set_added")
	if a.in.Included {
		label = p.T("price.set_included")
	}
	fields = []ui.Field{{Name: "price", Label: label + " (" + string(a.in.Pack.Currency) + ")", Value: worth.Decimal(), InputMode: "decimal", Required: true, MaxLength: 20}}
	if pavilion.ReasonOf(failure) == "price.below_cost" {
		fields = append(fields, ui.Field{Name: "knowing", Type: "checkbox", Label: p.T("price.knowing")})
	}
	seen := ""
	if now, ok := a.page.Prices[a.sku.ID]; ok {
		seen = now.Decimal()
	}
	return fields, []ui.Field{{Name: "market", Value: a.market.Key}, {Name: "route", Value: a.route}, {Name: "channel", Value: a.channel}, {Name: "seen", Value: seen}}
}

// priceOf reads a price as people type it. Errors: Invalid price.amount and number.ambiguous.
func priceOf(text string, c money.Currency) (money.Money, error) {
	typed, err := money.Typed(text)
	if err != nil {
		return money.Money{}, at(err, "price")
	}
	m, err := money.Parse(typed, c)
	if err != nil {
		err = pavilion.E(pavilion.Invalid, "price.amount", nil).At("price").Because(err)
	}
	return m, err
}

// set sets the price that a form asks for, with the sheet that explains it.
func (g *prices) set(w http.ResponseWriter, r *http.Request) error {
	if err := g.parse(w, r); err != nil {
		return err
	}
	m, err := g.market(r)
	if err != nil {
		return err
	}
	wanted, err := priceOf(r.PostFormValue("price"), g.packs[m.Key].Currency)
	if err == nil {
		err = sellable(m, r.PostFormValue("route"), r.PostFormValue("channel"))
	}
	if err != nil {
		return g.draw(w, r, err)
	}
	err = g.write(r, func(tx *db.Tx) error {
		a, err := g.ask(r.Context(), tx, m, pavilion.SKUID(r.PathValue("sku")), r.PostFormValue("route"), r.PostFormValue("channel"))
		if err != nil {
			return err
		}
		if now, ok := a.page.Prices[a.sku.ID]; (ok && now.Decimal() != r.PostFormValue("seen")) || (!ok && r.PostFormValue("seen") != "") {
			return pavilion.E(pavilion.Conflict, "catalog.changed_meanwhile", nil)
		}
		a.in.Price = wanted
		sheet, err := price.Work(a.in)
		if err != nil {
			return err
		}
		return price.SetPrice(r.Context(), tx, sheet, wanted, r.PostFormValue("knowing") != "")
	})
	switch pavilion.KindOf(err) {
	case pavilion.Invalid, pavilion.Conflict:
		return g.draw(w, r, err)
	}
	if err != nil {
		return err
	}
	g.said(w, ui.PrinterOf(r).T("price.saved"), ui.Link{})
	q := url.Values{"market": {m.Key}, "route": {r.PostFormValue("route")}, "channel": {r.PostFormValue("channel")}}
	redirect(w, r, sheetURL(pavilion.SKUID(r.PathValue("sku")))+"?"+q.Encode())
	return nil
}
