package bench

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"pavilion"
	"pavilion/catalog"
	"pavilion/channel"
	"pavilion/channel/own"
	"pavilion/db"
	"pavilion/job"
	"pavilion/money"
	"pavilion/order"
	"pavilion/payment"
	"pavilion/shipment"
	"pavilion/stock"
)

// The world that grow copies: a shop with a few days of life behind it.
const (
	lifeSKUs      = 1_000
	lifeOrders    = 10_000
	lifeProducers = 10
	lifeSet       = 256 // orders that go on together in one transaction
)

// clock is moved by the life that is lived on it.
type clock struct{ now atomic.Int64 }

func (c *clock) Now() time.Time           { return time.UnixMicro(c.now.Load()).UTC() }
func (c *clock) advance(by time.Duration) { c.now.Add(by.Microseconds()) }
func clockAt(t time.Time) *clock          { c := &clock{}; c.now.Store(t.UnixMicro()); return c }

// live has a shop sell: goods come in, orders are placed, paid, packed, shipped, delivered,
// refunded and cancelled, and facts become jobs. It ends at the present.
func (e Env) live(ctx context.Context, p place, orders, goods int) (err error) {
	const days = stepUnits * stepUnit * time.Microsecond
	now := clockAt(time.Now().Add(-days))
	d, err := db.Open(ctx, db.Options{URL: p.db, Clock: now.Now})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	if err := d.Migrate(ctx); err != nil {
		return err
	}
	sealer, err := db.OpenSealer(p.key())
	if err != nil {
		return err
	}
	skus, err := stocked(ctx, d, goods)
	if err != nil {
		return err
	}
	intake := channel.NewIntake(d, sealer, channel.Options{})
	if err := intake.Start(ctx); err != nil {
		return err
	}
	defer intake.Stop()
	e.note("%d orders are lived through", orders)
	for from := 0; from < orders; from += lifeSet {
		now.advance(days * lifeSet / time.Duration(orders+lifeSet))
		set, err := e.place(ctx, intake, now.Now(), from, min(lifeSet, orders-from), skus)
		if err != nil {
			return err
		}
		if err := d.Write(ctx, actor, func(tx *db.Tx) error { return goOn(ctx, tx, set) }); err != nil {
			return err
		}
	}
	return e.work(ctx, d)
}

// place places n orders at once, from the one with the number on.
func (e Env) place(ctx context.Context, intake *channel.Intake, now time.Time, from, n int, skus []pavilion.SKUID) ([]placed, error) {
	set := make([]placed, n)
	group, ctx := errgroup.WithContext(ctx)
	for i := range set {
		group.Go(func() error {
			r := request(now, from+i, skus)
			r.PayBy = now.Add(30 * time.Minute)
			out, err := intake.Place(ctx, r)
			if err != nil {
				return err
			}
			if out.Err != nil {
				return out.Err
			}
			set[i] = placed{from + i, out.Order.ID, out.Intent}
			return nil
		})
	}
	return set, group.Wait()
}

// stocked fills the shelves: products with names in four languages, three lots each.
func stocked(ctx context.Context, d *db.DB, goods int) (skus []pavilion.SKUID, err error) {
	var warehouse pavilion.WarehouseID
	var producers []pavilion.ProducerID
	err = d.Write(ctx, actor, func(tx *db.Tx) error {
		producers = producers[:0]
		var err error
		warehouse, err = stock.AddWarehouse(ctx, tx, stock.Warehouse{Code: "BENCH", Country: "CN", TimeZone: "Asia/Shanghai", Sells: true, Name: pavilion.Text{pavilion.English: "Bench"}})
		if err != nil {
			return err
		}
		for i := range 8 {
			if err := catalog.SetCategory(ctx, tx, catalog.Category{Key: fmt.Sprintf("bench%d", i), Name: pavilion.Text{pavilion.English: fmt.Sprintf("Bench %d", i)}}); err != nil {
				return err
			}
		}
		for i := range lifeProducers {
			id, err := catalog.SaveProducer(ctx, tx, catalog.Producer{
				Country: "BY", TaxNumber: taxNumber(i), LegalName: pavilion.Text{pavilion.Russian: fmt.Sprintf("Предприятие %d", i), pavilion.Chinese: fmt.Sprintf("企业%d", i)},
			})
			if err != nil {
				return err
			}
			producers = append(producers, id)
		}
		return nil
	})
	for from := 0; from < goods && err == nil; from += 100 {
		var some []pavilion.SKUID
		err = d.Write(ctx, actor, func(tx *db.Tx) error {
			some = some[:0]
			for i := from; i < from+100; i++ {
				sku, err := shelve(ctx, tx, i, producers[i%lifeProducers], warehouse)
				if err != nil {
					return err
				}
				some = append(some, sku)
			}
			return nil
		})
		skus = append(skus, some...)
	}
	return skus, err
}

// taxNumber is the ith number that a payer of taxes could have, with its check digit.
func taxNumber(i int) string {
	for n := 799_901_000 + i*100; ; n++ {
		if number := strconv.Itoa(n); catalog.CheckUNP(number) == nil {
			return number
		}
	}
}

