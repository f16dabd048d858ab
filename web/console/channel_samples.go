package console

import (
	"time"

	"pavilion"
	"pavilion/channel"
	"pavilion/web/ui"
)

// sampleShop is a shop in the samples of pages.
func sampleOf(mode channel.Mode, now time.Time) channel.Shop {
	return channel.Shop{
		ID: "shp_00000000000000000000000000", Channel: "jd", Name: "白俄罗斯国家馆", Mode: mode, AccessUntil: now.Add(24 * time.Hour), RefreshUntil: now.Add(48 * time.Hour),
		ConsentedAt: now.Add(-240 * time.Hour), Scope: "snsapi_base",
	}
}

func sampleShops(p *ui.Printer) map[string]shopsView {
	s := sampleOf(channel.Live, p.Now())
	tired := s
	tired.Mode, tired.Trouble = channel.Watching, "channel.consent_over"
	return map[string]shopsView{
		"some": {
			Shops:    []shopCard{cardOf(p, s, []channel.Brake{{}}, p.Now()), cardOf(p, tired, nil, p.Now())},
			Brake:    brakeView{On: true, Said: p.T("channel.brake_said", "who", "demo", "at", p.Moment(p.Now())), Where: shopsPath + "/brake"},
			Connects: []ui.Option{{Value: "jd", Label: p.T("channel.platform.jd")}, {Value: "douyin", Label: p.T("channel.platform.douyin")}}, Waiting: 3,
		},
		"calm": {Shops: []shopCard{cardOf(p, s, nil, p.Now())}, Brake: brakeView{Where: shopsPath + "/brake"}},
	}
}

func sampleShop(p *ui.Printer) map[string]shopView {
	s := sampleOf(channel.Watching, p.Now())
	v := shopView{
		shopCard: cardOf(p, s, nil, p.Now()), Crumbs: []ui.Link{{URL: shopsPath, Label: p.T("channel.shops")}, {Label: s.Name, Current: true}}, Scope: s.Scope, Given: s.ConsentedAt,
		Brake: brakeView{Where: shopsPath + "/brake"}, Modes: modesOf(p, s, "/console/shops/x/mode"), Planned: true,
		Plan:  []planRow{{Name: "Шоколад", Offered: "500", Wanted: 30, Why: p.T("channel.why.pool")}, {Name: "Чипсы", Offered: "—", Wanted: 0, Why: p.T("channel.why.none")}},
		Units: []unitRow{{URL: sharesPath + "/sku_x", Name: "Шоколад", There: "100 / 200", Granted: 30, Wanted: 31, Why: p.T("channel.why.kept"), Asked: true, Trouble: p.T("reason.channel.stock_short")}},
		More:  shopsPath, Policy: formOf(p, channel.Policy{Kind: channel.Ring, Quantity: 5, Until: p.Now()}, "/console/shops/x/policy", p.Zone()),
		Links: []ui.Link{{URL: callsPath, Label: p.T("channel.calls")}},
	}
	return map[string]shopView{"planned": v, "bare": {shopCard: v.shopCard, Crumbs: v.Crumbs}}
}

func sampleCalls(p *ui.Printer) map[string]callView {
	bad := callView{Call: channel.Call{ID: "cal_00000000000000000000000000", Act: channel.Act{Kind: "stock.change", About: "sku_x", Writes: true}, At: p.Now(), Took: time.Second, Request: "POST http://127.0.0.1/\n\n{}", Status: 200, Answer: "200 OK\n\n{}", Outcome: "channel.stock_short"}, Shop: ui.Link{URL: shopsPath, Label: "白俄罗斯国家馆"}}
	open := bad
	open.Call.Outcome, open.Call.Answer = "", ""
	viewCall(p, &bad)
	viewCall(p, &open)
	return map[string]callView{"refused": bad, "open": open}
}

func sampleWaiting(p *ui.Printer) map[string]waitingView {
	return map[string]waitingView{"some": {More: true, Orders: []waitingRow{{
		Number: "4781320682406080357", Shop: "白俄罗斯国家馆", ShopURL: shopsPath, Where: waitingPath + "/x/y", Kept: channel.KeptOrder{Placed: p.Now(), Tried: p.Now(), Word: "待发货"},
		Why: sentence(p, "channel.unit_unknown", pavilion.Args{"name": "巧克力", "listing": "1", "unit": "2"}),
	}}}}
}

func sampleShares(p *ui.Printer) map[string]sharesView {
	row := shareRow{
		Shop: "白俄罗斯国家馆", Platform: p.T("channel.platform.jd"), ShopURL: shopsPath, Unit: "3 × Шоколад", Granted: 30, Shown: p.T("channel.beyond", "granted", int64(30), "more", int64(5)),
		Way: p.T("channel.way_fewer", "units", int64(5)), Wanted: 25, Why: p.T("channel.why.pool"), Policy: policyWords(p, channel.Policy{Kind: channel.Ring, Quantity: 25, Until: p.Now()}),
		Trouble: p.T("reason.channel.stock_short"), Form: formOf(p, channel.Policy{}, sharesPath+"/x", p.Zone()),
	}
	return map[string]sharesView{
		"some": {Name: pavilion.Text{"zh": "黑巧克力", "en": "Dark chocolate", "ru": "Шоколад", "be": "Шакалад"}, GTIN: "4810067000341", OnHand: 120, Reserved: 10, Granted: 30, Left: 80, Missing: 2, Shares: []shareRow{row}, Calls: []toldRow{{URL: callsPath, Shop: "白俄罗斯国家馆", At: p.Now(), Outcome: outcomeOf(p, channel.Call{Outcome: channel.OutcomeOK})}}},
		"none": {Name: pavilion.Text{"zh": "黑巧克力", "en": "Dark chocolate", "ru": "Шоколад", "be": "Шакалад"}},
	}
}
