package console_test

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"pavilion"
	"pavilion/catalog"
	"pavilion/db"
	"pavilion/money"
	"pavilion/staff"
	"pavilion/web/ui/uitest"
)

// goods is a producer with a product and its SKU.
type goods struct {
	producer pavilion.ProducerID
	product  pavilion.ProductID
	sku      pavilion.SKUID
}

// addGoods stores goods whose words are all the same, but for what has a form of its own.
func addGoods(t *testing.T, d *db.DB, words string) (g goods) {
	t.Helper()
	text := pavilion.Text{}
	for _, lang := range pavilion.Langs {
		text[lang] = words
	}
	ctx := t.Context()
	err := d.Write(ctx, pavilion.System("test"), func(tx *db.Tx) (err error) {
		if g.producer, err = catalog.SaveProducer(ctx, tx, catalog.Producer{Country: "BY", TaxNumber: "400078303", LegalName: text, Address: text, About: text}); err != nil {
			return err
		}
		if err := catalog.SetCategory(ctx, tx, catalog.Category{Key: "sweets", Name: text}); err != nil {
			return err
		}
		brand, err := catalog.SaveBrand(ctx, tx, catalog.Brand{Producer: g.producer, Name: text})
		if err != nil {
			return err
		}
		g.product, err = catalog.SaveProduct(ctx, tx, catalog.Product{Producer: g.producer, Brand: brand, Category: "sweets", Name: text, Description: text, IngredientsText: text, Storage: text, Origin: "BY"})
		if err != nil {
			return err
		}
		fat := int64(34_500)
		g.sku, err = catalog.SaveSKU(ctx, tx, catalog.SKU{Product: g.product, GTIN: "4810067073123", ProducerCode: words, Net: catalog.Measure{Milli: 90_000, Unit: catalog.Gram}, ShelfLifeDays: 365,
			Facts: catalog.Facts{Allergens: []string{"milk"}, Nutrition: &catalog.Nutrition{Basis: catalog.Gram, Fat: &fat}}})
		if err != nil {
			return err
		}
		if err := catalog.SetPrice(ctx, tx, g.sku, "own", money.New(1990, "CNY")); err != nil {
			return err
		}
		if err := catalog.SaveRegistration(ctx, tx, g.producer, catalog.Registration{Authority: words, Number: words, Category: words}); err != nil {
			return err
		}
		if err := catalog.Attest(ctx, tx, g.producer, "cn", "contract", words); err != nil {
			return err
		}
		for _, about := range []string{string(g.producer), string(g.product)} {
			if _, err := catalog.AddDocument(ctx, tx, catalog.Document{About: about, Kind: words, Name: words, ValidUntil: "2022-08-01"}, []byte("%PDF-1.4")); err != nil {
				return err
			}
		}
		img, err := catalog.ReadImage(aPNG(t))
		if err != nil {
			return err
		}
		_, err = catalog.AddPicture(ctx, tx, g.product, img, text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func aPNG(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 40, 30))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// addresses are all pages that show goods.
func (g goods) addresses() []string {
	product, producer := "/console/products/"+string(g.product), "/console/producers/"+string(g.producer)
	return []string{
		"/console/products", "/console/products?q=4810067073123", product, product + "/edit", product + "/units/new", product + "/units/" + string(g.sku) + "/edit",
		"/console/products/new", "/console/producers", producer, producer + "/edit", "/console/producers/new",
		"/console/categories", "/console/categories/sweets", "/console/categories/new",
	}
}

func TestPagesOfGoods(t *testing.T) {
	t.Parallel()
	d, v := open(t)
	signIn(t, d, v, staff.Owner)
	for _, page := range []string{"/console/products", "/console/producers", "/console/categories"} {
		if status, _, body := v.get(page); status != http.StatusOK || !strings.Contains(body, `class="empty"`) {
			t.Errorf("%s in an empty world: got %d, want it to say where to begin", page, status)
		}
	}
	g := addGoods(t, d, "Шоколад «Спартак»")
	for _, page := range g.addresses() {
		status, _, body := v.get(page)
		if status != http.StatusOK {
			t.Errorf("%s: got %d: %s", page, status, body)
		}
		for _, fault := range uitest.Faults([]byte(body)) {
			t.Errorf("%s: %s", page, fault)
		}
	}
	for _, page := range []string{"/console/products/prd_0", "/console/products/prd_0/edit", "/console/products/" + string(g.product) + "/units/sku_0/edit", "/console/producers/pdr_0", "/console/categories/wings", "/console/documents/doc_0"} {
		if status, _, _ := v.get(page); status != http.StatusNotFound {
			t.Errorf("%s: got %d, want 404", page, status)
		}
	}
}

// TestHostileGoodsStayWords stores markup in every text and looks at every page that shows it.
func TestHostileGoodsStayWords(t *testing.T) {
	t.Parallel()
	d, v := open(t)
	signIn(t, d, v, staff.Owner)
	const hostile = `"><img src=x onerror=alert(1)><script>alert(2)</script>'{{.}}`
	g := addGoods(t, d, hostile)
	edit := "/console/products/" + string(g.product) + "/edit"
	_, _, form := v.get(edit)
	said := fields(form)
	said.Set("name.zh", hostile+"2")
	if status, _, body := v.post(edit, said); status != http.StatusOK || !strings.Contains(body, "Saved.") {
		t.Fatalf("save: got %d: %s", status, body)
	}
	pages := 0
	for _, page := range g.addresses() {
		_, _, body := v.get(page)
		for _, live := range []string{"<img src=x", "<script>alert"} {
			if strings.Contains(body, live) {
				t.Errorf("%s has %s in it", page, live)
			}
		}
		if strings.Contains(body, "onerror=alert(1)") {
			pages++
		}
	}
	if pages < 9 {
		t.Errorf("got the words on %d pages, want them on every page that shows them", pages)
	}
}

var (
	inputForm    = regexp.MustCompile(`<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"`)
	textareaForm = regexp.MustCompile(`(?s)<textarea[^>]*name="([^"]+)"[^>]*>(.*?)</textarea>`)
	selectForm   = regexp.MustCompile(`(?s)<select[^>]*name="([^"]+)"[^>]*>.*?<option value="([^"]*)" selected`)
)

// fields returns what a browser would send back of the form of a page, untouched.
func fields(page string) url.Values {
	_, page, _ = strings.Cut(page, `class="goods-form`)
	page, _, _ = strings.Cut(page, "</form>")
	out := url.Values{}
	for _, form := range []*regexp.Regexp{textareaForm, selectForm} {
		for _, m := range form.FindAllStringSubmatch(page, -1) {
			out.Set(m[1], unescape(m[2]))
		}
	}
	for _, m := range inputForm.FindAllStringSubmatch(page, -1) {
		if strings.Contains(m[0], `type="checkbox"`) && !strings.Contains(m[0], "checked") && !strings.Contains(page, m[0]+" checked") {
			continue
		}
		out.Add(m[1], unescape(m[2]))
	}
	return out
}

func unescape(s string) string {
	return strings.NewReplacer("&#34;", `"`, "&#39;", "'", "&lt;", "<", "&gt;", ">", "&#43;", "+", "&amp;", "&").Replace(s)
}

func product(t *testing.T, d *db.DB, id pavilion.ProductID) (page catalog.Page) {
	t.Helper()
	err := d.Read(t.Context(), func(v *db.View) (err error) {
		page, err = catalog.Lookup(t.Context(), v, id, "own")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return page
}

func TestTwoEditTheSameProduct(t *testing.T) {
	t.Parallel()
	d, one := open(t)
	other := newVisitor(t, one.url)
	signInAs(t, d, one, "one", staff.Offer{Roles: []staff.Role{staff.Catalogue}})
	signInAs(t, d, other, "other", staff.Offer{Roles: []staff.Role{staff.Catalogue}})
	g := addGoods(t, d, "Шоколад")
	edit := "/console/products/" + string(g.product) + "/edit"
	_, _, page := one.get(edit)
	first, second := fields(page), fields(page)
	if diff := len(first["name.zh"]); diff != 1 || first.Get("version") == "" || first.Get("category") != "sweets" {
		t.Fatalf("the form says %v", first)
	}

	first.Set("name.ru", "Плитка")
	first.Set("storage.ru", "В тени")
	if status, path, _ := one.post(edit, first); status != http.StatusOK || path != strings.TrimSuffix(edit, "/edit") {
		t.Fatalf("the first: got %d at %s", status, path)
	}
	second.Set("name.ru", "Батончик")
	second.Set("name.en", "Bar")
	status, _, page := other.post(edit, second)
	if status != http.StatusConflict || !strings.Contains(page, "Плитка") || !strings.Contains(page, "Батончик") {
		t.Fatalf("the second: got %d, want 409 with both values: %s", status, page)
	}
	if now := product(t, d, g.product).Product; now.Name["ru"] != "Плитка" || now.Name["en"] != "Шоколад" {
		t.Errorf("after the refusal: got %v, want nothing overwritten", now.Name)
	}
	again := fields(page)
	if again.Get("name.ru") != "Батончик" || again.Get("name.en") != "Bar" || again.Get("storage.ru") != "В тени" {
		t.Errorf("drawn again: got %q, %q, %q, want the reader's words, and theirs where the reader wrote nothing", again.Get("name.ru"), again.Get("name.en"), again.Get("storage.ru"))
	}
	if status, _, page := other.post(edit, again); status != http.StatusOK || !strings.Contains(page, "Saved.") {
		t.Fatalf("knowingly: got %d: %s", status, page)
	}
	if now := product(t, d, g.product).Product; now.Name["ru"] != "Батончик" || now.Name["en"] != "Bar" || now.Storage["ru"] != "В тени" {
		t.Errorf("at last: got %v, %v", now.Name, now.Storage)
	}
}

func TestAProductByHand(t *testing.T) {
	t.Parallel()
	d, v := open(t)
	signIn(t, d, v, staff.Owner)
	g := addGoods(t, d, "Шоколад")
	form := url.Values{"producer": {string(g.producer)}, "name.ru": {"Зефир"}, "category": {"sweets"}, "origin": {"BYX"}}
	if status, _, page := v.post("/console/products/new", form); status != http.StatusUnprocessableEntity || !strings.Contains(page, `value="Зефир"`) {
		t.Errorf("a wrong country: got %d, want 422 with the words kept: %s", status, page)
	}
	form.Set("origin", "by")
	status, path, page := v.post("/console/products/new", form)
	if status != http.StatusOK || !strings.HasSuffix(path, "/units/new") {
		t.Fatalf("a new product: got %d at %s: %s", status, path, page)
	}
	unit := url.Values{"gtin": {"4810067073123"}, "net": {"1,5 л"}, "allergens": {"milk", "nuts"}, "basis": {"g"}, "fat": {"2,5"}, "storage_min": {"5"}, "storage_max": {"3"}}
	for _, c := range []struct{ field, value, says string }{
		{"storage_max", "3", "above"},
		{"storage_max", "25", "GTIN"}, // taken
		{"gtin", "4810067073124", "GTIN"},
	} {
		unit.Set(c.field, c.value)
		if status, _, page := v.post(path, unit); status < 400 || !strings.Contains(page, c.says) || !strings.Contains(page, `value="1,5 л"`) {
			t.Errorf("%s = %s: got %d, want it refused with the words kept", c.field, c.value, status)
		}
	}
	unit.Set("gtin", "4810206000017")
	unit.Set("gtin", gtinOf("481020600002"))
	status, at, page := v.post(path, unit)
	if status != http.StatusOK || !strings.Contains(page, "1.5 L") && !strings.Contains(page, "1.5") {
		t.Fatalf("a unit: got %d at %s: %s", status, at, page)
	}
	id := pavilion.ProductID(at[strings.LastIndex(at, "/")+1:])
	made := product(t, d, id)
	s := made.SKUs[0]
	if s.Net.Milli != 1500 || s.Net.Unit != catalog.Litre || fmt.Sprint(s.Facts.Allergens) != "[milk nuts]" || *s.Facts.Nutrition.Fat != 2500 || *s.StorageMaxC != 25 {
		t.Errorf("the unit: got %+v", s)
	}

	price := "/console/products/" + string(id) + "/units/" + string(s.ID)
	for _, c := range []struct {
		value  string
		status int
	}{{"x", 422}, {"-1", 422}, {"25.90", 200}} {
		if status, _, _ := v.post(price+"/price", url.Values{"price": {c.value}, "seen": {""}}); status != c.status {
			t.Errorf("price %s: got %d, want %d", c.value, status, c.status)
		}
	}
	if status, _, page := v.post(price+"/price", url.Values{"price": {"30"}, "seen": {"24.90 CNY"}}); status != http.StatusConflict || !strings.Contains(page, "25.90") {
		t.Errorf("a price somebody changed meanwhile: got %d, want 409 and the price of now: %s", status, page)
	}
	if status, _, _ := v.post(price+"/sale", url.Values{"on": {"1"}}); status != http.StatusOK {
		t.Errorf("put on sale: got %d", status)
	}
	now := product(t, d, id)
	if !now.SKUs[0].OnSale || now.Prices[s.ID] != money.New(2590, "CNY") {
		t.Errorf("after: got %v, %v", now.SKUs[0].OnSale, now.Prices)
	}
	_, _, page = v.get("/console/products/" + string(id))
	back := regexp.MustCompile(`name="entry" value="(\d+)"><input type="hidden" name="field" value="([^"]+price\.own)"`).FindStringSubmatch(page)
	if back == nil {
		t.Fatalf("no way to take the price back: %s", page)
	}
	if status, _, page := v.post("/console/products/"+string(id)+"/restore", url.Values{"entry": {back[1]}, "field": {back[2]}}); status != http.StatusOK || !strings.Contains(page, "Saved.") {
		t.Errorf("take the price back: got %d: %s", status, page)
	}
	if now := product(t, d, id); len(now.Prices) != 0 {
		t.Errorf("taken back: got %v, want no price as before", now.Prices)
	}
}

func gtinOf(digits string) string { return digits + string(catalog.CheckDigit(digits)) }

// send posts a form with a file.
func (v *visitor) send(path, name, fileName string, file []byte, form map[string]string) (int, string) {
	v.t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	for k, value := range form {
		if err := m.WriteField(k, value); err != nil {
			v.t.Fatal(err)
		}
	}
	part, err := m.CreateFormFile(name, fileName)
	if err != nil {
		v.t.Fatal(err)
	}
	if _, err := part.Write(file); err != nil {
		v.t.Fatal(err)
	}
	if err := m.Close(); err != nil {
		v.t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(v.t.Context(), http.MethodPost, v.url+path, &b)
	if err != nil {
		v.t.Fatal(err)
	}
	r.Header.Set("Content-Type", m.FormDataContentType())
	r.Header.Set("Accept-Language", "en")
	answer, err := v.client.Do(r)
	if err != nil {
		v.t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	return answer.StatusCode, string(body)
}

func TestFilesOfGoods(t *testing.T) {
	t.Parallel()
	d, v := open(t)
	signIn(t, d, v, staff.Owner)
	g := addGoods(t, d, "Шоколад")
	at := "/console/products/" + string(g.product)
	for what, file := range map[string][]byte{
		"a page":            []byte("<!doctype html><script>alert(1)</script>"),
		"a script":          []byte("alert(1)"),
		"a page in a frame": []byte("\x89PNG\r\n\x1a\n<script>alert(1)</script>"),
		"a drawing":         []byte(`<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`),
	} {
		if status, page := v.send(at+"/pictures", "picture", "picture.png", file, nil); status != http.StatusUnprocessableEntity || !strings.Contains(page, "notice-bad") {
			t.Errorf("%s as a picture: got %d, want it refused", what, status)
		}
	}
	if n := len(product(t, d, g.product).Pictures); n != 1 {
		t.Fatalf("pictures: got %d, want the one there was", n)
	}
	var second bytes.Buffer
	if err := png.Encode(&second, image.NewGray(image.Rect(0, 0, 50, 50))); err != nil {
		t.Fatal(err)
	}
	if status, page := v.send(at+"/pictures", "picture", "b.png", second.Bytes(), nil); status != http.StatusOK || !strings.Contains(page, "Saved.") {
		t.Fatalf("a picture: got %d: %s", status, page)
	}
	pictures := product(t, d, g.product).Pictures
	last := at + "/pictures/" + string(pictures[1].ID) + "/change"
	seen := func() string { return catalog.PicturesMark(product(t, d, g.product).Pictures) }
	stale := seen()
	for _, form := range []url.Values{{"do": {"forward"}, "alt.zh": {"不管"}}, {"alt.zh": {"包装正面"}}} {
		form.Set("seen", seen())
		if status, _, page := v.post(last, form); status != http.StatusOK || !strings.Contains(page, "Saved.") {
			t.Errorf("%v: got %d", form, status)
		}
	}
	if now := product(t, d, g.product).Pictures; now[0].ID != pictures[1].ID || now[0].Alt["zh"] != "包装正面" {
		t.Errorf("moved and told: got %+v", now)
	}
	for _, do := range []string{"", "forward", "remove"} {
		status, _, page := v.post(last, url.Values{"do": {do}, "seen": {stale}, "alt.zh": {"包装背面"}})
		if status != http.StatusConflict || !strings.Contains(page, `value="包装背面"`) || !strings.Contains(page, "now: 包装正面") {
			t.Errorf("%q on an old page: got %d, want 409 with both texts", do, status)
		}
	}
	v.post(last, url.Values{"do": {"remove"}, "seen": {seen()}})
	if now := product(t, d, g.product).Pictures; len(now) != 1 {
		t.Errorf("removed: got %d pictures", len(now))
	}

	paper := "/console/documents/new?about=" + string(g.producer)
	if _, page := v.send(paper, "document", "c.pdf", []byte("<script>"), map[string]string{"kind": "contract"}); !strings.Contains(page, "toast-bad") {
		t.Errorf("a page as a document: want it refused")
	}
	if _, page := v.send(paper, "document", "../../договор.html", []byte("%PDF-1.4 x"), map[string]string{"kind": "contract", "valid_until": "2030-01-31"}); !strings.Contains(page, "договор.pdf") {
		t.Errorf("a document: got %s", page)
	}
	var docs []catalog.Document
	if err := d.Read(t.Context(), func(view *db.View) (err error) {
		docs, err = catalog.Documents(t.Context(), view, string(g.producer))
		return err
	}); err != nil {
		t.Fatal(err)
	}
	doc := "/console/documents/" + string(docs[len(docs)-1].ID)
	answer := v.answer(doc)
	for header, want := range map[string]string{"Content-Type": "application/pdf", "X-Content-Type-Options": "nosniff"} {
		if got := answer.Header.Get(header); got != want {
			t.Errorf("%s: got %q, want %q", header, got, want)
		}
	}
	if got := answer.Header.Get("Content-Disposition"); !strings.HasPrefix(got, "attachment;") {
		t.Errorf("Content-Disposition: got %q, want an attachment", got)
	}
	step := "/console/producers/" + string(g.producer) + "/steps/cn/contract"
	if _, _, page := v.post(step, url.Values{"do": {"verify"}, "proof": {string(docs[len(docs)-1].ID)}}); !strings.Contains(page, "Verified by") {
		t.Errorf("verified: got %s", page)
	}
	if _, _, page := v.post(doc+"/end", url.Values{}); !strings.Contains(page, "verify again") {
		t.Errorf("the document out of use: want the item lapsed")
	}
}

// answer gets a file.
func (v *visitor) answer(path string) *http.Response {
	v.t.Helper()
	r, err := http.NewRequestWithContext(v.t.Context(), http.MethodGet, v.url+path, nil)
	if err != nil {
		v.t.Fatal(err)
	}
	answer, err := v.client.Do(r)
	if err != nil {
		v.t.Fatal(err)
	}
	if err := answer.Body.Close(); err != nil {
		v.t.Fatal(err)
	}
	return answer
}

// TestGoodsByRole has those who may only look try to do more.
func TestGoodsByRole(t *testing.T) {
	t.Parallel()
	d, v := open(t)
	g := addGoods(t, d, "Шоколад")
	signIn(t, d, v, staff.Approver)
	at, maker := "/console/products/"+string(g.product), "/console/producers/"+string(g.producer)
	for _, page := range []string{at, maker} {
		if status, _, body := v.get(page); status != http.StatusOK || strings.Contains(body, `method="post" action="`+page) {
			t.Errorf("%s: got %d, want it without forms", page, status)
		}
	}
	for _, path := range []string{at + "/edit", at + "/restore", at + "/units/" + string(g.sku) + "/price", at + "/units/" + string(g.sku) + "/sale", maker + "/edit", maker + "/registrations", maker + "/steps/cn/contract", "/console/categories/new"} {
		if status, _, _ := v.post(path, url.Values{}); status != http.StatusForbidden {
			t.Errorf("%s: got %d, want 403", path, status)
		}
	}
	if status, _ := v.send("/console/documents/new?about="+string(g.producer), "document", "c.pdf", []byte("%PDF-1.4"), map[string]string{"kind": "contract"}); status != http.StatusForbidden {
		t.Errorf("a document: got %d, want 403", status)
	}
}

// TestBulkActHearsSense: what an act is told is refused before anything is begun, beside its
// field; a category is chosen from those there are.
func TestBulkActHearsSense(t *testing.T) {
	t.Parallel()
	d, v := open(t)
	signIn(t, d, v, staff.Owner)
	addGoods(t, d, "Шоколад")
	for _, c := range []struct{ act, field, wrong, says string }{
		{catalog.ActMovePrice, "percent", "-100", `value="-100"`},
		{catalog.ActSetPrice, "price", "0", "above zero"},
	} {
		told := url.Values{"act": {c.act}, "all": {"1"}, "query": {""}}
		_, _, asked := v.post("/console/products/bulk", told)
		told.Set("go", "1")
		told.Set("total", "1")
		told.Set("batch", batchAsked.FindStringSubmatch(asked)[1])
		told.Set(c.field, c.wrong)
		if status, path, page := v.post("/console/products/bulk", told); status != http.StatusUnprocessableEntity || !strings.Contains(page, c.says) || !strings.Contains(page, "field-error") {
			t.Errorf("%s %s: got %d at %s, want 422 and the field marked: %s", c.act, c.wrong, status, path, page)
		}
	}
	if _, _, page := v.post("/console/products/bulk", url.Values{"act": {catalog.ActSetCategory}, "all": {"1"}, "query": {""}}); !strings.Contains(page, `<option value="sweets"`) {
		t.Errorf("no category to choose: %s", page)
	}
}

// TestTwoPeopleOneRegistration has a second person save a registration from a page that is no
// longer true: nothing is overwritten, and both are on the page.
func TestTwoPeopleOneRegistration(t *testing.T) {
	t.Parallel()
	d, v := open(t)
	signIn(t, d, v, staff.Owner)
	maker := "/console/producers/" + string(addGoods(t, d, "Шоколад").producer)
	_, _, page := v.get(maker)
	seen := regexp.MustCompile(`name="seen" value="([0-9a-f]+)"`).FindStringSubmatch(page)[1]
	form := func(until string) url.Values {
		return url.Values{"seen": {seen}, "authority": {"GACC"}, "number": {"CBLR1"}, "valid_until": {until}}
	}
	if status, _, page := v.post(maker+"/registrations", form("2030-01-31")); status != http.StatusOK || !strings.Contains(page, "CBLR1") {
		t.Fatalf("the first: got %d", status)
	}
	status, _, page := v.post(maker+"/registrations", form("2031-12-31"))
	if status != http.StatusConflict || !strings.Contains(page, `value="2031-12-31"`) || !strings.Contains(page, "31\u00a0January 2030") {
		t.Errorf("the second: got %d, want 409 with both days", status)
	}
	if status, _, _ := v.post(maker+"/registrations/remove", form("")); status != http.StatusConflict {
		t.Errorf("a removal from an old page: got %d, want 409", status)
	}
}

// TestBrandByPage renames a brand, has a second person come too late, and merges it.
func TestBrandByPage(t *testing.T) {
	t.Parallel()
	d, v := open(t)
	signIn(t, d, v, staff.Catalogue)
	g := addGoods(t, d, "Шоколад")
	maker := "/console/producers/" + string(g.producer)
	v.post(maker+"/brands", url.Values{"name": {"Other"}})
	_, _, page := v.get(maker)
	at := regexp.MustCompile(maker + `/brands/[^"]+`).FindString(page) // "Other" is before «Шоколад»
	form := func(version string, more ...string) url.Values {
		f := url.Values{"version": {version}, "name.en": {"Other"}, "was.name.en": {"x"}}
		for i := 0; i < len(more); i += 2 {
			f.Set(more[i], more[i+1])
		}
		return f
	}
	if status, _, page := v.post(at, form("1", "name.en", "Finest")); status != http.StatusOK || !strings.Contains(page, ">Finest</a>") {
		t.Errorf("rename: got %d", status)
	}
	if status, _, page := v.post(at, form("1", "name.en", "Dearest")); status != http.StatusConflict || !strings.Contains(page, "Finest") || !strings.Contains(page, `value="Dearest"`) {
		t.Errorf("rename from an old page: got %d, want 409 with both names", status)
	}
	into := string(product(t, d, g.product).Brand.ID)
	if status, _, page := v.post(at, form("2", "name.en", "Finest", "merge", into)); status != http.StatusOK || strings.Contains(page, ">Finest</a>") || !strings.Contains(page, "Merged a brand into another") {
		t.Errorf("merge: got %d", status)
	}
	if status, _, _ := v.get(at); status != http.StatusNotFound {
		t.Errorf("the merged brand: got %d, want 404", status)
	}
}
