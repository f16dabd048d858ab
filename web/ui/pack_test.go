package ui

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"

	"pavilion"
)

func TestIllustrateDrawsEveryPack(t *testing.T) {
	t.Parallel()
	for _, pack := range samplePacks {
		t.Run(pack.Seed, func(t *testing.T) {
			t.Parallel()
			var a, b bytes.Buffer
			if err := errors.Join(Illustrate(&a, pack), Illustrate(&b, pack)); err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(a.Bytes(), b.Bytes()) {
				t.Error("got two drawings of one pack, want the same bytes")
			}
			if z := len(zip(a.Bytes())); z > 8<<10 {
				t.Errorf("got %d bytes compressed, want at most 8 KiB", z)
			}
			if got := a.String(); !strings.Contains(got, "Illustration") || !strings.Contains(got, "示意图") {
				t.Error("the drawing does not say that it is one")
			}
			wellFormed(t, a.Bytes())
		})
	}
}

// wellFormed fails on a drawing that is not XML, holds a number that is none, or anything
// that could run or load.
func wellFormed(t *testing.T, svg []byte) {
	t.Helper()
	d := xml.NewDecoder(bytes.NewReader(svg))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		if e, ok := token.(xml.StartElement); ok {
			if e.Name.Local == "script" || e.Name.Local == "foreignObject" {
				t.Errorf("got element %s", e.Name.Local)
			}
			for _, a := range e.Attr {
				if strings.HasPrefix(a.Name.Local, "on") || strings.Contains(a.Value, "NaN") || strings.Contains(a.Value, "Inf") || a.Name.Local == "href" {
					t.Errorf("got %s=%q in %s", a.Name.Local, a.Value, e.Name.Local)
				}
			}
		}
	}
}

func TestIllustrateTellsNeighboursApart(t *testing.T) {
	t.Parallel()
	seen := map[string]string{}
	for _, pack := range samplePacks {
		var b bytes.Buffer
		if err := Illustrate(&b, pack); err != nil {
			t.Fatal(err)
		}
		if other, ok := seen[b.String()]; ok {
			t.Errorf("%s and %s look the same", pack.Seed, other)
		}
		seen[b.String()] = pack.Seed
	}
}

func TestIllustrateTrustsNoWords(t *testing.T) {
	t.Parallel()
	hostile := `"><script>alert(1)</script>&\x00` + strings.Repeat("Щ", 3000)
	for _, category := range []string{"chocolate", "chips", "skin-care", "household", "drinks", "", "unknown"} {
		var b bytes.Buffer
		pack := Pack{
			Brand: pavilion.Text{pavilion.Russian: hostile}, Name: pavilion.Text{pavilion.Russian: hostile, pavilion.Chinese: hostile},
			Category: category, Seed: hostile,
		}
		if err := Illustrate(&b, pack); err != nil {
			t.Fatal(err)
		}
		wellFormed(t, b.Bytes())
	}
}
