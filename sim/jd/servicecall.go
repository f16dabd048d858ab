package jd

import (
	"slices"
	"time"
)

var serviceMethods = map[string]method{
	"jingdong.asc.query.list":            {do: (*call).services},
	"jingdong.asc.sync.list":             {do: (*call).servicesChanged},
	"jingdong.asc.audit.list":            {do: servicesIn(ServiceToAudit, ServiceAnswered)},
	"jingdong.asc.receive.list":          {do: servicesIn(ServiceToReceive)},
	"jingdong.asc.process.list":          {do: servicesIn(ServiceToHandle)},
	"jingdong.asc.complete.list":         {do: servicesIn(ServiceDone, ServiceCancelled, ServiceRefused)},
	"jingdong.asc.unsolved.list":         {do: servicesIn(ServiceToAudit, ServiceFeedback, ServiceAnswered, ServiceToReceive, ServiceToHandle, ServiceToConfirm, ServiceRefunding)},
	"jingdong.asc.query.view":            {do: (*call).service},
	"jingdong.asc.freight.view":          {do: (*call).service},
	"jingdong.asc.receive.view":          {do: (*call).service},
	"jingdong.asc.apply.view":            {do: (*call).service},
	"jingdong.asc.audit.detail":          {do: (*call).service},
	"jingdong.asc.audit.reason.list":     {do: (*call).auditReasons},
	"jingdong.asc.audit.refuse":          {do: (*call).refuseService},
	"jingdong.asc.audit.waitFeedback":    {do: (*call).askShopper},
	"jingdong.asc.audit.send":            {do: (*call).askBack},
	"jingdong.asc.audit.compensate":      {do: (*call).compensate},
	"jingdong.asc.audit.reissue":         {do: (*call).reissue},
	"jingdong.asc.receive.register":      {do: (*call).register},
	"jingdong.asc.process.back":          {do: (*call).sendBack},
	"jingdong.asc.process.renew":         {do: (*call).sendBack},
	"jingdong.asc.process.close":         {do: (*call).closeService},
	"jingdong.asc.common.cancel":         {do: (*call).cancelService},
	"jingdong.asc.serviceAndRefund.view": {do: (*call).servicesAndRefunds},
}

// operator reads who acts; every call but one needs it.
func (c *call) operator() string {
	c.p.require("buId", "operatePin", "operateNick")
	if bu := c.p.text("buId"); bu != "" && bu != c.s.o.VenderID.String() {
		c.p.refuse("71", "buId")
	}
	return c.p.text("operatePin")
}

// toldService is everything there is to tell about a service.
func (c *call) toldService(v *service) obj {
	b := shopperOf(c.orders.get(v.Order.String()).Buyer)
	return obj{
		"applyId": v.Apply, "serviceId": v.ID, "orderId": v.Order, "orderType": 22, "orderTypeName": "SOP",
		"serviceStatus": v.Status, "serviceStatusName": serviceWords[v.Status], "customerExpect": v.Want, "customerExpectName": wantWords[v.Want],
		"customerPin": "sim***", "customerName": maskName(b.name), "customerTel": maskPhone(b.phone), "customerGrade": 1,
		"pickwareType": 40, "pickwareAddress": "", "skuId": v.SKU, "skuType": 0, "skuTypeName": "", "skuUuid": c.derived("uuid", v.ID.String()),
		"wareType": 10, "wareTypeName": "主商品", "wareName": v.Name, "actualPayPrice": yuan(v.Fen), "approveResult": v.Result,
		"approveResultName": "", "approvePin": v.Approver, "approveName": v.Approver, "approveTime": milliseconds(v.AuditedAt),
		"applyTime": dateText(v.AppliedAt), "updateDate": dateText(v.Updated), "processPin": "", "processName": "", "processTime": nil,
		"processResult": v.Processed, "platformSrc": 28, "platformSrcName": "APP", "serviceCount": v.Quantity, "sysVersion": v.Version,
		"expressCode": v.Express, "questionDesc": v.Reason,
	}
}

// pageResult is one page of services.
func (c *call) pageResult(match func(*service) bool) (obj, *failure) {
	page, size := c.p.within("pageNumber", 1, 1, pageMost), c.p.within("pageSize", 10, 1, 50)
	if f := c.p.wrong(); f != nil {
		return nil, f
	}
	var found []*service
	for _, v := range c.change.services.list {
		if match(v) {
			found = append(found, v)
		}
	}
	list := []any{}
	for _, v := range paged(found, page, size) {
		list = append(list, c.toldService(v))
	}
	return obj{"pageResult": obj{
		"success": true, "code": 0, "msg": "", "data": list, "totalCount": len(found), "pageNumber": page, "pageSize": size,
	}}, nil
}

