package shop

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"pavilion"
	"pavilion/db/dbtest"
)

// browser is a tab of a real browser with the screen of a phone, 390 by 844. It notes what
// goes wrong in its pages.
type browser struct {
	t   *testing.T
	ctx context.Context
	url string

	mu     sync.Mutex
	faults []string // guarded by mu
}

// openBrowser opens a tab, or returns nil where there is no browser: in CI that is a failure.
func openBrowser(t *testing.T, url string) *browser {
	t.Helper()
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		if os.Getenv("CI") != "" {
			t.Fatal("got no browser, want chromium: apt-get install chromium")
		}
		t.Log("no browser here: the pages were not opened")
		return nil
	}
	ctx, cancel := chromedp.NewExecAllocator(t.Context(), append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox)...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	ctx, cancel = context.WithTimeout(ctx, 2*time.Minute)
	t.Cleanup(cancel)
	b := &browser{t: t, ctx: ctx, url: url}
	if err := chromedp.Listen(ctx, b.note); err != nil {
		t.Fatal(err)
	}
	b.do(chromedp.EmulateViewport(390, 844, chromedp.EmulateMobile, chromedp.EmulateTouch))
	return b
}

// note keeps what the pages complain about, but not that a form was refused.
func (b *browser) note(event any) {
	fault := ""
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		fault = e.ExceptionDetails.Text
	case *runtime.EventConsoleAPICalled:
		if e.Type == "error" {
			fault = fmt.Sprint("console: ", e.Args)
		}
	case *log.EventEntryAdded:
		if e.Entry.Level == "error" && !strings.Contains(e.Entry.Text, "422") {
			fault = e.Entry.Text + " " + e.Entry.URL
		}
	}
	if fault != "" {
		b.mu.Lock()
		b.faults = append(b.faults, fault)
		b.mu.Unlock()
	}
}

func (b *browser) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	if err := chromedp.Do(b.ctx, steps...); err != nil {
		b.t.Fatal(err)
	}
}

// open goes to an address of the shop.
func (b *browser) open(path string) {
	b.t.Helper()
	b.do(chromedp.Navigate(b.url + path))
}

// press clicks on the first thing that fits and waits for the page it leads to.
func (b *browser) press(selector string) {
	b.t.Helper()
	if _, err := chromedp.RunResponse(b.ctx, chromedp.Click(chromedp.CSS(selector))); err != nil {
		b.t.Fatalf("press %s: %v", selector, err)
	}
}

// fill types into fields, by name and value in turn.
func (b *browser) fill(fields ...string) {
	b.t.Helper()
	for i := 0; i+1 < len(fields); i += 2 {
		b.do(chromedp.SetValue(chromedp.CSS("main [name="+fields[i]+"]"), fields[i+1]))
	}
}

// ask returns what an expression says in the page.
func (b *browser) ask(expression string) string {
	b.t.Helper()
	s, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](expression))
	if err != nil {
		b.t.Fatalf("ask %s: %v", expression, err)
	}
	return s
}

func (b *browser) says(words string) {
	b.t.Helper()
	if got := b.ask("document.body.innerText"); !strings.Contains(got, words) {
		b.t.Fatalf("%s: got %q, want %q in it", b.ask("location.pathname"), got, words)
	}
}

// fits fails the test if the page scrolls sideways.
func (b *browser) fits() {
	b.t.Helper()
	if over := b.ask("String(document.documentElement.scrollWidth - document.documentElement.clientWidth)"); over != "0" {
		b.t.Errorf("%s: got %s pixels beyond the screen, want none", b.ask("location.pathname"), over)
	}
}

// quiet fails the test if a page complained.
func (b *browser) quiet() {
	b.t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, fault := range b.faults {
		b.t.Errorf("got %q from the browser, want quiet", fault)
	}
}

func TestShopperBuysOnAPhone(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	d := dbtest.SQLite(t)
	provider, origin := simulatedProvider(t, d)
	w := openWorld(t, listener, d, provider, origin)
	b := openBrowser(t, w.url)
	if b == nil {
		return
	}
	b.open("/zh/search?q=90%25")
	b.fits()
	b.press(".card a")
	b.fits()
	b.press("button[value=stay]")
	b.says("已加入购物车")
	b.press("#added a")
	b.press("button[name=more]")
	b.says("¥47.80")
	b.fits()
	b.press(".buybar a.button")
	b.fits()

	b.press("main form .button-wide")
	b.says("请检查以下内容")
	b.fill(address[:4]...)
	b.fill("province", "四川省")
	b.ask(`document.querySelector("[name=province]").dispatchEvent(new Event("change")), ""`)
	if got := b.ask(`[...document.querySelectorAll("[name=city] option")].map((o) => o.value).join()`); strings.Contains(got, "武汉市") {
		t.Error("got cities of other provinces, want those of Sichuan only")
	}
	b.fill("city", "成都市", "district", "武侯区", "street", "人民南路四段1号")
	b.ask(`document.querySelector("#accept").click(), ""`)
	b.press("main form .button-wide")
	b.says("模拟支付")
	b.press("button[value=decline]")
	b.says("付款没有成功")
	b.press(".pay form button")
	b.press("button[value=pay]")
	b.says("付款成功")
	b.fits()
	b.press(".pay > p a")
	b.says("已付款，待发货")
	b.fits()
	b.quiet()
	if got := w.orders(); len(got) != 1 || got[0].State != "paid" {
		t.Errorf("got %v, want one paid order", got)
	}
}

// TestSamplesFitAPhone opens every page in every state and language and looks whether it
// fits the screen and whether the browser complains.
func TestSamplesFitAPhone(t *testing.T) {
	if testing.Short() {
		return
	}
	t.Parallel()
	w := newWorld(t)
	b := openBrowser(t, w.url)
	if b == nil {
		return
	}
	for _, lang := range pavilion.Langs {
		b.open("/" + string(lang) + "/gallery")
		for link := range strings.FieldsSeq(b.ask(`[...document.querySelectorAll("a[href*='/gallery/shop/']")].map((a) => a.getAttribute("href")).join(" ")`)) {
			if !strings.Contains(link, "/error/") {
				b.open(link)
				b.fits()
			}
		}
	}
	b.quiet()
}
