package douyin

import (
	"slices"
	"strconv"
	"time"

	"pavilion"
)

// Good is a SKU as the back office sees it.
type Good struct {
	Product int64    `json:"product"`
	SKU     int64    `json:"sku"`
	Shop    int64    `json:"shop"`
	Name    string   `json:"name"`
	Values  []string `json:"values"`
	Code    string   `json:"code"`
	Price   int64    `json:"price"` // fen
	Stock   int64    `json:"stock"` // sellable
	Held    int64    `json:"held"`  // by orders that are not shipped
	Status  int64    `json:"status"`
	Check   int64    `json:"check_status"`
}

// OrderSeen is an order as the back office sees it.
type OrderSeen struct {
	ID      string     `json:"id"`
	Shop    int64      `json:"shop"`
	Status  int64      `json:"status"`
	Main    int64      `json:"main_status"`
	Pays    int64      `json:"pays"` // fen
	Created time.Time  `json:"created"`
	Updated time.Time  `json:"updated"`
	Wants   bool       `json:"wants"` // another address
	Lines   []LineSeen `json:"lines"`
}

// LineSeen is a line of an order.
type LineSeen struct {
	ID     string `json:"id"`
	SKU    int64  `json:"sku"`
	Code   string `json:"code"`
	Name   string `json:"name"`
	Num    int64  `json:"num"`
	Sent   int64  `json:"sent"`
	Status int64  `json:"status"`
}

// CaseSeen is an after-sale as the back office sees it.
type CaseSeen struct {
	ID     int64  `json:"id"`
	Order  string `json:"order"`
	Line   string `json:"line"`
	Type   int64  `json:"type"`
	Status int64  `json:"status"`
	Refund int64  `json:"refund_status"`
	Num    int64  `json:"num"`
	Amount int64  `json:"amount"`
	Open   bool   `json:"open"`
}

// Goods are all SKUs of all shops, oldest first.
func (s *Simulator) Goods() ([]Good, error) {
	out := []Good{}
	err := s.do(func(t *tx) error {
		for _, u := range t.skus.all() {
			if !u.Deleted {
				out = append(out, t.good(u))
			}
		}
		return nil
	})
	return out, err
}

func (t *tx) good(u *sku) Good {
	p := t.products.get(u.Product)
	return Good{
		Product: p.ID, SKU: u.ID, Shop: p.Shop, Name: p.fields(false).str("name"), Values: slices.Clone(u.Names), Code: u.Code,
		Price: u.Price, Stock: u.sellable(), Held: u.held(), Status: p.Status, Check: p.Check,
	}
}

// FindGood returns the oldest SKU with a code. The error is NotFound sim.sku_unknown.
func (s *Simulator) FindGood(code string) (Good, error) {
	var out Good
	err := s.do(func(t *tx) error {
		for _, u := range t.skus.all() {
			if u.Code == code && !u.Deleted {
				out = t.good(u)
				return nil
			}
		}
		return errSKU
	})
	return out, err
}

// Stock is what the platform sells of a SKU and what its orders hold. The error is NotFound
// sim.sku_unknown.
func (s *Simulator) Stock(id int64) (sellable, held int64, err error) {
	err = s.do(func(t *tx) error {
		u := t.skus.get(id)
		if u == nil || u.Deleted {
			return errSKU
		}
		sellable, held = u.sellable(), u.held()
		return nil
	})
	return sellable, held, err
}

var errSKU = pavilion.E(pavilion.NotFound, "sim.sku_unknown", nil)

// SetStock is an edit in the back office: what is sellable from now on. Nobody is told.
func (s *Simulator) SetStock(id, n int64) error {
	return s.changeSKU(id, n >= 0, func(_ *tx, u *sku) { u.Stock = n })
}

// SetPrice is an edit in the back office, in fen. Nobody is told.
func (s *Simulator) SetPrice(id, fen int64) error {
	return s.changeSKU(id, fen > 0, func(t *tx, u *sku) { t.setPrice(id, fen) })
}

func (s *Simulator) changeSKU(id int64, valid bool, f func(t *tx, u *sku)) error {
	return s.do(func(t *tx) error {
		u := t.skus.edit(id)
		if u == nil || u.Deleted {
			return errSKU
		}
		if !valid {
			return pavilion.E(pavilion.Invalid, "sim.number", nil)
		}
		f(t, u)
		return nil
	})
}

