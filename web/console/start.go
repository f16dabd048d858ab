package console

import (
	"net/http"

	"pavilion/db"
	"pavilion/order"
	"pavilion/staff"
	"pavilion/web/ui"
)

const shown = 20 // rows of each list on the start page

// start is the page with what needs a person today.
type start struct {
	*desk
	page *ui.Page[startView]
}

type startView struct {
	Parked []order.Order
}

func newStart(d *desk) *start {
	return &start{d, ui.NewPage(d.area, "start", map[string]startView{"empty": {}})}
}

func (g *start) routes() []route {
	return []route{{"GET /console/{$}", staff.Membership, g.show}}
}

func (g *start) show(w http.ResponseWriter, r *http.Request) error {
	var v startView
	err := g.read(r, func(view *db.View) (err error) {
		if member(r).May(staff.SeeOrders) {
			v.Parked, err = order.List(r.Context(), view, order.Filter{State: order.StateParked}, "", shown)
		}
		return err
	})
	if err != nil {
		return err
	}
	return g.page.Write(w, r, g.head(ui.PrinterOf(r).T("console.start.title"), ""), v)
}
