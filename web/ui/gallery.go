package ui

import (
	"embed"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"pavilion"
	"pavilion/catalog"
	"pavilion/money"
)

// Parts is the gallery's page of components, each with fixed data.
type Parts struct {
	Cards    []Card
	Row      []Card
	Prices   []Price
	Badges   []Badge
	Notices  []Notice
	Toast    Toast
	Fields   []Field
	Stepper  Stepper
	Timeline []Step
	Empty    Empty
	Gallery  Gallery
	Crumbs   []Link
	Chips    []Chip
	Pager    Pager
	Progress Progress
	Table    Table
	Facts    []Fact
	Dialog   Dialog
	Chart    Chart
	Days     DayChart
	Head     Section
	Icons    []string
	Figures  []string
	Pages    []Link
}

// showGallery mounts the gallery: the components, the drawings, and every page of every
// area in each state its area gave a sample for, at /{lang}/gallery/{area}/{page}/{state}.
func (s *Site) showGallery(mux *http.ServeMux) error {
	a := s.Area("gallery", embed.FS{})
	parts := NewPage(a, "gallery", map[string]Parts{"all": sampleParts(nil)})
	a.Route(
		Route{Pattern: "GET /{lang}/gallery", Do: func(w http.ResponseWriter, r *http.Request) error {
			return parts.Write(w, r, Head{Title: "Gallery", NoIndex: true}, sampleParts(s.Samples(LangOf(r))))
		}},
		Route{Pattern: "GET /{lang}/gallery/{area}/{page}/{state}", Do: func(w http.ResponseWriter, r *http.Request) error {
			for _, area := range s.areas {
				for _, g := range area.pages {
					if area.Name == r.PathValue("area") && g.template == r.PathValue("page") && g.state == r.PathValue("state") {
						return g.write(w, r)
					}
				}
			}
			return pavilion.E(pavilion.NotFound, "page.not_found", nil)
		}},
		Route{Pattern: "GET /gallery/pack/{number}", Do: func(w http.ResponseWriter, r *http.Request) error {
			n, err := strconv.Atoi(strings.TrimSuffix(r.PathValue("number"), ".svg"))
			if err != nil || n < 0 || n >= len(samplePacks) {
				return pavilion.E(pavilion.NotFound, "page.not_found", nil)
			}
			w.Header().Set("Content-Type", mediaTypes[".svg"])
			return Illustrate(w, samplePacks[n])
		}},
	)
	a.Mount(mux)
	return a.Err()
}

// Samples returns the addresses of all sample pages in a language.
func (s *Site) Samples(lang pavilion.Lang) []Link {
	var links []Link
	for _, area := range s.areas {
		for _, g := range area.pages {
			at := area.Name + "/" + g.template + "/" + g.state
			links = append(links, Link{URL: "/" + string(lang) + "/gallery/" + area.Name + "/" + g.template + "/" + url.PathEscape(g.state), Label: at})
		}
	}
	slices.SortFunc(links, func(a, b Link) int { return strings.Compare(a.Label, b.Label) })
	return links
}

