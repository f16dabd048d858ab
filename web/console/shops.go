package console

import (
	"context"
	"encoding/base64"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"pavilion"
	"pavilion/catalog"
	"pavilion/channel"
	"pavilion/db"
	"pavilion/shipment"
	"pavilion/staff"
	"pavilion/web/ui"
)

const (
	shopsPath   = "/console/shops"
	connectPath = "/console/connect" // where the owner of a shop is sent from, and comes back to
)

// shops are the pages of the shops on platforms.
type shops struct {
	*desk
	engine *channel.Engine
	list   *ui.Page[shopsView]
	page   *ui.Page[shopView]
}

// shopsView is all shops, and the brake.
type shopsView struct {
	Failed   ui.Notice
	Shops    []shopCard
	Waiting  int64 // orders of all shops that wait for a person
	Brake    brakeView
	Connects []ui.Option // platforms a shop can be connected on
}

// brakeView is the brake of a shop, or of all of them.
type brakeView struct {
	On    bool
	Said  string // who pulled it, when and why
	Where string // address to pull or release it, "" for those who may not
}

// shopCard is a shop in short.
type shopCard struct {
	URL, Name, Platform string
	Mode                ui.Badge
	Until               time.Time // of the consent
	Soon                bool      // it ends soon and cannot be renewed
	Trouble             string
	Braked              bool
}

// shopView is one shop.
type shopView struct {
	shopCard
	Failed  ui.Notice
	Crumbs  []ui.Link
	Scope   string
	Given   time.Time
	Brake   brakeView
	Modes   []modeChoice // what it can become, with what happens then
	Version int64
	Plan    []planRow // what would become of it, before it goes live
	Planned bool
	Units   []unitRow
	More    string // address of the next units, "" after the last
	Policy  policyForm
	Carrier carrierForm
	Links   []ui.Link
}

// carrierForm is what the platform calls carriers, where its names are not ours.
type carrierForm struct {
	Where  string    // address, "" for those who may not change it
	Said   []ui.Link // a carrier and its code there
	Fields []ui.Field
}

// modeChoice is a mode a shop can be given.
type modeChoice struct {
	Mode, Label, Text string
	Where             string
}

// planRow is what would become of a unit.
type planRow struct {
	Name, Ref string
	Offered   string
	Wanted    int64
	Why       string
}

// unitRow is a unit a shop sells, and its share.
type unitRow struct {
	URL, Name, Ref, There string
	Granted, Wanted       int64
	Why, Trouble          string
	Asked                 bool // a change is on its way
}

func newShops(d *desk, e *channel.Engine) *shops {
	return &shops{
		desk: d, engine: e,
		list: ui.NewPage(d.area, "shops", map[string]shopsView{"empty": {}}).Samples(sampleShops),
		page: ui.NewPage(d.area, "shop", map[string]shopView{}).Samples(sampleShop),
	}
}

func (g *shops) routes() []route {
	return []route{
		{"GET " + shopsPath, staff.SeeShops, g.show},
		{"POST " + shopsPath + "/brake", staff.PullBrake, g.brake},
		{"POST " + connectPath + "/{channel}", staff.RunShops, g.connect},
		{"GET " + connectPath + "/{channel}/back", staff.RunShops, g.joined},
		{"GET " + shopsPath + "/{shop}", staff.SeeShops, g.one},
		{"POST " + shopsPath + "/{shop}/mode", staff.RunShops, g.setMode},
		{"POST " + shopsPath + "/{shop}/brake", staff.PullBrake, g.brake},
		{"POST " + shopsPath + "/{shop}/policy", staff.RunShops, g.setPolicy},
		{"POST " + shopsPath + "/{shop}/carrier", staff.RunShops, g.setCarrier},
	}
}

var modeTones = map[channel.Mode]ui.Tone{channel.Live: ui.Good, channel.Watching: ui.Careful, channel.Stopped: ui.Bad}

// endsSoon is how long before its end a consent that cannot be renewed is pointed out.
const endsSoon = 7 * 24 * time.Hour

