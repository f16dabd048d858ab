package catalog

import (
	"context"
	"strings"
	"testing"
	"time"

	"pavilion"
	"pavilion/db"
	"pavilion/db/dbtest"
)

var aPDF = []byte("%PDF-1.4 a certificate")

func TestPapersEnd(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := addProducer(t, d, spartak)
		product, _ := shelfItem{name: pavilion.Text{"ru": "Шоколад"}, gtin: gtin("4810067", 1), fen: 100}.put(t, d, p.ID)
		today := pavilion.DateOf(d.Now(), time.UTC)
		var gone pavilion.DocumentID
		write(t, d, func(ctx context.Context, tx *db.Tx) (err error) {
			for _, doc := range []Document{
				{About: string(p.ID), Kind: "certificate", Name: "ended.pdf", ValidUntil: today.AddDays(-3)},
				{About: string(p.ID), Kind: "certificate", Name: "week.pdf", ValidUntil: today.AddDays(7)},
				{About: string(product), Kind: "certificate", Name: "month.pdf", ValidUntil: today.AddDays(20)},
				{About: string(p.ID), Kind: "contract", Name: "far.pdf", ValidUntil: today.AddDays(400)},
				{About: string(p.ID), Kind: "contract", Name: "endless.pdf"},
				{About: string(p.ID), Kind: "certificate", Name: "gone.pdf", ValidUntil: today.AddDays(5)},
			} {
				if gone, err = AddDocument(ctx, tx, doc, aPDF); err != nil {
					return err
				}
			}
			if err := Supersede(ctx, tx, gone); err != nil {
				return err
			}
			return SaveRegistration(ctx, tx, p.ID, Registration{Authority: "GACC", Number: "CBLR1", ValidUntil: today.AddDays(60)})
		})
		read(t, d, func(ctx context.Context, v *db.View) error {
			papers, err := PapersEnding(ctx, v, today.AddDays(60), 10)
			if got, want := paperNames(papers), "ended.pdf week.pdf month.pdf GACC CBLR1"; got != want {
				t.Errorf("ending: got %q, want %q", got, want)
			}
			for _, paper := range papers {
				if paper.Producer != p.ID || len(paper.Of) == 0 {
					t.Errorf("%s: got %+v, want whose it is", paper.Name, paper)
				}
			}
			first, err2 := PapersEnding(ctx, v, today.AddDays(60), 1)
			if got := paperNames(first); got != "ended.pdf" || err2 != nil {
				t.Errorf("the first: got %q, %v", got, err2)
			}
			every, err3 := EveryDocument(ctx, v, string(p.ID))
			kept := 0
			for _, doc := range every {
				if doc.ID == gone && !doc.SupersededAt.IsZero() {
					kept++
				}
			}
			if kept != 1 || err3 != nil {
				t.Errorf("the superseded one is kept: got %+v, %v", every, err3)
			}
			if _, raw, err := GetDocument(ctx, v, gone); string(raw) != string(aPDF) || err != nil {
				t.Errorf("and can be read: got %q, %v", raw, err)
			}
			return err
		})
		for _, want := range []string{"week.pdf month.pdf GACC CBLR1", ""} {
			write(t, d, func(ctx context.Context, tx *db.Tx) error {
				reminded, err := RemindOfPapers(ctx, tx)
				if got := paperNames(reminded); got != want {
					t.Errorf("reminded: got %q, want %q", got, want)
				}
				return err
			})
		}
		if got := refusedOr(t, d, func(ctx context.Context, tx *db.Tx) error { return Supersede(ctx, tx, gone) }); got != "document.superseded" {
			t.Errorf("superseded again: got %q", got)
		}
	})
}

func paperNames(papers []Paper) string {
	names := make([]string, len(papers))
	for i, p := range papers {
		names[i] = p.Name
	}
	return strings.Join(names, " ")
}

