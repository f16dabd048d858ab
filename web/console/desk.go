package console

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"pavilion"
	"pavilion/db"
	"pavilion/staff"
	"pavilion/tailoring"
	"pavilion/web/ui"
)

// desk is what every group of pages works with. Groups embed it.
type desk struct {
	db     *db.DB
	sealer *db.Sealer
	gate   *staff.Gate
	area   *ui.Area
	site   *ui.Site
	zone   *time.Location // of the shop: days in filters begin and end in it
	secure bool           // browsers reach us by https
	demo   bool           // a link alone lets in
	base   string         // address by which browsers reach us

	proxies []netip.Prefix // whose forwarding headers are believed
	markets []*tailoring.Market

	known map[string]bulkAct // the acts of all lists, by name

	listPage    *ui.Page[listView]
	confirmPage *ui.Page[confirmView]
	editPage    *ui.Page[editView]
	keptPage    *ui.Page[keptView]
	againPage   *ui.Page[againView]
	showWayIn   func(http.ResponseWriter, *http.Request, wayIn) error // draws the page to sign in
}

// route is one address of the console with the right that opens it.
type route struct {
	pattern string
	needs   staff.Right
	do      func(http.ResponseWriter, *http.Request) error
}

// group is the pages around one noun.
type group interface{ routes() []route }

const (
	formLimit  = 256 << 10 // bytes of a form without files
	cookieName = "staff"
	saidCookie = "said"
	langCookie = "lang"
)

// signed is what the console knows about the request of a member.
type signed struct {
	staff.SignedIn
	secret string
}

type signedKey struct{}

// session returns who is signed in and how. It is empty before the guard.
func session(r *http.Request) signed {
	s, _ := r.Context().Value(signedKey{}).(signed)
	return s
}

// member returns who is signed in.
func member(r *http.Request) staff.Member { return session(r).Member }

// actor is the member as the author of a write.
func (d *desk) actor(r *http.Request) pavilion.Actor {
	return pavilion.Actor{Kind: pavilion.ByStaff, ID: string(member(r).ID), From: d.place(r).String()}
}

// place is where a request comes from.
func (d *desk) place(r *http.Request) staff.Place {
	return staff.PlaceOf(ui.ClientOf(r, d.proxies), r.UserAgent())
}

// read reads in one view of the database.
func (d *desk) read(r *http.Request, do func(v *db.View) error) error {
	return d.db.Read(r.Context(), do)
}

// write writes in one transaction, in the name of the member.
func (d *desk) write(r *http.Request, do func(tx *db.Tx) error) error {
	return d.db.Write(r.Context(), d.actor(r), do)
}

// head is what a page of the console says about itself; active is the address of its entry
// in the menu.
func (d *desk) head(title, active string) ui.Head {
	return ui.Head{Title: title, NoIndex: true, Plain: true, Active: active}
}

// guard lets those through who are signed in and hold the right, and sends everybody else
// to the way in. What fails behind it is told between the menu and the search of the member.
func (d *desk) guard(o route) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		if asked := r.URL.Query().Get("lang"); asked != "" && r.Method == http.MethodGet {
			return d.speak(w, r, asked)
		}
		w.Header().Set("Cache-Control", "no-store")
		if o.needs == staff.Anyone {
			return o.do(w, r)
		}
		s, err := d.signedIn(r)
		if pavilion.KindOf(err) == pavilion.Unauthenticated && err != nil {
			return d.sendIn(w, r)
		}
		if err != nil {
			return err
		}
		r = r.WithContext(context.WithValue(r.Context(), signedKey{}, s))
		if err := d.admit(w, r, o); err != nil {
			d.area.Fail(w, r, err)
		}
		return nil
	}
}

// admit does what a route is for if the member who asks holds its right.
func (d *desk) admit(w http.ResponseWriter, r *http.Request, o route) error {
	s := session(r)
	if !s.Member.May(o.needs) {
		return pavilion.E(pavilion.Forbidden, "console.right_missing", pavilion.Args{"right": string(o.needs)})
	}
	if d.db.Now().Sub(s.SeenAt) > time.Minute {
		if err := d.write(r, func(tx *db.Tx) error { return staff.MarkSeen(r.Context(), tx, s.secret) }); err != nil {
			return err
		}
	}
	return o.do(w, d.hearSaid(w, r))
}

