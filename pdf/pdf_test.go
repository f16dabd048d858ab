package pdf_test

import (
	"bytes"
	"fmt"
	"image"
	"math"
	"os"
	"path/filepath"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/BurntSushi/toml"
	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/oned"
	"github.com/makiuchi-d/gozxing/qrcode"

	"pavilion/pdf"
	"pavilion/pdf/pdftest"
)

const dpi = 150

var made = time.Date(2022, 7, 6, 2, 0, 0, 0, time.UTC)

// draw prints one page and returns its picture as a printer would show it.
func draw(t *testing.T, size pdf.Size, print func(d *pdf.Document)) image.Image {
	t.Helper()
	d, err := pdf.New(size, "test", made)
	if err != nil {
		t.Fatal(err)
	}
	d.Page()
	print(d)
	raw, err := d.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return pdftest.Picture(t, raw, 1, dpi)
}

// ink is the picture of a rectangle in millimetres as a string: one for dark, nought for
// light.
func ink(img image.Image, x, y, width, height float64) string {
	px := func(mm float64) int { return int(math.Round(mm / 25.4 * dpi)) }
	var b bytes.Buffer
	for py := px(y); py < px(y+height); py++ {
		for qx := px(x); qx < px(x+width); qx++ {
			r, g, bl, _ := img.At(qx, py).RGBA()
			if r+g+bl < 3*0x8000 {
				b.WriteByte('1')
			} else {
				b.WriteByte('0')
			}
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// TestEveryLetterHasItsOwnPicture prints letters side by side and looks at the picture:
// boxes would be all alike, and nothing would be empty.
func TestEveryLetterHasItsOwnPicture(t *testing.T) {
	t.Parallel()
	const cell = 48 * 25.4 / dpi // whole dots, so that equal letters have equal pictures
	for _, letters := range []string{"1kg450мл.L²", "ЎўІіЁёЯЖщъ№«", "巧克力牛奶亚麻白俄罗斯，。（", "堃喆珺镕昇", "ąčęėįšž€ß"} {
		t.Run(letters, func(t *testing.T) {
			t.Parallel()
			img := draw(t, pdf.A4, func(d *pdf.Document) {
				for i, r := range []rune(letters) {
					d.Text(cell*float64(i+1), 20, 14, pdf.Regular, string(r))
				}
			})
			seen := map[string]rune{}
			for i, r := range []rune(letters) {
				got := ink(img, cell*float64(i+1)-1, 12, cell, 11)
				if !bytes.Contains([]byte(got), []byte("1")) {
					t.Errorf("%q: printed nothing", r)
				}
				if other, twice := seen[got]; twice {
					t.Errorf("%q looks like %q", r, other)
				}
				seen[got] = r
			}
		})
	}
}

// TestMissingLettersAreNumbers prints a character no font has, and the number it stands for
// must look the same.
func TestMissingLettersAreNumbers(t *testing.T) {
	t.Parallel()
	img := draw(t, pdf.A4, func(d *pdf.Document) {
		d.Text(10, 20, 14, pdf.Regular, "\U0002A6A5陈")
		d.Text(10, 40, 14, pdf.Regular, "[U+2A6A5]陈")
	})
	if ink(img, 10, 10, 100, 15) != ink(img, 10, 30, 100, 15) {
		t.Error("a missing character does not look like its number")
	}
	missing, err := pdf.Missing("陈\U0002A6A5\u0E01 1kg")
	if got, want := string(missing), "\U0002A6A5\u0E01"; err != nil || got != want {
		t.Errorf("missing: got %q %v, want %q", got, err, want)
	}
}

// TestFontsCoverTheProgram looks up every character of the messages and of the demo's goods.
func TestFontsCoverTheProgram(t *testing.T) {
	t.Parallel()
	var names []string
	for _, pattern := range []string{"../web/ui/locales/*.toml", "../cmd/pavilion/demo/*.tsv"} {
		found, err := filepath.Glob(pattern)
		if err != nil || len(found) == 0 {
			t.Fatalf("%s: got %v %v, want files", pattern, found, err)
		}
		names = append(names, found...)
	}
	for _, name := range names {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		text := string(raw)
		if filepath.Ext(name) == ".toml" { // as the words are, not as they are escaped
			var words map[string]any
			if err := toml.Unmarshal(raw, &words); err != nil {
				t.Fatal(err)
			}
			text = fmt.Sprint(words)
		}
		missing, err := pdf.Missing(text)
		if err != nil {
			t.Fatal(err)
		}
		seen := map[rune]bool{}
		for _, r := range missing {
			if !seen[r] {
				t.Errorf("%s: no font has %q (U+%04X)", name, r, r)
			}
			seen[r] = true
		}
	}
}

func TestBarcodesScanBack(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		kind    pdf.Symbology
		content string
		reader  gozxing.Reader
		height  float64
	}{
		{pdf.Code128, "123456789012", oned.NewCode128Reader(), 12},
		{pdf.Code128, "JDVA01234567890-1-2-", oned.NewCode128Reader(), 12},
		{pdf.EAN13, "4810067000341", oned.NewEAN13Reader(), 15},
		{pdf.QR, "https://example.org/orders/123456789012?м=1", qrcode.NewQRCodeReader(), 50},
	} {
		t.Run(string(test.kind)+" "+test.content, func(t *testing.T) {
			t.Parallel()
			img := draw(t, pdf.Label, func(d *pdf.Document) {
				if err := d.Barcode(test.kind, 20, 20, 60, test.height, test.content); err != nil {
					t.Fatal(err)
				}
			})
			bitmap, err := gozxing.NewBinaryBitmapFromImage(img)
			if err != nil {
				t.Fatal(err)
			}
			got, err := test.reader.Decode(bitmap, map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_TRY_HARDER: true})
			if err != nil {
				t.Fatalf("scan: %v", err)
			}
			if got.GetText() != test.content {
				t.Errorf("scan: got %q, want %q", got.GetText(), test.content)
			}
		})
	}
}

func TestBarcodeRefusesWhatItCannotWrite(t *testing.T) {
	t.Parallel()
	d, err := pdf.New(pdf.Label, "test", made)
	if err != nil {
		t.Fatal(err)
	}
	d.Page()
	for kind, content := range map[pdf.Symbology]string{pdf.Code128: "заказ", pdf.EAN13: "4810067000342", "other": "1"} {
		if err := d.Barcode(kind, 0, 0, 10, 10, content); err == nil {
			t.Errorf("%s of %q: got no error", kind, content)
		}
	}
}

func TestLinesFit(t *testing.T) {
	t.Parallel()
	d, err := pdf.New(pdf.Label, "test", made)
	if err != nil {
		t.Fatal(err)
	}
	d.Page()
	for _, text := range []string{
		"", "короткая строка", "Шоколад горький «Гродненский» с цельным фундуком, 100 г",
		"四川省成都市武侯区天府大道北段一千七百号环球中心西区五单元十七楼（前台代收），电话联系。",
		"Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
	} {
		joined := ""
		for _, line := range d.Lines(40, 10, pdf.Regular, text) {
			if got := d.Width(10, pdf.Regular, line); got > 40 {
				t.Errorf("%q: got %.1f mm, want at most 40", line, got)
			}
			if r, _ := utf8.DecodeRuneInString(line); r == '，' || r == '）' || r == '。' {
				t.Errorf("%q begins with a closing sign", line)
			}
			joined += line
		}
		strip := func(s string) string { return string(bytes.ReplaceAll([]byte(s), []byte(" "), nil)) }
		if strip(joined) != strip(text) {
			t.Errorf("got %q, want %q", joined, text)
		}
	}
}
