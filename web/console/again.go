package console

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"pavilion"
	"pavilion/db"
	"pavilion/staff"
	"pavilion/web/ui"
)

// Dangerous acts ask for the factors again when they were not shown lately. The page that
// asks carries the form that was sent, and sends it on together with the factors: nothing
// is typed twice.

// againView asks a member to show its factors again.
type againView struct {
	Action         string // where the form goes: to the act itself
	Fields         []keptValue
	Password, Code ui.Field
	HasPassword    bool
	Passkeys       bool
	Failed         ui.Notice
}

// fieldAgain begins the names of the fields that the asking page adds to a form.
const fieldAgain = "again_"

// fresh wraps a dangerous act: it goes on once the member has just shown its factors.
func (d *desk) fresh(do func(http.ResponseWriter, *http.Request) error) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		s := session(r)
		if s.Fresh(d.db.Now()) {
			return do(w, r)
		}
		if err := d.parse(w, r); err != nil {
			return err
		}
		if !r.PostForm.Has(fieldAgain+"password") && !r.PostForm.Has(fieldAgain+"answer") {
			return d.writeAgain(w, r, nil)
		}
		pass, err := d.reconfirm(r, s.secret)
		switch {
		case pavilion.ReasonOf(err) == "staff.session_over":
			return d.sendIn(w, r)
		case pavilion.KindOf(err) == pavilion.Unauthenticated, pavilion.KindOf(err) == pavilion.Limited, pavilion.KindOf(err) == pavilion.Conflict:
			return d.writeAgain(w, r, err)
		case err != nil:
			return err
		}
		d.keepPass(w, pass)
		if r.URL.Path == againPath {
			redirect(w, r, inside(r.PostFormValue("then")))
			return nil
		}
		if s, err = d.sessionOf(r, pass.Secret); err != nil {
			return err
		}
		return do(w, r.WithContext(context.WithValue(r.Context(), signedKey{}, s)))
	}
}

// againPath is where a page that only shows something dangerous has its factors shown.
const againPath = "/console/again"

// reconfirm takes the factors that the asking page added to the form.
func (d *desk) reconfirm(r *http.Request, secret string) (staff.Pass, error) {
	if answer := r.PostFormValue(fieldAgain + "answer"); answer != "" {
		return d.gate.ReconfirmByPasskey(r.Context(), secret, r.PostFormValue(fieldAgain+"ceremony"), []byte(answer), d.place(r))
	}
	return d.gate.Reconfirm(r.Context(), secret, r.PostFormValue(fieldAgain+"password"), r.PostFormValue(fieldAgain+"code"), d.place(r))
}

// writeAgain asks for the factors. A page that was to be shown is gone to afterwards, a
// form that was sent is sent on.
func (d *desk) writeAgain(w http.ResponseWriter, r *http.Request, failure error) error {
	var f staff.Factors
	err := d.read(r, func(v *db.View) (err error) {
		f, err = staff.FactorsOf(r.Context(), v, member(r).ID)
		return err
	})
	if err != nil {
		return err
	}
	p := ui.PrinterOf(r)
	v := againView{Action: r.URL.RequestURI(), HasPassword: f.Password, Passkeys: f.Passkeys > 0 && d.gate.HasPasskeys()}
	v.Password = ui.Field{Name: fieldAgain + "password", Label: p.T("console.password"), Type: "password", Required: true, Autocomplete: "current-password", MaxLength: 256}
	if f.Second() {
		v.Code = codeField(p, f)
		v.Code.Name = fieldAgain + "code"
	}
	if r.Method == http.MethodGet {
		v.Action, v.Fields = againPath, []keptValue{{"then", r.URL.RequestURI()}}
	}
	for name, values := range r.PostForm {
		if !strings.HasPrefix(name, fieldAgain) {
			for _, value := range values {
				v.Fields = append(v.Fields, keptValue{name, value})
			}
		}
	}
	slices.SortStableFunc(v.Fields, func(a, b keptValue) int { return strings.Compare(a.Name, b.Name) })
	head := d.head(p.T("staff.again.title"), "")
	head.Status = http.StatusForbidden
	if failure != nil {
		ui.RetryAfter(w, failure)
		head.Status, v.Failed = ui.Status(failure), ui.Notice{Tone: ui.Bad, Text: p.Error(failure)}
	}
	return d.againPage.Write(w, r, head, v)
}

// sessionOf finds the session of a secret.
func (d *desk) sessionOf(r *http.Request, secret string) (signed, error) {
	s := signed{secret: secret}
	err := d.read(r, func(v *db.View) (err error) {
		s.SignedIn, err = staff.Session(r.Context(), v, secret)
		return err
	})
	return s, err
}
