package jd

import (
	"context"
	"encoding/json"
	"strconv"
	"time"

	"pavilion/money"
)

// WareStatus is where a ware stands on the shelf and in JD's audit, as flags.
type WareStatus int64

// The places on the shelf.
const (
	WareDeleted   WareStatus = -1
	NeverOnShelf  WareStatus = 1
	TakenDown     WareStatus = 2
	TakenDownByJD WareStatus = 4
	OnShelf       WareStatus = 8
)

const (
	waitingForAudit WareStatus = 512
	refusedByAudit  WareStatus = 1024
)

// Place is the status without what the audit says.
func (w WareStatus) Place() WareStatus {
	if w < 0 {
		return w
	}
	return w &^ (waitingForAudit | refusedByAudit)
}

// Waiting tells whether JD's audit has not spoken yet.
func (w WareStatus) Waiting() bool { return w > 0 && w&waitingForAudit != 0 }

// Refused tells whether JD's audit refused; [Shop.RefusalOf] has its words.
func (w WareStatus) Refused() bool { return w > 0 && w&refusedByAudit != 0 }

// Ware is a product at JD, what others call an SPU.
type Ware struct {
	ID           int64
	Title        string // of 45 to 50 characters at most, as JD counts this year
	Category     int64  // of the third level
	Leaf         int64  // of the fourth or deeper, where there is one
	Brand        int64
	Freight      int64 // a freight template
	Status       WareStatus
	OuterID      string // our number
	ItemNumber   string
	BarCode      string
	Origin       int64 // JD's code of the place
	ShipFrom     int64
	Promise      int64
	Kilograms    string // decimal
	Length       int64  // millimetres
	Width        int64
	Height       int64
	Properties   []Property
	Features     []Feature
	Images       []Image
	ShopShelves  []int64 // the shop's own categories
	Introduction string  // HTML
	MobileDesc   string  // HTML
	Packing      string
	AfterSales   string
	Price        money.Money
	MarketPrice  money.Money
	CostPrice    money.Money

	// Only read:
	BrandName string
	Stock     int64
	Created   time.Time
	Modified  time.Time
	OnShelfAt time.Time
	OffAt     time.Time
}

// Property is what is said of an attribute: the ids of the chosen values, or a text.
type Property struct {
	Attribute int64
	Values    []string
	Aliases   []string // of sale attributes: the words shown in place of JD's
	Index     int      // of sale attributes: 1 the first, 2 the second
}

// MainImage is the colour under which pictures of the whole ware stand.
const MainImage = "0000000000"

// Image is a picture in its place. URL begins with "jfs/" and has no host.
type Image struct {
	Colour string // MainImage, or the value of the sale attribute it shows
	Index  int    // from 1
	URL    string
	Zone   string // its id in the picture zone
}

const wareFields = "wareId,title,categoryId,multiCategoryId,brandId,brandName,transportId,wareStatus,outerId,itemNum,barCode," +
	"wareLocation,created,modified,onlineTime,offlineTime,delivery,packListing,weight,width,height,length,multiCateProps," +
	"features,images,shopCategorys,mobileDesc,introduction,afterSales,marketPrice,costPrice,jdPrice,stockNum,promiseId"

// Create makes a ware with its SKUs and returns the ids. It may enter JD's audit: read the
// ware again. After channel.outcome_unknown look for the SKUs by our number ([SKUQuery]).
func (s *Shop) Create(ctx context.Context, w Ware, skus []SKU) (Created, error) {
	a, err := s.tell(ctx, "jingdong.ware.write.add", fields{"ware": w.fields(true), "skus": skuFields(skus, true)})
	if err != nil {
		return Created{}, err
	}
	made := a.at("ware")
	out := Created{Ware: made.at("wareId").number(), SKUs: each(made.at("skus"), readSKU)}
	if out.Ware == 0 {
		made.fail("answer with a wareId")
	}
	return out, a.whole()
}

// Created is what became of a new ware. JD may leave out what it does not want to repeat of
// the SKUs, also our numbers: search for them.
type Created struct {
	Ware int64
	SKUs []SKU
}

