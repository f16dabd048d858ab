package jd

import (
	"crypto/md5" // JD's signature is what it is
	"encoding/hex"
	"maps"
	"slices"
	"strings"
)

// sign is JD's signature of the parameters of a call: the MD5 of the secret, every parameter
// that is not blank as key and value in the order of the keys' bytes, and the secret again,
// in upper-case hexadecimal. The values are the texts before URL-encoding.
func sign(secret string, params map[string]string) string {
	var b strings.Builder
	b.WriteString(secret)
	for _, key := range slices.Sorted(maps.Keys(params)) {
		if value := params[key]; key != "sign" && strings.TrimSpace(value) != "" {
			b.WriteString(key)
			b.WriteString(value)
		}
	}
	b.WriteString(secret)
	sum := md5.Sum([]byte(b.String()))
	return strings.ToUpper(hex.EncodeToString(sum[:]))
}
