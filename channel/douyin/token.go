package douyin

import (
	"context"
	"net/url"
	"strings"
	"time"
)

// Token is the consent of a shop. Access signs nothing but opens the shop, for about seven
// days; Refresh, for about fourteen, gets the next pair.
//
// Refreshing more than an hour before the end changes nothing. Within the last hour a new pair
// comes and the old one lives for another hour; after the end the old one is dead at once. Two
// refreshes of one shop at the same time make one fail (Limited douyin.refresh_raced): serialise
// them per shop.
type Token struct {
	Access     Secret
	Refresh    Secret
	ExpiresAt  time.Time
	Shop       Text
	ShopName   string
	Subaccount bool // a sub-account of the merchant gave it
}

// RefreshLife is how long a refresh token lives at most.
const RefreshLife = 14 * 24 * time.Hour

// ConsentURL is where the merchant gives consent. The platform sends the browser back to the
// address registered for the app, with the state and a code that lives for ten minutes. For an
// app of the merchant's own it is the way back itself, with a code that says nothing.
func (c *Client) ConsentURL(state, back string) string {
	if c.o.OwnShop == "" {
		return c.o.ConsentURL + "/authorize?" + url.Values{"service_id": {c.o.ServiceID}, "state": {state}}.Encode()
	}
	mark := "?"
	if strings.Contains(back, "?") {
		mark = "&"
	}
	return back + mark + url.Values{"state": {state}, "code": {"own"}}.Encode()
}

// Redeem turns the code of a consent into a token. A code serves once; a second try is
// Unauthenticated douyin.consent.
func (c *Client) Redeem(ctx context.Context, code Secret) (Token, error) {
	return c.token(ctx, "token.create", code, map[string]any{"grant_type": "authorization_code", "code": string(code)})
}

// RedeemOwn gets the token of a shop whose own merchant wrote the app. Called again it returns
// the same token with the rest of its life; it is no substitute for [Client.Refresh].
func (c *Client) RedeemOwn(ctx context.Context, shop string, test bool) (Token, error) {
	params := map[string]any{"grant_type": "authorization_self", "code": "", "shop_id": shop}
	if test {
		params["test_shop"] = "1"
	}
	return c.token(ctx, "token.create", "", params)
}

// Refresh gets the next pair. After Unavailable it may be called again with the same token.
func (c *Client) Refresh(ctx context.Context, refresh Secret) (Token, error) {
	return c.token(ctx, "token.refresh", refresh, map[string]any{"grant_type": "refresh_token", "refresh_token": string(refresh)})
}

// token asks for a token. hide is what the parameters hold that nobody may read.
func (c *Client) token(ctx context.Context, method string, hide Secret, params map[string]any) (Token, error) {
	var told struct {
		Access   Secret `json:"access_token"`
		Refresh  Secret `json:"refresh_token"`
		Seconds  Int    `json:"expires_in"`
		Shop     Text   `json:"shop_id"`
		ShopName string `json:"shop_name"`
		Type     Int    `json:"token_type"`
	}
	asked := c.o.Clock()
	s := Shop{c: c, hidden: hide}
	if err := s.act(ctx, method, params, &told); err != nil {
		return Token{}, err
	}
	if told.Access == "" || told.Refresh == "" || told.Seconds <= 0 || told.Seconds > 400*24*3600 {
		return Token{}, call{s, method, true}.lost(errNoValue)
	}
	return Token{
		Access: told.Access, Refresh: told.Refresh, ExpiresAt: asked.Add(time.Duration(told.Seconds) * time.Second),
		Shop: told.Shop, ShopName: told.ShopName, Subaccount: told.Type == 1,
	}, nil
}
