package stock_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pavilion"
	"pavilion/db"
	"pavilion/db/dbtest"
	"pavilion/stock"
)

// ruin is a small shop in which everything has happened, and a transaction that breaks it.
type ruin struct {
	*house
	south      pavilion.WarehouseID
	choc, milk pavilion.LotID
	tx         *db.Tx
}

func newRuin(t *testing.T, d *db.DB) *ruin {
	t.Helper()
	h := newHouse(t, d)
	r := &ruin{house: h, south: h.addWarehouse("CAN", "Asia/Shanghai", true)}
	r.choc = h.receive("choc", "2023-01-01", 20)
	r.milk = h.receive("milk", "2022-09-01", 20)
	h.must(func(ctx context.Context, tx *db.Tx) error {
		if err := stock.SetBuyerLimit(ctx, tx, "own", "", 10, time.Hour); err != nil {
			return err
		}
		return stock.SetUnpaidCap(ctx, tx, "own", 5, 50)
	})
	shipped, unpaid := claim("o1", "choc", 3), claim("o2", "choc", 2)
	shipped.Buyer = "anna"
	unpaid.Buyer, unpaid.Holders, unpaid.ExpiresAt = "boris", []string{"boris", "address"}, d.Now().Add(time.Hour)
	h.granted(h.reserve(shipped, unpaid))
	h.must(take("o1"))
	h.must(h.transfer(r.choc, h.id, r.south, 5))
	h.must(h.handle(stock.Hold, r.milk, 0))
	h.clean()
	return r
}

func (r *ruin) exec(query string, args ...any) {
	r.t.Helper()
	n, err := r.tx.Exec(r.t.Context(), query, args...)
	if err != nil || n == 0 {
		r.t.Fatalf("%s: changed %d rows, error %v", query, n, err)
	}
}

var errUndo = errors.New("undo")

// broken breaks the shop in a transaction, returns the differences that verify finds in it,
// and undoes it all.
func (r *ruin) broken(breakIt func(r *ruin)) (found []string) {
	r.t.Helper()
	names := strings.NewReplacer(string(r.choc), "CHOC", string(r.milk), "MILK", string(r.id), "SHA", string(r.south), "CAN", "stock.verify_", "")
	err := r.do(func(ctx context.Context, tx *db.Tx) error {
		r.tx = tx
		breakIt(r)
		ds, err := differences(ctx, tx)
		for _, d := range ds {
			found = append(found, names.Replace(d))
		}
		return errors.Join(errUndo, err)
	})
	if !errors.Is(err, errUndo) {
		r.t.Fatal(err)
	}
	slices.Sort(found)
	return found
}

