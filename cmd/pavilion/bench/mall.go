package bench

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"net"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"pavilion"
	"pavilion/channel"
	"pavilion/channel/douyin"
	"pavilion/channel/jd"
	"pavilion/channel/own"
	"pavilion/db"
	"pavilion/job"
	"pavilion/money"
	"pavilion/order"
	simdouyin "pavilion/sim/douyin"
	simjd "pavilion/sim/jd"
)

const (
	mallKey      = "7000000000000000001"
	mallSecret   = "11111111-2222-3333-4444-555555555555"
	mallShop     = 4_463_798
	mallCategory = "39001"   // where the simulated JD has chocolate
	unbounded    = 1_000_000 // calls a second
)

// mall is a world whose goods are sold on two simulated platforms too.
type mall struct {
	place      place
	d          *db.DB
	sealer     *db.Sealer
	intake     *channel.Intake
	engine     *channel.Engine
	jd, douyin channel.Connector
	jdSim      *simjd.Simulator
	douyinSim  *simdouyin.Simulator
	servers    []*http.Server
	skus       []pavilion.SKUID
	shops      []pavilion.ShopID
	access     []channel.Access
	units      [2][]channel.UnitID // on JD, on Douyin, as skus
	douyinSKUs []int64
	heard      *heard
	calls      atomic.Int64 // requests that went out
	published  float64      // listings a second, to JD
	callsEach  float64      // calls of a listing
}

// heard knows when platforms carried corrections out.
type heard struct {
	mu    sync.Mutex
	units map[channel.UnitID]string // our names for them; under mu
	at    map[string]time.Time      // under mu
	n     int                       // under mu
}

func (h *heard) note(u channel.UnitID, now time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.at[h.units[u]] = now
	h.n++
}

func (h *heard) last(ref string) time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.at[ref]
}

// wait waits until so many corrections were carried out.
func (h *heard) wait(ctx context.Context, n int) error {
	for since, last := time.Now(), -1; ; {
		h.mu.Lock()
		now := h.n
		h.mu.Unlock()
		if now >= n {
			return nil
		}
		if now != last {
			since, last = time.Now(), now
		}
		if time.Since(since) > time.Minute {
			return errDrop("platforms heard of %d corrections and then of none for a minute, want %d", now, n)
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// listened is a platform whose corrections are noted.
type listened struct {
	channel.Connector
	heard *heard
}

func (l listened) ChangeStock(ctx context.Context, a channel.Access, c channel.StockChange) error {
	err := l.Connector.ChangeStock(ctx, a, c)
	if err == nil {
		l.heard.note(c.UnitID, time.Now())
	}
	return err
}

// counted counts requests.
type counted struct {
	client *http.Client
	n      *atomic.Int64
}

func (c counted) Do(r *http.Request) (*http.Response, error) {
	c.n.Add(1)
	return c.client.Do(r)
}

// openMall puts SKUs on the shelf and on two platforms, where nothing of them is offered yet.
func (e Env) openMall(ctx context.Context, skus int, units int64) (_ *mall, err error) {
	m := &mall{heard: &heard{units: map[channel.UnitID]string{}, at: map[string]time.Time{}}}
	if m.place, err = e.newPlace(ctx); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, m.close(ctx))
		}
	}()
	if m.d, err = m.place.open(ctx); err != nil {
		return nil, err
	}
	if m.sealer, err = db.OpenSealer(m.place.key()); err != nil {
		return nil, err
	}
	if m.skus, err = sell(ctx, m.d, skus, units); err != nil {
		return nil, err
	}
	m.intake = channel.NewIntake(m.d, m.sealer, channel.Options{})
	if err := m.intake.Start(ctx); err != nil {
		return nil, err
	}
	m.engine = channel.NewEngine(m.d, channel.EngineOptions{Sealer: m.sealer, Intake: m.intake, Own: own.Name})
	if err := m.openPlatforms(ctx); err != nil {
		return nil, err
	}
	return m, m.join(ctx)
}

