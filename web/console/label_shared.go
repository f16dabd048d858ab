package console

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"pavilion"
	"pavilion/db"
	"pavilion/staff"
	"pavilion/tailoring"
	"pavilion/tailoring/label"
	"pavilion/tailoring/rules"
	"pavilion/web/ui"
)

// labelSharedView is what all labels of a market share: who answers for the goods, and the
// names of ingredients.
type labelSharedView struct {
	Market  string
	Lang    pavilion.Lang // of the market's labels
	Markets []ui.Link
	Parties []labelPartyForm
	Decide  []ui.Field
	Allergy []ui.Option
	Version int64
	Decided []decidedTerm
	Words   string // that the glossary is searched for
	Found   []packTerm
	Known   int // entries of the pack
	Edits   bool
	Failed  ui.Notice
}

// labelPartyForm is the form of one party.
type labelPartyForm struct {
	Duty    string
	Title   string
	Text    string
	Fields  []ui.Field
	Version int64
}

// decidedTerm is what a person decided.
type decidedTerm struct {
	Source, Name, More, Who string
	Edit                    string
	Version                 int64
}

// packTerm is an entry of the pack's glossary.
type packTerm struct {
	Name, Sources, More, Mark string
}

// Entries of the glossary on the page: found ones, and the first where nothing is looked for.
const termsShown, termsBegun = 40, 10

// asked is the market of the address, or the first one labels are made for.
func (g *labels) asked(r *http.Request) (*tailoring.Market, error) {
	key := r.FormValue("market")
	for _, m := range g.markets {
		if len(m.Labels.Editions) > 0 && (key == "" || key == m.Key) {
			return m, nil
		}
	}
	return nil, pavilion.E(pavilion.NotFound, "market.unknown", nil)
}

func (g *labels) showShared(w http.ResponseWriter, r *http.Request) error {
	return g.drawShared(w, r, "", nil)
}

// drawShared draws the page; after a failure the form it came from has what was typed.
func (g *labels) drawShared(w http.ResponseWriter, r *http.Request, form string, failure error) error {
	m, err := g.asked(r)
	if err != nil {
		return err
	}
	p := ui.PrinterOf(r)
	var parties map[tailoring.Duty]tailoring.LabelParty
	var decided []tailoring.LabelTerm
	var names others
	err = g.read(r, func(v *db.View) (err error) {
		if parties, err = tailoring.Parties(r.Context(), v, m.Key); err != nil {
			return err
		}
		if decided, err = tailoring.Terms(r.Context(), v, m.Key); err != nil {
			return err
		}
		names, err = nameOthers(r, v, p)
		return err
	})
	if err != nil {
		return err
	}
	v := labelSharedView{Market: m.Key, Lang: m.Language, Edits: member(r).May(staff.Tailor), Words: strings.TrimSpace(r.URL.Query().Get("q")), Known: len(m.Labels.Glossary.Terms)}
	for _, other := range g.markets {
		if len(other.Labels.Editions) > 0 {
			v.Markets = append(v.Markets, ui.Link{URL: labelsPath + "?market=" + other.Key, Label: p.Text(other.Name), Current: other == m})
		}
	}
	for _, duty := range tailoring.Duties {
		v.Parties = append(v.Parties, partyForm(p, m, duty, parties[duty]))
	}
	source := r.FormValue("source")
	editing := tailoring.LabelTerm{Source: source}
	for _, t := range decided {
		if label.SourceKey(t.Source) == label.SourceKey(source) {
			editing = t
		}
		v.Decided = append(v.Decided, decidedTerm{Source: t.Source, Name: t.Term.Name, More: termMore(p, m, t.Term), Who: names.who(p, t.DecidedBy) + " · " + p.Moment(t.UpdatedAt),
			Edit: labelsPath + "?market=" + m.Key + "&source=" + url.QueryEscape(t.Source) + "#decide", Version: t.Version})
	}
	v.Decide, v.Allergy = termFields(p, m, editing)
	v.Version = editing.Version
	v.Found = searchTerms(p, m, v.Words)
	head := g.head(p.T("label.shared"), labelsPath)
	if failure != nil {
		head.Status = ui.Status(failure)
		v.Failed = ui.Notice{Tone: ui.Bad, Title: p.T("label.not_saved"), Text: p.Error(failure)}
		v.keep(p, r, form, failure)
	}
	return g.shared.Write(w, r, head, v)
}

