package jd

import (
	"crypto/md5" //nolint:gosec // the platform's signature is made of it
	"crypto/subtle"
	"encoding/hex"
	"maps"
	"slices"
	"strings"
)

// business is the parameter that carries the JSON of the method; otherBusiness is how a
// sister gateway calls it.
const (
	business      = "360buy_param_json"
	otherBusiness = "param_json"
)

// system are the parameters that count for the signature, beside the signature itself. What
// else is sent, such as the body that one PHP client adds, is not looked at.
var system = []string{
	"method", "app_key", "access_token", "timestamp", "v", "format", "sign_method", "jos_result_fuzz",
	business, otherBusiness,
}

// leaving tells which values a way of signing leaves out. Official clients differ; what the
// platform does is unknown, so each of them is accepted.
var leaving = []func(value string) bool{
	func(v string) bool { return strings.TrimSpace(v) == "" }, // Java
	func(string) bool { return false },                        // Go, Python
	func(v string) bool { return strings.HasPrefix(v, "@") },  // PHP
}

// base is the text that is signed.
func base(secret string, sent map[string]string, leave func(value string) bool) string {
	var b strings.Builder
	b.WriteString(secret)
	for _, k := range slices.Sorted(maps.Keys(sent)) {
		if v := sent[k]; k != "sign" && !leave(v) {
			b.WriteString(k)
			b.WriteString(v)
		}
	}
	b.WriteString(secret)
	return b.String()
}

// seal is the signature over a text.
func seal(text string) string {
	sum := md5.Sum([]byte(text)) //nolint:gosec // see the import
	return strings.ToUpper(hex.EncodeToString(sum[:]))
}

// signed tells whether a signature is right in one of the ways clients sign.
func signed(secret string, sent map[string]string, signature string) bool {
	right := 0
	for _, leave := range leaving {
		right |= subtle.ConstantTimeCompare([]byte(seal(base(secret, sent, leave))), []byte(signature))
	}
	return right == 1
}
