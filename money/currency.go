package money

import "strings"

// Currency is an alphabetic code of ISO 4217, such as "CNY".
type Currency string

// The currencies that the code itself names; every other code of [Currency.Known] works the
// same way.
const (
	BYN Currency = "BYN" // Belarusian rouble
	CNY Currency = "CNY" // renminbi
	EUR Currency = "EUR"
	RUB Currency = "RUB" // Russian rouble
	USD Currency = "USD"
)

// withDigits lists the circulating codes of ISO 4217 by the number of digits of their minor
// unit. Funds codes, precious metals and test codes are left out: nothing is sold in them.
var withDigits = map[int]string{
	0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF",
	2: "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD " +
		"CAD CDF CHF CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP " +
		"GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD " +
		"LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB " +
		"PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC " +
		"SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VES WST XCD YER ZAR ZMW",
	3: "BHD IQD JOD KWD LYD OMR TND",
}

var digitsOf = func() map[Currency]int {
	m := map[Currency]int{}
	for digits, codes := range withDigits {
		for code := range strings.FieldsSeq(codes) {
			m[Currency(code)] = digits
		}
	}
	return m
}()

// Known tells whether the code is a circulating currency of ISO 4217.
func (c Currency) Known() bool { _, ok := digitsOf[c]; return ok }

// Digits is how many decimal digits the minor unit has: 2 for CNY, 0 for JPY, and 2 for a
// code that is not known.
func (c Currency) Digits() int {
	if n, ok := digitsOf[c]; ok {
		return n
	}
	return 2
}
