package own

import (
	"context"
	"sync"
	"time"

	"pavilion"
	"pavilion/catalog"
	"pavilion/db"
	"pavilion/tailoring/label"
	"pavilion/tailoring/tax"
)

// offersFor is how long an offer is believed that another process may have changed. A
// change made in this process is seen at once.
const offersFor = time.Second

// offers remembers what SKUs are offered for, so that a crowd at one SKU does not read its
// price again and again.
type offers struct {
	d       *db.DB
	pack    *tax.Pack       // nil: the market has no rules of tax
	labels  *label.Pack     // nil together with pack
	changed <-chan struct{} // signalled when the catalogue changes

	mu    sync.RWMutex
	known map[pavilion.SKUID]offer
	since time.Time // what is known was read no earlier
	round uint64    // how often everything was dropped
}

func newOffers(d *db.DB, pack *tax.Pack, labels *label.Pack) *offers {
	changed, _ := d.Listen("catalog") // until the process ends, as the shop does
	return &offers{d: d, pack: pack, labels: labels, changed: changed}
}

// of returns the offers of the SKUs; one that is not priced on the channel is not in it.
func (o *offers) of(ctx context.Context, lines []Line) (map[pavilion.SKUID]offer, error) {
	o.dropOld()
	found := make(map[pavilion.SKUID]offer, len(lines))
	var missing []pavilion.SKUID
	o.mu.RLock()
	round := o.round
	for _, l := range lines {
		if offer, ok := o.known[l.SKU]; ok {
			found[l.SKU] = offer
		} else {
			missing = append(missing, l.SKU)
		}
	}
	o.mu.RUnlock()
	if len(missing) == 0 {
		return found, nil
	}
	var read map[pavilion.SKUID]offer
	err := o.d.Read(ctx, func(v *db.View) error {
		prices, err := catalog.Prices(ctx, v, Name, missing)
		if err != nil {
			return err
		}
		read, err = o.border(ctx, v, prices)
		return err
	})
	if err != nil {
		return nil, err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	for sku, offer := range read {
		found[sku] = offer
		if o.round == round { // nothing changed while we read
			o.known[sku] = offer
		}
	}
	return found, nil
}

// dropOld forgets everything when the catalogue changed or some time has passed.
func (o *offers) dropOld() {
	now := o.d.Now()
	changed := false
	select {
	case <-o.changed:
		changed = true
	default:
	}
	o.mu.RLock()
	old := o.known == nil || changed || now.Sub(o.since) > offersFor
	o.mu.RUnlock()
	if !old {
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.known, o.since = map[pavilion.SKUID]offer{}, now
	o.round++
}
