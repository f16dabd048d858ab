package catalog

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"

	"pavilion"
)

// hash of all that a row says. Rows that say the same have the same hash, whatever their
// place and the order of columns.
func hash(row *ProductRow) string {
	w := make(hashWriter, 0, 4<<10)
	for _, s := range []string{string(row.GTIN), row.ProducerCode, row.Brand, row.Category, row.Origin, string(row.Net.Unit)} {
		w.text(s)
	}
	for _, t := range []pavilion.Text{row.Name, row.Description, row.IngredientsText, row.Storage} {
		w.words(t)
	}
	for _, n := range []int64{row.Net.Milli, row.GrossWeightG, row.LengthMM, row.WidthMM, row.HeightMM, row.CasePack, row.ShelfLifeDays} {
		w.number(&n)
	}
	w.number(row.StorageMinC)
	w.number(row.StorageMaxC)
	w.ingredients(row.Facts.Ingredients)
	w.texts(row.Facts.Allergens)
	w.texts(row.Facts.MayContain)
	if row.Facts.NoAllergens {
		w.text("none")
	}
	if n := row.Facts.Nutrition; n != nil {
		w.text(string(n.Basis))
		w.text(n.Source)
		for _, v := range []*int64{n.KJ, n.Kcal, n.Fat, n.Saturated, n.Carbohydrate, n.Sugars, n.Fibre, n.Protein, n.Salt} {
			w.number(v)
		}
	}
	sum := sha256.Sum256(w)
	return hex.EncodeToString(sum[:16])
}

// hashWriter writes values so that different ones are never written alike: each says how
// long it is, or ends where none of its own bytes can be.
type hashWriter []byte

func (w *hashWriter) count(n int) {
	*w = append(strconv.AppendInt(*w, int64(n), 10), ':')
}

func (w *hashWriter) text(s string) {
	w.count(len(s))
	*w = append(*w, s...)
}

func (w *hashWriter) texts(all []string) {
	w.count(len(all))
	for _, s := range all {
		w.text(s)
	}
}

func (w *hashWriter) words(t pavilion.Text) {
	for _, lang := range pavilion.Langs {
		w.text(t[lang])
	}
}

func (w *hashWriter) number(n *int64) {
	if n != nil {
		*w = strconv.AppendInt(*w, *n, 10)
	}
	*w = append(*w, ';')
}

func (w *hashWriter) ingredients(all []Ingredient) {
	w.count(len(all))
	for _, i := range all {
		w.words(i.Name)
		w.text(i.Percent)
		w.ingredients(i.Parts)
	}
}
