package douyin

import (
	"slices"
	"strconv"
	"strings"
)

const auditEnds = "audit"

// The events of a product that push 400 tells.
const (
	eventSubmitted = 3
	eventPassed    = 4
	eventRejected  = 5
	eventDeleted   = 6
	eventBanned    = 8
	eventOff       = 10
	eventOn        = 11
	eventWaits     = 14
)

// submit hands the waiting version in.
func (t *tx) submit(p *product) {
	if p.Passed {
		p.DraftStatus = checkAsked
	} else {
		p.Check = checkAsked
	}
	p.Asked, p.Updated, p.Reasons = t.now, t.now, nil
	t.pushProduct(p, eventSubmitted)
	if t.s.rules.AuditTakes <= 0 {
		t.judge(p)
		return
	}
	t.later(t.s.rules.AuditTakes, auditEnds, strconv.FormatInt(p.ID, 10), nil)
}

func (t *tx) endAudit(a *alarm) {
	id, _ := strconv.ParseInt(a.Of, 10, 64) // written by submit
	if p := t.products.edit(id); p != nil && p.underAudit() && !t.now.Before(p.Asked.Add(t.s.rules.AuditTakes)) {
		t.judge(p)
	}
}

// judge ends the audit of a product.
func (t *tx) judge(p *product) {
	p.Judged, p.Updated = t.now, t.now
	f := p.fields(true)
	reasons := map[string][]string{}
	for _, word := range t.s.rules.Banned {
		if strings.Contains(f.str("name"), word) {
			reasons["name"] = append(reasons["name"], "标题含有违规词："+word)
		}
	}
	if fault := t.s.faults.take(AtProductAudit, t.s.o.Clock()); fault != nil {
		reasons[fault.field("name")] = []string{fault.reason("商品信息不符合平台规范")}
	}
	if len(reasons) > 0 {
		if p.Reasons = reasons; p.Passed {
			p.DraftStatus = checkNo
		} else {
			p.Check = checkNo
		}
		t.pushProduct(p, eventRejected)
		return
	}
	if p.Passed {
		if err := t.applySKUs(p, f); err != nil {
			t.s.o.Log.Error("version not applied", "product", p.ID, "err", err)
		}
		p.DraftStatus = checkOK
	}
	waits := f.num("start_sale_type") == 1 && !(p.Passed && p.Status == online)
	p.Live, p.Draft, p.Passed = p.Draft, "", true
	if p.Check, p.Status = checkOK, online; waits {
		p.Check, p.Status = checkWaits, offline
	}
	t.pushProduct(p, eventPassed)
	if waits {
		t.pushProduct(p, eventWaits)
	} else {
		t.pushProduct(p, eventOn)
	}
}

// pushProduct tells that a product changed.
func (t *tx) pushProduct(p *product, event int) {
	reason := ""
	if len(p.Reasons) > 0 && event == eventRejected {
		reason = canonical(p.tellReasons(), false)
	}
	id := strconv.FormatInt(p.ID, 10)
	t.push(p.Shop, "400", id, obj{
		"product_id": p.ID, "out_product_id": p.Out, "shop_id": p.Shop, "event": event, "update_time": t.now.Unix(), "check_reject_reason": reason,
	})
	if event == eventPassed || event == eventRejected {
		s := func(n int64) string { return strconv.FormatInt(n, 10) }
		t.push(p.Shop, "417", id, obj{
			"product_id": p.ID, "shop_id": p.Shop, "msg_type": "",
			"status": obj{"status": s(p.Status), "check_status": s(p.Check), "draft_status": s(p.DraftStatus)}, "channel_info": obj{},
		})
	}
}

func (p *product) tellReasons() obj {
	out := obj{}
	for field, why := range p.Reasons {
		list := make([]any, len(why))
		for i, w := range why {
			list[i] = w
		}
		out[field] = list
	}
	return out
}

// shelve is product.setOffline, setOnline and launchProduct.
func shelve(on bool) func(*tx, *call) (any, error) {
	return func(t *tx, c *call) (any, error) {
		found := t.own(c)
		switch {
		case found == nil:
			return nil, failed(2010058, "商品不存在")
		case found.Status == binned:
			return nil, invalid(2010022, "商品已删除")
		case !on && found.Status == offline:
			return nil, invalid(2010021, "商品已下架")
		case found.Check == checkBan:
			return nil, failed(2010043, "商品已封禁")
		case on && !found.Passed:
			return nil, failed(2010041, "商品未通过审核")
		case on && found.Check == checkNo:
			return nil, failed(2010041, "商品未通过审核")
		}
		t.setShelf(t.products.edit(found.ID), on)
		return obj{}, nil
	}
}

func (t *tx) setShelf(p *product, on bool) {
	p.Updated = t.now
	if p.Status = offline; on {
		p.Status, p.Check = online, checkOK
		t.pushProduct(p, eventOn)
		return
	}
	t.pushProduct(p, eventOff)
}

// deleteProduct is product.del.
func deleteProduct(t *tx, c *call) (any, error) {
	found := t.own(c)
	if found == nil {
		return nil, failed(2010058, "商品不存在")
	}
	p := t.products.edit(found.ID)
	if p.Status, p.Updated = binned, t.now; c.yes("delete_forever") {
		p.Status = gone
	}
	t.pushProduct(p, eventDeleted)
	return obj{}, nil
}

// listAudits is product.auditList.
func listAudits(t *tx, c *call) (any, error) {
	page, size := c.num("page"), c.num("size")
	if size < 1 || size > 100 || page < 0 || page > 99 {
		return nil, invalid(2010004, "page 为 0 到 99，size 为 1 到 100")
	}
	of := map[int64]func(*product) bool{
		0: (*product).underAudit,
		1: func(p *product) bool { return p.Passed && len(p.Reasons) == 0 && !p.underAudit() },
		2: func(p *product) bool { return len(p.Reasons) > 0 && !p.underAudit() },
	}[c.num("publish_status")]
	if of == nil || !c.has("publish_status") {
		return nil, invalid(2010004, "publish_status 为 0、1 或 2")
	}
	var found []*product
	for _, p := range t.products.latest() {
		if p.Shop == c.shop && p.Status != gone && of(p) {
			found = append(found, p)
		}
	}
	records := []obj{}
	for _, p := range paged(found, page, size) {
		f := p.fields(true)
		records = append(records, obj{
			"product_id": p.ID, "title": f.str("name"), "img_url": firstOf(f.str("pic")), "publish_status": c.num("publish_status"),
			"publish_time": ts(p.Asked), "audit_time": ts(p.Judged), "audit_reason": p.tellReasons(),
		})
	}
	return obj{"records": records, "total": len(found)}, nil
}

func firstOf(pics string) string {
	first, _, _ := strings.Cut(pics, "|")
	return first
}

// paged returns a page of a list; the first page is 0.
func paged[T any](list []T, page, size int64) []T {
	from := min(page*size, int64(len(list)))
	return slices.Clip(list[from:min(from+size, int64(len(list)))])
}
