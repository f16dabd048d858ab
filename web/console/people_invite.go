package console

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"pavilion"
	"pavilion/catalog"
	"pavilion/db"
	"pavilion/staff"
	"pavilion/web/ui"
)

// inviteFor is how long an invitation holds.
const inviteFor = 7 * 24 * time.Hour

type inviteView struct {
	Roles    []ui.Option
	Producer ui.Field
	Failed   string
}

// linkView shows a one-time link, this once.
type linkView struct {
	Title, Text string
	Link        string
	Until       time.Time
	Back        string
}

type pendingView struct{ Rows []pendingRow }

type pendingRow struct {
	staff.Invitation
	Roles, By, Producer string // in words
}

func (g *people) showInvite(w http.ResponseWriter, r *http.Request) error {
	var o staff.Offer
	if producer := pavilion.ProducerID(r.URL.Query().Get("producer")); producer != "" { // from the page of a producer
		o = staff.Offer{Roles: []staff.Role{staff.Producer}, Producer: producer}
	}
	return g.writeInvite(w, r, o, nil)
}

func (g *people) writeInvite(w http.ResponseWriter, r *http.Request, o staff.Offer, failure error) error {
	p := ui.PrinterOf(r)
	v := inviteView{Roles: roleOptions(p, o.Roles)}
	var err error
	if v.Producer, err = g.producerField(r, o.Producer); err != nil {
		return err
	}
	head := g.head(p.T("staff.invite.title"), peoplePath)
	if failure != nil {
		head.Status, v.Failed = ui.Status(failure), p.Error(failure)
	}
	return g.invite.Write(w, r, head, v)
}

// roleOptions are all roles to choose from, with what each is for.
func roleOptions(p *ui.Printer, chosen []staff.Role) []ui.Option {
	var all []ui.Option
	for _, role := range staff.Roles {
		hint := p.T("staff.role." + string(role) + ".hint")
		all = append(all, ui.Option{Value: string(role), Label: p.T("staff.role." + string(role)), Hint: hint, Selected: slices.Contains(chosen, role)})
	}
	return all
}

// producerField chooses the producer that somebody works for.
func (d *desk) producerField(r *http.Request, chosen pavilion.ProducerID) (ui.Field, error) {
	p := ui.PrinterOf(r)
	f := ui.Field{Name: "producer", Label: p.T("staff.producer"), Hint: p.T("staff.producer.hint"), Type: "select", Options: []ui.Option{{Label: "—"}}}
	err := d.read(r, func(v *db.View) error {
		all, err := producerChoices(r.Context(), v, p)
		f.Options = append(f.Options, all...)
		return err
	})
	f.Options = selected(f.Options, string(chosen))
	return f, err
}

// offerOf reads roles and producer from a form; the names of the fields may have a beginning.
func offerOf(r *http.Request, beginning string) staff.Offer {
	o := staff.Offer{Producer: pavilion.ProducerID(r.PostFormValue(beginning + "producer"))}
	for _, role := range staff.Roles { // in our order, each once
		if slices.Contains(r.PostForm[beginning+"role"], string(role)) {
			o.Roles = append(o.Roles, role)
		}
	}
	return o
}

func (g *people) doInvite(w http.ResponseWriter, r *http.Request) error {
	if err := g.parse(w, r); err != nil {
		return err
	}
	o := offerOf(r, "")
	var secret string
	err := g.write(r, func(tx *db.Tx) error {
		if o.Producer != "" {
			if _, err := catalog.GetProducer(r.Context(), tx, o.Producer); err != nil {
				return err
			}
		}
		var err error
		secret, err = staff.Invite(r.Context(), tx, o, inviteFor)
		return err
	})
	if pavilion.KindOf(err) == pavilion.Invalid {
		return g.writeInvite(w, r, o, err)
	}
	if err != nil {
		return err
	}
	p := ui.PrinterOf(r)
	return g.writeLink(w, r, linkView{
		Title: p.T("staff.invited.title"), Text: p.T("staff.invited.text", "roles", strings.Join(roleWords(p, o.Roles), ", ")),
		Link: ClaimPath(secret), Until: g.db.Now().Add(inviteFor), Back: peoplePath + "/invitations",
	})
}

// writeLink shows a one-time link with the address by which we are reached.
func (g *people) writeLink(w http.ResponseWriter, r *http.Request, v linkView) error {
	v.Link = g.base + v.Link
	return g.invited.Write(w, r, g.head(v.Title, peoplePath), v)
}

func (g *people) showPending(w http.ResponseWriter, r *http.Request) error {
	ctx, p := r.Context(), ui.PrinterOf(r)
	var v pendingView
	err := g.read(r, func(view *db.View) error {
		all, err := staff.Invitations(ctx, view)
		if err != nil {
			return err
		}
		for _, i := range all {
			row := pendingRow{Invitation: i, Roles: strings.Join(roleWords(p, i.Offer.Roles), ", "), By: i.CreatedBy.ID}
			if i.CreatedBy.Kind == pavilion.ByStaff {
				if m, err := staff.Find(ctx, view, pavilion.StaffID(i.CreatedBy.ID)); err == nil {
					row.By = m.Name
				} else if pavilion.KindOf(err) != pavilion.NotFound {
					return err
				}
			}
			if row.Producer, err = producerName(r, view, i.Offer.Producer); err != nil {
				return err
			}
			v.Rows = append(v.Rows, row)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return g.pending.Write(w, r, g.head(p.T("staff.pending.title"), peoplePath), v)
}

// producerName is the name of a producer in the reader's language, "" for none.
func producerName(r *http.Request, v *db.View, id pavilion.ProducerID) (string, error) {
	if id == "" {
		return "", nil
	}
	one, err := catalog.GetProducer(r.Context(), v, id)
	return ui.PrinterOf(r).Text(one.LegalName), err
}

func (g *people) revoke(w http.ResponseWriter, r *http.Request) error {
	err := g.write(r, func(tx *db.Tx) error {
		return staff.Revoke(r.Context(), tx, pavilion.InviteID(r.PathValue("invitation")))
	})
	if err != nil {
		return err
	}
	g.said(w, ui.PrinterOf(r).T("staff.pending.revoked"), ui.Link{})
	redirect(w, r, peoplePath+"/invitations")
	return nil
}
