package channeltest

import (
	"context"
	"fmt"
	"slices"
	"time"

	"pavilion"
	"pavilion/channel"
	"pavilion/money"
)

type listing struct {
	channel.Listing
	state    channel.ListingState
	inAudit  bool // a newer form
	refusals []channel.Refusal
	modified time.Time
}

func (l *listing) shown() channel.Shown {
	s := channel.Shown{
		ID: l.ID, Ref: l.Ref, State: l.state, NextInAudit: l.inAudit, Refusals: l.refusals, Category: l.Category,
		Attributes: l.Attributes, Title: l.Title, Description: l.Description, PictureCount: len(l.Pictures), Modified: l.modified,
	}
	for _, u := range l.Units {
		s.Units = append(s.Units, channel.ShownUnit{ID: u.ID, Ref: u.Ref, Price: u.Price, On: l.state == channel.ListingOn})
	}
	return s
}

// listed finds a listing. Under mu.
func (p *Platform) listed(id, ref string) *listing {
	for _, l := range p.listings {
		if id != "" && l.ID == id || id == "" && ref != "" && l.Ref == ref {
			return l
		}
	}
	return nil
}

// Sell makes a listing of one unit that is on, with our name for both.
func (p *Platform) Sell(ref string, price money.Money) channel.UnitID {
	p.mu.Lock()
	defer p.mu.Unlock()
	l := p.hand(channel.Listing{Ref: ref, Title: ref, Units: []channel.ListingUnit{{Ref: ref, Name: ref, Price: price}}})
	l.state, l.inAudit = channel.ListingOn, false
	return channel.UnitID{Listing: l.ID, Unit: l.Units[0].ID}
}

// hand takes a listing in. Under mu.
func (p *Platform) hand(in channel.Listing) *listing {
	l := p.listed(in.ID, in.Ref)
	if l == nil {
		l = &listing{}
		in.ID = p.id("L")
		p.listings = append(p.listings, l)
	}
	in.ID = max(in.ID, l.ID)
	in.Units = slices.Clone(in.Units)
	for i := range in.Units {
		u := &in.Units[i]
		for _, was := range l.Units {
			if was.Ref == u.Ref {
				u.ID = was.ID
			}
		}
		if u.ID == "" {
			u.ID = p.id("U")
			p.stock[channel.UnitID{Listing: in.ID, Unit: u.ID}] = 0
		}
	}
	l.Listing, l.modified, l.refusals = in, p.o.Clock(), p.refusals
	p.refusals = nil
	switch {
	case len(l.refusals) > 0:
		l.state = channel.ListingRefused
	case p.o.Audit && l.state == channel.ListingOn:
		l.inAudit = true
	case p.o.Audit:
		l.state = channel.ListingAudit
	default:
		l.state = channel.ListingOn
	}
	return l
}

// RefuseNext has the next listing handed in refused at once.
func (p *Platform) RefuseNext(why ...channel.Refusal) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.refusals = why
}

// Audit decides about all listings that wait for it: with refusals, or for them.
func (p *Platform) Audit(why ...channel.Refusal) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, l := range p.listings {
		if !l.inAudit && l.state != channel.ListingAudit {
			continue
		}
		l.inAudit, l.refusals, l.state, l.modified = false, why, channel.ListingOn, p.o.Clock()
		if len(why) > 0 {
			l.state = channel.ListingRefused
		}
	}
}

// EditListing changes a listing in the platform's back office.
func (p *Platform) EditListing(ref string, edit func(*channel.Listing)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if l := p.listed("", ref); l != nil {
		edit(&l.Listing)
		l.modified = p.o.Clock()
	}
}

// EditStock sets what is offered in the platform's back office.
func (p *Platform) EditStock(u channel.UnitID, to int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stock[u] = to
}

// Offered is what the platform would sell of a unit.
func (p *Platform) Offered(u channel.UnitID) int64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.stock[u]
}

// Told are the changes of stock that were carried out, in order.
func (p *Platform) Told() []channel.StockChange {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.told)
}

// Categories are food, and tea and chocolate in it.
func (p *Platform) Categories(_ context.Context, a channel.Access, parent string) (out []channel.Category, err error) {
	return out, p.talk("Categories", &a, func() error {
		if out = nil; parent == "" {
			out = []channel.Category{{ID: "1", Name: "食品"}}
		} else if parent == "1" {
			out = []channel.Category{{ID: "11", Parent: "1", Name: "茶", Leaf: true}, {ID: "12", Parent: "1", Name: "巧克力", Leaf: true}}
		}
		return nil
	})
}

