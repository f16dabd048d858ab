package catalog

import (
	"context"
	"slices"

	"pavilion"
	"pavilion/db"
	"pavilion/job"
)

// changedAtOnce is how many products one fact names: what follows from it is done to all of
// them in one transaction.
const changedAtOnce = 50

// Changed is the fact that products are new, or no longer what they were: their texts, facts,
// pictures or documents, or whether they are on sale.
type Changed struct{ Products []pavilion.ProductID }

// FactKind implements [job.Fact].
func (Changed) FactKind() string { return "catalog.changed" }

// About implements [job.Fact]: it is the first of the products.
func (c Changed) About() string { return string(c.Products[0]) }

// ProducerChanged is the fact that something changed that is said with every product of a
// producer: its name, address, registrations or documents.
type ProducerChanged struct{ Producer pavilion.ProducerID }

// FactKind implements [job.Fact].
func (ProducerChanged) FactKind() string { return "catalog.producer_changed" }

// About implements [job.Fact].
func (c ProducerChanged) About() string { return string(c.Producer) }

func recordChanged(ctx context.Context, tx *db.Tx, ids []pavilion.ProductID) error {
	var facts []job.Fact
	for some := range slices.Chunk(ids, changedAtOnce) {
		facts = append(facts, Changed{some})
	}
	return job.Record(ctx, tx, facts...)
}

// recordDocument records that what a document is about changed with it.
func recordDocument(ctx context.Context, tx *db.Tx, about string) error {
	if pavilion.CheckID(pavilion.PrefixProducer, about) {
		return job.Record(ctx, tx, ProducerChanged{pavilion.ProducerID(about)})
	}
	return recordChanged(ctx, tx, []pavilion.ProductID{pavilion.ProductID(about)})
}
