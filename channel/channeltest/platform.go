// Package channeltest tests what deals with platforms. [NewPlatform] is a platform that lives
// in memory, for tests of the engine: it keeps the contract of [channel.Connector], and fails in
// every way a network and a platform can. [Run] is the one behaviour suite that the own shop
// and every platform must pass.
package channeltest

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"pavilion"
	"pavilion/channel"
	"pavilion/money"
)

// Options are how a platform is.
type Options struct {
	Name       string           // "fake" if empty
	Shop       string           // its only shop, "10001" if empty
	Increments bool             // stock is changed by signed numbers under a key
	Clock      func() time.Time // the platform's; needed
	Mute       bool             // does not say what is in its orders
	Audit      bool             // listings wait for [Platform.Audit]; else they are on at once
	Lag        time.Duration    // after which a change shows in lists
	Pushes     bool
	PageSize   int // of lists, 20 if 0
	TokenLife  time.Duration
	Traits     func(*channel.Traits) // may change what follows from the rest
}

// Fault is a way for a call to go wrong.
type Fault int

// The faults.
const (
	Fine        Fault = iota
	LostRequest       // it never arrives; the caller does not know
	LostAnswer        // it is carried out; the caller does not know
	Late              // it is carried out by [Platform.Arrive]; the caller does not know
	Twice             // it is carried out twice
	TooOften          // Limited, with RetryAfter
	TokenOver         // the token is over from now on
	Down              // Unavailable; it is not carried out
)

// Faults are all faults there are.
var Faults = []Fault{LostRequest, LostAnswer, Late, Twice, TooOften, TokenOver, Down}

// RetryAfter is what the platform says when it is called too often.
const RetryAfter = 3 * time.Second

// BuyerName, BuyerPhone and BuyerAddress stand in clear in the orders' ciphers alone, Secret in
// tokens alone: neither may stand in any log.
const (
	BuyerName    = "王小明"
	BuyerPhone   = "13800138000"
	BuyerAddress = "建国路八十八号"
	Secret       = "s3cr3t-of-the-fake"
)

// Platform is a platform in memory with one shop. It is safe for use by several goroutines.
type Platform struct {
	o Options

	mu       sync.Mutex // over all that follows
	fault    func(act string) Fault
	planned  map[string][]Fault
	late     []late
	calls    []string
	numbers  int
	token    int
	until    time.Time
	listings []*listing
	refusals []channel.Refusal // of the next listing handed in
	stock    map[channel.UnitID]int64
	done     map[string]bool // keys of stock changes
	orders   []*order
	returns  []*comeback
	bills    []channel.Bill
	pushed   []Push
	read     int // fields that were decrypted
	told     []channel.StockChange
}

type late struct {
	sent time.Time
	do   func() error
}

// NewPlatform makes a platform with one shop that sells nothing.
func NewPlatform(o Options) *Platform {
	if o.Name == "" {
		o.Name = "fake"
	}
	if o.Shop == "" {
		o.Shop = "10001"
	}
	if o.PageSize == 0 {
		o.PageSize = 20
	}
	if o.TokenLife == 0 {
		o.TokenLife = 30 * 24 * time.Hour
	}
	p := &Platform{o: o, planned: map[string][]Fault{}, stock: map[channel.UnitID]int64{}, done: map[string]bool{}}
	p.renew()
	return p
}

// Name is the channel's.
func (p *Platform) Name() string { return p.o.Name }

// Traits are the platform's rules.
func (p *Platform) Traits() channel.Traits {
	t := channel.Traits{
		Zone: time.UTC, Country: "CN", Increments: p.o.Increments, RequestLife: 10 * time.Minute,
		Window: 24 * time.Hour, Overlap: time.Minute, Lag: p.o.Lag, Depth: 90 * 24 * time.Hour,
		PerSecond: 100, Burst: 100, ShipIn: 48 * time.Hour, Pushes: p.o.Pushes,
		TitleMost: 60, PicturesMost: 5, TokenEarly: time.Hour,
	}
	if p.o.Traits != nil {
		p.o.Traits(&t)
	}
	return t
}

// Redact takes out what [Platform] holds of secrets and people.
func (p *Platform) Redact(text string) string {
	return strings.NewReplacer(Secret, "***", BuyerName, "***", BuyerPhone, "***", BuyerAddress, "***").Replace(text)
}

// Fail has the next calls of a method of [channel.Connector] go wrong, one after another; of
// any method for "".
func (p *Platform) Fail(method string, faults ...Fault) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.planned[method] = append(p.planned[method], faults...)
}

// FailBy asks before every call whether it goes wrong; nil for never.
func (p *Platform) FailBy(fault func(method string) Fault) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.fault = fault
}

// Arrive carries out what is late, and not older than a request lives.
func (p *Platform) Arrive() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, l := range p.late {
		if p.o.Clock().Before(l.sent.Add(p.Traits().RequestLife)) {
			_ = l.do() // nobody hears it
		}
	}
	p.late = nil
}

