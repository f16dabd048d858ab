package console

import (
	"encoding/json"
	"html/template"
	"net/http"
	"net/url"
	"strings"
	"time"

	"pavilion"
	"pavilion/db"
	"pavilion/staff"
	"pavilion/web/ui"
)

// doors is the way in and out: invitations, signing in step by step, links to a new
// password, signing out.
type doors struct {
	*desk
	claim   *ui.Page[claimView]
	signIn  *ui.Page[signInView]
	factor  *ui.Page[factorView]
	enrol   *ui.Page[enrolView]
	codes   *ui.Page[codesView]
	reset   *ui.Page[resetView]
	through *ui.Page[throughView]
}

// onward is where somebody wanted to be before having to come in.
type onward struct {
	Then string // an address of the console, "" for the start page
	Kept string // what was sent when the session was over, sealed
}

type signInView struct {
	Login, Password ui.Field
	Onward          onward
	Passkeys        bool   // browsers offer them at our address
	Provider        string // another service to sign in at, "" if none
	Failed          ui.Notice
}

type factorView struct {
	Code     ui.Field
	Onward   onward
	Passkeys bool // the member has some
	Failed   ui.Notice
}

type throughView struct{ URL string }

func newDoors(d *desk) *doors {
	g := &doors{desk: d}
	g.claim = ui.NewPage(d.area, "claim", map[string]claimView{"empty": {}})
	g.signIn = ui.NewPage(d.area, "sign-in", map[string]signInView{"empty": {}, "all ways": {Passkeys: true, Provider: "id.example"}})
	g.factor = ui.NewPage(d.area, "factor", map[string]factorView{"empty": {}, "passkeys": {Passkeys: true}})
	g.enrol = ui.NewPage(d.area, "enrol", map[string]enrolView{"empty": {}})
	g.codes = ui.NewPage(d.area, "codes", map[string]codesView{"empty": {}})
	g.reset = ui.NewPage(d.area, "reset", map[string]resetView{"empty": {}})
	g.through = ui.NewPage(d.area, "through", map[string]throughView{"empty": {}})
	d.showWayIn = g.writeSignIn
	return g
}

func (g *doors) routes() []route {
	all := []route{
		{"GET /console/claim/{secret}", staff.Anyone, g.showClaim},
		{"POST /console/claim/{secret}", staff.Anyone, g.doClaim},
		{"POST /console/claim/{secret}/ask", staff.Anyone, g.askClaim},
		{"POST /console/claim/{secret}/passkey", staff.Anyone, g.doClaimByPasskey},
		{"GET /console/sign-in", staff.Anyone, g.showSignIn},
		{"POST /console/sign-in", staff.Anyone, g.doSignIn},
		{"POST /console/sign-in/ask", staff.Anyone, g.askSignIn},
		{"POST /console/sign-in/passkey", staff.Anyone, g.doSignInByPasskey},
		{"POST /console/sign-in/factor", staff.Anyone, g.doFactor},
		{"POST /console/sign-in/totp", staff.Anyone, g.doEnrolTOTP},
		{"POST /console/sign-in/enrol/ask", staff.Anyone, g.askEnrol},
		{"POST /console/sign-in/enrol/passkey", staff.Anyone, g.doEnrolPasskey},
		{"GET /console/sign-in/provider", staff.Anyone, g.toProvider},
		{"GET " + staff.ProviderPath, staff.Anyone, g.fromProvider},
		{"GET /console/reset/{secret}", staff.Anyone, g.showReset},
		{"POST /console/reset/{secret}", staff.Anyone, g.doReset},
		{"POST /console/sign-out", staff.Anyone, g.doSignOut},
		{"POST /console/kept", staff.Membership, g.doKept},
	}
	if g.demo {
		all = append(all, route{"GET /console/enter/{secret}", staff.Anyone, g.doEnter})
	}
	return all
}

// onwardOf reads where somebody wanted to be from the form.
func onwardOf(r *http.Request) onward {
	return onward{r.PostFormValue("then"), r.PostFormValue(keptField)}
}

