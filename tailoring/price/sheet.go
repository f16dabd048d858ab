package price

import (
	"slices"

	"github.com/shopspring/decimal"

	"pavilion"
	"pavilion/money"
	"pavilion/tailoring/rules"
	"pavilion/tailoring/tax"
)

// Input is all that a price follows from.
type Input struct {
	Pack    *tax.Pack
	Route   string
	Channel string
	On      pavilion.Date
	Goods   Goods
	Terms   map[Kind]Term // those that apply, see [Choose]
	Rates   Rates
	// Price is one to explain, for one unit; with the zero Money one is worked out from the
	// margin.
	Price money.Money
	// Included says that Price holds the tax that shoppers pay on it.
	Included bool
}

// Goods are one unit of what is sold, as far as its price asks.
type Goods struct {
	SKU         pavilion.SKUID
	Kind        string // of goods, as the catalogue has it: "food"
	Code        string // of the market's tariff, "" if nobody named one
	Confirmed   bool   // a person ticked the code with a document
	GrossWeight int64  // in grams, 0 if not stated: then the net content is taken for it
	Content     tax.Content
}

// Step is one part of a price.
type Step struct {
	Kind    Kind
	Amount  money.Money     // in the market's currency
	Stated  money.Money     // as it was said in another currency, zero Money if it was not
	Rate    money.Rate      // by which Stated became Amount
	Quoted  Quoted          // where that rate comes from
	Per     Per             // of the term
	Share   decimal.Decimal // the rate of a share
	Source  string          // who said so, in words
	Law     string          // key of a source of the market's pack, "" if none
	Since   pavilion.Date
	Mark    rules.Verified // of facts of the pack
	Term    TermID         // "" for what the state takes
	Missing bool           // nobody said anything: the amount is nothing
}

// Sheet is a price explained.
type Sheet struct {
	Market   string
	Route    string
	Channel  string
	On       pavilion.Date
	SKU      pavilion.SKUID
	Payer    string      // who bears what the state takes: tax.PayerShopper or tax.PayerImporter
	Steps    []Step      // in the order of the goods' way; they add up to Shelf
	Cost     money.Money // all steps before the margin and the shopper's tax
	Net      money.Money // the price without the tax that the shopper pays on it
	Shelf    money.Money // what the shopper pays
	Floor    money.Money // the Shelf at which nothing is earned
	FloorNet money.Money // the Net at which nothing is earned
	Verdict  tax.Verdict // how one unit comes in
	Tariff   tax.Tariff  // the row that applied; empty where the goods' code is not known
	Findings []pavilion.Finding
	Complete bool // no finding blocks: Shelf and Floor mean something
}

// BelowCost tells whether the price does not bring in what the goods cost.
func (s Sheet) BelowCost() bool { return s.Complete && s.Net.Minor() < s.FloorNet.Minor() }

// Step returns the step of a kind.
func (s Sheet) Step(k Kind) Step {
	for _, step := range s.Steps {
		if step.Kind == k {
			return step
		}
	}
	return Step{Kind: k}
}

// work is a sheet in the making.
type work struct {
	Sheet
	in   Input
	zero money.Money
}

// Work explains a price. What is missing or doubtful stands in the sheet's findings: blocks
// price.ex_works_missing, price.rate_missing {from, to}, price.weight_missing,
// price.code_missing, price.not_importable {verdict}; warns those of missing,
// price.weight_net, price.code_unconfirmed {code}, price.usual_rates, price.rate_old {from, to, days},
// price.tariff_old {until}, price.not_listed {code}, price.below_cost {floor}. Errors:
// Invalid tax.no_regime, price.shares when the shares leave nothing of a price, and those of
// money.
func Work(in Input) (Sheet, error) {
	w := &work{in: in, zero: money.New(0, in.Pack.Currency)}
	w.Sheet = Sheet{Market: in.Pack.Market, Route: in.Route, Channel: in.Channel, On: in.On, SKU: in.Goods.SKU, Complete: true, Cost: w.zero, Net: w.zero, Shelf: w.zero, Floor: w.zero, FloorNet: w.zero}
	regime, ok := in.Pack.Regime(in.Route, in.On)
	if !ok {
		return Sheet{}, pavilion.E(pavilion.Invalid, "tax.no_regime", pavilion.Args{"route": in.Route, "on": string(in.On)})
	}
	w.Payer = regime.Payer
	rates := w.rates(regime)
	if err := w.way(); err != nil {
		return Sheet{}, err
	}
	if w.Payer == tax.PayerImporter {
		if err := w.levied(regime, rates, w.Cost); err != nil {
			return Sheet{}, err
		}
	}
	if err := w.term(Warehouse); err != nil {
		return Sheet{}, err
	}
	if !w.Complete {
		return w.Sheet, nil
	}
	return w.Sheet, w.sell(regime, rates)
}

