package jd

// failure is an error as the gateway tells it, in Chinese and English.
type failure struct {
	code   string
	zh, en string
}

// texts are the gateway's own errors. The English says what the tables of integrators agree
// on; the Chinese is the platform's where it is known.
var texts = map[string][2]string{
	"1":  {"服务不可用", "Service Unavailable"},
	"2":  {"应用调用次数超限", "App Call Limited"},
	"3":  {"请求被禁止", "Request Forbidden"},
	"4":  {"缺少版本参数", "Missing Version"},
	"5":  {"不支持的版本", "Unsupported Version"},
	"6":  {"版本参数无效", "Invalid Version"},
	"7":  {"缺少时间戳参数", "Missing Timestamp"},
	"8":  {"时间戳无效", "Invalid Timestamp"},
	"9":  {"缺少商家编号", "Missing venderId"},
	"10": {"商家编号无效", "Invalid venderId"},
	"11": {"缺少签名", "Missing Signature"},
	"12": {"无效签名", "Invalid Signature"},
	"13": {"无效的返回格式", "Invalid Format"},
	"14": {"缺少方法名", "Missing Method"},
	"15": {"不存在的方法名", "Invalid Method"},
	"16": {"缺少流水号", "Missing trade_no"},
	"17": {"流水号已存在", "Duplicate trade_no"},
	"18": {"缺少access_token", "Missing access_token"},
	"19": {"token已过期或者不存在，请重新授权访问", "Invalid access_token"},
	"20": {"缺少app_key", "Missing app_key"},
	"21": {"无效的app_key", "Invalid app_key"},
	"22": {"授权者不是商家", "The authoriser is not a merchant"},
	"23": {"接口已停用", "API Stopped"},
	"24": {"无权调用此接口", "No right to call this API"},
	"25": {"应用未上线", "App not online"},
	"28": {"接口已禁用", "Interface Disabled"},
	"32": {"使用同一个venderId查询太频繁", "Too many queries of one venderId"},
	"43": {"系统处理错误", "System Processing Error"},
	"50": {"无效调用", "Invalid Call"},
	"60": {"参数缺失或不合法", "Parameter missing or not legal"},
	"61": {"参数不合法", "Parameter not legal"},
	"62": {"JSON转换错误", "JSON Conversion Error"},
	"63": {"非法的JSON", "Illegal JSON"},
	"64": {"此类商家不能调用", "This merchant type may not call it"},
	"65": {"后端服务超时", "Back-end Time-out"},
	"66": {"后端服务不可用", "Back-end Unavailable"},
	"67": {"后端服务未知错误", "Back-end Unknown Error"},
	"68": {"optional_fields错误", "optional_fields Error"},
	"69": {"获取数据失败", "Failed to get data"},
	"70": {"订单正在出库", "The order is being shipped out"},
	"71": {"编号不属于此商家", "The id does not belong to this merchant"},
	"72": {"此类商家不能调用", "This merchant type may not call it"},
	"73": {"付费接口须在云鼎内调用", "Paid API must be called from the platform's cloud"},
	"74": {"IP不允许", "IP not allowed"},
	"75": {"IP不在白名单", "IP not in the white list"},
	"77": {"请使用HTTPS", "Use https"},
	"78": {"请使用HTTP", "Use http"},
	"79": {"商家不能通过此应用调用", "The merchant may not use it through this app"},
	"80": {"IP不在白名单", "IP not in the white list"},
	"83": {"缺少密文", "No cipher text"},
	"85": {"解密失败", "Decryption failed"},
	"87": {"密文属于其他应用", "Cipher text of another app"},
	"88": {"没有权限，请申请", "No permission, apply for it"},
	"89": {"非法的app_key", "Illegal app_key"},
	"90": {"非法的商家", "Illegal merchant"},
	"91": {"非法的pin", "Illegal pin"},
	"92": {"应用测试超过三个月，请上线", "In test for more than three months"},

	"400": {"请求不合法", "Bad Request"},
	"403": {"禁止访问", "Forbidden"},
	"500": {"服务错误", "Service Error"},
	"503": {"请求过于频繁", "Slow down"},
}

// The business codes, long as the platform's are.
const (
	badOrder      = "10100001"
	orderUnknown  = "10100041"
	orderLocked   = "101000014"
	overseasOnly  = "10100014"
	orderOut      = "10400001"
	badCarrier    = "10200001"
	badWaybill    = "10200002"
	afterSaleBad  = "10300"
	afterSaleLate = "10310"
)

var businessTexts = map[string][2]string{
	badOrder:      {"订单号不合法", "bad order id"},
	orderUnknown:  {"订单不存在", "order not found"},
	orderLocked:   {"订单已锁定或已取消", "the order is locked or cancelled"},
	overseasOnly:  {"海外购商家不能调用此接口", "overseas merchants cannot call this method"},
	orderOut:      {"订单已出库", "orders have been out of library"},
	badCarrier:    {"物流公司不合法", "bad carrier"},
	badWaybill:    {"运单号不合法", "bad waybill"},
	afterSaleBad:  {"参数不合法", "parameter not legal"},
	afterSaleLate: {"服务单已被处理", "the service bill has changed"},
}

// fail is one of the known errors.
func fail(code string) *failure {
	text, ok := texts[code]
	if !ok {
		text = businessTexts[code]
	}
	return &failure{code, text[0], text[1]}
}

// failAt is a known error about a parameter or a number.
func failAt(code, what string) *failure {
	f := fail(code)
	f.zh, f.en = f.zh+"："+what, f.en+": "+what
	return f
}
