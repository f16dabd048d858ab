package shop

import (
	"embed"
	"fmt"
	"net/http"
	"strings"

	"pavilion"
	"pavilion/catalog"
	"pavilion/web/ui"
)

//go:embed stories/*.txt
var storyFiles embed.FS

// story is one short text about the country, told in every language from public sources.
type story struct {
	key   string
	words string // finds the goods the story is about, in any language of the catalogue
	told  map[pavilion.Lang]telling
}

// telling is a story in one language.
type telling struct {
	title   string
	lead    string
	text    []string // paragraphs
	sources []string
}

// storyKeys are the stories in the order in which they are shown.
var storyKeys = []struct{ key, words string }{
	{"belovezha", "Беловежские зубры"},
	{"flax", "лён"},
	{"spartak", "Спартак"},
	{"zefir", "зефир"},
	{"great-stone", ""},
}

// readStories reads the stories built into the program: stories/<key>.<language>.txt, blocks
// between empty lines; the first is the title, the second the lead, and lines that begin
// with an asterisk are the sources.
func readStories() ([]story, error) {
	var all []story
	for _, k := range storyKeys {
		st := story{key: k.key, words: k.words, told: map[pavilion.Lang]telling{}}
		for _, lang := range pavilion.Langs {
			raw, err := storyFiles.ReadFile("stories/" + k.key + "." + string(lang) + ".txt")
			if err != nil {
				return nil, fmt.Errorf("read story: %w", err)
			}
			t, err := parseTelling(string(raw))
			if err != nil {
				return nil, fmt.Errorf("read story %s in %s: %w", k.key, lang, err)
			}
			st.told[lang] = t
		}
		all = append(all, st)
	}
	return all, nil
}

func parseTelling(raw string) (telling, error) {
	blocks := strings.Split(strings.TrimSpace(raw), "\n\n")
	if len(blocks) < 4 {
		return telling{}, fmt.Errorf("%d blocks, want a title, a lead, text and sources", len(blocks))
	}
	t := telling{title: blocks[0], lead: blocks[1], text: blocks[2 : len(blocks)-1]}
	for line := range strings.Lines(blocks[len(blocks)-1]) {
		source, ok := strings.CutPrefix(strings.TrimSpace(line), "* ")
		if !ok {
			return telling{}, fmt.Errorf("the last block has no sources: %q", line)
		}
		t.sources = append(t.sources, source)
	}
	return t, nil
}

// storyLink is a story in a list.
type storyLink struct {
	URL   string
	Title string
	Lead  string
}

func (s *Shop) storyLinks(p *ui.Printer, except string) []storyLink {
	var links []storyLink
	for _, st := range s.stories {
		if st.key == except {
			continue
		}
		t := st.told[p.Lang]
		links = append(links, storyLink{URL: href(p, "/stories/"+st.key), Title: t.title, Lead: t.lead})
	}
	return links
}

// storiesView is the page that lists the stories.
type storiesView struct {
	Crumbs  []ui.Link
	Stories []storyLink
}

// storyView is the page of one story.
type storyView struct {
	Crumbs  []ui.Link
	Title   string
	Lead    string
	Text    []string
	Sources []string
	Goods   []ui.Card
	More    []storyLink
}

func (s *Shop) storyList(w http.ResponseWriter, r *http.Request) error {
	p := ui.PrinterOf(r)
	title := p.T("shop.stories.title")
	head := ui.Head{Title: title, Description: p.T("shop.stories.lead")}
	return s.pages.stories.Write(w, r, head, storiesView{
		Crumbs:  crumbs(p, ui.Link{Label: title}),
		Stories: s.storyLinks(p, ""),
	})
}

func (s *Shop) story(w http.ResponseWriter, r *http.Request) error {
	p := ui.PrinterOf(r)
	for _, st := range s.stories {
		if st.key != r.PathValue("story") {
			continue
		}
		goods, err := s.storyGoods(r, st)
		if err != nil {
			return err
		}
		view := s.storyPage(p, st, goods)
		data, err := ui.JSONLD(graph(breadcrumbData(s.base, view.Crumbs), articleData(s.base, p, st)))
		if err != nil {
			return err
		}
		return s.pages.story.Write(w, r, ui.Head{Title: view.Title, Description: view.Lead, Data: data}, view)
	}
	return pavilion.E(pavilion.NotFound, "page.not_found", nil)
}

// storyPage is the view of a story with goods it is about.
func (s *Shop) storyPage(p *ui.Printer, st story, goods []ui.Card) storyView {
	t := st.told[p.Lang]
	return storyView{
		Crumbs: crumbs(p, ui.Link{URL: href(p, "/stories"), Label: p.T("shop.stories.title")}, ui.Link{Label: t.title}),
		Title:  t.title, Lead: t.lead, Text: t.text, Sources: t.sources, Goods: goods, More: s.storyLinks(p, st.key),
	}
}

// storyGoods are a few goods the story is about.
func (s *Shop) storyGoods(r *http.Request, st story) ([]ui.Card, error) {
	if st.words == "" {
		return nil, nil
	}
	shelf, err := s.shelf(r.Context(), ui.PrinterOf(r), catalog.Query{Words: st.words, Limit: 4})
	return shelf.Cards, err
}
