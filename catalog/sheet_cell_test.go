package catalog

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pavilion"
)

// readCell reads a workbook of one product in which one column is looked at.
func readCell(t *testing.T, heading string, value any) ProductRow {
	t.Helper()
	_, rows := mustRead(t, bookOf(
		[]any{"GTIN", "Name", "Net content", heading},
		[]any{num("4810067000341"), "Alyonka", "100 g", value},
	))
	if len(rows) != 1 {
		t.Fatalf("got %d rows, want 1", len(rows))
	}
	return rows[0]
}

// shown writes a pointer's value.
func shown(n *int64) string {
	if n == nil {
		return "-"
	}
	return fmt.Sprint(*n)
}

func TestReadGTIN(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		value any
		want  string // GTIN or reason
	}{
		{num("4810067000341"), "4810067000341"},
		{num("4.810067000341E12"), "4810067000341"},
		{num("4810067000341.0"), "4810067000341"},
		{"4810067000341", "4810067000341"},
		{"'4810067000341", "4810067000341"},
		{" 4810067000341 ", "4810067000341"},
		{"4 810067 000341", "4810067000341"},
		{inline("４８１００６７０００３４１"), "gtin.malformed"},
		{"4.81007E+12", "gtin.scientific"},
		{"4,81007E+12", "gtin.scientific"},
		{num("4810060000000"), "gtin.scientific"},
		{num("4.81007E12"), "gtin.scientific"},
		{num("4810067000341.5"), "gtin.scientific"},
		{"4810067000342", "gtin.check_digit"},
		{"481006700034", "gtin.check_digit"},
		{"48100671", "gtin.check_digit"},
		{"12345", "gtin.length"},
		{"нет штрихкода", "gtin.malformed"},
		{"", "gtin.missing"},
		{"-", "gtin.missing"},
		{formula{"A1", "4810067000341"}, "sheet.formula"},
		{raw(`<c r="REF" t="e"><v>#N/A</v></c>`), "cell.error"},
	} {
		_, rows := mustRead(t, bookOf([]any{"Name", "Net content", "GTIN"}, []any{"Alyonka", "100 g", c.value}))
		got := string(rows[0].GTIN)
		if f := rows[0].Findings; len(f) > 0 {
			got = f[0].Reason
		}
		if got != c.want {
			t.Errorf("%v: got %s, want %s", c.value, got, c.want)
		}
	}
}

func TestRepeatedGTIN(t *testing.T) {
	t.Parallel()
	_, rows := mustRead(t, bookOf(
		[]any{"GTIN", "Name", "Net content"},
		[]any{num("4810067000341"), "Alyonka", "100 g"},
		[]any{"4810067000341", "Alyonka again", "100 g"},
	))
	want := []pavilion.Finding{{Severity: pavilion.Blocks, Reason: "gtin.repeated", Field: "gtin",
		Place: pavilion.Place{Sheet: "Товары", Row: 3, Column: 1}, Args: pavilion.Args{"value": "4810067000341", "first": 2}}}
	if diff := cmp.Diff(want, rows[1].Findings); diff != "" || len(rows[0].Findings) > 0 {
		t.Errorf("first row has %v; findings of the second (-want +got):\n%s", rows[0].Findings, diff)
	}
}

