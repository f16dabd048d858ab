package pdf_test

import (
	"math"
	"testing"

	"pavilion/pdf"
)

// TestWidthIsThatOfTheDocument: what is laid out beforehand is as wide as it is printed.
func TestWidthIsThatOfTheDocument(t *testing.T) {
	t.Parallel()
	d, err := pdf.New(pdf.Label, "test", made)
	if err != nil {
		t.Fatal(err)
	}
	d.Page()
	for _, w := range []pdf.Weight{pdf.Regular, pdf.Strong} {
		for _, text := range []string{"", "净含量：90克", "1kg Шоколад «Алёнка»", "混合 mixed смесь", "\U0002A6A5"} {
			got, err := pdf.Width(12, w, text)
			if err != nil {
				t.Fatal(err)
			}
			if want := d.Width(12, w, text); math.Abs(got-want) > 0.01*want+0.01 {
				t.Errorf("%q %s: got %.3f mm, printed %.3f", text, w, got, want)
			}
		}
	}
}

// TestHeightIsThatOfTheInk prints letters and measures their ink.
func TestHeightIsThatOfTheInk(t *testing.T) {
	t.Parallel()
	const points = 40
	for _, letter := range "0H国" {
		img := draw(t, pdf.A4, func(d *pdf.Document) { d.Text(20, 40, points, pdf.Regular, string(letter)) })
		top, bottom := 0, 0
		for y := img.Bounds().Min.Y; y < img.Bounds().Max.Y; y++ {
			for x := img.Bounds().Min.X; x < img.Bounds().Max.X; x++ {
				if r, _, _, _ := img.At(x, y).RGBA(); r < 0x8000 {
					if top == 0 {
						top = y
					}
					bottom = y
				}
			}
		}
		got, err := pdf.Height(points, pdf.Regular, letter)
		if err != nil {
			t.Fatal(err)
		}
		if ink := float64(bottom-top+1) / dpi * 25.4; math.Abs(got-ink) > 0.3 {
			t.Errorf("%q: got %.2f mm, its ink is %.2f", letter, got, ink)
		}
	}
}
