package console

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"pavilion"
	"pavilion/db"
	"pavilion/job"
	"pavilion/staff"
	"pavilion/web/ui"
)

const batchesPath = "/console/batches"

// batches is the bulk acts: how far they have come, what failed, and the way back.
type batches struct {
	*desk
	list *lister[batchRow]
	page *ui.Page[batchView]
}

// batchRow is a batch with the name of who started it.
type batchRow struct {
	job.Batch
	name string
}

// batchView is one batch. Its first part is fetched anew while it runs.
type batchView struct {
	Batch      job.Batch
	Act        string
	State      ui.Badge
	By         string
	Running    bool
	Stands     ui.Notice // why it does not go on by itself
	Progress   ui.Progress
	Relations  []ui.Fact // the batches it undoes, is undone by, or is done again by
	MayStop    bool
	MayUndo    bool
	MayRetry   bool
	Failed     []failedItem
	NextFailed string
	List       string // where it was started
}

// failedItem is a thing a batch failed at, with the reason.
type failedItem struct {
	ui.Link
	Text string
}

func newBatches(d *desk) *batches {
	g := &batches{desk: d, page: ui.NewPage(d.area, "batch", map[string]batchView{}).Samples(sampleBatches)}
	g.list = newList(d, list[batchRow]{
		path: batchesPath, title: "jobs.batch.all", right: staff.Membership,
		columns: []column[batchRow]{
			{key: "act", label: "jobs.batch.act", value: func(b batchRow) any { return b.Batch.Act }, show: func(p *ui.Printer, b batchRow, c *cell) { c.Text = g.actWords(p, b.Batch) }},
			{key: "state", label: "jobs.state", value: func(b batchRow) any { return word("jobs.batch.state." + b.State) }, show: func(p *ui.Printer, b batchRow, c *cell) {
				c.Text, c.Badge = "", batchBadge(p, b.Batch)
			}},
			{key: "done", label: "jobs.batch.done", value: func(b batchRow) any { return b.Done }},
			{key: "failed", label: "jobs.batch.failed", value: func(b batchRow) any { return b.Failed }},
			{key: "total", label: "jobs.batch.total", value: func(b batchRow) any { return b.Total }},
			{key: "by", label: "jobs.batch.by", value: func(b batchRow) any { return b.name }, show: func(p *ui.Printer, b batchRow, c *cell) { c.Text = who(p, b.Actor, b.name) }},
			{key: "created", label: "jobs.created", value: func(b batchRow) any { return b.CreatedAt }},
		},
		filters: []filter{{key: "state", label: "jobs.state", kind: filterChoice, options: func(p *ui.Printer) (options []ui.Option) {
			for _, s := range batchStates {
				options = append(options, ui.Option{Value: s, Label: p.T("jobs.batch.state." + s)})
			}
			return options
		}}},
		empty: func(p *ui.Printer) ui.Empty {
			return ui.Empty{Title: p.T("jobs.batch.none"), Text: p.T("jobs.batch.none_text")}
		},
		rows: func(ctx context.Context, v *db.View, q query) ([]batchRow, error) {
			found, err := job.Batches(ctx, v, batchFilter(q), pavilion.BatchID(q.after), q.limit)
			if err != nil {
				return nil, err
			}
			return batchRows(ctx, v, found...)
		},
		count: func(ctx context.Context, v *db.View, q query, most int64) (int64, error) {
			return job.CountBatches(ctx, v, batchFilter(q), most)
		},
		id: func(b batchRow) string { return string(b.ID) }, key: func(b batchRow) string { return string(b.ID) },
		url: func(b batchRow) string { return batchesPath + "/" + string(b.ID) },
	})
	return g
}

func (g *batches) routes() []route {
	return append(g.list.routes(),
		route{"GET " + batchesPath + "/{batch}", staff.Membership, g.show},
		route{"POST " + batchesPath + "/{batch}/stop", staff.Membership, g.decide(func(ctx context.Context, tx *db.Tx, id pavilion.BatchID) (pavilion.BatchID, error) {
			return id, job.StopBatch(ctx, tx, id)
		}, "batch.stopped")},
		route{"POST " + batchesPath + "/{batch}/undo", staff.Membership, g.decide(job.UndoBatch, "batch.undone")},
		route{"POST " + batchesPath + "/{batch}/again", staff.Membership, g.decide(job.RetryBatch, "batch.retried")},
	)
}

