package tailoring

import (
	"context"
	"slices"

	"pavilion"
	"pavilion/db"
	"pavilion/tailoring/rule"
)

// labelField is what findings about a label that is not ready are about.
const labelField = "label"

// Needed are the findings that would block a variant if nobody had written its words: what they
// are about must be written before it is approved. Where a rule asks for a label, what that would
// lack is among them.
func Needed(ctx context.Context, r db.Reader, m *Market, v Variant, on pavilion.Date) ([]Finding, error) {
	subjects, err := readSubjects(ctx, r, m, []Variant{v})
	if err != nil {
		return nil, err
	}
	s, was := subjects[0], subjects[0].version.Content
	s.version.Content = Content{Route: was.Route, Channels: was.Channels, Claims: was.Claims}
	found := slices.DeleteFunc(s.judge(m, on).Findings, func(f Finding) bool { return f.Severity != pavilion.Blocks })
	if !slices.ContainsFunc(found, func(f Finding) bool { return f.Field == labelField }) {
		return found, nil
	}
	for _, u := range s.page.SKUs {
		facts, err := s.labelFacts(m, s.source, u.ID)
		if err != nil {
			return nil, err
		}
		l, err := m.Labels.Lay(facts.Of(LabelLot{ProducedOn: on, BestBefore: on.AddDays(int(u.ShelfLifeDays))}))
		if err != nil {
			return nil, err
		}
		for _, f := range l.Findings {
			if f.Severity == pavilion.Blocks {
				found = append(found, Finding{Finding: rule.Finding{Severity: f.Severity, Field: f.Field}, SKU: u.ID})
			}
		}
	}
	return found, nil
}
