package jd

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"html"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"pavilion"
	"pavilion/channel"
	"pavilion/money"
)

// What a listing may say in Extra, beside "sale_value." and a unit's Ref. Numbers are JD's.
const (
	ExtraOrigin     = "origin"         // code of the place of origin
	ExtraShipFrom   = "ship_from"      //
	ExtraPromise    = "promise"        // promise of delivery
	ExtraLength     = "length_mm"      // of the parcel, and so the next two
	ExtraWidth      = "width_mm"       //
	ExtraHeight     = "height_mm"      //
	ExtraPacking    = "packing"        // what is in the box
	ExtraAfterSales = "after_sales"    // what is promised after the sale
	ExtraSale       = "sale_attribute" // the attribute that tells the units apart; needed from two units on
	ExtraSaleValue  = "sale_value."    // and the value of it that a unit has; the unit's name is shown in its place
)

const categoryLevel = 3 // goods stand in a category of this level, and in a leaf below it if there is one

// Categories lists the categories below a parent. JD marks no leaf: goods stand from the
// third level down.
func (c *Connector) Categories(ctx context.Context, a channel.Access, parent string) ([]channel.Category, error) {
	id := int64(0)
	if parent != "" {
		n, err := wireNumber("Category", parent)
		if err != nil {
			return nil, err
		}
		id = n
	}
	list, err := c.shop(a).Categories(ctx, id)
	if err != nil {
		return nil, err
	}
	var out []channel.Category
	for _, one := range list {
		named := channel.Category{ID: decimalText(one.ID), Name: one.Name, Leaf: one.Level >= categoryLevel}
		if one.Parent != 0 {
			named.Parent = decimalText(one.Parent)
		}
		out = append(out, named)
	}
	return out, nil
}

// Attributes lists what JD wants to know. Attributes that tell units apart are not among
// them: see [ExtraSale].
func (c *Connector) Attributes(ctx context.Context, a channel.Access, category string) ([]channel.Attribute, error) {
	id, err := wireNumber("Category", category)
	if err != nil {
		return nil, err
	}
	s := c.shop(a)
	list, err := s.Attributes(ctx, id, AnyAttribute)
	if err != nil {
		return nil, err
	}
	var out []channel.Attribute
	for _, at := range list {
		if at.Kind == SaleAttribute {
			continue
		}
		if len(at.Values) == 0 && at.Input != FreeText {
			if at.Values, err = s.AttributeValues(ctx, at.ID); err != nil {
				return nil, err
			}
		}
		named := channel.Attribute{ID: decimalText(at.ID), Name: at.Name, Required: at.Required, Many: at.Input == ManyChoices, Free: at.Input == FreeText}
		for _, v := range at.Values {
			named.Options = append(named.Options, channel.Option{ID: decimalText(v.ID), Name: v.Name})
		}
		out = append(out, named)
	}
	return out, nil
}

// AddPicture puts a picture into the shop's picture zone, once: it is named by what is in it
// and looked for first, whatever name it was given.
func (c *Connector) AddPicture(ctx context.Context, a channel.Access, _ string, jpeg []byte) (string, error) {
	sum := sha256.Sum256(jpeg)
	name := hex.EncodeToString(sum[:16]) + ".jpg"
	there, err := c.shop(a).PicturesNamed(ctx, name)
	if err != nil {
		return "", err
	}
	for _, p := range there {
		if p.Name == name && p.URL != "" {
			return p.URL, nil
		}
	}
	p, err := c.shop(a).Upload(ctx, name, jpeg)
	return p.URL, err
}

