package dbtest

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestStatementsIn(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	source := "package p\n\nconst columns = `id, name`\n\n" +
		"const one = `select ` + columns + ` from brand where id = $1`\n\n" +
		"var keyed = &db.Keyed{Text: \"select id from brand where key = $1 and id in (%s)\", Args: 1}\n\n" +
		"const part, other = \"select id from brand \", `select id from brand where key = ?`\n\nconst sentence = \"select words with care\"\n\n" +
		"func f(only string) {\n\tconst local = \"delete from brand where id = $1\"\n\ttx.Exec(ctx, one+only, local)\n\ttx.Exec(ctx, `update brand set key = $1`)\n\tbuild(`select id from `)\n}\n"
	if err := os.WriteFile(filepath.Join(folder, "p.go"), []byte(source), 0o600); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, s := range statementsIn(t, folder) {
		got = append(got, s.text)
	}
	want := []string{
		"select id, name from brand where id = $1",
		"select id from brand where key = $1 and id in ($2)",
		"select words with care",
		"delete from brand where id = $1",
		"update brand set key = $1",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("statements (-want +got):\n%s", diff)
	}
}

func TestBrokenRule(t *testing.T) {
	t.Parallel()
	for text, broken := range map[string]bool{
		"select id from brand where id = $1 and key = $2 and key <> $1": false,
		"select id from brand where id = $2 and key = $1":               true,
		"select * from brand":                                 true,
		"select id from brand where id = any($1)":             true,
		"select id from brand where id ilike $1":              true,
		"select id::text from brand":                          true,
		"select id from brand limit 1 for update":             true,
		"update brand set key = now()":                        true,
		"select count(*) from brand where key like '%' || $1": false,
	} {
		if got := brokenRule(text); (got != "") != broken {
			t.Errorf("%s: got %q, want broken %v", text, got, broken)
		}
	}
}
