package catalog

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

// xmlEvents reads a part with the reader of our own into lines that say what came.
func xmlEvents(src io.Reader) ([]string, error) {
	x := newXMLReader(src)
	var all []string
	for {
		token, err := x.next()
		if err == io.EOF {
			return all, nil
		}
		if err != nil {
			return all, err
		}
		switch token {
		case xmlStart:
			event := "<" + string(x.name)
			for _, a := range x.attrs {
				event += " " + string(a.name) + "=" + newlines(string(a.value))
			}
			all = append(all, event)
		case xmlEnd:
			all = append(all, "/"+string(x.name))
		case xmlText:
			all = appendText(all, newlines(string(x.text)))
		case xmlOther:
		}
	}
}

// stdEvents reads the same with encoding/xml.
func stdEvents(src io.Reader) ([]string, error) {
	d := xml.NewDecoder(src)
	var all []string
	depth := 0
	for {
		token, err := d.RawToken()
		if err == io.EOF {
			return all, nil
		}
		if err != nil {
			return all, err
		}
		switch t := token.(type) {
		case xml.StartElement:
			depth++
			event := "<" + t.Name.Local
			for _, a := range t.Attr {
				event += " " + a.Name.Local + "=" + newlines(a.Value)
			}
			all = append(all, event)
		case xml.EndElement:
			depth--
			all = append(all, "/"+t.Name.Local)
		case xml.CharData:
			if depth > 0 {
				all = appendText(all, newlines(string(t)))
			}
		}
	}
}

// newlines makes the ends of lines alike: encoding/xml does so, and for a cell every white
// space is a space.
func newlines(s string) string {
	return strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
}

// appendText joins text that came in pieces.
func appendText(all []string, text string) []string {
	if last := len(all) - 1; last >= 0 && strings.HasPrefix(all[last], "=") {
		all[last] += text
		return all
	}
	if text == "" {
		return all
	}
	return append(all, "="+text)
}

func TestXMLReader(t *testing.T) {
	t.Parallel()
	const part = "\xef\xbb\xbf<?xml version='1.0' encoding=\"UTF-8\"?>\r\n<!-- a > b --><x:a r:id='1' b=\"&lt;&#x416;>\"><c/>один &amp; два<![CDATA[<три>]]><d ></d >\n</x:a>\n"
	want := []string{"<a id=1 b=<Ж>", "<c", "/c", "=один & два<три>", "<d", "/d", "=\n", "/a"}
	for name, src := range map[string]io.Reader{"whole": strings.NewReader(part), "byte by byte": iotest.OneByteReader(strings.NewReader(part))} {
		got, err := xmlEvents(src)
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%s: error %v, events (-want +got):\n%s", name, err, diff)
		}
	}
}

func TestXMLReaderRefuses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		part string
		want error
	}{
		{"<a>", io.ErrUnexpectedEOF},
		{"<a", io.ErrUnexpectedEOF},
		{"<a></b>", errXMLSyntax},
		{"<a x=1/>", errXMLSyntax},
		{"<a x='1'y='2'/>", errXMLSyntax},
		{"<a>&nbsp;</a>", errXMLSyntax},
		{"<a>&#0;</a>", errXMLSyntax},
		{"<a>\x01</a>", errXMLSyntax},
		{"<a>\xff</a>", errXMLSyntax},
		{"<a/>b", errXMLSyntax},
		{"</a>", errXMLSyntax},
		{"<a>]]></a>", errXMLSyntax},
		{"<!DOCTYPE a><a/>", errXMLDoctype},
		{"<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>", errXMLDoctype},
		{"\xff\xfe<\x00a\x00/\x00>\x00", errXMLEncoding},
		{"<\x00a\x00/\x00>\x00", errXMLEncoding},
		{"<?xml version='1.0' encoding='windows-1251'?><a/>", errXMLEncoding},
		{"<?xml version='1,0'?><a/>", errXMLSyntax},
		{"<?xml version='1.1'?><a/>", errXMLSyntax},
		{"<?xml version='1.0' encoding?><a/>", errXMLSyntax},
		{"<a>" + strings.Repeat("b", maxToken) + "</a>", errXMLLong},
		{"<a b='" + strings.Repeat("b", maxToken) + "'/>", errXMLLong},
		{strings.Repeat("<a>", maxDepth+1), errXMLSyntax},
	} {
		if _, err := xmlEvents(strings.NewReader(c.part)); !errors.Is(err, c.want) {
			t.Errorf("%.40q: got error %v, want %v", c.part, err, c.want)
		}
	}
}

// FuzzXMLReader holds that what this reader accepts, encoding/xml reads the same.
func FuzzXMLReader(f *testing.F) {
	for _, seed := range []string{
		"<a/>", "<?xml version=\"1.0\" encoding=\"UTF-8\"?><x:a b='c&amp;d'>e<!-- f --><![CDATA[g]]></x:a>", "<a>&#65;&#x42;]]</a>", "<a b = \"c\" />\r\n",
		"<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c></row>",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, part []byte) {
		got, err := xmlEvents(bytes.NewReader(part))
		if err != nil {
			return
		}
		want, err := stdEvents(bytes.NewReader(part))
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("encoding/xml: error %v, events (-want +got):\n%s", err, diff)
		}
	})
}
