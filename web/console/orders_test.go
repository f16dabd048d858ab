package console_test

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"pavilion"
	"pavilion/catalog"
	"pavilion/channel"
	"pavilion/channel/own"
	"pavilion/cmd/pavilion/demo"
	"pavilion/db"
	"pavilion/db/dbtest"
	"pavilion/money"
	"pavilion/order"
	"pavilion/shipment"
	"pavilion/staff"
	"pavilion/stock"
)

// paidOrder places an order of two units that a channel was paid for.
func paidOrder(t *testing.T, d *db.DB, sealer *db.Sealer) order.Order {
	t.Helper()
	ctx := t.Context()
	if _, err := demo.Load(ctx, d, pavilion.DateOf(d.Now(), time.UTC)); err != nil {
		t.Fatal(err)
	}
	var sku pavilion.SKUID
	if err := d.Read(ctx, func(v *db.View) error {
		found, err := catalog.FindGTINs(ctx, v, "4810067000341")
		sku = found["4810067000341"].ID
		return err
	}); err != nil {
		t.Fatal(err)
	}
	intake := channel.NewIntake(d, sealer, channel.Options{})
	if err := intake.Start(ctx); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(intake.Stop)
	out, err := intake.Place(ctx, order.Request{
		ID: pavilion.NewID[pavilion.OrderID](pavilion.PrefixOrder, d.Now()), Channel: own.Name, External: "console-test", PhoneKey: "phone", AddressKey: "address",
		Lang: pavilion.English, ShipTo: order.ShipTo{Name: "买家", Phone: "+8613800138000", Country: "CN", Street: "天府大道1号"},
		Lines:    []order.RequestLine{{SKU: sku, Name: "Chocolate", Quantity: 2, Unit: money.New(1990, "CNY"), Tax: money.New(0, "CNY")}},
		Delivery: money.New(1200, "CNY"),
	})
	if err != nil || out.Err != nil {
		t.Fatal(err, out.Err)
	}
	return out.Order
}

// desk is a console with a paid order of two units and people of several roles.
type desk struct {
	t     *testing.T
	d     *db.DB
	order order.Order
	path  string
	owner *visitor
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	d, sealer := dbtest.SQLite(t), dbtest.Sealer(t)
	o := paidOrder(t, d, sealer)
	owner := openWith(t, d, sealer)
	signIn(t, d, owner, staff.Owner)
	return &desk{t, d, o, "/console/orders/" + string(o.ID), owner}
}

// hand is a member with the role.
func (k *desk) hand(role staff.Role) *visitor {
	k.t.Helper()
	v := newVisitor(k.t, k.owner.url)
	signIn(k.t, k.d, v, role)
	return v
}

// seen is the version that a page showed, for the forms on it.
func (k *desk) seen() string {
	k.t.Helper()
	return strconv.FormatInt(k.now().UpdatedAt.UnixMicro(), 10)
}

func (k *desk) now() (o order.Order) {
	k.t.Helper()
	if err := k.d.Read(k.t.Context(), func(v *db.View) (err error) {
		o, err = order.Get(k.t.Context(), v, nil, k.order.ID)
		return err
	}); err != nil {
		k.t.Fatal(err)
	}
	return o
}

// form is a form of the order's page with its version and more fields.
func (k *desk) form(namesAndValues ...string) url.Values {
	f := url.Values{"seen": {k.seen()}}
	for i := 0; i+1 < len(namesAndValues); i += 2 {
		f.Set(namesAndValues[i], namesAndValues[i+1])
	}
	return f
}

// says checks the status of an answer and words on it.
func says(t *testing.T, what string, status int, page string, want int, words ...string) {
	t.Helper()
	if status != want {
		t.Errorf("%s: got %d, want %d", what, status, want)
	}
	for _, w := range words {
		if !strings.Contains(page, w) {
			t.Errorf("%s: the page does not say %q", what, w)
		}
	}
}