func cardOf(p *ui.Printer, s channel.Shop, brakes []channel.Brake, now time.Time) shopCard {
	c := shopCard{
		URL: shopsPath + "/" + string(s.ID), Name: s.Name, Platform: p.T("channel.platform." + s.Channel),
		Mode: ui.Badge{Tone: modeTones[s.Mode], Text: p.T("channel.mode." + string(s.Mode))}, Until: s.AccessUntil,
		Braked: slices.ContainsFunc(brakes, func(b channel.Brake) bool { return b.Shop == "" || b.Shop == s.ID }),
	}
	if !s.RefreshUntil.IsZero() {
		c.Until = s.RefreshUntil
	}
	c.Soon = now.Add(endsSoon).After(c.Until) && (!s.RefreshUntil.IsZero() || s.Trouble != "")
	if s.Trouble != "" {
		c.Trouble = sentence(p, s.Trouble, pavilion.Args{"shop": s.Name})
	}
	return c
}

func (g *shops) brakeOf(r *http.Request, v *db.View, p *ui.Printer, shop pavilion.ShopID, brakes []channel.Brake) (b brakeView, err error) {
	if member(r).May(staff.PullBrake) {
		b.Where = shopsPath + "/brake"
		if shop != "" {
			b.Where = shopsPath + "/" + string(shop) + "/brake"
		}
	}
	for _, on := range brakes {
		if on.Shop == shop {
			b.On = true
			actor, _ := pavilion.ParseActor(on.Who)
			names, err := staff.Names(r.Context(), v, []string{actor.ID})
			if err != nil {
				return b, err
			}
			b.Said = p.T("channel.brake_said", "who", who(p, actor, names[actor.ID]), "at", p.Moment(on.Since))
			if on.Why != "" {
				b.Said += " " + on.Why
			}
		}
	}
	return b, nil
}

func (g *shops) show(w http.ResponseWriter, r *http.Request) error {
	return g.draw(w, r, ui.Notice{})
}

func (g *shops) draw(w http.ResponseWriter, r *http.Request, failed ui.Notice) error {
	p, view := ui.PrinterOf(r), shopsView{Failed: failed}
	if err := g.read(r, func(v *db.View) error {
		all, err := channel.Shops(r.Context(), v)
		if err != nil {
			return err
		}
		brakes, err := channel.Brakes(r.Context(), v)
		if err != nil {
			return err
		}
		for _, s := range all {
			view.Shops = append(view.Shops, cardOf(p, s, brakes, g.db.Now()))
		}
		if view.Brake, err = g.brakeOf(r, v, p, "", brakes); err != nil {
			return err
		}
		view.Waiting, err = channel.CountParked(r.Context(), v, 1000)
		return err
	}); err != nil {
		return err
	}
	if member(r).May(staff.RunShops) {
		for _, name := range g.engine.Channels() {
			view.Connects = append(view.Connects, ui.Option{Value: name, Label: p.T("channel.platform." + name)})
		}
	}
	return g.list.Write(w, r, g.head(p.T("channel.shops"), shopsPath), view)
}

// brake pulls or releases the brake of a shop, or of all.
func (g *shops) brake(w http.ResponseWriter, r *http.Request) error {
	if err := g.parse(w, r); err != nil {
		return err
	}
	shop, on := pavilion.ShopID(r.PathValue("shop")), r.PostFormValue("on") == "1"
	err := g.write(r, func(tx *db.Tx) error {
		if shop != "" {
			if _, err := channel.ShopOf(r.Context(), tx, shop); err != nil {
				return err
			}
		}
		if on {
			return channel.PullBrake(r.Context(), tx, shop, strings.TrimSpace(r.PostFormValue("why")))
		}
		return channel.ReleaseBrake(r.Context(), tx, shop)
	})
	if err != nil {
		return err
	}
	said := "channel.brake_released"
	if on {
		said = "channel.brake_pulled"
	}
	g.said(w, ui.PrinterOf(r).T(said), ui.Link{})
	back := shopsPath
	if shop != "" {
		back += "/" + string(shop)
	}
	redirect(w, r, back)
	return nil
}

// consentLife is how long the owner of a shop may take to let us in.
const consentLife = 30 * time.Minute

func consentPurpose(channel string, who pavilion.StaffID) string {
	return "channel.consent_state:" + channel + ":" + string(who)
}

