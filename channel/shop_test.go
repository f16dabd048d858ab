package channel

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"pavilion"
	"pavilion/db"
	"pavilion/db/dbtest"
)

// renewer is a platform that only renews consents.
type renewer struct {
	Connector
	clock *dbtest.Clock
	fails error
	says  func(ctx context.Context, a Access) error // to a conversation

	mu    sync.Mutex
	asked []string // refresh tokens
}

func (r *renewer) Name() string { return "jd" }

func (r *renewer) Redact(text string) string { return strings.ReplaceAll(text, "SECRET", "***") }

func (r *renewer) Traits() Traits { return Traits{TokenEarly: time.Hour, PerSecond: 10, Burst: 2} }

func (r *renewer) Renew(_ context.Context, t Token) (Token, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.asked = append(r.asked, t.Refresh)
	if r.fails != nil {
		return Token{}, r.fails
	}
	return Token{Access: "new-access", Refresh: "new-refresh", AccessUntil: r.clock.Now().Add(24 * time.Hour)}, nil
}

// street is shops, and who renews their consents.
type street struct {
	t      *testing.T
	d      *db.DB
	clock  *dbtest.Clock
	waited time.Duration
	*renewer
	*Engine
}

func eachStreet(t *testing.T, fn func(s *street)) {
	t.Parallel()
	clock := dbtest.NewClock()
	dbtest.EachAt(t, clock, func(t *testing.T, d *db.DB) {
		s := &street{t: t, d: d, clock: clock, renewer: &renewer{clock: clock}}
		s.Engine = NewEngine(d, EngineOptions{Sealer: dbtest.Sealer(t), Wait: func(_ context.Context, d time.Duration) error {
			s.waited += d
			return nil
		}})
		s.Add(s.renewer)
		fn(s)
	})
}

func (s *street) token(shop string, life time.Duration) Token {
	return Token{Shop: shop, ShopName: "Shop " + shop, Access: "access-" + shop, Refresh: "refresh-" + shop, AccessUntil: s.clock.Now().Add(life)}
}

func (s *street) join(t Token) (id pavilion.ShopID) {
	s.t.Helper()
	if err := s.d.Write(s.t.Context(), pavilion.System("test"), func(tx *db.Tx) (err error) {
		id, err = Join(s.t.Context(), tx, s.o.Sealer, "jd", t)
		return err
	}); err != nil {
		s.t.Fatal(err)
	}
	return id
}

func (s *street) shop(id pavilion.ShopID) (shop Shop) {
	s.t.Helper()
	if err := s.d.Read(s.t.Context(), func(v *db.View) (err error) {
		shop, err = ShopOf(s.t.Context(), v, id)
		return err
	}); err != nil {
		s.t.Fatal(err)
	}
	return shop
}

func (s *street) key(id pavilion.ShopID) string {
	_, _, a, err := s.Engine.access(s.t.Context(), id, "")
	if err != nil {
		return pavilion.ReasonOf(err)
	}
	return a.Shop + " " + a.Token
}

func TestAShopBeginsWatched(t *testing.T) {
	eachStreet(t, func(s *street) {
		id := s.join(s.token("10001", 24*time.Hour))
		shop := s.shop(id)
		if shop.Mode != Watching || shop.Name != "Shop 10001" || shop.Channel != "jd" {
			s.t.Errorf("got %+v, want it watched", shop)
		}
		set := func(seen Shop) error {
			return s.d.Write(s.t.Context(), pavilion.System("test"), func(tx *db.Tx) error { return SetMode(s.t.Context(), tx, seen, Live) })
		}
		if err := set(shop); err != nil {
			s.t.Error(err)
		}
		if err := set(shop); pavilion.ReasonOf(err) != "channel.shop_changed" {
			s.t.Errorf("set by who saw an older one: got %v, want channel.shop_changed", err)
		}
		if again := s.join(s.token("10001", 48*time.Hour)); again != id || s.shop(id).Mode != Live {
			s.t.Errorf("joined again: got %s %+v, want %s as it was", again, s.shop(id), id)
		}
		if err := s.d.Write(s.t.Context(), pavilion.System("test"), func(tx *db.Tx) error {
			_, err := Join(s.t.Context(), tx, s.o.Sealer, "jd", Token{Shop: "1"})
			return err
		}); pavilion.ReasonOf(err) != "channel.consent_empty" {
			s.t.Errorf("without a token: got %v, want channel.consent_empty", err)
		}
	})
}

