package douyin

import (
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
)

// company is a carrier. The numbers but that of the first are made up for the simulation.
type company struct {
	id         int64
	name, code string
}

var companies = []company{
	{7, "圆通快递", "yuantong"},
	{12, "顺丰速运", "shunfeng"},
	{15, "中通快递", "zhongtong"},
	{8, "申通快递", "shentong"},
	{9, "韵达快递", "yunda"},
	{19, "邮政EMS", "ems"},
	{16, "京东快递", "jd"},
}

func findCompany(code string) *company {
	i := slices.IndexFunc(companies, func(c company) bool { return c.code == code })
	if i < 0 {
		return nil
	}
	return &companies[i]
}

var trackingNumber = regexp.MustCompile(`^[A-Za-z0-9-]{6,32}$`)

// listCompanies is order.logisticsCompanyList.
func listCompanies(_ *tx, _ *call) (any, error) {
	out := []obj{}
	for _, c := range companies {
		out = append(out, obj{"id": c.id, "name": c.name, "code": c.code})
	}
	return out, nil
}

// shippable tells why an order cannot be shipped, nil if it can. With reject, refunds that
// wait are refused.
func (t *tx) shippable(shop int64, id string, reject bool) (*order, error) {
	o := t.orders.get(id)
	switch {
	case o == nil:
		return nil, failed(60033, "订单不存在")
	case o.Shop != shop:
		return nil, failed(60101, "订单不属于该店铺")
	case o.Status == unpaid:
		return nil, failed(60137, "订单未支付")
	case o.Status == cancelled && o.Main == refunded:
		return nil, failed(60068, "订单发货前已退款")
	case o.Status == cancelled:
		return nil, failed(60021, "订单已取消")
	case o.Status == paid:
		return nil, failed(60109, "订单风控审核中")
	case o.Status == shipped:
		return nil, failed(60110, "订单已发货")
	case o.Status == finished:
		return nil, failed(60113, "订单已完成")
	case slices.Contains(t.s.rules.ProviderShips, o.Biz):
		return nil, failed(60024, "跨境订单须由服务商发货")
	}
	for _, id := range t.cases(o.ID) {
		a := t.aftersales.get(id)
		switch {
		case !a.open():
		case reject && a.Status == caseAsked:
			t.refuse(t.aftersales.edit(id), "商家已发货")
		case a.Type == beforeShipping:
			return nil, failed(60040, "订单有待处理的退款申请")
		default:
			return nil, failed(60120, "订单售后中")
		}
	}
	return t.orders.edit(id), nil
}

// checkParcel checks company and number of a parcel.
func (t *tx) checkParcel(o *order, code, number string, wrongNumber func(int, string) *problem) error {
	if findCompany(code) == nil {
		return failed(60018, "物流公司不存在")
	}
	if !trackingNumber.MatchString(number) {
		return wrongNumber(60017, "运单号不符合物流公司规则")
	}
	k := "parcel|" + strconv.FormatInt(o.Shop, 10) + "|" + number
	if of := t.spent.get(k); of == nil {
		buyer := o.Buyer
		t.spent.put(k, &buyer)
	} else if *of != o.Buyer {
		return failed(70022, "运单号已被其他收件人使用")
	}
	return nil
}

// send ships what is in a parcel. The order must be one that t.shippable returned.
func (t *tx) send(o *order, company, number string, items []packed) pack {
	p := pack{ID: strconv.FormatInt(t.id(firstOrder), 10), Company: company, Number: number, Items: items, At: t.now}
	for _, i := range items {
		l := o.line(i.Line)
		l.Sent += i.Num
		t.letGo(l, i.Num, false)
		if l.Status, l.Main = partShip, partShip; l.Sent == l.Num {
			l.Status, l.Main = shipped, shipped
		}
	}
	o.Packs = append(o.Packs, p)
	return p
}

// sent moves the order after its parcels were sent, and tells it.
func (t *tx) sent(o *order, packs []pack) {
	t.countSent(o)
	tag := "108"
	if o.Status == shipped {
		tag = "102"
	}
	for _, p := range packs {
		info := []obj{}
		for _, i := range p.Items {
			l := o.line(i.Line)
			info = append(info, obj{"shipped_order_id": l.ID, "product_id": l.Product, "sku_id": l.SKU, "sku_num": l.Num, "shipped_num": i.Num})
		}
		msg := obj{"express_company_id": strconv.FormatInt(findCompany(p.Company).id, 10), "logistics_code": p.Number}
		if tag == "108" {
			msg["pack_id"], msg["shipped_order_info"] = p.ID, info
		}
		t.pushOrder(o, tag, obj{"update_time": t.now.Unix(), "logistics_msg": msg, "receiver_msg": t.tellWhere(o.ID, o.Receiver)})
		if tag == "102" {
			break // one message tells that everything left
		}
	}
}

