package ui

import (
	"pavilion"
	"pavilion/catalog"
)

// samplePacks are packages of every kind, for the gallery and the tests.
var samplePacks = []Pack{
	samplePack("chocolate", "Spartak", "Спартак", "斯巴达克", "Шоколад горький элитный 90% (эт-крафт)", "Elite bitter chocolate 90% cocoa (kraft wrap)", "精选90%黑巧克力(牛皮纸装)", catalog.Gram, 90),
	samplePack("chocolate", "Spartak", "Спартак", "斯巴达克", "Шоколад горький элитный 72% (пенал)", "Elite bitter chocolate 72% cocoa (sleeve)", "精选72%黑巧克力(盒装)", catalog.Gram, 90),
	samplePack("chocolate", "Kommunarka", "Коммунарка", "康美纳卡", "Тёмный шоколад с морской солью", "Dark chocolate with sea salt", "海盐黑巧克力", catalog.Gram, 90),
	samplePack("chocolate-gift", "Spartak", "Спартак", "斯巴达克", "Набор шоколада «Спадчына Беларусі», коробка", "Chocolate set", "“白俄罗斯遗产”巧克力礼盒", catalog.Gram, 360),
	samplePack("sweets", "Kommunarka", "Коммунарка", "康美纳卡", "Карамель «Красная шапочка»", "Caramel sweets", "“小红帽”夹心硬糖", catalog.Gram, 200),
	samplePack("zefir", "Krasny Pishchevik", "Красный пищевик", "红食品厂", "Зефир в белой глазури", "Zefir in white glaze", "泽菲尔棉花糖", catalog.Gram, 230),
	samplePack("wafers", "Spartak", "Спартак", "斯巴达克", "Вафли с апельсиновой начинкой", "Wafers with orange filling", "橙味夹心威化饼干", catalog.Gram, 100),
	samplePack("chips", "Onega", "Онега", "奥涅加", "Чипсы со вкусом бекона", "Potato chips, bacon flavour", "培根味薯片", catalog.Gram, 100),
	samplePack("cereal", "Lidkon", "Лидкон", "利德康", "Хлопья овсяные «Геркулес»", "Rolled oats", "燕麦片", catalog.Gram, 400),
	samplePack("cereal-bar", "Cornex", "Cornex", "Cornex", "Батончик мюсли клюква", "Muesli bar cranberry", "蔓越莓燕麦棒", catalog.Gram, 25),
	samplePack("dairy-ambient", "Rogachev", "Рогачёвъ", "罗加乔夫", "Молоко сгущённое", "Condensed milk", "炼乳", catalog.Gram, 380),
	samplePack("dairy-chilled", "Savushkin", "Савушкин продукт", "萨乌什金", "Сыр «Классический»", "Cheese", "经典半硬质奶酪", catalog.Gram, 210),
	samplePack("drinks", "Lidskoe", "Лидский", "利达", "Квас тёмный", "Dark kvass", "黑格瓦斯", catalog.Millilitre, 500),
	samplePack("skin-care", "Bielita", "Белита", "碧丽特", "Крем для лица дневной B-Like System", "Day face cream", "B-Like 日霜", catalog.Millilitre, 50),
	samplePack("household", "", "", "", "Комплект столовый лён 100% 133×133", "Table linen set", "100%亚麻桌布套装", "", 0),
}

func samplePack(category, brandEn, brandRu, brandZh, ru, en, zh string, unit catalog.Unit, amount int64) Pack {
	return Pack{
		Brand:    pavilion.Text{pavilion.English: brandEn, pavilion.Russian: brandRu, pavilion.Chinese: brandZh},
		Name:     pavilion.Text{pavilion.Russian: ru, pavilion.English: en, pavilion.Chinese: zh},
		Category: category, Net: catalog.Measure{Milli: amount * 1000, Unit: unit}, Seed: ru,
	}
}
