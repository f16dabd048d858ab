package console

import (
	"context"
	"net/http"
	"strings"

	"pavilion"
	"pavilion/db"
	"pavilion/staff"
	"pavilion/web/ui"
)

// people is the pages about those who work here: who they are, what they may do, inviting
// them and letting them go.
type people struct {
	*desk
	rights  *ui.Page[rightsView]
	invite  *ui.Page[inviteView]
	invited *ui.Page[linkView]
	pending *ui.Page[pendingView]
	one     *ui.Page[personView]
	list    *lister[colleague]
}

const peoplePath = "/console/staff"

func newPeople(d *desk) *people {
	g := &people{
		desk:    d,
		rights:  ui.NewPage(d.area, "staff-rights", map[string]rightsView{"empty": {}}),
		invite:  ui.NewPage(d.area, "staff-invite", map[string]inviteView{"empty": {}}),
		invited: ui.NewPage(d.area, "staff-link", map[string]linkView{"empty": {}}),
		pending: ui.NewPage(d.area, "staff-pending", map[string]pendingView{"empty": {}}),
		one:     ui.NewPage(d.area, "staff-person", map[string]personView{"empty": {}}),
	}
	g.list = newList(d, list[colleague]{
		path: peoplePath, title: "console.menu.staff", right: staff.SeeStaff,
		columns: []column[colleague]{
			{key: "name", label: "console.name", value: func(c colleague) any { return c.Member.Name }, show: func(_ *ui.Printer, c colleague, cell *cell) {
				cell.URL, cell.Note = personPath(c.Member.ID), c.Member.Login
			}},
			{key: "login", label: "console.login", off: true, value: func(c colleague) any { return c.Member.Login }},
			{key: "roles", label: "staff.roles", value: func(c colleague) any { return machineWords(c.Member.Roles) }, show: func(p *ui.Printer, c colleague, cell *cell) {
				cell.Text, cell.Note = strings.Join(roleWords(p, c.Member.Roles), ", "), p.Text(c.producer)
			}},
			{key: "factors", label: "staff.factors", value: func(c colleague) any { return factorsWord(c.Factors) }, show: func(p *ui.Printer, c colleague, cell *cell) {
				if !c.Factors.Second() && c.Member.NeedsSecondFactor() {
					cell.Text, cell.Badge = "", ui.Badge{Tone: ui.Careful, Text: p.T("staff.factors.missing")}
				}
			}},
			{key: "seen", label: "staff.seen", value: func(c colleague) any { return c.SeenAt }},
			{key: "joined", label: "staff.joined", off: true, value: func(c colleague) any { return c.Member.CreatedAt }},
		},
		filters: []filter{{key: "role", label: "staff.role", kind: filterChoice, options: func(p *ui.Printer) []ui.Option { return roleOptions(p, nil) }}},
		add:     &listAdd{"staff.invite.go", peoplePath + "/invite", staff.ManageStaff},
		ways: []listAdd{
			{"staff.rights.title", peoplePath + "/rights", staff.SeeStaff},
			{"staff.pending.title", peoplePath + "/invitations", staff.ManageStaff},
		},
		rows: g.rows,
		count: func(ctx context.Context, v *db.View, q query, most int64) (int64, error) {
			return staff.CountColleagues(ctx, v, colleagueFilter(q), most)
		},
		id:  func(c colleague) string { return string(c.Member.ID) },
		key: func(c colleague) string { return string(c.Member.ID) },
		url: func(c colleague) string { return personPath(c.Member.ID) },
	})
	return g
}

// colleague is a row of the list.
type colleague struct {
	staff.Colleague
	producer pavilion.Text // name of the one it works for
}

// machineWords are roles as the API and exports say them.
func machineWords(roles []staff.Role) string {
	words := make([]string, len(roles))
	for i, role := range roles {
		words[i] = string(role)
	}
	return strings.Join(words, " ")
}

func personPath(id pavilion.StaffID) string { return peoplePath + "/" + string(id) }

func colleagueFilter(q query) staff.ColleagueFilter {
	return staff.ColleagueFilter{Role: staff.Role(q.text("role"))}
}

func (g *people) rows(ctx context.Context, v *db.View, q query) ([]colleague, error) {
	found, err := staff.ListColleagues(ctx, v, colleagueFilter(q), pavilion.StaffID(q.after), q.limit)
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, c := range found {
		ids = append(ids, string(c.Member.Producer))
	}
	names, err := callThings(ctx, v, ids)
	rows := make([]colleague, len(found))
	for i, c := range found {
		rows[i] = colleague{c, names[string(c.Member.Producer)]}
	}
	return rows, err
}

// factorsWord names the message for what somebody can show.
func factorsWord(f staff.Factors) word {
	switch {
	case f.Passkeys > 0 && f.TOTP():
		return "staff.factors.both"
	case f.Passkeys > 0:
		return "staff.factors.passkey"
	case f.TOTP():
		return "staff.factors.totp"
	}
	return "staff.factors.password"
}

func (g *people) routes() []route {
	return append(g.list.routes(), []route{
		{"GET /console/staff/rights", staff.SeeStaff, g.showRights},
		{"GET /console/staff/invite", staff.ManageStaff, g.showInvite},
		{"POST /console/staff/invite", staff.ManageStaff, g.fresh(g.doInvite)},
		{"GET /console/staff/invitations", staff.ManageStaff, g.showPending},
		{"POST /console/staff/invitations/{invitation}/revoke", staff.ManageStaff, g.revoke},
		{"GET /console/staff/{member}", staff.SeeStaff, g.show},
		{"POST /console/staff/{member}/roles", staff.ManageStaff, g.fresh(g.setRoles)},
		{"POST /console/staff/{member}/reset", staff.ManageStaff, g.fresh(g.startReset)},
		{"POST /console/staff/{member}/factors", staff.ManageStaff, g.fresh(g.removeFactors)},
		{"POST /console/staff/{member}/sessions/{session}/end", staff.ManageStaff, g.endSession},
		{"POST /console/staff/{member}/end", staff.ManageStaff, g.fresh(g.end)},
	}...)
}

// rightsView is the table of who may do what, as package staff holds it.
type rightsView struct {
	Roles []string // in words
	Rows  []rightsRow
}

type rightsRow struct {
	Right string // in words
	Word  string // the machine word
	Has   []bool // by role
}

func (g *people) showRights(w http.ResponseWriter, r *http.Request) error {
	p := ui.PrinterOf(r)
	v := rightsView{Roles: roleWords(p, staff.Roles)}
	for _, right := range staff.Rights {
		row := rightsRow{Right: p.T("value.right." + string(right)), Word: string(right)}
		for _, role := range staff.Roles {
			row.Has = append(row.Has, role.Has(right))
		}
		v.Rows = append(v.Rows, row)
	}
	return g.rights.Write(w, r, g.head(p.T("staff.rights.title"), peoplePath), v)
}
