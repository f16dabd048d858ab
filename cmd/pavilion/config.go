package main

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"time"

	"github.com/alecthomas/kong"

	"pavilion"
)

// store says where an installation keeps what must not be lost.
type store struct {
	Data string `help:"Folder for the database and the key file." default:"pavilion-data" type:"path" env:"PAVILION_DATA" placeholder:"FOLDER"`
	DB   string `help:"SQLite file or PostgreSQL URL. Default: pavilion.db in the data folder." env:"PAVILION_DB" placeholder:"URL"`
	Key  string `help:"File with the key that seals personal data; keep a copy apart from backups. Default: pavilion.key in the data folder." type:"path" env:"PAVILION_KEY" placeholder:"FILE"`
}

func (s store) url() string {
	if s.DB != "" {
		return s.DB
	}
	return filepath.Join(s.Data, "pavilion.db")
}

func (s store) key() string {
	if s.Key != "" {
		return s.Key
	}
	return filepath.Join(s.Data, "pavilion.key")
}

// Config is every setting of a running pavilion. A field that is not set works.
type Config struct {
	store `embed:""`

	Listen     string        `help:"Address to listen on." default:"127.0.0.1:8080" env:"PAVILION_LISTEN"`
	BaseURL    string        `help:"Address by which shoppers reach the shop, such as https://shop.example. Default: the listen address." env:"PAVILION_BASE_URL" placeholder:"URL"`
	TrustProxy []string      `help:"Networks of reverse proxies whose X-Forwarded-For and -Proto are believed." env:"PAVILION_TRUST_PROXY" placeholder:"CIDR"`
	RateLimit  float64       `help:"Requests a second from one address, on average; 0 for no limit." default:"50" env:"PAVILION_RATE_LIMIT"`
	Drain      time.Duration `help:"How long a stopping pavilion waits for requests under way." default:"15s" env:"PAVILION_DRAIN"`
	LogFormat  string        `help:"Form of the log: text or json." enum:"text,json" default:"text" env:"PAVILION_LOG_FORMAT"`
	LogLevel   slog.Level    `help:"What to log: debug, info, warn or error." default:"info" env:"PAVILION_LOG_LEVEL"`

	Nation           string        `help:"Whose pavilion it is; its data is built in." default:"by" env:"PAVILION_NATION"`
	Market           string        `help:"Market sold to; its data is built in." default:"cn" env:"PAVILION_MARKET"`
	DeliveryFee      string        `help:"What delivery costs." default:"12.00" env:"PAVILION_DELIVERY_FEE"`
	FreeDeliveryFrom string        `help:"Goods from this amount are delivered free." default:"99.00" env:"PAVILION_FREE_DELIVERY_FROM"`
	PayWithin        time.Duration `help:"How long an unpaid order keeps its goods." default:"15m" env:"PAVILION_PAY_WITHIN"`
	PaymentURL       string        `help:"Address of the payment provider's API. Without one, the shop shows its goods and takes no orders." env:"PAVILION_PAYMENT_URL" placeholder:"URL"`
	NotifyURL        string        `help:"Address that sends one-time codes to phones. Without one, shoppers order as guests." env:"PAVILION_NOTIFY_URL" placeholder:"URL"`
	NotifySecret     string        `help:"Bearer token for that address." env:"PAVILION_NOTIFY_SECRET" secret:"true" placeholder:"SECRET"`
	PaymentMerchant  string        `help:"Our name at the payment provider." env:"PAVILION_PAYMENT_MERCHANT"`
	PaymentSecret    string        `help:"Secret shared with the payment provider." env:"PAVILION_PAYMENT_SECRET" secret:"true" placeholder:"SECRET"`

	RatesURL      string `help:"Address of a bank's API that exchange rates are fetched from every day, such as https://api.nbrb.by. Default: people enter them." env:"PAVILION_RATES_URL" placeholder:"URL"`
	RatesName     string `help:"What people call that bank. Default: its address." env:"PAVILION_RATES_NAME"`
	RatesCurrency string `help:"The currency its rates are quoted in." default:"BYN" env:"PAVILION_RATES_CURRENCY"`

	platforms `embed:""`

	OIDCIssuer     string `name:"oidc-issuer" help:"Address of another service at which staff may sign in by OpenID Connect." env:"PAVILION_OIDC_ISSUER" placeholder:"URL"`
	OIDCClient     string `name:"oidc-client" help:"Our name at that service." env:"PAVILION_OIDC_CLIENT"`
	OIDCSecretFile string `name:"oidc-secret-file" help:"File with our secret at that service; without one, only PKCE proves us." type:"path" env:"PAVILION_OIDC_SECRET_FILE" placeholder:"FILE"`
	OIDCName       string `name:"oidc-name" help:"What people call that service. Default: its address." env:"PAVILION_OIDC_NAME"`
}