func TestReadNet(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		heading string
		value   any
		want    string
	}{
		{"Масса нетто", "90 г", "90000 g"},
		{"Масса нетто", "1,5 л", "1500 l"},
		{"Net content", "0.5kg", "500 kg"},
		{"净含量", "500克", "500000 g"},
		{"Масса нетто, г", num("90"), "90000 g"},
		{"Масса нетто (кг)", num("0.38"), "380 kg"},
		{"Масса нетто, кг", num("0.10000000000000001"), "100 kg"},
		{"Объем, мл", "500", "500000 ml"},
		{"Масса нетто, г", "1,5 кг", "1500 kg"},
		{"Масса нетто", "4×25 г", "100000 g"},
		{"Масса нетто", "4 х 25 г", "100000 g"},
		{"Масса нетто", "100 г (4×25 г)", "100000 g"},
		{"Масса нетто", num("90"), "net.unit_missing"},
		{"Масса/объем, г/мл", num("90"), "net.unit_missing"},
		{"Масса нетто", "90 фунтов", "unit.unknown"},
		{"Масса нетто", "около ста", "measure.malformed"},
		{"Масса нетто", "0 г", "measure.zero"},
		{"Масса нетто", "-5 г", "measure.malformed"},
		{"Масса нетто", styled{"45778", dateStyle}, "cell.date"},
		{"Масса нетто", nil, "net.missing"},
	} {
		_, rows := mustRead(t, bookOf([]any{"GTIN", "Name", c.heading}, []any{num("4810067000341"), "Alyonka", c.value}))
		got := fmt.Sprint(rows[0].Net.Milli, " ", rows[0].Net.Unit)
		if f := rows[0].Findings; len(f) > 0 {
			got = f[0].Reason
		}
		if got != c.want {
			t.Errorf("%s %v: got %s, want %s", c.heading, c.value, got, c.want)
		}
	}
	_, rows := mustRead(t, bookOf([]any{"GTIN", "Name", "Масса нетто", "Ед. изм."}, []any{num("4810067000341"), "Alyonka", num("90"), "г"}))
	if got := rows[0].Net; got != (Measure{90_000, Gram}) {
		t.Errorf("a column for the unit: got %v, want 90 g", got)
	}
}

func TestReadAmounts(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		heading string
		value   any
		want    int64 // -1 for a finding
		reason  string
	}{
		{"Масса брутто, г", num("105"), 105, ""},
		{"Масса брутто, кг", num("0.105"), 105, ""},
		{"Gross weight", "0,105 kg", 105, ""},
		{"Gross weight", "105.4 g", 105, ""},
		{"毛重(克)", num("105"), 105, ""},
		{"Масса брутто", num("105"), -1, "cell.unit_missing"},
		{"Масса брутто, г", "105 шт", -1, "cell.unit_unknown"},
		{"Масса брутто, г", "-1", -1, "cell.negative"},
		{"Масса брутто, кг", num("20000"), -1, "cell.too_much"},
		{"Масса брутто, г", num("99"), -1, "gross_weight.below_net"},
		{"Масса брутто, г", "много", -1, "cell.not_number"},
		{"Масса брутто, г", styled{"45778", dateStyle}, -1, "cell.date"},
		{"Масса брутто, г", formula{"D1+1", "105"}, -1, "sheet.formula"},
		{"Длина, мм", num("160"), 160, ""},
		{"Длина, см", num("16"), 160, ""},
		{"Длина", "0,16 м", 160, ""},
		{"Габариты, мм", "160×80×9", 160, ""},
		{"Габариты (ДхШхВ), см", "16 х 8 х 0,9", 160, ""},
		{"Size", "160 x 80 x 9 mm", 160, ""},
		{"长*宽*高", "160*80*9 毫米", 160, ""},
		{"Габариты, мм", "160×80", -1, "size.malformed"},
		{"Штук в коробе", num("24"), 24, ""},
		{"Кол-во в коробе, шт", "24 шт.", 24, ""},
		{"装箱数", "24件", 24, ""},
		{"Срок годности, суток", num("365"), 365, ""},
		{"Срок годности (мес.)", num("12"), 365, ""},
		{"Shelf life (days)", num("180"), 180, ""},
		{"保质期（天）", num("365"), 365, ""},
		{"Срок годности", "12 мес", 365, ""},
		{"Срок годности", "12 месяцев с даты изготовления", 365, ""},
		{"Срок годности", "не более 6 мес.", 182, ""},
		{"Срок годности", "365 сут", 365, ""},
		{"Срок годности", "1,5 года", 547, ""},
		{"Тэрмін прыдатнасці", "10 сутак", 10, ""},
		{"保质期", "12个月", 365, ""},
		{"Shelf life", "72 h", 3, ""},
		{"Срок годности", "не ограничен", 0, ""},
		{"Срок годности", num("12"), -1, "shelf_life.unit_missing"},
		{"Срок годности", "12 попугаев", -1, "shelf_life.malformed"},
		{"Срок годности", "1000 лет", -1, "cell.too_much"},
		{"Срок годности", "долго", -1, "cell.not_number"},
	} {
		row := readCell(t, c.heading, c.value)
		got := row.GrossWeightG + row.LengthMM + row.CasePack + row.ShelfLifeDays
		reason := ""
		if len(row.Findings) > 0 {
			reason = row.Findings[0].Reason
		}
		if reason != c.reason || reason == "" && got != c.want {
			t.Errorf("%s %v: got %d %q, want %d %q", c.heading, c.value, got, reason, c.want, c.reason)
		}
		if reason != "" && row.Findings[0].Place != (pavilion.Place{Sheet: "Товары", Row: 2, Column: 4}) {
			t.Errorf("%s %v: got a finding at %v, want it at D2", c.heading, c.value, row.Findings[0].Place)
		}
	}
}

