package console

import (
	"context"
	"maps"
	"net/http"
	"strings"
	"time"

	"pavilion"
	"pavilion/db"
	"pavilion/job"
	"pavilion/staff"
	"pavilion/web/ui"
)

const jobsPath = "/console/jobs"

// jobs is what the program does by itself.
type jobs struct {
	*desk
	list *lister[job.Info]
	page *ui.Page[jobView]
}

// jobView is one job. What happens when somebody decides about it is said before they do.
type jobView struct {
	Job     job.Info
	Kind    string
	State   ui.Badge
	Thing   ui.Link
	Reason  ui.Notice // why it waits for a person
	Decide  bool      // it waits, and the reader may decide
	Retry   string    // what happens when it is tried again
	GiveUp  string    // and when it is given up
	Every   string
	History ui.Link
}

func newJobs(d *desk) *jobs {
	g := &jobs{desk: d, page: ui.NewPage(d.area, "job", map[string]jobView{}).Samples(sampleJobs)}
	g.list = newList(d, list[job.Info]{
		path: jobsPath, title: "console.menu.jobs", right: staff.SeeJobs,
		columns: []column[job.Info]{
			{key: "kind", label: "jobs.kind_name", value: func(j job.Info) any { return j.Kind }, show: func(p *ui.Printer, j job.Info, c *cell) { c.Text = kindWords(p, j.Kind) }},
			{key: "state", label: "jobs.state", value: func(j job.Info) any { return word("jobs.state." + j.State) }, show: func(p *ui.Printer, j job.Info, c *cell) {
				c.Text, c.Badge, c.Note = "", stateBadge(p, j.State), reasonOf(p, j)
			}},
			{key: "about", label: "jobs.about", value: func(j job.Info) any { return j.About }, show: func(p *ui.Printer, j job.Info, c *cell) {
				l := thing(p, j.About)
				c.Text, c.URL = l.Label, l.URL
			}},
			{key: "attempts", label: "jobs.attempts", value: func(j job.Info) any { return j.Attempts }},
			{key: "next", label: "jobs.next", value: func(j job.Info) any { return nextRun(j) }},
			{key: "updated", label: "jobs.updated", value: func(j job.Info) any { return j.UpdatedAt }},
			{key: "created", label: "jobs.created", off: true, value: func(j job.Info) any { return j.CreatedAt }},
			{key: "id", label: "jobs.id", off: true, value: func(j job.Info) any { return string(j.ID) }},
		},
		filters: []filter{
			{key: "state", label: "jobs.state", kind: filterChoice, options: stateChoices},
			{key: "kind", label: "jobs.kind_name", kind: filterChoice, choices: kindChoices},
			{key: "about", label: "jobs.about", kind: filterText},
		},
		acts: []bulkAct{
			{name: "job.retry", label: "jobs.retry", right: staff.DecideJobs, only: map[string]string{"state": job.Parked}},
			{name: "job.give_up", label: "jobs.give_up", right: staff.DecideJobs, only: map[string]string{"state": job.Parked}},
		},
		empty: func(p *ui.Printer) ui.Empty { return ui.Empty{Title: p.T("jobs.none"), Text: p.T("jobs.none_text")} },
		rows: func(ctx context.Context, v *db.View, q query) ([]job.Info, error) {
			return job.Latest(ctx, v, jobFilter(q), pavilion.JobID(q.after), q.limit)
		},
		count: func(ctx context.Context, v *db.View, q query, most int64) (int64, error) {
			return job.Count(ctx, v, jobFilter(q), most)
		},
		id: func(j job.Info) string { return string(j.ID) }, key: func(j job.Info) string { return string(j.ID) },
		url: func(j job.Info) string { return jobsPath + "/" + string(j.ID) },
	})
	return g
}

func (g *jobs) routes() []route {
	return append(g.list.routes(),
		route{"GET " + jobsPath + "/{job}", staff.SeeJobs, g.show},
		route{"POST " + jobsPath + "/{job}/retry", staff.DecideJobs, g.settle(retryJob, "jobs.retried")},
		route{"POST " + jobsPath + "/{job}/give-up", staff.DecideJobs, g.settle(giveUpJob, "jobs.given_up")},
	)
}

// jobStates are the states of jobs, those that need a person first.
var jobStates = []string{job.Parked, job.Running, job.Queued, job.Done, job.GivenUp}

// jobFilter is what the filters of the list ask for. A state that does not exist in an
// address is passed over.
func jobFilter(q query) job.Filter {
	f := job.Filter{Kind: q.text("kind"), About: q.text("about")}
	for _, state := range jobStates {
		if state == q.text("state") {
			f.State = state
		}
	}
	return f
}

func stateChoices(p *ui.Printer) (options []ui.Option) {
	for _, s := range jobStates {
		options = append(options, ui.Option{Value: s, Label: p.T("jobs.state." + s)})
	}
	return options
}

func kindChoices(ctx context.Context, v *db.View, p *ui.Printer) (options []ui.Option, err error) {
	kinds, err := job.Kinds(ctx, v)
	for _, k := range kinds {
		options = append(options, ui.Option{Value: k, Label: kindWords(p, k)})
	}
	return options, err
}

// KindKey is what the keys of the messages about a kind of job begin with: ".name" is what it
// does, ".retry" and ".give_up" what happens when it is tried again or given up.
func KindKey(kind string) string {
	return "jobs.kind." + strings.Map(func(r rune) rune {
		if 'a' <= r && r <= 'z' || '0' <= r && r <= '9' {
			return r
		}
		return '_'
	}, kind)
}

