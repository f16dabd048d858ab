package main

import (
	"context"
	"slices"
	"time"

	"pavilion"
	"pavilion/catalog"
	"pavilion/channel"
	"pavilion/channel/own"
	"pavilion/db"
	"pavilion/job"
	"pavilion/money"
	"pavilion/order"
	"pavilion/payment"
	"pavilion/report"
	"pavilion/shipment"
	"pavilion/staff"
	"pavilion/stock"
	"pavilion/tailoring"
	"pavilion/tailoring/price"
	"pavilion/web/console"
)

// sweepLimit is how many rows of a kind one sweep deletes, so that it never holds the
// writer for long.
const sweepLimit = 1000

// sweepWorkbooks is how many workbooks lose their bytes in one sweep: some megabytes each.
const sweepWorkbooks = 20

// reactions lists everything that follows from something else, in the order the goods
// travel. A reaction is a durable job: it runs at least once, also after a crash.
func reactions(shop *own.Shop, engine *channel.Engine, markets []*tailoring.Market, ask price.Ask) *job.Flow {
	f := job.NewFlow()

	// What staff do to many products at once.
	job.Bulk(f, catalog.Acts(own.Name, shop.Market().Currency, console.ProductFilter)...)
	// Papers that end soon are noted where people look, and products that were
	// imported are entered into the list.
	job.Every(f, "look at papers", 6*time.Hour, func(ctx context.Context, run *job.Run) error {
		return run.DB.Write(ctx, pavilion.System("catalog"), func(tx *db.Tx) error {
			_, err := catalog.RemindOfPapers(ctx, tx)
			return err
		})
	})
	job.Every(f, "list products", 5*time.Second, func(ctx context.Context, run *job.Run) error { return catalog.ListNew(ctx, run.DB) })
	// A producer's workbook is checked, and imported when somebody says so.
	job.Task(f, catalog.WorkbookJob, catalog.WorkWorkbook)
	// What was tailored for a market is looked at again when the product changed, when something
	// changed that is said with all products of a producer, and when rules did or the day does.
	job.Bulk(f, slices.Concat(tailoring.Acts(markets, console.VariantFilter(markets)), tailoring.MemoryActs(console.PairFilter(markets)))...)
	job.On(f, "look at tailoring again", func(ctx context.Context, run *job.Run, fact catalog.Changed) error {
		return run.DB.Write(ctx, pavilion.System(tailoring.Topic), func(tx *db.Tx) error { return tailoring.Review(ctx, tx, markets, fact.Products) })
	})
	job.On(f, "look at tailoring of a producer again", func(ctx context.Context, run *job.Run, fact catalog.ProducerChanged) error {
		return run.DB.Write(ctx, pavilion.System(tailoring.Topic), func(tx *db.Tx) error {
			if err := tailoring.ReviewProducer(ctx, tx, markets, fact.Producer); err != nil {
				return err
			}
			return run.Done(ctx, tx)
		})
	})
	job.Every(f, "judge by the rules of the day", time.Minute, func(ctx context.Context, run *job.Run) error { return tailoring.JudgeAll(ctx, run.DB, markets) })
	// What currencies cost is asked for where there is somebody to ask.
	job.Every(f, "fetch exchange rates", 3*time.Hour, func(ctx context.Context, run *job.Run) error {
		if ask == nil {
			return nil
		}
		return price.Fetch(ctx, run.DB, ask, currencies(markets)...)
	})
	// What people do to many things at once.
	job.Bulk(f, slices.Concat(stock.Acts(), console.JobActs())...)
	// Platforms are told what they may sell, when stock changes, a policy does, or a shop is let
	// live; what they say they sell is read again and again.
	job.Task(f, channel.ShareJob, engine.WorkShare)
	job.Task(f, channel.SharesJob, engine.WorkShares)
	job.On(f, "serve a shop", engine.ServeShop)
	job.Every(f, "look over shares", 15*time.Second, engine.LookOver)
	job.Every(f, "see to all shares", time.Hour, engine.SweepShares)
	// Platforms show goods by their approved words.
	job.Task(f, channel.OfferJob, engine.WorkOffer)
	job.Task(f, channel.ListingsJob, engine.WorkListings)
	job.Task(f, channel.ListingJob, engine.WorkListing)
	job.Every(f, "look over listings", 15*time.Second, engine.LookOverListings)
	// Orders of platforms come in; what waits for a mend is tried again, and gaps are looked for.
	job.Every(f, "read platforms", 5*time.Second, engine.PollAll)
	job.Every(f, "look for missed orders", 6*time.Hour, engine.GapsAll)
	job.Every(f, "try parked orders again", time.Minute, engine.RereadParked)
	job.Task(f, channel.PollJob, engine.WorkPoll)
	job.Task(f, channel.GapsJob, engine.WorkGaps)
	job.Task(f, channel.OrderJob, engine.WorkOrder)
	// What shoppers of platforms want their money back for.
	job.Every(f, "read returns", time.Minute, engine.ReturnsAll)
	job.Task(f, channel.ReturnsJob, engine.WorkReturns)
	job.Task(f, channel.ReturnJob, engine.WorkReturn)
	// An order that is not paid in time gives its goods back.
	job.Every(f, "expire unpaid orders", 5*time.Second, func(ctx context.Context, _ *job.Run) error {
		return shop.Expire(ctx)
	})
	// A payment whose notice did not come is asked about.
	job.Every(f, "ask about open payments", 10*time.Second, func(ctx context.Context, _ *job.Run) error {
		return shop.AskOpen(ctx)
	})
	// Platforms hear which parcels went.
	job.On(f, "tell the platform what was shipped", engine.Dispatch)
	// Parcels of what need not be sent any more are unpacked.
	job.On(f, "free what was called off", engine.CalledOff)
	job.On(f, "unpack what was cancelled", func(ctx context.Context, run *job.Run, fact order.Cancelled) error {
		return fit(ctx, run, fact.Order)
	})
	job.On(f, "unpack what was refunded", func(ctx context.Context, run *job.Run, fact order.Refunded) error {
		return fit(ctx, run, fact.Order)
	})
	job.Bulk(f, shipment.Acts(shop.Market().Zone)...)
	// Money that must go back is sent back.
	job.On(f, "send refund", func(ctx context.Context, _ *job.Run, fact payment.RefundRequested) error {
		return shop.Repay(ctx, fact)
	})
	// What was sold, and what was given back of it, stands in the figures.
	figures := func(ctx context.Context, run *job.Run, id pavilion.OrderID) error {
		return run.DB.Write(ctx, pavilion.System("report"), func(tx *db.Tx) error {
			if err := report.Count(ctx, tx, shop.Market().Zone, id); err != nil {
				return err
			}
			return run.Done(ctx, tx)
		})
	}
	job.On(f, report.Reaction, func(ctx context.Context, run *job.Run, fact order.Paid) error { return figures(ctx, run, fact.Order) })
	job.On(f, report.Reaction, func(ctx context.Context, run *job.Run, fact order.Refunded) error {
		return figures(ctx, run, fact.Order)
	})
	job.On(f, report.Reaction, func(ctx context.Context, run *job.Run, fact order.Cancelled) error {
		return figures(ctx, run, fact.Order)
	})
	// What nobody needs any more is forgotten.
	job.Every(f, "sweep", time.Hour, func(ctx context.Context, run *job.Run) error {
		if err := shop.Sweep(ctx); err != nil {
			return err
		}
		if err := run.DB.Write(ctx, pavilion.System("sweep"), func(tx *db.Tx) error {
			return catalog.SweepWorkbooks(ctx, tx, sweepWorkbooks)
		}); err != nil {
			return err
		}
		for more := true; more; {
			err := run.DB.Write(ctx, pavilion.System("sweep"), func(tx *db.Tx) error {
				answers, err := staff.SweepAnswers(ctx, tx, sweepLimit)
				if err != nil {
					return err
				}
				others, err := staff.Sweep(ctx, tx, sweepLimit)
				if err != nil {
					return err
				}
				calls, err := channel.SweepCalls(ctx, tx, sweepLimit)
				more = answers >= sweepLimit || others >= sweepLimit || calls >= sweepLimit
				return err
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	return f
}

// currencies are those goods are sold in.
func currencies(markets []*tailoring.Market) (all []money.Currency) {
	for _, m := range markets {
		all = append(all, money.Currency(m.Currency))
	}
	return all
}

// fit unpacks the parcels of an order that hold more than it still sends.
func fit(ctx context.Context, run *job.Run, id pavilion.OrderID) error {
	return run.DB.Write(ctx, pavilion.System("order"), func(tx *db.Tx) error { return shipment.Fit(ctx, tx, id) })
}
