package console

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"pavilion"
	"pavilion/catalog"
	"pavilion/channel"
	"pavilion/db"
	"pavilion/money"
	"pavilion/staff"
	"pavilion/web/ui"
)

// shelf are the pages of the goods a shop shows on its platform.
type shelf struct {
	*desk
	engine *channel.Engine
	list   *ui.Page[shelfView]
	page   *ui.Page[shelvedView]
}

// shelfView is the goods of a shop.
type shelfView struct {
	Failed ui.Notice
	Crumbs []ui.Link
	Name   string    // of the shop
	States []ui.Link // with their numbers
	Rows   []shelvedRow
	More   string // address of the next, "" after the last
	Where  string // address of what can be done, "" for those who may not
	GTIN   ui.Field
	Maps   string // address of where goods stand on the platform
}

// shelvedRow is goods in the list.
type shelvedRow struct {
	URL, Name string
	State     ui.Badge
	Why       string // what they lack, or why the platform refused them
	More      int    // reasons that are not said
	SentAt    time.Time
}

// shelvedView is goods as a shop shows them, or would.
type shelvedView struct {
	Failed   ui.Notice
	Crumbs   []ui.Link
	Name     string
	State    ui.Badge
	Wanted   bool
	InAudit  bool
	Sending  bool
	Number   string // the platform's, "" before it has one
	SentAt   time.Time
	SeenAt   time.Time
	Lacks    []mending
	Refusals []mending
	Title    string
	Lines    []shownFact // of what is shown
	Texts    []string    // blocks of the description
	Pictures []string    // addresses
	Units    []shownUnit
	Where    string // address of what can be done, "" for those who may not
	Links    []ui.Link
}

// mending is a reason with where to mend it.
type mending struct {
	Field, Text string
	Way         ui.Link
}

// shownFact is a line of what is shown.
type shownFact struct{ Label, Text string }

// shownUnit is a unit of what is shown.
type shownUnit struct {
	URL, Name, GTIN, There string
	Price                  money.Money
}

func newShelf(d *desk, e *channel.Engine) *shelf {
	return &shelf{
		desk: d, engine: e,
		list: ui.NewPage(d.area, "shelf", map[string]shelfView{"empty": {}}).Samples(sampleShelf),
		page: ui.NewPage(d.area, "shelved", map[string]shelvedView{}).Samples(sampleShelved),
	}
}

func (g *shelf) routes() []route {
	one := shopsPath + "/{shop}/goods"
	return []route{
		{"GET " + one, staff.SeeShops, g.show},
		{"POST " + one, staff.RunShops, g.offer},
		{"GET " + one + "/{product}", staff.SeeShops, g.one},
		{"POST " + one + "/{product}", staff.RunShops, g.act},
	}
}

var listingTones = map[channel.ListingState]ui.Tone{
	channel.ListingOn: ui.Good, channel.ListingAudit: ui.Careful, channel.ListingRefused: ui.Bad, channel.ListingBanned: ui.Bad, channel.ListingGone: ui.Bad,
}

// listingStates are the states the list is filtered by, in the order they are shown.
var listingStates = []channel.ListingState{"", channel.ListingAudit, channel.ListingRefused, channel.ListingOn, channel.ListingOff, channel.ListingBanned, channel.ListingGone}

func listingBadge(p *ui.Printer, s channel.Shelved) ui.Badge {
	return ui.Badge{Tone: listingTones[s.State], Text: listingWord(p, s.State)}
}

func listingWord(p *ui.Printer, state channel.ListingState) string {
	if state == "" {
		state = "none"
	}
	return p.T("channel.listing." + string(state))
}

// shelfShown is how many goods a page of the list shows.
const shelfShown = 50

func (g *shelf) show(w http.ResponseWriter, r *http.Request) error {
	return g.draw(w, r, ui.Notice{})
}

