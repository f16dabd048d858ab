package catalog

import "pavilion"

// templateWords are the words of the template outside its columns.
var templateWords = map[pavilion.Lang]struct{ sheet, title, producer, taxNumber string }{
	pavilion.Russian: {
		"Товары", "Один товар — одна строка под заголовком. Синие столбцы обязательны. Строка-пример (GTIN 952…) не загружается, её можно удалить.",
		"Производитель:", "УНП:",
	},
	pavilion.Belarusian: {
		"Тавары", "Адзін тавар — адзін радок пад загалоўкам. Сінія слупкі абавязковыя. Радок-прыклад (GTIN 952…) не загружаецца, яго можна выдаліць.",
		"Вытворца:", "УНП:",
	},
	pavilion.English: {
		"Products", "One product, one row below the headings. Blue columns are required. The example row (GTIN 952…) is not imported; you may delete it.",
		"Producer:", "Tax number (UNP):",
	},
	pavilion.Chinese: {
		"产品", "标题下方每行填写一个产品。蓝色列为必填。示例行（GTIN 952…）不会导入，可以删除。",
		"生产商：", "税号（UNP）：",
	},
}

// languageNames name the language of a column of words, in the language of the heading.
var languageNames = map[pavilion.Lang]pavilion.Text{
	pavilion.Russian:    inAll("кит.", "англ.", "рус.", "бел."),
	pavilion.Belarusian: inAll("кіт.", "англ.", "рус.", "бел."),
	pavilion.English:    inAll("Chinese", "English", "Russian", "Belarusian"),
	pavilion.Chinese:    inAll("中文", "英文", "俄文", "白俄罗斯文"),
}

// unitNames are the units as headings and drop-downs have them.
var unitNames = map[pavilion.Lang]map[Unit]string{
	pavilion.Russian:    {Gram: "г", Kilogram: "кг", Millilitre: "мл", Litre: "л", Piece: "шт", Millimetre: "мм", unitDay: "суток"},
	pavilion.Belarusian: {Gram: "г", Kilogram: "кг", Millilitre: "мл", Litre: "л", Piece: "шт", Millimetre: "мм", unitDay: "сутак"},
	pavilion.English:    {Gram: "g", Kilogram: "kg", Millilitre: "ml", Litre: "l", Piece: "pcs", Millimetre: "mm", unitDay: "days"},
	pavilion.Chinese:    {Gram: "克", Kilogram: "千克", Millilitre: "毫升", Litre: "升", Piece: "件", Millimetre: "毫米", unitDay: "天"},
}

