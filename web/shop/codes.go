package shop

import (
	"context"
	"sync"

	"pavilion"
)

// Codes is a Notifier that sends nothing: the page shows the code of a phone instead, and
// says that this is a demonstration. It keeps the last thousand codes in memory.
type Codes struct {
	mu     sync.Mutex
	byTo   map[string]string
	recent []string // the phones in the order of sending, guarded by mu
}

const keptCodes = 1000

// NewCodes makes a notifier for the demo.
func NewCodes() *Codes { return &Codes{byTo: map[string]string{}} }

// SendCode keeps the code for the page.
func (c *Codes) SendCode(_ context.Context, phone, code string, _ pavilion.Lang) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.byTo[phone] = code
	c.recent = append(c.recent, phone)
	if len(c.recent) > keptCodes {
		delete(c.byTo, c.recent[0])
		c.recent = c.recent[1:]
	}
	return nil
}

// code returns the last code sent to the phone, "" if there was none or codes are not shown.
func (c *Codes) code(phone string) string {
	if c == nil {
		return ""
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.byTo[phone]
}
