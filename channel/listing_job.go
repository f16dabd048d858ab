package channel

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	_ "image/png" // what is transparent is kept so
	"slices"
	"strings"
	"time"

	"golang.org/x/image/draw"

	"pavilion"
	"pavilion/catalog"
	"pavilion/db"
	"pavilion/job"
	"pavilion/tailoring"
)

// WorkListing brings what a platform shows of a product to what it shall: sends it if it
// changed, puts it on the shelf once the audit has passed, and takes it off when nobody wants
// it there or nothing of it is on sale. What keeps it from being sent, and what the platform
// refused, is kept with it; neither parks the job. The prices of units that the platform has
// stay as they were told: they change by a plan that a person saw.
func (e *Engine) WorkListing(ctx context.Context, run *job.Run, o ListingOrder) error {
	c, s, d, err := e.compare(ctx, o)
	if err != nil || s.shop.Mode != Live {
		return err
	}
	if s.Sending {
		if err := e.recall(ctx, &s); err != nil {
			return err
		}
	}
	if !s.Wanted || !d.onSale {
		return e.shelve(ctx, &s, false)
	}
	if len(d.lacks) == 0 {
		if err := e.send(ctx, c, &s, d); err != nil {
			return err
		}
	}
	if s.ID == "" || s.State == ListingRefused {
		return nil // until the words change, or somebody looks again
	}
	if s.State == ListingAudit || s.InAudit || s.State == "" {
		if err := e.lookAtListings(ctx, s.shop, []Shelved{s.Shelved}); err != nil {
			return err
		}
		if err := run.DB.Read(ctx, func(v *db.View) (err error) {
			s.Shelved, err = OnShelf(ctx, v, o.Shop, o.Product)
			return err
		}); err != nil {
			return err
		}
	}
	if s.State == ListingOff && !s.OnceOn { // what people took off the shelf there stays off
		return e.shelve(ctx, &s, true)
	}
	return nil
}

// shelved is goods of a shop at work.
type shelved struct {
	Shelved
	shop  Shop
	units []Unit // of it that are bound
}

// compare reads a product, and puts together how it shall be shown; what it lacks is kept.
func (e *Engine) compare(ctx context.Context, o ListingOrder) (c Connector, s shelved, d draft, err error) {
	now := e.d.Now()
	if c, s, d, err = e.drafted(ctx, o); err != nil || s.Version == 0 {
		return c, s, d, err
	}
	s.LookedAt, s.Lacks = now, d.lacks
	return c, s, d, e.save(ctx, &s)
}

// drafted reads a product, and puts together how it shall be shown.
func (e *Engine) drafted(ctx context.Context, o ListingOrder) (c Connector, s shelved, d draft, err error) {
	if s.shop, _, err = e.shopOf(ctx, o.Shop); err != nil {
		return c, s, d, err
	}
	if c, err = e.connector(s.shop.Channel); err != nil {
		return c, s, d, err
	}
	err = e.d.Read(ctx, func(v *db.View) (err error) {
		if s.Shelved, err = OnShelf(ctx, v, o.Shop, o.Product); err != nil {
			return err
		}
		if d, err = e.draftOf(ctx, v, s.shop, c.Traits(), o.Product); err != nil {
			return err
		}
		for _, u := range d.Units {
			bound, found, err := UnitOf(ctx, v, o.Shop, u.Ref)
			if err != nil {
				return err
			}
			if found {
				s.units = append(s.units, bound)
			}
		}
		return nil
	})
	if s.ID == "" && len(s.units) > 0 { // listed before it was wanted
		s.ID = s.units[0].Listing
	}
	return c, s, d, err
}

// asTold is a listing with the ids of the platform and, for units that it has, with the prices
// it was told.
func (s *shelved) asTold(l Listing) Listing {
	l.ID = s.ID
	for i := range l.Units {
		u := &l.Units[i]
		if at := slices.IndexFunc(s.units, func(k Unit) bool { return k.Ref == u.Ref }); at >= 0 {
			u.ID = s.units[at].Unit
		}
		if at := slices.IndexFunc(s.Sent.Units, func(k ListingUnit) bool { return k.Ref == u.Ref }); at >= 0 && u.ID != "" {
			u.Price = s.Sent.Units[at].Price
		}
	}
	return l
}

// Preview is how a product would be shown in a shop now.
type Preview struct {
	Listing              // with the prices the platform was told, for units that it has
	Path     string      // name of the platform's category, with those above it
	Asked    []Attribute // of goods there
	Pictures []pavilion.PictureID
	Lacks    []Lack
}

