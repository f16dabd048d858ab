package douyin

import (
	"strconv"
	"strings"
)

// problem is an answer that says no, in the platform's words.
type problem struct {
	code        int
	msg         string
	sub, subMsg string
	data        any // what came of it all the same
}

func (p *problem) Error() string { return strconv.Itoa(p.code) + " " + p.sub }

// The answers of the gateway.
func gateMissing(sub, what string) *problem {
	return &problem{code: 40001, msg: "缺少必选参数", sub: sub, subMsg: what}
}
func gateWrong(sub, what string) *problem {
	return &problem{code: 40003, msg: "非法的参数", sub: sub, subMsg: what}
}
func forbidden(sub, what string) *problem {
	return &problem{code: 30001, msg: "权限不足", sub: sub, subMsg: what}
}

// The answers of a method. The number is the method's own; 0 is none.
func missing(n int, what string) *problem {
	return &problem{code: 40002, msg: "缺少必选参数", sub: numbered("isv.missing-parameter", n), subMsg: said(n, what)}
}

func invalid(n int, what string) *problem {
	return &problem{code: 40004, msg: "非法的参数", sub: numbered("isv.parameter-invalid", n), subMsg: said(n, what)}
}

func failed(n int, what string) *problem {
	return &problem{code: 50002, msg: "业务处理失败", sub: numbered("isv.business-failed", n), subMsg: said(n, what)}
}

func tokenFailed(why string) *problem {
	return &problem{code: 50001, msg: "平台处理失败", sub: "dop.token-generate-failed:" + why, subMsg: why}
}

func numbered(sub string, n int) string {
	if n == 0 {
		return sub
	}
	return sub + ":" + strconv.Itoa(n)
}

func said(n int, what string) string {
	if n == 0 {
		return what
	}
	return strconv.Itoa(n) + ":" + what
}

// partly is the answer that counts although part of what was asked did not happen.
func partly(data any) *problem {
	return &problem{code: 10001, msg: "部分失败", sub: "isv.business-part-failed", subMsg: "部分处理失败", data: data}
}

// number is the method's own number of the problem, 0 if it has none.
func (p *problem) number() int {
	_, after, _ := strings.Cut(p.sub, ":")
	n, _ := strconv.Atoi(after) // words are no number
	return n
}

// problemOf makes an answer of the error table by its number, for faults.
func problemOf(code int, sub string) *problem {
	p := &problem{code: code, sub: sub}
	usual := map[int][2]string{
		20000: {"服务不可用", "dop.service-error"},
		20001: {"服务内部超时", "isp.service-error:20001"},
		30001: {"权限不足", "dop.authorization-no-existed"},
		30002: {"IP不可信", "isv.invalid_ip"},
		40003: {"非法的参数", "isv.access-token-expired"},
		50002: {"业务处理失败", "isv.business-failed:2010401"},
		60000: {"服务限流", "isv.traffic-limited"},
		70000: {"接口下线", "isp.api-service-off"},
		90000: {"其他错误", "isp.unknown-error"},
	}
	p.msg = "其他错误"
	if u, ok := usual[code]; ok {
		p.msg = u[0]
		if sub == "" {
			p.sub = u[1]
		}
	}
	p.subMsg = p.msg
	return p
}
