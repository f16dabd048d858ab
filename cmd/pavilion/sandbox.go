package main

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"golang.org/x/sync/errgroup"

	"pavilion/channel/douyin"
	"pavilion/channel/jd"
	simdouyin "pavilion/sim/douyin"
	simjd "pavilion/sim/jd"
)

// Who is there in a sandbox.
const (
	sandboxJDKey         = "pavilion-sandbox-jd"
	sandboxDouyinKey     = "7000000000000000001"
	sandboxDouyinService = "100"
	sandboxDouyinShop    = 4_463_798
	sandboxShopName      = "白俄罗斯国家馆（模拟）"
)

// sandboxCommand runs the simulated platforms, for a pavilion or a connector to rehearse with.
type sandboxCommand struct {
	JDListen     string `name:"jd-listen" help:"Address of the simulated JD." default:"127.0.0.1:8091"`
	DouyinListen string `help:"Address of the simulated Douyin." default:"127.0.0.1:8092"`
	Data         string `help:"Folder to keep the platforms in; a second start finds them again." default:"pavilion-sandbox" type:"path" placeholder:"FOLDER"`
	Pavilion     string `help:"Address of the pavilion, to which pushes go and owners of shops come back." default:"http://localhost:8080" placeholder:"URL"`
}

// Run serves both platforms until ctx ends.
func (s sandboxCommand) Run(ctx context.Context, c *terminal) error {
	if err := os.MkdirAll(s.Data, 0o700); err != nil {
		return err
	}
	log := Config{LogFormat: "text"}.logger(c.err)
	b, err := openSandbox(ctx, sandboxOptions{Data: s.Data, JDListen: s.JDListen, DouyinListen: s.DouyinListen, Pavilion: s.Pavilion, Log: log})
	if err != nil {
		return err
	}
	p := b.platforms()
	c.printf("%-10s %s   control page: %s/sim/\n", "JD", b.jdURL, b.jdURL)
	c.printf("%-10s %s   control page: %s/sim/\n\n", "Douyin", b.douyinURL, b.douyinURL)
	for _, v := range [][2]string{
		{"PAVILION_JD_KEY", p.JDKey}, {"PAVILION_JD_SECRET", p.JDSecret}, {"PAVILION_JD_URL", p.JDURL}, {"PAVILION_JD_OAUTH_URL", p.JDOAuthURL},
		{"PAVILION_DOUYIN_KEY", p.DouyinKey}, {"PAVILION_DOUYIN_SECRET", p.DouyinSecret}, {"PAVILION_DOUYIN_SERVICE", p.DouyinService},
		{"PAVILION_DOUYIN_URL", p.DouyinURL}, {"PAVILION_DOUYIN_CONSENT_URL", p.DouyinConsentURL},
	} {
		c.printf("export %s=%s\n", v[0], v[1])
	}
	c.printf("\nSet these for pavilion serve, then connect the shops in its console. Everything here is simulated. Stop with Ctrl-C.\n\n")
	group, serving := errgroup.WithContext(ctx)
	b.serve(serving, group)
	return group.Wait()
}

// sandboxOptions say where the simulated platforms are.
type sandboxOptions struct {
	Data                   string // folder
	JDListen, DouyinListen string
	Pavilion               string // address of the pavilion
	Log                    *slog.Logger
}

// sandbox is both platforms, ready to be served.
type sandbox struct {
	jd                     *simjd.Simulator
	douyin                 *simdouyin.Simulator
	jdURL, douyinURL       string
	jdSecret, douyinSecret string
	jdListen, douyinListen net.Listener
}

