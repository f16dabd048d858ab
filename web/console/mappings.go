package console

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"pavilion"
	"pavilion/catalog"
	"pavilion/channel"
	"pavilion/db"
	"pavilion/staff"
	"pavilion/web/ui"
)

// allGoods stands in an address for goods whose category has no mapping of its own.
const allGoods = "-"

// mappings are the pages that say where goods of our categories stand on a platform.
type mappings struct {
	*desk
	engine *channel.Engine
	list   *ui.Page[mappingsView]
	page   *ui.Page[mappingView]
}

// mappingsView is our categories, and where each stands.
type mappingsView struct {
	Crumbs []ui.Link
	Rows   []mappingRow
}

// mappingRow is one of our categories.
type mappingRow struct {
	URL, Name string
	Below     int    // how deep it stands
	Theirs    string // category of the platform, "" if nobody said
	Inherited bool   // from a category above
}

// mappingView is a mapping to be written.
type mappingView struct {
	Failed   ui.Notice
	Crumbs   []ui.Link
	Name     string // of our category
	Path     string // of the platform's, as far as it is chosen
	Choices  []ui.Link
	Again    string // address to choose another category, "" before one is chosen
	Where    string // address to save, "" for those who may not or before a category is chosen
	Theirs   string
	Version  int64
	Asked    []askedField
	Fields   []ui.Field
	SavedAt  string
	Versions int64
}

// askedField is what the platform asks, with how it is answered.
type askedField struct {
	Answer ui.Field // an option or a fact
	Text   ui.Field // words of ours; Name is "" where the platform takes none
}

func newMappings(d *desk, e *channel.Engine) *mappings {
	return &mappings{
		desk: d, engine: e,
		list: ui.NewPage(d.area, "mappings", map[string]mappingsView{"empty": {}}).Samples(sampleMappings),
		page: ui.NewPage(d.area, "mapping", map[string]mappingView{}).Samples(sampleMapping),
	}
}

func (g *mappings) routes() []route {
	all := shopsPath + "/{shop}/categories"
	return []route{
		{"GET " + all, staff.SeeShops, g.show},
		{"GET " + all + "/{category}", staff.RunShops, g.one},
		{"POST " + all + "/{category}", staff.RunShops, g.save},
	}
}

func (g *mappings) show(w http.ResponseWriter, r *http.Request) error {
	p, id := ui.PrinterOf(r), pavilion.ShopID(r.PathValue("shop"))
	var view mappingsView
	if err := g.read(r, func(v *db.View) error {
		shop, err := channel.ShopOf(r.Context(), v, id)
		if err != nil {
			return err
		}
		at := shopsPath + "/" + string(id)
		view.Crumbs = []ui.Link{{URL: shopsPath, Label: p.T("channel.shops")}, {URL: at, Label: shop.Name}, {Label: p.T("channel.categories"), Current: true}}
		list, err := channel.Mappings(r.Context(), v, id)
		if err != nil {
			return err
		}
		paths := map[string]string{}
		for _, m := range list {
			paths[m.Category] = m.Path
		}
		ours, err := catalog.Categories(r.Context(), v)
		if err != nil {
			return err
		}
		view.Rows = append([]mappingRow{{URL: at + "/categories/" + allGoods, Name: p.T("channel.category_all"), Theirs: paths[""]}}, mappingRows(p, at, ours, paths, "", 0, paths[""])...)
		return nil
	}); err != nil {
		return err
	}
	return g.list.Write(w, r, g.head(p.T("channel.categories"), shopsPath), view)
}

// mappingRows are the categories below one, each followed by those below it.
func mappingRows(p *ui.Printer, at string, ours []catalog.Category, paths map[string]string, parent string, depth int, above string) (rows []mappingRow) {
	for _, c := range ours {
		if c.Parent != parent || depth > 20 {
			continue
		}
		row := mappingRow{URL: at + "/categories/" + c.Key, Name: p.Text(c.Name), Below: depth, Theirs: paths[c.Key]}
		if row.Theirs == "" {
			row.Theirs, row.Inherited = above, above != ""
		}
		rows = append(append(rows, row), mappingRows(p, at, ours, paths, c.Key, depth+1, row.Theirs)...)
	}
	return rows
}

func (g *mappings) one(w http.ResponseWriter, r *http.Request) error {
	return g.draw(w, r, ui.Notice{}, nil)
}

