package shop

import (
	"time"

	"pavilion"
	"pavilion/catalog"
	"pavilion/channel/own"
	"pavilion/money"
	"pavilion/order"
	"pavilion/payment"
	"pavilion/shipment"
	"pavilion/stock"
	"pavilion/tailoring/tax"
	"pavilion/web/ui"
)

// The samples show every page in the states that matter, with fixed data, for the gallery,
// the page tests and the screenshots. The goods are those of the demo; amounts, dates and
// persons are invented.

const (
	sampleProduct  = pavilion.ProductID("prd_00000000000000000000000001")
	sampleSKU      = pavilion.SKUID("sku_00000000000000000000000001")
	sampleOtherSKU = pavilion.SKUID("sku_00000000000000000000000002")
	sampleOrder    = pavilion.OrderID("ord_00000000000000000000000001")
	sampleProducer = pavilion.ProducerID("pdr_00000000000000000000000001")
)

var sampleNow = time.Date(2026, 11, 23, 9, 30, 0, 0, time.UTC)

func yuan(fen int64) money.Money { return money.New(fen, "CNY") }

func gramsNet(n int64) catalog.Measure {
	return catalog.Measure{Milli: 1000 * n, Unit: catalog.Gram}
}

func inFour(zh, en, ru, be string) pavilion.Text {
	return pavilion.Text{pavilion.Chinese: zh, pavilion.English: en, pavilion.Russian: ru, pavilion.Belarusian: be}
}

var (
	sampleName  = inFour("斯巴达克精选90%黑巧克力（牛皮纸装）", "Elite bitter chocolate 90% cocoa (kraft wrap)", "Шоколад горький элитный 90% (эт-крафт)", "Шакалад горкі элітны 90% (эт-крафт)")
	sampleBrand = inFour("斯巴达克", "Spartak", "Спартак", "Спартак")
	sampleMaker = catalog.Producer{
		ID: sampleProducer, Country: "BY", TaxNumber: "400078303",
		LegalName: inFour("斯巴达克股份公司", "JV OJSC Spartak", "СП ОАО «Спартак»", "СП ААТ «Спартак»"),
		Address:   inFour("白俄罗斯戈梅利市苏维埃街63号", "63 Sovetskaya St, Gomel, Belarus", "Беларусь, г. Гомель, ул. Советская, 63", "Беларусь, г. Гомель, вул. Савецкая, 63"),
		About:     inFour("1924年建厂，生产巧克力、糖果、威化和饼干。", "Makes chocolate, sweets, wafers and biscuits; founded in 1924.", "Выпускает шоколад, конфеты, вафли и печенье с 1924 года.", "Выпускае шакалад, цукеркі, вафлі і печыва з 1924 года."),
		Prefixes:  []string{"4810067"},
	}
	sampleCategories = []catalog.Category{
		{Key: "sweet", Name: inFour("巧克力与糖果", "Chocolate and sweets", "Шоколад и сладости", "Шакалад і прысмакі")},
		{Key: "chocolate", Parent: "sweet", Name: inFour("巧克力", "Chocolate", "Шоколад", "Шакалад")},
		{Key: "zefir", Parent: "sweet", Name: inFour("泽菲尔软糖", "Zefir", "Зефир", "Зефір")},
		{Key: "dairy", Name: inFour("乳品", "Dairy", "Молочное", "Малочнае")},
		{Key: "skin-care", Name: inFour("护肤", "Skin care", "Уход за кожей", "Догляд скуры")},
	}
)

// sampleNotice is what shoppers could be told before they order.
var sampleNotice = own.Notice{
	Notice: order.Notice{Lang: pavilion.Chinese, Texts: []string{"本商品直接购自境外，可能无中文标签。", "仅限个人自用，不得再次销售。"}},
	Meanings: []pavilion.Text{
		inFour("", "The goods are bought abroad and may have no Chinese label.", "Товар куплен за рубежом, китайской этикетки на нём может не быть.", "Тавар куплены за мяжой, кітайскай этыкеткі на ім можа не быць."),
		inFour("", "For personal use only, not to be sold on.", "Только для личных нужд, перепродавать нельзя.", "Толькі для асабістых патрэб, перапрадаваць нельга."),
	},
	Recalled: true,
}

