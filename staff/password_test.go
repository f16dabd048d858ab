package staff

import (
	"strings"
	"testing"

	"pavilion"
	"pavilion/db"
	"pavilion/db/dbtest"
)

func TestPassword(t *testing.T) {
	t.Parallel()
	phc, err := hashPassword(t.Context(), password)
	if err != nil {
		t.Fatal(err)
	}
	if want := "$argon2id$v=19$m=19456,t=2,p=1$"; !strings.HasPrefix(phc, want) {
		t.Errorf("PHC string: got %q, want it to begin with %q", phc, want)
	}
	again, err := hashPassword(t.Context(), password)
	if err != nil || again == phc {
		t.Errorf("hashed again: got the same salt, %v", err)
	}
	for _, c := range []struct {
		phc, password string
		right         bool
	}{
		{phc, password, true},
		{again, password, true},
		{phc, password + " ", false},
		{phc, "", false},
		{"", "", false},
		{"", password, false},
	} {
		right, old, err := verify(t.Context(), c.phc, c.password)
		if right != c.right || old || err != nil {
			t.Errorf("verify(%q, %q): got %v, old %v, %v, want %v", c.phc, c.password, right, old, err, c.right)
		}
	}
}

// TestPHCOfOthers reads the example of the argon2 reference program ("password",
// "somesalt", two passes over 64 MiB, one thread, 32 bytes).
func TestPHCOfOthers(t *testing.T) {
	t.Parallel()
	const phc = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
	right, old, err := verify(t.Context(), phc, "password")
	if !right || !old || err != nil {
		t.Errorf("got %v, old %v, %v, want right and old", right, old, err)
	}
	for _, bad := range []string{
		"x", "$argon2i$v=19$m=8,t=1,p=1$c29tZXNhbHQ$AAAA", "$argon2id$v=16$m=8,t=1,p=1$c29tZXNhbHQ$AAAA",
		"$argon2id$v=19$m=8,t=0,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
		"$argon2id$v=19$m=x$c29tZXNhbHQ$AAAA", "$argon2id$v=19$m=8,t=1,p=1$!$AAAA",
		"$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$", "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$AAAA",
	} {
		if _, _, err := verify(t.Context(), bad, "password"); pavilion.ReasonOf(err) != "staff.hash_malformed" {
			t.Errorf("%q: got %v, want staff.hash_malformed", bad, err)
		}
	}
}

// TestOldHashIsRenewed signs in over a hash of lower cost.
func TestOldHashIsRenewed(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		m := member(t, d, "desk")
		cheap := cost{memory: 64, time: 1, threads: 1}
		salt := []byte("0123456789abcdef")
		key, err := cheap.derive(t.Context(), password, salt)
		if err != nil {
			t.Fatal(err)
		}
		write(t, d, func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), "update staff set password_hash = $1 where id = $2", cheap.phc(salt, key), m.ID)
			return err
		})
		for _, pass := range []string{"over the old hash", "over the new hash"} {
			if _, err := gate(t, d).SignIn(t.Context(), "desk", password, home); err != nil {
				t.Fatalf("%s: got %v, want none", pass, err)
			}
		}
		hash, err := read(t, d, func(v *db.View) (hash string, err error) {
			return hash, v.QueryRow(t.Context(), "select password_hash from staff where id = $1", m.ID).Scan(&hash)
		})
		if c, _, _, e := parsePHC(hash); err != nil || e != nil || c != current {
			t.Errorf("hash: got %q, %v, %v, want the current cost", hash, err, e)
		}
	})
}

func BenchmarkVerify(b *testing.B) {
	phc, err := hashPassword(b.Context(), password)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if right, _, err := verify(b.Context(), phc, password); !right || err != nil {
			b.Fatal(right, err)
		}
	}
}
