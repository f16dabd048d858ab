package bench

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"time"

	"github.com/shopspring/decimal"

	"pavilion"
	"pavilion/db"
	"pavilion/job"
	"pavilion/tailoring"
	"pavilion/tailoring/rule"
	"pavilion/tailoring/rules"
	"pavilion/web/console"
)

// Tailor judges products by all rules of a market: on one core, and on all of them. The
// products are those of the pack's own examples with other names, amounts, routes and
// channels, so that some pass and some do not.
func Tailor(ctx context.Context, e Env, market string, products int) ([]Measure, error) {
	p, err := rule.Load(rules.Files, market)
	if err != nil {
		return nil, err
	}
	facts, err := variety(p, products)
	if err != nil {
		return nil, err
	}
	e.Note("%d products, %d rules of %s, pack %s", products, len(p.Rules), market, p.Version)
	const on pavilion.Date = "2026-11-23" // any day does; a fixed one can be compared
	judge := func(of []*rule.Facts) (findings int) {
		for _, f := range of {
			if ctx.Err() != nil {
				return 0
			}
			findings += len(p.Judge(f, on).Findings)
		}
		return findings
	}
	began := time.Now()
	findings := judge(facts)
	one := time.Since(began)

	began = time.Now()
	var all sync.WaitGroup
	cores := runtime.GOMAXPROCS(0)
	for i := range cores {
		all.Go(func() { judge(facts[i*products/cores : (i+1)*products/cores]) })
	}
	all.Wait()
	many := time.Since(began)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return []Measure{
		{Name: "judge one core", Value: float64(products) / one.Seconds(), Unit: "products/s"},
		{Name: fmt.Sprintf("judge %d cores", cores), Value: float64(products) / many.Seconds(), Unit: "products/s"},
		{Name: "findings", Value: float64(findings) / float64(products), Unit: "a product"},
	}, nil
}

// TailorStored has the job judge products that are stored: at first, when it makes their
// variants, and again as a batch, as after a change of the rules. The limit is judging them
// without a database.
func TailorStored(ctx context.Context, e Env, market string, products int) (_ []Measure, err error) {
	pure, err := Tailor(ctx, e, market, products)
	if err != nil {
		return nil, err
	}
	p, err := e.newPlace(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, p.remove(ctx)) }()
	if _, _, err := e.takeIn(ctx, p, products); err != nil {
		return nil, err
	}
	d, err := p.open(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	all, err := tailoring.Load(rules.Files)
	if err != nil {
		return nil, err
	}
	m, err := tailoring.MarketOf(all, market)
	if err != nil {
		return nil, err
	}
	only := []*tailoring.Market{m}
	began := time.Now()
	if err := tailoring.JudgeAll(ctx, d, only); err != nil {
		return nil, err
	}
	first := time.Since(began)
	f := job.NewFlow()
	job.Bulk(f, tailoring.Acts(only, console.VariantFilter(only))...)
	began = time.Now()
	if _, err := job.NewRunner(d, f, job.Options{}).RunDue(ctx); err != nil {
		return nil, err
	}
	again := time.Since(began)
	if err := judgedAgain(ctx, d, products); err != nil {
		return nil, err
	}
	rate := func(name string, took time.Duration) Measure {
		return Measure{Name: name, Value: float64(products) / took.Seconds(), Unit: "products/s"}.against(pure[0].Value)
	}
	return append(pure, rate("judge stored first", first), rate("judge stored again", again)), nil
}

// judgedAgain makes sure that the batch did them all.
func judgedAgain(ctx context.Context, d *db.DB, products int) error {
	return d.Read(ctx, func(v *db.View) error {
		all, err := job.Batches(ctx, v, job.BatchFilter{}, "", 2)
		if err != nil {
			return err
		}
		if len(all) != 1 || all[0].State != job.BatchDone || all[0].Done != int64(products) {
			return fmt.Errorf("judge %d stored products: the batches are %+v", products, all)
		}
		return nil
	})
}

// variety makes products out of the examples of a pack.
func variety(p *rule.Pack, products int) ([]*rule.Facts, error) {
	var whole []*rule.Facts
	for _, name := range p.Examples() {
		f, _, err := p.Example(name, nil)
		if err != nil {
			return nil, err
		}
		whole = append(whole, f)
	}
	channels := []string{"own", "jd", "douyin"}
	out := make([]*rule.Facts, products)
	for i := range out {
		f := *whole[i%len(whole)]
		f.Name = fmt.Sprintf("%s %d", f.Name, i)
		f.Channel = channels[i%len(channels)]
		f.Route = p.Market.Route[i%len(p.Market.Route)].Key
		if f.Nutrients != nil {
			changed := make(map[string]rule.Nutrient, len(f.Nutrients))
			for code, n := range f.Nutrients {
				n.Amount = n.Amount.Add(decimal.New(int64(i%200)-100, -2))
				changed[code] = n
			}
			f.Nutrients = changed
		}
		out[i] = &f
	}
	return out, nil
}
