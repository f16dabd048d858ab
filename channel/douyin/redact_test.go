package douyin

import (
	"strings"
	"testing"
)

func TestRedact(t *testing.T) {
	t.Parallel()
	c := testClient(t, Options{})
	n := &Connector{c}
	secrets := []string{"tok-1", "ref-1", "code-1", "张三丰", "13812345678", "世纪大道", "#ML3B#0BB1W4ad=#1##", string(testSecret), "sign-1", "11010519491231002X", "9c2b8f4d-0f9f-4d3a-8b1e-b35e3e9c2b8f"}
	for _, text := range []string{
		`POST /order/searchList?access_token=tok-1&app_key=7&sign=sign-1 {"page":0}`,
		`{"grant_type":"authorization_code","code":"code-1"}`, `{"data":{"access_token":"tok-1","refresh_token":"ref-1","expires_in":1}}`,
		`{"data":{"shop_order_list":[{"order_id":"4781320682406083640","code":"sku_1","encrypt_post_tel":"#ML3B#0BB1W4ad=#1##","post_addr":{"detail":"世纪大道","city":{"name":"上海"}},"buyer_words":"找张三丰 13812345678"}]}}`,
		`[{"tag":"105","data":"{\"p_id\":1,\"receiver_msg\":{\"name\":\"张三丰\",\"addr\":\"{\\\"detail\\\":\\\"世纪大道\\\"}\"}}"}]`,
		`{"decrypt_infos":[{"decrypt_text":"张三丰"}],"cut":`, `{"buyer_words":"找\"张三丰`, `{"data":"{\"decrypt_text\":\"张三丰\"`, "dial 13812345678 " + string(testSecret), `{"x":"id 11010519491231002X"}`, `{"sub_msg":"access_token 9c2b8f4d-0f9f-4d3a-8b1e-b35e3e9c2b8f 已过期"}`,
	} {
		got := n.Redact(text)
		for _, s := range secrets {
			if strings.Contains(got, s) {
				t.Errorf("%s: %s is in %s", text, s, got)
			}
		}
	}
	kept := `{"code":10000,"data":{"lines":[{"code":"sku_1","product_id":3473196049974326153}],"order_id":"4781320682406083640"}}`
	if got := n.Redact(kept); got != kept {
		t.Errorf("got %s, want %s", got, kept)
	}
}

// FuzzRedact: whatever stands under a name that nobody may read is gone, in whole JSON.
func FuzzRedact(f *testing.F) {
	f.Add("张三丰")
	f.Add(`a"b\c{`)
	f.Fuzz(func(t *testing.T, secret string) {
		n := &Connector{testClient(t, Options{})}
		secret = "<<" + clean(secret) + ">>"
		inner, err := encode(map[string]any{"decrypt_text": secret}, false)
		if err != nil {
			return
		}
		outer, err := encode(map[string]any{"data": string(inner), "list": []any{map[string]string{"post_tel": secret}}}, false)
		if err != nil {
			return
		}
		if got := n.Redact(string(outer)); strings.Contains(got, "<<") {
			t.Errorf("got %s", got)
		}
	})
}
