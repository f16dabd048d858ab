package console

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"pavilion"
	"pavilion/catalog"
	"pavilion/db"
	"pavilion/staff"
	"pavilion/web/ui"
)

// uploadLimit is the largest form with a file: what catalog takes at most, and the rest.
const uploadLimit = 21 << 20

// filesView is the documents about a producer or a product.
type filesView struct {
	Action string // where a new one is sent
	Docs   []fileView
	Kinds  []ui.Option
	Edits  bool
}

type fileView struct {
	ID         pavilion.DocumentID
	URL        string
	Name       string
	Kind       string
	Size       int64 // in kilobytes, rounded up
	Added      time.Time
	ValidUntil pavilion.Date
	Ends       ui.Badge
	Superseded time.Time
	End        string // where the form goes that takes it out of use, "" if it is
}

// documentKinds are the kinds of documents people choose from, beside those that the rules of
// a market ask for.
var documentKinds = []string{"contract", "certificate", "registration", "letter", "trademark", "test_report", "halal", "organic", "other"}

// pictureURL is where the program sends a picture.
func pictureURL(id pavilion.PictureID, width int64) string {
	return "/picture/" + string(id) + "/" + strconv.FormatInt(width, 10)
}

// upload reads a form with one file. Errors, all Invalid: form.malformed, file.missing and
// file.too_large {megabytes}.
func (d *desk) upload(w http.ResponseWriter, r *http.Request, name string) (raw []byte, fileName string, err error) {
	r.Body = http.MaxBytesReader(w, r.Body, uploadLimit)
	if err := patient(w); err != nil {
		return nil, "", err
	}
	if err := r.ParseMultipartForm(1 << 20); err != nil {
		if _, large := errors.AsType[*http.MaxBytesError](err); large {
			return nil, "", pavilion.E(pavilion.Invalid, "file.too_large", pavilion.Args{"megabytes": uploadLimit >> 20}).At(name)
		}
		return nil, "", pavilion.E(pavilion.Invalid, "form.malformed", nil).Because(err)
	}
	defer r.MultipartForm.RemoveAll()
	onlyVisible(r)
	file, head, err := r.FormFile(name)
	if err != nil {
		return nil, "", pavilion.E(pavilion.Invalid, "file.missing", nil).At(name)
	}
	defer file.Close()
	raw, err = io.ReadAll(file)
	return raw, head.Filename, err
}

func picturesOf(p *ui.Printer, page catalog.Page, url string) []pictureView {
	out := make([]pictureView, len(page.Pictures))
	for i, pic := range page.Pictures {
		v := pictureView{ID: pic.ID, URL: url + "/pictures/" + string(pic.ID) + "/change", Src: pictureURL(pic.ID, 320), Width: pic.Width, Height: pic.Height, First: i == 0, Last: i == len(page.Pictures)-1}
		for _, lang := range pavilion.Langs {
			v.Alts = append(v.Alts, ui.Field{Name: "alt." + string(lang), Label: fieldLabel(p, catalog.FieldAlt.In(lang)), Value: pic.Alt[lang], Lang: lang, MaxLength: 300})
		}
		out[i] = v
	}
	return out
}

// keep puts back what was typed about a picture, beside what it says now.
func (v *pictureView) keep(p *ui.Printer, form url.Values) {
	for i := range v.Alts {
		f := &v.Alts[i]
		if typed := posted(form, f.Name); typed != f.Value {
			f.Hint, f.Value = p.T("goods.theirs.now", "words", orDash(f.Value)), typed
		}
	}
}

// altOf is what a form says a picture shows.
func altOf(r *http.Request) pavilion.Text {
	alt := pavilion.Text{}
	for _, lang := range pavilion.Langs {
		words := []rune(posted(r.PostForm, "alt."+string(lang)))
		alt[lang] = string(words[:min(len(words), 300)])
	}
	return alt
}

// addPicture adds a picture. The file is read and its sizes are made before anything is
// written.
func (g *products) addPicture(w http.ResponseWriter, r *http.Request) error {
	raw, _, err := g.upload(w, r, "picture")
	if err != nil {
		return g.done(w, r, err)
	}
	img, err := catalog.ReadImage(raw)
	if err != nil {
		return g.done(w, r, err)
	}
	return g.done(w, r, g.write(r, func(tx *db.Tx) error {
		_, err := catalog.AddPicture(r.Context(), tx, pavilion.ProductID(r.PathValue("product")), img, pavilion.Text{})
		return err
	}))
}

