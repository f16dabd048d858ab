package jd

var customsMethods = map[string]method{
	"jingdong.pop.customs.center.OrderBankAdapterJsfService.getPaymentNoResultByVender": {do: (*call).paymentNo},
	"jingdong.pop.customs.center.StorageJsfService.commonStorage":                       {do: (*call).customsStorage},
}

// paymentNo tells the number under which customs know the payment of an order.
func (c *call) paymentNo() (obj, *failure) {
	c.p.require("orderId")
	id := c.p.id("orderId")
	if f := c.p.wrong(); f != nil {
		return nil, f
	}
	result := obj{"orderId": id, "paymentNo": "", "parentPaymentNo": "", "success": false, "errMsg": fail(orderUnknown).zh}
	if o := c.orders.get(id.String()); o != nil && !o.Split && !o.PaidAt.IsZero() && c.s.o.CrossBorder {
		result["paymentNo"], result["success"], result["errMsg"] = "SIMPAY"+id.String(), true, ""
	}
	return obj{"getPaymentNoResultByVender_result": result}, nil
}

// customsStorage sends an order of an overseas shop in one step. Its success is a text.
func (c *call) customsStorage() (obj, *failure) {
	c.p.require("orderId", "companyId", "logiNo", "logisticsCompanies")
	id, waybill, carrier := c.p.id("orderId"), c.p.text("logiNo"), c.p.text("logisticsCompanies")
	if f := c.p.wrong(); f != nil {
		return nil, f
	}
	o, f := c.leaving(id)
	if c.s.o.Shipping != Overseas {
		f = fail("64")
	}
	if f != nil {
		return obj{"storageJsfResult": obj{
			"orderId": id, "success": "false", "errorCode": f.code, "resultMsgChinese": f.zh, "resultMsgEnglish": f.en,
		}}, nil
	}
	shipped := *o
	shipped.Carrier, shipped.Waybill = carrier, waybill
	c.s.leave(c.change, shipped, WaitReceive)
	return obj{"storageJsfResult": obj{"orderId": id, "success": "true", "errorCode": "", "resultMsgChinese": "", "resultMsgEnglish": ""}}, nil
}
