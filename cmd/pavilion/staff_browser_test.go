package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/xuri/excelize/v2"
)

// The one thing that is sold on the opening day.
const (
	openingGTIN    = "4819990000015"
	openingName    = "Oat biscuits Morning"
	openingLot     = "L-2026-07"
	openingWaybill = "SF1234567890123"
	staffPassword  = "a linen cloth with a red band"
)

// opening is a pavilion on its first day, and the people who open it, each at a screen of
// their own.
type opening struct {
	*running
	owner, hand, producer, observer, shopper *tab

	product string   // its page in the console
	orders  []string // the shop's pages of what was bought
}

// TestOpeningDay opens a pavilion from an empty folder, as people do who never saw it: the
// first owner comes with a passkey and invites the others, a workbook is handed in with errors
// and mended, a lot taken in at a phone, orders are bought, packed, shipped, refunded and
// cancelled, and everybody sees of it what is theirs.
func TestOpeningDay(t *testing.T) {
	t.Parallel()
	o := openEmpty(t)
	o.firstOwner()
	o.looksEmpty()
	o.invites()
	o.importsWorkbook(t)
	o.sells()
	o.takesIn()
	o.buys(t)
	o.packs()
	o.givesBack()
	o.looksBack()
	o.showsTheirs()
	o.usesKeys()
	o.comesAgain()
	for name, b := range map[string]*tab{"owner": o.owner, "warehouse hand": o.hand, "producer": o.producer, "observer": o.observer, "shopper": o.shopper} {
		for _, fault := range b.complaints() {
			t.Errorf("the browser of the %s: %s", name, fault)
		}
	}
}

// openEmpty starts a pavilion in an empty folder, with the payment provider of the shared demo.
func openEmpty(t *testing.T) *opening {
	t.Helper()
	d, folder := sharedDemo(t), t.TempDir()
	merchant, err := os.ReadFile(filepath.Join(d.folder, "payment.key"))
	if err != nil {
		t.Fatal(err)
	}
	var said bytes.Buffer
	if exit := run(t.Context(), []string{"init", "--data", folder}, &said, &said); exit != 0 {
		t.Fatalf("pavilion init: got exit code %d: %s", exit, said.String())
	}
	_, link, ok := strings.Cut(strings.TrimSpace(said.String()), "/console/")
	if !ok {
		t.Fatalf("pavilion init: got %q, want a link", said.String())
	}
	r := start(t, folder, "serve", "--rate-limit", "0", "--payment-url", d.pay, "--payment-merchant", demoMerchant, "--payment-secret", strings.TrimSpace(string(merchant)))
	t.Cleanup(func() {
		if exit := r.stop(); exit != 0 {
			t.Errorf("got exit code %d, want 0:\n%s", exit, r.printed)
		}
	})
	r.pay = d.pay
	o := &opening{running: r, owner: r.tab(t, desktop), hand: r.tab(t, phone), producer: r.tab(t, phone), observer: r.tab(t, desktop), shopper: r.tab(t, phone)}
	o.owner.givePasskeys()
	o.owner.open("/console/" + link + "?lang=en")
	return o
}

// givePasskeys gives the tab a device that makes passkeys and shows them when asked.
func (b *tab) givePasskeys() {
	b.t.Helper()
	b.do(func(ctx context.Context, t *chromedp.Target) (chromedp.Void, error) {
		if _, err := cdp.Call(ctx, t, webauthn.Enable, webauthn.EnableParams{}); err != nil {
			return chromedp.Void{}, err
		}
		_, err := cdp.Call(ctx, t, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{Options: &webauthn.VirtualAuthenticatorOptions{
			Protocol: webauthn.AuthenticatorProtocolCtap2, Transport: webauthn.AuthenticatorTransportInternal,
			HasResidentKey: true, HasUserVerification: true, IsUserVerified: true, AutomaticPresenceSimulation: true,
		}})
		return chromedp.Void{}, err
	})
}