func TestReadStorage(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ text, want string }{
		{"+5…+25 °C", "5 25"},
		{"от 0 до +6", "0 6"},
		{"от +2 °С до +6 °С", "2 6"},
		{"при температуре (18±3)°С", "15 21"},
		{"(4 ± 2) °C", "2 6"},
		{"2-8°C", "2 8"},
		{"2 - 8 °C", "2 8"},
		{"2~8℃", "2 8"},
		{"2～8℃冷藏", "2 8"},
		{"-18 - -20 °C", "-18 -20!"},
		{"от -5 до -1 °C", "-5 -1"},
		{"не выше минус 18 °С", "- -18"},
		{"не выше +25 °С и относительной влажности не более 75 %", "- 25"},
		{"не выше 25", "- -"}, // nothing says that these are degrees
		{"температура не выше 25", "- 25"},
		{"Хранить 12 месяцев при температуре от -5 до +25", "-5 25"},
		{"Хранить 12 месяцев при 18 °C", "18 18"},
		{"не ниже +5 °C", "5 -"},
		{"Захоўваць пры тэмпературы ад +15 да +21 °С", "15 21"},
		{"Keep below 25 °C", "- 25"},
		{"Store at +2..+6C", "2 6"},
		{"температура хранения 2-8, влажность 75%", "2 8"},
		{"25℃以下", "- 25"},
		{"不高于25℃", "- 25"},
		{"常温", "- -"},
		{"в сухом месте, влажность не более 75 %", "- -"},
		{"до 200 °C", "- 200!"},
	} {
		row := readCell(t, "Storage conditions", c.text)
		got := shown(row.StorageMinC) + " " + shown(row.StorageMaxC)
		if len(row.Findings) > 0 {
			got += "!"
		}
		if got != c.want {
			t.Errorf("%s: got %s, want %s", c.text, got, c.want)
		}
	}
	for value, want := range map[any]string{num("-18"): "-18", "+5 °C": "5", "5°": "5", "тепло": "-"} {
		if got := shown(readCell(t, "Температура хранения от, °C", value).StorageMinC); got != want {
			t.Errorf("%v in a column of its own: got %s, want %s", value, got, want)
		}
	}
}

