package douyin

import (
	"cmp"
	"encoding/json"
	"iter"
)

// rows is one sort of thing the platform knows, by key, in the order in which they came.
// What a transaction changes is a copy that counts only when the transaction does. All
// methods want the simulator's lock.
type rows[K cmp.Ordered, V any] struct {
	sort   string // what a record calls them
	copied func(V) V
	kept   map[K]*V
	keys   []K         // of those that were ever put, oldest first
	edited map[K]*V    // by the transaction under way; nil is taken away
	came   []K         // put by the transaction under way
	learnt func(K, *V) // told of each row that counts from now on; may be nil
}

func newRows[K cmp.Ordered, V any](sort string, copied func(V) V) *rows[K, V] {
	return &rows[K, V]{sort: sort, copied: copied, kept: map[K]*V{}, edited: map[K]*V{}}
}

// get returns the row to look at, nil if there is none.
func (r *rows[K, V]) get(k K) *V {
	if v, ok := r.edited[k]; ok {
		return v
	}
	return r.kept[k]
}

// edit returns the row to change, nil if there is none.
func (r *rows[K, V]) edit(k K) *V {
	if v, ok := r.edited[k]; ok {
		return v
	}
	was := r.kept[k]
	if was == nil {
		return nil
	}
	v := *was
	if r.copied != nil {
		v = r.copied(v)
	}
	r.edited[k] = &v
	return &v
}

// put adds a row with a new key.
func (r *rows[K, V]) put(k K, v *V) {
	r.edited[k] = v
	r.came = append(r.came, k)
}

// drop takes a row away; its key never comes back.
func (r *rows[K, V]) drop(k K) { r.edited[k] = nil }

// all yields every row to look at, oldest first.
func (r *rows[K, V]) all() iter.Seq2[K, *V] {
	return func(yield func(K, *V) bool) {
		for _, keys := range [][]K{r.keys, r.came} {
			for _, k := range keys {
				if v := r.get(k); v != nil && !yield(k, v) {
					return
				}
			}
		}
	}
}

// latest yields every row to look at, newest first.
func (r *rows[K, V]) latest() iter.Seq2[K, *V] {
	return func(yield func(K, *V) bool) {
		for _, keys := range [][]K{r.came, r.keys} {
			for i := len(keys) - 1; i >= 0; i-- {
				if v := r.get(keys[i]); v != nil && !yield(keys[i], v) {
					return
				}
			}
		}
	}
}

// record is a row in the state file; without a value it was taken away.
type record struct {
	Sort  string          `json:"s"`
	Key   json.RawMessage `json:"k"`
	Value json.RawMessage `json:"v,omitempty"`
}

// sort of rows, whatever they are of.
type table interface {
	name() string
	changes(into []record) ([]record, error) // what the transaction did
	count()                                  // lets what the transaction did count
	forget()                                 // undoes what the transaction did
	learn(record) error
	dump(func(record) error) error
}

func (r *rows[K, V]) name() string { return r.sort }

func (r *rows[K, V]) record(k K, v *V) (record, error) {
	out := record{Sort: r.sort}
	var err error
	if out.Key, err = json.Marshal(k); err == nil && v != nil {
		out.Value, err = json.Marshal(v)
	}
	return out, err
}

func (r *rows[K, V]) changes(into []record) ([]record, error) {
	came := map[K]bool{}
	for _, k := range r.came { // first, so that the file keeps their order
		rec, err := r.record(k, r.edited[k])
		if err != nil {
			return nil, err
		}
		came[k] = true
		into = append(into, rec)
	}
	for k, v := range r.edited {
		if came[k] {
			continue
		}
		rec, err := r.record(k, v)
		if err != nil {
			return nil, err
		}
		into = append(into, rec)
	}
	return into, nil
}

func (r *rows[K, V]) count() {
	r.keys = append(r.keys, r.came...)
	for _, k := range r.came { // in the order in which they came, as when they are read again
		r.take(k, r.edited[k])
		delete(r.edited, k)
	}
	for k, v := range r.edited {
		r.take(k, v)
	}
	r.forget()
	if len(r.keys) > 2*len(r.kept)+64 {
		live := r.keys[:0]
		for _, k := range r.keys {
			if r.kept[k] != nil {
				live = append(live, k)
			}
		}
		r.keys = live
	}
}

func (r *rows[K, V]) take(k K, v *V) {
	if v == nil {
		delete(r.kept, k)
		return
	}
	r.kept[k] = v
	if r.learnt != nil {
		r.learnt(k, v)
	}
}

func (r *rows[K, V]) forget() {
	if len(r.edited) > 0 {
		clear(r.edited)
	}
	r.came = r.came[:0]
}

func (r *rows[K, V]) learn(rec record) error {
	var k K
	if err := json.Unmarshal(rec.Key, &k); err != nil {
		return err
	}
	if rec.Value == nil {
		delete(r.kept, k)
		return nil
	}
	v := new(V)
	if err := json.Unmarshal(rec.Value, v); err != nil {
		return err
	}
	if r.kept[k] == nil {
		r.keys = append(r.keys, k)
	}
	r.take(k, v)
	return nil
}

func (r *rows[K, V]) dump(to func(record) error) error {
	for k, v := range r.all() {
		rec, err := r.record(k, v)
		if err != nil {
			return err
		}
		if err := to(rec); err != nil {
			return err
		}
	}
	return nil
}
