package tailoring

import "pavilion"

// LabelPath is where the label of a SKU stands in words, below the address of the shop. Codes
// on packages lead there for as long as the goods lie on shelves, so it stays as it is.
func LabelPath(sku pavilion.SKUID) string { return "/label/" + string(sku) }

// LotLabelPath is the same for units of a lot: the label with its dates.
func LotLabelPath(sku pavilion.SKUID, lot pavilion.LotID) string {
	return LabelPath(sku) + "?lot=" + string(lot)
}
