package channel

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"pavilion"
	"pavilion/db"
	"pavilion/staff"
)

// Mapping says where goods of one of our categories stand on the platform of a shop, and what
// is answered to what the platform asks of goods there. A change is a new version; the older
// ones stay.
type Mapping struct {
	Shop     pavilion.ShopID   `json:"-"`
	Category string            `json:"-"`       // key of ours; "" holds for goods whose own has none
	Theirs   string            `json:"theirs"`  // the platform's id of its category
	Path     string            `json:"path"`    // its name, with those above it
	Brand    string            `json:"brand"`   // the platform's id, "" for none
	Freight  string            `json:"freight"` // the platform's freight template, "" for its default
	Phone    string            `json:"phone"`   // of the shop's service
	Answers  []AttributeAnswer `json:"answers"` // at most one of an attribute
	Extra    map[string]string `json:"extra"`   // what only this platform asks for; see [Listing]
	Asked    []Attribute       `json:"asked"`   // as the platform asked when this was written
	Version  int64             `json:"-"`       // 0: none is stored
	SavedBy  pavilion.Actor    `json:"-"`
	SavedAt  time.Time         `json:"-"`
}

// AttributeAnswer is what goods have of an attribute: an option, a text, or a fact of the goods.
type AttributeAnswer struct {
	Attribute string `json:"attribute"`
	Option    string `json:"option,omitempty"`
	Text      string `json:"text,omitempty"`
	From      Fact   `json:"from,omitempty"`
}

// Fact is something that is known of all goods, for attributes that differ from one to the next.
type Fact string

// The facts, in the market's language where they are words.
const (
	FactName         Fact = "name"
	FactDenomination Fact = "denomination"
	FactNet          Fact = "net"        // such as 100 g
	FactShelfLife    Fact = "shelf_life" // in days
	FactOrigin       Fact = "origin"     // the country
	FactMaker        Fact = "maker"
	FactMakerAddress Fact = "maker_address"
	FactIngredients  Fact = "ingredients"
	FactStorage      Fact = "storage"
	FactGTIN         Fact = "gtin"
)

// Facts are all of them in the order they are shown.
var Facts = []Fact{FactName, FactDenomination, FactNet, FactShelfLife, FactOrigin, FactMaker, FactMakerAddress, FactIngredients, FactStorage, FactGTIN}

const (
	mappingColumns = `shop_id, category, version, body, saved_by, saved_at`
	insertMapping  = `insert into channel_mapping (` + mappingColumns + `) values ($1, $2, $3, $4, $5, $6) on conflict do nothing`
	selectMapping  = `select ` + mappingColumns + ` from channel_mapping where shop_id = $1 and category = $2 order by version desc limit 1`
	selectMappings = `select ` + mappingColumns + ` from channel_mapping m where shop_id = $1
		and version = (select max(n.version) from channel_mapping n where n.shop_id = m.shop_id and n.category = m.category) order by category limit $2`
	selectParent = `select parent from category where key = $1`
)

// What a mapping may hold at most.
const (
	mappingsMost = 1000
	answersMost  = 200
	textMost     = 500 // bytes of a text
)

func scanMapping(row db.Scanner) (m Mapping, err error) {
	var body, by string
	var at int64
	if err = row.Scan(&m.Shop, &m.Category, &m.Version, &body, &by, &at); err != nil {
		return m, err
	}
	m.SavedAt = db.Time(at)
	m.SavedBy, _ = pavilion.ParseActor(by)
	return m, json.Unmarshal([]byte(body), &m)
}

// Mappings lists what counts of a shop's mappings.
func Mappings(ctx context.Context, r db.Reader, shop pavilion.ShopID) ([]Mapping, error) {
	return db.All(ctx, r, scanMapping, selectMappings, string(shop), mappingsMost)
}

// MappingOf returns the mapping of a category of ours itself; Version is 0 if it has none.
func MappingOf(ctx context.Context, r db.Reader, shop pavilion.ShopID, category string) (Mapping, error) {
	m, found, err := db.One(ctx, r, scanMapping, selectMapping, string(shop), category)
	if err == nil && !found {
		m = Mapping{Shop: shop, Category: category}
	}
	return m, err
}

