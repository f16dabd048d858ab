package catalog

import (
	"strings"

	"pavilion"
)

// headingWords are the headings producers use, by field and language, separated by " | ".
// The first of each is the template's. Languages, units, "per 100 g" and the words of
// noiseWords may be added to any of them. Where two languages write a heading alike, the
// first language of pavilion.Langs that has it is taken.
var headingWords = map[Field]pavilion.Text{
	FieldGTIN: {
		pavilion.English:    "GTIN | EAN | EAN-13 | EAN code | barcode | bar code | bar code EAN | barcode EAN | barcode EAN-13 | barcode GTIN | GTIN barcode | GTIN-13 | GTIN EAN | EAN barcode | UPC",
		pavilion.Russian:    "Штрихкод (GTIN) | штрихкод | штрих-код | штрих код EAN | штрих-код EAN-13 | штрихкод EAN | штрихкод EAN-13 | ШК | код EAN | код EAN-13 | код GTIN | GTIN штрихкод | EAN штрихкод | штриховой код | штриховой идентификационный код",
		pavilion.Belarusian: "Штрыхкод (GTIN) | штрыхкод | штрых-код | штрыхавы код | штрых-код EAN | штрых-код EAN-13 | код EAN",
		pavilion.Chinese:    "条形码 | 条码 | 商品条码 | 商品条形码 | 国际条码 | 69码 | GTIN码 | 条形码GTIN | 条码EAN",
	},
	FieldProducerCode: {
		pavilion.English:    "Producer code | article | article number | SKU | product code | code | item code | item number | internal code | vendor code | ref",
		pavilion.Russian:    "Артикул | код | код товара | код продукции | внутренний код | артикул производителя | код производителя | арт | номенклатурный номер",
		pavilion.Belarusian: "Артыкул | код тавару | унутраны код | артыкул вытворцы | код вытворцы",
		pavilion.Chinese:    "货号 | 产品编号 | 商品编号 | 编号 | 产品编码 | 商品编码 | 编码 | 型号",
	},
	FieldBrand: {
		pavilion.English:    "Brand | brand name | trademark | trade mark",
		pavilion.Russian:    "Торговая марка | бренд | марка | товарный знак | ТМ | название бренда | торговый знак",
		pavilion.Belarusian: "Гандлёвая марка | брэнд | марка тавару | таварны знак",
		pavilion.Chinese:    "品牌 | 商标 | 品牌名称 | 牌子",
	},
	FieldCategory: {
		pavilion.English:    "Category | product category | group | product group | type",
		pavilion.Russian:    "Категория | группа | товарная группа | категория товара | вид | вид продукции | раздел",
		pavilion.Belarusian: "Катэгорыя | таварная група | катэгорыя тавару | від | від прадукцыі",
		pavilion.Chinese:    "类别 | 品类 | 分类 | 种类 | 商品类别 | 产品类别 | 产品分类 | 类目",
	},
	FieldName: {
		pavilion.English:    "Name | product name | item name | name of product | title",
		pavilion.Russian:    "Наименование | название | наименование товара | наименование продукции | наименование продукта | полное наименование | номенклатура | торговое наименование | товар | продукт | продукция",
		pavilion.Belarusian: "Назва | найменне | назва тавару | назва прадукцыі | поўная назва | тавар | прадукт",
		pavilion.Chinese:    "名称 | 品名 | 产品名称 | 商品名称 | 品名称 | 名字 | 产品 | 商品 | 产品名 | 商品名",
	},
	FieldDescription: {
		pavilion.English:    "Description | product description | about | details",
		pavilion.Russian:    "Описание | описание товара | описание продукции | характеристика | текст описания",
		pavilion.Belarusian: "Апісанне | апісанне тавару | характарыстыка",
		pavilion.Chinese:    "描述 | 产品描述 | 商品描述 | 产品介绍 | 介绍 | 说明 | 产品说明",
	},
	FieldNet: {
		pavilion.English:    "Net content | net weight | net quantity | net | weight net | net mass | net volume | volume | contents | weight",
		pavilion.Russian:    "Масса нетто | вес нетто | нетто | масса | вес | объем | объём нетто | масса нетто / объем | вес/объем | масса/объем | масса (объем) | номинальное количество | количество нетто | масса нетто единицы | фасовка | вес, объем | граммовка",
		pavilion.Belarusian: "Маса нета | вага нета | нета | маса | вага | аб'ём | маса/аб'ём | фасоўка | намінальная колькасць",
		pavilion.Chinese:    "净含量 | 净重 | 规格 | 含量 | 净含量/规格 | 容量 | 重量 | 净量",
	},
	FieldNetUnit: {
		pavilion.English:    "Unit | unit of measure | UoM | units | net unit | measure",
		pavilion.Russian:    "Единица измерения | ед. изм. | ед. измерения | единица | ед",
		pavilion.Belarusian: "Адзінка вымярэння | адз. вым. | адзінка",
		pavilion.Chinese:    "单位 | 计量单位 | 净含量单位",
	},
	FieldGrossWeight: {
		pavilion.English:    "Gross weight | gross | weight gross | gross mass",
		pavilion.Russian:    "Масса брутто | вес брутто | брутто | масса брутто единицы | вес с упаковкой | масса с упаковкой",
		pavilion.Belarusian: "Маса брута | вага брута | брута | вага з упакоўкай",
		pavilion.Chinese:    "毛重 | 总重 | 毛重量",
	},
	FieldLength: {
		pavilion.English:    "Length | unit length | depth",
		pavilion.Russian:    "Длина | длина единицы | длина упаковки | глубина",
		pavilion.Belarusian: "Даўжыня | даўжыня ўпакоўкі",
		pavilion.Chinese:    "长 | 长度 | 包装长度",
	},
	FieldWidth: {
		pavilion.English:    "Width | unit width",
		pavilion.Russian:    "Ширина | ширина единицы | ширина упаковки",
		pavilion.Belarusian: "Шырыня | шырыня ўпакоўкі",
		pavilion.Chinese:    "宽 | 宽度 | 包装宽度",
	},
	FieldHeight: {
		pavilion.English:    "Height | unit height",
		pavilion.Russian:    "Высота | высота единицы | высота упаковки",
		pavilion.Belarusian: "Вышыня | вышыня ўпакоўкі",
		pavilion.Chinese:    "高 | 高度 | 包装高度",
	},
	FieldSize: {
		pavilion.English:    "Dimensions | size | dimensions LxWxH | size LxWxH | L x W x H | dimensions L×W×H",
		pavilion.Russian:    "Габариты | размеры | размер | габариты ДхШхВ | размеры ДхШхВ | Д х Ш х В | ДхШхВ | габаритные размеры | габариты упаковки | размер упаковки | габариты (длина х ширина х высота) | размеры (длина х ширина х высота)",
		pavilion.Belarusian: "Габарыты | памеры | памер | габарыты ДхШхВ | памеры ДхШхВ",
		pavilion.Chinese:    "尺寸 | 外形尺寸 | 包装尺寸 | 长宽高 | 尺寸(长宽高) | 产品尺寸 | 长*宽*高",
	},
	FieldCasePack: {
		pavilion.English:    "Units per case | case pack | pcs per case | pieces per case | units per carton | pcs per carton | quantity per case | qty per case | case quantity",
		pavilion.Russian:    "Штук в коробе | количество в коробе | кол-во в коробе | штук в коробке | количество в коробке | кол-во в коробке | в коробе | вложение | количество в упаковке | кол-во в упаковке | штук в упаковке | кратность | количество штук в коробе | кол-во штук в коробе | квант поставки | шт в коробе | шт в коробке | шт в упаковке | кол-во шт в коробе | кол-во шт в коробке | кол-во шт в упаковке | норма упаковки",
		pavilion.Belarusian: "Штук у скрынцы | колькасць у скрынцы | колькасць у каробцы | штук у каробцы | шт у скрынцы | колькасць ва ўпакоўцы",
		pavilion.Chinese:    "装箱数 | 箱规 | 每箱数量 | 每箱件数 | 装箱数量 | 箱装数 | 件/箱 | 装箱规格",
	},
	FieldShelfLife: {
		pavilion.English:    "Shelf life | shelf-life | storage life | best before period | expiry period",
		pavilion.Russian:    "Срок годности | срок хранения | сроки годности | ср. годности | срок годн | годен",
		pavilion.Belarusian: "Тэрмін прыдатнасці | тэрмін захоўвання | тэрмін годнасці | прыдатнасць",
		pavilion.Chinese:    "保质期 | 保存期 | 有效期 | 保质期限 | 保质期天数 | 货架期",
	},
	FieldStorage: {
		pavilion.English:    "Storage conditions | storage | storage condition | keep | how to store",
		pavilion.Russian:    "Условия хранения | хранение | способ хранения | температура хранения | температурный режим | условия хранения и транспортирования | температурный режим хранения | t хранения",
		pavilion.Belarusian: "Умовы захоўвання | захоўванне | тэмпература захоўвання | тэмпературны рэжым",
		pavilion.Chinese:    "储存条件 | 贮存条件 | 保存条件 | 储存方法 | 贮藏条件 | 保存方法 | 储藏条件 | 贮存方法 | 储存温度",
	},
	FieldStorageMin: {
		pavilion.English:    "Minimum storage temperature, °C | storage temperature min | min storage temperature | storage temperature from | storage min | temperature min | min temperature",
		pavilion.Russian:    "Температура хранения от, °C | температура хранения мин | минимальная температура хранения | температура от | мин температура | t мин | температура мин",
		pavilion.Belarusian: "Тэмпература захоўвання ад, °C | мінімальная тэмпература захоўвання | тэмпература ад",
		pavilion.Chinese:    "最低储存温度（℃） | 最低温度 | 储存温度下限 | 最低贮存温度 | 最低保存温度",
	},
	FieldStorageMax: {
		pavilion.English:    "Maximum storage temperature, °C | storage temperature max | max storage temperature | storage temperature to | storage max | temperature max | max temperature",
		pavilion.Russian:    "Температура хранения до, °C | температура хранения макс | максимальная температура хранения | температура до | макс температура | t макс | температура макс",
		pavilion.Belarusian: "Тэмпература захоўвання да, °C | максімальная тэмпература захоўвання | тэмпература да",
		pavilion.Chinese:    "最高储存温度（℃） | 最高温度 | 储存温度上限 | 最高贮存温度 | 最高保存温度",
	},
	FieldOrigin: {
		pavilion.English:    "Country of origin | origin | country | made in | country origin",
		pavilion.Russian:    "Страна происхождения | страна | страна производства | страна изготовления | происхождение | страна-производитель | страна изготовителя",
		pavilion.Belarusian: "Краіна паходжання | краіна | краіна вытворчасці | паходжанне | краіна-вытворца",
		pavilion.Chinese:    "原产国 | 产地 | 原产地 | 生产国 | 原产国/地区 | 国家",
	},
	FieldIngredients: {
		pavilion.English:    "Ingredients | composition | ingredient list | list of ingredients | contains",
		pavilion.Russian:    "Состав | ингредиенты | состав продукта | состав продукции | состав товара | компоненты",
		pavilion.Belarusian: "Склад | інгрэдыенты | склад прадукту | склад прадукцыі | кампаненты",
		pavilion.Chinese:    "配料 | 配料表 | 成分 | 成份 | 原料 | 配料成分 | 原材料",
	},
	FieldAllergens: {
		pavilion.English:    "Allergens | contains allergens | allergen information | allergen",
		pavilion.Russian:    "Аллергены | содержит аллергены | сведения об аллергенах | информация об аллергенах | аллерген",
		pavilion.Belarusian: "Алергены | змяшчае алергены | звесткі пра алергены",
		pavilion.Chinese:    "过敏原 | 致敏物质 | 过敏源 | 致敏原 | 过敏原信息 | 致敏物质提示",
	},
	FieldMayContain: {
		pavilion.English:    "May contain | may contain traces | may contain traces of | traces | cross contamination",
		pavilion.Russian:    "Может содержать | может содержать следы | возможно наличие следов | следы | возможное наличие следов",
		pavilion.Belarusian: "Можа змяшчаць | можа змяшчаць сляды | сляды",
		pavilion.Chinese:    "可能含有 | 可能含 | 可能含有微量 | 可能含有致敏物质 | 可能含有过敏原",
	},
	FieldEnergy: {
		pavilion.English:    "Energy | energy value | calories | caloric value | calorie content | energy value (calories)",
		pavilion.Russian:    "Энергетическая ценность | калорийность | энергия | эн. ценность | энергоценность | энерг. ценность | энергетическая ценность (калорийность)",
		pavilion.Belarusian: "Энергетычная каштоўнасць | каларыйнасць | энергія",
		pavilion.Chinese:    "能量 | 热量 | 卡路里 | 能量值",
	},
	FieldKJ: {
		pavilion.English:    "Energy, kJ | kJ | kilojoules",
		pavilion.Russian:    "Энергетическая ценность, кДж | кДж | килоджоули",
		pavilion.Belarusian: "Энергетычная каштоўнасць, кДж | кіладжоўлі",
		pavilion.Chinese:    "能量（千焦） | 千焦 | 能量千焦",
	},
	FieldKcal: {
		pavilion.English:    "Energy, kcal | kcal | kilocalories",
		pavilion.Russian:    "Энергетическая ценность, ккал | ккал | килокалории",
		pavilion.Belarusian: "Энергетычная каштоўнасць, ккал | кілакалорыі",
		pavilion.Chinese:    "能量（千卡） | 千卡 | 大卡 | 能量千卡 | 能量大卡",
	},
	FieldFat: {
		pavilion.English:    "Fat | fats | total fat | fat content | fat total",
		pavilion.Russian:    "Жиры | жир | массовая доля жира | жирность | содержание жира | жиры общие",
		pavilion.Belarusian: "Тлушчы | тлушч | масавая доля тлушчу | тлустасць",
		pavilion.Chinese:    "脂肪 | 脂肪含量 | 总脂肪",
	},
	FieldSaturated: {
		pavilion.English:    "Saturated fat | saturates | of which saturates | saturated fatty acids | saturated | fat of which saturates",
		pavilion.Russian:    "Насыщенные жиры | насыщенные жирные кислоты | НЖК | в т.ч. насыщенные | в том числе насыщенные жирные кислоты | жиры, в т.ч. насыщенные | из них насыщенные | насыщенные",
		pavilion.Belarusian: "Насычаныя тлушчы | насычаныя тлустыя кіслоты | насычаныя",
		pavilion.Chinese:    "饱和脂肪 | 饱和脂肪酸 | 其中饱和脂肪",
	},
	FieldCarbohydrate: {
		pavilion.English:    "Carbohydrate | carbohydrates | carbs | total carbohydrate | total carbohydrates",
		pavilion.Russian:    "Углеводы | содержание углеводов | углеводы общие",
		pavilion.Belarusian: "Вугляводы",
		pavilion.Chinese:    "碳水化合物 | 碳水 | 糖类",
	},
	FieldSugars: {
		pavilion.English:    "Sugars | sugar | of which sugars | total sugars | carbohydrate of which sugars",
		pavilion.Russian:    "Сахара | сахар | в т.ч. сахара | в том числе сахара | из них сахара | углеводы, в т.ч. сахара | моно- и дисахариды",
		pavilion.Belarusian: "Цукры | цукар | у т.л. цукры | з іх цукры",
		pavilion.Chinese:    "糖 | 糖分 | 其中糖 | 添加糖",
	},
	FieldFibre: {
		pavilion.English:    "Fibre | fiber | dietary fibre | dietary fiber",
		pavilion.Russian:    "Пищевые волокна | клетчатка | волокна",
		pavilion.Belarusian: "Харчовыя валокны | клятчатка | валокны",
		pavilion.Chinese:    "膳食纤维 | 纤维 | 纤维素",
	},
	FieldProtein: {
		pavilion.English:    "Protein | proteins | protein content",
		pavilion.Russian:    "Белки | белок | массовая доля белка | содержание белка",
		pavilion.Belarusian: "Бялкі | бялок | масавая доля бялку",
		pavilion.Chinese:    "蛋白质 | 蛋白",
	},
	FieldSalt: {
		pavilion.English:    "Salt | salt content | table salt",
		pavilion.Russian:    "Соль | поваренная соль | содержание соли | массовая доля соли",
		pavilion.Belarusian: "Соль кухонная | кухонная соль",
		pavilion.Chinese:    "盐 | 食盐 | 盐分",
	},
	fieldRowNumber: {
		pavilion.English:    "No | number | row",
		pavilion.Russian:    "№ | № п/п | п/п | номер | номер по порядку | № пп",
		pavilion.Belarusian: "№ п/п | нумар",
		pavilion.Chinese:    "序号 | 号",
	},
}

