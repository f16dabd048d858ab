package jd

import (
	"encoding/json"
	"net/http"
	"net/url"
	"time"

	"pavilion"
)

// codeLife is how long an authorisation waits to be taken.
const codeLife = 10 * time.Minute

// grant is an authorisation of the application by the shop.
type grant struct {
	ID        ID
	Code      string
	CodeUntil time.Time
	Access    string
	Refresh   string
	IssuedAt  time.Time
	Until     time.Time
}

func (g *grant) key() string    { return g.ID.String() }
func (g *grant) due() time.Time { return time.Time{} }

// granted is the authorisation that a token stands for, nil if it stands for none any more.
func (c *change) granted(token string) *grant {
	for _, g := range c.grants.list {
		if g.Access == token && token != "" && c.now.Before(g.Until) {
			return g
		}
	}
	return nil
}

// issue gives an authorisation new values, or the same for longer.
func (s *Simulator) issue(c *change, g grant, keep bool) grant {
	g.Code = ""
	if !keep {
		g.Access, g.Refresh = c.secretText(), c.secretText()
	}
	g.IssuedAt, g.Until = c.now, c.now.Add(s.o.TokenLife)
	c.putGrant(g)
	return g
}

// Token is an authorisation as the platform tells it.
type Token struct {
	Code      int    `json:"code"`
	Access    string `json:"access_token"`
	ExpiresIn int64  `json:"expires_in"` // seconds
	Refresh   string `json:"refresh_token"`
	Scope     string `json:"scope"`
	OpenID    string `json:"open_id"`
	UID       string `json:"uid"`
	Time      int64  `json:"time"` // milliseconds
	Type      string `json:"token_type"`
}

func (s *Simulator) token(c *change, g grant) Token {
	return Token{
		Access: g.Access, ExpiresIn: int64(g.Until.Sub(g.IssuedAt)/time.Second) - 1, Refresh: g.Refresh, Scope: "snsapi_base",
		OpenID: c.derived("open_id", s.o.AppKey), UID: s.o.VenderID.String(), Time: g.IssuedAt.UnixMilli(), Type: "bearer",
	}
}

// Authorize is the consent of the shop without its page. Errors: Unavailable
// sim.state_unwritable.
func (s *Simulator) Authorize() (Token, error) {
	var t Token
	err := s.do(func(c *change) error {
		t = s.token(c, s.issue(c, grant{ID: c.newID()}, false))
		return nil
	})
	return t, err
}

// ExpireTokens ends every authorisation, as when the shop takes it back. Errors: Unavailable
// sim.state_unwritable.
func (s *Simulator) ExpireTokens() error {
	return s.do(func(c *change) error {
		for _, g := range c.grants.list {
			if ended := *g; c.now.Before(g.Until) {
				ended.Until = c.now
				c.putGrant(ended)
			}
		}
		return nil
	})
}

// refused is how authorisation tells that it did not happen.
type refused struct {
	Code int    `json:"code"`
	Msg  string `json:"msg"`
}

func (s *Simulator) takeCode(w http.ResponseWriter, r *http.Request) {
	s.oauth(w, r, "oauth2/access_token", "authorization_code", func(c *change, q url.Values) any {
		for _, g := range c.grants.list {
			if code := q.Get("code"); code != "" && g.Code == code && c.now.Before(g.CodeUntil) {
				return s.token(c, s.issue(c, *g, false))
			}
		}
		return refused{400, "code is used, too old or unknown"}
	})
}

func (s *Simulator) refreshToken(w http.ResponseWriter, r *http.Request) {
	s.oauth(w, r, "oauth2/refresh_token", "refresh_token", func(c *change, q url.Values) any {
		for _, g := range c.grants.list {
			if given := q.Get("refresh_token"); given != "" && g.Refresh == given && c.now.Before(g.Until) {
				return s.token(c, s.issue(c, *g, s.faults.takeStay() || s.o.RefreshKeeps))
			}
		}
		return refused{400, "refresh_token is used, too old or unknown"}
	})
}