// MappingFor returns the mapping that holds for goods of a category: its own, or that of the
// nearest category above it, or that of all goods. Version is 0 if there is none.
func MappingFor(ctx context.Context, r db.Reader, shop pavilion.ShopID, category string) (Mapping, error) {
	for range 20 { // deeper than any tree of categories
		m, err := MappingOf(ctx, r, shop, category)
		if err != nil || m.Version > 0 || category == "" {
			return m, err
		}
		parent, _, err := db.One(ctx, r, scanText, selectParent, category)
		if err != nil {
			return m, err
		}
		category = parent
	}
	return Mapping{Shop: shop}, nil
}

// Check refuses a mapping with which the platform would show nothing. Errors: Invalid
// channel.mapping_category at category; channel.mapping_answer {attribute} at
// attribute.<id> for an attribute that must be answered and is not, or is answered with what
// the platform does not offer; channel.mapping_long {most}.
func (m Mapping) Check() error {
	if m.Theirs == "" {
		return pavilion.E(pavilion.Invalid, "channel.mapping_category", nil).At("category")
	}
	if len(m.Answers) > answersMost {
		return pavilion.E(pavilion.Invalid, "channel.mapping_long", pavilion.Args{"most": answersMost})
	}
	for field, text := range map[string]string{"brand": m.Brand, "freight": m.Freight, "phone": m.Phone} {
		if len(text) > textMost {
			return pavilion.E(pavilion.Invalid, "channel.mapping_long", pavilion.Args{"most": textMost}).At(field)
		}
	}
	for _, asked := range m.Asked {
		at := slices.IndexFunc(m.Answers, func(a AttributeAnswer) bool { return a.Attribute == asked.ID })
		if at < 0 && !asked.Required {
			continue
		}
		if at < 0 || !m.Answers[at].answers(asked) {
			return pavilion.E(pavilion.Invalid, "channel.mapping_answer", pavilion.Args{"attribute": asked.Name}).At("attribute." + asked.ID)
		}
	}
	return nil
}

// answers tells whether a platform can take an answer.
func (a AttributeAnswer) answers(asked Attribute) bool {
	switch {
	case len(a.Text) > textMost:
		return false
	case a.From != "":
		return slices.Contains(Facts, a.From)
	case a.Option != "":
		return slices.ContainsFunc(asked.Options, func(o Option) bool { return o.ID == a.Option })
	}
	return a.Text != "" && (asked.Free || len(asked.Options) == 0)
}

// SaveMapping writes the next version of a mapping, and has all goods that the shop shows
// looked at. Errors: those of [Mapping.Check]; Conflict channel.mapping_changed when somebody
// else wrote one since it was read.
func SaveMapping(ctx context.Context, tx *db.Tx, m Mapping) error {
	if err := m.Check(); err != nil {
		return err
	}
	body, err := json.Marshal(m)
	if err != nil {
		return err
	}
	was, err := MappingOf(ctx, tx, m.Shop, m.Category)
	if err != nil {
		return err
	}
	n, err := tx.Exec(ctx, insertMapping, string(m.Shop), m.Category, m.Version+1, string(body), tx.Actor().String(), db.Micros(tx.Now()))
	if err != nil {
		return err
	}
	if n == 0 || was.Version != m.Version {
		return pavilion.E(pavilion.Conflict, "channel.mapping_changed", nil)
	}
	if err := enqueueListings(ctx, tx, m.Shop); err != nil {
		return err
	}
	return staff.NoteChanges(ctx, tx, "channel.mapping", string(m.Shop), []staff.FieldChange{{Field: m.Category, Before: was.Path, After: m.Path}})
}

// AskCategories lists the categories of a shop's platform below one; "" is the top.
func (e *Engine) AskCategories(ctx context.Context, shop pavilion.ShopID, parent string) (list []Category, err error) {
	return list, e.call(ctx, shop, Act{Kind: "category.list", About: parent}, func(ctx context.Context, c Connector, a Access) (err error) {
		list, err = c.Categories(ctx, a, parent)
		return err
	})
}

// AskAttributes lists what a shop's platform asks of goods in one of its categories.
func (e *Engine) AskAttributes(ctx context.Context, shop pavilion.ShopID, category string) (list []Attribute, err error) {
	return list, e.call(ctx, shop, Act{Kind: "category.attributes", About: category}, func(ctx context.Context, c Connector, a Access) (err error) {
		list, err = c.Attributes(ctx, a, category)
		return err
	})
}
