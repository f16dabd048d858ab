package staff

import (
	"context"
	"crypto/rand"
	"strings"

	"pavilion"
	"pavilion/db"
)

const recoveryCodes = 10

const (
	sqlForgetCodes = `delete from staff_recovery_code where staff_id = $1`
	sqlInsertCode  = `insert into staff_recovery_code (staff_id, code_hash, created_at) values ($1, $2, $3)`
	sqlUseRecovery = `update staff_recovery_code set used_at = $1 where staff_id = $2 and code_hash = $3 and used_at is null`
	sqlCodesLeft   = `select count(*) from staff_recovery_code where staff_id = $1 and used_at is null`
)

// IssueRecoveryCodes makes ten codes in place of all that there were. Each is told once and
// opens once, in place of the second factor, or of the password where there is none.
func (g *Gate) IssueRecoveryCodes(ctx context.Context, tx *db.Tx, m pavilion.StaffID) ([]string, error) {
	if _, err := tx.Exec(ctx, sqlForgetCodes, m); err != nil {
		return nil, err
	}
	codes := make([]string, recoveryCodes)
	for i := range codes {
		text := strings.ToLower(rand.Text()[:10]) // 50 bits
		codes[i] = text[:5] + "-" + text[5:]
		if _, err := tx.Exec(ctx, sqlInsertCode, m, g.recoveryHash(m, codes[i]), db.Micros(tx.Now())); err != nil {
			return nil, err
		}
	}
	return codes, Note(ctx, tx, "staff.recovery_codes_issued", string(m), nil)
}

// recoveryHash is what the table keeps of a code. It is keyed: the codes are short enough
// to be typed, and so short enough to be found from a plain hash.
func (g *Gate) recoveryHash(m pavilion.StaffID, code string) string {
	return g.sealer.Key(string(m)+" "+cleanCode(code), "staff.recovery")
}

// cleanCode leaves out how people write codes.
func cleanCode(code string) string {
	return strings.Map(func(c rune) rune {
		if c == ' ' || c == '-' || c == '\u00a0' {
			return -1
		}
		return c
	}, strings.ToLower(strings.TrimSpace(code)))
}

var errCode = pavilion.E(pavilion.Unauthenticated, "staff.code_refused", nil).At("code")

// useCode takes a code of the authenticator app or a recovery code, whichever it looks
// like, and tells which it was. The error is Unauthenticated, staff.code_refused.
func (g *Gate) useCode(ctx context.Context, tx *db.Tx, m pavilion.StaffID, code string) (by string, err error) {
	code = cleanCode(code)
	if len(code) == totpDigits {
		return "totp", g.useTOTP(ctx, tx, m, code)
	}
	return "recovery", g.useRecovery(ctx, tx, m, code)
}

// useRecovery takes a recovery code. The error is Unauthenticated, staff.code_refused.
func (g *Gate) useRecovery(ctx context.Context, tx *db.Tx, m pavilion.StaffID, code string) error {
	n, err := tx.Exec(ctx, sqlUseRecovery, db.Micros(tx.Now()), m, g.recoveryHash(m, code))
	if err != nil {
		return err
	}
	if n == 0 {
		return errCode
	}
	left, err := countRows(ctx, tx, sqlCodesLeft, m)
	if err != nil {
		return err
	}
	return Note(ctx, tx, "staff.recovery_code_used", string(m), map[string]any{"left": left})
}

func countRows(ctx context.Context, r db.Reader, query string, args ...any) (n int64, err error) {
	return n, r.QueryRow(ctx, query, args...).Scan(&n)
}
