package douyin

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	ordersDeep = 50_000
	ordersSize = 100
	ordersBack = 90 * 24 * time.Hour
)

// window is a span of time a list is asked for.
type window struct {
	from, to int64
	included bool // its ends are in it
}

func (w window) has(at time.Time) bool {
	if w.included {
		return (w.from == 0 || at.Unix() >= w.from) && (w.to == 0 || at.Unix() <= w.to)
	}
	return between(at, w.from, w.to)
}

// searchOrders is order.searchList.
func searchOrders(t *tx, c *call) (any, error) {
	page, size := c.num("page"), c.num("size")
	created := window{c.num("create_time_start"), c.num("create_time_end"), t.s.rules.EndsIncluded}
	updated := window{c.num("update_time_start"), c.num("update_time_end"), t.s.rules.EndsIncluded}
	oldest := t.now.Add(-ordersBack).Unix()
	combined := c.list("combine_status")
	switch {
	case page < 0:
		return nil, invalid(10035, "page 不能小于 0")
	case size < 1 || size > ordersSize:
		return nil, invalid(20008, "size 为 1 到 100")
	case created.from == 0 && updated.from == 0:
		return nil, invalid(20011, "开始时间不能为空")
	case created.from != 0 && created.from < oldest || updated.from != 0 && updated.from < oldest:
		return nil, invalid(20022, "只能查询 90 天内的订单")
	case page >= ordersDeep/size:
		return nil, invalid(20013, "最多查询 50000 条")
	case len(combined) > 1:
		return nil, invalid(20012, "combine_status 只能有一个元素")
	}
	var statuses, mains []string
	if len(combined) == 1 {
		statuses, mains = commaList(combined[0].str("order_status")), commaList(combined[0].str("main_status"))
	}
	var found []*order
	for _, o := range t.orders.all() {
		if o.Shop == c.shop && t.s.faults.seen(o.Updated, t.now) && created.has(o.Created) && updated.has(o.Updated) && oneOf(statuses, o.Status) && oneOf(mains, o.Main) && t.orderWanted(o, c) {
			found = append(found, o)
		}
	}
	at := func(o *order) time.Time { return o.Created }
	if c.str("order_by") == "update_time" {
		at = func(o *order) time.Time { return o.Updated }
	}
	slices.SortStableFunc(found, func(a, b *order) int { return at(a).Compare(at(b)) })
	if !c.yes("order_asc") {
		slices.Reverse(found)
	}
	list := []obj{}
	for _, o := range paged(found, page, size) {
		list = append(list, t.tellOrder(o))
	}
	return obj{"page": page, "total": len(found), "size": size, "shop_order_list": list}, nil
}

func commaList(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, ",")
}

func oneOf(list []string, n int64) bool {
	return len(list) == 0 || slices.Contains(list, strconv.FormatInt(n, 10))
}

// orderWanted tells whether an order passes the rarer filters.
func (t *tx) orderWanted(o *order, c *call) bool {
	if number := c.str("tracking_no"); number != "" && !slices.ContainsFunc(o.Packs, func(p pack) bool { return p.Number == number }) {
		return false
	}
	if c.has("trade_type") && c.num("trade_type") != o.Trade {
		return false
	}
	if what := c.str("product"); what != "" && !slices.ContainsFunc(o.Lines, func(l line) bool {
		return strconv.FormatInt(l.Product, 10) == what || strings.Contains(l.Name, what)
	}) {
		return false
	}
	return t.caseWanted(o, c.str("after_sale_status_desc"))
}

// caseWanted tells whether an order has an after-sale of a sort.
func (t *tx) caseWanted(o *order, sort string) bool {
	of := map[string]func(*aftersale) bool{
		"in_aftersale":     (*aftersale).open,
		"refund":           func(a *aftersale) bool { return a.open() && a.Type != exchange },
		"refund_success":   func(a *aftersale) bool { return a.Status == caseDone && a.Type != exchange },
		"refund_fail":      func(a *aftersale) bool { return a.Status == caseRefused || a.Status == caseRefusedLate },
		"exchange_success": func(a *aftersale) bool { return a.Status == caseExchanged },
		"aftersale_close":  func(a *aftersale) bool { return a.Status == caseClosed },
	}[sort]
	if of == nil {
		return true
	}
	for _, id := range t.cases(o.ID) {
		if of(t.aftersales.get(id)) {
			return true
		}
	}
	return false
}