// sampleCards are goods in a list in the states a card can have.
func sampleCards(p *ui.Printer) []ui.Card {
	card := func(name, brand pavilion.Text, net catalog.Measure, fen int64, left stock.Availability) ui.Card {
		return goodsCard(p, catalog.Card{Product: sampleProduct, SKU: sampleSKU, Name: name, Brand: brand, Net: net, Price: yuan(fen)}, left)
	}
	plenty := stock.Availability{Quantity: 240, BestBefore: "2027-08-01", DaysLeft: 251}
	return []ui.Card{
		card(sampleName, sampleBrand, gramsNet(90), 2390, plenty),
		card(inFour("“来自白俄罗斯的问候”泽菲尔礼盒", `Zefir set "Greetings from Belarus"`, "Набор зефира «Прывітанне з Беларусі»", "Набор зефіру «Прывітанне з Беларусі»"),
			inFour("红食品厂", "Krasny Pishchevik", "Красный пищевик", "Красный пищевик"), gramsNet(365), 5900, stock.Availability{Quantity: 8, BestBefore: "2027-02-10", DaysLeft: 79}),
		card(inFour("罗加乔夫炼乳", "Condensed milk", "Молоко сгущённое", "Малако згушчанае"),
			inFour("罗加乔夫", "Rogachev", "Рогачёвъ", "Рогачёвъ"), gramsNet(380), 1850, stock.Availability{Quantity: 96, BestBefore: "2026-12-05", DaysLeft: 12}),
		card(inFour("100%亚麻桌布套装 133×133", "Table linen set, 100% flax, 133×133", "Комплект столовый, лён 100%, 133×133", "Камплект сталовы, лён 100%, 133×133"),
			nil, catalog.Measure{Milli: 1000, Unit: catalog.Piece}, 32800, stock.Availability{}),
	}
}

// sampleGoods is a product with everything that can be said about it.
func sampleGoods(p *ui.Printer) goods {
	mg := func(n int64) *int64 { return &n }
	facts := catalog.Facts{
		Ingredients: []catalog.Ingredient{
			{Name: inFour("可可液块", "cocoa mass", "какао тёртое", "какава цёртая"), Percent: "78"},
			{Name: inFour("可可粉", "cocoa powder", "какао-порошок", "какава-парашок")},
			{Name: inFour("白砂糖", "sugar", "сахар", "цукар"), Percent: "10"},
			{Name: inFour("大豆卵磷脂", "soya lecithin", "лецитин соевый", "лецыцін соевы")},
		},
		Allergens: []string{"soy"}, MayContain: []string{"milk", "nuts", "peanuts"},
		Nutrition: &catalog.Nutrition{
			Basis: catalog.Gram, KJ: mg(2402), Kcal: mg(580), Fat: mg(49_000), Saturated: mg(30_000), Carbohydrate: mg(14_500),
			Sugars: mg(10_200), Fibre: mg(12_000), Protein: mg(10_000), Salt: mg(20), Source: "Open Food Facts",
		},
	}
	low, high := int64(15), int64(21)
	sku := func(id pavilion.SKUID, net int64) catalog.SKU {
		return catalog.SKU{
			ID: id, Product: sampleProduct, GTIN: "4810067073123", Net: gramsNet(net), ShelfLifeDays: 365,
			StorageMinC: &low, StorageMaxC: &high, Facts: facts, OnSale: true,
		}
	}
	line := func(id pavilion.SKUID, net, fen, left int64) own.QuoteLine {
		return own.QuoteLine{SKU: id, Product: sampleProduct, Name: sampleName, Net: gramsNet(net), Quantity: 1, Available: left, OnSale: true, Unit: yuan(fen), Tax: yuan(0), Total: yuan(fen)}
	}
	return goods{
		page: catalog.Page{
			Product: catalog.Product{
				ID: sampleProduct, Producer: sampleProducer, Category: "chocolate", Name: sampleName, Origin: "BY",
				Description: inFour("可可含量90%，几乎不甜，先苦后香。", "90% cocoa: hardly sweet, bitter first, fragrant after.", "90% какао: почти без сладости, сначала горечь, потом аромат.", "90% какавы: амаль без салодкасці, спачатку гаркота, потым водар."),
			},
			SKUs:     []catalog.SKU{sku(sampleSKU, 90), sku(sampleOtherSKU, 200)},
			Prices:   map[pavilion.SKUID]money.Money{sampleSKU: yuan(2390), sampleOtherSKU: yuan(4690)},
			Producer: sampleMaker, Brand: catalog.Brand{ID: "brn_00000000000000000000000001", Name: sampleBrand},
			Registrations: []catalog.Registration{{Authority: "GACC", Number: "CBLR06012203290001", ValidUntil: "2027-03-28"}},
		},
		category: sampleCategories[1], above: sampleCategories[0],
		lines:    []own.QuoteLine{line(sampleSKU, 90, 2390, 240), line(sampleOtherSKU, 200, 4690, 0)},
		delivery: own.Quote{Delivery: yuan(1200), FreeFrom: yuan(19900)},
		left: map[pavilion.SKUID]stock.Availability{
			sampleSKU: {Quantity: 240, BestBefore: "2027-08-01", DaysLeft: 251}, sampleOtherSKU: {},
		},
		related: sampleCards(p)[1:],
		notice:  sampleNotice,
	}
}