// types fills fields of the form that goes to an action, or to its own page for "", names and
// values in turn, and opens what the form is folded into.
func (b *tab) types(action string, fields ...string) (form string) {
	b.t.Helper()
	if form = fmt.Sprintf("form[action=%q]", action); action == "" {
		form = "main form:not([action])"
	}
	for i := 0; i+1 < len(fields); i += 2 {
		if !ask[bool](b, fmt.Sprintf(`(() => {
			const form = document.querySelector(%q), [name, value] = [%q, %q];
			for (let fold = form?.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
			const field = [...form?.elements ?? []].find((e) => e.name === name && (!["checkbox", "radio"].includes(e.type) || e.value === value));
			if (!field) return false;
			if (["checkbox", "radio"].includes(field.type)) field.checked = true; else field.value = value;
			field.dispatchEvent(new Event("change", {bubbles: true}));
			return field.value === value;
		})()`, form, fields[i], fields[i+1])) {
			b.t.Fatalf("%s: got no field %s that takes %q: %s", b.where(), fields[i], fields[i+1], ask[string](b, `document.querySelector("main").innerHTML`))
		}
	}
	return form
}

// sends fills a form and presses its button.
func (b *tab) sends(action string, fields ...string) int {
	b.t.Helper()
	return b.press(b.types(action, fields...) + " button:not([type=button])")
}

// has fails unless all the words are on the page.
func (b *tab) has(words ...string) {
	b.t.Helper()
	text := ask[string](b, "document.body.innerText")
	for _, w := range words {
		if !strings.Contains(text, w) {
			b.t.Fatalf("%s: got %q, want %q in it", b.where(), text, w)
		}
	}
}

// lacks fails if one of the words is on the page.
func (b *tab) lacks(words ...string) {
	b.t.Helper()
	text := ask[string](b, "document.body.innerText")
	for _, w := range words {
		if strings.Contains(text, w) {
			b.t.Fatalf("%s: got %q, want no %q in it", b.where(), text, w)
		}
	}
}

// firstOwner claims the link that pavilion init printed, with a passkey and no password.
func (o *opening) firstOwner() {
	o.owner.has("Become the owner")
	o.owner.joins("First Owner", "owner")
}

// joins claims an invitation with a passkey and no password, and keeps the recovery codes.
func (b *tab) joins(name, login string) {
	b.t.Helper()
	b.fill("#name", name)
	b.fill("#login", login)
	if status := b.press("[data-passkey=create]"); status != http.StatusOK {
		b.t.Fatalf("claim by passkey: got status %d", status)
	}
	if n := ask[int](b, `document.querySelectorAll(".door-codes li").length`); n != 10 {
		b.t.Fatalf("claim by passkey: got %d recovery codes, want 10", n)
	}
	b.press(`form[action="/console/kept"] button`)
	if got := b.path(); got != "/console/" {
		b.t.Fatalf("after the recovery codes: got to %s, want the start page", got)
	}
}

// looksEmpty opens every page of the menu while there is nothing yet to show on it.
func (o *opening) looksEmpty() {
	b := o.owner
	pages := ask[[]string](b, `[...new Set([...document.querySelectorAll("nav a[href^='/console/']")].map((a) => a.pathname))]`)
	if len(pages) < 20 {
		b.t.Errorf("got a menu of %d pages, want those of a whole store", len(pages))
	}
	b.resize(phone)
	for _, path := range pages {
		b.looksWhole(path + "?lang=ru")
	}
	b.resize(desktop)
	b.open("/console/?lang=en")
}