// Calls are the methods that were called, in order, and forgets them.
func (p *Platform) Calls() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	out := p.calls
	p.calls = nil
	return out
}

// renew makes a new token; the one before is over. Under mu, or while nobody knows p.
func (p *Platform) renew() channel.Token {
	p.token++
	p.until = p.o.Clock().Add(p.o.TokenLife)
	return channel.Token{
		Shop: p.o.Shop, ShopName: "Shop " + p.o.Shop, Scope: "all",
		Access: p.access(), Refresh: "refresh-" + Secret, AccessUntil: p.until, RefreshUntil: p.until.Add(p.o.TokenLife),
	}
}

func (p *Platform) access() string { return fmt.Sprintf("access-%d-%s", p.token, Secret) }

// Token is a consent of the shop's owner.
func (p *Platform) Token() channel.Token {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.renew()
}

// ConsentURL leads nowhere.
func (p *Platform) ConsentURL(state, back string) string {
	return "https://" + p.o.Name + ".example/allow?state=" + state + "&back=" + back
}

// Exchange takes any code.
func (p *Platform) Exchange(_ context.Context, code string) (t channel.Token, err error) {
	return t, p.talk("Exchange", nil, func() error {
		if code == "" {
			return refused(pavilion.Invalid, "code")
		}
		t = p.renew()
		return nil
	})
}

// Renew ends the token before it.
func (p *Platform) Renew(_ context.Context, was channel.Token) (t channel.Token, err error) {
	return t, p.talk("Renew", nil, func() error {
		if was.Refresh != "refresh-"+Secret {
			return refused(pavilion.Unauthenticated, "token")
		}
		t = p.renew()
		return nil
	})
}

// refused is what the platform says no with; its word is no reason of the program.
func refused(kind pavilion.Kind, word string) *pavilion.Error {
	reason := "fake." + word
	return pavilion.E(kind, reason, nil)
}

// talk carries a call out, or lets it go wrong.
func (p *Platform) talk(method string, a *channel.Access, do func() error) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.calls = append(p.calls, method)
	fault := p.next(method)
	whole := func() error {
		if a != nil && (a.Shop != p.o.Shop || a.Token != p.access() || !p.o.Clock().Before(p.until)) {
			return refused(pavilion.Unauthenticated, "token")
		}
		return do()
	}
	switch fault {
	case LostRequest:
		return fmt.Errorf("%s: %w", method, channel.ErrUnknown)
	case LostAnswer:
		_ = whole() // nobody hears it
		return fmt.Errorf("%s: %w", method, channel.ErrUnknown)
	case Late:
		p.late = append(p.late, late{p.o.Clock(), whole})
		return fmt.Errorf("%s: %w", method, channel.ErrUnknown)
	case Twice:
		_ = whole() // nobody hears the first answer
	case TooOften:
		e := refused(pavilion.Limited, "often")
		e.RetryAfter = RetryAfter
		return e
	case TokenOver:
		p.renew()
	case Down:
		return refused(pavilion.Unavailable, "down")
	case Fine:
	}
	return whole()
}

// next is how the next call of a method goes. Under mu.
func (p *Platform) next(method string) Fault {
	for _, name := range []string{method, ""} {
		if plan := p.planned[name]; len(plan) > 0 {
			p.planned[name] = plan[1:]
			return plan[0]
		}
	}
	if p.fault == nil {
		return Fine
	}
	return p.fault(method)
}

func (p *Platform) id(prefix string) string {
	p.numbers++
	return fmt.Sprintf("%s%06d", prefix, p.numbers)
}

// Push is what the platform sends to us.
type Push struct {
	Header http.Header
	Body   []byte
}

// Pushes are those sent since it was asked last.
func (p *Platform) Pushes() []Push {
	p.mu.Lock()
	defer p.mu.Unlock()
	out := p.pushed
	p.pushed = nil
	return out
}

// page cuts what changed within a question's span to the page it asks for.
func page[T any](p *Platform, q channel.Asked, all []T, modified func(T) time.Time) (out []T, next string) {
	now, from := p.o.Clock(), 0
	if q.Page != "" {
		_, _ = fmt.Sscan(q.Page, &from) // a page nobody named begins anew
	}
	var found []T
	for _, x := range all {
		if m := modified(x); !m.Before(q.From) && m.Before(q.To) && !m.After(now.Add(-p.o.Lag)) {
			found = append(found, x)
		}
	}
	slices.SortStableFunc(found, func(a, b T) int { return modified(a).Compare(modified(b)) })
	from = min(from, len(found))
	to := min(from+p.o.PageSize, len(found))
	if to < len(found) {
		next = fmt.Sprint(to)
	}
	return found[from:to], next
}

// Yuan is an amount in the platform's currency.
func Yuan(fen int64) money.Money { return money.New(fen, money.CNY) }
