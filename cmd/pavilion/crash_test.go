package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"os/exec"
	"sync"
	"testing"
	"time"

	"pavilion"
	"pavilion/catalog"
	"pavilion/channel/own"
	"pavilion/db"
	"pavilion/db/dbtest"
	"pavilion/money"
	"pavilion/order"
	"pavilion/staff"
	"pavilion/stock"
)

// kills is how often each crash test kills.
func kills() int {
	if testing.Short() {
		return 5
	}
	return 30
}

// TestKilledProgram kills the pavilion under load at random moments. After each restart
// every order it said yes to is there, and the books agree.
func TestKilledProgram(t *testing.T) {
	t.Parallel()
	dbtest.EachURL(t, func(t *testing.T, url string) {
		t.Parallel()
		w := newCrashWorld(t, url)
		for n := 0; w.goesOn(n); n++ {
			p := w.serve(t)
			stop := w.load(t)
			time.Sleep(time.Duration(20+rand.IntN(180)) * time.Millisecond)
			p.kill()
			stop()
			w.check(t)
		}
		w.report(t)
	})
}

// TestKilledPostgreSQL kills the database instead, and starts it again under the running
// pavilion.
func TestKilledPostgreSQL(t *testing.T) {
	t.Parallel()
	cluster := dbtest.NewCluster(t)
	w := newCrashWorld(t, cluster.URL)
	p := w.serve(t)
	for n := 0; w.goesOn(n); n++ {
		stop := w.load(t)
		time.Sleep(time.Duration(20+rand.IntN(180)) * time.Millisecond)
		cluster.Kill(t)
		cluster.Start(t)
		stop()
		w.check(t)
	}
	p.kill()
	w.report(t)
}

// goesOn tells whether there is another kill after so many: on a slow machine little was
// acknowledged by then, and what shows nothing is tried again for a while.
func (w *crashWorld) goesOn(done int) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return done < kills() || len(w.acknowledged) < kills() && done < 4*kills()
}

// crashWorld is an installation with one SKU and plenty of it, and what buyers were told.
type crashWorld struct {
	url, folder, addr, token string
	sku                      pavilion.SKUID

	mu           sync.Mutex
	acknowledged []pavilion.OrderID // under mu
	next         int                // under mu: number of the next order
}

