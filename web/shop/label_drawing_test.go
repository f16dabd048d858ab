package shop

import (
	"crypto/sha256"
	"errors"
	"sync"
	"testing"
)

// TestDrawings: a label that many ask for at once is drawn once, and the oldest is forgotten.
func TestDrawings(t *testing.T) {
	t.Parallel()
	var d drawings
	drawn := make([]int, mostDrawings+1)
	ask := func(n int) {
		_, err := d.drawing(sha256.Sum256([]byte{byte(n), byte(n >> 8)}), func() ([]byte, error) {
			drawn[n]++
			return nil, errors.New("kept too")
		})()
		if err == nil {
			t.Error("the answer is not that of the drawing")
		}
	}
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() { ask(0) })
	}
	all.Wait()
	if drawn[0] != 1 {
		t.Errorf("drawn %d times, want once", drawn[0])
	}
	for n := range drawn {
		ask(n)
	}
	if ask(mostDrawings); drawn[mostDrawings] != 1 || len(d.of) != mostDrawings || len(d.keys) != mostDrawings {
		t.Errorf("the newest was drawn %d times, %d are kept by %d keys", drawn[mostDrawings], len(d.of), len(d.keys))
	}
	if ask(0); drawn[0] != 2 {
		t.Errorf("the oldest was drawn %d times, want again", drawn[0])
	}
}
