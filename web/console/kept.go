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
	"pavilion/db"
	"pavilion/staff"
	"pavilion/web/ui"
)

// A session may end while somebody fills in a form. What was sent then is not lost: it
// travels sealed through the page to sign in, and is offered again after it: to whoever
// filled it in, not to a colleague who signs in at the same machine.

const (
	keptPurpose = "console.kept"
	keptField   = "kept"
	keptFor     = time.Hour
	keptMost    = 64 << 10 // bytes of a form that is kept
)

// kept is a form that could not be taken.
type kept struct {
	Path   string           `json:"path"`
	Form   url.Values       `json:"form"`
	Member pavilion.StaffID `json:"member"` // whose session it was, "" if the browser had none
	At     time.Time        `json:"at"`
}

type keptView struct {
	Path   string
	Fields []keptValue
}

type keptValue struct{ Name, Value string }

// sendIn shows the way in to somebody without a session. A form that was sent is kept, but
// for files and for the forms of one's own account, which hold passwords and codes.
func (d *desk) sendIn(w http.ResponseWriter, r *http.Request) error {
	if r.Method != http.MethodPost || strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/") || strings.HasPrefix(r.URL.Path, accountPath) {
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
	k := kept{Path: r.URL.RequestURI(), Form: withoutFactors(r.PostForm), At: d.db.Now()}
	err := d.read(r, func(v *db.View) (err error) {
		k.Member, err = staff.SessionMember(r.Context(), v, d.secretOf(r))
		return err
	})
	if err != nil {
		return err
	}
	text, err := json.Marshal(k)
	if err != nil {
		return err
	}
	sealed := base64.RawURLEncoding.EncodeToString(d.sealer.Seal(text, keptPurpose))
	return d.showWayIn(w, r, wayIn{kept: sealed, failure: pavilion.E(pavilion.Unauthenticated, "console.session_over_kept", nil)})
}

// withoutFactors leaves out what the page added that asks for factors again.
func withoutFactors(form url.Values) url.Values {
	out := url.Values{}
	for name, values := range form {
		if !strings.HasPrefix(name, fieldAgain) {
			out[name] = values
		}
	}
	return out
}

// openKept reads what sendIn sealed; ok is false if there is nothing for the member, or it is
// too old.
func (d *desk) openKept(sealed string, m pavilion.StaffID) (k kept, ok bool) {
	raw, err := base64.RawURLEncoding.DecodeString(sealed)
	if err != nil || sealed == "" {
		return kept{}, false
	}
	text, err := d.sealer.Open(raw, keptPurpose)
	if err != nil || json.Unmarshal(text, &k) != nil {
		return kept{}, false
	}
	fresh, theirs := d.db.Now().Sub(k.At) < keptFor, k.Member == "" || k.Member == m
	return k, fresh && theirs && strings.HasPrefix(k.Path, "/console/")
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