// openSandbox opens the platforms that are kept in a folder, or new ones. Whoever reaches a
// loopback address may use their control pages; elsewhere they ask for the key in control.key.
func openSandbox(ctx context.Context, o sandboxOptions) (b *sandbox, err error) {
	b = &sandbox{}
	defer func() {
		if err != nil {
			err = errors.Join(err, b.close())
		}
	}()
	if b.jdListen, b.jdURL, err = listenAt(ctx, o.JDListen); err != nil {
		return b, err
	}
	if b.douyinListen, b.douyinURL, err = listenAt(ctx, o.DouyinListen); err != nil {
		return b, err
	}
	if b.jdSecret, err = secretFile(filepath.Join(o.Data, "jd.key")); err != nil {
		return b, err
	}
	if b.douyinSecret, err = secretFile(filepath.Join(o.Data, "douyin.key")); err != nil {
		return b, err
	}
	control, err := secretFile(filepath.Join(o.Data, "control.key"))
	if err != nil {
		return b, err
	}
	if b.jd, err = simjd.New(simjd.Options{
		AppKey: sandboxJDKey, AppSecret: b.jdSecret, BaseURL: b.jdURL, ControlKey: control, OpenControl: loopback(b.jdListen),
		StateFile: filepath.Join(o.Data, "jd.json"), Clock: time.Now, Log: o.Log, ShopName: sandboxShopName, TokenLife: 30 * 24 * time.Hour,
	}); err != nil {
		return b, err
	}
	app := simdouyin.App{Key: sandboxDouyinKey, Secret: b.douyinSecret, ServiceID: sandboxDouyinService, Redirect: cmp.Or(o.Pavilion, "http://localhost") + "/console/connect/douyin/back"}
	if o.Pavilion != "" {
		app.PushURL = o.Pavilion + "/platform/douyin/push"
	}
	b.douyin, err = simdouyin.New(simdouyin.Options{
		BaseURL: b.douyinURL, ControlKey: control, OpenControl: loopback(b.douyinListen), StateFile: filepath.Join(o.Data, "douyin.json"), Clock: time.Now, Log: o.Log,
		Apps:  []simdouyin.App{app},
		Shops: []simdouyin.Shop{{ID: sandboxDouyinShop, Name: sandboxShopName}},
	})
	return b, err
}

func listenAt(ctx context.Context, at string) (net.Listener, string, error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", at)
	if err != nil {
		return nil, "", err
	}
	return l, "http://" + l.Addr().String(), nil
}

func loopback(l net.Listener) bool {
	at, ok := l.Addr().(*net.TCPAddr)
	return ok && at.IP.IsLoopback()
}

// platforms is how a pavilion reaches them.
func (b *sandbox) platforms() platforms {
	p := platforms{
		JDKey: sandboxJDKey, JDSecret: b.jdSecret, JDURL: b.jdURL + "/routerjson", JDOAuthURL: b.jdURL,
		DouyinKey: sandboxDouyinKey, DouyinSecret: b.douyinSecret, DouyinService: sandboxDouyinService, DouyinURL: b.douyinURL, DouyinConsentURL: b.douyinURL,
	}
	// What only a shop knows: where goods come back to, and what is said of them.
	p.known.JD.AgreeReason, p.known.JD.RefuseReason = "13", "13"
	p.known.JD.ReturnTo = jd.ReturnTo{Contact: "模拟仓库", Telephone: "02100000000", Zip: "200000", Province: 2, City: 2813, County: 51976, Address: "模拟路1号", AddressType: 1}
	p.known.JD.Receipt = jd.Received{Packing: 1, Quality: 1, Appearance: 1, Invoice: 1, Judgment: 1, AccessoryGift: 1}
	p.known.Douyin.ReturnTo = map[string]douyin.ID{strconv.Itoa(sandboxDouyinShop): "12"}
	return p
}

// serve answers until ctx ends.
func (b *sandbox) serve(ctx context.Context, group *errgroup.Group) {
	jd := &http.Server{Handler: b.jd, ReadHeaderTimeout: headerTimeout}
	douyin := &http.Server{Handler: b.douyin, ReadHeaderTimeout: headerTimeout}
	for server, listen := range map[*http.Server]net.Listener{jd: b.jdListen, douyin: b.douyinListen} {
		group.Go(func() error {
			if err := server.Serve(listen); !errors.Is(err, http.ErrServerClosed) {
				return err
			}
			return nil
		})
	}
	group.Go(func() error { b.douyin.Run(ctx); return nil })
	group.Go(func() error {
		<-ctx.Done()
		return errors.Join(jd.Close(), douyin.Close(), b.jd.Close(), b.douyin.Close())
	})
}

// close ends what was opened and not served.
func (b *sandbox) close() error {
	var all []error
	for _, l := range []net.Listener{b.jdListen, b.douyinListen} {
		if l != nil {
			all = append(all, l.Close())
		}
	}
	if b.jd != nil {
		all = append(all, b.jd.Close())
	}
	if b.douyin != nil {
		all = append(all, b.douyin.Close())
	}
	return errors.Join(all...)
}
