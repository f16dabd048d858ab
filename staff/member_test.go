package staff

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pavilion"
	"pavilion/db"
	"pavilion/db/dbtest"
)

// owners makes that many owners.
func owners(t *testing.T, d *db.DB, logins ...string) []Member {
	t.Helper()
	var all []Member
	for _, login := range logins {
		all = append(all, memberAs(t, d, login, Owner))
	}
	return all
}

func TestRoles(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		g, hand := gate(t, d), member(t, d, "hand")
		o := owners(t, d, "first", "second")
		set := func(by Member, of pavilion.StaffID, was, be []Role) error {
			t.Helper()
			return d.Write(t.Context(), actor(by.ID, home), func(tx *db.Tx) error {
				return SetRoles(t.Context(), tx, of, Offer{Roles: was}, Offer{Roles: be})
			})
		}
		p := must[Pass](t)(g.SignIn(t.Context(), "hand", password, home))
		err := set(o[0], hand.ID, []Role{Support}, []Role{Finance})
		wantReason(t, "drawn from other roles", err, pavilion.Conflict, "staff.changed_meanwhile")
		err = set(o[0], hand.ID, []Role{Warehouse}, []Role{Warehouse, Producer})
		wantReason(t, "a producer with another role", err, pavilion.Invalid, "staff.producer_alone")
		err = set(o[0], o[0].ID, []Role{Owner}, []Role{Owner, Finance})
		wantReason(t, "own roles", err, pavilion.Forbidden, "staff.own_roles")
		if err := set(o[0], hand.ID, []Role{Warehouse}, []Role{Finance}); err != nil {
			t.Fatal(err)
		}
		_, err = session(t, d, p.Secret)
		wantReason(t, "the session of before", err, pavilion.Unauthenticated, "staff.session_over")
		if p := must[Pass](t)(g.SignIn(t.Context(), "hand", password, home)); p.State != AwaitsEnrolment || !p.Member.May(RefundOrders) {
			t.Errorf("after that: got %q and %v, want to set up a second factor for finance", p.State, p.Member.Roles)
		}
		entries, err := read(t, d, func(v *db.View) ([]Entry, error) { return Trail(t.Context(), v, string(hand.ID), "", 100) })
		if err != nil {
			t.Fatal(err)
		}
		want := []FieldChange{{Field: "roles", Before: "warehouse", After: "finance"}}
		var got []FieldChange
		for _, e := range entries {
			if e.Act == "staff.roles_changed" {
				got = e.Changes
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("trail (-want +got):\n%s", diff)
		}
	})
}

// TestLastOwnerStays has two owners take the right from each other, or end each other, at
// the same moment, again and again: one of them is always left.
func TestLastOwnerStays(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		only := owners(t, d, "only")[0]
		err := d.Write(t.Context(), pavilion.System("test"), func(tx *db.Tx) error { return EndMember(t.Context(), tx, only.ID) })
		wantReason(t, "end the only owner", err, pavilion.Conflict, "staff.last_owner")
		for _, login := range []string{"aaa", "bbb", "ccc"} {
			o := []Member{only, owners(t, d, login)[0]}
			good, errs := together(2, func(i int) error {
				return d.Write(t.Context(), actor(o[1-i].ID, home), func(tx *db.Tx) error {
					if i == 0 {
						return EndMember(t.Context(), tx, o[i].ID)
					}
					return SetRoles(t.Context(), tx, o[i].ID, Offer{Roles: []Role{Owner}}, Offer{Roles: []Role{Support}})
				})
			})
			if good != 1 {
				t.Errorf("got %d that went through and %v, want one of two", good, errs)
			}
			for _, err := range errs {
				wantReason(t, "the other", err, pavilion.Conflict, "staff.last_owner")
			}
			left, err := read(t, d, func(v *db.View) ([]Colleague, error) {
				return ListColleagues(t.Context(), v, ColleagueFilter{Role: Owner}, "", 10)
			})
			if err != nil || len(left) != 1 {
				t.Fatalf("owners: got %d, %v, want 1", len(left), err)
			}
			only = left[0].Member
		}
	})
}

