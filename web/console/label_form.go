package console

import (
	"net/http"
	"slices"
	"strconv"

	exact "github.com/shopspring/decimal"

	"pavilion"
	"pavilion/db"
	"pavilion/staff"
	"pavilion/tailoring"
	"pavilion/tailoring/label"
	"pavilion/tailoring/nutrition"
	"pavilion/web/ui"
)

// fields are the forms of the page with the values that are stored.
func (d *labelPage) fields(p *ui.Printer, v *labelView) {
	one := d.design()
	v.Version = one.Version
	number := func(n int64) string {
		if n == 0 {
			return ""
		}
		return strconv.FormatInt(n, 10)
	}
	editions := []ui.Option{{Label: p.T("label.edition.newest")}}
	for _, e := range slices.Backward(d.market.Labels.Editions) {
		editions = append(editions, ui.Option{Value: e.Key, Label: p.Text(e.Name), Selected: e.Key == one.Edition})
	}
	choices := func(now string, values ...string) (out []ui.Option) {
		for _, value := range values {
			out = append(out, ui.Option{Value: value, Label: p.T("label.choice." + value), Selected: value == now})
		}
		return out
	}
	serving := ""
	if one.Table.Serving.Sign() > 0 {
		serving = one.Table.Serving.String()
	}
	basis, rounding := string(one.Table.Basis), string(one.Table.Rounding)
	if basis == "" {
		basis = string(d.label.Table.Basis)
	}
	if rounding == "" {
		rounding = string(nutrition.HalfUp)
	}
	v.Form = []ui.Field{
		{Name: "width", Label: p.T("label.width"), Value: number(one.WidthMM), InputMode: "numeric", MaxLength: 3, Placeholder: mmOf(defaultLabel.Width)},
		{Name: "height", Label: p.T("label.height"), Value: number(one.HeightMM), InputMode: "numeric", MaxLength: 3, Placeholder: mmOf(defaultLabel.Height)},
		{Name: "edition", Label: p.T("label.edition"), Type: "select", Options: editions},
		{Name: "basis", Label: p.T("label.basis"), Type: "select", Options: choices(basis, string(nutrition.Grams), string(nutrition.Millilitres)), Required: true},
		{Name: "serving", Label: p.T("label.serving"), Hint: p.T("label.serving.hint"), Value: serving, InputMode: "decimal", MaxLength: 8},
		{Name: "rounding", Label: p.T("label.rounding"), Type: "select", Options: choices(rounding, string(nutrition.HalfUp), string(nutrition.HalfEven)), Required: true},
	}
	v.Lab = []ui.Field{
		{Name: "laboratory", Label: p.T("label.laboratory"), Value: one.Report.Laboratory, MaxLength: 300},
		{Name: "report", Label: p.T("label.report"), Value: one.Report.Number, MaxLength: 300},
		{Name: "reported_on", Label: p.T("label.reported_on"), Type: "date", Value: string(one.Report.Date)},
	}
	for _, n := range d.asked() {
		value := ""
		if amount, measured := one.Content[n.Code]; measured {
			value = amount.String()
		}
		need := ""
		if n.Core {
			need = p.T("label.needed")
		}
		v.Lab = append(v.Lab, ui.Field{Name: labField(n.Code), Need: need, Label: p.Text(n.Name) + ", " + d.market.Labels.Words.NutritionUnits[n.Unit], Value: value, InputMode: "decimal", MaxLength: 12})
	}
	lots := []ui.Option{{Label: p.T("label.lot.none")}}
	seen := map[pavilion.LotID]bool{}
	for _, l := range d.lots {
		if !seen[l.Lot] {
			seen[l.Lot] = true
			lots = append(lots, ui.Option{Value: string(l.Lot), Label: p.T("label.lot.dates", "code", l.Code, "produced", dateOrNone(p, l.ProducedOn), "best", dateOrNone(p, l.BestBefore)), Selected: l.Lot == d.lot.Lot})
		}
	}
	v.PerA4 = d.size().PerSheet()
	v.Hidden = []ui.Field{{Name: "sku", Value: string(d.unit.ID)}, {Name: "edition", Value: d.label.Edition.Key}}
	v.Sheet = []ui.Field{
		{Name: "lot", Label: p.T("label.lot"), Type: "select", Options: lots},
		{Name: "count", Label: p.T("label.count"), Value: strconv.Itoa(max(v.PerA4, 1)), InputMode: "numeric", MaxLength: 4, Required: true},
	}
}

