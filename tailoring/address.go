package tailoring

import (
	"net/url"

	"pavilion"
)

// LabelPath is where the label of a SKU stands in words, below the address of the shop. Codes
// on packages lead there for as long as the goods lie on shelves, so it stays as it is.
func LabelPath(sku pavilion.SKUID) string { return "/label/" + string(sku) }

// mostLotCode is how long a lot's code may be in an address: a small square of dots holds no more.
const mostLotCode = 64

// LotLabelPath is the same for units of a lot, by the code printed on them: the label with its
// dates. A code too long for that leads to the label without.
func LotLabelPath(sku pavilion.SKUID, code string) string {
	code = url.QueryEscape(code)
	if len(code) > mostLotCode {
		return LabelPath(sku)
	}
	return LabelPath(sku) + "?lot=" + code
}
