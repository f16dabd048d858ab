package catalog

import (
	"context"

	"pavilion"
	"pavilion/db"
)

var (
	selectProducersByID = &db.Keyed{Text: selectProducer + `where id in (%s)`}
	selectBrandsByID    = &db.Keyed{Text: selectBrand + `where id in (%s)`}
	selectPicturesOf    = &db.Keyed{Text: `select i.product_id, i.id, i.alt_text, i.source_hash, z.width, z.height from picture i join picture_size z on z.picture_id = i.id
		where i.product_id in (%s) and z.width = (select max(w.width) from picture_size w where w.picture_id = i.id) order by i.product_id, i.position, i.id`}
	selectRegistrationsOf = &db.Keyed{Text: `select producer_id, authority, number, category, valid_from, valid_until from producer_registration
		where producer_id in (%s) order by producer_id, authority, number`}
	selectDocumentsOf = &db.Keyed{Text: `select ` + documentColumns + ` from document where superseded_at is null and about in (%s) order by about, id`}
)

// Pages returns many products with everything about them, each once, in one question a
// table. Those that are not known are left out; prices are not read.
func Pages(ctx context.Context, r db.Reader, ids []pavilion.ProductID) (map[pavilion.ProductID]Page, error) {
	products, err := db.AllKeyed(ctx, r, scanProduct, selectProducts, ids)
	if err != nil {
		return nil, err
	}
	skus, err := skusOf(ctx, r, ids)
	if err != nil {
		return nil, err
	}
	pictures, err := picturesOf(ctx, r, ids)
	if err != nil {
		return nil, err
	}
	var makers []pavilion.ProducerID
	var names []pavilion.BrandID
	seen := map[string]bool{"": true}
	for _, p := range products {
		if !seen[string(p.Producer)] {
			makers = append(makers, p.Producer)
		}
		if !seen[string(p.Brand)] {
			names = append(names, p.Brand)
		}
		seen[string(p.Producer)], seen[string(p.Brand)] = true, true
	}
	producers, err := byID(ctx, r, scanProducer, selectProducersByID, makers, func(p Producer) pavilion.ProducerID { return p.ID })
	if err != nil {
		return nil, err
	}
	brands, err := byID(ctx, r, scanBrand, selectBrandsByID, names, func(b Brand) pavilion.BrandID { return b.ID })
	if err != nil {
		return nil, err
	}
	registrations, err := registrationsOf(ctx, r, makers)
	if err != nil {
		return nil, err
	}
	out := make(map[pavilion.ProductID]Page, len(products))
	for _, p := range products {
		out[p.ID] = Page{Product: p, SKUs: skus[p.ID], Producer: producers[p.Producer], Brand: brands[p.Brand], Pictures: pictures[p.ID], Registrations: registrations[p.Producer]}
	}
	return out, nil
}

// DocumentsOf returns the documents that count about producers and products, the oldest of
// each first.
func DocumentsOf(ctx context.Context, r db.Reader, about []string) (map[string][]Document, error) {
	all, err := db.AllKeyed(ctx, r, scanDocument, selectDocumentsOf, about)
	of := map[string][]Document{}
	for _, d := range all {
		of[d.About] = append(of[d.About], d)
	}
	return of, err
}

func byID[K ~string, T any](ctx context.Context, r db.Reader, scan func(db.Scanner) (T, error), query *db.Keyed, ids []K, id func(T) K) (map[K]T, error) {
	all, err := db.AllKeyed(ctx, r, scan, query, ids)
	of := make(map[K]T, len(all))
	for _, one := range all {
		of[id(one)] = one
	}
	return of, err
}

func picturesOf(ctx context.Context, r db.Reader, ids []pavilion.ProductID) (map[pavilion.ProductID][]Picture, error) {
	type picture struct {
		of pavilion.ProductID
		Picture
	}
	all, err := db.AllKeyed(ctx, r, func(row db.Scanner) (p picture, err error) {
		err = row.Scan(&p.of, &p.ID, text{&p.Alt}, &p.Hash, &p.Width, &p.Height)
		return p, err
	}, selectPicturesOf, ids)
	of := map[pavilion.ProductID][]Picture{}
	for _, p := range all {
		of[p.of] = append(of[p.of], p.Picture)
	}
	return of, err
}

func registrationsOf(ctx context.Context, r db.Reader, ids []pavilion.ProducerID) (map[pavilion.ProducerID][]Registration, error) {
	type registration struct {
		of pavilion.ProducerID
		Registration
	}
	all, err := db.AllKeyed(ctx, r, func(row db.Scanner) (g registration, err error) {
		err = row.Scan(&g.of, &g.Authority, &g.Number, &g.Category, &g.ValidFrom, &g.ValidUntil)
		return g, err
	}, selectRegistrationsOf, ids)
	of := map[pavilion.ProducerID][]Registration{}
	for _, g := range all {
		of[g.of] = append(of[g.of], g.Registration)
	}
	return of, err
}
