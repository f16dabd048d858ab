package console

import (
	"net/http"
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
	Tokens []staff.Token
	Secret ui.Notice // the token just made: shown once
	Name   ui.Field  // of a new token
	Scopes []ui.Option
}

func newTokens(d *desk) *tokens {
	return &tokens{d, ui.NewPage(d.area, "tokens", map[string]tokensView{"empty": {}})}
}

func (g *tokens) routes() []route {
	return []route{
		{"GET /console/tokens", staff.ManageTokens, g.show},
		{"POST /console/tokens", staff.ManageTokens, g.make},
		{"POST /console/tokens/{token}/end", staff.ManageTokens, g.end},
	}
}

func (g *tokens) show(w http.ResponseWriter, r *http.Request) error { return g.draw(w, r, "") }

func (g *tokens) draw(w http.ResponseWriter, r *http.Request, secret string) error {
	p := ui.PrinterOf(r)
	v := tokensView{Name: ui.Field{Name: "name", Label: p.T("console.token.name"), Required: true, MaxLength: 100}}
	if secret != "" {
		v.Secret = ui.Notice{Tone: ui.Good, Title: p.T("console.token.secret"), Text: secret}
	}
	for _, s := range staff.Scopes {
		v.Scopes = append(v.Scopes, ui.Option{Value: string(s), Label: string(s)})
	}
	err := g.read(r, func(view *db.View) (err error) {
		v.Tokens, err = staff.ListTokens(r.Context(), view)
		return err
	})
	if err != nil {
		return err
	}
	return g.page.Write(w, r, g.head(p.T("console.tokens"), ""), v)
}

func (g *tokens) make(w http.ResponseWriter, r *http.Request) error {
	if err := g.parse(w, r); err != nil {
		return err
	}
	var scopes []staff.Scope
	for _, s := range r.PostForm["scope"] {
		scopes = append(scopes, staff.Scope(s))
	}
	var secret string
	err := g.write(r, func(tx *db.Tx) (err error) {
		secret, _, err = staff.MakeToken(r.Context(), tx, r.PostFormValue("name"), scopes, time.Time{})
		return err
	})
	if err != nil {
		return err
	}
	return g.draw(w, r, secret)
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
