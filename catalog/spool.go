package catalog

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"os"

	"pavilion"
)

// spool keeps rows between the two passes of an import, in a file that is gone when the
// import ends: a sheet is parsed once, and memory does not grow with it.
type spool struct {
	file *os.File
	w    *bufio.Writer
	json *json.Encoder
}

const spoolBuffer = 1 << 16

func newSpool() (*spool, error) {
	f, err := os.CreateTemp("", "pavilion-import-*")
	if err != nil {
		return nil, noSpool(err)
	}
	w := bufio.NewWriterSize(f, spoolBuffer)
	return &spool{f, w, json.NewEncoder(w)}, nil
}

func noSpool(err error) error {
	return pavilion.E(pavilion.Unavailable, "import.spool", pavilion.Args{"folder": os.TempDir()}).Because(err)
}

func (s *spool) close() error { return errors.Join(s.file.Close(), os.Remove(s.file.Name())) }

// add keeps a row, without its findings.
func (s *spool) add(row ProductRow) error {
	row.Findings = nil
	if err := s.json.Encode(row); err != nil {
		return noSpool(err)
	}
	return nil
}

// rows hands the kept rows to each, in the order in which they were added.
func (s *spool) rows(each func(ProductRow) error) (SheetInfo, error) {
	if err := s.w.Flush(); err != nil {
		return SheetInfo{}, noSpool(err)
	}
	if _, err := s.file.Seek(0, io.SeekStart); err != nil {
		return SheetInfo{}, noSpool(err)
	}
	for d := json.NewDecoder(bufio.NewReaderSize(s.file, spoolBuffer)); ; {
		var row ProductRow
		switch err := d.Decode(&row); {
		case errors.Is(err, io.EOF):
			return SheetInfo{}, nil
		case err != nil:
			return SheetInfo{}, noSpool(err)
		}
		if err := each(row); err != nil {
			return SheetInfo{}, err
		}
	}
}
