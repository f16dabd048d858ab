package own_test

import (
	"bytes"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"pavilion"
	"pavilion/channel/own"
	"pavilion/db"
)

func TestSignIn(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		secret, b := w.signIn("13800138000")
		if b.Phone != "+8613800138000" || len(secret) < 22 {
			t.Errorf("got %+v with a secret of %d characters", b, len(secret))
		}
		if got, err := w.Session(ctx, secret); err != nil || got != b {
			t.Errorf("session: got %+v, %v, want %+v", got, err, b)
		}
		second, same := w.signIn("13800138000")
		if same.ID != b.ID || second == secret {
			t.Errorf("signed in again: got %s, want %s with another secret", same.ID, b.ID)
		}
		if err := w.SignOut(ctx, secret); err != nil {
			t.Fatal(err)
		}
		for _, wrong := range []string{"", "x", secret} {
			_, err := w.Session(ctx, wrong)
			refuses(t, err, "own.signed_out")
		}
		if _, err := w.Session(ctx, second); err != nil {
			t.Errorf("the other session: got %v, want none", err)
		}
		w.clock.Advance(91 * 24 * time.Hour)
		_, err := w.Session(ctx, second)
		refuses(t, err, "own.signed_out")
		if err := w.Sweep(ctx); err != nil {
			t.Fatal(err)
		}
	})
}

func TestCodesAreWorthOneUse(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		const phone, from = "13800138000", "192.0.2.1"
		w.signIn(phone)
		used := w.phones.last("+86" + phone)
		_, _, err := w.SignIn(ctx, phone, used, from)
		refuses(t, err, "own.wrong_code")
		_, _, err = w.SignIn(ctx, "13900139000", used, from) // nobody asked for one
		refuses(t, err, "own.wrong_code")
		if err := w.SendCode(ctx, phone, from, pavilion.Chinese); err != nil {
			t.Fatal(err)
		}
		w.clock.Advance(10*time.Minute + 1)
		_, _, err = w.SignIn(ctx, phone, w.phones.last("+86"+phone), from)
		refuses(t, err, "own.wrong_code")
	})
}

// TestGuessingCodes tries all codes as fast as it can, from many addresses, for a day.
func TestGuessingCodes(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		const phone = "13800138000"
		if err := w.SendCode(ctx, phone, "192.0.2.1", pavilion.Chinese); err != nil {
			t.Fatal(err)
		}
		right := w.phones.last("+86" + phone)
		var mu sync.Mutex
		checked := 0
		var wg sync.WaitGroup
		for n := range 16 {
			wg.Go(func() {
				for i := range 5 {
					code := fmt.Sprintf("%06d", n*5+i)
					if code == right {
						continue
					}
					_, _, err := w.SignIn(ctx, phone, code, fmt.Sprintf("192.0.2.%d", n))
					mu.Lock()
					if pavilion.KindOf(err) == pavilion.Unauthenticated {
						checked++
					} else if pavilion.KindOf(err) != pavilion.Limited {
						t.Errorf("got %v, want own.wrong_code or a block", err)
					}
					mu.Unlock()
				}
			})
		}
		wg.Wait()
		if checked > 5 {
			t.Errorf("got %d guesses looked at, want at most 5", checked)
		}
		w.clock.Advance(time.Minute) // the throttle lets one more try pass, the code does not
		_, _, err := w.SignIn(ctx, phone, right, "198.51.100.1")
		refuses(t, err, "own.wrong_code")
	})
}

