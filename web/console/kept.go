package console

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"pavilion"
	"pavilion/web/ui"
)

// A session may end while somebody fills in a form. What was sent then is not lost: it
// travels sealed through the page to sign in, and is offered again after it.

const (
	keptPurpose = "console.kept"
	keptField   = "kept"
	keptFor     = time.Hour
	keptMost    = 64 << 10 // bytes of a form that is kept
)

// kept is a form that could not be taken.
type kept struct {
	Path string     `json:"path"`
	Form url.Values `json:"form"`
	At   time.Time  `json:"at"`
}

type keptView struct {
	Path   string
	Fields []keptValue
}

type keptValue struct{ Name, Value string }

// sendIn shows the way in to somebody without a session. A form that was sent is kept.
func (d *desk) sendIn(w http.ResponseWriter, r *http.Request) error {
	if r.Method != http.MethodPost || strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/") {
		q := url.Values{}
		if r.Method == http.MethodGet && r.URL.Path != "/console/" {
			q.Set("then", r.URL.RequestURI())
		}
		redirect(w, r, address("/console/sign-in", q.Encode()))
		return nil
	}
	r.Body = http.MaxBytesReader(w, r.Body, keptMost)
	if err := r.ParseForm(); err != nil {
		redirect(w, r, "/console/sign-in")
		return nil
	}
	text, err := json.Marshal(kept{r.URL.RequestURI(), withoutSecrets(r.PostForm), d.db.Now()})
	if err != nil {
		return err
	}
	sealed := base64.RawURLEncoding.EncodeToString(d.sealer.Seal(text, keptPurpose))
	return d.showWayIn(w, r, wayIn{kept: sealed, failure: pavilion.E(pavilion.Unauthenticated, "console.session_over_kept", nil)})
}

// withoutSecrets leaves out what must be typed again.
func withoutSecrets(form url.Values) url.Values {
	out := url.Values{}
	for name, values := range form {
		secret := slices.ContainsFunc([]string{"password", "code", "secret"}, func(word string) bool { return strings.Contains(name, word) })
		if !secret {
			out[name] = values
		}
	}
	return out
}

// openKept reads what sendIn sealed; ok is false if there is nothing, or it is too old.
func (d *desk) openKept(sealed string) (k kept, ok bool) {
	raw, err := base64.RawURLEncoding.DecodeString(sealed)
	if err != nil || sealed == "" {
		return kept{}, false
	}
	text, err := d.sealer.Open(raw, keptPurpose)
	if err != nil || json.Unmarshal(text, &k) != nil {
		return kept{}, false
	}
	fresh := d.db.Now().Sub(k.At) < keptFor
	return k, fresh && strings.HasPrefix(k.Path, "/console/")
}

// showKept offers to send again what was kept.
func (d *desk) showKept(w http.ResponseWriter, r *http.Request, k kept) error {
	v := keptView{Path: k.Path}
	for name, values := range k.Form {
		for _, value := range values {
			v.Fields = append(v.Fields, keptValue{name, value})
		}
	}
	slices.SortFunc(v.Fields, func(a, b keptValue) int { return strings.Compare(a.Name, b.Name) })
	return d.keptPage.Write(w, r, d.head(ui.PrinterOf(r).T("console.kept.title"), ""), v)
}
