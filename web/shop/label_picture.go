package shop

import (
	"cmp"
	"errors"
	"net/http"
	"strings"
	"unicode/utf8"

	"pavilion"
	"pavilion/db"
	"pavilion/stock"
	"pavilion/tailoring"
	"pavilion/tailoring/label"
	"pavilion/web/ui"
)

// labelPicture is below the address of a label: the label as it is printed.
const labelPicture = "/picture.svg"

// usualSize is that of a label nobody chose a size for.
var usualSize = label.Size{Width: 80, Height: 140}

// labelDrawing is the label as it is printed, for a page; the page's words say the same.
func labelDrawing(p *ui.Printer, g goods, sku pavilion.SKUID) ui.Picture {
	size := cmp.Or(g.self.size, usualSize)
	return ui.Picture{
		Src: tailoring.LabelPath(sku) + labelPicture, Alt: p.T("elabel.picture_alt", "name", p.Text(g.page.Product.Name)),
		Width: int(size.Width * 10), Height: int(size.Height * 10),
	}
}

// drawLabel answers with the label as it is printed.
func (s *Shop) drawLabel(w http.ResponseWriter, r *http.Request) {
	art, err := s.labelArt(r)
	s.sendPicture(w, r, "image/svg+xml", "public, max-age=300", art, err)
}

func (s *Shop) labelArt(r *http.Request) ([]byte, error) {
	sku := pavilion.SKUID(r.PathValue("sku"))
	product, err := s.productOf(r, sku)
	if err != nil {
		return nil, err
	}
	g, err := s.readGoods(r, product)
	if err != nil {
		return nil, err
	}
	i := chosen(g, sku)
	facts, made, err := s.labelFacts(r, g, i)
	if err != nil {
		return nil, err
	}
	if !made || g.page.SKUs[i].ID != sku {
		return nil, pavilion.E(pavilion.NotFound, "page.not_found", nil)
	}
	return s.drawings.svg(s.labels, blueprint{
		Label: facts.Of(tailoring.LabelLot{}), Size: cmp.Or(sizeOf(facts), usualSize), Title: g.page.Product.Name.Best(s.labels.Language),
	})
}

// lotAsked is what the lot of the address adds to the label of a SKU; unknown tells that the SKU
// has no lot with that code. Lots of other goods are not looked at.
func (s *Shop) lotAsked(r *http.Request, sku pavilion.SKUID) (of tailoring.LabelLot, unknown bool, err error) {
	code := r.URL.Query().Get("lot")
	if code == "" {
		return of, false, nil
	}
	if clip(code, maxWords) != code || !utf8.ValidString(code) || strings.ContainsRune(code, 0) {
		return of, true, nil
	}
	var l stock.Lot
	err = s.db.Read(r.Context(), func(v *db.View) (err error) {
		l, err = stock.LotOf(r.Context(), v, sku, code)
		return err
	})
	if e, ok := errors.AsType[*pavilion.Error](err); ok && e.Kind == pavilion.NotFound {
		return of, true, nil
	}
	return tailoring.LabelLot{ProducedOn: l.ProducedOn, BestBefore: l.BestBefore}, false, err
}
