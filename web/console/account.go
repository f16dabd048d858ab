package console

import (
	"net/http"

	"pavilion"
	"pavilion/db"
	"pavilion/staff"
	"pavilion/web/ui"
)

// account is the pages about oneself: factors, sessions, password, language.
type account struct {
	*desk
	page     *ui.Page[accountView]
	totp     *ui.Page[enrolView]
	passkey  *ui.Page[passkeyView]
	codes    *ui.Page[codesView]
	password *ui.Page[passwordView]
}

type accountView struct {
	Member     staff.Member
	Roles      []string // in words
	Factors    staff.Factors
	Needed     bool // a role asks for a second factor
	Passkeys   []staff.Passkey
	NoPasskeys bool // browsers offer none at our address
	Sessions   []sessionRow
	Languages  []ui.Link
}

// sessionRow is one session as its member and those see it who look after the staff.
type sessionRow struct {
	staff.SignedIn
	Here bool // the one that shows the page
	End  string
}

type passkeyView struct {
	Name   ui.Field
	Failed ui.Notice
}

type passwordView struct {
	Has      bool // a password there is
	Old, New ui.Field
	Failed   ui.Notice
}

func newAccount(d *desk) *account {
	return &account{
		d,
		ui.NewPage(d.area, "account", map[string]accountView{"empty": {}}),
		ui.NewPage(d.area, "account-totp", map[string]enrolView{"empty": {}}),
		ui.NewPage(d.area, "account-passkey", map[string]passkeyView{"empty": {}}),
		ui.NewPage(d.area, "account-codes", map[string]codesView{"empty": {}}),
		ui.NewPage(d.area, "account-password", map[string]passwordView{"empty": {}}),
	}
}

const accountPath = "/console/account"

func (g *account) routes() []route {
	return []route{
		{"GET /console/account", staff.Membership, g.show},
		{"GET /console/account/totp", staff.Membership, g.fresh(g.showTOTP)},
		{"POST /console/account/totp", staff.Membership, g.fresh(g.setTOTP)},
		{"POST /console/account/totp/remove", staff.Membership, g.fresh(g.removeTOTP)},
		{"GET /console/account/passkey", staff.Membership, g.fresh(g.showPasskey)},
		{"POST /console/account/passkey", staff.Membership, g.fresh(g.setPasskey)},
		{"POST /console/account/passkey/ask", staff.Membership, g.askPasskey},
		{"POST /console/account/passkeys/{passkey}/remove", staff.Membership, g.fresh(g.removePasskey)},
		{"POST /console/account/codes", staff.Membership, g.fresh(g.makeCodes)},
		{"GET /console/account/password", staff.Membership, g.fresh(g.showPassword)},
		{"POST /console/account/password", staff.Membership, g.fresh(g.setPassword)},
		{"POST /console/account/sessions/{session}/end", staff.Membership, g.endSession},
		{"POST " + againPath, staff.Membership, g.fresh(g.goBack)},
		{"POST " + againPath + "/ask", staff.Membership, g.askAgain},
	}
}

func (g *account) show(w http.ResponseWriter, r *http.Request) error {
	ctx, p, m := r.Context(), ui.PrinterOf(r), member(r)
	v := accountView{Member: m, Roles: roleWords(p, m.Roles), Needed: m.NeedsSecondFactor(), NoPasskeys: !g.gate.HasPasskeys()}
	err := g.read(r, func(view *db.View) (err error) {
		if v.Factors, err = staff.FactorsOf(ctx, view, m.ID); err != nil {
			return err
		}
		if v.Passkeys, err = staff.Passkeys(ctx, view, m.ID); err != nil {
			return err
		}
		all, err := staff.Sessions(ctx, view, m.ID)
		v.Sessions = sessionRows(all, session(r).ID, accountPath)
		return err
	})
	if err != nil {
		return err
	}
	for _, l := range pavilion.Langs {
		v.Languages = append(v.Languages, ui.Link{URL: accountPath + "?lang=" + string(l), Label: p.T("staff.language." + string(l)), Current: l == p.Lang})
	}
	return g.page.Write(w, r, g.head(p.T("console.menu.account"), accountPath), v)
}

