package staff

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"pavilion"
	"pavilion/db"
)

// TrailHead is the last entry of the trail at some moment. Kept outside of the database it
// is what later shows that the end of the trail was cut off, or the whole written anew.
type TrailHead struct {
	Number int64
	Hash   string
}

// String returns number:hash.
func (h TrailHead) String() string { return strconv.FormatInt(h.Number, 10) + ":" + h.Hash }

// ParseTrailHead reads what String wrote; "" is the zero value. Error: Invalid
// staff.trail_head_malformed.
func ParseTrailHead(s string) (TrailHead, error) {
	if s == "" {
		return TrailHead{}, nil
	}
	number, hash, _ := strings.Cut(s, ":")
	n, err := strconv.ParseInt(number, 10, 64)
	if err != nil || n < 1 || len(hash) != 64 {
		return TrailHead{}, pavilion.E(pavilion.Invalid, "staff.trail_head_malformed", nil).At("trail-head")
	}
	return TrailHead{Number: n, Hash: hash}, nil
}

// Difference is one place where the trail is not what was written.
type Difference struct {
	Reason string // machine word, such as "trail.verify_changed"
	Number int64  // of the first entry it is about
	Last   int64  // of the last one: of a gap, otherwise the same
}

func (d Difference) String() string {
	if d.Last == d.Number {
		return fmt.Sprintf("%s: entry %d", d.Reason, d.Number)
	}
	return fmt.Sprintf("%s: entries %d to %d", d.Reason, d.Number, d.Last)
}

// Verified is what VerifyTrail looked at.
type Verified struct {
	Head      TrailHead
	Unchained int64 // entries at the beginning from before there was a chain: they prove nothing
}

const (
	verifyPage = 1000

	sqlLinks = `select ` + trailColumns + ` from trail where number > $1 order by number limit $2`
)

// VerifyTrail computes the chain again and reports every difference: an entry that was
// changed or moved (trail.verify_changed), is missing (trail.verify_missing), or is not the
// one that was the head once (trail.verify_anchor); and a head that is not the last entry
// (trail.verify_head). anchor is a head from before that was kept outside, or zero; without
// one, a trail whose end was cut off together with its head looks whole. It holds a page of
// entries in memory at a time.
func VerifyTrail(ctx context.Context, r db.Reader, anchor TrailHead, report func(Difference) error) (Verified, error) {
	v := verifier{anchor: anchor, report: report}
	for {
		page, err := db.All(ctx, r, scanLink, sqlLinks, v.seen.Head.Number, verifyPage)
		if err != nil {
			return Verified{}, err
		}
		for _, l := range page {
			if err := v.look(l); err != nil {
				return Verified{}, err
			}
		}
		if len(page) < verifyPage {
			break
		}
	}
	return v.seen, v.end(ctx, r)
}

// verifier walks along the chain.
type verifier struct {
	anchor TrailHead
	report func(Difference) error
	seen   Verified
}

func (v *verifier) say(reason string, number int64) error {
	return v.report(Difference{reason, number, number})
}

func (v *verifier) look(l link) error {
	last := v.seen.Head
	if l.number > last.Number+1 {
		if err := v.report(Difference{"trail.verify_missing", last.Number + 1, l.number - 1}); err != nil {
			return err
		}
	}
	v.seen.Head = TrailHead{Number: l.number, Hash: l.hash}
	switch {
	case l.hash == "" && last.Number == v.seen.Unchained:
		v.seen.Unchained = l.number
	case l.hash != l.sum(last.Hash):
		if err := v.say("trail.verify_changed", l.number); err != nil {
			return err
		}
	}
	if l.number == v.anchor.Number && l.hash != v.anchor.Hash {
		return v.say("trail.verify_anchor", l.number)
	}
	return nil
}

// end compares the last entry with the head and with the anchor.
func (v *verifier) end(ctx context.Context, r db.Reader) error {
	scan := func(s db.Scanner) (h TrailHead, err error) {
		var at int64
		return h, s.Scan(&h.Number, &at, &h.Hash)
	}
	head, _, err := db.One(ctx, r, scan, sqlHead)
	if err != nil {
		return err
	}
	if head != v.seen.Head {
		if err := v.say("trail.verify_head", head.Number); err != nil {
			return err
		}
	}
	if v.anchor.Number > v.seen.Head.Number {
		return v.say("trail.verify_anchor", v.anchor.Number)
	}
	return nil
}
