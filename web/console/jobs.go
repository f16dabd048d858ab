package console

import (
	"context"
	"net/http"

	"pavilion"
	"pavilion/db"
	"pavilion/job"
	"pavilion/staff"
)

// jobs is what the program does by itself.
type jobs struct{ *desk }

func newJobs(d *desk) *jobs { return &jobs{d} }

func (g *jobs) routes() []route {
	return []route{
		{"POST /console/jobs/{job}/retry", staff.DecideJobs, g.decide(job.Retry, "retry")},
		{"POST /console/jobs/{job}/give-up", staff.DecideJobs, g.decide(job.GiveUp, "give_up")},
	}
}

// decide queues a parked job again or gives it up.
func (g *jobs) decide(do func(context.Context, *db.Tx, pavilion.JobID) error, word string) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		id := pavilion.JobID(r.PathValue("job"))
		err := g.write(r, func(tx *db.Tx) error {
			if err := do(r.Context(), tx, id); err != nil {
				return err
			}
			return staff.Note(r.Context(), tx, "job."+word, string(id), nil)
		})
		if err != nil {
			return err
		}
		redirect(w, r, "/console/")
		return nil
	}
}
