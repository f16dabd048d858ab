package catalog

import (
	"strings"
	"sync"

	"pavilion"
)

// sheetCategory is a category the reader knows by name: the template offers it, and a
// workbook may name it in any language.
type sheetCategory struct {
	key  string
	name pavilion.Text
	also string // further names, separated by " | "
}

var sheetCategories = []sheetCategory{
	{"chocolate", inAll("巧克力", "Chocolate", "Шоколад", "Шакалад"), "шоколад плиточный | chocolate bars"},
	{"chocolate-gift", inAll("巧克力礼盒", "Chocolate gifts", "Шоколадные наборы", "Шакаладныя наборы"), "наборы шоколада | наборы конфет | подарочные наборы | chocolate sets"},
	{"sweets", inAll("糖果", "Sweets", "Конфеты", "Цукеркі"), "карамель | сладости | candy | candies"},
	{"zefir", inAll("泽菲尔软糖", "Zefir", "Зефир", "Зефір"), "зефир и мармелад | пастила | marshmallow | 棉花糖"},
	{"biscuits", inAll("饼干", "Biscuits", "Печенье", "Печыва"), "cookies | галеты | крекеры"},
	{"wafers", inAll("威化饼干", "Wafers", "Вафли", "Вафлі"), "威化"},
	{"chips", inAll("薯片", "Chips", "Чипсы", "Чыпсы"), "снеки | crisps | potato chips | 零食"},
	{"cereal", inAll("谷物早餐", "Cereal", "Хлопья и завтраки", "Шматкі і сняданкі"), "сухие завтраки | крупы и хлопья | хлопья | мюсли | cereals | breakfast cereal | 麦片"},
	{"cereal-bar", inAll("谷物棒", "Cereal bars", "Батончики", "Батончыкі"), "батончики мюсли | злаковые батончики | cereal bar"},
	{"crispbread", inAll("脆面包片", "Crispbread", "Хлебцы", "Хлябцы"), "сухарики | crackers"},
	{"dairy", inAll("乳制品", "Dairy", "Молочные продукты", "Малочныя прадукты"), "молочная продукция | dairy products | сыры"},
	{"dairy-ambient", inAll("常温乳制品", "Dairy that keeps unchilled", "Молочные продукты без холодильника", "Малочныя прадукты без халадзільніка"), "сгущенное молоко | сухое молоко | молочные консервы | uht dairy | 常温奶"},
	{"dairy-chilled", inAll("冷藏乳制品", "Dairy, chilled", "Молочные продукты охлаждённые", "Малочныя прадукты ахалоджаныя"), "chilled dairy"},
	{"drinks", inAll("饮料", "Drinks", "Напитки", "Напоі"), "соки | вода | квас | beverages | 饮品"},
	{"cocoa", inAll("可可", "Cocoa", "Какао", "Какава"), "какао-порошок | cocoa powder"},
	{"drink-mix", inAll("冲饮", "Drink mixes", "Сухие напитки", "Сухія напоі"), "напитки растворимые | кисели | drink mix | 固体饮料"},
	{"skin-care", inAll("护肤品", "Skin care", "Уход за кожей", "Догляд скуры"), "косметика | уходовая косметика | cosmetics | skincare | 护肤 | 化妆品"},
	{"household", inAll("家居用品", "Household", "Для дома", "Для дому"), "товары для дома | хозяйственные товары | бытовая химия | household goods | 日用品"},
}

// CommonCategories are the shelves a new pavilion begins with: those the template offers.
func CommonCategories() []Category {
	out := make([]Category, len(sheetCategories))
	for i, c := range sheetCategories {
		out[i] = Category{Key: c.key, Position: int64(i), Name: c.name, Goods: commonGoods[c.key]}
	}
	return out
}

// commonGoods are the shelves that do not hold food.
var commonGoods = map[string]Goods{"skin-care": GoodsCosmetics, "household": GoodsHousehold}

func inAll(zh, en, ru, be string) pavilion.Text {
	return pavilion.Text{pavilion.Chinese: zh, pavilion.English: en, pavilion.Russian: ru, pavilion.Belarusian: be}
}

// categoryName is what people call a category that a sheet named: the template's name, or the
// key when it has none.
func categoryName(key string) pavilion.Text {
	for _, c := range sheetCategories {
		if c.key == key {
			return c.name
		}
	}
	return pavilion.Text{pavilion.English: key}
}

var categoryNames = sync.OnceValue(func() map[string]string {
	names := map[string]string{}
	for _, c := range sheetCategories {
		for _, name := range c.name {
			names[foldCategory(name)] = c.key
		}
		for name := range strings.SplitSeq(c.also, " | ") {
			names[foldCategory(name)] = c.key
		}
	}
	return names
})

func foldCategory(s string) string {
	return strings.ReplaceAll(lower(s), "ё", "е")
}

// findCategory returns the key of a category named in any language. What has the form of a
// key is taken as one: whoever stores it knows which there are.
func findCategory(text string) (string, bool) {
	if key, ok := categoryNames()[foldCategory(text)]; ok {
		return key, true
	}
	if categoryKey.MatchString(text) {
		return text, true
	}
	return "", false
}
