package catalog

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"testing"
)

var (
	red  = color.RGBA{0xc8, 0x31, 0x3e, 0xff}
	blue = color.RGBA{0x3e, 0x6f, 0xb0, 0xff}
)

// flag is a blue picture of w × h whose upper left quarter is red.
func flag(w, h int) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			img.SetRGBA(x, y, blue)
			if x < w/2 && y < h/2 {
				img.SetRGBA(x, y, red)
			}
		}
	}
	return img
}

func asJPEG(t testing.TB, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func asPNG(t testing.TB, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// photographedAt stands for what a camera writes into a photograph besides the pixels.
const photographedAt = "53.9006 N 27.5590 E"

// exif is an EXIF block with an orientation and a place.
func exif(order binary.AppendByteOrder, o orientation) []byte {
	b := []byte("II*\x00")
	if order == binary.AppendByteOrder(binary.BigEndian) {
		b = []byte("MM\x00*")
	}
	b = order.AppendUint32(b, 8)
	b = order.AppendUint16(b, 2)
	b = order.AppendUint16(b, 0x0112) // orientation
	b = order.AppendUint16(b, 3)
	b = order.AppendUint32(b, 1)
	b = order.AppendUint16(b, uint16(o))
	b = order.AppendUint16(b, 0)
	b = order.AppendUint16(b, 0x8825) // the offset of the GPS directory
	b = order.AppendUint16(b, 4)
	b = order.AppendUint32(b, 1)
	b = order.AppendUint32(b, 38)
	return append(b, photographedAt...)
}

// withAPP1 puts an EXIF block into a JPEG, behind a comment.
func withAPP1(raw, exif []byte) []byte {
	segment := func(marker byte, data []byte) []byte {
		return append(binary.BigEndian.AppendUint16([]byte{0xff, marker}, uint16(len(data)+2)), data...)
	}
	comment := segment(0xfe, []byte("a comment"))
	app1 := segment(0xe1, append([]byte("Exif\x00\x00"), exif...))
	return bytes.Join([][]byte{raw[:2], comment, app1, raw[2:]}, nil)
}

// withEXIFChunk puts an EXIF block into a PNG, behind its header.
func withEXIFChunk(raw, exif []byte) []byte {
	const afterHeader = 8 + 25
	data := append([]byte("eXIf"), exif...)
	chunk := append(binary.BigEndian.AppendUint32(nil, uint32(len(exif))), data...)
	chunk = binary.BigEndian.AppendUint32(chunk, crc32.ChecksumIEEE(data))
	return bytes.Join([][]byte{raw[:afterHeader], chunk, raw[afterHeader:]}, nil)
}

// look decodes a rendition as a browser would.
func look(t *testing.T, r Rendition) image.Image {
	t.Helper()
	img, kind, err := image.Decode(bytes.NewReader(r.Bytes))
	if err != nil || "image/"+kind != r.MediaType {
		t.Fatalf("decode %s: got %s, %v", r.MediaType, kind, err)
	}
	if size := img.Bounds().Size(); int64(size.X) != r.Width || int64(size.Y) != r.Height {
		t.Fatalf("got %v, want %d × %d", size, r.Width, r.Height)
	}
	return img
}

// alike tells whether two colours differ by no more than JPEG makes them.
func alike(a, b color.Color) bool {
	ar, ag, ab, _ := a.RGBA()
	br, bg, bb, _ := b.RGBA()
	far := func(x, y uint32) bool { return max(x, y)-min(x, y) > 0x1800 }
	return !far(ar, br) && !far(ag, bg) && !far(ab, bb)
}

func TestImageSizes(t *testing.T) {
	t.Parallel()
	tests := []struct {
		w, h int
		want []image.Point
	}{
		{2560, 1280, []image.Point{{320, 160}, {640, 320}, {1280, 640}}},
		{1280, 1280, []image.Point{{320, 320}, {640, 640}, {1280, 1280}}},
		{500, 100, []image.Point{{320, 64}, {500, 100}}},
		{320, 3, []image.Point{{320, 3}}},
		{1, 1, []image.Point{{1, 1}}},
		{3000, 1, []image.Point{{320, 1}, {640, 1}, {1280, 1}}},
	}
	for _, test := range tests {
		t.Run(fmt.Sprintf("%dx%d", test.w, test.h), func(t *testing.T) {
			t.Parallel()
			img, err := ReadImage(asJPEG(t, flag(test.w, test.h)))
			if err != nil {
				t.Fatal(err)
			}
			var got []image.Point
			for _, r := range img.Renditions {
				got = append(got, look(t, r).Bounds().Size())
			}
			if fmt.Sprint(got) != fmt.Sprint(test.want) {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}

func TestImageIsTurnedAsTheCameraSays(t *testing.T) {
	t.Parallel()
	const w, h = 64, 32
	// Where the red quarter is seen, by orientation.
	corners := map[orientation]struct {
		sideways    bool
		right, down bool
	}{
		1: {false, false, false}, 2: {false, true, false}, 3: {false, true, true}, 4: {false, false, true},
		5: {true, false, false}, 6: {true, true, false}, 7: {true, true, true}, 8: {true, false, true},
	}
	for o, want := range corners {
		files := map[string][]byte{
			"jpeg": withAPP1(asJPEG(t, flag(w, h)), exif(binary.BigEndian, o)),
			"png":  withEXIFChunk(asPNG(t, flag(w, h)), exif(binary.LittleEndian, o)),
		}
		for kind, raw := range files {
			t.Run(fmt.Sprintf("%d %s", o, kind), func(t *testing.T) {
				t.Parallel()
				img, err := ReadImage(raw)
				if err != nil {
					t.Fatal(err)
				}
				seen := look(t, img.Renditions[0])
				size := image.Pt(w, h)
				if want.sideways {
					size = image.Pt(h, w)
				}
				if seen.Bounds().Size() != size {
					t.Fatalf("got %v, want %v", seen.Bounds().Size(), size)
				}
				for _, right := range []bool{false, true} {
					for _, down := range []bool{false, true} {
						at := image.Pt(size.X/8, size.Y/8)
						if right {
							at.X = size.X * 7 / 8
						}
						if down {
							at.Y = size.Y * 7 / 8
						}
						colour := blue
						if right == want.right && down == want.down {
							colour = red
						}
						if got := seen.At(at.X, at.Y); !alike(got, colour) {
							t.Errorf("at %v: got %v, want %v", at, got, colour)
						}
					}
				}
			})
		}
	}
}

func TestImageKeepsNothingButPixels(t *testing.T) {
	t.Parallel()
	const tail = "<script>alert(1)</script>"
	block := exif(binary.LittleEndian, upright)
	files := map[string][]byte{
		"place in a JPEG":    withAPP1(asJPEG(t, flag(64, 32)), block),
		"place in a PNG":     withEXIFChunk(asPNG(t, flag(64, 32)), block),
		"page behind a JPEG": append(asJPEG(t, flag(64, 32)), tail...),
		"page behind a PNG":  append(asPNG(t, flag(64, 32)), tail...),
	}
	for name, raw := range files {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			img, err := ReadImage(raw)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range img.Renditions {
				for _, secret := range []string{"Exif", "eXIf", photographedAt, "a comment", tail} {
					if bytes.Contains(r.Bytes, []byte(secret)) {
						t.Errorf("%d wide: found %q", r.Width, secret)
					}
				}
			}
		})
	}
}

func TestImageKeepsWhatIsTransparent(t *testing.T) {
	t.Parallel()
	glass := flag(400, 200)
	glass.SetRGBA(399, 199, color.RGBA{})
	img, err := ReadImage(asPNG(t, glass))
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range img.Renditions {
		seen := look(t, r)
		if _, _, _, a := seen.At(int(r.Width)-1, int(r.Height)-1).RGBA(); r.MediaType != "image/png" || a == 0xffff {
			t.Errorf("%d wide: got %s, alpha %#x", r.Width, r.MediaType, a)
		}
	}
}

// tinyWebP is one white pixel.
const tinyWebP = "UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA"

func TestImageTakesWebP(t *testing.T) {
	t.Parallel()
	raw, err := base64.StdEncoding.DecodeString(tinyWebP)
	if err != nil {
		t.Fatal(err)
	}
	img, err := ReadImage(raw)
	if err != nil {
		t.Fatal(err)
	}
	if r := img.Renditions[0]; len(img.Renditions) != 1 || r.Width != 1 || r.MediaType != "image/jpeg" {
		t.Errorf("got %+v", img)
	}
}

func TestImageRefusals(t *testing.T) {
	t.Parallel()
	claims := asPNG(t, flag(1, 1)) // the header alone says how large it is
	binary.BigEndian.PutUint32(claims[16:], 16_000)
	binary.BigEndian.PutUint32(claims[20:], 16_000)
	binary.BigEndian.PutUint32(claims[29:], crc32.ChecksumIEEE(claims[12:29]))
	whole := asJPEG(t, flag(64, 64))
	tests := []struct {
		name   string
		raw    []byte
		reason string
	}{
		{"empty", nil, "picture.unknown_kind"},
		{"a page", []byte("<!DOCTYPE html><html><body><script>alert(1)</script>"), "picture.unknown_kind"},
		{"a vector picture", []byte(`<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`), "picture.unknown_kind"},
		{"a page that begins like a PNG", []byte("\x89PNG\r\n\x1a\n<html>"), "picture.unreadable"},
		{"half a picture", whole[:len(whole)/2], "picture.unreadable"},
		{"only the first bytes", whole[:3], "picture.unreadable"},
		{"a decompression bomb", claims, "picture.too_many_pixels"},
		{"many scans", append(bytes.Clone(whole), bytes.Repeat([]byte("\xff\xda"), mostJPEGScans)...), "picture.unreadable"},
		{"too many bytes", append(bytes.Clone(whole), make([]byte, mostImageBytes)...), "picture.too_large"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if _, err := ReadImage(test.raw); reason(err) != test.reason {
				t.Errorf("got %v, want %s", err, test.reason)
			}
		})
	}
}

func FuzzReadImage(f *testing.F) {
	webp, err := base64.StdEncoding.DecodeString(tinyWebP)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(webp)
	f.Add(withAPP1(asJPEG(f, flag(8, 4)), exif(binary.BigEndian, 6)))
	f.Add(withEXIFChunk(asPNG(f, flag(8, 4)), exif(binary.LittleEndian, 5)))
	f.Add([]byte("\xff\xd8\xff\xe1\x00\x00"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		for _, block := range []func([]byte) []byte{exifOfJPEG, exifOfPNG, exifOfWebP} {
			if len(raw) >= 12 {
				orientationOf(block(raw))
			}
		}
		if c, _, err := image.DecodeConfig(bytes.NewReader(raw)); err == nil && c.Width*c.Height > 1<<20 {
			return // large pictures only cost time
		}
		img, err := ReadImage(raw)
		if err == nil && len(img.Renditions) == 0 {
			t.Fatal("no renditions and no error")
		}
	})
}
