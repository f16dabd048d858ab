package console

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"pavilion"
	"pavilion/catalog"
	"pavilion/db"
	"pavilion/staff"
	"pavilion/web/ui"
)

// producerView is a producer with all that is known of it.
type producerView struct {
	URL           string
	Crumbs        []ui.Link
	Name          pavilion.Text
	Facts         []ui.Fact
	Texts         []textRow
	Langs         []string
	Markets       []marketView
	Files         filesView
	Failed        ui.Notice
	Registrations []registrationView
	// RegistrationsSeen is the mark of what is shown: see catalog.RegistrationsUnchanged.
	RegistrationsSeen string

	New           []ui.Field // of a new registration
	NewOpen       bool       // its form is shown
	Brands        []ui.Link
	Brand         ui.Field // of a new brand
	People        []string
	History       historyView
	Edits         bool
	Import        string // where a workbook of its goods is handed in, "" if the reader may not
	Invite        string // where its people are invited, "" if the reader may not
	EditsProducts bool
}

// marketView is the list of a destination market.
type marketView struct {
	Name  string
	Done  ui.Progress
	Steps []stepView
}

type stepView struct {
	Key        string
	Name       pavilion.Text
	About      pavilion.Text
	Required   bool
	State      string
	Badge      ui.Badge
	Said       []string // who said and saw it, and when
	Note       string
	Source     pavilion.Text
	Unverified bool // nobody read the source itself
	Action     string
	Proofs     []ui.Option
	Proof      string // address of the document that shows it
}

type registrationView struct {
	catalog.Registration
	Ends ui.Badge
}

func (g *producers) show(w http.ResponseWriter, r *http.Request) error { return g.draw(w, r, nil) }

// draw draws the page. After a registration was refused it says why and keeps what was typed.
func (g *producers) draw(w http.ResponseWriter, r *http.Request, failure error) error {
	p, id := ui.PrinterOf(r), pavilion.ProducerID(r.PathValue("producer"))
	v := producerView{URL: producerURL(id), Edits: member(r).May(staff.EditProducers), EditsProducts: member(r).May(staff.EditProducts)}
	if member(r).May(staff.ImportProducts) {
		v.Import = address("/console/imports/new", url.Values{"producer": {string(id)}}.Encode())
	}
	if member(r).May(staff.ManageStaff) {
		v.Invite = address("/console/staff/invite", url.Values{"producer": {string(id)}}.Encode())
	}
	err := g.read(r, func(view *db.View) error {
		m, err := catalog.GetProducer(r.Context(), view, id)
		if err != nil {
			return err
		}
		n, err := catalog.CountProducts(r.Context(), view, catalog.ProductFilter{Producer: id}, countMost)
		if err != nil {
			return err
		}
		v.about(p, m, n)
		for _, read := range []func(*http.Request, *db.View, *ui.Printer, pavilion.ProducerID) error{v.steps, v.registrations, v.people} {
			if err := read(r, view, p, id); err != nil {
				return err
			}
		}
		if v.Files, err = g.readFiles(r, view, p, string(id), v.URL, v.Edits); err != nil {
			return err
		}
		v.History, err = readHistory(r, view, p, string(id), "", false)
		return err
	})
	if err != nil {
		return err
	}
	head := g.head(p.Text(v.Name), producersPath)
	if failure != nil {
		head.Status, v.Failed, v.NewOpen = ui.Status(failure), ui.Notice{Tone: ui.Bad, Text: p.Error(failure)}, true
		for i := range v.New {
			f := &v.New[i]
			f.Value = r.PostFormValue(f.Name)
			if f.Name == field(failure) {
				f.Error = p.Error(failure)
			}
		}
	}
	return g.page.Write(w, r, head, v)
}

func (v *producerView) about(p *ui.Printer, m catalog.Producer, products int64) {
	v.Name = m.LegalName
	v.Crumbs = []ui.Link{{URL: producersPath, Label: p.T("goods.producers")}, {Label: p.Text(m.LegalName), Current: true}}
	v.Facts = []ui.Fact{
		{Label: p.T("goods.field.country"), Text: p.Country(m.Country)},
		{Label: p.T("goods.field.tax_number"), Text: m.TaxNumber},
		{Label: p.T("goods.field.prefix"), Text: orDash(strings.Join(m.Prefixes, ", "))},
		{Label: p.T("goods.products"), Text: p.Number(products), URL: productsPath + "?producer=" + string(m.ID)},
		{Label: p.T("goods.updated"), Text: p.Moment(m.UpdatedAt)},
	}
	for _, lang := range pavilion.Langs {
		v.Langs = append(v.Langs, p.T("goods.lang."+string(lang)))
	}
	for _, f := range []struct {
		name string
		text pavilion.Text
	}{{"legal_name", m.LegalName}, {"address", m.Address}, {"about", m.About}} {
		row := textRow{Label: p.T("goods.field." + f.name)}
		for i, lang := range pavilion.Langs {
			row.Words = append(row.Words, textCell{lang, v.Langs[i], f.text[lang]})
		}
		v.Texts = append(v.Texts, row)
	}
}

