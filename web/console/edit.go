package console

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"pavilion"
	"pavilion/web/ui"
)

// editField is one field of a thing people edit: how its value is written, and read again.
type editField[T any] struct {
	name string
	get  func(T) string
	set  func(*T, string) error
	// draw says how the field looks; its name, value and error are filled in.
	draw editInput
}

// editInput is a field of a form, or a set of boxes of which any may be ticked.
type editInput struct {
	ui.Field
	Checks []ui.Option
	Group  string // heading above it, where a group begins
	Was    string // a mark of the value the form was drawn with
}

// editView is a form to edit a thing.
type editView struct {
	Title   string
	Crumbs  []ui.Link
	Action  string
	Back    string
	Version int64
	Fields  []editInput
	Failed  ui.Notice
	Theirs  []difference // what somebody else changed meanwhile
	Save    string
}

// difference is a field that somebody else changed while the reader edited it too.
type difference struct {
	Label       string
	Theirs      string
	Yours       string
	Overwritten bool // the form has the reader's words, and saving puts them in place of theirs
}

// fill puts what the form says into the thing. Each wrong field has its error.
func fill[T any](form url.Values, thing *T, fields []editField[T]) map[string]error {
	wrong := map[string]error{}
	for _, f := range fields {
		if err := f.set(thing, posted(form, f.name)); err != nil {
			wrong[f.name] = err
		}
	}
	return wrong
}

// posted is the value of a field: trimmed, with line ends as we keep them. Of a set of boxes
// it is those that are ticked.
func posted(form url.Values, name string) string {
	return strings.TrimSpace(strings.ReplaceAll(strings.Join(form[name], " "), "\r\n", "\n"))
}

// version is the one the form was drawn from.
func version(form url.Values) int64 {
	n, _ := strconv.ParseInt(form.Get("version"), 10, 64)
	return n
}

// drawFields draws the form with the values of a thing.
func drawFields[T any](thing T, fields []editField[T]) []editInput {
	out := make([]editInput, len(fields))
	for i, f := range fields {
		out[i] = f.input(f.get(thing))
		out[i].Was = mark(f.get(thing))
	}
	return out
}

// drawPosted draws the form as it was sent, with what is wrong with it.
func drawPosted[T any](p *ui.Printer, form url.Values, fields []editField[T], wrong map[string]error) []editInput {
	out := make([]editInput, len(fields))
	for i, f := range fields {
		out[i] = f.input(posted(form, f.name))
		out[i].Was = form.Get("was." + f.name)
		if err := wrong[f.name]; err != nil {
			out[i].Error = p.Error(err)
		}
	}
	return out
}

// merge draws the form of somebody who was overtaken. What only the other changed is taken
// over, what only the reader changed is kept, and where both changed the same field, both
// values stand side by side and the form has the reader's.
func merge[T any](form url.Values, theirs T, fields []editField[T]) (inputs []editInput, both []difference) {
	for _, f := range fields {
		now, mine, was := f.get(theirs), posted(form, f.name), form.Get("was."+f.name)
		in := f.input(mine)
		switch {
		case mark(now) == was || now == mine: // they did not touch it, or wrote the same
		case mark(mine) == was:
			in = f.input(now)
			both = append(both, difference{Label: in.Label, Theirs: now})
		default:
			both = append(both, difference{in.Label, now, mine, true})
		}
		in.Was = mark(now)
		inputs = append(inputs, in)
	}
	return inputs, both
}

func (f editField[T]) input(value string) editInput {
	in := f.draw
	in.Name, in.Value, in.Checked = f.name, value, value != ""
	in.Options, in.Checks = selected(in.Options, value), selected(in.Checks, strings.Fields(value)...)
	return in
}

// offers refuses a value that a choice does not have: rules are about those that it has. Error:
// Invalid form.malformed.
func (in editInput) offers(value string) error {
	for _, one := range strings.Fields(value) {
		if !slices.ContainsFunc(slices.Concat(in.Options, in.Checks), func(o ui.Option) bool { return o.Value == one }) {
			return pavilion.E(pavilion.Invalid, "form.malformed", nil)
		}
	}
	return nil
}