func (w *work) find(s pavilion.Severity, reason string, args pavilion.Args) {
	w.Findings = append(w.Findings, pavilion.Finding{Severity: s, Reason: reason, Args: args})
	if s == pavilion.Blocks {
		w.Complete = false
	}
}

// rates are what the state takes of the goods: of their code, or what is usual for their
// kind until somebody names it.
func (w *work) rates(regime tax.Regime) tax.Rates {
	if row, ok := w.in.Pack.Find(w.in.Goods.Code); ok {
		w.Tariff = row
		if !w.in.Goods.Confirmed {
			w.find(pavilion.Warns, "price.code_unconfirmed", pavilion.Args{"code": w.in.Goods.Code})
		}
		if regime.Listed && row.Listing == tax.NotListed {
			w.find(pavilion.Warns, "price.not_listed", pavilion.Args{"code": w.in.Goods.Code})
		}
		if !w.in.Pack.Edition.Current(w.On) {
			w.find(pavilion.Warns, "price.tariff_old", pavilion.Args{"until": w.in.Pack.Edition.Until})
		}
		return row.Rates(w.On)
	}
	rates, ok := w.in.Pack.UsualRates(w.in.Goods.Kind)
	if !ok || w.Payer == tax.PayerImporter { // nobody can guess a duty
		w.find(pavilion.Blocks, "price.code_missing", nil)
		return rates
	}
	w.find(pavilion.Warns, "price.usual_rates", nil)
	return rates
}

// missing is what is said where nobody said what a part costs.
var missing = map[Kind]string{
	Freight: "price.freight_missing", Insurance: "price.insurance_missing", Warehouse: "price.warehouse_missing",
	Commission: "price.commission_missing", Other: "price.other_missing", Margin: "price.margin_missing",
}

// way takes the goods from the factory to the border.
func (w *work) way() error {
	if _, ok := w.in.Terms[ExWorks]; !ok {
		w.find(pavilion.Blocks, "price.ex_works_missing", nil)
	}
	for _, k := range []Kind{ExWorks, Freight, Insurance} {
		if err := w.term(k); err != nil {
			return err
		}
	}
	return nil
}

// term adds a step that is a term: an amount for a unit or its weight, or a share of the
// cost so far.
func (w *work) term(k Kind) error {
	t, ok := w.in.Terms[k]
	step := Step{Kind: k, Amount: w.zero, Per: t.Per, Share: t.Share, Source: t.Source, Since: t.From, Term: t.ID, Missing: !ok}
	var err error
	switch {
	case !ok && k != ExWorks:
		w.find(pavilion.Warns, missing[k], nil)
	case !ok:
	case t.Per == Share:
		step.Amount, err = w.Cost.Scale(t.Share, money.HalfUp)
	default:
		err = w.stated(&step, t)
	}
	if err != nil {
		return err
	}
	return w.add(step)
}

