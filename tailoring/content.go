package tailoring

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"pavilion"
	"pavilion/staff"
)

// What a content may hold at most, so that no form fills the database.
const (
	longestText  = 4000 // characters of one text
	longestNote  = 500  // of a word to who wrote
	mostPoints   = 20
	mostBlocks   = 50
	mostPictures = 50
)

// Field is a field of a content, as findings, changes and forms name it.
type Field string

// The fields of a content.
const (
	FieldRoute         Field = "route"
	FieldChannels      Field = "channels"
	FieldClaims        Field = "claims"
	FieldName          Field = "name"
	FieldShortName     Field = "short_name"
	FieldDenomination  Field = "denomination"
	FieldSellingPoints Field = "selling_points"
	FieldDescription   Field = "description"
	FieldIngredients   Field = "ingredients"
	FieldAllergens     Field = "allergens"
	FieldStorage       Field = "storage"
	FieldDirections    Field = "directions"
	FieldWarnings      Field = "warnings"
	FieldMaker         Field = "maker"
	FieldMakerAddress  Field = "maker_address"
	FieldPictures      Field = "pictures"
	FieldSKUs          Field = "skus"
	FieldWording       Field = "wording"
)

// Said is one field of a content as people read it.
type Said struct {
	Field Field
	Text  string
}

// Fields returns all fields of a content in the order they are shown.
func (c Content) Fields() []Said {
	var pictures, units []string
	for _, p := range c.Pictures {
		pictures = append(pictures, string(p))
	}
	for _, id := range slices.Sorted(maps.Keys(c.SKUs)) {
		u := c.SKUs[id]
		line := []string{string(id), u.HSCode, u.Pack}
		if u.SurfaceMM > 0 {
			line = append(line, strconv.FormatInt(u.SurfaceMM, 10))
		}
		units = append(units, strings.Join(line, " "))
	}
	return []Said{
		{FieldRoute, c.Route}, {FieldChannels, strings.Join(c.Channels, " ")}, {FieldClaims, strings.Join(c.Claims, " ")},
		{FieldName, c.Name}, {FieldShortName, c.ShortName}, {FieldDenomination, c.Denomination},
		{FieldSellingPoints, strings.Join(c.SellingPoints, "\n")}, {FieldDescription, c.DescriptionText()},
		{FieldIngredients, c.Ingredients}, {FieldAllergens, c.Allergens}, {FieldStorage, c.Storage}, {FieldDirections, c.Directions},
		{FieldWarnings, c.Warnings}, {FieldMaker, c.Maker}, {FieldMakerAddress, c.MakerAddress},
		{FieldPictures, strings.Join(pictures, "\n")}, {FieldSKUs, strings.Join(units, "\n")}, {FieldWording, string(c.Wording)},
	}
}

// contentPrefix stands before the fields of a content where a change of them is noted.
const contentPrefix = "content."

// Changes returns what differs from one content to the next, field by field; each is noted as
// "content." and the field.
func Changes(before, after Content) (changes []staff.FieldChange) {
	was := before.Fields()
	for i, now := range after.Fields() {
		if was[i].Text != now.Text {
			changes = append(changes, staff.FieldChange{Field: contentPrefix + string(now.Field), Before: was[i].Text, After: now.Text})
		}
	}
	return changes
}

// Check refuses a content that nobody could show. What a market asks of it the rules say.
// Errors: Invalid variant.text_too_long {most}, variant.too_many {most}, variant.sku_unknown
// and variant.wording_unknown.
func (c Content) Check(s Source) error {
	for _, f := range c.Fields() {
		most := longestText
		if f.Field == FieldDescription || f.Field == FieldSellingPoints {
			most *= 10
		}
		if len([]rune(f.Text)) > most {
			return pavilion.E(pavilion.Invalid, "variant.text_too_long", pavilion.Args{"most": most}).At(string(f.Field))
		}
	}
	for _, n := range []struct {
		field       Field
		count, most int
	}{{FieldSellingPoints, len(c.SellingPoints), mostPoints}, {FieldDescription, len(c.Description), mostBlocks}, {FieldPictures, len(c.Pictures), mostPictures}} {
		if n.count > n.most {
			return pavilion.E(pavilion.Invalid, "variant.too_many", pavilion.Args{"most": n.most}).At(string(n.field))
		}
	}
	for id := range c.SKUs {
		if !s.has(id) {
			return pavilion.E(pavilion.Invalid, "variant.sku_unknown", nil).At(string(FieldSKUs))
		}
	}
	if c.Wording != "" && !c.Wording.known() {
		return pavilion.E(pavilion.Invalid, "variant.wording_unknown", nil).At(string(FieldWording))
	}
	return nil
}

func (w Wording) known() bool { return slices.Contains(Wordings, w) }

func (s Source) has(id pavilion.SKUID) bool {
	return slices.ContainsFunc(s.SKUs, func(u SourceSKU) bool { return u.ID == id })
}
