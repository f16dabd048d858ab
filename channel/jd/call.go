package jd

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"

	"pavilion"
	"pavilion/channel"
)

const answerMost = 16 << 20 // bytes: fifty goods with their introductions

// call is one call of a method.
type call struct {
	method string
	asked  fields
	writes bool // it changes something: after a lost reply the outcome is unknown
}

// answer is what a call brought: the object under the one root key.
type answer struct {
	tree
	call   call
	secret []string // what must not stand in any text
}

// ask calls a method that changes nothing.
func (s *Shop) ask(ctx context.Context, method string, asked fields) (answer, error) {
	return s.call(ctx, call{method: method, asked: asked})
}

// tell calls a method that changes something.
func (s *Shop) tell(ctx context.Context, method string, asked fields) (answer, error) {
	return s.call(ctx, call{method: method, asked: asked, writes: true})
}

// call sends one signed call and reads the answer as far as all methods are alike: the
// gateway's refusal and the inner code. Its errors, and those of every method of a shop, are
// those of meanings, and:
//
//   - Unavailable channel.outcome_unknown: a write may have been carried out;
//   - Unavailable jd.unavailable: a read did not come through, or JD's answer makes no sense;
//   - Unauthenticated jd.token: there is no token, or JD does not take it;
//   - Invalid jd.refused: JD refused with a reason of its own, which Args hold.
func (s *Shop) call(ctx context.Context, c call) (answer, error) {
	a := answer{call: c, secret: []string{s.o.AppSecret, s.token}}
	if s.token == "" {
		return a, a.refused("18", "")
	}
	asked, err := c.asked.encode()
	if err != nil {
		return a, pavilion.E(pavilion.Internal, "jd.request_malformed", pavilion.Args{"method": c.method}).Because(err)
	}
	params := map[string]string{
		"method":            c.method,
		"app_key":           s.o.AppKey,
		"access_token":      s.token,
		"timestamp":         wireTime(s.o.Clock()),
		"v":                 "2.0",
		"format":            "json",
		"360buy_param_json": asked,
	}
	params["sign"] = sign(s.o.AppSecret, params)
	form := url.Values{}
	for key, value := range params {
		form.Set(key, value)
	}
	ctx, cancel := context.WithTimeout(ctx, s.o.Timeout)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, s.o.BaseURL, strings.NewReader(form.Encode()))
	if err != nil {
		return a, pavilion.E(pavilion.Internal, "jd.request_malformed", pavilion.Args{"method": c.method}).Because(a.cause(err))
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded;charset=UTF-8")
	r.Header.Set("Accept", "application/json")
	raw, err := s.send(r)
	if err != nil {
		return a, a.lost(a.cause(err))
	}
	return a.read(raw)
}

// send sends the request and returns the body of the answer. The gateway answers 200 to
// everything; what else comes is from something in between and says nothing.
func (c *Client) send(r *http.Request) ([]byte, error) {
	got, err := c.o.Doer.Do(r)
	if err != nil {
		return nil, err
	}
	defer got.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(got.Body, answerMost+1))
	switch {
	case err != nil:
		return nil, err
	case got.StatusCode != http.StatusOK:
		return nil, errors.New("HTTP status " + got.Status)
	case len(raw) > answerMost:
		return nil, errors.New("the answer is too long")
	}
	return raw, nil
}

// read reads the envelope: one root key, whatever its name, and in it a code.
func (a answer) read(raw []byte) (answer, error) {
	t, err := parse(raw)
	if err != nil {
		return a, a.lost(err)
	}
	root, ok := t.value.(map[string]any)
	if !ok || len(root) != 1 {
		return a, a.lost(errors.New("the answer has not one root key"))
	}
	for name := range root {
		a.tree = t.at(name)
		a.path = ""
		if !a.isObject() {
			return a, a.lost(errors.New("the answer holds no object"))
		}
		if name == "error_response" {
			return a, a.refused(a.at("code").text(), a.first("zh_desc", "en_desc").text())
		}
	}
	if code := a.at("code").text(); code != "" && code != "0" {
		return a, a.refused(code, a.first("error_description", "zh_desc", "en_desc", "msg", "message").text())
	}
	return a, nil
}

// result is the result object of the answer, if JD says that it succeeded.
func (a answer) result(name string) (tree, error) {
	r := a.at(name)
	if !r.isObject() {
		return tree{}, a.lost(errors.New("the answer has no " + name))
	}
	return r, a.judge(r)
}

// judge reads what an object says about its own success. Each family of methods has its own
// names for that.
func (a answer) judge(r tree) error {
	success := r.first("success", "is_success")
	if !success.there() {
		return a.lost(errors.New("the answer does not say whether it succeeded"))
	}
	if success.truth() {
		return nil
	}
	return a.refused(
		r.first("errorCode", "error_code", "numberCode", "resultCode", "code").text(),
		r.first("chineseErrCode", "errorMsg", "error_msg_cn", "error_msg", "errorMessage", "errMsg", "message", "msg", "englishErrCode").text(),
	)
}

// whole is the error after an answer of which something could not be read.
func (a answer) whole() error {
	if err := a.err(); err != nil {
		return a.lost(err)
	}
	return nil
}

// lost is the error after a call of which nobody knows what came of it.
func (a answer) lost(cause error) error {
	if a.call.writes {
		return &pavilion.Error{Kind: channel.ErrUnknown.Kind, Reason: channel.ErrUnknown.Reason, Args: pavilion.Args{"method": a.call.method}, Err: cause}
	}
	return pavilion.E(pavilion.Unavailable, "jd.unavailable", pavilion.Args{"method": a.call.method}).Because(cause)
}

// cause is what went wrong on the way, without the address and the form, which hold secrets.
func (a answer) cause(err error) error {
	switch {
	case errors.Is(err, context.Canceled):
		return context.Canceled
	case errors.Is(err, context.DeadlineExceeded):
		return context.DeadlineExceeded
	}
	if u, ok := errors.AsType[*url.Error](err); ok {
		err = u.Err
	}
	return errors.New(redact(err.Error(), a.secret...))
}
