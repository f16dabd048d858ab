package tailoring

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"pavilion"
	"pavilion/catalog"
	"pavilion/db"
	"pavilion/job"
	"pavilion/staff"
	"pavilion/tailoring/rule"
)

// Finding is what a rule has to say about a variant.
type Finding struct {
	rule.Finding
	SKU     pavilion.SKUID `json:",omitempty"` // of which unit, "" of all
	Channel string         `json:",omitempty"` // where it matters, "" everywhere it is offered
}

// Verdict is what the rules of a market say about a variant as it is.
type Verdict struct {
	Pack     string        // version of the rules
	On       pavilion.Date // whose rules were asked
	Findings []Finding     // those that block first
	JudgedAt time.Time
}

// Count counts the findings of a severity.
func (v Verdict) Count(s pavilion.Severity) (n int64) {
	for _, f := range v.Findings {
		if f.Severity == s {
			n++
		}
	}
	return n
}

const (
	upsertVerdict = `insert into variant_verdict (variant_id, pack, judged_on, findings, judged_at) values ($1, $2, $3, $4, $5)
		on conflict (variant_id) do update set pack = excluded.pack, judged_on = excluded.judged_on, findings = excluded.findings, judged_at = excluded.judged_at`
	selectVerdict = `select pack, judged_on, findings, judged_at from variant_verdict where variant_id = $1`
	judgeVariant  = `update variant set state = $1, reason = $2, blocks = $3, warns = $4, approved_reason = $5, approved_blocks = $6, judged_at = $7
		where id = $8 and version = $9 and state = $10 and approved = $11`

	upsertStanding = `insert into approval_verdict (variant_id, number, pack, judged_on, findings, judged_at) values ($1, $2, $3, $4, $5, $6)
		on conflict (variant_id) do update set number = excluded.number, pack = excluded.pack, judged_on = excluded.judged_on, findings = excluded.findings, judged_at = excluded.judged_at`
	selectStanding = `select a.pack, a.judged_on, a.findings, a.judged_at from approval_verdict a join variant v on v.id = a.variant_id and v.approved = a.number and v.version <> a.number
		where a.variant_id = $1`

	selectUntailored = `select p.id from product p where not exists (select 1 from variant v where v.product_id = p.id and v.market = $1) order by p.id limit $2`
	selectJudged     = `select pack, judged_on from market_judged where market = $1`
	forgetJudged     = `delete from market_judged where market = $1`
	upsertJudged     = `insert into market_judged (market, pack, judged_on) values ($1, $2, $3)
		on conflict (market) do update set pack = excluded.pack, judged_on = excluded.judged_on`
)

var (
	selectVariantsOf = &db.Keyed{Args: 1, Text: `select ` + variantColumns + ` from variant v where v.market = $1 and v.product_id in (%s)`}
	selectVersionsOf = &db.Keyed{Text: `select v.id, ` + versionColumns + ` from variant v join variant_version w on w.variant_id = v.id and w.number = v.version
		left join variant_approval a on a.variant_id = w.variant_id and a.number = w.number where v.id in (%s)`}
	selectStandingOf = &db.Keyed{Text: `select v.id, ` + versionColumns + ` from variant v join variant_version w on w.variant_id = v.id and w.number = v.approved and v.approved <> v.version
		left join variant_approval a on a.variant_id = w.variant_id and a.number = w.number where v.id in (%s)`}
)

// LatestVerdict returns what the rules said of a variant last; found is false before they were
// asked.
func LatestVerdict(ctx context.Context, r db.Reader, id pavilion.VariantID) (v Verdict, found bool, err error) {
	return db.One(ctx, r, scanVerdict, selectVerdict, string(id))
}

// StandingVerdict returns what the rules said last of the version that counts while a newer one
// is written; found is false where what counts is the latest, or nothing was approved.
func StandingVerdict(ctx context.Context, r db.Reader, id pavilion.VariantID) (v Verdict, found bool, err error) {
	return db.One(ctx, r, scanVerdict, selectStanding, string(id))
}

