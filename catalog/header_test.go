package catalog

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pavilion"
)

func TestReadHeading(t *testing.T) {
	t.Parallel()
	for want, headings := range map[Field]string{
		FieldGTIN:         "Штрихкод|Штрих-код EAN|ШТРИХ-КОД EAN-13|штрих код|GTIN|EAN13|Barcode|条形码|条码|Штрых-код|Код EAN-13 *|Штрихкод товара|Bar code (EAN)",
		FieldProducerCode: "Артикул|Код товара|Article|货号|产品编号|Артыкул",
		FieldBrand:        "Торговая марка|Бренд|ТМ|Brand|品牌|Гандлёвая марка",
		FieldCategory:     "Категория|Товарная группа|Category|类别|商品类别|Катэгорыя",
		FieldName:         "Наименование|Наименование товара|Название продукции|Product name|Name of product|产品名称|品名|商品名称|Назва|Назва тавару",
		"name.zh":         "Наименование (кит.)|Наименование на китайском языке|Название (китайский)|Name (Chinese)|中文名称|产品名称（中文）|Назва (кіт.)|Name CN",
		"name.en":         "Наименование (англ.)|English name|英文名称|Name EN|Назва (англ.)",
		"name.ru":         "Наименование (рус)|Наименование на русском языке|Russian name|俄文名称",
		"name.be":         "Наименование (бел.)|Назва на беларускай мове|白俄罗斯文名称",
		"ingredients.zh":  "Состав (кит.)|配料（中文）|Ingredients (zh)",
		FieldNet:          "Масса нетто|Масса нетто, г|Вес нетто (кг)|Масса/объём|Net weight|Net content, g|净含量|净含量(克)|净重|Маса нета|Объём, мл|Вес, г",
		FieldNetUnit:      "Ед. изм.|Единица измерения|Unit|单位|Адзінка вымярэння",
		FieldGrossWeight:  "Масса брутто|Вес брутто, г|Gross weight (g)|毛重|Маса брута, г",
		FieldLength:       "Длина, мм|Length (mm)|长度(毫米)|Даўжыня, мм",
		FieldSize:         "Габариты (ДхШхВ), мм|Размеры, см|Dimensions LxWxH|尺寸|长*宽*高",
		FieldCasePack:     "Штук в коробе|Кол-во в коробе, шт|Количество в упаковке|Units per case|装箱数|箱规",
		FieldShelfLife:    "Срок годности, суток|Срок годности (мес.)|Срок хранения|Shelf life (days)|保质期|保质期（天）|Тэрмін прыдатнасці, сутак",
		FieldStorage:      "Условия хранения|Температурный режим|Storage conditions|储存条件|贮存条件|Умовы захоўвання",
		FieldStorageMin:   "Температура хранения от, °C|Min storage temperature, °C|最低储存温度(℃)",
		FieldOrigin:       "Страна происхождения|Страна|Country of origin|原产国|产地|Краіна паходжання",
		FieldIngredients:  "Состав|Состав продукта|Ingredients|配料|配料表|Склад",
		FieldAllergens:    "Аллергены|Allergens|过敏原|致敏物质|Алергены",
		FieldMayContain:   "Может содержать следы|May contain|可能含有|Можа змяшчаць",
		FieldKcal:         "Ккал|Энергетическая ценность, ккал/100 г|Калорийность (ккал)|Energy (kcal)|能量(千卡)|Энергетическая ценность (калорийность), ккал на 100 г",
		FieldKJ:           "кДж|Энергетическая ценность, кДж|Energy kJ per 100 g|能量（千焦）",
		FieldEnergy:       "Энергетическая ценность|Калорийность, ккал/кДж|Energy|能量",
		FieldFat:          "Жиры|Жиры, г/100 г|Жир, %|Массовая доля жира, %|Fat per 100 g|脂肪|脂肪（每100克）|Тлушчы, г",
		FieldSaturated:    "Насыщенные жирные кислоты, г|в т.ч. насыщенные|of which saturates|饱和脂肪",
		FieldCarbohydrate: "Углеводы, г на 100 г продукта|Carbohydrates|碳水化合物|Вугляводы",
		FieldSugars:       "Сахара|в том числе сахара|of which sugars|糖|Цукры",
		FieldFibre:        "Пищевые волокна|Dietary fibre|膳食纤维|Харчовыя валокны",
		FieldProtein:      "Белки, г/100 г|Белок|Protein (g)|蛋白质|Бялкі",
		FieldSalt:         "Соль|Поваренная соль, г|Salt|食盐|Кухонная соль",
	} {
		for text := range strings.SplitSeq(headings, "|") {
			if got, ok := readHeading(text); !ok || got.field != want {
				t.Errorf("%q: got %q, want %q", text, got.field, want)
			}
		}
	}
	for _, text := range []string{
		"", "Примечание", "Вес упаковки", "Штрихкод коробки", "Наименование производителя", "Цена", "Масса тары", "Адрес", "Дата производства",
		"Код ТН ВЭД", "价格", "备注", strings.Repeat("очень длинный заголовок ", 20), "4810067000341",
	} {
		if got, ok := readHeading(text); ok {
			t.Errorf("%q: got %q, want it not understood", text, got.field)
		}
	}
}

