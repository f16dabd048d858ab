package jd

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pavilion"
)

const increaseStock = "jingdong.stock.write.increaseSkuStock"

// TestFaults makes one increase of stock go wrong in each way and looks at what was done and
// what was told.
func TestFaults(t *testing.T) {
	t.Parallel()
	for kind, c := range map[FaultKind]struct {
		stock int64 // of 5, adding 1
		lost  bool
		told  string
	}{
		Slow:      {6, false, `"success":true`},
		LostCall:  {5, true, ""},
		LostReply: {6, true, ""},
		Late:      {5, true, ""},
		Repeat:    {6, false, `"success":true`}, // the number of the call saves it
		Coded:     {5, false, `{"error_response":{"code":"66"`},
		InnerCode: {6, false, `"error_description"`},
		HTML:      {5, false, "<html>"},
		HTMLReply: {6, false, "<html>"},
		Dirty:     {6, false, `,}`},
	} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			slept := time.Duration(0)
			w := newRig(t, Options{Sleep: func(_ context.Context, d time.Duration) { slept = d }})
			_, skus := w.goods()
			text := `{"skuId":` + skus[0].String() + `,"stockNum":1,"storeId":0,"stockRfId":"r"}`
			f := Fault{Kind: kind, Method: increaseStock, Skip: 1}
			if kind == Coded || kind == InnerCode {
				f.Code = "66"
			}
			if kind == Slow {
				f.Delay = time.Minute
			}
			w.do(w.sim.Fail(f))
			w.call(venderInfo, "{}")
			w.call(increaseStock, strings.Replace(text, `"stockNum":1`, `"stockNum":0`, 1)+"")
			text = strings.Replace(text, `"r"`, `"s"`, 1)
			body, lost := w.post(w.sent(increaseStock, text))
			if got := w.sim.Stock(skus[0]); got != c.stock || lost != c.lost || !strings.Contains(body, c.told) {
				t.Errorf("got stock %d, lost %v, %s; want %+v", got, lost, body, c)
			}
			if (slept != 0) != (kind == Slow) {
				t.Errorf("slept %v", slept)
			}
			w.call(venderInfo, "{}") // and what was late arrives
			if got := w.sim.Stock(skus[0]); kind == Late && got != 6 {
				t.Errorf("the late call was not done: stock %d", got)
			}
			w.call(increaseStock, text)
			if got := w.sim.Stock(skus[0]); got != 6 {
				t.Errorf("after another try: stock %d, want 6", got)
			}
		})
	}
}

func TestFaultsOfLists(t *testing.T) {
	t.Parallel()
	w := newRig(t, Options{})
	_, skus := w.goods()
	first, second := w.buy(skus[0], 1), w.buy(skus[0], 1)
	list := func(f Fault) node {
		t.Helper()
		w.do(w.sim.Fail(f))
		return w.search(`,"optional_fields":"orderId,itemInfoList,consigneeInfo,modified"`)
	}
	if n := list(Fault{Kind: Doubled}); n.len("orderInfoList") != 4 {
		t.Errorf("got %v", n.v)
	}
	list(Fault{Kind: Shuffled}).want("orderInfoList.0.orderId", second.String())
	list(Fault{Kind: NoOAID}).want("orderInfoList.0.consigneeInfo.oaid", "")
	list(Fault{Kind: Sparse}).want("orderInfoList.0.itemInfoList.0.outerSkuId", "", "orderInfoList.0.itemInfoList.0.skuId", skus[0].String())
	w.pass(time.Minute)
	list(Fault{Kind: Moving}).want("orderInfoList.0.orderId", first.String(), "orderInfoList.0.modified", "2026-11-23 12:00:00")
	w.search("").want("orderInfoList.1.orderId", first.String(), "orderInfoList.1.modified", "2026-11-23 12:01:00")
}

func TestBreak(t *testing.T) {
	t.Parallel()
	w := newRig(t, Options{})
	w.do(w.sim.Break(Fault{Kind: LostCall}, time.Minute))
	if _, lost := w.post(w.sent(venderInfo, "{}")); !lost {
		t.Error("a call came through")
	}
	w.pass(time.Minute)
	w.call(venderInfo, "{}")
	w.do(w.sim.Break(Fault{Kind: Coded, Code: "19"}, time.Hour))
	w.refused("19", venderInfo, "{}")
	w.sim.Mend()
	w.call(venderInfo, "{}")
	for _, f := range []Fault{{}, {Kind: "other"}, {Kind: Coded}, {Kind: HTML, Code: "1"}, {Kind: Slow}, {Kind: HTML, Times: -1}, {Kind: HTML, Skip: -1}} {
		if err := w.sim.Fail(f); pavilion.KindOf(err) != pavilion.Invalid {
			t.Errorf("%+v: got %v", f, err)
		}
	}
	if err := w.sim.Break(Fault{Kind: HTML}, 0); pavilion.KindOf(err) != pavilion.Invalid {
		t.Errorf("got %v", err)
	}
}

