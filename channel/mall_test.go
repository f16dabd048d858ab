package channel_test

import (
	"context"
	"testing"
	"time"

	"pavilion"
	"pavilion/channel"
	"pavilion/channel/channeltest"
	"pavilion/db"
	"pavilion/db/dbtest"
	"pavilion/job"
	"pavilion/money"
	"pavilion/tailoring"
)

// mall is a world whose goods are sold on platforms too.
type mall struct {
	*world
	clock     *dbtest.Clock
	engine    *channel.Engine
	platforms []*channeltest.Platform
	shops     []pavilion.ShopID // one on each
	flow      *job.Flow
}

// newMall opens a live shop on a platform of each kind.
func newMall(t testing.TB, d *db.DB, clock *dbtest.Clock, kinds ...channeltest.Options) *mall {
	t.Helper()
	m := &mall{world: newWorld(t, d, channel.Options{}), clock: clock, flow: job.NewFlow()}
	m.engine = channel.NewEngine(d, channel.EngineOptions{
		Sealer: m.sealer, Intake: m.intake, Own: "own", DecryptMost: 5, Markets: []*tailoring.Market{freeMarket()},
		Wait: func(_ context.Context, d time.Duration) error { clock.Advance(d); return nil },
	})
	for _, o := range kinds {
		o.Clock = clock.Now
		p := channeltest.NewPlatform(o)
		m.engine.Add(p)
		m.must(func(ctx context.Context, tx *db.Tx) error {
			id, err := channel.Join(ctx, tx, m.sealer, p.Name(), p.Token())
			if err != nil {
				return err
			}
			shop, err := channel.ShopOf(ctx, tx, id)
			if err != nil {
				return err
			}
			m.platforms, m.shops = append(m.platforms, p), append(m.shops, id)
			return channel.SetMode(ctx, tx, shop, channel.Live)
		})
	}
	job.Task(m.flow, channel.ShareJob, m.engine.WorkShare)
	job.Task(m.flow, channel.SharesJob, m.engine.WorkShares)
	job.On(m.flow, "serve a shop", m.engine.ServeShop)
	job.Task(m.flow, channel.PollJob, m.engine.WorkPoll)
	job.Task(m.flow, channel.OrderJob, m.engine.WorkOrder)
	job.Task(m.flow, channel.GapsJob, m.engine.WorkGaps)
	job.Task(m.flow, channel.OfferJob, m.engine.WorkOffer)
	job.Task(m.flow, channel.ListingsJob, m.engine.WorkListings)
	job.Task(m.flow, channel.ListingJob, m.engine.WorkListing)
	job.On(m.flow, "free what was called off", m.engine.CalledOff)
	return m
}

// sells has the shop on a platform sell a SKU.
func (m *mall) sells(on int, sku pavilion.SKUID) channel.UnitID {
	m.t.Helper()
	return m.sellsAs(on, string(sku), channel.Part{SKU: sku, Quantity: 1})
}

// sellsAs has it sell a unit of parts.
func (m *mall) sellsAs(on int, ref string, parts ...channel.Part) channel.UnitID {
	m.t.Helper()
	id := m.platforms[on].Sell(ref, money.New(1990, money.CNY))
	m.must(func(ctx context.Context, tx *db.Tx) error {
		return channel.Bind(ctx, tx, channel.Unit{Shop: m.shops[on], Ref: ref, UnitID: id, Parts: parts})
	})
	return id
}

// work does what is due, and what is due a minute later, for so many minutes.
func (m *mall) work(minutes int) {
	m.t.Helper()
	runner := job.NewRunner(m.d, m.flow, job.Options{})
	for range minutes {
		if _, err := runner.RunDue(m.t.Context()); err != nil {
			m.t.Fatal(err)
		}
		m.clock.Advance(time.Minute)
	}
}

// settles has all shares looked at, and all that follows done.
func (m *mall) settles() {
	m.t.Helper()
	for range 3 {
		m.must(func(ctx context.Context, tx *db.Tx) error {
			for _, id := range m.shops {
				if err := job.Enqueue(ctx, tx, channel.SharesJob, string(id), channel.ShareOrder{Shop: id}, 0); err != nil {
					return err
				}
			}
			return nil
		})
		m.work(5)
	}
}

// share is the share of the shop on a platform that holds a SKU.
func (m *mall) share(on int, sku pavilion.SKUID) (row channel.ShareRow) {
	m.t.Helper()
	if err := m.d.Read(m.t.Context(), func(v *db.View) error {
		rows, err := channel.ShareRows(m.t.Context(), v, sku)
		for _, r := range rows {
			if r.Of.ID == m.shops[on] {
				row = r
			}
		}
		return err
	}); err != nil {
		m.t.Fatal(err)
	}
	return row
}

func (m *mall) policy(on int, ref string, p channel.Policy) {
	m.t.Helper()
	p.Shop, p.Ref = m.shops[on], ref
	m.must(func(ctx context.Context, tx *db.Tx) error { return channel.SetPolicy(ctx, tx, p) })
}

// run is an attempt at a job, for what needs its database alone.
func (m *mall) run() *job.Run { return &job.Run{DB: m.d} }
