package db_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"pavilion"
	"pavilion/db"
	"pavilion/db/dbtest"
)

func TestSealOpens(t *testing.T) {
	t.Parallel()
	s, other := dbtest.Sealer(t), dbtest.Sealer(t)
	rapid.Check(t, func(t *rapid.T) {
		plain := rapid.SliceOf(rapid.Byte()).Draw(t, "plain")
		purpose := rapid.String().Draw(t, "purpose")
		sealed := s.Seal(plain, purpose)
		if got, err := s.Open(sealed, purpose); err != nil || !bytes.Equal(got, plain) {
			t.Fatalf("got %q and %v, want %q", got, err, plain)
		}
		if bytes.Equal(sealed, s.Seal(plain, purpose)) {
			t.Fatal("sealed twice to the same bytes")
		}
		changed := bytes.Clone(sealed)
		changed[rapid.IntRange(0, len(sealed)-1).Draw(t, "at")] ^= 1 << rapid.IntRange(0, 7).Draw(t, "bit")
		for name, open := range map[string]func() ([]byte, error){
			"changed":         func() ([]byte, error) { return s.Open(changed, purpose) },
			"cut":             func() ([]byte, error) { return s.Open(sealed[:len(sealed)-1], purpose) },
			"another purpose": func() ([]byte, error) { return s.Open(sealed, purpose+"x") },
			"another key":     func() ([]byte, error) { return other.Open(sealed, purpose) },
		} {
			if got, err := open(); pavilion.ReasonOf(err) != "db.seal_broken" || got != nil {
				t.Fatalf("%s: got %q and %v, want db.seal_broken", name, got, err)
			}
		}
	})
}

func TestKeyTellsValuesApart(t *testing.T) {
	t.Parallel()
	s := dbtest.Sealer(t)
	rapid.Check(t, func(t *rapid.T) {
		value, purpose := rapid.String().Draw(t, "value"), rapid.String().Draw(t, "purpose")
		key := s.Key(value, purpose)
		if len(key) != 32 || strings.Trim(key, "0123456789abcdef") != "" {
			t.Fatalf("got %q, want 32 hexadecimal digits", key)
		}
		if s.Key(value, purpose) != key {
			t.Fatal("the same value has two keys")
		}
		value2, purpose2 := rapid.String().Draw(t, "value2"), rapid.String().Draw(t, "purpose2")
		if (value2 != value || purpose2 != purpose) && s.Key(value2, purpose2) == key {
			t.Fatalf("%q %q and %q %q have the same key", purpose, value, purpose2, value2)
		}
	})
}

// TestOpenSealerTogether has several processes start on one folder at once: all of them
// must end with the same keys.
func TestOpenSealerTogether(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "new", "pavilion.key")
	sealers := make([]*db.Sealer, 8)
	var wait sync.WaitGroup
	for n := range sealers {
		wait.Go(func() {
			var err error
			if sealers[n], err = db.OpenSealer(path); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	if t.Failed() {
		return
	}
	for _, s := range sealers {
		if got, want := s.Key("v", "p"), sealers[0].Key("v", "p"); got != want {
			t.Errorf("got key %s, want %s", got, want)
		}
		if _, err := s.Open(sealers[0].Seal([]byte("v"), "p"), "p"); err != nil {
			t.Error(err)
		}
	}
	files, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(files) != 1 {
		t.Errorf("got %v and %v, want the key file alone", files, err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("got mode %v and %v, want 0600", info.Mode(), err)
	}
}

func TestOpenSealerRefuses(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, "broken.key")
	for _, text := range []string{"", "{}", "rubbish", `{"seal":{"primaryKeyId":1,"key":[]},"find":{}}`} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := db.OpenSealer(file)
		wantError(t, err, pavilion.Unavailable, "db.key_malformed")
	}
	_, err := db.OpenSealer(dir)
	wantError(t, err, pavilion.Unavailable, "db.key_unreadable")
	_, err = db.OpenSealer(filepath.Join(file, "pavilion.key"))
	wantError(t, err, pavilion.Unavailable, "db.key_unreadable")
}

func BenchmarkSeal(b *testing.B) {
	s := dbtest.Sealer(b)
	plain := bytes.Repeat([]byte("address "), 32)
	b.SetBytes(int64(len(plain)))
	for b.Loop() {
		s.Seal(plain, "order.ship_to")
	}
}

func BenchmarkKey(b *testing.B) {
	s := dbtest.Sealer(b)
	for b.Loop() {
		s.Key("+8613800138000", "phone")
	}
}
