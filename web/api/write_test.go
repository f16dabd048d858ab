package api_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"pavilion"
	"pavilion/catalog"
	"pavilion/channel/own"
	"pavilion/db"
	"pavilion/db/dbtest"
	"pavilion/staff"
	"pavilion/stock"
)

// receipt is a body that takes in so many units of a new lot.
func (m things) receipt(quantity string) string {
	return fmt.Sprintf(`{"sku":%q,"code":"L-2","warehouse":%q,"quantity":%s,"cause":"delivery note 7"}`, m.sku, m.warehouse[0], quantity)
}

// TestKeyIsForOneRequest repeats requests with one key: at the same time, with another body,
// for another operation, and as another token.
func TestKeyIsForOneRequest(t *testing.T) {
	t.Parallel()
	clock := dbtest.NewClock()
	dbtest.EachAt(t, clock, func(t *testing.T, d *db.DB) {
		w := newWorldOn(t, d, clock)
		made := w.things(1, "")
		token := w.token(staff.WriteStock, staff.CorrectStock)
		const path, callers = "/api/v1/office/stock/receipts", 12
		answers := make([]answer, callers)
		var at sync.WaitGroup
		for i := range callers {
			at.Go(func() { answers[i] = w.call("POST", path, token, "one-delivery", made.receipt("10")) })
		}
		at.Wait()
		for i, a := range answers {
			if a.status != http.StatusCreated || a.text != answers[0].text {
				t.Errorf("answer %d: got %d %s, want %s", i, a.status, a.text, answers[0].text)
			}
		}
		onHand := func() (units int64) {
			err := d.Read(t.Context(), func(v *db.View) error {
				of, err := stock.Summaries(t.Context(), v, own.Name, []pavilion.SKUID{made.sku})
				units = of[made.sku].OnHand
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return units
		}
		if got := onHand(); got != 110 {
			t.Errorf("on hand: got %d, want the 100 there were and 10 taken in once", got)
		}
		for name, got := range map[string]answer{
			"another body":      w.call("POST", path, token, "one-delivery", made.receipt("11")),
			"another operation": w.call("POST", "/api/v1/office/stock/holds", token, "one-delivery", fmt.Sprintf(`{"lot":%q,"warehouse":%q,"cause":"recall"}`, made.lot, made.warehouse[0])),
		} {
			if got.status != http.StatusConflict || got.body["reason"] != "token.key_used" {
				t.Errorf("%s: got %d %s, want 409 token.key_used", name, got.status, got.text)
			}
		}
		if got := w.call("POST", path, w.token(staff.WriteStock), "one-delivery", made.receipt("10")); got.status != http.StatusCreated || onHand() != 120 {
			t.Errorf("another token: got %d %s and %d on hand, want 201 and 120", got.status, got.text, onHand())
		}
		if got := w.call("POST", path, token, "refused-first", made.receipt("2000000000")); got.status != http.StatusUnprocessableEntity {
			t.Errorf("a refusal: got %d %s, want 422", got.status, got.text)
		}
		if got := w.call("POST", path, token, "refused-first", made.receipt("10")); got.status != http.StatusCreated {
			t.Errorf("the key of what was refused: got %d %s, want 201", got.status, got.text)
		}
	})
}

// TestChangedMeanwhile has two change a product from the same version: the second is told
// what the first did, and overwrites nothing.
func TestChangedMeanwhile(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	made := w.things(1, "")
	token := w.token(staff.WriteCatalog)
	path := "/api/v1/office/products/" + string(made.product)
	first := w.call("PUT", path, token, "change-first", `{"version":1,"name":{"en":"First"},"origin":"BY"}`)
	if first.status != http.StatusOK || first.body["version"] != 2.0 {
		t.Fatalf("first: got %d %s, want 200 and version 2", first.status, first.text)
	}
	second := w.call("PUT", path, token, "change-second", `{"version":1,"name":{"en":"Second"}}`)
	args, _ := second.body["args"].(map[string]any)
	want := `[{"field":"name.en","now":"First","yours":"Second"},{"field":"origin","now":"BY","yours":""}]`
	changes, _ := json.Marshal(args["changes"])
	if second.status != http.StatusConflict || second.body["reason"] != "catalog.changed_meanwhile" || args["version"] != 2.0 || string(changes) != want {
		t.Errorf("second: got %d %s, want 409, version 2 and %s", second.status, second.text, want)
	}
	err := w.d.Read(t.Context(), func(v *db.View) error {
		p, err := catalog.Lookup(t.Context(), v, made.product, own.Name)
		if got := p.Product.Name["en"]; got != "First" {
			t.Errorf("name: got %q, want First", got)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestWholeNumbers sends quantities in all the ways JSON writes numbers.
func TestWholeNumbers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	made := w.things(1, "")
	token := w.token(staff.WriteStock)
	for i, c := range []struct {
		quantity string
		status   int
	}{
		{"2", 201}, {"2.0", 201}, {"2e0", 201}, {"0.2e1", 201},
		{"2.5", 422}, {"-1", 422}, {"1e9999", 400}, {"1e20", 422}, {`"2"`, 422}, {"true", 422}, {"null", 422}, {"[2]", 422},
	} {
		got := w.call("POST", "/api/v1/office/stock/receipts", token, fmt.Sprint("number-", i), made.receipt(c.quantity))
		if got.status != c.status {
			t.Errorf("%s: got %d %s, want %d", c.quantity, got.status, got.text, c.status)
		}
		if strings.Contains(got.text, "json:") || strings.Contains(got.text, "Go ") || strings.Contains(got.text, "int64") {
			t.Errorf("%s: got %s, which speaks of the program's own language", c.quantity, got.text)
		}
	}
}

func TestProblemsInTheCallersLanguage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	token := w.token(staff.ReadCatalog)
	for lang, want := range map[string]string{"zh-CN,zh;q=0.9": "没有", "ru": "нет", "de": "no such"} {
		r, err := http.NewRequestWithContext(t.Context(), "GET", w.url+"/api/v1/products/prd_"+nothing, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer "+token)
		r.Header.Set("Accept-Language", lang)
		got, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		var p struct{ Detail string }
		if err := json.NewDecoder(got.Body).Decode(&p); err != nil {
			t.Fatal(err)
		}
		got.Body.Close()
		if !strings.Contains(strings.ToLower(p.Detail), want) {
			t.Errorf("%s: got %q, want %q in it", lang, p.Detail, want)
		}
	}
}

// TestPages walks a list one by one.
func TestPages(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	made := w.things(1, "")
	w.write(func(tx *db.Tx) error {
		for i := range 4 {
			r := stock.Receipt{SKU: made.sku, LotCode: fmt.Sprint("P-", i), Warehouse: made.warehouse[i%2], Quantity: 1, Cause: "test"}
			if _, err := stock.Receive(t.Context(), tx, r); err != nil {
				return err
			}
		}
		return nil
	})
	token := w.token(staff.ReadStock)
	path := "/api/v1/office/stock/lots?limit=2&sku=" + string(made.sku)
	seen := map[string]bool{}
	for after := ""; ; {
		got := w.call("GET", path+"&after="+after, token, "", "")
		lots, _ := got.body["lots"].([]any)
		for _, l := range lots {
			code := fmt.Sprint(l.(map[string]any)["code"])
			if seen[code] {
				t.Errorf("%s came twice", code)
			}
			seen[code] = true
		}
		if after, _ = got.body["next"].(string); after == "" || len(lots) == 0 {
			break
		}
	}
	if len(seen) != 5 {
		t.Errorf("got %d lots, want 5: %v", len(seen), seen)
	}
	for _, limit := range []string{"0", "101", "x", "-1"} {
		if got := w.call("GET", "/api/v1/office/stock/lots?limit="+limit, token, "", ""); got.status != http.StatusUnprocessableEntity {
			t.Errorf("limit %s: got %d %s, want 422", limit, got.status, got.text)
		}
	}
}

func TestTokenIsWatched(t *testing.T) {
	t.Parallel()
	clock := dbtest.NewClock()
	w := newWorldOn(t, dbtest.Open(t, t.TempDir()+"/pavilion.db", clock), clock)
	secret := w.token(staff.ReadCatalog)
	ask := func() int { return w.call("GET", "/api/v1/categories", secret, "", "").status }
	token := func() (token staff.Token) {
		err := w.d.Read(t.Context(), func(v *db.View) error {
			all, err := staff.ListTokens(t.Context(), v)
			token = all[0]
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return token
	}
	first := clock.Now()
	for _, c := range []struct {
		after time.Duration
		used  time.Time
	}{{0, first}, {staff.UsedEvery - time.Second, first}, {time.Second, first.Add(staff.UsedEvery)}} {
		clock.Advance(c.after)
		if got := ask(); got != http.StatusOK {
			t.Fatalf("got %d, want 200", got)
		}
		if got := token(); !got.UsedAt.Equal(c.used) || got.UsedFrom != "127.0.0.x" {
			t.Errorf("used: got %v from %s, want %v from 127.0.0.x", got.UsedAt, got.UsedFrom, c.used)
		}
	}
	id := token().ID
	w.write(func(tx *db.Tx) error { return staff.EndToken(t.Context(), tx, id) })
	if got := ask(); got != http.StatusUnauthorized {
		t.Errorf("right after it was ended: got %d, want 401", got)
	}
}

// TestEachLookAtARecipientIsNoted wants the full recipient only where it is asked for, and
// an entry for each look.
func TestEachLookAtARecipientIsNoted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	made := w.things(1, "")
	token := w.token(staff.ListOrders, staff.ReadRecipients)
	path := "/api/v1/office/orders/" + string(made.order)
	for _, masked := range []string{path, "/api/v1/office/orders", path + "/events"} {
		if got := w.call("GET", masked, token, "", ""); got.status != http.StatusOK || strings.Contains(got.text, "13800138000") || strings.Contains(got.text, "天府大道") {
			t.Errorf("%s: got %d %s, want no phone and no street", masked, got.status, got.text)
		}
	}
	for range 2 {
		if got := w.call("GET", path+"/recipient", token, "", ""); got.body["phone"] != "+8613800138000" {
			t.Errorf("recipient: got %d %s, want the phone", got.status, got.text)
		}
	}
	looks := 0
	err := w.d.Read(t.Context(), func(v *db.View) error {
		trail, err := staff.Trail(t.Context(), v, string(made.order), "", 100)
		for _, e := range trail {
			if e.Act == "order.recipient_seen" && e.Actor.Kind == pavilion.ByToken {
				looks++
			}
		}
		return err
	})
	if err != nil || looks != 2 {
		t.Errorf("looks in the trail: got %d, %v, want 2", looks, err)
	}
}