// changePicture says what a picture shows, moves it forward or back, or takes it away, as
// the pressed button says.
func (g *products) changePicture(w http.ResponseWriter, r *http.Request) error {
	if err := g.parse(w, r); err != nil {
		return err
	}
	product, id := pavilion.ProductID(r.PathValue("product")), pavilion.PictureID(r.PathValue("picture"))
	return g.done(w, r, g.write(r, func(tx *db.Tx) error {
		if err := catalog.PicturesUnchanged(r.Context(), tx, product, r.PostFormValue("seen")); err != nil {
			return err
		}
		switch r.PostFormValue("do") {
		case "remove":
			return catalog.RemovePicture(r.Context(), tx, product, id)
		case "forward":
			return movePicture(r, tx, product, id, -1)
		case "back":
			return movePicture(r, tx, product, id, 1)
		}
		return catalog.SetAlt(r.Context(), tx, product, id, altOf(r))
	}))
}

func movePicture(r *http.Request, tx *db.Tx, product pavilion.ProductID, id pavilion.PictureID, by int) error {
	all, err := catalog.Pictures(r.Context(), tx, product)
	if err != nil {
		return err
	}
	ids := make([]pavilion.PictureID, len(all))
	for i, p := range all {
		ids[i] = p.ID
	}
	at := slices.Index(ids, id)
	if at < 0 {
		return pavilion.E(pavilion.NotFound, "picture.unknown", nil)
	}
	to := min(max(at+by, 0), len(ids)-1)
	ids[at], ids[to] = ids[to], ids[at]
	return catalog.OrderPictures(r.Context(), tx, product, ids)
}

// readFiles reads the documents about a thing, those out of use last.
func (d *desk) readFiles(r *http.Request, v *db.View, p *ui.Printer, about, url string, edits bool) (filesView, error) {
	docs, err := catalog.EveryDocument(r.Context(), v, about)
	if err != nil {
		return filesView{}, err
	}
	slices.SortStableFunc(docs, func(a, b catalog.Document) int {
		switch used, other := a.SupersededAt.IsZero(), b.SupersededAt.IsZero(); {
		case used && !other:
			return -1
		case other && !used:
			return 1
		}
		return 0
	})
	out := filesView{Action: "/console/documents/new?about=" + about, Edits: edits}
	out.Kinds = selected(d.kinds(p), r.URL.Query().Get("kind"))
	for _, doc := range docs {
		f := fileView{
			ID: doc.ID, URL: "/console/documents/" + string(doc.ID), Name: doc.Name, Kind: kindName(p, doc.Kind), Size: (doc.Size + 1023) >> 10,
			Added: doc.CreatedAt, ValidUntil: doc.ValidUntil, Superseded: doc.SupersededAt,
		}
		if doc.SupersededAt.IsZero() {
			f.Ends = endsBadge(p, doc.ValidUntil)
			if edits {
				f.End = f.URL + "/end"
			}
		}
		out.Docs = append(out.Docs, f)
	}
	return out, nil
}

// kinds are all kinds of documents people choose from.
func (d *desk) kinds(p *ui.Printer) (out []ui.Option) {
	for _, m := range d.markets {
		for _, k := range m.Rules.Documents {
			if !slices.Contains(documentKinds, k.Key) && !slices.ContainsFunc(out, func(o ui.Option) bool { return o.Value == k.Key }) {
				out = append(out, ui.Option{Value: k.Key, Label: wordsOr(p, "goods.document."+k.Key, p.Text(k.Title))})
			}
		}
	}
	for _, kind := range documentKinds {
		out = append(out, ui.Option{Value: kind, Label: p.T("goods.document." + kind)})
	}
	return out
}

func kindName(p *ui.Printer, kind string) string { return wordsOr(p, "goods.document."+kind, kind) }

