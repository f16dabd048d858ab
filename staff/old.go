package staff

import (
	"context"

	"pavilion"
	"pavilion/db"
)

// SignIn checks login and password and opens a session. Errors: Unauthenticated
// staff.sign_in_refused, Limited throttle.blocked.
func SignIn(ctx context.Context, d *db.DB, login, password string) (secret string, m Member, err error) {
	g := &Gate{db: d}
	p, err := g.SignIn(ctx, login, password, Place{})
	if err != nil || p.State == Open {
		return p.Secret, p.Member, err
	}
	err = d.Write(ctx, pavilion.System("sign-in"), func(tx *db.Tx) error {
		p, err = welcome(ctx, tx, p.Member.ID, "password", Place{})
		return err
	})
	return p.Secret, p.Member, err
}
