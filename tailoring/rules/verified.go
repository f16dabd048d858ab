package rules

// Verified says how sure a fact of a pack is. It goes with the fact to the screen.
type Verified string

// How a fact came into a pack.
const (
	Seen     Verified = "seen"     // read in the law, the standard or the platform's own document
	Recalled Verified = "recalled" // known to the trade, not read in its source
	Ours     Verified = "ours"     // decided or translated by the pavilion
)

// Known tells whether the mark is one of the three.
func (v Verified) Known() bool { return v == Seen || v == Recalled || v == Ours }