// proxies parses TrustProxy.
func (c Config) proxies() ([]netip.Prefix, error) {
	var out []netip.Prefix
	for _, s := range c.TrustProxy {
		p, err := netip.ParsePrefix(s)
		if err != nil {
			return nil, pavilion.E(pavilion.Invalid, "config.network_malformed", pavilion.Args{"value": s}).At("trust-proxy").Because(err)
		}
		out = append(out, p)
	}
	return out, nil
}

// baseURL is BaseURL, or what the address being listened on amounts to.
func (c Config) baseURL(listening string) (string, error) {
	if c.BaseURL == "" {
		// A name, where there is one: browsers offer no passkeys at a bare address.
		if at, err := netip.ParseAddrPort(listening); err == nil && at.Addr().IsLoopback() {
			return fmt.Sprintf("http://localhost:%d", at.Port()), nil
		}
		return "http://" + listening, nil
	}
	u, err := url.Parse(c.BaseURL)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return "", pavilion.E(pavilion.Invalid, "config.url_malformed", pavilion.Args{"value": c.BaseURL}).At("base-url")
	}
	return strings.TrimRight(c.BaseURL, "/"), nil
}

// readSettings reads the settings file that the command line or the environment names, if
// any. It is needed before the command line is understood. Errors: Invalid
// config.unreadable and config.malformed, with the path.
func readSettings(args []string) (settingsFile, error) {
	name := os.Getenv("PAVILION_CONFIG")
	for i, a := range args {
		if v, ok := strings.CutPrefix(a, "--config="); ok {
			name = v
		} else if a == "--config" && i+1 < len(args) {
			name = args[i+1]
		}
	}
	f := settingsFile{name: name}
	if name == "" {
		return f, nil
	}
	text, err := os.ReadFile(name)
	if err != nil {
		return f, pavilion.E(pavilion.Invalid, "config.unreadable", pavilion.Args{"path": name}).Because(err)
	}
	if err := json.Unmarshal(text, &f.values); err != nil {
		return f, pavilion.E(pavilion.Invalid, "config.malformed", pavilion.Args{"path": name}).Because(err)
	}
	return f, nil
}

// settingsFile is what a settings file says, by the names of flags.
type settingsFile struct {
	name   string
	values map[string]any
}

// Validate refuses names that are no flag of any command.
func (f settingsFile) Validate(app *kong.Application) error {
	known := map[string]bool{}
	err := kong.Visit(app, func(node kong.Visitable, next kong.Next) error {
		if flag, ok := node.(*kong.Flag); ok {
			known[flag.Name] = true
		}
		return next(nil)
	})
	for name := range f.values {
		if !known[name] {
			return pavilion.E(pavilion.Invalid, "config.unknown_setting", pavilion.Args{"path": f.name, "name": name})
		}
	}
	return err
}

// Resolve gives a flag its value, an empty one being none. The environment goes before the
// file, so a flag whose variable is set is left alone.
func (f settingsFile) Resolve(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	for _, env := range flag.Envs {
		if _, set := os.LookupEnv(env); set {
			return nil, nil
		}
	}
	if f.values[flag.Name] == "" {
		return nil, nil
	}
	return f.values[flag.Name], nil
}

type settingsCommand struct{ Config }

// Run prints the settings in force as a file that --config would read. What is secret is left
// out, and named beside it: a word in its place would be read back as the secret.
func (s settingsCommand) Run(c *terminal) error {
	out := map[string]any{}
	if secret := collect(reflect.ValueOf(s.Config), out); len(secret) > 0 {
		fmt.Fprintf(c.err, "set, and not shown: %s\n", strings.Join(secret, ", "))
	}
	text, err := json.MarshalIndent(out, "", "  ")
	if err != nil {
		return err
	}
	c.printf("%s\n", text)
	return nil
}

// collect gathers the fields of a settings struct by their flag names, without secrets and
// the passwords in URLs, whose names it returns if they are set.
func collect(v reflect.Value, out map[string]any) (secret []string) {
	for i := range v.NumField() {
		f := v.Type().Field(i)
		if f.Anonymous {
			secret = append(secret, collect(v.Field(i), out)...)
			continue
		}
		if !f.IsExported() { // no setting
			continue
		}
		name := f.Tag.Get("name")
		if name == "" {
			name = flagName(f.Name)
		}
		value := v.Field(i).Interface()
		if s, ok := value.(string); ok && s != "" {
			if f.Tag.Get("secret") != "" {
				secret = append(secret, name)
				continue
			}
			if u, err := url.Parse(s); err == nil && u.User != nil {
				if _, set := u.User.Password(); set {
					secret = append(secret, "the password of "+name)
				}
				u.User = url.User(u.User.Username())
				value = u.String()
			}
		}
		if s, ok := value.(fmt.Stringer); ok {
			value = s.String()
		}
		out[name] = value
	}
	return secret
}

// flagName is the flag kong makes of a field's name.
func flagName(field string) string {
	var b strings.Builder
	for i, r := range field {
		upper := r >= 'A' && r <= 'Z'
		if upper && i > 0 && (field[i-1] < 'A' || field[i-1] > 'Z') {
			b.WriteByte('-')
		}
		b.WriteString(strings.ToLower(string(r)))
	}
	return b.String()
}