// openPlatforms starts both platforms and lists the goods there.
func (m *mall) openPlatforms(ctx context.Context) (err error) {
	client := counted{&http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}}, &m.calls}
	doer := m.engine.Doer(client)
	if m.jdSim, err = simjd.New(simjd.Options{AppKey: mallKey, AppSecret: mallSecret, Clock: time.Now, TokenLife: 30 * 24 * time.Hour}); err != nil {
		return err
	}
	jdURL, err := m.serve(ctx, m.jdSim)
	if err != nil {
		return err
	}
	rules := simdouyin.Usual()
	rules.Limit, rules.Limits = simdouyin.Limit{}, nil
	if m.douyinSim, err = simdouyin.New(simdouyin.Options{
		BaseURL: "http://localhost", Rules: &rules, Clock: time.Now, Shops: []simdouyin.Shop{{ID: mallShop, Name: "bench"}},
		Apps: []simdouyin.App{{Key: mallKey, Secret: mallSecret, ServiceID: "100", Redirect: "http://localhost/joined"}},
	}); err != nil {
		return err
	}
	douyinURL, err := m.serve(ctx, m.douyinSim)
	if err != nil {
		return err
	}
	onJD, err := jd.NewConnector(jd.Options{AppKey: mallKey, AppSecret: mallSecret, BaseURL: jdURL + "/routerjson", OAuthURL: jdURL, Doer: doer, Clock: time.Now},
		jd.Settings{PerSecond: unbounded, Burst: unbounded})
	if err != nil {
		return err
	}
	onDouyin, err := douyin.NewConnector(douyin.Options{
		AppKey: mallKey, Secret: mallSecret, ServiceID: "100", BaseURL: douyinURL, ConsentURL: douyinURL, Doer: doer, Clock: time.Now,
		Facts: douyin.Facts{PerSecond: unbounded},
	})
	if err != nil {
		return err
	}
	m.jd, m.douyin = onJD, onDouyin
	m.engine.Add(listened{onJD, m.heard})
	m.engine.Add(listened{onDouyin, m.heard})
	token, err := m.jdSim.Authorize()
	if err != nil {
		return err
	}
	access, _, err := m.douyinSim.Authorise(mallKey, mallShop)
	if err != nil {
		return err
	}
	m.access = []channel.Access{{Shop: "10001", Token: token.Access}, {Shop: strconv.Itoa(mallShop), Token: access}}
	for _, sku := range m.skus {
		made, err := m.douyinSim.AddGood(simdouyin.NewGood{Name: "商品", Code: string(sku), Price: 1990})
		if err != nil {
			return err
		}
		m.units[1] = append(m.units[1], channel.UnitID{Listing: strconv.FormatInt(made.Product, 10), Unit: strconv.FormatInt(made.SKU, 10)})
		m.douyinSKUs = append(m.douyinSKUs, made.SKU)
	}
	return m.publish(ctx)
}

func (m *mall) serve(ctx context.Context, h http.Handler) (string, error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	s := &http.Server{Handler: h, ReadHeaderTimeout: time.Minute}
	m.servers = append(m.servers, s)
	go func() { _ = s.Serve(l) }() // until it is closed
	return "http://" + l.Addr().String(), nil
}

// publish hands every SKU in at JD and puts it on its shelf, as fast as JD takes them.
func (m *mall) publish(ctx context.Context) error {
	var picture bytes.Buffer
	if err := jpeg.Encode(&picture, image.NewRGBA(image.Rect(0, 0, 800, 800)), nil); err != nil {
		return err
	}
	a := m.access[0]
	shown, err := m.jd.AddPicture(ctx, a, "bench", picture.Bytes())
	if err != nil {
		return err
	}
	asked, err := m.jd.Attributes(ctx, a, mallCategory)
	if err != nil {
		return err
	}
	var values []channel.AttributeValue
	for _, at := range asked {
		if at.Required && len(at.Options) > 0 {
			values = append(values, channel.AttributeValue{Attribute: at.ID, Option: at.Options[0].ID})
		}
	}
	began, calls := time.Now(), m.calls.Load()
	for i, sku := range m.skus {
		l, err := m.jd.Publish(ctx, a, channel.Listing{
			Ref: string(sku), Category: mallCategory, Attributes: values, Title: fmt.Sprintf("商品 %d", i), Description: "商品", Pictures: []string{shown},
			Units: []channel.ListingUnit{{Ref: string(sku), Name: "标准", Price: money.New(1990, money.CNY), WeightG: 500}},
		})
		if err != nil {
			return err
		}
		if err := m.jd.SetShelf(ctx, a, l.ID, true); err != nil {
			return err
		}
		m.units[0] = append(m.units[0], channel.UnitID{Listing: l.ID, Unit: l.Units[0].ID})
	}
	m.published = float64(len(m.skus)) / time.Since(began).Seconds()
	m.callsEach = float64(m.calls.Load()-calls) / float64(len(m.skus))
	return nil
}

