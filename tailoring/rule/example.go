package rule

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"cel.dev/cel-go/interpreter"
	"github.com/BurntSushi/toml"
	"github.com/shopspring/decimal"

	"pavilion"
)

// examples are the products beside a rule that it lets pass, that it refuses and that it is
// not about. Each is written as what differs from a whole product of the pack.
type examples struct {
	of                   string
	passes, fails, skips []table
}

// Test runs the rules over their own examples and returns what is not as the pack says,
// one error each with file and line, and how many examples there were. The whole products
// that the examples change are examples too: nothing may block them on any day.
func (p *Pack) Test() (ran int, wrong []error) {
	for _, key := range p.Examples() {
		ran++
		if err := p.whole(key); err != nil {
			wrong = append(wrong, err)
		}
	}
	for _, r := range p.Rules {
		for _, group := range []struct {
			says string
			of   []table
		}{{"passes", r.examples.passes}, {"fails", r.examples.fails}, {"skips", r.examples.skips}} {
			for n, changes := range group.of {
				ran++
				got, err := p.example(r, changes)
				if err == nil && got != group.says {
					err = fmt.Errorf("the rule %s", map[string]string{"passes": "lets it pass", "fails": "refuses it", "skips": "is not about it"}[got])
				}
				if err != nil {
					wrong = append(wrong, r.place.fault("rule %s: %s, example %d: %w", r.ID, group.says, n+1, err))
				}
			}
		}
	}
	return ran, wrong
}

// whole judges a whole product on every day on which rules change.
func (p *Pack) whole(key string) error {
	f, _, err := p.Example(key, nil)
	if err != nil {
		return fmt.Errorf("%s: [facts.%s]: %w", p.Market.Key, key, err)
	}
	for _, on := range append([]pavilion.Date{firstDay}, p.Turns(firstDay)...) {
		for _, found := range p.Judge(f, on).Findings {
			if found.Severity == pavilion.Blocks {
				return fmt.Errorf("%s: [facts.%s] on %s: the rule %s blocks it: %s", p.Market.Key, key, on, found.Rule, found.Text.Best(pavilion.English))
			}
		}
	}
	return nil
}

// firstDay is the day on which examples are judged that name none and whose rule has no
// first day.
const firstDay pavilion.Date = "2026-06-01"

// example is what a rule does with an example: "passes", "fails" or "skips".
func (p *Pack) example(r *Rule, changes map[string]any) (string, error) {
	f, on, err := p.Example(r.examples.of, changes)
	if err != nil {
		return "", err
	}
	if on == "" {
		on = max(r.From, firstDay)
	}
	if fact := f.outsize(); fact != "" {
		return "", fmt.Errorf("its %s is too large", fact)
	}
	s := subjects.Get().(*subject)
	defer subjects.Put(s)
	s.begin(f, on)
	if !slices.Contains(p.index.about(f), r) || !r.Holds(s.on, s.made) {
		return "skips", nil
	}
	frame, err := interpreter.NewExecutionFrame(s)
	if err != nil {
		return "", err
	}
	defer frame.Close()
	found, about, err := p.apply(r, s, frame)
	switch {
	case err != nil:
		return "", err
	case !about:
		return "skips", nil
	case len(found) > 0:
		return "fails", nil
	}
	return "passes", nil
}

// Examples are the names of the whole products of the pack.
func (p *Pack) Examples() []string { return slices.Sorted(maps.Keys(p.examples)) }

// Example is a whole product of the pack with changes: "base" names another product, "on"
// is the day it is judged, "without" takes facts away, and any other name sets that fact.
func (p *Pack) Example(base string, changes map[string]any) (*Facts, pavilion.Date, error) {
	changes = maps.Clone(changes)
	take := func(key string) any { v := changes[key]; delete(changes, key); return v }
	if other, ok := take("base").(string); ok {
		base = other
	}
	on, _ := take("on").(string)
	without, _ := take("without").([]any)
	of, known := p.examples[base]
	if !known {
		return nil, "", fmt.Errorf("there is no product [facts.%s]", base)
	}
	whole := merge(of, changes)
	for _, name := range without {
		path := strings.Split(fmt.Sprint(name), ".")
		if !remove(whole, path) {
			return nil, "", fmt.Errorf("without = %q: there is no such fact to take away", name)
		}
	}
	f, err := readFacts(whole)
	return f, pavilion.Date(on), err
}

// merge is a table with changes laid over it, sharing no table with either.
func merge(of, changes map[string]any) map[string]any {
	out := make(map[string]any, len(of)+len(changes))
	for key, v := range of {
		if inner, ok := v.(map[string]any); ok {
			v = merge(inner, nil)
		}
		out[key] = v
	}
	for key, v := range changes {
		inner, ok := v.(map[string]any)
		if old, is := out[key].(map[string]any); ok && is {
			v = merge(old, inner)
		}
		out[key] = v
	}
	return out
}

func remove(from map[string]any, path []string) bool {
	v, found := from[path[0]]
	if inner, ok := v.(map[string]any); ok && len(path) > 1 {
		return remove(inner, path[1:])
	}
	delete(from, path[0])
	return found && len(path) == 1
}

