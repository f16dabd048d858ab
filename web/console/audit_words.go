package console

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"pavilion"
	"pavilion/catalog"
	"pavilion/db"
	"pavilion/money"
	"pavilion/setting"
	"pavilion/staff"
	"pavilion/web/ui"
)

// actWords says an act, such as "order.ship", in the reader's language.
func actWords(p *ui.Printer, act string) string { return wordsOr(p, "audit.act."+act, act) }

// fieldWords says a field. One that comes in several languages ends in its tag, "name.zh", and
// one of a SKU begins with its GTIN, "4810000000015.net".
func fieldWords(p *ui.Printer, field string) string {
	name, lang, found := strings.Cut(field, ".")
	switch name {
	case "content":
		return wordsOr(p, "tailoring.field."+lang, field)
	case "confirm":
		return wordsOr(p, "tailoring.confirm."+lang, field)
	case "label":
		return wordsOr(p, "label.item."+lang, field)
	}
	if found && strings.Trim(name, "0123456789") == "" {
		return name + ": " + fieldWords(p, lang)
	}
	if found && slices.Contains(pavilion.Langs, pavilion.Lang(lang)) {
		return wordsOr(p, "audit.field."+name, name) + p.T("audit.in_language", "language", p.T("audit.language."+lang))
	}
	if found && catalog.Field(name) == catalog.FieldPrice { // of a channel, "price.own"
		return p.T("audit.field.price") + p.T("audit.in_language", "language", channelName(p, lang))
	}
	return wordsOr(p, "audit.field."+field, field)
}

// wordsOr returns the message of a key, or other words if there is none.
func wordsOr(p *ui.Printer, key, other string) string {
	if said := p.T(key); said != key {
		return said
	}
	return other
}

// valueWords says the value of a field: a machine word that has a message, a length of time, a
// sum, or itself.
func valueWords(p *ui.Printer, field, value string) string {
	name, _, _ := strings.Cut(field, ".")
	if length, err := time.ParseDuration(value); err == nil && (field == shipWithin || units[setting.Key(field)] > 0) {
		return p.Duration(length)
	}
	switch name {
	case "amount", string(catalog.FieldPrice):
		return sumWords(p, value)
	case "roles":
		return wordsOr(p, "staff.role."+value, value)
	case "cause":
		return wordsOr(p, "stock.reason."+value, value)
	}
	return wordsOr(p, "audit.value."+field+"."+value, value)
}

// sumWords says a sum that was noted as "12.50 CNY".
func sumWords(p *ui.Printer, noted string) string {
	amount, currency, _ := strings.Cut(noted, " ")
	sum, err := money.Parse(amount, money.Currency(currency))
	if err != nil {
		return noted
	}
	return p.Money(sum)
}

// who names an actor; name is what a member or a token is called.
func who(p *ui.Printer, a pavilion.Actor, name string) string {
	switch {
	case name != "" && a.Kind == pavilion.ByToken:
		return p.T("audit.by_token", "name", name)
	case name != "":
		return name
	case a.Kind == pavilion.BySystem:
		return wordsOr(p, "audit.actor."+a.ID, p.T("audit.actor.system"))
	}
	return a.ID
}

func showWho(p *ui.Printer, e deed, c *cell) {
	c.Text = who(p, e.Actor, p.Text(e.names[e.Actor.ID]))
}

// export is who did it, for a table that leaves the house: a name, or the machine words.
func (e deed) export() any {
	if name := e.names[e.Actor.ID]; len(name) > 0 {
		return name
	}
	return e.Actor.String()
}

// pages are where things of a kind are shown, by the prefix of their ids. %s stands for the
// id.
var pages = map[string]string{
	pavilion.PrefixOrder:     "/console/orders/%s",
	pavilion.PrefixProduct:   "/console/products/%s",
	pavilion.PrefixProducer:  "/console/producers/%s",
	pavilion.PrefixVariant:   "/console/tailoring/%s",
	pavilion.PrefixLot:       "/console/lots/%s",
	pavilion.PrefixImport:    "/console/imports/%s",
	pavilion.PrefixJob:       "/console/jobs/%s",
	pavilion.PrefixBatch:     "/console/batches/%s",
	pavilion.PrefixStaff:     "/console/staff/%s",
	pavilion.PrefixToken:     "/console/tokens",
	pavilion.PrefixWarehouse: settingsPath + "/warehouses/%s",
	"settings":               settingsPath,
}

// thing says what an id names, with the page of it if there is one.
func thing(p *ui.Printer, id string) ui.Link { return thingCalled(p, id, "") }

