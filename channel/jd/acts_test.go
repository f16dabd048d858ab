package jd

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pavilion"
)

// TestActs: what each of the small acts sends, to the letter.
func TestActs(t *testing.T) {
	t.Parallel()
	clerk, act := Clerk{"10001", "p", "n"}, Act{Service: 5, Order: 6, Version: 7, Note: "x"}
	const who = `"buId":"10001","operateNick":"n","operatePin":"p","orderId":6`
	done, result := `{"r":{"code":"0","success":true}}`, `{"r":{"code":"0","result":{"success":true}}}`
	for name, c := range map[string]struct {
		method, answer, sent string
		do                   func(context.Context, *Shop) error
	}{
		"take down": {"jingdong.ware.write.upOrDown", done, `{"note":"out","opType":2,"wareId":1}`,
			func(ctx context.Context, s *Shop) error { return s.TakeDown(ctx, 1, "out") }},
		"delete": {"jingdong.ware.write.delete", done, `{"wareId":1}`,
			func(ctx context.Context, s *Shop) error { return s.Delete(ctx, 1) }},
		"recover": {"jingdong.ware.write.recoverWare", done, `{"wareId":1}`,
			func(ctx context.Context, s *Shop) error { return s.Recover(ctx, 1) }},
		"delete a SKU": {"jingdong.sku.write.deleteSku", done, `{"skuId":1}`,
			func(ctx context.Context, s *Shop) error { return s.DeleteSKU(ctx, 1) }},
		"images": {"jingdong.image.write.update", done, `{"colorId":"0000000000,0000000000","imgIndex":"1,2","imgUrl":"jfs/a,jfs/b","imgZoneId":"7,8","wareId":1}`,
			func(ctx context.Context, s *Shop) error {
				return s.SetImages(ctx, 1, []Image{{MainImage, 1, "jfs/a", "7"}, {MainImage, 2, "jfs/b", "8"}})
			}},
		"images without ids": {"jingdong.image.write.update", done, `{"colorId":"0000000000,0000000000","imgIndex":"1,2","imgUrl":"jfs/a,jfs/b","wareId":1}`,
			func(ctx context.Context, s *Shop) error {
				return s.SetImages(ctx, 1, []Image{{MainImage, 1, "jfs/a", "7"}, {MainImage, 2, "jfs/b", ""}})
			}},
		"remark": {"jingdong.pop.order.modifyVenderRemark", `{"r":{"code":"0"}}`, `{"flag":0,"order_id":6,"remark":"x"}`,
			func(ctx context.Context, s *Shop) error { return s.Remark(ctx, 6, 0, "x") }},
		"rewrite": {"360buy.order.sop.waybill.update", `{"r":{"code":"0"}}`, `{"logistics_id":"467","order_id":"6","trade_no":"k","waybill":"SF1"}`,
			func(ctx context.Context, s *Shop) error {
				return s.Rewrite(ctx, Shipment{Order: 6, Key: "k", Parcels: []Parcel{{467, []string{"SF1"}}}})
			}},
		"rewritten before": {"360buy.order.sop.waybill.update", refusing("17"), `{"logistics_id":"467","order_id":"6","trade_no":"k","waybill":"SF1"}`,
			func(ctx context.Context, s *Shop) error {
				return s.Rewrite(ctx, Shipment{Order: 6, Key: "k", Parcels: []Parcel{{467, []string{"SF1"}}}})
			}},
		"ask the buyer": {"jingdong.asc.audit.waitFeedback", result, `{"approveNotes":"x","approveReasonCid1":"14",` + who + `,"serviceId":5,"sysVersion":7}`,
			func(ctx context.Context, s *Shop) error { return s.AskBuyer(ctx, clerk, act, "14", "") }},
		"refund only": {"jingdong.asc.audit.compensate", result, `{"approveNotes":"x",` + who + `,"serviceId":5,"sysVersion":7}`,
			func(ctx context.Context, s *Shop) error { return s.RefundOnly(ctx, clerk, act) }},
		"close": {"jingdong.asc.process.close", result, `{"buId":"10001","operateNick":"n","operatePin":"p","operateRemark":"x","orderId":6,"serviceId":5,"sysVersion":7}`,
			func(ctx context.Context, s *Shop) error { return s.CloseService(ctx, clerk, act) }},
		"cancel": {"jingdong.asc.common.cancel", result, `{"approveNotes":"x",` + who + `,"serviceId":5,"sysVersion":7}`,
			func(ctx context.Context, s *Shop) error { return s.CancelService(ctx, clerk, act) }},
	} {
		p := newPlatform(t, Facts{}, one(c.method, c.answer))
		if err := c.do(t.Context(), p.shop); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := p.calls[0].form.Get("360buy_param_json"); got != c.sent {
			t.Errorf("%s: sent %s, want %s", name, got, c.sent)
		}
	}
}

