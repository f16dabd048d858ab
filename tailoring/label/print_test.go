package label_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"image"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/oned"
	"github.com/makiuchi-d/gozxing/qrcode"

	"pavilion"
	"pavilion/pdf/pdftest"
	"pavilion/tailoring/label"
)

var made = time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC)

const dpi = 300

func scan(t *testing.T, img image.Image, reader gozxing.Reader) string {
	t.Helper()
	bitmap, err := gozxing.NewBinaryBitmapFromImage(img)
	if err != nil {
		t.Fatal(err)
	}
	got, err := reader.Decode(bitmap, map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_TRY_HARDER: true})
	if err != nil {
		t.Fatalf("scan: %v", err)
	}
	return got.GetText()
}

// TestPrintedLabelScansBack prints labels, looks at them as a scanner would, and measures the
// page: the label at true size with its bleed and marks around it.
func TestPrintedLabelScansBack(t *testing.T) {
	t.Parallel()
	p := pack(t)
	for _, size := range []label.Size{{Width: 70, Height: 120}, {Width: 120, Height: 70}, {Width: 48, Height: 190}} {
		t.Run(fmt.Sprintf("%g×%g", size.Width, size.Height), func(t *testing.T) {
			t.Parallel()
			in := chocolate()
			art, err := label.Draw(lay(t, p, in), size)
			if err != nil || len(art.Findings) > 0 {
				t.Fatalf("got %v %v, want no findings", err, art.Findings)
			}
			raw, err := art.PDF(in.Name, made)
			if err != nil {
				t.Fatal(err)
			}
			img := pdftest.Picture(t, raw, 1, dpi)
			const around = 10.0
			for _, side := range []struct {
				got  int
				want float64
			}{{img.Bounds().Dx(), size.Width + 2*around}, {img.Bounds().Dy(), size.Height + 2*around}} {
				if want := side.want / 25.4 * dpi; float64(side.got) < want-2 || float64(side.got) > want+2 {
					t.Errorf("page: got %d dots, want %.0f", side.got, want)
				}
			}
			if got := scan(t, img, oned.NewEAN13Reader()); got != in.GTIN {
				t.Errorf("barcode: got %q, want %q", got, in.GTIN)
			}
			if got := scan(t, img, qrcode.NewQRCodeReader()); got != in.PageURL {
				t.Errorf("code: got %q, want %q", got, in.PageURL)
			}
			for _, box := range []string{"/TrimBox", "/BleedBox"} {
				if !bytes.Contains(raw, []byte(box)) {
					t.Errorf("the page has no %s", box)
				}
			}
		})
	}
}

// TestLettersAreTallEnough measures what the edition asks for by the size of the package.
func TestLettersAreTallEnough(t *testing.T) {
	t.Parallel()
	p := pack(t)
	for _, test := range []struct {
		face     int64 // mm²
		net      string
		letters  float64
		netTall  float64
		ownLimit bool
	}{{0, "50", 1.8, 2, true}, {3600, "51", 1.8, 3, true}, {3500, "200", 0, 3, false}, {9000, "1000", 1.8, 4, true}, {9000, "1001", 1.8, 6, true}} {
		in := chocolate()
		in.FaceMM2, in.NetAmount = test.face, amount(test.net)
		art, err := label.Draw(lay(t, p, in), label.Size{Width: 55, Height: 60}) // too small for all: the smallest letters
		if err != nil {
			t.Fatal(err)
		}
		if art.LetterMM < test.letters || test.ownLimit && art.LetterMM > test.letters*1.1 {
			t.Errorf("a face of %d mm²: letters of %.2f mm, want %.1f", test.face, art.LetterMM, test.letters)
		}
		if art.NetMM < test.netTall {
			t.Errorf("%s g: figures of %.2f mm, want %.1f", test.net, art.NetMM, test.netTall)
		}
	}
}

// TestSheets prints as many labels as asked for, each with its own barcode.
func TestSheets(t *testing.T) {
	t.Parallel()
	in := chocolate()
	size := label.Size{Width: 70, Height: 120}
	art, err := label.Draw(lay(t, pack(t), in), size)
	if err != nil {
		t.Fatal(err)
	}
	if got := size.PerSheet(); got != 4 {
		t.Errorf("on a sheet: got %d, want 4", got)
	}
	raw, err := art.Sheet(in.Name, made, 5)
	if err != nil {
		t.Fatal(err)
	}
	if got := scan(t, pdftest.Picture(t, raw, 2, dpi), oned.NewEAN13Reader()); got != in.GTIN {
		t.Errorf("the fifth label: got %q, want %q", got, in.GTIN)
	}
	for _, count := range []int{0, -1, label.MostOnSheets + 1} {
		if _, err := art.Sheet(in.Name, made, count); err == nil {
			t.Errorf("%d labels: got no error", count)
		}
	}
	if got := (label.Size{Width: 250, Height: 100}).PerSheet(); got != 0 {
		t.Errorf("250 mm wide: got %d on a sheet, want none", got)
	}
}

func TestDrawRefusesSizes(t *testing.T) {
	t.Parallel()
	l := lay(t, pack(t), chocolate())
	for _, size := range []label.Size{{}, {Width: 10, Height: 50}, {Width: 50, Height: 1000}} {
		if _, err := label.Draw(l, size); pavilion.ReasonOf(err) != "label.size" {
			t.Errorf("%v: got %v, want label.size", size, err)
		}
	}
}

// TestSVGIsWellFormed parses the picture of a label with words that look like markup.
func TestSVGIsWellFormed(t *testing.T) {
	t.Parallel()
	in := chocolate()
	in.Storage = `避光<script>alert("1")</script>&贮存`
	art, err := label.Draw(lay(t, pack(t), in), label.Size{Width: 80, Height: 140})
	if err != nil {
		t.Fatal(err)
	}
	raw := art.SVG(in.Name + "<&>")
	d := xml.NewDecoder(bytes.NewReader(raw))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if e, is := token.(xml.StartElement); is && strings.EqualFold(e.Name.Local, "script") {
			t.Error("a script came through")
		}
	}
}
