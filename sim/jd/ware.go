package jd

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"
)

var wareMethods = map[string]method{
	"jingdong.ware.write.add":                     {do: (*call).addWare},
	"jingdong.ware.write.updateWare":              {do: (*call).updateWare},
	"jingdong.ware.write.updateWareTitle":         {do: (*call).updateTitle},
	"jingdong.ware.write.delete":                  {do: (*call).deleteWare},
	"jingdong.ware.write.recoverWare":             {do: (*call).recoverWare},
	"jingdong.ware.write.upOrDown":                {do: (*call).upOrDown},
	"jingdong.ware.write.updateWareStatusByTimer": {do: (*call).timeWare},
	"jingdong.sku.write.saveWareSkus":             {do: (*call).saveSKUs},
	"jingdong.sku.write.updateSkus":               {do: (*call).updateSKUs},
	"jingdong.sku.write.deleteSku":                {do: (*call).deleteSKU},
	"jingdong.price.write.updateSkuJdPrice":       {do: (*call).updatePrice},
	"jingdong.price.write.updateWareMarketPrice":  {do: (*call).updateMarketPrice},
	"jingdong.price.write.updateWareCostPrice":    {do: (*call).updateCostPrice},
	"jingdong.image.write.update":                 {do: (*call).updateImages},
	"jingdong.image.write.delete":                 {do: (*call).deleteImages},
	"jingdong.ware.read.findOpReason":             {do: (*call).opReason},
}

// The states of a ware; while it is audited, and after it is refused, the state it would have
// is told with more added.
const (
	neverOn   = 1
	takenDown = 2
	onShelf   = 8
	deleted   = -1

	waiting = 512
	notThen = 1024
)

const (
	recoverDays = 45
	introMost   = 100_000
	mainColor   = "0000000000"
	imagesMost  = 100
	skusMost    = 2000
)

// imagePlace is a picture of a ware in its place.
type imagePlace struct {
	Color  string
	Index  int64
	URL    string
	ZoneID string
}

// ware is goods as they are shown, with one or more SKUs.
type ware struct {
	ID        ID
	Title     string
	Category  int64
	Leaf      int64
	Brand     int64
	Transport int64
	Base      int // the state it has, or would have
	Audit     int // 0, waiting or notThen
	AuditAt   time.Time
	Note      string // why it was refused
	Deleted   time.Time
	UpAt      time.Time // timers
	DownAt    time.Time
	Market    int64 // fen
	Cost      int64
	Images    []imagePlace
	Features  []feature
	Rest      map[string]json.RawMessage // what is only kept
	Created   time.Time
	Modified  time.Time
	OnlineAt  time.Time
	OfflineAt time.Time
}

// feature is a word about goods; its three parts have other names when they are read.
type feature struct{ Key, Value, Cn string }

func (w *ware) key() string { return w.ID.String() }

func (w *ware) due() time.Time {
	first := time.Time{}
	for _, t := range []time.Time{w.AuditAt, w.UpAt, w.DownAt} {
		if !t.IsZero() && (first.IsZero() || t.Before(first)) {
			first = t
		}
	}
	return first
}

// status is the number the platform tells.
func (w *ware) status() int {
	if !w.Deleted.IsZero() {
		return deleted
	}
	return w.Base + w.Audit
}

// sells tells whether shoppers can buy it.
func (w *ware) sells() bool { return w.status() == onShelf }

// kept are the fields of a ware that the platform keeps and tells as they were sent.
var kept = []string{
	"outerId", "itemNum", "barCode", "wareLocation", "delivery", "promiseId", "templateId", "adWords", "wrap", "packListing",
	"length", "width", "height", "weight", "multiCateProps", "props", "shopCategorys", "introduction", "mobileDesc", "afterSales",
	"wareTax", "templateIds",
}

// fill takes what was sent into the ware.
func (c *call) fill(w ware, p *params) ware {
	if p.has("title") {
		w.Title = p.shortText("title", c.s.o.TitleMost)
	}
	w.Category, w.Leaf = p.number("categoryId", w.Category), p.number("multiCategoryId", w.Leaf)
	w.Brand, w.Transport = p.number("brandId", w.Brand), p.number("transportId", w.Transport)
	if p.has("marketPrice") {
		w.Market = p.price("marketPrice")
	}
	if p.has("costPrice") {
		w.Cost = p.price("costPrice")
	}
	w.Rest = maps.Clone(w.Rest)
	if w.Rest == nil {
		w.Rest = map[string]json.RawMessage{}
	}
	for _, name := range kept {
		if p.has(name) {
			w.Rest[name] = p.raw(name)
		}
	}
	p.shortText("introduction", introMost)
	p.shortText("mobileDesc", introMost)
	if p.has("images") {
		w.Images = nil
		for _, one := range p.rows("images") {
			one.require("colorId", "imgIndex", "imgUrl")
			w.Images = append(w.Images, imagePlace{one.text("colorId"), one.number("imgIndex", 0), one.text("imgUrl"), one.text("imgZoneId")})
			if !strings.HasPrefix(one.text("imgUrl"), "jfs/") {
				one.refuse("61", "imgUrl")
			}
		}
		if !slices.ContainsFunc(w.Images, func(i imagePlace) bool { return i.Color == mainColor && i.Index == 1 }) || len(w.Images) > imagesMost {
			p.refuse("61", "images")
		}
	}
	if p.has("features") {
		w.Features = readFeatures(p)
	}
	return w
}

// readFeatures takes both names of the parts: those of creating and those of updating.
func readFeatures(p *params) []feature {
	var out []feature
	for _, one := range p.rows("features") {
		f := feature{one.text("key"), one.text("value"), one.text("cn")}
		if f.Key == "" {
			f = feature{one.text("featureKey"), one.text("featureValue"), one.text("featureCn")}
		}
		out = append(out, f)
	}
	return out
}

// judge refuses a ware that cannot be.
func (c *call) judge(w ware, p *params) *failure {
	switch {
	case w.Title == "":
		p.refuse("60", "title")
	case w.Category == 0:
		p.refuse("60", "categoryId")
	case w.Transport == 0:
		p.refuse("60", "transportId")
	}
	if f := p.wrong(); f != nil {
		return f
	}
	cat, ok := categoryByID(w.Category)
	if !ok || cat.level != 3 {
		return failAt("61", p.path+"categoryId")
	}
	leaves := slices.ContainsFunc(categories, func(l category) bool { return l.parent == cat.id })
	leaf, ok := categoryByID(w.Leaf)
	switch {
	case leaves && w.Leaf == 0:
		return failAt("60", p.path+"multiCategoryId")
	case w.Leaf != 0 && w.Leaf != w.Category && (!ok || leaf.parent != cat.id):
		return failAt("61", p.path+"multiCategoryId")
	case w.Brand != 0 && brandName(w.Brand) == "":
		return failAt("61", p.path+"brandId")
	case !fareKnown(w.Transport):
		return failAt("61", p.path+"transportId")
	}
	given := readFilled(p, "multiCateProps")
	given = append(given, readFilled(p, "props")...)
	if f := p.wrong(); f != nil {
		return f
	}
	where := []int64{w.Category, w.Leaf}
	if f := judgeFilled(where, given, false); f != nil {
		return f
	}
	if a, missing := missingAttribute(where, given); missing && (len(given) > 0 || w.Created.IsZero()) {
		return failAt("60", p.path+"multiCateProps "+a.name)
	}
	return nil
}

// audit starts the audit of a ware whose words or pictures changed. It ends at once where
// audits take no time.
func (s *Simulator) audit(c *change, w ware) ware {
	w.Audit, w.AuditAt, w.Note = waiting, c.now.Add(s.o.AuditDelay), ""
	if s.o.AuditDelay == 0 {
		w = decided(c, w)
	}
	return w
}

// decided is a ware after its audit: refused if somebody said so before.
func decided(c *change, w ware) ware {
	w.Audit, w.AuditAt = 0, time.Time{}
	if world := c.itself(); len(world.Refusals) > 0 {
		w.Audit, w.Note = notThen, world.Refusals[0]
		world.Refusals = world.Refusals[1:]
		c.putWorld(world)
	}
	if w.sells() && w.OnlineAt.Before(w.OfflineAt) || w.sells() && w.OnlineAt.IsZero() {
		w.OnlineAt = c.now
	}
	return w
}

// audited does what is due for a ware.
func (s *Simulator) audited(c *change, w ware) {
	passed := func(t time.Time) bool { return !t.IsZero() && !t.After(c.now) }
	if passed(w.AuditAt) {
		w = decided(c, w)
	}
	if passed(w.DownAt) {
		w.DownAt = time.Time{}
		w = down(c, w)
	}
	if passed(w.UpAt) {
		w.UpAt = time.Time{}
		w.Base = onShelf
		w = s.audit(c, w)
	}
	w.Modified = c.now
	c.putWare(w)
}

func down(c *change, w ware) ware {
	w.Base, w.Audit, w.AuditAt, w.OfflineAt = takenDown, 0, time.Time{}, c.now
	return w
}

func (c *call) addWare() (obj, *failure) {
	p := c.p.under("ware")
	p.require("title", "categoryId", "transportId", "images", "introduction")
	w := ware{Created: time.Time{}, Base: int(p.within("wareStatus", neverOn, neverOn, onShelf))}
	if w.Base != neverOn && w.Base != onShelf {
		p.refuse("61", "wareStatus")
	}
	w = c.fill(w, p)
	c.p.require("skus")
	skus := c.readSKUs()
	if len(skus) == 0 {
		c.p.refuse("60", "skus")
	}
	for _, one := range skus {
		one.p.require("jdPrice", "stockNum")
	}
	if f := c.judge(w, p); f != nil {
		return nil, f
	}
	if f := judgeSKUs(w, skus); f != nil {
		return nil, f
	}
	w.ID, w.Created, w.Modified = c.newID(), c.now, c.now
	told := []any{}
	for _, one := range skus {
		one.sku.ID, one.sku.Ware, one.sku.Created, one.sku.Modified = c.newID(), w.ID, c.now, c.now
		c.putSKU(one.sku)
		told = append(told, obj{"skuId": one.sku.ID, "outerId": one.sku.Outer, "jdPrice": yuan(one.sku.Price)})
	}
	w = c.s.audit(c.change, w)
	c.putWare(w)
	return obj{"ware": obj{"wareId": w.ID, "title": w.Title, "wareStatus": w.status(), "skus": told}}, nil
}

// known is a ware of the shop that is not deleted.
func (c *call) known(p *params, name string) (ware, *failure) {
	p.require(name)
	id := p.id(name)
	if f := p.wrong(); f != nil {
		return ware{}, f
	}
	w := c.wares.get(id.String())
	if w == nil || !w.Deleted.IsZero() {
		return ware{}, failAt("71", p.path+name)
	}
	return *w, nil
}

func (c *call) updateWare() (obj, *failure) {
	p := c.p.under("ware")
	old, f := c.known(p, "wareId")
	if f != nil {
		return nil, f
	}
	w := c.fill(old, p)
	if f := c.judge(w, p); f != nil {
		return nil, f
	}
	return c.changed(old, w), nil
}

// changed keeps a ware that was changed; its words and pictures are audited again.
func (c *call) changed(old, w ware) obj {
	w.Modified = c.now
	shown := func(w ware) string {
		return w.Title + "\x00" + string(w.Rest["introduction"]) + "\x00" + string(w.Rest["mobileDesc"]) + "\x00" + toldImages(w.Images)
	}
	if shown(old) != shown(w) || w.Audit == notThen {
		w = c.s.audit(c.change, w)
	}
	c.putWare(w)
	return obj{"success": true}
}

func toldImages(images []imagePlace) string {
	var b strings.Builder
	for _, i := range images {
		b.WriteString(i.Color + "/" + i.URL + " ")
	}
	return b.String()
}

func (c *call) updateTitle() (obj, *failure) {
	c.p.require("title")
	title := c.p.shortText("title", c.s.o.TitleMost)
	old, f := c.known(c.p, "wareId")
	if f != nil {
		return nil, f
	}
	w := old
	w.Title = title
	return c.changed(old, w), nil
}

func (c *call) deleteWare() (obj, *failure) {
	w, f := c.known(c.p, "wareId")
	if f != nil {
		return nil, f
	}
	w.Deleted, w.Modified, w.AuditAt, w.UpAt, w.DownAt = c.now, c.now, time.Time{}, time.Time{}, time.Time{}
	c.putWare(w)
	return obj{"success": true}, nil
}

func (c *call) recoverWare() (obj, *failure) {
	c.p.require("wareId")
	id := c.p.id("wareId")
	if f := c.p.wrong(); f != nil {
		return nil, f
	}
	old := c.wares.get(id.String())
	if old == nil || old.Deleted.IsZero() || c.now.Sub(old.Deleted) > recoverDays*24*time.Hour {
		return nil, failAt("71", "wareId")
	}
	w := *old
	w.Deleted, w.Modified, w.Base, w.Audit = time.Time{}, c.now, takenDown, 0
	c.putWare(w)
	return obj{"success": true}, nil
}

func (c *call) upOrDown() (obj, *failure) {
	c.p.require("opType")
	kind := c.p.within("opType", 0, 1, 2)
	c.p.text("note")
	w, f := c.known(c.p, "wareId")
	if f != nil {
		return nil, f
	}
	w.Modified = c.now
	switch {
	case kind == 2:
		w = down(c.change, w)
	case w.Audit == notThen:
		return nil, failAt("61", "wareId")
	case w.Base != onShelf:
		w.Base = onShelf
		if w.Audit == 0 {
			w = c.s.audit(c.change, w)
		}
	}
	c.putWare(w)
	return obj{"success": true}, nil
}

func (c *call) timeWare() (obj, *failure) {
	c.p.require("upTime", "downTime")
	up, down := c.p.moment("upTime"), c.p.moment("downTime")
	w, f := c.known(c.p, "wareId")
	if f != nil {
		return nil, f
	}
	if !down.After(up) {
		return nil, failAt("61", "downTime")
	}
	w.UpAt, w.DownAt, w.Modified = up, down, c.now
	c.putWare(w)
	return obj{"success": true}, nil
}

// opReason tells why a ware was refused.
func (c *call) opReason() (obj, *failure) {
	w, f := c.known(c.p, "wareId")
	if f != nil {
		return nil, f
	}
	return obj{"opReason": obj{"note": w.Note}}, nil
}

// RefuseNext has the audit refuse the next wares for this reason. Errors: Unavailable
// sim.state_unwritable.
func (s *Simulator) RefuseNext(reason string, times int) error {
	return s.do(func(c *change) error {
		w := c.itself()
		w.Refusals = slices.Concat(w.Refusals, slices.Repeat([]string{reason}, min(max(times, 0), 1000)))
		c.putWorld(w)
		return nil
	})
}

func (c *call) updateMarketPrice() (obj, *failure) {
	c.p.require("marketPrice")
	fen := c.p.price("marketPrice")
	w, f := c.known(c.p, "wareId")
	if f != nil {
		return nil, f
	}
	w.Market, w.Modified = fen, c.now
	c.putWare(w)
	return obj{"success": true}, nil
}

func (c *call) updateCostPrice() (obj, *failure) {
	c.p.require("costPrice")
	fen := c.p.price("costPrice")
	w, f := c.known(c.p, "wareId")
	if f != nil {
		return nil, f
	}
	w.Cost, w.Modified = fen, c.now
	c.putWare(w)
	return obj{"success": true}, nil
}
