package shop

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"sync"

	"pavilion"
	"pavilion/tailoring/label"
)

// mostDrawings are kept at a time.
const mostDrawings = 256

// drawings are the labels that were drawn last. Drawing one is slow, and nothing but what it is
// made from has a say in it: a label is drawn anew when any of that changes.
type drawings struct {
	mu   sync.Mutex
	of   map[[sha256.Size]byte]func() ([]byte, error)
	keys [][sha256.Size]byte // from the oldest
}

// blueprint is all that a drawing of a label is made from.
type blueprint struct {
	Label label.Input
	Size  label.Size
	Title string
}

// svg is the drawing by a blueprint. Who asks while it is drawn waits for it.
func (d *drawings) svg(pack *label.Pack, b blueprint) ([]byte, error) {
	written, err := json.Marshal(b)
	if err != nil {
		return nil, fmt.Errorf("write blueprint of label: %w", err)
	}
	return d.drawing(sha256.Sum256(written), func() ([]byte, error) {
		laid, err := pack.Lay(b.Label)
		if pavilion.KindOf(err) == pavilion.Invalid || err == nil && len(laid.Items) == 0 {
			return nil, pavilion.E(pavilion.NotFound, "page.not_found", nil)
		}
		if err != nil {
			return nil, err
		}
		art, err := label.Draw(laid, b.Size)
		if err != nil {
			return nil, err
		}
		return art.SVG(b.Title), nil
	})()
}

// drawing is the one kept by a key, or a new one in the place of the oldest.
func (d *drawings) drawing(key [sha256.Size]byte, draw func() ([]byte, error)) func() ([]byte, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if kept := d.of[key]; kept != nil {
		return kept
	}
	if d.of == nil {
		d.of = map[[sha256.Size]byte]func() ([]byte, error){}
	}
	if len(d.keys) == mostDrawings {
		delete(d.of, d.keys[0])
		d.keys = d.keys[1:]
	}
	d.keys, d.of[key] = append(d.keys, key), sync.OnceValues(draw)
	return d.of[key]
}