// hints say what to write into a column. A spreadsheet shows 255 characters at most.
var hints = map[Field]pavilion.Text{
	FieldGTIN:         inAll("商品条形码的全部数字，8、12、13 或 14 位，每个产品唯一。", "All digits of the barcode: 8, 12, 13 or 14. Each product has its own.", "Все цифры штрихкода: 8, 12, 13 или 14. У каждого товара свой.", "Усе лічбы штрыхкода: 8, 12, 13 або 14. У кожнага тавару свой."),
	FieldProducerCode: inAll("您自己的货号，可不填。", "Your own article number, if you have one.", "Ваш артикул, если он есть.", "Ваш артыкул, калі ён ёсць."),
	FieldBrand:        inAll("包装上的品牌。", "The brand on the package.", "Торговая марка, как на упаковке.", "Гандлёвая марка, як на ўпакоўцы."),
	FieldCategory:     inAll("请从列表中选择。", "Choose from the list.", "Выберите из списка.", "Выберыце са спіса."),
	FieldName:         inAll("产品名称，不含重量，最多 300 字。", "The name of the product without its weight, at most 300 characters.", "Название товара без массы, не более 300 знаков.", "Назва тавару без масы, не больш за 300 знакаў."),
	FieldDescription:  inAll("给顾客看的介绍：味道、用途、特点。", "A few sentences for shoppers: taste, use, what is special.", "Несколько фраз для покупателя: вкус, применение, особенности.", "Некалькі сказаў для пакупніка: смак, ужыванне, адметнасці."),
	FieldNet:          inAll("净含量的数字，单位填在下一列；也可直接填“90 克”。", "The number; its unit goes into the next column. Or both here: 90 g.", "Число; единица — в следующем столбце. Можно и вместе: 90 г.", "Лік; адзінка — у наступным слупку. Можна і разам: 90 г."),
	FieldNetUnit:      inAll("请从列表中选择。", "Choose from the list.", "Выберите из списка.", "Выберыце са спіса."),
	FieldGrossWeight:  inAll("带包装的单件重量，单位克。", "The weight of one unit with its package, in grams.", "Масса одной единицы с упаковкой, в граммах.", "Маса адной адзінкі з упакоўкай, у грамах."),
	FieldLength:       inAll("单件包装的长度，单位毫米。", "The length of the package, in millimetres.", "Длина упаковки единицы, в миллиметрах.", "Даўжыня ўпакоўкі адзінкі, у міліметрах."),
	FieldWidth:        inAll("单件包装的宽度，单位毫米。", "The width of the package, in millimetres.", "Ширина упаковки единицы, в миллиметрах.", "Шырыня ўпакоўкі адзінкі, у міліметрах."),
	FieldHeight:       inAll("单件包装的高度，单位毫米。", "The height of the package, in millimetres.", "Высота упаковки единицы, в миллиметрах.", "Вышыня ўпакоўкі адзінкі, у міліметрах."),
	FieldCasePack:     inAll("一个运输箱内的件数。", "How many units are in one case.", "Сколько штук в одном транспортном коробе.", "Колькі штук у адной транспартнай скрынцы."),
	FieldShelfLife:    inAll("自生产之日起的天数；也可填“12 个月”。", "Days from production. Or with a unit: 12 months.", "Суток с даты изготовления. Можно с единицей: 12 мес.", "Сутак з даты вырабу. Можна з адзінкай: 12 мес."),
	FieldStorage:      inAll("包装上的储存条件。", "As the package says.", "Как на упаковке: температура, влажность.", "Як на ўпакоўцы: тэмпература, вільготнасць."),
	FieldStorageMin:   inAll("最低温度，摄氏度，例如 5 或 -18。", "Degrees Celsius, for example 5 or -18.", "Градусы Цельсия, например 5 или -18.", "Градусы Цэльсія, напрыклад 5 або -18."),
	FieldStorageMax:   inAll("最高温度，摄氏度，例如 25。", "Degrees Celsius, for example 25.", "Градусы Цельсия, например 25.", "Градусы Цэльсія, напрыклад 25."),
	FieldOrigin:       inAll("国家名称或两位字母代码。", "The country, or its code of two letters.", "Страна или её код из двух букв.", "Краіна або яе код з дзвюх літар."),
	FieldIngredients:  inAll("按包装上的顺序，用顿号或逗号分隔；含量写成“可可 30 %”，复合配料写在括号里。", "In the order of the package, separated by commas. Shares as “cocoa 30 %”, parts of an ingredient in brackets.", "В порядке упаковки, через запятую. Доля — «какао 30 %», состав компонента — в скобках.", "У парадку ўпакоўкі, праз коску. Доля — «какава 30 %», склад кампанента — у дужках."),
	FieldAllergens:    inAll("所含致敏物质，例如：牛奶、大豆、坚果。没有则填“无”。", "What it contains, for example: milk, soy, nuts. “None” if there are none.", "Что содержит, например: молоко, соя, орехи. Если нет — «нет».", "Што змяшчае, напрыклад: малако, соя, арэхі. Калі няма — «няма»."),
	FieldMayContain:   inAll("可能含有的微量致敏物质，例如：花生、麸质。", "Traces it may contain, for example: peanuts, gluten.", "Что может содержаться в следах, например: арахис, глютен.", "Што можа змяшчацца ў слядах, напрыклад: арахіс, глютэн."),
	FieldKJ:           inAll("每 100 克或 100 毫升的千焦数。", "Kilojoules per 100 g, or per 100 ml of a liquid.", "Килоджоулей на 100 г, для жидкостей на 100 мл.", "Кіладжоўляў на 100 г, для вадкасцяў на 100 мл."),
	FieldKcal:         inAll("每 100 克或 100 毫升的千卡数。", "Kilocalories per 100 g, or per 100 ml of a liquid.", "Килокалорий на 100 г, для жидкостей на 100 мл.", "Кілакалорый на 100 г, для вадкасцяў на 100 мл."),
	FieldFat:          perHundred,
	FieldSaturated:    perHundred,
	FieldCarbohydrate: perHundred,
	FieldSugars:       perHundred,
	FieldFibre:        perHundred,
	FieldProtein:      perHundred,
	FieldSalt:         perHundred,
}