// keep puts what was typed into the form it came from.
func (v *labelSharedView) keep(p *ui.Printer, r *http.Request, form string, failure error) {
	fields := v.Decide
	for i := range v.Parties {
		if v.Parties[i].Duty == form {
			fields = v.Parties[i].Fields
		}
	}
	for i := range fields {
		f := &fields[i]
		f.Value = r.PostFormValue(strings.TrimPrefix(f.Name, form+"."))
		if form != "" {
			f.Value = r.PostFormValue(f.Name)
		}
		for j := range f.Options {
			f.Options[j].Selected = f.Options[j].Value == f.Value
		}
		if f.Name == field(failure) || f.Name == form+"."+field(failure) {
			f.Error = p.Error(failure)
		}
	}
	if form == "" {
		for i := range v.Allergy {
			v.Allergy[i].Selected = slices.Contains(r.PostForm["allergens"], v.Allergy[i].Value)
		}
	}
}

func partyForm(p *ui.Printer, m *tailoring.Market, duty tailoring.Duty, now tailoring.LabelParty) labelPartyForm {
	var roles []ui.Option
	for key, name := range m.Labels.Words.Roles {
		if (key == string(tailoring.DutySeller)) == (duty == tailoring.DutySeller) {
			roles = append(roles, ui.Option{Value: key, Label: name, Selected: key == now.Role})
		}
	}
	slices.SortFunc(roles, func(a, b ui.Option) int { return strings.Compare(a.Value, b.Value) })
	one := func(name, label, value string, required bool) ui.Field {
		return ui.Field{Name: string(duty) + "." + name, Label: p.T(label), Value: value, MaxLength: 300, Required: required, Lang: m.Language}
	}
	return labelPartyForm{Duty: string(duty), Title: p.T("label.party." + string(duty)), Text: p.T("label.party." + string(duty) + ".text"), Version: now.Version, Fields: []ui.Field{
		{Name: string(duty) + ".role", Label: p.T("label.role"), Type: "select", Options: roles, Required: true},
		one("name", "label.party.name", now.Name, true), one("address", "label.party.address", now.Address, true), one("contact", "label.party.contact", now.Contact, true),
	}}
}

// termFields is the form to decide about an ingredient.
func termFields(p *ui.Printer, m *tailoring.Market, t tailoring.LabelTerm) (fields []ui.Field, allergens []ui.Option) {
	classes := []ui.Option{{Label: p.T("label.term.no_class")}}
	for _, c := range m.Labels.Glossary.Classes {
		classes = append(classes, ui.Option{Value: c.Key, Label: c.Name[m.Language] + " · " + p.Text(c.Name), Selected: c.Key == t.Term.Class})
	}
	for _, a := range m.Labels.Allergens {
		allergens = append(allergens, ui.Option{Value: a.Code, Label: p.Text(a.Name), Selected: slices.Contains(t.Term.Allergens, a.Code)})
	}
	return []ui.Field{
		{Name: "source", Label: p.T("label.term.source"), Hint: p.T("label.term.source.hint"), Value: t.Source, MaxLength: 300, Required: true},
		{Name: "name", Label: p.T("label.term.name"), Hint: p.T("label.term.name.hint"), Value: t.Term.Name, MaxLength: 300, Required: true, Lang: m.Language},
		{Name: "class", Label: p.T("label.term.class"), Hint: p.T("label.term.class.hint"), Type: "select", Options: classes},
		{Name: "ins", Label: p.T("label.term.ins"), Value: t.Term.INS, MaxLength: 20},
	}, allergens
}

