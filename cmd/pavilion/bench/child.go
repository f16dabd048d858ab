package bench

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os/exec"
	"syscall"
	"time"
)

const (
	startWithin = 30 * time.Second
	stopWithin  = 30 * time.Second
)

// child is a pavilion, or a bare server, running as a process of its own.
type child struct {
	cmd    *exec.Cmd
	addr   string
	output bytes.Buffer // read after it ended
	began  time.Time
	took   time.Duration // from exec to the first answer, or to the end
	peak   int64         // bytes; the most memory a process that ran to its end had
}

// freeAddress returns an address of this machine that nobody listens on.
func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

// serve starts the pavilion on a place and waits until it answers path.
func (e Env) serve(ctx context.Context, p place, path string) (*child, error) {
	addr, err := freeAddress()
	if err != nil {
		return nil, err
	}
	return e.start(ctx, addr, path, "serve", "--data", p.folder, "--db", p.db, "--key", p.key(), "--listen", addr, "--rate-limit", "0", "--pay-within", "1h",
		"--payment-url", "http://127.0.0.1:1", "--payment-merchant", "bench", "--payment-secret", "nobody-is-asked-in-a-bench", "--log-level", "warn")
}

// start runs the binary with args and waits until addr answers path with 200.
func (e Env) start(ctx context.Context, addr, path string, args ...string) (*child, error) {
	c, err := e.exec(ctx, args)
	if err != nil {
		return nil, err
	}
	c.addr = addr
	client := &http.Client{Timeout: time.Second}
	for time.Since(c.began) < startWithin && ctx.Err() == nil {
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+addr+path, nil)
		if err != nil {
			return nil, err
		}
		if answer, err := client.Do(r); err == nil {
			_ = answer.Body.Close()
			if answer.StatusCode == http.StatusOK {
				c.took = time.Since(c.began)
				return c, nil
			}
		}
		time.Sleep(2 * time.Millisecond)
	}
	return nil, errors.Join(fmt.Errorf("%v does not answer %s", args, path), c.stop())
}

// exec starts the binary and keeps what it prints.
func (e Env) exec(ctx context.Context, args []string) (*child, error) {
	c := &child{cmd: exec.CommandContext(ctx, e.Binary, args...), began: time.Now()}
	c.cmd.Stdout, c.cmd.Stderr = &c.output, &c.output
	return c, c.cmd.Start()
}

// stop asks the process to end and waits for it.
func (c *child) stop() error {
	if c.cmd.ProcessState != nil {
		return nil
	}
	_ = c.cmd.Process.Signal(syscall.SIGTERM)
	late := time.AfterFunc(stopWithin, func() { _ = c.cmd.Process.Kill() })
	defer late.Stop()
	if err := c.cmd.Wait(); err != nil {
		return fmt.Errorf("%w: %s", err, c.output.String())
	}
	return nil
}
