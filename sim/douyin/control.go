package douyin

import (
	"context"
	"crypto/subtle"
	"io"
	"net/http"
	"strings"
	"time"

	"pavilion"
)

// act is something the control API and page can do. What it returns is told.
type act func(s *Simulator, ctx context.Context, a args) (any, error)

// acts are what POST /sim/api/{act} takes with JSON, and the page's forms with fields.
var acts = map[string]act{
	"order": func(s *Simulator, _ context.Context, a args) (any, error) {
		id, err := s.PlaceOrder(placementOf(a))
		return obj{"id": id}, err
	},
	"burst": func(s *Simulator, _ context.Context, a args) (any, error) {
		n := a.num("n")
		if n < 1 || n > rushMost {
			return nil, errNumber
		}
		ids, err := s.Burst(placementOf(a), int(n))
		return obj{"ids": ids}, err
	},
	"rush": func(s *Simulator, _ context.Context, a args) (any, error) {
		return obj{}, s.Rush(placementOf(a), int(a.num("n")), seconds(a))
	},
	"good": func(s *Simulator, _ context.Context, a args) (any, error) {
		return s.AddGood(NewGood{Shop: a.num("shop"), Name: a.str("name"), Code: a.str("code"), Price: a.num("price"), Stock: a.num("stock"), Reduce: a.num("reduce")})
	},
	"stock": func(s *Simulator, _ context.Context, a args) (any, error) {
		return obj{}, s.SetStock(a.num("sku"), a.num("stock"))
	},
	"price": func(s *Simulator, _ context.Context, a args) (any, error) {
		return obj{}, s.SetPrice(a.num("sku"), a.num("price"))
	},
	"shelve": func(s *Simulator, _ context.Context, a args) (any, error) {
		return obj{}, s.Shelve(a.num("product"), a.yes("on"))
	},
	"ban": func(s *Simulator, _ context.Context, a args) (any, error) { return obj{}, s.Ban(a.num("product")) },
	"pay": func(s *Simulator, _ context.Context, a args) (any, error) { return obj{}, s.Pay(a.str("order")) },
	"cancel": func(s *Simulator, _ context.Context, a args) (any, error) {
		return obj{}, s.Cancel(a.str("order"), a.str("reason"))
	},
	"receive": func(s *Simulator, _ context.Context, a args) (any, error) { return obj{}, s.Receive(a.str("order")) },
	"address": func(s *Simulator, _ context.Context, a args) (any, error) {
		return obj{}, s.AskAddress(a.str("order"), a.or("to", 1))
	},
	"readdress": func(s *Simulator, _ context.Context, a args) (any, error) {
		return obj{}, s.AnswerAddress(a.str("order"), a.yes("agree"))
	},
	"postage": func(s *Simulator, _ context.Context, a args) (any, error) {
		return obj{}, s.ChangePostage(a.str("order"), a.num("postage"))
	},
	"ask": func(s *Simulator, _ context.Context, a args) (any, error) {
		id, err := s.Ask(Ask{Order: a.str("order"), Line: a.str("line"), Type: a.num("type"), Num: a.num("num"), Amount: a.num("amount"), Reason: a.str("reason"), Got: a.yes("got")})
		return obj{"id": id}, err
	},
	"withdraw": func(s *Simulator, _ context.Context, a args) (any, error) { return obj{}, s.Withdraw(a.num("case")) },
	"send_back": func(s *Simulator, _ context.Context, a args) (any, error) {
		return obj{}, s.SendBack(a.num("case"), a.str("company"), a.str("number"))
	},
	"take_exchange": func(s *Simulator, _ context.Context, a args) (any, error) {
		return obj{}, s.TakeExchange(a.num("case"))
	},
	"fault": func(s *Simulator, _ context.Context, a args) (any, error) {
		return obj{}, s.Fault(Fault{
			At: a.str("at"), Kind: Kind(a.str("kind")), Skip: int(a.num("skip")), Times: int(a.num("times")), Code: int(a.num("code")), Sub: a.str("sub"),
			Wait: seconds(a), Field: a.str("field"), Reason: a.str("reason"),
		})
	},
	"break": func(s *Simulator, _ context.Context, a args) (any, error) { s.Break(seconds(a)); return obj{}, nil },
	"lag":   func(s *Simulator, _ context.Context, a args) (any, error) { s.SetLag(seconds(a)); return obj{}, nil },
	"mend":  func(s *Simulator, _ context.Context, _ args) (any, error) { s.ClearFaults(); return obj{}, nil },
	"expire": func(s *Simulator, _ context.Context, a args) (any, error) {
		return obj{}, s.ExpireTokens(a.or("shop", s.o.Shops[0].ID), a.yes("withdraw"))
	},
	"clock": func(s *Simulator, _ context.Context, a args) (any, error) { return obj{}, s.ShiftClock(seconds(a)) },
	"probe": func(s *Simulator, ctx context.Context, a args) (any, error) { return obj{}, s.Probe(ctx, a.str("app")) },
	"deliver": func(s *Simulator, ctx context.Context, _ args) (any, error) {
		n, err := s.Deliver(ctx)
		return obj{"taken": n}, err
	},
	"spi": func(s *Simulator, ctx context.Context, a args) (any, error) {
		return s.CallSPI(ctx, a.str("app"), a.str("sign_method"), a.str("param_json"))
	},
}

var errNumber = pavilion.E(pavilion.Invalid, "sim.number", nil)