// plainHeading sets apart the Chinese words that only qualify a heading, and writes Russian
// without the letter that may be left out.
var plainHeading = strings.NewReplacer(
	"中文", " 中文 ", "英文", " 英文 ", "俄文", " 俄文 ", "俄语", " 俄语 ",
	"白俄罗斯文", " 白俄罗斯文 ", "白俄罗斯语", " 白俄罗斯语 ", "汉语", " 汉语 ", "英语", " 英语 ",
	"每100", " 每 100 ", "ё", "е",
)

// languageWords name a language in a heading.
var languageWords = byWord(map[pavilion.Lang]string{
	pavilion.Chinese:    "zh cn chn chinese кит кіт китайский китайском китайского китайская кітайская кітайскай кітайску 中文 汉语",
	pavilion.English:    "en eng english англ английский английском английского английская англійская англійскай 英文 英语",
	pavilion.Russian:    "ru rus russian рус русск русский русском русского русская руская рускай 俄文 俄语",
	pavilion.Belarusian: "be bel belarusian byelorussian бел белорус белорусский белорусском белорусская беларуская беларускай 白俄罗斯文 白俄罗斯语",
})

// noiseWords may stand in a heading without changing what it means.
var noiseWords = byWord(map[bool]string{true: "на в во у яз язык языке мова мове для о об про пра и і per in of the for by language each " +
	"товара товару продукции продукта продукту изделия прадукцыі прадукту тавару product goods " +
	"указать обязательно required обязательное поле 每 产品 商品"})

