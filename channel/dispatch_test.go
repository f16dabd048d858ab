package channel_test

import (
	"context"
	"testing"
	"time"

	"pavilion"
	"pavilion/channel"
	"pavilion/channel/channeltest"
	"pavilion/db"
	"pavilion/job"
	"pavilion/order"
	"pavilion/shipment"
)

// ships packs an order into parcels and sends it.
func (m *mall) ships(id pavilion.OrderID, parcels ...shipment.Draft) {
	m.t.Helper()
	m.must(func(ctx context.Context, tx *db.Tx) error {
		if _, err := shipment.Pack(ctx, tx, id, parcels...); err != nil {
			return err
		}
		return shipment.Ship(ctx, tx, id)
	})
}

func parcel(waybill string, lines ...shipment.Line) shipment.Draft {
	return shipment.Draft{Carrier: "sf", Waybill: waybill, Lines: lines, WeightG: 500}
}

// TestPlatformsHearOfParcels: what we ship is told there once, whatever is lost on the way, and
// with the platform's own code for the carrier.
func TestPlatformsHearOfParcels(t *testing.T) {
	eachMarket(t, func(t *testing.T, m *mall) {
		job.On(m.flow, "tell the platform what was shipped", m.engine.Dispatch)
		p := m.platforms[0]
		number := m.buys(0, "sku_a", 3)
		m.polls()
		k, ours := m.kept(0, number)
		p.Fail("Ship", channeltest.LostAnswer, channeltest.LostRequest, channeltest.TooOften)
		m.ships(ours.ID, parcel("SF1111111111111", shipment.Line{Line: 1, Quantity: 1}), parcel("SF2222222222222", shipment.Line{Line: 1, Quantity: 2}))
		for range 4 {
			m.polls()
		}
		placed, _ := p.Placed(number)
		if placed.State != channel.OrderShipped || len(placed.Parcels) != 2 || placed.Parcels[0].Carrier != "SF" {
			t.Errorf("got %+v there, want it shipped in two parcels by SF", placed)
		}
		if k, ours = m.kept(0, number); ours.State != order.StateShipped || k.Reason != "" {
			t.Errorf("got %+v and %+v", k, ours)
		}
		m.settles()
		m.mustBeClean()
	})
}

// TestParcelsWaitForTheBrake: a parcel that went while the brake was on is told when it is
// released.
func TestParcelsWaitForTheBrake(t *testing.T) {
	eachMarket(t, func(t *testing.T, m *mall) {
		job.On(m.flow, "tell the platform what was shipped", m.engine.Dispatch)
		p := m.platforms[0]
		number := m.buys(0, "sku_a", 1)
		m.polls()
		_, ours := m.kept(0, number)
		m.must(func(ctx context.Context, tx *db.Tx) error {
			return channel.PullBrake(ctx, tx, m.shops[0], "a look at the prices")
		})
		m.ships(ours.ID, parcel("SF1111111111111", shipment.Line{Line: 1, Quantity: 1}))
		m.polls()
		if placed, _ := p.Placed(number); placed.State == channel.OrderShipped {
			t.Fatal("told under the brake")
		}
		m.must(func(ctx context.Context, tx *db.Tx) error { return channel.ReleaseBrake(ctx, tx, m.shops[0]) })
		m.polls()
		if placed, _ := p.Placed(number); placed.State != channel.OrderShipped {
			t.Errorf("got %s there after the brake was released", placed.State)
		}
	})
}

// TestACarrierThePlatformCallsOtherwise waits until somebody says what it is called there.
func TestACarrierThePlatformCallsOtherwise(t *testing.T) {
	eachMarket(t, func(t *testing.T, m *mall) {
		job.On(m.flow, "tell the platform what was shipped", m.engine.Dispatch)
		number := m.buys(0, "sku_a", 1)
		m.polls()
		_, ours := m.kept(0, number)
		m.ships(ours.ID, shipment.Draft{Carrier: "ems", Waybill: "EA123456789CN", Lines: []shipment.Line{{Line: 1, Quantity: 1}}, WeightG: 500})
		m.polls()
		if placed, _ := m.platforms[0].Placed(number); placed.State == channel.OrderShipped {
			t.Fatal("it was shipped by a carrier nobody named")
		}
		m.must(func(ctx context.Context, tx *db.Tx) error {
			if err := channel.SetCarrier(ctx, tx, "inc", "ems", "ZTO"); err != nil {
				return err
			}
			parked, err := job.Latest(ctx, tx, job.Filter{State: job.Parked}, "", 10)
			for _, j := range parked {
				if j.Reason != "channel.carrier_unmapped" {
					t.Errorf("got a job parked for %s", j.Reason)
				}
				if err := job.Retry(ctx, tx, j.ID); err != nil {
					return err
				}
			}
			return err
		})
		m.clock.Advance(time.Minute)
		m.polls()
		if placed, _ := m.platforms[0].Placed(number); placed.State != channel.OrderShipped || placed.Parcels[0].Carrier != "ZTO" {
			t.Errorf("got %+v there, want it shipped as ZTO", placed)
		}
		if err := m.d.Write(t.Context(), pavilion.System("test"), func(tx *db.Tx) error {
			return channel.SetCarrier(t.Context(), tx, "inc", "no such", "ZTO")
		}); pavilion.ReasonOf(err) != "shipment.carrier_unknown" {
			t.Errorf("a carrier there is not: got %v", err)
		}
	})
}
