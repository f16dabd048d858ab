package console

import (
	"context"
	"net/http"
	"time"

	"pavilion"
	"pavilion/channel"
	"pavilion/db"
	"pavilion/staff"
	"pavilion/web/ui"
)

const callsPath = "/console/calls"

// calls are the pages of what was said to platforms.
type calls struct {
	*desk
	list *lister[callRow]
	page *ui.Page[callView]
}

// callRow is a call, with the name of its shop.
type callRow struct {
	channel.Call
	Name string
}

// callView is one call.
type callView struct {
	Call    channel.Call
	Crumbs  []ui.Link
	Title   string
	Shop    ui.Link
	Outcome ui.Badge
	Says    string // the reason in words, "" if it did what it should
}

func newCalls(d *desk) *calls {
	g := &calls{desk: d, page: ui.NewPage(d.area, "call", map[string]callView{}).Samples(sampleCalls)}
	g.list = newList(d, list[callRow]{
		path: callsPath, title: "channel.calls", right: staff.SeeShops,
		columns: []column[callRow]{
			{key: "at", label: "channel.call_at", value: func(c callRow) any { return c.At }},
			{key: "shop", label: "channel.shop", value: func(c callRow) any { return c.Name }},
			{key: "kind", label: "channel.call_kind", value: func(c callRow) any { return c.Act.Kind }, show: func(p *ui.Printer, c callRow, to *cell) { to.Text = actOf(p, c.Act.Kind) }},
			{key: "about", label: "channel.call_about", value: func(c callRow) any { return c.Act.About }},
			{key: "outcome", label: "channel.call_outcome", value: func(c callRow) any { return c.Outcome }, show: func(p *ui.Printer, c callRow, to *cell) {
				to.Text, to.Badge = "", outcomeOf(p, c.Call)
				if c.Outcome != channel.OutcomeOK && c.Outcome != "" {
					to.Note = saysOf(p, c.Outcome)
				}
			}},
			{key: "took", label: "channel.call_took", value: func(c callRow) any { return c.Took.Round(time.Millisecond).String() }},
			{key: "id", label: "jobs.id", off: true, value: func(c callRow) any { return string(c.ID) }},
		},
		filters: []filter{
			{key: "shop", label: "channel.shop", kind: filterChoice, choices: shopChoices},
			{key: "what", label: "channel.call_what", kind: filterChoice, options: callChoices},
			{key: "about", label: "channel.call_about", kind: filterText},
		},
		empty: func(p *ui.Printer) ui.Empty {
			return ui.Empty{Title: p.T("channel.no_calls"), Text: p.T("channel.no_calls_text")}
		},
		rows: func(ctx context.Context, v *db.View, q query) ([]callRow, error) {
			found, err := channel.Calls(ctx, v, callFilter(q), pavilion.CallID(q.after), q.limit)
			if err != nil {
				return nil, err
			}
			all, err := channel.Shops(ctx, v)
			names := map[pavilion.ShopID]string{}
			for _, s := range all {
				names[s.ID] = s.Name + " · " + s.Channel
			}
			rows := make([]callRow, len(found))
			for i, c := range found {
				rows[i] = callRow{c, names[c.Shop]}
			}
			return rows, err
		},
		count: func(ctx context.Context, v *db.View, q query, most int64) (int64, error) {
			return channel.CountCalls(ctx, v, callFilter(q), most)
		},
		id: func(c callRow) string { return string(c.ID) }, key: func(c callRow) string { return string(c.ID) },
		url: func(c callRow) string { return callsPath + "/" + string(c.ID) },
	})
	return g
}

func (g *calls) routes() []route {
	return append(g.list.routes(), route{"GET " + callsPath + "/{call}", staff.SeeShops, g.show})
}

// The sorts of calls people look for.
const (
	callsWriting = "writes"
	callsFailed  = "failed"
)

func callFilter(q query) channel.CallFilter {
	return channel.CallFilter{Shop: pavilion.ShopID(q.text("shop")), About: q.text("about"), Writes: q.text("what") == callsWriting, Failed: q.text("what") == callsFailed}
}

func callChoices(p *ui.Printer) []ui.Option {
	return []ui.Option{{Value: callsWriting, Label: p.T("channel.calls_writing")}, {Value: callsFailed, Label: p.T("channel.calls_failed")}}
}

func shopChoices(ctx context.Context, v *db.View, p *ui.Printer) (options []ui.Option, err error) {
	all, err := channel.Shops(ctx, v)
	for _, s := range all {
		options = append(options, ui.Option{Value: string(s.ID), Label: s.Name + " · " + p.T("channel.platform."+s.Channel)})
	}
	return options, err
}

// actOf says what a call is for.
func actOf(p *ui.Printer, kind string) string { return wordsOr(p, "channel.act."+kind, kind) }

func outcomeOf(p *ui.Printer, c channel.Call) ui.Badge {
	switch c.Outcome {
	case channel.OutcomeOK:
		return ui.Badge{Tone: ui.Good, Text: p.T("channel.outcome.ok")}
	case "":
		return ui.Badge{Tone: ui.Careful, Text: p.T("channel.outcome.open")}
	}
	return ui.Badge{Tone: ui.Bad, Text: p.T("channel.outcome.failed")}
}

// saysOf is a reason in words, without the values that are not kept with a call.
func saysOf(p *ui.Printer, reason string) string { return wordsOr(p, "reason."+reason, reason) }

func (g *calls) show(w http.ResponseWriter, r *http.Request) error {
	p, view := ui.PrinterOf(r), callView{}
	if err := g.read(r, func(v *db.View) (err error) {
		if view.Call, err = channel.CallOf(r.Context(), v, pavilion.CallID(r.PathValue("call"))); err != nil {
			return err
		}
		shop, err := channel.ShopOf(r.Context(), v, view.Call.Shop)
		view.Shop = ui.Link{URL: shopsPath + "/" + string(shop.ID), Label: shop.Name}
		return err
	}); err != nil {
		return err
	}
	viewCall(p, &view)
	return g.page.Write(w, r, g.head(view.Title, callsPath), view)
}

func viewCall(p *ui.Printer, v *callView) {
	v.Title, v.Outcome = actOf(p, v.Call.Act.Kind), outcomeOf(p, v.Call)
	v.Crumbs = []ui.Link{{URL: callsPath, Label: p.T("channel.calls")}, {Label: v.Title, Current: true}}
	if v.Call.Outcome != channel.OutcomeOK && v.Call.Outcome != "" {
		v.Says = saysOf(p, v.Call.Outcome)
	}
}