// bindMost is how many units a transaction binds.
const bindMost = 500

// join keeps the consents of both shops and what they sell.
func (m *mall) join(ctx context.Context) error {
	for at, name := range []string{jd.Name, douyin.Name} {
		var id pavilion.ShopID
		if err := m.d.Write(ctx, actor, func(tx *db.Tx) (err error) {
			id, err = channel.Join(ctx, tx, m.sealer, name, channel.Token{
				Shop: m.access[at].Shop, ShopName: "bench", Access: m.access[at].Token, AccessUntil: tx.Now().Add(24 * time.Hour),
			})
			return err
		}); err != nil {
			return err
		}
		m.shops = append(m.shops, id)
		for from := 0; from < len(m.skus); from += bindMost {
			if err := m.d.Write(ctx, actor, func(tx *db.Tx) error {
				for i := from; i < min(from+bindMost, len(m.skus)); i++ {
					sku := m.skus[i]
					if err := channel.Bind(ctx, tx, channel.Unit{Shop: id, Ref: string(sku), UnitID: m.units[at][i], Parts: []channel.Part{{SKU: sku, Quantity: 1}}}); err != nil {
						return err
					}
				}
				return nil
			}); err != nil {
				return err
			}
		}
		for i, sku := range m.skus {
			m.heard.units[m.units[at][i]] = string(sku)
		}
	}
	return nil
}

// live lets both shops sell, by a policy.
func (m *mall) live(ctx context.Context, p channel.Policy) error {
	return m.d.Write(ctx, actor, func(tx *db.Tx) error {
		for _, id := range m.shops {
			p.Shop = id
			if err := channel.SetPolicy(ctx, tx, p); err != nil {
				return err
			}
			shop, err := channel.ShopOf(ctx, tx, id)
			if err != nil {
				return err
			}
			if err := channel.SetMode(ctx, tx, shop, channel.Live); err != nil {
				return err
			}
		}
		return nil
	})
}

// work does what a pavilion that serves does about shares and orders, until it is stopped.
func (m *mall) work(ctx context.Context) (stop func(), err error) {
	f := job.NewFlow()
	job.Task(f, channel.ShareJob, m.engine.WorkShare)
	job.Task(f, channel.SharesJob, m.engine.WorkShares)
	job.On(f, "serve a shop", m.engine.ServeShop)
	job.Every(f, "look over shares", 15*time.Second, m.engine.LookOver)
	job.Every(f, "read platforms", 5*time.Second, m.engine.PollAll)
	job.Task(f, channel.PollJob, m.engine.WorkPoll)
	job.Task(f, channel.OrderJob, m.engine.WorkOrder)
	r := job.NewRunner(m.d, f, job.Options{})
	if err := r.Start(ctx); err != nil {
		return nil, err
	}
	watching, end := context.WithCancel(ctx)
	var wait sync.WaitGroup
	wait.Go(func() { m.engine.Watch(watching) })
	return sync.OnceFunc(func() {
		end()
		wait.Wait()
		r.Stop()
	}), nil
}

// tookAll makes sure that all orders of the platforms stand in our books, once.
func (m *mall) tookAll(ctx context.Context, orders int) error {
	return m.d.Read(ctx, func(v *db.View) error {
		n, err := order.Count(ctx, v, order.Filter{}, int64(orders)+1)
		if err == nil && n != int64(orders) {
			err = errDrop("%d orders came in, want %d", n, orders)
		}
		return err
	})
}

// close ends and removes everything.
func (m *mall) close(ctx context.Context) error {
	var all []error
	if m.intake != nil {
		m.intake.Stop()
	}
	for _, s := range m.servers {
		all = append(all, s.Close())
	}
	if m.jdSim != nil {
		all = append(all, m.jdSim.Close())
	}
	if m.douyinSim != nil {
		all = append(all, m.douyinSim.Close())
	}
	if m.d != nil {
		all = append(all, m.d.Close())
	}
	return errors.Join(append(all, m.place.remove(ctx))...)
}
