package catalog

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/BurntSushi/toml"

	"pavilion"
	"pavilion/db"
	"pavilion/staff"
)

//go:embed onboarding/*.toml
var onboardingFiles embed.FS

// OnboardingItem is one thing a producer must or may show for a destination market.
type OnboardingItem struct {
	Key      string
	Required bool
	Document string // kind of the document that proves it, "" if none does
	Name     pavilion.Text
	About    pavilion.Text
	Source   pavilion.Text // what asks for it
	Verified bool          // somebody read the source itself
}

// The states of an item. A producer or a member of staff says that it is so (attested), then
// a person looks and says who and when (verified).
const (
	StepOpen     = "open"
	StepAttested = "attested"
	StepVerified = "verified"
	StepLapsed   = "lapsed" // was verified, but its document has ended or was superseded
)

// OnboardingStep is an item with what is known of a producer.
type OnboardingStep struct {
	OnboardingItem
	State      string
	AttestedAt time.Time
	AttestedBy pavilion.Actor
	VerifiedAt time.Time
	VerifiedBy pavilion.Actor
	Proof      pavilion.DocumentID // "" if none was given
	Note       string
}

const (
	selectSteps = `select s.item, coalesce(s.attested_at, 0), s.attested_by, coalesce(s.verified_at, 0), s.verified_by, s.document_id, s.note,
		coalesce(d.valid_until, ''), case when s.document_id <> '' and d.superseded_at is not null then 1 else 0 end
		from producer_step s left join document d on d.id = s.document_id where s.producer_id = $1 and s.market = $2 order by s.item limit 200`
	holdProducer = `update producer set id = id where id = $1`
	upsertStep   = `insert into producer_step (producer_id, market, item, attested_at, attested_by, verified_at, verified_by, document_id, note)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		on conflict (producer_id, market, item) do update set attested_at = excluded.attested_at, attested_by = excluded.attested_by,
		verified_at = excluded.verified_at, verified_by = excluded.verified_by, document_id = excluded.document_id, note = excluded.note`
)

var selectVerified = &db.Keyed{Args: 1, Text: `select s.producer_id, s.market, s.item from producer_step s left join document d on d.id = s.document_id
	where s.verified_at is not null and coalesce(d.superseded_at, 0) = 0 and (coalesce(d.valid_until, '') = '' or d.valid_until >= $1) and s.producer_id in (%s)`}

// OpenItems counts of producers the required items of all markets that are not verified, or
// no longer are. No id may stand in the list twice.
func OpenItems(ctx context.Context, r db.Reader, producers []pavilion.ProducerID) (map[pavilion.ProducerID]int64, error) {
	lists, err := openLists()
	if err != nil {
		return nil, err
	}
	required := map[[2]string]bool{} // by market and item
	for market, items := range lists {
		for _, item := range items {
			if item.Required {
				required[[2]string{market, item.Key}] = true
			}
		}
	}
	open := make(map[pavilion.ProducerID]int64, len(producers))
	for _, id := range producers {
		open[id] = int64(len(required))
	}
	_, err = db.AllKeyed(ctx, r, func(row db.Scanner) (none struct{}, err error) {
		var id pavilion.ProducerID
		var step [2]string
		if err := row.Scan(&id, &step[0], &step[1]); err != nil {
			return none, err
		}
		if required[step] {
			open[id]--
		}
		return none, nil
	}, selectVerified, producers, string(pavilion.DateOf(r.Now(), time.UTC)))
	return open, err
}

// openLists reads the lists of items, one for each market, once; they are built in.
var openLists = sync.OnceValues(func() (map[string][]OnboardingItem, error) {
	lists := map[string][]OnboardingItem{}
	names, err := fs.Glob(onboardingFiles, "onboarding/*.toml")
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		raw, err := onboardingFiles.ReadFile(name)
		if err != nil {
			return nil, err
		}
		var list struct{ Item []OnboardingItem }
		if err := toml.Unmarshal(raw, &list); err != nil {
			return nil, fmt.Errorf("read %s: %w", name, err)
		}
		lists[strings.TrimSuffix(path.Base(name), ".toml")] = list.Item
	}
	return lists, nil
})

// Markets are the destination markets there is a list for, by their ISO 3166-1 codes in
// lower case.
func Markets() ([]string, error) {
	lists, err := openLists()
	var out []string
	for market := range lists {
		out = append(out, market)
	}
	slices.Sort(out)
	return out, err
}

// Onboarding returns the items of a market in the order they are asked for, with what is
// known of the producer. Error: NotFound onboarding.market_unknown {market}.
func Onboarding(ctx context.Context, r db.Reader, producer pavilion.ProducerID, market string) ([]OnboardingStep, error) {
	lists, err := openLists()
	if err != nil {
		return nil, err
	}
	items, known := lists[market]
	if !known {
		return nil, pavilion.E(pavilion.NotFound, "onboarding.market_unknown", pavilion.Args{"market": market})
	}
	today := pavilion.DateOf(r.Now(), time.UTC)
	said, err := db.All(ctx, r, func(row db.Scanner) (OnboardingStep, error) { return scanStep(row, today) }, selectSteps, string(producer), market)
	if err != nil {
		return nil, err
	}
	out := make([]OnboardingStep, len(items))
	for i, item := range items {
		out[i].State = StepOpen
		if at := slices.IndexFunc(said, func(s OnboardingStep) bool { return s.Key == item.Key }); at >= 0 {
			out[i] = said[at]
		}
		out[i].OnboardingItem = item
	}
	return out, nil
}

