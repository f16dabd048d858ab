package jd

import "errors"

// Page is one page of a list.
type Page[T any] struct {
	Items  []T
	Total  int64 // of all pages, as JD counted just now
	Unread []Unread
}

// Unread is an entry of a page that could not be read: the others are good all the same.
type Unread struct {
	ID  string // as far as it could be read
	Err error  // names the field, never what stands in it
}

// pageOf reads the entries of a page, each on its own.
func pageOf[T any](list tree, total int64, id string, read func(tree) T) Page[T] {
	out := Page[T]{Total: total}
	for _, item := range list.items() {
		item = item.apart()
		got := read(item)
		if err := item.err(); err != nil {
			named := item.apart()
			out.Unread = append(out.Unread, Unread{ID: named.at(id).text(), Err: err})
			continue
		}
		out.Items = append(out.Items, got)
	}
	return out
}

// page is the object that holds a page of an answer.
func (a answer) page(name string) (tree, error) {
	p := a.at(name)
	if !p.isObject() {
		return tree{}, a.lost(errors.New("the answer has no " + name))
	}
	return p, nil
}

// pageSize keeps the size of a page within what JD takes.
func pageSize(asked, most int) int {
	if asked <= 0 || asked > most {
		return most
	}
	return asked
}

// onlyObject is the one object inside t, whose name nobody knows.
func onlyObject(t tree) tree {
	object, _ := t.value.(map[string]any)
	var found []tree
	for name, value := range object {
		if _, ok := value.(map[string]any); ok {
			found = append(found, t.at(name))
		}
	}
	if len(found) == 1 {
		return found[0]
	}
	t.fail("answer with one object")
	return tree{path: t.path, wrong: t.wrong}
}