func TestConsentsAreSealed(t *testing.T) {
	eachStreet(t, func(s *street) {
		id := s.join(s.token("10001", time.Hour))
		var raw []byte
		if err := s.d.Read(s.t.Context(), func(v *db.View) error {
			return v.QueryRow(s.t.Context(), `select consent from channel_shop where id = $1`, string(id)).Scan(&raw)
		}); err != nil {
			s.t.Fatal(err)
		}
		if text := string(raw); strings.Contains(text, "access-") || strings.Contains(text, "refresh-") {
			s.t.Errorf("got %q in the table, want nothing anybody can read", text)
		}
	})
}

func TestAConsentIsRenewedOnceBeforeItEnds(t *testing.T) {
	eachStreet(t, func(s *street) {
		id := s.join(s.token("10001", 3*time.Hour))
		if got := s.key(id); got != "10001 access-10001" || len(s.asked) != 0 {
			s.t.Errorf("long before: got %s after %v, want the first", got, s.asked)
		}
		s.clock.Advance(2*time.Hour + time.Minute)
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				if got := s.key(id); got != "10001 access-10001" && got != "10001 new-access" {
					s.t.Errorf("got %s, want one that holds", got)
				}
			})
		}
		all.Wait()
		if got := s.key(id); got != "10001 new-access" || len(s.asked) != 1 || s.asked[0] != "refresh-10001" {
			s.t.Errorf("got %s after %v, want it renewed once", got, s.asked)
		}
	})
}

func TestAConsentThatCannotBeRenewedHoldsToItsEnd(t *testing.T) {
	eachStreet(t, func(s *street) {
		id := s.join(s.token("10001", 30*time.Minute))
		s.fails = pavilion.E(pavilion.Forbidden, "jd.grant", nil)
		if got := s.key(id); got != "10001 access-10001" || s.shop(id).Trouble != "jd.grant" {
			s.t.Errorf("got %s and %+v, want it to hold, and the trouble to show", got, s.shop(id))
		}
		s.key(id)
		if len(s.asked) != 1 {
			s.t.Errorf("asked %d times within a minute, want 1", len(s.asked))
		}
		s.clock.Advance(time.Hour)
		if got := s.key(id); got != "jd.grant" {
			s.t.Errorf("after its end: got %s, want the reason", got)
		}
		s.fails = nil
		s.clock.Advance(2 * time.Minute)
		if got := s.key(id); got != "10001 new-access" || s.shop(id).Trouble != "" {
			s.t.Errorf("got %s and %+v, want the trouble over", got, s.shop(id))
		}
		bare := s.token("10002", time.Minute)
		bare.Refresh = ""
		other := s.join(bare)
		s.clock.Advance(time.Hour)
		if got := s.key(other); got != "channel.consent_over" {
			s.t.Errorf("without a refresh token: got %s, want channel.consent_over", got)
		}
	})
}

// talks has a conversation in which a request is sent.
func (s *street) talks(id pavilion.ShopID, writes bool, host *httptest.Server) error {
	return s.call(s.t.Context(), id, Act{Kind: "stock.change", About: "sku", Writes: writes}, func(ctx context.Context, _ Connector, a Access) error {
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, host.URL+"/?token=SECRET", strings.NewReader("body SECRET"))
		if err != nil {
			return err
		}
		resp, err := s.Doer(host.Client()).Do(req)
		if err != nil {
			return ErrUnknown
		}
		defer resp.Body.Close()
		if s.says != nil {
			return s.says(ctx, a)
		}
		return nil
	})
}

func (s *street) mode(id pavilion.ShopID, m Mode) {
	s.t.Helper()
	seen := s.shop(id)
	s.write(func(ctx context.Context, tx *db.Tx) error { return SetMode(ctx, tx, seen, m) })
}

func (s *street) write(fn func(ctx context.Context, tx *db.Tx) error) {
	s.t.Helper()
	if err := s.d.Write(s.t.Context(), pavilion.System("test"), func(tx *db.Tx) error { return fn(s.t.Context(), tx) }); err != nil {
		s.t.Fatal(err)
	}
}

