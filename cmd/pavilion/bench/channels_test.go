package bench

import (
	"testing"

	"pavilion/db/dbtest"
)

// TestChannels sells a little on three channels; the measure proves what it times.
func TestChannels(t *testing.T) {
	t.Parallel()
	dbtest.EachURL(t, func(t *testing.T, url string) {
		found, err := Env{DB: url}.tellAll(t.Context(), 10, 6, 20)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range found {
			if m.Value <= 0 {
				t.Errorf("%s: got %v", m.Name, m.Value)
			}
		}
	})
}

// TestChannelsBurst takes a small burst in.
func TestChannelsBurst(t *testing.T) {
	t.Parallel()
	found, err := Env{}.takeBurst(t.Context(), 60)
	if err != nil {
		t.Fatal(err)
	}
	if len(found) != 2 || found[0].Ratio <= 0 || found[1].Ratio <= 0 {
		t.Errorf("got %+v", found)
	}
}
