package douyin

import (
	"encoding/json"
	"net/url"
	"time"

	"pavilion"
)

// freshness is how far the platform's clock may be from ours.
const freshness = 10 * time.Minute

// ReadSPI checks a call that the platform makes of us, and returns its parameters. They stand
// in the query or in the body, and are signed in one of two forms. Errors: Forbidden
// douyin.spi_forged and douyin.spi_stale, Invalid douyin.spi_malformed.
func (c *Client) ReadSPI(query url.Values, body []byte) (json.RawMessage, error) {
	raw := body
	if p := query.Get("param_json"); p != "" {
		raw = []byte(p)
	}
	if len(raw) > pushMost || len(raw) == 0 {
		return nil, pavilion.E(pavilion.Invalid, "douyin.spi_malformed", nil)
	}
	way := firstOf(query.Get("sign_method"), SignMD5)
	stamp := query.Get("timestamp")
	genuine := false
	for _, escape := range []bool{true, false} {
		params, err := canonical(raw, escape)
		if err != nil {
			return nil, pavilion.E(pavilion.Invalid, "douyin.spi_malformed", nil)
		}
		ours := signSPI(way, c.o.AppKey, c.o.Secret, stamp, params)
		genuine = genuine || same(ours, query.Get("sign")) || same(ours, query.Get("sign_v2"))
	}
	if !genuine || query.Get("app_key") != c.o.AppKey || way != SignMD5 && way != SignHMAC {
		return nil, pavilion.E(pavilion.Forbidden, "douyin.spi_forged", nil)
	}
	if at := readTime(stamp); at.IsZero() || c.o.Clock().Sub(at).Abs() > freshness {
		return nil, pavilion.E(pavilion.Forbidden, "douyin.spi_stale", nil)
	}
	return json.RawMessage(raw), nil
}

// AnswerSPI writes the answer to a call of the platform: data, or that the caller was not
// believed or not understood.
func (c *Client) AnswerSPI(data any, err error) ([]byte, error) {
	type answer struct {
		Code    int    `json:"code"`
		Message string `json:"message"`
		Data    any    `json:"data,omitempty"`
	}
	const refusedParameter, refusedInternal = 100002, 100003
	switch {
	case err == nil:
		return encode(answer{0, "", data}, false)
	case pavilion.KindOf(err) == pavilion.Forbidden:
		return encode(answer{Code: c.o.Facts.SPIRefused, Message: "sign"}, false)
	case pavilion.KindOf(err) == pavilion.Invalid:
		return encode(answer{Code: refusedParameter, Message: "parameter"}, false)
	}
	return encode(answer{Code: refusedInternal, Message: "internal"}, false)
}
