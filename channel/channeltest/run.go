package channeltest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"pavilion"
	"pavilion/channel"
	"pavilion/money"
)

// Subject is a platform under [Run]: its connector, and what its people, its shoppers and the
// network do.
type Subject interface {
	channel.Connector
	Consent() channel.Token       // of the shop's owner; the one before need not hold any more
	Clock() time.Time             // ours, and the platform's but for Skew
	Pass(time.Duration)           // time passes, for both
	Skew(time.Duration)           // the platform's clock goes ahead of ours from now on
	Goods(ref string) GoodsToShow // what the platform takes as a listing
	Offered(channel.UnitID) int64
	Place(u channel.UnitID, quantity int64, paid bool) (number string, err error)
	PayFor(number string) error
	CancelThere(number string) error             // by the shopper, before it is paid
	WantBack(number string, goods bool) error    // money, and before that goods
	HandBack(number string) error                // gives the goods to a carrier
	Spoil(method string, fault Fault) error      // the next call of a method of the connector
	ExpireTokens()                               // of all shops
	DuePushes() []Push                           // sent by now, each once; none where nothing is pushed
	Carrier() (code string)                      // one the platform knows
	Prepare(ctx context.Context, u UnitAt) error // whatever it takes to have published goods sell
}

// GoodsToShow is a listing, and a picture of it to hand in first; none if there are no bytes.
type GoodsToShow struct {
	Listing channel.Listing
	Picture []byte
}

// UnitAt is a unit and what a call to its shop is made with.
type UnitAt struct {
	channel.UnitID
	channel.Access
}

// Run has a platform and its connector behave as [channel.Connector] says. Each behaviour gets
// a platform of its own from begin.
func Run(t *testing.T, begin func(*testing.T) Subject) {
	t.Helper()
	for _, b := range []struct {
		name string
		test func(*suite)
	}{
		{"publish", (*suite).publish},
		{"stock", (*suite).stock},
		{"intake", (*suite).intake},
		{"out of order", (*suite).outOfOrder},
		{"ship", (*suite).ship},
		{"refund", (*suite).refund},
		{"return", (*suite).returns},
		{"token expired in the middle", (*suite).tokenOver},
		{"rate limited", (*suite).tooOften},
		{"pushes", (*suite).pushes},
		{"clock skew", (*suite).skew},
		{"restart in the middle", (*suite).restart},
	} {
		t.Run(b.name, func(t *testing.T) {
			t.Parallel()
			s := &suite{T: t, Subject: begin(t)}
			s.consent()
			b.test(s)
		})
	}
}

type suite struct {
	*testing.T
	Subject
	access channel.Access
	token  channel.Token
	keys   int
}

func (s *suite) consent() {
	s.token = s.Consent()
	s.access = channel.Access{Shop: s.token.Shop, Token: s.token.Access}
}

func (s *suite) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

func (s *suite) key() string {
	s.keys++
	return fmt.Sprintf("key_%d", s.keys)
}

// tries is how often what may be tried again is tried.
const tries = 10

// insist repeats a call as long as it may be repeated. Time passes between two tries.
func (s *suite) insist(what string, do func(context.Context) error) {
	s.Helper()
	for range tries {
		err := do(s.Context())
		switch kind := pavilion.KindOf(err); {
		case err == nil:
			return
		case pavilion.ReasonOf(err) == "channel.picture_in_audit", kind == pavilion.Unavailable, kind == pavilion.Limited:
			s.Pass(15 * time.Second)
		case kind == pavilion.Unauthenticated:
			s.consent()
		default:
			s.Fatalf("%s: %v", what, err)
		}
	}
	s.Fatalf("%s: it never succeeds", what)
}