// connect sends the browser to the platform, where the owner of a shop lets us in.
func (g *shops) connect(w http.ResponseWriter, r *http.Request) error {
	name := r.PathValue("channel")
	until := strconv.FormatInt(g.db.Now().Add(consentLife).Unix(), 10)
	state := base64.RawURLEncoding.EncodeToString(g.sealer.Seal([]byte(until), consentPurpose(name, member(r).ID)))
	to, err := g.engine.ConsentURL(name, state, g.base+connectPath+"/"+name+"/back")
	if err != nil {
		return g.draw(w, r, ui.Notice{Tone: ui.Bad, Text: ui.PrinterOf(r).Error(err)})
	}
	redirect(w, r, to)
	return nil
}

// joined takes the browser back from the platform: only that of the person who was sent there.
func (g *shops) joined(w http.ResponseWriter, r *http.Request) error {
	name, p := r.PathValue("channel"), ui.PrinterOf(r)
	sealed, err := base64.RawURLEncoding.DecodeString(r.FormValue("state"))
	if err == nil {
		var until []byte
		if until, err = g.sealer.Open(sealed, consentPurpose(name, member(r).ID)); err == nil {
			end, e := strconv.ParseInt(string(until), 10, 64)
			if err = e; err == nil && g.db.Now().Unix() > end {
				err = pavilion.E(pavilion.Conflict, "channel.consent_stale", nil)
			}
		}
	}
	if err != nil {
		return g.draw(w, r, ui.Notice{Tone: ui.Bad, Text: p.Error(pavilion.E(pavilion.Conflict, "channel.consent_stale", nil))})
	}
	id, err := g.engine.Admit(r.Context(), g.actor(r), name, r.FormValue("code"))
	if err != nil && pavilion.KindOf(err) != pavilion.Internal {
		return g.draw(w, r, ui.Notice{Tone: ui.Bad, Text: p.Error(err)})
	}
	if err != nil {
		return err
	}
	g.said(w, p.T("channel.joined"), ui.Link{})
	redirect(w, r, shopsPath+"/"+string(id))
	return nil
}

// unitsShown is how many units a page of a shop shows.
const unitsShown = 50

func (g *shops) one(w http.ResponseWriter, r *http.Request) error {
	return g.drawOne(w, r, ui.Notice{}, channel.Policy{})
}

// drawOne draws a shop; entered is a policy that was refused.
func (g *shops) drawOne(w http.ResponseWriter, r *http.Request, failed ui.Notice, entered channel.Policy) error {
	p, id, view := ui.PrinterOf(r), pavilion.ShopID(r.PathValue("shop")), shopView{Failed: failed}
	var shop channel.Shop
	names := map[pavilion.SKUID]catalog.SKUName{}
	var units []channel.Unit
	if err := g.read(r, func(v *db.View) (err error) {
		if shop, err = channel.ShopOf(r.Context(), v, id); err != nil {
			return err
		}
		brakes, err := channel.Brakes(r.Context(), v)
		if err != nil {
			return err
		}
		view.shopCard = cardOf(p, shop, brakes, g.db.Now())
		if view.Brake, err = g.brakeOf(r, v, p, id, brakes); err != nil {
			return err
		}
		if units, err = channel.Units(r.Context(), v, id, r.FormValue("after"), unitsShown); err != nil {
			return err
		}
		if names, err = namesOfUnits(r.Context(), v, units); err != nil {
			return err
		}
		for _, u := range units {
			row, err := unitRowOf(r.Context(), v, p, u, names)
			if err != nil {
				return err
			}
			view.Units = append(view.Units, row)
		}
		if view.Carrier, err = carriersOf(r, v, p, shop); err != nil {
			return err
		}
		policy, err := channel.PolicyOf(r.Context(), v, id, "")
		if entered.Kind == "" {
			entered = policy
		}
		return err
	}); err != nil {
		return err
	}
	if len(units) == unitsShown {
		view.More = view.URL + "?after=" + units[len(units)-1].Ref
	}
	view.Crumbs = []ui.Link{{URL: shopsPath, Label: p.T("channel.shops")}, {Label: shop.Name, Current: true}}
	view.Scope, view.Given, view.Version = shop.Scope, shop.ConsentedAt, shop.Version
	view.Links = []ui.Link{
		{URL: view.URL + "/goods", Label: p.T("channel.goods")},
		{URL: view.URL + "/categories", Label: p.T("channel.categories")},
		{URL: callsPath + "?shop=" + string(id), Label: p.T("channel.calls")},
		{URL: waitingPath, Label: p.T("channel.waiting")},
		{URL: auditPath + "?about=" + string(id), Label: p.T("jobs.history")},
	}
	if member(r).May(staff.RunShops) {
		view.Policy = formOf(p, entered, view.URL+"/policy", g.zone)
		view.Modes = modesOf(p, shop, view.URL+"/mode")
		if shop.Mode == channel.Watching && r.FormValue("plan") != "" {
			g.plan(r, p, &view, names)
		}
	}
	return g.page.Write(w, r, g.head(shop.Name, shopsPath), view)
}

