package ui

import (
	"errors"
	"fmt"
	"html/template"
	"reflect"
	"slices"
	"strings"
	"text/template/parse"

	"pavilion"
)

// check walks a template and all it calls against the type of its view, and reports every
// use of what is not there: fields, methods, functions with other parameters, templates,
// messages or their values. So a page that can be served is a page that can be drawn,
// whichever of its branches a view takes.
func check(set *template.Template, funcs template.FuncMap, name string, view reflect.Type, b *books) error {
	c := &checker{set: set, funcs: funcs, books: b, done: map[string]bool{}}
	c.template(name, view, name)
	return errors.Join(c.errs...)
}

// checker holds what is known during one check. A nil type means that nothing is known
// about a value; whatever is done with it passes.
type checker struct {
	set   *template.Template
	funcs template.FuncMap
	books *books
	done  map[string]bool // template and type, so that recursion ends
	tree  *parse.Tree
	at    string
	errs  []error
}

func (c *checker) fail(n parse.Node, format string, args ...any) {
	where, context := c.tree.ErrorContext(n)
	c.errs = append(c.errs, fmt.Errorf("%s (in %s): %s: %s", where, c.at, context, fmt.Sprintf(format, args...)))
}

// template checks one template with what it is given.
func (c *checker) template(name string, dot reflect.Type, from string) {
	key := fmt.Sprint(name, " ", dot)
	if c.done[key] {
		return
	}
	c.done[key] = true
	t := c.set.Lookup(name)
	if t == nil || t.Tree == nil {
		c.errs = append(c.errs, fmt.Errorf("there is no template %q, which %s needs", name, from))
		return
	}
	outer, at := c.tree, c.at
	c.tree, c.at = t.Tree, name
	c.list(t.Tree.Root, dot, scope{"$": dot})
	c.tree, c.at = outer, at
}

// scope is the variables that can be seen, by name.
type scope map[string]reflect.Type

func (s scope) with(name string, t reflect.Type) scope {
	inner := make(scope, len(s)+1)
	for k, v := range s {
		inner[k] = v
	}
	inner[name] = t
	return inner
}

// list checks nodes in turn; variables they declare are seen by the ones after.
func (c *checker) list(l *parse.ListNode, dot reflect.Type, vars scope) {
	if l == nil {
		return
	}
	for _, n := range l.Nodes {
		switch n := n.(type) {
		case *parse.ActionNode:
			t := c.pipe(n.Pipe, dot, vars)
			for _, v := range n.Pipe.Decl {
				vars = vars.with(v.Ident[0], t)
			}
		case *parse.IfNode:
			inner := c.declared(n.Pipe, dot, vars)
			c.list(n.List, dot, inner)
			c.list(n.ElseList, dot, inner)
		case *parse.WithNode:
			t := c.pipe(n.Pipe, dot, vars)
			inner := vars
			for _, v := range n.Pipe.Decl {
				inner = inner.with(v.Ident[0], t)
			}
			c.list(n.List, t, inner)
			c.list(n.ElseList, dot, inner)
		case *parse.RangeNode:
			index, elem := c.elements(n, c.pipe(n.Pipe, dot, vars))
			inner := vars
			switch decl := n.Pipe.Decl; len(decl) {
			case 1:
				inner = inner.with(decl[0].Ident[0], elem)
			case 2:
				inner = inner.with(decl[0].Ident[0], index).with(decl[1].Ident[0], elem)
			}
			c.list(n.List, elem, inner)
			c.list(n.ElseList, dot, vars)
		case *parse.TemplateNode:
			var given reflect.Type
			if n.Pipe != nil {
				given = c.pipe(n.Pipe, dot, vars)
			}
			c.template(n.Name, given, c.at)
		}
	}
}

// declared checks the condition of an if and adds the variable it may declare.
func (c *checker) declared(p *parse.PipeNode, dot reflect.Type, vars scope) scope {
	t := c.pipe(p, dot, vars)
	for _, v := range p.Decl {
		vars = vars.with(v.Ident[0], t)
	}
	return vars
}