// published brings goods on the shelf, with answers lost on the way.
func (s *suite) published(ref string, faults ...Fault) channel.UnitID {
	s.Helper()
	g := s.Goods(ref)
	if len(g.Picture) > 0 {
		s.insist("picture", func(ctx context.Context) error {
			name, err := s.AddPicture(ctx, s.access, ref, g.Picture)
			g.Listing.Pictures = []string{name}
			return err
		})
	}
	for _, f := range faults {
		s.must(s.Spoil("Publish", f))
	}
	var shown channel.Shown
	s.insist("publish", func(ctx context.Context) (err error) {
		found, err := s.Find(ctx, s.access, nil, []string{g.Listing.Ref})
		if err != nil || len(found) == 1 {
			if len(found) == 1 {
				shown = found[0]
			}
			return err
		}
		shown, err = s.Publish(ctx, s.access, g.Listing)
		return err
	})
	if len(shown.Units) != 1 || shown.Units[0].Ref != ref || shown.Units[0].ID == "" {
		s.Fatalf("published %+v, want one unit that is called %s", shown, ref)
	}
	u := channel.UnitID{Listing: shown.ID, Unit: shown.Units[0].ID}
	s.insist("prepare", func(ctx context.Context) error { return s.Prepare(ctx, UnitAt{u, s.access}) })
	s.insist("shelf", func(ctx context.Context) error {
		found, err := s.Find(ctx, s.access, []string{u.Listing}, nil)
		if err == nil && (len(found) != 1 || found[0].State != channel.ListingOn) {
			err = pavilion.E(pavilion.Unavailable, "channel.paused", nil)
		}
		return err
	})
	return u
}

// stocked is goods of which so many are offered.
func (s *suite) stocked(ref string, units int64) channel.UnitID {
	s.Helper()
	u := s.published(ref)
	s.change(u, units, units)
	return u
}

func (s *suite) change(u channel.UnitID, by, to int64) {
	s.Helper()
	c := channel.StockChange{UnitID: u, By: by, To: to, Key: s.key()}
	s.insist("stock", func(ctx context.Context) error { return s.ChangeStock(ctx, s.access, c) })
}

func (s *suite) placed(u channel.UnitID, quantity int64, paid bool) string {
	s.Helper()
	number, err := s.Place(u, quantity, paid)
	s.must(err)
	s.Pass(time.Minute)
	return number
}

func (s *suite) got(number string) (o channel.PlatformOrder) {
	s.Helper()
	s.insist("order", func(ctx context.Context) (err error) {
		o, err = s.GetOrder(ctx, s.access, number)
		return err
	})
	return o
}

// listed asks for all orders of the last day, page by page.
func (s *suite) listed() (out []channel.PlatformOrder) {
	s.Helper()
	span := min(24*time.Hour, s.Traits().Window)
	q := channel.Asked{From: s.Clock().Add(-span), To: s.Clock()}
	for range 100 {
		p, err := s.ListOrders(s.Context(), s.access, q)
		s.must(err)
		out = append(out, p.Orders...)
		if q.Page = p.Next; q.Page == "" {
			return out
		}
	}
	s.Fatal("the pages do not end")
	return nil
}

func (s *suite) publish() {
	u := s.published("sku_1", LostRequest, LostAnswer)
	found, err := s.Find(s.Context(), s.access, nil, []string{s.Goods("sku_1").Listing.Ref, "vrt_none"})
	s.must(err)
	if len(found) != 1 || found[0].ID != u.Listing || found[0].Title == "" || found[0].Units[0].Price.Sign() <= 0 {
		s.Errorf("got %+v, want it once", found)
	}
	if n := s.Offered(u); n != 0 {
		s.Errorf("published goods offer %d, want none before anything was granted", n)
	}
	price := money.New(2250, money.CNY)
	s.insist("price", func(ctx context.Context) error { return s.SetPrice(ctx, s.access, u, price) })
	for _, on := range []bool{false, false, true} {
		s.insist("shelf", func(ctx context.Context) error { return s.SetShelf(ctx, s.access, u.Listing, on) })
		found, err = s.Find(s.Context(), s.access, []string{u.Listing}, nil)
		if err != nil || len(found) != 1 || (found[0].State == channel.ListingOn) != on || found[0].Units[0].Price != price {
			s.Errorf("shelf %v: got %+v %v", on, found, err)
		}
	}
}