// pair reads two ends that are named alike.
func (c *call) pair(from, to string) span { return span{c.p.moment(from), c.p.moment(to)} }

// secondly tells whether a moment, as it is told, is within.
func (s span) secondly(t time.Time) bool { return s.holds(t.Truncate(time.Second)) }

// asked reads the filters that lists share.
func (c *call) asked() func(*service) bool {
	c.operator()
	id, order, express, result := c.p.id("serviceId"), c.p.id("orderId"), c.p.text("expressCode"), c.p.number("processResult", -1)
	applied, ended := c.pair("applyTimeBegin", "applyTimeEnd"), c.pair("finishTimeBegin", "finishTimeEnd")
	audited := c.pair("approveTimeBegin", "approveTimeEnd")
	return func(v *service) bool {
		return (id == 0 || v.ID == id) && (order == 0 || v.Order == order) && (express == "" || v.Express == express) &&
			(result < 0 || v.Processed == result) && applied.secondly(v.AppliedAt) && ended.holds(v.EndedAt) && audited.holds(v.AuditedAt)
	}
}

func (c *call) services() (obj, *failure) { return c.pageResult(c.asked()) }

func servicesIn(states ...int64) func(*call) (obj, *failure) {
	return func(c *call) (obj, *failure) {
		match := c.asked()
		return c.pageResult(func(v *service) bool { return slices.Contains(states, v.Status) && match(v) })
	}
}

// servicesChanged is the feed by time of change.
func (c *call) servicesChanged() (obj, *failure) {
	c.operator()
	updated, sent := c.pair("updateTimeBegin", "updateTimeEnd"), c.pair("freightUpdateDateBegin", "freightUpdateDateEnd")
	if (updated.from.IsZero() || updated.to.IsZero()) && (sent.from.IsZero() || sent.to.IsZero()) {
		c.p.refuse("60", "updateTimeBegin")
	}
	status := c.p.number("serviceStatus", 0)
	return c.pageResult(func(v *service) bool {
		return (status == 0 || v.Status == status) && updated.secondly(v.Updated) && (sent == span{} || !v.SentAt.IsZero() && sent.secondly(v.SentAt))
	})
}

// result is how the calls about one service answer.
func result(ok bool, code, msg string, data any) obj {
	return obj{"result": obj{"success": ok, "code": jsonNumber(code), "msg": msg, "data": data}}
}

func (c *call) service() (obj, *failure) {
	c.operator()
	id, apply := c.p.id("serviceId"), c.p.id("applyId")
	if id == 0 && apply == 0 {
		c.p.refuse("60", "serviceId")
	}
	if f := c.p.wrong(); f != nil {
		return nil, f
	}
	for _, v := range c.change.services.list {
		if (id == 0 || v.ID == id) && (apply == 0 || v.Apply == apply) {
			return result(true, "0", "", c.toldService(v)), nil
		}
	}
	return result(false, afterSaleBad, "服务单不存在", nil), nil
}

// reasons are those of an audit; their numbers are made up.
var reasons = []struct {
	code int64
	name string
}{{11, "已超过售后期"}, {12, "商品影响二次销售"}, {13, "与客户协商一致"}, {14, "资料不全"}}

func (c *call) auditReasons() (obj, *failure) {
	c.operator()
	if f := c.p.wrong(); f != nil {
		return nil, f
	}
	list := []any{}
	for _, r := range reasons {
		list = append(list, obj{"code": r.code, "name": r.name, "parentCode": 0})
	}
	return result(true, "0", "", list), nil
}

// reason reads why; it must be one of the list.
func (c *call) reason() {
	c.p.require("approveNotes", "approveReasonCid1")
	code := c.p.number("approveReasonCid1", 0)
	for _, r := range reasons {
		if r.code == code {
			return
		}
	}
	c.p.refuse("61", "approveReasonCid1")
}

// write changes a service that is in one of the states, if the caller knows its last version.
func (c *call) write(how func(*service), to int64, states ...int64) (obj, *failure) {
	who := c.operator()
	c.p.require("serviceId", "orderId", "sysVersion")
	id, order, version := c.p.id("serviceId"), c.p.id("orderId"), c.p.number("sysVersion", 0)
	notes := c.p.shortText("approveNotes", 500)
	if f := c.p.wrong(); f != nil {
		return nil, f
	}
	old := c.change.services.get(id.String())
	switch {
	case old == nil || old.Order != order:
		return result(false, afterSaleBad, "服务单不存在", nil), nil
	case old.Version != version:
		return result(false, afterSaleLate, "sysVersion已过期", nil), nil
	case !slices.Contains(states, old.Status):
		return result(false, afterSaleLate, "服务单状态不允许", nil), nil
	}
	v := *old
	if notes != "" {
		v.Notes, v.Approver = notes, who
	}
	how(&v)
	c.s.serviceBecomes(c.change, v, to)
	return result(true, "0", "", nil), nil
}

