package catalog

import (
	"encoding/binary"
	"io"
	"os"

	"pavilion"
)

// sharedStrings are the texts that cells point to by number. A workbook may hold more of
// them than fit into memory, so they are laid down one after the other in a spill and read
// back in blocks. Programs number texts as they first meet them, row by row, and so a sheet
// asks for neighbours.
type sharedStrings struct {
	data   spill
	starts []int64 // offset of every blockStrings-th text
	size   int64   // offset behind the last one
	count  int

	blocks map[int][]string // the blocks read last
	cached int              // bytes in them
}

const (
	blockStrings     = 32
	maxSharedStrings = 16 << 20 // texts; more than a full sheet of our columns can use
	maxCachedBytes   = 1 << 20
)

// loadStrings reads the part with shared strings; a book without one has none. The caller
// closes them.
func (b *book) loadStrings() (*sharedStrings, error) {
	s := &sharedStrings{blocks: map[int][]string{}}
	if b.strings == "" || b.parts[b.strings] == nil {
		return s, nil
	}
	err := b.read(b.strings, func(x *xmlReader) error {
		var text []byte
		for {
			token, err := x.next()
			if err == io.EOF {
				return s.data.finish()
			}
			if err != nil {
				return err
			}
			if token != xmlStart || string(x.name) != "si" {
				continue
			}
			if text, err = readRichText(x, text[:0], maxCellBytes); err != nil {
				return err
			}
			if err := s.add(text); err != nil {
				return err
			}
		}
	})
	if err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

// readRichText appends the words of the element whose start tag was read last: of its <t>
// and of the <t> of its runs, without the pronunciation of Chinese characters. Text may grow
// to most bytes.
func readRichText(x *xmlReader, text []byte, most int) ([]byte, error) {
	inText := false
	for depth := 1; depth > 0; {
		token, err := x.next()
		if err != nil {
			return text, unexpected(err)
		}
		switch token {
		case xmlStart:
			if string(x.name) == "rPh" {
				if err := x.skip(); err != nil {
					return text, err
				}
				continue
			}
			depth++
			inText = string(x.name) == "t"
		case xmlEnd:
			depth--
			inText = false
		case xmlText:
			if !inText {
				continue
			}
			if text = append(text, x.text...); len(text) > most {
				return text, errXMLLong
			}
		}
	}
	return text, nil
}

func (s *sharedStrings) add(text []byte) error {
	if s.count == maxSharedStrings {
		return refuse("sheet.too_big", pavilion.Args{"megabytes": s.size >> 20, "limit": maxFileBytes >> 20})
	}
	if s.count%blockStrings == 0 {
		s.starts = append(s.starts, s.size)
	}
	s.count++
	var length [binary.MaxVarintLen32]byte
	n := binary.PutUvarint(length[:], uint64(len(text)))
	s.size += int64(n + len(text))
	if err := s.data.write(length[:n]); err != nil {
		return err
	}
	return s.data.write(text)
}

// get returns text number i, counted from 0.
func (s *sharedStrings) get(i int) (string, error) {
	if i < 0 || i >= s.count {
		return "", errXMLSyntax
	}
	number := i / blockStrings
	block, ok := s.blocks[number]
	if !ok {
		var err error
		if block, err = s.readBlock(number); err != nil {
			return "", err
		}
	}
	return block[i%blockStrings], nil
}

func (s *sharedStrings) readBlock(number int) ([]string, error) {
	from, to := s.starts[number], s.size
	if number+1 < len(s.starts) {
		to = s.starts[number+1]
	}
	raw := make([]byte, to-from)
	if err := s.data.readAt(raw, from); err != nil {
		return nil, err
	}
	all := string(raw)
	block := make([]string, 0, blockStrings)
	for len(all) > 0 {
		length, n := binary.Uvarint(raw[len(raw)-len(all):])
		block = append(block, all[n:n+int(length)]) //nolint:gosec // we wrote it, at most maxCellBytes
		all = all[n+int(length):]                   //nolint:gosec // as above
	}
	if s.cached += len(raw); s.cached > maxCachedBytes {
		clear(s.blocks)
		s.cached = len(raw)
	}
	s.blocks[number] = block
	return block, nil
}

func (s *sharedStrings) close() { s.data.close() }

// spill is a place to write once and then read from: memory while it is small, a temporary
// file when it grows. The zero spill is empty.
type spill struct {
	buf  []byte // what was written last; all of it while file is nil
	file *os.File
}

const maxSpillMemory = 1 << 20

func (s *spill) write(p []byte) error {
	s.buf = append(s.buf, p...)
	if len(s.buf) < maxSpillMemory {
		return nil
	}
	if s.file == nil {
		file, err := os.CreateTemp("", "pavilion-sheet-*")
		if err != nil {
			return err
		}
		s.file = file
	}
	return s.flush()
}

// finish must be called between the last write and the first readAt.
func (s *spill) finish() error {
	if s.file == nil {
		return nil
	}
	return s.flush()
}

func (s *spill) flush() error {
	_, err := s.file.Write(s.buf)
	s.buf = s.buf[:0]
	return err
}

func (s *spill) readAt(p []byte, offset int64) error {
	if s.file == nil {
		copy(p, s.buf[offset:])
		return nil
	}
	_, err := s.file.ReadAt(p, offset)
	return err
}

func (s *spill) close() {
	if s.file == nil {
		return
	}
	s.file.Close()           //nolint:errcheck // nobody reads it any more
	os.Remove(s.file.Name()) //nolint:errcheck // the system clears its temporary folder
}