// sessionRows are sessions with the address that ends each.
func sessionRows(all []staff.SignedIn, here pavilion.SessionID, under string) []sessionRow {
	rows := make([]sessionRow, len(all))
	for i, s := range all {
		rows[i] = sessionRow{s, s.ID == here, under + "/sessions/" + string(s.ID) + "/end"}
	}
	return rows
}

func (g *account) showTOTP(w http.ResponseWriter, r *http.Request) error {
	return g.writeTOTP(w, r, "", nil)
}

func (g *account) writeTOTP(w http.ResponseWriter, r *http.Request, ceremony string, failure error) error {
	v := enrolView{Action: accountPath + "/totp"}
	if err := g.offerTOTP(r, member(r), ceremony, &v); err != nil {
		return err
	}
	p := ui.PrinterOf(r)
	head := g.head(p.T("staff.totp.title"), accountPath)
	if failure != nil {
		head.Status, v.Code.Error = ui.Status(failure), p.Error(failure)
	}
	return g.totp.Write(w, r, head, v)
}

func (g *account) setTOTP(w http.ResponseWriter, r *http.Request) error {
	if err := g.parse(w, r); err != nil {
		return err
	}
	ceremony := r.PostFormValue("ceremony")
	pass, codes, err := g.gate.ConfirmTOTP(r.Context(), session(r).secret, ceremony, r.PostFormValue("code"), g.place(r))
	switch pavilion.KindOf(err) {
	case pavilion.Invalid, pavilion.Conflict:
		return g.writeTOTP(w, r, ceremony, err)
	}
	if err != nil {
		return err
	}
	return g.enrolled(w, r, pass, codes, "staff.totp.done")
}

// enrolled shows recovery codes if there are new ones, and the account otherwise.
func (g *account) enrolled(w http.ResponseWriter, r *http.Request, pass staff.Pass, codes []string, done string) error {
	g.keepPass(w, pass)
	p := ui.PrinterOf(r)
	if len(codes) > 0 {
		return g.codes.Write(w, r, g.head(p.T("staff.codes.title"), accountPath), codesView{Codes: codes})
	}
	g.said(w, p.T(done), ui.Link{})
	redirect(w, r, accountPath)
	return nil
}

func (g *account) showPasskey(w http.ResponseWriter, r *http.Request) error {
	return g.writePasskey(w, r, nil)
}

func (g *account) writePasskey(w http.ResponseWriter, r *http.Request, failure error) error {
	p := ui.PrinterOf(r)
	v := passkeyView{Name: ui.Field{Name: "passkey", Label: p.T("staff.passkey.name"), Hint: p.T("staff.passkey.name.hint"), Value: passkeyName(r, g.place(r)), Required: true, MaxLength: 100}}
	head := g.head(p.T("staff.passkey.title"), accountPath)
	if failure != nil {
		head.Status = ui.Status(failure)
		if field(failure) == "name" {
			v.Name.Error = p.Error(failure)
		} else {
			v.Failed = ui.Notice{Tone: ui.Bad, Text: p.Error(failure)}
		}
	}
	return g.passkey.Write(w, r, head, v)
}

func (g *account) askPasskey(w http.ResponseWriter, r *http.Request) error {
	c, err := g.gate.AskNewPasskey(r.Context(), session(r).secret)
	return g.answer(w, r, c, err)
}

func (g *account) setPasskey(w http.ResponseWriter, r *http.Request) error {
	if err := g.parse(w, r); err != nil {
		return err
	}
	from := g.place(r)
	pass, codes, err := g.gate.SetUpPasskey(r.Context(), session(r).secret, r.PostFormValue("ceremony"), passkeyName(r, from), []byte(r.PostFormValue("answer")), from)
	switch pavilion.KindOf(err) {
	case pavilion.Invalid, pavilion.Conflict:
		return g.writePasskey(w, r, err)
	}
	if err != nil {
		return err
	}
	return g.enrolled(w, r, pass, codes, "staff.passkey.done")
}