// stock is changed once, whatever goes wrong.
func (s *suite) stock() {
	u := s.stocked("sku_1", 10)
	want := int64(10)
	for _, f := range []Fault{Fine, LostRequest, LostAnswer, Late, Twice, TooOften, TokenOver, Down} {
		for _, by := range []int64{3, -3} {
			if !s.Traits().Increments && (f == Late || f == Twice) {
				continue
			}
			if f != Fine {
				s.must(s.Spoil("ChangeStock", f))
			}
			want += by
			s.change(u, by, want)
			r, err := s.ReadStock(s.Context(), s.access, []channel.UnitID{u})
			if err != nil || len(r) != 1 || r[0].Sellable != want || r[0].Held > 0 || s.Offered(u) != want {
				s.Errorf("fault %d, by %d: got %+v %v and %d offered, want %d", f, by, r, err, s.Offered(u), want)
			}
		}
	}
	if _, err := s.Place(u, want+1, true); err == nil {
		s.Error("the platform sold more than it offered")
	}
	s.placed(u, 2, true)
	if r, err := s.ReadStock(s.Context(), s.access, []channel.UnitID{u}); err != nil || r[0].Sellable != want-2 || r[0].Held != 2 && r[0].Held != -1 {
		s.Errorf("got %+v %v, want %d and 2 in orders", r, err, want-2)
	}
	err := s.ChangeStock(s.Context(), s.access, channel.StockChange{UnitID: u, By: -want, To: 0, Key: s.key()})
	if s.Traits().Increments && (pavilion.ReasonOf(err) != "channel.stock_short" || s.Offered(u) != want-2) {
		s.Errorf("took off more than is offered: got %v, want channel.stock_short", err)
	}
}

func (s *suite) intake() {
	u := s.stocked("sku_1", 500)
	var numbers []string
	for n := range int64(120) { // more than a page holds
		number, err := s.Place(u, 1+n%2, true)
		s.must(err)
		numbers = append(numbers, number)
	}
	s.Pass(time.Minute)
	seen := map[string]int{}
	for _, o := range s.listed() {
		seen[o.Number]++
	}
	for _, n := range numbers {
		if seen[n] == 0 {
			s.Errorf("order %s is not listed", n)
		}
	}
	o := s.got(numbers[1])
	sum, err := money.Sum(o.Goods.Currency(), o.Lines[0].Paid)
	if o.State != channel.OrderToShip || o.Paid.IsZero() || len(o.Lines) != 1 || o.Lines[0].Unit.Unit != u.Unit || o.Lines[0].Ref != "sku_1" || o.Lines[0].Quantity != 2 ||
		err != nil || sum != o.Goods || o.ShipTo.Province == "" || len(o.Ciphers) == 0 {
		s.Errorf("got %+v, want a paid order of two", o)
	}
	plain, err := s.Decrypt(s.Context(), s.access, o.Number, o.Ciphers)
	if err != nil || len(plain) != len(o.Ciphers) || slices.Contains(plain, "") {
		s.Errorf("decrypted %d of %d fields, %v", len(plain), len(o.Ciphers), err)
	}
	if _, err := s.GetOrder(s.Context(), s.access, "42"); pavilion.KindOf(err) != pavilion.NotFound {
		s.Errorf("an order there is not: got %v", err)
	}
}

// outOfOrder: whoever reads an order late can tell that what it read before was older.
func (s *suite) outOfOrder() {
	u := s.stocked("sku_1", 5)
	number := s.placed(u, 2, false)
	first := s.unpaid(number)
	s.must(s.PayFor(number))
	s.Pass(time.Minute)
	second := s.got(number)
	if second.State != channel.OrderToShip && second.State != channel.OrderWaiting || !newer(second, first) {
		s.Errorf("paid: got %s of %v, want it newer than %v", second.State, second.Modified, first.Modified)
	}
	if n := s.Offered(u); n != 3 {
		s.Errorf("%d are offered after two of five were paid, want 3", n)
	}
	other := s.placed(u, 1, false)
	before := s.unpaid(other)
	s.must(s.CancelThere(other))
	s.Pass(time.Minute)
	after, err := s.GetOrder(s.Context(), s.access, other)
	if told := before.Number != ""; pavilion.KindOf(err) != pavilion.NotFound || told {
		if err != nil || after.State != channel.OrderCancelled || told && !newer(after, before) {
			s.Errorf("cancelled: got %s of %v %v, want it newer than %v", after.State, after.Modified, err, before.Modified)
		}
	}
	if n := s.Offered(u); n != 3 {
		s.Errorf("%d are offered after one was given up, want 3", n)
	}
}

