package channel

import (
	"context"
	"encoding/json"
	"time"

	"pavilion"
	"pavilion/catalog"
	"pavilion/db"
	"pavilion/job"
	"pavilion/staff"
)

// Shelved are goods that a shop shows on its platform, or shall.
type Shelved struct {
	Shop     pavilion.ShopID
	Product  pavilion.ProductID
	Wanted   bool         // somebody wants it shown
	ID       string       // the platform's, "" before it has one
	State    ListingState // "" before the platform said any
	InAudit  bool         // a newer form of one that sells is looked at
	OnceOn   bool         // it was on the shelf since it was handed in last
	Approved int64        // number of the approved version that was sent last, 0 for none
	Sent     Listing      // as it was sent last
	Sending  bool         // nobody knows yet what became of it
	Lacks    []Lack       // what keeps it from being sent
	Refusals []Refusal    // why the platform refused it
	SentAt   time.Time    // zero: never
	SeenAt   time.Time    // when the platform told of it last; zero: never
	LookedAt time.Time    // when it was last compared with our goods
	Version  int64        // 0: not stored yet
	hash     string       // of what was sent last
}

// ListingJob is the kind of the jobs that bring a product's listing in a shop to what it shall
// be; OfferJob of those that have all goods on sale shown.
const (
	ListingJob  = "channel.listing"
	ListingsJob = "channel.listings"
	OfferJob    = "channel.offer"
)

// ListingOrder says of which product in which shop.
type ListingOrder struct {
	Shop    pavilion.ShopID    `json:"shop"`
	Product pavilion.ProductID `json:"product"`
}

const (
	shelvedColumns = `shop_id, product_id, wanted, listing_id, state, next_in_audit, shelved, approved, hash, body, sending, lacks, refusals, sent_at, seen_at, looked_at, version`

	insertShelved = `insert into channel_listing (` + shelvedColumns + `) values ($1, $2, $3, '', '', false, false, 0, '', '', false, '', '', null, null, 0, 1)
		on conflict (shop_id, product_id) do update set wanted = excluded.wanted, version = channel_listing.version + 1 where channel_listing.wanted <> excluded.wanted`
	updateShelved = `update channel_listing set listing_id = $1, state = $2, next_in_audit = $3, shelved = $4, approved = $5, hash = $6, body = $7, sending = $8,
		lacks = $9, refusals = $10, sent_at = $11, seen_at = $12, looked_at = $13, version = version + 1 where shop_id = $14 and product_id = $15 and version = $16`

	selectShelved = `select ` + shelvedColumns + ` from channel_listing where shop_id = $1 and product_id = $2`
	selectShelves = `select ` + shelvedColumns + ` from channel_listing where shop_id = $1 and product_id > $2 order by product_id limit $3`
	selectInState = `select ` + shelvedColumns + ` from channel_listing where shop_id = $1 and state = $2 and product_id > $3 order by product_id limit $4`
	countShelves  = `select state, count(*) from channel_listing where shop_id = $1 group by state order by state`
	selectWanted  = `select product_id from channel_listing where shop_id = $1 and product_id > $2 and wanted order by product_id limit $3`
	selectChanged = `select l.product_id from channel_listing l join product p on p.id = l.product_id
		left join variant v on v.product_id = l.product_id and v.market = $1
		where l.shop_id = $2 and l.wanted and (p.updated_at >= l.looked_at or v.updated_at >= l.looked_at
			or exists (select 1 from sku s where s.product_id = l.product_id and (s.updated_at >= l.looked_at
				or exists (select 1 from price c where c.sku_id = s.id and c.channel = $3 and c.set_at >= l.looked_at))))
		order by l.product_id limit $4`
	selectAudited = `select ` + shelvedColumns + ` from channel_listing where shop_id = $1 and listing_id <> '' and not sending
		and (state = 'audit' or next_in_audit) and seen_at + (seen_at - sent_at) / 4 <= $2 order by seen_at limit $3`
)

