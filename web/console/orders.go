package console

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"pavilion"
	"pavilion/db"
	"pavilion/order"
	"pavilion/shipment"
	"pavilion/staff"
	"pavilion/web/ui"
)

// orderView is an order with what staff may do to it. The recipient is not on it.
type orderView struct {
	Order  order.Order
	Events []order.Event
	Steps  []order.Step // that staff may take now
	Lines  []refundable
	Reason ui.Field
	Failed ui.Notice
}

// refundable is a line with the field that says how much of it is paid back.
type refundable struct {
	order.Line
	Back ui.Field
}

// handSteps are the steps that people take, in the order of the buttons.
var handSteps = []order.Step{order.StepShip, order.StepDeliver, order.StepComplete, order.StepRefund, order.StepCancel}

const maxReason = 200

// orders is the pages of orders.
type orders struct {
	*desk
	page *ui.Page[orderView]
}

func newOrders(d *desk) *orders {
	return &orders{d, ui.NewPage(d.area, "order", map[string]orderView{"empty": {}})}
}

func (g *orders) routes() []route {
	return []route{
		{"GET /console/orders/{order}", staff.SeeOrders, g.show},
		{"POST /console/orders/{order}", staff.HandleOrders, g.act},
	}
}

func (g *orders) show(w http.ResponseWriter, r *http.Request) error {
	return g.draw(w, r, nil)
}

func (g *orders) draw(w http.ResponseWriter, r *http.Request, failure error) error {
	ctx, p := r.Context(), ui.PrinterOf(r)
	var v orderView
	err := g.read(r, func(view *db.View) (err error) {
		if v.Order, err = order.Get(ctx, view, nil, pavilion.OrderID(r.PathValue("order"))); err != nil {
			return err
		}
		v.Events, err = order.Events(ctx, view, v.Order.ID)
		return err
	})
	if err != nil {
		return err
	}
	if member(r).May(staff.HandleOrders) {
		for _, s := range handSteps {
			if order.Allows(v.Order.State, s) {
				v.Steps = append(v.Steps, s)
			}
		}
	}
	for _, l := range v.Order.Lines {
		v.Lines = append(v.Lines, refundable{l, ui.Field{Name: "back_" + strconv.Itoa(l.Number), Label: p.T("console.order.back"), Type: "number", InputMode: "numeric", Value: "0"}})
	}
	v.Reason = ui.Field{Name: "reason", Label: p.T("console.order.reason"), MaxLength: maxReason}
	head := g.head(p.T("console.order.title", "number", v.Order.Number), "")
	if failure != nil {
		head.Status, v.Failed = ui.Status(failure), ui.Notice{Tone: ui.Bad, Text: p.Error(failure)}
		v.Reason.Value = r.PostFormValue("reason")
	}
	return g.page.Write(w, r, head, v)
}

// act takes the step that the pressed button names.
func (g *orders) act(w http.ResponseWriter, r *http.Request) error {
	if err := g.parse(w, r); err != nil {
		return err
	}
	ctx, id := r.Context(), pavilion.OrderID(r.PathValue("order"))
	reason := strings.TrimSpace(r.PostFormValue("reason"))
	if len(reason) > maxReason {
		reason = strings.ToValidUTF8(reason[:maxReason], "")
	}
	step := order.Step(r.PostFormValue("step"))
	err := g.write(r, func(tx *db.Tx) error {
		if err := take(ctx, tx, id, step, reason, r); err != nil {
			return err
		}
		return staff.Note(ctx, tx, "order."+string(step), string(id), map[string]any{"reason": reason})
	})
	switch pavilion.KindOf(err) {
	case pavilion.Invalid, pavilion.Conflict:
		return g.draw(w, r, err)
	}
	if err != nil {
		return err
	}
	redirect(w, r, "/console/orders/"+string(id))
	return nil
}

func take(ctx context.Context, tx *db.Tx, id pavilion.OrderID, step order.Step, reason string, r *http.Request) error {
	switch step {
	case order.StepShip:
		return shipment.Ship(ctx, tx, id)
	case order.StepDeliver:
		return shipment.Deliver(ctx, tx, id)
	case order.StepComplete:
		return order.Complete(ctx, tx, id)
	case order.StepCancel:
		return order.Cancel(ctx, tx, id, reason)
	case order.StepRefund:
		lines, err := backLines(r)
		if err != nil {
			return err
		}
		return order.Refund(ctx, tx, id, lines, reason, r.PostFormValue("restock") != "")
	}
	return pavilion.E(pavilion.Invalid, "form.malformed", nil)
}

// backLines reads how much of each line is paid back.
func backLines(r *http.Request) ([]order.RefundLine, error) {
	lines := []order.RefundLine{}
	for name, values := range r.PostForm {
		line, ok := strings.CutPrefix(name, "back_")
		if !ok || values[0] == "" || values[0] == "0" {
			continue
		}
		number, err := strconv.Atoi(line)
		if err != nil {
			return nil, pavilion.E(pavilion.Invalid, "form.malformed", nil)
		}
		quantity, err := strconv.ParseInt(values[0], 10, 64)
		if err != nil || quantity < 0 {
			return nil, pavilion.E(pavilion.Invalid, "form.malformed", nil).At(name)
		}
		lines = append(lines, order.RefundLine{Line: number, Quantity: quantity})
	}
	return lines, nil
}
