package console

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"pavilion"
	"pavilion/catalog"
	"pavilion/db"
	"pavilion/staff"
	"pavilion/tailoring"
	"pavilion/tailoring/rule"
	"pavilion/tailoring/rules"
	"pavilion/web/ui"
)

const (
	rulesPath   = "/console/rules"
	comingShown = 30 // variants of a coming day on the page
)

// rulebook is the rules of the markets: what each asks, where it is written, how well that
// is known, how to satisfy it, and what coming ones will do.
type rulebook struct {
	*desk
	markets []*tailoring.Market
	list    *lister[ruleRow]
	page    *ui.Page[ruleView]
	coming  *ui.Page[comingView]
}

// ruleRow is a rule in the list.
type ruleRow struct {
	*rule.Rule
	market *tailoring.Market
	found  int64 // variants it finds something in today
	when   string
}

// The times of a rule seen from a day.
const (
	ruleHolds  = "holds"
	ruleComing = "coming"
	ruleOver   = "over"
)

type ruleView struct {
	Crumbs []ui.Link
	Title  string
	Badges []ui.Badge
	Text   string
	Fix    string
	About  []ui.Fact
	Source []ui.Fact
	Note   ui.Notice // how far it can be relied on
	When   string    // its expressions as they are written
	Must   string
	Words  []rule.Word
	Allow  string
	Found  []foundVariant // today
	Count  string
	More   ui.Link // the next of them
	Board  ui.Link
}

// foundVariant is a product a rule finds something in.
type foundVariant struct {
	ui.Link
	Producer string
	State    ui.Badge
	Blocks   int64
}

type comingView struct {
	Crumbs []ui.Link
	Asof   string
	Days   []comingDay
	Empty  ui.Empty
}

// comingDay is a day on which rules change.
type comingDay struct {
	Title    string
	Note     string
	Tiles    []tile
	Begin    []comingRule
	End      []ui.Link
	Variants []comingVariant
	More     string
}

type comingRule struct {
	ui.Link
	Severity ui.Badge
	Verified ui.Badge
	Source   string
	Fix      string
	Found    int64
}

type comingVariant struct {
	ui.Link
	Blocks int64
	Rules  []ui.Link
}

func newRulebook(d *desk, markets []*tailoring.Market) *rulebook {
	g := &rulebook{
		desk: d, markets: markets,
		page:   ui.NewPage(d.area, "rule", map[string]ruleView{}).Samples(sampleRules(markets)),
		coming: ui.NewPage(d.area, "rules-coming", map[string]comingView{}).Samples(sampleComing),
	}
	g.list = newList(d, list[ruleRow]{
		path: rulesPath, title: "rules.title", right: staff.SeeTailoring, columns: ruleColumns(), filters: ruleFilters(markets),
		ways:  []listAdd{{url: rulesPath + "/coming", label: "rules.coming", right: staff.SeeTailoring}},
		empty: func(p *ui.Printer) ui.Empty { return ui.Empty{Title: p.T("rules.none"), Text: p.T("rules.none.text")} },
		rows: func(ctx context.Context, v *db.View, q query) ([]ruleRow, error) {
			all, err := g.rows(ctx, v, q)
			return page(all, q, ruleKey), err
		},
		count: func(ctx context.Context, v *db.View, q query, most int64) (int64, error) {
			all, err := g.rows(ctx, v, q)
			return min(int64(len(all)), most), err
		},
		id: ruleKey, key: ruleKey, url: func(row ruleRow) string { return ruleURL(row.market, row.ID) },
	})
	return g
}

func ruleKey(row ruleRow) string { return row.market.Key + "/" + row.ID }

func ruleURL(m *tailoring.Market, id string) string { return rulesPath + "/" + m.Key + "/" + id }

func (g *rulebook) routes() []route {
	return slices.Concat(g.list.routes(), []route{
		{"GET " + rulesPath + "/coming", staff.SeeTailoring, g.showComing},
		{"GET " + rulesPath + "/{market}/{rule}", staff.SeeTailoring, g.show},
	})
}