func TestCodesAreNotSentForEver(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		send := func(phone, from string) error { return w.SendCode(ctx, phone, from, pavilion.Chinese) }
		refuses(t, send("12", "192.0.2.1"), "phone.malformed")
		for n := range 10 {
			if err := send("13800138000", fmt.Sprintf("192.0.2.%d", n)); err != nil {
				t.Fatal(err)
			}
			if e := refuses(t, send("13800138000", "198.51.100.1"), "own.code_too_soon"); e.RetryAfter != time.Minute {
				t.Errorf("too soon: got %v, want a minute", e.RetryAfter)
			}
			w.clock.Advance(time.Minute)
		}
		if e := refuses(t, send("13800138000", "192.0.2.99"), "own.code_too_many"); e.Kind != pavilion.Limited || e.RetryAfter <= time.Hour {
			t.Errorf("too many: got %v after %v, want tomorrow", e, e.RetryAfter)
		}
		w.clock.Advance(24 * time.Hour)
		if err := send("13800138000", "192.0.2.1"); err != nil {
			t.Errorf("tomorrow: got %v, want none", err)
		}
		var last error
		for n := range 20 {
			last = send(fmt.Sprintf("139001390%02d", n), "203.0.113.1")
		}
		refuses(t, last, "throttle.blocked")
		w.clock.Advance(24 * time.Hour)
		w.phones.fail = fmt.Errorf("no network")
		refuses(t, send("13700137000", "192.0.2.1"), "own.code_not_sent")
	})
}

func TestCloseAccount(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		secret, b := w.signIn("13800138000")
		sku := w.goods(1990, 10)
		c := w.checkout(own.Line{SKU: sku, Quantity: 1})
		c.Buyer = b.ID
		o, err := w.Place(ctx, c)
		if err != nil {
			t.Fatal(err)
		}
		if err := w.KeepAddress(ctx, b.ID, recipient()); err != nil {
			t.Fatal(err)
		}
		if err := w.SetFavourite(ctx, b.ID, "prd_x", true); err != nil {
			t.Fatal(err)
		}
		basket, err := w.AddToBasket(ctx, "", sku, 1)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.ClaimBasket(ctx, basket.ID, b.ID); err != nil {
			t.Fatal(err)
		}
		refuses(t, w.CloseAccount(ctx, b.ID), "order.under_way")
		if err := w.Cancel(ctx, o.Order.ID, own.Viewer{Buyer: b.ID}); err != nil {
			t.Fatal(err)
		}
		if err := w.CloseAccount(ctx, b.ID); err != nil {
			t.Fatal(err)
		}
		refuses(t, w.CloseAccount(ctx, b.ID), "own.signed_out")
		_, err = w.Session(ctx, secret)
		refuses(t, err, "own.signed_out")
		for _, table := range []string{"buyer_session", "buyer_address", "buyer_code", "favourite", "basket", "basket_line"} {
			if n := w.count("select count(*) from " + table); n != 0 {
				t.Errorf("%s: got %d rows, want none", table, n)
			}
		}
		if got := w.order(o.Order.ID); got.Buyer != "" || got.ShipTo.Name != "" || got.PhoneKey != "" {
			t.Errorf("its order: got %q %q, want nobody's", got.Buyer, got.ShipTo.Name)
		}
		if _, next := w.signIn("13800138000"); next.ID == b.ID {
			t.Error("signed in again: got the closed account, want a new one")
		}
	})
}

func (w *world) count(query string) (n int) {
	w.t.Helper()
	err := w.d.Read(w.t.Context(), func(v *db.View) error { return v.QueryRow(w.t.Context(), query).Scan(&n) })
	if err != nil {
		w.t.Fatal(err)
	}
	return n
}