func (v *producerView) steps(r *http.Request, view *db.View, p *ui.Printer, id pavilion.ProducerID) error {
	markets, err := catalog.Markets()
	if err != nil {
		return err
	}
	docs, err := catalog.Documents(r.Context(), view, string(id))
	if err != nil {
		return err
	}
	proofs := []ui.Option{{Label: p.T("goods.step.no_proof")}}
	for _, d := range docs {
		proofs = append(proofs, ui.Option{Value: string(d.ID), Label: kindName(p, d.Kind) + ": " + d.Name})
	}
	names, err := nameOthers(r, view, p)
	if err != nil {
		return err
	}
	for _, market := range markets {
		steps, err := catalog.Onboarding(r.Context(), view, id, market)
		if err != nil {
			return err
		}
		m := marketView{Name: p.T("goods.onboarding.title", "market", p.Country(strings.ToUpper(market)))}
		for _, s := range steps {
			if s.Required {
				m.Done.Max++
				if s.State == catalog.StepVerified {
					m.Done.Value++
				}
			}
			m.Steps = append(m.Steps, drawStep(p, s, v.URL+"/steps/"+market+"/"+s.Key, proofs, names))
		}
		m.Done.Label = p.T("goods.onboarding.progress")
		m.Done.Text = p.T("goods.onboarding.of", "done", m.Done.Value, "all", m.Done.Max)
		v.Markets = append(v.Markets, m)
	}
	return nil
}

// stepTones say how urgent the state of an item is.
var stepTones = map[string]ui.Tone{catalog.StepVerified: ui.Good, catalog.StepAttested: ui.Careful, catalog.StepLapsed: ui.Bad}

func drawStep(p *ui.Printer, s catalog.OnboardingStep, action string, proofs []ui.Option, names others) stepView {
	v := stepView{
		Key: s.Key, Name: s.Name, About: s.About, Required: s.Required, State: s.State, Note: s.Note, Source: s.Source, Unverified: !s.Verified, Action: action,
		Badge: ui.Badge{Tone: stepTones[s.State], Text: p.T("goods.step." + s.State)}, Proofs: selected(proofs, string(s.Proof)),
	}
	if !s.AttestedAt.IsZero() {
		v.Said = append(v.Said, p.T("goods.step.attested_by", "who", names.who(p, s.AttestedBy), "at", p.Moment(s.AttestedAt)))
	}
	if !s.VerifiedAt.IsZero() {
		v.Said = append(v.Said, p.T("goods.step.verified_by", "who", names.who(p, s.VerifiedBy), "at", p.Moment(s.VerifiedAt)))
	}
	if s.Proof != "" {
		v.Proof = "/console/documents/" + string(s.Proof)
	}
	return v
}

func (v *producerView) registrations(r *http.Request, view *db.View, p *ui.Printer, id pavilion.ProducerID) error {
	all, err := catalog.Registrations(r.Context(), view, id)
	v.RegistrationsSeen = catalog.RegistrationsMark(all)
	for _, one := range all {
		v.Registrations = append(v.Registrations, registrationView{one, endsBadge(p, one.ValidUntil)})
	}
	v.New = []ui.Field{
		{Name: "authority", Label: p.T("goods.registration.authority"), Required: true, MaxLength: 100, Placeholder: "GACC"},
		{Name: "number", Label: p.T("goods.registration.number"), Required: true, MaxLength: 60},
		{Name: "category", Label: p.T("goods.registration.category"), MaxLength: 200},
		{Name: "valid_from", Label: p.T("goods.registration.from"), Type: "date"},
		{Name: "valid_until", Label: p.T("goods.registration.until"), Type: "date"},
	}
	return err
}