// rows are the rules the query matches: those that find most first, otherwise in the order of
// their packs.
func (g *rulebook) rows(ctx context.Context, v *db.View, q query) (out []ruleRow, err error) {
	sought := strings.ToLower(q.text("q"))
	for _, m := range g.markets {
		if asked := q.text("market"); asked != "" && asked != m.Key {
			continue
		}
		found, err := tailoring.Tally(ctx, v, m.Key, "")
		if err != nil {
			return nil, err
		}
		today := m.Today(v.Now())
		for _, r := range m.Rules.Rules {
			row := ruleRow{r, m, found[r.ID], ruleTime(r, today)}
			if asked := q.text("goods"); asked != "" && len(r.Goods) > 0 && !slices.Contains(r.Goods, asked) {
				continue
			}
			if differs(q.text("severity"), string(r.Severity)) || differs(q.text("verified"), string(r.Verified)) || differs(q.text("when"), row.when) || !ruleSays(r, sought) {
				continue
			}
			out = append(out, row)
		}
	}
	slices.SortStableFunc(out, func(a, b ruleRow) int { return cmp.Compare(b.found, a.found) })
	return out, nil
}

// differs tells whether a filter asks for something else.
func differs(asked, is string) bool { return asked != "" && asked != is }

func ruleTime(r *rule.Rule, today pavilion.Date) string {
	switch {
	case r.From > today:
		return ruleComing
	case r.Until != "" && r.Until < today:
		return ruleOver
	}
	return ruleHolds
}

// ruleSays tells whether the words stand in what people read of a rule, in any language.
func ruleSays(r *rule.Rule, sought string) bool {
	if sought == "" || strings.Contains(r.ID, sought) {
		return true
	}
	for _, text := range []pavilion.Text{r.Title, r.Message(), r.Fix, r.Written()} {
		for _, words := range text {
			if strings.Contains(strings.ToLower(words), sought) {
				return true
			}
		}
	}
	return false
}

func ruleColumns() []column[ruleRow] {
	return []column[ruleRow]{
		{key: "title", label: "rules.rule", value: func(row ruleRow) any { return row.Title }, show: func(p *ui.Printer, row ruleRow, c *cell) {
			c.Note = ruleAbout(p, row.market, row.Rule)
		}},
		{key: "severity", label: "rules.severity", value: func(row ruleRow) any { return word("tailoring.severity." + string(row.Severity)) }, show: func(p *ui.Printer, row ruleRow, c *cell) {
			c.Text, c.Badge = "", severityBadge(p, row.Severity)
		}},
		{key: "source", label: "rules.source", value: func(row ruleRow) any { return row.Written() }},
		{key: "verified", label: "rules.verified", value: func(row ruleRow) any { return word("rules.verified." + string(row.Verified)) }, show: func(p *ui.Printer, row ruleRow, c *cell) {
			c.Text, c.Badge = "", verifiedBadge(p, row.Verified)
		}},
		{key: "from", label: "rules.from", value: func(row ruleRow) any { return row.From }, show: func(p *ui.Printer, row ruleRow, c *cell) {
			if row.when == ruleComing {
				c.Text, c.Badge, c.Note = "", ui.Badge{Tone: ui.Careful, Text: p.T("rules.when.coming")}, p.Date(row.From)
			}
		}},
		{key: "until", label: "rules.until", value: func(row ruleRow) any { return row.Until }},
		{key: "found", label: "rules.found", value: func(row ruleRow) any { return row.found }},
		{key: "id", label: "rules.id", off: true, value: func(row ruleRow) any { return row.ID }},
		{key: "fix", label: "rules.fix", off: true, value: func(row ruleRow) any { return row.Fix }},
	}
}

func severityBadge(p *ui.Printer, s pavilion.Severity) ui.Badge {
	tone := map[pavilion.Severity]ui.Tone{pavilion.Blocks: ui.Bad, pavilion.Warns: ui.Careful}[s]
	return ui.Badge{Tone: tone, Text: p.T("tailoring.severity." + string(s))}
}

func verifiedBadge(p *ui.Printer, v rules.Verified) ui.Badge {
	tone := map[rules.Verified]ui.Tone{rules.Seen: ui.Good, rules.Recalled: ui.Careful}[v]
	return ui.Badge{Tone: tone, Text: p.T("rules.verified." + string(v))}
}