// wayIn is what the page to sign in is shown with.
type wayIn struct {
	login, then, kept string
	failure           error
}

// showSignIn shows the step of signing in that the browser has come to.
func (g *doors) showSignIn(w http.ResponseWriter, r *http.Request) error {
	then := r.URL.Query().Get("then")
	if k, err := r.Cookie(g.cookieName(cookieName)); err == nil {
		var s staff.SignedIn
		err := g.read(r, func(v *db.View) (err error) {
			s, err = staff.AnySession(r.Context(), v, k.Value)
			return err
		})
		if err == nil {
			return g.showStep(w, r, staff.Pass{State: s.State, Member: s.Member}, onward{Then: then})
		}
		if pavilion.KindOf(err) != pavilion.Unauthenticated {
			return err
		}
	}
	return g.writeSignIn(w, r, wayIn{then: then})
}

func (g *doors) writeSignIn(w http.ResponseWriter, r *http.Request, in wayIn) error {
	p := ui.PrinterOf(r)
	v := signInView{
		Login:    ui.Field{Name: "login", Label: p.T("console.login"), Value: in.login, Required: true, Autocomplete: "username", MaxLength: 100},
		Password: ui.Field{Name: "password", Label: p.T("console.password"), Type: "password", Required: true, Autocomplete: "current-password", MaxLength: 256},
		Onward:   onward{in.then, in.kept}, Passkeys: g.gate.HasPasskeys(), Provider: g.gate.Provider(),
	}
	head := g.head(p.T("console.sign_in.title"), "")
	if in.failure != nil {
		ui.RetryAfter(w, in.failure)
		head.Status, v.Failed = ui.Status(in.failure), ui.Notice{Tone: ui.Bad, Text: p.Error(in.failure)}
	}
	return g.signIn.Write(w, r, head, v)
}

func (g *doors) doSignIn(w http.ResponseWriter, r *http.Request) error {
	if err := g.parse(w, r); err != nil {
		return err
	}
	login, on := r.PostFormValue("login"), onwardOf(r)
	pass, err := g.gate.SignIn(r.Context(), login, r.PostFormValue("password"), g.place(r))
	switch pavilion.KindOf(err) {
	case pavilion.Unauthenticated, pavilion.Limited:
		return g.writeSignIn(w, r, wayIn{login, on.Then, on.Kept, err})
	}
	if err != nil {
		return err
	}
	g.keepPass(w, pass)
	return g.goOn(w, r, pass, on)
}

// keepPass gives the browser its new session.
func (d *desk) keepPass(w http.ResponseWriter, pass staff.Pass) {
	http.SetCookie(w, d.cookie(cookieName, pass.Secret, 0))
}

// goOn leads to what comes after a step of signing in. What was kept travels with the page,
// so that the next step is shown at once.
func (g *doors) goOn(w http.ResponseWriter, r *http.Request, pass staff.Pass, on onward) error {
	if pass.State == staff.Open || on.Kept != "" {
		return g.showStep(w, r, pass, on)
	}
	q := url.Values{}
	if on.Then != "" {
		q.Set("then", on.Then)
	}
	redirect(w, r, address("/console/sign-in", q.Encode()))
	return nil
}

// showStep shows the next step of signing in, what was kept, or the page somebody wanted.
func (g *doors) showStep(w http.ResponseWriter, r *http.Request, pass staff.Pass, on onward) error {
	switch pass.State {
	case staff.AwaitsFactor:
		return g.writeFactor(w, r, pass.Member, on, nil)
	case staff.AwaitsEnrolment:
		return g.writeEnrol(w, r, pass.Member, "", on, nil)
	}
	if k, ok := g.openKept(on.Kept, pass.Member.ID); ok {
		return g.showKept(w, r, k)
	}
	redirect(w, r, inside(on.Then))
	return nil
}