// unpaid is an order that was not paid, empty where the platform does not tell of such.
func (s *suite) unpaid(number string) channel.PlatformOrder {
	s.Helper()
	o, err := s.GetOrder(s.Context(), s.access, number)
	if pavilion.KindOf(err) == pavilion.NotFound {
		return channel.PlatformOrder{}
	}
	if err != nil || o.State != channel.OrderUnpaid || !o.Paid.IsZero() {
		s.Errorf("got %s paid at %v, %v, want it unpaid", o.State, o.Paid, err)
	}
	return o
}

func newer(a, b channel.PlatformOrder) bool {
	return a.Version > b.Version || a.Version == b.Version && a.Modified.After(b.Modified)
}

func (s *suite) parcel(number string) []channel.Dispatch {
	return []channel.Dispatch{{Order: number, Key: "par_" + number, Carrier: s.Carrier(), Waybill: waybill(number), Last: true}}
}

// waybill is one of a parcel of an order: platforms refuse one that another recipient has.
func waybill(number string) string { return "SF" + number[max(0, len(number)-13):] }

func (s *suite) ship() {
	u := s.stocked("sku_1", 20)
	for _, f := range []Fault{Fine, LostRequest, LostAnswer, Twice, TooOften, TokenOver} {
		number := s.placed(u, 1, true)
		if f != Fine {
			s.must(s.Spoil("Ship", f))
		}
		for range 2 {
			s.insist("ship", func(ctx context.Context) error { return s.Ship(ctx, s.access, s.parcel(number)) })
		}
		if o := s.got(number); o.State != channel.OrderShipped || len(o.Parcels) != 1 || o.Parcels[0].Waybill != waybill(number) {
			s.Errorf("fault %d: got %s with %+v, want one parcel", f, o.State, o.Parcels)
		}
	}
	number := s.placed(u, 1, false)
	s.must(s.CancelThere(number))
	s.Pass(time.Minute)
	if err := s.Ship(s.Context(), s.access, s.parcel(number)); err == nil || channel.Unknown(err) {
		s.Errorf("shipped a cancelled order: got %v, want it refused", err)
	}
}

// asked is the only return of an order.
func (s *suite) asked(number string) channel.Return {
	s.Helper()
	var found []channel.Return
	s.insist("returns", func(ctx context.Context) error {
		found = nil
		q := channel.Asked{From: s.Clock().Add(-min(24*time.Hour, s.Traits().Window)), To: s.Clock().Add(time.Second)}
		for range 100 {
			p, err := s.ListReturns(ctx, s.access, q)
			if err != nil {
				return err
			}
			for _, r := range p.Returns {
				if r.Order == number && !slices.ContainsFunc(found, func(f channel.Return) bool { return f.ID == r.ID }) {
					found = append(found, r)
				}
			}
			if q.Page = p.Next; q.Page == "" {
				return nil
			}
		}
		return errors.New("the pages do not end")
	})
	if len(found) != 1 {
		s.Fatalf("got returns %+v of %s, want one", found, number)
	}
	return found[0]
}

// moves answers a return until it is no more what it was, whatever becomes of the answers.
func (s *suite) moves(r channel.Return, agree bool) (next channel.Return) {
	s.Helper()
	for range tries {
		err := s.AnswerReturn(s.Context(), s.access, channel.ReturnAnswer{ID: r.ID, Agree: agree, Reason: "已发货", Version: r.Version, State: r.State})
		if kind := pavilion.KindOf(err); err != nil && kind != pavilion.Unavailable && kind != pavilion.Conflict && kind != pavilion.Limited {
			s.Fatalf("answer: %v", err)
		}
		s.Pass(time.Minute)
		if next = s.asked(r.Order); next.State != r.State {
			return next
		}
	}
	s.Fatalf("the return stays %s", r.State)
	return next
}

