package tailoring

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"pavilion"
	"pavilion/catalog"
	"pavilion/db"
	"pavilion/staff"
)

// Topic is what every change of a variant signals after its commit.
const Topic = "tailoring"

const (
	variantColumns  = `v.id, v.product_id, v.market, v.state, v.version, v.approved, v.reason, v.note, v.blocks, v.warns, v.approved_reason, v.approved_blocks, v.judged_at, v.updated_at`
	selectVariant   = `select ` + variantColumns + ` from variant v where v.product_id = $1 and v.market = $2`
	selectVariantID = `select ` + variantColumns + ` from variant v where v.id = $1`

	versionColumns = `w.number, w.content, w.source, w.author, w.written_at, coalesce(a.approved_by, ''), coalesce(a.approved_at, 0)`
	fromVersions   = ` from variant_version w left join variant_approval a on a.variant_id = w.variant_id and a.number = w.number where w.variant_id = $1`
	selectVersion  = `select ` + versionColumns + fromVersions + ` and w.number = $2`
	selectVersions = `select ` + versionColumns + fromVersions + ` order by w.number desc limit $2`
	insertVersion  = `insert into variant_version (variant_id, number, content, source, author, written_at) values ($1, $2, $3, $4, $5, $6)`
	insertApproval = `insert into variant_approval (variant_id, number, hash, approved_by, approved_at) values ($1, $2, $3, $4, $5)`
	selectAuthors  = `select distinct author from variant_version where variant_id = $1 and number > $2`
	updateVariant  = `update variant set state = $1, version = $2, approved = $3, reason = $4, note = $5, judged_at = $6, updated_at = $7
		where id = $8 and version = $9 and state = $10 and approved = $11`
	mostVersions = 200
)

var (
	insertVariants = db.Insert{Table: "variant", Columns: []string{"id", "product_id", "market", "state", "version", "approved", "reason", "note", "blocks", "warns", "judged_at", "updated_at"},
		Suffix: "on conflict (product_id, market) do nothing"}

	selectApproved = &db.Keyed{Args: 1, Text: `select v.id, v.product_id, v.market, v.state, v.approved_reason, w.number, w.content, w.source, w.author, a.hash, a.approved_by, a.approved_at
		from variant v join variant_version w on w.variant_id = v.id and w.number = v.approved
		join variant_approval a on a.variant_id = v.id and a.number = v.approved
		where v.market = $1 and v.product_id in (%s)`}
)

// Get returns the variant of a product for a market. Error: NotFound variant.unknown.
func Get(ctx context.Context, r db.Reader, product pavilion.ProductID, market string) (Variant, error) {
	return known(db.One(ctx, r, scanVariant, selectVariant, string(product), market))
}

// Lookup returns a variant. Error: NotFound variant.unknown.
func Lookup(ctx context.Context, r db.Reader, id pavilion.VariantID) (Variant, error) {
	return known(db.One(ctx, r, scanVariant, selectVariantID, string(id)))
}

func known(v Variant, found bool, err error) (Variant, error) {
	if err == nil && !found {
		err = pavilion.E(pavilion.NotFound, "variant.unknown", nil)
	}
	return v, err
}

// GetVersion returns what somebody wrote. Error: NotFound variant.version_unknown.
func GetVersion(ctx context.Context, r db.Reader, id pavilion.VariantID, number int64) (Version, error) {
	v, found, err := db.One(ctx, r, scanVersion, selectVersion, string(id), number)
	if err == nil && !found {
		err = pavilion.E(pavilion.NotFound, "variant.version_unknown", nil)
	}
	return v, err
}

// Versions returns all that was written for a variant, the newest first.
func Versions(ctx context.Context, r db.Reader, id pavilion.VariantID) ([]Version, error) {
	return db.All(ctx, r, scanVersion, selectVersions, string(id), mostVersions)
}

