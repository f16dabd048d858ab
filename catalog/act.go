package catalog

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"pavilion"
	"pavilion/db"
	"pavilion/job"
	"pavilion/money"
)

// The acts that are done to many products at once.
const (
	ActPutOnSale   = "product.put_on_sale"
	ActTakeOffSale = "product.take_off_sale"
	ActSetPrice    = "product.set_price"
	ActMovePrice   = "product.move_price"
	ActSetCategory = "product.set_category"
)

// Acts are what can be done to many products at once; channel is whose prices they set, in
// its one currency. read makes a filter of the query of the list's address.
//
// Their params are price (an amount), percent (such as "-5" or "12.5") and category (a key).
func Acts(channel string, currency money.Currency, read func(query string) ProductFilter) []job.Act {
	pick := func(ctx context.Context, r db.Reader, filter, after string, limit int) (ids []string, next string, err error) {
		return PickProducts(ctx, r, read(filter), pavilion.ProductID(after), limit)
	}
	a := acts{channel, currency}
	return []job.Act{
		{Name: ActPutOnSale, Pick: pick, Do: a.sell(true), Undo: a.unsell(true)},
		{Name: ActTakeOffSale, Pick: pick, Do: a.sell(false), Undo: a.unsell(false)},
		{Name: ActSetPrice, Pick: pick, Do: a.reprice(a.stated), Undo: a.unprice},
		{Name: ActMovePrice, Pick: pick, Do: a.reprice(a.moved), Undo: a.unprice},
		{Name: ActSetCategory, Pick: pick, Do: a.sort, Undo: a.unsort},
	}
}

type acts struct {
	channel  string
	currency money.Currency
}

// CheckAct refuses params with which an act could be done to no product. Errors: Invalid
// money.malformed, money.too_precise, price.not_positive and price.percent {value}.
func CheckAct(name string, currency money.Currency, params map[string]string) (err error) {
	a := acts{currency: currency}
	switch name {
	case ActSetPrice:
		_, err = a.stated(0, params)
	case ActMovePrice:
		_, err = a.moved(1, params)
	}
	return err
}

// sell puts all SKUs of a product on sale or takes them off; before are those it changed.
func (a acts) sell(on bool) func(context.Context, *db.Tx, string, map[string]string) (string, error) {
	return func(ctx context.Context, tx *db.Tx, id string, _ map[string]string) (string, error) {
		skus, err := a.skus(ctx, tx, id)
		if err != nil {
			return "", err
		}
		var changed []pavilion.SKUID
		for _, s := range skus {
			if s.OnSale != on {
				changed = append(changed, s.ID)
			}
		}
		return stringOf(changed), SetOnSale(ctx, tx, on, changed...)
	}
}

// unsell takes sell back, if nobody has changed since whether the SKUs are sold.
func (a acts) unsell(on bool) func(context.Context, *db.Tx, string, string) error {
	return func(ctx context.Context, tx *db.Tx, id, before string) error {
		var changed []pavilion.SKUID
		if err := json.Unmarshal([]byte(before), &changed); err != nil {
			return err
		}
		skus, err := a.skus(ctx, tx, id)
		if err != nil {
			return err
		}
		for _, s := range skus {
			if slices.Contains(changed, s.ID) && s.OnSale != on {
				return changedSince()
			}
		}
		return SetOnSale(ctx, tx, !on, changed...)
	}
}

// repriced is a price an act changed, in minor units; Before is 0 if there was none.
type repriced struct {
	SKU           pavilion.SKUID
	Before, After int64
}

// reprice sets the prices of all SKUs of a product to what next makes of them; a SKU that
// has none, and of which next makes none, is passed over.
func (a acts) reprice(next func(minor int64, params map[string]string) (int64, error)) func(context.Context, *db.Tx, string, map[string]string) (string, error) {
	return func(ctx context.Context, tx *db.Tx, id string, params map[string]string) (string, error) {
		had, err := a.prices(ctx, tx, id)
		if err != nil {
			return "", err
		}
		var done []repriced
		for _, p := range had {
			after, err := next(p.Before, params)
			if err != nil {
				return "", err
			}
			if after == 0 {
				continue
			}
			if err := SetPrice(ctx, tx, p.SKU, a.channel, money.New(after, a.currency)); err != nil {
				return "", err
			}
			done = append(done, repriced{p.SKU, p.Before, after})
		}
		if len(done) == 0 {
			return "", pavilion.E(pavilion.Invalid, "price.none", nil)
		}
		return stringOf(done), nil
	}
}

func (a acts) stated(_ int64, params map[string]string) (int64, error) {
	typed, err := money.Typed(params["price"])
	if err != nil {
		return 0, err
	}
	price, err := money.Parse(typed, a.currency)
	if err == nil && price.Sign() <= 0 {
		err = pavilion.E(pavilion.Invalid, "price.not_positive", nil).At("price")
	}
	return price.Minor(), err
}

