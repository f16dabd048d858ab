package jd

import (
	"fmt"
	"testing"
	"time"
)

// BenchmarkPlaceOrder sells one unit at a time.
func BenchmarkPlaceOrder(b *testing.B) {
	for _, file := range []string{"", b.TempDir() + "/state"} {
		b.Run(fmt.Sprintf("file=%v", file != ""), func(b *testing.B) {
			s, id := shop(b, file)
			for b.Loop() {
				if _, err := s.PlaceOrder(Purchase{Lines: []Line{{SKU: id, Quantity: 1}}}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkSearchOrders reads a page of a hundred among a hundred thousand orders.
func BenchmarkSearchOrders(b *testing.B) {
	s, id := shop(b, "")
	for range 100_000 {
		if _, err := s.PlaceOrder(Purchase{Lines: []Line{{SKU: id, Quantity: 1}}}); err != nil {
			b.Fatal(err)
		}
	}
	p, _ := readParams(`{"optional_fields":"orderId,orderState,modified,itemInfoList,consigneeInfo","page":"3","page_size":"100","order_state":"WAIT_SELLER_STOCK_OUT"}`)
	for b.Loop() {
		s.memory.mu.Lock()
		if _, f := methods["jingdong.pop.order.search"].do(&call{s.begin(), s, p, ""}); f != nil {
			b.Fatal(f)
		}
		s.memory.mu.Unlock()
	}
}

// shop is a platform with one SKU without end.
func shop(b *testing.B, file string) (*Simulator, ID) {
	b.Helper()
	s, err := New(Options{AppKey: "a", AppSecret: "b", Clock: func() time.Time { return noon }, StateFile: file})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := s.Close(); err != nil {
			b.Error(err)
		}
	})
	var id ID
	err = s.do(func(c *change) error {
		w := ware{ID: c.newID(), Title: "x", Base: onShelf}
		c.putWare(w)
		id = c.newID()
		c.putSKU(sku{ID: id, Ware: w.ID, Stock: stockMost})
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	return s, id
}
