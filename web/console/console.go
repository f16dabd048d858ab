// Package console is where the operator's staff come in. It holds the way in for the first
// owner, sign-in, a start page with what needs a person (orders and jobs that are parked,
// the newest orders, the tokens machines use), and the page of an order with what may be
// done to it. Start with [New].
package console

import (
	"context"
	"embed"
	"net/http"
	"time"

	"pavilion"
	"pavilion/db"
	"pavilion/job"
	"pavilion/order"
	"pavilion/staff"
	"pavilion/web/ui"
)

//go:embed templates/*.html static/*
var files embed.FS

const (
	shown      = 20 // rows of each list on the start page
	formLimit  = 16 << 10
	cookieName = "staff"
)

// ClaimPath is the path of the one-time link for an invitation's secret.
func ClaimPath(secret string) string { return "/console/claim/" + secret }

// Console is the staff's area.
type Console struct {
	db     *db.DB
	secure bool // the browser reaches us by https
	area   *ui.Area
	claim  *ui.Page[claimView]
	signIn *ui.Page[signInView]
	start  *ui.Page[startView]
	order  *ui.Page[orderView]
}

type claimView struct {
	Name, Login, Password ui.Field
}

type signInView struct {
	Login, Password ui.Field
	Failed          ui.Notice
}

type startView struct {
	Member  staff.Member
	Parked  []order.Order
	Jobs    []parkedJob
	Orders  []order.Order
	Tokens  []staff.Token
	Manages bool      // may make and end tokens
	Secret  ui.Notice // the token just made: shown once
	Name    ui.Field  // of a new token
	Scopes  []ui.Option
}

type parkedJob struct {
	ID        pavilion.JobID
	Kind, Why string
	At        time.Time
}

// New makes the area and puts its routes on the mux. An error means that the program was
// built wrong.
func New(mux *http.ServeMux, site *ui.Site, d *db.DB, secure bool) (*Console, error) {
	c := &Console{db: d, secure: secure, area: site.Area("console", files)}
	c.claim = ui.NewPage(c.area, "claim", map[string]claimView{"empty": {}})
	c.signIn = ui.NewPage(c.area, "sign-in", map[string]signInView{"empty": {}})
	c.start = ui.NewPage(c.area, "start", map[string]startView{"empty": {}})
	c.order = ui.NewPage(c.area, "order", map[string]orderView{"empty": {}})
	c.area.Route(
		ui.Route{Pattern: "GET /console/claim/{secret}", Do: c.showClaim},
		ui.Route{Pattern: "POST /console/claim/{secret}", Do: c.doClaim},
		ui.Route{Pattern: "GET /console/sign-in", Do: c.showSignIn},
		ui.Route{Pattern: "POST /console/sign-in", Do: c.doSignIn},
		ui.Route{Pattern: "POST /console/sign-out", Do: c.doSignOut},
		ui.Route{Pattern: "GET /console/{$}", Do: c.signedIn(c.showStart)},
		ui.Route{Pattern: "GET /console/orders/{order}", Do: c.signedIn(c.showOrder)},
		ui.Route{Pattern: "POST /console/orders/{order}", Do: c.acting(c.act)},
		ui.Route{Pattern: "POST /console/tokens", Do: c.signedIn(c.makeToken)},
		ui.Route{Pattern: "POST /console/tokens/{token}/end", Do: c.signedIn(c.endToken)},
	)
	c.area.Route(c.jobRoutes()...)
	c.area.Mount(mux)
	return c, c.area.Err()
}

func (c *Console) showClaim(w http.ResponseWriter, r *http.Request) error {
	return c.writeClaim(w, r, "", "", nil)
}

func (c *Console) writeClaim(w http.ResponseWriter, r *http.Request, name, login string, failure error) error {
	p := ui.PrinterOf(r)
	v := claimView{
		Name:     ui.Field{Name: "name", Label: p.T("console.name"), Value: name, Required: true, Autocomplete: "name", MaxLength: 100},
		Login:    ui.Field{Name: "login", Label: p.T("console.login"), Value: login, Required: true, Autocomplete: "username", MaxLength: 100},
		Password: ui.Field{Name: "password", Label: p.T("console.password"), Hint: p.T("console.password.hint"), Type: "password", Required: true, Autocomplete: "new-password", MaxLength: 200},
	}
	head := ui.Head{Title: p.T("console.claim.title"), NoIndex: true, Plain: true}
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
	return c.claim.Write(w, r, head, v)
}

