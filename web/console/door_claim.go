package console

import (
	"net/http"
	"slices"

	"pavilion"
	"pavilion/db"
	"pavilion/staff"
	"pavilion/web/ui"
)

type claimView struct {
	Title                 string
	Roles                 []string // in words
	Path                  string   // of the link
	Name, Login, Password ui.Field
	Passkeys              bool
	Failed                ui.Notice
}

func (g *doors) showClaim(w http.ResponseWriter, r *http.Request) error {
	return g.writeClaim(w, r, nil)
}

// writeClaim shows what a link offers, with what was typed so far.
func (g *doors) writeClaim(w http.ResponseWriter, r *http.Request, failure error) error {
	var offer staff.Offer
	err := g.read(r, func(v *db.View) (err error) {
		offer, err = staff.Invited(r.Context(), v, r.PathValue("secret"))
		return err
	})
	if err != nil {
		return err
	}
	p := ui.PrinterOf(r)
	v := claimView{
		Title: p.T("staff.claim.title"), Roles: roleWords(p, offer.Roles), Path: ClaimPath(r.PathValue("secret")), Passkeys: g.gate.HasPasskeys(),
		Name:     ui.Field{Name: "name", Label: p.T("console.name"), Value: r.PostFormValue("name"), Required: true, Autocomplete: "name", MaxLength: 100},
		Login:    ui.Field{Name: "login", Label: p.T("console.login"), Hint: p.T("staff.login.hint"), Value: r.PostFormValue("login"), Required: true, Autocomplete: "username", MaxLength: 100},
		Password: newPasswordField(p),
	}
	if slices.Contains(offer.Roles, staff.Owner) {
		v.Title = p.T("console.claim.title")
	}
	head := g.head(v.Title, "")
	if failure != nil {
		head.Status = ui.Status(failure)
		switch field(failure) {
		case "name":
			v.Name.Error = p.Error(failure)
		case "login":
			v.Login.Error = p.Error(failure)
		case "password":
			v.Password.Error = p.Error(failure)
		default:
			v.Failed = ui.Notice{Tone: ui.Bad, Text: p.Error(failure)}
		}
	}
	return g.claim.Write(w, r, head, v)
}

// newPasswordField is where somebody chooses a password.
func newPasswordField(p *ui.Printer) ui.Field {
	return ui.Field{Name: "password", Label: p.T("console.password"), Hint: p.T("console.password.hint"), Type: "password", Required: true, Autocomplete: "new-password", MaxLength: 256}
}

// roleWords are the roles as people say them.
func roleWords(p *ui.Printer, roles []staff.Role) []string {
	words := make([]string, len(roles))
	for i, role := range roles {
		words[i] = p.T("staff.role." + string(role))
	}
	return words
}

func (g *doors) doClaim(w http.ResponseWriter, r *http.Request) error {
	if err := g.parse(w, r); err != nil {
		return err
	}
	login, password := r.PostFormValue("login"), r.PostFormValue("password")
	_, err := staff.Claim(r.Context(), g.db, r.PathValue("secret"), r.PostFormValue("name"), login, password)
	switch pavilion.KindOf(err) {
	case pavilion.Invalid, pavilion.Conflict:
		return g.writeClaim(w, r, err)
	}
	if err != nil {
		return err
	}
	pass, err := g.gate.SignIn(r.Context(), login, password, g.place(r))
	if err != nil {
		return err
	}
	g.keepPass(w, pass)
	return g.goOn(w, r, pass, onward{})
}

func (g *doors) askClaim(w http.ResponseWriter, r *http.Request) error {
	if err := g.parse(w, r); err != nil {
		return err
	}
	c, err := g.gate.AskClaim(r.Context(), r.PathValue("secret"), r.PostFormValue("name"), r.PostFormValue("login"))
	return g.answer(w, r, c, err)
}

func (g *doors) doClaimByPasskey(w http.ResponseWriter, r *http.Request) error {
	if err := g.parse(w, r); err != nil {
		return err
	}
	from := g.place(r)
	pass, codes, err := g.gate.ClaimByPasskey(r.Context(), r.PostFormValue("ceremony"), passkeyName(r, from), []byte(r.PostFormValue("answer")), from)
	switch pavilion.KindOf(err) {
	case pavilion.Invalid, pavilion.Conflict:
		return g.writeClaim(w, r, err)
	}
	if err != nil {
		return err
	}
	g.keepPass(w, pass)
	return g.codes.Write(w, r, g.head(ui.PrinterOf(r).T("staff.codes.title"), ""), codesView{Codes: codes, Alone: true})
}

// passkeyName is what a passkey is called when nobody says otherwise: after the device it
// was made on.
func passkeyName(r *http.Request, from staff.Place) string {
	switch name := r.PostFormValue("passkey"); {
	case name != "":
		return name
	case from.Device != "":
		return from.Device
	}
	return ui.PrinterOf(r).T("staff.passkey")
}

type resetView struct {
	Name     string
	Password ui.Field
}

func (g *doors) showReset(w http.ResponseWriter, r *http.Request) error {
	return g.writeReset(w, r, nil)
}

func (g *doors) writeReset(w http.ResponseWriter, r *http.Request, failure error) error {
	var m staff.Member
	err := g.read(r, func(v *db.View) (err error) {
		m, err = staff.Resetting(r.Context(), v, r.PathValue("secret"))
		return err
	})
	if err != nil {
		return err
	}
	p := ui.PrinterOf(r)
	v := resetView{Name: m.Name, Password: newPasswordField(p)}
	head := g.head(p.T("staff.reset.title"), "")
	if failure != nil {
		head.Status, v.Password.Error = ui.Status(failure), p.Error(failure)
	}
	return g.reset.Write(w, r, head, v)
}

func (g *doors) doReset(w http.ResponseWriter, r *http.Request) error {
	if err := g.parse(w, r); err != nil {
		return err
	}
	err := g.gate.Reset(r.Context(), r.PathValue("secret"), r.PostFormValue("password"), g.place(r))
	if pavilion.KindOf(err) == pavilion.Invalid {
		return g.writeReset(w, r, err)
	}
	if err != nil {
		return err
	}
	redirect(w, r, "/console/sign-in")
	return nil
}