// ruleAbout says in words which goods, routes and channels a rule is about.
func ruleAbout(p *ui.Printer, m *tailoring.Market, r *rule.Rule) string {
	var parts []string
	for _, goods := range r.Goods {
		parts = append(parts, p.T("rules.goods."+goods))
	}
	for _, route := range m.Route {
		if slices.Contains(r.Routes, route.Key) {
			parts = append(parts, p.Text(route.Name))
		}
	}
	for _, channel := range r.Channels {
		parts = append(parts, p.T("tailoring.channel."+channel))
	}
	if len(parts) == 0 {
		return p.T("rules.about.all")
	}
	return strings.Join(parts, " · ")
}

func ruleFilters(markets []*tailoring.Market) []filter {
	choice := func(key, label, words string, of ...string) filter {
		return filter{key: key, label: label, kind: filterChoice, options: func(p *ui.Printer) (out []ui.Option) {
			for _, value := range of {
				out = append(out, ui.Option{Value: value, Label: p.T(words + value)})
			}
			return out
		}}
	}
	var goods []string
	for _, g := range catalog.AllGoods {
		goods = append(goods, string(g))
	}
	all := []filter{
		{key: "q", label: "rules.filter.words", kind: filterText},
		choice("goods", "rules.goods", "rules.goods.", goods...),
		choice("severity", "rules.severity", "tailoring.severity.", string(pavilion.Blocks), string(pavilion.Warns), string(pavilion.Informs)),
		choice("verified", "rules.verified", "rules.verified.", string(rules.Seen), string(rules.Recalled), string(rules.Ours)),
		choice("when", "rules.when", "rules.when.", ruleHolds, ruleComing, ruleOver),
	}
	if len(markets) > 1 {
		all = append(all, filter{key: "market", label: "tailoring.market", kind: filterChoice, options: func(p *ui.Printer) (out []ui.Option) {
			for _, m := range markets {
				out = append(out, ui.Option{Value: m.Key, Label: p.Text(m.Name)})
			}
			return out
		}})
	}
	return all
}

// show is the page of one rule.
func (g *rulebook) show(w http.ResponseWriter, r *http.Request) error {
	m, err := tailoring.MarketOf(g.markets, r.PathValue("market"))
	if err != nil {
		return err
	}
	one := m.Rules.Rule(r.PathValue("rule"))
	if one == nil {
		return pavilion.E(pavilion.NotFound, "rule.unknown", nil)
	}
	var v ruleView
	p := ui.PrinterOf(r)
	if err := g.read(r, func(view *db.View) error {
		filter := tailoring.Filter{Market: m.Key, Rule: one.ID}
		found, err := tailoring.Count(r.Context(), view, filter, 1<<40)
		if err != nil {
			return err
		}
		v = drawRule(p, m, one, m.Today(view.Now()), found)
		list, err := tailoring.List(r.Context(), view, filter, pavilion.VariantID(r.URL.Query().Get("after")), pageRows+1)
		if err != nil {
			return err
		}
		if len(list) > pageRows {
			list = list[:pageRows]
			v.More = ui.Link{URL: ruleURL(m, one.ID) + "?after=" + string(list[pageRows-1].ID) + "#found", Label: p.T("rules.found.more")}
		}
		return v.list(r.Context(), view, p, list)
	}); err != nil {
		return err
	}
	return g.page.Write(w, r, g.head(p.Text(one.Title), rulesPath), v)
}

// list draws the products a rule finds something in.
func (v *ruleView) list(ctx context.Context, view *db.View, p *ui.Printer, list []tailoring.Variant) error {
	ids := make([]pavilion.ProductID, len(list))
	for i, one := range list {
		ids[i] = one.Product
	}
	pages, err := catalog.Pages(ctx, view, ids)
	for _, one := range list {
		page := pages[one.Product]
		v.Found = append(v.Found, foundVariant{ui.Link{URL: variantURL(one.ID), Label: p.Text(page.Product.Name)}, p.Text(page.Producer.LegalName), stateOf(p, one), one.Blocks})
	}
	return err
}

