package jd

import (
	"slices"
	"strconv"
)

var categoryMethods = map[string]method{
	"jingdong.category.read.findByPId":                              {do: (*call).categoriesBelow},
	"jingdong.category.read.findById":                               {do: (*call).category},
	"jingdong.vender.category.getValidCategoryResultByVenderId":     {do: (*call).validCategories},
	"jingdong.vender.category.getFullValidCategoryResultByVenderId": {do: (*call).validCategories},
	"jingdong.category.read.findAttrsByCategoryIdUnlimitCate":       {do: (*call).attributes},
	"jingdong.category.read.findValuesByAttrIdUnlimit":              {do: (*call).attributeValues},
	"jingdong.category.read.findAttrsByCategoryIdJos":               {do: (*call).attributesOld},
	"jingdong.category.read.findAttrsByCategoryId":                  {do: (*call).attributesOld},
	"jingdong.category.read.findValuesByAttrIdJos":                  {do: (*call).attributeValuesOld},
}

// category is a node of the tree of goods. The tree is a small one, made up; a fourth level
// is a leaf below a third.
type category struct {
	id, parent int64
	level      int
	name       string
}

var categories = []category{
	{1319, 0, 1, "模拟母婴"}, {1320, 0, 1, "模拟食品饮料"}, {1620, 0, 1, "模拟家居日用"}, {16750, 0, 1, "模拟个人护理"},
	{1523, 1319, 2, "奶粉辅食"}, {1583, 1320, 2, "休闲食品"}, {1585, 1320, 2, "饮料冲调"}, {1621, 1620, 2, "家纺"}, {16751, 16750, 2, "护肤"},
	{7052, 1523, 3, "婴幼儿奶粉"}, {1590, 1583, 3, "糖果巧克力"}, {1595, 1583, 3, "饼干蛋糕"}, {1602, 1585, 3, "饮料"},
	{1625, 1621, 3, "桌布"}, {1626, 1621, 3, "毛巾"}, {16755, 16751, 3, "面霜"},
	{39001, 1590, 4, "黑巧克力"}, {39002, 1590, 4, "牛奶巧克力"},
}

func categoryByID(id int64) (category, bool) {
	i := slices.IndexFunc(categories, func(c category) bool { return c.id == id })
	if i < 0 {
		return category{}, false
	}
	return categories[i], true
}

// The kinds of attributes and how they are filled in.
const (
	keyAttribute  = 1
	saleAttribute = 4

	oneChoice  = 1
	manyChoice = 2
	freeText   = 3
)

// attribute is what is asked about goods of a category. Its id is made of the category's.
type attribute struct {
	no       int64 // within the category
	name     string
	kind     int
	input    int
	required bool
	perSKU   bool
	values   []string
}

// attributesHere are asked in every category; they are made up.
var attributesHere = []attribute{
	{1, "原产地", keyAttribute, oneChoice, true, false, []string{"白俄罗斯", "中国", "其他"}},
	{2, "净含量", 3, freeText, false, false, nil},
	{3, "适用场景", 3, manyChoice, false, false, []string{"家用", "礼品", "餐饮"}},
	{4, "颜色", saleAttribute, oneChoice, false, true, []string{"本色", "白色", "蓝色", "红色"}},
	{5, "规格", saleAttribute, oneChoice, false, true, []string{"单件", "两件", "礼盒"}},
}

func (a attribute) id(category int64) int64             { return category*100 + a.no }
func (a attribute) valueID(category int64, i int) int64 { return a.id(category)*100 + int64(i) + 1 }

// attributeByID is an attribute and its category.
func attributeByID(id int64) (attribute, int64, bool) {
	cat, known := categoryByID(id / 100)
	i := slices.IndexFunc(attributesHere, func(a attribute) bool { return a.no == id%100 })
	if !known || i < 0 || cat.level < 3 {
		return attribute{}, 0, false
	}
	return attributesHere[i], cat.id, true
}