// factsFile is a product as a pack writes it. Its names are those of the variables.
type factsFile struct {
	Goods           string            `toml:"goods"`
	Category        string            `toml:"category"`
	Route           string            `toml:"route"`
	Channel         string            `toml:"channel"`
	Origin          string            `toml:"origin"`
	Name            string            `toml:"name"`
	ShortName       string            `toml:"short_name"`
	Points          []string          `toml:"points"`
	Description     string            `toml:"description"`
	Claims          []string          `toml:"claims"`
	Ingredients     []ingredientFile  `toml:"ingredients"`
	Contains        []string          `toml:"contains"`
	MayContain      []string          `toml:"may_contain"`
	NoAllergens     bool              `toml:"no_allergens"`
	HasTransFats    bool              `toml:"has_trans_fats"`
	NutritionBasis  string            `toml:"nutrition_basis"`
	Nutrients       map[string]string `toml:"nutrients"`
	Rounded         []string          `toml:"rounded"` // nutrients that nobody measured
	Kcal            string            `toml:"kcal"`
	Salt            string            `toml:"salt"`
	Net             string            `toml:"net"`
	NetUnit         string            `toml:"net_unit"`
	ShelfLifeDays   int64             `toml:"shelf_life_days"`
	Storage         string            `toml:"storage"`
	StorageMinC     *int64            `toml:"storage_min_c"`
	StorageMaxC     *int64            `toml:"storage_max_c"`
	ProducedOn      string            `toml:"produced_on"`
	DaysLeft        *int64            `toml:"days_left"`
	Producer        string            `toml:"producer"`
	ProducerAddress string            `toml:"producer_address"`
	Importer        string            `toml:"importer"`
	ImporterAddress string            `toml:"importer_address"`
	ImporterContact string            `toml:"importer_contact"`
	Registrations   []Registration    `toml:"registrations"`
	HS              string            `toml:"hs"`
	HSConfirmed     bool              `toml:"hs_confirmed"`
	ListConfirmed   bool              `toml:"list_confirmed"`
	Pictures        []Picture         `toml:"pictures"`
	Documents       []Document        `toml:"documents"`
	NoticeShown     bool              `toml:"notice_shown"`
	LabelReady      bool              `toml:"label_ready"`
}

// ingredientFile is an ingredient as a pack writes it.
type ingredientFile struct {
	Source, Name, Percent, Verified string
	Additive, Part                  bool
}

// readFacts reads a product; a fact it does not know is an error.
func readFacts(whole map[string]any) (*Facts, error) {
	var text bytes.Buffer
	if err := toml.NewEncoder(&text).Encode(whole); err != nil {
		return nil, err
	}
	var w factsFile
	meta, err := toml.Decode(text.String(), &w)
	if err != nil {
		return nil, err
	}
	if unknown := meta.Undecoded(); len(unknown) > 0 {
		return nil, fmt.Errorf("%q is no fact", unknown[0])
	}
	f := &Facts{
		Goods: w.Goods, Category: w.Category, Route: w.Route, Channel: w.Channel, Origin: w.Origin,
		Name: w.Name, ShortName: w.ShortName, Points: w.Points, Description: w.Description, Claims: w.Claims,
		Contains: w.Contains, MayContain: w.MayContain, NoAllergens: w.NoAllergens, HasTransFats: w.HasTransFats,
		NutritionBasis: w.NutritionBasis, NetUnit: w.NetUnit, ShelfLifeDays: w.ShelfLifeDays,
		Storage: w.Storage, StorageMinC: w.StorageMinC, StorageMaxC: w.StorageMaxC, ProducedOn: pavilion.Date(w.ProducedOn), DaysLeft: w.DaysLeft,
		Producer: w.Producer, ProducerAddress: w.ProducerAddress, Importer: w.Importer, ImporterAddress: w.ImporterAddress, ImporterContact: w.ImporterContact,
		Registrations: w.Registrations, HS: w.HS, HSConfirmed: w.HSConfirmed, ListConfirmed: w.ListConfirmed,
		Pictures: w.Pictures, Documents: w.Documents, NoticeShown: w.NoticeShown, LabelReady: w.LabelReady,
	}
	for _, i := range w.Ingredients {
		f.Ingredients = append(f.Ingredients, Ingredient{Source: i.Source, Name: i.Name, Percent: i.Percent, Additive: i.Additive, Part: i.Part, Verified: i.Verified})
	}
	net, errNet := perhaps(w.Net)
	if net != nil {
		f.NetMilli = net.Shift(3).IntPart()
	}
	var errKcal, errSalt error
	f.Kcal, errKcal = perhaps(w.Kcal)
	f.Salt, errSalt = perhaps(w.Salt)
	if len(w.Nutrients) > 0 {
		f.Nutrients = make(map[string]Nutrient, len(w.Nutrients))
	}
	for code, amount := range w.Nutrients {
		d, err := decimal.NewFromString(amount)
		if err != nil {
			return nil, fmt.Errorf("nutrient %s: %w", code, err)
		}
		f.Nutrients[code] = Nutrient{d, !slices.Contains(w.Rounded, code)}
	}
	return f, errors.Join(errNet, errKcal, errSalt)
}

// perhaps reads a decimal that need not be there.
func perhaps(s string) (*decimal.Decimal, error) {
	if s == "" {
		return nil, nil //nolint:nilnil // not stated is neither a number nor a fault
	}
	d, err := decimal.NewFromString(s)
	return &d, err
}

// table is a table of a pack whose names are checked when it is read as a product.
type table = map[string]any
