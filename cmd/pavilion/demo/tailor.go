package demo

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"
	"github.com/shopspring/decimal"

	"pavilion"
	"pavilion/catalog"
	"pavilion/channel/own"
	"pavilion/db"
	"pavilion/pdf"
	"pavilion/tailoring"
	"pavilion/tailoring/label"
)

// Tailoring takes some goods of the demonstration to an approved text of their market, as
// people do it in the console: one writes and confirms, another approves.
type Tailoring struct {
	DB       *db.DB
	Markets  []*tailoring.Market
	Author   pavilion.StaffID
	Approver pavilion.StaffID
}

// tailored is a row of tailored.toml.
type tailored struct {
	GTIN catalog.GTIN `toml:"gtin"`
	// Until is the state it is left in, "" for approved.
	Until tailoring.State `toml:"until"`
	// Then is how it must be kept according to its maker after it was approved, so that it must
	// be approved again.
	Then    string `toml:"then_storage"`
	HS      string `toml:"hs"`
	Pack    string `toml:"pack"`
	Surface int64  `toml:"surface_mm2"`
	// Everywhere means it for every channel of the market: platforms ask for a picture, and get
	// an illustration.
	Everywhere bool `toml:"everywhere"`
	Facts      struct {
		Ingredients string         `toml:"ingredients"`
		Allergens   []string       `toml:"allergens"`
		NoAllergens bool           `toml:"no_allergens"`
		Nutrition   map[string]any `toml:"nutrition"`
	} `toml:"facts"`
	Words struct {
		Name         string            `toml:"name"`
		ShortName    string            `toml:"short_name"`
		Denomination string            `toml:"denomination"`
		Points       []string          `toml:"points"`
		Ingredients  string            `toml:"ingredients"`
		Allergens    string            `toml:"allergens"`
		Storage      string            `toml:"storage"`
		Directions   string            `toml:"directions"`
		Description  []tailoring.Block `toml:"description"`
	} `toml:"words"`
}

// supposed says of nutrition figures that nobody measured them.
const supposed = "演示数据：同类商品常见值，非厂家数据 · Demonstration: usual for such goods, not the maker's"

// Run tailors the goods of the table. What a rule blocks stays where people find it: rules
// begin with the years, and a demonstration opens all the same.
func (t Tailoring) Run(ctx context.Context) error {
	var file struct {
		Market string
		Good   []tailored
	}
	text, err := files.ReadFile("tailored.toml")
	if err != nil {
		return err
	}
	if err := toml.Unmarshal(text, &file); err != nil {
		return fmt.Errorf("tailored.toml: %w", err)
	}
	at := slices.IndexFunc(t.Markets, func(m *tailoring.Market) bool { return m.Key == file.Market })
	if at < 0 {
		return nil
	}
	if err := tailoring.JudgeAll(ctx, t.DB, t.Markets); err != nil {
		return err
	}
	if err := t.DB.Write(ctx, actor, func(tx *db.Tx) error { return seller(ctx, tx, t.Markets[at]) }); err != nil {
		return err
	}
	for _, g := range file.Good {
		if err := t.tailor(ctx, t.Markets[at], g); err != nil {
			return fmt.Errorf("tailor %s: %w", g.GTIN, err)
		}
	}
	return nil
}