// invites makes a producer and a warehouse, and invites the people: each claims the link at a
// screen of its own, with a password.
func (o *opening) invites() {
	b := o.owner
	b.open("/console/producers/new")
	b.sends("/console/producers/new", "legal_name.en", "Morning Bakery", "legal_name.ru", "Пекарня Утро", "country", "BY", "tax_number", "799900490", "prefix", "4819990")
	b.has("Morning Bakery")
	b.open("/console/settings/warehouses/new")
	b.sends("", "code", "CTU1", "name.en", "Chengdu", "sells", "1")
	for _, c := range []struct {
		who         *tab
		role, login string
	}{{o.hand, "warehouse", "hand"}, {o.producer, "producer", "bakery"}, {o.observer, "observer", "ministry"}} {
		b.open("/console/staff/invite")
		fields := []string{"role", c.role}
		if c.role == "producer" {
			fields = append(fields, "producer", ask[string](b, `[...document.querySelector("[name=producer]").options].find((o) => o.text === "Morning Bakery").value`))
		}
		b.sends("", fields...)
		_, path, ok := strings.Cut(ask[string](b, `document.querySelector(".door-secret").innerText`), "/console/")
		if !ok {
			b.t.Fatalf("invite %s: got no link", c.role)
		}
		c.who.open("/console/" + path + "?lang=en")
		c.who.fill("#name", "The "+c.role)
		c.who.fill("#login", c.login)
		c.who.fill("#password", staffPassword)
		c.who.press("main form button:not([type=button])")
		if !strings.HasPrefix(c.who.path(), "/console/") || strings.Contains(c.who.path(), "claim") {
			b.t.Fatalf("claim as %s: got to %s", c.role, c.who.where())
		}
	}
}

// importsWorkbook hands in a workbook with errors, reads what is wrong with it, and hands it in
// again, mended.
func (o *opening) importsWorkbook(t *testing.T) {
	b := o.owner
	row := map[string]any{
		"GTIN": "4819990000014", "Brand": "Morning", "Category": "biscuits", "Net content": "250 g", "Shelf life (days)": 365, "Country of origin": "BY",
		"Name (en)": openingName, "Name (ru)": "Печенье овсяное Утро", "Name (be)": "Печыва аўсянае Раніца", "Name (zh)": "早晨燕麦饼干", "Ingredients (en)": "oats, sugar", "Allergens": "gluten",
	}
	handIn := func() {
		t.Helper()
		b.open("/console/imports/new")
		b.types("/console/imports", "producer", ask[string](b, `document.querySelector("[name=producer]").options[1].value`))
		b.do(chromedp.SetUploadFiles(chromedp.CSS("#workbook"), []string{saveWorkbook(t, row)}))
		b.press(`form[action="/console/imports"] button`)
		b.waits(`!document.querySelector("#import-live[data-refresh]")`)
	}
	handIn()
	b.has("GTIN", "A2")
	marked, err := base64.StdEncoding.DecodeString(ask[string](b, `(async () => {
		const answer = await fetch(document.querySelector("a[href$='/marked']").href);
		return btoa(String.fromCharCode(...new Uint8Array(await answer.arrayBuffer())));
	})()`))
	if err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(bytes.NewReader(marked))
	if err != nil {
		t.Fatalf("the marked workbook: %v", err)
	}
	defer f.Close()
	if notes, err := f.GetComments(f.GetSheetName(0)); err != nil || len(notes) == 0 {
		t.Errorf("the marked workbook: got notes %v, %v, want one at the GTIN", notes, err)
	}
	row["GTIN"] = openingGTIN
	handIn()
	b.press(`form[action$="/import"] button`)
	b.waits(`!document.querySelector("#import-live[data-refresh]")`)
	b.open("/console/products")
	b.has(openingName)
	o.product = ask[string](b, `document.querySelector("[data-row]").dataset.url`)
}

