package console

import (
	"net/http"

	"pavilion"
	"pavilion/db"
	"pavilion/staff"
	"pavilion/web/ui"
)

// personView is one colleague with what may be done about it.
type personView struct {
	staff.Colleague
	Path         string
	Roles        []string // in words
	ProducerName string
	FactorsWord  string
	Missing      bool // a role asks for a second factor that is not there
	Passkeys     []staff.Passkey
	Sessions     []sessionRow
	Manages      bool // the reader may change things
	Self         bool
	Was          []staff.Role // drawn from, so that nothing is overwritten unseen
	Choice       []ui.Option
	Producer     ui.Field
	Failed       ui.Notice
}

func (g *people) show(w http.ResponseWriter, r *http.Request) error {
	return g.writePerson(w, r, nil, nil)
}

// writePerson shows a colleague as it is now. After a failure typed is what the reader
// wanted it to be.
func (g *people) writePerson(w http.ResponseWriter, r *http.Request, typed *staff.Offer, failure error) error {
	ctx, p, id := r.Context(), ui.PrinterOf(r), pavilion.StaffID(r.PathValue("member"))
	v := personView{Path: personPath(id), Manages: member(r).May(staff.ManageStaff), Self: id == member(r).ID}
	err := g.read(r, func(view *db.View) (err error) {
		if v.Colleague, err = staff.GetColleague(ctx, view, id); err != nil {
			return err
		}
		if v.ProducerName, err = producerName(r, view, v.Member.Producer); err != nil || !v.Manages {
			return err
		}
		if v.Passkeys, err = staff.Passkeys(ctx, view, id); err != nil {
			return err
		}
		all, err := staff.Sessions(ctx, view, id)
		v.Sessions = sessionRows(all, session(r).ID, v.Path)
		return err
	})
	if err != nil {
		return err
	}
	v.Roles, v.FactorsWord, v.Was = roleWords(p, v.Member.Roles), p.T(string(factorsWord(v.Factors))), v.Member.Roles
	v.Missing = v.Member.NeedsSecondFactor() && !v.Factors.Second()
	be := staff.Offer{Roles: v.Member.Roles, Producer: v.Member.Producer}
	if typed != nil {
		be = *typed
	}
	v.Choice = roleOptions(p, be.Roles)
	if v.Producer, err = g.producerField(r, be.Producer); err != nil {
		return err
	}
	head := g.head(v.Member.Name, peoplePath)
	if failure != nil {
		head.Status, v.Failed = ui.Status(failure), ui.Notice{Tone: ui.Bad, Text: p.Error(failure)}
	}
	return g.one.Write(w, r, head, v)
}

// act does something to a colleague and says so on the page that follows.
func (g *people) act(w http.ResponseWriter, r *http.Request, done, then string, do func(tx *db.Tx, id pavilion.StaffID) error) error {
	id := pavilion.StaffID(r.PathValue("member"))
	err := g.write(r, func(tx *db.Tx) error { return do(tx, id) })
	switch pavilion.KindOf(err) {
	case pavilion.Conflict, pavilion.Forbidden:
		return g.writePerson(w, r, nil, err)
	}
	if err != nil {
		return err
	}
	g.said(w, ui.PrinterOf(r).T(done), ui.Link{})
	redirect(w, r, then)
	return nil
}

func (g *people) setRoles(w http.ResponseWriter, r *http.Request) error {
	if err := g.parse(w, r); err != nil {
		return err
	}
	id, be := pavilion.StaffID(r.PathValue("member")), offerOf(r, "")
	err := g.write(r, func(tx *db.Tx) error { return staff.SetRoles(r.Context(), tx, id, offerOf(r, "was_"), be) })
	switch pavilion.KindOf(err) {
	case pavilion.Invalid, pavilion.Conflict, pavilion.Forbidden:
		return g.writePerson(w, r, &be, err)
	}
	if err != nil {
		return err
	}
	g.said(w, ui.PrinterOf(r).T("staff.person.roles_set"), ui.Link{})
	redirect(w, r, personPath(id))
	return nil
}

func (g *people) startReset(w http.ResponseWriter, r *http.Request) error {
	id := pavilion.StaffID(r.PathValue("member"))
	var secret string
	var m staff.Member
	err := g.write(r, func(tx *db.Tx) (err error) {
		if m, err = staff.Find(r.Context(), tx, id); err != nil {
			return err
		}
		secret, err = staff.StartReset(r.Context(), tx, id)
		return err
	})
	if err != nil {
		return err
	}
	p := ui.PrinterOf(r)
	return g.writeLink(w, r, linkView{
		Title: p.T("staff.reset_link.title"), Text: p.T("staff.reset_link.text", "name", m.Name),
		Link: ResetPath(secret), Until: g.db.Now().Add(staff.ResetFor), Back: personPath(id),
	})
}

func (g *people) removeFactors(w http.ResponseWriter, r *http.Request) error {
	return g.act(w, r, "staff.person.factors_removed", personPath(pavilion.StaffID(r.PathValue("member"))), func(tx *db.Tx, id pavilion.StaffID) error {
		return staff.RemoveFactors(r.Context(), tx, id)
	})
}

func (g *people) endSession(w http.ResponseWriter, r *http.Request) error {
	return g.act(w, r, "staff.session.gone", personPath(pavilion.StaffID(r.PathValue("member"))), func(tx *db.Tx, id pavilion.StaffID) error {
		return staff.EndSessionOf(r.Context(), tx, id, pavilion.SessionID(r.PathValue("session")))
	})
}

func (g *people) end(w http.ResponseWriter, r *http.Request) error {
	return g.act(w, r, "staff.person.ended", peoplePath, func(tx *db.Tx, id pavilion.StaffID) error {
		return staff.EndMember(r.Context(), tx, id)
	})
}