func (cat category) told() obj {
	return obj{"id": cat.id, "fid": cat.parent, "name": cat.name, "lev": cat.level, "order": 0, "features": []any{}}
}

// pick leaves only the fields that were asked for, or the usual ones.
func pick(all obj, asked []string, usual ...string) obj {
	if len(asked) == 0 {
		asked = usual
	}
	out := obj{}
	for _, name := range asked {
		if v, ok := all[name]; ok && v != nil {
			out[name] = v
		}
	}
	return out
}

var categoryUsual = []string{"id", "fid", "name", "lev"}

func (c *call) categoriesBelow() (obj, *failure) {
	c.p.require("parentCid")
	parent, fields := c.p.number("parentCid", 0), c.p.list("field")
	if f := c.p.wrong(); f != nil {
		return nil, f
	}
	list := []any{}
	for _, one := range categories {
		if one.parent == parent {
			list = append(list, pick(one.told(), fields, categoryUsual...))
		}
	}
	return obj{"categories": list}, nil
}

func (c *call) category() (obj, *failure) {
	c.p.require("cid")
	id, fields := c.p.number("cid", 0), c.p.list("field")
	if f := c.p.wrong(); f != nil {
		return nil, f
	}
	one, ok := categoryByID(id)
	if !ok {
		return nil, failAt("61", "cid")
	}
	return obj{"category": pick(one.told(), fields, categoryUsual...)}, nil
}

// validCategories are those the shop may sell in. The name of the list is unknown; this is
// the one of findByPId.
func (c *call) validCategories() (obj, *failure) {
	list := []any{}
	for _, one := range categories {
		list = append(list, obj{
			"id": one.id, "fid": one.parent, "name": one.name, "aliasName": "", "status": 1, "indexId": 0, "lev": one.level,
			"featureMap": obj{},
		})
	}
	return obj{"categories": list}, nil
}

// askedAttributes reads a category and a kind and gives its attributes.
func (c *call) askedAttributes(withSale bool) (int64, []attribute, []string, *failure) {
	c.p.require("cid")
	id, kind, fields := c.p.number("cid", 0), c.p.number("attributeType", 0), c.p.list("field")
	if f := c.p.wrong(); f != nil {
		return 0, nil, nil, f
	}
	cat, ok := categoryByID(id)
	if !ok {
		return 0, nil, nil, failAt("61", "cid")
	}
	var list []attribute
	for _, a := range attributesHere {
		if cat.level >= 3 && (kind == 0 || kind == int64(a.kind)) && (withSale || a.kind != saleAttribute || kind == saleAttribute) {
			list = append(list, a)
		}
	}
	return id, list, fields, nil
}

func (c *call) attributes() (obj, *failure) {
	id, list, fields, f := c.askedAttributes(true)
	if f != nil {
		return nil, f
	}
	told := []any{}
	for _, a := range list {
		features := []any{}
		if a.perSKU {
			features = append(features, obj{"featureKey": "attrLevel", "featureValue": "1", "featureCn": "SKU属性"})
		}
		told = append(told, pick(obj{
			"id": a.id(id), "name": a.name, "inputType": a.input, "isRequired": a.required, "attributeType": a.kind,
			"features": features, "attrValueList": a.toldValues(id),
		}, fields, "id", "name", "inputType", "isRequired", "attributeType"))
	}
	return obj{"findattrsbycategoryidunlimitcate_result": told}, nil
}

func (a attribute) toldValues(category int64) []any {
	values := []any{}
	for i, v := range a.values {
		values = append(values, obj{"id": a.valueID(category, i), "value": v})
	}
	return values
}

