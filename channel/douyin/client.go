package douyin

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"pavilion"
)

// Name is the platform's name in the tables and in addresses.
const Name = "douyin"

// The platform's own addresses. It has no public sandbox.
const (
	liveBaseURL    = "https://openapi-fxg.jinritemai.com"
	liveConsentURL = "https://fuwu.jinritemai.com"
)

// callTimeout is that of the platform's own client.
const callTimeout = 12 * time.Second

// Doer sends a request, as [http.Client] does. It must not follow redirects: the address of a
// request holds the shop's token.
type Doer interface {
	Do(*http.Request) (*http.Response, error)
}

// Options say who we are to the platform and where it is.
type Options struct {
	AppKey     string
	Secret     Secret
	ServiceID  string // of the service the merchant consents to; none for an app of the merchant's own
	BaseURL    string // "" takes the platform's own; without a slash at the end
	ConsentURL string // likewise
	Doer       Doer
	Clock      func() time.Time
	Timeout    time.Duration // for one call; 12 seconds if 0
	Facts      Facts

	// PictureAt is the public address at which the pavilion serves a picture, for the platform
	// to fetch it. Without it the bytes are sent, in base 64 as we suppose: no document says.
	PictureAt func(name string) string
	// ReturnTo is the platform's number of the address that a shop's goods come back to; the
	// merchant reads it in the back office.
	ReturnTo map[string]ID
	// OwnShop is the shop whose own merchant registered the app, "" for an app of others: its
	// consent has no code.
	OwnShop string
}

// Facts are what the platform's documents leave open. The zero value takes the defaults that
// the package's comment names.
type Facts struct {
	PushSign     string // SignMD5 or SignHMAC
	OnShelf      string // the method that puts a listing on the shelf
	Operations   Operations
	VirtualPhone *bool // whether decrypting a phone asks for a number that forwards; nil does not say
	SPIRefused   int
	PerSecond    float64       // calls to one shop
	Overlap      time.Duration // of the windows in which orders are asked for
	Lag          time.Duration // how late an order may show
}

const (
	defaultSPIRefused = 100001
	defaultPerSecond  = 10
	defaultOverlap    = 5 * time.Minute
	defaultLag        = time.Minute
)

// The methods that may put a listing on the shelf.
const (
	launchProduct = "product.launchProduct"
	editProduct   = "product.editV2"
	setOnline     = "product.setOnline"
)

// withDefaults fills in what is not set.
func (f Facts) withDefaults() Facts {
	f.PushSign = firstOf(f.PushSign, SignMD5)
	f.OnShelf = firstOf(f.OnShelf, launchProduct)
	if f.SPIRefused == 0 {
		f.SPIRefused = defaultSPIRefused
	}
	if f.PerSecond <= 0 {
		f.PerSecond = defaultPerSecond
	}
	if f.Overlap <= 0 {
		f.Overlap = defaultOverlap
	}
	if f.Lag <= 0 {
		f.Lag = defaultLag
	}
	f.Operations = f.Operations.withDefaults()
	return f
}

// Client is an app at the platform. It is safe for use by many goroutines.
type Client struct{ o Options }

// New makes a client. The error is Invalid, douyin.options, with the option it is about.
func New(o Options) (*Client, error) {
	o.BaseURL = firstOf(o.BaseURL, liveBaseURL)
	o.ConsentURL = firstOf(o.ConsentURL, liveConsentURL)
	if o.Timeout <= 0 {
		o.Timeout = callTimeout
	}
	o.Facts = o.Facts.withDefaults()
	wrong := ""
	switch {
	case o.AppKey == "":
		wrong = "AppKey"
	case o.Secret == "":
		wrong = "Secret"
	case o.ServiceID == "" && o.OwnShop == "":
		wrong = "ServiceID"
	case !address(o.BaseURL):
		wrong = "BaseURL"
	case !address(o.ConsentURL):
		wrong = "ConsentURL"
	case o.Doer == nil:
		wrong = "Doer"
	case o.Clock == nil:
		wrong = "Clock"
	case !slices.Contains([]string{SignMD5, SignHMAC}, o.Facts.PushSign):
		wrong = "PushSign"
	case !slices.Contains([]string{launchProduct, editProduct, setOnline}, o.Facts.OnShelf):
		wrong = "OnShelf"
	}
	if wrong != "" {
		return nil, pavilion.E(pavilion.Invalid, "douyin.options", pavilion.Args{"option": wrong}).At(wrong)
	}
	return &Client{o: o}, nil
}

// address tells whether s is an http or https address without a slash at the end.
func address(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" && !strings.HasSuffix(s, "/")
}

// Shop speaks to the platform for one shop. It is made for a call or a few; a new token makes
// another.
type Shop struct {
	c      *Client
	token  Secret
	hidden Secret // what else of a call must not be repeated
}

// Format writes the type alone: fmt would print the token of a field it cannot ask.
func (Shop) Format(w fmt.State, _ rune) { _, _ = io.WriteString(w, "douyin.Shop") }

// Format writes the type alone, for the same reason.
func (*Client) Format(w fmt.State, _ rune) { _, _ = io.WriteString(w, "douyin.Client") }

// Shop returns the client as the shop that owns the token.
func (c *Client) Shop(token Secret) Shop { return Shop{c: c, token: token} }
