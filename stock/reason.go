package stock

import (
	"slices"

	"pavilion"
)

// The reasons for an adjustment or a write-off: what stands as the cause of its movement.
const (
	ReasonDamage  = "damage"  // broken, torn, spoilt
	ReasonExpired = "expired" // past its date
	ReasonSample  = "sample"  // given to a laboratory, an authority or a fair
	ReasonLoss    = "loss"    // stolen or lost
	ReasonCount   = "count"   // a count found another number
	ReasonOther   = "other"   // the note says what
)

// Reasons are all reasons, in the order in which they are offered.
var Reasons = []string{ReasonDamage, ReasonExpired, ReasonSample, ReasonLoss, ReasonCount, ReasonOther}

// checkReason refuses a cause that is none of the reasons, and "other" without a note.
func checkReason(cause, note string) error {
	switch {
	case cause == "":
		return checkCause(cause)
	case !slices.Contains(Reasons, cause):
		return pavilion.E(pavilion.Invalid, "stock.reason_unknown", nil).At("cause")
	case cause == ReasonOther && note == "":
		return pavilion.E(pavilion.Invalid, "stock.note_missing", nil).At("note")
	}
	return nil
}
