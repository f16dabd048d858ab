package console

import (
	"testing"
	"time"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/oned"

	"pavilion"
	"pavilion/pdf/pdftest"
	"pavilion/web/ui"
)

// TestSlipScansBack prints a slip in every language and scans the order's number from its
// picture.
func TestSlipScansBack(t *testing.T) {
	t.Parallel()
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
	bitmap, err := gozxing.NewBinaryBitmapFromImage(pdftest.Picture(t, raw, 1, 150))
	if err != nil {
		t.Fatal(err)
	}
	return bitmap
}
