package catalog

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"strconv"
	"unicode/utf8"
)

// xmlReader pulls tokens out of one part of a workbook. It reads the XML that spreadsheet
// programs write and refuses the rest: no document types, no entities of one's own, UTF-8
// only, tags and texts no longer than maxToken. A token's bytes are valid until the next
// call of next, and memory does not grow with the part.
//
// encoding/xml reads the same and more, at a sixth of the speed; FuzzXMLReader compares the
// two on everything this one accepts.
type xmlReader struct {
	src  io.Reader
	buf  []byte // window on the part; buf[pos:] is unread
	pos  int
	eof  bool
	head bool // the beginning of the part was looked at

	raw   []byte // the token as it stands in the part; empty for the end of <a/>
	name  []byte // local name of a tag, without its prefix
	whole []byte // name of a tag as it stands
	attrs []xmlAttr
	text  []byte // of an xmlText, references resolved

	decoded []byte // scratch that text and attributes with references point into
	open    []byte // names of the open elements, one after the other
	opened  []int  // where each of them starts in open
	closing bool   // <a/>: the end comes next
}

// xmlToken says what next found.
type xmlToken uint8

const (
	xmlStart xmlToken = iota + 1
	xmlEnd
	xmlText
	xmlOther // declaration, comment, processing instruction
)

type xmlAttr struct {
	name  []byte // local name
	value []byte
}

const (
	maxToken = 256 << 10 // bytes; Excel allows a cell 32,767 characters
	maxDepth = 64        // open elements
)

var (
	errXMLSyntax   = errors.New("malformed XML")
	errXMLEncoding = errors.New("XML is not UTF-8")
	errXMLDoctype  = errors.New("XML has a document type")
	errXMLLong     = errors.New("XML token is too long")
)

func newXMLReader(src io.Reader) *xmlReader {
	return &xmlReader{src: src, buf: make([]byte, 0, 64<<10)}
}

// next reads a token. It returns io.EOF after the last one, and io.ErrUnexpectedEOF when
// the part ends inside an element.
func (x *xmlReader) next() (xmlToken, error) {
	if x.closing {
		x.closing, x.raw = false, nil
		x.close()
		return xmlEnd, nil
	}
	if !x.head {
		if err := x.start(); err != nil {
			return 0, err
		}
	}
	first, err := x.upTo(0, 1)
	if err != nil {
		if err == io.EOF && len(x.opened) > 0 {
			err = io.ErrUnexpectedEOF
		}
		return 0, err
	}
	if first[0] == '<' {
		return x.markup()
	}
	return x.characters()
}

// attr returns the value of an attribute of the start tag by its local name, or nil.
func (x *xmlReader) attr(name string) []byte {
	for i := range x.attrs {
		if string(x.attrs[i].name) == name {
			return x.attrs[i].value
		}
	}
	return nil
}

// prefix returns what stands before the local name of the tag, such as "x:", or "".
func (x *xmlReader) prefix() string { return string(x.whole[:len(x.whole)-len(x.name)]) }

// skip passes over the rest of the element whose start tag was read last.
func (x *xmlReader) skip() error {
	for depth := 1; depth > 0; {
		switch token, err := x.next(); {
		case err != nil:
			return err
		case token == xmlStart:
			depth++
		case token == xmlEnd:
			depth--
		}
	}
	return nil
}

// skipUnread passes over the rest of the element whose start tag was read last without
// looking at it, and leaves its end tag to next. The element must not have one of its own
// name inside.
func (x *xmlReader) skipUnread() error {
	if x.closing {
		return nil
	}
	end := append([]byte("</"), x.open[x.opened[len(x.opened)-1]:]...)
	for {
		rest := x.buf[x.pos:]
		if i := bytes.Index(rest, end); i >= 0 {
			x.pos += i
			return nil
		}
		x.pos += max(0, len(rest)-len(end)+1)
		if _, err := x.upTo(len(x.buf)-x.pos, 1); err != nil {
			return unexpected(err)
		}
	}
}

