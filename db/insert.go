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

	once     sync.Once
	numbered [len(insertSizes)]string // with $1, $2 …, for PostgreSQL
	plain    [len(insertSizes)]string // with ?, for SQLite
}

// insertSizes are the numbers of rows there is a statement for, so that a handful of
// prepared statements serves every set.
var insertSizes = [...]int{128, 32, 8, 2, 1}

// Rows inserts len(args)/len(Columns) rows; args holds them one after the other. It returns
// how many rows were inserted.
func (in *Insert) Rows(ctx context.Context, tx *Tx, args []any) (int64, error) {
	in.once.Do(in.build)
	texts := &in.plain
	if _, is := tx.on.(pgTx); is {
		texts = &in.numbered
	}
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
		n, err := tx.Exec(ctx, texts[i], args[:insertSizes[i]*width]...)
		if err != nil {
			return total, fmt.Errorf("insert into %s: %w", in.Table, err)
		}
		total += n
		args = args[insertSizes[i]*width:]
	}
	return total, nil
}

// build writes the statements. SQLite looks every numbered parameter up in a list of all of
// them before it binds it, which for a set of rows takes longer than inserting them; plain
// ones it does not.
func (in *Insert) build() {
	for i, size := range insertSizes {
		in.numbered[i] = in.text(size, func(n int) string { return fmt.Sprintf("$%d", n) })
		in.plain[i] = in.text(size, func(int) string { return "?" })
	}
}

// text is the statement for so many rows; placeholder names the nth value, from 1.
func (in *Insert) text(rows int, placeholder func(n int) string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "insert into %s (%s) values ", in.Table, strings.Join(in.Columns, ", "))
	for n := range rows * len(in.Columns) {
		switch {
		case n == 0:
			b.WriteByte('(')
		case n%len(in.Columns) == 0:
			b.WriteString("), (")
		default:
			b.WriteByte(',')
		}
		b.WriteString(placeholder(n + 1))
	}
	b.WriteByte(')')
	if in.Suffix != "" {
		b.WriteString(" " + in.Suffix)
	}
	return b.String()
}