func TestPackShipAndRefundByPage(t *testing.T) {
	t.Parallel()
	k := newDesk(t)
	packer, finance := k.hand(staff.Warehouse), k.hand(staff.Finance)
	status, _, page := packer.get("/console/packing")
	says(t, "queue", status, page, http.StatusOK, k.order.Number)
	status, _, page = packer.get(k.path + "/pack")
	says(t, "bench", status, page, http.StatusOK, "Chocolate", `name="units_1"`, "of lot")

	status, _, page = packer.post(k.path+"/pack", k.form("units_1", "3", "waybill", "78912345678901", "carrier", "zto", "then", "ship"))
	says(t, "pack too many", status, page, http.StatusUnprocessableEntity, "78912345678901", `value="3"`)
	status, _, page = packer.post(k.path+"/pack", k.form("units_1", "1", "waybill", "abc", "carrier", "zto", "then", "more"))
	says(t, "wrong waybill", status, page, http.StatusUnprocessableEntity, "ZTO Express", `value="abc"`)
	status, path, page := packer.post(k.path+"/pack", k.form("units_1", "1", "waybill", "sf1234567890123", "then", "more"))
	says(t, "pack one", status, page, http.StatusOK, "SF1234567890123", "Parcel 2")
	if path != k.path+"/pack" {
		t.Errorf("pack one: got to %s, want the bench", path)
	}
	status, _, page = packer.post(k.path+"/ship", k.form())
	says(t, "ship half", status, page, http.StatusConflict, "still to be packed: 1")
	status, path, page = packer.post(k.path+"/pack", k.form("units_1", "1", "waybill", "78912345678901", "carrier", "zto", "then", "ship"))
	says(t, "pack and ship", status, page, http.StatusOK, "shipped")
	if path != k.path || k.now().State != order.StateShipped {
		t.Errorf("pack and ship: got %s at %s", k.now().State, path)
	}
	parcel := regexp.MustCompile(`/console/parcels/par_[^"]+/waybill`).FindString(page)
	mend := func(seen, waybill string) url.Values {
		return url.Values{"seen_carrier": {"sf"}, "seen_waybill": {seen}, "carrier": {"sf"}, "waybill": {waybill}}
	}
	status, _, page = packer.post(parcel, mend("SF1234567890123", "SF1234567890124"))
	says(t, "mend a waybill", status, page, http.StatusOK, "SF1234567890124")
	status, _, page = packer.post(parcel, mend("SF1234567890123", "SF1234567890125"))
	says(t, "mend it from an old page", status, page, http.StatusConflict, "SF1234567890124", `value="SF1234567890125"`)
	status, _, page = packer.get("/console/parcels?q=78912345678901")
	says(t, "parcels", status, page, http.StatusOK, k.order.Number, "ZTO Express")

	status, _, page = finance.post(k.path+"/refund", k.form("back_1", "1", "reason", "broken"))
	says(t, "look at a refund", status, page, http.StatusOK, "19.90", "do not return to stock", `value="broken"`)
	if got := refunded(t, k.d, k.order.ID); got != 0 {
		t.Errorf("a look refunded %d units", got)
	}
	status, _, page = finance.post(k.path+"/refund", k.form("back_1", "1", "reason", "broken", "go", "1"))
	says(t, "refund", status, page, http.StatusOK, "on its way back")
	if got := refunded(t, k.d, k.order.ID); got != 1 {
		t.Errorf("refunded: got %d units, want 1", got)
	}
	for _, about := range []string{k.order.Number, string(k.order.ID)} {
		k.owner.has("/console/trail?about="+about, "Amount: ¥19.90", "not", "Signed in</td>")
	}
	k.owner.has("/console/trail?act=order.refund", `<a href="`+k.path+`">Order `+k.order.Number+`</a>`, "Amount: ¥19.90; Reason: broken")
	status, _, page = finance.post(k.path+"/refund", k.form("back_1", "2", "reason", "more", "go", "1"))
	says(t, "refund too much", status, page, http.StatusUnprocessableEntity, `value="more"`, `value="2"`)
	if err := k.d.Read(t.Context(), func(v *db.View) error {
		if err := shipment.Verify(t.Context(), v, func(x shipment.Difference) error { return fmt.Errorf("shipment: %v", x) }); err != nil {
			return err
		}
		return stock.Verify(t.Context(), v, func(x stock.Difference) error { return fmt.Errorf("stock: %v", x) })
	}); err != nil {
		t.Error(err)
	}
}

// TestTwoPeopleOneOrder has a second person act on a page that is no longer true.
func TestTwoPeopleOneOrder(t *testing.T) {
	t.Parallel()
	k := newDesk(t)
	support := k.hand(staff.Support)
	old := k.form("reason", "the shopper called")
	old.Set("seen", strconv.FormatInt(k.now().UpdatedAt.Add(-time.Second).UnixMicro(), 10))
	support.post(k.path+"/note", url.Values{"note": {"call before delivery"}})
	status, _, page := support.post(k.path+"/cancel", old)
	says(t, "cancel an old page", status, page, http.StatusConflict, "call before delivery", "Since you opened the page", `value="the shopper called"`)
	if got := k.now().State; got != order.StatePaid {
		t.Errorf("cancel an old page: got %s, want paid", got)
	}
	status, _, page = support.post(k.path+"/cancel", k.form("reason", ""))
	says(t, "cancel without a reason", status, page, http.StatusUnprocessableEntity)
	status, _, page = support.post(k.path+"/cancel", k.form("reason", "the shopper called"))
	says(t, "cancel", status, page, http.StatusOK, "cancelled", "the shopper called")
}