// Publish makes a ware, or changes it if there is one by our name. A ware is made off the
// shelf and without stock; units that the listing has no more are left for a person.
func (c *Connector) Publish(ctx context.Context, a channel.Access, l channel.Listing) (channel.Shown, error) {
	s := c.shop(a)
	ware, skus, err := c.draft(ctx, s, l)
	if err != nil {
		return channel.Shown{}, err
	}
	if ware.ID == 0 {
		there, err := c.findRef(ctx, s, l.Ref)
		if err != nil {
			return channel.Shown{}, err
		}
		if there != nil {
			ware.ID = there.ID
		}
	}
	if ware.ID == 0 {
		ware.Status = NeverOnShelf
		made, err := s.Create(ctx, ware, skus)
		if err != nil {
			return channel.Shown{}, err
		}
		ware.ID = made.Ware
	} else {
		has, err := s.skusOf(ctx, ware.ID)
		if err != nil {
			return channel.Shown{}, err
		}
		for i := range skus {
			at := slices.IndexFunc(has, func(k SKU) bool { return k.OuterID == skus[i].OuterID })
			if skus[i].ID == 0 && at >= 0 {
				skus[i].ID = has[at].ID
			}
		}
		if err := s.Update(ctx, ware); err != nil {
			return channel.Shown{}, err
		}
		if _, err := s.UpdateSKUs(ctx, ware.ID, skus); err != nil {
			return channel.Shown{}, err
		}
	}
	shown, err := c.Find(ctx, a, []string{decimalText(ware.ID)}, nil)
	switch {
	case err != nil:
		return channel.Shown{}, err
	case len(shown) == 0: // a search that lags: the next look finds it
		return channel.Shown{ID: decimalText(ware.ID), Ref: l.Ref, State: channel.ListingOff}, nil
	}
	return shown[0], nil
}

// draft is the listing in JD's form. What JD does not take is Invalid at its field.
func (c *Connector) draft(ctx context.Context, s *Shop, l channel.Listing) (Ware, []SKU, error) {
	w := Ware{
		Title: l.Title, OuterID: l.Ref, ItemNumber: l.Ref, Introduction: page(l.Points, l.Description),
		Packing: l.Extra[ExtraPacking], AfterSales: l.Extra[ExtraAfterSales],
	}
	w.MobileDesc = w.Introduction
	for field, empty := range map[string]bool{
		"Ref": l.Ref == "", "Title": l.Title == "", "Pictures": len(l.Pictures) == 0, "Units": len(l.Units) == 0, "Description": l.Description == "",
	} {
		if empty {
			return Ware{}, nil, missing(field)
		}
	}
	if n := utf8.RuneCountInString(l.Title); n > c.settings.TitleMost {
		return Ware{}, nil, pavilion.E(pavilion.Invalid, "jd.title", pavilion.Args{"length": n, "most": c.settings.TitleMost}).At("Title")
	}
	for _, n := range []struct {
		into        *int64
		field, text string
	}{
		{&w.ID, "ID", l.ID}, {&w.Category, "Category", l.Category}, {&w.Brand, "Brand", l.Brand}, {&w.Freight, "Freight", l.Freight},
		{&w.Origin, "Extra", l.Extra[ExtraOrigin]}, {&w.ShipFrom, "Extra", l.Extra[ExtraShipFrom]}, {&w.Promise, "Extra", l.Extra[ExtraPromise]},
		{&w.Length, "Extra", l.Extra[ExtraLength]}, {&w.Width, "Extra", l.Extra[ExtraWidth]}, {&w.Height, "Extra", l.Extra[ExtraHeight]},
	} {
		if n.text == "" {
			continue
		}
		var err error
		if *n.into, err = wireNumber(n.field, n.text); err != nil {
			return Ware{}, nil, err
		}
	}
	if w.Category == 0 {
		return Ware{}, nil, missing("Category")
	}
	if w.Freight == 0 {
		templates, err := s.FreightTemplates(ctx)
		if err != nil {
			return Ware{}, nil, err
		}
		if len(templates) == 0 {
			return Ware{}, nil, missing("Freight")
		}
		w.Freight = templates[0].ID
	}
	for i, url := range l.Pictures {
		w.Images = append(w.Images, Image{Colour: MainImage, Index: i + 1, URL: url})
	}
	ofSKU, err := c.place(ctx, s, &w, l)
	if err != nil {
		return Ware{}, nil, err
	}
	skus, err := draftUnits(&w, l, ofSKU)
	return w, skus, err
}

// place finds the category of the third level above the listing's and shares the attributes
// out: those of each SKU are returned.
func (c *Connector) place(ctx context.Context, s *Shop, w *Ware, l channel.Listing) ([]Property, error) {
	leaf := w.Category
	at, err := s.Category(ctx, leaf)
	for depth := 0; err == nil && at.Level > categoryLevel && depth < 10; depth++ {
		w.Leaf = leaf
		at, err = s.Category(ctx, at.Parent)
	}
	if err != nil {
		return nil, err
	}
	w.Category = at.ID
	known, err := s.Attributes(ctx, leaf, AnyAttribute)
	if err != nil {
		return nil, err
	}
	var ofSKU []Property
	for _, v := range l.Attributes {
		id, err := wireNumber("Attributes", v.Attribute)
		if err != nil {
			return nil, err
		}
		list := &w.Properties
		if slices.ContainsFunc(known, func(k Attribute) bool { return k.ID == id && k.OfSKU }) {
			list = &ofSKU
		}
		value := cmp.Or(v.Option, v.Text)
		if i := slices.IndexFunc(*list, func(p Property) bool { return p.Attribute == id }); i >= 0 {
			(*list)[i].Values = append((*list)[i].Values, value)
			continue
		}
		*list = append(*list, Property{Attribute: id, Values: []string{value}})
	}
	return ofSKU, nil
}

