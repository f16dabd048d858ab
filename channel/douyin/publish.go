package douyin

import (
	"context"
	"slices"
	"strings"

	"pavilion"
	"pavilion/channel"
)

// What a listing may say for this platform alone, in Listing.Extra.
const (
	ExtraSpec    = "spec"    // what tells its units from each other; 规格 if it is not said
	ExtraDetails = "details" // pictures of the description, one address a line; the listing's own if none
)

const defaultSpec = "规格"

// Publish adds a listing, or changes one, and hands it in for audit. The units of a listing
// that has passed an audit stay as they are, with their prices ([Connector.SetPrice]): Invalid
// douyin.units if others are wanted.
func (n *Connector) Publish(ctx context.Context, a channel.Access, l channel.Listing) (channel.Shown, error) {
	s := n.shop(a)
	d, err := draftOf(l)
	if err != nil {
		return channel.Shown{}, err
	}
	if l.ID == "" {
		added, err := s.Add(ctx, d)
		if err != nil {
			return channel.Shown{}, err
		}
		out := channel.Shown{ID: string(added.Product), Ref: l.Ref, State: channel.ListingAudit, Category: l.Category, Attributes: l.Attributes, Title: l.Title, PictureCount: len(l.Pictures), Modified: added.CreatedAt.Time}
		for _, u := range l.Units {
			at := slices.IndexFunc(added.SKUs, func(k AddedSKU) bool { return string(k.Code) == u.Ref })
			if at < 0 {
				return channel.Shown{}, call{s, "product.addV2", true}.lost(errNoID)
			}
			out.Units = append(out.Units, channel.ShownUnit{ID: string(added.SKUs[at].ID), Ref: u.Ref, Price: u.Price})
		}
		return out, nil
	}
	was, err := s.Listing(ctx, ID(l.ID), true)
	if err != nil {
		return channel.Shown{}, err
	}
	d.Product, d.KeepUnits = ID(l.ID), sameUnits(was, l)
	passed := was.Check == Passed || was.Check == PassedWaits || was.Draft != 0
	if passed && !d.KeepUnits {
		return channel.Shown{}, pavilion.E(pavilion.Invalid, "douyin.units", nil).At("units")
	}
	if err := s.Edit(ctx, d); err != nil {
		return channel.Shown{}, err
	}
	out := shown(was)
	out.Ref, out.Category, out.Attributes, out.Title, out.PictureCount, out.Refusals = l.Ref, l.Category, l.Attributes, l.Title, len(l.Pictures), nil
	if passed {
		out.NextInAudit = true
		return out, nil
	}
	out.State = channel.ListingAudit
	if d.KeepUnits {
		return out, nil
	}
	now, err := s.Listing(ctx, ID(l.ID), true)
	if err != nil {
		return channel.Shown{}, err
	}
	out.Units = shown(now).Units
	return out, nil
}

// sameUnits tells whether a listing has the units we want it to have.
func sameUnits(was Listing, l channel.Listing) bool {
	var theirs, ours []string
	for _, u := range was.SKUs {
		theirs = append(theirs, u.ref())
	}
	for _, u := range l.Units {
		ours = append(ours, u.Ref)
	}
	slices.Sort(theirs)
	slices.Sort(ours)
	return slices.Equal(theirs, ours)
}

func draftOf(l channel.Listing) (Draft, error) {
	d := Draft{
		Submit: true, Name: l.Title, Category: ID(l.Category), Pictures: l.Pictures, Brand: ID(firstOf(l.Brand, string(NoBrand))),
		Freight: ID(l.Freight), Phone: l.Phone, OuterID: l.Ref, Description: strings.Fields(l.Extra[ExtraDetails]),
	}
	if len(d.Description) == 0 {
		d.Description = l.Pictures
	}
	for _, v := range l.Attributes {
		at := slices.IndexFunc(d.Properties, func(p DraftProperty) bool { return string(p.Property) == v.Attribute })
		if at < 0 {
			d.Properties, at = append(d.Properties, DraftProperty{Property: ID(v.Attribute)}), len(d.Properties)
		}
		d.Properties[at].Values = append(d.Properties[at].Values, DraftValue{ID: ID(v.Option), Name: v.Text})
	}
	spec := Spec{Name: firstOf(l.Extra[ExtraSpec], defaultSpec)}
	for _, u := range l.Units {
		fen, err := inFen(u.Price)
		if err != nil {
			return Draft{}, err
		}
		name := firstOf(u.Name, u.Ref)
		spec.Values = append(spec.Values, name)
		sku := DraftSKU{Code: u.Ref, Values: []string{name}, Price: fen, Grams: int(u.WeightG)}
		if u.HSCode != "" {
			sku.Report = &CustomsReport{HSCode: u.HSCode, Barcode: u.Barcode}
		}
		d.SKUs = append(d.SKUs, sku)
		d.Grams = max(d.Grams, sku.Grams)
	}
	d.Specs = []Spec{spec}
	return d, nil
}

