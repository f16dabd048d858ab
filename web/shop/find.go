package shop

import (
	"errors"
	"net/http"

	"pavilion"
	"pavilion/web/ui"
)

// findView is the form that finds an order without an account.
type findView struct {
	Number  ui.Field
	Phone   ui.Field
	Problem ui.Notice // why nothing was found
}

func (s *Shop) findOrderForm(w http.ResponseWriter, r *http.Request) error {
	p := ui.PrinterOf(r)
	return s.pages.find.Write(w, r, s.findHead(p, 0), s.findPage(p, "", "", nil))
}

func (s *Shop) findHead(p *ui.Printer, status int) ui.Head {
	return ui.Head{Title: p.T("shop.find.title"), Description: p.T("shop.find.lead"), NoIndex: true, Status: status, Active: "account"}
}

// findPage is the view of the form with what was typed and what is wrong with it.
func (s *Shop) findPage(p *ui.Printer, number, phone string, problem error) findView {
	view := findView{
		Number: ui.Field{Name: "number", Label: p.T("shop.find.number"), Hint: p.T("shop.find.number_hint"), Value: number, InputMode: "numeric", Required: true, MaxLength: 20, Autocomplete: "off"},
		Phone:  ui.Field{Name: "phone", Label: p.T("shop.find.phone"), Value: phone, Type: "tel", InputMode: "tel", Required: true, MaxLength: 20, Autocomplete: "tel", Placeholder: s.own.Market().Phone.Example},
	}
	e, ok := errors.AsType[*pavilion.Error](problem)
	switch {
	case problem == nil:
	case ok && e.Field == "number":
		view.Number.Error = p.Error(problem)
	case ok && e.Field == "phone":
		view.Phone.Error = p.Error(problem)
	case pavilion.KindOf(problem) == pavilion.NotFound:
		view.Problem = ui.Notice{Tone: ui.Bad, Text: p.T("shop.find.none")}
	default:
		view.Problem = ui.Notice{Tone: ui.Bad, Text: p.Error(problem)}
	}
	return view
}

// findOrder opens an order to whoever knows its number and phone, for a while. Both wrong
// numbers and wrong phones get the same answer, and guessing is slowed down.
func (s *Shop) findOrder(w http.ResponseWriter, r *http.Request) error {
	p := ui.PrinterOf(r)
	number, phone := clip(r.PostFormValue("number"), 40), clip(r.PostFormValue("phone"), 40)
	o, err := s.own.FindOrder(r.Context(), number, phone, s.caller(r))
	switch pavilion.KindOf(err) {
	case pavilion.Invalid, pavilion.NotFound, pavilion.Limited:
		ui.RetryAfter(w, err)
		return s.pages.find.Write(w, r, s.findHead(p, ui.Status(err)), s.findPage(p, number, phone, err))
	}
	if err != nil {
		return err
	}
	s.givePass(w, r, o.ID)
	http.Redirect(w, r, orderHref(p, o.ID), http.StatusSeeOther)
	return nil
}