// Attest notes that somebody says an item is so. What was verified stays verified. Errors:
// NotFound producer.unknown, onboarding.market_unknown and onboarding.item_unknown.
func Attest(ctx context.Context, tx *db.Tx, producer pavilion.ProducerID, market, item, note string) error {
	return changeStep(ctx, tx, producer, market, item, "producer.attested", func(s *OnboardingStep) error {
		s.AttestedAt, s.AttestedBy = tx.Now(), tx.Actor()
		s.Note = strings.TrimSpace(note)
		return nil
	})
}

// VerifyStep notes that a person looked at an item and found it so, with the document that
// shows it. Errors: those of Attest; Invalid onboarding.proof_missing when the item needs a
// document, and onboarding.proof_unfit when the document is not one of the producer's that
// count today.
func VerifyStep(ctx context.Context, tx *db.Tx, producer pavilion.ProducerID, market, item string, proof pavilion.DocumentID, note string) error {
	return changeStep(ctx, tx, producer, market, item, "producer.verified", func(s *OnboardingStep) error {
		if err := s.prove(ctx, tx, producer, proof); err != nil {
			return err
		}
		if s.AttestedAt.IsZero() {
			s.AttestedAt, s.AttestedBy = tx.Now(), tx.Actor()
		}
		s.VerifiedAt, s.VerifiedBy, s.Proof = tx.Now(), tx.Actor(), proof
		s.Note = strings.TrimSpace(note)
		return nil
	})
}

func (s *OnboardingStep) prove(ctx context.Context, tx *db.Tx, producer pavilion.ProducerID, proof pavilion.DocumentID) error {
	if proof == "" {
		if s.Document != "" {
			return pavilion.E(pavilion.Invalid, "onboarding.proof_missing", nil).At("proof")
		}
		return nil
	}
	papers, err := Documents(ctx, tx, string(producer))
	if err != nil {
		return err
	}
	today := pavilion.DateOf(tx.Now(), time.UTC)
	if !slices.ContainsFunc(papers, func(d Document) bool { return d.ID == proof && (d.ValidUntil == "" || d.ValidUntil >= today) }) {
		return pavilion.E(pavilion.Invalid, "onboarding.proof_unfit", nil).At("proof")
	}
	return nil
}

// ReopenStep takes back what was said about an item. Errors: those of Attest.
func ReopenStep(ctx context.Context, tx *db.Tx, producer pavilion.ProducerID, market, item, note string) error {
	return changeStep(ctx, tx, producer, market, item, "producer.reopened", func(s *OnboardingStep) error {
		*s = OnboardingStep{OnboardingItem: s.OnboardingItem, Note: strings.TrimSpace(note)}
		return nil
	})
}

func changeStep(ctx context.Context, tx *db.Tx, producer pavilion.ProducerID, market, item, act string, change func(*OnboardingStep) error) error {
	// Two who change steps of a producer at the same moment wait for one another.
	if n, err := tx.Exec(ctx, holdProducer, string(producer)); err != nil {
		return err
	} else if n == 0 {
		return pavilion.E(pavilion.NotFound, "producer.unknown", nil)
	}
	steps, err := Onboarding(ctx, tx, producer, market)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(steps, func(s OnboardingStep) bool { return s.Key == item })
	if at < 0 {
		return pavilion.E(pavilion.NotFound, "onboarding.item_unknown", nil)
	}
	s := steps[at]
	before := s.State
	if err := change(&s); err != nil {
		return err
	}
	var attested, verified any
	after := StepOpen
	if !s.AttestedAt.IsZero() {
		attested, after = db.Micros(s.AttestedAt), StepAttested
	}
	if !s.VerifiedAt.IsZero() {
		verified, after = db.Micros(s.VerifiedAt), StepVerified
	}
	if _, err := tx.Exec(ctx, upsertStep, string(producer), market, item, attested, actorText(s.AttestedBy), verified, actorText(s.VerifiedBy), string(s.Proof), s.Note); err != nil {
		return err
	}
	return staff.NoteSet(ctx, tx, []staff.Deed{{Act: act, About: string(producer),
		Changes: []staff.FieldChange{{Field: "onboarding." + market + "." + item, Before: before, After: after}}, Detail: detailOf(s.Note)}})
}

func detailOf(note string) map[string]any {
	if note == "" {
		return nil
	}
	return map[string]any{"note": note}
}

// actorText is the stored form of somebody who may not have acted yet.
func actorText(a pavilion.Actor) string {
	if a.Kind == "" {
		return ""
	}
	return a.String()
}

func scanStep(row db.Scanner, today pavilion.Date) (s OnboardingStep, err error) {
	var attested, verified, superseded int64
	var attestedBy, verifiedBy string
	var until pavilion.Date
	err = row.Scan(&s.Key, &attested, &attestedBy, &verified, &verifiedBy, &s.Proof, &s.Note, &until, &superseded)
	s.State = StepOpen
	if attested != 0 {
		s.State, s.AttestedAt = StepAttested, db.Time(attested)
		s.AttestedBy, _ = pavilion.ParseActor(attestedBy)
	}
	if verified != 0 {
		s.State, s.VerifiedAt = StepVerified, db.Time(verified)
		s.VerifiedBy, _ = pavilion.ParseActor(verifiedBy)
		if superseded != 0 || until != "" && until < today {
			s.State = StepLapsed
		}
	}
	return s, err
}
