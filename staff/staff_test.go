package staff

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pavilion"
	"pavilion/db"
	"pavilion/db/dbtest"
)

const password = "a long enough sentence"

func write(t *testing.T, d *db.DB, fn func(tx *db.Tx) error) {
	t.Helper()
	if err := d.Write(t.Context(), pavilion.System("test"), fn); err != nil {
		t.Fatal(err)
	}
}

// read returns what fn reads, and its error.
func read[T any](t *testing.T, d *db.DB, fn func(v *db.View) (T, error)) (T, error) {
	t.Helper()
	var out T
	err := d.Read(t.Context(), func(v *db.View) (err error) {
		out, err = fn(v)
		return err
	})
	return out, err
}

var home = Place{Network: "203.0.113.x", Device: "Firefox on Windows"}

// gate is the gate of a pavilion whose sealer's keys are known to nobody else.
func gate(t *testing.T, d *db.DB) *Gate {
	t.Helper()
	g, err := NewGate(d, dbtest.Sealer(t), GateOptions{BaseURL: "https://pavilion.example", Name: "Pavilion"})
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// session finds the session of a secret, if it opens something.
func session(t *testing.T, d *db.DB, secret string) (SignedIn, error) {
	t.Helper()
	return read(t, d, func(v *db.View) (SignedIn, error) { return Session(t.Context(), v, secret) })
}

func invite(t *testing.T, d *db.DB, role Role) (secret string) {
	t.Helper()
	write(t, d, func(tx *db.Tx) (err error) {
		secret, err = Invite(t.Context(), tx, Offer{Roles: []Role{role}}, time.Hour)
		return err
	})
	return secret
}

// member makes a member that needs no second factor.
func member(t *testing.T, d *db.DB, login string) Member {
	t.Helper()
	return memberAs(t, d, login, Warehouse)
}

func memberAs(t *testing.T, d *db.DB, login string, role Role) Member {
	t.Helper()
	m, err := Claim(t.Context(), d, invite(t, d, role), "Member", login, password)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func wantReason(t *testing.T, what string, err error, kind pavilion.Kind, reason string) {
	t.Helper()
	if !errors.Is(err, pavilion.E(kind, reason, nil)) {
		t.Errorf("%s: got %v, want %v %s", what, err, kind, reason)
	}
}

// together runs fn n times at the same moment and returns how many calls gave no error,
// and the errors of the others.
func together(n int, fn func(i int) error) (good int, errs []error) {
	start := make(chan struct{})
	results := make(chan error, n)
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			<-start
			results <- fn(i)
		})
	}
	close(start)
	wg.Wait()
	close(results)
	for err := range results {
		if err == nil {
			good++
		} else {
			errs = append(errs, err)
		}
	}
	return good, errs
}

func TestInvitation(t *testing.T) {
	t.Parallel()
	clock := dbtest.NewClock()
	dbtest.EachAt(t, clock, func(t *testing.T, d *db.DB) {
		secret := invite(t, d, Warehouse)
		if offer, err := read(t, d, func(v *db.View) (Offer, error) { return Invited(t.Context(), v, secret) }); err != nil || !slices.Equal(offer.Roles, []Role{Warehouse}) {
			t.Errorf("invited as: got %v, %v, want %q", offer, err, Warehouse)
		}
		got, err := Claim(t.Context(), d, secret, "  First \t Member ", " Desk@Example.org ", password)
		if err != nil {
			t.Fatal(err)
		}
		want := Member{ID: got.ID, Name: "First Member", Login: "desk@example.org", Roles: []Role{Warehouse}, CreatedAt: clock.Now()}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("member (-want +got):\n%s", d)
		}
		members, err := read(t, d, func(v *db.View) ([]Member, error) { return Members(t.Context(), v) })
		if d := cmp.Diff([]Member{want}, members); d != "" || err != nil {
			t.Errorf("members: %v (-want +got):\n%s", err, d)
		}

		_, err = Claim(t.Context(), d, secret, "Second", "second", password)
		wantReason(t, "used", err, pavilion.NotFound, "staff.invitation_unknown")
		_, err = Claim(t.Context(), d, "WRONG", "Second", "second", password)
		wantReason(t, "wrong secret", err, pavilion.NotFound, "staff.invitation_unknown")

		again := invite(t, d, Owner)
		_, err = Claim(t.Context(), d, again, "Second", "DESK@example.org", password)
		wantReason(t, "same login", err, pavilion.Conflict, "staff.login_taken")
		clock.Advance(time.Hour)
		_, err = Claim(t.Context(), d, again, "Second", "second", password)
		wantReason(t, "expired", err, pavilion.NotFound, "staff.invitation_unknown")

		err = d.Write(t.Context(), pavilion.System("test"), func(tx *db.Tx) error {
			_, err := Invite(t.Context(), tx, Offer{Roles: []Role{"tsar"}}, time.Hour)
			return err
		})
		wantReason(t, "unknown role", err, pavilion.Invalid, "staff.role_unknown")
	})
}

func TestInvitationIsClaimedOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		secret := invite(t, d, Owner)
		good, errs := together(8, func(i int) error {
			_, err := Claim(t.Context(), d, secret, "Member", "member"+string(rune('a'+i)), password)
			return err
		})
		if good != 1 {
			t.Errorf("claims that worked: got %d, want 1", good)
		}
		for _, err := range errs {
			wantReason(t, "the others", err, pavilion.NotFound, "staff.invitation_unknown")
		}
		members, err := read(t, d, func(v *db.View) ([]Member, error) { return Members(t.Context(), v) })
		if err != nil || len(members) != 1 {
			t.Errorf("members: got %d, %v, want 1", len(members), err)
		}
	})
}

func TestClaimChecksItsInput(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t)
	secret := invite(t, d, Owner)
	for _, c := range []struct{ name, login, password, reason, field string }{
		{"", "login", password, "staff.name_malformed", "name"},
		{"a\x00b", "login", password, "staff.name_malformed", "name"},
		{strings.Repeat("ы", 101), "login", password, "staff.name_malformed", "name"},
		{"Name", "ab", password, "staff.login_malformed", "login"},
		{"Name", "with space", password, "staff.login_malformed", "login"},
		{"Name", "логин", password, "staff.login_malformed", "login"},
		{"Name", strings.Repeat("a", 101), password, "staff.login_malformed", "login"},
		{"Name", "login", "elevenchars", "staff.password_length", "password"},
		{"Name", "login", strings.Repeat("долго", 60), "staff.password_length", "password"},
		{"Name", "login", "abababababababab", "staff.password_weak", "password"},
		{"Name", "login", "my LOGIN is 2026", "staff.password_weak", "password"},
	} {
		_, err := Claim(t.Context(), d, secret, c.name, c.login, c.password)
		wantReason(t, c.reason, err, pavilion.Invalid, c.reason)
		if e, ok := errors.AsType[*pavilion.Error](err); !ok || e.Field != c.field {
			t.Errorf("%s: got %v, want field %s", c.reason, err, c.field)
		}
	}
	if _, err := Claim(t.Context(), d, secret, "Name", "login", "двенадцать букв"); err != nil {
		t.Errorf("a good claim after bad ones: got %v, want none", err)
	}
}

func TestSession(t *testing.T) {
	t.Parallel()
	clock := dbtest.NewClock()
	dbtest.EachAt(t, clock, func(t *testing.T, d *db.DB) {
		g, m := gate(t, d), member(t, d, "desk")
		signIn := func() string {
			t.Helper()
			p, err := g.SignIn(t.Context(), " DESK ", password, home)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(m, p.Member); d != "" || p.State != Open {
				t.Fatalf("pass: got %s (-want +got):\n%s", p.State, d)
			}
			return p.Secret
		}
		over := func(what, secret string) {
			t.Helper()
			_, err := session(t, d, secret)
			wantReason(t, what, err, pavilion.Unauthenticated, "staff.session_over")
		}

		secret := signIn()
		s, err := session(t, d, secret)
		want := SignedIn{ID: s.ID, Member: m, State: Open, From: home, CreatedAt: clock.Now(), FactorAt: clock.Now(), SeenAt: clock.Now(), ExpiresAt: clock.Now().Add(SessionLength)}
		if d := cmp.Diff(want, s); d != "" || err != nil {
			t.Errorf("session: %v (-want +got):\n%s", err, d)
		}
		over("no secret", "")
		over("another's secret", "x"+secret[1:])

		clock.Advance(SessionIdle - time.Second)
		if _, err := session(t, d, secret); err != nil {
			t.Errorf("just before it idles out: got %v, want none", err)
		}
		clock.Advance(time.Second)
		over("idle", secret)
		write(t, d, func(tx *db.Tx) error { return MarkSeen(t.Context(), tx, secret) })
		over("idle, seen too late", secret)

		secret = signIn()
		for range int(SessionLength/SessionIdle) * 2 {
			clock.Advance(SessionIdle / 2)
			write(t, d, func(tx *db.Tx) error { return MarkSeen(t.Context(), tx, secret) })
		}
		over("used all day", secret)

		secret, other := signIn(), signIn()
		write(t, d, func(tx *db.Tx) error { return EndSession(t.Context(), tx, secret) })
		over("signed out", secret)
		if _, err := session(t, d, other); err != nil {
			t.Errorf("the other session: got %v, want none", err)
		}
		write(t, d, func(tx *db.Tx) error { return EndMember(t.Context(), tx, m.ID) })
		over("member ended", other)
		_, err = g.SignIn(t.Context(), "desk", password, home)
		wantReason(t, "sign-in of an ended member", err, pavilion.Unauthenticated, "staff.sign_in_refused")
		err = d.Write(t.Context(), pavilion.System("test"), func(tx *db.Tx) error { return EndMember(t.Context(), tx, m.ID) })
		wantReason(t, "ended twice", err, pavilion.NotFound, "staff.member_unknown")
	})
}

