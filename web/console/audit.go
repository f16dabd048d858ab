package console

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"

	"pavilion"
	"pavilion/catalog"
	"pavilion/db"
	"pavilion/order"
	"pavilion/staff"
	"pavilion/stock"
	"pavilion/web/ui"
)

const auditPath = "/console/trail"

// audit is the trail: who did what to what, from where, and whether anybody changed it since.
type audit struct {
	*desk
	checking sync.Mutex
	list     *lister[deed]
	page     *ui.Page[deedView]
	verify   *ui.Page[trailView]
}

// deed is an entry of the trail with the names of those it speaks of.
type deed struct {
	staff.Entry
	names called
}

// deedView is the page of one entry.
type deedView struct {
	Entry   staff.Entry
	Who     string
	Act     string
	Thing   ui.Link
	History ui.Link // all that was done to the thing
	Told    []told
	Changes []told
}

// told is a field in words, with what it said before and says now; what was told about an
// act has no before, and may name a thing that has a page.
type told struct{ Field, Before, After, URL string }

// trailView is what computing the chain again found.
type trailView struct {
	Result   ui.Notice
	Found    []told // a sentence and the entries it is about
	Head     string
	Verified staff.Verified
}

func newAudit(d *desk) *audit {
	g := &audit{
		desk:   d,
		page:   ui.NewPage(d.area, "deed", map[string]deedView{"empty": {}}),
		verify: ui.NewPage(d.area, "trail", map[string]trailView{"empty": {}}),
	}
	g.list = newList(d, list[deed]{
		path: auditPath, title: "console.menu.trail", right: staff.SeeTrail,
		columns: []column[deed]{
			{key: "at", label: "audit.at", value: func(e deed) any { return e.HappenedAt }},
			{key: "who", label: "audit.who", value: func(e deed) any { return e.export() }, show: showWho},
			{key: "act", label: "audit.act", value: func(e deed) any { return word("audit.act." + e.Act) }, show: func(p *ui.Printer, e deed, c *cell) { c.Text = actWords(p, e.Act) }},
			{key: "about", label: "audit.about", value: func(e deed) any { return e.About }, show: showThing},
			{key: "changes", label: "audit.changes", value: func(e deed) any { return e.summary(nil) }, show: func(p *ui.Printer, e deed, c *cell) { c.Text = e.summary(p) }},
			{key: "from", label: "audit.from", value: func(e deed) any { return e.Actor.From }},
			{key: "number", label: "audit.number", off: true, value: func(e deed) any { return e.Number }},
		},
		filters: []filter{
			{key: "who", label: "audit.who", kind: filterChoice, choices: actorChoices},
			{key: "act", label: "audit.act", kind: filterChoice, choices: actChoices},
			{key: "about", label: "audit.about_what", kind: filterText},
			{key: "words", label: "audit.words", kind: filterText},
			{key: "from", label: "audit.since", kind: filterDate},
			{key: "until", label: "audit.until", kind: filterDate},
		},
		add:   &listAdd{label: "audit.verify", url: auditPath + "/verify", right: staff.SeeTrail},
		empty: func(p *ui.Printer) ui.Empty { return ui.Empty{Title: p.T("audit.none"), Text: p.T("audit.none_text")} },
		rows:  deeds,
		count: func(ctx context.Context, v *db.View, q query, most int64) (int64, error) {
			f, err := trailFilter(ctx, v, q)
			if err != nil {
				return 0, err
			}
			return staff.CountTrail(ctx, v, f, most)
		},
		id: func(e deed) string { return e.Key() }, key: func(e deed) string { return e.Key() },
		url: func(e deed) string { return auditPath + "/" + e.Key() },
	})
	return g
}

func (g *audit) routes() []route {
	return append(g.list.routes(),
		route{"GET " + auditPath + "/verify", staff.SeeTrail, g.check},
		route{"GET " + auditPath + "/{entry}", staff.SeeTrail, g.show},
	)
}

// trailFilter is what the filters of the list ask for.
func trailFilter(ctx context.Context, v *db.View, q query) (staff.TrailFilter, error) {
	about, err := meant(ctx, v, q.text("about"))
	return staff.TrailFilter{
		Actor: q.text("who"), Act: q.text("act"), About: about, Words: q.text("words"),
		From: q.start("from", 0), Until: q.start("until", 1),
	}, err
}

