package console

import (
	"context"
	"net/http"
	"strings"
	"unicode/utf8"

	"pavilion"
	"pavilion/catalog"
	"pavilion/channel/own"
	"pavilion/db"
	"pavilion/order"
	"pavilion/shipment"
	"pavilion/staff"
	"pavilion/stock"
	"pavilion/web/ui"
)

const (
	foundRows = 6  // hits of a kind
	wordsMost = 80 // characters of what is looked for
)

// search finds things of every kind by what people read of them.
type search struct {
	*desk
	country string
	page    *ui.Page[searchView]
}

type searchView struct {
	Words  string
	Groups []hits
	Empty  ui.Empty
}

// hits are what was found of one kind.
type hits struct {
	Title string
	Rows  []hit
}

// hit is one thing that was found.
type hit struct {
	taskRow
	exact bool // by its whole number, code or name: nothing else can be meant
}

// finder finds things of a kind for members with the right, through an index.
type finder struct {
	title string // key of the kind's name
	right staff.Right
	find  func(ctx context.Context, v *db.View, q sought) ([]hit, error)
}

// sought is what is looked for, and by whom.
type sought struct {
	*search
	words string
	who   staff.Member
	p     *ui.Printer
}

// finders are all kinds, in the order in which they are shown. Nobody finds what its page
// would not show: each kind needs the right of its page, and a producer finds its own.
var finders = []finder{
	{"find.orders", staff.SeeOrders, findOrders},
	{"find.phone", staff.SeeRecipients, findPhone},
	{"find.products", staff.SeeProducts, findProducts},
	{"find.products", staff.SeeOwn, findProducts},
	{"find.lots", staff.SeeStock, findLots},
	{"find.lots", staff.SeeOwn, findLots},
	{"find.parcels", staff.SeeOrders, findParcels},
	{"find.producers", staff.SeeProducers, findProducers},
	{"find.documents", staff.SeeProducers, findDocuments},
	{"find.staff", staff.SeeStaff, findStaff},
}

func newSearch(d *desk, country string) *search {
	return &search{d, country, ui.NewPage(d.area, "search", map[string]searchView{}).Samples(sampleSearch)}
}

func (g *search) routes() []route {
	return []route{{"GET /console/search", staff.Membership, g.show}}
}

func (g *search) show(w http.ResponseWriter, r *http.Request) error {
	p := ui.PrinterOf(r)
	q := sought{g, clean(r.URL.Query().Get("q")), member(r), p}
	v := searchView{Words: q.words}
	total, exact, only := 0, false, ""
	err := g.read(r, func(view *db.View) error {
		if q.words == "" {
			return nil
		}
		for _, f := range finders {
			if !q.who.May(f.right) {
				continue
			}
			rows, err := f.find(r.Context(), view, q)
			if err != nil {
				return err
			}
			if len(rows) == 0 {
				continue
			}
			v.Groups = append(v.Groups, hits{p.T(f.title), rows})
			total, exact, only = total+len(rows), rows[0].exact, rows[0].URL
		}
		return nil
	})
	if err != nil {
		return err
	}
	if total == 1 && exact {
		redirect(w, r, only)
		return nil
	}
	switch {
	case q.words == "":
		v.Empty = ui.Empty{Title: p.T("find.title"), Text: p.T("find.what")}
	case total == 0:
		v.Empty = ui.Empty{Title: p.T("find.none", "words", q.words), Text: p.T("find.what")}
	}
	return g.page.Write(w, r, g.head(p.T("find.title"), ""), v)
}

// clean is what was typed without needless spaces and without what would be too long.
func clean(typed string) string {
	words := strings.Join(strings.Fields(strings.ToValidUTF8(strings.ReplaceAll(typed, "\x00", ""), "")), " ")
	if utf8.RuneCountInString(words) > wordsMost {
		words = string([]rune(words)[:wordsMost])
	}
	return words
}

// of is whose goods may be found: everybody's with the right, or the reader's own.
func (q sought) of(right staff.Right) pavilion.ProducerID {
	if q.who.May(right) {
		return ""
	}
	return ownOf(q.who)
}

func findOrders(ctx context.Context, v *db.View, q sought) ([]hit, error) {
	found, err := order.List(ctx, v, order.Filter{Words: q.words}, "", foundRows)
	number, _ := order.ParseNumber(q.words)
	var out []hit
	for _, o := range found {
		out = append(out, q.order(o, o.Number == number || o.External == q.words))
	}
	return out, err
}

func (q sought) order(o order.Order, exact bool) hit {
	row := orderRow(q.p, o, q.p.Moment(o.PlacedAt)+" · "+q.p.T("console.state."+string(o.State))+" · "+q.p.Money(o.Total))
	return hit{row, exact}
}

// findPhone finds orders by the whole phone number of their recipient. The number itself is
// sealed; its keyed hash is compared.
func findPhone(ctx context.Context, v *db.View, q sought) ([]hit, error) {
	phone, err := own.ParsePhone(q.country, q.words)
	if err != nil {
		return nil, nil //nolint:nilerr // it is no phone number, so it is no order's
	}
	found, err := order.OfPhone(ctx, v, order.PhoneKey(q.sealer, phone), foundRows)
	var out []hit
	for _, o := range found {
		out = append(out, q.order(o, true))
	}
	return out, err
}