// oauth answers a call of the application for tokens.
func (s *Simulator) oauth(w http.ResponseWriter, r *http.Request, name, grantType string, do func(*change, url.Values) any) {
	out, delay := s.oauthAnswer(r.URL.Query(), name, grantType, do)
	if delay > 0 {
		s.o.Sleep(r.Context(), delay)
	}
	out.write(w)
}

func (s *Simulator) oauthAnswer(q url.Values, name, grantType string, do func(*change, url.Values) any) (reply, time.Duration) {
	s.memory.mu.Lock()
	defer s.memory.mu.Unlock()
	f := s.faults.take(name, s.o.Clock())
	switch f.Kind {
	case LostCall, Late, Coded:
		return reply{cut: true}, f.Delay
	case HTML:
		return reply{body: []byte(htmlPage), html: true}, f.Delay
	}
	out := s.oauthDo(q, grantType, do)
	switch f.Kind {
	case LostReply:
		out = reply{cut: true}
	case HTMLReply:
		out = reply{body: []byte(htmlPage), html: true}
	}
	return out, f.Delay
}

func (s *Simulator) oauthDo(q url.Values, grantType string, do func(*change, url.Values) any) reply {
	var told any
	c := s.begin()
	switch {
	case q.Get("app_key") != s.o.AppKey || q.Get("app_secret") != s.o.AppSecret:
		told = refused{401, "app_key or app_secret is wrong"}
	case q.Get("grant_type") != grantType:
		told = refused{400, "grant_type is not " + grantType}
	default:
		told = do(c, q)
	}
	if err := c.commit(); err != nil {
		s.o.Log.Error("state not written", "err", err)
		told = refused{500, "not done"}
	}
	body, err := json.Marshal(told)
	if err != nil {
		panic(err) // a token is made of texts and numbers
	}
	return reply{body: body}
}

// consent is what an application asks the shop for.
type consent struct {
	App      string
	Redirect string
	State    string
}

// readConsent reads what is asked for; ok tells whether it can be.
func (s *Simulator) readConsent(r *http.Request) (consent, bool) {
	q := r.URL.Query()
	a := consent{q.Get("app_key"), q.Get("redirect_uri"), q.Get("state")}
	u, err := url.Parse(a.Redirect)
	ok := err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" && u.User == nil &&
		(s.o.RedirectURI == "" || s.o.RedirectURI == a.Redirect) &&
		a.App == s.o.AppKey && q.Get("response_type") == "code" && q.Get("scope") == "snsapi_base"
	return a, ok
}

// takeConsent sends the browser back to the application with a code.
func (s *Simulator) takeConsent(w http.ResponseWriter, r *http.Request) {
	a, ok := s.readConsent(r)
	if !ok {
		s.showConsent(w, r)
		return
	}
	var code string
	err := s.do(func(c *change) error {
		code = c.secretText()
		c.putGrant(grant{ID: c.newID(), Code: code, CodeUntil: c.now.Add(codeLife)})
		return nil
	})
	back, parseErr := url.Parse(a.Redirect)
	if err != nil || parseErr != nil {
		s.o.Log.Error("consent not kept", "err", err)
		http.Error(w, "the consent cannot be kept", http.StatusServiceUnavailable)
		return
	}
	q := back.Query()
	q.Set("code", code)
	q.Set("state", a.State)
	back.RawQuery = q.Encode()
	http.Redirect(w, r, back.String(), http.StatusSeeOther)
}

// Shift moves the platform's clock on, or back, by so much more. Errors: Invalid sim.shift
// beyond ten years, Unavailable sim.state_unwritable.
func (s *Simulator) Shift(by time.Duration) error {
	return s.do(func(c *change) error {
		w := c.itself()
		if w.Shift += by; w.Shift.Abs() > 10*365*24*time.Hour {
			return pavilion.E(pavilion.Invalid, "sim.shift", nil)
		}
		c.putWorld(w)
		return nil
	})
}
