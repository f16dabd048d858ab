package douyin

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"
)

// between tells whether a time is in a window that leaves its ends out; an end of 0 is open.
func between(at time.Time, from, to int64) bool {
	return (from == 0 || at.Unix() > from) && (to == 0 || at.Unix() < to)
}

const (
	productsDeep   = 10000
	productIDsMost = 100
)

// listProducts is product.listV2.
func listProducts(t *tx, c *call) (any, error) {
	page, size, cursor := c.num("page"), c.num("size"), c.yes("use_cursor")
	if size < 1 || size > 100 || !cursor && page < 1 {
		return nil, invalid(2010004, "page 从 1 开始，size 为 1 到 100")
	}
	if !cursor && page > productsDeep/size {
		return nil, invalid(2010004, "page*size 不能超过 10000，请使用游标")
	}
	ids := c.strs("product_id")
	if len(ids) > productIDsMost {
		return nil, invalid(2010004, "product_id 最多 100 个")
	}
	after := int64(0)
	if cursor {
		after = c.num("cursor_id")
	}
	var found []*product
	for _, p := range t.products.all() {
		if p.Shop == c.shop && p.Status != gone && p.ID > after && t.wanted(p, c, ids) {
			found = append(found, p)
		}
	}
	total := len(found)
	if cursor {
		page = 1
	} else {
		slices.Reverse(found) // the newest first; a cursor goes the other way
	}
	next := ""
	list := []obj{}
	for _, p := range paged(found, page-1, size) {
		list = append(list, t.tellListed(p))
		next = strconv.FormatInt(p.ID, 10)
	}
	out := obj{"total": total, "page": page, "size": size, "data": list, "cursor_id": ""}
	if cursor {
		out["cursor_id"] = next
	}
	return out, nil
}

// wanted tells whether a product passes the filters of a list.
func (t *tx) wanted(p *product, c *call, ids []string) bool {
	switch {
	case c.has("status") && c.num("status") != p.Status,
		!c.has("status") && p.Status == binned,
		c.has("check_status") && c.num("check_status") != p.Check,
		len(ids) > 0 && !slices.Contains(ids, strconv.FormatInt(p.ID, 10)),
		!between(p.Created, c.num("start_time"), c.num("end_time")),
		!between(p.Updated, c.num("update_start_time"), c.num("update_end_time")):
		return false
	}
	if name := c.str("name"); name != "" && !strings.Contains(p.fields(false).str("name"), name) {
		return false
	}
	if kind := c.has("product_type"); kind && c.num("product_type") != p.fields(false).num("product_type") {
		return false
	}
	if codes := c.strs("sku_codes"); len(codes) > 0 {
		return slices.ContainsFunc(t.skusIn(p.ID), func(u *sku) bool { return slices.Contains(codes, u.Code) })
	}
	return true
}

func (t *tx) tellListed(p *product) obj {
	f := p.fields(false)
	return obj{
		"product_id": p.ID, "status": p.Status, "check_status": p.Check, "name": f.str("name"), "img": firstOf(f.str("pic")),
		"description": f.str("description"), "product_type": f.num("product_type"), "spec_id": p.ID, "create_time": p.Created.Unix(),
		"update_time": p.Updated.Unix(), "out_product_id": p.Out, "outer_product_id": p.Outer,
		"category_detail": findCategory(f.num("category_leaf_id")).tell(), "market_price": 0, "discount_price": 0, "is_package_product": false,
	}
}

// tellProduct is product.detail.
func tellProduct(t *tx, c *call) (any, error) {
	if !c.has("product_id") && !c.has("out_product_id") && !c.has("outer_product_id") {
		return nil, missing(0, "product_id 不能为空")
	}
	p := t.own(c)
	if p == nil {
		return nil, failed(2010058, "商品不存在")
	}
	f := p.fields(c.yes("show_draft"))
	specs := []obj{}
	for _, s := range p.Specs {
		values := []obj{}
		for _, v := range s.Values {
			values = append(values, obj{"id": v.ID, "name": v.Name, "pid": s.ID, "status": 0})
		}
		specs = append(specs, obj{"id": s.ID, "spec_id": p.ID, "name": s.Name, "pid": 0, "is_leaf": 0, "values": values})
	}
	prices := []obj{}
	for _, u := range t.skusIn(p.ID) {
		prices = append(prices, obj{
			"sku_id": u.ID, "outer_sku_id": u.Outer, "out_sku_id": u.Out, "code": u.Code, "price": u.Price,
			"stock_num": u.Stock, "step_stock_num": u.Step, "prom_stock_num": 0, "prom_step_stock_num": 0,
			"lock_stock_num": u.held(), "lock_step_stock_num": 0, "sku_type": u.Type, "stock_num_map": u.By,
			"spec_detail_ids": p.detailIDs(u), "customs_report_info": json.RawMessage(u.customs()), "supplier_id": u.Supplier,
			"presell_delay": 0, "delivery_infos": []obj{},
		})
	}
	out := obj{
		"product_id": p.ID, "product_id_str": strconv.FormatInt(p.ID, 10), "out_product_id": p.Out, "outer_product_id": p.Outer,
		"name": f.str("name"), "description": f.str("description"), "status": p.Status, "check_status": p.Check,
		"draft_status": p.DraftStatus, "pic": strings.Split(f.str("pic"), "|"), "img": firstOf(f.str("pic")),
		"category_detail": findCategory(f.num("category_leaf_id")).tell(), "standard_brand_id": f.num("standard_brand_id"),
		"product_format_new": f.str("product_format_new"), "product_type": f.num("product_type"), "specs": specs, "spec_pics": []obj{},
		"spec_prices": prices, "presell_type": f.num("presell_type"), "presell_config_level": f.num("presell_config_level"),
		"delivery_delay_day": f.num("delivery_delay_day"), "quality_list": given(f, "quality_list", []obj{}),
		"after_sale_service": textOf(f, "after_sale_service"), "freight_id": f.num("freight_id"), "reduce_type": f.num("reduce_type"),
		"mobile": f.str("mobile"), "logistics_info": given(f, "open_logistics_info", obj{}), "price_has_tax": f.str("price_has_tax"),
		"create_time": dateTime(p.Created), "update_time": dateTime(p.Updated),
	}
	return out, nil
}

// given is a field as the shop gave it, or otherwise.
func given(f args, name string, otherwise any) any {
	if f.has(name) {
		return f.m[name]
	}
	return otherwise
}

// textOf is a field as a text: an object as its JSON.
func textOf(f args, name string) string {
	if s, ok := f.m[name].(string); ok {
		return s
	}
	if f.has(name) {
		return canonical(f.m[name], false)
	}
	return ""
}