// stated fills a step with an amount that may be of another currency.
func (w *work) stated(step *Step, t Term) error {
	amount := t.Amount
	if t.Per == Kilogram {
		weight, ok := w.weight()
		if !ok {
			w.find(pavilion.Blocks, "price.weight_missing", nil)
			return nil
		}
		var err error
		if amount, err = amount.Scale(weight, money.HalfUp); err != nil {
			return err
		}
	}
	if amount.Currency() == w.in.Pack.Currency {
		step.Amount = amount
		return nil
	}
	quoted, ok := w.in.Rates.Between(amount.Currency(), w.in.Pack.Currency)
	if !ok {
		w.find(pavilion.Blocks, "price.rate_missing", pavilion.Args{"from": string(amount.Currency()), "to": string(w.in.Pack.Currency)})
		return nil
	}
	if days := quoted.On.DaysUntil(w.On); days > oldRate {
		w.find(pavilion.Warns, "price.rate_old", pavilion.Args{"from": string(quoted.From), "to": string(quoted.To), "days": days})
	}
	step.Stated, step.Rate, step.Quoted = amount, quoted.Rate(amount.Currency()), quoted
	var err error
	step.Amount, err = step.Rate.Convert(amount, money.HalfUp)
	return err
}

// weight is what one unit weighs, in kilograms. Where the gross weight is not stated the net
// content stands for it, a millilitre for a gram: less than the truth, and said so once.
func (w *work) weight() (kilograms decimal.Decimal, ok bool) {
	if w.in.Goods.GrossWeight > 0 {
		return decimal.New(w.in.Goods.GrossWeight, -3), true
	}
	c := w.in.Goods.Content
	if c.Mark != "g" && c.Mark != "ml" || !c.Net.IsPositive() {
		return decimal.Zero, false
	}
	if !slices.ContainsFunc(w.Findings, func(f pavilion.Finding) bool { return f.Reason == "price.weight_net" }) {
		w.find(pavilion.Warns, "price.weight_net", nil)
	}
	return c.Net.Shift(-3), true
}

// add adds a step of the cost.
func (w *work) add(s Step) (err error) {
	w.Steps = append(w.Steps, s)
	w.Cost, err = w.Cost.Add(s.Amount)
	return err
}

// levied adds what the state takes of goods of a value.
func (w *work) levied(regime tax.Regime, rates tax.Rates, value money.Money) error {
	a, err := w.in.Pack.Quote(tax.Order{Route: w.in.Route, On: w.in.On, Lines: []tax.Line{{Unit: value, Quantity: 1, Rates: rates, Content: w.in.Goods.Content}}})
	if err != nil {
		return err
	}
	w.Verdict = a.Verdict
	if !a.Verdict.Taxed() {
		w.find(pavilion.Blocks, "price.not_importable", pavilion.Args{"verdict": string(a.Verdict)})
		return nil
	}
	for _, s := range w.taxes(regime, rates, a) {
		if w.Payer == tax.PayerImporter {
			if err := w.add(s); err != nil {
				return err
			}
		} else {
			w.Steps = append(w.Steps, s)
		}
	}
	return nil
}

// taxes are the steps of what the state takes of one unit.
func (w *work) taxes(regime tax.Regime, rates tax.Rates, a tax.Assessment) []Step {
	line, share, dutyShare := a.Lines[0], regime.Share, regime.DutyShare
	if a.Verdict == tax.Full {
		share, dutyShare = decimal.NewFromInt(1), decimal.NewFromInt(1)
	}
	duty := Step{Kind: Duty, Amount: line.Duty, Share: rates.Duty.Mul(dutyShare), Law: w.in.Pack.Edition.Source, Since: w.in.Pack.Edition.From, Mark: w.Tariff.Verified}
	if dutyShare.IsZero() {
		duty.Law, duty.Since, duty.Mark = regime.Source, regime.From, regime.Verified
	}
	vat := Step{Kind: VAT, Amount: line.VAT, Share: rates.VAT.Mul(share), Law: regime.Source, Since: regime.From, Mark: w.Tariff.Verified}
	if w.Tariff.Code == "" {
		vat.Mark = rules.Ours
	}
	steps := []Step{duty}
	for _, class := range w.in.Pack.Classes {
		if class.Key == rates.Consumption {
			c := Step{Kind: Consumption, Amount: line.Consumption, Share: class.Rate.Mul(share), Law: class.Source, Mark: class.Verified}
			if !line.HasConsumption {
				c.Share = decimal.Zero
			}
			if source, ok := w.in.Pack.Source(class.Source); ok {
				c.Since = source.From
			}
			steps = append(steps, c)
		}
	}
	return append(steps, vat)
}
