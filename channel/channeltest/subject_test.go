package channeltest_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"io"
	"net/http"
	"strconv"
	"sync"
	"testing"
	"time"

	"pavilion/channel"
	"pavilion/channel/channeltest"
	"pavilion/channel/douyin"
	"pavilion/channel/jd"
	"pavilion/money"
	simdouyin "pavilion/sim/douyin"
	simjd "pavilion/sim/jd"
)

func TestFake(t *testing.T) {
	t.Parallel()
	for _, increments := range []bool{true, false} {
		t.Run(fmt.Sprint("increments ", increments), func(t *testing.T) {
			t.Parallel()
			channeltest.Run(t, func(*testing.T) channeltest.Subject {
				return newFake(newClock().now, channeltest.Options{Increments: increments, Pushes: true, Audit: true})
			})
		})
	}
}

func TestJD(t *testing.T) {
	t.Parallel()
	for _, absolute := range []bool{false, true} {
		t.Run(fmt.Sprint("absolute ", absolute), func(t *testing.T) {
			t.Parallel()
			channeltest.Run(t, func(t *testing.T) channeltest.Subject { return newJD(t, newClock(), nil, absolute) })
		})
	}
}

func TestDouyin(t *testing.T) {
	t.Parallel()
	channeltest.Run(t, func(t *testing.T) channeltest.Subject { return newDouyin(t, newClock(), nil) })
}

// clock is that of a test.
type clock struct {
	mu sync.Mutex
	at time.Time // under mu
}

func newClock() *clock { return &clock{at: time.Date(2026, 11, 23, 4, 0, 0, 0, time.UTC)} }

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// doing sends requests through what wraps the network, as the engine does.
type doing func(channel.Doer) channel.Doer

// line is the way to a simulated platform: it may carry a request twice.
type line struct {
	http.RoundTripper
	mu    sync.Mutex
	twice map[string]bool // under mu: the next request of which something in it says
}

func (l *line) Do(r *http.Request) (*http.Response, error) {
	var body []byte
	if r.Body != nil {
		var err error
		if body, err = io.ReadAll(r.Body); err != nil {
			return nil, err
		}
	}
	text := r.URL.String() + string(body)
	times := 1
	l.mu.Lock()
	for word := range l.twice {
		if bytes.Contains([]byte(text), []byte(word)) {
			delete(l.twice, word)
			times = 2
		}
	}
	l.mu.Unlock()
	for ; times > 1; times-- {
		again := r.Clone(r.Context())
		again.Body = io.NopCloser(bytes.NewReader(body))
		if resp, err := l.RoundTrip(again); err == nil {
			_ = resp.Body.Close()
		}
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	return l.RoundTrip(r)
}

func (l *line) repeat(word string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.twice[word] = true
}

func picture() []byte {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 800, 800)), nil); err != nil {
		panic(err) // of a picture of our own
	}
	return b.Bytes()
}

// required answers what a platform must know.
func required(t *testing.T, c channel.Connector, a channel.Access, category string) (out []channel.AttributeValue) {
	t.Helper()
	list, err := c.Attributes(t.Context(), a, category)
	if err != nil {
		t.Fatal(err)
	}
	for _, at := range list {
		switch {
		case !at.Required:
		case len(at.Options) > 0:
			o := at.Options[len(at.Options)-1]
			out = append(out, channel.AttributeValue{Attribute: at.ID, Option: o.ID, Text: o.Name})
		default:
			out = append(out, channel.AttributeValue{Attribute: at.ID, Text: "100g"})
		}
	}
	return out
}

// fake is the platform in memory.
type fake struct {
	*channeltest.Platform
	at      func() time.Time
	moved   *time.Duration // of its clock
	ahead   *time.Duration
	returns map[string]string
}

func newFake(now func() time.Time, o channeltest.Options) *fake {
	moved, ahead := new(time.Duration), new(time.Duration)
	o.Clock = func() time.Time { return now().Add(*moved + *ahead) }
	return &fake{Platform: channeltest.NewPlatform(o), at: func() time.Time { return now().Add(*moved) }, moved: moved, ahead: ahead, returns: map[string]string{}}
}

func (f *fake) Consent() channel.Token { return f.Token() }
func (f *fake) Clock() time.Time       { return f.at() }
func (f *fake) Skew(d time.Duration)   { *f.ahead += d }

func (f *fake) Pass(d time.Duration) {
	*f.moved += d
	f.Arrive()
}

