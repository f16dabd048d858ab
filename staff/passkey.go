package staff

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"pavilion"
	"pavilion/db"
)

// Passkey is a key pair of which the member's device keeps the private half. The device
// asks who holds it (a finger, a face, a PIN), so that showing one is showing two factors.
type Passkey struct {
	ID        pavilion.PasskeyID
	Name      string
	CreatedAt time.Time
	UsedAt    time.Time // zero if never
}

const passkeysMost = 20

const sqlPasskeys = `select id, name, created_at, coalesce(used_at, 0) from staff_passkey where staff_id = $1 order by id limit $2`

// Passkeys lists the passkeys of a member, the oldest first; 20 at most.
func Passkeys(ctx context.Context, r db.Reader, m pavilion.StaffID) ([]Passkey, error) {
	scan := func(s db.Scanner) (p Passkey, err error) {
		var created, used int64
		err = s.Scan(&p.ID, &p.Name, &created, &used)
		p.CreatedAt, p.UsedAt = db.Time(created), db.Time(used)
		return p, err
	}
	return db.All(ctx, r, scan, sqlPasskeys, m, passkeysMost)
}

// Challenge is a question to the browser, to be answered within five minutes.
type Challenge struct {
	Ceremony string          `json:"ceremony"` // goes back with the answer
	Options  json.RawMessage `json:"options"`  // for navigator.credentials
}

// holder is a member as the library sees one. The handle by which a passkey names its
// member is the id, which says nothing about the person.
type holder struct {
	id          pavilion.StaffID
	login, name string
	keys        []keptKey
}

// keptKey is a passkey with what proves an answer.
type keptKey struct {
	id         pavilion.PasskeyID
	credential webauthn.Credential
}

func (h holder) WebAuthnID() []byte          { return []byte(h.id) }
func (h holder) WebAuthnName() string        { return h.login }
func (h holder) WebAuthnDisplayName() string { return h.name }

func (h holder) WebAuthnCredentials() []webauthn.Credential {
	var all []webauthn.Credential
	for _, k := range h.keys {
		all = append(all, k.credential)
	}
	return all
}

const sqlCredentials = `select id, credential, sign_count from staff_passkey where staff_id = $1 order by id limit $2`

func holderOf(ctx context.Context, r db.Reader, m Member) (holder, error) {
	scan := func(s db.Scanner) (k keptKey, err error) {
		var text string
		var signs uint32
		if err := s.Scan(&k.id, &text, &signs); err != nil {
			return k, err
		}
		err = json.Unmarshal([]byte(text), &k.credential)
		k.credential.Authenticator.SignCount = signs
		return k, err
	}
	keys, err := db.All(ctx, r, scan, sqlCredentials, m.ID, passkeysMost)
	return holder{m.ID, m.Login, m.Name, keys}, err
}

var errNoPasskeys = pavilion.E(pavilion.Unavailable, "staff.passkeys_unavailable", nil)

// passkeyAsked is what is remembered of a challenge.
type passkeyAsked struct {
	Data   webauthn.SessionData
	Member pavilion.StaffID // "" when anybody may answer
	Claim  claimed          // of the ceremony claim
}

// challenge remembers what was asked.
func (g *Gate) challenge(ctx context.Context, tx *db.Tx, kind ceremony, asked passkeyAsked, options any) (c Challenge, err error) {
	if c.Options, err = json.Marshal(options); err != nil {
		return c, pavilion.E(pavilion.Internal, "staff.detail_malformed", nil).Because(err)
	}
	c.Ceremony, err = g.remember(ctx, tx, kind, asked)
	return c, err
}

// register asks for a new passkey of a holder.
func (g *Gate) register(ctx context.Context, tx *db.Tx, kind ceremony, h holder, claim claimed) (Challenge, error) {
	if g.passkeys == nil {
		return Challenge{}, errNoPasskeys
	}
	known := webauthn.Credentials(h.WebAuthnCredentials()).CredentialDescriptors()
	options, data, err := g.passkeys.BeginRegistration(h, webauthn.WithExclusions(known))
	if err != nil {
		return Challenge{}, pavilion.E(pavilion.Internal, "staff.passkey_failed", nil).Because(err)
	}
	return g.challenge(ctx, tx, kind, passkeyAsked{Data: *data, Member: h.id, Claim: claim}, options.Response)
}