func (g *account) removeTOTP(w http.ResponseWriter, r *http.Request) error {
	return g.remove(w, r, "staff.totp.removed", func(tx *db.Tx) error { return staff.RemoveTOTP(r.Context(), tx, member(r)) })
}

func (g *account) removePasskey(w http.ResponseWriter, r *http.Request) error {
	return g.remove(w, r, "staff.passkey.removed", func(tx *db.Tx) error {
		return staff.RemovePasskey(r.Context(), tx, member(r), pavilion.PasskeyID(r.PathValue("passkey")))
	})
}

// remove does an act of one's own and says so on the account's page.
func (g *account) remove(w http.ResponseWriter, r *http.Request, done string, do func(tx *db.Tx) error) error {
	if err := g.write(r, do); err != nil {
		return err
	}
	g.said(w, ui.PrinterOf(r).T(done), ui.Link{})
	redirect(w, r, accountPath)
	return nil
}

func (g *account) makeCodes(w http.ResponseWriter, r *http.Request) error {
	var codes []string
	var f staff.Factors
	err := g.write(r, func(tx *db.Tx) (err error) {
		if f, err = staff.FactorsOf(r.Context(), tx, member(r).ID); err != nil {
			return err
		}
		codes, err = g.gate.IssueRecoveryCodes(r.Context(), tx, member(r).ID)
		return err
	})
	if err != nil {
		return err
	}
	return g.codes.Write(w, r, g.head(ui.PrinterOf(r).T("staff.codes.title"), accountPath), codesView{Codes: codes, Alone: !f.Password})
}

func (g *account) showPassword(w http.ResponseWriter, r *http.Request) error {
	return g.writePassword(w, r, nil)
}

func (g *account) writePassword(w http.ResponseWriter, r *http.Request, failure error) error {
	var f staff.Factors
	err := g.read(r, func(v *db.View) (err error) {
		f, err = staff.FactorsOf(r.Context(), v, member(r).ID)
		return err
	})
	if err != nil {
		return err
	}
	p := ui.PrinterOf(r)
	v := passwordView{
		Has: f.Password,
		Old: ui.Field{Name: "old", Label: p.T("staff.password.old"), Type: "password", Required: true, Autocomplete: "current-password", MaxLength: 256},
		New: newPasswordField(p),
	}
	v.New.Label = p.T("staff.password.new")
	head := g.head(p.T("staff.password.title"), accountPath)
	if failure != nil {
		ui.RetryAfter(w, failure)
		head.Status = ui.Status(failure)
		switch field(failure) {
		case "old":
			v.Old.Error = p.Error(failure)
		case "password":
			v.New.Error = p.Error(failure)
		default:
			v.Failed = ui.Notice{Tone: ui.Bad, Text: p.Error(failure)}
		}
	}
	return g.password.Write(w, r, head, v)
}

func (g *account) setPassword(w http.ResponseWriter, r *http.Request) error {
	if err := g.parse(w, r); err != nil {
		return err
	}
	err := g.gate.ChangePassword(r.Context(), session(r).secret, r.PostFormValue("old"), r.PostFormValue("password"), g.place(r))
	switch pavilion.KindOf(err) {
	case pavilion.Invalid, pavilion.Conflict, pavilion.Limited:
		return g.writePassword(w, r, err)
	}
	if err != nil {
		return err
	}
	g.said(w, ui.PrinterOf(r).T("staff.password.done"), ui.Link{})
	redirect(w, r, accountPath)
	return nil
}

func (g *account) endSession(w http.ResponseWriter, r *http.Request) error {
	return g.remove(w, r, "staff.session.gone", func(tx *db.Tx) error {
		return staff.EndSessionOf(r.Context(), tx, member(r).ID, pavilion.SessionID(r.PathValue("session")))
	})
}

// goBack shows the page for which the factors were asked.
func (g *account) goBack(w http.ResponseWriter, r *http.Request) error {
	if err := g.parse(w, r); err != nil {
		return err
	}
	redirect(w, r, inside(r.PostFormValue("then")))
	return nil
}

func (g *account) askAgain(w http.ResponseWriter, r *http.Request) error {
	c, err := g.gate.AskConfirm(r.Context(), session(r).secret)
	return g.answer(w, r, c, err)
}
