// Package pdftest shows tests what a printer would print.
package pdftest

import (
	"bytes"
	"image"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
)

// Picture is a page of a document, the first being 1, with so many dots per inch.
func Picture(t testing.TB, raw []byte, page, dpi int) image.Image {
	t.Helper()
	n := strconv.Itoa(page)
	img, err := png.Decode(bytes.NewReader(ask(t, raw, "pdftoppm", "-png", "-r", strconv.Itoa(dpi), "-f", n, "-l", n, "-singlefile")))
	if err != nil {
		t.Fatal(err)
	}
	return img
}

// Text is what a document says, its pages one after the other.
func Text(t testing.TB, raw []byte) string {
	t.Helper()
	return string(ask(t, raw, "pdftotext", "-"))
}

// ask has a program of poppler-utils read a document. Without it the test fails where CI is
// set, and is skipped elsewhere.
func ask(t testing.TB, raw []byte, program string, args ...string) []byte {
	t.Helper()
	if _, err := exec.LookPath(program); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("no %s: install poppler-utils", program)
		}
		t.Skipf("no %s: install poppler-utils", program)
	}
	path := filepath.Join(t.TempDir(), "page.pdf")
	if err := os.WriteFile(path, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), program, append([]string{path}, args...)...).Output()
	if err != nil {
		t.Fatalf("%s: %v", program, err)
	}
	return out
}
