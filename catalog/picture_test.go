package catalog

import (
	"bytes"
	"context"
	"image"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pavilion"
	"pavilion/db"
	"pavilion/db/dbtest"
)

func TestPictures(t *testing.T) {
	t.Parallel()
	first, err := ReadImage(asJPEG(t, flag(800, 400)))
	if err != nil {
		t.Fatal(err)
	}
	second, err := ReadImage(asPNG(t, flag(100, 50)))
	if err != nil {
		t.Fatal(err)
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := addProducer(t, d, spartak)
		product, _ := shelfItem{name: pavilion.Text{"ru": "Шоколад"}, gtin: gtin("4810067", 0), fen: 1}.put(t, d, p.ID)
		var ids []pavilion.PictureID
		alt := pavilion.Text{"ru": "Плитка"}
		for _, img := range []Image{first, second, first} {
			write(t, d, func(ctx context.Context, tx *db.Tx) error {
				id, err := AddPicture(ctx, tx, product, img, alt)
				ids = append(ids, id)
				return err
			})
		}
		if ids[0] != ids[2] {
			t.Errorf("the same picture again: got another identifier")
		}
		read(t, d, func(ctx context.Context, v *db.View) error {
			got, err := Pictures(ctx, v, product)
			want := []Picture{{ids[0], alt, first.Hash, 800, 400}, {ids[1], alt, second.Hash, 100, 50}}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
			if err != nil {
				return err
			}
			cards, _, _, err := Cards(ctx, v, Query{Channel: "own"})
			if err != nil || cards[0].Picture != ids[0] {
				t.Errorf("card: got %v, %v", cards, err)
			}
			for asked, width := range map[int64]int64{0: 320, 1: 320, 320: 320, 321: 640, 700: 800, 5000: 800} {
				r, err := GetPicture(ctx, v, ids[0], asked)
				if err != nil {
					return err
				}
				if r.Width != width || !bytes.Equal(r.Bytes, first.Renditions[map[int64]int{320: 0, 640: 1, 800: 2}[width]].Bytes) {
					t.Errorf("asked for %d: got %d wide, want %d", asked, r.Width, width)
				}
			}
			if _, err := GetPicture(ctx, v, "pic_0", 1); reason(err) != "picture.unknown" {
				t.Errorf("unknown: got %v", err)
			}
			return nil
		})
		add := func(to pavilion.ProductID, img Image) string {
			return refused(t, d, func(ctx context.Context, tx *db.Tx) error {
				_, err := AddPicture(ctx, tx, to, img, nil)
				return err
			})
		}
		if got := add("prd_0", first); got != "product.unknown" {
			t.Errorf("of no product: got %q", got)
		}
		for n := 2; n < mostPictures; n++ {
			if got := add(product, Image{Hash: strings.Repeat("x", n), Renditions: second.Renditions}); got != "" {
				t.Fatalf("picture %d: got %q", n+1, got)
			}
		}
		if got := add(product, Image{Hash: "y"}); got != "picture.too_many" {
			t.Errorf("one too many: got %q", got)
		}
	})
}

func TestDocuments(t *testing.T) {
	t.Parallel()
	pdf := []byte("%PDF-1.7\n…")
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := addProducer(t, d, spartak)
		about := string(p.ID)
		add := func(doc Document, raw []byte) func(ctx context.Context, tx *db.Tx) error {
			return func(ctx context.Context, tx *db.Tx) error {
				_, err := AddDocument(ctx, tx, doc, raw)
				return err
			}
		}
		write(t, d, add(Document{About: about, Kind: "certificate", Name: `C:\docs\..\Сертификат "1".html`, ValidUntil: "2027-01-01"}, pdf))
		read(t, d, func(ctx context.Context, v *db.View) error {
			all, err := Documents(ctx, v, about)
			if err != nil {
				return err
			}
			want := []Document{{ID: all[0].ID, About: about, Kind: "certificate", Name: "Сертификат 1.pdf", MediaType: "application/pdf", Size: int64(len(pdf)),
				SHA256: all[0].SHA256, ValidUntil: "2027-01-01", CreatedAt: dbtest.Start}}
			if diff := cmp.Diff(want, all); diff != "" {
				t.Error(diff)
			}
			got, raw, err := GetDocument(ctx, v, all[0].ID)
			if got != all[0] || !bytes.Equal(raw, pdf) {
				t.Errorf("got %+v, %q", got, raw)
			}
			return err
		})
		for what, c := range map[string]struct {
			doc    Document
			raw    []byte
			reason string
		}{
			"a page":      {Document{About: about, Kind: "certificate", Name: "a.pdf"}, []byte("<html>"), "document.unknown_kind"},
			"nothing":     {Document{About: about, Kind: "certificate"}, nil, "document.unknown_kind"},
			"of no kind":  {Document{About: about, Kind: " "}, pdf, "document.kind_missing"},
			"about none":  {Document{About: "pdr_0", Kind: "certificate"}, pdf, "document.about_unknown"},
			"a large one": {Document{About: about, Kind: "certificate"}, append(bytes.Clone(pdf), make([]byte, mostDocumentBytes)...), "document.too_large"},
		} {
			if got := refused(t, d, add(c.doc, c.raw)); got != c.reason {
				t.Errorf("%s: got %q, want %q", what, got, c.reason)
			}
		}
		read(t, d, func(ctx context.Context, v *db.View) error {
			if _, _, err := GetDocument(ctx, v, "doc_0"); reason(err) != "document.unknown" {
				t.Errorf("unknown: got %v", err)
			}
			return nil
		})
	})
}

func TestFileNamesAreHarmless(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"a.pdf": "a.pdf", "../../etc/passwd": "passwd.pdf", "": "document.pdf", "..": "document.pdf", "/": "document.pdf",
		"a\r\nSet-Cookie: x.pdf": "aSet-Cookie x.pdf", "\u202efdp.exe": "fdp.pdf", strings.Repeat("я", 300): strings.Repeat("я", longestFileName) + ".pdf",
	} {
		if got := fileName(name, ".pdf"); got != want {
			t.Errorf("fileName(%q): got %q, want %q", name, got, want)
		}
	}
}

func BenchmarkReadImage(b *testing.B) {
	raw := asJPEG(b, image.NewRGBA(image.Rect(0, 0, 4000, 3000)))
	for b.Loop() {
		if _, err := ReadImage(raw); err != nil {
			b.Fatal(err)
		}
	}
}
