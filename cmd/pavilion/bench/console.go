package bench

import (
	"context"
	"errors"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"pavilion/db"
	"pavilion/report"
	"pavilion/web/console"
	"pavilion/web/ui"
)

// consolePage is a page of the console with the addresses it is asked for by: where the
// address has a list, its next pages and what its rows lead to are asked for too.
type consolePage struct {
	name  string
	paths []string
	rows  string // name under which the pages of its rows are measured, "" for not at all
}

// consolePages are the pages that staff have open all day.
var consolePages = []consolePage{
	{name: "start", paths: []string{"/console/"}},
	{name: "orders", paths: []string{"/console/orders", "/console/orders?state=paid", "/console/orders?state=delivered"}, rows: "order"},
	{name: "packing", paths: []string{"/console/packing"}},
	{name: "parcels", paths: []string{"/console/parcels"}},
	{name: "products", paths: []string{"/console/products", "/console/products?q=奶粉", "/console/products?q=dark+chocolate", "/console/products?category=bench3"}, rows: "product"},
	{name: "producers", paths: []string{"/console/producers"}, rows: "producer"},
	{name: "stock", paths: []string{"/console/stock"}, rows: "stock_sku"},
	{name: "lots", paths: []string{"/console/lots"}, rows: "lot"},
	{name: "jobs", paths: []string{"/console/jobs"}, rows: "job"},
	{name: "search", paths: []string{"/console/search?q=奶粉", "/console/search?q=L0004", "/console/search?q=Шоколад"}},
	{name: "figures", paths: []string{"/console/figures"}},
	{name: "trail", paths: []string{"/console/trail"}},
}

const (
	deep     = 8   // next pages that are followed
	rowPages = 40  // pages of rows that are asked for
	asks     = 300 // requests for each page
	askers   = 2   // at a time
)

// Console builds a world of a million orders and measures how long its staff wait for each
// page: the limit beside it is the same page in a world a hundredth as large.
func Console(ctx context.Context, e Env, copies int) (_ []Measure, err error) {
	p, err := e.newPlace(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, p.remove(ctx)) }()
	if err := e.live(ctx, p, lifeOrders, lifeSKUs); err != nil {
		return nil, err
	}
	small, err := e.look(ctx, p)
	if err != nil {
		return nil, err
	}
	began := time.Now()
	if err := e.grow(ctx, p, copies); err != nil {
		return nil, err
	}
	e.note("grown in %.0f s", time.Since(began).Seconds())
	large, err := e.look(ctx, p)
	if err != nil {
		return nil, err
	}
	for i := range large {
		large[i] = large[i].against(small[i].Value)
	}
	return large, e.plans(ctx, p)
}

// look measures every page of the world as it is.
func (e Env) look(ctx context.Context, p place) (_ []Measure, err error) {
	secret, err := e.settle(ctx, p)
	if err != nil {
		return nil, err
	}
	server, err := e.serve(ctx, p, "/readyz")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, server.stop()) }()
	b := &browser{addr: server.addr, cookie: secret}
	var out []Measure
	for _, page := range consolePages {
		addresses, rows, err := b.explore(ctx, page)
		if err != nil {
			return nil, err
		}
		groups := map[string][]string{page.name: addresses}
		names := []string{page.name}
		if page.rows != "" {
			groups[page.rows], names = rows, append(names, page.rows)
		}
		for _, name := range names {
			m, err := b.measure(ctx, name, groups[name])
			if err != nil {
				return nil, err
			}
			e.note("%s: %.1f ms, p99 %.1f ms", name, m.Half, m.Most)
			out = append(out, m)
		}
	}
	return out, nil
}

// settle counts the figures and lets a member of staff in who may see everything.
func (e Env) settle(ctx context.Context, p place) (secret string, err error) {
	d, err := p.open(ctx)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	zone, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		return "", err
	}
	began := time.Now()
	if err := report.Rebuild(ctx, d, actor, zone, func(int) {}); err != nil {
		return "", err
	}
	e.note("figures counted in %.0f s", time.Since(began).Seconds())
	gate, _, err := p.gate(d)
	if err != nil {
		return "", err
	}
	return letStaffIn(ctx, d, gate)
}

// browser asks a console for pages as somebody signed in.
type browser struct {
	addr, cookie string
}

var (
	nextLink = regexp.MustCompile(`<a class="[^"]*" href="([^"]+)" rel="next"`)
	rowLink  = regexp.MustCompile(` data-url="([^"]+)"`)
)

// explore finds the addresses of a page: next pages, and what rows lead to.
func (b *browser) explore(ctx context.Context, page consolePage) (addresses, rows []string, err error) {
	for _, path := range page.paths {
		for range deep {
			addresses = append(addresses, path)
			body, err := b.get(ctx, path)
			if err != nil {
				return nil, nil, err
			}
			for _, m := range rowLink.FindAllStringSubmatch(body, rowPages) {
				rows = append(rows, html.UnescapeString(m[1]))
			}
			next := nextLink.FindStringSubmatch(body)
			if next == nil {
				break
			}
			path = html.UnescapeString(next[1])
		}
	}
	if page.rows != "" && len(rows) == 0 {
		return nil, nil, fmt.Errorf("%s leads nowhere", page.name)
	}
	return addresses, rows[:min(len(rows), rowPages)], nil
}

