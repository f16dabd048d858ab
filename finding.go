package pavilion

// Severity says what a finding means for the thing it was found in.
type Severity string

const (
	Blocks  Severity = "blocks"  // the thing is refused until it is mended
	Warns   Severity = "warns"   // it is taken, but a person should look
	Informs Severity = "informs" // said once, nothing to do
)

// Finding is one remark of a check: what, how bad and where. The sentence is made at the
// edge, in the reader's language, from Reason and Args.
type Finding struct {
	Severity Severity
	Reason   string // machine word and message key, such as "gtin.check_digit"
	Field    string // the field of the business it is about, such as "gtin"
	Place    Place
	Args     Args
}

// Place is where in a workbook a finding stands. Row and Column count from 1; 0 means
// the whole sheet, row or column.
type Place struct {
	Sheet  string
	Row    int
	Column int
}
