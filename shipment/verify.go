package shipment

import (
	"context"
	"fmt"

	"pavilion"
	"pavilion/db"
)

// Difference is one place where the parcels of an order are not what the rows around them
// add up to.
type Difference struct {
	Reason  string // machine word, such as "shipment.verify_over"
	Order   pavilion.OrderID
	Stored  int64 // units, or parcels
	Counted int64 // what the others add up to
}

// checks are the things Verify counts. Each query returns the order, what lies in parcels
// and what should, for every difference. They read the tables of order and stock as they
// are, because their functions would tell what they believe.
var checks = []struct{ reason, query string }{
	// No parcel holds what was not ordered.
	{"shipment.verify_over", `
		select p.order_id, cast(sum(i.quantity) as bigint), coalesce(max(l.quantity), 0)
		from parcel p
		join parcel_line i on i.parcel_id = p.id
		left join order_line l on l.order_id = p.order_id and l.line = i.line
		group by p.order_id, i.line
		having sum(i.quantity) > coalesce(max(l.quantity), 0)`},
	// What left in parcels was taken from stock. Orders that left before there were parcels
	// have none.
	{"shipment.verify_taken", `
		select s.order_id, s.units, coalesce(t.units, 0)
		from (select p.order_id as order_id, i.line as line, cast(sum(i.quantity) as bigint) as units
			from parcel p join parcel_line i on i.parcel_id = p.id
			where p.state <> 'packed' group by p.order_id, i.line) s
		left join (select order_id, line, cast(sum(quantity) as bigint) as units
			from reservation where state = 'taken' group by order_id, line) t
			on t.order_id = s.order_id and t.line = s.line
		where s.units <> coalesce(t.units, 0)`},
	// A parcel stands where its order does. Those of an order that was cancelled are unpacked
	// a moment later.
	{"shipment.verify_state", `
		select p.order_id, count(*), 0
		from parcel p
		join sale_order o on o.id = p.order_id
		where p.state = 'packed' and o.state not in ('paid', 'cancelled')
			or p.state = 'shipped' and o.state <> 'shipped'
			or p.state = 'delivered' and o.state not in ('delivered', 'completed')
		group by p.order_id`},
	// No parcel is empty.
	{"shipment.verify_empty", `
		select p.order_id, count(*), 0
		from parcel p
		left join parcel_line i on i.parcel_id = p.id
		where i.parcel_id is null
		group by p.order_id`},
}

// Verify counts every parcel against its order and against what was taken from stock for
// it, and reports each difference. It changes nothing; report must not use r.
func Verify(ctx context.Context, r db.Reader, report func(Difference) error) error {
	for _, c := range checks {
		err := db.Each(ctx, r, func(row db.Scanner) error {
			d := Difference{Reason: c.reason}
			if err := row.Scan(&d.Order, &d.Stored, &d.Counted); err != nil {
				return err
			}
			return report(d)
		}, c.query)
		if err != nil {
			return fmt.Errorf("%s: %w", c.reason, err)
		}
	}
	return nil
}