// elements returns what a range over a type yields.
func (c *checker) elements(n *parse.RangeNode, t reflect.Type) (index, elem reflect.Type) {
	if t == nil {
		return nil, nil
	}
	switch t.Kind() {
	case reflect.Slice, reflect.Array:
		return reflect.TypeFor[int](), t.Elem()
	case reflect.Map:
		return t.Key(), t.Elem()
	case reflect.Int, reflect.Int64:
		return t, t
	case reflect.Func:
		switch {
		case t.CanSeq2():
			return t.In(0).In(0), t.In(0).In(1)
		case t.CanSeq():
			return nil, t.In(0).In(0)
		}
	}
	c.fail(n, "cannot range over %s", t)
	return nil, nil
}

// pipe returns the type of the value of a pipeline.
func (c *checker) pipe(p *parse.PipeNode, dot reflect.Type, vars scope) reflect.Type {
	var t reflect.Type
	for i, cmd := range p.Cmds {
		var final []argument
		if i > 0 {
			final = []argument{{t: t}}
		}
		t = c.command(cmd, dot, vars, final)
	}
	return t
}

// argument is a value handed to a function: its type, and its node if it is written there.
type argument struct {
	t reflect.Type
	n parse.Node
}

// command returns the type of the value of one command; final is what was piped into it.
func (c *checker) command(cmd *parse.CommandNode, dot reflect.Type, vars scope, final []argument) reflect.Type {
	var args []argument
	for _, a := range cmd.Args[1:] {
		args = append(args, argument{c.value(a, dot, vars), a})
	}
	args = append(args, final...)
	switch first := cmd.Args[0].(type) {
	case *parse.IdentifierNode:
		return c.call(cmd, first.Ident, args)
	case *parse.FieldNode:
		return c.fields(first, dot, first.Ident, args)
	case *parse.ChainNode:
		return c.fields(first, c.value(first.Node, dot, vars), first.Field, args)
	case *parse.VariableNode:
		t, ok := vars[first.Ident[0]]
		if !ok {
			c.fail(first, "there is no variable %s", first.Ident[0])
		}
		return c.fields(first, t, first.Ident[1:], args)
	}
	if len(args) > 0 {
		c.fail(cmd, "%s is not a function", cmd.Args[0])
	}
	return c.value(cmd.Args[0], dot, vars)
}

// value returns the type of a node that stands for a value.
func (c *checker) value(n parse.Node, dot reflect.Type, vars scope) reflect.Type {
	switch n := n.(type) {
	case *parse.DotNode:
		return dot
	case *parse.BoolNode:
		return reflect.TypeFor[bool]()
	case *parse.StringNode:
		return reflect.TypeFor[string]()
	case *parse.NumberNode:
		if n.IsInt {
			return reflect.TypeFor[int]()
		}
		return reflect.TypeFor[float64]()
	case *parse.PipeNode:
		return c.pipe(n, dot, vars)
	case *parse.FieldNode, *parse.ChainNode, *parse.VariableNode, *parse.IdentifierNode:
		return c.command(&parse.CommandNode{NodeType: parse.NodeCommand, Pos: n.Position(), Args: []parse.Node{n}}, dot, vars, nil)
	}
	return nil
}

// fields follows names from a type; the last may be a method that takes the arguments.
func (c *checker) fields(n parse.Node, t reflect.Type, names []string, args []argument) reflect.Type {
	for i, name := range names {
		if t == nil || t.Kind() == reflect.Interface && t.NumMethod() == 0 {
			return nil
		}
		var given []argument
		if i == len(names)-1 {
			given = args
		}
		if m, ok := t.MethodByName(name); ok {
			in := m.Type
			skip := 1 // the receiver
			if t.Kind() == reflect.Interface {
				skip = 0
			}
			t = c.apply(n, name, in, skip, given)
			continue
		}
		inner := t
		if inner.Kind() == reflect.Pointer {
			inner = inner.Elem()
		}
		switch inner.Kind() {
		case reflect.Struct:
			f, ok := inner.FieldByName(name)
			if !ok || !f.IsExported() {
				c.fail(n, "%s has no field or method %s", t, name)
				return nil
			}
			t = f.Type
		case reflect.Map:
			t = inner.Elem()
		default:
			c.fail(n, "%s has no field or method %s", t, name)
			return nil
		}
		if len(given) > 0 {
			c.fail(n, "%s is a field and takes no arguments", name)
		}
	}
	return t
}

