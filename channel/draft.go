package channel

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"pavilion"
	"pavilion/catalog"
	"pavilion/db"
	"pavilion/tailoring"
)

// Lack is why goods cannot be shown in a shop as they are: a reason, with its field of
// [Listing] where it is about one. A Refusal of the platform stands beside it with the
// platform's words.
type Lack struct {
	Reason string        `json:"reason"`
	Field  string        `json:"field,omitempty"`
	Args   pavilion.Args `json:"args,omitempty"`
}

// The reasons of lacks.
const (
	lackMarket    = "channel.lack_market"    // no pack of rules for where the platform delivers {country}
	lackApproval  = "channel.lack_approval"  // nobody approved its texts for the market
	lackAgain     = "channel.lack_again"     // they must be approved again
	lackChannel   = "channel.lack_channel"   // they were not approved for this platform
	lackSale      = "channel.lack_sale"      // no unit is on sale
	lackPrice     = "channel.lack_price"     // a unit has no price on the channel {gtin}
	lackPicture   = "channel.lack_picture"   // there is no picture
	lackMapping   = "channel.lack_mapping"   // its category has no mapping {category}
	lackAttribute = "channel.lack_attribute" // the fact an attribute is answered with is not known, or no option {attribute, value}
)

// draft is goods on their way to a platform.
type draft struct {
	Listing                       // without pictures and the platform's ids
	pictures []pavilion.PictureID // of it, the main one first
	approved int64                // number of the version its texts are from
	onSale   bool                 // one of its units is
	lang     pavilion.Lang        // of its words
	mapping  Mapping
	lacks    []Lack
}

func (d *draft) lack(reason, field string, args pavilion.Args) {
	d.lacks = append(d.lacks, Lack{reason, field, args})
}

// draftOf puts together how a platform shall show a product: the approved words of its market,
// the units on sale with their prices on the channel, and what the mapping answers. What is
// not there is said in lacks.
func (e *Engine) draftOf(ctx context.Context, r db.Reader, shop Shop, t Traits, id pavilion.ProductID) (d draft, err error) {
	page, err := catalog.Lookup(ctx, r, id, shop.Channel)
	if err != nil {
		return d, err
	}
	d.Ref = string(id)
	mapping, err := MappingFor(ctx, r, shop.ID, page.Product.Category)
	if err != nil {
		return d, err
	}
	if mapping.Version == 0 {
		d.lack(lackMapping, "Category", pavilion.Args{"category": page.Product.Category})
	}
	d.mapping = mapping
	d.Category, d.Brand, d.Freight, d.Phone, d.Extra = mapping.Theirs, mapping.Brand, mapping.Freight, mapping.Phone, mapping.Extra
	content, lack, err := e.words(ctx, r, shop, t, &d, id)
	if err != nil {
		return d, err
	}
	if lack.Reason != "" {
		d.lacks = append(d.lacks, lack)
	}
	d.units(page, content)
	if d.pictures = pictureIDs(content.Chosen(page.Pictures)); len(d.pictures) == 0 {
		d.lack(lackPicture, "Pictures", nil)
	}
	if t.PicturesMost > 0 && len(d.pictures) > t.PicturesMost {
		d.pictures = d.pictures[:t.PicturesMost]
	}
	for _, a := range mapping.Answers {
		at := slices.IndexFunc(mapping.Asked, func(k Attribute) bool { return k.ID == a.Attribute })
		if at < 0 {
			continue
		}
		d.answer(mapping.Asked[at], a, page, content)
	}
	return d, nil
}