// registered checks the answer to register. The error is Invalid, staff.passkey_refused.
func (g *Gate) registered(asked passkeyAsked, answer []byte) (*webauthn.Credential, error) {
	if g.passkeys == nil {
		return nil, errNoPasskeys
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes(answer)
	if err != nil {
		return nil, errPasskey(err)
	}
	key, err := g.passkeys.CreateCredential(holder{id: asked.Member}, asked.Data, parsed)
	if err != nil {
		return nil, errPasskey(err)
	}
	key.Attestation = webauthn.CredentialAttestation{} // nobody looks at it again
	return key, nil
}

func errPasskey(err error) error {
	return pavilion.E(pavilion.Invalid, "staff.passkey_refused", nil).Because(err)
}

const sqlInsertPasskey = `insert into staff_passkey (id, staff_id, credential_id, credential, sign_count, name, created_at)
values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing`

// keepPasskey writes a passkey. Errors: Invalid staff.name_malformed at name,
// staff.passkey_refused when somebody has it already.
func keepPasskey(ctx context.Context, tx *db.Tx, m pavilion.StaffID, key *webauthn.Credential, name string) error {
	name, err := cleanName(name)
	if err != nil {
		return err
	}
	text, err := json.Marshal(key)
	if err != nil {
		return pavilion.E(pavilion.Internal, "staff.detail_malformed", nil).Because(err)
	}
	id := pavilion.NewID[pavilion.PasskeyID](pavilion.PrefixPasskey, tx.Now())
	n, err := tx.Exec(ctx, sqlInsertPasskey, id, m, base64.RawURLEncoding.EncodeToString(key.ID), string(text), int64(key.Authenticator.SignCount), name, db.Micros(tx.Now()))
	if err != nil {
		return err
	}
	if n == 0 {
		return errPasskey(nil)
	}
	return Note(ctx, tx, "staff.passkey_set_up", string(m), map[string]any{"passkey": id, "name": name})
}

// AskNewPasskey begins to set up a passkey for the member of a session that may set up
// factors. Errors: Unauthenticated staff.session_over; Forbidden staff.factor_stale;
// Conflict staff.passkeys_many; Unavailable staff.passkeys_unavailable.
func (g *Gate) AskNewPasskey(ctx context.Context, secret string) (c Challenge, err error) {
	m, err := g.whose(ctx, secret)
	if err != nil {
		return Challenge{}, err
	}
	err = g.db.Write(ctx, actor(m, Place{}), func(tx *db.Tx) error {
		s, err := enrolling(ctx, tx, secret)
		if err != nil {
			return err
		}
		h, err := holderOf(ctx, tx, s.Member)
		if err != nil {
			return err
		}
		if len(h.keys) >= passkeysMost {
			return pavilion.E(pavilion.Conflict, "staff.passkeys_many", pavilion.Args{"most": passkeysMost})
		}
		c, err = g.register(ctx, tx, ceremonyPasskey, h, claimed{})
		return err
	})
	return c, err
}

// SetUpPasskey keeps the passkey that answers AskNewPasskey, under a name that tells the
// member which device it is on. The session is exchanged for one that opens everything; a
// member without recovery codes gets some. Errors: those of AskNewPasskey; Conflict
// staff.ceremony_over; Invalid staff.passkey_refused, staff.name_malformed at name.
func (g *Gate) SetUpPasskey(ctx context.Context, secret, ceremony, name string, answer []byte, from Place) (p Pass, codes []string, err error) {
	m, err := g.whose(ctx, secret)
	if err != nil {
		return Pass{}, nil, err
	}
	asked, err := g.answered(ctx, ceremonyPasskey, ceremony)
	if err != nil {
		return Pass{}, nil, err
	}
	if asked.Member != m {
		return Pass{}, nil, errCeremonyOver
	}
	key, err := g.registered(asked, answer)
	if err != nil {
		return Pass{}, nil, err
	}
	err = g.db.Write(ctx, actor(m, from), func(tx *db.Tx) error {
		s, err := enrolling(ctx, tx, secret)
		if err != nil {
			return err
		}
		if err := keepPasskey(ctx, tx, m, key, name); err != nil {
			return err
		}
		p, codes, err = g.enrolled(ctx, tx, s, secret, from)
		return err
	})
	return p, codes, err
}

// answered takes a challenge away, in a transaction of its own: whatever the answer turns
// out to be, there is no second one.
func (g *Gate) answered(ctx context.Context, kind ceremony, secret string) (asked passkeyAsked, err error) {
	err = g.db.Write(ctx, pavilion.System("sign-in"), func(tx *db.Tx) error {
		asked = passkeyAsked{}
		return g.take(ctx, tx, kind, secret, &asked)
	})
	return asked, err
}

// AskPasskey asks for any passkey of any member. The error is Unavailable,
// staff.passkeys_unavailable.
func (g *Gate) AskPasskey(ctx context.Context) (c Challenge, err error) {
	if g.passkeys == nil {
		return Challenge{}, errNoPasskeys
	}
	options, data, err := g.passkeys.BeginDiscoverableLogin(webauthn.WithUserVerification(protocol.VerificationRequired))
	if err != nil {
		return Challenge{}, pavilion.E(pavilion.Internal, "staff.passkey_failed", nil).Because(err)
	}
	err = g.db.Write(ctx, pavilion.System("sign-in"), func(tx *db.Tx) error {
		c, err = g.challenge(ctx, tx, ceremonySignIn, passkeyAsked{Data: *data}, options.Response)
		return err
	})
	return c, err
}

// SignInByPasskey opens a session for the member whose passkey answers AskPasskey. It takes
// no part in the throttle: guessing at passwords blocks no passkey. Errors: Conflict
// staff.ceremony_over; Unauthenticated staff.passkey_unknown, staff.passkey_cloned.
func (g *Gate) SignInByPasskey(ctx context.Context, ceremony string, answer []byte, from Place) (p Pass, err error) {
	asked, err := g.answered(ctx, ceremonySignIn, ceremony)
	if err != nil {
		return Pass{}, err
	}
	h, use, err := g.proved(ctx, asked, answer, from)
	if err != nil {
		return Pass{}, err
	}
	err = g.db.Write(ctx, actor(h.id, from), func(tx *db.Tx) error {
		if err := use.keep(ctx, tx); err != nil {
			return err
		}
		p, err = welcome(ctx, tx, h.id, "passkey", from)
		return err
	})
	return p, err
}

// use is what one use of a passkey leaves in its row.
type use struct {
	id          pavilion.PasskeyID
	was, signed uint32
}

const sqlPasskeyUsed = `update staff_passkey set sign_count = $1, used_at = $2 where id = $3 and sign_count = $4`

// keep writes the use. The row must still say what the answer was checked against. Error:
// Unauthenticated staff.passkey_unknown.
func (u use) keep(ctx context.Context, tx *db.Tx) error {
	n, err := tx.Exec(ctx, sqlPasskeyUsed, int64(u.signed), db.Micros(tx.Now()), u.id, int64(u.was))
	if err == nil && n == 0 {
		err = errPasskeyUnknown
	}
	return err
}

var errPasskeyUnknown = pavilion.E(pavilion.Unauthenticated, "staff.passkey_unknown", nil)

// proved checks the answer to a challenge and tells whose passkey it was. A counter that
// does not rise says that there may be a copy of the key: the answer is refused, and the
// trail says so. Errors: Unauthenticated staff.passkey_unknown, staff.passkey_cloned.
func (g *Gate) proved(ctx context.Context, asked passkeyAsked, answer []byte, from Place) (holder, use, error) {
	if g.passkeys == nil {
		return holder{}, use{}, errNoPasskeys
	}
	unknown := func(err error) (holder, use, error) {
		return holder{}, use{}, pavilion.E(pavilion.Unauthenticated, "staff.passkey_unknown", nil).Because(err)
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes(answer)
	if err != nil {
		return unknown(err)
	}
	id := pavilion.StaffID(parsed.Response.UserHandle)
	if asked.Member != "" {
		id = asked.Member
	}
	var h holder
	err = g.db.Read(ctx, func(v *db.View) error {
		m, err := Find(ctx, v, id)
		if err != nil {
			return err
		}
		h, err = holderOf(ctx, v, m)
		return err
	})
	if pavilion.KindOf(err) == pavilion.NotFound {
		return unknown(err)
	}
	if err != nil {
		return holder{}, use{}, err
	}
	var key *webauthn.Credential
	if asked.Member != "" {
		key, err = g.passkeys.ValidateLogin(h, asked.Data, parsed)
	} else {
		find := func(_, _ []byte) (webauthn.User, error) { return h, nil }
		_, key, err = g.passkeys.ValidatePasskeyLogin(find, asked.Data, parsed)
	}
	if err != nil {
		return unknown(err)
	}
	u := use{signed: key.Authenticator.SignCount}
	for _, k := range h.keys {
		if bytes.Equal(k.credential.ID, key.ID) {
			u.id, u.was = k.id, k.credential.Authenticator.SignCount
		}
	}
	if key.Authenticator.CloneWarning {
		err := g.db.Write(ctx, actor(h.id, from), func(tx *db.Tx) error {
			return Note(ctx, tx, "staff.passkey_cloned", string(h.id), map[string]any{"passkey": u.id})
		})
		if err == nil {
			err = pavilion.E(pavilion.Unauthenticated, "staff.passkey_cloned", nil)
		}
		return holder{}, use{}, err
	}
	return h, u, nil
}