// plan asks the platform what it shows now, and says what would become of it.
func (g *shops) plan(r *http.Request, p *ui.Printer, view *shopView, names map[pavilion.SKUID]catalog.SKUName) {
	plan, err := g.engine.PlanShares(r.Context(), pavilion.ShopID(r.PathValue("shop")), "", unitsShown)
	if err != nil {
		view.Failed = ui.Notice{Tone: ui.Bad, Text: p.Error(err)}
		return
	}
	view.Planned = true
	for _, row := range plan {
		said := planRow{Name: unitName(p, row.Unit, names), Ref: row.Ref, Offered: "—", Wanted: row.Wanted, Why: p.T(row.Why)}
		if row.Offered >= 0 {
			said.Offered = p.Number(row.Offered)
		}
		view.Plan = append(view.Plan, said)
	}
}

// modesOf are the modes a shop is not in.
func modesOf(p *ui.Printer, s channel.Shop, where string) (all []modeChoice) {
	for _, m := range []channel.Mode{channel.Live, channel.Watching, channel.Stopped} {
		if m != s.Mode {
			all = append(all, modeChoice{Mode: string(m), Label: p.T("channel.become." + string(m)), Text: p.T("channel.become_text." + string(m)), Where: where})
		}
	}
	return all
}

// setMode lets a shop go live, watches it, or stops it. Nobody lets it go live who did not see
// the plan.
func (g *shops) setMode(w http.ResponseWriter, r *http.Request) error {
	if err := g.parse(w, r); err != nil {
		return err
	}
	p, mode := ui.PrinterOf(r), channel.Mode(r.PostFormValue("mode"))
	id := pavilion.ShopID(r.PathValue("shop"))
	if mode == channel.Live && r.PostFormValue("planned") != "1" {
		return g.drawOne(w, r, ui.Notice{Tone: ui.Bad, Text: p.Error(pavilion.E(pavilion.Conflict, "channel.plan_unseen", nil))}, channel.Policy{})
	}
	seen, _ := strconv.ParseInt(r.PostFormValue("version"), 10, 64)
	err := g.write(r, func(tx *db.Tx) error {
		shop, err := channel.ShopOf(r.Context(), tx, id)
		if err != nil {
			return err
		}
		shop.Version = seen
		return channel.SetMode(r.Context(), tx, shop, mode)
	})
	if kind := pavilion.KindOf(err); err != nil && (kind == pavilion.Invalid || kind == pavilion.Conflict) {
		return g.drawOne(w, r, ui.Notice{Tone: ui.Bad, Text: p.Error(err)}, channel.Policy{})
	}
	if err != nil {
		return err
	}
	g.said(w, p.T("channel.became."+string(mode)), ui.Link{})
	redirect(w, r, shopsPath+"/"+string(id))
	return nil
}

func (g *shops) setPolicy(w http.ResponseWriter, r *http.Request) error {
	if err := g.parse(w, r); err != nil {
		return err
	}
	p, id := ui.PrinterOf(r), pavilion.ShopID(r.PathValue("shop"))
	policy, err := policyFrom(r, id, "", g.zone)
	if err == nil {
		err = g.write(r, func(tx *db.Tx) error { return channel.SetPolicy(r.Context(), tx, policy) })
	}
	if kind := pavilion.KindOf(err); err != nil && (kind == pavilion.Invalid || kind == pavilion.Conflict) {
		return g.drawOne(w, r, ui.Notice{Tone: ui.Bad, Text: p.Error(err)}, policy)
	}
	if err != nil {
		return err
	}
	g.said(w, p.T("channel.policy_set"), ui.Link{})
	redirect(w, r, shopsPath+"/"+string(id))
	return nil
}

