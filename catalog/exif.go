package catalog

import (
	"bytes"
	"encoding/binary"
	"image"
)

// orientation is how a camera held the picture, the values 1 to 8 of the EXIF tag of that
// name (EXIF 2.32, section 4.6.4): 1 is upright, 5 to 8 lie on their side.
type orientation uint16

const upright orientation = 1

func (o orientation) sideways() bool { return o >= 5 }

// apply returns the picture as it should be seen.
func (o orientation) apply(img *image.RGBA) *image.RGBA {
	if o == upright {
		return img
	}
	w, h := img.Rect.Dx(), img.Rect.Dy()
	seen := image.Rect(0, 0, w, h)
	if o.sideways() {
		seen = image.Rect(0, 0, h, w)
	}
	out := image.NewRGBA(seen)
	for y := range h {
		for x := range w {
			to := o.place(x, y, w, h)
			copy(out.Pix[out.PixOffset(to.X, to.Y):][:4], img.Pix[img.PixOffset(x, y):])
		}
	}
	return out
}

// place is where a stored pixel of a picture of w × h is seen.
func (o orientation) place(x, y, w, h int) image.Point {
	switch o {
	case 2: // mirrored
		return image.Pt(w-1-x, y)
	case 3: // upside down
		return image.Pt(w-1-x, h-1-y)
	case 4: // upside down and mirrored
		return image.Pt(x, h-1-y)
	case 5: // mirrored along the diagonal
		return image.Pt(y, x)
	case 6: // to be turned clockwise
		return image.Pt(h-1-y, x)
	case 7: // mirrored along the other diagonal
		return image.Pt(h-1-y, w-1-x)
	case 8: // to be turned anticlockwise
		return image.Pt(y, w-1-x)
	default:
		return image.Pt(x, y)
	}
}

// orientationOf reads the orientation out of an EXIF block, which is a TIFF file: a byte
// order, the offset of a directory, and there twelve bytes an entry. What cannot be read is
// upright.
func orientationOf(tiff []byte) orientation {
	const tag, short, entrySize = 0x0112, 3, 12
	var order binary.ByteOrder = binary.BigEndian
	switch {
	case bytes.HasPrefix(tiff, []byte("II*\x00")):
		order = binary.LittleEndian
	case !bytes.HasPrefix(tiff, []byte("MM\x00*")):
		return upright
	}
	if len(tiff) < 8 {
		return upright
	}
	directory := from(tiff, int64(order.Uint32(tiff[4:])))
	if len(directory) < 2 {
		return upright
	}
	entries := directory[2:]
	for range order.Uint16(directory) {
		if len(entries) < entrySize {
			break
		}
		if order.Uint16(entries) == tag && order.Uint16(entries[2:]) == short {
			if o := orientation(order.Uint16(entries[8:])); o >= 1 && o <= 8 {
				return o
			}
		}
		entries = entries[entrySize:]
	}
	return upright
}

// exifOfJPEG returns the EXIF block of a JPEG, nil if there is none: it is in the APP1
// segment that begins with "Exif", before the pixels.
func exifOfJPEG(raw []byte) []byte {
	const app1, startOfScan = 0xe1, 0xda
	for at := int64(2); ; {
		segment := from(raw, at)
		if len(segment) < 4 || segment[0] != 0xff || segment[1] == startOfScan {
			return nil
		}
		size := int64(binary.BigEndian.Uint16(segment[2:])) // of itself and what follows
		if size < 2 {
			return nil
		}
		if segment[1] == app1 {
			if exif, ok := bytes.CutPrefix(until(segment, 2+size)[4:], []byte("Exif\x00\x00")); ok {
				return exif
			}
		}
		at += 2 + size
	}
}

// exifOfPNG returns the EXIF block of a PNG, nil if there is none: the chunk eXIf.
func exifOfPNG(raw []byte) []byte {
	for at := int64(8); ; {
		chunk := from(raw, at)
		if len(chunk) < 12 {
			return nil
		}
		size := int64(binary.BigEndian.Uint32(chunk))
		if string(chunk[4:8]) == "eXIf" {
			return until(chunk, 8+size)[8:]
		}
		at += 12 + size
	}
}

// exifOfWebP returns the EXIF block of a WebP, nil if there is none: the RIFF chunk EXIF.
func exifOfWebP(raw []byte) []byte {
	for at := int64(12); ; {
		chunk := from(raw, at)
		if len(chunk) < 8 {
			return nil
		}
		size := int64(binary.LittleEndian.Uint32(chunk[4:]))
		if string(chunk[:4]) == "EXIF" {
			return bytes.TrimPrefix(until(chunk, 8+size)[8:], []byte("Exif\x00\x00"))
		}
		at += 8 + size + size%2
	}
}

// from returns b from an offset on, nil where the offset lies outside.
func from(b []byte, offset int64) []byte {
	if offset < 0 || offset > int64(len(b)) {
		return nil
	}
	return b[offset:]
}

// until returns b up to an offset, all of it where the offset lies outside.
func until(b []byte, offset int64) []byte { return b[:min(offset, int64(len(b)))] }
