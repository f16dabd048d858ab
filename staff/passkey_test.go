package staff

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"net/netip"
	"testing"

	"github.com/fxamacker/cbor/v2"

	"pavilion"
	"pavilion/db"
	"pavilion/db/dbtest"
)

func parseAddr(s string) netip.Addr {
	addr, _ := netip.ParseAddr(s) // the zero one stands for none
	return addr
}

// device is an authenticator in software: it holds one key of the curve P-256 and answers
// as the WebAuthn specification has devices answer.
type device struct {
	t        *testing.T
	key      *ecdsa.PrivateKey
	id       []byte
	user     string
	signs    uint32
	origin   string
	party    string // the host the device believes to talk to
	verifies bool   // it asks who holds it
}

func newDevice(t *testing.T) *device {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	id := make([]byte, 16)
	rand.Read(id)
	return &device{t: t, key: key, id: id, origin: "https://pavilion.example", party: "pavilion.example", verifies: true}
}

var b64 = base64.RawURLEncoding.EncodeToString

// clientData is what the browser signs about the page that asked.
func (v *device) clientData(kind, challenge string) []byte {
	v.t.Helper()
	return must[[]byte](v.t)(json.Marshal(map[string]any{"type": kind, "challenge": challenge, "origin": v.origin, "crossOrigin": false}))
}

// data is the authenticator's own part, with what attested says about a new key.
func (v *device) data(attested []byte) []byte {
	host := sha256.Sum256([]byte(v.party))
	flags := byte(0x01) // somebody is there
	if v.verifies {
		flags |= 0x04
	}
	if attested != nil {
		flags |= 0x40
	}
	out := append(host[:], flags)
	out = binary.BigEndian.AppendUint32(out, v.signs)
	return append(out, attested...)
}

// create answers a question for a new passkey.
func (v *device) create(c Challenge) []byte {
	v.t.Helper()
	var options struct {
		Challenge string
		User      struct{ ID string }
	}
	if err := json.Unmarshal(c.Options, &options); err != nil {
		v.t.Fatal(err)
	}
	v.user = options.User.ID
	public := must[[]byte](v.t)(v.key.PublicKey.Bytes()) // 4, x, y
	cose := must[[]byte](v.t)(cbor.Marshal(map[int]any{1: 2, 3: -7, -1: 1, -2: public[1:33], -3: public[33:]}))
	attested := append(make([]byte, 16), 0, byte(len(v.id)))
	attested = append(append(attested, v.id...), cose...)
	object := must[[]byte](v.t)(cbor.Marshal(map[string]any{"fmt": "none", "attStmt": map[string]any{}, "authData": v.data(attested)}))
	return v.answer(map[string]string{"clientDataJSON": b64(v.clientData("webauthn.create", options.Challenge)), "attestationObject": b64(object)})
}

// get answers a question for a passkey there is.
func (v *device) get(c Challenge) []byte {
	v.t.Helper()
	var options struct{ Challenge string }
	if err := json.Unmarshal(c.Options, &options); err != nil {
		v.t.Fatal(err)
	}
	v.signs++
	data, client := v.data(nil), v.clientData("webauthn.get", options.Challenge)
	hash := sha256.Sum256(client)
	sum := sha256.Sum256(append(data, hash[:]...))
	signature := must[[]byte](v.t)(ecdsa.SignASN1(rand.Reader, v.key, sum[:]))
	return v.answer(map[string]string{"clientDataJSON": b64(client), "authenticatorData": b64(data), "signature": b64(signature), "userHandle": v.user})
}

func (v *device) answer(response map[string]string) []byte {
	v.t.Helper()
	return must[[]byte](v.t)(json.Marshal(map[string]any{"id": b64(v.id), "rawId": b64(v.id), "type": "public-key", "response": response}))
}

// claimByPasskey makes a member that has a passkey and no password.
func claimByPasskey(t *testing.T, d *db.DB, g *Gate, v *device, login string, role Role) Pass {
	t.Helper()
	p, _ := claimWithCodes(t, d, g, v, login, role)
	return p
}

// claimWithCodes is claimByPasskey that keeps the recovery codes.
func claimWithCodes(t *testing.T, d *db.DB, g *Gate, v *device, login string, role Role) (Pass, []string) {
	t.Helper()
	c := must[Challenge](t)(g.AskClaim(t.Context(), invite(t, d, role), "Member", login))
	p, codes, err := g.ClaimByPasskey(t.Context(), c.Ceremony, "Key", v.create(c), home)
	if err != nil || len(codes) != recoveryCodes {
		t.Fatalf("claim: got %d recovery codes, %v, want %d", len(codes), err, recoveryCodes)
	}
	return p, codes
}

