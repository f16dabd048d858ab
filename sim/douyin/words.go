package douyin

import "pavilion"

// words are the texts of the pages in one language.
type words struct {
	Simulated, Nobody                                                  string
	Key, Enter                                                         string
	Consent, ConsentHint, Shop, Agree                                  string
	Find, Search, NotFound                                             string
	Goods, NoGoods, Stock, Held, Price, Units, Shoppers, Within        string
	Set, Buy, BuyUnpaid, BuyBurst, Rush, OnSale, OffSale, On, Off, Ban string
	Orders, NoOrders, Pay, Cancel, Receive, Address, Yes, No           string
	Refund, Return, Cases, NoCases, Withdraw, SendBack, TakeExchange   string
	World, Clock, Shift, Hour, Day, Waiting, Deliver, Probe            string
	Expire, Revoke, Break, Broken, Mend, Faults, NoFaults, Where, What string
	Skip, Times, Code, Seconds, Add, Wrong, Other                      string
	States, CaseStates                                                 map[int64]string
	Kinds                                                              map[Kind]string
	Places                                                             map[string]string
	reasons                                                            map[string]string
}

// reason says why a form was not taken.
func (w words) reason(of string) string {
	if said := w.reasons[of]; said != "" {
		return said
	}
	return w.Wrong
}