// thingCalled is thing for one that has a name, "" if it has none.
func thingCalled(p *ui.Printer, about, name string) ui.Link {
	if title := menuLabel(about); title != "" { // a list
		return ui.Link{Label: p.T(title), URL: about}
	}
	prefix, rest, found := strings.Cut(about, "_")
	kind := "audit.kind." + prefix
	label := p.T(kind)
	if label == kind {
		return ui.Link{Label: about}
	}
	if !found {
		return ui.Link{Label: label, URL: pages[prefix]}
	}
	if n := len(rest); n > 6 { // the end of an id tells it from its neighbours
		rest = rest[n-6:]
	}
	link := ui.Link{Label: label + " …" + rest, URL: pageOf(about)}
	if name != "" {
		link.Label = label + " " + name
	}
	return link
}

// pageOf is the page of a thing, "" if it has none.
func pageOf(id string) string {
	prefix, _, _ := strings.Cut(id, "_")
	return strings.ReplaceAll(pages[prefix], "%s", id)
}

func showThing(p *ui.Printer, e deed, c *cell) {
	l := thingCalled(p, e.About, p.Text(e.names[e.About]))
	c.Text, c.URL = l.Label, l.URL
}

// summaryMost is how many changes a row of the list tells of.
const summaryMost = 3

// summary tells in one line what was changed, or else what was told; without a printer in
// machine words.
func (e deed) summary(p *ui.Printer) string {
	if p == nil {
		var parts []string
		for _, c := range e.Changes {
			parts = append(parts, fmt.Sprintf("%s: %s → %s", c.Field, cmp.Or(c.Before, "—"), cmp.Or(c.After, "—")))
		}
		if len(parts) == 0 && e.Detail != "{}" {
			return e.Detail
		}
		return strings.Join(parts, "; ")
	}
	var parts []string
	for _, t := range e.changed(p) {
		parts = append(parts, fmt.Sprintf("%s: %s → %s", t.Field, cmp.Or(short(t.Before), "—"), cmp.Or(short(t.After), "—")))
	}
	if len(parts) == 0 {
		for _, t := range e.told(p) {
			parts = append(parts, p.T("audit.told", "field", t.Field, "value", short(t.After)))
		}
	}
	if more := len(parts) - summaryMost; more > 0 {
		parts = append(parts[:summaryMost], p.T("audit.and_more", "count", more))
	}
	return strings.Join(parts, p.T("audit.join"))
}

// short returns the beginning of a text for one line.
func short(text string) string {
	const most = 40
	if r := []rune(text); len(r) > most {
		return string(r[:most]) + "…"
	}
	return text
}

// changed says fields before and after.
func (e deed) changed(p *ui.Printer) []told {
	out := make([]told, len(e.Changes))
	for i, c := range e.Changes {
		out[i] = told{Field: fieldWords(p, c.Field), Before: e.names.value(p, c.Field, c.Before), After: e.names.value(p, c.Field, c.After)}
	}
	return out
}

// told says what was told about the act, by its names in their order.
func (e deed) told(p *ui.Printer) (out []told) {
	var values map[string]any
	if json.Unmarshal([]byte(e.Detail), &values) != nil {
		return []told{{Field: p.T("audit.detail"), After: e.Detail}}
	}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if text := e.tellValue(p, name, values[name]); text != "" {
			one := told{Field: fieldWords(p, name), After: text}
			if id, ok := values[name].(string); ok && len(e.names[id]) > 0 {
				one.URL = pageOf(id)
			}
			out = append(out, one)
		}
	}
	return out
}

func (e deed) tellValue(p *ui.Printer, name string, value any) string {
	switch v := value.(type) {
	case nil:
		return ""
	case string:
		return e.names.value(p, name, v)
	case float64:
		return p.Number(int64(v))
	case bool:
		return said(p, v)
	case []any:
		var parts []string
		for _, one := range v {
			parts = append(parts, e.tellValue(p, name, one))
		}
		return strings.Join(parts, ", ")
	}
	text, err := json.Marshal(value)
	if err != nil { // it was JSON a moment ago
		return ""
	}
	return string(text)
}

// actChoices are the acts that were done so far.
func actChoices(ctx context.Context, v *db.View, p *ui.Printer) ([]ui.Option, error) {
	acts, err := staff.TrailActs(ctx, v)
	var out []ui.Option
	for _, act := range acts {
		out = append(out, ui.Option{Value: act, Label: actWords(p, act)})
	}
	return out, err
}

// actorChoices are those who did something so far.
func actorChoices(ctx context.Context, v *db.View, p *ui.Printer) ([]ui.Option, error) {
	actors, err := staff.TrailActors(ctx, v)
	if err != nil {
		return nil, err
	}
	all := make([]pavilion.Actor, len(actors))
	ids := make([]string, len(actors))
	for i, a := range actors {
		all[i], _ = pavilion.ParseActor(a)
		ids[i] = all[i].ID
	}
	names, err := staff.Names(ctx, v, ids)
	var out []ui.Option
	for i, a := range all {
		out = append(out, ui.Option{Value: actors[i], Label: who(p, a, names[a.ID])})
	}
	return out, err
}