// Attributes are a required origin and a free taste.
func (p *Platform) Attributes(_ context.Context, a channel.Access, category string) (out []channel.Attribute, err error) {
	return out, p.talk("Attributes", &a, func() error {
		if category != "11" && category != "12" {
			return refused(pavilion.NotFound, "category")
		}
		out = []channel.Attribute{
			{ID: "origin", Name: "产地", Required: true, Options: []channel.Option{{ID: "by", Name: "白俄罗斯"}, {ID: "cn", Name: "中国"}}},
			{ID: "taste", Name: "口味", Free: true},
		}
		return nil
	})
}

// AddPicture names a picture after ours.
func (p *Platform) AddPicture(_ context.Context, a channel.Access, name string, jpeg []byte) (out string, err error) {
	return out, p.talk("AddPicture", &a, func() error {
		if len(jpeg) == 0 {
			return refused(pavilion.Invalid, "picture").At("pictures")
		}
		out = "pic/" + name
		return nil
	})
}

// Publish knows a listing it has by its id, or else by our name.
func (p *Platform) Publish(_ context.Context, a channel.Access, l channel.Listing) (out channel.Shown, err error) {
	return out, p.talk("Publish", &a, func() error {
		if l.Title == "" {
			return refused(pavilion.Invalid, "title").At("title")
		}
		if l.ID != "" && p.listed(l.ID, "") == nil {
			return refused(pavilion.NotFound, "listing")
		}
		out = p.hand(l).shown()
		return nil
	})
}

// Find finds listings.
func (p *Platform) Find(_ context.Context, a channel.Access, ids, refs []string) (out []channel.Shown, err error) {
	return out, p.talk("Find", &a, func() error {
		out = nil
		for _, l := range p.listings {
			if slices.Contains(ids, l.ID) || slices.Contains(refs, l.Ref) {
				out = append(out, l.shown())
			}
		}
		return nil
	})
}

// SetPrice sets the price of a unit.
func (p *Platform) SetPrice(_ context.Context, a channel.Access, id channel.UnitID, price money.Money) error {
	return p.talk("SetPrice", &a, func() error {
		if l := p.listed(id.Listing, ""); l != nil {
			for i := range l.Units {
				if l.Units[i].ID == id.Unit {
					l.Units[i].Price, l.modified = price, p.o.Clock()
					return nil
				}
			}
		}
		return refused(pavilion.NotFound, "unit")
	})
}

// SetShelf takes a listing on or off the shelf.
func (p *Platform) SetShelf(_ context.Context, a channel.Access, id string, on bool) error {
	return p.talk("SetShelf", &a, func() error {
		l := p.listed(id, "")
		switch {
		case l == nil:
			return refused(pavilion.NotFound, "listing")
		case l.state != channel.ListingOn && l.state != channel.ListingOff:
			return refused(pavilion.Conflict, "audit")
		}
		l.state, l.modified = channel.ListingOff, p.o.Clock()
		if on {
			l.state = channel.ListingOn
		}
		return nil
	})
}

// ChangeStock carries a key out once, or sets an absolute number each time.
func (p *Platform) ChangeStock(_ context.Context, a channel.Access, c channel.StockChange) error {
	return p.talk("ChangeStock", &a, func() error {
		n, known := p.stock[c.UnitID]
		switch {
		case !known:
			return refused(pavilion.NotFound, "unit")
		case c.Key == "":
			return refused(pavilion.Invalid, "key")
		case !p.o.Increments:
			p.stock[c.UnitID] = c.To
		case p.done[c.Key]:
			return nil
		case n+c.By < 0:
			return pavilion.E(pavilion.Conflict, "channel.stock_short", nil)
		default:
			p.stock[c.UnitID] += c.By
			p.done[c.Key] = true
		}
		p.told = append(p.told, c)
		return nil
	})
}

// ReadStock tells what is offered, and what is in orders that were not shipped.
func (p *Platform) ReadStock(_ context.Context, a channel.Access, units []channel.UnitID) (out []channel.StockReading, err error) {
	return out, p.talk("ReadStock", &a, func() error {
		out = nil
		for _, u := range units {
			n, known := p.stock[u]
			if !known {
				return fmt.Errorf("unit %s: %w", u.Unit, refused(pavilion.NotFound, "unit"))
			}
			r := channel.StockReading{UnitID: u, Sellable: n, Held: p.held(u)}
			if p.o.Mute {
				r.Held = -1
			}
			out = append(out, r)
		}
		return nil
	})
}

// Held is what stands of a unit in orders that were not shipped.
func (p *Platform) Held(u channel.UnitID) int64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.held(u)
}

func (p *Platform) held(u channel.UnitID) (n int64) {
	for _, o := range p.orders {
		if !o.open() {
			continue
		}
		for _, l := range o.Lines {
			if l.Unit == u && !l.Refunded {
				n += l.Quantity
			}
		}
	}
	return n
}
