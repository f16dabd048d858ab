package console

import (
	"net/http"
	"strings"
	"time"

	"pavilion"
	"pavilion/catalog"
	"pavilion/channel"
	"pavilion/db"
	"pavilion/staff"
	"pavilion/stock"
	"pavilion/web/ui"
)

const sharesPath = "/console/shares"

// shares is the page that says who may sell how much of a SKU, and why.
type shares struct {
	*desk
	engine *channel.Engine
	page   *ui.Page[sharesView]
}

// sharesView is the shares of a SKU.
type sharesView struct {
	Failed   ui.Notice
	Crumbs   []ui.Link
	Name     pavilion.Text
	GTIN     string
	OnHand   int64
	Reserved int64
	Granted  int64
	Left     int64 // for the own shop
	Missing  int64 // was granted and is not there
	Shares   []shareRow
	Calls    []toldRow
	CallsURL string
}

// toldRow is a change that a platform was told of.
type toldRow struct {
	URL, Shop string
	At        time.Time
	Outcome   ui.Badge
}

// shareRow is the share of a shop.
type shareRow struct {
	Shop, Platform, ShopURL string
	Unit                    string // what is sold there, if it is not the SKU alone
	Granted                 int64
	Shown                   string // there, as far as is known
	Way                     string // what is on its way there
	Wanted                  int64
	Why, Trouble, Policy    string
	Form                    policyForm
}

func newShares(d *desk, e *channel.Engine) *shares {
	return &shares{desk: d, engine: e, page: ui.NewPage(d.area, "shares", map[string]sharesView{}).Samples(sampleShares)}
}

func (g *shares) routes() []route {
	return []route{
		{"GET " + sharesPath + "/{sku}", staff.SeeShops, g.show},
		{"POST " + sharesPath + "/{sku}/{shop}/{ref}", staff.RunShops, g.setPolicy},
	}
}

// callsShown is how many of the latest changes of a number a page shows.
const callsShown = 20

func (g *shares) show(w http.ResponseWriter, r *http.Request) error { return g.draw(w, r, ui.Notice{}) }

func (g *shares) draw(w http.ResponseWriter, r *http.Request, failed ui.Notice) error {
	p, sku, view := ui.PrinterOf(r), pavilion.SKUID(r.PathValue("sku")), sharesView{Failed: failed}
	if err := g.read(r, func(v *db.View) error {
		names, err := catalog.SKUNames(r.Context(), v, []pavilion.SKUID{sku})
		if err != nil {
			return err
		}
		name, known := names[sku]
		if !known {
			return pavilion.E(pavilion.NotFound, "page.not_found", nil)
		}
		view.Name, view.GTIN = name.Name, string(name.GTIN)
		lots, err := stock.Lots(r.Context(), v, sku)
		if err != nil {
			return err
		}
		for _, l := range lots {
			view.OnHand, view.Reserved = view.OnHand+l.OnHand, view.Reserved+l.Reserved
		}
		granted, err := stock.Shares(r.Context(), v, []pavilion.SKUID{sku})
		if err != nil {
			return err
		}
		for _, s := range granted[sku] {
			view.Granted += s.Granted
		}
		missing, err := stock.Uncovered(r.Context(), v, []pavilion.SKUID{sku})
		if err != nil {
			return err
		}
		view.Missing = missing[sku]
		left, err := stock.Available(r.Context(), v, g.engine.Own(), []pavilion.SKUID{sku})
		if err != nil {
			return err
		}
		view.Left = left[sku].Quantity
		rows, err := channel.ShareRows(r.Context(), v, sku)
		if err != nil {
			return err
		}
		for _, s := range rows {
			row := g.rowOf(p, s, sku, names)
			if member(r).May(staff.RunShops) {
				row.Form = formOf(p, s.Policy, sharesPath+"/"+string(sku)+"/"+string(s.Of.ID)+"/"+s.Ref, g.zone)
				if s.Policy.Ref == "" { // that of the shop: its own is new
					row.Form.Version = 0
				}
			}
			view.Shares = append(view.Shares, row)
		}
		found, err := channel.Calls(r.Context(), v, channel.CallFilter{About: string(sku), Writes: true}, "", callsShown)
		for _, c := range found {
			told := toldRow{URL: callsPath + "/" + string(c.ID), At: c.At, Outcome: outcomeOf(p, c)}
			for _, s := range view.Shares {
				if s.ShopURL == shopsPath+"/"+string(c.Shop) {
					told.Shop = s.Shop + " · " + s.Platform
				}
			}
			view.Calls = append(view.Calls, told)
		}
		return err
	}); err != nil {
		return err
	}
	view.CallsURL = callsPath + "?about=" + string(sku)
	view.Crumbs = []ui.Link{{URL: stockPath + "/" + string(sku), Label: p.T("stock.title")}, {Label: p.T("channel.shares"), Current: true}}
	return g.page.Write(w, r, g.head(p.Text(view.Name), stockPath), view)
}

