package douyin

import (
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"regexp"
	"strings"
)

// Secret is a text that is shown to nobody by accident: printed, logged or written as JSON it
// is a dash. string(s) is the text itself.
type Secret string

const hidden = "—"

// Format writes a dash, whatever the verb.
func (s Secret) Format(w fmt.State, _ rune) { _, _ = io.WriteString(w, hidden) }

// LogValue is a dash.
func (s Secret) LogValue() slog.Value { return slog.StringValue(hidden) }

// MarshalText writes a dash.
func (s Secret) MarshalText() ([]byte, error) { return []byte(hidden), nil }

// personal finds what is somebody's own in a text of the platform: mobile numbers, numbers of
// identity cards, encrypted data, addresses of mail, and tokens of whatever shop, which have the
// form of a UUID.
var personal = regexp.MustCompile(`(?:^|\b)1[3-9]\d{9}(?:-\d{3,6})?\b|\b\d{17}[\dXx]\b|#[A-Za-z0-9+/=#]{8,}|[\w.+-]+@[\w-]+\.[\w.]+|\b[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\b`)

// wordsMost is how much of a text of the platform is repeated, in characters.
const wordsMost = 300

// redact makes a text of the platform, or of the network, fit to be shown and kept.
func redact(text string, secrets ...Secret) string {
	for _, s := range secrets {
		if s != "" {
			text = strings.NewReplacer(string(s), hidden, url.QueryEscape(string(s)), hidden).Replace(text)
		}
	}
	text = personal.ReplaceAllString(text, hidden)
	if r := []rune(text); len(r) > wordsMost {
		text = string(r[:wordsMost]) + "…"
	}
	return text
}