// seconds is a span, which may go back.
func seconds(a args) time.Duration {
	return time.Duration(min(max(a.num("seconds"), -longestSpan), longestSpan)) * time.Second
}

const longestSpan = 10 * 365 * 24 * 60 * 60 // seconds

// placementOf reads an order: its lines, or one SKU and a number of units.
func placementOf(a args) Placement {
	p := Placement{
		Shop: a.num("shop"), Buyer: a.num("buyer"), Unpaid: a.yes("unpaid"), Deposit: a.num("deposit"), Postage: a.num("postage"),
		ShopOff: a.num("shop_off"), PlatformOff: a.num("platform_off"), Tax: a.num("tax"), Biz: a.num("biz"), Room: a.num("room"), Words: a.str("words"),
	}
	if a.has("release_ms") {
		ms := a.num("release_ms")
		p.ReleaseMS = &ms
	}
	for _, l := range a.list("lines") {
		of := PlacementLine{SKU: l.num("sku"), Num: l.or("num", 1), Gift: l.yes("gift")}
		for _, b := range l.list("parts") {
			of.Parts = append(of.Parts, Part{b.num("product"), b.num("sku"), b.num("num")})
		}
		p.Lines = append(p.Lines, of)
	}
	if len(p.Lines) == 0 {
		p.Lines = []PlacementLine{{SKU: a.num("sku"), Num: a.or("num", 1)}}
	}
	return p
}

// State is what GET /sim/api/state tells.
type State struct {
	Now    time.Time   `json:"now"`
	Goods  []Good      `json:"goods"`
	Orders []OrderSeen `json:"orders"`
	Cases  []CaseSeen  `json:"cases"`
	Pushes int         `json:"pushes"` // not taken yet
	Faults []Fault     `json:"faults"`
	Broken time.Time   `json:"broken"` // until then nothing gets through
}

const seenMost = 50

// State is what a person looks at: all goods, the newest orders and after-sales.
func (s *Simulator) State() (State, error) {
	out := State{Now: s.Now()}
	var err error
	if out.Goods, err = s.Goods(); err != nil {
		return State{}, err
	}
	if out.Orders, err = s.Orders(seenMost); err != nil {
		return State{}, err
	}
	if out.Cases, err = s.Cases(seenMost); err != nil {
		return State{}, err
	}
	if out.Pushes, err = s.Pushes(); err != nil {
		return State{}, err
	}
	out.Faults, out.Broken = s.Faults()
	return out, nil
}

// control routes the control API and page; without a control key there are none.
func (s *Simulator) control() {
	if s.o.ControlKey == "" && !s.o.OpenControl {
		return
	}
	s.pages.HandleFunc("GET /sim/api/state", s.guarded(func(w http.ResponseWriter, _ *http.Request) {
		state, err := s.State()
		told(w, state, err)
	}))
	s.pages.HandleFunc("POST /sim/api/{act}", s.guarded(func(w http.ResponseWriter, r *http.Request) {
		raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<20))
		if err != nil {
			told(w, nil, pavilion.E(pavilion.Invalid, "sim.body", nil))
			return
		}
		if len(raw) == 0 {
			raw = []byte("{}")
		}
		v, err := readJSON(string(raw))
		m, ok := v.(map[string]any)
		if err != nil || !ok {
			told(w, nil, pavilion.E(pavilion.Invalid, "sim.body", nil))
			return
		}
		out, err := s.act(r.Context(), r.PathValue("act"), newArgs(m))
		told(w, out, err)
	}))
	s.pages.HandleFunc("GET /sim/{$}", s.showControl)
	s.pages.HandleFunc("POST /sim/do/{act}", s.takeForm)
}

// act does one of the acts.
func (s *Simulator) act(ctx context.Context, name string, a args) (any, error) {
	do, ok := acts[name]
	if !ok {
		return nil, pavilion.E(pavilion.NotFound, "sim.act_unknown", nil)
	}
	for _, number := range []string{"n", "num", "sku", "product", "stock", "price", "seconds", "case", "skip", "times", "code", "to", "type", "amount", "shop"} {
		a.num(number) // a wrong one is found before anything is done
	}
	for _, answer := range []string{"on", "agree", "unpaid", "withdraw", "got"} {
		a.yes(answer)
	}
	placementOf(a)
	if *a.wrong != "" {
		return nil, pavilion.E(pavilion.Invalid, "sim.number", nil).At(*a.wrong)
	}
	return do(s, ctx, a)
}

// known tells whether a key is the control key, or none is wanted.
func (s *Simulator) known(key string) bool {
	return s.o.OpenControl || subtle.ConstantTimeCompare([]byte(key), []byte(s.o.ControlKey)) == 1
}

// guarded lets through whoever bears the control key.
func (s *Simulator) guarded(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		key, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		if !s.known(key) {
			sendJSON(w, http.StatusUnauthorized, obj{"error": "sim.control_key"})
			return
		}
		next(w, r)
	}
}

var statusOf = map[pavilion.Kind]int{
	pavilion.Invalid: http.StatusBadRequest, pavilion.NotFound: http.StatusNotFound, pavilion.Conflict: http.StatusConflict,
	pavilion.Unavailable: http.StatusServiceUnavailable,
}

// told answers a call of the control API.
func told(w http.ResponseWriter, out any, err error) {
	if err == nil {
		sendJSON(w, http.StatusOK, out)
		return
	}
	status := statusOf[pavilion.KindOf(err)]
	if status == 0 {
		status = http.StatusInternalServerError
	}
	sendJSON(w, status, obj{"error": pavilion.ReasonOf(err)})
}
