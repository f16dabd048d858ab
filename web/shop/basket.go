package shop

import (
	"fmt"
	"net/http"
	"slices"

	"pavilion"
	"pavilion/channel/own"
	"pavilion/money"
	"pavilion/web/ui"
)

// basketView is what the shopper means to buy, what it costs now, and what stands in the way.
type basketView struct {
	Lines    []basketLine
	Count    int64
	Sums     sums
	Tax      taxView
	ToFree   ui.Progress // how much is missing to free delivery; empty if it does not matter
	Notice   ui.Notice
	Checkout string // address of the checkout, "" while something has to be mended
	Toast    ui.Toast
}

// basketLine is one SKU in the basket.
type basketLine struct {
	SKU     pavilion.SKUID
	URL     string
	Picture ui.Picture
	Name    pavilion.Text
	Net     string
	Price   ui.Price
	Tax     string // in the price or on top of it
	Stepper ui.Stepper
	Problem string // why it cannot be ordered as it stands, "" if it can
	Gone    bool   // it cannot be ordered at all
}

// sums are the amounts of an order; each says whether import tax is in it.
type sums struct {
	Rows  []ui.Fact
	Label string // of the total
	Total ui.Price
	Since []ui.Fact // what went back of it
}

func (s *Shop) basket(w http.ResponseWriter, r *http.Request) error {
	p := ui.PrinterOf(r)
	b, err := s.own.Basket(r.Context(), s.basketID(r))
	if err != nil {
		return fmt.Errorf("read basket: %w", err)
	}
	head := ui.Head{Title: p.T("shop.basket.title"), NoIndex: true, Active: "basket", Plain: len(b.Lines) > 0}
	if len(b.Lines) == 0 {
		return s.pages.basket.Write(w, r, head, basketView{})
	}
	buyer, err := s.buyerOrGuest(r)
	if err != nil {
		return err
	}
	q, err := s.own.QuoteFor(r.Context(), own.Person{Buyer: buyer.ID}, b.Lines)
	if err != nil {
		return fmt.Errorf("quote basket: %w", err)
	}
	view := basketPage(p, b, q)
	if r.URL.Query().Has("saved") {
		view.Toast = ui.Toast{Tone: ui.Good, Text: p.T("shop.basket.saved")}
	}
	return s.pages.basket.Write(w, r, head, view)
}

// basketPage is the view of a basket with what it would cost.
func basketPage(p *ui.Printer, b own.Basket, q own.Quote) basketView {
	view := basketView{Count: b.Count(), Sums: sumsOf(p, q), Tax: taxOf(p, q, true), ToFree: toFree(p, q)}
	for _, l := range q.Lines {
		view.Lines = append(view.Lines, basketLineOf(p, q, l))
	}
	switch {
	case len(orderable(q)) == 0:
		view.Notice = ui.Notice{Tone: ui.Careful, Text: p.T("shop.checkout.empty_text")}
	case slices.ContainsFunc(view.Lines, func(l basketLine) bool { return l.Problem != "" && !l.Gone }):
		view.Notice = ui.Notice{Tone: ui.Careful, Text: p.T("shop.basket.mend")}
		view.Tax.Parts = nil // what is mended first may fit
	case len(view.Tax.Parts) == 0:
		view.Checkout = href(p, "/checkout")
	}
	return view
}

func basketLineOf(p *ui.Printer, q own.Quote, l own.QuoteLine) basketLine {
	line := basketLine{
		SKU: l.SKU, URL: productHref(p, l.Product) + "?sku=" + string(l.SKU), Name: l.Name, Net: p.Measure(l.Net),
		Price: ui.Price{Amount: l.Unit}, Tax: lineTax(p, q, l),
		Picture: linePicture(l),
		Problem: lineProblem(p, l), Gone: !sellable(l),
	}
	line.Stepper = ui.Stepper{
		Name: "quantity", Label: p.T("shop.basket.quantity_of", "name", p.Text(l.Name)),
		Value: l.Quantity, Min: 0, Max: max(1, min(l.Available, own.MaxQuantity)),
	}
	return line
}

// lineTax says of a line whether import tax is in its price or on top of it; "" while nobody knows.
func lineTax(p *ui.Printer, q own.Quote, l own.QuoteLine) string {
	if !l.OnSale || l.Tax.IsZero() && q.TaxAdded && !q.Border.Verdict.Taxed() {
		return ""
	}
	return taxOn(p, l.Quantity, l.Tax)
}

// taxOn says what import tax is on top of that many units, or that it is in their price.
func taxOn(p *ui.Printer, quantity int64, tax money.Money) string {
	switch {
	case tax.IsZero():
		return p.T("shop.product.tax_included")
	case quantity > 1:
		return p.T("tax.extra_for", "units", quantity, "amount", tax)
	}
	return p.T("shop.product.tax_extra", "amount", tax)
}

