package api_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"pavilion"
	"pavilion/db"
	"pavilion/shipment"
	"pavilion/staff"
	"pavilion/stock"
)

// described is an operation as the document describes it.
type described struct {
	id, method, path string // path without the prefix
	scope            staff.Scope
	op               map[string]any
}

func (w *world) document() document {
	w.t.Helper()
	got := w.call("GET", "/api/v1/openapi.json", "", "", "")
	if got.status != http.StatusOK || got.body["openapi"] != "3.1.0" {
		w.t.Fatalf("document: got %d, version %v", got.status, got.body["openapi"])
	}
	return document{got.body}
}

// operations are all operations of the document, in a fixed order.
func (d document) operations() (all []described) {
	paths, _ := d.at("paths").(map[string]any)
	for _, path := range slices.Sorted(maps.Keys(paths)) {
		item, _ := paths[path].(map[string]any)
		for _, method := range slices.Sorted(maps.Keys(item)) {
			op, _ := item[method].(map[string]any)
			o := described{id: fmt.Sprint(op["operationId"]), method: strings.ToUpper(method), path: path, op: op}
			if scopes := list(document{op}.security()); len(scopes) == 1 {
				o.scope = staff.Scope(scopes[0])
			}
			all = append(all, o)
		}
	}
	return all
}

func (d document) security() any {
	all, _ := d.root["security"].([]any)
	if len(all) != 1 {
		return nil
	}
	one, _ := all[0].(map[string]any)
	return one["token"]
}

// media is the schema and the example of a body: of the request, or of an answer.
func (o described) media(status, kind string) (schema map[string]any, example any, ok bool) {
	where := document{o.op}.at("requestBody", "content", kind)
	if status != "" {
		where = document{o.op}.at("responses", status, "content", kind)
	}
	m, ok := where.(map[string]any)
	schema, _ = m["schema"].(map[string]any)
	return schema, m["example"], ok
}

// success is the one status of a success.
func (o described) success() string {
	responses, _ := o.op["responses"].(map[string]any)
	for status := range responses {
		if status[0] == '2' {
			return status
		}
	}
	return ""
}

// address is the path with its parameters, and the query with those that are required or,
// if all are wanted, with all, from their examples.
func (o described) address(m things, all bool) string {
	path, query := o.path, url.Values{}
	params, _ := o.op["parameters"].([]any)
	for _, p := range params {
		p, _ := p.(map[string]any)
		name, example := fmt.Sprint(p["name"]), m.into(fmt.Sprint(p["example"]))
		if values := list(p["example"]); values != nil {
			example = m.into(strings.Join(values, ","))
		}
		switch {
		case p["in"] == "path":
			path = strings.ReplaceAll(path, "{"+name+"}", example)
		case p["in"] == "query" && (all || p["required"] == true) && p["example"] != nil:
			query.Set(name, example)
		}
	}
	if len(query) > 0 {
		path += "?" + query.Encode()
	}
	return "/api/v1" + path
}

func (o described) writes() bool { return o.method != http.MethodGet }

// parcelFor tells how far the parcel of an operation's order must have gone before.
func parcelFor(id string) shipment.State {
	switch id {
	case "set-waybill", "unpack-parcel", "ship-order":
		return shipment.StatePacked
	case "deliver-order":
		return shipment.StateShipped
	}
	return ""
}

