package douyin

import (
	"encoding/json"
	"testing"
	"time"
)

func TestValues(t *testing.T) {
	t.Parallel()
	type all struct {
		ID     ID
		Text   Text
		Int    Int
		Fen    Fen
		Flag   Flag
		Moment Moment
	}
	at := time.Date(2023, 11, 14, 22, 13, 20, 0, time.UTC)
	for in, want := range map[string]all{
		`{"id":3473196049974326153,"text":3473196049974326153,"int":11,"fen":1990,"flag":true,"moment":1700000000}`: {"3473196049974326153", "3473196049974326153", 11, 1990, true, At(at)},
		`{"id":"3473196049974326153","text":"x","int":"11","fen":"1990","flag":"1","moment":"1700000000"}`:          {"3473196049974326153", "x", 11, 1990, true, At(at)},
		`{"id":null,"text":null,"int":null,"fen":"","flag":null,"moment":null}`:                                     {},
		`{"id":0,"int":7.00,"flag":0,"moment":0}`:                                                                   {ID: "0", Int: 7},
		`{"int":-5,"flag":1,"moment":1700000000000}`:                                                                {Int: -5, Flag: true, Moment: At(at)},
		`{"moment":"2023-11-15 06:13:20","flag":"false"}`:                                                           {Moment: At(at)},
		`{"moment":"2023-11-15T06:13:20+08:00"}`:                                                                    {Moment: At(at)},
		`{"moment":16189905872}`:                                                                                    {}, // the malformed sample of the documents
		`{"moment":"0001-01-01 00:00:00"}`:                                                                          {},
		`{"moment":"1970-01-01 08:00:00"}`:                                                                          {},
	} {
		var got all
		if err := json.Unmarshal([]byte(in), &got); err != nil || got != want {
			t.Errorf("%s: got %+v, %v, want %+v", in, got, err, want)
		}
	}
	for _, in := range []string{`{"id":{}}`, `{"text":[1]}`, `{"int":"x"}`, `{"int":1.5}`, `{"int":9223372036854775808}`, `{"fen":"1e3"}`, `{"flag":"maybe"}`, `{"flag":2}`} {
		var got all
		if err := json.Unmarshal([]byte(in), &got); err == nil {
			t.Errorf("%s: got %+v, want an error", in, got)
		}
	}
	for _, bad := range []ID{"", "x", "1.0", "-1", "007", "123456789012345678901"} {
		if raw, err := json.Marshal(bad); err == nil {
			t.Errorf("%q: got %s, want an error", bad, raw)
		}
	}
	if raw, err := json.Marshal([]any{ID("3473196049974326153"), Text("12"), At(at), Moment{}}); err != nil || string(raw) != `[3473196049974326153,"12",1700000000,0]` {
		t.Errorf("got %s, %v", raw, err)
	}
}

func TestInner(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]Int{`{"a":1}`: 1, `"{\"a\":\"2\"}"`: 2, `""`: 0, `null`: 0, `" {\"a\":3}"`: 3} {
		var got Inner[struct{ A Int }]
		if err := json.Unmarshal([]byte(in), &got); err != nil || got.V.A != want {
			t.Errorf("%s: got %d, %v, want %d", in, got.V.A, err, want)
		}
	}
	var got Inner[struct{ A Int }]
	for _, in := range []string{`"x"`, `"{"`, `[]`} {
		if err := json.Unmarshal([]byte(in), &got); err == nil {
			t.Errorf("%s: got %+v, want an error", in, got)
		}
	}
}

// FuzzCanonical: what is sent reads as the same value, and sending it again changes nothing.
func FuzzCanonical(f *testing.F) {
	for _, s := range []string{`{"b":1,"a_b":2,"aB":3,"a1":4,"Z":5,"a":6,"中":7}`, `[1.0,1e3,-0.50,"\u0001\u2028"]`, `{"a":{"b":[{"d":null,"c":true}]}}`, `1e999999`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, in string) {
		once, err := outgoing(json.RawMessage(in))
		if err != nil {
			return
		}
		twice, err := outgoing(json.RawMessage(once))
		if err != nil || string(twice) != string(once) {
			t.Errorf("%s: got %s, %v the second time, want %s", in, twice, err, once)
		}
		if same, err := canonical(once, false); err != nil || string(same) != string(once) {
			t.Errorf("%s: canonical is %s, %v, want %s", in, same, err, once)
		}
	})
}
