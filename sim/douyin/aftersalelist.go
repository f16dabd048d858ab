package douyin

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	casesDeep = 50_000
	casesBack = 180 * 24 * time.Hour
)

// listCases is afterSale.List.
func listCases(t *tx, c *call) (any, error) {
	page, size := c.num("page"), c.num("size")
	if size < 1 || size > 100 || page < 0 || page > casesDeep/size {
		return nil, invalid(11000, "size 为 1 到 100，page*size 不超过 50000")
	}
	applied := window{c.num("start_time"), c.num("end_time"), true}
	updated := window{c.num("update_start_time"), c.num("update_end_time"), true}
	if applied.from == 0 && updated.from == 0 {
		applied.from = t.now.Add(-casesBack).Unix()
	}
	statuses := c.nums("standard_aftersale_status")
	var found []*aftersale
	for _, a := range t.aftersales.latest() {
		switch {
		case a.Shop != c.shop, !applied.has(a.Applied), !updated.has(a.Updated),
			c.str("order_id") != "" && c.str("order_id") != a.Order && c.str("order_id") != a.Line,
			c.str("aftersale_id") != "" && c.num("aftersale_id") != a.ID,
			c.has("aftersale_type") && c.num("aftersale_type") != a.Type,
			len(statuses) > 0 && !slices.Contains(statuses, a.Status):
			continue
		}
		found = append(found, a)
	}
	sortCases(found, c.strs("order_by"))
	items := []obj{}
	for _, a := range paged(found, page, size) {
		items = append(items, t.tellCase(a))
	}
	return obj{"items": items, "has_more": (page+1)*size < int64(len(found)), "total": len(found), "page": page, "size": size}, nil
}

// sortCases sorts by the first of the orders, "update_time asc".
func sortCases(list []*aftersale, by []string) {
	if len(by) == 0 {
		return
	}
	field, way, _ := strings.Cut(by[0], " ")
	at := map[string]func(*aftersale) time.Time{
		"status_deadline": func(a *aftersale) time.Time { return a.Deadline },
		"apply_time":      func(a *aftersale) time.Time { return a.Applied },
		"update_time":     func(a *aftersale) time.Time { return a.Updated },
	}[field]
	if at == nil {
		return
	}
	slices.SortStableFunc(list, func(a, b *aftersale) int {
		if way == "desc" {
			a, b = b, a
		}
		return at(a).Compare(at(b))
	})
}

// tellCase is an after-sale as the list tells it, with aftersale_ in its names.
func (t *tx) tellCase(a *aftersale) obj {
	o := t.orders.get(a.Order)
	l := o.line(a.Line)
	specs := []obj{}
	for _, s := range l.Specs {
		specs = append(specs, obj{"name": s[0], "value": s[1]})
	}
	number := ""
	for _, p := range o.Packs {
		if slices.ContainsFunc(p.Items, func(i packed) bool { return i.Line == l.ID }) {
			number = p.Number
		}
	}
	logs := []obj{}
	for _, h := range a.Log {
		logs = append(logs, obj{"content": h.What, "create_time": dateTime(h.At)})
	}
	status := a.Status
	if status == caseSent {
		status = 3 // so the list tells it, see the tables of the documents
	}
	return obj{
		"aftersale_info": obj{
			"aftersale_id": strconv.FormatInt(a.ID, 10), "aftersale_order_type": 1, "aftersale_type": a.Type, "aftersale_status": status,
			"related_id": a.Line, "apply_time": a.Applied.Unix(), "create_time": a.Applied.Unix(), "update_time": a.Updated.Unix(),
			"status_deadline": ts(a.Deadline), "refund_amount": a.Amount + a.Post, "refund_post_amount": a.Post, "refund_tax_amount": a.Tax,
			"return_promotion_amount": 0, "aftersale_num": a.Num, "part_type": yesNo(a.Num < l.Num), "refund_status": a.Refund, "refund_type": 1,
			"arbitrate_status": 0, "got_pkg": yesNo(a.Got), "return_logistics_code": a.ReturnNumber, "return_logistics_company_name": companyName(a.ReturnCompany),
			"exchange_sku_info": obj{}, "order_logistics": []obj{}, "aftersale_tags": []obj{}, "remark": "",
		},
		"order_info": obj{
			"shop_order_id": o.ID, "order_flag": []string{}, "related_order_info": []obj{{
				"sku_order_id": l.ID, "order_status": relatedStatus(l), "pay_amount": l.pays(), "post_amount": 0, "item_num": l.Num,
				"aftersale_item_num": a.Num, "aftersale_pay_amount": a.Amount, "aftersale_post_amount": a.Post, "aftersale_tax_amount": a.Tax,
				"tax_amount": l.Tax, "price": l.Price, "product_id": l.Product, "product_name": l.Name, "product_image": l.Pic, "sku_spec": specs,
				"shop_sku_code": l.Code, "logistics_code": number, "is_oversea_order": yesNo(o.Biz != 2), "given_sku_order_ids": []string{},
			}},
		},
		"text_part": obj{}, "seller_logs": logs,
	}
}

