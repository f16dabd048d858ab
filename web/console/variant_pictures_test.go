package console

import (
	"testing"

	"pavilion"
	"pavilion/catalog"
	"pavilion/tailoring"
)

// TestChoosePictures: a picture that is given another's place stands there, the others make
// room; what is written is read back.
func TestChoosePictures(t *testing.T) {
	t.Parallel()
	all := []catalog.Picture{{ID: "a"}, {ID: "b"}, {ID: "c"}}
	for name, test := range map[string]struct {
		before       []pavilion.PictureID
		said, want   string
		reason       string
		followsGoods bool
	}{
		"as they are":     {said: "1:a 2:b 3:c", want: "1:a 2:b 3:c", followsGoods: true},
		"no field":        {said: "", want: "1:a 2:b 3:c", followsGoods: true},
		"last to first":   {said: "1:a 2:b 1:c", want: "1:c 2:a 3:b"},
		"first to last":   {said: "3:a 2:b 3:c", want: "1:b 2:c 3:a"},
		"two change":      {said: "2:a 1:b 3:c", want: "1:b 2:a 3:c"},
		"one not shown":   {said: "1:a 0:b 3:c", want: "1:a 2:c 0:b"},
		"a new main one":  {before: []pavilion.PictureID{"a"}, said: "1:a 0:b 1:c", want: "1:c 2:a 0:b"},
		"none":            {said: "0:a 0:b 0:c", reason: "variant.picture_missing"},
		"another's":       {said: "1:x", reason: "form.malformed"},
		"no place at all": {said: "a", reason: "form.malformed"},
		"out of range":    {said: "9:a", reason: "form.malformed"},
	} {
		c := tailoring.Content{Pictures: test.before}
		err := choosePictures(&c, all, test.said)
		if err != nil || test.reason != "" {
			if got := pavilion.ReasonOf(err); got != test.reason {
				t.Errorf("%s: got %q, want %q", name, got, test.reason)
			}
			continue
		}
		if got := placesOf(c, all); got != test.want {
			t.Errorf("%s: got %s, want %s", name, got, test.want)
		}
		if test.followsGoods != (c.Pictures == nil) {
			t.Errorf("%s: got %v", name, c.Pictures)
		}
	}
}
