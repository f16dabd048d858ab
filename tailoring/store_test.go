package tailoring

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"pavilion"
	"pavilion/catalog"
	"pavilion/db"
	"pavilion/db/dbtest"
	"pavilion/job"
	"pavilion/staff"
)

// testMarket is a market with one rule: nobody may call anything the best.
func testMarket(t testing.TB, rule string) *Market {
	t.Helper()
	words := func(s string) string {
		return fmt.Sprintf(`{ zh = %q, en = %q, ru = %q, be = %q }`, s, s, s, s)
	}
	files := fstest.MapFS{
		"xx/market.toml": {Data: []byte("key = \"xx\"\ncountry = \"CN\"\nlanguage = \"zh\"\ncurrency = \"CNY\"\ntime_zone = \"Asia/Shanghai\"\nname = " + words("xx") + "\n[[route]]\nkey = \"sea\"\nname = " + words("sea") + "\n")},
		"xx/rules-a.toml": {Data: []byte("[text]\ncannot = " + words("cannot: {reason}") + "\ntoo_large = " + words("too large: {fact}") + `
[facts.cake]
goods = "food"
route = "sea"
name = "cake"
[[source]]
key = "act"
kind = "law"
ref = "Act 1"
title = ` + words("On cakes") + `
verified = "seen"
[[rule]]
id = "name.best"
severity = "blocks"
field = "name"
source = "act"
article = "2"
verified = "recalled"
title = ` + words("title") + "\nmessage = " + words("message") + "\nfix = " + words("fix") + `
example = "cake"
passes = [{}]
fails = [{ name = "最" }]
must = '` + rule + "'\n")},
	}
	all, err := Load(files)
	if err != nil {
		t.Fatal(err)
	}
	return all[0]
}

const noBest = `!name.contains("最")`

var (
	author   = pavilion.Actor{Kind: pavilion.ByStaff, ID: "stf_author"}
	approver = pavilion.Actor{Kind: pavilion.ByStaff, ID: "stf_approver"}
	house    = pavilion.System("test")
)

// as runs fn in a transaction of an actor and returns the reason it was refused for.
func as(t testing.TB, d *db.DB, who pavilion.Actor, fn func(ctx context.Context, tx *db.Tx) error) string {
	t.Helper()
	err := d.Write(t.Context(), who, func(tx *db.Tx) error { return fn(t.Context(), tx) })
	if err == nil {
		return ""
	}
	if reason := pavilion.ReasonOf(err); reason != "internal" {
		return reason
	}
	t.Fatal(err)
	return ""
}

func must(t testing.TB, d *db.DB, who pavilion.Actor, fn func(ctx context.Context, tx *db.Tx) error) {
	t.Helper()
	if reason := as(t, d, who, fn); reason != "" {
		t.Fatalf("refused: %s", reason)
	}
}

// addProduct makes a product with one SKU and its variant.
func addProduct(t testing.TB, d *db.DB, m *Market, n int) (product catalog.Product, sku pavilion.SKUID, v Variant) {
	t.Helper()
	must(t, d, house, func(ctx context.Context, tx *db.Tx) error {
		maker, err := catalog.SaveProducer(ctx, tx, catalog.Producer{Country: "PL", TaxNumber: fmt.Sprint(n), LegalName: pavilion.Text{"ru": "Завод"}})
		if err != nil {
			return err
		}
		product = catalog.Product{Producer: maker, Name: pavilion.Text{"ru": "Шоколад молочный", "en": "Milk chocolate"}, Origin: "BY",
			IngredientsText: pavilion.Text{"ru": "сахар, масло какао"}, Storage: pavilion.Text{"ru": "В сухом месте"}}
		if product.ID, err = catalog.SaveProduct(ctx, tx, product); err != nil {
			return err
		}
		g, err := catalog.ParseGTIN(gtin(n))
		if err != nil {
			return err
		}
		if sku, err = catalog.SaveSKU(ctx, tx, catalog.SKU{Product: product.ID, GTIN: g, Net: catalog.Measure{Milli: 90_000, Unit: catalog.Gram}}); err != nil {
			return err
		}
		if err := Review(ctx, tx, []*Market{m}, []pavilion.ProductID{product.ID}); err != nil {
			return err
		}
		v, err = Get(ctx, tx, product.ID, m.Key)
		return err
	})
	return product, sku, v
}

