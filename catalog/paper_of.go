package catalog

import (
	"context"

	"pavilion"
	"pavilion/db"
)

const selectPapersOf = `select d.id as id, d.kind as kind, d.name as name, d.about as about, r.legal_name_text as of_text, r.id as producer_id, d.valid_until as until
		from producer r join document d on d.about = r.id
		where r.id = $1 and d.superseded_at is null and d.valid_until <> '' and d.valid_until <= $2
	union all
	select d.id, d.kind, d.name, d.about, p.name_text, p.producer_id, d.valid_until
		from product p join document d on d.about = p.id
		where p.producer_id = $1 and d.superseded_at is null and d.valid_until <> '' and d.valid_until <= $2
	union all
	select '', 'registration', g.authority || ' ' || g.number, r.id, r.legal_name_text, r.id, g.valid_until
		from producer r join producer_registration g on g.producer_id = r.id
		where r.id = $1 and g.valid_until <> '' and g.valid_until <= $2
	order by until, id, name limit $3`

// PapersOf returns the documents in use of a producer and of its products, and its
// registrations, that end by a day or have ended, those that end first first.
func PapersOf(ctx context.Context, r db.Reader, producer pavilion.ProducerID, until pavilion.Date, limit int) ([]Paper, error) {
	return db.All(ctx, r, scanPaper, selectPapersOf, string(producer), string(until), limit)
}