func scanVerdict(row db.Scanner) (v Verdict, err error) {
	var findings string
	var at int64
	if err := row.Scan(&v.Pack, &v.On, &findings, &at); err != nil {
		return Verdict{}, err
	}
	v.JudgedAt = db.Time(at)
	if err := json.Unmarshal([]byte(findings), &v.Findings); err != nil {
		return Verdict{}, pavilion.E(pavilion.Internal, "variant.malformed", nil).Because(err)
	}
	return v, nil
}

// Review looks at products again for each market: it makes variants of those that have none,
// judges them by the rules of today, and finds out whether what was approved still stands. It
// follows every change of a product, and may run any number of times.
func Review(ctx context.Context, tx *db.Tx, markets []*Market, products []pavilion.ProductID) error {
	for _, m := range markets {
		if err := ensure(ctx, tx, m, products); err != nil {
			return err
		}
		variants, err := db.AllKeyed(ctx, tx, scanVariant, selectVariantsOf, products, m.Key)
		if err != nil {
			return err
		}
		if err := review(ctx, tx, m, variants); err != nil {
			return err
		}
	}
	return nil
}

// ReviewProducer starts looking at all products of a producer again, as a batch for each
// market.
func ReviewProducer(ctx context.Context, tx *db.Tx, markets []*Market, producer pavilion.ProducerID) error {
	for _, m := range markets {
		if err := startJudging(ctx, tx, Filter{Market: m.Key, Producer: producer}); err != nil {
			return err
		}
	}
	return nil
}

// startJudging has a batch look at all that a filter matches.
func startJudging(ctx context.Context, tx *db.Tx, f Filter) error {
	total, err := Count(ctx, tx, f, 1<<40)
	if err != nil || total == 0 {
		return err
	}
	_, err = job.StartBatch(ctx, tx, job.BatchStart{Act: ActJudge, All: true, Filter: f.query(), Total: total})
	return err
}

// Judge is Review of one variant, such as one that was saved in the same transaction.
func Judge(ctx context.Context, tx *db.Tx, m *Market, id pavilion.VariantID) error {
	v, err := Lookup(ctx, tx, id)
	if err != nil {
		return err
	}
	return review(ctx, tx, m, []Variant{v})
}

// ensure makes the variants that are missing.
func ensure(ctx context.Context, tx *db.Tx, m *Market, products []pavilion.ProductID) error {
	pages, err := catalog.Pages(ctx, tx, products)
	if err != nil {
		return err
	}
	has, err := db.AllKeyed(ctx, tx, scanVariant, selectVariantsOf, products, m.Key)
	if err != nil {
		return err
	}
	var rows []any
	for _, id := range products {
		if _, known := pages[id]; !known || slices.ContainsFunc(has, func(v Variant) bool { return v.Product == id }) {
			continue
		}
		rows = append(rows, string(pavilion.NewID[pavilion.VariantID](pavilion.PrefixVariant, tx.Now())), string(id), m.Key, string(StateTodo),
			0, 0, "", "", 0, 0, 0, db.Micros(tx.Now()))
	}
	_, err = insertVariants.Rows(ctx, tx, rows)
	return err
}

