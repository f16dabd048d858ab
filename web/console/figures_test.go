package console_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"pavilion"
	"pavilion/catalog"
	"pavilion/db"
	"pavilion/db/dbtest"
	"pavilion/money"
	"pavilion/order"
	"pavilion/report"
	"pavilion/shipment"
	"pavilion/staff"
	"pavilion/stock"
)

// shelf is a pavilion with two producers, one product of each, and what was bought of them.
type shelf struct {
	t         *testing.T
	d         *db.DB
	sealer    *db.Sealer
	warehouse pavilion.WarehouseID
	producers [2]pavilion.ProducerID
	products  [2]pavilion.ProductID
	skus      [2]pavilion.SKUID
	made      int
}

func fill(t *testing.T, d *db.DB) *shelf {
	t.Helper()
	s := &shelf{t: t, d: d, sealer: dbtest.Sealer(t)}
	s.must(func(ctx context.Context, tx *db.Tx) (err error) {
		s.warehouse, err = stock.AddWarehouse(ctx, tx, stock.Warehouse{Code: "SHA", Country: "CN", TimeZone: "Asia/Shanghai", Sells: true})
		if err != nil {
			return err
		}
		for _, c := range []string{"chocolate", "dairy"} {
			if err := catalog.SetCategory(ctx, tx, catalog.Category{Key: c, Name: pavilion.Text{"en": "Shelf of " + c}}); err != nil {
				return err
			}
		}
		for i, word := range []string{"Amber", "Birch"} {
			if err := s.add(ctx, tx, i, word); err != nil {
				return err
			}
		}
		return nil
	})
	return s
}

// add makes the ith producer with its product and a lot of a hundred units of it.
func (s *shelf) add(ctx context.Context, tx *db.Tx, i int, word string) (err error) {
	if s.producers[i], err = catalog.SaveProducer(ctx, tx, catalog.Producer{Country: "KZ", TaxNumber: fmt.Sprint(77000 + i), LegalName: pavilion.Text{"en": word + " Works"}}); err != nil {
		return err
	}
	product := catalog.Product{Producer: s.producers[i], Category: []string{"chocolate", "dairy"}[i], Origin: "KZ", Name: pavilion.Text{"en": word + " bar"}}
	if s.products[i], err = catalog.SaveProduct(ctx, tx, product); err != nil {
		return err
	}
	digits := fmt.Sprintf("487%09d", i)
	s.skus[i], err = catalog.SaveSKU(ctx, tx, catalog.SKU{
		Product: s.products[i], GTIN: catalog.GTIN(digits + string(catalog.CheckDigit(digits))), ProducerCode: word + "-1", Net: catalog.Measure{Milli: 100_000, Unit: "g"},
	})
	if err != nil {
		return err
	}
	_, err = stock.Receive(ctx, tx, stock.Receipt{
		SKU: s.skus[i], LotCode: word + "-LOT", BestBefore: pavilion.DateOf(tx.Now(), time.UTC).AddDays(10), Warehouse: s.warehouse, Quantity: 100, Cause: "delivery",
	})
	return err
}

func (s *shelf) must(fn func(ctx context.Context, tx *db.Tx) error) {
	s.t.Helper()
	ctx := s.t.Context()
	if err := s.d.Write(ctx, pavilion.System("test"), func(tx *db.Tx) error { return fn(ctx, tx) }); err != nil {
		s.t.Fatal(err)
	}
}

// buy has a channel sell units of the ith product, and counts them.
func (s *shelf) buy(i int, units int64) (o order.Order) {
	s.t.Helper()
	s.made++
	to := order.ShipTo{Name: "收件人", Phone: "+8613800138000", Country: "CN", Province: "上海市", City: "上海市", District: "浦东新区", Street: "世纪大道 1 号"}
	draft, err := order.Prepare(s.sealer, order.Request{
		ID: pavilion.NewID[pavilion.OrderID](pavilion.PrefixOrder, s.d.Now()), Channel: "market", External: fmt.Sprintf("M-%d", s.made),
		Lang: pavilion.Chinese, ShipTo: to, PhoneKey: order.PhoneKey(s.sealer, to.Phone), Delivery: money.New(0, money.CNY),
		Lines: []order.RequestLine{{SKU: s.skus[i], Name: "商品", Quantity: units, Unit: money.New(1234, money.CNY), Tax: money.New(0, money.CNY)}},
	})
	if err != nil {
		s.t.Fatal(err)
	}
	s.must(func(ctx context.Context, tx *db.Tx) error {
		got, err := order.Accept(ctx, tx, s.sealer, []order.Draft{draft})
		if err != nil {
			return err
		}
		o = got[0].Order
		return report.Count(ctx, tx, time.UTC, o.ID)
	})
	return o
}
