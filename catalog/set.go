package catalog

import (
	"context"
	"iter"
	"strconv"
	"strings"
	"sync"

	"pavilion/db"
)

// setSizes are the numbers of values a query over a set may have, so that a handful of
// prepared statements serves every set. SQLite looks each numbered value up in a list of
// all of them, so larger sets are no faster.
var setSizes = [...]int{1, 8, 32, 128}

// allIn runs a query for a set of keys and scans every row. The query has (%) where the
// keys stand; args are the values of the placeholders before them, and nothing comes after.
// A set that is larger than one statement takes is read in parts.
func allIn[T any, K ~string](ctx context.Context, r db.Reader, scan func(db.Scanner) (T, error), query string, keys []K, args ...any) ([]T, error) {
	var out []T
	for part, values := range parts(keys, args) {
		rows, err := db.All(ctx, r, scan, in(query, len(args), part), values...)
		if err != nil {
			return nil, err
		}
		out = append(out, rows...)
	}
	return out, nil
}

// execIn runs a statement for a set of keys, the way allIn runs a query, and returns how
// many rows it changed.
func execIn[K ~string](ctx context.Context, tx *db.Tx, statement string, keys []K, args ...any) (int64, error) {
	var total int64
	for part, values := range parts(keys, args) {
		n, err := tx.Exec(ctx, in(statement, len(args), part), values...)
		if err != nil {
			return total, err
		}
		total += n
	}
	return total, nil
}

// parts yields the size of each part and its values: args, the keys of the part, and the
// last key again as often as the size needs.
func parts[K ~string](keys []K, args []any) iter.Seq2[int, []any] {
	return func(yield func(int, []any) bool) {
		for len(keys) > 0 {
			size := setSizes[len(setSizes)-1]
			for _, s := range setSizes {
				if s >= len(keys) {
					size = s
					break
				}
			}
			n := min(size, len(keys))
			values := make([]any, 0, len(args)+size)
			values = append(values, args...)
			for i := range size {
				values = append(values, string(keys[min(i, n-1)]))
			}
			if !yield(size, values) {
				return
			}
			keys = keys[n:]
		}
	}
}

// in puts the placeholders after the first ones into a query.
func in(query string, before, size int) string {
	return strings.Replace(query, "(%)", placeholders(before, size), 1)
}

var placeholderLists sync.Map // [2]int{before, size} → string

func placeholders(before, size int) string {
	key := [2]int{before, size}
	if s, ok := placeholderLists.Load(key); ok {
		return s.(string)
	}
	marks := make([]string, size)
	for i := range marks {
		marks[i] = "$" + strconv.Itoa(before+i+1)
	}
	s := "(" + strings.Join(marks, ", ") + ")"
	placeholderLists.Store(key, s)
	return s
}
