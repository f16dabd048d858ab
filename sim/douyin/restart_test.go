package douyin

import (
	"os"
	"reflect"
	"testing"
	"time"

	"pavilion"
)

// Everything is the same after a restart, and after a kill in the middle of a line.
func TestRestart(t *testing.T) {
	t.Parallel()
	x := newOutside(t, nil)
	g := x.good(50)
	id := x.place(Placement{Buyer: 3, Room: 8, Lines: []PlacementLine{{SKU: g.SKU, Num: 3}, {SKU: g.SKU, Num: 1, Gift: true}}})
	x.place(Placement{Unpaid: true, Lines: []PlacementLine{{SKU: g.SKU, Num: 1}}})
	x.ask(Ask{Order: id, Type: beforeShipping})
	x.must(x.s.ShiftClock(time.Hour))
	look := func() (State, args) {
		t.Helper()
		state, err := x.s.State()
		x.must(err)
		return state, x.order(id)
	}
	before, order := look()
	x.restart()
	if after, again := look(); !reflect.DeepEqual(before, after) || !reflect.DeepEqual(order.m, again.m) {
		t.Errorf("got %+v, want %+v", after, before)
	}

	// What was being written when the program was killed was told to nobody.
	x.must(x.s.Close())
	f, err := os.OpenFile(x.o.StateFile, os.O_APPEND|os.O_WRONLY, 0)
	x.must(err)
	_, err = f.WriteString(`[{"s":"sku","k":1,"v":{"St`)
	x.must(err)
	x.must(f.Close())
	x.start()
	if after, _ := look(); !reflect.DeepEqual(before, after) {
		t.Errorf("after a kill: got %+v, want %+v", after, before)
	}

	x.must(x.s.Close())
	if _, err := x.s.PlaceOrder(one(g.SKU, 1)); pavilion.KindOf(err) != pavilion.Unavailable {
		t.Errorf("an order without a state file: %v", err)
	}
	x.must(os.WriteFile(x.o.StateFile, []byte("rubbish\n"), 0o600))
	if _, err := New(x.o); pavilion.ReasonOf(err) != "sim.state_malformed" {
		t.Errorf("a spoiled file: got %v", err)
	}
}

// The same seed, clock and acts give the same world.
func TestDeterministic(t *testing.T) {
	t.Parallel()
	world := func() (State, map[string]any) {
		x := newOutside(t, func(o *Options, _ *Rules) { o.StateFile = "" })
		g := x.good(50)
		x.must(x.s.Rush(one(g.SKU, 1), 20, 10*time.Second))
		x.clock.pass(time.Minute)
		id := x.place(one(g.SKU, 2))
		state, err := x.s.State()
		x.must(err)
		return state, x.order(id).m
	}
	s1, o1 := world()
	s2, o2 := world()
	if !reflect.DeepEqual(s1, s2) || !reflect.DeepEqual(o1, o2) {
		t.Error("two worlds of one seed differ")
	}
}

func TestOptions(t *testing.T) {
	t.Parallel()
	fine := newOutside(t, nil).o
	for name, spoil := range map[string]func(o *Options){
		"base":  func(o *Options) { o.BaseURL += "/" },
		"clock": func(o *Options) { o.Clock = nil },
		"shops": func(o *Options) { o.Shops = nil },
		"apps":  func(o *Options) { o.Apps = nil },
		"twice": func(o *Options) { o.Apps = append(o.Apps, o.Apps[0]) },
	} {
		o := fine
		spoil(&o)
		if _, err := New(o); pavilion.ReasonOf(err) != "sim.options" {
			t.Errorf("%s: got %v", name, err)
		}
	}
}
