package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"pavilion"
	"pavilion/db"
	"pavilion/order"
	"pavilion/stock"
)

const dropConns = 256

// Drop offers units of one SKU to followers who all try to buy one at once, over HTTP from
// this process to a pavilion in another, and then proves from the database what was sold.
func Drop(ctx context.Context, e Env, followers, units int) (_ []Measure, err error) {
	p, err := e.newPlace(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, p.remove(ctx)) }()
	d, err := p.open(ctx)
	if err != nil {
		return nil, err
	}
	skus, err := sell(ctx, d, 1, int64(units))
	if err != nil {
		return nil, errors.Join(err, d.Close())
	}
	token, err := letIn(ctx, d)
	if err := errors.Join(err, d.Close()); err != nil {
		return nil, err
	}
	server, err := e.serve(ctx, p, "/readyz")
	if err != nil {
		return nil, err
	}
	e.note("the drop: %d followers, %d units", followers, units)
	notice, err := told(ctx, server.addr, token, skus[0])
	if err != nil {
		return nil, errors.Join(err, server.stop())
	}
	said := &sayings{orders: map[string]int{}}
	result, err := load{addr: server.addr, conns: dropConns, requests: followers, request: follower(token, notice, skus[0]), answered: said.hear}.run(ctx)
	if err := errors.Join(err, server.stop()); err != nil {
		return nil, err
	}
	crowd := &Crowd{
		Followers: followers, Units: units, Answered: result.answered, Accepted: len(said.orders),
		Seconds: result.took.Seconds(), P50: ms(result.percentile(.5)), P99: ms(result.percentile(.99)),
	}
	if said.other > 0 {
		return nil, errDrop("%d answers were neither an order nor a refusal, such as %s", said.other, said.sample)
	}
	if err := prove(ctx, p, said, crowd); err != nil {
		return nil, err
	}
	return []Measure{{Name: "drop", Value: float64(result.answered) / result.took.Seconds(), Unit: "answers/s", Crowd: crowd}}, nil
}

// follower writes the request of follower i: another buyer, another phone, one unit.
func follower(token, notice string, sku pavilion.SKUID) func(i int, buf []byte) []byte {
	return func(i int, buf []byte) []byte {
		body := fmt.Appendf(nil, `{"lines":[{"sku":"%s","quantity":1}],"ship_to":{"name":"关注者%d","phone":"+8613%09d","country":"CN","province":"四川省","city":"成都市","district":"武侯区","street":"天府大道%d号"},"notice":"%s"}`, sku, i, i, i, notice)
		buf = fmt.Appendf(buf, "POST /api/v1/orders HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer %s\r\nIdempotency-Key: follower-%09d\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n", token, i, len(body))
		return append(buf, body...)
	}
}

// told asks what buyers of the SKU must accept, as a shop does before it shows them its form.
func told(ctx context.Context, addr, token string, sku pavilion.SKUID) (string, error) {
	body := fmt.Sprintf(`{"lines":[{"sku":"%s","quantity":1}]}`, sku)
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+addr+"/api/v1/quotes", strings.NewReader(body))
	if err != nil {
		return "", err
	}
	r.Header.Set("Authorization", "Bearer "+token)
	r.Header.Set("Content-Type", "application/json")
	client := http.Client{Timeout: 10 * time.Second}
	got, err := client.Do(r)
	if err != nil {
		return "", err
	}
	defer func() { _ = got.Body.Close() }()
	var quote struct{ Notice struct{ ID string } }
	if err := json.NewDecoder(got.Body).Decode(&quote); err != nil || got.StatusCode != http.StatusOK {
		return "", errDrop("the quote was answered with %d, %v", got.StatusCode, err)
	}
	return quote.Notice.ID, nil
}

// sayings is what the server told the followers.
type sayings struct {
	mu     sync.Mutex
	orders map[string]int // by order id: how many followers were told of it
	other  int
	sample string
}

var idField = []byte(`"id":"`)

func (s *sayings) hear(_, status int, body []byte) {
	switch status {
	case http.StatusConflict:
		return
	case http.StatusCreated:
		if _, rest, ok := bytes.Cut(body, idField); ok {
			id, _, _ := bytes.Cut(rest, []byte(`"`))
			s.mu.Lock()
			s.orders[string(id)]++
			s.mu.Unlock()
			return
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.other++
	s.sample = fmt.Sprintf("%d %.300s", status, body)
}

const (
	countOrders = `select count(*), count(distinct external_no) from sale_order`
	countStock  = `select coalesce(sum(on_hand), 0), coalesce(sum(reserved), 0) from balance`
	selectIDs   = `select id from sale_order where id > $1 order by id limit 1000`
)

// prove opens the database after the server has gone and counts.
func prove(ctx context.Context, p place, said *sayings, crowd *Crowd) (err error) {
	d, err := p.open(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	return d.Read(ctx, func(v *db.View) error {
		var orders, distinct int
		var onHand, reserved int64
		if err := v.QueryRow(ctx, countOrders).Scan(&orders, &distinct); err != nil {
			return err
		}
		if err := v.QueryRow(ctx, countStock).Scan(&onHand, &reserved); err != nil {
			return err
		}
		stored, err := storedIDs(ctx, v)
		if err != nil {
			return err
		}
		crowd.Duplicates = orders - distinct
		for id, times := range said.orders {
			crowd.Duplicates += times - 1
			if !stored[id] {
				crowd.Lost++
			}
		}
		want := min(crowd.Units, crowd.Followers)
		if crowd.Accepted != want || orders != want || reserved != int64(want) || onHand != int64(crowd.Units) || crowd.Lost > 0 || crowd.Duplicates > 0 {
			return errDrop("accepted %d, orders %d, reserved %d of %d on hand, duplicates %d, lost %d; want %d", crowd.Accepted, orders, reserved, onHand, crowd.Duplicates, crowd.Lost, want)
		}
		if err := stock.Verify(ctx, v, func(x stock.Difference) error { return errDrop("%v", x) }); err != nil {
			return err
		}
		return order.Verify(ctx, v, func(x order.Difference) error { return errDrop("%v", x) })
	})
}

func storedIDs(ctx context.Context, r db.Reader) (map[string]bool, error) {
	out := map[string]bool{}
	for last := ""; ; {
		ids, err := db.All(ctx, r, func(s db.Scanner) (id string, err error) { return id, s.Scan(&id) }, selectIDs, last)
		if err != nil || len(ids) == 0 {
			return out, err
		}
		for _, id := range ids {
			out[id] = true
		}
		last = ids[len(ids)-1]
	}
}
