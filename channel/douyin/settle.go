package douyin

import (
	"context"
	"encoding/json"
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

// Bills reads all rows settled in a window, of at most seven days as the platform advises.
// Those of a day are there from the next day at three in the afternoon in Beijing.
func (s Shop) Bills(ctx context.Context, w Window, take func(Bill) error) error {
	const method = "order.getSettleBillDetailV3"
	type asked struct {
		Size  int    `json:"size"`
		From  string `json:"start_time"`
		To    string `json:"end_time"`
		By    string `json:"time_type"`
		Index string `json:"start_index,omitempty"`
	}
	params := asked{Size: pageMost, From: clockTime(w.From), To: clockTime(w.To), By: "0"}
	for {
		var told struct {
			Code     Text              `json:"code"`
			Words    Text              `json:"code_msg"`
			Rows     []json.RawMessage `json:"data"`
			Index    Text              `json:"next_start_index"`
			From     Text              `json:"next_start_time"`
			AtTheEnd Flag              `json:"is_end"`
		}
		if err := s.ask(ctx, method, params, &told); err != nil {
			return err
		}
		if told.Code != billsDone {
			r := refusal{Sub: s.redacted(string(told.Code)), Message: s.redacted(string(told.Words))}
			return pavilion.E(pavilion.Unavailable, "douyin.unavailable", pavilion.Args{"method": method, "word": r.word(), "message": r.Message}).Because(r)
		}
		for _, raw := range told.Rows {
			b := Bill{Raw: raw}
			if err := json.Unmarshal(raw, &b); err != nil {
				return call{s, method, false}.lost(err)
			}
			if err := take(b); err != nil {
				return err
			}
		}
		if told.AtTheEnd {
			return nil
		}
		next := asked{Size: pageMost, From: clockTime(readTime(string(told.From))), To: params.To, By: params.By, Index: string(told.Index)}
		if next.Index == "" || next.From == "" || next == params {
			return call{s, method, false}.lost(errNoValue) // it would go round for ever
		}
		params = next
	}
}

// BillsReady is when the bills of a day are there.
func BillsReady(day pavilion.Date) time.Time {
	return day.AddDays(1).Start(Beijing).Add(15 * time.Hour)
}