// review judges variants, which were read in this transaction.
func review(ctx context.Context, tx *db.Tx, m *Market, variants []Variant) error {
	subjects, err := readSubjects(ctx, tx, m, variants)
	if err != nil {
		return err
	}
	var deeds []staff.Deed
	var marks []mark
	today := m.Today(tx.Now())
	for _, s := range subjects {
		if err := s.keepLabels(ctx, tx, m); err != nil {
			return err
		}
		verdict, onLabels := s.judge(m, today), s.labelChanges(m)
		void, err := s.handInVoid(m)
		if err != nil {
			return err
		}
		found, next := verdict.Findings, s.settle(verdict, len(onLabels) > 0 || void)
		if standing, stands := s.standing(); stands {
			of := standing.judge(m, today)
			next.ApprovedReason, next.ApprovedBlocks = standing.reason(of, len(standing.labelChanges(m)) > 0), of.Count(pavilion.Blocks)
			found = slices.Concat(found, of.Findings)
			findings, err := json.Marshal(of.Findings)
			if err != nil {
				return err
			}
			if _, err := tx.Exec(ctx, upsertStanding, string(s.variant.ID), s.variant.Approved, of.Pack, string(of.On), string(findings), db.Micros(tx.Now())); err != nil {
				return err
			}
		}
		marks = append(marks, s.marks(m, today, found)...)
		n, err := tx.Exec(ctx, judgeVariant, string(next.State), string(next.Reason), next.Blocks, next.Warns, string(next.ApprovedReason), next.ApprovedBlocks, db.Micros(tx.Now()),
			string(s.variant.ID), s.variant.Version, string(s.variant.State), s.variant.Approved)
		if err != nil {
			return err
		}
		if n == 0 { // somebody saved or approved it meanwhile; the job comes again
			return pavilion.E(pavilion.Unavailable, "variant.busy", nil)
		}
		findings, err := json.Marshal(verdict.Findings)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, upsertVerdict, string(s.variant.ID), verdict.Pack, string(verdict.On), string(findings), db.Micros(tx.Now())); err != nil {
			return err
		}
		if next.State == s.variant.State && next.ApprovedReason != s.variant.ApprovedReason {
			deeds = append(deeds, staff.Deed{Act: "variant.reviewed", About: string(s.variant.ID), Detail: map[string]any{"reason": string(next.ApprovedReason)},
				Changes: []staff.FieldChange{{Field: contentPrefix + "standing", Before: string(s.variant.ApprovedReason), After: string(next.ApprovedReason)}}})
		}
		if next.State != s.variant.State {
			deeds = append(deeds, staff.Deed{Act: "variant.reviewed", About: string(s.variant.ID), Detail: map[string]any{"reason": string(next.Reason)},
				Changes: append([]staff.FieldChange{{Field: contentPrefix + "state", Before: string(s.variant.State), After: string(next.State)}}, onLabels...)})
		}
	}
	if len(subjects) > 0 {
		tx.Signal(Topic)
	}
	if err := keepMarks(ctx, tx, m, subjects, marks); err != nil {
		return err
	}
	return staff.NoteSet(ctx, tx, deeds)
}

// settle is what a variant becomes by a verdict: what was approved must be approved again
// when the product is no longer what it was, a rule blocks it, or its labels would say
// something else now, and stands again when that is over; what was handed in goes back.
func (s *subject) settle(verdict Verdict, onLabels bool) Variant {
	next := s.variant
	next.Blocks, next.Warns = verdict.Count(pavilion.Blocks), verdict.Count(pavilion.Warns)
	reason := s.reason(verdict, onLabels)
	next.ApprovedReason, next.ApprovedBlocks = "", 0
	switch s.variant.State {
	case StateApproved, StateOnSale, StateAgain:
		next.Reason, next.ApprovedReason, next.ApprovedBlocks = reason, reason, next.Blocks
		switch {
		case reason != "":
			next.State = StateAgain
		case s.onSale:
			next.State = StateOnSale
		default:
			next.State = StateApproved
		}
	case StateChecked:
		if reason != "" {
			next.State, next.Reason = StateTranslated, reason
		}
	}
	return next
}

// reason is why a version does not stand by a verdict, "" if it does.
func (s *subject) reason(verdict Verdict, onLabels bool) Reason {
	switch {
	case s.hasVersion && s.source.hash() != s.version.Source.hash():
		return SourceChanged
	case verdict.Count(pavilion.Blocks) > 0:
		return RuleChanged
	case onLabels:
		return LabelChanged
	}
	return ""
}

// standing is the variant by the version that counts, where that is not the latest.
func (s *subject) standing() (*subject, bool) {
	if s.approved.Number == 0 {
		return nil, false
	}
	of := *s
	of.version, of.variant.Version = s.approved, s.approved.Number
	return &of, true
}

