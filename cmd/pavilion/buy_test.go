package main

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// A delivery address as a shopper in Chengdu types it.
const (
	testPhone  = "13800138000"
	testName   = "收货人"
	testStreet = "天府大道北段1号"
)

// TestShopperBuys buys on a phone, in Chinese: a declined payment first, then a paid one.
// Afterwards somebody without any cookies finds the order by its number and phone.
func TestShopperBuys(t *testing.T) {
	d := sharedDemo(t)
	b := d.tab(t, phone)
	b.open("/zh/")
	b.do(chromedp.SendKeys(chromedp.CSS("#q"), "巧克力"))
	b.press(".search-go")
	if got := b.path(); got != "/zh/search" {
		t.Fatalf("got to %s by searching, want the search page", got)
	}
	b.toCheckout(d)
	b.fillAddress()
	b.press(".buybar button")
	if !strings.HasPrefix(b.where(), d.pay+"/pay/") {
		t.Fatalf("got to %s after placing the order, want the payment page; the form says %q", b.where(), ask[string](b, "document.body.innerText"))
	}

	b.press("button[value=decline]")
	b.sees("付款没有成功")
	b.press(".pay form button")
	if !strings.HasPrefix(b.where(), d.pay+"/pay/") {
		t.Fatalf("got to %s to pay again, want the payment page", b.where())
	}
	b.press("button[value=pay]")
	b.sees("付款成功") // by itself, also when the notice comes late
	b.press(`.pay a.button[href^="/zh/order/"]:last-of-type`)
	timeline := ask[string](b, `document.querySelector(".timeline").innerText`)
	if !strings.Contains(timeline, "付款") || strings.Contains(timeline, "等待付款") {
		t.Errorf("got the timeline %q, want a paid order", timeline)
	}
	number, order := ask[string](b, `document.querySelector(".order-number").innerText`), b.path()
	if !regexp.MustCompile(`^\d{12}$`).MatchString(number) {
		t.Errorf("got order number %q, want 12 digits", number)
	}
	if found := b.complaints(); len(found) > 0 {
		t.Errorf("the browser complained: %q", found)
	}

	other := d.tab(t, phone)
	if got := other.open(order); got != http.StatusNotFound {
		t.Errorf("got status %d for an order of somebody else, want 404", got)
	}
	other.open("/zh/find-order")
	other.fill("#number", number)
	other.fill("#phone", testPhone)
	other.press("main form button")
	other.sees(number)
	other.sees("已付款")
	if got := other.path(); got != order {
		t.Errorf("found the order at %s, want %s", got, order)
	}
}

// TestShopperBuysWithoutScripts does the same with a browser that runs no scripts, up to
// the payment page.
func TestShopperBuysWithoutScripts(t *testing.T) {
	d := sharedDemo(t)
	b := d.tab(t, phone)
	b.withoutScripts()
	b.open("/zh/search?q=%E5%B7%A7%E5%85%8B%E5%8A%9B")
	b.toCheckout(d)
	b.fillAddress()
	if n := ask[int](b, `document.querySelectorAll("#city optgroup").length`); n < 2 {
		t.Errorf("got cities of %d provinces, want all: a script was at work", n)
	}
	b.press(".buybar button")
	if !strings.HasPrefix(b.where(), d.pay+"/pay/") {
		t.Fatalf("got to %s after placing the order, want the payment page", b.where())
	}
}

// toCheckout goes from a list by a product and the basket to the checkout.
func (b *tab) toCheckout(d *running) {
	b.t.Helper()
	b.press(`.card-name a[href="` + d.visitor(b.t).plentiful("zh") + `"]`)
	b.press("#buy button[value=stay]")
	b.press(`.buybar a[href="/zh/basket"]`)
	b.press(`a.button[href="/zh/checkout"]`)
	if got := b.path(); got != "/zh/checkout" {
		b.t.Fatalf("got to %s, want the checkout", got)
	}
}

// fillAddress fills the checkout in.
func (b *tab) fillAddress() {
	b.t.Helper()
	b.fill("#name", testName)
	b.fill("#phone", testPhone)
	b.choose("#province", "四川省")
	b.choose("#city", "成都市")
	b.fill("#district", "武侯区")
	b.fill("#street", testStreet)
	b.do(chromedp.Click(chromedp.CSS("#accept")))
}

// choose chooses from a list, as a keyboard does.
func (b *tab) choose(selector, option string) {
	b.t.Helper()
	b.do(chromedp.SendKeys(chromedp.CSS(selector), option))
	if got, err := chromedp.Run(b.ctx, chromedp.Value(chromedp.CSS(selector))); err != nil || got != option {
		b.t.Fatalf("got %q chosen of %s and error %v, want %q", got, selector, err, option)
	}
}
