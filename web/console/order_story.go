package console

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"pavilion"
	"pavilion/db"
	"pavilion/order"
	"pavilion/payment"
	"pavilion/staff"
	"pavilion/web/ui"
)

// storyMost is how many entries of the trail an order's page shows.
const storyMost = 500

// story is everything that happened to an order, from all the places where it stands.
type story struct {
	events  []order.Event
	intents []payment.Intent
	refunds []payment.Refund
	notes   []order.Note
	trail   []staff.Entry
	names   map[string]string // of members, by id
}

// readStory reads it.
func (g *orders) readStory(ctx context.Context, v *db.View, o order.Order) (s story, err error) {
	if s.events, err = order.Events(ctx, v, o.ID); err != nil {
		return s, err
	}
	if s.intents, err = payment.ForPurpose(ctx, v, string(o.ID)); err != nil {
		return s, err
	}
	for _, i := range s.intents {
		refunds, err := payment.Refunds(ctx, v, i.ID)
		if err != nil {
			return s, err
		}
		s.refunds = append(s.refunds, refunds...)
	}
	if s.notes, err = order.Notes(ctx, v, g.sealer, o.ID); err != nil {
		return s, err
	}
	if s.trail, err = staff.Trail(ctx, v, string(o.ID), "", storyMost); err != nil {
		return s, err
	}
	members, err := staff.Members(ctx, v)
	s.names = make(map[string]string, len(members))
	for _, m := range members {
		s.names[string(m.ID)] = m.Name
	}
	return s, err
}

// chapter is one thing that happened.
type chapter struct {
	at    time.Time
	title string
	note  string
	by    pavilion.Actor // the zero actor where nobody in particular did it
}

// tell is the story in the reader's words, the newest first.
func (s story) tell(p *ui.Printer) []ui.Step { return s.steps(p, s.chapters(p)) }

// since is what happened after a moment.
func (s story) since(p *ui.Printer, at time.Time) []ui.Step {
	return s.steps(p, slices.DeleteFunc(s.chapters(p), func(c chapter) bool { return !c.at.After(at) }))
}

func (s story) steps(p *ui.Printer, chapters []chapter) []ui.Step {
	steps := make([]ui.Step, len(chapters))
	for i, c := range chapters {
		at := p.Moment(c.at)
		if who := s.who(p, c.by); who != "" {
			at += " · " + who
		}
		steps[i] = ui.Step{Title: c.title, Note: c.note, At: at, Done: true}
	}
	return steps
}

func (s story) chapters(p *ui.Printer) []chapter {
	var all []chapter
	for _, e := range s.events {
		c := chapter{at: e.At, title: p.T("orders.step." + string(e.Step)), by: e.Actor}
		switch e.Step {
		case order.StepCancel, order.StepRefund:
			c.note = sentence(p, e.Detail, nil)
		}
		all = append(all, c)
	}
	for _, i := range s.intents {
		if i.State == payment.StatePaid {
			all = append(all, chapter{at: i.PaidAt, title: p.T("orders.payment.paid", "amount", i.Amount), note: i.ProviderRef, by: pavilion.Actor{Kind: pavilion.BySystem, ID: i.Provider}})
			continue
		}
		all = append(all, chapter{at: i.CreatedAt, title: p.T("orders.payment."+string(i.State), "amount", i.Amount)})
	}
	for _, r := range s.refunds {
		all = append(all, chapter{at: r.UpdatedAt, title: p.T("orders.money_back."+string(r.State), "amount", r.Amount), note: r.ProviderRef})
	}
	for _, n := range s.notes {
		text := n.Text
		if text == "" {
			text = p.T("orders.note_erased")
		}
		all = append(all, chapter{at: n.WrittenAt, title: p.T("orders.note_by"), note: text, by: n.Actor})
	}
	for _, e := range s.trail {
		if c, ok := chapterOf(p, e); ok {
			all = append(all, c)
		}
	}
	slices.SortStableFunc(all, func(a, b chapter) int { return b.at.Compare(a.at) })
	return all
}

// trailTitles are the acts of the trail that the story tells. The others stand among the
// order's own events.
var trailTitles = map[string]string{
	"shipment.packed":      "orders.trail.packed",
	"shipment.unpacked":    "orders.trail.unpacked",
	"shipment.waybill":     "orders.trail.waybill",
	"order.readdressed":    "orders.trail.readdressed",
	"order.recipient_seen": "orders.trail.recipient_seen",
	"order.slip_printed":   "orders.trail.slip_printed",
}

// chapterOf tells an entry of the trail.
func chapterOf(p *ui.Printer, e staff.Entry) (chapter, bool) {
	title, told := trailTitles[e.Act]
	if !told {
		return chapter{}, false
	}
	var parcel struct {
		Number, Units    int64
		Carrier, Waybill string
	}
	c := chapter{at: e.HappenedAt, by: e.Actor}
	if strings.HasPrefix(e.Act, "shipment.") && json.Unmarshal([]byte(e.Detail), &parcel) == nil && parcel.Number > 0 {
		c.title = p.T(title, "parcel", parcel.Number, "units", parcel.Units)
		c.note = strings.TrimSpace(carrierName(p, parcel.Carrier) + " " + parcel.Waybill)
		return c, true
	}
	c.title = p.T(title)
	var said []string
	for _, f := range e.Changes {
		said = append(said, p.T("orders.changed", "field", p.T("orders.to."+f.Field), "before", valueOf(p, f, f.Before), "after", valueOf(p, f, f.After)))
	}
	c.note = strings.Join(said, "; ")
	return c, true
}

// valueOf is a value of a changed field in words.
func valueOf(p *ui.Printer, f staff.FieldChange, value string) string {
	if f.Field == "carrier" {
		if name := carrierName(p, value); name != "" {
			return name
		}
	}
	if value == "" {
		return "—"
	}
	return value
}

// who is an actor as people call it, "" for nobody in particular.
func (s story) who(p *ui.Printer, a pavilion.Actor) string {
	switch a.Kind {
	case pavilion.ByStaff:
		if name := s.names[a.ID]; name != "" {
			return name
		}
		return p.T("orders.by.former")
	case pavilion.ByBuyer:
		return p.T("orders.by.buyer")
	case pavilion.ByToken:
		return p.T("orders.by.token")
	case pavilion.ByChannel:
		return channelName(p, a.ID)
	case pavilion.BySystem:
		return p.T("orders.by.system")
	}
	return ""
}
