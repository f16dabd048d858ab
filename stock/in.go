package stock

import (
	"context"
	"fmt"
	"strings"
	"sync"

	"pavilion/db"
)

// keyed is a statement with a list of keys: its text has one %s where "$n, $n+1 …" goes,
// after all other placeholders. There is a text for a few lengths of the list, so that a
// handful of prepared statements serves every set.
type keyed struct {
	text  string
	args  int // placeholders before the list
	once  sync.Once
	texts [len(keySizes)]string
}

var keySizes = [...]int{1, 4, 16, 64, 256, 512}

func (k *keyed) build() {
	for i, size := range keySizes {
		var list strings.Builder
		for n := range size {
			if n > 0 {
				list.WriteString(", ")
			}
			fmt.Fprintf(&list, "$%d", k.args+n+1)
		}
		k.texts[i] = fmt.Sprintf(k.text, list.String())
	}
}

// allOf runs the statement for all keys, as many times as the lengths need, and scans every
// row. A list that is shorter than a text's repeats its last key.
func allOf[K, T any](ctx context.Context, r db.Reader, scan func(db.Scanner) (T, error), k *keyed, keys []K, args ...any) ([]T, error) {
	k.once.Do(k.build)
	var out []T
	for len(keys) > 0 {
		i := 0
		for i < len(keySizes)-1 && keySizes[i] < len(keys) {
			i++
		}
		values := append(make([]any, 0, k.args+keySizes[i]), args...)
		n := min(keySizes[i], len(keys))
		for _, key := range keys[:n] {
			values = append(values, key)
		}
		for len(values) < k.args+keySizes[i] {
			values = append(values, keys[n-1])
		}
		part, err := db.All(ctx, r, scan, k.texts[i], values...)
		if err != nil {
			return nil, err
		}
		out = append(out, part...)
		keys = keys[n:]
	}
	return out, nil
}
