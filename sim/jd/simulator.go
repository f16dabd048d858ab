// Package jd simulates the merchant platform of JD (京东宙斯, JOS) for one shop and one
// application: the gateway with real signatures and its errors, authorisation, goods with
// their audit, stock, orders, shipping, refunds, after-sale and bills, buyers who do not
// exist, and every bad habit such a platform can have. It is written from public documents
// alone. Its control API and page are in control.md. Start with [New].
//
// What the documents leave open, or only one source says, is a field of [Options] with the
// documented value as its zero:
//
//   - Skew: how wrong a clock may be; 10 minutes (a table of codes says 6).
//   - ParamJSON: answer to param_json as to 360buy_param_json; no.
//   - TitleMost: characters of a title; 50 (other years say 45).
//   - TokenLife, RefreshKeeps: a test application's 24 hours; a refresh gives a new value.
//   - Shipping: how orders leave: by pop.order.shipment, in the two steps of an overseas shop,
//     or by the platform's own warehouse.
//   - Booked: whether stockNum counts units that are ordered and not yet out. The zero value
//     takes them off at once, so that an absolute number races with orders; the other is what
//     the newer query describes. Both keep sellable = stockNum − orderBookingNum.
//   - NoRestock, ClampDecrease: whether a cancelled order's units are sold again; whether taking
//     off more than there is takes what there is instead of being refused.
//   - AuditDelay: how long an audit takes; none.
//   - RefundDelay, PlatformShips, ReceiveAfter, TaxPerMille, CommissionPerMille, DecryptDaily: ours.
//   - RefundYuan: the unit of refoundAmount; fen.
//   - BillRoot, BillList: where a bill hangs in its answer; result, data.
//   - Rate, Burst: calls per second answered before code 2; no limit. JD publishes none.
//   - Lag: how late searches see a change; not at all. Until then they do not see the order.
//   - Forbidden: methods that answer another code, such as 24 or 88, for the older or the newer
//     family of an interface.
//
// The gateway gives error_response for what is wrong with a call and for numbers that are not
// the shop's (71); orders and after-sale give their result objects, the 360buy methods
// error_response with the long code.
package jd

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"time"

	"pavilion"
)

// ID is a number of the platform: a ware, an SKU, an order, a refund. They begin beyond what
// a float64 can hold.
type ID int64

func (id ID) String() string { return strconv.FormatInt(int64(id), 10) }

// firstID is the least number that a float64 cannot hold.
const firstID = 9_007_199_254_740_993

// beijing is the time of the platform.
var beijing = time.FixedZone("CST", 8*60*60)

// Shipping is how the orders of a shop leave.
type Shipping string

const (
	Domestic   Shipping = ""         // pop.order.shipment
	Overseas   Shipping = "overseas" // out of the warehouse first, then delivered
	ByPlatform Shipping = "platform" // by the platform's warehouse, without a call
)

// Options say what the platform is like. AppKey, AppSecret and Clock must be given.
type Options struct {
	AppKey, AppSecret string
	BaseURL           string // where the handler is mounted, without a slash at the end, for its own pages
	RedirectURI       string // where authorisations go; "" lets the client say
	ControlKey        string // bearer of the control API and password of its page; "" switches both off
	OpenControl       bool   // asks nobody for the key: on loopback only
	StateFile         string // "" keeps everything in memory
	Clock             func() time.Time
	Seed              uint64 // of tokens and other secrets; 0 takes an unforeseeable one
	Log               *slog.Logger
	Sleep             func(context.Context, time.Duration) // how a slow answer waits; nil really waits

	VenderID    ID // 10001 if 0
	ShopName    string
	Shipping    Shipping
	CrossBorder bool // orders carry the words of customs

	Skew         time.Duration
	ParamJSON    bool
	TitleMost    int
	TokenLife    time.Duration
	RefreshKeeps bool
	Forbidden    map[string]string // method → code
	Rate         float64           // calls per second, 0 for any number
	Burst        int               // calls at once, 1 if 0
	Lag          time.Duration

	AuditDelay    time.Duration
	Booked        bool
	NoRestock     bool
	ClampDecrease bool

	PlatformShips      time.Duration // until the platform's warehouse sends an order, 1 hour if 0
	ReceiveAfter       time.Duration // until a shopper has what was shipped; 0 waits to be told
	RefundDelay        time.Duration // until agreed money is back
	RefundYuan         bool          // refoundAmount in yuan
	TaxPerMille        int64
	CommissionPerMille int64
	DecryptDaily       int // buyers that may be made readable in a day, 0 for any number
	BillRoot, BillList string
}

// Simulator is the platform. It is an http.Handler that sees paths without the path of
// BaseURL, and an http.RoundTripper for callers in the same process. It is safe for use by
// many goroutines and runs none.
type Simulator struct {
	o      Options
	mux    *http.ServeMux
	memory *memory
	faults faults        // under memory.mu
	bucket bucket        // under memory.mu
	lag    time.Duration // of searches, under memory.mu
}

