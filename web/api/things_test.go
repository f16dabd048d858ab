package api_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"pavilion"
	"pavilion/catalog"
	"pavilion/channel/own"
	"pavilion/db"
	"pavilion/job"
	"pavilion/money"
	"pavilion/order"
	"pavilion/shipment"
	"pavilion/stock"
)

// things are what one call of the API is about, made for it alone: a product on sale with a
// picture, a lot of it in stock, and a paid order of it, packed, with a waybill.
type things struct {
	producer  pavilion.ProducerID
	brand     pavilion.BrandID
	product   pavilion.ProductID
	picture   pavilion.PictureID
	sku       pavilion.SKUID
	freeGTIN  string
	lot       pavilion.LotID
	warehouse [2]pavilion.WarehouseID
	order     pavilion.OrderID
	parcel    pavilion.ParcelID
	waybill   string // used by nobody
	workbook  pavilion.ImportID
}

// newGTIN is a GTIN of a prefix that belongs to nobody here.
func newGTIN(n int) string {
	digits := fmt.Sprintf("4819999%05d", n)
	sum := 0
	for i, d := range digits {
		sum += int(d-'0') * (1 + 2*(i%2))
	}
	return digits + string(rune('0'+(10-sum%10)%10))
}

func newPicture(t testing.TB, shade uint8) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 8, 8))
	img.Set(1, 1, color.RGBA{R: shade, A: 255})
	var raw bytes.Buffer
	if err := png.Encode(&raw, img); err != nil {
		t.Fatal(err)
	}
	return raw.Bytes()
}

// write writes as the test.
func (w *world) write(fn func(tx *db.Tx) error) {
	w.t.Helper()
	if err := w.d.Write(w.t.Context(), pavilion.System("test"), fn); err != nil {
		w.t.Fatal(err)
	}
}

// things makes the n-th set of things. How far the parcel has gone is for the caller: "" is
// not packed.
func (w *world) things(n int, parcel shipment.State) (made things) {
	w.t.Helper()
	ctx := w.t.Context()
	img, err := catalog.ReadImage(newPicture(w.t, uint8(n)))
	if err != nil {
		w.t.Fatal(err)
	}
	made.freeGTIN, made.waybill = newGTIN(2*n+1), fmt.Sprintf("SF%013d", 2*n+1)
	w.write(func(tx *db.Tx) error {
		all, err := catalog.Producers(ctx, tx)
		if err != nil {
			return err
		}
		made.producer = all[0].ID
		if made.brand, err = catalog.SaveBrand(ctx, tx, catalog.Brand{Producer: made.producer, Name: pavilion.Text{"en": fmt.Sprint("Brand ", n)}}); err != nil {
			return err
		}
		name := pavilion.Text{"en": fmt.Sprint("Thing ", n), "zh": "东西"}
		if made.product, err = catalog.SaveProduct(ctx, tx, catalog.Product{Producer: made.producer, Name: name}); err != nil {
			return err
		}
		if made.picture, err = catalog.AddPicture(ctx, tx, made.product, img, nil); err != nil {
			return err
		}
		if made.sku, err = catalog.SaveSKU(ctx, tx, catalog.SKU{Product: made.product, GTIN: catalog.GTIN(newGTIN(2 * n))}); err != nil {
			return err
		}
		if err := catalog.SetPrice(ctx, tx, made.sku, own.Name, money.New(500, "CNY")); err != nil {
			return err
		}
		if err := catalog.SetOnSale(ctx, tx, true, made.sku); err != nil {
			return err
		}
		for i := range made.warehouse {
			code := fmt.Sprintf("T%d-%d", n, i)
			if made.warehouse[i], err = stock.AddWarehouse(ctx, tx, stock.Warehouse{Code: code, Country: "CN", TimeZone: "Asia/Shanghai", Sells: true}); err != nil {
				return err
			}
		}
		made.lot, err = stock.Receive(ctx, tx, stock.Receipt{
			SKU: made.sku, LotCode: "L-1", BestBefore: "2023-12-31", Warehouse: made.warehouse[0], Quantity: 100, Cause: "test",
		})
		return err
	})
	made.order = w.paidOrder(n, made.sku)
	if parcel == "" {
		return made
	}
	w.write(func(tx *db.Tx) error {
		packed, err := shipment.Pack(ctx, tx, made.order, shipment.Draft{
			Lines: []shipment.Line{{Line: 1, Quantity: 2}}, Carrier: "sf", Waybill: fmt.Sprintf("SF%013d", 2*n),
		})
		if err != nil {
			return err
		}
		made.parcel = packed[0].ID
		if parcel == shipment.StateShipped {
			return shipment.Ship(ctx, tx, made.order)
		}
		return nil
	})
	return made
}

