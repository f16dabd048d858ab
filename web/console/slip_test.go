package console

import (
	"bytes"
	"image"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/oned"

	"pavilion"
	"pavilion/web/ui"
)

// TestSlipScansBack prints a slip in every language and scans the order's number from its
// picture.
func TestSlipScansBack(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("pdftoppm"); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("no pdftoppm: install poppler-utils")
		}
		t.Skip("no pdftoppm: install poppler-utils")
	}
	site, err := ui.New(ui.Options{BaseURL: "http://localhost", Name: pavilion.Text{"zh": "馆"}, About: pavilion.Text{"zh": "馆"}, Clock: func() time.Time { return time.Date(2022, 7, 6, 2, 0, 0, 0, time.UTC) }})
	if err != nil {
		t.Fatal(err)
	}
	f := sampleFacts()
	for _, lang := range pavilion.Langs {
		p := site.Printer(lang)
		raw, err := printSlips(p, "test", f.order.PlacedAt, []packingSlip{{order: f.order, parcels: f.parcels, picks: map[int][]pick{1: {{2, "L240612", "2023-06-12"}, {1, "ПАРТИЯ-7", ""}}}}})
		if err != nil {
			t.Fatal(err)
		}
		code, err := oned.NewCode128Reader().Decode(bitmapOf(t, raw), map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_TRY_HARDER: true})
		if err != nil || code.GetText() != f.order.Number {
			t.Errorf("%s: scanned %v %v, want %s", lang, code, err, f.order.Number)
		}
	}
}

// bitmapOf is the first page as a scanner sees it.
func bitmapOf(t *testing.T, raw []byte) *gozxing.BinaryBitmap {
	t.Helper()
	path := filepath.Join(t.TempDir(), "slip.pdf")
	if err := os.WriteFile(path, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), "pdftoppm", "-png", "-r", "150", "-singlefile", path).Output()
	if err != nil {
		t.Fatal(err)
	}
	var img image.Image
	if img, err = png.Decode(bytes.NewReader(out)); err != nil {
		t.Fatal(err)
	}
	bitmap, err := gozxing.NewBinaryBitmapFromImage(img)
	if err != nil {
		t.Fatal(err)
	}
	return bitmap
}
