package api

import (
	"github.com/shopspring/decimal"

	"pavilion"
	"pavilion/catalog"
	"pavilion/money"
)

type amount struct {
	Amount   string `json:"amount" pattern:"^[0-9]{1,15}(\\.[0-9]{1,4})?$" patternDescription:"an amount such as 26.80" example:"26.80" doc:"Decimal with a point, in the currency's main unit."`
	Currency string `json:"currency" pattern:"^[A-Z]{3}$" patternDescription:"three capital letters" example:"CNY" doc:"ISO 4217."`
}

func amountOf(m money.Money) amount { return amount{m.Decimal(), string(m.Currency())} }

// money reads the amount. Errors: those of money.Parse, and Invalid api.currency when it is
// not in the currency of the shop.
func (a amount) money(shop money.Currency) (money.Money, error) {
	if money.Currency(a.Currency) != shop {
		return money.Money{}, pavilion.E(pavilion.Invalid, "api.currency", pavilion.Args{"currency": string(shop)}).At("currency")
	}
	return money.Parse(a.Amount, shop)
}

type measure struct {
	Value string       `json:"value" pattern:"^[0-9]{1,9}(\\.[0-9]{1,3})?$" patternDescription:"a decimal such as 1.5" example:"90" doc:"Decimal with a point, in the unit."`
	Unit  catalog.Unit `json:"unit"`
}

// measureOf is the measure, nil if it is not stated.
func measureOf(m catalog.Measure) *measure {
	if m == (catalog.Measure{}) {
		return nil
	}
	return &measure{decimal.New(m.Milli, -3).String(), m.Unit}
}