// newWorkbook is a workbook with one product that nobody knows.
func newWorkbook(t testing.TB) []byte {
	t.Helper()
	file := excelize.NewFile()
	defer file.Close()
	for row, cells := range [][]any{{"Штрихкод", "Наименование", "Масса нетто"}, {newGTIN(99_999), "Ирис", "200 г"}} {
		if err := file.SetSheetRow("Sheet1", fmt.Sprint("A", row+1), &cells); err != nil {
			t.Fatal(err)
		}
	}
	raw, err := file.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	return raw.Bytes()
}

// checkedWorkbook hands in a workbook and has it checked.
func (w *world) checkedWorkbook(producer pavilion.ProducerID) pavilion.ImportID {
	w.t.Helper()
	raw := newWorkbook(w.t)
	id, err := catalog.HandIn(w.t.Context(), w.d, pavilion.System("test"), producer, "test.xlsx", bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		w.t.Fatal(err)
	}
	f := job.NewFlow()
	job.Task(f, catalog.WorkbookJob, catalog.WorkWorkbook)
	if _, err := job.NewRunner(w.d, f, job.Options{}).RunDue(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
	return id
}

// paidOrder places an order of two units that was paid at its channel.
func (w *world) paidOrder(n int, sku pavilion.SKUID) pavilion.OrderID {
	w.t.Helper()
	o, err := w.intake.Place(w.t.Context(), order.Request{
		ID: pavilion.NewID[pavilion.OrderID](pavilion.PrefixOrder, w.d.Now()), Channel: own.Name, External: fmt.Sprint("paid-", n),
		PhoneKey: "key", Lang: "zh", Delivery: money.New(0, "CNY"),
		ShipTo: order.ShipTo{Name: "王芳", Phone: "+8613800138000", Country: "CN", Province: "四川省", City: "成都市", District: "武侯区", Street: "天府大道1号"},
		Lines:  []order.RequestLine{{SKU: sku, Name: "东西", Quantity: 2, Unit: money.New(1000, "CNY"), Tax: money.New(0, "CNY")}},
	})
	if err != nil || o.Err != nil {
		w.t.Fatal(err, o.Err)
	}
	return o.Order.ID
}

// The identifiers of examples, all with the same end but for the second warehouse's.
const (
	exampleTail  = "_06bfx2m0vt9c8k4rjq3h7wyz5n"
	exampleOther = "whs_06bfx2m0vt9c8k4rjq3h7wyz6p"
)

// into replaces what examples name by the things.
func (m things) into(text string) string {
	return strings.NewReplacer(
		"pdr"+exampleTail, string(m.producer), "brn"+exampleTail, string(m.brand), "prd"+exampleTail, string(m.product),
		"pic"+exampleTail, string(m.picture), "sku"+exampleTail, string(m.sku), "lot"+exampleTail, string(m.lot),
		"whs"+exampleTail, string(m.warehouse[0]), exampleOther, string(m.warehouse[1]),
		"ord"+exampleTail, string(m.order), "par"+exampleTail, string(m.parcel), "imp"+exampleTail, string(m.workbook),
		"4810067090014", m.freeGTIN, "SF1234567890123", m.waybill,
	).Replace(text)
}

// body is an example of the document, about the things.
func (m things) body(t testing.TB, example any) map[string]any {
	t.Helper()
	raw, err := json.Marshal(example)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]any{}
	if err := json.Unmarshal([]byte(m.into(string(raw))), &out); err != nil {
		t.Fatal(err)
	}
	if _, ok := out["version"]; ok {
		out["version"] = 1.0 // of a thing just made
	}
	return out
}
