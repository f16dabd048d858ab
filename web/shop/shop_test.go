package shop

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"pavilion"
	"pavilion/catalog"
	"pavilion/channel/own"
	"pavilion/db"
	"pavilion/money"
	"pavilion/order"
	"pavilion/payment"
	"pavilion/stock"
)

const (
	dark90  = catalog.GTIN("4810067073123") // plenty of it
	dark72  = catalog.GTIN("4810067073116") // six left
	milk    = catalog.GTIN("4810065000022") // best before in twenty days
	kvass   = catalog.GTIN("4810285007221") // sold out
	someone = "13800138000"
)

// address is a delivery address as a shopper fills it in.
var address = []string{
	"name", "陈晓", "phone", "138 0013 8000", "province", "四川省", "city", "成都市",
	"district", "武侯区", "street", "人民南路四段1号", "postcode", "610041", "accept", "1",
}

// productPath is the page of a seeded product.
func (w *world) productPath(lang pavilion.Lang, gtin catalog.GTIN) string {
	return "/" + string(lang) + "/p/" + string(w.sku(gtin).Product)
}

// putIn puts goods into the visitor's basket.
func (v *visitor) putIn(gtin catalog.GTIN, quantity string) *page {
	v.t.Helper()
	return v.get(v.productPath("zh", gtin)).is(http.StatusOK).send("/zh/basket", "then", "stay", "quantity", quantity).is(http.StatusOK)
}

// order places an order for what is in the basket and returns its id.
func (v *visitor) order() pavilion.OrderID {
	v.t.Helper()
	sent := v.get("/zh/checkout").is(http.StatusOK).send("/zh/checkout", address...).is(http.StatusSeeOther)
	if !strings.HasPrefix(sent.location, "https://pay.example/") {
		v.t.Fatalf("got sent to %q, want the payment provider", sent.location)
	}
	return v.paying()
}

// paying is the order the last charge was for.
func (w *world) paying() pavilion.OrderID {
	return pavilion.OrderID(regexp.MustCompile(`ord_[0-9a-z]{26}`).FindString(w.pay.last.ReturnURL))
}

func TestShopperBuysWithoutScripts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	v := w.visitor()
	v.get("/zh/").is(http.StatusOK).says("馆内精选", "分类")
	found := v.get("/zh/search?q=90%25").is(http.StatusOK)
	found = v.get(found.link("/zh/p/")).is(http.StatusOK)
	found.says("斯巴达克精选90%黑巧克力", "¥ 23 .90", "价格已含进口税", "配料", "过敏原提示", "营养成分表", "产地", "净含量", "保质期")

	v.putIn(dark90, "2")
	v.get("/zh/basket").is(http.StatusOK).says("共 2 件", "¥47.80", "¥12.00", "再买 ¥151.20 免运费", "去结算")
	wrong := v.get("/zh/checkout").send("/zh/checkout", "name", "陈晓", "phone", "12", "province", "四川省", "city", "武汉市").is(http.StatusUnprocessableEntity)
	wrong.says("请检查以下内容")
	if !strings.Contains(wrong.body, `value="陈晓"`) || !strings.Contains(wrong.body, `value="四川省" selected`) {
		t.Error("got a form without the input, want it kept")
	}
	if len(w.orders()) != 0 {
		t.Fatalf("got %d orders, want none of a form with errors", len(w.orders()))
	}

	sent := wrong.send("/zh/checkout", address...).is(http.StatusSeeOther)
	if !strings.HasPrefix(sent.location, "https://pay.example/") {
		t.Fatalf("got sent to %q, want the payment provider", sent.location)
	}
	id := w.paying()
	back := strings.TrimPrefix(w.pay.last.ReturnURL, w.url)
	v.get(back).is(http.StatusOK).says("正在等待付款结果")

	w.pay.goes(payment.StateDeclined)
	declined := v.get(back).is(http.StatusOK).says("付款没有成功")
	again := declined.send(back).is(http.StatusSeeOther)
	if again.location == sent.location {
		t.Error("got the declined payment again, want another try")
	}
	w.pay.goes(payment.StatePaid)
	v.get(back).is(http.StatusOK).says("付款成功", "¥59.80")
	v.get("/zh/order/"+string(id)).is(http.StatusOK).says("已付款，待发货", "陈晓", "+86 138 0013 8000", "申请退款")
	v.get("/zh/basket").says("购物车还是空的")
}

func TestFormSentTwiceIsOneOrder(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	v := w.visitor()
	v.putIn(dark90, "1")
	form := v.get("/zh/checkout")
	first := form.send("/zh/checkout", address...).is(http.StatusSeeOther)
	second := form.send("/zh/checkout", address...).is(http.StatusSeeOther)
	if first.location != second.location {
		t.Errorf("got sent to %q and %q, want the same payment", first.location, second.location)
	}
	if n := len(w.orders()); n != 1 {
		t.Errorf("got %d orders, want 1", n)
	}
}

