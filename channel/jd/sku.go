package jd

import (
	"context"
	"encoding/json"
	"time"

	"pavilion"
	"pavilion/money"
)

// SKUStatus is where a SKU stands.
type SKUStatus int

// The places of a SKU.
const (
	SKUOn      SKUStatus = 1
	SKUOff     SKUStatus = 2
	SKUDeleted SKUStatus = 4
)

// SKU is one of the things a ware is sold as.
type SKU struct {
	ID         int64
	Ware       int64  // only read
	OuterID    string // our number
	BarCode    string
	Name       string    // only read
	Status     SKUStatus // only read
	SaleAttrs  []Property
	Properties []Property
	Features   []Feature
	Price      money.Money
	Stock      int64     // what it has at birth; later stock has calls of its own
	Created    time.Time // only read
	Modified   time.Time // only read
}

const skuFieldNames = "wareId,skuId,status,saleAttrs,features,jdPrice,outerId,barCode,skuName,stockNum,modified,created,multiCateProps"

// skuFields are the fields of SKUs as JD wants them at birth and when they change.
func skuFields(skus []SKU, birth bool) []fields {
	out := make([]fields, len(skus))
	for i, k := range skus {
		f := fields{}.number("skuId", k.ID).text("outerId", k.OuterID).text("barCode", k.BarCode).price("jdPrice", k.Price)
		if k.ID == 0 {
			f["stockNum"] = k.Stock
		}
		list(f, "saleAttrs", propertyFields(k.SaleAttrs))
		list(f, "multiCateProps", propertyFields(k.Properties))
		list(f, "features", featureFields(k.Features, birth))
		out[i] = f
	}
	return out
}

// UpdateSKUs changes the given SKUs of a ware, adds those without an id, and leaves the
// others. (JD's saveWareSkus deletes the others; it is not used.)
func (s *Shop) UpdateSKUs(ctx context.Context, ware int64, skus []SKU) ([]SKU, error) {
	a, err := s.tell(ctx, "jingdong.sku.write.updateSkus", fields{"wareId": ware, "skus": skuFields(skus, false)})
	if err != nil {
		return nil, err
	}
	return each(a.at("skuList"), readSKU), a.whole()
}

// DeleteSKU deletes one SKU of a ware.
func (s *Shop) DeleteSKU(ctx context.Context, sku int64) error {
	return s.succeed(ctx, "jingdong.sku.write.deleteSku", fields{"skuId": sku})
}

// SKU reads one SKU.
func (s *Shop) SKU(ctx context.Context, id int64) (SKU, error) {
	a, err := s.ask(ctx, "jingdong.sku.read.findSkuById", fields{"skuId": id, "field": skuFieldNames})
	if err != nil {
		return SKU{}, err
	}
	k := readSKU(a.at("sku"))
	if err := a.whole(); err != nil {
		return SKU{}, err
	}
	if k.ID == 0 {
		return SKU{}, a.refused("71", "")
	}
	return k, nil
}

// SKUQuery says which SKUs are wanted; what is not stated does not matter.
type SKUQuery struct {
	IDs          []int64
	Wares        []int64
	OuterID      string // our number
	ModifiedFrom time.Time
	ModifiedTo   time.Time
	Page         int // from 1
	Size         int // 50 at most, and if 0
}

// SKUs reads one page of the SKUs that are on or off the shelf, the smallest id first.
func (s *Shop) SKUs(ctx context.Context, q SKUQuery) (Page[SKU], error) {
	a, err := s.ask(ctx, "jingdong.sku.read.searchSkuList", fields{
		"pageNo": max(q.Page, 1), "page_size": pageSize(q.Size, goodsPageMost), "field": skuFieldNames, "orderFiled": "skuId", "orderType": "asc",
	}.ids("skuId", q.IDs).ids("wareId", q.Wares).text("outId", q.OuterID).
		moment("startModifiedTime", q.ModifiedFrom).moment("endModifiedTime", q.ModifiedTo))
	if err != nil {
		return Page[SKU]{}, err
	}
	page, err := a.page("page")
	if err != nil {
		return Page[SKU]{}, err
	}
	return pageOf(page.at("data"), page.at("totalItem").number(), "skuId", readSKU), a.whole()
}

func readSKU(t tree) SKU {
	return SKU{
		ID: t.at("skuId").number(), Ware: t.at("wareId").number(), OuterID: t.first("outerId", "outId").text(), BarCode: t.at("barCode").text(),
		Name: t.at("skuName").text(), Status: SKUStatus(t.at("status").small()),
		SaleAttrs: each(t.at("saleAttrs"), readProperty), Properties: each(t.at("multiCateProps"), readProperty), Features: readFeatures(t),
		Price: t.at("jdPrice").money(Yuan), Stock: t.at("stockNum").number(), Created: t.at("created").moment(), Modified: t.at("modified").moment(),
	}
}

// SetPrice sets what a SKU costs.
func (s *Shop) SetPrice(ctx context.Context, sku int64, price money.Money) error {
	if price.Currency() != money.CNY || price.Sign() <= 0 {
		return pavilion.E(pavilion.Invalid, "jd.price", pavilion.Args{"price": price.String()}).At("price")
	}
	return s.succeed(ctx, "jingdong.price.write.updateSkuJdPrice", fields{"skuId": sku, "jdPrice": json.Number(price.Decimal())})
}
