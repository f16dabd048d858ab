package douyin

import (
	"context"
	"strconv"
	"time"
)

// Where a listing stands at the platform.
const (
	Online    Int = 0
	Offline   Int = 1
	Deleted   Int = 2 // in the bin; -1 and -2 are gone for good
	Discarded Int = -1
	Destroyed Int = -2
)

// Where its audit stands.
const (
	NotSubmitted Int = 1
	Pending      Int = 2
	Passed       Int = 3
	Rejected     Int = 4
	Banned       Int = 5
	PassedWaits  Int = 7 // to be put on the shelf
)

// Listing is a product as the platform shows it.
type Listing struct {
	ID       ID           `json:"product_id"`
	IDText   Text         `json:"product_id_str"`
	OuterID  Text         `json:"outer_product_id"`
	Name     string       `json:"name"`
	Pictures []string     `json:"pic"`
	Describe string       `json:"description"`
	Status   Int          `json:"status"`
	Check    Int          `json:"check_status"`
	Draft    Int          `json:"draft_status"` // of a newer version: 0 none, else as Check
	Brand    ID           `json:"standard_brand_id"`
	Freight  ID           `json:"freight_id"`
	Category CategoryPath `json:"category_detail"`
	Values   Inner[map[ID][]struct {
		Value ID     `json:"value"`
		Name  string `json:"name"`
		Own   Flag   `json:"diy_type"`
	}] `json:"product_format_new"`
	Specs     []ListedSpec `json:"specs"`
	SKUs      []ListedSKU  `json:"spec_prices"`
	CreatedAt Moment       `json:"create_time"`
	UpdatedAt Moment       `json:"update_time"`
}

// Number is the platform's number of the listing.
func (l Listing) Number() ID {
	if l.IDText != "" {
		return ID(l.IDText)
	}
	return l.ID
}

// OnSale tells whether buyers can buy.
func (l Listing) OnSale() bool { return l.Status == Online && l.Check == Passed }

// CategoryPath is where a listing stands in the tree.
type CategoryPath struct {
	First  ID `json:"first_cid"`
	Second ID `json:"second_cid"`
	Third  ID `json:"third_cid"`
	Fourth ID `json:"fourth_cid"`
}

// Leaf is the deepest category.
func (p CategoryPath) Leaf() ID {
	for _, id := range []ID{p.Fourth, p.Third, p.Second} {
		if !id.None() {
			return id
		}
	}
	return p.First
}

// ListedSpec is a dimension of choice.
type ListedSpec struct {
	ID     ID     `json:"id"`
	Name   string `json:"name"`
	Values []struct {
		ID   ID     `json:"id"`
		Name string `json:"name"`
	} `json:"values"`
}

// ListedSKU is one of a listing's SKUs. Stock is what the platform may still sell.
type ListedSKU struct {
	ID      ID   `json:"sku_id"`
	Code    Text `json:"code"`
	OuterID Text `json:"outer_sku_id"`
	Price   Fen  `json:"price"`
	Stock   Int  `json:"stock_num"`
	Locked  Int  `json:"lock_stock_num"`
	Details []ID `json:"spec_detail_ids"`
}

// ref is our name of the SKU; the platform keeps it in two places.
func (k ListedSKU) ref() string { return firstOf(string(k.Code), string(k.OuterID)) }

// Listing returns one by the platform's number, with the version that was last handed in
// instead of the one that sells if draft is set. NotFound if there is none.
func (s Shop) Listing(ctx context.Context, product ID, draft bool) (Listing, error) {
	params := map[string]string{"product_id": string(product), "show_draft": strconv.FormatBool(draft)}
	var told Listing
	err := s.ask(ctx, "product.detail", params, &told)
	return told, err
}

// ListingQuery chooses listings. Both ends of the window lie outside it. Pages count from 1
// and reach 10,000 listings; Cursor goes on without that bound, with the same query, from the
// one of the last page until a page is empty.
type ListingQuery struct {
	UpdatedFrom, UpdatedTo time.Time
	Page, Size             int
	ByCursor               bool
	Cursor                 string
}

