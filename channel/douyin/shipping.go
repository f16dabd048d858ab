package douyin

import (
	"context"

	"pavilion"
)

// Company is a carrier as the platform names it.
type Company struct {
	ID   ID     `json:"id"`
	Name string `json:"name"`
	Code string `json:"code"` // such as shunfeng: what shipping names
}

// Companies returns the carriers the shop may ship with.
func (s Shop) Companies(ctx context.Context) ([]Company, error) {
	var told []Company
	err := s.ask(ctx, "order.logisticsCompanyList", nil, &told)
	return told, err
}

// Pack is a parcel and which lines are in it.
type Pack struct {
	Company  string // code of a [Company]
	Waybill  string
	Contents []Packed
}

// Packed is so many units of a line. Parts says what a bundle was split into; the platform
// wants it when a bundle goes in several parcels.
type Packed struct {
	Line     string
	Quantity int64
	Parts    []PackedPart
}

// PackedPart is a part of a bundle.
type PackedPart struct {
	Product  ID    `json:"sub_product_id"`
	SKU      ID    `json:"sub_sku_id"`
	Quantity int64 `json:"combo_num"`
}

// ShipWhole tells the platform that the whole order went in one parcel. An order that is partly
// shipped takes [Shop.ShipPacks] only. With refuse a refund that waits is refused; without it
// the platform refuses to ship. It has no key: after an unknown outcome read the order.
func (s Shop) ShipWhole(ctx context.Context, order string, p Pack, refuse bool) error {
	return s.act(ctx, "order.logisticsAdd", struct {
		Order   string `json:"order_id"`
		Company string `json:"company_code"`
		Waybill string `json:"logistics_code"`
		Refuse  bool   `json:"is_reject_refund,omitempty"`
	}{order, p.Company, p.Waybill, refuse}, nil)
}

// ShipPacks tells the platform that parcels of an order went, all or none. The same key
// returns what the first success did, so that the call may be repeated. It returns the
// platform's number of each parcel, by waybill.
func (s Shop) ShipPacks(ctx context.Context, order, key string, packs []Pack) (map[string]Text, error) {
	type line struct {
		Line     string       `json:"shipped_order_id"`
		Quantity int64        `json:"shipped_num"`
		Parts    []PackedPart `json:"bundle_list,omitempty"`
	}
	type pack struct {
		Waybill string `json:"logistics_code"`
		Company string `json:"company_code"`
		Lines   []line `json:"shipped_order_info"`
	}
	params := struct {
		Order string `json:"order_id"`
		Key   string `json:"request_id"`
		Packs []pack `json:"pack_list"`
	}{Order: order, Key: key}
	for _, p := range packs {
		out := pack{Waybill: p.Waybill, Company: p.Company}
		for _, c := range p.Contents {
			out.Lines = append(out.Lines, line(c))
		}
		params.Packs = append(params.Packs, out)
	}
	var told struct {
		Packs []struct {
			ID      Text `json:"pack_id"`
			Waybill Text `json:"logistics_code"`
		} `json:"pack_list"`
	}
	if err := s.act(ctx, "order.logisticsAddMultiPack", params, &told); err != nil {
		return nil, err
	}
	ids := map[string]Text{}
	for _, p := range told.Packs {
		ids[string(p.Waybill)] = p.ID
	}
	return ids, nil
}

// EditPack mends the carrier and the number of a parcel. It may be repeated.
func (s Shop) EditPack(ctx context.Context, order, pack, company, waybill string) error {
	return s.act(ctx, "order.logisticsEditByPack", struct {
		Order   string `json:"order_id"`
		Pack    string `json:"pack_id"`
		Waybill string `json:"logistics_code"`
		Company string `json:"company_code"`
	}{order, pack, waybill, company}, nil)
}

// AlreadyShipped tells whether the platform refused to ship because the order has been: read it
// to see whether by us.
func AlreadyShipped(err error) bool { return refused(err, "60110") }

// Fulfilment is what the service provider of an order across the border did; the merchant ships
// none of these.
type Fulfilment struct {
	Order   Text   `json:"shop_order_id"`
	Company Text   `json:"company_code"`
	Waybill Text   `json:"logistics_code"`
	Lines   []Text `json:"sku_order_ids"`
	Address string `json:"way_bill_url"`
}

// Fulfilment asks how an order across the border was sent.
func (s Shop) Fulfilment(ctx context.Context, order string) (Fulfilment, error) {
	if n := len(order); n > 0 && order[n-1] == 'A' { // some clients still write orders so
		order = order[:n-1]
	}
	if order == "" {
		return Fulfilment{}, pavilion.E(pavilion.Invalid, "douyin.request_malformed", pavilion.Args{"method": "order.getCrossBorderFulfillInfo"})
	}
	var told Fulfilment
	err := s.ask(ctx, "order.getCrossBorderFulfillInfo", struct {
		Order string `json:"shop_order_id"`
	}{order}, &told)
	return told, err
}