// mostPercent is how much a price may rise at once: more is a slip of the hand.
const mostPercent = 300_000 // thousandths of a per cent

// moved changes a price by a percentage, rounded half up to the minor unit and never below
// one.
func (a acts) moved(minor int64, params map[string]string) (int64, error) {
	text := strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(params["percent"]), "%"))
	amount, down := strings.CutPrefix(strings.ReplaceAll(text, "−", "-"), "-")
	milli, err := parseMilli(strings.TrimPrefix(amount, "+"))
	if err != nil || milli > mostPercent || down && milli >= 100_000 {
		return 0, pavilion.E(pavilion.Invalid, "price.percent", pavilion.Args{"value": text}).At("percent")
	}
	if down {
		milli = -milli
	}
	if minor > 1<<40 {
		return 0, pavilion.E(pavilion.Invalid, "price.percent", pavilion.Args{"value": text}).At("percent")
	}
	if minor == 0 {
		return 0, nil
	}
	return max(1, (minor*(100_000+milli)+50_000)/100_000), nil
}

// unprice takes reprice back, if the prices are still those it set.
func (a acts) unprice(ctx context.Context, tx *db.Tx, id, before string) error {
	var done []repriced
	if err := json.Unmarshal([]byte(before), &done); err != nil {
		return err
	}
	has, err := a.prices(ctx, tx, id)
	if err != nil {
		return err
	}
	for _, d := range done {
		at := slices.IndexFunc(has, func(h repriced) bool { return h.SKU == d.SKU })
		if at < 0 || has[at].Before != d.After {
			return changedSince()
		}
		if d.Before == 0 {
			err = EndPrice(ctx, tx, d.SKU, a.channel)
		} else {
			err = SetPrice(ctx, tx, d.SKU, a.channel, money.New(d.Before, a.currency))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// sorted is a category an act changed.
type sorted struct{ Before, After string }

func (a acts) sort(ctx context.Context, tx *db.Tx, id string, params map[string]string) (string, error) {
	categories, err := Categories(ctx, tx)
	if err != nil {
		return "", err
	}
	to := params["category"]
	if !slices.ContainsFunc(categories, func(c Category) bool { return c.Key == to }) {
		return "", pavilion.E(pavilion.Invalid, "category.unknown", pavilion.Args{"value": to}).At("category")
	}
	p, err := getProduct(ctx, tx, pavilion.ProductID(id))
	if err != nil {
		return "", err
	}
	before := stringOf(sorted{p.Category, to})
	p.Category = to
	_, err = SaveProduct(ctx, tx, p)
	return before, err
}

func (a acts) unsort(ctx context.Context, tx *db.Tx, id, before string) error {
	var was sorted
	if err := json.Unmarshal([]byte(before), &was); err != nil {
		return err
	}
	p, err := getProduct(ctx, tx, pavilion.ProductID(id))
	if err != nil {
		return err
	}
	if p.Category != was.After {
		return changedSince()
	}
	p.Category = was.Before
	_, err = SaveProduct(ctx, tx, p)
	return err
}

// skus returns the SKUs of a product. Errors: NotFound product.unknown; Conflict
// product.no_sku.
func (a acts) skus(ctx context.Context, tx *db.Tx, id string) ([]SKU, error) {
	if _, err := getProduct(ctx, tx, pavilion.ProductID(id)); err != nil {
		return nil, err
	}
	skus, err := db.All(ctx, tx, scanSKU, selectSKUs, id, mostSKUs)
	if err == nil && len(skus) == 0 {
		err = pavilion.E(pavilion.Conflict, "product.no_sku", nil)
	}
	return skus, err
}

// prices returns the prices of all SKUs of a product, those without one too.
func (a acts) prices(ctx context.Context, tx *db.Tx, id string) ([]repriced, error) {
	skus, err := a.skus(ctx, tx, id)
	if err != nil {
		return nil, err
	}
	set, err := db.All(ctx, tx, scanPrice, selectProductPrices, a.channel, id, mostSKUs)
	if err != nil {
		return nil, err
	}
	out := make([]repriced, len(skus))
	for i, s := range skus {
		out[i].SKU = s.ID
		for _, p := range set {
			if p.sku == s.ID {
				out[i].Before = p.price.Minor()
			}
		}
	}
	return out, nil
}

func stringOf(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return "null" // slices and structs of strings and integers always marshal
	}
	return string(b)
}

// PickProducts returns the ids of the next products of the list, and the last of them.
func PickProducts(ctx context.Context, r db.Reader, f ProductFilter, after pavilion.ProductID, limit int) (ids []string, next string, err error) {
	found, err := listedIDs(ctx, r, f, after, limit)
	for _, id := range found {
		ids = append(ids, string(id))
	}
	if len(ids) == limit {
		next = ids[limit-1]
	}
	return ids, next, err
}
