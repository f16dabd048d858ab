package catalog

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"pavilion"
)

// allergenWords are the beginnings of the words that tell an allergen (Regulation (EU)
// 1169/2011, Annex II; GB 7718), in lower case with е for ё; Chinese ones may stand
// anywhere. A beginning that ends in "." is the whole word.
var allergenWords = map[string]string{
	"gluten": "глютен клейковин пшениц пшенич ржан рожь. ржи. ячмен ячнев перлов овес. овсян овса. спельт полб тритикал солод. солода. солодов манная манной манную булгур кускус " +
		"глютэн пшаніц пшаніч жытн жыта. ячмень. ячмен авес. аўсян аўса. солад " +
		"gluten wheat rye. barley oat. oats. oatmeal spelt triticale malt. semolina " +
		"麸质 面筋 谷朊 小麦 大麦 黑麦 燕麦 麦芽",
	"milk": "молок молоч сливк сливоч сыворот творог творож сметан кефир йогурт сыр. сыра. сыры. сыров. сырн лактоз казеин казеинат ряженк сгущен пахт " +
		"малак малоч вяршк вяршков сыроват тварог тварож смятан кефір ёгурт лактоз казеін " +
		"milk cream. whey butter. buttermilk lactose casein caseinate cheese curd yogurt yoghurt kefir dairy " +
		"牛奶 奶粉 乳粉 乳清 乳糖 黄油 奶油 奶酪 干酪 酸奶 乳制品 炼乳 酪蛋白 生牛乳 奶及",
	"soy": "соя. сои. сое. соев соевый соепродукт соі. соевы soy. soya soybean soja 大豆 黄豆 豆粉",
	"nuts": "орех. ореха. орехи. орехов орешк миндал фундук лещин кешью фисташк пекан макадам " +
		"арэх. арэхі. арэхав арэхаў міндал ляшчын кеш'ю фісташк " +
		"nut. nuts. almond hazelnut walnut cashew pistachio pecan macadamia " +
		"坚果 榛子 榛仁 杏仁 扁桃仁 核桃 腰果 开心果 碧根果 夏威夷果",
	"peanuts": "арахис арахіс peanut groundnut 花生",
	"eggs": "яйц яиц яич желток желтк меланж " +
		"яйк яек. жаўток жаўтк меланж " +
		"egg. eggs. albumen 鸡蛋 蛋粉 蛋黄 全蛋 蛋清 蛋白粉 蛋制品 禽蛋",
	"fish": "рыб. рыба. рыбы. рыбн рыбий сельд лосос форел тунец тунц скумбри мойв треск анчоус шпрот икра. икры. " +
		"рыб селядц ласос стронг тунец скумбры траск ікра. ікры. " +
		"fish. herring salmon trout tuna mackerel cod. anchov sprat roe. capelin " +
		"鱼 鲱 鲑 鳕",
	"crustaceans": "краб кревет омар лангуст ракообраз раки. рачк крэвет ракападобн crab. crabs. shrimp prawn lobster crustacean crayfish krill 虾 蟹 甲壳",
	"sesame":      "кунжут сезам тахин sesame tahini 芝麻",
	"sulphites": "сульфит метабисульфит пиросульфит диоксид-серы e220. e221. e222. e223. e224. e225. e226. e227. e228. е220. е221. е222. е223. е224. е225. е226. е227. е228. " +
		"сульфіт sulphite sulfite metabisulphite metabisulfite sulphur-dioxide sulfur-dioxide 亚硫酸 二氧化硫",
	"celery":   "сельдере сяльдэр селер celery celeriac 芹菜 西芹",
	"mustard":  "горчиц горчич гарчыц гарчыч mustard 芥末 芥菜籽 黄芥",
	"lupin":    "люпин лупин люпін лубін lupin 羽扇豆",
	"molluscs": "моллюск мидии. мидий. мидия. кальмар осьминог устриц каракатиц гребешк малюск мідыі. мідый. васьміног вустрыц mollusc mollusk mussel squid octopus oyster cuttlefish scallop 软体动物 贝类 牡蛎 蚝 扇贝 蛤",
}

