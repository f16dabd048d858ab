package jd

import (
	"context"
	"strconv"
	"strings"
	"time"

	"pavilion"
	"pavilion/money"
)

// OrderState is JD's word for where an order stands.
type OrderState string

// The states of paid orders.
const (
	WaitStockOut OrderState = "WAIT_SELLER_STOCK_OUT"      // paid: to be shipped
	WaitDelivery OrderState = "WAIT_SELLER_DELIVERY"       // JD Worldwide: out of the warehouse, to be handed on inside the country
	Shipped      OrderState = "WAIT_GOODS_RECEIVE_CONFIRM" // on its way to the buyer
	Finished     OrderState = "FINISHED_L"                 // received
	Cancelled    OrderState = "TRADE_CANCELED"             //
	Locked       OrderState = "LOCKED"                     // the buyer asks for the money back, or JD is looking into it: do not ship
	Paused       OrderState = "PAUSE"                      //
	PausedPOP    OrderState = "POP_ORDER_PAUSE"            //
	WaitCode     OrderState = "WAIT_SEND_CODE"             // a code for a shop in the street
)

// OrderStates are the states that a search asks for. Unpaid orders come by other calls and
// are none of ours.
var OrderStates = []OrderState{WaitStockOut, WaitDelivery, Shipped, Finished, Cancelled, Locked, Paused, PausedPOP}

// Order is one order. What is not stated is zero.
type Order struct {
	ID           int64
	Parent       int64 // the order this one was split from, which is gone
	DirectParent int64
	State        OrderState
	StateWords   string // the state in Chinese
	Type         int    // 22 SOP, 21 FBP, 23 LBP, 25 SOPL …
	PayType      int    // 1 on delivery, 4 online …
	GoodsTotal   money.Money
	SellerTotal  money.Money // the total less the seller's discounts
	Payment      money.Money // what the buyer pays
	Freight      money.Money
	Discount     money.Money // the seller's
	Balance      money.Money // paid from the buyer's balance
	Tax          money.Money
	ServiceFee   money.Money
	Ordered      time.Time
	Paid         time.Time
	Ended        time.Time
	Modified     time.Time // of the state or the waybill; a note or price may change without it
	BuyerNote    string
	SellerNote   string
	DeliveryType int // 1 working days only, 2 weekends and holidays only, 3 any day
	Consignee    Consignee
	Items        []OrderItem
	Coupons      []Coupon
	Carrier      int64  // after shipping
	Waybill      string // after shipping
	Customs      string // the bonded zone
	CustomsPort  string
	CustomsModel string // 直邮, 保税集货 or 保税备货
	ReturnOrder  int    // 0 an ordinary order, 1 a repair or make-good, 2 an exchange
	Store        string
}

// Consignee is who receives the goods. JD masks names and numbers ("张*", "138****0000"), or
// encrypts them, as Sealed says; OAID opens them with [Shop.Recipients].
type Consignee struct {
	Name       string
	Mobile     string
	Telephone  string
	Address    string
	Province   string
	City       string
	County     string
	Town       string
	ProvinceID int64
	CityID     int64
	CountyID   int64
	TownID     int64
	OAID       string
	Sealed     bool
}

// OrderItem is one line of an order. Only SKU is always there.
type OrderItem struct {
	SKU      int64
	OuterID  string
	Ware     int64
	Name     string
	Price    money.Money
	Quantity int64
}

// Coupon is one discount of an order.
type Coupon struct {
	SKU    int64 // 0 unless it is of one SKU
	Type   int
	Amount money.Money
}

const orderFields = "orderId,venderId,parentOrderId,directParentOrderId,orderState,orderStateRemark,orderType,payType," +
	"orderTotalPrice,orderSellerPrice,orderPayment,freightPrice,sellerDiscount,balanceUsed,taxFee,serviceFee," +
	"orderStartTime,orderEndTime,paymentConfirmTime,modified,orderRemark,venderRemark,deliveryType,consigneeInfo,itemInfoList," +
	"couponDetailList,logisticsId,waybill,customs,customsId,customsModel,returnOrder,storeOrder,storeId"

const (
	orderPageMost   = 100
	orderWindowMost = 31 * 24 * time.Hour // JD says a month; the shortest is enforced by JD itself
)

// OrderQuery says which orders are wanted. JD asks to keep page numbers low: rather than turn
// pages, begin the next window at the last Modified seen.
type OrderQuery struct {
	From   time.Time // a month before To at most
	To     time.Time
	Born   bool         // by the time the order was placed, not by its last change
	States []OrderState // nil asks for OrderStates
	Page   int          // from 1
	Size   int          // 100 at most, and if 0
}

// Orders reads one page of orders, the oldest first. JD knows whole seconds: orders of the
// seconds of From and To are among them.
func (s *Shop) Orders(ctx context.Context, q OrderQuery) (Page[Order], error) {
	if q.From.IsZero() || q.To.Before(q.From) || q.To.Sub(q.From) > orderWindowMost {
		return Page[Order]{}, pavilion.E(pavilion.Invalid, "jd.window", pavilion.Args{"days": int(orderWindowMost.Hours() / 24)}).At("from")
	}
	states := q.States
	if len(states) == 0 {
		states = OrderStates
	}
	names := make([]string, len(states))
	for i, state := range states {
		names[i] = string(state)
	}
	method := "jingdong.pop.order.search"
	if s.facts.Orders == OrdersSealed {
		method = "jingdong.pop.order.enSearch"
	}
	f := fields{
		"start_date": wireTime(q.From), "end_date": wireTime(q.To.Add(time.Second - time.Nanosecond)),
		"order_state": strings.Join(names, ","), "optional_fields": orderFields,
		"page": strconv.Itoa(max(q.Page, 1)), "page_size": strconv.Itoa(pageSize(q.Size, orderPageMost)),
		"sortType": 0, "dateType": 0,
	}
	if q.Born {
		f["dateType"] = 1
	}
	a, err := s.ask(ctx, method, f)
	if err != nil {
		return Page[Order]{}, err
	}
	r, err := a.page("searchorderinfo_result")
	if err != nil {
		return Page[Order]{}, err
	}
	if err := a.judge(r.at("apiResult")); err != nil {
		return Page[Order]{}, err
	}
	return pageOf(r.at("orderInfoList"), r.at("orderTotal").number(), "orderId", s.readOrder), a.whole()
}

