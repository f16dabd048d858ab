package jd

import (
	"crypto/subtle"
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"

	"pavilion"
	"pavilion/money"
	"pavilion/sim/simkit"
)

// burstMost is how many orders one command may place.
const burstMost = 10_000

// action is a command whose fields were read.
type action func(*Simulator) (any, error)

// commands are what the control API and the page can do; control.md has their fields.
var commands = map[string]func(*params) action{
	"place":   placeCommand,
	"pay":     onOrder((*Simulator).Pay),
	"receive": onOrder((*Simulator).Receive),
	"cancel":  onOrder((*Simulator).Cancel),
	"lock":    onOrder((*Simulator).Lock),
	"unlock":  onOrder((*Simulator).Unlock),
	"split": func(p *params) action {
		order := p.id("order")
		return func(s *Simulator) (any, error) {
			children, err := s.Split(order)
			return obj{"orders": children}, err
		}
	},
	"readdress": func(p *params) action {
		order, street := p.id("order"), p.shortText("street", 200)
		return quiet(func(s *Simulator) error { return s.Readdress(order, street) })
	},
	"refund": func(p *params) action {
		order, reason := p.id("order"), p.shortText("reason", 200)
		return func(s *Simulator) (any, error) {
			id, err := s.ApplyRefund(order, reason)
			return obj{"refund": id}, err
		}
	},
	"resolve": func(p *params) action {
		id, status := p.id("refund"), p.number("status", -1)
		return quiet(func(s *Simulator) error { return s.ResolveRefund(id, status) })
	},
	"service": func(p *params) action {
		order, sku, reason := p.id("order"), p.id("sku"), p.shortText("reason", 200)
		quantity, want := p.number("quantity", 1), p.number("want", WantReturn)
		return func(s *Simulator) (any, error) {
			id, err := s.ApplyService(order, sku, quantity, want, reason)
			return obj{"service": id}, err
		}
	},
	"send": func(p *params) action {
		id, express := p.id("service"), p.shortText("express", 50)
		return quiet(func(s *Simulator) error { return s.ShopperSends(id, express) })
	},
	"answer":   onService((*Simulator).ShopperAnswers),
	"confirm":  onService((*Simulator).ShopperConfirms),
	"withdraw": onService((*Simulator).ShopperWithdraws),
	"stock": func(p *params) action {
		sku, n := p.id("sku"), p.number("stock", -1)
		return quiet(func(s *Simulator) error { return s.SetStock(sku, n) })
	},
	"price": func(p *params) action {
		p.require("price")
		sku, fen := p.id("sku"), p.price("price")
		return quiet(func(s *Simulator) error { return s.SetPrice(sku, money.New(fen, money.CNY)) })
	},
	"refuse": func(p *params) action {
		reason, times := p.shortText("reason", 200), p.within("times", 1, 1, 1000)
		return quiet(func(s *Simulator) error { return s.RefuseNext(reason, int(times)) })
	},
	"fail": func(p *params) action {
		f := readFault(p)
		return quiet(func(s *Simulator) error { return s.Fail(f) })
	},
	"break": func(p *params) action {
		f, how := readFault(p), p.seconds("seconds")
		return quiet(func(s *Simulator) error { return s.Break(f, how) })
	},
	"mend":   func(*params) action { return quiet(func(s *Simulator) error { s.Mend(); return nil }) },
	"expire": func(*params) action { return quiet((*Simulator).ExpireTokens) },
	"shift": func(p *params) action {
		by := p.seconds("seconds")
		return quiet(func(s *Simulator) error { return s.Shift(by) })
	},
	"lag": func(p *params) action {
		lag := p.seconds("seconds")
		return quiet(func(s *Simulator) error { s.SetLag(lag); return nil })
	},
}

// quiet is an action with nothing to tell.
func quiet(do func(*Simulator) error) action {
	return func(s *Simulator) (any, error) { return obj{}, do(s) }
}

func onOrder(do func(*Simulator, ID) error) func(*params) action {
	return func(p *params) action {
		id := p.id("order")
		return quiet(func(s *Simulator) error { return do(s, id) })
	}
}

func onService(do func(*Simulator, ID) error) func(*params) action {
	return func(p *params) action {
		id := p.id("service")
		return quiet(func(s *Simulator) error { return do(s, id) })
	}
}

// seconds is a duration of whole seconds.
func (p *params) seconds(name string) time.Duration {
	const most = 10 * 365 * 24 * 60 * 60
	return time.Duration(p.within(name, 0, -most, most)) * time.Second
}

func readFault(p *params) Fault {
	return Fault{
		Kind: FaultKind(p.text("kind")), Method: p.text("method"), Skip: int(p.within("skip", 0, 0, callsMost)),
		Times: int(p.within("times", 1, 1, callsMost)), Code: p.text("code"),
		Delay: time.Duration(p.within("delay_ms", 0, 0, int64(time.Hour/time.Millisecond))) * time.Millisecond,
	}
}