func scanShelved(row db.Scanner) (s Shelved, err error) {
	var sent, seen *int64
	var looked int64
	var body, lacks, refusals string
	if err = row.Scan(&s.Shop, &s.Product, &s.Wanted, &s.ID, &s.State, &s.InAudit, &s.OnceOn, &s.Approved, &s.hash, &body, &s.Sending, &lacks, &refusals, &sent, &seen, &looked, &s.Version); err != nil {
		return s, err
	}
	s.LookedAt = db.Time(looked)
	if sent != nil {
		s.SentAt = db.Time(*sent)
	}
	if seen != nil {
		s.SeenAt = db.Time(*seen)
	}
	for _, j := range []struct {
		text string
		into any
	}{{body, &s.Sent}, {lacks, &s.Lacks}, {refusals, &s.Refusals}} {
		if j.text != "" && err == nil {
			err = json.Unmarshal([]byte(j.text), j.into)
		}
	}
	return s, err
}

// Shelf lists the goods of a shop by product, after one.
func Shelf(ctx context.Context, r db.Reader, shop pavilion.ShopID, after pavilion.ProductID, limit int) ([]Shelved, error) {
	return db.All(ctx, r, scanShelved, selectShelves, string(shop), string(after), limit)
}

// ShelfIn lists those of them that stand in a state.
func ShelfIn(ctx context.Context, r db.Reader, shop pavilion.ShopID, state ListingState, after pavilion.ProductID, limit int) ([]Shelved, error) {
	return db.All(ctx, r, scanShelved, selectInState, string(shop), string(state), string(after), limit)
}

// CountShelf counts the goods of a shop by state.
func CountShelf(ctx context.Context, r db.Reader, shop pavilion.ShopID) (map[ListingState]int64, error) {
	out := map[ListingState]int64{}
	return out, db.Each(ctx, r, func(row db.Scanner) error {
		var state ListingState
		var n int64
		err := row.Scan(&state, &n)
		out[state] = n
		return err
	}, countShelves, string(shop))
}

// OnShelf returns a product of a shop; Version is 0 if nobody ever wanted it shown there.
func OnShelf(ctx context.Context, r db.Reader, shop pavilion.ShopID, product pavilion.ProductID) (Shelved, error) {
	s, found, err := db.One(ctx, r, scanShelved, selectShelved, string(shop), string(product))
	if err == nil && !found {
		s = Shelved{Shop: shop, Product: product}
	}
	return s, err
}

// keep writes down what became of a product, unless somebody else did since it was read: it
// tells whether it did.
func (s *Shelved) keep(ctx context.Context, tx *db.Tx) (bool, error) {
	texts := map[string]any{"body": s.Sent, "lacks": s.Lacks, "refusals": s.Refusals}
	said := map[string]string{}
	for name, v := range texts {
		raw, err := json.Marshal(v)
		if err != nil {
			return false, err
		}
		said[name] = string(raw)
	}
	if s.SentAt.IsZero() {
		said["body"] = ""
	}
	n, err := tx.Exec(ctx, updateShelved, s.ID, string(s.State), s.InAudit, s.OnceOn, s.Approved, s.hash, said["body"], s.Sending, said["lacks"], said["refusals"],
		orNull(s.SentAt), orNull(s.SeenAt), db.Micros(s.LookedAt), string(s.Shop), string(s.Product), s.Version)
	s.Version++
	return n > 0, err
}

// Offer has a shop show a product from now on, or not any more. Errors: NotFound
// channel.shop_unknown.
func Offer(ctx context.Context, tx *db.Tx, shop pavilion.ShopID, product pavilion.ProductID, wanted bool) error {
	changed, err := offer(ctx, tx, shop, product, wanted)
	if err != nil || !changed {
		return err
	}
	act := "channel.offer"
	if !wanted {
		act = "channel.withdraw"
	}
	return staff.Note(ctx, tx, act, string(shop), map[string]any{"product": string(product)})
}