func TestHeadingQualifiers(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text  string
		units []Unit
		basis Unit
		lang  pavilion.Lang
	}{
		{"Масса нетто, г", []Unit{Gram}, "", pavilion.Russian},
		{"Вес нетто (кг)", []Unit{Kilogram}, "", pavilion.Russian},
		{"Маса нета, г", []Unit{Gram}, "", pavilion.Belarusian},
		{"Fat, g per 100 g", []Unit{Gram}, Gram, pavilion.English},
		{"脂肪（每100毫升）", nil, Millilitre, pavilion.Chinese},
		{"Калорийность, ккал/кДж на 100 мл", []Unit{unitKcal, unitKJ}, Millilitre, pavilion.Russian},
		{"保质期（天）", []Unit{unitDay}, "", pavilion.Chinese},
		{"Срок годности, мес.", []Unit{unitMonth}, "", pavilion.Russian},
	} {
		got, ok := readHeading(c.text)
		want := heading{field: got.field, lang: c.lang, units: c.units, basis: c.basis}
		if diff := cmp.Diff(want, got, cmp.AllowUnexported(heading{})); diff != "" || !ok {
			t.Errorf("%s: (-want +got):\n%s", c.text, diff)
		}
	}
}

// No heading may mean two fields: which one it got would depend on their order.
func TestHeadingsAreUnique(t *testing.T) {
	t.Parallel()
	owner := map[string]Field{}
	for _, field := range fieldOrder {
		for lang, list := range headingWords[field] {
			for text := range strings.SplitSeq(list, " | ") {
				got, ok := readHeading(text)
				if !ok || got.field != field {
					t.Errorf("%q of %s in %s: got %q", text, field, lang, got.field)
				}
				if other, taken := owner[text]; taken && other != field {
					t.Errorf("%q belongs to %s and %s", text, other, field)
				}
				owner[text] = field
			}
		}
	}
}

func product(cells ...any) []any { return append([]any{num("4810067000341")}, cells...) }

func TestFindHeader(t *testing.T) {
	t.Parallel()
	var titles [][]any
	for range 40 {
		titles = append(titles, []any{"О нас"})
	}
	for _, c := range []struct {
		name string
		rows [][]any
		want map[Field]int
	}{
		{"in the first row", [][]any{{"GTIN", "Name", "Net"}, product("Alyonka", "100 g")}, map[Field]int{FieldGTIN: 1, FieldName: 2, FieldNet: 3}},
		{"in any order", [][]any{{"Net", "GTIN", "Name"}, {"100 g", num("4810067000341"), "Alyonka"}}, map[Field]int{FieldGTIN: 2, FieldName: 3, FieldNet: 1}},
		{"below titles", append(titles, []any{nil, "GTIN", "Name", "Net"}, []any{nil, num("4810067000341"), "Alyonka", "100 g"}), map[Field]int{FieldGTIN: 2, FieldName: 3, FieldNet: 4}},
		{"in two rows", [][]any{
			{"№", "GTIN", "Наименование", "Масса нетто", "Пищевая ценность на 100 г", nil, nil, "Габариты, мм", nil, nil, "Температура хранения", nil},
			{nil, nil, nil, nil, "Белки", "Жиры", "Углеводы", "Длина", "Ширина", "Высота", "от", "до"},
			{num("1"), num("4810067000341"), "Алёнка", "100 г"},
		}, map[Field]int{FieldGTIN: 2, FieldName: 3, FieldNet: 4, FieldProtein: 5, FieldFat: 6, FieldCarbohydrate: 7,
			FieldLength: 8, FieldWidth: 9, FieldHeight: 10, FieldStorageMin: 11, FieldStorageMax: 12}},
		{"above a product called like a heading", [][]any{{"GTIN", "Наименование", "Масса нетто"}, product("Соль", "1 кг")}, map[Field]int{FieldGTIN: 1, FieldName: 2, FieldNet: 3}},
		{"with names in two languages", [][]any{{"GTIN", "Наименование", "Наименование (кит.)", "Net"}, product("Алёнка", "阿廖卡", "100 g")}, map[Field]int{FieldGTIN: 1, FieldName: 2, "name.zh": 3, FieldNet: 4}},
	} {
		info, rows := mustRead(t, bookOf(c.rows...))
		if diff := cmp.Diff(c.want, info.Header); diff != "" {
			t.Errorf("%s: columns (-want +got):\n%s", c.name, diff)
		}
		if len(rows) != 1 || rows[0].GTIN != "4810067000341" {
			t.Errorf("%s: got %d rows, want the product", c.name, len(rows))
		}
	}
}