func (s *street) said(f CallFilter) (calls []Call) {
	s.t.Helper()
	if err := s.d.Read(s.t.Context(), func(v *db.View) (err error) {
		calls, err = Calls(s.t.Context(), v, f, "", 100)
		return err
	}); err != nil {
		s.t.Fatal(err)
	}
	return calls
}

func TestWhatGoesOutIsWrittenDown(t *testing.T) {
	host := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "answer SECRET") }))
	t.Cleanup(host.Close)
	eachStreet(t, func(s *street) {
		id := s.join(s.token("10001", 24*time.Hour))
		if err := s.talks(id, false, host); err != nil {
			s.t.Fatal(err)
		}
		if err := s.talks(id, true, host); pavilion.ReasonOf(err) != "channel.watched" {
			s.t.Errorf("a change in a shop that is watched: got %v, want channel.watched", err)
		}
		s.mode(id, Live)
		s.clock.Advance(time.Second)
		s.says = func(context.Context, Access) error {
			if got := s.said(CallFilter{Writes: true}); len(got) != 1 || got[0].Outcome != "" {
				s.t.Errorf("before the answer is known: got %+v, want it sent", got)
			}
			return pavilion.E(pavilion.Conflict, "channel.stock_short", nil)
		}
		_ = s.talks(id, true, host)
		s.says = nil
		s.write(func(ctx context.Context, tx *db.Tx) error { return PullBrake(ctx, tx, "", "a test") })
		if err := s.talks(id, true, host); pavilion.ReasonOf(err) != "channel.braked" {
			s.t.Errorf("with the brake on: got %v, want channel.braked", err)
		}
		s.write(func(ctx context.Context, tx *db.Tx) error { return ReleaseBrake(ctx, tx, "") })
		s.mode(id, Stopped)
		if err := s.talks(id, false, host); pavilion.ReasonOf(err) != "channel.stopped" {
			s.t.Errorf("in a stopped shop: got %v, want channel.stopped", err)
		}
		all := s.said(CallFilter{Shop: id})
		if len(all) != 2 || all[0].Outcome != "channel.stock_short" || all[1].Outcome != OutcomeOK || all[0].Status != http.StatusOK {
			s.t.Fatalf("got %+v, want what was asked and what was changed", all)
		}
		if text := fmt.Sprint(all); strings.Contains(text, "SECRET") || !strings.Contains(text, "answer ***") {
			s.t.Errorf("got %s, want it without secrets", text)
		}
		if failed := s.said(CallFilter{Failed: true, About: "sku", Kind: "stock.change"}); len(failed) != 1 {
			s.t.Errorf("got %+v, want the one that failed", failed)
		}
		s.clock.Advance(48 * time.Hour)
		s.write(func(ctx context.Context, tx *db.Tx) error { _, err := SweepCalls(ctx, tx, 10); return err })
		if left := s.said(CallFilter{}); len(left) != 1 || !left[0].Act.Writes {
			s.t.Errorf("after two days: got %+v, want what changed something", left)
		}
	})
}

func TestATokenThatIsNotTakenIsRenewedInTheMiddle(t *testing.T) {
	host := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	t.Cleanup(host.Close)
	eachStreet(t, func(s *street) {
		id := s.join(s.token("10001", 24*time.Hour))
		var with []string
		s.says = func(_ context.Context, a Access) error {
			if with = append(with, a.Token); a.Token != "new-access" {
				return pavilion.E(pavilion.Unauthenticated, "jd.token", nil)
			}
			return nil
		}
		if err := s.talks(id, false, host); err != nil || fmt.Sprint(with) != "[access-10001 new-access]" {
			s.t.Errorf("got %v with %v, want it once more with a new token", err, with)
		}
		s.says = func(context.Context, Access) error { return pavilion.E(pavilion.Unauthenticated, "jd.token", nil) }
		if err := s.talks(id, false, host); pavilion.KindOf(err) != pavilion.Unavailable || pavilion.ReasonOf(err) != "jd.token" || len(s.asked) != 2 {
			s.t.Errorf("got %v after %d renewals, want it given up", err, len(s.asked))
		}
	})
}

