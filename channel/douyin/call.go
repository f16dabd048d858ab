package douyin

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"pavilion"
)

const (
	answerMost = 16 << 20 // bytes
	retryMost  = 3600     // seconds, whatever the platform says
)

// call is one call of the platform.
type call struct {
	s      Shop
	method string
	writes bool // it changes something: after a lost answer the outcome is unknown
}

// ask calls a method that changes nothing; act calls one that does. Both read the data of the
// answer into told, also what comes with a refusal. The errors are those of the package's
// comment.
func (s Shop) ask(ctx context.Context, method string, params, told any) error {
	return call{s, method, false}.do(ctx, params, told)
}

func (s Shop) act(ctx context.Context, method string, params, told any) error {
	return call{s, method, true}.do(ctx, params, told)
}

// do sends the parameters, exactly the bytes that it signed.
func (c call) do(ctx context.Context, params, told any) error {
	body, err := outgoing(params)
	if err != nil {
		return pavilion.E(pavilion.Invalid, "douyin.request_malformed", pavilion.Args{"method": c.method}).Because(err)
	}
	ctx, cancel := context.WithTimeout(ctx, c.s.c.o.Timeout)
	defer cancel()
	r, err := c.request(ctx, body)
	if err != nil {
		return pavilion.E(pavilion.Internal, "douyin.request_malformed", pavilion.Args{"method": c.method}).Because(c.s.quiet(err))
	}
	answer, err := c.s.c.o.Doer.Do(r)
	if err != nil {
		return c.lost(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(io.LimitReader(answer.Body, answerMost+1))
	if err == nil && len(text) > answerMost {
		err = errors.New("the answer is too long")
	}
	if err != nil {
		return c.lost(err)
	}
	return c.read(answer, text, told)
}

func (c call) request(ctx context.Context, body []byte) (*http.Request, error) {
	o := c.s.c.o
	stamp := strconv.FormatInt(o.Clock().Unix(), 10)
	q := url.Values{
		"app_key": {o.AppKey}, "method": {c.method}, "timestamp": {stamp}, "v": {version},
		"sign_method": {SignHMAC}, "sign": {signCall(SignHMAC, o.AppKey, o.Secret, c.method, stamp, body)},
	}
	if c.s.token != "" {
		q.Set("access_token", string(c.s.token))
	}
	at := o.BaseURL + "/" + strings.ReplaceAll(c.method, ".", "/") + "?" + q.Encode()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, at, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Content-Type", "application/json;charset=UTF-8")
	r.Header.Set("x-open-no-old-err-code", "1")
	return r, nil
}

// envelope is around every answer. The old form has err_no and message; an answer may have both.
type envelope struct {
	Code    *Int            `json:"code"`
	ErrNo   *Int            `json:"err_no"`
	Msg     Text            `json:"msg"`
	Message Text            `json:"message"`
	SubCode Text            `json:"sub_code"`
	SubMsg  Text            `json:"sub_msg"`
	LogID   Text            `json:"log_id"`
	Data    json.RawMessage `json:"data"`
}

const (
	codeDone    = 10000
	codeDoneOld = 0
)

// read makes sense of an answer. What is not the envelope we expect, such as the page of a
// gateway, says nothing about what was done.
func (c call) read(answer *http.Response, text []byte, told any) error {
	if answer.StatusCode == http.StatusTooManyRequests {
		e := pavilion.E(pavilion.Limited, "douyin.busy", pavilion.Args{"method": c.method, "word": "429", "message": ""})
		if seconds, err := strconv.Atoi(answer.Header.Get("Retry-After")); err == nil && seconds > 0 {
			e.RetryAfter = time.Duration(min(seconds, retryMost)) * time.Second
		}
		return e
	}
	if answer.StatusCode != http.StatusOK {
		return c.lost(errors.New("status " + strconv.Itoa(answer.StatusCode)))
	}
	var e envelope
	if err := json.Unmarshal(text, &e); err != nil {
		return c.lost(err)
	}
	var code Int
	var done bool
	switch {
	case e.Code != nil:
		code, done = *e.Code, *e.Code == codeDone
	case e.ErrNo != nil:
		code, done = *e.ErrNo, *e.ErrNo == codeDoneOld
	default:
		return c.lost(errors.New("neither code nor err_no"))
	}
	if !done {
		if told != nil && len(e.Data) > 0 {
			_ = json.Unmarshal(e.Data, told) // what came with the refusal, as far as it can be read
		}
		message := firstOf(string(e.SubMsg), string(e.Msg), string(e.Message))
		return c.refused(refusal{Code: int64(code), Sub: c.s.redacted(string(e.SubCode)), Message: c.s.redacted(message), LogID: c.s.redacted(string(e.LogID))})
	}
	if told == nil {
		return nil
	}
	if len(e.Data) == 0 || string(e.Data) == "null" {
		return c.lost(errors.New("no data"))
	}
	if err := json.Unmarshal(e.Data, told); err != nil {
		return c.lost(err)
	}
	return nil
}

func firstOf(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}

// lost is the error when no answer came, or one that nobody can make sense of.
func (c call) lost(cause error) error {
	if c.writes {
		return pavilion.E(pavilion.Unavailable, "channel.outcome_unknown", pavilion.Args{"method": c.method}).Because(c.s.quiet(cause))
	}
	return pavilion.E(pavilion.Unavailable, "douyin.unavailable", pavilion.Args{"method": c.method}).Because(c.s.quiet(cause))
}

func (s Shop) redacted(text string) string { return redact(text, s.token, s.hidden, s.c.o.Secret) }

// quietError is an error whose text was made fit to be kept.
type quietError struct {
	text string
	is   error // the end of a context, which callers ask for; nil for anything else
}

func (e quietError) Error() string { return e.text }
func (e quietError) Unwrap() error { return e.is }

// quiet takes out of an error what nobody may read: http.Client puts the whole address into
// its own, with the token in it.
func (s Shop) quiet(err error) error {
	if u, ok := errors.AsType[*url.Error](err); ok {
		err = u.Err
	}
	q := quietError{text: s.redacted(err.Error())}
	for _, end := range []error{context.Canceled, context.DeadlineExceeded} {
		if errors.Is(err, end) {
			q.is = end
		}
	}
	return q
}
