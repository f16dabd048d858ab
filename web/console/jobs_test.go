package console_test

import (
	"context"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"pavilion"
	"pavilion/catalog"
	"pavilion/db"
	"pavilion/job"
	"pavilion/staff"
	"pavilion/web/console"
)

// work does the jobs that are due; a job of the kind test.task parks.
func work(t *testing.T, d *db.DB) {
	t.Helper()
	f := job.NewFlow()
	job.Bulk(f, console.JobActs()...)
	job.Task(f, catalog.WorkbookJob, catalog.WorkWorkbook)
	job.Task(f, "test.task", func(context.Context, *job.Run, string) error {
		return pavilion.E(pavilion.Invalid, "gtin.length", pavilion.Args{"digits": 7})
	})
	if _, err := job.NewRunner(d, f, job.Options{}).RunDue(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// parked makes jobs that wait for a person, about the things.
func parked(t *testing.T, d *db.DB, about ...string) []job.Info {
	t.Helper()
	if err := d.Write(t.Context(), pavilion.System("test"), func(tx *db.Tx) error {
		for _, a := range about {
			if err := job.Enqueue(t.Context(), tx, "test.task", a, a, 0); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	work(t, d)
	return inState(t, d, job.Parked, len(about))
}

// inState returns the jobs of these tests in a state and checks how many there are.
func inState(t *testing.T, d *db.DB, state string, want int) (found []job.Info) {
	t.Helper()
	if err := d.Read(t.Context(), func(v *db.View) (err error) {
		found, err = job.Latest(t.Context(), v, job.Filter{State: state, Kind: "test.task"}, "", 100)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if len(found) != want {
		t.Errorf("got %d jobs %s, want %d", len(found), state, want)
	}
	return found
}

func TestJobIsDecided(t *testing.T) {
	t.Parallel()
	d, owner := open(t)
	signIn(t, d, owner, staff.Owner)
	found := parked(t, d, "ord_00000000000000000000000001", "ord_00000000000000000000000002")
	page := "/console/jobs/" + string(found[0].ID)
	owner.has("/console/jobs?state=parked", "test.task", "needs a person", "7", page, "Give up")
	owner.has("/console/jobs?state=done", "not", page)
	owner.has(page, "It waits for a decision", `href="/console/orders/`+found[0].About, "Try again: it runs once more", "Give up: it will not run")

	keeper := newVisitor(t, owner.url)
	signIn(t, d, keeper, staff.Catalogue)
	keeper.has(page, "It waits for a decision", "not", "/give-up")
	if status, _, _ := keeper.post(page+"/give-up", url.Values{}); status != http.StatusForbidden {
		t.Errorf("somebody who may only look gives up: got %d, want 403", status)
	}
	if status, at, text := owner.post(page+"/retry", url.Values{}); status != http.StatusOK || at != page || !strings.Contains(text, "It is queued") {
		t.Errorf("retry: got %d at %s", status, at)
	}
	if status, _, text := owner.post(page+"/retry", url.Values{}); status != http.StatusConflict || !strings.Contains(text, "does not wait for a decision") {
		t.Errorf("retry of a job that waits for nobody: got %d, want 409", status)
	}
	work(t, d) // it parks again
	if status, _, text := owner.post(page+"/give-up", url.Values{}); status != http.StatusOK || !strings.Contains(text, "will not run") {
		t.Errorf("give up: got %d", status)
	}
	inState(t, d, job.GivenUp, 1)
	if status, _, _ := owner.get("/console/jobs/job_none"); status != http.StatusNotFound {
		t.Errorf("a job that is not there: got %d, want 404", status)
	}
}

// batchAsked is the batch that a page asks whether to start.
var batchAsked = regexp.MustCompile(`name="batch" value="([^"]+)"`)

// TestJobsAreDecidedTogether: all that match are given up in a batch, whose page says what
// became of it to those who may know.
func TestJobsAreDecidedTogether(t *testing.T) {
	t.Parallel()
	d, owner := open(t)
	signIn(t, d, owner, staff.Owner)
	found := parked(t, d, "a", "b", "c")
	_, _, asked := owner.post("/console/jobs/bulk", url.Values{"act": {"job.give_up"}, "all": {"1"}, "query": {"state=parked"}})
	if !strings.Contains(asked, "3 entries") || !strings.Contains(asked, "cannot be undone") {
		t.Errorf("it is not asked first: %s", asked)
	}
	sure := url.Values{"act": {"job.give_up"}, "all": {"1"}, "query": {""}, "go": {"1"}, "batch": {batchAsked.FindStringSubmatch(asked)[1]}, "total": {"2"}}
	if status, path, page := owner.post("/console/jobs/bulk", sure); status != http.StatusOK || path != "/console/jobs/bulk" || !strings.Contains(page, "1 more entry") {
		t.Errorf("more match than was agreed to: got %d at %s, want to be asked again", status, path)
	}
	sure.Set("total", "3")
	_, batch, _ := owner.post("/console/jobs/bulk", sure)
	if !strings.HasPrefix(batch, "/console/batches/bat_") {
		t.Fatalf("got %s, want the page of a batch", batch)
	}
	if _, again, _ := owner.post("/console/jobs/bulk", sure); again != batch {
		t.Errorf("sent twice: got %s, want %s", again, batch)
	}
	owner.has(batch, "data-refresh", "running", `max="3"`, "Stop")
	if status, _, _ := owner.post("/console/jobs/"+string(found[0].ID)+"/retry", url.Values{}); status != http.StatusOK {
		t.Errorf("retry: got %d", status)
	}
	work(t, d) // the job that is tried again parks again before or after the batch comes to it
	owner.has(batch, "finished", "not", "data-refresh", "Stop", "Undo the")
	owner.has("/console/batches", "Give up", "finished", "Member owner")

	stranger := newVisitor(t, owner.url)
	signIn(t, d, stranger, staff.Warehouse)
	if status, _, _ := stranger.get(batch); status != http.StatusNotFound {
		t.Errorf("somebody else's batch: got %d, want 404", status)
	}
	stranger.has("/console/batches", "not", batch)
	keeper := newVisitor(t, owner.url)
	signIn(t, d, keeper, staff.Catalogue)
	keeper.has(batch, "finished")
	if status, _, _ := keeper.post(batch+"/stop", url.Values{}); status != http.StatusForbidden {
		t.Errorf("somebody without the right stops a batch: got %d, want 403", status)
	}
	if status, _, _ := owner.post(batch+"/stop", url.Values{}); status != http.StatusConflict {
		t.Errorf("a batch that ended is stopped: got %d, want 409", status)
	}
}

// TestBatchTellsWhatFailed, with the way to the thing and a second try for it.
func TestBatchTellsWhatFailed(t *testing.T) {
	t.Parallel()
	d, owner := open(t)
	signIn(t, d, owner, staff.Owner)
	found := parked(t, d, "a", "b")
	form := url.Values{"act": {"job.give_up"}, "id": {string(found[0].ID), string(found[1].ID)}, "go": {"1"}}
	if status, _, _ := owner.post("/console/jobs/"+string(found[1].ID)+"/give-up", url.Values{}); status != http.StatusOK {
		t.Fatalf("give up: got %d", status)
	}
	form.Set("batch", string(pavilion.NewID[pavilion.BatchID](pavilion.PrefixBatch, d.Now())))
	form.Set("total", "2")
	_, batch, _ := owner.post("/console/jobs/bulk", form)
	work(t, d)
	owner.has(batch, "What was not done", "/console/jobs/"+string(found[1].ID), "does not wait for a decision", "Try the one that failed again")
	_, again, _ := owner.post(batch+"/again", url.Values{})
	if again == batch || !strings.HasPrefix(again, "/console/batches/bat_") {
		t.Errorf("got %s, want the page of another batch", again)
	}
	owner.has(batch, "Done again by", again, "not", "Try the one")
}