// Approved returns, of those products that have one, the version a second person approved for
// the market: byte for byte what was approved. Nothing else may be shown to shoppers.
func Approved(ctx context.Context, r db.Reader, products []pavilion.ProductID, market string) (map[pavilion.ProductID]Approval, error) {
	rows, err := db.AllKeyed(ctx, r, scanApproval, selectApproved, products, market)
	if err != nil {
		return nil, err
	}
	out := make(map[pavilion.ProductID]Approval, len(rows))
	for _, a := range rows {
		out[a.Product] = a
	}
	return out, nil
}

// Save writes the next version of a variant: the content in the words of who saves it, with
// the product as it stands. version is the one the form was drawn from. The variant is
// translated then, whatever it was; what was approved before stays what is shown. Errors:
// Conflict variant.changed_meanwhile and variant.too_many_versions; NotFound variant.unknown;
// those of Content.Check.
func Save(ctx context.Context, tx *db.Tx, id pavilion.VariantID, version int64, c Content) (int64, error) {
	v, err := at(ctx, tx, id, version)
	if err != nil {
		return 0, err
	}
	source, err := SourceOf(ctx, tx, v.Product)
	if err != nil {
		return 0, err
	}
	if err := c.Check(source); err != nil {
		return 0, err
	}
	var before Content
	if v.Version > 0 {
		last, err := GetVersion(ctx, tx, id, v.Version)
		if err != nil {
			return 0, err
		}
		before = last.Content
		if before.JSON() == c.JSON() && v.State != StateAgain {
			return v.Version, nil
		}
	}
	next := v
	next.State, next.Version, next.Reason, next.Note, next.JudgedAt = StateTranslated, v.Version+1, "", "", time.Time{}
	if err := v.become(ctx, tx, next); err != nil {
		return 0, err
	}
	if err := write(ctx, tx, id, next.Version, c, source); err != nil {
		return 0, err
	}
	return next.Version, staff.NoteChanges(ctx, tx, "variant.saved", string(id), Changes(before, c))
}

// HandIn gives the latest version to a second person, with what its labels are made from. If
// the product changed since it was written, who hands in stands for it: the same words become
// the next version, beside the product as it is now. Errors: Conflict
// variant.changed_meanwhile, variant.state if there is nothing to hand in, variant.not_judged
// and variant.blocked.
func HandIn(ctx context.Context, tx *db.Tx, m *Market, id pavilion.VariantID, version int64) error {
	v, err := at(ctx, tx, id, version)
	if err != nil {
		return err
	}
	if v.State != StateTranslated && v.State != StateAgain {
		return wrongState(v)
	}
	if err := v.passes(); err != nil {
		return err
	}
	last, source, err := latest(ctx, tx, v)
	if err != nil {
		return err
	}
	next := v
	next.State, next.Reason, next.Note = StateChecked, "", ""
	if v.State == StateAgain || source.hash() != last.Source.hash() {
		next.Version++
		if err := write(ctx, tx, id, next.Version, last.Content, source); err != nil {
			return err
		}
	}
	if err := v.become(ctx, tx, next); err != nil {
		return err
	}
	if err := keepHandedIn(ctx, tx, m, next); err != nil {
		return err
	}
	return staff.Note(ctx, tx, "variant.handed_in", string(id), map[string]any{"version": next.Version})
}

// SendBack returns what was handed in to who wrote it, with the words of who looked at it.
// Errors: Invalid variant.note_missing and variant.text_too_long {most}; Conflict
// variant.changed_meanwhile and variant.state.
func SendBack(ctx context.Context, tx *db.Tx, id pavilion.VariantID, version int64, note string) error {
	v, err := at(ctx, tx, id, version)
	if err != nil {
		return err
	}
	if v.State != StateChecked {
		return wrongState(v)
	}
	if note == "" {
		return pavilion.E(pavilion.Invalid, "variant.note_missing", nil).At("note")
	}
	if len([]rune(note)) > longestNote {
		return pavilion.E(pavilion.Invalid, "variant.text_too_long", pavilion.Args{"most": longestNote}).At("note")
	}
	next := v
	next.State, next.Reason, next.Note = StateTranslated, SentBack, note
	if err := v.become(ctx, tx, next); err != nil {
		return err
	}
	return staff.Note(ctx, tx, "variant.sent_back", string(id), map[string]any{"version": version, "note": note})
}

