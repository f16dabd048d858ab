package console

import (
	"net/http"
	"strings"
	"time"

	"pavilion"
	"pavilion/channel"
	"pavilion/db"
	"pavilion/money"
	"pavilion/order"
	"pavilion/staff"
	"pavilion/web/ui"
)

const returnsPath = "/console/returns"

// returns is the page of what shoppers of platforms want their money back for.
type returns struct {
	*desk
	engine *channel.Engine
	page   *ui.Page[returnsView]
}

// returnsView is the returns that are not over.
type returnsView struct {
	Failed ui.Notice
	Crumbs []ui.Link
	Rows   []returnRow
	More   bool // there are others
}

// returnRow is a return.
type returnRow struct {
	ID, Number     string
	Shop, OurOrder ui.Link
	State          ui.Badge
	Seen           channel.ReturnState
	Goods          bool
	Amount         money.Money
	Why            string // in the shopper's words
	Waybill        string
	Asked, Due     time.Time
	Late           bool
	Lines          []string
	Received       int64
	Said           string // our answer, on its way
	Reason         string // why a person must look
	Agree          string // what a yes does, "" where none is asked for or the reader may not
	Refuse         bool
	Receive        []ui.Option // warehouses, where the goods can be taken in
	Where          string
}

func newReturns(d *desk, e *channel.Engine) *returns {
	return &returns{desk: d, engine: e, page: ui.NewPage(d.area, "returns", map[string]returnsView{"empty": {}}).Samples(sampleReturns)}
}

func (g *returns) routes() []route {
	return []route{
		{"GET " + returnsPath, staff.SeeShops, g.show},
		{"POST " + returnsPath + "/{shop}", staff.HandleOrders, g.answer},
		{"POST " + returnsPath + "/{shop}/goods", staff.MoveStock, g.receive},
	}
}

// returnsShown is how many returns the page shows: those that are due first.
const returnsShown = 100

// dueSoon is how long before a platform decides for us a return is pointed out.
const dueSoon = 12 * time.Hour

var returnTones = map[channel.ReturnState]ui.Tone{
	channel.ReturnAsked: ui.Careful, channel.ReturnArrived: ui.Careful, channel.ReturnOther: ui.Bad, channel.ReturnPaid: ui.Good,
}

func (g *returns) show(w http.ResponseWriter, r *http.Request) error {
	return g.draw(w, r, ui.Notice{})
}

func (g *returns) draw(w http.ResponseWriter, r *http.Request, failed ui.Notice) error {
	p, view := ui.PrinterOf(r), returnsView{Failed: failed}
	view.Crumbs = []ui.Link{{URL: shopsPath, Label: p.T("channel.shops")}, {Label: p.T("channel.returns"), Current: true}}
	if err := g.read(r, func(v *db.View) error {
		shops, err := channel.Shops(r.Context(), v)
		if err != nil {
			return err
		}
		names := map[pavilion.ShopID]string{}
		for _, s := range shops {
			names[s.ID] = s.Name
		}
		list, err := g.engine.Returns(r.Context(), v, returnsShown+1)
		if err != nil {
			return err
		}
		places, err := warehouseChoices(r.Context(), v, p)
		if err != nil {
			return err
		}
		for _, k := range list {
			row := viewReturn(p, k, names[k.Shop], g.db.Now())
			if k.Ours != "" {
				o, err := order.Get(r.Context(), v, g.sealer, k.Ours)
				if err != nil {
					return err
				}
				row.OurOrder = ui.Link{URL: orderURL(k.Ours), Label: o.Number}
				if row.Lines, err = g.lines(r, v, p, k); err != nil {
					return err
				}
			}
			if !member(r).May(staff.RefundOrders) {
				row.Agree = ""
			}
			row.Refuse = row.Refuse && member(r).May(staff.HandleOrders)
			if k.Goods && k.Received == 0 && k.Ours != "" && (k.State == channel.ReturnSending || k.State == channel.ReturnArrived) && member(r).May(staff.MoveStock) {
				row.Receive = places
			}
			view.Rows = append(view.Rows, row)
		}
		return nil
	}); err != nil {
		return err
	}
	if view.More = len(view.Rows) > returnsShown; view.More {
		view.Rows = view.Rows[:returnsShown]
	}
	return g.page.Write(w, r, g.head(p.T("channel.returns"), returnsPath), view)
}

