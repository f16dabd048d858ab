package douyin

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"pavilion"
)

// CallSPI calls an app as the platform does where it wants an answer at once, and returns
// the data of the answer. The documents give the envelope and name no such call, so that
// the parameters are whatever the caller says. Errors: NotFound sim.app_unknown, Invalid
// sim.spi, Unavailable sim.spi with what the app said.
func (s *Simulator) CallSPI(ctx context.Context, appKey, signMethod, param string) (json.RawMessage, error) {
	app := s.app(appKey)
	if app == nil || app.SPIURL == "" {
		return nil, pavilion.E(pavilion.NotFound, "sim.app_unknown", nil)
	}
	v, err := readJSON(param)
	if err != nil {
		return nil, pavilion.E(pavilion.Invalid, "sim.spi", nil).Because(err)
	}
	stamp := strconv.FormatInt(s.Now().Unix(), 10)
	q := url.Values{"app_key": {app.Key}, "timestamp": {stamp}}
	if signMethod != "" {
		q.Set("sign_method", signMethod)
	}
	q.Set("sign", signSPI(signMethod, app.Secret, app.Key, canonical(v, true), stamp))
	q.Set("sign_v2", signSPI(signMethod, app.Secret, app.Key, canonical(v, false), stamp))
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, app.SPIURL+"?"+q.Encode(), strings.NewReader(param))
	if err != nil {
		return nil, pavilion.E(pavilion.Invalid, "sim.spi", nil).Because(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Log-Id", fmt.Sprintf("%018X", s.calls.Add(1)))
	answer, err := s.client.Do(r)
	if err != nil {
		return nil, pavilion.E(pavilion.Unavailable, "sim.spi", nil).Because(err)
	}
	defer answer.Body.Close()
	var told struct {
		Code    *int            `json:"code"`
		Message string          `json:"message"`
		Data    json.RawMessage `json:"data"`
	}
	if err := json.NewDecoder(io.LimitReader(answer.Body, bodyMost)).Decode(&told); err != nil {
		return nil, pavilion.E(pavilion.Unavailable, "sim.spi", nil).Because(err)
	}
	if told.Code == nil || *told.Code != 0 {
		return nil, pavilion.E(pavilion.Unavailable, "sim.spi", pavilion.Args{"message": told.Message})
	}
	return told.Data, nil
}