func TestGroupedHeadingsHaveUnits(t *testing.T) {
	t.Parallel()
	_, rows := mustRead(t, bookOf(
		[]any{"GTIN", "Наименование", "Масса нетто", "Габариты, см", nil, nil, "На 100 мл"},
		[]any{nil, nil, nil, "Длина", "Ширина", "Высота", "Жиры"},
		product("Алёнка", "100 г", num("16"), num("8"), num("0.9"), num("3.5")),
	))
	if got := rows[0]; got.LengthMM != 160 || got.HeightMM != 9 || got.Facts.Nutrition == nil || got.Facts.Nutrition.Basis != Millilitre {
		t.Errorf("got %d×%d×%d mm, %+v, want 160×80×9 and per 100 ml", got.LengthMM, got.WidthMM, got.HeightMM, got.Facts.Nutrition)
	}
}

func TestHeaderFindings(t *testing.T) {
	t.Parallel()
	info, _ := mustRead(t, bookOf(
		[]any{"GTIN", "Name", "Net", "Штрихкод", "Примечание", "Name (Chinese)", formula{"A1", "Brand"}, "Brand (кит.)"},
		product("Alyonka", "100 g"),
	))
	want := []string{"warns sheet.formula_heading G1", "warns sheet.repeated_column D1", "informs sheet.unknown_column E1"}
	if diff := cmp.Diff(want, reasons(info.Findings)); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
	_, _, err := readAll(t, bookOf([]any{"Штрихкод", "Бренд", "Наименование"}, product("a", "b")).bytes())
	got, ok := err.(*pavilion.Error)
	if !ok || got.Reason != "sheet.missing_column" || got.Field != "net" || got.Args["missing_ru"] != "«Масса нетто»" || got.Args["row"] != 1 ||
		got.Args["understood_ru"] != "«Масса нетто», «вес нетто», «нетто», «масса»" {
		t.Errorf("a missing column: got %v, want sheet.missing_column with what is understood", err)
	}
}

func TestReadStatement(t *testing.T) {
	t.Parallel()
	header, row := []any{"GTIN", "Name", "Net"}, product("Alyonka", "100 g")
	for _, c := range []struct {
		above     []any
		name, tax string
		findings  int
	}{
		{[]any{"Производитель: ОАО «Спартак»", nil, "УНП: 400078265"}, "ОАО «Спартак»", "400078265", 0},
		{[]any{"Вытворца", "ААТ «Спартак»", "УНП", num("400078265")}, "ААТ «Спартак»", "400078265", 0},
		{[]any{"ОАО «Спартак», УНП 400078265, г. Гомель"}, "ОАО «Спартак»", "400078265", 0},
		{[]any{"Producer: Spartak (UNP 400078265)"}, "Spartak", "400078265", 0},
		{[]any{"生产商：斯巴达克"}, "斯巴达克", "", 0},
		{[]any{"Производитель сладостей приветствует вас"}, "", "", 0},
		{[]any{"УНП 400078266"}, "", "", 1},
	} {
		info, _ := mustRead(t, bookOf(c.above, header, row))
		if info.ProducerName != c.name || info.TaxNumber != c.tax || len(info.Findings) != c.findings {
			t.Errorf("%v: got %q, %q, %v, want %q, %q and %d findings", c.above, info.ProducerName, info.TaxNumber, reasons(info.Findings), c.name, c.tax, c.findings)
		}
	}
}

func TestChoosesTheSheet(t *testing.T) {
	t.Parallel()
	header, row := []any{"GTIN", "Name", "Net"}, product("Alyonka", "100 g")
	info, rows := mustRead(t, newTestBook().
		sheet("About", []any{"Hello"}).
		sheet("Half", []any{"GTIN", "Name"}).
		sheet("Goods", header, row).
		sheet("More", header, row, row).
		finish("About", "Half", "Goods", "More"))
	if info.Sheet != "Goods" || len(rows) != 1 {
		t.Errorf("got sheet %q with %d rows, want Goods with 1", info.Sheet, len(rows))
	}
	if len(info.Findings) != 1 || info.Findings[0].Reason != "sheet.another_sheet" || info.Findings[0].Args["sheet"] != "More" {
		t.Errorf("got findings %v, want one about the sheet More", info.Findings)
	}
}
