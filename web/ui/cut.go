package ui

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"hash/crc32"
	"io"
	"net/http"
	"strconv"
	"sync"
)

// basketMark stands in a drawn page where the reader's basket count goes.
const basketMark = "<!--basket-->"

// cut is a page cut into pieces at its basket marks. Each piece is also kept compressed, as
// a run of deflate blocks that ends on a whole byte; so a compressed page with a count in it
// is made by laying pieces and counts side by side, and nothing is compressed again.
type cut struct {
	pieces [][]byte
	zipped [][]byte
	length int    // of all pieces
	whole  []byte // the compressed page with nothing at its marks
}

// gzipHeader is the ten bytes before the data: no name, no time, unknown system.
var gzipHeader = []byte{0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255}

// cutPage prepares a page.
func cutPage(page []byte) cut {
	c := cut{pieces: bytes.Split(bytes.Clone(page), []byte(basketMark))}
	for i, piece := range c.pieces {
		c.length += len(piece)
		c.zipped = append(c.zipped, deflated(piece, i == len(c.pieces)-1))
	}
	var b bytes.Buffer
	c.zip(&b, "")
	c.whole = b.Bytes()
	return c
}

// deflated compresses a piece. All but the last end in a flush to a whole byte.
func deflated(piece []byte, last bool) []byte {
	var b bytes.Buffer
	z, err := flate.NewWriter(&b, 6)
	if err == nil {
		_, err = z.Write(piece)
	}
	if err == nil && last {
		err = z.Close()
	} else if err == nil {
		err = z.Flush()
	}
	if err != nil {
		panic(err) // neither the level nor a buffer fails
	}
	return b.Bytes()
}

func (c cut) marks() int { return len(c.pieces) - 1 }

// size is the memory the page takes.
func (c cut) size() int {
	n := c.length + len(c.whole)
	for _, z := range c.zipped {
		n += len(z)
	}
	return n
}

// send writes the page with the tally at each mark.
func (c cut) send(w http.ResponseWriter, tally string) {
	w.Header().Set("Content-Length", strconv.Itoa(c.length+c.marks()*len(tally)))
	for i, piece := range c.pieces {
		if i > 0 && tally != "" {
			io.WriteString(w, tally)
		}
		w.Write(piece)
	}
}

// sendZipped writes the compressed page with the tally at each mark.
func (c cut) sendZipped(w http.ResponseWriter, tally string) {
	if tally == "" {
		w.Header().Set("Content-Length", strconv.Itoa(len(c.whole)))
		w.Write(c.whole)
		return
	}
	buf := buffers.Get().(*bytes.Buffer)
	defer giveBack(buf)
	c.zip(buf, tally)
	w.Header().Set("Content-Length", strconv.Itoa(buf.Len()))
	w.Write(buf.Bytes())
}

// zip writes the gzip file: header, pieces and tallies, checksum and length. RFC 1952.
func (c cut) zip(b *bytes.Buffer, tally string) {
	b.Write(gzipHeader)
	var sum uint32
	for i := range c.pieces {
		if i > 0 && tally != "" {
			// A stored block: type in one byte, length and its complement. RFC 1951, 3.2.4.
			n := uint16(len(tally))
			b.Write([]byte{0, byte(n), byte(n >> 8), byte(^n), byte(^n >> 8)})
			b.WriteString(tally)
			sum = crc32.Update(sum, crc32.IEEETable, []byte(tally))
		}
		b.Write(c.zipped[i])
		sum = crc32.Update(sum, crc32.IEEETable, c.pieces[i])
	}
	var tail [8]byte
	binary.LittleEndian.PutUint32(tail[:4], sum)
	binary.LittleEndian.PutUint32(tail[4:], uint32(c.length+c.marks()*len(tally)))
	b.Write(tail[:])
}

// buffers are for drawing pages. A buffer that grew very large is not kept.
var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

func giveBack(b *bytes.Buffer) {
	if b.Cap() <= 1<<20 {
		b.Reset()
		buffers.Put(b)
	}
}