// ListingPage is a part of the answer. Its listings have no SKUs and no description.
type ListingPage struct {
	Total    Int           `json:"total"`
	Cursor   string        `json:"cursor_id"`
	Listings []ListedShort `json:"data"`
}

// ListedShort is a listing in a list.
type ListedShort struct {
	ID        ID     `json:"product_id"`
	OuterID   Text   `json:"outer_product_id"`
	Name      string `json:"name"`
	Status    Int    `json:"status"`
	Check     Int    `json:"check_status"`
	UpdatedAt Moment `json:"update_time"`
}

// Listings returns a page of them.
func (s Shop) Listings(ctx context.Context, q ListingQuery) (ListingPage, error) {
	params := struct {
		Page   int    `json:"page"`
		Size   int    `json:"size"`
		From   int64  `json:"update_start_time,omitempty"`
		To     int64  `json:"update_end_time,omitempty"`
		By     bool   `json:"use_cursor,omitempty"`
		Cursor string `json:"cursor_id,omitempty"`
	}{max(q.Page, 1), pageSize(q.Size), seconds(q.UpdatedFrom), seconds(q.UpdatedTo), q.ByCursor, q.Cursor}
	var told ListingPage
	err := s.ask(ctx, "product.listV2", params, &told)
	return told, err
}

// Shelve puts a listing that has passed the audit on the shelf, by the method that
// Facts.OnShelf names.
func (s Shop) Shelve(ctx context.Context, product ID) error {
	if s.c.o.Facts.OnShelf == editProduct {
		return s.act(ctx, editProduct, struct {
			Product ID   `json:"product_id"`
			Submit  bool `json:"commit"`
			Wait    int  `json:"start_sale_type"`
		}{product, true, 0}, nil)
	}
	return s.act(ctx, s.c.o.Facts.OnShelf, productParams(product), nil)
}

// Unshelve takes a listing off the shelf. That it is off already is no error, so that it may
// be repeated.
func (s Shop) Unshelve(ctx context.Context, product ID) error {
	err := s.act(ctx, "product.setOffline", productParams(product), nil)
	if refused(err, "2010021") {
		return nil
	}
	return err
}

// Remove moves a listing to the bin.
func (s Shop) Remove(ctx context.Context, product ID) error {
	err := s.act(ctx, "product.del", productParams(product), nil)
	if refused(err, "2010042") { // deleted before
		return nil
	}
	return err
}

func productParams(product ID) any {
	return struct {
		Product ID `json:"product_id"`
	}{product}
}

// The states of [Shop.Audits].
const (
	AuditPending  = 0
	AuditPassed   = 1
	AuditRejected = 2
)

// Audit is how the platform judged a listing.
type Audit struct {
	Product     ID                         `json:"product_id"`
	Status      Int                        `json:"publish_status"`
	SubmittedAt Moment                     `json:"publish_time"`
	JudgedAt    Moment                     `json:"audit_time"`
	Reasons     Inner[map[string][]string] `json:"audit_reason"` // by the platform's field
}

// Audits returns a page of judgements in one of the states; pages count from 0, up to 99.
func (s Shop) Audits(ctx context.Context, status, page int) (audits []Audit, total int, err error) {
	var told struct {
		Records []Audit `json:"records"`
		Total   Int     `json:"total"`
	}
	err = s.ask(ctx, "product.auditList", struct {
		Status int `json:"publish_status"`
		Page   int `json:"page"`
		Size   int `json:"size"`
	}{status, page, pageMost}, &told)
	return told.Records, int(told.Total), err
}

// Field gives our field for the platform's, "" for one we do not know.
func Field(theirs string) string { return fields[theirs] }

var fields = map[string]string{
	"name": "name", "title": "name", "pic": "pictures", "description": "description", "category_leaf_id": "category",
	"standard_brand_id": "brand", "product_format_new": "properties", "quality_list": "papers", "spec_prices": "specs", "specs": "specs", "mobile": "phone",
}

// pageMost is the longest page of any list here.
const pageMost = 100

func pageSize(n int) int {
	if n <= 0 || n > pageMost {
		return pageMost
	}
	return n
}
