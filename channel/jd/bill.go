package jd

import (
	"context"
	"encoding/json"
	"time"

	"pavilion/money"
)

// BillQuery asks for what JD charged. What JD means by its kinds of dates stands in no
// public document: Kind is handed on as it is.
type BillQuery struct {
	Kind     int
	From, To time.Time
	Order    int64 // 0 for all
}

// Charge is what JD booked for one order or service, with JD's own words for the settlement
// that is to come.
type Charge struct {
	Order    int64
	Business int // 1001 an order, 1002 after-sale, 1003 a cancelled refund, 1101 a correction, 1102 no sale …
	Made     time.Time
	Updated  time.Time
	Fees     []Fee
	Raw      json.RawMessage // everything JD said, with numbers as JD wrote them
}

// Fee is one line of a charge.
type Fee struct {
	ID        string
	SKU       int64
	Count     int64
	Amount    money.Money
	Direction string
	Currency  string
	Type      string
	Status    string
	Settled   time.Time
	Bill      string
}

// Charges reads what JD charged. No public document names what the list is wrapped in: the
// only list is taken.
func (s *Shop) Charges(ctx context.Context, q BillQuery) (Page[Charge], error) {
	a, err := s.ask(ctx, "jingdong.pop.taurus.queryBillChargeListByCondition", fields{}.number("dateType", int64(q.Kind)).
		moment("startDate", q.From).moment("endDate", q.To).number("orderId", q.Order))
	if err != nil {
		return Page[Charge]{}, err
	}
	r := onlyObject(a.tree)
	if err := a.judge(r); err != nil {
		return Page[Charge]{}, err
	}
	list := onlyList(r)
	return pageOf(list, int64(len(list.items())), "orderId", readCharge), a.whole()
}

func readCharge(t tree) Charge {
	raw, err := json.Marshal(t.value)
	if err != nil {
		t.fail("JSON")
	}
	return Charge{
		Order: t.at("orderId").number(), Business: t.at("rfBusiType").small(), Made: t.at("docCreateTime").moment(), Updated: t.at("docUpdateTime").moment(), Raw: raw,
		Fees: each(t.at("feeList"), func(f tree) Fee {
			return Fee{
				ID: f.at("detailId").text(), SKU: f.at("skuId").number(), Count: f.at("count").number(), Amount: f.at("money").money(Yuan),
				Direction: f.at("direction").text(), Currency: f.at("currency").text(), Type: f.at("feeType").text(),
				Status: f.at("settlementStatus").text(), Settled: f.at("settlementTime").moment(), Bill: f.at("billNo").text(),
			}
		}),
	}
}