// words adds the approved words, and says what they lack.
func (e *Engine) words(ctx context.Context, r db.Reader, shop Shop, t Traits, d *draft, id pavilion.ProductID) (c tailoring.Content, lack Lack, err error) {
	at := slices.IndexFunc(e.o.Markets, func(m *tailoring.Market) bool { return m.Country == t.Country })
	if at < 0 {
		return c, Lack{Reason: lackMarket, Args: pavilion.Args{"country": t.Country}}, nil
	}
	d.lang = e.o.Markets[at].Language
	all, err := tailoring.Approved(ctx, r, []pavilion.ProductID{id}, e.o.Markets[at].Key)
	if err != nil {
		return c, lack, err
	}
	approval, found := all[id]
	if !found {
		return c, Lack{Reason: lackApproval, Field: "Title"}, nil
	}
	c, d.approved = approval.Content, approval.Number
	d.Title, d.ShortTitle, d.Points, d.Description = c.Name, c.ShortName, c.SellingPoints, c.DescriptionText()
	switch {
	case approval.Again:
		lack = Lack{Reason: lackAgain, Field: "Title"}
	case !slices.Contains(c.Channels, shop.Channel):
		lack = Lack{Reason: lackChannel, Field: "Title"}
	}
	return c, lack, nil
}

// units adds the units on sale that have a price.
func (d *draft) units(page catalog.Page, c tailoring.Content) {
	for _, s := range page.SKUs {
		if !s.OnSale {
			continue
		}
		d.onSale = true
		price, priced := page.Prices[s.ID]
		if !priced {
			d.lack(lackPrice, "Units", pavilion.Args{"gtin": string(s.GTIN)})
			continue
		}
		d.Units = append(d.Units, ListingUnit{
			Ref: string(s.ID), Barcode: string(s.GTIN), Name: unitNamed(s, c), Price: price, WeightG: s.GrossWeightG, HSCode: c.SKUs[s.ID].HSCode,
		})
	}
	slices.SortFunc(d.Units, func(a, b ListingUnit) int { return strings.Compare(a.Ref, b.Ref) })
	if !d.onSale {
		d.lack(lackSale, "Units", nil)
	}
}

// unitNamed is what tells a unit from the others of its product.
func unitNamed(s catalog.SKU, c tailoring.Content) string {
	return strings.TrimSpace(c.SKUs[s.ID].Pack + " " + s.Net.String())
}

// answer adds what the goods have of an attribute.
func (d *draft) answer(asked Attribute, a AttributeAnswer, page catalog.Page, c tailoring.Content) {
	v := AttributeValue{Attribute: asked.ID, Option: a.Option, Text: a.Text}
	if a.From != "" {
		v.Text = factOf(a.From, d.lang, page, c)
	}
	if at := slices.IndexFunc(asked.Options, func(o Option) bool { return o.ID == v.Option || a.From != "" && o.Name == v.Text }); at >= 0 {
		v.Option, v.Text = asked.Options[at].ID, asked.Options[at].Name
	}
	fits := v.Option != "" || v.Text != "" && (asked.Free || len(asked.Options) == 0)
	switch {
	case fits:
		d.Attributes = append(d.Attributes, v)
	case asked.Required:
		d.lack(lackAttribute, "Attributes", pavilion.Args{"attribute": asked.Name, "value": v.Text})
	}
}

// factOf is a fact of goods in words; of a unit, that of the first.
func factOf(f Fact, lang pavilion.Lang, page catalog.Page, c tailoring.Content) string {
	var s catalog.SKU
	if len(page.SKUs) > 0 {
		s = page.SKUs[0]
	}
	switch f {
	case FactName:
		return c.Name
	case FactDenomination:
		return c.Denomination
	case FactNet:
		return s.Net.String()
	case FactShelfLife:
		if s.ShelfLifeDays == 0 {
			return ""
		}
		return strconv.FormatInt(s.ShelfLifeDays, 10)
	case FactOrigin:
		region, err := language.ParseRegion(page.Product.Origin)
		if err != nil {
			return ""
		}
		return display.Regions(language.Make(string(lang))).Name(region)
	case FactMaker:
		return c.Maker
	case FactMakerAddress:
		return c.MakerAddress
	case FactIngredients:
		return c.Ingredients
	case FactStorage:
		return c.Storage
	case FactGTIN:
		return string(s.GTIN)
	}
	return ""
}

func pictureIDs(list []catalog.Picture) (ids []pavilion.PictureID) {
	for _, p := range list {
		ids = append(ids, p.ID)
	}
	return ids
}