func findProducts(ctx context.Context, v *db.View, q sought) ([]hit, error) {
	producer := q.of(staff.SeeProducts)
	found, err := catalog.ListProducts(ctx, v, catalog.ProductFilter{Words: q.words, Producer: producer}, own.Name, "", foundRows)
	gtin, _ := catalog.ParseGTIN(q.words)
	var out []hit
	for _, l := range found {
		sku := l.First()
		h := hit{taskRow: taskRow{Name: q.p.Text(l.Product.Name), Note: string(sku.GTIN) + " · " + q.p.Text(l.Producer), URL: "/console/products/" + string(l.Product.ID)}}
		if producer != "" {
			h.URL = "/console/own/products/" + string(l.Product.ID)
		}
		for _, s := range l.SKUs {
			h.exact = h.exact || s.GTIN == gtin || s.ProducerCode == q.words
		}
		if !l.OnSale {
			h.Badge = ui.Badge{Text: q.p.T("find.not_on_sale")}
		}
		out = append(out, h)
	}
	return out, err
}

func findLots(ctx context.Context, v *db.View, q sought) ([]hit, error) {
	producer := q.of(staff.SeeStock)
	found, err := stock.List(ctx, v, stock.Filter{Code: q.words, Producer: producer}, "", foundRows)
	if err != nil {
		return nil, err
	}
	names, err := skuNames(ctx, v, found, func(b stock.LotBalance) pavilion.SKUID { return b.SKU })
	var out []hit
	for _, b := range found {
		h := hit{taskRow{Name: b.Code, Note: q.p.Text(names[b.SKU].Name), Badge: daysLeft(q.p, b), URL: "/console/lots/" + string(b.Lot)}, strings.EqualFold(b.Code, q.words)}
		if producer != "" {
			h.URL = "/console/own/products/" + string(names[b.SKU].Product)
		}
		out = append(out, h)
	}
	return out, err
}

func findParcels(ctx context.Context, v *db.View, q sought) ([]hit, error) {
	found, err := shipment.ByWaybill(ctx, v, q.words)
	var out []hit
	for _, parcel := range found[:min(len(found), foundRows)] {
		out = append(out, hit{taskRow{Name: parcel.Waybill, Note: q.p.Moment(parcel.PackedAt), URL: "/console/orders/" + string(parcel.Order)}, true})
	}
	return out, err
}

// findProducers looks through all producers: there are few.
func findProducers(ctx context.Context, v *db.View, q sought) ([]hit, error) {
	all, err := catalog.Producers(ctx, v)
	var out []hit
	for _, p := range all {
		names := string(p.ID)
		for _, lang := range pavilion.Langs {
			names += " " + p.LegalName[lang]
		}
		if len(out) < foundRows && (p.TaxNumber == q.words || q.in(names)) {
			out = append(out, hit{taskRow{Name: q.p.Text(p.LegalName), Note: p.TaxNumber, URL: "/console/producers/" + string(p.ID)}, p.TaxNumber == q.words})
		}
	}
	return out, err
}

// in tells whether every word that is looked for begins one of the text's, whatever the case
// and the quotes around it; Chinese words stand anywhere.
func (q sought) in(text string) bool {
	has := pavilion.Words(text)
	for _, word := range pavilion.Words(q.words) {
		found := false
		for _, h := range has {
			found = found || strings.HasPrefix(h, word)
		}
		if !found {
			return false
		}
	}
	return len(pavilion.Words(q.words)) > 0
}

func findDocuments(ctx context.Context, v *db.View, q sought) ([]hit, error) {
	found, err := catalog.DocumentsNamed(ctx, v, q.words, foundRows)
	var out []hit
	for _, d := range found {
		url := "/console/products/"
		if pavilion.CheckID(pavilion.PrefixProducer, d.About) {
			url = "/console/producers/"
		}
		out = append(out, hit{taskRow{Name: d.Name, Note: q.p.Date(d.ValidUntil), URL: url + d.About}, d.Name == q.words})
	}
	return out, err
}

// findStaff looks through all colleagues: there are few.
func findStaff(ctx context.Context, v *db.View, q sought) ([]hit, error) {
	all, err := staff.Members(ctx, v)
	var out []hit
	for _, m := range all {
		if len(out) < foundRows && q.in(m.Name+" "+m.Login) {
			out = append(out, hit{taskRow{Name: m.Name, Note: m.Login, URL: "/console/staff/" + string(m.ID)}, strings.EqualFold(m.Login, q.words)})
		}
	}
	return out, err
}

// sampleSearch are the states of the page for the gallery.
func sampleSearch(p *ui.Printer) map[string]searchView {
	return map[string]searchView{
		"nothing asked": {Empty: ui.Empty{Title: p.T("find.title"), Text: p.T("find.what")}},
		"none":          {Words: "48291", Empty: ui.Empty{Title: p.T("find.none", "words", "48291"), Text: p.T("find.what")}},
		"some": {Words: "4829", Groups: []hits{{p.T("find.orders"), []hit{
			{taskRow: taskRow{Name: "482913057726", Note: "¥128.00", Badge: ui.Badge{Text: p.T("console.order.simulated")}, URL: "/console/orders/482913057726"}},
		}}}},
	}
}
