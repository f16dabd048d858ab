package channel

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"
	"time"
)

var (
	simSeeds = flag.Int("sim.seeds", 10_000, "how many random histories of shares are lived; 0 for as many as there is time for")
	simSeed  = flag.Uint64("sim.seed", 0, "live only this one, and tell it step by step")
)

// TestSharesNeverOversell lives random histories of one stock that is sold in the own shop and
// on three platforms: calls are delayed, repeated, lost on the way there and back, we crash, and
// shoppers buy, do not pay, and cancel whenever they like. A seed that fails is lived again by
// -sim.seed.
func TestSharesNeverOversell(t *testing.T) {
	if *simSeed != 0 {
		if err := newSharedWorld(*simSeed, keepsTheRule, t.Logf).live(); err != nil {
			t.Error(err)
		}
		return
	}
	began := time.Now()
	for seed := uint64(1); *simSeeds == 0 || seed <= uint64(*simSeeds); seed++ {
		if err := newSharedWorld(seed, keepsTheRule, nil).live(); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		if deadline, set := t.Deadline(); *simSeeds == 0 && set && time.Until(deadline) < 10*time.Second {
			t.Logf("%d seeds in %v", seed, time.Since(began))
			return
		}
	}
}

// TestBrokenSharesOversell shows that the histories find what is wrong: each way of breaking the
// rule sells what is not there, within as many seeds as a run lives.
func TestBrokenSharesOversell(t *testing.T) {
	for _, broken := range []breaking{grantsAfterwards, freesBeforeTheAnswer, repeatsByANewKey, setsWithoutDraining, believesOneAnswer} {
		t.Run(string(broken), func(t *testing.T) {
			t.Parallel()
			for seed := uint64(1); seed <= 10_000; seed++ {
				if err := newSharedWorld(seed, broken, nil).live(); err != nil {
					t.Logf("seed %d: %v", seed, err)
					return
				}
			}
			t.Error("got 10,000 histories without a fault, want one that oversells")
		})
	}
}

// breaking is a way of doing it wrong.
type breaking string

const (
	keepsTheRule         breaking = ""
	grantsAfterwards     breaking = "grants what it raised when the platform confirmed it"
	freesBeforeTheAnswer breaking = "frees what it lowered when it told the platform"
	repeatsByANewKey     breaking = "repeats a lost correction by a new key"
	setsWithoutDraining  breaking = "sets an absolute number while the platform sells"
	believesOneAnswer    breaking = "sets a number again although the first may still be carried out"
)

// sharedWorld is a stock, platforms, a network and us.
type sharedWorld struct {
	random *rand.Rand
	broken breaking
	now    time.Time
	say    func(string, ...any)
	handy  bool // somebody edits numbers in back offices

	free     int64 // not promised
	came     int64
	sold     int64
	keys     int
	crashes  int // answers to who lived before are heard by nobody
	shops    []*simShop
	messages []message
}

// simShop is a shop on a platform: the platform's side, and ours.
type simShop struct {
	how Sharing

	offers int64
	orders []*simOrder
	did    map[string]bool
	mute   bool // does not say what is in its orders
	edited bool // by a hand in its back office: the rule is not asked for any more, but in the end its numbers are ours

	standing Standing
	want     int64
	secretly int64 // of a broken rule: granted when confirmed
}

// unpaidLife is after which a platform cancels what was not paid.
const unpaidLife = 30 * time.Minute

type simOrder struct {
	units        int64
	placed, told time.Time // told: when others can see it; zero while it is not paid
	taken, gone  bool      // we took it in; it was cancelled
	parked       bool      // more than was granted was sold, and a person decides
	goneTold     bool      // we know
}

type message struct {
	shop    *simShop
	c       Correction
	answers bool
	answer  Answer
	life    int
}

func newSharedWorld(seed uint64, broken breaking, say func(string, ...any)) *sharedWorld {
	w := &sharedWorld{random: rand.New(rand.NewPCG(seed, 5)), broken: broken, say: say, now: time.Unix(1_700_000_000, 0)}
	w.handy = broken == keepsTheRule && w.random.IntN(3) == 0
	w.free = w.random.Int64N(40)
	w.came = w.free
	for i := range 3 {
		w.shops = append(w.shops, &simShop{did: map[string]bool{}, mute: i < 2 && w.random.IntN(3) == 0, how: Sharing{
			Increments: i < 2, RequestLife: 10 * time.Minute, Patience: 5 * time.Minute,
			Key: func() string { w.keys++; return strconv.Itoa(w.keys) },
		}})
	}
	return w
}

// live lives a history and then lets everything settle.
func (w *sharedWorld) live() error {
	steps := 50 + w.random.IntN(250)
	for range steps {
		if err := w.step(); err != nil {
			return err
		}
	}
	return w.settle()
}

