package demo

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"time"

	"pavilion"
	"pavilion/catalog"
	"pavilion/channel/own"
	"pavilion/db"
	"pavilion/order"
)

// Shoppers place simulated orders so that a demo shows a shop at work. Every order of
// theirs is marked as simulated.
type Shoppers struct {
	DB    *db.DB
	Shop  *own.Shop
	Every time.Duration // between orders, on average
	// Pay pays the order as its shopper would at the provider.
	Pay func(ctx context.Context, o order.Order) error
	Log *slog.Logger
}

// places are public addresses' districts, without a house: nobody lives there.
var places = []order.ShipTo{
	{Country: "CN", Province: "四川省", City: "成都市", District: "武侯区", Street: "演示路 1 号"},
	{Country: "CN", Province: "广东省", City: "广州市", District: "天河区", Street: "演示路 2 号"},
	{Country: "CN", Province: "浙江省", City: "杭州市", District: "西湖区", Street: "演示路 3 号"},
	{Country: "CN", Province: "山东省", City: "青岛市", District: "市南区", Street: "演示路 4 号"},
}

// Run places orders until ctx ends.
func (s Shoppers) Run(ctx context.Context) {
	for n := 1; ; n++ {
		pause := time.NewTimer(s.Every/2 + rand.N(s.Every))
		select {
		case <-ctx.Done():
			pause.Stop()
			return
		case <-pause.C:
		}
		if err := s.one(ctx, n); err != nil && ctx.Err() == nil {
			s.Log.InfoContext(ctx, "simulated shopper went away", "reason", pavilion.ReasonOf(err))
		}
	}
}

// one chooses a few goods and orders them; most pay, some forget to.
func (s Shoppers) one(ctx context.Context, n int) error {
	var cards []catalog.Card
	err := s.DB.Read(ctx, func(v *db.View) error {
		var err error
		cards, _, _, err = catalog.Cards(ctx, v, catalog.Query{Channel: own.Name, Limit: 100})
		return err
	})
	if err != nil || len(cards) == 0 {
		return err
	}
	rand.Shuffle(len(cards), func(i, j int) { cards[i], cards[j] = cards[j], cards[i] })
	var lines []own.Line
	for _, c := range cards[:min(1+rand.IntN(3), len(cards))] {
		lines = append(lines, own.Line{SKU: c.SKU, Quantity: int64(1 + rand.IntN(2))})
	}
	providers, err := s.Shop.Providers(ctx)
	if err != nil || len(providers) == 0 { // the shop is closed
		return err
	}
	to := places[n%len(places)]
	to.Name = fmt.Sprintf("模拟顾客 %d", n)
	to.Phone = fmt.Sprintf("+861990000%04d", rand.IntN(10_000))
	notice, err := s.Shop.NoticeOf(ctx, lines)
	if err != nil {
		return err
	}
	out, err := s.Shop.Place(ctx, own.Checkout{
		Key: fmt.Sprintf("simulated-%d-%d", time.Now().UnixNano(), n), Lines: lines, ShipTo: to, Lang: pavilion.Chinese,
		Provider: providers[0], Notice: notice.ID(), Simulated: true,
	})
	if err != nil || rand.IntN(5) == 0 {
		return err
	}
	return s.Pay(ctx, out.Order)
}
