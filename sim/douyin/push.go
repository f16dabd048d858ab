package douyin

import (
	"encoding/json"
	"fmt"
	"strconv"
	"time"
)

// push is a message to an app that was not taken yet.
type push struct {
	App, Tag, ID string
	Data         string // JSON
	At           time.Time
	Tries        int
}

// push tells every app that may hear of the shop.
func (t *tx) push(shop int64, tag, of string, data obj) {
	for _, app := range t.s.o.Apps {
		if app.PushURL == "" || !t.authorised(app.Key, shop) {
			continue
		}
		n := t.next()
		p := push{App: app.Key, Tag: tag, ID: fmt.Sprintf("%s::%s:%d:%d", of, tag, t.now.Unix(), n), Data: plainJSON(data), At: t.now}
		switch f := t.s.faults.take(AtPush, t.s.o.Clock()); {
		case f == nil:
		case f.Kind == Lose:
			continue
		case f.Kind == Delay:
			p.At = p.At.Add(f.Wait)
		case f.Kind == Repeat:
			again := p
			t.pushes.put(t.next(), &again)
		}
		t.pushes.put(n, &p)
	}
}

// plainJSON writes values that always have a JSON form.
func plainJSON(v any) string {
	raw, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	if parsed, err := readJSON(string(raw)); err == nil {
		return canonical(parsed, false)
	}
	return string(raw)
}

// pushOrder tells what happened to an order.
func (t *tx) pushOrder(o *order, tag string, with obj) {
	number := func(id string) int64 {
		n, _ := strconv.ParseInt(id, 10, 64) // ours
		return n
	}
	lines := []int64{}
	for _, l := range o.Lines {
		lines = append(lines, number(l.ID))
	}
	data := obj{"p_id": number(o.ID), "s_ids": lines, "shop_id": o.Shop, "order_status": o.Status, "order_type": 0, "biz": o.Biz}
	for k, v := range with {
		data[k] = v
	}
	t.push(o.Shop, tag, o.ID, data)
}
