package catalog

import (
	"cmp"
	"context"
	"slices"
	"time"

	"pavilion"
	"pavilion/db"
	"pavilion/staff"
)

// Paper is something that says a thing until a day: a document, or a registration.
type Paper struct {
	Document   pavilion.DocumentID // "" for a registration
	Kind       string              // of a document; "registration" for a registration
	Name       string              // file name, or authority and number
	About      string              // a ProducerID or ProductID
	Of         pavilion.Text       // the name of what it is about
	Producer   pavilion.ProducerID
	ValidUntil pavilion.Date
}

// KindRegistration is the kind of a paper that is an entry in an authority's register.
const KindRegistration = "registration"

const (
	selectDocumentsEnding = `select d.id, d.kind, d.name, d.about, coalesce(r.legal_name_text, p.name_text, ''), coalesce(r.id, p.producer_id, ''), d.valid_until
		from document d left join producer r on r.id = d.about left join product p on p.id = d.about
		where d.superseded_at is null and d.valid_until <> '' and d.valid_until >= $1 and d.valid_until <= $2 order by d.valid_until, d.id limit $3`
	selectRegistrationsEnding = `select '', 'registration', g.authority || ' ' || g.number, r.id, r.legal_name_text, r.id, g.valid_until
		from producer_registration g join producer r on r.id = g.producer_id
		where g.valid_until <> '' and g.valid_until >= $1 and g.valid_until <= $2 order by g.valid_until, g.producer_id, g.authority, g.number limit $3`
	insertReminder = `insert into paper_reminder (paper, valid_until, days, reminded_at) values ($1, $2, $3, $4) on conflict do nothing`
)

// PapersEnding returns documents in use and registrations that end by a day or have ended,
// those that end first first.
func PapersEnding(ctx context.Context, r db.Reader, until pavilion.Date, limit int) ([]Paper, error) {
	return papersBetween(ctx, r, "0000-00-00", until, limit)
}

func papersBetween(ctx context.Context, r db.Reader, from, until pavilion.Date, limit int) ([]Paper, error) {
	papers, err := db.All(ctx, r, scanPaper, selectDocumentsEnding, string(from), string(until), limit)
	if err != nil {
		return nil, err
	}
	registrations, err := db.All(ctx, r, scanPaper, selectRegistrationsEnding, string(from), string(until), limit)
	if err != nil {
		return nil, err
	}
	papers = append(papers, registrations...)
	slices.SortStableFunc(papers, func(a, b Paper) int { return cmp.Compare(a.ValidUntil, b.ValidUntil) })
	return papers[:min(len(papers), limit)], nil
}

// reminders are how many days before its end people are reminded of a paper.
var reminders = []int{7, 30, 60}

// mostReminders is how many papers one run looks at: those that end first. Of more than
// that within 60 days, the last are reminded of once the first have ended.
const mostReminders = 1000

// RemindOfPapers notes in the history of what they are about which papers end within 60, 30
// and 7 days, each once, and returns them. It may run as often as one likes.
func RemindOfPapers(ctx context.Context, tx *db.Tx) (reminded []Paper, err error) {
	today := pavilion.DateOf(tx.Now(), time.UTC)
	papers, err := papersBetween(ctx, tx, today, today.AddDays(slices.Max(reminders)), mostReminders)
	if err != nil {
		return nil, err
	}
	var deeds []staff.Deed
	for _, p := range papers {
		left := today.DaysUntil(p.ValidUntil)
		days := reminders[slices.IndexFunc(reminders, func(days int) bool { return left <= days })]
		n, err := tx.Exec(ctx, insertReminder, p.key(), string(p.ValidUntil), days, db.Micros(tx.Now()))
		if err != nil {
			return nil, err
		}
		if n == 1 {
			reminded = append(reminded, p)
			deeds = append(deeds, staff.Deed{Act: "paper.reminded", About: p.About, Detail: map[string]any{"paper": p.Name, "until": string(p.ValidUntil), "days": days}})
		}
	}
	return reminded, staff.NoteSet(ctx, tx, deeds)
}

// key tells the paper from all others.
func (p Paper) key() string {
	if p.Document != "" {
		return string(p.Document)
	}
	return p.About + " " + p.Name
}

func scanPaper(row db.Scanner) (p Paper, err error) {
	err = row.Scan(&p.Document, &p.Kind, &p.Name, &p.About, text{&p.Of}, &p.Producer, &p.ValidUntil)
	return p, err
}