// subject is a variant with all that is judged of it.
type subject struct {
	variant    Variant
	page       catalog.Page
	goods      catalog.Goods
	documents  []catalog.Document
	source     Source
	version    Version // the latest
	hasVersion bool
	approved   Version // that counts, where it is not the latest
	confirmed  []Confirmation
	labels     LabelBook
	arrived    map[pavilion.SKUID]int        // days left on arrival, of those SKUs that came
	kept       map[pavilion.SKUID]LabelFacts // of the version that was approved
	ready      map[wording]bool              // whether a label can be printed, of those laid out
	handed     map[pavilion.SKUID]LabelFacts // of the version that waits for approval
	onSale     bool
}

func readSubjects(ctx context.Context, r db.Reader, m *Market, variants []Variant) ([]*subject, error) {
	ids, products := make([]pavilion.VariantID, len(variants)), make([]pavilion.ProductID, len(variants))
	for i, v := range variants {
		ids[i], products[i] = v.ID, v.Product
	}
	pages, err := catalog.Pages(ctx, r, products)
	if err != nil {
		return nil, err
	}
	var about []string
	for _, page := range pages {
		about = append(about, string(page.Product.ID))
		if !slices.Contains(about, string(page.Producer.ID)) {
			about = append(about, string(page.Producer.ID))
		}
	}
	documents, err := catalog.DocumentsOf(ctx, r, about)
	if err != nil {
		return nil, err
	}
	categories, err := catalog.Categories(ctx, r)
	if err != nil {
		return nil, err
	}
	versions, err := versionsOf(ctx, r, selectVersionsOf, ids)
	if err != nil {
		return nil, err
	}
	standing, err := versionsOf(ctx, r, selectStandingOf, ids)
	if err != nil {
		return nil, err
	}
	confirmations, err := confirmationsOf(ctx, r, ids)
	if err != nil {
		return nil, err
	}
	labels, err := readLabelsOf(ctx, r, m, pages)
	if err != nil {
		return nil, err
	}
	kept, err := keptLabels(ctx, r, selectKeptOf, ids)
	if err != nil {
		return nil, err
	}
	handed, err := keptLabels(ctx, r, selectHandedOf, ids)
	if err != nil {
		return nil, err
	}
	var arrived map[pavilion.SKUID]int
	if m.Arrived != nil {
		if arrived, err = m.Arrived(ctx, r, skusOf(pages)); err != nil {
			return nil, err
		}
	}
	out := make([]*subject, len(variants))
	for i, v := range variants {
		page := pages[v.Product]
		s := &subject{variant: v, page: page, goods: catalog.GoodsFood, source: sourceOf(page), confirmed: confirmations[v.ID], labels: labels, kept: kept[v.ID], handed: handed[v.ID], arrived: arrived, ready: map[wording]bool{}}
		s.version, s.hasVersion = versions[v.ID]
		s.approved = standing[v.ID]
		s.documents = slices.Concat(documents[string(v.Product)], documents[string(page.Producer.ID)])
		s.onSale = slices.ContainsFunc(page.SKUs, func(u catalog.SKU) bool { return u.OnSale })
		if at := slices.IndexFunc(categories, func(c catalog.Category) bool { return c.Key == page.Product.Category }); at >= 0 && categories[at].Goods != "" {
			s.goods = categories[at].Goods
		}
		out[i] = s
	}
	return out, nil
}

// versionsOf returns the version of each variant that a query finds.
func versionsOf(ctx context.Context, r db.Reader, query *db.Keyed, ids []pavilion.VariantID) (map[pavilion.VariantID]Version, error) {
	type row struct {
		id pavilion.VariantID
		Version
	}
	all, err := db.AllKeyed(ctx, r, func(s db.Scanner) (w row, err error) {
		w.Version, err = scanVersion(prefixed{s, []any{&w.id}})
		return w, err
	}, query, ids)
	of := make(map[pavilion.VariantID]Version, len(all))
	for _, w := range all {
		of[w.id] = w.Version
	}
	return of, err
}

