package bench

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"pavilion"
	"pavilion/channel"
	"pavilion/channel/own"
	"pavilion/db"
	"pavilion/money"
	"pavilion/order"
)

const (
	buyers     = 512         // that wait for an answer at the same time
	shelfSKUs  = 200         // goods on the shelf, unless one is hot
	plentiful  = 100_000_000 // units of each
	limitBatch = 512         // orders in a transaction of the bare driver
)

// Orders measures durable acceptance with plentiful stock, orders of one to three lines
// over many SKUs, or all on one hot SKU; its limit is the bare driver inserting the very
// same rows in batches with the same durability.
func Orders(ctx context.Context, e Env, n int, hot bool) (_ []Measure, err error) {
	p, err := e.newPlace(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, p.remove(ctx)) }()
	name, goods := "orders", shelfSKUs
	if hot {
		name, goods = "orders_hot", 1
	}
	rate, rows, err := e.accept(ctx, p, n, goods)
	if err != nil {
		return nil, err
	}
	var limit float64
	for _, perStatement := range []int{1, 64} {
		bare, err := e.insertBare(ctx, rows, n, perStatement)
		if err != nil {
			return nil, err
		}
		e.note("bare driver, %d rows a statement: %.0f orders/s", perStatement, bare)
		limit = max(limit, bare)
	}
	return []Measure{Measure{Name: name, Value: rate, Unit: "orders/s"}.against(limit)}, nil
}

// accept places n orders and returns how many a second, and the rows they left.
func (e Env) accept(ctx context.Context, p place, n, goods int) (_ float64, _ tables, err error) {
	d, err := p.open(ctx)
	if err != nil {
		return 0, nil, err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	skus, err := sell(ctx, d, goods, plentiful)
	if err != nil {
		return 0, nil, err
	}
	before, err := readTables(ctx, d, shelfTables)
	if err != nil {
		return 0, nil, err
	}
	sealer, err := db.OpenSealer(p.key())
	if err != nil {
		return 0, nil, err
	}
	intake := channel.NewIntake(d, sealer, channel.Options{})
	if err := intake.Start(ctx); err != nil {
		return 0, nil, err
	}
	defer intake.Stop()
	e.note("%d orders by %d buyers at a time over %d SKUs", n, buyers, goods)
	var next atomic.Int64
	var wait sync.WaitGroup
	failed := make(chan error, 1)
	began := time.Now()
	for range buyers {
		wait.Go(func() {
			for i := int(next.Add(1)); i <= n; i = int(next.Add(1)) {
				out, err := intake.Place(ctx, request(d.Now(), i, skus))
				if err == nil && out.Err != nil {
					err = out.Err
				}
				if err != nil {
					select {
					case failed <- err:
					default:
					}
					return
				}
			}
		})
	}
	wait.Wait()
	took := time.Since(began)
	select {
	case err := <-failed:
		return 0, nil, err
	default:
	}
	rows, err := readTables(ctx, d, orderTables)
	return float64(n) / took.Seconds(), append(before, rows...), err
}

// request is order i: one to three lines, a buyer of its own.
func request(now time.Time, i int, skus []pavilion.SKUID) order.Request {
	r := order.Request{
		ID: pavilion.NewID[pavilion.OrderID](pavilion.PrefixOrder, now), Channel: own.Name, External: fmt.Sprintf("bench-%09d", i),
		PhoneKey: fmt.Sprintf("phone-%09d", i), AddressKey: fmt.Sprintf("address-%09d", i), Lang: pavilion.Chinese, Provider: "simpay",
		ShipTo:   order.ShipTo{Name: "买家", Phone: fmt.Sprintf("+8613%09d", i), Country: "CN", Province: "四川省", City: "成都市", District: "武侯区", Street: "天府大道1号"},
		Delivery: money.New(1200, "CNY"), PayBy: now.Add(time.Hour),
	}
	for l := range min(1+i%3, len(skus)) {
		r.Lines = append(r.Lines, order.RequestLine{SKU: skus[(i*7+l*13)%len(skus)], Name: "商品", Quantity: 1, Unit: money.New(1990, "CNY"), Tax: money.New(0, "CNY")})
	}
	return r
}
