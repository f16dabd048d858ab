package payment

import (
	"bufio"
	"crypto/rand"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"strings"
	"sync"
	"time"

	"pavilion"
	"pavilion/money"
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
	file    *os.File           // nil keeps everything in memory
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
	if path == "" {
		return m, nil
	}
	if err := m.load(path); err != nil {
		return nil, err
	}
	if err := m.rewrite(path); err != nil {
		return nil, pavilion.E(pavilion.Unavailable, "sim.state_unreadable", pavilion.Args{"path": path}).Because(err)
	}
	return m, nil
}

// load reads the state file. A last line without an end was being written when the program
// was killed: nobody was told of it, and it is left out.
func (m *memory) load(path string) error {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return pavilion.E(pavilion.Unavailable, "sim.state_unreadable", pavilion.Args{"path": path}).Because(err)
	}
	defer f.Close()
	lines := bufio.NewReader(f)
	for n := 1; ; n++ {
		line, err := lines.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return pavilion.E(pavilion.Unavailable, "sim.state_unreadable", pavilion.Args{"path": path}).Because(err)
		}
		var r record
		if err := json.Unmarshal(line, &r); err != nil {
			return pavilion.E(pavilion.Unavailable, "sim.state_malformed", pavilion.Args{"path": path, "line": n}).Because(err)
		}
		m.learn(r)
	}
}

// rewrite writes everything anew and leaves the file open for what follows.
func (m *memory) rewrite(path string) error {
	f, err := os.OpenFile(path+".new", os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	w := bufio.NewWriter(f)
	to := json.NewEncoder(w)
	var errs []error
	for _, i := range m.intents {
		errs = append(errs, to.Encode(record{Intent: i}))
	}
	for _, r := range m.refunds {
		errs = append(errs, to.Encode(record{Refund: r}))
	}
	for _, n := range m.notices {
		errs = append(errs, to.Encode(record{Notice: n}))
	}
	errs = append(errs, w.Flush(), f.Sync(), os.Rename(path+".new", path))
	if err := errors.Join(errs...); err != nil {
		return errors.Join(err, f.Close())
	}
	m.file = f
	return nil
}

// keep writes the records down and then learns them.
func (m *memory) keep(records ...record) error {
	if m.file != nil {
		var lines []byte
		for _, r := range records {
			line, err := json.Marshal(r)
			if err != nil {
				return err
			}
			lines = append(append(lines, line...), '\n')
		}
		if _, err := m.file.Write(lines); err != nil {
			return err
		}
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
	if m.file == nil {
		return nil
	}
	if err := m.file.Close(); !errors.Is(err, fs.ErrClosed) {
		return err
	}
	return nil
}

// newRef makes a number of the provider's own that nobody can guess.
func newRef(prefix string) string { return prefix + strings.ToLower(rand.Text()) }