// notAllergens are taken out before looking: they hold the word but not the thing.
var notAllergens = strings.NewReplacer(
	"ё", "е",
	"молочная кислота", "", "молочной кислоты", "", "молочную кислоту", "", "малочная кіслата", "", "малочнай кіслаты", "",
	"кокосовое молоко", "", "кокосового молока", "", "соевое молоко", "соевый", "миндальное молоко", "миндаль", "овсяное молоко", "овсяный",
	"какавае малако", "", "какосавае малако", "",
	"мускатный орех", "", "мускатного ореха", "", "мускатны арэх", "", "кокосовый орех", "", "кокосового ореха", "", "кедровый орех", "", "земляной орех", "арахис", "земляных орехов", "арахис",
	"молочнокисл", "", "икра кабачковая", "", "кабачковая икра", "", "икра баклажанная", "", "баклажанная икра", "",
	"без глютена", "", "безглютенов", "", "без лактозы", "", "безлактозн", "", "gluten-free", "", "gluten free", "", "lactose-free", "", "lactose free", "",
	"coconut milk", "", "coconut cream", "", "soy milk", "soy", "almond milk", "almond", "oat milk", "oats", "cocoa butter", "", "shea butter", "", "peanut butter", "peanut", "cream of tartar", "",
	"nutmeg", "", "pine nut", "", "диоксид серы", "диоксид-серы", "дыяксід серы", "диоксид-серы", "sulphur dioxide", "sulphur-dioxide", "sulfur dioxide", "sulfur-dioxide",
	"e 22", "e22", "е 22", "е22",
	"椰奶", "", "豆奶", "大豆", "鱼腥草", "", "章鱼", "贝类", "鱿鱼", "贝类", "无麸质", "", "杏仁奶", "杏仁",
)

// allergenSet has bit i for Allergens[i].
type allergenSet uint16

// codes lists the set in the order of Allergens.
func (s allergenSet) codes() []string {
	var codes []string
	for i, code := range Allergens {
		if s>>i&1 != 0 {
			codes = append(codes, code)
		}
	}
	return codes
}

// beginning is the beginning of a word that tells an allergen.
type beginning struct {
	letters string
	whole   bool
	of      allergenSet // one allergen
}

// beginnings are the allergenWords in alphabets by their first two letters; hanWords are
// the Chinese ones.
var beginnings, hanWords = indexAllergens()

func indexAllergens() (alphabetic map[string][]beginning, han []beginning) {
	alphabetic = map[string][]beginning{}
	for i, code := range Allergens {
		for word := range strings.FieldsSeq(allergenWords[code]) {
			letters, whole := strings.CutSuffix(word, ".")
			b := beginning{letters, whole, 1 << i}
			if scriptOf(letters, "") == pavilion.Chinese {
				han = append(han, b)
			} else {
				first := firstLetters(letters)
				alphabetic[first] = append(alphabetic[first], b)
			}
		}
	}
	return alphabetic, han
}

// findAllergens returns the allergens that the words tell.
func findAllergens(text string) allergenSet {
	var found allergenSet
	if text == "" {
		return found
	}
	text = notAllergens.Replace(lower(text))
	for word := range strings.FieldsFuncSeq(text, notInWord) {
		found |= allergenOf(word)
	}
	for _, b := range hanWords {
		if found&b.of == 0 && strings.Contains(text, b.letters) {
			found |= b.of
		}
	}
	return found
}

func notInWord(r rune) bool {
	switch {
	case r >= 'a' && r <= 'z', r >= 'а' && r <= 'џ', r >= '0' && r <= '9', r == '\'', r == '-':
		return false
	}
	return r < utf8.RuneSelf || !unicode.IsLetter(r)
}

func allergenOf(word string) allergenSet {
	for _, b := range beginnings[firstLetters(word)] {
		if word == b.letters || !b.whole && strings.HasPrefix(word, b.letters) {
			return b.of
		}
	}
	return 0
}

// firstLetters returns the first two letters.
func firstLetters(word string) string {
	count := 0
	for i := range word {
		if count++; count > 2 {
			return word[:i]
		}
	}
	return word
}

// traceWords begin what a product may contain without its being an ingredient.
var traceWords = []string{
	"может содержать", "могут содержать", "возможно присутствие", "возможно наличие", "возможно содержание", "возможны следы", "следы", "следовых количеств",
	"можа змяшчаць", "могуць змяшчаць", "магчыма прысутнасць", "магчымая прысутнасць", "сляды",
	"may contain", "traces", "trace of", "produced in a facility", "made in a facility",
	"可能含", "微量", "生产线", "此生产线",
}

// splitTraces divides what a text says to be in the product from what may be.
func splitTraces(text string) (contains, may string) {
	if text == "" {
		return "", ""
	}
	lower := lower(text)
	first := len(lower)
	for _, words := range traceWords {
		if i := strings.Index(lower, words); i >= 0 {
			first = min(first, i)
		}
	}
	return lower[:first], lower[first:]
}

// saysNone tells the ways to say that there are no allergens.
func saysNone(text string) bool {
	switch strings.TrimRight(lower(text), ".!") {
	case "нет", "отсутствуют", "отсутствует", "не содержит", "не содержит аллергенов", "няма", "адсутнічаюць", "не змяшчае", "no", "none", "does not contain", "no allergens", "无", "没有", "不含":
		return true
	}
	return false
}
