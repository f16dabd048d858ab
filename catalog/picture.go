package catalog

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"pavilion"
	"pavilion/db"
	"pavilion/staff"
)

// mostPictures is how many pictures a product can have.
const mostPictures = 20

const (
	insertPicture = `insert into picture (id, product_id, position, alt_text, source_hash, created_at)
		select $1, p.id, coalesce((select max(i.position) from picture i where i.product_id = p.id), 0) + 1, $2, $3, $4 from product p where p.id = $5`
	selectPictures = `select i.id, i.alt_text, i.source_hash, z.width, z.height from picture i join picture_size z on z.picture_id = i.id
		where i.product_id = $1 and z.width = (select max(w.width) from picture_size w where w.picture_id = i.id)
		order by i.position, i.id limit $2`
	updateAlt        = `update picture set alt_text = $1 where id = $2 and product_id = $3`
	updatePosition   = `update picture set position = $1 where id = $2 and product_id = $3`
	deleteRenditions = `delete from picture_size where picture_id = $1`
	deletePicture    = `delete from picture where id = $1 and product_id = $2`
	selectRendition  = `select width, height, media_type, bytes from picture_size where picture_id = $1
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
	if err := lockProducts(ctx, tx, []pavilion.ProductID{product}); err != nil { // nobody adds another meanwhile
		return "", err
	}
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
	if _, err := insertRenditions.Rows(ctx, tx, rows); err != nil {
		return "", err
	}
	added := Picture{Hash: img.Hash}
	return id, picturesChanged(ctx, tx, product, []staff.FieldChange{{Field: string(FieldPicture), After: added.named()}})
}

// SetAlt says what a picture of a product shows. Error: NotFound picture.unknown.
func SetAlt(ctx context.Context, tx *db.Tx, product pavilion.ProductID, id pavilion.PictureID, alt pavilion.Text) error {
	before, err := pictureOf(ctx, tx, product, id)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, updateAlt, alt.JSON(), string(id), string(product)); err != nil {
		return err
	}
	var c changes
	c.texts(FieldAlt, before.Alt, alt)
	return picturesChanged(ctx, tx, product, c.noted())
}

// OrderPictures shows the pictures of a product in the order of ids; those it does not name
// come after them as they stood.
func OrderPictures(ctx context.Context, tx *db.Tx, product pavilion.ProductID, ids []pavilion.PictureID) error {
	has, err := Pictures(ctx, tx, product)
	if err != nil {
		return err
	}
	before := pictureIDs(has)
	slices.SortStableFunc(has, func(a, b Picture) int { return cmp.Compare(place(ids, a.ID), place(ids, b.ID)) })
	for i, p := range has {
		if _, err := tx.Exec(ctx, updatePosition, i+1, string(p.ID), string(product)); err != nil {
			return err
		}
	}
	var c changes
	c.words(FieldPicture, before, pictureIDs(has))
	return picturesChanged(ctx, tx, product, c.noted())
}

// RemovePicture takes a picture away for good. Error: NotFound picture.unknown.
func RemovePicture(ctx context.Context, tx *db.Tx, product pavilion.ProductID, id pavilion.PictureID) error {
	p, err := pictureOf(ctx, tx, product, id)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, deleteRenditions, string(id)); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, deletePicture, string(id), string(product)); err != nil {
		return err
	}
	return picturesChanged(ctx, tx, product, []staff.FieldChange{{Field: string(FieldPicture), Before: p.named()}})
}

// picturesChanged notes what was done to the pictures of a product, and what follows.
func picturesChanged(ctx context.Context, tx *db.Tx, product pavilion.ProductID, changes []staff.FieldChange) error {
	tx.Signal(Topic)
	if err := staff.NoteChanges(ctx, tx, "product.changed", string(product), changes); err != nil {
		return err
	}
	return listAgain(ctx, tx, []pavilion.ProductID{product})
}

func pictureOf(ctx context.Context, r db.Reader, product pavilion.ProductID, id pavilion.PictureID) (Picture, error) {
	has, err := Pictures(ctx, r, product)
	if err != nil {
		return Picture{}, err
	}
	at := slices.IndexFunc(has, func(p Picture) bool { return p.ID == id })
	if at < 0 {
		return Picture{}, pavilion.E(pavilion.NotFound, "picture.unknown", nil)
	}
	return has[at], nil
}

// named is how the trail names a picture: by the beginning of its hash, which is the same
// when the same file is added again.
func (p Picture) named() string { return p.Hash[:min(len(p.Hash), 8)] }

func pictureIDs(pictures []Picture) string {
	names := make([]string, len(pictures))
	for i, p := range pictures {
		names[i] = p.named()
	}
	return strings.Join(names, " ")
}

// place is where an id stands in a list, after all others if it does not.
func place(ids []pavilion.PictureID, id pavilion.PictureID) int {
	if i := slices.Index(ids, id); i >= 0 {
		return i
	}
	return len(ids)
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
