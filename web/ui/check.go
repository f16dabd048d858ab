package ui

import (
	"fmt"
	"html/template"
	"reflect"
)

// check reports where a template uses what its view does not have.
func check(set *template.Template, name string, view reflect.Type, b *books) error {
	if set.Lookup(name) == nil {
		return fmt.Errorf("there is no template %q", name)
	}
	return nil
}