// termMore is the class, number and allergens of a term.
func termMore(p *ui.Printer, m *tailoring.Market, t label.Term) string {
	var more []string
	if c, known := m.Labels.Glossary.Class(t.Class); known {
		more = append(more, p.Text(c.Name))
	}
	if t.INS != "" {
		more = append(more, "INS "+t.INS)
	}
	for _, a := range m.Labels.Allergens {
		if slices.Contains(t.Allergens, a.Code) {
			more = append(more, p.Text(a.Name))
		}
	}
	return strings.Join(more, " · ")
}

// searchTerms finds entries of the pack's glossary by any of their names.
func searchTerms(p *ui.Printer, m *tailoring.Market, words string) (out []packTerm) {
	key := label.SourceKey(words)
	for _, t := range m.Labels.Glossary.Terms {
		if key != "" && !strings.Contains(t.Name, words) && "e"+t.INS != key && !slices.ContainsFunc(t.Sources, func(s string) bool { return strings.Contains(label.SourceKey(s), key) }) {
			continue
		}
		mark := ""
		if t.Verified != rules.Seen {
			mark = p.T("tailoring.verified." + string(t.Verified))
		}
		out = append(out, packTerm{Name: t.Name, Sources: strings.Join(append(slices.Clone(t.Sources), t.Begins...), ", "), More: termMore(p, m, t), Mark: mark})
		if len(out) == termsShown || key == "" && len(out) == termsBegun {
			break
		}
	}
	return out
}

func (g *labels) saveParty(w http.ResponseWriter, r *http.Request) error {
	if err := g.parse(w, r); err != nil {
		return err
	}
	m, err := g.asked(r)
	if err != nil {
		return err
	}
	f, duty := r.PostForm, posted(r.PostForm, "duty")
	err = g.write(r, func(tx *db.Tx) error {
		return tailoring.SaveParty(r.Context(), tx, m.Labels, tailoring.LabelParty{Market: m.Key, Duty: tailoring.Duty(duty), Version: version(f),
			Party: label.Party{Role: posted(f, duty+".role"), Name: posted(f, duty+".name"), Address: posted(f, duty+".address"), Contact: posted(f, duty+".contact")}})
	})
	return g.answerShared(w, r, m, duty, err, "label.saved", "#parties")
}

func (g *labels) decide(w http.ResponseWriter, r *http.Request) error {
	if err := g.parse(w, r); err != nil {
		return err
	}
	m, err := g.asked(r)
	if err != nil {
		return err
	}
	f := r.PostForm
	err = g.write(r, func(tx *db.Tx) error {
		return tailoring.Decide(r.Context(), tx, m.Labels, tailoring.LabelTerm{Market: m.Key, Source: posted(f, "source"), Version: version(f),
			Term: label.Term{Name: posted(f, "name"), Class: posted(f, "class"), INS: posted(f, "ins"), Allergens: f["allergens"]}})
	})
	return g.answerShared(w, r, m, "", err, "label.term.decided", "#decided")
}

func (g *labels) forget(w http.ResponseWriter, r *http.Request) error {
	if err := g.parse(w, r); err != nil {
		return err
	}
	m, err := g.asked(r)
	if err != nil {
		return err
	}
	err = g.write(r, func(tx *db.Tx) error {
		return tailoring.Forget(r.Context(), tx, m.Key, posted(r.PostForm, "source"), version(r.PostForm))
	})
	return g.answerShared(w, r, m, "", err, "label.term.forgotten", "#decided")
}

// answerShared draws the page again after a refusal and otherwise goes back to it.
func (g *labels) answerShared(w http.ResponseWriter, r *http.Request, m *tailoring.Market, form string, err error, said, place string) error {
	if refused(err) {
		return g.drawShared(w, r, form, err)
	}
	if err != nil {
		return err
	}
	g.said(w, ui.PrinterOf(r).T(said), ui.Link{})
	redirect(w, r, labelsPath+"?market="+m.Key+place)
	return nil
}