// TestDocumentIsComplete wants words, examples and all answers of every operation, and a
// scope that opens something.
func TestDocumentIsComplete(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	d := w.document()
	used := map[staff.Scope]bool{}
	exported := map[string]staff.Scope{}
	for _, o := range w.api.Operations() {
		exported[o.Method+" "+o.Path] = o.Scope
	}
	all := d.operations()
	if len(all) != len(exported) {
		t.Errorf("operations: got %d exported, want the %d of the document", len(exported), len(all))
	}
	for _, o := range all {
		if !slices.Contains(staff.Scopes, o.scope) || exported[o.method+" /api/v1"+o.path] != o.scope {
			t.Errorf("%s: got the scopes %q and %q exported, want one there is", o.id, o.scope, exported[o.method+" /api/v1"+o.path])
		}
		used[o.scope] = true
		for _, words := range []string{"summary", "description"} {
			if fmt.Sprint(o.op[words]) == "" || o.op[words] == nil {
				t.Errorf("%s has no %s", o.id, words)
			}
		}
		responses, _ := o.op["responses"].(map[string]any)
		for _, status := range []string{"401", "403", "422", "429", "500", "503"} {
			if responses[status] == nil {
				t.Errorf("%s does not document %s", o.id, status)
			}
		}
		for status := range responses {
			kind := "application/json"
			if status[0] != '2' {
				kind = "application/problem+json"
				if len(list(document{o.op}.at("responses", status, "x-reasons"))) == 0 {
					t.Errorf("%s: %s has no reasons", o.id, status)
				}
			}
			schema, example, ok := o.media(status, kind)
			if !ok {
				t.Errorf("%s: %s has no body", o.id, status)
				continue
			}
			for _, fault := range d.faults(schema, example, o.id+" example of "+status) {
				t.Error(fault)
			}
		}
		if schema, example, ok := o.media("", "application/json"); ok {
			for _, fault := range d.faults(schema, example, o.id+" example of the body") {
				t.Error(fault)
			}
		}
		params, _ := o.op["parameters"].([]any)
		for _, p := range params {
			p, _ := p.(map[string]any)
			schema, _ := p["schema"].(map[string]any)
			if p["description"] == nil && d.resolve(schema)["description"] == nil {
				t.Errorf("%s: the parameter %v has no description", o.id, p["name"])
			}
			if p["example"] == nil && !slices.Contains([]any{"after"}, p["name"]) {
				t.Errorf("%s: the parameter %v has no example", o.id, p["name"])
			}
		}
	}
	for _, scope := range staff.Scopes {
		if !used[scope] {
			t.Errorf("the scope %s opens nothing", scope)
		}
	}
	schemas, _ := d.at("components", "schemas").(map[string]any)
	for name, s := range schemas {
		s, _ := s.(map[string]any)
		properties, _ := s["properties"].(map[string]any)
		for field, p := range properties {
			p, _ := p.(map[string]any)
			if p["description"] == nil && d.resolve(p)["description"] == nil {
				t.Errorf("%s.%s has no description", name, field)
			}
		}
	}
}

// TestEveryOperation calls every operation by what the document says about it: without a
// token, with a token that may do all else, with broken input, and with its examples. An
// operation that is added is called too.
func TestEveryOperation(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	d := w.document()
	for n, o := range d.operations() {
		t.Run(o.id, func(t *testing.T) {
			w := *w
			w.t = t
			made := w.things(n, parcelFor(o.id))
			token := w.token(o.scope)
			if o.id == "get-order" || o.id == "start-payment" || o.id == "get-order-notice" { // a token sees the orders it placed
				token = w.token(o.scope, staff.PlaceOrders)
				elsewhere := strings.NewReplacer("13800138000", fmt.Sprint(13800138000+n), "天府大道1号", fmt.Sprintf("天府大道%d号", n)) // who may hold so much unpaid
				placed := w.call("POST", "/api/v1/orders", token, "placed-"+o.id, elsewhere.Replace(body(string(made.sku), 1)))
				made.order = pavilion.OrderID(fmt.Sprint(placed.body["id"]))
			}
			if o.id == "release-lot" {
				w.write(func(tx *db.Tx) error {
					return stock.Hold(t.Context(), tx, stock.Handling{Lot: made.lot, Warehouse: made.warehouse[0], Cause: "test"})
				})
			}
			if strings.Contains(o.path, "{import}") {
				made.workbook = w.checkedWorkbook(made.producer)
			}
			c := caller{&w, d, o, made, token}
			c.stranger()
			c.broken()
			c.works()
		})
	}
}

