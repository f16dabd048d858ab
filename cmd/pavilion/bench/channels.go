package bench

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"pavilion/channel"
	"pavilion/job"
	"pavilion/money"
	"pavilion/order"
	simdouyin "pavilion/sim/douyin"
	simjd "pavilion/sim/jd"
)

// How much of goods there is, and goes, while corrections are timed: so much that a share by
// percent moves with every sale.
const (
	tellUnits = 100
	tellSold  = 10
	tellShare = 30 // percent, of each platform
)

// Channels sells one stock through three doors: the own shop, and a simulated JD and Douyin that
// are reached over HTTP. It times how long it takes until both platforms have heard of a sale in
// the own shop, beside a bare call to the same platform; how fast a burst of platform orders comes
// in, beside the bare driver inserting the very same rows; how fast goods are published, beside
// what the platform lets through; and looks at the memory meanwhile. The simulators take as many
// calls as come: what a platform's own limit adds is told apart.
func Channels(ctx context.Context, e Env, skus, sales, perSecond, orders int) ([]Measure, error) {
	if sales > skus || perSecond < 1 {
		return nil, fmt.Errorf("sell %d of %d SKUs, %d a second: each SKU is sold once", sales, skus, perSecond)
	}
	told, err := e.tellAll(ctx, skus, sales, perSecond)
	if err != nil {
		return nil, err
	}
	taken, err := e.takeBurst(ctx, orders)
	return append(told, taken...), err
}

// tellAll times corrections of what platforms offer.
func (e Env) tellAll(ctx context.Context, skus, sales, perSecond int) (out []Measure, err error) {
	m, err := e.openMall(ctx, skus, tellUnits)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, m.close(ctx)) }()
	published := Measure{Name: "channels_publish", Value: m.published, Unit: "listings/s"}.against(documentedJD / m.callsEach)
	// Before the shops are live: nobody looks at their numbers yet.
	bare, err := m.bareCalls(ctx, min(sales, 500))
	if err != nil {
		return nil, err
	}
	e.note("%d SKUs on two platforms", skus)
	began := time.Now()
	if err := m.live(ctx, channel.Policy{Kind: channel.Percent, Quantity: tellShare}); err != nil {
		return nil, err
	}
	stop, err := m.work(ctx)
	if err != nil {
		return nil, err
	}
	defer stop()
	if err := m.heard.wait(ctx, 2*skus); err != nil {
		return nil, err
	}
	first := Measure{Name: "channels_first_shares", Value: float64(2*skus) / time.Since(began).Seconds(), Unit: "units/s"}
	e.note("%d sales in the own shop, %d a second", sales, perSecond)
	memory := []Measure{}
	var took []time.Duration
	times := make([]time.Time, sales)
	tick := time.NewTicker(time.Second / time.Duration(perSecond))
	defer tick.Stop()
	for i := range sales {
		if i%max(1, sales/2) == 0 && len(memory) < 4 {
			memory = append(memory, memoryNow([]string{"start", "middle"}[len(memory)/2])...)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
		r := request(m.d.Now(), i, m.skus)
		r.Lines = []order.RequestLine{{SKU: m.skus[i], Name: "商品", Quantity: tellSold, Unit: money.New(1990, money.CNY), Tax: money.New(0, money.CNY)}}
		placed, err := m.intake.Place(ctx, r)
		if err == nil && placed.Err != nil {
			err = placed.Err
		}
		if err != nil {
			return nil, err
		}
		times[i] = time.Now()
	}
	if err := m.heard.wait(ctx, 2*skus+2*sales); err != nil {
		return nil, err
	}
	memory = append(memory, memoryNow("end")...)
	for i, at := range times {
		took = append(took, max(0, m.heard.last(string(m.skus[i])).Sub(at)))
	}
	for i := range sales { // what the platforms say they offer is what was meant
		want := int64(tellUnits-tellSold) * tellShare / 100
		onJD, found := m.jdSim.Find(string(m.skus[i]))
		onDouyin, err := m.douyinSim.FindGood(string(m.skus[i]))
		if err != nil || !found || onJD.Sellable != want || onDouyin.Stock != want {
			return nil, errDrop("%s is offered %d times on JD and %d times on Douyin, want %d: %v", m.skus[i], onJD.Sellable, onDouyin.Stock, want, err)
		}
	}
	half, most := quantiles(took)
	bareHalf, bareMost := quantiles(bare)
	out = []Measure{
		published, first,
		Measure{Name: "channels_correct_p50", Value: half, Unit: "ms"}.against(bareHalf),
		Measure{Name: "channels_correct_p99", Value: most, Unit: "ms"}.against(bareMost),
	}
	return append(out, memory...), nil
}

