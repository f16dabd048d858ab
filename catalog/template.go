package catalog

import (
	"io"

	"pavilion"
)

// Template writes an empty workbook that ReadSheet understands, with headings and hints in
// the language.
func Template(w io.Writer, lang pavilion.Lang) error {
	return pavilion.E(pavilion.Internal, "template.unwritten", nil)
}