// relatedStatus is the state of a line as after-sales tell it: to be shipped, shipped,
// finished, or over.
func relatedStatus(l *line) int64 {
	switch l.Status {
	case preparing, paid:
		return preparing
	case partShip, shipped:
		return shipped
	case finished:
		return finished
	}
	return 255
}

func companyName(code string) string {
	if c := findCompany(code); c != nil {
		return c.name
	}
	return ""
}

// caseDetail is afterSale.Detail, with after_sale_ in its names.
func caseDetail(t *tx, c *call) (any, error) {
	if c.str("after_sale_id") == "" {
		return nil, missing(0, "after_sale_id 不能为空")
	}
	a := t.aftersales.get(c.num("after_sale_id"))
	if a == nil || a.Shop != c.shop {
		return nil, invalid(11000, "售后单不存在")
	}
	o := t.orders.get(a.Order)
	l := o.line(a.Line)
	logs := []obj{}
	if c.yes("need_operation_record") {
		for _, h := range a.Log {
			logs = append(logs, obj{"text": h.What, "time": h.At.Unix()})
		}
	}
	shop, _ := strconv.ParseInt(o.ID, 10, 64) // ours
	address := obj{}
	t.s.tellReceiver(address, o.ID, o.Receiver)
	return obj{
		"process_info": obj{
			"after_sale_info": obj{
				"after_sale_id": a.ID, "after_sale_status": a.Status, "after_sale_type": a.Type, "refund_status": a.Refund,
				"refund_total_amount": a.Amount + a.Post, "refund_post_amount": a.Post, "real_refund_amount": a.given(), "refund_promotion_amount": 0,
				"apply_time": a.Applied.Unix(), "update_time": a.Updated.Unix(), "status_deadline": ts(a.Deadline), "reason": a.Reason, "reason_code": 0,
				"reason_remark": "", "evidence": []string{}, "after_sale_apply_count": a.Num, "need_return_count": a.needed(), "got_pkg": yesNo(a.Got),
				"part_type": yesNo(a.Num < l.Num), "return_address": obj{}, "return_address_id": a.ReturnAddress,
				"encrypt_post_receiver": address["encrypt_post_receiver"], "encrypt_post_tel_sec": address["encrypt_post_tel"],
				"post_address": address["post_addr"], "exchange_sku_info": obj{}, "platform_discount_return_amount": 0, "kol_discount_return_amount": 0,
				"post_discount_return_amount": 0, "shop_discount_return_amount": 0,
			},
			"logistics_info": obj{
				"return":   obj{"tracking_no": a.ReturnNumber, "company_code": a.ReturnCompany, "company_name": companyName(a.ReturnCompany)},
				"exchange": obj{"tracking_no": a.SentNumber, "company_code": a.SentCompany, "company_name": companyName(a.SentCompany)},
				"order":    o.tellPacks(), "resend": obj{},
			},
			"arbitrate_info": obj{}, "after_sale_shop_remarks": []obj{}, "record_logs_list": logs,
		},
		"order_info": obj{
			"shop_order_id": shop, "sku_order_infos": []obj{{
				"sku_order_id": l.ID, "order_status": relatedStatus(l), "pay_amount": l.pays(), "post_amount": 0, "item_quantity": l.Num,
				"tax_amount": l.Tax, "is_oversea_order": yesNo(o.Biz != 2), "product_name": l.Name, "product_id": l.Product, "sku_id": l.SKU,
				"shop_sku_code": l.Code, "item_sum_amount": l.sum(), "sku_pay_amount": l.pays(), "promotion_amount": l.Off, "pay_type": o.PayType,
				"after_sale_item_count": a.Num, "given_sku_details": []obj{},
			}},
		},
	}, nil
}

func (a *aftersale) given() int64 {
	if a.Refund == refundDone {
		return a.Amount + a.Post
	}
	return 0
}

func (a *aftersale) needed() int64 {
	if a.Type == returnGoods || a.Type == exchange {
		return a.Num
	}
	return 0
}

// tellLatestCase is what a line of an order says of its newest after-sale.
func (t *tx) tellLatestCase(order, line string) obj {
	out := obj{"after_sale_status": 0, "after_sale_type": 0, "refund_status": 0}
	for _, id := range t.cases(order) {
		if a := t.aftersales.get(id); a.Line == line {
			out = obj{"after_sale_status": a.Status, "after_sale_type": a.Type, "refund_status": a.Refund}
		}
	}
	return out
}
