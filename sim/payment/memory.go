package payment

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"strings"
	"sync"
	"time"

	"pavilion"
	"pavilion/money"
	"pavilion/sim/simkit"
)

// The states of intents and refunds, as the wire names them.
const (
	open     = "open"
	pending  = "pending"
	paid     = "paid"
	declined = "declined"
	expired  = "expired"
	done     = "done"
	refused  = "refused"
)

// intent is what a merchant asked for.
type intent struct {
	ID        string
	Ref       string // secret enough to be the address of the payer's page
	State     string // never expired: that is open and too late, see stateAt
	Asked     money.Money
	Paying    money.Money // what is paid, or will be while the intent is pending
	Subject   string
	ReturnURL string
	NotifyURL string
	Lang      pavilion.Lang
	ExpiresAt time.Time
	ConfirmAt time.Time // when a pending payment is confirmed
	PaidAt    time.Time
}

func (i intent) stateAt(now time.Time) string {
	if i.State == open && !now.Before(i.ExpiresAt) {
		return expired
	}
	return i.State
}

// refund is a repayment of a paid intent.
type refund struct {
	ID     string
	Ref    string
	Intent string
	State  string
	Amount money.Money
	Reason string
}

// notice is a message to a merchant.
type notice struct {
	ID         string
	Intent     string
	State      string
	Amount     money.Money
	HappenedAt time.Time
	Tries      int
	Owed       int // receipts that are still wanted
	Receipts   int
	NextAt     time.Time
	underWay   bool // somebody sends it now
}

// memory is everything the provider knows. Each change is appended to the state file as a
// line before it counts, and the file is rewritten without history when it is opened. All
// methods but close want mu held.
type memory struct {
	mu      sync.Mutex
	intents map[string]*intent // by id
	byRef   map[string]*intent
	refunds map[string]*refund
	notices map[string]*notice
	late    map[string]*intent // those that are pending
	owed    map[string]*notice // those that are not received
	journal *simkit.Journal    // where the changes go
}

// record is a line of the state file: one of the three.
type record struct {
	Intent *intent `json:",omitempty"`
	Refund *refund `json:",omitempty"`
	Notice *notice `json:",omitempty"`
}

func openMemory(path string) (*memory, error) {
	m := &memory{
		intents: map[string]*intent{}, byRef: map[string]*intent{}, refunds: map[string]*refund{},
		notices: map[string]*notice{}, late: map[string]*intent{}, owed: map[string]*notice{},
	}
	var err error
	m.journal, err = simkit.OpenJournal(path, func(line []byte) error {
		var r record
		if err := json.Unmarshal(line, &r); err != nil {
			return err
		}
		m.learn(r)
		return nil
	}, m.everything)
	return m, err
}

// everything writes all there is.
func (m *memory) everything(write func(any) error) error {
	var errs []error
	for _, i := range m.intents {
		errs = append(errs, write(record{Intent: i}))
	}
	for _, r := range m.refunds {
		errs = append(errs, write(record{Refund: r}))
	}
	for _, n := range m.notices {
		errs = append(errs, write(record{Notice: n}))
	}
	return errors.Join(errs...)
}

// keep writes the records down and then learns them.
func (m *memory) keep(records ...record) error {
	changes := make([]any, len(records))
	for i, r := range records {
		changes[i] = r
	}
	if err := m.journal.Write(changes...); err != nil {
		return err
	}
	for _, r := range records {
		m.learn(r)
	}
	return nil
}

// learn takes a record into the maps.
func (m *memory) learn(r record) {
	if i := r.Intent; i != nil {
		m.intents[i.ID], m.byRef[i.Ref] = i, i
		if delete(m.late, i.ID); i.State == pending {
			m.late[i.ID] = i
		}
	}
	if r.Refund != nil {
		m.refunds[r.Refund.ID] = r.Refund
	}
	if n := r.Notice; n != nil {
		m.notices[n.ID] = n
		if delete(m.owed, n.ID); n.Owed > 0 {
			m.owed[n.ID] = n
		}
	}
}

// close closes the state file; nothing can be kept in it any more.
func (m *memory) close() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.journal.Close()
}

// newRef makes a number of the provider's own that nobody can guess.
func newRef(prefix string) string { return prefix + strings.ToLower(rand.Text()) }