// meant is the identifier of what people call by a number: an order, a product by a GTIN, or a
// lot whose code no other has. Other words are returned as they are.
func meant(ctx context.Context, v *db.View, words string) (string, error) {
	if words == "" || strings.Contains(words, "_") {
		return words, nil
	}
	if number, err := order.ParseNumber(words); err == nil {
		found, err := order.List(ctx, v, order.Filter{Words: number}, "", 1)
		if err != nil {
			return "", err
		}
		if len(found) == 1 {
			return string(found[0].ID), nil
		}
	}
	if gtin, err := catalog.ParseGTIN(words); err == nil {
		found, err := catalog.FindGTINs(ctx, v, gtin)
		if sku, known := found[gtin]; known || err != nil {
			return string(sku.Product), err
		}
	}
	lots, err := stock.FindLots(ctx, v, words, 2)
	if len(lots) == 1 {
		words = string(lots[0].ID)
	}
	return words, err
}

// deeds lists entries with the names of who did them.
func deeds(ctx context.Context, v *db.View, q query) ([]deed, error) {
	f, err := trailFilter(ctx, v, q)
	if err != nil {
		return nil, err
	}
	entries, err := staff.SearchTrail(ctx, v, f, q.after, q.limit)
	if err != nil {
		return nil, err
	}
	return withNames(ctx, v, entries)
}

func withNames(ctx context.Context, v *db.View, entries []staff.Entry) ([]deed, error) {
	names, err := callThings(ctx, v, entryIDs(entries))
	out := make([]deed, len(entries))
	for i, e := range entries {
		out[i] = deed{e, names}
	}
	return out, err
}

func (g *audit) show(w http.ResponseWriter, r *http.Request) error {
	number, err := strconv.ParseInt(r.PathValue("entry"), 10, 64)
	if err != nil {
		return pavilion.E(pavilion.NotFound, "staff.entry_unknown", nil)
	}
	var found []deed
	err = g.read(r, func(v *db.View) error {
		e, err := staff.TrailEntry(r.Context(), v, number)
		if err != nil {
			return err
		}
		found, err = withNames(r.Context(), v, []staff.Entry{e})
		return err
	})
	if err != nil {
		return err
	}
	p, e := ui.PrinterOf(r), found[0]
	v := deedView{
		Entry: e.Entry, Who: who(p, e.Actor, p.Text(e.names[e.Actor.ID])), Act: actWords(p, e.Act), Thing: thingCalled(p, e.About, p.Text(e.names[e.About])),
		Told: e.told(p), Changes: e.changed(p),
	}
	if e.About != "" {
		v.History = ui.Link{URL: address(auditPath, url.Values{"about": {e.About}}.Encode()), Label: p.T("audit.history")}
	}
	return g.page.Write(w, r, g.head(v.Act, auditPath), v)
}

// foundMost is how many differences the page names.
const foundMost = 50

// check computes the chain of the trail again while the reader waits, for one reader at a
// time: a long trail takes a core for seconds.
func (g *audit) check(w http.ResponseWriter, r *http.Request) error {
	if !g.checking.TryLock() {
		return pavilion.E(pavilion.Limited, "staff.trail_check_running", nil)
	}
	defer g.checking.Unlock()
	p := ui.PrinterOf(r)
	var v trailView
	count := 0
	err := g.read(r, func(view *db.View) (err error) {
		v.Verified, err = staff.VerifyTrail(r.Context(), view, staff.TrailHead{}, func(x staff.Difference) error {
			if count++; count <= foundMost {
				place := "#" + p.Number(x.Number)
				if x.Last > x.Number {
					place += " – #" + p.Number(x.Last)
				}
				v.Found = append(v.Found, told{Field: place, After: p.Finding(pavilion.Finding{Reason: x.Reason})})
			}
			return nil
		})
		return err
	})
	if err != nil {
		return err
	}
	if v.Verified.Head.Hash != "" {
		v.Head = v.Verified.Head.String()
	}
	v.Result = ui.Notice{Tone: ui.Good, Title: p.T("audit.whole"), Text: p.T("audit.whole_text", "count", v.Verified.Head.Number)}
	if count > 0 {
		v.Result = ui.Notice{Tone: ui.Bad, Title: p.T("audit.broken", "count", count), Text: p.T("audit.broken_text")}
	}
	return g.verify.Write(w, r, g.head(p.T("audit.verify"), auditPath), v)
}