func (w *sharedWorld) step() error {
	s := w.shops[w.random.IntN(len(w.shops))]
	w.now = w.now.Add(time.Duration(w.random.IntN(40)) * time.Second)
	w.expire()
	switch w.random.IntN(17) {
	case 0, 1, 2:
		w.buy(s, 1+w.random.Int64N(4))
	case 3:
		w.payOrCancel(s)
	case 4:
		if q := 1 + w.random.Int64N(3); w.free-w.granted() >= q { // the own shop asks
			w.free -= q
			w.sold += q
		}
	case 5, 6, 7:
		w.tick(s)
	case 8, 9:
		w.deliver()
	case 10, 11:
		return w.poll(s)
	case 12:
		s.want = w.random.Int64N(15)
	case 13:
		n := w.random.Int64N(5)
		w.free += n
		w.came += n
	case 14:
		if w.random.IntN(4) == 0 {
			w.crashes++
			w.messages = slices.DeleteFunc(w.messages, func(m message) bool { return m.answers })
		}
	case 15:
		if w.random.IntN(3) == 0 {
			w.now = w.now.Add(time.Duration(w.random.IntN(60)) * time.Minute)
			w.expire()
		}
	case 16:
		if w.handy && w.random.IntN(8) == 0 {
			s.edited = true
			s.offers = max(0, s.offers+w.random.Int64N(21)-10)
		}
	}
	return w.check()
}

func (w *sharedWorld) granted() (n int64) {
	for _, s := range w.shops {
		n += s.standing.Granted - s.secretly
	}
	return n
}

// buy places an order on a platform, out of what it offers.
func (w *sharedWorld) buy(s *simShop, units int64) {
	if s.offers < units {
		return
	}
	s.offers -= units
	o := &simOrder{units: units, placed: w.now}
	if w.random.IntN(3) > 0 {
		o.told = w.now.Add(time.Duration(w.random.IntN(60)) * time.Second)
	}
	s.orders = append(s.orders, o)
}

// payOrCancel pays an order, or cancels it, so that the platform offers its units again.
func (w *sharedWorld) payOrCancel(s *simShop) {
	if len(s.orders) == 0 {
		return
	}
	o := s.orders[w.random.IntN(len(s.orders))]
	switch {
	case o.gone:
	case o.told.IsZero() && w.random.IntN(2) == 0:
		o.told = w.now.Add(time.Duration(w.random.IntN(60)) * time.Second)
	case o.told.IsZero() || w.random.IntN(4) == 0:
		o.gone = true
		s.offers += o.units
	}
}

// expire has the platforms cancel what was not paid in time.
func (w *sharedWorld) expire() {
	for _, s := range w.shops {
		for _, o := range s.orders {
			if o.told.IsZero() && !o.gone && !w.now.Before(o.placed.Add(unpaidLife)) {
				o.gone = true
				s.offers += o.units
			}
		}
	}
}

// tick does what is to be done next about a share.
func (w *sharedWorld) tick(s *simShop) {
	want := min(s.want, s.standing.Granted+max(0, w.free-w.granted()))
	step := s.standing.Next(want, s.how, w.now)
	if w.broken == setsWithoutDraining && !s.how.Increments && s.standing.Call.Key == "" && want != s.standing.Granted {
		s.standing.Granted = min(s.standing.Granted, want)
		if step = (Step{Raise: want - s.standing.Granted}); step.Idle() {
			step.Send = Correction{Key: s.how.Key(), To: want, Sent: w.now}
		}
	}
	if w.say != nil && !step.Idle() {
		w.say("%s: shop %d offers %d, pending %d: step %+v of %+v", w.now.Format(time.TimeOnly), slices.Index(w.shops, s), s.offers, s.pending(), step, s.standing)
	}
	switch {
	case step.Look:
		s.standing, _ = s.standing.Saw(s.offers, s.pending(), s.how, w.now)
	case step.Raise > 0:
		n := min(step.Raise, w.free-w.granted())
		if n <= 0 {
			return
		}
		s.standing.Granted += n
		if w.broken == grantsAfterwards {
			s.secretly += n
		}
		c := s.standing.Raised(n, s.how, w.now)
		if w.broken == setsWithoutDraining && !s.how.Increments {
			c.To = s.standing.Granted
		}
		w.send(s, c)
	case step.Send.Key != "":
		c := step.Send
		if w.broken == repeatsByANewKey && s.standing.Call.Key == c.Key {
			c.Key = s.how.Key()
		}
		if w.broken == freesBeforeTheAnswer && c.By < 0 && s.standing.Call.Key == "" {
			s.standing.Granted += c.By
		}
		w.send(s, c)
	case w.broken == believesOneAnswer && !s.how.Increments && s.standing.Call.To > 0 && s.standing.Call.Key != "":
		w.send(s, s.standing.Call)
	}
}

// send writes a correction down and hands it to the network, which may repeat it or lose it.
func (w *sharedWorld) send(s *simShop, c Correction) {
	s.standing = s.standing.Asked(c)
	if w.random.IntN(10) == 0 {
		return // we crashed between writing and sending, or it was lost
	}
	copies := 1 + w.random.IntN(5)/4
	if c.To > 0 {
		copies = 1 // a number that is carried out twice by itself cannot be made safe
	}
	for range copies {
		w.messages = append(w.messages, message{shop: s, c: c, life: w.crashes})
	}
}

