package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"pavilion"
	"pavilion/catalog"
	"pavilion/channel/own"
	"pavilion/cmd/pavilion/demo"
	"pavilion/db"
)

const pageConns = 64

// Pages asks for the list page and a product page of the demo world, and the same bytes
// from a bare HTTP server in a process of its own.
func Pages(ctx context.Context, e Env, requests int) (_ []Measure, err error) {
	p, err := e.newPlace(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, p.remove(ctx)) }()
	product, err := furnish(ctx, p)
	if err != nil {
		return nil, err
	}
	server, err := e.serve(ctx, p, "/readyz")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, server.stop()) }()
	var out []Measure
	for _, page := range []struct{ name, path string }{{"page_list", "/zh/c/chocolate"}, {"page_product", "/zh/p/" + product}} {
		m, err := e.page(ctx, p, server, page.name, page.path, requests)
		if err != nil {
			return nil, err
		}
		out = append(out, m)
	}
	return out, nil
}

// furnish loads the demo world and returns one of its products.
func furnish(ctx context.Context, p place) (product string, err error) {
	d, err := p.open(ctx)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	if _, err := demo.Load(ctx, d, pavilion.DateOf(d.Now(), time.UTC)); err != nil {
		return "", err
	}
	return product, d.Read(ctx, func(v *db.View) error {
		cards, _, _, err := catalog.Cards(ctx, v, catalog.Query{Channel: own.Name, Category: "chocolate", Limit: 1})
		if err == nil && len(cards) > 0 {
			product = string(cards[0].Product)
		}
		return err
	})
}

// page measures one address against a bare server, in turns so that both see the machine
// in the same mood, and takes the better of each.
func (e Env) page(ctx context.Context, p place, server *child, name, path string, requests int) (_ Measure, err error) {
	body, err := fetch(ctx, server.addr, path)
	if err != nil {
		return Measure{}, err
	}
	file := filepath.Join(p.folder, name+".html")
	if err := os.WriteFile(file, body, 0o600); err != nil {
		return Measure{}, err
	}
	addr, err := freeAddress()
	if err != nil {
		return Measure{}, err
	}
	bare, err := e.start(ctx, addr, path, "bench", "bare", addr, file)
	if err != nil {
		return Measure{}, err
	}
	defer func() { err = errors.Join(err, bare.stop()) }()
	e.note("%s: %d bytes, %d requests", name, len(body), requests)
	var ours, limit float64
	for range 3 {
		a, err := get(ctx, server.addr, path, requests)
		if err != nil {
			return Measure{}, err
		}
		b, err := get(ctx, bare.addr, path, requests)
		if err != nil {
			return Measure{}, err
		}
		ours, limit = max(ours, a), max(limit, b)
	}
	return Measure{Name: name, Value: ours, Unit: "pages/s"}.against(limit), nil
}

func fetch(ctx context.Context, addr, path string) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+addr+path, nil)
	if err != nil {
		return nil, err
	}
	answer, err := (&http.Client{Transport: &http.Transport{DisableCompression: true}}).Do(r)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s answers %s", path, answer.Status)
	}
	return io.ReadAll(answer.Body)
}

// get asks for a page many times and returns answers a second.
func get(ctx context.Context, addr, path string, requests int) (float64, error) {
	request := []byte("GET " + path + " HTTP/1.1\r\nHost: bench\r\nAccept-Language: zh\r\n\r\n")
	wrong := make(chan int, 1)
	r, err := load{addr: addr, conns: pageConns, requests: requests,
		request: func(_ int, buf []byte) []byte { return append(buf, request...) },
		answered: func(_, status int, _ []byte) {
			if status != http.StatusOK {
				select {
				case wrong <- status:
				default:
				}
			}
		}}.run(ctx)
	if err != nil {
		return 0, err
	}
	select {
	case status := <-wrong:
		return 0, fmt.Errorf("%s answers %d", path, status)
	default:
	}
	return float64(r.answered) / r.took.Seconds(), nil
}

// Bare is the bare server: it sends the bytes of a file whatever it is asked.
func Bare(ctx context.Context, addr, file string) error {
	body, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", addr)
	if err != nil {
		return err
	}
	s := &http.Server{ReadHeaderTimeout: time.Minute, Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write(body)
	})}
	stop := context.AfterFunc(ctx, func() { _ = s.Close() })
	defer stop()
	if err := s.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
