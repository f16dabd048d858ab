package bench

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"pavilion"
	"pavilion/catalog"
	"pavilion/db"
	"pavilion/order"
)

// A world of a million orders is made from one of ten thousand that the program itself lived
// through: every row is copied many times, each copy with identifiers and moments of an
// earlier time. So the rows have the shapes that the program writes, whatever its tables
// look like, and a copy refers to its own copies only.

// grown are the tables that are copied, parents first. What is not among them (people,
// settings, warehouses, categories) exists once.
var grown = []string{
	"producer", "producer_prefix", "producer_registration", "brand", "product", "sku", "price", "shelf", "search_word", "name_word", "market_name",
	"lot", "balance", "movement", "sale_order", "order_line", "order_event", "reservation", "payment_intent", "refund",
	"parcel", "parcel_line", "fact", "job",
}

// step is how far apart copies lie: the least time by which an identifier can be moved by
// changing its first eight characters, times so many.
const (
	stepUnit  = 1 << 18    // microseconds: what the eighth character counts
	stepUnits = 1_200_000  // about three and a half days
	idLength  = 3 + 1 + 26 // prefix, underscore, characters
	idTime    = 8          // characters that are moved
	alphabet  = "0123456789abcdefghjkmnpqrstvwxyz"
	numberGap = 90_000 // between the numbers of copies
	insertMax = 30_000 // values of one statement
	growBatch = 20_000 // rows of a transaction
)

// grow copies the rows of the place's tables until each is there copies times.
func (e Env) grow(ctx context.Context, p place, copies int) (err error) {
	pool, err := p.bare()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, pool.Close()) }()
	conn, err := pool.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	if p.schema == "" { // the world can be made again: it need not survive a crash while it is made
		for _, pragma := range []string{"pragma synchronous = off", "pragma cache_size = -262144", "pragma foreign_keys = off"} {
			if _, err := conn.ExecContext(ctx, pragma); err != nil {
				return err
			}
		}
	}
	sealer, err := db.OpenSealer(p.key())
	if err != nil {
		return err
	}
	for _, name := range grown {
		t, err := readBare(ctx, conn, name)
		if err != nil {
			return err
		}
		if err := e.growTable(ctx, p, conn, t, copies, sealer); err != nil {
			return fmt.Errorf("grow %s: %w", name, err)
		}
	}
	_, err = conn.ExecContext(ctx, "analyze")
	return err
}

func readBare(ctx context.Context, conn *sql.Conn, name string) (t tableRows, err error) {
	query := "select * from " + name
	if name == "job" { // what is under way is there once: a hundred copies would only hinder each other
		query += " where state not in ('queued', 'running')"
	}
	rows, err := conn.QueryContext(ctx, query)
	if err != nil {
		return t, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	t.table = name
	if t.columns, err = rows.Columns(); err != nil {
		return t, err
	}
	for rows.Next() {
		values := make([]any, len(t.columns))
		into := make([]any, len(values))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			return t, err
		}
		t.rows = append(t.rows, values)
	}
	return t, rows.Err()
}

func (e Env) growTable(ctx context.Context, p place, conn *sql.Conn, t tableRows, copies int, sealer *db.Sealer) error {
	if len(t.rows) == 0 {
		return nil
	}
	e.note("%s: %d rows", t.table, len(t.rows)*copies)
	per := max(1, min(256, insertMax/len(t.columns)))
	in := &inserter{conn: conn, perStatement: per, numbered: p.schema != "", statements: map[string]*sql.Stmt{}}
	var set [][]any
	flush := func() error {
		tx, err := conn.BeginTx(ctx, nil)
		if err != nil {
			return err
		}
		defer func() { _ = tx.Rollback() }()
		if err := in.insert(ctx, tx, t, set); err != nil {
			return err
		}
		set = set[:0]
		return tx.Commit()
	}
	for k := 1; k < copies; k++ {
		for i, row := range t.rows {
			copied := t.copied(row, i, k)
			if t.table == "sale_order" {
				if err := t.reseal(sealer, row, copied); err != nil {
					return err
				}
			}
			set = append(set, copied)
			if len(set) == growBatch {
				if err := flush(); err != nil {
					return err
				}
			}
		}
	}
	return flush()
}

// copied is row i of a table as copy k has it.
func (t tableRows) copied(row []any, i, k int) []any {
	out := make([]any, len(row))
	for c, value := range row {
		out[c] = t.moved(t.columns[c], value, i, k)
	}
	return out
}

// reseal seals the recipient of an order for its copy: what was sealed for one order does
// not open for another.
func (t tableRows) reseal(sealer *db.Sealer, row, copied []any) error {
	id, to := slices.Index(t.columns, "id"), slices.Index(t.columns, "ship_to")
	sealed, _ := row[to].([]byte)
	was, _ := row[id].(string)
	is, _ := copied[id].(string)
	plain, err := sealer.Open(sealed, order.SealPurpose(pavilion.OrderID(was)))
	if err != nil {
		return err
	}
	copied[to] = sealer.Seal(plain, order.SealPurpose(pavilion.OrderID(is)))
	return nil
}

// moved is one value in copy k: what must be unique is made so, identifiers and moments lie
// earlier.
func (t tableRows) moved(column string, value any, i, k int) any {
	switch v := value.(type) {
	case string:
		switch t.table + "." + column {
		case "sale_order.number":
			return order.WithCheckDigit(strconv.Itoa(10_000_000_000 + (i*1000+k)*numberGap/10 + 1))
		case "sale_order.external_no", "sale_order.phone_key", "parcel.waybill", "payment_intent.provider_ref", "job.unique_key":
			return movedIDs(v, k) + "-" + strconv.Itoa(k)
		case "sku.gtin":
			digits := fmt.Sprintf("%s%05d", prefix, k*len(t.rows)+i)
			return digits + string(catalog.CheckDigit(digits))
		case "producer.tax_number", "producer_prefix.prefix", "producer_registration.number":
			return fmt.Sprintf("%s-%d", v, k)
		case "search_word.word":
			return v
		}
		return movedIDs(v, k)
	case int64:
		if strings.HasSuffix(column, "_at") || strings.HasSuffix(column, "_by") || strings.HasSuffix(column, "_until") {
			return v - int64(k)*stepUnits*stepUnit
		}
	}
	return value
}

// movedIDs moves every identifier in a text to an earlier time, but for those of
// warehouses, which are there once.
func movedIDs(text string, k int) string {
	if len(text) < idLength {
		return text
	}
	out := []byte(text)
	for at := 3; at+27 <= len(out); at++ {
		if out[at] != '_' || !isID(out[at+1:at+27]) || string(out[at-3:at]) == pavilion.PrefixWarehouse {
			continue
		}
		moveID(out[at+1:at+1+idTime], k*stepUnits)
		at += 26
	}
	return string(out)
}

func isID(b []byte) bool {
	for _, c := range b {
		if strings.IndexByte(alphabet, c) < 0 {
			return false
		}
	}
	return true
}

// moveID takes units from a number written in base 32.
func moveID(digits []byte, units int) {
	n := 0
	for _, c := range digits {
		n = n*32 + strings.IndexByte(alphabet, c)
	}
	n -= units
	for i := len(digits) - 1; i >= 0; i-- {
		digits[i] = alphabet[n%32]
		n /= 32
	}
}
