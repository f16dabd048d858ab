package douyin

import (
	"crypto/hmac"
	"crypto/sha256"
	"fmt"
	"slices"
	"strconv"
	"time"

	"pavilion"
)

// token is a pair of an access and a refresh token of one app for one shop.
type token struct {
	Access, Refresh string
	App             string
	Shop            int64
	Born            time.Time
	Ends            time.Time // of the access token
	RefreshEnds     time.Time
	Next            string // the access token of the pair that replaced it
	Withdrawn       bool   // by the merchant
}

// code is what the consent page gives an app.
type code struct {
	App  string
	Shop int64
	Ends time.Time
	Used bool
}

// secret makes a text that looks like a UUID and that nobody without the app's secret can
// foretell.
func (t *tx) secret(app *App, what string) string {
	mac := hmac.New(sha256.New, []byte(app.Secret))
	fmt.Fprintf(mac, "%s %d %d", what, t.s.o.Seed, t.next())
	sum := mac.Sum(nil)
	return fmt.Sprintf("%x-%x-%x-%x-%x", sum[:4], sum[4:6], sum[6:8], sum[8:10], sum[10:16])
}

// identify finds the shop an access token is for.
func (t *tx) identify(app *App, access string) (int64, error) {
	k := t.tokens.get(access)
	switch {
	case access == "":
		return 0, gateMissing("isv.access-token-missing", "缺少 access_token")
	case k == nil:
		return 0, gateWrong("isv.access-token-no-existed", "access_token 不存在，请使用最新的 access_token 访问")
	case k.App != app.Key:
		return 0, gateWrong("isv.access-token-invalid", "access_token 与 app_key 不匹配")
	case k.Withdrawn:
		return 0, forbidden("dop.authorization-no-existed", "商家授权不存在")
	case !t.now.Before(k.Ends):
		return 0, gateWrong("isv.access-token-expired", "access_token 已过期")
	}
	return k.Shop, nil
}

// current returns the newest pair of an app and a shop, nil if there is none.
func (t *tx) current(app string, shop int64) *token {
	for _, k := range t.tokens.latest() {
		if k.App == app && k.Shop == shop {
			return k
		}
	}
	return nil
}

// authorised tells whether an app may hear of a shop.
func (t *tx) authorised(app string, shop int64) bool {
	k := t.current(app, shop)
	return k != nil && !k.Withdrawn && t.now.Before(k.RefreshEnds)
}

// pair makes a new pair.
func (t *tx) pair(app *App, shop int64) *token {
	k := &token{
		Access: t.secret(app, "access"), Refresh: t.secret(app, "refresh"), App: app.Key, Shop: shop,
		Born: t.now, Ends: t.now.Add(t.s.rules.TokenLife), RefreshEnds: t.now.Add(t.s.rules.RefreshLife),
	}
	t.tokens.put(k.Access, k)
	return k
}

func (t *tx) tellToken(k *token) obj {
	return obj{
		"access_token": k.Access, "expires_in": int64(k.Ends.Sub(t.now) / time.Second), "refresh_token": k.Refresh,
		"scope": "SCOPE", "shop_id": k.Shop, "shop_name": t.s.shop(k.Shop).Name,
		"authority_id": strconv.FormatInt(k.Shop, 10), "auth_subject_type": "Shop",
		"encrypt_operator": "", "operator_name": "", "shop_biz_type": 0, "token_type": 0,
	}
}

// createToken is token.create. A pair that still lives is given again.
func createToken(t *tx, c *call) (any, error) {
	shop, err := t.granted(c)
	if err != nil {
		return nil, err
	}
	k := t.current(c.app.Key, shop)
	if k == nil || k.Withdrawn || !t.now.Before(k.Ends) {
		k = t.pair(c.app, shop)
	}
	return t.tellToken(k), nil
}

// granted finds the shop a token is asked for.
func (t *tx) granted(c *call) (int64, error) {
	switch c.str("grant_type") {
	case "authorization_self":
		shop := c.num("shop_id")
		if !c.app.SelfUse {
			return 0, tokenFailed("grant-type-invalid")
		}
		if t.s.shop(shop) == nil || c.app.Shops != nil && !slices.Contains(c.app.Shops, shop) {
			return 0, tokenFailed("no-authorization")
		}
		return shop, nil
	case "authorization_code":
		k := t.codes.get(c.str("code"))
		if k == nil || k.Used || k.App != c.app.Key {
			return 0, tokenFailed("code-invalid")
		}
		if !t.now.Before(k.Ends) {
			return 0, tokenFailed("code-expired")
		}
		t.codes.edit(c.str("code")).Used = true
		return k.Shop, nil
	}
	return 0, tokenFailed("grant-type-invalid")
}

// refreshToken is token.refresh: early it does nothing, in the last hour the old pair lives
// on for an hour, afterwards it is dead at once.
func refreshToken(t *tx, c *call) (any, error) {
	if c.str("grant_type") != "refresh_token" {
		return nil, tokenFailed("grant-type-invalid")
	}
	old := t.tokens.get(t.refreshOf[c.str("refresh_token")])
	if old == nil || old.App != c.app.Key || old.Withdrawn {
		return nil, tokenFailed("token-invalid")
	}
	if !t.now.Before(old.RefreshEnds) {
		return nil, tokenFailed("token-expired")
	}
	if newest := t.current(old.App, old.Shop); newest != old && t.now.Before(newest.Born.Add(t.s.rules.RefreshBusy)) {
		return nil, failed(31012, "正在刷新 token，请勿并发刷新")
	}
	if old.Next != "" {
		return t.tellToken(t.tokens.get(old.Next)), nil
	}
	if old.Ends.Sub(t.now) > t.s.rules.EarlyUntil {
		return t.tellToken(old), nil
	}
	k := t.pair(c.app, old.Shop)
	was := t.tokens.edit(old.Access)
	was.Next, was.RefreshEnds = k.Access, t.now
	if t.now.Before(old.Ends) {
		was.Ends, was.RefreshEnds = t.now.Add(t.s.rules.EarlyUntil), t.now.Add(t.s.rules.EarlyUntil)
	}
	return t.tellToken(k), nil
}

// Authorise gives an app a pair of tokens for a shop, as a merchant's consent does. Errors:
// NotFound sim.app_unknown, sim.shop_unknown.
func (s *Simulator) Authorise(appKey string, shop int64) (access, refresh string, err error) {
	app := s.app(appKey)
	if app == nil {
		return "", "", pavilion.E(pavilion.NotFound, "sim.app_unknown", nil)
	}
	if s.shop(shop) == nil {
		return "", "", pavilion.E(pavilion.NotFound, "sim.shop_unknown", nil)
	}
	err = s.do(func(t *tx) error {
		k := t.pair(app, shop)
		access, refresh = k.Access, k.Refresh
		return nil
	})
	return access, refresh, err
}

// ExpireTokens ends the access tokens of a shop now; withdraw takes the merchant's consent
// back as well.
func (s *Simulator) ExpireTokens(shop int64, withdraw bool) error {
	return s.do(func(t *tx) error {
		for access, k := range t.tokens.all() {
			if k.Shop != shop {
				continue
			}
			e := t.tokens.edit(access)
			if e.Withdrawn = e.Withdrawn || withdraw; t.now.Before(e.Ends) {
				e.Ends = t.now
			}
		}
		return nil
	})
}
