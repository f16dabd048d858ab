package console_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"pavilion"
	"pavilion/db"
	"pavilion/staff"
)

// TestAudit goes from the list of the trail to an entry, narrows the list, and has the chain
// computed before and after somebody changed it by hand.
func TestAudit(t *testing.T) {
	t.Parallel()
	d, v := open(t)
	signIn(t, d, v, staff.Owner)
	note := func(act, about string, changes ...staff.FieldChange) {
		t.Helper()
		by := pavilion.Actor{Kind: pavilion.BySystem, ID: "cli", From: "203.0.113.x"}
		if err := d.Write(t.Context(), by, func(tx *db.Tx) error { return staff.NoteChanges(t.Context(), tx, act, about, changes) }); err != nil {
			t.Fatal(err)
		}
	}
	note("product.changed", "prd_1", staff.FieldChange{Field: "name.zh", Before: "牛奶巧克力", After: "<b>黑巧克力"}, staff.FieldChange{Field: "4810000000015.net", After: "90 g"})
	note("category.changed", "tea", staff.FieldChange{Field: "position", Before: "1", After: "2"})
	var number int64
	if err := d.Read(t.Context(), func(r *db.View) error {
		found, err := staff.SearchTrail(t.Context(), r, staff.TrailFilter{About: "prd_1"}, "", 1)
		number = found[0].Number
		return err
	}); err != nil {
		t.Fatal(err)
	}
	has := func(path string, words ...string) string {
		t.Helper()
		status, _, page := v.get(path)
		if status != http.StatusOK {
			t.Fatalf("%s: got %d", path, status)
		}
		for _, w := range words {
			if !strings.Contains(page, w) {
				t.Errorf("%s: the page does not say %q", path, w)
			}
		}
		return page
	}
	has("/console/trail", "Changed a product", "Changed a category", "Signed in", "Command line")
	if page := has("/console/trail?words=牛奶", "Changed a product"); strings.Contains(page, "<td data-label=\"Act\">Changed a category") {
		t.Error("a category is found by a word of a product")
	}
	later := d.Now().Add(48 * time.Hour).Format(time.DateOnly)
	if page := has("/console/trail?from=" + later); strings.Contains(page, "203.0.113.x") {
		t.Error("an entry of today is found after tomorrow")
	}
	has("/console/trail/"+staff.Entry{Number: number}.Key(), "Name (Chinese)", "牛奶巧克力", "&lt;b&gt;黑巧克力", "4810000000015: Net content", "203.0.113.x", `href="/console/products/prd_1"`)
	for _, none := range []string{"999999", "x", "0"} {
		if status, _, _ := v.get("/console/trail/" + none); status != http.StatusNotFound {
			t.Errorf("entry %s: got %d, want %d", none, status, http.StatusNotFound)
		}
	}
	has("/console/trail/verify", "The trail is whole", "--trail-head")
	if err := d.Write(t.Context(), pavilion.System("test"), func(tx *db.Tx) error {
		_, err := tx.Exec(t.Context(), "update trail set act = 'product.created' where number = $1", number)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	has("/console/trail/verify", "1 difference found", "was changed")
}
