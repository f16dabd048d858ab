package order

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"encoding/json"
	"strings"

	"pavilion"
	"pavilion/db"
)

// Notice is what shoppers must be told before they order certain goods, and accept. It is kept
// once, and the orders name it: whatever it says later, they know what was accepted.
type Notice struct {
	Lang  pavilion.Lang
	Texts []string
}

// ID names the notice by its words: other words are another notice. "" for no words.
func (n Notice) ID() string {
	if len(n.Texts) == 0 {
		return ""
	}
	sum := sha256.Sum256([]byte(string(n.Lang) + "\n" + strings.Join(n.Texts, "\n")))
	return base32.StdEncoding.EncodeToString(sum[:10])
}

var insertNotice = db.Insert{
	Table: "order_notice", Columns: []string{"id", "lang", "body"}, Suffix: "on conflict do nothing",
}

// keepNotices keeps the notices that orders name.
func keepNotices(ctx context.Context, tx *db.Tx, granted []entry) error {
	var rows []any
	seen := map[string]bool{"": true}
	for _, e := range granted {
		id := e.order.Notice
		if seen[id] {
			continue
		}
		seen[id] = true
		body, err := json.Marshal(e.notice.Texts)
		if err != nil {
			return err
		}
		rows = append(rows, id, e.notice.Lang, string(body))
	}
	if len(rows) == 0 {
		return nil
	}
	_, err := insertNotice.Rows(ctx, tx, rows)
	return err
}

const noticeSQL = `select lang, body from order_notice where id = $1`

// ReadNotice reads the notice of that id, as [Order].Notice has it; "" has no texts. Error:
// NotFound order.notice_unknown.
func ReadNotice(ctx context.Context, r db.Reader, id string) (Notice, error) {
	if id == "" {
		return Notice{}, nil
	}
	n, found, err := db.One(ctx, r, func(s db.Scanner) (n Notice, err error) {
		var body string
		if err = s.Scan(&n.Lang, &body); err == nil {
			err = json.Unmarshal([]byte(body), &n.Texts)
		}
		return n, err
	}, noticeSQL, id)
	if err == nil && !found {
		err = pavilion.E(pavilion.NotFound, "order.notice_unknown", nil)
	}
	return n, err
}
