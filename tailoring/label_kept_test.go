package tailoring

import (
	"context"
	"strings"
	"testing"

	"github.com/shopspring/decimal"

	"pavilion"
	"pavilion/catalog"
	"pavilion/db"
	"pavilion/db/dbtest"
	"pavilion/staff"
	"pavilion/tailoring/label"
	"pavilion/tailoring/nutrition"
	"pavilion/tailoring/rules"
)

// TestApprovedLabelStays: whatever changes that a label is made from, the label of approved
// goods stays as it was approved; the variant asks for another approval and says what would
// be different; the new label is there once it was given, and the old one stands again if the
// change is taken back.
func TestApprovedLabelStays(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		m := testMarket(t, noBest)
		var err error
		if m.Labels, err = label.Load(rules.Files, "cn"); err != nil {
			t.Fatal(err)
		}
		m.Labels.Market = m.Key
		product, sku, v := addProduct(t, d, m, 1)
		version := int64(0)
		measure := func(sodium string) {
			t.Helper()
			must(t, d, house, func(ctx context.Context, tx *db.Tx) error {
				design := LabelDesign{SKU: sku, Market: m.Key, Version: version, WidthMM: 70, HeightMM: 120, Content: map[nutrition.Code]decimal.Decimal{nutrition.Sodium: decimal.RequireFromString(sodium)}}
				if err := SaveDesign(ctx, tx, m.Labels, product.ID, design); err != nil {
					return err
				}
				return Judge(ctx, tx, m, v.ID)
			})
			version++
		}
		review := func() {
			t.Helper()
			must(t, d, house, func(ctx context.Context, tx *db.Tx) error {
				return Review(ctx, tx, []*Market{m}, []pavilion.ProductID{product.ID})
			})
		}
		// shown is the sodium and the agent on the label that shoppers see.
		shown := func() string {
			t.Helper()
			a, found := approved(t, d, v)
			if !found {
				t.Fatal("nothing is approved")
			}
			var facts LabelFacts
			if err := d.Read(t.Context(), func(r *db.View) (err error) {
				facts, err = ApprovedLabel(t.Context(), r, m.Labels, a, sku, nil)
				return err
			}); err != nil {
				t.Fatal(err)
			}
			l, err := m.Labels.Lay(facts.Of(LabelLot{}))
			if err != nil {
				t.Fatal(err)
			}
			row, _ := l.Table.Row(nutrition.Sodium)
			agent, _ := l.Item("agent")
			return row.Value + " mg " + agent.Text()
		}
		is := func(what string, state State, reason Reason, label string) {
			t.Helper()
			if got := get(t, d, v.ID); got.State != state || got.Reason != reason {
				t.Errorf("%s: got %s %q, want %s %q", what, got.State, got.Reason, state, reason)
			}
			if got := shown(); got != label {
				t.Errorf("%s: the label says %q, want %q", what, got, label)
			}
		}
		again := func() {
			t.Helper()
			if reason := handIn(t, d, m, author, v.ID); reason != "" {
				t.Fatal(reason)
			}
			if reason := approve(t, d, m, approver, v.ID); reason != "" {
				t.Fatal(reason)
			}
		}

		measure("84.6")
		words := said("牛奶巧克力")
		words.Route = "general"
		if reason := save(t, d, m, author, v.ID, 0, words); reason != "" {
			t.Fatal(reason)
		}
		again()
		is("approved", StateApproved, "", "85 mg ")

		measure("120")
		is("measured anew", StateAgain, LabelChanged, "85 mg ")
		measure("84.6")
		is("taken back", StateApproved, "", "85 mg ")
		measure("120")
		if reason := handIn(t, d, m, author, v.ID); reason != "" {
			t.Fatal(reason)
		}
		measure("130")
		is("measured after it was handed in", StateTranslated, LabelChanged, "85 mg ")
		if reason := approve(t, d, m, approver, v.ID); reason != "variant.state" {
			t.Errorf("approved what was handed in otherwise: got %q", reason)
		}
		if reason := handIn(t, d, m, author, v.ID); reason != "" {
			t.Fatal(reason)
		}
		must(t, d, house, func(ctx context.Context, tx *db.Tx) error {
			return SaveDesign(ctx, tx, m.Labels, product.ID, LabelDesign{SKU: sku, Market: m.Key, Version: version, WidthMM: 70, HeightMM: 120,
				Content: map[nutrition.Code]decimal.Decimal{nutrition.Sodium: decimal.RequireFromString("120")}})
		})
		version++
		if reason := approve(t, d, m, approver, v.ID); reason != "variant.label_changed" {
			t.Errorf("approved what nobody judged since: got %q", reason)
		}
		review()
		again()
		is("approved anew", StateApproved, "", "120 mg ")

		must(t, d, house, func(ctx context.Context, tx *db.Tx) error {
			return SaveParty(ctx, tx, m.Labels, LabelParty{Market: m.Key, Duty: DutyAgent, Party: label.Party{Role: "importer", Name: "进口商甲", Address: "上海市", Contact: "400"}})
		})
		review()
		is("an importer", StateAgain, LabelChanged, "120 mg ")
		again()
		is("with the importer", StateApproved, "", "120 mg 进口商甲 地址：上海市 联系方式：400")

		must(t, d, house, func(ctx context.Context, tx *db.Tx) error {
			page, err := catalog.Lookup(ctx, tx, product.ID, "")
			if err != nil {
				return err
			}
			page.Product.IngredientsText = pavilion.Text{"ru": "сахар, масло какао, соль"}
			if _, err := catalog.SaveProduct(ctx, tx, page.Product); err != nil {
				return err
			}
			return Review(ctx, tx, []*Market{m}, []pavilion.ProductID{product.ID})
		})
		is("the product changed", StateAgain, SourceChanged, "120 mg 进口商甲 地址：上海市 联系方式：400")

		var said []string
		if err := d.Read(t.Context(), func(r *db.View) error {
			trail, err := staff.Trail(t.Context(), r, string(v.ID), "", 100)
			for _, e := range trail {
				for _, c := range e.Changes {
					if strings.HasPrefix(c.Field, labelPrefix) {
						said = append(said, c.Field+": "+c.Before+" → "+c.After)
					}
				}
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if len(said) == 0 || said[0] != "label.nutrition: 钠 85 mg 4% (每100克) → 钠 120 mg 6% (每100克)" {
			t.Errorf("the trail says %q, want the sodium first", said)
		}
	})
}

// TestKeptTermsStand: with the terms of an approval a label says the same under a glossary
// that learned other words since.
func TestKeptTermsStand(t *testing.T) {
	t.Parallel()
	pack, err := label.Load(rules.Files, "cn")
	if err != nil {
		t.Fatal(err)
	}
	list := []label.Ingredient{
		{Name: pavilion.Text{"ru": "сахар"}}, {Name: pavilion.Text{"ru": "антиокислитель лимонная кислота"}}, {Name: pavilion.Text{"ru": "E330"}}, {Name: pavilion.Text{"ru": "ничто"}},
	}
	say := func(pack *label.Pack, terms []label.Term) string {
		t.Helper()
		l, err := pack.Lay(label.Input{Ingredients: list, Terms: terms})
		if err != nil {
			t.Fatal(err)
		}
		it, _ := l.Item("ingredients")
		return it.Text()
	}
	kept, before := pack.Glossary.Known(list), say(pack, nil)
	if got := say(pack, kept); got != before {
		t.Errorf("kept: got %q, want %q", got, before)
	}
	later := *pack
	later.Glossary = pack.Glossary.With([]label.Term{{Name: "甜菜糖", Sources: []string{"сахар"}}, {Name: "别的酸", Sources: []string{"E330"}}})
	if got := say(&later, kept); got != before || say(&later, nil) == before {
		t.Errorf("later: got %q, want %q", got, before)
	}
}