// signedIn finds the session of a request. The error is Unauthenticated if there is none.
func (d *desk) signedIn(r *http.Request) (signed, error) {
	k, err := r.Cookie(d.cookieName(cookieName))
	if err != nil {
		return signed{}, pavilion.E(pavilion.Unauthenticated, "staff.session_over", nil)
	}
	s := signed{secret: k.Value}
	err = d.read(r, func(v *db.View) error {
		s.SignedIn, err = staff.Session(r.Context(), v, k.Value)
		return err
	})
	return s, err
}

// speak keeps the language the reader chose and shows the page in it.
func (d *desk) speak(w http.ResponseWriter, r *http.Request, lang string) error {
	http.SetCookie(w, d.cookie(langCookie, lang, 365*24*time.Hour))
	q := r.URL.Query()
	q.Del("lang")
	redirect(w, r, address(r.URL.Path, q.Encode()))
	return nil
}

// address puts a path and a query together.
func address(path, query string) string {
	if query == "" {
		return path
	}
	return path + "?" + query
}

func redirect(w http.ResponseWriter, r *http.Request, url string) {
	http.Redirect(w, r, url, http.StatusSeeOther)
}

// parse reads a form without files.
func (d *desk) parse(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, formLimit)
	if err := r.ParseForm(); err != nil {
		return pavilion.E(pavilion.Invalid, "form.malformed", nil).Because(err)
	}
	onlyVisible(r)
	return nil
}

// onlyVisible leaves out of a form that was read what nobody sees: it comes along when text is
// copied, and would turn words around or end up on a label.
func onlyVisible(r *http.Request) {
	for _, form := range []url.Values{r.Form, r.PostForm} {
		for _, values := range form {
			for i := range values {
				values[i] = pavilion.Visible(values[i])
			}
		}
	}
}

// patient lets a large file take its time on a slow line, in both directions.
func patient(w http.ResponseWriter) error {
	c := http.NewResponseController(w)
	err := errors.Join(c.SetReadDeadline(time.Time{}), c.SetWriteDeadline(time.Time{}))
	if errors.Is(err, http.ErrNotSupported) { // then the connection has its own rule
		return nil
	}
	return err
}

// cookieName is the name under which browsers keep one of our cookies.
func (d *desk) cookieName(name string) string {
	if d.secure {
		return "__Host-" + name
	}
	return name
}

// cookie makes a cookie that goes nowhere else; with a term of 0 it ends with the browser.
func (d *desk) cookie(name, value string, term time.Duration) *http.Cookie {
	if name != langCookie { // read by package ui, which knows one name
		name = d.cookieName(name)
	}
	return &http.Cookie{Name: name, Value: value, Path: "/", Secure: d.secure, HttpOnly: true, SameSite: http.SameSiteStrictMode, MaxAge: int(term.Seconds())}
}

type saidKey struct{}

// said has the next page tell what was just done, with a way on or back if there is one.
func (d *desk) said(w http.ResponseWriter, text string, way ui.Link) {
	d.toast(w, ui.Toast{Tone: ui.Good, Text: text, Action: way})
}

// refused has the next page tell why something was not done.
func (d *desk) refused(w http.ResponseWriter, text string) {
	d.toast(w, ui.Toast{Tone: ui.Bad, Text: text})
}

func (d *desk) toast(w http.ResponseWriter, t ui.Toast) {
	raw, err := json.Marshal(t)
	if err == nil {
		http.SetCookie(w, d.cookie(saidCookie, base64.RawURLEncoding.EncodeToString(raw), time.Minute))
	}
}

// hearSaid takes up what said left for this page. Its words are escaped and its link must
// stay in the console, whoever set the cookie.
func (d *desk) hearSaid(w http.ResponseWriter, r *http.Request) *http.Request {
	k, err := r.Cookie(d.cookieName(saidCookie))
	if err != nil || r.Method != http.MethodGet {
		return r
	}
	gone := d.cookie(saidCookie, "", 0)
	gone.MaxAge = -1
	http.SetCookie(w, gone)
	var t ui.Toast
	raw, err := base64.RawURLEncoding.DecodeString(k.Value)
	if err != nil || json.Unmarshal(raw, &t) != nil || t.Action.URL != "" && !strings.HasPrefix(t.Action.URL, "/console/") {
		return r
	}
	return r.WithContext(context.WithValue(r.Context(), saidKey{}, t))
}