func TestChangedPriceIsAskedAbout(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	v := w.visitor()
	v.putIn(dark90, "1")
	form := v.get("/zh/checkout")
	sku := w.sku(dark90).ID
	err := w.db.Write(t.Context(), pavilion.System("test"), func(tx *db.Tx) error {
		return catalog.SetPrice(t.Context(), tx, sku, own.Name, money.New(2990, "CNY"))
	})
	if err != nil {
		t.Fatal(err)
	}
	asked := form.send("/zh/checkout", address...).is(http.StatusConflict).says("金额有变动", "原为 ¥35.90", "¥41.90")
	asked.send("/zh/checkout").is(http.StatusSeeOther)
	if got := w.orders()[0].Total; got != money.New(4190, "CNY") {
		t.Errorf("got an order of %s, want 41.90 as shown the second time", got)
	}
}

func TestBuyingAtOnceLeavesTheBasket(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	v := w.visitor()
	v.putIn(dark90, "3")
	at := v.get(w.productPath("ru", dark90)).send("/ru/basket", "then", "checkout", "quantity", "2").is(http.StatusOK)
	at.send("/ru/checkout", address...).is(http.StatusSeeOther)
	if got := w.orders()[0].Lines; len(got) != 1 || got[0].Quantity != 2 {
		t.Errorf("got lines %v, want two of the one thing", got)
	}
	v.get("/ru/basket").says("3 товара")
	ru := v.get("/ru/search?q=шоколад&sort=price")
	if got := ru.link("/be/search"); !strings.Contains(got, "sort=price") || !strings.Contains(got, "q=") {
		t.Errorf("got %s for the search in another language, want the same search", got)
	}
	v.get("/be/account/code").is(http.StatusOK)
}

func TestUnreachableProviderKeepsTheOrder(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	v := w.visitor()
	v.putIn(dark90, "1")
	w.pay.down = true
	saved := v.get("/zh/checkout").send("/zh/checkout", address...).is(http.StatusOK).says("订单已提交", "暂时联系不上支付机构")
	w.pay.down = false
	saved.send("/zh/order/" + string(w.orders()[0].ID) + "/pay").is(http.StatusSeeOther)
}

func TestNobodySeesAnothersOrder(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	v, stranger := w.visitor(), w.visitor()
	v.putIn(dark90, "1")
	id := string(v.order())
	number := w.orders()[0].Number
	stranger.get("/zh/checkout") // has cookies of its own
	for _, path := range []string{"", "/pay", "/state"} {
		stranger.get("/zh/order/"+id+path).is(http.StatusNotFound).keepsQuietAbout("陈晓", "人民南路", number)
	}
	for _, path := range []string{"/cancel", "/pay"} {
		stranger.post("/zh/order/"+id+path, nil).is(http.StatusNotFound)
	}
	if w.orders()[0].State != order.StateUnpaid {
		t.Error("got the order cancelled by a stranger")
	}

	stranger.get("/zh/find-order").send("/zh/find-order", "number", number, "phone", "13900139000").is(http.StatusNotFound).says("没有找到这个订单")
	stranger.get("/zh/find-order").send("/zh/find-order", "number", number, "phone", "138 0013 8000").is(http.StatusOK).says("待付款", number)

	// The answer to a number that does not exist is the same as to a wrong phone.
	other := w.visitor()
	a := other.get("/zh/find-order").send("/zh/find-order", "number", number, "phone", "13900139000")
	b := other.get("/zh/find-order").send("/zh/find-order", "number", "482913057726", "phone", "13900139000")
	if a.status != b.status && b.status != http.StatusUnprocessableEntity {
		t.Errorf("got %d for a wrong phone and %d for a wrong number, want the same", a.status, b.status)
	}
}

func TestShopperCancels(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	v := w.visitor()
	v.putIn(dark90, "1")
	path := "/zh/order/" + string(v.order())
	v.get(path).says("取消订单").send(path + "/cancel").is(http.StatusOK).says("已取消")
	v.get(path + "/pay").says("这笔订单不再需要付款")

	v.putIn(dark90, "1")
	path = "/zh/order/" + string(v.order())
	w.pay.goes(payment.StatePaid)
	v.get(path + "/pay").says("付款成功")
	v.get(path).says("申请退款").send(path+"/cancel").is(http.StatusOK).says("已全额退款", "¥35.90")
}