// TestLostPasskey loses the only passkey of a member without a password: two recovery codes
// let it in, one alone opens nothing, and each works once.
func TestLostPasskey(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		g := gate(t, d)
		p, codes := claimWithCodes(t, d, g, newDevice(t), "owner", Owner)
		_, err := g.SignIn(t.Context(), "owner", "", home)
		wantReason(t, "no password", err, pavilion.Unauthenticated, "staff.sign_in_refused")
		_, err = g.SignIn(t.Context(), "owner", "aaaaa-aaaaa", home)
		wantReason(t, "no code", err, pavilion.Unauthenticated, "staff.sign_in_refused")
		waiting := must[Pass](t)(g.SignIn(t.Context(), "owner", codes[0], home))
		if _, err := session(t, d, waiting.Secret); waiting.State != AwaitsFactor || err == nil {
			t.Fatalf("one code: got %q, %v, want to wait for the second factor", waiting.State, err)
		}
		_, err = g.ShowFactor(t.Context(), waiting.Secret, codes[0], home)
		wantReason(t, "the same code", err, pavilion.Unauthenticated, "staff.code_refused")
		in := must[Pass](t)(g.ShowFactor(t.Context(), waiting.Secret, codes[1], home))
		if s, err := session(t, d, in.Secret); err != nil || s.Member.ID != p.Member.ID {
			t.Errorf("two codes: got %v, %v, want the owner in", s.Member, err)
		}
		_, err = g.SignIn(t.Context(), "owner", codes[0], home)
		wantReason(t, "a used code", err, pavilion.Unauthenticated, "staff.sign_in_refused")
	})
}

func TestPasskey(t *testing.T) {
	t.Parallel()
	clock := dbtest.NewClock()
	dbtest.EachAt(t, clock, func(t *testing.T, d *db.DB) {
		g, v := gate(t, d), newDevice(t)
		p := claimByPasskey(t, d, g, v, "owner", Owner)
		if s, err := session(t, d, p.Secret); err != nil || s.Member.Login != "owner" || !s.Fresh(clock.Now()) {
			t.Fatalf("claimed: got %v, %v, want an open session of the owner", s.Member, err)
		}
		signIn := func(v *device) (Pass, error) {
			t.Helper()
			c := must[Challenge](t)(g.AskPasskey(t.Context()))
			return g.SignInByPasskey(t.Context(), c.Ceremony, v.get(c), home)
		}
		if p := must[Pass](t)(signIn(v)); p.State != Open {
			t.Errorf("sign-in: got %q, want %q: a passkey is two factors", p.State, Open)
		}
		keys, err := read(t, d, func(r *db.View) ([]Passkey, error) { return Passkeys(t.Context(), r, p.Member.ID) })
		if err != nil || len(keys) != 1 || keys[0].Name != "Key" || !keys[0].UsedAt.Equal(clock.Now()) {
			t.Errorf("passkeys: got %v, %v, want one that was just used", keys, err)
		}

		c := must[Challenge](t)(g.AskPasskey(t.Context()))
		answer := v.get(c)
		must[Pass](t)(g.SignInByPasskey(t.Context(), c.Ceremony, answer, home))
		_, err = g.SignInByPasskey(t.Context(), c.Ceremony, answer, home)
		wantReason(t, "the answer again", err, pavilion.Conflict, "staff.ceremony_over")
		c = must[Challenge](t)(g.AskPasskey(t.Context()))
		_, err = g.SignInByPasskey(t.Context(), c.Ceremony, answer, home)
		wantReason(t, "the answer to another question", err, pavilion.Unauthenticated, "staff.passkey_unknown")
		c = must[Challenge](t)(g.AskPasskey(t.Context()))
		answer = v.get(c)
		clock.Advance(ceremonyFor)
		_, err = g.SignInByPasskey(t.Context(), c.Ceremony, answer, home)
		wantReason(t, "too late", err, pavilion.Conflict, "staff.ceremony_over")

		for what, change := range map[string]func(v *device){
			"another origin":    func(v *device) { v.origin = "https://pavilion.example.evil" },
			"another host":      func(v *device) { v.party = "evil.example" },
			"nobody asked who":  func(v *device) { v.verifies = false },
			"another key":       func(v *device) { v.key = newDevice(t).key },
			"another passkey":   func(v *device) { v.id = newDevice(t).id },
			"another's account": func(v *device) { v.user = b64([]byte("stf_00000000000000000000000000")) },
		} {
			bad := *v
			change(&bad)
			_, err := signIn(&bad)
			wantReason(t, what, err, pavilion.Unauthenticated, "staff.passkey_unknown")
		}
		copied := *v
		copied.signs -= 2
		_, err = signIn(&copied)
		wantReason(t, "a counter that does not rise", err, pavilion.Unauthenticated, "staff.passkey_cloned")
		if acts := actsAbout(t, d, string(p.Member.ID)); !acts["staff.passkey_cloned"] {
			t.Errorf("trail: got %v, want staff.passkey_cloned", acts)
		}
	})
}

