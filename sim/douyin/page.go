package douyin

import (
	_ "embed"
	"html/template"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"pavilion"
	"pavilion/money"
	"pavilion/sim/simkit"
)

//go:embed page.html
var pageHTML string

//go:embed sim.css
var pageCSS string

var page = template.Must(template.New("page").Funcs(template.FuncMap{
	"clock": dateTime,
	"yuan":  func(fen int64) string { return money.New(fen, money.CNY).Decimal() },
}).Parse(pageHTML))

// controlView is what the control page shows.
type controlView struct {
	W     words
	Lang  string
	CSS   string
	Here  string // of the page
	Do    string // where its forms go, with a slash at the end
	Asks  bool   // for the key
	Find  string // what goods are looked for
	Said  string // what came of the last form
	Wrong bool
	State
	Calls    []string
	Apps     []string
	IsBroken bool
}

const keyCookie = "simulated-doudian"

// langOf is the page's language: as the address says, else as the browser prefers.
func langOf(r *http.Request) pavilion.Lang {
	for _, l := range []pavilion.Lang{pavilion.Lang(r.URL.Query().Get("lang")), pavilion.Preferred(r.Header.Get("Accept-Language"), pavilion.Chinese)} {
		if _, ok := texts[l]; ok {
			return l
		}
	}
	return pavilion.English
}

// entered tells whether the browser has shown the key.
func (s *Simulator) entered(r *http.Request) bool {
	c, err := r.Cookie(keyCookie)
	return s.o.OpenControl || err == nil && s.known(c.Value)
}

// showControl is the control page. The key can stand in the address once.
func (s *Simulator) showControl(w http.ResponseWriter, r *http.Request) {
	lang := langOf(r)
	if key := r.URL.Query().Get("key"); key != "" && s.known(key) {
		http.SetCookie(w, &http.Cookie{Name: keyCookie, Value: key, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode})
		http.Redirect(w, r, s.o.BaseURL+"/sim/?lang="+string(lang), http.StatusSeeOther)
		return
	}
	s.renderControl(w, r, controlView{})
}

func (s *Simulator) renderControl(w http.ResponseWriter, r *http.Request, v controlView) {
	lang := langOf(r)
	v.W, v.Lang, v.CSS, v.Here = texts[lang], string(lang), s.o.BaseURL+"/sim.css", s.o.BaseURL+"/sim/"
	v.Do, v.Asks = v.Here+"do/", !s.entered(r)
	if !v.Asks {
		var err error
		if v.State, err = s.State(); err != nil {
			http.Error(w, "the state cannot be read", http.StatusServiceUnavailable)
			return
		}
		v.Find = strings.TrimSpace(r.URL.Query().Get("find"))
		v.Goods = found(v.Goods, v.Find)
		v.Calls, v.IsBroken = s.faults.calls, s.o.Clock().Before(v.Broken)
		for _, a := range s.o.Apps {
			if a.PushURL != "" {
				v.Apps = append(v.Apps, a.Key)
			}
		}
	}
	s.render(w, "control", v, "")
}

// goodsMost is how many goods the page shows at once.
const goodsMost = 24

// found returns the newest goods that have the words in their name, code or number.
func found(goods []Good, words string) []Good {
	var out []Good
	for _, g := range slices.Backward(goods) {
		if len(out) < goodsMost && (strings.Contains(g.Name, words) || strings.Contains(g.Code, words) || strings.Contains(itoa(g.SKU), words)) {
			out = append(out, g)
		}
	}
	return out
}

// takeForm does what a form of the page asks for and shows the page again.
func (s *Simulator) takeForm(w http.ResponseWriter, r *http.Request) {
	if !s.entered(r) {
		http.Redirect(w, r, s.o.BaseURL+"/sim/", http.StatusSeeOther)
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, 1<<16)
	if err := r.ParseForm(); err != nil {
		http.Error(w, "the form cannot be read", http.StatusBadRequest)
		return
	}
	m := map[string]any{}
	for name, values := range r.PostForm {
		if value := strings.TrimSpace(values[0]); value != "" {
			m[name] = value
		}
	}
	if yuan, ok := m["yuan"].(string); ok {
		amount, err := money.Parse(yuan, money.CNY)
		m["price"] = strconv.FormatInt(amount.Minor(), 10)
		if err != nil {
			m["price"] = yuan // which is no number of fen either
		}
	}
	_, err := s.act(r.Context(), r.PathValue("act"), newArgs(m))
	lang := langOf(r)
	if err != nil {
		s.renderControl(w, r, controlView{Said: texts[lang].reason(pavilion.ReasonOf(err)), Wrong: true})
		return
	}
	http.Redirect(w, r, s.o.BaseURL+"/sim/?lang="+string(lang), http.StatusSeeOther)
}

// render writes a page. Forms may lead also to the other origin.
func (s *Simulator) render(w http.ResponseWriter, name string, v any, other string) {
	simkit.Page(w, s.o.Log, page, name, v, http.StatusOK, other)
}

// Can tells the page which of its buttons an order has.
func (o OrderSeen) Can(what string) bool {
	switch what {
	case "pay", "cancel":
		return o.Status == unpaid
	case "receive":
		return o.Status == shipped
	case "address":
		return !o.Wants && (o.Status == paid || o.Status == preparing)
	case "refund":
		return slices.Contains([]int64{paid, preparing}, o.Status)
	case "return":
		return o.Status == shipped || o.Status == finished
	}
	return false
}

// Can tells the page which of its buttons an after-sale has.
func (c CaseSeen) Can(what string) bool {
	switch what {
	case "withdraw":
		return c.Open
	case "send_back":
		return c.Status == caseAgreed
	case "take_exchange":
		return c.Status == caseSent
	}
	return false
}