func (s *Shop) sampleProducts(p *ui.Printer) map[string]productView {
	few, out, off, bare := sampleGoods(p), sampleGoods(p), sampleGoods(p), sampleGoods(p)
	few.left[sampleSKU] = stock.Availability{Quantity: 6, BuyerLimit: 2, BestBefore: "2026-12-20", DaysLeft: 27}
	out.left[sampleSKU] = stock.Availability{}
	off.lines[0].OnSale = false
	bare.page.SKUs, bare.lines, bare.related = bare.page.SKUs[:1], bare.lines[:1], nil
	bare.page.SKUs[0].Facts, bare.page.Registrations, bare.page.Brand = catalog.Facts{}, nil, catalog.Brand{}
	bare.page.Product.Name = inFour(longName(p), longName(p), longName(p), longName(p))
	bare.page.Product.Description, bare.lines[0].Tax = nil, yuan(217)
	views := map[string]productView{
		"full":       productPage(p, sampleGoods(p), 0),
		"few-expiry": productPage(p, few, 0),
		"sold-out":   productPage(p, out, 0),
		"off-sale":   productPage(p, off, 0),
		"long-bare":  productPage(p, bare, 0),
	}
	if approved, made := s.sampleApproved(p); made {
		v := productPage(p, approved, 0)
		v.LabelPicture.Src = "" // no such goods are there to be drawn
		views["approved"] = v
	}
	return views
}

// longName is a name as long and as hostile as a spreadsheet can make it.
func longName(p *ui.Printer) string {
	return p.Text(sampleName) + ` <script>alert("1")</script> & «Спадчына Беларусі» Подарочный-набор-очень-длинное-слово-без-пробелов-и-без-конца`
}

func sampleLists(p *ui.Printer) map[string]listView {
	around := listAround{categories: sampleCategories, brands: []catalog.Brand{{ID: "brn_00000000000000000000000001", Name: sampleBrand}}, near: []string{"巧克力", "шоколад"}}
	shelfAsk := ask{path: "/c/sweet", category: "sweet"}
	full := listView{Title: p.Text(sampleCategories[0].Name), Parts: partChips(p, sampleCategories, "sweet"), Crumbs: crumbs(p, ui.Link{Label: p.Text(sampleCategories[0].Name)})}
	cards := append(sampleCards(p), sampleCards(p)...)
	full.fill(p, shelfAsk, shelf{Cards: cards, Next: "next", Total: 62}, around)
	narrowAsk := ask{path: searchPath, words: "巧克力", category: "sweet", min: "10", max: "60", sort: catalog.SortPrice, after: "x"}
	title := p.T("shop.search.title_for", "words", narrowAsk.words)
	narrowed := listView{Title: title, Parts: partChips(p, sampleCategories, ""), Crumbs: crumbs(p, ui.Link{Label: title})}
	narrowed.fill(p, narrowAsk, shelf{Cards: sampleCards(p)[:3], Total: 27}, around)
	noneAsk := ask{path: searchPath, words: "巧格力", min: "5"}
	title = p.T("shop.search.title_for", "words", noneAsk.words)
	none := listView{Title: title, Parts: partChips(p, sampleCategories, ""), Crumbs: crumbs(p, ui.Link{Label: title})}
	none.fill(p, noneAsk, shelf{}, around)
	return map[string]listView{"shelf": full, "narrowed": narrowed, "nothing": none}
}