// draftUnits are the SKUs of a listing; the ware costs what its cheapest does and weighs what
// its heaviest does.
func draftUnits(w *Ware, l channel.Listing, properties []Property) ([]SKU, error) {
	sale, heaviest := int64(0), int64(0)
	if text := l.Extra[ExtraSale]; text != "" {
		n, err := wireNumber("Extra", text)
		if err != nil {
			return nil, err
		}
		sale = n
	}
	if sale == 0 && len(l.Units) > 1 {
		return nil, missing("Extra")
	}
	var out []SKU
	for _, u := range l.Units {
		if u.Price.Currency() != money.CNY || u.Price.Sign() <= 0 {
			return nil, pavilion.E(pavilion.Invalid, "jd.price", pavilion.Args{"price": u.Price.String()}).At("Units")
		}
		k := SKU{OuterID: u.Ref, BarCode: u.Barcode, Price: u.Price, Properties: properties}
		if u.Ref == "" {
			return nil, missing("Units")
		}
		if u.ID != "" {
			n, err := wireNumber("Units", u.ID)
			if err != nil {
				return nil, err
			}
			k.ID = n
		}
		if sale != 0 {
			value := l.Extra[ExtraSaleValue+u.Ref]
			if value == "" {
				return nil, missing("Extra")
			}
			k.SaleAttrs = []Property{{Attribute: sale, Values: []string{value}, Aliases: []string{u.Name}, Index: 1}}
		}
		if w.Price == (money.Money{}) || u.Price.Minor() < w.Price.Minor() {
			w.Price = u.Price
		}
		heaviest = max(heaviest, u.WeightG)
		out = append(out, k)
	}
	if heaviest > 0 {
		w.Kilograms = strconv.FormatInt(heaviest/1000, 10) + "." + strconv.FormatInt(heaviest%1000+1000, 10)[1:]
	}
	return out, nil
}

func missing(field string) error { return pavilion.E(pavilion.Invalid, "jd.missing", nil).At(field) }

// page is a description as JD shows it.
func page(points []string, description string) string {
	var b strings.Builder
	if len(points) > 0 {
		b.WriteString("<ul>")
		for _, p := range points {
			b.WriteString("<li>" + html.EscapeString(p) + "</li>")
		}
		b.WriteString("</ul>")
	}
	for block := range strings.SplitSeq(description, "\n\n") {
		if block = strings.TrimSpace(block); block != "" {
			b.WriteString("<p>" + strings.ReplaceAll(html.EscapeString(block), "\n", "<br>") + "</p>")
		}
	}
	return b.String()
}

var (
	pagePoints = regexp.MustCompile(`^<ul>.*?</ul>`)
	pageTag    = regexp.MustCompile(`<[^>]*>`)
	pageBreaks = strings.NewReplacer("</p>", "\n\n", "<br>", "\n", "<br/>", "\n")
)

// words are those of a description that [page] wrote, or somebody in the back office.
func words(page string) string {
	page = pageBreaks.Replace(pagePoints.ReplaceAllString(page, ""))
	return strings.TrimSpace(html.UnescapeString(pageTag.ReplaceAllString(page, "")))
}

const waresMost = 20 // that are asked for by number at once

