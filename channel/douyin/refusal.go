package douyin

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"pavilion"
)

// refusal is what the platform answered instead of doing. It is the cause of the error that
// comes out of a call, for the methods here that know what a number of theirs means.
type refusal struct {
	Code    int64
	Sub     string // <side>.<kind>[:<number or word>]
	Message string
	LogID   string // by which the platform finds the call
}

func (r refusal) Error() string {
	text := strconv.FormatInt(r.Code, 10) + " " + r.Sub
	if r.LogID != "" {
		text += ", log " + r.LogID
	}
	return text
}

// kind and number are the two parts of the sub-code.
func (r refusal) kind() string {
	kind, _, _ := strings.Cut(r.Sub, ":")
	if _, after, ok := strings.Cut(kind, "."); ok {
		return after
	}
	return kind
}

func (r refusal) number() string {
	_, number, _ := strings.Cut(r.Sub, ":")
	return number
}

// word is the platform's shortest name of the refusal.
func (r refusal) word() string { return firstOf(r.Sub, strconv.FormatInt(r.Code, 10)) }

// refused tells whether the platform refused with one of the numbers of the method.
func refused(err error, numbers ...string) bool {
	r, ok := errors.AsType[refusal](err)
	return ok && slices.Contains(numbers, r.number())
}

// refused turns a refusal into an error.
func (c call) refused(r refusal) error {
	m := r.meaning(c.method)
	if m.unsure && c.writes {
		return c.lost(r)
	}
	args := pavilion.Args{"method": c.method, "word": r.word(), "message": r.Message}
	return (&pavilion.Error{Kind: m.kind, Reason: m.reason, Field: m.field, Args: args}).Because(r)
}

// meaning is what a refusal is to us.
type meaning struct {
	kind   pavilion.Kind
	reason string
	field  string // our word for what it is about
	unsure bool   // a write may have been carried out
}

var (
	broken     = meaning{kind: pavilion.Unavailable, reason: "douyin.unavailable", unsure: true}
	again      = meaning{kind: pavilion.Unavailable, reason: "douyin.unavailable"}
	tooFast    = meaning{kind: pavilion.Limited, reason: "douyin.busy"}
	raced      = meaning{kind: pavilion.Limited, reason: "douyin.refresh_raced"}
	malformed  = meaning{kind: pavilion.Invalid, reason: "douyin.refused"}
	notNow     = meaning{kind: pavilion.Conflict, reason: "douyin.refused"}
	unseen     = meaning{kind: pavilion.Conflict, reason: "douyin.refused", field: "pictures"}
	partly     = meaning{kind: pavilion.Conflict, reason: "douyin.partly"}
	repeated   = meaning{kind: pavilion.Conflict, reason: "douyin.repeated"}
	short      = meaning{kind: pavilion.Conflict, reason: "channel.stock_short", field: "stock"}
	noSuch     = meaning{kind: pavilion.NotFound, reason: "douyin.not_found"}
	permission = meaning{kind: pavilion.Forbidden, reason: "douyin.permission"}
	caller     = meaning{kind: pavilion.Forbidden, reason: "douyin.caller_address"}
	key        = meaning{kind: pavilion.Forbidden, reason: "douyin.key"}
	clock      = meaning{kind: pavilion.Forbidden, reason: "douyin.clock"}
	security   = meaning{kind: pavilion.Forbidden, reason: "douyin.security"}
	ended      = meaning{kind: pavilion.Unauthenticated, reason: "douyin.token"}
	consent    = meaning{kind: pavilion.Unauthenticated, reason: "douyin.consent"}
)

// wrong is what the platform does not take in one of our fields.
func wrong(field string) meaning {
	return meaning{kind: malformed.kind, reason: malformed.reason, field: field}
}

// meaning looks in the numbers of the method first, then at the words of the gateway, then at
// what the code itself says.
func (r refusal) meaning(method string) meaning {
	for _, f := range numbers {
		if m, ok := f.meanings[r.number()]; ok && strings.HasPrefix(method, f.methods) && r.Code >= 40002 && r.Code < 70000 {
			return m
		}
	}
	if m, ok := gateway[r.kind()]; ok {
		return m
	}
	switch r.Code {
	case 10001:
		return partly
	case 30001:
		return permission
	case 30002:
		return caller
	case 40001, 40002, 40003, 40004:
		return malformed
	case 50001, 50002:
		return notNow
	case 60000:
		return tooFast
	case 70000:
		return again
	case 80000:
		return security
	}
	return broken // 20000, 20001, 90000 and what nobody has seen yet
}

// gateway is what the words mean that come before any method hears of a call.
var gateway = map[string]meaning{
	"access-token-expired": ended, "access-token-no-existed": ended, "access-token-missing": ended, "access-token-invalid": ended,
	"authorization-no-existed": consent, "authorization-closed": consent,
	"signature-invalid": key, "signature-missing": key, "app-id-missing": key, "app-id-invalid": key, "app-id-expired": key, "authorization-type-invalid": key,
	"timestamp-invalid": clock, "timestamp-format-error": clock,
	"idempotent-id-existed": repeated, "env-suspected": security, "traffic-limited": tooFast,
}

// numbers gives those of each family of methods whose meaning is another than their code says.
var numbers = []struct {
	methods  string
	meanings map[string]meaning
}{
	{"token.", map[string]meaning{
		"31009": consent, "31012": raced,
		"app-id-invalid": key, "app-secret-invalid": key, "grant-type-invalid": key, "app-forbidden": permission,
		"code-invalid": consent, "code-expired": consent, "no-authorization": consent, "token-expired": consent, "token-invalid": consent,
	}},
	{"product.", map[string]meaning{
		"2010401": tooFast, "2010067": tooFast, "2010058": noSuch,
		"2010044": wrong("category"), "2010003": wrong("category"),
		"2010104": wrong("brand"), "2010319": wrong("brand"), "2010320": wrong("brand"),
		"2010101": wrong("papers"), "2010321": wrong("properties"), "2010316": wrong("returns"),
		"99": wrong("pictures"), "2010339": unseen,
	}},
	{"sku.", map[string]meaning{
		"2010401": tooFast, "2010067": tooFast, "2010058": noSuch, "4": noSuch, "5": noSuch, "40004": again,
		"2010012": short, "-20001": short, "-20008": short,
	}},
	{"material.", map[string]meaning{"10010": again, "22001": wrong("pictures"), "22007": wrong("pictures")}},
	{"order.orderDetail", map[string]meaning{"20014": noSuch, "20001": noSuch, "20015": noSuch}},
	{"order.logistics", map[string]meaning{
		"60033": noSuch, "60101": noSuch, "60018": wrong("carrier"), "60017": wrong("waybill"),
		"60127": wrong("waybill"), "60128": wrong("waybill"), "70018": wrong("waybill"), "70022": wrong("waybill"),
	}},
}