// selected is the options with those values chosen. A value that is none of the options of a
// choice is added, so that nothing is changed by being looked at.
func selected(options []ui.Option, values ...string) []ui.Option {
	if len(options) == 0 {
		return nil
	}
	out := slices.Clone(options)
	for i := range out {
		out[i].Selected = slices.Contains(values, out[i].Value)
	}
	return out
}

// mark tells a value from others without repeating it.
func mark(value string) string {
	sum := sha256.Sum256([]byte(value))
	return hex.EncodeToString(sum[:6])
}

// catalogChanged tells that somebody else saved the thing first.
func catalogChanged(err error) bool {
	return pavilion.ReasonOf(err) == "catalog.changed_meanwhile"
}

// place puts an error to the field it is about; ok is false if it is about none of them.
func place[T any](err error, fields []editField[T], wrong map[string]error) (ok bool) {
	name := field(err)
	for _, f := range fields {
		if f.name == name || strings.HasPrefix(f.name, name+".") && name != "" {
			wrong[f.name] = err
			return true
		}
	}
	return false
}

// mendable tells errors a person can do something about in the form.
func mendable(err error) bool {
	e, ok := errors.AsType[*pavilion.Error](err)
	return ok && (e.Kind == pavilion.Invalid || e.Kind == pavilion.Conflict || e.Kind == pavilion.NotFound && e.Field != "")
}

// editing is one form: what it is about, and how it is saved.
type editing[T any] struct {
	view   editView
	active string // entry of the menu
	fields []editField[T]
	// now reads the thing as it is; save writes what the form made of it.
	now     func(r *http.Request) (T, error)
	version func(T) int64
	save    func(r *http.Request, thing T, version int64) (url string, err error)
}

// drawEdit draws the form of a thing as it is.
func drawEdit[T any](d *desk, w http.ResponseWriter, r *http.Request, e editing[T]) error {
	thing, err := e.now(r)
	if err != nil {
		return err
	}
	e.view.Fields, e.view.Version = drawFields(thing, e.fields), e.version(thing)
	return d.editPage.Write(w, r, d.head(e.view.Title, e.active), e.view)
}

// doEdit saves what a form says, or draws it again with what is in the way.
func doEdit[T any](d *desk, w http.ResponseWriter, r *http.Request, e editing[T]) error {
	if err := d.parse(w, r); err != nil {
		return err
	}
	p := ui.PrinterOf(r)
	thing, err := e.now(r)
	if err != nil {
		return err
	}
	wrong := fill(r.PostForm, &thing, e.fields)
	if len(wrong) == 0 {
		var url string
		if url, err = e.save(r, thing, version(r.PostForm)); err == nil {
			d.said(w, p.T("goods.saved"), ui.Link{})
			redirect(w, r, url)
			return nil
		}
	}
	v := e.view
	v.Version = version(r.PostForm)
	head := d.head(v.Title, e.active)
	switch {
	case catalogChanged(err):
		theirs, nowErr := e.now(r)
		if nowErr != nil {
			return nowErr
		}
		v.Fields, v.Theirs = merge(r.PostForm, theirs, e.fields)
		v.Version = e.version(theirs)
		head.Status, v.Failed = http.StatusConflict, ui.Notice{Tone: ui.Careful, Text: p.Error(err)}
	case err == nil || mendable(err):
		head.Status, v.Failed = http.StatusUnprocessableEntity, ui.Notice{Tone: ui.Bad, Text: p.T("goods.mend")}
		if err != nil && !place(err, e.fields, wrong) {
			head.Status, v.Failed.Text = ui.Status(err), p.Error(err)
		}
		v.Fields = drawPosted(p, r.PostForm, e.fields, wrong)
	default:
		return err
	}
	return d.editPage.Write(w, r, head, v)
}
