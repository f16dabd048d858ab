package console

import (
	"net/http"
	"strings"

	"pavilion"
	"pavilion/db"
	"pavilion/staff"
	"pavilion/web/ui"
)

// doors is the way in and out: the first owner's link, signing in, signing out.
type doors struct {
	*desk
	claim  *ui.Page[claimView]
	signIn *ui.Page[signInView]
}

type claimView struct {
	Name, Login, Password ui.Field
}

type signInView struct {
	Login, Password ui.Field
	Then            string // where to go afterwards
	Kept            string // what was sent when the session was over, sealed
	Failed          ui.Notice
}

func newDoors(d *desk) *doors {
	g := &doors{desk: d}
	g.claim = ui.NewPage(d.area, "claim", map[string]claimView{"empty": {}})
	g.signIn = ui.NewPage(d.area, "sign-in", map[string]signInView{"empty": {}})
	d.showWayIn = g.writeSignIn
	return g
}

func (g *doors) routes() []route {
	return []route{
		{"GET /console/claim/{secret}", staff.Anyone, g.showClaim},
		{"POST /console/claim/{secret}", staff.Anyone, g.doClaim},
		{"GET /console/sign-in", staff.Anyone, g.showSignIn},
		{"POST /console/sign-in", staff.Anyone, g.doSignIn},
		{"POST /console/sign-out", staff.Anyone, g.doSignOut},
	}
}

func (g *doors) showClaim(w http.ResponseWriter, r *http.Request) error {
	return g.writeClaim(w, r, "", "", nil)
}

func (g *doors) writeClaim(w http.ResponseWriter, r *http.Request, name, login string, failure error) error {
	p := ui.PrinterOf(r)
	v := claimView{
		Name:     ui.Field{Name: "name", Label: p.T("console.name"), Value: name, Required: true, Autocomplete: "name", MaxLength: 100},
		Login:    ui.Field{Name: "login", Label: p.T("console.login"), Value: login, Required: true, Autocomplete: "username", MaxLength: 100},
		Password: ui.Field{Name: "password", Label: p.T("console.password"), Hint: p.T("console.password.hint"), Type: "password", Required: true, Autocomplete: "new-password", MaxLength: 200},
	}
	head := g.head(p.T("console.claim.title"), "")
	if failure != nil {
		head.Status = ui.Status(failure)
		switch field(failure) {
		case "name":
			v.Name.Error = p.Error(failure)
		case "login":
			v.Login.Error = p.Error(failure)
		default:
			v.Password.Error = p.Error(failure)
		}
	}
	return g.claim.Write(w, r, head, v)
}

func (g *doors) doClaim(w http.ResponseWriter, r *http.Request) error {
	if err := g.parse(w, r); err != nil {
		return err
	}
	name, login, password := r.PostFormValue("name"), r.PostFormValue("login"), r.PostFormValue("password")
	_, err := staff.Claim(r.Context(), g.db, r.PathValue("secret"), name, login, password)
	if pavilion.KindOf(err) == pavilion.Invalid || pavilion.KindOf(err) == pavilion.Conflict {
		return g.writeClaim(w, r, name, login, err)
	}
	if err != nil {
		return err
	}
	return g.enter(w, r, login, password)
}

// wayIn is what the page to sign in is shown with.
type wayIn struct {
	login, then, kept string
	failure           error
}

func (g *doors) showSignIn(w http.ResponseWriter, r *http.Request) error {
	return g.writeSignIn(w, r, wayIn{then: r.URL.Query().Get("then")})
}

func (g *doors) writeSignIn(w http.ResponseWriter, r *http.Request, in wayIn) error {
	p := ui.PrinterOf(r)
	v := signInView{
		Login:    ui.Field{Name: "login", Label: p.T("console.login"), Value: in.login, Required: true, Autocomplete: "username", MaxLength: 100},
		Password: ui.Field{Name: "password", Label: p.T("console.password"), Type: "password", Required: true, Autocomplete: "current-password", MaxLength: 200},
		Then:     in.then, Kept: in.kept,
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
	return g.enter(w, r, r.PostFormValue("login"), r.PostFormValue("password"))
}

// enter signs a person in and goes on to where the person wanted to be.
func (g *doors) enter(w http.ResponseWriter, r *http.Request, login, password string) error {
	then, sealed := r.PostFormValue("then"), r.PostFormValue(keptField)
	secret, _, err := staff.SignIn(r.Context(), g.db, login, password)
	switch pavilion.KindOf(err) {
	case pavilion.Unauthenticated, pavilion.Limited:
		return g.writeSignIn(w, r, wayIn{login, then, sealed, err})
	}
	if err != nil {
		return err
	}
	http.SetCookie(w, g.cookie(cookieName, secret, 0))
	if k, ok := g.openKept(sealed); ok {
		return g.showKept(w, r, k)
	}
	if !strings.HasPrefix(then, "/console/") {
		then = "/console/"
	}
	redirect(w, r, then)
	return nil
}

func (g *doors) doSignOut(w http.ResponseWriter, r *http.Request) error {
	if k, err := r.Cookie(g.cookieName(cookieName)); err == nil {
		err := g.db.Write(r.Context(), pavilion.System("console"), func(tx *db.Tx) error { return staff.EndSession(r.Context(), tx, k.Value) })
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
