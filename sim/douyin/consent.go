package douyin

import (
	"net/http"
	"net/url"
	"strconv"
)

// consent is what the page shows on which a merchant lets an app in.
type consent struct {
	W     words
	Lang  string
	CSS   string
	Here  string
	Shops []Shop
}

func (s *Simulator) service(id string) *App {
	for i := range s.o.Apps {
		if id != "" && s.o.Apps[i].ServiceID == id {
			return &s.o.Apps[i]
		}
	}
	return nil
}

// showConsent is the page /authorize?service_id=…&state=….
func (s *Simulator) showConsent(w http.ResponseWriter, r *http.Request) {
	app := s.service(r.URL.Query().Get("service_id"))
	if app == nil {
		http.NotFound(w, r)
		return
	}
	lang := langOf(r)
	// Browsers apply form-action also to where the answer to the form redirects.
	s.render(w, "consent", consent{
		W: texts[lang], Lang: string(lang), CSS: s.o.BaseURL + "/sim.css", Here: s.o.BaseURL + "/authorize?" + r.URL.RawQuery, Shops: s.o.Shops,
	}, origin(app.Redirect))
}

// takeConsent gives the app a code and sends the merchant back to it.
func (s *Simulator) takeConsent(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, 1<<16)
	app := s.service(r.URL.Query().Get("service_id"))
	shop, err := strconv.ParseInt(r.PostFormValue("shop"), 10, 64)
	if app == nil || err != nil || s.shop(shop) == nil {
		http.NotFound(w, r)
		return
	}
	var made string
	if err := s.do(func(t *tx) error {
		made = t.secret(app, "code")
		t.codes.put(made, &code{App: app.Key, Shop: shop, Ends: t.now.Add(s.rules.CodeLife)})
		return nil
	}); err != nil {
		http.Error(w, "the state cannot be written", http.StatusServiceUnavailable)
		return
	}
	to, err := url.Parse(app.Redirect)
	if err != nil { // New checked it
		http.NotFound(w, r)
		return
	}
	q := to.Query()
	q.Set("code", made)
	q.Set("state", r.URL.Query().Get("state"))
	to.RawQuery = q.Encode()
	http.Redirect(w, r, to.String(), http.StatusSeeOther)
}

// origin is the scheme and host of an address.
func origin(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Scheme + "://" + u.Host
}
