package main

import (
	"context"

	"pavilion"
	"pavilion/catalog"
	"pavilion/channel/own"
	"pavilion/db"
	"pavilion/money"
	"pavilion/stock"
)

type producerCommand struct {
	Add  producerAddCommand  `cmd:"" help:"Add a producer."`
	List producerListCommand `cmd:"" help:"List the producers."`
}

type producerAddCommand struct {
	store `embed:""`

	TaxNumber string            `arg:"" help:"Payer number (УНП)."`
	Country   string            `help:"Country by ISO 3166-1." default:"BY"`
	Name      map[string]string `help:"Legal name by language, such as ru=ОАО Пример." required:"" mapsep:"none" placeholder:"LANG=NAME"`
	Address   map[string]string `help:"Address by language." mapsep:"none" placeholder:"LANG=ADDRESS"`
	Prefix    []string          `help:"GS1 company prefixes." placeholder:"DIGITS"`
}

func (p producerAddCommand) Run(ctx context.Context, c *terminal) error {
	return p.write(ctx, func(tx *db.Tx) error {
		id, err := catalog.SaveProducer(ctx, tx, catalog.Producer{
			Country: p.Country, TaxNumber: p.TaxNumber, LegalName: words(p.Name), Address: words(p.Address), Prefixes: p.Prefix,
		})
		if err == nil {
			c.printf("%s\n", id)
		}
		return err
	})
}

func words(m map[string]string) pavilion.Text {
	t := pavilion.Text{}
	for lang, s := range m {
		t[pavilion.Lang(lang)] = s
	}
	return t
}

type producerListCommand struct {
	store `embed:""`
}

func (p producerListCommand) Run(ctx context.Context, c *terminal) error {
	d, err := p.read(ctx)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Read(ctx, func(v *db.View) error {
		list, err := catalog.Producers(ctx, v)
		for _, x := range list {
			c.printf("%s  %s %s  %v  %s\n", x.ID, x.Country, x.TaxNumber, x.Prefixes, x.LegalName.Best(c.say.lang))
		}
		return err
	})
}

type priceCommand struct {
	store `embed:""`

	GTIN     string         `arg:"" help:"Which goods."`
	Amount   string         `arg:"" help:"Shelf price, such as 26.80."`
	Currency money.Currency `help:"Currency by ISO 4217." default:"CNY"`
	Channel  string         `help:"Where it is sold." default:"${channel}"`
	Sell     bool           `help:"Put the goods on the shelf." default:"true" negatable:""`
}

func (p priceCommand) Run(ctx context.Context) error {
	price, err := money.Parse(p.Amount, p.Currency)
	if err != nil {
		return err
	}
	return p.write(ctx, func(tx *db.Tx) error {
		sku, err := skuOf(ctx, tx, p.GTIN)
		if err != nil {
			return err
		}
		if err := catalog.SetPrice(ctx, tx, sku, p.Channel, price); err != nil {
			return err
		}
		return catalog.SetOnSale(ctx, tx, p.Sell, sku)
	})
}

// skuOf finds a SKU by the number under its barcode.
func skuOf(ctx context.Context, r db.Reader, text string) (pavilion.SKUID, error) {
	gtin, err := catalog.ParseGTIN(text)
	if err != nil {
		return "", err
	}
	found, err := catalog.FindGTINs(ctx, r, gtin)
	if err != nil {
		return "", err
	}
	s, ok := found[gtin]
	if !ok {
		return "", pavilion.E(pavilion.NotFound, "gtin.unknown", pavilion.Args{"gtin": string(gtin)})
	}
	return s.ID, nil
}

type warehouseCommand struct {
	store `embed:""`

	Code    string            `arg:"" help:"Short code, such as CTU1."`
	Name    map[string]string `help:"Name by language." required:"" mapsep:"none" placeholder:"LANG=NAME"`
	Country string            `help:"Country by ISO 3166-1." default:"CN"`
	Zone    string            `help:"Time zone, by which best-before dates end." default:"Asia/Shanghai"`
	Sells   bool              `help:"Orders may be sent from here." default:"true" negatable:""`
}

func (w warehouseCommand) Run(ctx context.Context, c *terminal) error {
	return w.write(ctx, func(tx *db.Tx) error {
		id, err := stock.AddWarehouse(ctx, tx, stock.Warehouse{Code: w.Code, Name: words(w.Name), Country: w.Country, TimeZone: w.Zone, Sells: w.Sells})
		if err == nil {
			c.printf("%s\n", id)
		}
		return err
	})
}

type receiveCommand struct {
	store `embed:""`

	GTIN       string        `arg:"" help:"Which goods."`
	Quantity   int64         `arg:"" help:"How many."`
	Lot        string        `help:"Lot code as printed on the pack." required:""`
	Produced   pavilion.Date `help:"Production date, 2026-11-23." required:""`
	BestBefore pavilion.Date `help:"Best-before date." required:""`
	Warehouse  string        `help:"Code of the warehouse." required:""`
	Note       string        `help:"What people should know about it."`
}

func (r receiveCommand) Run(ctx context.Context, c *terminal) error {
	return r.write(ctx, func(tx *db.Tx) error {
		sku, err := skuOf(ctx, tx, r.GTIN)
		if err != nil {
			return err
		}
		all, err := stock.Warehouses(ctx, tx)
		if err != nil {
			return err
		}
		for _, w := range all {
			if w.Code != r.Warehouse {
				continue
			}
			id, err := stock.Receive(ctx, tx, stock.Receipt{SKU: sku, LotCode: r.Lot, ProducedOn: r.Produced, BestBefore: r.BestBefore,
				Warehouse: w.ID, Quantity: r.Quantity, Cause: "cli", Note: r.Note})
			if err == nil {
				c.printf("%s\n", id)
			}
			return err
		}
		return pavilion.E(pavilion.NotFound, "warehouse.unknown", pavilion.Args{"code": r.Warehouse}).At("warehouse")
	})
}

// shelf is the channel whose prices the command line sets unless told otherwise.
const shelf = own.Name
