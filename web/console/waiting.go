package console

import (
	"net/http"
	"strings"

	"pavilion"
	"pavilion/channel"
	"pavilion/db"
	"pavilion/staff"
	"pavilion/web/ui"
)

const waitingPath = "/console/waiting"

// waiting is the page of platforms' orders that wait for a person.
type waiting struct {
	*desk
	page *ui.Page[waitingView]
}

// waitingView is the orders that wait.
type waitingView struct {
	Failed ui.Notice
	Crumbs []ui.Link
	Orders []waitingRow
	More   bool // there are others
}

// waitingRow is an order that waits.
type waitingRow struct {
	Number, Shop, Why string
	ShopURL           string
	Kept              channel.KeptOrder
	Where             string // address of what can be done, "" for those who may not
}

func newWaiting(d *desk) *waiting {
	return &waiting{desk: d, page: ui.NewPage(d.area, "waiting", map[string]waitingView{"empty": {}}).Samples(sampleWaiting)}
}

func (g *waiting) routes() []route {
	return []route{
		{"GET " + waitingPath, staff.SeeShops, g.show},
		{"POST " + waitingPath + "/{shop}/{number}", staff.HandleOrders, g.settle},
	}
}

// waitingShown is how many orders the page shows: those that were tried the longest ago.
const waitingShown = 100

func (g *waiting) show(w http.ResponseWriter, r *http.Request) error {
	return g.draw(w, r, ui.Notice{})
}

func (g *waiting) draw(w http.ResponseWriter, r *http.Request, failed ui.Notice) error {
	p, view := ui.PrinterOf(r), waitingView{Failed: failed}
	view.Crumbs = []ui.Link{{URL: shopsPath, Label: p.T("channel.shops")}, {Label: p.T("channel.waiting"), Current: true}}
	if err := g.read(r, func(v *db.View) error {
		all, err := channel.Shops(r.Context(), v)
		if err != nil {
			return err
		}
		names := map[pavilion.ShopID]channel.Shop{}
		for _, s := range all {
			names[s.ID] = s
		}
		parked, err := channel.Parked(r.Context(), v, channel.KeptOrder{}, waitingShown+1)
		for _, k := range parked {
			row := waitingRow{Number: k.Number, Shop: names[k.Shop].Name, ShopURL: shopsPath + "/" + string(k.Shop), Why: sentence(p, k.Reason, k.Args), Kept: k}
			if member(r).May(staff.HandleOrders) {
				row.Where = waitingPath + "/" + string(k.Shop) + "/" + k.Number
			}
			view.Orders = append(view.Orders, row)
		}
		return err
	}); err != nil {
		return err
	}
	if view.More = len(view.Orders) > waitingShown; view.More {
		view.Orders = view.Orders[:waitingShown]
	}
	return g.page.Write(w, r, g.head(p.T("channel.waiting"), shopsPath), view)
}

// settle has an order read again, or ends its waiting.
func (g *waiting) settle(w http.ResponseWriter, r *http.Request) error {
	if err := g.parse(w, r); err != nil {
		return err
	}
	p, shop, number := ui.PrinterOf(r), pavilion.ShopID(r.PathValue("shop")), r.PathValue("number")
	said := "channel.reread_said"
	err := g.write(r, func(tx *db.Tx) error {
		if _, err := channel.OrderOf(r.Context(), tx, shop, number); err != nil {
			return err
		}
		if r.PostFormValue("dismiss") != "1" {
			return channel.Reread(r.Context(), tx, shop, number)
		}
		said = "channel.dismissed"
		return channel.Dismiss(r.Context(), tx, shop, number, strings.TrimSpace(r.PostFormValue("why")))
	})
	if pavilion.KindOf(err) == pavilion.Invalid && err != nil {
		return g.draw(w, r, ui.Notice{Tone: ui.Bad, Text: p.Error(err)})
	}
	if err != nil {
		return err
	}
	g.said(w, p.T(said), ui.Link{})
	redirect(w, r, waitingPath)
	return nil
}
