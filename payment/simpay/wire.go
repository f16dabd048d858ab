package simpay

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"strconv"
	"time"

	"pavilion"
)

const (
	callTimeout = 10 * time.Second
	answerMost  = 64 << 10 // bytes, of answers and notices
	retryMost   = 3600     // seconds, whatever the provider says
)

// call sends one signed request and reads the answer into told. Errors: Unavailable
// payment.provider_unreachable and payment.provider_unclear, after which the outcome is
// unknown; Limited payment.provider_busy; Forbidden payment.provider_key; NotFound
// payment.intent_unknown and payment.refund_unknown; Conflict and Invalid
// payment.provider_refused.
func (c *Client) call(ctx context.Context, method, path string, asked, told any) error {
	var body []byte
	if asked != nil {
		var err error
		if body, err = json.Marshal(asked); err != nil {
			return pavilion.E(pavilion.Internal, "payment.request_malformed", nil).Because(err)
		}
	}
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, method, c.o.BaseURL+path, bytes.NewReader(body))
	if err != nil {
		return pavilion.E(pavilion.Internal, "payment.request_malformed", nil).Because(err)
	}
	stamp := strconv.FormatInt(c.o.Clock().Unix(), 10)
	r.Header.Set("Simpay-Merchant", c.o.Merchant)
	r.Header.Set("Simpay-Timestamp", stamp)
	r.Header.Set("Simpay-Signature", hex.EncodeToString(c.signature(method+"\n"+path+"\n"+stamp+"\n", body)))
	if asked != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	answer, err := c.http.Do(r)
	if err != nil {
		return pavilion.E(pavilion.Unavailable, "payment.provider_unreachable", pavilion.Args{"provider": Name}).Because(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(io.LimitReader(answer.Body, answerMost+1))
	if err != nil || len(text) > answerMost {
		return unclear(err)
	}
	if answer.StatusCode == http.StatusOK || answer.StatusCode == http.StatusCreated {
		return readJSON(answer.Header, text, told)
	}
	return refusal(answer, text)
}

// signature is the HMAC over the head, which ends in a line feed, and the body.
func (c *Client) signature(head string, body []byte) []byte {
	mac := hmac.New(sha256.New, c.o.Key)
	mac.Write([]byte(head)) // a hash never fails
	mac.Write(body)
	return mac.Sum(nil)
}

// readJSON reads an answer. What is not the JSON we expect, such as the page of a gateway,
// says nothing about what was done.
func readJSON(header http.Header, text []byte, into any) error {
	if kind, _, err := mime.ParseMediaType(header.Get("Content-Type")); err != nil || kind != "application/json" {
		return unclear(err)
	}
	if err := json.Unmarshal(text, into); err != nil {
		return unclear(err)
	}
	return nil
}

// refusal turns an answer that is no success into an error. Only a refusal in the
// provider's own words means that nothing was done.
func refusal(answer *http.Response, text []byte) error {
	var told struct {
		Error   string `json:"error"`
		Message string `json:"message"`
	}
	if err := readJSON(answer.Header, text, &told); err != nil {
		return err
	}
	refused := func(kind pavilion.Kind) error {
		return pavilion.E(kind, "payment.provider_refused", pavilion.Args{"provider": Name, "word": told.Error, "message": told.Message})
	}
	switch told.Error {
	case "malformed", "too_large":
		return refused(pavilion.Invalid)
	case "intent_differs", "refund_differs", "not_paid", "exceeds_paid":
		return refused(pavilion.Conflict)
	case "signature":
		return pavilion.E(pavilion.Forbidden, "payment.provider_key", pavilion.Args{"provider": Name})
	case "intent_unknown", "refund_unknown":
		return pavilion.E(pavilion.NotFound, "payment."+told.Error, nil)
	case "limited":
		e := pavilion.E(pavilion.Limited, "payment.provider_busy", pavilion.Args{"provider": Name})
		if seconds, err := strconv.Atoi(answer.Header.Get("Retry-After")); err == nil && seconds > 0 {
			e.RetryAfter = time.Duration(min(seconds, retryMost)) * time.Second
		}
		return e
	}
	return unclear(nil)
}

// unclear is the error after an answer that nobody can make sense of.
func unclear(cause error) error {
	return pavilion.E(pavilion.Unavailable, "payment.provider_unclear", pavilion.Args{"provider": Name}).Because(cause)
}

// outcomeUnknown tells whether a call with this error may have been carried out.
func outcomeUnknown(err error) bool {
	return errors.Is(err, pavilion.E(pavilion.Unavailable, "", nil))
}