// Preview puts together how a product would be shown. Errors: NotFound channel.shop_unknown,
// product.unknown; Unavailable channel.not_served.
func (e *Engine) Preview(ctx context.Context, o ListingOrder) (Preview, error) {
	_, s, d, err := e.drafted(ctx, o)
	return Preview{s.asTold(d.Listing), d.mapping.Path, d.mapping.Asked, d.pictures, d.lacks}, err
}

// save writes down what became of a product. Error: Conflict when somebody else did meanwhile,
// which tries again by itself.
func (e *Engine) save(ctx context.Context, s *shelved, also ...func(tx *db.Tx) error) error {
	return e.write(ctx, func(tx *db.Tx) error {
		kept, err := s.keep(ctx, tx)
		if err != nil {
			return err
		}
		if !kept {
			return pavilion.E(pavilion.Unavailable, "channel.listing_changed", nil)
		}
		for _, do := range also {
			if err := do(tx); err != nil {
				return err
			}
		}
		return nil
	})
}

// recall finds out what became of goods whose answer was lost: the platform knows them by our
// name if it took them.
func (e *Engine) recall(ctx context.Context, s *shelved) error {
	if s.ID == "" {
		found, err := e.findListings(ctx, s.shop, nil, []string{string(s.Product)})
		if err != nil {
			return err
		}
		if len(found) == 1 {
			s.ID = found[0].ID
			s.took(found[0], e.d.Now())
		}
	}
	s.Sending, s.hash = false, "" // with what it has now, the same may be sent once more
	return e.save(ctx, s, func(tx *db.Tx) error { return e.bindAll(ctx, tx, s) })
}

func (e *Engine) findListings(ctx context.Context, shop Shop, ids, refs []string) (found []Shown, err error) {
	return found, e.call(ctx, shop.ID, Act{Kind: "listing.find", About: strings.Join(slices.Concat(ids, refs), " ")}, func(ctx context.Context, c Connector, a Access) (err error) {
		found, err = c.Find(ctx, a, ids, refs)
		return err
	})
}

// took takes over what the platform says of a listing.
func (s *Shelved) took(shown Shown, now time.Time) {
	s.State, s.InAudit, s.SeenAt = shown.State, shown.NextInAudit, now
	s.OnceOn = s.OnceOn || shown.State == ListingOn
	s.Refusals = nil
	for _, r := range shown.Refusals {
		s.Refusals = append(s.Refusals, Refusal{Field: fieldOf(r.Field), Text: r.Text})
	}
	for _, u := range shown.Units {
		if at := slices.IndexFunc(s.Sent.Units, func(k ListingUnit) bool { return k.Ref == u.Ref }); at >= 0 && u.ID != "" {
			s.Sent.Units[at].ID = u.ID
		}
	}
}

// fields are what connectors call the fields of a listing, in the words of this package.
var fields = map[string]string{
	"title": "Title", "name": "Title", "pictures": "Pictures", "pic": "Pictures", "units": "Units", "price": "Units", "specs": "Units", "category": "Category",
	"attributes": "Attributes", "properties": "Attributes", "brand": "Brand", "description": "Description", "phone": "Phone", "freight": "Freight", "extra": "Extra",
}

func fieldOf(theirs string) string { return fields[strings.ToLower(theirs)] }

// bindAll binds the units whose ids the platform has said.
func (e *Engine) bindAll(ctx context.Context, tx *db.Tx, s *shelved) error {
	for _, u := range s.Sent.Units {
		if s.ID == "" || u.ID == "" || slices.ContainsFunc(s.units, func(k Unit) bool { return k.Ref == u.Ref && k.Unit == u.ID && k.Listing == s.ID }) {
			continue
		}
		if err := Bind(ctx, tx, Unit{Shop: s.Shop, Ref: u.Ref, UnitID: UnitID{Listing: s.ID, Unit: u.ID}, Parts: []Part{{SKU: pavilion.SKUID(u.Ref), Quantity: 1}}}); err != nil {
			return err
		}
		if err := enqueueShare(ctx, tx, s.Shop, u.Ref, 0); err != nil {
			return err
		}
	}
	return nil
}

// send hands goods in, if they are not what was sent last.
func (e *Engine) send(ctx context.Context, c Connector, s *shelved, d draft) error {
	l := s.asTold(d.Listing)
	hash, err := hashOf(l, d.pictures)
	if err != nil || hash == s.hash {
		return err
	}
	if l.Pictures, err = e.pictures(ctx, s, d.pictures); err != nil {
		return e.refused(ctx, s, hash, err)
	}
	s.Sent, s.hash, s.Approved, s.SentAt, s.Sending = l, hash, d.approved, e.d.Now(), true
	if err := e.save(ctx, s); err != nil {
		return err
	}
	var shown Shown
	err = e.call(ctx, s.Shop, Act{Kind: "listing.publish", About: l.Ref, Writes: true}, func(ctx context.Context, c Connector, a Access) (err error) {
		shown, err = c.Publish(ctx, a, l)
		return err
	})
	if Unknown(err) {
		return err // it is looked for when this is tried again
	}
	s.Sending = false
	if err != nil {
		return e.refused(ctx, s, hash, err)
	}
	s.ID, s.OnceOn = shown.ID, false
	s.took(shown, e.d.Now())
	return e.save(ctx, s, func(tx *db.Tx) error { return e.bindAll(ctx, tx, s) })
}

