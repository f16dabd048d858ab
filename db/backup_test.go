package db_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pavilion"
	"pavilion/db"
	"pavilion/db/dbtest"
)

// fill writes rows with everything a column can hold: null, the ends of the integers, every
// sort of text, empty and binary bytes, true and false, and rows that refer to others.
func fill(t *testing.T, d *db.DB) {
	t.Helper()
	all := make([]byte, 256)
	for i := range all {
		all[i] = byte(i)
	}
	statements := []struct {
		text string
		args []any
	}{
		{"insert into staff (id, name, login, password_hash, roles, created_at) values ($1, $2, $3, '', '', $4)", []any{"stf_1", "Ў \"quoted\" \\ 商店 \u2028 </script>", "a", int64(-1 << 63)}},
		{"insert into staff (id, name, login, password_hash, roles, created_at, ended_at) values ('stf_2', '', 'b', '', '', $1, $2)", []any{int64(1<<63 - 1), int64(0)}},
		{"insert into staff_session (secret_hash, staff_id, created_at, seen_at, expires_at) values ('h', 'stf_1', 1, 2, 3)", nil},
		{"insert into warehouse (id, code, name_text, country, time_zone, sells, created_at) values ('whs_1', 'A', '{}', 'CN', 'Asia/Shanghai', $1, 1), ('whs_2', 'B', '{}', 'CN', 'Asia/Shanghai', $2, 1)", []any{true, false}},
		{"insert into buyer (id, phone_key, phone, created_at) values ('byr_1', 'k1', $1, 1), ('byr_2', 'k2', $2, 1)", []any{all, []byte{}}},
	}
	err := d.Write(t.Context(), tester, func(tx *db.Tx) error {
		for _, s := range statements {
			if _, err := tx.Exec(t.Context(), s.text, s.args...); err != nil {
				return err
			}
		}
		for n := range 300 {
			if err := put(t, tx, fmt.Sprintf("f%03d", n)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// contents returns every row of every table, with one form for both engines.
func contents(t *testing.T, d *db.DB) map[string][]string {
	t.Helper()
	all := map[string][]string{}
	names := "select name from sqlite_master where type = 'table' and name not like 'sqlite%' and name <> 'goose_db_version'"
	if d.Engine() == db.PostgreSQL {
		names = "select cast(tablename as text) from pg_tables where schemaname = current_schema() and tablename <> 'goose_db_version'"
	}
	for _, name := range rows(t, d, names) {
		lines := []string{}
		for _, row := range rows(t, d, fmt.Sprintf("select * from %s", name[0])) {
			for i, v := range row {
				switch v := v.(type) {
				case bool:
					row[i] = int64(0)
					if v {
						row[i] = int64(1)
					}
				case []byte:
					row[i] = append([]byte{}, v...) // no bytes are nil in one driver
				}
			}
			lines = append(lines, fmt.Sprintf("%#v", row))
		}
		slices.Sort(lines)
		all[name[0].(string)] = lines
	}
	return all
}

func backup(t *testing.T, d *db.DB) []byte {
	t.Helper()
	var file bytes.Buffer
	if err := db.Backup(t.Context(), d, &file, nil); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

// TestBackupGoesRound: SQLite → file → PostgreSQL → file → SQLite gives the same rows.
func TestBackupGoesRound(t *testing.T) {
	t.Parallel()
	first := dbtest.SQLite(t)
	fill(t, first)
	want := contents(t, first)
	stations := []string{dbtest.PostgreSQL(t), filepath.Join(t.TempDir(), "pavilion.db")}
	from := first
	for _, url := range stations {
		to, err := db.Open(t.Context(), db.Options{URL: url})
		if err != nil {
			t.Fatal(err)
		}
		defer to.Close()
		var told [][2]int64
		progress := func(done, total int64) { told = append(told, [2]int64{done, total}) }
		reader, writer := io.Pipe() // nothing holds the whole file
		var wait sync.WaitGroup
		wait.Go(func() { writer.CloseWithError(db.Backup(t.Context(), from, writer, nil)) })
		if err := db.Restore(t.Context(), to, reader, progress); err != nil {
			t.Fatal(err)
		}
		wait.Wait()
		if diff := cmp.Diff(want, contents(t, to)); diff != "" {
			t.Fatalf("rows in %s (-want +got):\n%s", to.Engine(), diff)
		}
		if last := told[len(told)-1]; last != [2]int64{307, 307} {
			t.Errorf("got progress %v at the end, want 307 of 307", last)
		}
		from = to
	}
}

// TestBackupIsOneMoment: every write adds a row and counts it; the backup holds as many
// rows as it counts, whenever it was taken.
func TestBackupIsOneMoment(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		err := d.Write(t.Context(), tester, func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), "insert into attempt (subject, failures, blocked_until, updated_at) values ('rows', 0, 0, 0)")
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		ctx, stop := context.WithCancel(t.Context())
		var wait sync.WaitGroup
		begun := make(chan struct{}, 1)
		for worker := range 4 {
			wait.Go(func() {
				for n := 0; ctx.Err() == nil; n++ {
					err := d.Write(context.Background(), tester, func(tx *db.Tx) error {
						if err := put(t, tx, fmt.Sprintf("%d-%d", worker, n)); err != nil {
							return err
						}
						_, err := tx.Exec(t.Context(), "update attempt set failures = failures + 1 where subject = 'rows'")
						return err
					})
					if err != nil {
						t.Error(err)
						return
					}
					select {
					case begun <- struct{}{}:
					default:
					}
				}
			})
		}
		<-begun
		var files [][]byte
		for range 3 {
			files = append(files, backup(t, d))
		}
		stop()
		wait.Wait()
		for _, file := range files {
			to := dbtest.SQLite(t)
			if err := db.Restore(t.Context(), to, bytes.NewReader(file), nil); err != nil {
				t.Fatal(err)
			}
			got := rows(t, to, "select (select count(*) from fact), (select failures from attempt)")[0]
			if got[0] != got[1] || got[0] == int64(0) {
				t.Errorf("got %v rows and %v counted, want the same and some", got[0], got[1])
			}
		}
	})
}

// TestBackupBesideAServer: another process takes the backup while a server writes.
func TestBackupBesideAServer(t *testing.T) {
	t.Parallel()
	dbtest.EachURL(t, func(t *testing.T, url string) {
		server := dbtest.Open(t, url, dbtest.NewClock())
		fill(t, server)
		reader, err := db.Open(t.Context(), db.Options{URL: url, ReadOnly: true})
		if err != nil {
			t.Fatal(err)
		}
		defer reader.Close()
		to := dbtest.SQLite(t)
		if err := db.Restore(t.Context(), to, bytes.NewReader(backup(t, reader)), nil); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(contents(t, server), contents(t, to)); diff != "" {
			t.Errorf("rows (-server +restored):\n%s", diff)
		}
	})
}

// isEmpty tells whether no table has a row.
func isEmpty(t *testing.T, d *db.DB) bool {
	t.Helper()
	for _, lines := range contents(t, d) {
		if len(lines) > 0 {
			return false
		}
	}
	return true
}

// TestRestoreRefusesDamage: a file that was cut or changed anywhere leaves the tables empty.
func TestRestoreRefusesDamage(t *testing.T) {
	t.Parallel()
	from := dbtest.SQLite(t)
	fill(t, from)
	want, whole := contents(t, from), backup(t, from)
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		random := rand.New(rand.NewPCG(3, 4))
		var files [][]byte
		for range 12 {
			files = append(files, whole[:random.IntN(len(whole))])
			changed := bytes.Clone(whole)
			changed[10+random.IntN(len(changed)-10)] ^= 1 << random.IntN(8) // after gzip's head, which says nothing about the rows
			files = append(files, changed)
		}
		files = append(files, append(bytes.Clone(whole), "more"...), append(bytes.Clone(whole), whole...))
		for n, file := range files {
			err := db.Restore(t.Context(), d, bytes.NewReader(file), nil)
			if reason := pavilion.ReasonOf(err); reason != "db.backup_damaged" && reason != "db.backup_foreign" {
				t.Errorf("file %d: got %v, want a refusal", n, err)
			}
			if !isEmpty(t, d) {
				t.Fatalf("file %d: the tables are not empty", n)
			}
		}
		if err := db.Restore(t.Context(), d, bytes.NewReader(whole), nil); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, contents(t, d)); diff != "" {
			t.Errorf("rows (-want +got):\n%s", diff)
		}
	})
}

