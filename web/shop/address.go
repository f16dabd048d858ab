package shop

import (
	"io"
	"net/http"
	"strings"

	"pavilion"
	"pavilion/channel/own"
	"pavilion/order"
	"pavilion/web/ui"
)

// languageOf is the language addresses of a country are written in.
var languageOf = map[string]pavilion.Lang{"CN": pavilion.Chinese, "BY": pavilion.Belarusian}

// addressFields are the fields of a delivery address with what is wrong with each. The
// cities stand under their provinces in one list, so that choosing works without scripts; a
// script shows only those of the province.
func addressFields(p *ui.Printer, m *own.Market, t order.ShipTo, problems map[string]string) []ui.Field {
	lang := languageOf[m.Country]
	province := ui.Field{Name: "province", Type: "select", Lang: lang, Required: true, Autocomplete: "address-level1", Value: t.Province}
	city := ui.Field{Name: "city", Type: "select", Lang: lang, Required: true, Autocomplete: "address-level2", Value: t.City}
	province.Options = append(province.Options, ui.Option{Label: p.T("shop.checkout.province_choose"), Selected: t.Province == ""})
	city.Options = append(city.Options, ui.Option{Label: p.T("shop.checkout.city_choose"), Selected: t.City == ""})
	for _, region := range m.Provinces {
		here := region.Name == t.Province
		province.Options = append(province.Options, ui.Option{Value: region.Name, Label: region.Name, Selected: here})
		for _, c := range region.Parts {
			city.Options = append(city.Options, ui.Option{Value: c.Name, Label: c.Name, Group: region.Name, Selected: here && c.Name == t.City})
		}
	}
	district := ui.Field{Name: "district", Required: true, Autocomplete: "address-level3", MaxLength: 40, Value: t.District}
	for _, d := range m.Districts(t.Province, t.City) {
		district.Options = append(district.Options, ui.Option{Value: d.Name})
	}
	fields := []ui.Field{
		{Name: "name", Required: true, Autocomplete: "name", MaxLength: 60, Value: t.Name},
		{Name: "phone", Type: "tel", Required: true, Autocomplete: "tel", InputMode: "tel", Placeholder: m.Phone.Example, MaxLength: 20, Value: typedPhone(p, t.Phone)},
		province, city, district,
		{Name: "street", Required: true, Autocomplete: "street-address", MaxLength: 120, Value: t.Street},
		{Name: "postcode", Autocomplete: "postal-code", InputMode: "numeric", MaxLength: 10, Value: t.Postcode},
	}
	for i := range fields {
		f := &fields[i]
		f.Label, f.Error = p.T("shop.checkout."+f.Name), problems[f.Name]
		if f.Required && f.Type != "select" {
			f.Hint = p.T("shop.checkout." + f.Name + "_hint")
		}
	}
	return fields
}

// districts lists the districts of a city, one a line, for the script that suggests them.
func (s *Shop) districts(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	for _, d := range s.own.Market().Districts(r.URL.Query().Get("province"), r.URL.Query().Get("city")) {
		if _, err := io.WriteString(w, d.Name+"\n"); err != nil {
			return err
		}
	}
	return nil
}

// typedPhone is a number for a field: grouped for reading if it is one, else as it was typed.
func typedPhone(p *ui.Printer, phone string) string {
	if strings.HasPrefix(phone, "+") {
		return p.Phone(phone)
	}
	return phone
}
