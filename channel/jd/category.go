package jd

import "context"

// Category is a place in JD's tree of goods. Goods stand in a category of the third level
// and, where there are deeper ones, in a leaf below it.
type Category struct {
	ID       int64
	Parent   int64 // 0 at the top
	Name     string
	Level    int
	Order    int
	Features []Feature
}

// Feature is a key of JD with its value and what people call it.
type Feature struct{ Key, Value, Name string }

// AttributeKind is what an attribute is for.
type AttributeKind int

// The kinds of attributes.
const (
	AnyAttribute       AttributeKind = 0
	KeyAttribute       AttributeKind = 1
	ImmutableAttribute AttributeKind = 2
	MutableAttribute   AttributeKind = 3
	SaleAttribute      AttributeKind = 4 // tells the SKUs of a ware apart, such as the size
)

// InputKind is how an attribute is filled in.
type InputKind int

// The ways to fill in an attribute.
const (
	OneChoice   InputKind = 1
	ManyChoices InputKind = 2
	FreeText    InputKind = 3
)

// Attribute is something JD wants to know of the goods of a category.
type Attribute struct {
	ID       int64
	Name     string
	Kind     AttributeKind
	Input    InputKind
	Required bool
	OfSKU    bool // it is said of each SKU, not of the ware
	Features []Feature
	Values   []AttributeValue // of those to choose from, if JD told them along
}

// AttributeValue is one of the values to choose from.
type AttributeValue struct {
	ID   int64
	Name string
}

const categoryFields = "id,fid,name,lev,order,features"

// Categories lists the categories below a parent, those at the top below 0.
func (s *Shop) Categories(ctx context.Context, parent int64) ([]Category, error) {
	a, err := s.ask(ctx, "jingdong.category.read.findByPId", fields{"parentCid": parent, "field": categoryFields})
	if err != nil {
		return nil, err
	}
	return each(a.at("categories"), readCategory), a.whole()
}

// Category finds one category.
func (s *Shop) Category(ctx context.Context, id int64) (Category, error) {
	a, err := s.ask(ctx, "jingdong.category.read.findById", fields{"cid": id, "field": categoryFields})
	if err != nil {
		return Category{}, err
	}
	c := readCategory(a.at("category"))
	if c.ID == 0 {
		return Category{}, a.refused("71", "")
	}
	return c, a.whole()
}

// SellableCategories lists the categories in which the shop may sell. No public document
// says under which name they come, so the one list of the answer is taken.
func (s *Shop) SellableCategories(ctx context.Context) ([]Category, error) {
	a, err := s.ask(ctx, "jingdong.vender.category.getValidCategoryResultByVenderId", nil)
	if err != nil {
		return nil, err
	}
	return each(onlyList(a.tree), readCategory), a.whole()
}

func readCategory(t tree) Category {
	return Category{
		ID: t.at("id").number(), Parent: t.at("fid").number(), Name: t.at("name").text(),
		Level: t.at("lev").small(), Order: t.first("order", "indexId").small(), Features: readFeatures(t),
	}
}

// readFeatures reads features by whichever of their three sets of names they come.
func readFeatures(t tree) []Feature {
	return each(t.first("features", "attrFeatures", "attrValueFeatures"), func(f tree) Feature {
		return Feature{
			Key:   f.first("featureKey", "key", "attrFeatureKey").text(),
			Value: f.first("featureValue", "value", "attrFeatureValue").text(),
			Name:  f.first("featureCn", "cn", "attrFeatureCn").text(),
		}
	})
}

// onlyList is the list of an answer whose name nobody knows: the one found at the top or in
// the one object there.
func onlyList(t tree) tree {
	object, _ := t.value.(map[string]any)
	var lists, objects []tree
	for name, value := range object {
		switch value.(type) {
		case []any:
			lists = append(lists, t.at(name))
		case map[string]any:
			objects = append(objects, t.at(name))
		}
	}
	switch {
	case len(lists) == 1:
		return lists[0]
	case len(lists) == 0 && len(objects) == 1:
		return onlyList(objects[0])
	}
	t.fail("answer with one list")
	return tree{path: t.path, wrong: t.wrong}
}

// Attributes lists what JD wants to know of the goods of a category, of whatever level.
func (s *Shop) Attributes(ctx context.Context, category int64, kind AttributeKind) ([]Attribute, error) {
	a, err := s.ask(ctx, "jingdong.category.read.findAttrsByCategoryIdUnlimitCate", fields{
		"cid": category, "field": "id,name,inputType,isRequired,attributeType,features,attrValueList",
	}.number("attributeType", int64(kind)))
	if err != nil {
		return nil, err
	}
	out := each(a.at("findattrsbycategoryidunlimitcate_result"), func(t tree) Attribute {
		at := Attribute{
			ID: t.first("id", "categoryAttrId").number(), Name: t.first("name", "attName").text(),
			Kind: AttributeKind(t.at("attributeType").small()), Input: InputKind(t.at("inputType").small()),
			Required: t.at("isRequired").truth(), Features: readFeatures(t), Values: each(t.at("attrValueList"), readValue),
		}
		for _, f := range at.Features {
			at.OfSKU = at.OfSKU || f.Key == "attrLevel" && f.Value == "1"
		}
		return at
	})
	return out, a.whole()
}

// AttributeValues lists the values to choose from.
func (s *Shop) AttributeValues(ctx context.Context, attribute int64) ([]AttributeValue, error) {
	a, err := s.ask(ctx, "jingdong.category.read.findValuesByAttrIdUnlimit", fields{"categoryAttrId": attribute, "field": "id,value"})
	if err != nil {
		return nil, err
	}
	return each(a.at("findvaluesbyattridunlimit_result"), readValue), a.whole()
}

func readValue(t tree) AttributeValue {
	return AttributeValue{ID: t.first("id", "attrValueId").number(), Name: t.first("value", "attrValue").text()}
}
