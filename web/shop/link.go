package shop

import (
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	"pavilion"
	"pavilion/web/ui"
)

// href is the address of a page in the reader's language; path begins with a slash.
func href(p *ui.Printer, path string) string { return "/" + string(p.Lang) + path }

func productHref(p *ui.Printer, id pavilion.ProductID) string { return href(p, "/p/"+string(id)) }

func producerHref(p *ui.Printer, id pavilion.ProducerID) string {
	return href(p, "/producer/"+string(id))
}

func categoryHref(p *ui.Printer, key string) string { return href(p, "/c/"+url.PathEscape(key)) }

func orderHref(p *ui.Printer, id pavilion.OrderID) string { return href(p, "/order/"+string(id)) }

// crumbs are the way from the home page to here; the last one is here.
func crumbs(p *ui.Printer, rest ...ui.Link) []ui.Link {
	trail := append([]ui.Link{{URL: href(p, "/"), Label: p.T("shop.nav.home")}}, rest...)
	trail[len(trail)-1].Current = true
	return trail
}

// clip cuts what somebody typed to a number of characters and drops what is not text.
func clip(s string, most int) string {
	s = strings.TrimSpace(strings.ToValidUTF8(s, ""))
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	return string([]rune(s)[:most])
}

// quantity reads a number of units; what is no number is fallback.
func quantity(s string, fallback int64) int64 {
	n, err := strconv.ParseInt(strings.TrimSpace(s), 10, 64)
	if err != nil {
		return fallback
	}
	return n
}
