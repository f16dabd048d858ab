package jd

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"pavilion"
	"pavilion/channel"
	"pavilion/money"
)

// Settings are what an operator decides of a connection to JD. What is 0 or "" takes the
// default that is named here; where it says "undocumented" JD's public documents give none.
type Settings struct {
	Shipper     Shipper       `toml:"-"` // SOP{} if nil; a JD Worldwide shop needs another
	Absolute    bool          // stock is set by absolute numbers, not by increments
	PerSecond   float64       // calls; 5, undocumented
	Burst       int           // 5, undocumented
	RequestLife time.Duration // 10 minutes: JD refuses clocks that are further off; older documents say 6
	Overlap     time.Duration // of windows of orders: 10 minutes
	Lag         time.Duration // how late an order may show in a search: a minute, undocumented
	Depth       time.Duration // how far back orders can be asked for: 90 days, undocumented
	ShipIn      time.Duration // 48 hours, undocumented
	TitleMost   int           // 45: the documents say 45 to 50
	Pictures    int           // of a listing: 5, undocumented
	TokenEarly  time.Duration // 2 hours: tokens of an app in test live a day

	Pin, Nick    string       // who acts in after-sale calls: "pavilion"
	RefuseReason string       // JD's code of the reason with which services are refused
	AgreeReason  string       // and of that with which goods are asked back
	ReturnTo     ReturnTo     // where goods come back to
	Receipt      Received     // what is said of goods that came back
	ReturnDetail ReturnDetail // DetailService if ""
	BillKind     int          // dateType of a question for bills; 0 is not sent
}

// ReturnDetail is which number stands in the list of what is asked back: the documents want
// one and name no call that tells it.
type ReturnDetail string

// The numbers that may be meant.
const (
	DetailService ReturnDetail = "service"
	DetailApply   ReturnDetail = "apply"
)

func (s Settings) withDefaults() Settings {
	if s.Shipper == nil {
		s.Shipper = SOP{}
	}
	usual(&s.PerSecond, 5)
	usual(&s.Burst, 5)
	usual(&s.RequestLife, 10*time.Minute)
	usual(&s.Overlap, 10*time.Minute)
	usual(&s.Lag, time.Minute)
	usual(&s.Depth, 90*24*time.Hour)
	usual(&s.ShipIn, 48*time.Hour)
	usual(&s.TitleMost, 45)
	usual(&s.Pictures, 5)
	usual(&s.TokenEarly, 2*time.Hour)
	usual(&s.Pin, "pavilion")
	usual(&s.Nick, "pavilion")
	usual(&s.ReturnDetail, DetailService)
	return s
}

func usual[T comparable](value *T, otherwise T) {
	if *value == *new(T) {
		*value = otherwise
	}
}

// Connector is JD for the engine: a [channel.Connector]. A shop's id is the number of its
// merchant, which after-sale calls want to know.
type Connector struct {
	*Client
	settings Settings
}

var _ channel.Connector = (*Connector)(nil)

// NewConnector makes a connector. Errors are those of [New], and Invalid jd.options of a
// setting.
func NewConnector(o Options, s Settings) (*Connector, error) {
	c, err := New(o)
	if err != nil {
		return nil, err
	}
	s = s.withDefaults()
	if s.ReturnDetail != DetailService && s.ReturnDetail != DetailApply {
		return nil, pavilion.E(pavilion.Invalid, "jd.options", pavilion.Args{"option": "ReturnDetail"}).At("ReturnDetail")
	}
	return &Connector{c, s}, nil
}

// String keeps the secret out of whatever prints a connector.
func (c *Connector) String() string { return "jd.Connector" }

// Name is the channel's name.
func (c *Connector) Name() string { return Name }

// Traits say what the engine must know.
func (c *Connector) Traits() channel.Traits {
	s := c.settings
	return channel.Traits{
		Zone: beijing, Country: "CN", Receipts: true, Increments: !s.Absolute, RequestLife: s.RequestLife,
		Window: orderWindow, Overlap: s.Overlap, Lag: s.Lag, Depth: s.Depth,
		PerSecond: s.PerSecond, Burst: s.Burst, ShipIn: s.ShipIn,
		TitleMost: s.TitleMost, PicturesMost: s.Pictures, TokenEarly: s.TokenEarly,
	}
}

// orderWindow is the shortest month.
const orderWindow = 28 * 24 * time.Hour

// Redact makes requests and answers fit for people's eyes.
func (c *Connector) Redact(text string) string { return redactText(text, c.o.AppSecret) }