// pending is what is in the platform's orders that we have not taken in.
func (s *simShop) pending() (units int64) {
	if s.mute {
		return -1
	}
	for _, o := range s.orders {
		if !o.gone {
			units += o.units
		}
		if o.taken && !o.goneTold {
			units -= o.units
		}
	}
	return units
}

// deliver brings one message where it goes, in any order.
func (w *sharedWorld) deliver() {
	if len(w.messages) == 0 {
		return
	}
	i := w.random.IntN(len(w.messages))
	m := w.messages[i]
	w.messages = slices.Delete(w.messages, i, i+1)
	s := m.shop
	if m.answers {
		before := s.standing
		var lower int64
		s.standing, lower = s.standing.Answered(m.c, m.answer, s.how, w.now)
		if w.broken == freesBeforeTheAnswer && lower > 0 && m.c.By < 0 {
			s.standing.Granted += lower
		}
		if before.Call.Key == m.c.Key {
			s.secretly = 0
		}
		return
	}
	if !w.now.Before(m.c.Sent.Add(s.how.RequestLife)) {
		return // the platform refuses what is as old
	}
	m.answers, m.answer = true, Done
	switch {
	case !s.how.Increments:
		s.offers = m.c.To
	case s.did[m.c.Key]:
	case s.offers+m.c.By < 0:
		m.answer = Short
	default:
		s.offers += m.c.By
		s.did[m.c.Key] = true
	}
	if w.random.IntN(6) > 0 && m.life == w.crashes {
		w.messages = append(w.messages, m)
	}
}

// poll takes in what a platform tells: all that was placed and paid a while ago, and more.
func (w *sharedWorld) poll(s *simShop) error {
	if w.random.IntN(6) == 0 {
		return nil
	}
	for _, o := range s.orders {
		if !o.taken && !o.gone && !o.told.IsZero() && !o.told.After(w.now) {
			if cover := s.standing.Granted - s.secretly + max(0, w.free-w.granted()); cover < o.units || w.free < o.units {
				if w.edited() {
					o.parked = true
					continue
				}
				return fmt.Errorf("oversold: an order of %d units, %d granted, %d free in all", o.units, s.standing.Granted, w.free)
			}
			o.taken, o.parked = true, false
			s.standing.Granted -= min(o.units, s.standing.Granted)
			w.free -= o.units
			w.sold += o.units
		}
		if o.taken && o.gone && !o.goneTold {
			o.goneTold = true
			w.free += o.units
			w.sold -= o.units
			s.standing.Granted += o.units
		}
	}
	return w.check()
}

// edited tells whether a hand gave any shop units: what it sold of them may have been others'.
func (w *sharedWorld) edited() bool {
	return slices.ContainsFunc(w.shops, func(s *simShop) bool { return s.edited })
}

// check looks at the rule with the eyes of somebody who sees all sides.
func (w *sharedWorld) check() error {
	if left := w.free - w.granted(); left < 0 && w.broken != grantsAfterwards {
		return fmt.Errorf("%d units were granted that are not there", -left)
	}
	for i, s := range w.shops {
		open := s.offers
		for _, o := range s.orders {
			if !o.gone && !o.taken {
				open += o.units
			}
			if o.gone && o.taken && !o.goneTold {
				open -= o.units // still promised to an order that is no more
			}
		}
		if g := s.standing.Granted - s.secretly; open > g && !s.edited {
			return fmt.Errorf("shop %d offers and sold unseen %d units and was granted %d", i, open, g)
		}
	}
	if w.free+w.sold != w.came {
		return fmt.Errorf("%d units free and %d sold of %d", w.free, w.sold, w.came)
	}
	return nil
}

// settle lets the shoppers rest and the network work, until the platforms' numbers are ours.
func (w *sharedWorld) settle() error {
	for round := range 600 {
		w.now = w.now.Add(time.Minute)
		for _, s := range w.shops {
			for _, o := range s.orders {
				if (o.told.IsZero() || o.parked) && !o.gone {
					o.gone, o.parked = true, false
					s.offers += o.units
				}
			}
			if round%20 == 19 && s.standing.Call.Key == "" {
				s.standing, _ = s.standing.Saw(s.offers, s.pending(), s.how, w.now)
			}
			w.tick(s)
			if err := w.poll(s); err != nil {
				return err
			}
		}
		for range len(w.messages) {
			w.deliver()
		}
		if err := w.check(); err != nil {
			return err
		}
	}
	for i, s := range w.shops {
		// Who does not say what is in its orders may keep units that it lost: nobody can tell.
		if s.offers != s.standing.Granted && !s.mute || s.offers > s.want {
			return fmt.Errorf("in the end shop %d offers %d of %d granted, and %d were wanted: %+v", i, s.offers, s.standing.Granted, s.want, s.standing)
		}
		if s.standing.Granted < s.want && w.free-w.granted() > 0 {
			return fmt.Errorf("in the end shop %d was granted %d of %d wanted, with %d free", i, s.standing.Granted, s.want, w.free-w.granted())
		}
	}
	return nil
}
