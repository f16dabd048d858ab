package jd

import "pavilion"

// words are the texts of the pages in one language.
type words struct {
	Title, Simulated, NoGoods, Clock, Done, Refused                     string
	Place, SKU, Quantity, Times, TimesHint, Within, Unpaid, PlaceDo     string
	Goods, Outer, Price, Stock, Sellable, Sold, Set, NoSKUs             string
	Orders, Order, Amount, Buyer, Placed, NoOrders, Withdraw            string
	Refunds, Services, Express                                          string
	Faults, Kind, Method, MethodHint, Skip, Often, Code, Delay, FaultDo string
	Break, Seconds, BreakDo, Mend, Expire, Shift, ShiftDo, Lag, LagDo   string
	Refuse, Reason, RefuseDo                                            string
	Consent, ConsentText, Allow, ConsentWrong                           string
	Others                                                              string
	states                                                              map[string]string
	serviceStates, refundStates                                         map[int64]string
	commands                                                            map[string]string
	faults                                                              map[FaultKind]string
	reasons                                                             map[string]string
}

var wordsIn = map[pavilion.Lang]words{
	pavilion.Chinese: {
		Title: "模拟京东后台", Simulated: "模拟平台", NoGoods: "仅供演示和测试：买家、订单和钱都不是真的。", Clock: "平台时间",
		Done: "已执行。", Refused: "未执行，请检查填写的内容。",
		Place: "模拟买家下单", SKU: "SKU", Quantity: "件数", Times: "订单数", TimesHint: "1–10000；卖完即止", Within: "历时（秒）", Unpaid: "暂不付款", PlaceDo: "下单",
		Goods: "商品与库存", Outer: "商家编码", Price: "价格（元）", Stock: "库存", Sellable: "可售", Sold: "已售", Set: "修改", NoSKUs: "还没有商品。请先从本馆发布。",
		Orders: "最近订单", Order: "订单", Amount: "金额（元）", Buyer: "买家", Placed: "下单时间", NoOrders: "还没有订单。", Withdraw: "买家撤回",
		Refunds: "售前退款", Services: "售后服务", Express: "快递单号",
		Faults: "故障", Kind: "故障类型", Method: "接口", MethodHint: "空白表示任意接口", Skip: "先正常几次", Often: "之后出错几次", Code: "错误码", Delay: "延迟（毫秒）", FaultDo: "安排故障",
		Break: "全部中断", Seconds: "秒", BreakDo: "中断", Mend: "全部恢复", Expire: "令牌全部失效", Shift: "拨动时钟", ShiftDo: "拨动", Lag: "搜索延迟", LagDo: "设定",
		Refuse: "拒绝接下来的审核", Reason: "原因", RefuseDo: "拒绝",
		Consent: "授权", ConsentText: "应用请求读取并管理此店铺：", Allow: "同意授权", ConsentWrong: "授权请求不完整，或应用不对。请从本馆重新开始。",
		Others: "English",
		states: stateWords, serviceStates: serviceWords,
		refundStates: map[int64]string{
			RefundWaiting: "待审核", RefundAgreed: "已同意", RefundRefused: "已拒绝", RefundDone: "已退款", RefundNotPaid: "财务拒绝", RefundIntercept: "拦截中",
			RefundIntercepted: "拦截成功", RefundMissed: "拦截失败", RefundForced: "强制关单并退款", RefundPending: "等待物流", RefundWithdrawn: "买家已撤回",
		},
		commands: map[string]string{
			"pay": "付款", "cancel": "取消", "lock": "锁定", "unlock": "解锁", "receive": "确认收货", "refund": "申请退款", "split": "拆单",
			"send": "买家寄回", "answer": "买家回复", "confirm": "买家确认", "withdraw": "买家撤回",
		},
		faults: map[FaultKind]string{
			Slow: "变慢", LostCall: "请求丢失", LostReply: "已执行，回复丢失", Late: "迟到：下一次调用之后才执行", Repeat: "执行两次", Coded: "返回错误码",
			InnerCode: "已执行，却返回内层错误码", HTML: "返回网页", HTMLReply: "已执行，却返回网页", Dirty: "JSON损坏（,}）", Doubled: "列表重复", Shuffled: "列表乱序",
			NoOAID: "没有oaid", Sparse: "缺少商家编码", Moving: "翻页时订单变化", TokenStays: "刷新后令牌不变",
		},
		reasons: map[string]string{
			"sim.sold_out": "库存不足，没有下单。", "sim.off_shelf": "商品未上架，没有下单。", "sim.sku_unknown": "没有这个SKU。", "sim.order_state": "订单状态不允许。",
		},
	},
	pavilion.English: {
		Title: "Simulated JD back office", Simulated: "Simulated platform", NoGoods: "For demonstration and tests: no shopper, order or money is real.", Clock: "Time of the platform",
		Done: "Done.", Refused: "Not done. Check what you filled in.",
		Place: "Have a simulated shopper order", SKU: "SKU", Quantity: "Units", Times: "Orders", TimesHint: "1–10000; ends when sold out", Within: "Over (s)", Unpaid: "not paid yet", PlaceDo: "Place orders",
		Goods: "Goods and stock", Outer: "Shop’s number", Price: "Price (yuan)", Stock: "Stock", Sellable: "Sellable", Sold: "Sold", Set: "Change", NoSKUs: "There are no goods yet. Publish some from the pavilion.",
		Orders: "Newest orders", Order: "Order", Amount: "Amount (yuan)", Buyer: "Shopper", Placed: "Placed", NoOrders: "There are no orders yet.", Withdraw: "Shopper withdraws",
		Refunds: "Refunds before shipping", Services: "After-sale services", Express: "Waybill",
		Faults: "Faults", Kind: "Kind", Method: "Method", MethodHint: "blank for any", Skip: "Calls that still go well", Often: "Then so often", Code: "Code", Delay: "Delay (ms)", FaultDo: "Arrange the fault",
		Break: "Break everything", Seconds: "seconds", BreakDo: "Break", Mend: "Mend everything", Expire: "Expire all tokens", Shift: "Shift the clock", ShiftDo: "Shift", Lag: "Delay of searches", LagDo: "Set",
		Refuse: "Refuse the next audits", Reason: "Reason", RefuseDo: "Refuse",
		Consent: "Authorisation", ConsentText: "An application asks to read and manage this shop:", Allow: "Allow", ConsentWrong: "The request is incomplete or of another application. Start again from the pavilion.",
		Others: "中文",
		states: map[string]string{
			NotPay: "not paid", WaitStockOut: "to be shipped", WaitDelivery: "to be delivered inland", WaitReceive: "on its way", Finished: "finished",
			Cancelled: "cancelled", Locked: "locked", Paused: "waiting for its day",
		},
		serviceStates: map[int64]string{
			ServiceToAudit: "to be decided", ServiceFeedback: "shopper asked", ServiceRefused: "refused", ServiceToReceive: "goods to come back", ServiceToHandle: "to be handled",
			ServiceToConfirm: "shopper to confirm", ServiceDone: "done", ServiceCancelled: "cancelled", ServiceAnswered: "shopper answered", ServiceRefunding: "money on its way",
		},
		refundStates: map[int64]string{
			RefundWaiting: "to be decided", RefundAgreed: "agreed", RefundRefused: "refused", RefundDone: "paid back", RefundNotPaid: "refused by finance",
			RefundIntercept: "to be intercepted", RefundIntercepted: "intercepted", RefundMissed: "not intercepted", RefundForced: "closed and paid back",
			RefundPending: "waiting for the carrier", RefundWithdrawn: "withdrawn",
		},
		commands: map[string]string{
			"pay": "Pay", "cancel": "Cancel", "lock": "Lock", "unlock": "Unlock", "receive": "Confirm receipt", "refund": "Ask for a refund", "split": "Split",
			"send": "Shopper sends back", "answer": "Shopper answers", "confirm": "Shopper confirms", "withdraw": "Shopper withdraws",
		},
		faults: map[FaultKind]string{
			Slow: "slow", LostCall: "request lost", LostReply: "done, reply lost", Late: "late: done after the next call", Repeat: "done twice", Coded: "error code",
			InnerCode: "done, inner error code", HTML: "a web page", HTMLReply: "done, a web page", Dirty: "broken JSON (,})", Doubled: "lists doubled", Shuffled: "lists out of order",
			NoOAID: "no oaid", Sparse: "no shop’s numbers", Moving: "an order changes between pages", TokenStays: "the refreshed token keeps its value",
		},
		reasons: map[string]string{
			"sim.sold_out": "Not ordered: sold out.", "sim.off_shelf": "Not ordered: not on the shelf.", "sim.sku_unknown": "There is no such SKU.", "sim.order_state": "The order’s state does not allow it.",
		},
	},
}
