package jd

import (
	"context"
	"time"

	"pavilion/money"
)

// Clerk is who acts in after-sale calls: every one of them wants to know.
type Clerk struct {
	Vender string // the merchant's number ([ShopInfo]), JD's buId
	Pin    string // an account of the shop at JD
	Nick   string
}

func (c Clerk) fields() fields {
	return fields{"buId": c.Vender, "operatePin": c.Pin, "operateNick": c.Nick}
}

// ServiceStatus is where an after-sale service stands.
type ServiceStatus int

// The places of a service.
const (
	ServicePickUp          ServiceStatus = 10000 // to be picked up for audit
	ServiceToAudit         ServiceStatus = 10001
	ServiceBuyerAsked      ServiceStatus = 10002 // the buyer is to say more
	ServiceRefused         ServiceStatus = 10004
	ServiceToReceive       ServiceStatus = 10005 // the buyer sends the goods back
	ServicePickUpHandling  ServiceStatus = 10006
	ServiceToHandle        ServiceStatus = 10007 // the goods are here
	ServiceBuyerConfirms   ServiceStatus = 10009
	ServiceDone            ServiceStatus = 10010
	ServiceCancelled       ServiceStatus = 10011
	ServiceBuyerAnswered   ServiceStatus = 10012
	ServiceRefundSubmitted ServiceStatus = 10041
)

// Wish is what the buyer wants.
type Wish int

// The wishes.
const (
	WishReturn     Wish = 10 // the goods back and the money
	WishExchange   Wish = 20
	WishRepair     Wish = 30
	WishRefundOnly Wish = 11
	WishResend     Wish = 80
)

// Service is an after-sale service of one line of an order that was shipped.
type Service struct {
	ID         int64
	Apply      int64
	Order      int64
	OrderType  int
	Status     ServiceStatus
	Wish       Wish
	SKU        int64
	SKUUnit    string // JD's own number of the unit
	WareKind   int    // 10 the goods, 20 a gift, 30 an accessory, 40 the invoice, 70 packaging
	WareName   string
	PickUp     int // how the goods come back: 4 fetched, 7 brought, 40 sent by the buyer …
	Paid       money.Money
	Approved   time.Time
	ApprovedAs int // 32 brought, 33 sent by the buyer, 34 lightning refund, 91 refund without return …
	Applied    time.Time
	Updated    time.Time
	Processed  time.Time
	Result     int // 0 none yet, 70 sent back, 80 exchanged, 100 refunded, 6 cancelled …
	Count      int64
	Version    int64 // of JD's record: an answer names the one it was given to
}

// ServiceQuery asks for services by the time of their last change.
type ServiceQuery struct {
	From, To time.Time
	Status   ServiceStatus // 0 for all
	Page     int           // from 1
	Size     int           // 50 at most, and if 0
}

const servicePageMost = 50

// Services reads one page of the feed of services that changed.
func (s *Shop) Services(ctx context.Context, c Clerk, q ServiceQuery) (Page[Service], error) {
	f := c.fields().moment("updateTimeBegin", q.From).moment("updateTimeEnd", q.To).number("serviceStatus", int64(q.Status))
	return s.servicePage(ctx, "jingdong.asc.sync.list", f, q.Page, q.Size)
}

// ServicesOf reads the services of an order.
func (s *Shop) ServicesOf(ctx context.Context, c Clerk, order int64) (Page[Service], error) {
	return s.servicePage(ctx, "jingdong.asc.query.list", c.fields().number("orderId", order), 1, servicePageMost)
}

func (s *Shop) servicePage(ctx context.Context, method string, f fields, page, size int) (Page[Service], error) {
	f["pageNumber"], f["pageSize"] = max(page, 1), pageSize(size, servicePageMost)
	a, err := s.ask(ctx, method, f)
	if err != nil {
		return Page[Service]{}, err
	}
	r, err := a.result("pageResult")
	if err != nil {
		return Page[Service]{}, err
	}
	return pageOf(r.at("data"), r.at("totalCount").number(), "serviceId", s.readService), a.whole()
}

// Service reads one service.
func (s *Shop) Service(ctx context.Context, c Clerk, service, order int64) (Service, error) {
	a, err := s.ask(ctx, "jingdong.asc.query.view", c.fields().number("serviceId", service).number("orderId", order))
	if err != nil {
		return Service{}, err
	}
	r, err := a.result("result")
	if err != nil {
		return Service{}, err
	}
	return s.readService(r.at("data")), a.whole()
}

func (c *Client) readService(t tree) Service {
	v := Service{
		ID: t.at("serviceId").number(), Apply: t.at("applyId").number(), Order: t.at("orderId").number(), OrderType: t.at("orderType").code(),
		Status: ServiceStatus(t.at("serviceStatus").small()), Wish: Wish(t.at("customerExpect").small()),
		SKU: t.at("skuId").number(), SKUUnit: t.at("skuUuid").text(), WareKind: t.at("wareType").code(), WareName: t.at("wareName").text(),
		PickUp: t.at("pickwareType").code(), Paid: t.at("actualPayPrice").money(c.facts.AfterSalePaid),
		Approved: t.at("approveTime").moment(), ApprovedAs: t.at("approveResult").code(), Applied: t.at("applyTime").moment(),
		Updated: t.at("updateDate").moment(), Processed: t.at("processTime").moment(), Result: t.at("processResult").code(),
		Count: t.at("serviceCount").number(), Version: t.at("sysVersion").number(),
	}
	if v.ID <= 0 {
		t.at("serviceId").fail("number of a service")
	}
	if v.Order <= 0 {
		t.at("orderId").fail("number of an order")
	}
	return v
}

