package douyin

import (
	"bytes"
	"io"
	"net/http"
	"strconv"
	"sync"
	"testing"
	"time"

	"pavilion"
	"pavilion/channel"
	"pavilion/money"
	sim "pavilion/sim/douyin"
)

const testShop = 4463798

// platform is the simulated platform with a connector in front of it, and the pushes it sent.
type platform struct {
	t     *testing.T
	sim   *sim.Simulator
	n     *Connector
	a     channel.Access
	token channel.Token

	mu     sync.Mutex // of what follows
	at     time.Time
	pushes []*http.Request
}

func (p *platform) now() time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.at
}

func (p *platform) pass(d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.at = p.at.Add(d)
}

// RoundTrip takes the pushes of the platform.
func (p *platform) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	hints, answer, err := p.n.ReadPush(r.Header, body)
	if err != nil {
		p.t.Errorf("push: %v", err)
	}
	for _, h := range hints {
		if h.Key == ":" || h.Kind == "" {
			p.t.Errorf("push: got %+v, want a key and a kind", h)
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.pushes = append(p.pushes, r)
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(bytes.NewReader(answer)), Request: r}, nil
}

func newPlatform(t *testing.T) *platform {
	t.Helper()
	p := &platform{t: t, at: noon}
	s, err := sim.New(sim.Options{
		BaseURL: "http://doudian.example", Clock: p.now, Seed: 1, Client: &http.Client{Transport: p},
		Shops: []sim.Shop{{ID: testShop, Name: "白俄罗斯国家馆"}},
		Apps:  []sim.App{{Key: testKey, Secret: string(testSecret), SelfUse: true, PushURL: "http://pavilion.example/push"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	p.sim = s
	p.n, err = NewConnector(Options{
		AppKey: testKey, Secret: testSecret, BaseURL: "http://doudian.example", Doer: &http.Client{Transport: s}, Clock: p.now,
		OwnShop: strconv.Itoa(testShop), PictureAt: func(name string) string { return "https://pavilion.example/pictures/" + name },
		ReturnTo: map[string]ID{strconv.Itoa(testShop): "12"},
		Facts:    Facts{Operations: Operations{RefuseReturn: 102, RefuseReturned: 112}},
	})
	if err != nil {
		t.Fatal(err)
	}
	p.token, err = p.n.Exchange(t.Context(), "")
	if err != nil || p.token.Shop != strconv.Itoa(testShop) {
		t.Fatalf("got %+v, %v, want a token", p.token.Shop, err)
	}
	p.a = channel.Access{Shop: p.token.Shop, Token: p.token.Access}
	return p
}

// publish brings a listing of two units on the shelf.
func (p *platform) publish() channel.Shown {
	p.t.Helper()
	ctx := p.t.Context()
	_, err := p.n.AddPicture(ctx, p.a, "pic_1", nil)
	if pavilion.KindOf(err) != pavilion.Conflict || pavilion.ReasonOf(err) != "channel.picture_in_audit" {
		p.t.Fatalf("picture: got %v, want that it is in audit", err)
	}
	p.pass(5 * time.Second)
	picture, err := p.n.AddPicture(ctx, p.a, "pic_1", nil)
	if err != nil || picture == "" {
		p.t.Fatalf("picture: got %q, %v", picture, err)
	}
	added, err := p.n.Publish(ctx, p.a, p.listing(picture))
	if err != nil || added.State != channel.ListingAudit || len(added.Units) != 2 || added.Units[0].Ref != "sku_1" || added.Units[0].ID == "" {
		p.t.Fatalf("publish: got %+v, %v", added, err)
	}
	p.pass(11 * time.Second)
	found, err := p.n.Find(ctx, p.a, []string{added.ID}, nil)
	if err != nil || len(found) != 1 || found[0].State != channel.ListingOn {
		p.t.Fatalf("find: got %+v, %v, want it on the shelf", found, err)
	}
	return found[0]
}

func (p *platform) listing(picture string) channel.Listing {
	p.t.Helper()
	attributes, err := p.n.Attributes(p.t.Context(), p.a, "20000")
	if err != nil {
		p.t.Fatal(err)
	}
	l := channel.Listing{
		Ref: "vrt_1", Category: "20000", Title: "白俄罗斯 Спартак 巧克力 & 100g", Pictures: []string{picture}, Phone: "10000000001",
		Units: []channel.ListingUnit{{Ref: "sku_1", Name: "100g", Price: money.New(1990, money.CNY), WeightG: 100}, {Ref: "sku_2", Name: "200g", Price: money.New(3590, money.CNY), WeightG: 200}},
	}
	for _, at := range attributes {
		switch v := (channel.AttributeValue{Attribute: at.ID}); {
		case len(at.Options) > 1 && at.Required:
			v.Option, v.Text = at.Options[1].ID, at.Options[1].Name
			l.Attributes = append(l.Attributes, v)
		case at.Required:
			v.Text = "100g"
			l.Attributes = append(l.Attributes, v)
		}
	}
	return l
}

func (p *platform) orders() []channel.PlatformOrder {
	p.t.Helper()
	var out []channel.PlatformOrder
	for page := ""; ; {
		got, err := p.n.ListOrders(p.t.Context(), p.a, channel.Asked{From: noon, To: p.now(), Page: page})
		if err != nil {
			p.t.Fatal(err)
		}
		out = append(out, got.Orders...)
		if page = got.Next; page == "" {
			return out
		}
	}
}