func (g *shelf) draw(w http.ResponseWriter, r *http.Request, failed ui.Notice) error {
	p, id, view := ui.PrinterOf(r), pavilion.ShopID(r.PathValue("shop")), shelfView{Failed: failed}
	at, after := shopsPath+"/"+string(id)+"/goods", pavilion.ProductID(r.URL.Query().Get("after"))
	state, chosen := channel.ListingState(r.URL.Query().Get("state")), r.URL.Query().Has("state")
	var list []channel.Shelved
	if err := g.read(r, func(v *db.View) error {
		shop, err := channel.ShopOf(r.Context(), v, id)
		if err != nil {
			return err
		}
		view.Name = shop.Name
		view.Crumbs = []ui.Link{{URL: shopsPath, Label: p.T("channel.shops")}, {URL: shopsPath + "/" + string(id), Label: shop.Name}, {Label: p.T("channel.goods"), Current: true}}
		counts, err := channel.CountShelf(r.Context(), v, id)
		if err != nil {
			return err
		}
		for _, s := range listingStates {
			if counts[s] > 0 {
				view.States = append(view.States, ui.Link{URL: at + "?state=" + string(s), Label: listingWord(p, s) + " " + p.Number(counts[s]), Current: chosen && s == state})
			}
		}
		if chosen {
			list, err = channel.ShelfIn(r.Context(), v, id, state, after, shelfShown)
		} else {
			list, err = channel.Shelf(r.Context(), v, id, after, shelfShown)
		}
		if err != nil {
			return err
		}
		view.Rows, err = shelvedRows(r.Context(), v, p, at, list)
		return err
	}); err != nil {
		return err
	}
	if len(list) == shelfShown {
		view.More = at + "?after=" + string(list[len(list)-1].Product)
		if chosen {
			view.More += "&state=" + string(state)
		}
	}
	view.Maps = shopsPath + "/" + string(id) + "/categories"
	if member(r).May(staff.RunShops) {
		view.Where = at
		view.GTIN = ui.Field{Name: "gtin", Label: "GTIN", Value: r.PostFormValue("gtin"), InputMode: "numeric", MaxLength: 14, Required: true}
	}
	return g.list.Write(w, r, g.head(p.T("channel.goods"), shopsPath), view)
}

func shelvedRows(ctx context.Context, v *db.View, p *ui.Printer, at string, list []channel.Shelved) (rows []shelvedRow, err error) {
	var ids []pavilion.ProductID
	for _, s := range list {
		ids = append(ids, s.Product)
	}
	names, err := catalog.ProductNames(ctx, v, ids)
	for _, s := range list {
		row := shelvedRow{URL: at + "/" + string(s.Product), Name: p.Text(names[s.Product]), State: listingBadge(p, s), SentAt: s.SentAt}
		var whys []string
		for _, l := range s.Lacks {
			whys = append(whys, sentence(p, l.Reason, l.Args))
		}
		for _, f := range s.Refusals {
			whys = append(whys, refusalWords(p, f))
		}
		if len(whys) > 0 {
			row.Why, row.More = whys[0], len(whys)-1
		}
		rows = append(rows, row)
	}
	return rows, err
}

func refusalWords(p *ui.Printer, f channel.Refusal) string {
	if f.Reason != "" {
		return sentence(p, f.Reason, f.Args)
	}
	return f.Text
}

// offer has all goods on sale shown, or those of one GTIN.
func (g *shelf) offer(w http.ResponseWriter, r *http.Request) error {
	if err := g.parse(w, r); err != nil {
		return err
	}
	p, id, product := ui.PrinterOf(r), pavilion.ShopID(r.PathValue("shop")), pavilion.ProductID("")
	err := g.write(r, func(tx *db.Tx) error {
		if r.PostFormValue("all") == "1" {
			return channel.OfferAll(r.Context(), tx, id)
		}
		gtin, err := catalog.ParseGTIN(strings.TrimSpace(r.PostFormValue("gtin")))
		if err != nil {
			return err
		}
		found, err := catalog.FindGTINs(r.Context(), tx, gtin)
		if err != nil {
			return err
		}
		if product = found[gtin].Product; product == "" {
			return pavilion.E(pavilion.Invalid, "gtin.unknown", pavilion.Args{"gtin": string(gtin)}).At("gtin")
		}
		return channel.Offer(r.Context(), tx, id, product, true)
	})
	if pavilion.KindOf(err) == pavilion.Invalid && err != nil {
		return g.draw(w, r, ui.Notice{Tone: ui.Bad, Text: p.Error(err)})
	}
	if err != nil {
		return err
	}
	g.said(w, p.T("channel.goods_offered"), ui.Link{})
	back := shopsPath + "/" + string(id) + "/goods"
	if product != "" {
		back += "/" + string(product)
	}
	redirect(w, r, back)
	return nil
}

func (g *shelf) one(w http.ResponseWriter, r *http.Request) error {
	p, order := ui.PrinterOf(r), channel.ListingOrder{Shop: pavilion.ShopID(r.PathValue("shop")), Product: pavilion.ProductID(r.PathValue("product"))}
	at := shopsPath + "/" + string(order.Shop)
	var view shelvedView
	var s channel.Shelved
	var name pavilion.Text
	if err := g.read(r, func(v *db.View) error {
		shop, err := channel.ShopOf(r.Context(), v, order.Shop)
		if err != nil {
			return err
		}
		names, err := catalog.ProductNames(r.Context(), v, []pavilion.ProductID{order.Product})
		if err != nil {
			return err
		}
		if name = names[order.Product]; name == nil {
			return pavilion.E(pavilion.NotFound, "page.not_found", nil)
		}
		view.Crumbs = []ui.Link{{URL: shopsPath, Label: p.T("channel.shops")}, {URL: at, Label: shop.Name}, {URL: at + "/goods", Label: p.T("channel.goods")}, {Label: p.Text(name), Current: true}}
		s, err = channel.OnShelf(r.Context(), v, order.Shop, order.Product)
		return err
	}); err != nil {
		return err
	}
	l, err := g.engine.Preview(r.Context(), order)
	if err != nil {
		if pavilion.KindOf(err) != pavilion.Unavailable {
			return err
		}
		view.Failed = ui.Notice{Tone: ui.Bad, Text: p.Error(err)}
	}
	s.Lacks = l.Lacks
	view.Name = p.Text(name)
	viewShelved(p, &view, at, s, l)
	if member(r).May(staff.RunShops) {
		view.Where = at + "/goods/" + string(order.Product)
	}
	view.Links = []ui.Link{{URL: productURL(order.Product), Label: p.T("goods.products")}, {URL: callsPath + "?about=" + string(order.Product), Label: p.T("channel.calls")}}
	return g.page.Write(w, r, g.head(view.Name, shopsPath), view)
}