// sampleShared are the states of the page for the gallery.
func sampleShared(p *ui.Printer) map[string]labelSharedView {
	party := labelPartyForm{Duty: "agent", Title: p.T("label.party.agent"), Text: p.T("label.party.agent.text"), Fields: []ui.Field{{Name: "agent.name", Label: p.T("label.party.name"), Value: "示例进口有限公司", Lang: pavilion.Chinese}}}
	full := labelSharedView{Market: "xx", Lang: pavilion.Chinese, Parties: []labelPartyForm{party}, Decide: []ui.Field{{Name: "source", Label: p.T("label.term.source"), Value: "молоко коровье"}}, Known: 130, Edits: true,
		Allergy: []ui.Option{{Value: "milk", Label: "乳", Selected: true}},
		Decided: []decidedTerm{{Source: "молоко коровье", Name: "生牛乳", More: "乳", Who: strconv.Itoa(2026), Edit: labelsPath, Version: 1}},
		Found:   []packTerm{{Name: "可可脂", Sources: "какао-масло, cocoa butter", Mark: p.T("tailoring.verified.recalled")}}}
	failed := full
	failed.Failed = ui.Notice{Tone: ui.Bad, Title: p.T("label.not_saved"), Text: p.T("reason.label.changed_meanwhile")}
	return map[string]labelSharedView{"full": full, "refused": failed, "to look at": {Market: "xx", Lang: pavilion.Chinese, Found: full.Found}}
}

// sampleLabels are the states of the label's page for the gallery.
func sampleLabels(p *ui.Printer) map[string]labelView {
	name := pavilion.Text{"ru": "Шоколад молочный", "en": "Milk chocolate", "zh": "牛奶巧克力", "be": "Шакалад малочны"}
	full := labelView{URL: variantURL("vrt_00000000000000000000000000"), SVG: "/label.svg", PDF: "/label.pdf", Post: "/label", Name: name, Lang: pavilion.Chinese, Size: "80 × 140 mm", Alt: p.T("label.alt", "name", name), Ready: ui.Badge{Tone: ui.Good, Text: p.T("label.ready")},
		Items: []labelRow{{Heading: "配料", Runs: []label.Run{{Text: "白砂糖、"}, {Text: "全脂乳粉", Strong: true}}}, {Heading: "生产者", Runs: []label.Run{{Text: "示例"}}, Mark: p.T("tailoring.verified.ours")}},
		Table: ui.Table{Caption: "营养成分表", Columns: []ui.Column{{Label: "项目"}, {Label: "每100克", Numeric: true}}, Rows: [][]ui.Cell{{{Text: "能量"}, {Text: "2257 kJ"}}}},
		Form:  []ui.Field{{Name: "width", Label: p.T("label.width"), Value: "80"}}, Lab: []ui.Field{{Name: "laboratory", Label: p.T("label.laboratory")}},
		Sheet: []ui.Field{{Name: "count", Label: p.T("label.count"), Value: "2"}}, PerA4: 2, Prints: true, Edits: true}
	wrong := full
	wrong.Prints, wrong.Ready = false, ui.Badge{Tone: ui.Bad, Text: p.T("label.not_ready", "count", 1)}
	wrong.Says = []ui.Notice{{Tone: ui.Careful, Title: p.T("label.draft"), Text: p.T("label.draft.text", "number", 2)}}
	wrong.Found = []labelFinding{{severityBadge(p, pavilion.Blocks), p.T("label.item.ingredients"), p.T("reason.label.ingredient_unknown", "name", "молоко коровье")}}
	changed := full
	changed.Says = []ui.Notice{{Tone: ui.Careful, Title: p.T("label.changed"), Text: p.T("label.changed.text"), Action: ui.Link{URL: full.URL + "/label?draft=1", Label: p.T("label.changed.show")}}}
	changed.Changes = []changeView{{p.T("label.item.nutrition"), "能量 2257 kJ 27%", "能量 2301 kJ 27%"}}
	wrong.Unknown = []ui.Link{{URL: labelsPath, Label: "молоко коровье"}}
	return map[string]labelView{"full": full, "wrong": wrong, "changed since": changed, "not food": {URL: full.URL, Name: name, Says: []ui.Notice{{Title: p.T("label.none"), Text: p.T("label.none.text")}}}}
}
