// Command gen writes the workbooks of the demo world's producers from its tables, each in
// the way its producer might: other columns, another order, another language.
package main

import (
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/xuri/excelize/v2"
)

// column is a heading and the column of the table that fills it.
type column struct{ heading, from string }

// layouts are the ways producers lay out their workbooks.
var layouts = [][]column{
	{
		{"№", ""}, {"Наименование продукции", "name_ru"}, {"Торговая марка", "brand_ru"}, {"Штрихкод", "gtin"}, {"Категория", "category"},
		{"Масса нетто", "net"}, {"Срок годности, суток", "shelf_life_days"}, {"Температура хранения от, °C", "storage_min_c"}, {"Температура хранения до, °C", "storage_max_c"}, {"Состав", "ingredients_ru"},
		{"Жиры, г/100 г", "fat_g"}, {"в т.ч. насыщенные, г/100 г", "saturated_g"}, {"Углеводы, г/100 г", "carbohydrate_g"}, {"в т.ч. сахара, г/100 г", "sugars_g"},
		{"Пищевые волокна, г/100 г", "fibre_g"}, {"Белки, г/100 г", "protein_g"}, {"Соль, г/100 г", "salt_g"},
		{"Наименование (бел.)", "name_be"}, {"Наименование (англ.)", "name_en"}, {"Наименование (кит.)", "name_zh"},
		{"Описание", "about_ru"}, {"Описание (бел.)", "about_be"}, {"Описание (англ.)", "about_en"}, {"Описание (кит.)", "about_zh"}, {"Страна происхождения", "origin"},
	},
	{
		{"Штрых-код", "gtin"}, {"Назва", "name_be"}, {"Назва (рус.)", "name_ru"}, {"Назва (англ.)", "name_en"}, {"Назва (кіт.)", "name_zh"}, {"Гандлёвая марка", "brand_ru"},
		{"Маса нета", "net"}, {"Тэрмін прыдатнасці, сутак", "shelf_life_days"}, {"Тэмпература захоўвання ад, °C", "storage_min_c"}, {"Тэмпература захоўвання да, °C", "storage_max_c"}, {"Катэгорыя", "category"},
		{"Апісанне", "about_be"}, {"Апісанне (рус.)", "about_ru"}, {"Апісанне (англ.)", "about_en"}, {"Апісанне (кіт.)", "about_zh"},
		{"Склад (рус.)", "ingredients_ru"}, {"Бялкі, г/100 г", "protein_g"}, {"Тлушчы, г/100 г", "fat_g"}, {"Вугляводы, г/100 г", "carbohydrate_g"},
	},
	{
		{"GTIN", "gtin"}, {"Product name (en)", "name_en"}, {"Product name (ru)", "name_ru"}, {"商品名称(中文)", "name_zh"}, {"Product name (be)", "name_be"}, {"Brand", "brand_ru"}, {"Category", "category"},
		{"Net content", "net"}, {"Shelf life (days)", "shelf_life_days"}, {"Min storage temperature, °C", "storage_min_c"}, {"Max storage temperature, °C", "storage_max_c"}, {"Country of origin", "origin"},
		{"Description (en)", "about_en"}, {"Description (ru)", "about_ru"}, {"Description (be)", "about_be"}, {"Description (zh)", "about_zh"},
		{"Ingredients (ru)", "ingredients_ru"}, {"Fat, g per 100 g", "fat_g"}, {"Saturated fat, g per 100 g", "saturated_g"}, {"Carbohydrate, g per 100 g", "carbohydrate_g"}, {"Sugars, g per 100 g", "sugars_g"}, {"Protein, g per 100 g", "protein_g"},
	},
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	products, err := table("products.tsv")
	if err != nil {
		return err
	}
	producers, err := table("producers.tsv")
	if err != nil {
		return err
	}
	kinds, err := table("descriptions.tsv")
	if err != nil {
		return err
	}
	about := map[string]map[string]string{}
	for _, k := range kinds {
		about[k["category"]] = k
	}
	for i, p := range producers {
		var own []map[string]string
		for _, g := range products {
			if strings.Contains(" "+p["prefixes"]+" ", " "+g["prefix"]+" ") {
				for _, l := range []string{"ru", "be", "en", "zh"} {
					g["about_"+l] = about[g["category"]]["about_"+l]
				}
				g["origin"] = "BY"
				own = append(own, g)
			}
		}
		if err := write(p, own, layouts[i%len(layouts)]); err != nil {
			return err
		}
	}
	return nil
}

func write(producer map[string]string, products []map[string]string, columns []column) error {
	f := excelize.NewFile()
	const sheet = "Sheet1"
	set := func(col, row int, v any) error {
		cell, err := excelize.CoordinatesToCellName(col, row)
		if err != nil {
			return err
		}
		return f.SetCellValue(sheet, cell, v)
	}
	title := []string{producer["name_ru"], "УНП " + producer["tax_number"], "Налоговый номер, цены и сроки вымышлены (демонстрация)"}
	for i, t := range title {
		if err := set(1, i+1, t); err != nil {
			return err
		}
	}
	const first = 5
	bold, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}, Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}})
	if err != nil {
		return err
	}
	for c, col := range columns {
		if err := set(c+1, first, col.heading); err != nil {
			return err
		}
		for r, p := range products {
			v := p[col.from]
			if col.from == "" {
				v = fmt.Sprint(r + 1)
			}
			if v == "" {
				continue
			}
			if err := set(c+1, first+1+r, v); err != nil {
				return err
			}
		}
	}
	last, err := excelize.ColumnNumberToName(len(columns))
	if err != nil {
		return err
	}
	if err := f.SetColWidth(sheet, "A", last, 22); err != nil {
		return err
	}
	if err := f.SetRowStyle(sheet, first, first, bold); err != nil {
		return err
	}
	return f.SaveAs(filepath.Join("workbooks", producer["key"]+".xlsx"))
}

// table reads a tab-separated table.
func table(name string) ([]map[string]string, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	c := csv.NewReader(f)
	c.Comma, c.LazyQuotes = '\t', true
	lines, err := c.ReadAll()
	if err != nil {
		return nil, err
	}
	var out []map[string]string
	for _, line := range lines[1:] {
		m := map[string]string{}
		for i, v := range line {
			m[lines[0][i]] = v
		}
		out = append(out, m)
	}
	return out, nil
}
