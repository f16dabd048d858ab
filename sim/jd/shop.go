package jd

import "strings"

var shopMethods = map[string]method{
	"jingdong.seller.vender.info.get":                           {do: (*call).venderInfo},
	"jingdong.vender.shop.query":                                {do: (*call).shop},
	"jingdong.vender.shopcategory.findShopCategoriesByVenderId": {do: (*call).shopCategories},
	"jingdong.vender.returnaddress.query":                       {do: (*call).returnAddresses},
	"jingdong.vender.shipaddress.query":                         {do: (*call).shipAddresses},
	"jingdong.areas.province.get":                               {do: (*call).provinces, open: true},
	"jingdong.areas.city.get":                                   {do: (*call).areasBelow, open: true},
	"jingdong.areas.county.get":                                 {do: (*call).areasBelow, open: true},
	"jingdong.areas.town.get":                                   {do: (*call).areasBelow, open: true},
	"jingdong.SkuFareTemplateService.getTemplates":              {do: (*call).fareTemplates},
	"jingdong.pop.vender.cener.venderBrand.query":               {do: (*call).brands},
}

func (c *call) venderInfo() (obj, *failure) {
	return obj{"vender_info_result": obj{
		"vender_id": c.s.o.VenderID, "shop_id": c.s.o.VenderID + 1, "shop_name": c.s.o.ShopName, "cate_main": 1319, "col_type": 0,
	}}, nil
}

func (c *call) shop() (obj, *failure) {
	return obj{"shop_jos_result": obj{
		"vender_id": c.s.o.VenderID, "shop_id": c.s.o.VenderID + 1, "shop_name": c.s.o.ShopName, "open_time": "2022-07-06 10:00:00",
		"logo_url": "", "brief": "模拟店铺，仅供演练", "category_main": 1319, "category_main_name": "模拟类目",
	}}, nil
}

func (c *call) shopCategories() (obj, *failure) {
	return obj{"shopCategoryResult": obj{
		"is_success": true, "error_code": "", "error_msg": "", "error_msg_cn": "",
		"shop_category_list": []any{obj{
			"cid": 501, "vender_id": c.s.o.VenderID, "shop_id": c.s.o.VenderID + 1, "parent_cid": 0, "order_no": 1,
			"name": "全部商品", "is_open": true, "is_home_show": true, "status": 1,
		}},
	}}, nil
}

// warehouse is the address goods leave from and come back to.
func warehouse() obj {
	return obj{
		"id": 9001, "default_address_flag": 1, "contact": "模拟仓库", "phone": "19900000000", "zip_code": "100000",
		"full_address": "北京朝阳区模拟路1号", "full_area_id": "1-72-2819-0",
	}
}

func (c *call) returnAddresses() (obj, *failure) {
	return obj{"returnAddressResult": obj{"return_address_s": []any{warehouse()}}}, nil
}

func (c *call) shipAddresses() (obj, *failure) {
	return obj{"returnAddressResult": obj{"ship_address_s": []any{warehouse()}}}, nil
}

// area is a place, level 1 for a province.
type area struct {
	id, parent int64
	level      int
	name       string
}

// areas are enough of the tree for the shoppers here; the ids below a province are ours.
var areas = []area{
	{1, 0, 1, "北京"}, {2, 0, 1, "上海"}, {19, 0, 1, "广东"}, {15, 0, 1, "浙江"}, {22, 0, 1, "四川"},
	{72, 1, 2, "朝阳区"}, {2800, 1, 2, "海淀区"}, {78, 2, 2, "黄浦区"}, {1601, 19, 2, "广州市"}, {1607, 19, 2, "深圳市"},
	{1213, 15, 2, "杭州市"}, {1930, 22, 2, "成都市"},
	{2819, 72, 3, "三环以内"}, {2848, 2800, 3, "五环以内"}, {2856, 78, 3, "城区"}, {3633, 1601, 3, "天河区"},
	{3155, 1607, 3, "南山区"}, {3411, 1213, 3, "西湖区"}, {4283, 1930, 3, "锦江区"},
}

func areaByID(id int64) area {
	for _, a := range areas {
		if a.id == id {
			return a
		}
	}
	return area{}
}

func (c *call) areasUnder(parent int64) (obj, *failure) {
	data := []any{}
	for _, a := range areas {
		if a.parent == parent {
			data = append(data, obj{"areaId": a.id, "areaName": a.name, "parentId": a.parent, "level": a.level, "status": 1})
		}
	}
	return obj{"baseAreaServiceResponse": obj{"resultCode": 1, "data": data}}, nil
}

func (c *call) provinces() (obj, *failure) { return c.areasUnder(0) }

func (c *call) areasBelow() (obj, *failure) {
	c.p.require("parent_id")
	parent := c.p.number("parent_id", 0)
	if f := c.p.wrong(); f != nil {
		return nil, f
	}
	return c.areasUnder(parent)
}

// fares are the freight templates of the shop.
var fares = []struct {
	id   int64
	name string
	rule int
	free bool
}{{77, "模拟包邮", 1, true}, {78, "模拟按重计费", 2, false}}

func fareKnown(id int64) bool {
	for _, f := range fares {
		if f.id == id {
			return true
		}
	}
	return false
}

func (c *call) fareTemplates() (obj, *failure) {
	list := []any{}
	for i, f := range fares {
		list = append(list, obj{"id": f.id, "index": i, "template_name": f.name, "rule_type": f.rule, "is_free": f.free})
	}
	return obj{"query_skuFareTemplate_result": obj{"resultStr": "success", "template_list": list}}, nil
}

// brandNames are the brands the shop may sell.
var brandNames = []struct {
	id   int64
	name string
}{{700001, "模拟品牌"}, {700002, "模拟亚麻"}, {700003, "模拟食品"}}

func brandName(id int64) string {
	for _, b := range brandNames {
		if b.id == id {
			return b.name
		}
	}
	return ""
}

func (c *call) brands() (obj, *failure) {
	name := c.p.text("name")
	if f := c.p.wrong(); f != nil {
		return nil, f
	}
	list := []any{}
	for _, b := range brandNames {
		if strings.Contains(b.name, name) {
			list = append(list, obj{"erpBrandId": b.id, "brandName": b.name})
		}
	}
	return obj{"brandList": list}, nil
}