// lifeGoods are words that names are made of, so that a search has something to find.
var lifeGoods = []pavilion.Text{
	{pavilion.Chinese: "黑巧克力", pavilion.Russian: "Шоколад горький", pavilion.English: "Dark chocolate", pavilion.Belarusian: "Шакалад горкі"},
	{pavilion.Chinese: "全脂奶粉", pavilion.Russian: "Молоко сухое цельное", pavilion.English: "Whole milk powder", pavilion.Belarusian: "Малако сухое суцэльнае"},
	{pavilion.Chinese: "马铃薯片", pavilion.Russian: "Чипсы картофельные", pavilion.English: "Potato chips", pavilion.Belarusian: "Чыпсы бульбяныя"},
	{pavilion.Chinese: "亚麻桌布", pavilion.Russian: "Скатерть льняная", pavilion.English: "Linen tablecloth", pavilion.Belarusian: "Абрус ільняны"},
	{pavilion.Chinese: "护手霜", pavilion.Russian: "Крем для рук", pavilion.English: "Hand cream", pavilion.Belarusian: "Крэм для рук"},
}

func shelve(ctx context.Context, tx *db.Tx, i int, producer pavilion.ProducerID, warehouse pavilion.WarehouseID) (pavilion.SKUID, error) {
	name := pavilion.Text{}
	for lang, words := range lifeGoods[i%len(lifeGoods)] {
		name[lang] = fmt.Sprintf("%s %d", words, i)
	}
	product, err := catalog.SaveProduct(ctx, tx, catalog.Product{Producer: producer, Category: fmt.Sprintf("bench%d", i%8), Name: name, Origin: "BY"})
	if err != nil {
		return "", err
	}
	digits := fmt.Sprintf("%s%05d", prefix, i)
	sku, err := catalog.SaveSKU(ctx, tx, catalog.SKU{Product: product, GTIN: catalog.GTIN(digits + string(catalog.CheckDigit(digits))), ProducerCode: fmt.Sprintf("A-%d", i), ShelfLifeDays: 365, CasePack: 12, Net: catalog.Measure{Milli: 90_000, Unit: catalog.Gram}})
	if err != nil {
		return "", err
	}
	if err := catalog.SetPrice(ctx, tx, sku, own.Name, money.New(1990, "CNY")); err != nil {
		return "", err
	}
	if err := catalog.SetOnSale(ctx, tx, i%10 != 0, sku); err != nil {
		return "", err
	}
	today := pavilion.DateOf(tx.Now(), tx.Now().Location())
	for n, left := range []int{20, 200, 400} {
		_, err := stock.Receive(ctx, tx, stock.Receipt{
			SKU: sku, LotCode: fmt.Sprintf("L%05d-%d", i, n), ProducedOn: today.AddDays(left - 500), BestBefore: today.AddDays(left), Warehouse: warehouse, Quantity: 200, Cause: "bench",
		})
		if err != nil {
			return "", err
		}
	}
	return sku, nil
}

// placed is an order on its way.
type placed struct {
	number int
	id     pavilion.OrderID
	intent payment.Intent
}

// goOn brings orders to where they end: most are delivered, some wait, some went wrong.
func goOn(ctx context.Context, tx *db.Tx, set []placed) error {
	for _, o := range set {
		fate := o.number % 100
		if fate >= 97 { // not paid yet
			continue
		}
		if fate >= 94 {
			if err := order.Cancel(ctx, tx, o.id, "bench"); err != nil {
				return err
			}
			continue
		}
		paid := o.intent.Amount
		if fate == 93 { // the wrong amount: a person must look
			paid = money.New(1, paid.Currency())
		}
		err := order.Hear(ctx, tx, "simpay", payment.Word{NoticeID: string(o.intent.ID), Intent: o.intent.ID, State: payment.StatePaid, Amount: paid, ProviderRef: string(o.intent.ID)})
		if err != nil || fate >= 85 { // waits to be packed
			if err != nil {
				return err
			}
			continue
		}
		if err := send(ctx, tx, o); err != nil {
			return err
		}
		if fate >= 75 {
			continue
		}
		if err := shipment.Deliver(ctx, tx, o.id); err != nil {
			return err
		}
		if fate == 74 {
			err = order.Refund(ctx, tx, o.id, []order.RefundLine{{Line: 1, Quantity: 1}}, "bench", true)
		} else {
			err = order.Complete(ctx, tx, o.id)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// send packs an order into one parcel and ships it.
func send(ctx context.Context, tx *db.Tx, o placed) error {
	full, err := order.Get(ctx, tx, nil, o.id)
	if err != nil {
		return err
	}
	draft := shipment.Draft{Carrier: "sf", Waybill: fmt.Sprintf("SF%013d", o.number), WeightG: 500}
	for _, l := range full.Lines {
		draft.Lines = append(draft.Lines, shipment.Line{Line: l.Number, Quantity: l.Quantity})
	}
	if _, err := shipment.Pack(ctx, tx, o.id, draft); err != nil {
		return err
	}
	return shipment.Ship(ctx, tx, o.id)
}

// work lets jobs follow from the facts, as they do in a pavilion.
func (e Env) work(ctx context.Context, d *db.DB) error {
	f := job.NewFlow()
	job.On(f, "bench", func(ctx context.Context, run *job.Run, _ order.Paid) error {
		return run.DB.Write(ctx, actor, func(tx *db.Tx) error { return run.Done(ctx, tx) })
	})
	runner := job.NewRunner(d, f, job.Options{})
	for {
		n, err := runner.RunDue(ctx)
		if err != nil || n == 0 {
			return err
		}
	}
}