func kindWords(p *ui.Printer, kind string) string { return wordsOr(p, KindKey(kind)+".name", kind) }

var stateTones = map[string]ui.Tone{job.Parked: ui.Bad, job.Running: ui.Careful, job.Done: ui.Good}

func stateBadge(p *ui.Printer, state string) ui.Badge {
	return ui.Badge{Tone: stateTones[state], Text: p.T("jobs.state." + state)}
}

// reasonOf says why a job waits for a person, "" if it does not.
func reasonOf(p *ui.Printer, j job.Info) string {
	if j.State != job.Parked || j.Reason == "" {
		return ""
	}
	args := maps.Clone(j.Args)
	if args["kind"] != nil { // not the machine's word for it
		args["kind"] = kindWords(p, j.Kind)
	}
	return sentence(p, j.Reason, args)
}

// sentence says a reason that was stored with its values.
func sentence(p *ui.Printer, reason string, args pavilion.Args) string {
	return p.Finding(pavilion.Finding{Reason: reason, Args: args})
}

// nextRun is when a job runs next, zero if it does not by itself.
func nextRun(j job.Info) time.Time {
	if j.State == job.Queued {
		return j.RunAt
	}
	return time.Time{}
}

func (g *jobs) show(w http.ResponseWriter, r *http.Request) error {
	var j job.Info
	err := g.read(r, func(v *db.View) (err error) {
		j, err = job.Get(r.Context(), v, pavilion.JobID(r.PathValue("job")))
		return err
	})
	if err != nil {
		return err
	}
	v := viewJob(ui.PrinterOf(r), j)
	v.Decide = v.Decide && member(r).May(staff.DecideJobs)
	if !member(r).May(staff.SeeTrail) {
		v.History = ui.Link{}
	}
	return g.page.Write(w, r, g.head(v.Kind, jobsPath), v)
}

func viewJob(p *ui.Printer, j job.Info) jobView {
	v := jobView{
		Job: j, Kind: kindWords(p, j.Kind), State: stateBadge(p, j.State), Thing: thing(p, j.About), Decide: j.State == job.Parked,
		Retry: wordsOr(p, KindKey(j.Kind)+".retry", ""), GiveUp: wordsOr(p, KindKey(j.Kind)+".give_up", ""),
		History: ui.Link{URL: auditPath + "?about=" + string(j.ID), Label: p.T("jobs.history")},
	}
	if reason := reasonOf(p, j); reason != "" {
		v.Reason = ui.Notice{Tone: ui.Bad, Title: p.T("jobs.waits"), Text: reason}
	}
	if j.Every > 0 {
		v.Every = p.T("jobs.every", "every", j.Every)
	}
	return v
}

// sampleJobs are states of the page of a job.
func sampleJobs(p *ui.Printer) map[string]jobView {
	parked := job.Info{
		ID: "job_00000000000000000000000000", Kind: "payment.refund_requested/send refund", About: "rfd_00000000000000000000000000", Body: `{"Refund":"rfd_00000000000000000000000000"}`,
		State: job.Parked, Attempts: 8, Faults: 8, Reason: "job.worker_lost", LastError: "the worker was lost",
	}
	round := job.Info{ID: "job_00000000000000000000000001", Kind: "sweep", Body: "{}", State: job.Queued, Every: time.Hour}
	return map[string]jobView{"parked": viewJob(p, parked), "schedule": viewJob(p, round)}
}

// settle does what a person decided about a parked job.
func (g *jobs) settle(do func(context.Context, *db.Tx, string) error, said string) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		id := r.PathValue("job")
		if err := g.write(r, func(tx *db.Tx) error { return do(r.Context(), tx, id) }); err != nil {
			return err
		}
		g.said(w, ui.PrinterOf(r).T(said), ui.Link{})
		redirect(w, r, jobsPath+"/"+id)
		return nil
	}
}

func retryJob(ctx context.Context, tx *db.Tx, id string) error {
	if err := job.Retry(ctx, tx, pavilion.JobID(id)); err != nil {
		return err
	}
	return staff.Note(ctx, tx, "job.retry", id, nil)
}

func giveUpJob(ctx context.Context, tx *db.Tx, id string) error {
	if err := job.GiveUp(ctx, tx, pavilion.JobID(id)); err != nil {
		return err
	}
	return staff.Note(ctx, tx, "job.give_up", id, nil)
}

// JobActs are what can be done to many parked jobs at once. They cannot be taken back: a job
// that was queued again may have run.
func JobActs() []job.Act {
	pick := func(ctx context.Context, r db.Reader, filter, after string, limit int) (ids []string, next string, err error) {
		f := jobFilter(queryOf(filter))
		found, err := job.Latest(ctx, r, f, pavilion.JobID(after), limit)
		for _, j := range found {
			ids = append(ids, string(j.ID))
		}
		if len(found) == limit {
			next = ids[limit-1]
		}
		return ids, next, err
	}
	to := func(decide func(context.Context, *db.Tx, string) error) func(context.Context, *db.Tx, string, map[string]string) (string, error) {
		return func(ctx context.Context, tx *db.Tx, id string, _ map[string]string) (string, error) {
			return "", decide(ctx, tx, id)
		}
	}
	return []job.Act{
		{Name: "job.retry", Pick: pick, Do: to(retryJob)},
		{Name: "job.give_up", Pick: pick, Do: to(giveUpJob)},
	}
}
