package main

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"strconv"
	"time"

	"pavilion"
	"pavilion/catalog"
	"pavilion/channel"
	"pavilion/channel/douyin"
	"pavilion/channel/jd"
	"pavilion/channel/own"
	"pavilion/db"
	"pavilion/money"
	simdouyin "pavilion/sim/douyin"
	simjd "pavilion/sim/jd"
	"pavilion/tailoring"
)

const (
	demoListed = 12 // products on each platform
	// demoConsent is for how long the platforms' owners let the demonstration in at first.
	demoConsent = 20 * 24 * time.Hour
	// demoCategory is where the simulated JD has chocolate.
	demoCategory = "39001"
)

// joinPlatforms gives the demonstration a live shop on each simulated platform, with some goods,
// if it has none. What they may sell is granted by the jobs.
func (b *sandbox) joinPlatforms(ctx context.Context, a *app) error {
	var shops []channel.Shop
	var goods []demoGood
	if err := a.db.Read(ctx, func(v *db.View) (err error) {
		if shops, err = channel.Shops(ctx, v); err != nil || len(shops) > 0 {
			return err
		}
		goods, err = demoGoods(ctx, v, a.markets[0].Key)
		return err
	}); err != nil || len(shops) > 0 {
		return err
	}
	jdToken, err := b.jd.Authorize()
	if err != nil {
		return err
	}
	access, refresh, err := b.douyin.Authorise(sandboxDouyinKey, sandboxDouyinShop)
	if err != nil {
		return err
	}
	until := a.db.Now().Add(demoConsent)
	onJD, err := b.listOnJD(ctx, jdToken.Access, goods)
	if err != nil {
		return err
	}
	onDouyin, err := b.listOnDouyin(goods)
	if err != nil {
		return err
	}
	for name, joins := range map[string]struct {
		token channel.Token
		units []channel.UnitID
	}{
		jd.Name:     {channel.Token{Shop: "10001", ShopName: sandboxShopName, Access: jdToken.Access, Refresh: jdToken.Refresh, AccessUntil: until}, onJD},
		douyin.Name: {channel.Token{Shop: strconv.Itoa(sandboxDouyinShop), ShopName: sandboxShopName, Access: access, Refresh: refresh, AccessUntil: a.db.Now().Add(24 * time.Hour)}, onDouyin},
	} {
		if err := a.db.Write(ctx, demoActor, func(tx *db.Tx) error {
			id, err := channel.Join(ctx, tx, a.sealer, name, joins.token)
			if err != nil {
				return err
			}
			for i, unit := range joins.units {
				if err := channel.Bind(ctx, tx, channel.Unit{Shop: id, Ref: string(goods[i].sku), UnitID: unit, Parts: []channel.Part{{SKU: goods[i].sku, Quantity: 1}}}); err != nil {
					return err
				}
			}
			for _, g := range goods {
				if err := catalog.SetPrice(ctx, tx, g.sku, name, g.price); err != nil {
					return err
				}
			}
			shop, err := channel.ShopOf(ctx, tx, id)
			if err != nil {
				return err
			}
			return channel.SetMode(ctx, tx, shop, channel.Live)
		}); err != nil {
			return err
		}
	}
	return nil
}

// demoPlaces say where goods of our categories stand on the simulated platforms.
var demoPlaces = map[string]map[string]struct{ id, path string }{
	jd.Name: {
		"chocolate": {demoCategory, "模拟食品饮料 / 休闲食品 / 糖果巧克力 / 黑巧克力"},
		"sweets":    {"1590", "模拟食品饮料 / 休闲食品 / 糖果巧克力"},
		"biscuits":  {"1595", "模拟食品饮料 / 休闲食品 / 饼干蛋糕"},
		"drinks":    {"1602", "模拟食品饮料 / 饮料冲调 / 饮料"},
		"skin-care": {"16755", "模拟个人护理 / 护肤 / 面霜"},
	},
	douyin.Name: {
		"chocolate": {"20000", "食品饮料 / 休闲零食 / 巧克力"},
		"chips":     {"20003", "食品饮料 / 休闲零食 / 薯片/膨化食品"},
		"cereal":    {"20007", "食品饮料 / 乳制品/冲饮 / 麦片/谷物"},
		"household": {"20022", "家居日用 / 家纺 / 亚麻制品"},
	},
}

