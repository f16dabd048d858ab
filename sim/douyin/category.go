package douyin

import "slices"

// category is a node of the platform's tree. The tree is made up for the simulation: a few
// leaves that need different things.
type category struct {
	id, parent int64
	name       string
	level      int
	off        bool // not to be used any more
	brand      bool // a brand must be named
	sevenDay   bool // goods must be taken back within seven days
	quality    []quality
	properties []property
}

// quality is a document that a category wants.
type quality struct{ key, name string }

// property is an attribute of goods in a category.
type property struct {
	id       int64
	name     string
	sort     string // text, select, multi_select, timestamp
	required bool
	own      bool // values of one's own are allowed
	kind     int  // 0 bound, 1 key, 2 sales, 3 goods
	options  []string
	most     int // values
}

var (
	propNet    = property{id: 2100, name: "净含量", sort: "text", required: true, kind: 1}
	propOrigin = property{id: 2101, name: "产地", sort: "select", required: true, kind: 1, options: []string{"中国大陆", "白俄罗斯", "俄罗斯", "比利时", "其他"}}
	propLife   = property{id: 2102, name: "保质期", sort: "text", required: true, kind: 3}
	propMaker  = property{id: 2103, name: "生产企业名称", sort: "text", kind: 3}
	propTaste  = property{id: 2104, name: "口味", sort: "multi_select", own: true, kind: 3, options: []string{"原味", "黑巧", "牛奶", "坚果"}, most: 3}
	propSkin   = property{id: 2105, name: "适用肤质", sort: "select", kind: 3, options: []string{"通用", "干性", "油性", "敏感"}}
	propStuff  = property{id: 2106, name: "材质", sort: "text", required: true, own: true, kind: 3}
)

var food = []property{propNet, propOrigin, propLife, propMaker, propTaste}

var categories = []category{
	{id: 20001, name: "食品饮料", level: 1},
	{id: 20002, parent: 20001, name: "休闲零食", level: 2},
	{id: 20000, parent: 20002, name: "巧克力", level: 3, properties: food},
	{id: 20003, parent: 20002, name: "薯片/膨化食品", level: 3, properties: food},
	{id: 20004, parent: 20002, name: "糖果（已下线）", level: 3, off: true, properties: food},
	{id: 20005, parent: 20001, name: "乳制品/冲饮", level: 2},
	{id: 20006, parent: 20005, name: "奶粉/乳粉", level: 3, brand: true, properties: food, quality: []quality{{"import_certificate", "进口商品检验检疫证明"}}},
	{id: 20007, parent: 20005, name: "麦片/谷物", level: 3, properties: food},
	{id: 20010, name: "美妆个护", level: 1},
	{id: 20011, parent: 20010, name: "护肤", level: 2},
	{id: 20012, parent: 20011, name: "面霜", level: 3, brand: true, properties: []property{propNet, propOrigin, propSkin}},
	{id: 20020, name: "家居日用", level: 1},
	{id: 20021, parent: 20020, name: "家纺", level: 2},
	{id: 20022, parent: 20021, name: "亚麻制品", level: 3, sevenDay: true, properties: []property{propStuff, propOrigin}},
}

// noBrand is the number that says goods have no brand.
const noBrand = 596120136

// brand is one the platform knows.
type brand struct {
	id         int64
	cn, en     string
	authorised bool // for our shops
}

var brands = []brand{
	{noBrand, "无品牌", "", true},
	{596120201, "斯巴达克", "Spartak", true},
	{596120202, "萨乌什金", "Savushkin", true},
	{596120203, "科穆纳尔卡", "Kommunarka", true},
	{596120204, "别尔维塔", "Belita", true},
	{596120205, "某授权品牌", "Licensed", false},
}

func findCategory(id int64) *category {
	i := slices.IndexFunc(categories, func(c category) bool { return c.id == id })
	if i < 0 {
		return nil
	}
	return &categories[i]
}

func findBrand(id int64) *brand {
	i := slices.IndexFunc(brands, func(b brand) bool { return b.id == id })
	if i < 0 {
		return nil
	}
	return &brands[i]
}

func (c category) leaf() bool {
	return !slices.ContainsFunc(categories, func(o category) bool { return o.parent == c.id })
}

// line returns the category and those above it, the root first.
func (c *category) line() []*category {
	var out []*category
	for ; c != nil; c = findCategory(c.parent) {
		out = append([]*category{c}, out...)
	}
	return out
}