func (f *fake) Goods(ref string) channeltest.GoodsToShow {
	return channeltest.GoodsToShow{Picture: []byte("jpeg"), Listing: channel.Listing{
		Ref: "vrt_" + ref, Category: "11", Title: "茶", Attributes: []channel.AttributeValue{{Attribute: "origin", Option: "by"}},
		Units: []channel.ListingUnit{{Ref: ref, Name: "100g", Price: channeltest.Yuan(1990)}},
	}}
}

func (f *fake) Prepare(context.Context, channeltest.UnitAt) error {
	f.Audit()
	return nil
}

func (f *fake) Place(u channel.UnitID, quantity int64, paid bool) (string, error) {
	return f.Order(channeltest.Purchase{Lines: []channeltest.PurchaseLine{{Unit: u, Quantity: quantity}}, Unpaid: !paid})
}

func (f *fake) PayFor(number string) error      { return f.Pay(number) }
func (f *fake) CancelThere(number string) error { return f.GiveUp(number) }
func (f *fake) Carrier() string                 { return "SF" }
func (f *fake) DuePushes() []channeltest.Push   { return f.Pushes() }
func (f *fake) ExpireTokens()                   { f.Token() }

func (f *fake) WantBack(number string, goods bool) (err error) {
	f.returns[number], err = f.AskBack(number, "", goods)
	return err
}

func (f *fake) HandBack(number string) error {
	id := f.returns[number]
	return errors.Join(f.SendBack(id, "SF999"), f.ArriveBack(id))
}

func (f *fake) Spoil(method string, fault channeltest.Fault) error {
	f.Fail(method, fault)
	return nil
}

// jdShop is a shop on the simulated JD.
type jdShop struct {
	*jd.Connector
	*clock
	t    *testing.T
	sim  *simjd.Simulator
	line *line
}

var jdMethods = map[string][]string{
	"ChangeStock":  {"jingdong.ware.stock.sku.set"},
	"Publish":      {"jingdong.ware.write.add"},
	"Ship":         {"jingdong.pop.order.shipment"},
	"AnswerReturn": {"jingdong.pop.afs.soa.refundapply.replyRefund", "jingdong.asc.audit.send"},
	"ListOrders":   {"jingdong.pop.order.enSearch"},
	"GetOrder":     {"jingdong.pop.order.enGet"},
	"ListReturns":  {"jingdong.asc.sync.list"},
}

const jdSecret = "test-secret-of-the-app-of-jd"