// gtin is a GTIN-13 of the tests.
func gtin(n int) string {
	body, sum := fmt.Sprintf("481000%06d", n), 0
	for i, r := range body {
		sum += int(r-'0') * (1 + 2*(i%2))
	}
	return body + fmt.Sprint((10-sum%10)%10)
}

func save(t testing.TB, d *db.DB, m *Market, who pavilion.Actor, id pavilion.VariantID, version int64, c Content) string {
	t.Helper()
	return as(t, d, who, func(ctx context.Context, tx *db.Tx) error {
		if _, err := Save(ctx, tx, id, version, c); err != nil {
			return err
		}
		return Judge(ctx, tx, m, id)
	})
}

func get(t testing.TB, d *db.DB, id pavilion.VariantID) (v Variant) {
	t.Helper()
	if err := d.Read(t.Context(), func(r *db.View) (err error) {
		v, err = Lookup(t.Context(), r, id)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return v
}

func approved(t testing.TB, d *db.DB, v Variant) (a Approval, found bool) {
	t.Helper()
	if err := d.Read(t.Context(), func(r *db.View) error {
		all, err := Approved(t.Context(), r, []pavilion.ProductID{v.Product}, v.Market)
		a, found = all[v.Product]
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return a, found
}

func handIn(t testing.TB, d *db.DB, m *Market, who pavilion.Actor, id pavilion.VariantID) string {
	t.Helper()
	version := get(t, d, id).Version
	return as(t, d, who, func(ctx context.Context, tx *db.Tx) error { return HandIn(ctx, tx, m, id, version) })
}

func approve(t testing.TB, d *db.DB, m *Market, who pavilion.Actor, id pavilion.VariantID) string {
	t.Helper()
	version := get(t, d, id).Version
	return as(t, d, who, func(ctx context.Context, tx *db.Tx) error { return Approve(ctx, tx, m, id, version) })
}

// said is a content of the tests.
func said(name string) Content {
	return Content{Name: name, Ingredients: "白砂糖、可可脂", Storage: "置于干燥处", Wording: Ours, SellingPoints: []string{"来自白俄罗斯"}}
}

func TestFromNothingToTheShelf(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		m := testMarket(t, noBest)
		product, sku, v := addProduct(t, d, m, 1)
		step := func(what, got, want string, state State) {
			t.Helper()
			if got != want {
				t.Fatalf("%s: got %q, want %q", what, got, want)
			}
			if is := get(t, d, v.ID); is.State != state {
				t.Fatalf("%s: the state is %s, want %s", what, is.State, state)
			}
		}
		step("nothing to hand in", handIn(t, d, m, author, v.ID), "variant.state", StateTodo)
		step("a bad name", save(t, d, m, author, v.ID, 0, said("最好的巧克力")), "", StateTranslated)
		step("blocked", handIn(t, d, m, author, v.ID), "variant.blocked", StateTranslated)
		step("overtaken", save(t, d, m, author, v.ID, 0, said("巧克力")), "variant.changed_meanwhile", StateTranslated)
		step("a good name", save(t, d, m, author, v.ID, 1, said("牛奶巧克力")), "", StateTranslated)
		if _, found := approved(t, d, v); found {
			t.Fatal("a draft is shown")
		}
		step("not handed in", approve(t, d, m, approver, v.ID), "variant.state", StateTranslated)
		step("hand in", handIn(t, d, m, author, v.ID), "", StateChecked)
		step("own work", approve(t, d, m, author, v.ID), "variant.own_work", StateChecked)
		step("no person", approve(t, d, m, house, v.ID), "variant.not_a_person", StateChecked)
		if _, found := approved(t, d, v); found {
			t.Fatal("what waits for approval is shown")
		}
		step("send back without a word", as(t, d, approver, func(ctx context.Context, tx *db.Tx) error { return SendBack(ctx, tx, v.ID, 2, "") }), "variant.note_missing", StateChecked)
		step("send back with a book", as(t, d, approver, func(ctx context.Context, tx *db.Tx) error {
			return SendBack(ctx, tx, v.ID, 2, strings.Repeat("补", 501))
		}), "variant.text_too_long", StateChecked)
		step("send back", as(t, d, approver, func(ctx context.Context, tx *db.Tx) error { return SendBack(ctx, tx, v.ID, 2, "请补充") }), "", StateTranslated)
		step("hand in again", handIn(t, d, m, author, v.ID), "", StateChecked)
		step("approve", approve(t, d, m, approver, v.ID), "", StateApproved)
		a, _ := approved(t, d, v)
		if diff := cmp.Diff(said("牛奶巧克力"), a.Content); diff != "" || a.Number != 2 || a.ApprovedBy.ID != approver.ID || a.Author.ID != author.ID {
			t.Errorf("approved: %s %+v", diff, a)
		}
		// A new draft changes nothing for shoppers.
		step("draft", save(t, d, m, author, v.ID, 2, said("新名称")), "", StateTranslated)
		if now, _ := approved(t, d, v); now.Content.Name != "牛奶巧克力" || now.Number != 2 {
			t.Errorf("got %+v", now)
		}
		step("hand in the draft", handIn(t, d, m, author, v.ID), "", StateChecked)
		step("approve the draft", approve(t, d, m, approver, v.ID), "", StateApproved)
		// On sale follows the catalogue.
		must(t, d, house, func(ctx context.Context, tx *db.Tx) error { return catalog.SetOnSale(ctx, tx, true, sku) })
		runFlow(t, d, m)
		step("on sale", "", "", StateOnSale)
		// So does a change of the product: what was approved stays, and must be approved again.
		rename := func(name string) {
			must(t, d, house, func(ctx context.Context, tx *db.Tx) error {
				page, err := catalog.Lookup(ctx, tx, product.ID, "own")
				if err != nil {
					return err
				}
				page.Product.Name = pavilion.Text{"ru": name, "en": "Milk chocolate"}
				_, err = catalog.SaveProduct(ctx, tx, page.Product)
				return err
			})
			runFlow(t, d, m)
		}
		rename("Шоколад тёмный")
		step("changed", "", "", StateAgain)
		if a, found := approved(t, d, v); !found || !a.Again || a.Source.Name["ru"] != "Шоколад молочный" {
			t.Errorf("got %+v", a)
		}
		rename("Шоколад молочный")
		step("changed back", "", "", StateOnSale)
		rename("Шоколад тёмный")
		step("hand in as it is", handIn(t, d, m, author, v.ID), "", StateChecked)
		step("who hands in beside a changed product stands for it", approve(t, d, m, author, v.ID), "variant.own_work", StateChecked)
		step("approve again", approve(t, d, m, approver, v.ID), "", StateOnSale)
		// A new rule blocks what is on sale.
		must(t, d, house, func(ctx context.Context, tx *db.Tx) error {
			return Review(ctx, tx, []*Market{testMarket(t, `name == "cake"`)}, []pavilion.ProductID{product.ID})
		})
		step("a new rule", "", "", StateAgain)
		if is := get(t, d, v.ID); is.Reason != RuleChanged || is.Blocks != 1 {
			t.Errorf("got %+v", is)
		}
		step("blocked by it", handIn(t, d, m, author, v.ID), "variant.blocked", StateAgain)
		var acts []string
		if err := d.Read(t.Context(), func(r *db.View) error {
			trail, err := staff.Trail(t.Context(), r, string(v.ID), "", 100)
			for _, e := range trail {
				acts = append(acts, strings.TrimPrefix(e.Act, "variant."))
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		want := "saved saved handed_in sent_back handed_in approved saved handed_in approved reviewed reviewed reviewed reviewed handed_in reviewed approved reviewed"
		if got := strings.Join(acts, " "); got != want {
			t.Errorf("trail: got %s, want %s", got, want)
		}
	})
}

// runFlow does what follows from the facts, as cmd/pavilion/flow.go wires it.
func runFlow(t testing.TB, d *db.DB, m *Market) {
	t.Helper()
	f := job.NewFlow()
	job.On(f, "look again", func(ctx context.Context, run *job.Run, fact catalog.Changed) error {
		return run.DB.Write(ctx, house, func(tx *db.Tx) error { return Review(ctx, tx, []*Market{m}, fact.Products) })
	})
	job.On(f, "look at a producer again", func(ctx context.Context, run *job.Run, fact catalog.ProducerChanged) error {
		return run.DB.Write(ctx, house, func(tx *db.Tx) error { return ReviewProducer(ctx, tx, []*Market{m}, fact.Producer) })
	})
	job.Bulk(f, Acts([]*Market{m}, func(string) Filter { return Filter{Market: m.Key} })...)
	if _, err := job.NewRunner(d, f, job.Options{}).RunDue(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// TestWhatWasApprovedIsShownOrNothing: an altered row is not shown.
func TestWhatWasApprovedIsShownOrNothing(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		m := testMarket(t, noBest)
		_, _, v := addProduct(t, d, m, 1)
		for _, got := range []string{save(t, d, m, author, v.ID, 0, said("巧克力")), handIn(t, d, m, author, v.ID), approve(t, d, m, approver, v.ID)} {
			if got != "" {
				t.Fatal(got)
			}
		}
		must(t, d, house, func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, `update variant_version set content = $1 where variant_id = $2`, said("别的").JSON(), string(v.ID))
			return err
		})
		err := d.Read(t.Context(), func(r *db.View) error {
			_, err := Approved(t.Context(), r, []pavilion.ProductID{v.Product}, m.Key)
			return err
		})
		if got := pavilion.ReasonOf(err); got != "variant.not_as_approved" {
			t.Errorf("got %v, want variant.not_as_approved", err)
		}
	})
}

// TestNothingIsShownThatASecondPersonDidNotApprove plays many people who do anything in any
// order, and compares what is shown with what was approved.
func TestNothingIsShownThatASecondPersonDidNotApprove(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		m := testMarket(t, noBest)
		for story := range 12 {
			random := rand.New(rand.NewPCG(25, uint64(story)))
			_, _, v := addProduct(t, d, m, story+1)
			people := []pavilion.Actor{author, approver, {Kind: pavilion.ByStaff, ID: "stf_third"}, house}
			names := []string{"巧克力", "牛奶巧克力", "最好的巧克力"}
			var shown, latest string // what may be shown, and what was written last
			var writers []string
			for range 20 {
				who, was := people[random.IntN(len(people))], get(t, d, v.ID)
				switch random.IntN(4) {
				case 0:
					c := said(names[random.IntN(len(names))])
					if save(t, d, m, who, v.ID, was.Version, c) == "" && get(t, d, v.ID).Version > was.Version {
						writers, latest = append(writers, who.String()), c.JSON()
					}
				case 1:
					handIn(t, d, m, who, v.ID)
				case 2:
					if approve(t, d, m, who, v.ID) == "" {
						if slices.Contains(writers, who.String()) || who.Kind != pavilion.ByStaff || strings.Contains(latest, "最") {
							t.Fatalf("story %d: %s approved %s, written by %v", story, who, latest, writers)
						}
						writers, shown = nil, latest
					}
				case 3:
					as(t, d, who, func(ctx context.Context, tx *db.Tx) error { return SendBack(ctx, tx, v.ID, was.Version, "no") })
				}
				a, found := approved(t, d, v)
				if got := a.Content.JSON(); found != (shown != "") || found && got != shown {
					t.Fatalf("story %d: shown: %v %s, want %s", story, found, got, shown)
				}
			}
		}
	})
}

func TestTwoPeopleSaveAtOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		m := testMarket(t, noBest)
		_, _, v := addProduct(t, d, m, 1)
		var wait sync.WaitGroup
		reasons := make([]string, 8)
		for i := range reasons {
			wait.Go(func() {
				err := d.Write(t.Context(), author, func(tx *db.Tx) error {
					_, err := Save(t.Context(), tx, v.ID, 0, said(fmt.Sprint("巧克力", i)))
					return err
				})
				if err != nil {
					reasons[i] = pavilion.ReasonOf(err)
				}
			})
		}
		wait.Wait()
		slices.Sort(reasons)
		if want := append([]string{""}, slices.Repeat([]string{"variant.changed_meanwhile"}, 7)...); !slices.Equal(reasons, want) {
			t.Errorf("got %v, want one to win and seven to hear of it", reasons)
		}
	})
}

