package staff

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"pavilion"
	"pavilion/db"
	"pavilion/db/dbtest"
)

// service is an OpenID provider with one client and one person. What it says can be made
// wrong.
type service struct {
	*httptest.Server
	t      *testing.T
	key    *rsa.PrivateKey
	now    func() time.Time
	asked  url.Values      // of the last request to sign in
	claims func(c claims)  // changes what the next token says
	signer *rsa.PrivateKey // signs the next token
}

type claims map[string]any

func newService(t *testing.T, now func() time.Time) *service {
	t.Helper()
	key := must[*rsa.PrivateKey](t)(rsa.GenerateKey(rand.Reader, 2048))
	s := &service{t: t, key: key, signer: key, now: now, claims: func(claims) {}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		s.say(w, claims{
			"issuer": s.URL, "authorization_endpoint": s.URL + "/authorize", "token_endpoint": s.URL + "/token", "jwks_uri": s.URL + "/keys",
			"id_token_signing_alg_values_supported": []string{"RS256"},
		})
	})
	mux.HandleFunc("GET /keys", func(w http.ResponseWriter, _ *http.Request) {
		e := binary.BigEndian.AppendUint32(nil, uint32(s.key.E))
		s.say(w, claims{"keys": []claims{{"kty": "RSA", "kid": "k", "use": "sig", "alg": "RS256", "n": b64(s.key.N.Bytes()), "e": b64(e[1:])}}})
	})
	mux.HandleFunc("POST /token", s.token)
	s.Server = httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s
}

func (s *service) say(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(v); err != nil {
		s.t.Error(err)
	}
}

// token exchanges the code, if the client proves that it asked for it.
func (s *service) token(w http.ResponseWriter, r *http.Request) {
	proof := sha256.Sum256([]byte(r.FormValue("code_verifier")))
	id, secret, _ := r.BasicAuth()
	if r.FormValue("code") != "good" || b64(proof[:]) != s.asked.Get("code_challenge") || id != "pavilion" || secret != "our-secret" {
		w.WriteHeader(http.StatusBadRequest)
		s.say(w, claims{"error": "invalid_grant"})
		return
	}
	c := claims{
		"iss": s.URL, "aud": "pavilion", "sub": "42", "nonce": s.asked.Get("nonce"), "email": "Desk@Example.org", "email_verified": true,
		"iat": s.now().Unix(), "exp": s.now().Add(time.Minute).Unix(),
	}
	s.claims(c)
	part := func(v any) string { return b64(must[[]byte](s.t)(json.Marshal(v))) }
	text := part(claims{"alg": "RS256", "kid": "k"}) + "." + part(c)
	sum := sha256.Sum256([]byte(text))
	signature := must[[]byte](s.t)(rsa.SignPKCS1v15(rand.Reader, s.signer, crypto.SHA256, sum[:]))
	s.say(w, claims{"access_token": "x", "token_type": "Bearer", "id_token": text + "." + b64(signature)})
}

func TestProvider(t *testing.T) {
	t.Parallel()
	clock := dbtest.NewClock()
	dbtest.EachAt(t, clock, func(t *testing.T, d *db.DB) {
		s := newService(t, clock.Now)
		g, err := NewGate(d, dbtest.Sealer(t), GateOptions{BaseURL: "https://pavilion.example", Name: "Pavilion", Provider: ProviderOptions{
			Issuer: s.URL, ClientID: "pavilion", ClientSecret: "our-secret", Name: "id.example", Client: s.Client(),
		}})
		if err != nil {
			t.Fatal(err)
		}
		// ask goes to the service as a browser would.
		ask := func() (secret string) {
			t.Helper()
			secret, address, err := g.AskProvider(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			s.asked = must[*url.URL](t)(url.Parse(address)).Query()
			if got := s.asked.Get("redirect_uri"); got != "https://pavilion.example"+ProviderPath || s.asked.Get("code_challenge_method") != "S256" {
				t.Fatalf("got the request %v, want to be sent back to us, with PKCE", s.asked)
			}
			return secret
		}
		back := func() (Pass, error) {
			t.Helper()
			return g.SignInByProvider(t.Context(), ask(), s.asked.Get("state"), "good", home)
		}
		_, err = back()
		wantReason(t, "nobody here has the login", err, pavilion.Unauthenticated, "staff.provider_refused")
		m := member(t, d, "desk@example.org")
		p := must[Pass](t)(back())
		if got, err := session(t, d, p.Secret); err != nil || got.Member.ID != m.ID {
			t.Errorf("signed in: got %v, %v, want %v", got.Member, err, m)
		}

		secret := ask()
		must[Pass](t)(g.SignInByProvider(t.Context(), secret, s.asked.Get("state"), "good", home))
		_, err = g.SignInByProvider(t.Context(), secret, s.asked.Get("state"), "good", home)
		wantReason(t, "the answer again", err, pavilion.Conflict, "staff.ceremony_over")
		_, err = g.SignInByProvider(t.Context(), ask(), "another state", "good", home)
		wantReason(t, "another state", err, pavilion.Unauthenticated, "staff.provider_refused")
		_, err = g.SignInByProvider(t.Context(), ask(), s.asked.Get("state"), "bad", home)
		wantReason(t, "another code", err, pavilion.Unauthenticated, "staff.provider_refused")
		secret = ask()
		s.asked.Set("code_challenge", "of another browser")
		_, err = g.SignInByProvider(t.Context(), secret, s.asked.Get("state"), "good", home)
		wantReason(t, "the code of another browser", err, pavilion.Unauthenticated, "staff.provider_refused")

		for what, change := range map[string]func(c claims){
			"nonce":      func(c claims) { c["nonce"] = "another" },
			"audience":   func(c claims) { c["aud"] = "another client" },
			"issuer":     func(c claims) { c["iss"] = "https://evil.example" },
			"expired":    func(c claims) { c["exp"] = clock.Now().Add(-time.Hour).Unix() },
			"unverified": func(c claims) { c["email_verified"] = false },
			"no e-mail":  func(c claims) { delete(c, "email") },
		} {
			s.claims = change
			_, err := back()
			wantReason(t, what, err, pavilion.Unauthenticated, "staff.provider_refused")
		}
		s.claims = func(claims) {}
		s.signer = must[*rsa.PrivateKey](t)(rsa.GenerateKey(rand.Reader, 2048))
		_, err = back()
		wantReason(t, "signed by another key", err, pavilion.Unauthenticated, "staff.provider_refused")
		s.signer = s.key

		setUpTOTP(t, d, g, m)
		if p := must[Pass](t)(back()); p.State != AwaitsFactor {
			t.Errorf("a member with a second factor: got %q, want %q", p.State, AwaitsFactor)
		}
		members, err := read(t, d, func(v *db.View) ([]Member, error) { return Members(t.Context(), v) })
		if err != nil || len(members) != 1 {
			t.Errorf("members: got %d, %v, want 1: nobody joins by it", len(members), err)
		}
	})
}

func TestProviderAway(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t)
	s := newService(t, d.Now)
	s.Close()
	g, err := NewGate(d, dbtest.Sealer(t), GateOptions{BaseURL: "https://pavilion.example", Provider: ProviderOptions{Issuer: s.URL, ClientID: "pavilion", Client: http.DefaultClient}})
	if err != nil {
		t.Fatal(err)
	}
	_, _, err = g.AskProvider(t.Context())
	wantReason(t, "the service is away", err, pavilion.Unavailable, "staff.provider_unavailable")
	_, _, err = gate(t, d).AskProvider(t.Context())
	wantReason(t, "there is no service", err, pavilion.NotFound, "staff.provider_unknown")
}
