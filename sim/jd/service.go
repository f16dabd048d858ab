package jd

import (
	"slices"
	"time"

	"pavilion"
)

// The states of an after-sale service, as the wire numbers them.
const (
	ServiceToAudit   = 10001
	ServiceFeedback  = 10002
	ServiceRefused   = 10004
	ServiceToReceive = 10005
	ServiceToHandle  = 10007
	ServiceToConfirm = 10009
	ServiceDone      = 10010
	ServiceCancelled = 10011
	ServiceAnswered  = 10012
	ServiceRefunding = 10041
)

var serviceWords = map[int64]string{
	ServiceToAudit: "待审核", ServiceFeedback: "待用户反馈", ServiceRefused: "审核关闭", ServiceToReceive: "待收货", ServiceToHandle: "待处理",
	ServiceToConfirm: "待用户确认", ServiceDone: "完成", ServiceCancelled: "取消", ServiceAnswered: "用户已反馈", ServiceRefunding: "退款提交",
}

// What a shopper can want after the goods have come.
const (
	WantReturn   = 10
	WantExchange = 20
	WantRepair   = 30
	WantRefund   = 11 // the money without a return
)

var wantWords = map[int64]string{WantReturn: "退货", WantExchange: "换货", WantRepair: "维修", WantRefund: "仅退款"}

// service is an after-sale bill about one SKU of an order.
type service struct {
	ID        ID
	Apply     ID
	Order     ID
	SKU       ID
	Name      string
	Quantity  int64
	Fen       int64
	Want      int64
	Status    int64
	Version   int64
	Reason    string
	Notes     string // the shop's
	Approver  string
	Result    int64 // approveResult
	Processed int64 // processResult
	Express   string
	AppliedAt time.Time
	AuditedAt time.Time
	EndedAt   time.Time
	Updated   time.Time
	SentAt    time.Time // by the shopper
	NextAt    time.Time
}

func (v *service) key() string    { return v.ID.String() }
func (v *service) due() time.Time { return v.NextAt }

// ApplyService has the shopper ask for an after-sale service for some units of an SKU that
// came. Errors: as of Receive, Invalid sim.service.
func (s *Simulator) ApplyService(orderID, skuID ID, quantity, want int64, reason string) (id ID, err error) {
	err = s.do(func(c *change) error {
		o := c.orders.get(orderID.String())
		if o == nil {
			return pavilion.E(pavilion.NotFound, "sim.order_unknown", nil)
		}
		if o.State != WaitReceive && o.State != Finished {
			return pavilion.E(pavilion.Conflict, "sim.order_state", pavilion.Args{"state": o.State})
		}
		i := slices.IndexFunc(o.Lines, func(l line) bool { return l.SKU == skuID })
		if i < 0 || quantity < 1 || quantity > o.Lines[i].Quantity || wantWords[want] == "" {
			return pavilion.E(pavilion.Invalid, "sim.service", nil)
		}
		l := o.Lines[i]
		fen := l.Price * quantity
		if o.goods() > 0 {
			fen -= o.Discount * fen / o.goods()
		}
		id = c.newID()
		s.serviceBecomes(c, service{
			ID: id, Apply: c.newID(), Order: o.ID, SKU: l.SKU, Name: l.Name, Quantity: quantity, Fen: fen, Want: want, Reason: reason, AppliedAt: c.now,
		}, ServiceToAudit)
		return nil
	})
	return id, err
}

// serviceBecomes keeps a service in another state, with a new version.
func (s *Simulator) serviceBecomes(c *change, v service, status int64) {
	v.Status, v.Updated, v.NextAt = status, c.now, time.Time{}
	v.Version++
	switch {
	case status == ServiceToHandle && (v.Want == WantReturn || v.Want == WantRefund), status == ServiceRefunding:
		v.NextAt = c.now.Add(s.o.RefundDelay)
	case status == ServiceDone || status == ServiceCancelled || status == ServiceRefused:
		v.EndedAt = c.now
	}
	c.putService(v)
	if s.o.RefundDelay == 0 && !v.NextAt.IsZero() {
		s.serviceDue(c, v)
	}
}

// serviceDue pays the money back: first it is handed in, then it is there. The documents name
// no call of the shop for it.
func (s *Simulator) serviceDue(c *change, v service) {
	if v.Status == ServiceToHandle {
		s.serviceBecomes(c, v, ServiceRefunding)
		return
	}
	v.Processed = 100
	s.billService(c, v)
	s.serviceBecomes(c, v, ServiceDone)
}

// ShopperSends has the shopper hand the goods to a carrier. Errors: NotFound
// sim.service_unknown, Conflict sim.service_state, Unavailable sim.state_unwritable.
func (s *Simulator) ShopperSends(id ID, express string) error {
	return s.moveService(id, func(c *change, v service) {
		v.Express, v.SentAt = express, c.now
		s.serviceBecomes(c, v, ServiceToReceive)
	}, ServiceToReceive)
}

// ShopperAnswers has the shopper say what the shop wanted to know. Errors: as of ShopperSends.
func (s *Simulator) ShopperAnswers(id ID) error {
	return s.moveService(id, func(c *change, v service) { s.serviceBecomes(c, v, ServiceAnswered) }, ServiceFeedback)
}

// ShopperConfirms has the shopper confirm what the shop sent back. Errors: as of ShopperSends.
func (s *Simulator) ShopperConfirms(id ID) error {
	return s.moveService(id, func(c *change, v service) { s.serviceBecomes(c, v, ServiceDone) }, ServiceToConfirm)
}

// ShopperWithdraws ends a service. Errors: as of ShopperSends.
func (s *Simulator) ShopperWithdraws(id ID) error {
	return s.moveService(id, func(c *change, v service) { s.serviceBecomes(c, v, ServiceCancelled) },
		ServiceToAudit, ServiceFeedback, ServiceAnswered, ServiceToReceive)
}

func (s *Simulator) moveService(id ID, how func(*change, service), states ...int64) error {
	return s.do(func(c *change) error {
		v := c.services.get(id.String())
		if v == nil {
			return pavilion.E(pavilion.NotFound, "sim.service_unknown", nil)
		}
		if !slices.Contains(states, v.Status) {
			return pavilion.E(pavilion.Conflict, "sim.service_state", pavilion.Args{"state": v.Status})
		}
		how(c, *v)
		return nil
	})
}

// Service is what somebody in the back office sees of a service.
type Service struct {
	ID       ID     `json:"service"`
	Order    ID     `json:"order"`
	SKU      ID     `json:"sku"`
	Quantity int64  `json:"quantity"`
	Want     int64  `json:"want"`
	Status   int64  `json:"status"`
	Version  int64  `json:"version"`
	Reason   string `json:"reason"`
	Express  string `json:"express,omitempty"`
}

// Services are all after-sale services, oldest first.
func (s *Simulator) Services() []Service {
	s.memory.mu.Lock()
	defer s.memory.mu.Unlock()
	out := []Service{}
	for _, v := range s.begin().services.list {
		out = append(out, Service{v.ID, v.Order, v.SKU, v.Quantity, v.Want, v.Status, v.Version, v.Reason, v.Express})
	}
	return out
}
