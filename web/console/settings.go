package console

import (
	"cmp"
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"pavilion"
	"pavilion/db"
	"pavilion/money"
	"pavilion/order"
	"pavilion/setting"
	"pavilion/shipment"
	"pavilion/staff"
	"pavilion/stock"
	"pavilion/web/ui"
)

const settingsPath = "/console/settings"

// settings is how the pavilion works, as far as the operator decides it in the console.
type settings struct {
	*desk
	book      *setting.Book
	page      *ui.Page[settingsView]
	warehouse *ui.Page[warehouseView]
}

// settingsView is the page: a form for each section, and what is as it is.
type settingsView struct {
	Notice     ui.Notice
	Sections   []settingsForm
	Warehouses []stock.Warehouse
	Carriers   []pavilion.Text
	Fixed      []told
}

// settingsForm is one section with its own button: what two people change at the same time is
// told apart by section.
type settingsForm struct {
	Name, Title, Text string
	Fields            []ui.Field
	Hidden            []ui.Field // the versions the form was drawn from
}

// section says which settings stand together.
type section struct {
	name string
	keys []setting.Key
}

var sections = []section{
	{"shop", []setting.Key{setting.Open, setting.DeliveryFee, setting.FreeDeliveryFrom, setting.TaxAdded, setting.PayWithin}},
	{"shipping", nil}, // its one field belongs to orders
	{"name", []setting.Key{setting.Name}},
	{"pages", []setting.Key{setting.Contact, setting.Returns}},
	{"keep", []setting.Key{setting.KeepBaskets, setting.KeepCodes}},
}

// units are those in which people say lengths of time.
var units = map[setting.Key]time.Duration{
	setting.PayWithin: time.Minute, setting.KeepBaskets: 24 * time.Hour, setting.KeepCodes: 24 * time.Hour,
}

const shipWithin = "ship_within" // the field of the section shipping, in hours

func newSettings(d *desk, book *setting.Book) *settings {
	return &settings{
		desk: d, book: book,
		page:      ui.NewPage(d.area, "settings", map[string]settingsView{"empty": {}}),
		warehouse: ui.NewPage(d.area, "warehouse", map[string]warehouseView{"empty": {}}),
	}
}

func (g *settings) routes() []route {
	return []route{
		{"GET " + settingsPath, staff.ChangeSettings, g.show},
		{"POST " + settingsPath + "/{section}", staff.ChangeSettings, g.fresh(g.change)},
		{"GET " + settingsPath + "/warehouses/new", staff.ChangeSettings, g.newWarehouse},
		{"POST " + settingsPath + "/warehouses/new", staff.ChangeSettings, g.addWarehouse},
		{"GET " + settingsPath + "/warehouses/{warehouse}", staff.ChangeSettings, g.showWarehouse},
		{"POST " + settingsPath + "/warehouses/{warehouse}", staff.ChangeSettings, g.changeWarehouse},
	}
}

func (g *settings) show(w http.ResponseWriter, r *http.Request) error { return g.draw(w, r, "", nil) }

// draw draws the page; of the section that failed with what was typed and what is wrong.
func (g *settings) draw(w http.ResponseWriter, r *http.Request, failed string, failure error) error {
	ctx, p := r.Context(), ui.PrinterOf(r)
	v := settingsView{Fixed: fixedFacts(p)}
	err := g.read(r, func(view *db.View) error {
		values, err := g.book.Read(ctx, view)
		if err != nil {
			return err
		}
		names, err := deciders(ctx, view, values)
		if err != nil {
			return err
		}
		within, err := order.ShipWithin(ctx, view, "")
		if err != nil {
			return err
		}
		for _, s := range sections {
			f := settingsForm{Name: s.name, Title: p.T("settings." + s.name + ".title"), Text: p.T("settings." + s.name + ".text")}
			if s.name == "shipping" {
				f.Fields, f.Hidden = shippingFields(p, within)
			}
			for _, k := range s.keys {
				f.Fields = append(f.Fields, settingFields(p, values, k, names)...)
				stored, _ := values.Stored(k)
				f.Hidden = append(f.Hidden, ui.Field{Name: string(k) + ".version", Value: strconv.FormatInt(stored.Version, 10)})
			}
			if s.name == failed {
				f.keep(p, r, failure)
			}
			v.Sections = append(v.Sections, f)
		}
		v.Warehouses, err = stock.Warehouses(ctx, view)
		return err
	})
	if err != nil {
		return err
	}
	for _, c := range shipment.Carriers() {
		v.Carriers = append(v.Carriers, c.Name)
	}
	head := g.head(p.T("console.menu.settings"), settingsPath)
	if failure != nil {
		head.Status = ui.Status(failure)
		v.Notice = ui.Notice{Tone: ui.Bad, Title: p.T("settings.not_saved"), Text: p.Error(failure)}
		if overtaken(failure) {
			v.Notice.Tone, v.Notice.Text = ui.Careful, p.T("settings.meanwhile")
		}
	}
	return g.page.Write(w, r, head, v)
}

