package douyin

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The sorts of SKUs.
const (
	ordinary = 0
	region   = 1
	stepped  = 10
)

// sku is one of the things a product comes in.
type sku struct {
	ID, Product, Shop     int64
	Names                 []string         // of the values of its specs
	Price                 int64            // fen
	Stock, Step           int64            // sellable
	Held                  int64            // by orders that are not shipped
	By, HeldBy            map[string]int64 // the same by region warehouse
	Code, Outer, Supplier string
	Out                   int64
	Type                  int64
	Customs               string // JSON
	Deleted               bool
	Created               time.Time
}

func (u sku) copied() sku {
	u.By, u.HeldBy = maps.Clone(u.By), maps.Clone(u.HeldBy)
	return u
}

func (u *sku) customs() string {
	if u.Customs == "" {
		return "{}"
	}
	return u.Customs
}

// sellable is what shoppers can buy now, of all warehouses.
func (u *sku) sellable() int64 {
	n := u.Stock
	for _, of := range u.By {
		n += of
	}
	return n
}

func (u *sku) held() int64 {
	n := u.Held
	for _, of := range u.HeldBy {
		n += of
	}
	return n
}

// skusIn returns the SKUs of a product that are not deleted, oldest first.
func (t *tx) skusIn(product int64) []*sku {
	var out []*sku
	for _, id := range t.skusOf[product] {
		if u := t.skus.get(id); u != nil && !u.Deleted {
			out = append(out, u)
		}
	}
	for _, id := range t.skus.came {
		if u := t.skus.get(id); u != nil && u.Product == product && !u.Deleted {
			out = append(out, u)
		}
	}
	return out
}

// detailIDs are the numbers of the spec values of a SKU.
func (p *product) detailIDs(u *sku) []int64 {
	out := []int64{}
	for i, name := range u.Names {
		if i >= len(p.Specs) {
			break
		}
		for _, v := range p.Specs[i].Values {
			if v.Name == name {
				out = append(out, v.ID)
			}
		}
	}
	return out
}

// group is a spec as a shop writes it.
type group struct {
	name   string
	values []string
}

// parseSpecs reads specs, "口味|黑巧,牛奶^规格|100g", or the newer spec_info.
func parseSpecs(f args) ([]group, error) {
	var out []group
	if info := f.part("spec_info").list("spec_values"); len(info) > 0 {
		for _, g := range info {
			var values []string
			for _, v := range g.list("values") {
				values = append(values, v.str("value_name"))
			}
			out = append(out, group{g.str("property_name"), values})
		}
	} else if text := f.str("specs"); text != "" {
		for part := range strings.SplitSeq(text, "^") {
			name, values, _ := strings.Cut(part, "|")
			out = append(out, group{name, strings.Split(values, ",")})
		}
	}
	combinations := 1
	for _, g := range out {
		unique := slices.Compact(slices.Sorted(slices.Values(g.values)))
		if g.name == "" || len(g.values) == 0 || slices.Contains(g.values, "") || len(unique) != len(g.values) || len(g.values) > valuesMost {
			return nil, invalid(2010004, "规格格式错误")
		}
		combinations *= len(g.values)
	}
	if len(out) == 0 || len(out) > specsMost || combinations > skusMost {
		return nil, invalid(2010004, "规格为 1 到 3 组")
	}
	return out, nil
}

// asked is a SKU as a shop wants it.
type asked struct {
	args
	names []string
}

// parseSKUs reads the SKUs of a product: one for each combination of its specs.
func parseSKUs(f args) ([]asked, error) {
	groups, err := parseSpecs(f)
	if err != nil {
		return nil, err
	}
	list := f.nested("spec_prices_v2")
	if len(list) == 0 {
		list = f.nested("spec_prices")
	}
	want := 1
	for _, g := range groups {
		want *= len(g.values)
	}
	seen := map[string]bool{}
	var out []asked
	for _, a := range list {
		names := namesOf(a, len(groups))
		for i, g := range groups {
			if !slices.Contains(g.values, names[i]) {
				return nil, invalid(2010004, "spec_prices 与规格不一致："+names[i])
			}
		}
		if a.num("price") <= 0 || a.num("stock_num") < 0 {
			return nil, invalid(2010004, "价格须大于 0，库存不能为负")
		}
		seen[strings.Join(names, "|")] = true
		out = append(out, asked{a, names})
	}
	if len(out) != want || len(seen) != want {
		return nil, invalid(2010004, "每个规格组合须有且只有一个价格")
	}
	return out, nil
}

func namesOf(a args, groups int) []string {
	names := make([]string, groups)
	properties := a.list("sell_properties")
	for i := range names {
		if names[i] = a.str("spec_detail_name" + strconv.Itoa(i+1)); names[i] == "" && i < len(properties) {
			names[i] = properties[i].str("value_name")
		}
	}
	return names
}

// applySKUs makes the SKUs of a product those that its fields ask for. A SKU with the same
// values stays the same SKU.
func (t *tx) applySKUs(p *product, f args) error {
	groups, err := parseSpecs(f)
	if err != nil {
		return err
	}
	list, err := parseSKUs(f)
	if err != nil {
		return err
	}
	t.applySpecs(p, groups)
	was := t.skusIn(p.ID)
	for _, a := range list {
		var u *sku
		if i := slices.IndexFunc(was, func(u *sku) bool { return slices.Equal(u.Names, a.names) }); i >= 0 {
			u = t.skus.edit(was[i].ID)
			was = slices.Delete(slices.Clone(was), i, i+1)
		}
		t.applySKU(p, u, a)
	}
	for _, u := range was {
		t.skus.edit(u.ID).Deleted = true
	}
	return nil
}

