package bench

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// load sends many HTTP/1.1 requests over a few connections that stay open, as fast as the
// server answers. It is a measuring tool: it speaks just enough HTTP to do that at little
// cost, because it runs on the machine it measures.
type load struct {
	addr     string
	conns    int
	requests int
	// request appends the whole request number i to buf and returns it.
	request func(i int, buf []byte) []byte
	// answered is told each answer, from several goroutines; body is valid during the call.
	answered func(i, status int, body []byte)
}

// loadResult says how it went. Latencies are sorted.
type loadResult struct {
	answered  int
	failed    int // connections that broke or answers that could not be read
	took      time.Duration
	latencies []time.Duration
}

func (r loadResult) percentile(p float64) time.Duration {
	if len(r.latencies) == 0 {
		return 0
	}
	return r.latencies[min(int(p*float64(len(r.latencies))), len(r.latencies)-1)]
}

// run sends all requests and waits for all answers, or until ctx ends.
func (l load) run(ctx context.Context) (loadResult, error) {
	var next, failed atomic.Int64
	var wait sync.WaitGroup
	latencies := make([][]time.Duration, l.conns)
	errs := make([]error, l.conns)
	began := time.Now()
	for c := range l.conns {
		wait.Go(func() {
			for ctx.Err() == nil && int(next.Load()) < l.requests {
				if err := l.one(ctx, &next, &latencies[c]); err != nil {
					failed.Add(1)
					errs[c] = err
					if failed.Load() > int64(l.conns)*4 {
						return
					}
				}
			}
		})
	}
	wait.Wait()
	r := loadResult{failed: int(failed.Load()), took: time.Since(began), latencies: slices.Concat(latencies...)}
	slices.Sort(r.latencies)
	r.answered = len(r.latencies)
	if r.answered < l.requests {
		return r, fmt.Errorf("%d of %d requests were answered: %w", r.answered, l.requests, errors.Join(append(errs, context.Cause(ctx))...))
	}
	return r, nil
}

// one works through requests on one connection until none is left or it breaks.
func (l load) one(ctx context.Context, next *atomic.Int64, latencies *[]time.Duration) error {
	var dialer net.Dialer
	c, err := dialer.DialContext(ctx, "tcp", l.addr)
	if err != nil {
		return err
	}
	defer c.Close()
	stop := context.AfterFunc(ctx, func() { _ = c.Close() })
	defer stop()
	in := bufio.NewReaderSize(c, 64<<10)
	var out, body []byte
	for {
		i := int(next.Add(1)) - 1
		if i >= l.requests {
			return nil
		}
		out = l.request(i, out[:0])
		began := time.Now()
		if _, err := c.Write(out); err != nil {
			return err
		}
		var status int
		if status, body, err = readAnswer(in, body[:0]); err != nil {
			return err
		}
		*latencies = append(*latencies, time.Since(began))
		if l.answered != nil {
			l.answered(i, status, body)
		}
	}
}

var (
	contentLength = []byte("content-length:")
	chunked       = []byte("transfer-encoding: chunked")
)

// readAnswer reads one HTTP/1.1 answer and appends its body to buf.
func readAnswer(in *bufio.Reader, buf []byte) (status int, body []byte, err error) {
	line, err := in.ReadSlice('\n')
	if err != nil {
		return 0, buf, err
	}
	if len(line) < 12 {
		return 0, buf, fmt.Errorf("malformed status line %q", line)
	}
	if status, err = strconv.Atoi(string(line[9:12])); err != nil {
		return 0, buf, err
	}
	length, isChunked := 0, false
	for {
		line, err = in.ReadSlice('\n')
		if err != nil {
			return 0, buf, err
		}
		if len(line) <= 2 {
			break
		}
		if len(line) > len(contentLength) && bytes.EqualFold(line[:len(contentLength)], contentLength) {
			if length, err = strconv.Atoi(string(bytes.TrimSpace(line[len(contentLength):]))); err != nil {
				return 0, buf, err
			}
		} else if bytes.EqualFold(bytes.TrimSpace(line), chunked) {
			isChunked = true
		}
	}
	if !isChunked {
		body, err = readN(in, buf, length)
		return status, body, err
	}
	for {
		line, err = in.ReadSlice('\n')
		if err != nil {
			return 0, buf, err
		}
		n, err := strconv.ParseInt(string(bytes.TrimSpace(line)), 16, 32)
		if err != nil {
			return 0, buf, err
		}
		if buf, err = readN(in, buf, int(n)); err != nil {
			return 0, buf, err
		}
		if _, err := in.Discard(2); err != nil {
			return 0, buf, err
		}
		if n == 0 {
			return status, buf, nil
		}
	}
}

func readN(in *bufio.Reader, buf []byte, n int) ([]byte, error) {
	start := len(buf)
	buf = slices.Grow(buf, n)[:start+n]
	_, err := io.ReadFull(in, buf[start:])
	return buf, err
}