func (s *Shop) sampleHomes(p *ui.Printer) map[string]homeView {
	var tiles []categoryTile
	for _, c := range sampleCategories {
		tiles = append(tiles, categoryTile{URL: categoryHref(p, c.Key), Name: p.Text(c.Name)})
	}
	return map[string]homeView{
		"open": {
			Categories: tiles, Selected: append(sampleCards(p), sampleCards(p)...), Newest: sampleCards(p),
			Producers: producerTiles(p, []catalog.Producer{sampleMaker, sampleMaker, sampleMaker}), Story: s.storyLinks(p, "")[0],
		},
		"empty": {Story: s.storyLinks(p, "")[0]},
	}
}

func sampleShelves(p *ui.Printer) map[string]categoriesView {
	view := categoriesView{
		Crumbs: crumbs(p, ui.Link{Label: p.T("shop.nav.categories")}),
		Brands: []ui.Link{{URL: "#", Label: p.Text(sampleBrand)}},
	}
	for _, c := range sampleCategories {
		if c.Parent == "" {
			view.Categories = append(view.Categories, categoryTile{URL: categoryHref(p, c.Key), Name: p.Text(c.Name), Parts: []ui.Link{{URL: "#", Label: p.Text(sampleCategories[1].Name)}}})
		}
	}
	return map[string]categoriesView{"some": view, "empty": {Crumbs: view.Crumbs}}
}

func sampleMakers(p *ui.Printer) map[string]producersView {
	return map[string]producersView{"some": {Crumbs: crumbs(p, ui.Link{Label: p.T("shop.producer.title_list")}), Producers: producerTiles(p, []catalog.Producer{sampleMaker, sampleMaker})}}
}

func sampleMakerPages(p *ui.Printer) map[string]producerView {
	view := producerView{
		Crumbs: crumbs(p, ui.Link{Label: p.Text(sampleMaker.LegalName)}), Name: sampleMaker.LegalName, About: sampleMaker.About,
		Facts: producerFacts(p, sampleMaker), Cards: sampleCards(p), Pager: ui.Pager{Shown: 4, Total: 4},
	}
	bare := view
	bare.Cards, bare.About, bare.Pager = nil, nil, ui.Pager{}
	return map[string]producerView{"goods": view, "bare": bare}
}

func (s *Shop) sampleStoryLists(p *ui.Printer) map[string]storiesView {
	return map[string]storiesView{"all": {Crumbs: crumbs(p, ui.Link{Label: p.T("shop.stories.title")}), Stories: s.storyLinks(p, "")}}
}

func (s *Shop) sampleStories(p *ui.Printer) map[string]storyView {
	all := map[string]storyView{}
	for _, st := range s.stories {
		all[st.key] = s.storyPage(p, st, sampleCards(p)[:2])
	}
	return all
}

// sampleQuote is what three lines would cost: one as it should be, one short, one gone.
func sampleQuote() own.Quote {
	line := func(sku pavilion.SKUID, name pavilion.Text, n, fen, left int64, onSale bool) own.QuoteLine {
		return own.QuoteLine{SKU: sku, Product: sampleProduct, Name: name, Net: gramsNet(90), Quantity: n, Available: left, OnSale: onSale, Unit: yuan(fen), Tax: yuan(0), Total: yuan(n * fen)}
	}
	return own.Quote{
		Lines: []own.QuoteLine{
			line(sampleSKU, sampleName, 2, 2390, 240, true),
			line(sampleOtherSKU, inFour("罗加乔夫炼乳", "Condensed milk", "Молоко сгущённое", "Малако згушчанае"), 5, 1850, 3, true),
			line("sku_00000000000000000000000003", inFour("利达黑格瓦斯", "Dark kvass", "Квас тёмный", "Квас цёмны"), 1, 990, 0, true),
		},
		Goods: yuan(14030), Delivery: yuan(1200), Tax: yuan(0), Total: yuan(15230), FreeFrom: yuan(19900), ToFree: yuan(5870),
	}
}