func TestOnboarding(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p, other := addProducer(t, d, spartak), addProducer(t, d, krasny)
		today := pavilion.DateOf(d.Now(), time.UTC)
		add := func(of Producer, until pavilion.Date) (id pavilion.DocumentID) {
			write(t, d, func(ctx context.Context, tx *db.Tx) (err error) {
				id, err = AddDocument(ctx, tx, Document{About: string(of.ID), Kind: "contract", Name: "c.pdf", ValidUntil: until}, aPDF)
				return err
			})
			return id
		}
		mine, old, theirs := add(p, today), add(p, today.AddDays(-1)), add(other, "")
		state := func(item string) (found OnboardingStep) {
			read(t, d, func(ctx context.Context, v *db.View) error {
				steps, err := Onboarding(ctx, v, p.ID, "cn")
				for _, s := range steps {
					if s.Key == item {
						found = s
					}
				}
				return err
			})
			return found
		}
		for _, c := range []struct {
			what   string
			do     func(ctx context.Context, tx *db.Tx) error
			reason string
			state  string // of the contract afterwards
		}{
			{"attest", func(ctx context.Context, tx *db.Tx) error { return Attest(ctx, tx, p.ID, "cn", "contract", "sent") }, "", StepAttested},
			{"verify without a paper", func(ctx context.Context, tx *db.Tx) error { return VerifyStep(ctx, tx, p.ID, "cn", "contract", "", "") }, "onboarding.proof_missing", StepAttested},
			{"verify with one that ended", func(ctx context.Context, tx *db.Tx) error {
				return VerifyStep(ctx, tx, p.ID, "cn", "contract", old, "")
			}, "onboarding.proof_unfit", StepAttested},
			{"verify with another's", func(ctx context.Context, tx *db.Tx) error {
				return VerifyStep(ctx, tx, p.ID, "cn", "contract", theirs, "")
			}, "onboarding.proof_unfit", StepAttested},
			{"verify", func(ctx context.Context, tx *db.Tx) error {
				return VerifyStep(ctx, tx, p.ID, "cn", "contract", mine, "seen")
			}, "", StepVerified},
			{"verify what needs no paper", func(ctx context.Context, tx *db.Tx) error {
				return VerifyStep(ctx, tx, p.ID, "cn", "tax_number", "", "")
			}, "", StepVerified},
			{"supersede the paper", func(ctx context.Context, tx *db.Tx) error { return Supersede(ctx, tx, mine) }, "", StepLapsed},
			{"reopen", func(ctx context.Context, tx *db.Tx) error { return ReopenStep(ctx, tx, p.ID, "cn", "contract", "") }, "", StepOpen},
			{"no such item", func(ctx context.Context, tx *db.Tx) error { return Attest(ctx, tx, p.ID, "cn", "wings", "") }, "onboarding.item_unknown", StepOpen},
			{"no such market", func(ctx context.Context, tx *db.Tx) error { return Attest(ctx, tx, p.ID, "atlantis", "contract", "") }, "onboarding.market_unknown", StepOpen},
			{"nobody", func(ctx context.Context, tx *db.Tx) error { return Attest(ctx, tx, "pdr_0", "cn", "contract", "") }, "producer.unknown", StepOpen},
		} {
			if got := refusedOr(t, d, c.do); got != c.reason {
				t.Errorf("%s: got %q, want %q", c.what, got, c.reason)
			}
			if got := state("contract"); got.State != c.state {
				t.Errorf("%s: got %q, want %q", c.what, got.State, c.state)
			}
		}
		if s := state("tax_number"); s.VerifiedBy != pavilion.System("test") || !s.VerifiedAt.Equal(d.Now()) || s.AttestedBy != pavilion.System("test") {
			t.Errorf("who and when: got %+v", s)
		}
	})
}

func TestOnboardingListsAreWhole(t *testing.T) {
	t.Parallel()
	lists, err := openLists()
	if err != nil || len(lists["cn"]) < 5 {
		t.Fatalf("got %d items for China, %v", len(lists["cn"]), err)
	}
	for market, items := range lists {
		seen := map[string]bool{}
		for _, item := range items {
			if item.Key == "" || len(item.Source) != len(pavilion.Langs) || seen[item.Key] {
				t.Errorf("%s: %+v has no key of its own or no source", market, item)
			}
			seen[item.Key] = true
			for _, lang := range pavilion.Langs {
				if item.Name[lang] == "" || item.About[lang] == "" {
					t.Errorf("%s: %s has no words in %s", market, item.Key, lang)
				}
			}
		}
	}
}
