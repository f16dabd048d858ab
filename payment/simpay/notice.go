package simpay

import (
	"crypto/hmac"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"pavilion"
	"pavilion/money"
	"pavilion/payment"
)

// freshness is how far the clock of a notice may be from ours: a notice that was listened
// to and is sent again later is refused.
const freshness = 5 * time.Minute

// noticeTold is a notice on the wire.
type noticeTold struct {
	Notice   string `json:"notice"`
	Intent   string `json:"intent"`
	Ref      string `json:"ref"`
	State    string `json:"state"`
	Amount   string `json:"amount"`
	Currency string `json:"currency"`
}

// ReadNotice checks that a notice is the provider's own and recent, and reads it. Errors:
// Forbidden payment.notice_forged and payment.notice_stale; Invalid
// payment.notice_malformed.
func (c *Client) ReadNotice(header http.Header, body []byte) (payment.Word, error) {
	malformed := pavilion.E(pavilion.Invalid, "payment.notice_malformed", pavilion.Args{"provider": Name})
	if len(body) > answerMost {
		return payment.Word{}, malformed
	}
	stamp := header.Get("Simpay-Timestamp")
	signature, err := hex.DecodeString(header.Get("Simpay-Signature"))
	if err != nil || !hmac.Equal(signature, c.signature("NOTICE\n"+stamp+"\n", body)) {
		return payment.Word{}, pavilion.E(pavilion.Forbidden, "payment.notice_forged", pavilion.Args{"provider": Name})
	}
	seconds, err := strconv.ParseInt(stamp, 10, 64)
	if err != nil || c.o.Clock().Sub(time.Unix(seconds, 0)).Abs() > freshness {
		return payment.Word{}, pavilion.E(pavilion.Forbidden, "payment.notice_stale", pavilion.Args{"provider": Name})
	}
	var told noticeTold
	if err := json.Unmarshal(body, &told); err != nil {
		return payment.Word{}, malformed.Because(err)
	}
	state, known := intentStates[told.State]
	amount, err := money.Parse(told.Amount, money.Currency(told.Currency))
	if !known || err != nil || told.Notice == "" || told.Intent == "" {
		return payment.Word{}, malformed.Because(err)
	}
	return payment.Word{
		NoticeID: "notice:" + told.Notice, Intent: pavilion.IntentID(told.Intent),
		State: state, Amount: amount, ProviderRef: told.Ref,
	}, nil
}