// TestRestoreRefusesEdits: a file that was unpacked, edited and packed again.
func TestRestoreRefusesEdits(t *testing.T) {
	t.Parallel()
	from := dbtest.SQLite(t)
	fill(t, from)
	zip, err := gzip.NewReader(bytes.NewReader(backup(t, from)))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(zip)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.SplitAfter(string(text), "\n")
	fact := slices.IndexFunc(lines, func(l string) bool { return strings.HasPrefix(l, `["f000"`) })
	with := func(edit func(lines []string) []string) string {
		return strings.Join(edit(slices.Clone(lines)), "")
	}
	replace := func(old, by string) string { return strings.Replace(string(text), old, by, 1) }
	edits := map[string]struct {
		text   string
		reason string
	}{
		"a value":           {replace(`["f000","k"`, `["f000","x"`), "db.backup_damaged"},
		"a row less":        {with(func(l []string) []string { return slices.Delete(l, fact, fact+1) }), "db.backup_damaged"},
		"a row twice":       {with(func(l []string) []string { return slices.Insert(l, fact, l[fact]) }), "db.backup_damaged"},
		"rows in new order": {with(func(l []string) []string { l[fact], l[fact+1] = l[fact+1], l[fact]; return l }), "db.backup_damaged"},
		"a value less":      {replace(`["f000","k",`, `["f000",`), "db.backup_damaged"},
		"another type":      {replace(`["f000","k"`, `["f000",7`), "db.backup_damaged"},
		"a fraction":        {replace(`"{}","s",1,1]`, `"{}","s",1.5,1]`), "db.backup_damaged"},
		"an unknown form":   {replace(`["f000","k"`, `["f000",{"x":1}`), "db.backup_damaged"},
		"another table":     {replace(`"name":"fact"`, `"name":"fact; drop table staff"`), "db.backup_damaged"},
		"another column":    {replace(`{"name":"happened_at"`, `{"name":"happened_on"`), "db.backup_damaged"},
		"fewer rows":        {replace(`"rows":300`, `"rows":299`), "db.backup_damaged"},
		"rows below zero":   {replace(`"rows":300`, `"rows":-1`), "db.backup_damaged"},
		"another format":    {replace(`pavilion backup 1`, `pavilion backup 2`), "db.backup_foreign"},
		"a newer program":   {replace(`"schema":`, `"schema":99`), "db.backup_newer"},
		"no tables":         {`{"format":"pavilion backup 1","schema":1,"tables":[]}` + "\n", "db.backup_foreign"},
		"nothing":           {"", "db.backup_foreign"},
		"another file":      {"id,name\n1,x\n", "db.backup_foreign"},
	}
	d := dbtest.SQLite(t)
	for name, edit := range edits {
		if edit.text == string(text) {
			t.Fatalf("%s: the edit changed nothing", name)
		}
		err := db.Restore(t.Context(), d, bytes.NewReader(pack(t, edit.text)), nil)
		if pavilion.ReasonOf(err) != edit.reason {
			t.Errorf("%s: got %v, want %s", name, err, edit.reason)
		}
		if !isEmpty(t, d) {
			t.Fatalf("%s: the tables are not empty", name)
		}
	}
	err = db.Restore(t.Context(), d, strings.NewReader("this is not packed at all"), nil)
	wantError(t, err, pavilion.Invalid, "db.backup_foreign")
	if err := db.Restore(t.Context(), d, bytes.NewReader(pack(t, string(text))), nil); err != nil {
		t.Errorf("the unchanged text: got %v, want nil", err)
	}
}