// viewShelved says how goods stand in the shop whose page is at, and how they are shown.
func viewShelved(p *ui.Printer, view *shelvedView, at string, s channel.Shelved, l channel.Preview) {
	view.State, view.Wanted, view.InAudit, view.Sending, view.Number, view.SentAt, view.SeenAt = listingBadge(p, s), s.Wanted, s.InAudit, s.Sending, s.ID, s.SentAt, s.SeenAt
	for _, lack := range s.Lacks {
		view.Lacks = append(view.Lacks, mending{Text: sentence(p, lack.Reason, lack.Args), Way: wayToMend(p, at, s.Product, lack.Field, lack.Reason)})
	}
	for _, f := range s.Refusals {
		m := mending{Text: refusalWords(p, f), Way: wayToMend(p, at, s.Product, f.Field, "")}
		if f.Field != "" {
			m.Field = p.T("channel.field." + f.Field)
		}
		view.Refusals = append(view.Refusals, m)
	}
	view.Title = l.Title
	for block := range strings.SplitSeq(l.Description, "\n\n") {
		if block != "" {
			view.Texts = append(view.Texts, block)
		}
	}
	if len(l.Points) > 0 {
		view.Lines = append(view.Lines, shownFact{p.T("channel.field.Points"), strings.Join(l.Points, " · ")})
	}
	if l.Path != "" {
		view.Lines = append(view.Lines, shownFact{p.T("channel.field.Category"), l.Path})
	}
	for _, v := range l.Attributes {
		view.Lines = append(view.Lines, attributeWords(v, l.Asked))
	}
	for _, id := range l.Pictures {
		view.Pictures = append(view.Pictures, pictureURL(id, 320))
	}
	for _, u := range l.Units {
		view.Units = append(view.Units, shownUnit{URL: sharesPath + "/" + u.Ref, Name: u.Name, GTIN: u.Barcode, There: u.ID, Price: u.Price})
	}
}

// attributeWords is an attribute and its value in the platform's words.
func attributeWords(v channel.AttributeValue, asked []channel.Attribute) shownFact {
	f := shownFact{v.Attribute, v.Text}
	for _, a := range asked {
		if a.ID == v.Attribute {
			f.Label = a.Name
		}
	}
	return f
}

// wayToMend is where what is wrong with a field is put right.
func wayToMend(p *ui.Printer, shop string, product pavilion.ProductID, field, reason string) ui.Link {
	switch {
	case slices.Contains([]string{"Category", "Attributes", "Brand", "Freight", "Phone", "Extra"}, field):
		return ui.Link{URL: shop + "/categories", Label: p.T("channel.categories")}
	case reason == "" && field == "", strings.HasSuffix(reason, "lack_market"):
		return ui.Link{}
	}
	return ui.Link{URL: productURL(product), Label: p.T("channel.mend_goods")}
}

// act shows goods, takes them down, or looks at them again.
func (g *shelf) act(w http.ResponseWriter, r *http.Request) error {
	if err := g.parse(w, r); err != nil {
		return err
	}
	p, shop, product := ui.PrinterOf(r), pavilion.ShopID(r.PathValue("shop")), pavilion.ProductID(r.PathValue("product"))
	said := "channel.goods_looked"
	if err := g.write(r, func(tx *db.Tx) error {
		names, err := catalog.ProductNames(r.Context(), tx, []pavilion.ProductID{product})
		if err != nil {
			return err
		}
		if names[product] == nil {
			return pavilion.E(pavilion.NotFound, "page.not_found", nil)
		}
		switch r.PostFormValue("act") {
		case "show":
			said = "channel.goods_offered"
			return channel.Offer(r.Context(), tx, shop, product, true)
		case "withdraw":
			said = "channel.goods_withdrawn"
			return channel.Offer(r.Context(), tx, shop, product, false)
		}
		return channel.Look(r.Context(), tx, shop, product)
	}); err != nil {
		return err
	}
	g.said(w, p.T(said), ui.Link{})
	redirect(w, r, shopsPath+"/"+string(shop)+"/goods/"+string(product))
	return nil
}