// Find reads wares as JD has them.
func (c *Connector) Find(ctx context.Context, a channel.Access, ids, refs []string) ([]channel.Shown, error) {
	s := c.shop(a)
	var wares []Ware
	var numbers []int64
	for _, id := range ids {
		n, err := wireNumber("ID", id)
		if err != nil {
			return nil, err
		}
		numbers = append(numbers, n)
	}
	for some := range slices.Chunk(numbers, waresMost) {
		got, err := s.Wares(ctx, WareQuery{IDs: some})
		if err != nil {
			return nil, err
		}
		if len(got.Unread) > 0 {
			return nil, answerOf("jingdong.ware.read.searchWare4Valid").lost(got.Unread[0].Err)
		}
		wares = append(wares, got.Items...)
	}
	for _, ref := range refs {
		w, err := c.findRef(ctx, s, ref)
		if err != nil {
			return nil, err
		}
		if w != nil {
			wares = append(wares, *w)
		}
	}
	var out []channel.Shown
	for _, w := range wares {
		shown, err := c.shown(ctx, s, w)
		if err != nil {
			return nil, err
		}
		out = append(out, shown)
	}
	return out, nil
}

// findRef finds a ware by our name, nil if there is none. JD searches by item number, not by
// the number of outside.
func (c *Connector) findRef(ctx context.Context, s *Shop, ref string) (*Ware, error) {
	got, err := s.Wares(ctx, WareQuery{ItemNumber: ref})
	if err != nil {
		return nil, err
	}
	for _, w := range got.Items {
		if w.OuterID == ref || w.ItemNumber == ref {
			return &w, nil
		}
	}
	return nil, nil
}

// skusOf reads all SKUs of a ware.
func (s *Shop) skusOf(ctx context.Context, ware int64) ([]SKU, error) {
	var out []SKU
	for page := 1; ; page++ {
		got, err := s.SKUs(ctx, SKUQuery{Wares: []int64{ware}, Page: page})
		if err != nil {
			return nil, err
		}
		if len(got.Unread) > 0 {
			return nil, answerOf("jingdong.sku.read.searchSkuList").lost(got.Unread[0].Err)
		}
		out = append(out, got.Items...)
		if len(got.Items) < goodsPageMost {
			return out, nil
		}
	}
}

// shown is a ware in the engine's words.
func (c *Connector) shown(ctx context.Context, s *Shop, w Ware) (channel.Shown, error) {
	out := channel.Shown{
		ID: decimalText(w.ID), Ref: cmp.Or(w.OuterID, w.ItemNumber), State: listingState(w.Status), Category: decimalText(cmp.Or(w.Leaf, w.Category)),
		Title: w.Title, Description: words(w.Introduction), PictureCount: len(w.Images), Modified: w.Modified,
	}
	if out.State == channel.ListingRefused || out.State == channel.ListingBanned {
		why, err := s.RefusalOf(ctx, w.ID)
		if err != nil {
			return channel.Shown{}, err
		}
		out.Refusals = []channel.Refusal{{Field: refusedField(why), Text: redact(why)}}
	}
	skus, err := s.skusOf(ctx, w.ID)
	if err != nil {
		return channel.Shown{}, err
	}
	properties := w.Properties
	for i, k := range skus {
		if i == 0 {
			properties = append(slices.Clone(properties), k.Properties...)
		}
		out.Units = append(out.Units, channel.ShownUnit{
			ID: decimalText(k.ID), Ref: k.OuterID, Price: stated(k.Price), On: k.Status == SKUOn && out.State == channel.ListingOn,
		})
	}
	for _, p := range properties {
		for _, v := range p.Values {
			value := channel.AttributeValue{Attribute: decimalText(p.Attribute), Text: v}
			if _, err := strconv.ParseInt(v, 10, 64); err == nil { // JD tells options from text by nothing else
				value.Option, value.Text = v, ""
			}
			out.Attributes = append(out.Attributes, value)
		}
	}
	return out, nil
}

func listingState(w WareStatus) channel.ListingState {
	switch {
	case w == WareDeleted:
		return channel.ListingGone
	case w.Refused():
		return channel.ListingRefused
	case w.Waiting():
		return channel.ListingAudit
	case w.Place() == OnShelf:
		return channel.ListingOn
	case w.Place() == TakenDownByJD:
		return channel.ListingBanned
	}
	return channel.ListingOff
}

// refusedField is the field that JD's words are about, as far as they name one. JD gives
// its reasons as words alone.
func refusedField(why string) string {
	for _, f := range []struct{ word, field string }{
		{"标题", "Title"}, {"图", "Pictures"}, {"类目", "Category"}, {"品牌", "Brand"}, {"属性", "Attributes"},
		{"价格", "Units"}, {"运费", "Freight"}, {"描述", "Description"}, {"详情", "Description"},
	} {
		if strings.Contains(why, f.word) {
			return f.field
		}
	}
	return ""
}
