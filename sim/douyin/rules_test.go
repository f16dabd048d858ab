package douyin

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// Settings that the documents leave open, each away from its default.
func TestSettings(t *testing.T) {
	t.Parallel()
	t.Run("any picture, at once", func(t *testing.T) {
		t.Parallel()
		x := newOutside(t, func(_ *Options, r *Rules) { r.AnyPicture, r.AuditTakes, r.EditKeepsSold = true, 0, true })
		body := chocolate("https://pavilion.example/a.jpg", nil)
		added := x.ok("product.addV2", body)
		id, first := added.str("product_id"), added.list("sku")[0].num("sku_id")
		if d := x.ok("product.detail", `{"product_id":`+id+`}`); d.num("check_status") != checkOK {
			t.Errorf("check_status: got %d", d.num("check_status"))
		}
		x.place(one(first, 4))
		x.ok("product.editV2", strings.Replace(body, "{", `{"remark":"x","product_id":`+id+`,`, 1))
		x.stock(first, 6, 4) // the edit's stock_num of 10 is left aside
	})
	t.Run("pictures at once", func(t *testing.T) {
		t.Parallel()
		x := newOutside(t, func(_ *Options, r *Rules) { r.MaterialTakes = 0 })
		if m := x.ok("material.uploadImageSync", `{"folder_id":"0","url":"https://x.example/a.jpg","material_name":"a"}`); m.num("audit_status") != materialPassed || m.str("byte_url") == "" {
			t.Errorf("a picture: got %v", m.m)
		}
	})
	t.Run("units do not come back", func(t *testing.T) {
		t.Parallel()
		x := newOutside(t, func(_ *Options, r *Rules) { r.CancelledReturn = false })
		g := x.good(5)
		p := one(g.SKU, 2)
		p.Unpaid = true
		x.must(x.s.Cancel(x.place(p), "不想要了"))
		x.stock(g.SKU, 3, 0)
	})
	t.Run("loose pushes", func(t *testing.T) {
		t.Parallel()
		x, app := newPushed(t, func(r *Rules) { r.PushLoose = true })
		app.loose = true
		g := x.good(5)
		id := x.place(one(g.SKU, 1))
		x.deliver(2)
		var list []struct {
			ID   string `json:"msgId"`
			Data struct {
				Order json.Number `json:"p_id"`
			} `json:"data"`
		}
		if err := json.Unmarshal(app.last, &list); err != nil || list[0].Data.Order.String() != id || list[0].ID == "" {
			t.Errorf("got %s, %v", app.last, err)
		}
	})
	t.Run("no raw signatures", func(t *testing.T) {
		t.Parallel()
		x := newOutside(t, func(_ *Options, r *Rules) { r.RawSign = false })
		q := x.usual()
		q.method, q.param = "product.listV2", `{"size":1,"page":1}`
		if e := x.signedCall(q); e.Sub != "isv.signature-invalid" {
			t.Errorf("got %d %s", e.Code, e.Sub)
		}
	})
}

// A shop neither sees nor changes what is another's.
func TestShopsApart(t *testing.T) {
	t.Parallel()
	x := newOutside(t, nil)
	g := x.good(10)
	id := x.place(one(g.SKU, 1))
	a := x.ask(Ask{Order: id, Type: beforeShipping})
	material := x.ok("material.uploadImageSync", `{"folder_id":"0","url":"https://x.example/a.jpg","material_name":"a"}`).str("material_id")
	name := x.order(id).str("encrypt_post_receiver")
	var err error
	x.token, _, err = x.s.Authorise(testKey, 99)
	x.must(err)
	x.no("order.orderDetail", `{"shop_order_id":"`+id+`"}`, 50002, "isv.business-failed:20015")
	x.no("order.logisticsAdd", `{"order_id":"`+id+`","company_code":"ems","logistics_code":"EM000001"}`, 50002, "isv.business-failed:60101")
	x.no("order.addOrderRemark", `{"order_id":"`+id+`","remark":""}`, 50002, "isv.business-failed:60033")
	x.no("order.batchDecrypt", `{"cipher_infos":[{"auth_id":"`+id+`","cipher_text":"`+name+`"}]}`, 50002, "isv.business-failed:300003")
	x.no("product.detail", `{"product_id":`+itoa(g.Product)+`}`, 50002, "isv.business-failed:2010058")
	x.no("product.setOffline", `{"product_id":`+itoa(g.Product)+`}`, 50002, "isv.business-failed:2010058")
	x.no("sku.syncStock", `{"sku_id":`+itoa(g.SKU)+`,"stock_num":1}`, 40004, "isv.parameter-invalid:5")
	x.no("sku.stockNum", `{"code":"BY-1"}`, 40004, "isv.parameter-invalid:5")
	x.no("material.queryMaterialDetail", `{"material_id":"`+material+`"}`, 40004, "isv.parameter-invalid:20001")
	x.no("afterSale.Detail", fmt.Sprintf(`{"after_sale_id":"%d"}`, a), 40004, "isv.parameter-invalid:11000")
	x.no("afterSale.operate", operation(201, a, ""), 40004, "isv.parameter-invalid:11000")
	for method, param := range map[string]string{
		"order.searchList": fmt.Sprintf(`{"page":0,"size":10,"create_time_start":%d}`, x.s.Now().Unix()-9), "product.listV2": `{"page":1,"size":10}`, "afterSale.List": `{"page":0,"size":10}`,
	} {
		if n := x.ok(method, param).num("total"); n != 0 {
			t.Errorf("%s shows %d of another shop", method, n)
		}
	}
	x.stock(g.SKU, 9, 1)
}

// The clock of the platform can go wrong, either way.
func TestSkew(t *testing.T) {
	t.Parallel()
	x := newOutside(t, func(_ *Options, r *Rules) { r.Limit = Limit{PerSecond: 1, Burst: 1} })
	q := x.usual()
	x.must(x.s.ShiftClock(-11 * time.Minute))
	if e := x.signedCall(q); e.Sub != "isv.timestamp-invalid" {
		t.Errorf("got %d %s", e.Code, e.Sub)
	}
	x.must(x.s.ShiftClock(11 * time.Minute))
	x.ok("shop.brandList", "{}")
	x.must(x.s.ShiftClock(-time.Minute))
	x.no("shop.brandList", "{}", 60000, "isv.traffic-limited")
	x.clock.pass(time.Second)
	x.ok("shop.brandList", "{}")
}

// Over a socket it is the same, and a lost reply is a broken connection.
func TestSocket(t *testing.T) {
	t.Parallel()
	x := newOutside(t, nil)
	server := httptest.NewServer(x.s)
	t.Cleanup(server.Close)
	send := func() (*http.Response, error) {
		r := x.request("shop.brandList", "{}")
		r.URL.Host, r.Host = strings.TrimPrefix(server.URL, "http://"), ""
		return server.Client().Do(r)
	}
	answer, err := send()
	x.must(err)
	defer answer.Body.Close()
	if raw, err := io.ReadAll(answer.Body); err != nil || !strings.Contains(string(raw), `"code":10000`) {
		t.Errorf("got %s, %v", raw, err)
	}
	x.must(x.s.Fault(Fault{At: AnyCall, Kind: LoseReply, Times: 9}))
	if lost, err := send(); err == nil {
		lost.Body.Close()
		t.Error("a lost reply came")
	}
}
