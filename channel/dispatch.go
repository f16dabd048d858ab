package channel

import (
	"context"
	"strings"

	"pavilion"
	"pavilion/db"
	"pavilion/job"
	"pavilion/order"
	"pavilion/shipment"
	"pavilion/staff"
)

const (
	selectCarrier  = `select code from channel_carrier where channel = $1 and carrier = $2`
	selectCarriers = `select carrier, code from channel_carrier where channel = $1 order by carrier limit $2`
	upsertCarrier  = `insert into channel_carrier (channel, carrier, code) values ($1, $2, $3)
		on conflict (channel, carrier) do update set code = excluded.code`
)

// CarrierCode is what a channel calls one of our carriers, as staff said; "" if nobody did.
func CarrierCode(ctx context.Context, r db.Reader, channel, carrier string) (code string, err error) {
	code, _, err = db.One(ctx, r, func(row db.Scanner) (code string, err error) { return code, row.Scan(&code) }, selectCarrier, channel, carrier)
	return code, err
}

// carriersMost is how many carriers there are at most.
const carriersMost = 200

// CarrierCodes are what a channel calls our carriers, as far as staff said.
func CarrierCodes(ctx context.Context, r db.Reader, channel string) (map[string]string, error) {
	codes := map[string]string{}
	_, err := db.All(ctx, r, func(row db.Scanner) (none struct{}, err error) {
		var carrier, code string
		err = row.Scan(&carrier, &code)
		codes[carrier] = code
		return none, err
	}, selectCarriers, channel, carriersMost)
	return codes, err
}

// carrierMost is how long a platform's code of a carrier may be.
const carrierMost = 40

// SetCarrier says what a channel calls one of our carriers. Errors: Invalid
// shipment.carrier_unknown, channel.carrier_unmapped {carrier}.
func SetCarrier(ctx context.Context, tx *db.Tx, channel, carrier, code string) error {
	c, known := shipment.CarrierOf(carrier)
	if !known {
		return pavilion.E(pavilion.Invalid, "shipment.carrier_unknown", nil).At("carrier")
	}
	if code == "" || len(code) > carrierMost {
		return pavilion.E(pavilion.Invalid, "channel.carrier_unmapped", pavilion.Args{"carrier": c.Name}).At("code")
	}
	was, err := CarrierCode(ctx, tx, channel, carrier)
	if err != nil || was == code {
		return err
	}
	if _, err := tx.Exec(ctx, upsertCarrier, channel, carrier, code); err != nil {
		return err
	}
	return staff.NoteChanges(ctx, tx, "channel.carrier", channel, []staff.FieldChange{{Field: carrier, Before: was, After: code}})
}

// Dispatch tells the platform of the parcels of an order that went, all of them at once. It
// may be told again: what it knows already is no error there. Errors that wait for a person:
// Invalid channel.carrier_unmapped {carrier}, and what the platform refuses.
func (e *Engine) Dispatch(ctx context.Context, run *job.Run, f order.Shipped) error {
	var kept KeptOrder
	var shop Shop
	var parcels []shipment.Parcel
	var told []Dispatch
	codes := map[string]string{} // by our carrier
	err := run.DB.Read(ctx, func(v *db.View) (err error) {
		if kept, err = OrderBehind(ctx, v, f.Order); err != nil {
			return err
		}
		if shop, err = ShopOf(ctx, v, kept.Shop); err != nil {
			return err
		}
		lines, err := OrderLines(ctx, v, kept)
		if err != nil {
			return err
		}
		if parcels, err = shipment.Of(ctx, v, f.Order); err != nil {
			return err
		}
		o, err := order.Get(ctx, v, e.o.Sealer, f.Order)
		if err != nil {
			return err
		}
		ordered := map[int]int64{}
		for _, l := range o.Lines {
			ordered[l.Number] = l.Quantity
		}
		told = dispatches(kept.Number, lines, ordered, parcels)
		for _, p := range parcels {
			if codes[p.Carrier], err = CarrierCode(ctx, v, shop.Channel, p.Carrier); err != nil {
				return err
			}
		}
		return nil
	})
	if pavilion.KindOf(err) == pavilion.NotFound { // no platform sold it
		return nil
	}
	if err != nil || len(told) == 0 {
		return err
	}
	if err := e.carriersByName(ctx, shop, codes); err != nil {
		return err
	}
	for i := range told {
		told[i].Carrier = codes[told[i].Carrier]
	}
	return e.call(ctx, shop.ID, Act{Kind: "order.ship", About: kept.Number, Writes: true}, func(ctx context.Context, c Connector, a Access) error {
		return c.Ship(ctx, a, told)
	})
}

// carriersByName finds the codes that nobody set: those of carriers the platform calls as we do.
func (e *Engine) carriersByName(ctx context.Context, shop Shop, codes map[string]string) error {
	var theirs []Carrier
	for carrier, code := range codes {
		if code != "" {
			continue
		}
		if theirs == nil {
			if err := e.call(ctx, shop.ID, Act{Kind: "carrier.list"}, func(ctx context.Context, c Connector, a Access) (err error) {
				theirs, err = c.Carriers(ctx, a)
				return err
			}); err != nil {
				return err
			}
		}
		ours, _ := shipment.CarrierOf(carrier)
		if codes[carrier] = codeOf(ours.Name[pavilion.Chinese], theirs); codes[carrier] == "" {
			return pavilion.E(pavilion.Invalid, "channel.carrier_unmapped", pavilion.Args{"carrier": ours.Name})
		}
	}
	return nil
}

// codeOf is the platform's code of a carrier by its name: the same, or the only one that begins
// as it does, for the same house is called an express and a courier.
func codeOf(name string, theirs []Carrier) (code string) {
	begins := []rune(name)
	begins = begins[:min(len(begins), 2)]
	alike := 0
	for _, c := range theirs {
		if c.Name == name {
			return c.Code
		}
		if len(begins) == 2 && strings.HasPrefix(c.Name, string(begins)) {
			code, alike = c.Code, alike+1
		}
	}
	if alike != 1 {
		return ""
	}
	return code
}

// dispatches are the parcels of an order as a platform is told of them, with our words for
// their carriers. A unit of several parts is in the parcel with the last of them: a parcel
// that completes no unit is not told. One parcel holds all there is, and names no lines.
func dispatches(number string, lines []OrderLine, ordered map[int]int64, parcels []shipment.Parcel) (told []Dispatch) {
	sent, said := map[int]int64{}, map[string]int64{}
	for _, p := range parcels {
		d := Dispatch{Order: number, Key: string(p.ID), Carrier: p.Carrier, Waybill: p.Waybill}
		for _, l := range p.Lines {
			sent[l.Line] += l.Quantity
		}
		for _, l := range lines {
			whole := l.Quantity
			for n := l.First; n < l.First+l.Lines; n++ {
				if ordered[n] > 0 {
					whole = min(whole, sent[n]*l.Quantity/ordered[n])
				}
			}
			if more := whole - said[l.Line]; more > 0 {
				d.Lines, said[l.Line] = append(d.Lines, DispatchLine{Line: l.Line, Quantity: more}), whole
			}
		}
		if len(parcels) == 1 {
			d.Lines = nil
		} else if len(d.Lines) == 0 {
			continue
		}
		told = append(told, d)
	}
	if len(told) > 0 {
		told[len(told)-1].Last = true
	}
	if len(told) == 1 {
		told[0].Lines = nil
	}
	return told
}
