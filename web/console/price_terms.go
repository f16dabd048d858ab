package console

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"

	exact "github.com/shopspring/decimal"

	"pavilion"
	"pavilion/catalog"
	"pavilion/channel/own"
	"pavilion/db"
	"pavilion/money"
	"pavilion/staff"
	"pavilion/tailoring"
	"pavilion/tailoring/price"
	"pavilion/web/ui"
)

// pricesView is the start of the price pages: the goods, the exchange rates, and what costs
// the same for many goods.
type pricesView struct {
	Failed ui.Notice
	Goods  []pricedView
	More   string // address of the next page, "" after the last
	Held   []heldView
	Rates  []rateView
	Rate   []ui.Field // of a new exchange rate, none for those who may not
	File   bool       // a file of rates may be taken in
	Terms  []costView
	Entry  []ui.Field
}

// pricedView is a SKU with its price and what is left of it.
type pricedView struct {
	URL    string
	Name   pavilion.Text
	Net    string
	Price  string
	Floor  string
	Margin string
	Badge  ui.Badge
}

// rateView is an exchange rate as somebody said it.
type rateView struct {
	Pair, Value, Source, Way string
	On                       pavilion.Date
}

// costView is a term in a list.
type costView struct {
	Kind, Amount, For, Source string
	From                      pavilion.Date
	End                       string // where to end it, "" for those who may not
}

// Goods and rates on a page.
const pricedAtOnce, ratesShown = 30, 8

func (g *prices) show(w http.ResponseWriter, r *http.Request) error { return g.drawList(w, r, nil) }

func (g *prices) drawList(w http.ResponseWriter, r *http.Request, failure error) error {
	ctx, p := r.Context(), ui.PrinterOf(r)
	may := member(r)
	var v pricesView
	m, err := g.market(r)
	if err != nil {
		return err
	}
	err = g.read(r, func(view *db.View) error {
		listed, err := catalog.ListProducts(ctx, view, catalog.ProductFilter{Channel: own.Name}, own.Name, pavilion.ProductID(r.FormValue("after")), pricedAtOnce)
		if err != nil {
			return err
		}
		for _, l := range listed {
			for _, sku := range l.SKUs {
				row, err := g.priced(r, view, m, l, sku)
				if err != nil {
					return err
				}
				v.Goods = append(v.Goods, row)
			}
		}
		if len(listed) == pricedAtOnce {
			v.More = pricesPath + "?after=" + string(listed[len(listed)-1].Product.ID)
		}
		rates, err := price.LatestRates(ctx, view, ratesShown)
		if err != nil {
			return err
		}
		for _, q := range rates {
			v.Rates = append(v.Rates, rateOf(p, q))
		}
		if v.Held, err = heldRates(ctx, view, p, may.May(staff.EditCosts)); err != nil {
			return err
		}
		terms, err := price.Terms(ctx, view, m.Key, "")
		v.Terms = g.costViews(p, terms, "", may.May(staff.EditCosts))
		return err
	})
	if err != nil {
		return err
	}
	if may.May(staff.EditCosts) {
		v.File, v.Entry = true, costFields(p, m, r.Form)
		v.Rate = rateFields(p, m, r.Form)
	}
	head := g.head(p.T("price.title"), pricesPath)
	if failure != nil {
		head.Status = ui.Status(failure)
		v.Failed = ui.Notice{Tone: ui.Bad, Title: p.T("price.not_saved"), Text: p.Error(failure)}
	}
	return g.list.Write(w, r, head, v)
}

// priced is a row of the list.
func (g *prices) priced(r *http.Request, v *db.View, m *tailoring.Market, l catalog.Listing, sku catalog.SKU) (pricedView, error) {
	p := ui.PrinterOf(r)
	row := pricedView{URL: sheetURL(sku.ID), Name: l.Product.Name, Net: p.Measure(sku.Net), Price: "—", Floor: "—", Margin: "—"}
	a, err := g.ask(r.Context(), v, m, sku.ID, "", own.Name)
	if err != nil {
		return row, err
	}
	a.in.Price = l.Prices[sku.ID]
	if a.in.Price != (money.Money{}) {
		row.Price = p.Money(a.in.Price)
	}
	s, err := price.Work(a.in)
	if err != nil {
		return row, err
	}
	switch {
	case !s.Complete:
		row.Badge = ui.Badge{Text: p.T("price.incomplete_badge")}
		return row, nil
	case s.BelowCost():
		row.Badge = ui.Badge{Text: p.T("price.below_badge"), Tone: ui.Bad}
	}
	row.Floor, row.Margin = p.Money(s.Floor), percent(p, s.Step(price.Margin).Share)
	return row, nil
}

