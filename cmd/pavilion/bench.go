package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	"pavilion/cmd/pavilion/bench"
)

type benchCommand struct {
	DB   string `help:"SQLite file that does not exist yet, or PostgreSQL URL. Default: a SQLite file in a new folder." env:"PAVILION_BENCH_DB" placeholder:"URL"`
	JSON bool   `help:"Print one JSON object per measure."`

	Drop     benchDropCommand     `cmd:"" help:"Followers who all try to buy one unit of one SKU at once."`
	Orders   benchOrdersCommand   `cmd:"" help:"Durable orders a second with plentiful stock."`
	Pages    benchPagesCommand    `cmd:"" help:"List and product pages a second."`
	Console  benchConsoleCommand  `cmd:"" help:"How long staff wait for the pages of the console, in a world of a million orders."`
	Import   benchImportCommand   `cmd:"" help:"Rows of a workbook a second, and peak memory."`
	Tailor   benchTailorCommand   `cmd:"" help:"Products a second that the rules of a market judge."`
	Channels benchChannelsCommand `cmd:"" help:"How soon platforms hear of a sale, how fast their orders come in, and memory."`
	Start    benchStartCommand    `cmd:"" help:"Cold start to first page, idle memory, size of the binary."`
	Bare     benchBareCommand     `cmd:"" hidden:""`
	Read     benchReadCommand     `cmd:"" hidden:""`
}

// print runs one measure and prints its figures.
func (b *benchCommand) print(c *terminal, measure func(bench.Env) ([]bench.Measure, error)) error {
	binary, err := os.Executable()
	if err != nil {
		return err
	}
	found, err := measure(bench.Env{Binary: binary, DB: b.DB, Note: func(format string, args ...any) { fmt.Fprintf(c.err, format+"\n", args...) }})
	if err != nil {
		return err
	}
	for _, m := range found {
		if b.JSON {
			text, err := json.Marshal(m)
			if err != nil {
				return err
			}
			c.printf("%s\n", text)
			continue
		}
		c.printf("%-20s %12.2f %-10s", m.Name, m.Value, m.Unit)
		if m.Limit > 0 {
			c.printf(" limit %12.2f  ratio %.2f", m.Limit, m.Value/m.Limit)
		}
		if m.Crowd != nil {
			c.printf("\n  followers %d  units %d  answered %d  accepted %d  duplicates %d  lost %d  seconds %.2f  p50 %.0f ms  p99 %.0f ms",
				m.Followers, m.Units, m.Answered, m.Accepted, m.Duplicates, m.Lost, m.Seconds, m.P50, m.P99)
		}
		if m.Wait != nil {
			c.printf("  p99 %.1f ms  over %d addresses", m.Most, m.Wait.Pages)
		}
		c.printf("\n")
	}
	return nil
}

type benchDropCommand struct {
	Followers int `help:"How many try to buy." default:"200000"`
	Units     int `help:"How many units there are." default:"10000"`
}

func (d benchDropCommand) Run(ctx context.Context, c *terminal, all *commands) error {
	return all.Bench.print(c, func(e bench.Env) ([]bench.Measure, error) { return bench.Drop(ctx, e, d.Followers, d.Units) })
}

type benchOrdersCommand struct {
	Orders int  `help:"How many orders." default:"50000"`
	Hot    bool `help:"All of one SKU."`
}

func (o benchOrdersCommand) Run(ctx context.Context, c *terminal, all *commands) error {
	return all.Bench.print(c, func(e bench.Env) ([]bench.Measure, error) { return bench.Orders(ctx, e, o.Orders, o.Hot) })
}

type benchPagesCommand struct {
	Requests int `help:"How many requests a run." default:"40000"`
}

func (p benchPagesCommand) Run(ctx context.Context, c *terminal, all *commands) error {
	return all.Bench.print(c, func(e bench.Env) ([]bench.Measure, error) { return bench.Pages(ctx, e, p.Requests) })
}

type benchConsoleCommand struct {
	Copies int `help:"How often a world of 10,000 orders, 20,000 lines and 1,000 SKUs is there." default:"100"`
}

func (b benchConsoleCommand) Run(ctx context.Context, c *terminal, all *commands) error {
	return all.Bench.print(c, func(e bench.Env) ([]bench.Measure, error) { return bench.Console(ctx, e, b.Copies) })
}

type benchImportCommand struct {
	Rows int `help:"How many rows." default:"100000"`
}

func (i benchImportCommand) Run(ctx context.Context, c *terminal, all *commands) error {
	return all.Bench.print(c, func(e bench.Env) ([]bench.Measure, error) { return bench.Import(ctx, e, i.Rows) })
}

type benchChannelsCommand struct {
	SKUs      int `name:"skus" help:"How many SKUs are sold on three channels." default:"10000"`
	Sales     int `help:"How many sales in the own shop platforms hear of." default:"2000"`
	PerSecond int `help:"How many of them a second." default:"20"`
	Orders    int `help:"How many orders of platforms come in at once." default:"10000"`
}

func (b benchChannelsCommand) Run(ctx context.Context, c *terminal, all *commands) error {
	return all.Bench.print(c, func(e bench.Env) ([]bench.Measure, error) {
		return bench.Channels(ctx, e, b.SKUs, b.Sales, b.PerSecond, b.Orders)
	})
}

type benchStartCommand struct{}

func (benchStartCommand) Run(ctx context.Context, c *terminal, all *commands) error {
	return all.Bench.print(c, func(e bench.Env) ([]bench.Measure, error) { return bench.Start(ctx, e) })
}

type benchBareCommand struct {
	Addr string `arg:""`
	File string `arg:""`
}

func (b benchBareCommand) Run(ctx context.Context) error { return bench.Bare(ctx, b.Addr, b.File) }

type benchReadCommand struct {
	File string `arg:""`
}

func (r benchReadCommand) Run(c *terminal) error {
	cells, err := bench.Read(r.File)
	c.printf("%d\n", cells)
	return err
}

type benchTailorCommand struct {
	Market   string `help:"Whose rules." default:"cn"`
	Products int    `help:"How many products." default:"60000"`
	Stored   bool   `help:"Judge them in a database too, as the job does."`
}

func (t benchTailorCommand) Run(ctx context.Context, c *terminal, all *commands) error {
	return all.Bench.print(c, func(e bench.Env) ([]bench.Measure, error) {
		if t.Stored {
			return bench.TailorStored(ctx, e, t.Market, t.Products)
		}
		return bench.Tailor(ctx, e, t.Market, t.Products)
	})
}
