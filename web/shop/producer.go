package shop

import (
	"fmt"
	"net/http"

	"pavilion"
	"pavilion/catalog"
	"pavilion/db"
	"pavilion/web/ui"
)

// producerTile is a producer in a list.
type producerTile struct {
	URL     string
	Name    pavilion.Text
	Address pavilion.Text
}

func tileOf(p *ui.Printer, m catalog.Producer) producerTile {
	return producerTile{URL: producerHref(p, m.ID), Name: m.LegalName, Address: m.Address}
}

func producerTiles(p *ui.Printer, all []catalog.Producer) []producerTile {
	var tiles []producerTile
	for _, m := range all {
		tiles = append(tiles, tileOf(p, m))
	}
	return tiles
}

// producersView is the page of all producers.
type producersView struct {
	Crumbs    []ui.Link
	Producers []producerTile
}

func (s *Shop) producers(w http.ResponseWriter, r *http.Request) error {
	p := ui.PrinterOf(r)
	var all []catalog.Producer
	err := s.db.Read(r.Context(), func(v *db.View) error {
		var err error
		all, err = catalog.Producers(r.Context(), v)
		return err
	})
	if err != nil {
		return fmt.Errorf("list producers: %w", err)
	}
	title := p.T("shop.producer.title_list")
	head := ui.Head{Title: title, Description: p.T("shop.producer.lead_list")}
	return s.pages.producers.Write(w, r, head, producersView{
		Crumbs: crumbs(p, ui.Link{Label: title}), Producers: producerTiles(p, all),
	})
}

// producerView is the page of one producer.
type producerView struct {
	Crumbs []ui.Link
	Name   pavilion.Text
	About  pavilion.Text
	Facts  []ui.Fact
	Cards  []ui.Card
	Pager  ui.Pager
}

func (s *Shop) producer(w http.ResponseWriter, r *http.Request) error {
	p := ui.PrinterOf(r)
	id := r.PathValue("producer")
	if !pavilion.CheckID(pavilion.PrefixProducer, id) {
		return pavilion.E(pavilion.NotFound, "producer.unknown", nil)
	}
	var maker catalog.Producer
	var goods shelf
	after := clip(r.URL.Query().Get("after"), 200)
	err := s.db.Read(r.Context(), func(v *db.View) error {
		var err error
		if maker, err = catalog.GetProducer(r.Context(), v, pavilion.ProducerID(id)); err != nil {
			return err
		}
		goods, err = s.readShelf(r.Context(), v, p, catalog.Query{Producer: maker.ID, After: after, Limit: listSize})
		return err
	})
	if err != nil {
		return err
	}
	name := p.Text(maker.LegalName)
	view := producerView{
		Crumbs: crumbs(p, ui.Link{URL: href(p, "/producers"), Label: p.T("shop.producer.title_list")}, ui.Link{Label: name}),
		Name:   maker.LegalName, About: maker.About, Facts: producerFacts(p, maker),
		Cards: goods.Cards, Pager: ui.Pager{Shown: len(goods.Cards), Total: goods.Total},
	}
	if after != "" {
		view.Pager.First = producerHref(p, maker.ID)
	}
	if goods.Next != "" {
		view.Pager.Next = producerHref(p, maker.ID) + "?after=" + goods.Next
	}
	data, err := ui.JSONLD(graph(breadcrumbData(s.base, view.Crumbs), producerData(s.base, p, maker)))
	if err != nil {
		return err
	}
	head := ui.Head{Title: name, Description: clip(p.Text(maker.About), 160), Data: data, NoIndex: after != ""}
	return s.pages.producer.Write(w, r, head, view)
}

func producerFacts(p *ui.Printer, m catalog.Producer) []ui.Fact {
	facts := []ui.Fact{{Label: p.T("shop.producer.country"), Text: p.Country(m.Country)}}
	if address := p.Text(m.Address); address != "" {
		facts = append(facts, ui.Fact{Label: p.T("shop.producer.address"), Text: address})
	}
	if m.TaxNumber != "" {
		facts = append(facts, ui.Fact{Label: p.T("shop.producer.tax_number"), Text: m.TaxNumber})
	}
	for _, prefix := range m.Prefixes {
		facts = append(facts, ui.Fact{Label: p.T("shop.producer.prefixes"), Text: prefix})
	}
	return facts
}
