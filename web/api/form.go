package api

import (
	"reflect"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"pavilion"
	"pavilion/catalog"
	"pavilion/order"
	"pavilion/shipment"
	"pavilion/stock"
)

// The forms of values that stand in many places: what they look like, in what unit, and an
// example. The document takes a form wherever the type it stands for is used.
type (
	producerIDForm  struct{}
	brandIDForm     struct{}
	productIDForm   struct{}
	skuIDForm       struct{}
	pictureIDForm   struct{}
	warehouseIDForm struct{}
	lotIDForm       struct{}
	orderIDForm     struct{}
	parcelIDForm    struct{}
	importIDForm    struct{}

	textForm      struct{}
	langForm      struct{}
	dateForm      struct{}
	momentForm    struct{}
	gtinForm      struct{}
	unitForm      struct{}
	orderForm     struct{}
	stepForm      struct{}
	parcelForm    struct{}
	movementForm  struct{}
	stockForm     struct{}
	workbookForm  struct{}
	severityForm  struct{}
	completedForm struct{}
)

// forms are the types of the program and their forms.
var forms = map[reflect.Type]reflect.Type{
	reflect.TypeFor[pavilion.ProducerID]():   reflect.TypeFor[producerIDForm](),
	reflect.TypeFor[pavilion.BrandID]():      reflect.TypeFor[brandIDForm](),
	reflect.TypeFor[pavilion.ProductID]():    reflect.TypeFor[productIDForm](),
	reflect.TypeFor[pavilion.SKUID]():        reflect.TypeFor[skuIDForm](),
	reflect.TypeFor[pavilion.PictureID]():    reflect.TypeFor[pictureIDForm](),
	reflect.TypeFor[pavilion.WarehouseID]():  reflect.TypeFor[warehouseIDForm](),
	reflect.TypeFor[pavilion.LotID]():        reflect.TypeFor[lotIDForm](),
	reflect.TypeFor[pavilion.OrderID]():      reflect.TypeFor[orderIDForm](),
	reflect.TypeFor[pavilion.ParcelID]():     reflect.TypeFor[parcelIDForm](),
	reflect.TypeFor[pavilion.ImportID]():     reflect.TypeFor[importIDForm](),
	reflect.TypeFor[pavilion.Text]():         reflect.TypeFor[textForm](),
	reflect.TypeFor[pavilion.Lang]():         reflect.TypeFor[langForm](),
	reflect.TypeFor[pavilion.Date]():         reflect.TypeFor[dateForm](),
	reflect.TypeFor[time.Time]():             reflect.TypeFor[momentForm](),
	reflect.TypeFor[catalog.GTIN]():          reflect.TypeFor[gtinForm](),
	reflect.TypeFor[catalog.Unit]():          reflect.TypeFor[unitForm](),
	reflect.TypeFor[order.State]():           reflect.TypeFor[orderForm](),
	reflect.TypeFor[order.Step]():            reflect.TypeFor[stepForm](),
	reflect.TypeFor[shipment.State]():        reflect.TypeFor[parcelForm](),
	reflect.TypeFor[stock.MovementKind]():    reflect.TypeFor[movementForm](),
	reflect.TypeFor[stock.State]():           reflect.TypeFor[stockForm](),
	reflect.TypeFor[catalog.WorkbookState](): reflect.TypeFor[workbookForm](),
	reflect.TypeFor[pavilion.Severity]():     reflect.TypeFor[severityForm](),
	reflect.TypeFor[catalog.Field]():         reflect.TypeFor[completedForm](),
	reflect.TypeFor[catalog.Ingredient]():    reflect.TypeFor[ingredient](),
}

// newRegistry makes the registry of schemas that knows the forms.
func newRegistry() huma.Registry {
	r := huma.NewMapRegistry("#/components/schemas/", huma.DefaultSchemaNamer)
	for of, form := range forms {
		r.RegisterTypeAlias(of, form)
	}
	return r
}

// exampleTail ends the example of every identifier.
const exampleTail = "_06bfx2m0vt9c8k4rjq3h7wyz5n"

// id is the form of the identifiers of a kind of thing.
func id(prefix, of string) *huma.Schema {
	return &huma.Schema{
		Type: huma.TypeString, Pattern: "^" + prefix + "_[0-9a-hjkmnp-tv-z]{26}$", PatternDescription: "an identifier " + prefix + "_…",
		Description: "Identifier of " + of + ".", Examples: []any{prefix + exampleTail},
	}
}

func (producerIDForm) Schema(huma.Registry) *huma.Schema {
	return id(pavilion.PrefixProducer, "a producer")
}

func (brandIDForm) Schema(huma.Registry) *huma.Schema {
	return id(pavilion.PrefixBrand, "a brand")
}