// sampleParts is the fixed data of the components.
func sampleParts(pages []Link) Parts {
	yuan := func(fen int64) money.Money { return money.New(fen, "CNY") }
	grams := func(n int64) catalog.Measure { return catalog.Measure{Milli: n * 1000, Unit: catalog.Gram} }
	var cards []Card
	for i, pack := range samplePacks {
		cards = append(cards, Card{
			URL: "#", Name: pack.Name, Brand: pack.Brand, Net: pack.Net,
			Picture: Picture{Src: "/gallery/pack/" + strconv.Itoa(i) + ".svg", Alt: "", Width: 800, Height: 800},
			Price:   Price{Amount: yuan(int64(1290 + 730*i)), PerOf: pack.Net},
		})
	}
	cards[0].Badges = []Badge{{National, "国家授权"}, {Careful, "仅剩 8 件"}}
	cards[1].Price.Was = yuan(3900)
	cards[2].SoldOut = true
	return Parts{
		Cards: cards, Row: cards[:6],
		Prices: []Price{
			{Amount: yuan(1250)},
			{Amount: yuan(3900), Was: yuan(4990), Large: true},
			{Amount: yuan(123456700), PerOf: grams(90)},
		},
		Badges: []Badge{{Neutral, "90 克"}, {Good, "现货"}, {Careful, "临近保质期"}, {Bad, "库存不足"}, {National, "国家授权"}},
		Notices: []Notice{
			{Title: "跨境商品", Text: "税费已包含在价格内。"},
			{Tone: Good, Title: "付款成功", Text: "我们正在备货。", Action: Link{URL: "#", Label: "查看订单"}},
			{Tone: Careful, Text: "该商品将于 2026年12月15日 到期，请尽快食用。"},
			{Tone: Bad, Title: "付款未成功", Text: "银行拒绝了这笔付款，您可以再试一次。"},
		},
		Toast: Toast{Tone: Good, Text: "已加入购物车", Action: Link{URL: "#", Label: "去结算"}},
		Fields: []Field{
			{Name: "name", Label: "收货人", Value: "", Required: true, Autocomplete: "name"},
			{Name: "phone", Label: "手机号", Value: "12345", Type: "tel", Required: true, Error: "手机号应为 11 位数字，以 1 开头。", Hint: "快递员会用它联系您。"},
			{Name: "province", Label: "省份", Type: "select", Required: true, Options: []Option{{Value: "", Label: "请选择"}, {Value: "sh", Label: "上海市", Group: "华东"}, {Value: "zj", Label: "浙江省", Group: "华东", Selected: true}, {Value: "gd", Label: "广东省", Group: "华南"}}},
			{Name: "note", Label: "备注", Type: "textarea"},
			{Name: "pay", Label: "付款方式", Type: "choice", Options: []Option{{Value: "a", Label: "支付宝", Hint: "跳转后付款", Selected: true}, {Value: "b", Label: "微信支付"}, {Value: "c", Label: "银行卡", Disabled: true}}},
			{Name: "keep", Label: "保存这个地址", Type: "checkbox", Checked: true},
		},
		Stepper: Stepper{Name: "quantity", Label: "数量", Value: 2, Min: 1, Max: 9},
		Timeline: []Step{
			{Title: "已下单", At: "11月23日 17:30", Done: true},
			{Title: "已付款", At: "11月23日 17:32", Done: true},
			{Title: "备货中", Note: "预计明天发出", Current: true},
			{Title: "已发货"},
			{Title: "已签收"},
		},
		Empty:    Empty{Title: "购物车是空的", Text: "去看看刚到的巧克力吧。", Action: Link{URL: "#", Label: "逛一逛"}},
		Gallery:  Gallery{Label: "商品图片", Pictures: []Picture{cards[0].Picture, cards[1].Picture}},
		Crumbs:   []Link{{URL: "#", Label: "首页"}, {URL: "#", Label: "巧克力"}, {Label: "精选90%黑巧克力", Current: true}},
		Chips:    []Chip{{URL: "#", Label: "全部", Count: 62, Active: true}, {URL: "#", Label: "巧克力", Count: 14}, {URL: "#", Label: "乳制品", Count: 7}, {URL: "#", Label: "护肤", Count: 4}},
		Pager:    Pager{First: "#", Next: "#", Shown: 24, Total: 62},
		Progress: Progress{Label: "再买 ¥21.00 免运费", Text: "¥78.00 / ¥99.00", Value: 78, Max: 99},
		Table: Table{
			Caption: "营养成分表（每 100 克）",
			Columns: []Column{{Label: "项目"}, {Label: "含量", Numeric: true}},
			Rows:    [][]Cell{{{Text: "能量"}, {Text: "2 402 kJ"}}, {{Text: "蛋白质"}, {Text: "10 g"}}, {{Text: "脂肪"}, {Text: "39.9 g"}}},
		},
		Facts:   []Fact{{Label: "生产商", Text: "斯巴达克糖果厂", URL: "#"}, {Label: "保质期", Text: "12 个月"}, {Label: "条码", Text: "4810067073123"}},
		Dialog:  Dialog{ID: "sure", Title: "取消订单？", Text: "取消后库存会立即释放。", Confirm: "取消订单", Action: "#"},
		Chart:   Chart{Title: "本周订单", Bars: []Bar{{Label: "巧克力", Value: 812, Text: "812"}, {Label: "乳制品", Value: 301, Text: "301"}, {Label: "护肤", Value: 44, Text: "44"}}},
		Days:    DayChart{Title: "每日销售额", From: "11月17日", Until: "11月23日", Most: "¥8,120", Bars: []Bar{{Label: "11月17日", Value: 8120, Text: "¥8,120"}, {Label: "11月18日"}, {Label: "11月19日", Value: 301, Text: "¥301"}, {Label: "11月20日", Value: 4400, Text: "¥4,400"}}},
		Head:    Section{Title: "国宴级巧克力", Lead: "一百年的老厂", More: Link{URL: "#", Label: "查看全部"}},
		Icons:   iconNames(),
		Figures: []string{"band", "divider", "star", "tree"},
		Pages:   pages,
	}
}
