// Package channel is where orders come in, whatever channel their shopper stands in: the
// pavilion's own shop (channel/own) and the marketplaces. Every one of them hands its
// requests to [Intake.Place], which answers when the order is on disk.
package channel

import (
	"context"
	"errors"
	"log/slog"

	"pavilion/db"
	"pavilion/order"
)

var errNotBuilt = errors.New("channel: not built")

// Options say how an intake works. The zero value is right for a server.
type Options struct {
	Set   int // most requests that share a transaction; 512 if 0
	Queue int // most requests that wait; 8,192 if 0
	Log   *slog.Logger
}

// Intake takes requests in.
type Intake struct{}

// NewIntake makes an intake that does not run yet.
func NewIntake(d *db.DB, sealer *db.Sealer, o Options) *Intake { return &Intake{} }

// Start begins to accept.
func (i *Intake) Start(ctx context.Context) error { return errNotBuilt }

// Stop refuses new requests, answers those that wait, and returns when all are answered.
func (i *Intake) Stop() {}

// Place answers a request: with the order, which is then on disk, or with the reason why
// not in Outcome.Err. The error is for what says nothing about the request: Limited
// channel.busy with RetryAfter, Unavailable channel.closed, a cancelled ctx, or a fault; the
// same request may then be placed again, and is accepted once.
func (i *Intake) Place(ctx context.Context, r order.Request) (order.Outcome, error) {
	return order.Outcome{}, errNotBuilt
}
