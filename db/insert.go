package db

import (
	"context"
	"fmt"
	"strings"
	"sync"
)

// Insert is a statement that inserts rows of one table, many at a time. Make one per table
// as a package variable; Table, Columns and Suffix are constants of the program, never
// input.
type Insert struct {
	Table   string
	Columns []string
	Suffix  string // such as "on conflict do nothing"

	once  sync.Once
	texts [len(insertSizes)]string
}

// insertSizes are the numbers of rows there is a statement for, so that a handful of
// prepared statements serves every set.
var insertSizes = [...]int{128, 32, 8, 2, 1}

// Rows inserts len(args)/len(Columns) rows; args holds them one after the other. It returns
// how many rows were inserted.
func (in *Insert) Rows(ctx context.Context, tx *Tx, args []any) (int64, error) {
	in.once.Do(in.build)
	width := len(in.Columns)
	if len(args)%width != 0 {
		return 0, fmt.Errorf("insert into %s: %d values for %d columns", in.Table, len(args), width)
	}
	var total int64
	for i := 0; len(args) > 0; {
		if insertSizes[i]*width > len(args) {
			i++
			continue
		}
		n, err := tx.Exec(ctx, in.texts[i], args[:insertSizes[i]*width]...)
		if err != nil {
			return total, fmt.Errorf("insert into %s: %w", in.Table, err)
		}
		total += n
		args = args[insertSizes[i]*width:]
	}
	return total, nil
}

func (in *Insert) build() {
	for i, size := range insertSizes {
		var b strings.Builder
		fmt.Fprintf(&b, "insert into %s (%s) values ", in.Table, strings.Join(in.Columns, ", "))
		n := 0
		for row := range size {
			if row > 0 {
				b.WriteString(", ")
			}
			b.WriteByte('(')
			for c := range in.Columns {
				n++
				if c > 0 {
					b.WriteByte(',')
				}
				fmt.Fprintf(&b, "$%d", n)
			}
			b.WriteByte(')')
		}
		if in.Suffix != "" {
			b.WriteString(" " + in.Suffix)
		}
		in.texts[i] = b.String()
	}
}