// people fills in who works for the producer, and its brands.
func (v *producerView) people(r *http.Request, view *db.View, p *ui.Printer, id pavilion.ProducerID) error {
	members, err := staff.Members(r.Context(), view)
	if err != nil {
		return err
	}
	for _, m := range members {
		if m.Producer == id {
			v.People = append(v.People, m.Name)
		}
	}
	brands, err := catalog.Brands(r.Context(), view)
	for _, b := range brands {
		if b.Producer == id {
			v.Brands = append(v.Brands, ui.Link{URL: brandURL(b), Label: p.Text(b.Name)})
		}
	}
	slices.SortFunc(v.Brands, func(a, b ui.Link) int { return cmp.Compare(a.Label, b.Label) })
	v.Brand = ui.Field{Name: "name", Label: p.T("goods.brand.name"), Required: true, MaxLength: 100}
	return err
}

// step attests, verifies or reopens an item, as the pressed button says.
func (g *producers) step(w http.ResponseWriter, r *http.Request) error {
	market, item := r.PathValue("market"), r.PathValue("item")
	return g.change(w, r, "#onboarding", func(tx *db.Tx, id pavilion.ProducerID) error {
		words := []rune(posted(r.PostForm, "note"))
		text := string(words[:min(len(words), 500)])
		switch r.PostFormValue("do") {
		case "verify":
			return catalog.VerifyStep(r.Context(), tx, id, market, item, pavilion.DocumentID(r.PostFormValue("proof")), text)
		case "reopen":
			return catalog.ReopenStep(r.Context(), tx, id, market, item, text)
		}
		return catalog.Attest(r.Context(), tx, id, market, item, text)
	})
}

func (g *producers) register(w http.ResponseWriter, r *http.Request) error {
	return g.changeRegistrations(w, r, func(tx *db.Tx, id pavilion.ProducerID) error {
		reg := catalog.Registration{Authority: posted(r.PostForm, "authority"), Number: posted(r.PostForm, "number"), Category: posted(r.PostForm, "category")}
		for name, to := range map[string]*pavilion.Date{"valid_from": &reg.ValidFrom, "valid_until": &reg.ValidUntil} {
			text := r.PostFormValue(name)
			if text == "" {
				continue
			}
			day, err := pavilion.ParseDate(text)
			if err != nil {
				return err
			}
			*to = day
		}
		return catalog.SaveRegistration(r.Context(), tx, id, reg)
	})
}

func (g *producers) unregister(w http.ResponseWriter, r *http.Request) error {
	return g.changeRegistrations(w, r, func(tx *db.Tx, id pavilion.ProducerID) error {
		return catalog.RemoveRegistration(r.Context(), tx, id, r.PostFormValue("authority"), r.PostFormValue("number"))
	})
}

// changeRegistrations changes the registrations that the form was drawn from, or draws them as
// they are now with what was typed.
func (g *producers) changeRegistrations(w http.ResponseWriter, r *http.Request, do func(*db.Tx, pavilion.ProducerID) error) error {
	if err := g.parse(w, r); err != nil {
		return err
	}
	p, id := ui.PrinterOf(r), pavilion.ProducerID(r.PathValue("producer"))
	err := g.write(r, func(tx *db.Tx) error {
		if err := catalog.RegistrationsUnchanged(r.Context(), tx, id, r.PostFormValue("seen")); err != nil {
			return err
		}
		return do(tx, id)
	})
	if refusal(err) {
		return g.draw(w, r, err)
	}
	if err != nil {
		return err
	}
	g.said(w, p.T("goods.saved"), ui.Link{})
	redirect(w, r, producerURL(id)+"#registrations")
	return nil
}

func (g *producers) addBrand(w http.ResponseWriter, r *http.Request) error {
	return g.change(w, r, "#brands", func(tx *db.Tx, id pavilion.ProducerID) error {
		words := []rune(posted(r.PostForm, "name"))
		_, err := catalog.SaveBrand(r.Context(), tx, catalog.Brand{Producer: id, Name: pavilion.Text{ui.PrinterOf(r).Lang: string(words[:min(len(words), 100)])}})
		return err
	})
}

// change does something to the producer of the address and leads back to that part of its
// page, saying what was in the way if something was.
func (g *producers) change(w http.ResponseWriter, r *http.Request, part string, do func(*db.Tx, pavilion.ProducerID) error) error {
	if err := g.parse(w, r); err != nil {
		return err
	}
	p, id := ui.PrinterOf(r), pavilion.ProducerID(r.PathValue("producer"))
	err := g.write(r, func(tx *db.Tx) error { return do(tx, id) })
	switch {
	case err == nil:
		g.said(w, p.T("goods.saved"), ui.Link{})
	case mendable(err):
		g.refused(w, p.Error(err))
	default:
		return err
	}
	redirect(w, r, producerURL(id)+part)
	return nil
}