// saveWorkbook writes a workbook with one row below its headings, the GTIN first.
func saveWorkbook(t *testing.T, row map[string]any) (path string) {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	headings, values := []any{"GTIN"}, []any{row["GTIN"]}
	for heading, value := range row {
		if heading != "GTIN" {
			headings, values = append(headings, heading), append(values, value)
		}
	}
	path = filepath.Join(t.TempDir(), "biscuits.xlsx")
	for cell, line := range map[string][]any{"A1": headings, "A2": values} {
		if err := f.SetSheetRow("Sheet1", cell, &line); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.SaveAs(path); err != nil {
		t.Fatal(err)
	}
	return path
}

// sells sets a price and puts the product on sale.
func (o *opening) sells() {
	b := o.owner
	b.open(o.product)
	b.sends(ask[string](b, `document.querySelector("form[action$='/price']").getAttribute("action")`), "price", "29.90")
	b.has("29.90")
	b.press("form[action$='/sale'] button")
	b.has("On sale")
}

// takesIn has the warehouse hand take in a lot, standing, at a phone.
func (o *opening) takesIn() {
	o.receives(openingGTIN, openingLot, "2026-06-01")
	o.hand.open("/console/lots")
	o.hand.has(openingLot, "24")
}

// receives has the warehouse hand receive a lot of 24, and say again that its dates are meant.
func (o *opening) receives(gtin, lot, produced string) {
	b := o.hand
	b.open("/console/stock/receive")
	b.fill("#find", gtin)
	b.press("main form button")
	b.types("/console/stock/receive", "lot_code", lot, "produced_on", produced, "best_before", "2099-01-01", "quantity", "24", "cause", "CMR 17")
	b.press("main form button")
	if ask[bool](b, `!!document.querySelector("main form [name=go]")`) {
		b.press("main form button")
	}
}

// buys has a shopper buy twice and pay.
func (o *opening) buys(t *testing.T) {
	b := o.shopper
	for range 2 {
		b.open("/en/search?q=Morning")
		b.press(`.card-name a[href^="/en/p/"]`)
		b.types("/en/basket", "quantity", "2")
		b.press("#buy button[value=stay]")
		b.open("/en/checkout")
		b.fillAddress()
		b.press(".buybar button")
		b.press("button[value=pay]")
		b.press(`.pay a.button[href^="/en/order/"]:last-of-type`)
		b.waits(`!document.querySelector("[data-watch]")`)
		o.orders = append(o.orders, b.path())
	}
	if o.orders[0] == o.orders[1] {
		t.Fatalf("got one order %s, want two", o.orders[0])
	}
}

// order is the page of an order in the console.
func (o *opening) order(n int) string {
	return "/console/orders/" + o.orders[n][strings.LastIndex(o.orders[n], "/")+1:]
}

// packs has the warehouse hand pack and ship the first order, at a phone.
func (o *opening) packs() {
	b := o.hand
	b.open("/console/packing")
	b.press(fmt.Sprintf("a[href^=%q]", o.order(0)))
	b.open(o.order(0) + "/pack")
	b.has(openingLot)
	form := b.types(o.order(0)+"/pack", "carrier", "sf", "weight", "600")
	b.fill("#waybill", openingWaybill)
	b.press(form + " button[value=ship]")
	b.open(o.order(0))
	b.has(openingWaybill)
}

// givesBack refunds one of two units of the first order, and cancels the second.
func (o *opening) givesBack() {
	b := o.owner
	b.open(o.order(0))
	b.sends(o.order(0)+"/refund", "back_1", "1", "reason", "One packet arrived crushed")
	b.has("29.90")
	b.press(fmt.Sprintf("form[action=%q] button", o.order(0)+"/refund"))
	b.has("The money is on its way back.")
	b.open(o.order(1))
	b.sends(o.order(1)+"/cancel", "reason", "The buyer called")
	b.has("The order is cancelled.")
}

// looksBack finds everything that was done in the trail, each under the name of who did it, and
// the trail whole.
func (o *opening) looksBack() {
	b := o.owner
	b.open("/console/trail")
	trail := ask[string](b, `[...document.querySelectorAll("[data-row]")].map((row) => row.innerText.replaceAll("\t", " | ")).join("\n")`)
	for _, did := range []string{
		"First Owner | Joined", "First Owner | Added a passkey", "First Owner | Invited a member", "The producer | Joined", "First Owner | Added a producer",
		"First Owner | Uploaded a workbook", "First Owner | Began an import", "First Owner | Changed a price", "First Owner | Put on or took off sale", "The warehouse | Received goods",
		"The warehouse | Packed a parcel", "The warehouse | Shipped an order", "First Owner | Refunded", "First Owner | Cancelled an order",
	} {
		if !strings.Contains(trail, did) {
			b.t.Errorf("the trail: got %s, want %q in it", trail, did)
		}
	}
	b.open("/console/trail/verify")
	b.has("The trail is whole")
}

// showsTheirs has the producer and the observer look at everything their menus and pages lead
// to: the one finds its product, lot and sales, the other the sums, and neither the buyer.
func (o *opening) showsTheirs() {
	for _, c := range []struct {
		who        *tab
		finds, not []string
	}{
		{o.producer, []string{openingName, openingLot, "¥119.60", "¥89.70"}, nil},
		{o.observer, []string{"¥119.60"}, []string{openingLot, openingWaybill}},
	} {
		b, all, seen := c.who, "", map[string]bool{}
		for todo := []string{"/console/"}; len(todo) > 0; todo = todo[1:] {
			if path, _, _ := strings.Cut(todo[0], "?"); !seen[path] {
				seen[path] = true
				if status := b.open(todo[0]); status != http.StatusOK {
					b.t.Errorf("%s: got status %d, though a page leads there", todo[0], status)
				}
				all += ask[string](b, "document.body.innerText")
				todo = append(todo, ask[[]string](b, `[...document.querySelectorAll("a")].filter((a) => a.pathname.startsWith("/console/") && !a.search.includes("lang=") && !/\/(export|template|marked|file)$/.test(a.pathname)).map((a) => a.pathname + a.search)`)...)
			}
		}
		for _, want := range c.finds {
			if !strings.Contains(all, want) {
				b.t.Errorf("%d pages of one who may see it: got no %q", len(seen), want)
			}
		}
		for _, secret := range append(c.not, testName, testPhone, "0013 8000", testStreet, "The buyer called") {
			if strings.Contains(all, secret) {
				b.t.Errorf("%d pages of one who may not see it: got %q", len(seen), secret)
			}
		}
		if len(seen) < 3 {
			b.t.Errorf("got %d pages, want those of the menu", len(seen))
		}
	}
}

// usesKeys works a list by the keyboard.
func (o *opening) usesKeys() {
	b := o.owner
	b.open("/console/orders")
	b.do(chromedp.KeyEvent("/"))
	if got := ask[string](b, "document.activeElement.id"); got != "desk-q" {
		b.t.Errorf("after /: got the focus on %q, want the search", got)
	}
	ask[chromedp.Void](b, "document.activeElement.blur()")
	b.do(chromedp.KeyEvent("j"), chromedp.KeyEvent("j"), chromedp.KeyEvent("k"))
	want := ask[string](b, `document.querySelector("[data-row]").dataset.url`)
	b.goes(chromedp.KeyEvent(kb.Enter))
	if got := b.path(); got != want {
		b.t.Errorf("after j, j, k and Enter: got to %s, want %s", got, want)
	}
	b.do(chromedp.KeyEvent("?"))
	b.waits(`document.getElementById("desk-help").open`)
}

// comesAgain signs the owner out, and in again by the passkey.
func (o *opening) comesAgain() {
	b := o.owner
	b.open("/console/account")
	b.do(chromedp.Click(chromedp.CSS(".desk-person summary")))
	b.press(".desk-person form button")
	if status := b.open("/console/orders"); status != http.StatusOK || b.path() != "/console/sign-in" {
		b.t.Fatalf("after signing out: got to %s with status %d, want the way in", b.path(), status)
	}
	b.press("[data-passkey=get]")
	if got := b.path(); got != "/console/orders" {
		b.t.Errorf("after signing in by passkey: got to %s, want where it wanted to be", got)
	}
}
