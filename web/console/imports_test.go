package console_test

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"pavilion"
	"pavilion/catalog"
	"pavilion/db"
	"pavilion/staff"
)

// sheet is a workbook with rows below Russian headings.
func sheet(t *testing.T, rows ...[]any) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	for i, row := range append([][]any{{"Штрихкод", "Наименование", "Масса нетто"}}, rows...) {
		if err := f.SetSheetRow("Sheet1", "A"+string(rune('1'+i)), &row); err != nil {
			t.Fatal(err)
		}
	}
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// hand sends a file as the form for workbooks does.
func (v *visitor) hand(path, producer, name string, file []byte) (int, string, string) {
	v.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("workbook", name)
	if err == nil {
		_, err = part.Write(file)
	}
	if err == nil {
		err = form.WriteField("producer", producer)
	}
	if err == nil {
		err = form.Close()
	}
	if err != nil {
		v.t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(v.t.Context(), http.MethodPost, v.url+path, &body)
	if err != nil {
		v.t.Fatal(err)
	}
	r.Header.Set("Content-Type", form.FormDataContentType())
	r.Header.Set("Accept-Language", "en")
	answer, err := v.client.Do(r)
	if err != nil {
		v.t.Fatal(err)
	}
	defer answer.Body.Close()
	page, err := io.ReadAll(answer.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	return answer.StatusCode, answer.Request.URL.Path, string(page)
}

// twoProducers makes the owner of the prefix 4810067 and another one.
func twoProducers(t *testing.T, d *db.DB) (one, other pavilion.ProducerID) {
	t.Helper()
	if err := d.Write(t.Context(), pavilion.System("test"), func(tx *db.Tx) (err error) {
		if one, err = catalog.SaveProducer(t.Context(), tx, catalog.Producer{Country: "BY", TaxNumber: "400078265", LegalName: pavilion.Text{"ru": "Спартак"}, Prefixes: []string{"4810067"}}); err != nil {
			return err
		}
		other, err = catalog.SaveProducer(t.Context(), tx, catalog.Producer{Country: "BY", TaxNumber: "799900490", LegalName: pavilion.Text{"ru": "Вясна"}, Prefixes: []string{"4819990"}})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return one, other
}

var (
	good = []any{"4810067000341", "Шоколад", "90 г"}
	bad  = []any{"4810067000342", "Зефир", "300 г"}
)

// TestImportWithMistakes: handed in, looked at, given back marked, the good rows taken, mended
// and handed in again.
func TestImportWithMistakes(t *testing.T) {
	t.Parallel()
	d, keeper := open(t)
	signIn(t, d, keeper, staff.Catalogue)
	producer, _ := twoProducers(t, d)
	keeper.has("/console/imports", "No workbook yet", "/console/imports/new")
	keeper.has("/console/imports/new", "Спартак", "/console/imports/template?for=be")

	for name, c := range map[string]struct {
		producer string
		file     []byte
		want     string
	}{
		"a page":      {string(producer), []byte("<script>alert(1)</script>"), "not an Excel workbook"},
		"no producer": {"", sheet(t, good), "Name the producer"},
		"nobody":      {"pdr_none", sheet(t, good), "producer"},
	} {
		if status, _, page := keeper.hand("/console/imports", c.producer, "a.xlsx", c.file); status < 400 || status >= 500 || !strings.Contains(page, c.want) || !strings.Contains(page, "The workbook was not taken") {
			t.Errorf("%s: got %d without %q", name, status, c.want)
		}
	}
	handed := sheet(t, good, bad, []any{"9521234567899", "Пример", "1 г"})
	_, at, _ := keeper.hand("/console/imports", string(producer), "goods.xlsx", handed)
	if !strings.HasPrefix(at, "/console/imports/imp_") {
		t.Fatalf("got %s, want the page of the workbook", at)
	}
	keeper.has(at, "being checked", "data-refresh", "not", "Import the good")
	work(t, d)
	keeper.has(at, "A3", "mistake", "Штрихкод", "952", "Import the good row", "1 row has a mistake", "4810067000341", "not", "data-refresh")
	if status, _, page := keeper.post(at+"/import", url.Values{}); status != http.StatusConflict || !strings.Contains(page, "Mend it, or take the good rows") {
		t.Errorf("all rows in spite of a mistake: got %d, want 409", status)
	}
	_, _, marked := keeper.get(at + "/marked")
	info, rows := readSheet(t, []byte(marked))
	if info.Sheet != "Sheet1" || rows != 2 {
		t.Errorf("marked workbook: got %d rows of %q, want 2 of Sheet1", rows, info.Sheet)
	}
	if _, _, same := keeper.get(at + "/file"); same != string(handed) {
		t.Error("the workbook is not given back as it was")
	}
	keeper.post(at+"/import", url.Values{"good": {"1"}})
	work(t, d)
	keeper.has(at, "imported", "Imported: 1 new, 0 changed, 0 that were there already, 1 left out for mistakes.", "Member catalogue")

	mended := []any{"4810067000358", "Зефир", "300 г"}
	_, second, _ := keeper.hand("/console/imports", string(producer), "goods.xlsx", sheet(t, good, mended))
	work(t, d)
	keeper.has(second, "Import all 2 rows", "not", "has a mistake")
	keeper.post(second+"/import", url.Values{})
	work(t, d)
	keeper.has(second, "1 new, 0 changed, 1 that were there already")
	keeper.has("/console/imports?state=imported", at, second)

	_, third, _ := keeper.hand("/console/imports", string(producer), "heavier.xlsx", sheet(t, mended, []any{"4810067000341", "Шоколад", "100 г"}))
	work(t, d)
	keeper.post(third+"/import", url.Values{})
	work(t, d)
	heavier, book := `<a href="`+third+`">heavier.xlsx, row 3</a>`, `<a href="`+third+`">heavier.xlsx</a>`
	_, _, product := keeper.get("/console/search?q=4810067000341")
	path := regexp.MustCompile(`/console/products/prd_[^"/?]+`).FindString(product)
	keeper.has(path, "<dt>Taken from</dt><dd>"+heavier, "Updated a product from a workbook", "· "+heavier)
	owner := newVisitor(t, keeper.url)
	signIn(t, d, owner, staff.Owner)
	_, _, trail := owner.get("/console/trail?act=product.imported")
	owner.has("/console/trail?about=4810067000341", "Product Шоколад", "90 g → 100 g")
	owner.has(regexp.MustCompile(`/console/trail/\d+`).FindString(trail), "Product Шоколад", book, "Row</dt><dd>3")

	_, empty, _ := keeper.hand("/console/imports", string(producer), "empty.xlsx", sheet(t, []any{"9521234567899", "Пример", "1 г"}))
	work(t, d)
	keeper.has(empty, "not taken", "There is no product below the headings", "examples")
}

func readSheet(t *testing.T, file []byte) (info catalog.SheetInfo, rows int) {
	t.Helper()
	info, err := catalog.ReadSheet(t.Context(), bytes.NewReader(file), int64(len(file)), func(catalog.ProductRow) error { rows++; return nil })
	if err != nil {
		t.Fatal(err)
	}
	return info, rows
}

// TestProducersHandInTheirOwn: a producer sees and hands in nothing but its own, whatever the
// form says, and gives a workbook on to the operator, who imports it.
func TestProducersHandInTheirOwn(t *testing.T) {
	t.Parallel()
	d, keeper := open(t)
	signIn(t, d, keeper, staff.Catalogue)
	one, other := twoProducers(t, d)
	maker := newVisitor(t, keeper.url)
	signInAs(t, d, maker, "maker", staff.Offer{Roles: []staff.Role{staff.Producer}, Producer: one})
	rival := newVisitor(t, keeper.url)
	signInAs(t, d, rival, "rival", staff.Offer{Roles: []staff.Role{staff.Producer}, Producer: other})

	_, at, _ := maker.hand("/console/own/imports", string(other), "goods.xlsx", sheet(t, good))
	if !strings.HasPrefix(at, "/console/own/imports/imp_") {
		t.Fatalf("got %s, want the page of the workbook", at)
	}
	work(t, d)
	maker.has(at, "Спартак", "Give the row to the operator", "not", "Import the row")
	for _, path := range []string{at, at + "/marked", at + "/file"} {
		if status, _, _ := rival.get(path); status != http.StatusNotFound {
			t.Errorf("%s for another producer: got %d, want 404", path, status)
		}
	}
	rival.has("/console/own/imports", "not", at)
	rival.has("/console/own/imports?producer="+string(one), "not", at)
	if status, _, _ := rival.post(at+"/give-on", url.Values{}); status != http.StatusNotFound {
		t.Errorf("another producer gives it on: got %d, want 404", status)
	}
	operators := strings.Replace(at, "/own", "", 1)
	for _, v := range []*visitor{maker, rival} {
		if status, _, _ := v.post(operators+"/import", url.Values{"good": {"1"}}); status != http.StatusForbidden {
			t.Errorf("a producer imports: got %d, want 403", status)
		}
	}
	if status, _, page := maker.post(at+"/give-on", url.Values{}); status != http.StatusOK || !strings.Contains(page, "The operator has the workbook now") {
		t.Errorf("give on: got %d", status)
	}
	keeper.has("/console/imports?state=handed_in", operators, "handed in")
	keeper.post(operators+"/import", url.Values{})
	work(t, d)
	maker.has(at, "imported", "1 new")
}

func TestTemplates(t *testing.T) {
	t.Parallel()
	d, keeper := open(t)
	signIn(t, d, keeper, staff.Catalogue)
	_, _, file := keeper.get("/console/imports/template?for=be")
	if info, _ := readSheet(t, []byte(file)); info.Lang != pavilion.Belarusian {
		t.Errorf("got a template in %s, want be", info.Lang)
	}
	if status, _, _ := keeper.get("/console/imports/template?for=xx"); status != http.StatusNotFound {
		t.Errorf("a language nobody speaks: got %d, want 404", status)
	}
}