// Update changes what is stated of a ware and leaves the rest. It may enter JD's audit.
func (s *Shop) Update(ctx context.Context, w Ware) error {
	return s.succeed(ctx, "jingdong.ware.write.updateWare", fields{"ware": w.fields(false)})
}

// succeed calls a method that says nothing but whether it succeeded.
func (s *Shop) succeed(ctx context.Context, method string, asked fields) error {
	a, err := s.tell(ctx, method, asked)
	if err != nil {
		return err
	}
	return a.judge(a.tree)
}

// fields are those of a ware that are stated. Features have other names at birth than later.
func (w Ware) fields(birth bool) fields {
	f := fields{}.number("wareId", w.ID).text("title", w.Title).
		number("categoryId", w.Category).number("multiCategoryId", w.Leaf).number("brandId", w.Brand).
		number("transportId", w.Freight).text("outerId", w.OuterID).text("itemNum", w.ItemNumber).text("barCode", w.BarCode).
		number("wareLocation", w.Origin).number("delivery", w.ShipFrom).number("promiseId", w.Promise).
		number("length", w.Length).number("width", w.Width).number("height", w.Height).
		text("introduction", w.Introduction).text("mobileDesc", w.MobileDesc).text("packListing", w.Packing).text("afterSales", w.AfterSales).
		price("jdPrice", w.Price).price("marketPrice", w.MarketPrice).price("costPrice", w.CostPrice)
	if birth {
		f.number("wareStatus", int64(w.Status))
	}
	if w.Kilograms != "" {
		f["weight"] = json.Number(w.Kilograms)
	}
	images := make([]fields, len(w.Images))
	for i, m := range w.Images {
		images[i] = fields{"colorId": m.Colour, "imgIndex": m.Index, "imgUrl": m.URL}.text("imgZoneId", m.Zone)
	}
	list(f, "images", images)
	list(f, "shopCategorys", w.ShopShelves)
	list(f, "multiCateProps", propertyFields(w.Properties))
	list(f, "features", featureFields(w.Features, birth))
	return f
}

func propertyFields(properties []Property) []fields {
	out := make([]fields, len(properties))
	for i, p := range properties {
		out[i] = fields{"attrId": strconv.FormatInt(p.Attribute, 10), "attrValues": p.Values}.number("index", int64(p.Index))
		list(out[i], "attrValueAlias", p.Aliases)
	}
	return out
}

func featureFields(features []Feature, birth bool) []fields {
	key, value, name := "featureKey", "featureValue", "featureCn"
	if birth {
		key, value, name = "key", "value", "cn"
	}
	out := make([]fields, len(features))
	for i, f := range features {
		out[i] = fields{key: f.Key, value: f.Value}.text(name, f.Name)
	}
	return out
}

// Ware reads one ware.
func (s *Shop) Ware(ctx context.Context, id int64) (Ware, error) {
	a, err := s.ask(ctx, "jingdong.ware.read.findWareById", fields{"wareId": id, "field": wareFields})
	if err != nil {
		return Ware{}, err
	}
	w := readWare(a.at("ware"))
	if err := a.whole(); err != nil {
		return Ware{}, err
	}
	if w.ID == 0 {
		return Ware{}, a.refused("71", "")
	}
	return w, nil
}

// WareQuery says which wares are wanted; what is not stated does not matter.
type WareQuery struct {
	IDs          []int64 // 20 at most
	Title        string
	ItemNumber   string
	BarCode      string
	ModifiedFrom time.Time
	ModifiedTo   time.Time
	Page         int // from 1
	Size         int // 50 at most, and if 0
}

const goodsPageMost = 50