func drawRule(p *ui.Printer, m *tailoring.Market, r *rule.Rule, today pavilion.Date, found int64) ruleView {
	v := ruleView{
		Crumbs: []ui.Link{{URL: rulesPath, Label: p.T("rules.title")}, {Label: p.Text(r.Title), Current: true}},
		Title:  p.Text(r.Title), Badges: []ui.Badge{severityBadge(p, r.Severity), verifiedBadge(p, r.Verified)},
		Text: ruleSentence(p, r.Message()), Fix: ruleSentence(p, r.Fix), When: r.When, Must: r.Must,
	}
	v.About = []ui.Fact{
		{Label: p.T("rules.about"), Text: ruleAbout(p, m, r)},
		{Label: p.T("tailoring.market"), Text: p.Text(m.Name)},
		{Label: p.T("rules.when"), Text: p.T("rules.when." + ruleTime(r, today))},
	}
	if r.From != "" {
		v.About = append(v.About, ui.Fact{Label: p.T("rules.from"), Text: p.Date(r.From)})
	}
	if r.Until != "" {
		v.About = append(v.About, ui.Fact{Label: p.T("rules.until"), Text: p.Date(r.Until)})
	}
	if r.ByMade {
		v.About = append(v.About, ui.Fact{Label: p.T("rules.by"), Text: p.T("rules.by.made")})
	}
	v.Count, v.Board = p.Number(found), ui.Link{URL: variantsPath + "?" + url.Values{"rule": {r.ID}, "market": {m.Key}}.Encode(), Label: p.T("rules.found.board")}
	v.About = append(v.About, ui.Fact{Label: p.T("rules.found"), Text: p.Number(found), URL: "#found"}, ui.Fact{Label: p.T("rules.id"), Text: r.ID})
	v.Source = []ui.Fact{
		{Label: p.T("rules.kind"), Text: p.T("rules.kind." + r.Source.Kind)},
		{Label: p.T("rules.source"), Text: strings.TrimSpace(r.Source.Ref + " " + p.Text(r.Source.Title))},
	}
	if r.Article != "" {
		v.Source = append(v.Source, ui.Fact{Label: p.T("rules.article"), Text: r.Article})
	}
	if r.Source.From != "" {
		v.Source = append(v.Source, ui.Fact{Label: p.T("rules.in_force"), Text: p.Date(r.Source.From)})
	}
	if r.Source.Verified != r.Verified { // else the note says it
		v.Source = append(v.Source, ui.Fact{Label: p.T("rules.source.known"), Text: p.T("rules.verified." + string(r.Source.Verified))})
	}
	tone := map[rules.Verified]ui.Tone{rules.Seen: ui.Good, rules.Recalled: ui.Careful}[r.Verified]
	v.Note = ui.Notice{Tone: tone, Title: p.T("rules.verified." + string(r.Verified)), Text: p.T("rules.verified." + string(r.Verified) + ".text")}
	if note := p.Text(r.Source.Note); note != "" {
		v.Source = append(v.Source, ui.Fact{Label: p.T("rules.source.note"), Text: note})
	}
	if r.WordList != nil {
		v.Words, v.Allow = r.WordList.Words, strings.Join(r.WordList.Allow, "、")
	}
	return v
}

// ruleSentence is what a rule says with dots where it names what it found.
func ruleSentence(p *ui.Printer, t pavilion.Text) string {
	return valuePlace.ReplaceAllString(p.Text(t), "…")
}

var valuePlace = regexp.MustCompile(`\{[a-z_]+\}`)

func sampleRules(markets []*tailoring.Market) func(p *ui.Printer) map[string]ruleView {
	return func(p *ui.Printer) map[string]ruleView {
		out := map[string]ruleView{"empty": {}}
		for _, m := range markets {
			for _, r := range m.Rules.Rules {
				if r.WordList != nil && out["words"].Title == "" {
					out["words"] = drawRule(p, m, r, "2026-11-23", 3)
				}
				if r.ByMade && r.Must != "" && out["coming"].Title == "" {
					out["coming"] = drawRule(p, m, r, "2026-11-23", 0)
				}
			}
		}
		return out
	}
}