func TestConfirmations(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		m := testMarket(t, noBest)
		product, sku, v := addProduct(t, d, m, 1)
		other, _, _ := addProduct(t, d, m, 2)
		paper := func(of catalog.Product) (id pavilion.DocumentID) {
			must(t, d, house, func(ctx context.Context, tx *db.Tx) (err error) {
				id, err = catalog.AddDocument(ctx, tx, catalog.Document{About: string(of.ID), Kind: "letter", Name: "broker.pdf"}, []byte("%PDF-1.4"))
				return err
			})
			return id
		}
		mine, theirs := paper(product), paper(other)
		c := Confirmation{Variant: v.ID, SKU: sku, Kind: HSCode, Value: "1806320000", Document: mine}
		for _, x := range []struct {
			who  pavilion.Actor
			c    Confirmation
			want string
		}{
			{author, Confirmation{Variant: v.ID, SKU: sku, Kind: HSCode, Value: "1806320000", Document: theirs}, "confirmation.document_missing"},
			{author, Confirmation{Variant: v.ID, SKU: sku, Kind: HSCode, Document: mine}, "confirmation.value_missing"},
			{author, Confirmation{Variant: v.ID, SKU: "sku_no", Kind: HSCode, Value: "1", Document: mine}, "sku.unknown"},
			{house, c, "variant.not_a_person"}, {author, c, ""}, {approver, c, ""},
		} {
			if got := as(t, d, x.who, func(ctx context.Context, tx *db.Tx) error { return Confirm(ctx, tx, x.c) }); got != x.want {
				t.Errorf("%+v: got %q, want %q", x.c, got, x.want)
			}
		}
		var all []Confirmation
		read := func() {
			if err := d.Read(t.Context(), func(r *db.View) (err error) {
				all, err = Confirmations(t.Context(), r, v.ID)
				return err
			}); err != nil {
				t.Fatal(err)
			}
		}
		read()
		if len(all) != 1 || all[0].ConfirmedBy.ID != approver.ID || !Confirmed(all, sku, HSCode, "1806320000") || Confirmed(all, sku, HSCode, "1806310000") {
			t.Errorf("got %+v", all)
		}
		must(t, d, author, func(ctx context.Context, tx *db.Tx) error { return Unconfirm(ctx, tx, v.ID, sku, HSCode) })
		if read(); len(all) != 0 {
			t.Errorf("got %+v, want none", all)
		}
	})
}

