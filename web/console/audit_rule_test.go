package console_test

import (
	"encoding/base64"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"pavilion/db"
)

// untold are the posts of staff that need no entry in the trail: they change nothing that
// others see, or undo and end only what is the reader's own.
var untold = regexp.MustCompile(`/(ask|views|kept|sign-out)$|/views/[^/]+/end$`)

// elsewhere are the pages to which a post leads that is not done yet.
var elsewhere = regexp.MustCompile(`/(sign-in|again|kept)`)

// refused tells whether the next page will say that the post was refused or did nothing.
func refused(answer *http.Response) bool {
	defer answer.Body.Close()
	for _, k := range answer.Cookies() {
		raw, err := base64.RawURLEncoding.DecodeString(k.Value)
		if err == nil && k.Name == "said" && !strings.Contains(string(raw), `"good"`) {
			return true
		}
	}
	return false
}

// noting is the rule of the trail, for all tests of the console: whatever a member posts with
// success stands in the trail afterwards. A success is answered by a way on to another page,
// on which nothing bad is said.
func noting(t *testing.T, d *db.DB, next http.Handler) http.Handler {
	entries := func() (n int64) {
		err := d.Read(t.Context(), func(v *db.View) error {
			return v.QueryRow(t.Context(), "select coalesce(max(number), 0) from trail").Scan(&n)
		})
		if err != nil {
			t.Error(err)
		}
		return n
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, err := r.Cookie("staff"); r.Method != http.MethodPost || err != nil || untold.MatchString(r.URL.Path) {
			next.ServeHTTP(w, r)
			return
		}
		before, answer := entries(), httptest.NewRecorder()
		next.ServeHTTP(answer, r)
		to := answer.Header().Get("Location")
		if answer.Code == http.StatusSeeOther && !elsewhere.MatchString(to) && !refused(answer.Result()) && entries() == before {
			t.Errorf("POST %s led on to %s and left no entry in the trail", r.URL.Path, to)
		}
		for name, values := range answer.Header() {
			w.Header()[name] = values
		}
		w.WriteHeader(answer.Code)
		_, _ = w.Write(answer.Body.Bytes()) // a client that has gone is not our concern
	})
}
