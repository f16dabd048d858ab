package jd

import "context"

// ShopInfo says whose shop a token opens.
type ShopInfo struct {
	Vender int64 // the merchant; as text it is the buId of after-sale calls
	Shop   int64
	Name   string
}

// Info asks whose shop this is. It needs no more than a good token: connecting a shop begins
// with it.
func (s *Shop) Info(ctx context.Context) (ShopInfo, error) {
	a, err := s.ask(ctx, infoCall, nil)
	if err != nil {
		return ShopInfo{}, err
	}
	r := a.at("vender_info_result")
	info := ShopInfo{Vender: r.at("vender_id").number(), Shop: r.at("shop_id").number(), Name: r.at("shop_name").text()}
	if info.Vender == 0 {
		r.fail("answer with a vender_id")
	}
	return info, a.whole()
}

// Brand is a brand the shop may sell.
type Brand struct {
	ID   int64
	Name string
}

// Brands finds the brands the shop may sell by name; an empty name finds all.
func (s *Shop) Brands(ctx context.Context, name string) ([]Brand, error) {
	a, err := s.ask(ctx, "jingdong.pop.vender.cener.venderBrand.query", fields{}.text("name", name))
	if err != nil {
		return nil, err
	}
	out := each(a.at("brandList"), func(t tree) Brand {
		return Brand{ID: t.at("erpBrandId").number(), Name: t.at("brandName").text()}
	})
	return out, a.whole()
}

// FreightTemplate says what delivery costs; goods name theirs.
type FreightTemplate struct {
	ID   int64
	Name string
	Free bool
}

// FreightTemplates lists the shop's freight templates.
func (s *Shop) FreightTemplates(ctx context.Context) ([]FreightTemplate, error) {
	a, err := s.ask(ctx, "jingdong.SkuFareTemplateService.getTemplates", nil)
	if err != nil {
		return nil, err
	}
	out := each(a.at("query_skuFareTemplate_result").at("template_list"), func(t tree) FreightTemplate {
		return FreightTemplate{ID: t.at("id").number(), Name: t.at("template_name").text(), Free: t.at("is_free").truth()}
	})
	return out, a.whole()
}