func TestColleagues(t *testing.T) {
	t.Parallel()
	clock := dbtest.NewClock()
	dbtest.EachAt(t, clock, func(t *testing.T, d *db.DB) {
		g := gate(t, d)
		o := owners(t, d, "owner")[0]
		clock.Advance(time.Second) // ids of one moment have no order
		hand := member(t, d, "hand")
		setUpTOTP(t, d, g, o)
		list := func(f ColleagueFilter, after pavilion.StaffID, limit int) []Colleague {
			t.Helper()
			return must[[]Colleague](t)(read(t, d, func(v *db.View) ([]Colleague, error) { return ListColleagues(t.Context(), v, f, after, limit) }))
		}
		want := []Colleague{
			{Member: o, SeenAt: clock.Now(), Factors: Factors{Password: true, TOTPAt: clock.Now(), Recovery: recoveryCodes}},
			{Member: hand, Factors: Factors{Password: true}},
		}
		if diff := cmp.Diff(want, list(ColleagueFilter{}, "", 10)); diff != "" {
			t.Errorf("all (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff(want[1:], list(ColleagueFilter{}, o.ID, 10)); diff != "" {
			t.Errorf("second page (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff(want[:1], list(ColleagueFilter{Role: Owner}, "", 10)); diff != "" {
			t.Errorf("owners (-want +got):\n%s", diff)
		}
		n, err := read(t, d, func(v *db.View) (int64, error) { return CountColleagues(t.Context(), v, ColleagueFilter{}, 1) })
		if n != 1 || err != nil {
			t.Errorf("count up to 1: got %d, %v", n, err)
		}
	})
}

func TestInvitationsAreListedAndRevoked(t *testing.T) {
	t.Parallel()
	clock := dbtest.NewClock()
	dbtest.EachAt(t, clock, func(t *testing.T, d *db.DB) {
		secret := invite(t, d, Support)
		clock.Advance(time.Minute)
		invite(t, d, Warehouse)
		list := func() []Invitation {
			t.Helper()
			return must[[]Invitation](t)(read(t, d, func(v *db.View) ([]Invitation, error) { return Invitations(t.Context(), v) }))
		}
		all := list()
		if len(all) != 2 || all[0].Offer.Roles[0] != Warehouse || all[1].CreatedBy != pavilion.System("test") {
			t.Fatalf("got %v, want two, the newest first", all)
		}
		write(t, d, func(tx *db.Tx) error { return Revoke(t.Context(), tx, all[1].ID) })
		_, err := Claim(t.Context(), d, secret, "Member", "late", password)
		wantReason(t, "revoked", err, pavilion.NotFound, "staff.invitation_unknown")
		err = d.Write(t.Context(), pavilion.System("test"), func(tx *db.Tx) error { return Revoke(t.Context(), tx, all[1].ID) })
		wantReason(t, "revoked twice", err, pavilion.NotFound, "staff.invitation_unknown")
		clock.Advance(time.Hour)
		if left := list(); len(left) != 0 {
			t.Errorf("expired: got %v, want none", left)
		}
	})
}

func TestPasswordChange(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		g := gate(t, d)
		member(t, d, "hand")
		here := must[Pass](t)(g.SignIn(t.Context(), "hand", password, home))
		there := must[Pass](t)(g.SignIn(t.Context(), "hand", password, home))
		const next = "a rye loaf under a towel"
		err := g.ChangePassword(t.Context(), here.Secret, "not the old one", next, home)
		wantReason(t, "wrong old password", err, pavilion.Invalid, "staff.password_old_wrong")
		err = g.ChangePassword(t.Context(), here.Secret, password, "short", home)
		wantReason(t, "short", err, pavilion.Invalid, "staff.password_length")
		if err := g.ChangePassword(t.Context(), here.Secret, password, next, home); err != nil {
			t.Fatal(err)
		}
		if _, err := session(t, d, here.Secret); err != nil {
			t.Errorf("this session: got %v, want none", err)
		}
		_, err = session(t, d, there.Secret)
		wantReason(t, "the other session", err, pavilion.Unauthenticated, "staff.session_over")
		_, err = g.SignIn(t.Context(), "hand", password, home)
		wantReason(t, "the old password", err, pavilion.Unauthenticated, "staff.sign_in_refused")
		must[Pass](t)(g.SignIn(t.Context(), "hand", next, home))
	})
}

