package db

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"strconv"
	"unicode/utf8"

	"pavilion"
)

// The form of a backup: gzip (RFC 1952) of lines of JSON (RFC 8259).
//
//	{"format":"pavilion backup 1","schema":7,…,"tables":[{"name":"brand","columns":[…],"rows":2},…]}
//	["brn_1","Коммунарка",1,null,{"bytes":"AAE="}]
//	["brn_2","Spartak",0,1657072800000000,{"bytes":""}]
//	{"sealed":"brand","sha256":"…of every byte before this line…"}
//
// and so on for each table of the first line, in its order, which is one in which a table
// stands after those it refers to. Whole numbers and text are themselves, true and false
// are 1 and 0; bytes, and text that is not UTF-8, are base64. Because the first line counts
// the rows and each seal covers everything before it, a file that was cut or changed does
// not fit together any more.
const dumpFormat = "pavilion backup 1"

const (
	maxHead = 1 << 20   // bytes of the first line and of a seal
	maxRow  = 256 << 20 // bytes of a row
)

// manifest is the first line.
type manifest struct {
	Format  string  `json:"format"`
	Schema  int64   `json:"schema"` // the last migration
	Engine  Engine  `json:"engine"` // for people
	TakenAt string  `json:"taken_at"`
	Tables  []table `json:"tables"`
}

func (m manifest) rows() (n int64) {
	for _, t := range m.Tables {
		n += t.Rows
	}
	return n
}

// table is a table of the database or of a backup.
type table struct {
	Name    string   `json:"name"`
	Columns []column `json:"columns"`
	Rows    int64    `json:"rows"`
}

// column has its type in SQLite's words: integer, text or blob.
type column struct {
	Name string `json:"name"`
	Type string `json:"type"`
	flag bool   // PostgreSQL only: a boolean, which takes no numbers
}

// seal is the line after the rows of a table.
type seal struct {
	Sealed string `json:"sealed"`
	SHA256 string `json:"sha256"`
}

// bytesCell and textCell are values that JSON has no form of its own for.
type (
	bytesCell struct {
		Bytes []byte `json:"bytes"`
	}
	textCell struct {
		Text []byte `json:"text"`
	}
)

// dumpWriter writes a backup.
type dumpWriter struct {
	zip  *gzip.Writer
	sum  hash.Hash
	line bytes.Buffer
	json *json.Encoder // into line
}

func newDumpWriter(w io.Writer) *dumpWriter {
	zip, err := gzip.NewWriterLevel(w, gzip.BestSpeed)
	if err != nil {
		panic(err) // only a level that does not exist
	}
	d := &dumpWriter{zip: zip, sum: sha256.New()}
	d.json = json.NewEncoder(&d.line)
	d.json.SetEscapeHTML(false)
	return d
}

func (d *dumpWriter) manifest(m manifest) error { return d.write(m) }

// row writes the values of one row; it may change values.
func (d *dumpWriter) row(values []any) error {
	for i, v := range values {
		switch v := v.(type) {
		case nil, int64:
		case bool:
			values[i] = int64(0)
			if v {
				values[i] = int64(1)
			}
		case []byte:
			if v == nil { // SQLite's driver gives nil for no bytes
				v = []byte{}
			}
			values[i] = bytesCell{v}
		case string:
			if !utf8.ValidString(v) {
				values[i] = textCell{[]byte(v)}
			}
		default:
			return fmt.Errorf("column %d holds a %T", i+1, v)
		}
	}
	return d.write(values)
}

func (d *dumpWriter) seal(name string) error {
	return d.write(seal{name, hex.EncodeToString(d.sum.Sum(nil))})
}

func (d *dumpWriter) write(line any) error {
	d.line.Reset()
	if err := d.json.Encode(line); err != nil { // and a line feed
		return err
	}
	if d.line.Len() > maxRow {
		return fmt.Errorf("a row has %d bytes, more than a backup takes", d.line.Len())
	}
	d.sum.Write(d.line.Bytes())
	_, err := d.zip.Write(d.line.Bytes())
	return err
}

func (d *dumpWriter) close() error { return d.zip.Close() }

// dumpReader reads a backup and trusts nothing in it. Every error is Invalid: db.backup_foreign
// when the file is something else, db.backup_damaged when it does not fit together.
type dumpReader struct {
	in   *bufio.Reader
	sum  hash.Hash
	line []byte // the last line, reused
}

func openDump(r io.Reader) (*dumpReader, error) {
	zip, err := gzip.NewReader(r)
	if err != nil {
		return nil, foreign(err)
	}
	return readDump(zip), nil
}