// draw draws a mapping; entered is one that was refused.
func (g *mappings) draw(w http.ResponseWriter, r *http.Request, failed ui.Notice, entered *channel.Mapping) error {
	p, id, key := ui.PrinterOf(r), pavilion.ShopID(r.PathValue("shop")), r.PathValue("category")
	at, q := shopsPath+"/"+string(id)+"/categories", r.URL.Query()
	view := mappingView{Failed: failed, Name: p.T("channel.category_all")}
	var m channel.Mapping
	if err := g.read(r, func(v *db.View) error {
		shop, err := channel.ShopOf(r.Context(), v, id)
		if err != nil {
			return err
		}
		if key != allGoods {
			ours, err := catalog.Categories(r.Context(), v)
			if err != nil {
				return err
			}
			i := slices.IndexFunc(ours, func(c catalog.Category) bool { return c.Key == key })
			if i < 0 {
				return pavilion.E(pavilion.NotFound, "page.not_found", nil)
			}
			view.Name = p.Text(ours[i].Name)
		}
		view.Crumbs = []ui.Link{{URL: shopsPath, Label: p.T("channel.shops")}, {URL: shopsPath + "/" + string(id), Label: shop.Name}, {URL: at, Label: p.T("channel.categories")}, {Label: view.Name, Current: true}}
		m, err = channel.MappingOf(r.Context(), v, id, oursOf(key))
		return err
	}); err != nil {
		return err
	}
	if m.Version > 0 {
		view.SavedAt, view.Versions = p.Moment(m.SavedAt), m.Version
	}
	switch {
	case entered != nil:
		m = *entered
	case q.Get("theirs") != "" && q.Get("theirs") != m.Theirs:
		m.Theirs, m.Path, m.Answers, m.Asked = q.Get("theirs"), q.Get("path"), nil, nil
	}
	view.Version = m.Version
	var err error
	if m.Theirs == "" || q.Has("parent") {
		view.Path = q.Get("path")
		view.Choices, err = g.choices(r, at+"/"+key, q.Get("parent"), q.Get("path"))
	} else {
		if m.Asked == nil {
			m.Asked, err = g.engine.AskAttributes(r.Context(), id, m.Theirs)
		}
		view.Path, view.Theirs, view.Again, view.Where = m.Path, m.Theirs, at+"/"+key+"?parent=", at+"/"+key
		view.Asked, view.Fields = askedFields(p, m), mappingFields(p, m)
	}
	if err != nil {
		if pavilion.KindOf(err) == pavilion.Internal {
			return err
		}
		view.Failed, view.Where = ui.Notice{Tone: ui.Bad, Text: p.Error(err)}, ""
	}
	return g.page.Write(w, r, g.head(view.Name, shopsPath), view)
}

func oursOf(key string) string {
	if key == allGoods {
		return ""
	}
	return key
}

// choices are the platform's categories below one, to go on to or to take.
func (g *mappings) choices(r *http.Request, at, parent, path string) (all []ui.Link, err error) {
	list, err := g.engine.AskCategories(r.Context(), pavilion.ShopID(r.PathValue("shop")), parent)
	for _, c := range list {
		q := url.Values{"path": {strings.TrimPrefix(path+" / "+c.Name, " / ")}}
		if c.Leaf {
			q.Set("theirs", c.ID)
		} else {
			q.Set("parent", c.ID)
		}
		all = append(all, ui.Link{URL: at + "?" + q.Encode(), Label: c.Name, Current: c.Leaf})
	}
	return all, err
}

// optionOf and factOf begin the value of an answer.
const (
	optionOf = "option:"
	factOf   = "fact:"
)

