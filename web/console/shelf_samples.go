package console

import (
	"pavilion"
	"pavilion/channel"
	"pavilion/money"
	"pavilion/web/ui"
)

func sampleShelf(p *ui.Printer) map[string]shelfView {
	at := shopsPath + "/x/goods"
	refused := channel.Shelved{State: channel.ListingRefused, SentAt: p.Now()}
	return map[string]shelfView{"some": {
		Name: "白俄罗斯国家馆", Where: at, Maps: shopsPath + "/x/categories", More: at, GTIN: ui.Field{Name: "gtin", Label: "GTIN", Required: true},
		States: []ui.Link{{URL: at, Label: listingWord(p, channel.ListingOn) + " 120"}, {URL: at, Label: listingWord(p, channel.ListingRefused) + " 1", Current: true}},
		Rows: []shelvedRow{
			{URL: at + "/y", Name: "Шоколад", State: listingBadge(p, refused), Why: "标题含绝对化用语", More: 2, SentAt: p.Now()},
			{URL: at + "/z", Name: "Чипсы", State: listingBadge(p, channel.Shelved{}), Why: sentence(p, "channel.lack_mapping", nil)},
		},
	}}
}

func sampleShelved(p *ui.Printer) map[string]shelvedView {
	l := channel.Preview{
		Listing: channel.Listing{
			Title: "先苦后香黑巧克力 90% 可可", Points: []string{"可可含量高"}, Description: "入口微苦。\n\n回味悠长。",
			Attributes: []channel.AttributeValue{{Attribute: "1", Option: "2"}},
			Units:      []channel.ListingUnit{{Ref: "sku_x", Name: "盒 100 g", Barcode: "4810067000341", ID: "200", Price: money.New(2990, money.CNY)}},
		},
		Path: "食品饮料 / 休闲食品 / 巧克力", Asked: []channel.Attribute{{ID: "1", Name: "产地", Options: []channel.Option{{ID: "2", Name: "白俄罗斯"}}}},
	}
	some := shelvedView{Name: "Шоколад", Where: shopsPath + "/x/goods/y", Links: []ui.Link{{URL: callsPath, Label: p.T("channel.calls")}}}
	none := some
	viewShelved(p, &some, shopsPath+"/x", channel.Shelved{
		Wanted: true, ID: "100", State: channel.ListingRefused, InAudit: true, Sending: true, SentAt: p.Now(), SeenAt: p.Now(),
		Lacks:    []channel.Lack{{Reason: "channel.lack_price", Field: "Units", Args: pavilion.Args{"gtin": "4810067000341"}}, {Reason: "channel.lack_mapping", Field: "Category"}},
		Refusals: []channel.Refusal{{Field: "Title", Text: "标题含绝对化用语"}, {Text: "请完善商品信息"}},
	}, l)
	viewShelved(p, &none, shopsPath+"/x", channel.Shelved{}, channel.Preview{})
	return map[string]shelvedView{"refused": some, "none": none}
}

func sampleMappings(p *ui.Printer) map[string]mappingsView {
	at := shopsPath + "/x/categories/"
	return map[string]mappingsView{"some": {Rows: []mappingRow{
		{URL: at + allGoods, Name: p.T("channel.category_all")}, {URL: at + "sweets", Name: "Сладости", Theirs: "食品饮料 / 休闲食品"}, {URL: at + "chocolate", Name: "Шоколад", Below: 1, Theirs: "食品饮料 / 休闲食品", Inherited: true},
	}}}
}

func sampleMapping(p *ui.Printer) map[string]mappingView {
	at := shopsPath + "/x/categories/sweets"
	m := channel.Mapping{
		Theirs: "12", Path: "食品 / 巧克力", Phone: "400-000-0000", Extra: map[string]string{"origin": "1"},
		Asked:   []channel.Attribute{{ID: "1", Name: "产地", Required: true, Options: []channel.Option{{ID: "2", Name: "白俄罗斯"}}}, {ID: "3", Name: "口味", Free: true}},
		Answers: []channel.AttributeAnswer{{Attribute: "1", From: channel.FactOrigin}, {Attribute: "3", Text: "原味"}},
	}
	return map[string]mappingView{
		"choose": {Name: "Сладости", Path: "食品", Choices: []ui.Link{{URL: at, Label: "巧克力", Current: true}, {URL: at, Label: "饼干"}}},
		"form":   {Name: "Сладости", Path: m.Path, Theirs: m.Theirs, Where: at, Again: at, Asked: askedFields(p, m), Fields: mappingFields(p, m), SavedAt: p.Moment(p.Now()), Versions: 2},
	}
}
