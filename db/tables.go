package db

import (
	"context"
	"fmt"
	"slices"
)

// The tables of the program with their columns and the tables they refer to, as the engine
// itself knows them; goose's own is left out.
const (
	sqliteColumns = `select m.name, c.name, lower(c.type), 0 from sqlite_master m join pragma_table_info(m.name) c
where m.type = 'table' and m.name not like 'sqlite\_%' escape '\' and m.name <> 'goose_db_version' order by m.name, c.cid`
	sqliteReferences = `select m.name, f."table" from sqlite_master m join pragma_foreign_key_list(m.name) f
where m.type = 'table' and f."table" <> m.name order by m.name, f."table"`

	postgresColumns = `select cast(c.relname as text), cast(a.attname as text),
  case format_type(a.atttypid, a.atttypmod) when 'text' then 'text' when 'bytea' then 'blob' when 'bigint' then 'integer' when 'boolean' then 'integer'
    else format_type(a.atttypid, a.atttypmod) end,
  case format_type(a.atttypid, a.atttypmod) when 'boolean' then 1 else 0 end
from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
where c.relnamespace = (select oid from pg_namespace where nspname = current_schema()) and c.relkind = 'r' and c.relname <> 'goose_db_version'
order by c.relname collate "C", a.attnum`
	postgresReferences = `select cast(c.relname as text), cast(p.relname as text)
from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_class p on p.oid = k.confrelid
where k.contype = 'f' and c.oid <> p.oid and c.relnamespace = (select oid from pg_namespace where nspname = current_schema())
order by c.relname collate "C", p.relname collate "C"`
)

// tables lists the tables in an order in which each stands after those it refers to.
func tables(ctx context.Context, r Reader) ([]table, error) {
	columns, references := sqliteColumns, sqliteReferences
	if postgres(r) {
		columns, references = postgresColumns, postgresReferences
	}
	type named struct {
		table string
		column
	}
	found, err := All(ctx, r, func(row Scanner) (n named, err error) {
		var flag int64
		err = row.Scan(&n.table, &n.Name, &n.Type, &flag)
		n.flag = flag == 1
		return n, err
	}, columns)
	if err != nil {
		return nil, fmt.Errorf("list the tables: %w", err)
	}
	var all []table
	for _, n := range found {
		if len(all) == 0 || all[len(all)-1].Name != n.table {
			all = append(all, table{Name: n.table})
		}
		last := &all[len(all)-1]
		last.Columns = append(last.Columns, n.column)
	}
	refers, err := All(ctx, r, func(row Scanner) (pair [2]string, err error) {
		return pair, row.Scan(&pair[0], &pair[1])
	}, references)
	if err != nil {
		return nil, fmt.Errorf("list the references: %w", err)
	}
	return parentsFirst(all, refers)
}

// parentsFirst orders tables so that each stands after those it refers to; refers holds
// pairs of a table and one it refers to.
func parentsFirst(all []table, refers [][2]string) ([]table, error) {
	var out []table
	placed := map[string]bool{}
	for len(out) < len(all) {
		before := len(out)
		for _, t := range all {
			waits := slices.ContainsFunc(refers, func(pair [2]string) bool { return pair[0] == t.Name && !placed[pair[1]] })
			if !placed[t.Name] && !waits {
				placed[t.Name] = true
				out = append(out, t)
			}
		}
		if len(out) == before {
			return nil, fmt.Errorf("the tables refer to each other in a circle: %d of %d are in order", len(out), len(all))
		}
	}
	return out, nil
}