func TestReadNutrition(t *testing.T) {
	t.Parallel()
	fat := func(n *Nutrition) *int64 { return n.Fat }
	kJ := func(n *Nutrition) *int64 { return n.KJ }
	kcal := func(n *Nutrition) *int64 { return n.Kcal }
	for _, c := range []struct {
		heading string
		value   any
		of      func(*Nutrition) *int64
		want    string // value or reason
	}{
		{"Жиры, г/100 г", num("35.5"), fat, "35500"},
		{"Жиры", "35,5 г", fat, "35500"},
		{"Жиры", "35,5", fat, "35500"},
		{"Жиры", num("39.299999999999997"), fat, "39300"},
		{"Жиры", num("21.428599999999999"), fat, "21429"},
		{"Жирность", "3,2 %", fat, "3200"},
		{"Массовая доля жира, %", num("3.2"), fat, "3200"},
		{"Жиры", styled{"0.035", percentStyle}, fat, "3500"},
		{"Жиры, мг", num("500"), fat, "500"},
		{"Fat", "500 mg", fat, "500"},
		{"Жиры", "следы", fat, "0"},
		{"脂肪", "微量", fat, "0"},
		{"Жиры", "< 0,5 г", fat, "nutrition.less_than"},
		{"Жиры", "менее 0,5", fat, "nutrition.less_than"},
		{"Жиры", num("101"), fat, "nutrition.impossible"},
		{"Жиры", num("-1"), fat, "nutrition.impossible"},
		{"Жиры", "9-12", fat, "cell.unit_unknown"},
		{"Жиры", "есть", fat, "cell.not_number"},
		{"Жиры", styled{"45778", dateStyle}, fat, "cell.date"},
		{"Ккал", num("555"), kcal, "555"},
		{"Энергетическая ценность, ккал", num("555.4"), kcal, "555"},
		{"能量(千焦)", num("2343"), kJ, "2343"},
		{"Energy", "2343 kJ / 560 kcal", kJ, "2343"},
		{"Energy", "2343 kJ / 560 kcal", kcal, "560"},
		{"Энергетическая ценность, ккал/кДж", "560/2343", kcal, "560"},
		{"Энергетическая ценность, ккал/кДж", "560/2343", kJ, "2343"},
		{"Калорийность", "560 ккал (2343 кДж)", kJ, "2343"},
		{"Калорийность", num("560"), kcal, "energy.unit_missing"},
		{"Ккал", num("2343"), kcal, "nutrition.impossible"},
		{"Energy", "2343 kJ / 460 kcal", kcal, "nutrition.energy_units"},
	} {
		row := readCell(t, c.heading, c.value)
		got := ""
		if len(row.Findings) > 0 {
			got = row.Findings[0].Reason
		} else if row.Facts.Nutrition != nil {
			got = shown(c.of(row.Facts.Nutrition))
		}
		if got != c.want {
			t.Errorf("%s %v: got %s, want %s", c.heading, c.value, got, c.want)
		}
	}
}

