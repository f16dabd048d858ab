package staff

import (
	"context"
	"net/netip"
	"net/url"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"pavilion"
	"pavilion/db"
)

// Gate is where people come in: by password and second factor, by passkey, or by way of
// another service. It is safe for use by many goroutines.
type Gate struct {
	db       *db.DB
	sealer   *db.Sealer
	name     string
	passkeys *webauthn.WebAuthn // nil where browsers have none: see [Gate.HasPasskeys]
	provider *provider          // nil if there is none
}

// GateOptions are what the installation decides about the gate.
type GateOptions struct {
	BaseURL  string // by which browsers reach us: passkeys belong to its host
	Name     string // of the pavilion, as authenticators show it
	Provider ProviderOptions
}

// NewGate makes the gate. Error: Invalid config.url_malformed.
func NewGate(d *db.DB, sealer *db.Sealer, o GateOptions) (*Gate, error) {
	g := &Gate{db: d, sealer: sealer, name: o.Name, provider: newProvider(o.Provider, o.BaseURL, d.Now)}
	base, err := url.Parse(o.BaseURL)
	if err != nil || base.Host == "" {
		return nil, pavilion.E(pavilion.Invalid, "config.url_malformed", pavilion.Args{"value": o.BaseURL}).At("base-url").Because(err)
	}
	host := base.Hostname()
	if _, err := netip.ParseAddr(host); err == nil || base.Scheme != "https" && host != "localhost" {
		return g, nil
	}
	g.passkeys, err = webauthn.New(&webauthn.Config{
		RPID: host, RPDisplayName: o.Name, RPOrigins: []string{base.Scheme + "://" + base.Host},
		AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			ResidentKey: protocol.ResidentKeyRequirementRequired, RequireResidentKey: protocol.ResidentKeyRequired(),
			UserVerification: protocol.VerificationRequired,
		},
		Timeouts: webauthn.TimeoutsConfig{Login: webauthn.TimeoutConfig{Timeout: ceremonyFor}, Registration: webauthn.TimeoutConfig{Timeout: ceremonyFor}},
	})
	if err != nil {
		return nil, pavilion.E(pavilion.Invalid, "config.url_malformed", pavilion.Args{"value": o.BaseURL}).At("base-url").Because(err)
	}
	return g, nil
}

// HasPasskeys tells whether browsers offer passkeys at our address: they do for a name
// reached by HTTPS, and for localhost, and never for a bare network address.
func (g *Gate) HasPasskeys() bool { return g.passkeys != nil }

// Pass is what a step of signing in gives.
type Pass struct {
	Secret string // for the cookie
	State  SessionState
	Member Member
}

const (
	// openFor and awaitFor are how long a session holds that opens everything, and one that
	// waits for a second factor or for one to be set up.
	openFor  = SessionLength
	awaitFor = 15 * time.Minute
)

// admit opens a session for a member who showed one factor: it waits for the second one if
// the member has one, or for one to be set up where a role of the member asks for it.
// Error: Unauthenticated staff.sign_in_refused when the member ended meanwhile.
func admit(ctx context.Context, tx *db.Tx, id pavilion.StaffID, by string, from Place) (Pass, error) {
	m, f, err := arrive(ctx, tx, id)
	if err != nil {
		return Pass{}, err
	}
	p := Pass{State: Open, Member: m}
	switch {
	case f.Second():
		p.State = AwaitsFactor
	case m.NeedsSecondFactor():
		p.State = AwaitsEnrolment
	}
	if p.Secret, err = insertSession(ctx, tx, m.ID, p.State, from); err != nil {
		return Pass{}, err
	}
	act := "staff.signed_in"
	if p.State == AwaitsFactor {
		act = "staff.factor_awaited" // whoever it was knows the password
	}
	return p, Note(ctx, tx, act, string(m.ID), map[string]any{"by": by})
}

// welcome opens a session that opens everything, for a member who showed all factors.
// Error: Unauthenticated staff.sign_in_refused when the member ended meanwhile.
func welcome(ctx context.Context, tx *db.Tx, id pavilion.StaffID, by string, from Place) (Pass, error) {
	m, _, err := arrive(ctx, tx, id)
	if err != nil {
		return Pass{}, err
	}
	p := Pass{State: Open, Member: m}
	if p.Secret, err = insertSession(ctx, tx, m.ID, Open, from); err != nil {
		return Pass{}, err
	}
	return p, Note(ctx, tx, "staff.signed_in", string(m.ID), map[string]any{"by": by})
}

const sqlArrive = `update staff set seen_at = $1 where id = $2 and ended_at is null`

// arrive notes that a member is seen and reads it anew. The update comes first: whoever
// changes the member's roles or ends it at the same moment waits until the session is
// written, and then ends it.
func arrive(ctx context.Context, tx *db.Tx, id pavilion.StaffID) (Member, Factors, error) {
	n, err := tx.Exec(ctx, sqlArrive, db.Micros(tx.Now()), id)
	if err != nil {
		return Member{}, Factors{}, err
	}
	if n == 0 {
		return Member{}, Factors{}, errRefused
	}
	m, err := Find(ctx, tx, id)
	if err != nil {
		return Member{}, Factors{}, err
	}
	f, err := FactorsOf(ctx, tx, id)
	return m, f, err
}

// exchange ends a session and opens a new one for the same member, so that nobody who knew
// the secret of before gets the rights of after. Error: Unauthenticated staff.session_over.
func exchange(ctx context.Context, tx *db.Tx, s SignedIn, secret string, state SessionState, from Place) (Pass, error) {
	n, err := tx.Exec(ctx, sqlEndSession, db.Micros(tx.Now()), hashSecret(secret))
	if err != nil {
		return Pass{}, err
	}
	if n == 0 {
		return Pass{}, errSessionOver
	}
	p := Pass{State: state, Member: s.Member}
	p.Secret, err = insertSession(ctx, tx, s.Member.ID, state, from)
	return p, err
}
