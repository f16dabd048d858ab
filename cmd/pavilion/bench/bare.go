package bench

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"pavilion/db"
)

// tableRows are the rows of one table as the driver hands them over.
type tableRows struct {
	table   string
	columns []string
	rows    [][]any
}

type tables []tableRows

// ownerColumns name the order a row belongs to; rows of other tables belong to many.
var ownerColumns = map[string]string{
	"sale_order": "id", "order_line": "order_id", "order_event": "order_id", "reservation": "order_id",
	"movement": "cause", "payment_intent": "purpose", "fact": "about",
}

// shelfTables are what orders refer to; orderTables are what they leave, parents first.
var (
	shelfTables = []string{"warehouse", "lot", "balance"}
	orderTables = []string{"sale_order", "order_line", "order_event", "reservation", "movement", "payment_intent", "unpaid_hold", "fact"}
)

func readTables(ctx context.Context, d *db.DB, names []string) (out tables, err error) {
	return out, d.Read(ctx, func(v *db.View) error {
		for _, name := range names {
			t := tableRows{table: name}
			rows, err := v.Query(ctx, "select * from "+name)
			if err != nil {
				return err
			}
			if t.columns, err = rows.Columns(); err != nil {
				return errors.Join(err, rows.Close())
			}
			for rows.Next() {
				values := make([]any, len(t.columns))
				into := make([]any, len(values))
				for i := range values {
					into[i] = &values[i]
				}
				if err := rows.Scan(into...); err != nil {
					return errors.Join(err, rows.Close())
				}
				t.rows = append(t.rows, values)
			}
			if err := errors.Join(rows.Err(), rows.Close()); err != nil {
				return err
			}
			out = append(out, t)
		}
		return nil
	})
}

// byOrder cuts the rows of every table into the parts that go with each order, in the order
// of the orders; what belongs to many orders goes with the last.
func (all tables) byOrder(orders int) [][][][]any {
	place := map[any]int{}
	out := make([][][][]any, len(all))
	for i, t := range all {
		out[i] = make([][][]any, orders)
		owner := slices.Index(t.columns, ownerColumns[t.table])
		for _, r := range t.rows {
			at := orders - 1
			if owner >= 0 {
				if i == 0 {
					place[r[owner]] = len(place)
				}
				if n, ok := place[r[owner]]; ok {
					at = n
				}
			}
			out[i][at] = append(out[i][at], r)
		}
	}
	return out
}

// insertBare inserts the rows into empty tables with nothing but the driver: the same
// durability, the same indexes and checks, one transaction a batch of orders, and one
// update of each touched balance. It returns orders a second.
func (e Env) insertBare(ctx context.Context, all tables, orders, perStatement int) (_ float64, err error) {
	p, err := e.newPlace(ctx)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, p.remove(ctx)) }()
	d, err := p.open(ctx)
	if err != nil {
		return 0, err
	}
	if err := d.Close(); err != nil {
		return 0, err
	}
	pool, err := p.bare()
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, pool.Close()) }()
	conn, err := pool.Conn(ctx)
	if err != nil {
		return 0, err
	}
	defer conn.Close()
	in := &inserter{conn: conn, perStatement: perStatement, numbered: p.schema != "", statements: map[string]*sql.Stmt{}}
	shelf, rest := all[:len(shelfTables)], all[len(shelfTables):]
	whole := make([][][]any, len(shelf))
	for i, t := range shelf {
		whole[i] = t.rows
	}
	if err := in.batch(ctx, shelf, whole); err != nil {
		return 0, err
	}
	parts := rest.byOrder(orders)
	began := time.Now()
	for from := 0; from < orders; from += limitBatch {
		set := make([][][]any, len(rest))
		for i := range rest {
			set[i] = slices.Concat(parts[i][from:min(from+limitBatch, orders)]...)
		}
		if err := in.batch(ctx, rest, set); err != nil {
			return 0, err
		}
	}
	return float64(orders) / time.Since(began).Seconds(), nil
}

// bare opens the place with the driver alone and the durability the pavilion has.
func (p place) bare() (*sql.DB, error) {
	if p.schema != "" {
		return sql.Open("pgx", p.db)
	}
	return sql.Open("sqlite", "file:"+(&url.URL{Path: p.db}).EscapedPath()+"?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=foreign_keys(1)")
}

// inserter keeps its statements prepared.
type inserter struct {
	conn         *sql.Conn
	perStatement int
	numbered     bool // placeholders
	statements   map[string]*sql.Stmt
}

const touchBalance = `update balance set reserved = reserved + $1 where lot_id = $2 and warehouse_id = $3 and on_hand - reserved >= $1`

// batch inserts rows of each table in one transaction.
func (in *inserter) batch(ctx context.Context, all tables, rows [][][]any) error {
	tx, err := in.conn.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	for i, t := range all {
		if err := in.insert(ctx, tx, t, rows[i]); err != nil {
			return fmt.Errorf("insert into %s: %w", t.table, err)
		}
		if t.table == "reservation" {
			if err := in.touch(ctx, tx, t, rows[i]); err != nil {
				return err
			}
		}
	}
	return tx.Commit()
}

func (in *inserter) insert(ctx context.Context, tx *sql.Tx, t tableRows, rows [][]any) error {
	for len(rows) > 0 {
		size := in.perStatement
		if size > len(rows) {
			size = 1
		}
		s, err := in.prepare(ctx, in.insertText(t, size))
		if err != nil {
			return err
		}
		var args []any
		for _, r := range rows[:size] {
			args = append(args, r...)
		}
		if _, err := tx.StmtContext(ctx, s).ExecContext(ctx, args...); err != nil {
			return err
		}
		rows = rows[size:]
	}
	return nil
}

// touch updates each balance the rows reserve from, once.
func (in *inserter) touch(ctx context.Context, tx *sql.Tx, t tableRows, rows [][]any) error {
	at := map[string]int{}
	for i, c := range t.columns {
		at[c] = i
	}
	sums := map[[2]any]int64{}
	for _, r := range rows {
		q, ok := r[at["quantity"]].(int64)
		if !ok {
			return fmt.Errorf("quantity is a %T", r[at["quantity"]])
		}
		sums[[2]any{r[at["lot_id"]], r[at["warehouse_id"]]}] += q
	}
	s, err := in.prepare(ctx, touchBalance)
	if err != nil {
		return err
	}
	for key, q := range sums {
		if _, err := tx.StmtContext(ctx, s).ExecContext(ctx, q, key[0], key[1]); err != nil {
			return err
		}
	}
	return nil
}

func (in *inserter) prepare(ctx context.Context, text string) (*sql.Stmt, error) {
	if s := in.statements[text]; s != nil {
		return s, nil
	}
	s, err := in.conn.PrepareContext(ctx, text)
	in.statements[text] = s
	return s, err
}

// insertText uses plain placeholders on SQLite: its driver looks numbered ones up one by
// one, which would make the limit look lower than it is.
func (in *inserter) insertText(t tableRows, rows int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "insert into %s (%s) values ", t.table, strings.Join(t.columns, ", "))
	n := 0
	for r := range rows {
		if r > 0 {
			b.WriteByte(',')
		}
		for c := range t.columns {
			n++
			b.WriteString(map[bool]string{true: "(", false: ","}[c == 0])
			if in.numbered {
				fmt.Fprintf(&b, "$%d", n)
			} else {
				b.WriteByte('?')
			}
		}
		b.WriteByte(')')
	}
	return b.String()
}
