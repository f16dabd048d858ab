package tailoring_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"

	"pavilion"
	"pavilion/catalog"
	"pavilion/db"
	"pavilion/db/dbtest"
	"pavilion/staff"
	"pavilion/tailoring"
	"pavilion/tailoring/label"
	"pavilion/tailoring/nutrition"
	"pavilion/tailoring/rules"
)

func labelPack(t *testing.T) *label.Pack {
	t.Helper()
	p, err := label.Load(rules.Files, "cn")
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// labelGoods is a chocolate with what its maker states.
func labelGoods(t *testing.T, d *db.DB) (pavilion.ProductID, pavilion.SKUID) {
	t.Helper()
	mg := func(n int64) *int64 { return &n }
	var product pavilion.ProductID
	var sku pavilion.SKUID
	err := d.Write(t.Context(), pavilion.System("test"), func(tx *db.Tx) error {
		producer, err := catalog.SaveProducer(t.Context(), tx, catalog.Producer{Country: "KZ", TaxNumber: "100000007", LegalName: pavilion.Text{"ru": "Фабрика", "zh": "示例工厂"}, Address: pavilion.Text{"zh": "白俄罗斯明斯克"}})
		if err != nil {
			return err
		}
		if err := catalog.SaveRegistration(t.Context(), tx, producer, catalog.Registration{Authority: "GACC", Number: "CBLR18072301010001", ValidUntil: "2027-03-28"}); err != nil {
			return err
		}
		if product, err = catalog.SaveProduct(t.Context(), tx, catalog.Product{Producer: producer, Name: pavilion.Text{"ru": "Шоколад"}, Origin: "BY",
			IngredientsText: pavilion.Text{"ru": "сахар, какао тёртое, чудо-порошок"}}); err != nil {
			return err
		}
		sku, err = catalog.SaveSKU(t.Context(), tx, catalog.SKU{Product: product, GTIN: "4810067000341", Net: catalog.Measure{Milli: 100_000, Unit: catalog.Gram}, ShelfLifeDays: 365,
			Facts: catalog.Facts{Ingredients: catalog.Composition(pavilion.Text{"ru": "сахар, какао тёртое, чудо-порошок"}), NoAllergens: true,
				Nutrition: &catalog.Nutrition{Basis: catalog.Gram, Protein: mg(7_000), Fat: mg(32_000), Saturated: mg(19_000), Carbohydrate: mg(57_000), Sugars: mg(55_000), Salt: mg(210)}}})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return product, sku
}

// TestLabelFromFactsToPrint takes a chocolate to a label that may be printed: it lacks a
// laboratory's values, a decision about an ingredient and an importer, until people give them.
func TestLabelFromFactsToPrint(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		pack := labelPack(t)
		product, sku := labelGoods(t, d)
		content := tailoring.Content{Route: "general", Denomination: "黑巧克力", Name: "示例黑巧克力100克", Storage: "请置于阴凉干燥处"}
		laid := func() label.Label {
			t.Helper()
			var l label.Label
			err := d.Read(t.Context(), func(v *db.View) error {
				book, err := tailoring.ReadLabels(t.Context(), v, pack, []pavilion.SKUID{sku})
				if err != nil {
					return err
				}
				page, err := catalog.Lookup(t.Context(), v, product, "")
				if err != nil {
					return err
				}
				source, err := tailoring.SourceOf(t.Context(), v, product)
				if err != nil {
					return err
				}
				facts, err := book.Facts(source, sku, content, page.Registrations, false)
				if err != nil {
					return err
				}
				l, err = pack.Lay(facts.Of(tailoring.LabelLot{ProducedOn: "2026-10-05", BestBefore: "2027-10-05"}))
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return l
		}
		blocked := func(l label.Label) (reasons []string) {
			for _, f := range l.Findings {
				if f.Severity == pavilion.Blocks {
					reasons = append(reasons, f.Reason+" at "+f.Field)
				}
			}
			return reasons
		}
		want := []string{"label.ingredient_unknown at ingredients", "label.missing at agent", "label.nutrition_rounded at nutrition"}
		if diff := cmp.Diff(want, blocked(laid())); diff != "" {
			t.Errorf("at first (-want +got):\n%s", diff)
		}
		labelWrite(t, d, func(tx *db.Tx) error {
			return tailoring.Decide(t.Context(), tx, pack, tailoring.LabelTerm{Market: "cn", Source: "Чудо-порошок", Term: label.Term{Name: "香草粉"}})
		})
		labelWrite(t, d, func(tx *db.Tx) error {
			return tailoring.SaveParty(t.Context(), tx, pack, tailoring.LabelParty{Market: "cn", Duty: tailoring.DutyAgent,
				Party: label.Party{Role: "importer", Name: "示例进口有限公司", Address: "上海市", Contact: "400-000-0000"}})
		})
		design := tailoring.LabelDesign{SKU: sku, Market: "cn", WidthMM: 70, HeightMM: 120, Table: nutrition.Options{Rounding: nutrition.HalfEven},
			Content: map[nutrition.Code]decimal.Decimal{nutrition.SatFat: labelAmount("19.44"), nutrition.Sugar: labelAmount("54.9"), nutrition.Sodium: labelAmount("84.6")},
			Report:  tailoring.LabReport{Laboratory: "Лаборатория", Number: "77", Date: "2026-09-01"}}
		labelWrite(t, d, func(tx *db.Tx) error { return tailoring.SaveDesign(t.Context(), tx, pack, product, design) })
		l := laid()
		if !l.Ready() {
			t.Fatalf("in the end: got %v, want it ready", blocked(l))
		}
		for key, want := range map[string]string{"name": "黑巧克力", "ingredients": "白砂糖、可可液块、香草粉", "net": "100克", "registration": "CBLR18072301010001", "maker": "示例工厂 地址：白俄罗斯明斯克"} {
			if it, _ := l.Item(key); it.Text() != want {
				t.Errorf("%s: got %q, want %q", key, it.Text(), want)
			}
		}
		row, _ := l.Table.Row(nutrition.Sodium)
		if row.Value != "85" {
			t.Errorf("sodium: got %s, want the laboratory's 85", row.Value)
		}
		labelTrail(t, d, string(product), "label.designed")
		labelTrail(t, d, "market_cn", "label.term_decided", "label.party_changed")
	})
}

// TestLabelsRefuseStaleForms: whoever saves a form that was drawn before another's change is
// told, and nothing is overwritten.
func TestLabelsRefuseStaleForms(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		pack := labelPack(t)
		product, sku := labelGoods(t, d)
		for name, save := range map[string]func(tx *db.Tx, version int64) error{
			"design": func(tx *db.Tx, version int64) error {
				return tailoring.SaveDesign(t.Context(), tx, pack, product, tailoring.LabelDesign{SKU: sku, Market: "cn", WidthMM: 70, HeightMM: 50 + version, Version: version})
			},
			"party": func(tx *db.Tx, version int64) error {
				return tailoring.SaveParty(t.Context(), tx, pack, tailoring.LabelParty{Market: "cn", Duty: tailoring.DutySeller, Version: version, Party: label.Party{Role: "seller", Name: "馆"}})
			},
			"term": func(tx *db.Tx, version int64) error {
				return tailoring.Decide(t.Context(), tx, pack, tailoring.LabelTerm{Market: "cn", Source: "молоко", Version: version, Term: label.Term{Name: "生牛乳", Allergens: []string{"milk"}}})
			},
		} {
			for version, want := range []string{"", "", "label.changed_meanwhile"} {
				stale := int64(min(version, 1))
				err := d.Write(t.Context(), pavilion.System("test"), func(tx *db.Tx) error { return save(tx, stale) })
				if got := pavilion.ReasonOf(err); (err == nil) != (want == "") || err != nil && got != want {
					t.Errorf("%s from version %d: got %v, want %q", name, stale, err, want)
				}
			}
		}
		labelWrite(t, d, func(tx *db.Tx) error { return tailoring.Forget(t.Context(), tx, "cn", "Молоко", 2) })
		err := d.Write(t.Context(), pavilion.System("test"), func(tx *db.Tx) error { return tailoring.Forget(t.Context(), tx, "cn", "молоко", 2) })
		if pavilion.ReasonOf(err) != "label.changed_meanwhile" {
			t.Errorf("forget twice: got %v", err)
		}
	})
}

func TestLabelsRefuseRubbish(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		pack := labelPack(t)
		product, sku := labelGoods(t, d)
		design := func(change func(*tailoring.LabelDesign)) func(tx *db.Tx) error {
			return func(tx *db.Tx) error {
				l := tailoring.LabelDesign{SKU: sku, Market: "cn"}
				change(&l)
				return tailoring.SaveDesign(t.Context(), tx, pack, product, l)
			}
		}
		for reason, save := range map[string]func(tx *db.Tx) error{
			"label.size":     design(func(l *tailoring.LabelDesign) { l.WidthMM, l.HeightMM = 5, 5000 }),
			"label.edition":  design(func(l *tailoring.LabelDesign) { l.Edition = "GB 1" }),
			"date.malformed": design(func(l *tailoring.LabelDesign) { l.Report.Date = "soon" }),
			"nutrition.unknown": design(func(l *tailoring.LabelDesign) {
				l.Content = map[nutrition.Code]decimal.Decimal{"gold": labelAmount("1")}
			}),
			"nutrition.out_of_range": design(func(l *tailoring.LabelDesign) {
				l.Content = map[nutrition.Code]decimal.Decimal{"fat": labelAmount("-1")}
			}),
			"label.class": func(tx *db.Tx) error {
				return tailoring.Decide(t.Context(), tx, pack, tailoring.LabelTerm{Market: "cn", Source: "x", Term: label.Term{Name: "y", Class: "magic"}})
			},
			"label.allergen": func(tx *db.Tx) error {
				return tailoring.Decide(t.Context(), tx, pack, tailoring.LabelTerm{Market: "cn", Source: "x", Term: label.Term{Name: "y", Allergens: []string{"gold"}}})
			},
			"name.missing": func(tx *db.Tx) error {
				return tailoring.Decide(t.Context(), tx, pack, tailoring.LabelTerm{Market: "cn", Source: "«»", Term: label.Term{Name: "y"}})
			},
			"label.role": func(tx *db.Tx) error {
				return tailoring.SaveParty(t.Context(), tx, pack, tailoring.LabelParty{Market: "cn", Duty: tailoring.DutyAgent, Party: label.Party{Role: "wizard", Name: "x"}})
			},
		} {
			if err := d.Write(t.Context(), pavilion.System("test"), save); pavilion.ReasonOf(err) != reason {
				t.Errorf("got %v, want %s", err, reason)
			}
		}
	})
}

func labelAmount(s string) decimal.Decimal { return decimal.RequireFromString(s) }

func labelWrite(t *testing.T, d *db.DB, f func(tx *db.Tx) error) {
	t.Helper()
	if err := d.Write(t.Context(), pavilion.System("test"), f); err != nil {
		t.Fatal(err)
	}
}

// trail asks for acts in the trail of a thing.
func labelTrail(t *testing.T, d *db.DB, about string, acts ...string) {
	t.Helper()
	err := d.Read(t.Context(), func(v *db.View) error {
		entries, err := staff.Trail(t.Context(), v, about, "", 50)
		for _, act := range acts {
			found := false
			for _, e := range entries {
				found = found || e.Act == act
			}
			if !found {
				t.Errorf("%s: got no %s in its trail", about, act)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
