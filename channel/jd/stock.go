package jd

import (
	"context"
	"errors"
	"slices"
	"strconv"

	"pavilion"
)

// StockSetMost is how many SKUs one call of the new family changes.
const StockSetMost = 30

// National is the store that every shop has; stock of it is sold all over the country.
const National int64 = 0

// Stock is what JD has for a SKU in one store. Sellable is Physical without what is booked.
type Stock struct {
	SKU      int64
	Store    int64
	Physical int64
	Booked   int64 // by orders and carts not yet shipped; the old family does not tell it
	Known    bool  // whether Booked is known
}

// Sellable is how many more JD may sell.
func (s Stock) Sellable() int64 { return s.Physical - s.Booked }

// StockChange sets or changes the stock of a SKU in a store.
type StockChange struct {
	SKU   int64
	Store int64
	Units int64 // what there is, or, of an increment, how many more
}

// StockRefusal is a SKU that did not change.
type StockRefusal struct {
	SKU   int64
	Store int64
	Err   error
}

// Stock reads what JD has of a SKU, store by store.
func (s *Shop) Stock(ctx context.Context, sku int64) ([]Stock, error) {
	return family(s, func() ([]Stock, error) { return s.newStock(ctx, sku) }, func() ([]Stock, error) { return s.oldStock(ctx, sku) })
}

// SetStock sets stock to absolute numbers, for at most [StockSetMost] SKUs. It races with
// buyers: an order JD books between our count and this call is not in the number. It may be
// repeated with the same key. Those of the list that JD refused are told; the others are set.
func (s *Shop) SetStock(ctx context.Context, key string, changes []StockChange) ([]StockRefusal, error) {
	return s.changeStock(ctx, key, changes, "fullStockIn", "stockNum", func(c StockChange) (string, fields) {
		return "jingdong.stock.write.updateSkuStock", fields{"skuId": c.SKU, "stockNum": c.Units, "storeId": c.Store}
	})
}

// AddStock changes stock by increments, negative ones too, for at most [StockSetMost] SKUs.
// The key makes it safe to repeat: what succeeded under a key is not done again under it, so
// a repetition has the same key and the same changes. Those of the list that JD refused are
// told; the others are changed.
func (s *Shop) AddStock(ctx context.Context, key string, changes []StockChange) ([]StockRefusal, error) {
	return s.changeStock(ctx, key, changes, "incrStockIn", "incrStockNum", func(c StockChange) (string, fields) {
		ref := key + "-" + strconv.FormatInt(c.SKU, 10) + "-" + strconv.FormatInt(c.Store, 10)
		return "jingdong.stock.write.increaseSkuStock", fields{"skuId": c.SKU, "stockNum": c.Units, "storeId": c.Store, "stockRfId": ref}
	})
}

func (s *Shop) changeStock(ctx context.Context, key string, changes []StockChange, model, units string, old func(StockChange) (string, fields)) ([]StockRefusal, error) {
	if len(changes) == 0 {
		return nil, nil
	}
	if key == "" || len(changes) > StockSetMost {
		return nil, pavilion.E(pavilion.Internal, "jd.stock_call", pavilion.Args{"most": StockSetMost})
	}
	return family(s, func() ([]StockRefusal, error) {
		stocks := make([]fields, len(changes))
		for i, c := range changes {
			stocks[i] = fields{"skuId": c.SKU, units: c.Units, "storeId": c.Store, "stockModel": stockModel}
		}
		a, err := s.tell(ctx, "jingdong.ware.stock.sku.set", fields{"req": fields{"updateModel": model, "stockRfId": key, "skuStocks": stocks}})
		if err != nil {
			return nil, err
		}
		return a.stockRefusals(changes)
	}, func() ([]StockRefusal, error) {
		return s.changeOldStock(ctx, changes, old)
	})
}

// stockModel is how an ordinary merchant's stock is kept.
const stockModel = "POP_SOP"

// stockRefusals reads which SKUs of a set did not change. JD lists the failures only; a set
// that failed as a whole lists none.
func (a answer) stockRefusals(changes []StockChange) ([]StockRefusal, error) {
	r := a.at("returnType")
	if !r.isObject() {
		return nil, a.lost(errors.New("the answer has no returnType"))
	}
	var out []StockRefusal
	for _, t := range r.at("obj").at("updateStockResult").items() {
		if t.at("success").truth() {
			continue
		}
		out = append(out, StockRefusal{
			SKU: t.first("skuId", "data").number(), Store: t.at("storeId").number(),
			Err: a.refused(t.first("code", "errorCode").text(), t.first("message", "errorMessage").text()),
		})
	}
	if err := a.whole(); err != nil {
		return nil, err
	}
	for _, refusal := range out {
		if !slices.ContainsFunc(changes, func(c StockChange) bool { return c.SKU == refusal.SKU && c.Store == refusal.Store }) {
			return nil, a.lost(errors.New("the answer is about a SKU that was not asked for"))
		}
	}
	if len(out) > 0 {
		return out, nil
	}
	return nil, a.judge(r)
}

// changeOldStock changes SKUs one by one. It stops at the first call whose outcome is not
// known or that JD has no time for; repeated, those that are done are done again to no
// effect: an absolute number, or an increment under its own key.
func (s *Shop) changeOldStock(ctx context.Context, changes []StockChange, old func(StockChange) (string, fields)) ([]StockRefusal, error) {
	var out []StockRefusal
	for _, c := range changes {
		method, f := old(c)
		err := s.succeed(ctx, method, f)
		switch pavilion.KindOf(err) {
		case pavilion.Invalid, pavilion.NotFound, pavilion.Conflict:
			out = append(out, StockRefusal{SKU: c.SKU, Store: c.Store, Err: err})
		default:
			if err != nil {
				return out, err
			}
		}
	}
	return out, nil
}

// family calls the family of stock calls that the shop uses. An app without the right to the
// new one is told so before anything is done: then the old one is taken.
func family[T any](s *Shop, newer, older func() (T, error)) (T, error) {
	if s.facts.Stock == StockOld {
		return older()
	}
	out, err := newer()
	if s.facts.Stock == StockEither && pavilion.ReasonOf(err) == "jd.permission" {
		return older()
	}
	return out, err
}

func (s *Shop) newStock(ctx context.Context, sku int64) ([]Stock, error) {
	a, err := s.ask(ctx, "jingdong.ware.stock.sku.query", fields{"skuId": sku, "stockModel": stockModel})
	if err != nil {
		return nil, err
	}
	r, err := a.result("returnType")
	if err != nil {
		return nil, err
	}
	return each(r.at("obj").at("skuStockInfos"), func(t tree) Stock {
		return Stock{
			SKU: t.at("skuId").number(), Store: t.at("storeId").number(), Physical: t.at("stockNum").number(),
			Booked: t.at("orderBookingNum").number() + t.at("appBookingNum").number(), Known: true,
		}
	}), a.whole()
}

func (s *Shop) oldStock(ctx context.Context, sku int64) ([]Stock, error) {
	a, err := s.ask(ctx, "jingdong.stock.read.findSkuStock", fields{"skuId": sku, "field": "skuId,stockNum,storeId"})
	if err != nil {
		return nil, err
	}
	return each(a.at("skuStocks"), func(t tree) Stock {
		return Stock{SKU: t.at("skuId").number(), Store: t.at("storeId").number(), Physical: t.at("stockNum").number()}
	}), a.whole()
}
