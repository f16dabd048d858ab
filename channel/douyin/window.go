package douyin

import (
	"strconv"
	"strings"
	"time"

	"pavilion"
)

// deepest is how many rows of a window the platform shows, whatever the page.
const deepest = 50_000

// Window is a stretch of time by the last change of what is in it.
type Window struct{ From, To time.Time }

// seconds is a time on the wire; the zero time is none.
func seconds(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.Unix()
}

// walk is a way through all pages of a window. After the first look, which tells how many there
// are, the last page comes first and the first page again at the end. The rows stand in the
// order of their change: one that changes meanwhile leaves the window, those behind it move to
// pages that are not yet read, and none is skipped. A row may come twice. A window with more
// rows than the platform shows is walked in halves.
type walk struct {
	from, to int64
	page     int // look for the first look
}

const look = -1

// number is the platform's number of the page.
func (w walk) number() int { return max(w.page, 0) }

// next is where to go after a page of a window with so many rows, and whether its rows count;
// done after the last page of the window that ends at the end.
func (w walk) next(total int, end int64) (next walk, counts, done bool, err error) {
	last := (total - 1) / pageMost
	switch {
	case w.page == look && total > deepest:
		half := w.from + (w.to-w.from)/2
		if half == w.from {
			return w, false, false, pavilion.E(pavilion.Conflict, "douyin.window", pavilion.Args{"rows": total})
		}
		return walk{w.from, half, look}, false, false, nil
	case w.page == look && last > 0:
		return walk{w.from, w.to, last}, true, false, nil
	case w.page > 0:
		return walk{w.from, w.to, w.page - 1}, true, false, nil
	case w.to < end:
		return walk{w.to, end, look}, true, false, nil
	}
	return w, true, true, nil
}

// String is a walk as the engine keeps it between two pages.
func (w walk) String() string {
	return strconv.FormatInt(w.from, 10) + "-" + strconv.FormatInt(w.to, 10) + "-" + strconv.Itoa(w.page+1)
}

// begin is where a walk goes on, or at the first page of the window.
func begin(w Window, at string) (walk, error) {
	if at == "" {
		return walk{seconds(w.From), seconds(w.To), look}, nil
	}
	parts := strings.Split(at, "-")
	var n [3]int64
	for i := range n {
		var err error
		if len(parts) != len(n) {
			err = errNoInt
		} else {
			n[i], err = strconv.ParseInt(parts[i], 10, 64)
		}
		if err != nil || n[i] < 0 || i == 2 && n[i] > deepest/pageMost {
			return walk{}, pavilion.E(pavilion.Invalid, "douyin.request_malformed", pavilion.Args{"method": "page"}).At("page")
		}
	}
	return walk{n[0], n[1], int(n[2]) - 1}, nil
}
