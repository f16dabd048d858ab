package douyin

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// The states of products.
const (
	online     = 0
	offline    = 1
	binned     = 2
	gone       = -2
	checkNew   = 1
	checkAsked = 2
	checkOK    = 3
	checkNo    = 4
	checkBan   = 5
	checkWaits = 7
)

const (
	specsMost  = 3
	valuesMost = 100
	skusMost   = 600
	picsMost   = 5
	imagesMost = 50
)

// product is a listing. What the shop said of it is kept as canonical JSON: one version
// that sells and one that waits for its audit.
type product struct {
	ID, Shop                   int64
	Out                        int64
	Outer                      string
	Status, Check, DraftStatus int64
	Live, Draft                string
	Passed                     bool                // an audit, once
	Reasons                    map[string][]string // of the last audit, if it refused
	Specs                      []spec
	Created, Updated           time.Time
	Asked, Judged              time.Time // of the last audit
}

// spec is a way in which the SKUs of a product differ.
type spec struct {
	ID     int64
	Name   string
	Values []specValue
}

type specValue struct {
	ID   int64
	Name string
}

func (p product) copied() product {
	p.Specs = slices.Clone(p.Specs)
	p.Reasons = maps.Clone(p.Reasons)
	return p
}

// underAudit tells whether nothing can be changed now.
func (p *product) underAudit() bool { return p.Check == checkAsked || p.DraftStatus == checkAsked }

// sells tells whether shoppers can buy it.
func (p *product) sells() bool { return p.Status == online && p.Check == checkOK }

// fields are what the shop said: of the version that waits if draft and there is one.
func (p *product) fields(draft bool) args {
	text := p.Live
	if text == "" || draft && p.Draft != "" {
		text = p.Draft
	}
	v, err := readJSON(text)
	m, ok := v.(map[string]any)
	if err != nil || !ok {
		m = map[string]any{}
	}
	return newArgs(m)
}

// own finds a product of the caller's shop by the numbers a call names.
func (t *tx) own(c *call) *product {
	if id := c.num("product_id"); id != 0 {
		if p := t.products.get(id); p != nil && p.Shop == c.shop && p.Status != gone {
			return p
		}
		return nil
	}
	out, outer := c.num("out_product_id"), c.str("outer_product_id")
	for _, p := range t.products.all() {
		if p.Shop == c.shop && p.Status != gone && (out != 0 && p.Out == out || outer != "" && p.Outer == outer) {
			return p
		}
	}
	return nil
}

// open tells why a product cannot be changed, nil if it can.
func (p *product) open() error {
	switch {
	case p == nil:
		return failed(2010058, "商品不存在")
	case p.underAudit():
		return failed(2010041, "商品审核中，不能编辑")
	case p.Status == binned:
		return failed(2010042, "商品已删除")
	case p.Check == checkBan:
		return failed(2010043, "商品已封禁")
	}
	return nil
}

// add is product.addV2 and product.addCbProduct.
func add(t *tx, c *call) (any, error) {
	p := &product{ID: t.id(firstProduct), Shop: c.shop, Status: t.s.rules.NewStatus, Check: checkNew, Created: t.now, Updated: t.now}
	for _, must := range []string{"name", "category_leaf_id", "product_type", "pic", "description", "reduce_type", "freight_id", "mobile", "commit"} {
		if !c.has(must) {
			return nil, missing(0, must+" 不能为空")
		}
	}
	if err := t.write(p, c); err != nil {
		return nil, err
	}
	t.products.put(p.ID, p)
	t.pushProduct(p, 1)
	if err := t.applySKUs(p, p.fields(true)); err != nil {
		return nil, err
	}
	if c.yes("commit") {
		t.submit(p)
	}
	return t.tellAdded(p), nil
}

func (t *tx) tellAdded(p *product) obj {
	list := []obj{}
	for _, u := range t.skusIn(p.ID) {
		told := obj{"sku_id": u.ID, "out_sku_id": u.Out, "outer_sku_id": u.Outer, "code": u.Code, "spec_detail_ids": p.detailIDs(u)}
		for i, id := range p.detailIDs(u) {
			told["spec_detail_id"+strconv.Itoa(i+1)] = id
		}
		list = append(list, told)
	}
	return obj{"product_id": p.ID, "out_product_id": p.Out, "outer_product_id": p.Outer, "create_time": dateTime(p.Created), "sku": list}
}

// edit is product.editV2: what is not named stays. On a product that passed once it makes a
// version that waits while the old one sells.
func edit(t *tx, c *call) (any, error) {
	if !c.has("product_id") {
		return nil, missing(0, "product_id 不能为空")
	}
	if !c.has("commit") {
		return nil, missing(0, "commit 不能为空")
	}
	found := t.own(c)
	if err := found.open(); err != nil {
		return nil, err
	}
	p := t.products.edit(found.ID)
	if err := t.write(p, c); err != nil {
		return nil, err
	}
	if p.sells() && p.Draft == p.Live {
		return nil, failed(2010102, "商品信息没有变化")
	}
	if p.Passed {
		p.DraftStatus = checkNew
	} else {
		p.Check = checkNew
		if err := t.applySKUs(p, p.fields(true)); err != nil {
			return nil, err
		}
	}
	p.Updated = t.now
	if c.yes("commit") {
		t.submit(p)
	} else {
		t.pushProduct(p, 2)
	}
	return obj{}, nil
}

// partialEdit is product.partialEdit.
func partialEdit(t *tx, c *call) (any, error) {
	for name := range c.m {
		if !slices.Contains([]string{"product_id", "name", "short_product_name", "shop_category"}, name) {
			return nil, invalid(2010004, name+" 不能单独编辑")
		}
	}
	c.m["commit"] = true
	return edit(t, c)
}

// write takes the fields of a call into the version that waits and checks it.
func (t *tx) write(p *product, c *call) error {
	merged := maps.Clone(p.fields(true).m)
	for name, v := range c.m {
		if name != "commit" && name != "product_id" && name != "force_use_quality_list" && v != nil {
			merged[name] = v
		}
	}
	f := args{merged, c.wrong}
	if err := t.judgeable(p.Shop, f, c.yes("commit")); err != nil {
		return err
	}
	p.Out, p.Outer = f.num("out_product_id"), f.str("outer_product_id")
	p.Draft = canonical(merged, false)
	return nil
}

// width is the length of a name: a Chinese character counts two.
func width(s string) int {
	n := 0
	for _, r := range s {
		if n++; utf8.RuneLen(r) > 2 {
			n++
		}
	}
	return n
}

// judgeable checks what can be checked before an audit.
func (t *tx) judgeable(shop int64, f args, commit bool) error {
	name := f.str("name")
	if w := width(name); w < 8 || w > 60 {
		return invalid(2010004, "商品标题长度为 8 到 60 个字符")
	}
	if strings.ContainsFunc(name, func(r rune) bool { return r > 0xffff || unicode.IsControl(r) }) {
		return invalid(2010004, "商品标题不能含有表情符号")
	}
	k := findCategory(f.num("category_leaf_id"))
	if k == nil || !k.leaf() || k.off {
		return invalid(2010044, "类目不存在或已调整")
	}
	if reduce := f.num("reduce_type"); reduce != 1 && reduce != 2 {
		return invalid(2010004, "reduce_type 为 1 或 2")
	}
	if freight := f.num("freight_id"); freight != 0 && !slices.Contains(freightTemplates, freight) {
		return invalid(2010004, "运费模板不存在")
	}
	if err := t.pictures(shop, f); err != nil {
		return err
	}
	if _, err := parseSKUs(f); err != nil {
		return err
	}
	if !commit {
		return nil
	}
	return needs(k, f)
}

// pictures checks the addresses of pictures.
func (t *tx) pictures(shop int64, f args) error {
	pics, images := strings.Split(f.str("pic"), "|"), strings.Split(f.str("description"), "|")
	if len(pics) > picsMost || len(images) > imagesMost {
		return invalid(2010004, "主图最多 5 张，图片总数最多 50 张")
	}
	for _, p := range slices.Concat(pics, images) {
		if !absolute(p) || !t.s.rules.AnyPicture && !t.passedPicture(shop, p) {
			return invalid(99, "图片处理失败，请使用素材中心审核通过的图片")
		}
	}
	return nil
}

// needs checks what the category wants of a product that is handed in.
func needs(k *category, f args) error {
	if id := f.num("standard_brand_id"); id != 0 || k.brand {
		switch b := findBrand(id); {
		case id == 0:
			return invalid(2010320, "品牌必填")
		case b == nil:
			return invalid(2010104, "品牌不存在")
		case !b.authorised:
			return invalid(2010319, "品牌未授权")
		}
	}
	if k.sevenDay && f.num("supply_7day_return") == 0 && f.part("after_sale_service").str("supply_day_return_selector") == "" {
		return invalid(2010316, "该类目必须支持七天无理由退货")
	}
	for _, q := range k.quality {
		if !slices.ContainsFunc(f.list("quality_list"), func(a args) bool {
			return a.str("quality_key") == q.key && len(a.list("quality_attachments")) > 0
		}) {
			return missing(2010101, "缺少资质："+q.name)
		}
	}
	given := args{map[string]any{}, f.wrong}
	if text := f.str("product_format_new"); text != "" {
		v, err := readJSON(text)
		m, ok := v.(map[string]any)
		if err != nil || !ok {
			return invalid(2010004, "product_format_new 格式错误")
		}
		given.m = m
	}
	for _, p := range k.properties {
		if err := p.check(given.list(strconv.FormatInt(p.id, 10))); err != nil {
			return err
		}
	}
	return nil
}

// check checks the values given for a property.
func (p property) check(values []args) error {
	if len(values) == 0 {
		if p.required {
			return missing(2010321, "类目属性必填："+p.name)
		}
		return nil
	}
	if most := max(p.most, 1); len(values) > most {
		return invalid(2010004, "类目属性的值过多："+p.name)
	}
	for _, v := range values {
		i := slices.Index(p.options, v.str("name"))
		own := p.own && v.num("diy_type") == 1 && v.num("value") == 0
		if len(p.options) > 0 && !own && (i < 0 || v.num("value") != optionID(p, i)) || v.str("name") == "" {
			return invalid(2010004, "类目属性的值不正确："+p.name)
		}
	}
	return nil
}
