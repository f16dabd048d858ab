package main

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"pavilion/pdf"
	"pavilion/pdf/pdftest"
)

// The chocolate of the tailoring day, which nobody sold in the market before.
const (
	chocolateGTIN = "4819990000022"
	chocolateName = "晨光72%黑巧克力 100克"
	chocolateLot  = "CH-2026-11"
	chocolateHS   = "1806320000"
)

// tailoringDay is the day on which that chocolate is made ready for its market.
type tailoringDay struct {
	*opening
	approver *tab
	variant  string // its page in the console
	sku      string
}

// TestTailoringDay takes a new chocolate from its producer's workbook to the shelf, as the
// people of a pavilion do on their screens: the producer hands it in, the catalogue takes it
// over, one person writes its Chinese self and brings the proofs the rules ask for, another
// approves it, its label is printed for a lot, its price is explained from the factory's gate,
// and a shopper reads it all on a phone.
func TestTailoringDay(t *testing.T) {
	t.Parallel()
	o := &tailoringDay{opening: openEmpty(t)}
	o.firstOwner()
	o.invites()
	o.invitesApprover()
	o.handsInChocolate(t)
	o.writes()
	o.asksProducer("What the market’s rules ask of you", "The nutrition table lacks")
	o.proves(t)
	o.approves()
	o.entersCosts()
	o.pricesChocolate()
	o.receives(chocolateGTIN, chocolateLot, "2026-10-01")
	o.printsLabels(t)
	o.reads()
	o.asksProducer(chocolateName)
	o.producer.lacks("The nutrition table lacks")
	for name, b := range map[string]*tab{"owner": o.owner, "approver": o.approver, "producer": o.producer, "shopper": o.shopper} {
		for _, fault := range b.complaints() {
			if !strings.Contains(fault, "409") { // what was refused on purpose
				t.Errorf("the browser of the %s: %s", name, fault)
			}
		}
	}
}

// invitesApprover invites one who approves, who comes with a passkey: an approval needs a
// second factor.
func (o *tailoringDay) invitesApprover() {
	o.owner.open("/console/staff/invite")
	o.owner.sends("", "role", "approver")
	_, path, ok := strings.Cut(ask[string](o.owner, `document.querySelector(".door-secret").innerText`), "/console/")
	if !ok {
		o.owner.t.Fatal("invite an approver: got no link")
	}
	o.approver = o.tab(o.owner.t, desktop)
	o.approver.givePasskeys()
	o.approver.open("/console/" + path + "?lang=zh")
	o.approver.joins("Second Pair of Eyes", "eyes")
}

// handsInChocolate has the producer hand in a workbook with one chocolate, and the owner take
// it over.
func (o *tailoringDay) handsInChocolate(t *testing.T) {
	row := map[string]any{
		"GTIN": chocolateGTIN, "Brand": "Morning", "Category": "chocolate", "Net content": "100 g", "Gross weight": "130 g", "Shelf life (days)": 365, "Country of origin": "BY",
		"Name (en)": "Dark chocolate Morning 72%", "Name (ru)": "Шоколад горький Утро 72 %",
		"Ingredients (ru)": "какао тёртое, сахар, какао-масло, эмульгатор лецитин соевый", "Allergens": "soy",
	}
	b := o.producer
	b.open("/console/own/imports/new")
	b.do(chromedp.SetUploadFiles(chromedp.CSS("#workbook"), []string{saveWorkbook(t, row)}))
	b.press(`main form[enctype] button`)
	b.waits(`!document.querySelector("#import-live[data-refresh]")`)
	b.press(`form[action$="/give-on"] button`)
	b = o.owner
	b.open("/console/imports")
	b.open(ask[string](b, `document.querySelector("[data-row]").dataset.url`))
	b.press(`form[action$="/import"] button`)
	b.waits(`!document.querySelector("#import-live[data-refresh]")`)
	b.open("/console/products")
	o.product = ask[string](b, `document.querySelector("[data-row]").dataset.url`)
}

// writes writes the words of the market, first with one that advertising may not use, and is
// told what to write instead.
func (o *tailoringDay) writes() {
	b := o.owner
	b.open(o.product + "/tailoring")
	o.variant = b.path()
	o.sku = strings.TrimPrefix(ask[string](b, `document.querySelector("[name^='hs.']").name`), "hs.")
	save := func(fields ...string) { b.press(b.types(o.variant, fields...) + " .goods-save button") }
	save("name", "最好的黑巧克力 100克", "short_name", "72%黑巧克力100克", "denomination", "黑巧克力", "selling_points", "可可含量72%", "description", "入口微苦，回味醇厚，由白俄罗斯工厂生产。",
		"ingredients", "可可液块、白砂糖、可可脂、食品添加剂（磷脂（大豆来源））", "allergens", "含有大豆制品", "storage", "置于阴凉干燥处保存", "directions", "开袋即食", "maker", "晨光面包厂",
		"hs."+o.sku, chocolateHS, "pack."+o.sku, "盒", "surface."+o.sku, "12000", "channels", "own", "wording", "ours")
	b.has("最", "Advertising Law", "Not confirmed", "The nutrition table lacks", "Cross-border retail needs a Chinese e-label")
	save("name", chocolateName)
	b.lacks("Advertising Law")
	b.has("handing in is refused")
	if ask[bool](b, `document.querySelector('form[action$="/hand-in"]') !== null`) {
		b.t.Error("what rules block can be handed in by the page")
	}
}

// asksProducer has the producer read where its chocolate stands on the market.
func (o *tailoringDay) asksProducer(words ...string) {
	b := o.producer
	b.open(strings.Replace(o.product, "/console/", "/console/own/", 1))
	b.has(words...)
}

