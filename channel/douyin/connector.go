package douyin

import (
	"context"
	"net/http"
	"slices"
	"time"

	"pavilion"
	"pavilion/channel"
	"pavilion/money"
)

// Connector is the platform as the engine sees it.
type Connector struct{ c *Client }

var _ channel.Connector = (*Connector)(nil)

// NewConnector makes one. The error is that of [New].
func NewConnector(o Options) (*Connector, error) {
	c, err := New(o)
	if err != nil {
		return nil, err
	}
	return &Connector{c}, nil
}

func (n *Connector) shop(a channel.Access) Shop { return n.c.Shop(Secret(a.Token)) }

// Name is the platform's name.
func (n *Connector) Name() string { return Name }

// Traits are the platform's rules. A request lives as long as its clock may be wrong, twice
// where ours is ahead. No document bounds a window; a day keeps far from the rows it may show.
func (n *Connector) Traits() channel.Traits {
	return channel.Traits{
		Zone:       Beijing,
		Country:    "CN",
		Increments: true, RequestLife: 2 * freshness,
		Window: 24 * time.Hour, Overlap: n.c.o.Facts.Overlap, Lag: n.c.o.Facts.Lag, Depth: 90 * 24 * time.Hour,
		PerSecond: n.c.o.Facts.PerSecond, Burst: int(max(1, n.c.o.Facts.PerSecond)),
		ShipIn: 48 * time.Hour, Pushes: true,
		TitleMost: nameMost, PicturesMost: picturesMost,
		TokenEarly: 50 * time.Minute, // within the last hour alone a new one comes
	}
}

// ConsentURL is where the shop's owner allows us in.
func (n *Connector) ConsentURL(state, back string) string { return n.c.ConsentURL(state, back) }

// Exchange turns the code into a token.
func (n *Connector) Exchange(ctx context.Context, code string) (channel.Token, error) {
	if n.c.o.OwnShop != "" {
		t, err := n.c.RedeemOwn(ctx, n.c.o.OwnShop, false)
		return n.token(t), err
	}
	t, err := n.c.Redeem(ctx, Secret(code))
	return n.token(t), err
}

// Renew prolongs a token.
func (n *Connector) Renew(ctx context.Context, t channel.Token) (channel.Token, error) {
	next, err := n.c.Refresh(ctx, Secret(t.Refresh))
	return n.token(next), err
}

func (n *Connector) token(t Token) channel.Token {
	if t.Access == "" {
		return channel.Token{}
	}
	return channel.Token{
		Shop: string(t.Shop), ShopName: t.ShopName, Access: string(t.Access), Refresh: string(t.Refresh),
		AccessUntil: t.ExpiresAt, RefreshUntil: n.c.o.Clock().Add(RefreshLife),
	}
}

// Categories returns the children of a category that may be used.
func (n *Connector) Categories(ctx context.Context, a channel.Access, parent string) ([]channel.Category, error) {
	told, err := n.shop(a).Categories(ctx, ID(firstOf(parent, "0")))
	var out []channel.Category
	for _, c := range told {
		if c.Enabled {
			out = append(out, channel.Category{ID: string(c.ID), Parent: string(c.Parent), Name: c.Name, Leaf: bool(c.Leaf)})
		}
	}
	return out, err
}

// Attributes returns what the platform asks about goods of a leaf.
func (n *Connector) Attributes(ctx context.Context, a channel.Access, category string) ([]channel.Attribute, error) {
	told, err := n.shop(a).Properties(ctx, ID(category))
	var out []channel.Attribute
	for _, p := range told {
		at := channel.Attribute{ID: string(p.ID), Name: p.Name, Required: bool(p.Required), Many: p.Type == "multi_select", Free: bool(p.Own) || p.Type == "text"}
		for _, o := range p.Options {
			at.Options = append(at.Options, channel.Option{ID: string(o.ValueID), Name: o.Name})
		}
		out = append(out, at)
	}
	return out, err
}

// AddPicture hands in a picture, by its address if Options.PictureAt is set and by its bytes
// otherwise. Handed in again it is the same picture, so that it may be repeated until the audit
// has passed.
func (n *Connector) AddPicture(ctx context.Context, a channel.Access, name string, jpeg []byte) (string, error) {
	s := n.shop(a)
	var p Picture
	var err error
	if n.c.o.PictureAt != nil {
		p, err = s.AddPicture(ctx, n.c.o.PictureAt(name), name)
	} else {
		p, err = s.UploadPicture(ctx, jpeg, name)
	}
	if err == nil && !p.Ready() {
		p, err = s.Picture(ctx, p.ID)
	}
	switch {
	case err != nil:
		return "", err
	case p.Ready():
		return p.Address, nil
	case p.Audit == MaterialRejected:
		return "", pavilion.E(pavilion.Invalid, "douyin.refused", pavilion.Args{"method": "material", "word": "audit_status 4", "message": s.redacted(p.Refused)}).At("pictures")
	}
	return "", pavilion.E(pavilion.Conflict, "channel.picture_in_audit", nil).At("pictures")
}

// SetPrice changes the price of a unit.
func (n *Connector) SetPrice(ctx context.Context, a channel.Access, u channel.UnitID, price money.Money) error {
	fen, err := inFen(price)
	if err != nil {
		return err
	}
	return n.shop(a).SetPrice(ctx, ID(u.Listing), ID(u.Unit), fen)
}

// inFen is a price as the platform takes it.
func inFen(price money.Money) (Fen, error) {
	if price.Currency() != money.CNY || price.Minor() <= 0 {
		return 0, pavilion.E(pavilion.Invalid, "douyin.draft", pavilion.Args{"rule": "CNY > 0"}).At("price")
	}
	return Fen(price.Minor()), nil
}

// SetShelf puts a listing on the shelf or takes it off.
func (n *Connector) SetShelf(ctx context.Context, a channel.Access, listing string, on bool) error {
	if on {
		return n.shop(a).Shelve(ctx, ID(listing))
	}
	return n.shop(a).Unshelve(ctx, ID(listing))
}

// ChangeStock adds to the platform's number, once per key.
func (n *Connector) ChangeStock(ctx context.Context, a channel.Access, c channel.StockChange) error {
	if c.Key == "" {
		return pavilion.E(pavilion.Invalid, "douyin.request_malformed", pavilion.Args{"method": "sku.syncStock"}).At("key")
	}
	return n.shop(a).AddStock(ctx, ID(c.Listing), StockChange{ID(c.Unit), c.By}, c.Key)
}

// ReadStock asks for the numbers of units, one call for the units of a listing.
func (n *Connector) ReadStock(ctx context.Context, a channel.Access, units []channel.UnitID) ([]channel.StockReading, error) {
	asked := map[string][]SKUStock{}
	var out []channel.StockReading
	for _, u := range units {
		told, ok := asked[u.Listing]
		if !ok {
			var err error
			if told, err = n.shop(a).Stocks(ctx, ID(u.Listing)); err != nil && pavilion.KindOf(err) != pavilion.NotFound {
				return nil, err
			}
			asked[u.Listing] = told
		}
		for _, s := range told {
			if string(s.ID) == u.Unit {
				out = append(out, channel.StockReading{UnitID: u, Sellable: int64(s.Sellable), Held: int64(s.Held)})
			}
		}
	}
	return out, nil
}

// Carriers returns those the shop may ship with.
func (n *Connector) Carriers(ctx context.Context, a channel.Access) ([]channel.Carrier, error) {
	told, err := n.shop(a).Companies(ctx)
	var out []channel.Carrier
	for _, c := range told {
		out = append(out, channel.Carrier{Code: c.Code, Name: c.Name})
	}
	return out, err
}

// Ship tells of parcels, order by order: one that holds all of an order as such, others by
// their lines, all of one order or none.
func (n *Connector) Ship(ctx context.Context, a channel.Access, parcels []channel.Dispatch) error {
	s := n.shop(a)
	for len(parcels) > 0 {
		order := parcels[0].Order
		var of, rest []channel.Dispatch
		for _, p := range parcels {
			if p.Order == order {
				of = append(of, p)
			} else {
				rest = append(rest, p)
			}
		}
		if err := s.ship(ctx, order, of); err != nil {
			return err
		}
		parcels = rest
	}
	return nil
}

func (s Shop) ship(ctx context.Context, order string, parcels []channel.Dispatch) error {
	var packs []Pack
	for _, p := range parcels {
		pack := Pack{Company: p.Carrier, Waybill: p.Waybill}
		for _, l := range p.Lines {
			pack.Contents = append(pack.Contents, Packed{Line: l.Line, Quantity: l.Quantity})
		}
		if len(p.Lines) == 0 && len(parcels) > 1 {
			return pavilion.E(pavilion.Invalid, "douyin.request_malformed", pavilion.Args{"method": "order.logisticsAddMultiPack"}).At("lines")
		}
		packs = append(packs, pack)
	}
	var err error
	if len(packs) == 1 && len(packs[0].Contents) == 0 {
		err = s.ShipWhole(ctx, order, packs[0], false)
	} else {
		_, err = s.ShipPacks(ctx, order, parcels[0].Key, packs)
	}
	if pavilion.KindOf(err) != pavilion.Conflict || err == nil {
		return err
	}
	// The platform may refuse because it was told before, and the answer was lost.
	o, reading := s.Order(ctx, order)
	if reading != nil {
		return reading
	}
	for _, p := range packs {
		if !slices.ContainsFunc(o.Parcels, func(known OrderParcel) bool { return string(known.Waybill) == p.Waybill }) {
			return err
		}
	}
	return nil
}

// Cancel is what the platform lets no merchant do: only the buyer may.
func (n *Connector) Cancel(context.Context, channel.Access, string, string) error {
	return pavilion.E(pavilion.Conflict, "douyin.cancel_by_buyer", nil)
}

// ReadPush checks and reads what the platform sent to us, and says what to answer.
func (n *Connector) ReadPush(header http.Header, body []byte) (hints []channel.Hint, answer []byte, err error) {
	pushes, err := n.c.ReadPush(header, body)
	if err != nil {
		return nil, []byte(PushRefused), err
	}
	for _, p := range pushes {
		h := channel.Hint{Key: string(p.Tag) + ":" + string(p.ID), Shop: string(p.Shop), Kind: string(p.Tag), At: p.At.Time}
		if p.About == AboutOrder || p.About == AboutAfterSale {
			h.Order = string(p.Order)
		}
		hints = append(hints, h)
	}
	return hints, []byte(PushTaken), nil
}