var batchStates = []string{job.BatchRunning, job.BatchDone, job.BatchStopped}

// batchFilter is what the filters of the list ask for. Who may not see what the program does
// sees the own ones only.
func batchFilter(q query) job.BatchFilter {
	f := job.BatchFilter{State: q.text("state")}
	if !q.who.May(staff.SeeJobs) {
		f.Actor = pavilion.Actor{Kind: pavilion.ByStaff, ID: string(q.who.ID)}
	}
	return f
}

func batchRows(ctx context.Context, v *db.View, found ...job.Batch) ([]batchRow, error) {
	ids := make([]string, len(found))
	for i, b := range found {
		ids[i] = b.Actor.ID
	}
	names, err := staff.Names(ctx, v, ids)
	rows := make([]batchRow, len(found))
	for i, b := range found {
		rows[i] = batchRow{b, names[b.Actor.ID]}
	}
	return rows, err
}

// actWords says what a batch does, as the button of its list does.
func (d *desk) actWords(p *ui.Printer, b job.Batch) string {
	words := b.Act
	if a, known := d.known[b.Act]; known {
		words = p.T(a.label)
	}
	if b.Undoes != "" {
		return p.T("jobs.batch.undoing", "act", words)
	}
	return words
}

func batchBadge(p *ui.Printer, b job.Batch) ui.Badge {
	tone := map[string]ui.Tone{job.BatchRunning: ui.Careful, job.BatchDone: ui.Good}[b.State]
	if b.State == job.BatchDone && b.Failed > 0 {
		tone = ui.Bad
	}
	return ui.Badge{Tone: tone, Text: p.T("jobs.batch.state." + b.State)}
}

// mine tells whether the reader started a batch.
func mine(r *http.Request, b job.Batch) bool {
	return b.Actor.Kind == pavilion.ByStaff && b.Actor.ID == string(member(r).ID)
}

// mayChange tells whether the reader may stop, undo or repeat a batch: one who may do its act,
// to an own batch or as somebody who decides about jobs.
func (g *batches) mayChange(r *http.Request, b job.Batch) bool {
	act, known := g.known[b.Act]
	return known && member(r).May(act.right) && (mine(r, b) || member(r).May(staff.DecideJobs))
}

// get returns a batch that the reader may see.
func (g *batches) get(r *http.Request, v db.Reader) (job.Batch, error) {
	b, err := job.GetBatch(r.Context(), v, pavilion.BatchID(r.PathValue("batch")))
	if err == nil && !mine(r, b) && !member(r).May(staff.SeeJobs) {
		err = pavilion.E(pavilion.NotFound, "batch.unknown", pavilion.Args{"batch": b.ID})
	}
	return b, err
}

const failedRows = 100 // on one page

func (g *batches) show(w http.ResponseWriter, r *http.Request) error {
	ctx, p := r.Context(), ui.PrinterOf(r)
	after, _ := strconv.ParseInt(r.URL.Query().Get("after"), 10, 64) // rubbish is the beginning
	var b batchRow
	var failed []job.Item
	var worker job.Info
	var open bool
	err := g.read(r, func(v *db.View) error {
		found, err := g.get(r, v)
		if err != nil {
			return err
		}
		rows, err := batchRows(ctx, v, found)
		if err != nil {
			return err
		}
		b = rows[0]
		if failed, err = job.BatchItems(ctx, v, b.ID, job.ItemFailed, after, failedRows); err != nil {
			return err
		}
		worker, open, err = job.BatchJob(ctx, v, b.ID)
		return err
	})
	if err != nil {
		return err
	}
	v := g.viewBatch(p, b, failed)
	may := g.mayChange(r, b.Batch)
	v.MayStop, v.MayUndo, v.MayRetry = v.MayStop && may, v.MayUndo && may, v.MayRetry && may
	switch {
	case v.Running && !open: // somebody gave its job up
		v.Stands = ui.Notice{Tone: ui.Bad, Title: p.T("jobs.batch.stands"), Text: p.T("jobs.batch.given_up")}
	case v.Running && worker.State == job.Parked:
		v.Stands = ui.Notice{Tone: ui.Bad, Title: p.T("jobs.batch.stands"), Text: sentence(p, worker.Reason, worker.Args), Action: ui.Link{URL: jobsPath + "/" + string(worker.ID), Label: p.T("jobs.batch.to_job")}}
	}
	return g.page.Write(w, r, g.head(v.Act, ""), v)
}