// caller calls one operation.
type caller struct {
	*world
	d     document
	o     described
	made  things
	token string
}

// example is what the document says may be sent: a body and its type.
func (c caller) example() (body map[string]any, raw string) {
	if _, example, ok := c.o.media("", "application/json"); ok {
		body = c.made.body(c.t, example)
		text, err := json.Marshal(body)
		if err != nil {
			c.t.Fatal(err)
		}
		return body, string(text)
	}
	switch c.o.id {
	case "add-picture":
		return nil, string(newPicture(c.t, 255))
	case "hand-in-workbook":
		return nil, string(newWorkbook(c.t))
	}
	return nil, ""
}

func (c caller) ask(address, token, key, body string) answer {
	c.t.Helper()
	return c.call(c.o.method, address, token, key, body)
}

// problem wants an answer that is a problem as documented.
func (c caller) problem(what string, got answer, want ...int) {
	c.t.Helper()
	status := fmt.Sprint(got.status)
	schema, _, ok := c.o.media(status, "application/problem+json")
	if !ok || !slices.Contains(want, got.status) || got.header.Get("Content-Type") != "application/problem+json" {
		c.t.Errorf("%s: got %s %s, want a documented problem with %v", what, status, got.text, want)
		return
	}
	for _, fault := range c.d.faults(schema, map[string]any(got.body), what) {
		c.t.Error(fault)
	}
	if reasons := list(document{c.o.op}.at("responses", status, "x-reasons")); !slices.Contains(reasons, fmt.Sprint(got.body["reason"])) {
		c.t.Errorf("%s: got the reason %v, want one of %v", what, got.body["reason"], reasons)
	}
	for _, words := range []string{"json:", "Go struct", "strconv", "main."} {
		if strings.Contains(got.text, words) {
			c.t.Errorf("%s: got %s, which speaks of the program's own language", what, got.text)
		}
	}
}

// stranger calls without the scope.
func (c caller) stranger() {
	c.t.Helper()
	address := c.o.address(c.made, false)
	_, raw := c.example()
	c.problem("no token", c.ask(address, "", "stranger-1", raw), http.StatusUnauthorized)
	others := slices.DeleteFunc(slices.Clone(staff.Scopes), func(s staff.Scope) bool { return s == c.o.scope })
	c.problem("every other scope", c.ask(address, c.world.token(others...), "stranger-2", raw), http.StatusForbidden)
}

// broken sends what the document does not allow.
func (c caller) broken() {
	c.t.Helper()
	address := c.o.address(c.made, false)
	body, raw := c.example()
	key := func(i int) string { return fmt.Sprintf("broken-%s-%d", c.o.id, i) }
	if strings.Contains(c.o.path, "{") {
		nobody := c.made
		nobody.product, nobody.sku, nobody.picture = "prd_"+nothing, "sku_"+nothing, "pic_"+nothing
		nobody.order, nobody.parcel, nobody.workbook = "ord_"+nothing, "par_"+nothing, "imp_"+nothing
		c.problem("an unknown thing", c.ask(c.o.address(nobody, false), c.token, key(0), raw), http.StatusNotFound)
		nobody.product, nobody.sku, nobody.order, nobody.parcel, nobody.workbook = "rubbish", "rubbish", "rubbish", "rubbish", "rubbish"
		c.problem("an identifier that is none", c.ask(c.o.address(nobody, false), c.token, key(1), raw), http.StatusUnprocessableEntity)
	}
	if c.o.keyed() {
		c.problem("no key", c.ask(address, c.token, "", raw), http.StatusUnprocessableEntity)
	}
	if body == nil {
		return
	}
	c.problem("half a body", c.ask(address, c.token, key(2), raw[:len(raw)/2]), http.StatusBadRequest)
	c.problem("no object", c.ask(address, c.token, key(3), `[]`), http.StatusUnprocessableEntity)
	c.problem("null", c.ask(address, c.token, key(4), `null`), http.StatusUnprocessableEntity)
	c.problem("an endless body", c.ask(address, c.token, key(5), `{"x":"`+strings.Repeat("x", 70_000)+`"}`), http.StatusRequestEntityTooLarge)
	for i, name := range slices.Sorted(maps.Keys(body)) {
		wrong := clone(body)
		wrong[name] = map[string]any{"no": []any{"such", "thing"}}
		text, _ := json.Marshal(wrong)
		c.problem("a wrong "+name, c.ask(address, c.token, key(100+i), string(text)), http.StatusUnprocessableEntity)
	}
	schema, _, _ := c.o.media("", "application/json")
	for i, name := range list(c.d.resolve(schema)["required"]) {
		less := clone(body)
		delete(less, name)
		text, _ := json.Marshal(less)
		c.problem("no "+name, c.ask(address, c.token, key(200+i), string(text)), http.StatusUnprocessableEntity)
	}
	more := clone(body)
	more["nobody_knows"] = 1
	text, _ := json.Marshal(more)
	c.problem("a field too many", c.ask(address, c.token, key(6), string(text)), http.StatusUnprocessableEntity)
}

