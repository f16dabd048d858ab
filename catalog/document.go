package catalog

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"path"
	"strings"
	"time"
	"unicode"

	"pavilion"
	"pavilion/db"
	"pavilion/staff"
)

// What documents may be at most.
const (
	mostDocumentBytes = 20 << 20
	mostDocuments     = 200 // about one thing
	longestFileName   = 100
)

// documentTypes are the kinds of file a document may be, told by their first bytes.
var documentTypes = []struct{ magic, mediaType, extension string }{
	{"%PDF-", "application/pdf", ".pdf"},
	{"\xff\xd8\xff", "image/jpeg", ".jpg"},
	{"\x89PNG\r\n\x1a\n", "image/png", ".png"},
}

const (
	insertDocument = `insert into document (id, about, kind, name, media_type, size, sha256, valid_until, bytes, created_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`
	documentColumns     = `id, about, kind, name, media_type, size, sha256, valid_until, created_at, coalesce(superseded_at, 0)`
	selectDocuments     = `select ` + documentColumns + ` from document where about = $1 and superseded_at is null order by id limit $2`
	selectAllDocuments  = `select ` + documentColumns + ` from document where about = $1 order by id desc limit $2`
	supersedeDocument   = `update document set superseded_at = $1 where id = $2 and superseded_at is null`
	selectDocument      = `select ` + documentColumns + ` from document where id = $1`
	selectDocumentBytes = `select bytes from document where id = $1`

	selectIsProducer = `select id from producer where id = $1`
	selectIsProduct  = `select id from product where id = $1`
)

// Document is a file about a producer or a product, such as a certificate, without its
// bytes. It is kept as it came.
type Document struct {
	ID         pavilion.DocumentID
	About      string // a ProducerID or ProductID
	Kind       string // what it is, such as "certificate"
	Name       string // file name
	MediaType  string // application/pdf, image/jpeg or image/png, told by the content
	Size       int64  // bytes
	SHA256     string // hexadecimal
	ValidUntil pavilion.Date
	CreatedAt  time.Time
	// SupersededAt is when another took its place or it was taken away; zero while it counts.
	SupersededAt time.Time
}

// AddDocument stores a file; of d it takes About, Kind, Name and ValidUntil. Whoever serves
// it must send it as an attachment: a PDF can hold scripts. Errors: Invalid
// document.too_large {megabytes}, document.unknown_kind and document.kind_missing; NotFound
// document.about_unknown; Conflict document.too_many {count}.
func AddDocument(ctx context.Context, tx *db.Tx, d Document, raw []byte) (pavilion.DocumentID, error) {
	if len(raw) > mostDocumentBytes {
		return "", pavilion.E(pavilion.Invalid, "document.too_large", pavilion.Args{"megabytes": mostDocumentBytes >> 20}).At("document")
	}
	if strings.TrimSpace(d.Kind) == "" {
		return "", pavilion.E(pavilion.Invalid, "document.kind_missing", nil).At("kind")
	}
	var extension string
	for _, t := range documentTypes {
		if bytes.HasPrefix(raw, []byte(t.magic)) {
			d.MediaType, extension = t.mediaType, t.extension
			break
		}
	}
	if extension == "" {
		return "", pavilion.E(pavilion.Invalid, "document.unknown_kind", nil).At("document")
	}
	if err := knowsSubject(ctx, tx, d.About); err != nil {
		return "", err
	}
	has, err := Documents(ctx, tx, d.About)
	if err != nil {
		return "", err
	}
	if len(has) == mostDocuments {
		return "", pavilion.E(pavilion.Conflict, "document.too_many", pavilion.Args{"count": mostDocuments}).At("document")
	}
	id := pavilion.NewID[pavilion.DocumentID](pavilion.PrefixDocument, tx.Now())
	hash := sha256.Sum256(raw)
	d.Name = fileName(d.Name, extension)
	_, err = tx.Exec(ctx, insertDocument, string(id), d.About, d.Kind, d.Name, d.MediaType, len(raw),
		hex.EncodeToString(hash[:]), string(d.ValidUntil), raw, db.Micros(tx.Now()))
	if err != nil {
		return "", err
	}
	if err := recordDocument(ctx, tx, d.About); err != nil {
		return "", err
	}
	return id, staff.NoteChanges(ctx, tx, "document.added", d.About, []staff.FieldChange{{Field: "document." + d.Kind, After: d.said()}})
}