// keep puts what was typed back into the form. Where somebody else decided meanwhile, the
// hint says what holds now.
func (f *settingsForm) keep(p *ui.Printer, r *http.Request, failure error) {
	conflict, name := overtaken(failure), field(failure)
	for i := range f.Fields {
		field := &f.Fields[i]
		typed := strings.ReplaceAll(r.PostFormValue(field.Name), "\r\n", "\n")
		if conflict && field.Type != "checkbox" && typed != field.Value {
			field.Hint = p.T("settings.now", "value", cmp.Or(field.Value, "—"))
		}
		field.Value, field.Checked = typed, typed != ""
		if !conflict && (field.Name == name || strings.HasPrefix(field.Name, name+".") && name != "") {
			field.Error = p.Error(failure)
		}
	}
}

// overtaken tells whether somebody else changed the same thing meanwhile.
func overtaken(err error) bool {
	reason := pavilion.ReasonOf(err)
	return reason == "setting.changed_meanwhile" || reason == "stock.warehouse_changed"
}

// deciders names those who decided settings.
func deciders(ctx context.Context, v *db.View, values setting.Values) (map[string]string, error) {
	var ids []string
	for _, d := range setting.Definitions {
		if s, decided := values.Stored(d.Key); decided {
			ids = append(ids, s.ChangedBy.ID)
		}
	}
	return staff.Names(ctx, v, ids)
}

// settingFields are the fields of a setting, for words one in each language, with where the
// value comes from.
func settingFields(p *ui.Printer, values setting.Values, k setting.Key, names map[string]string) []ui.Field {
	hint := p.T("settings.configured")
	if s, decided := values.Stored(k); decided {
		hint = p.T("settings.decided", "who", who(p, s.ChangedBy, names[s.ChangedBy.ID]), "when", s.ChangedAt)
	}
	label := p.T("settings.field." + string(k))
	f := ui.Field{Name: string(k), Label: label, Hint: hint, Required: true, InputMode: "decimal"}
	switch k {
	case setting.Open, setting.TaxAdded:
		f.Type, f.Checked = "checkbox", values.Flag(k)
		return []ui.Field{f}
	case setting.DeliveryFee, setting.FreeDeliveryFrom:
		f.Value, f.Label = values.Text(k), label+" ("+string(values.Amount(k).Currency())+")"
		return []ui.Field{f}
	case setting.PayWithin, setting.KeepBaskets, setting.KeepCodes:
		f.Value, f.InputMode = strconv.FormatInt(int64(values.Duration(k)/units[k]), 10), "numeric"
		return []ui.Field{f}
	}
	var fields []ui.Field
	words := values.Words(k)
	for i, lang := range pavilion.Langs {
		f := ui.Field{Name: string(k) + "." + string(lang), Label: label + p.T("audit.in_language", "language", p.T("audit.language."+string(lang))), Value: words[lang], Lang: lang}
		if k != setting.Name {
			f.Type = "textarea"
		}
		if i == len(pavilion.Langs)-1 {
			f.Hint = hint
		}
		fields = append(fields, f)
	}
	return fields
}