// labField is the name of the field of a nutrient.
func labField(c nutrition.Code) string { return "n." + string(c) }

// asked are the nutrients the form asks a laboratory for: those a table must have, those of
// another country's label, and what was entered before.
func (d *labelPage) asked() (out []nutrition.Nutrient) {
	standards := d.market.Labels.Standards
	newest := standards[len(standards)-1]
	content := d.design().Content
	for _, n := range newest.Nutrients {
		_, there := content[n.Code]
		if n.Code != nutrition.Energy && (n.Core || n.Code == nutrition.Fibre || n.Code == "transFat" || there) {
			out = append(out, n)
		}
	}
	return out
}

// save keeps the design and the laboratory's values.
func (g *labels) save(w http.ResponseWriter, r *http.Request) error {
	if err := g.parse(w, r); err != nil {
		return err
	}
	d, err := g.load(r)
	if err != nil {
		return err
	}
	if !d.printable() {
		return pavilion.E(pavilion.Invalid, "label.no_editions", nil)
	}
	design, err := d.posted(r)
	if err == nil {
		err = g.write(r, func(tx *db.Tx) error {
			if err := tailoring.SaveDesign(r.Context(), tx, d.market.Labels, d.variant.Product, design); err != nil {
				return err
			}
			return tailoring.Judge(r.Context(), tx, d.market, d.variant.ID)
		})
	}
	p := ui.PrinterOf(r)
	if refused(err) {
		return g.drawRefused(w, r, d, err)
	}
	if err != nil {
		return err
	}
	g.said(w, p.T("label.saved"), ui.Link{})
	redirect(w, r, variantURL(d.variant.ID)+"/label?sku="+string(d.unit.ID)+draftQuery(r))
	return nil
}

func draftQuery(r *http.Request) string {
	if r.URL.Query().Get("draft") == "1" {
		return "&draft=1"
	}
	return ""
}

// posted reads the form.
func (d *labelPage) posted(r *http.Request) (tailoring.LabelDesign, error) {
	f := r.PostForm
	out := tailoring.LabelDesign{
		SKU: d.unit.ID, Market: d.market.Key, Edition: posted(f, "edition"), Version: version(f), Content: map[nutrition.Code]exact.Decimal{},
		Table:  nutrition.Options{Basis: nutrition.Basis(posted(f, "basis")), Rounding: nutrition.Rounding(posted(f, "rounding"))},
		Report: tailoring.LabReport{Laboratory: posted(f, "laboratory"), Number: posted(f, "report"), Date: pavilion.Date(posted(f, "reported_on"))},
	}
	for name, to := range map[string]*int64{"width": &out.WidthMM, "height": &out.HeightMM} {
		if text := posted(f, name); text != "" {
			n, ok := number(text)
			if !ok {
				return out, pavilion.E(pavilion.Invalid, "label.size", pavilion.Args{"least": label.LeastMM, "most": label.MostMM}).At(name)
			}
			*to = n
		}
	}
	var err error
	if text := posted(f, "serving"); text != "" {
		if out.Table.Serving, err = nutrition.ParseAmount(text); err != nil {
			return out, at(err, "serving")
		}
	}
	for _, n := range d.asked() {
		text := posted(f, labField(n.Code))
		if text == "" {
			continue
		}
		if out.Content[n.Code], err = nutrition.ParseAmount(text); err != nil {
			return out, at(err, labField(n.Code))
		}
	}
	return out, nil
}

// at names the field an error is about.
func at(err error, field string) error {
	if e, ok := asError(err); ok {
		return e.At(field)
	}
	return err
}

