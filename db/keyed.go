package db

import (
	"context"
	"fmt"
	"strings"
	"sync"

	"github.com/jackc/pgx/v5"
)

// Keyed is a statement over a list of keys, of any length. Make one per statement as a
// package variable, and run it with [AllKeyed].
type Keyed struct {
	Text string // a constant of the program that says "in (%s)" once, after all other placeholders
	Args int    // how many other placeholders there are

	once  sync.Once
	array string                // PostgreSQL: the keys are one value
	plain [len(keySizes)]string // SQLite: one value a key
}

// keySizes are the lengths of lists there is a statement for on SQLite; a list in between
// repeats its last key.
var keySizes = [...]int{1, 4, 16, 64, 256, 512}

// build writes the statements. On SQLite the keys are plain placeholders, for the reason
// that [Insert] has.
func (k *Keyed) build() {
	k.array = strings.Replace(k.Text, "in (%s)", fmt.Sprintf("= any($%d)", k.Args+1), 1)
	for i, size := range keySizes {
		k.plain[i] = fmt.Sprintf(k.Text, strings.Repeat("?, ", size-1)+"?")
	}
}

// AllKeyed runs the statement for all keys, on SQLite as many times as the lengths need, and
// scans every row. No key may stand in the list twice.
func AllKeyed[K ~string, T any](ctx context.Context, r Reader, scan func(Scanner) (T, error), k *Keyed, keys []K, args ...any) ([]T, error) {
	k.once.Do(k.build)
	if len(keys) == 0 {
		return nil, nil
	}
	if postgres(r) {
		return allArray(ctx, r, scan, k, keys, args)
	}
	var out []T
	for len(keys) > 0 {
		i := 0
		for i < len(keySizes)-1 && keySizes[i] < len(keys) {
			i++
		}
		n := min(keySizes[i], len(keys))
		values := append(make([]any, 0, k.Args+keySizes[i]), args...)
		for _, key := range keys[:n] {
			values = append(values, string(key))
		}
		for len(values) < k.Args+keySizes[i] {
			values = append(values, string(keys[n-1]))
		}
		part, err := All(ctx, r, scan, k.plain[i], values...)
		if err != nil {
			return nil, err
		}
		out = append(out, part...)
		keys = keys[n:]
	}
	return out, nil
}

// allArray runs the statement on PostgreSQL and has it planned anew each time: a plan that
// is kept was made for the table as it was, and one made for an empty table reads all of it
// for every set until the statistics are next collected.
func allArray[K ~string, T any](ctx context.Context, r Reader, scan func(Scanner) (T, error), k *Keyed, keys []K, args []any) ([]T, error) {
	list := make([]string, len(keys))
	for i, key := range keys {
		list[i] = string(key)
	}
	values := append([]any{pgx.QueryExecModeCacheDescribe}, args...)
	return All(ctx, r, scan, k.array, append(values, list)...)
}

// postgres tells whether PostgreSQL is below.
func postgres(r Reader) (is bool) {
	switch r := r.(type) {
	case *Tx:
		_, is = r.on.(pgTx)
	case *View:
		_, is = r.on.(pgTx)
	}
	return is
}