// TestRestart kills the platform at every byte of its state file.
func TestRestart(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "state")
	w := newRig(t, Options{StateFile: path, AuditDelay: time.Minute, ReceiveAfter: time.Hour})
	_, skus := w.goods()
	w.pass(time.Minute)
	id := w.buy(skus[0], 2)
	ref := `{"skuId":` + skus[0].String() + `,"stockNum":1,"storeId":0,"stockRfId":"r"}`
	w.call(increaseStock, ref)
	w.call("jingdong.pop.order.shipment", `{"orderId":`+id.String()+`,"logiCoprId":"467","logiNo":"SF1"}`)
	other := w.buy(skus[1], 1)
	r, err := w.sim.ApplyRefund(other, "x")
	w.do(err)
	w.do(w.sim.Rush(Purchase{Lines: []Line{{SKU: skus[0], Quantity: 1}}}, 2, 2*time.Hour))
	w.do(w.sim.Shift(time.Second))
	see := func() string { return fmt.Sprint(w.sim.SKUs(), w.sim.Orders(), w.sim.Refunds(), w.sim.Services()) }
	oaid := w.order(id).text("consigneeInfo.oaid")
	want := see()

	whole, err := os.ReadFile(path)
	w.do(err)
	w.open() // as after a crash: nothing was closed
	if got := see(); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	w.call(increaseStock, ref) // known
	if got := w.sim.Stock(skus[0]); got != 3 {
		t.Errorf("the same call was done twice: stock %d, want 3", got)
	}
	if got := w.order(id).text("consigneeInfo.oaid"); got != oaid {
		t.Error("the oaid changed")
	}
	w.pass(time.Hour)
	w.order(id).want("orderState", Finished) // what was due is remembered
	if got := w.sim.Stock(skus[0]); got != 2 {
		t.Errorf("the crowd did not come back: stock %d, want 2", got)
	}
	w.reply(r, 1, "").want("success", "true")
	newest := w.buy(skus[1], 1)
	if newest <= other {
		t.Errorf("order %s after %s", newest, other)
	}

	for cut := len(whole) - 1; cut > 0; cut -= 97 {
		w.do(os.WriteFile(path+".cut", whole[:cut], 0o600))
		o := w.o
		o.StateFile = path + ".cut"
		sim, err := New(o)
		if err != nil {
			t.Fatalf("cut at %d: %v", cut, err)
		}
		for _, k := range sim.SKUs() {
			if k.Stock < 0 {
				t.Errorf("cut at %d: %v", cut, k)
			}
		}
		w.do(sim.Close())
	}
	w.do(os.WriteFile(path+".bad", []byte("{\n"), 0o600))
	o := w.o
	o.StateFile = path + ".bad"
	if _, err := New(o); !strings.HasPrefix(fmt.Sprint(err), "sim.state_malformed") {
		t.Errorf("got %v", err)
	}
}

func TestNothingIsDoneThatIsNotWritten(t *testing.T) {
	t.Parallel()
	w := newRig(t, Options{StateFile: filepath.Join(t.TempDir(), "state")})
	_, skus := w.goods()
	w.do(w.sim.memory.journal.Close())
	if _, err := w.sim.PlaceOrder(Purchase{Lines: []Line{{SKU: skus[0], Quantity: 1}}}); pavilion.KindOf(err) != pavilion.Unavailable {
		t.Errorf("got %v", err)
	}
	w.refused("1", "jingdong.stock.write.updateSkuStock", `{"skuId":`+skus[0].String()+`,"stockNum":50}`)
	if got := w.sim.Stock(skus[0]); got != 5 || len(w.sim.Orders()) != 0 {
		t.Errorf("got stock %d and %d orders", got, len(w.sim.Orders()))
	}
}

// TestSameSeed makes the same calls twice and compares every byte.
func TestSameSeed(t *testing.T) {
	t.Parallel()
	run := func() string {
		w := newRig(t, Options{})
		_, skus := w.goods()
		w.buy(skus[0], 1)
		body, _ := w.post(w.sent("jingdong.pop.order.search", `{"optional_fields":"`+orderFields+`","page":"1","page_size":"100","order_state":"WAIT_SELLER_STOCK_OUT"}`))
		return w.token + body
	}
	if a, b := run(), run(); a != b {
		t.Errorf("got %s and %s", a, b)
	}
}

func TestOptions(t *testing.T) {
	t.Parallel()
	good := Options{AppKey: "a", AppSecret: "b", Clock: time.Now}
	for field, spoil := range map[string]func(*Options){
		"AppKey": func(o *Options) { o.AppKey = "" }, "AppSecret": func(o *Options) { o.AppSecret = "" }, "Clock": func(o *Options) { o.Clock = nil },
		"BaseURL": func(o *Options) { o.BaseURL = "https://x/" }, "Shipping": func(o *Options) { o.Shipping = "x" },
	} {
		o := good
		spoil(&o)
		if _, err := New(o); err == nil || !strings.Contains(err.Error(), "at "+field) {
			t.Errorf("%s: got %v", field, err)
		}
	}
}
