package staff

import (
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"pavilion"
	"pavilion/db"
	"pavilion/db/dbtest"
)

// must returns a value, or ends the test.
func must[T any](t *testing.T) func(v T, err error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func codeAt(t *testing.T, secret string, at time.Time) string {
	t.Helper()
	return must[string](t)(totp.GenerateCode(secret, at))
}

// setUpTOTP signs a member in and gives it an authenticator app.
func setUpTOTP(t *testing.T, d *db.DB, g *Gate, m Member) (secret string, p Pass, codes []string) {
	t.Helper()
	p = must[Pass](t)(g.SignIn(t.Context(), m.Login, password, home))
	var o TOTPOffer
	write(t, d, func(tx *db.Tx) (err error) {
		o, err = g.OfferTOTP(t.Context(), tx, m)
		return err
	})
	p, codes, err := g.ConfirmTOTP(t.Context(), p.Secret, o.Ceremony, codeAt(t, o.Secret, d.Now()), home)
	if err != nil {
		t.Fatal(err)
	}
	return o.Secret, p, codes
}

func TestSecondFactor(t *testing.T) {
	t.Parallel()
	clock := dbtest.NewClock()
	dbtest.EachAt(t, clock, func(t *testing.T, d *db.DB) {
		g, m := gate(t, d), memberAs(t, d, "owner", Owner)
		waits := must[Pass](t)(g.SignIn(t.Context(), "owner", password, home))
		if waits.State != AwaitsEnrolment {
			t.Errorf("an owner without a second factor: got %q, want %q", waits.State, AwaitsEnrolment)
		}
		_, err := session(t, d, waits.Secret)
		wantReason(t, "a session that waits", err, pavilion.Unauthenticated, "staff.session_over")

		secret, p, codes := setUpTOTP(t, d, g, m)
		if s, err := session(t, d, p.Secret); err != nil || !s.Fresh(clock.Now()) || len(codes) != recoveryCodes {
			t.Fatalf("set up: got %v, %v with %d codes, want an open, fresh session and %d codes", s.State, err, len(codes), recoveryCodes)
		}
		_, _, err = g.ConfirmTOTP(t.Context(), waits.Secret, "any", "000000", home)
		wantReason(t, "the session that knew only the password sets up another app", err, pavilion.Unauthenticated, "staff.session_over")

		show := func(code string) (Pass, error) {
			t.Helper()
			p := must[Pass](t)(g.SignIn(t.Context(), "owner", password, home))
			if p.State != AwaitsFactor {
				t.Fatalf("password: got %q, want %q", p.State, AwaitsFactor)
			}
			return g.ShowFactor(t.Context(), p.Secret, code, home)
		}
		_, err = show(codeAt(t, secret, clock.Now()))
		wantReason(t, "the code of the set-up again", err, pavilion.Unauthenticated, "staff.code_refused")
		for _, drift := range []time.Duration{-2 * totpStep, 2 * totpStep} {
			_, err = show(codeAt(t, secret, clock.Now().Add(drift)))
			wantReason(t, "a clock off by two steps", err, pavilion.Unauthenticated, "staff.code_refused")
		}
		next := codeAt(t, secret, clock.Now().Add(totpStep))
		must[Pass](t)(show(next))
		_, err = show(next)
		wantReason(t, "replayed", err, pavilion.Unauthenticated, "staff.code_refused")
		clock.Advance(3 * totpStep)
		_, err = show(codeAt(t, secret, clock.Now().Add(-2*totpStep)))
		wantReason(t, "too old", err, pavilion.Unauthenticated, "staff.code_refused")
		must[Pass](t)(show(codeAt(t, secret, clock.Now().Add(-totpStep))))

		must[Pass](t)(show(" " + strings.ToUpper(codes[0]) + " "))
		_, err = show(codes[0])
		wantReason(t, "recovery code again", err, pavilion.Unauthenticated, "staff.code_refused")
		write(t, d, func(tx *db.Tx) error { _, err := g.IssueRecoveryCodes(t.Context(), tx, m.ID); return err })
		_, err = show(codes[1])
		wantReason(t, "recovery code of before", err, pavilion.Unauthenticated, "staff.code_refused")
	})
}

// TestCodeOpensOnce shows one code in eight sessions at the same moment.
func TestCodeOpensOnce(t *testing.T) {
	t.Parallel()
	clock := dbtest.NewClock()
	dbtest.EachAt(t, clock, func(t *testing.T, d *db.DB) {
		g, m := gate(t, d), memberAs(t, d, "owner", Owner)
		secret, _, codes := setUpTOTP(t, d, g, m)
		clock.Advance(totpStep)
		for what, code := range map[string]string{"totp": codeAt(t, secret, clock.Now()), "recovery": codes[5]} {
			passes := make([]Pass, freeTries)
			for i := range passes {
				passes[i] = must[Pass](t)(g.SignIn(t.Context(), "owner", password, home))
			}
			good, _ := together(len(passes), func(i int) error {
				_, err := g.ShowFactor(t.Context(), passes[i].Secret, code, home)
				return err
			})
			if good != 1 {
				t.Errorf("%s: got %d that came in by one code, want 1", what, good)
			}
			write(t, d, func(tx *db.Tx) error {
				return guesses("staff.second:"+string(m.ID), home).right(t.Context(), tx)
			})
		}
	})
}

func TestSecondFactorIsThrottled(t *testing.T) {
	t.Parallel()
	clock := dbtest.NewClock()
	dbtest.EachAt(t, clock, func(t *testing.T, d *db.DB) {
		g, m := gate(t, d), memberAs(t, d, "owner", Owner)
		secret, _, _ := setUpTOTP(t, d, g, m)
		clock.Advance(totpStep)
		p := must[Pass](t)(g.SignIn(t.Context(), "owner", password, home))
		for range freeTries {
			_, err := g.ShowFactor(t.Context(), p.Secret, "000000", home)
			wantReason(t, "a guess", err, pavilion.Unauthenticated, "staff.code_refused")
		}
		_, err := g.ShowFactor(t.Context(), p.Secret, codeAt(t, secret, clock.Now()), home)
		wantReason(t, "the right code while blocked", err, pavilion.Limited, "throttle.blocked")
		elsewhere := Place{Network: "198.51.100.x", Device: "Chrome on Android"}
		p = must[Pass](t)(g.SignIn(t.Context(), "owner", password, elsewhere))
		if _, err := g.ShowFactor(t.Context(), p.Secret, codeAt(t, secret, clock.Now()), elsewhere); err != nil {
			t.Errorf("the member, from another network: got %v, want none", err)
		}
	})
}

func TestReconfirm(t *testing.T) {
	t.Parallel()
	clock := dbtest.NewClock()
	dbtest.EachAt(t, clock, func(t *testing.T, d *db.DB) {
		g, m := gate(t, d), memberAs(t, d, "owner", Owner)
		secret, p, _ := setUpTOTP(t, d, g, m)
		clock.Advance(FreshFor)
		if s, err := session(t, d, p.Secret); err != nil || s.Fresh(clock.Now()) {
			t.Fatalf("after %v: got fresh %v, %v, want stale", FreshFor, s.Fresh(clock.Now()), err)
		}
		_, err := g.Reconfirm(t.Context(), p.Secret, "not the password", codeAt(t, secret, clock.Now()), home)
		wantReason(t, "wrong password", err, pavilion.Unauthenticated, "staff.sign_in_refused")
		_, err = g.Reconfirm(t.Context(), p.Secret, password, "", home)
		wantReason(t, "password alone", err, pavilion.Unauthenticated, "staff.code_refused")
		fresh := must[Pass](t)(g.Reconfirm(t.Context(), p.Secret, password, codeAt(t, secret, clock.Now()), home))
		if s, err := session(t, d, fresh.Secret); err != nil || !s.Fresh(clock.Now()) {
			t.Errorf("confirmed: got %v, want a fresh session", err)
		}
		_, err = session(t, d, p.Secret)
		wantReason(t, "the session of before", err, pavilion.Unauthenticated, "staff.session_over")
	})
}

// TestLastFactorStays: whoever needs a second factor keeps one, and an owner who takes them
// from a colleague ends its sessions.
func TestLastFactorStays(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		g, m := gate(t, d), memberAs(t, d, "owner", Owner)
		_, p, _ := setUpTOTP(t, d, g, m)
		as := func(who Member, fn func(tx *db.Tx) error) error {
			return d.Write(t.Context(), actor(who.ID, home), fn)
		}
		err := as(m, func(tx *db.Tx) error { return RemoveTOTP(t.Context(), tx, m) })
		wantReason(t, "own last factor", err, pavilion.Conflict, "staff.last_factor")
		err = as(m, func(tx *db.Tx) error { return RemoveFactors(t.Context(), tx, m.ID) })
		wantReason(t, "own factors as an owner", err, pavilion.Forbidden, "staff.own_factors")
		hand := member(t, d, "hand")
		setUpTOTP(t, d, g, hand)
		if err := as(hand, func(tx *db.Tx) error { return RemoveTOTP(t.Context(), tx, hand) }); err != nil {
			t.Errorf("one who needs none: got %v, want none", err)
		}
		if err := as(hand, func(tx *db.Tx) error { return RemoveFactors(t.Context(), tx, m.ID) }); err != nil {
			t.Fatal(err)
		}
		_, err = session(t, d, p.Secret)
		wantReason(t, "the colleague's session", err, pavilion.Unauthenticated, "staff.session_over")
		if p := must[Pass](t)(g.SignIn(t.Context(), "owner", password, home)); p.State != AwaitsEnrolment {
			t.Errorf("sign-in after that: got %q, want %q", p.State, AwaitsEnrolment)
		}
	})
}

func TestPlaceOf(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ agent, want string }{
		{"Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Windows"},
		{"Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 MicroMessenger/8.0.49", "WeChat on iPhone"},
		{"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0", "Edge on macOS"},
		{"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 YaBrowser/24.6 Safari/537.36", "Yandex Browser on Linux"},
		{"curl/8.5.0", ""},
	} {
		if got := nameDevice(c.agent); got != c.want {
			t.Errorf("%s: got %q, want %q", c.agent, got, c.want)
		}
	}
	for addr, want := range map[string]string{"203.0.113.77": "203.0.113.x", "2001:db8:7:1:2::9": "2001:db8:7::x", "::ffff:203.0.113.77": "203.0.113.x", "": ""} {
		if got := maskNetwork(parseAddr(addr)); got != want {
			t.Errorf("%s: got %q, want %q", addr, got, want)
		}
	}
}