// demoFacts answer what platforms ask by the facts of the goods.
var demoFacts = map[string]channel.Fact{
	"原产地": channel.FactOrigin, "产地": channel.FactOrigin, "净含量": channel.FactNet, "保质期": channel.FactShelfLife, "生产企业名称": channel.FactMaker,
}

// demoPhone belongs to nobody; a platform asks for one.
const demoPhone = "400-000-0000"

// offer says where the demonstration's goods stand on the platforms, and has those shown whose
// words were approved: as staff do it in the console.
func (b *sandbox) offer(ctx context.Context, a *app) error {
	var shops []channel.Shop
	var shown []tailoring.Variant
	if err := a.db.Read(ctx, func(v *db.View) (err error) {
		if shops, err = channel.Shops(ctx, v); err != nil || len(a.markets) == 0 {
			return err
		}
		shown, err = tailoring.List(ctx, v, tailoring.Filter{Market: a.markets[0].Key, State: tailoring.StateOnSale}, "", demoListed)
		return err
	}); err != nil {
		return err
	}
	for _, v := range shown {
		if err := a.db.Write(ctx, demoActor, func(tx *db.Tx) error { return b.price(ctx, tx, v.Product, shops) }); err != nil {
			return err
		}
	}
	for _, shop := range shops {
		var known []channel.Mapping
		if err := a.db.Read(ctx, func(v *db.View) (err error) {
			known, err = channel.Mappings(ctx, v, shop.ID)
			return err
		}); err != nil || len(known) > 0 {
			return err
		}
		for ours, theirs := range demoPlaces[shop.Channel] {
			asked, err := a.engine.AskAttributes(ctx, shop.ID, theirs.id)
			if err != nil {
				return err
			}
			m := channel.Mapping{Shop: shop.ID, Category: ours, Theirs: theirs.id, Path: theirs.path, Phone: demoPhone, Asked: asked}
			for _, k := range asked {
				answer := channel.AttributeAnswer{Attribute: k.ID, From: demoFacts[k.Name]}
				if answer.From == "" && k.Required && len(k.Options) > 0 {
					answer.Option = k.Options[0].ID
				}
				if answer.From != "" || answer.Option != "" {
					m.Answers = append(m.Answers, answer)
				}
			}
			if err := a.db.Write(ctx, demoActor, func(tx *db.Tx) error { return channel.SaveMapping(ctx, tx, m) }); pavilion.KindOf(err) == pavilion.Invalid && err != nil {
				continue // it asks for what the demonstration does not know
			} else if err != nil {
				return err
			}
		}
		if err := a.db.Write(ctx, demoActor, func(tx *db.Tx) error { return channel.OfferAll(ctx, tx, shop.ID) }); err != nil {
			return err
		}
	}
	return nil
}

// price gives goods on each platform the price they have in the pavilion's own shop.
func (b *sandbox) price(ctx context.Context, tx *db.Tx, product pavilion.ProductID, shops []channel.Shop) error {
	page, err := catalog.Lookup(ctx, tx, product, own.Name)
	if err != nil {
		return err
	}
	for _, shop := range shops {
		for _, s := range page.SKUs {
			price, priced := page.Prices[s.ID]
			if !priced {
				continue
			}
			if err := catalog.SetPrice(ctx, tx, s.ID, shop.Channel, price); err != nil {
				return err
			}
		}
	}
	return nil
}

// demoGood is something the demonstration sells on platforms.
type demoGood struct {
	sku   pavilion.SKUID
	name  string
	price money.Money
}

func demoGoods(ctx context.Context, v *db.View, market string) (goods []demoGood, err error) {
	on := true
	found, err := catalog.ListProducts(ctx, v, catalog.ProductFilter{OnSale: &on, Channel: own.Name}, own.Name, "", 2*demoListed)
	if err != nil {
		return nil, err
	}
	var products []pavilion.ProductID
	for _, l := range found {
		products = append(products, l.Product.ID)
	}
	tailored, err := tailoring.Approved(ctx, v, products, market)
	if err != nil {
		return nil, err
	}
	for _, l := range found {
		if _, waits := tailored[l.Product.ID]; waits || len(goods) == demoListed { // the engine shows it by its approved words
			continue
		}
		if price, priced := l.Prices[l.First().ID]; priced {
			goods = append(goods, demoGood{l.First().ID, l.Product.Name.Best(pavilion.Chinese), price})
		}
	}
	return goods, nil
}

