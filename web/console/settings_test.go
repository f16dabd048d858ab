package console_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"pavilion/db"
	"pavilion/money"
	"pavilion/setting"
	"pavilion/staff"
)

func testBook(d *db.DB) *setting.Book {
	return setting.NewBook(d, setting.Configured{
		Currency: money.CNY, DeliveryFee: money.New(1200, money.CNY), FreeDeliveryFrom: money.New(9900, money.CNY), PayWithin: 15 * time.Minute,
	})
}

// form collects what the browser would send for the form of an address.
func form(t *testing.T, page, action string) url.Values {
	t.Helper()
	_, rest, found := strings.Cut(page, `action="`+action+`"`)
	if !found {
		t.Fatalf("the page has no form for %s", action)
	}
	rest, _, _ = strings.Cut(rest, "</form>")
	values := url.Values{}
	for _, m := range regexp.MustCompile(`<input [^>]*name="([^"]+)"[^>]*value="([^"]*)"([^>]*)>`).FindAllStringSubmatch(rest, -1) {
		if !strings.Contains(m[0], `type="checkbox"`) || strings.Contains(m[0], " checked") {
			values.Set(m[1], m[2])
		}
	}
	return values
}

// TestSettings changes what the shop asks for delivery, is refused nonsense, and finds both in
// the trail.
func TestSettings(t *testing.T) {
	t.Parallel()
	d, v := open(t)
	signIn(t, d, v, staff.Owner)
	book := testBook(d)
	_, _, page := v.get("/console/settings")
	for _, has := range []string{"As the installation is configured", "There is no warehouse yet", "SF Express", "12 digits"} {
		if !strings.Contains(page, has) {
			t.Errorf("the page does not say %q", has)
		}
	}
	const shop = "/console/settings/shop"
	f := form(t, page, shop)
	if f.Get("delivery_fee") != "12.00" || f.Get("pay_within") != "15" || f.Get("open") == "" {
		t.Fatalf("the form says %v", f)
	}
	f.Set("delivery_fee", "7.50")
	f.Set("pay_within", "60")
	f.Del("open")
	if status, path, _ := v.post(shop, f); status != http.StatusOK || path != "/console/settings" {
		t.Fatalf("got %d at %s", status, path)
	}
	now, err := book.Now(t.Context())
	if err != nil || now.Amount(setting.DeliveryFee) != money.New(750, money.CNY) || now.Duration(setting.PayWithin) != time.Hour || now.Flag(setting.Open) {
		t.Errorf("got %v, %v, open %v, %v", now.Amount(setting.DeliveryFee), now.Duration(setting.PayWithin), now.Flag(setting.Open), err)
	}
	_, _, page = v.get("/console/settings")
	if !strings.Contains(page, "Changed by") {
		t.Error("the page does not say who changed it")
	}
	f = form(t, page, shop)
	f.Set("delivery_fee", "<script>")
	status, _, page := v.post(shop, f)
	if status != http.StatusUnprocessableEntity && status != http.StatusBadRequest || !strings.Contains(page, "cannot be read") || !strings.Contains(page, "&lt;script&gt;") {
		t.Errorf("nonsense: got %d", status)
	}
	if status, _, _ := v.post("/console/settings/nonsense", url.Values{}); status != http.StatusNotFound {
		t.Errorf("unknown section: got %d, want %d", status, http.StatusNotFound)
	}
	_, _, page = v.get("/console/trail?act=settings.changed")
	if !strings.Contains(page, "Delivery fee: 12.00 → 7.50") || !strings.Contains(page, "Takes orders: yes → no") {
		t.Error("the trail does not tell of the change")
	}
}

// TestSettingsMeanwhile has two people change the same section: the second sees what holds now
// beside what was typed, and nothing is overwritten until it is said again.
func TestSettingsMeanwhile(t *testing.T) {
	t.Parallel()
	d, v := open(t)
	signIn(t, d, v, staff.Owner)
	for _, c := range []struct{ action, field, first, second string }{
		{"/console/settings/shop", "delivery_fee", "8.00", "9.00"},
		{"/console/settings/shipping", "ship_within", "24", "72"},
		{"/console/settings/name", "name.en", "House of Linen", "Linen House"},
	} {
		_, _, page := v.get("/console/settings")
		first, second := form(t, page, c.action), form(t, page, c.action)
		first.Set(c.field, c.first)
		second.Set(c.field, c.second)
		if status, _, _ := v.post(c.action, first); status != http.StatusOK {
			t.Fatalf("%s: first: got %d", c.field, status)
		}
		status, _, page := v.post(c.action, second)
		if status != http.StatusConflict || !strings.Contains(page, "Now: "+c.first) || !strings.Contains(page, `value="`+c.second+`"`) {
			t.Errorf("%s: second: got %d", c.field, status)
		}
		if status, _, _ := v.post(c.action, form(t, page, c.action)); status != http.StatusOK {
			t.Errorf("%s: said again: got %d", c.field, status)
		}
		if _, _, page := v.get("/console/settings"); form(t, page, c.action).Get(c.field) != c.second {
			t.Errorf("%s: got %s, want %s", c.field, form(t, page, c.action).Get(c.field), c.second)
		}
	}
}

func TestWarehouses(t *testing.T) {
	t.Parallel()
	d, v := open(t)
	signIn(t, d, v, staff.Owner)
	const path = "/console/settings/warehouses/"
	f := url.Values{"code": {"CTU1"}, "country": {"cn"}, "time_zone": {"Nowhere"}, "name.en": {"Chengdu"}, "sells": {"1"}}
	if status, _, page := v.post(path+"new", f); status == http.StatusOK || !strings.Contains(page, `value="CTU1"`) {
		t.Errorf("unknown zone: got %d", status)
	}
	f.Set("time_zone", "Asia/Shanghai")
	if status, at, _ := v.post(path+"new", f); status != http.StatusOK || at != "/console/settings" {
		t.Fatalf("got %d at %s", status, at)
	}
	if status, _, page := v.post(path+"new", f); status != http.StatusConflict || !strings.Contains(page, "CTU1") {
		t.Errorf("the same code again: got %d", status)
	}
	_, _, page := v.get("/console/settings")
	link := regexp.MustCompile(path + "whs_[0-9a-z]+").FindString(page)
	seen := url.Values{"seen_name": {`{"en":"Chengdu"}`}, "seen_sells": {"1"}, "name.en": {"Chengdu bonded"}}
	if status, at, _ := v.post(link, seen); status != http.StatusOK || at != "/console/settings" {
		t.Fatalf("change: got %d at %s", status, at)
	}
	if status, _, page := v.post(link, seen); status != http.StatusConflict || !strings.Contains(page, "A colleague changed") {
		t.Errorf("changed meanwhile: got %d", status)
	}
	if _, _, page := v.get("/console/trail?about=" + strings.TrimPrefix(link, path)); !strings.Contains(page, "Chengdu → Chengdu bonded") || !strings.Contains(page, "Added a warehouse") {
		t.Error("the trail does not tell of the warehouse")
	}
}