// choices are the market, the way and the channel of a sheet.
func choices(p *ui.Printer, markets []*tailoring.Market, a asked) []ui.Field {
	market := ui.Field{Name: "market", Type: "select", Required: true, Label: p.T("price.market")}
	for _, m := range markets {
		market.Options = append(market.Options, ui.Option{Value: m.Key, Label: p.Text(m.Name), Selected: m.Key == a.market.Key})
	}
	route := ui.Field{Name: "route", Type: "select", Required: true, Label: p.T("price.route")}
	for _, r := range a.market.Route {
		route.Options = append(route.Options, ui.Option{Value: r.Key, Label: p.Text(r.Name), Selected: r.Key == a.route})
	}
	channel := ui.Field{Name: "channel", Type: "select", Required: true, Label: p.T("price.channel")}
	for _, c := range a.market.Channels() {
		channel.Options = append(channel.Options, ui.Option{Value: c, Label: wordsOr(p, "tailoring.channel."+c, c), Selected: c == a.channel})
	}
	fields := []ui.Field{route, channel}
	if len(markets) > 1 {
		fields = append([]ui.Field{market}, fields...)
	}
	return fields
}

// costFields are the form of a new term.
func costFields(p *ui.Printer, m *tailoring.Market, form url.Values) []ui.Field {
	kinds := ui.Field{Name: "kind", Type: "select", Required: true, Label: p.T("price.part")}
	for _, k := range price.Kinds {
		if len(price.Entered[k]) > 0 {
			kinds.Options = append(kinds.Options, ui.Option{Value: string(k), Label: p.T("price.kind." + string(k)), Selected: form.Get("kind") == string(k)})
		}
	}
	per := ui.Field{Name: "per", Type: "select", Required: true, Label: p.T("price.for")}
	for _, x := range []price.Per{price.Unit, price.Kilogram, price.Share} {
		per.Options = append(per.Options, ui.Option{Value: string(x), Label: p.T("price.per." + string(x)), Selected: form.Get("per") == string(x)})
	}
	route := ui.Field{Name: "for_route", Type: "select", Label: p.T("price.route"), Options: []ui.Option{{Value: "", Label: p.T("price.all")}}}
	for _, x := range m.Route {
		route.Options = append(route.Options, ui.Option{Value: x.Key, Label: p.Text(x.Name), Selected: form.Get("for_route") == x.Key})
	}
	channel := ui.Field{Name: "for_channel", Type: "select", Label: p.T("price.channel"), Options: []ui.Option{{Value: "", Label: p.T("price.all")}}}
	for _, x := range m.Channels() {
		channel.Options = append(channel.Options, ui.Option{Value: x, Label: wordsOr(p, "tailoring.channel."+x, x), Selected: form.Get("for_channel") == x})
	}
	from := form.Get("from")
	if from == "" {
		from = string(p.Today())
	}
	return []ui.Field{
		kinds,
		{Name: "amount", Label: p.T("price.amount"), Hint: p.T("price.amount_hint"), Value: form.Get("amount"), InputMode: "decimal", Required: true, MaxLength: 20},
		per,
		{Name: "currency", Label: p.T("price.currency"), Value: form.Get("currency"), Placeholder: m.Currency, MaxLength: 3},
		route, channel,
		{Name: "source", Label: p.T("price.source"), Hint: p.T("price.source_hint"), Value: form.Get("source"), Required: true, MaxLength: 200},
		{Name: "from", Type: "date", Label: p.T("price.from"), Value: from, Required: true},
	}
}

func rateFields(p *ui.Printer, m *tailoring.Market, form url.Values) []ui.Field {
	on := form.Get("on")
	if on == "" {
		on = string(p.Today())
	}
	return []ui.Field{
		{Name: "one", Label: p.T("price.one_unit_of"), Value: form.Get("one"), Placeholder: "BYN", Required: true, MaxLength: 3},
		{Name: "costs", Label: p.T("price.costs"), Value: form.Get("costs"), InputMode: "decimal", Required: true, MaxLength: 20},
		{Name: "in", Label: p.T("price.currency"), Value: form.Get("in"), Placeholder: m.Currency, Required: true, MaxLength: 3},
		{Name: "rate_source", Label: p.T("price.source"), Value: form.Get("rate_source"), Required: true, MaxLength: 200},
		{Name: "on", Type: "date", Label: p.T("price.on"), Value: on, Required: true},
	}
}

// costViews lists terms about something; "" for those in general.
func (g *prices) costViews(p *ui.Printer, terms []price.Term, about string, may bool) []costView {
	var out []costView
	for _, t := range terms {
		if about != "" && t.About != about {
			continue
		}
		v := costView{Kind: p.T("price.kind." + string(t.Kind)), Source: t.Source, From: t.From}
		v.Amount = percent(p, t.Share)
		if t.Per != price.Share {
			v.Amount = p.Money(t.Amount) + " / " + p.T("price.per."+string(t.Per))
		}
		var words []string
		if about == "" && t.About != "" {
			words = append(words, t.About)
		}
		for _, m := range g.markets {
			for _, r := range m.Route {
				if r.Key == t.Route && m.Key == t.Market {
					words = append(words, p.Text(r.Name))
				}
			}
		}
		if t.Channel != "" {
			words = append(words, wordsOr(p, "tailoring.channel."+t.Channel, t.Channel))
		}
		if v.For = strings.Join(words, ", "); v.For == "" {
			v.For = p.T("price.all")
		}
		if may {
			v.End = pricesPath + "/terms/" + string(t.ID) + "/end"
		}
		out = append(out, v)
	}
	return out
}