// signIn signs the visitor in with a phone.
func (v *visitor) signIn(phone string) *page {
	v.t.Helper()
	asked := v.get("/zh/account").send("/zh/account/code", "phone", phone).is(http.StatusOK)
	code := regexp.MustCompile(`您的验证码是 (\d{6})`).FindStringSubmatch(asked.text())
	if code == nil {
		v.t.Fatalf("got no code on the page of the demo: %s", asked.text())
	}
	return asked.send("/zh/account/signin", "code", code[1]).is(http.StatusOK)
}

func TestAccountKeepsOrdersAndFavourites(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	v := w.visitor()
	v.putIn(dark90, "3")
	liked := v.get(w.productPath("zh", dark90)).send("/zh/favourites")
	if !strings.HasPrefix(liked.at, "/zh/account?next=") {
		t.Fatalf("got to %s, want to sign in first", liked.at)
	}
	asked := v.get("/zh/account").send("/zh/account/code", "phone", someone).is(http.StatusOK)
	asked.send("/zh/account/signin", "code", "000000x").is(http.StatusUnauthorized)
	w2 := w.visitor()
	w2.putIn(milk, "1")
	in := w2.signIn("139 0013 9000")
	in.says("还没有订单")
	id := w2.order()
	w2.get("/zh/account").says("待付款", w.orders()[0].Number)
	w2.get(w.productPath("zh", dark90)).send("/zh/favourites").is(http.StatusOK).says("我的收藏", "斯巴达克精选90%黑巧克力")
	w2.get("/zh/favourites").send("/zh/favourites", "remove", "1").says("还没有收藏")
	w2.get("/zh/account").send("/zh/account/signout").says("您已退出登录")
	w2.get("/zh/order/" + string(id)).is(http.StatusNotFound)

	again := w.visitor()
	again.get("/zh/order/" + string(id)).is(http.StatusNotFound)
}

func TestGoodsRunOut(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	v := w.visitor()
	v.get(w.productPath("zh", dark72)).says("仅剩 6 件")
	v.get(w.productPath("zh", milk)).says("临期")
	v.get(w.productPath("zh", kvass)).says("已售罄", "暂时缺货")
	v.putIn(dark72, "9")
	v.get("/zh/basket").says("库存只有 6 件", "请先处理标记的商品")
	v.get("/zh/checkout").send("/zh/checkout", address...).is(http.StatusConflict)
	if len(w.orders()) != 0 {
		t.Errorf("got an order for more than there is")
	}
}

func TestBuyerLimitIsSaid(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	sku := w.sku(dark90).ID
	err := w.db.Write(t.Context(), pavilion.System("test"), func(tx *db.Tx) error {
		return stock.SetBuyerLimit(t.Context(), tx, own.Name, sku, 2, time.Hour)
	})
	if err != nil {
		t.Fatal(err)
	}
	v := w.visitor()
	v.get(w.productPath("zh", dark90)).says("每人限购 2 件")
	v.putIn(dark90, "3")
	v.get("/zh/checkout").send("/zh/checkout", address...).is(http.StatusTooManyRequests)
	v.get("/zh/basket").send("/zh/basket", "less", "1", "quantity", "3")
	v.order()
}

func TestDistrictsAreSuggested(t *testing.T) {
	t.Parallel()
	v := newWorld(t).visitor()
	got := v.get("/zh/districts?province=" + url.QueryEscape("四川省") + "&city=" + url.QueryEscape("成都市")).is(http.StatusOK).body
	if !strings.Contains(got, "武侯区\n") {
		t.Errorf("got %q, want the districts of Chengdu", got)
	}
	if got := v.get("/zh/districts?province=x").is(http.StatusOK).body; got != "" {
		t.Errorf("got %q for no province, want nothing", got)
	}
}

func TestKeptPagesAreTheSameForEverybody(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a, b := w.visitor(), w.visitor()
	path := w.productPath("zh", dark90)
	before := b.get(path)
	a.putIn(dark90, "2")
	mine, theirs := a.get(path), b.get(path)
	if len(mine.header["Set-Cookie"])+len(theirs.header["Set-Cookie"]) != 0 {
		t.Error("got cookies with a page that is kept for everybody")
	}
	if theirs.body != before.body {
		t.Error("got another page for a visitor after somebody else filled a basket")
	}
	tally := `<span class="tally">2</span>`
	if strings.ReplaceAll(mine.body, tally, "") != theirs.body || !strings.Contains(mine.body, tally) {
		t.Error("got pages that differ in more than the basket's count")
	}
}

