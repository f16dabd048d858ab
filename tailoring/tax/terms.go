package tax

import (
	"github.com/shopspring/decimal"

	"pavilion"
	"pavilion/money"
)

// Terms are what was decided about the tax of a line: enough to work out what fewer units of
// it bear, when the rates of the day are others.
type Terms struct {
	Relief      bool            `json:"relief"` // each tax is taken by its share, see [Regime]
	Duty        decimal.Decimal `json:"duty"`
	Consumption decimal.Decimal `json:"consumption"` // zero unless the goods were dear enough
	VAT         decimal.Decimal `json:"vat"`
	DutyShare   decimal.Decimal `json:"duty_share"`
	Share       decimal.Decimal `json:"share"`
}

func termsOf(rates Rates, class Consumption, r Regime, v Verdict, dear bool) Terms {
	t := Terms{Relief: v == Reduced, Duty: rates.Duty, VAT: rates.VAT, DutyShare: r.DutyShare, Share: r.Share}
	if dear {
		t.Consumption = class.Rate
	}
	return t
}

// Asked tells whether the line was looked at: a line nobody pays tax on was not.
func (t LineTax) Asked() bool { return t.Dutiable.Currency() != "" }

// WithoutFreight is what the line bears for its goods alone.
func (t LineTax) WithoutFreight() (LineTax, error) {
	t.Dutiable, t.FreightShare = t.Value, money.New(0, t.Value.Currency())
	err := t.levy()
	return t, err
}

// Left is what a line bears when only some of its units stay, of those it was ordered with.
// It keeps its share of freight while any of it stays, and its terms; so returns in several
// steps come to the same as at once, and a line that is gone bears nothing. Error: Invalid
// tax.malformed at "returned".
func (t LineTax) Left(quantity, ordered int64) (LineTax, error) {
	if quantity < 0 || ordered < 1 || quantity > ordered {
		return LineTax{}, pavilion.E(pavilion.Invalid, "tax.malformed", nil).At("returned")
	}
	zero := money.New(0, t.Value.Currency())
	if quantity == 0 {
		return LineTax{Value: zero, FreightShare: zero, DiscountShare: zero, Dutiable: zero, Duty: zero, Consumption: zero, VAT: zero, Tax: zero, Terms: t.Terms}, nil
	}
	var err error
	t.Value = money.New(t.Value.Minor()/ordered*quantity, t.Value.Currency()) // a price times a quantity divides exactly
	if t.Dutiable, err = t.Value.Add(t.FreightShare); err != nil {
		return LineTax{}, err
	}
	err = t.levy()
	return t, err
}
