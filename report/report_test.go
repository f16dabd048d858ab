package report_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pavilion"
	"pavilion/db"
	"pavilion/money"
	"pavilion/order"
	"pavilion/report"
)

var comparable = cmp.AllowUnexported(money.Money{})

func row(key string, orders, units, sum, refundedUnits, refunded int64) report.Row {
	return report.Row{Key: key, Figures: report.Figures{Orders: orders, Units: units, Sum: cny(sum), RefundedUnits: refundedUnits, Refunded: cny(refunded)}}
}

func (w *world) mustRead(what string, want []report.Row, read func(ctx context.Context, v *db.View) ([]report.Row, error)) {
	w.t.Helper()
	w.read(func(ctx context.Context, v *db.View) error {
		got, err := read(ctx, v)
		if diff := cmp.Diff(want, got, comparable); diff != "" {
			w.t.Errorf("%s (-want +got):\n%s", what, diff)
		}
		return err
	})
}

// TestFigures takes four orders through their lives and looks at every list of figures.
func TestFigures(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *world) {
		w.clock.Set(time.Date(2022, 7, 6, 15, 59, 0, 0, time.UTC)) // a minute to midnight in the market
		first := w.buy(line(w.skus[0], 3, 1000, 1), line(w.skus[1], 1, 500, 0), line(w.skus[0], 1, 1000, 0))
		w.clock.Advance(time.Minute)
		w.buy(line(w.skus[2], 2, 700, 0))
		w.accept(paidAtChannel(w.request(line(w.skus[0], 1, 900, 0))))
		rehearsal := paidAtChannel(w.request(line(w.skus[0], 9, 1000, 0)))
		rehearsal.Simulated = true
		w.accept(rehearsal)
		w.accept(w.request(line(w.skus[0], 5, 1000, 0))) // never paid
		w.clock.Advance(48 * time.Hour)
		w.must(func(ctx context.Context, tx *db.Tx) error {
			return order.Refund(ctx, tx, first.ID, []order.RefundLine{{Line: 1, Quantity: 2}}, "broken", false)
		})
		w.run()

		all := report.Period{}
		w.mustRead("days", []report.Row{row("2022-07-06", 1, 5, 4501, 2, 2001), row("2022-07-07", 2, 3, 2300, 0, 0)},
			func(ctx context.Context, v *db.View) ([]report.Row, error) {
				return report.Days(ctx, v, report.Everything, all)
			})
		w.mustRead("a day of a producer", []report.Row{row("2022-07-07", 1, 2, 1400, 0, 0)},
			func(ctx context.Context, v *db.View) ([]report.Row, error) {
				return report.Days(ctx, v, report.OfProducer(w.producers[1]), report.Period{From: "2022-07-07", Until: "2022-07-07"})
			})
		w.mustRead("categories", []report.Row{row("chocolate", 2, 5, 4901, 2, 2001), row("dairy", 2, 3, 1900, 0, 0)},
			func(ctx context.Context, v *db.View) ([]report.Row, error) {
				return report.Subjects(ctx, v, report.Categories, all, 10)
			})
		w.mustRead("the producer that sold most", []report.Row{row(string(w.producers[0]), 2, 6, 5401, 2, 2001)},
			func(ctx context.Context, v *db.View) ([]report.Row, error) {
				return report.Subjects(ctx, v, report.Producers, all, 1)
			})
		w.mustRead("what sold best on a day", []report.Row{row(string(w.skus[2]), 1, 2, 1400, 0, 0), row(string(w.skus[0]), 1, 1, 900, 0, 0)},
			func(ctx context.Context, v *db.View) ([]report.Row, error) {
				return report.Best(ctx, v, "2022-07-07", false, 2)
			})
		w.mustRead("channels", []report.Row{row("market", 1, 1, 900, 0, 0), row("own", 2, 7, 5901, 2, 2001)},
			func(ctx context.Context, v *db.View) ([]report.Row, error) {
				return report.Channels(ctx, v, report.Everything, all)
			})
		w.mustRead("totals of a channel", []report.Row{row("", 1, 1, 900, 0, 0)},
			func(ctx context.Context, v *db.View) ([]report.Row, error) {
				return report.Totals(ctx, v, report.Everything, report.Period{Channel: "market"})
			})
		w.mustRead("rehearsals", []report.Row{row("", 1, 9, 9000, 0, 0)},
			func(ctx context.Context, v *db.View) ([]report.Row, error) {
				return report.Totals(ctx, v, report.Everything, report.Period{Simulated: true})
			})
		w.mustBeClean()
	})
}

