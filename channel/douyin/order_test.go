package douyin

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pavilion"
)

const orderJSON = `{"order_id":"4781320682406083640","shop_id":4463798,"biz":2,"order_type":0,"order_status":2,"main_status":2,"create_time":1783310000,"pay_time":1783310100,"update_time":1783310400,"exp_ship_time":1783483200,"ship_time":0,"order_expire_time":1800,
	"pay_type":2,"order_amount":4180,"pay_amount":3980,"post_amount":0,"promotion_amount":200,"doudian_open_id":"1@#abc","post_receiver":"","encrypt_post_receiver":"#ML3B#0BB1W4ad=#1##","mask_post_receiver":"*磊","encrypt_post_tel":"#IuxSQ#1##","mask_post_tel":"13*******64",
	"post_addr":{"province":{"name":"上海市","id":"31"},"city":{"name":"上海市","id":310100},"town":{"name":"浦东新区","id":""},"street":{"name":"","id":""},"detail":"","encrypt_detail":"#x#1##"},"mask_post_addr":{"detail":"世纪**"},
	"sku_order_list":[{"order_id":"4781320682406083641","parent_order_id":"4781320682406083640","product_id":3473196049974326300,"product_id_str":"3473196049974326153","sku_id":1709160688834615,"code":"BY-001","item_num":2,"origin_amount":1990,"sum_amount":3980,"pay_amount":3980,"given_product_type":"MASTER","after_sale_info":{"after_sale_status":0},"room_id_str":"7"},
	{"order_id":"4781320682406083642","sku_id":2,"code":"BY-GIFT","item_num":1,"origin_amount":0,"given_product_type":"FREE","master_sku_order_id_list":["4781320682406083641"],"bundle_sku_info":[{"x":1}]}]}`

func TestOrders(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Facts{})
	w.told("order.orderDetail", yes(`{"shop_order_detail":`+orderJSON+`}`))
	o, err := w.shop.Order(t.Context(), "4781320682406083640")
	if err != nil || o.ID != "4781320682406083640" || o.Status != OrderToShip || o.Paid != 3980 || !o.UpdatedAt.Equal(noon) || !o.ShippedAt.IsZero() ||
		o.MaskedName != "*磊" || string(o.PhoneCipher) != "#IuxSQ#1##" || o.Address.City.ID != "310100" || o.Masked.Detail != "世纪**" ||
		len(o.Lines) != 2 || o.Lines[0].ProductText != "3473196049974326153" || o.Lines[1].Given != GiftLine || o.Lines[1].Masters[0] != "4781320682406083641" || len(o.Lines[1].Bundle) != 1 {
		t.Errorf("got %+v, %v", o, err)
	}
	for _, bad := range []string{`{"shop_order_detail":{}}`, `{"shop_order_detail":null}`, `{}`} {
		w.told("order.orderDetail", yes(bad))
		if _, err := w.shop.Order(t.Context(), "1"); pavilion.KindOf(err) != pavilion.Unavailable {
			t.Errorf("%s: got %v, want that it makes no sense", bad, err)
		}
	}
	w.told("order.orderDetail", no(50002, "isv.business-failed:20015", "another shop"))
	if _, err := w.shop.Order(t.Context(), "1"); pavilion.KindOf(err) != pavilion.NotFound {
		t.Errorf("another shop's: got %v, want not found", err)
	}
}

// TestWalk has a window of three pages: the last comes first, the first twice.
func TestWalk(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Facts{})
	page := func(id string) string {
		return yes(`{"total":250,"page":0,"size":100,"shop_order_list":[{"order_id":"` + id + `"}]}`)
	}
	w.told("order.searchList", page("a"), page("c"), page("b"), page("a"))
	var got []Text
	at := ""
	for {
		orders, next, err := w.shop.Orders(t.Context(), Window{noon.Add(-time.Hour), noon}, at)
		if err != nil || len(orders) != 1 {
			t.Fatalf("got %v, %v", orders, err)
		}
		got = append(got, orders[0].ID)
		if at = next; at == "" {
			break
		}
	}
	if d := cmp.Diff([]Text{"a", "c", "b", "a"}, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	want := func(n int) asked {
		return asked{"order.searchList", fmt.Sprintf(`{"order_asc":true,"order_by":"update_time","page":%d,"size":100,"update_time_end":1783310401,"update_time_start":1783306799}`, n)}
	}
	w.wantAsked(want(0), want(2), want(1), want(0))
	for _, at := range []string{"x", "1-2", "1-2-3-4", "1--2-3", "1-2-501"} {
		if _, _, err := w.shop.Orders(t.Context(), Window{noon, noon}, at); pavilion.KindOf(err) != pavilion.Invalid {
			t.Errorf("%s: got %v, want Invalid", at, err)
		}
	}
}

// TestWalkKeepsMovingRows has rows change while a window is read: none that stays is missed.
func TestWalkKeepsMovingRows(t *testing.T) {
	t.Parallel()
	rows := make([]int, 950)
	for n := range rows {
		rows[n] = n
	}
	seen := map[int]bool{}
	way := walk{0, 10, look}
	for calls := 1; ; calls++ {
		first := min(way.number()*pageMost, len(rows))
		for _, r := range rows[first:min(first+pageMost, len(rows))] {
			seen[r] = true
		}
		next, _, done, err := way.next(len(rows), 10)
		if err != nil {
			t.Fatal(err)
		}
		if done {
			break
		}
		way = next
		for _, gone := range []int{calls * 13, calls * 57, 3} { // they changed again, and left the window
			rows = append(rows[:gone:gone], rows[gone+1:]...)
		}
	}
	for _, r := range rows {
		if !seen[r] {
			t.Errorf("row %d was skipped", r)
		}
	}
}

func TestWalkInHalves(t *testing.T) {
	t.Parallel()
	var read [][2]int64
	for way := (walk{0, 180, look}); ; {
		total := 1
		if way.to-way.from > 60 {
			total = deepest + 1
		}
		next, counts, done, err := way.next(total, 180)
		if err != nil {
			t.Fatal(err)
		}
		if counts {
			read = append(read, [2]int64{way.from, way.to})
		}
		if done {
			break
		}
		way = next
	}
	if len(read) < 3 || read[0][0] != 0 || read[len(read)-1][1] != 180 {
		t.Errorf("got %v, want the whole window in parts", read)
	}
	for n := 1; n < len(read); n++ {
		if read[n][0] != read[n-1][1] {
			t.Errorf("got %v, want no gap", read)
		}
	}
	if _, _, _, err := (walk{0, 1, look}).next(deepest+1, 1); pavilion.ReasonOf(err) != "douyin.window" {
		t.Errorf("got %v, want douyin.window", err)
	}
}