// start looks at the first bytes for a byte order mark.
func (x *xmlReader) start() error {
	x.head = true
	first, err := x.upTo(0, 4)
	switch {
	case err != nil && err != io.EOF:
		return err
	case bytes.HasPrefix(first, []byte("\xef\xbb\xbf")):
		x.pos += 3
	case bytes.HasPrefix(first, []byte("\xff\xfe")), bytes.HasPrefix(first, []byte("\xfe\xff")),
		bytes.IndexByte(first, 0) >= 0: // UTF-16 and UTF-32, with a mark or without
		return errXMLEncoding
	}
	return nil
}

// upTo returns the unread bytes after at least from+n of them are there. At the end of the
// part it returns what there is and io.EOF.
func (x *xmlReader) upTo(from, n int) ([]byte, error) {
	for len(x.buf)-x.pos < from+n {
		if x.eof {
			return x.buf[x.pos:], io.EOF
		}
		if x.pos > 0 {
			x.buf = x.buf[:copy(x.buf, x.buf[x.pos:])]
			x.pos = 0
		}
		if len(x.buf) == cap(x.buf) {
			if len(x.buf) >= maxToken {
				return nil, errXMLLong
			}
			x.buf = append(make([]byte, 0, 2*cap(x.buf)), x.buf...)
		}
		read, err := x.src.Read(x.buf[len(x.buf):cap(x.buf)])
		x.buf = x.buf[:len(x.buf)+read]
		if err == io.EOF {
			x.eof = true
		} else if err != nil {
			return nil, err
		}
	}
	return x.buf[x.pos:], nil
}

// through returns the unread bytes up to and including the first end at or after from, and
// moves behind them.
func (x *xmlReader) through(from int, end string) ([]byte, error) {
	for {
		rest := x.buf[x.pos:]
		if len(rest) > from {
			if i := bytes.Index(rest[from:], []byte(end)); i >= 0 {
				x.pos += from + i + len(end)
				return rest[:from+i+len(end)], nil
			}
			from = max(from, len(rest)-len(end)+1)
		}
		if _, err := x.upTo(len(rest), 1); err != nil {
			return nil, unexpected(err)
		}
	}
}