func TestAddressesAndFavourites(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		_, b := w.signIn("13800138000")
		_, other := w.signIn("13800138001")
		for n := range 12 {
			to := recipient()
			to.Street = fmt.Sprintf("世纪大道 %d 号", n%11)
			if err := w.KeepAddress(ctx, b.ID, to); err != nil {
				t.Fatal(err)
			}
			w.clock.Advance(time.Second)
		}
		kept, err := w.Addresses(ctx, b.ID)
		if err != nil || len(kept) != 10 || kept[0].ShipTo.Street != "世纪大道 0 号" || kept[9].ShipTo.Street != "世纪大道 2 号" {
			t.Errorf("got %d addresses, %v, want the last ten", len(kept), err)
		}
		if err := w.ForgetAddress(ctx, other.ID, kept[0].ID); err != nil {
			t.Fatal(err)
		}
		if again, _ := w.Addresses(ctx, b.ID); len(again) != 10 {
			t.Errorf("another buyer forgot an address: got %d, want 10", len(again))
		}
		if err := w.ForgetAddress(ctx, b.ID, kept[0].ID); err != nil {
			t.Fatal(err)
		}
		if again, _ := w.Addresses(ctx, b.ID); len(again) != 9 {
			t.Errorf("forgotten: got %d, want 9", len(again))
		}
		wrong := recipient()
		wrong.City = ""
		refuses(t, w.KeepAddress(ctx, b.ID, wrong), "address.missing")
		var sealed []byte
		err = w.d.Read(ctx, func(v *db.View) error {
			return v.QueryRow(ctx, "select sealed from buyer_address limit 1").Scan(&sealed)
		})
		if err != nil || len(sealed) == 0 || bytes.Contains(sealed, []byte("世纪")) {
			t.Errorf("the row: got %q, %v, want something sealed", sealed, err)
		}

		for _, id := range []pavilion.ProductID{"prd_a", "prd_b", "prd_a"} {
			if err := w.SetFavourite(ctx, b.ID, id, true); err != nil {
				t.Fatal(err)
			}
			w.clock.Advance(time.Second)
		}
		likes, err := w.Favourites(ctx, b.ID)
		if err != nil || fmt.Sprint(likes) != "[prd_b prd_a]" {
			t.Errorf("got %v, %v, want the newest first", likes, err)
		}
		if err := w.SetFavourite(ctx, b.ID, "prd_b", false); err != nil {
			t.Fatal(err)
		}
		if likes, _ = w.Favourites(ctx, b.ID); fmt.Sprint(likes) != "[prd_a]" {
			t.Errorf("got %v, want prd_a", likes)
		}
		refuses(t, w.SetFavourite(ctx, "byr_x", "prd_a", true), "own.signed_out")
	})
}

func TestBaskets(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		a, b := w.goods(1990, 10), w.goods(3000, 10)
		_, buyer := w.signIn("13800138000")
		_, other := w.signIn("13800138001")
		must := func(basket own.Basket, err error) own.Basket {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
			return basket
		}
		chosen := pavilion.NewID[pavilion.BasketID](pavilion.PrefixBasket, w.clock.Now())
		first := must(w.AddToBasket(ctx, chosen, a, 2))
		if first.ID == chosen || first.Count() != 2 {
			t.Errorf("got %+v, want a new basket with an id of ours", first)
		}
		w.clock.Advance(time.Second)
		first = must(w.AddToBasket(ctx, first.ID, b, 1))
		first = must(w.AddToBasket(ctx, first.ID, a, 98))
		if fmt.Sprint(first.Lines) != fmt.Sprint([]own.Line{{SKU: a, Quantity: own.MaxQuantity}, {SKU: b, Quantity: 1}}) {
			t.Errorf("got %v, want the first full and in its place", first.Lines)
		}
		first = must(w.SetBasketLine(ctx, first.ID, a, 3))
		if got := must(w.SetBasketLine(ctx, first.ID, b, 0)); got.Count() != 3 || len(got.Lines) != 1 {
			t.Errorf("got %v, want three of one", got.Lines)
		}
		_, err := w.SetBasketLine(ctx, first.ID, a, 100)
		refuses(t, err, "quote.quantity")
		_, err = w.AddToBasket(ctx, first.ID, a, -1)
		refuses(t, err, "quote.quantity")
		_, err = w.AddToBasket(ctx, first.ID, "sku_x", 1)
		refuses(t, err, "quote.not_on_sale")

		if got := must(w.ClaimBasket(ctx, first.ID, buyer.ID)); got.ID != first.ID || got.Count() != 3 {
			t.Errorf("claimed: got %+v, want the basket", got)
		}
		second := must(w.AddToBasket(ctx, "", a, 98))
		second = must(w.AddToBasket(ctx, second.ID, b, 4))
		poured := must(w.ClaimBasket(ctx, second.ID, buyer.ID))
		if poured.ID != first.ID || poured.Count() != own.MaxQuantity+4 {
			t.Errorf("poured together: got %+v, want 99 and 4 in the first", poured)
		}
		if gone := must(w.Basket(ctx, second.ID)); gone.Count() != 0 {
			t.Errorf("the one poured: got %+v, want nothing", gone)
		}
		if got := must(w.ClaimBasket(ctx, first.ID, other.ID)); got.Count() != 0 {
			t.Errorf("another's basket: got %+v, want nothing", got)
		}
		if got := must(w.ClaimBasket(ctx, "", buyer.ID)); got.ID != first.ID {
			t.Errorf("without a basket: got %+v, want the one left behind", got)
		}
		if err := w.EmptyBasket(ctx, first.ID, []own.Line{{SKU: a}}); err != nil {
			t.Fatal(err)
		}
		if got := must(w.Basket(ctx, first.ID)); got.Count() != 4 {
			t.Errorf("after an order: got %+v, want what was not ordered", got)
		}
		w.clock.Advance(61 * 24 * time.Hour)
		if err := w.Sweep(ctx); err != nil {
			t.Fatal(err)
		}
		if n := w.count("select count(*) from basket_line"); n != 0 {
			t.Errorf("after sixty days: got %d lines, want none", n)
		}
	})
}