func newJD(t *testing.T, c *clock, through doing, absolute bool) *jdShop {
	t.Helper()
	s, err := simjd.New(simjd.Options{AppKey: "TESTAPPKEY", AppSecret: jdSecret, Clock: c.now, Seed: 7, Booked: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	j := &jdShop{t: t, clock: c, sim: s, line: &line{RoundTripper: s, twice: map[string]bool{}}}
	var doer channel.Doer = j.line
	if through != nil {
		doer = through(doer)
	}
	j.Connector, err = jd.NewConnector(jd.Options{
		AppKey: "TESTAPPKEY", AppSecret: jdSecret, BaseURL: "http://jd.test/routerjson", OAuthURL: "http://jd.test", Doer: doer, Clock: c.now,
	}, jd.Settings{
		Absolute: absolute, RefuseReason: "13", AgreeReason: "13",
		ReturnTo: jd.ReturnTo{Contact: "库管", Telephone: "051262571234", Zip: "215000", Province: 12, City: 988, County: 40034, Address: "园区1号", AddressType: 1},
		Receipt:  jd.Received{Packing: 1, Quality: 1, Appearance: 1, Invoice: 1, Judgment: 1, AccessoryGift: 1},
	})
	if err != nil {
		t.Fatal(err)
	}
	return j
}

func (j *jdShop) Consent() channel.Token {
	j.t.Helper()
	granted, err := j.sim.Authorize()
	if err != nil {
		j.t.Fatal(err)
	}
	token, err := j.Renew(j.t.Context(), channel.Token{Shop: "10001", Refresh: granted.Refresh})
	if err != nil {
		j.t.Fatal(err)
	}
	token.Shop = "10001"
	return token
}

func (j *jdShop) Clock() time.Time            { return j.now() }
func (j *jdShop) Pass(d time.Duration)        { j.pass(d) }
func (j *jdShop) Carrier() string             { return "467" }
func (j *jdShop) ExpireTokens()               { j.check(j.sim.ExpireTokens()) }
func (j *jdShop) Skew(d time.Duration)        { j.check(j.sim.Shift(d)) }
func (*jdShop) DuePushes() []channeltest.Push { return nil }

func (j *jdShop) check(err error) {
	j.t.Helper()
	if err != nil {
		j.t.Fatal(err)
	}
}

func (j *jdShop) Goods(ref string) channeltest.GoodsToShow {
	t := j.Consent()
	return channeltest.GoodsToShow{Picture: picture(), Listing: channel.Listing{
		Ref: "vrt_" + ref, Category: "39001", Attributes: required(j.t, j, channel.Access{Shop: t.Shop, Token: t.Access}, "39001"),
		Title: "白俄罗斯黑巧克力 72%", Description: "可可 <72%>", Points: []string{"进口"},
		Units: []channel.ListingUnit{{Ref: ref, Name: "100克", Price: money.New(19_90, money.CNY), WeightG: 120}},
	}}
}

func (j *jdShop) Prepare(ctx context.Context, u channeltest.UnitAt) error {
	return j.SetShelf(ctx, u.Access, u.Listing, true)
}

func number(text string) int64 {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		panic(err) // of the simulated platform
	}
	return n
}

func (j *jdShop) Offered(u channel.UnitID) int64 { return j.sim.Stock(simjd.ID(number(u.Unit))) }

func (j *jdShop) Place(u channel.UnitID, quantity int64, paid bool) (string, error) {
	id, err := j.sim.PlaceOrder(simjd.Purchase{Lines: []simjd.Line{{SKU: simjd.ID(number(u.Unit)), Quantity: quantity}}, Unpaid: !paid})
	return id.String(), err
}

func (j *jdShop) PayFor(n string) error      { return j.sim.Pay(simjd.ID(number(n))) }
func (j *jdShop) CancelThere(n string) error { return j.sim.Cancel(simjd.ID(number(n))) }

func (j *jdShop) WantBack(n string, goods bool) error {
	id := simjd.ID(number(n))
	if !goods {
		_, err := j.sim.ApplyRefund(id, "不想要了")
		return err
	}
	for _, o := range j.sim.Orders() {
		if o.ID == id {
			_, err := j.sim.ApplyService(id, o.Lines[0].SKU, o.Lines[0].Quantity, simjd.WantReturn, "破损")
			return err
		}
	}
	return errors.New("no such order")
}

func (j *jdShop) HandBack(n string) error {
	for _, v := range j.sim.Services() {
		if v.Order == simjd.ID(number(n)) {
			return j.sim.ShopperSends(v.ID, "SF999")
		}
	}
	return errors.New("no such return")
}

func (j *jdShop) Spoil(method string, fault channeltest.Fault) error {
	for _, m := range jdMethods[method] {
		f := simjd.Fault{Method: m}
		switch fault {
		case channeltest.LostRequest:
			f.Kind = simjd.LostCall
		case channeltest.LostAnswer:
			f.Kind = simjd.LostReply
		case channeltest.Late:
			f.Kind = simjd.Late
		case channeltest.Twice:
			f.Kind = simjd.Repeat
		case channeltest.TooOften:
			f.Kind, f.Code = simjd.Coded, "2"
		case channeltest.Down:
			f.Kind, f.Code = simjd.Coded, "67"
		case channeltest.TokenOver:
			return j.sim.ExpireTokens()
		}
		if err := j.sim.Fail(f); err != nil {
			return err
		}
	}
	return nil
}

// douyinShop is a shop on the simulated Douyin.
type douyinShop struct {
	*douyin.Connector
	*clock
	t     *testing.T
	sim   *simdouyin.Simulator
	line  *line
	cases map[string]int64

	mu     sync.Mutex
	pushes []channeltest.Push // under mu
}

const (
	douyinApp    = "7000000000000000001"
	douyinSecret = "11111111-2222-3333-4444-555555555555"
	douyinID     = 4463798
)

var douyinMethods = map[string]string{
	"ChangeStock": "sku.syncStock", "Publish": "product.addV2", "Ship": "order.logisticsAdd", "AnswerReturn": "afterSale.operate",
	"ListOrders": "order.searchList", "GetOrder": "order.orderDetail", "ListReturns": "afterSale.List",
}

func newDouyin(t *testing.T, c *clock, through doing) *douyinShop {
	t.Helper()
	d := &douyinShop{t: t, clock: c, cases: map[string]int64{}}
	s, err := simdouyin.New(simdouyin.Options{
		BaseURL: "http://doudian.example", Clock: c.now, Seed: 1, Client: &http.Client{Transport: d},
		Shops: []simdouyin.Shop{{ID: douyinID, Name: "白俄罗斯国家馆"}},
		Apps:  []simdouyin.App{{Key: douyinApp, Secret: douyinSecret, SelfUse: true, PushURL: "http://pavilion.example/push"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	d.sim, d.line = s, &line{RoundTripper: s, twice: map[string]bool{}}
	var doer channel.Doer = d.line
	if through != nil {
		doer = through(doer)
	}
	d.Connector, err = douyin.NewConnector(douyin.Options{
		AppKey: douyinApp, Secret: douyinSecret, BaseURL: "http://doudian.example", Doer: doer, Clock: c.now,
		OwnShop: strconv.Itoa(douyinID), PictureAt: func(name string) string { return "https://pavilion.example/pictures/" + name },
		ReturnTo: map[string]douyin.ID{strconv.Itoa(douyinID): "12"},
		Facts:    douyin.Facts{Operations: douyin.Operations{RefuseReturn: 102, RefuseReturned: 112}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// RoundTrip takes the pushes of the platform.
func (d *douyinShop) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.pushes = append(d.pushes, channeltest.Push{Header: r.Header, Body: body})
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(bytes.NewReader([]byte(`{"code":0,"msg":"success"}`))), Request: r}, nil
}

func (d *douyinShop) DuePushes() []channeltest.Push {
	_, err := d.sim.Deliver(d.t.Context())
	d.check(err)
	d.mu.Lock()
	defer d.mu.Unlock()
	out := d.pushes
	d.pushes = nil
	return out
}

func (d *douyinShop) Consent() channel.Token {
	d.t.Helper()
	token, err := d.Exchange(d.t.Context(), "")
	d.check(err)
	return token
}

func (d *douyinShop) Clock() time.Time { return d.now() }

func (d *douyinShop) Pass(t time.Duration)       { d.pass(t) }
func (d *douyinShop) Skew(t time.Duration)       { d.check(d.sim.ShiftClock(t)) }
func (d *douyinShop) ExpireTokens()              { d.check(d.sim.ExpireTokens(douyinID, false)) }
func (d *douyinShop) PayFor(n string) error      { return d.sim.Pay(n) }
func (*douyinShop) Carrier() string              { return "shunfeng" }
func (d *douyinShop) CancelThere(n string) error { return d.sim.Cancel(n, "不想要了") }

func (*douyinShop) Prepare(context.Context, channeltest.UnitAt) error { return nil }

func (d *douyinShop) check(err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
}

func (d *douyinShop) Goods(ref string) channeltest.GoodsToShow {
	t := d.Consent()
	return channeltest.GoodsToShow{Picture: []byte("jpeg"), Listing: channel.Listing{
		Ref: "vrt_" + ref, Category: "20000", Attributes: required(d.t, d, channel.Access{Shop: t.Shop, Token: t.Access}, "20000"),
		Title: "白俄罗斯 Спартак 巧克力 & 100g", Phone: "10000000001",
		Units: []channel.ListingUnit{{Ref: ref, Name: "100g", Price: money.New(19_90, money.CNY), WeightG: 100}},
	}}
}

func (d *douyinShop) Offered(u channel.UnitID) int64 {
	n, _, err := d.sim.Stock(number(u.Unit))
	d.check(err)
	return n
}

func (d *douyinShop) Place(u channel.UnitID, quantity int64, paid bool) (string, error) {
	return d.sim.PlaceOrder(simdouyin.Placement{Lines: []simdouyin.PlacementLine{{SKU: number(u.Unit), Num: quantity}}, Unpaid: !paid})
}

func (d *douyinShop) WantBack(n string, goods bool) (err error) {
	q := simdouyin.Ask{Order: n, Type: 2, Reason: "不想要了"}
	if goods {
		q.Type, q.Got = 0, true
	}
	d.cases[n], err = d.sim.Ask(q)
	return err
}

func (d *douyinShop) HandBack(n string) error {
	return d.sim.SendBack(d.cases[n], "yuantong", "YT9000000000001")
}

func (d *douyinShop) Spoil(method string, fault channeltest.Fault) error {
	m := douyinMethods[method]
	f := simdouyin.Fault{At: m}
	switch fault {
	case channeltest.LostRequest:
		f.Kind = simdouyin.LoseRequest
	case channeltest.LostAnswer:
		f.Kind = simdouyin.LoseReply
	case channeltest.Late:
		f.Kind, f.Wait = simdouyin.Late, time.Second
	case channeltest.TooOften:
		f.Kind, f.Code = simdouyin.Refuse, 60000
	case channeltest.Down:
		f.Kind, f.Code = simdouyin.Refuse, 20000
	case channeltest.Twice:
		d.line.repeat(m)
		return nil
	case channeltest.TokenOver:
		return d.sim.ExpireTokens(douyinID, false)
	}
	return d.sim.Fault(f)
}