// At the start the movements of CHOC in SHA are 1 receive, 2 and 3 reserve, 4 take,
// 5 transfer_out; in CAN 1 transfer_in; of MILK 1 receive, 2 hold.
func TestVerifyFindsWhatWasBroken(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		breakIt func(r *ruin)
		want    []string
	}{
		"units out of nowhere": {
			func(r *ruin) {
				r.exec(`update balance set on_hand = on_hand + 7 where lot_id = $1 and warehouse_id = $2`, r.milk, r.id)
			},
			[]string{"on_hand: stored 27, counted 20 in balance MILK SHA, movement MILK SHA 1-2"},
		},
		"reserved too little": {
			func(r *ruin) {
				r.exec(`update balance set reserved = 1 where lot_id = $1 and warehouse_id = $2`, r.choc, r.id)
			},
			[]string{
				"active: stored 1, counted 2 in balance CHOC SHA, reservation o2 1",
				"reserved: stored 1, counted 2 in balance CHOC SHA, movement CHOC SHA 1-5",
			},
		},
		"quarantine lifted without a movement": {
			func(r *ruin) { r.exec(`update balance set held = false where lot_id = $1`, r.milk) },
			[]string{"held: stored 0, counted 1 in balance MILK SHA, movement MILK SHA 1-2"},
		},
		"a movement lost in the middle": {
			func(r *ruin) { r.exec(`delete from movement where lot_id = $1 and kind = 'take'`, r.choc) },
			[]string{
				"numbers: stored 5, counted 4 in movement CHOC SHA 5",
				"on_hand: stored 12, counted 15 in balance CHOC SHA, movement CHOC SHA 1-5",
				"reserved: stored 2, counted 5 in balance CHOC SHA, movement CHOC SHA 1-5",
			},
		},
		"the first movement lost": {
			func(r *ruin) { r.exec(`delete from movement where lot_id = $1 and number = 1`, r.milk) },
			[]string{
				"numbers: stored 2, counted 1 in movement MILK SHA 2",
				"on_hand: stored 20, counted 0 in balance MILK SHA, movement MILK SHA 1-2",
			},
		},
		"movements in an impossible order": {
			func(r *ruin) {
				r.exec(`update movement set number = 9 where lot_id = $1 and warehouse_id = $2 and kind = 'receive'`, r.choc, r.id)
				r.exec(`update movement set number = 1 where lot_id = $1 and warehouse_id = $2 and number = 4`, r.choc, r.id)
				r.exec(`update movement set number = 4 where lot_id = $1 and warehouse_id = $2 and number = 9`, r.choc, r.id)
			},
			[]string{
				"negative: stored -3, counted -3 in movement CHOC SHA 1",
				"negative: stored -3, counted 0 in movement CHOC SHA 2",
				"negative: stored -3, counted 2 in movement CHOC SHA 3",
			},
		},
		"a movement that changes what it must not": {
			func(r *ruin) {
				r.exec(`update movement set reserved_change = 1 where lot_id = $1 and kind = 'receive'`, r.milk)
			},
			[]string{
				"reserved: stored 0, counted 1 in balance MILK SHA, movement MILK SHA 1-2",
				"shape: stored 20, counted 1 in movement MILK SHA 1",
			},
		},
		"one side of a transfer": {
			func(r *ruin) {
				r.exec(`update movement set on_hand_change = 4 where kind = 'transfer_in'`)
				r.exec(`update balance set on_hand = 4 where warehouse_id = $1`, r.south)
			},
			[]string{
				"pair: stored -5, counted -4 in movement CHOC SHA 5, movement CHOC CAN 1",
				"pair: stored 4, counted 5 in movement CHOC CAN 1, movement CHOC SHA 5",
			},
		},
		"a transfer without its other side": {
			func(r *ruin) {
				r.exec(`delete from movement where kind = 'transfer_in'`)
				r.exec(`delete from balance where warehouse_id = $1`, r.south)
			},
			[]string{"pair: stored -5, counted 0 in movement CHOC SHA 5, movement CHOC CAN 1"},
		},
		"a balance lost": {
			func(r *ruin) { r.exec(`delete from balance where warehouse_id = $1`, r.south) },
			[]string{"no_balance: stored 0, counted 5 in movement CHOC CAN 1"},
		},
		"a balance without movements": {
			func(r *ruin) { r.exec(`delete from movement where lot_id = $1`, r.milk) },
			[]string{
				"held: stored 1, counted 0 in balance MILK SHA, movement MILK SHA none",
				"numbers: stored 2, counted 0 in balance MILK SHA, movement MILK SHA none",
				"on_hand: stored 20, counted 0 in balance MILK SHA, movement MILK SHA none",
			},
		},
		"another date on the balance": {
			func(r *ruin) { r.exec(`update balance set best_before = '2030-01-01' where lot_id = $1`, r.milk) },
			[]string{"lot: stored 0, counted 1 in balance MILK SHA, lot MILK"},
		},
		"a reservation lost": {
			func(r *ruin) { r.exec(`delete from reservation where order_id = 'o2'`) },
			[]string{
				"active: stored 2, counted 0 in balance CHOC SHA",
				"takes: stored 2, counted 0 in buyer_take own choc boris",
				"unpaid_orders: stored 1, counted 0 in unpaid_hold own address",
				"unpaid_orders: stored 1, counted 0 in unpaid_hold own boris",
				"unpaid_units: stored 2, counted 0 in unpaid_hold own address",
				"unpaid_units: stored 2, counted 0 in unpaid_hold own boris",
			},
		},
		"a reservation of a lot that is not there": {
			func(r *ruin) { r.exec(`update reservation set lot_id = 'lot_x' where order_id = 'o2'`) },
			[]string{
				"active: stored 2, counted 0 in balance CHOC SHA",
				"no_balance: stored 0, counted 2 in reservation o2 1, balance lot_x SHA",
			},
		},
		"a taken reservation of another SKU": {
			func(r *ruin) {
				r.exec(`update reservation set sku_id = 'milk', counts_until = null where order_id = 'o1'`)
				r.exec(`delete from buyer_take where buyer = 'anna'`)
			},
			[]string{"no_balance: stored 0, counted 3 in reservation o1 1, balance CHOC SHA"},
		},
		"a reservation active again": {
			func(r *ruin) { r.exec(`update reservation set state = 'active' where order_id = 'o1'`) },
			[]string{"active: stored 2, counted 5 in balance CHOC SHA, reservation o1 1, reservation o2 1"},
		},
		"a buyer's count lost": {
			func(r *ruin) { r.exec(`delete from buyer_take where buyer = 'anna'`) },
			[]string{"takes: stored 0, counted 3 in buyer_take own choc anna, reservation o1 1"},
		},
		"a buyer's count changed": {
			func(r *ruin) {
				r.exec(`update buyer_take set takes = replace(takes, '"quantity":3', '"quantity":1') where buyer = 'anna'`)
			},
			[]string{"takes: stored 1, counted 3 in buyer_take own choc anna, reservation o1 1"},
		},
		"a holder's count changed": {
			func(r *ruin) { r.exec(`update unpaid_hold set units = 0 where holder = 'address'`) },
			[]string{"unpaid_units: stored 0, counted 2 in unpaid_hold own address, reservation o2 1"},
		},
		"a holder's count lost": {
			func(r *ruin) { r.exec(`delete from unpaid_hold where holder = 'address'`) },
			[]string{
				"unpaid_orders: stored 0, counted 1 in unpaid_hold own address, reservation o2 1",
				"unpaid_units: stored 0, counted 2 in unpaid_hold own address, reservation o2 1",
			},
		},
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := newRuin(t, d)
		for name, c := range cases {
			if diff := cmp.Diff(c.want, r.broken(c.breakIt)); diff != "" {
				t.Errorf("%s: differences, - want, + got:\n%s", name, diff)
			}
		}
	})
}

