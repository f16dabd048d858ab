package shop

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"pavilion"
	"pavilion/catalog"
	"pavilion/db"
	"pavilion/money"
	"pavilion/web/ui"
)

// listView is a shelf or the answer to a search: goods with ways to order and narrow them.
type listView struct {
	Crumbs  []ui.Link
	Title   string
	Parts   []ui.Chip // the shelves within this one, or all shelves
	Sorts   []ui.Chip
	Filters filters
	Cards   []ui.Card
	Pager   ui.Pager
	Nothing nothing
}

// filters is the form that narrows a list. It works without scripts: it is one more search.
type filters struct {
	Action string
	Words  string // kept as the form is sent
	Sort   string
	Set    int // how many narrow the list now
	Clear  string
	Fields []ui.Field
}

// nothing helps where a list is empty.
type nothing struct {
	Title   string
	Text    string
	Try     []ui.Link // words that would find something
	Shelves []ui.Link
	Clear   string
}

const (
	maxWords = 80
	listSize = 24
)

// ask is what a list is asked for, read from the address.
type ask struct {
	path     string // of the page, without language and query
	words    string
	category string
	brand    pavilion.BrandID
	producer pavilion.ProducerID
	min, max string // whole yuan, as typed
	sort     string
	after    string
}

func readAsk(r *http.Request) ask {
	q := r.URL.Query()
	a := ask{
		words: clip(q.Get("q"), maxWords), category: clip(q.Get("category"), maxWords),
		min: priceBound(q.Get("min")), max: priceBound(q.Get("max")), after: clip(q.Get("after"), 200),
	}
	if id := q.Get("brand"); pavilion.CheckID(pavilion.PrefixBrand, id) {
		a.brand = pavilion.BrandID(id)
	}
	if id := q.Get("producer"); pavilion.CheckID(pavilion.PrefixProducer, id) {
		a.producer = pavilion.ProducerID(id)
	}
	if by := q.Get("sort"); slices.Contains([]string{catalog.SortPrice, catalog.SortPriceDesc, catalog.SortNew}, by) {
		a.sort = by
	}
	return a
}

// priceBound keeps a bound only if it is a whole amount a shop could have.
func priceBound(s string) string {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n <= 0 || n > 1_000_000 {
		return ""
	}
	return strconv.FormatInt(n, 10)
}

// href is the address of the same list with something changed.
func (a ask) href(p *ui.Printer, change func(*ask)) string {
	a.after = ""
	change(&a)
	q := url.Values{}
	for _, f := range []struct{ name, value string }{
		{"q", a.words}, {"category", a.category}, {"brand", string(a.brand)}, {"producer", string(a.producer)},
		{"min", a.min}, {"max", a.max}, {"sort", a.sort}, {"after", a.after},
	} {
		if f.value != "" {
			q.Set(f.name, f.value)
		}
	}
	if len(q) == 0 {
		return href(p, a.path)
	}
	return href(p, a.path+"?"+q.Encode())
}

// narrowed counts the filters that are set.
func (a ask) narrowed() int {
	n := 0
	for _, set := range []bool{a.category != "" && a.path == searchPath, a.brand != "", a.producer != "", a.min != "" || a.max != ""} {
		if set {
			n++
		}
	}
	return n
}

// widest is the same list without filters.
func (a ask) widest(p *ui.Printer) string {
	return a.href(p, func(a *ask) {
		if a.path == searchPath {
			a.category = ""
		}
		a.brand, a.producer, a.min, a.max = "", "", "", ""
	})
}

func (a ask) query(c money.Currency) catalog.Query {
	return catalog.Query{
		Words: a.words, Category: a.category, Brand: a.brand, Producer: a.producer,
		PriceMin: minorOf(a.min, c), PriceMax: minorOf(a.max, c),
		Sort: a.sort, After: a.after, Limit: listSize,
	}
}

func minorOf(bound string, c money.Currency) int64 {
	m, err := money.Parse(bound, c)
	if bound == "" || err != nil {
		return 0
	}
	return m.Minor()
}

