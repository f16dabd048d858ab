package shop

import (
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"strings"

	"pavilion"
	"pavilion/catalog"
	"pavilion/channel/own"
	"pavilion/db"
	"pavilion/web/ui"
)

// node is one object of structured data in the vocabulary of schema.org.
type node map[string]any

// graph puts objects together as one block of JSON-LD.
func graph(nodes ...node) node { return node{"@context": "https://schema.org", "@graph": nodes} }

func organizationData(base string, p *ui.Printer) node {
	return node{
		"@type": "Organization", "@id": base + "/#organization", "name": p.T("shop.name.full"), "url": base + href(p, "/"),
		"description": p.T("shop.name.tagline"), "foundingDate": "2022-07-06",
		"sponsor":            node{"@type": "GovernmentOrganization", "name": p.T("shop.name.state")},
		"parentOrganization": node{"@type": "Organization", "name": p.T("shop.name.operator")},
	}
}

func siteData(base string, p *ui.Printer) node {
	return node{
		"@type": "WebSite", "url": base + href(p, "/"), "name": p.T("shop.name.full"), "inLanguage": p.Lang,
		"publisher": node{"@id": base + "/#organization"},
		"potentialAction": node{
			"@type": "SearchAction", "query-input": "required name=words",
			"target": node{"@type": "EntryPoint", "urlTemplate": base + href(p, searchPath) + "?q={words}"},
		},
	}
}

func breadcrumbData(base string, trail []ui.Link) node {
	var items []node
	for i, l := range trail {
		item := node{"@type": "ListItem", "position": i + 1, "name": l.Label}
		if l.URL != "" {
			item["item"] = base + l.URL
		}
		items = append(items, item)
	}
	return node{"@type": "BreadcrumbList", "itemListElement": items}
}

func listData(base string, cards []ui.Card) node {
	var items []node
	for i, c := range cards {
		items = append(items, node{"@type": "ListItem", "position": i + 1, "url": base + c.URL})
	}
	return node{"@type": "ItemList", "itemListElement": items}
}

// productData is a product with an offer for each size.
func productData(base string, p *ui.Printer, g goods, chosen int) node {
	product := g.page.Product
	n := node{
		"@type": "Product", "name": p.Text(product.Name), "url": base + productHref(p, product.ID),
		"gtin": string(g.page.SKUs[chosen].GTIN), "countryOfOrigin": node{"@type": "Country", "name": product.Origin},
		"manufacturer": node{"@type": "Organization", "name": p.Text(g.page.Producer.LegalName)},
	}
	if words := p.Text(product.Description); words != "" {
		n["description"] = words
	}
	if g.page.Brand.ID != "" {
		n["brand"] = node{"@type": "Brand", "name": p.Text(g.page.Brand.Name)}
	}
	var images []string
	for _, pic := range g.page.Pictures {
		images = append(images, base+pictureURL(pic.ID, pic.Width))
	}
	if images != nil {
		n["image"] = images
	}
	var offers []node
	for i, k := range g.page.SKUs {
		price := g.page.Prices[k.ID]
		state := "https://schema.org/OutOfStock"
		if g.lines[i].OnSale && g.left[k.ID].Quantity > 0 {
			state = "https://schema.org/InStock"
		}
		offers = append(offers, node{
			"@type": "Offer", "sku": string(k.ID), "gtin": string(k.GTIN), "price": price.Decimal(), "priceCurrency": string(price.Currency()),
			"availability": state, "itemCondition": "https://schema.org/NewCondition",
			"url":    base + productHref(p, product.ID) + "?sku=" + string(k.ID),
			"seller": node{"@id": base + "/#organization"},
		})
	}
	n["offers"] = offers
	return n
}

func producerData(base string, p *ui.Printer, m catalog.Producer) node {
	return node{
		"@type": "Organization", "name": p.Text(m.LegalName), "url": base + producerHref(p, m.ID),
		"taxID": m.TaxNumber, "address": p.Text(m.Address),
	}
}

func articleData(base string, p *ui.Printer, st story) node {
	t := st.told[p.Lang]
	return node{
		"@type": "Article", "headline": t.title, "description": t.lead, "inLanguage": p.Lang,
		"url": base + href(p, "/stories/"+st.key), "publisher": node{"@id": base + "/#organization"},
	}
}

// robots tells search engines what is worth reading.
func (s *Shop) robots(w http.ResponseWriter, _ *http.Request) error {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	var b strings.Builder
	b.WriteString("User-agent: *\n")
	for _, path := range []string{"basket", "checkout", "order/", "find-order", "account", "favourites", "search"} {
		fmt.Fprintf(&b, "Disallow: /*/%s\n", path)
	}
	fmt.Fprintf(&b, "Sitemap: %s/sitemap.xml\n", s.base)
	_, err := io.WriteString(w, b.String())
	return err
}

// sitemapSize is how many products the sitemap lists: four languages of each stay below the
// 50,000 addresses that sitemaps.org allows.
const sitemapSize = 12_000

// urlset is a sitemap as sitemaps.org describes it, with the languages of each page.
type urlset struct {
	XMLName xml.Name  `xml:"urlset"`
	NS      string    `xml:"xmlns,attr"`
	XHTML   string    `xml:"xmlns:xhtml,attr"`
	URLs    []siteURL `xml:"url"`
}

type siteURL struct {
	Loc   string     `xml:"loc"`
	Links []siteLink `xml:"xhtml:link"`
}

type siteLink struct {
	Rel  string `xml:"rel,attr"`
	Lang string `xml:"hreflang,attr"`
	Href string `xml:"href,attr"`
}

// sitemap lists every public page in every language.
func (s *Shop) sitemap(w http.ResponseWriter, r *http.Request) error {
	paths, err := s.publicPaths(r)
	if err != nil {
		return err
	}
	set := urlset{NS: "http://www.sitemaps.org/schemas/sitemap/0.9", XHTML: "http://www.w3.org/1999/xhtml"}
	for _, path := range paths {
		var links []siteLink
		for _, lang := range pavilion.Langs {
			links = append(links, siteLink{Rel: "alternate", Lang: string(lang), Href: s.base + "/" + string(lang) + path})
		}
		for _, link := range links {
			set.URLs = append(set.URLs, siteURL{Loc: link.Href, Links: links})
		}
	}
	w.Header().Set("Content-Type", "application/xml; charset=utf-8")
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	return xml.NewEncoder(w).Encode(set)
}

// publicPaths are the pages a search engine may list, without their language.
func (s *Shop) publicPaths(r *http.Request) ([]string, error) {
	paths := []string{"/", "/categories", "/producers", "/stories", "/about", "/privacy"}
	for _, st := range s.stories {
		paths = append(paths, "/stories/"+st.key)
	}
	err := s.db.Read(r.Context(), func(v *db.View) error {
		categories, err := catalog.Categories(r.Context(), v)
		if err != nil {
			return err
		}
		for _, c := range categories {
			paths = append(paths, "/c/"+c.Key)
		}
		producers, err := catalog.Producers(r.Context(), v)
		if err != nil {
			return err
		}
		for _, m := range producers {
			paths = append(paths, "/producer/"+string(m.ID))
		}
		q := catalog.Query{Channel: own.Name, Limit: 100}
		for range sitemapSize / q.Limit {
			cards, next, _, err := catalog.Cards(r.Context(), v, q)
			if err != nil {
				return err
			}
			for _, c := range cards {
				paths = append(paths, "/p/"+string(c.Product))
			}
			if next == "" {
				return nil
			}
			q.After = next
		}
		return nil
	})
	return paths, err
}
