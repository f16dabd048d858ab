package douyin

// Operation is what a merchant does to an after-sale. Which type of afterSale.operate is
// which is a setting: the documents show some of the numbers and no table of them.
type Operation string

const (
	AgreeReturn     Operation = "agree_return"     // the buyer may send the goods back
	RefuseReturn    Operation = "refuse_return"    //
	AgreeReturned   Operation = "agree_returned"   // the goods came back: money
	RefuseReturned  Operation = "refuse_returned"  // the goods came back: no money
	AgreeRefund     Operation = "agree_refund"     // money without goods
	RefuseRefund    Operation = "refuse_refund"    //
	AgreeExchange   Operation = "agree_exchange"   // the buyer may send the goods back
	RefuseExchange  Operation = "refuse_exchange"  //
	ShipExchange    Operation = "ship_exchange"    // the goods came back: others are sent
	RefuseExchanged Operation = "refuse_exchanged" // the goods came back: no others
)

// fits tells whether an operation is possible now.
func (op Operation) fits(a *aftersale) bool {
	switch op {
	case AgreeReturn, RefuseReturn:
		return a.Type == returnGoods && a.Status == caseAsked
	case AgreeReturned, RefuseReturned:
		return a.Type == returnGoods && a.Status == caseReturned
	case AgreeRefund, RefuseRefund:
		return (a.Type == refundOnly || a.Type == beforeShipping) && a.Status == caseAsked
	case AgreeExchange, RefuseExchange:
		return a.Type == exchange && a.Status == caseAsked
	case ShipExchange, RefuseExchanged:
		return a.Type == exchange && a.Status == caseReturned
	}
	return false
}

const operationsMost = 20

// operate is afterSale.operate: all items or none.
func operate(t *tx, c *call) (any, error) {
	op, known := t.s.rules.Operations[c.num("type")]
	items := c.list("items")
	if !known || !c.has("type") || len(items) == 0 || len(items) > operationsMost {
		return nil, invalid(11000, "type 或 items 不正确")
	}
	told := []obj{}
	for _, item := range items {
		id := item.num("aftersale_id")
		a := t.aftersales.edit(id)
		if a == nil || a.Shop != c.shop {
			return nil, invalid(11000, "售后单不存在")
		}
		if !op.fits(a) || item.has("update_time") && item.num("update_time") != a.Updated.Unix() {
			return nil, failed(20309541, "售后单状态已变更")
		}
		if err := t.operateOn(a, op, item); err != nil {
			return nil, err
		}
		told = append(told, obj{"aftersale_id": id, "status_code": 0, "status_msg": ""})
	}
	return obj{"items": told}, nil
}

func (t *tx) operateOn(a *aftersale, op Operation, item args) error {
	goods := item.part("logistics")
	switch op {
	case AgreeReturn, AgreeExchange:
		address := goods.num("receiver_address_id")
		if address == 0 {
			return invalid(11000, "receiver_address_id 不能为空")
		}
		t.agree(a, address)
	case AgreeRefund, AgreeReturned:
		if op == AgreeRefund {
			t.step(a, "201", caseAsked, 0, obj{"agree_time": t.now.Unix()}, "商家同意退款")
		}
		t.refund(a, "退款成功")
	case ShipExchange:
		company, number := goods.str("company_code"), goods.str("logistics_code")
		if findCompany(company) == nil || !trackingNumber.MatchString(number) {
			return invalid(11000, "company_code、logistics_code 不正确")
		}
		a.SentCompany, a.SentNumber = company, number
		t.step(a, "226", caseSent, 0, obj{}, "商家已换货发出")
	case RefuseReturn, RefuseReturned, RefuseRefund, RefuseExchange, RefuseExchanged:
		why := item.str("reason")
		if why == "" {
			why = item.str("remark")
		}
		if why == "" && item.num("reject_reason_code") == 0 {
			return invalid(11000, "拒绝原因不能为空")
		}
		t.refuse(a, why)
	}
	return nil
}

// listRejectReasons is afterSale.rejectReasonCodeList. The reasons are made up.
func listRejectReasons(t *tx, c *call) (any, error) {
	if a := t.aftersales.get(c.num("aftersale_id")); a == nil || a.Shop != c.shop {
		return nil, invalid(11000, "售后单不存在")
	}
	items := []obj{}
	for i, reason := range []string{"商品已发出", "买家误操作", "退回的商品与原商品不符", "已与买家协商一致"} {
		items = append(items, obj{"reject_reason_code": i + 1, "reason": reason, "evidence_description": "", "evidence_need": "N", "image": "", "order_type": 0, "pkg": 0})
	}
	return obj{"items": items}, nil
}