// sampleOver is a quote above the limit of one order, with two orders it could become.
func sampleOver(q own.Quote) own.Quote {
	part := func(n, fen int64, v tax.Verdict) own.Proposal {
		return own.Proposal{Lines: []own.Line{{SKU: sampleSKU, Quantity: n}}, Dutiable: yuan(fen), Verdict: v}
	}
	q.Border = own.Border{
		Verdict: tax.OverSingle, Dutiable: yuan(720000), Limits: tax.Limits{Single: yuan(500000), Yearly: yuan(2600000)}, Known: true, YearUsed: yuan(1934000),
		Source: tax.Source{Number: "2018-49", Verified: "seen"},
		Parts:  []own.Proposal{part(5, 490000, tax.Reduced), part(2, 196000, tax.OverYear)},
	}
	return q
}

func sampleBaskets(p *ui.Printer) map[string]basketView {
	q := sampleQuote()
	of := func(q own.Quote) own.Basket {
		var b own.Basket
		for _, l := range q.Lines {
			b.Lines = append(b.Lines, own.Line{SKU: l.SKU, Quantity: l.Quantity})
		}
		return b
	}
	good := q
	good.Lines, good.Goods, good.Total, good.ToFree, good.Delivery = q.Lines[:1], yuan(24780), yuan(24780), yuan(0), yuan(0)
	return map[string]basketView{"good": basketPage(p, of(good), good), "to-mend": basketPage(p, of(q), q), "split": basketPage(p, of(good), sampleOver(good)), "empty": {}}
}

func (s *Shop) sampleCheckouts(p *ui.Printer) map[string]checkoutView {
	q := sampleQuote()
	q.Lines, q.Notice = q.Lines[:1], sampleNotice
	providers := []string{"simpay"}
	fresh := form{key: "KEY", provider: "simpay", shipTo: order.ShipTo{Country: "CN"}}
	wrong := form{
		key: "KEY", provider: "simpay", shipTo: order.ShipTo{Name: "陈晓", Phone: "1380013", Country: "CN", Province: "四川省", City: "成都市", Street: ""},
		errors: map[string]string{
			"phone":  p.Finding(pavilion.Finding{Reason: "phone.malformed", Args: pavilion.Args{"example": s.own.Market().Phone.Example}}),
			"street": p.Finding(pavilion.Finding{Reason: "address.missing"}),
		},
	}
	changed := wrong
	changed.shipTo.Phone, changed.shipTo.District, changed.shipTo.Street = "+8613800138000", "武侯区", "人民南路四段1号"
	changed.errors, changed.changed, changed.seen = nil, true, yuan(14030)
	return map[string]checkoutView{
		"fresh": s.checkoutPage(p, providers, fresh, q), "wrong": s.checkoutPage(p, providers, wrong, q),
		"changed": s.checkoutPage(p, providers, changed, q), "empty": {},
	}
}

// sampleOrderIn is an order in a state, paid or not.
func sampleOrderIn(p *ui.Printer, state order.State) order.Order {
	return order.Order{
		ID: sampleOrder, Number: "482913057726", Channel: own.Name, State: state, Simulated: true, Lang: p.Lang,
		ShipTo: order.ShipTo{Name: "陈晓", Phone: "+8613800138000", Country: "CN", Province: "四川省", City: "成都市", District: "武侯区", Street: "人民南路四段1号", Postcode: "610041"},
		Lines: []order.Line{
			{Number: 1, SKU: sampleSKU, Name: p.Text(sampleName), Quantity: 2, Unit: yuan(2390), Tax: yuan(0), Total: yuan(4780)},
			{Number: 2, SKU: sampleOtherSKU, Name: p.Text(inFour("罗加乔夫炼乳", "Condensed milk", "Молоко сгущённое", "Малако згушчанае")), Quantity: 1, Unit: yuan(1850), Tax: yuan(0), Total: yuan(1850)},
		},
		Goods: yuan(6630), Delivery: yuan(1200), Tax: yuan(0), Total: yuan(7830), Refunded: yuan(0),
		PlacedAt: sampleNow, PayBy: sampleNow.Add(30 * time.Minute),
	}
}