// shop is the shop of an access.
func (c *Connector) shop(a channel.Access) *Shop { return c.Shop(a.Token) }

// clerk is who acts in after-sale calls.
func (c *Connector) clerk(a channel.Access) Clerk {
	return Clerk{Vender: a.Shop, Pin: c.settings.Pin, Nick: c.settings.Nick}
}

// ConsentURL is where the shop's owner lets us in.
func (c *Connector) ConsentURL(state, back string) string { return c.AuthoriseURL(back, state) }

// Exchange turns a code into a token and asks whose shop it opens. If that is not to be had
// the code is used up all the same.
func (c *Connector) Exchange(ctx context.Context, code string) (channel.Token, error) {
	g, err := c.Client.Exchange(ctx, code)
	if err != nil {
		return channel.Token{}, err
	}
	info, err := c.Client.Shop(g.AccessToken).Info(ctx)
	if err != nil {
		return channel.Token{}, answer{call: call{method: infoCall, writes: true}}.lost(err)
	}
	return g.token(channel.Token{Shop: decimalText(info.Vender), ShopName: info.Name}), nil
}

// infoCall asks whose shop a token opens.
const infoCall = "jingdong.seller.vender.info.get"

// Renew prolongs a token.
func (c *Connector) Renew(ctx context.Context, t channel.Token) (channel.Token, error) {
	g, err := c.Refresh(ctx, t.Refresh)
	if err != nil {
		return channel.Token{}, err
	}
	return g.token(t), nil
}

// token is the grant as the engine keeps it. JD does not say how long a refresh token lives.
func (g Grant) token(of channel.Token) channel.Token {
	of.Access, of.AccessUntil = g.AccessToken, g.ExpiresAt
	if g.RefreshToken != "" {
		of.Refresh = g.RefreshToken
	}
	if g.Scope != "" {
		of.Scope = g.Scope
	}
	return of
}

// wireNumber reads one of JD's numbers that we were given as text.
func wireNumber(field, s string) (int64, error) {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n <= 0 {
		return 0, pavilion.E(pavilion.Invalid, "jd.number", pavilion.Args{"value": redact(s)}).At(field)
	}
	return n, nil
}

func decimalText(n int64) string { return strconv.FormatInt(n, 10) }

// SetPrice sets what a SKU costs.
func (c *Connector) SetPrice(ctx context.Context, a channel.Access, u channel.UnitID, price money.Money) error {
	id, err := wireNumber("Units", u.Unit)
	if err != nil {
		return err
	}
	return c.shop(a).SetPrice(ctx, id, price)
}

// SetShelf puts a listing on the shelf or takes it down. JD's audit may still be in the way.
func (c *Connector) SetShelf(ctx context.Context, a channel.Access, listing string, on bool) error {
	id, err := wireNumber("ID", listing)
	if err != nil {
		return err
	}
	if on {
		return c.shop(a).PutUp(ctx, id)
	}
	return c.shop(a).TakeDown(ctx, id, "")
}

// ChangeStock changes how many units JD may sell, by an increment, or, where the settings say
// so, to a number.
func (c *Connector) ChangeStock(ctx context.Context, a channel.Access, change channel.StockChange) error {
	id, err := wireNumber("Unit", change.Unit)
	if err != nil {
		return err
	}
	s := c.shop(a)
	set, units := s.AddStock, change.By
	if c.settings.Absolute {
		set, units = s.SetStock, change.To
	}
	refusals, err := set(ctx, change.Key, []StockChange{{SKU: id, Store: National, Units: units}})
	if err == nil && len(refusals) > 0 {
		err = refusals[0].Err
	}
	if pavilion.KindOf(err) != pavilion.Invalid || c.settings.Absolute || units >= 0 {
		return err
	}
	// JD names no code for having too few: its number tells.
	has, readErr := s.Stock(ctx, id)
	if readErr == nil && national(has).Sellable() < -units {
		return pavilion.E(pavilion.Conflict, "channel.stock_short", nil).Because(err)
	}
	return err
}

// national is the stock of the store all over the country.
func national(stocks []Stock) Stock {
	for _, s := range stocks {
		if s.Store == National {
			return s
		}
	}
	return Stock{}
}

