package main

import (
	"fmt"
	"net/http"
	"time"

	"github.com/BurntSushi/toml"

	"pavilion/channel"
	"pavilion/channel/douyin"
	"pavilion/channel/jd"
)

// platforms says who we are to the platforms on which shops are served. One whose key is not
// set is not served.
type platforms struct {
	JDKey      string `name:"jd-key" help:"Key of our application at JD. Without one, no shops on JD are served." env:"PAVILION_JD_KEY" placeholder:"KEY"`
	JDSecret   string `name:"jd-secret" help:"Secret of that application." env:"PAVILION_JD_SECRET" secret:"true" placeholder:"SECRET"`
	JDURL      string `name:"jd-url" help:"Address of JD's gateway. Default: JD's own." env:"PAVILION_JD_URL" placeholder:"URL"`
	JDOAuthURL string `name:"jd-oauth-url" help:"Address at which owners of shops on JD let us in. Default: JD's own." env:"PAVILION_JD_OAUTH_URL" placeholder:"URL"`

	DouyinKey        string `help:"Key of our application at Douyin. Without one, no shops on Douyin are served." env:"PAVILION_DOUYIN_KEY" placeholder:"KEY"`
	DouyinSecret     string `help:"Secret of that application." env:"PAVILION_DOUYIN_SECRET" secret:"true" placeholder:"SECRET"`
	DouyinService    string `help:"Number of our service, at which owners of shops let us in." env:"PAVILION_DOUYIN_SERVICE" placeholder:"ID"`
	DouyinOwnShop    string `help:"Instead of a service: the one shop whose owner registered the application." env:"PAVILION_DOUYIN_OWN_SHOP" placeholder:"ID"`
	DouyinURL        string `help:"Address of Douyin's gateway. Default: Douyin's own." env:"PAVILION_DOUYIN_URL" placeholder:"URL"`
	DouyinConsentURL string `help:"Address at which owners of shops let us in. Default: Douyin's own." env:"PAVILION_DOUYIN_CONSENT_URL" placeholder:"URL"`

	PlatformFacts string `help:"File with what the platforms' documents leave open; see docs/channels.md." env:"PAVILION_PLATFORM_FACTS" type:"existingfile" placeholder:"FILE"`

	known platformFacts // besides the file, such as of the simulated platforms
}

// platformFacts are what the platforms' documents leave open, and what only a shop knows: by the
// names docs/channels.md lists.
type platformFacts struct {
	DecryptMost int64 // fields of a shop's orders that are decrypted on a day
	JD          struct {
		jd.Settings
		Facts jd.Facts
	}
	Douyin struct {
		Facts    douyin.Facts
		ReturnTo map[string]douyin.ID // by shop
	}
}

// facts reads the file. A name that nobody knows is an error, as is a value of another kind.
func (p platforms) facts() (platformFacts, error) {
	facts := p.known
	if p.PlatformFacts == "" {
		return facts, nil
	}
	read, err := toml.DecodeFile(p.PlatformFacts, &facts)
	if err == nil && len(read.Undecoded()) > 0 {
		err = fmt.Errorf("%q means nothing here; docs/channels.md lists the names", read.Undecoded()[0])
	}
	if err != nil {
		return facts, fmt.Errorf("platform facts %s: %w", p.PlatformFacts, err)
	}
	return facts, nil
}

// callsAtOnce bounds the connections to a platform that are kept.
const callsAtOnce = 64

// add makes the platforms known to the engine. One more platform is one more paragraph here.
func (p platforms) add(e *channel.Engine, facts platformFacts) error {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = callsAtOnce
	// The addresses and bodies of requests hold tokens: nobody else gets them.
	client := e.Doer(&http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }})
	if p.JDKey != "" {
		c, err := jd.NewConnector(jd.Options{AppKey: p.JDKey, AppSecret: p.JDSecret, BaseURL: p.JDURL, OAuthURL: p.JDOAuthURL, Doer: client, Clock: time.Now, Facts: facts.JD.Facts}, facts.JD.Settings)
		if err != nil {
			return err
		}
		e.Add(c)
	}
	if p.DouyinKey != "" {
		c, err := douyin.NewConnector(douyin.Options{
			AppKey: p.DouyinKey, Secret: douyin.Secret(p.DouyinSecret), ServiceID: p.DouyinService, OwnShop: p.DouyinOwnShop,
			BaseURL: p.DouyinURL, ConsentURL: p.DouyinConsentURL, Doer: client, Clock: time.Now,
			Facts: facts.Douyin.Facts, ReturnTo: facts.Douyin.ReturnTo,
		})
		if err != nil {
			return err
		}
		e.Add(c)
	}
	return nil
}