// placeCommand places one order or as many as are asked for, at once or over some time; they
// end when there is no more to sell.
func placeCommand(p *params) action {
	want := Purchase{Unpaid: p.text("unpaid") == "true", Presale: p.seconds("presale_seconds"), Remark: p.shortText("remark", 500)}
	if p.has("lines") {
		for _, l := range p.rows("lines") {
			want.Lines = append(want.Lines, Line{l.id("sku"), l.number("quantity", 1), l.text("gift") == "true"})
		}
	} else {
		want.Lines = []Line{{SKU: p.id("sku"), Quantity: p.number("quantity", 1)}}
	}
	times, within := p.within("times", 1, 1, burstMost), p.seconds("over_seconds")
	return func(s *Simulator) (any, error) {
		placed := []ID{}
		if within > 0 {
			return obj{"orders": placed}, s.Rush(want, int(times), within)
		}
		for range times {
			id, err := s.PlaceOrder(want)
			if err != nil && len(placed) > 0 && pavilion.KindOf(err) == pavilion.Conflict {
				break
			}
			if err != nil {
				return nil, err
			}
			placed = append(placed, id)
		}
		return obj{"orders": placed}, nil
	}
}

// SetLag makes searches see changes so late from now on.
func (s *Simulator) SetLag(lag time.Duration) {
	s.memory.mu.Lock()
	defer s.memory.mu.Unlock()
	s.lag = max(0, lag)
}

func (s *Simulator) controlRoutes() {
	guarded := func(pattern string, h http.HandlerFunc) {
		s.mux.Handle(pattern, http.NewCrossOriginProtection().Handler(s.keyed(h)))
	}
	guarded("GET /sim/{$}", s.showControl)
	guarded("GET /sim/skus", func(w http.ResponseWriter, _ *http.Request) { s.tell(w, http.StatusOK, s.SKUs()) })
	guarded("GET /sim/orders", func(w http.ResponseWriter, _ *http.Request) { s.tell(w, http.StatusOK, s.Orders()) })
	guarded("GET /sim/refunds", func(w http.ResponseWriter, _ *http.Request) { s.tell(w, http.StatusOK, s.Refunds()) })
	guarded("GET /sim/services", func(w http.ResponseWriter, _ *http.Request) { s.tell(w, http.StatusOK, s.Services()) })
	guarded("POST /sim/{command}", s.control)
	s.mux.HandleFunc("GET /sim/jd.css", simkit.Stylesheet(pageCSS))
}

// keyed lets those in who know the control key, as a bearer or as the password of the page.
func (s *Simulator) keyed(h http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		key, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		if _, password, ok := r.BasicAuth(); ok {
			key = password
		}
		if !s.o.OpenControl && (s.o.ControlKey == "" || subtle.ConstantTimeCompare([]byte(key), []byte(s.o.ControlKey)) == 0) {
			w.Header().Set("WWW-Authenticate", `Basic realm="simulated JD", charset="UTF-8"`)
			s.tell(w, http.StatusUnauthorized, obj{"error": "control_key"})
			return
		}
		h(w, r)
	}
}

// statuses are the answers to what went wrong with a command.
var statuses = map[pavilion.Kind]int{
	pavilion.Invalid: http.StatusBadRequest, pavilion.NotFound: http.StatusNotFound, pavilion.Conflict: http.StatusConflict,
	pavilion.Unavailable: http.StatusServiceUnavailable,
}

// control does a command. A form comes from the page and goes back there.
func (s *Simulator) control(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 64<<10))
	if err != nil {
		s.tell(w, http.StatusRequestEntityTooLarge, obj{"error": "too_large"})
		return
	}
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")) // what is no form is JSON
	fromPage := kind == "application/x-www-form-urlencoded"
	p, wrong := commandParams(string(body), fromPage)
	read, known := commands[r.PathValue("command")]
	var out any
	switch {
	case !known:
		err = pavilion.E(pavilion.NotFound, "sim.command_unknown", nil)
	case wrong != nil:
		err = malformed(wrong)
	default:
		do := read(p)
		if wrong := p.wrong(); wrong != nil {
			err = malformed(wrong)
			break
		}
		out, err = do(s)
	}
	if fromPage {
		s.backToPage(w, r, err)
		return
	}
	if err != nil {
		s.tell(w, orElse(statuses[pavilion.KindOf(err)], http.StatusInternalServerError), obj{"error": err.Error()})
		return
	}
	s.tell(w, http.StatusOK, out)
}

func malformed(f *failure) error {
	return pavilion.E(pavilion.Invalid, "sim.malformed", pavilion.Args{"wrong": f.en})
}

// commandParams reads the fields of a command from JSON or from the page's form.
func commandParams(body string, fromPage bool) (*params, *failure) {
	if !fromPage {
		return readParams(orElse(body, "{}"))
	}
	form, err := url.ParseQuery(body)
	if err != nil {
		return nil, fail("63")
	}
	p := &params{values: map[string]any{}, bad: new(*failure)}
	for name := range form {
		p.values[name] = form.Get(name)
	}
	return p, nil
}

// tell answers with JSON.
func (s *Simulator) tell(w http.ResponseWriter, status int, body any) {
	b, err := json.Marshal(body)
	if err != nil {
		s.o.Log.Error("answer not written", "err", err)
		status = http.StatusInternalServerError
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	w.Write(b) // whoever does not listen any more asks again
}