func (s *suite) refund() {
	u := s.stocked("sku_1", 20)
	for _, f := range []Fault{Fine, LostRequest, LostAnswer} {
		for _, agree := range []bool{true, false} {
			number := s.placed(u, 1, true)
			s.must(s.WantBack(number, false))
			s.Pass(time.Minute)
			r, o := s.asked(number), s.got(number)
			if o.State != channel.OrderLocked || r.State != channel.ReturnAsked || r.Goods || r.Amount.Sign() <= 0 {
				s.Errorf("got an order that is %s and a return %+v, want it locked", o.State, r)
			}
			if f != Fine {
				s.must(s.Spoil("AnswerReturn", f))
			}
			next := s.moves(r, agree)
			if agree && next.State != channel.ReturnPaid && next.State != channel.ReturnSending || !agree && next.State != channel.ReturnRefused {
				s.Errorf("fault %d, agreed %v: the return is %s", f, agree, next.State)
			}
		}
	}
}

func (s *suite) returns() {
	u := s.stocked("sku_1", 20)
	number := s.placed(u, 1, true)
	s.insist("ship", func(ctx context.Context) error { return s.Ship(ctx, s.access, s.parcel(number)) })
	s.must(s.WantBack(number, true))
	s.Pass(time.Minute)
	r := s.asked(number)
	if r.State != channel.ReturnAsked || !r.Goods || len(r.Lines) != 1 || r.Lines[0].Quantity != 1 {
		s.Fatalf("got %+v, want one unit asked back", r)
	}
	s.must(s.Spoil("AnswerReturn", LostAnswer))
	if r = s.moves(r, true); r.State != channel.ReturnSending {
		s.Fatalf("got %+v, want the goods on their way", r)
	}
	s.must(s.HandBack(number))
	s.Pass(time.Minute)
	if r = s.asked(number); r.State == channel.ReturnArrived || r.State == channel.ReturnSending {
		r = s.moves(r, true)
	}
	s.Pass(time.Hour)
	if r = s.asked(number); r.State != channel.ReturnPaid {
		s.Errorf("got %+v, want it paid", r)
	}
	if n := s.Offered(u); n != 19 {
		s.Errorf("%d are offered, want 19: goods that came back are not sold before somebody looked at them", n)
	}
}

func (s *suite) tokenOver() {
	u := s.stocked("sku_1", 4)
	number := s.placed(s.stocked("sku_2", 1), 1, true)
	s.ExpireTokens()
	c := channel.StockChange{UnitID: u, By: 1, To: 5, Key: s.key()}
	for name, do := range map[string]func(context.Context) error{
		"stock":   func(ctx context.Context) error { return s.ChangeStock(ctx, s.access, c) },
		"order":   func(ctx context.Context) error { _, err := s.GetOrder(ctx, s.access, number); return err },
		"ship":    func(ctx context.Context) error { return s.Ship(ctx, s.access, s.parcel(number)) },
		"listing": func(ctx context.Context) error { _, err := s.Find(ctx, s.access, []string{u.Listing}, nil); return err },
	} {
		if err := do(s.Context()); pavilion.KindOf(err) != pavilion.Unauthenticated || channel.Unknown(err) {
			s.Errorf("%s with a token that is over: got %v, want Unauthenticated", name, err)
		}
	}
	s.consent()
	s.change(u, 1, 5)
	if n := s.Offered(u); n != 5 {
		s.Errorf("%d are offered, want 5", n)
	}
	renewed, err := s.Renew(s.Context(), s.token)
	s.must(err)
	if renewed.Shop == "" {
		renewed.Shop = s.token.Shop
	}
	s.access = channel.Access{Shop: renewed.Shop, Token: renewed.Access}
	s.change(u, 1, 6)
	if n := s.Offered(u); n != 6 || !renewed.AccessUntil.After(s.Clock()) {
		s.Errorf("%d are offered with a token until %v, want 6", n, renewed.AccessUntil)
	}
}

