// Package shop is the storefront a shopper sees: home, shelves, search, products, basket,
// checkout, payment, orders, account, and the country's stories, in the languages of the
// program and without scripts up to placing an order. It decides nothing about goods, prices
// or orders: catalog, stock and channel/own do, and web/ui draws. Start with [New] and the
// route table in [Shop.routes]; each page stands in the file of its noun, its view struct
// first.
//
// Pages that show nothing of their reader are kept by ui's page cache: home, shelves,
// products, producers, stories. All others are made for each reader and never kept.
package shop

import (
	"embed"
	"log/slog"
	"net/http"
	"net/netip"
	"slices"
	"strings"

	"pavilion"
	"pavilion/channel/own"
	"pavilion/db"
	"pavilion/setting"
	"pavilion/tailoring"
	"pavilion/tailoring/label"
	"pavilion/web/ui"
)

//go:embed templates static
var files embed.FS

// Options are what the pages stand on.
type Options struct {
	DB   *db.DB
	Own  *own.Shop
	Site *ui.Site
	// BaseURL is the address shoppers use, without a slash at the end. With https the
	// cookies are locked to it.
	BaseURL string
	// Demo says on the pages that nothing here is real, and marks orders as simulated.
	Demo bool
	// Labels is what the market asks of labels; nil shows what producers say and nothing else.
	Labels *label.Pack
	// Codes, if not nil, shows one-time codes on the page instead of sending them: the demo.
	// It is also the Notifier of Own.
	Codes *Codes
	// Proxies are the networks of proxies in front of us, so that visitors who guess are told
	// apart.
	Proxies []netip.Prefix
	Log     *slog.Logger
}

// Shop holds the pages. It is made once at start and safe for concurrent use.
type Shop struct {
	db      *db.DB
	own     *own.Shop
	area    *ui.Area
	base    string
	cookies cookies
	codes   *Codes
	proxies []netip.Prefix
	demo    bool
	labels  *label.Pack
	log     *slog.Logger
	stories []story
	pages   pages

	drawings drawings
}