// audits are the states in which the shop decides.
var audits = []int64{ServiceToAudit, ServiceAnswered}

func (c *call) audited(how int64) func(*service) {
	return func(v *service) { v.AuditedAt, v.Result = c.now, how }
}

func (c *call) refuseService() (obj, *failure) {
	c.reason()
	return c.write(c.audited(0), ServiceRefused, audits...)
}

func (c *call) askShopper() (obj, *failure) {
	c.reason()
	return c.write(func(*service) {}, ServiceFeedback, audits...)
}

// askBack has the shopper send the goods.
func (c *call) askBack() (obj, *failure) {
	c.p.require("returnContactName", "returnContactTel", "returnZipcode", "returnProvince", "returnCity", "returnCounty",
		"returnDetailAddress", "returnAddressType", "applyDetailIdList")
	return c.write(c.audited(33), ServiceToReceive, audits...)
}

// compensate pays without a return, for those who want just that.
func (c *call) compensate() (obj, *failure) {
	return c.write(c.audited(91), ServiceRefunding, audits...)
}

// reissue sends the goods again.
func (c *call) reissue() (obj, *failure) {
	return c.write(c.audited(87), ServiceToConfirm, audits...)
}

// register takes the goods in.
func (c *call) register() (obj, *failure) {
	c.p.require("receivePin", "receiveName", "packingState", "qualityState", "invoiceRecord", "judgmentReason", "accessoryOrGift",
		"appearanceState", "receiveRemark")
	return c.write(func(*service) {}, ServiceToHandle, ServiceToReceive)
}

// sendBack sends the same goods, or others, to the shopper.
func (c *call) sendBack() (obj, *failure) {
	return c.write(func(v *service) { v.Processed = 70 }, ServiceToConfirm, ServiceToHandle)
}

func (c *call) closeService() (obj, *failure) {
	return c.write(func(*service) {}, ServiceDone, ServiceToHandle)
}

func (c *call) cancelService() (obj, *failure) {
	c.p.require("approveNotes")
	return c.write(func(*service) {}, ServiceCancelled,
		ServiceToAudit, ServiceFeedback, ServiceAnswered, ServiceToReceive, ServiceToHandle, ServiceToConfirm)
}

// servicesAndRefunds are the refunds that were made, with their services.
func (c *call) servicesAndRefunds() (obj, *failure) {
	order, applied, audited := c.p.id("orderId"), c.pair("applyTimeBegin", "applyTimeEnd"), c.pair("approveTimeBegin", "approveTimeEnd")
	const day = 24 * time.Hour
	pairs := func(s span, most time.Duration) bool {
		return !s.from.IsZero() && !s.to.IsZero() && !s.to.Before(s.from) && s.to.Sub(s.from) <= most
	}
	if order == 0 && !pairs(applied, 7*day) && !pairs(audited, 10*day) {
		c.p.refuse("61", "applyTimeBegin")
	}
	page, size := c.p.within("pageNumber", 1, 1, pageMost), c.p.within("pageSize", 10, 1, 50)
	if f := c.p.wrong(); f != nil {
		return nil, f
	}
	var found []any
	for _, v := range c.change.services.list {
		if v.Processed != 100 || order != 0 && v.Order != order || !applied.secondly(v.AppliedAt) || !audited.holds(v.AuditedAt) {
			continue
		}
		amount := any(v.Fen)
		if c.s.o.RefundYuan {
			amount = yuan(v.Fen)
		}
		found = append(found, obj{
			"afsRefundId": v.ID, "refoundAmount": amount, "completeTime": milliseconds(v.EndedAt), "status": 13,
			"sameOrderServiceBill": obj{
				"serviceId": v.ID, "afsApplyId": v.Apply, "orderId": v.Order, "wareId": v.SKU, "wareName": v.Name,
				"afsApplyTime": milliseconds(v.AppliedAt), "approveDate": milliseconds(v.AuditedAt), "approveName": v.Approver,
				"approveNotes": v.Notes, "questionDesc": v.Reason, "applyReason": v.Reason, "customerPin": "sim***",
			},
		})
	}
	list := append([]any{}, paged(found, page, size)...)
	return obj{"pageResult": obj{
		"success": true, "code": 0, "msg": "", "data": list, "totalCount": ID(len(found)).String(), "pageNumber": ID(page).String(), "pageSize": ID(size).String(),
	}}, nil
}