var texts = map[pavilion.Lang]words{
	pavilion.Chinese: {
		Simulated: "模拟抖店", Nobody: "仅供演练：没有真实的买家、商品和资金。",
		Key: "控制密钥", Enter: "进入",
		Consent: "授权应用访问店铺", ConsentHint: "同意后，应用可以读取并修改所选店铺的商品、库存、订单和售后。", Shop: "店铺", Agree: "同意授权",
		Find: "名称、编码或 SKU", Search: "查找", NotFound: "没有找到这样的商品。",
		Goods: "商品与库存", NoGoods: "还没有商品。请先从国家馆后台发布。", Stock: "可售", Held: "占用", Price: "价格（元）", Units: "件数", Shoppers: "买家数", Within: "秒内",
		Set: "改", Buy: "下单", BuyUnpaid: "下单不付款", BuyBurst: "同时下单", Rush: "直播抢购", OnSale: "在售", OffSale: "未在售", On: "上架", Off: "下架", Ban: "封禁",
		Orders: "最近的订单", NoOrders: "还没有订单。", Pay: "付款", Cancel: "取消", Receive: "确认收货", Address: "申请改地址", Yes: "同意改地址", No: "拒绝改地址",
		Refund: "申请退款", Return: "申请退货退款", Cases: "最近的售后", NoCases: "还没有售后。", Withdraw: "撤销", SendBack: "寄回", TakeExchange: "收到换货",
		World: "平台", Clock: "平台时间（北京）", Shift: "拨快（秒，可为负）", Hour: "一小时", Day: "一天", Waiting: "待送达的消息", Deliver: "立即推送", Probe: "探测",
		Expire: "令牌立即过期", Revoke: "撤销授权", Break: "断网", Broken: "网络已断开", Mend: "恢复正常", Faults: "故障", NoFaults: "没有待发生的故障。", Where: "位置", What: "故障",
		Skip: "先放过", Times: "次数", Code: "错误码", Seconds: "秒", Add: "添加", Wrong: "没有执行：请检查填写的内容。", Other: "English",
		States:     stateNames,
		CaseStates: map[int64]string{caseAsked: "待商家处理", caseAgreed: "待买家退货", caseReturned: "待商家收货", caseDone: "已退款", caseSent: "换货已发出", caseExchanged: "换货完成", caseRefused: "已拒绝", caseClosed: "已关闭", caseRefusedLate: "退货后拒绝"},
		Kinds: map[Kind]string{
			LoseRequest: "请求丢失", LoseReply: "已执行，回复丢失", HTML: "返回网页", HTMLAfter: "已执行，返回网页", Refuse: "返回错误码", Late: "稍后才执行",
			Lose: "消息丢失", Repeat: "消息重复", Delay: "消息延迟", Reorder: "消息乱序", WrongSign: "签名错误", Reject: "审核拒绝",
		},
		Places: map[string]string{AnyCall: "任意调用", AtPush: "消息", AtBatch: "推送请求", AtProductAudit: "商品审核", AtMaterialAudit: "图片审核"},
		reasons: map[string]string{
			"sim.stock_short": "没有执行：可售库存不足。", "sim.not_on_sale": "没有执行：商品不在售。", "sim.order_state": "没有执行：当前状态不允许。",
			"sim.fault": "没有执行：该位置不会发生这种故障。", "sim.probe": "应用没有确认探测消息。",
		},
	},
	pavilion.English: {
		Simulated: "Simulated Douyin shop", Nobody: "For rehearsal: no real shoppers, goods or money.",
		Key: "Control key", Enter: "Enter",
		Consent: "Let an app into your shop", ConsentHint: "The app will read and change the goods, stock, orders and after-sales of the shop you choose.", Shop: "Shop", Agree: "Agree",
		Find: "Name, code or SKU", Search: "Find", NotFound: "No goods are like that.",
		Goods: "Goods and stock", NoGoods: "There are no goods yet. Publish some from the pavilion’s console.", Stock: "Sellable", Held: "Held", Price: "Price, CNY", Units: "Units", Shoppers: "Shoppers", Within: "Seconds",
		Set: "Set", Buy: "Order", BuyUnpaid: "Order unpaid", BuyBurst: "Order at once", Rush: "Live rush", OnSale: "on sale", OffSale: "not on sale", On: "On shelf", Off: "Off shelf", Ban: "Ban",
		Orders: "Newest orders", NoOrders: "There are no orders yet.", Pay: "Pay", Cancel: "Cancel", Receive: "Received", Address: "Ask for another address", Yes: "Agree to the address", No: "Refuse the address",
		Refund: "Ask for a refund", Return: "Ask to return", Cases: "Newest after-sales", NoCases: "There are no after-sales yet.", Withdraw: "Withdraw", SendBack: "Send back", TakeExchange: "Exchange received",
		World: "Platform", Clock: "Platform’s time (UTC+8)", Shift: "Forward by seconds (may be negative)", Hour: "an hour", Day: "a day", Waiting: "Pushes waiting", Deliver: "Push now", Probe: "Probe",
		Expire: "Expire tokens", Revoke: "Withdraw consent", Break: "Break the network", Broken: "The network is broken", Mend: "Mend everything", Faults: "Faults", NoFaults: "No fault is due.", Where: "Where", What: "What",
		Skip: "Let pass first", Times: "Times", Code: "Error code", Seconds: "Seconds", Add: "Add", Wrong: "Not done: look at what you entered.", Other: "中文",
		States:     map[int64]string{unpaid: "unpaid", paid: "paid", preparing: "to be shipped", partShip: "partly shipped", shipped: "shipped", cancelled: "cancelled", finished: "finished"},
		CaseStates: map[int64]string{caseAsked: "waits for the shop", caseAgreed: "waits for the goods", caseReturned: "sent back", caseDone: "refunded", caseSent: "exchange sent", caseExchanged: "exchanged", caseRefused: "refused", caseClosed: "closed", caseRefusedLate: "refused after return"},
		Kinds: map[Kind]string{
			LoseRequest: "request lost", LoseReply: "done, reply lost", HTML: "a page instead", HTMLAfter: "done, a page instead", Refuse: "error code", Late: "done late",
			Lose: "message lost", Repeat: "message repeated", Delay: "message delayed", Reorder: "messages reordered", WrongSign: "wrong signature", Reject: "audit refuses",
		},
		Places: map[string]string{AnyCall: "any call", AtPush: "messages", AtBatch: "push requests", AtProductAudit: "audit of goods", AtMaterialAudit: "audit of pictures"},
		reasons: map[string]string{
			"sim.stock_short": "Not done: too few units are sellable.", "sim.not_on_sale": "Not done: the goods are not on sale.", "sim.order_state": "Not done: the state does not allow it.",
			"sim.fault": "Not done: this cannot go wrong there.", "sim.probe": "The app did not take the probe.",
		},
	},
}
