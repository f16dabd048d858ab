package console

import (
	"html/template"
	"net/http"

	"pavilion"
	"pavilion/db"
	"pavilion/staff"
	"pavilion/web/ui"
)

// enrolView sets up an authenticator app, or a passkey in place of it.
type enrolView struct {
	Needed   bool // nothing else opens before
	Action   string
	QR       template.HTML
	Secret   string // to be typed in where nothing can be scanned
	Ceremony string
	Code     ui.Field
	Passkeys bool
	Onward   onward
	Failed   ui.Notice
}

// codesView shows recovery codes, this once.
type codesView struct {
	Codes  []string
	Alone  bool // there is no password: codes stand in for it
	Onward onward
}

// writeEnrol has a member set up the second factor that its roles ask for.
func (g *doors) writeEnrol(w http.ResponseWriter, r *http.Request, m staff.Member, ceremony string, on onward, failure error) error {
	v := enrolView{Needed: true, Action: "/console/sign-in/totp", Passkeys: g.gate.HasPasskeys(), Onward: on}
	if err := g.offerTOTP(r, m, ceremony, &v); err != nil {
		return err
	}
	p := ui.PrinterOf(r)
	head := g.head(p.T("staff.enrol.title"), "")
	if failure != nil {
		head.Status = ui.Status(failure)
		if field(failure) == "code" {
			v.Code.Error = p.Error(failure)
		} else {
			v.Failed = ui.Notice{Tone: ui.Bad, Text: p.Error(failure)}
		}
	}
	return g.enrol.Write(w, r, head, v)
}

// offerTOTP fills in a secret to scan: the one of the ceremony, if it still holds, or a new
// one.
func (d *desk) offerTOTP(r *http.Request, m staff.Member, ceremony string, v *enrolView) error {
	var offer staff.TOTPOffer
	err := d.read(r, func(view *db.View) (err error) {
		offer, err = d.gate.OfferedTOTP(r.Context(), view, m, ceremony)
		return err
	})
	if pavilion.KindOf(err) == pavilion.Conflict {
		by := pavilion.Actor{Kind: pavilion.ByStaff, ID: string(m.ID)}
		err = d.db.Write(r.Context(), by, func(tx *db.Tx) (err error) {
			offer, err = d.gate.OfferTOTP(r.Context(), tx, m)
			return err
		})
	}
	if err != nil {
		return err
	}
	qr, err := drawQR(offer.URI)
	if err != nil {
		return err
	}
	p := ui.PrinterOf(r)
	v.QR, v.Secret, v.Ceremony = qr, spaced(offer.Secret), offer.Ceremony
	v.Code = ui.Field{Name: "code", Label: p.T("staff.enrol.code"), InputMode: "numeric", Required: true, Autocomplete: "one-time-code", MaxLength: 10}
	return nil
}

// spaced sets a secret in groups of four, as people type it.
func spaced(secret string) string {
	var out []byte
	for i := range len(secret) {
		if i > 0 && i%4 == 0 {
			out = append(out, ' ')
		}
		out = append(out, secret[i])
	}
	return string(out)
}

func (g *doors) doEnrolTOTP(w http.ResponseWriter, r *http.Request) error {
	if err := g.parse(w, r); err != nil {
		return err
	}
	ceremony := r.PostFormValue("ceremony")
	pass, codes, err := g.gate.ConfirmTOTP(r.Context(), g.secretOf(r), ceremony, r.PostFormValue("code"), g.place(r))
	return g.enrolled(w, r, pass, codes, ceremony, err)
}

// enrolled goes on after a factor was set up on the way in, or not.
func (g *doors) enrolled(w http.ResponseWriter, r *http.Request, pass staff.Pass, codes []string, ceremony string, err error) error {
	on := onwardOf(r)
	switch pavilion.KindOf(err) {
	case pavilion.Unauthenticated:
		return g.writeSignIn(w, r, wayIn{"", on.Then, on.Kept, err})
	case pavilion.Invalid, pavilion.Conflict:
		var s staff.SignedIn
		if e := g.read(r, func(v *db.View) (err error) {
			s, err = staff.AnySession(r.Context(), v, g.secretOf(r))
			return err
		}); e != nil {
			return e
		}
		return g.writeEnrol(w, r, s.Member, ceremony, on, err)
	}
	if err != nil {
		return err
	}
	g.keepPass(w, pass)
	if len(codes) == 0 {
		return g.goOn(w, r, pass, on)
	}
	return g.codes.Write(w, r, g.head(ui.PrinterOf(r).T("staff.codes.title"), ""), codesView{Codes: codes, Onward: on})
}

func (g *doors) askEnrol(w http.ResponseWriter, r *http.Request) error {
	c, err := g.gate.AskNewPasskey(r.Context(), g.secretOf(r))
	return g.answer(w, r, c, err)
}

func (g *doors) doEnrolPasskey(w http.ResponseWriter, r *http.Request) error {
	if err := g.parse(w, r); err != nil {
		return err
	}
	from := g.place(r)
	pass, codes, err := g.gate.SetUpPasskey(r.Context(), g.secretOf(r), r.PostFormValue("ceremony"), passkeyName(r, from), []byte(r.PostFormValue("answer")), from)
	return g.enrolled(w, r, pass, codes, "", err)
}
