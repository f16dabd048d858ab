package console

import (
	"net/http"
	"strings"

	"pavilion"
	"pavilion/db"
	"pavilion/stock"
	"pavilion/web/ui"
)

// warehouseView is the form of a warehouse.
type warehouseView struct {
	Title  string
	Code   string // "" of a new one
	Fields []ui.Field
	Hidden []ui.Field // how the warehouse was seen
	Notice ui.Notice
	Go     string
}

func (g *settings) newWarehouse(w http.ResponseWriter, r *http.Request) error {
	return g.drawNew(w, r, nil)
}

func (g *settings) drawNew(w http.ResponseWriter, r *http.Request, failure error) error {
	p := ui.PrinterOf(r)
	v := warehouseView{Title: p.T("settings.warehouse.add"), Go: p.T("settings.warehouse.add"), Fields: []ui.Field{
		{Name: "code", Label: p.T("settings.warehouse.code"), Hint: p.T("settings.warehouse.code_hint"), Required: true, MaxLength: 20},
		{Name: "country", Label: p.T("settings.warehouse.country"), Hint: p.T("settings.warehouse.country_hint"), Value: "CN", Required: true, MaxLength: 2},
		{Name: "time_zone", Label: p.T("settings.warehouse.zone"), Hint: p.T("settings.warehouse.zone_hint"), Value: "Asia/Shanghai", Required: true, MaxLength: 60},
	}}
	v.Fields = append(v.Fields, warehouseFields(p, stock.Warehouse{Sells: true})...)
	return g.writeWarehouse(w, r, v, failure)
}

// warehouseFields are those that can be changed later too.
func warehouseFields(p *ui.Printer, seen stock.Warehouse) []ui.Field {
	var fields []ui.Field
	for _, lang := range pavilion.Langs {
		fields = append(fields, ui.Field{
			Name: "name." + string(lang), Label: p.T("settings.warehouse.name") + p.T("audit.in_language", "language", p.T("audit.language."+string(lang))),
			Value: seen.Name[lang], Lang: lang, MaxLength: 100,
		})
	}
	return append(fields, ui.Field{Name: "sells", Type: "checkbox", Label: p.T("settings.warehouse.sells"), Hint: p.T("settings.warehouse.sells_hint"), Checked: seen.Sells})
}

// writeWarehouse draws the form; after a failure with what was typed, and beside it what holds
// now if somebody else changed it.
func (g *settings) writeWarehouse(w http.ResponseWriter, r *http.Request, v warehouseView, failure error) error {
	p, head := ui.PrinterOf(r), g.head(v.Title, settingsPath)
	if failure != nil {
		head.Status = ui.Status(failure)
		form := settingsForm{Fields: v.Fields}
		form.keep(p, r, failure)
		v.Notice = ui.Notice{Tone: ui.Careful, Title: p.T("settings.not_saved"), Text: p.Error(failure)}
	}
	return g.warehouse.Write(w, r, head, v)
}

func (g *settings) addWarehouse(w http.ResponseWriter, r *http.Request) error {
	if err := g.parse(w, r); err != nil {
		return err
	}
	value := func(name string) string { return strings.TrimSpace(r.PostFormValue(name)) }
	err := g.write(r, func(tx *db.Tx) error {
		_, err := stock.AddWarehouse(r.Context(), tx, stock.Warehouse{
			Code: value("code"), Country: strings.ToUpper(value("country")), TimeZone: value("time_zone"),
			Name: wordsOf(r, "name"), Sells: value("sells") != "",
		})
		return err
	})
	return g.answerWarehouse(w, r, err, g.drawNew)
}

// answerWarehouse draws the form again after a refusal and otherwise goes back to the list.
func (g *settings) answerWarehouse(w http.ResponseWriter, r *http.Request, err error, again func(http.ResponseWriter, *http.Request, error) error) error {
	switch pavilion.KindOf(err) {
	case pavilion.Invalid, pavilion.Conflict:
		return again(w, r, err)
	}
	if err != nil {
		return err
	}
	g.said(w, ui.PrinterOf(r).T("settings.saved"), ui.Link{})
	redirect(w, r, settingsPath+"#warehouses")
	return nil
}

func (g *settings) showWarehouse(w http.ResponseWriter, r *http.Request) error {
	return g.drawWarehouse(w, r, nil)
}

func (g *settings) drawWarehouse(w http.ResponseWriter, r *http.Request, failure error) error {
	var seen stock.Warehouse
	err := g.read(r, func(v *db.View) (err error) {
		seen, err = stock.WarehouseOf(r.Context(), v, pavilion.WarehouseID(r.PathValue("warehouse")))
		return err
	})
	if err != nil {
		return err
	}
	p := ui.PrinterOf(r)
	v := warehouseView{Title: p.T("settings.warehouse.title", "code", seen.Code), Code: seen.Code, Fields: warehouseFields(p, seen), Go: p.T("settings.save")}
	v.Hidden = []ui.Field{{Name: "seen_name", Value: seen.Name.JSON()}}
	if seen.Sells {
		v.Hidden = append(v.Hidden, ui.Field{Name: "seen_sells", Value: "1"})
	}
	return g.writeWarehouse(w, r, v, failure)
}

func (g *settings) changeWarehouse(w http.ResponseWriter, r *http.Request) error {
	if err := g.parse(w, r); err != nil {
		return err
	}
	name, err := pavilion.ParseText(r.PostFormValue("seen_name"))
	if err != nil {
		return pavilion.E(pavilion.Invalid, "form.malformed", nil).Because(err)
	}
	seen := stock.Warehouse{ID: pavilion.WarehouseID(r.PathValue("warehouse")), Name: name, Sells: r.PostFormValue("seen_sells") != ""}
	err = g.write(r, func(tx *db.Tx) error {
		return stock.ChangeWarehouse(r.Context(), tx, seen, wordsOf(r, "name"), r.PostFormValue("sells") != "")
	})
	return g.answerWarehouse(w, r, err, g.drawWarehouse)
}