// lines are the goods of a return in words.
func (g *returns) lines(r *http.Request, v *db.View, p *ui.Printer, k channel.KeptReturn) (all []string, err error) {
	kept, err := channel.OrderOf(r.Context(), v, k.Shop, k.Order)
	if err != nil {
		return nil, err
	}
	lines, err := channel.OrderLines(r.Context(), v, kept)
	if err != nil {
		return nil, err
	}
	for _, l := range lines {
		units := l.Quantity
		for _, d := range k.Lines {
			if d.Line == l.Line {
				units = d.Quantity
			}
		}
		unit, found, err := channel.UnitOf(r.Context(), v, k.Shop, l.Ref)
		if err != nil {
			return nil, err
		}
		name := l.Ref
		if found {
			names, err := namesOfUnits(r.Context(), v, []channel.Unit{unit})
			if err != nil {
				return nil, err
			}
			name = unitName(p, unit, names)
		}
		all = append(all, p.Number(units)+" × "+name)
	}
	return all, nil
}

func viewReturn(p *ui.Printer, k channel.KeptReturn, shop string, now time.Time) returnRow {
	row := returnRow{
		ID: k.ID, Number: k.Order, Shop: ui.Link{URL: shopsPath + "/" + string(k.Shop), Label: shop}, State: ui.Badge{Tone: returnTones[k.State], Text: p.T("channel.return." + string(k.State))},
		Seen: k.State, Goods: k.Goods, Amount: k.Amount, Why: k.Return.Reason, Waybill: k.Waybill, Asked: k.Asked, Due: k.Due, Received: k.Received,
		Late: !k.Due.IsZero() && now.Add(dueSoon).After(k.Due), Where: returnsPath + "/" + string(k.Shop),
	}
	if k.Answer != "" {
		row.Said = p.T("channel.return_said." + k.Answer)
	}
	if k.Reason != "" {
		row.Reason = sentence(p, k.Reason, k.Args)
	}
	switch {
	case k.Answer != "" || k.State != channel.ReturnAsked && k.State != channel.ReturnArrived:
	case k.Goods && k.State == channel.ReturnAsked:
		row.Agree, row.Refuse = p.T("channel.return_fetch"), true
	default:
		row.Agree, row.Refuse = p.T("channel.return_pay"), true
	}
	return row
}

// answer says yes or no to a return: as it was seen.
func (g *returns) answer(w http.ResponseWriter, r *http.Request) error {
	if err := g.parse(w, r); err != nil {
		return err
	}
	p, answer := ui.PrinterOf(r), r.PostFormValue("answer")
	if answer == channel.ReturnAgree && !member(r).May(staff.RefundOrders) {
		return pavilion.E(pavilion.Forbidden, "console.right_missing", pavilion.Args{"right": string(staff.RefundOrders)})
	}
	err := g.write(r, func(tx *db.Tx) error {
		return g.engine.AnswerReturn(r.Context(), tx, pavilion.ShopID(r.PathValue("shop")), r.PostFormValue("id"), channel.ReturnState(r.PostFormValue("seen")), answer, strings.TrimSpace(r.PostFormValue("why")))
	})
	return g.done(w, r, p.T("channel.return_answered"), err)
}

// receive takes the goods in, where they lie held.
func (g *returns) receive(w http.ResponseWriter, r *http.Request) error {
	if err := g.parse(w, r); err != nil {
		return err
	}
	err := g.write(r, func(tx *db.Tx) error {
		return g.engine.ReceiveReturn(r.Context(), tx, pavilion.ShopID(r.PathValue("shop")), r.PostFormValue("id"), pavilion.WarehouseID(r.PostFormValue("warehouse")))
	})
	return g.done(w, r, ui.PrinterOf(r).T("channel.return_received"), err)
}

func (g *returns) done(w http.ResponseWriter, r *http.Request, said string, err error) error {
	if kind := pavilion.KindOf(err); err != nil && (kind == pavilion.Invalid || kind == pavilion.Conflict) {
		return g.draw(w, r, ui.Notice{Tone: ui.Bad, Text: ui.PrinterOf(r).Error(err)})
	}
	if err != nil {
		return err
	}
	g.said(w, said, ui.Link{})
	redirect(w, r, returnsPath)
	return nil
}

func sampleReturns(p *ui.Printer) map[string]returnsView {
	k := channel.KeptReturn{
		Shop: "shp_x", Ours: "ord_x", Reason: "channel.return_moved",
		Return: channel.Return{ID: "141", Order: "4781320682406080357", State: channel.ReturnAsked, Goods: true, Amount: money.New(5980, money.CNY), Reason: "不想要了", Asked: p.Now(), Due: p.Now().Add(time.Hour), Waybill: "SF1234567890123"},
	}
	asked := viewReturn(p, k, "白俄罗斯国家馆", p.Now())
	asked.Lines, asked.OurOrder, asked.Receive = []string{"2 × Шоколад"}, ui.Link{URL: "/console/orders/x", Label: "2611240001"}, []ui.Option{{Value: "whs_x", Label: "SHA"}}
	k.Answer, k.Reason, k.State, k.Received = channel.ReturnAgree, "", channel.ReturnArrived, 2
	return map[string]returnsView{"some": {More: true, Rows: []returnRow{asked, viewReturn(p, k, "白俄罗斯国家馆", p.Now())}}}
}
