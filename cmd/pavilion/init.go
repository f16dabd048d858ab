package main

import (
	"context"

	"pavilion"
	"pavilion/db"
	"pavilion/staff"
	"pavilion/web/console"
)

type initCommand struct {
	Config
}

// Run prepares the database and prints the link by which its first owner signs in. Run
// again, it prints a new link as long as nobody used one.
func (i initCommand) Run(ctx context.Context, c *terminal) error {
	base, err := i.baseURL(i.Listen)
	if err != nil {
		return err
	}
	var secret string
	err = i.write(ctx, func(tx *db.Tx) error {
		has, err := staff.HasOwner(ctx, tx)
		if err != nil {
			return err
		}
		if has {
			return pavilion.E(pavilion.Conflict, "init.has_owner", nil)
		}
		secret, err = staff.Invite(ctx, tx, staff.Owner, ownerLinkFor)
		return err
	})
	if err != nil {
		return err
	}
	c.printf("%s%s\n", base, console.ClaimPath(secret))
	return nil
}