// documentedJD is how many calls a second JD is asked for unless an operator knows better: it
// publishes no limit.
const documentedJD = 5

// bareCalls times calls that change a number on both platforms, one after the other, with nothing
// of ours around the connectors.
func (m *mall) bareCalls(ctx context.Context, n int) (took []time.Duration, err error) {
	for i := range n {
		for at, c := range []channel.Connector{m.jd, m.douyin} {
			for _, by := range []int64{1, -1} {
				began := time.Now()
				if err := c.ChangeStock(ctx, m.access[at], channel.StockChange{UnitID: m.units[at][i], By: by, Key: fmt.Sprintf("bare-%d-%d", i, by)}); err != nil {
					return nil, err
				}
				took = append(took, time.Since(began))
			}
		}
	}
	return took, nil
}

// takeBurst times how a burst of platform orders comes in.
func (e Env) takeBurst(ctx context.Context, orders int) (_ []Measure, err error) {
	m, err := e.openMall(ctx, shelfSKUs, plentiful)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, m.close(ctx)) }()
	if err := m.live(ctx, channel.Policy{Kind: channel.Fixed, Quantity: int64(orders)}); err != nil {
		return nil, err
	}
	stop, err := m.work(ctx)
	if err != nil {
		return nil, err
	}
	if err := m.heard.wait(ctx, 2*shelfSKUs); err != nil {
		stop()
		return nil, err
	}
	stop()
	before, err := readTables(ctx, m.d, shelfTables)
	if err != nil {
		return nil, err
	}
	e.note("%d orders on two platforms", orders)
	for i := range orders / 2 {
		onJD, _ := m.jdSim.Find(string(m.skus[i%shelfSKUs]))
		if _, err := m.jdSim.PlaceOrder(simjd.Purchase{Lines: []simjd.Line{{SKU: onJD.ID, Quantity: 1}}}); err != nil {
			return nil, err
		}
		if _, err := m.douyinSim.PlaceOrder(simdouyin.Placement{Lines: []simdouyin.PlacementLine{{SKU: m.douyinSKUs[i%shelfSKUs], Num: 1}}}); err != nil {
			return nil, err
		}
	}
	time.Sleep(2 * time.Second) // platforms tell times in whole seconds
	calls := m.calls.Load()
	began := time.Now()
	group, polling := errgroup.WithContext(ctx)
	for _, id := range m.shops {
		group.Go(func() error { return m.engine.WorkPoll(polling, &job.Run{DB: m.d}, channel.OrderNumber{Shop: id}) })
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	took := time.Since(began)
	if err := m.tookAll(ctx, orders/2*2); err != nil {
		return nil, err
	}
	asked := float64(m.calls.Load() - calls)
	rows, err := readTables(ctx, m.d, orderTables)
	if err != nil {
		return nil, err
	}
	var limit float64
	for _, perStatement := range []int{1, 64} {
		bare, err := e.insertBare(ctx, append(before, rows...), orders/2*2, perStatement)
		if err != nil {
			return nil, err
		}
		limit = max(limit, bare)
	}
	rate := float64(orders/2*2) / took.Seconds()
	return []Measure{
		Measure{Name: "channels_intake", Value: rate, Unit: "orders/s"}.against(limit),
		Measure{Name: "channels_intake_page", Value: rate, Unit: "orders/s"}.against(documentedJD * float64(orders) / asked),
	}, nil
}

// memoryNow is what this process holds, the simulators included.
func memoryNow(when string) []Measure {
	runtime.GC()
	var s runtime.MemStats
	runtime.ReadMemStats(&s)
	out := []Measure{{Name: "channels_heap_" + when, Value: float64(s.HeapAlloc) / (1 << 20), Unit: "MiB"}}
	if rss, err := memory(os.Getpid(), "VmRSS:"); err == nil { // other systems do not say
		out = append(out, Measure{Name: "channels_rss_" + when, Value: float64(rss) / (1 << 20), Unit: "MiB"})
	}
	return out
}

// quantiles are the half and the 99th hundredth, in milliseconds.
func quantiles(took []time.Duration) (half, most float64) {
	took = slices.Sorted(slices.Values(took))
	return ms(took[len(took)/2]), ms(took[len(took)*99/100])
}
