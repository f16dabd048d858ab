package label_test

import (
	"testing"

	"github.com/shopspring/decimal"

	"pavilion"
	"pavilion/tailoring/label"
	"pavilion/tailoring/nutrition"
	"pavilion/tailoring/rules"
)

// pack is China's.
func pack(t testing.TB) *label.Pack {
	t.Helper()
	p, err := label.Load(rules.Files, "cn")
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func ru(name string, parts ...label.Ingredient) label.Ingredient {
	return label.Ingredient{Name: pavilion.Text{pavilion.Russian: name}, Parts: parts}
}

func amount(text string) decimal.Decimal { return decimal.RequireFromString(text) }

// chocolate is milk chocolate of general trade, with everything a label asks for.
func chocolate() label.Input {
	return label.Input{
		Route: "general", Name: "牛奶巧克力", Category: "chocolate",
		Ingredients: []label.Ingredient{
			ru("сахар"), ru("какао-масло"), ru("молоко сухое цельное"), ru("какао тёртое"),
			ru("эмульгаторы: лецитин соевый"), ru("E476"), ru("ароматизатор «Ванилин»"),
		},
		Contains: []string{"milk", "soy"}, MayContain: []string{"nuts", "peanuts"},
		NetAmount: amount("90"), NetUnit: "g", FaceMM2: 160 * 77, Origin: "BY",
		Maker:        label.Party{Name: "示例生产企业", Address: "白俄罗斯明斯克"},
		Agent:        label.Party{Role: "importer", Name: "示例进口有限公司", Address: "中国上海市示例路1号", Contact: "400-000-0000"},
		Registration: "CBLR18072301010001", ShelfLifeDays: 365,
		ProducedOn: "2026-10-05", BestBefore: "2027-10-05", Storage: "请置于阴凉干燥处，15℃～21℃贮存",
		Content: nutrition.Content{
			"protein": {Value: amount("7.31")}, "fat": {Value: amount("31.62")}, "satFat": {Value: amount("19.44")},
			"carbohydrate": {Value: amount("56.74")}, "sugar": {Value: amount("54.9")}, "sodium": {Value: amount("84.6")},
		},
		GTIN: "4810067000341", PageURL: "https://example.org/l/4810067000341",
	}
}

func lay(t testing.TB, p *label.Pack, in label.Input) label.Label {
	t.Helper()
	l, err := p.Lay(in)
	if err != nil {
		t.Fatal(err)
	}
	return l
}