// actsAbout returns the acts that the trail holds about a thing.
func actsAbout(t *testing.T, d *db.DB, about string) map[string]bool {
	t.Helper()
	all, err := read(t, d, func(v *db.View) ([]Entry, error) { return Trail(t.Context(), v, about, "", 100) })
	if err != nil {
		t.Fatal(err)
	}
	acts := map[string]bool{}
	for _, e := range all {
		acts[e.Act] = true
	}
	return acts
}

// TestPasskeyOpensWhilePasswordsAreBlocked: whoever guesses at a colleague's password does
// not lock the colleague's passkey.
func TestPasskeyOpensWhilePasswordsAreBlocked(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t)
	g, v := gate(t, d), newDevice(t)
	claimByPasskey(t, d, g, v, "owner", Owner)
	for range massTries + 1 {
		_, err := g.SignIn(t.Context(), "owner", "a guess at the password", home)
		if err == nil {
			t.Fatal("got in by a guess")
		}
	}
	c := must[Challenge](t)(g.AskPasskey(t.Context()))
	must[Pass](t)(g.SignInByPasskey(t.Context(), c.Ceremony, v.get(c), home))
}

func TestPasskeyBesidePassword(t *testing.T) {
	t.Parallel()
	clock := dbtest.NewClock()
	dbtest.EachAt(t, clock, func(t *testing.T, d *db.DB) {
		g, v, m := gate(t, d), newDevice(t), member(t, d, "hand")
		p := must[Pass](t)(g.SignIn(t.Context(), "hand", password, home))
		c := must[Challenge](t)(g.AskNewPasskey(t.Context(), p.Secret))
		answer := v.create(c)
		p, codes, err := g.SetUpPasskey(t.Context(), p.Secret, c.Ceremony, "Phone", answer, home)
		if err != nil || len(codes) != recoveryCodes {
			t.Fatalf("set up: got %v with %d codes, want %d", err, len(codes), recoveryCodes)
		}
		if p := must[Pass](t)(g.SignIn(t.Context(), "hand", password, home)); p.State != AwaitsFactor {
			t.Errorf("password alone: got %q, want %q", p.State, AwaitsFactor)
		}

		member(t, d, "other")
		q := must[Pass](t)(g.SignIn(t.Context(), "other", password, home))
		c = must[Challenge](t)(g.AskNewPasskey(t.Context(), q.Secret))
		_, _, err = g.SetUpPasskey(t.Context(), p.Secret, c.Ceremony, "Stolen", newDevice(t).create(c), home)
		wantReason(t, "the ceremony of another member", err, pavilion.Conflict, "staff.ceremony_over")
		c = must[Challenge](t)(g.AskNewPasskey(t.Context(), q.Secret))
		_, _, err = g.SetUpPasskey(t.Context(), q.Secret, c.Ceremony, "Twice", v.create(c), home)
		wantReason(t, "a passkey that somebody has", err, pavilion.Invalid, "staff.passkey_refused")

		clock.Advance(FreshFor)
		_, err = g.AskNewPasskey(t.Context(), p.Secret)
		wantReason(t, "stale", err, pavilion.Forbidden, "staff.factor_stale")
		c = must[Challenge](t)(g.AskConfirm(t.Context(), p.Secret))
		_, err = g.ReconfirmByPasskey(t.Context(), p.Secret, c.Ceremony, newDevice(t).get(c), home)
		wantReason(t, "confirmed by another key", err, pavilion.Unauthenticated, "staff.passkey_unknown")
		c = must[Challenge](t)(g.AskConfirm(t.Context(), p.Secret))
		v.user = b64([]byte(m.ID))
		p = must[Pass](t)(g.ReconfirmByPasskey(t.Context(), p.Secret, c.Ceremony, v.get(c), home))
		if s, err := session(t, d, p.Secret); err != nil || !s.Fresh(clock.Now()) {
			t.Errorf("confirmed: got %v, want a fresh session", err)
		}
	})
}

// TestPasskeysNeedAName: browsers offer none at a bare address, and without HTTPS on
// localhost only.
func TestPasskeysNeedAName(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t)
	for base, want := range map[string]bool{
		"https://pavilion.example": true, "http://localhost:8080": true, "http://127.0.0.1:8080": false, "http://pavilion.example": false, "https://[2001:db8::1]": false,
	} {
		g, err := NewGate(d, dbtest.Sealer(t), GateOptions{BaseURL: base})
		if err != nil || g.HasPasskeys() != want {
			t.Errorf("%s: got %v, %v, want %v", base, g.HasPasskeys(), err, want)
		}
		_, err = g.AskPasskey(t.Context())
		if !want {
			wantReason(t, base, err, pavilion.Unavailable, "staff.passkeys_unavailable")
		}
	}
}
