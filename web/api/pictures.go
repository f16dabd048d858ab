package api

import (
	"context"
	"net/http"

	"pavilion"
	"pavilion/catalog"
	"pavilion/db"
	"pavilion/staff"
)

// pictureLimit is one byte more than the catalogue reads, so that it says itself what is too
// large.
const pictureLimit = 20<<20 + 2

type newPicture struct {
	Keyed
	Product pavilion.ProductID `path:"product"`
	RawBody upload             `contentType:"application/octet-stream"`
}

// PicturePlace is a picture of a product in an address.
type PicturePlace struct {
	Keyed
	Product pavilion.ProductID `path:"product"`
	Picture pavilion.PictureID `path:"picture"`
}

type pictureAlt struct {
	PicturePlace
	Body struct {
		Alt pavilion.Text `json:"alt" doc:"What the picture shows, for those who do not see it."`
	}
}

// pictures registers the operations on pictures of products.
func (a *API) pictures() {
	unknown := refuses(pavilion.NotFound, "product.unknown")
	add := operation{
		method: http.MethodPost, path: "/office/products/{product}/pictures", id: "add-picture", tag: officeProducts, scope: staff.WriteCatalog,
		status: http.StatusCreated, most: pictureLimit, file: "A JPEG, PNG or WebP of at most 20 MB.",
		summary: "Add a picture to a product",
		about: "The body is the file itself. What it is is told by its first bytes, whatever its type is called; it is drawn anew in the sizes the shop serves, " +
			"so that nothing but the picture is kept. A picture the product has already is not added again.",
		refuses: append([]refusal{
			unknown, refuses(pavilion.Conflict, "picture.too_many"), refuses(pavilion.Invalid, "picture.unreadable"),
			refuses(pavilion.Invalid, "picture.unknown_kind"), refuses(pavilion.Invalid, "picture.too_large"), refuses(pavilion.Invalid, "picture.too_many_pixels"),
		}, onWriting...),
	}
	run(a, add, func(ctx context.Context, in *newPicture) (keptProduct, error) {
		img, err := catalog.ReadImage(in.RawBody) // before the transaction: it takes a while
		if err != nil {
			return keptProduct{}, err
		}
		return once(ctx, a, add.id, *in, func(tx *db.Tx) (keptProduct, error) {
			if _, err := catalog.AddPicture(ctx, tx, in.Product, img, nil); err != nil {
				return keptProduct{}, err
			}
			return kept(ctx, tx, in.Product)
		})
	})
	noPicture := refuses(pavilion.NotFound, "picture.unknown")
	write(a, operation{
		method: http.MethodPut, path: "/office/products/{product}/pictures/{picture}", id: "describe-picture", tag: officeProducts, scope: staff.WriteCatalog,
		summary: "Say what a picture shows", about: "The words stand in for the picture where it is not seen.", refuses: []refusal{unknown, noPicture},
	}, func(ctx context.Context, tx *db.Tx, in *pictureAlt) (keptProduct, error) {
		if err := catalog.SetAlt(ctx, tx, in.Product, in.Picture, in.Body.Alt); err != nil {
			return keptProduct{}, err
		}
		return kept(ctx, tx, in.Product)
	})
	write(a, operation{
		method: http.MethodDelete, path: "/office/products/{product}/pictures/{picture}", id: "remove-picture", tag: officeProducts, scope: staff.WriteCatalog,
		summary: "Take a picture away", about: "It is gone for good.", refuses: []refusal{unknown, noPicture},
	}, func(ctx context.Context, tx *db.Tx, in *PicturePlace) (keptProduct, error) {
		if err := catalog.RemovePicture(ctx, tx, in.Product, in.Picture); err != nil {
			return keptProduct{}, err
		}
		return kept(ctx, tx, in.Product)
	})
}