// Act names the service an answer is for: it is refused if JD's record is newer than Version.
type Act struct {
	Service int64
	Order   int64
	Version int64
	Note    string
}

// act gives one answer to a service. After channel.outcome_unknown, and after a refusal, read the
// service: its Version tells whether somebody was quicker.
func (s *Shop) act(ctx context.Context, method string, c Clerk, act Act, more fields) error {
	f := c.fields()
	f["serviceId"], f["orderId"], f["sysVersion"] = act.Service, act.Order, act.Version
	for name, value := range more {
		f[name] = value
	}
	a, err := s.tell(ctx, method, f)
	if err != nil {
		return err
	}
	_, err = a.result("result")
	return err
}

// RefuseService refuses a service, for one of JD's reasons.
func (s *Shop) RefuseService(ctx context.Context, c Clerk, act Act, reason, detail string) error {
	return s.act(ctx, "jingdong.asc.audit.refuse", c, act,
		fields{}.text("approveNotes", act.Note).text("approveReasonCid1", reason).text("approveReasonCid2", detail))
}

// AskBuyer asks the buyer of a service to say more.
func (s *Shop) AskBuyer(ctx context.Context, c Clerk, act Act, reason, detail string) error {
	return s.act(ctx, "jingdong.asc.audit.waitFeedback", c, act,
		fields{}.text("approveNotes", act.Note).text("approveReasonCid1", reason).text("approveReasonCid2", detail))
}

// ReturnTo is where the buyer sends the goods.
type ReturnTo struct {
	Contact     string
	Telephone   string
	Zip         string
	Province    int64
	City        int64
	County      int64
	Address     string
	AddressType int
}

// SendBack agrees to a service: the buyer sends the goods back to the address. Details are
// the entries of the application it is about.
func (s *Shop) SendBack(ctx context.Context, c Clerk, act Act, reason string, to ReturnTo, details []int64) error {
	return s.act(ctx, "jingdong.asc.audit.send", c, act, fields{"returnAddressType": to.AddressType}.
		text("approveNotes", act.Note).text("approveReasonCid1", reason).
		text("returnContactName", to.Contact).text("returnContactTel", to.Telephone).text("returnZipcode", to.Zip).
		number("returnProvince", to.Province).number("returnCity", to.City).number("returnCounty", to.County).
		text("returnDetailAddress", to.Address).ids("applyDetailIdList", details))
}

// Received is what arrived of the goods that came back; its codes are those of JD's console.
type Received struct {
	Pin, Name     string // who received
	Packing       int
	Quality       int
	Appearance    int
	Invoice       int
	Judgment      int
	AccessoryGift int
	Remark        string
}

// RegisterReceipt says that the goods of a service are here.
func (s *Shop) RegisterReceipt(ctx context.Context, c Clerk, act Act, r Received) error {
	return s.act(ctx, "jingdong.asc.receive.register", c, act, fields{
		"receivePin": r.Pin, "receiveName": r.Name, "packingState": r.Packing, "qualityState": r.Quality, "appearanceState": r.Appearance,
		"invoiceRecord": r.Invoice, "judgmentReason": r.Judgment, "accessoryOrGift": r.AccessoryGift, "receiveRemark": r.Remark,
	}.text("operateRemark", act.Note))
}

// CloseService ends the handling of a service.
func (s *Shop) CloseService(ctx context.Context, c Clerk, act Act) error {
	return s.act(ctx, "jingdong.asc.process.close", c, act, fields{}.text("operateRemark", act.Note))
}

// CancelService cancels a service.
func (s *Shop) CancelService(ctx context.Context, c Clerk, act Act) error {
	return s.act(ctx, "jingdong.asc.common.cancel", c, act, fields{}.text("approveNotes", act.Note))
}

// PaidBack is money that went back to a buyer for a service.
type PaidBack struct {
	ID      int64
	Service int64
	Order   int64
	Amount  money.Money
	Done    time.Time
	OK      bool
	Status  int
}

// The status of money that went back.
const paidBack = 13

// PaidBackOf reads the money that went back for an order.
func (s *Shop) PaidBackOf(ctx context.Context, order int64) (Page[PaidBack], error) {
	a, err := s.ask(ctx, "jingdong.asc.serviceAndRefund.view", fields{"orderId": order, "pageNumber": 1, "pageSize": servicePageMost})
	if err != nil {
		return Page[PaidBack]{}, err
	}
	r, err := a.result("pageResult")
	if err != nil {
		return Page[PaidBack]{}, err
	}
	return pageOf(r.at("data"), r.at("totalCount").number(), "afsRefundId", func(t tree) PaidBack {
		bill := t.at("sameOrderServiceBill")
		p := PaidBack{
			ID: t.at("afsRefundId").number(), Service: bill.at("serviceId").number(), Order: bill.at("orderId").number(),
			Amount: t.at("refoundAmount").money(s.facts.AfterSaleRefund), Done: t.at("completeTime").moment(), Status: t.at("status").small(),
		}
		p.OK = p.Status == paidBack
		return p
	}), a.whole()
}

// RefundOnly agrees to a service without the goods coming back. The documents name the call
// and say nothing of fields of its own.
func (s *Shop) RefundOnly(ctx context.Context, c Clerk, act Act) error {
	return s.act(ctx, "jingdong.asc.audit.compensate", c, act, fields{}.text("approveNotes", act.Note))
}
