package db

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"pavilion"
)

// restoreBytes is how much of the file is held before it is inserted.
const restoreBytes = 1 << 20

// Restore reads what [Backup] wrote into an empty database, all of it or nothing, and brings
// its tables up to date. The database may be new or migrated, on either engine; memory stays
// flat.
//
// Errors: Conflict db.not_empty {table}; Conflict db.backup_newer {has, knows} when a newer
// program made the file; Conflict db.backup_older {has, needs} when the tables of the database
// are newer than the file, and a new database would do; Invalid db.backup_foreign and
// db.backup_damaged. After an error the tables are empty.
func Restore(ctx context.Context, d *DB, r io.Reader, progress Progress) error {
	in, err := openDump(r)
	if err != nil {
		return err
	}
	m, err := in.manifest()
	if err != nil {
		return err
	}
	if err := d.prepareTables(ctx, m.Schema); err != nil {
		return err
	}
	err = d.Write(ctx, pavilion.System("restore"), func(tx *Tx) error { return restore(ctx, tx, in, m, progress) })
	if err != nil {
		return err
	}
	return d.Migrate(ctx)
}

// prepareTables brings an empty database to the version of the backup, and refuses one that
// is not empty or has a later version.
func (d *DB) prepareTables(ctx context.Context, version int64) error {
	knows, err := d.knows()
	if err != nil {
		return err
	}
	if version > knows {
		return pavilion.E(pavilion.Conflict, "db.backup_newer", pavilion.Args{"has": version, "knows": knows})
	}
	has, err := d.version(ctx)
	switch {
	case err != nil:
		return err
	case has > version:
		return pavilion.E(pavilion.Conflict, "db.backup_older", pavilion.Args{"has": version, "needs": has})
	}
	err = d.Read(ctx, func(v *View) error {
		ours, err := tables(ctx, v)
		if err != nil {
			return err
		}
		return mustBeEmpty(ctx, v, ours)
	})
	if err != nil {
		return err
	}
	return d.migrateTo(ctx, version)
}

func restore(ctx context.Context, tx *Tx, in *dumpReader, m manifest, progress Progress) error {
	ours, err := tables(ctx, tx)
	if err != nil {
		return err
	}
	if err := mustBeEmpty(ctx, tx, ours); err != nil {
		return err
	}
	count := counter{progress: progress, total: m.rows()}
	for _, t := range m.Tables {
		i := slices.IndexFunc(ours, func(o table) bool { return o.Name == t.Name })
		if i < 0 || !slices.EqualFunc(ours[i].Columns, t.Columns, sameColumn) {
			return damaged(fmt.Errorf("table %q is not the one of version %d", t.Name, m.Schema))
		}
		if err := restoreTable(ctx, tx, in, ours[i], t.Rows, &count); err != nil {
			return fmt.Errorf("restore table %s: %w", t.Name, err)
		}
		ours = slices.Delete(ours, i, i+1) // a table stands in the file once
	}
	if len(ours) > 0 {
		return damaged(fmt.Errorf("table %q is missing", ours[0].Name))
	}
	count.end()
	return in.end()
}

func sameColumn(a, b column) bool { return a.Name == b.Name && a.Type == b.Type }

func mustBeEmpty(ctx context.Context, r Reader, all []table) error {
	for _, t := range all {
		var rows int64
		if err := r.QueryRow(ctx, "select count(*) from (select 1 from "+quoted(t.Name)+" limit 1) found").Scan(&rows); err != nil {
			return err
		}
		if rows > 0 {
			return pavilion.E(pavilion.Conflict, "db.not_empty", pavilion.Args{"table": t.Name})
		}
	}
	return nil
}

// restoreTable inserts the rows of one table in sets. The table is one of the database: no
// name in the file becomes SQL.
func restoreTable(ctx context.Context, tx *Tx, in *dumpReader, t table, rows int64, count *counter) error {
	insert := Insert{Table: quoted(t.Name)}
	for _, c := range t.Columns {
		insert.Columns = append(insert.Columns, quoted(c.Name))
	}
	var args []any
	held := 0
	for n := int64(1); n <= rows; n++ {
		values, size, err := in.row(t.Columns)
		if err != nil {
			return err
		}
		for i, c := range t.Columns {
			if flag, ok := values[i].(int64); ok && c.flag {
				values[i] = flag != 0
			}
		}
		args = append(args, values...)
		held += size
		if n == rows || held >= restoreBytes || len(args) >= insertSizes[0]*len(t.Columns) {
			if _, err := insert.Rows(ctx, tx, args); err != nil {
				return refused(err)
			}
			args, held = args[:0], 0
		}
		count.add()
	}
	return in.seal(t.Name)
}

// refused sorts a failed insert: the engine's trouble, or rows that the tables do not take.
func refused(err error) error {
	err = explain(err)
	if pavilion.KindOf(err) == pavilion.Unavailable || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return damaged(err)
}