// TestCancelledIsGivenBack has all of an order count as given back, whether by its lines or
// by calling it off.
func TestCancelledIsGivenBack(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *world) {
		called, refunded := w.buy(line(w.skus[0], 3, 333, 0)), w.buy(line(w.skus[0], 1, 1000, 0))
		w.must(func(ctx context.Context, tx *db.Tx) error {
			if err := order.Cancel(ctx, tx, called.ID, "changed mind"); err != nil {
				return err
			}
			return order.Refund(ctx, tx, refunded.ID, nil, "changed mind", false)
		})
		w.run()
		w.mustRead("totals", []report.Row{row("", 2, 4, 1999, 4, 1999)}, func(ctx context.Context, v *db.View) ([]report.Row, error) {
			return report.Totals(ctx, v, report.Everything, report.Period{})
		})
		w.mustBeClean()
	})
}

// TestCategoryOfTheSale keeps a sale in the category in which it was made, until the figures
// are built anew.
func TestCategoryOfTheSale(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *world) {
		o := w.buy(line(w.skus[0], 2, 100, 0))
		w.sort(0, "snacks")
		w.must(func(ctx context.Context, tx *db.Tx) error { return order.Cancel(ctx, tx, o.ID, "changed mind") })
		w.run()
		categories := func(ctx context.Context, v *db.View) ([]report.Row, error) {
			return report.Subjects(ctx, v, report.Categories, report.Period{}, 10)
		}
		w.mustRead("as sold", []report.Row{row("chocolate", 1, 2, 200, 2, 200)}, categories)
		w.mustBeClean()
		w.rebuild()
		w.mustRead("rebuilt", []report.Row{row("snacks", 1, 2, 200, 2, 200)}, categories)
		w.mustBeClean()
	})
}

func (w *world) rebuild() (orders int) {
	w.t.Helper()
	err := report.Rebuild(context.Background(), w.d, pavilion.System("test"), zone, func(n int) { orders += n })
	if err != nil {
		w.t.Fatal(err)
	}
	return orders
}

// TestVerifyFinds spoils the figures in every way there is.
func TestVerifyFinds(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		spoil string
		want  string
		rows  int
	}{
		"a sum":                        {"update sales_day set minor = minor + 1 where kind = 'producer'", "report.verify_sum", 1},
		"a count of orders":            {"update sales_day set orders = 7 where kind = 'all'", "report.verify_sum", 1},
		"a refund of nothing":          {"update sales_day set refunded_units = 1 where kind = 'sku'", "report.verify_sum", 1},
		"a sum of nothing":             {"insert into sales_day (kind, key, day, channel, currency, simulated, orders, units, minor, refunded_units, refunded_minor) select kind, key, '2022-07-01', channel, currency, simulated, 1, 1, 1, 0, 0 from sales_day where kind = 'all'", "report.verify_sum", 1},
		"a sum that went lost":         {"delete from sales_day where kind = 'category'", "report.verify_sum", 1},
		"an order that is not counted": {"delete from sales_counted", "report.verify_uncounted", 5}, // and its four sums
		"another refund":               {"update order_line set refunded_quantity = 1", "report.verify_counted", 1},
		"another day":                  {"update order_event set happened_at = happened_at + 400000000000 where step = 'pay'", "report.verify_counted", 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			eachWorld(t, func(t *testing.T, w *world) {
				w.buy(line(w.skus[0], 2, 100, 0))
				w.mustBeClean()
				w.must(func(ctx context.Context, tx *db.Tx) error { _, err := tx.Exec(ctx, c.spoil); return err })
				found := w.differences()
				if len(found) != c.rows || found[0].Reason != c.want {
					t.Fatalf("got %+v, want %d differences, the first %s", found, c.rows, c.want)
				}
			})
		})
	}
}

// TestWaitingIsNoDifference looks between the facts and their reactions.
func TestWaitingIsNoDifference(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *world) {
		o := w.accept(w.request(line(w.skus[0], 2, 100, 0)))
		w.pay(o.Intent)
		w.mustBeClean()
		w.run()
		w.must(func(ctx context.Context, tx *db.Tx) error {
			return order.Refund(ctx, tx, o.Order.ID, []order.RefundLine{{Line: 1, Quantity: 1}}, "broken", false)
		})
		w.mustBeClean()
		w.run()
		w.mustBeClean()
		w.mustRead("totals", []report.Row{row("", 1, 2, 200, 1, 100)}, func(ctx context.Context, v *db.View) ([]report.Row, error) {
			return report.Totals(ctx, v, report.Everything, report.Period{})
		})
	})
}