// TestLooks: what each of the small questions brings back.
func TestLooks(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, Facts{}, map[string][]string{
		"jingdong.pop.vender.cener.venderBrand.query":      {`{"r":{"code":"0","brandList":[{"erpBrandId":5,"brandName":"Kommunarka"}]}}`},
		"jingdong.SkuFareTemplateService.getTemplates":     {`{"r":{"code":"0","query_skuFareTemplate_result":{"template_list":[{"id":77,"template_name":"包邮","is_free":1}]}}}`},
		"jingdong.image.read.findImagesByWareId":           {`{"r":{"code":"0","images":[{"colorId":"0000000000","imgId":1,"imgIndex":1,"imgUrl":"jfs/a","imgZoneId":"7"}]}}`},
		"jingdong.ware.read.findOpReason":                  {`{"r":{"code":"0","opReason":{"note":"标题"}}}`},
		"jingdong.ware.read.findWareById":                  {`{"r":{"code":"0","ware":{"wareId":1,"wareStatus":1028,"weight":0.35}}}`, `{"r":{"code":"0","ware":null}}`},
		"jingdong.sku.read.findSkuById":                    {`{"r":{"code":"0","sku":{"skuId":1}}}`, `{"r":{"code":"0"}}`},
		"jingdong.category.read.findValuesByAttrIdUnlimit": {`{"r":{"code":"0","findvaluesbyattridunlimit_result":[{"id":"9","value":"黑"}]}}`},
		"jingdong.asc.query.list":                          {`{"r":{"code":"0","pageResult":{"success":true,"totalCount":1,"data":[{"serviceId":5,"orderId":6}]}}}`},
		"jingdong.asc.serviceAndRefund.view":               {`{"r":{"code":"0","pageResult":{"success":true,"totalCount":"1","data":[{"afsRefundId":4,"refoundAmount":6425,"completeTime":1795000000000,"status":13,"sameOrderServiceBill":{"serviceId":5,"orderId":6}}]}}}`},
		"jingdong.pop.order.getmobilelist":                 {`{"r":{"code":"0","result":{"code":200,"data":{"6":{"oderId":6,"consMobilePhone":"17000000000"}}}}}`, `{"r":{"code":"0","result":{"code":406,"message":"余额不足"}}}`},
	})
	s, ctx := p.shop, t.Context()
	want := func(name string, want, got any, err error) {
		t.Helper()
		if d := cmp.Diff(want, got, sameMoney); d != "" || err != nil {
			t.Errorf("%s: %v -want +got:\n%s", name, err, d)
		}
	}
	brands, err := s.Brands(ctx, "K")
	want("brands", []Brand{{5, "Kommunarka"}}, brands, err)
	templates, err := s.FreightTemplates(ctx)
	want("freight templates", []FreightTemplate{{77, "包邮", true}}, templates, err)
	images, err := s.Images(ctx, 1)
	want("images", []Image{{MainImage, 1, "jfs/a", "7"}}, images, err)
	if got := DisplayURL(images[0].URL); got != "https://img10.360buyimg.com/n0/jfs/a" {
		t.Errorf("shown at %s", got)
	}
	why, err := s.RefusalOf(ctx, 1)
	want("refusal", "标题", why, err)
	ware, err := s.Ware(ctx, 1)
	want("ware", Ware{ID: 1, Status: 1028, Kilograms: "0.35"}, ware, err)
	sku, err := s.SKU(ctx, 1)
	want("sku", SKU{ID: 1}, sku, err)
	values, err := s.AttributeValues(ctx, 9)
	want("values", []AttributeValue{{9, "黑"}}, values, err)
	services, err := s.ServicesOf(ctx, Clerk{"10001", "p", "n"}, 6)
	want("services", []Service{{ID: 5, Order: 6}}, services.Items, err)
	back, err := s.PaidBackOf(ctx, 6)
	want("paid back", 64_25, int(back.Items[0].Amount.Minor()), err)
	if p := back.Items[0]; !p.OK || p.Service != 5 || p.Order != 6 || p.Done.IsZero() {
		t.Errorf("paid back: got %+v", p)
	}
	number, err := s.VirtualNumber(ctx, 6)
	want("virtual number", Recipient{Order: 6, Mobile: "17000000000"}, number, err)
	if _, err := s.VirtualNumber(ctx, 6); pavilion.ReasonOf(err) != "jd.refused" {
		t.Errorf("no balance: got %v, want jd.refused", err)
	}
	if _, err := s.Ware(ctx, 1); pavilion.KindOf(err) != pavilion.NotFound {
		t.Errorf("no ware: got %v, want not found", err)
	}
	if _, err := s.SKU(ctx, 1); pavilion.KindOf(err) != pavilion.NotFound {
		t.Errorf("no SKU: got %v, want not found", err)
	}
}