func (c *call) attributesOld() (obj, *failure) {
	id, list, fields, f := c.askedAttributes(false)
	if f != nil {
		return nil, f
	}
	told := []any{}
	for i, a := range list {
		values, features := []any{}, []any{}
		for k, v := range a.values {
			values = append(values, obj{"attrValueId": a.valueID(id, k), "attrValue": v, "attrValueIndexId": k, "attrValueFeatures": []any{}})
		}
		if a.perSKU {
			features = append(features, obj{"attrFeatureKey": "attrLevel", "attrFeatureValue": "1", "attrFeatureCn": "SKU属性"})
		}
		told = append(told, pick(obj{
			"categoryAttrId": a.id(id), "categoryId": id, "attName": a.name, "attrIndexId": i, "attributeType": a.kind,
			"inputType": a.input, "attrFeatures": features, "attrValueList": values,
			"categoryAttrGroup": obj{"groupId": 1, "groupName": "主体", "attrGroupIndexId": 0, "attrGroupfeatures": []any{}},
		}, fields, "categoryAttrId", "attName", "attributeType", "inputType"))
	}
	return obj{"categoryAttrs": told}, nil
}

func (c *call) askedValues() (attribute, int64, []string, *failure) {
	c.p.require("categoryAttrId")
	id, fields := c.p.number("categoryAttrId", 0), c.p.list("field")
	if f := c.p.wrong(); f != nil {
		return attribute{}, 0, nil, f
	}
	a, cat, ok := attributeByID(id)
	if !ok {
		return attribute{}, 0, nil, failAt("61", "categoryAttrId")
	}
	return a, cat, fields, nil
}

func (c *call) attributeValues() (obj, *failure) {
	a, cat, fields, f := c.askedValues()
	if f != nil {
		return nil, f
	}
	told := []any{}
	for _, v := range a.toldValues(cat) {
		told = append(told, pick(v.(obj), fields, "id", "value"))
	}
	return obj{"findvaluesbyattridunlimit_result": told}, nil
}

func (c *call) attributeValuesOld() (obj, *failure) {
	a, cat, fields, f := c.askedValues()
	if f != nil {
		return nil, f
	}
	told := []any{}
	for i, v := range a.values {
		told = append(told, pick(obj{
			"id": a.valueID(cat, i), "value": v, "attributeId": a.id(cat), "categoryId": cat, "indexId": i, "features": []any{},
		}, fields, "id", "value"))
	}
	return obj{"categoryAttrValues": told}, nil
}

// filled is what a ware or an SKU says to an attribute.
type filled struct {
	path   string
	id     int64
	values []string
}

func readFilled(p *params, name string) []filled {
	var out []filled
	for _, one := range p.rows(name) {
		one.require("attrId", "attrValues")
		out = append(out, filled{one.path + "attrId", one.number("attrId", 0), one.list("attrValues")})
	}
	return out
}

// judgeFilled tells what is wrong with the attributes of goods in a category, or in its leaf:
// one that does not belong there, a value that cannot be chosen, too many of them.
func judgeFilled(categories []int64, all []filled, sale bool) *failure {
	for _, one := range all {
		a, cat, ok := attributeByID(one.id)
		if !ok || !slices.Contains(categories, cat) || (a.kind == saleAttribute) != sale {
			return failAt("61", one.path)
		}
		if len(one.values) == 0 || a.input != manyChoice && len(one.values) > 1 {
			return failAt("61", one.path+" "+a.name)
		}
		for _, v := range one.values {
			n, err := strconv.ParseInt(v, 10, 64)
			if a.input != freeText && (err != nil || n <= a.id(cat)*100 || n > a.id(cat)*100+int64(len(a.values))) {
				return failAt("61", one.path+" "+a.name)
			}
		}
	}
	return nil
}

// missingAttribute is the first attribute that must be filled in and is not.
func missingAttribute(categories []int64, all []filled) (attribute, bool) {
	for _, a := range attributesHere {
		if a.required && !slices.ContainsFunc(all, func(f filled) bool {
			return f.id%100 == a.no && slices.Contains(categories, f.id/100)
		}) {
			return a, true
		}
	}
	return attribute{}, false
}