// orderDetail is order.orderDetail.
func orderDetail(t *tx, c *call) (any, error) {
	id := c.str("shop_order_id")
	if id == "" {
		return nil, missing(20000, "订单号不能为空")
	}
	o := t.orders.get(id)
	if o == nil {
		return nil, invalid(20014, "订单不存在")
	}
	if o.Shop != c.shop {
		return nil, failed(20015, "订单不属于该店铺")
	}
	told := t.tellOrder(o)
	told["promotion_detail"] = obj{}
	return obj{"shop_order_detail": told}, nil
}

func (t *tx) tellOrder(o *order) obj {
	out := obj{
		"shop_id": o.Shop, "shop_name": t.s.shop(o.Shop).Name, "open_id": "", "doudian_open_id": t.s.openID(o.Buyer), "order_id": o.ID, "order_level": 2,
		"biz": o.Biz, "order_type": 0, "trade_type": o.Trade, "order_status": o.Status, "order_status_desc": stateNames[o.Status], "main_status": o.Main,
		"create_time": o.Created.Unix(), "pay_time": ts(o.Paid), "update_time": o.Updated.Unix(), "finish_time": ts(o.Finished),
		"exp_ship_time": ts(o.ShipBy), "ship_time": ts(o.Shipped), "appointment_ship_time": 0,
		"order_expire_time": int64(t.s.rules.UnpaidLife / time.Second), "cancel_reason": o.CancelReason, "buyer_words": o.BuyerWords,
		"seller_words": o.SellerWords, "seller_remark_stars": o.Stars, "pay_type": o.PayType, "channel_payment_no": o.Payment,
		"post_amount": o.Postage, "post_origin_amount": o.Postage, "post_promotion_amount": 0, "post_insurance_amount": 0,
		"modify_amount": 0, "modify_post_amount": 0, "promise_info": "", "shop_order_tag_ui": []obj{{"key": "simulated", "text": "模拟订单", "help_doc": ""}},
		"logistics_info": o.tellPacks(), "order_phase_list": o.tellPhases(), "packing_amount": 0,
	}
	amounts(out, o.amount(), o.pays(), o.ShopOff, o.PlatformOff, o.Tax)
	t.s.tellReceiver(out, o.ID, o.Receiver)
	if o.Biz != 2 {
		out["user_id_info"] = obj{
			"encrypt_id_card_no": t.s.seal(o.ID, dataIDCard, o.Receiver.IDNumber), "encrypt_id_card_name": t.s.seal(o.ID, dataName, o.Receiver.IDName),
			"id_card_no": "", "id_card_name": "",
		}
	}
	lines := []obj{}
	for i := range o.Lines {
		lines = append(lines, t.tellLine(o, &o.Lines[i]))
	}
	out["sku_order_list"] = lines
	return out
}

// amounts writes the amounts that stand on orders and on their lines.
func amounts(into obj, amount, pays, shopOff, platformOff, tax int64) {
	for name, n := range map[string]int64{
		"order_amount": amount, "pay_amount": pays, "promotion_amount": shopOff + platformOff, "promotion_shop_amount": shopOff,
		"promotion_platform_amount": platformOff, "promotion_talent_amount": 0, "promotion_pay_amount": 0, "promotion_redpack_amount": 0,
		"promotion_redpack_platform_amount": 0, "promotion_redpack_talent_amount": 0, "total_promotion_amount": shopOff + platformOff,
		"shop_cost_amount": shopOff, "platform_cost_amount": platformOff, "only_platform_cost_amount": platformOff, "author_cost_amount": 0,
		"tax_amount": tax,
	} {
		into[name] = n
	}
}