func (c *category) tell() obj {
	out := obj{}
	line := c.line()
	for i, n := range []string{"first", "second", "third", "fourth"} {
		out[n+"_cid"], out[n+"_cname"] = int64(0), ""
		if i < len(line) {
			out[n+"_cid"], out[n+"_cname"] = line[i].id, line[i].name
		}
	}
	return out
}

func yesNo(b bool) int {
	if b {
		return 1
	}
	return 0
}

// listCategories is shop.getShopCategory.
func listCategories(_ *tx, c *call) (any, error) {
	if !c.has("cid") {
		return nil, invalid(2012004, "cid 不能为空")
	}
	parent := c.num("cid")
	if parent != 0 && findCategory(parent) == nil {
		return nil, failed(2012013, "类目不存在")
	}
	out := []obj{}
	for _, k := range categories {
		if k.parent == parent {
			out = append(out, obj{"id": k.id, "name": k.name, "level": k.level, "parent_id": k.parent, "is_leaf": k.leaf(), "enable": !k.off})
		}
	}
	return out, nil
}

// value numbers of options: the property's number and the place.
func optionID(p property, i int) int64 { return p.id*1000 + int64(i) + 1 }

// listProperties is product.getCatePropertyV2.
func listProperties(_ *tx, c *call) (any, error) {
	k := findCategory(c.num("category_leaf_id"))
	if k == nil || !k.leaf() {
		return nil, invalid(2010003, "类目不存在")
	}
	if k.off {
		return nil, invalid(2010044, "类目已调整")
	}
	list := []obj{}
	for i, p := range k.properties {
		options := []obj{}
		for j, o := range p.options {
			options = append(options, obj{"name": o, "value": o, "value_id": optionID(p, j), "sequence": j + 1})
		}
		list = append(list, obj{
			"property_id": p.id, "property_name": p.name, "type": p.sort, "required": yesNo(p.required), "status": 0,
			"options": options, "multi_select_max": p.most, "property_type": p.kind, "diy_type": yesNo(p.own),
			"important_type": 0, "relation_id": 0, "sequence": i + 1, "category_id": k.id, "cid": k.id,
		})
	}
	return obj{"tpl_type": 0, "data": list}, nil
}

// updateRule is product.getProductUpdateRule: of what the documents name, the limits.
func updateRule(_ *tx, _ *call) (any, error) {
	return obj{"max_spec_num_limit": specsMost, "spec_combination_limit": skusMost, "spec_single_limit": valuesMost}, nil
}

// qualificationConfig is product.qualificationConfig.
func qualificationConfig(_ *tx, c *call) (any, error) {
	k := findCategory(c.num("category_id"))
	list := []obj{}
	if k != nil {
		for _, q := range k.quality {
			list = append(list, obj{"key": q.key, "name": q.name, "text_list": []string{}, "is_required": true, "matchable_rule": []obj{}})
		}
	}
	return obj{"config_list": list}, nil
}

// listBrands is brand.list.
func listBrands(_ *tx, c *call) (any, error) {
	k := findCategory(c.num("category_id"))
	allowed, all := []obj{}, []obj{}
	for _, b := range brands {
		told := obj{"brand_id": b.id, "name_cn": b.cn, "name_en": b.en}
		all = append(all, told)
		if b.authorised {
			allowed = append(allowed, told)
		}
	}
	return obj{"auth_required": k != nil && k.brand, "auth_brand_list": allowed, "brand_list": all}, nil
}

// listShopBrands is shop.brandList.
func listShopBrands(_ *tx, _ *call) (any, error) {
	out := []obj{}
	for _, b := range brands {
		if b.authorised {
			out = append(out, obj{"brand_id": b.id, "name_cn": b.cn, "name_en": b.en})
		}
	}
	return out, nil
}

// freightTemplates are the numbers a product can name, besides 0 for free shipping.
var freightTemplates = []int64{1}

// listFreightTemplates is freightTemplate.list.
func listFreightTemplates(_ *tx, c *call) (any, error) {
	list := []obj{}
	if c.num("page") == 0 {
		for _, id := range freightTemplates {
			list = append(list, obj{"template": obj{"id": id}})
		}
	}
	return obj{"List": list, "Count": len(freightTemplates)}, nil
}
