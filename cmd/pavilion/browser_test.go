package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// browserNames are the programs that may be the browser, the one wanted first.
var browserNames = []string{"chromium", "chromium-browser", "google-chrome", "chrome", "headless-shell"}

// chromium is the one browser of the test binary.
var chromium struct {
	sync.Mutex
	ctx  context.Context
	stop func()
}

// openBrowser returns a context of the browser, started by the first who asks. Without one
// the test is skipped, or fails if CI is set.
func openBrowser(t testing.TB) context.Context {
	t.Helper()
	chromium.Lock()
	defer chromium.Unlock()
	if chromium.ctx != nil {
		return chromium.ctx
	}
	program := ""
	for _, name := range browserNames {
		if path, err := exec.LookPath(name); err == nil {
			program = path
			break
		}
	}
	if program == "" {
		if os.Getenv("CI") != "" {
			t.Fatalf("no browser: want one of %v on the path", browserNames)
		}
		t.Skipf("no browser: want one of %v on the path", browserNames)
	}
	// A page that still glides to where its address points would be clicked beside the button.
	flags := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(program), chromedp.DisableGPU,
		chromedp.Flag("lang", "zh-CN"), chromedp.Flag("force-prefers-reduced-motion", true))
	if os.Geteuid() == 0 {
		flags = append(flags, chromedp.NoSandbox)
	}
	allocator, drop := chromedp.NewExecAllocator(context.Background(), flags...)
	ctx, end := chromedp.NewContext(allocator)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("start %s: %v", program, err)
	}
	chromium.ctx, chromium.stop = ctx, func() { end(); drop() }
	return ctx
}

// screen is the size of a window.
type screen struct{ width, height int64 }

var (
	phone   = screen{390, 844}
	desktop = screen{1440, 900}
)

// patience is how long a page may take on a busy machine.
const patience = 30 * time.Second

// tab is a window of a visitor of its own, whose cookies nobody shares.
type tab struct {
	t    testing.TB
	ctx  context.Context
	base string

	mu     sync.Mutex
	faults []string // what the browser complained about, under mu
}

// tab opens a window of a size.
func (r *running) tab(t testing.TB, s screen) *tab {
	t.Helper()
	ctx, end := chromedp.NewContext(openBrowser(t), chromedp.WithNewBrowserContext())
	t.Cleanup(end)
	b := &tab{t: t, ctx: ctx, base: r.base}
	if err := chromedp.Do(ctx); err != nil {
		t.Fatal(err)
	}
	if err := chromedp.Listen(ctx, b.notice); err != nil {
		t.Fatal(err)
	}
	b.resize(s)
	return b
}

// notice keeps what the browser complains about: errors and warnings of scripts and policies,
// and requests that failed.
func (b *tab) notice(event any) {
	fault := ""
	switch e := event.(type) {
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError || e.Entry.Level == log.EntryLevelWarning {
			fault = fmt.Sprintf("%s: %s (%s)", e.Entry.Source, e.Entry.Text, e.Entry.URL)
		}
	case *runtime.EventExceptionThrown:
		fault = "exception: " + e.ExceptionDetails.Text
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError || e.Type == runtime.ConsoleAPICalledTypeWarning || e.Type == runtime.ConsoleAPICalledTypeAssert {
			fault = fmt.Sprintf("console.%s", e.Type)
		}
	case *network.EventLoadingFailed:
		if !e.Canceled {
			fault = "request failed: " + e.ErrorText
		}
	}
	if fault != "" {
		b.mu.Lock()
		b.faults = append(b.faults, fault)
		b.mu.Unlock()
	}
}

// complaints returns what the browser complained about since the last call.
func (b *tab) complaints() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	found := b.faults
	b.faults = nil
	return found
}

// do runs actions and fails the test if one fails or takes too long.
func (b *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		b.t.Fatalf("%v, on %s", err, b.where())
	}
}

// goes runs actions that lead to another page, waits for it, and returns its status.
func (b *tab) goes(steps ...chromedp.Action[chromedp.Void]) int {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	answer, err := chromedp.RunResponse(ctx, steps...)
	if err != nil {
		b.t.Fatalf("%v, on %s", err, b.where())
	}
	return int(answer.Status)
}

// open goes to a path of the shop.
func (b *tab) open(path string) int {
	b.t.Helper()
	return b.goes(chromedp.Navigate(b.base + path))
}

// comeIn opens the console as the owner of a demonstration, and waits until the page of its
// link has gone on to it.
func (b *tab) comeIn(d *running) {
	b.t.Helper()
	b.open(d.ownerLink(b.t))
	for deadline := time.Now().Add(patience); b.path() != "/console/"; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			b.t.Fatalf("got to %s by the link, want the console", b.where())
		}
	}
	b.open("/console/")
	b.complaints() // of what was still loading
}

// press presses what leads to another page.
func (b *tab) press(selector string) int {
	b.t.Helper()
	return b.goes(chromedp.Click(chromedp.CSS(selector)))
}

// fill types into an empty field.
func (b *tab) fill(selector, text string) {
	b.t.Helper()
	b.do(chromedp.SendKeys(chromedp.CSS(selector), text))
}

// sees waits until the words are on the page.
func (b *tab) sees(words string) {
	b.t.Helper()
	b.waits(fmt.Sprintf("document.body.innerText.includes(%q)", words))
}

// waits waits until an expression is true on the page.
func (b *tab) waits(expression string) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	if _, err := chromedp.Run(ctx, chromedp.Poll[bool](expression)); err != nil {
		b.t.Fatalf("%s: %v, on %s: %s", expression, err, b.where(), ask[string](b, "document.body.innerText"))
	}
}

// ask evaluates an expression on the page; a promise is waited for.
func ask[T any](b *tab, expression string) T {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		b.t.Fatalf("%.80s: %v", expression, err)
	}
	return v
}

// where is the address the tab is at, for messages.
func (b *tab) where() string {
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	at, err := chromedp.Run(ctx, chromedp.Location())
	if err != nil {
		return "a page that does not answer"
	}
	return at
}

// path is the path the tab is at.
func (b *tab) path() string {
	b.t.Helper()
	at, _, _ := strings.Cut(strings.TrimPrefix(b.where(), b.base), "?")
	return at
}

// resize gives the window a size; a narrow one is a phone's.
func (b *tab) resize(s screen) {
	b.t.Helper()
	if s.width < 600 {
		b.do(chromedp.EmulateViewport(s.width, s.height, chromedp.EmulateMobile, chromedp.EmulateTouch, chromedp.EmulatePortrait))
		return
	}
	b.do(chromedp.EmulateViewport(s.width, s.height))
}

// withoutScripts turns the scripts of pages off.
func (b *tab) withoutScripts() {
	b.t.Helper()
	b.do(func(ctx context.Context, t *chromedp.Target) (chromedp.Void, error) {
		_, err := cdp.Call(ctx, t, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
		return chromedp.Void{}, err
	})
}