// New makes the pages of the shop. An error means that a template does not fit its view or
// a story cannot be read: the program was built wrong.
func New(o Options) (*Shop, error) {
	s := &Shop{
		db: o.DB, own: o.Own, base: strings.TrimRight(o.BaseURL, "/"),
		cookies: cookies{secure: strings.HasPrefix(o.BaseURL, "https://")},
		codes:   o.Codes, proxies: o.Proxies, demo: o.Demo, labels: o.Labels, log: o.Log,
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	var err error
	if s.stories, err = readStories(); err != nil {
		return nil, err
	}
	s.area = o.Site.Area("shop", files)
	s.area.Frame = s.frame
	s.pages = s.declarePages()
	s.area.Route(s.routes()...)
	return s, s.area.Err()
}

// Mount puts the shop on a mux: it answers every address that nobody else there does.
func (s *Shop) Mount(mux *http.ServeMux) {
	s.area.Mount(mux)
	mux.HandleFunc("GET "+picturePath+"{picture}/{width}", s.picture)
	mux.HandleFunc("GET "+tailoring.LabelPath("{sku}"), s.toLabel)
	mux.HandleFunc("GET "+tailoring.LabelPath("{sku}")+labelPicture, s.drawLabel)
	mux.HandleFunc("GET "+drawingPath+"{product}/{sku}", s.draw)
}

// The tags of kept pages: what they are made of. The wiring drops a tag when the signal of
// the same name comes.
const (
	tagCatalog = "catalog"
	tagStock   = "stock"
)

var (
	ofCatalog = []string{tagCatalog}
	ofGoods   = []string{tagCatalog, tagStock}
	ofSelf    = []string{tagCatalog, tagStock, tailoring.Topic}
	ofNothing = []string{"release"} // changes only with the program
)

// routes is the table of all addresses of the shop.
func (s *Shop) routes() []ui.Route {
	listQuery := []string{"q", "category", "brand", "producer", "min", "max", "sort", "after"}
	all := []ui.Route{
		{Pattern: "GET /{$}", Do: s.toLanguage},
		{Pattern: "GET /{lang}", Do: s.toHome},
		{Pattern: "GET /{lang}/{$}", Do: s.home, Tags: ofGoods},
		{Pattern: "GET /{lang}/categories", Do: s.categories, Tags: ofCatalog},
		{Pattern: "GET /{lang}/c/{category}", Do: s.category, Tags: ofGoods, Query: listQuery},
		{Pattern: "GET /{lang}/search", Do: s.search, Tags: ofGoods, Query: listQuery},
		{Pattern: "GET /{lang}/p/{product}", Do: s.product, Tags: ofSelf, Query: []string{"sku"}},
		{Pattern: "GET /{lang}/label/{sku}", Do: s.label, Tags: ofSelf, Query: []string{"lot"}},
		{Pattern: "GET /{lang}/producers", Do: s.producers, Tags: ofCatalog},
		{Pattern: "GET /{lang}/producer/{producer}", Do: s.producer, Tags: ofGoods, Query: []string{"after"}},
		{Pattern: "GET /{lang}/stories", Do: s.storyList, Tags: ofNothing},
		{Pattern: "GET /{lang}/stories/{story}", Do: s.story, Tags: ofGoods},
		{Pattern: "GET /{lang}/about", Do: s.about, Tags: ofNothing},
		{Pattern: "GET /{lang}/privacy", Do: s.privacy, Tags: ofNothing},
		{Pattern: "GET /{lang}/contact", Do: s.decided(setting.Contact, "shop.contact.title"), Tags: ofNothing},
		{Pattern: "GET /{lang}/returns", Do: s.decided(setting.Returns, "shop.returns.title"), Tags: ofNothing},

		{Pattern: "GET /{lang}/basket", Do: s.basket},
		{Pattern: "POST /{lang}/basket", Do: s.changeBasket},
		{Pattern: "GET /{lang}/checkout", Do: s.checkout},
		{Pattern: "POST /{lang}/checkout", Do: s.place},
		{Pattern: "GET /{lang}/districts", Do: s.districts, Tags: ofNothing, Query: []string{"province", "city"}},

		{Pattern: "GET /{lang}/order/{order}", Do: s.order},
		{Pattern: "POST /{lang}/order/{order}/cancel", Do: s.cancelOrder},
		{Pattern: "GET /{lang}/order/{order}/pay", Do: s.payment},
		{Pattern: "POST /{lang}/order/{order}/pay", Do: s.startPayment},
		{Pattern: "GET /{lang}/order/{order}/state", Do: s.orderState},
		{Pattern: "GET /{lang}/find-order", Do: s.findOrderForm},
		{Pattern: "POST /{lang}/find-order", Do: s.findOrder},

		{Pattern: "GET /{lang}/account", Do: s.account},
		{Pattern: "GET /{lang}/account/{step}", Do: s.toAccount},
		{Pattern: "POST /{lang}/account/code", Do: s.sendCode},
		{Pattern: "POST /{lang}/account/signin", Do: s.signIn},
		{Pattern: "POST /{lang}/account/signout", Do: s.signOut},
		{Pattern: "POST /{lang}/account/close", Do: s.closeAccount},
		{Pattern: "GET /{lang}/favourites", Do: s.favourites},
		{Pattern: "POST /{lang}/favourites", Do: s.setFavourite},

		{Pattern: "GET /sitemap.xml", Do: s.sitemap, Tags: ofCatalog},
		{Pattern: "GET /robots.txt", Do: s.robots, Tags: ofNothing},
		{Pattern: "POST " + own.NoticePath + "{provider}", Do: s.notice},
		{Pattern: "GET /{lang}/{rest...}", Do: s.missing},
		{Pattern: "GET /", Do: s.missing},
	}
	for i := range all {
		if len(all[i].Tags) > 0 { // what the operator decides stands around every page
			all[i].Tags = append(slices.Clip(all[i].Tags), setting.Signal)
		}
	}
	return all
}

// frame fills in what stands around every page.
func (s *Shop) frame(r *http.Request, shell *ui.Shell) {
	p := ui.PrinterOf(r)
	at := func(path, key string) ui.Link { return ui.Link{URL: href(p, path), Label: p.T(key)} }
	shell.Query = clip(r.URL.Query().Get("q"), maxWords)
	shell.Foot = []ui.LinkGroup{
		{Title: p.T("shop.nav.footer_shop"), Links: []ui.Link{
			at("/categories", "shop.nav.categories"), at("/producers", "shop.home.producers"), at("/stories", "shop.nav.stories")}},
		{Title: p.T("shop.nav.footer_help"), Links: []ui.Link{
			at("/find-order", "shop.nav.find"), at("/account", "shop.nav.account"), at("/favourites", "shop.nav.favourites")}},
		{Title: p.T("shop.nav.footer_trust"), Links: []ui.Link{
			at("/about", "shop.nav.about"), at("/privacy", "shop.nav.privacy")}},
	}
	if v, err := s.own.Book().Now(r.Context()); err == nil {
		help := &shell.Foot[1].Links
		if v.Words(setting.Contact).Best(p.Lang) != "" {
			*help = append(*help, at("/contact", "shop.contact.title"))
		}
		if v.Words(setting.Returns).Best(p.Lang) != "" {
			*help = append(*help, at("/returns", "shop.returns.title"))
		}
	}
	nav, err := s.shelves(r.Context(), p)
	if err != nil {
		return // the page itself will say so; a frame without shelves is still a frame
	}
	if r.Method == http.MethodGet && r.URL.RawQuery != "" {
		for i := range shell.Alternates { // the same search in another language
			shell.Alternates[i].Path += "?" + r.URL.RawQuery
		}
	}
	for i := range nav {
		nav[i].Current = nav[i].URL == r.URL.Path
	}
	shell.Nav = nav
}

// toLanguage sends a visitor to the home page in the language the browser prefers.
func (s *Shop) toLanguage(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Vary", "Accept-Language")
	http.Redirect(w, r, "/"+string(ui.Preferred(r))+"/", http.StatusFound)
	return nil
}

// toHome adds the slash that somebody left out.
func (s *Shop) toHome(w http.ResponseWriter, r *http.Request) error {
	http.Redirect(w, r, "/"+string(ui.LangOf(r))+"/", http.StatusMovedPermanently)
	return nil
}

// missing answers every address of the shop that is no page.
func (s *Shop) missing(http.ResponseWriter, *http.Request) error {
	return pavilion.E(pavilion.NotFound, "page.not_found", nil)
}