func (c *Console) doClaim(w http.ResponseWriter, r *http.Request) error {
	if err := parse(w, r); err != nil {
		return err
	}
	name, login, password := r.PostFormValue("name"), r.PostFormValue("login"), r.PostFormValue("password")
	_, err := staff.Claim(r.Context(), c.db, r.PathValue("secret"), name, login, password)
	if pavilion.KindOf(err) == pavilion.Invalid || pavilion.KindOf(err) == pavilion.Conflict {
		return c.writeClaim(w, r, name, login, err)
	}
	if err != nil {
		return err
	}
	return c.enter(w, r, login, password)
}

func (c *Console) showSignIn(w http.ResponseWriter, r *http.Request) error {
	return c.writeSignIn(w, r, "", nil)
}

func (c *Console) writeSignIn(w http.ResponseWriter, r *http.Request, login string, failure error) error {
	p := ui.PrinterOf(r)
	v := signInView{
		Login:    ui.Field{Name: "login", Label: p.T("console.login"), Value: login, Required: true, Autocomplete: "username", MaxLength: 100},
		Password: ui.Field{Name: "password", Label: p.T("console.password"), Type: "password", Required: true, Autocomplete: "current-password", MaxLength: 200},
	}
	head := ui.Head{Title: p.T("console.sign_in.title"), NoIndex: true, Plain: true}
	if failure != nil {
		ui.RetryAfter(w, failure)
		head.Status, v.Failed = ui.Status(failure), ui.Notice{Tone: ui.Bad, Text: p.Error(failure)}
	}
	return c.signIn.Write(w, r, head, v)
}

func (c *Console) doSignIn(w http.ResponseWriter, r *http.Request) error {
	if err := parse(w, r); err != nil {
		return err
	}
	return c.enter(w, r, r.PostFormValue("login"), r.PostFormValue("password"))
}

// enter signs a person in and shows the start page.
func (c *Console) enter(w http.ResponseWriter, r *http.Request, login, password string) error {
	secret, _, err := staff.SignIn(r.Context(), c.db, login, password)
	switch pavilion.KindOf(err) {
	case pavilion.Unauthenticated, pavilion.Limited:
		return c.writeSignIn(w, r, login, err)
	}
	if err != nil {
		return err
	}
	http.SetCookie(w, c.cookie(secret))
	http.Redirect(w, r, "/console/", http.StatusSeeOther)
	return nil
}

func (c *Console) doSignOut(w http.ResponseWriter, r *http.Request) error {
	if k, err := r.Cookie(c.cookieName()); err == nil {
		err := c.db.Write(r.Context(), pavilion.System("console"), func(tx *db.Tx) error { return staff.EndSession(r.Context(), tx, k.Value) })
		if err != nil {
			return err
		}
	}
	gone := c.cookie("")
	gone.MaxAge = -1
	http.SetCookie(w, gone)
	http.Redirect(w, r, "/console/sign-in", http.StatusSeeOther)
	return nil
}

func (c *Console) cookieName() string {
	if c.secure {
		return "__Host-" + cookieName
	}
	return cookieName
}

func (c *Console) cookie(secret string) *http.Cookie {
	return &http.Cookie{Name: c.cookieName(), Value: secret, Path: "/", Secure: c.secure, HttpOnly: true, SameSite: http.SameSiteStrictMode}
}

type memberKey struct{}

