package douyin

import (
	"cmp"
	"encoding/csv"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

const settleDue = "settle"

// How a row of a bill came to be.
const (
	tradeSettled  = 0
	tradeRefunded = 1 // after it was settled
)

// bill is a row of the settlement: one line of an order, or a refund of one.
type bill struct {
	ID                                        int64
	Shop                                      int64
	Order, Line                               string
	Trade                                     int64
	At, Ordered                               time.Time
	Product, Num                              int64
	Total, Goods, Post                        int64 // fen
	ShopOff, PlatformOff, Before, Fee, Settle int64
	PayType                                   int64
}

// settle writes the bill of an order that is finished.
func (t *tx) settle(a *alarm) {
	o := t.orders.get(a.Of)
	if o == nil {
		return
	}
	for i := range o.Lines {
		l := &o.Lines[i]
		b := bill{
			Shop: o.Shop, Order: o.ID, Line: l.ID, Trade: tradeSettled, At: t.now, Ordered: o.Created, Product: l.Product, Num: l.Num,
			Goods: l.sum(), PayType: o.PayType,
		}
		if i == 0 {
			b.Post = o.Postage
		}
		b.Total = b.Goods + b.Post + l.Tax
		if all := o.ShopOff + o.PlatformOff; all > 0 {
			b.ShopOff = share(l.Off, o.ShopOff, all)
			b.PlatformOff = l.Off - b.ShopOff
		}
		for _, id := range t.cases(o.ID) {
			if c := t.aftersales.get(id); c.Line == l.ID && c.Refund == refundDone {
				b.Before += c.Amount + c.Post
			}
		}
		// The platform makes up for what it lets off: the shop is short only of its own part.
		b.Fee = (b.Total - b.ShopOff - b.Before) * t.s.rules.FeePerMille / 1000
		b.Settle = b.Total - b.ShopOff - b.Before - b.Fee
		t.putBill(b)
	}
}

func (t *tx) putBill(b bill) {
	b.ID = t.next()
	t.bills.put(b.ID, &b)
}

// billRefund writes the row of a refund whose order is settled already.
func (t *tx) billRefund(o *order, a *aftersale) {
	settled := false
	for _, b := range t.bills.all() {
		settled = settled || b.Line == a.Line && b.Trade == tradeSettled
	}
	if !settled {
		return
	}
	l := o.line(a.Line)
	t.putBill(bill{
		Shop: o.Shop, Order: o.ID, Line: l.ID, Trade: tradeRefunded, At: t.now, Ordered: o.Created, Product: l.Product, Num: a.Num,
		Total: -a.Amount - a.Post, Goods: -a.Amount, Post: -a.Post, Settle: -a.Amount - a.Post, PayType: o.PayType,
	})
}

// told is when a row can be read: from 15:00 of the day after.
func (b *bill) told() time.Time {
	d := b.At.In(beijing)
	return time.Date(d.Year(), d.Month(), d.Day()+1, 15, 0, 0, 0, beijing)
}

// readSpan reads the two times of a bill.
func readSpan(c *call) (from, to time.Time, err error) {
	if from, err = time.ParseInLocation(time.DateTime, c.str("start_time"), beijing); err == nil {
		to, err = time.ParseInLocation(time.DateTime, c.str("end_time"), beijing)
	}
	return from, to, err
}

// listBills is order.getSettleBillDetailV3. It has a result code of its own in its data.
func listBills(t *tx, c *call) (any, error) {
	size := c.or("size", 100)
	lines := commaList(c.str("order_id"))
	if size < 1 || size > 100 {
		return nil, invalid(100026, "size 为 1 到 100")
	}
	from, to, err := readSpan(c)
	if len(lines) == 0 && err != nil {
		return nil, invalid(100026, "start_time、end_time 格式错误")
	}
	found := t.findBills(c, from, to, lines)
	start := c.num("start_index")
	i, _ := slices.BinarySearchFunc(found, start, func(b *bill, id int64) int { return cmp.Compare(b.ID, id) })
	page := paged(found[i:], 0, size)
	rows := []obj{}
	for _, b := range page {
		rows = append(rows, b.tell())
	}
	out := obj{"code": "100000", "code_msg": "success", "data": rows, "size": size, "data_size": len(rows), "next_start_index": "", "next_start_time": "", "is_end": 1}
	if i+len(page) < len(found) {
		next := found[i+len(page)]
		out["next_start_index"], out["next_start_time"], out["is_end"] = strconv.FormatInt(next.ID, 10), dateTime(next.At), 0
	}
	return out, nil
}

func (t *tx) findBills(c *call, from, to time.Time, lines []string) []*bill {
	var found []*bill
	for _, b := range t.bills.all() {
		at := b.At
		if c.str("time_type") == "1" {
			at = b.Ordered
		}
		switch {
		case b.Shop != c.shop, t.now.Before(b.told()),
			len(lines) > 0 && !slices.Contains(lines, b.Line),
			len(lines) == 0 && (at.Before(from) || at.After(to)),
			c.str("product_id") != "" && c.num("product_id") != b.Product:
			continue
		}
		found = append(found, b)
	}
	return found
}

func (b *bill) tell() obj {
	out := obj{
		"settle_time": dateTime(b.At), "request_no": strconv.FormatInt(b.ID, 10), "shop_order_id": b.Order, "order_id": b.Line,
		"trade_type": b.Trade, "is_contains_refund_before_settle": yesNo(b.Before > 0), "order_time": dateTime(b.Ordered),
		"product_id": strconv.FormatInt(b.Product, 10), "goods_count": b.Num, "pay_type_desc": payNames[b.PayType], "flow_type_desc": "", "order_type": "",
		"settle_amount": b.Settle, "total_amount": b.Total, "total_goods_amount": b.Goods, "post_amount": b.Post, "shop_coupon": b.ShopOff,
		"refund_before_settle": b.Before, "platform_coupon": b.PlatformOff, "real_pay_amount": b.Total - b.ShopOff - b.PlatformOff,
		"total_income": b.Total - b.ShopOff - b.Before, "platform_service_fee": b.Fee, "total_outcome": b.Fee, "remark": "模拟",
	}
	for _, none := range []string{"author_coupon", "zt_pay_promotion", "zr_pay_promotion", "commission", "good_learn_channel_fee", "colonel_service_fee", "channel_promotion_fee", "other_sharing_amount", "packing_amount"} {
		out[none] = 0
	}
	return out
}

var payNames = map[int64]string{2: "支付宝", 7: "无需支付"}

// askFile is order.downloadSettleItemToShop: the number of a file that will be there.
func askFile(t *tx, c *call) (any, error) {
	from, to, err := readSpan(c)
	if err != nil || !c.has("time_type") {
		return nil, invalid(100026, "start_time、end_time、time_type 不正确")
	}
	id := strconv.FormatInt(t.id(firstOrder), 10)
	t.spend("bill", c.shop, strings.Join([]string{id, c.str("time_type"), dateTime(from), dateTime(to)}, "|"))
	return obj{"download_id": id}, nil
}

// getFile is order.downloadToShop. It has a result code of its own in its data.
func getFile(t *tx, c *call) (any, error) {
	k, made := t.fileAsked(c.shop, c.str("download_id"))
	switch {
	case k == "":
		return obj{"code": "100002", "code_msg": "下载任务不存在", "url": ""}, nil
	case t.now.After(made.Add(fileLives)):
		return obj{"code": "100016", "code_msg": "文件已过期", "url": ""}, nil
	case t.now.Before(made.Add(fileTakes)):
		return obj{"code": "100015", "code_msg": "文件生成中", "url": ""}, nil
	}
	return obj{"code": "100000", "code_msg": "success", "url": t.s.o.BaseURL + "/bills/" + c.str("download_id") + ".csv"}, nil
}

const (
	fileTakes = 2 * time.Second
	fileLives = time.Hour
)

// fileAsked finds the key under which a file was asked for, and when.
func (t *tx) fileAsked(shop int64, id string) (string, time.Time) {
	front := "bill|"
	if shop != 0 {
		front += strconv.FormatInt(shop, 10) + "|" + id + "|"
	}
	for k, at := range t.spent.latest() {
		if strings.HasPrefix(k, front) && strings.Contains(k, "|"+id+"|") && id != "" {
			return k, time.Unix(*at, 0)
		}
	}
	return "", time.Time{}
}

// showFile serves a file of a bill while it lives.
func (s *Simulator) showFile(w http.ResponseWriter, r *http.Request) {
	var b strings.Builder
	err := s.do(func(t *tx) error {
		k, made := t.fileAsked(0, strings.TrimSuffix(r.PathValue("name"), ".csv"))
		part := strings.Split(k, "|")
		if len(part) != 6 || t.now.After(made.Add(fileLives)) {
			return failed(100002, "")
		}
		shop, err := strconv.ParseInt(part[1], 10, 64)
		if err != nil {
			return err
		}
		c := &call{shop: shop, args: newArgs(map[string]any{"time_type": part[3], "start_time": part[4], "end_time": part[5]})}
		from, to, err := readSpan(c)
		if err != nil {
			return err
		}
		out := csv.NewWriter(&b)
		for i, row := range t.findBills(c, from, to, nil) {
			told := row.tell()
			var cells []string
			for _, name := range sorted(told) {
				cells = append(cells, fmt.Sprint(told[name]))
			}
			if i == 0 {
				_ = out.Write(sorted(told)) // into memory
			}
			_ = out.Write(cells)
		}
		out.Flush()
		return nil
	})
	if err != nil {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	http.ServeContent(w, r, "", time.Time{}, strings.NewReader(b.String()))
}