func unexpected(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

// markup reads what begins with "<".
func (x *xmlReader) markup() (xmlToken, error) {
	first, err := x.upTo(0, 9)
	if err != nil && err != io.EOF {
		return 0, err
	}
	switch {
	case bytes.HasPrefix(first, []byte("<!--")):
		x.raw, err = x.through(4, "-->")
		if err == nil && (!valid(x.raw) || bytes.Contains(x.raw[4:len(x.raw)-2], []byte("--"))) {
			err = errXMLSyntax
		}
		return xmlOther, err
	case bytes.HasPrefix(first, []byte("<![CDATA[")):
		if x.raw, err = x.through(9, "]]>"); err != nil {
			return 0, err
		}
		x.text, x.decoded = x.raw[9:len(x.raw)-3], x.decoded[:0]
		if len(x.opened) == 0 || !valid(x.text) {
			return 0, errXMLSyntax
		}
		return xmlText, nil
	case bytes.HasPrefix(first, []byte("<!")):
		return 0, errXMLDoctype
	case bytes.HasPrefix(first, []byte("<?")):
		if x.raw, err = x.through(2, "?>"); err != nil {
			return 0, err
		}
		return xmlOther, instruction(x.raw)
	}
	if x.raw, err = x.tag(); err != nil {
		return 0, err
	}
	if x.raw[1] == '/' {
		return xmlEnd, x.endTag(x.raw[2 : len(x.raw)-1])
	}
	return xmlStart, x.startTag(x.raw[1 : len(x.raw)-1])
}

// instruction checks a processing instruction; the XML declaration may name UTF-8 only.
func instruction(raw []byte) error {
	body := raw[2 : len(raw)-2]
	name, rest, ok := cutName(body)
	if !ok || len(rest) > 0 && len(trimSpace(rest)) == len(rest) || !valid(body) {
		return errXMLSyntax
	}
	if string(name) != "xml" {
		return nil
	}
	for rest = trimSpace(rest); len(rest) > 0; {
		said := declaration.FindSubmatch(rest)
		if said == nil {
			return errXMLSyntax
		}
		switch {
		case len(said[2]) > 0 && !bytes.EqualFold(unquoted(said[2]), []byte("utf-8")):
			return errXMLEncoding
		case len(said[1]) > 0 && string(unquoted(said[1])) != "1.0":
			return errXMLSyntax
		}
		rest = rest[len(said[0]):]
	}
	return nil
}

// declaration is one thing an XML declaration says: the version, the encoding, or whether the
// part stands alone.
var declaration = regexp.MustCompile(`^(?:version\s*=\s*('[\w.-]*'|"[\w.-]*")|encoding\s*=\s*('[\w.-]*'|"[\w.-]*")|standalone\s*=\s*(?:'\w*'|"\w*"))(?:\s+|$)`)

func unquoted(value []byte) []byte { return value[1 : len(value)-1] }

// tag reads a tag up to the ">" that is not inside quotes.
func (x *xmlReader) tag() ([]byte, error) {
	quote := byte(0)
	for i := 1; ; {
		rest := x.buf[x.pos:]
		for ; i < len(rest); i++ {
			switch c := rest[i]; {
			case quote != 0:
				if c == quote {
					quote = 0
				}
			case c == '"' || c == '\'':
				quote = c
			case c == '>':
				x.pos += i + 1
				if i < 2 {
					return nil, errXMLSyntax
				}
				return rest[:i+1], nil
			}
		}
		if _, err := x.upTo(len(rest), 1); err != nil {
			return nil, unexpected(err)
		}
	}
}

func (x *xmlReader) endTag(body []byte) error {
	name, rest, ok := cutName(body)
	if !ok || len(trimSpace(rest)) > 0 || len(x.opened) == 0 ||
		!bytes.Equal(name, x.open[x.opened[len(x.opened)-1]:]) {
		return errXMLSyntax
	}
	x.close()
	return nil
}

// close leaves the innermost element.
func (x *xmlReader) close() {
	last := len(x.opened) - 1
	x.whole = x.open[x.opened[last]:]
	x.open, x.opened = x.open[:x.opened[last]], x.opened[:last]
	x.name = local(x.whole)
}

func (x *xmlReader) startTag(body []byte) error {
	if body[len(body)-1] == '/' {
		body, x.closing = body[:len(body)-1], true
	}
	name, rest, ok := cutName(body)
	if !ok || len(x.opened) == maxDepth || !valid(rest) {
		return errXMLSyntax
	}
	x.opened = append(x.opened, len(x.open))
	x.open = append(x.open, name...)
	x.name, x.whole = local(name), name
	x.attrs, x.decoded = x.attrs[:0], x.decoded[:0]
	for {
		trimmed := trimSpace(rest)
		if len(trimmed) == 0 {
			return nil
		}
		if len(trimmed) == len(rest) {
			return errXMLSyntax // attributes stand apart
		}
		attr, rest2, err := x.attribute(trimmed)
		if err != nil {
			return err
		}
		x.attrs, rest = append(x.attrs, attr), rest2
	}
}

// attribute reads name="value" off the beginning of b.
func (x *xmlReader) attribute(b []byte) (xmlAttr, []byte, error) {
	name, rest, ok := cutName(b)
	rest = trimSpace(rest)
	if !ok || len(rest) == 0 || rest[0] != '=' {
		return xmlAttr{}, nil, errXMLSyntax
	}
	rest = trimSpace(rest[1:])
	if len(rest) == 0 || rest[0] != '"' && rest[0] != '\'' {
		return xmlAttr{}, nil, errXMLSyntax
	}
	value, rest, ok := bytes.Cut(rest[1:], rest[:1])
	if !ok || bytes.IndexByte(value, '<') >= 0 {
		return xmlAttr{}, nil, errXMLSyntax
	}
	value, err := x.resolve(value)
	return xmlAttr{local(name), value}, rest, err
}

// characters reads text up to the next "<".
func (x *xmlReader) characters() (xmlToken, error) {
	for from := 0; ; {
		rest := x.buf[x.pos:]
		end := bytes.IndexByte(rest[from:], '<')
		if end < 0 && !x.eof {
			from = len(rest)
			if _, err := x.upTo(from, 1); err != nil && err != io.EOF {
				return 0, err
			}
			continue
		}
		if end < 0 {
			end = len(rest) - from
		}
		x.raw = rest[:from+end]
		x.pos += len(x.raw)
		break
	}
	if !valid(x.raw) || bytes.Contains(x.raw, []byte("]]>")) {
		return 0, errXMLSyntax
	}
	if len(x.opened) == 0 { // around the root element only white space may stand
		if len(bytes.TrimSpace(x.raw)) > 0 {
			return 0, errXMLSyntax
		}
		return xmlOther, nil
	}
	var err error
	x.decoded = x.decoded[:0]
	x.text, err = x.resolve(x.raw)
	return xmlText, err
}

// resolve replaces the references in b; where there are none, it returns b itself.
func (x *xmlReader) resolve(b []byte) ([]byte, error) {
	if bytes.IndexByte(b, '&') < 0 {
		return b, nil
	}
	begin := len(x.decoded)
	for {
		before, after, found := bytes.Cut(b, []byte("&"))
		x.decoded = append(x.decoded, before...)
		if !found {
			return x.decoded[begin:], nil
		}
		reference, rest, ok := bytes.Cut(after, []byte(";"))
		r := resolveReference(reference)
		if !ok || r == 0 {
			return nil, errXMLSyntax
		}
		x.decoded = utf8.AppendRune(x.decoded, r)
		b = rest
	}
}

// resolveReference returns the character that &name; or &#number; stands for, or 0.
func resolveReference(name []byte) rune {
	switch string(name) {
	case "amp":
		return '&'
	case "lt":
		return '<'
	case "gt":
		return '>'
	case "quot":
		return '"'
	case "apos":
		return '\''
	}
	digits, base := "", 10
	if len(name) > 2 && name[0] == '#' && name[1] == 'x' {
		digits, base = string(name[2:]), 16
	} else if len(name) > 1 && name[0] == '#' {
		digits = string(name[1:])
	}
	n, err := strconv.ParseUint(digits, base, 31)
	if err != nil || !validRune(rune(n)) {
		return 0
	}
	return rune(n)
}

// cutName reads a name off the beginning of b, with a prefix or without. The names of
// spreadsheet XML are ASCII.
func cutName(b []byte) (name, rest []byte, ok bool) {
	start, prefixed := true, false
	for i, c := range b {
		switch {
		case start:
			if !nameStart(c) {
				return nil, b, false
			}
			start = false
		case c == ':' && !prefixed:
			start, prefixed = true, true
		case !nameByte(c):
			return b[:i], b[i:], true
		}
	}
	return b, nil, !start
}

func nameStart(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_'
}

func nameByte(c byte) bool {
	return nameStart(c) || c >= '0' && c <= '9' || c == '-' || c == '.'
}

// trimSpace drops the white space of XML off the beginning.
func trimSpace(b []byte) []byte {
	for len(b) > 0 && (b[0] == ' ' || b[0] == '\t' || b[0] == '\r' || b[0] == '\n') {
		b = b[1:]
	}
	return b
}

// local drops the prefix of a name.
func local(name []byte) []byte {
	if i := bytes.IndexByte(name, ':'); i >= 0 {
		return name[i+1:]
	}
	return name
}

// valid tells whether b is UTF-8 made of characters that XML allows.
func valid(b []byte) bool {
	for _, c := range b {
		if c < ' ' && c != '\t' && c != '\n' && c != '\r' {
			return false
		}
	}
	return utf8.Valid(b) && !bytes.Contains(b, []byte("\uFFFE")) && !bytes.Contains(b, []byte("\uFFFF"))
}

// validRune is the production Char of XML 1.0, section 2.2.
func validRune(r rune) bool {
	return r == '\t' || r == '\n' || r == '\r' ||
		r >= ' ' && r <= 0xD7FF || r >= 0xE000 && r <= 0xFFFD || r >= 0x10000 && r <= 0x10FFFF
}