// signedIn lets staff through and sends everybody else to the sign-in page.
func (c *Console) signedIn(do func(http.ResponseWriter, *http.Request) error) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		k, err := r.Cookie(c.cookieName())
		if err != nil {
			http.Redirect(w, r, "/console/sign-in", http.StatusSeeOther)
			return nil
		}
		var in staff.SignedIn
		err = c.db.Read(r.Context(), func(v *db.View) error {
			in, err = staff.Session(r.Context(), v, k.Value)
			return err
		})
		if pavilion.KindOf(err) == pavilion.Unauthenticated && err != nil {
			http.Redirect(w, r, "/console/sign-in", http.StatusSeeOther)
			return nil
		}
		if err != nil {
			return err
		}
		if c.db.Now().Sub(in.SeenAt) > time.Minute {
			err := c.db.Write(r.Context(), actor(in.Member), func(tx *db.Tx) error { return staff.MarkSeen(r.Context(), tx, k.Value) })
			if err != nil {
				return err
			}
		}
		w.Header().Set("Cache-Control", "no-store")
		return do(w, r.WithContext(context.WithValue(r.Context(), memberKey{}, in.Member)))
	}
}

func member(r *http.Request) staff.Member {
	m, _ := r.Context().Value(memberKey{}).(staff.Member)
	return m
}

func actor(m staff.Member) pavilion.Actor {
	return pavilion.Actor{Kind: pavilion.ByStaff, ID: string(m.ID)}
}

func (c *Console) showStart(w http.ResponseWriter, r *http.Request) error {
	return c.writeStart(w, r, "")
}

func (c *Console) writeStart(w http.ResponseWriter, r *http.Request, secret string) error {
	ctx, p := r.Context(), ui.PrinterOf(r)
	v := startView{Member: member(r), Manages: member(r).May(staff.ManageTokens)}
	v.Name = ui.Field{Name: "name", Label: p.T("console.token.name"), Required: true, MaxLength: 100}
	if secret != "" {
		v.Secret = ui.Notice{Tone: ui.Good, Title: p.T("console.token.secret"), Text: secret}
	}
	for _, s := range []staff.Scope{staff.ReadCatalog, staff.ReadOrders, staff.PlaceOrders} {
		v.Scopes = append(v.Scopes, ui.Option{Value: string(s), Label: string(s)})
	}
	err := c.db.Read(ctx, func(r *db.View) error {
		var err error
		if v.Parked, err = order.Latest(ctx, r, order.StateParked, "", shown); err != nil {
			return err
		}
		if v.Orders, err = order.Latest(ctx, r, "", "", shown); err != nil {
			return err
		}
		jobs, err := job.List(ctx, r, job.Parked, "", shown)
		if err != nil {
			return err
		}
		for _, j := range jobs {
			v.Jobs = append(v.Jobs, parkedJob{j.ID, j.Kind, p.Finding(pavilion.Finding{Reason: j.Reason, Args: j.Args}), j.UpdatedAt})
		}
		if v.Manages {
			v.Tokens, err = staff.ListTokens(ctx, r)
		}
		return err
	})
	if err != nil {
		return err
	}
	return c.start.Write(w, r, ui.Head{Title: p.T("console.start.title"), NoIndex: true, Plain: true}, v)
}

var errOwnersOnly = pavilion.E(pavilion.Forbidden, "console.owners_only", nil)

func (c *Console) makeToken(w http.ResponseWriter, r *http.Request) error {
	if err := parse(w, r); err != nil {
		return err
	}
	if !member(r).May(staff.ManageTokens) {
		return errOwnersOnly
	}
	var scopes []staff.Scope
	for _, s := range r.PostForm["scope"] {
		scopes = append(scopes, staff.Scope(s))
	}
	var secret string
	err := c.db.Write(r.Context(), actor(member(r)), func(tx *db.Tx) error {
		var err error
		secret, _, err = staff.MakeToken(r.Context(), tx, r.PostFormValue("name"), scopes)
		return err
	})
	if err != nil {
		return err
	}
	return c.writeStart(w, r, secret)
}

func (c *Console) endToken(w http.ResponseWriter, r *http.Request) error {
	if !member(r).May(staff.ManageTokens) {
		return errOwnersOnly
	}
	err := c.db.Write(r.Context(), actor(member(r)), func(tx *db.Tx) error {
		return staff.EndToken(r.Context(), tx, pavilion.TokenID(r.PathValue("token")))
	})
	if err != nil {
		return err
	}
	http.Redirect(w, r, "/console/", http.StatusSeeOther)
	return nil
}

func parse(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, formLimit)
	if err := r.ParseForm(); err != nil {
		return pavilion.E(pavilion.Invalid, "form.malformed", nil).Because(err)
	}
	return nil
}