// endsBadge says when something ends, if that is soon.
func endsBadge(p *ui.Printer, until pavilion.Date) ui.Badge {
	if until == "" {
		return ui.Badge{}
	}
	switch left := p.Today().DaysUntil(until); {
	case left < 0:
		return ui.Badge{Tone: ui.Bad, Text: p.T("goods.ended")}
	case left <= 60:
		return ui.Badge{Tone: ui.Careful, Text: p.T("goods.ends_in", "count", left)}
	}
	return ui.Badge{}
}

// documents is the pages around files about producers and products.
type documents struct{ *desk }

func newDocuments(d *desk) *documents { return &documents{d} }

func (g *documents) routes() []route {
	return []route{
		{"POST /console/documents/new", staff.SeeProducts, g.add},
		{"GET /console/documents/{document}", staff.SeeProducts, g.download},
		{"POST /console/documents/{document}/end", staff.SeeProducts, g.end},
	}
}

// allowed asks for the right that the thing the document is about needs.
func (g *documents) allowed(r *http.Request, about string, edits bool) (url string, err error) {
	right, url := staff.SeeProducts, productURL(pavilion.ProductID(about))
	if edits {
		right = staff.EditProducts
	}
	if pavilion.CheckID(pavilion.PrefixProducer, about) {
		right, url = staff.SeeProducers, producerURL(pavilion.ProducerID(about))
		if edits {
			right = staff.EditProducers
		}
	}
	if !member(r).May(right) {
		return "", pavilion.E(pavilion.Forbidden, "console.right_missing", pavilion.Args{"right": string(right)})
	}
	return url, nil
}

func (g *documents) add(w http.ResponseWriter, r *http.Request) error {
	about := r.URL.Query().Get("about")
	url, err := g.allowed(r, about, true)
	if err != nil {
		return err
	}
	raw, name, err := g.upload(w, r, "document")
	if err != nil {
		return g.back(w, r, url, err)
	}
	d := catalog.Document{About: about, Kind: r.PostFormValue("kind"), Name: name}
	if !slices.ContainsFunc(g.kinds(ui.PrinterOf(r)), func(o ui.Option) bool { return o.Value == d.Kind }) {
		d.Kind = ""
	}
	if until := r.PostFormValue("valid_until"); until != "" {
		if d.ValidUntil, err = pavilion.ParseDate(until); err != nil {
			return g.back(w, r, url, err)
		}
	}
	return g.back(w, r, url, g.write(r, func(tx *db.Tx) error {
		_, err := catalog.AddDocument(r.Context(), tx, d, raw)
		return err
	}))
}

// back leads to the thing, and says what was done or what was in the way.
func (g *documents) back(w http.ResponseWriter, r *http.Request, url string, err error) error {
	p := ui.PrinterOf(r)
	if err != nil && !mendable(err) {
		return err
	}
	if err != nil {
		g.refused(w, p.Error(err))
	} else {
		g.said(w, p.T("goods.saved"), ui.Link{})
	}
	redirect(w, r, url+"#documents")
	return nil
}

// download sends a document as a file to keep, never as a page: a PDF can hold scripts.
func (g *documents) download(w http.ResponseWriter, r *http.Request) error {
	var doc catalog.Document
	var raw []byte
	err := g.read(r, func(v *db.View) (err error) {
		doc, raw, err = catalog.GetDocument(r.Context(), v, pavilion.DocumentID(r.PathValue("document")))
		return err
	})
	if err != nil {
		return err
	}
	if _, err := g.allowed(r, doc.About, false); err != nil {
		return err
	}
	w.Header().Set("Content-Type", doc.MediaType)
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": doc.Name}))
	w.Header().Set("Content-Length", strconv.Itoa(len(raw)))
	_, err = w.Write(raw)
	return err
}

// end takes a document out of use.
func (g *documents) end(w http.ResponseWriter, r *http.Request) error {
	id := pavilion.DocumentID(r.PathValue("document"))
	var doc catalog.Document
	err := g.read(r, func(v *db.View) (err error) {
		doc, _, err = catalog.GetDocument(r.Context(), v, id)
		return err
	})
	if err != nil {
		return err
	}
	url, err := g.allowed(r, doc.About, true)
	if err != nil {
		return err
	}
	return g.back(w, r, url, g.write(r, func(tx *db.Tx) error { return catalog.Supersede(r.Context(), tx, id) }))
}
