package db

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/prf"
	tinkpb "github.com/tink-crypto/tink-go/v2/proto/tink_go_proto"
	"github.com/tink-crypto/tink-go/v2/tink"

	"pavilion"
)

// Sealer keeps personal data unreadable at rest: AES-256-GCM for what is read back and
// HMAC-SHA256 for what is only looked up. Its keys live in a file beside the database,
// never in it: a copy of the database alone, and a backup, say nothing about a person.
// Whoever loses the key file loses the names and addresses. A Sealer is safe for use by
// many goroutines.
type Sealer struct {
	aead tink.AEAD
	prf  *prf.Set
}

// keyFile is the form of the key file: two keysets as Tink writes them.
type keyFile struct {
	Seal json.RawMessage `json:"seal"`
	Find json.RawMessage `json:"find"`
}

// keyLength is the length in bytes of what Key returns before it is written as hex.
const keyLength = 16

// OpenSealer reads the key file at path, or makes a new one that only the owner of the
// process may read. Errors: Unavailable db.key_unreadable, db.key_malformed and
// db.folder_unwritable, each with the path.
func OpenSealer(path string) (*Sealer, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		text, err = makeKeyFile(path)
	}
	if err != nil {
		if _, ours := errors.AsType[*pavilion.Error](err); ours {
			return nil, err
		}
		return nil, unavailable("db.key_unreadable", pavilion.Args{"path": path}, err)
	}
	s, err := parseKeys(text)
	if err != nil {
		return nil, unavailable("db.key_malformed", pavilion.Args{"path": path}, err)
	}
	return s, nil
}

// NewSealer returns a Sealer with fresh keys that are kept nowhere, for tests and for a
// world that ends with the process.
func NewSealer() (*Sealer, error) {
	text, err := newKeys()
	if err != nil {
		return nil, err
	}
	return parseKeys(text)
}

// Seal encrypts plain. Purpose names the column; what was sealed for one purpose does not
// open for another.
func (s *Sealer) Seal(plain []byte, purpose string) []byte {
	sealed, err := s.aead.Encrypt(plain, []byte(purpose))
	if err != nil {
		panic(err) // only a text of 64 GB or a machine without randomness
	}
	return sealed
}

// Open decrypts what Seal wrote. Error: Internal db.seal_broken when the bytes were changed,
// sealed for another purpose or with another key file.
func (s *Sealer) Open(sealed []byte, purpose string) ([]byte, error) {
	plain, err := s.aead.Decrypt(sealed, []byte(purpose))
	if err != nil {
		return nil, pavilion.E(pavilion.Internal, "db.seal_broken", pavilion.Args{"purpose": purpose}).Because(err)
	}
	return plain, nil
}

// Key returns 32 hexadecimal digits that stand for the value: the same value and purpose
// give the same key, and nobody without the key file can tell the value from it. Purpose
// names the kind of value, such as "phone".
func (s *Sealer) Key(value, purpose string) string {
	in := binary.AppendUvarint(make([]byte, 0, 2+len(purpose)+len(value)), uint64(len(purpose)))
	in = append(append(in, purpose...), value...)
	out, err := s.prf.ComputePrimaryPRF(in, keyLength)
	if err != nil {
		panic(err) // only a length that HMAC-SHA256 cannot give
	}
	return hex.EncodeToString(out)
}

func newKeys() ([]byte, error) {
	seal, err := newKeyset(aead.AES256GCMKeyTemplate)
	if err != nil {
		return nil, err
	}
	find, err := newKeyset(prf.HMACSHA256PRFKeyTemplate)
	if err != nil {
		return nil, err
	}
	return json.MarshalIndent(keyFile{Seal: seal, Find: find}, "", "  ")
}

func parseKeys(text []byte) (*Sealer, error) {
	var file keyFile
	if err := json.Unmarshal(text, &file); err != nil {
		return nil, err
	}
	seal, err := readKeyset(file.Seal)
	if err != nil {
		return nil, err
	}
	find, err := readKeyset(file.Find)
	if err != nil {
		return nil, err
	}
	var s Sealer
	if s.aead, err = aead.New(seal); err != nil {
		return nil, err
	}
	if s.prf, err = prf.NewPRFSet(find); err != nil {
		return nil, err
	}
	return &s, nil
}

func newKeyset(template func() *tinkpb.KeyTemplate) (json.RawMessage, error) {
	handle, err := keyset.NewHandle(template())
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := insecurecleartextkeyset.Write(handle, keyset.NewJSONWriter(&out)); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

func readKeyset(text []byte) (*keyset.Handle, error) {
	return insecurecleartextkeyset.Read(keyset.NewJSONReader(bytes.NewReader(text)))
}

// makeKeyFile writes the file under another name first, so that a full disk or a crash
// leaves no half of a key.
func makeKeyFile(path string) ([]byte, error) {
	text, err := newKeys()
	if err != nil {
		return nil, err
	}
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, unavailable("db.folder_unwritable", pavilion.Args{"path": dir}, err)
	}
	f, err := os.CreateTemp(dir, ".key-*") // 0600
	if err != nil {
		return nil, unavailable("db.folder_unwritable", pavilion.Args{"path": dir}, err)
	}
	defer os.Remove(f.Name())
	_, err = f.Write(text)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return nil, fmt.Errorf("write key file: %w", err)
	}
	if err := os.Link(f.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("write key file: %w", err)
	}
	if err := syncFolder(dir); err != nil {
		return nil, fmt.Errorf("write key file: %w", err)
	}
	return os.ReadFile(path) // another process may have been first: its file counts
}