// Order reads one order. An order JD does not know is NotFound.
func (s *Shop) Order(ctx context.Context, id int64) (Order, error) {
	method := "jingdong.pop.order.get"
	if s.facts.Orders == OrdersSealed {
		method = "jingdong.pop.order.enGet"
	}
	a, err := s.ask(ctx, method, fields{"order_id": id, "optional_fields": orderFields})
	if err != nil {
		return Order{}, err
	}
	r, err := a.page("orderDetailInfo")
	if err != nil {
		return Order{}, err
	}
	if err := a.judge(r.at("apiResult")); err != nil {
		return Order{}, err
	}
	o := s.readOrder(r.at("orderInfo"))
	if err := a.whole(); err != nil {
		return Order{}, err
	}
	if o.ID != id {
		return Order{}, a.lost(nil)
	}
	return o, nil
}

// readOrder reads one order. An order without a number, a state or a line is not read.
func (c *Client) readOrder(t tree) Order {
	o := Order{
		ID: t.at("orderId").number(), Parent: t.at("parentOrderId").number(), DirectParent: t.at("directParentOrderId").number(),
		State: OrderState(t.at("orderState").text()), StateWords: t.at("orderStateRemark").text(),
		Type: t.at("orderType").small(), PayType: t.at("payType").small(),
		GoodsTotal: t.at("orderTotalPrice").money(Yuan), SellerTotal: t.at("orderSellerPrice").money(Yuan),
		Payment: t.at("orderPayment").money(Yuan), Freight: t.at("freightPrice").money(Yuan), Discount: t.at("sellerDiscount").money(Yuan),
		Balance: t.at("balanceUsed").money(Yuan), Tax: t.at("taxFee").money(c.facts.TaxFee), ServiceFee: t.at("serviceFee").money(Yuan),
		Ordered: t.at("orderStartTime").moment(), Paid: t.at("paymentConfirmTime").moment(),
		Ended: t.at("orderEndTime").moment(), Modified: t.at("modified").moment(),
		BuyerNote: t.at("orderRemark").text(), SellerNote: t.at("venderRemark").text(), DeliveryType: t.at("deliveryType").code(),
		Consignee: readConsignee(t.at("consigneeInfo")), Items: each(t.at("itemInfoList"), readOrderItem),
		Coupons: each(t.at("couponDetailList"), readCoupon), Carrier: t.at("logisticsId").number(), Waybill: t.at("waybill").text(),
		Customs: t.at("customs").text(), CustomsPort: t.at("customsId").text(), CustomsModel: t.at("customsModel").text(),
		ReturnOrder: t.at("returnOrder").small(), Store: t.at("storeOrder").text(),
	}
	switch {
	case o.ID <= 0:
		t.at("orderId").fail("number of an order")
	case o.State == "":
		t.at("orderState").fail("state")
	case len(o.Items) == 0:
		t.at("itemInfoList").fail("list of lines")
	}
	return o
}

func readConsignee(t tree) Consignee {
	c := Consignee{
		Name: t.at("fullname").text(), Mobile: t.at("mobile").text(), Telephone: t.at("telephone").text(), Address: t.at("fullAddress").text(),
		Province: t.at("province").text(), City: t.at("city").text(), County: t.at("county").text(), Town: t.at("town").text(),
		ProvinceID: t.at("provinceId").number(), CityID: t.at("cityId").number(), CountyID: t.at("countyId").number(), TownID: t.at("townId").number(),
		OAID: t.at("oaid").text(),
	}
	for _, f := range []struct {
		into *string
		name string
	}{{&c.Name, "encrypt_fullname"}, {&c.Mobile, "encrypt_mobile"}, {&c.Telephone, "encrypt_telephone"}, {&c.Address, "encrypt_fullAddress"}} {
		if text := t.at(f.name).text(); text != "" {
			*f.into, c.Sealed = text, true
		}
	}
	return c
}

func readOrderItem(t tree) OrderItem {
	item := OrderItem{
		SKU: t.at("skuId").number(), OuterID: t.at("outerSkuId").text(), Ware: t.at("wareId").number(),
		Name: t.at("skuName").text(), Price: t.at("jdPrice").money(Yuan), Quantity: t.at("itemTotal").number(),
	}
	if item.SKU <= 0 {
		t.at("skuId").fail("number of a SKU")
	}
	if item.Quantity <= 0 {
		t.at("itemTotal").fail("quantity")
	}
	return item
}

func readCoupon(t tree) Coupon {
	return Coupon{SKU: t.at("skuId").number(), Type: t.at("couponType").code(), Amount: t.at("couponPrice").money(Yuan)}
}

// Remark writes the seller's note of an order, of at most 500 characters, with the colour of
// a flag: 0 grey, 1 red, 2 yellow, 3 green, 4 blue, 5 purple.
func (s *Shop) Remark(ctx context.Context, order int64, flag int, note string) error {
	_, err := s.tell(ctx, "jingdong.pop.order.modifyVenderRemark", fields{"order_id": order, "flag": flag}.text("remark", note))
	return err
}
