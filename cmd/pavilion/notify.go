package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"

	"pavilion"
)

// hook hands one-time codes to whatever sends the operator's text messages: it posts
// {"phone":"+86…","code":"123456","lang":"zh"} with a bearer token and wants a 2xx.
type hook struct {
	url, secret string
	client      *http.Client
}

// SendCode brings a code to a phone. Error: Unavailable notify.missing or notify.failed.
func (h hook) SendCode(ctx context.Context, phone, code string, lang pavilion.Lang) error {
	if h.url == "" {
		return pavilion.E(pavilion.Unavailable, "notify.missing", nil)
	}
	body, err := json.Marshal(map[string]string{"phone": phone, "code": code, "lang": string(lang)})
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, h.url, bytes.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+h.secret)
	answer, err := h.client.Do(r)
	if err != nil {
		return pavilion.E(pavilion.Unavailable, "notify.failed", nil).Because(err)
	}
	defer answer.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(answer.Body, 64<<10))
	if answer.StatusCode/100 != 2 {
		return pavilion.E(pavilion.Unavailable, "notify.failed", pavilion.Args{"status": answer.StatusCode})
	}
	return nil
}
