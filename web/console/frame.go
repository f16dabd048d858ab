package console

import (
	"net/http"
	"strings"

	"pavilion/staff"
	"pavilion/web/ui"
)

// entry is one line of the menu. It is shown to those who hold the right.
type entry struct {
	label string // key of its words
	url   string
	right staff.Right
}

// menu is the way through the console, in groups, in the order of a day's work.
var menu = []struct {
	label   string
	entries []entry
}{
	{"console.menu.day", []entry{
		{"console.menu.start", "/console/", staff.Membership},
		{"console.menu.own", "/console/own", staff.SeeOwn},
		{"console.menu.orders", "/console/orders", staff.SeeOrders},
		{"console.menu.packing", "/console/packing", staff.PackOrders},
		{"console.menu.parcels", "/console/parcels", staff.SeeOrders},
	}},
	{"console.menu.goods", []entry{
		{"console.menu.products", "/console/products", staff.SeeProducts},
		{"tailoring.board", "/console/tailoring", staff.SeeTailoring},
		{"price.title", pricesPath, staff.SeeCosts},
		{"rules.title", "/console/rules", staff.SeeTailoring},
		{"label.shared", "/console/labels", staff.SeeTailoring},
		{"memory.title", memoryPath, staff.SeeTailoring},
		{"console.menu.producers", "/console/producers", staff.SeeProducers},
		{"console.menu.imports", "/console/imports", staff.ImportProducts},
		{"console.menu.own_imports", "/console/own/imports", staff.SeeOwn},
		{"console.menu.stock", "/console/stock", staff.SeeStock},
		{"console.menu.lots", "/console/lots", staff.SeeStock},
		{"stock.receive", "/console/stock/receive", staff.MoveStock},
		{"stock.movements", "/console/movements", staff.SeeStock},
		{"stock.counts", "/console/counts", staff.SeeStock},
	}},
	{"channel.title", []entry{
		{"channel.shops", shopsPath, staff.SeeShops},
		{"channel.waiting", waitingPath, staff.SeeShops},
		{"channel.returns", returnsPath, staff.SeeShops},
		{"channel.calls", callsPath, staff.SeeShops},
	}},
	{"console.menu.house", []entry{
		{"console.menu.figures", "/console/figures", staff.SeeFigures},
		{"console.menu.jobs", "/console/jobs", staff.SeeJobs},
		{"console.menu.staff", "/console/staff", staff.SeeStaff},
		{"console.menu.tokens", "/console/tokens", staff.ManageTokens},
		{"console.menu.trail", "/console/trail", staff.SeeTrail},
		{"console.menu.settings", "/console/settings", staff.ChangeSettings},
	}},
}

// menuLabel is the key of the words for an address in the menu, "" if it is not there.
func menuLabel(url string) string {
	for _, g := range menu {
		for _, e := range g.entries {
			if e.url == url {
				return e.label
			}
		}
	}
	return ""
}

// frame fills in what stands around the pages of those who are signed in.
func (d *desk) frame(r *http.Request, s *ui.Shell) {
	m := member(r)
	if m.ID == "" {
		return
	}
	p := ui.PrinterOf(r)
	s.Person, s.Query = m.Name, ""
	if r.URL.Path == "/console/search" {
		s.Query = r.URL.Query().Get("q")
	}
	s.Said, _ = r.Context().Value(saidKey{}).(ui.Toast)
	for _, g := range menu {
		links := ui.LinkGroup{Title: p.T(g.label)}
		for _, e := range g.entries {
			if m.May(e.right) {
				links.Links = append(links.Links, ui.Link{URL: e.url, Label: p.T(e.label), Current: here(s.Active, r.URL.Path, e.url)})
			}
		}
		if len(links.Links) > 0 {
			s.Menu = append(s.Menu, links)
		}
	}
}

// here tells whether a page belongs to an entry of the menu: it says so, or it lies below.
func here(active, path, url string) bool {
	if active != "" {
		return active == url
	}
	return path == url || url != "/console/" && strings.HasPrefix(path, url+"/")
}