func TestBasketHasRoomForSoMuch(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *world) {
		var b own.Basket
		var err error
		for range own.MaxLines {
			if b, err = w.AddToBasket(t.Context(), b.ID, w.goods(100, 1), 1); err != nil {
				t.Fatal(err)
			}
		}
		_, err = w.AddToBasket(t.Context(), b.ID, w.goods(100, 1), 1)
		refuses(t, err, "quote.too_many_lines")
	})
}

func TestNothingPersonalIsStoredInClear(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		secret, b := w.signIn("13800138000")
		c := w.checkout(own.Line{SKU: w.goods(1990, 10), Quantity: 1})
		c.Buyer = b.ID
		if _, err := w.Place(ctx, c); err != nil {
			t.Fatal(err)
		}
		if err := w.KeepAddress(ctx, b.ID, recipient()); err != nil {
			t.Fatal(err)
		}
		if _, err := w.FindOrder(ctx, "123456789014", "13800138000", "192.0.2.77"); err == nil {
			t.Error("found an order that is not there")
		}
		for _, table := range []string{"buyer", "buyer_session", "buyer_code", "buyer_address", "sale_order", "order_event", "fact", "reservation", "attempt", "payment_intent"} {
			for _, row := range w.dump(t, table) {
				for _, word := range []string{"13800138000", "收件人", "世纪大道", secret, "192.0.2."} {
					if strings.Contains(row, word) {
						t.Errorf("%s holds %s in clear: %s", table, word, row)
					}
				}
			}
		}
	})
}

// dump is every row of a table as text.
func (w *world) dump(t *testing.T, table string) (rows []string) {
	t.Helper()
	err := w.d.Read(t.Context(), func(v *db.View) error {
		found, err := v.Query(t.Context(), "select * from "+table)
		if err != nil {
			return err
		}
		defer found.Close()
		columns, err := found.Columns()
		if err != nil {
			return err
		}
		for found.Next() {
			values, into := make([]any, len(columns)), make([]any, len(columns))
			for i := range into {
				into[i] = &values[i]
			}
			if err := found.Scan(into...); err != nil {
				return err
			}
			for i, value := range values {
				if b, ok := value.([]byte); ok {
					values[i] = string(b)
				}
			}
			rows = append(rows, fmt.Sprint(values...))
		}
		return found.Err()
	})
	if err != nil || len(rows) == 0 {
		t.Fatalf("%s: got %d rows, %v, want some", table, len(rows), err)
	}
	return rows
}
