package db

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"pavilion"
)

// Progress is told how many of all rows are done, now and then and at the end.
type Progress func(done, total int64)

// progressEvery is after how many rows Progress is told.
const progressEvery = 1000

// Backup writes everything in the database to w: one file that belongs to no engine, so
// that what was saved from SQLite can be restored into PostgreSQL and the other way round.
// It shows one moment, however much is written meanwhile, and holds one row in memory at a
// time. On SQLite the write-ahead log grows until the backup ends. Error: NotFound
// db.no_tables when the database was never used.
//
// The key file of the [Sealer] is not in it: whoever has the backup alone cannot read names,
// phones and addresses, and whoever loses the key file cannot either. Keep both, apart from
// each other. The checksums find damage; they do not prove who made the file.
func Backup(ctx context.Context, d *DB, w io.Writer, progress Progress) error {
	return d.Read(ctx, func(v *View) error {
		m, err := d.takeStock(ctx, v)
		if err != nil {
			return err
		}
		out := newDumpWriter(w)
		if err := out.manifest(m); err != nil {
			return err
		}
		count := counter{progress: progress, total: m.rows()}
		for _, t := range m.Tables {
			if err := backupTable(ctx, v, out, t, &count); err != nil {
				return fmt.Errorf("back up table %s: %w", t.Name, err)
			}
		}
		count.end()
		return out.close()
	})
}

// takeStock lists the tables with the rows they have.
func (d *DB) takeStock(ctx context.Context, v *View) (manifest, error) {
	m := manifest{Format: dumpFormat, Engine: d.engine, TakenAt: v.Now().Format(time.RFC3339Nano)}
	var err error
	if m.Tables, err = tables(ctx, v); err != nil {
		return manifest{}, err
	}
	if len(m.Tables) == 0 {
		return manifest{}, pavilion.E(pavilion.NotFound, "db.no_tables", nil)
	}
	if err := v.QueryRow(ctx, selectVersion).Scan(&m.Schema); err != nil {
		return manifest{}, err
	}
	for i := range m.Tables {
		if err := v.QueryRow(ctx, "select count(*) from "+quoted(m.Tables[i].Name)).Scan(&m.Tables[i].Rows); err != nil {
			return manifest{}, err
		}
	}
	return m, nil
}

func backupTable(ctx context.Context, v *View, out *dumpWriter, t table, count *counter) error {
	rows, err := v.Query(ctx, t.selectAll())
	if err != nil {
		return err
	}
	defer rows.Close()
	values, targets := make([]any, len(t.Columns)), make([]any, len(t.Columns))
	for i := range values {
		targets[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(targets...); err != nil {
			return err
		}
		if err := out.row(values); err != nil {
			return err
		}
		count.add()
	}
	if err := rows.Err(); err != nil {
		return err
	}
	return out.seal(t.Name)
}

func (t table) selectAll() string {
	names := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		names[i] = quoted(c.Name)
	}
	return "select " + strings.Join(names, ", ") + " from " + quoted(t.Name)
}

// quoted makes a name of the database's own catalogue an identifier.
func quoted(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// counter tells a Progress.
type counter struct {
	progress    Progress
	done, total int64
}

func (c *counter) add() {
	if c.done++; c.done%progressEvery == 0 {
		c.end()
	}
}

func (c *counter) end() {
	if c.progress != nil {
		c.progress(c.done, c.total)
	}
}