func TestAPlatformThatFailsIsLeftAlone(t *testing.T) {
	host := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	t.Cleanup(host.Close)
	eachStreet(t, func(s *street) {
		id := s.join(s.token("10001", 240*time.Hour))
		limited := pavilion.E(pavilion.Limited, "jd.often", nil)
		limited.RetryAfter = time.Minute
		s.says = func(context.Context, Access) error { return limited }
		_ = s.talks(id, false, host)
		if err := s.talks(id, false, host); pavilion.ReasonOf(err) != "channel.paused" || retryAfter(err) != time.Minute {
			s.t.Errorf("after it said too often: got %v, want a pause of a minute", err)
		}
		s.clock.Advance(time.Minute)
		s.says = func(context.Context, Access) error { return ErrUnknown }
		for range failuresMost {
			if err := s.talks(id, false, host); !Unknown(err) {
				s.t.Errorf("got %v, want the platform's", err)
			}
		}
		if err := s.talks(id, false, host); pavilion.ReasonOf(err) != "channel.paused" {
			s.t.Errorf("after %d failures: got %v, want a pause", failuresMost, err)
		}
		s.clock.Advance(pauseMost)
		s.says = nil
		before := s.waited
		for range 12 {
			if err := s.talks(id, false, host); err != nil {
				s.t.Error(err)
			}
		}
		if waited := s.waited - before; waited < time.Second {
			s.t.Errorf("twelve requests at ten a second, two at once: waited %v, want a second", waited)
		}
	})
}

func TestUnits(t *testing.T) {
	eachStreet(t, func(s *street) {
		id := s.join(s.token("10001", time.Hour))
		plain := Unit{Shop: id, Ref: "sku_a", UnitID: UnitID{"L1", "U1"}, Parts: []Part{{"sku_a", 1}}}
		bundle := Unit{Shop: id, Ref: "box", UnitID: UnitID{"L2", "U2"}, Parts: []Part{{"sku_a", 2}, {"sku_b", 1}}}
		s.write(func(ctx context.Context, tx *db.Tx) error {
			return errors.Join(Bind(ctx, tx, plain), Bind(ctx, tx, bundle))
		})
		bind := func(u Unit) string {
			return pavilion.ReasonOf(s.d.Write(s.t.Context(), pavilion.System("test"), func(tx *db.Tx) error { return Bind(s.t.Context(), tx, u) }))
		}
		if got := bind(Unit{Shop: id, Ref: "sku_c", UnitID: UnitID{"L1", "U1"}, Parts: []Part{{"sku_c", 1}}}); got != "channel.unit_taken" {
			s.t.Errorf("an id that is taken: got %s", got)
		}
		if got := bind(Unit{Shop: id, Ref: "sku_c", UnitID: UnitID{"L3", "U1"}}); got != "channel.unit_malformed" {
			s.t.Errorf("without parts: got %s", got)
		}
		if err := s.d.Read(s.t.Context(), func(v *db.View) error {
			all, err := Units(s.t.Context(), v, id, "", 10)
			if err != nil || !reflect.DeepEqual(all, []Unit{bundle, plain}) {
				s.t.Errorf("got %+v, %v", all, err)
			}
			for _, skus := range [][]pavilion.SKUID{{"sku_a"}, {"sku_a", "sku_b"}} {
				if of, err := UnitsOf(s.t.Context(), v, skus); err != nil || !reflect.DeepEqual(of, []Unit{bundle, plain}) {
					s.t.Errorf("of %v: got %+v, %v", skus, of, err)
				}
			}
			for _, by := range []struct {
				id   UnitID
				ref  string
				want string
			}{{UnitID{"L1", "U1"}, "", "sku_a"}, {UnitID{"", "U2"}, "", "box"}, {UnitID{"L9", "U9"}, "box", "box"}, {UnitID{"L9", "U9"}, "x", ""}} {
				if u, found, err := UnitBy(s.t.Context(), v, id, by.id, by.ref); err != nil || found != (by.want != "") || u.Ref != by.want {
					s.t.Errorf("by %v: got %+v, %v", by, u, err)
				}
			}
			return nil
		}); err != nil {
			s.t.Fatal(err)
		}
		s.write(func(ctx context.Context, tx *db.Tx) error { return Unbind(ctx, tx, id, "box") })
		if got := bind(Unit{Shop: id, Ref: "sku_c", UnitID: UnitID{"L2", "U2"}, Parts: []Part{{"sku_c", 1}}}); got != "internal" {
			s.t.Errorf("an id that is free again: got %s, want no error", got)
		}
	})
}