// call returns the type of the result of a function.
func (c *checker) call(n parse.Node, name string, args []argument) reflect.Type {
	if f, ok := c.funcs[name]; ok {
		if name == "t" {
			c.message(n, args)
		}
		return c.apply(n, name, reflect.TypeOf(f), 0, args)
	}
	switch name {
	case "and", "or":
		for _, a := range args[1:] {
			if a.t != args[0].t {
				return nil
			}
		}
		return args[0].t
	case "not", "eq", "ne", "lt", "le", "gt", "ge":
		return reflect.TypeFor[bool]()
	case "len":
		if t := args[0].t; t != nil && !slices.Contains([]reflect.Kind{reflect.Slice, reflect.Array, reflect.Map, reflect.String, reflect.Chan}, t.Kind()) {
			c.fail(n, "%s has no length", t)
		}
		return reflect.TypeFor[int]()
	case "index":
		t := args[0].t
		for range args[1:] {
			if t == nil {
				return nil
			}
			switch t.Kind() {
			case reflect.Slice, reflect.Array, reflect.Map:
				t = t.Elem()
			default:
				c.fail(n, "cannot index %s", t)
				return nil
			}
		}
		return t
	case "slice":
		return args[0].t
	case "call":
		return nil
	}
	return reflect.TypeFor[string]() // print and the like, and what html/template adds
}

// apply checks arguments against parameters, leaving out the first skip, and returns the
// type of the result.
func (c *checker) apply(n parse.Node, name string, f reflect.Type, skip int, args []argument) reflect.Type {
	want := f.NumIn() - skip
	if len(args) < want && !(f.IsVariadic() && len(args) == want-1) || len(args) > want && !f.IsVariadic() {
		c.fail(n, "%s takes %d arguments, not %d", name, want, len(args))
		return f.Out(0)
	}
	for i, a := range args {
		var param reflect.Type
		if at := i + skip; f.IsVariadic() && at >= f.NumIn()-1 {
			param = f.In(f.NumIn() - 1).Elem()
		} else {
			param = f.In(at)
		}
		if !fits(a, param) {
			c.fail(n, "argument %d of %s is %s, not %s", i+1, name, a.t, param)
		}
	}
	return f.Out(0)
}

// fits tells whether a value may be handed to a parameter, as text/template does it: what
// is assignable, a pointer's target, and constants of a like kind.
func fits(a argument, param reflect.Type) bool {
	if a.t == nil || a.t.AssignableTo(param) || a.t.Kind() == reflect.Interface && param.Implements(a.t) {
		return true
	}
	if a.t.Kind() == reflect.Pointer && a.t.Elem().AssignableTo(param) {
		return true
	}
	switch a.n.(type) {
	case *parse.NumberNode, *parse.StringNode, *parse.BoolNode:
		return a.t.ConvertibleTo(param) && (a.t.Kind() == param.Kind() || param.Kind() != reflect.String)
	}
	return false
}

// message checks a message whose key is written in the template: it must exist in every
// language and be given the values it names.
func (c *checker) message(n parse.Node, args []argument) {
	if len(args) == 0 {
		return // apply says so
	}
	key, ok := args[0].n.(*parse.StringNode)
	if !ok {
		return // put together from parts; the test of messages knows those families
	}
	given := map[string]bool{}
	for i := 1; i+1 < len(args); i += 2 {
		name, ok := args[i].n.(*parse.StringNode)
		if !ok {
			c.fail(n, "the names of a message's values are written out")
			return
		}
		given[name.Text] = true
	}
	if len(args)%2 == 0 {
		c.fail(n, "a message is given names and values in turn")
	}
	for _, lang := range pavilion.Langs {
		names, ok := c.books.names(lang, key.Text)
		if !ok {
			c.fail(n, "there is no message %q in %s", key.Text, lang)
			continue
		}
		for _, name := range names {
			if !given[name] && !(name == "n" && given["count"]) {
				c.fail(n, "the message %q in %s needs %s", key.Text, lang, name)
			}
		}
		if c.books.counted[key.Text] && !given["count"] {
			c.fail(n, "the message %q needs count", key.Text)
		}
	}
}

// names returns the values a message names; ok is false if there is no such message.
func (b *books) names(lang pavilion.Lang, key string) (names []string, ok bool) {
	forms, ok := b.forms[lang][key]
	for _, form := range forms {
		for rest := form; ; {
			_, after, found := strings.Cut(rest, "{{.")
			if !found {
				break
			}
			name, after, _ := strings.Cut(after, "}}")
			names, rest = append(names, strings.TrimSpace(name)), after
		}
	}
	return names, ok
}