// furtherUnits are units that are not units of net content, and forms of those that stand
// in headings only.
var furtherUnits = byWord(map[Unit]string{
	unitHour:    "h hour hours ч час часа часов гадзін гадзіны гадзіна 小时",
	unitDay:     "d day days сут сутки суток сутках дн день дня дней днях дзень дні дзён сутак 天 日",
	unitWeek:    "w week weeks нед неделя недели недель тыдзень тыдні тыдняў 周 星期",
	unitMonth:   "mo mon month months мес месяц месяца месяцев месяцах месяцы месяцаў 月 个月",
	unitYear:    "y yr year years год года лет гады гадоў 年",
	unitCelsius: "c с",
	unitKJ:      "kj кдж 千焦",
	unitKcal:    "kcal cal ккал кал 千卡 大卡",
	Gram:        "граммах грамах",
	Kilogram:    "килограммах кілаграмах",
	Millimetre:  "миллиметрах міліметрах",
	Centimetre:  "сантиметрах сантыметрах",
})

// byWord turns lists of words round: it says which list a word stands in.
func byWord[V comparable](lists map[V]string) map[string]V {
	of := map[string]V{}
	for value, list := range lists {
		for word := range strings.FieldsSeq(list) {
			of[word] = value
		}
	}
	return of
}
