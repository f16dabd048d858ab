package tailoring

import (
	"context"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pavilion"
	"pavilion/db"
	"pavilion/db/dbtest"
)

func TestMemoryLearnsFromWhatWasApproved(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		m := testMarket(t, noBest)
		_, _, first := addProduct(t, d, m, 1)
		second, _, v := addProduct(t, d, m, 2)
		propose := func() (texts map[Field][]Proposal, terms []Proposal) {
			if err := d.Read(t.Context(), func(r *db.View) error {
				s, err := SourceOf(t.Context(), r, second.ID)
				if err != nil {
					return err
				}
				texts, terms, err = Propose(t.Context(), r, m, s, v.ID)
				return err
			}); err != nil {
				t.Fatal(err)
			}
			return texts, terms
		}
		for _, got := range []string{save(t, d, m, author, first.ID, 0, said("牛奶巧克力")), handIn(t, d, m, author, first.ID)} {
			if got != "" {
				t.Fatal(got)
			}
		}
		if texts, terms := propose(); len(texts[FieldName]) > 0 || len(terms) > 0 {
			t.Errorf("proposed before anybody approved: %v %v", texts, terms)
		}
		if got := approve(t, d, m, approver, first.ID); got != "" {
			t.Fatal(got)
		}
		texts, terms := propose()
		if len(texts[FieldName]) != 1 || texts[FieldName][0].Target != "牛奶巧克力" || texts[FieldName][0].Alike != 100 || texts[FieldName][0].Variant != first.ID {
			t.Errorf("got %+v", texts[FieldName])
		}
		var pairs []string
		for _, p := range terms {
			pairs = append(pairs, p.Source+"="+p.Target)
		}
		slices.Sort(pairs)
		if want := []string{"масло какао=可可脂", "сахар=白砂糖"}; !slices.Equal(pairs, want) {
			t.Errorf("terms: got %v, want %v", pairs, want)
		}
	})
}

// TestPairsAreListedAndForgotten: found by either side, with where they came from; what is
// forgotten is proposed no more, and the trail says who did it.
func TestPairsAreListedAndForgotten(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		m := testMarket(t, noBest)
		product, _, v := addProduct(t, d, m, 1)
		for _, reason := range []string{save(t, d, m, author, v.ID, 0, said("夹心巧克力")), handIn(t, d, m, author, v.ID), approve(t, d, m, approver, v.ID)} {
			if reason != "" {
				t.Fatal(reason)
			}
		}
		list := func(f PairFilter) (pairs []Pair) {
			t.Helper()
			f.Market = m.Key
			if err := d.Read(t.Context(), func(r *db.View) error {
				var err error
				if pairs, err = Pairs(t.Context(), r, f, "", 50); err != nil {
					return err
				}
				n, err := CountPairs(t.Context(), r, f, 50)
				if n != int64(len(pairs)) {
					t.Errorf("got %d pairs and a count of %d", len(pairs), n)
				}
				return err
			}); err != nil {
				t.Fatal(err)
			}
			return pairs
		}
		source := list(PairFilter{Field: FieldName})[0].Source
		for name, f := range map[string]PairFilter{"by the target": {Words: "夹心", Field: FieldName}, "by the source": {Words: source, Field: FieldName}} {
			pairs := list(f)
			if len(pairs) == 0 || pairs[0].Target != "夹心巧克力" || pairs[0].Product != product.ID || pairs[0].ApprovedBy != approver || pairs[0].Number != 1 {
				t.Errorf("%s: got %+v", name, pairs)
			}
		}
		if pairs := list(PairFilter{Words: "奶酪"}); len(pairs) != 0 {
			t.Errorf("got %+v for words nobody wrote", pairs)
		}
		for _, p := range list(PairFilter{}) {
			if reason := as(t, d, author, func(ctx context.Context, tx *db.Tx) error { return ForgetPair(ctx, tx, p.ID) }); reason != "" {
				t.Error(reason)
			}
			if reason := as(t, d, author, func(ctx context.Context, tx *db.Tx) error { return ForgetPair(ctx, tx, p.ID) }); reason != "memory.unknown" {
				t.Errorf("forgotten twice: got %q", reason)
			}
		}
		if pairs := list(PairFilter{}); len(pairs) != 0 {
			t.Errorf("got %+v after all was forgotten", pairs)
		}
	})
}

type fakeTranslator struct{ say []string }

func (fakeTranslator) Name() string { return "fake" }

func (f fakeTranslator) Translate(_ context.Context, _, _ pavilion.Lang, _ []string) ([]string, error) {
	return f.say, nil
}

func TestTranslatorIsAskedForWhatThereIs(t *testing.T) {
	t.Parallel()
	m, s := testMarket(t, noBest), Source{Name: pavilion.Text{"ru": "Шоколад"}, Storage: pavilion.Text{"ru": "В сухом месте"}}
	got, err := Translate(t.Context(), fakeTranslator{[]string{"巧克力", "干燥处"}}, m, pavilion.Russian, s)
	if want := (map[Field]string{FieldName: "巧克力", FieldStorage: "干燥处"}); err != nil || !cmp.Equal(got, want) {
		t.Errorf("got %v %v, want %v", got, err, want)
	}
	if _, err := Translate(t.Context(), fakeTranslator{[]string{"巧克力"}}, m, pavilion.Russian, s); pavilion.ReasonOf(err) != "variant.translator_confused" {
		t.Errorf("got %v, want variant.translator_confused", err)
	}
}
