// Package console is where the people who run a pavilion work: the operator's staff, the
// producers and a ministry's observer. Start with [New].
//
// Every address stands in a route with the right that opens it (desk.go); [Console.Routes]
// lists them, and a test walks them all with every role. Pages come in groups, one per noun,
// each in files of its own. Lists share one engine (list.go) with filters in the address,
// saved views, bulk acts and export.
package console

import (
	"embed"
	"net/http"
	"net/netip"

	"pavilion"
	"pavilion/channel"
	"pavilion/db"
	"pavilion/money"
	"pavilion/setting"
	"pavilion/staff"
	"pavilion/tailoring"
	"pavilion/web/ui"
)

//go:embed templates/*.html static/*
var files embed.FS

// ClaimPath is the path of the one-time link for an invitation's secret.
func ClaimPath(secret string) string { return "/console/claim/" + secret }

// UploadBytes is the largest body that is read of a request to the console: more than a
// workbook may have, so that a browser hears why its file was refused. Each form limits
// itself below it.
const UploadBytes = uploadBytes

// Options are what the console works with.
type Options struct {
	DB     *db.DB
	Site   *ui.Site
	Sealer *db.Sealer
	Gate   *staff.Gate
	Book   *setting.Book
	// Country is sold to, by ISO 3166-1: how phone numbers that do not say are read.
	Country string
	Secure  bool // browsers reach us by https
	// BaseURL is how browsers reach us, without a slash at the end.
	BaseURL string
	// Proxies are the networks whose forwarding headers are believed.
	Proxies []netip.Prefix
	// Demo opens the way in by a link alone.
	Demo bool
	// Currency is that of the prices in the own shop.
	Currency money.Currency
	// Engine is that of the shops on platforms.
	Engine *channel.Engine
	// Markets are those goods are tailored for.
	Markets []*tailoring.Market
}

// ResetPath is the path of the one-time link to a new password.
func ResetPath(secret string) string { return "/console/reset/" + secret }

// EnterPath is the path of the one-time link into a demonstration.
func EnterPath(secret string) string { return "/console/enter/" + secret }

// Console is the staff's area.
type Console struct {
	routes []route
}

// RouteRight is an address of the console and the right that opens it.
type RouteRight struct {
	Pattern string // as net/http
	Right   staff.Right
}

// New makes the area and puts its routes on the mux. An error means that the program was
// built wrong.
func New(mux *http.ServeMux, o Options) (*Console, error) {
	d := &desk{db: o.DB, site: o.Site, sealer: o.Sealer, gate: o.Gate, secure: o.Secure, known: map[string]bulkAct{}, proxies: o.Proxies, demo: o.Demo, base: o.BaseURL, markets: o.Markets, zone: o.Site.Printer(pavilion.Langs[0]).Zone(), area: o.Site.Area("console", files)}
	d.area.Frame, d.area.Home = d.frame, "/console/"
	d.listPage = ui.NewPage(d.area, "list", map[string]listView{}).Samples(sampleLists)
	d.confirmPage = ui.NewPage(d.area, "list-confirm", map[string]confirmView{})
	d.editPage = ui.NewPage(d.area, "edit", map[string]editView{})
	d.keptPage = ui.NewPage(d.area, "kept", map[string]keptView{})
	d.againPage = ui.NewPage(d.area, "again", map[string]againView{"empty": {}})
	prices, err := newPrices(d, o.Book, o.Markets)
	if err != nil {
		return nil, err
	}
	c := &Console{}
	for _, g := range []group{
		newDoors(d),
		newStart(d),
		newOrders(d),
		newJobs(d),
		newBatches(d),
		newImports(d),
		newAccount(d),
		newPeople(d),
		newTokens(d),
		newAudit(d),
		newSettings(d, o.Book),
		newProducts(d, o.Currency),
		newProducers(d),
		newCategories(d),
		newDocuments(d),
		newVariants(d, o.Markets),
		prices,
		newRulebook(d, o.Markets),
		newLabels(d, o.Markets),
		newMemory(d, o.Markets),
		newFigures(d),
		newShops(d, o.Engine), newShelf(d, o.Engine), newMappings(d, o.Engine), newCalls(d), newWaiting(d), newReturns(d, o.Engine), newShares(d, o.Engine),
		newSearch(d, o.Country),
		newOwns(d),
		newGoodsInStock(d), newReceiving(d), newLots(d), newLotActs(d), newMovements(d), newCounts(d),
	} {
		c.routes = append(c.routes, g.routes()...)
	}
	c.routes = append(c.routes, route{"GET /console/{rest...}", staff.Membership, func(http.ResponseWriter, *http.Request) error {
		return pavilion.E(pavilion.NotFound, "page.not_found", nil)
	}})
	for _, o := range c.routes {
		d.area.Route(ui.Route{Pattern: o.pattern, Do: d.guard(o)})
	}
	d.area.Mount(mux)
	return c, d.area.Err()
}

// Routes lists every address of the console with the right that opens it.
func (c *Console) Routes() []RouteRight {
	all := make([]RouteRight, len(c.routes))
	for i, o := range c.routes {
		all[i] = RouteRight{o.pattern, o.needs}
	}
	return all
}
