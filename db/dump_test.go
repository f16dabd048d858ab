package db

import (
	"bytes"
	"compress/gzip"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pavilion"
)

// dumpText is a small backup, not packed.
func dumpText(t testing.TB) string {
	t.Helper()
	var file bytes.Buffer
	out := newDumpWriter(&file)
	columns := []column{{Name: "id", Type: "text"}, {Name: "n", Type: "integer"}, {Name: "b", Type: "blob"}}
	m := manifest{Format: dumpFormat, Schema: 1, Engine: SQLite, Tables: []table{{Name: "one", Columns: columns, Rows: 2}, {Name: "two", Columns: columns}}}
	for _, err := range []error{
		out.manifest(m),
		out.row([]any{"Ў\xff", int64(-1), []byte{0, 255}}), out.row([]any{"", nil, []byte(nil)}), out.seal("one"),
		out.seal("two"), out.close(),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	zip, err := gzip.NewReader(&file)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(zip)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// readAll reads a whole backup as Restore does.
func readAll(in *dumpReader) (all [][]any, err error) {
	m, err := in.manifest()
	if err != nil {
		return nil, err
	}
	for _, t := range m.Tables {
		for range t.Rows {
			values, _, err := in.row(t.Columns)
			if err != nil {
				return nil, err
			}
			all = append(all, values)
		}
		if err := in.seal(t.Name); err != nil {
			return nil, err
		}
	}
	return all, in.end()
}

func TestDumpGivesBackWhatItTook(t *testing.T) {
	t.Parallel()
	got, err := readAll(readDump(strings.NewReader(dumpText(t))))
	if err != nil {
		t.Fatal(err)
	}
	want := [][]any{{"Ў\xff", int64(-1), []byte{0, 255}}, {"", nil, []byte{}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
}

func TestParentsFirst(t *testing.T) {
	t.Parallel()
	all := []table{{Name: "a"}, {Name: "b"}, {Name: "c"}, {Name: "d"}}
	got, err := parentsFirst(all, [][2]string{{"a", "c"}, {"c", "d"}, {"b", "d"}})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, t := range got {
		names = append(names, t.Name)
	}
	if diff := cmp.Diff([]string{"d", "b", "c", "a"}, names); diff != "" {
		t.Errorf("order (-want +got):\n%s", diff)
	}
	if _, err := parentsFirst(all, [][2]string{{"a", "b"}, {"b", "a"}}); err == nil {
		t.Error("a circle: got nil, want an error")
	}
}

// FuzzDump reads rubbish: it is refused with a reason, and never with a panic.
func FuzzDump(f *testing.F) {
	whole := dumpText(f)
	f.Add(whole)
	f.Add(whole[:len(whole)/2])
	f.Add(strings.ReplaceAll(whole, `"rows":2`, `"rows":9223372036854775807`))
	f.Add("{}\n")
	f.Fuzz(func(t *testing.T, text string) {
		_, err := readAll(readDump(strings.NewReader(text)))
		if err != nil && pavilion.KindOf(err) != pavilion.Invalid {
			t.Errorf("got %v, want nil or Invalid", err)
		}
	})
}

// FuzzDumpRow reads a row, writes it, and reads it again: it is the same row.
func FuzzDumpRow(f *testing.F) {
	for line := range strings.Lines(dumpText(f)) {
		f.Add(line)
	}
	columns := []column{{Type: "text"}, {Type: "integer"}, {Type: "blob"}}
	f.Fuzz(func(t *testing.T, line string) {
		first, _, err := readDump(strings.NewReader(line)).row(columns)
		if err != nil {
			return
		}
		var file bytes.Buffer
		out := newDumpWriter(&file)
		if err := out.row(append([]any{}, first...)); err != nil {
			t.Fatal(err)
		}
		if err := out.close(); err != nil {
			t.Fatal(err)
		}
		in, err := openDump(&file)
		if err != nil {
			t.Fatal(err)
		}
		again, _, err := in.row(columns)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(first, again); diff != "" {
			t.Errorf("row (-first +again):\n%s", diff)
		}
	})
}
