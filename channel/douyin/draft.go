package douyin

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"pavilion"
)

// Draft is a listing as we want the platform to have it: whole, for an edit too.
type Draft struct {
	Product     ID // of an edit; "" adds a listing
	Submit      bool
	IntoStock   bool // after the audit it waits to be put on the shelf
	Name        string
	Category    ID       // a leaf
	Kind        int      // 0 ordinary goods
	Pictures    []string // addresses of the material centre, the main one first
	Description []string // likewise; the platform describes by pictures alone
	Brand       ID       // NoBrand for goods without one
	Properties  []DraftProperty
	Specs       []Spec
	SKUs        []DraftSKU
	KeepUnits   bool              // an edit leaves the specs, the prices and the stock as they are
	AtOrder     bool              // the platform reduces its stock at the order, not at the payment
	Freight     ID                // of the merchant's table of postage; "0" is free
	Phone       string            // for the buyer's questions
	OuterID     string            // our own number of the listing, of at most 255 characters
	DelayDays   *int              // 9999 the same day, 1 the next, 2 within 48 hours
	AfterSale   map[string]string // such as supply_day_return_selector: 7-1
	Grams       int               // with the packing
	PerOrder    int               // most units of an order, 0 for no bound
	PerBuyer    int
	Papers      []DraftPaper
	Border      *Border // of goods from abroad
}

// DraftProperty is what a listing says of a property: options of it, or own words.
type DraftProperty struct {
	Property ID
	Values   []DraftValue
}

// DraftValue is an option, or own words if ID is "".
type DraftValue struct {
	ID   ID
	Name string
}

// Spec is a dimension of choice, such as taste, and the values it has.
type Spec struct {
	Name   string
	Values []string
}

// DraftSKU is one combination of values of the specs.
type DraftSKU struct {
	Code   string   // ours; orders repeat it
	Values []string // of the specs, in their order
	Price  Fen
	Stock  int64
	Report *CustomsReport
	Grams  int
}

// DraftPaper is a qualification by pictures.
type DraftPaper struct {
	Key, Name string
	Pictures  []string
}

// Border is what the platform asks of goods that cross the border. Clearing is 1 from bonded
// storage, 2 direct, 3 by post. The regions are numbers of the platform.
type Border struct {
	Clearing   int
	Origin     ID
	Source     ID
	Brand      ID
	Warehouse  ID
	BuyerPays  bool // the tax
	TaxInPrice bool
}

// CustomsReport is what is declared of a SKU.
type CustomsReport struct {
	HSCode     string      `json:"hs_code,omitempty"`
	FirstQty   json.Number `json:"first_measure_qty,omitempty"`
	SecondQty  json.Number `json:"second_measure_qty,omitempty"`
	FirstUnit  string      `json:"first_measure_unit,omitempty"`
	SecondUnit string      `json:"second_measure_unit,omitempty"`
	Unit       string      `json:"unit,omitempty"`
	Name       string      `json:"report_name,omitempty"`
	Brand      string      `json:"report_brand_name,omitempty"`
	Usage      string      `json:"usage,omitempty"`
	Model      string      `json:"g_model,omitempty"`
	Barcode    string      `json:"bar_code,omitempty"`
}

// What the platform takes.
const (
	nameLeast, nameMost = 8, 60 // units; a Chinese character is two
	picturesMost        = 5
	allPicturesMost     = 50
	outerMost           = 255
)

// NameUnits counts a name as the platform does.
func NameUnits(name string) (units int) {
	for _, r := range name {
		units++
		if r > unicode.MaxLatin1 && !unicode.In(r, unicode.Cyrillic, unicode.Latin, unicode.Greek) {
			units++
		}
	}
	return units
}