// TestVerifyReadsPageByPage has more rows than a page of everything that is paged.
func TestVerifyReadsPageByPage(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t)
	h := newHouse(t, d)
	h.must(func(ctx context.Context, tx *db.Tx) error {
		if err := stock.SetBuyerLimit(ctx, tx, "own", "", 2, time.Hour); err != nil {
			return err
		}
		if err := stock.SetUnpaidCap(ctx, tx, "own", 3, 3); err != nil {
			return err
		}
		for lot := range stock.VerifyPage + 10 {
			_, err := stock.Receive(ctx, tx, stock.Receipt{
				SKU: "choc", LotCode: fmt.Sprint(lot), Warehouse: h.id, Quantity: 1 + int64(lot)%3, Cause: "delivery",
			})
			if err != nil {
				return err
			}
		}
		for from := 0; from < stock.VerifyPage+10; from += 500 {
			claims := make([]stock.Claim, 500)
			for i := range claims {
				claims[i] = claim(fmt.Sprint("o", from+i), "choc", 1)
				claims[i].Buyer = fmt.Sprint("buyer", from+i)
				claims[i].Holders = []string{claims[i].Buyer}
				claims[i].ExpiresAt = tx.Now().Add(time.Hour)
			}
			if _, err := stock.Reserve(ctx, tx, claims); err != nil {
				return err
			}
		}
		return nil
	})
	h.clean()
	h.must(func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, `update balance set on_hand = on_hand + 1 where on_hand = 3`)
		return err
	})
	if got, want := len(h.verify()), (stock.VerifyPage+10)/3; got != want {
		t.Errorf("got %d differences, want %d", got, want)
	}
}