const searchPath = "/search"

func (s *Shop) search(w http.ResponseWriter, r *http.Request) error {
	p := ui.PrinterOf(r)
	a := readAsk(r)
	a.path = searchPath
	title := p.T("shop.nav.all")
	if a.words != "" {
		title = p.T("shop.search.title_for", "words", a.words)
	}
	return s.list(w, r, a, func(around listAround) (ui.Head, listView) {
		return ui.Head{Title: title, NoIndex: true, Active: "categories"}, listView{
			Crumbs: crumbs(p, ui.Link{Label: title}), Title: title,
			Parts: partChips(p, around.categories, ""),
		}
	})
}

func (s *Shop) category(w http.ResponseWriter, r *http.Request) error {
	p := ui.PrinterOf(r)
	a := readAsk(r)
	a.category, a.path = r.PathValue("category"), "/c/"+url.PathEscape(r.PathValue("category"))
	a.words = ""
	return s.list(w, r, a, func(around listAround) (ui.Head, listView) {
		here, ok := findCategory(around.categories, a.category)
		if !ok {
			return ui.Head{}, listView{}
		}
		trail := []ui.Link{{Label: p.Text(here.Name)}}
		parts := partChips(p, around.categories, here.Key)
		if above, ok := findCategory(around.categories, here.Parent); ok {
			trail = append([]ui.Link{{URL: categoryHref(p, above.Key), Label: p.Text(above.Name)}}, trail...)
			parts = partChips(p, around.categories, above.Key)
		}
		for i := range parts {
			parts[i].Active = parts[i].URL == categoryHref(p, here.Key)
		}
		view := listView{Crumbs: crumbs(p, trail...), Title: p.Text(here.Name), Parts: parts}
		head := ui.Head{
			Title: view.Title, Description: p.T("shop.name.meta"), Active: "categories",
			NoIndex: a.after != "" || a.narrowed() > 0,
		}
		return head, view
	})
}

// listAround is what stands around the goods of a list.
type listAround struct {
	categories []catalog.Category
	brands     []catalog.Brand
	near       []string // words near to those that found nothing
}

// list answers with a list; title makes what is particular to the page, an empty view if
// there is no such page.
func (s *Shop) list(w http.ResponseWriter, r *http.Request, a ask, title func(listAround) (ui.Head, listView)) error {
	p := ui.PrinterOf(r)
	var goods shelf
	var around listAround
	err := s.db.Read(r.Context(), func(v *db.View) error {
		var err error
		if goods, err = s.readShelf(r.Context(), v, p, a.query(s.own.Market().Currency)); err != nil {
			return err
		}
		around, err = readAround(r.Context(), v, a, len(goods.Cards) == 0)
		return err
	})
	if err != nil {
		return err
	}
	head, view := title(around)
	if view.Title == "" {
		return pavilion.E(pavilion.NotFound, "category.missing", nil)
	}
	view.fill(p, a, goods, around)
	if !head.NoIndex {
		if head.Data, err = ui.JSONLD(graph(breadcrumbData(s.base, view.Crumbs), listData(s.base, view.Cards))); err != nil {
			return err
		}
	}
	return s.pages.list.Write(w, r, head, view)
}

// fill puts the goods into the view, and the ways to order and narrow them.
func (v *listView) fill(p *ui.Printer, a ask, goods shelf, around listAround) {
	v.Cards, v.Sorts, v.Filters = goods.Cards, sortChips(p, a), filterForm(p, a, around)
	v.Pager = ui.Pager{Shown: len(goods.Cards), Total: goods.Total}
	if a.after != "" {
		v.Pager.First = a.href(p, func(*ask) {})
	}
	if goods.Next != "" {
		v.Pager.Next = a.href(p, func(a *ask) { a.after = goods.Next })
	}
	if len(goods.Cards) == 0 {
		v.Nothing = helpWithNothing(p, a, around)
	}
}

