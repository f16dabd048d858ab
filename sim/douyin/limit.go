package douyin

import (
	"sync"
	"time"
)

// limits counts calls in buckets.
type limits struct {
	mu      sync.Mutex
	buckets map[limited]*bucket
}

// limited is what has a bucket of its own.
type limited struct {
	app    string
	shop   int64
	method string
}

type bucket struct {
	left float64
	at   time.Time
}

// take tells whether a call may pass now.
func (l *limits) take(who limited, limit Limit, now time.Time) bool {
	if limit.PerSecond <= 0 {
		return true
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.buckets == nil {
		l.buckets = map[limited]*bucket{}
	}
	most := float64(max(limit.Burst, 1))
	b := l.buckets[who]
	if b == nil {
		b = &bucket{left: most, at: now}
		l.buckets[who] = b
	}
	passed := max(now.Sub(b.at), 0) // a clock may be set back
	b.left, b.at = min(most, b.left+passed.Seconds()*limit.PerSecond), now
	if b.left < 1 {
		return false
	}
	b.left--
	return true
}