// prefixed scans columns that stand before those another function knows.
type prefixed struct {
	row    db.Scanner
	before []any
}

// Scan implements [db.Scanner].
func (p prefixed) Scan(dest ...any) error { return p.row.Scan(append(p.before, dest...)...) }

// judge asks the rules about every unit of the product and every channel it is meant for.
func (s *subject) judge(m *Market, on pavilion.Date) Verdict {
	out := Verdict{Pack: m.Rules.Version, On: on}
	facts := s.facts(m, on)
	seen := map[string]int{} // a finding of all units and channels stands once
	for _, f := range facts {
		for _, found := range m.Rules.Judge(&f.Facts, on).Findings {
			one := Finding{Finding: found, SKU: f.sku, Channel: f.Channel}
			text, err := json.Marshal(found)
			if err != nil {
				text = []byte(found.Rule)
			}
			if at, has := seen[string(text)]; has {
				if out.Findings[at].SKU != one.SKU {
					out.Findings[at].SKU = ""
				}
				if out.Findings[at].Channel != one.Channel {
					out.Findings[at].Channel = ""
				}
				continue
			}
			seen[string(text)] = len(out.Findings)
			out.Findings = append(out.Findings, one)
		}
	}
	order := []pavilion.Severity{pavilion.Blocks, pavilion.Warns, pavilion.Informs}
	slices.SortStableFunc(out.Findings, func(a, b Finding) int { return slices.Index(order, a.Severity) - slices.Index(order, b.Severity) })
	for i := range out.Findings { // where there is one only, nobody asks which
		if len(s.page.SKUs) == 1 {
			out.Findings[i].SKU = ""
		}
		if len(s.version.Content.Channels) < 2 {
			out.Findings[i].Channel = ""
		}
	}
	return out
}

// ActJudge looks at variants again; see Acts.
const ActJudge = "variant.judge"

// JudgeAll starts looking at all variants of each market again, as a batch with its progress,
// if its rules or what all labels share changed, or it is another day than when that was done
// last: rules begin and end, and so do registrations and papers. Before that it makes the variants that are missing. It
// is called often and mostly does nothing.
func JudgeAll(ctx context.Context, d *db.DB, markets []*Market) error {
	for _, m := range markets {
		for more := true; more; {
			err := d.Write(ctx, pavilion.System(Topic), func(tx *db.Tx) error {
				ids, err := db.All(ctx, tx, scanProduct, selectUntailored, m.Key, reviewAtOnce)
				if err != nil {
					return err
				}
				more = len(ids) == reviewAtOnce
				return Review(ctx, tx, []*Market{m}, ids)
			})
			if err != nil {
				return err
			}
		}
		err := d.Write(ctx, pavilion.System(Topic), func(tx *db.Tx) error {
			was, _, err := db.One(ctx, tx, scanJudged, selectJudged, m.Key)
			now := judged{m.Rules.Version, string(m.Today(tx.Now()))}
			if err != nil || was == now {
				return err
			}
			if _, err := tx.Exec(ctx, upsertJudged, m.Key, now.pack, now.on); err != nil {
				return err
			}
			return startJudging(ctx, tx, Filter{Market: m.Key})
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// judgeSoon has JudgeAll look at all variants of a market again, because something changed that
// is said on many of them. However many such changes come in a minute, it is done once.
func judgeSoon(ctx context.Context, tx *db.Tx, market string) error {
	_, err := tx.Exec(ctx, forgetJudged, market)
	return err
}

// judged is by which rules a market was judged last.
type judged struct{ pack, on string }

func scanJudged(row db.Scanner) (j judged, err error) {
	err = row.Scan(&j.pack, &j.on)
	return j, err
}

// reviewAtOnce is how many products are looked at in a transaction.
const reviewAtOnce = 50

func scanProduct(row db.Scanner) (id pavilion.ProductID, err error) {
	err = row.Scan(&id)
	return id, err
}