// viewBatch puts a batch into words, with the buttons for somebody who may do everything.
func (d *desk) viewBatch(p *ui.Printer, b batchRow, failed []job.Item) batchView {
	v := batchView{
		Batch: b.Batch, Act: d.actWords(p, b.Batch), State: batchBadge(p, b.Batch), By: who(p, b.Actor, b.name), Running: b.State == job.BatchRunning,
		Progress: ui.Progress{Label: p.T("jobs.batch.progress"), Text: p.T("jobs.batch.so_far", "count", b.Done+b.Failed), Value: b.Done + b.Failed, Max: max(b.Total, b.Done+b.Failed)},
		MayStop:  b.State == job.BatchRunning, MayUndo: b.State != job.BatchRunning && b.Undoable && b.UndoneBy == "" && b.Done > 0,
		MayRetry: b.State != job.BatchRunning && b.RetriedBy == "" && b.Failed > 0, List: d.known[b.Batch.Act].list,
	}
	if b.Total == 0 {
		v.Progress.Max = 0 // nobody counted
	}
	for _, rel := range []struct {
		label string
		id    pavilion.BatchID
	}{{"jobs.batch.undoes", b.Undoes}, {"jobs.batch.undone_by", b.UndoneBy}, {"jobs.batch.retried_by", b.RetriedBy}} {
		if rel.id != "" {
			l := thing(p, string(rel.id))
			v.Relations = append(v.Relations, ui.Fact{Label: p.T(rel.label), Text: l.Label, URL: l.URL})
		}
	}
	if v.List != "" && b.Filter != "" {
		v.List = address(v.List, b.Filter)
	}
	for _, item := range failed {
		id, _, _ := strings.Cut(item.ID, ".") // a balance is its lot and its warehouse
		v.Failed = append(v.Failed, failedItem{thing(p, id), sentence(p, item.Reason, item.Args)})
	}
	if len(failed) == failedRows {
		v.NextFailed = address(batchesPath+"/"+string(b.ID), "after="+strconv.FormatInt(failed[failedRows-1].Seq, 10))
	}
	return v
}

// sampleBatches are states of the page of a batch.
func sampleBatches(p *ui.Printer) map[string]batchView {
	d := &desk{known: map[string]bulkAct{"job.retry": {name: "job.retry", label: "jobs.retry"}}}
	run := job.Batch{ID: "bat_00000000000000000000000000", Act: "job.retry", State: job.BatchRunning, Total: 1200, Done: 450, Failed: 3, Undoable: true}
	ended := run
	ended.State, ended.Done, ended.Failed = job.BatchDone, 1197, 3
	failed := []job.Item{{ID: "job_00000000000000000000000000", Reason: "job.not_parked", Args: pavilion.Args{"job": "job_00000000000000000000000000", "state": job.Done}}}
	return map[string]batchView{"running": d.viewBatch(p, batchRow{Batch: run}, nil), "done": d.viewBatch(p, batchRow{Batch: ended}, failed)}
}

// decide changes a batch and shows the one that came of it.
func (g *batches) decide(do func(context.Context, *db.Tx, pavilion.BatchID) (pavilion.BatchID, error), act string) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		var next pavilion.BatchID
		err := g.write(r, func(tx *db.Tx) error {
			b, err := g.get(r, tx)
			if err != nil {
				return err
			}
			if !g.mayChange(r, b) {
				return pavilion.E(pavilion.Forbidden, "batch.not_yours", nil)
			}
			if next, err = do(r.Context(), tx, b.ID); err != nil {
				return err
			}
			return staff.Note(r.Context(), tx, act, string(b.ID), map[string]any{"act": b.Act})
		})
		if err != nil {
			return err
		}
		redirect(w, r, batchesPath+"/"+string(next))
		return nil
	}
}