func (productIDForm) Schema(huma.Registry) *huma.Schema {
	return id(pavilion.PrefixProduct, "a product")
}

func (skuIDForm) Schema(huma.Registry) *huma.Schema {
	return id(pavilion.PrefixSKU, "a SKU: one product in one pack")
}

func (pictureIDForm) Schema(huma.Registry) *huma.Schema {
	return id(pavilion.PrefixPicture, "a picture")
}

func (warehouseIDForm) Schema(huma.Registry) *huma.Schema {
	return id(pavilion.PrefixWarehouse, "a warehouse")
}

func (lotIDForm) Schema(huma.Registry) *huma.Schema {
	return id(pavilion.PrefixLot, "a lot")
}

func (orderIDForm) Schema(huma.Registry) *huma.Schema {
	return id(pavilion.PrefixOrder, "an order")
}

func (parcelIDForm) Schema(huma.Registry) *huma.Schema {
	return id(pavilion.PrefixParcel, "a parcel")
}

func (importIDForm) Schema(huma.Registry) *huma.Schema {
	return id(pavilion.PrefixImport, "a workbook that was handed in")
}

func (textForm) Schema(huma.Registry) *huma.Schema {
	most := 10_000
	word := func(name, sample string) *huma.Schema {
		s := &huma.Schema{Type: huma.TypeString, MaxLength: &most, Description: "In " + name + ".", Examples: []any{sample}}
		s.PrecomputeMessages()
		return s
	}
	return &huma.Schema{
		Type: huma.TypeObject, Description: "The same words in several languages; a language may be missing.", AdditionalProperties: false,
		Properties: map[string]*huma.Schema{
			string(pavilion.Chinese): word("Chinese", "黑巧克力"), string(pavilion.English): word("English", "Dark chocolate"),
			string(pavilion.Russian): word("Russian", "Тёмный шоколад"), string(pavilion.Belarusian): word("Belarusian", "Цёмны шакалад"),
		},
	}
}

// oneOf is the form of a word out of a list.
func oneOf[T ~string](about string, all []T) *huma.Schema {
	s := &huma.Schema{Type: huma.TypeString, Description: about}
	for _, v := range all {
		s.Enum = append(s.Enum, string(v))
	}
	return s
}

func (langForm) Schema(huma.Registry) *huma.Schema {
	return oneOf("A language, BCP 47.", pavilion.Langs)
}

func (dateForm) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Format: "date", Description: "A day, ISO 8601.", Examples: []any{"2026-12-31"}}
}

func (momentForm) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Format: "date-time", Description: "A moment, RFC 3339, in UTC.", Examples: []any{"2026-07-01T08:30:00Z"}}
}

func (gtinForm) Schema(huma.Registry) *huma.Schema {
	most := 14
	return &huma.Schema{Type: huma.TypeString, MaxLength: &most, Pattern: "^[0-9]{8,14}$", Description: "The number under the barcode, with its check digit.", Examples: []any{"4810067090014"}}
}

func (unitForm) Schema(huma.Registry) *huma.Schema {
	return oneOf("A unit of net content.", []catalog.Unit{
		catalog.Gram, catalog.Kilogram, catalog.Milligram, catalog.Millilitre, catalog.Centilitre, catalog.Litre,
		catalog.Millimetre, catalog.Centimetre, catalog.Metre, catalog.Piece,
	})
}

func (orderForm) Schema(huma.Registry) *huma.Schema {
	return oneOf("Where an order stands in its life.", order.States)
}

func (stepForm) Schema(huma.Registry) *huma.Schema {
	return oneOf("What was done to an order.", order.Steps)
}

func (parcelForm) Schema(huma.Registry) *huma.Schema {
	return oneOf("Where a parcel stands in its life.", shipment.States)
}

func (movementForm) Schema(huma.Registry) *huma.Schema {
	return oneOf("What moved.", []stock.MovementKind{
		stock.KindReceive, stock.KindReserve, stock.KindRelease, stock.KindTake, stock.KindReturn, stock.KindAdjust,
		stock.KindTransferOut, stock.KindTransferIn, stock.KindWriteOff, stock.KindHold, stock.KindUnhold,
	})
}

func (stockForm) Schema(huma.Registry) *huma.Schema {
	return oneOf("What can be done with what lies somewhere.", stock.States)
}

func (workbookForm) Schema(huma.Registry) *huma.Schema {
	return oneOf("How far a workbook has come.", catalog.WorkbookStates)
}

func (severityForm) Schema(huma.Registry) *huma.Schema {
	return oneOf("How bad it is.", []pavilion.Severity{pavilion.Blocks, pavilion.Warns, pavilion.Informs})
}

func (completedForm) Schema(huma.Registry) *huma.Schema {
	return oneOf("A fact a product should tell.", catalog.Wanted())
}
