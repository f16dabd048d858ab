package dbtest

import (
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"
)

// cluster is a running server. Its life is the input of the shell that watches over it: kept
// here, it is closed by the end of the process and not by the garbage collector.
type cluster struct {
	url  string
	life io.Closer
}

// makeCluster makes the files of a new cluster in a folder of their own.
func makeCluster() (bin, dir string, as *syscall.SysProcAttr, err error) {
	if bin, err = findInitDB(); err != nil {
		return "", "", nil, err
	}
	if dir, err = os.MkdirTemp("", "pavilion-pg-"); err != nil {
		return "", "", nil, err
	}
	if as, err = unprivileged(dir); err != nil {
		return "", "", nil, errors.Join(err, os.RemoveAll(dir))
	}
	initdb := exec.Command(filepath.Join(bin, "initdb"), "-D", filepath.Join(dir, "data"), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
	initdb.Dir, initdb.SysProcAttr = dir, as
	if out, err := initdb.CombinedOutput(); err != nil {
		return "", "", nil, errors.Join(fmt.Errorf("initdb: %w: %s", err, out), os.RemoveAll(dir))
	}
	return bin, dir, as, nil
}

// clusterURL leads to the cluster with its socket in dir.
func clusterURL(dir string) string {
	return "postgres:///postgres?" + url.Values{"host": {dir}, "user": {"postgres"}}.Encode()
}

// privateCluster starts a PostgreSQL server of this test process, once.
var privateCluster = sync.OnceValues(func() (cluster, error) {
	bin, dir, as, err := makeCluster()
	if err != nil {
		return cluster{}, err
	}
	// The shell waits for the end of its input, which comes when this process ends, however
	// it ends; then it stops the server and clears up.
	const script = `"$1"/postgres -D "$2"/data -k "$2" -c listen_addresses= -c max_connections=300 </dev/null >"$2"/log 2>&1 & read -r _; kill -INT $!; wait $!; rm -rf "$2"`
	shell := exec.Command("/bin/sh", "-c", script, "sh", bin, dir)
	shell.Dir, shell.SysProcAttr = dir, as
	life, err := shell.StdinPipe()
	if err == nil {
		err = shell.Start()
	}
	if err != nil {
		return cluster{}, errors.Join(err, os.RemoveAll(dir))
	}
	c := cluster{clusterURL(dir), life}
	return c, waitFor(c.url, dir)
})

// waitFor waits until the server answers.
func waitFor(server, dir string) error {
	pool, err := sql.Open("pgx", server)
	if err != nil {
		return err
	}
	defer pool.Close()
	deadline := time.Now().Add(20 * time.Second)
	for {
		err := pool.Ping()
		if err == nil {
			return nil
		}
		if time.Now().After(deadline) {
			log, _ := os.ReadFile(filepath.Join(dir, "log"))
			return fmt.Errorf("the private cluster does not answer: %w: %s", err, log)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// findInitDB returns the folder of PostgreSQL's programs, the newest there is.
func findInitDB() (string, error) {
	if path, err := exec.LookPath("initdb"); err == nil {
		if path, err = filepath.EvalSymlinks(path); err == nil {
			return filepath.Dir(path), nil
		}
	}
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil || len(found) == 0 {
		return "", errors.New("PAVILION_TEST_POSTGRES is not set and initdb is not installed")
	}
	return filepath.Dir(slices.MaxFunc(found, func(a, b string) int {
		if len(a) != len(b) {
			return len(a) - len(b) // 9 before 15
		}
		return strings.Compare(a, b)
	})), nil
}