var perHundred = inAll("每 100 克或 100 毫升的克数。", "Grams per 100 g, or per 100 ml of a liquid.", "Граммов на 100 г, для жидкостей на 100 мл.", "Грамаў на 100 г, для вадкасцяў на 100 мл.")

// exampleValue is what the example row has in a column, and whether it is a number.
func exampleValue(f Field, lang pavilion.Lang) (text string, isNumber bool) {
	name, of := f.Lang()
	if of == "" {
		of = lang
	}
	switch name {
	case FieldCategory:
		return sheetCategories[0].name[lang], false
	case FieldNetUnit:
		return unitNames[lang][Gram], false
	}
	if words, ok := exampleWords[name]; ok {
		return words[of], false
	}
	return exampleNumbers[name], true
}

var exampleWords = map[Field]pavilion.Text{
	FieldGTIN:         inAll(exampleGTIN, exampleGTIN, exampleGTIN, exampleGTIN),
	FieldProducerCode: inAll("A-100", "A-100", "А-100", "А-100"),
	FieldBrand:        inAll("示例", "Example", "Пример", "Прыклад"),
	FieldName:         inAll("榛子牛奶巧克力", "Milk chocolate with hazelnuts", "Шоколад молочный с лесным орехом", "Шакалад малочны з ляснымі арэхамі"),
	FieldDescription:  inAll("整颗榛子，口感细腻。", "Smooth, with whole nuts.", "Нежный, с цельными орехами.", "Далікатны, з цэлымі арэхамі."),
	FieldStorage:      inAll("15~21℃，相对湿度不超过75%", "At +15 to +21 °C and a humidity of at most 75 %", "При температуре от +15 до +21 °С и влажности не более 75 %", "Пры тэмпературы ад +15 да +21 °С і вільготнасці не больш за 75 %"),
	FieldOrigin:       inAll("白俄罗斯", "Belarus", "Беларусь", "Беларусь"),
	FieldIngredients: inAll("白砂糖、可可脂、全脂奶粉、可可液块、榛子15%、乳化剂（大豆卵磷脂）", "sugar, cocoa butter, whole milk powder, cocoa mass, hazelnuts 15 %, emulsifier (soy lecithin)",
		"сахар, какао-масло, молоко сухое цельное, какао тёртое, орех лесной 15 %, эмульгатор (лецитин соевый)", "цукар, какава-масла, малако сухое суцэльнае, какава цёртае, арэх лясны 15 %, эмульгатар (лецыцін соевы)"),
	FieldAllergens:  inAll("牛奶、大豆、坚果", "milk, soy, nuts", "молоко, соя, орехи", "малако, соя, арэхі"),
	FieldMayContain: inAll("花生、麸质", "peanuts, gluten", "арахис, глютен", "арахіс, глютэн"),
}

var exampleNumbers = map[Field]string{
	FieldNet: "90", FieldGrossWeight: "105", FieldLength: "160", FieldWidth: "80", FieldHeight: "9", FieldCasePack: "24", FieldShelfLife: "365",
	FieldStorageMin: "15", FieldStorageMax: "21", FieldKJ: "2343", FieldKcal: "560", FieldFat: "35.5", FieldSaturated: "18", FieldCarbohydrate: "52",
	FieldSugars: "50", FieldFibre: "2.5", FieldProtein: "7.5", FieldSalt: "0.2",
}
