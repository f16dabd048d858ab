package db

import (
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"reflect"
	"strings"
	"unicode/utf8"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"

	"pavilion"
)

func unavailable(reason string, args pavilion.Args, err error) *pavilion.Error {
	return pavilion.E(pavilion.Unavailable, reason, args).Because(err)
}

// badCharacters is for strings that are no text. PostgreSQL refuses them; SQLite would keep
// them, and a backup of it could not be moved.
func badCharacters(err error) error {
	return pavilion.E(pavilion.Invalid, "text.bad_characters", nil).Because(err)
}

// areText tells whether the strings among the arguments of a statement are text: UTF-8
// without NUL.
func areText(args []any) bool {
	for _, a := range args {
		s, ok := a.(string)
		if v := reflect.ValueOf(a); !ok && v.Kind() == reflect.String {
			s = v.String()
		}
		if strings.IndexByte(s, 0) >= 0 || !utf8.ValidString(s) {
			return false
		}
	}
	return true
}

// explain makes the troubles of the engine Unavailable: they are nobody's mistake and may
// pass. Text that is none is Invalid. Everything else stays as it is.
func explain(err error) error {
	if err == nil {
		return nil
	}
	if _, ours := errors.AsType[*pavilion.Error](err); ours {
		return err
	}
	if e, ok := errors.AsType[*sqlite.Error](err); ok {
		return explainSQLite(e.Code()&0xff, err)
	}
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		return explainPostgres(e.Code, err)
	}
	if lostConnection(err) {
		return unavailable("db.unreachable", nil, err)
	}
	return err
}

// explainSQLite sorts by primary result code: https://www.sqlite.org/rescode.html
func explainSQLite(code int, err error) error {
	switch code {
	case 13: // SQLITE_FULL
		return unavailable("db.disk_full", nil, err)
	case 5, 6, 7, 8, 10, 14: // BUSY, LOCKED, NOMEM, READONLY, IOERR, CANTOPEN
		return unavailable("db.unreachable", nil, err)
	case 11, 26: // CORRUPT, NOTADB
		return unavailable("db.file_damaged", nil, err)
	default:
		return err
	}
}

// explainPostgres sorts by SQLSTATE class: PostgreSQL documentation, appendix A.
func explainPostgres(code string, err error) error {
	switch code {
	case "53100":
		return unavailable("db.disk_full", nil, err)
	case "22021":
		return badCharacters(err)
	}
	for _, class := range []string{"08", "53", "57", "58", "25006", "40"} { // connection, resources, operator, system, standby, still colliding
		if strings.HasPrefix(code, class) {
			return unavailable("db.unreachable", nil, err)
		}
	}
	return err
}

// lostConnection tells whether the connection to PostgreSQL could not be made or broke.
func lostConnection(err error) bool {
	var connect *pgconn.ConnectError
	var network net.Error
	return errors.As(err, &connect) || errors.As(err, &network) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) ||
		errors.Is(err, driver.ErrBadConn) || errors.Is(err, sql.ErrConnDone)
}