// drawRefused draws the page with what was typed and what was wrong with it.
func (g *labels) drawRefused(w http.ResponseWriter, r *http.Request, d *labelPage, failure error) error {
	p, v := ui.PrinterOf(r), d.view(r)
	v.Failed = ui.Notice{Tone: ui.Bad, Title: p.T("label.not_saved"), Text: p.Error(failure)}
	about := field(failure)
	if about == "size" {
		about = "width"
	}
	for _, fields := range [][]ui.Field{v.Form, v.Lab} {
		for i := range fields {
			f := &fields[i]
			f.Value = r.PostFormValue(f.Name)
			for j := range f.Options {
				f.Options[j].Selected = f.Options[j].Value == f.Value
			}
			if f.Name == about || f.Name == labField(nutrition.Code(about)) {
				f.Error = p.Error(failure)
			}
		}
	}
	head := g.head(p.T("label.of", "name", d.page.Product.Name), variantsPath)
	head.Status = ui.Status(failure)
	return g.page.Write(w, r, head, v)
}

// svg is the label as a picture.
func (g *labels) svg(w http.ResponseWriter, r *http.Request) error {
	d, err := g.loadPrintable(r)
	if err != nil {
		return err
	}
	return ui.Send(w, r, http.StatusOK, "image/svg+xml", d.art.SVG(d.title()))
}

// pdf is the label for a printing house.
func (g *labels) pdf(w http.ResponseWriter, r *http.Request) error {
	d, err := g.loadPrintable(r)
	if err != nil {
		return err
	}
	raw, err := d.art.PDF(d.title(), g.db.Now())
	if err != nil {
		return err
	}
	return g.send(w, r, d, "label", 1, raw)
}

// sheet is labels of a lot on sheets of A4. Only what was approved and has nothing in the way
// is printed for goods.
func (g *labels) sheet(w http.ResponseWriter, r *http.Request) error {
	d, err := g.loadPrintable(r)
	if err != nil {
		return err
	}
	if !d.approved || !d.label.Ready() || hasBlocks(d.art.Findings) {
		return pavilion.E(pavilion.Conflict, "label.not_ready", nil)
	}
	count, _ := strconv.Atoi(r.URL.Query().Get("count"))
	if count < 1 || count > label.MostOnSheets || d.size().PerSheet() == 0 {
		return pavilion.E(pavilion.Invalid, "label.count", pavilion.Args{"most": label.MostOnSheets}).At("count")
	}
	raw, err := d.art.Sheet(d.title(), g.db.Now(), count)
	if err != nil {
		return err
	}
	return g.send(w, r, d, "labels", count, raw)
}

func hasBlocks(found []pavilion.Finding) bool {
	return slices.ContainsFunc(found, func(f pavilion.Finding) bool { return f.Severity == pavilion.Blocks })
}

func (g *labels) loadPrintable(r *http.Request) (*labelPage, error) {
	d, err := g.load(r)
	if err == nil && !d.printable() {
		err = pavilion.E(pavilion.NotFound, "label.no_editions", nil)
	}
	return d, err
}

// title is what the print says of itself.
func (d *labelPage) title() string {
	return d.page.Product.Name.Best(d.market.Language) + " " + string(d.unit.GTIN)
}

// send sends a print and notes that it left the house.
func (g *labels) send(w http.ResponseWriter, r *http.Request, d *labelPage, name string, count int, raw []byte) error {
	err := g.write(r, func(tx *db.Tx) error {
		return staff.Note(r.Context(), tx, "label.printed", string(d.variant.Product), map[string]any{"gtin": string(d.unit.GTIN), "lot": d.lot.Code, "count": count, "version": d.number})
	})
	if err != nil {
		return err
	}
	w.Header().Set("Content-Disposition", `inline; filename="`+name+"-"+string(d.unit.GTIN)+`.pdf"`)
	return ui.Send(w, r, http.StatusOK, "application/pdf", raw)
}