func (t Tailoring) tailor(ctx context.Context, m *tailoring.Market, g tailored) error {
	var v tailoring.Variant
	by := pavilion.Actor{Kind: pavilion.ByStaff, ID: string(t.Author)}
	if err := t.DB.Write(ctx, actor, func(tx *db.Tx) (err error) {
		v, err = finish(ctx, tx, m, g)
		return err
	}); err != nil {
		return err
	}
	if err := t.DB.Write(ctx, by, func(tx *db.Tx) (err error) {
		v, err = t.write(ctx, tx, m, v, g)
		return err
	}); err != nil || v.Blocks > 0 || g.Until == tailoring.StateTranslated {
		return err
	}
	if err := t.DB.Write(ctx, by, func(tx *db.Tx) error { return tailoring.HandIn(ctx, tx, m, v.ID, v.Version) }); err != nil || g.Until == tailoring.StateChecked {
		return err
	}
	by.ID = string(t.Approver)
	if err := t.DB.Write(ctx, by, func(tx *db.Tx) error { return tailoring.Approve(ctx, tx, m, v.ID, v.Version) }); err != nil || g.Then == "" {
		return err
	}
	return t.DB.Write(ctx, actor, func(tx *db.Tx) error {
		page, err := catalog.Lookup(ctx, tx, v.Product, own.Name)
		if err != nil {
			return err
		}
		page.Product.Storage = pavilion.Text{pavilion.Russian: g.Then}
		_, err = catalog.SaveProduct(ctx, tx, page.Product)
		return err
	})
}

// finish adds to the product what no public source says, and a paper that says that it is
// no paper.
func finish(ctx context.Context, tx *db.Tx, m *tailoring.Market, g tailored) (tailoring.Variant, error) {
	found, err := catalog.FindGTINs(ctx, tx, g.GTIN)
	if err != nil {
		return tailoring.Variant{}, err
	}
	product := found[g.GTIN].Product
	page, err := catalog.Lookup(ctx, tx, product, own.Name)
	if err != nil {
		return tailoring.Variant{}, err
	}
	page.Product.Origin = page.Producer.Country
	if g.Facts.Ingredients != "" {
		page.Product.IngredientsText = pavilion.Text{pavilion.Russian: g.Facts.Ingredients}
	}
	if _, err := catalog.SaveProduct(ctx, tx, page.Product); err != nil {
		return tailoring.Variant{}, err
	}
	sku, err := catalog.GetSKU(ctx, tx, found[g.GTIN].ID)
	if err != nil {
		return tailoring.Variant{}, err
	}
	if g.Everywhere {
		drawn, err := illustration()
		if err != nil {
			return tailoring.Variant{}, err
		}
		if _, err := catalog.AddPicture(ctx, tx, product, drawn, illustrated); err != nil {
			return tailoring.Variant{}, err
		}
	}
	sku.Facts.Allergens, sku.Facts.NoAllergens = g.Facts.Allergens, g.Facts.NoAllergens
	if g.Facts.Nutrition != nil {
		if sku.Facts.Nutrition, err = nutrition(g.Facts.Nutrition); err != nil {
			return tailoring.Variant{}, err
		}
	}
	if _, err := catalog.SaveSKU(ctx, tx, sku); err != nil {
		return tailoring.Variant{}, err
	}
	paper, err := demonstrationPaper(tx, g)
	if err != nil {
		return tailoring.Variant{}, err
	}
	if _, err := catalog.AddDocument(ctx, tx, catalog.Document{About: string(product), Kind: "other", Name: "演示文件（非真实单证）.pdf"}, paper); err != nil {
		return tailoring.Variant{}, err
	}
	if err := tailoring.Review(ctx, tx, []*tailoring.Market{m}, []pavilion.ProductID{product}); err != nil {
		return tailoring.Variant{}, err
	}
	return tailoring.Get(ctx, tx, product, m.Key)
}

// seller enters who sells across the border, and the agent in the market, by names that
// nobody takes for real ones.
func seller(ctx context.Context, tx *db.Tx, m *tailoring.Market) error {
	for duty, name := range map[tailoring.Duty]string{tailoring.DutySeller: "演示卖家（非真实企业）", tailoring.DutyAgent: "演示代理（非真实企业）"} {
		p := tailoring.LabelParty{Market: m.Key, Duty: duty, Party: label.Party{Role: string(duty), Name: name, Address: "演示地址", Contact: "000-0000"}}
		if err := tailoring.SaveParty(ctx, tx, m.Labels, p); err != nil {
			return err
		}
	}
	return nil
}

