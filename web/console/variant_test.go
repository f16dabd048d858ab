package console_test

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"pavilion"
	"pavilion/catalog"
	"pavilion/db"
	"pavilion/staff"
	"pavilion/tailoring"
)

// addLinen stores linen, of which the market asks little, and returns the address of its
// variant.
func addLinen(t *testing.T, d *db.DB, n int) (v tailoring.Variant, sku pavilion.SKUID, document pavilion.DocumentID) {
	t.Helper()
	ctx, markets := t.Context(), testMarkets(t)
	gtins := []catalog.GTIN{"4810105222629", "4810067000341"}
	err := d.Write(ctx, pavilion.System("test"), func(tx *db.Tx) error {
		if err := catalog.SetCategory(ctx, tx, catalog.Category{Key: "household", Name: pavilion.Text{"en": "Home"}, Goods: catalog.GoodsHousehold}); err != nil {
			return err
		}
		maker, err := catalog.SaveProducer(ctx, tx, catalog.Producer{Country: "PL", TaxNumber: fmt.Sprint(n), LegalName: pavilion.Text{"ru": "Комбинат", "zh": "亚麻厂"}})
		if err != nil {
			return err
		}
		product, err := catalog.SaveProduct(ctx, tx, catalog.Product{Producer: maker, Category: "household", Origin: "BY", Name: pavilion.Text{"ru": "Скатерть льняная", "en": "Linen tablecloth"}})
		if err != nil {
			return err
		}
		if sku, err = catalog.SaveSKU(ctx, tx, catalog.SKU{Product: product, GTIN: gtins[n], Net: catalog.Measure{Milli: 1000, Unit: catalog.Piece}}); err != nil {
			return err
		}
		if document, err = catalog.AddDocument(ctx, tx, catalog.Document{About: string(product), Kind: "letter", Name: "broker.pdf"}, []byte("%PDF-1.4")); err != nil {
			return err
		}
		if err := tailoring.Review(ctx, tx, markets, []pavilion.ProductID{product}); err != nil {
			return err
		}
		v, err = tailoring.Get(ctx, tx, product, "cn")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return v, sku, document
}

// words is the form of a variant as a person fills it in.
func words(version int, name string, more ...string) url.Values {
	form := url.Values{"version": {fmt.Sprint(version)}, "name": {name}, "route": {"cbec"}, "channels": {"own"}, "wording": {"ours"}, "maker": {"亚麻厂"}}
	for i := 0; i+1 < len(more); i += 2 {
		form.Set(more[i], more[i+1])
	}
	return form
}

// TestVariantFromDraftToApproval: one writes and confirms, the same may not approve, another
// does.
func TestVariantFromDraftToApproval(t *testing.T) {
	t.Parallel()
	d, writer := open(t)
	one, sku, document := addLinen(t, d, 0)
	at := "/console/tailoring/" + string(one.ID)
	signInAs(t, d, writer, "writer", staff.Offer{Roles: []staff.Role{staff.Owner}})
	reader := newVisitor(t, writer.url)
	signInAs(t, d, reader, "reader", staff.Offer{Roles: []staff.Role{staff.Owner}})

	_, _, page := writer.get("/console/tailoring")
	contains(t, "the board", page, "Linen tablecloth", "To do", at)
	_, _, page = writer.get("/console/products/" + string(one.Product) + "/tailoring")
	contains(t, "from the product", page, "Linen tablecloth", "Скатерть льняная", "Nobody has written anything yet", "Not confirmed")

	_, _, page = writer.post(at, words(0, "最好的亚麻桌布", "hs."+string(sku), "6302591000", "pack."+string(sku), "块"))
	contains(t, "a superlative", page, "最好的亚麻桌布", "Blocks", "最", "handing in is refused", `href="#finding-1"`, `id="finding-1"`)
	if strings.Contains(page, at+"/hand-in") {
		t.Error("what a rule blocks can be handed in by the page")
	}
	status, _, page := writer.post(at+"/hand-in", url.Values{"version": {"1"}})
	if status != http.StatusConflict {
		t.Errorf("handed in what a rule blocks: got %d", status)
	}
	contains(t, "blocked", page, "A rule blocks this")

	_, _, page = writer.post(at, words(1, "亚麻桌布", "hs."+string(sku), "6302591000", "pack."+string(sku), "块"))
	for _, kind := range []string{"hs_code", "positive_list"} {
		_, _, page = writer.post(at+"/confirm", url.Values{"sku": {string(sku)}, "kind": {kind}, "document": {string(document)}})
	}
	contains(t, "confirmed", page, "Confirmed", "Nothing blocks", "broker")
	_, _, page = writer.post(at+"/hand-in", url.Values{"version": {"2"}})
	contains(t, "handed in", page, "Waits for approval", "You wrote part of this")
	if status, _, _ = writer.post(at+"/approve", url.Values{"version": {"2"}}); status != http.StatusForbidden {
		t.Errorf("the author approved: got %d", status)
	}
	if status, _, page = reader.post(at+"/send-back", url.Values{"version": {"2"}}); status != http.StatusUnprocessableEntity {
		t.Errorf("sent back without a word: got %d", status)
	}
	contains(t, "without a word", page, "Say what should be changed")
	_, _, page = reader.post(at+"/approve", url.Values{"version": {"2"}})
	contains(t, "approved", page, "Approved by", "Shoppers see this")
	history := page[strings.Index(page, `id="history"`):]
	contains(t, "the history", history, "Cross-border retail import", "Own shop", "4810105222629 · 6302591000 · 块")
	if strings.Contains(history, "cbec") || strings.Contains(history, string(sku)) {
		t.Errorf("the history speaks in codes: %s", history)
	}
	if err := d.Read(t.Context(), func(v *db.View) error {
		all, err := tailoring.Approved(t.Context(), v, []pavilion.ProductID{one.Product}, "cn")
		if got := all[one.Product].Content.Name; got != "亚麻桌布" {
			t.Errorf("approved: got %q", got)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}

	// The memory says where a pair came from.
	writer.has("/console/memory?lang=en&q=亚麻桌布", "Linen tablecloth", "亚麻桌布", at)
	writer.has("/console/memory?lang=en&q=linen&field=name", "Linen tablecloth", "亚麻桌布")
	writer.has("/console/memory?lang=en&q=cheese", "Nothing")
	if _, _, page := writer.get("/console/memory/export?format=csv"); !strings.Contains(page, "亚麻桌布") {
		t.Errorf("the export of the memory: got %q", page)
	}

	// The next goods of the kind get a proposal, marked as one and not saved by being taken.
	next, _, _ := addLinen(t, d, 1)
	at = "/console/tailoring/" + string(next.ID)
	_, _, page = writer.get(at)
	contains(t, "a proposal", page, "1 proposal", "Source alike by 100%", `name="take" value="name.0"`)
	form := words(0, "", "storage", "置于干燥处", "take", "name.0")
	_, _, page = writer.post(at, form)
	contains(t, "taken over", page, "A proposal, not saved", `value="亚麻桌布"`, "置于干燥处", "Nobody has written anything yet")
}

var version = regexp.MustCompile(`name="version" value="(\d+)"`)

// TestTwoPeopleEditAVariant: who comes second loses nothing, and sees what the other wrote.
func TestTwoPeopleEditAVariant(t *testing.T) {
	t.Parallel()
	d, v := open(t)
	one, _, _ := addLinen(t, d, 0)
	at := "/console/tailoring/" + string(one.ID)
	signIn(t, d, v, staff.Tailoring)
	_, _, page := v.get(at)
	was := regexp.MustCompile(`name="was.([a-z_.0-9]+)" value="([0-9a-f]*)"`).FindAllStringSubmatch(page, -1)
	second := words(0, "我的名称")
	for _, m := range was {
		second.Set("was."+m[1], m[2])
	}
	v.post(at, words(0, "同事的名称", "storage", "同事写的贮存条件"))
	status, _, page := v.post(at, second)
	if status != http.StatusConflict {
		t.Fatalf("got %d, want 409", status)
	}
	contains(t, "overtaken", page, "同事的名称", "我的名称", "同事写的贮存条件")
	if m := version.FindStringSubmatch(page); m == nil || m[1] != "1" {
		t.Errorf("the form is drawn from %v, want version 1", m)
	}
	if i := strings.Index(page, `name="name"`); i < 0 || !strings.Contains(page[i:i+300], "我的名称") {
		t.Error("the form lost the reader's words")
	}
}

func TestOnlyThoseWhoMayWriteSeeTheForm(t *testing.T) {
	t.Parallel()
	d, v := open(t)
	one, _, _ := addLinen(t, d, 0)
	signIn(t, d, v, staff.Channels)
	_, _, page := v.get("/console/tailoring/" + string(one.ID))
	contains(t, "a reader", page, "Linen tablecloth", "not stated")
	if strings.Contains(page, `name="maker"`) {
		t.Error("a reader sees the form")
	}
	if status, _, _ := v.post("/console/tailoring/"+string(one.ID), words(0, "x")); status != http.StatusForbidden {
		t.Errorf("a reader saved: got %d", status)
	}
}

// TestAVariantLeadsToWhatIsMissing: pictures and claims are chosen, a notice goes into the
// description, and findings say where they are written and lead to where they are satisfied.
func TestAVariantLeadsToWhatIsMissing(t *testing.T) {
	t.Parallel()
	d, v := open(t)
	one, _, _ := addLinen(t, d, 0)
	signInAs(t, d, v, "writer", staff.Offer{Roles: []staff.Role{staff.Owner}})
	img, err := catalog.ReadImage(aPNG(t))
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Write(t.Context(), pavilion.System("test"), func(tx *db.Tx) error {
		_, err := catalog.AddPicture(t.Context(), tx, one.Product, img, nil)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	at := "/console/tailoring/" + string(one.ID)
	_, _, page := v.get(at + "?lang=en")
	contains(t, "choices", page, "1 · Main picture", "Not shown", `value="no_sugar"`, "0.5 g per 100 at most")
	picture := regexp.MustCompile(`value="0:([^"]+)"`).FindStringSubmatch(page)
	contains(t, "ways out", page, `href="#confirm"`, "/console/rules/cn/hs.stated", "Our own")

	form := words(0, "亚麻桌布", "claims", "no_sugar", "take", "notice")
	form.Set("channels", "jd")
	_, _, page = v.post(at, form)
	contains(t, "the notice", page, "A proposal, not saved", "不得再次销售")
	form.Del("take")
	form.Set("pictures", "0:"+picture[1])
	status, _, page := v.post(at, form)
	contains(t, "no picture", page, "Show at least one picture")
	if status != http.StatusUnprocessableEntity {
		t.Errorf("no picture: got %d", status)
	}
	form.Set("pictures", "1:"+picture[1])
	_, _, page = v.post(at, form)
	contains(t, "elsewhere than in the own shop", page, "elsewhere put its text into the description", `value="no_sugar" checked`)

	_, _, page = v.get("/console/products/" + string(one.Product) + "?kind=veterinary")
	contains(t, "kinds the rules ask for", page, `<option value="veterinary" selected>Veterinary certificate`)
}

// TestAFormSaysWhatItOffers: a route, channel or claim that no rule is about cannot be slipped
// past the rules, and what nobody sees does not come as far as a label.
func TestAFormSaysWhatItOffers(t *testing.T) {
	t.Parallel()
	d, v := open(t)
	one, _, _ := addLinen(t, d, 0)
	signIn(t, d, v, staff.Tailoring)
	at := "/console/tailoring/" + string(one.ID)
	for field, value := range map[string]string{"route": "smuggled", "channels": "own nowhere", "claims": "<script>", "wording": "theirs"} {
		if status, _, _ := v.post(at, words(0, "桌布", field, value)); status != http.StatusUnprocessableEntity {
			t.Errorf("%s %q: got %d, want 422", field, value, status)
		}
	}
	v.post(at, words(0, "亚\u202e麻\x00桌\u200b布", "maker", "厂\xff\u2066"))
	_, _, page := v.get(at)
	contains(t, "what is seen of it", page, `value="亚麻桌布"`, `value="厂"`)
}