// Check finds what the platform would refuse by the rules it has published, before anything is
// sent. The error is Invalid, douyin.draft, at our field.
func (d Draft) Check() error {
	bad := func(field, rule string) error {
		return pavilion.E(pavilion.Invalid, "douyin.draft", pavilion.Args{"rule": rule}).At(field)
	}
	units := NameUnits(d.Name)
	separators := func(s string) bool { return strings.ContainsAny(s, "|^,") }
	switch {
	case units < nameLeast || units > nameMost:
		return bad("name", "8…60")
	case strings.ContainsFunc(d.Name, func(r rune) bool { return r >= 0x1f000 }):
		return bad("name", "emoji")
	case d.Category.None():
		return bad("category", "category_leaf_id")
	case len(d.Pictures) == 0 || len(d.Pictures) > picturesMost:
		return bad("pictures", "1…5")
	case len(d.Description) == 0 || len(d.Pictures)+len(d.Description) > allPicturesMost:
		return bad("description", "1…50")
	case slices.ContainsFunc(slices.Concat(d.Pictures, d.Description), func(p string) bool { return strings.ContainsAny(p, "|,") }):
		return bad("pictures", "|")
	case d.Phone == "":
		return bad("phone", "mobile")
	case utf8.RuneCountInString(d.OuterID) > outerMost:
		return bad("outer_id", "255")
	case d.KeepUnits:
		return nil
	case len(d.SKUs) == 0 || len(d.Specs) == 0 || len(d.Specs) > 3:
		return bad("specs", "1…3")
	}
	combinations := 1
	for _, spec := range d.Specs {
		if spec.Name == "" || len(spec.Values) == 0 || separators(spec.Name) || slices.ContainsFunc(spec.Values, separators) {
			return bad("specs", "| ^ ,")
		}
		combinations *= len(spec.Values)
	}
	if combinations != len(d.SKUs) {
		return bad("specs", "spec_prices")
	}
	for _, sku := range d.SKUs {
		if len(sku.Values) != len(d.Specs) || sku.Code == "" || sku.Price <= 0 || sku.Stock < 0 {
			return bad("specs", "spec_prices")
		}
	}
	return nil
}

// draftWire is a draft on the wire.
type draftWire struct {
	Product    ID                `json:"product_id,omitempty"`
	Name       string            `json:"name"`
	Category   ID                `json:"category_leaf_id"`
	Kind       int               `json:"product_type"`
	Pictures   string            `json:"pic"`
	Describe   string            `json:"description"`
	Reduce     int               `json:"reduce_type"`
	Freight    ID                `json:"freight_id"`
	Phone      string            `json:"mobile"`
	Submit     bool              `json:"commit"`
	Specs      string            `json:"specs,omitempty"`
	Prices     string            `json:"spec_prices,omitempty"`
	Brand      ID                `json:"standard_brand_id,omitempty"`
	Properties string            `json:"product_format_new,omitempty"`
	OuterID    string            `json:"outer_product_id,omitempty"`
	Delay      *int              `json:"delivery_delay_day,omitempty"`
	AfterSale  map[string]string `json:"after_sale_service,omitempty"`
	Weight     int               `json:"weight,omitempty"`
	WeightUnit *int              `json:"weight_unit,omitempty"`
	StartSale  int               `json:"start_sale_type"`
	PerOrder   int               `json:"maximum_per_order,omitempty"`
	PerBuyer   int               `json:"limit_per_buyer,omitempty"`
	Papers     []paperWire       `json:"quality_list,omitempty"`
	Biz        int               `json:"biz_kind,omitempty"`
	Logistics  *borderWire       `json:"open_logistics_info,omitempty"`
	TaxInPrice *bool             `json:"price_has_tax,omitempty"`
}

type paperWire struct {
	Key         string           `json:"quality_key"`
	Name        string           `json:"quality_name"`
	Attachments []attachmentWire `json:"quality_attachments"`
}

type attachmentWire struct {
	Media int    `json:"media_type"`
	URL   string `json:"url"`
}

type borderWire struct {
	Clearing  int `json:"customs_clear_type"`
	Origin    ID  `json:"origin_country_id,omitempty"`
	Source    ID  `json:"source_country_id,omitempty"`
	Brand     ID  `json:"brand_country_id,omitempty"`
	Warehouse ID  `json:"cross_warehouse_id,omitempty"`
	TaxPayer  int `json:"tax_payer"`
}

type skuWire struct {
	Detail1    string         `json:"spec_detail_name1,omitempty"`
	Detail2    string         `json:"spec_detail_name2,omitempty"`
	Detail3    string         `json:"spec_detail_name3,omitempty"`
	Price      Fen            `json:"price"`
	Stock      int64          `json:"stock_num"`
	Code       string         `json:"code"`
	Outer      string         `json:"outer_sku_id"`
	Deliveries []deliveryWire `json:"delivery_infos,omitempty"`
	Report     *CustomsReport `json:"customs_report_info,omitempty"`
}

type deliveryWire struct {
	Type  string `json:"info_type"`
	Value string `json:"info_value"`
	Unit  string `json:"info_unit"`
}

const (
	reduceAtOrder   = 1
	reduceAtPayment = 2
	bizAbroad       = 2
	mediaPicture    = 1
	unitGram        = 1
)