// nutrition reads figures of the table: energy in kJ, all else in grams as text.
func nutrition(from map[string]any) (*catalog.Nutrition, error) {
	n := &catalog.Nutrition{Source: supposed}
	to := map[string]**int64{"fat": &n.Fat, "saturated": &n.Saturated, "carbohydrate": &n.Carbohydrate, "sugars": &n.Sugars, "fibre": &n.Fibre, "protein": &n.Protein, "salt": &n.Salt}
	for key, value := range from {
		switch v := value.(type) {
		case int64:
			n.KJ = &v
		case string:
			switch key {
			case "source":
				n.Source = v
				continue
			case "basis":
				n.Basis = catalog.Unit(v)
				continue
			}
			grams, err := decimal.NewFromString(v)
			if err != nil || to[key] == nil {
				return nil, fmt.Errorf("nutrition %s = %q: %w", key, v, err)
			}
			milligrams := grams.Shift(3).IntPart()
			*to[key] = &milligrams
		}
	}
	return n, nil
}

// demonstrationPaper is a page that says what it is not.
func demonstrationPaper(tx *db.Tx, g tailored) ([]byte, error) {
	d, err := pdf.New(pdf.A4, "Demonstration", tx.Now())
	if err != nil {
		return nil, err
	}
	d.Page()
	for i, line := range []string{
		"演示文件", "本文件仅供演示，不是海关归类决定，也不是检测报告。",
		"Demonstration. This is neither a customs ruling nor a laboratory report.",
		"Демонстрация. Это не решение таможни и не протокол испытаний.",
		string(g.GTIN) + " · " + g.HS,
	} {
		d.Text(20, 30+float64(i)*10, 11, pdf.Regular, line)
	}
	return d.Bytes()
}

// write writes the market's words, confirms what a person must, and has the rules judge it.
func (t Tailoring) write(ctx context.Context, tx *db.Tx, m *tailoring.Market, v tailoring.Variant, g tailored) (tailoring.Variant, error) {
	source, err := tailoring.SourceOf(ctx, tx, v.Product)
	if err != nil {
		return v, err
	}
	content := tailoring.Content{
		Route: m.Route[0].Key, Channels: []string{tailoring.OwnChannel}, Wording: tailoring.Ours, SKUs: map[pavilion.SKUID]tailoring.Unit{},
		Name: g.Words.Name, ShortName: g.Words.ShortName, Denomination: g.Words.Denomination, SellingPoints: g.Words.Points, Description: g.Words.Description,
		Ingredients: g.Words.Ingredients, Allergens: g.Words.Allergens, Storage: g.Words.Storage, Directions: g.Words.Directions,
		Maker: strings.TrimSpace(source.Producer[m.Language]), MakerAddress: source.Address[m.Language],
	}
	if g.Everywhere {
		content.Channels = m.Channels()
		content.Description = append(slices.Clip(content.Description), tailoring.Block{Text: m.Notice(content.Route)})
	}
	for _, u := range source.SKUs {
		content.SKUs[u.ID] = tailoring.Unit{HSCode: g.HS, Pack: g.Pack, SurfaceMM: g.Surface}
	}
	if _, err := tailoring.Save(ctx, tx, v.ID, v.Version, content); err != nil {
		return v, err
	}
	papers, err := catalog.Documents(ctx, tx, string(v.Product))
	if err != nil {
		return v, err
	}
	for _, u := range source.SKUs {
		if g.Until == tailoring.StateTranslated {
			break
		}
		for kind, value := range map[tailoring.ConfirmationKind]string{
			tailoring.HSCode: g.HS, tailoring.PositiveList: g.HS, tailoring.Laboratory: tailoring.NutritionMark(u.Facts.Nutrition),
		} {
			if value == "" {
				continue
			}
			if err := tailoring.Confirm(ctx, tx, tailoring.Confirmation{Variant: v.ID, SKU: u.ID, Kind: kind, Value: value, Document: papers[len(papers)-1].ID}); err != nil {
				return v, err
			}
		}
	}
	if err := tailoring.Judge(ctx, tx, m, v.ID); err != nil {
		return v, err
	}
	return tailoring.Lookup(ctx, tx, v.ID)
}