func (s *suite) tooOften() {
	u := s.stocked("sku_1", 5)
	s.must(s.Spoil("ChangeStock", TooOften))
	c := channel.StockChange{UnitID: u, By: 2, To: 7, Key: s.key()}
	if err := s.ChangeStock(s.Context(), s.access, c); pavilion.KindOf(err) != pavilion.Limited || channel.Unknown(err) || s.Offered(u) != 5 {
		s.Errorf("got %v and %d offered, want Limited and 5", err, s.Offered(u))
	}
	s.insist("stock", func(ctx context.Context) error { return s.ChangeStock(ctx, s.access, c) })
	if n := s.Offered(u); n != 7 {
		s.Errorf("%d are offered, want 7", n)
	}
}

// pushes are hints: what is read after one is what happened, and a repeat is known by its key.
func (s *suite) pushes() {
	u := s.stocked("sku_1", 5)
	s.DuePushes()
	number := s.placed(u, 1, true)
	keys, about := map[string]bool{}, false
	for _, p := range s.DuePushes() {
		hints, answer, err := s.ReadPush(p.Header, p.Body)
		again, _, _ := s.ReadPush(p.Header, p.Body)
		if err != nil || len(answer) == 0 || !slices.Equal(hints, again) {
			s.Errorf("got %+v and then %+v %v, want the same each time", hints, again, err)
		}
		for _, h := range hints {
			if h.Key == "" || keys[h.Key] || h.Shop != s.access.Shop {
				s.Errorf("got %+v, want a key of its own", h)
			}
			keys[h.Key] = true
			about = about || h.Order == number
		}
		if _, _, err := s.ReadPush(p.Header, append(slices.Clone(p.Body), ' ')); err == nil {
			s.Error("a forged push was believed")
		}
	}
	if about != s.Traits().Pushes {
		s.Errorf("told of the order %v, want %v", about, s.Traits().Pushes)
	}
	found := s.listed() // lost pushes are no loss
	if !slices.ContainsFunc(found, func(o channel.PlatformOrder) bool { return o.Number == number }) {
		s.Errorf("order %s is not listed", number)
	}
	if !s.Traits().Pushes {
		if _, _, err := s.ReadPush(nil, nil); err == nil {
			s.Error("a platform that sends nothing was heard")
		}
	}
}

// skew: a clock that goes a little wrong does no harm, and one that is far off changes nothing.
func (s *suite) skew() {
	u := s.stocked("sku_1", 5)
	s.Skew(2 * time.Minute)
	s.change(u, 1, 6)
	number := s.placed(u, 1, true)
	if o := s.got(number); o.Modified.IsZero() || o.Modified.After(s.Clock().Add(2*time.Minute+time.Second)) {
		s.Errorf("changed at %v of the platform's clock, ours is %v", o.Modified, s.Clock())
	}
	s.Skew(2 * time.Hour)
	c := channel.StockChange{UnitID: u, By: 1, To: 6, Key: s.key()}
	err := s.ChangeStock(s.Context(), s.access, c)
	switch kind := pavilion.KindOf(err); {
	case err == nil && s.Offered(u) == 6: // a platform that looks at no clock
	case s.Offered(u) != 5 || !slices.Contains([]pavilion.Kind{pavilion.Unavailable, pavilion.Unauthenticated, pavilion.Forbidden}, kind):
		s.Errorf("got %v and %d offered, want it refused", err, s.Offered(u))
	}
}

// restart: what was asked for before we stopped is asked for again by its key, and done once.
func (s *suite) restart() {
	u := s.stocked("sku_1", 4)
	number := s.placed(s.stocked("sku_2", 1), 1, true)
	for method, do := range map[string]func(context.Context) error{
		"ChangeStock": func(ctx context.Context) error {
			return s.ChangeStock(ctx, s.access, channel.StockChange{UnitID: u, By: 3, To: 7, Key: "before"})
		},
		"Ship": func(ctx context.Context) error { return s.Ship(ctx, s.access, s.parcel(number)) },
	} {
		s.must(s.Spoil(method, LostAnswer)) // we died while it was under way
		if err := do(s.Context()); !channel.Unknown(err) {
			s.Errorf("%s: got %v, want an unknown outcome", method, err)
		}
		s.Pass(time.Minute)
		s.insist(method, do)
	}
	if o := s.got(number); s.Offered(u) != 7 || len(o.Parcels) != 1 {
		s.Errorf("%d are offered and there are parcels %+v, want 7 and one", s.Offered(u), o.Parcels)
	}
}
