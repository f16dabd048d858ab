package db

import (
	"strconv"
	"strings"
)

// Where puts the conditions of a list together: those that were asked for, in rising order
// of placeholders. Its zero value has none.
//
//	var w db.Where
//	if f.State != "" {
//		w.And("state = $1", f.State)
//	}
//	w.And("id < $1", before)
//	query, args := w.SQL(sqlOrders, "order by id desc limit $1", limit)
type Where struct {
	conditions []string
	args       []any
}

// And adds a condition, numbered from $1 by itself.
func (w *Where) And(condition string, args ...any) {
	w.conditions = append(w.conditions, renumber(condition, len(w.args)))
	w.args = append(w.args, args...)
}

// SQL returns head, the conditions after "where", and tail, whose placeholders count from $1
// by themselves, with all arguments in order.
func (w Where) SQL(head, tail string, args ...any) (query string, all []any) {
	var b strings.Builder
	b.WriteString(head)
	if len(w.conditions) > 0 {
		b.WriteString("\nwhere " + strings.Join(w.conditions, " and "))
	}
	b.WriteString("\n")
	b.WriteString(renumber(tail, len(w.args)))
	return b.String(), append(append(make([]any, 0, len(w.args)+len(args)), w.args...), args...)
}

// renumber raises every placeholder of a text of ours by n.
func renumber(sql string, n int) string {
	if n == 0 {
		return sql
	}
	var b strings.Builder
	for {
		before, after, found := strings.Cut(sql, "$")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		digits := len(after) - len(strings.TrimLeft(after, "0123456789"))
		number, err := strconv.Atoi(after[:digits])
		if err != nil { // not a placeholder
			b.WriteString("$")
			sql = after
			continue
		}
		b.WriteString("$" + strconv.Itoa(number+n))
		sql = after[digits:]
	}
}