// listOnJD publishes goods as a merchant's program does; the picture is a drawing of nothing.
func (b *sandbox) listOnJD(ctx context.Context, token string, goods []demoGood) (units []channel.UnitID, err error) {
	c, err := jd.NewConnector(jd.Options{
		AppKey: sandboxJDKey, AppSecret: b.jdSecret, BaseURL: b.jdURL + "/routerjson", OAuthURL: b.jdURL, Doer: &http.Client{Transport: b.jd}, Clock: time.Now,
	}, jd.Settings{})
	if err != nil {
		return nil, err
	}
	a := channel.Access{Shop: "10001", Token: token}
	drawn := image.NewRGBA(image.Rect(0, 0, 800, 800))
	draw.Draw(drawn, drawn.Bounds(), image.NewUniform(color.RGBA{0xF6, 0xF1, 0xE7, 0xFF}), image.Point{}, draw.Src)
	var picture bytes.Buffer
	if err := jpeg.Encode(&picture, drawn, nil); err != nil {
		return nil, err
	}
	shown, err := c.AddPicture(ctx, a, "illustration", picture.Bytes())
	if err != nil {
		return nil, err
	}
	asked, err := c.Attributes(ctx, a, demoCategory)
	if err != nil {
		return nil, err
	}
	var values []channel.AttributeValue
	for _, at := range asked {
		if at.Required && len(at.Options) > 0 {
			values = append(values, channel.AttributeValue{Attribute: at.ID, Option: at.Options[0].ID})
		}
	}
	for _, g := range goods {
		l, err := c.Publish(ctx, a, channel.Listing{
			Ref: string(g.sku), Category: demoCategory, Attributes: values, Title: g.name, Description: g.name, Pictures: []string{shown},
			Units: []channel.ListingUnit{{Ref: string(g.sku), Name: "标准", Price: g.price, WeightG: 500}},
		})
		if err != nil {
			return nil, err
		}
		if err := c.SetShelf(ctx, a, l.ID, true); err != nil {
			return nil, err
		}
		units = append(units, channel.UnitID{Listing: l.ID, Unit: l.Units[0].ID})
	}
	return units, nil
}

// listOnDouyin makes goods in the simulated back office: its audits take a while.
func (b *sandbox) listOnDouyin(goods []demoGood) (units []channel.UnitID, err error) {
	for _, g := range goods {
		made, err := b.douyin.AddGood(simdouyin.NewGood{Name: g.name, Code: string(g.sku), Price: g.price.Minor()})
		if err != nil {
			return nil, err
		}
		units = append(units, channel.UnitID{Listing: strconv.FormatInt(made.Product, 10), Unit: strconv.FormatInt(made.SKU, 10)})
	}
	return units, nil
}

// shop has simulated shoppers buy on both platforms until ctx ends, one every so often.
func (b *sandbox) shop(ctx context.Context, every time.Duration, log *slog.Logger) {
	for {
		pause := time.NewTimer(every/2 + rand.N(every))
		select {
		case <-ctx.Done():
			pause.Stop()
			return
		case <-pause.C:
		}
		buy := b.buyOnJD
		if rand.IntN(2) == 0 {
			buy = b.buyOnDouyin
		}
		if err := buy(); err != nil {
			log.InfoContext(ctx, "simulated shopper of a platform went away", "reason", pavilion.ReasonOf(err))
		}
	}
}

func (b *sandbox) buyOnJD() error {
	all := b.jd.SKUs()
	rand.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	for _, s := range all {
		if s.Sellable > 0 {
			_, err := b.jd.PlaceOrder(simjd.Purchase{Lines: []simjd.Line{{SKU: s.ID, Quantity: 1}}})
			return err
		}
	}
	return nil
}

func (b *sandbox) buyOnDouyin() error {
	all, err := b.douyin.Goods()
	rand.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	for _, g := range all {
		if g.Stock > 0 {
			_, err := b.douyin.PlaceOrder(simdouyin.Placement{Lines: []simdouyin.PlacementLine{{SKU: g.SKU, Num: 1}}})
			return err
		}
	}
	return err
}
