package bench

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"time"
)

const (
	startRuns = 5
	settle    = 5 * time.Second
)

// Start measures from exec to the first page of the demo world, the memory of the idle
// process, and the size of the binary.
func Start(ctx context.Context, e Env) (_ []Measure, err error) {
	p, err := e.newPlace(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, p.remove(ctx)) }()
	if _, err := furnish(ctx, p); err != nil {
		return nil, err
	}
	var took []float64
	var idle int64
	for i := range startRuns {
		server, err := e.serve(ctx, p, "/zh/")
		if err != nil {
			return nil, err
		}
		took = append(took, server.took.Seconds())
		if i == startRuns-1 {
			e.note("idle for %v", settle)
			time.Sleep(settle)
			if idle, err = memory(server.cmd.Process.Pid, "VmRSS:"); err != nil {
				return nil, errors.Join(err, server.stop())
			}
		}
		if err := server.stop(); err != nil {
			return nil, err
		}
	}
	slices.Sort(took)
	info, err := os.Stat(e.Binary)
	if err != nil {
		return nil, err
	}
	return []Measure{
		{Name: "start_first_page", Value: took[len(took)/2], Unit: "s"},
		{Name: "start_idle_memory", Value: float64(idle) / (1 << 20), Unit: "MiB"},
		{Name: "start_binary", Value: float64(info.Size()) / (1 << 20), Unit: "MiB"},
	}, nil
}

// memory reads a figure of a running process as Linux keeps it, in bytes: VmRSS is what it
// has now, VmHWM the most it had.
func memory(pid int, name string) (int64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}
	for line := range bytes.Lines(text) {
		if rest, ok := bytes.CutPrefix(line, []byte(name)); ok {
			kb, err := strconv.ParseInt(string(bytes.Fields(rest)[0]), 10, 64)
			return kb << 10, err
		}
	}
	return 0, fmt.Errorf("process %d has no %s", pid, name)
}
