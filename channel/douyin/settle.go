package douyin

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"pavilion"
)

// Bill is a row of what the platform settled, kept whole: Raw is the row as it came.
type Bill struct {
	SettledAt Moment `json:"settle_time"`
	Request   Text   `json:"request_no"`
	Order     Text   `json:"shop_order_id"`
	Line      Text   `json:"order_id"`
	Trade     Int    `json:"trade_type"` // 0 settled, 1 and 3 refunded, 2 a deposit refunded
	OrderedAt Moment `json:"order_time"`
	Quantity  Int    `json:"goods_count"`
	Settled   Fen    `json:"settle_amount"`
	Income    Fen    `json:"total_income"`
	Outcome   Fen    `json:"total_outcome"`
	Fee       Fen    `json:"platform_service_fee"`
	Share     Fen    `json:"commission"` // of who presented the goods
	Refunded  Fen    `json:"refund_before_settle"`
	Remark    string `json:"remark"`

	Raw json.RawMessage `json:"-"`
}

// billsDone is the second code of an answer, inside its data.
const billsDone = "100000"

// Bills reads a page of the rows settled in a window, of at most seven days as the platform
// advises. Those of a day are there from the next day at three in the afternoon in Beijing. At
// is "" for the first page; next is "" after the last.
func (s Shop) Bills(ctx context.Context, w Window, at string) (bills []Bill, next string, err error) {
	c := call{s, "order.getSettleBillDetailV3", false}
	params := struct {
		Size  int    `json:"size"`
		From  string `json:"start_time"`
		To    string `json:"end_time"`
		By    string `json:"time_type"`
		Index string `json:"start_index,omitempty"`
	}{Size: pageMost, From: clockTime(w.From), To: clockTime(w.To), By: "0"}
	if from, index, ok := strings.Cut(at, "|"); ok {
		params.From, params.Index = from, index
	}
	var told struct {
		Code  Text              `json:"code"`
		Words Text              `json:"code_msg"`
		Rows  []json.RawMessage `json:"data"`
		Index Text              `json:"next_start_index"`
		From  Text              `json:"next_start_time"`
		End   Flag              `json:"is_end"`
	}
	if err := c.do(ctx, params, &told); err != nil {
		return nil, "", err
	}
	if told.Code != billsDone {
		return nil, "", c.lost(errors.New("code " + string(told.Code) + " " + string(told.Words)))
	}
	for _, raw := range told.Rows {
		b := Bill{Raw: raw}
		if err := json.Unmarshal(raw, &b); err != nil {
			return nil, "", c.lost(err)
		}
		bills = append(bills, b)
	}
	if told.End {
		return bills, "", nil
	}
	next = clockTime(readTime(string(told.From))) + "|" + string(told.Index)
	if told.Index == "" || told.From == "" || next == at {
		return nil, "", c.lost(errNoValue) // it would go round for ever
	}
	return bills, next, nil
}

// BillsReady is when the bills of a day are there.
func BillsReady(day pavilion.Date) time.Time {
	return day.AddDays(1).Start(Beijing).Add(15 * time.Hour)
}