func TestNutritionMakesSense(t *testing.T) {
	t.Parallel()
	headings := []any{"GTIN", "Name", "Net content", "Kcal", "Fat", "Saturates", "Carbohydrate", "Sugars", "Protein"}
	for _, c := range []struct {
		name   string
		values string
		want   string
	}{
		{"chocolate", "555 35.5 20 52.4 50 6.9", ""},
		{"more than 100 g", "555 60 20 60 50 6.9", "blocks nutrition.above_100 E2"},
		{"more saturated than fat", "555 35.5 36 52.4 50 6.9", "blocks nutrition.part_above_whole F2"},
		{"more sugars than carbohydrate", "555 35.5 20 52.4 53 6.9", "blocks nutrition.part_above_whole H2"},
		{"half the energy", "250 35.5 20 52.4 50 6.9", "warns nutrition.energy_sum D2"},
	} {
		row := []any{num("4810067000341"), "Alyonka", "100 g"}
		for v := range strings.FieldsSeq(c.values) {
			row = append(row, num(v))
		}
		_, rows := mustRead(t, bookOf(headings, row))
		if got := strings.Join(reasons(rows[0].Findings), ", "); !strings.HasPrefix(got, c.want) || c.want == "" && got != "" {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
	_, rows := mustRead(t, bookOf([]any{"GTIN", "Name", "Net content", "Fat"}, []any{num("4810067000341"), "Kvass", "0.5 l", num("0")}))
	if got := rows[0].Facts.Nutrition.Basis; got != Millilitre {
		t.Errorf("basis of a drink: got %s, want ml", got)
	}
	_, rows = mustRead(t, bookOf([]any{"GTIN", "Name", "Net content", "Fat per 100 g"}, []any{num("4810067000341"), "Kvass", "0.5 l", num("0")}))
	if got := rows[0].Facts.Nutrition.Basis; got != Gram {
		t.Errorf("basis as the heading says: got %s, want g", got)
	}
}

// listed writes ingredients in short: name percent [parts].
func listed(all []Ingredient, lang pavilion.Lang) string {
	var items []string
	for _, i := range all {
		item := i.Name[lang]
		if i.Percent != "" {
			item += " " + i.Percent + "%"
		}
		if len(i.Parts) > 0 {
			item += " [" + listed(i.Parts, lang) + "]"
		}
		items = append(items, item)
	}
	return strings.Join(items, "; ")
}

// The texts are from packages, as Open Food Facts has them.
func TestReadIngredients(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ text, want, contains, may string }{
		{"молоко нормализованное", "молоко нормализованное", "milk", ""},
		{"Состав: сахар, какао-порошок 12,5 %, соль.", "сахар; какао-порошок 12.5%; соль", "", ""},
		{"сахар (55 %), какао тёртое (какао-бобы, сахар 2%) 30%", "сахар 55%; какао тёртое 30% [какао-бобы; сахар 2%]", "", ""},
		{"вода питьевая, семена горчицы, уксус спиртовой 9 %, соль", "вода питьевая; семена горчицы; уксус спиртовой 9 %; соль", "mustard", ""},
		{"молочная шоколадная масса (сахар, какао-масло, сливки сухие, какао тёртое, эмульгаторы: лецитин соевый, E476), ароматизатор натуральный «Ваниль»",
			"молочная шоколадная масса [сахар; какао-масло; сливки сухие; какао тёртое; эмульгаторы: лецитин соевый; E476]; ароматизатор натуральный «Ваниль»", "milk soy", ""},
		{"молоко нормализованное пастеризованное; закваска, приготовленная на кефирных грибках.", "молоко нормализованное пастеризованное; закваска; приготовленная на кефирных грибках", "milk", ""},
		{"масса (жир (масла (пальмовое, подсолнечное), антиокислитель E306), молоко сухое), сахар",
			"масса [жир [масла [пальмовое; подсолнечное]; антиокислитель E306]; молоко сухое]; сахар", "milk", ""},
		{"мука пшеничная, сахар. Может содержать следы арахиса, орехов и кунжута.", "мука пшеничная; сахар", "gluten", "nuts peanuts sesame"},
		{"какао тёртое, сахар. RU: Массовая доля какао 72,2 %. Содержит лецитин сои.", "какао тёртое; сахар", "soy", ""},
		{"白砂糖、全脂奶粉（20%）、可可液块、乳化剂（大豆卵磷脂）、食用香精。", "白砂糖; 全脂奶粉 20%; 可可液块; 乳化剂 [大豆卵磷脂]; 食用香精", "milk soy", ""},
		{"sugar, wheat flour 30%, eggs, butter. May contain traces of nuts", "sugar; wheat flour 30%; eggs; butter", "gluten milk eggs", "nuts"},
		{"coconut milk, nutmeg, eggplant, cocoa butter, lactic acid", "coconut milk; nutmeg; eggplant; cocoa butter; lactic acid", "", ""},
		{"кокосовое молоко, мускатный орех, молочная кислота, корень солодки, сырьё", "кокосовое молоко; мускатный орех; молочная кислота; корень солодки; сырьё", "", ""},
		{"мука жытняя, малако сухое, яйкі, арэхі", "мука жытняя; малако сухое; яйкі; арэхі", "gluten milk nuts eggs", ""},
	} {
		row := readCell(t, "Ingredients", c.text)
		lang := pavilion.Lang("")
		for l := range row.IngredientsText {
			lang = l
		}
		if got := listed(row.Facts.Ingredients, lang); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.text, got, c.want)
		}
		if got := strings.Join(row.Facts.Allergens, " "); got != c.contains {
			t.Errorf("%s: got allergens %q, want %q", c.text, got, c.contains)
		}
		if got := strings.Join(row.Facts.MayContain, " "); got != c.may {
			t.Errorf("%s: got traces %q, want %q", c.text, got, c.may)
		}
	}
}

