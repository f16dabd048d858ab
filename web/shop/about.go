package shop

import (
	"net/http"
	"slices"
	"strings"

	"pavilion/setting"
	"pavilion/web/ui"
)

// textView is a page of plain sections: who stands behind the shop, and privacy.
type textView struct {
	Crumbs   []ui.Link
	Title    string
	Lead     string
	Sections []textSection
}

// textSection is a heading with a paragraph.
type textSection struct {
	Title string
	Text  string
	Link  ui.Link
	Note  string
}

// sections are the sections of a page by the names of their messages: <page>.<name>_title
// and <page>.<name>_text.
func sections(p *ui.Printer, page string, names ...string) []textSection {
	var all []textSection
	for _, name := range names {
		all = append(all, textSection{Title: p.T(page + "." + name + "_title"), Text: p.T(page + "." + name + "_text")})
	}
	return all
}

// aboutPage says who stands behind the shop, and in a demo what in it is invented.
func aboutPage(p *ui.Printer, demo bool) textView {
	names := []string{"who", "operator", "maker", "lot", "price", "data", "pictures"}
	if demo {
		names = append(names, "demo")
	}
	view := textView{
		Title: p.T("shop.about.title"), Lead: p.T("shop.about.lead"),
		Sections: sections(p, "shop.about", append(names, "help")...),
	}
	data := &view.Sections[slices.Index(names, "data")]
	data.Link = ui.Link{URL: "https://world.openfoodfacts.org/", Label: p.T("shop.about.data_licence")}
	data.Note = p.T("shop.about.data_note")
	view.Sections[len(view.Sections)-1].Link = ui.Link{URL: href(p, "/find-order"), Label: p.T("shop.nav.find")}
	view.Crumbs = crumbs(p, ui.Link{Label: view.Title})
	return view
}

// privacyPage says what the shop keeps about people and what it does not.
func privacyPage(p *ui.Printer) textView {
	view := textView{
		Title: p.T("shop.privacy.title"), Lead: p.T("shop.privacy.lead"),
		Sections: sections(p, "shop.privacy", "what", "not", "cookies", "rights"),
	}
	view.Crumbs = crumbs(p, ui.Link{Label: view.Title})
	return view
}

func sampleTexts(p *ui.Printer) map[string]textView {
	return map[string]textView{"about": aboutPage(p, true), "privacy": privacyPage(p)}
}

func (s *Shop) about(w http.ResponseWriter, r *http.Request) error {
	p := ui.PrinterOf(r)
	view := aboutPage(p, s.demo)
	data, err := ui.JSONLD(graph(breadcrumbData(s.base, view.Crumbs), organizationData(s.base, p)))
	if err != nil {
		return err
	}
	return s.pages.text.Write(w, r, ui.Head{Title: view.Title, Description: view.Lead, Data: data}, view)
}

func (s *Shop) privacy(w http.ResponseWriter, r *http.Request) error {
	view := privacyPage(ui.PrinterOf(r))
	return s.pages.text.Write(w, r, ui.Head{Title: view.Title, Description: view.Lead}, view)
}

// decided shows the words that the operator decided for a page, a paragraph for each stretch
// between empty lines. There is no such page while there are none.
func (s *Shop) decided(k setting.Key, title string) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		v, err := s.own.Book().Now(r.Context())
		if err != nil {
			return err
		}
		p := ui.PrinterOf(r)
		words := v.Words(k).Best(p.Lang)
		if words == "" {
			return s.missing(w, r)
		}
		view := textView{Title: p.T(title), Crumbs: crumbs(p, ui.Link{Label: p.T(title)})}
		for part := range strings.SplitSeq(words, "\n\n") {
			if part = strings.TrimSpace(part); part != "" {
				view.Sections = append(view.Sections, textSection{Text: part})
			}
		}
		return s.pages.text.Write(w, r, ui.Head{Title: view.Title}, view)
	}
}
