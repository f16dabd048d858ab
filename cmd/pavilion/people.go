package main

import (
	"context"

	"pavilion"
	"pavilion/db"
	"pavilion/staff"
	"pavilion/web/console"
)

// resetCommand is the way back in for somebody whom no colleague can help: the only owner
// who lost password, passkey and codes. It needs the data folder, and so no other right.
type resetCommand struct {
	Config

	Login   string `arg:"" help:"Whose password is to be set anew."`
	Factors bool   `help:"Also remove passkeys, authenticator app and recovery codes."`
}

// Run prints the one-time link. It is noted in the trail like a colleague's.
func (r resetCommand) Run(ctx context.Context, c *terminal) error {
	base, err := r.baseURL(r.Listen)
	if err != nil {
		return err
	}
	var secret string
	err = r.write(ctx, func(tx *db.Tx) error {
		members, err := staff.Members(ctx, tx)
		if err != nil {
			return err
		}
		for _, m := range members {
			if m.Login != r.Login {
				continue
			}
			if secret, err = staff.StartReset(ctx, tx, m.ID); err != nil || !r.Factors {
				return err
			}
			return staff.RemoveFactors(ctx, tx, m.ID)
		}
		return pavilion.E(pavilion.NotFound, "staff.member_unknown", nil)
	})
	if err != nil {
		return err
	}
	c.printf("%s%s\n", base, console.ResetPath(secret))
	return nil
}