// Approve makes the version that was handed in the one that is shown, exactly as it is, and
// has the translation memory learn from it. The transaction's actor must be a member of staff
// who wrote none of what is new in it. Errors: Conflict variant.changed_meanwhile,
// variant.state, variant.not_judged, variant.blocked, variant.source_changed and
// variant.label_changed; Forbidden variant.own_work and variant.not_a_person.
func Approve(ctx context.Context, tx *db.Tx, m *Market, id pavilion.VariantID, version int64) error {
	v, err := at(ctx, tx, id, version)
	if err != nil {
		return err
	}
	if v.State != StateChecked {
		return wrongState(v)
	}
	if err := v.passes(); err != nil {
		return err
	}
	if err := secondPerson(ctx, tx, v); err != nil {
		return err
	}
	last, source, err := latest(ctx, tx, v)
	if err != nil {
		return err
	}
	if source.hash() != last.Source.hash() {
		return pavilion.E(pavilion.Conflict, "variant.source_changed", nil)
	}
	void, err := handInVoid(ctx, tx, m, v)
	if err != nil {
		return err
	}
	if void {
		return pavilion.E(pavilion.Conflict, "variant.label_changed", nil)
	}
	next := v
	next.State, next.Approved, next.Reason, next.Note = StateApproved, v.Version, "", ""
	if err := v.become(ctx, tx, next); err != nil {
		return err
	}
	hash := last.hash()
	if _, err := tx.Exec(ctx, insertApproval, string(id), v.Version, hash, tx.Actor().String(), db.Micros(tx.Now())); err != nil {
		return err
	}
	if err := catalog.SetMarketName(ctx, tx, v.Product, m.Key, m.Language, last.Content.Name); err != nil {
		return err
	}
	if err := learn(ctx, tx, m, v, last); err != nil {
		return err
	}
	if err := Judge(ctx, tx, m, id); err != nil { // it may be on sale already
		return err
	}
	return staff.Note(ctx, tx, "variant.approved", string(id), map[string]any{"version": v.Version, "hash": hash})
}

// secondPerson refuses who wrote any of what was not approved before.
func secondPerson(ctx context.Context, tx *db.Tx, v Variant) error {
	if tx.Actor().Kind != pavilion.ByStaff {
		return pavilion.E(pavilion.Forbidden, "variant.not_a_person", nil)
	}
	authors, err := db.All(ctx, tx, scanText, selectAuthors, string(v.ID), v.Approved)
	if err != nil {
		return err
	}
	for _, a := range authors {
		if a == tx.Actor().String() {
			return pavilion.E(pavilion.Forbidden, "variant.own_work", nil)
		}
	}
	return nil
}

// at returns the variant if its latest version is still the one a form was drawn from.
func at(ctx context.Context, tx *db.Tx, id pavilion.VariantID, version int64) (Variant, error) {
	v, err := Lookup(ctx, tx, id)
	if err == nil && v.Version != version {
		err = changedMeanwhile()
	}
	return v, err
}

func changedMeanwhile() error {
	return pavilion.E(pavilion.Conflict, "variant.changed_meanwhile", nil)
}

// passes refuses a variant that was not judged as it is, or that a rule blocks.
func (v Variant) passes() error {
	switch {
	case v.JudgedAt.IsZero():
		return pavilion.E(pavilion.Conflict, "variant.not_judged", nil)
	case v.Blocks > 0:
		return pavilion.E(pavilion.Conflict, "variant.blocked", nil)
	}
	return nil
}

func wrongState(v Variant) error {
	return pavilion.E(pavilion.Conflict, "variant.state", nil)
}