func TestReset(t *testing.T) {
	t.Parallel()
	clock := dbtest.NewClock()
	dbtest.EachAt(t, clock, func(t *testing.T, d *db.DB) {
		g, m := gate(t, d), memberAs(t, d, "owner", Owner)
		_, open, _ := setUpTOTP(t, d, g, m)
		start := func() (secret string) {
			t.Helper()
			write(t, d, func(tx *db.Tx) (err error) {
				secret, err = StartReset(t.Context(), tx, m.ID)
				return err
			})
			return secret
		}
		replaced, link := start(), start()
		const next = "a rye loaf under a towel"
		wantReason(t, "a link that was replaced", g.Reset(t.Context(), replaced, next, home), pavilion.NotFound, "staff.link_unknown")
		wantReason(t, "a weak password", g.Reset(t.Context(), link, "owner owner owner", home), pavilion.Invalid, "staff.password_weak")
		if err := g.Reset(t.Context(), link, next, home); err != nil {
			t.Fatal(err)
		}
		wantReason(t, "used", g.Reset(t.Context(), link, next, home), pavilion.NotFound, "staff.link_unknown")
		_, err := session(t, d, open.Secret)
		wantReason(t, "the session of before", err, pavilion.Unauthenticated, "staff.session_over")
		if p := must[Pass](t)(g.SignIn(t.Context(), "owner", next, home)); p.State != AwaitsFactor {
			t.Errorf("new password: got %q, want %q: the second factor stays", p.State, AwaitsFactor)
		}
		link = start()
		clock.Advance(ResetFor)
		wantReason(t, "expired", g.Reset(t.Context(), link, next, home), pavilion.NotFound, "staff.link_unknown")
		elsewhere := Place{Network: "198.51.100.x"}
		for range freeTries {
			wantReason(t, "a guess", g.Reset(t.Context(), "no link", next, elsewhere), pavilion.NotFound, "staff.link_unknown")
		}
		wantReason(t, "too many guesses", g.Reset(t.Context(), start(), next, elsewhere), pavilion.Limited, "throttle.blocked")
	})
}

func TestSessions(t *testing.T) {
	t.Parallel()
	clock := dbtest.NewClock()
	dbtest.EachAt(t, clock, func(t *testing.T, d *db.DB) {
		g, m, other := gate(t, d), member(t, d, "hand"), member(t, d, "other")
		first := must[Pass](t)(g.SignIn(t.Context(), "hand", password, home))
		clock.Advance(time.Second)
		phone := Place{Network: "198.51.100.x", Device: "WeChat on iPhone"}
		second := must[Pass](t)(g.SignIn(t.Context(), "hand", password, phone))
		all := must[[]SignedIn](t)(read(t, d, func(v *db.View) ([]SignedIn, error) { return Sessions(t.Context(), v, m.ID) }))
		if len(all) != 2 || all[0].From != phone || all[1].From != home {
			t.Fatalf("got %v, want two with where they are from, the newest first", all)
		}
		end := func(of pavilion.StaffID) error {
			return d.Write(t.Context(), actor(m.ID, home), func(tx *db.Tx) error { return EndSessionOf(t.Context(), tx, of, all[0].ID) })
		}
		wantReason(t, "as another's", end(other.ID), pavilion.NotFound, "staff.session_unknown")
		if err := end(m.ID); err != nil {
			t.Fatal(err)
		}
		wantReason(t, "again", end(m.ID), pavilion.NotFound, "staff.session_unknown")
		_, err := session(t, d, second.Secret)
		wantReason(t, "ended", err, pavilion.Unauthenticated, "staff.session_over")
		if _, err := session(t, d, first.Secret); err != nil {
			t.Errorf("the other one: got %v, want none", err)
		}
	})
}

// TestGuessingDoesNotLockOut: guesses from one network block that network, and a colleague
// elsewhere comes in; guesses from everywhere are blocked all the same.
func TestGuessingDoesNotLockOut(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		const login = "staff.sign_in:desk"
		at := func(place Place) error {
			return d.Write(t.Context(), pavilion.System("test"), func(tx *db.Tx) error { return guesses(login, place).try(t.Context(), tx) })
		}
		crowd := func(i int) Place { return Place{Network: "198.51." + string(rune('a'+i/freeTries)) + ".x"} }
		for range freeTries {
			if err := at(home); err != nil {
				t.Fatal(err)
			}
		}
		wantReason(t, "the network of the guesses", at(home), pavilion.Limited, "throttle.blocked")
		if err := at(crowd(0)); err != nil {
			t.Errorf("another network: got %v, want none", err)
		}
		passed := 0
		for i := range 2 * wideTries {
			if at(crowd(i+freeTries)) == nil {
				passed++
			}
		}
		if most := wideTries - freeTries; passed > most {
			t.Errorf("guesses from everywhere: got %d that passed, want at most %d", passed, most)
		}
	})
}
