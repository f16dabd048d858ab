package douyin

import (
	"context"
	"encoding/json"
)

// Where an order stands: Order.Status. MainStatus has more words.
const (
	OrderPlaced      Int = 1
	OrderPaid        Int = 105 // not yet released: a group is not complete, or the risk is looked at
	OrderToShip      Int = 2
	OrderPartShipped Int = 101
	OrderShipped     Int = 3
	OrderFinished    Int = 5
	OrderCancelled   Int = 4
)

// The words that Order.MainStatus has beside those of Order.Status.
const (
	MainDepositPaid       Int = 103
	MainRefundedUnshipped Int = 21
	MainRefundedShipped   Int = 22
	MainRefundedReceived  Int = 39
)

// Order is what one buyer bought at once in the shop. Refunds concern a line, shipping the
// order. Amounts of the order include the postage, those of lines do not.
type Order struct {
	ID            Text   `json:"order_id"`
	Shop          Text   `json:"shop_id"`
	Biz           Int    `json:"biz"` // 2 an ordinary shop, 21 to 23 across the border
	Kind          Int    `json:"order_type"`
	Status        Int    `json:"order_status"`
	MainStatus    Int    `json:"main_status"`
	PlacedAt      Moment `json:"create_time"`
	PaidAt        Moment `json:"pay_time"`
	UpdatedAt     Moment `json:"update_time"`
	FinishedAt    Moment `json:"finish_time"`
	ShipBy        Moment `json:"exp_ship_time"`
	ShippedAt     Moment `json:"ship_time"`
	AppointedAt   Moment `json:"appointment_ship_time"`
	StatusWords   string `json:"order_status_desc"`
	CancelReason  string `json:"cancel_reason"`
	BuyerWords    string `json:"buyer_words"`
	SellerWords   string `json:"seller_words"`
	PayType       Int    `json:"pay_type"`
	PaymentNumber Text   `json:"channel_payment_no"`
	Amount        Fen    `json:"order_amount"` // before promotions
	Paid          Fen    `json:"pay_amount"`
	Postage       Fen    `json:"post_amount"`
	Promotion     Fen    `json:"promotion_amount"`
	ByShop        Fen    `json:"shop_cost_amount"`     // who bears it
	ByPlatform    Fen    `json:"platform_cost_amount"` // with those who present the goods
	Tax           Fen    `json:"tax_amount"`
	Buyer         Secret `json:"doudian_open_id"` // the same for one buyer, and never more than that
	Receiver
	Parcels  []OrderParcel     `json:"logistics_info"`
	Phases   []json.RawMessage `json:"order_phase_list"` // of a sale with a deposit; no document says what is in them
	Identity Identity          `json:"user_id_info"`     // of an order across the border
	Lines    []Line            `json:"sku_order_list"`
}

// Line is one SKU of an order, an order of its own to the platform.
type Line struct {
	ID          Text              `json:"order_id"`
	Order       Text              `json:"parent_order_id"`
	Product     ID                `json:"product_id"`
	ProductText Text              `json:"product_id_str"`
	SKU         ID                `json:"sku_id"`
	Code        Text              `json:"code"` // ours
	Name        string            `json:"product_name"`
	Quantity    Int               `json:"item_num"`
	UnitPrice   Fen               `json:"origin_amount"`
	Sum         Fen               `json:"sum_amount"` // UnitPrice times Quantity
	Paid        Fen               `json:"pay_amount"`
	Promotion   Fen               `json:"promotion_amount"`
	ByShop      Fen               `json:"shop_cost_amount"` // of the promotion
	Tax         Fen               `json:"tax_amount"`
	Trade       Int               `json:"trade_type"`
	Presale     Int               `json:"pre_sale_type"`
	Status      Int               `json:"order_status"`
	MainStatus  Int               `json:"main_status"`
	ShipBy      Moment            `json:"exp_ship_time"`
	ReceivedAt  Moment            `json:"confirm_receipt_time"`
	Given       string            `json:"given_product_type"`       // GiftLine or MasterLine
	Masters     []Text            `json:"master_sku_order_id_list"` // the lines a gift belongs to
	Bundle      []json.RawMessage `json:"bundle_sku_info"`          // what the SKU is made of; likewise
	AfterSale   struct {
		Status Int `json:"after_sale_status"`
		Type   Int `json:"after_sale_type"`
		Refund Int `json:"refund_status"`
	} `json:"after_sale_info"`
	// Where the sale came from.
	Theme  Text `json:"theme_type"` // 1 a live room
	Room   Text `json:"room_id_str"`
	Video  Text `json:"video_id"`
	Author ID   `json:"author_id"`
}

// What a line is in an offer with a gift.
const (
	MasterLine = "MASTER"
	GiftLine   = "FREE"
)

// The kinds of trade a line may have, Line.Trade, that matter to when it may be shipped.
const (
	TradeGroup   Int = 1
	TradeDeposit Int = 2
)

// OrderParcel is one that was shipped.
type OrderParcel struct {
	Waybill   Text   `json:"tracking_no"`
	Company   Text   `json:"company"`
	ShippedAt Moment `json:"ship_time"`
	ID        Text   `json:"delivery_id"`
	Contents  []struct {
		Line     Text `json:"sku_order_id"`
		SKU      ID   `json:"sku_id"`
		Quantity Int  `json:"product_count"`
	} `json:"product_info"`
}

// Orders reads a page of the orders that changed in a window of at most 90 days back, both of
// its ends among them: no document says whether the platform takes them in, so it is asked for
// a second more. An order may come twice; it comes as it is, not as it was. At is "" for the first page; next is "" after the last.
func (s Shop) Orders(ctx context.Context, w Window, at string) (orders []Order, next string, err error) {
	way, err := begin(w, at)
	if err != nil {
		return nil, "", err
	}
	params := struct {
		From  int64  `json:"update_time_start"`
		To    int64  `json:"update_time_end"`
		Page  int    `json:"page"`
		Size  int    `json:"size"`
		By    string `json:"order_by"`
		Older bool   `json:"order_asc"`
	}{way.from - 1, way.to + 1, way.number(), pageMost, "update_time", true}
	var told struct {
		Total  Int     `json:"total"`
		Orders []Order `json:"shop_order_list"`
	}
	if err := s.ask(ctx, "order.searchList", params, &told); err != nil {
		return nil, "", err
	}
	then, counts, done, err := way.next(int(told.Total), seconds(w.To))
	if err != nil || !counts {
		return nil, then.String(), err
	}
	if !done {
		next = then.String()
	}
	return told.Orders, next, nil
}

// Order reads one by its number. NotFound if it is not this shop's.
func (s Shop) Order(ctx context.Context, id string) (Order, error) {
	var told struct {
		Order Order `json:"shop_order_detail"`
	}
	err := s.ask(ctx, "order.orderDetail", struct {
		ID string `json:"shop_order_id"`
	}{id}, &told)
	if err == nil && told.Order.ID == "" {
		return Order{}, call{s, "order.orderDetail", false}.lost(errNoID)
	}
	return told.Order, err
}

const remarkMost = 60 // characters

// Remark writes the merchant's own words beside an order. It may be repeated.
func (s Shop) Remark(ctx context.Context, id, words string) error {
	if r := []rune(words); len(r) > remarkMost {
		words = string(r[:remarkMost])
	}
	return s.act(ctx, "order.addOrderRemark", struct {
		ID    string `json:"order_id"`
		Words string `json:"remark"`
	}{id, words}, nil)
}
