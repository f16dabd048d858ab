package catalog

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"pavilion"
)

const maxIngredientDepth = 6 // brackets within brackets

// readIngredients reads the list of ingredients in each language into one, and the
// allergens out of the lists and of the columns of their own.
func (p *rowParser) readIngredients() {
	row := p.row
	row.IngredientsText = p.texts(FieldIngredients, maxIngredients)
	var contains, traces allergenSet
	for _, lang := range pavilion.Langs {
		text := row.IngredientsText[lang]
		if text == "" {
			continue
		}
		text, remarks := cutRemarks(text)
		said, may := splitTraces(remarks)
		contains |= findAllergens(text) | findAllergens(said)
		traces |= findAllergens(may)
		list, ok := parseList(text, lang, 0)
		if !ok {
			p.find(pavilion.Warns, "ingredients.brackets", FieldIngredients.In(lang), pavilion.Args{"value": short(text)})
		}
		if percentAbove100(list) {
			p.find(pavilion.Blocks, "ingredients.above_100", FieldIngredients.In(lang), pavilion.Args{"value": short(text)})
		}
		if merged, same := mergeIngredients(row.Facts.Ingredients, list); same {
			row.Facts.Ingredients = merged
		} else {
			p.find(pavilion.Warns, "ingredients.differ", FieldIngredients.In(lang),
				pavilion.Args{"count": len(list), "other": len(row.Facts.Ingredients)})
		}
	}
	p.readAllergens(contains, traces)
}

// readAllergens adds the columns of their own, and warns of what only the ingredients say.
func (p *rowParser) readAllergens(contains, traces allergenSet) {
	text := p.text(FieldAllergens, maxStorage)
	if text != "" && !saysNone(text) {
		said, may := splitTraces(text)
		stated, possible := findAllergens(said), findAllergens(may)
		if stated|possible == 0 {
			p.find(pavilion.Warns, "allergens.unknown", FieldAllergens, pavilion.Args{"value": short(text)})
		}
		if unstated := contains &^ stated; stated != 0 && unstated != 0 {
			p.find(pavilion.Warns, "allergens.unstated", FieldAllergens, pavilion.Args{"allergens": strings.Join(unstated.codes(), ", ")})
		}
		contains, traces = contains|stated, traces|possible
	}
	if text := p.text(FieldMayContain, maxStorage); text != "" && !saysNone(text) {
		possible := findAllergens(text)
		if possible == 0 {
			p.find(pavilion.Warns, "allergens.unknown", FieldMayContain, pavilion.Args{"value": short(text)})
		}
		traces |= possible
	}
	p.row.Facts.Allergens = contains.codes()
	p.row.Facts.MayContain = (traces &^ contains).codes()
	p.row.Facts.NoAllergens = saysNone(text) && contains|traces == 0
}

// Composition reads the ingredients in all languages into one list. A language whose list
// is another one than those before it adds nothing.
func Composition(ingredients pavilion.Text) []Ingredient {
	var all []Ingredient
	for _, lang := range pavilion.Langs {
		if ingredients[lang] == "" {
			continue
		}
		text, _ := cutRemarks(ingredients[lang])
		list, _ := parseList(text, lang, 0)
		if merged, same := mergeIngredients(all, list); same {
			all = merged
		}
	}
	return all
}

// listLabels come before a list of ingredients.
var listLabels = []string{"состав:", "ингредиенты:", "склад:", "інгрэдыенты:", "ingredients:", "composition:", "配料:", "配料：", "配料表:", "配料表：", "成分:", "成分：", "原料:", "原料："}

// cutRemarks takes the label off the front, and the sentences behind the first off the end.
func cutRemarks(text string) (list, remarks string) {
	for _, label := range listLabels {
		if len(text) >= len(label) && strings.EqualFold(text[:len(label)], label) {
			text = strings.TrimSpace(text[len(label):])
			break
		}
	}
	depth := 0
	for i, r := range text {
		switch {
		case isOpening(r):
			depth++
		case isClosing(r):
			depth--
		case depth > 0:
		case r == '。':
			return text[:i], text[i+utf8.RuneLen(r):]
		case r == '.' && endsSentence(text[i+1:]):
			return text[:i], strings.TrimSpace(text[i+1:])
		}
	}
	return strings.TrimRight(text, ". "), ""
}

// endsSentence tells whether what follows a full stop begins a sentence.
func endsSentence(after string) bool {
	trimmed := strings.TrimLeft(after, " ")
	first, _ := utf8.DecodeRuneInString(trimmed)
	return len(trimmed) < len(after) && unicode.IsUpper(first)
}

func isOpening(r rune) bool {
	switch r {
	case '(', '[', '{', '（', '【', '［':
		return true
	}
	return false
}

func isClosing(r rune) bool {
	switch r {
	case ')', ']', '}', '）', '】', '］':
		return true
	}
	return false
}

func isSeparator(r rune) bool {
	switch r {
	case ',', ';', '，', '；', '、':
		return true
	}
	return false
}