// countSent moves the order to where its lines are.
func (t *tx) countSent(o *order) {
	o.Updated = t.now
	all, some := true, false
	for _, l := range o.Lines {
		if l.Status != cancelled {
			all, some = all && l.Sent == l.Num, some || l.Sent > 0
		}
	}
	switch {
	case all && some:
		o.Status, o.Main, o.Shipped = shipped, shipped, t.now
		t.later(t.s.rules.FinishAfter, finishDue, o.ID, nil)
	case some:
		o.Status, o.Main = partShip, partShip
	}
}

// rest is everything of the order that has not left.
func (o *order) rest() []packed {
	var out []packed
	for _, l := range o.Lines {
		if l.Status != cancelled && l.Sent < l.Num {
			out = append(out, packed{l.ID, l.Num - l.Sent})
		}
	}
	return out
}

// shipWhole is order.logisticsAdd: everything in one parcel.
func shipWhole(t *tx, c *call) (any, error) {
	for _, must := range []string{"order_id", "company_code", "logistics_code"} {
		if c.str(must) == "" {
			return nil, missing(0, must+" 不能为空")
		}
	}
	o, err := t.shippable(c.shop, c.str("order_id"), c.yes("is_refund_reject") || c.yes("is_reject_refund"))
	if err != nil {
		return nil, err
	}
	if o.Status == partShip {
		return nil, failed(60110, "订单已部分发货，请使用多包裹发货")
	}
	if err := t.checkParcel(o, c.str("company_code"), c.str("logistics_code"), failed); err != nil {
		return nil, err
	}
	p := t.send(o, c.str("company_code"), c.str("logistics_code"), o.rest())
	t.sent(o, []pack{p})
	return obj{}, nil
}

// replayed answers a request again that was answered before with the same id; otherwise it
// does it and remembers the answer.
func (t *tx) replayed(kind string, shop int64, id string, do func() (any, error)) (any, error) {
	if id == "" {
		return nil, missing(50050, "request_id 不能为空")
	}
	k := kind + "|" + strconv.FormatInt(shop, 10) + "|" + id
	if before := t.replies.get(k); before != nil {
		return *before, nil
	}
	data, err := do()
	if err != nil {
		return nil, err
	}
	raw, err := json.Marshal(data)
	if err != nil {
		return nil, err
	}
	told := json.RawMessage(raw)
	t.replies.put(k, &told)
	return told, nil
}

// shipSingle is order.logisticsAddSinglePack: several orders of one receiver in one parcel.
func shipSingle(t *tx, c *call) (any, error) {
	return t.replayed("single", c.shop, c.str("request_id"), func() (any, error) {
		ids, company, number := c.strs("order_id_list"), c.str("company_code"), c.str("logistics_code")
		switch {
		case len(ids) == 0 || number == "":
			return nil, missing(0, "order_id_list、logistics_code 不能为空")
		case company == "":
			return nil, missing(60083, "company_code 不能为空")
		}
		infos := c.list("shipped_order_info")
		var packID string
		var buyer int64
		for n, id := range ids {
			o, err := t.shippable(c.shop, id, c.yes("is_reject_refund"))
			if err != nil {
				return nil, err
			}
			if n > 0 && o.Buyer != buyer {
				return nil, failed(70020, "收件人不一致")
			}
			buyer = o.Buyer
			if err := t.checkParcel(o, company, number, invalid); err != nil {
				return nil, err
			}
			items := o.rest()
			if len(infos) > 0 {
				if items, err = o.parcel(infos, len(ids) > 1); err != nil {
					return nil, err
				}
			}
			p := t.send(o, company, number, items)
			if packID == "" {
				packID = p.ID
			}
			o.Packs[len(o.Packs)-1].ID = packID
			t.sent(o, o.Packs[len(o.Packs)-1:])
		}
		return obj{"pack_id": packID}, nil
	})
}

// parcel reads what is in a parcel of the order. With others, lines of other orders are
// passed over.
func (o *order) parcel(infos []args, others bool) ([]packed, error) {
	var out []packed
	for _, a := range infos {
		l := o.line(a.str("shipped_order_id"))
		if l == nil && others {
			continue
		}
		if l == nil {
			return nil, failed(60033, "子订单不存在")
		}
		n := a.or("shipped_num", l.Num-l.Sent)
		already := l.Sent
		for _, p := range out {
			if p.Line == l.ID {
				already += p.Num
			}
		}
		if l.Status == cancelled {
			return nil, failed(60068, "子订单发货前已退款")
		}
		if n < 1 || n > l.Num-already {
			return nil, failed(60110, "子订单可发货数量不足")
		}
		if err := l.checkBundle(a.list("bundle_list")); err != nil {
			return nil, err
		}
		out = append(out, packed{l.ID, n})
	}
	if len(out) == 0 {
		return nil, missing(0, "shipped_order_info 不能为空")
	}
	return out, nil
}