// latest returns the latest version of a variant and its product as it is now.
func latest(ctx context.Context, r db.Reader, v Variant) (Version, Source, error) {
	last, err := GetVersion(ctx, r, v.ID, v.Version)
	if err != nil {
		return Version{}, Source{}, err
	}
	source, err := SourceOf(ctx, r, v.Product)
	return last, source, err
}

// become changes the row if it is still what was read. Error: Conflict
// variant.changed_meanwhile.
func (v Variant) become(ctx context.Context, tx *db.Tx, next Variant) error {
	n, err := tx.Exec(ctx, updateVariant, string(next.State), next.Version, next.Approved, string(next.Reason), next.Note, judgedMicros(next), db.Micros(tx.Now()),
		string(v.ID), v.Version, string(v.State), v.Approved)
	if err == nil && n == 0 {
		err = changedMeanwhile()
	}
	tx.Signal(Topic)
	return err
}

// judgedMicros is when the variant was judged, as it is stored.
func judgedMicros(v Variant) int64 {
	if v.JudgedAt.IsZero() {
		return 0
	}
	return db.Micros(v.JudgedAt)
}

func write(ctx context.Context, tx *db.Tx, id pavilion.VariantID, number int64, c Content, s Source) error {
	_, err := tx.Exec(ctx, insertVersion, string(id), number, c.JSON(), s.JSON(), tx.Actor().String(), db.Micros(tx.Now()))
	return err
}

// hash is of all that is approved with a version.
func (v Version) hash() string { return hashOf(v.Content.JSON(), v.Source.JSON()) }

func hashOf(content, source string) string {
	sum := sha256.Sum256([]byte(content + "\n" + source))
	return hex.EncodeToString(sum[:])
}

func scanText(row db.Scanner) (s string, err error) {
	err = row.Scan(&s)
	return s, err
}

func scanVariant(row db.Scanner) (v Variant, err error) {
	var judged, updated int64
	err = row.Scan(&v.ID, &v.Product, &v.Market, &v.State, &v.Version, &v.Approved, &v.Reason, &v.Note, &v.Blocks, &v.Warns, &v.ApprovedReason, &v.ApprovedBlocks, &judged, &updated)
	v.UpdatedAt = db.Time(updated)
	if judged != 0 {
		v.JudgedAt = db.Time(judged)
	}
	return v, err
}

func scanVersion(row db.Scanner) (v Version, err error) {
	var content, source, author, approvedBy string
	var written, approved int64
	if err := row.Scan(&v.Number, &content, &source, &author, &written, &approvedBy, &approved); err != nil {
		return Version{}, err
	}
	v.Author, _ = pavilion.ParseActor(author)
	v.WrittenAt = db.Time(written)
	if approved != 0 {
		v.ApprovedBy, _ = pavilion.ParseActor(approvedBy)
		v.ApprovedAt = db.Time(approved)
	}
	if v.Content, err = ParseContent(content); err != nil {
		return Version{}, err
	}
	v.Source, err = ParseSource(source)
	return v, err
}

func scanApproval(row db.Scanner) (a Approval, err error) {
	var state State
	var reason Reason
	var content, source, author, hash, by string
	var at int64
	if err := row.Scan(&a.Variant, &a.Product, &a.Market, &state, &reason, &a.Number, &content, &source, &author, &hash, &by, &at); err != nil {
		return Approval{}, err
	}
	if hashOf(content, source) != hash {
		return Approval{}, pavilion.E(pavilion.Internal, "variant.not_as_approved", pavilion.Args{"variant": string(a.Variant), "version": a.Number})
	}
	a.Author, _ = pavilion.ParseActor(author)
	a.ApprovedBy, _ = pavilion.ParseActor(by)
	a.ApprovedAt = db.Time(at)
	a.Again = state == StateAgain || reason != ""
	if a.Content, err = ParseContent(content); err != nil {
		return Approval{}, err
	}
	a.Source, err = ParseSource(source)
	return a, err
}