func TestHostileWordsStayWords(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	hostile := `</script><script>alert(1)</script><img src=x onerror=alert(2)> "'` + "`" + `{{.}}`
	text := pavilion.Text{"zh": hostile, "ru": hostile, "en": hostile, "be": hostile}
	sku := w.sku(dark90)
	err := w.db.Write(t.Context(), pavilion.System("test"), func(tx *db.Tx) error {
		page, err := catalog.Lookup(t.Context(), tx, sku.Product, own.Name)
		if err != nil {
			return err
		}
		page.Product.Name, page.Product.Description, page.Product.IngredientsText, page.Product.Storage = text, text, text, text
		if _, err := catalog.SaveProduct(t.Context(), tx, page.Product); err != nil {
			return err
		}
		maker := page.Producer
		maker.LegalName, maker.Address, maker.About = text, text, text
		_, err = catalog.SaveProducer(t.Context(), tx, maker)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	v := w.visitor()
	v.putIn(dark90, "1")
	product := v.get(w.productPath("ru", dark90))
	paths := []string{
		"/ru/", w.productPath("ru", dark90), "/ru/basket", "/ru/checkout", "/ru/producers", product.link("/ru/producer/"),
		"/ru/search?q=" + "%3Cscript%3Ealert%281%29%3C%2Fscript%3E", "/ru/c/chocolate",
	}
	for _, path := range paths {
		v.get(path).is(http.StatusOK).keepsQuietAbout("<script>alert", "<img src=x", "ZgotmplZ")
	}
}

func TestForeignFormsAreRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	v := w.visitor()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, w.url+"/zh/basket", strings.NewReader("sku=x"))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	v.do(r).is(http.StatusForbidden)
}

func TestSearchEnginesFindThePages(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	v := w.visitor()
	sitemap := v.get("/sitemap.xml").is(http.StatusOK).body
	for _, path := range []string{w.productPath("zh", dark90), "/be/stories/flax", "/ru/c/chocolate"} {
		if !strings.Contains(sitemap, "<loc>"+w.url+path+"</loc>") {
			t.Errorf("got a sitemap without %s", path)
		}
	}
	if robots := v.get("/robots.txt").is(http.StatusOK).body; !strings.Contains(robots, "Sitemap: "+w.url+"/sitemap.xml") {
		t.Errorf("got robots.txt %q, want the sitemap in it", robots)
	}
	product := v.get(w.productPath("en", dark90))
	for _, want := range []string{
		`"@type":"Product"`, `"@type":"Offer"`, `"price":"23.90"`, `"priceCurrency":"CNY"`, `https://schema.org/InStock`, `"@type":"BreadcrumbList"`,
		`<link rel="canonical" href="` + w.url + w.productPath("en", dark90) + `">`, `hreflang="be"`, `property="og:title"`,
	} {
		if !strings.Contains(product.body, want) {
			t.Errorf("got a product page without %s", want)
		}
	}
	v.get("/zh/basket").says("购物车")
	if !strings.Contains(v.get("/zh/basket").body, `content="noindex"`) {
		t.Error("got a basket that may be indexed")
	}
}

func TestStrangeAddresses(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	v := w.visitor()
	for _, path := range []string{
		"/xx/", "/zh/nothing", "/zh/p/prd_x", "/zh/p/prd_00000000000000000000000000", "/zh/c/none", "/zh/producer/pdr_x", "/zh/order/ord_x",
		"/zh/order/ord_00000000000000000000000000", "/zh/stories/none", "/picture/x/320", "/picture/pic_00000000000000000000000000/9", "/drawing/prd_x/sku_x", "/zh/account?before=1",
	} {
		want := http.StatusNotFound
		if path == "/zh/account?before=1" {
			want = http.StatusOK // signed out: sign in first
		}
		v.get(path).is(want)
	}
	for _, path := range []string{"/zh/search?q=%ff%fe&min=-1&max=x&sort=evil&after=%00&brand=1", "/zh/search?min=99999999999999999999", "/zh/c/chocolate?after=x"} {
		if got := v.get(path); got.status >= http.StatusInternalServerError {
			t.Errorf("%s: got status %d", path, got.status)
		}
	}
	v.post("/zh/checkout", nil).is(http.StatusUnprocessableEntity)
	v.post("/zh/basket", nil).is(http.StatusNotFound)
	if got := v.get("/").at; got != "/zh/" {
		t.Errorf("got %s for the root, want the first language", got)
	}
}

func TestCookiesAreLockedWithHTTPS(t *testing.T) {
	t.Parallel()
	k := cookies{secure: true}
	rec := &headerOnly{header: http.Header{}}
	k.set(rec, sessionCookie, "secret", sessionFor)
	got := rec.header.Get("Set-Cookie")
	for _, want := range []string{"__Host-buyer=secret", "Path=/", "HttpOnly", "Secure", "SameSite=Lax"} {
		if !strings.Contains(got, want) {
			t.Errorf("got cookie %q, want %s in it", got, want)
		}
	}
}

type headerOnly struct {
	http.ResponseWriter
	header http.Header
}

func (h *headerOnly) Header() http.Header { return h.header }
