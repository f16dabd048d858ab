package payment

import (
	_ "embed"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"pavilion"
	"pavilion/money"
	"pavilion/sim/simkit"
)

//go:embed page.html
var pageHTML string

//go:embed pay.css
var pageCSS string

var page = template.Must(template.New("page").Parse(pageHTML))

// view is what the page shows.
type view struct {
	W      words
	Lang   pavilion.Lang
	Langs  []langLink
	CSS    string
	Here   string // where the form goes
	Back   string // where the payer came from
	Amount string
	Intent *intent // nil on the page of an unknown address
	State  string
	Ways   []wayView // beyond paying and declining
	Title  string
	Wrong  bool // the last choice could not be taken
}

type langLink struct {
	Lang  pavilion.Lang
	Label string
	URL   string
	Here  bool
}

type wayView struct {
	Way   Way
	Label string
	Hint  string
	Later bool // asks for seconds
}

func (s *Simulator) showPage(w http.ResponseWriter, r *http.Request) {
	s.memory.mu.Lock()
	i := s.memory.byRef[r.PathValue("ref")]
	s.memory.mu.Unlock()
	s.render(w, r, i, http.StatusOK)
}

// takeChoice does what the payer chose and sends the browser back to the shop. A choice
// that cannot be made any more shows how the payment stands.
func (s *Simulator) takeChoice(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, bodyMost)
	s.memory.mu.Lock()
	i := s.memory.byRef[r.PathValue("ref")]
	s.memory.mu.Unlock()
	if i == nil {
		s.render(w, r, nil, http.StatusOK)
		return
	}
	c := Choice{Way: Way(r.PostFormValue("way"))}
	if c.Way == Later {
		seconds, err := strconv.Atoi(strings.TrimSpace(r.PostFormValue("seconds")))
		if err != nil {
			seconds = -1 // no time at all, which Choose refuses
		}
		c.After = time.Duration(seconds) * time.Second
	}
	switch err := s.Choose(r.Context(), i.ID, c); pavilion.KindOf(err) {
	case pavilion.Conflict:
		http.Redirect(w, r, s.address(i.Ref, lang(r, i)), http.StatusSeeOther)
	case pavilion.Invalid:
		s.render(w, r, i, http.StatusUnprocessableEntity)
	default:
		if err != nil {
			s.o.Log.Error("choice not taken", "intent", i.ID, "err", err)
			http.Error(w, "the choice cannot be kept", http.StatusServiceUnavailable)
			return
		}
		http.Redirect(w, r, i.ReturnURL, http.StatusSeeOther)
	}
}

func (s *Simulator) address(ref string, l pavilion.Lang) string {
	return s.o.BaseURL + "/pay/" + ref + "?lang=" + string(l)
}

func (s *Simulator) render(w http.ResponseWriter, r *http.Request, i *intent, status int) {
	l := lang(r, i)
	t := texts[l]
	v := view{W: t, Lang: l, CSS: s.o.BaseURL + "/pay.css", Intent: i, Title: t.Unknown, Wrong: status != http.StatusOK}
	back := ""
	if i != nil {
		v.State = i.stateAt(s.o.Clock())
		v.Here, v.Back, v.Amount = s.address(i.Ref, l), i.ReturnURL, shown(i.Asked, l)
		v.Title = t.states[v.State]
		for _, way := range []Way{Later, Twice, Before, Never} {
			v.Ways = append(v.Ways, wayView{way, t.ways[way].label, t.ways[way].hint, way == Later})
		}
		for _, other := range pavilion.Langs {
			v.Langs = append(v.Langs, langLink{other, texts[other].Name, s.address(i.Ref, other), other == l})
		}
		back = origin(i.ReturnURL)
	} else {
		status = http.StatusNotFound
	}
	simkit.Page(w, s.o.Log, page, "page", v, status, back)
}

// lang is the page's language: as the address says, else as the merchant said, else as the
// browser prefers, else Chinese.
func lang(r *http.Request, i *intent) pavilion.Lang {
	if l := pavilion.Lang(r.URL.Query().Get("lang")); slices.Contains(pavilion.Langs, l) {
		return l
	}
	if i != nil {
		return i.Lang
	}
	for tag := range strings.SplitSeq(r.Header.Get("Accept-Language"), ",") {
		l, _, _ := strings.Cut(strings.TrimSpace(tag), ";")
		l, _, _ = strings.Cut(l, "-")
		if slices.Contains(pavilion.Langs, pavilion.Lang(l)) {
			return pavilion.Lang(l)
		}
	}
	return pavilion.Chinese
}

// shown writes an amount as readers of the language do.
func shown(m money.Money, l pavilion.Lang) string {
	const nbsp = "\u00a0"
	if l == pavilion.Russian || l == pavilion.Belarusian {
		return strings.Replace(m.Decimal(), ".", ",", 1) + nbsp + string(m.Currency())
	}
	if m.Currency() == money.CNY {
		return "¥" + m.Decimal()
	}
	return m.Decimal() + nbsp + string(m.Currency())
}

// origin is the scheme and host of an address.
func origin(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Scheme + "://" + u.Host
}
