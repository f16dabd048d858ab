package dbtest

import (
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// Cluster is a PostgreSQL server of one test, which the test may kill and start again. Its
// durability is PostgreSQL's own: fsync and synchronous_commit are on.
type Cluster struct {
	URL string

	bin, dir string
	as       *syscall.SysProcAttr
	server   *exec.Cmd
	ended    chan struct{} // closed when the server's first process is gone
}

// NewCluster makes a cluster and starts it. Without initdb the test is skipped, or fails if
// CI is set.
func NewCluster(t testing.TB) *Cluster {
	t.Helper()
	c := &Cluster{}
	var err error
	if c.bin, c.dir, c.as, err = makeCluster(); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("no PostgreSQL: %v", err)
		}
		t.Skipf("no PostgreSQL: %v", err)
	}
	c.URL = clusterURL(c.dir)
	t.Cleanup(func() {
		c.Kill(t)
		if err := os.RemoveAll(c.dir); err != nil {
			t.Errorf("remove the cluster: %v", err)
		}
	})
	c.Start(t)
	return c
}

// Start starts the server and waits until it answers. After a kill the old server's
// processes may take a moment to notice, so it tries for a while.
func (c *Cluster) Start(t testing.TB) {
	t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	for {
		log, err := os.OpenFile(filepath.Join(c.dir, "log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
		if err != nil {
			t.Fatal(err)
		}
		c.server = exec.Command(filepath.Join(c.bin, "postgres"), "-D", filepath.Join(c.dir, "data"), "-k", c.dir, "-c", "listen_addresses=", "-c", "max_connections=100")
		c.server.Dir, c.server.SysProcAttr, c.server.Stdout, c.server.Stderr = c.dir, c.as, log, log
		if err := c.server.Start(); err != nil {
			t.Fatal(err)
		}
		_ = log.Close()
		ended := make(chan struct{})
		go func(server *exec.Cmd) { _ = server.Wait(); close(ended) }(c.server)
		c.ended = ended
		answers := make(chan error, 1)
		go func() { answers <- waitFor(c.URL, c.dir) }()
		select {
		case err := <-answers:
			if err != nil {
				t.Fatal(err)
			}
			return
		case <-ended:
			if time.Now().After(deadline) {
				text, _ := os.ReadFile(filepath.Join(c.dir, "log"))
				t.Fatalf("the cluster does not start: %s", text)
			}
			time.Sleep(50 * time.Millisecond)
		}
	}
}

// Kill ends the server at once, as a power cut would end its process.
func (c *Cluster) Kill(t testing.TB) {
	t.Helper()
	if err := c.server.Process.Kill(); err != nil && err != os.ErrProcessDone {
		t.Fatal(err)
	}
	<-c.ended
}