// refused keeps what the platform does not take, for a person, and hands on what may be tried
// again by itself: then nothing was sent.
func (e *Engine) refused(ctx context.Context, s *shelved, hash string, err error) error {
	ours, ok := errors.AsType[*pavilion.Error](err)
	if !ok || ours.Kind != pavilion.Invalid {
		s.hash, s.Sending = "", false
		if pavilion.KindOf(err) == pavilion.Conflict { // such as a picture or a form of it that is looked at
			err = (&pavilion.Error{Kind: pavilion.Unavailable, Reason: pavilion.ReasonOf(err), RetryAfter: auditPause}).Because(err)
		}
		return errors.Join(err, e.save(ctx, s))
	}
	s.hash, s.Sending, s.SeenAt = hash, false, e.d.Now()
	if s.State == "" || s.State == ListingDraft || s.State == ListingAudit { // what sells goes on as it was
		s.State = ListingRefused
	}
	s.Refusals = []Refusal{{Field: fieldOf(ours.Field), Reason: ours.Reason, Args: ours.Args}}
	return e.save(ctx, s)
}

// auditPause is how long the platform is given to look at a picture.
const auditPause = 5 * time.Second

// hashOf tells what is sent apart from what was, whatever the platform calls it.
func hashOf(l Listing, pictures []pavilion.PictureID) (string, error) {
	l.ID, l.Units = "", slices.Clone(l.Units)
	for i := range l.Units {
		l.Units[i].ID = ""
	}
	raw, err := json.Marshal(struct {
		Listing
		Pictures []pavilion.PictureID
	}{l, pictures})
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:16]), err
}

const (
	selectNamed = `select name from channel_picture where shop_id = $1 and picture_id = $2`
	upsertNamed = `insert into channel_picture (shop_id, picture_id, name) values ($1, $2, $3)
		on conflict (shop_id, picture_id) do update set name = excluded.name`
)

// pictures returns what the platform calls pictures; those it does not have are handed in.
func (e *Engine) pictures(ctx context.Context, s *shelved, ids []pavilion.PictureID) (names []string, err error) {
	for _, id := range ids {
		var name string
		var file []byte
		if err := e.d.Read(ctx, func(v *db.View) (err error) {
			var found bool
			if name, found, err = db.One(ctx, v, scanText, selectNamed, string(s.Shop), string(id)); err != nil || found {
				return err
			}
			r, err := catalog.GetPicture(ctx, v, id, pictureMost)
			if err == nil {
				file, err = squared(r.Bytes)
			}
			return err
		}); err != nil {
			return nil, err
		}
		if name == "" {
			if err := e.call(ctx, s.Shop, Act{Kind: "picture.add", About: string(id), Writes: true}, func(ctx context.Context, c Connector, a Access) (err error) {
				name, err = c.AddPicture(ctx, a, string(id), file)
				return err
			}); err != nil {
				return nil, err
			}
			if err := e.write(ctx, func(tx *db.Tx) error {
				_, err := tx.Exec(ctx, upsertNamed, string(s.Shop), string(id), name)
				return err
			}); err != nil {
				return nil, err
			}
		}
		names = append(names, name)
	}
	return names, nil
}

// The sides of a picture that platforms take, in pixels.
const (
	pictureLeast = 800
	pictureMost  = 1280
)

const pictureQuality = 88

// squared lays a picture on a white square, as platforms ask: a JPEG.
func squared(raw []byte) ([]byte, error) {
	in, _, err := image.Decode(bytes.NewReader(raw))
	if err != nil {
		return nil, err
	}
	w, h := in.Bounds().Dx(), in.Bounds().Dy()
	side := min(max(w, h, pictureLeast), pictureMost)
	w, h = w*side/max(w, h), h*side/max(w, h)
	out := image.NewRGBA(image.Rect(0, 0, side, side))
	draw.Draw(out, out.Bounds(), image.NewUniform(color.White), image.Point{}, draw.Src)
	at := image.Pt((side-w)/2, (side-h)/2)
	draw.CatmullRom.Scale(out, image.Rectangle{Min: at, Max: at.Add(image.Pt(w, h))}, in, in.Bounds(), draw.Over, nil)
	var b bytes.Buffer
	err = jpeg.Encode(&b, out, &jpeg.Options{Quality: pictureQuality})
	return b.Bytes(), err
}

