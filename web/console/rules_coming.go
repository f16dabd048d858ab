package console

import (
	"cmp"
	"context"
	"net/http"
	"slices"

	"pavilion"
	"pavilion/catalog"
	"pavilion/db"
	"pavilion/tailoring"
	"pavilion/tailoring/rules"
	"pavilion/web/ui"
)

// showComing says what the rules that begin or end in the days ahead will do.
func (g *rulebook) showComing(w http.ResponseWriter, r *http.Request) error {
	p := ui.PrinterOf(r)
	v := comingView{Crumbs: []ui.Link{{URL: rulesPath, Label: p.T("rules.title")}, {Label: p.T("rules.coming"), Current: true}}}
	if err := g.read(r, func(view *db.View) error {
		for _, m := range g.markets {
			if err := v.add(r.Context(), view, p, m); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		return err
	}
	if len(v.Days) == 0 {
		v.Empty = ui.Empty{Title: p.T("rules.coming.none"), Text: p.T("rules.coming.none.text"), Action: ui.Link{URL: rulesPath, Label: p.T("rules.title")}}
	}
	return g.coming.Write(w, r, g.head(p.T("rules.coming"), rulesPath), v)
}

// add draws the coming days of a market.
func (v *comingView) add(ctx context.Context, view *db.View, p *ui.Printer, m *tailoring.Market) error {
	judged, err := tailoring.CountJudged(ctx, view, m.Key)
	if err != nil {
		return err
	}
	v.Asof = p.T("rules.coming.not_yet")
	if judged > 0 {
		v.Asof = p.T("rules.coming.as_of", "count", judged)
	}
	today := m.Today(view.Now())
	for _, on := range m.Rules.Turns(today) {
		day, err := drawComing(ctx, view, p, m, today, on)
		if err != nil {
			return err
		}
		v.Days = append(v.Days, day)
	}
	return nil
}

func drawComing(ctx context.Context, view *db.View, p *ui.Printer, m *tailoring.Market, today, on pavilion.Date) (comingDay, error) {
	day := comingDay{Title: p.Date(on), Note: p.T("rules.coming.in", "count", int64(today.DaysUntil(on)))}
	tally, err := tailoring.Tally(ctx, view, m.Key, on)
	if err != nil {
		return day, err
	}
	made := false
	for _, r := range m.Rules.Rules {
		switch {
		case r.From == on:
			made = made || r.ByMade
			day.Begin = append(day.Begin, comingRule{
				Link: ui.Link{URL: ruleURL(m, r.ID), Label: p.Text(r.Title)}, Severity: severityBadge(p, r.Severity), Verified: verifiedBadge(p, r.Verified),
				Source: p.Text(r.Written()), Fix: ruleAbout(p, m, r), Found: tally[r.ID],
			})
		case r.Until.AddDays(1) == on:
			day.End = append(day.End, ui.Link{URL: ruleURL(m, r.ID), Label: p.Text(r.Title)})
		}
	}
	slices.SortStableFunc(day.Begin, func(a, b comingRule) int { return cmp.Compare(b.Found, a.Found) })
	if made {
		day.Note += " · " + p.T("rules.by.made")
	}
	list, all, blocked, err := tailoring.Coming(ctx, view, m.Key, on, comingShown)
	if err != nil {
		return day, err
	}
	day.Tiles = []tile{
		{Label: p.T("rules.coming.begin"), Text: p.Number(int64(len(day.Begin)))},
		{Label: p.T("rules.coming.touched"), Text: p.Number(all)},
		{Label: p.T("rules.coming.blocked"), Text: p.Number(blocked)},
	}
	if day.Variants, err = comingVariants(ctx, view, p, m, list); err != nil {
		return day, err
	}
	if rest := all - int64(len(list)); rest > 0 {
		day.More = p.T("rules.coming.more", "count", rest)
	}
	return day, nil
}

// comingVariants are the products for which a day changes something, with their names.
func comingVariants(ctx context.Context, view *db.View, p *ui.Printer, m *tailoring.Market, list []tailoring.Foresight) (out []comingVariant, err error) {
	products := make([]pavilion.ProductID, len(list))
	for i, f := range list {
		one, err := tailoring.Lookup(ctx, view, f.Variant)
		if err != nil {
			return nil, err
		}
		products[i] = one.Product
	}
	pages, err := catalog.Pages(ctx, view, products)
	if err != nil {
		return nil, err
	}
	for i, f := range list {
		one := comingVariant{Link: ui.Link{URL: variantURL(f.Variant), Label: p.Text(pages[products[i]].Product.Name)}, Blocks: f.Blocks}
		for _, id := range f.Rules {
			if r := m.Rules.Rule(id); r != nil {
				one.Rules = append(one.Rules, ui.Link{URL: ruleURL(m, id), Label: p.Text(r.Title)})
			}
		}
		out = append(out, one)
	}
	return out, nil
}

func sampleComing(p *ui.Printer) map[string]comingView {
	link := ui.Link{URL: rulesPath, Label: p.T("rules.title")}
	begin := comingRule{Link: link, Severity: severityBadge(p, pavilion.Blocks), Verified: verifiedBadge(p, rules.Seen), Source: "GB 7718-2025", Found: 40}
	return map[string]comingView{
		"empty": {Empty: ui.Empty{Title: p.T("rules.coming.none"), Text: p.T("rules.coming.none.text")}},
		"full": {Asof: p.T("rules.coming.not_yet"), Days: []comingDay{{
			Title: p.Date("2027-03-16"), Note: p.T("rules.coming.in", "count", int64(113)), Tiles: []tile{{Label: p.T("rules.coming.touched"), Text: "40"}},
			Begin: []comingRule{begin}, End: []ui.Link{link}, Variants: []comingVariant{{Link: link, Blocks: 2, Rules: []ui.Link{link}}}, More: p.T("rules.coming.more", "count", int64(10)),
		}}},
	}
}