func (g *shares) rowOf(p *ui.Printer, s channel.ShareRow, sku pavilion.SKUID, names map[pavilion.SKUID]catalog.SKUName) shareRow {
	row := shareRow{
		Shop: s.Of.Name, Platform: p.T("channel.platform." + s.Of.Channel), ShopURL: shopsPath + "/" + string(s.Of.ID),
		Granted: s.Granted, Wanted: s.Wanted, Shown: p.Number(s.Granted), Policy: policyWords(p, s.Policy),
	}
	if len(s.Parts) > 1 || s.Parts[0].Quantity > 1 {
		row.Unit = unitName(p, s.Unit, names)
	}
	if s.Beyond > 0 {
		row.Shown = p.T("channel.beyond", "granted", s.Granted, "more", s.Beyond)
	}
	switch c := s.Call; {
	case c.Key != "" && c.By > 0:
		row.Way = p.T("channel.way_more", "units", c.By)
	case c.Key != "" && c.By < 0:
		row.Way = p.T("channel.way_fewer", "units", -c.By)
	case c.Key != "":
		row.Way = p.T("channel.way_to", "units", c.To)
	}
	if s.Why != "" {
		row.Why = p.T(s.Why)
	}
	if s.Trouble != "" {
		row.Trouble = saysOf(p, s.Trouble)
	}
	return row
}

// policyWords says a policy in short.
func policyWords(p *ui.Printer, policy channel.Policy) string {
	words := []string{p.T("channel.policy." + string(policy.Kind))}
	switch {
	case policy.Kind == channel.Percent:
		words = append(words, p.Number(policy.Quantity)+" %")
	case policy.Kind == channel.Fixed || policy.Kind == channel.Ring:
		words = append(words, p.Number(policy.Quantity))
	case policy.Reserve > 0:
		words = append(words, p.T("channel.policy_reserve")+" "+p.Number(policy.Reserve))
	}
	if policy.Kind == channel.Ring {
		words = append(words, p.Moment(policy.Until))
	}
	return strings.Join(words, " · ")
}

func (g *shares) setPolicy(w http.ResponseWriter, r *http.Request) error {
	if err := g.parse(w, r); err != nil {
		return err
	}
	p := ui.PrinterOf(r)
	policy, err := policyFrom(r, pavilion.ShopID(r.PathValue("shop")), r.PathValue("ref"), g.zone)
	if err == nil {
		err = g.write(r, func(tx *db.Tx) error {
			_, found, err := channel.UnitOf(r.Context(), tx, policy.Shop, policy.Ref)
			if err == nil && !found {
				err = pavilion.E(pavilion.NotFound, "channel.unit_gone", nil)
			}
			if err != nil {
				return err
			}
			return channel.SetPolicy(r.Context(), tx, policy)
		})
	}
	if kind := pavilion.KindOf(err); err != nil && (kind == pavilion.Invalid || kind == pavilion.Conflict) {
		return g.draw(w, r, ui.Notice{Tone: ui.Bad, Text: p.Error(err)})
	}
	if err != nil {
		return err
	}
	g.said(w, p.T("channel.policy_set"), ui.Link{})
	redirect(w, r, sharesPath+"/"+r.PathValue("sku"))
	return nil
}