// TestSecretsAreNotKept looks through every text column that could hold one.
func TestSecretsAreNotKept(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		invitation := invite(t, d, Owner)
		if _, err := Claim(t.Context(), d, invitation, "Member", "desk", password); err != nil {
			t.Fatal(err)
		}
		p, err := gate(t, d).SignIn(t.Context(), "desk", password, home)
		session := p.Secret
		if err != nil {
			t.Fatal(err)
		}
		var token string
		write(t, d, func(tx *db.Tx) error {
			token, _, err = MakeToken(t.Context(), tx, "till", []Scope{ReadCatalog}, time.Time{})
			return err
		})
		const everything = `select secret_hash || roles from staff_invitation
			union all select secret_hash || staff_id from staff_session
			union all select secret_hash || name || scopes || created_by from token
			union all select password_hash || name || login from staff
			union all select actor || act || about || detail from trail limit 100`
		rows, err := read(t, d, func(v *db.View) ([]string, error) {
			scan := func(s db.Scanner) (text string, err error) { return text, s.Scan(&text) }
			return db.All(t.Context(), v, scan, everything)
		})
		if err != nil || len(rows) < 7 {
			t.Fatalf("rows: got %d, %v, want 7 or more", len(rows), err)
		}
		for _, row := range rows {
			for what, secret := range map[string]string{"invitation": invitation, "session": session, "token": token, "password": password} {
				if strings.Contains(row, secret) {
					t.Errorf("the secret of the %s stands in %q", what, row)
				}
			}
		}
		for what, secret := range map[string]string{"invitation": invitation, "session": session, "token": strings.TrimPrefix(token, tokenPrefix)} {
			if len(secret) < 26 { // characters of 5 bits
				t.Errorf("secret of the %s: got %d characters, want 26 or more", what, len(secret))
			}
		}
	})
}

func TestToken(t *testing.T) {
	t.Parallel()
	clock := dbtest.NewClock()
	dbtest.EachAt(t, clock, func(t *testing.T, d *db.DB) {
		var secret string
		var want Token
		write(t, d, func(tx *db.Tx) (err error) {
			secret, want, err = MakeToken(t.Context(), tx, "live-drop page", []Scope{ReadCatalog, PlaceOrders}, time.Time{})
			return err
		})
		if !want.May(PlaceOrders) || want.May(ReadOrders) {
			t.Errorf("scopes: got %v", want.Scopes)
		}
		check := func() (Token, error) {
			return read(t, d, func(v *db.View) (Token, error) { return CheckToken(t.Context(), v, secret) })
		}
		got, err := check()
		if d := cmp.Diff(want, got); d != "" || err != nil {
			t.Errorf("token: %v (-want +got):\n%s", err, d)
		}
		write(t, d, func(tx *db.Tx) error { return MarkUsed(t.Context(), tx, want.ID, "203.0.113.x") })
		if got, err = check(); err != nil || !got.UsedAt.Equal(clock.Now()) {
			t.Errorf("used: got %v, %v, want %v", got.UsedAt, err, clock.Now())
		}

		write(t, d, func(tx *db.Tx) error { return EndToken(t.Context(), tx, want.ID) })
		_, err = check()
		wantReason(t, "ended", err, pavilion.Unauthenticated, "staff.token_unknown")
		err = d.Write(t.Context(), pavilion.System("test"), func(tx *db.Tx) error { return EndToken(t.Context(), tx, want.ID) })
		wantReason(t, "ended twice", err, pavilion.NotFound, "staff.token_unknown")
		list, err := read(t, d, func(v *db.View) ([]Token, error) { return ListTokens(t.Context(), v) })
		want.UsedAt, want.UsedFrom, want.EndedAt = clock.Now(), "203.0.113.x", clock.Now()
		if d := cmp.Diff([]Token{want}, list); d != "" || err != nil {
			t.Errorf("list: %v (-want +got):\n%s", err, d)
		}

		for reason, scopes := range map[string][]Scope{"staff.scopes_missing": nil, "staff.scope_unknown": {"orders:read orders:place"}} {
			err := d.Write(t.Context(), pavilion.System("test"), func(tx *db.Tx) error {
				_, _, err := MakeToken(t.Context(), tx, "name", scopes, time.Time{})
				return err
			})
			wantReason(t, reason, err, pavilion.Invalid, reason)
		}
	})
}