// inside returns an address of the console: the one given, or the start page if it leads
// elsewhere.
func inside(then string) string {
	if strings.HasPrefix(then, "/console/") {
		return then
	}
	return "/console/"
}

// doKept offers what was kept once more.
func (g *doors) doKept(w http.ResponseWriter, r *http.Request) error {
	if err := g.parse(w, r); err != nil {
		return err
	}
	on := onwardOf(r)
	return g.goOn(w, r, staff.Pass{State: staff.Open, Member: member(r)}, on)
}

func (g *doors) writeFactor(w http.ResponseWriter, r *http.Request, m staff.Member, on onward, failure error) error {
	var f staff.Factors
	err := g.read(r, func(v *db.View) (err error) {
		f, err = staff.FactorsOf(r.Context(), v, m.ID)
		return err
	})
	if err != nil {
		return err
	}
	p := ui.PrinterOf(r)
	v := factorView{Code: codeField(p, f), Onward: on, Passkeys: f.Passkeys > 0 && g.gate.HasPasskeys()}
	head := g.head(p.T("staff.factor.title"), "")
	if failure != nil {
		ui.RetryAfter(w, failure)
		head.Status, v.Failed = ui.Status(failure), ui.Notice{Tone: ui.Bad, Text: p.Error(failure)}
	}
	return g.factor.Write(w, r, head, v)
}

// codeField is where a member types a code, whichever kinds it has.
func codeField(p *ui.Printer, f staff.Factors) ui.Field {
	label := p.T("staff.code")
	if !f.TOTP() {
		label = p.T("staff.code.recovery")
	}
	return ui.Field{Name: "code", Label: label, Hint: p.T("staff.code.hint"), Required: true, Autocomplete: "one-time-code", MaxLength: 20}
}

func (g *doors) doFactor(w http.ResponseWriter, r *http.Request) error {
	if err := g.parse(w, r); err != nil {
		return err
	}
	on, secret := onwardOf(r), g.secretOf(r)
	pass, err := g.gate.ShowFactor(r.Context(), secret, r.PostFormValue("code"), g.place(r))
	if pavilion.ReasonOf(err) == "staff.code_refused" || pavilion.KindOf(err) == pavilion.Limited {
		var s staff.SignedIn
		if e := g.read(r, func(v *db.View) (err error) { s, err = staff.AnySession(r.Context(), v, secret); return err }); e != nil {
			return e
		}
		return g.writeFactor(w, r, s.Member, on, err)
	}
	if pavilion.KindOf(err) == pavilion.Unauthenticated {
		return g.writeSignIn(w, r, wayIn{"", on.Then, on.Kept, err})
	}
	if err != nil {
		return err
	}
	g.keepPass(w, pass)
	return g.goOn(w, r, pass, on)
}

// secretOf returns the secret of the session the browser has, "" if none.
func (d *desk) secretOf(r *http.Request) string {
	k, err := r.Cookie(d.cookieName(cookieName))
	if err != nil {
		return ""
	}
	return k.Value
}

func (g *doors) askSignIn(w http.ResponseWriter, r *http.Request) error {
	c, err := g.gate.AskPasskey(r.Context())
	return g.answer(w, r, c, err)
}

// answer tells a script a challenge, or in words why there is none.
func (d *desk) answer(w http.ResponseWriter, r *http.Request, c staff.Challenge, err error) error {
	w.Header().Set("Content-Type", "application/json")
	var out any = c
	if err != nil {
		if pavilion.KindOf(err) == pavilion.Internal {
			return err
		}
		w.WriteHeader(ui.Status(err))
		out = map[string]string{"error": ui.PrinterOf(r).Error(err)}
	}
	return json.NewEncoder(w).Encode(out)
}