// parseList reads a list such as "сахар, масса (какао тёртое 30 %, какао-масло), соль" in
// the order it has, with what stands in brackets as parts of what stands before them. It
// returns false if brackets do not match; the list is then as good as it gets.
func parseList(text string, lang pavilion.Lang, depth int) (list []Ingredient, ok bool) {
	ok = true
	level, from := 0, 0
	add := func(item string) {
		ingredient, good := parseIngredient(strings.TrimSpace(item), lang, depth)
		if ok = ok && good; ingredient.Name[lang] != "" {
			list = append(list, ingredient)
		}
	}
	for i, r := range text {
		switch {
		case isOpening(r):
			level++
		case isClosing(r):
			if level--; level < 0 {
				level, ok = 0, false
			}
		case level == 0 && isSeparator(r) && !decimalComma(text, i):
			add(text[from:i])
			from = i + utf8.RuneLen(r)
		}
	}
	add(text[from:])
	return list, ok && level == 0
}

// decimalComma tells a comma between digits.
func decimalComma(s string, i int) bool {
	return s[i] == ',' && i > 0 && i+1 < len(s) && isDigit(s[i-1]) && isDigit(s[i+1])
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// parseIngredient reads one ingredient with its percentage and parts.
func parseIngredient(item string, lang pavilion.Lang, depth int) (Ingredient, bool) {
	ok := true
	var ingredient Ingredient
	name := item
	if open := strings.IndexFunc(item, isOpening); open >= 0 {
		last := strings.LastIndexFunc(item, isClosing)
		if last < open {
			last = len(item)
		}
		_, size := utf8.DecodeRuneInString(item[open:])
		inside := item[open+size : last]
		after := ""
		if last < len(item) {
			_, size = utf8.DecodeRuneInString(item[last:])
			after = item[last+size:]
		}
		percent, rest := takePercent(strings.TrimSpace(inside))
		switch {
		case percent != "" && rest == "":
			ingredient.Percent, name = percent, item[:open]+after
		case strings.TrimSpace(item[:open]) != "" && depth < maxIngredientDepth:
			ingredient.Parts, ok = parseList(inside, lang, depth+1)
			name = item[:open] + after
		}
	}
	if percent, rest := takePercent(name); ingredient.Percent == "" && percent != "" && !strengthInstead(name) {
		ingredient.Percent, name = percent, rest
	}
	name = strings.Trim(clean(name), " .:*_")
	ingredient.Name = pavilion.Text{lang: name}
	return ingredient, ok
}

// takePercent takes "12,5 %" off the end of an item.
func takePercent(item string) (percent, rest string) {
	trimmed := strings.TrimRight(item, " ")
	without := strings.TrimSuffix(strings.TrimSuffix(trimmed, "%"), "％")
	if without == trimmed {
		return "", item
	}
	trimmed = strings.TrimRight(without, " ")
	from := len(trimmed)
	for from > 0 && (isDigit(trimmed[from-1]) || trimmed[from-1] == ',' || trimmed[from-1] == '.') {
		from--
	}
	n, left, ok := cutNumber(trimmed[from:])
	if !ok || left != "" {
		return "", item
	}
	return n.shown().String(), strings.TrimRight(trimmed[:from], " -–—:")
}

// strengthInstead tells ingredients whose percentage is their strength or their fat, not
// their share: vinegar 9 %, milk 3.2 %.
func strengthInstead(item string) bool {
	item = lower(item)
	for _, word := range []string{
		"уксус", "воцат", "vinegar", "醋", "спирт", "spirit", "alcohol", "酒精", "раствор", "раствар", "solution",
		"молок", "малак", "milk", "牛奶", "сливк", "вяршк", "cream", "奶油", "сметан", "кефир", "кефір", "творог", "тварог", "жирност", "тлустасц", "fat",
		"не менее", "не более", "не менш", "не больш", "at least", "min",
	} {
		if strings.Contains(item, word) {
			return true
		}
	}
	return false
}

func percentAbove100(list []Ingredient) bool {
	sum := int64(0)
	for _, i := range list {
		n, _, _ := cutNumber(i.Percent)
		milli, ok := n.times10(3).round()
		if !ok || milli > 100_000 || percentAbove100(i.Parts) {
			return true
		}
		sum += milli
	}
	return sum > 100_000
}

// mergeIngredients adds the names of a list in a further language to the list so far. It
// returns false if the two are not the same list.
func mergeIngredients(list, further []Ingredient) ([]Ingredient, bool) {
	if len(list) == 0 {
		return further, true
	}
	if len(list) != len(further) {
		return nil, false
	}
	merged := slices.Clone(list)
	for i := range merged {
		m := &merged[i]
		if m.Percent != further[i].Percent && m.Percent != "" && further[i].Percent != "" || len(m.Parts) != len(further[i].Parts) {
			return nil, false
		}
		if len(m.Parts) > 0 {
			var same bool
			if m.Parts, same = mergeIngredients(m.Parts, further[i].Parts); !same {
				return nil, false
			}
		}
		if m.Percent == "" {
			m.Percent = further[i].Percent
		}
		names := pavilion.Text{}
		for _, name := range []pavilion.Text{m.Name, further[i].Name} {
			for lang, words := range name {
				names[lang] = words
			}
		}
		m.Name = names
	}
	return merged, true
}