func sampleOrders(p *ui.Printer) map[string]orderView {
	event := func(step order.Step, minutes int) order.Event {
		return order.Event{Order: sampleOrder, Step: step, At: sampleNow.Add(time.Duration(minutes) * time.Minute)}
	}
	offers := map[pavilion.SKUID]catalog.Offer{sampleSKU: {SKU: sampleSKU, Product: sampleProduct, Name: sampleName}}
	placed, paid := event(order.StepPlace, 0), event(order.StepPay, 3)
	back := sampleOrderIn(p, order.StateCancelled)
	back.Refunded = back.Total
	shipped := orderPage(p, sampleOrderIn(p, order.StateShipped), []order.Event{placed, paid, event(order.StepShip, 1500)}, offers, false)
	shipped.Parcels = onTheWay(p, []shipment.Parcel{{Number: 1, State: shipment.StateShipped, Carrier: "sf", Waybill: "SF1234567890123"}})
	return map[string]orderView{
		"unpaid":    orderPage(p, sampleOrderIn(p, order.StateUnpaid), []order.Event{placed}, offers, true),
		"paid":      orderPage(p, sampleOrderIn(p, order.StatePaid), []order.Event{placed, paid}, offers, false),
		"shipped":   shipped,
		"delivered": orderPage(p, sampleOrderIn(p, order.StateDelivered), []order.Event{placed, paid, event(order.StepShip, 1500), event(order.StepDeliver, 7800)}, offers, false),
		"completed": orderPage(p, sampleOrderIn(p, order.StateCompleted), []order.Event{placed, paid, event(order.StepComplete, 9000)}, offers, false),
		"expired":   orderPage(p, sampleOrderIn(p, order.StateExpired), []order.Event{placed, event(order.StepExpire, 30)}, offers, false),
		"refunded":  orderPage(p, back, []order.Event{placed, paid, event(order.StepCancel, 50)}, offers, false),
		"parked":    orderPage(p, sampleOrderIn(p, order.StateParked), []order.Event{placed, event(order.StepPark, 40)}, offers, false),
	}
}

func samplePayments(p *ui.Printer) map[string]paymentView {
	at := func(o order.State, i payment.State) paymentView {
		return paymentPage(p, sampleOrderIn(p, o), payment.Intent{State: i})
	}
	return map[string]paymentView{
		"to-pay":    at(order.StateUnpaid, payment.StateCreated),
		"waiting":   at(order.StateUnpaid, payment.StateStarted),
		"declined":  at(order.StateUnpaid, payment.StateDeclined),
		"paid":      at(order.StatePaid, payment.StatePaid),
		"expired":   at(order.StateExpired, payment.StateCancelled),
		"cancelled": at(order.StateCancelled, payment.StateCancelled),
	}
}

func (s *Shop) sampleFinds(p *ui.Printer) map[string]findView {
	return map[string]findView{
		"fresh":   s.findPage(p, "", "", nil),
		"nothing": s.findPage(p, "4829 1305 7726", "138 0013 8000", pavilion.E(pavilion.NotFound, "order.unknown", nil)),
		"wrong":   s.findPage(p, "12", "138", pavilion.E(pavilion.Invalid, "order.number_malformed", nil).At("number")),
	}
}

func (s *Shop) sampleSignIns(p *ui.Printer) map[string]signInView {
	code := s.codePage(p, "", "13800138000")
	code.Shown = p.T("shop.account.demo_code", "code", "402917")
	wrong := s.codePage(p, "", "13800138000")
	wrong.Code.Error = p.Error(pavilion.E(pavilion.Unauthenticated, "own.wrong_code", nil))
	return map[string]signInView{"phone": s.signInPage(p, href(p, "/favourites"), ""), "code": code, "wrong": wrong}
}

func sampleAccounts(p *ui.Printer) map[string]accountView {
	buyer := own.Buyer{Phone: "+8613800138000"}
	orders := []order.Order{sampleOrderIn(p, order.StateUnpaid), sampleOrderIn(p, order.StateShipped), sampleOrderIn(p, order.StateCancelled)}
	return map[string]accountView{"orders": accountPage(p, buyer, orders), "empty": accountPage(p, buyer, nil)}
}

func sampleFavourites(p *ui.Printer) map[string]favouritesView {
	var likes []like
	for _, c := range sampleCards(p) {
		likes = append(likes, like{Product: sampleProduct, Name: p.Text(c.Name), Card: c})
	}
	return map[string]favouritesView{
		"some": {Likes: likes}, "empty": {}, "signed-out": {SignIn: href(p, "/account")},
	}
}