func TestIngredientFindings(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		headings, values []any
		want             string
	}{
		{[]any{"Состав"}, []any{"сахар (какао, соль"}, "warns ingredients.brackets D2"},
		{[]any{"Состав"}, []any{"сахар), соль"}, "warns ingredients.brackets D2"},
		{[]any{"Состав"}, []any{"сахар 60%, мёд 50%"}, "blocks ingredients.above_100 D2"},
		{[]any{"Состав (рус.)", "Состав (кит.)"}, []any{"сахар, соль", "白砂糖"}, "warns ingredients.differ D2"},
		{[]any{"Аллергены"}, []any{"что-то"}, "warns allergens.unknown D2"},
		{[]any{"Аллергены"}, []any{"нет"}, ""},
		{[]any{"Состав", "Аллергены"}, []any{"молоко, соя", "молоко"}, "warns allergens.unstated E2"},
		{[]any{"Состав"}, []any{strings.Repeat("сахар, ", 2000)}, "blocks text.too_long D2"},
		{[]any{"Категория"}, []any{"Невидаль"}, "warns category.unknown D2"},
		{[]any{"Категория"}, []any{"ice-cream"}, ""},
		{[]any{"Страна"}, []any{"Атлантида"}, "blocks origin.unknown D2"},
		{[]any{"Бренд"}, []any{formula{"A1", "Спартак"}}, "blocks sheet.formula D2"},
	} {
		_, rows := mustRead(t, bookOf(
			append([]any{"GTIN", "Name", "Net content"}, c.headings...),
			append([]any{num("4810067000341"), "Alyonka", "100 g"}, c.values...),
		))
		if got := strings.Join(reasons(rows[0].Findings), ", "); got != c.want {
			t.Errorf("%v: got %q, want %q", c.values, got, c.want)
		}
	}
}

func TestReadTexts(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]pavilion.Text{
		"Шоколад «Алёнка»":       {pavilion.Russian: "Шоколад «Алёнка»"},
		"Шакалад ялкі і зімы":    {pavilion.Belarusian: "Шакалад ялкі і зімы"},
		"Chocolate":              {pavilion.English: "Chocolate"},
		"斯巴达克 Spartak 巧克力":       {pavilion.Chinese: "斯巴达克 Spartak 巧克力"},
		"  Choco\u00a0late\n\t2": {pavilion.English: "Choco late 2"},
		"Cho\u200dco\u202elate":  {pavilion.English: "Chocolate"},
		"Choco_x000D_late":       {pavilion.English: "Choco late"},
		"Choco_x_late":           {pavilion.English: "Choco_x_late"},
		"=HYPERLINK(\"x\")":      {pavilion.English: "=HYPERLINK(\"x\")"},
		"<script>alert(1)":       {pavilion.English: "<script>alert(1)"},
	} {
		_, rows := mustRead(t, bookOf([]any{"GTIN", "Name", "Net content"}, []any{num("4810067000341"), name, "100 g"}))
		if diff := cmp.Diff(want, rows[0].Name); diff != "" {
			t.Errorf("%q (-want +got):\n%s", name, diff)
		}
	}
}

func TestCountryCode(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"Беларусь": "BY", "Республика Беларусь": "BY", "РБ": "BY", "BY": "BY", "by": "BY", "Belarus": "BY", "白俄罗斯": "BY", "Рэспубліка Беларусь": "BY",
		"Made in Belarus": "BY", "Беларусь, г. Минск": "BY", "Россия": "RU", "Германия": "DE", "德国": "DE", "Polska": "", "中国": "CN", "Літва": "LT",
	} {
		if got, _ := countryCode(text); got != want {
			t.Errorf("%s: got %q, want %q", text, got, want)
		}
	}
}