// New makes a platform and reads its state file. Errors: Invalid sim.options, Unavailable
// sim.state_unreadable and sim.state_malformed.
func New(o Options) (*Simulator, error) {
	wrong := ""
	switch {
	case o.AppKey == "":
		wrong = "AppKey"
	case o.AppSecret == "":
		wrong = "AppSecret"
	case o.Clock == nil:
		wrong = "Clock"
	case strings.HasSuffix(o.BaseURL, "/"):
		wrong = "BaseURL"
	case o.Shipping != Domestic && o.Shipping != Overseas && o.Shipping != ByPlatform:
		wrong = "Shipping"
	}
	if wrong != "" {
		return nil, pavilion.E(pavilion.Invalid, "sim.options", nil).At(wrong)
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Sleep == nil {
		o.Sleep = sleep
	}
	o.VenderID = orElse(o.VenderID, 10001)
	o.ShopName = orElse(o.ShopName, "模拟国家馆")
	o.Skew = orElse(o.Skew, 10*time.Minute)
	o.TitleMost = orElse(o.TitleMost, 50)
	o.TokenLife = orElse(o.TokenLife, 24*time.Hour)
	o.Burst = orElse(o.Burst, 1)
	o.PlatformShips = orElse(o.PlatformShips, time.Hour)
	o.BillRoot, o.BillList = orElse(o.BillRoot, "result"), orElse(o.BillList, "data")
	m, err := openMemory(o.StateFile)
	if err != nil {
		return nil, err
	}
	s := &Simulator{o: o, memory: m, lag: o.Lag}
	s.routes()
	return s, s.do(func(c *change) error {
		if w := c.itself(); w.Secret == "" {
			w.Secret = rand.Text()
			if o.Seed != 0 {
				w.Secret = strconv.FormatUint(o.Seed, 10)
			}
			c.putWorld(w)
		}
		return nil
	})
}

func orElse[T comparable](value, otherwise T) T {
	var none T
	if value == none {
		return otherwise
	}
	return value
}

func (s *Simulator) routes() {
	s.mux = http.NewServeMux()
	s.mux.HandleFunc("/routerjson", s.gateway)
	s.mux.HandleFunc("GET /oauth2/to_login", s.showConsent)
	s.mux.Handle("POST /oauth2/to_login", http.NewCrossOriginProtection().Handler(http.HandlerFunc(s.takeConsent)))
	s.mux.HandleFunc("GET /oauth2/access_token", s.takeCode)
	s.mux.HandleFunc("GET /oauth2/refresh_token", s.refreshToken)
	s.controlRoutes()
	s.mux.HandleFunc("/", http.NotFound)
}

func (s *Simulator) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.mux.ServeHTTP(w, r) }

// Close closes the state file.
func (s *Simulator) Close() error { return s.memory.close() }

// RoundTrip answers a client in the same process, without a network: the same input gives the
// same output. A lost reply is an error.
func (s *Simulator) RoundTrip(r *http.Request) (res *http.Response, err error) {
	in := r.Clone(r.Context())
	in.RequestURI = r.URL.RequestURI()
	if in.Body == nil {
		in.Body = http.NoBody
	}
	defer in.Body.Close()
	w := &answerWriter{header: http.Header{}, status: http.StatusOK}
	defer func() {
		if cut := recover(); cut == http.ErrAbortHandler { //nolint:errorlint // the very value is thrown
			res, err = nil, io.ErrUnexpectedEOF
		} else if cut != nil {
			panic(cut)
		}
	}()
	s.ServeHTTP(w, in)
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	return &http.Response{
		Status: strconv.Itoa(w.status) + " " + http.StatusText(w.status), StatusCode: w.status,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: w.header,
		Body: io.NopCloser(&w.body), ContentLength: int64(w.body.Len()), Request: r,
	}, nil
}

// answerWriter keeps an answer.
type answerWriter struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (w *answerWriter) Header() http.Header         { return w.header }
func (w *answerWriter) WriteHeader(status int)      { w.status = status }
func (w *answerWriter) Write(b []byte) (int, error) { return w.body.Write(b) }

// sleep waits, or until nobody listens any more.
func sleep(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}

// do changes the memory at one moment, after what was due before. When change fails, nothing
// of it is kept.
func (s *Simulator) do(change func(*change) error) error {
	s.memory.mu.Lock()
	defer s.memory.mu.Unlock()
	c := s.begin()
	if err := change(c); err != nil {
		c.takeBack()
		return err
	}
	return c.commit()
}

// begin starts a change; what was due is done and written down. It wants the memory's lock.
func (s *Simulator) begin() *change {
	due := &change{memory: s.memory, now: s.now()}
	s.settle(due)
	if err := due.commit(); err != nil {
		s.o.Log.Error("state not written", "err", err)
	}
	return &change{memory: s.memory, now: due.now}
}

// now is the platform's time. It wants the memory's lock.
func (s *Simulator) now() time.Time {
	return s.o.Clock().UTC().Add(s.memory.world.list[0].Shift)
}

// newID is the next number.
func (c *change) newID() ID {
	w := c.itself()
	w.Serial++
	c.putWorld(w)
	return ID(firstID + w.Serial - 1)
}

// secretText makes a text that nobody can guess, and the same one from the same seed.
func (c *change) secretText() string {
	w := c.itself()
	w.Tokens++
	c.putWorld(w)
	return c.derived("token", strconv.FormatInt(w.Tokens, 10))
}

// derived is a text that only the platform can make of others.
func (c *change) derived(parts ...string) string {
	sum := sha256.Sum256([]byte(c.itself().Secret + "|" + strings.Join(parts, "|")))
	return hex.EncodeToString(sum[:16])
}