func (b *browser) get(ctx context.Context, path string) (string, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+b.addr+path, nil)
	if err != nil {
		return "", err
	}
	r.Header.Set("Cookie", "staff="+b.cookie)
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := client.Do(r)
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return "", fmt.Errorf("%s answers %s", path, answer.Status)
	}
	body, err := io.ReadAll(answer.Body)
	return string(body), err
}

// measure asks for the addresses in turn.
func (b *browser) measure(ctx context.Context, name string, addresses []string) (Measure, error) {
	wrong := ""
	r, err := load{addr: b.addr, conns: askers, requests: max(asks, len(addresses)),
		request: func(i int, buf []byte) []byte {
			return fmt.Appendf(buf, "GET %s HTTP/1.1\r\nHost: bench\r\nCookie: staff=%s\r\nAccept-Language: zh\r\n\r\n", target(addresses[i%len(addresses)]), b.cookie)
		},
		answered: func(i, status int, _ []byte) {
			if status != http.StatusOK {
				wrong = fmt.Sprintf("%s answers %d", addresses[i%len(addresses)], status)
			}
		}}.run(ctx)
	if err == nil && wrong != "" {
		err = errors.New(wrong)
	}
	if err != nil {
		return Measure{}, err
	}
	p50, p99 := ms(r.percentile(.5)), ms(r.percentile(.99))
	return Measure{Name: "console_" + name, Value: p50, Unit: "ms", Wait: &Wait{len(addresses), p50, p99}}, nil
}

// target is an address as it stands in a request line.
func target(address string) string {
	r, err := http.NewRequest(http.MethodGet, address, nil)
	if err != nil {
		return address
	}
	return r.URL.RequestURI()
}

// plans says which queries of the pages read a large table from end to end.
func (e Env) plans(ctx context.Context, p place) (err error) {
	asked, err := e.queries(ctx, p)
	if err != nil {
		return err
	}
	d, err := p.open(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	return d.Read(ctx, func(v *db.View) error {
		for _, q := range asked {
			plan, err := explain(ctx, v, d.Engine(), q)
			if err != nil {
				return err
			}
			if scans(d.Engine(), plan) {
				e.note("a query reads a whole table:\n%s\n  %s", strings.TrimSpace(q.text), strings.Join(plan, "\n  "))
			}
		}
		return nil
	})
}

// largeTables are those a page must not read from end to end.
func largeTable(name string) bool { return slices.Contains(grown, name) }

// explain asks the engine how it would answer.
func explain(ctx context.Context, v *db.View, engine db.Engine, q asked) (plan []string, err error) {
	word, columns := "explain ", 1
	if engine == db.SQLite {
		word, columns = "explain query plan ", 4
	}
	rows, err := v.Query(ctx, word+q.text, q.args...)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		values := make([]any, columns)
		into := make([]any, columns)
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			return nil, err
		}
		plan = append(plan, fmt.Sprint(values[columns-1]))
	}
	return plan, rows.Err()
}

var scanned = map[db.Engine]*regexp.Regexp{
	db.SQLite:     regexp.MustCompile(`^SCAN (\w+)(?: USING (?:COVERING )?INDEX| AS|$)?`),
	db.PostgreSQL: regexp.MustCompile(`Seq Scan on (\w+)`),
}

// scans tells whether a plan reads a large table without narrowing it down first.
func scans(engine db.Engine, plan []string) bool {
	for _, line := range plan {
		m := scanned[engine].FindStringSubmatch(strings.TrimSpace(line))
		if m != nil && largeTable(m[1]) && !strings.Contains(line, " INDEX ") {
			return true
		}
	}
	return false
}

// asked is one query of a page.
type asked struct {
	text string
	args []any
}

// queries draws every page once and returns the queries that took part, each text once.
func (e Env) queries(ctx context.Context, p place) (all []asked, err error) {
	var mu sync.Mutex
	seen := map[string]bool{}
	d, err := db.Open(ctx, db.Options{URL: p.db, Trace: func(query string, args []any) {
		mu.Lock()
		defer mu.Unlock()
		if !seen[query] {
			seen[query] = true
			all = append(all, asked{query, slices.Clone(args)})
		}
	}})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	gate, sealer, err := p.gate(d)
	if err != nil {
		return nil, err
	}
	secret, err := letStaffIn(ctx, d, gate)
	if err != nil {
		return nil, err
	}
	site, err := ui.New(ui.Options{BaseURL: "http://bench", Clock: d.Now, Zone: time.UTC})
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	if _, err := console.New(mux, console.Options{DB: d, Site: site, Sealer: sealer, Gate: gate, BaseURL: "http://localhost", Country: "CN"}); err != nil {
		return nil, err
	}
	server := httptest.NewServer(mux)
	defer server.Close()
	b := &browser{addr: server.Listener.Addr().String(), cookie: secret}
	for _, page := range consolePages {
		_, rows, err := b.explore(ctx, page)
		if err != nil {
			return nil, err
		}
		if len(rows) > 0 {
			if _, err := b.get(ctx, rows[0]); err != nil {
				return nil, err
			}
		}
	}
	return all, nil
}
