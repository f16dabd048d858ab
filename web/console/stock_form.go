package console

import (
	"crypto/rand"
	"errors"
	"net/http"
	"slices"
	"strings"

	"pavilion"
	"pavilion/db"
	"pavilion/staff"
	"pavilion/stock"
	"pavilion/web/ui"
)

const (
	causeMost = 100 // characters of what a movement was for
	noteMost  = 500
)

// stockForm is a form that changes stock: it is filled in, then shows what will be, and is
// sent again to do it.
type stockForm struct {
	Title   string
	Action  string
	Back    ui.Link
	About   []ui.Fact // what it is about, as it is
	Warning ui.Notice
	Failed  ui.Notice
	Fields  []ui.Field
	Will    []ui.Fact // what will be; while it is shown, the fields travel hidden
	Hidden  []keptValue
	Go      string        // the button
	InWay   []promisedRow // the orders that hold what was to be taken
	Rebook  string        // address to give them other goods, "" for those who may not
	Choice  []ui.Link     // to choose from instead of the fields
	Misfits []promisedRow // promises that would no longer be made like that
}

// errOnlyTried ends a transaction that was to show what would be.
var errOnlyTried = errors.New("only tried")

// try runs a change and takes it back: the error is what it would be refused for.
func (d *desk) try(r *http.Request, do func(tx *db.Tx) error) error {
	err := d.write(r, func(tx *db.Tx) error {
		if err := do(tx); err != nil {
			return err
		}
		return errOnlyTried
	})
	if errors.Is(err, errOnlyTried) {
		return nil
	}
	return err
}

// refused tells whether a person can mend what an error says.
func refused(err error) bool {
	switch pavilion.KindOf(err) {
	case pavilion.Invalid, pavilion.Conflict, pavilion.NotFound:
		return err != nil
	}
	return false
}

// keep puts what was typed into the fields, and the error beside the one it is about.
func (f *stockForm) keep(p *ui.Printer, r *http.Request, failure error) {
	at := -1
	for i := range f.Fields {
		one := &f.Fields[i]
		one.Autofocus = one.Autofocus && failure == nil
		if r.Method == http.MethodPost {
			one.Value = r.PostFormValue(one.Name)
			one.Checked = one.Value == "1"
		}
		for j := range one.Options {
			one.Options[j].Selected = one.Options[j].Value == one.Value
		}
		if failure != nil && one.Name == field(failure) {
			at = i
		}
	}
	switch {
	case failure == nil:
	case at >= 0 && pavilion.KindOf(failure) == pavilion.Invalid:
		f.Fields[at].Error, f.Fields[at].Autofocus = p.Error(failure), true
	default:
		f.Failed = ui.Notice{Tone: ui.Bad, Text: p.Error(failure)}
	}
}

// hide has the fields travel hidden while the form shows what will be, with the key by which
// it is done once.
func (f *stockForm) hide(r *http.Request) {
	for _, one := range f.Fields {
		f.Hidden = append(f.Hidden, keptValue{one.Name, r.PostFormValue(one.Name)})
	}
	f.Hidden = append(f.Hidden, keptValue{"key", rand.Text()})
	f.Fields = nil
}

// agreed tells whether the form comes from the page that showed what will be.
func agreed(r *http.Request) bool { return r.PostFormValue("go") == "1" && formKey(r) != "" }

func formKey(r *http.Request) string {
	if key := r.PostFormValue("key"); len(key) == len(rand.Text()) {
		return key
	}
	return ""
}

// once does what a form with a key asks for, the first time it is sent: a second press, or a
// form sent again because its answer was lost, finds it done.
func (d *desk) once(w http.ResponseWriter, r *http.Request, do func(tx *db.Tx) error) (again bool, err error) {
	err = d.write(r, func(tx *db.Tx) error {
		first, err := staff.FormSent(r.Context(), tx, member(r).ID, formKey(r))
		if again = !first; again || err != nil {
			return err
		}
		return do(tx)
	})
	if again && err == nil {
		d.toast(w, ui.Toast{Tone: ui.Careful, Text: ui.PrinterOf(r).T("stock.done_already")})
	}
	return again, err
}

// typed returns what was typed into a field, without blanks around it.
func typed(r *http.Request, name string) string { return strings.TrimSpace(r.PostFormValue(name)) }

// typedUnits reads a quantity. The error is the one of the domain.
func typedUnits(r *http.Request, name string) (int64, error) {
	n, ok := number(typed(r, name))
	if !ok {
		return 0, pavilion.E(pavilion.Invalid, "stock.not_a_number", nil).At(name)
	}
	return n, nil
}

// chosen marks the option with the value.
func chosen(options []ui.Option, value string) []ui.Option {
	options = slices.Clone(options)
	for i := range options {
		options[i].Selected = options[i].Value == value
	}
	return options
}

// sampleForms are the states of a form for the gallery.
func sampleForms(p *ui.Printer) map[string]stockForm {
	f := stockForm{
		Title: p.T("stock.adjust"), Action: lotsPath, Back: ui.Link{URL: lotsPath, Label: p.T("stock.lots")}, Go: p.T("stock.check"),
		About:  []ui.Fact{{Label: p.T("stock.lot"), Text: "L2022-07", URL: lotsPath}, {Label: p.T("stock.on_hand"), Text: p.Number(120)}},
		Fields: []ui.Field{quantityField(p), reasonField(p), noteField(p)},
	}
	will := f
	will.Fields, will.Will = nil, []ui.Fact{{Label: p.T("stock.on_hand"), Text: "120 → 118"}}
	wrong := f
	wrong.Failed = ui.Notice{Tone: ui.Bad, Text: p.Error(pavilion.E(pavilion.Conflict, "stock.below_reserved", pavilion.Args{"free": 1, "on_hand": 120, "reserved": 119}))}
	wrong.InWay, wrong.Rebook = sampleSKUs(p)["full"].Promised, lotsPath
	return map[string]stockForm{"empty": f, "what will be": will, "refused": wrong}
}

func quantityField(p *ui.Printer) ui.Field {
	return ui.Field{Name: "quantity", Label: p.T("stock.quantity"), Type: "number", InputMode: "numeric", Required: true, Autofocus: true}
}

func reasonField(p *ui.Printer) ui.Field {
	f := ui.Field{Name: "cause", Label: p.T("stock.reason"), Type: "select", Required: true, Options: []ui.Option{{Label: p.T("stock.choose")}}}
	for _, why := range stock.Reasons {
		f.Options = append(f.Options, ui.Option{Value: why, Label: p.T("stock.reason." + why)})
	}
	return f
}