func readAround(ctx context.Context, v db.Reader, a ask, empty bool) (listAround, error) {
	var around listAround
	var err error
	if around.categories, err = catalog.Categories(ctx, v); err != nil {
		return around, err
	}
	if around.brands, err = catalog.Brands(ctx, v); err != nil {
		return around, err
	}
	if empty && a.words != "" {
		around.near, err = catalog.Suggest(ctx, v, a.words)
	}
	return around, err
}

func findCategory(all []catalog.Category, key string) (catalog.Category, bool) {
	for _, c := range all {
		if c.Key == key && key != "" {
			return c, true
		}
	}
	return catalog.Category{}, false
}

// partChips are the shelves within a shelf, "" for the top.
func partChips(p *ui.Printer, all []catalog.Category, parent string) []ui.Chip {
	var chips []ui.Chip
	for _, c := range all {
		if c.Parent == parent {
			chips = append(chips, ui.Chip{URL: categoryHref(p, c.Key), Label: p.Text(c.Name)})
		}
	}
	return chips
}

func sortChips(p *ui.Printer, a ask) []ui.Chip {
	var chips []ui.Chip
	for _, by := range []struct{ sort, key string }{
		{catalog.SortRelevance, "shop.list.sort_default"}, {catalog.SortPrice, "shop.list.sort_price"},
		{catalog.SortPriceDesc, "shop.list.sort_price_desc"}, {catalog.SortNew, "shop.list.sort_new"},
	} {
		chips = append(chips, ui.Chip{
			URL: a.href(p, func(a *ask) { a.sort = by.sort }), Label: p.T(by.key), Active: a.sort == by.sort,
		})
	}
	return chips
}

func filterForm(p *ui.Printer, a ask, around listAround) filters {
	f := filters{Action: href(p, a.path), Words: a.words, Sort: a.sort, Set: a.narrowed(), Clear: a.widest(p)}
	if a.path == searchPath {
		category := ui.Field{Name: "category", Label: p.T("shop.list.category"), Type: "select", Value: a.category}
		category.Options = append(category.Options, ui.Option{Label: p.T("shop.list.category_all"), Selected: a.category == ""})
		for _, c := range around.categories {
			category.Options = append(category.Options, ui.Option{Value: c.Key, Label: p.Text(c.Name), Selected: c.Key == a.category})
		}
		f.Fields = append(f.Fields, category)
	}
	brand := ui.Field{Name: "brand", Label: p.T("shop.list.brand"), Type: "select", Value: string(a.brand)}
	brand.Options = append(brand.Options, ui.Option{Label: p.T("shop.list.brand_all"), Selected: a.brand == ""})
	for _, b := range around.brands {
		brand.Options = append(brand.Options, ui.Option{Value: string(b.ID), Label: p.Text(b.Name), Selected: b.ID == a.brand})
	}
	f.Fields = append(f.Fields, brand,
		ui.Field{Name: "min", Label: p.T("shop.list.price_min"), Type: "number", InputMode: "numeric", Value: a.min},
		ui.Field{Name: "max", Label: p.T("shop.list.price_max"), Type: "number", InputMode: "numeric", Value: a.max})
	return f
}

func helpWithNothing(p *ui.Printer, a ask, around listAround) nothing {
	n := nothing{Title: p.T("shop.list.empty_title"), Text: p.T("shop.list.empty_text")}
	if a.words != "" {
		n.Title, n.Text = p.T("shop.search.none_title", "words", a.words), p.T("shop.search.none_text")
	}
	if a.narrowed() > 0 {
		n.Clear = a.widest(p)
		if a.words == "" {
			n.Text = p.T("shop.search.none_filtered")
		}
	}
	for _, words := range around.near {
		n.Try = append(n.Try, ui.Link{URL: a.href(p, func(a *ask) { a.words = words }), Label: words})
	}
	for _, c := range partChips(p, around.categories, "") {
		n.Shelves = append(n.Shelves, ui.Link{URL: c.URL, Label: c.Label})
	}
	return n
}