func shippingFields(p *ui.Printer, within time.Duration) (fields, hidden []ui.Field) {
	hours := strconv.FormatInt(int64(within/time.Hour), 10)
	return []ui.Field{{Name: shipWithin, Label: p.T("settings.field.ship_within"), Hint: p.T("settings.ship_within_hint"), Value: hours, Required: true, InputMode: "numeric"}},
		[]ui.Field{{Name: shipWithin + ".seen", Value: hours}}
}

// change decides what a section's form says.
func (g *settings) change(w http.ResponseWriter, r *http.Request) error {
	if err := g.parse(w, r); err != nil {
		return err
	}
	name := r.PathValue("section")
	err := g.write(r, func(tx *db.Tx) error {
		if name == "shipping" {
			return changeShipping(r.Context(), tx, r)
		}
		for _, s := range sections {
			if s.name == name {
				return g.book.Change(r.Context(), tx, decisions(r, s))
			}
		}
		return pavilion.E(pavilion.NotFound, "setting.unknown", pavilion.Args{"key": name})
	})
	switch pavilion.KindOf(err) {
	case pavilion.Invalid, pavilion.Conflict:
		return g.draw(w, r, name, err)
	}
	if err != nil {
		return err
	}
	g.said(w, ui.PrinterOf(r).T("settings.saved"), ui.Link{})
	redirect(w, r, settingsPath+"#"+name)
	return nil
}

// decisions reads a section's form.
func decisions(r *http.Request, s section) []setting.Decision {
	var all []setting.Decision
	for _, k := range s.keys {
		d := setting.Decision{Key: k, Value: strings.TrimSpace(r.PostFormValue(string(k)))}
		d.Version, _ = strconv.ParseInt(r.PostFormValue(string(k)+".version"), 10, 64) // none was seen
		switch k {
		case setting.Open, setting.TaxAdded:
			d.Value = map[bool]string{true: "yes", false: "no"}[d.Value != ""]
		case setting.DeliveryFee, setting.FreeDeliveryFrom:
			if typed, err := money.Typed(d.Value); err == nil {
				d.Value = typed
			}
		case setting.PayWithin, setting.KeepBaskets, setting.KeepCodes:
			if n, err := strconv.ParseInt(d.Value, 10, 32); err == nil {
				d.Value = (time.Duration(n) * units[k]).String()
			}
		default:
			d.Value = wordsOf(r, string(k)).JSON()
		}
		all = append(all, d)
	}
	return all
}

// wordsOf reads words in all languages from fields such as "name.zh".
func wordsOf(r *http.Request, name string) pavilion.Text {
	words := pavilion.Text{}
	for _, lang := range pavilion.Langs {
		words[lang] = strings.TrimSpace(r.PostFormValue(name + "." + string(lang)))
	}
	return words
}

// changeShipping says how long paid orders may wait for their carrier.
func changeShipping(ctx context.Context, tx *db.Tx, r *http.Request) error {
	hours, err := strconv.ParseInt(strings.TrimSpace(r.PostFormValue(shipWithin)), 10, 16)
	if err != nil {
		return pavilion.E(pavilion.Invalid, "setting.malformed", nil).At(shipWithin)
	}
	before, err := order.ShipWithin(ctx, tx, "")
	if err != nil {
		return err
	}
	within := time.Duration(hours) * time.Hour
	if within == before {
		return nil
	}
	if r.PostFormValue(shipWithin+".seen") != strconv.FormatInt(int64(before/time.Hour), 10) {
		return pavilion.E(pavilion.Conflict, "setting.changed_meanwhile", nil).At(shipWithin)
	}
	if err := order.SetShipWithin(ctx, tx, "", within); err != nil {
		return err
	}
	return staff.NoteChanges(ctx, tx, "settings.changed", "settings", []staff.FieldChange{{Field: shipWithin, Before: before.String(), After: within.String()}})
}

// fixedFacts are what is as it is, said plainly so that nobody looks for it.
func fixedFacts(p *ui.Printer) []told {
	var all []told
	for _, fact := range []string{"tax", "numbers", "languages", "sessions", "trail"} {
		text := p.T("settings.fixed."+fact+"_text", "idle", staff.SessionIdle, "most", staff.SessionLength)
		all = append(all, told{Field: p.T("settings.fixed." + fact), After: text})
	}
	return all
}