func (g *doors) doSignInByPasskey(w http.ResponseWriter, r *http.Request) error {
	if err := g.parse(w, r); err != nil {
		return err
	}
	on := onwardOf(r)
	pass, err := g.gate.SignInByPasskey(r.Context(), r.PostFormValue("ceremony"), []byte(r.PostFormValue("answer")), g.place(r))
	switch pavilion.KindOf(err) {
	case pavilion.Unauthenticated, pavilion.Conflict:
		return g.writeSignIn(w, r, wayIn{"", on.Then, on.Kept, err})
	}
	if err != nil {
		return err
	}
	if old := g.secretOf(r); old != "" { // the session that waited for a factor has been overtaken
		err := g.db.Write(r.Context(), pavilion.System("console"), func(tx *db.Tx) error { return staff.EndSession(r.Context(), tx, old) })
		if err != nil {
			return err
		}
	}
	g.keepPass(w, pass)
	return g.goOn(w, r, pass, on)
}

// providerCookie holds the secret of a sign-in at another service. The browser must bring
// it when it is sent back from there, so it cannot be strict.
const providerCookie = "provider"

func (g *doors) toProvider(w http.ResponseWriter, r *http.Request) error {
	secret, there, err := g.gate.AskProvider(r.Context())
	if pavilion.KindOf(err) == pavilion.Unavailable {
		return g.writeSignIn(w, r, wayIn{failure: err})
	}
	if err != nil {
		return err
	}
	k := g.cookie(providerCookie, secret, 5*time.Minute)
	k.SameSite = http.SameSiteLaxMode
	http.SetCookie(w, k)
	redirect(w, r, there)
	return nil
}

func (g *doors) fromProvider(w http.ResponseWriter, r *http.Request) error {
	k, err := r.Cookie(g.cookieName(providerCookie))
	if err != nil {
		return g.writeSignIn(w, r, wayIn{failure: pavilion.E(pavilion.Conflict, "staff.ceremony_over", nil)})
	}
	gone := g.cookie(providerCookie, "", 0)
	gone.MaxAge, gone.SameSite = -1, http.SameSiteLaxMode
	http.SetCookie(w, gone)
	q := r.URL.Query()
	pass, err := g.gate.SignInByProvider(r.Context(), k.Value, q.Get("state"), q.Get("code"), g.place(r))
	switch pavilion.KindOf(err) {
	case pavilion.Unauthenticated, pavilion.Conflict, pavilion.Unavailable:
		return g.writeSignIn(w, r, wayIn{failure: err})
	}
	if err != nil {
		return err
	}
	g.keepPass(w, pass)
	return g.goThrough(w, r, "/console/sign-in")
}

// goThrough shows a page that goes on by itself. A browser that came from elsewhere keeps
// our strict cookie to itself as long as it follows redirects; from a page of ours it
// brings it.
func (g *doors) goThrough(w http.ResponseWriter, r *http.Request, to string) error {
	head := g.head(ui.PrinterOf(r).T("console.sign_in.title"), "")
	head.Data = `<meta http-equiv="refresh" content="0; url=` + template.HTML(template.HTMLEscapeString(to)) + `">`
	return g.through.Write(w, r, head, throughView{to})
}

// doEnter lets somebody into a demonstration by its link.
func (g *doors) doEnter(w http.ResponseWriter, r *http.Request) error {
	pass, err := g.gate.Enter(r.Context(), r.PathValue("secret"), g.place(r))
	if pavilion.KindOf(err) == pavilion.NotFound {
		return g.writeSignIn(w, r, wayIn{failure: err})
	}
	if err != nil {
		return err
	}
	g.keepPass(w, pass)
	return g.goThrough(w, r, "/console/")
}

func (g *doors) doSignOut(w http.ResponseWriter, r *http.Request) error {
	if secret := g.secretOf(r); secret != "" {
		err := g.db.Write(r.Context(), pavilion.System("console"), func(tx *db.Tx) error { return staff.EndSession(r.Context(), tx, secret) })
		if err != nil {
			return err
		}
	}
	gone := g.cookie(cookieName, "", 0)
	gone.MaxAge = -1
	http.SetCookie(w, gone)
	redirect(w, r, "/console/sign-in")
	return nil
}