func askedFields(p *ui.Printer, m channel.Mapping) (all []askedField) {
	for _, asked := range m.Asked {
		var a channel.AttributeAnswer
		if at := slices.IndexFunc(m.Answers, func(a channel.AttributeAnswer) bool { return a.Attribute == asked.ID }); at >= 0 {
			a = m.Answers[at]
		}
		f := askedField{Answer: ui.Field{Name: "attribute." + asked.ID, Label: asked.Name, Type: "select", Required: asked.Required, Lang: pavilion.Chinese}}
		words := asked.Free || len(asked.Options) == 0
		none := p.T("channel.answer_none")
		if words {
			none = p.T("channel.answer_words")
		}
		f.Answer.Options = []ui.Option{{Label: none}}
		for _, o := range asked.Options {
			f.Answer.Options = append(f.Answer.Options, ui.Option{Value: optionOf + o.ID, Label: o.Name, Group: p.T("channel.answer_options"), Selected: a.Option == o.ID})
		}
		for _, fact := range channel.Facts {
			f.Answer.Options = append(f.Answer.Options, ui.Option{Value: factOf + string(fact), Label: p.T("channel.fact." + string(fact)), Group: p.T("channel.answer_facts"), Selected: a.From == fact})
		}
		if words {
			f.Answer.Required = false
			f.Text = ui.Field{Name: "text." + asked.ID, Label: p.T("channel.answer_text", "attribute", asked.Name), Value: a.Text, MaxLength: 100}
		}
		all = append(all, f)
	}
	return all
}

func mappingFields(p *ui.Printer, m channel.Mapping) []ui.Field {
	var extra []string
	for name, value := range m.Extra {
		extra = append(extra, name+" = "+value)
	}
	slices.Sort(extra)
	return []ui.Field{
		{Name: "brand", Label: p.T("channel.field.Brand"), Hint: p.T("channel.brand_text"), Value: m.Brand, MaxLength: 40},
		{Name: "freight", Label: p.T("channel.field.Freight"), Hint: p.T("channel.freight_text"), Value: m.Freight, MaxLength: 40},
		{Name: "phone", Label: p.T("channel.field.Phone"), Hint: p.T("channel.phone_text"), Value: m.Phone, Type: "tel", MaxLength: 40},
		{Name: "extra", Label: p.T("channel.field.Extra"), Hint: p.T("channel.extra_text"), Value: strings.Join(extra, "\n"), Type: "textarea", MaxLength: 2000},
	}
}

// save writes the next version of a mapping: what the platform asks is asked once more.
func (g *mappings) save(w http.ResponseWriter, r *http.Request) error {
	if err := g.parse(w, r); err != nil {
		return err
	}
	p, form := ui.PrinterOf(r), r.PostForm
	m := channel.Mapping{
		Shop: pavilion.ShopID(r.PathValue("shop")), Category: oursOf(r.PathValue("category")), Theirs: form.Get("theirs"), Path: form.Get("path"), Version: version(form),
		Brand: strings.TrimSpace(form.Get("brand")), Freight: strings.TrimSpace(form.Get("freight")), Phone: strings.TrimSpace(form.Get("phone")), Extra: map[string]string{},
	}
	for line := range strings.Lines(form.Get("extra")) {
		if name, value, ok := strings.Cut(line, "="); ok {
			m.Extra[strings.TrimSpace(name)] = strings.TrimSpace(value)
		}
	}
	var err error
	if m.Theirs != "" {
		m.Asked, err = g.engine.AskAttributes(r.Context(), m.Shop, m.Theirs)
	}
	for _, asked := range m.Asked {
		a := channel.AttributeAnswer{Attribute: asked.ID}
		chosen := form.Get("attribute." + asked.ID)
		switch {
		case strings.HasPrefix(chosen, optionOf):
			a.Option = strings.TrimPrefix(chosen, optionOf)
		case strings.HasPrefix(chosen, factOf):
			a.From = channel.Fact(strings.TrimPrefix(chosen, factOf))
		default:
			a.Text = strings.TrimSpace(form.Get("text." + asked.ID))
		}
		if a.Option != "" || a.From != "" || a.Text != "" {
			m.Answers = append(m.Answers, a)
		}
	}
	if err == nil {
		err = g.write(r, func(tx *db.Tx) error {
			if _, err := channel.ShopOf(r.Context(), tx, m.Shop); err != nil {
				return err
			}
			return channel.SaveMapping(r.Context(), tx, m)
		})
	}
	if err != nil {
		if kind := pavilion.KindOf(err); kind == pavilion.Internal || kind == pavilion.NotFound {
			return err
		}
		return g.draw(w, r, ui.Notice{Tone: ui.Bad, Text: p.Error(err)}, &m)
	}
	g.said(w, p.T("channel.mapping_saved"), ui.Link{})
	redirect(w, r, shopsPath+"/"+string(m.Shop)+"/categories")
	return nil
}
