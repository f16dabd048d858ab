package douyin

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"
)

// Whatever shoppers and the shop do, no unit comes or goes but by a stock call, a parcel, or
// an edit: what is sellable, what orders hold and what has left add up, after restarts too.
func TestUnitsAddUp(t *testing.T) {
	t.Parallel()
	for seed := range uint64(12) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			r := rand.New(rand.NewPCG(seed, 0))
			x := newOutside(t, func(_ *Options, rules *Rules) { rules.ReleaseTakes = 5 * time.Minute })
			g := x.good(40)
			given := int64(40)
			for step := range 150 {
				orders, err := x.s.Orders(20)
				x.must(err)
				pick := OrderSeen{}
				if len(orders) > 0 {
					pick = orders[r.IntN(len(orders))]
				}
				switch r.IntN(10) {
				case 0, 1, 2:
					p := Placement{Unpaid: r.IntN(3) == 0, Lines: []PlacementLine{{SKU: g.SKU, Num: r.Int64N(4) + 1}}}
					if r.IntN(3) == 0 {
						p.Lines = append(p.Lines, PlacementLine{SKU: g.SKU, Num: 1, Gift: true})
					}
					_, _ = x.s.PlaceOrder(p) // there may be too few
				case 3:
					_ = x.s.Pay(pick.ID)
				case 4:
					_ = x.s.Cancel(pick.ID, "")
				case 5:
					x.call("order.logisticsAdd", fmt.Sprintf(`{"order_id":%q,"company_code":"ems","logistics_code":"EM%06d","is_reject_refund":%v}`, pick.ID, step, r.IntN(2) == 0))
				case 6:
					if len(pick.Lines) > 0 {
						l := pick.Lines[r.IntN(len(pick.Lines))]
						x.call("order.logisticsAddMultiPack", fmt.Sprintf(`{"order_id":%q,"request_id":"r%d","pack_list":[{"company_code":"ems","logistics_code":"EM%06d","shipped_order_info":[{"shipped_order_id":%q,"shipped_num":%d}]}]}`,
							pick.ID, step, step, l.ID, r.Int64N(3)+1))
					}
				case 7:
					if len(pick.Lines) > 0 {
						q := Ask{Order: pick.ID, Line: pick.Lines[r.IntN(len(pick.Lines))].ID, Type: r.Int64N(3)}
						if id, err := x.s.Ask(q); err == nil && r.IntN(2) == 0 {
							x.call("afterSale.operate", operation(201, id, ""))
						}
					}
				case 8:
					by := r.Int64N(9) - 4
					if e := x.call("sku.syncStock", fmt.Sprintf(`{"sku_id":%d,"incremental":true,"idempotent_id":"%d","stock_num":%d}`, g.SKU, step, by)); e.Code == 10000 {
						given += by
					}
				case 9:
					x.clock.pass(time.Duration(r.IntN(20)) * time.Minute)
					if r.IntN(4) == 0 {
						x.restart()
					}
				}
				sellable, held, err := x.s.Stock(g.SKU)
				x.must(err)
				left, waiting := int64(0), int64(0)
				all, err := x.s.Orders(0)
				x.must(err)
				for _, o := range all {
					for _, l := range o.Lines {
						left += l.Sent
						if l.Status != cancelled {
							waiting += l.Num - l.Sent
						}
					}
				}
				if sellable < 0 || held != waiting || sellable+held+left != given {
					t.Fatalf("step %d: %d sellable, %d held for %d waiting, %d left: not %d", step, sellable, held, waiting, left, given)
				}
			}
		})
	}
}
