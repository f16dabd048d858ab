package catalog

// Field is a column of the product sheet in the words of the business, such as "gtin". A
// field that holds words is followed by its language: "name.zh".
type Field string

// Fields of the product sheet.
const (
	FieldGTIN         Field = "gtin"
	FieldProducerCode Field = "producer_code"
	FieldBrand        Field = "brand"
	FieldCategory     Field = "category"
	FieldName         Field = "name"
	FieldDescription  Field = "description"
	FieldIngredients  Field = "ingredients"
	FieldAllergens    Field = "allergens"
	FieldMayContain   Field = "may_contain"
	FieldStorage      Field = "storage"
	FieldNet          Field = "net"
	FieldGrossWeight  Field = "gross_weight"
	FieldLength       Field = "length"
	FieldWidth        Field = "width"
	FieldHeight       Field = "height"
	FieldCasePack     Field = "case_pack"
	FieldShelfLife    Field = "shelf_life"
	FieldOrigin       Field = "origin"
	FieldEnergy       Field = "energy"
	FieldFat          Field = "fat"
	FieldSaturated    Field = "saturated"
	FieldCarbohydrate Field = "carbohydrate"
	FieldSugars       Field = "sugars"
	FieldFibre        Field = "fibre"
	FieldProtein      Field = "protein"
	FieldSalt         Field = "salt"
)
