package catalog

import (
	"bufio"
	"encoding/xml"
	"io"
	"strings"
)

// edit looks at each token of a part that is copied. What it returns is written instead of
// the token; the token itself is x.raw.
type edit func(x *xmlReader, token xmlToken) ([]byte, error)

// rewrite copies a part of the book through an edit.
func (m *marking) rewrite(name string, do edit, done map[string]bool) error {
	w, err := m.create(name, done)
	if err != nil {
		return err
	}
	buffered := bufio.NewWriterSize(w, 64<<10)
	err = m.book.read(name, func(x *xmlReader) error {
		for tokens := 0; ; tokens++ {
			token, err := x.next()
			if err == io.EOF {
				return nil
			}
			if err == nil && tokens%10_000 == 0 {
				err = m.ctx.Err()
			}
			if err != nil {
				return err
			}
			out, err := do(x, token)
			if err != nil {
				return err
			}
			if _, err := buffered.Write(out); err != nil {
				return err
			}
		}
	})
	if err != nil {
		return err
	}
	return buffered.Flush()
}

// append copies a part with children added at the end of the element named parent. The
// children are written with the prefix that the parent has.
func (m *marking) append(name, parent string, children func(prefix string) string, done map[string]bool) error {
	return m.rewrite(name, func(x *xmlReader, token xmlToken) ([]byte, error) {
		return appendChildren(x, token, parent, children), nil
	}, done)
}

// appendChildren returns the token with the children before it where it ends the parent.
func appendChildren(x *xmlReader, token xmlToken, parent string, children func(prefix string) string) []byte {
	if string(x.name) != parent {
		return x.raw
	}
	switch {
	case token == xmlStart && x.closing: // <parent/> has to be opened
		return []byte(strings.TrimSuffix(string(x.raw), "/>") + ">")
	case token == xmlEnd && len(x.raw) == 0:
		return []byte(children(x.prefix()) + "</" + x.prefix() + parent + ">")
	case token == xmlEnd:
		return append([]byte(children(x.prefix())), x.raw...)
	}
	return x.raw
}

// withAttr returns the start tag with the attribute set to a value that needs no escape.
func withAttr(tag []byte, name, value string) []byte {
	_, rest, _ := cutName(tag[1:])
	out := append(make([]byte, 0, len(tag)+len(name)+len(value)+4), tag[:len(tag)-len(rest)]...)
	out = append(out, ' ')
	out = append(out, name...)
	out = append(out, '=', '"')
	out = append(out, value...)
	out = append(out, '"')
	return append(out, withoutAttr(rest, name)...)
}

// withoutAttr returns the attributes of a tag without the one of that name.
func withoutAttr(attrs []byte, name string) []byte {
	for at := 0; at < len(attrs); {
		spaces := len(attrs[at:]) - len(trimSpace(attrs[at:]))
		found, rest, ok := cutName(attrs[at+spaces:])
		if !ok {
			return attrs
		}
		value := trimSpace(trimSpace(rest)[1:]) // behind the "="; the reader saw that it is there
		end := 1
		for value[end] != value[0] {
			end++
		}
		next := len(attrs) - len(value) + end + 1
		if string(found) == name {
			return append(append([]byte{}, attrs[:at]...), attrs[next:]...)
		}
		at = next
	}
	return attrs
}

// escapeXML returns the words with what XML needs escaped; characters it does not allow are
// replaced.
func escapeXML(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) //nolint:errcheck // a Builder takes everything
	return b.String()
}
