package channel_test

import (
	"bytes"
	"context"
	"image"
	"image/png"
	"testing"
	"time"

	"pavilion"
	"pavilion/catalog"
	"pavilion/channel"
	"pavilion/channel/channeltest"
	"pavilion/db"
	"pavilion/db/dbtest"
	"pavilion/job"
	"pavilion/money"
	"pavilion/tailoring"
	"pavilion/tailoring/label"
	"pavilion/tailoring/rule"
	"pavilion/tailoring/rules"
)

// freeMarket is a market without a rule, so that a test approves what it likes.
func freeMarket() *tailoring.Market {
	return &tailoring.Market{
		Market: rules.Market{Key: "cn", Country: "CN", Language: pavilion.Chinese, Currency: "CNY", Route: []rules.Route{{Key: "cbec"}}},
		Rules:  &rule.Pack{}, Labels: &label.Pack{}, Zone: time.UTC,
	}
}

// stall is a mall with a product to be shown.
type stall struct {
	*mall
	market  *tailoring.Market
	name    string // of the platform
	product pavilion.ProductID
	skus    []pavilion.SKUID
}

func eachStall(t *testing.T, o channeltest.Options, test func(t *testing.T, s *stall)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		clock := dbtest.NewClock()
		test(t, newStall(t, d, clock, o))
	})
}