// said is a document as the trail names it.
func (d Document) said() string { return strings.TrimSpace(d.Name + " " + string(d.ValidUntil)) }

// Supersede takes a document out of use; it is kept, and can still be read. Errors: NotFound
// document.unknown; Conflict document.superseded.
func Supersede(ctx context.Context, tx *db.Tx, id pavilion.DocumentID) error {
	d, found, err := db.One(ctx, tx, scanDocument, selectDocument, string(id))
	if err == nil && !found {
		err = pavilion.E(pavilion.NotFound, "document.unknown", nil)
	}
	if err != nil {
		return err
	}
	n, err := tx.Exec(ctx, supersedeDocument, db.Micros(tx.Now()), string(id))
	if err != nil {
		return err
	}
	if n == 0 {
		return pavilion.E(pavilion.Conflict, "document.superseded", nil)
	}
	if err := recordDocument(ctx, tx, d.About); err != nil {
		return err
	}
	return staff.NoteChanges(ctx, tx, "document.superseded", d.About, []staff.FieldChange{{Field: "document." + d.Kind, Before: d.said()}})
}

// knowsSubject refuses a document about something that is not there.
func knowsSubject(ctx context.Context, r db.Reader, about string) error {
	query := selectIsProduct
	if pavilion.CheckID(pavilion.PrefixProducer, about) {
		query = selectIsProducer
	}
	_, found, err := db.One(ctx, r, scanWord, query, about)
	if err == nil && !found {
		err = pavilion.E(pavilion.NotFound, "document.about_unknown", nil).At("about")
	}
	return err
}

// fileName makes a stranger's file name harmless: no folders, no control characters, not
// too long, and the extension of what it really is.
func fileName(name, extension string) string {
	name = path.Base(strings.ReplaceAll(name, `\`, "/"))
	name = strings.TrimSuffix(name, path.Ext(name))
	name = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) || strings.ContainsRune(`"/:*?<>|`, r) {
			return -1
		}
		return r
	}, name)
	name = strings.Trim(string([]rune(name)[:min(len([]rune(name)), longestFileName)]), ". ")
	if name == "" {
		name = "document"
	}
	return name + extension
}

// EveryDocument returns the documents about a producer or a product with those that were
// superseded, the newest first.
func EveryDocument(ctx context.Context, r db.Reader, about string) ([]Document, error) {
	return db.All(ctx, r, scanDocument, selectAllDocuments, about, 5*mostDocuments)
}

// Documents returns the documents about a producer or a product that count, the oldest
// first.
func Documents(ctx context.Context, r db.Reader, about string) ([]Document, error) {
	return db.All(ctx, r, scanDocument, selectDocuments, about, mostDocuments)
}

// GetDocument returns a document with its bytes. Error: NotFound document.unknown.
func GetDocument(ctx context.Context, r db.Reader, id pavilion.DocumentID) (d Document, raw []byte, err error) {
	d, found, err := db.One(ctx, r, scanDocument, selectDocument, string(id))
	if err != nil {
		return Document{}, nil, err
	}
	if !found {
		return Document{}, nil, pavilion.E(pavilion.NotFound, "document.unknown", nil)
	}
	err = r.QueryRow(ctx, selectDocumentBytes, string(id)).Scan(&raw)
	return d, raw, err
}

func scanDocument(row db.Scanner) (d Document, err error) {
	var superseded int64
	err = row.Scan(&d.ID, &d.About, &d.Kind, &d.Name, &d.MediaType, &d.Size, &d.SHA256, &d.ValidUntil, moment{&d.CreatedAt}, &superseded)
	if superseded != 0 {
		d.SupersededAt = db.Time(superseded)
	}
	return d, err
}