func (t *tx) applySKU(p *product, u *sku, a asked) {
	fresh := u == nil
	if fresh {
		u = &sku{ID: t.id(firstSKU), Product: p.ID, Shop: p.Shop, Names: a.names, Created: t.now}
		t.skus.put(u.ID, u)
	}
	u.Price, u.Type = a.num("price"), a.or("sku_type", u.Type)
	if a.has("stock_num") && (fresh || !t.s.rules.EditKeepsSold) {
		u.Stock = a.num("stock_num")
	}
	if m := a.part("stock_num_map").m; len(m) > 0 && (fresh || !t.s.rules.EditKeepsSold) {
		u.By = map[string]int64{}
		for name := range m {
			u.By[name] = a.part("stock_num_map").num(name)
		}
	}
	u.Step = a.or("step_stock_num", u.Step)
	u.Out = a.or("out_sku_id", u.Out)
	for name, to := range map[string]*string{"code": &u.Code, "outer_sku_id": &u.Outer, "supplier_id": &u.Supplier} {
		if a.has(name) {
			*to = a.str(name)
		}
	}
	if a.has("customs_report_info") {
		u.Customs = canonical(a.m["customs_report_info"], false)
	}
}

// applySpecs gives numbers to the specs and values that have none yet.
func (t *tx) applySpecs(p *product, groups []group) {
	specs := make([]spec, 0, len(groups))
	for _, g := range groups {
		s := spec{Name: g.name}
		if i := slices.IndexFunc(p.Specs, func(o spec) bool { return o.Name == g.name }); i >= 0 {
			s = p.Specs[i]
		} else {
			s.ID = t.id(firstSKU)
		}
		var values []specValue
		for _, name := range g.values {
			v := specValue{Name: name}
			if i := slices.IndexFunc(s.Values, func(o specValue) bool { return o.Name == name }); i >= 0 {
				v = s.Values[i]
			} else {
				v.ID = t.id(firstSKU)
			}
			values = append(values, v)
		}
		s.Values = values
		specs = append(specs, s)
	}
	p.Specs = specs
}

// addressed finds the SKU a call names: by its number, the shop's code or the shop's number.
func (t *tx) addressed(shop int64, a args) (*sku, error) {
	var u *sku
	if id := a.num("sku_id"); id != 0 {
		u = t.skus.get(id)
	} else if code, out := a.str("code"), a.num("out_sku_id"); code != "" || out != 0 {
		for _, o := range t.skus.all() {
			if o.Shop == shop && !o.Deleted && (code != "" && o.Code == code || out != 0 && o.Out == out) {
				u = o
				break
			}
		}
	} else {
		return nil, missing(4, "sku_id、code、out_sku_id 不能同时为空")
	}
	if u == nil || u.Shop != shop || a.num("product_id") != 0 && a.num("product_id") != u.Product {
		return nil, invalid(5, "SKU 不存在")
	}
	if u.Deleted {
		return nil, invalid(4, "SKU 已删除")
	}
	return u, nil
}

// listSKUs is sku.list.
func listSKUs(t *tx, c *call) (any, error) {
	p := t.own(c)
	if p == nil {
		return nil, failed(2010058, "商品不存在")
	}
	out := []obj{}
	for _, u := range t.skusIn(p.ID) {
		told := obj{
			"id": u.ID, "out_sku_id": u.Out, "product_id": p.ID, "product_id_str": strconv.FormatInt(p.ID, 10), "price": u.Price,
			"code": u.Code, "sku_type": u.Type, "stock_num": u.Stock, "prehold_stock_num": u.Held, "stock_map": filled(u.By),
			"prehold_stock_map": filled(u.HeldBy), "sell_properties": []obj{}, "customs_report_info": json.RawMessage(u.customs()),
			"create_time": u.Created.Unix(), "supplier_id": u.Supplier,
		}
		ids := p.detailIDs(u)
		for i, name := range u.Names {
			told["spec_detail_name"+strconv.Itoa(i+1)] = name
			if i < len(ids) {
				told["spec_detail_id"+strconv.Itoa(i+1)] = ids[i]
			}
		}
		out = append(out, told)
	}
	return out, nil
}

func filled(m map[string]int64) map[string]int64 {
	if m == nil {
		return map[string]int64{}
	}
	return m
}

// editPrice is sku.editPrice.
func editPrice(t *tx, c *call) (any, error) {
	u, err := t.addressed(c.shop, c.args)
	if err != nil {
		return nil, err
	}
	if c.num("price") <= 0 {
		return nil, invalid(7, "价格须大于 0")
	}
	if err := t.products.get(u.Product).open(); err != nil {
		return nil, err
	}
	t.setPrice(u.ID, c.num("price"))
	return obj{}, nil
}

func (t *tx) setPrice(id, price int64) {
	u := t.skus.edit(id)
	u.Price = price
	t.products.edit(u.Product).Updated = t.now
}
