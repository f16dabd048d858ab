package job

import (
	"context"

	"pavilion"
	"pavilion/db"
)

// Filter narrows a list of jobs; its zero value does not.
type Filter struct {
	State string
	Kind  string
	About string // the id of the thing
}

// Error: Invalid job.state_unknown {state}.
func (f Filter) where() (db.Where, error) {
	var w db.Where
	state, known := inState[f.State]
	if !known {
		return w, pavilion.E(pavilion.Invalid, "job.state_unknown", pavilion.Args{"state": f.State}).At("state")
	}
	if state != "" {
		w.And(state)
	}
	if f.Kind != "" {
		w.And("kind = $1", f.Kind)
	}
	if f.About != "" {
		w.And("about = $1", f.About)
	}
	return w, nil
}

// Latest lists jobs, the newest first, after the one with the id, "" for the beginning.
// Error: Invalid job.state_unknown {state}.
func Latest(ctx context.Context, r db.Reader, f Filter, after pavilion.JobID, limit int) ([]Info, error) {
	w, err := f.where()
	if err != nil {
		return nil, err
	}
	if after != "" {
		w.And("id < $1", after)
	}
	query, args := w.SQL("select "+jobColumns+" from job", "order by id desc limit $1", limit)
	return db.All(ctx, r, scanJob, query, args...)
}

// Count counts jobs and stops at most. Error: Invalid job.state_unknown {state}.
func Count(ctx context.Context, r db.Reader, f Filter, most int64) (n int64, err error) {
	w, err := f.where()
	if err != nil {
		return 0, err
	}
	query, args := w.SQL("select count(*) from (select 1 as one from job", "limit $1) as found", most)
	return n, r.QueryRow(ctx, query, args...).Scan(&n)
}

// nextKind finds the kinds there are one after the other, each by one look into the index.
const (
	nextKind  = `select coalesce(min(kind), '') from job where kind > $1`
	mostKinds = 200
)

// Kinds lists the kinds of the jobs there are, in the order of their names.
func Kinds(ctx context.Context, r db.Reader) (kinds []string, err error) {
	for last := ""; len(kinds) < mostKinds; {
		if err := r.QueryRow(ctx, nextKind, last).Scan(&last); err != nil || last == "" {
			return kinds, err
		}
		kinds = append(kinds, last)
	}
	return kinds, nil
}