// shelve puts goods on the shelf of the platform, or takes them off, if they are not so.
func (e *Engine) shelve(ctx context.Context, s *shelved, on bool) error {
	if s.ID == "" || on == (s.State == ListingOn) || !on && s.State != ListingOn {
		return nil
	}
	if err := e.call(ctx, s.Shop, Act{Kind: "listing.shelf", About: string(s.Product), Writes: true}, func(ctx context.Context, c Connector, a Access) error {
		return c.SetShelf(ctx, a, s.ID, on)
	}); err != nil {
		return err
	}
	if s.State = ListingOff; on {
		s.State, s.OnceOn = ListingOn, true
	} else {
		s.OnceOn = false // when it is wanted again it is put on again
	}
	return e.save(ctx, s, func(tx *db.Tx) error { return forgive(ctx, tx, s.Shelved) })
}

// lookAtOnce is how many listings are asked for in one conversation.
const lookAtOnce = 20

// lookAtListings asks how listings stand.
func (e *Engine) lookAtListings(ctx context.Context, shop Shop, list []Shelved) error {
	var ids []string
	for _, s := range list {
		ids = append(ids, s.ID)
	}
	found, err := e.findListings(ctx, shop, ids, nil)
	if err != nil {
		return err
	}
	return e.write(ctx, func(tx *db.Tx) error {
		for _, s := range list {
			at := slices.IndexFunc(found, func(k Shown) bool { return k.ID == s.ID })
			was := s.State
			if at < 0 {
				s.State, s.SeenAt = ListingGone, e.d.Now()
			} else {
				s.took(found[at], e.d.Now())
			}
			if kept, err := s.keep(ctx, tx); err != nil || !kept { // who wrote meanwhile looks again
				return err
			}
			if at >= 0 {
				if err := e.bindAll(ctx, tx, &shelved{Shelved: s, shop: shop}); err != nil {
					return err
				}
			}
			if was != s.State {
				if err := forgive(ctx, tx, s); err != nil {
					return err
				}
				if err := enqueueListing(ctx, tx, s.Shop, s.Product); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// forgive has the shares of goods looked at whose state at the platform changed, whatever it
// refused before.
func forgive(ctx context.Context, tx *db.Tx, s Shelved) error {
	for _, u := range s.Sent.Units {
		if _, err := tx.Exec(ctx, forgiveStanding, string(s.Shop), u.Ref); err != nil {
			return err
		}
		if err := enqueueShare(ctx, tx, s.Shop, u.Ref, 0); err != nil {
			return err
		}
	}
	return nil
}

// How long an audit is left alone at least, and how many listings a look has at most.
const (
	auditLook  = 15 * time.Second
	listedMost = 200
)

// LookOverListings follows what the platforms decide about goods, and has those sent again
// whose words, facts or units changed.
func (e *Engine) LookOverListings(ctx context.Context, run *job.Run) error {
	var shops []Shop
	if err := run.DB.Read(ctx, func(v *db.View) (err error) {
		shops, err = Shops(ctx, v)
		return err
	}); err != nil {
		return err
	}
	for _, shop := range shops {
		c, err := e.connector(shop.Channel)
		if err != nil || shop.Mode != Live {
			continue
		}
		if err := e.changedListings(ctx, run, shop, c.Traits()); err != nil {
			return err
		}
		var audited []Shelved
		if err := run.DB.Read(ctx, func(v *db.View) (err error) {
			audited, err = db.All(ctx, v, scanShelved, selectAudited, string(shop.ID), db.Micros(e.d.Now().Add(-auditLook)), listedMost)
			return err
		}); err != nil {
			return err
		}
		for some := range slices.Chunk(audited, lookAtOnce) {
			if err := e.lookAtListings(ctx, shop, some); err != nil {
				break // the next shop may answer; this one is asked again soon
			}
		}
	}
	return nil
}

// changedListings has goods compared that changed since they were.
func (e *Engine) changedListings(ctx context.Context, run *job.Run, shop Shop, t Traits) error {
	market := ""
	if at := slices.IndexFunc(e.o.Markets, func(m *tailoring.Market) bool { return m.Country == t.Country }); at >= 0 {
		market = e.o.Markets[at].Key
	}
	return run.DB.Write(ctx, system, func(tx *db.Tx) error {
		products, err := db.All(ctx, tx, scanText, selectChanged, market, string(shop.ID), shop.Channel, listedMost)
		if err != nil {
			return err
		}
		for _, id := range products {
			if err := enqueueListing(ctx, tx, shop.ID, pavilion.ProductID(id)); err != nil {
				return err
			}
		}
		return nil
	})
}
