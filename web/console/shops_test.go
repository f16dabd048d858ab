package console_test

import (
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pavilion"
	"pavilion/catalog"
	"pavilion/channel"
	"pavilion/db"
	"pavilion/db/dbtest"
	"pavilion/staff"
)

// TestShopsOnPlatforms walks the pages of a shop on a platform: it is watched, its share is
// decided, the brake is pulled and released, and nobody else's way back from a platform is taken.
func TestShopsOnPlatforms(t *testing.T) {
	t.Parallel()
	sealer := dbtest.Sealer(t)
	d := dbtest.Open(t, filepath.Join(t.TempDir(), "pavilion.db"), dbtest.NewClock())
	v := openWith(t, d, sealer)
	signIn(t, d, v, staff.Owner)
	sku := shelved(t, d)
	var id pavilion.ShopID
	if err := d.Write(t.Context(), pavilion.System("test"), func(tx *db.Tx) (err error) {
		if id, err = channel.Join(t.Context(), tx, sealer, "jd", channel.Token{Shop: "10001", ShopName: "馆", Access: "secret-token", AccessUntil: d.Now().Add(time.Hour)}); err != nil {
			return err
		}
		return channel.Bind(t.Context(), tx, channel.Unit{Shop: id, Ref: string(sku), UnitID: channel.UnitID{Listing: "L1", Unit: "U1"}, Parts: []channel.Part{{SKU: sku, Quantity: 1}}})
	}); err != nil {
		t.Fatal(err)
	}
	at, shares := "/console/shops/"+string(id), "/console/shares/"+string(sku)
	page := func(path string, wants ...string) {
		t.Helper()
		status, _, body := v.get(path)
		if status != http.StatusOK {
			t.Errorf("%s: got status %d", path, status)
		}
		contains(t, path, body, wants...)
		if strings.Contains(body, "secret-token") {
			t.Errorf("%s shows a token", path)
		}
	}
	sends := func(path string, form url.Values, wants ...string) {
		t.Helper()
		_, _, body := v.post(path, form)
		contains(t, path, body, wants...)
	}
	page("/console/shops", "馆", "watched", "Pull the brake")
	page(at, "L1 / U1", "A bar", "See the plan", "part of the common stock")
	page(at+"?plan=1", "runs without the platform") // none is configured
	page(shares, "A bar", "JD", "Left for the own shop", "A policy for these goods alone")
	page("/console/stock/"+string(sku), shares)
	page("/console/calls", "No calls")
	page("/console/waiting", "No order waits")
	page("/console/returns", "No return waits")
	page(at+"/categories", "All other goods")
	page(at+"/goods", "Nothing is shown by us yet", "GTIN")
	sends(at+"/goods", url.Values{"gtin": {"4810067000342"}}, "last digit")
	sends(at+"/goods", url.Values{"gtin": {"4607001771562"}}, "There are no goods with the number")
	name, err := catalogName(t, d, sku)
	if err != nil {
		t.Fatal(err)
	}
	sends(at+"/goods", url.Values{"gtin": {string(name.GTIN)}}, "runs without the platform", "Take it off the shelf")
	page(at+"/goods?state=", "A bar", "not handed in")
	sends(at+"/goods/"+string(name.Product), url.Values{"act": {"withdraw"}}, "Show it in this shop")
	page(at+"/categories/-", "runs without the platform")

	sends(at+"/policy", url.Values{"kind": {"percent"}, "quantity": {"40"}, "version": {"0"}}, "The policy is saved")
	sends(at+"/policy", url.Values{"kind": {"percent"}, "quantity": {"101"}, "version": {"1"}}, "percentage up to 100", `value="101"`)
	sends(at+"/policy", url.Values{"kind": {"fixed"}, "quantity": {"lots"}, "version": {"1"}}, "percentage up to 100")
	sends(at+"/policy", url.Values{"kind": {"fixed"}, "quantity": {"1"}, "version": {"0"}}, "Somebody else changed this policy")
	sends(shares+"/"+string(id)+"/"+string(sku), url.Values{"kind": {"fixed"}, "quantity": {"7"}, "version": {"0"}}, "The policy is saved")
	page(shares, "so many units · 7")

	sends(at+"/carrier", url.Values{"carrier": {"ems"}, "code": {"EMS-7"}}, "The carrier is saved", "EMS-7")
	sends(at+"/carrier", url.Values{"carrier": {"nobody"}, "code": {"1"}}, "Choose a carrier")
	sends(at+"/carrier", url.Values{"carrier": {"ems"}, "code": {strings.Repeat("x", 41)}}, "does not know the carrier")
	sends(at+"/brake", url.Values{"on": {"1"}, "why": {"the price is wrong"}}, "The brake is on", "the price is wrong")
	sends(at+"/brake", url.Values{"on": {"0"}}, "The brake is released")
	sends("/console/shops/brake", url.Values{"on": {"1"}}, "The brake is on")
	sends(at+"/mode", url.Values{"mode": {"stopped"}, "version": {"1"}}, "The shop is stopped")
	sends(at+"/mode", url.Values{"mode": {"watch"}, "version": {"1"}}, "Somebody else changed this shop")
	sends(at+"/mode", url.Values{"mode": {"live"}, "version": {"2"}}, "See the plan first")
	sends(at+"/mode", url.Values{"mode": {"live"}, "version": {"2"}, "planned": {"1"}}, "The shop is live")

	page("/console/connect/jd/back?code=1&state=forged", "Connect the shop again")
	sends("/console/waiting/"+string(id)+"/1", url.Values{}, "no such order")
}

func catalogName(t *testing.T, d *db.DB, sku pavilion.SKUID) (name catalog.SKUName, err error) {
	t.Helper()
	return name, d.Read(t.Context(), func(v *db.View) error {
		names, err := catalog.SKUNames(t.Context(), v, []pavilion.SKUID{sku})
		name = names[sku]
		return err
	})
}
