// Package api is the pavilion for machines, under /api/v1 and described by OpenAPI 3.1: for
// whoever shows the goods to shoppers and places their orders, and for the operator's own
// systems. Start with [New]; the operations stand in files by their things, each with the
// scope its token needs.
package api

import (
	"embed"
	"net/http"
	"net/netip"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"pavilion"
	"pavilion/channel/own"
	"pavilion/db"
	"pavilion/staff"
	"pavilion/web/ui"
)

// Prefix is where the API lives.
const Prefix = "/api/v1"

//go:embed templates/*.html static/*
var files embed.FS

// API answers machines.
type API struct {
	site    *ui.Site
	db      *db.DB
	shop    *own.Shop
	sealer  *db.Sealer
	tokens  *tokens
	proxies []netip.Prefix
	docs    *ui.Page[docsView]
	huma    huma.API
}

// The groups of operations. What a shop needs stands under the names of its things, what the
// operator's own systems need under /office.
const (
	shopGoods      = "Shop: goods"
	shopOrders     = "Shop: orders"
	officeProducts = "Office: products"
	officeImports  = "Office: imports"
	officeStock    = "Office: stock"
	officeOrders   = "Office: orders"
	officeParcels  = "Office: parcels"
)

var tags = []*huma.Tag{
	{Name: shopGoods, Description: "What is on sale, for whoever shows it to shoppers."},
	{Name: shopOrders, Description: "Orders a token places for shoppers, and their payment."},
	{Name: officeProducts, Description: "The catalogue with all its facts, on sale or not."},
	{Name: officeImports, Description: "Workbooks of producers on their way into the catalogue."},
	{Name: officeStock, Description: "What lies where, and what moves it."},
	{Name: officeOrders, Description: "Everybody's orders."},
	{Name: officeParcels, Description: "What is packed and sent."},
}

const (
	about = "The pavilion for machines. Amounts are decimal strings with a currency; quantities are whole units; days are ISO 8601; " +
		"moments are RFC 3339 in UTC. Identifiers begin with the kind of thing they name and sort by the time they were made. " +
		"Lists take “limit” and go on after “next”. Operations that write take an “Idempotency-Key”. " +
		"Errors are problem+json (RFC 9457) with the machine word in “reason”."
	aboutTokens = "A token made in the console or with “pavilion token make”. The scope an operation needs stands in its security requirement."
)

// Options are what the installation decides about the API.
type Options struct {
	Version string // of the program, shown in the document
	BaseURL string
	Sealer  *db.Sealer // opens recipients and notes
	// PerSecond is how many requests a token may make a second, 0 for no limit.
	PerSecond float64
	// Proxies are the networks whose forwarding headers are believed.
	Proxies []netip.Prefix
}

// speakProblems has huma answer in our form what it refuses by itself. It asks for that in
// variables of its package.
var speakProblems = sync.OnceFunc(func() {
	huma.DefaultArrayNullable = false // a list without any is []
	huma.NewError = func(status int, _ string, errs ...error) huma.StatusError {
		return newProblem(pavilion.English, status, errs...)
	}
	huma.NewErrorWithContext = func(c huma.Context, status int, _ string, errs ...error) huma.StatusError {
		return newProblem(language(c.Header("Accept-Language")), status, errs...)
	}
})

// New registers the operations on the mux and the readable page in the site. An error
// means that the program was built wrong.
func New(mux *http.ServeMux, site *ui.Site, d *db.DB, shop *own.Shop, o Options) (*API, error) {
	speakProblems()
	config := huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI:    "3.1.0",
			Info:       &huma.Info{Title: "Pavilion", Version: o.Version, Description: about},
			Components: &huma.Components{Schemas: newRegistry(), SecuritySchemes: map[string]*huma.SecurityScheme{"token": {Type: "http", Scheme: "bearer", Description: aboutTokens}}},
			Servers:    []*huma.Server{{URL: o.BaseURL + Prefix}},
			Tags:       tags,
		},
		OpenAPIPath:   "/openapi",
		Formats:       formats,
		DefaultFormat: "application/json",
	}
	a := &API{site: site, db: d, shop: shop, sealer: o.Sealer, tokens: newTokens(d, o.PerSecond), proxies: o.Proxies}
	a.huma = humago.NewWithPrefix(mux, Prefix, config)
	a.huma.UseMiddleware(a.authorise)
	a.goods()
	a.quotes()
	a.orders()
	a.products()
	a.imports()
	a.stock()
	a.sales()
	a.parcels()
	area := site.Area("api", files)
	a.docs = ui.NewPage(area, "docs", map[string]docsView{"all": describe(a.huma.OpenAPI())})
	area.Route(ui.Route{Pattern: "GET /api/{$}", Do: a.showDocs, Tags: []string{"api"}})
	area.Mount(mux)
	return a, area.Err()
}

// authorise lets a request through whose token has the scope of its operation.
func (a *API) authorise(c huma.Context, next func(huma.Context)) {
	secret, ok := strings.CutPrefix(c.Header("Authorization"), "Bearer ")
	if !ok {
		c.SetHeader("WWW-Authenticate", "Bearer")
		a.refuse(c, errNoToken)
		return
	}
	from := a.networkOf(c)
	token, err := a.tokens.check(c.Context(), secret, from)
	if err != nil {
		a.refuse(c, err)
		return
	}
	for _, need := range c.Operation().Security {
		for _, scope := range need["token"] {
			if !token.May(staff.Scope(scope)) {
				a.refuse(c, errScope(scope))
				return
			}
		}
	}
	next(huma.WithValue(c, callerKey{}, caller{token, from}))
}

// networkOf is the network a request comes from, masked.
func (a *API) networkOf(c huma.Context) string {
	r, _ := humago.Unwrap(c)
	return staff.PlaceOf(ui.ClientOf(r, a.proxies), "").Network
}

func (a *API) refuse(c huma.Context, err error) {
	a.site.LogFailure(c.Context(), c.Operation().OperationID, err)
	p := problemOf(language(c.Header("Accept-Language")), err)
	for k, v := range p.GetHeaders() {
		c.SetHeader(k, v[0])
	}
	c.SetHeader("Content-Type", p.ContentType(""))
	c.SetStatus(p.Status)
	_ = huma.DefaultJSONFormat.Marshal(c.BodyWriter(), p) // the client went away
}