// setTerm keeps a term that a form says, of a SKU or in general.
func (g *prices) setTerm(w http.ResponseWriter, r *http.Request) error {
	if err := g.parse(w, r); err != nil {
		return err
	}
	m, err := g.market(r)
	if err != nil {
		return err
	}
	value := func(name string) string { return strings.TrimSpace(r.PostFormValue(name)) }
	sku := pavilion.SKUID(value("sku"))
	t := price.Term{
		Market: m.Key, Kind: price.Kind(value("kind")), About: string(sku), Route: value("for_route"), Channel: value("for_channel"),
		Per: price.Per(value("per")), Source: value("source"), From: pavilion.Date(value("from")),
	}
	typed, err := money.Typed(strings.TrimSuffix(value("amount"), "%"))
	if err != nil {
		err = at(err, "amount")
	} else if t.Per == price.Share {
		if t.Share, err = exact.NewFromString(typed); err != nil || !writtenOut(typed) || len(typed) > 10 {
			err = pavilion.E(pavilion.Invalid, "price.share", nil).At("amount")
		}
		t.Share = t.Share.Shift(-2)
	} else {
		currency := money.Currency(strings.ToUpper(value("currency")))
		if currency == "" {
			currency = money.Currency(m.Currency)
		}
		t.Amount, err = money.Parse(typed, currency)
	}
	if err == nil {
		err = sellable(m, t.Route, t.Channel)
	}
	if err == nil {
		err = g.write(r, func(tx *db.Tx) error {
			if sku != "" {
				if _, err := catalog.GetSKU(r.Context(), tx, sku); err != nil {
					return err
				}
			}
			_, err := price.SetTerm(r.Context(), tx, t)
			return err
		})
	}
	back, again := pricesPath+"#terms", g.drawList
	if sku != "" {
		r.SetPathValue("sku", string(sku))
		back, again = sheetURL(sku)+"#terms", g.draw
	}
	return g.answer(w, r, err, back, again)
}

func (g *prices) endTerm(w http.ResponseWriter, r *http.Request) error {
	var about string
	err := g.write(r, func(tx *db.Tx) error {
		t, err := price.GetTerm(r.Context(), tx, price.TermID(r.PathValue("term")))
		if err != nil {
			return err
		}
		about = t.About
		return price.EndTerm(r.Context(), tx, t.ID)
	})
	back := pricesPath + "#terms"
	if pavilion.CheckID(pavilion.PrefixSKU, about) {
		back = sheetURL(pavilion.SKUID(about)) + "#terms"
	}
	return g.answer(w, r, err, back, g.drawList)
}

// setRate keeps exchange rates: one that was typed, or those of a file.
func (g *prices) setRate(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, price.MostRateBytes+formLimit)
	if err := r.ParseMultipartForm(price.MostRateBytes); err != nil && !errors.Is(err, http.ErrNotMultipart) {
		return pavilion.E(pavilion.Invalid, "form.malformed", nil).Because(err)
	}
	onlyVisible(r)
	rates, err := ratesOf(r)
	if err == nil {
		err = g.write(r, func(tx *db.Tx) error {
			_, err := price.SetRates(r.Context(), tx, rates...)
			return err
		})
	}
	return g.answer(w, r, err, pricesPath+"#rates", g.drawList)
}

func ratesOf(r *http.Request) (price.Rates, error) {
	if file, _, err := r.FormFile("file"); err == nil {
		defer file.Close()
		text, err := io.ReadAll(file)
		if err != nil {
			return nil, pavilion.E(pavilion.Invalid, "form.malformed", nil).Because(err)
		}
		return price.ReadRates(string(text))
	}
	value := func(name string) string { return strings.TrimSpace(r.PostFormValue(name)) }
	q := price.Quoted{
		From: money.Currency(strings.ToUpper(value("one"))), To: money.Currency(strings.ToUpper(value("in"))),
		Source: value("rate_source"), Way: price.ByHand, On: pavilion.Date(value("on")),
	}
	typed, err := money.Typed(value("costs"))
	if err != nil {
		return nil, at(err, "costs")
	}
	stated, err := money.ParseRate(q.From, q.To, typed, q.Source, q.On.Time())
	q.Value = stated.Value
	return price.Rates{q}, err
}

// answer goes back after a success, and otherwise draws the page again with what is wrong.
func (g *prices) answer(w http.ResponseWriter, r *http.Request, err error, back string, again func(http.ResponseWriter, *http.Request, error) error) error {
	switch pavilion.KindOf(err) {
	case pavilion.Invalid, pavilion.Conflict:
		return again(w, r, err)
	}
	if err != nil {
		return err
	}
	g.said(w, ui.PrinterOf(r).T("price.saved"), ui.Link{})
	redirect(w, r, back)
	return nil
}

// writtenOut tells whether a number is written without an exponent: nobody means 10 by "1e1".
func writtenOut(typed string) bool { return strings.Trim(typed, "0123456789.") == "" }
