package main

import (
	"context"

	"pavilion"
	"pavilion/catalog"
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
		if err := shelves(ctx, tx); err != nil {
			return err
		}
		secret, err = staff.Invite(ctx, tx, staff.Offer{Roles: []staff.Role{staff.Owner}}, ownerLinkFor)
		return err
	})
	if err != nil {
		return err
	}
	c.printf("%s%s\n", base, console.ClaimPath(secret))
	return nil
}

// shelves gives a pavilion without categories those that the template of workbooks offers.
func shelves(ctx context.Context, tx *db.Tx) error {
	has, err := catalog.Categories(ctx, tx)
	if err != nil || len(has) > 0 {
		return err
	}
	for _, c := range catalog.CommonCategories() {
		if err := catalog.SetCategory(ctx, tx, c); err != nil {
			return err
		}
	}
	return nil
}
