package staff

import (
	"context"

	"pavilion/db"
)

// Try counts a try for the subject before its outcome is known, and refuses it while the
// subject is blocked.
func Try(ctx context.Context, tx *db.Tx, subject string) error { return errNotBuilt }

// Blocked tells whether the subject is blocked now.
func Blocked(ctx context.Context, r db.Reader, subject string) error { return errNotBuilt }

// Failed counts a failure.
func Failed(ctx context.Context, tx *db.Tx, subject string) error { return errNotBuilt }

// Succeeded forgets the failures of the subject.
func Succeeded(ctx context.Context, tx *db.Tx, subject string) error { return errNotBuilt }