// Shelve puts a product on or off the shelf in the back office. Errors: NotFound
// sim.product_unknown, Conflict sim.not_on_sale for one that never passed an audit.
func (s *Simulator) Shelve(id int64, on bool) error {
	err := s.do(func(t *tx) error {
		p := t.products.edit(id)
		if p == nil || p.Status == gone {
			return pavilion.E(pavilion.NotFound, "sim.product_unknown", nil)
		}
		if !p.Passed {
			return pavilion.E(pavilion.Conflict, "sim.not_on_sale", nil)
		}
		t.setShelf(p, on)
		return nil
	})
	s.poke()
	return err
}

// Ban takes a product from the shelf as the platform does with goods it forbids.
func (s *Simulator) Ban(id int64) error {
	err := s.do(func(t *tx) error {
		p := t.products.edit(id)
		if p == nil || p.Status == gone {
			return pavilion.E(pavilion.NotFound, "sim.product_unknown", nil)
		}
		p.Check, p.Status, p.Updated = checkBan, offline, t.now
		t.pushProduct(p, eventBanned)
		return nil
	})
	s.poke()
	return err
}

// NewGood is a product of one SKU that the back office makes, on sale at once.
type NewGood struct {
	Shop   int64  `json:"shop"` // 0 is the first
	Name   string `json:"name"`
	Code   string `json:"code"`
	Price  int64  `json:"price"` // fen
	Stock  int64  `json:"stock"`
	Reduce int64  `json:"reduce"` // 1 at the order, 2 at its payment; 0 is 1
}

// AddGood makes a product in the back office and returns it. The error is Invalid
// sim.number.
func (s *Simulator) AddGood(n NewGood) (Good, error) {
	if n.Shop == 0 {
		n.Shop = s.o.Shops[0].ID
	}
	if n.Price <= 0 || n.Stock < 0 || n.Name == "" || s.shop(n.Shop) == nil {
		return Good{}, pavilion.E(pavilion.Invalid, "sim.number", nil)
	}
	var out Good
	err := s.do(func(t *tx) error {
		p := &product{ID: t.id(firstProduct), Shop: n.Shop, Status: online, Check: checkOK, Passed: true, Created: t.now, Updated: t.now, Judged: t.now}
		p.Live = canonical(map[string]any{
			"name": n.Name, "category_leaf_id": int64(20000), "product_type": int64(0), "reduce_type": max(n.Reduce, 1), "freight_id": int64(0), "mobile": "",
			"pic": s.o.BaseURL + "/materials/1.svg", "description": s.o.BaseURL + "/materials/1.svg", "specs": "规格|标准",
			"spec_prices": canonical([]any{map[string]any{"spec_detail_name1": "标准", "price": n.Price, "stock_num": n.Stock, "code": n.Code}}, false),
		}, false)
		t.products.put(p.ID, p)
		if err := t.applySKUs(p, p.fields(false)); err != nil {
			return err
		}
		out = t.good(t.skusIn(p.ID)[0])
		return nil
	})
	return out, err
}

// Orders are the newest orders of all shops, at most n of them; 0 are all.
func (s *Simulator) Orders(n int) ([]OrderSeen, error) {
	out := []OrderSeen{}
	err := s.do(func(t *tx) error {
		for _, o := range t.orders.latest() {
			if n > 0 && len(out) == n {
				break
			}
			seen := OrderSeen{ID: o.ID, Shop: o.Shop, Status: o.Status, Main: o.Main, Pays: o.pays(), Created: o.Created, Updated: o.Updated, Wants: o.Wanted != nil}
			for _, l := range o.Lines {
				seen.Lines = append(seen.Lines, LineSeen{l.ID, l.SKU, l.Code, l.Name, l.Num, l.Sent, l.Status})
			}
			out = append(out, seen)
		}
		return nil
	})
	return out, err
}

// Cases are the newest after-sales, at most n of them; 0 are all.
func (s *Simulator) Cases(n int) ([]CaseSeen, error) {
	out := []CaseSeen{}
	err := s.do(func(t *tx) error {
		for _, a := range t.aftersales.latest() {
			if n > 0 && len(out) == n {
				break
			}
			out = append(out, CaseSeen{a.ID, a.Order, a.Line, a.Type, a.Status, a.Refund, a.Num, a.Amount + a.Post, a.open()})
		}
		return nil
	})
	return out, err
}

// Pushes is how many pushes were not taken yet.
func (s *Simulator) Pushes() (n int, err error) {
	err = s.do(func(t *tx) error {
		for range t.pushes.all() {
			n++
		}
		return nil
	})
	return n, err
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }
