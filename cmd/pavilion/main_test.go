package main

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"
	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain makes the test binary the program too, under the name pavilion on the path, so
// that tests can run it as a process of its own. Settings in the environment of whoever runs
// the tests are none of theirs.
func TestMain(m *testing.M) {
	if strings.HasSuffix(os.Args[0], ".test") {
		for _, v := range os.Environ() {
			if name, _, _ := strings.Cut(v, "="); strings.HasPrefix(name, "PAVILION_") && !strings.HasPrefix(name, "PAVILION_TEST_") {
				os.Unsetenv(name)
			}
		}
	}
	testscript.Main(suite{m}, map[string]func(){"pavilion": main})
}

// suite stops the demo and the browser that tests share when all of them are done.
type suite struct{ *testing.M }

func (s suite) Run() int {
	code := s.M.Run()
	if chromium.stop != nil {
		chromium.stop()
	}
	if shared.demo == nil {
		return code
	}
	if exit := shared.demo.stop(); exit != 0 {
		fmt.Fprintf(os.Stderr, "the shared demo stopped with %d:\n%s\n", exit, shared.demo.printed)
		code = 1
	}
	if err := os.RemoveAll(shared.demo.folder); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	return code
}

// shared is the one demo most tests look at: they must leave the goods and the limits of
// others alone.
var shared struct {
	sync.Mutex
	demo *running
}

// sharedDemo returns the shared demo, started by the first who asks.
func sharedDemo(t testing.TB) *running {
	t.Helper()
	shared.Lock()
	defer shared.Unlock()
	if shared.demo == nil {
		folder, err := os.MkdirTemp("", "pavilion-test-")
		if err != nil {
			t.Fatal(err)
		}
		shared.demo = start(t, folder, "demo", "--rate-limit", "0")
	}
	return shared.demo
}

// running is a pavilion that runs inside the test binary.
type running struct {
	base    string // its own address, whatever the world calls it
	pay     string // address of the simulated payment provider
	folder  string
	printed *output
	stop    func() (exit int)
}

// startDemo starts a demo of the test's own. It is stopped when the test ends, and must stop
// well.
func startDemo(t testing.TB, folder string, flags ...string) *running {
	t.Helper()
	r := start(t, folder, append([]string{"demo"}, flags...)...)
	t.Cleanup(func() {
		if exit := r.stop(); exit != 0 {
			t.Errorf("got exit code %d of the demo, want 0:\n%s", exit, r.printed)
		}
	})
	return r
}

var (
	openLine    = regexp.MustCompile(`msg=open .*listen=(\S+)`)
	paymentLine = regexp.MustCompile(`(?m)^payment +(http\S+)`)
)

// start runs a command that serves, on a port of its own, and waits until it is ready.
func start(t testing.TB, folder string, args ...string) *running {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	r := &running{folder: folder, printed: new(output)}
	ended := make(chan int, 1)
	if args[0] == "demo" {
		args = append(args, "--shoppers", "0")
	}
	args = append(args, "--listen", "127.0.0.1:0", "--data", folder)
	go func() { ended <- run(ctx, args, r.printed, r.printed) }()
	r.stop = sync.OnceValue(func() int { cancel(); return <-ended })
	for deadline := time.Now().Add(4 * time.Minute); ; time.Sleep(5 * time.Millisecond) { // a demo lives through three weeks first, on a busy machine
		select {
		case exit := <-ended:
			t.Fatalf("pavilion %s ended with %d:\n%s", strings.Join(args, " "), exit, r.printed)
		default:
		}
		if at := r.printed.find(openLine); at != "" && answers("http://"+at+"/readyz") {
			r.base, r.pay = "http://"+strings.Replace(at, "127.0.0.1", "localhost", 1), r.printed.find(paymentLine)
			return r
		}
		if time.Now().After(deadline) {
			r.stop()
			t.Fatalf("pavilion %s does not get ready:\n%s", strings.Join(args, " "), r.printed)
		}
	}
}

func answers(url string) bool {
	answer, err := http.Get(url)
	if err != nil {
		return false
	}
	return answer.StatusCode == http.StatusOK && answer.Body.Close() == nil
}

// password is the password of the console's owner, as kept in the data folder.
func (r *running) password(t testing.TB) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(r.folder, "console-password.txt"))
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(text))
}

// ownerLink is the path of the link by which the owner of a demonstration comes in.
func (r *running) ownerLink(t testing.TB) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(r.folder, "console-link.txt"))
	if err != nil {
		t.Fatal(err)
	}
	_, path, ok := strings.Cut(strings.TrimSpace(string(text)), "/console/")
	if !ok {
		t.Fatalf("got the link %q, want one into the console", text)
	}
	return "/console/" + path
}

// signInByCode signs the owner of a demonstration in by what it printed: login, password,
// and a code of the authenticator app whose secret lies in the data folder. The code is
// that of the step to come, for the one of now may have been used to set the app up.
func (v *visitor) signInByCode(folder string) {
	v.t.Helper()
	read := func(name string) string {
		v.t.Helper()
		text, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			v.t.Fatal(err)
		}
		return strings.TrimSpace(string(text))
	}
	key, err := otp.NewKeyFromURL(read("console-totp.txt"))
	if err != nil {
		v.t.Fatal(err)
	}
	code, err := totp.GenerateCode(key.Secret(), time.Now().Add(30*time.Second))
	if err != nil {
		v.t.Fatal(err)
	}
	v.post("/console/sign-in", "login", demoLogin, "password", read("console-password.txt")).is(http.StatusSeeOther)
	v.post("/console/sign-in/factor", "code", code).is(http.StatusSeeOther)
	v.get("/console/").is(http.StatusOK)
}

// output is what a program printed so far. It may be read while it is written.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (o *output) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(b)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// find returns the first group of the expression in what was printed, "" if it is not there.
func (o *output) find(expression *regexp.Regexp) string {
	if m := expression.FindStringSubmatch(o.String()); m != nil {
		return m[1]
	}
	return ""
}