// readDump reads the lines of a backup that is not packed.
func readDump(r io.Reader) *dumpReader {
	return &dumpReader{in: bufio.NewReaderSize(r, 64<<10), sum: sha256.New()}
}

func foreign(err error) error {
	return pavilion.E(pavilion.Invalid, "db.backup_foreign", nil).Because(err)
}

func damaged(err error) error {
	return pavilion.E(pavilion.Invalid, "db.backup_damaged", nil).Because(err)
}

// manifest reads the first line.
func (d *dumpReader) manifest() (m manifest, err error) {
	if err := d.next(maxHead); err != nil {
		return m, foreign(err)
	}
	if err := json.Unmarshal(d.line, &m); err != nil {
		return m, foreign(err)
	}
	if m.Format != dumpFormat || m.Schema < 1 || len(m.Tables) == 0 {
		return m, foreign(fmt.Errorf("format %q, schema %d, %d tables", m.Format, m.Schema, len(m.Tables)))
	}
	for _, t := range m.Tables {
		if t.Rows < 0 {
			return m, damaged(fmt.Errorf("table %q has %d rows", t.Name, t.Rows))
		}
	}
	return m, nil
}

// row reads the values of one row: nil, int64, string or []byte. It returns them with the
// length of the line in bytes.
func (d *dumpReader) row(columns []column) ([]any, int, error) {
	if err := d.next(maxRow); err != nil {
		return nil, 0, damaged(err)
	}
	cells := make([]cell, 0, len(columns))
	if err := json.Unmarshal(d.line, &cells); err != nil {
		return nil, 0, damaged(err)
	}
	if len(cells) != len(columns) {
		return nil, 0, damaged(fmt.Errorf("%d values for %d columns", len(cells), len(columns)))
	}
	values := make([]any, len(cells))
	for i, c := range cells {
		if err := c.fits(columns[i]); err != nil {
			return nil, 0, damaged(err)
		}
		values[i] = c.value
	}
	return values, len(d.line), nil
}

// seal reads the line after the rows of a table.
func (d *dumpReader) seal(name string) error {
	sum := hex.EncodeToString(d.sum.Sum(nil))
	if err := d.next(maxHead); err != nil {
		return damaged(err)
	}
	var s seal
	if err := json.Unmarshal(d.line, &s); err != nil {
		return damaged(err)
	}
	if s.Sealed != name || s.SHA256 != sum {
		return damaged(fmt.Errorf("the checksum of table %q does not fit", name))
	}
	return nil
}

// end makes sure that nothing follows.
func (d *dumpReader) end() error {
	if _, err := d.in.ReadByte(); !errors.Is(err, io.EOF) {
		return damaged(errors.Join(errors.New("something follows the last table"), err))
	}
	return nil
}

// next reads a line of at most limit bytes into d.line.
func (d *dumpReader) next(limit int) error {
	d.line = d.line[:0]
	for {
		part, err := d.in.ReadSlice('\n')
		if len(d.line)+len(part) > limit {
			return errors.New("a line is too long")
		}
		d.line = append(d.line, part...)
		switch {
		case err == nil:
			d.sum.Write(d.line)
			return nil
		case errors.Is(err, io.EOF):
			return io.ErrUnexpectedEOF
		case !errors.Is(err, bufio.ErrBufferFull):
			return err
		}
	}
}

// cell is one value of a row as it is read.
type cell struct{ value any }

// UnmarshalJSON reads null, a whole number, text, bytes, or text in base64.
func (c *cell) UnmarshalJSON(text []byte) error {
	switch text[0] {
	case 'n':
		c.value = nil
		return nil
	case '"':
		var s string
		err := json.Unmarshal(text, &s)
		c.value = s
		return err
	case '{':
		var v struct{ Bytes, Text *[]byte }
		if err := json.Unmarshal(text, &v); err != nil {
			return err
		}
		switch {
		case v.Bytes != nil && v.Text == nil:
			c.value = *v.Bytes
		case v.Text != nil && v.Bytes == nil:
			c.value = string(*v.Text)
		default:
			return errors.New("a value has no known form")
		}
		return nil
	default:
		n, err := strconv.ParseInt(string(text), 10, 64)
		c.value = n
		return err
	}
}

// fits tells whether the column can hold the value.
func (c cell) fits(in column) error {
	ok := true
	switch c.value.(type) {
	case int64:
		ok = in.Type == "integer"
	case string:
		ok = in.Type == "text"
	case []byte:
		ok = in.Type == "blob"
	}
	if !ok {
		return fmt.Errorf("column %q of type %s holds a %T", in.Name, in.Type, c.value)
	}
	return nil
}
