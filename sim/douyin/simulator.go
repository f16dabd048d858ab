package douyin

import (
	"crypto/cipher"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"pavilion"
	"pavilion/sim/simkit"
)

// App is a program known to the platform.
type App struct {
	Key, Secret string
	SelfUse     bool     // may take tokens of its shops without a code
	Shops       []int64  // a self-use app's own; nil are all
	ServiceID   string   // of the consent page, "" has none
	Redirect    string   // where the consent page sends the merchant back
	PushURL     string   // "" gets no pushes
	SPIURL      string   // where CallSPI calls, "" has none
	Denied      []string // methods it has no permission for
	IPs         []string // the addresses it may call from; nil are all
}

// Shop sells on the platform.
type Shop struct {
	ID   int64
	Name string
}

// Options say who there is and how the platform is reached.
type Options struct {
	BaseURL     string // where the handler is mounted, as merchants reach it, without a slash at the end
	Apps        []App
	Shops       []Shop
	Rules       *Rules // nil are the usual ones
	Seed        uint64 // of everything that happens by chance
	ControlKey  string // of the control API and page; "" switches them off
	OpenControl bool   // asks nobody for the key: on loopback only
	StateFile   string // "" keeps everything in memory
	Clock       func() time.Time
	Log         *slog.Logger // nil logs nothing
	Client      *http.Client // sends pushes; nil takes one of its own
}

// Simulator is the platform: an http.Handler that sees paths without the path of BaseURL,
// and an http.RoundTripper for whoever wants no sockets. It is safe for concurrent use.
type Simulator struct {
	o      Options
	rules  Rules
	client *http.Client
	box    cipher.AEAD // of buyer data
	pages  *http.ServeMux

	calls  atomic.Uint64 // so far, for log_id
	faults faults
	limits limits

	mu    sync.Mutex // of what follows
	world *world
	file  *simkit.Journal

	sending sync.Mutex    // of those who deliver
	wake    chan struct{} // there is perhaps something to push
}

// New makes a platform and reads its state file. Errors: Invalid sim.options, Unavailable
// sim.state_unreadable and sim.state_malformed.
func New(o Options) (*Simulator, error) {
	if o.Rules == nil {
		usual := Usual()
		o.Rules = &usual
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Client == nil {
		o.Client = &http.Client{Timeout: pushTimeout}
	}
	if err := o.check(); err != nil {
		return nil, err
	}
	client := *o.Client
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	w := newWorld()
	f, err := openFile(o.StateFile, w)
	if err != nil {
		return nil, err
	}
	s := &Simulator{o: o, rules: *o.Rules, client: &client, box: newBox(o.Seed), world: w, file: f, wake: make(chan struct{}, 1)}
	s.faults.calls = sorted(methods)
	s.routes()
	return s, nil
}

func (o Options) check() error {
	wrong := func(field string) error { return pavilion.E(pavilion.Invalid, "sim.options", nil).At(field) }
	if !absolute(o.BaseURL) || strings.HasSuffix(o.BaseURL, "/") {
		return wrong("BaseURL")
	}
	if o.Clock == nil {
		return wrong("Clock")
	}
	if len(o.Shops) == 0 || slices.ContainsFunc(o.Shops, func(s Shop) bool { return s.ID <= 0 || s.Name == "" }) {
		return wrong("Shops")
	}
	for i, a := range o.Apps {
		again := slices.ContainsFunc(o.Apps[:i], func(b App) bool { return b.Key == a.Key })
		if a.Key == "" || a.Secret == "" || again || a.ServiceID != "" && !absolute(a.Redirect) {
			return wrong("Apps")
		}
	}
	if len(o.Apps) == 0 {
		return wrong("Apps")
	}
	return nil
}

// absolute tells whether s is an http or https address with a host.
func absolute(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" && u.User == nil
}

// Close closes the state file; nothing can be changed any more if there was one.
func (s *Simulator) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.file.Close()
}

func (s *Simulator) app(key string) *App {
	for i := range s.o.Apps {
		if s.o.Apps[i].Key == key {
			return &s.o.Apps[i]
		}
	}
	return nil
}

func (s *Simulator) shop(id int64) *Shop {
	for i := range s.o.Shops {
		if s.o.Shops[i].ID == id {
			return &s.o.Shops[i]
		}
	}
	return nil
}

func (s *Simulator) routes() {
	s.pages = http.NewServeMux()
	s.pages.HandleFunc("GET /authorize", s.showConsent)
	s.pages.HandleFunc("POST /authorize", s.takeConsent)
	s.pages.HandleFunc("GET /materials/{name}", showMaterial)
	s.pages.HandleFunc("GET /bills/{name}", s.showFile)
	s.pages.HandleFunc("GET /sim.css", simkit.Stylesheet(pageCSS))
	s.control()
}

// ServeHTTP answers pages at their addresses and takes everything else for a call.
func (s *Simulator) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if _, pattern := s.pages.Handler(r); pattern != "" {
		http.NewCrossOriginProtection().Handler(s.pages).ServeHTTP(w, r)
		return
	}
	s.serveCall(w, r)
}

// errLost is what a caller without sockets sees when a connection breaks.
var errLost = errors.New("the connection broke")

// RoundTrip answers without a socket. A reply that is lost is an error.
func (s *Simulator) RoundTrip(r *http.Request) (answer *http.Response, err error) {
	defer func() {
		switch p := recover(); p {
		case nil:
		case http.ErrAbortHandler: //nolint:errorlint // net/http compares so, too
			answer, err = nil, errLost
		default:
			panic(p)
		}
	}()
	if r.Body == nil {
		r.Body = http.NoBody
	}
	defer r.Body.Close()
	in := r.Clone(r.Context())
	in.RequestURI, in.RemoteAddr = r.URL.RequestURI(), "127.0.0.1:0"
	w := httptest.NewRecorder()
	s.ServeHTTP(w, in)
	answer = w.Result()
	answer.Request = r
	return answer, nil
}
