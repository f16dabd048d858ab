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
		goods, err = demoGoods(ctx, v)
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

// demoGood is something the demonstration sells on platforms.
type demoGood struct {
	sku   pavilion.SKUID
	name  string
	price money.Money
}

func demoGoods(ctx context.Context, v *db.View) (goods []demoGood, err error) {
	on := true
	found, err := catalog.ListProducts(ctx, v, catalog.ProductFilter{OnSale: &on, Channel: own.Name}, own.Name, "", demoListed)
	if err != nil {
		return nil, err
	}
	for _, l := range found {
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
