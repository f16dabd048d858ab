package main

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"pavilion/order"
)

// endless is a body without an end or a length. It counts how much of it was taken.
type endless struct {
	piece []byte
	taken int64
}

func (e *endless) Read(b []byte) (int, error) {
	n := copy(b, e.piece)
	e.taken += int64(n)
	return n, nil
}

// TestLargeBodiesAreRefused sends more than any form or order holds: declared, not declared,
// and without an end.
func TestLargeBodiesAreRefused(t *testing.T) {
	t.Parallel()
	d := sharedDemo(t)
	v := d.visitor(t)
	v.client.Transport = &http.Transport{DisableKeepAlives: true} // a refusal may come while the body is sent
	bearer := []string{"Authorization", "Bearer " + d.makeToken(t, "orders:place"), "Idempotency-Key", "much-too-large", "Content-Type", "application/json"}
	form := bytes.Repeat([]byte("x=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa&"), 1<<16) // 2.5 MiB
	long := []byte(`{"lines":[],"ship_to":{"name":"` + strings.Repeat("a", 1<<17) + `"}}`)
	for _, c := range []struct {
		path    string
		body    []byte
		headers []string
	}{
		{"/zh/checkout", form, formType}, {"/zh/basket", form, formType}, {"/zh/find-order", form, formType}, {"/console/sign-in", form, formType},
		{"/payment/notice/simpay", form, nil}, {"/api/v1/orders", form, bearer}, {"/api/v1/orders", long, bearer}, {"/zh/checkout", form, []string{"Content-Type", "multipart/form-data; boundary=x"}},
	} {
		for what, body := range map[string]io.Reader{"stated": bytes.NewReader(c.body), "not stated": struct{ io.Reader }{bytes.NewReader(c.body)}} {
			if status := v.sendLarge(c.path, body, c.headers); status < 400 || status >= 500 {
				t.Errorf("%s with %d bytes, length %s: got status %d, want a refusal", c.path, len(c.body), what, status)
			}
		}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		body := &endless{piece: form[:1<<15]}
		if status := v.sendLarge(c.path, body, c.headers); status < 400 || status >= 500 {
			t.Errorf("%s without an end: got status %d, want a refusal", c.path, status)
		}
		runtime.ReadMemStats(&after)
		if most := int64(16 << 20); body.taken > most { // what sockets hold included
			t.Errorf("%s without an end: %d bytes were taken, want at most %d", c.path, body.taken, most)
		}
		if grown := int64(after.HeapInuse) - int64(before.HeapInuse); grown > 64<<20 {
			t.Errorf("%s without an end: memory grew by %d bytes", c.path, grown)
		}
	}
	if a := v.get("/zh/?" + strings.Repeat("a", 64<<10)); a.status < 400 || a.status >= 500 {
		t.Errorf("got status %d for an address of 64 KiB, want a refusal", a.status)
	}
	if a := v.get("/zh/", "X-Large", strings.Repeat("a", 64<<10)); a.status < 400 || a.status >= 500 {
		t.Errorf("got status %d for headers of 64 KiB, want a refusal", a.status)
	}
}

// sendLarge posts a body and returns the status of the answer. A connection that is cut off
// while the body is sent counts as 413.
func (v *visitor) sendLarge(path string, body io.Reader, headers []string) int {
	v.t.Helper()
	r, err := http.NewRequestWithContext(v.t.Context(), http.MethodPost, v.base+path, body)
	if err != nil {
		v.t.Fatal(err)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	answer, err := v.client.Do(r)
	if errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE) {
		return http.StatusRequestEntityTooLarge
	}
	if err != nil {
		v.t.Fatal(err)
	}
	defer answer.Body.Close()
	return answer.StatusCode
}

// TestSlowClientsAreLetGo opens connections that send a request drop by drop.
func TestSlowClientsAreLetGo(t *testing.T) {
	t.Parallel()
	d := sharedDemo(t)
	host := strings.TrimPrefix(d.base, "http://")
	for name, sent := range map[string]string{
		"nothing at all": "", "half a request line": "GET /zh/ HT", "headers without an end": "GET /zh/ HTTP/1.1\r\nHost: " + host + "\r\nX-Slow: a",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, err := net.Dial("tcp", host)
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			if _, err := io.WriteString(c, sent); err != nil {
				t.Fatal(err)
			}
			gone := make(chan struct{})
			go func() { // one more byte now and then must not help
				defer close(gone)
				drip := time.NewTicker(500 * time.Millisecond)
				defer drip.Stop()
				for range drip.C {
					if sent == "" {
						return
					}
					if _, err := io.WriteString(c, "a"); err != nil {
						return
					}
				}
			}()
			if err := c.SetReadDeadline(time.Now().Add(headerTimeout + 5*time.Second)); err != nil {
				t.Fatal(err)
			}
			if _, err := io.Copy(io.Discard, c); err != nil && strings.Contains(err.Error(), "timeout") {
				t.Errorf("got kept for %v, want to be let go after %v", headerTimeout+5*time.Second, headerTimeout)
			}
			_ = c.Close()
			<-gone
		})
	}
}

