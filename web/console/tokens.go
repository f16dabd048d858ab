package console

import (
	"net/http"
	"slices"
	"time"

	"pavilion"
	"pavilion/db"
	"pavilion/staff"
	"pavilion/web/ui"
)

// tokens is the page of the machines that call the API.
type tokens struct {
	*desk
	page *ui.Page[tokensView]
}

type tokensView struct {
	Tokens []tokenRow
	Secret string   // the token just made: shown once
	Name   ui.Field // of a new token
	Until  ui.Field
	Scopes []ui.Option
	Failed ui.Notice
}

type tokenRow struct {
	staff.Token
	By    string // who made it
	Holds bool
}

func newTokens(d *desk) *tokens {
	return &tokens{d, ui.NewPage(d.area, "tokens", map[string]tokensView{"empty": {}})}
}

func (g *tokens) routes() []route {
	return []route{
		{"GET /console/tokens", staff.ManageTokens, g.show},
		{"POST /console/tokens", staff.ManageTokens, g.fresh(g.make)},
		{"POST /console/tokens/{token}/end", staff.ManageTokens, g.end},
	}
}

func (g *tokens) show(w http.ResponseWriter, r *http.Request) error { return g.draw(w, r, "", nil) }

// draw shows the tokens; with a failure also what was typed for a new one.
func (g *tokens) draw(w http.ResponseWriter, r *http.Request, secret string, failure error) error {
	ctx, p := r.Context(), ui.PrinterOf(r)
	v := tokensView{
		Secret: secret,
		Name:   ui.Field{Name: "name", Label: p.T("console.token.name"), Required: true, MaxLength: 100},
		Until:  ui.Field{Name: "until", Label: p.T("staff.token.until"), Hint: p.T("staff.token.until.hint"), Type: "date"},
	}
	head := g.head(p.T("console.tokens"), "")
	if failure != nil {
		head.Status, v.Failed = ui.Status(failure), ui.Notice{Tone: ui.Bad, Text: p.Error(failure)}
		v.Name.Value, v.Until.Value = r.PostFormValue("name"), r.PostFormValue("until")
	}
	for _, s := range staff.Scopes {
		v.Scopes = append(v.Scopes, ui.Option{Value: string(s), Label: p.T(s.Key()), Hint: string(s), Selected: failure != nil && slices.Contains(r.PostForm["scope"], string(s))})
	}
	err := g.read(r, func(view *db.View) error {
		all, err := staff.ListTokens(ctx, view)
		if err != nil {
			return err
		}
		by := make([]pavilion.Actor, len(all))
		ids := make([]string, len(all))
		for i, t := range all {
			by[i], _ = pavilion.ParseActor(t.CreatedBy)
			ids[i] = by[i].ID
		}
		names, err := staff.Names(ctx, view, ids)
		for i, t := range all {
			v.Tokens = append(v.Tokens, tokenRow{Token: t, By: who(p, by[i], names[ids[i]]), Holds: t.Holds(view.Now())})
		}
		return err
	})
	if err != nil {
		return err
	}
	return g.page.Write(w, r, head, v)
}

func (g *tokens) make(w http.ResponseWriter, r *http.Request) error {
	if err := g.parse(w, r); err != nil {
		return err
	}
	var scopes []staff.Scope
	for _, s := range r.PostForm["scope"] {
		scopes = append(scopes, staff.Scope(s))
	}
	var until time.Time
	if day := r.PostFormValue("until"); day != "" {
		date, err := pavilion.ParseDate(day)
		if err != nil {
			return g.draw(w, r, "", pavilion.E(pavilion.Invalid, "staff.token_expiry", nil).At("until").Because(err))
		}
		until = date.AddDays(1).Start(g.zone) // to the end of the day
	}
	var secret string
	err := g.write(r, func(tx *db.Tx) (err error) {
		secret, _, err = staff.MakeToken(r.Context(), tx, r.PostFormValue("name"), scopes, until)
		return err
	})
	if pavilion.KindOf(err) == pavilion.Invalid {
		return g.draw(w, r, "", err)
	}
	if err != nil {
		return err
	}
	return g.draw(w, r, secret, nil)
}

func (g *tokens) end(w http.ResponseWriter, r *http.Request) error {
	err := g.write(r, func(tx *db.Tx) error {
		return staff.EndToken(r.Context(), tx, pavilion.TokenID(r.PathValue("token")))
	})
	if err != nil {
		return err
	}
	redirect(w, r, "/console/tokens")
	return nil
}