func newCrashWorld(t *testing.T, url string) *crashWorld {
	t.Helper()
	w := &crashWorld{url: url, folder: t.TempDir()}
	in, err := store{Data: w.folder, DB: url}.open(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	err = in.db.Write(t.Context(), pavilion.System("test"), func(tx *db.Tx) error { return w.furnish(t.Context(), tx) })
	if err := errors.Join(err, in.db.Close()); err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w.addr = l.Addr().String()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *crashWorld) furnish(ctx context.Context, tx *db.Tx) error {
	producer, err := catalog.SaveProducer(ctx, tx, catalog.Producer{Country: "BY", TaxNumber: "799900010", LegalName: pavilion.Text{"en": "Crash"}, Prefixes: []string{"9520000"}})
	if err != nil {
		return err
	}
	product, err := catalog.SaveProduct(ctx, tx, catalog.Product{Producer: producer, Name: pavilion.Text{"en": "Thing"}, Origin: "BY"})
	if err != nil {
		return err
	}
	if w.sku, err = catalog.SaveSKU(ctx, tx, catalog.SKU{Product: product, GTIN: "9520000000004", Net: catalog.Measure{Milli: 90_000, Unit: catalog.Gram}}); err != nil {
		return err
	}
	if err := catalog.SetPrice(ctx, tx, w.sku, own.Name, money.New(1990, "CNY")); err != nil {
		return err
	}
	if err := catalog.SetOnSale(ctx, tx, true, w.sku); err != nil {
		return err
	}
	warehouse, err := stock.AddWarehouse(ctx, tx, stock.Warehouse{Code: "C", Name: pavilion.Text{"en": "C"}, Country: "CN", TimeZone: "Asia/Shanghai", Sells: true})
	if err != nil {
		return err
	}
	today := pavilion.DateOf(tx.Now(), time.UTC)
	if _, err := stock.Receive(ctx, tx, stock.Receipt{SKU: w.sku, LotCode: "1", ProducedOn: today, BestBefore: today.AddDays(300), Warehouse: warehouse, Quantity: 10_000_000, Cause: "test"}); err != nil {
		return err
	}
	w.token, _, err = staff.MakeToken(ctx, tx, "crash", []staff.Scope{staff.PlaceOrders}, time.Time{})
	return err
}

// program is the pavilion as a process.
type program struct{ cmd *exec.Cmd }

func (p program) kill() {
	_ = p.cmd.Process.Kill() // it may be gone already
	_ = p.cmd.Wait()
}

// serve starts the pavilion and waits until it is ready.
func (w *crashWorld) serve(t *testing.T) program {
	t.Helper()
	var log bytes.Buffer
	cmd := exec.Command("pavilion", "serve", "--data", w.folder, "--db", w.url, "--listen", w.addr, "--rate-limit", "0",
		"--payment-url", "http://127.0.0.1:1", "--payment-merchant", "test", "--payment-secret", "nobody-is-asked-in-a-test", "--log-level", "error")
	cmd.Stderr = &log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	p := program{cmd}
	t.Cleanup(p.kill)
	deadline := time.Now().Add(20 * time.Second)
	for {
		if answer, err := http.Get("http://" + w.addr + "/readyz"); err == nil {
			_ = answer.Body.Close()
			if answer.StatusCode == http.StatusOK {
				return p
			}
		}
		if time.Now().After(deadline) {
			p.kill()
			t.Fatalf("the pavilion does not start: %s", log.String())
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// load has buyers order one after another until stop is called.
func (w *crashWorld) load(t *testing.T) (stop func()) {
	ctx, cancel := context.WithCancel(t.Context())
	var wait sync.WaitGroup
	client := &http.Client{Timeout: 5 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 16}}
	for range 16 {
		wait.Go(func() {
			for ctx.Err() == nil {
				if err := w.buy(ctx, client); err != nil {
					time.Sleep(time.Millisecond) // the pavilion is down
				}
			}
		})
	}
	return func() { cancel(); wait.Wait(); client.CloseIdleConnections() }
}

// buy places one order and remembers it if the answer was yes.
func (w *crashWorld) buy(ctx context.Context, client *http.Client) error {
	w.mu.Lock()
	w.next++
	n := w.next
	w.mu.Unlock()
	body := fmt.Sprintf(`{"lines":[{"sku":"%s","quantity":1}],"ship_to":{"name":"买家","phone":"+8613%09d","country":"CN","province":"四川省","city":"成都市","district":"武侯区","street":"天府大道1号"},"notice":"%s"}`, w.sku, n, told)
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+w.addr+"/api/v1/orders", bytes.NewReader([]byte(body)))
	if err != nil {
		return err
	}
	r.Header.Set("Authorization", "Bearer "+w.token)
	r.Header.Set("Idempotency-Key", fmt.Sprintf("crash-%09d", n))
	r.Header.Set("Content-Type", "application/json")
	answer, err := client.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusCreated {
		return errors.New(answer.Status)
	}
	var placed struct{ ID pavilion.OrderID }
	if err := json.NewDecoder(answer.Body).Decode(&placed); err != nil {
		return err // the answer was cut off: it is not an acknowledgement
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.acknowledged = append(w.acknowledged, placed.ID)
	return nil
}

// check opens the database beside what is left and looks for every acknowledged order.
func (w *crashWorld) check(t *testing.T) {
	t.Helper()
	d, err := db.Open(t.Context(), db.Options{URL: w.url, ReadOnly: db.EngineOf(w.url) == db.PostgreSQL})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	w.mu.Lock()
	defer w.mu.Unlock()
	err = d.Read(t.Context(), func(v *db.View) error {
		for _, id := range w.acknowledged {
			if _, err := order.Get(t.Context(), v, nil, id); err != nil {
				t.Errorf("acknowledged order %s: %v", id, err)
			}
		}
		if err := stock.Verify(t.Context(), v, func(x stock.Difference) error { t.Errorf("stock: %v", x); return nil }); err != nil {
			return err
		}
		return order.Verify(t.Context(), v, func(x order.Difference) error { t.Errorf("order: %v", x); return nil })
	})
	if err != nil {
		t.Fatal(err)
	}
	if t.Failed() {
		t.FailNow()
	}
}

// report says how much was at stake, and fails if nothing was.
func (w *crashWorld) report(t *testing.T) {
	t.Helper()
	t.Logf("%d orders were acknowledged, %d tried", len(w.acknowledged), w.next)
	if len(w.acknowledged) < kills() {
		t.Errorf("acknowledged: got %d orders, want at least %d: the load is too small to show anything", len(w.acknowledged), kills())
	}
}