// carriersOf is the form of carriers for those who run shops.
func carriersOf(r *http.Request, v *db.View, p *ui.Printer, s channel.Shop) (f carrierForm, err error) {
	codes, err := channel.CarrierCodes(r.Context(), v, s.Channel)
	if err != nil || !member(r).May(staff.RunShops) {
		return f, err
	}
	f.Where = shopsPath + "/" + string(s.ID) + "/carrier"
	var options []ui.Option
	for _, c := range shipment.Carriers() {
		options = append(options, ui.Option{Value: c.Code, Label: p.Text(c.Name), Selected: c.Code == r.PostFormValue("carrier")})
		if code := codes[c.Code]; code != "" {
			f.Said = append(f.Said, ui.Link{URL: code, Label: p.Text(c.Name)})
		}
	}
	f.Fields = []ui.Field{
		{Name: "carrier", Label: p.T("channel.carrier"), Type: "select", Options: options, Required: true},
		{Name: "code", Label: p.T("channel.carrier_code"), Value: r.PostFormValue("code"), MaxLength: 40, Required: true},
	}
	return f, nil
}

// setCarrier says what the platform calls a carrier.
func (g *shops) setCarrier(w http.ResponseWriter, r *http.Request) error {
	if err := g.parse(w, r); err != nil {
		return err
	}
	p, id := ui.PrinterOf(r), pavilion.ShopID(r.PathValue("shop"))
	err := g.write(r, func(tx *db.Tx) error {
		shop, err := channel.ShopOf(r.Context(), tx, id)
		if err != nil {
			return err
		}
		return channel.SetCarrier(r.Context(), tx, shop.Channel, r.PostFormValue("carrier"), strings.TrimSpace(r.PostFormValue("code")))
	})
	if kind := pavilion.KindOf(err); err != nil && (kind == pavilion.Invalid || kind == pavilion.Conflict) {
		return g.drawOne(w, r, ui.Notice{Tone: ui.Bad, Text: p.Error(err)}, channel.Policy{})
	}
	if err != nil {
		return err
	}
	g.said(w, p.T("channel.carrier_set"), ui.Link{})
	redirect(w, r, shopsPath+"/"+string(id)+"#carriers")
	return nil
}

// namesOfUnits are what people call the SKUs in units.
func namesOfUnits(ctx context.Context, r db.Reader, units []channel.Unit) (map[pavilion.SKUID]catalog.SKUName, error) {
	var skus []pavilion.SKUID
	for _, u := range units {
		for _, part := range u.Parts {
			if !slices.Contains(skus, part.SKU) {
				skus = append(skus, part.SKU)
			}
		}
	}
	return catalog.SKUNames(ctx, r, skus)
}

// unitName is what people call a unit: the name of its goods, and of a bundle all of them.
func unitName(p *ui.Printer, u channel.Unit, names map[pavilion.SKUID]catalog.SKUName) string {
	var parts []string
	for _, part := range u.Parts {
		name := p.Text(names[part.SKU].Name)
		if part.Quantity > 1 {
			name = p.Number(part.Quantity) + " × " + name
		}
		parts = append(parts, name)
	}
	return strings.Join(parts, " + ")
}

func unitRowOf(ctx context.Context, v db.Reader, p *ui.Printer, u channel.Unit, names map[pavilion.SKUID]catalog.SKUName) (unitRow, error) {
	row := unitRow{URL: sharesPath + "/" + string(u.Parts[0].SKU), Name: unitName(p, u, names), Ref: u.Ref, There: strings.Trim(u.Listing+" / "+u.Unit, " /")}
	shares, err := channel.ShareRows(ctx, v, u.Parts[0].SKU)
	for _, s := range shares {
		if s.Unit.Shop == u.Shop && s.Ref == u.Ref {
			row.Granted, row.Wanted, row.Asked = s.Granted, s.Wanted, s.Call.Key != ""
			if s.Why != "" {
				row.Why = p.T(s.Why)
			}
			if s.Trouble != "" {
				row.Trouble = sentence(p, s.Trouble, nil)
			}
		}
	}
	return row, err
}