// checkBundle checks that a parcel names the parts of a bundle.
func (l *line) checkBundle(parts []args) error {
	if len(l.Parts) == 0 {
		return nil
	}
	if len(parts) == 0 {
		return failed(60105, "组合商品必须传 bundle_list")
	}
	for _, a := range parts {
		if a.num("combo_num") < 1 || !slices.ContainsFunc(l.Parts, func(p Part) bool {
			return p.Product == a.num("sub_product_id") && p.SKU == a.num("sub_sku_id")
		}) {
			return failed(60104, "bundle_list 与组合商品不一致")
		}
	}
	return nil
}

// shipMulti is order.logisticsAddMultiPack: one order in several parcels, all or none.
func shipMulti(t *tx, c *call) (any, error) {
	return t.replayed("multi", c.shop, c.str("request_id"), func() (any, error) {
		list := c.list("pack_list")
		if c.str("order_id") == "" || len(list) == 0 {
			return nil, missing(0, "order_id、pack_list 不能为空")
		}
		o, err := t.shippable(c.shop, c.str("order_id"), c.yes("is_reject_refund"))
		if err != nil {
			return nil, err
		}
		first := len(o.Packs)
		told := []obj{}
		for _, a := range list {
			if a.str("company_code") == "" {
				return nil, missing(60011, "company_code 不能为空")
			}
			if err := t.checkParcel(o, a.str("company_code"), a.str("logistics_code"), invalid); err != nil {
				return nil, err
			}
			items, err := o.parcel(a.list("shipped_order_info"), false)
			if err != nil {
				return nil, err
			}
			p := t.send(o, a.str("company_code"), a.str("logistics_code"), items)
			info := []obj{}
			for _, i := range items {
				info = append(info, obj{"shipped_order_id": i.Line, "shipped_num": i.Num})
			}
			told = append(told, obj{"pack_id": p.ID, "logistics_code": p.Number, "shipped_order_info": info})
		}
		t.sent(o, o.Packs[first:])
		return obj{"pack_list": told}, nil
	})
}

// editPack is order.logisticsEditByPack.
func editPack(t *tx, c *call) (any, error) {
	o := t.orders.get(c.str("order_id"))
	if o == nil || o.Shop != c.shop {
		return nil, failed(60033, "订单不存在")
	}
	i := slices.IndexFunc(o.Packs, func(p pack) bool { return p.ID == c.str("pack_id") })
	if i < 0 {
		return nil, failed(60033, "包裹不存在")
	}
	company := c.str("company_code")
	if company == "" {
		company = o.Packs[i].Company
	}
	o = t.orders.edit(o.ID)
	if err := t.checkParcel(o, company, c.str("logistics_code"), invalid); err != nil {
		return nil, err
	}
	o.Packs[i].Company, o.Packs[i].Number, o.Updated = company, c.str("logistics_code"), t.now
	t.pushOrder(o, "104", obj{
		"update_time": t.now.Unix(), "receiver_msg": t.tellWhere(o.ID, o.Receiver),
		"logistics_msg": obj{"express_company_id": strconv.FormatInt(findCompany(company).id, 10), "logistics_code": o.Packs[i].Number},
	})
	return obj{}, nil
}

// ShipByProvider lets the service provider ship an order that a merchant cannot ship.
func (s *Simulator) ShipByProvider(id string) error {
	return s.changeOrder(id, func(t *tx, o *order) error {
		if !slices.Contains(t.s.rules.ProviderShips, o.Biz) || o.Status != preparing {
			return errState
		}
		t.sent(o, []pack{t.send(o, "ems", "SIM"+o.ID, o.rest())})
		return nil
	})
}

// tellFulfilment is order.getCrossBorderFulfillInfo: how a service provider sent an order.
func tellFulfilment(t *tx, c *call) (any, error) {
	o := t.orders.get(c.str("shop_order_id"))
	if o == nil || o.Shop != c.shop {
		return nil, failed(60033, "订单不存在")
	}
	if !slices.Contains(t.s.rules.ProviderShips, o.Biz) || len(o.Packs) == 0 {
		return nil, failed(60122, "跨境订单未就绪")
	}
	p := o.Packs[0]
	lines, n := []string{}, int64(0)
	for _, i := range p.Items {
		lines, n = append(lines, i.Line), n+i.Num
	}
	return obj{
		"shop_order_id": o.ID, "company": findCompany(p.Company).name, "company_code": p.Company, "sku_order_ids": lines,
		"logistics_code": p.Number, "way_bill_url": "", "mark": "", "product_num": n,
	}, nil
}