func pack(t testing.TB, text string) []byte {
	t.Helper()
	var out bytes.Buffer
	zip := gzip.NewWriter(&out)
	_, err := zip.Write([]byte(text))
	if err := errors.Join(err, zip.Close()); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestRestoreOnlyIntoAnEmptyDatabase(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		fill(t, d)
		want := contents(t, d)
		err := db.Restore(t.Context(), d, bytes.NewReader(backup(t, d)), nil)
		wantError(t, err, pavilion.Conflict, "db.not_empty")
		if diff := cmp.Diff(want, contents(t, d)); diff != "" {
			t.Errorf("rows (-want +got):\n%s", diff)
		}
	})
}

func TestBackupOfNothing(t *testing.T) {
	t.Parallel()
	dbtest.EachURL(t, func(t *testing.T, url string) {
		d, err := db.Open(t.Context(), db.Options{URL: url})
		if err != nil {
			t.Fatal(err)
		}
		defer d.Close()
		wantError(t, db.Backup(t.Context(), d, io.Discard, nil), pavilion.NotFound, "db.no_tables")
	})
}

type fullDisk struct{ left int }

func (f *fullDisk) Write(p []byte) (int, error) {
	if f.left -= len(p); f.left < 0 {
		return 0, io.ErrShortWrite
	}
	return len(p), nil
}

func TestBackupOntoAFullDisk(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t)
	fill(t, d)
	if err := db.Backup(t.Context(), d, &fullDisk{100}, nil); !errors.Is(err, io.ErrShortWrite) {
		t.Errorf("got %v, want %v", err, io.ErrShortWrite)
	}
}

func BenchmarkBackup(b *testing.B) {
	d, file := manyRows(b, 20_000)
	b.SetBytes(int64(file.Len()))
	b.ReportAllocs()
	for b.Loop() {
		if err := db.Backup(b.Context(), d, io.Discard, nil); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(20_000*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

func BenchmarkRestore(b *testing.B) {
	_, file := manyRows(b, 20_000)
	for _, engine := range []db.Engine{db.SQLite, db.PostgreSQL} {
		b.Run(string(engine), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				b.StopTimer()
				to := openFresh(b, engine)
				b.StartTimer()
				if err := db.Restore(b.Context(), to, bytes.NewReader(file.Bytes()), nil); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(20_000*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}

// manyRows returns a database with n facts, and its backup.
func manyRows(b *testing.B, n int) (*db.DB, *bytes.Buffer) {
	b.Helper()
	d := openFresh(b, db.SQLite)
	err := d.Write(b.Context(), tester, func(tx *db.Tx) error {
		var args []any
		for i := range n {
			args = append(args, factArgs(i)...)
		}
		_, err := factRow.Rows(b.Context(), tx, args)
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	var file bytes.Buffer
	if err := db.Backup(b.Context(), d, &file, nil); err != nil {
		b.Fatal(err)
	}
	return d, &file
}