// beforeTax is the amount of a line without the tax on top of it.
func beforeTax(total, tax money.Money) money.Money {
	goods, err := total.Sub(tax)
	if err != nil { // of two currencies: there is no such line
		return total
	}
	return goods
}

// sellable tells whether any of the line could be sold now.
func sellable(l own.QuoteLine) bool { return l.OnSale && l.Available > 0 }

// lineProblem says why a line cannot be ordered as it stands, "" if it can.
func lineProblem(p *ui.Printer, l own.QuoteLine) string {
	switch {
	case !l.OnSale:
		return p.T("shop.basket.off_sale")
	case l.Available == 0:
		return p.T("shop.basket.gone")
	case l.Available < l.Quantity:
		return p.T("shop.basket.short", "count", l.Available)
	}
	for _, f := range l.Findings {
		if f.Severity == pavilion.Blocks {
			return p.Finding(f)
		}
	}
	return ""
}

// orderable are the lines an order is made of: what is gone is left out.
func orderable(q own.Quote) []own.Line {
	var lines []own.Line
	for _, l := range q.Lines {
		if sellable(l) {
			lines = append(lines, own.Line{SKU: l.SKU, Quantity: l.Quantity})
		}
	}
	return lines
}

// sumsOf are the amounts of a quote, tax and delivery before the total.
func sumsOf(p *ui.Printer, q own.Quote) sums {
	delivery := p.Money(q.Delivery)
	if q.Delivery.IsZero() {
		delivery = p.T("shop.basket.delivery_free")
	}
	tax, goods, label := p.Money(q.Tax), p.T("tax.goods_with"), p.T("tax.total_with")
	if q.TaxAdded {
		goods = p.T("tax.goods_before")
	}
	switch {
	case !q.Tax.IsZero():
	case q.TaxAdded && !q.Border.Verdict.Taxed():
		tax, label = p.T("tax.unknown"), p.T("tax.total_before")
	case q.Included.Sign() > 0:
		tax = p.T("tax.held", "amount", q.Included)
	default:
		tax = p.T("shop.basket.tax_included")
	}
	return sums{
		Rows: []ui.Fact{
			{Label: goods, Text: p.Money(q.Goods)},
			{Label: p.T("shop.basket.delivery"), Text: delivery},
			{Label: p.T("shop.basket.tax"), Text: tax},
		},
		Label: label, Total: ui.Price{Amount: q.Total, Large: true},
	}
}

func toFree(p *ui.Printer, q own.Quote) ui.Progress {
	if q.FreeFrom.IsZero() || q.ToFree.IsZero() {
		return ui.Progress{}
	}
	return ui.Progress{
		Label: p.T("shop.basket.delivery_missing", "amount", q.ToFree),
		Value: q.FreeFrom.Minor() - q.ToFree.Minor(), Max: q.FreeFrom.Minor(),
	}
}

// changeBasket answers every button that has to do with the basket: put something in (add),
// set a quantity, one more, one less, take out, and buy at once.
func (s *Shop) changeBasket(w http.ResponseWriter, r *http.Request) error {
	p := ui.PrinterOf(r)
	sku := r.PostFormValue("sku")
	if !pavilion.CheckID(pavilion.PrefixSKU, sku) {
		return pavilion.E(pavilion.NotFound, "sku.unknown", nil)
	}
	n := min(max(quantity(r.PostFormValue("quantity"), 1), 0), own.MaxQuantity)
	var b own.Basket
	var err error
	next := href(p, "/basket?saved")
	switch id := s.basketID(r); {
	case r.PostFormValue("then") == "checkout":
		http.Redirect(w, r, href(p, fmt.Sprintf("/checkout?sku=%s&quantity=%d", sku, max(n, 1))), http.StatusSeeOther)
		return nil
	case r.PostForm.Has("add"), r.PostFormValue("then") == "stay":
		b, err = s.own.AddToBasket(r.Context(), id, pavilion.SKUID(sku), max(n, 1))
		if back := localPath(r.PostFormValue("back")); back != "" {
			next = back + "#added"
		}
	case r.PostForm.Has("remove"):
		b, err = s.own.SetBasketLine(r.Context(), id, pavilion.SKUID(sku), 0)
	case r.PostForm.Has("less"):
		b, err = s.own.SetBasketLine(r.Context(), id, pavilion.SKUID(sku), max(n-1, 0))
	case r.PostForm.Has("more"):
		b, err = s.own.SetBasketLine(r.Context(), id, pavilion.SKUID(sku), min(n+1, own.MaxQuantity))
	default:
		b, err = s.own.SetBasketLine(r.Context(), id, pavilion.SKUID(sku), n)
	}
	if err != nil {
		return fmt.Errorf("change basket: %w", err)
	}
	s.keepBasket(w, b)
	http.Redirect(w, r, next, http.StatusSeeOther)
	return nil
}