const nothing = "00000000000000000000000000"

// keyed tells whether the operation takes an Idempotency-Key.
func (o described) keyed() bool {
	params, _ := o.op["parameters"].([]any)
	return slices.ContainsFunc(params, func(p any) bool {
		m, _ := p.(map[string]any)
		return m["name"] == "Idempotency-Key"
	})
}

// works calls as the document shows, and again: the answer fits its schema, writing leaves
// a trace with the token's name, and is done once.
func (c caller) works() {
	c.t.Helper()
	_, raw := c.example()
	got := c.ask(c.o.address(c.made, false), c.token, "works-"+c.o.id, raw)
	schema, _, _ := c.o.media(c.o.success(), "application/json")
	if fmt.Sprint(got.status) != c.o.success() {
		c.t.Fatalf("got %d %s, want %s", got.status, got.text, c.o.success())
	}
	c.fits("answer", schema, got)
	if !c.o.writes() {
		all := c.ask(c.o.address(c.made, true), c.token, "", "")
		if fmt.Sprint(all.status) != c.o.success() {
			c.t.Fatalf("with every parameter: got %d %s, want %s", all.status, all.text, c.o.success())
		}
		c.fits("answer to every parameter", schema, all)
		return
	}
	if c.o.scope == staff.PlaceOrders {
		return // the order itself keeps whose it is, and its history
	}
	if !c.o.keyed() {
		c.t.Errorf("it writes and takes no Idempotency-Key")
	}
	before := c.traces()
	if before == 0 {
		c.t.Errorf("nothing in the trail is by the token")
	}
	again := c.ask(c.o.address(c.made, false), c.token, "works-"+c.o.id, raw)
	if again.status != got.status || again.text != got.text {
		c.t.Errorf("again: got %d %s, want %d %s", again.status, again.text, got.status, got.text)
	}
	if after := c.traces(); after != before {
		c.t.Errorf("again: got %d more entries in the trail, want none", after-before)
	}
}

func (c caller) fits(what string, schema map[string]any, got answer) {
	c.t.Helper()
	var v any
	if err := json.Unmarshal([]byte(got.text), &v); err != nil {
		c.t.Fatalf("%s: %v in %s", what, err, got.text)
	}
	for _, fault := range c.d.faults(schema, v, what) {
		c.t.Error(fault)
	}
}

// traces counts what the trail has of the token.
func (c caller) traces() (n int) {
	c.t.Helper()
	err := c.world.d.Read(c.t.Context(), func(v *db.View) error {
		token, err := staff.CheckToken(c.t.Context(), v, c.token)
		if err != nil {
			return err
		}
		actor := pavilion.Actor{Kind: pavilion.ByToken, ID: string(token.ID)}
		return v.QueryRow(c.t.Context(), `select count(*) from trail where actor = $1`, actor.String()).Scan(&n)
	})
	if err != nil {
		c.t.Fatal(err)
	}
	return n
}
