package console

import (
	exact "github.com/shopspring/decimal"

	"pavilion"
	"pavilion/money"
	"pavilion/tailoring/price"
	"pavilion/web/ui"
)

// samplePrices are the states of the list of prices for the gallery.
func samplePrices(p *ui.Printer) map[string]pricesView {
	bar := pavilion.Text{"zh": "牛奶巧克力", "en": "Milk chocolate", "ru": "Молочный шоколад", "be": "Малочны шакалад"}
	yuan := func(fen int64) string { return p.Money(money.New(fen, money.CNY)) }
	rate := rateView{Pair: "CNY → BYN", Value: "0.4555", Source: "模拟银行 · simulated bank", Way: p.T("price.way.fetched"), On: "2026-11-23"}
	far := rate
	far.Value = "4.555"
	full := pricesView{
		Goods: []pricedView{
			{URL: pricesPath, Name: bar, Net: "90 g", Price: yuan(2390), Floor: yuan(1562), Margin: p.Percent("22.4")},
			{URL: pricesPath, Name: bar, Net: "27 g", Price: yuan(590), Floor: yuan(652), Margin: p.Percent("-1.36"), Badge: ui.Badge{Text: p.T("price.below_badge"), Tone: ui.Bad}},
			{URL: pricesPath, Name: bar, Net: "12 g", Price: yuan(36800), Floor: "—", Margin: "—", Badge: ui.Badge{Text: p.T("price.incomplete_badge")}},
		},
		More:  pricesPath,
		Rates: []rateView{rate},
		Rate:  []ui.Field{{Name: "one", Label: p.T("price.one_unit_of"), Placeholder: "BYN"}, {Name: "costs", Label: p.T("price.costs")}},
		File:  true,
		Terms: []costView{{Kind: p.T("price.kind.freight"), Amount: yuan(950) + " / " + p.T("price.per.kg"), For: p.T("price.all"), Source: "演示数据 · demonstration", From: "2026-05-07", End: pricesPath}},
		Entry: []ui.Field{{Name: "amount", Label: p.T("price.amount"), Hint: p.T("price.amount_hint")}},
	}
	held := full
	held.Held = []heldView{
		{far, pricesPath, p.T("price.held.far", "last", "0.4555", "date", pavilion.Date("2026-11-22"), "percent", p.Percent("900"))},
		{rate, pricesPath, p.T("price.held.by_hand", "last", "0.4545", "date", pavilion.Date("2026-11-23"), "percent", p.Percent("0.2"))},
	}
	refused := full
	refused.Failed = ui.Notice{Tone: ui.Bad, Title: p.T("price.not_saved"), Text: p.T("reason.number.ambiguous", "value", "1,234", "point", "1.234", "whole", "1234")}
	return map[string]pricesView{"empty": {}, "full": full, "rates that wait": held, "refused": refused, "to look at": {Goods: full.Goods, Rates: full.Rates, Terms: []costView{{Kind: p.T("price.kind.margin"), Amount: p.Percent("22"), For: p.T("price.all"), Source: "—", From: "2026-05-07"}}}}
}

// sampleSheet are the states of a price explained for the gallery.
func sampleSheet(p *ui.Printer) map[string]priceSheetView {
	yuan := func(fen int64) money.Money { return money.New(fen, money.CNY) }
	kinds := []price.Kind{price.ExWorks, price.Freight, price.Commission, price.Margin, price.VAT}
	fen := []int64{880, 105, 110, 485, 143}
	sheet := price.Sheet{Complete: true, Shelf: yuan(1723), Net: yuan(1580), Floor: yuan(1212)}
	var steps []priceStep
	for i, k := range kinds {
		sheet.Steps = append(sheet.Steps, price.Step{Kind: k, Amount: yuan(fen[i])})
		steps = append(steps, priceStep{Kind: string(k), Label: p.T("price.kind." + string(k)), Amount: yuan(fen[i]), Of: p.Money(yuan(fen[i] * 10000 / 1723)), Source: "演示数据 · demonstration", Since: "2026-05-07"})
	}
	steps[0].How = "BYN 4.00 × 2.2 (" + p.T("price.rate_by", "source", "模拟银行 · simulated bank", "date", pavilion.Date("2026-11-23")) + ")"
	steps[4].Mark = ui.Badge{Text: p.T("price.mark.recalled")}
	full := priceSheetView{
		Crumbs: []ui.Link{{URL: pricesPath, Label: p.T("price.title")}, {Label: "4810067000341", Current: true}},
		URL:    pricesPath, Name: pavilion.Text{"zh": "牛奶巧克力", "en": "Milk chocolate", "ru": "Молочный шоколад", "be": "Малочны шакалад"},
		Facts:   []ui.Fact{{Label: p.T("price.gtin"), Text: "4810067000341"}, {Label: p.T("price.net"), Text: "90 g"}},
		Choices: []ui.Field{{Name: "channel", Type: "select", Label: p.T("price.channel"), Options: []ui.Option{{Value: "own", Label: p.T("tailoring.channel.own"), Selected: true}}}},
		Sliders: []slider{{Name: "margin", Label: p.T("price.kind.margin"), Value: "22", Min: "0", Max: "60", Step: "0.5", Unit: "%", Entered: "22"}},
		Sums:    []ui.Fact{{Label: p.T("price.shelf"), Text: p.Money(sheet.Shelf)}, {Label: p.T("price.floor"), Text: p.Money(sheet.Floor)}, {Label: p.T("price.kind.margin"), Text: percent(p, exact.New(307, -3))}},
		Steps:   steps,
		Set:     []ui.Field{{Name: "price", Label: p.T("price.set_added") + " (CNY)", Value: "15.80", InputMode: "decimal"}},
		Kept:    []keptPrice{{Price: yuan(1690), Floor: yuan(1180), At: p.Date("2026-10-01"), Who: "Demo"}},
		Terms:   []costView{{Kind: p.T("price.kind.ex_works"), Amount: "BYN 4.00 / " + p.T("price.per.unit"), For: p.T("price.all"), Source: "invoice 7", From: "2026-05-07", End: pricesPath}},
		Entry:   []ui.Field{{Name: "amount", Label: p.T("price.amount")}},
	}
	if parts, err := sheet.Hundred(); err == nil {
		full.Picture = hundredOf(p, sheet, parts)
	}
	below := full
	below.Notices = []ui.Notice{{Tone: ui.Careful, Text: p.T("reason.price.below_cost", "floor", sheet.Floor)}}
	below.Failed = ui.Notice{Tone: ui.Bad, Title: p.T("price.not_saved"), Text: p.T("reason.price.below_cost", "floor", sheet.Floor)}
	below.Set = append(full.Set[:1:1], ui.Field{Name: "knowing", Type: "checkbox", Label: p.T("price.knowing")})
	meanwhile := full
	meanwhile.Failed = ui.Notice{Tone: ui.Bad, Title: p.T("price.not_saved"), Text: p.T("reason.catalog.changed_meanwhile")}
	tried := full
	tried.WhatIf, tried.Set = true, nil
	incomplete := full
	incomplete.Sums, incomplete.Picture, incomplete.Set, incomplete.Steps = nil, hundredView{}, nil, []priceStep{{Kind: "ex_works", Label: p.T("price.kind.ex_works"), Amount: yuan(0), Missing: true}}
	incomplete.Notices = []ui.Notice{{Tone: ui.Bad, Text: p.T("reason.price.ex_works_missing")}}
	return map[string]priceSheetView{"full": full, "below cost": below, "set meanwhile": meanwhile, "tried out": tried, "incomplete": incomplete}
}