// ReadStock reads what JD would sell, SKU by SKU.
func (c *Connector) ReadStock(ctx context.Context, a channel.Access, units []channel.UnitID) ([]channel.StockReading, error) {
	var out []channel.StockReading
	for _, u := range units {
		id, err := wireNumber("Unit", u.Unit)
		if err != nil {
			return nil, err
		}
		has, err := c.shop(a).Stock(ctx, id)
		if err != nil {
			return nil, err
		}
		stock := national(has)
		reading := channel.StockReading{UnitID: u, Sellable: stock.Sellable(), Held: -1}
		if stock.Known {
			reading.Held = stock.Booked
		}
		out = append(out, reading)
	}
	return out, nil
}

// ReadPush reads nothing: JD tells merchants of nothing but through its own cloud.
func (c *Connector) ReadPush(http.Header, []byte) ([]channel.Hint, []byte, error) {
	return nil, nil, pavilion.E(pavilion.Invalid, "jd.no_push", nil)
}

// Carriers are the shop's own.
func (c *Connector) Carriers(ctx context.Context, a channel.Access) ([]channel.Carrier, error) {
	list, err := c.shop(a).Carriers(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]channel.Carrier, len(list))
	for i, one := range list {
		out[i] = channel.Carrier{Code: decimalText(one.ID), Name: one.Name}
	}
	return out, nil
}

// Ship tells of orders that are sent, each whole and all at once: JD knows no part of one.
func (c *Connector) Ship(ctx context.Context, a channel.Access, parcels []channel.Dispatch) error {
	var order []string
	of := map[string][]channel.Dispatch{}
	for _, p := range parcels {
		if of[p.Order] == nil {
			order = append(order, p.Order)
		}
		of[p.Order] = append(of[p.Order], p)
	}
	for _, number := range order {
		h, err := shipment(number, of[number])
		if err != nil {
			return err
		}
		if err := c.settings.Shipper.Ship(ctx, c.shop(a), h); err != nil {
			return err
		}
	}
	return nil
}

func shipment(number string, parcels []channel.Dispatch) (Shipment, error) {
	id, err := wireNumber("Order", number)
	if err != nil {
		return Shipment{}, err
	}
	h, whole := Shipment{Order: id, Key: parcels[0].Key}, false
	at := map[int64]int{} // carrier → place in h.Parcels
	for _, p := range parcels {
		carrier, err := wireNumber("Carrier", p.Carrier)
		if err != nil {
			return Shipment{}, err
		}
		if _, known := at[carrier]; !known {
			at[carrier] = len(h.Parcels)
			h.Parcels = append(h.Parcels, Parcel{Carrier: carrier})
		}
		if p.Waybill != "" {
			h.Parcels[at[carrier]].Waybills = append(h.Parcels[at[carrier]].Waybills, p.Waybill)
		}
		whole = whole || p.Last
	}
	if !whole {
		return Shipment{}, pavilion.E(pavilion.Invalid, "jd.part_shipment", nil).At("Lines")
	}
	return h, nil
}

// Cancel gives no order up: the documents have no call with which a merchant could.
func (c *Connector) Cancel(context.Context, channel.Access, string, string) error {
	return pavilion.E(pavilion.Conflict, "jd.cancel_by_buyer", nil)
}

// Decrypt opens the recipient of an order once and picks the fields from it. What is only
// sealed by the older way of JD (enSearch) is not opened.
func (c *Connector) Decrypt(ctx context.Context, a channel.Access, number string, wanted []channel.Cipher) ([]string, error) {
	id, err := wireNumber("Number", number)
	if err != nil {
		return nil, err
	}
	out := make([]string, len(wanted))
	oaid := ""
	for _, w := range wanted {
		if rest, ok := strings.CutPrefix(w.Text, oaidMark); ok {
			oaid = rest
		}
	}
	if oaid == "" {
		return out, nil
	}
	people, err := c.shop(a).Recipients(ctx, []Sealed{{id, oaid}})
	if err != nil {
		return nil, err
	}
	for _, p := range people {
		if p.Order != id {
			return nil, pavilion.E(pavilion.Unavailable, "jd.unavailable", pavilion.Args{"method": "jingdong.jos.order.oaid.decrypt"}).
				Because(errors.New("the answer is about another order"))
		}
		for i, w := range wanted {
			if w.Text != oaidMark+oaid {
				continue
			}
			switch w.Field {
			case "name":
				out[i] = p.Name
			case "phone":
				out[i] = p.Mobile
				if out[i] == "" {
					out[i] = p.Phone
				}
			case "address":
				out[i] = p.Address
			}
		}
	}
	return out, nil
}

// oaidMark tells a cipher that JD opens from one of the older way.
const oaidMark = "oaid:"
