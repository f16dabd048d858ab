package catalog

import (
	"context"

	"pavilion"
	"pavilion/db"
)

// mostPictures is how many pictures a product can have.
const mostPictures = 20

const (
	insertPicture = `insert into picture (id, product_id, position, alt_text, source_hash, created_at)
		select $1, p.id, coalesce((select max(i.position) from picture i where i.product_id = p.id), 0) + 1, $2, $3, $4 from product p where p.id = $5`
	selectPictures = `select i.id, i.alt_text, i.source_hash, z.width, z.height from picture i join picture_size z on z.picture_id = i.id
		where i.product_id = $1 and z.width = (select max(w.width) from picture_size w where w.picture_id = i.id)
		order by i.position, i.id limit $2`
	selectRendition = `select width, height, media_type, bytes from picture_size where picture_id = $1
		order by case when width >= $2 then 0 else 1 end, case when width >= $2 then width else -width end limit 1`
)

var insertRenditions = db.Insert{Table: "picture_size", Columns: []string{"picture_id", "width", "height", "media_type", "bytes"}}

// Picture is a picture of a product, without its bytes.
type Picture struct {
	ID            pavilion.PictureID
	Alt           pavilion.Text
	Hash          string // of the file it was read from
	Width, Height int64  // of its widest size, in pixels
}

// AddPicture adds a picture to a product, after those it has. A picture the product has
// already is not added again; its identifier is returned. Errors: NotFound
// product.unknown; Conflict picture.too_many {count}.
func AddPicture(ctx context.Context, tx *db.Tx, product pavilion.ProductID, img Image, alt pavilion.Text) (pavilion.PictureID, error) {
	has, err := Pictures(ctx, tx, product)
	if err != nil {
		return "", err
	}
	for _, p := range has {
		if p.Hash == img.Hash {
			return p.ID, nil
		}
	}
	if len(has) == mostPictures {
		return "", pavilion.E(pavilion.Conflict, "picture.too_many", pavilion.Args{"count": mostPictures}).At("picture")
	}
	id := pavilion.NewID[pavilion.PictureID](pavilion.PrefixPicture, tx.Now())
	n, err := tx.Exec(ctx, insertPicture, string(id), alt.JSON(), img.Hash, db.Micros(tx.Now()), string(product))
	if err != nil {
		return "", err
	}
	if n == 0 {
		return "", pavilion.E(pavilion.NotFound, "product.unknown", nil).At("product")
	}
	var rows []any
	for _, r := range img.Renditions {
		rows = append(rows, string(id), r.Width, r.Height, r.MediaType, r.Bytes)
	}
	tx.Signal(Topic)
	if _, err := insertRenditions.Rows(ctx, tx, rows); err != nil {
		return "", err
	}
	return id, listAgain(ctx, tx, []pavilion.ProductID{product})
}

// Pictures returns the pictures of a product in the order they are shown.
func Pictures(ctx context.Context, r db.Reader, product pavilion.ProductID) ([]Picture, error) {
	return db.All(ctx, r, scanPicture, selectPictures, string(product), mostPictures)
}

// GetPicture returns the narrowest size of a picture that is at least as wide as asked,
// else the widest there is. Error: NotFound picture.unknown.
func GetPicture(ctx context.Context, r db.Reader, id pavilion.PictureID, width int64) (Rendition, error) {
	found, ok, err := db.One(ctx, r, scanRendition, selectRendition, string(id), width)
	if err == nil && !ok {
		err = pavilion.E(pavilion.NotFound, "picture.unknown", nil)
	}
	return found, err
}

func scanPicture(row db.Scanner) (p Picture, err error) {
	err = row.Scan(&p.ID, text{&p.Alt}, &p.Hash, &p.Width, &p.Height)
	return p, err
}

func scanRendition(row db.Scanner) (r Rendition, err error) {
	err = row.Scan(&r.Width, &r.Height, &r.MediaType, &r.Bytes)
	return r, err
}
