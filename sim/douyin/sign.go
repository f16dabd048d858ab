package douyin

import (
	"bytes"
	"crypto/hmac"
	"crypto/md5" //nolint:gosec // the platform's signature, not ours to choose
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"
)

// readJSON reads exactly one JSON value; numbers keep their digits.
func readJSON(raw string) (any, error) {
	d := json.NewDecoder(strings.NewReader(raw))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("more than one JSON value")
	}
	return v, nil
}

// canonical writes a value as clients sign it: keys in the order of their bytes at every
// level, no blanks, characters as they are. With html, & < > are escaped as the official
// Java client does.
func canonical(v any, html bool) string {
	var b bytes.Buffer
	writeCanonical(&b, v, html)
	return b.String()
}

func writeCanonical(b *bytes.Buffer, v any, html bool) {
	switch v := v.(type) {
	case map[string]any:
		b.WriteByte('{')
		for i, k := range slices.Sorted(maps.Keys(v)) {
			if i > 0 {
				b.WriteByte(',')
			}
			writeString(b, k, html)
			b.WriteByte(':')
			writeCanonical(b, v[k], html)
		}
		b.WriteByte('}')
	case []any:
		b.WriteByte('[')
		for i, e := range v {
			if i > 0 {
				b.WriteByte(',')
			}
			writeCanonical(b, e, html)
		}
		b.WriteByte(']')
	case string:
		writeString(b, v, html)
	case nil:
		b.WriteString("null")
	default: // a bool or the digits of a number
		fmt.Fprint(b, v)
	}
}

var shortEscapes = map[rune]string{'"': `\"`, '\\': `\\`, '\b': `\b`, '\f': `\f`, '\n': `\n`, '\r': `\r`, '\t': `\t`}

func writeString(b *bytes.Buffer, s string, html bool) {
	b.WriteByte('"')
	for _, r := range s {
		switch short, ok := shortEscapes[r]; {
		case ok:
			b.WriteString(short)
		case r < ' ', r == '\u2028', r == '\u2029', html && (r == '&' || r == '<' || r == '>'):
			fmt.Fprintf(b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
}

// The ways to sign. A call that names none means md5.
const (
	signMD5  = "md5"
	signHMAC = "hmac-sha256"
)

// digest is the signature over text by one of the ways, "" for one nobody knows.
func digest(way, secret, text string) string {
	switch way {
	case signMD5, "":
		sum := md5.Sum([]byte(text)) //nolint:gosec // the platform's signature, not ours to choose
		return hex.EncodeToString(sum[:])
	case signHMAC:
		mac := hmac.New(sha256.New, []byte(secret))
		io.WriteString(mac, text) // a hash never fails
		return hex.EncodeToString(mac.Sum(nil))
	}
	return ""
}

// signAPI signs a call of a client.
func signAPI(way, secret, appKey, method, param, timestamp, v string) string {
	return digest(way, secret, secret+"app_key"+appKey+"method"+method+"param_json"+param+"timestamp"+timestamp+"v"+v+secret)
}

// signSPI signs a call of the platform to a client.
func signSPI(way, secret, appKey, param, timestamp string) string {
	return digest(way, secret, secret+"app_key"+appKey+"param_json"+param+"timestamp"+timestamp+secret)
}

// signPush signs the body of a push: the header event-sign.
func signPush(secret, appKey, body string) string {
	return digest(signMD5, secret, appKey+body+secret)
}

// forms returns the texts of the parameters a client may have signed, the usual one first.
// Parameters that are no JSON were signed as they came, if at all.
func forms(raw string, strict, alsoRaw bool) []string {
	v, err := readJSON(raw)
	var out []string
	if err == nil && utf8.ValidString(raw) {
		out = append(out, canonical(v, false))
		if !strict {
			out = append(out, canonical(v, true))
		}
	}
	if !strict && alsoRaw {
		out = append(out, raw)
	}
	return out
}
