package jd

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

func (w *rig) command(name, body string) (int, string) {
	w.t.Helper()
	r := httptest.NewRequest(http.MethodPost, "/sim/"+name, strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer k")
	rec := httptest.NewRecorder()
	w.sim.ServeHTTP(rec, r)
	return rec.Code, rec.Body.String()
}

func (w *rig) done(name, body string) string {
	w.t.Helper()
	status, told := w.command(name, body)
	if status != http.StatusOK {
		w.t.Fatalf("%s %s: got %d %s", name, body, status, told)
	}
	return told
}

func TestControl(t *testing.T) {
	t.Parallel()
	w := newRig(t, Options{ControlKey: "k"})
	_, skus := w.goods()
	sku := `"sku":"` + skus[0].String() + `"`
	var placed struct{ Orders []ID }
	w.do(json.Unmarshal([]byte(w.done("place", `{`+sku+`,"quantity":1,"times":100}`)), &placed))
	if len(placed.Orders) != 5 || w.sim.Stock(skus[0]) != 0 {
		t.Fatalf("got %v, %d left", placed, w.sim.Stock(skus[0]))
	}
	if status, body := w.command("place", `{`+sku+`}`); status != http.StatusConflict || !strings.Contains(body, "sim.sold_out") {
		t.Errorf("got %d %s", status, body)
	}
	w.done("stock", `{`+sku+`,"stock":9}`)
	w.done("price", `{`+sku+`,"price":"12.50"}`)
	if k := w.sim.SKUs()[0]; k.Stock != 9 || k.Fen != 1250 {
		t.Errorf("got %+v", k)
	}
	order := func(i int) string { return `"order":` + placed.Orders[i].String() }
	w.done("lock", `{`+order(0)+`}`)
	w.done("unlock", `{`+order(0)+`}`)
	w.done("cancel", `{`+order(0)+`}`)
	w.done("readdress", `{`+order(1)+`,"street":"模拟路2号"}`)
	refund := w.done("refund", `{`+order(1)+`,"reason":"x"}`)
	w.done("resolve", refund[:len(refund)-1]+`,"status":11}`)
	w.call("jingdong.pop.order.shipment", `{"orderId":`+placed.Orders[2].String()+`,"logiCoprId":"467","logiNo":"SF1"}`)
	w.done("receive", `{`+order(2)+`}`)
	service := w.done("service", `{`+order(2)+`,`+sku+`,"reason":"x"}`)
	w.done("withdraw", service)
	w.done("place", `{"lines":[{"sku":`+skus[0].String()+`},{"sku":`+skus[1].String()+`,"gift":true}],"unpaid":true}`)
	newest := w.sim.Orders()[5]
	w.done("pay", `{"order":`+newest.ID.String()+`}`)
	w.done("split", `{"order":`+newest.ID.String()+`}`)
	w.done("refuse", `{"reason":"no","times":2}`)
	w.done("fail", `{"kind":"code","code":"2","method":"`+venderInfo+`"}`)
	w.refused("2", venderInfo, "{}")
	w.done("break", `{"kind":"html","seconds":60}`)
	w.done("mend", "")
	w.call(venderInfo, "{}")
	w.done("lag", `{"seconds":60}`)
	w.done("shift", `{"seconds":-10}`)
	w.done("expire", `{}`)
	w.refused("19", venderInfo, "{}")

	for body, name := range map[string]string{
		`{`: "place", `[]`: "pay", `{"order":"x"}`: "cancel", `{` + sku + `,"stock":"x"}`: "stock", `{` + sku + `,"price":"x"}`: "price",
		`{"kind":"x"}`: "fail", `{` + sku + `,"quantity":"x"}`: "place", `{` + sku + `,"stock":-1}`: "stock", `{"kind":"html","seconds":0}`: "break",
	} {
		if status, told := w.command(name, body); status != http.StatusBadRequest {
			t.Errorf("%s %s: got %d %s, want 400", name, body, status, told)
		}
	}
	if status, _ := w.command("pay", `{"order":1}`); status != http.StatusNotFound {
		t.Errorf("an unknown order: got %d", status)
	}
	if status, _ := w.command("other", `{}`); status != http.StatusNotFound {
		t.Errorf("an unknown command: got %d", status)
	}
}

func TestControlKey(t *testing.T) {
	t.Parallel()
	for _, o := range []Options{{}, {ControlKey: "other"}} {
		w := newRig(t, o)
		for _, path := range []string{"/sim/", "/sim/orders"} {
			if status, _ := w.get(path); status != http.StatusUnauthorized {
				t.Errorf("%s: got %d, want 401", path, status)
			}
		}
		if status, _ := w.command("mend", "{}"); status != http.StatusUnauthorized {
			t.Errorf("got %d, want 401", status)
		}
	}
	w := newRig(t, Options{ControlKey: "k"})
	r := httptest.NewRequest(http.MethodGet, "/sim/", nil)
	r.SetBasicAuth("anybody", "k")
	rec := httptest.NewRecorder()
	if w.sim.ServeHTTP(rec, r); rec.Code != http.StatusOK {
		t.Errorf("the password of the page: got %d", rec.Code)
	}
}

func TestPage(t *testing.T) {
	t.Parallel()
	w := newRig(t, Options{OpenControl: true, RefundDelay: time.Hour})
	if _, body := w.get("/sim/?lang=en"); !strings.Contains(body, wordsIn["en"].NoSKUs) || !strings.Contains(body, wordsIn["en"].NoOrders) {
		t.Errorf("the empty page: got %s", body)
	}
	_, skus := w.goods()
	post := func(name, form string) string {
		t.Helper()
		r := httptest.NewRequest(http.MethodPost, "/sim/"+name+"?lang=en", strings.NewReader(form))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		rec := httptest.NewRecorder()
		w.sim.ServeHTTP(rec, r)
		to := rec.Header().Get("Location")
		if rec.Code != http.StatusSeeOther || !strings.HasPrefix(to, "./?") {
			t.Fatalf("got %d to %s: %s", rec.Code, to, rec.Body)
		}
		_, body := w.get("/sim/" + strings.TrimPrefix(to, "./"))
		return body
	}
	sku := "sku=" + skus[0].String()
	if body := post("place", sku+"&quantity=2&times=1"); !strings.Contains(body, wordsIn["en"].Done) || !strings.Contains(body, simulatedName) {
		t.Errorf("got %s", body)
	}
	if body := post("place", sku+"&quantity=20&times=1"); !strings.Contains(body, wordsIn["en"].reasons["sim.sold_out"]) {
		t.Errorf("got %s", body)
	}
	if body := post("stock", sku+"&stock=many"); !strings.Contains(body, wordsIn["en"].Refused) {
		t.Errorf("got %s", body)
	}
	_, err := w.sim.ApplyRefund(w.sim.Orders()[0].ID, "<script>")
	w.do(err)
	if _, body := w.get("/sim/?lang=zh"); !strings.Contains(body, stateWords[Locked]) || strings.Contains(body, "<script>") {
		t.Errorf("got %s", body)
	}
	r := httptest.NewRequest(http.MethodPost, "/sim/mend", nil)
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	rec := httptest.NewRecorder()
	if w.sim.ServeHTTP(rec, r); rec.Code != http.StatusForbidden {
		t.Errorf("from another site: got %d, want 403", rec.Code)
	}
}

// TestWords compares the two languages.
func TestWords(t *testing.T) {
	t.Parallel()
	for l, words := range wordsIn {
		for _, k := range faultKinds {
			if words.faults[k] == "" {
				t.Errorf("%s: no word for %s", l, k)
			}
		}
		for state, names := range possible {
			if words.states[state] == "" {
				t.Errorf("%s: no word for %s", l, state)
			}
			for _, name := range names {
				if words.commands[name] == "" || commands[name] == nil {
					t.Errorf("%s: no word or no command %s", l, name)
				}
			}
		}
		for status := range refundMoves {
			for _, next := range append(refundMoves[status], status) {
				if words.refundStates[next] == "" {
					t.Errorf("%s: no word for refund %d", l, next)
				}
			}
		}
		for status := range serviceWords {
			if words.serviceStates[status] == "" {
				t.Errorf("%s: no word for %d", l, status)
			}
			for _, name := range possibleForService[status] {
				if words.commands[name] == "" || commands[name] == nil {
					t.Errorf("%s: no word or no command %s", l, name)
				}
			}
		}
	}
}
