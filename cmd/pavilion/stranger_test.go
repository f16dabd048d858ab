package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// TestStrangersSeeNoOrder tries to read and change an order as everybody who did not place
// it: without cookies, with an order and passes of one's own, signed in, and by ids near it.
func TestStrangersSeeNoOrder(t *testing.T) {
	t.Parallel()
	d := sharedDemo(t)
	owner := d.visitor(t)
	order := owner.placeOrder(address("王小明", "13911110001")...)
	owner.get(order).is(http.StatusOK).says("王小明", "139 1111 0001")

	nobody, guest, buyer := d.visitor(t), d.visitor(t), d.visitor(t)
	guest.placeOrder(address("李四", "13911110002")...)
	forger := d.visitor(t)
	forger.placeOrder(address("李四", "13911110003")...)
	forger.forgePass(order)
	buyer.signIn("13911110004")

	none := nobody.get("/zh/order/ord_00000000000000000000000000").is(http.StatusNotFound)
	for name, v := range map[string]*visitor{"nobody": nobody, "a guest with an order": guest, "a signed-in buyer": buyer, "a forger": forger} {
		for _, path := range []string{order, order + "/pay", order + "/state", strings.Replace(order, "/zh/", "/en/", 1)} {
			a := v.get(path)
			if a.status != http.StatusNotFound {
				t.Errorf("%s reads %s: got status %d, want 404", name, path, a.status)
			}
			for _, secret := range []string{"王小明", "0001", testStreet} {
				if strings.Contains(string(a.body), secret) {
					t.Errorf("%s reads %q at %s", name, secret, path)
				}
			}
		}
		for _, path := range []string{order + "/cancel", order + "/pay"} {
			if a := v.post(path); a.status != http.StatusNotFound {
				t.Errorf("%s posts to %s: got status %d, want 404", name, path, a.status)
			}
		}
		if got, want := textOf(v.get(order).page()), textOf(none.page()); v == nobody && got != want {
			t.Errorf("got %q for an order of another, want %q as for none", got, want)
		}
	}
	id := strings.TrimPrefix(order, "/zh/order/")
	near := id[:len(id)-1] + "z"
	if near == id {
		near = id[:len(id)-1] + "y"
	}
	for _, guess := range []string{id[:len(id)-1], id + "0", near, strings.ToUpper(id), "%25", "ord_%25", url.PathEscape("../" + id)} {
		if a := owner.get("/zh/order/" + guess); a.status == http.StatusOK {
			t.Errorf("got an order by %q, want none", guess)
		}
	}
	owner.get(order).is(http.StatusOK).says("等待付款") // nobody cancelled it
}

// forgePass puts the pass of an order of one's own under the name of another's.
func (v *visitor) forgePass(order string) {
	v.t.Helper()
	u, err := url.Parse(v.base)
	if err != nil {
		v.t.Fatal(err)
	}
	id := strings.TrimPrefix(order, "/zh/order/")
	for _, k := range v.client.Jar.Cookies(u) {
		if own, pass, ok := strings.Cut(k.Value, "."); ok && strings.HasPrefix(own, "ord_") {
			k.Value = id + "." + pass + "~" + id + ".~" + id
			v.client.Jar.SetCookies(u, []*http.Cookie{k})
			return
		}
	}
	v.t.Fatal("got no pass of one's own order")
}

// TestTokensSeeTheirOrders tries to read and pay an order by the API with another token, a
// token without the scope, and none.
func TestTokensSeeTheirOrders(t *testing.T) {
	t.Parallel()
	d := sharedDemo(t)
	v := d.visitor(t)
	owner, other := d.makeToken(t, "orders:place", "orders:read"), d.makeToken(t, "orders:place", "orders:read")
	reader := d.makeToken(t, "catalog:read")
	order := v.placeByAPI(owner, "key-of-owner").is(http.StatusCreated)
	var placed struct{ ID, Number string }
	if err := json.Unmarshal(order.body, &placed); err != nil {
		t.Fatal(err)
	}
	path := "/api/v1/orders/" + placed.ID
	v.get(path, "Authorization", "Bearer "+owner).is(http.StatusOK)
	for _, c := range []struct {
		name, token string
		want        int
	}{
		{"another token", other, http.StatusNotFound},
		{"a token without the scope", reader, http.StatusForbidden},
		{"a wrong token", owner[:len(owner)-1] + "x", http.StatusUnauthorized},
		{"no token", "", http.StatusUnauthorized},
	} {
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			at := path
			if method == http.MethodPost {
				at += "/payment"
			}
			a := v.ask(method, at, nil, "Authorization", "Bearer "+c.token)
			if a.status != c.want {
				t.Errorf("%s %s with %s: got status %d, want %d", method, at, c.name, a.status, c.want)
			}
			if strings.Contains(string(a.body), placed.Number) {
				t.Errorf("%s %s with %s: got the order's number", method, at, c.name)
			}
		}
	}
	// The same key is the same order only for the same token.
	if a := v.placeByAPI(other, "key-of-owner").is(http.StatusCreated); strings.Contains(string(a.body), placed.ID) {
		t.Error("got the order of another token by its key")
	}
	// A browser with the token's order sees nothing of it in the shop.
	v.get("/zh/order/" + placed.ID).is(http.StatusNotFound)
}

// placeByAPI orders one unit with a token.
func (v *visitor) placeByAPI(token, key string) *answer {
	v.t.Helper()
	body := fmt.Sprintf(`{"lines":[{"sku":%q,"quantity":1}],"ship_to":{"name":"收货人","phone":"+8613911110005","country":"CN","province":"四川省","city":"成都市","district":"武侯区","street":"天府大道1号"},"notice":%q}`, v.findSKU(), told)
	return v.ask(http.MethodPost, "/api/v1/orders", strings.NewReader(body), "Authorization", "Bearer "+token, "Idempotency-Key", key, "Content-Type", "application/json")
}

// TestConsoleIsForStaff opens every page of the console as nobody and as a buyer.
func TestConsoleIsForStaff(t *testing.T) {
	t.Parallel()
	d := sharedDemo(t)
	buyer := d.visitor(t)
	buyer.signIn("13911110006")
	for _, v := range []*visitor{d.visitor(t), buyer} {
		for _, a := range []*answer{
			v.get("/console/"), v.post("/console/tokens", "name", "x", "scope", "orders:read"),
			v.post("/console/tokens/tok_00000000000000000000000000/end"),
		} {
			// A form that was sent is kept on the page to sign in.
			if to := a.header.Get("Location"); a.status != http.StatusUnauthorized && (a.status != http.StatusSeeOther || to != "/console/sign-in") {
				t.Errorf("%s: got status %d to %s, want the sign-in page", a.path, a.status, to)
			}
		}
		for _, secret := range []string{"none", "%20", strings.Repeat("a", 52)} {
			a := v.post("/console/claim/"+secret, "name", "x", "login", "x", "password", "long enough a password")
			if a.status < 400 || a.status >= 500 {
				t.Errorf("claim with %q: got status %d, want a refusal", secret, a.status)
			}
		}
	}
}
