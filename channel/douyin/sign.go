package douyin

import (
	"crypto/hmac"
	"crypto/md5" //nolint:gosec // the platform's own choice for pushes and its calls of us
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// The ways of signing, as the platform writes them.
const (
	SignMD5  = "md5"
	SignHMAC = "hmac-sha256"
)

// version is that of the platform's signatures.
const version = "2"

// signature is over the text between two secrets, also for an HMAC with the secret as its key.
func signature(way string, secret Secret, text string) string {
	base := []byte(string(secret) + text + string(secret))
	if way == SignHMAC {
		mac := hmac.New(sha256.New, []byte(string(secret)))
		mac.Write(base) // a hash never fails
		return hex.EncodeToString(mac.Sum(nil))
	}
	sum := md5.Sum(base)
	return hex.EncodeToString(sum[:])
}

// signCall signs a call of ours. The parameters are the bytes that are sent.
func signCall(way, appKey string, secret Secret, method, stamp string, params []byte) string {
	return signature(way, secret, "app_key"+appKey+"method"+method+"param_json"+string(params)+"timestamp"+stamp+"v"+version)
}

// signSPI signs a call of the platform, which names no method and no version.
func signSPI(way, appKey string, secret Secret, stamp string, params []byte) string {
	return signature(way, secret, "app_key"+appKey+"param_json"+string(params)+"timestamp"+stamp)
}

// signPush signs a push: over the app key, the bytes of its body and the secret.
func signPush(way, appKey string, secret Secret, body []byte) string {
	text := appKey + string(body) + string(secret)
	if way == SignHMAC {
		mac := hmac.New(sha256.New, []byte(string(secret)))
		mac.Write([]byte(text))
		return hex.EncodeToString(mac.Sum(nil))
	}
	sum := md5.Sum([]byte(text))
	return hex.EncodeToString(sum[:])
}

// same compares a signature of ours with one that came, in constant time.
func same(ours, came string) bool { return hmac.Equal([]byte(ours), []byte(strings.ToLower(came))) }