func TestRecipientIsMaskedUntilAskedFor(t *testing.T) {
	t.Parallel()
	k := newDesk(t)
	support, channels := k.hand(staff.Support), k.hand(staff.Channels)
	for _, v := range []*visitor{support, channels} {
		_, _, page := v.get(k.path)
		if strings.Contains(page, "天府大道") || strings.Contains(page, "13800138000") || !strings.Contains(page, "****\u00a08000") {
			t.Error("the page names the recipient")
		}
	}
	if status, _, _ := channels.post(k.path+"/recipient", url.Values{}); status != http.StatusForbidden {
		t.Errorf("show without the right: got %d, want 403", status)
	}
	status, _, page := support.post(k.path+"/recipient", url.Values{})
	says(t, "show", status, page, http.StatusOK, "天府大道1号", `name="street"`)
	_, _, page = support.get(k.path)
	says(t, "story", http.StatusOK, page, http.StatusOK, "Recipient looked at")

	change := k.form("name", "王小明", "phone", "139", "street", "世纪大道 9 号", "city", "上海市", "province", "上海市")
	status, _, page = support.post(k.path+"/address", change)
	says(t, "wrong phone", status, page, http.StatusUnprocessableEntity, `value="世纪大道 9 号"`)
	if n := strings.Count(page, "Recipient looked at"); n != 2 {
		t.Errorf("wrong phone: the page shows the recipient again, and the story has %d looks, want 2", n)
	}
	change.Set("phone", "13900139000")
	status, _, page = support.post(k.path+"/address", change)
	says(t, "readdress", status, page, http.StatusOK, "Recipient changed")
	if strings.Contains(page, "世纪大道") || strings.Contains(page, "王小明") {
		t.Error("the story names the recipient")
	}
	pack(t, k.d, k.order.ID, "78912345678901")
	change.Set("seen", k.seen())
	status, _, page = support.post(k.path+"/address", change)
	says(t, "readdress what is packed", status, page, http.StatusConflict, "Unpack")
}

// TestNobodyWritesScripts puts a script into every text that staff can write about an order.
func TestNobodyWritesScripts(t *testing.T) {
	t.Parallel()
	k := newDesk(t)
	const script = `"><script>alert(1)</script><img src=x onerror=alert(1)>`
	k.owner.post(k.path+"/note", url.Values{"note": {script}})
	change := k.form("name", script, "phone", "13900139000", "street", script, "city", script, "province", script, "district", script, "postcode", script)
	k.owner.post(k.path+"/address", change)
	pages := []string{k.path, k.path + "/pack", "/console/orders?q=" + url.QueryEscape(script), "/console/parcels?q=" + url.QueryEscape(script)}
	for _, path := range pages {
		if _, _, page := k.owner.get(path); strings.Contains(page, "<script>alert") || strings.Contains(page, "<img src=x") {
			t.Errorf("%s runs what staff wrote", path)
		}
	}
	for act, form := range map[string]url.Values{
		"/recipient": {}, "/cancel": {"reason": {script}}, "/refund": {"reason": {script}, "back_1": {script}},
		"/pack": k.form("waybill", script, "carrier", script, "weight", script, "units_1", script), "/note": {"note": {strings.Repeat(script, 100)}},
		"/address": k.form("name", script, "phone", script, "street", script),
	} {
		if _, _, page := k.owner.post(k.path+act, form); strings.Contains(page, "<script>alert") || strings.Contains(page, "<img src=x") {
			t.Errorf("%s runs what staff wrote", act)
		}
	}
	form := k.form("reason", script)
	_, _, page := k.owner.post(k.path+"/cancel", form)
	says(t, "cancel", http.StatusOK, page, http.StatusOK, "&lt;script&gt;")
}

func TestPackingSlip(t *testing.T) {
	t.Parallel()
	k := newDesk(t)
	packer := k.hand(staff.Warehouse)
	status, _, body := packer.post(k.path+"/slip", nil)
	says(t, "slip", status, body, http.StatusOK, "%PDF-")
	status, _, body = packer.post("/console/packing/bulk", url.Values{"act": {"slips"}, "all": {"1"}})
	says(t, "slips of all", status, body, http.StatusOK, "%PDF-")
	if _, _, page := k.owner.get(k.path); strings.Count(page, "Packing slip printed") != 2 {
		t.Errorf("story: got %d printed slips, want 2", strings.Count(page, "Packing slip printed"))
	}
	if status, _, _ := k.hand(staff.Support).post(k.path+"/slip", nil); status != http.StatusForbidden {
		t.Errorf("slip for support: got %d, want 403", status)
	}
}

// pack puts everything of an order into one parcel.
func pack(t *testing.T, d *db.DB, id pavilion.OrderID, waybill string) {
	t.Helper()
	ctx := t.Context()
	if err := d.Write(ctx, pavilion.System("test"), func(tx *db.Tx) error {
		o, err := order.Get(ctx, tx, nil, id)
		if err != nil {
			return err
		}
		draft := shipment.Draft{Carrier: "zto", Waybill: waybill}
		for _, l := range o.Lines {
			draft.Lines = append(draft.Lines, shipment.Line{Line: l.Number, Quantity: l.Quantity})
		}
		_, err = shipment.Pack(ctx, tx, id, draft)
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

func refunded(t *testing.T, d *db.DB, id pavilion.OrderID) (n int64) {
	t.Helper()
	if err := d.Read(t.Context(), func(v *db.View) error {
		o, err := order.Get(t.Context(), v, nil, id)
		for _, l := range o.Lines {
			n += l.Refunded
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return n
}
