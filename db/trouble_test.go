package db

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"pavilion"
)

func TestExplain(t *testing.T) {
	t.Parallel()
	plain := errors.New("plain")
	for name, test := range map[string]struct {
		err    error
		kind   pavilion.Kind
		reason string
	}{
		"the server goes down": {&pgconn.PgError{Code: "57P01"}, pavilion.Unavailable, "db.unreachable"},
		"the disk is full":     {&pgconn.PgError{Code: "53100"}, pavilion.Unavailable, "db.disk_full"},
		"a standby":            {&pgconn.PgError{Code: "25006"}, pavilion.Unavailable, "db.unreachable"},
		"collided too often":   {&pgconn.PgError{Code: "40001"}, pavilion.Unavailable, "db.unreachable"},
		"no text":              {&pgconn.PgError{Code: "22021"}, pavilion.Invalid, "text.bad_characters"},
		"a unique key":         {&pgconn.PgError{Code: "23505"}, pavilion.Internal, "internal"},
		"a lost connection":    {io.ErrUnexpectedEOF, pavilion.Unavailable, "db.unreachable"},
		"a bad connection":     {driver.ErrBadConn, pavilion.Unavailable, "db.unreachable"},
		"the caller left":      {context.Canceled, pavilion.Internal, "internal"},
		"ours":                 {pavilion.E(pavilion.Conflict, "stock.short", nil).Because(io.EOF), pavilion.Conflict, "stock.short"},
		"a fault":              {plain, pavilion.Internal, "internal"},
	} {
		err := explain(fmt.Errorf("insert: %w", test.err))
		if pavilion.KindOf(err) != test.kind || pavilion.ReasonOf(err) != test.reason || !errors.Is(err, test.err) {
			t.Errorf("%s: got %v (%v %s), want %v %s", name, err, pavilion.KindOf(err), pavilion.ReasonOf(err), test.kind, test.reason)
		}
	}
	if err := explain(nil); err != nil {
		t.Errorf("got %v, want nil", err)
	}
}

func TestAreText(t *testing.T) {
	t.Parallel()
	type id string
	for _, test := range []struct {
		arg  any
		want bool
	}{
		{"", true}, {"лён 亚麻 😀", true}, {id("ord_1"), true}, {int64(0), true}, {[]byte{0, 0xff}, true}, {nil, true},
		{"a\x00b", false}, {"\xff", false}, {"\xed\xa0\x80", false}, {id("a\x00b"), false},
	} {
		if got := areText([]any{"before", test.arg}); got != test.want {
			t.Errorf("areText(%q): got %v, want %v", test.arg, got, test.want)
		}
	}
}
