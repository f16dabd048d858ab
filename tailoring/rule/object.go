package rule

import (
	"errors"
	"fmt"
	"reflect"
	"slices"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/common/types/traits"
)

// objectType is a type of expressions whose fields are those of a Go struct.
type objectType[T any] struct {
	is     *cel.Type
	fields []field[T]
}

type field[T any] struct {
	name string
	of   *cel.Type
	get  func(*T) ref.Val
}

var (
	ingredientType = objectType[Ingredient]{cel.ObjectType("ingredient"), []field[Ingredient]{
		{"source", cel.StringType, func(i *Ingredient) ref.Val { return types.String(i.Source) }},
		{"name", cel.StringType, func(i *Ingredient) ref.Val { return types.String(i.Name) }},
		{"percent", cel.NullableType(cel.DoubleType), func(i *Ingredient) ref.Val {
			n, ok := number(i.Percent)
			if !ok {
				return types.NullValue
			}
			return types.Double(n)
		}},
		{"additive", cel.BoolType, func(i *Ingredient) ref.Val { return types.Bool(i.Additive) }},
		{"part", cel.BoolType, func(i *Ingredient) ref.Val { return types.Bool(i.Part) }},
		{"verified", cel.StringType, func(i *Ingredient) ref.Val { return types.String(i.Verified) }},
	}}
	registrationType = objectType[Registration]{cel.ObjectType("registration"), []field[Registration]{
		{"authority", cel.StringType, func(r *Registration) ref.Val { return types.String(r.Authority) }},
		{"number", cel.StringType, func(r *Registration) ref.Val { return types.String(r.Number) }},
		{"category", cel.StringType, func(r *Registration) ref.Val { return types.String(r.Category) }},
		{"from", cel.StringType, func(r *Registration) ref.Val { return types.String(r.From) }},
		{"until", cel.StringType, func(r *Registration) ref.Val { return types.String(r.Until) }},
	}}
	pictureType = objectType[Picture]{cel.ObjectType("picture"), []field[Picture]{
		{"width", cel.IntType, func(p *Picture) ref.Val { return types.Int(p.Width) }},
		{"height", cel.IntType, func(p *Picture) ref.Val { return types.Int(p.Height) }},
		{"bytes", cel.IntType, func(p *Picture) ref.Val { return types.Int(p.Bytes) }},
		{"type", cel.StringType, func(p *Picture) ref.Val { return types.String(p.Type) }},
	}}
	documentType = objectType[Document]{cel.ObjectType("document"), []field[Document]{
		{"kind", cel.StringType, func(d *Document) ref.Val { return types.String(d.Kind) }},
		{"until", cel.StringType, func(d *Document) ref.Val { return types.String(d.Until) }},
	}}
)

// provider knows our types beside those of CEL.
type provider struct {
	types.Provider
	structs map[string]map[string]*types.FieldType
}

func newProvider() (*provider, error) {
	registry, err := types.NewRegistry()
	if err != nil {
		return nil, err
	}
	p := &provider{registry, map[string]map[string]*types.FieldType{}}
	add(p, ingredientType)
	add(p, registrationType)
	add(p, pictureType)
	add(p, documentType)
	return p, nil
}

func add[T any](p *provider, o objectType[T]) {
	fields := make(map[string]*types.FieldType, len(o.fields))
	for _, f := range o.fields {
		fields[f.name] = &types.FieldType{
			Type:  f.of,
			IsSet: func(any) bool { return true },
			GetFrom: func(from any) (any, error) {
				of, ok := from.(*T)
				if !ok {
					return nil, fmt.Errorf("no field %s of %T", f.name, from)
				}
				return f.get(of), nil
			},
		}
	}
	p.structs[o.is.TypeName()] = fields
}

// FindStructType knows our types by name.
func (p *provider) FindStructType(name string) (*types.Type, bool) {
	if _, ours := p.structs[name]; ours {
		return types.NewTypeTypeWithParam(types.NewObjectType(name)), true
	}
	return p.Provider.FindStructType(name)
}

// FindStructFieldType knows their fields.
func (p *provider) FindStructFieldType(name, field string) (*types.FieldType, bool) {
	if fields, ours := p.structs[name]; ours {
		f, found := fields[field]
		return f, found
	}
	return p.Provider.FindStructFieldType(name, field)
}

// NewValue refuses to make our types: products come from outside.
func (p *provider) NewValue(name string, fields map[string]ref.Val) ref.Val {
	if _, ours := p.structs[name]; ours {
		return types.NewErr("an expression makes no %s", name)
	}
	return p.Provider.NewValue(name, fields)
}

func (o objectType[T]) list(of []T) ref.Val {
	vals := make([]ref.Val, len(of))
	for i := range of {
		vals[i] = object[T]{o.is, &of[i]}
	}
	return types.NewRefValList(types.DefaultTypeAdapter, vals)
}

// object is a struct as expressions see it.
type object[T any] struct {
	of *cel.Type
	is *T
}

var errNotNative = errors.New("the value stays in its expression")

func (o object[T]) ConvertToNative(reflect.Type) (any, error) { return nil, errNotNative }
func (o object[T]) ConvertToType(t ref.Type) ref.Val {
	if t == types.TypeType {
		return o.of
	}
	return types.NewErr("no conversion of %s to %s", o.of, t)
}
func (o object[T]) Equal(other ref.Val) ref.Val { return types.Bool(o == other) }
func (o object[T]) Type() ref.Type              { return o.of }
func (o object[T]) Value() any                  { return o.is }

// nutrients are the amounts of 100 g or 100 ml by their codes, as a map of expressions.
type nutrients map[string]Nutrient

func (n nutrients) ConvertToNative(reflect.Type) (any, error) { return nil, errNotNative }
func (n nutrients) ConvertToType(t ref.Type) ref.Val {
	if t == types.TypeType {
		return types.MapType
	}
	return types.NewErr("no conversion of nutrients to %s", t)
}

// Equal compares by what is in them, as maps of expressions are compared.
func (n nutrients) Equal(other ref.Val) ref.Val {
	m, ok := other.(traits.Mapper)
	if !ok || m.Size() != n.Size() {
		return types.False
	}
	for code := range n {
		v, found := m.Find(types.String(code))
		if !found || n.Get(types.String(code)).Equal(v) != types.True {
			return types.False
		}
	}
	return types.True
}
func (n nutrients) Type() ref.Type { return types.MapType }
func (n nutrients) Value() any     { return map[string]Nutrient(n) }
func (n nutrients) Size() ref.Val  { return types.Int(len(n)) }

func (n nutrients) Contains(code ref.Val) ref.Val {
	_, found := n.Find(code)
	return types.Bool(found)
}

func (n nutrients) Get(code ref.Val) ref.Val {
	v, found := n.Find(code)
	if !found {
		return types.NewErr("no such key: %v", code.Value())
	}
	return v
}

func (n nutrients) Find(code ref.Val) (ref.Val, bool) {
	s, ok := code.(types.String)
	if !ok {
		return nil, false
	}
	found, ok := n[string(s)]
	if !ok {
		return nil, false
	}
	return types.Double(double(found.Amount)), true
}

// Iterator goes through the codes in their order, so that a judgement is always the same.
func (n nutrients) Iterator() traits.Iterator {
	codes := make([]string, 0, len(n))
	for code := range n {
		codes = append(codes, code)
	}
	slices.Sort(codes)
	return types.NewStringList(types.DefaultTypeAdapter, codes).Iterator()
}
