package douyin

import "context"

// Category is a node of the platform's tree.
type Category struct {
	ID      ID     `json:"id"`
	Name    string `json:"name"`
	Level   Int    `json:"level"`
	Parent  ID     `json:"parent_id"`
	Leaf    Flag   `json:"is_leaf"`
	Enabled Flag   `json:"enable"` // a category that is not may not be used
}

// Categories returns the children of a category; the roots for "0". Listings stand in leaves.
func (s Shop) Categories(ctx context.Context, parent ID) ([]Category, error) {
	var told []Category
	err := s.ask(ctx, "shop.getShopCategory", struct {
		Parent ID `json:"cid"`
	}{parent}, &told)
	return told, err
}

// Property is what the platform wants to know of goods in a category.
type Property struct {
	ID           ID       `json:"property_id"`
	Name         string   `json:"property_name"`
	Type         string   `json:"type"` // text, select, multi_select, timestamp, timerange
	Required     Flag     `json:"required"`
	Status       Int      `json:"status"`        // 0 valid, 1 void
	Kind         Int      `json:"property_type"` // 0 bound, 1 key, 2 sales, 3 goods
	Own          Flag     `json:"diy_type"`      // values outside the options are taken
	Most         Int      `json:"multi_select_max"`
	Sequence     Int      `json:"sequence"`
	Relation     ID       `json:"relation_id"`
	Options      []Option `json:"options"` // none for free text
	HasSub       Flag     `json:"has_sub_property"`
	Measurements []struct {
		Modules []struct {
			Units []struct {
				ID   ID     `json:"unit_id"`
				Name string `json:"unit_name"`
			} `json:"units"`
		} `json:"value_modules"`
	} `json:"measure_templates"`
}

// Option is a value that a property may have.
type Option struct {
	Name     string `json:"name"`
	Value    string `json:"value"`
	ValueID  ID     `json:"value_id"`
	Sequence Int    `json:"sequence"`
}

// Properties returns those of a leaf that are in force.
func (s Shop) Properties(ctx context.Context, leaf ID) ([]Property, error) {
	var told struct {
		Data []Property `json:"data"`
	}
	err := s.ask(ctx, "product.getCatePropertyV2", struct {
		Leaf ID `json:"category_leaf_id"`
	}{leaf}, &told)
	valid := told.Data[:0]
	for _, p := range told.Data {
		if p.Status == 0 {
			valid = append(valid, p)
		}
	}
	return valid, err
}

// NoBrand is the brand of goods without one.
const NoBrand ID = "596120136"

// Brands are those a listing of a category may name.
type Brands struct {
	AuthRequired Flag    `json:"auth_required"`
	Authorised   []Brand `json:"auth_brand_list"`
	All          []Brand `json:"brand_list"`
}

// Brand is one of them.
type Brand struct {
	ID      ID     `json:"brand_id"`
	Chinese string `json:"name_cn"`
	English string `json:"name_en"`
}

// Brands returns the brands of a category.
func (s Shop) Brands(ctx context.Context, category ID) (Brands, error) {
	var told Brands
	err := s.ask(ctx, "brand.list", struct {
		Category ID `json:"category_id"`
	}{category}, &told)
	return told, err
}