func TestListAndBatch(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		m := testMarket(t, noBest)
		for n := range 3 {
			_, _, v := addProduct(t, d, m, n+1)
			if got := save(t, d, m, author, v.ID, 0, said([]string{"甲", "最", "丙"}[n])); got != "" {
				t.Fatal(got)
			}
		}
		must(t, d, approver, func(ctx context.Context, tx *db.Tx) error {
			_, err := job.StartBatch(ctx, tx, job.BatchStart{Act: ActHandIn, All: true, Filter: "market=xx"})
			return err
		})
		runFlow(t, d, m)
		if err := d.Read(t.Context(), func(r *db.View) error {
			got, err := CountStates(t.Context(), r, m.Key)
			if want := map[State]int64{StateChecked: 2, StateTranslated: 1}; err != nil || !cmp.Equal(got, want) {
				t.Errorf("got %v %v, want %v", got, err, want)
			}
			all, err := List(t.Context(), r, Filter{Market: m.Key, Findings: pavilion.Blocks, Words: "молочный"}, "", 10)
			if err != nil || len(all) != 1 || all[0].State != StateTranslated {
				t.Errorf("blocked: got %+v %v", all, err)
			}
			page, err := catalog.Pages(t.Context(), r, []pavilion.ProductID{all[0].Product})
			if err != nil {
				return err
			}
			byGTIN, err := List(t.Context(), r, Filter{Market: m.Key, Words: " " + string(page[all[0].Product].SKUs[0].GTIN)}, "", 10)
			if err != nil || len(byGTIN) != 1 || byGTIN[0].ID != all[0].ID {
				t.Errorf("by its GTIN: got %+v %v", byGTIN, err)
			}
			n, err := Count(t.Context(), r, Filter{Market: m.Key, State: StateChecked}, 10)
			if err != nil || n != 2 {
				t.Errorf("count: got %d %v", n, err)
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	})
}

// TestJudgeAllFollowsTheDay: once a day and after a change of the rules, with a batch.
func TestJudgeAllFollowsTheDay(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		m := testMarket(t, noBest)
		_, _, v := addProduct(t, d, m, 1)
		must(t, d, house, func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, `update variant set judged_at = 0 where id = $1`, string(v.ID))
			return err
		})
		batches := func() (n int64) {
			for range 2 {
				if err := JudgeAll(t.Context(), d, []*Market{m}); err != nil {
					t.Fatal(err)
				}
			}
			if err := d.Read(t.Context(), func(r *db.View) (err error) {
				n, err = job.CountBatches(t.Context(), r, job.BatchFilter{}, 10)
				return err
			}); err != nil {
				t.Fatal(err)
			}
			return n
		}
		if n := batches(); n != 1 {
			t.Errorf("got %d batches, want 1", n)
		}
		runFlow(t, d, m)
		if get(t, d, v.ID).JudgedAt.IsZero() {
			t.Error("the batch did not judge")
		}
		if m = testMarket(t, `name == "cake"`); batches() != 2 {
			t.Error("a changed rule started no batch")
		}
		must(t, d, house, func(ctx context.Context, tx *db.Tx) error { return judgeSoon(ctx, tx, m.Key) })
		if batches() != 3 {
			t.Error("a change of what labels share started no batch")
		}
	})
}

func TestBlocksReadBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		read := ReadBlocks(rapid.String().Draw(r, "text"))
		if again := ReadBlocks(WriteBlocks(read)); !cmp.Equal(read, again) {
			r.Fatalf("got %q, want %q", again, read)
		}
	})
	for text, want := range map[string][]Block{
		"一\n二\n\n三":            {{Text: "一\n二"}, {Text: "三"}},
		"# 产地\n戈梅利\n# 吃法\n直接吃": {{"产地", "戈梅利"}, {"吃法", "直接吃"}},
		"# 只有标题":               {{Heading: "只有标题"}},
		"\r\n \r\n":            nil,
	} {
		if got := ReadBlocks(text); !cmp.Equal(got, want) {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}