func (t *tx) tellLine(o *order, l *line) obj {
	specs := []obj{}
	for _, s := range l.Specs {
		specs = append(specs, obj{"name": s[0], "value": s[1]})
	}
	inventory := []obj{}
	for _, w := range sorted(l.From) {
		kind := 1
		if w != "" {
			kind = 2
		}
		inventory = append(inventory, obj{"warehouse_id": w, "out_warehouse_id": w, "inventory_type": kind, "count": l.From[w], "warehouse_type": 0})
	}
	cids := findCategory(l.Category).tell()
	out := obj{
		"order_id": l.ID, "parent_order_id": o.ID, "order_level": 3, "biz": o.Biz, "order_type": 0, "product_id": l.Product,
		"product_id_str": strconv.FormatInt(l.Product, 10), "sku_id": l.SKU, "out_sku_id": strconv.FormatInt(l.OutSKU, 10), "out_product_id": l.OutProduct,
		"code": l.Code, "product_name": l.Name, "product_pic": l.Pic, "spec": specs, "item_num": l.Num, "origin_amount": l.Price,
		"sum_amount": l.sum(), "goods_type": 0, "trade_type": o.Trade, "pre_sale_type": yesNo(o.Deposit > 0), "order_status": l.Status,
		"main_status": l.Main, "create_time": o.Created.Unix(), "pay_time": ts(o.Paid), "update_time": o.Updated.Unix(),
		"exp_ship_time": ts(o.ShipBy), "ship_time": ts(o.Shipped), "finish_time": ts(o.Finished),
		"after_sale_info": t.tellLatestCase(o.ID, l.ID), "inventory_list": inventory, "reduce_stock_type": l.Reduce, "has_tax": l.Tax > 0,
		"post_amount": 0, "given_product_type": "", "master_sku_order_id_list": []string{}, "bundle_sku_info": []obj{},
		"logistics_receipt_time": 0, "confirm_receipt_time": ts(o.Finished), "theme_type": "", "author_id": 0, "author_name": "",
		"room_id": o.Room, "room_id_str": "", "video_id": "", "content_id": "0", "c_biz": 8, "ad_env_type": "", "is_comment": 0, "need_serial_number": false,
		"first_cid": cids["first_cid"], "second_cid": cids["second_cid"], "third_cid": cids["third_cid"], "fourth_cid": cids["fourth_cid"],
	}
	if l.OutSKU == 0 {
		out["out_sku_id"] = ""
	}
	shopOff := int64(0)
	if all := o.ShopOff + o.PlatformOff; all > 0 {
		shopOff = share(l.Off, o.ShopOff, all)
	}
	amounts(out, l.sum()+l.Tax, l.pays(), shopOff, l.Off-shopOff, l.Tax)
	t.s.tellReceiver(out, o.ID, o.Receiver)
	if o.Room != 0 {
		out["room_id_str"], out["theme_type"], out["ad_env_type"] = strconv.FormatInt(o.Room, 10), "1", "live"
	}
	if l.Free {
		out["given_product_type"], out["master_sku_order_id_list"] = "FREE", l.Masters
	} else if slices.ContainsFunc(o.Lines, func(g line) bool { return slices.Contains(g.Masters, l.ID) }) {
		out["given_product_type"] = "MASTER"
	}
	if len(l.Parts) > 0 {
		parts := []obj{}
		for _, p := range l.Parts {
			parts = append(parts, obj{"sub_product_id": p.Product, "sub_sku_id": p.SKU, "combo_num": p.Num})
		}
		out["bundle_sku_info"] = parts
	}
	return out
}

func (o *order) tellPacks() []obj {
	out := []obj{}
	for _, p := range o.Packs {
		products := []obj{}
		for _, i := range p.Items {
			l := o.line(i.Line)
			specs := []obj{}
			for _, s := range l.Specs {
				specs = append(specs, obj{"name": s[0], "value": s[1]})
			}
			products = append(products, obj{
				"product_name": l.Name, "price": l.Price, "outer_sku_id": l.Code, "sku_id": l.SKU, "sku_specs": specs,
				"product_count": i.Num, "product_id": l.Product, "sku_order_id": l.ID,
			})
		}
		out = append(out, obj{
			"tracking_no": p.Number, "company": p.Company, "company_name": findCompany(p.Company).name, "ship_time": p.At.Unix(),
			"delivery_id": p.ID, "product_info": products, "added_services": []obj{},
		})
	}
	return out
}

// tellPhases tells deposit and balance. The documents name the list and not what is in it;
// the fields are those of their sample.
func (o *order) tellPhases() []obj {
	if o.Deposit == 0 {
		return []obj{}
	}
	phase := func(n int, amount int64, done bool, at time.Time) obj {
		return obj{
			"phase_order_id": o.ID, "total_phase": 2, "current_phase": n, "pay_success": done, "sku_order_id": o.Lines[0].ID,
			"phase_payable_price": amount, "phase_pay_time": ts(at), "phase_order_amount": amount,
		}
	}
	return []obj{
		phase(1, o.Deposit, true, o.Created),
		phase(2, o.pays()-o.Deposit, !o.Paid.IsZero(), o.Paid),
	}
}