// Wares reads one page of wares, the smallest id first.
func (s *Shop) Wares(ctx context.Context, q WareQuery) (Page[Ware], error) {
	f := fields{"pageNo": max(q.Page, 1), "pageSize": pageSize(q.Size, goodsPageMost), "field": wareFields, "orderField": "wareId", "orderType": "asc"}.
		ids("wareId", q.IDs).text("itemNum", q.ItemNumber).text("barCode", q.BarCode).
		moment("startModifiedTime", q.ModifiedFrom).moment("endModifiedTime", q.ModifiedTo)
	if q.Title != "" {
		f["searchKey"], f["searchField"] = q.Title, "title"
	}
	a, err := s.ask(ctx, "jingdong.ware.read.searchWare4Valid", f)
	if err != nil {
		return Page[Ware]{}, err
	}
	page, err := a.page("page")
	if err != nil {
		return Page[Ware]{}, err
	}
	return pageOf(page.at("data"), page.at("totalItem").number(), "wareId", readWare), a.whole()
}

func readWare(t tree) Ware {
	return Ware{
		ID: t.at("wareId").number(), Title: t.at("title").text(), Category: t.at("categoryId").number(), Leaf: t.at("multiCategoryId").number(),
		Brand: t.at("brandId").number(), BrandName: t.at("brandName").text(), Freight: t.at("transportId").number(),
		Status: WareStatus(t.at("wareStatus").number()), OuterID: t.at("outerId").text(), ItemNumber: t.at("itemNum").text(), BarCode: t.at("barCode").text(),
		Origin: t.at("wareLocation").number(), ShipFrom: t.at("delivery").number(), Promise: t.at("promiseId").number(),
		Kilograms: t.at("weight").text(), Length: t.at("length").number(), Width: t.at("width").number(), Height: t.at("height").number(),
		Properties: each(t.at("multiCateProps"), readProperty), Features: readFeatures(t), Images: each(t.at("images"), readImage),
		ShopShelves: each(t.at("shopCategorys"), tree.number), Introduction: t.at("introduction").text(), MobileDesc: t.at("mobileDesc").text(),
		Packing: t.at("packListing").text(), AfterSales: t.at("afterSales").text(),
		Price: t.at("jdPrice").money(Yuan), MarketPrice: t.at("marketPrice").money(Yuan), CostPrice: t.at("costPrice").money(Yuan),
		Stock: t.at("stockNum").number(), Created: t.at("created").moment(), Modified: t.at("modified").moment(),
		OnShelfAt: t.at("onlineTime").moment(), OffAt: t.at("offlineTime").moment(),
	}
}

func readProperty(t tree) Property {
	return Property{
		Attribute: t.at("attrId").number(), Values: t.at("attrValues").texts(),
		Aliases: t.at("attrValueAlias").texts(), Index: t.at("index").small(),
	}
}

func readImage(t tree) Image {
	return Image{Colour: t.at("colorId").text(), Index: t.at("imgIndex").small(), URL: t.at("imgUrl").text(), Zone: t.at("imgZoneId").text()}
}

// RefusalOf asks why JD's audit refused a ware, or why JD took it off the shelf.
func (s *Shop) RefusalOf(ctx context.Context, ware int64) (string, error) {
	a, err := s.ask(ctx, "jingdong.ware.read.findOpReason", fields{"wareId": ware, "field": "note"})
	if err != nil {
		return "", err
	}
	return a.at("opReason").at("note").text(), a.whole()
}

// PutUp puts a ware on the shelf. JD's audit may still be in the way: read the ware again.
func (s *Shop) PutUp(ctx context.Context, ware int64) error { return s.shelve(ctx, ware, 1, "") }

// TakeDown takes a ware off the shelf.
func (s *Shop) TakeDown(ctx context.Context, ware int64, note string) error {
	return s.shelve(ctx, ware, 2, note)
}

func (s *Shop) shelve(ctx context.Context, ware int64, way int, note string) error {
	return s.succeed(ctx, "jingdong.ware.write.upOrDown", fields{"wareId": ware, "opType": way}.text("note", note))
}

// Delete deletes a ware; JD keeps it for 45 days ([Shop.Recover]).
func (s *Shop) Delete(ctx context.Context, ware int64) error {
	return s.succeed(ctx, "jingdong.ware.write.delete", fields{"wareId": ware})
}

// Recover brings a deleted ware back.
func (s *Shop) Recover(ctx context.Context, ware int64) error {
	return s.succeed(ctx, "jingdong.ware.write.recoverWare", fields{"wareId": ware})
}