// offer tells whether it was not so before.
func offer(ctx context.Context, tx *db.Tx, shop pavilion.ShopID, product pavilion.ProductID, wanted bool) (bool, error) {
	if _, err := ShopOf(ctx, tx, shop); err != nil {
		return false, err
	}
	n, err := tx.Exec(ctx, insertShelved, string(shop), string(product), wanted)
	if err != nil || n == 0 {
		return false, err
	}
	return true, enqueueListing(ctx, tx, shop, product)
}

// Look has a product compared with what its shop shows, and sent again if the platform refused
// it or it changed.
func Look(ctx context.Context, tx *db.Tx, shop pavilion.ShopID, product pavilion.ProductID) error {
	s, err := OnShelf(ctx, tx, shop, product)
	if err != nil || s.Version == 0 {
		return err
	}
	if len(s.Refusals) > 0 && !s.Sending { // it is sent as it is once more
		s.hash = ""
		if _, err := s.keep(ctx, tx); err != nil {
			return err
		}
	}
	return enqueueListing(ctx, tx, shop, product)
}

func enqueueListing(ctx context.Context, tx *db.Tx, shop pavilion.ShopID, product pavilion.ProductID) error {
	return job.Enqueue(ctx, tx, ListingJob, string(shop)+"/"+string(product), ListingOrder{shop, product}, 0)
}

// enqueueListings has all goods of a shop looked at.
func enqueueListings(ctx context.Context, tx *db.Tx, shop pavilion.ShopID) error {
	return job.Enqueue(ctx, tx, ListingsJob, string(shop), ListingOrder{Shop: shop}, 0)
}

// OfferAll has a shop show all goods that are on sale and have a price on its channel.
func OfferAll(ctx context.Context, tx *db.Tx, shop pavilion.ShopID) error {
	if _, err := ShopOf(ctx, tx, shop); err != nil {
		return err
	}
	if err := job.Enqueue(ctx, tx, OfferJob, string(shop), ListingOrder{Shop: shop}, 0); err != nil {
		return err
	}
	return staff.Note(ctx, tx, "channel.offer_all", string(shop), nil)
}

// offersPage is how many products a transaction has offered.
const offersPage = 200

// WorkOffer has all goods shown that are on sale and have a price on the channel of a shop.
func (e *Engine) WorkOffer(ctx context.Context, run *job.Run, o ListingOrder) error {
	on := true
	for after, more := pavilion.ProductID(""), true; more; {
		if err := run.DB.Write(ctx, system, func(tx *db.Tx) error {
			shop, err := ShopOf(ctx, tx, o.Shop)
			if err != nil {
				return err
			}
			list, err := catalog.ListProducts(ctx, tx, catalog.ProductFilter{OnSale: &on, Channel: shop.Channel}, shop.Channel, after, offersPage)
			if err != nil {
				return err
			}
			for _, l := range list {
				if _, err := offer(ctx, tx, o.Shop, l.Product.ID, true); err != nil {
					return err
				}
				after = l.Product.ID
			}
			more = len(list) == offersPage
			return nil
		}); err != nil {
			return err
		}
	}
	return nil
}

// WorkListings has all goods looked at that a shop shall show.
func (e *Engine) WorkListings(ctx context.Context, run *job.Run, o ListingOrder) error {
	for after, more := "", true; more; {
		if err := run.DB.Write(ctx, system, func(tx *db.Tx) error {
			products, err := db.All(ctx, tx, scanText, selectWanted, string(o.Shop), after, offersPage)
			for _, id := range products {
				if err := enqueueListing(ctx, tx, o.Shop, pavilion.ProductID(id)); err != nil {
					return err
				}
				after = id
			}
			more = len(products) == offersPage
			return err
		}); err != nil {
			return err
		}
	}
	return nil
}