func newStall(t *testing.T, d *db.DB, clock *dbtest.Clock, o channeltest.Options) *stall {
	s := &stall{mall: newMall(t, d, clock, o), market: freeMarket()}
	s.name = s.platforms[0].Name()
	s.must(func(ctx context.Context, tx *db.Tx) error {
		producer, err := catalog.SaveProducer(ctx, tx, catalog.Producer{Country: "KZ", TaxNumber: "1", LegalName: pavilion.Text{"en": "A factory"}})
		if err != nil {
			return err
		}
		for _, c := range []catalog.Category{{Key: "sweets", Name: pavilion.Text{"en": "Sweets"}}, {Key: "chocolate", Parent: "sweets", Name: pavilion.Text{"en": "Chocolate"}}} {
			if err := catalog.SetCategory(ctx, tx, c); err != nil {
				return err
			}
		}
		s.product, err = catalog.SaveProduct(ctx, tx, catalog.Product{Producer: producer, Category: "chocolate", Origin: "BY", Name: pavilion.Text{pavilion.Russian: "Шоколад"}})
		return err
	})
	s.sku("481000000001", 1990)
	var drawn bytes.Buffer
	if err := png.Encode(&drawn, image.NewNRGBA(image.Rect(0, 0, 300, 200))); err != nil {
		t.Fatal(err)
	}
	picture, err := catalog.ReadImage(drawn.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	s.must(func(ctx context.Context, tx *db.Tx) error {
		_, err := catalog.AddPicture(ctx, tx, s.product, picture, pavilion.Text{"en": "A bar"})
		return err
	})
	return s
}

// sku puts one more unit of the product on sale.
func (s *stall) sku(digits string, price int64) {
	s.t.Helper()
	s.must(func(ctx context.Context, tx *db.Tx) error {
		sku, err := catalog.SaveSKU(ctx, tx, catalog.SKU{Product: s.product, GTIN: catalog.GTIN(digits + string(catalog.CheckDigit(digits))), Net: catalog.Measure{Milli: 100_000, Unit: "g"}, GrossWeightG: 120})
		if err != nil {
			return err
		}
		s.skus = append(s.skus, sku)
		if err := catalog.SetOnSale(ctx, tx, true, sku); err != nil {
			return err
		}
		return catalog.SetPrice(ctx, tx, sku, s.name, money.New(price, money.CNY))
	})
}

// approve has words written and approved for the platform.
func (s *stall) approve(name string) {
	s.t.Helper()
	as := func(who string, do func(ctx context.Context, tx *db.Tx, v tailoring.Variant) error) {
		s.t.Helper()
		if err := s.d.Write(s.t.Context(), pavilion.Actor{Kind: pavilion.ByStaff, ID: who}, func(tx *db.Tx) error {
			v, err := tailoring.Get(s.t.Context(), tx, s.product, s.market.Key)
			if err != nil {
				return err
			}
			return do(s.t.Context(), tx, v)
		}); err != nil {
			s.t.Fatal(err)
		}
	}
	s.must(func(ctx context.Context, tx *db.Tx) error {
		return tailoring.Review(ctx, tx, []*tailoring.Market{s.market}, []pavilion.ProductID{s.product})
	})
	as("stf_author", func(ctx context.Context, tx *db.Tx, v tailoring.Variant) error {
		if _, err := tailoring.Save(ctx, tx, v.ID, v.Version, tailoring.Content{
			Name: name, Channels: []string{"own", s.name}, Description: []tailoring.Block{{Text: "入口微苦。"}}, Wording: tailoring.Ours,
		}); err != nil {
			return err
		}
		return tailoring.Judge(ctx, tx, s.market, v.ID)
	})
	as("stf_author", func(ctx context.Context, tx *db.Tx, v tailoring.Variant) error {
		return tailoring.HandIn(ctx, tx, s.market, v.ID, v.Version)
	})
	as("stf_second", func(ctx context.Context, tx *db.Tx, v tailoring.Variant) error {
		return tailoring.Approve(ctx, tx, s.market, v.ID, v.Version)
	})
}

// maps says where sweets stand on the platform.
func (s *stall) maps() {
	s.t.Helper()
	asked, err := s.engine.AskAttributes(s.t.Context(), s.shops[0], "12")
	if err != nil {
		s.t.Fatal(err)
	}
	s.must(func(ctx context.Context, tx *db.Tx) error {
		m, err := channel.MappingFor(ctx, tx, s.shops[0], "sweets")
		if err != nil {
			return err
		}
		m.Category, m.Theirs, m.Path, m.Asked = "sweets", "12", "食品 / 巧克力", asked
		m.Answers = []channel.AttributeAnswer{{Attribute: "origin", From: channel.FactOrigin}, {Attribute: "taste", Text: "原味"}}
		return channel.SaveMapping(ctx, tx, m)
	})
}

func (s *stall) offer(wanted bool) {
	s.t.Helper()
	s.must(func(ctx context.Context, tx *db.Tx) error {
		return channel.Offer(ctx, tx, s.shops[0], s.product, wanted)
	})
	s.work(2)
}

// shown is how the product stands with us.
func (s *stall) shown() (l channel.Shelved) {
	s.t.Helper()
	if err := s.d.Read(s.t.Context(), func(v *db.View) (err error) {
		l, err = channel.OnShelf(s.t.Context(), v, s.shops[0], s.product)
		return err
	}); err != nil {
		s.t.Fatal(err)
	}
	return l
}

// there is what the platform shows of the product.
func (s *stall) there() []channel.Shown {
	s.t.Helper()
	p := s.platforms[0]
	list, err := p.Find(s.t.Context(), channel.Access{Shop: p.Token().Shop, Token: p.Token().Access}, nil, []string{string(s.product)})
	if err != nil {
		s.t.Fatal(err)
	}
	return list
}

func reasonsOf(lacks []channel.Lack) (all []string) {
	for _, l := range lacks {
		all = append(all, l.Reason)
	}
	return all
}

// TestListingFromLacksToTheShelf says what goods lack one after the other, and shows them when
// they lack nothing: sent once, audited, on the shelf, with a share of the stock.
func TestListingFromLacksToTheShelf(t *testing.T) {
	t.Parallel()
	eachStall(t, channeltest.Options{Name: "market", Increments: true, Audit: true}, func(t *testing.T, s *stall) {
		s.receive(s.skus[0], 10)
		s.offer(true)
		if got := reasonsOf(s.shown().Lacks); len(got) != 2 || got[0] != "channel.lack_mapping" || got[1] != "channel.lack_approval" {
			t.Fatalf("lacks %v", got)
		}
		s.maps()
		s.work(1)
		if got := reasonsOf(s.shown().Lacks); len(got) != 1 || got[0] != "channel.lack_approval" {
			t.Fatalf("lacks %v", got)
		}
		s.approve("先苦后香黑巧克力")
		s.work(2)
		l := s.shown()
		if l.State != channel.ListingAudit || len(l.Lacks) != 0 || l.Approved != 1 {
			t.Fatalf("handed in: %+v", l)
		}
		s.platforms[0].Audit()
		s.work(3)
		there := s.there()
		if l = s.shown(); l.State != channel.ListingOn || len(there) != 1 || there[0].Title != "先苦后香黑巧克力" || there[0].Category != "12" || there[0].PictureCount != 1 {
			t.Fatalf("state %s, there %+v", l.State, there)
		}
		if a := there[0].Attributes; len(a) != 2 || a[0].Option != "by" || a[1].Text != "原味" {
			t.Errorf("attributes %+v", a)
		}
		s.settles()
		if row := s.share(0, s.skus[0]); row.Granted == 0 {
			t.Errorf("nothing granted: %+v", row)
		}
		s.approve("更香的黑巧克力")
		s.work(2)
		if l = s.shown(); !l.InAudit || l.State != channel.ListingOn {
			t.Fatalf("a newer form: %+v", l)
		}
		s.platforms[0].Audit()
		s.work(2)
		if there = s.there(); there[0].Title != "更香的黑巧克力" || s.shown().InAudit {
			t.Errorf("there %+v", there)
		}
		s.offer(false)
		if l = s.shown(); l.State != channel.ListingOff || s.there()[0].State != channel.ListingOff {
			t.Errorf("withdrawn: %+v", l)
		}
		s.offer(true)
		if l = s.shown(); l.State != channel.ListingOn {
			t.Errorf("wanted again: %+v", l)
		}
	})
}

// TestListingRefused brings the platform's words back to our field, sends nothing again by
// itself, and does when the words changed.
func TestListingRefused(t *testing.T) {
	t.Parallel()
	eachStall(t, channeltest.Options{Name: "market", Increments: true, Audit: true}, func(t *testing.T, s *stall) {
		s.maps()
		s.approve("最好的巧克力")
		s.offer(true)
		s.platforms[0].Audit(channel.Refusal{Field: "name", Text: "标题含绝对化用语"})
		s.work(2)
		l := s.shown()
		if l.State != channel.ListingRefused || len(l.Refusals) != 1 || l.Refusals[0].Field != "Title" || l.Refusals[0].Text != "标题含绝对化用语" {
			t.Fatalf("refused: %+v", l)
		}
		s.work(30)
		if again := s.shown(); !again.SentAt.Equal(l.SentAt) {
			t.Error("what was refused was sent again")
		}
		s.approve("牛奶巧克力")
		s.work(2)
		s.platforms[0].Audit()
		s.work(2)
		if l = s.shown(); l.State != channel.ListingOn || len(l.Refusals) != 0 {
			t.Errorf("mended: %+v", l)
		}
	})
}

// TestListingAnswerLost makes one listing however often an answer is lost.
func TestListingAnswerLost(t *testing.T) {
	t.Parallel()
	eachStall(t, channeltest.Options{Name: "market", Increments: true}, func(t *testing.T, s *stall) {
		s.maps()
		s.approve("牛奶巧克力")
		s.platforms[0].Fail("Publish", channeltest.LostAnswer, channeltest.LostAnswer, channeltest.LostRequest)
		s.offer(true)
		s.work(20)
		if l, there := s.shown(), s.there(); l.State != channel.ListingOn || l.Sending || len(there) != 1 {
			t.Errorf("%+v, there %+v", l, there)
		}
	})
}

// TestListingPricesStay sends the words of a unit again with the price that was told, for
// prices change by a plan that a person saw.
func TestListingPricesStay(t *testing.T) {
	t.Parallel()
	eachStall(t, channeltest.Options{Name: "market", Increments: true}, func(t *testing.T, s *stall) {
		s.maps()
		s.approve("牛奶巧克力")
		s.offer(true)
		s.must(func(ctx context.Context, tx *db.Tx) error {
			return catalog.SetPrice(ctx, tx, s.skus[0], s.name, money.New(199, money.CNY))
		})
		s.sku("481000000002", 2990)
		s.approve("好吃的牛奶巧克力")
		s.work(2)
		there := s.there()
		if len(there) != 1 || len(there[0].Units) != 2 || there[0].Title != "好吃的牛奶巧克力" {
			t.Fatalf("there %+v", there)
		}
		want := map[string]money.Money{string(s.skus[0]): money.New(1990, money.CNY), string(s.skus[1]): money.New(2990, money.CNY)}
		for _, u := range there[0].Units {
			if u.Price != want[u.Ref] {
				t.Errorf("%s costs %v, want %v", u.Ref, u.Price, want[u.Ref])
			}
		}
	})
}

// TestOfferAll shows what is on sale and has a price on the channel, and takes it off the shelf
// when it is not on sale any more.
func TestOfferAll(t *testing.T) {
	t.Parallel()
	eachStall(t, channeltest.Options{Name: "market", Increments: true}, func(t *testing.T, s *stall) {
		s.maps()
		s.approve("牛奶巧克力")
		s.must(func(ctx context.Context, tx *db.Tx) error { return channel.OfferAll(ctx, tx, s.shops[0]) })
		s.work(3)
		if l := s.shown(); l.State != channel.ListingOn {
			t.Fatalf("%+v", l)
		}
		s.must(func(ctx context.Context, tx *db.Tx) error { return catalog.SetOnSale(ctx, tx, false, s.skus[0]) })
		s.work(2)
		if l := s.shown(); l.State != channel.ListingOff {
			t.Errorf("not on sale: %+v", l)
		}
	})
}

// work looks over listings every minute too; a server does it more often.
func (s *stall) work(minutes int) {
	s.t.Helper()
	for range minutes {
		if err := s.engine.LookOverListings(s.t.Context(), &job.Run{DB: s.d}); err != nil {
			s.t.Fatal(err)
		}
		s.mall.work(1)
	}
}