// proves brings what the rules ask for: the laboratory's values, who sells, and the papers that
// people tick the customs code and the list with.
func (o *tailoringDay) proves(t *testing.T) {
	b := o.owner
	b.open("/console/labels")
	b.fill("[name='seller.name']", "白俄罗斯国家馆")
	b.fill("[name='seller.address']", "成都市")
	b.fill("[name='seller.contact']", "028-0000000")
	b.press("form:has([name='seller.name']) button")
	b.open(o.variant + "/label")
	b.sends(ask[string](b, `document.querySelector("#design").getAttribute("action")`), "laboratory", "A laboratory", "report", "17/26", "reported_on", "2026-11-02",
		"n.protein", "9.1", "n.fat", "42.3", "n.satFat", "25.6", "n.carbohydrate", "32.4", "n.sugar", "26.8", "n.sodium", "12")
	paper, err := pdf.New(pdf.A4, "A ruling", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	paper.Page()
	raw, err := paper.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "ruling.pdf")
	if err := os.WriteFile(file, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	b.open(o.product)
	b.do(chromedp.SetUploadFiles(chromedp.CSS("input[name=document]"), []string{file}))
	b.press(`form:has(input[name=document]) button`)
	b.has("ruling.pdf")
	for _, kind := range []string{"hs_code", "positive_list"} {
		b.open(o.variant)
		b.press(`form[action$="/confirm"]:has(input[value=` + kind + `]) button`)
	}
	b.has("Nothing blocks")
}

// approves has the author hand in and be refused an approval, and the other read and approve.
func (o *tailoringDay) approves() {
	b := o.owner
	b.press(`form[action$="/hand-in"] button`)
	b.has("Waits for approval", "You wrote part of this")
	b = o.approver
	b.open("/console/tailoring")
	b.press(`[data-row] a`)
	b.has(chocolateName)
	b.press(`form[action$="/approve"] button`)
	b.has("已批准")
}

// entersCosts says what a unit costs on its way, and what a rouble is worth.
func (o *tailoringDay) entersCosts() {
	b := o.owner
	b.open("/console/prices")
	b.press(b.types("/console/prices/rates", "one", "BYN", "costs", "2.2", "in", "CNY", "rate_source", "The bank's page") + ":not([enctype]) button")
	for _, c := range [][]string{
		{"freight", "9.50", "kg", "CNY"}, {"insurance", "0.4", "share", ""}, {"warehouse", "3.20", "unit", "CNY"}, {"margin", "22", "share", ""},
	} {
		b.sends("/console/prices/terms", "kind", c[0], "amount", c[1], "per", c[2], "currency", c[3], "source", "The contract")
	}
	b.open("/console/prices/" + o.sku)
	b.sends("/console/prices/terms", "kind", "ex_works", "amount", "4.10", "per", "unit", "currency", "BYN", "source", "The producer's list")
}

// pricesChocolate reads where every yuan goes, is refused a price below cost, and sets one.
func (o *tailoringDay) pricesChocolate() {
	b, at := o.owner, "/console/prices/"+o.sku
	b.open(at)
	b.has("The producer's list", "The bank's page", "The contract")
	if n := ask[int](b, `document.querySelectorAll("svg.price-hundred title, svg.price-hundred [role=listitem]").length`); n < 5 {
		b.t.Errorf("where a hundred go: got %d parts, want a step each", n)
	}
	worth := ask[string](b, `document.querySelector("#set [name=price]").value`)
	set := func(price string) int {
		ask[chromedp.Void](b, fmt.Sprintf(`document.querySelector("#set [name=price]").value = %q`, price))
		return b.press("#set button")
	}
	if status := set("5.00"); status != http.StatusConflict && status != http.StatusUnprocessableEntity {
		b.t.Errorf("a price below cost: got status %d", status)
	}
	b.has("below")
	b.open(at)
	set(worth)
	b.has(worth)
	b.open(o.product)
	b.press("form[action$='/sale'] button")
	b.has("On sale")
}

// printsLabels prints labels for the lot, with its dates, and reads on the sheet what the law
// asks for.
func (o *tailoringDay) printsLabels(t *testing.T) {
	b := o.owner
	b.open(o.variant + "/label")
	b.types(o.variant+"/labels.pdf", "count", "3", "lot", ask[string](b, `[...document.querySelectorAll("[name=lot] option")].find((o) => o.text.includes("`+chocolateLot+`")).value`))
	raw, err := base64.StdEncoding.DecodeString(ask[string](b, `(async () => {
		const form = document.querySelector("form[action$='/labels.pdf']");
		const answer = await fetch(form.getAttribute("action") + "?" + new URLSearchParams(new FormData(form)));
		return btoa(Array.from(new Uint8Array(await answer.arrayBuffer()), (b) => String.fromCharCode(b)).join(""));
	})()`))
	if err != nil {
		t.Fatal(err)
	}
	text := pdftest.Text(t, raw)
	for _, want := range []string{"黑巧克力", "白砂糖", "大豆", "营养成分表", "100克", "2026年10月01日", "白俄罗斯"} {
		if !strings.Contains(text, want) {
			t.Errorf("the sheet of labels: got %q, want %q in it", text, want)
		}
	}
}

// reads has a shopper find the chocolate by its Chinese name and read its label.
func (o *tailoringDay) reads() {
	b := o.shopper
	b.open("/zh/search?q=黑巧克力")
	b.press(`.card-name a[href^="/zh/p/"]`)
	b.has(chocolateName, "可可含量72%", "白砂糖", "大豆", "进口税", "自行承担")
	if status := b.press(`a[href^="/zh/label/"]`); status != http.StatusOK {
		b.t.Errorf("the e-label: got status %d", status)
	}
	b.has("黑巧克力", "配料", "营养成分表", "致敏物质", "白俄罗斯国家馆")
}