// The states of the platform and ours.
func stateOf(l Listing) channel.ListingState {
	switch {
	case l.Status == Deleted || l.Status == Discarded || l.Status == Destroyed:
		return channel.ListingGone
	case l.Check == Banned:
		return channel.ListingBanned
	case l.Check == Pending:
		return channel.ListingAudit
	case l.Check == Rejected:
		return channel.ListingRefused
	case l.OnSale():
		return channel.ListingOn
	case l.Check == Passed || l.Check == PassedWaits:
		return channel.ListingOff
	}
	return channel.ListingDraft
}

func shown(l Listing) channel.Shown {
	state := stateOf(l)
	out := channel.Shown{
		ID: string(l.Number()), Ref: string(l.OuterID), State: state, NextInAudit: l.Draft == Pending && state != channel.ListingAudit,
		Category: string(l.Category.Leaf()), Title: l.Name, PictureCount: len(l.Pictures), Modified: l.UpdatedAt.Time,
	}
	for property, values := range l.Values.V {
		for _, v := range values {
			at := channel.AttributeValue{Attribute: string(property), Text: v.Name}
			if !bool(v.Own) && !v.Value.None() {
				at.Option = string(v.Value)
			}
			out.Attributes = append(out.Attributes, at)
		}
	}
	slices.SortFunc(out.Attributes, func(a, b channel.AttributeValue) int {
		return strings.Compare(a.Attribute+a.Option+a.Text, b.Attribute+b.Option+b.Text)
	})
	for _, u := range l.SKUs {
		out.Units = append(out.Units, channel.ShownUnit{ID: string(u.ID), Ref: u.ref(), Price: u.Price.Money(), On: state == channel.ListingOn})
	}
	return out
}

// Find returns listings by the platform's ids, and by our names those without one.
func (n *Connector) Find(ctx context.Context, a channel.Access, ids, refs []string) ([]channel.Shown, error) {
	s := n.shop(a)
	if len(refs) > 0 {
		found, err := s.named(ctx, refs)
		if err != nil {
			return nil, err
		}
		ids = append(slices.Clone(ids), found...)
	}
	var out []channel.Shown
	refused := map[string]int{}
	for _, id := range ids {
		l, err := s.Listing(ctx, ID(id), false)
		if pavilion.KindOf(err) == pavilion.NotFound && err != nil {
			continue
		}
		if err != nil {
			return nil, err
		}
		if l.Number().None() {
			continue
		}
		if l.Check == Rejected || l.Draft == Rejected {
			refused[string(l.Number())] = len(out)
		}
		out = append(out, shown(l))
	}
	return out, s.refusals(ctx, out, refused)
}

// firstListings is how many listings the platform shows by pages; the rest come by a cursor.
const firstListings = 10_000

// named looks for listings by our names, through all of them: the platform finds them by its
// own numbers alone.
func (s Shop) named(ctx context.Context, refs []string) (ids []string, err error) {
	q := ListingQuery{Page: 1, Size: pageMost}
	for left := len(refs); left > 0; q.Page++ {
		page, err := s.Listings(ctx, q)
		if err != nil {
			return nil, err
		}
		if page.Total > firstListings && !q.ByCursor {
			q.ByCursor, q.Page = true, 0
			continue
		}
		for _, l := range page.Listings {
			if slices.Contains(refs, string(l.OuterID)) && l.Status >= Online && l.Status != Deleted && !slices.Contains(ids, string(l.ID)) {
				ids = append(ids, string(l.ID))
				left--
			}
		}
		if len(page.Listings) == 0 || !q.ByCursor && q.Page*pageMost >= int(page.Total) {
			return ids, nil
		}
		q.Cursor = page.Cursor
	}
	return ids, nil
}

// refusalPages is how far back the reasons of refusals are looked for.
const refusalPages = 10

// refusals adds why the platform refused those in which, by number and place.
func (s Shop) refusals(ctx context.Context, out []channel.Shown, which map[string]int) error {
	for page := 0; page < refusalPages && len(which) > 0; page++ {
		audits, total, err := s.Audits(ctx, AuditRejected, page)
		if err != nil {
			return err
		}
		for _, audit := range audits {
			at, ok := which[string(audit.Product)]
			if !ok {
				continue
			}
			delete(which, string(audit.Product))
			for theirs, words := range audit.Reasons.V {
				for _, w := range words {
					out[at].Refusals = append(out[at].Refusals, channel.Refusal{Field: Field(theirs), Text: s.redacted(w)})
				}
			}
			slices.SortFunc(out[at].Refusals, func(a, b channel.Refusal) int { return strings.Compare(a.Field+a.Text, b.Field+b.Text) })
		}
		if (page+1)*pageMost >= total {
			break
		}
	}
	return nil
}