func (d Draft) wire() (draftWire, error) {
	w := draftWire{
		Product: d.Product, Name: d.Name, Category: d.Category, Kind: d.Kind, Submit: d.Submit, Phone: d.Phone,
		Pictures: strings.Join(d.Pictures, "|"), Describe: strings.Join(d.Description, "|"),
		Reduce: reduceAtPayment, Freight: d.Freight, Brand: d.Brand, OuterID: d.OuterID, Delay: d.DelayDays, AfterSale: d.AfterSale,
		Weight: d.Grams, PerOrder: d.PerOrder, PerBuyer: d.PerBuyer,
	}
	if d.AtOrder {
		w.Reduce = reduceAtOrder
	}
	if d.Freight == "" {
		w.Freight = "0"
	}
	if d.IntoStock {
		w.StartSale = 1
	}
	if d.Grams > 0 {
		grams := unitGram
		w.WeightUnit = &grams
	}
	for _, p := range d.Papers {
		paper := paperWire{Key: p.Key, Name: p.Name}
		for _, at := range p.Pictures {
			paper.Attachments = append(paper.Attachments, attachmentWire{mediaPicture, at})
		}
		w.Papers = append(w.Papers, paper)
	}
	if b := d.Border; b != nil {
		w.Biz, w.TaxInPrice = bizAbroad, &b.TaxInPrice
		w.Logistics = &borderWire{Clearing: b.Clearing, Origin: b.Origin, Source: b.Source, Brand: b.Brand, Warehouse: b.Warehouse}
		if b.BuyerPays {
			w.Logistics.TaxPayer = 1
		}
	}
	var err error
	if w.Properties, err = d.properties(); err != nil || d.KeepUnits {
		return w, err
	}
	var specs []string
	for _, spec := range d.Specs {
		specs = append(specs, spec.Name+"|"+strings.Join(spec.Values, ","))
	}
	w.Specs = strings.Join(specs, "^")
	w.Prices, err = d.prices()
	return w, err
}

func (d Draft) prices() (string, error) {
	var out []skuWire
	for _, sku := range d.SKUs {
		w := skuWire{Price: sku.Price, Stock: sku.Stock, Code: sku.Code, Outer: sku.Code, Report: sku.Report}
		for n, to := range []*string{&w.Detail1, &w.Detail2, &w.Detail3} {
			if n < len(sku.Values) {
				*to = sku.Values[n]
			}
		}
		if sku.Grams > 0 {
			w.Deliveries = []deliveryWire{{"weight", strconv.Itoa(sku.Grams), "g"}}
		}
		out = append(out, w)
	}
	return nested(out)
}

// properties is a text of JSON, with numbers in it; a value of our own words is nought and diy.
func (d Draft) properties() (string, error) {
	type value struct {
		Value ID     `json:"value"`
		Name  string `json:"name"`
		Own   int    `json:"diy_type"`
	}
	if len(d.Properties) == 0 {
		return "", nil
	}
	out := map[ID][]value{}
	for _, p := range d.Properties {
		for _, v := range p.Values {
			if v.ID.None() {
				out[p.Property] = append(out[p.Property], value{"0", v.Name, 1})
			} else {
				out[p.Property] = append(out[p.Property], value{v.ID, v.Name, 0})
			}
		}
	}
	return nested(out)
}

// Added is what the platform made of a draft.
type Added struct {
	Product   ID         `json:"product_id"`
	CreatedAt Moment     `json:"create_time"`
	SKUs      []AddedSKU `json:"sku"`
}

// AddedSKU is the platform's number of a SKU, and ours.
type AddedSKU struct {
	ID   ID   `json:"sku_id"`
	Code Text `json:"code"`
}

// Add makes a listing: a draft, or one handed in to the audit. It has no idempotency key: when
// the outcome is unknown, look for Draft.OuterID among those that [Shop.Listings] shows as
// changed since, before adding again.
func (s Shop) Add(ctx context.Context, d Draft) (Added, error) {
	var told Added
	w, err := d.ready()
	if err != nil {
		return told, err
	}
	w.Product = ""
	if err := s.act(ctx, "product.addV2", w, &told); err != nil {
		return Added{}, err
	}
	if told.Product.None() {
		return Added{}, call{s, "product.addV2", true}.lost(errNoID)
	}
	return told, nil
}

// Edit replaces a listing; what sells goes on selling until the new version has passed the
// audit. The platform refuses while an audit is under way (Conflict). That nothing has changed
// is no error. An edit may be repeated.
func (s Shop) Edit(ctx context.Context, d Draft) error {
	w, err := d.ready()
	if err != nil {
		return err
	}
	err = s.act(ctx, editProduct, w, nil)
	if refused(err, "2010102") { // nothing has changed
		return nil
	}
	return err
}

func (d Draft) ready() (draftWire, error) {
	if err := d.Check(); err != nil {
		return draftWire{}, err
	}
	w, err := d.wire()
	if err != nil {
		return w, pavilion.E(pavilion.Invalid, "douyin.request_malformed", pavilion.Args{"method": editProduct}).Because(err)
	}
	return w, nil
}