// TestGuessingIsSlowedDown guesses one-time codes, order numbers and passwords: after a
// handful of tries there is an answer only after a while, also for the right guess, and no
// answer tells what was right about a wrong one.
func TestGuessingIsSlowedDown(t *testing.T) {
	t.Parallel()

	t.Run("one-time code", func(t *testing.T) {
		t.Parallel()
		v := startDemo(t, t.TempDir()).visitor(t)
		asked := v.send(v.get("/zh/account"), "/zh/account/code", "phone", "13911110041").is(http.StatusOK)
		code := oneTimeCode.FindStringSubmatch(textOf(asked.page()))[1]
		known := v.post("/zh/account/signin", "phone", "13911110041", "code", wrong(code))
		unknown := v.post("/zh/account/signin", "phone", "13911110042", "code", wrong(code))
		if known.status != unknown.status || errorOf(known) != errorOf(unknown) {
			t.Errorf("got %d %q for a phone that has a code and %d %q for one that has none, want the same", known.status, errorOf(known), unknown.status, errorOf(unknown))
		}
		v.slowed(10, func() *answer { return v.post("/zh/account/signin", "phone", "13911110041", "code", wrong(code)) })
		if right := v.post("/zh/account/signin", "phone", "13911110041", "code", code); right.status == http.StatusSeeOther {
			t.Error("got signed in with a code that was guessed at, want it worthless")
		}
		v.slowed(10, func() *answer {
			return v.post("/zh/account/code", "phone", "1391111"+fmt.Sprintf("%04d", randomBelow(10_000)))
		})
	})

	t.Run("find order", func(t *testing.T) {
		t.Parallel()
		d := startDemo(t, t.TempDir())
		owner, v := d.visitor(t), d.visitor(t)
		mine := owner.placeOrder(address("收货人", "13911110043")...)
		number := orderNumber.FindString(textOf(owner.get(mine).page()))
		other := owner.placeOrder(address("收货人", "13911110044")...)
		otherNumber := orderNumber.FindString(textOf(owner.get(other).page()))
		if number == "" || otherNumber == "" {
			t.Fatal("got no order number")
		}
		wrongPhone := v.post("/zh/find-order", "number", number, "phone", "13911110099")
		noOrder := v.post("/zh/find-order", "number", unusedNumber(t, number, otherNumber), "phone", "13911110043")
		if wrongPhone.status != noOrder.status || errorOf(wrongPhone) != errorOf(noOrder) {
			t.Errorf("got %d %q for a wrong phone and %d %q for a wrong number, want the same", wrongPhone.status, errorOf(wrongPhone), noOrder.status, errorOf(noOrder))
		}
		v.slowed(10, func() *answer { return v.post("/zh/find-order", "number", number, "phone", "13911110098") })
		if right := v.post("/zh/find-order", "number", number, "phone", "13911110043"); right.status != http.StatusTooManyRequests {
			t.Errorf("got status %d for the right phone while guessing is blocked, want 429", right.status)
		}
		forwarded := v.ask(http.MethodPost, "/zh/find-order", strings.NewReader("number="+number+"&phone=13911110043"), append(formType, "X-Forwarded-For", "203.0.113.9", "Forwarded", "for=203.0.113.9")...)
		if forwarded.status != http.StatusTooManyRequests {
			t.Errorf("got status %d with another address in X-Forwarded-For, want 429", forwarded.status)
		}
	})

	t.Run("console password", func(t *testing.T) {
		t.Parallel()
		d := startDemo(t, t.TempDir())
		v := d.visitor(t)
		known := v.post("/console/sign-in", "login", demoLogin, "password", "not the password at all")
		unknown := v.post("/console/sign-in", "login", "nobody", "password", "not the password at all")
		if known.status != unknown.status || errorOf(known) != errorOf(unknown) {
			t.Errorf("got %d %q for a login that is there and %d %q for one that is not, want the same", known.status, errorOf(known), unknown.status, errorOf(unknown))
		}
		v.slowed(10, func() *answer { return v.post("/console/sign-in", "login", demoLogin, "password", "guess") })
		if right := v.post("/console/sign-in", "login", demoLogin, "password", d.password(t)); right.status != http.StatusTooManyRequests {
			t.Errorf("got status %d for the right password while guessing is blocked, want 429", right.status)
		}
	})

	t.Run("requests", func(t *testing.T) {
		t.Parallel()
		v := startDemo(t, t.TempDir(), "--rate-limit", "2").visitor(t)
		v.slowed(40, func() *answer { return v.get("/zh/about") })
	})
}

// slowed makes tries until one is refused for now, which must come within a number of them.
func (v *visitor) slowed(within int, try func() *answer) {
	v.t.Helper()
	for range within {
		a := try()
		if a.status != http.StatusTooManyRequests {
			continue
		}
		if wait, err := strconv.Atoi(a.header.Get("Retry-After")); err != nil || wait < 1 {
			v.t.Errorf("%s: got Retry-After %q, want seconds", a.path, a.header.Get("Retry-After"))
		}
		return
	}
	v.t.Errorf("got %d tries without a refusal, want fewer", within)
}

// errorOf is what a page says is wrong.
func errorOf(a *answer) string {
	for n := range a.page().Descendants() {
		if class := attr(n, "class"); strings.Contains(class, "field-error") || strings.Contains(class, "notice") {
			return textOf(n)
		}
	}
	return ""
}

// wrong is a code that is not the right one.
func wrong(code string) string {
	if code[0] == '1' {
		return "2" + code[1:]
	}
	return "1" + code[1:]
}

func randomBelow(n int) int {
	var b [2]byte
	_, _ = rand.Read(b[:]) // never fails
	return (int(b[0])<<8 | int(b[1])) % n
}

var orderNumber = regexp.MustCompile(`\b\d{12}\b`)

// unusedNumber is a number that an order could have and none of these has.
func unusedNumber(t *testing.T, used ...string) string {
	t.Helper()
	for n := 482913057700; n < 482913057800; n++ {
		number := strconv.Itoa(n)
		if _, err := order.ParseNumber(number); err == nil && !slices.Contains(used, number) {
			return number
		}
	}
	t.Fatal("got no number with a right check digit")
	return ""
}
