package staff

import (
	"context"
	"net/url"

	"pavilion"
	"pavilion/db"
)

// View is a list of the console as a member saved it.
type View struct {
	ID     pavilion.ViewID
	Staff  pavilion.StaffID
	List   string // the path of the list
	Name   string
	Query  string // of the list's address: filters and columns, in the order of url.Values
	Shared bool   // colleagues see it too
}

const (
	viewsMost  = 50   // of one list, for one reader
	queryLimit = 2000 // bytes
)

const sqlViews = `select id, staff_id, list, name, query, shared from staff_view
where list = $1 and (staff_id = $2 or shared) order by id limit $3`

// Views lists the member's own views of a list and those that colleagues share, the oldest
// first; 50 at most.
func Views(ctx context.Context, r db.Reader, member pavilion.StaffID, list string) ([]View, error) {
	scan := func(s db.Scanner) (v View, err error) {
		return v, s.Scan(&v.ID, &v.Staff, &v.List, &v.Name, &v.Query, &v.Shared)
	}
	return db.All(ctx, r, scan, sqlViews, list, member, viewsMost)
}

const sqlInsertView = `insert into staff_view (id, staff_id, list, name, query, shared, created_at)
values ($1, $2, $3, $4, $5, $6, $7)`

// SaveView keeps a new view. Errors are Invalid: staff.name_malformed, staff.view_malformed.
func SaveView(ctx context.Context, tx *db.Tx, v View) error {
	name, err := cleanName(v.Name)
	if err != nil {
		return err
	}
	query, err := url.ParseQuery(v.Query)
	if err != nil || len(v.Query) > queryLimit {
		return pavilion.E(pavilion.Invalid, "staff.view_malformed", nil).At("query")
	}
	id := pavilion.NewID[pavilion.ViewID](pavilion.PrefixView, tx.Now())
	_, err = tx.Exec(ctx, sqlInsertView, id, v.Staff, v.List, name, query.Encode(), v.Shared, db.Micros(tx.Now()))
	return err
}

const sqlEndView = `delete from staff_view where id = $1 and staff_id = $2`

// EndView forgets a view of the member. The error is NotFound, staff.view_unknown, when the
// member has no such view.
func EndView(ctx context.Context, tx *db.Tx, member pavilion.StaffID, id pavilion.ViewID) error {
	n, err := tx.Exec(ctx, sqlEndView, id, member)
	if err != nil {
		return err
	}
	if n == 0 {
		return pavilion.E(pavilion.NotFound, "staff.view_unknown", nil)
	}
	return nil
}
