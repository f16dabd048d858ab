package catalog

import "pavilion"

// CheckUNP tells whether s is a payer number of Belarus (УНП).
func CheckUNP(s string) error {
	if len(s) != 9 {
		return pavilion.E(pavilion.Invalid, "unp.malformed", nil).At("tax_number")
	}
	return nil
}
